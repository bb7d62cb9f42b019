"""Coverage: nothing is called missing that nobody looked for, nothing late without a date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make

from gongkai.model import AgencyName, Corpus, Problem, Redirect, Sighting
from gongkai.package.coverage import coverage_rows
from gongkai.package.rows import report_row
from gongkai.package.schema import (
    AGENCIES,
    COVERAGE,
    NAMES,
    REDIRECTS,
    REGIONS,
    REPORTS,
    Resource,
)
from gongkai.package.tables import OF_CORPUS

if TYPE_CHECKING:
    from gongkai.model import Agency, Published

PAGE = "https://example.org/xxgk"
OFFICE = replace(make.AGENCY, id="cn-990100-renmin-zhengfu", classification="government")


def report(
    year: int, agency: Agency = make.AGENCY, published: str | None = None, retrieved: str = ""
) -> Published:
    """A report of that year with the dates of its folder."""
    one = make.published(make.report(year=year))
    entry = replace(
        make.entry(agency, year), published_on=published, retrieved_on=retrieved or None
    )
    return replace(one, report=replace(one.report, entry=entry))


def corpus(*reports: Published, **known: object) -> Corpus:
    """A corpus with the agency and the government's office."""
    agencies = {a.id: a for a in (make.AGENCY, OFFICE)}
    return replace(make.corpus(*reports), agencies=agencies, **known)  # type: ignore[arg-type]


def table(resource: Resource, known: Corpus) -> list[dict[str, object]]:
    """The rows of a table by column."""
    return [dict(zip(resource.names, r, strict=True)) for r in OF_CORPUS[resource.name](known)]


def states(known: Corpus, agency: Agency = make.AGENCY) -> dict[object, object]:
    """Year → status of the agency."""
    rows = table(COVERAGE, known)
    return {r["report_year"]: r["status"] for r in rows if r["agency_id"] == agency.id}


def test_a_report_after_its_day_is_late() -> None:
    """A department has until the end of January, a government until the end of March."""
    known = corpus(
        report(2021, published="2022-01-31"),
        report(2022, published="2023-02-01", retrieved="2023-05-01"),
        report(2023),
        report(2022, OFFICE, published="2023-02-01"),
        report(2023, OFFICE, published="2024-04-01"),
    )
    assert states(known) == {2021: "published", 2022: "late", 2023: "published"}
    assert states(known, OFFICE) == {2021: "not_collected", 2022: "published", 2023: "late"}
    (late,) = (
        r
        for r in table(COVERAGE, known)
        if r["report_year"] == 2022 and r["agency_id"] == make.AGENCY.id
    )
    assert late["published_on"] == "2023-02-01"
    assert late["due_on"] == "2023-01-31"
    assert late["checked_on"] == "2023-05-01"


def test_missing_is_only_what_somebody_looked_for() -> None:
    """The row says who looked when and where; every other gap is just not collected."""
    seen = Sighting(make.AGENCY.id, 2022, "missing", "2023-02-05", PAGE, "栏目里没有")
    known = corpus(report(2021), report(2023, published="2024-01-05"), sightings=(seen,))
    assert states(known) == {2021: "published", 2022: "missing", 2023: "published"}
    rows = {r["report_year"]: r for r in table(COVERAGE, known) if r["agency_id"] == make.AGENCY.id}
    assert (rows[2022]["checked_on"], rows[2022]["source_url"]) == ("2023-02-05", PAGE)
    assert rows[2022]["note"] == "栏目里没有"
    assert states(replace(known, sightings=())) == {
        2021: "published",
        2022: "not_collected",
        2023: "published",
    }


def test_a_report_that_was_missing_after_its_day_and_came_is_late() -> None:
    """Known only where its own date is not; a look before the day proves nothing."""
    seen = Sighting(make.AGENCY.id, 2022, "missing", "2023-02-05", PAGE)
    assert states(corpus(report(2022), sightings=(seen,))) == {2022: "late"}
    dated = corpus(report(2022, published="2023-01-20"), sightings=(seen,))
    assert states(dated) == {2022: "published"}
    faulty = replace(seen, status="unreadable")
    assert states(corpus(report(2022), sightings=(faulty,))) == {2022: "published"}
    early = replace(seen, checked_on="2023-01-31")
    assert states(corpus(report(2022), sightings=(early,))) == {2022: "published"}


