"""Which slip turns the number that would fit into the one that is printed.

One function for each way in which people and machines get a number wrong. A cause is a guess from
the numbers and their neighbours; nothing here looks for the cell that is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.model import Cause, Change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gongkai.checks.sheet import Numbers, Sheet
    from gongkai.model import CellId, Number

_WAN = 10_000
_TWO = 2


def explained(sheet: Sheet, numbers: Numbers, cause: Cause | None = None) -> tuple[Change, ...]:
    """These numbers as changes, each with its cause: the one given or the first that fits."""
    return tuple(
        Change(
            cell=cell,
            printed=sheet.numbers[cell],
            value=number,
            cause=cause if cause is not None else _cause(sheet, numbers, cell),
            doubtful=cell in sheet.doubtful,
        )
        for cell, number in numbers.items()
    )


def is_total(sheet: Sheet, cell: CellId) -> bool:
    """Whether the cell is one side of a sum by itself."""
    return any(identity.left == (cell,) for identity in sheet.group.through[cell])


def _cause(sheet: Sheet, numbers: Numbers, cell: CellId) -> Cause | None:
    return next((cause for cause, fits in _CAUSES.items() if fits(sheet, numbers, cell)), None)


def _is_zero_total(sheet: Sheet, _: Numbers, cell: CellId) -> bool:
    return sheet.numbers[cell] == 0 and is_total(sheet, cell)


def _is_blank_total(sheet: Sheet, _: Numbers, cell: CellId) -> bool:
    return sheet.numbers[cell] is None and is_total(sheet, cell)


def _is_column_shift(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    return _trades(sheet, numbers, cell, sheet.group.rows)


def _is_row_shift(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    return _trades(sheet, numbers, cell, zip(*sheet.group.rows, strict=True))


def _trades(
    sheet: Sheet, numbers: Numbers, cell: CellId, lines: Iterable[tuple[CellId, ...]]
) -> bool:
    """Whether the cell and a neighbour in its line stand there with each other's figure."""
    return any(
        pair[0] in numbers
        and pair[1] in numbers
        and [sheet.numbers[c] or 0 for c in pair] == [numbers[c] for c in reversed(pair)]
        for pair in _neighbours(cell, lines)
    )


def _is_split(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    """10 stands there as 1 and 0, side by side."""
    return any(
        _is_joined([sheet.numbers[c] for c in pair], [_fitting(sheet, numbers, c) for c in pair])
        for pair in _neighbours(cell, sheet.group.rows)
    )


def _is_merged(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    """1 and 0, side by side, stand there as 10."""
    return any(
        _is_joined([_fitting(sheet, numbers, c) for c in pair], [sheet.numbers[c] for c in pair])
        for pair in _neighbours(cell, sheet.group.rows)
    )


def _is_joined(two: list[Number | None], one: list[Number | None]) -> bool:
    """Whether two figures, side by side, are the one figure of the other pair."""
    left, right = two
    if not (isinstance(left, int) and isinstance(right, int)) or left <= 0 or right < 0:
        return False
    whole = int(f"{left}{right}")
    return [number or 0 for number in one] in ([whole, 0], [0, whole])


def _is_swapped(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    """Two digits have changed places."""
    printed, fitting = str(sheet.numbers[cell]), str(numbers[cell])
    if sorted(printed) != sorted(fitting):
        return False
    return sum(a != b for a, b in zip(printed, fitting, strict=True)) == _TWO


def _is_wan(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    low, high = sorted((sheet.numbers[cell] or 0, numbers[cell]))
    return 0 < low * _WAN == high


def _is_off_by_one(sheet: Sheet, numbers: Numbers, cell: CellId) -> bool:
    printed = sheet.numbers[cell]
    return printed is not None and abs(printed - numbers[cell]) == 1


def _fitting(sheet: Sheet, numbers: Numbers, cell: CellId) -> Number | None:
    return numbers.get(cell, sheet.numbers[cell])


def _neighbours(
    cell: CellId, lines: Iterable[tuple[CellId, ...]]
) -> Iterator[tuple[CellId, CellId]]:
    """The cell with the one before it and the one behind it, each pair in the order of print."""
    for line in lines:
        if cell in line:
            at = line.index(cell)
            yield from ((line[i], line[i + 1]) for i in (at - 1, at) if 0 <= i < len(line) - 1)


# What two cells tell together comes before what one tells alone.
_CAUSES: dict[Cause, Callable[[Sheet, Numbers, CellId], bool]] = {
    Cause.COLUMN_SHIFT: _is_column_shift,
    Cause.ROW_SHIFT: _is_row_shift,
    Cause.TOTAL_LEFT_ZERO: _is_zero_total,
    Cause.BLANK_TOTAL: _is_blank_total,
    Cause.SPLIT_NUMBER: _is_split,
    Cause.MERGED_NUMBERS: _is_merged,
    Cause.DIGITS_SWAPPED: _is_swapped,
    Cause.UNIT_FACTOR_10000: _is_wan,
    Cause.OFF_BY_ONE: _is_off_by_one,
}
