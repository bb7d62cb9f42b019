"""The codebook as a page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import Corpus, Status
from gongkai.package import codebook_rows
from gongkai.package.schema import COMPARABILITY_TITLES
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import name_of

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
