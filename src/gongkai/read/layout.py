"""Pages of placed marks and rules to blocks: what PDF, OFD and recognised scans share.

A reader gives what is drawn, with places in upright coordinates; this module finds tables and
running text in it. It does not know where the marks come from, nor what a report is.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from gongkai.model import Block, Cell, Grid, Locus, Paragraph, Picture
from gongkai.read.layout_filled import belongs, filled
from gongkai.read.layout_open import (
    Open,
    OpenTable,
    goes_on,
    is_whole,
    opened,
    table_of,
    with_lines_of,
    with_same_columns,
)
from gongkai.read.layout_regions import regions_of
from gongkai.read.layout_rules import Lattice, Line, Lines, Rule, gathered, joined, lattice_of
from gongkai.read.layout_text import Box, Mark, TextLine, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Mark", "PageLayout", "Rule", "blocks_of"]

# In heights of the line: what begins further right than this begins a paragraph.
_INDENT = 1.5
#: How a line that begins a paragraph is marked: as it is typed in Chinese.
INDENT = "\u3000\u3000"

#: What stands on a page: a table is numbered when all are found.
_Placed: TypeAlias = OpenTable | Paragraph | Picture


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What is drawn on a page. `number` counts from 1; sizes are in points.

    `fills` are boxes with a colour (backgrounds of cells); `pictures` are boxes of images that
    may hold a table.
    """

    number: int
    width: float
    height: float
    marks: tuple[Mark, ...]
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    fills: tuple[Box, ...] = ()


def blocks_of(pages: Sequence[PageLayout], name: str) -> tuple[Block, ...]:
    """Tables and running text of pages, in reading order.

    A table that goes on over pages gives a grid on each. The `bbox` of a grid's locus is the
    box of the table; the `bbox` of every cell's locus, filled or blank, is the box of the cell
    between its lines (or, where none are drawn, of its column and row), so that equal columns
    of two pages have equal edges. Boxes are rounded to a tenth of a point. A paragraph is one
    line of text; two ideographic blanks before it say that it is indented.

    Args:
        pages: what is drawn on each page.
        name: the file's name in loci.
    """
    sheets = [_sheet(page, name) for page in pages]
    for upper, lower in itertools.pairwise(sheets):
        if upper.ends_open and lower.begins_open:
            upper.tables[-1], lower.tables[0] = with_same_columns(upper.tables[-1], lower.tables[0])
    count = itertools.count(1)
    return tuple(
        _grid(block, replace(sheet.where, block=next(count)))
        if isinstance(block, OpenTable)
        else block
        for sheet in sheets
        for block in sheet.blocks()
    )


