"""Table four: reviews and lawsuits. The form prints three channels side by side in one row."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind
from gongkai.parse.labels import column_wordings, columns_of, core, row_wordings, rows_of, scan
from gongkai.parse.places import (
    Ruler,
    columns_in,
    end_of,
    is_sum,
    leaves_of,
    place_by_cells,
    place_under,
    tall_cells,
)
from gongkai.parse.rows import (
    ROW_LIKE,
    Placed,
    ambiguous,
    doubtful,
    is_below,
    is_flush_left,
    is_label,
    is_printed,
    is_prose,
    is_rest,
    is_unit,
    place_figures,
    row_of,
    valued,
)
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Cell, Concept, Table, Value
    from gongkai.parse.places import Leaf
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
        self.head_lines: list[Line] = []
        self.pending: Row | None = None
        self.lines_joined = False
        self.blank: Row | None = None
        self.last: Row | None = None

    def read(self, lines: Sequence[Line]) -> Reading:
        """The table; running text behind its figures is left."""
        for line in lines:
            row = row_of(line)
            behind = self._is_full() and line.is_sole and len(row.figures) < ROW_LIKE
            if is_prose(line) or behind:
                self._interrupt()
                self._doubt_broken(row)
                self.reading.left.append(line)
            else:
                self._take(row)
        self._flush()
        if self.reading.values or self.head or self.reading.doubtful:
            self.reading.forms[TABLE] = forms()[0].version
            self.reading.complete(_table().cells, lines if self.reading.values else ())
        return self.reading

    def _is_in_words(self, row: Row) -> bool:
        """Whether words stand in place of figures (2（含网上1）, 零) behind a whole head."""
        wordings = [words for words, _ in (*column_wordings(TABLE), *row_wordings(TABLE))]
        text = key(row.line.text)
        cells = sum(map(is_printed, row.line.cells)) >= len(columns_of(TABLE))
        return cells and self._channels() is not None and not any(w in text for w in wordings)

    def _interrupt(self) -> None:
        """Running text ends a head: with outcomes in it, what follows is of no certain table."""
        if scan(_text(self.head), column_wordings(TABLE)):
            self.reading.doubtful = True
        self.head, self.head_lines = [], []

    def _doubt_broken(self, row: Row) -> None:
        """Figures in the line below the table may be the end of broken ones: all are in doubt."""
        if self.last is None or not is_below(self.last, row):
            return
        if all(map(is_unit, row.line.text.split())):
            self.last = replace(self.last, line=row.line, figures=())
        elif is_rest(row.line):
            cells = list(self.reading.values)
            for cell in cells:
                self.reading.values[cell] = doubtful(row, self.reading.values[cell].raw)
            self.reading.remark(RemarkKind.AMBIGUOUS_COLUMN, row.line.locus, row.line.text, cells)

    def _is_full(self) -> bool:
        return len(self.reading.values) == len(_table().cells)

    def _take(self, row: Row) -> None:
        """One line: head cells, or figures (of running text, perhaps over several lines)."""
        if row.labels and not row.figures and self._is_in_words(row):
            self.reading.unknown(row)
        elif row.labels and not row.figures:
            self._flush()
            self.head += [c for c in row.line.cells if is_label(c)]
            self.head_lines.append(row.line)
        elif row.line.grid is not None:
            self._figures(row)
        elif row.figures:
            self.lines_joined = self.pending is not None
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
        placed = self._placed(row, channels)
        for at, channel in enumerate(channels):
            part = Placed(placed.values[at * width : (at + 1) * width])
            self.reading.put(row, channel, columns_of(TABLE), part)
        if placed.doubt:
            cells = [CellId(TABLE, ch.id, c.id) for ch in channels for c in columns_of(TABLE)]
            surplus = len(row.figures) > count
            kind = RemarkKind.SURPLUS if surplus else RemarkKind.AMBIGUOUS_COLUMN
            self.reading.remark(kind, row.line.locus, row.line.text, cells)
        self.head, self.head_lines, self.blank, self.last = [], [], None, row

    def _placed(self, row: Row, channels: Sequence[Concept]) -> Placed:
        count = len(columns_of(TABLE)) * len(channels)
        grid = row.line.grid
        if grid is None or not row.line.is_placed:
            made = _doubt_end(row, place_figures(row, count, self._header(count)))
            # Lines of figures that make a row together may have lost a blank or broken a figure.
            together = self.lines_joined and not _are_sums(made.values)
            return ambiguous(row, count) if together else made
        spans = tuple(leaf.span for leaf in self._leaves())
        if len(spans) != count or columns_in(grid) < max(span.end for span in spans):
            return place_by_cells(row, count, _are_sums)
        return place_under(
            row, Ruler(spans, end_of(self.head_lines), tall=tall_cells(grid)), _are_sums
        )

    def _leaves(self) -> list[Leaf]:
        """The columns of the head that are outcomes."""
        wordings = tuple(wording for wording, _ in column_wordings(TABLE))
        placed = [line for line in self.head_lines if line.is_placed]
        return [leaf for leaf in leaves_of(placed) if leaf.words.endswith(wordings)]

    def _channels(self) -> list[Concept] | None:
        """The channels the head names, in the order of the form; None where it is not certain.

        The outcomes must stand in their order, once for each channel, the channels in theirs. A
        merged cell that a copy repeats in the line below counts once.
        """
        by_place = _above(self._leaves())
        if by_place is not None:
            return by_place
        once = [c for at, c in enumerate(self.head) if not _is_repeated(self.head, at)]
        return _named(self.head) or _named(once)

    def _by_width(self, row: Row) -> list[Concept] | None:
        """All channels, where the head is damaged but says nothing else than the form."""
        known, outcomes = list(rows_of(TABLE)), [c.id for c in columns_of(TABLE)]
        wanted = outcomes * len(known)
        if not self.head or len(row.figures) != len(wanted):
            return None
        if _is_torn(self.head) and _are_sums([valued(cell) for cell in row.figures]):
            return known
        left = iter(wanted)
        named = [c.id for c in scan(_text(self.head), column_wordings(TABLE))]
        fits = len(named) < len(wanted) and all(name in left for name in named)
        return known if fits and _in_order(_text(self.head)) else None

    def _header(self, width: int) -> list[int] | None:
        """The grid columns of the outcomes in the head, if there is one for each figure."""
        wordings = {wording for wording, _ in column_wordings(TABLE)}
        places = sorted(c.col for c in self.head if core(c.text) in wordings)
        return places if len(places) == width == len(set(places)) else None


def _above(leaves: Sequence[Leaf]) -> list[Concept] | None:
    """The channels that stand above the outcomes of a head with places, in the form's order."""
    outcomes = [column.id for column in columns_of(TABLE)]
    named: list[tuple[str, str]] = []
    for leaf in leaves:
        outcome = next(c.id for words, c in column_wordings(TABLE) if leaf.words.endswith(words))
        over = [row for words, row in row_wordings(TABLE) if words in leaf.words]
        if len(over) != 1:
            return None
        named.append((over[0].id, outcome))
    found = [row for row in rows_of(TABLE) if any(row.id == name for name, _ in named)]
    wanted = [(row.id, outcome) for row in found for outcome in outcomes]
    return found if found and named == wanted else None


