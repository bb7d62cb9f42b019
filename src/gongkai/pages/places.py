"""Where each figure of a report stands in its original: what the page loads when it is asked.

For each located cell it says where to draw the box on the picture of a page, which cell of the
original's table to show, or which line of the text. It is given pictures, tables and lines and
opens no file. All text in it is that of a report: the page writes it as text and nothing else.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from gongkai.model import Grid
from gongkai.read.picture import PICTURED
from gongkai.read.sniff import MARKDOWN, OFD, TEXT
from gongkai.read.surroundings import Wanted
from gongkai.safe import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gongkai.model import Block, Cell, CellId, Entry, Locus, Report, Value

#: The file with the places of a report, and that with the picture of a page.
PLACES, PICTURE = "places.json", "p{page}.webp"
#: Rows and lines that are shown around those with figures, and characters of a cell or line.
_ROWS_AROUND, _LINES_AROUND = 6, 3
_CELL_LENGTH, _LINE_LENGTH = 160, 600
_SEVERAL = 2
_LINES = frozenset({TEXT, MARKDOWN})
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_WORD = re.compile(r"\S+")
_BAR = re.compile(r"(?<!\\)[|｜│┃]")

#: A cell's place: `["p", page, x0, top, x1, bottom]`, `["t", table, row, cell, element]` (row and
#: cell count from 0 in the rows of this file) or `["l", line, first, last]`.
Mark: TypeAlias = list[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What was got of it. `pages` are the sizes in points of the pages with a picture."""

    pages: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


def folder_of(entry: Entry) -> str:
    """The folder of a report below the address of the originals.

    It is that of the report below `content/reports`.
    """
    return f"{entry.agency.adcode}/{entry.agency.slug}/{entry.year}"


def wanted_of(report: Report) -> Wanted:
    """The pages, lines or tables in which the figures of a report stand.

    A page of OFD may have no picture; its tables are wanted for that.
    """
    kind = report.source.media_type
    loci = [at for _, _, at in _located(report)]
    pages = {at.page for at in loci if at.page is not None} if kind in PICTURED else set()
    return Wanted(
        pages=tuple(sorted(pages)),
        lines=kind in _LINES and bool(loci),
        blocks=kind not in _LINES and bool(loci) and (kind == OFD or not pages),
    )


def _beginning(texts: list[str]) -> str:
    """What several texts begin with, character by character."""
    if len(texts) < _SEVERAL:
        return ""
    low, high = min(texts), max(texts)  # all others lie between these two
    same = (at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b)
    return low[: next(same, len(low))]


def _located(report: Report) -> Iterator[tuple[CellId, Value, Locus]]:
    for cell, value in report.values.items():
        if value.locus is not None:
            yield cell, value, value.locus


