"""The binary file of Word 97 to 2003: where its text and the properties of its text stand.

Streams, the file information block, pieces, and runs of properties, after [MS-DOC]. It knows
offsets and property codes; what they mean for paragraphs and tables is `doc`.
"""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import olefile

from gongkai.read.archive import encrypted
from gongkai.read.error import damaged
from gongkai.read.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _PageReader = Callable[[bytes], Iterator[tuple[int, int, bytes]]]

KIND = "Word "
#: nFib of Word 97; files of older versions are laid out otherwise.
_WORD_97 = 0xC1
_ENCRYPTED = 0x0100
_TABLE_1 = 0x0200
# Places in the file information block (2.5.1 and 2.5.6): lengths of the stories, then pairs of
# offset and length in the table stream.
_STORY_LENGTHS = 0x4C
_STORIES = 8
_PAIRS = 0x9A
_CHARACTER_RUNS, _PARAGRAPH_RUNS, _TEXT, _SHAPES, _DRAWING, _BOXES = 12, 13, 33, 40, 50, 56
_FKP = 512
_PICTURE_FRAME = 75
_BYTE_TEXT = 0x40000000
#: Length of the operand by the three highest bits of the code; 6 is written before it.
_OPERAND = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_VARIABLE = 6
_TABLE_DEFINITION = 0xD608
_CHANGED_TABS = 0xC615
_HUGE = 0xFF
#: Properties that stand in the data stream because there was no room: offset of what to read.
_ELSEWHERE = frozenset({0x6645, 0x6646, 0x646B})
#: One-byte codes of a property of a whole piece (2.9.215) that matter here.
_SHORT_CODES = {0x18: 0x2416, 0x19: 0x2417}