def _are_sums(values: Sequence[Value]) -> bool:
    """Whether each channel's total is the sum of its outcomes."""
    width = len(columns_of(TABLE))
    parts = [values[at : at + width] for at in range(0, len(values), width)]
    return all(is_sum(part) for part in parts)


def _doubt_end(row: Row, placed: Placed) -> Placed:
    """A row with blanks only at its end may have lost a cell before them.

    If all its figures are alike only the blanks are in doubt, else the whole row is. A channel
    that is blank altogether has lost nothing.
    """
    count = len(row.figures)
    channel = count % len(columns_of(TABLE)) == 0
    if channel or not is_flush_left(row, len(placed.values)):
        return placed
    if len({(value.number, value.status) for value in placed.values[:count]}) > 1:
        return ambiguous(row, len(placed.values))
    behind = [doubtful(row, value.raw) for value in placed.values[count:]]
    return Placed((*placed.values[:count], *behind), doubt=True)


def _joined(first: Row, second: Row) -> Row:
    """Two lines of figures as one row."""
    figures = first.figures + second.figures
    return replace(first, zone=figures, figures=figures)


def _text(head: Sequence[Cell]) -> str:
    return "".join(key(cell.text) for cell in head)


def _is_torn(head: Sequence[Cell]) -> bool:
    """Whether a head has every character of the form's and no other, its lawsuits in order."""
    first, *suits = (row.label for row in rows_of(TABLE))
    outcomes = [column.label for column in columns_of(TABLE)]
    whole = [first, *outcomes, concept("groups", "lawsuits").label, *suits, *outcomes, *outcomes]
    text = _text(head)
    places = [text.find(core(suit)) for suit in suits]
    in_order = -1 not in places and places == sorted(places)
    return in_order and Counter(text) == Counter("".join(map(core, whole)))


def _is_repeated(head: Sequence[Cell], at: int) -> bool:
    """Whether the cell stands in the same column of the head already."""
    cell = head[at]
    return any(c.col == cell.col and core(c.text) == core(cell.text) for c in head[:at])


def _named(head: Sequence[Cell]) -> list[Concept] | None:
    """The channels of a head that names the outcomes once for each of them."""
    text = _text(head)
    outcomes = [column.id for column in columns_of(TABLE)]
    named = [c.id for c in scan(text, column_wordings(TABLE))]
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
