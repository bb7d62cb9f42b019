"""The page of downloads: whole corpus, a year, a table, and what each file is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.catalog import CATALOGUES, cite, dataset_json_ld, describe_dataset
from gongkai.package import RESOURCES
from gongkai.package.compressed import END, is_compressed
from gongkai.package.schema import LICENCE
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import size_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.model import Corpus

    File = Mapping[str, Any]

#: Files of the whole corpus, in this order, and whom each is for.
FOR_WHOM: dict[str, str] = {
    "gongkai.xlsx": "给人看：用 Excel、WPS 打开，一张工作表是一张表",
    "gongkai.zip": "给程序：全部 CSV 和表结构说明（Frictionless 数据包）",
    "gongkai.sqlite": "给程序：用 SQL 查，正文可以全文检索",
    "gongkai-stata.zip": "给 Stata：宽表和面板，变量有中文标签",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A file to download: its name, its words and its size."""

    name: str
    title: str
    whom: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TableLinks:
    """A table with its rows and its files; `forms` are its formats: CSV, Parquet …"""

    name: str
    title: str
    description: str
    rows: str
    forms: tuple[tuple[str, Link], ...]

    @property
    def packed(self) -> bool:
        """Whether its CSV is compressed."""
        return any(is_compressed(link.name) for _, link in self.forms)


def _link(file: File) -> Link:
    return Link(
        name=str(file["path"]),
        title=str(file["title"]),
        whom=FOR_WHOM.get(str(file["path"]), ""),
        size=size_words(int(file["bytes"])),
        sha256=str(file["sha256"]),
    )


def tables_of(files: Mapping[str, File]) -> Iterator[TableLinks]:
    """The tables that are written, each with its files."""
    for name, resource in RESOURCES.items():
        packed = f"{resource.path}{END}"
        csv = packed if packed in files else resource.path
        if csv not in files:
            continue
        wanted = {
            "CSV.gz" if csv == packed else "CSV": csv,
            "Parquet": f"{name}.parquet",
            "Excel 用的 CSV": f"{name}-excel.csv",
            "表结构": f"schemas/{name}.json",
        }
        yield TableLinks(
            name,
            resource.title,
            resource.description,
            f"{files[csv]['rows']:,}",
            tuple((form, _link(files[path])) for form, path in wanted.items() if path in files),
        )


def data_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page of downloads."""
    files = {str(file["path"]): file for file in setting.files}
    tables = list(tables_of(files))
    shown = {link.name for table in tables for _, link in table.forms}
    years = [file for file in setting.files if "year" in file]
    rest = shown.union(FOR_WHOM, (str(file["path"]) for file in years))
    yield Page(
        path="data/index.md",
        title="数据",
        template="data.html",
        description="下载全部数据，数据字典，许可，怎样引用。",
        values={
            "whole": [_link(files[name]) for name in FOR_WHOM if name in files],
            "years": [_link(file) for file in years],
            "tables": tables,
            "packed": any(table.packed for table in tables),
            "other": [_link(file) for name, file in files.items() if name not in rest],
            "licence": LICENCE,
            "reports": len(corpus.reports),
            "catalogues": [(name, one.title) for name, one in CATALOGUES.items()],
            "cited": cite(describe_dataset(corpus, setting.site_url)),
            "json_ld": dataset_json_ld(corpus, setting.files, setting.site_url),
        },
    )
