"""Plain text and Markdown: lines to blocks.

Five layouts occur in published copies: tab-separated rows, one cell a line with a tab before
it (rows parted by blank lines), pipe tables, Markdown headings, and lines of a PDF's text.
This module knows lines, tabs and bars; it does not know what a report is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from gongkai.model import Block, Cell, Grid, Heading, Locus, Paragraph

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_PIPE_RULE = re.compile(r"^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?)?\s*$")
# Bars as they are typed: plain, full-width, box drawing. A bar with \\ before it is a character.
_BAR = re.compile(r"(?<!\\)[|｜│┃]")
_QUOTE = re.compile(r"^\s*>\s?")
_CELL_LINE = re.compile(r"^ *\t[^\t]*$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class DecodeError(ValueError):
    """The bytes are no text in UTF-8, UTF-16 or GB18030."""


def decode(data: bytes) -> str:
    """Text by byte-order mark, strict UTF-8, then GB18030 (which holds GBK and GB2312).

    Raises:
        DecodeError: if none fits, or if what comes out is no written text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            candidates = [encoding]
            break
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(
            unicodedata.category(c) in {"Cc", "Co", "Cn"} and c not in "\t\n\r\f\v" for c in text
        )
        if odd:
            raise DecodeError(f"按 {encoding} 解码后有 {odd} 个不是文字的字符")
        return text
    raise DecodeError("不是 UTF-8，也不是 GB18030")


@dataclass
class _Open:
    """The table that is being read: rows of (text, line) and whether a row may go on."""

    rows: list[list[tuple[str, int]]] = field(default_factory=list)
    in_row: bool = False


@dataclass
class _Lines:
    """The state of one pass over the lines of a file."""

    name: str
    cell_lines: bool
    blocks: list[Block] = field(default_factory=list)
    table: _Open = field(default_factory=_Open)
    tables: int = 0

    def close(self) -> None:
        """Turn the open table into a Grid."""
        if self.table.rows:
            self.tables += 1
            rows = tuple(
                tuple(
                    Cell(
                        text,
                        at,
                        col,
                        Locus(self.name, line=line, block=self.tables, row=at + 1, col=col + 1),
                    )
                    for col, (text, line) in enumerate(row)
                )
                for at, row in enumerate(self.table.rows)
            )
            locus = Locus(self.name, line=self.table.rows[0][0][1], block=self.tables)
            self.blocks.append(Grid(rows, locus))
        self.table = _Open()

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        if not line.strip(" \r\f\v\u3000\xa0\ufeff\u200b"):
            self.table.in_row = False
        elif self._has_bars(line):
            self._pipe_row(_QUOTE.sub("", line), number)
        elif self.cell_lines and _CELL_LINE.match(line):
            self._cell_line(line, number)
        elif "\t" in line:
            self.table.rows.append([(text, number) for text in line.split("\t")])
        elif self.cell_lines and self.table.in_row:
            text, first = self.table.rows[-1][-1]
            self.table.rows[-1][-1] = (f"{text}\n{line}", first)
        else:
            self._running_text(line, number)

    def _cell_line(self, line: str, number: int) -> None:
        if not self.table.in_row:
            self.table.rows.append([])
            self.table.in_row = True
        self.table.rows[-1].append((line.split("\t", 1)[1], number))

    def _has_bars(self, line: str) -> bool:
        """Whether a line is a row of a pipe table: two bars, or one in an open table.

        The bars at both ends may be missing, as in many copies.
        """
        bars = len(_BAR.findall(line))
        return bars > 1 or (bars == 1 and bool(self.table.rows))

    def _pipe_row(self, line: str, number: int) -> None:
        if _PIPE_RULE.match(line):
            return
        cells = [cell.replace("\\|", "|").strip() for cell in _BAR.split(line.strip())]
        if cells[0] == "" and _BAR.match(line.strip()):
            cells = cells[1:]
        if len(cells) > 1 and cells[-1] == "" and _BAR.search(line.strip()[-1]):
            cells = cells[:-1]
        self.table.rows.append([(_BREAK.sub("\n", cell), number) for cell in cells])

    def _running_text(self, line: str, number: int) -> None:
        self.close()
        locus = Locus(self.name, line=number)
        heading = _HEADING.match(line)
        if heading is not None:
            self.blocks.append(Heading(heading[2], len(heading[1]), locus))
        else:
            self.blocks.append(Paragraph(line.rstrip("\r\n\f\v "), locus))


def read_text(data: bytes, name: str) -> tuple[Block, ...]:
    """Blocks of a text file.

    A blank line inside a table does not end it; a line of running text does.

    Raises:
        DecodeError: as `decode`.
    """
    lines = _joined(re.split(r"\r\n|\r|\n|\f", decode(data)))
    one_a_line = sum(bool(_CELL_LINE.match(line)) for line in lines)
    several = sum(line.count("\t") > 1 for line in lines)
    state = _Lines(name, cell_lines=one_a_line > several)
    for number, line in enumerate(lines, start=1):
        state.take(line.replace("\ufeff", ""), number)
    state.close()
    return tuple(state.blocks)


def _joined(lines: list[str]) -> list[str]:
    """Rows of a pipe table that a line break inside a cell cut in two, as one line.

    The second half becomes an empty line, so that line numbers stay.
    """
    out = list(lines)
    for at in range(len(out) - 1):
        first, second = out[at].strip(), out[at + 1].strip()
        opened = first.startswith("|") and not first.endswith("|")
        if opened and second.endswith("|") and not second.startswith("|"):
            out[at], out[at + 1] = f"{first}<br>{second}", ""
    return out
