"""Figures checked against each other by their shapes, without the recogniser.

On one page the same digit looks the same everywhere. A word whose width does not fit its number
of digits, or a digit that looks more like those that were read as another, was misread.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from gongkai.read.scan_words import runs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gongkai.read.scan_page import Box, Pixels

#: A digit as so many rows and columns of grey.
_HIGH, _WIDE = 20, 14
#: Fewer examples of a digit say nothing.
_EXAMPLES = 3
#: A digit looks like its own from this on.
_LIKE = 0.7
#: A digit with few examples of its own is in doubt if another is as like as this.
_TWIN = 0.9
#: So many digit widths a word may be off.
_OFF, _MOST_OFF = 0.45, 0.75
#: So much of a step the steps of one word may differ.
_UNEVEN = 0.6
#: Heights that differ less than this share are meant to be equal.
_NEARLY = 0.3
#: Two digits with a point between them stand at least so many steps apart.
_ROOM = 1.2
#: A comma hangs so much of a digit's height below it.
_BELOW = 0.25


@dataclass(frozen=True, slots=True)
class Figure:
    """A word that was read as digits, with points and commas, and the box of its digits."""

    text: str
    box: Box


def figure_in(text: str, box: Box, ink: Pixels) -> Figure:
    """The figure of a word: a comma reaches below the digits, and would change all measures."""
    figure = Figure(text, box)
    if text.isdigit():
        return figure
    rows = [
        np.flatnonzero(ink[round(box[1]) : round(box[3]), left:right].any(axis=1))
        for character, (left, right) in zip(text, digits_in(figure, ink), strict=False)
        if character.isdigit()
    ]
    if not rows:
        return figure
    top = round(box[1])
    ends = (
        top + float(np.median([r[0] for r in rows])),
        top + float(np.median([r[-1] for r in rows])) + 1,
    )
    return Figure(text, (box[0], ends[0], box[2], ends[1]))


def doubtful(figures: Sequence[Figure], grey: Pixels, ink: Pixels) -> tuple[set[int], set[int]]:
    """Figures of a page that do not look like what was read, and figures that do, by index.

    What is in neither set could not be compared.
    """
    level = levelled(figures)
    wrong, proven = compared(figures, grey, ink)
    wrong |= wrong_width(figures, ink) & wrong_width(level, ink)
    wrong |= wrong_points(figures, ink)
    return wrong, proven - wrong


def levelled(figures: Sequence[Figure]) -> list[Figure]:
    """The figures with the usual height of a digit of the page where theirs is nearly that.

    Noise makes single boxes higher, and with them every measure in heights wrong; a table in
    smaller type has lower ones. A width is wrong if it is so under both.
    """
    usual = float(np.median([f.box[3] - f.box[1] for f in figures])) if figures else 0.0
    return [
        Figure(f.text, (*f.box[:3], f.box[1] + usual))
        if abs(f.box[3] - f.box[1] - usual) < _NEARLY * usual
        else f
        for f in figures
    ]


def wrong_width(figures: Sequence[Figure], ink: Pixels) -> set[int]:
    """Figures that are too wide or too narrow for their number of digits.

    Where the digits stand apart they are counted, and must be evenly spaced (two figures that
    were taken for one are not). Elsewhere the width of the word must fit: the step from digit to
    digit, in heights, is measured on the words of several digits; the width of a digit on those
    that stand alone (a 1 is narrower than a 0).
    """
    widths = _widths(figures)
    step = step_of(figures)
    guessed = 0.3 * (sum(len(figure.text) > 1 for figure in figures) < 2 * _EXAMPLES)
    wrong = set()
    for at, figure in enumerate(figures):
        parts = digits_in(figure, ink)
        if len(parts) > 1:
            if not _is_even(figure.text, parts):
                wrong.add(at)
            continue
        off = abs(_shape(figure) - _ends(figure.text, widths) - step * _steps(figure.text))
        # Small errors of the step add up in long words.
        if off > step * min(_OFF + 0.05 * _steps(figure.text) + guessed, _MOST_OFF):
            wrong.add(at)
    return wrong


def _is_even(text: str, parts: Sequence[tuple[int, int]]) -> bool:
    """Whether neighbouring digits are all about as far apart."""
    steps = [
        (after[0] + after[1] - before[0] - before[1]) / 2
        for (one, before), (two, after) in pairwise(zip(text, parts, strict=True))
        if one.isdigit() and two.isdigit()
    ]
    return not steps or max(steps) - min(steps) < _UNEVEN * float(np.median(steps))


def _widths(figures: Sequence[Figure]) -> dict[str, float]:
    """The width of each digit, in heights."""
    alone: dict[str, list[float]] = defaultdict(list)
    for figure in figures:
        if len(figure.text) == 1:
            alone[figure.text].append(_shape(figure))
    known = {digit: float(np.median(found)) for digit, found in alone.items()}
    usual = float(np.median([w for d, w in known.items() if d != "1"] or [0.62]))
    return {**dict.fromkeys("023456789", usual), "1": 0.55 * usual, **known}


def _ends(text: str, widths: dict[str, float]) -> float:
    """Half the first digit and half the last."""
    return (widths[text[0]] + widths[text[-1]]) / 2


def step_of(figures: Sequence[Figure]) -> float:
    """From the middle of a digit to that of the next, in heights."""
    widths = _widths(figures)
    steps = [
        (_shape(figure) - _ends(figure.text, widths)) / _steps(figure.text)
        for figure in figures
        if len(figure.text) > 1
    ]
    return float(np.median(steps)) if len(steps) >= _EXAMPLES else 1.2 * widths["0"]


def wrong_points(figures: Sequence[Figure], ink: Pixels) -> set[int]:
    """Figures with a point or comma for which there is no room: a speck between two digits."""
    step = step_of(figures)
    wrong = set()
    for at, figure in enumerate(figures):
        if figure.text.isdigit():
            continue
        parts = digits_in(figure, ink)
        if not parts:  # its width is all there is, and has been checked
            continue
        middles = [(left + right) / 2 for left, right in parts]
        high = figure.box[3] - figure.box[1]
        for i, character in enumerate(figure.text):
            if character in ".," and middles[i + 1] - middles[i - 1] < _ROOM * step * high:
                wrong.add(at)
    return wrong


def _shape(figure: Figure) -> float:
    x0, top, x1, bottom = figure.box
    return (x1 - x0) / max(1.0, bottom - top)


def _steps(text: str) -> float:
    """How many steps there are from the first character to the last."""
    return sum(0.5 if c in ".," else 1.0 for c in text) - 1


def compared(figures: Sequence[Figure], grey: Pixels, ink: Pixels) -> tuple[set[int], set[int]]:
    """Figures whose digits look wrong, and figures all of whose digits look right.

    A digit looks wrong if it resembles another digit of the page more than its own, right if the
    page has several of its own to compare it with. Digits that touch are not compared: such a
    figure is in neither set.
    """
    glyphs: list[tuple[int, str, NDArray[np.float32]]] = []
    apart = set()
    for at, figure in enumerate(figures):
        parts = digits_in(figure, ink)
        if parts:
            apart.add(at)
        glyphs += [
            (at, digit, _patch(grey, part, _around(digit, figure.box)))
            for digit, part in zip(figure.text, parts, strict=False)
        ]
    sums: dict[str, NDArray[np.float32]] = {}
    counts: dict[str, int] = defaultdict(int)
    for _, digit, patch in glyphs:
        sums[digit] = sums.get(digit, np.zeros_like(patch)) + patch
        counts[digit] += 1
    wrong, unproven = set(), set()
    for at, digit, patch in glyphs:
        others = [
            mean for name, mean in sums.items() if name != digit and counts[name] >= _EXAMPLES
        ]
        other = max((_likeness(patch, mean) for mean in others), default=0.0)
        # With too few examples of its own, only a near twin among the others puts it in doubt.
        few = counts[digit] <= _EXAMPLES
        own = _TWIN if few else _likeness(patch, sums[digit] - patch)
        if other > own:
            wrong.add(at)
        if digit.isdigit() and (few or own < _LIKE):
            unproven.add(at)
    return wrong, apart - wrong - unproven


def digits_in(figure: Figure, ink: Pixels) -> list[tuple[int, int]]:
    """The columns of each digit; nothing where they touch or are broken."""
    x0, top, x1, bottom = (round(v) for v in figure.box)
    field = ink[top:bottom, x0:x1] > 0
    runs = runs_of(np.any(field, axis=0), 1)
    if len(runs) != len(figure.text):
        return []
    return [(x0 + left, x0 + right) for left, right in runs]


def _around(character: str, box: Box) -> Box:
    """The box in which a character of a figure is seen: points with what hangs below them."""
    below = 0.0 if character.isdigit() else _BELOW * (box[3] - box[1])
    return box[0], box[1], box[2], box[3] + below


def _patch(grey: Pixels, columns: tuple[int, int], box: Box) -> NDArray[np.float32]:
    """A digit at one size, its grey values with mean 0 and length 1."""
    top, bottom = round(box[1]), min(round(box[3]), len(grey))
    high, wide = bottom - top, columns[1] - columns[0]
    frame = max(wide, round(high * _WIDE / _HIGH))
    left = max(0, (columns[0] + columns[1] - frame) // 2)
    part = grey[top:bottom, max(columns[0] - 1, 0) : columns[1] + 1]
    canvas = np.full((high, frame + 2), np.percentile(part, 95), dtype=np.uint8)
    at = max(columns[0] - 1, 0) - left + 1
    at = min(max(at, 0), canvas.shape[1] - part.shape[1])
    canvas[:, at : at + part.shape[1]] = part
    small = cv2.resize(canvas, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean()
    length = float(np.linalg.norm(small))
    return np.asarray(small / length if length > 0 else small, dtype=np.float32)


def _likeness(patch: NDArray[np.float32], mean: NDArray[np.float32]) -> float:
    """The correlation of a digit with a sum of digits."""
    length = float(np.linalg.norm(mean))
    return float((patch * mean).sum()) / length if length > 0 else 0.0
