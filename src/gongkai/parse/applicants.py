"""The heads of table three: which column is which applicant's.

It owns the wordings and the order of the seven columns, and where they are in a grid. A grid or
a page without a head of its own goes on with the order of the one before it. It knows rows by
the places of their figures only.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import concept
from gongkai.parse.labels import columns_of, core, own_row
from gongkai.parse.places import (
    Ruler,
    columns_in,
    end_of,
    fits,
    is_sum,
    leaves_of,
    span_of,
    tall_cells,
)
from gongkai.parse.rows import is_printed, is_prose, row_of, valued

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Cell, Grid
    from gongkai.parse.places import Leaf, Span
    from gongkai.parse.rows import Line, Row

TABLE = "requests"
# A column that the form does not have (法人小计).
_SUBTOTAL = "小计"
# The group of organisations stands behind the first column.
_ORGANISATIONS = 0.5
# Words above a column that make it another one (2022年, 较上年).
_OTHER_YEAR = re.compile(r"\d|年|比|增")
# No wording of a column is longer.
_LONGEST = 12
# What parts the columns of running text that keeps their places.
_GAP = re.compile(r"^ {2}|\S {2,}\S")
# Columns that stand beside each other in the head: those of organisations, and those around them.
_INSIDE = (1.0, 2.0, 3.0, 4.0)
_AROUND = (0.0, _ORGANISATIONS, 6.0)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of counted cells says: the places of the seven columns, if it has them in order.

    `partial`: some are not there; `contrary`: they stand in another order, or others among them;
    `is_any`: any of them is there. `rows` are the rows below it.
    """

    places: list[int] | None = None
    partial: bool = False
    contrary: bool = False
    is_any: bool = False
    rows: tuple[Row, ...] = ()

    def is_moved(self, row: Row) -> bool:
        """Whether figures of a row of counted cells may be of a column that the form has not.

        As many figures as columns tell nothing where one more is printed and one is blank. Rows
        of one label column show that; a single row with one figure too many does not.
        """
        cols, width = [cell.col for cell in row.figures], len(columns_of(TABLE))
        values = [valued(cell) for cell in row.figures]
        if not cols or cols == self.places:
            return False
        gaps = set(range(cols[0], cols[-1])) - set(cols)
        if len(cols) >= width and not gaps and len({(v.number, v.status) for v in values}) == 1:
            return False
        if sum(len(other.figures) > width for other in self.rows) > 1:
            known = self.places is not None and set(cols) <= set(self.places)
            return bool(gaps) if len(cols) > width else not known
        return len(cols) == width and self._has_other(row, cols, gaps, adds_up=is_sum(values))

    def _has_other(self, row: Row, cols: list[int], gaps: set[int], *, adds_up: bool) -> bool:
        """Whether the rows beside a complete one, or the head, have a column between its own."""
        beside = [
            [cell.col for cell in other.figures]
            for other in self.rows
            if other is not row and _label_col(other) == _label_col(row)
        ]
        printed = set(itertools.chain.from_iterable(beside))
        more = len(printed) > len(cols) and bool(gaps & printed)
        if self.places is None or more:
            return more
        elsewhere = bool(gaps) or self.places in beside
        return cols[-1] == self.places[-1] or (elsewhere and not adds_up)


def _label_col(row: Row) -> int:
    return row.labels[-1].col if row.labels else -1


