"""The page of a year: what its reports add up to, what changed, how it spreads, where, by whom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_part
from gongkai.package import region_path
from gongkai.pages.frame import Page
from gongkai.pages.rows import FIRST_LIMIT, in_order, rows_of
from gongkai.pages.summary import coverage_sheet, found_sheet, group_sheet, summarise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gongkai.catalog import Work
    from gongkai.model import Region
    from gongkai.package.api import Places
    from gongkai.pages.sheets import Sheet
    from gongkai.pages.totals import Judged

#: How far down regions are listed: those at the top and those in them.
DEPTH = 2


def _places(year: int, reports: Sequence[Judged], regions: Mapping[str, Region]) -> Sheet:
    """The reports by region, as far down as provinces and prefectures."""
    found: dict[tuple[str, ...], list[Judged]] = {}
    for one in reports:
        path = region_path(one.one.entry.agency.region, regions)[:DEPTH]
        for depth in range(len(path)):
            key = tuple(part for r in path[: depth + 1] for part in (r.adcode, r.id))
            found.setdefault(key, []).append(one)
    groups = [
        ("　" * (len(key) // 2 - 1) + regions[key[-1]].name, f"regions/{key[-1]}/", members)
        for key, members in sorted(found.items())
    ]
    return group_sheet("places", f"{year}年度的报告，按地区；上级的数包括下级的", "地区", groups)


def year_page(
    year: int,
    years: Mapping[int, Sequence[Judged]],
    places: Places,
    whole: Work,
    downloads: Sequence[tuple[str, str, str]],
) -> Page:
    """The page of a year.

    Args:
        year: the year.
        years: the reports by year, the oldest first.
        places: the corpus by agencies and regions.
        whole: the data set.
        downloads: what there is to download.
    """
    path = f"years/{year}"
    shown = {y: years[y] for y in (year - 1, year) if y in years}
    summary = summarise("已收录的全部报告", shown, year, f"charts/{path}")
    reports = [one.one for one in years[year]]
    lines = (line for of in places.coverage.values() for line in of)
    covered = Counter(line["status"] for line in lines if line["report_year"] == year)
    return Page(
        path=f"{path}.md",
        title=f"{year}年",
        template="year.html",
        description=f"{year}年度的政府信息公开工作年度报告。",
        values={
            "year": year,
            "years": list(years),
            "s": summary,
            "coverage": coverage_sheet("全部地区", {year: covered}),
            "places": _places(year, years[year], places.corpus.regions),
            "found": found_sheet(f"{year}年度", years[year]),
            "rows": rows_of(in_order(reports)[:FIRST_LIMIT], places.corpus),
            "total": len(reports),
            "downloads": downloads,
            "cited": cite(describe_part(whole, path, f"{year}年度", reports)),
        },
        files=summary.files,
    )
