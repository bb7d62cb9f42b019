"""Prints a report as PDF the way word processors, browsers and typesetters do.

The fonts are those of Chinese PDF readers (no file is needed); places are points from the lower
left corner, as in the format.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from spanned import BOXES, laid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from printers import Sheet
    from spanned import Boxes

FONT = "STSong-Light"
_A4 = (595.0, 842.0)
_MARGIN = 56.0


@dataclass(frozen=True)
class Style:
    """How a file is written.

    Attributes:
        rules: `lines`, `cells` (a stroked box a cell), `filled` (thin filled boxes), `dashes`,
            `dots`, `double`, `sideless` (no frame at left and right), `hair` (lines without
            width), `across` (horizontal lines only), `three` (a line above the table, below the
            head and at the end), `shaded` (a ground for heads, no lines), `columns` (no lines
            between rows of figures) or `none`.
        height: of the page; a low one has tables over several pages.
        repeat: the head of a table stands again on the next page.
        running: a running head and page numbers.
        landscape: `wide` paper, or `rotated`: upright paper, shown turned; or `drawn`: the text
            is drawn turned on upright paper.
        size: of the font in tables.
        spaced: points between the characters of figures.
        bold: everything printed twice, a little to the right.
        scaled: the font has size 1 and the matrix makes it large.
        form: the page's content stands in a form that the page draws moved and made smaller.
        crop: the page box cuts off a margin of so many points.
        shades: the cells have coloured grounds.
        centred: heads stand in the middle of their columns, as figures do.
    """

    rules: str = "lines"
    height: float = _A4[1]
    repeat: bool = False
    running: bool = False
    landscape: str = ""
    size: float = 8.0
    spaced: float = 0.0
    bold: bool = False
    scaled: bool = False
    form: bool = False
    crop: float = 0.0
    shades: bool = False
    centred: bool = True


#: Name → style: what published files look like.
STYLES: dict[str, Style] = {
    "lines": Style(),
    "cells": Style(rules="cells", shades=True),
    "filled": Style(rules="filled", running=True),
    "dashes": Style(rules="dashes"),
    "dots": Style(rules="dots"),
    "double": Style(rules="double"),
    "sideless": Style(rules="sideless"),
    "hair": Style(rules="hair"),
    "pages": Style(height=420.0, running=True),
    "repeated": Style(rules="cells", height=420.0, repeat=True, running=True),
    "wide": Style(landscape="wide"),
    "rotated": Style(landscape="rotated", running=True),
    "drawn": Style(landscape="drawn", running=True),
    "tiny": Style(size=4.0),
    "bold": Style(bold=True),
    "scaled": Style(scaled=True),
    "form": Style(rules="filled", form=True),
    "crop": Style(crop=30.0, running=True),
    "across": Style(rules="across"),
    "across pages": Style(rules="across", height=420.0, repeat=True, running=True),
    "three": Style(rules="three"),
    "shaded": Style(rules="shaded"),
    "columns": Style(rules="columns"),
    "none": Style(rules="none"),
}


def width_of(text: str, size: float) -> float:
    """The width of a text: Han are square, Latin half as wide."""
    return size * sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in lines no wider than the room."""
    lines = [""]
    for char in text:
        if char == "\n" or (lines[-1] and width_of(lines[-1] + char, size) > room):
            lines.append("")
        lines[-1] += char.strip("\n")
    return lines


@dataclass
class Place:
    """A cell to print: columns and rows it covers."""

    lines: list[str]
    row: int
    row_end: int
    col: int
    col_end: int
    figure: bool