class Heads:
    """The heads of the table's grids in the order of print, each looked at once.

    Args:
        lines: the lines of the table.
        rows: its rows, those without figures too.
    """

    def __init__(self, lines: Sequence[Line], rows: Sequence[Row]) -> None:
        self.rows = rows
        self.in_text = _text_head(lines, [row for row in rows if row.line.grid is None])
        self.heads: dict[int, Head] = {}
        self.rulers: dict[int, Ruler] = {}
        parts: dict[int, tuple[Grid, list[Line]]] = {}
        for line in lines:
            if line.grid is not None:
                parts.setdefault(id(line.grid), (line.grid, []))[1].append(line)
        before = _Before(Ruler(contrary=self.in_text.contrary))
        for name, (grid, part) in parts.items():
            if grid.positioned:
                whole = [*before.head, *part] if before.is_as_wide(grid) else part
                found = self.rulers[name] = self._ruler(grid, whole, before)
                before = _Before(found, grid, [] if self._rows_of(grid) else whole)
            else:
                head = _head(grid, self._rows_of(grid))
                turned = head.contrary or (before.is_turned and not head.is_any)
                self.heads[name] = replace(head, contrary=turned)
                before = _Before(Ruler(contrary=turned))
        if before.is_turned and not self.in_text.is_any:
            self.in_text = replace(self.in_text, contrary=True)

    def of(self, line: Line) -> Head:
        """The head above counted cells, or above running text (which has no places)."""
        return self.in_text if line.grid is None else self.heads[id(line.grid)]

    def ruler(self, line: Line) -> Ruler:
        """The places of the columns in a line's grid: by its head, or by its complete rows.

        A grid that has neither goes on with the places of the one before it, if it has as many
        columns; one without a head always keeps the order of the one before it.
        """
        return self.rulers[id(line.grid)]

    def _rows_of(self, grid: Grid) -> list[Row]:
        return [row for row in self.rows if row.line.grid is grid]

    def _complete(self, grid: Grid, beside: Sequence[Span] = ()) -> list[tuple[Span, ...]]:
        """The places of the figures in complete rows, without those in columns beside them."""
        rows = (tuple(map(span_of, row.figures)) for row in self._rows_of(grid))
        own = (tuple(s for s in row if not any(map(s.meets, beside))) for row in rows)
        return [row for row in own if len(row) == len(columns_of(TABLE))]

    def _ruler(self, grid: Grid, lines: Sequence[Line], before: _Before) -> Ruler:
        first = itertools.takewhile(lambda line: not any(map(is_row_label, line.cells)), lines)
        head = [line for line in first if not is_prose(line)]
        leaves = leaves_of(line for line in head if not _is_over_all(line))
        named, doubled = _named(leaves)
        spans = tuple(named[at] for at in range(len(columns_of(TABLE))) if at in named)
        partial = len(spans) < len(columns_of(TABLE))
        turned = [s.start for s in spans] != sorted(s.start for s in spans)
        if not named and not doubled and (before.is_turned or before.ruler.beside):
            return self._continued(grid, before)
        beside = self._beside(grid, leaves, [] if partial else spans)
        complete = self._complete(grid, beside)
        if partial:
            spans = _agreed(complete, named)
        if not spans and before.ruler.columns and before.is_as_wide(grid):
            return replace(before.ruler, tall=tall_cells(grid))
        loose = any(not fits(one, _from_left(spans)) for one in complete)
        others = turned or any(span not in _subtotals(leaves) for span in beside)
        return Ruler(
            columns=spans,
            end=end_of(line for line in head if not line.is_sole),
            contrary=doubled or (others and (partial or loose)) or (partial and before.is_turned),
            beside=beside,
            tall=tall_cells(grid),
            loose=loose,
        )

    def _continued(self, grid: Grid, before: _Before) -> Ruler:
        """The columns of a grid without a head behind one that is not as the form has it.

        Its places are those of the grid before it; where complete rows do not stand under them,
        their own, in its order. With columns beside them rows do not show which are the form's.
        """
        known, tall = before.ruler, tall_cells(grid)
        complete = self._complete(grid, known.beside)
        loose = any(not fits(one, _from_left(known.columns)) for one in complete)
        if known.columns and before.is_as_wide(grid) and not loose:
            return replace(known, tall=tall)
        agreed = _agreed(complete, {})
        if known.contrary or known.beside or not agreed or not known.columns:
            return Ruler(contrary=True, tall=tall)
        order = sorted(range(len(agreed)), key=lambda at: known.columns[at].start)
        own = dict(zip(order, agreed, strict=True))
        return Ruler(tuple(own[at] for at in range(len(agreed))), tall=tall)

    def _beside(
        self, grid: Grid, leaves: Sequence[Leaf], columns: Sequence[Span]
    ) -> tuple[Span, ...]:
        """Columns of the head that the form does not have.

        Only where rows stand below all of the form's; a subtotal tells so by its name.
        """
        labels = [span_of(cell) for row in self._rows_of(grid) for cell in row.labels]
        if not columns or not labels:
            return _subtotals(leaves)
        found = [leaf.span for leaf in leaves if leaf.span not in columns]
        return tuple(span for span in found if not any(map(span.meets, labels)))


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before a grid: the columns of the last one, and a head that goes on."""

    ruler: Ruler
    grid: Grid | None = None
    head: Sequence[Line] = ()

    @property
    def is_turned(self) -> bool:
        """Whether the columns are not known to stand in the form's order."""
        places = [span.start for span in self.ruler.columns]
        return self.ruler.contrary or places != sorted(places)

    def is_as_wide(self, grid: Grid) -> bool:
        """Whether the other grid has as many columns."""
        return self.grid is not None and columns_in(self.grid) == columns_in(grid)


