"""Prints figures in boxes on the pages of a PDF, each at a place the test knows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A4 in points.
WIDTH, HEIGHT = 595.0, 842.0
_ROWS, _COLUMNS = 12, 6
_LEFT, _TOP, _WIDE, _HIGH = 60.0, 90.0, 78.0, 55.0

Box = tuple[float, float, float, float]


def place_of(number: int) -> tuple[int, Box]:
    """Page (from 2: the first has no table) and box of the figure with that number, from 0."""
    page, at = divmod(number, _ROWS * _COLUMNS)
    row, column = divmod(at, _COLUMNS)
    x0, top = _LEFT + column * _WIDE, _TOP + row * _HIGH
    return page + 2, (x0, top, x0 + _WIDE, top + _HIGH)


def print_boxes(texts: Iterable[str]) -> bytes:
    """A cover page, then the texts in their boxes."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.drawString(_LEFT, HEIGHT / 2, "Cover")
    shown = 1
    for number, text in enumerate(texts):
        page, (x0, top, x1, bottom) = place_of(number)
        if page != shown:
            canvas.showPage()
            shown = page
        canvas.rect(x0, HEIGHT - bottom, x1 - x0, bottom - top)
        canvas.setFont("Helvetica", 14)
        canvas.drawCentredString((x0 + x1) / 2, HEIGHT - (top + bottom) / 2 - 5, text)
    canvas.save()
    return target.getvalue()
