"""Pages that are read in another position than they are shown in, and the way back.

A page whose text is drawn turned is laid out upright, a scan is made straight first; the blocks
that come of them are given the places they have on the page as it is shown. What is drawn on a
page, and how a format turns it, is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gongkai.model import Block, Grid
from gongkai.read.layout import Mark, PageLayout, Rule
from gongkai.read.plane import turned_box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gongkai.model import Locus
    from gongkai.read.plane import Box


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is shown: its size, and by how many quarters clockwise its text is turned."""

    width: float
    height: float
    quarters: int


def upright(page: PageLayout, quarters: int) -> PageLayout:
    """A page whose text is turned clockwise by so many quarters, turned back."""
    if not quarters:
        return page

    def box(x0: float, top: float, x1: float, bottom: float) -> Box:
        return turned_box((x0, top, x1, bottom), page.width, page.height, -quarters)

    width, height = (page.height, page.width) if quarters % 2 else (page.width, page.height)
    return PageLayout(
        page.number,
        width,
        height,
        tuple(
            Mark(m.text, *box(m.x0, m.top, m.x1, m.bottom), confidence=m.confidence)
            for m in page.marks
        ),
        tuple(Rule(*box(r.x0, r.top, r.x1, r.bottom)) for r in page.rules),
        tuple(box(*picture) for picture in page.pictures),
        tuple(box(*fill) for fill in page.fills),
    )


def restored(blocks: Iterable[Block], pages: Mapping[int, Shown]) -> tuple[Block, ...]:
    """The blocks with their boxes on these pages, which were read upright, as they are shown."""

    def place(locus: Locus) -> Locus:
        page = pages.get(locus.page or 0)
        if page is None or not page.quarters or locus.bbox is None:
            return locus
        width, height = page.width, page.height
        if page.quarters % 2:
            width, height = height, width
        x0, top, x1, bottom = turned_box(locus.bbox, width, height, page.quarters)
        return replace(locus, bbox=(round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1)))

    return relocated(blocks, place)


def relocated(blocks: Iterable[Block], place: Callable[[Locus], Locus]) -> tuple[Block, ...]:
    """The blocks, and the cells of their tables, with other places."""
    return tuple(_relocated(block, place) for block in blocks)


def _relocated(block: Block, place: Callable[[Locus], Locus]) -> Block:
    if not isinstance(block, Grid):
        return replace(block, locus=place(block.locus))
    rows = tuple(
        tuple(replace(cell, locus=place(cell.locus)) for cell in row) for row in block.rows
    )
    return replace(block, rows=rows, locus=place(block.locus))
