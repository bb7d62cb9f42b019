"""The index of regions, as a tree, and the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_dataset, describe_part
from gongkai.package import region_path
from gongkai.package.api import Places, places_of, region_documents
from gongkai.pages.browse import region_index
from gongkai.pages.frame import Page, Setting
from gongkai.pages.rows import LIST_LIMIT, rows_of
from gongkai.pages.words import file_words, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.catalog import Work
    from gongkai.model import Corpus, Published, Region


def _regions_with_reports(corpus: Corpus) -> dict[str, list[Published]]:
    """Region → the reports of its agencies and of the regions in it; only regions with any."""
    out: dict[str, list[Published]] = {}
    for one in corpus.reports:
        for region in region_path(one.entry.agency.region, corpus.regions):
            out.setdefault(region.id, []).append(one)
    return out


def _region_page(
    region: Region,
    reports: list[Published],
    places: Places,
    counts: Mapping[str, int],
    whole: Work,
) -> Page:
    corpus = places.corpus
    path = f"regions/{region.id}"
    inside = [corpus.regions[r] for r in counts if corpus.regions[r].parent == region.id]
    return Page(
        path=f"{path}.md",
        title=region.name,
        template="region.html",
        description=f"{region.name}各机关的政府信息公开工作年度报告。",
        values={
            "region": region,
            "downloads": file_words(region_documents(region.id, places)),
            "kind": name_of("region_kinds", region.kind),
            "path": region_path(region, corpus.regions),
            "inside": [(r, counts[r.id]) for r in inside],
            "rows": rows_of(reports, corpus)[:LIST_LIMIT],
            "total": len(reports),
            "cited": cite(describe_part(whole, path, region.name, reports)),
        },
    )


def region_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of regions, as a tree, and a page for each."""
    by_region = _regions_with_reports(corpus)
    whole = describe_dataset(corpus, setting.site_url)
    known = corpus.regions
    ordered = sorted(
        by_region, key=lambda r: [p.adcode + p.id for p in region_path(known[r], known)]
    )
    counts = {name: len(by_region[name]) for name in ordered}
    yield region_index(by_region, corpus)
    places = places_of(corpus)
    for name in ordered:
        yield _region_page(known[name], by_region[name], places, counts, whole)
