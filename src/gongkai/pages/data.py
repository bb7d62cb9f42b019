"""The codebook as a page."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import Concept, Corpus, Status
from gongkai.package import codebook_rows
from gongkai.package.schema import CODEBOOK, IN_PANEL
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import name_of
from gongkai.vocabulary import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

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

#: The same in English.
STATUS_NOTES_EN: dict[Status, str] = {
    Status.NUMBER: "a number is printed",
    Status.ZERO: "0 is printed",
    Status.BLANK: "the cell is empty; the value is empty, never 0",
    Status.DASH: "a dash is printed; the value is empty",
    Status.SLASH: "a slash is printed; the value is empty",
    Status.NONE_WORD: "a word for none is printed; the value is empty",
    Status.NA_WORD: "words for not applicable are printed; the value is empty",
    Status.TEXT: "other text is printed; the value is empty",
    Status.MISSING: "the table of the report has no such row or column",
    Status.AMBIGUOUS: "figures are printed, but not surely of this cell; the value is empty",
}


def _described(kind: str) -> list[Concept]:
    """The rows or the columns of all forms, each once, the newest form first."""
    found: dict[str, Concept] = {}
    for form in forms():
        for table in form.tables:
            for item in table.items:
                for one in item.rows if kind == "rows" else item.columns:
                    found.setdefault(one.id, one)
    return list(found.values())


def codebook_page(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The codebook in Chinese and in English, made from the rows of the published one."""
    rows = [dict(zip(CODEBOOK.names, row, strict=True)) for row in codebook_rows(corpus)]
    parts = [
        (form, table, list(part))
        for (form, table), part in groupby(
            (row for row in rows if row["form"] != IN_PANEL), key=itemgetter("form", "table")
        )
    ]
    with_tables = [form for form in forms() if form.tables]
    values = {
        "forms": [(f, [part for part in parts if part[0] == f.version]) for f in with_tables],
        "tables": {(f.version, t.id): t for f in with_tables for t in f.tables},
        "panel": [row for row in rows if row["form"] == IN_PANEL],
        "comparability": terms("comparability"),
        "concepts": [_described("rows"), _described("columns")],
        "panel_statuses": list(terms("panel_statuses").values())[len(Status) :],
        "rate_statuses": terms("rate_statuses").values(),
    }
    yield Page(
        path="data/codebook.md",
        title="数据字典",
        template="codebook.html",
        description="每一版格式的每一格和面板表的每个变量：名称、含义、单位、依据、可比性。",
        values={
            **values,
            "statuses": [
                (str(s), name_of("statuses", s), note) for s, note in STATUS_NOTES.items()
            ],
        },
    )
    yield Page(
        path="data/codebook-en.md",
        title="Codebook",
        template="codebook_en.html",
        description="Every cell of every form and every variable of the panel: what it counts.",
        values={
            **values,
            "statuses": [
                (str(s), terms("statuses")[s].label_en, note) for s, note in STATUS_NOTES_EN.items()
            ],
        },
    )
