"""Tables whose cells are written with their left and right edges (Word 97, RTF) to a `Grid`.

Rows have edges of their own there, which differ by a little where a person dragged a line; here
edges that mean the same line become one, and the lines become column numbers. `grid` is for
formats that count columns, `layout` for pages. Nothing of a file format is known here.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gongkai.model import Cell, Grid
from gongkai.read.error import over_limit
from gongkai.read.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Locus

#: Edges further apart than this are two lines (twips; two millimetres).
_APART = 120.0
#: Of two edges nearer than this part of the narrowest cell, at most one is a line of its own.
_PART = 3


@dataclass(frozen=True, slots=True)
class Edged:
    """A cell as the format writes it, edges in twips.

    Attributes:
        text: what stands in it.
        left: its left edge.
        right: its right edge.
        goes_on_left: it is one with the cell before it.
        begins_down: it may go on in the next row.
        goes_on_up: it is one with the cell above it.
    """

    text: str
    left: float
    right: float
    goes_on_left: bool = False
    begins_down: bool = False
    goes_on_up: bool = False


@dataclass
class _Open:
    """A cell while it grows downwards; `bottom` is the last row it covers."""

    text: str
    row: int
    first: int
    last: int
    bottom: int
    down: bool


@dataclass
class _Placing:
    """The cells placed so far, and by their columns those that may go on in the next row."""

    cells: list[_Open] = field(default_factory=list)
    open: dict[tuple[int, int], _Open] = field(default_factory=dict)

    def place(self, cell: Edged, row: int, first: int, last: int) -> None:
        """Put a cell between two lines of a row, or let the one above it grow."""
        above = self.open.get((first, last))
        if (
            cell.goes_on_up
            and not cell.text.strip()
            and above is not None
            and above.down
            and above.bottom == row - 1
        ):
            above.bottom = row
            return
        placed = _Open(cell.text, row, first, last, row, cell.begins_down)
        self.cells.append(placed)
        self.open[first, last] = placed


def grid_by_edges(rows: Sequence[Sequence[Edged]], locus: Locus) -> Grid:
    """A grid; positioned where every cell has a width, else counted from the left.

    A cell that goes on from its neighbour and holds text of its own stays a cell: no text is
    ever dropped.

    Args:
        rows: the cells of each row, from left to right.
        locus: the place of the table; its `block` is given to every cell.

    Raises:
        ReadError: if it has more rows, columns or cells than the limits allow.
    """
    if len(rows) > LIMITS.rows:
        raise over_limit(locus.file, f"一张表多于 {LIMITS.rows} 行")
    if sum(map(len, rows)) > LIMITS.cells:
        raise over_limit(locus.file, f"多于 {LIMITS.cells} 个单元格")
    if any(cell.right <= cell.left for row in rows for cell in row):
        return counted_grid([[cell.text for cell in row] for row in rows], locus)
    joined = [_joined(row) for row in rows]
    starts = _lines(joined)
    if len(starts) - 1 > LIMITS.columns:
        raise over_limit(locus.file, f"一张表多于 {LIMITS.columns} 列")
    placing = _Placing()
    for at, row in enumerate(joined):
        for cell in row:
            placing.place(cell, at, _line(starts, cell.left), _line(starts, cell.right))
    out: list[list[Cell]] = [[] for _ in rows]
    for c in placing.cells:
        place = replace(locus, row=c.row + 1, col=c.first + 1, line=None)
        made = Cell(c.text, c.row, c.first, place, c.bottom - c.row + 1, c.last - c.first)
        out[c.row].append(made)
    return Grid(tuple(map(tuple, out)), locus, positioned=True)


def counted_grid(rows: Sequence[Sequence[str]], locus: Locus) -> Grid:
    """A grid whose columns are only counted, for rows whose edges are missing or contradictory."""
    return Grid(
        tuple(
            tuple(
                Cell(text, at, col, replace(locus, row=at + 1, col=col + 1, line=None))
                for col, text in enumerate(row)
            )
            for at, row in enumerate(rows)
        ),
        locus,
    )


def _joined(row: Sequence[Edged]) -> list[Edged]:
    """The row with the cells that go on from the left joined to the one they go on from."""
    out: list[Edged] = []
    for cell in row:
        if cell.goes_on_left and out and not cell.text.strip():
            out[-1] = replace(out[-1], right=cell.right)
        else:
            out.append(cell)
    return out


def _lines(rows: Sequence[Sequence[Edged]]) -> list[float]:
    """The vertical lines of the table, each by the leftmost edge that means it.

    Edges that mean one line are nearer to each other than a third of the narrowest cell, so no
    cell loses its width.
    """
    cells = [cell for row in rows for cell in row]
    edges = sorted({edge for cell in cells for edge in (cell.left, cell.right)})
    apart = min([_APART, *((cell.right - cell.left) / _PART for cell in cells)])
    starts: list[float] = []
    for edge in edges:
        if not starts or edge - starts[-1] > apart:
            starts.append(edge)
    return starts


def _line(starts: Sequence[float], edge: float) -> int:
    """The number of the line an edge means."""
    return bisect_right(starts, edge) - 1
