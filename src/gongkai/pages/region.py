"""The page of a region: what its reports add up to, how it spreads, its places and agencies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_part
from gongkai.model import CellId
from gongkai.package import region_path
from gongkai.package.api import region_documents
from gongkai.pages.frame import Page
from gongkai.pages.rows import LIST_LIMIT, datum, has_cell, in_order, rows_of
from gongkai.pages.sheets import Cell, Head, Line, Sheet
from gongkai.pages.summary import coverage_sheet, found_sheet, group_sheet, summarise
from gongkai.pages.totals import by_year
from gongkai.pages.words import cell_anchor, file_words, name_of, report_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gongkai.catalog import Work
    from gongkai.model import Published, Region
    from gongkai.package.api import Places
    from gongkai.pages.totals import Judged

#: What is shown of a region's own aggregate, as printed.
AGGREGATED: dict[str, CellId] = {
    "新收申请（件）": CellId("requests", "received", "total"),
    "办结（件）": CellId("requests", "processed_total", "total"),
    "予以公开（件）": CellId("requests", "granted", "total"),
    "行政复议（件）": CellId("disputes", "review", "total"),
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The reports by region, each with those of the regions in it; the whole data set.

    `coverage` counts the agencies that lie in a region today: region → year → status → how many.
    """

    places: Places
    by_region: Mapping[str, Sequence[Judged]]
    coverage: Mapping[str, Mapping[int, Counter[str]]]
    whole: Work


def gather(places: Places, judged: Iterable[Judged], whole: Work) -> Gathered:
    """The reports by region; only regions with any."""
    by_region: dict[str, list[Judged]] = {}
    for one in judged:
        for region in region_path(one.one.entry.agency.region, places.corpus.regions):
            by_region.setdefault(region.id, []).append(one)
    return Gathered(places, by_region, _coverage(places), whole)


def _coverage(places: Places) -> dict[str, dict[int, Counter[str]]]:
    found: dict[str, dict[int, Counter[str]]] = {}
    for agency in places.corpus.agencies.values():
        for region in region_path(agency.region, places.corpus.regions):
            years = found.setdefault(region.id, {})
            for line in places.coverage.get(agency.id, ()):
                years.setdefault(line["report_year"], Counter())[line["status"]] += 1
    return found


def _aggregates(region: Region, reports: Iterable[Judged]) -> Sheet | None:
    """What the region's own aggregates print, the newest first; they are added to nothing."""
    own = [
        one.one
        for one in reports
        if one.one.entry.scope == "region_aggregate" and one.one.entry.agency.region.id == region.id
    ]
    own.sort(key=lambda one: (-one.entry.year, one.entry.report_id))
    lines = tuple(
        Line(
            f"{one.entry.agency.name} {one.entry.year}年",
            tuple(_as_printed(one, cell) for cell in AGGREGATED.values()),
            report_path(one.entry),
        )
        for one in own
    )
    heads = (Head("报告", ""), *(Head(label) for label in AGGREGATED))
    caption = f"{region.name}的地区汇总报告，照原文；不计入上面的合计"
    return Sheet("aggregates", caption, heads, lines) if lines else None


def _as_printed(one: Published, cell: CellId) -> Cell:
    shown = datum(one, cell)
    href = f"{report_path(one.entry)}#{cell_anchor(cell)}" if has_cell(one, cell) else ""
    return Cell(shown.text, shown.kind, href)


def _agencies(region: Region, reports: Iterable[Judged]) -> list[tuple[str, str, list[int]]]:
    """The agencies that report from this very region: name, id, years."""
    found: dict[str, tuple[str, str, list[int]]] = {}
    for one in reports:
        entry = one.one.entry
        if entry.agency.region.id == region.id:
            found.setdefault(entry.agency.id, (entry.agency.name, entry.agency.id, []))[2].append(
                entry.year
            )
    return sorted(((n, i, sorted(years)) for n, i, years in found.values()), key=lambda a: a[1])


def _inside(region: Region, gathered: Gathered, year: int) -> Sheet | None:
    """The regions in it that have reports, with those of a year."""
    groups = [
        (
            child.name,
            f"regions/{child.id}/",
            by_year(gathered.by_region[child.id]).get(year, []),
        )
        for child in sorted(gathered.places.children[region.id], key=lambda r: (r.adcode, r.id))
        if child.id in gathered.by_region
    ]
    caption = f"{region.name}的下属地区，{year}年度的报告"
    return group_sheet("places", caption, "地区", groups) if groups else None


def region_page(region: Region, gathered: Gathered) -> Page:
    """The page of a region."""
    places, reports = gathered.places, gathered.by_region[region.id]
    corpus, path = places.corpus, f"regions/{region.id}"
    years = by_year(reports)
    summary = summarise(region.name, years, max(years), f"charts/{path}")
    plain = [one.one for one in reports]
    agencies = _agencies(region, reports)
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
            "s": summary,
            "coverage": coverage_sheet(region.name, gathered.coverage[region.id]),
            "aggregates": _aggregates(region, reports),
            "inside": _inside(region, gathered, summary.focus),
            "found": found_sheet(region.name, reports),
            "agencies": agencies[:LIST_LIMIT],
            "bodies": len(agencies),
            "rows": rows_of(in_order(plain)[:LIST_LIMIT], corpus),
            "total": len(reports),
            "cited": cite(describe_part(gathered.whole, path, region.name, plain)),
        },
        files=summary.files,
    )
