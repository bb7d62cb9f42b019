"""Cells of sheets to blocks: where tables begin and end, what stands between them.

A sheet has no tables of its own, only cells. A table is a run of rows in which several cells are
filled or merged cells reach down; a text that stands alone in its row is a heading or running
text, unless the row belongs to a table by its frame or by the rows around it. Blank rows without
a frame end a table.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.model import Heading, Locus, Paragraph, Picture
from gongkai.read.error import over_limit
from gongkai.read.grid import Spanned, grid_of
from gongkai.read.limits import LIMITS
from gongkai.read.prose import is_running, is_section, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.model import Block

_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d]\w*")
_FIGURE = re.compile(r"\s*[+\-−]?[\d０-９][\d０-９,，.．]*\s*\w{0,3}\s*")
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both ends counting from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Float:
    """A text or a picture that lies over the cells, at the row where it begins."""

    row: int
    text: str
    picture: bool


@dataclass(slots=True)
class Sheet:
    """The cells of one visible sheet. Rows and columns count from 1.

    `texts` are filled cells as shown, `framed` are empty cells with a border.
    """

    name: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    framed: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    floats: list[Float] = field(default_factory=list)


def blocks_of(sheets: Sequence[Sheet], name: str) -> tuple[Block, ...]:
    """The blocks of the visible sheets, in their order.

    Args:
        sheets: the sheets.
        name: what loci call the file.

    Raises:
        ReadError: if a table breaks a limit.
    """
    filled = [sheet for sheet in sheets if sheet.texts or sheet.floats]
    out: list[Block] = []
    tables = 0
    for sheet in filled:
        printed = _Printed(sheet, name, tables)
        found = list(printed.blocks())
        if len(filled) > 1 and _says_something(sheet.name, found):
            place = Locus(name, element=address(sheet.name, 1, 1))
            out.append(Heading(sheet.name, 1, place))
        out += found
        tables = printed.tables
    return tuple(out)


def _says_something(title: str, blocks: list[Block]) -> bool:
    """Whether the name of a sheet is a heading: of a section, or of a table that has no other."""
    if _UNNAMED.fullmatch(title.strip()):
        return False
    first = blocks[0]
    if isinstance(first, Paragraph):
        return is_section(title) and "".join(title.split()) not in "".join(first.text.split())
    return True


def address(sheet: str, row: int, col: int) -> str:
    """`Sheet1!C5`, the name in quotes where formulas need them."""
    letters = ""
    while col > 0:
        col, rest = divmod(col - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    quoted = sheet if _WORD.fullmatch(sheet) else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{letters}{row}"


class _Seen:
    """Counts rows or columns without the hidden ones, there and back."""

    def __init__(self, hidden: Iterable[int]) -> None:
        self._hidden = sorted(hidden)
        self._before = [number - at for at, number in enumerate(self._hidden)]

    def is_hidden(self, number: int) -> bool:
        """Whether it is hidden."""
        at = bisect_left(self._hidden, number)
        return at < len(self._hidden) and self._hidden[at] == number

    def first(self, number: int) -> int:
        """The place of the first visible one from `number` on."""
        return number - bisect_left(self._hidden, number)

    def last(self, number: int) -> int:
        """The place of the last visible one up to `number`."""
        return number - bisect_right(self._hidden, number)

    def number(self, place: int) -> int:
        """What the sheet calls the one at this place."""
        return place + bisect_right(self._before, place)


@dataclass(frozen=True, slots=True)
class _Reach:
    """A merged range among the rows that are printed: `first` and `last` are indexes of them."""

    first: int
    last: int
    left: int
    right: int


@dataclass(slots=True)
class _Row:
    """A printed row: its place, its filled cells with the columns they cover, what else it has."""

    place: int
    filled: list[tuple[int, int, str]] = field(default_factory=list)
    framed: int = 0
    reached: bool = False
    merged: list[_Reach] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether the row can only be one of a table."""
        return len(self.filled) > 1 or (self.reached and bool(self.filled or self.framed))

    @property
    def has_figures(self) -> bool:
        """Whether a cell holds a number."""
        return any(_FIGURE.fullmatch(text) for _, _, text in self.filled)

    @property
    def edge(self) -> int:
        """The last column of a row with several filled cells; 1 for others."""
        return self.filled[-1][1] if len(self.filled) > 1 else 1

    def merge_at(self, col: int) -> _Reach | None:
        """The merged range that covers this column."""
        at = bisect_right(self.merged, col, key=lambda one: one.left) - 1
        return self.merged[at] if at >= 0 and self.merged[at].right >= col else None


