"""The search page, and the facets by which reports are narrowed down there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.model import Severity
from gongkai.package import region_path
from gongkai.pages.frame import Page, Setting
from gongkai.pages.names import NAMES, names_script
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Agency, Corpus, Published, Region

#: Kinds of regions that are a facet: counties and towns are found by their names.
FACET_REGIONS = ("province", "prefecture")
#: The worst that was found in a report, and what the page calls it.
FOUND: dict[str, str] = {"error": "有错误", "warn": "有疑点，没有错误", "none": "没有错误和疑点"}


def _worst(one: Published) -> str:
    severities = {finding.severity for finding in one.all_failures}
    return next((str(s) for s in (Severity.ERROR, Severity.WARN) if s in severities), "none")


def facets_of(one: Published, corpus: Corpus) -> tuple[tuple[str, str], ...]:
    """Facet → value of a report; a report has a region facet for each region it lies in."""
    agency = one.entry.agency
    path = region_path(agency.region, corpus.regions)
    return (
        *(("region", region.id) for region in path if region.kind in FACET_REGIONS),
        ("level", agency.level),
        ("class", agency.classification),
        ("year", str(one.entry.year)),
        ("found", _worst(one)),
    )


def _facet_regions(agencies: Iterable[Agency], corpus: Corpus) -> list[tuple[str, str]]:
    """The provinces and cities with reports in the order of their codes: id, and name with what it lies in."""
    paths = {path[-1].id: path for one in agencies for path in _facet_paths(one, corpus)}
    ordered = sorted(paths.values(), key=lambda path: [(r.adcode, r.id) for r in path])
    return [(path[-1].id, " › ".join(r.name for r in path)) for path in ordered]


def _facet_paths(agency: Agency, corpus: Corpus) -> Iterator[tuple[Region, ...]]:
    path = region_path(agency.region, corpus.regions)
    kept = tuple(region for region in path if region.kind in FACET_REGIONS)
    return (kept[: at + 1] for at in range(len(kept)))


def search_page(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The search page."""
    agencies = {one.entry.agency.id: one.entry.agency for one in corpus.reports}.values()
    levels = {agency.level for agency in agencies}
    classes = {agency.classification for agency in agencies}
    years = sorted({one.entry.year for one in corpus.reports}, reverse=True)
    facets: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("region", "地区", _facet_regions(agencies, corpus)),
        ("level", "层级", [(k, v) for k, v in labels("levels").items() if k in levels]),
        ("class", "类别", [(k, v) for k, v in labels("classifications").items() if k in classes]),
        ("year", "年份", [(str(year), f"{year}年") for year in years]),
        ("found", "核查", list(FOUND.items())),
    ]
    yield Page(
        path="search.md",
        title="搜索",
        template="search.html",
        description="搜索机关、地区、年份和报告里的任何词语。",
        values={"facets": facets},
        files={NAMES: names_script(corpus)},
    )
