"""Which parts of a page are tables whose columns are not drawn: by rules, and by their texts.

A line that runs over the page, or a heading, ends a table. Lines that are no table stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from gongkai.read.layout_columns import Pieces, pieces_of
from gongkai.read.layout_text import Box, TextLine, box_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gongkai.read.layout_rules import Line, Lines

# A rule so long (points) can be one of a table without vertical rules.
_LONG = 120.0
# Two rules are of one table if they share so much of the shorter one.
_SHARED = 0.5
# A text over so much of the table's width is running text.
_WIDE = 0.6
# A line so much higher than the lines of the table is a heading.
_HIGH = 1.15
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")
# A line with so many texts is one of a table; so many such lines make one without any rules.
_COLUMNS = 3
_ROWS = 2
# Rows follow each other by no more than so many heights.
_NEAR = 3.5
# Lines of a head follow each other by no more than so many heights; a line that begins in so much
# of the table (from the left) stands over no column of figures.
_HEAD_PITCH = 2.6
_LABELS = 0.15
# Words of one label stand on no more than so many lines beside its figures, above and below.
_WRAPPED = 3
# Two rules with nothing between them are of one table if they are no further apart (points).
_EMPTY = 60.0


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the page: its lines of text (as positions in the page's), its rules, its box."""

    lines: tuple[int, ...]
    across: tuple[Line, ...]
    down: tuple[Line, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a page with their texts."""

    lines: Sequence[TextLine]
    pieces: Sequence[Pieces]
    height: float  # of lines that are surely of a table
    width: float  # of the text

    def between(self, top: float, bottom: float, left: float, right: float) -> list[int]:
        """The lines in a box, by their middles and at least in part."""
        return [
            at
            for at, line in enumerate(self.lines)
            if top < line.middle < bottom and line.box[0] < right and line.box[2] > left
        ]

    def is_running(self, at: int, width: float) -> bool:
        """Whether a line is running text or a heading."""
        (first, *others) = self.pieces[at]
        if others:
            return False
        wide = first.box[2] - first.box[0] >= _WIDE * width
        return wide or first.text.height > _HIGH * self.height

    def is_heading(self, at: int) -> bool:
        """Whether a line is the heading of the next table: a numeral, alone, and a head below."""
        if len(self.pieces[at]) > 1 or not _NUMBERED.match(self.lines[at].text):
            return False
        after = self.pieces[at + 1] if at + 1 < len(self.pieces) else []
        beside = bool(after) and self.lines[at + 1].box[1] < self.lines[at].box[3]
        return not beside and len(after) > 1 and not any(p.figure for p in after)

    def has_columns(self, at: int) -> bool:
        """Whether a line has several texts, a figure among them."""
        pieces = self.pieces[at]
        return len(pieces) >= _COLUMNS or (len(pieces) > 1 and any(p.figure for p in pieces))


def regions_of(lines: Sequence[TextLine], rules: Lines, edges: Sequence[Line] = ()) -> list[Region]:
    """The tables that rules do not enclose among lines of text, from top to bottom.

    Args:
        lines: the lines of text outside ruled tables.
        rules: the rules outside of them.
        edges: the upper and lower edges of ruled tables, which may go on above and below.
    """
    pieces = [pieces_of(line, at) for at, line in enumerate(lines)]
    heights = [line.height for line, parts in zip(lines, pieces, strict=True) if len(parts) > 1]
    box = box_of(line.box for line in lines) if lines else (0.0, 0.0, 0.0, 0.0)
    page = _Page(lines, pieces, median(heights) if heights else 0.0, box[2] - box[0])
    stacks = _stacks(page, [*rules.across, *edges])
    own = [stack for stack in stacks if any(rule not in edges for rule in stack)]
    found: list[tuple[list[int], Box]] = []
    taken: set[int] = set()
    for stack in own:
        table = _ruled(page, stack, taken)
        if table is not None:
            found.append(table)
            taken.update(table[0])
    found += _unruled(page, taken)
    return sorted((_region(page, *one, rules) for one in found), key=lambda r: r.box[1])


def _region(page: _Page, lines: Sequence[int], box: Box, rules: Lines) -> Region:
    """Lines of text with the rules among them."""
    x0, top, x1, bottom = box_of([box, *(page.lines[at].box for at in lines)])
    across = [a for a in rules.across if top - 1 <= a.at <= bottom + 1]
    down = [d for d in rules.down if x0 - 1 <= d.at <= x1 + 1]
    return Region(
        tuple(lines),
        tuple(a for a in across if a.end > x0 and a.start < x1),
        tuple(d for d in down if d.end > top and d.start < bottom),
        (x0, top, x1, bottom),
    )


# Tables with horizontal rules


def _stacks(page: _Page, across: Sequence[Line]) -> list[list[Line]]:
    """Long rules above each other with nothing but a table between them."""
    stacks: list[list[Line]] = []
    for rule in sorted((a for a in across if a.end - a.start >= _LONG), key=lambda a: a.at):
        for stack in reversed(stacks):
            if _shares(stack[-1], rule):
                if _is_band(page, stack, rule):
                    stack.append(rule)
                else:
                    stacks.append([rule])
                break
        else:
            stacks.append([rule])
    return [stack for stack in stacks if len(stack) > 1]


def _shares(upper: Line, lower: Line) -> bool:
    shared = min(upper.end, lower.end) - max(upper.start, lower.start)
    return shared >= _SHARED * min(upper.end - upper.start, lower.end - lower.start)


def _is_band(page: _Page, stack: Sequence[Line], lower: Line) -> bool:
    """Whether what stands between the last rule of a stack and the next is part of a table."""
    upper = stack[-1]
    left, right = min(upper.start, lower.start), max(upper.end, lower.end)
    inside = page.between(upper.at, lower.at, left, right)
    if not inside:
        return lower.at - upper.at <= _EMPTY
    if any(page.is_running(at, right - left) or page.is_heading(at) for at in inside):
        return False
    if any(len(page.pieces[at]) > 1 for at in inside):
        return True
    return len(inside) == 1 and not (
        _NUMBERED.match(page.lines[inside[0]].text) and _is_roomy(stack, lower)
    )


def _is_roomy(stack: Sequence[Line], lower: Line) -> bool:
    """Whether there is more room above a rule than between those before it."""
    steps = [b.at - a.at for a, b in pairwise(stack)]
    return not steps or lower.at - stack[-1].at > median(steps) * _HIGH


def _ruled(
    page: _Page, stack: Sequence[Line], taken: Collection[int]
) -> tuple[list[int], Box] | None:
    """The table of a stack of rules; None if its lines have no columns."""
    left, right = min(a.start for a in stack), max(a.end for a in stack)
    inside = page.between(stack[0].at, stack[-1].at, left, right)
    lines = [at for at in inside if at not in taken]
    if not any(len(page.pieces[at]) > 1 for at in lines):
        return None
    return _extended(page, lines, taken), (left, stack[0].at, right, stack[-1].at)


def _extended(page: _Page, lines: list[int], taken: Collection[int]) -> list[int]:
    """With rows above the first rule and below the last, as a page break leaves them."""
    above: list[int] = []
    below: list[int] = []
    while step := _step(page, (above or lines)[0], -1, taken):
        above = sorted(step) + above
    while step := _step(page, (below or lines)[-1], 1, taken):
        below += step
    first = (above or lines)[0]
    return [*_head_above(page, first, taken, [*above, *lines, *below]), *above, *lines, *below]


def _head_above(page: _Page, first: int, taken: Collection[int], table: Sequence[int]) -> list[int]:
    """Lines of a head above the first line of a table: they stand over its columns."""
    box = box_of(page.lines[at].box for at in table)
    start = box[0] + _LABELS * (box[2] - box[0])
    found: list[int] = []
    for at in range(first - 1, -1, -1):
        line, below = page.lines[at], page.lines[at + 1]
        near = below.middle - line.middle <= _HEAD_PITCH * line.height
        if not near or at in taken or page.is_running(at, box[2] - box[0]) or page.is_heading(at):
            break
        if len(page.pieces[at]) == 1 and line.box[0] < start and not _is_beside_next(page, at):
            break
        found.insert(0, at)
    return found


def _step(page: _Page, at: int, by: int, taken: Collection[int]) -> list[int]:
    """The lines of the next row above (`by` -1) or below (1) a line, if there is one.

    Words may stand half a line above and below its figures.
    """
    found: list[int] = []
    for one in range(at + by, len(page.lines) if by > 0 else -1, by):
        step = abs(page.lines[one].middle - page.lines[one - by].middle)
        if step > _NEAR * page.lines[at].height or one in taken:
            break
        found.append(one)
        if page.has_columns(one):
            return found + _beside(page, one, by, taken)
        if len(found) > _WRAPPED or len(page.pieces[one]) > 1 or page.is_running(one, page.width):
            break
    return []


def _beside(page: _Page, at: int, by: int, taken: Collection[int] = ()) -> list[int]:
    """The lines of words that stand half beside a line with figures."""
    found: list[int] = []
    for one in range(at + by, len(page.lines) if by > 0 else -1, by):
        step = abs(page.lines[one].middle - page.lines[one - by].middle)
        if len(page.pieces[one]) > 1 or step >= page.lines[one].height or one in taken:
            break
        found.append(one)
    return found


# Tables without rules


def _unruled(page: _Page, taken: set[int]) -> list[tuple[list[int], Box]]:
    """Runs of lines with columns."""
    found: list[tuple[list[int], Box]] = []
    run: list[int] = []
    for at in range(len(page.lines) + 1):
        if run and (at == len(page.lines) or at in taken or not _goes_on(page, run, at)):
            table = _run(page, run, taken)
            if table is not None:
                found.append(table)
                taken.update(table[0])
            run = []
        if at < len(page.lines) and at not in taken and (run or page.has_columns(at)):
            run.append(at)
    return found


def _goes_on(page: _Page, run: Sequence[int], at: int) -> bool:
    """Whether a line can be part of the table above it."""
    step = page.lines[at].middle - page.lines[run[-1]].middle
    if step > _NEAR * page.lines[run[-1]].height:
        return False
    if len(page.pieces[at]) > 1:
        return True
    if _NUMBERED.match(page.lines[at].text) and not _is_beside_next(page, at):
        return False
    box = box_of(page.lines[i].box for i in run)
    return not page.is_running(at, box[2] - box[0])


def _is_beside_next(page: _Page, at: int) -> bool:
    """Whether a line reaches down beside the next one, as the label of a group does."""
    return at + 1 < len(page.lines) and page.lines[at + 1].box[1] < page.lines[at].box[3]


def _run(page: _Page, run: list[int], taken: Collection[int]) -> tuple[list[int], Box] | None:
    """A run, without lines at its end that have no columns, but with those half beside it."""
    while run and not page.has_columns(run[-1]):
        run = run[:-1]
    if sum(len(page.pieces[at]) >= _COLUMNS for at in run) < _ROWS:
        return None
    if not any(p.figure for at in run for p in page.pieces[at]):
        return None
    above = _head_above(page, run[0], taken, run)
    if not above:
        above = [*reversed(_beside(page, run[0], -1, taken))]
    run = [*above, *run, *_beside(page, run[-1], 1, taken)]
    return run, box_of(page.lines[at].box for at in run)
