"""Word's tables and paragraphs to blocks: merged cells, nested tables, tables that are none.

It knows what a walk through a document found (`Text`, `Image`, `Table`), not how a file says it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from gongkai.model import Heading, Locus, Paragraph, Picture
from gongkai.read.archive import local
from gongkai.read.grid import Spanned, grid_of
from gongkai.read.limits import LIMITS
from gongkai.read.pictured import OBJECT, words_or_object
from gongkai.read.prose import is_running, is_section, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from gongkai.model import Block

# Two cell edges nearer than this are one (points).
_EDGE = 3.0


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `level`: that of a heading, 0 for running text."""

    text: str
    level: int
    line: int
    element: etree._Element


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of table size with its alternative text."""

    text: str
    line: int
    element: etree._Element


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row. `joins`: "up" and "left" for one that goes on a neighbour."""

    items: tuple[Item, ...]
    element: etree._Element
    span: int = 1
    joins: str = ""
    opens: bool = False
    width: float = 0.0

    @property
    def text(self) -> str:
        """The paragraphs of the cell, a line each; the sign of a picture where that is all."""
        text = "\n".join(one.text for one in self.items if isinstance(one, Text))
        return (text.replace(OBJECT, "") if self.tables else words_or_object(text)).strip("\n")

    @property
    def tables(self) -> list[Table]:
        """The tables in the cell."""
        return [one for one in self.items if isinstance(one, Table)]


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the grid columns left free before its first cell."""

    cells: tuple[Cell, ...]
    before: int = 0

    @property
    def width(self) -> int:
        """How many columns it reaches."""
        return self.before + sum(cell.span for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its rows were written."""

    rows: tuple[Row, ...]
    element: etree._Element


Item: TypeAlias = Text | Image | Table


def bounded(span: int) -> int:
    """A span within the limits."""
    return max(1, min(span, LIMITS.span))


class Printer:
    """Turns what was walked through into blocks, and counts the tables."""

    def __init__(self, name: str, root: etree._Element) -> None:
        self.name = name
        self.paths = _Paths(root)
        self.tables = 0

    def blocks(self, items: Iterable[Item]) -> Iterator[Block]:
        """The blocks in reading order; blank paragraphs leave no block."""
        for item in items:
            if isinstance(item, Table):
                yield from self._table(_flattened(item))
            elif isinstance(item, Image):
                place = Locus(self.name, line=item.line, element=self.paths.of(item.element))
                yield Picture(item.text, place)
            elif item.text.strip():
                yield from self._text(item)

    def _text(self, item: Text) -> Iterator[Block]:
        place = Locus(self.name, line=item.line, element=self.paths.of(item.element))
        for text in lines(item.text.replace(OBJECT, "")):
            yield Heading(text, item.level, place) if item.level else Paragraph(text, place)

    def _table(self, table: Table) -> Iterator[Block]:
        """A grid, or several with what stands between them: whole-width text, nested tables."""
        rows = _aligned(table.rows)
        width = max((row.width for row in rows), default=0)
        open_: list[Row] = []
        for row in rows:
            if not _is_apart(row, width):
                open_.append(row)
                continue
            yield from self._grid(open_, table)
            open_ = []
            for cell in row.cells:
                yield from self.blocks(cell.items)
        yield from self._grid(open_, table)

    def _grid(self, rows: list[Row], table: Table) -> Iterator[Block]:
        if not rows:
            return
        self.tables += 1
        place = Locus(self.name, block=self.tables, element=self.paths.of(table.element))
        yield grid_of([self._spanned(row, place) for row in _stacked(rows)], place)
        for cell in chain.from_iterable(row.cells for row in rows):
            yield from self.blocks(one for one in cell.items if isinstance(one, Image))

    def _spanned(self, row: list[tuple[Cell | None, int, int]], table: Locus) -> list[Spanned]:
        return [
            Spanned(
                "" if cell is None else cell.text,
                table if cell is None else replace(table, element=self.paths.of(cell.element)),
                colspan,
                rowspan,
            )
            for cell, colspan, rowspan in row
        ]


class _Paths:
    """The paths of elements, `/w:document/w:body/w:tbl[2]/w:tr[3]/w:tc[1]`, each found once."""

    def __init__(self, root: etree._Element) -> None:
        self.known: dict[etree._Element, str] = {root: f"/w:{local(root)}"}

    def of(self, element: etree._Element) -> str:
        """The path; elements count among those of their name, and one alone has no number."""
        found = self.known.get(element)
        if found is not None:
            return found
        parent = element.getparent()
        if parent is None:
            return f"/w:{local(element)}"
        start = self.of(parent)
        named: dict[str, list[etree._Element]] = {}
        for one in parent.iterchildren():
            named.setdefault(local(one), []).append(one)
        for name, same in named.items():
            for at, one in enumerate(same, start=1):
                number_ = f"[{at}]" if len(same) > 1 else ""
                self.known[one] = f"{start}/{_prefix(one)}{name}{number_}"
        return self.known[element]


def _prefix(element: etree._Element) -> str:
    return f"{element.prefix or 'w'}:"


