"""Prints a report as a binary file of Word 97: container, text, pieces and properties.

No library writes this format, so it is written here after [MS-DOC] and [MS-CFB], with as little
as a reader needs.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spanned import BOXES, laid

if TYPE_CHECKING:
    from printers import Sheet
    from spanned import Boxes

_SECTOR = 512
_SMALLEST = 4096
_FREE, _LAST = 0xFFFFFFFF, 0xFFFFFFFE
_TEXT_AT = 0x800
_COLUMN = 600
#: First and last offset of a run, and its properties as a page holds them.
Listed = tuple[int, int, bytes]
#: First and last character of a piece, its offset, and whether it is bytes.
Written = tuple[int, int, int, bool]
IN_TABLE = struct.pack("<HB", 0x2416, 1)
ROW_END = struct.pack("<HB", 0x2417, 1)
INNER_CELL = struct.pack("<HB", 0x244B, 1)
INNER_ROW_END = struct.pack("<HB", 0x244C, 1)


def depth(number: int) -> bytes:
    """The property of a paragraph that stands in so many tables."""
    return IN_TABLE + struct.pack("<Hi", 0x6649, number)


@dataclass(frozen=True)
class Run:
    """Characters with one list of properties; `narrow` ones are written as bytes."""

    text: str
    properties: bytes = b""
    narrow: bool = False


@dataclass(frozen=True)
class Para:
    """A paragraph: runs, the mark that ends it, its style and properties."""

    runs: tuple[Run, ...]
    mark: str = "\r"
    properties: bytes = b""
    style: int = 0


def para(text: str, mark: str = "\r", properties: bytes = b"", style: int = 0) -> Para:
    """A paragraph of one run."""
    return Para((Run(text),), mark, properties, style)


def row_properties(edges: list[int], flags: list[int]) -> bytes:
    """The definition of a table row: edges in twips, flags of each cell."""
    body = bytes([len(flags)]) + struct.pack(f"<{len(edges)}h", *edges)
    body += b"".join(struct.pack("<H", flag) + bytes(18) for flag in flags)
    return struct.pack("<HH", 0xD608, len(body) + 1) + body


def container(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, none of them in the mini stream."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    fat: list[int] = []
    body = b""
    entries = []

    def add(data: bytes) -> int:
        nonlocal body
        first = len(fat)
        count = -(-len(data) // _SECTOR)
        fat.extend([*range(first + 1, first + count), _LAST])
        body += data.ljust(count * _SECTOR, b"\0")
        return first

    for at, name in enumerate(names, start=1):
        data = streams[name].ljust(_SMALLEST, b"\0")
        following = at + 1 if at < len(names) else _FREE
        entries.append(_entry(name, 2, (following, _FREE), add(data), len(data)))
    directory = add(_entry("Root Entry", 5, (_FREE, 1), _LAST, 0) + b"".join(entries))
    count = -(-(len(fat) + 1) // 127)
    fat_at = len(fat)
    fat += [0xFFFFFFFD] * count
    fat += [_FREE] * (-len(fat) % 128)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, _SMALLEST, _LAST, 0, _LAST, 0, fat_at,
    )  # fmt: skip
    places = [fat_at + at for at in range(1, count)]
    header += struct.pack("<108I", *places, *[_FREE] * (108 - len(places)))
    return header + body + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, links: tuple[int, int], start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le")
    following, child = links
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(wide) + 2, kind, 1, _FREE, following, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


@dataclass
class Doc:
    """A file that is put together; `parts` are further parts of the table stream by their pair.

    `stories` replaces lengths of stories by their position after the main text; `huge` puts
    properties into the data stream; `changes` are fast-saved properties of the last piece.
    """

    paras: list[Para] = field(default_factory=list)
    parts: dict[int, bytes] = field(default_factory=dict)
    stories: dict[int, int] = field(default_factory=dict)
    data: bytes = b""
    huge: bool = False
    flags: int = 0x0200
    version: int = 0xC1
    changes: bytes = b""

    def written(self) -> bytes:
        """The whole file."""
        text, pieces, characters, paragraphs = self._text()
        main = bytearray(_TEXT_AT) + text
        main += bytes(-len(main) % _SECTOR)
        parts = dict(self.parts)
        parts[12] = _pages(main, characters, 1)
        parts[13] = _pages(main, paragraphs, 13)
        count = sum(end - start for start, end, _, _ in pieces)
        parts[33] = self._pieces(pieces, count)
        table = b"\0" * 4
        struct.pack_into("<HH6xH", main, 0, 0xA5EC, self.version, self.flags)
        others = {0: count - sum(self.stories.values()), **self.stories}
        for at, length in others.items():
            struct.pack_into("<i", main, 0x4C + 4 * at, length)
        for pair, part in parts.items():
            struct.pack_into("<II", main, 0x9A + 8 * pair, len(table), len(part))
            table += part
        streams = {"WordDocument": bytes(main), "1Table": table}
        return container({**streams, "Data": self.data} if self.data else streams)

    def _text(
        self,
    ) -> tuple[
        bytes,
        list[Written],
        list[Listed],
        list[Listed],
    ]:
        """The text with its pieces and runs."""
        text = b""
        pieces: list[Written] = []
        characters: list[Listed] = []
        paragraphs: list[Listed] = []
        at = 0
        for para_ in self.paras:
            begin = _TEXT_AT + len(text)
            for run in (*para_.runs, Run(para_.mark)):
                place = _TEXT_AT + len(text)
                raw = run.text.encode("cp1252" if run.narrow else "utf-16-le", "surrogatepass")
                length = len(raw) // (1 if run.narrow else 2)
                if not length:
                    continue
                text += raw
                if pieces and pieces[-1][3] == run.narrow:
                    pieces[-1] = (pieces[-1][0], at + length, pieces[-1][2], run.narrow)
                else:
                    pieces.append((at, at + length, place, run.narrow))
                at += length
                listed = bytes([len(run.properties)]) + run.properties if run.properties else b""
                characters.append((place, place + len(raw), listed))
            paragraphs.append((begin, _TEXT_AT + len(text), self._listed(para_)))
        return text, pieces, characters, paragraphs

    def _listed(self, para_: Para) -> bytes:
        """Style and properties of a paragraph as they stand in a page."""
        properties = para_.properties
        if self.huge and properties:
            offset = len(self.data)
            self.data += struct.pack("<H", len(properties)) + properties
            properties = struct.pack("<HI", 0x6646, offset)
        body = struct.pack("<H", para_.style) + properties
        if len(body) % 2:
            return bytes([(len(body) + 1) // 2]) + body
        return bytes([0, len(body) // 2]) + body

    def _pieces(self, pieces: list[Written], count: int) -> bytes:
        edges = [*(start for start, _, _, _ in pieces), count]
        table = struct.pack(f"<{len(edges)}I", *edges)
        for at, (_, _, place, narrow) in enumerate(pieces):
            value = place * 2 | 0x40000000 if narrow else place
            changed = 1 if self.changes and at == len(pieces) - 1 else 0
            table += struct.pack("<HIH", 0, value, changed)
        lists = struct.pack("<BH", 1, len(self.changes)) + self.changes if self.changes else b""
        return lists + struct.pack("<BI", 2, len(table)) + table


def _pages(main: bytearray, runs: list[Listed], each: int) -> bytes:
    """Writes the runs into pages of the main stream; the table of the pages.

    `each` is the length of a page's entry for one run: 1 for characters, 13 for paragraphs.
    """
    pages: list[list[Listed]] = [[]]
    room = _SECTOR - 5
    for run in runs:
        need = 4 + each + len(run[2]) + 1
        if room < need:
            pages.append([])
            room = _SECTOR - 5
        room -= need
        pages[-1].append(run)
    numbers = []
    for page in pages:
        numbers.append(len(main) // _SECTOR)
        main += _page(page, each)
    edges = [*(page[0][0] for page in pages), pages[-1][-1][1]]
    return struct.pack(f"<{len(edges)}I{len(numbers)}I", *edges, *numbers)


def _page(runs: list[Listed], each: int) -> bytes:
    page = bytearray(_SECTOR)
    edges = [*(start for start, _, _ in runs), runs[-1][1]]
    struct.pack_into(f"<{len(edges)}I", page, 0, *edges)
    end = _SECTOR - 1
    for at, (_, _, listed) in enumerate(runs):
        if listed:
            end = (end - len(listed)) // 2 * 2
            page[end : end + len(listed)] = listed
            page[4 * len(edges) + each * at] = end // 2
    page[-1] = len(runs)
    return bytes(page)


def table_paras(boxes: Boxes, *, flagged: bool = False, ragged: int = 0) -> list[Para]:
    """The paragraphs of a table.

    Args:
        boxes: its cells.
        flagged: horizontal merges are flags of cells that are all there, not wide cells.
        ragged: by how much the inner edges of every other row are moved, in twips.
    """
    out = []
    for at, row in enumerate(laid(boxes)):
        edges, flags, texts = [0], [], []
        for cell in row:
            down = 0 if cell.box is not None and not cell.grows else 0x20
            down |= 0x40 if cell.box is not None and cell.grows else 0
            lines = range(cell.first + 1, cell.last + 1) if flagged else (cell.last,)
            for i, line in enumerate(lines):
                moved = ragged if at % 2 else 0
                edges.append(line * _COLUMN + moved)
                flags.append(down | (0 if len(lines) == 1 else 1 if i == 0 else 2))
                texts.append(cell.box.text if cell.box is not None and i == 0 else "")
        for text in texts:
            parts = text.split("\n")
            out += [para(part, "\r", IN_TABLE) for part in parts[:-1]]
            out.append(Para(_mixed(parts[-1]), "\x07", IN_TABLE))
        out.append(para("", "\x07", IN_TABLE + ROW_END + row_properties(edges, flags)))
    return out


def _mixed(text: str) -> tuple[Run, ...]:
    """Text that a byte can hold as bytes, as Word saves it."""
    return (Run(text, narrow=text.isascii()),)


def print_doc(
    sheet: Sheet,
    *,
    flagged: bool = False,
    ragged: int = 0,
    huge: bool = False,
    adjacent: bool = False,
) -> bytes:
    """The report as a file of Word 97.

    Args:
        sheet: the report.
        flagged: see `table_paras`.
        ragged: see `table_paras`.
        huge: properties stand in the data stream.
        adjacent: no heading stands before table four, so that it follows table three directly.
    """
    paras = [para(sheet.title, style=1)]
    for part in sheet.parts():
        table = part.table
        if not (adjacent and table is not None and table.id == "disputes"):
            paras.append(para(part.heading))
        if table is not None:
            boxes = BOXES[table.id](sheet, table)
            paras += table_paras(boxes, flagged=flagged, ragged=ragged)
        if part.text:
            paras.append(para(part.text))
    return Doc(paras, huge=huge).written()
