"""Paragraphs that end cells and rows to blocks: what Word 97 and RTF share.

In both a table is no thing of its own: paragraphs say how many tables they stand in, and whether
they end a cell or a row; the end of a row says where its cells stand. This module builds tables of
them and tells layout from tables as the reader of DOCX does. It knows no file format.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from gongkai.model import Block, Grid, Heading, Locus, Paragraph, Picture
from gongkai.read.edges import Edged, counted_grid, grid_by_edges
from gongkai.read.error import over_limit
from gongkai.read.limits import LIMITS
from gongkai.read.pictured import OBJECT, words_or_object
from gongkai.read.prose import is_running, is_section, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Twips. A table in a cell fits it if it is no wider or narrower by more; a row fills its table
#: if its edges are no further from those of the table.
_FIT = 600
#: Deepest level of a heading.
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a cell of a row stands, edges in twips; see `Edged`."""

    left: float
    right: float
    goes_on_left: bool = False
    begins_down: bool = False
    goes_on_up: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph with what its mark says.

    Attributes:
        text: what stands in it.
        number: of the paragraph in the file, from 1.
        depth: in how many tables it stands.
        ends_cell: whether it is the last of a cell.
        ends_row: whether it is no paragraph but the end of a row.
        slots: where the cells of that row stand; None where the file does not say or contradicts
            itself.
        level: 1 to 9 of a heading, 0 of other text.
        pictures: how many pictures in it may hold a table.
    """

    text: str
    number: int
    depth: int = 0
    ends_cell: bool = False
    ends_row: bool = False
    slots: tuple[Slot, ...] | None = None
    level: int = 0
    pictures: int = 0


@dataclass
class _Content:
    """What stands in a cell: its paragraphs and tables in order."""

    items: list[Marked | _Table] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraphs of the cell itself; the sign of a picture where that is all."""
        text = "\n".join(item.text for item in self.items if isinstance(item, Marked))
        return text.replace(OBJECT, "") if self.tables else words_or_object(text)

    @property
    def tables(self) -> list[_Table]:
        """The tables that stand in it."""
        return [item for item in self.items if isinstance(item, _Table)]


@dataclass
class _Row:
    """The cells of a row and where they stand; the slots are as many as the cells, or None."""

    cells: list[_Content]
    slots: tuple[Slot, ...] | None

    @property
    def tables(self) -> list[_Table]:
        """The tables that stand in its cells."""
        return [table for cell in self.cells for table in cell.tables]


@dataclass
class _Table:
    """A table while it is read."""

    rows: list[_Row] = field(default_factory=list)
    cells: list[_Content] = field(default_factory=list)
    open: _Content = field(default_factory=_Content)

    def end_cell(self) -> None:
        """The open cell is complete."""
        self.cells.append(self.open)
        self.open = _Content()

    def end_row(self, slots: tuple[Slot, ...] | None) -> None:
        """The open row is complete."""
        fits = slots is not None and len(slots) == len(self.cells)
        self.rows.append(_Row(self.cells, slots if fits else None))
        self.cells, self.open = [], _Content()