class _Printed:
    """One sheet on its way to blocks. Rows and columns are places among the visible ones."""

    def __init__(self, sheet: Sheet, name: str, tables: int) -> None:
        self.sheet = sheet
        self.name = name
        self.tables = tables
        self.across = _Seen(sheet.hidden_columns)
        self.down = _Seen(sheet.hidden_rows)
        self.texts = self._places(sheet.texts)
        framed = self._places(dict.fromkeys(sheet.framed, ""))
        merges = self._merges()
        places = sorted({row for row, _ in (*self.texts, *framed)})
        self.rows = [_Row(place) for place in places]
        self._reach(merges, places)
        self._fill(framed)

    def _places(self, cells: dict[tuple[int, int], str]) -> dict[tuple[int, int], str]:
        """Cells that are not hidden, by their places."""
        return {
            (self.down.first(row), self.across.first(col)): text
            for (row, col), text in cells.items()
            if not self.down.is_hidden(row) and not self.across.is_hidden(col)
        }

    def _merges(self) -> list[Merge]:
        """What is seen of merged ranges; their text stands in the first cell that is seen."""
        out = []
        for merge in self.sheet.merges:
            top, bottom = self.down.first(merge.top), self.down.last(merge.bottom)
            left, right = self.across.first(merge.left), self.across.last(merge.right)
            if top > bottom or left > right:
                continue
            text = self.sheet.texts.get((merge.top, merge.left))
            if text is not None:
                self.texts[top, left] = text
            elif (top, left) in self.texts:
                del self.texts[top, left]
            out.append(Merge(top, left, bottom, right))
        return out

    def _reach(self, merges: list[Merge], places: list[int]) -> None:
        """Tell each row which merged ranges cover it; of two that overlap the later one is void."""
        left = LIMITS.cells
        for merge in merges:
            first = bisect_left(places, merge.top)
            last = bisect_right(places, merge.bottom) - 1
            left -= max(0, last - first + 1)
            if left < 0:
                raise over_limit(self.name, f"合并的单元格多于 {LIMITS.cells} 个")
            reach = _Reach(first, last, merge.left, merge.right)
            rows = self.rows[first : last + 1]
            if not any(_overlaps(row, reach) for row in rows):
                for row in rows:
                    insort(row.merged, reach, key=lambda one: one.left)
        for at, row in enumerate(self.rows):
            row.reached = any(one.first < at for one in row.merged)

    def _fill(self, framed: dict[tuple[int, int], str]) -> None:
        """Give each row its filled cells from left to right; what a merged cell covers is not seen."""
        at = {row.place: index for index, row in enumerate(self.rows)}
        for (place, col), text in sorted(self.texts.items()):
            row = self.rows[at[place]]
            merge = row.merge_at(col)
            if merge is None or (merge.first, merge.left) == (at[place], col):
                row.filled.append((col, merge.right if merge is not None else col, text))
        for place, col in framed.keys() - self.texts.keys():
            row = self.rows[at[place]]
            row.framed += row.merge_at(col) is None

    def blocks(self) -> Iterator[Block]:
        """Tables, headings, running text and floats in reading order."""
        floats = sorted(self.sheet.floats, key=lambda one: one.row)
        for run in self._runs():
            while floats and self.down.first(floats[0].row) <= self.rows[run.start].place:
                yield from self._float(floats.pop(0))
            yield from self._run(run)
        for one in floats:
            yield from self._float(one)

    def _runs(self) -> Iterator[range]:
        """The rows between blank rows, as ranges of indexes."""
        start = 0
        for at in range(1, len(self.rows) + 1):
            goes_on = at < len(self.rows) and (
                self.rows[at].place == self.rows[at - 1].place + 1 or self.rows[at].reached
            )
            if not goes_on:
                yield range(start, at)
                start = at

    def _run(self, run: range) -> Iterator[Block]:
        start = run.start
        edge = 0  # the last column of the table that is open, 0 where none is
        for at in run:
            row = self.rows[at]
            if self._is_in_table(run, at, edge):
                start = start if edge else at
                edge = max(edge, row.edge)
                continue
            if edge:
                yield from self._grid(start, at)
            edge = 0
            yield from self._text(row)
        if edge:
            yield from self._grid(start, run.stop)

    def _is_in_table(self, run: range, at: int, edge: int) -> bool:
        """Whether a row is one of a table; `edge` tells of the table above it.

        A text alone in its row is, where it is framed, merged or followed by a row of the table,
        and is no paragraph and no heading of a section.
        """
        row = self.rows[at]
        if row.is_table or not edge:
            return row.is_table
        if not row.filled:
            return True
        ((col, right, text),) = row.filled
        above = self.rows[at - 1]
        below = self.rows[at + 1] if at + 1 < run.stop else _Row(0)
        if is_running(text):
            return False
        if is_section(text):
            return right < edge and _is_label(row, above, below)
        begins_later = bool(above.filled) and col > above.filled[0][0]
        return row.framed > 0 or right > col or begins_later or below.is_table

    def _text(self, row: _Row) -> Iterator[Block]:
        number = self.down.number(row.place)
        for col, _, text in row.filled:
            element = address(self.sheet.name, number, self.across.number(col))
            for line in lines(text):
                yield Paragraph(line, Locus(self.name, line=number, element=element))

    def _grid(self, start: int, stop: int) -> Iterator[Block]:
        """The rows as a grid; of blank framed rows at its end one is kept."""
        while (
            stop - start > 1 and not self.rows[stop - 1].filled and not self.rows[stop - 2].filled
        ):
            stop -= 1
        rows = self.rows[start:stop]
        several = [row for row in rows if len(row.filled) > 1] or rows
        first = min(col for row in rows for col, _, _ in row.filled)
        last = max(right for row in several for _, right, _ in row.filled)
        last = max([last, *(col for row in rows for col, _, _ in row.filled)])
        if last - first >= LIMITS.columns:
            raise over_limit(self.name, f"一张表多于 {LIMITS.columns} 列")
        if stop - start > LIMITS.rows:
            raise over_limit(self.name, f"一张表多于 {LIMITS.rows} 行")
        self.tables += 1
        corner = address(
            self.sheet.name, self.down.number(rows[0].place), self.across.number(first)
        )
        place = Locus(self.name, block=self.tables, element=corner)
        spanned = [self._spanned(at, range(start, stop), first, last) for at in range(start, stop)]
        yield grid_of(spanned, place)

    def _spanned(self, at: int, rows: range, first: int, last: int) -> list[Spanned]:
        """The cells that begin in a row of a grid, blank ones too."""
        row = self.rows[at]
        number = self.down.number(row.place)
        texts = {col: text for col, _, text in row.filled}
        out = []
        col = first
        while col <= last:
            merge = row.merge_at(col)
            right = min(merge.right, last) if merge is not None else col
            if merge is None or max(merge.first, rows.start) == at:
                element = address(self.sheet.name, number, self.across.number(col))
                height = min(merge.last, rows.stop - 1) - at + 1 if merge is not None else 1
                place = Locus(self.name, element=element)
                out.append(Spanned(texts.get(col, ""), place, right - col + 1, height))
            col = right + 1
        return out

    def _float(self, one: Float) -> Iterator[Block]:
        place = Locus(self.name, line=one.row, element=address(self.sheet.name, one.row, 1))
        if one.picture:
            yield Picture(one.text, place)
        else:
            for text in lines(one.text):
                yield Paragraph(text, place)


def _is_label(row: _Row, above: _Row, below: _Row) -> bool:
    """Whether a numbered text that is alone in its row is the label of a row of blanks.

    A heading of a section looks the same. Below a heading stand a paragraph or the head of a
    table; below a label, the next label or figures.
    """
    if not below.filled:
        return row.framed > 0
    first = below.filled[0][2]
    if below.has_figures:
        return above.has_figures or row.framed > 0
    framed = row.framed > 0 or row.filled[0][1] > row.filled[0][0]
    return framed and not is_running(first) and (is_section(first) or len(below.filled) == 1)


def _overlaps(row: _Row, reach: _Reach) -> bool:
    """Whether a range shares a cell of this row with those it has."""
    at = bisect_right(row.merged, reach.right, key=lambda one: one.left) - 1
    return at >= 0 and row.merged[at].right >= reach.left
