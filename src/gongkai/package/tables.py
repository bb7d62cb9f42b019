"""The published tables as pandas frames.

Whole numbers are nullable integers; everything else is text, decimals too, so that no digit is
lost. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gongkai.package import rows
from gongkai.package.breaks import break_rows
from gongkai.package.codebook import codebook_rows, crosswalk_rows
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
    PANEL,
    REGIONS,
    REPORTS,
    RESOURCES,
    SECTIONS,
    Field,
    Resource,
    wide_tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Agency, Corpus, Published, Region


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A published table: its schema and its rows."""

    resource: Resource
    frame: pd.DataFrame

    def column(self, name: str) -> list[rows.Scalar]:
        """The values of a column, None where empty."""
        return [None if value is pd.NA else value for value in self.frame[name].astype(object)]


def _column(values: Iterable[rows.Scalar], column: Field) -> pd.Series[int] | pd.Series[str]:
    if column.type == "integer":
        return pd.Series(list(values), dtype="Int64")
    texts = [rows.clean(v) if isinstance(v, str) else v for v in values]
    return pd.Series(texts, dtype="string")


def table_of(resource: Resource, lines: Iterable[rows.Row]) -> Table:
    """The rows as a table of that schema.

    Raises:
        ValueError: for a row with more or fewer values than the schema has columns.
    """
    kept = list(lines)
    columns = zip(*kept, strict=True) if kept else ((),) * len(resource.fields)
    return Table(
        resource,
        pd.DataFrame(
            {f.name: _column(values, f) for f, values in zip(resource.fields, columns, strict=True)}
        ),
    )


def _by_reports(
    reports: Sequence[Published], agencies: Iterable[Agency], regions: Iterable[Region]
) -> dict[str, Table]:
    """The tables that need no more than these reports."""
    wides = [
        table_of(w.resource, (row for r in reports if (row := rows.wide_row(r, w)) is not None))
        for w in wide_tables()
    ]
    tables = (
        table_of(REPORTS, map(rows.report_row, reports)),
        table_of(AGENCIES, map(rows.agency_row, sorted(agencies, key=lambda a: a.id))),
        table_of(REGIONS, map(rows.region_row, sorted(regions, key=lambda r: r.id))),
        table_of(CELLS, (row for r in reports for row in rows.cell_rows(r))),
        *wides,
        table_of(
            FINDINGS,
            (
                row
                for r in reports
                for row in rows.finding_rows(r.entry.report_id, r.findings, r.hints)
            ),
        ),
        table_of(SECTIONS, (row for r in reports for row in rows.section_rows(r))),
    )
    return {table.resource.name: table for table in tables}


def report_tables(one: Published) -> dict[str, Table]:
    """The tables of one report. Wide tables the report has no row in are left out."""
    agency = one.entry.agency
    tables = _by_reports((one,), (agency,), (agency.region,))
    absent = {w.resource.name for w in wide_tables() if tables[w.resource.name].frame.empty}
    return {name: table for name, table in tables.items() if name not in absent}


def corpus_tables(corpus: Corpus) -> dict[str, Table]:
    """All tables of the whole corpus, each with its header even where it has no row."""
    found = issues(corpus)
    findings = (
        row
        for r in corpus.reports
        for row in rows.finding_rows(r.entry.report_id, (*r.findings, *r.across), r.hints)
    )
    made = {
        **_by_reports(corpus.reports, corpus.agencies.values(), corpus.regions.values()),
        PANEL.name: table_of(PANEL, panel_rows(corpus)),
        FINDINGS.name: table_of(FINDINGS, findings),
        ISSUES.name: table_of(ISSUES, map(issue_row, found)),
        ISSUE_COUNTS.name: table_of(
            ISSUE_COUNTS, (count.row() for count in issue_counts(corpus, found))
        ),
        CODEBOOK.name: table_of(CODEBOOK, codebook_rows(corpus)),
        CROSSWALK.name: table_of(CROSSWALK, crosswalk_rows()),
        COVERAGE.name: table_of(COVERAGE, rows.coverage_rows(corpus)),
        BREAKS.name: table_of(BREAKS, break_rows()),
    }
    return {name: made[name] for name in RESOURCES}
