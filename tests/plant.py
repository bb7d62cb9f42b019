"""Plants one slip of a known kind in a sound invented report, from a seed.

The reports are as real ones are: of all sizes, mostly zeros, some with blanks for zeros or without
row totals. Nothing here knows how a slip is found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import make

from gongkai.forms import forms
from gongkai.model import CellId, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

Numbers: TypeAlias = dict[CellId, int | None]

VERSIONS = tuple(form.version for form in forms() if form.tables)
#: How many requests a report has at most in a cell, and how many of its cells are zero.
SIZES = ((3, 0.97), (9, 0.9), (40, 0.8), (300, 0.7), (5_000, 0.5), (90_000, 0.1))
#: How zeros and totals are printed.
HABITS = ("zeros", "zeros", "zeros", "blanks", "no totals")
CHANNELS = ("review", "suit_direct", "suit_after_review")
PARTS = ("upheld", "overturned", "other_outcome", "pending")


@dataclass(frozen=True)
class Planted:
    """A report with one slip, and what would stand in the cells it touched."""

    kind: str
    report: Report
    truth: Numbers


def completed(version: str, leaves: Mapping[CellId, int]) -> dict[CellId, int]:
    """The figures of tables three and four that follow from those that are no sums; others are 0."""
    (item,) = make.form(version).tables[1].items
    *applicants, total = (column.id for column in item.columns)
    outcomes = [row.id for row in item.rows if row.outcome]
    cells = {
        cell: leaves.get(cell, 0) for cell in make.figures(version) if cell.table != "disclosure"
    }
    for column in applicants:

        def at(row: str, column: str = column) -> CellId:
            return CellId("requests", row, column)

        done = cells[at("processed_total")] = sum(cells[at(row)] for row in outcomes)
        cells[at("received")] = done + cells[at("pending_end")] - cells[at("pending_start")]
    for row in item.rows:
        parts = (CellId("requests", row.id, column) for column in applicants)
        cells[CellId("requests", row.id, total)] = sum(cells[cell] for cell in parts)
    for channel in CHANNELS:
        parts = (CellId("disputes", channel, part) for part in PARTS)
        cells[CellId("disputes", channel, "total")] = sum(cells[cell] for cell in parts)
    return cells


def sound(random: Random, version: str) -> Numbers:
    """Figures of tables three and four for which every sum holds."""
    most, zeros = random.choice(SIZES)
    leaves = {
        cell: random.randint(1, most)
        for cell in make.figures(version)
        if cell.row != "pending_start" and random.random() >= zeros
    }
    cells = completed(version, leaves)
    carried = {
        cell: random.randint(0, number)
        for cell, number in cells.items()
        if cell.row == "received" and random.random() >= zeros
    }
    leaves |= {cell._replace(row="pending_start"): number for cell, number in carried.items()}
    return _printed(completed(version, leaves), random.choice(HABITS))


def _printed(cells: dict[CellId, int], habit: str) -> Numbers:
    """The figures in the order of print, with blanks as the agency leaves them."""
    return {
        cell: None
        if (habit == "blanks" and number == 0)
        or (habit == "no totals" and cell.table == "requests" and cell.column == "total")
        else number
        for cell, number in cells.items()
    }


def planted(random: Random, version: str, kind: str) -> Planted | None:
    """A report with a slip of that kind; None where this one has no place for it."""
    numbers = sound(random, version)
    slip = KINDS[kind](random, numbers)
    after = {cell: n for cell, n in slip.items() if (n or 0) != (numbers[cell] or 0)}
    if not after:
        return None
    report = make.report(version, numbers=numbers)
    values = {cell: make.value(number) for cell, number in after.items()}
    return Planted(
        kind,
        replace(report, values={**report.values, **values}),
        {cell: numbers[cell] for cell in after},
    )


def _rows(numbers: Numbers) -> list[list[CellId]]:
    """The cells of table three row by row."""
    rows: dict[str, list[CellId]] = {}
    for cell in numbers:
        if cell.table == "requests":
            rows.setdefault(cell.row, []).append(cell)
    return list(rows.values())


def _some(random: Random, cells: Sequence[CellId]) -> CellId | None:
    return random.choice(cells) if cells else None


def _totals(numbers: Numbers) -> list[CellId]:
    return [c for c, n in numbers.items() if n and "total" in {c.column, c.row.split("_")[-1]}]


def _total_left_zero(random: Random, numbers: Numbers) -> Numbers:
    cell = _some(random, _totals(numbers))
    return {cell: 0} if cell else {}


def _blank_total(random: Random, numbers: Numbers) -> Numbers:
    cell = _some(random, _totals(numbers))
    return {cell: None} if cell else {}


def _split_number(random: Random, numbers: Numbers) -> Numbers:
    """12 | 0 becomes 1 | 2, and 10 | 0 becomes 1 | 0."""
    places = [
        pair
        for row in _rows(numbers)
        for pair in pairwise(row[:-1])
        if (numbers[pair[0]] or 0) > 9 and not numbers[pair[1]]
    ]
    if not places:
        return {}
    left, right = random.choice(places)
    text = str(numbers[left])
    at = random.randint(1, len(text) - 1)
    return {left: int(text[:at]), right: int(text[at:])}


def _merged_numbers(random: Random, numbers: Numbers) -> Numbers:
    """1 | 2 becomes 12 | 0."""
    places = [
        pair
        for row in _rows(numbers)
        for pair in pairwise(row[:-1])
        if numbers[pair[0]] and numbers[pair[1]] is not None
    ]
    if not places:
        return {}
    left, right = random.choice(places)
    return {left: int(f"{numbers[left]}{numbers[right]}"), right: 0}


def _digits_swapped(random: Random, numbers: Numbers) -> Numbers:
    cell = _some(random, [c for c, n in numbers.items() if len(set(str(n or 0))) > 1])
    if cell is None:
        return {}
    digits = list(str(numbers[cell]))
    at = random.choice([i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]])
    digits[at : at + 2] = digits[at + 1], digits[at]
    return {cell: int("".join(digits))}


def _column_shift(random: Random, numbers: Numbers) -> Numbers:
    """The applicants of a row, or the whole row, move by one column."""
    rows = [row for row in _rows(numbers) if any(numbers[cell] for cell in row)]
    if not rows:
        return {}
    row = random.choice(rows)
    cells = row[: random.choice((-1, len(row)))]
    figures = [numbers[cell] for cell in cells]
    moved = random.choice(([0, *figures[:-1]], [*figures[1:], 0]))
    return dict(zip(cells, moved, strict=True))


def _row_shift(random: Random, numbers: Numbers) -> Numbers:
    """The figures of a row and of the next one change places."""
    rows = _rows(numbers)
    at = random.randrange(len(rows) - 1)
    above, below = rows[at], rows[at + 1]
    return {
        cell: numbers[other]
        for one, two in zip(above, below, strict=True)
        for cell, other in ((one, two), (two, one))
    }


def _off_by_one(random: Random, numbers: Numbers) -> Numbers:
    cell = _some(random, [c for c, n in numbers.items() if n is not None])
    return {cell: max(0, (numbers[cell] or 0) + random.choice((-1, 1)))} if cell else {}


def _unit_factor_10000(random: Random, numbers: Numbers) -> Numbers:
    cell = _some(random, [c for c, n in numbers.items() if n])
    return {cell: (numbers[cell] or 0) * 10_000} if cell else {}


def _other(random: Random, numbers: Numbers) -> Numbers:
    """Any other figure: a digit lost, doubled or mistyped."""
    cell = _some(random, [c for c, n in numbers.items() if n is not None])
    return {cell: random.randint(0, 3 * (numbers[cell] or 3))} if cell else {}


#: Kind → what stands in the cells that the slip touches; nothing where there is no place for it.
KINDS: dict[str, Callable[[Random, Numbers], Numbers]] = {
    "total_left_zero": _total_left_zero,
    "blank_total": _blank_total,
    "split_number": _split_number,
    "merged_numbers": _merged_numbers,
    "digits_swapped": _digits_swapped,
    "column_shift": _column_shift,
    "row_shift": _row_shift,
    "off_by_one": _off_by_one,
    "unit_factor_10000": _unit_factor_10000,
    "other": _other,
}
