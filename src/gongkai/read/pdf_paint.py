"""What of a PDF page can be seen where it is painted: its order, its clips and its colours.

Files carry text that no reader of the page sees: in the colour of the paper, under a white box
with another figure typed over it, cut off by a clip. `pdf_fast` brings the objects of the page in
the order of painting, in upright coordinates; glyphs and tables are not known here.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

from gongkai.read.plane import Matrix, around, moved_box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gongkai.read.plane import Box

#: Red, green, blue and how much lets nothing through, of 255 each.
Colour = tuple[int, int, int, int]

_PAPER: Colour = (255, 255, 255, 255)
# Colours (of 255) that differ by less are one to the eye.
_SAME = 8
# Characters as high as this (points) that differ so little from their ground are a watermark.
_LARGE, _FAINT = 24.0, 96
# Areas are looked up by bands of the page so high (points).
_BAND = 24.0
# A name of marked content that says that a layer can hide it.
_LAYER = "OC"
# Beside its clip a glyph may stand by so much (points).
_NEAR = 0.5


def plain(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:  # noqa: ANN401  # C types
    """A function of the library that takes and gives addresses as plain numbers.

    It is called for each glyph: objects around the addresses would take half of the time.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    made: Callable[..., Any] = ctypes.CFUNCTYPE(result, *arguments)(address)
    return made


ADDRESS = ctypes.c_void_p
_FLOAT = ctypes.POINTER(ctypes.c_float)
_clip_path = plain(pdfium.FPDFPageObj_GetClipPath, ADDRESS, ADDRESS)
_count_paths = plain(pdfium.FPDFClipPath_CountPaths, ctypes.c_int, ADDRESS)
_count_segments = plain(pdfium.FPDFClipPath_CountPathSegments, ctypes.c_int, ADDRESS, ctypes.c_int)
_segment = plain(pdfium.FPDFClipPath_GetPathSegment, ADDRESS, ADDRESS, ctypes.c_int, ctypes.c_int)
_point = plain(pdfium.FPDFPathSegment_GetPoint, ctypes.c_int, ADDRESS, _FLOAT, _FLOAT)
_WHOLE = ctypes.POINTER(ctypes.c_uint)
_fill_colour = plain(
    pdfium.FPDFPageObj_GetFillColor, ctypes.c_int, ADDRESS, _WHOLE, _WHOLE, _WHOLE, _WHOLE
)
_get_bounds = plain(
    pdfium.FPDFPageObj_GetBounds, ctypes.c_int, ADDRESS, _FLOAT, _FLOAT, _FLOAT, _FLOAT
)
_count_marks = plain(pdfium.FPDFPageObj_CountMarks, ctypes.c_int, ADDRESS)


@dataclass(frozen=True, slots=True)
class State:
    """What the objects of the page or of a form share.

    Attributes:
        matrix: from their coordinates to the page's.
        clip: outside of it nothing is seen, upright; None where nothing is cut off.
        solid: whether what they cover is hidden.
        layered: whether a layer can hide them.
        depth: how many forms they stand in.
    """

    matrix: Matrix
    clip: Box | None = None
    solid: bool = True
    layered: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Area:
    """A part of the page painted over; without a colour where it is not known to be one."""

    at: int
    box: Box
    solid: bool
    colour: Colour | None


