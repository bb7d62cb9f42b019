"""The index of years and the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_dataset, describe_part
from gongkai.pages.browse import year_index
from gongkai.pages.frame import Page, Setting
from gongkai.pages.rows import rows_of
from gongkai.pages.words import size_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published


def year_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of years and a page for each."""
    by_year: dict[int, list[Published]] = {}
    for one in corpus.reports:
        by_year.setdefault(one.entry.year, []).append(one)
    ordered = sorted(by_year, reverse=True)
    whole = describe_dataset(corpus, setting.site_url)
    packages = {int(f["year"]): f for f in setting.files if "year" in f}
    yield year_index(by_year, corpus)
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
