"""A page of an OFD file as a picture: its glyphs and lines are drawn anew, each at its place.

Fonts are seldom in the file and those of the machine differ; the glyphs are of the font that
OpenCV has inside, so that the same page gives the same picture everywhere. Where that font is
not there, nothing is drawn. It knows marks and rules, not packages.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from gongkai.read.ofd_page import ASCENT

if TYPE_CHECKING:
    from gongkai.read.layout import Mark, PageLayout

#: Pixels a point, twice as sharp as a picture is shown, and pixels of a page's longer side.
_DOTS, _LONGEST = 3.2, 3_200
#: The font, its weight (of 100 to 900), and the size its glyphs are drawn in before they are reduced.
_FONT, _WEIGHT, _SIZE = "uni", 400, 64
#: A glyph that is one size of the font wide.
_FULL = "口"
#: Pixels: a line is at least so thick.
_LINE = 2
_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def can_draw() -> bool:
    """Whether the font is there: OpenCV 5 is, which comes with the extra `gongkai[ocr]`."""
    return _font() is not None


def dots_of(width: float, height: float) -> float:
    """Pixels a point in which a page of that size (points) is drawn."""
    return min(_DOTS, _LONGEST / max(width, height, 1.0))


def draw_page(page: PageLayout, quarters: int) -> Image.Image:
    """The marks and rules of an upright page, in black on white, turned as the page is shown.

    Args:
        page: what is drawn on it, in points.
        quarters: by how many quarters clockwise it is turned when it is shown.
    """
    dots = dots_of(page.width, page.height)
    paper = Image.new("L", (round(page.width * dots), round(page.height * dots)), 255)
    pen = ImageDraw.Draw(paper)
    for rule in page.rules:
        x0, top = round(rule.x0 * dots), round(rule.top * dots)
        x1 = max(round(rule.x1 * dots), x0 + _LINE)
        bottom = max(round(rule.bottom * dots), top + _LINE)
        pen.rectangle((x0, top, x1 - 1, bottom - 1), 0)
    for mark in page.marks:
        # A glyph larger than the page is none of a report, and would take its time and memory.
        if mark.x1 - mark.x0 <= page.width and mark.bottom - mark.top <= page.height:
            _draw_glyph(paper, mark, dots)
    return paper.transpose(_TURNS[quarters]) if quarters else paper


def _draw_glyph(paper: Image.Image, mark: Mark, dots: float) -> None:
    """A glyph on its base line, made narrower where its box is narrower than the font has it."""
    wide, high = round((mark.x1 - mark.x0) * dots, 1), round((mark.bottom - mark.top) * dots, 1)
    ink = _ink(mark.text, wide, high)
    if ink is not None:
        shape, across, down = ink
        place = (round(mark.x0 * dots + across), round(mark.top * dots + down))
        paper.paste(0, place, shape)


@lru_cache(maxsize=8192)
def _ink(char: str, wide: float, high: float) -> tuple[Image.Image, float, float] | None:
    """The ink of a glyph in a box of that size (pixels), and how far in the box it begins.

    Nothing where it has none.
    """
    shape, box, advance = _glyph(char)
    if shape is None or high <= 0 or wide <= 0:
        return None
    down = high / _glyph(_FULL)[2]
    across = min(down, wide / advance)
    x0, top, x1, bottom = box
    size = (max(1, round((x1 - x0) * across)), max(1, round((bottom - top) * down)))
    return (
        shape.resize(size, Image.Resampling.BOX),
        x0 * across,
        ASCENT * high + top * down,
    )


@lru_cache(maxsize=8192)
def _glyph(char: str) -> tuple[Image.Image | None, tuple[int, int, int, int], int]:
    """A glyph as the font has it: its ink, the box of that from the origin, and its advance."""
    import cv2  # noqa: PLC0415  # part of an extra
    import numpy as np  # noqa: PLC0415  # part of an extra

    canvas = np.zeros((3 * _SIZE, 3 * _SIZE), dtype=np.uint8)
    (end, _), _ = cv2.putText(canvas, char, (_SIZE, 2 * _SIZE), (255,), _font(), _SIZE, _WEIGHT)
    shape = Image.fromarray(canvas)
    box = shape.getbbox()
    advance = max(1, int(end) - _SIZE)
    if box is None:
        return None, (0, 0, 0, 0), advance
    x0, top, x1, bottom = box
    origin = (x0 - _SIZE, top - 2 * _SIZE, x1 - _SIZE, bottom - 2 * _SIZE)
    return shape.crop(box), origin, advance


@cache
def _font() -> Any:  # noqa: ANN401  # OpenCV has no types for it
    """The font, or None where OpenCV is not there or is an older one without fonts."""
    try:
        import cv2  # noqa: PLC0415  # part of an extra
    except ImportError:
        return None
    return cv2.FontFace(_FONT) if hasattr(cv2, "FontFace") else None
