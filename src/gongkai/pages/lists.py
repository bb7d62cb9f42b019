"""The list of all reports, and the pages of agencies, regions and years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_dataset, describe_part
from gongkai.forms import forms, variables
from gongkai.model import Agency, CellId, Corpus, Form, Published, Region, Severity, Status
from gongkai.package import form_of_cell, region_path
from gongkai.package.api import (
    MAIN_SERIES,
    Places,
    agency_documents,
    places_of,
    region_documents,
)
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import (
    cell_anchor,
    file_words,
    form_short,
    name_of,
    number_words,
    report_path,
    size_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gongkai.catalog import Work
from gongkai.vocabulary import labels

#: A page stays light: a longer list goes on in the pages of years and regions.
LIST_LIMIT = 1000
#: A rate of fewer cases than this is not given in percent.
RATE_LEAST = 30


@dataclass(frozen=True, slots=True)
class Datum:
    """A figure in a list: its text and its class."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A report in a list."""

    report_id: str
    url: str
    agency: str
    agency_url: str
    region: str
    region_url: str
    level: str
    classification: str
    year: int
    form_short: str
    received: Datum
    granted: Datum
    review: Datum
    errors: int
    warnings: int
    notes: int


def datum(one: Published, cell: CellId) -> Datum:
    """What a report prints in a cell; 格式无此项 where its form has no such cell."""
    value = one.report.values.get(cell)
    if value is None and not _has(one, cell):
        return Datum("格式无此项", "b")
    kind = "z" if value is not None and value.status is Status.ZERO else ""
    return Datum(
        value_words(value), kind if value is not None and value.number is not None else "b"
    )


def granted(one: Published) -> Datum:
    """Requests granted in full, of those processed: with the share where that says something."""
    values = one.report.values
    part, whole = (
        values.get(CellId("requests", r, "total")) for r in ("granted", "processed_total")
    )
    if part is None or whole is None or part.number is None or whole.number is None:
        return Datum(value_words(part), "b")
    if whole.number == 0:
        return Datum("没有办结", "b")
    words = f"{number_words(part.number)}/{number_words(whole.number)}"
    if whole.number < RATE_LEAST:
        return Datum(words, "")
    return Datum(f"{part.number * 100 / whole.number:.1f}%（{words}）", "")


def row_of(one: Published, corpus: Corpus) -> Row:
    """A report as a row of a list."""
    entry = one.entry
    region = entry.agency.region
    names = [r.name for r in region_path(region, corpus.regions)]
    counts = [f.severity for f in one.all_failures]
    return Row(
        report_id=entry.report_id,
        url=report_path(entry),
        agency=entry.agency.name,
        agency_url=f"agencies/{entry.agency.id}/",
        region=" › ".join(names),
        region_url=f"regions/{region.id}/",
        level=name_of("levels", entry.agency.level),
        classification=name_of("classifications", entry.agency.classification),
        year=entry.year,
        form_short=form_short(one.report.form.version if one.report.form is not None else None),
        received=datum(one, CellId("requests", "received", "total")),
        granted=granted(one),
        review=datum(one, CellId("disputes", "review", "total")),
        errors=counts.count(Severity.ERROR),
        warnings=counts.count(Severity.WARN),
        notes=counts.count(Severity.INFO),
    )


def rows_of(reports: Iterable[Published], corpus: Corpus) -> tuple[Row, ...]:
    """Rows of a list, the newest year first, then by place and agency."""
    ordered = sorted(
        reports, key=lambda p: (-p.entry.year, p.entry.agency.adcode, p.entry.report_id)
    )
    return tuple(row_of(one, corpus) for one in ordered)


