"""Prints a sheet as pages of pixels and sends them through a bad scanner: skew, blur, noise.

Everything is drawn with Pillow and a CJK font of the system; `font_file()` is None where there is
none. A `Scanner` says what is done to a page; the same scanner gives the same pixels.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from spanned import BOXES, laid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from printers import Sheet
    from spanned import Boxes

Point = tuple[float, float]

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
_WIDTH, _HEIGHT = 595.0, 842.0
_MARGIN = 60.0
#: Closed up or open at the sides, as the rules of a table are.
RULED, OPEN, BARE = "ruled", "open", "bare"


def font_file() -> Path | None:
    """A CJK font of this machine."""
    return next((Path(f) for f in _FONTS if Path(f).is_file()), None)


@dataclass(frozen=True)
class Scanner:
    """What happens to a page between the printer and the file.

    Attributes:
        dpi: pixels an inch.
        tilt: degrees, clockwise.
        keystone: how much narrower the top is than the bottom, as a share of the width.
        curve: points by which the middle of the page bends down.
        blur: radius in pixels.
        noise: standard deviation of the grey values.
        jpeg: quality, 0 for none.
        shade: how much darker the right edge of the paper is, of 255.
        specks: spots of dirt a page.
        turned: quarter turns, counter-clockwise.
        seed: of noise and specks.
    """

    dpi: int = 150
    tilt: float = 0.0
    keystone: float = 0.0
    curve: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int = 0
    shade: float = 0.0
    specks: int = 0
    turned: int = 0
    seed: int = 1

    def place(self, x: float, top: float) -> Point:
        """Where a point of the page, in points, is found in the scan (before turning)."""
        v = top / _HEIGHT - 0.5
        x = _WIDTH / 2 + (x - _WIDTH / 2) * (1 - self.keystone * (0.5 - v))
        top += self.curve * math.sin(math.pi * min(max(x / _WIDTH, 0.0), 1.0))
        a = math.radians(self.tilt)
        dx, dy = x - _WIDTH / 2, top - _HEIGHT / 2
        return (
            _WIDTH / 2 + dx * math.cos(a) - dy * math.sin(a),
            _HEIGHT / 2 + dx * math.sin(a) + dy * math.cos(a),
        )


def scanned(page: Image.Image, scanner: Scanner) -> Image.Image:
    """The page as the scanner gives it: RGB, at the scanner's resolution."""
    size = (round(_WIDTH / 72 * scanner.dpi), round(_HEIGHT / 72 * scanner.dpi))
    picture = page.convert("RGB")
    if scanner.tilt or scanner.keystone or scanner.curve:
        picture = _bent(picture, scanner)
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    if scanner.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(scanner.blur))
    grey = np.asarray(picture).astype(np.float32)
    random = np.random.default_rng(scanner.seed)
    if scanner.shade:
        grey -= np.linspace(0, scanner.shade, size[0], dtype=np.float32)[None, :, None]
    if scanner.noise:
        grey += random.normal(0, scanner.noise, grey.shape[:2]).astype(np.float32)[..., None]
    for _ in range(scanner.specks):
        x, y = int(random.integers(size[0])), int(random.integers(size[1]))
        spot = int(random.integers(1, 3))
        grey[y : y + spot, x : x + spot] = 60
    picture = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    if scanner.jpeg:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=scanner.jpeg)
        picture = Image.open(io.BytesIO(stream.getvalue())).convert("RGB")
    return picture.rotate(90 * scanner.turned, expand=True)


def _bent(page: Image.Image, scanner: Scanner) -> Image.Image:
    """The page under tilt, keystone and curve: small squares, each moved on its own."""
    width, height = page.size
    steps = 24
    xs, ys = np.linspace(0, width, steps + 1), np.linspace(0, height, steps + 1)
    mesh = []
    for i in range(steps):
        for j in range(steps):
            box = (round(xs[i]), round(ys[j]), round(xs[i + 1]), round(ys[j + 1]))
            corners = ((box[0], box[1]), (box[0], box[3]), (box[2], box[3]), (box[2], box[1]))
            quad = [c for corner in corners for c in _source(corner, page.size, scanner)]
            mesh.append((box, tuple(quad)))
    paper = Image.new("RGB", (width * 3, height * 3), "white")
    paper.paste(page, (width, height))
    shifted = [
        (box, tuple(c + (width, height)[k % 2] for k, c in enumerate(quad))) for box, quad in mesh
    ]
    return paper.transform(
        page.size, Image.Transform.MESH, shifted, Image.Resampling.BICUBIC, fillcolor="white"
    )


def _source(corner: tuple[int, int], size: tuple[int, int], scanner: Scanner) -> Point:
    """The point of the page that the scanner puts at `corner`: `place` backwards, by iteration."""
    fx, fy = _WIDTH / size[0], _HEIGHT / size[1]
    want = (corner[0] * fx, corner[1] * fy)
    x, y = want
    for _ in range(30):
        got = scanner.place(x, y)
        x, y = x + want[0] - got[0], y + want[1] - got[1]
    return x / fx, y / fy


def scan_pdf(pictures: Sequence[Image.Image], dpi: int, quality: int = 75) -> bytes:
    """A PDF of pages that are nothing but pictures."""
    stream = io.BytesIO()
    first, *rest = (picture.convert("RGB") for picture in pictures)
    first.save(stream, "PDF", save_all=True, append_images=rest, resolution=dpi, quality=quality)
    return stream.getvalue()


