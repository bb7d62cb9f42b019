"""Pictures of pages, so that a reader sees a number where it is printed.

It owns the rendering of the pages of PDF, OFD and scans to small grey WebP pictures: only those
asked for, all of a file together within `BUDGET` bytes. Printed pages have few greys, and four of them
without loss are smaller than a blurred photograph and stay sharp. It runs in a worker like a
reader and knows nothing of tables. The same bytes give the same pictures.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Self

import pypdfium2
from PIL import Image

from gongkai.read.error import damaged
from gongkai.read.ofd import picture_ofd
from gongkai.read.scan import images_of
from gongkai.read.sniff import JPEG, OFD, PDF, PNG, TIFF, sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from gongkai.read.scan import PageImage

#: What the pictures of one file may weigh together, in bytes.
BUDGET = 45_000
#: Pixels a point: as sharp as wanted, and as coarse as can still be read.
FINEST, COARSEST = 1.6, 0.75
#: Pixels of one picture's longer side.
LONGEST = 1_600
_GREYS = 4
_STEP = 0.05

#: Media types whose pages can be pictured: those of OFD where the font for it is there.
PICTURED = frozenset({PDF, OFD, PNG, JPEG, TIFF})

Size = tuple[float, float]
#: Page → its width and height in points, and the picture.
Pictures = dict[int, tuple[float, float, bytes]]


def picture_pages(path: Path, name: str, wanted: Sequence[int]) -> Pictures:
    """Pictures of the wanted pages (from 1) of a file.

    Pages that are not there or cannot be drawn are left out, and the last ones where all of them
    together would weigh too much to be read.

    Raises:
        ReadError: if the file cannot be opened, or is larger than the limits allow.
    """
    data = path.read_bytes()
    with _opened(data, name, wanted) as pages:
        there = [number for number in wanted if number in pages]
        while there:
            made = _fitting(pages.render, there)
            if made is not None:
                return {
                    number: (*pages.size(number), picture)
                    for number, picture in zip(there, made, strict=True)
                }
            there.pop()
    return {}


def _opened(data: bytes, name: str, wanted: Sequence[int]) -> _Pdf | _Frames:
    """The pages of a file, by what it is."""
    kind = sniff(data, name)
    if kind == PDF:
        return _Pdf(data, name)
    if kind == OFD:
        return _Frames(picture_ofd(data, name, wanted), wanted)
    return _Frames(images_of(data, name), wanted)


def _fitting(render: Callable[[int, float], Image.Image], pages: list[int]) -> list[bytes] | None:
    """The pictures at the finest scale at which they fit; None where that is too coarse."""
    scale = FINEST
    while True:
        made = [_webp(render(number, scale)) for number in pages]
        weight = sum(map(len, made))
        if weight <= BUDGET:
            return made
        if scale <= COARSEST:
            return None
        scale = max(COARSEST, min(scale * math.sqrt(BUDGET / weight), scale - _STEP))


def _webp(picture: Image.Image) -> bytes:
    """The picture in four greys."""
    step = 255 // (_GREYS - 1)
    greys = picture.convert("L").point([(value + step // 2) // step * step for value in range(256)])
    target = io.BytesIO()
    greys.convert("RGB").save(target, "WEBP", lossless=True, quality=80, method=4)
    return target.getvalue()


def _bounded(size: Size, scale: float) -> float:
    """The scale, or a smaller one where the picture would be larger than wanted."""
    return min(scale, LONGEST / max(*size, 1.0))


class _Pdf:
    """The pages of a PDF."""

    def __init__(self, data: bytes, name: str) -> None:
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise damaged(name, "PDF") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def __contains__(self, number: int) -> bool:
        return number <= len(self._document)

    def size(self, number: int) -> Size:
        """Width and height in points, as the page is shown."""
        width, height = self._document.get_page_size(number - 1)
        return float(width), float(height)

    def render(self, number: int, scale: float) -> Image.Image:
        """The page in grey; nothing in it is run or followed."""
        page = self._document[number - 1]
        fitting = _bounded(self.size(number), scale)
        bitmap = page.render(scale=fitting, grayscale=True, may_draw_forms=False)
        picture: Image.Image = bitmap.to_pil().copy()
        bitmap.close()
        page.close()
        return picture


class _Frames:
    """Pages that come as pictures; the wanted ones are kept as sharp as they may be shown."""

    def __init__(self, pages: Iterable[PageImage], wanted: Sequence[int]) -> None:
        self._sizes: dict[int, Size] = {}
        self._frames: dict[int, Image.Image] = {}
        for page in pages:
            if page.number in wanted:
                size = (page.width, page.height)
                self._sizes[page.number] = size
                self._frames[page.number] = _reduced(page.image.convert("L"), size, FINEST)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held open."""

    def __contains__(self, number: int) -> bool:
        return number in self._frames

    def size(self, number: int) -> Size:
        """Width and height in points, as loci have them."""
        return self._sizes[number]

    def render(self, number: int, scale: float) -> Image.Image:
        """The frame in grey, reduced."""
        return _reduced(self._frames[number], self._sizes[number], scale)


def _reduced(picture: Image.Image, size: Size, scale: float) -> Image.Image:
    """The picture of a page of that size at that many pixels a point."""
    fitting = _bounded(size, scale)
    wanted = (max(1, round(size[0] * fitting)), max(1, round(size[1] * fitting)))
    return picture.resize(wanted, Image.Resampling.BOX)
