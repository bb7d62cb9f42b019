"""Bytes of downloads: CSV, JSON, zip, and which of them are offered.

To add a download of the whole corpus: a function from `Data` to bytes and a line in `WRITERS`.
The same tables always give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gongkai.model import CellId, Corpus, Published, Region, Severity
from gongkai.package.contract import extracted, json_number
from gongkai.package.excel import write_report_workbook, write_workbook
from gongkai.package.rows import clean
from gongkai.package.schema import (
    DATASET_NAME,
    DATASET_TITLE,
    DATASET_TITLE_EN,
    LICENCE,
    RESOURCES,
    About,
    package_descriptor,
    resource_descriptor,
)
from gongkai.package.tables import Table, corpus_tables, report_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CSV = "text/csv"
JSON = "application/json"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: The first date a zip can hold.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_JSON_LINE = 320
#: Spreadsheets take text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")

_LICENCE_TEXT = f"""\
数据许可：{LICENCE["title"]}（{LICENCE["name"]}）
{LICENCE["path"]}

可以复制、传播、改编，也可以用于商业目的，只须注明出处并说明是否改动。
原报告是国家机关的正式文件，不受本许可约束。

Data licence: {LICENCE["title"]} ({LICENCE["name"]})
{LICENCE["path"]}legalcode

You may share and adapt the data for any purpose, provided that you name the source and say
whether you changed anything. The original reports are official documents; this licence does not
cover them.
"""


@dataclass(frozen=True, slots=True)
class Data:
    """What a writer may use: the corpus, its tables and the files of its Data Package."""

    corpus: Corpus
    tables: Mapping[str, Table]
    package: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Download:
    """A download: its Chinese title, its media type and the function that writes it."""

    title: str
    media_type: str
    write: Callable[[Data], bytes]


def write_csv(table: Table) -> bytes:
    """The table for programs: UTF-8 without BOM, LF, blanks empty."""
    text: str = table.frame.to_csv(index=False, lineterminator="\n")
    return text.encode()


def _laid_out(data: Any, depth: int) -> str:  # noqa: ANN401  # whatever JSON can hold
    line = json.dumps(data, ensure_ascii=False, allow_nan=False)
    if len(line) <= _JSON_LINE or not isinstance(data, dict | list):
        return line
    pad = "\n" + " " * (depth + 1)
    if isinstance(data, list):
        inner = [_laid_out(item, depth + 1) for item in data]
    else:
        inner = [
            f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(item, depth + 1)}"
            for key, item in data.items()
        ]
    first, last = "[]" if isinstance(data, list) else "{}"
    return first + pad + f",{pad}".join(inner) + pad[:-1] + last


def write_json(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON can hold
    """JSON that a person can read and compare: what fits in a line stands in one line."""
    return (_laid_out(data, 0) + "\n").encode()


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_people_csv(table: Table) -> bytes:
    """The table for people who open it in Excel: BOM, Chinese head, no text read as a formula.

    Printed text that begins with a sign of a formula gets an apostrophe in front; figures do
    not.
    """
    fields = table.resource.fields
    texts = {f.name for f in fields if f.type not in {"integer", "number"}}
    frame = table.frame.assign(
        **{name: table.frame[name].map(_guarded, na_action="ignore") for name in texts}
    )
    titled = frame.set_axis([f.title for f in fields], axis="columns")
    text: str = titled.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip: sorted, with a fixed date and plain rights."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = _UNIX  # whatever system it is made on
            member.external_attr = 0o100644 << 16
            archive.writestr(member, files[name])
    return target.getvalue()


def region_path(region: Region, regions: Mapping[str, Region]) -> tuple[Region, ...]:
    """The region and the regions it lies in, the highest first."""
    path = [region]
    while (parent := path[0].parent) is not None and parent in regions:
        path.insert(0, regions[parent])
    return tuple(path)


@dataclass(frozen=True, slots=True)
class _Line:
    """A report in the list."""

    one: Published
    regions: tuple[Region, ...]

    def total(self, row: str) -> int | float | str | None:
        value = self.one.report.values.get(CellId("requests", row, "total"))
        return json_number(value.number) if value is not None else None

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.one.all_failures)

    @property
    def form(self) -> str | None:
        form = self.one.report.form
        return form.version if form is not None else None


#: Columns of the list page's data. Regions are paths, the highest first, parted by `/`; figures
#: are the totals of table 3; `url` is relative to the site's root.
LIST_COLUMNS: dict[str, Callable[[_Line], Any]] = {
    "report_id": lambda line: line.one.entry.report_id,
    "agency": lambda line: line.one.entry.agency.name,
    "agency_id": lambda line: line.one.entry.agency.id,
    "region": lambda line: "/".join(region.name for region in line.regions),
    "region_ids": lambda line: "/".join(region.id for region in line.regions),
    "level": lambda line: line.one.entry.agency.level,
    "class": lambda line: line.one.entry.agency.classification,
    "year": lambda line: line.one.entry.year,
    "form": lambda line: line.form,
    "received": lambda line: line.total("received"),
    "granted": lambda line: line.total("granted"),
    "granted_partial": lambda line: line.total("granted_partial"),
    "processed_total": lambda line: line.total("processed_total"),
    "n_findings_error": lambda line: line.count(Severity.ERROR),
    "n_findings_warn": lambda line: line.count(Severity.WARN),
    "n_findings_info": lambda line: line.count(Severity.INFO),
    "url": lambda line: f"reports/{line.one.entry.report_id}/",
}


def write_list(data: Data) -> bytes:
    """The list page's data by columns: `{"columns": {name: [value, …]}}`, a value a report."""
    regions = data.corpus.regions
    lines = [
        _Line(one, region_path(one.entry.agency.region, regions)) for one in data.corpus.reports
    ]
    columns = {name: [read(line) for line in lines] for name, read in LIST_COLUMNS.items()}
    return write_short_json({"columns": columns})


