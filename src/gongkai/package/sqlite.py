"""One SQLite file: all tables with their keys, closed lists, indexes, views and a text index.

Whole figures are integers. SQLite has no decimals: other figures are 64-bit floating point, which
keeps 15 digits, and columns `<name>_text` keep the printed digits exactly; sum those where the
last digit matters.

`cells` and `findings` are views over rows of numbers (`numbered`), which makes the file a fifth of
what it would be; words for the place of a cell and the edges of boxes are left to CSV and Parquet.
Knows the schema and the CSV files, never a report.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from gongkai.package import numbered
from gongkai.package.schema import (
    CELLS,
    CODEBOOK,
    CROSSWALK,
    FINDINGS,
    ISSUES,
    PANEL,
    RESOURCES,
    SECTIONS,
)
from gongkai.package.sql import EXACT, declared, figure, has_exact, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gongkai.package.schema import Resource
    from gongkai.package.store import Store, StoredTable

#: Tables with long rows, or whose row ids the text index needs. The others are stored once, in the
#: order of their key, where a row of over a quarter page takes a page of its own.
_LONG = (SECTIONS, PANEL, ISSUES, CODEBOOK, CROSSWALK)
#: Tables that are kept by number.
_NUMBERED = (CELLS.name, FINDINGS.name)
#: Indexes beside the primary keys: table → columns.
_INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    *numbered.INDEXES,
    ("reports", ("agency_id", "report_year")),
    ("reports", ("report_year",)),
    ("agencies", ("adcode",)),
    ("panel", ("report_id",)),
)
#: View → what it shows. They answer what most people ask first.
VIEWS: dict[str, str] = {
    **numbered.VIEWS,
    # The unit is that printed in the cell, else that of its form; NULL where neither says it.
    "figures": """\
SELECT r.report_year, a.agency_id, a.name AS agency, r.adcode, a.level, a.classification, r.scope,
       c."table", c.row_id, c.column_id, c.value, coalesce(c.unit, k.unit) AS unit, c.status,
       c.raw, c.form, c.page, c.report_id, c.value_text
FROM cells AS c
JOIN reports AS r ON r.report_id = c.report_id
JOIN agencies AS a ON a.agency_id = r.agency_id
LEFT JOIN codebook AS k ON k.form = c.form AND k.variable = c.row_id || '_' || c.column_id""",
    # A report of a whole region holds what the bodies below it report again, and that of a
    # province what those of its cities hold: they are never added up here. CROSS JOIN keeps the
    # order: figures come from their index, so that a reader over HTTP need not fetch the rows.
    "refusals_by_year": """\
SELECT r.report_year, r.scope, a.level, n.row_id, sum(v.value) AS requests,
       count(v.value) AS reports_with_a_figure, count(*) AS reports,
       sum(v.value IS NOT NULL AND EXISTS (
         SELECT 1 FROM findings AS f
         WHERE f.report_id = r.report_id AND f.status = 'fail' AND f.severity <> 'info'
           AND instr(' ' || f.cells || ' ', ' requests/' || n.row_id || '/total ')
       )) AS figures_in_doubt
FROM cell_numbers AS n
CROSS JOIN cell_values AS v ON v.cell = n.cell
CROSS JOIN report_numbers AS m ON m.report = v.report
CROSS JOIN reports AS r ON r.report_id = m.report_id
CROSS JOIN agencies AS a ON a.agency_id = r.agency_id
WHERE n."table" = 'requests' AND n.column_id = 'total' AND n.row_id LIKE 'denied!_%' ESCAPE '!'
GROUP BY r.report_year, r.scope, a.level, n.row_id""",
    # Where the scope changes or the body is reorganised, the two figures need not be the same.
    "carried_over": """\
SELECT r.agency_id, r.report_year, e.value AS pending_end, e.status AS pending_end_status,
       s.value AS next_pending_start, s.status AS next_pending_start_status,
       r.scope, n.scope AS next_scope, p.break_agency AS next_break_agency
FROM reports AS r
JOIN reports AS n ON n.agency_id = r.agency_id AND n.report_year = r.report_year + 1
JOIN panel AS p ON p.report_id = n.report_id
JOIN cells AS e ON e.report_id = r.report_id AND e."table" = 'requests'
               AND e.row_id = 'pending_end' AND e.column_id = 'total'
