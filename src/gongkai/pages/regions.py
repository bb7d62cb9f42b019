"""The index of regions, as a tree; the page of each is made in `region`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import describe_dataset
from gongkai.package import region_path
from gongkai.package.api import places_of
from gongkai.pages.frame import Page, Setting
from gongkai.pages.region import gather, region_page
from gongkai.pages.totals import judge
from gongkai.pages.words import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published, Region


def _regions_with_reports(corpus: Corpus) -> dict[str, list[Published]]:
    """Region → the reports of its agencies and of the regions in it; only regions with any."""
    out: dict[str, list[Published]] = {}
    for one in corpus.reports:
        for region in region_path(one.entry.agency.region, corpus.regions):
            out.setdefault(region.id, []).append(one)
    return out


def _depth(region: Region, regions: dict[str, Region]) -> int:
    return len(region_path(region, regions)) - 1


def region_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of regions, as a tree, and a page for each."""
    by_region = _regions_with_reports(corpus)
    known = corpus.regions
    ordered = sorted(
        by_region, key=lambda r: [p.adcode + p.id for p in region_path(known[r], known)]
    )
    counts = {name: len(by_region[name]) for name in ordered}
    yield Page(
        path="regions/index.md",
        title="地区",
        template="regions.html",
        description="按地区找报告。",
        values={
            "regions": [
                (
                    known[name],
                    _depth(known[name], known),
                    name_of("region_kinds", known[name].kind),
                    len({one.entry.agency.id for one in by_region[name]}),
                    counts[name],
                )
                for name in ordered
            ]
        },
    )
    gathered = gather(places_of(corpus), judge(corpus), describe_dataset(corpus, setting.site_url))
    for name in ordered:
        yield region_page(known[name], gathered)
