"""The ways into the corpus: the tree of regions, the classes of agencies, the years.

Every agency and every report is reached from here by links alone. Pages of one agency, region or
year are not made here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.entry import LISTED_TO, counties
from gongkai.package import region_path
from gongkai.package.coverage import coverage_rows
from gongkai.pages.frame import Page
from gongkai.pages.lists import choices
from gongkai.pages.rows import LIST_LIMIT
from gongkai.pages.shelves import place_of, shelves
from gongkai.pages.words import name_of, report_path
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gongkai.model import Agency, Corpus, Published, Region
    from gongkai.pages.shelves import Shelf

#: Places that consist of counties.
_UPPER = ("province", "prefecture")


@dataclass(frozen=True, slots=True)
class Share:
    """How many counties have a report, of those there are by the standard's codes."""

    some: int
    of: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A region of the tree with what is in it, and the branches that grow from it."""

    region: Region
    agencies: int
    reports: int
    findings: int
    counties: Share | None
    inside: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An agency in a list: its place, and the year and address of each report."""

    agency: Agency
    place: str
    classification: str
    years: tuple[tuple[int, str], ...]
    findings: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of agencies and how much there is of it."""

    id: str
    name: str
    agencies: int
    reports: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year in the index: reports, and what is known of the reports of the register's agencies."""

    year: int
    reports: int
    due: int
    late: int
    missing: int
    unknown: int
    counties: int
    findings: int


def _codes(reports: Iterable[Published], known: Mapping[str, Region]) -> frozenset[str]:
    """The codes of the counties that reports are from."""
    regions = {one.entry.agency.region.id: one.entry.agency.region for one in reports}
    return frozenset(
        up.adcode
        for region in regions.values()
        for up in region_path(region, known)
        if up.kind == "county"
    )


def _share(region: Region, codes: frozenset[str]) -> Share | None:
    """The counties of a place that have a report; None where nobody knows how many there are."""
    there = counties().get(region.adcode)
    if region.kind not in _UPPER or there is None:
        return None
    return Share(len(codes & there), len(there))


def all_counties() -> frozenset[str]:
    """The codes in force of all counties."""
    return frozenset().union(*counties().values())


def region_tree(by_region: Mapping[str, Sequence[Published]], corpus: Corpus) -> tuple[Branch, ...]:
    """The regions that have reports, each with those in it; in the order of their codes."""
    known = corpus.regions
    codes = _codes(corpus.reports, known)
    inside: dict[str | None, list[Region]] = {}
    for name in by_region:
        region = known[name]
        up = region.parent if region.parent in by_region else None
        inside.setdefault(up, []).append(region)

    def branch(region: Region) -> Branch:
        reports = by_region[region.id]
        return Branch(
            region,
            len({one.entry.agency.id for one in reports}),
            len(reports),
            sum(len(one.all_failures) for one in reports),
            _share(region, codes),
            grown(region.id),
        )

    def grown(up: str | None) -> tuple[Branch, ...]:
        return tuple(branch(region) for region in sorted(inside.get(up, ()), key=place_of))

    return grown(None)


def region_index(by_region: Mapping[str, Sequence[Published]], corpus: Corpus) -> Page:
    """The tree of regions. `by_region` has the reports of each region and of all in it."""
    there = all_counties()
    return Page(
        path="regions/index.md",
        title="地区",
        template="regions.html",
        description="按省、市、县找报告，每个地区收录了多少。",
        values={
            "tree": region_tree(by_region, corpus),
            "total": len(by_region),
            "share": Share(len(_codes(corpus.reports, corpus.regions) & there), len(there)),
            "listed_to": LISTED_TO,
        },
    )


def _lines(by_agency: Mapping[str, Sequence[Published]], corpus: Corpus) -> tuple[Line, ...]:
    shown = [
        Line(
            agency,
            " › ".join(r.name for r in region_path(agency.region, corpus.regions)),
            name_of("classifications", agency.classification),
            tuple(sorted((one.entry.year, report_path(one.entry)) for one in reports)),
            sum(len(one.all_failures) for one in reports),
        )
        for agency, reports in ((corpus.agencies[name], held) for name, held in by_agency.items())
        if reports
    ]
    return tuple(sorted(shown, key=lambda one: (one.agency.adcode, one.agency.id)))


def agency_index(by_agency: Mapping[str, Sequence[Published]], corpus: Corpus) -> Iterator[Page]:
    """The index of agencies and the pages of each class of them."""
    lines = _lines(by_agency, corpus)
    by_class: dict[str, list[Line]] = {}
    for one in lines:
        by_class.setdefault(one.agency.classification, []).append(one)
    order = list(labels("classifications"))
    kinds = [
        Kind(name, held[0].classification, len(held), sum(len(one.years) for one in held))
        for name, held in sorted(by_class.items(), key=lambda one: order.index(one[0]))
    ]
    yield Page(
        path="agencies/index.md",
        title="机关",
        template="agencies.html",
        description="已收录报告的机关，按类别和地区找。",
        values={
            "total": len(lines),
            "lines": lines if len(lines) <= LIST_LIMIT else (),
            "kinds": kinds,
            **choices(corpus),
        },
    )
    for kind in kinds:
        found = shelves(
            by_class[kind.id],
            lambda one: region_path(one.agency.region, corpus.regions),
            LIST_LIMIT,
        )
        for shelf in found:
            yield _class_page(kind, shelf)


def _class_page(kind: Kind, shelf: Shelf[Line]) -> Page:
    """A page of the agencies of a class."""
    base = f"agencies/class/{kind.id}/"
    where = f"（{shelf.path[-1].name}）" if shelf.path else ""
    turn = f"，第{shelf.number}页" if shelf.number > 1 else ""
    return Page(
        path=f"{base}{shelf.url}".rstrip("/") + ".md",
        title=f"{kind.name}类机关{where}{turn}",
        template="class.html",
        description=f"{kind.name}类机关{where}的政府信息公开工作年度报告{turn}。",
        values={"kind": kind, "shelf": shelf, "base": base},
    )


def _year(year: int, reports: Sequence[Published], known: Counter[str], corpus: Corpus) -> Year:
    return Year(
        year,
        len(reports),
        known.total() - known["not_due"],
        known["late"],
        known["missing"],
        known["not_collected"] + known["unreadable"],
        len(_codes(reports, corpus.regions) & all_counties()),
        sum(len(one.all_failures) for one in reports),
    )


def year_index(by_year: Mapping[int, Sequence[Published]], corpus: Corpus) -> Page:
    """The index of years. What is known of each year is that of the register's agencies."""
    known: dict[int, Counter[str]] = {}
    for _agency, year, status, *_ in coverage_rows(corpus):
        known.setdefault(int(year or 0), Counter())[str(status)] += 1
    return Page(
        path="years/index.md",
        title="年份",
        template="years.html",
        description="按报告年度找报告，每个年度收录了多少。",
        values={
            "years": [
                _year(year, by_year.get(year, ()), known[year], corpus)
                for year in sorted(known, reverse=True)
            ],
            "registered": len(corpus.agencies),
            "counties": len(all_counties()),
            "listed_to": LISTED_TO,
        },
    )
