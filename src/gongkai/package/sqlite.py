"""One SQLite file: all tables with their keys, closed lists, indexes, views and a text index.

Whole figures are integers. SQLite has no decimals: other figures are 64-bit floating point, which
keeps 15 digits, and columns `<name>_text` keep the printed digits exactly; sum those where the
last digit matters.

`cells` is a view. Its rows stand in `cell_values` with numbers for the report and the cell, which
makes the file a fifth of what it would be; words for the place and the edges of boxes are left
to CSV and Parquet. Knows the schema and the CSV files, never a report.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from gongkai.package.rows import INTEGER_LIMIT
from gongkai.package.schema import CELLS, POINTS, RESOURCES, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gongkai.package.schema import Field, Resource
    from gongkai.package.store import Store, StoredTable

#: Type of a column → SQLite's; every other type is text.
_TYPES = {"integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER"}
#: Suffix of the column with the exact digits.
EXACT = "_text"
#: Indexes beside the primary keys: table → columns.
_INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # One figure of all reports is read from this index alone, without the rows themselves.
    ("cell_values", ("cell", "value", "status")),
    ("reports", ("agency_id", "report_year")),
    ("reports", ("report_year",)),
    ("agencies", ("adcode",)),
    ("findings", ("check_id",)),
    ("panel", ("report_id",)),
)
#: The columns of `cells` that stand in `cell_values` as they are.
_KEPT = ("value", "status", "raw", "unit", "page", "line", "block", "row", "col", "element", "form")
_CELL_TABLES = (
    """\
CREATE TABLE report_numbers (
  report INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL UNIQUE,
  FOREIGN KEY (report_id) REFERENCES reports (report_id)
)""",
    """\
CREATE TABLE cell_numbers (
  cell INTEGER PRIMARY KEY,
  "table" TEXT NOT NULL,
  row_id TEXT NOT NULL,
  column_id TEXT NOT NULL,
  UNIQUE ("table", row_id, column_id)
)""",
)
#: View → what it shows. They answer what most people ask first.
VIEWS: dict[str, str] = {
    CELLS.name: f"""\
SELECT r.report_id, n."table", n.row_id, n.column_id, {", ".join(f'v."{k}"' for k in _KEPT)},
       coalesce(v.value_text, CAST(v.value AS TEXT)) AS value_text
FROM cell_values AS v
JOIN report_numbers AS r ON r.report = v.report
JOIN cell_numbers AS n ON n.cell = v.cell""",  # noqa: S608  # names of our own
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


def _quoted(name: str) -> str:
    return f'"{name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _column(column: Field) -> str:
    """A column's declaration; closed lists of printed words stay the CSV's own affair."""
    parts = [_quoted(column.name), _TYPES.get(column.type, "TEXT")]
    if column.required:
        parts.append("NOT NULL")
    if column.labels:
        allowed = ", ".join(_literal(str(value)) for value in column.labels)
        parts.append(f"CHECK ({_quoted(column.name)} IN ({allowed}))")
    return " ".join(parts)


def _has_exact(column: Field) -> bool:
    """Figures of the reports are kept digit by digit; edges of boxes are not."""
    return column.type == "number" and column.unit != POINTS


def _create(resource: Resource) -> str:
    lines = [_column(column) for column in resource.fields]
    lines += [f"{_quoted(c.name + EXACT)} TEXT" for c in resource.fields if _has_exact(c)]
    lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, resource.key))})")
    lines += [
        f"FOREIGN KEY ({_quoted(column)}) REFERENCES {_quoted(parent)} ({_quoted(column)})"
        for column, parent in resource.parents.items()
    ]
    # The text index needs row ids; everything else is stored once, in the order of its key.
    rowid = "" if resource is SECTIONS else " WITHOUT ROWID"
    inner = ",\n  ".join(lines)
    return f"CREATE TABLE {_quoted(resource.name)} (\n  {inner}\n){rowid}"


def _number(text: str) -> int | float | None:
    """A whole figure to the last digit where 64 bits hold it, else the nearest double."""
    if not text:
        return None
    if text.lstrip("-").isdigit() and abs(whole := int(text)) < INTEGER_LIMIT:
        return whole
    return float(text)


def _rows(table: StoredTable) -> Iterator[list[object]]:
    """The rows; whole numbers are made of their text by the columns' own types, which is quick."""
    fields = table.resource.fields
    figures = [at for at, column in enumerate(fields) if column.type == "number"]
    exact = [at for at, column in enumerate(fields) if _has_exact(column)]
    for line in table.lines():
        values: list[object] = [text or None for text in line]
        for at in figures:
            values[at] = _number(line[at])
        yield [*values, *(line[at] or None for at in exact)]


