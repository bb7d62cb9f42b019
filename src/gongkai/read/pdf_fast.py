"""Pages of a PDF by pdfium: glyphs with their places, drawn lines, pictures.

pdfium is called by its C interface: a call for each glyph and path is what the time goes into.
It is not thread-safe, and hostile files can make it abort: it runs in a worker process. A page
says of itself whether pdfium can be trusted with it.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import pypdfium2.raw as pdfium
from PIL import Image

from gongkai.read.archive import encrypted
from gongkai.read.error import damaged, over_limit
from gongkai.read.layout import Mark, PageLayout, Rule
from gongkai.read.limits import LIMITS
from gongkai.read.pdf_paint import (
    ADDRESS,
    Paint,
    State,
    bounds,
    fill_of,
    is_faint,
    plain,
    state_of,
    within,
)
from gongkai.read.pictured import may_hold_table
from gongkai.read.plane import UNIT, Matrix, Point, around, moved, moved_box, straight_sides, times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from gongkai.read.plane import Box

_KIND = "PDF"
# One of these stands at the end of every whole file (ISO 32000-1, 7.5.5), perhaps before a few
# bytes that a server or a mail program added.
_ENDS = (b"startxref", b"%%EOF")
_TAIL = 4096
# Forms in forms deeper than this are not drawn by any program that makes reports.
_DEPTH = 12
# What is thinner is a line, not a box (points).
_THIN = 3.0
# pdfium's sign for a hyphen at the end of a line.
_HYPHEN = 2
# Text render modes that draw nothing (ISO 32000-1, 9.3.6).
_INVISIBLE = (3, 7)
# A page with so few glyphs and a picture over so much of it is a scan; so is one without glyphs
# whose drawing has so many shapes that they may be letters.
_FEW = 40
_COVERED = 0.5
_SHAPES = 60
# A picture so wide (share of the page) may be a strip of a scan; one over so much of the page is
# its paper.
_WIDE = 0.3
_ALL = 0.9
_MOST_OUTSIDE = 5_000
# A box has so many points at most.
_BOX = 6
# A drawn line has so many points at most, on the average.
_SEGMENTS = 5
# Angles of text, in degrees, may be off by so much.
_TILT = 3.0
#: What annotations print on the page besides its own content: text boxes, stamps, fields.
_PRINTED = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET)
# A picture in which hidden layers are looked for has so many pixels a point; where something is
# drawn, they differ by more than this (of 255).
_FINE, _INK = 2.0, 24
# A shape so high (points) may be a character; the lines of its cell are so near.
_LETTER = (3.0, 25.0)
_CELL = 60.0
# Bytes of a pixel of a rendered picture, the last of which says how much it lets nothing through.
_PIXEL, _OPAQUE = 4, 255
UNKNOWN = "\ufffd"
_BLANKS = frozenset(" \xa0\u3000\t\r\n")


_object_of = plain(pdfium.FPDFText_GetTextObject, ADDRESS, ADDRESS, ctypes.c_int)
_unicode = plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint, ADDRESS, ctypes.c_int)
_angle = plain(pdfium.FPDFText_GetCharAngle, ctypes.c_float, ADDRESS, ctypes.c_int)
_loose_box = plain(
    pdfium.FPDFText_GetLooseCharBox,
    ctypes.c_int,
    ADDRESS,
    ctypes.c_int,
    ctypes.POINTER(pdfium.FS_RECTF),
)
_object_at = plain(pdfium.FPDFPage_GetObject, ADDRESS, ADDRESS, ctypes.c_int)
_form_object = plain(pdfium.FPDFFormObj_GetObject, ADDRESS, ADDRESS, ctypes.c_ulong)
_type_of = plain(pdfium.FPDFPageObj_GetType, ctypes.c_int, ADDRESS)
_font = plain(pdfium.FPDFTextObj_GetFont, ADDRESS, ADDRESS)
_font_name = plain(
    pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, ADDRESS, ctypes.c_char_p, ctypes.c_size_t
)
_render_mode = plain(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ADDRESS)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page.

    Attributes:
        layout: what is drawn, as the page is shown.
        doubtful: glyphs may be misplaced or unknown; another engine should read the page.
        scanned: the page is a picture, its text (if any) is not what a reader sees.
        turned: quarters of a turn, counterclockwise, by which its text is drawn turned.
        pixels: how many pixels the longer side of the page has in the finest of its pictures.
        hidden: glyphs of the file that no reader of the page sees.
        signs: shapes and pictures in tables that a reader sees as characters, each unknown.
    """

    layout: PageLayout
    doubtful: bool = False
    scanned: bool = False
    turned: int = 0
    pixels: float = 0.0
    hidden: tuple[Mark, ...] = ()
    signs: tuple[Mark, ...] = ()