def is_row_label(cell: Cell) -> bool:
    """Whether the cell is the label of a row of this table."""
    return own_row(cell.text, TABLE) is not None


def _from_left(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: span.start)


def _is_over_all(line: Line) -> bool:
    """Whether the line is one cell over all columns: a title, a unit or a year for all of them."""
    printed = [cell for cell in line.cells if is_printed(cell)]
    return len(printed) == 1 and printed[0].colspan > len(columns_of(TABLE))


def _subtotals(leaves: Iterable[Leaf]) -> tuple[Span, ...]:
    return tuple(leaf.span for leaf in leaves if _SUBTOTAL in leaf.words)


def _named(leaves: Iterable[Leaf]) -> tuple[dict[int, Span], bool]:
    """Column of the form (as its number) → its place; and whether any stands there twice.

    A column below another year (2022年, 上年) is none of the form's, unless all are.
    """
    own: dict[int, list[Leaf]] = {}
    other: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        words = next((words for words in _column_order() if leaf.words.endswith(words)), None)
        if words is not None and _SUBTOTAL not in leaf.words:
            years = _OTHER_YEAR.search(leaf.words.removesuffix(words))
            (own if years is None else other).setdefault(_column_order()[words], []).append(leaf)
    named = {at: _outside(found) for at, found in (own or other).items()}
    single = {at: found[0].span for at, found in named.items() if len(found) == 1}
    return single, len(single) < len(named)


def _outside(leaves: list[Leaf]) -> list[Leaf]:
    """Of columns of one name those outside the group of organisations, if one is outside."""
    group = concept("groups", "organisations")
    words = [core(text) for text in (group.label, *group.variants)]
    outside = [leaf for leaf in leaves if not any(word in leaf.words for word in words)]
    return outside if len(outside) == 1 else leaves


def _agreed(complete: Sequence[tuple[Span, ...]], named: dict[int, Span]) -> tuple[Span, ...]:
    """The places that all complete rows have, if no head cell speaks against them."""
    if not complete or not all(fits(one, complete[0]) for one in complete):
        return ()
    return complete[0] if all(complete[0][at].meets(span) for at, span in named.items()) else ()


def _head(grid: Grid, rows: Sequence[Row]) -> Head:
    """The head of a grid of counted cells."""
    first = list(itertools.takewhile(lambda cells: not any(map(is_row_label, cells)), grid.rows))
    order = _head_order()
    places = {order[core(c.text)]: c.col for row in first for c in row if core(c.text) in order}
    places.pop(_ORGANISATIONS, None)
    width = len(columns_of(TABLE))
    columns = [places[at] for at in sorted(places)]
    in_order = columns == sorted(set(columns))
    return Head(
        places=columns if len(columns) == width and in_order else None,
        partial=0 < len(columns) < width,
        contrary=any(_is_contrary([c.text for c in row], order) for row in first),
        is_any=bool(columns),
        rows=tuple(rows),
    )


def _text_head(lines: Sequence[Line], rows: Sequence[Row]) -> Head:
    """The head of running text: it has no places, but its words have an order.

    A page may give the total before the columns around which it stands; then the sums of the
    rows must say that it is the last one.
    """
    head = itertools.takewhile(lambda line: not row_of(line, is_row_label).figures, lines)
    texts = [line.text for line in head if line.grid is None]
    pieces = [piece for at, text in enumerate(texts) for piece in _pieces(text, at)]
    subtotal = any(_SUBTOTAL in core(text) for text in texts)
    inside = _are_contrary(pieces, _INSIDE)
    around = _are_contrary(pieces, _AROUND) and not _are_sums(rows)
    return Head(contrary=subtotal or inside or around, is_any=bool(pieces))


