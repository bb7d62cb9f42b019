"""Changes of cells that make all failing sums of a sheet hold and break none.

After Fellegi and Holt: the fewest cells first. One cell; else unfilled totals together, figures
moved by one column, rows moved by one, or any two cells. Every search is bounded by the size of
the form. Nothing here says how plausible a change is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.checks.sheet import NOTHING, Sheet, is_count
from gongkai.model import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.checks.sheet import Numbers
    from gongkai.model import CellId, Identity, Number

# Two cells are in at most so many sums together; where more fail, no two cells explain them.
_SUMS_OF_TWO_CELLS = 6
# Totals of rows, of columns and of both: so often filling one may unfill another.
_PASSES = 3
_TWO = 2


def explanations(
    sheet: Sheet, failing: Sequence[Identity]
) -> list[tuple[dict[CellId, Number], Cause | None]]:
    """The smallest changes that mend the sheet, each with its cause where its kind tells it.

    Args:
        sheet: the sheet.
        failing: its sums that fail, at least one.
    """
    found: list[tuple[dict[CellId, Number], Cause | None]] = [
        (numbers, None) for numbers in _singles(sheet, failing)
    ]
    return found or list(_several(sheet, failing))


def _mends(sheet: Sheet, failing: Sequence[Identity], numbers: Numbers) -> bool:
    """Whether with these numbers all failing sums hold and no other one fails."""
    return (
        all(map(is_count, numbers.values()))
        and all(sheet.gap(identity, numbers) == 0 for identity in failing)
        and not any(
            sheet.gap(identity, numbers)
            for cell in numbers
            for identity in sheet.group.through[cell]
        )
    )


def _singles(
    sheet: Sheet, failing: Sequence[Identity], changed: Numbers = NOTHING
) -> Iterator[dict[CellId, Number]]:
    """Changes of one cell that mend the sheet together with those already made."""
    left = sheet.failing(changed)
    for cell in sheet.group.through:
        if cell not in changed and all(cell in i.left + i.right for i in left):
            number = sheet.solve(cell, left[0], changed) if left else None
            if number is not None and _mends(sheet, failing, {**changed, cell: number}):
                yield {**changed, cell: number}


def _several(
    sheet: Sheet, failing: Sequence[Identity]
) -> Iterator[tuple[dict[CellId, Number], Cause | None]]:
    """Changes of more than one cell: first those of one kind, then any two cells."""
    seen = set()
    kinds: tuple[tuple[Iterable[dict[CellId, Number]], Cause | None], ...] = (
        (_filled_totals(sheet), None),
        (_moved_figures(sheet), Cause.COLUMN_SHIFT),
        (_moved_rows(sheet, failing), Cause.ROW_SHIFT),
        (_pairs(sheet, failing), None),
    )
    for candidates, cause in kinds:
        for candidate in candidates:
            numbers = {c: n for c, n in candidate.items() if n != (sheet.numbers[c] or 0)}
            changes = frozenset(numbers.items())
            if changes not in seen and _mends(sheet, failing, numbers):
                seen.add(changes)
                yield numbers, cause


def _filled_totals(sheet: Sheet) -> Iterator[dict[CellId, Number]]:
    """Totals that stand at 0 against their parts, all filled; then those left blank as well."""
    for empty in ((0,), (0, None)):
        numbers: dict[CellId, Number] = {}
        for _ in range(_PASSES):
            for identity in sheet.group.identities:
                cell = identity.left[0]
                if len(identity.left) == 1 and sheet.numbers[cell] in empty:
                    number = sheet.solve(cell, identity, numbers)
                    numbers |= {} if number is None else {cell: number}
        yield numbers


def _moved_figures(sheet: Sheet) -> Iterator[dict[CellId, Number]]:
    """Figures side by side moved by one column, over an empty cell or out of the row."""
    for row in sheet.group.rows:
        if sheet.unknown.isdisjoint(row) and any(sheet.numbers[cell] for cell in row):
            for part in _stretches([(cell,) for cell in row]):
                yield from _turned(sheet, part)
            for line in (row, row[:-1]):
                yield from _pushed_out(sheet, line)
                yield from _pushed_out(sheet, line[::-1])


def _moved_rows(sheet: Sheet, failing: Sequence[Identity]) -> Iterator[dict[CellId, Number]]:
    """Rows moved by one, over an empty row; not where a sum along a row fails, as it stays so."""
    if any(len({cell.row for cell in i.left + i.right}) == 1 for i in failing):
        return
    for rows in _stretches(sheet.group.rows):
        if all(sheet.unknown.isdisjoint(row) for row in rows):
            yield from _turned(sheet, rows)


def _stretches(places: Sequence[tuple[CellId, ...]]) -> Iterator[Sequence[tuple[CellId, ...]]]:
    """All runs of at least two places."""
    for start in range(len(places) - 1):
        for end in range(start + 2, len(places) + 1):
            yield places[start:end]


def _turned(sheet: Sheet, places: Sequence[tuple[CellId, ...]]) -> Iterator[dict[CellId, Number]]:
    """The figures of these places moved by one, forth and back, over an empty place.

    Two places may also trade their figures.
    """
    for line in (places, places[::-1]):
        first, last = (any(sheet.numbers[cell] for cell in line[at]) for at in (0, -1))
        if len(line) == _TWO or (last and not first):
            yield {
                cell: sheet.numbers[source] or 0
                for to, place in zip(line, (*line[1:], line[0]), strict=True)
                for cell, source in zip(to, place, strict=True)
            }


def _pushed_out(sheet: Sheet, row: Sequence[CellId]) -> Iterator[dict[CellId, Number]]:
    """The figures of a line moved back by one; the one pushed out at its end is told by a sum."""
    if not sheet.numbers[row[0]]:
        moved = {to: sheet.numbers[cell] or 0 for to, cell in pairwise(row)}
        free = row[-1]
        lost = sheet.solve(free, sheet.group.through[free][0], {**moved, free: 0})
        if lost is not None:
            yield {**moved, free: lost}


def _pairs(sheet: Sheet, failing: Sequence[Identity]) -> Iterator[dict[CellId, Number]]:
    """Any two cells: one of a failing sum so that it or another one holds, and one more."""
    if len(failing) > _SUMS_OF_TWO_CELLS:
        return
    shortest = min(failing, key=lambda identity: len(identity.left + identity.right))
    for cell in shortest.left + shortest.right:
        for identity in failing:
            if cell in identity.left + identity.right:
                number = sheet.solve(cell, identity)
                if number is not None:
                    yield from _singles(sheet, failing, {cell: number})