def _is_apart(row: Row, width: int) -> bool:
    """Whether a row is no row of figures: it holds tables, or one text over the whole width."""
    if any(cell.tables for cell in row.cells):
        return True
    if len(row.cells) != 1 or row.cells[0].joins or row.before:
        return False
    text = row.cells[0].text
    if width == 1:
        return True
    whole = row.width == width
    return whole and (is_running(text) or is_section(text))


def _stacked(rows: list[Row]) -> list[list[tuple[Cell | None, int, int]]]:
    """The cells that begin in each row, with the columns and rows they cover.

    A cell goes on the one above it only where both have the same columns; otherwise it stands
    alone, as in Word. Columns left free at the left become one empty cell.
    """
    out: list[list[tuple[Cell | None, int, int]]] = []
    above: dict[tuple[int, int], list[int]] = {}  # columns → [row, place in it] of the open cell
    for at, row in enumerate(rows):
        line: list[tuple[Cell | None, int, int]] = [(None, row.before, 1)] if row.before else []
        now: dict[tuple[int, int], list[int]] = {}
        col = row.before
        for cell in row.cells:
            columns = (col, cell.span)
            col += cell.span
            if cell.joins == "up" and columns in above:
                first, place = now[columns] = above[columns]
                known, colspan, _ = out[first][place]
                out[first][place] = (known, colspan, at - first + 1)
                continue
            if cell.opens:
                now[columns] = [at, len(line)]
            line.append((cell, cell.span, 1))
        above = now
        out.append(line)
    return out


def _aligned(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows with their columns counted anew from widths, where the spans contradict each other.

    Some writers leave out the spans and give widths only: rows then reach different numbers of
    columns and yet end at the same place.
    """
    if len({row.width for row in rows}) < 2 or any(row.before for row in rows):  # noqa: PLR2004  # they differ
        return rows
    sums = [sum(cell.width for cell in row.cells) for row in rows]
    sound = all(cell.width > _EDGE for row in rows for cell in row.cells)
    if not sound or max(sums) - min(sums) > _EDGE * 2:
        return rows
    edges = _edges(rows)
    out = []
    for row in rows:
        at, x, cells = 0, 0.0, []
        for cell in row.cells:
            x += cell.width
            end = max(range(len(edges)), key=lambda i: -abs(edges[i] - x))
            cells.append(replace(cell, span=bounded(end - at)))
            at = end
        out.append(Row(tuple(cells)))
    return tuple(out)


def _edges(rows: tuple[Row, ...]) -> list[float]:
    """The places at which cells end, near ones taken as one; the left edge is the first."""
    places = []
    for row in rows:
        x = 0.0
        for cell in row.cells:
            x += cell.width
            places.append(x)
    edges = [0.0]
    for place in sorted(places):
        if place - edges[-1] > _EDGE:
            edges.append(place)
    return edges


def _flattened(table: Table) -> Table:
    """The table with nested tables put in its own columns, where they fit without doubt.

    They fit where the outer table has several rows and columns, each nested table stands alone
    in its cell, and all those in one column of the outer table have the same number of columns.
    """
    inner = [
        (row, at, cell, nested)
        for row in table.rows
        for at, cell in enumerate(row.cells)
        for nested in cell.tables
    ]
    widths = {max(row.width for row in nested.rows) for *_, nested in inner if nested.rows}
    columns = {_column(row, at) for row, at, _, _ in inner}
    alone = all(len(cell.tables) == 1 and not cell.text for _, _, cell, _ in inner)
    many = len(table.rows) > 1 and max((row.width for row in table.rows), default=0) > 1
    if not (inner and alone and many) or len(widths) != 1 or len(columns) != 1:
        return table
    (width,), ((start, span),) = widths, columns
    single = all(sum(bool(c.tables) for c in row.cells) <= 1 for row in table.rows)
    deep = any(cell.tables for *_, t in inner for row in t.rows for cell in row.cells)
    if deep or not single or span not in {1, width}:
        return table
    wide = [_widened(row, start, width - span) for row in table.rows]
    return Table(tuple(chain.from_iterable(map(_spliced, wide))), table.element)


def _column(row: Row, at: int) -> tuple[int, int]:
    """Where a cell of a row begins, and how far it reaches."""
    return row.before + sum(cell.span for cell in row.cells[:at]), row.cells[at].span


def _widened(row: Row, column: int, by: int) -> Row:
    """The row with one of its columns made `by` columns wider."""
    col, cells = row.before, []
    for cell in row.cells:
        covers = col <= column < col + cell.span
        col += cell.span
        cells.append(replace(cell, span=bounded(cell.span + by)) if covers else cell)
    return replace(row, cells=tuple(cells))


def _spliced(row: Row) -> Iterator[Row]:
    """A row with a nested table as the rows of that table; the cells beside reach over them."""
    nested = next((table for cell in row.cells for table in cell.tables), None)
    if nested is None:
        yield row
        return
    for at, inner in enumerate(nested.rows):
        cells: list[Cell] = []
        for cell in row.cells:
            if cell.tables:
                cells += inner.cells
            elif at == 0:
                cells.append(replace(cell, opens=True))
            else:
                cells.append(replace(cell, joins="up", opens=True))
        yield Row(tuple(cells), row.before)
