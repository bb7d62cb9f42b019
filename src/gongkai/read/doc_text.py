"""The running text of a Word 97 file as paragraphs: fields, hidden text and symbols resolved.

It turns the pieces and runs of `doc_file` into paragraphs with their marks and properties; what
the marks build (tables, blocks) is `doc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.read.ooxml import told_apart
from gongkai.read.pictured import OBJECT, may_hold_figure, may_hold_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.read.doc_file import Piece, Properties, WordFile

# Properties of characters (2.6.1).
_DELETED, _HIDDEN, _SYMBOL, _PICTURE, _RAISED, _SPECIAL = (
    0x0800, 0x083C, 0x6A09, 0x6A03, 0x2A48, 0x0855,
)  # fmt: skip
_STRUCK, _STRUCK_TWICE, _MOVED, _SIZE, _COLOUR, _OLD_COLOUR = (
    0x0837, 0x2A53, 0x4845, 0x4A43, 0x6870, 0x2A42,
)  # fmt: skip
# Half points by which text is seen above or below its line, and a size that nobody can see.
_OFF, _TINY = 4, 4
_WHITE, _OLD_WHITE = b"\xff\xff\xff\x00", b"\x08"
# Properties of paragraphs (2.6.2).
_IN_TABLE, _ROW_END, _DEPTH, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_MARKS = re.compile("[\x00-\x1f]")
CELL, _END, _PAGE = "\x07", "\r", "\x0c"
#: What a control character stands for in the text; all others stand for nothing. A reference to
#: a note (2) keeps what is before and behind it apart.
_MEANING = {"\t": "\t", "\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x02": " "}
_CODE, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_IMAGE, _FLOATING = "\x01", "\x08"


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: its text, the mark that ends it, and what its properties say.

    `pictures` is the number of pictures in it that may hold a table, `anchors` the numbers of
    the characters at which something floating is anchored.
    """

    text: str
    number: int
    mark: str
    style: int
    properties: Properties
    pictures: int
    anchors: tuple[int, ...]

    @property
    def depth(self) -> int:
        """How many tables it stands in."""
        on = dict(self.properties)
        if _DEPTH in on:
            return max(0, int.from_bytes(on[_DEPTH], "little", signed=True))
        return int(self._is(_IN_TABLE))

    @property
    def ends_row(self) -> bool:
        """Whether its mark ends a row, not a cell."""
        return self._is(_ROW_END) if self.mark == CELL else self._is(_INNER_ROW_END)

    @property
    def ends_cell(self) -> bool:
        """Whether its mark ends a cell."""
        return self.mark == CELL or self._is(_INNER_CELL)

    def _is(self, code: int) -> bool:
        return dict(self.properties).get(code, b"\0")[0] != 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of characters of one piece and one run, and what its properties say."""

    text: str
    piece: Piece
    start: int
    properties: dict[int, bytes]

    def has(self, code: int) -> bool:
        """Whether a property that is on or off is on."""
        return self.properties.get(code, b"\0")[0] & 1 == 1


@dataclass
class _Open:
    """The paragraph that is being read; `fields` says of each open field whether it is code."""

    texts: list[str] = field(default_factory=list)
    pictures: int = 0
    anchors: list[int] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)

    def text(self, text: str) -> None:
        """Take text, unless it is the code of a field."""
        if not any(self.fields):
            self.texts.append(text)

    def field(self, mark: str) -> None:
        """Enter or leave a field."""
        if mark == _CODE:
            self.fields.append(True)
        elif self.fields and mark == _RESULT:
            self.fields[-1] = False
        elif self.fields and mark == _FIELD_END:
            self.fields.pop()

    def close(self) -> tuple[str, int, tuple[int, ...]]:
        """What was read of a paragraph; the fields stay open."""
        content = _whole("".join(self.texts)), self.pictures, tuple(self.anchors)
        self.texts, self.pictures, self.anchors = [], 0, []
        return content


class Text:
    """The stories of a file as paragraphs, numbered through the file from 1."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self.number = 0

    def paragraphs(self, start: int, end: int) -> Iterator[Para]:
        """The paragraphs from one character to another, with results of fields only."""
        state = _Open()
        for part in self._parts(start, end):
            for text, mark, at in _split(part):
                state.text(text)
                if mark in {CELL, _END, _PAGE}:
                    yield self._made(part.piece, at, mark, state)
                else:
                    self._take(state, part, mark, at)
        if "".join(state.texts).strip():
            self.number += 1
            text, pictures, anchors = state.close()
            yield Para(text, self.number, _END, 0, (), pictures, anchors)

    def _take(self, state: _Open, part: _Part, mark: str, at: int) -> None:
        """A control character that ends no paragraph."""
        state.field(mark)
        if mark in _MEANING:
            state.text(_MEANING[mark])
        elif mark == _IMAGE and not any(state.fields):
            self._picture(state, part)
        elif mark == _FLOATING:
            state.anchors.append(at)

    def _made(self, piece: Piece, at: int, mark: str, state: _Open) -> Para:
        """The paragraph that the mark at character `at` ends. A field never leaves its cell."""
        listed = self._file.paragraphs.at(piece.place(at))
        style = int.from_bytes(listed[:2], "little")
        properties = self._file.properties(listed[2:]) + piece.properties
        self.number += 1
        text, pictures, anchors = state.close()
        if mark == CELL:
            state.fields = []
        return Para(text, self.number, mark, style, properties, pictures, anchors)

    def _parts(self, start: int, end: int) -> Iterator[_Part]:
        """The characters by piece and run of properties."""
        known: dict[bytes, dict[int, bytes]] = {}
        for piece in self._file.pieces:
            first, last = max(start, piece.start), min(end, piece.end)
            if first >= last:
                continue
            begin, finish = piece.place(first), piece.place(last)
            cuts = {
                first + (edge - begin) // piece.width
                for edge in self._file.characters.breaks(begin, finish)
            }
            for a, b in pairwise([*sorted({first, *cuts}), last]):
                listed = self._file.characters.at(piece.place(a))
                if listed not in known:
                    known[listed] = dict(self._file.properties(listed))
                properties = {**known[listed], **dict(piece.properties)}
                yield _Part(self._file.text(piece, a, b), piece, a, properties)

    def _picture(self, state: _Open, part: _Part) -> None:
        """A picture of unknown size or large enough for a table; a small one may be a figure."""
        offset = int.from_bytes(part.properties.get(_PICTURE, b"\xff" * 4), "little", signed=True)
        size = self._file.picture_size(offset)
        if size is None or may_hold_table(*size):
            state.pictures += 1
        elif may_hold_figure(*size):
            state.text(OBJECT)


