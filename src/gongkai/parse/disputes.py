"""Table four: reviews and lawsuits. The form prints three channels side by side in one row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind
from gongkai.parse.labels import columns_of, core, cores, rows_of, scan
from gongkai.parse.rows import Placed, is_label, is_prose, place_figures, row_of
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

    def read(self, lines: Sequence[Line]) -> Reading:
        """The table; running text behind its figures is left."""
        for line in lines:
            if is_prose(line) or (self._is_full() and line.grid is None):
                self.reading.left.append(line)
            else:
                self._take(row_of(line))
        self._flush()
        if self.reading.values or self.head:
            self.reading.forms[TABLE] = forms()[0].version
            self.reading.complete(_table().cells)
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
            if len(self.pending.zone) >= len(channels) * len(columns_of(TABLE)):
                self._flush()

    def _flush(self) -> None:
        """Enter figures of running text that have been kept so far."""
        if self.pending is not None:
            row, self.pending = self.pending, None
            self._figures(row)

    def _figures(self, row: Row) -> None:
        """A row of figures (or of blanks) under the head read so far."""
        channels = self._by_width(row) or self._channels()
        if channels is None or not self.head:
            if row.figures:
                self.reading.unknown(row)
            return
        width = len(channels) * len(columns_of(TABLE))
        if not row.figures and len(row.zone) < width:
            return
        self._put(row, channels, place_figures(row, width, self._header(width)))
        self.head = []

    def _put(self, row: Row, channels: Sequence[Concept], placed: Placed) -> None:
        width = len(columns_of(TABLE))
        for at, channel in enumerate(channels):
            part = Placed(placed.values[at * width : (at + 1) * width])
            self.reading.put(row, channel, columns_of(TABLE), part)
        if placed.doubt:
            cells = [CellId(TABLE, ch.id, c.id) for ch in channels for c in columns_of(TABLE)]
            surplus = len(row.figures) > len(cells)
            kind = RemarkKind.SURPLUS if surplus else RemarkKind.AMBIGUOUS_COLUMN
            self.reading.remark(kind, row.line.locus, row.line.text, cells)

    def _channels(self) -> list[Concept] | None:
        """The channels the head names, by how often it names the first outcome."""
        text = "".join(key(cell.text) for cell in self.head)
        first, *_ = columns_of(TABLE)
        times = sum(c.id == first.id for c in scan(text, columns_of(TABLE)))
        known = list(rows_of(TABLE))
        if times == len(known):
            return known
        named = [row for row in known if core(row.label) in text]
        suits = core(concept("groups", "lawsuits").label) in text
        if suits and not any(row.group is not None for row in named):
            return None
        return named if times == len(named) > 0 else None

    def _by_width(self, row: Row) -> list[Concept] | None:
        """All channels where the figures are exactly as many, whatever is left of the head."""
        known = list(rows_of(TABLE))
        return known if len(row.figures) == len(known) * len(columns_of(TABLE)) else None

    def _header(self, width: int) -> list[int] | None:
        """The grid columns of the outcomes in the head, if there is one for each figure."""
        wordings = {wording for wording, _ in cores(columns_of(TABLE))}
        places = sorted(c.col for c in self.head if core(c.text) in wordings)
        return places if len(places) == width == len(set(places)) else None


def _joined(first: Row, second: Row) -> Row:
    """Two lines of figures as one row."""
    return replace(first, zone=first.zone + second.zone)
