"""The index of years; the page of each is made in `year`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import describe_dataset
from gongkai.package.api import places_of
from gongkai.pages.browse import year_index
from gongkai.pages.totals import by_year, judge
from gongkai.pages.words import size_words
from gongkai.pages.year import year_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus
    from gongkai.pages.frame import Page, Setting


def year_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of years and a page for each."""
    judged = by_year(judge(corpus))
    ordered = sorted(judged, reverse=True)
    whole = describe_dataset(corpus, setting.site_url)
    packages = {int(f["year"]): f for f in setting.files if "year" in f}
    reports = {year: [held.one for held in judged[year]] for year in ordered}
    yield year_index(reports, corpus)
    places = places_of(corpus)
    for year in ordered:
        downloads = [
            ("数据包 ZIP", f"data/{one['path']}", size_words(int(one["bytes"])))
            for one in (packages.get(year),)
            if one is not None
        ]
        yield year_page(year, judged, places, whole, downloads)
