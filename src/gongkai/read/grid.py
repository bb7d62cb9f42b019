"""Tables with merged cells to a `Grid`: spans to places, within the limits.

HTML, Word, workbooks and RTF say how many columns and rows a cell covers; here that becomes a
column number for each cell. Formats that say where a cell stands on the page use `layout`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gongkai.model import Cell, Grid, Locus
from gongkai.read.error import over_limit
from gongkai.read.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Block


@dataclass(frozen=True, slots=True)
class Spanned:
    """A cell as the format writes it: text and how far it reaches. `locus` lacks row and col."""

    text: str
    locus: Locus
    colspan: int = 1
    rowspan: int = 1


def grid_of(rows: Sequence[Sequence[Spanned]], locus: Locus) -> Grid:
    """A positioned grid; each cell stands once, at its upper left place.

    Args:
        rows: the cells that begin in each row, from left to right; what a cell above covers is
            left out, as in HTML.
        locus: the place of the table; its `block` is given to every cell.

    Raises:
        ReadError: if it has more rows, columns or cells than the limits allow.
    """
    if len(rows) > LIMITS.rows:
        raise over_limit(locus.file, f"一张表多于 {LIMITS.rows} 行")
    taken: dict[int, int] = {}  # column → first row in which it is free again
    out: list[tuple[Cell, ...]] = []
    count = 0
    for at, row in enumerate(rows):
        placed: list[Cell] = []
        col = 0
        for cell in row:
            while taken.get(col, 0) > at:
                col += 1
            width = max(1, min(cell.colspan, LIMITS.span))
            height = max(1, min(cell.rowspan, LIMITS.span, len(rows) - at))
            if col + width > LIMITS.columns:
                raise over_limit(locus.file, f"一张表多于 {LIMITS.columns} 列")
            for covered in range(col, col + width):
                taken[covered] = at + height
            place = replace(cell.locus, block=locus.block, row=at + 1, col=col + 1)
            placed.append(Cell(cell.text, at, col, place, height, width))
            col += width
        count += len(placed)
        if count > LIMITS.cells:
            raise over_limit(locus.file, f"多于 {LIMITS.cells} 个单元格")
        out.append(tuple(placed))
    return Grid(tuple(out), locus, positioned=True)


def broken_off(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a text; the figure in which it breaks off has no confidence.

    A text that ends with a digit, without a line end or a tag behind it, may have been cut off
    within the figure, which then looks like a shorter one.
    """
    last = blocks[-1] if blocks else None
    if not text[-1:].isdigit() or not isinstance(last, Grid):
        return tuple(blocks)
    *rows, row = last.rows
    broken = (*row[:-1], replace(row[-1], confidence=0.0))
    return (*blocks[:-1], replace(last, rows=(*rows, broken)))