def _are_sums(rows: Iterable[Row]) -> bool:
    """Whether most complete rows, those of zeros aside, end with the sum of their figures."""
    values = [tuple(map(valued, row.figures)) for row in rows]
    complete = [row for row in values if len(row) == len(columns_of(TABLE))]
    sums = [is_sum(row) for row in complete if any(value.number for value in row)]
    return 2 * sum(sums) >= len(sums)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of a head in running text: its column, its line, and its place if lines have places."""

    column: float
    line: int
    place: tuple[int, int] | None

    def is_before(self, other: _Piece) -> bool:
        """Whether it stands left of the other, or above it where places do not tell."""
        if self.place is not None and other.place is not None:
            if self.place[1] <= other.place[0]:
                return True
            if other.place[1] <= self.place[0]:
                return False
        return self.line < other.line


def _pieces(text: str, line: int) -> list[_Piece]:
    """The words of a line that stand for one column; cells may stand there without a space."""
    found = []
    for word in re.finditer(r"\S+", text):
        whole = _column_of(word[0])
        parts = [(0, len(word[0]), whole)] if whole is not None else _parts(word[0])
        for start, end, column in parts:
            place = (word.start() + start, word.start() + end)
            found.append(_Piece(column, line, place if _GAP.search(text) else None))
    return found


@cache
def _parts(word: str) -> list[tuple[int, int, float]]:
    """The pieces of a word that stand for one column each: the longest ones, of two or more."""
    parts, at = [], 0
    while at < len(word):
        ends = range(min(len(word), at + _LONGEST), at + 1, -1)
        known = ((end, _column_of(word[at:end])) for end in ends)
        end, column = next(((e, c) for e, c in known if c is not None), (at + 1, None))
        if column is not None:
            parts.append((at, end, column))
        at = end
    return parts


def _are_contrary(pieces: Sequence[_Piece], columns: Sequence[float]) -> bool:
    """Whether pieces of a head stand in another order than the form's.

    Pieces of one line show it; the group may stand anywhere above its columns. Those of
    `columns` that share no line are compared by their first pieces.
    """
    lines = [list(found) for _, found in itertools.groupby(pieces, key=lambda piece: piece.line)]
    orders = [[piece.column for piece in line] for line in lines]
    for order in orders:
        inner = [at for at in order if at != _ORGANISATIONS]
        outer = [at for at in order if at in _AROUND]
        if inner != sorted(inner) or outer != sorted(outer):
            return True
    first: dict[float, _Piece] = {}
    for piece in pieces:
        first.setdefault(piece.column, piece)
    return any(
        first[b].is_before(first[a])
        for a, b in itertools.combinations([at for at in columns if at in first], 2)
        if not any(a in order and b in order for order in orders)
    )


@cache
def _column_of(word: str) -> float | None:
    """The column, or the group, that a word of the head is or of which alone it is a piece."""
    text, order = core(word), _head_order()
    found = {at for words, at in order.items() if text and text in words}
    return order.get(text, found.pop() if len(found) == 1 else None)


@cache
def _column_order() -> dict[str, int]:
    """The wordings of the columns, each with its number in the form."""
    return {
        core(words): at
        for at, column in enumerate(columns_of(TABLE))
        for words in (column.label, *column.variants)
    }


@cache
def _head_order() -> dict[str, float]:
    """The wordings of the head in the order of the form, with the group of organisations."""
    order = {words: float(at) for words, at in _column_order().items()}
    group = concept("groups", "organisations")
    return order | {core(words): _ORGANISATIONS for words in (group.label, *group.variants)}


def _is_contrary(words: Sequence[str], order: dict[str, float]) -> bool:
    """Whether one line of the head has its columns in another order, or a subtotal."""
    found = [order[core(word)] for word in words if core(word) in order]
    return found != sorted(found) or any(_SUBTOTAL in core(word) for word in words)