def places_file(report: Report, found: Found) -> bytes:
    """The file: `pages`, `tables` and `lines` that are shown, and `cells` with their places.

    No bytes where no figure has a place that can be shown.
    """
    located = list(_located(report))
    tables = _tables(found.blocks, [at for _, _, at in located])
    lines = _Lines(found.lines) if found.lines else _paragraphs(found.blocks)
    elements = [at.element for _, _, at in located if at.element is not None]
    base = _beginning(elements)
    cells: dict[str, dict[str, dict[str, Mark]]] = {}
    rows: dict[int, list[tuple[Mark, str]]] = {}
    for cell, value, at in located:
        entry = _on_page(at, found) or tables.entry(at, base) or lines.entry(at, value)
        if entry is not None:
            cells.setdefault(cell.table, {}).setdefault(cell.row, {})[cell.column] = entry
            if entry[0] == "l":
                rows.setdefault(entry[1], []).append((entry, value.raw.strip()))
    lines.mark_words(rows)
    data = {
        "pages": {str(n): [round(side, 2) for side in size] for n, size in found.pages.items()},
        "element": base,
        "tables": tables.shown,
        "lines": lines.around(set(rows)),
        "cells": cells,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode() if cells else b""


# --- Pages with a picture ------------------------------------------------------------------


def _on_page(at: Locus, found: Found) -> Mark | None:
    if at.page not in found.pages:
        return None
    return ["p", at.page, *(round(edge, 2) for edge in at.bbox or ())]


# --- Tables --------------------------------------------------------------------------------


#: Table, row and column of the original → row and cell of the table as it is shown.
_Index: TypeAlias = dict[tuple[int, int | None, int | None], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Tables:
    """The tables as they are shown, and where each cell of the original is in them."""

    shown: dict[str, dict[str, Any]]
    index: _Index

    def entry(self, at: Locus, base: str) -> Mark | None:
        if at.block is None or at.row is None or at.col is None:
            return None
        where = self.index.get((at.block, at.row, at.col))
        if where is None:
            return None
        element = [] if at.element is None else [at.element.removeprefix(base)]
        return ["t", at.block, *where, *element]


def _tables(blocks: Iterable[Block], loci: Iterable[Locus]) -> _Tables:
    """The tables with figures, each with what stands right above it."""
    wanted: dict[int, list[int]] = {}
    for at in loci:
        if at.block is not None and at.row is not None:
            wanted.setdefault(at.block, []).append(at.row)
    made = _Tables({}, {})
    above = ""
    for block in blocks:
        if not isinstance(block, Grid):
            above = plain(block.text) or above
            continue
        number = block.locus.block
        rows = wanted.get(number) if number is not None else None
        if number is not None and rows is not None:
            first, last = min(rows) - _ROWS_AROUND, max(rows) + _ROWS_AROUND
            kept = [row for at, row in enumerate(block.rows, 1) if first <= at <= last]
            made.shown[str(number)] = {
                "above": above[:_CELL_LENGTH],
                "rows": list(_rows(kept, number, made.index)),
            }
        above = ""
    return made


def _rows(rows: list[tuple[Cell, ...]], number: int, index: _Index) -> Iterator[list[Any]]:
    """Rows as a web page prints them: a text, or text with colspan and rowspan; no gaps."""
    taken: dict[int, int] = {}  # column → first row in which it is free again
    for at, row in enumerate(rows):
        out: list[Any] = []
        col = 0
        for cell in row:
            while col < cell.col:
                if taken.get(col, 0) <= at:
                    out.append("")
                col += 1
            place = cell.locus
            index[number, place.row, place.col] = (at, len(out))
            height = min(cell.rowspan, len(rows) - at)
            text = plain(cell.text)[:_CELL_LENGTH]
            out.append(text if (cell.colspan, height) == (1, 1) else [text, cell.colspan, height])
            for covered in range(col, col + cell.colspan):
                taken[covered] = at + height
            col += cell.colspan
        yield out


# --- Lines ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a text, or paragraphs of a document: these have no number but a place."""

    texts: tuple[str, ...]
    numbers: Mapping[tuple[int | None, str | None], int] | None = None

    def entry(self, at: Locus, value: Value) -> Mark | None:
        key = (at.line, at.element)
        number = at.line if self.numbers is None else self.numbers.get(key)
        if number is None or number > len(self.texts):
            return None
        span = _mark(self.texts[number - 1], at.col, value.raw.strip())
        return ["l", number, *(span if span is not None and span[1] <= _LINE_LENGTH else ())]

    def mark_words(self, rows: Mapping[int, list[tuple[Mark, str]]]) -> None:
        """Mark figures parted by spaces: where a line ends with just the figures read from it."""
        for number, figures in rows.items():
            line = self.texts[number - 1]
            words = list(_WORD.finditer(line))[-len(figures) :]
            parted = len(_parts(line)) > 1
            if parted or [word[0] for word in words] != [raw for _, raw in figures]:
                continue
            for word, (entry, _) in zip(words, figures, strict=True):
                if word.end() <= _LINE_LENGTH:
                    entry[2:] = word.span()

    def around(self, wanted: set[int]) -> list[list[Any]]:
        """The wanted lines and those around them, each with its number."""
        kept = {
            number
            for line in wanted
            for number in range(line - _LINES_AROUND, line + _LINES_AROUND + 1)
            if 1 <= number <= len(self.texts)
        }
        return [[number, _seen(self.texts[number - 1])[:_LINE_LENGTH]] for number in sorted(kept)]


def _paragraphs(blocks: Iterable[Block]) -> _Lines:
    """The running text of a document, numbered from 1."""
    texts = [block for block in blocks if not isinstance(block, Grid)]
    numbers = {(b.locus.line, b.locus.element): at for at, b in enumerate(texts, start=1)}
    numbers.pop((None, None), None)  # no place at all
    return _Lines(tuple(block.text for block in texts), numbers)


def _seen(line: str) -> str:
    """The line without characters that do harm; its length stays."""
    return _UNSEEN.sub(" ", line)


def _parts(line: str) -> list[str]:
    """The cells of a line, parted by tabs or bars."""
    return line.split("\t") if "\t" in line else _BAR.split(line)


def _mark(line: str, col: int | None, raw: str) -> tuple[int, int] | None:
    """Where the text of column `col` stands in its line; None where that is not certain."""
    start, part = 0, line
    parts = _parts(line)
    if len(parts) > 1 and col is not None:
        at = col - 1 if "\t" in line or parts[0].strip() else col
        if at < len(parts):
            start, part = sum(len(before) + 1 for before in parts[:at]), parts[at]
        elif sum(bool(one.strip()) for one in parts) > 1:  # not one cell a line
            return None
    if not raw or part.count(raw) != 1:
        return None
    first = start + part.index(raw)
    return first, first + len(raw)
