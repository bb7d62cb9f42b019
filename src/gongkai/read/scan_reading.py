"""One picture of a page to its words with confidences and its rules: the stages of recognition.

The order: straighten, find text, cut it at rules and gaps, look for ink that was not found, read
everything once and figures twice, set the readings against the shapes of the ink.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gongkai.read.scan_glyphs import doubtful, figure_in
from gongkai.read.scan_page import straight
from gongkai.read.scan_text import (
    COLOURED,
    DIFFERENT,
    UNPROVEN,
    UNREAD,
    Reading,
    agreed,
    coloured_share,
    crop,
    figure_of,
    frame,
    is_dash,
    is_slash,
    is_tall,
    shaped,
    stretched,
)
from gongkai.read.scan_words import (
    FIGURE_GAP,
    TEXT_GAP,
    is_printed,
    left_over,
    pieces,
    without_rules,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.read.scan_page import Box, Pixels, Straight
    from gongkai.read.scan_text import Recogniser

#: Margins of the two readings, in heights of the word.
_TIGHT, _LOOSE = 0.2, 0.35
#: A word of at least so many heights shows which way up the page is.
_WIDE = 3.0
#: Words read worse than this, taken together, may be upside down.
_DOUBT = 0.75
#: A page is poor if of its figures more than this share are in doubt, or if half of its labels (of
#: so many characters) are read worse than this; fewer than so many of either say nothing.
_POOR, _BLURRED, _LABEL, _MANY = 0.1, 0.9, 4, 10
_DIGITS = re.compile(r"[0-9](?:[0-9.,]*[0-9])?")
#: So much of a box may be coloured before its figure is in doubt.
_COLOUR = 0.02
#: A row has so many figures before ink beside them can be one.
_ROW = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a straight page: its box of ink, its text and how certain that is."""

    box: Box
    reading: Reading


@dataclass(frozen=True, slots=True)
class Read:
    """A page as read: the straight page, its words, the height of a usual line."""

    page: Straight
    words: tuple[Word, ...]
    height: float


@dataclass(frozen=True, slots=True)
class _Found:
    """Where words are: the parts that the detector found, then ink that it left."""

    page: Straight
    ink: Pixels
    parts: list[Box]
    detected: int
    height: float


def read_page(picture: Pixels, reader: Recogniser) -> Read:
    """The words of a picture of a page.

    Args:
        picture: RGB, in any of the four directions.
        reader: the recogniser.
    """
    found = _found(picture, reader, 0)
    if found is None:
        return Read(straight(picture), (), 0.0)
    first = _first(found, reader)
    if _is_upside_down(found, first, reader):
        found = _found(picture, reader, 2) or found
        first = _first(found, reader)
    found, first = _parted(found, first, reader)
    return _judged(found, first, reader)


def _first(found: _Found, reader: Recogniser) -> list[Reading]:
    return _read_tight(found, found.parts, reader)


def _read_tight(found: _Found, boxes: Sequence[Box], reader: Recogniser) -> list[Reading]:
    """The first reading of words, the middles of their characters in pixels of the page."""
    grey = found.page.grey
    frames = [frame(grey.shape, box, found.height, _TIGHT) for box in boxes]
    return [
        replace(
            reading,
            middles=tuple(
                columns.start + share * (columns.stop - columns.start) for share in reading.middles
            ),
        )
        for (_, columns), reading in zip(
            frames, reader.read([grey[where] for where in frames]), strict=True
        )
    ]


def _parted(
    found: _Found, first: list[Reading], reader: Recogniser
) -> tuple[_Found, list[Reading]]:
    """Pieces that hold several words, parted at the gaps between them and read again."""
    parts: list[tuple[Box, Reading | None]] = []
    detected = found.detected
    for at, (box, reading) in enumerate(zip(found.parts, first, strict=True)):
        inner = _words_in(found, box, reading)
        detected += (len(inner) - 1) * (at < found.detected)
        parts += [(part, None) for part in inner] if len(inner) > 1 else [(box, reading)]
    again = iter(_read_tight(found, [box for box, reading in parts if reading is None], reader))
    readings = [reading if reading is not None else next(again) for _, reading in parts]
    return replace(found, parts=[box for box, _ in parts], detected=detected), readings


def _words_in(found: _Found, box: Box, reading: Reading) -> list[Box]:
    """The words of a piece, parted at wide gaps in which nothing is printed."""
    wide = TEXT_GAP if _has_han(reading.text) else FIGURE_GAP
    inner = sorted(pieces([box], found.ink, found.page.rules, found.height, wide))
    grey = found.page.grey
    gaps = (
        grey[round(box[1]) : round(box[3]), round(before[2]) + 2 : round(after[0]) - 2]
        for before, after in pairwise(inner)
    )
    return [box] if any(is_printed(gap) for gap in gaps) else inner


