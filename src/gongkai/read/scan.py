"""Pictures of pages to blocks: PNG, JPEG, TIFF, and the pages of other formats that are pictures.

The characters are recognised by the extra `gongkai[ocr]`; this module is what other readers see
of it and imports it only when a page asks for it. Every word has a confidence from 0 to 1; what
it means is written at `recognised`.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from gongkai.read.error import ReadError, damaged, over_limit, refused
from gongkai.read.layout import Mark, PageLayout, Rule, blocks_of
from gongkai.read.limits import LIMITS
from gongkai.read.sandbox import allow_page
from gongkai.read.upright import relocated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Block, Locus
    from gongkai.read.scan_page import Box, Warp
    from gongkai.read.scan_reading import Read, Word

_KIND = "图片"
_FORMATS = ("PNG", "JPEG", "TIFF")
#: Resolutions, in dots an inch, that a file may claim; a page of paper otherwise (cameras and
#: screens write 72 or 96, which means nothing).
_LEAST_DPI, _MOST_DPI = 100, 1200
#: Longer side of the paper a picture without a resolution is taken for: A4, in points.
_PAPER = 842.0
#: A picture so many times as long as wide is several sheets; where it is cut, in widths; what is
#: darker than paper by this is print.
_LONG, _CUT, _BLANK = 2.2, (1.0, 1.8), 2
#: Resolutions a page is rendered at for recognition.
_FROM, _TO = 100.0, 300.0


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture, upright as the format shows it; sizes are in points."""

    number: int
    width: float
    height: float
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Recognised:
    """Recognised pages for `blocks_of`, in straight coordinates, and the way back."""

    pages: tuple[PageLayout, ...]
    places: tuple[Place, ...]

    def restored(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """The blocks with the boxes of these pages where they are on the page as scanned."""
        places = {place.number: place for place in self.places}

        def on_scan(locus: Locus) -> Locus:
            place = places.get(locus.page or 0)
            if place is None or locus.bbox is None:
                return locus
            return replace(locus, bbox=place.box(locus.bbox))

        return relocated(blocks, on_scan)


@dataclass(frozen=True, slots=True)
class Place:
    """How a straight page lies on the page as scanned: `straight` and `scanned` are pixels a point."""

    number: int
    warp: Warp
    straight: float
    scanned: tuple[float, float]

    def box(self, box: Box) -> Box:
        """A box of the straight page, in points, on the page as scanned, to a tenth of a point."""
        x0, top, x1, bottom = (value * self.straight for value in box)
        x0, top, x1, bottom = self.warp.box((x0, top, x1, bottom))
        across, down = self.scanned
        return (
            round(x0 / across, 1),
            round(top / down, 1),
            round(x1 / across, 1),
            round(bottom / down, 1),
        )


def recognised(pages: Iterable[PageImage], name: str) -> Recognised:
    """Recognise the characters of pages.

    Each word is a mark with a confidence. A figure (and whatever may be one) is read twice, from
    different renderings of its ink; the confidence is the lesser certainty of the least certain
    character, 0.2 or 0.3 where the readings differ or one is empty, at most 0.5 under coloured
    ink (seals, pens), at most 0.2 where the width or the shape of the digits does not fit those
    of the other figures of the page, at most 0.65 on a poor page unless their shapes confirm it,
    and at most 0.6 beside a speck that was read as a point. Ink in a table that cannot be read is a mark `?` of
    confidence 0: a cell is blank only if it has no ink.

    Args:
        pages: the pictures; one is held at a time.
        name: the file's name.

    Raises:
        ReadError: if the extra is not installed, or there are more pages than the limits allow.
    """
    layouts, places = [], []
    for count, page in enumerate(pages, start=1):
        if count > LIMITS.ocr_pages:
            raise over_limit(name, f"需要识别的页面多于 {LIMITS.ocr_pages} 页")
        allow_page()
        read = _read(page, name)
        layout, place = _laid_out(page, read)
        layouts.append(layout)
        places.append(place)
    return Recognised(tuple(layouts), tuple(places))


def read_image(data: bytes, name: str) -> tuple[Block, ...]:
    """Blocks of a picture file.

    Raises:
        ReadError: as `images_of` and `recognised`.
    """
    found = recognised(images_of(data, name), name)
    return found.restored(blocks_of(found.pages, name))


def images_of(data: bytes, name: str) -> Iterator[PageImage]:
    """The pages of a picture file, each turned as its camera says.

    A picture that is longer than a sheet (a web page, pages put one below the other) is cut
    into several, where nothing or least is printed.

    Raises:
        ReadError: if it is no PNG, JPEG or TIFF, is cut off, or has more pixels or pages than
            the limits allow; sizes are asked before anything is decoded.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as file:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            count, number = int(getattr(file, "n_frames", 1)), 0
            if count > LIMITS.ocr_pages:
                raise over_limit(name, f"图片多于 {LIMITS.ocr_pages} 页")
            for at in range(count):
                file.seek(at)
                for page in _sheets(_image(file, at + 1, name)):
                    number += 1
                    yield replace(page, number=number)
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
        raise damaged(name, _KIND) from error


def _too_large(name: str) -> ReadError:
    return over_limit(name, f"图片多于 {LIMITS.pixels // 1_000_000} 百万像素")


def _image(file: Image.Image, number: int, name: str) -> PageImage:
    """One page of an open file."""
    if file.width * file.height > LIMITS.pixels:
        raise _too_large(name)
    file.load()
    picture = ImageOps.exif_transpose(file)
    dots = file.info.get("dpi", (0, 0))
    known = min(dots) >= _LEAST_DPI and max(dots) <= _MOST_DPI
    # A4, whose longer side is the square root of two times the other.
    side = max(picture.width, min(picture.height, round(picture.width * 2**0.5)))
    scale = 72 / float(max(dots)) if known else _PAPER / side
    return PageImage(number, picture.width * scale, picture.height * scale, on_white(picture))


def _sheets(page: PageImage) -> Iterator[PageImage]:
    """The page, or where it is very long its parts of about a sheet."""
    picture, scale = page.image, page.height / page.image.height
    top = 0
    while picture.height - top > _LONG * picture.width:
        cut = _cut(picture, top)
        part = picture.crop((0, top, picture.width, cut))
        yield PageImage(page.number, page.width, part.height * scale, part)
        top = cut
    if top:
        picture = picture.crop((0, top, picture.width, picture.height))
    yield PageImage(page.number, page.width, picture.height * scale, picture)


def _cut(picture: Image.Image, top: int) -> int:
    """Where a long picture is cut: in the middle of the widest stripe without print."""
    first, last = (top + round(share * picture.width) for share in _CUT)
    rows = picture.crop((0, first, picture.width, last)).convert("L")
    means = rows.resize((1, last - first), Image.Resampling.BOX).tobytes()
    paper = sorted(means)[len(means) * 9 // 10]
    best, begun = (0, means.index(max(means))), 0
    for at, mean in enumerate((*means, 0)):
        if mean < paper - _BLANK:
            best = max(best, (at - begun, (begun + at) // 2))
            begun = at + 1
    return first + best[1]


def on_white(picture: Image.Image) -> Image.Image:
    """The picture as RGB, what is transparent on white paper."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        picture = paper
    return picture.convert("RGB")


def resolution(width: float, height: float, pixels: float) -> float:
    """Dots an inch at which a page that is one picture is rendered: near the picture's own.

    Args:
        width: of the page, in points.
        height: the same.
        pixels: longer side of the picture on it; 0 if it is not known.
    """
    side = max(width, height, 1.0)
    own = pixels * 72 / side if pixels > 0 else 200.0
    most = 72 * (LIMITS.pixels / max(1.0, width * height)) ** 0.5
    return float(min(max(_FROM, min(own, _TO)), most))


def _read(page: PageImage, name: str) -> Read:
    """The page read; the packages of the extra are imported here, at the first page."""
    try:
        import numpy as np  # noqa: PLC0415  # part of an extra

        from gongkai.read.scan_reading import read_page  # noqa: PLC0415  # needs the extra
        from gongkai.read.scan_text import recogniser  # noqa: PLC0415  # the same

        reader = recogniser()
    except ImportError as error:
        raise refused(
            "needs_ocr",
            name,
            "这是扫描件或图片，要先识别文字，而文字识别组件没有安装",
            '请运行 pip install "gongkai[ocr]" 后重试，或者换成能选中文字的原件',
        ) from error
    picture = np.asarray(page.image.convert("RGB"), dtype=np.uint8)
    return read_page(picture, reader)


def _laid_out(page: PageImage, read: Read) -> tuple[PageLayout, Place]:
    """The words and rules of a page in points."""
    high, wide = read.page.grey.shape[:2]
    straight = max(high, wide) / max(page.width, page.height)
    marks = tuple(mark for word in read.words for mark in _marks(word, read.height, straight))
    rules = tuple(Rule(*(value / straight for value in rule)) for rule in read.page.rules)
    layout = PageLayout(page.number, wide / straight, high / straight, marks, rules)
    scanned = (page.image.width / page.width, page.image.height / page.height)
    return layout, Place(page.number, read.page.warp, straight, scanned)


def _marks(word: Word, height: float, scale: float) -> Iterator[Mark]:
    """A word in points: a figure is one mark, of a text each character is one, as in a PDF."""
    x0, top, x1, bottom = word.box
    # A dash is as high as its line, so that it stands on it.
    more = max(0.0, 0.8 * height - (bottom - top)) / 2
    top, bottom = (top - more) / scale, (bottom + more) / scale
    score = round(word.reading.score, 3)
    middles = word.reading.middles
    if not middles:
        yield Mark(word.reading.text, x0 / scale, top, x1 / scale, bottom, score)
        return
    half = (bottom - top) * scale / 2
    for at, (character, middle) in enumerate(zip(word.reading.text, middles, strict=True)):
        left = min(x0, middle) if at == 0 else max((middles[at - 1] + middle) / 2, middle - half)
        right = x1 if at == len(middles) - 1 else min((middle + middles[at + 1]) / 2, middle + half)
        if not character.isspace():
            yield Mark(character, left / scale, top, right / scale, bottom, score)
