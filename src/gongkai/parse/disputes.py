"""Table four: reviews and lawsuits. The form prints three channels side by side in one row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind, Status
from gongkai.parse.labels import (
    column_wordings,
    columns_of,
    core,
    row_wordings,
    rows_of,
    scan,
    unnumbered,
)
from gongkai.parse.places import (
    Ruler,
    Span,
    columns_in,
    end_of,
    fits,
    is_sum,
    leaves_of,
    place_by_cells,
    place_under,
    span_of,
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
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Cell, Concept, Table, Value
    from gongkai.parse.places import Leaf
    from gongkai.parse.rows import Line, Row

TABLE = "disputes"
# A label that says of which time its row is.
_TIME = re.compile("[年期度]")
_DIGIT = re.compile(r"\d")
_HAN = re.compile("[\u4e00-\u9fff]")
_YEAR = re.compile(r"20\d\d\s*年")


def _table() -> Table:
    """The table as the newest form has it (it is the same in all)."""
    return next(t for t in forms()[0].tables if t.id == TABLE)


def is_start(line: Line) -> bool:
    """Whether the table begins here: with the head of a channel, or with the outcomes."""
    if is_prose(line):
        return False
    review, *suits = (core(row.label) for row in rows_of(TABLE))
    *outcomes, _ = columns_of(TABLE)
    first = core(outcomes[0].label)
    if line.grid is not None:
        known = {review, *suits, _lawsuits(), first}
        return any(core(cell.text) in known for cell in line.cells)
    words = key(line.text)
    named = list(scan(words, column_wordings(TABLE)))
    if words == first or named[: len(outcomes)] == outcomes:
        return True
    return words.removeprefix(review).removeprefix(_lawsuits()) in {"", *suits} and bool(words)


def _lawsuits() -> str:
    """The head above the two channels of lawsuits, as a key."""
    return core(concept("groups", "lawsuits").label)


def parse_disputes(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    return _Parser().read(lines)


class _Parser:
    """Walks the lines: head cells until figures come, then a row of figures.

    `has_labels` says that a row of figures had words of its own before it.
    """

    def __init__(self) -> None:
        self.reading = Reading(TABLE)
        self.head: list[Cell] = []
        self.head_lines: list[Line] = []
        self.pending: Row | None = None
        self.lines_joined = False
        self.blank: Row | None = None
        self.has_labels = False
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
            self._doubt_lawsuits(lines)
        return self.reading

    def _doubt_lawsuits(self, lines: Sequence[Line]) -> None:
        """Lawsuits that are named without their channels are there, whatever is lost of them."""
        values = self.reading.values
        named = any(_lawsuits() in key(line.text) for line in lines)
        if not named or all(value.status is Status.MISSING for value in values.values()):
            return
        suits = {row.id for row in rows_of(TABLE) if row.group is not None}
        for cell, value in values.items():
            if cell.row in suits and value.status is Status.MISSING:
                values[cell] = replace(value, status=Status.AMBIGUOUS)

    def _is_in_words(self, row: Row) -> bool:
        """Whether words stand in place of figures (2（含网上1）, 零) behind a whole head."""
        cells = sum(map(is_printed, row.line.cells)) >= len(columns_of(TABLE))
        return cells and self._channels() is not None and not _has_wording(row.line.text)

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
        row = self._with_words(row)
        beside = self._beside_channel(row)
        if beside is not None:
            self._flush()
            self._put_beside(*beside)
        elif row.labels and not row.figures and self._is_in_words(row):
            self.reading.unknown(row)
        elif row.line.grid is None and not row.figures and _is_run_together(row.line):
            self._unknown(row)
        elif row.labels and not row.figures:
            self._flush()
            self.head += [c for c in row.line.cells if is_label(c)]
            self.head_lines.append(row.line)
        elif row.line.grid is not None:
            self._figures(row)
        elif row.figures and _names_channel(row):
            self._unknown(row)
        elif row.figures:
            self.lines_joined = self.pending is not None
            self.pending = row if self.pending is None else _joined(self.pending, row)
            channels = self._channels() or list(rows_of(TABLE))
            if len(self.pending.figures) >= len(channels) * len(columns_of(TABLE)):
                self._flush()

    def _with_words(self, row: Row) -> Row:
        """A row below a whole head, with words among its figures (7（其中1件撤回）) as figures."""
        channels = self._channels() if row.labels and row.line.grid is not None else None
        missing = channels is not None and len(row.figures) < len(channels) * len(columns_of(TABLE))
        if not missing or _has_wording(row.label):
            return row
        cells = row.line.cells
        mixed = (c for c in row.labels if _DIGIT.search(fold(c.text)) and not _TIME.search(c.text))
        first = min((cells.index(cell) for cell in (*row.strays, *mixed)), default=len(cells))
        if first == len(cells):
            return row
        return replace(
            row,
            labels=tuple(cell for cell in row.labels if cells.index(cell) < first),
            zone=cells[first:],
            figures=tuple(filter(is_printed, cells[first:])),
            strays=(),
        )

    def _beside_channel(self, row: Row) -> tuple[Row, Concept] | None:
        """The row and its channel, where the channels stand beside the rows and not above them.

        The head names each outcome once then.
        """
        if not _is_one_channel(self.head):
            return None
        own = row_of(row.line, _is_channel)
        channel = _channel_of(own.labels[-1].text) if own.labels else None
        again = any(_has_wording(cell.text) for cell in own.zone)
        whole = own.figures or len(own.zone) >= len(columns_of(TABLE))
        return (own, channel) if channel is not None and whole and not again else None

    def _put_beside(self, row: Row, channel: Concept) -> None:
        """Enter the row of a channel. Its head is that of the rows below it too."""
        above = self._channels()
        if above not in (None, [channel]):
            self._unknown(row)
            return
        head, lines = self.head, self.head_lines
        self._put(row, [channel])
        self.head, self.head_lines = head, lines

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
        elif channels is not None:
            self._put(row, channels)
        elif self._is_note(row):
            self.reading.unknown(row)
        else:
            self._unknown(row)

    def _unknown(self, row: Row) -> None:
        """Figures under no head, or a second row of them: none can be called the table's."""
        self.reading.unknown(row)
        self.reading.doubtful = True

    def _is_note(self, row: Row) -> bool:
        """Whether a row below the figures is about the table (填表人, 联系电话) and no row of it.

        It has words, none of them of the table or of a time, and fewer figures than a channel.
        Below figures with words before them it may be another row of the kind.
        """
        words = "".join(cell.text for cell in row.labels)
        behind = bool(self.reading.values) and not self.head and not self.has_labels
        strange = bool(words) and not _has_wording(words) and not _TIME.search(words)
        return behind and strange and len(row.figures) < len(columns_of(TABLE))

    def _put(self, row: Row, channels: Sequence[Concept]) -> None:
        """Enter a row and close its head."""
        width = len(columns_of(TABLE))
        count = width * len(channels)
        placed = self._placed(row, channels)
        for at, channel in enumerate(channels):
            part = Placed(placed.values[at * width : (at + 1) * width])
            self.reading.put(row, channel, columns_of(TABLE), part)
        for figure in placed.unused:
            self.reading.stray(figure)
        if placed.doubt:
            cells = [CellId(TABLE, ch.id, c.id) for ch in channels for c in columns_of(TABLE)]
            surplus = len(row.figures) > count
            kind = RemarkKind.SURPLUS if surplus else RemarkKind.AMBIGUOUS_COLUMN
            self.reading.remark(kind, row.line.locus, row.line.text, cells)
        self.head, self.head_lines, self.blank, self.last = [], [], None, row
        self.has_labels = self.has_labels or bool(row.labels)

    def _placed(self, row: Row, channels: Sequence[Concept]) -> Placed:
        count = len(columns_of(TABLE)) * len(channels)
        grid = row.line.grid
        if grid is None or not row.line.is_placed:
            header = self._header(count)
            made = _doubt_end(row, place_figures(row, count, header))
            # Lines of figures that make a row together may have lost a blank or broken a figure.
            # As many figures as columns, but not below them, may be one too many and a blank.
            elsewhere = header is not None and len(row.figures) == count
            elsewhere = elsewhere and [cell.col for cell in row.figures] != header
            unsure = (self.lines_joined or elsewhere) and not _are_sums(made.values)
            return ambiguous(row, count) if unsure else made
        spans, beside = self._spans(channels)
        if len(spans) != count or columns_in(grid) < max(span.end for span in spans):
            return place_by_cells(row, count, _are_sums)
        end = end_of(self.head_lines)
        ruler = Ruler(spans, end, beside=beside, tall=tall_cells(grid))
        return _place_right_of(row, ruler)

    def _spans(self, channels: Sequence[Concept]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """The places of the outcomes of these channels, and those of other columns of the head."""
        leaves = self._leaves()
        named = _above(leaves)
        if named is None:
            return tuple(leaf.span for leaf in leaves), ()
        wanted = [(row.id, column.id) for row in channels for column in columns_of(TABLE)]
        spans = tuple(named[name] for name in wanted)
        return spans, tuple(leaf.span for leaf in leaves if leaf.span not in spans)

    def _leaves(self) -> list[Leaf]:
        """The columns of the head that are outcomes."""
        wordings = tuple(wording for wording, _ in column_wordings(TABLE))
        placed = [line for line in self.head_lines if line.is_placed]
        return [leaf for leaf in leaves_of(placed) if leaf.words.endswith(wordings)]

    def _channels(self) -> list[Concept] | None:
        """The channels the head names, in the order of the form; None where it is not certain.

        Where cells have no places of their own, the outcomes must stand in their order, once for
        each channel, the channels in theirs. A merged cell that a copy repeats in the line below
        counts once.
        """
        by_place = _above(self._leaves())
        if by_place is not None:
            return [row for row in rows_of(TABLE) if any(row.id == name for name, _ in by_place)]
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
        places = sorted({c.col for c in self.head if core(c.text) in wordings})
        return places if len(places) == width else None


def _above(leaves: Sequence[Leaf]) -> dict[tuple[str, str], Span] | None:
    """The place of each outcome of each channel that stands above it, in whatever order.

    None where a channel has not all its outcomes, or one of them twice, or where an outcome stands
    under none. A total under none (合计 of all channels) is none of the form's.
    """
    outcomes = [column.id for column in columns_of(TABLE)]
    found: dict[tuple[str, str], Span] = {}
    for leaf in leaves:
        outcome = next(c.id for words, c in column_wordings(TABLE) if leaf.words.endswith(words))
        over = [row.id for words, row in row_wordings(TABLE) if words in leaf.words]
        alone = not over and outcome != outcomes[-1]
        if alone or len(over) > 1 or any((name, outcome) in found for name in over):
            return None
        found.update({(name, outcome): leaf.span for name in over})
    channels = {name for name, _ in found}
    whole = found.keys() == {(name, outcome) for name in channels for outcome in outcomes}
    return found if channels and whole else None


def _place_right_of(row: Row, ruler: Ruler) -> Placed:
    """The figures of a row under its head, without those that stand left of it.

    A serial number or a year is none of the table's figures. It is known by the other cells: each
    of them stands under its own head cell. Else only the sums can tell.
    """
    head = sorted(ruler.columns, key=lambda span: span.start)
    left = [cell for cell in row.figures if span_of(cell).end <= head[0].start]
    estimated = row.line.grid is not None and row.line.grid.estimated
    if not left or estimated:
        return place_under(row, ruler, _are_sums)
    whole = Span(head[0].start, head[-1].end)
    under = [span for span in map(span_of, row.zone) if span.meets(whole)]
    if fits(under, head):
        zone, figures = (
            tuple(c for c in some if c not in left) for some in (row.zone, row.figures)
        )
        placed = place_under(replace(row, zone=zone, figures=figures), ruler, _are_sums)
        return replace(placed, unused=(*placed.unused, *left))
    values = tuple(map(valued, row.figures))
    sure = len(values) == len(ruler.columns) and _are_sums(values)
    return Placed(values) if sure else ambiguous(row, len(ruler.columns))


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


def _has_wording(text: str) -> bool:
    """Whether a text has words of the table."""
    words = key(text)
    known = (*column_wordings(TABLE), *row_wordings(TABLE), (_lawsuits(), None))
    return any(wording in words for wording, _ in known)


def _names_channel(row: Row) -> bool:
    """Whether the words before the figures of a line name a channel."""
    words = key(row.label)
    return _lawsuits() in words or any(wording in words for wording, _ in row_wordings(TABLE))


def _channel_of(text: str) -> Concept | None:
    """The channel that these words name and nothing else (行政诉讼 may stand before its own)."""
    words = core(text).removeprefix(_lawsuits())
    return next((row for wording, row in row_wordings(TABLE) if wording == words), None)


def _is_channel(cell: Cell) -> bool:
    return _channel_of(cell.text) is not None


def _is_run_together(line: Line) -> bool:
    """Whether a line of running text has figures among its words (结果维持3件, 5 20% 3 12%)."""
    text = _YEAR.sub("", unnumbered(line.text))
    pieces = [word for word in text.split() if _DIGIT.search(fold(word)) and not _HAN.search(word)]
    return len(pieces) >= ROW_LIKE or (_DIGIT.search(fold(text)) is not None and _has_wording(text))


def _is_one_channel(head: Sequence[Cell]) -> bool:
    """Whether a head names each outcome once, in the order of the form."""
    named = scan(_text(head), column_wordings(TABLE))
    return list(named) == list(columns_of(TABLE))


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
