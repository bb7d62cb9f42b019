"""Table four: reviews and lawsuits. The form prints three channels side by side in one row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind
from gongkai.parse.labels import columns_of, core, cores, rows_of, scan
from gongkai.parse.rows import ROW_LIKE, Placed, is_label, is_prose, place_figures, row_of
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Cell, Concept, Table
    from gongkai.parse.rows import Line, Row

TABLE = "disputes"


def _table() -> Table:
    """The table as the newest form has it (it is the same in all)."""
    return next(t for t in forms()[0].tables if t.id == TABLE)


def is_start(line: Line) -> bool:
    """Whether the table begins here: a line whose first cell is the head 行政复议."""
    if is_prose(line):
        return False
    review, *_ = rows_of(TABLE)
    outcome, *_ = columns_of(TABLE)
    heads = {core(review.label), core(outcome.label)}
    if line.grid is not None:
        return any(core(cell.text) in heads for cell in line.cells)
    words = key(line.text)
    known = {core(r.label) for r in rows_of(TABLE)} | {core(concept("groups", "lawsuits").label)}
    return words in heads or words.removeprefix(core(review.label)) in known


def parse_disputes(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    return _Parser().read(lines)


class _Parser:
    """Walks the lines: head cells until figures come, then a row of figures."""

    def __init__(self) -> None:
        self.reading = Reading(TABLE)
        self.head: list[Cell] = []
        self.pending: Row | None = None
        self.blank: Row | None = None

    def read(self, lines: Sequence[Line]) -> Reading:
        """The table; running text behind its figures is left."""
        for line in lines:
            row = row_of(line)
            behind = self._is_full() and line.grid is None and len(row.figures) < ROW_LIKE
            if is_prose(line) or behind:
                self.reading.left.append(line)
            else:
                self._take(row)
        self._flush()
        if self.reading.values or self.head or self.reading.doubtful:
            self.reading.forms[TABLE] = forms()[0].version
            self.reading.complete(_table().cells, ())
        return self.reading

    def _is_full(self) -> bool:
        return len(self.reading.values) == len(_table().cells)

    def _take(self, row: Row) -> None:
        """One line: head cells, or figures (of running text, perhaps over several lines)."""
        if row.labels and not row.figures:
            self._flush()
            self.head += [c for c in row.line.cells if is_label(c)]
        elif row.line.grid is not None:
            self._figures(row)
        elif row.figures:
            self.pending = row if self.pending is None else _joined(self.pending, row)
            channels = self._channels() or list(rows_of(TABLE))
            if len(self.pending.figures) >= len(channels) * len(columns_of(TABLE)):
                self._flush()

    def _flush(self) -> None:
        """Enter what has been kept: figures of running text, or a row of blanks."""
        if self.pending is not None:
            row, self.pending = self.pending, None
            self._figures(row)
        channels = self._channels()
        if self.blank is not None and channels is not None:
            self._put(self.blank, channels)

    def _figures(self, row: Row) -> None:
        """A row of figures (or of blanks) under the head read so far."""
        channels = self._channels() or self._by_width(row)
        if not row.figures:
            width = len(channels) * len(columns_of(TABLE)) if channels is not None else 0
            if 0 < width <= len(row.zone):
                self.blank = row
        elif channels is None:
            # Figures under no head, or a second row of them: none can be called the table's.
            self.reading.unknown(row)
            self.reading.doubtful = True
        else:
            self._put(row, channels)

    def _put(self, row: Row, channels: Sequence[Concept]) -> None:
        """Enter a row and close its head."""
        width = len(columns_of(TABLE))
        count = width * len(channels)
        placed = place_figures(row, count, self._header(count))
        for at, channel in enumerate(channels):
            part = Placed(placed.values[at * width : (at + 1) * width])
            self.reading.put(row, channel, columns_of(TABLE), part)
        if placed.doubt:
            cells = [CellId(TABLE, ch.id, c.id) for ch in channels for c in columns_of(TABLE)]
            surplus = len(row.figures) > count
            kind = RemarkKind.SURPLUS if surplus else RemarkKind.AMBIGUOUS_COLUMN
            self.reading.remark(kind, row.line.locus, row.line.text, cells)
        self.head, self.blank = [], None

    def _channels(self) -> list[Concept] | None:
        """The channels the head names, in the order of the form; None where it is not certain.

        The outcomes must stand in their order, once for each channel, the channels in theirs. A
        merged cell that a copy repeats in the line below counts once.
        """
        once = [c for at, c in enumerate(self.head) if not _is_repeated(self.head, at)]
        return _named(self.head) or _named(once)

    def _by_width(self, row: Row) -> list[Concept] | None:
        """All channels, where the head is damaged but says nothing else than the form."""
        known, outcomes = list(rows_of(TABLE)), [c.id for c in columns_of(TABLE)]
        wanted = outcomes * len(known)
        if not self.head or len(row.figures) != len(wanted):
            return None
        left = iter(wanted)
        named = [c.id for c in scan(_text(self.head), columns_of(TABLE))]
        fits = len(named) < len(wanted) and all(name in left for name in named)
        return known if fits and _in_order(_text(self.head)) else None

    def _header(self, width: int) -> list[int] | None:
        """The grid columns of the outcomes in the head, if there is one for each figure."""
        wordings = {wording for wording, _ in cores(columns_of(TABLE))}
        places = sorted(c.col for c in self.head if core(c.text) in wordings)
        return places if len(places) == width == len(set(places)) else None


def _joined(first: Row, second: Row) -> Row:
    """Two lines of figures as one row."""
    figures = first.figures + second.figures
    return replace(first, zone=figures, figures=figures)


def _text(head: Sequence[Cell]) -> str:
    return "".join(key(cell.text) for cell in head)


def _is_repeated(head: Sequence[Cell], at: int) -> bool:
    """Whether the cell stands in the same column of the head already."""
    cell = head[at]
    return any(c.col == cell.col and core(c.text) == core(cell.text) for c in head[:at])


def _named(head: Sequence[Cell]) -> list[Concept] | None:
    """The channels of a head that names the outcomes once for each of them."""
    text = _text(head)
    outcomes = [column.id for column in columns_of(TABLE)]
    named = [c.id for c in scan(text, columns_of(TABLE))]
    times, rest = divmod(len(named), len(outcomes))
    if rest or not times or named != outcomes * times or not _in_order(text):
        return None
    found = [row for row in rows_of(TABLE) if core(row.label) in text]
    suits = core(concept("groups", "lawsuits").label) in text
    lone = suits and all(row.group is None for row in found)
    return found if len(found) == times and not lone else None


def _in_order(text: str) -> bool:
    """Whether the channels a head names stand in the order of the form."""
    review, *suits = (core(row.label) for row in rows_of(TABLE))
    lawsuits = core(concept("groups", "lawsuits").label)
    places = [at for words in (review, lawsuits, *suits) if (at := text.find(words)) >= 0]
    return places == sorted(places)
