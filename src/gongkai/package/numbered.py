"""Cells and findings as the database keeps them: rows of numbers, and every word once.

A report, a cell and a word that comes again and again (status, unit, form, check, place …) stand
once in tables of their own and as a number in the rows. Views bear the names and the columns of the
tables of the schema. What views take from another table for each row is joined where people ask for
it in conditions, so that a word is looked for once, and a subquery where they only read it, so that
a question that does not read it does not fetch it.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeVar

from gongkai.package.schema import CELLS, FINDINGS, REPORTS
from gongkai.package.sql import EXACT, declared, exact, figure, has_exact, quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.package.schema import Field
    from gongkai.package.store import Stored

_Key = TypeVar("_Key")

#: The element of a cell is its table's and the cell's own part, each of which many rows have.
_ELEMENT, _INSIDE = "element", "inside"
#: Columns that hold numbers of words.
_CELL_WORDS = ("status", "unit", "form", _ELEMENT, _INSIDE)
_FINDING_WORDS = ("check_id", "instance", "status", "severity", "cells", "blanks", "place")
#: Columns of cells that are in the database: not the edges of boxes and the place in words.
_KEPT = ("value", "status", "raw", "unit", "page", "line", "block", "row", "col", "element", "form")
#: Columns of findings that every finding has in words of its own.
_TEXTS = ("expression", "message_zh", "message_en", "hint_zh", "hint_en", "other_cells")

_NUMBERS = (
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
    """\
CREATE TABLE words (
  word INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
)""",
)


def _closed_words() -> list[str]:
    """The words of closed lists, which have the first numbers: the very first take no byte."""
    words = (*_CELL_WORDS, *_FINDING_WORDS)
    lists = (f.labels for r in (CELLS, FINDINGS) for f in r.fields if f.name in words)
    return list(dict.fromkeys(str(word) for labels in lists for word in labels))


def _word(column: Field) -> str:
    """The declaration of a column that holds numbers of words; closed lists stay closed."""
    parts = [quoted(column.name), "INTEGER"]
    if column.required:
        parts.append("NOT NULL")
    if column.labels:
        known = _closed_words()
        allowed = ", ".join(str(known.index(str(word))) for word in column.labels)
        parts.append(f"CHECK ({quoted(column.name)} IN ({allowed}))")
    return " ".join((*parts, "REFERENCES words (word)"))


def _create(name: str, lines: Iterable[str]) -> str:
    inner = ",\n  ".join(lines)
    return f"CREATE TABLE {name} (\n  {inner}\n)"


def _cells() -> str:
    """`cell_values`: what `cells` has; exact digits only where `value` lacks them."""
    fields = {column.name: column for column in CELLS.fields}
    lines = ["report INTEGER NOT NULL", "cell INTEGER NOT NULL"]
    lines += [(_word if n in _CELL_WORDS else declared)(fields[n]) for n in _KEPT]
    lines += [
        f"value{EXACT} TEXT",
        f"{_INSIDE} INTEGER REFERENCES words (word)",
        "PRIMARY KEY (report, cell)",
        "FOREIGN KEY (report) REFERENCES report_numbers (report)",
        "FOREIGN KEY (cell) REFERENCES cell_numbers (cell)",
    ]
    return f"{_create('cell_values', lines)} WITHOUT ROWID"


def _own_columns() -> list[Field]:
    """The columns of `finding_values` that are not a number of the row's report or text."""
    return [f for f in FINDINGS.fields if f.name not in (*_TEXTS, "report_id")]


def _findings() -> Iterator[str]:
    """`finding_values` and, so that few bytes are read where nobody asks for it, their text."""
    own = _own_columns()
    lines = ["report INTEGER NOT NULL"]
    lines += [_word(f) if f.name in _FINDING_WORDS else declared(f) for f in own]
    lines += [f"{quoted(f.name + EXACT)} TEXT" for f in own if has_exact(f)]
    lines += [
        "finding INTEGER NOT NULL",
        "PRIMARY KEY (report, check_id, instance)",
        "FOREIGN KEY (report) REFERENCES report_numbers (report)",
        "FOREIGN KEY (finding) REFERENCES finding_texts (finding)",
    ]
    texts = [declared(f) for f in FINDINGS.fields if f.name in _TEXTS]
    yield _create("finding_texts", ("finding INTEGER PRIMARY KEY", *texts))
    yield f"{_create('finding_values', lines)} WITHOUT ROWID"


def tables() -> Iterator[str]:
    """The statements that make the tables."""
    yield from _NUMBERS
    yield _cells()
    yield from _findings()


def _read(column: str, of: str = "v") -> str:
    """The word a column stands for."""
    return f"(SELECT text FROM words WHERE word = {of}.{quoted(column)})"  # noqa: S608  # names of our own


def _text(column: str) -> str:
    """A text of a finding."""
    return f"(SELECT {column} FROM finding_texts WHERE finding = f.finding)"  # noqa: S608  # a name of our own


def _digits(column: str, of: str = "v") -> str:
    """The exact digits of a figure, which are kept only where the figure lacks them."""
    return f"CAST(coalesce({of}.{quoted(column + EXACT)}, {of}.{quoted(column)}) AS TEXT)"


