"""Drawn rules to tables: pieces of a line joined, lines that touch gathered, cells between them.

It knows lines and boxes. It does not know text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.read.layout_text import Box

# Points. Rules are the same line if they are no further apart (double lines), and touch if they
# miss each other by no more (scans, lines drawn up to a border's edge).
_SAME = 3.0
_TOUCH = 3.0
# Gaps inside a line: between pieces, and between dashes, which are shorter than `_DASH`.
_GAP = 1.5
_DASH_GAP = 6.0
_DASH = 12.0
# What is thicker is no line; what is shorter is none either.
_THICK = 3.0
_SHORT = 6.0
# A wall stands between two places if a rule covers so much of it.
_WALL = 0.6


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line that is horizontal or vertical, in points from the top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal or vertical line: `at` is its y or x, from `start` to `end` along it."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Horizontal and vertical lines that belong together."""

    across: tuple[Line, ...]
    down: tuple[Line, ...]

    @property
    def box(self) -> Box:
        """The box around them."""
        xs = [x for a in self.across for x in (a.start, a.end)] + [d.at for d in self.down]
        ys = [y for d in self.down for y in (d.start, d.end)] + [a.at for a in self.across]
        return (min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a lattice: rows and columns it covers (the last ones not included)."""

    row: int
    row_end: int
    col: int
    col_end: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """The places between lines: `xs` and `ys` are the edges of columns and rows."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    places: tuple[Place, ...]

    @property
    def box(self) -> Box:
        """The box around it."""
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def box_of(self, place: Place) -> Box:
        """The box of a cell."""
        return (
            self.xs[place.col],
            self.ys[place.row],
            self.xs[place.col_end],
            self.ys[place.row_end],
        )


def joined(rules: Iterable[Rule]) -> Lines:
    """Whole lines: pieces, dashes, dots and double lines put together, what is no line left out."""
    across: list[Line] = []
    down: list[Line] = []
    for rule in rules:
        width, height = rule.x1 - rule.x0, rule.bottom - rule.top
        if height <= _THICK and (width > height or width <= _THICK):
            across.append(Line((rule.top + rule.bottom) / 2, rule.x0, rule.x1))
        if width <= _THICK and (height > width or height <= _THICK):
            down.append(Line((rule.x0 + rule.x1) / 2, rule.top, rule.bottom))
    return Lines(_whole(across), _whole(down))


def _whole(pieces: list[Line]) -> tuple[Line, ...]:
    """Pieces on one line as that line."""
    found: list[Line] = []
    for group in _clusters(pieces):
        at = sum(p.at for p in group) / len(group)
        start, end, short = 0.0, -1.0, False
        for piece in sorted(group, key=lambda p: (p.start, p.end)):
            dash = piece.end - piece.start < _DASH
            if end >= start and piece.start - end <= (_DASH_GAP if short and dash else _GAP):
                end = max(end, piece.end)
            else:
                if end - start >= _SHORT:
                    found.append(Line(at, start, end))
                start, end = piece.start, piece.end
            short = dash
        if end - start >= _SHORT:
            found.append(Line(at, start, end))
    return tuple(found)


def _clusters(pieces: Iterable[Line]) -> list[list[Line]]:
    """Pieces by their position across the line; a cluster is no wider than a double line."""
    groups: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda p: p.at):
        if groups and piece.at - groups[-1][0].at <= _SAME:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def gathered(lines: Lines) -> list[Lines]:
    """The lines by groups that touch, from top to bottom."""
    count = len(lines.across)
    parent = list(range(count + len(lines.down)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    order = sorted(range(len(lines.down)), key=lambda i: lines.down[i].at)
    ats = [lines.down[i].at for i in order]
    for i, a in enumerate(lines.across):
        for k in range(bisect_right(ats, a.start - _TOUCH), bisect_right(ats, a.end + _TOUCH)):
            d = lines.down[order[k]]
            if d.start - _TOUCH <= a.at <= d.end + _TOUCH:
                parent[root(count + order[k])] = root(i)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for i, a in enumerate(lines.across):
        groups.setdefault(root(i), ([], []))[0].append(a)
    for i, d in enumerate(lines.down):
        groups.setdefault(root(count + i), ([], []))[1].append(d)
    found = [Lines(tuple(across), tuple(down)) for across, down in groups.values()]
    return sorted(found, key=lambda g: (g.box[1], g.box[0]))


def lattice_of(lines: Lines) -> Lattice | None:
    """The cells between lines that touch; None if they enclose none.

    A frame that is not drawn at an end of the lines is there all the same: horizontal lines
    that reach beyond the last vertical one open a column, vertical ones a row.
    """
    if not lines.across or not lines.down:
        return None
    box = lines.box
    xs = _edges([d.at for d in lines.down], box[0], box[2])
    ys = _edges([a.at for a in lines.across], box[1], box[3])
    if len(xs) < 2 or len(ys) < 2:  # noqa: PLR2004  # one edge encloses nothing
        return None
    beside = _walls(lines.down, xs, ys)
    below = _walls(lines.across, ys, xs)
    return Lattice(tuple(xs), tuple(ys), _places(len(ys) - 1, len(xs) - 1, beside, below))


def _edges(ats: Iterable[float], low: float, high: float) -> list[float]:
    """Positions of edges, near ones as one, with those at both ends."""
    edges: list[float] = []
    for at in sorted((*ats, low, high)):
        if not edges or at - edges[-1] > _SAME:
            edges.append(at)
    return edges


def _walls(
    lines: Sequence[Line], ats: Sequence[float], steps: Sequence[float]
) -> set[tuple[int, int]]:
    """(edge, step) pairs where a line stands; the outer edges are not asked."""
    covered: dict[tuple[int, int], float] = {}
    for line in lines:
        edge = max(0, bisect_right(ats, line.at + _SAME / 1e6) - 1)
        if edge + 1 < len(ats) and abs(ats[edge + 1] - line.at) < abs(ats[edge] - line.at):
            edge += 1
        for step in range(len(steps) - 1):
            inside = min(line.end, steps[step + 1]) - max(line.start, steps[step])
            if inside > 0:
                covered[edge, step] = covered.get((edge, step), 0.0) + inside
    return {
        (edge, step)
        for (edge, step), length in covered.items()
        if length >= _WALL * (steps[step + 1] - steps[step])
    }


def _places(
    rows: int, cols: int, beside: set[tuple[int, int]], below: set[tuple[int, int]]
) -> tuple[Place, ...]:
    """Cells: from the upper left, each as wide and then as high as no wall stops it."""
    taken: set[tuple[int, int]] = set()
    found: list[Place] = []
    for row in range(rows):
        for col in range(cols):
            if (row, col) in taken:
                continue
            end = col + 1
            while end < cols and (end, row) not in beside and (row, end) not in taken:
                end += 1
            last = row + 1
            while last < rows and _is_open(last, (col, end), beside, below, taken):
                last += 1
            taken.update((r, c) for r in range(row, last) for c in range(col, end))
            found.append(Place(row, last, col, end))
    return tuple(found)


def _is_open(
    row: int,
    cols: tuple[int, int],
    beside: set[tuple[int, int]],
    below: set[tuple[int, int]],
    taken: set[tuple[int, int]],
) -> bool:
    """Whether the row goes on a cell of these columns above it: no wall within or between."""
    start, end = cols
    if any((row, col) in below or (row, col) in taken for col in range(start, end)):
        return False
    return not any((col, row) in beside for col in range(start + 1, end))
