"""The picture that stands beside a link in a messenger, drawn without a font or a library.

It is a table with bars, as the pages have it: a heavy rule, hairlines, one teal, and one line with
something to look at. Only rectangles, so that every machine draws the same bytes.
"""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 1200, 630
_PAPER, _INK, _SOFT, _LINE, _TEAL, _AMBER, _WASH = range(7)
#: Red, green, blue of each: those of the light scheme in `styles/10-scheme.css`.
_COLOURS = "ffffff 1b1f20 9aa1a2 dcdfdc 0a5c5f 8a4b00 fff5e0"
_LEFT, _RIGHT, _TOP, _ROW = 90, 1110, 62, 62
#: Of each row: the width of its label, of its figure, and of its bar.
_ROWS = (
    (210, 58, 470),
    (260, 58, 388),
    (180, 44, 300),
    (236, 58, 428),
    (288, 44, 214),
    (160, 30, 120),
    (226, 44, 262),
)
_MARKED = 3


class _Sheet:
    """Rows of pixels, each the number of a colour."""

    def __init__(self) -> None:
        self.rows = [bytearray(WIDTH) for _ in range(HEIGHT)]

    def fill(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        """Draw a rectangle."""
        for row in self.rows[y : y + height]:
            row[x : x + width] = bytes([colour]) * width

    def png(self) -> bytes:
        """The picture, with its colours as a list."""
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        parts = ((b"IHDR", head), (b"PLTE", bytes.fromhex(_COLOURS)), (b"IDAT", pixels))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*part) for part in (*parts, (b"IEND", b"")))


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def draw_card() -> bytes:
    """The picture as a PNG."""
    sheet = _Sheet()
    whole = _RIGHT - _LEFT
    sheet.fill(_LEFT, _TOP, whole, 6, _INK)
    for x, width in ((_LEFT, 96), (_LEFT + 372, 72), (_LEFT + 520, 120)):
        sheet.fill(x, _TOP + 34, width, 10, _SOFT)
    first = _TOP + 70
    sheet.fill(_LEFT, first - 3, whole, 3, _INK)
    for number, (label, figure, bar) in enumerate(_ROWS):
        top = first + number * _ROW
        if number == _MARKED:
            sheet.fill(_LEFT - 18, top, whole + 36, _ROW, _WASH)
            sheet.fill(_LEFT - 18, top, 8, _ROW, _AMBER)
        sheet.fill(_LEFT, top + 25, label, 12, _SOFT)
        sheet.fill(_LEFT + 444 - figure, top + 25, figure, 12, _INK)
        sheet.fill(_LEFT + 520, top + 16, bar, 30, _AMBER if number == _MARKED else _TEAL)
        sheet.fill(_LEFT, top + _ROW - 1, whole, 1, _LINE)
    sheet.fill(_LEFT, first + len(_ROWS) * _ROW, whole, 3, _INK)
    return sheet.png()