class Pages:
    """An open PDF; use it with `with`. Pages count from 1."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._data = data
        if not any(sign in data[-_TAIL:] for sign in _ENDS):
            # A file that is cut off: what pdfium can save of it may lack pages.
            raise damaged(name, _KIND)
        pdfium.FPDF_InitLibrary()
        self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._document:
            if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
                raise encrypted(name, _KIND)
            raise damaged(name, _KIND)
        self._count: int = pdfium.FPDF_GetPageCount(self._document)
        self._flattened = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pdfium.FPDF_CloseDocument(self._document)

    def __len__(self) -> int:
        return self._count

    def drawn(self, number: int) -> Drawn:
        """What is drawn on a page.

        Raises:
            ReadError: if the page is damaged or breaks a limit.
        """
        page = self._flat(number)
        try:
            return _Page(self._document, page, number, self.name).drawn()
        finally:
            pdfium.FPDF_ClosePage(page)

    def data(self) -> bytes:
        """The file, with what annotations print as part of the pages that were asked for."""
        if not self._flattened:
            return self._data
        parts: list[bytes] = []

        def keep(_: object, start: int, size: int) -> int:
            parts.append(ctypes.string_at(start, size))
            return 1

        target = pdfium.FPDF_FILEWRITE(version=1)
        kind = type(target.WriteBlock)
        target.WriteBlock = kind(keep)
        pdfium.FPDF_SaveAsCopy(self._document, target, pdfium.FPDF_NO_INCREMENTAL)
        return b"".join(parts)

    def image(self, number: int, dpi: float) -> Image.Image:
        """A page as a picture.

        Raises:
            ReadError: if the page is damaged.
        """
        page = self._load(number)
        try:
            scale = dpi / 72
            width = max(1, round(pdfium.FPDF_GetPageWidthF(page) * scale))
            height = max(1, round(pdfium.FPDF_GetPageHeightF(page) * scale))
            return _rendered(page, width, height)
        finally:
            pdfium.FPDF_ClosePage(page)

    def _load(self, number: int) -> Any:  # noqa: ANN401  # a C pointer
        page = pdfium.FPDF_LoadPage(self._document, number - 1)
        if not page:
            raise damaged(self.name, _KIND)
        return page

    def _flat(self, number: int) -> Any:  # noqa: ANN401  # a C pointer
        """The page, with what annotations print on it as part of it."""
        page = self._load(number)
        if not any(_subtype(page, at) in _PRINTED for at in range(_annotations(page))):
            return page
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        self._flattened = True
        pdfium.FPDF_ClosePage(page)
        return self._load(number)


def _annotations(page: Any) -> int:  # noqa: ANN401  # a C pointer
    return min(int(pdfium.FPDFPage_GetAnnotCount(page)), LIMITS.page_marks)


def _subtype(page: Any, at: int) -> int:  # noqa: ANN401  # a C pointer
    annotation = pdfium.FPDFPage_GetAnnot(page, at)
    kind = int(pdfium.FPDFAnnot_GetSubtype(annotation))
    pdfium.FPDFPage_CloseAnnot(annotation)
    return kind


def _rendered(page: Any, width: int, height: int) -> Image.Image:  # noqa: ANN401  # a C pointer
    """The page as grey pixels on white."""
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_ANNOT
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        return Image.frombuffer("RGB", (width, height), data, "raw", "BGR", stride, 1)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the glyphs of one text object share."""

    address: int
    visible: bool
    named: bool  # whether its font has a name; one of drawn glyphs (Type 3) has none
    quarter: int | None  # of a turn, counterclockwise; None for slanted text

    @property
    def unseen(self) -> _Run:
        """The same for a glyph that is not seen."""
        return replace(self, visible=False)


