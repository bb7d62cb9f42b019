"""Figures of a grid whose columns are the format's own places, put under their head cells.

It knows heads and places, no table of the form: a figure belongs to the one head cell above it.
Where a row does not fit under its head, its cells may still be as many as the columns, and then
their order decides; whatever has two readings is in doubt.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gongkai.model import Status
from gongkai.parse.rows import Placed, ambiguous, blank, doubtful, is_label, is_printed, valued
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gongkai.model import Cell, Grid, Value
    from gongkai.parse.rows import Line, Row


@dataclass(frozen=True, slots=True)
class Span:
    """Columns of a grid from `start` up to `end`, which is the first that is no part of it."""

    start: int
    end: int

    def meets(self, other: Span) -> bool:
        """Whether they share a column."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where the columns of a table are in a grid; no columns where that is not certain.

    `columns` are in the form's order, `end` is where the rows of the head end. `beside` are columns of the head that the form does not
    have (小计), `tall` cells without words that cover several rows. `loose` says that complete
    rows do not stand under the head, `contrary` that a head of which a part is lost has the
    rest in another order.
    """

    columns: tuple[Span, ...] = ()
    end: int = 0
    beside: tuple[Span, ...] = ()
    tall: tuple[Cell, ...] = ()
    loose: bool = False
    contrary: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column of a head: the places it covers and all words above it, outermost first."""

    span: Span
    words: str


def span_of(cell: Cell) -> Span:
    """The columns a cell covers."""
    return Span(cell.col, cell.col + cell.colspan)


def leaves_of(lines: Iterable[Line]) -> tuple[Leaf, ...]:
    """The columns of a head of one or more rows, from left to right.

    Words that a copy repeats side by side, or splits over two rows (商业 above 企业), are one
    column. Columns without words are none.
    """
    above: dict[int, list[Cell]] = {}
    for line in lines:
        for cell in line.cells:
            if is_printed(cell):
                for col in range(cell.col, cell.col + cell.colspan):
                    above.setdefault(col, []).append(cell)
    leaves: list[Leaf] = []
    last: Cell | None = None
    for col in sorted(above):
        cells = above[col]
        words = "".join(key(cell.text) for cell in cells)
        same = last is not None and (cells[-1] is last or words == leaves[-1].words)
        if same and leaves[-1].span.end == col:
            leaves[-1] = replace(leaves[-1], span=Span(leaves[-1].span.start, col + 1))
        else:
            leaves.append(Leaf(Span(col, col + 1), words))
        last = cells[-1]
    return tuple(leaves)


def tall_cells(grid: Grid) -> tuple[Cell, ...]:
    """Cells without words that cover several rows. A figure in one is of no certain row."""
    return tuple(
        cell for row in grid.rows for cell in row if cell.rowspan > 1 and not is_label(cell)
    )


def columns_in(grid: Grid) -> int:
    """How many columns a grid has."""
    return max(cell.col + cell.colspan for row in grid.rows for cell in row)


def place_by_cells(
    row: Row, width: int, is_sum: Callable[[Sequence[Value]], bool] | None = None
) -> Placed:
    """Put the cells of a row without a head into columns.

    Only as many cells as columns tell, or as many figures; these must add up besides, where the
    table has sums.
    """
    if not row.figures:
        return Placed(tuple(blank(row) for _ in range(width)))
    figures = tuple(map(valued, row.figures))
    if len(row.zone) == width:
        return Placed(tuple(valued(cell) for cell in row.zone))
    if len(figures) == width and (is_sum is None or is_sum(figures)):
        return Placed(figures)
    return ambiguous(row, width)


def is_sum(values: Sequence[Value]) -> bool:
    """Whether the last value is the sum of the others."""
    *parts, total = [value.number for value in values]
    return total is not None and total == sum(n for n in parts if n is not None)


