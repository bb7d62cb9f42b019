"""Where words stand on a straight page: boxes of a detector cut at rules and gaps, and left ink.

Pure geometry on ink (255 where dark, rules taken out); what the words say is not known here.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gongkai.read.scan_page import Box, Pixels

#: Gaps in heights of the line: what surely parts two pieces, what parts two figures (those of full
#: width stand apart), and two words (two brackets in a row leave nearly as much empty).
_GAP, FIGURE_GAP, TEXT_GAP = 3.0, 1.6, 1.3
#: The same behind a point, which in full width has an empty half beside it.
_POINT_GAP = 2.2
#: A point is no larger than this share of its line.
_POINT = 0.4
#: How much of its height a box of the detector is made lower at top and bottom.
_INSET = 0.12
#: A box is the same as another if so much of it lies in that.
_INSIDE = 0.6
#: Two lines in one box: it is so much higher than lines are.
_TWO_LINES = 1.5
#: So much darker than a gap a row of it must be to hold a stroke, and a spot of it to be a point.
_FAINT_STROKE, _FAINT_POINT = 8.0, 35.0
#: Less ink than this, in pixels of a page of 2,100, is dust.
_DUST = 5.0
_SIDE = 2100


def without_rules(ink: Pixels, rules: Iterable[Box]) -> Pixels:
    """The ink without the drawn lines and without dust."""
    out = ink.copy()
    half = max(2, round(max(ink.shape) / 800))
    for x0, top, x1, bottom in rules:
        y0, y1 = round(top) - half, round(bottom) + half + 1
        out[max(0, y0) : y1, max(0, round(x0) - half) : round(x1) + half + 1] = 0
    return _without_dust(out)


def _without_dust(ink: Pixels) -> Pixels:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    least = _DUST * (max(ink.shape) / _SIDE) ** 2
    keep = np.zeros(count, dtype=np.uint8)
    keep[1:] = np.where(stats[1:, cv2.CC_STAT_AREA] >= least, 255, 0)
    return np.asarray(keep[labels], dtype=np.uint8)


def pieces(
    boxes: Iterable[Box], ink: Pixels, rules: Sequence[Box], height: float, gap: float = _GAP
) -> list[Box]:
    """The boxes cut at rules, at wide gaps and between lines, each as tight as its ink.

    Args:
        boxes: what a detector of text found.
        ink: without rules.
        rules: the drawn lines.
        height: of a usual line of text.
        gap: what parts two words, in heights of the line.
    """
    upright = np.array([r for r in rules if r[0] == r[2]]).reshape(-1, 4)
    across = np.array([r for r in rules if r[1] == r[3]]).reshape(-1, 4)
    out: list[Box] = []
    for box in boxes:
        for part in _cut(_inset(box, height), upright, across):
            out += _inked(part, ink, height, gap)
    return _once(out)


def _inset(box: Box, height: float) -> Box:
    """The box without the outer half of the detector's margin, where the next line begins."""
    x0, top, x1, bottom = box
    inset = _INSET * min(bottom - top, x1 - x0, 1.6 * height)
    return x0, top + inset, x1, bottom - inset


