"""Which cells of a report the checks look at, and what a message calls them.

Labels come from `forms`: a table is judged by the form it follows itself, which need not be that
of the rest of the report. Nothing here judges.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from gongkai.checks.rule import Place
from gongkai.forms import forms, variables
from gongkai.model import CellId, Status, Value
from gongkai.vocabulary import terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.forms import Variable
    from gongkai.model import Concept, Form, Item, Number, Report

#: Something stands (or should stand) in the cell that is no number and no sign for "nothing".
UNUSABLE = frozenset({Status.TEXT, Status.MISSING, Status.AMBIGUOUS})

#: What is named in a message; of the others the printed text is quoted.
_NAMED = frozenset({Status.BLANK, Status.MISSING, Status.AMBIGUOUS})
# The names of a report's tables, each with the form it follows.
_Tables: TypeAlias = tuple[tuple[str, str], ...]
_MISSING = Value(None, Status.MISSING)
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)")
_GLOSS = re.compile(r"（.*）$")
_INNER = str.maketrans("“”", "‘’")
_LONGEST = 60


@cache
def form_of(version: str) -> Form:
    """The form of that version, as often as one likes.

    Raises:
        KeyError: if there is no such form.
    """
    return {form.version: form for form in forms()}[version]


def items_of(report: Report, table: str) -> tuple[tuple[str, Item], ...]:
    """(form version, item) of a table as far as the report has it."""
    return _items(_tables(report), table)


def _tables(report: Report) -> _Tables:
    """Which tables the report has: what all that is remembered about forms hangs on."""
    return tuple(report.tables.items())


@cache
def _items(tables: _Tables, table: str) -> tuple[tuple[str, Item], ...]:
    found = ((*name.partition("/"), version) for name, version in tables)
    return tuple(
        (version, item)
        for base, _, part, version in found
        if base == table
        for known in form_of(version).tables
        for item in known.items
        if known.id == table and part in {"", item.id}
    )


def cells_of(report: Report, table: str) -> tuple[CellId, ...]:
    """The cells of a table as far as the report has it, in the order of print."""
    return _cells(_tables(report), table)


@cache
def _cells(tables: _Tables, table: str) -> tuple[CellId, ...]:
    return tuple(cell for _, item in _items(tables, table) for cell in cells_in(table, item))


def cells_in(table: str, item: Item) -> tuple[CellId, ...]:
    """The cells of an item, in the order of print."""
    return tuple(CellId(table, row.id, column.id) for row in item.rows for column in item.columns)


def rows_of(report: Report, table: str) -> dict[str, tuple[CellId, ...]]:
    """`cells_of` by row."""
    rows: dict[str, tuple[CellId, ...]] = {}
    for cell in cells_of(report, table):
        rows[cell.row] = (*rows.get(cell.row, ()), cell)
    return rows


def tables_of(report: Report) -> tuple[str, ...]:
    """The tables of which at least one row was read, in the report's order."""
    names = dict.fromkeys(name.partition("/")[0] for name in report.tables)
    return tuple(name for name in names if is_read(report, cells_of(report, name)))


def is_read(report: Report, cells: Iterable[CellId]) -> bool:
    """Whether any of the cells was found."""
    return any(value_of(report, cell).status is not Status.MISSING for cell in cells)


def value_of(report: Report, cell: CellId) -> Value:
    """What stands in the cell; `MISSING` where the report has no such cell."""
    return report.values.get(cell, _MISSING)


def number_of(report: Report, cell: CellId) -> Number | None:
    """The number in the cell, None where there is none."""
    return value_of(report, cell).number


def place_of(report: Report, cells: Iterable[CellId]) -> Place:
    """These cells, with the place of the first that has one."""
    found = tuple(cells)
    loci = (value_of(report, cell).locus for cell in found)
    return Place(next((locus for locus in loci if locus is not None), None), found)


@cache
def _variables(version: str) -> dict[CellId, Variable]:
    return {variable.cell: variable for variable in variables(version)}


def variable_of(report: Report, cell: CellId) -> Variable:
    """The variable of a cell in the form that its table follows.

    Raises:
        KeyError: for a cell that the report's table does not have.
    """
    return _known(_tables(report), cell.table)[cell]


@cache
def _known(tables: _Tables, table: str) -> dict[CellId, Variable]:
    return {
        cell: _variables(version)[cell]
        for version, item in reversed(_items(tables, table))
        for cell in cells_in(table, item)
    }


@cache
def bare(label: str) -> str:
    """A label without its numbering and the explanation in brackets behind it."""
    return _GLOSS.sub("", _NUMBERING.sub("", label))


@cache
def _shared(version: str, table: str) -> frozenset[str]:
    """Labels that are both a row's and a column's (总计, 其他)."""
    found = [v for v in variables(version) if v.cell.table == table]
    return frozenset({bare(v.row.label) for v in found} & {bare(v.column.label) for v in found})


def row_name(variable: Variable) -> str:
    """What a message calls the row: its label, with the group's where a column has the same."""
    name = bare(variable.row.label)
    if name not in _shared(variable.form, variable.cell.table):
        return name
    table = next(t for t in form_of(variable.form).tables if t.id == variable.cell.table)
    group = next(g for g in table.groups if g.id == variable.row.group)
    return f"{name}（{bare(group.label)}）"


def column_name(column: Concept) -> str:
    """What a message calls the column."""
    return bare(column.label)


def row_place(report: Report, cell: CellId) -> tuple[str, str]:
    """What a message calls the row of the cell, in Chinese and in English."""
    variable = variable_of(report, cell)
    return f"{quoted(row_name(variable))}行", f"row “{variable.row.label_en}”"


def spot(report: Report, cell: CellId) -> tuple[str, str]:
    """What a message calls the cell, in Chinese and in English."""
    row, row_en = row_place(report, cell)
    column = variable_of(report, cell).column
    return f"{row}{quoted(column_name(column))}栏", f"{row_en}, column “{column.label_en}”"


@cache
def table_name(table: str) -> tuple[str, str]:
    """What a message calls the table, in Chinese and in English."""
    found = next(t for form in forms() for t in form.tables if t.id == table)
    return f"“{found.label}”表", f"table “{found.label_en}”"


def digits(number: Number) -> str:
    """A number as a message prints it."""
    return str(number) if isinstance(number, int) else f"{number:f}"


def quoted(raw: str) -> str:
    """Text of a report in quotation marks: on one line, and not without end.

    Quotation marks within become single ones, as usual in Chinese.
    """
    flat = " ".join(raw.split()).translate(_INNER)
    return f"“{flat[:_LONGEST]}…”" if len(flat) > _LONGEST else f"“{flat}”"


def printed(value: Value) -> str:
    """What stands in a cell, for a message."""
    if value.number is not None:
        return digits(value.number)
    return terms("statuses")[value.status].label if value.status in _NAMED else quoted(value.raw)


def printed_en(value: Value) -> str:
    """`printed` in English."""
    if value.number is not None:
        return digits(value.number)
    return terms("statuses")[value.status].label_en if value.status in _NAMED else quoted(value.raw)