def test_a_folder_with_a_problem_is_unreadable() -> None:
    """Also below a code the agency had before; other problems are none of a report."""
    old = replace(make.AGENCY, former_codes=("990150",))
    folder = "content/reports/{}/tongjiju/{}"
    problems = (
        Problem("x", folder.format("990100", 2022) + "/report.toml", "读不出", "改"),
        Problem("y", folder.format("990100", 2022), "又一处", "改"),
        Problem("x", folder.format("990150", 2021), "读不出", "改"),
        Problem("x", folder.format("990150", "x"), "文件夹名不合规定", "改"),
        Problem("x", "content/reports/990100", "打不开", "改"),
        Problem("x", "content/agencies.csv", "打不开", "改"),
    )
    known = replace(corpus(report(2020), report(2023)), problems=problems)
    known = replace(known, agencies={old.id: old})
    assert states(known) == {
        2020: "published",
        2021: "unreadable",
        2022: "unreadable",
        2023: "published",
    }
    notes = {r["report_year"]: r["note"] for r in table(COVERAGE, known)}
    assert notes == {2020: None, 2021: "读不出", 2022: "读不出", 2023: None}


def test_nothing_is_due_before_its_day_or_without_the_agency() -> None:
    """The day is that of the newest date in the data; years come from agency and code."""
    known = corpus(report(2021), report(2022, published="2023-01-20"))
    assert states(known, OFFICE) == {2021: "not_collected", 2022: "not_due"}
    undated = corpus(report(2021), report(2022))
    assert states(undated, OFFICE) == {2021: "not_collected", 2022: "not_collected"}
    older = corpus(report(2021, published="2021-12-01"), report(2022))
    assert states(older, OFFICE) == {2021: "not_collected", 2022: "not_collected"}
    young = replace(make.AGENCY, id="cn-990100-xin", valid_from=2022)
    gone = replace(make.AGENCY, id="cn-990100-jiu", valid_to=2021)
    moved = replace(
        make.AGENCY,
        id="cn-990100-huan",
        region=replace(make.REGION, valid_from=2022),
        former_codes=("990150",),
    )
    new_code = replace(moved, id="cn-990100-ma", former_codes=())
    town = replace(make.AGENCY, id="cn-990100-zhen", level="township", classification="township")
    more = {a.id: a for a in (young, gone, moved, new_code, town)}
    known = replace(known, agencies=more)
    assert states(known, young) == {2021: "not_due", 2022: "not_due"}
    assert states(known, gone) == {2021: "not_collected", 2022: "not_due"}
    assert states(known, moved)[2021] == "not_collected"
    assert states(known, new_code)[2021] == "not_due"
    assert states(known, town) == {2021: "not_collected", 2022: "not_collected"}


def test_every_status_has_a_case() -> None:
    """The closed list is what can be said."""
    assert list(COVERAGE.fields[2].labels) == [
        "published",
        "late",
        "missing",
        "unreadable",
        "not_due",
        "not_collected",
    ]
    assert list(coverage_rows(corpus())) == []


def test_names_retired_ids_and_years_are_published() -> None:
    """Every name an agency bore with its years; the years of agencies and regions."""
    names = (
        AgencyName("示例市统计局", "official", 2015, None, "公告"),
        AgencyName("示例市调查局", "former", None, 2015, "公告"),
    )
    region = replace(
        make.REGION, valid_from=2000, other_names=("示例地区", "示例"), source="GB/T 2260"
    )
    agency = replace(
        make.AGENCY,
        names=names,
        former_codes=("990140", "990150"),
        valid_from=2010,
        valid_to=2024,
        region=region,
    )
    retired = Redirect("cn-990100-diaochaju", agency.id, "2024-03-01", "编号写错")
    known = replace(make.corpus(), agencies={agency.id: agency}, redirects=(retired,))
    known = replace(known, regions={region.id: region})
    assert [(r["name"], r["kind"], r["valid_to"]) for r in table(NAMES, known)] == [
        ("示例市统计局", "official", None),
        ("示例市调查局", "former", 2015),
    ]
    assert table(REDIRECTS, known) == [
        {
            "old_id": retired.old,
            "agency_id": agency.id,
            "since": "2024-03-01",
            "reason": "编号写错",
        }
    ]
    (row,) = table(AGENCIES, known)
    assert (row["former_codes"], row["valid_from"], row["valid_to"]) == (
        "990140|990150",
        2010,
        2024,
    )
    (row,) = table(REGIONS, known)
    assert (row["other_names"], row["valid_from"], row["valid_to"], row["source"]) == (
        "示例地区|示例",
        2000,
        None,
        "GB/T 2260",
    )


def test_a_report_names_the_code_and_the_place_of_its_year() -> None:
    """The agency's own row has those of today."""
    old = replace(make.REGION, id="990150", adcode="990150")
    then = replace(make.AGENCY, adcode="990150", region=old)
    row = dict(zip(REPORTS.names, report_row(report(2015, then)), strict=True))
    assert (row["agency_id"], row["adcode"], row["region_id"]) == (
        make.AGENCY.id,
        "990150",
        "990150",
    )
    assert REPORTS.parents["region_id"] == REGIONS.name
