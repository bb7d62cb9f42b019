"""When a report was published: S-18.

The dates are those of the regulation, which the forms carry; what is known of a publication is
the entry of its folder. Of a bare file nothing is known, and nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks.rule import fail
from gongkai.forms import due_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Finding, Report


def check_s_18(report: Report) -> Iterator[Finding]:
    """Published after the day on which the regulation wants it published."""
    entry = report.entry
    if entry is None or entry.published_on is None:
        return
    agency = entry.agency
    due = due_on(agency.level, agency.classification, entry.year, entry.scope)
    if due is None or entry.published_on <= due:
        return
    yield fail(
        "S-18",
        "",
        f"登记的发布日期是 {entry.published_on}，晚于应当公布的日期 {due}。",
        f"It was published on {entry.published_on}; it was due by {due}.",
    )