def _once(boxes: list[Box]) -> list[Box]:
    """The boxes without those that lie in another one: no ink is read twice."""
    kept: list[Box] = []
    for box in sorted(boxes, key=_area, reverse=True):
        if all(_shared(box, other) < _INSIDE * _area(box) for other in kept):
            kept.append(box)
    wanted = set(kept)
    return [box for box in dict.fromkeys(boxes) if box in wanted]


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(box: Box, other: Box) -> float:
    """The area that two boxes have in common."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    return max(0.0, wide) * max(0.0, high)


def _cut(box: Box, upright: NDArray[np.float64], across: NDArray[np.float64]) -> list[Box]:
    """The parts between the rules that go through the box."""
    x0, top, x1, bottom = box
    middle, centre = (top + bottom) / 2, (x0 + x1) / 2
    through = upright[(upright[:, 1] <= middle) & (upright[:, 3] >= middle)][:, 0]
    xs = [x0, *sorted(float(x) for x in through if x0 < x < x1), x1]
    near = (across[:, 0] <= centre) & (across[:, 2] >= centre)
    ys = [top, *sorted(float(y) for y in across[near][:, 1] if top < y < bottom), bottom]
    return [
        (left, above, right, below) for above, below in pairwise(ys) for left, right in pairwise(xs)
    ]


def _inked(box: Box, ink: Pixels, height: float, gap: float) -> list[Box]:
    """The words inside a box: lines first, then parts between wide gaps."""
    x0, top, x1, bottom = (max(0, round(v)) for v in box)
    field = ink[top:bottom, x0:x1] > 0
    out: list[Box] = []
    for y0, y1 in _lines_in(field, height):
        line = field[y0:y1]
        for left, right in _words_in(line, min(y1 - y0, 2 * height), gap):
            rows = np.flatnonzero(line[:, left:right].any(axis=1))
            low, high = int(rows[0]), int(rows[-1]) + 1
            out.append((x0 + left, top + y0 + low, x0 + right, top + y0 + high))
    return [box for box in out if _is_glyph(box, height)]


def _words_in(line: NDArray[np.bool_], height: float, gap: float) -> list[tuple[int, int]]:
    """Columns of the words of a line. What follows a point belongs to it: １２．５ has wide gaps."""
    out: list[tuple[int, int]] = []
    for run in runs_of(np.any(line, axis=0), round(gap * height) + 2):
        near = out and run[0] - out[-1][1] < _POINT_GAP * height
        if near and _ends_with_point(line[:, out[-1][0] : out[-1][1]]):
            out[-1] = (out[-1][0], run[1])
        else:
            out.append(run)
    return out


def _ends_with_point(word: NDArray[np.bool_]) -> bool:
    """Whether the last ink of a word is a point or comma: small, and low on the line."""
    left, right = runs_of(np.any(word, axis=0), 1)[-1]
    rows = np.flatnonzero(word[:, left:right].any(axis=1))
    small = rows[-1] - rows[0] < _POINT * len(word) and right - left < _POINT * len(word)
    return bool(small and rows[0] > len(word) / 2)


def _lines_in(field: NDArray[np.bool_], height: float) -> list[tuple[int, int]]:
    """Rows of the lines in a box; one line unless it is too high for that."""
    rows = np.any(field, axis=1)
    if not rows.any():
        return []
    first, last = int(rows.argmax()), len(rows) - int(rows[::-1].argmax())
    if last - first < _TWO_LINES * height:
        return [(first, last)]
    runs = runs_of(rows, 1)
    # A stroke of its own (二, 三) belongs to the line beside it.
    out: list[tuple[int, int]] = []
    for run in runs:
        if out and run[1] - out[-1][0] < _TWO_LINES * height * 0.8:
            out[-1] = (out[-1][0], run[1])
        else:
            out.append(run)
    return out


def runs_of(marked: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Runs of True; a gap of at most `gap` does not end one."""
    places = np.flatnonzero(marked)
    if not places.size:
        return []
    breaks = np.flatnonzero(np.diff(places) > gap)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(places) - 1]])
    return [(int(places[s]), int(places[e]) + 1) for s, e in zip(starts, ends, strict=True)]


def _is_glyph(box: Box, height: float) -> bool:
    """Whether so much ink can be a character: as high as a digit, or as wide as a dash."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return high > 0.3 * height or (wide > 0.15 * height and wide > 1.4 * high)


def is_printed(gap: Pixels) -> bool:
    """Whether a gap between words holds a stroke too thin, or a point too small, to be ink."""
    if not gap.size:
        return False
    rows = gap.mean(axis=1)
    soft = cv2.blur(gap, (3, 3))
    stroke = float(np.median(rows) - rows.min()) > _FAINT_STROKE
    return stroke or float(np.median(soft)) - float(soft.min()) > _FAINT_POINT


def left_over(ink: Pixels, words: Iterable[Box], height: float) -> list[Box]:
    """Ink that lies in no word, in pieces of the size of characters."""
    rest = ink.copy()
    near = round(0.2 * height)
    for x0, top, x1, bottom in words:
        rest[
            max(0, round(top) - near) : round(bottom) + near,
            max(0, round(x0) - near) : round(x1) + near,
        ] = 0
    joined = cv2.dilate(rest, np.ones((3, round(0.35 * height) | 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    out = []
    for at in range(1, count):
        x, y, wide, high, _ = (int(v) for v in stats[at])
        part = (labels[y : y + high, x : x + wide] == at) & (rest[y : y + high, x : x + wide] > 0)
        rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
        box = (
            float(x + columns[0]),
            float(y + rows[0]),
            float(x + columns[-1] + 1),
            float(y + rows[-1] + 1),
        )
        if _is_glyph(box, height):
            out.append(box)
    return out
