"""The index of agencies; the page of each is made in `agency`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import describe_dataset
from gongkai.package import region_path
from gongkai.package.api import places_of
from gongkai.pages.agency import agency_page
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published


def _by_agency(corpus: Corpus) -> dict[str, list[Published]]:
    out: dict[str, list[Published]] = {agency: [] for agency in sorted(corpus.agencies)}
    for one in corpus.reports:
        out.setdefault(one.entry.agency.id, []).append(one)
    return out


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
        title="机关",
        template="agencies.html",
        description="已收录报告的机关。",
        values={"agencies": shown},
    )
    places = places_of(corpus)
    for name, reports in by_agency.items():
        if reports:
            yield agency_page(corpus.agencies[name], reports, corpus, places, whole)