def _has_han(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _found(picture: Pixels, reader: Recogniser, quarters: int) -> _Found | None:
    """Where the words of the page are, after `quarters` turns and one more if text runs upright."""
    page = straight(picture, quarters)
    boxes = reader.find(page.grey)
    if is_tall(boxes):
        page = straight(picture, quarters + 1)
        boxes = reader.find(page.grey)
    if not boxes:
        return None
    # The detector leaves a margin around the ink.
    height = 0.65 * float(np.median([min(b[3] - b[1], b[2] - b[0]) for b in boxes]))
    ink = without_rules(page.ink, page.rules)
    parts = pieces(boxes, ink, page.rules, height)
    rest = pieces(left_over(ink, parts, height), ink, page.rules, height)
    return _Found(page, ink, parts + rest, len(parts), height)


def _is_upside_down(found: _Found, first: Sequence[Reading], reader: Recogniser) -> bool:
    """Whether the longest words read much better upside down."""
    wide = [
        at
        for at, (x0, top, x1, bottom) in enumerate(found.parts)
        if x1 - x0 > _WIDE * (bottom - top)
    ]
    wide = sorted(wide, key=lambda at: found.parts[at][0] - found.parts[at][2])[:12]
    if not wide:
        return False
    score = float(np.mean([first[at].score for at in wide]))
    if score > _DOUBT:
        return False
    crops = [crop(found.page.grey, found.parts[at], found.height, _TIGHT) for at in wide]
    turned = reader.read([np.ascontiguousarray(np.rot90(picture, 2)) for picture in crops])
    return float(np.mean([reading.score for reading in turned])) > score + 0.1


def _judged(found: _Found, first: list[Reading], reader: Recogniser) -> Read:
    """Figures read again, set against their shapes, and what could not be read marked."""
    readings = list(first)
    again = [at for at, part in enumerate(found.parts) if _asks_again(found, part, first[at])]
    red = found.page.colour[..., 0]
    second = reader.read(
        [stretched(crop(red, found.parts[at], found.height, _LOOSE)) for at in again]
    )
    for at, other in zip(again, second, strict=True):
        readings[at] = shaped(
            agreed(first[at], other), _cut(found.ink, found.parts[at]), found.height
        )
    _set_against_shapes(found, readings, again)
    table = _Table(found, readings)
    words = []
    for at, (box, reading) in enumerate(zip(found.parts, readings, strict=True)):
        if not reading.text:
            if table.holds(box):
                words.append(Word(box, Reading(UNREAD, 0.0)))
        elif at < found.detected or table.holds(box) or _is_figure(reading, box, found.height):
            words.append(Word(box, reading))
    return Read(found.page, tuple(words), found.height)


def _is_figure(reading: Reading, box: Box, height: float) -> bool:
    """Whether ink that no detector found outside of any table was read as a figure of that size."""
    usual = 0.6 * height < box[3] - box[1] < 2 * height
    return usual and figure_of(reading.text) is not None


def _asks_again(found: _Found, part: Box, reading: Reading) -> bool:
    """Whether a word may be a figure: read as one, short, unread, or of the shape of a mark."""
    one = len(reading.text) <= 1
    if one or figure_of(reading.text) is not None or not _has_han(reading.text):
        return True
    shape = _cut(found.ink, part)
    return is_dash(shape, found.height) or is_slash(shape)


def _cut(ink: Pixels, box: Box) -> Pixels:
    x0, top, x1, bottom = (round(v) for v in box)
    return ink[top:bottom, x0:x1]


def _set_against_shapes(found: _Found, readings: list[Reading], again: Sequence[int]) -> None:
    """Lower what coloured ink covers and what does not look like what was read.

    Two readings by one recogniser may err alike on a poor page; there only those figures are
    believed whose digits look like others of the page.
    """
    for at in again:
        if coloured_share(found.page.colour, found.parts[at]) > _COLOUR:
            _lower(readings, at, COLOURED)
    # What is in doubt already may be anything, and is no measure for others.
    digits = [
        at
        for at in again
        if readings[at].score > DIFFERENT and _DIGITS.fullmatch(readings[at].text)
    ]
    figures = [figure_in(readings[at].text, found.parts[at], found.ink) for at in digits]
    wrong, proven = doubtful(figures, found.page.grey, found.ink)
    for which in wrong:
        _lower(readings, digits[which], DIFFERENT)
    sure = {digits[which] for which in proven}
    known = [at for at in again if any(c.isdigit() for c in figure_of(readings[at].text) or "")]
    if is_poor(readings, known):
        for at in set(known) - sure:
            _lower(readings, at, UNPROVEN)


def is_poor(readings: Sequence[Reading], known: Sequence[int]) -> bool:
    """Whether a page is so blurred or noisy that its text, or its figures, are often in doubt."""
    unsure = sum(readings[at].score < UNPROVEN for at in known)
    labels = [
        reading.score
        for reading in readings
        if len(reading.text) >= _LABEL and _has_han(reading.text)
    ]
    blurred = len(labels) >= _MANY and float(np.median(labels)) < _BLURRED
    return blurred or (len(known) >= _MANY and unsure > _POOR * len(known))


def _lower(readings: list[Reading], at: int, most: float) -> None:
    readings[at] = replace(readings[at], score=min(readings[at].score, most))


class _Table:
    """Where a page has tables: between rules, or in rows of several figures."""

    def __init__(self, found: _Found, readings: Sequence[Reading]) -> None:
        self._across = [rule for rule in found.page.rules if rule[1] == rule[3]]
        self._far = max(found.page.grey.shape) / 8
        figures = [
            part
            for part, reading in zip(found.parts, readings, strict=True)
            if figure_of(reading.text) is not None
        ]
        self._rows = [
            [other for other in figures if other[1] < (f[1] + f[3]) / 2 < other[3]] for f in figures
        ]

    def holds(self, box: Box) -> bool:
        """Whether a box is in a table."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        near = [r[1] - y for r in self._across if r[0] <= x <= r[2] and abs(r[1] - y) < self._far]
        if any(gap <= 0 for gap in near) and any(gap >= 0 for gap in near):
            return True
        return any(len(row) >= _ROW and any(r[1] < y < r[3] for r in row) for row in self._rows)
