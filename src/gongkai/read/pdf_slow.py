"""Pages of a PDF by pdfplumber: for those that pdfium cannot be trusted with.

Browsers draw letters as pictures of glyphs (Type 3 fonts), which pdfium misplaces. pdfplumber is
slower by far and right there.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any, Self

import pdfplumber

from gongkai.read.error import over_limit
from gongkai.read.layout import Mark, PageLayout, Rule
from gongkai.read.limits import LIMITS
from gongkai.read.pdf_fast import UNKNOWN
from gongkai.read.plane import straight_sides

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from gongkai.read.plane import Box

# What is thinner is a line, not a box (points).
_THIN = 3.0
# How the library writes a glyph it knows no character for.
_NO_CHARACTER = "(cid:"
# It warns of each glyph font without a box; the messages are nobody's.
_LOUD = ("pdfminer", "pdfplumber")


class SlowPages:
    """An open PDF; use it with `with`. Pages count from 1."""

    def __init__(self, data: bytes, name: str) -> None:
        for logger in _LOUD:
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        self.name = name
        self._document = pdfplumber.open(io.BytesIO(data))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._document.close()

    def layout(self, like: PageLayout) -> PageLayout:
        """What is drawn on a page, in the box of `like`, which is the same page.

        Raises:
            ReadError: if the page breaks a limit.
        """
        page = self._document.pages[like.number - 1]
        found = page.objects
        if sum(map(len, found.values())) > LIMITS.page_marks:
            raise over_limit(self.name, f"第 {like.number} 页的内容过多")
        dx, dy = _origin(page)
        marks = [_mark(char, dx, dy) for char in page.chars]
        rules: list[Rule] = []
        fills: list[Box] = []
        for box in (*_drawn(page.lines), *_drawn(page.rects), *_drawn(page.curves)):
            moved = (box[0] - dx, box[1] - dy, box[2] - dx, box[3] - dy)
            if min(moved[2] - moved[0], moved[3] - moved[1]) <= _THIN:
                rules.append(Rule(*moved))
            else:
                fills.append(moved)
        page.close()
        return PageLayout(
            like.number,
            like.width,
            like.height,
            tuple(mark for mark in marks if _is_on(mark, like)),
            tuple(rules),
            like.pictures,
            tuple(fills),
        )


def _origin(page: Any) -> tuple[float, float]:  # noqa: ANN401  # an object of the library
    """Where the page that is shown begins, in the library's places, which begin at the paper's."""
    media, crop = _ordered(page.page_obj.mediabox), _ordered(page.page_obj.cropbox)
    left, bottom = max(0.0, crop[0] - media[0]), max(0.0, crop[1] - media[1])
    right, top = max(0.0, media[2] - crop[2]), max(0.0, media[3] - crop[3])
    dx, dy = {0: (left, top), 90: (bottom, left), 180: (right, bottom)}.get(
        page.rotation, (top, right)
    )
    return page.mediabox[0] + dx, page.mediabox[1] + dy


def _ordered(box: Sequence[float]) -> Box:
    """A box with its lower left corner first."""
    x0, y0, x1, y1 = map(float, box)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _mark(char: dict[str, Any], dx: float, dy: float) -> Mark:
    text = UNKNOWN if char["text"].startswith(_NO_CHARACTER) or not char["text"] else char["text"]
    return Mark(text, char["x0"] - dx, char["top"] - dy, char["x1"] - dx, char["bottom"] - dy)


def _is_on(mark: Mark, page: PageLayout) -> bool:
    """Whether a mark is on the page: what stands beside it is not seen."""
    x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
    return 0 <= x <= page.width and 0 <= y <= page.height


def _drawn(shapes: list[dict[str, Any]]) -> Iterator[Box]:
    """Thin boxes of lines, and boxes that are filled."""
    for shape in shapes:
        box = (shape["x0"], shape["top"], shape["x1"], shape["bottom"])
        thin = min(box[2] - box[0], box[3] - box[1]) <= _THIN
        if thin or (shape["fill"] and shape["object_type"] == "rect"):
            yield box
        if thin or not shape["stroke"]:
            continue
        points = shape["pts"]
        yield from straight_sides(
            [*points, points[0]] if shape["object_type"] == "rect" else points
        )