JOIN cells AS s ON s.report_id = n.report_id AND s."table" = 'requests'
               AND s.row_id = 'pending_start' AND s.column_id = 'total'""",
}
#: Full text of the narratives: any three characters or more, Chinese too.
_TEXT_INDEX = f"""\
CREATE VIRTUAL TABLE {SECTIONS.name}_fts USING fts5(
  heading, text, content='{SECTIONS.name}', content_rowid='rowid', tokenize='trigram')"""
_FILL_TEXT_INDEX = f"INSERT INTO {SECTIONS.name}_fts({SECTIONS.name}_fts) VALUES ('rebuild')"  # noqa: S608  # a name of our own


def _create(resource: Resource) -> str:
    lines = [declared(column) for column in resource.fields]
    lines += [f"{quoted(c.name + EXACT)} TEXT" for c in resource.fields if has_exact(c)]
    lines.append(f"PRIMARY KEY ({', '.join(map(quoted, resource.key))})")
    lines += [
        f"FOREIGN KEY ({quoted(column)}) REFERENCES {quoted(parent)} ({quoted(column)})"
        for column, parent in resource.parents.items()
    ]
    rowid = "" if resource in _LONG else " WITHOUT ROWID"
    inner = ",\n  ".join(lines)
    return f"CREATE TABLE {quoted(resource.name)} (\n  {inner}\n){rowid}"


def _rows(table: StoredTable) -> Iterator[list[object]]:
    """The rows; whole numbers are made of their text by the columns' own types, which is quick."""
    fields = table.resource.fields
    figures = [at for at, column in enumerate(fields) if column.type == "number"]
    exact = [at for at, column in enumerate(fields) if has_exact(column)]
    for line in table.lines():
        values: list[object] = [text or None for text in line]
        for at in figures:
            values[at] = figure(line[at])
        yield [*values, *(line[at] or None for at in exact)]


def _fill(base: sqlite3.Connection, table: StoredTable) -> None:
    fields = table.resource.fields
    marks = ", ".join("?" * (len(fields) + sum(map(has_exact, fields))))
    base.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", _rows(table))  # noqa: S608  # a name of our own


def _schema(resources: Iterable[Resource]) -> Iterator[str]:
    """The tables. Numbers and words come first: nearly every question reads of them."""
    yield from numbered.tables()
    for resource in resources:
        if resource.name not in _NUMBERED:
            yield _create(resource)


def _views() -> Iterator[str]:
    for name, query in VIEWS.items():
        yield f"CREATE VIEW {name} AS\n{query}"
    yield _TEXT_INDEX


def columns_of_database() -> dict[str, tuple[str, ...]]:
    """Each table and view of the file with its columns, as SQLite itself tells them."""
    with closing(sqlite3.connect(":memory:")) as base:
        for statement in (*_schema(RESOURCES.values()), *_views()):
            base.execute(statement)
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE sql <> ''")]
        return {
            name: tuple(row[1] for row in base.execute(f"PRAGMA table_info({quoted(name)})"))
            for name in names
            if not name.startswith((f"{SECTIONS.name}_fts_", "sqlite_"))
        }


def write_sqlite(store: Store, target: Path) -> None:
    """All tables of the whole corpus in one file.

    Raises:
        OSError: where writing fails.
        sqlite3.IntegrityError: for rows that break a key or a closed list.
    """
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target, isolation_level=None)) as base:
        base.execute("PRAGMA page_size = 4096")
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("PRAGMA foreign_keys = OFF")
        base.execute("BEGIN")
        others = [table for table in store.whole.tables if table.name not in _NUMBERED]
        for statement in _schema(t.resource for t in others):
            base.execute(statement)
        for table in others:
            _fill(base, table)
        numbered.fill(base, store.whole)
        for name, columns in _INDEXES:
            on = ", ".join(map(quoted, columns))
            index = "_".join((name, *columns))
            base.execute(f"CREATE INDEX {index} ON {quoted(name)} ({on})")
        for statement in _views():
            base.execute(statement)
        base.execute(_FILL_TEXT_INDEX)
        base.execute("COMMIT")
        base.execute("ANALYZE")
        # Fills pages and puts what is read first in front. Row ids, by which the text index knows
        # rows, count from 1 without a gap and stay as they are.
        base.execute("VACUUM")
        broken = base.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise sqlite3.IntegrityError(f"{broken[0]} → {broken[2]}")
