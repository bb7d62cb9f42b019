"""The index of regions, as a tree; the page of each is made in `region`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import describe_dataset
from gongkai.package import region_path
from gongkai.package.api import places_of
from gongkai.pages.browse import region_index
from gongkai.pages.region import gather, region_page
from gongkai.pages.totals import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published
    from gongkai.pages.frame import Page, Setting


def _regions_with_reports(corpus: Corpus) -> dict[str, list[Published]]:
    """Region → the reports of its agencies and of the regions in it; only regions with any."""
    out: dict[str, list[Published]] = {}
    for one in corpus.reports:
        for region in region_path(one.entry.agency.region, corpus.regions):
            out.setdefault(region.id, []).append(one)
    return out


def region_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of regions, as a tree, and a page for each."""
    by_region = _regions_with_reports(corpus)
    known = corpus.regions
    ordered = sorted(
        by_region, key=lambda r: [p.adcode + p.id for p in region_path(known[r], known)]
    )
    yield region_index(by_region, corpus)
    gathered = gather(places_of(corpus), judge(corpus), describe_dataset(corpus, setting.site_url))
    for name in ordered:
        yield region_page(known[name], gathered)