def _shown_cells() -> str:
    """The view `cells`. What is printed as the plain digits of its value is not kept twice."""
    made = {
        "status": "s.text",
        "raw": "CAST(CASE WHEN v.raw IS NULL THEN v.value ELSE nullif(v.raw, '') END AS TEXT)",
        "unit": _read("unit"),
        "form": _read("form"),
        _ELEMENT: f"{_read(_ELEMENT)} || {_read(_INSIDE)}",
    }
    columns = [f"{made.get(n, f'v.{quoted(n)}')} AS {quoted(n)}" for n in _KEPT]
    columns.append(f"{_digits('value')} AS value{EXACT}")
    inner = ",\n       ".join(columns)
    return f"""\
SELECT r.report_id, n."table", n.row_id, n.column_id,
       {inner}
FROM cell_values AS v
JOIN report_numbers AS r ON r.report = v.report
JOIN cell_numbers AS n ON n.cell = v.cell
JOIN words AS s ON s.word = v.status"""  # noqa: S608  # names of our own


def _shown_findings() -> str:
    """The view `findings`."""
    made = {"report_id": "r.report_id", "check_id": "c.text", "status": "s.text"}
    made |= {"severity": "g.text"} | {name: _text(name) for name in _TEXTS}
    made |= {name: _read(name, "f") for name in _FINDING_WORDS if name not in made}
    columns = [f"{made.get(n, f'f.{quoted(n)}')} AS {quoted(n)}" for n in FINDINGS.names]
    columns += [
        f"{_digits(f.name, 'f')} AS {quoted(f.name + EXACT)}"
        for f in _own_columns()
        if has_exact(f)
    ]
    inner = ",\n       ".join(columns)
    return f"""\
SELECT {inner}
FROM finding_values AS f
JOIN report_numbers AS r ON r.report = f.report
JOIN words AS c ON c.word = f.check_id
JOIN words AS s ON s.word = f.status
JOIN words AS g ON g.word = f.severity"""  # noqa: S608  # names of our own


#: View → what it shows: the tables of the schema that are kept by number.
VIEWS: dict[str, str] = {CELLS.name: _shown_cells(), FINDINGS.name: _shown_findings()}
#: Index → table and columns. One figure of all reports, and what a check found in all of them, is
#: read from an index alone, without the rows themselves.
INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cell_values", ("cell", "value", "status")),
    ("finding_values", ("check_id", "status", "severity")),
)


class _Numbers(dict[_Key, int]):
    """Things with their numbers, which they get in the order they come."""

    def __missing__(self, key: _Key) -> int:
        number = self[key] = len(self)
        return number


def _element_parts(element: str) -> tuple[str, str]:
    """The part that cells of a table share, and the cell's own: `Sheet!`, `C5`; `…/tbl`, `/tr/tc`."""
    at = element.rfind("!") + 1 or len(element.rsplit("/", 2)[0])
    return element[:at], element[at:]


class _Rows:
    """Makes the rows; cells and words are numbered as they come, reports are all numbered."""

    def __init__(self, reports: Iterable[str]) -> None:
        self.reports = {report_id: number for number, report_id in enumerate(reports)}
        self.cells: _Numbers[tuple[str, ...]] = _Numbers()
        self.words: _Numbers[str] = _Numbers(
            {word: number for number, word in enumerate(_closed_words())}
        )

    def _word(self, text: str) -> int | None:
        """The number of a word; blank has none."""
        return self.words[text] if text else None

    def cell(self, line: list[str]) -> list[object]:
        """A line of `cells` as a row of `cell_values`."""
        texts = dict(zip(CELLS.names, line, strict=True))
        kept: dict[str, object] = {name: texts[name] or None for name in _KEPT}
        kept |= {name: self._word(texts[name]) for name in ("status", "unit", "form")}
        number = kept["value"] = figure(texts["value"])
        if number is not None:
            plain = isinstance(number, int) and texts["raw"] == str(number)
            kept["raw"] = None if plain else texts["raw"]
        inside = None
        if texts[_ELEMENT]:
            kept[_ELEMENT], inside = map(self.words.__getitem__, _element_parts(texts[_ELEMENT]))
        key = self.reports.get(line[0]), self.cells[tuple(line[1:4])]
        return [*key, *kept.values(), exact(texts["value"]), inside]

    def finding(self, line: list[str], number: int) -> list[object]:
        """A line of `findings` as a row of `finding_values`."""
        texts = dict(zip(FINDINGS.names, line, strict=True))
        row: list[object] = [self.reports.get(texts["report_id"])]
        row += [
            self._word(texts[f.name]) if f.name in _FINDING_WORDS else figure(texts[f.name])
            for f in _own_columns()
        ]
        row += [exact(texts[f.name]) for f in _own_columns() if has_exact(f)]
        return [*row, number]


def _insert(base: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    columns = len(base.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * columns)
    base.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # names of our own


def fill(base: sqlite3.Connection, stored: Stored) -> None:
    """Fill the tables from the CSV files.

    Raises:
        sqlite3.IntegrityError: for rows that break a key or a closed list.
    """
    made = _Rows(line[0] for line in stored.table(REPORTS.name).lines())
    cells, findings = stored.table(CELLS.name), stored.table(FINDINGS.name)
    _insert(base, "cell_values", map(made.cell, cells.lines()))
    _insert(base, "finding_values", map(made.finding, findings.lines(), count()))
    at = [FINDINGS.names.index(name) for name in _TEXTS]
    texts = ([n, *(line[i] or None for i in at)] for n, line in enumerate(findings.lines()))
    _insert(base, "finding_texts", texts)
    _insert(base, "words", ((n, word) for word, n in made.words.items()))
    _insert(base, "report_numbers", ((n, name) for name, n in made.reports.items()))
    _insert(base, "cell_numbers", ((n, *cell) for cell, n in made.cells.items()))