def _split(part: _Part) -> Iterator[tuple[str, str, int]]:
    """The text before each control character, that character, and its number; last the rest.

    Text that is hidden or was deleted under revision stays out; its control characters stay.
    """
    gone = part.has(_DELETED) or part.has(_HIDDEN)
    text = _symbols(part)
    begin = 0
    for found in _MARKS.finditer(text):
        at = found.start()
        yield "" if gone else _apart(part, text[begin:at]), found[0], part.start + at
        begin = at + 1
    yield "" if gone else _apart(part, text[begin:]), "", part.start + len(text)


def _symbols(part: _Part) -> str:
    """The text with the placeholders of inserted symbols replaced by the symbol."""
    symbol = part.properties.get(_SYMBOL)
    if symbol is None or not part.has(_SPECIAL):
        return part.text
    return part.text.replace("(", chr(int.from_bytes(symbol[2:4], "little")))


def _apart(part: _Part, text: str) -> str:
    """Raised, lowered, struck or unseen digits do not join the number before them."""
    if not any(map(str.isdigit, text)):
        return text
    struck = part.has(_STRUCK) or part.has(_STRUCK_TWICE)
    text = told_apart(text, "", struck=struck)
    return f" {text} " if struck or _is_off(part) or _is_unseen(part) else text


def _is_off(part: _Part) -> bool:
    """Whether the text stands above or below its line."""
    moved = int.from_bytes(part.properties.get(_MOVED, b"\0"), "little", signed=True)
    return part.properties.get(_RAISED, b"\0")[0] != 0 or abs(moved) >= _OFF


def _is_unseen(part: _Part) -> bool:
    """Whether the text is white or too small to be seen."""
    on = part.properties
    size = int.from_bytes(on.get(_SIZE, b"\xff"), "little")
    white = on[_COLOUR] == _WHITE if _COLOUR in on else on.get(_OLD_COLOUR) == _OLD_WHITE
    return white or size <= _TINY


def _whole(text: str) -> str:
    """The text with pairs of surrogates joined; a single one becomes the replacement sign."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
