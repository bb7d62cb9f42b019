"""When a report was published: S-18.

The dates are those of the regulation, which the forms carry; what is known of a publication is
the entry of its folder. Of a bare file nothing is known, and nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks.rule import fail
from gongkai.forms import form_of_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Entry, Finding, Report

#: Bodies to which the regulation sets a date: at the county level and above.
_LEVELS = frozenset({"central", "province", "prefecture", "county"})
#: Bodies that publish the report of a whole government, and those without a date of their own.
_GOVERNMENTS = frozenset({"government", "government_office"})
_WITHOUT_DATE = frozenset({"township", "subdistrict", "development_zone", "other"})
_AGGREGATE = "region_aggregate"


def check_s_18(report: Report) -> Iterator[Finding]:
    """Published after the day on which the regulation wants it published."""
    entry = report.entry
    due = None if entry is None else due_on(entry)
    if entry is None or due is None or entry.published_on is None or entry.published_on <= due:
        return
    yield fail(
        "S-18",
        "",
        f"登记的发布日期是 {entry.published_on}，晚于应当公布的日期 {due}。",
        f"It was published on {entry.published_on}; it was due by {due}.",
    )


def due_on(entry: Entry) -> str | None:
    """The last day (ISO) on which the report of that folder may be published in time.

    None where the regulation sets none: townships, sub-districts and development zones, bodies
    whose level is unknown, and years before the first form. Where the report covers a whole
    government the later date holds.
    """
    agency = entry.agency
    if agency.level not in _LEVELS or agency.classification in _WITHOUT_DATE:
        return None
    try:
        form = form_of_year(entry.year)
    except LookupError:
        return None
    whole = agency.classification in _GOVERNMENTS or entry.scope == _AGGREGATE
    return f"{entry.year + 1}-{form.due_governments if whole else form.due_departments}"