Properties = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` (exclusive), at `offset` in the main stream."""

    start: int
    end: int
    offset: int
    width: int
    properties: Properties

    def place(self, at: int) -> int:
        """The offset of a character."""
        return self.offset + (at - self.start) * self.width


class Runs:
    """Property lists by their range of offsets in the main stream."""

    def __init__(self, runs: list[tuple[int, int, bytes]]) -> None:
        runs.sort()
        self._starts = [start for start, _, _ in runs]
        self._runs = runs

    def at(self, offset: int) -> bytes:
        """The property list at an offset, empty if there is none."""
        found = bisect_right(self._starts, offset) - 1
        if found < 0 or offset >= self._runs[found][1]:
            return b""
        return self._runs[found][2]

    def breaks(self, start: int, end: int) -> Iterator[int]:
        """Offsets after `start` and before `end` at which a run begins or ends."""
        first = bisect_right(self._starts, start) - 1
        for at in range(max(first, 0), len(self._runs)):
            begin, finish, _ = self._runs[at]
            if begin >= end:
                return
            yield from (edge for edge in (begin, finish) if start < edge < end)


class OldVersionError(Exception):
    """A file of Word 6 or 95."""


class WordFile:
    """A file that was opened: its pieces, its runs and the lengths of its stories.

    `stories` are the number of characters of main text, footnotes, headers, macros, comments,
    endnotes, text boxes and text boxes of headers, which follow one another.
    """

    def __init__(self, data: bytes, name: str) -> None:
        """Open a file.

        Raises:
            ReadError: if it is damaged or asks for a password.
            OldVersionError: if it was written before Word 97.
        """
        self.name = name
        try:
            self._open(data)
        except (struct.error, OSError, ValueError, IndexError, TypeError) as error:
            raise damaged(name, KIND) from error

    def _open(self, data: bytes) -> None:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            self._main = container.openstream("WordDocument").read()
            (version,) = struct.unpack_from("<H", self._main, 2)
            (flags,) = struct.unpack_from("<H", self._main, 10)
            if flags & _ENCRYPTED:
                raise encrypted(self.name, KIND)
            if version < _WORD_97:
                raise OldVersionError
            table = "1Table" if flags & _TABLE_1 else "0Table"
            self._table = container.openstream(table).read()
            has_data = container.exists("Data")
            self._data = container.openstream("Data").read() if has_data else b""
        self.stories = struct.unpack_from(f"<{_STORIES}i", self._main, _STORY_LENGTHS)
        self.pieces = self._pieces()
        self.paragraphs = self._runs(_PARAGRAPH_RUNS, self._paragraph_page)
        self.characters = self._runs(_CHARACTER_RUNS, self._character_page)
        if min(self.stories) < 0 or sum(self.stories) > self.pieces[-1].end:
            raise damaged(self.name, KIND)

    def _part(self, pair: int) -> bytes:
        """The part of the table stream that a pair of the file information block names."""
        offset, length = struct.unpack_from("<II", self._main, _PAIRS + 8 * pair)
        part: bytes = self._table[offset : offset + length]
        if len(part) < length:
            raise damaged(self.name, KIND)
        return part

    def _pieces(self) -> list[Piece]:
        """The piece table (2.4.1, 2.8.35): where the text stands, bytes or UTF-16."""
        part = self._part(_TEXT)
        lists: list[bytes] = []
        at = 0
        while part[at] == 1:
            (length,) = struct.unpack_from("<H", part, at + 1)
            lists.append(part[at + 3 : at + 3 + length])
            at += 3 + length
        (length,) = struct.unpack_from("<I", part, at + 1)
        return self._piece_table(part[at + 5 : at + 5 + length], lists)

    def _piece_table(self, table: bytes, lists: list[bytes]) -> list[Piece]:
        count = (len(table) - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}I", table)
        if count < 1 or ends[0] != 0 or any(a >= b for a, b in pairwise(ends)):
            raise damaged(self.name, KIND)
        if ends[-1] > len(self._main):
            raise damaged(self.name, KIND)
        out = []
        for at, (start, end) in enumerate(pairwise(ends)):
            place, changes = struct.unpack_from("<IH", table, 4 * (count + 1) + 8 * at + 2)
            width = 1 if place & _BYTE_TEXT else 2
            offset = (place & ~_BYTE_TEXT & 0x7FFFFFFF) // (2 if width == 1 else 1)
            if offset + (end - start) * width > len(self._main):
                raise damaged(self.name, KIND)
            out.append(Piece(start, end, offset, width, self._changes(changes, lists)))
        return out

    def _changes(self, changes: int, lists: list[bytes]) -> Properties:
        """Properties of a whole piece, which fast saving leaves there (2.9.214)."""
        if changes & 1:
            return self.properties(lists[changes >> 1]) if changes >> 1 < len(lists) else ()
        code = _SHORT_CODES.get(changes >> 1 & 0x7F)
        return ((code, bytes([changes >> 8])),) if code is not None else ()

    def _runs(self, pair: int, read_page: _PageReader) -> Runs:
        """The runs of all pages that a table of pages names (2.8.5, 2.8.6)."""
        part = self._part(pair)
        count = (len(part) - 4) // 8
        pages = struct.unpack_from(f"<{count}I", part, 4 * (count + 1)) if count > 0 else ()
        runs: list[tuple[int, int, bytes]] = []
        for number in dict.fromkeys(page & 0x3FFFFF for page in pages):
            page = self._main[number * _FKP : (number + 1) * _FKP]
            if len(page) < _FKP:
                raise damaged(self.name, KIND)
            runs += read_page(page)
        return Runs(runs)

    @staticmethod
    def _paragraph_page(page: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Style number and property list of each paragraph of a page (2.9.174)."""
        count = page[-1]
        edges = struct.unpack_from(f"<{count + 1}I", page)
        for at, (start, end) in enumerate(pairwise(edges)):
            place = page[4 * (count + 1) + 13 * at] * 2
            if place == 0:
                continue
            length = page[place] * 2 - 1
            begin = place + 1
            if length < 0:
                begin, length = place + 2, page[place + 1] * 2
            yield start, end, page[begin : begin + length]

    @staticmethod
    def _character_page(page: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Property list of each run of characters of a page (2.9.33)."""
        count = page[-1]
        edges = struct.unpack_from(f"<{count + 1}I", page)
        for at, (start, end) in enumerate(pairwise(edges)):
            place = page[4 * (count + 1) + at] * 2
            if place:
                yield start, end, page[place + 1 : place + 1 + page[place]]

    def properties(self, listed: bytes, *, follow: bool = True) -> Properties:
        """The codes and operands of a property list (2.2.5), those in the data stream included."""
        out: list[tuple[int, bytes]] = []
        at = 0
        while at + 2 < len(listed):
            (code,) = struct.unpack_from("<H", listed, at)
            skipped, length = _operand(code, listed[at + 2 : at + 4])
            begin = at + 2 + skipped
            operand = listed[begin : begin + length]
            at = begin + length
            if len(operand) < length:
                break
            if code in _ELSEWHERE:
                out += self._elsewhere(operand) if follow else ()
            else:
                out.append((code, operand))
        return tuple(out)

    def _elsewhere(self, operand: bytes) -> Properties:
        (offset,) = struct.unpack("<I", operand)
        if offset + 2 > len(self._data):
            raise damaged(self.name, KIND)
        (length,) = struct.unpack_from("<H", self._data, offset)
        return self.properties(self._data[offset + 2 : offset + 2 + length], follow=False)

    def text(self, piece: Piece, start: int, end: int) -> str:
        """The characters from `start` to `end` of a piece (one unit each, surrogates apart)."""
        raw: bytes = self._main[piece.place(start) : piece.place(end)]
        if piece.width == 1:
            return raw.decode("cp1252", "replace")
        return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))

    def picture_size(self, offset: int) -> tuple[float, float] | None:
        """Width and height in points of a picture in the data stream (2.9.190)."""
        if offset < 0 or offset + 0x24 > len(self._data):
            return None
        wide, high, scale_x, scale_y = struct.unpack_from("<4H", self._data, offset + 0x1C)
        return wide * scale_x / 20_000, high * scale_y / 20_000

    def shapes(self) -> dict[int, tuple[int, float, float, bool]]:
        """Floating shapes by number: anchor, width, height in points, whether a picture.

        The anchors are in PlcfSpa (2.8.37), the kinds in the drawing's own records
        ([MS-ODRAW] 2.2.40; a picture frame is shape type 75).
        """
        part = self._part(_SHAPES)
        count = min((len(part) - 4) // 30, LIMITS.members)
        drawing = self._part(_DRAWING)
        out = {}
        for at in range(count):
            (anchor,) = struct.unpack_from("<I", part, 4 * at)
            place = len(part) - 26 * ((len(part) - 4) // 30) + 26 * at
            number, left, top, right, bottom = struct.unpack_from("<I4i", part, place)
            record = drawing.find(b"\x0a\xf0\x08\x00\x00\x00" + struct.pack("<I", number))
            kind = struct.unpack_from("<H", drawing, record - 2)[0] >> 4 if record > 0 else 0
            out[number] = anchor, (right - left) / 20, (bottom - top) / 20, kind == _PICTURE_FRAME
        return out

    def boxes(self) -> list[tuple[int, int, int]]:
        """Text boxes: their first and last character in their story, and their shape's number.

        Raises:
            ReadError: if they run backwards.
        """
        part = self._part(_BOXES)
        count = max(0, (len(part) - 4) // 26)
        edges = struct.unpack_from(f"<{count + 1}I", part) if count else (0,)
        if any(a > b for a, b in pairwise(edges)):
            raise damaged(self.name, KIND)
        numbers = [
            struct.unpack_from("<I", part, 4 * (count + 1) + 22 * at + 14)[0] for at in range(count)
        ]
        return [(a, b, n) for (a, b), n in zip(pairwise(edges), numbers, strict=True) if a < b]


def _operand(code: int, following: bytes) -> tuple[int, int]:
    """How many bytes before the operand tell its length, and that length (2.6)."""
    kind = code >> 13
    if kind != _VARIABLE:
        return 0, _OPERAND[kind]
    if code == _TABLE_DEFINITION:
        length = int.from_bytes(following, "little")
        return 2, max(0, length - 1)
    length = following[0]
    if code == _CHANGED_TABS and length == _HUGE:
        return 1, LIMITS.member_bytes
    return 1, length
