"""The picture of a page made straight: quarter turns, skew, keystone, and the drawn rules.

Pure geometry on pixels; no text is recognised here. Angles are in degrees, places in pixels of
the straight picture unless a name says otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from gongkai.read.scan_ends import ended

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint8]"
Box: TypeAlias = tuple[float, float, float, float]

#: Longer side of the picture that is worked on: an A4 page of 180 to 300 dpi.
LEAST_SIDE, MOST_SIDE = 2100, 3510
#: Longer side of the picture in which angles are measured.
_SMALL = 1100
#: A page that is skewed more than this is not straightened, in degrees.
_SKEW = 6.0
#: What counts as a rule, as shares of the longer side: least length across and upright.
_ACROSS, _UPRIGHT = 1 / 30, 1 / 55
#: Gaps in a rule that are bridged: two tables stand further apart.
_BRIDGE = 1 / 200
#: Pixels by which the next piece of a rule may stand beside its course.
_STEP = 4
#: Fewer lines say nothing of how a page is bent; more than these determine all four terms.
_LEAST_LINES, _ENOUGH_LINES = 3, 5
_BLOCK = 1 / 45
#: Ink is darker than paper by such a share of what the darkest strokes are, and of so many greys;
#: a thin rule beside dark text by the other share.
_INK, _FAINT = 0.25, 0.15
_LEAST_INK = 88.0
#: Greys that the noise of paper does not often reach.
_NOISE = 20
#: Rows that are mapped at once: the places of a whole page would fill the memory.
_BAND = 128


@dataclass(frozen=True, slots=True)
class Warp:
    """Where a place of the straight picture was in the picture as scanned.

    `matrix` undoes scale, quarter turns and skew; `across` and `upright` are the coefficients of
    the small bends that are added before (see `_bend`).
    """

    matrix: tuple[float, ...]
    centre: tuple[float, float]
    across: tuple[float, ...] = (0.0,) * 4
    upright: tuple[float, ...] = (0.0,) * 4

    def places(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """The places as scanned, one row for x and one for y."""
        u, v = x - self.centre[0], y - self.centre[1]
        bent_y = y + _bend(self.across, u, v)
        bent_x = x + _bend(self.upright, v, u)
        a, b, c, d, e, f = self.matrix
        return np.array([a * bent_x + b * bent_y + c, d * bent_x + e * bent_y + f])

    def box(self, box: Box) -> Box:
        """The upright box around a box of the straight picture, in the picture as scanned."""
        x0, top, x1, bottom = box
        xs, ys = self.places(np.array([x0, x1, x1, x0]), np.array([top, top, bottom, bottom]))
        return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def _bend(
    coefficients: tuple[float, ...], along: NDArray[np.float64], beside: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far a line leaves its straight course; nothing at the centre of the page."""
    a, b, c, d = coefficients
    bent: NDArray[np.float64] = along * (a + b * beside) + along * along * (c + d * beside)
    return bent


@dataclass(frozen=True, slots=True)
class Straight:
    """A page made straight: RGB, grey, ink (255 where dark), rules and the way back."""

    colour: Pixels
    grey: Pixels
    ink: Pixels
    rules: tuple[Box, ...]
    warp: Warp


def ink_of(grey: Pixels, share: float = _INK) -> Pixels:
    """255 where a pixel is darker than its surroundings: shades of the paper do not count.

    Args:
        grey: the page.
        share: how dark ink is at least, of the darkest strokes.
    """
    block = round(max(grey.shape) * _BLOCK) | 1
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    near = cv2.boxFilter(smooth, -1, (block, block))
    contrast = np.asarray(cv2.subtract(near, smooth), dtype=np.uint8)
    return np.where(contrast > _threshold(contrast, share), 255, 0).astype(np.uint8)


def _threshold(contrast: Pixels, share: float) -> float:
    """How much darker ink is than paper: a share of what the darkest strokes have."""
    strokes = contrast[contrast > _NOISE]
    if not strokes.size:
        return 255.0
    return max(_LEAST_INK * share, share * float(np.percentile(strokes, 90)))


def skew_of(grey: Pixels) -> float:
    """The angle by which rows of ink rise to the left, at most `_SKEW` either way."""
    scale = min(1.0, _SMALL / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = ink_of(np.asarray(small, dtype=np.uint8))
    coarse = max(np.arange(-_SKEW, _SKEW + 0.01, 0.5), key=lambda a: _sharpness(ink, a))
    fine = max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=lambda a: _sharpness(ink, a))
    best = max(np.arange(fine - 0.1, fine + 0.11, 0.02), key=lambda a: _sharpness(ink, a))
    return round(float(best), 2)


def _sharpness(ink: Pixels, angle: float) -> float:
    """How much neighbouring rows of pixels differ once the picture is sheared by an angle."""
    height, width = ink.shape
    shear = np.array([[1, 0, 0], [-math.tan(math.radians(angle)), 1, 0]], dtype=np.float64)
    shear[1, 2] = -shear[1, 0] * width / 2
    rows = cv2.warpAffine(ink, shear, (width, height), flags=cv2.INTER_LINEAR).sum(axis=1)
    return float(np.square(np.diff(rows.astype(np.float64))).sum())


