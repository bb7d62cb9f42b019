"""Columns that are not drawn: found where texts leave gaps above each other.

It knows figures from words, but no label and no rows.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.read.layout_text import Box, TextLine, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.read.layout_rules import Line
    from gongkai.read.layout_text import Mark

# In heights of a line: a gap so wide parts two texts.
_GAP = 0.7
# A smaller one does, where columns part.
_LEAST_GAP = 0.15
# So many digits across the edge of a column may be those of two figures.
_GLUED = 3
# So many texts show where a column is.
_PEERS = 2
# A number with a sign before and a unit behind it, or what is printed for none.
_FIGURE = re.compile(
    r"[+\-−增减]?\s*\d(?:[\d,，\s]*\d)?(?:\s*\.[\d\s]*\d)?\s*[\u4e00-\u9fff]{0,2}"
    r"|[-−—–―─/\\]+|[无?]"
)
# A longer text is no figure.
_LONGEST = 40
# Lines are half beside each other if they share so much of their height.
_BESIDE = 0.2
# Text may reach over the edge of its column by so many points.
_OVER = 1.5
# A line of so many figures and nothing else has no label before them.
_ALL_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with gaps on both sides; `row` is the line of the table it stands on."""

    text: TextLine
    row: int
    figure: bool

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.text.box


#: The texts of one line, from left to right.
Pieces = list[Piece]


def is_figure(text: str) -> bool:
    """Whether a text is what stands in a cell for figures: a number, or a mark for none."""
    if len(text) > _LONGEST:
        return False
    return _FIGURE.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def pieces_of(line: TextLine, row: int = 0, walls: Iterable[float] = ()) -> Pieces:
    """The texts of a line, parted at wide gaps and at walls (x positions)."""
    groups: list[list[Mark]] = []
    end = 0.0
    for mark in line.marks:
        wide = mark.x0 - end > _GAP * (mark.bottom - mark.top)
        if groups and not wide and not any(end - _OVER <= x <= mark.x0 + _OVER for x in walls):
            groups[-1].append(mark)
        else:
            groups.append([mark])
            end = mark.x1
        end = max(end, mark.x1)
    whole = len(groups) == 1
    texts = [line] if whole else [text for group in groups if (text := line_of(group)) is not None]
    return [Piece(text, row, is_figure(text.text)) for text in texts]


def parted(pieces: Pieces, separators: Sequence[float]) -> Pieces:
    """Texts parted where a column ends in them and a figure begins: columns may stand close."""
    found: Pieces = []
    for piece in pieces:
        cuts = [x for x in separators if _is_across(piece, x)] if len(piece.text.marks) > 1 else []
        found += _cut(piece, cuts) if cuts else [piece]
    return found


def _cut(piece: Piece, cuts: Sequence[float]) -> Pieces:
    """A text parted at its gaps next to these positions, if what follows them are figures."""
    marks = piece.text.marks
    gaps = [
        at
        for at in range(1, len(marks))
        if marks[at].x0 - marks[at - 1].x1 > _LEAST_GAP * piece.text.height
    ]
    if not gaps:
        return [piece]
    ends = {min(gaps, key=lambda at: abs(marks[at].x0 - x)) for x in cuts}
    starts = [0, *sorted(ends), len(marks)]
    texts = [text for a, b in pairwise(starts) if (text := line_of(marks[a:b])) is not None]
    parts = [Piece(text, piece.row, is_figure(text.text)) for text in texts]
    return parts if all(part.figure for part in parts[1:]) else [piece]


@dataclass(frozen=True, slots=True)
class Gap:
    """Room between two texts side by side; `figures` says that both are figures."""

    start: float
    end: float
    figures: bool = False


