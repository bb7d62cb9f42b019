"""Data of the site's list pages, by columns and as short as can be: they load on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.forms import forms
from gongkai.forms.panel import panel
from gongkai.model import CellId, Corpus, Published, Region, Severity, Status
from gongkai.package.contract import json_number
from gongkai.package.issues import issue_counts, issue_row, issues
from gongkai.package.panel import panel_rows
from gongkai.package.schema import ISSUE_COUNTS, ISSUES, PANEL, STATUS_SUFFIX
from gongkai.package.text import write_short_json
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gongkai.package.rows import Scalar


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


#: Figures and rates of the panel in the table of all reports: those that are there at once, and
#: those that are fetched when a reader asks for one of them.
TABLE_FIGURES = ("received_total", "granted_total", "processed_total", "review_total")
TABLE_RATES = ("rate_granted",)
MORE_FIGURES = (
    "pending_start_total",
    "granted_partial_total",
    "denied_total",
    "unable_total",
    "rejected_total",
    "pending_end_total",
    "review_overturned",
    "review_decided",
    "suits_total",
    "suits_overturned",
    "suits_decided",
)
MORE_RATES = ("rate_denied", "rate_unable", "rate_review_overturned", "rate_suit_overturned")


class _Numbers(dict[Any, int]):
    """Number of each value in the order in which they come."""

    def __missing__(self, value: Any) -> int:  # noqa: ANN401  # whatever a column holds
        self[value] = len(self)
        return self[value]


@dataclass(frozen=True, slots=True)
class _Table:
    """The reports as the table of all reports has them: newest first, then by place and agency."""

    lines: tuple[_Line, ...]
    figures: tuple[Mapping[str, Scalar], ...]
    regions: tuple[Region, ...]

    def figure(self, name: str) -> list[Any]:
        """A column of figures; a text is the number of the status that stands in its place."""
        absent = {status: str(at) for at, status in enumerate(labels("panel_statuses"))}
        return [
            absent[str(row[name + STATUS_SUFFIX])] if row[name] is None else row[name]
            for row in self.figures
        ]

    def marked(self, names: Iterable[str]) -> dict[str, list[int]]:
        """Sums in which a blank counts as 0: column → rows."""
        suffixed = {name: name + STATUS_SUFFIX for name in names}
        found = {
            name: [at for at, row in enumerate(self.figures) if row[status] == "blank_as_zero"]
            for name, status in suffixed.items()
        }
        return {name: rows for name, rows in found.items() if rows}

    def rate(self, name: str) -> list[int]:
        """The numbers of a rate's statuses: the rate itself is its two figures, divided."""
        known = {status: at for at, status in enumerate(labels("rate_statuses"))}
        return [known[str(row[name + STATUS_SUFFIX])] for row in self.figures]


def _in_order(regions: Iterable[Region], known: Mapping[str, Region]) -> tuple[Region, ...]:
    """Regions as a tree is read: each before those in it, places unknown at the end."""
    return tuple(
        sorted(
            regions,
            key=lambda region: [
                (one.kind == "unknown", one.adcode, one.id) for one in region_path(region, known)
            ],
        )
    )


def _table(corpus: Corpus) -> _Table:
    lines = [
        _Line(one, region_path(one.entry.agency.region, corpus.regions)) for one in corpus.reports
    ]
    rows = (dict(zip(PANEL.names, row, strict=True)) for row in panel_rows(corpus))
    both = sorted(
        zip(lines, rows, strict=True),
        key=lambda pair: (
            -pair[0].one.entry.year,
            pair[0].one.entry.agency.adcode,
            pair[0].one.entry.report_id,
        ),
    )
    held = {region.id: region for line in lines for region in line.regions}
    return _Table(
        tuple(line for line, _ in both),
        tuple(row for _, row in both),
        _in_order(held.values(), corpus.regions),
    )


def _coded(table: _Table) -> dict[str, Any]:
    """What the columns' numbers stand for, and the columns that are there at once."""
    place = {region.id: at for at, region in enumerate(table.regions)}
    versions = [form.version for form in reversed(forms())]
    agencies = _Numbers()
    columns = {
        "agency": [
            agencies[(a.id, a.name, place[a.region.id], a.level, a.classification)]
            for a in (line.one.entry.agency for line in table.lines)
        ],
        "year": [line.one.entry.year for line in table.lines],
        "form": [versions.index(line.form) if line.form else -1 for line in table.lines],
        "errors": [line.count(Severity.ERROR) for line in table.lines],
        "warnings": [line.count(Severity.WARN) for line in table.lines],
        "notes": [line.count(Severity.INFO) for line in table.lines],
    }
    columns |= {name: table.figure(name) for name in TABLE_FIGURES}
    columns |= {name: table.rate(name) for name in TABLE_RATES}
    heads = ("id", "name", "region", "level", "class")
    return {
        "regions": {
            "id": [region.id for region in table.regions],
            "name": [region.name for region in table.regions],
            "parent": [place.get(region.parent or "", -1) for region in table.regions],
        },
        "agencies": {head: [one[at] for one in agencies] for at, head in enumerate(heads)},
        "forms": versions,
        "absent": list(labels("panel_statuses").values()),
        "rate_statuses": list(labels("rate_statuses")),
        "rate_words": list(labels("rate_statuses").values()),
        "rates": {
            rate.name: [rate.numerator, rate.denominator]
            for rate in panel().rates
            if rate.name in TABLE_RATES + MORE_RATES
        },
        "columns": columns,
    }


def _more(table: _Table) -> dict[str, Any]:
    """The columns that are fetched when a reader asks for one of them."""
    values = [line.one.report.values.values() for line in table.lines]
    columns: dict[str, list[Any]] = {
        "blanks": [sum(v.status is Status.BLANK for v in printed) for printed in values],
        "published": [line.one.entry.published_on for line in table.lines],
    }
    columns |= {name: table.figure(name) for name in MORE_FIGURES}
    columns |= {name: table.rate(name) for name in MORE_RATES}
    return {"columns": columns, "marked": table.marked(MORE_FIGURES)}


def write_table(corpus: Corpus) -> dict[str, bytes]:
    """The table of all reports, by columns, in two files: what each page needs, and the rest.

    Agencies, regions and forms are numbers of their lists, regions in the order of a tree. The
    page of a report is that of `<agency>-<year>`.
    """
    table = _table(corpus)
    return {
        "list.json": write_short_json(_coded(table)),
        "list-more.json": write_short_json(_more(table)),
    }


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


#: File of the site → what it is (Chinese).
LISTS: dict[str, str] = {
    "reports.json": "报告列表（JSON，按列）",
    "list.json": "报告页的表（JSON，按列，编号）",
    "list-more.json": "报告页的表的其余各列（JSON）",
    "issues.json": "问题清单和计数（JSON）",
}


def write_lists(corpus: Corpus) -> dict[str, bytes]:
    """The data of the list pages: file of the site → content."""
    return {
        "reports.json": write_list(corpus),
        "issues.json": write_issues(corpus),
        **write_table(corpus),
    }
