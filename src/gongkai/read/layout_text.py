"""Placed marks to lines of text: what stands on one line, and how its glyphs are joined.

It knows glyphs and gaps. It does not know rules, tables or formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A box as (x0, top, x1, bottom), in points from the top left corner of the page.
Box = tuple[float, float, float, float]

# In heights of a glyph. The middles of marks on one line are no further apart than the first from
# the last, and than the second from each next one; a mark beside another needs the first only.
_SAME_LINE = 0.5
_NEXT = 0.25
_BESIDE = 0.3
# A gap that parts two figures or Latin words; with a blank glyph in it, a smaller one does.
_LATIN_GAP = 0.25
_LATIN_GAP_WITH_BLANK = 0.08
# A gap that parts two words of Han; columns of text stand further apart.
_HAN_GAP = 1.2
# A glyph so much smaller than its neighbour, and on another line of it, is a raised or lowered one.
_SMALL = 0.8
_RAISED = 0.12
# In widths of a glyph: what begins so near behind another is printed over it.
_OVER = 0.35
_BLANKS = " \t\r\n\f\v\u3000\xa0\u2002\u2003\u2009\ufeff\u200b"
_left = attrgetter("x0")


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph or a word with its box, in points from the top left corner of the page.

    `confidence` (0 to 1) is that of character recognition, None where the format has the text.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """Marks that stand on one line, from left to right, without the blank ones."""

    marks: tuple[Mark, ...]
    text: str
    box: Box

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        """The height of its highest mark."""
        return max(mark.bottom - mark.top for mark in self.marks)


def is_blank(mark: Mark) -> bool:
    """Whether a mark prints nothing."""
    return not mark.text.strip(_BLANKS)


def box_of(boxes: Iterable[Box]) -> Box:
    """The box around boxes."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return (min(x0), min(top), max(x1), max(bottom))


def lines_of(marks: Sequence[Mark]) -> list[TextLine]:
    """The marks as lines, from top to bottom, each from left to right."""
    if len(marks) <= 1:  # as in most cells of a table
        return [
            TextLine((m,), m.text, (m.x0, m.top, m.x1, m.bottom)) for m in marks if not is_blank(m)
        ]
    rows: list[list[Mark]] = []
    start = last = 0.0
    for mark in sorted(marks, key=lambda m: (m.top + m.bottom, m.x0)):
        middle, height = (mark.top + mark.bottom) / 2, mark.bottom - mark.top
        near = rows and middle - start <= _SAME_LINE * height
        if near and (middle - last <= _NEXT * height or _is_beside(rows[-1], mark)):
            rows[-1].append(mark)
        else:
            rows.append([mark])
            start = middle
        last = middle
    lines = (line_of(row) for row in rows)
    return [line for line in lines if line is not None]


def _is_beside(row: Sequence[Mark], mark: Mark) -> bool:
    """Whether a mark stands directly beside one of a row, and over none of it."""
    gap = _BESIDE * (mark.bottom - mark.top)
    beside = any(abs(mark.x0 - m.x1) <= gap or abs(m.x0 - mark.x1) <= gap for m in row)
    return beside and all(m.x1 - mark.x0 <= gap or mark.x1 - m.x0 <= gap for m in row)


def line_of(marks: Iterable[Mark]) -> TextLine | None:
    """Marks of one line as a line; None if they print nothing."""
    printed: list[Mark] = []
    parts: list[str] = []
    blank = False
    for mark in sorted(marks, key=_left):
        if is_blank(mark):
            blank = True
            continue
        if printed:
            before = printed[-1]
            if _is_doubled(before, mark):
                continue
            if blank or not _is_close(before, mark):
                parts.append(_between(before, mark, with_blank=blank))
        printed.append(mark)
        parts.append(mark.text)
        blank = False
    if not printed:
        return None
    box = (
        printed[0].x0,
        min([mark.top for mark in printed]),
        max([mark.x1 for mark in printed]),
        max([mark.bottom for mark in printed]),
    )
    return TextLine(tuple(printed), "".join(parts), box)


def _is_close(before: Mark, mark: Mark) -> bool:
    """Whether two glyphs of one size stand close on one line: nothing is between them."""
    gap = mark.x0 - before.x1
    near = _LATIN_GAP_WITH_BLANK * (mark.bottom - mark.top)
    return -near <= gap <= near and mark.top == before.top and mark.bottom == before.bottom


def _is_over(before: Mark, mark: Mark) -> bool:
    """Whether two marks are printed at the same place."""
    return mark.x0 - before.x0 < _OVER * min(before.x1 - before.x0, mark.x1 - mark.x0)


def _is_doubled(before: Mark, mark: Mark) -> bool:
    """Whether a glyph is printed again at the same place, as some programs print bold."""
    return mark.text == before.text and _is_over(before, mark)


def _is_han(char: str) -> bool:
    if char.isdigit() or char.isascii():
        return False
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\uff00"


def _between(before: Mark, mark: Mark, *, with_blank: bool) -> str:
    """What stands between two neighbours on a line: nothing, or one blank."""
    height = max(before.bottom - before.top, mark.bottom - mark.top)
    gap = mark.x0 - before.x1
    left, right = before.text[-1], mark.text[0]
    if _is_han(left) or _is_han(right):
        wide = _HAN_GAP
    elif _is_raised(before, mark) or _is_over(before, mark):
        return " "
    else:
        wide = _LATIN_GAP_WITH_BLANK if with_blank else _LATIN_GAP
    return " " if gap > wide * height else ""


def _is_raised(before: Mark, mark: Mark) -> bool:
    """Whether one of two neighbours is a footnote mark or an index: no digit of the other."""
    high, low = sorted((before, mark), key=lambda m: m.top - m.bottom)
    height = high.bottom - high.top
    if low.bottom - low.top > _SMALL * height:
        return False
    return abs((high.top + high.bottom) - (low.top + low.bottom)) / 2 > _RAISED * height