def fits(spans: Sequence[Span], head: Sequence[Span]) -> bool:
    """Whether these cells stand under the head one by one."""
    return len(spans) == len(head) and all(
        [at for at, other in enumerate(head) if other.meets(span)] == [own]
        for own, span in enumerate(spans)
    )


def place_under(
    row: Row, ruler: Ruler, is_sum: Callable[[Sequence[Value]], bool] | None = None
) -> Placed:
    """Put the figures of a row under the head cells above them.

    Args:
        row: the row, of a grid with places of its own.
        ruler: where the columns are.
        is_sum: whether the values of a complete row add up; asked where nothing but the number
            of figures speaks for a reading.
    """
    head, tall = ruler.columns, ruler.tall
    short = len(row.figures) < len(head)
    if short and _ends_before(row, tall, ruler.end):
        return ambiguous(row, len(head))
    in_order = None if ruler.beside else _in_order(row, head, is_sum)
    if in_order is not None:
        return _doubt_tall(row, head, in_order, tall)
    if (short and row.figures and ruler.loose) or (not row.zone and not _above(row, tall)):
        return ambiguous(row, len(head))
    foreign = tuple(c for c in row.figures if _is_foreign(c, head, ruler.beside))
    figures = [c for c in row.figures if c not in foreign]
    if any(not _columns(c, head) for c in figures) or (figures and not _is_under(row, head, tall)):
        return ambiguous(row, len(head))
    placed = _by_column(row, head, figures)
    return _doubt_tall(row, head, replace(placed, unused=foreign), tall)


def _columns(cell: Cell, head: Sequence[Span]) -> list[int]:
    """The columns of the head that a cell stands under."""
    own = span_of(cell)
    return [at for at, span in enumerate(head) if span.meets(own)]


def _is_foreign(cell: Cell, head: Sequence[Span], beside: Sequence[Span]) -> bool:
    """Whether a figure stands under another column of the head, or is a remark behind it."""
    if _columns(cell, head):
        return False
    own = span_of(cell)
    behind = is_label(cell) and own.start >= max(span.end for span in head)
    return behind or any(span.meets(own) for span in beside)


def _is_under(row: Row, head: Sequence[Span], tall: Sequence[Cell]) -> bool:
    """Whether the row keeps the places of the head.

    It does not where its label covers a column of figures; nor where its cells stand one beside
    the other and end before the head does: one may be gone, and those behind it moved.
    """
    first, last = min(head, key=lambda s: s.start), max(head, key=lambda s: s.end)
    if row.labels and span_of(row.labels[-1]).end > first.start:
        return False
    return not _ends_before(row, tall, last.start + 1)


def _ends_before(row: Row, tall: Sequence[Cell], end: int) -> bool:
    """Whether the cells of a row stand one beside the other, without a gap, and end too early."""
    own = sorted(map(span_of, row.line.cells), key=lambda s: s.start)
    above = [span_of(cell) for cell in _above(row, tall)]
    gaps = [Span(a.end, b.start) for a, b in itertools.pairwise(own) if b.start > a.end]
    if any(not any(gap.meets(span) for span in above) for gap in gaps):
        return False
    return max(span.end for span in (*own, *above)) < end


def end_of(lines: Iterable[Line]) -> int:
    """The first column behind all cells of these lines."""
    return max((cell.col + cell.colspan for line in lines for cell in line.cells), default=0)


def _above(row: Row, tall: Sequence[Cell]) -> list[Cell]:
    """The cells of this row and of rows above it that cover it and others."""
    at = row.line.cells[0].row
    return [cell for cell in tall if cell.row <= at < cell.row + cell.rowspan]


