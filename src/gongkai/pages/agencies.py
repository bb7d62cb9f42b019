"""The index of agencies; the page of each is made in `agency`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import describe_dataset
from gongkai.package.api import places_of
from gongkai.pages.agency import agency_page
from gongkai.pages.browse import agency_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published
    from gongkai.pages.frame import Page, Setting


def _by_agency(corpus: Corpus) -> dict[str, list[Published]]:
    out: dict[str, list[Published]] = {agency: [] for agency in sorted(corpus.agencies)}
    for one in corpus.reports:
        out.setdefault(one.entry.agency.id, []).append(one)
    return out


def agency_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of agencies and a page for each."""
    by_agency = _by_agency(corpus)
    whole = describe_dataset(corpus, setting.site_url)
    yield from agency_index(by_agency, corpus)
    places = places_of(corpus)
    for name, reports in by_agency.items():
        if reports:
            yield agency_page(corpus.agencies[name], reports, corpus, places, whole)
