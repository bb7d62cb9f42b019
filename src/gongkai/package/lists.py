"""Data of the site's list pages, by columns and as short as can be: they load on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.model import CellId, Corpus, Published, Region, Severity
from gongkai.package.contract import json_number
from gongkai.package.issues import issue_counts, issue_row, issues
from gongkai.package.schema import ISSUE_COUNTS, ISSUES
from gongkai.package.text import write_short_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def region_path(region: Region, regions: Mapping[str, Region]) -> tuple[Region, ...]:
    """The region and the regions it lies in, the highest first."""
    path = [region]
    while (parent := path[0].parent) is not None and parent in regions:
        path.insert(0, regions[parent])
    return tuple(path)


@dataclass(frozen=True, slots=True)
class _Line:
    """A report in the list."""

    one: Published
    regions: tuple[Region, ...]

    def total(self, row: str) -> int | float | str | None:
        value = self.one.report.values.get(CellId("requests", row, "total"))
        return json_number(value.number) if value is not None else None

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.one.all_failures)

    @property
    def form(self) -> str | None:
        form = self.one.report.form
        return form.version if form is not None else None


#: Columns of the list page's data. Regions are paths, the highest first, parted by `/`; figures
#: are the totals of table 3; `url` is relative to the site's root.
LIST_COLUMNS: dict[str, Callable[[_Line], Any]] = {
    "report_id": lambda line: line.one.entry.report_id,
    "agency": lambda line: line.one.entry.agency.name,
    "agency_id": lambda line: line.one.entry.agency.id,
    "region": lambda line: "/".join(region.name for region in line.regions),
    "region_ids": lambda line: "/".join(region.id for region in line.regions),
    "level": lambda line: line.one.entry.agency.level,
    "class": lambda line: line.one.entry.agency.classification,
    "year": lambda line: line.one.entry.year,
    "form": lambda line: line.form,
    "received": lambda line: line.total("received"),
    "granted": lambda line: line.total("granted"),
    "granted_partial": lambda line: line.total("granted_partial"),
    "processed_total": lambda line: line.total("processed_total"),
    "n_findings_error": lambda line: line.count(Severity.ERROR),
    "n_findings_warn": lambda line: line.count(Severity.WARN),
    "n_findings_info": lambda line: line.count(Severity.INFO),
    "url": lambda line: f"reports/{line.one.entry.report_id}/",
}


def write_list(corpus: Corpus) -> bytes:
    """The list page's data by columns: `{"columns": {name: [value, …]}}`, a value a report."""
    regions = corpus.regions
    lines = [_Line(one, region_path(one.entry.agency.region, regions)) for one in corpus.reports]
    columns = {name: [read(line) for line in lines] for name, read in LIST_COLUMNS.items()}
    return write_short_json({"columns": columns})


#: Columns of the issue list that pages need; `url` is relative to the site's root.
_ISSUE_COLUMNS = (
    "report_id",
    "agency",
    "region",
    "report_year",
    "check_id",
    "title",
    "severity",
    "findings",
    "message_zh",
    "expression",
)


def write_issues(corpus: Corpus) -> bytes:
    """The issue list and the counts: `{"counts": [{…}], "columns": {name: [value, …]}}`."""
    found = issues(corpus)
    listed = [dict(zip(ISSUES.names, issue_row(issue), strict=True)) for issue in found]
    columns = {name: [row[name] for row in listed] for name in _ISSUE_COLUMNS}
    columns["url"] = [f"reports/{row['report_id']}/#findings" for row in listed]
    counts = [
        dict(zip(ISSUE_COUNTS.names, count.row(), strict=True))
        for count in issue_counts(corpus, found)
    ]
    return write_short_json({"counts": counts, "columns": columns})


#: File of the site → the data of a list page.
LISTS: dict[str, Callable[[Corpus], bytes]] = {
    "reports.json": write_list,
    "issues.json": write_issues,
}
