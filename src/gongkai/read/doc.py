"""Word 97 to 2003 and WPS: paragraphs and tables of the main text.

Cells and rows end where the properties of a paragraph say so, and stand where the row's own
properties say ([MS-DOC] 2.4.3, 2.6.3), so that columns are places and not counts. It knows
nothing of reports; the file's structure is `doc_file`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.read.doc_file import KIND, OldVersionError, WordFile
from gongkai.read.doc_text import CELL, Para, Text
from gongkai.read.error import damaged
from gongkai.read.marked import Builder, Marked, Slot
from gongkai.read.office import read_by_office
from gongkai.read.pictured import may_hold_table

if TYPE_CHECKING:
    from gongkai.model import Block
    from gongkai.read.doc_file import Properties

# Properties of table rows (2.6.3).
_ROW, _MERGE, _UNMERGE, _DOWN, _INSERT, _DELETE, _WIDTH = (
    0xD608, 0x5624, 0x5625, 0xD62B, 0x7621, 0x5622, 0x7623,
)  # fmt: skip
#: Styles 1 to 9 are the headings (2.9.271).
_HEADINGS = range(1, 10)
# Bits of a cell's description (2.9.317).
_ACROSS, _VERTICAL, _VERTICAL_FIRST = 0x3, 0x20, 0x40


@dataclass
class _Shape:
    """Where the cells of a row stand; `known` is False where that cannot be told."""

    edges: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    known: bool = True


def read_doc(data: bytes, name: str) -> tuple[Block, ...]:
    """The blocks of a Word 97 to 2003 or WPS file; text boxes stand where they are anchored.

    Headers, footers, notes and comments are no text of the report. Numbers of lists are computed
    by Word and stand nowhere in the file's text.

    Raises:
        ReadError: if it is damaged, asks for a password, or breaks a limit; if it was written
            before Word 97 and LibreOffice is not there.
    """
    try:
        return _Reader(WordFile(data, name)).blocks()
    except OldVersionError:
        return read_by_office(data, name, ".doc", "Word 6 或 95 的文件")
    except (struct.error, IndexError, ValueError) as error:
        raise damaged(name, KIND) from error


class _Reader:
    """One pass over the text of a file."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._text = Text(file)
        self._builder = Builder(file.name)
        self._shapes = file.shapes()
        main, *others, boxes, _ = file.stories
        self._main = main
        first = main + sum(others)
        self._boxes: dict[int, list[tuple[int, int]]] = {}
        for start, end, shape in file.boxes():
            anchor = self._shapes[shape][0] if shape in self._shapes else main
            begin, finish = first + start, first + min(end, boxes)
            self._boxes.setdefault(min(anchor, main), []).append((begin, finish))

    def blocks(self) -> tuple[Block, ...]:
        """The main text, and each text box behind the block it is anchored in."""
        self._story(0, self._main, boxes=True)
        for start, end in self._boxes.pop(self._main, []):
            self._story(start, end, boxes=False)
        return tuple(self._builder.blocks)

    def _story(self, start: int, end: int, *, boxes: bool) -> None:
        anchors: list[int] = []
        for para in self._text.paragraphs(start, end):
            if para.depth == 0 and para.mark == CELL:
                raise damaged(self._file.name, KIND)
            self._builder.take(_marked(para))
            anchors += para.anchors
            if para.depth == 0 and boxes:
                self._anchored(anchors)
                anchors = []
        self._builder.close()
        if boxes:
            self._anchored(anchors)

    def _anchored(self, anchors: list[int]) -> None:
        """The pictures and text boxes that are anchored at these characters."""
        for at, wide, high, is_picture in self._shapes.values():
            if at in anchors and is_picture and may_hold_table(wide, high):
                self._builder.picture(self._text.number)
        for at in anchors:
            for start, end in self._boxes.pop(at, []):
                self._story(start, end, boxes=False)


def _marked(para: Para) -> Marked:
    """The paragraph with the meaning of its mark and style."""
    slots = _slots(_shape(para.properties)) if para.ends_row else None
    return Marked(
        para.text,
        para.number,
        depth=para.depth,
        ends_cell=para.ends_cell,
        ends_row=para.ends_row,
        slots=slots,
        level=para.style if para.style in _HEADINGS else 0,
        pictures=para.pictures,
    )


# Rows


def _shape(properties: Properties) -> _Shape:
    """Where the cells of a row stand, by the properties of its end mark."""
    shape = _Shape(known=False)
    for code, operand in properties:
        if code == _ROW:
            shape = _defined(operand)
        elif code == _MERGE:
            first, end = operand
            shape.flags[first:end] = [
                flag & ~_ACROSS | (1 if at == 0 else 2)
                for at, flag in enumerate(shape.flags[first:end])
            ]
        elif code == _DOWN and operand[0] < len(shape.flags):
            at = operand[0]
            both = _VERTICAL | _VERTICAL_FIRST
            shape.flags[at] = shape.flags[at] & ~both | (operand[1] & 3) << 5
        elif code == _WIDTH:
            _widen(shape, *struct.unpack("<BBh", operand))
        elif code in {_INSERT, _DELETE, _UNMERGE}:
            shape.known = False
    return shape


def _defined(operand: bytes) -> _Shape:
    """The edges and flags of the cells (2.9.317, 2.9.321); flags left out at the end are 0."""
    count = operand[0]
    edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
    begin = 1 + 2 * (count + 1)
    flags = [
        int.from_bytes(operand[begin + 20 * at : begin + 20 * at + 2], "little")
        for at in range(count)
    ]
    return _Shape(edges, flags)


def _widen(shape: _Shape, first: int, end: int, width: int) -> None:
    """Give some cells of a row a width and move what follows."""
    for at in range(first, min(end, len(shape.flags))):
        by = width - (shape.edges[at + 1] - shape.edges[at])
        shape.edges[at + 1 :] = [edge + by for edge in shape.edges[at + 1 :]]


def _slots(shape: _Shape) -> tuple[Slot, ...] | None:
    """Where the cells of a row stand.

    Which of the values 1 and 2 begins a horizontal merge is told otherwise by the two editions
    of the format's description; here it is the value that comes first in a run of merged cells.
    """
    if not shape.known:
        return None
    out = []
    leader = 0
    for flags, (left, right) in zip(shape.flags, pairwise(shape.edges), strict=True):
        across = flags & _ACROSS
        leader = across if leader == 0 or across == 0 else leader
        out.append(
            Slot(
                left,
                right,
                goes_on_left=across not in {0, leader, _ACROSS},
                begins_down=bool(flags & _VERTICAL),
                goes_on_up=bool(flags & _VERTICAL) and not flags & _VERTICAL_FIRST,
            )
        )
    return tuple(out)