class Builder:
    """Takes paragraphs one by one and collects blocks."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[_Table] = []
        self._tables = 0
        self._cells = 0
        self.blocks: list[Block] = []

    def take(self, marked: Marked) -> None:
        """Take the next paragraph.

        Raises:
            ReadError: if there are more cells than the limits allow.
        """
        depth = min(marked.depth, LIMITS.depth)
        self._close(depth)
        if depth == 0:
            self._paragraph(marked)
            return
        while len(self._stack) < depth:
            self._stack.append(_Table())
        table = self._stack[-1]
        if marked.ends_row:
            table.end_row(marked.slots)
            return
        table.open.items.append(marked)
        if marked.ends_cell:
            table.end_cell()

    def close(self) -> None:
        """Close the open tables; what comes next stands in none of them."""
        self._close(0)

    def picture(self, number: int) -> None:
        """A picture that may hold a table, at a paragraph."""
        self.blocks.append(Picture("", Locus(self._name, line=number)))

    def _close(self, depth: int) -> None:
        """Close the tables deeper than `depth`: into the cell around them, or as blocks."""
        while len(self._stack) > depth:
            table = self._stack.pop()
            if table.open.items:
                table.end_cell()
            if table.cells:
                table.end_row(None)
            if self._stack:
                self._stack[-1].open.items.append(table)
            else:
                self._table(table)

    def _paragraph(self, marked: Marked) -> None:
        locus = Locus(self._name, line=marked.number)
        for text in lines(marked.text.replace(OBJECT, "")):
            level = marked.level
            is_heading = 0 < level <= _LEVELS
            self.blocks.append(
                Heading(text, level, locus) if is_heading else Paragraph(text, locus)
            )
        for _ in range(marked.pictures):
            self.picture(marked.number)

    def _table(self, table: _Table) -> None:
        """A grid, or several with what stands between them: running text, nested tables."""
        rows = _flattened(table.rows)
        edges = [s for row in rows for s in row.slots or ()]
        left = min((slot.left for slot in edges), default=0.0)
        right = max((slot.right for slot in edges), default=0.0)
        alone = all(len(row.cells) <= 1 for row in rows)
        open_: list[_Row] = []
        for row in rows:
            if not row.tables and not (alone or _is_apart(row, left, right)):
                open_.append(row)
                continue
            self._grid(open_)
            open_ = []
            for item in chain.from_iterable(cell.items for cell in row.cells):
                if isinstance(item, _Table):
                    self._table(item)
                else:
                    self._paragraph(item)
        self._grid(open_)

    def _grid(self, rows: list[_Row]) -> None:
        if not rows:
            return
        self._tables += 1
        self._cells += sum(len(row.cells) for row in rows)
        if self._cells > LIMITS.cells:
            raise over_limit(self._name, f"多于 {LIMITS.cells} 个单元格")
        self.blocks.append(_grid_of(rows, Locus(self._name, block=self._tables)))
        for item in chain.from_iterable(cell.items for row in rows for cell in row.cells):
            if isinstance(item, Marked):
                for _ in range(item.pictures):
                    self.picture(item.number)


def _grid_of(rows: Sequence[_Row], locus: Locus) -> Grid:
    """A grid with places, or with counted columns where a row does not say where its cells are."""
    placed = [
        [
            Edged(c.text, s.left, s.right, s.goes_on_left, s.begins_down, s.goes_on_up)
            for c, s in zip(row.cells, row.slots, strict=True)
        ]
        for row in rows
        if row.slots is not None
    ]
    if len(placed) < len(rows):
        return counted_grid([[cell.text for cell in row.cells] for row in rows], locus)
    return grid_by_edges(placed, locus)


def _is_apart(row: _Row, left: float, right: float) -> bool:
    """Whether a row is one running text, or a section's heading, over the whole width."""
    if len(row.cells) != 1:
        return False
    text = row.cells[0].text
    if row.slots is not None:
        (slot,) = row.slots
        whole = slot.left - left <= _FIT and right - slot.right <= _FIT
        if not whole or slot.begins_down:
            return False
    return is_running(text) or is_section(text)


def _flattened(rows: list[_Row]) -> list[_Row]:
    """The rows with nested tables put in their place, where they fit without doubt.

    They fit where the outer table has several rows and columns, each nested table stands alone
    in its cell, is as wide as it, and holds no further table.
    """
    many = len(rows) > 1 and max((len(row.cells) for row in rows), default=0) > 1
    inner = [row for row in rows if row.tables]
    if not inner or not many or not all(_fits(row) for row in inner):
        return rows
    return list(chain.from_iterable(_spliced(row) for row in rows))


def _fits(row: _Row) -> bool:
    """Whether the one nested table of a row fills its cell."""
    if row.slots is None or len(row.tables) != 1:
        return False
    (table,) = row.tables
    at = next(at for at, cell in enumerate(row.cells) if cell.tables)
    known = all(inner.slots is not None and not inner.tables for inner in table.rows)
    if not known or row.cells[at].text.strip():
        return False
    left, right = _sides(table)
    slot = row.slots[at]
    return left < right and abs((slot.right - slot.left) - (right - left)) <= _FIT


def _sides(table: _Table) -> tuple[float, float]:
    """The left and right edge of a table whose rows say where their cells are."""
    slots = [slot for row in table.rows for slot in row.slots or ()]
    return (
        min((slot.left for slot in slots), default=0.0),
        max((slot.right for slot in slots), default=0.0),
    )


def _spliced(row: _Row) -> Iterator[_Row]:
    """A row with a nested table as the rows of that table; the cells beside reach over them."""
    if not row.tables or row.slots is None:
        yield row
        return
    (table,) = row.tables
    left, right = _sides(table)
    for at, inner in enumerate(table.rows):
        cells: list[_Content] = []
        slots: list[Slot] = []
        for cell, slot in zip(row.cells, row.slots, strict=True):
            if cell.tables:
                scale = (slot.right - slot.left) / (right - left)
                cells += inner.cells
                slots += _moved(inner.slots or (), left, slot.left, scale)
            elif at == 0:
                cells.append(cell)
                slots.append(replace(slot, begins_down=slot.begins_down or len(table.rows) > 1))
            else:
                cells.append(_Content())
                slots.append(replace(slot, begins_down=True, goes_on_up=True))
        yield _Row(cells, tuple(slots))


def _moved(slots: Iterable[Slot], begin: float, to: float, scale: float) -> Iterator[Slot]:
    """Slots of a nested table in the measure of the table around it."""
    for slot in slots:
        left = to + (slot.left - begin) * scale
        right = to + (slot.right - begin) * scale
        yield replace(slot, left=left, right=right)
