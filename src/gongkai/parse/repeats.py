"""Counted grids of copies that repeat a merged cell in each of its columns.

In such a copy every row has all columns, so that a column number is a place, and a figure that
stands there twice may be one. It says which grids are so, and knows the words of their heads only.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import Cell, Grid
from gongkai.parse.labels import column_wordings, core
from gongkai.parse.rows import is_label, is_printed
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Document

# A head has cells for so many columns at least: that of the labels and one of figures.
_HEAD = 2


def with_places(document: Document) -> Document:
    """The document, with the columns of grids that repeat merged cells as places."""
    grids = [_unnumbered(b) if isinstance(b, Grid) else b for b in document.blocks]
    blocks = tuple(_placed(b) if isinstance(b, Grid) else b for b in grids)
    return replace(document, blocks=blocks)


def _unnumbered(grid: Grid) -> Grid:
    """The grid without the numbers of its columns, which a converter puts in place of a head."""
    rows = tuple(row for row in grid.rows if not _is_numbering(row))
    return grid if grid.positioned or not rows else replace(grid, rows=rows)


def _is_numbering(row: Sequence[Cell]) -> bool:
    """Whether a row counts its own columns from 0."""
    numbers = [str(at) for at in range(len(row))]
    return len(row) >= _HEAD and [cell.text.strip() for cell in row] == numbers


def _placed(grid: Grid) -> Grid:
    """The grid with its columns as places, if it repeats merged cells."""
    if grid.positioned or not _repeats_figures(grid):
        return grid
    width = max(len(row) for row in grid.rows)
    return replace(grid, rows=tuple(_filled(row, width) for row in grid.rows), positioned=True)


def _filled(row: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    """The row with the blank cells that a copy leaves out at its end."""
    more = range(1, width - len(row) + 1)
    return (*row, *(replace(c, text="", col=c.col + n) for c in row[-1:] for n in more))


def _repeats_figures(grid: Grid) -> bool:
    """Whether figures are repeated wherever a head cell above them is, and somewhere they are.

    A copy that repeats only words leaves each figure in the first cell of its own.
    """
    head: list[range] = []
    found = False
    for row in grid.rows:
        if _is_head(row):
            head = _runs(row)
            continue
        for run in head:
            cells = [row[at] for at in run if at < len(row)]
            if not any(is_printed(cell) and not is_label(cell) for cell in cells):
                continue
            if len(cells) < len(run) or len({_text(cell) for cell in cells}) > 1:
                return False
            found = found or len(run) > 1
    return found


def _is_head(row: Sequence[Cell]) -> bool:
    """Whether a row has words in most of its cells, not all the same, and nothing else."""
    printed = [cell for cell in row if is_printed(cell)]
    words = {_text(cell) for cell in printed}
    return len(words) >= _HEAD and all(map(is_label, printed)) and 2 * len(printed) > len(row)


def _runs(row: Sequence[Cell]) -> list[range]:
    """The columns in which the words of a column of some table stand side by side.

    Of other words the same may stand in two columns (本年新, where a copy cut the rest).
    """
    runs: list[range] = []
    for at, cell in enumerate(row):
        again = at > 0 and _text(row[at - 1]) == _text(cell) and core(cell.text) in _columns()
        if again:
            runs[-1] = range(runs[-1].start, at + 1)
        else:
            runs.append(range(at, at + 1))
    return runs


@cache
def _columns() -> frozenset[str]:
    """What the columns of the tables are called."""
    tables = {table.id for form in forms() for table in form.tables}
    return frozenset(words for table in tables for words, _ in column_wordings(table))


def _text(cell: Cell) -> str:
    return "".join(fold(cell.text).split())