def picture_file(pictures: Sequence[Image.Image], kind: str, dpi: int) -> bytes:
    """The pages as PNG, JPEG (one page) or TIFF."""
    stream = io.BytesIO()
    more = {"save_all": True, "append_images": list(pictures[1:])} if kind == "TIFF" else {}
    pictures[0].save(stream, kind, dpi=(dpi, dpi), **more)
    return stream.getvalue()


@dataclass
class _Paper:
    """Pages being drawn, three pixels a point."""

    rules: str
    size: float
    scale: float = 3.0
    pages: list[Image.Image] = field(default_factory=list)
    top: float = _HEIGHT

    def __post_init__(self) -> None:
        file = font_file()
        assert file is not None
        self.font = ImageFont.truetype(str(file), round(self.size * self.scale))

    def room(self, height: float) -> None:
        """Begin a page if so much is not left on this one."""
        if self.top + height > _HEIGHT - _MARGIN:
            size = (round(_WIDTH * self.scale), round(_HEIGHT * self.scale))
            self.pages.append(Image.new("RGB", size, "white"))
            self.top = _MARGIN

    def text(self, x: float, top: float, text: str) -> None:
        """One line of text."""
        draw = ImageDraw.Draw(self.pages[-1])
        draw.text((x * self.scale, top * self.scale), text, "black", self.font)

    def rule(self, x0: float, top: float, x1: float, bottom: float) -> None:
        """One line."""
        points = [round(v * self.scale) for v in (x0, top, x1, bottom)]
        ImageDraw.Draw(self.pages[-1]).line(points, "black", 2)

    def wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines of that width."""
        lines = [""]
        for character in text:
            if self.font.getlength(lines[-1] + character) > width * self.scale:
                lines.append("")
            lines[-1] += character
        return lines

    def paragraph(self, text: str) -> None:
        """Running text over the page's width."""
        for line in self.wrapped(text, _WIDTH - 2 * _MARGIN):
            self.room(self.size * 1.8)
            self.text(_MARGIN, self.top, line)
            self.top += self.size * 1.8

    def table(self, boxes: Boxes, widths: Sequence[float]) -> None:
        """A table; it goes on at the next page where no row is cut."""
        placed = [
            (cell.box.text, row, cell.first, cell.last, row + cell.box.rowspan)
            for row, line in enumerate(laid(boxes))
            for cell in line
            if cell.box is not None
        ]
        edges = [_MARGIN]
        for width in widths:
            edges.append(edges[-1] + width)
        tops = [0.0]
        for at in range(len(boxes)):
            lines = max(
                len(self.wrapped(text, edges[last] - edges[first] - 6)) if end == row + 1 else 1
                for text, row, first, last, end in placed
                if row == at
            )
            tops.append(tops[-1] + lines * self.size * 1.25 + 6)
        self.room(min(tops[-1], _HEIGHT - 2 * _MARGIN))
        for text, row, first, last, end in placed:
            box = (edges[first], self.top + tops[row], edges[last], self.top + tops[end])
            self._cell(text, box)
        self.top += tops[-1] + self.size

    def _cell(self, text: str, box: tuple[float, float, float, float]) -> None:
        x0, top, x1, bottom = box
        if self.rules != BARE:
            self.rule(x0, top, x1, top)
            self.rule(x0, bottom, x1, bottom)
        if self.rules == RULED:
            self.rule(x0, top, x0, bottom)
            self.rule(x1, top, x1, bottom)
        lines = self.wrapped(text, x1 - x0 - 6)
        y = (top + bottom) / 2 - len(lines) * self.size * 0.625 - self.size * 0.15
        for line in lines:
            width = self.font.getlength(line) / self.scale
            self.text((x0 + x1 - width) / 2, y, line)
            y += self.size * 1.25


_WIDTHS = {
    "disclosure": [475 / 12] * 12,
    "requests": [40.0, 60.0, 130.0, *[35.0] * 7],
    "disputes": [475 / 15] * 15,
}


def print_pages(sheet: Sheet, rules: str = RULED, size: float = 9) -> list[Image.Image]:
    """The report as pages of pixels, 216 an inch, as a printer gives them.

    Args:
        sheet: the report.
        rules: `RULED` all round each cell, `OPEN` without upright rules, `BARE` without any.
        size: of the type, in points.
    """
    paper = _Paper(rules, size)
    paper.paragraph(sheet.title)
    for part in sheet.parts():
        paper.paragraph(part.heading)
        if part.table is not None:
            paper.table(BOXES[part.table.id](sheet, part.table), _WIDTHS[part.table.id])
        if part.text is not None:
            paper.paragraph(part.text)
    return paper.pages


def stamped(page: Image.Image, x: float, top: float, radius: float) -> Image.Image:
    """The page with a round red seal, half transparent, at a place in points."""
    scale = page.size[0] / _WIDTH
    seal = Image.new("RGBA", page.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(seal)
    box = [round(v * scale) for v in (x - radius, top - radius, x + radius, top + radius)]
    draw.ellipse(box, outline=(210, 30, 40, 200), width=round(3 * scale))
    inner = [round(v * scale) for v in (x - 0.4 * radius, top - 3, x + 0.4 * radius, top + 3)]
    draw.rectangle(inner, fill=(210, 30, 40, 200))
    return Image.alpha_composite(page.convert("RGBA"), seal).convert("RGB")