def _fill(base: sqlite3.Connection, table: StoredTable) -> None:
    fields = table.resource.fields
    marks = ", ".join("?" * (len(fields) + sum(map(_has_exact, fields))))
    base.executemany(f"INSERT INTO {_quoted(table.name)} VALUES ({marks})", _rows(table))  # noqa: S608  # a name of our own


def _create_cells() -> str:
    """`cell_values`: what `cells` has, by number; exact digits only where `value` lacks them."""
    fields = {column.name: column for column in CELLS.fields}
    lines = ["report INTEGER NOT NULL", "cell INTEGER NOT NULL"]
    lines += [_column(fields[name]) for name in _KEPT]
    lines += [
        "value_text TEXT",
        "PRIMARY KEY (report, cell)",
        "FOREIGN KEY (report) REFERENCES report_numbers (report)",
        "FOREIGN KEY (cell) REFERENCES cell_numbers (cell)",
    ]
    inner = ",\n  ".join(lines)
    return f"CREATE TABLE cell_values (\n  {inner}\n) WITHOUT ROWID"


def _cell_rows(
    table: StoredTable, reports: dict[str, int], cells: dict[tuple[str, ...], int]
) -> Iterator[list[object]]:
    """The rows of `cell_values`; reports and cells are numbered as they come."""
    value, *kept = [CELLS.names.index(name) for name in _KEPT]
    for line in table.lines():
        report_id, *cell = line[:4]
        numbers = (
            reports.setdefault(report_id, len(reports) + 1),
            cells.setdefault(tuple(cell), len(cells) + 1),
        )
        number = _number(line[value])
        exact = line[value] if isinstance(number, float) else None
        yield [*numbers, number, *[line[at] or None for at in kept], exact]


def _fill_cells(base: sqlite3.Connection, table: StoredTable) -> None:
    reports: dict[str, int] = {}
    cells: dict[tuple[str, ...], int] = {}
    marks = ", ".join("?" * (len(_KEPT) + 3))
    insert = f"INSERT INTO cell_values VALUES ({marks})"  # noqa: S608  # a text of our own
    base.executemany(insert, _cell_rows(table, reports, cells))
    numbered = ((number, report_id) for report_id, number in reports.items())
    base.executemany("INSERT INTO report_numbers VALUES (?, ?)", numbered)
    named = ((number, *cell) for cell, number in cells.items())
    base.executemany("INSERT INTO cell_numbers VALUES (?, ?, ?, ?)", named)


def _schema(resources: Iterable[Resource]) -> Iterator[str]:
    """The tables; `cells` stands in three of its own."""
    for resource in resources:
        if resource.name != CELLS.name:
            yield _create(resource)
    yield from (*_CELL_TABLES, _create_cells())


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
            name: tuple(row[1] for row in base.execute(f"PRAGMA table_info({_quoted(name)})"))
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
        others = [table for table in store.whole.tables if table.name != CELLS.name]
        for statement in _schema(t.resource for t in others):
            base.execute(statement)
        for table in others:
            _fill(base, table)
        _fill_cells(base, store.whole.table(CELLS.name))
        for name, columns in _INDEXES:
            on = ", ".join(map(_quoted, columns))
            index = "_".join((name, *columns))
            base.execute(f"CREATE INDEX {index} ON {_quoted(name)} ({on})")
        for statement in _views():
            base.execute(statement)
        base.execute(_FILL_TEXT_INDEX)
        base.execute("COMMIT")
        base.execute("ANALYZE")
        broken = base.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise sqlite3.IntegrityError(f"{broken[0]} → {broken[2]}")
