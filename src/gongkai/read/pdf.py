"""PDF: what is drawn on each page, by pdfium, and by pdfplumber where pdfium cannot be trusted.

This module delivers glyphs, lines and pictures in upright coordinates; `layout` makes tables of
them. Pages that are pictures go to `scan`. Nothing is run, followed or opened that a PDF may
carry besides its pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from gongkai.read import scan
from gongkai.read.error import ReadError, damaged, over_limit
from gongkai.read.layout import blocks_of
from gongkai.read.limits import LIMITS
from gongkai.read.pdf_fast import Drawn, Pages, is_unknown
from gongkai.read.upright import Shown, restored, upright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Block
    from gongkai.read.layout import Mark, PageLayout
    from gongkai.read.pdf_slow import SlowPages

# A page of which more glyphs (share) mean nothing is read as a picture; so is one of which the
# slower engine finds fewer glyphs (share of what the other found).
_UNKNOWN = 0.1
_LOST = 0.5


def read_pdf(data: bytes, name: str) -> tuple[Block, ...]:
    """Blocks of a PDF.

    Raises:
        ReadError: if it is damaged, asks for a password, breaks a limit, or is a scan and the
            extra that recognises characters is not installed.
    """
    with Pages(data, name) as pages:
        if len(pages) > LIMITS.pages:
            raise over_limit(name, f"多于 {LIMITS.pages} 页")
        drawn = [pages.drawn(number) for number in range(1, len(pages) + 1)]
        if any(page.doubtful and not page.scanned for page in drawn):
            drawn = _read_again(drawn, pages.data(), name)
        written = [upright(_signed(page), -page.turned) for page in drawn if not page.scanned]
        scanned = [page for page in drawn if page.scanned]
        if not scanned:
            found = blocks_of(written, name)
        else:
            pictures = scan.recognised(_pictures(pages, scanned), name)
            layouts = sorted((*written, *pictures.pages), key=lambda layout: layout.number)
            found = pictures.restored(blocks_of(layouts, name))
    turned = {p.layout.number: _shown(p) for p in drawn if p.turned and not p.scanned}
    return restored(found, turned) if turned else found


def _signed(page: Drawn) -> PageLayout:
    """What is drawn on a page, with what may be characters drawn otherwise."""
    return replace(page.layout, marks=(*page.layout.marks, *page.signs))


def _shown(page: Drawn) -> Shown:
    return Shown(page.layout.width, page.layout.height, -page.turned)


def _read_again(drawn: Sequence[Drawn], data: bytes, name: str) -> list[Drawn]:
    """The pages, those in doubt read by the slower engine; what it cannot read is a picture."""
    # The slower engine takes a third of a second to import, and few files need it.
    from gongkai.read.pdf_slow import SlowPages  # noqa: PLC0415

    try:
        with SlowPages(data, name) as pages:
            return [_again(page, pages) if page.doubtful else page for page in drawn]
    except (ReadError, MemoryError):
        raise
    except Exception as error:
        # The engine has no errors of its own: what it meets in a broken file comes as it is.
        raise damaged(name, "PDF") from error


def _again(page: Drawn, pages: SlowPages) -> Drawn:
    """A page read by the slower engine; a picture, if that loses text or finds no meaning in it."""
    if page.scanned:
        return page
    layout = pages.layout(page.layout)
    layout = replace(layout, marks=_without(layout.marks, page.hidden))
    marks = layout.marks
    unknown = sum(is_unknown(mark.text) for mark in marks)
    lost = len(marks) < _LOST * len(page.layout.marks)
    return replace(page, layout=layout, scanned=lost or unknown > _UNKNOWN * len(marks))


def _without(marks: Sequence[Mark], hidden: Sequence[Mark]) -> tuple[Mark, ...]:
    """The glyphs of a page but those that no reader sees, each once."""
    gone = Counter(_place(mark) for mark in hidden)
    out = []
    for mark in marks:
        place = next((near for near in _near(_place(mark)) if gone[near]), None) if gone else None
        if place is None:
            out.append(mark)
        else:
            gone[place] -= 1
    return tuple(out)


def _place(mark: Mark) -> tuple[str, int, int]:
    """A glyph and the place of its middle, in points."""
    return mark.text, round((mark.x0 + mark.x1) / 2), round((mark.top + mark.bottom) / 2)


def _near(place: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
    """A place and those around it, the nearest first: the engines measure glyphs otherwise."""
    text, x, y = place
    for dx, dy in sorted(
        product((-1, 0, 1), range(-3, 4)), key=lambda d: (abs(d[0]) + abs(d[1]), d)
    ):
        yield text, x + dx, y + dy


def _pictures(pages: Pages, scanned: Sequence[Drawn]) -> Iterator[scan.PageImage]:
    """The pages that are scans as pictures, one at a time."""
    for page in scanned:
        layout = page.layout
        dpi = scan.resolution(layout.width, layout.height, page.pixels)
        image = pages.image(layout.number, dpi)
        yield scan.PageImage(layout.number, layout.width, layout.height, image)
