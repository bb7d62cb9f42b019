"""Tables of HTML: rows and spans as a browser takes them, and which tables are only layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gongkai.read.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

CELLS = frozenset({"td", "th"})
#: Sections of a table → their order on the page; a tfoot may stand before the tbody in the text.
SECTIONS = {"thead": 0, "tbody": 1, "tfoot": 2}
PARTS = frozenset({*CELLS, *SECTIONS, "tr"})

_LEADING_INT = re.compile(r"\s*\+?([0-9]+)(%?)")
# A cell that may be a figure: short, with a digit in front, or a mark alone.
_FIGURE = re.compile(r"[+\-−增减]?[0-9０-９][0-9０-９.,，]*[^0-9０-９\s]{0,2}|[/\\—－-]{1,3}")
_FEW = 5
_ROWS = 2
# A cell with more text than this, or with so many lines of it, holds a page and no label.
_LONG = 400
_LINES, _LONG_LINES = 5, 150


class Node(NamedTuple):
    """An element with its address."""

    element: etree._Element
    path: str


@dataclass
class Row:
    """The cells of a row. `group` is its section: no cell reaches over the end of it."""

    group: int
    order: int
    cells: list[Node] = field(default_factory=list)


@dataclass
class Rows:
    """What stands in a table: rows, and what stands among them in no cell."""

    rows: list[Row] = field(default_factory=list)
    before: list[Node | str] = field(default_factory=list)
    after: list[Node | str] = field(default_factory=list)
    group: int = 0
    order: int = SECTIONS["tbody"]
    is_open: bool = False

    def begin(self) -> None:
        """Begin a row. What stood after the rows so far stands before the table then."""
        self.before += self.after
        self.after = []
        self.rows.append(Row(self.group, self.order))

    def add(self, cell: Node) -> None:
        """Add a cell; without a row to stand in it begins one."""
        if not self.is_open:
            self.begin()
            self.is_open = True
        self.rows[-1].cells.append(cell)

    def section(self, tag: str | None) -> None:
        """Begin a section, or end one (None)."""
        self.group += 1
        self.order = SECTIONS[tag or "tbody"]
        self.is_open = False


def _span(text: str | None) -> int | None:
    """The number of a span attribute as a browser reads it; None for one without sense."""
    found = _LEADING_INT.match(text or "1")
    if found is None:
        return 1
    number = int(found[1]) if len(found[1]) < len(str(LIMITS.span)) + 1 else LIMITS.span + 1
    return None if found[2] or number > LIMITS.span else number


def colspans(rows: Sequence[Row]) -> list[list[int]]:
    """How many columns each cell covers; one of a million, or of 100%, covers what is left."""
    spans = [[_span(cell.element.get("colspan")) for cell in row.cells] for row in rows]
    sums = [sum(max(span, 1) for span in row if span is not None) for row in spans]
    width = max(sums, default=0)
    return [
        [max(span, 1) if span is not None else max(width - known, 1) for span in row]
        for row, known in zip(spans, sums, strict=True)
    ]


def rowspans(rows: Sequence[Row]) -> list[list[int]]:
    """How many rows each cell covers, within its section; 0 is all that are left of it."""
    ends: dict[int, int] = {row.group: at + 1 for at, row in enumerate(rows)}
    out = []
    for at, row in enumerate(rows):
        left = ends[row.group] - at
        spans = [_span(cell.element.get("rowspan")) for cell in row.cells]
        out.append([left if not span else min(span, left) for span in spans])
    return out


def is_layout(texts: Sequence[Sequence[str]], *, nested: bool) -> bool:
    """Whether a table only places things on the page.

    Args:
        texts: the cells, row by row, without the tables in them.
        nested: whether there are tables in them.

    A table with figures is none, whatever stands in it. Of the others those are layout that hold
    tables, a single column, a cell with as much text as a page, or nothing.
    """
    figures = [sum(bool(_FIGURE.fullmatch(text.strip())) for text in row) for row in texts]
    if max(figures, default=0) >= _FEW or sum(n >= _ROWS for n in figures) >= _ROWS:
        return False
    cells = [text for row in texts for text in row]
    return (
        nested
        or max((len(row) for row in texts), default=0) <= 1
        or not any(text.strip() for text in cells)
        or any(_is_page(text) for text in cells)
    )


def _is_page(text: str) -> bool:
    long = len(text)
    return long > _LONG or (long > _LONG_LINES and text.count("\n") >= _LINES)