def write_short_json(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON can hold
    """JSON for programs alone, as short as can be."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return (text + "\n").encode()


#: Columns of the issue list that pages need; `url` is relative to the site's root.
_ISSUE_COLUMNS = (
    "report_id",
    "agency",
    "region",
    "report_year",
    "check_id",
    "title",
    "severity",
    "findings",
    "message_zh",
    "expression",
)


def write_issues(data: Data) -> bytes:
    """The issue list and the counts: `{"counts": [{…}], "columns": {name: [value, …]}}`."""
    table, counted = data.tables["issues"], data.tables["issue_counts"]
    names = counted.resource.names
    counts = zip(*(counted.column(name) for name in names), strict=True)
    columns = {name: table.column(name) for name in _ISSUE_COLUMNS}
    columns["url"] = [f"reports/{report_id}/#findings" for report_id in columns["report_id"]]
    return write_short_json(
        {"counts": [dict(zip(names, row, strict=True)) for row in counts], "columns": columns}
    )


def _workbook(data: Data) -> bytes:
    return write_workbook(data.tables.values())


def _zipped(data: Data) -> bytes:
    return write_zip(data.package)


def _for_people(name: str, data: Data) -> bytes:
    return write_people_csv(data.tables[name])


#: File name → download of the whole corpus. The Data Package itself needs no line here.
WRITERS: dict[str, Download] = {
    f"{DATASET_NAME}.zip": Download("全部数据（数据包，CSV）", ZIP, _zipped),
    f"{DATASET_NAME}.xlsx": Download("全部数据（Excel）", XLSX, _workbook),
    "reports-excel.csv": Download("报告（CSV，供Excel打开）", CSV, partial(_for_people, "reports")),
    "cells-excel.csv": Download("格子（CSV，供Excel打开）", CSV, partial(_for_people, "cells")),
    "reports.json": Download("报告列表（JSON，按列）", JSON, write_list),
    "issues.json": Download("问题清单和计数（JSON）", JSON, write_issues),
}


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _readme(about: About, tables: Mapping[str, Table]) -> bytes:
    """What is in the package, in Chinese and English."""
    listed = "\n".join(
        f"- `{t.resource.path}` {t.resource.title} / {t.resource.title_en}" for t in tables.values()
    )
    return f"""\
# {_one_line(about.title)}

{listed}
- `datapackage.json` 表的结构说明（Frictionless Data Package v2）

CSV为UTF-8编码、逗号分隔，供程序读取；用Excel打开请下载Excel文件。空白格为空，绝不写成0。
每一格的状态和原文位置见`cells.csv`。许可见`LICENSE.txt`（{LICENCE["name"]}）。

## {_one_line(about.title_en)}

CSV files are UTF-8 with commas. A blank cell is empty, never 0; `cells.csv` says what is printed
in each cell and where. `datapackage.json` describes every table and column; check the folder with
`frictionless validate datapackage.json`. Licence: {LICENCE["name"]}, see `LICENSE.txt`.
""".encode()


def _package(about: About, tables: Mapping[str, Table]) -> dict[str, bytes]:
    """A Data Package: the descriptor and a CSV a table."""
    files = {table.resource.path: write_csv(table) for table in tables.values()}
    resources = [resource_descriptor(t.resource, files[t.resource.path]) for t in tables.values()]
    return {"datapackage.json": write_json(package_descriptor(about, resources)), **files}


def _with_notes(
    files: Mapping[str, bytes], about: About, tables: Mapping[str, Table]
) -> dict[str, bytes]:
    notes = {"README.md": _readme(about, tables), "LICENSE.txt": _LICENCE_TEXT.encode()}
    return {**files, **notes}


def _about_report(one: Published) -> About:
    entry = one.entry
    url = {"path": entry.source_url} if entry.source_url is not None else {}
    return About(
        name=entry.report_id,
        title=clean(entry.title),
        title_en=f"Government information disclosure report {entry.report_id}",
        description=f"{DATASET_TITLE}中的一份报告。",
        sources=({"title": clean(f"{entry.publisher}：{entry.title}"), **url},),
    )


def report_files(one: Published) -> dict[str, bytes]:
    """The Data Package of one report: file name → bytes.

    It holds what this report decides and nothing else, so that packages never touch each other:
    the agency's own region is there, the regions above it are not.

    Raises:
        ValueError: for a report without an entry.
    """
    return _package(_about_report(one), report_tables(one))


def _published(data: dict[str, Any]) -> dict[str, Any]:
    """The contract without the confidence of recognition, whose last digit a machine decides."""
    cells = [{k: v for k, v in cell.items() if k != "confidence"} for cell in data["cells"]]
    return {**data, "cells": cells}


def per_report_downloads(one: Published) -> dict[str, bytes]:
    """What is offered beside a report's page: file name → bytes.

    Raises:
        ValueError: for a report without an entry.
    """
    about, tables = _about_report(one), report_tables(one)
    files = _package(about, tables)
    return {
        "report.json": write_json(_published(extracted(one.report, one.findings, one.hints))),
        "cells.csv": files["cells.csv"],
        f"{about.name}.xlsx": write_report_workbook(one, tables),
        f"{about.name}.zip": write_zip(_with_notes(files, about, tables)),
    }


def _index(files: Mapping[str, bytes]) -> bytes:
    """Every file with its size, hash, media type and Chinese title."""
    known = {
        "datapackage.json": ("数据包说明（Frictionless）", JSON),
        "README.md": ("说明", MARKDOWN),
        "LICENSE.txt": ("许可", TEXT),
        **{r.path: (f"{r.title}（CSV）", CSV) for r in RESOURCES.values()},
        **{name: (d.title, d.media_type) for name, d in WRITERS.items()},
    }
    listed = [
        {
            "path": name,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "mediatype": known[name][1],
            "title": known[name][0],
        }
        for name, data in sorted(files.items())
    ]
    return write_json({"files": listed})


def corpus_files(corpus: Corpus) -> dict[str, bytes]:
    """The Data Package of the whole corpus and all downloads of `WRITERS`: file name → bytes."""
    about = About(
        name=DATASET_NAME,
        title=DATASET_TITLE,
        title_en=DATASET_TITLE_EN,
        description="各级机关的政府信息公开工作年度报告，逐格读出，逐项核对，按印出的样子发布。",
        sources=({"title": "各机关发布的政府信息公开工作年度报告，逐份来源见reports.csv"},),
    )
    tables = corpus_tables(corpus)
    package = _with_notes(_package(about, tables), about, tables)
    data = Data(corpus, tables, package)
    files = {**package, **{name: d.write(data) for name, d in WRITERS.items()}}
    return {**files, "index.json": _index(files)}