@dataclass
class Paint:
    """What is painted on one page, from the ground up.

    There may be a text object for each glyph: only its place in the order is kept, and its state
    where it is not the page's own. The page must be open while it is asked for more.
    """

    upright: Callable[..., Box]
    ground: State
    order: dict[int, int] = field(default_factory=dict)
    states: dict[int, State] = field(default_factory=dict)
    bands: dict[int, list[_Area]] = field(default_factory=dict)
    count: int = 0

    def text(self, address: int, state: State) -> None:
        """Keep when a text object is painted, and in which state."""
        self.count += 1
        self.order[address] = self.count
        if state is not self.ground:
            self.states[address] = state

    def _state(self, address: int) -> State:
        return self.states.get(address, self.ground)

    def _box(self, address: int) -> Box:
        return self.upright(*moved_box(bounds(address), self._state(address).matrix))

    def _clip(self, address: int) -> Box | None:
        """Outside of it the glyphs are not seen; None where nothing of them is cut off."""
        clip = self._state(address).clip
        if clip is None:
            return None
        box = self._box(address)
        return None if within(box, clip) == box else clip

    def area(self, box: Box, state: State, colour: Colour | None, *, solid: bool) -> None:
        """Keep that a part of the page is painted over."""
        self.count += 1
        box = within(box, state.clip)
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        area = _Area(self.count, box, solid and state.solid and not state.layered, colour)
        for band in range(int(box[1] // _BAND), int(box[3] // _BAND) + 1):
            self.bands.setdefault(band, []).append(area)

    def is_plain(self, address: int) -> bool:
        """Whether all glyphs of a text object are seen: dark on the paper, nothing over them."""
        if address not in self.order:
            return True
        colour = _colour(address)
        if colour is None or colour[3] < _PAPER[3] or is_faint(colour):
            return False
        if self._clip(address) is not None:
            return False
        if not self.bands:
            return True
        box = self._box(address)
        bands = range(int(box[1] // _BAND), int(box[3] // _BAND) + 1)
        return not any(_meet(area.box, box) for band in bands for area in self.bands.get(band, ()))

    def is_cut(self, box: Box, address: int) -> bool:
        """Whether a glyph of a text object stands outside of what its clip shows."""
        clip = self._clip(address) if address in self.order else None
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return clip is not None and not _holds(clip, x, y, _NEAR)

    def is_seen(self, box: Box, address: int) -> bool:
        """Whether a reader sees a glyph of a text object, and not as a watermark."""
        at = self.order.get(address)
        if at is None:
            return True
        if self.is_cut(box, address):
            return False
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        ground: Colour | None = _PAPER
        for area in reversed(self.bands.get(int(y // _BAND), ())):
            if not _holds(area.box, x, y):
                continue
            if area.at < at:
                ground = area.colour if area.solid else None
                break
            if area.solid:
                return False
        own = _colour(address)
        if ground is None or own is None:
            return True
        *colour, cover = own
        apart = max(abs(a - b) for a, b in zip(colour, ground, strict=False)) * cover / 255
        return apart > (_FAINT if min(box[2] - box[0], box[3] - box[1]) >= _LARGE else _SAME)

    def box_of(self, address: int) -> Box | None:
        """Where a text object is painted."""
        return self._box(address) if address in self.order else None

    def is_layered(self, address: int) -> bool:
        """Whether a layer can hide a text object."""
        return self._state(address).layered


def fill_of(one: Any) -> Colour | None:  # noqa: ANN401  # a C pointer
    """The colour a path is filled with; None where it lets something through or is a pattern."""
    if pdfium.FPDFPageObj_HasTransparency(one):
        return None
    return _colour(one)


def is_faint(colour: Colour | None) -> bool:
    """Whether a colour differs little from that of the paper."""
    if colour is None:
        return False
    least = _PAPER[0] - _FAINT
    return colour[0] >= least and colour[1] >= least and colour[2] >= least


def state_of(one: Any, state: State, upright: Callable[..., Box]) -> State:  # noqa: ANN401  # a C pointer or its address
    """The state an object is painted in: that of what it stands in, with its own clip and layer."""
    path = _clip_path(one)
    paths, marks = _count_paths(path), _count_marks(one)
    if paths <= 0 and marks <= 0:
        return state
    clip = state.clip
    for at in range(max(0, paths)):
        points = list(_points(path, at))
        if points:
            box = upright(*moved_box(around(points), state.matrix))
            clip = within(box, clip)
    layered = state.layered or _is_layered(one)
    return State(state.matrix, clip, state.solid, layered, state.depth)


def within(box: Box, clip: Box | None) -> Box:
    """What of a box is within another."""
    if clip is None:
        return box
    return (
        max(box[0], clip[0]),
        max(box[1], clip[1]),
        min(box[2], clip[2]),
        min(box[3], clip[3]),
    )


def _holds(box: Box, x: float, y: float, near: float = 0.0) -> bool:
    return box[0] - near <= x <= box[2] + near and box[1] - near <= y <= box[3] + near


def _meet(box: Box, other: Box) -> bool:
    across = box[0] <= other[2] + _NEAR and other[0] - _NEAR <= box[2]
    return across and box[1] <= other[3] + _NEAR and other[1] - _NEAR <= box[3]


def bounds(one: Any) -> Box:  # noqa: ANN401  # a C pointer or its address
    """The box of an object, y upwards."""
    x0, y0, x1, y1 = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    _get_bounds(one, x0, y0, x1, y1)
    return (x0.value, y0.value, x1.value, y1.value)


# A place for the answer: it is asked for each text object, one after the other.
_RED, _GREEN, _BLUE, _COVER = (ctypes.c_uint() for _ in range(4))


def _colour(one: Any) -> Colour | None:  # noqa: ANN401  # a C pointer or its address
    if not _fill_colour(one, _RED, _GREEN, _BLUE, _COVER):
        return None
    return (_RED.value, _GREEN.value, _BLUE.value, _COVER.value)


def _points(path: int, at: int) -> Iterator[tuple[float, float]]:
    """The corners of a part of a clip."""
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(_count_segments(path, at)):
        _point(_segment(path, at, number), x, y)
        yield x.value, y.value


def _is_layered(one: Any) -> bool:  # noqa: ANN401  # a C pointer or its address
    """Whether an object stands in marked content that a layer can hide (ISO 32000-1, 8.11.3)."""
    for at in range(_count_marks(one)):
        mark = pdfium.FPDFPageObj_GetMark(ctypes.cast(one, pdfium.FPDF_PAGEOBJECT), at)
        buffer, size = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), size)
        if bytes(buffer).decode("utf-16-le").rstrip("\0") == _LAYER:
            return True
    return False
