"""Where upright rules of a straight page end: strokes of characters above or below are no part.

A stroke of a character that stands in the course of a rule looks like a piece of it, most of all
in large type. The walls of a table end at rules across; where a page breaks a table off they end
together. Pure geometry on ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.read.scan_page import Box, Pixels

#: A wall is drawn over so much of the way between two rules across, a stroke of a character is not.
_DRAWN = 0.8
#: What goes on beyond a rule across without a gap is no stroke of a character.
_WHOLE = 0.97
#: Walls that a page breaks off reach equally far, but for this share.
_TOGETHER = 0.7
#: An upright line of so much of the longer side is a rule whatever it meets.
_LONG = 1 / 8


@dataclass(frozen=True, slots=True)
class _Ends:
    """The drawn lines of a page; `near` is how far from a rule across a wall may end."""

    across: Sequence[Box]
    upright: Sequence[Box]
    ink: Pixels
    near: float

    def crossed(self, x: float) -> list[float]:
        """The heights at which rules across pass a place."""
        return sorted(a[1] for a in self.across if a[0] - self.near <= x <= a[2] + self.near)

    def drawn(self, x: float, top: float, bottom: float) -> float:
        """How much of the way between two heights has ink."""
        y0, y1 = round(top) + 2, round(bottom) - 1
        part = self.ink[y0:y1, max(0, round(x) - 2) : round(x) + 3]
        return float(np.any(part, axis=1).mean()) if part.size else 1.0

    def is_broken_off(self, at: float, over: float) -> bool:
        """Whether the outermost walls through a rule across all end so far beyond it (`over`).

        Args:
            at: the height of the rule across.
            over: how far the wall goes beyond it, downwards if above 0.
        """
        through = sorted(u for u in self.upright if u[1] < at - self.near and u[3] > at + self.near)
        reach = [(u[3] - at if over > 0 else at - u[1]) / abs(over) for u in through]
        alike = [_TOGETHER <= share <= 1 / _TOGETHER for share in reach]
        return sum(alike) > 1 and (alike[0] or alike[-1])


def ended(rules: Sequence[Box], ink: Pixels, near: float) -> list[Box]:
    """The rules without the strokes of characters at the ends of upright ones.

    Args:
        rules: drawn lines, across and upright.
        ink: the page with them.
        near: how far from a rule across a wall may end.
    """
    across = [rule for rule in rules if rule[1] == rule[3]]
    upright = [rule for rule in rules if rule[1] != rule[3]]
    ends = _Ends(across, upright, ink, near)
    walls = [wall for wall in (_wall(wall, ends) for wall in upright) if wall is not None]
    most = _LONG * max(ink.shape)
    return [*(a for a in across if a[2] - a[0] > most or not _is_loose(a, walls, near)), *walls]


def _is_loose(across: Box, walls: Sequence[Box], near: float) -> bool:
    """Whether a line across stands between walls and ends at none of them: strokes side by side."""
    x0, y, x1, _ = across
    beside = [wall[0] for wall in walls if wall[1] - near <= y <= wall[3] + near]
    between = min(beside, default=x0) < x0 and x1 < max(beside, default=x1)
    return between and all(min(abs(x - x0), abs(x - x1)) > near for x in beside)


def _wall(wall: Box, ends: _Ends) -> Box | None:
    """An upright rule as far as it is a wall; None if all of it is strokes of characters."""
    x, top, _, bottom = wall
    heights = ends.crossed(x)
    upper, lower = _end(wall, heights, ends, down=False), _end(wall, heights, ends, down=True)
    if upper is None or lower is None or lower - upper < ends.near:
        return wall if bottom - top > _LONG * max(ends.ink.shape) else None
    return x, upper, x, lower


def _end(wall: Box, heights: Sequence[float], ends: _Ends, *, down: bool) -> float | None:
    """Where a wall ends above or below; None if it meets no rule across."""
    x, top, _, bottom = wall
    end = bottom if down else top
    inner = [y for y in heights if top - ends.near <= y <= bottom + ends.near]
    if not inner:
        return None
    last = inner[-1] if down else inner[0]
    over = end - last
    if abs(over) > ends.near:
        beyond = [y for y in heights if (y > last if down else y < last)]
        whole = beyond and ends.drawn(x, *sorted((last, end))) >= _WHOLE
        if not whole and (beyond or not ends.is_broken_off(last, over)):
            end = last
    before = [y for y in inner if (y < last if down else y > last)]
    if not before:
        return end
    nearest = before[-1] if down else before[0]
    if abs(end - last) <= ends.near and ends.drawn(x, *sorted((nearest, last))) < _DRAWN:
        rest = (x, top, x, nearest) if down else (x, nearest, x, bottom)
        return _end(rest, heights, ends, down=down)
    return end
