"""Ruled tables with their text: each glyph in the cell that holds its middle.

It knows cells and glyphs. How cells are found is `layout_rules`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.read.layout_open import Found, OpenTable, in_one
from gongkai.read.layout_text import lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.read.layout_rules import Lattice
    from gongkai.read.layout_text import Box, Mark

# In heights of a glyph: two glyphs in neighbouring cells that are no further apart may be of one
# figure. A figure in the last column may reach over the frame by so much.
_NEAR = 0.1
_BEYOND = 3.0
# So many glyphs of a line can stand at the edge of its cell, some printed over others.
_FEW = 3


def belongs(box: Box, mark: Mark) -> bool:
    """Whether a mark stands in a table, or is the end of a figure that is wider than its cell."""
    x0, top, x1, bottom = box
    if not top <= (mark.top + mark.bottom) / 2 <= bottom:
        return False
    middle = (mark.x0 + mark.x1) / 2
    if x0 <= middle <= x1:
        return True
    beyond = _BEYOND * (mark.bottom - mark.top) if _is_part(mark) and mark.text.strip() else 0.0
    return x0 - beyond <= middle <= x1 + beyond


def filled(lattice: Lattice, marks: Sequence[Mark]) -> OpenTable:
    """The cells of a lattice with what stands in them.

    A figure that is wider than its cell and goes on in the next cannot be told from two: its row
    is in doubt.
    """
    owner = {
        (row, col): at
        for at, place in enumerate(lattice.places)
        for row in range(place.row, place.row_end)
        for col in range(place.col, place.col_end)
    }
    texts: list[list[Mark]] = [[] for _ in lattice.places]
    for mark in marks:
        row = min(bisect_right(lattice.ys, (mark.top + mark.bottom) / 2), len(lattice.ys) - 1) - 1
        col = min(bisect_right(lattice.xs, (mark.x0 + mark.x1) / 2), len(lattice.xs) - 1) - 1
        col = max(col, 0)  # a figure may reach over the frame
        texts[owner[row, col]].append(mark)
    cells = [
        Found(place, lattice.box_of(place), tuple(lines_of(inside)))
        for place, inside in zip(lattice.places, texts, strict=True)
    ]
    rows = len(lattice.ys) - 1
    for edge in range(rows - 1, 0, -1):
        if _is_torn(cells, edge, len(lattice.xs) - 1):
            cells = _mended(cells, edge)
            rows -= 1
    return in_one(OpenTable(lattice.box, rows, tuple(cells)), _overflowing(cells))


def _overflowing(cells: Sequence[Found]) -> set[int]:
    """The rows in which a figure stands across the line between two cells."""
    ends = {
        (row, cell.place.col_end): cell
        for cell in cells
        if cell.lines
        for row in range(cell.place.row, cell.place.row_end)
    }
    rows: set[int] = set()
    for cell in cells:
        for row in range(cell.place.row, cell.place.row_end) if cell.lines else ():
            before = ends.get((row, cell.place.col))
            if before is not None and _runs_on(before, cell):
                rows.update((before.place.row, cell.place.row))
    return rows


def _runs_on(left: Found, right: Found) -> bool:
    """Whether a line of one cell goes on in the next without a gap, in the middle of a figure."""
    end = max(line.box[2] for line in left.lines)
    if min(line.box[0] for line in right.lines) - end > left.lines[0].height:
        return False  # as almost always
    return any(
        _is_next(last, mark)
        for first in left.lines
        for second in right.lines
        for last in first.marks[-_FEW:]
        for mark in second.marks[:_FEW]
    )


def _is_next(last: Mark, mark: Mark) -> bool:
    """Whether two glyphs follow each other as those of one figure do."""
    near = _NEAR * min(last.bottom - last.top, mark.bottom - mark.top)
    level = abs(last.top + last.bottom - mark.top - mark.bottom) <= 2 * near
    return level and abs(mark.x0 - last.x1) <= near and _is_part(last) and _is_part(mark)


def _is_part(mark: Mark) -> bool:
    """Whether a mark may be part of a figure."""
    return mark.text.isascii() or mark.text.isdigit()


def _is_torn(cells: Sequence[Found], edge: int, columns: int) -> bool:
    """Whether an edge parts no two texts, and most cells stand across it.

    A browser that cuts a table at the page gives merged cells another height than their rows.
    """
    across = [c for c in cells if c.place.row < edge < c.place.row_end and c.lines]
    if 2 * sum(c.place.col_end - c.place.col for c in across) <= columns:
        return False
    above = {
        col
        for c in cells
        if c.place.row_end == edge and c.lines
        for col in range(c.place.col, c.place.col_end)
    }
    return not any(
        col in above
        for c in cells
        if c.place.row == edge and c.lines
        for col in range(c.place.col, c.place.col_end)
    )


def _mended(cells: Sequence[Found], edge: int) -> list[Found]:
    """The cells without an edge; what is blank gives way."""
    moved = [
        replace(
            cell,
            place=replace(
                cell.place,
                row=cell.place.row - (cell.place.row >= edge),
                row_end=cell.place.row_end - (cell.place.row_end > edge),
            ),
        )
        for cell in cells
    ]
    taken: set[tuple[int, int]] = set()
    kept: list[Found] = []
    for cell in sorted(moved, key=lambda c: not c.lines):
        place = cell.place
        rows = range(place.row, place.row_end)
        own = {(row, col) for row in rows for col in range(place.col, place.col_end)}
        if not own & taken:
            taken |= own
            kept.append(cell)
    return sorted(kept, key=lambda c: (c.place.row, c.place.col))