def _in_order(
    row: Row, head: Sequence[Span], is_sum: Callable[[Sequence[Value]], bool] | None
) -> Placed | None:
    """The cells in their order, where they are as many as the columns but not under them.

    Borders that were dragged by hand, or guessed from the text, leave the cells of a row beside
    those of the head: cells without a gap, as many as columns, up to the end of the head, have
    no other reading. As many figures as columns are taken in order too if they add up, where the
    table has sums, and if none stands under the head of another: a figure beside the form's columns
    may have come while a cell is blank.
    """
    if sorted(head, key=lambda s: s.start) != list(head):
        return None
    zone = [cell for cell in row.zone if is_printed(cell) or cell.col < head[-1].end]
    spans = [span_of(cell) for cell in zone]
    whole = len(spans) == len(head) and all(
        spans[at].end == spans[at + 1].start for at in range(len(spans) - 1)
    )
    if whole and spans[-1].end > head[-1].start:
        return Placed(tuple(valued(cell) for cell in zone))
    figures = tuple(map(valued, row.figures))
    complete = len(figures) == len(head) and not _is_clear(row, head)
    if not complete:
        return None
    sure = not _is_elsewhere(row, head) and (is_sum is None or is_sum(figures))
    return Placed(figures) if sure else None


def _is_elsewhere(row: Row, head: Sequence[Span]) -> bool:
    """Whether a figure stands under one head cell that is not the one its order gives it.

    Or under none, while a cell under one is blank. Where columns are estimated that says nothing:
    a dragged border leaves a row beside its head.
    """
    if row.line.grid is not None and row.line.grid.estimated:
        return False
    under = [_columns(cell, head) for cell in row.figures]
    blank = any(_columns(cell, head) for cell in row.zone if not is_printed(cell))
    moved = any(len(columns) == 1 and columns != [at] for at, columns in enumerate(under))
    return moved or (blank and not all(under))


def _is_clear(row: Row, head: Sequence[Span]) -> bool:
    """Whether each figure stands under one head cell, and each head cell has one figure at most."""
    under = [_columns(cell, head) for cell in row.figures]
    return all(len(columns) == 1 for columns in under) and all(
        _is_repeated(mine, head[at])
        for at in range(len(head))
        if (mine := [c for c, columns in zip(row.figures, under, strict=True) if columns == [at]])
    )


def _by_column(row: Row, head: Sequence[Span], figures: Sequence[Cell]) -> Placed:
    values: list[Value] = []
    doubt = False
    for at in range(len(head)):
        mine = [cell for cell in figures if at in _columns(cell, head)]
        alike = {(v.number, v.status) for v in map(valued, mine)}
        parts = len(mine) > 1 and _may_be_parts(row)
        if any(len(_columns(cell, head)) > 1 for cell in mine) or len(alike) > 1 or parts:
            values.append(doubtful(row, " ".join(cell.text.strip() for cell in mine)))
            doubt = True
        elif mine:
            values.append(valued(mine[0]))
            doubt = doubt or not _is_repeated(mine, head[at])
        else:
            cell = next((c for c in row.zone if at in _columns(c, head)), None)
            values.append(blank(row) if cell is None else valued(cell))
    return Placed(tuple(values), doubt)


def _may_be_parts(row: Row) -> bool:
    """Whether texts in one column may be digits of one figure: its columns are found by texts."""
    return row.line.grid is not None and row.line.grid.estimated


def _is_repeated(cells: Sequence[Cell], span: Span) -> bool:
    """Whether these are one figure, or one that a copy repeats in each cell of a merged one."""
    once = len({cell.text for cell in cells}) == 1
    return len(cells) == 1 or (once and sum(c.colspan for c in cells) == span.end - span.start)


def _doubt_tall(row: Row, head: Sequence[Span], placed: Placed, tall: Sequence[Cell]) -> Placed:
    """The row with the columns in doubt in which a figure covers this row and others."""
    over = [cell for cell in _above(row, tall) if is_printed(cell)]
    columns = {column for cell in over for column in _columns(cell, head)}
    if not columns:
        return placed
    values = tuple(
        doubtful(row, value.raw)
        if column in columns and value.status is not Status.AMBIGUOUS
        else value
        for column, value in enumerate(placed.values)
    )
    return replace(placed, values=values, doubt=True)
