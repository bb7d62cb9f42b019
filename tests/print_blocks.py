"""Prints a report as the blocks a reader of placed formats gives, in the layouts that files have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spanned import BOXES

from gongkai.model import Cell, Document, Grid, Locus, Paragraph, Source
from gongkai.read.grid import Spanned, grid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from printers import Sheet

    from gongkai.model import Block

NAME = "a.html"
_NUMERALS = "一二三四五六"
# Points a column is wide and a row is high.
_WIDE, _HIGH = 40.0, 20.0
Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Layout:
    """How the tables stand in a file.

    `labels`: how merged cells are written ("merged", "blank" or "repeat" where they are not);
    `left`, `right`: empty columns beside the table; `cut`: rows of each table before it goes on
    on the next page, with its first rows again where `again`; `one`: all in one grid; `rows`:
    every row a grid of its own.
    """

    labels: str = "merged"
    left: int = 0
    right: int = 0
    cut: int = 0
    again: int = 0
    one: bool = False
    rows: bool = False
    paged: bool = False


def is_figure(cell: Cell) -> bool:
    """Whether a cell has no Chinese words."""
    return not any("\u4e00" <= c <= "\u9fff" and c != "无" for c in cell.text)


def unmerged(rows: Rows, *, repeat: bool) -> Rows:
    """Every merged cell as single cells: its words in the first, or in each."""
    places: dict[tuple[int, int], Cell] = {}
    for row in rows:
        for cell in row:
            for at in range(cell.row, cell.row + cell.rowspan):
                for col in range(cell.col, cell.col + cell.colspan):
                    first = (at, col) == (cell.row, cell.col)
                    text = cell.text if first or repeat else ""
                    places[at, col] = Cell(text, at, col, cell.locus)
    return tuple(
        tuple(places[at, col] for a, col in sorted(places) if a == at) for at in range(len(rows))
    )


def moved(rows: Rows, left: int, right: int) -> Rows:
    """The rows with empty columns beside them."""
    width = max(c.col + c.colspan for row in rows for c in row)
    out = []
    for at, row in enumerate(rows):
        locus = (row or rows[0])[0].locus
        before = [Cell("", at, col, locus) for col in range(left)]
        behind = [Cell("", at, width + left + col, locus) for col in range(right)]
        out.append((*before, *(replace(c, col=c.col + left) for c in row), *behind))
    return tuple(out)


def placed(rows: Rows, page: int, block: int) -> Rows:
    """The rows on a page, each cell with its box."""

    def box(cell: Cell) -> tuple[float, float, float, float]:
        x, y = 50 + cell.col * _WIDE, 60 + cell.row * _HIGH
        return (x, y, x + cell.colspan * _WIDE, y + cell.rowspan * _HIGH)

    return tuple(
        tuple(
            replace(c, locus=Locus(NAME, page, None, block, c.row + 1, c.col + 1, box(c)))
            for c in row
        )
        for row in rows
    )


def parts(rows: Rows, cut: int, again: int) -> list[Rows]:
    """The rows before and behind a page break; merged cells go on without words."""
    if not 0 < cut < len(rows):
        return [rows]
    first = tuple(
        tuple(replace(c, rowspan=min(c.rowspan, cut - c.row)) for c in row) for row in rows[:cut]
    )
    rest: list[list[Cell]] = [list(row) for row in rows[cut:]]
    for row in rows[:cut]:
        for cell in row:
            over = cell.row + cell.rowspan - cut
            if over > 0:
                rest[0].append(replace(cell, text="", row=cut, rowspan=over))
    head = [list(row) for row in rows[:again]]
    down = again - cut
    second = [sorted(row, key=lambda c: c.col) for row in rest]
    below = [[replace(c, row=c.row + down) for c in row] for row in second]
    return [first, tuple(tuple(row) for row in [*head, *below])]


def table_rows(sheet: Sheet, table: str, section: str) -> Rows:
    """The rows of a table with its merged cells."""
    found = next(t for t in sheet.form.tables if t.id == table)
    locus = Locus(NAME, block=1)
    boxes = BOXES[section](sheet, found)
    return grid_of(
        [[Spanned(b.text, locus, b.colspan, b.rowspan) for b in row] for row in boxes], locus
    ).rows


def print_blocks(
    sheet: Sheet, layout: Layout, edit: Callable[[str, Rows], Rows] | None = None
) -> Document:
    """The report as blocks; `edit` changes the rows of a table before they are laid out."""
    blocks: list[Block] = [Paragraph(sheet.title, Locus(NAME, page=1))]
    page, count = 1, 0
    tables = {table.section: table for table in sheet.form.tables}
    for at, section in enumerate(sheet.form.sections):
        blocks.append(Paragraph(f"{_NUMERALS[at]}、{section.label}", Locus(NAME, page=page)))
        if section.id not in tables:
            blocks.append(Paragraph("本机关全年主动公开信息。", Locus(NAME, page=page)))
            continue
        rows = table_rows(sheet, tables[section.id].id, section.id)
        rows = edit(section.id, rows) if edit is not None else rows
        if layout.labels != "merged":
            rows = unmerged(rows, repeat=layout.labels == "repeat")
        rows = moved(rows, layout.left, layout.right)
        again = min(layout.again, 2) if section.id == "disclosure" else layout.again
        for part in parts(rows, layout.cut, again):
            count += 1
            on_page = placed(part, page, count) if layout.paged else part
            blocks += _grids(on_page, count, page, alone=layout.rows)
            page += 1
    if layout.one:
        blocks = [_as_one(blocks)]
    return Document(Source(NAME, "text/html", "", 0), tuple(blocks))


def _grids(rows: Rows, block: int, page: int, *, alone: bool) -> list[Block]:
    locus = Locus(NAME, page=page, block=block)
    if not alone:
        return [Grid(rows, locus, positioned=True)]
    return [Grid((tuple(replace(c, row=0) for c in r),), locus, positioned=True) for r in rows]


def _as_one(blocks: Sequence[Block]) -> Grid:
    """All blocks below each other in one grid, a line of text as a merged row."""
    rows: list[tuple[Cell, ...]] = []
    for block in blocks:
        if isinstance(block, Grid):
            down = len(rows)
            rows += [tuple(replace(c, row=c.row + down) for c in row) for row in block.rows]
        else:
            rows.append((Cell(block.text, len(rows), 0, block.locus, 1, 12),))
    return Grid(tuple(rows), Locus(NAME, block=1), positioned=True)