def gaps_of(lines: Sequence[Pieces]) -> list[Gap]:
    """The room between neighbours on a line, and on lines that stand half beside each other."""
    gaps = [
        Gap(left.box[2], right.box[0], left.figure and right.figure)
        for line in lines
        for left, right in pairwise(line)
    ]
    beside: list[Box] = []
    bottom = 0.0
    for line in lines:
        boxes = [p.box for p in line]
        height = max(p.text.height for p in line)
        if min(box[1] for box in boxes) > bottom - _BESIDE * height:
            gaps += _between(beside)
            beside = []
        beside += boxes
        bottom = max(box[3] for box in boxes)
    return gaps + _between(beside)


def _between(boxes: list[Box]) -> list[Gap]:
    """The room that these texts, taken together, leave free."""
    gaps: list[Gap] = []
    end = float("inf")
    for box in sorted(boxes):
        if box[0] - end > 2 * _OVER:
            gaps.append(Gap(end, box[0]))
        end = max(end, box[2]) if end < float("inf") else box[2]
    return gaps


def separators_of(lines: Sequence[Pieces], ends: Sequence[float] = ()) -> list[float]:
    """As few x positions as part all neighbours on all lines, where they cut the fewest texts.

    Args:
        lines: the texts of each line.
        ends: where rules end inside the table: columns end there too.
    """
    gaps = [(gap.end, gap.start) for gap in gaps_of(lines)]
    gaps = sorted([*gaps, *((x + _OVER, x - _OVER) for x in ends)])
    free: list[tuple[float, float]] = []
    for end, start in gaps:
        if free and start < free[-1][1]:
            free[-1] = (max(free[-1][0], start), free[-1][1])
        else:
            free.append((start, end))
    spans = sorted({(p.box[0], p.box[2], len(line)) for line in lines for p in line})
    return [_best(low, high, spans) for low, high in free]


def _best(low: float, high: float, spans: Sequence[tuple[float, float, int]]) -> float:
    """The position between two that cuts the fewest texts, in the middle of its room.

    A text that has many others beside it counts for more: one that is alone on its line may stand
    over several columns.
    """
    if low >= high:  # texts that reach over each other leave no room
        return (low + high) / 2
    near = [span for span in spans if span[0] < high and span[1] > low]
    stops = sorted({low, high, *(x for span in near for x in span[:2] if low < x < high)})
    rooms = [
        (sum(n for start, end, n in near if start < (a + b) / 2 < end), a - b, (a + b) / 2)
        for a, b in pairwise(stops)
    ]
    return min(rooms)[2]


