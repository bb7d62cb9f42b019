"""Which rows each published table has: one registry, streamed, never a whole corpus in memory.

A table that each report decides for itself has a line in `OF_REPORT`, one that needs all reports
a line in `OF_CORPUS`. Knows nothing of files and formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gongkai.package import rows
from gongkai.package.breaks import break_rows
from gongkai.package.codebook import codebook_rows, crosswalk_rows
from gongkai.package.coverage import coverage_rows
from gongkai.package.issues import issue_counts, issue_row, issues
from gongkai.package.panel import panel_rows
from gongkai.package.schema import (
    AGENCIES,
    BREAKS,
    CELLS,
    CODEBOOK,
    COVERAGE,
    CROSSWALK,
    FINDINGS,
    ISSUE_COUNTS,
    ISSUES,
    NAMES,
    PANEL,
    REDIRECTS,
    REGIONS,
    REPORTS,
    RESOURCES,
    SECTIONS,
    Resource,
    Wide,
    wide_tables,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gongkai.model import Agency, Corpus, Published
    from gongkai.package.rows import Row


@dataclass(frozen=True, slots=True)
class Table:
    """A published table of one report: its schema and its rows."""

    resource: Resource
    rows: tuple[Row, ...]


def _wide(wide: Wide, one: Published) -> Iterator[Row]:
    row = rows.wide_row(one, wide)
    if row is not None:
        yield row


def _findings(one: Published) -> Iterable[Row]:
    return rows.finding_rows(one.entry.report_id, one.findings, one.hints)


def _all_findings(one: Published) -> Iterable[Row]:
    """With what was found beside other reports, which stands in no report's own package."""
    return rows.finding_rows(one.entry.report_id, (*one.findings, *one.across), one.hints)


#: Name of a table → the rows that one report gives it.
OF_REPORT: dict[str, Callable[[Published], Iterable[Row]]] = {
    REPORTS.name: lambda one: (rows.report_row(one, beside_others=True),),
    CELLS.name: rows.cell_rows,
    **{wide.resource.name: partial(_wide, wide) for wide in wide_tables()},
    FINDINGS.name: _all_findings,
    SECTIONS.name: rows.section_rows,
}


def _sorted(agencies: Mapping[str, Agency]) -> list[Agency]:
    return [agencies[name] for name in sorted(agencies)]


#: Name of a table → its rows, for which all reports are needed.
OF_CORPUS: dict[str, Callable[[Corpus], Iterable[Row]]] = {
    AGENCIES.name: lambda c: map(rows.agency_row, _sorted(c.agencies)),
    REGIONS.name: lambda c: map(rows.region_row, sorted(c.regions.values(), key=lambda r: r.id)),
    NAMES.name: lambda c: (row for a in _sorted(c.agencies) for row in rows.name_rows(a)),
    REDIRECTS.name: lambda c: ((r.old, r.new, r.since, r.reason) for r in c.redirects),
    ISSUES.name: lambda c: map(issue_row, issues(c)),
    ISSUE_COUNTS.name: lambda c: (count.row() for count in issue_counts(c, issues(c))),
    PANEL.name: panel_rows,
    CODEBOOK.name: codebook_rows,
    CROSSWALK.name: lambda _: crosswalk_rows(),
    COVERAGE.name: coverage_rows,
    BREAKS.name: lambda _: break_rows(),
}


def report_tables(one: Published) -> dict[str, Table]:
    """The tables of one report's own package: what it decides alone.

    The agency's own region is there, the regions above it are not. A wide table of a form that
    the report does not follow is left out.

    Raises:
        ValueError: for a report without an entry.
    """
    agency = one.entry.agency
    made: dict[str, Iterable[Row]] = {name: rows_of(one) for name, rows_of in OF_REPORT.items()}
    made[REPORTS.name] = (rows.report_row(one),)
    made[AGENCIES.name] = (rows.agency_row(agency),)
    made[REGIONS.name] = (rows.region_row(agency.region),)
    made[FINDINGS.name] = _findings(one)
    optional = {wide.resource.name for wide in wide_tables()}
    tables = [Table(RESOURCES[name], tuple(made[name])) for name in RESOURCES if name in made]
    return {t.resource.name: t for t in tables if t.rows or t.resource.name not in optional}
