"""Prints a report as RTF, the way word processors write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spanned import BOXES, laid

if TYPE_CHECKING:
    from printers import Sheet
    from spanned import Boxes

_COLUMN = 600
_HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}"
    r"{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}{\colortbl;\red0\green0\blue0;}"
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}{\*\generator 示例;}"
    r"{\info{\title 7}}{\header\pard 8\par}"
)


@dataclass(frozen=True)
class Style:
    """How the file is written.

    Attributes:
        text: `bytes` (code page 936), `unicode` (with a fallback of one sign) or `both`
            (with the bytes as fallback).
        flagged: horizontal merges are flags of cells that are all there, not wide cells.
        ragged: by how much the inner edges of every other row are moved, in twips.
        twice: the definition of a row stands before its cells and again before its end.
        charset: fonts say their character set; otherwise the file's code page counts alone.
    """

    text: str = "bytes"
    flagged: bool = False
    ragged: int = 0
    twice: bool = False
    charset: bool = True


def encoded(text: str, how: str) -> str:
    """Text as it stands in the file."""
    out = ""
    for char in text:
        if char in "\\{}":
            out += "\\" + char
        elif char == "\n":
            out += r"\line "
        elif char.isascii():
            out += char
        else:
            raw = "".join(f"\\'{byte:02x}" for byte in char.encode("gbk"))
            number = ord(char) - 0x10000 if ord(char) > 0x7FFF else ord(char)
            ways = {"bytes": raw, "unicode": f"\\u{number}?", "both": f"\\u{number}{raw}"}
            out += ways[how]
    return out


def row(cells: list[str], edges: list[int], flags: list[str], *, twice: bool = False) -> str:
    """A row of a table: encoded cells, right edges, flags of each cell."""
    shape = r"\trowd\trgaph108\trleft0" + "".join(
        f"{flag}\\clbrdrt\\brdrs\\cellx{edge}\n" for flag, edge in zip(flags, edges, strict=True)
    )
    text = "".join(f"\\pard\\intbl {{{cell}}}\\cell\n" for cell in cells)
    return f"{shape}{text}{{{shape}\\row}}\n" if twice else f"{shape}{text}\\row\n"


def table_rtf(boxes: Boxes, style: Style) -> str:
    """A table."""
    out = ""
    for at, line in enumerate(laid(boxes)):
        cells, edges, flags = [], [], []
        for cell in line:
            down = "" if cell.box is not None and not cell.grows else r"\clvmrg"
            down = r"\clvmgf" if cell.box is not None and cell.grows else down
            ends = range(cell.first + 1, cell.last + 1) if style.flagged else (cell.last,)
            for i, end in enumerate(ends):
                wide = "" if len(ends) == 1 else r"\clmgf" if i == 0 else r"\clmrg"
                edges.append(end * _COLUMN + (style.ragged if at % 2 else 0))
                flags.append(wide + down)
                text = cell.box.text if cell.box is not None and i == 0 else ""
                cells.append(encoded(text, style.text))
        out += row(cells, edges, flags, twice=style.twice)
    return out + "\\pard\n"


def document(body: str, *, charset: bool = True) -> bytes:
    """A file with this body."""
    head = _HEAD if charset else _HEAD.replace(r"\fcharset134", "").replace(r"\fcharset0", "")
    head = head.replace("示例", encoded("示例", "bytes"))
    return f"{head}\\pard\\plain\\f1 {body}}}".encode("latin-1")


def print_rtf(sheet: Sheet, style: Style = Style()) -> bytes:  # frozen
    """The report as an RTF file."""

    def para(text: str, more: str = "") -> str:
        count = 2 if style.text == "both" else 1
        return f"\\pard\\uc{count}{more} {encoded(text, style.text)}\\par\n"

    body = para(sheet.title, r"\s1")
    for part in sheet.parts():
        body += para(part.heading)
        if part.table is not None:
            body += table_rtf(BOXES[part.table.id](sheet, part.table), style)
        if part.text:
            body += para(part.text)
    return document(body, charset=style.charset)
