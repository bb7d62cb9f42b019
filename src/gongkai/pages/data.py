"""The page of downloads and the codebook."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from gongkai.catalog import CATALOGUES, cite, dataset_json_ld, describe_dataset
from gongkai.forms import forms
from gongkai.model import Corpus, Status
from gongkai.package import codebook_rows
from gongkai.package.schema import COMPARABILITY_TITLES, LICENCE
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import name_of, size_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Downloads people ask for first, in this order, and whom each is for.
FOR_WHOM: dict[str, str] = {
    "gongkai.xlsx": "给人看：用 Excel、WPS 打开，一张工作表是一张表",
    "reports-excel.csv": "给人看：CSV，带 BOM，Excel 直接打开不乱码",
    "cells-excel.csv": "给人看：CSV，带 BOM，Excel 直接打开不乱码",
    "gongkai.zip": "给程序：全部 CSV 和表结构说明（Frictionless Data Package）",
}
#: What a status means, for the codebook.
STATUS_NOTES: dict[Status, str] = {
    Status.NUMBER: "印着一个数",
    Status.ZERO: "印着 0",
    Status.BLANK: "格子是空的；数值栏留空，绝不写成 0",
    Status.DASH: "印着横线；数值栏留空",
    Status.SLASH: "印着斜线；数值栏留空",
    Status.NONE_WORD: "印着“无”一类的字；数值栏留空",
    Status.NA_WORD: "印着“不适用”一类的字；数值栏留空",
    Status.TEXT: "印着别的文字；数值栏留空",
    Status.MISSING: "报告的表里没有这一行或这一列",
    Status.AMBIGUOUS: "印着数字，但无法断定属于哪一格；数值栏留空",
}


def _listed(files: tuple[Mapping[str, Any], ...]) -> list[tuple[str, list[dict[str, str]]]]:
    """The downloads in two groups: for people, for programs."""

    def shown(file: Mapping[str, Any]) -> dict[str, str]:
        name = str(file["path"])
        kind = name.rpartition(".")[2].upper()
        return {
            "name": name,
            "title": str(file["title"]),
            "whom": FOR_WHOM.get(name, "给程序：UTF-8，无 BOM" if kind == "CSV" else "给程序"),
            "kind": kind,
            "size": size_words(int(file["bytes"])),
            "sha256": str(file["sha256"]),
        }

    first = [shown(f) for name in FOR_WHOM for f in files if f["path"] == name]
    rest = [shown(f) for f in files if f["path"] not in FOR_WHOM]
    return [("先看这几个", first), ("逐张表和其他文件", rest)]


def data_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page of downloads."""
    yield Page(
        path="data/index.md",
        title="数据",
        template="data.html",
        description="下载全部数据，数据字典，许可，怎样引用。",
        values={
            "groups": _listed(setting.files),
            "licence": LICENCE,
            "reports": len(corpus.reports),
            "catalogues": [(name, one.title) for name, one in CATALOGUES.items()],
            "cited": cite(describe_dataset(corpus, setting.site_url)),
            "json_ld": dataset_json_ld(corpus, setting.files, setting.site_url),
        },
    )


def codebook_page(_corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The codebook, made from the forms."""
    rows = codebook_rows()
    tables = {(f.version, t.id): t.label for f in forms() for t in f.tables}
    parts = [
        (form, table, tables[form, table], list(part))
        for (form, table), part in groupby(rows, key=lambda r: (r["form"], r["table"]))
    ]
    yield Page(
        path="data/codebook.md",
        title="数据字典",
        template="codebook.html",
        description="每一版格式的每一格：中英文名称、单位、依据、可比性。",
        values={
            "forms": [
                (form, [part for part in parts if part[0] == form.version])
                for form in forms()
                if form.tables
            ],
            "comparability": COMPARABILITY_TITLES,
            "statuses": [
                (str(status), name_of("statuses", status), note)
                for status, note in STATUS_NOTES.items()
            ],
        },
    )