def list_page(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The list of all reports."""
    rows = rows_of(corpus.reports, corpus)
    yield Page(
        path="reports/index.md",
        title="报告",
        template="reports.html",
        description="全部已收录的政府信息公开工作年度报告，可以搜索、筛选、排序。",
        values={
            "rows": rows[:LIST_LIMIT],
            "total": len(rows),
            "limit": LIST_LIMIT,
            "classes": {
                c: name_of("classifications", c)
                for c in sorted({a.classification for a in corpus.agencies.values()})
            },
            "levels": labels("levels"),
            "forms": {form.version: form_short(form.version) for form in forms()},
        },
    )


def _by_agency(corpus: Corpus) -> dict[str, list[Published]]:
    out: dict[str, list[Published]] = {agency: [] for agency in sorted(corpus.agencies)}
    for one in corpus.reports:
        out.setdefault(one.entry.agency.id, []).append(one)
    return out


def _measure_label(form: Form, cell: CellId) -> str:
    """The label of a measure: its row, with its group where it has one; 总计 goes without saying."""
    groups = {g.id: g.label for t in form.tables for g in t.groups}
    found = next(v for v in variables(form.version) if v.cell == cell)
    row = groups.get(found.row.group or "", "") + found.row.label
    return row if cell.column == "total" else f"{row}：{found.column.label}"


@cache
def _measures() -> dict[CellId, tuple[str, str]]:
    """Label and unit of each measure, as the newest form that has it says."""
    out: dict[CellId, tuple[str, str]] = {}
    for cell in MAIN_SERIES:
        for form in forms():
            units = {v.cell: v.unit for v in variables(form.version)}
            if cell in units:
                out.setdefault(cell, (_measure_label(form, cell), units[cell]))
    return out


@cache
def _cells(version: str) -> frozenset[CellId]:
    return frozenset(v.cell for v in variables(version))


def _has(one: Published, cell: CellId) -> bool:
    """Whether the form that this table of the report follows has the cell."""
    version = form_of_cell(one.report, cell)
    return version is not None and cell in _cells(version)


def _series(reports: list[Published]) -> list[tuple[str, str, list[tuple[Datum, str]]]]:
    """The measures of an agency: label, unit, a figure for each report.

    Each figure has the address of its cell; it is empty where the form has no such cell.
    """
    out: list[tuple[str, str, list[tuple[Datum, str]]]] = []
    for cell, (label, unit) in _measures().items():
        having = [_has(one, cell) for one in reports]
        if any(having):
            figures = [
                (datum(one, cell), f"{report_path(one.entry)}#{cell_anchor(cell)}" if has else "")
                for one, has in zip(reports, having, strict=True)
            ]
            out.append((label, unit, figures))
    return out


def agency_page(
    agency: Agency, reports: list[Published], corpus: Corpus, places: Places, whole: Work
) -> Page:
    """The page of an agency: its years side by side. `whole` is the data set it is a part of."""
    path = f"agencies/{agency.id}"
    part = describe_part(whole, path, agency.name, reports)
    ordered = sorted(reports, key=lambda one: one.entry.year)
    years = [one.entry.year for one in corpus.reports]
    return Page(
        path=f"{path}.md",
        title=agency.name,
        template="agency.html",
        description=f"{agency.name}历年政府信息公开工作年度报告的主要数字。",
        values={
            "agency": agency,
            "downloads": file_words(agency_documents(agency.id, places)),
            "regions": region_path(agency.region, corpus.regions),
            "level": name_of("levels", agency.level),
            "classification": name_of("classifications", agency.classification),
            "reports": ordered,
            "rows": rows_of(ordered, corpus),
            "series": _series(ordered),
            "forms": {
                one.report.form.version if one.report.form is not None else None for one in ordered
            },
            "strip": [
                (year, next((o.entry for o in ordered if o.entry.year == year), None))
                for year in range(min(years, default=0), max(years, default=-1) + 1)
            ],
            "cited": cite(part),
        },
    )


def agency_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of agencies and a page for each."""
    by_agency = _by_agency(corpus)
    whole = describe_dataset(corpus, setting.site_url)
    shown = [
        (
            corpus.agencies[name],
            region_path(corpus.agencies[name].region, corpus.regions),
            name_of("classifications", corpus.agencies[name].classification),
            sorted(one.entry.year for one in reports),
        )
        for name, reports in by_agency.items()
        if reports
    ]
    shown.sort(key=lambda one: (one[0].adcode, one[0].id))
    yield Page(
        path="agencies/index.md",
        title="机构",
        template="agencies.html",
        description="已收录报告的机构。",
        values={"agencies": shown},
    )
    places = places_of(corpus)
    for name, reports in by_agency.items():
        if reports:
            yield agency_page(corpus.agencies[name], reports, corpus, places, whole)


def _regions_with_reports(corpus: Corpus) -> dict[str, list[Published]]:
    """Region → the reports of its agencies and of the regions in it; only regions with any."""
    out: dict[str, list[Published]] = {}
    for one in corpus.reports:
        for region in region_path(one.entry.agency.region, corpus.regions):
            out.setdefault(region.id, []).append(one)
    return out


def _depth(region: Region, regions: dict[str, Region]) -> int:
    return len(region_path(region, regions)) - 1


def _region_page(
    region: Region,
    reports: list[Published],
    places: Places,
    counts: Mapping[str, int],
    whole: Work,
) -> Page:
    corpus = places.corpus
    path = f"regions/{region.id}"
    inside = [corpus.regions[r] for r in counts if corpus.regions[r].parent == region.id]
    return Page(
        path=f"{path}.md",
        title=region.name,
        template="region.html",
        description=f"{region.name}各机关的政府信息公开工作年度报告。",
        values={
            "region": region,
            "downloads": file_words(region_documents(region.id, places)),
            "kind": name_of("region_kinds", region.kind),
            "path": region_path(region, corpus.regions),
            "inside": [(r, counts[r.id]) for r in inside],
            "rows": rows_of(reports, corpus)[:LIST_LIMIT],
            "total": len(reports),
            "cited": cite(describe_part(whole, path, region.name, reports)),
        },
    )


def region_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of regions, as a tree, and a page for each."""
    by_region = _regions_with_reports(corpus)
    whole = describe_dataset(corpus, setting.site_url)
    known = corpus.regions
    ordered = sorted(
        by_region, key=lambda r: [p.adcode + p.id for p in region_path(known[r], known)]
    )
    counts = {name: len(by_region[name]) for name in ordered}
    yield Page(
        path="regions/index.md",
        title="地区",
        template="regions.html",
        description="按地区找报告。",
        values={
            "regions": [
                (
                    known[name],
                    _depth(known[name], known),
                    name_of("region_kinds", known[name].kind),
                    len({one.entry.agency.id for one in by_region[name]}),
                    counts[name],
                )
                for name in ordered
            ]
        },
    )
    places = places_of(corpus)
    for name in ordered:
        yield _region_page(known[name], by_region[name], places, counts, whole)


def year_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of years and a page for each."""
    by_year: dict[int, list[Published]] = {}
    for one in corpus.reports:
        by_year.setdefault(one.entry.year, []).append(one)
    ordered = sorted(by_year, reverse=True)
    whole = describe_dataset(corpus, setting.site_url)
    packages = {int(f["year"]): f for f in setting.files if "year" in f}
    yield Page(
        path="years/index.md",
        title="年份",
        template="years.html",
        description="按报告年度找报告。",
        values={
            "years": [
                (
                    year,
                    len(by_year[year]),
                    len({one.entry.agency.id for one in by_year[year]}),
                    sum(len(one.all_failures) for one in by_year[year]),
                )
                for year in ordered
            ]
        },
    )
    for year in ordered:
        yield Page(
            path=f"years/{year}.md",
            title=f"{year}年",
            template="year.html",
            description=f"{year}年度的政府信息公开工作年度报告。",
            values={
                "year": year,
                "years": sorted(by_year),
                "rows": rows_of(by_year[year], corpus),
                "downloads": [
                    ("数据包 ZIP", f"data/{one['path']}", size_words(int(one["bytes"])))
                    for one in (packages.get(year),)
                    if one is not None
                ],
                "cited": cite(describe_part(whole, f"years/{year}", f"{year}年度", by_year[year])),
            },
        )
