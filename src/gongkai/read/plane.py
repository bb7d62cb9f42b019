"""Points, boxes and matrices: the arithmetic of drawn pages, whichever way their y runs.

It knows numbers only: no format, no glyphs and no tables.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Point = tuple[float, float]
#: Two corners (x0, y0, x1, y1), the smaller numbers first.
Box = tuple[float, float, float, float]
#: As in PostScript: (x, y) becomes (ax + cy + e, bx + dy + f).
Matrix = tuple[float, float, float, float, float, float]

UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# Points by which a straight line may leave its direction.
_STRAIGHT = 1.0


def times(first: Matrix, then: Matrix) -> Matrix:
    """One matrix for two, the first applied first."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def moved(point: Point, matrix: Matrix) -> Point:
    """A point under a matrix."""
    a, b, c, d, e, f = matrix
    x, y = point
    return (a * x + c * y + e, b * x + d * y + f)


def around(points: Iterable[Point]) -> Box:
    """The box around some points, of which there is one at least."""
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def moved_box(box: Box, matrix: Matrix) -> Box:
    """The box around a box under a matrix."""
    if matrix == UNIT:
        return box
    x0, y0, x1, y1 = box
    return around(moved((x, y), matrix) for x in (x0, x1) for y in (y0, y1))


def straight_sides(points: Sequence[Point | None]) -> Iterator[Box]:
    """The upright and lying sides of a line through some corners, in points.

    Args:
        points: the corners; None stands where a curve leads to the next one.
    """
    for first, second in pairwise(points):
        if first is None or second is None:
            continue
        if min(abs(first[0] - second[0]), abs(first[1] - second[1])) < _STRAIGHT:
            yield around((first, second))


def turned_box(box: Box, width: float, height: float, quarters: int) -> Box:
    """A box of a page of this size after quarters of a turn clockwise; y runs downwards."""
    x0, top, x1, bottom = box
    for _ in range(quarters % 4):
        x0, top, x1, bottom = height - bottom, x0, height - top, x1
        width, height = height, width
    return (x0, top, x1, bottom)