class _Page:
    """One open page: its own coordinates to upright ones from the top left corner."""

    def __init__(self, document: Any, page: Any, number: int, name: str) -> None:  # noqa: ANN401  # C pointers
        self.document = document
        self.page = page
        self.number = number
        self.name = name
        rect = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, rect)
        self.left, self.right = rect.left, rect.right
        self.top, self.bottom = rect.top, rect.bottom
        self.turn = pdfium.FPDFPage_GetRotation(page)
        width, height = self.right - self.left, self.top - self.bottom
        if max(width, height) > LIMITS.page_points:
            raise over_limit(name, f"第 {number} 页过大")
        self.width, self.height = (height, width) if self.turn % 2 else (width, height)
        self.rules: list[Rule] = []
        self.fills: list[Box] = []
        self.pictures: list[Box] = []
        self.signs: list[Box] = []
        self.shapes = self.segments = 0
        self.pixels = 0.0
        self.texts = 0
        self.texts_below = 0  # of them, those that a picture is drawn over
        self.named: dict[int | None, bool] = {}  # font → whether it has a name
        self.paint = Paint(self._upright, State(UNIT))

    def drawn(self) -> Drawn:
        """What is drawn on the page."""
        count = pdfium.FPDFPage_CountObjects(self.page)
        self._objects(count, partial(_object_at, self.page), self.paint.ground)
        marks: list[Mark] = []
        hidden: list[Mark] = []
        outside = 0
        doubtful = False
        quarters = [0, 0, 0, 0]
        glyphs = self._seen(self._marks())
        for mark, run in glyphs:
            if not run.visible:
                hidden.append(mark)
            elif run.quarter is not None:
                doubtful = doubtful or not run.named
                outside += not self._is_on_page(mark)
                quarters[run.quarter] += mark.text not in _BLANKS
                marks.append(mark)
        doubtful = doubtful or self._is_typed_over(glyphs)
        # So many glyphs beside the page are no report; the slower engine would take minutes.
        doubtful = doubtful or 0 < outside < _MOST_OUTSIDE
        printed = sum(quarters)
        unknown = any(is_unknown(mark.text) for mark in marks)
        scanned = self._is_scan(printed, len(hidden))
        layout = PageLayout(
            self.number,
            self.width,
            self.height,
            tuple(mark for mark in marks if not outside or self._is_on_page(mark)),
            tuple(self.rules),
            () if scanned else tuple(filter(self._may_hold_a_table, self.pictures)),
            tuple(self.fills),
        )
        turned = max(range(4), key=quarters.__getitem__)
        signs = (*self._signs(marks), *self._cut_figures(glyphs))
        return Drawn(
            layout, doubtful or unknown, scanned, turned, self.pixels, tuple(hidden), signs
        )

    def _is_scan(self, printed: int, hidden: int) -> bool:
        """Whether what a reader sees is a picture of text."""
        page = self.width * self.height
        covered = sum((b[2] - b[0]) * (b[3] - b[1]) for b in self.pictures) >= _COVERED * page
        if covered and (printed < _FEW or self.texts_below > self.texts / 2):
            return True
        return not printed and (hidden > 0 or self.shapes >= _SHAPES)

    def _may_hold_a_table(self, box: Box) -> bool:
        wide, high = box[2] - box[0], box[3] - box[1]
        return may_hold_table(wide, high) and wide * high < _ALL * self.width * self.height

    def _is_on_page(self, mark: Mark) -> bool:
        across, down = mark.x0 + mark.x1, mark.top + mark.bottom
        return bool(0 <= across <= 2 * self.width and 0 <= down <= 2 * self.height)

    def _upright(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box of the page's own coordinates (y upwards) as the page is shown."""
        if self.turn == 0:
            return (x0 - self.left, self.top - y1, x1 - self.left, self.top - y0)
        if self.turn == 1:
            return (y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left)
        if self.turn == 2:  # noqa: PLR2004  # quarters of a turn, clockwise
            return (self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom)
        return (self.top - y1, self.right - x1, self.top - y0, self.right - x0)

    # Glyphs

    def _marks(self) -> list[tuple[Mark, _Run]]:
        """The glyphs of the page, each with what its object says of it."""
        text = pdfium.FPDFText_LoadPage(self.page)
        try:
            count = pdfium.FPDFText_CountChars(text)
            if count > LIMITS.page_marks:
                raise over_limit(self.name, f"第 {self.number} 页的文字过多")
            return self._glyphs(ctypes.cast(text, ctypes.c_void_p), count)
        finally:
            pdfium.FPDFText_ClosePage(text)

    def _glyphs(self, text: ctypes.c_void_p, count: int) -> list[tuple[Mark, _Run]]:
        found: list[tuple[Mark, _Run]] = []
        runs: dict[int, _Run] = {}
        rect = pdfium.FS_RECTF()
        for at in range(count):
            one = _object_of(text, at)
            if one is None:
                continue  # pdfium adds blanks and line ends of its own
            run = runs.get(one)
            if run is None:
                run = runs[one] = self._run(text, at, one)
            _loose_box(text, at, rect)
            box = self._upright(rect.left, rect.bottom, rect.right, rect.top)
            found.append((Mark(_char(_unicode(text, at)), *box), run))
        return found

    def _seen(self, glyphs: list[tuple[Mark, _Run]]) -> list[tuple[Mark, _Run]]:
        """The glyphs, those marked that are painted where no reader of the page sees them."""
        addresses = {run.address for _, run in glyphs}
        bare = {one for one in addresses if self.paint.is_plain(one)}
        if bare == addresses and not any(self.paint.is_layered(one) for one in addresses):
            return glyphs
        out: list[tuple[Mark, _Run]] = []
        for mark, run in glyphs:
            seen = run.address in bare or self.paint.is_seen(_box(mark), run.address)
            out.append((mark, run if seen else run.unseen))
        layered = [at for at, (_, run) in enumerate(out) if self.paint.is_layered(run.address)]
        if layered:
            width, height = round(_FINE * self.width), round(_FINE * self.height)
            image = _rendered(self.page, max(1, width), max(1, height)).convert("L")
            for at in layered:
                mark, run = out[at]
                if not _has_ink(image, mark):
                    out[at] = (mark, run.unseen)
        return out

    def _signs(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """What may be a character drawn as a shape or a picture.

        It stands between two lines of a table or in a line of text. What a glyph stands in is
        its ground or its frame.
        """
        if not self.signs:
            return ()
        lying = [rule for rule in self.rules if rule.x1 - rule.x0 > rule.bottom - rule.top]
        glyphs = [mark for mark in marks if mark.text not in _BLANKS]
        found = []
        for x0, top, x1, bottom in self.signs:
            x, y = (x0 + x1) / 2, (top + bottom) / 2
            over = [rule.top for rule in lying if rule.x0 <= x <= rule.x1]
            above = any(0 <= y - at <= _CELL for at in over)
            below = any(0 < at - y <= _CELL for at in over)
            inside = any(_is_in(mark, (x0, top, x1, bottom)) for mark in glyphs)
            beside = any(mark.top <= y <= mark.bottom for mark in glyphs)
            if ((above and below) or beside) and not inside:
                count = max(1, round((x1 - x0) / (bottom - top)))
                step = (x1 - x0) / count
                found += [
                    Mark(UNKNOWN, x0 + at * step, top, x0 + (at + 1) * step, bottom)
                    for at in range(count)
                ]
        return tuple(found)

    def _sign(self, box: Box, state: State) -> None:
        """Keep a shape or a picture that is as high as a character, as far as it is seen."""
        seen = within(box, state.clip)
        wide, high = seen[2] - seen[0], seen[3] - seen[1]
        if _LETTER[0] <= high <= _LETTER[1] and 0 < wide <= self.width:
            self.signs.append(seen)

    def _cut_figures(self, glyphs: Sequence[tuple[Mark, _Run]]) -> Iterator[Mark]:
        """Where a clip cuts through a figure: something unknown is part of it there."""
        for first, second in pairwise(glyphs):
            if first[1].address != second[1].address:
                continue
            (mark, run), (other, cut) = (first, second) if first[1].visible else (second, first)
            if not run.visible or cut.visible or not self.paint.is_cut(_box(other), cut.address):
                continue
            if mark.text.isdigit() and other.text.isdigit():
                yield replace(mark, text=UNKNOWN)

    def _is_typed_over(self, glyphs: list[tuple[Mark, _Run]]) -> bool:
        """Whether text stands where other text was hidden.

        pdfium gives one of two equal glyphs at a place, and that may be the hidden one.
        """
        hidden = [one for one in glyphs if not one[1].visible and one[0].text not in _BLANKS]
        if not hidden:
            return False
        shown = {run.address for _, run in glyphs if run.visible}
        boxes = [(one, box) for one in sorted(shown) if (box := self.paint.box_of(one)) is not None]
        return any(
            _is_in(mark, box) for mark, run in hidden for one, box in boxes if one != run.address
        )

    def _run(self, text: ctypes.c_void_p, at: int, one: int) -> _Run:
        """What the object of a glyph says of it."""
        # pdfium counts clockwise, as the page is turned.
        angle = math.degrees(_angle(text, at)) + 90 * self.turn
        quarter = round(angle / 90)
        straight = abs(angle - 90 * quarter) <= _TILT
        font = _font(one)
        if font not in self.named:
            self.named[font] = font is not None and _font_name(font, None, 0) > 1
        return _Run(
            one,
            visible=_render_mode(one) not in _INVISIBLE,
            named=self.named[font],
            quarter=-quarter % 4 if straight else None,
        )

    # Other objects

    def _objects(self, count: int, get: Callable[[int], int], outer: State) -> None:
        """Lines, boxes and pictures among objects; those in forms are entered."""
        if count > LIMITS.page_marks:
            raise over_limit(self.name, f"第 {self.number} 页的内容过多")
        for at in range(count):
            address = get(at)
            kind = _type_of(address)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self.texts += 1
                self.paint.text(address, state_of(address, outer, self._upright))
                continue
            one = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(one, outer)
                continue
            state = state_of(one, outer, self._upright)
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._picture(one, state)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and state.depth < _DEPTH:
                inside = pdfium.FPDFFormObj_CountObjects(one)
                self._objects(inside, partial(_form_object, one), self._in_form(one, state))

    def _in_form(self, one: Any, state: State) -> State:  # noqa: ANN401  # a C pointer
        """The state in which the objects of a form are painted."""
        return State(
            times(_matrix(one), state.matrix),
            state.clip,
            state.solid and not pdfium.FPDFPageObj_HasTransparency(one),
            state.layered,
            state.depth + 1,
        )

    def _path(self, one: Any, outer: State) -> None:  # noqa: ANN401  # a C pointer
        """The lines and filled boxes of a path; what only lines are drawn with hides nothing."""
        curved = False
        self.segments += pdfium.FPDFPath_CountSegments(one)
        if self.segments > _SEGMENTS * LIMITS.page_marks:
            raise over_limit(self.name, f"第 {self.number} 页的线条过多")
        # More than one box, and one of them may be a hole in another.
        solid = pdfium.FPDFPath_CountSegments(one) <= _BOX
        filled = _is_filled(one) and not (solid and _is_thin(bounds(one)))
        state = state_of(one, outer, self._upright) if filled or not solid else outer
        colour = fill_of(one) if filled and solid else None
        if filled and not solid and _is_letter(one):
            self._sign(self._upright(*moved_box(bounds(one), state.matrix)), state)
        for box, is_box in _path_boxes(one):
            shown = self._upright(*moved_box(box, state.matrix))
            if min(shown[2] - shown[0], shown[3] - shown[1]) <= _THIN:
                self.rules.append(Rule(*shown))
            elif is_box:
                self.fills.append(shown)
                self.paint.area(shown, state, colour, solid=colour is not None)
            else:
                curved = True
                self.paint.area(shown, state, None, solid=False)
        self.shapes += curved

    def _picture(self, one: Any, state: State) -> None:  # noqa: ANN401  # a C pointer
        """A picture; one that lets nothing through hides the text drawn before it."""
        box = self._upright(*moved_box(bounds(one), state.matrix))
        self.pictures.append(box)
        width, height = ctypes.c_uint(), ctypes.c_uint()
        pdfium.FPDFImageObj_GetImagePixelSize(one, width, height)
        if box[2] - box[0] >= _WIDE * self.width:
            fine = max(width.value, height.value) / max(box[2] - box[0], box[3] - box[1])
            self.pixels = max(self.pixels, fine * max(self.width, self.height))
        high = box[3] - box[1]
        solid, empty = False, False
        if self.texts or high <= _LETTER[1]:
            solid, empty = self._opacity(one, box)
        self.paint.area(box, state, None, solid=solid)
        if not empty:
            self._sign(box, state)
        covers = (box[2] - box[0]) * (box[3] - box[1]) >= _COVERED * self.width * self.height
        if covers and solid:
            self.texts_below = self.texts

    def _opacity(self, one: Any, box: Box) -> tuple[bool, bool]:  # noqa: ANN401  # a C pointer
        """Whether a picture lets nothing through (no mask, no clear part), and is of one colour."""
        if max(box[2] - box[0], box[3] - box[1]) > LIMITS.page_points:
            return False, False
        bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(self.document, self.page, one)
        if not bitmap:
            return False, False
        try:
            size = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
            data = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        solid = min(data[3::_PIXEL], default=0) == _OPAQUE
        empty = data == data[:_PIXEL] * (len(data) // _PIXEL)
        return solid and not pdfium.FPDFPageObj_HasTransparency(one), empty


def _box(mark: Mark) -> Box:
    return (mark.x0, mark.top, mark.x1, mark.bottom)


def _is_in(mark: Mark, box: Box) -> bool:
    x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _has_ink(image: Image.Image, mark: Mark) -> bool:
    """Whether anything is to be seen in the box of a glyph on a picture of the page."""
    x0, top, x1, bottom = (_FINE * at for at in _box(mark))
    part = image.crop((int(x0), int(top), math.ceil(x1), math.ceil(bottom))).tobytes()
    return bool(part) and max(part) - min(part) > _INK


def _char(code: int) -> str:
    """The character of a code; what is none is unknown."""
    if code == _HYPHEN:
        return "-"
    if not code or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:  # noqa: PLR2004  # Unicode's bounds
        return UNKNOWN
    return chr(code)


def is_unknown(text: str) -> bool:
    """Whether a text is a glyph of which the file does not say what it means."""
    return text == UNKNOWN or "\ue000" <= text <= "\uf8ff"


def _matrix(one: Any) -> Matrix:  # noqa: ANN401  # a C pointer
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(one, found)
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _is_filled(one: Any) -> bool:  # noqa: ANN401  # a C pointer
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(one, fill, stroke)
    return bool(fill.value)


def _is_letter(one: Any) -> bool:  # noqa: ANN401  # a C pointer
    """Whether a path may be a character: dark, not too high, with a curve or a slanted side."""
    box, colour = bounds(one), fill_of(one)
    if max(box[2] - box[0], box[3] - box[1]) > _LETTER[1] * 4 or is_faint(colour):
        return False
    parts = list(_subpaths(one, UNIT))
    return any(len(list(straight_sides(part))) < len(part) - 1 for part in parts)


def _is_thin(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) <= _THIN


def _path_boxes(one: Any) -> Iterator[tuple[Box, bool]]:  # noqa: ANN401  # a C pointer
    """The lines of a path as thin boxes, and what it fills; y upwards.

    True for what has straight sides only: a curve may be a letter.
    """
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(one, fill, stroke)
    if not fill.value and not stroke.value:
        return
    x0, y0, x1, y1 = bounds(one)
    if min(x1 - x0, y1 - y0) <= _THIN:
        yield (x0, y0, x1, y1), True
        return
    for points in _subpaths(one, _matrix(one)):
        yield from _lines(points, stroked=bool(stroke.value), filled=bool(fill.value))


def _subpaths(one: Any, matrix: Matrix) -> Iterator[list[Point | None]]:  # noqa: ANN401  # a C pointer
    """The corners of each part of a path; None stands where a curve leads to the next corner."""
    points: list[Point | None] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(pdfium.FPDFPath_CountSegments(one)):
        segment = pdfium.FPDFPath_GetPathSegment(one, at)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = moved((x.value, y.value), matrix)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if points:
                yield points
            points = [point]
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            points.append(point)
        else:
            points += [None, point]
        if pdfium.FPDFPathSegment_GetClose(segment) and points[-1] != points[0]:
            points.append(points[0])
    if points:
        yield points


def _lines(
    points: list[Point | None], *, stroked: bool, filled: bool
) -> Iterator[tuple[Box, bool]]:
    """The straight sides of a part that is stroked, the box of one that is filled."""
    box = around(p for p in points if p is not None)
    sides = list(straight_sides(points))
    straight = len(sides) == len(points) - 1
    if filled or min(box[2] - box[0], box[3] - box[1]) <= _THIN or not straight:
        yield box, straight
    if stroked:
        yield from ((side, True) for side in sides)