def straight(picture: Pixels, quarters: int = 0) -> Straight:
    """The page upright, straight and at a workable size.

    Args:
        picture: RGB as scanned.
        quarters: quarter turns, counter-clockwise, that put it upright.
    """
    turned = np.ascontiguousarray(np.rot90(picture, quarters))
    skew = skew_of(_grey(turned))
    # A strip that is longer than a sheet has the letters of a sheet.
    side = max(turned.shape[1], min(turned.shape[0], 1.5 * turned.shape[1]))
    scale = min(max(side, LEAST_SIDE), MOST_SIDE) / side
    forward = _turn(picture.shape, quarters, skew, scale)
    size = (round(turned.shape[1] * scale), round(turned.shape[0] * scale))
    matrix = cv2.invertAffineTransform(forward)
    warp = Warp(tuple(float(v) for v in matrix.ravel()), (size[0] / 2, size[1] / 2))
    rough = _seen(picture, warp, size)
    rules = _rules_in(_grey(rough))
    bends = bends_of(rules, size)
    if bends is not None:
        warp = Warp(warp.matrix, warp.centre, *bends)
        rough = _seen(picture, warp, size)
        rules = _rules_in(_grey(rough))
    grey = _grey(rough)
    ink, near = ink_of(grey), max(size) / 150
    boxes = snapped(ended([line.box for line in rules], ink, near), near)
    return Straight(rough, grey, ink, boxes, warp)


def _grey(picture: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _turn(shape: tuple[int, ...], quarters: int, skew: float, scale: float) -> NDArray[np.float64]:
    """The affine map from the picture as scanned to the straight one."""
    height, width = shape[:2]
    maps = {
        0: np.eye(3),
        1: np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]]),
        2: np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]]),
        3: np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]]),
    }
    wide, high = (height, width) if quarters % 2 else (width, height)
    rotation = np.eye(3)
    rotation[:2] = cv2.getRotationMatrix2D((wide / 2, high / 2), skew, 1.0)
    enlarged = np.diag([scale, scale, 1.0])
    enlarged[:2, 2] = (scale - 1) / 2
    whole: NDArray[np.float64] = (enlarged @ rotation @ maps[quarters % 4])[:2]
    return whole