@dataclass
class _Sheet:
    """A page while its tables are found.

    `placed` are the blocks that are certain, with their boxes; `tables` are those without all
    rules, from top to bottom, and `parts` their lines in `lines`, the text outside ruled tables.
    """

    where: Locus
    placed: list[tuple[Box, _Placed]]
    lines: list[TextLine]
    tables: list[Open]
    parts: list[tuple[int, ...]]

    @property
    def ends_open(self) -> bool:
        """Whether its last table has not all rules."""
        last = max(
            (box[3] for box, block in self.placed if isinstance(block, OpenTable)), default=0.0
        )
        return bool(self.tables) and self.tables[-1].box[3] > last

    @property
    def begins_open(self) -> bool:
        """Whether its first table has not all rules."""
        tops = [box[1] for box, block in self.placed if isinstance(block, OpenTable)]
        return bool(self.tables) and self.tables[0].box[1] < min(tops, default=float("inf"))

    def blocks(self) -> list[_Placed]:
        """All blocks in reading order."""
        placed = list(self.placed)
        taken: set[int] = set()
        for found, part in zip(self.tables, self.parts, strict=True):
            table = table_of(found)
            if table is not None:
                taken.update(part)
                placed.append((table.box, replace(table, estimated=True)))
        rest = [line for at, line in enumerate(self.lines) if at not in taken]
        placed += _paragraphs(rest, self.where)
        return [block for _, block in sorted(placed, key=lambda p: (p[0][1], p[0][0]))]


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A table whose cells are enclosed by lines, and the glyphs in it."""

    lattice: Lattice
    lines: Lines
    marks: list[Mark]

    def open(self) -> Open:
        """The table as one of which the lines do not part all cells."""
        return opened(lines_of(self.marks), self.lines.across, self.lines.down, self.lattice.box)


def _sheet(page: PageLayout, name: str) -> _Sheet:
    """A page with its ruled tables filled and the others found."""
    ruled: list[_Ruled] = []
    across: list[Line] = []
    down: list[Line] = []
    for group in gathered(joined(page.rules)):
        lattice = lattice_of(group)
        if lattice is not None and len(lattice.xs) > 2:  # noqa: PLR2004  # two edges hold no columns
            ruled.append(_Ruled(lattice, group, []))
        else:
            across += group.across
            down += group.down
    outside: list[Mark] = []
    boxed = [(one.lattice.box, one.marks) for one in ruled]
    for mark in page.marks:
        for box, inside in boxed:
            if belongs(box, mark):
                inside.append(mark)
                break
        else:
            outside.append(mark)
    lines = lines_of(outside)
    sides = _sides(page.fills)
    boxes = [one.lattice.box for one in ruled]
    edges = [Line(y, x0, x1) for x0, top, x1, bottom in boxes for y in (top, bottom)]
    rules = Lines((*across, *sides.across), (*down, *sides.down))
    regions = regions_of(lines, rules, edges)
    found = [
        (opened([lines[at] for at in r.lines], r.across, r.down, r.box), r.lines) for r in regions
    ]
    where = Locus(name, page=page.number)
    placed: list[tuple[Box, _Placed]] = [
        (box, Picture("", Locus(name, page=page.number, bbox=_rounded(box))))
        for box in page.pictures
    ]
    for one in ruled:
        table = filled(one.lattice, one.marks)
        beside = [at for at, (other, _) in enumerate(found) if goes_on(one.lattice.box, other)]
        if beside:
            at = beside[0]
            found[at] = (with_lines_of(found[at][0], one.open()), found[at][1])
        elif is_whole(table):
            placed.append((one.lattice.box, table))
        else:
            found.append((one.open(), ()))
    found.sort(key=lambda one: (one[0].box[1], one[0].box[0]))
    return _Sheet(where, placed, lines, [one for one, _ in found], [part for _, part in found])


def _sides(fills: Sequence[Box]) -> Lines:
    """The sides of filled boxes: rows and columns end there, as at a rule."""
    rules = [Rule(x0, y, x1, y) for x0, top, x1, bottom in fills for y in (top, bottom)]
    rules += [Rule(x, top, x, bottom) for x0, top, x1, bottom in fills for x in (x0, x1)]
    return joined(rules)


def _rounded(box: Box) -> Box:
    x0, top, x1, bottom = (round(value, 1) for value in box)
    return (x0, top, x1, bottom)


def _grid(table: OpenTable, where: Locus) -> Grid:
    """A table as a grid."""
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for found in table.cells:
        place = found.place
        locus = Locus(
            where.file,
            page=where.page,
            block=where.block,
            row=place.row + 1,
            col=place.col + 1,
            bbox=_rounded(found.box),
        )
        rows[place.row].append(
            Cell(
                "\n".join(line.text for line in found.lines),
                place.row,
                place.col,
                locus,
                place.row_end - place.row,
                place.col_end - place.col,
                _confidence([mark for line in found.lines for mark in line.marks]),
            )
        )
    locus = replace(where, bbox=_rounded(table.box))
    return Grid(tuple(map(tuple, rows)), locus, positioned=True, estimated=table.estimated)


def _confidence(marks: Sequence[Mark]) -> float | None:
    """The least confidence of marks; None where none has any."""
    known = [mark.confidence for mark in marks if mark.confidence is not None]
    return min(known) if known else None


def _paragraphs(lines: Sequence[TextLine], locus: Locus) -> list[tuple[Box, Paragraph]]:
    """Lines of running text; what begins right of the margin is indented."""
    if not lines:
        return []
    margin = min(line.box[0] for line in lines)
    found: list[tuple[Box, Paragraph]] = []
    for line in lines:
        indented = line.box[0] - margin > _INDENT * line.height
        place = Locus(locus.file, page=locus.page, bbox=_rounded(line.box))
        found.append((line.box, Paragraph((INDENT if indented else "") + line.text, place)))
    return found
