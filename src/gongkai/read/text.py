"""Plain text and Markdown: lines to blocks.

Six layouts occur in published copies: tab-separated rows, one cell a line with a tab before
it (rows parted by blank lines), pipe tables, HTML tables, Markdown headings, and lines of a
PDF's text (columns of blanks are `text_columns`). This module knows lines, tabs and bars; it
does not know what a report is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gongkai.model import Block, Cell, Grid, Heading, Locus, Paragraph
from gongkai.read.charset import decode
from gongkai.read.error import over_limit
from gongkai.read.grid import broken_off
from gongkai.read.limits import LIMITS
from gongkai.read.markup import blocks_of_html
from gongkai.read.text_columns import has_columns, in_order, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["blocks_of_lines", "decode", "read_text"]

_END = re.compile(r"\r\n|\r|\n|\f")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_PIPE_RULE = re.compile(r"^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?)?\s*$")
# Bars as they are typed: plain, full-width, box drawing. A bar with \\ before it is a character.
_BAR = re.compile(r"(?<!\\)[|｜│┃]")
_QUOTE = re.compile(r"^\s*>\s?")
_CELL_LINE = re.compile(r"^ *\t[^\t]*$")
# A cell that is bold as a whole; marks within a cell stay, since they may set notes apart.
_BOLD = re.compile(r"(\*\*|__)(?=[^\s*_])([^*_]*[^\s*_])\1")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Where a table of HTML begins and ends; one that is never closed ends before the next heading.
_TABLE_MARK = re.compile(r"<(?P<end>/?)table\b[^<>]*>|^#{1,6}\s", re.IGNORECASE | re.MULTILINE)
_HTML_LINE = re.compile(
    r"\s*</?(?:p|div|center|h[1-6]|span|font|b|strong|br|a|img|u|i|em)\b[^<>]*>", re.IGNORECASE
)


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
    pages: frozenset[int] = frozenset()
    blocks: list[Block] = field(default_factory=list)
    table: _Open = field(default_factory=_Open)
    tables: int = 0

    def close(self) -> None:
        """Turn the open table into a Grid."""
        if self.table.rows:
            self._bound()
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

    def _bound(self) -> None:
        """Refuse a table that is larger than any report has."""
        if len(self.table.rows) > LIMITS.rows:
            raise over_limit(self.name, f"一张表多于 {LIMITS.rows} 行")
        if max(map(len, self.table.rows)) > LIMITS.columns:
            raise over_limit(self.name, f"一张表多于 {LIMITS.columns} 列")

    def html(self, text: str, number: int) -> None:
        """Read a piece of HTML that begins in this line."""
        self.close()
        found = blocks_of_html(text, self.name, line=number, tables=self.tables, addressed=False)
        self.tables += sum(isinstance(block, Grid) for block in found)
        self.blocks += found

    def lines(self, text: str, number: int) -> None:
        """Read lines of which the first has this number, page by page."""
        page: list[tuple[str, int]] = []
        for at, line in enumerate(_joined(text.split("\n")), start=number):
            if at in self.pages:
                self._page(page)
                page = []
            page.append((line.replace("\ufeff", ""), at))
        self._page(page)

    def _page(self, page: Sequence[tuple[str, int]]) -> None:
        if not has_columns([text for text, _ in page]):
            for text, number in page:
                self.take(text, number)
            return
        for found in in_order(page, self.name):
            if isinstance(found, Grid):
                self.close()
                self.tables += 1
                self.blocks.append(numbered(found, self.tables))
            else:
                self.take(*found)

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
        self.table.rows.append([(_shown(cell), number) for cell in cells])

    def _running_text(self, line: str, number: int) -> None:
        self.close()
        locus = Locus(self.name, line=number)
        heading = _HEADING.match(line)
        if _HTML_LINE.match(line):
            self.html(line, number)
        elif heading is not None:
            self.blocks.append(Heading(heading[2], len(heading[1]), locus))
        else:
            self.blocks.append(Paragraph(line.rstrip("\r\n\f\v "), locus))


def read_text(data: bytes, name: str) -> tuple[Block, ...]:
    """Blocks of a text file.

    A blank line inside a table does not end it; a line of running text does.

    Raises:
        ReadError: as `decode`, and if an HTML table in it breaks the limits.
    """
    return blocks_of_lines(decode(data, name), name)


def blocks_of_lines(text: str, name: str) -> tuple[Block, ...]:
    """Blocks of a text, HTML tables in it included.

    Args:
        text: the text.
        name: what loci call the file.

    Raises:
        ReadError: if an HTML table in it breaks the limits.
    """
    pages = _pages(text)
    text = _END.sub("\n", text)
    lines = text.split("\n")
    one_a_line = sum(bool(_CELL_LINE.match(line)) for line in lines)
    several = sum(line.count("\t") > 1 for line in lines)
    state = _Lines(name, cell_lines=one_a_line > several, pages=pages)
    number = 1
    for part, is_html in _parts(text):
        if is_html:
            state.html(part, number)
        else:
            state.lines(part, number)
        number += part.count("\n")
    state.close()
    return broken_off(text, [_paged(block, sorted(pages)) for block in state.blocks])


def _paged(block: Block, pages: Sequence[int]) -> Block:
    """A line of running text with its page, in a file that has pages."""
    line = block.locus.line
    if not pages or line is None or not isinstance(block, (Paragraph, Heading)):
        return block
    return replace(block, locus=replace(block.locus, page=bisect_right(pages, line) + 1))


def _pages(text: str) -> frozenset[int]:
    """The lines before which a page begins."""
    ends = [mark[0] for mark in _END.finditer(text)]
    return frozenset(number for number, mark in enumerate(ends, start=2) if mark == "\f")


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut into lines of text and HTML tables (True), with nothing left out."""
    done = depth = 0
    is_open = False
    for mark in _TABLE_MARK.finditer(text):
        if mark["end"] is None:
            depth, end = 0, mark.start()
        else:
            depth = max(depth + (-1 if mark["end"] else 1), 0)
            end = mark.end()
        if depth == 1 and not is_open:
            yield text[done : mark.start()], False
            done, is_open = mark.start(), True
        elif depth == 0 and is_open:
            yield text[done:end], True
            done, is_open = end, False
    yield text[done:], is_open


def _shown(cell: str) -> str:
    """What a reader of Markdown sees in a cell of a pipe table."""
    text = _BREAK.sub("\n", cell.replace("&nbsp;", "\xa0"))
    bold = _BOLD.fullmatch(text.strip())
    return bold[2] if bold is not None else text


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