def _seen(picture: Pixels, warp: Warp, size: tuple[int, int]) -> Pixels:
    """The picture through the warp, some rows at a time; what lies outside is paper."""
    paper = [float(v) for v in np.median(picture[::8, ::8], axis=(0, 1))]
    bands = []
    for top in range(0, size[1], _BAND):
        bottom = min(top + _BAND, size[1])
        ys, xs = np.mgrid[top:bottom, 0 : size[0]].astype(np.float64)
        places = warp.places(xs, ys).astype(np.float32)
        seen = cv2.remap(
            picture,
            places[0],
            places[1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=paper,
        )
        bands.append(np.asarray(seen, dtype=np.uint8))
    return np.concatenate(bands)


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line: points along its course, and whether it is upright."""

    along: tuple[float, ...]
    beside: tuple[float, ...]
    upright: bool

    @property
    def length(self) -> float:
        """From end to end."""
        return self.along[-1] - self.along[0]

    @property
    def box(self) -> Box:
        """The straight line it is meant to be."""
        at = float(np.median(self.beside))
        if self.upright:
            return at, self.along[0], at, self.along[-1]
        return self.along[0], at, self.along[-1], at


def _rules_in(grey: Pixels) -> tuple[Line, ...]:
    return rules_of(ink_of(grey), ink_of(grey, _FAINT))


def rules_of(ink: Pixels, faint: Pixels | None = None) -> tuple[Line, ...]:
    """Lines across and upright; an upright line must meet a line across, or be long.

    Args:
        ink: the page.
        faint: its ink with what is less dark, in which lines across are looked for.
    """
    side = max(ink.shape)
    across = _lines(ink if faint is None else faint, round(side * _ACROSS), upright=False)
    upright = _lines(ink, round(side * _UPRIGHT), upright=True)
    near = side / 150
    met = [line for line in upright if line.length > side / 8 or _meets(line, across, near)]
    return (*across, *met)


def snapped(rules: list[Box], near: float) -> tuple[Box, ...]:
    """The rules, each end moved to the rule it nearly meets: ends are where ink fades first."""
    across = [r for r in rules if r[1] == r[3]]
    upright = [r for r in rules if r[1] != r[3]]
    out: list[Box] = []
    for x0, y, x1, _ in across:
        ends = [u[0] for u in upright if u[1] - near <= y <= u[3] + near]
        out.append((_nearest(x0, ends, near), y, _nearest(x1, ends, near), y))
    for x, top, _, bottom in upright:
        ends = [a[1] for a in across if a[0] - near <= x <= a[2] + near]
        out.append((x, _nearest(top, ends, near), x, _nearest(bottom, ends, near)))
    return tuple(out)


def _nearest(end: float, places: list[float], near: float) -> float:
    """The nearest of the places, if one is near."""
    best = min(places, key=lambda place: abs(place - end), default=end)
    return best if abs(best - end) <= near else end


def _meets(line: Line, across: Iterable[Line], near: float) -> bool:
    x = float(np.median(line.beside))
    return any(
        other.along[0] - near <= x <= other.along[-1] + near
        and line.along[0] - near <= float(np.median(other.beside)) <= line.along[-1] + near
        for other in across
    )


def _lines(ink: Pixels, least: int, *, upright: bool) -> list[Line]:
    """Long thin runs of ink in one direction; gaps are bridged, thick bars are none."""
    field = np.ascontiguousarray(ink.T) if upright else ink
    thick = max(6, max(ink.shape) // 200)
    gap = round(max(ink.shape) * _BRIDGE)
    soft = cv2.dilate(field, np.ones((3, 1), np.uint8))
    whole = cv2.morphologyEx(soft, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    # Pieces of a broken rule are as short as strokes: they count if they go on a whole one.
    runs = cv2.morphologyEx(soft, cv2.MORPH_OPEN, np.ones((1, least // 2), np.uint8))
    runs = cv2.bitwise_and(runs, cv2.dilate(field, np.ones((1, 3), np.uint8)))
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    lines = []
    for at in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[at])
        if width < least or area / width > thick:
            continue
        part = labels[y : y + height, x : x + width] == at
        if not (whole[y : y + height, x : x + width][part] > 0).any():
            continue
        lines.append(_line(part, x, y, upright=upright))
    return _bridged(lines, gap)


def _line(part: NDArray[np.bool_], x: int, y: int, *, upright: bool) -> Line:
    """The course of a component: the mean height of each of its pieces."""
    columns = np.flatnonzero(part.any(axis=0))
    rows = np.arange(part.shape[0])[:, None]
    middle = (part * rows).sum(axis=0)[columns] / part.sum(axis=0)[columns]
    pieces = min(24, len(columns))
    along = [float(piece.mean()) + x for piece in np.array_split(columns, pieces)]
    beside = [float(np.median(piece)) + y for piece in np.array_split(middle, pieces)]
    along[0], along[-1] = float(columns[0] + x), float(columns[-1] + x)
    return Line(tuple(along), tuple(beside), upright)


def _bridged(lines: list[Line], gap: float) -> list[Line]:
    """Lines that go on in the same course after a gap, as one."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda found: found.along[0]):
        for at, before in enumerate(out):
            ahead = line.along[0] - before.along[-1]
            aside = abs(line.beside[0] - before.beside[-1])
            if -gap <= ahead <= gap and aside <= _STEP and line.along[-1] > before.along[-1]:
                kept = [i for i, place in enumerate(line.along) if place > before.along[-1]]
                out[at] = Line(
                    before.along + tuple(line.along[i] for i in kept),
                    before.beside + tuple(line.beside[i] for i in kept),
                    line.upright,
                )
                break
        else:
            out.append(line)
    return out


def bends_of(
    lines: Iterable[Line], size: tuple[int, int]
) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """The small bends that make all long lines straight; None where there is nothing to gain."""
    found = list(lines)
    across = _bends([line for line in found if not line.upright], size[0], size[1])
    upright = _bends([line for line in found if line.upright], size[1], size[0])
    if across is None and upright is None:
        return None
    none = (0.0,) * 4
    return across or none, upright or none


def _bends(lines: list[Line], length: float, width: float) -> tuple[float, ...] | None:
    """Least squares for the four coefficients of `_bend`, one unknown height a line.

    Few or short lines allow only the terms that they determine.
    """
    long = [line for line in lines if line.length > length / 6]
    if len(long) < _LEAST_LINES:
        return None
    reach = max(line.along[-1] for line in long) - min(line.along[0] for line in long)
    terms = 4 if len(long) > _ENOUGH_LINES and reach > length / 2 else 2
    u = np.concatenate([np.array(line.along) - length / 2 for line in long])
    beside = np.concatenate([np.array(line.beside) for line in long])
    v = np.concatenate([np.full(len(line.along), np.mean(line.beside)) for line in long])
    v = v - width / 2
    which = np.concatenate([np.full(len(line.along), at) for at, line in enumerate(long)])
    one = (which[:, None] == np.arange(len(long))[None, :]).astype(np.float64)
    bent = np.stack([u, u * v, u * u, u * u * v], axis=1)[:, :terms]
    scales = np.abs(bent).max(axis=0)
    solved, *_ = np.linalg.lstsq(np.hstack([bent / scales, one]), beside, rcond=None)
    found = solved[:terms] / scales
    gain = np.abs(bent @ found).max()
    if gain < 1.0 or gain > length / 25:
        return None
    return (*(float(c) for c in found), *([0.0] * (4 - terms)))
