"""The search page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.pages.frame import Page, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus


def search_page(_corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The search page."""
    yield Page(
        path="search.md",
        title="搜索",
        template="search.html",
        description="搜索机关、地区、年份和报告里的任何词语。",
    )