@dataclass
class Press:
    """Pages while they are printed; `y` is where the next thing stands, from the top."""

    style: Style
    target: io.BytesIO = field(default_factory=io.BytesIO)
    page: int = 1
    y: float = _MARGIN
    labels: int = 0
    heads: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.width, self.height = _A4[0], self.style.height
        paper = (self.width, self.height)
        if self.style.landscape:
            self.width, self.height = _A4[1], _A4[0]
            # The library turns the paper itself where the page is shown turned.
            paper = _A4 if self.style.landscape == "drawn" else (self.width, self.height)
        self.canvas = Canvas(self.target, pagesize=paper, invariant=1)
        self.begin()

    @property
    def wide(self) -> float:
        """The room between the margins."""
        return self.width - 2 * _MARGIN

    @property
    def end(self) -> float:
        """Where the text of a page ends."""
        return self.height - _MARGIN

    def begin(self) -> None:
        """Set up a page."""
        canvas = self.canvas
        if self.style.landscape == "rotated":
            canvas.setPageRotation(90)
        if self.style.landscape in {"rotated", "drawn"}:
            # The reading page's x runs up the paper, its y from the left edge to the right.
            canvas.rotate(90)
            canvas.translate(0, -self.height)
        if self.style.crop:
            crop = self.style.crop
            canvas.setCropBox((crop, crop, self.width - crop, self.height - crop))
        if self.style.form:
            canvas.beginForm(f"page{self.page}")
        canvas.setFont(FONT, 12)
        if self.style.running:
            self.print("政府信息公开工作年度报告", _MARGIN, _MARGIN - 20, 7)

    def finish(self) -> None:
        """End a page."""
        if self.style.running:
            self.print(f"- {self.page} -", self.width / 2 - 8, self.height - _MARGIN + 12, 7)
        if self.style.form:
            self.canvas.endForm()
            self.canvas.translate(20, 30)
            self.canvas.scale(0.9, 0.9)
            self.canvas.doForm(f"page{self.page}")
        self.canvas.showPage()

    def turn(self) -> None:
        """Begin the next page."""
        self.finish()
        self.page += 1
        self.y = _MARGIN
        self.begin()

    def print(self, text: str, x: float, top: float, size: float, spaced: float = 0.0) -> None:
        """Print a line with its upper left corner at a point."""
        y = self.height - top - size * 0.88
        for shift in (0.0, 0.4) if self.style.bold else (0.0,):
            line = self.canvas.beginText()
            line.setFont(FONT, 1 if self.style.scaled else size)
            if self.style.scaled:
                line.setTextTransform(size, 0, 0, size, x + shift, y)
            else:
                line.setTextOrigin(x + shift, y)
            line.setCharSpace(spaced)
            line.textOut(text)
            self.canvas.drawText(line)

    def paragraph(self, text: str, size: float = 11.0, *, indent: bool = True) -> None:
        """Print running text, wrapped."""
        room = self.wide
        first = wrapped(("　　" if indent else "") + text, room, size)
        for line in first:
            if self.y + 2 * size > self.end:
                self.turn()
            blank = len(line) - len(line.lstrip("　"))
            self.print(line.lstrip("　"), _MARGIN + blank * size, self.y, size)
            self.y += 1.8 * size

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a line between two points (from the top)."""
        kind, canvas = self.style.rules, self.canvas
        y0, y1 = self.height - y0, self.height - y1
        canvas.setLineWidth(0 if kind == "hair" else 0.5)
        if kind == "filled":
            wide, high = (x1 - x0, 0.48) if y0 == y1 else (0.48, y0 - y1)
            canvas.rect(x0, y1, wide, high, stroke=0, fill=1)
        elif kind == "dots":
            steps = int(max(x1 - x0, y0 - y1) / 2)
            for at in range(steps + 1):
                x, y = x0 + (x1 - x0) * at / steps, y0 + (y1 - y0) * at / steps
                canvas.rect(x - 0.3, y - 0.3, 0.6, 0.6, stroke=0, fill=1)
        else:
            canvas.setDash([3, 2] if kind == "dashes" else [])
            for shift in (0.0, 1.5) if kind == "double" else (0.0,):
                dx, dy = (0.0, shift) if y0 == y1 else (shift, 0.0)
                canvas.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy)

    # Tables

    def table(self, boxes: Boxes, widths: list[float], head: int, labels: int) -> None:
        """Print a table; the first rows are its head, the first columns its labels."""
        self.labels = labels
        share = self.wide / sum(widths)
        xs = [_MARGIN]
        for width in widths:
            xs.append(xs[-1] + width * share)
        places = self._places(boxes, xs)
        figures = {place.row for place in places if place.figure}
        self.heads = frozenset(range(len(boxes))) - figures
        heights = self._heights(places, len(boxes))
        top, first = self.y, 0
        for row in range(len(boxes)):
            if top + sum(heights[first : row + 1]) > self.end and row > first:
                self._part(places, xs, heights, (first, row), head)
                self.turn()
                if self.style.repeat and row > head:
                    self._part(places, xs, heights, (0, head), head)
                top, first = self.y, row
        self._part(places, xs, heights, (first, len(boxes)), head)
        self.y += 12

    def _places(self, boxes: Boxes, xs: list[float]) -> list[Place]:
        places = []
        for row, cells in enumerate(laid(boxes)):
            for cell in cells:
                if cell.box is None:
                    continue
                text = cell.box.text
                room = xs[cell.last] - xs[cell.first] - 4
                lines = wrapped(text, room, self.style.size) if text else []
                figure = not any("\u4e00" <= c <= "\u9fff" for c in text)
                end = row + cell.box.rowspan
                places.append(Place(lines, row, end, cell.first, cell.last, figure))
        return places

    def _heights(self, places: list[Place], rows: int) -> list[float]:
        heights = [1.9 * self.style.size] * rows
        for place in sorted(places, key=lambda p: p.row_end - p.row):
            need = (len(place.lines) * 1.25 + 0.6) * self.style.size
            have = sum(heights[place.row : place.row_end])
            heights[place.row_end - 1] += max(0.0, need - have)
        return heights

    def _part(
        self,
        places: list[Place],
        xs: list[float],
        heights: list[float],
        rows: tuple[int, int],
        head: int,
    ) -> None:
        """Print some rows of a table; a merged cell has its text where it begins."""
        first, last = rows
        ys = [self.y]
        for row in range(first, last):
            ys.append(ys[-1] + heights[row])
        for place in places:
            start, stop = max(place.row, first), min(place.row_end, last)
            if start >= stop:
                continue
            box = (xs[place.col], ys[start - first], xs[place.col_end], ys[stop - first])
            self._ground(box, heading=place.row in self.heads)
            if place.row >= first:
                self._text(place, box)
            self._sides(box, place, last, head)
        self._frame((xs[0], ys[0], xs[-1], ys[-1]))
        self.y = ys[-1]

    def _ground(self, box: tuple[float, float, float, float], *, heading: bool) -> None:
        if self.style.shades or (self.style.rules == "shaded" and heading):
            self.canvas.setFillGray(0.9)
            x0, top, x1, bottom = box
            self.canvas.rect(x0, self.height - bottom, x1 - x0, bottom - top, stroke=0, fill=1)
            self.canvas.setFillGray(0)

    def _text(self, place: Place, box: tuple[float, float, float, float]) -> None:
        size = self.style.size
        top = (box[1] + box[3]) / 2 - len(place.lines) * 1.25 * size / 2 + 0.125 * size
        spaced = self.style.spaced if place.figure else 0.0
        for line in place.lines:
            wide = width_of(line, size) + spaced * (len(line) - 1)
            head = self.style.centred and (place.col_end > self.labels or not place.row)
            x = (box[0] + box[2] - wide) / 2 if place.figure or head else box[0] + 2
            self.print(line, x, top, size, spaced)
            top += 1.25 * size

    def _sides(
        self,
        box: tuple[float, float, float, float],
        place: Place,
        last: int,
        head: int,
    ) -> None:
        """The lines of a cell."""
        kind = self.style.rules
        x0, top, x1, bottom = box
        if kind == "cells":
            self.canvas.setLineWidth(0.5)
            self.canvas.rect(x0, self.height - bottom, x1 - x0, bottom - top)
            return
        if kind in {"none", "shaded"}:
            return
        ends = min(place.row_end, last) == last
        rows = kind not in {"three", "columns"} or ends or place.row_end <= head
        if kind == "three" and not (ends or place.row_end == head):
            rows = False
        if rows:
            self.rule(x0, bottom, x1, bottom)
        if kind not in {"across", "three"} and x0 > _MARGIN:
            self.rule(x0, top, x0, bottom)

    def _frame(self, box: tuple[float, float, float, float]) -> None:
        kind = self.style.rules
        x0, top, x1, bottom = box
        if kind in {"none", "shaded", "cells"}:
            return
        self.rule(x0, top, x1, top)
        if kind not in {"across", "three", "sideless"}:
            self.rule(x0, top, x0, bottom)
            self.rule(x1, top, x1, bottom)


#: Table → widths of its columns, how many rows its head has, and how many columns its labels.
_SHAPES: dict[str, tuple[list[float], int, int]] = {
    "disclosure": ([4.0] + [3.0] * 11, 2, 3),
    "requests": ([2.0, 3.0, 8.0] + [2.4] * 7, 3, 3),
    "disputes": ([1.0] * 15, 3, 0),
}


def print_pdf(sheet: Sheet, style: str | Style = "lines") -> bytes:
    """The whole report as a PDF."""
    press = Press(STYLES[style] if isinstance(style, str) else style)
    press.paragraph(sheet.title, 16, indent=False)
    for part in sheet.parts():
        press.y += 6
        press.paragraph(part.heading, 13, indent=False)
        if part.table is not None:
            for boxes in _parts(BOXES[part.table.id](sheet, part.table), part.table.id, style):
                press.table(boxes, *_SHAPES[part.table.id])
        if part.text:
            press.paragraph(part.text)
    press.finish()
    press.canvas.save()
    return press.target.getvalue()


def _parts(boxes: Boxes, table: str, style: str | Style) -> Iterator[Boxes]:
    """Table two with a head for each item cannot repeat one head: it is printed item by item."""
    rules = (STYLES[style] if isinstance(style, str) else style).rules
    if table != "disclosure" or rules not in {"three", "columns"}:
        yield boxes
        return
    starts = [at for at, row in enumerate(boxes) if len(row) == 1] + [len(boxes)]
    for start, stop in pairwise(starts):
        yield boxes[start:stop]


def variant(style: str, **changes: object) -> Style:
    """A style with something else about it."""
    return replace(STYLES[style], **changes)  # type: ignore[arg-type]