class Columns:
    """The columns of a table: `edges`, where those of figures begin, and where texts stand.

    A part of the table with a head of its own may have fewer columns than another: an edge
    counts in a part only where no figure of it stands across, or where it parts two figures. A
    figure that stands across one all the same begins at an edge of its own: no head can claim it.
    """

    def __init__(
        self,
        lines: Sequence[Pieces],
        box: Box,
        separators: Sequence[float],
        down: Sequence[Line] = (),
    ) -> None:
        self.lines = lines
        self.down = down
        self.edges = [box[0], *separators, box[2]]
        self._divide(box)
        own = {
            p.box[0] - _OVER
            for part, active in zip(self.parts, self._active, strict=True)
            for row in part
            for p in lines[row]
            if p.figure and any(_is_across(p, self.edges[at]) for at in active)
            if not self.is_doubtful(p)
        }
        if own:
            self.edges = sorted({*self.edges, *own})
            self._divide(box)

    def _divide(self, box: Box) -> None:
        """Work out what follows from the edges."""
        self._spans: dict[int, tuple[int, int]] = {}  # identity of a text → its edges
        self.first = self._first(box)
        self.parts = self._parts()
        self._counts_of = [sum(p.figure for p in line) for line in self.lines]
        self._most = {p.start: max(self._counts_of[p.start : p.stop]) for p in self.parts}
        self._gaps = {p.start: gaps_of(self.lines[p.start : p.stop]) for p in self.parts}
        self._active = [self._of_part(part) for part in self.parts]
        self._part_of = [at for at, part in enumerate(self.parts) for _ in part]

    def _first(self, box: Box) -> float:
        """The edge at which the columns of figures begin."""
        xs: list[float] = []
        for line in sorted(self.lines, key=lambda line: -sum(p.figure for p in line)):
            bare = len(line) >= _ALL_FIGURES and all(p.figure for p in line)
            own = [p for at, p in enumerate(line) if p.figure and (at > 0 or bare)]
            if xs and len(own) <= 1:
                break  # lines with several figures know better
            xs += [p.box[0] for p in own]
        first = min(xs, default=box[0])
        return max((x for x in self.edges if x <= first + _OVER), default=box[0])

    def has_figures(self, line: Pieces) -> bool:
        """Whether figures stand where figures belong."""
        return any(p.figure and p.box[2] > self.first for p in line)

    def is_head(self, line: Pieces) -> bool:
        """Whether words stand over the columns of figures, and no figures."""
        return not self.has_figures(line) and any(p.box[2] > self.first + _OVER for p in line)

    def is_of_group(self, piece: Piece) -> bool:
        """Whether a label stands in a column left of the last column of labels."""
        _, end = self.span(piece)
        return not piece.figure and self.edges[end] < self.first

    def is_doubtful(self, piece: Piece) -> bool:
        """Whether the column of a figure is not certain, in a row that has too few figures.

        It may be two figures if it stands across an edge, and another column's if it stands
        beside all others of its own.
        """
        part = self.parts[self._part_of[piece.row]]
        if not piece.figure or self._counts_of[piece.row] == self._most[part.start]:
            return False
        if any(_is_across(piece, self.edges[at]) for at in self.edges_at(piece.row)):
            return sum(c.isdigit() for c in piece.text.text) >= _GLUED
        own = self.span(piece)
        peers = [
            p
            for row in part
            for p in self.lines[row]
            if p is not piece and p.box[2] > self.first and self.span(p) == own
        ]
        beside = all(p.box[2] <= piece.box[0] or p.box[0] >= piece.box[2] for p in peers)
        return len(peers) >= _PEERS and beside

    def _parts(self) -> list[range]:
        """Parts of the table with a head of their own, as ranges of lines."""
        starts = [0]
        figures = False
        for at, line in enumerate(self.lines):
            if figures and self.is_head(line):
                starts.append(at)
                figures = False
            figures = figures or self.has_figures(line)
        return [range(a, b) for a, b in pairwise([*starts, len(self.lines)])]

    def _of_part(self, part: range) -> list[int]:
        """The edges that count in a part."""
        inner = range(1, len(self.edges) - 1)
        return [0, *(at for at in inner if self._counts(self.edges[at], part)), len(self.edges) - 1]

    def _counts(self, x: float, part: range) -> bool:
        lines = [self.lines[row] for row in part]
        across = [
            p for line in lines for p in line if p.box[0] < x - _OVER and p.box[2] > x + _OVER
        ]
        parted = [
            gap.figures
            for gap in self._gaps[part.start]
            if gap.start <= x + _OVER and gap.end >= x - _OVER
        ]
        if any(p.figure for p in across):
            return any(parted) or any(
                abs(d.at - x) <= _OVER and d.start < p.text.middle < d.end
                for d in self.down
                for line in lines
                for p in line
            )
        return not across or bool(parted)

    def edges_at(self, row: int) -> list[int]:
        """The edges that count on a line."""
        return self._active[self._part_of[row]]

    def span(self, piece: Piece) -> tuple[int, int]:
        """The edges between which a text stands."""
        known = self._spans.get(id(piece))
        if known is not None:
            return known
        active = self.edges_at(piece.row)
        xs = [self.edges[at] for at in active]
        end = max(1, min(len(xs) - 1, bisect_left(xs, piece.box[2] - _OVER)))
        start = min(max(0, bisect_right(xs, piece.box[0] + _OVER) - 1), end - 1)
        found = self._spans[id(piece)] = active[start], active[end]
        return found


def _is_across(piece: Piece, x: float) -> bool:
    """Whether a text stands on both sides of an edge."""
    return piece.box[0] < x - _OVER and piece.box[2] > x + _OVER
