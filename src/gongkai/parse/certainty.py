"""Figures that were recognised from a picture: which of them can be believed.

A figure below the threshold counts only where sums of the form confirm it. Nothing is replaced:
a figure that is not believed is in doubt, with its raw text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.model import Remark, RemarkKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gongkai.model import CellId, Identity, Value

#: Below this a figure is not believed for itself. Measured on printed pages of 100 to 200 dpi:
#: what was recognised wrongly was below it, and less than two in a hundred others were.
THRESHOLD = 0.7
_UNKNOWN = frozenset({Status.AMBIGUOUS, Status.MISSING, Status.TEXT})


def is_doubtful(value: Value) -> bool:
    """Whether a value was recognised too uncertainly to be believed for itself."""
    return value.confidence is not None and value.confidence < THRESHOLD


def settle(
    values: Mapping[CellId, Value], identities: Sequence[Identity]
) -> tuple[dict[CellId, Value], list[Remark]]:
    """The values of a table, doubtful ones believed only where sums confirm them.

    A sum confirms a cell if the cell is the only doubtful one in it, and the sum holds as read.
    What is confirmed is doubtful no more, and may help to confirm others. A cell in a sum that
    fails is never confirmed: one of its cells is misread, or the agency's sum is wrong.

    Args:
        values: the values of one table.
        identities: the sums of the form that hold for it.
    """
    doubtful = {cell for cell, value in values.items() if is_doubtful(value)}
    if not doubtful:
        return dict(values), []
    verdicts = [(set(i.left + i.right), holds(values, i)) for i in identities]
    failing = {cell for cells, holds in verdicts if holds is False for cell in cells} & doubtful
    open_ = doubtful - failing
    holding = [cells for cells, holds in verdicts if holds]
    while confirmed := _confirmed(holding, open_, failing):
        open_ -= confirmed
    left = open_ | failing
    settled = {
        cell: replace(value, number=None, status=Status.AMBIGUOUS) if cell in left else value
        for cell, value in values.items()
    }
    return settled, list(_remarks(values, left, failing))


def _confirmed(
    holding: Iterable[set[CellId]], open_: set[CellId], failing: set[CellId]
) -> set[CellId]:
    """The cells that are the only doubtful one of a sum that holds."""
    alone = [cells & (open_ | failing) for cells in holding]
    return {cell for cells in alone if len(cells) == 1 for cell in cells} - failing


def holds(values: Mapping[CellId, Value], identity: Identity) -> bool | None:
    """Whether a sum holds as read; None where it cannot be told. Blanks and marks count as 0."""
    sides = [[values[cell] for cell in side] for side in (identity.left, identity.right)]
    if any(value.status in _UNKNOWN for side in sides for value in side):
        return None
    left, right = (sum(v.number for v in side if v.number is not None) for side in sides)
    if left == right:
        return True
    blank = any(all(value.number is None for value in side) for side in sides)
    return None if blank else False


def _remarks(
    values: Mapping[CellId, Value], left: set[CellId], failing: set[CellId]
) -> Iterator[Remark]:
    for cell, value in values.items():
        if cell in left and value.locus is not None:
            likely = cell in failing
            kind = RemarkKind.LIKELY_MISREADING if likely else RemarkKind.UNCLEAR_FIGURE
            yield Remark(kind, cell.table, value.locus, value.raw.strip(), (cell,))
