"""The list of all reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.pages.frame import Page, Setting
from gongkai.pages.rows import LIST_LIMIT, rows_of
from gongkai.pages.words import form_short, name_of
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus


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
