"""Table three: requests received and processed, one row a label, seven columns."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind, Status
from gongkai.parse.certainty import holds
from gongkai.parse.cuts import mended
from gongkai.parse.labels import (
    Match,
    bare,
    closed,
    columns_of,
    core,
    is_part,
    match_end,
    near_row,
    numbering,
    own_keys,
    own_row,
    row_wordings,
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
    Row,
    ambiguous,
    is_below,
    is_figure,
    is_flush_left,
    is_prose,
    is_rest,
    is_unit,
    place_figures,
    row_of,
)
from gongkai.parse.runs import gathered_sums
from gongkai.parse.stacks import unstacked
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Cell, Grid, Table
    from gongkai.parse.places import Leaf
    from gongkai.parse.rows import Line

TABLE = "requests"
# A column that the form does not have (法人小计).
_SUBTOTAL = "小计"
# The group of organisations stands behind the first column.
_ORGANISATIONS = 0.5


@dataclass(frozen=True, slots=True)
class _Found:
    """A row of the table with the label it was recognised by."""

    row: Row
    match: Match


def is_start(line: Line) -> bool:
    """Whether the table begins here: its corner note, its head, or its first row."""
    text = key(line.text)
    if is_prose(line) and "勾稽关系" not in text:
        return False
    applicants = concept("groups", "applicants")
    head = [core(words) for words in (applicants.label, *applicants.variants)]
    if "勾稽关系" in text or any(text.startswith(words) for words in head):
        return True
    if (line.is_placed or line.grid is None) and any(words in text for words in head):
        parts = [c.text for c in line.cells] if line.grid is not None else line.text.split()
        if any(core(part) in head for part in parts):
            return True
    row = row_of(line, _is_own)
    own = own_row(row.label, TABLE)
    return bool(row.zone) and own is not None and own.id == "received"


def parse_requests(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    reading = Reading(TABLE)
    if not lines:
        return reading
    lines = mended(gathered_sums(unstacked(lines, TABLE), TABLE), TABLE)
    labels = _Labels(reading)
    found = labels.read(lines)
    version, table = _form_of(found, lines)
    rows = {row.id for row in table.items[0].rows}
    heads = _Heads(lines, found)
    for one in found:
        if one.match.concept.id not in rows:
            # A group label that stands alone is no row: only figures behind it would be.
            if one.row.figures:
                reading.unknown(one.row)
            continue
        placed = _place(one, found, heads)
        lost = reading.orphans and (not one.row.labels or _is_open(one.row))
        beside = one.row.strays and len(one.row.figures) < len(columns_of(TABLE))
        if lost or beside or id(one.row) in labels.broken:
            placed = ambiguous(one.row, len(placed.values))
        reading.put(one.row, one.match.concept, columns_of(TABLE), placed)
        _remark_label(reading, one)
    reading.complete(table.cells, lines)
    reading.forms[TABLE] = version
    _doubt_moved(reading, found, version)
    return reading


def _doubt_moved(reading: Reading, found: Iterable[_Found], version: str) -> None:
    """Put rows in doubt whose figures a copy may have moved to the left, where a sum fails.

    The sum chooses no value. It only tells a row that was moved from one with blanks at its end.
    """
    form = next(form for form in forms() if form.version == version)
    sums = [i for i in form.identities if i.left[0].table == TABLE]
    failing = {c for i in sums if holds(reading.values, i) is False for c in (*i.left, *i.right)}
    for one in found:
        row, name = one.row, one.match.concept.id
        cells = [CellId(TABLE, name, column.id) for column in columns_of(TABLE)]
        moved = cells[0] in reading.values and is_flush_left(row, len(cells))
        if moved and failing.intersection(cells):
            placed = ambiguous(row, len(cells))
            reading.values.update(zip(cells, placed.values, strict=True))
            kind = RemarkKind.AMBIGUOUS_COLUMN
            reading.remark(kind, row.line.locus, row.line.text, cells)


def _continues(row: Row, match: Match) -> bool:
    """Whether the words beside the figures can be the end of a label that began further up.

    Words with a numbering begin a label. Where they do not name the row by themselves, the rest
    of their label stands below, and what was read above them belongs to another row.
    """
    if not numbering(row.label):
        return True
    own = match_end(_words(row), row_wordings(TABLE))
    return own is not None and own.concept.id == match.concept.id


class _Labels:
    """Walks the lines and finds the label of each row of figures.

    `broken` are rows beside which figures of no row stand: a figure of theirs may be broken over
    two lines. `rest` says that the last figures read were such.

    A label may be cut over several lines, with group labels before it; what has been read
    since the last row is kept, and a row is what that text ends with.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pieces: list[Row] = []
        self.group: str | None = None
        self.found: list[_Found] = []
        self.broken: set[int] = set()
        self.rest = False

    def read(self, lines: Sequence[Line]) -> list[_Found]:
        """All rows in the order of print; prose and what follows the last row is left."""
        last = concept("rows", "pending_end").id
        for line in lines:
            row = row_of(line, _is_own)
            done = bool(self.found) and self.found[-1].match.concept.id == last
            behind = done and line.is_sole and len(row.figures) < ROW_LIKE
            if is_prose(line) or behind:
                self._doubt_last(row)
                self.reading.left.append(line)
            else:
                self._take(row)
        self._silent_rows("")
        return self.found

    def _take(self, row: Row) -> None:
        self.reading.strays(row)
        if not row.figures and not self._is_blank_row(row):
            if row.labels:
                self._doubt_pieces(row)
                self.pieces.append(row)
            return
        text = "".join(_words(piece) for piece in (*self.pieces, row))
        match = self._match(text, row)
        if match is None:
            if self._is_rest(row):
                self.broken.add(id(self.found[-1].row))
            self._doubt_pieces(row)
            self.reading.unknown(row)
            return
        self._silent_rows(text)
        if not row.figures:
            self.reading.silent.add(match.concept.id)
        self.found.append(_Found(row, match))
        if self.rest and row.line.grid is None:
            self.broken.add(id(row))
        self.pieces, self.rest = [], False
        self.group = match.concept.group

    def _doubt_pieces(self, row: Row) -> None:
        """Figures in the middle of a label may be the rest of a broken figure of the row before.

        Or they are the beginning of one of the row that follows.
        """
        words = [word for word in row.line.text.split() if is_figure(word)]
        digits = any(map(str.isdigit, "".join(words)))
        if (
            row.line.grid is None
            and digits
            and len(words) < len(columns_of(TABLE))
            and _is_piece(row)
        ):
            self.broken.update(id(one.row) for one in self.found[-1:])
            self.rest = True

    def _doubt_last(self, row: Row) -> None:
        """Figures without words in the line below the last row may be the end of broken ones.

        Where rows before it have none, they may also be those of these rows, column by column.
        """
        if not self.found or not is_rest(row.line):
            return
        if is_below(self.found[-1].row, row):
            self.broken.add(id(self.found[-1].row))
        if self.reading.silent or self.pieces:
            self.reading.unknown(row)

    def _is_rest(self, row: Row) -> bool:
        """Whether figures may belong to the row before: no label, or the end of its label."""
        if not self.found or self.pieces:
            return False
        whole = self.found[-1].row.label + row.label
        return not row.labels or own_row(whole, TABLE) is not None

    def _is_blank_row(self, row: Row) -> bool:
        """A grid row with a row's label and nothing printed behind it."""
        return bool(row.labels and row.zone) and _is_own(row.labels[-1])

    def _near(self, row: Row) -> Match | None:
        """The row whose label the last label cell is, but for one character."""
        if not row.labels or _is_own(row.labels[-1]):
            return None
        found = near_row(row.labels[-1].text, TABLE)
        return None if found is None else Match(found, damaged=True)

    def _match(self, text: str, row: Row) -> Match | None:
        match = self._near(row) or match_end(text, row_wordings(TABLE))
        if match is not None and self.pieces and not _continues(row, match):
            return None
        if match is None or match.concept.id != "closed_other":
            return match
        # 其他 is also a column and the beginning of 其他处理: only in its own group is it a row.
        inside = self.group == match.concept.group or core(closed().label) in text
        return match if inside else None

    def _silent_rows(self, text: str) -> None:
        """Rows whose label stands alone before the next row: nothing is printed in them."""
        for piece in self.pieces:
            one = own_row(piece.label, TABLE)
            if one is not None and not text.endswith(_words(piece)):
                self.found.append(_Found(piece, Match(one)))
                self.reading.silent.add(one.id)


def _is_piece(row: Row) -> bool:
    """Whether the words beside figures are pieces of labels or units, or there are none."""
    words = [word for word in row.line.text.split() if not is_figure(word)]
    return not words or any(is_unit(word) or is_part(key(word), TABLE) for word in words)


def _is_own(cell: Cell) -> bool:
    return own_row(cell.text, TABLE) is not None


def _words(row: Row) -> str:
    """The label of a row as a key; hints behind a label are left out, its own brackets stay."""
    known = {wording for wording, _ in row_wordings(TABLE)}
    return "".join(
        key(cell.text) if core(cell.text) in known else key(bare(cell.text)) for cell in row.labels
    )


def _form_of(found: Iterable[_Found], lines: Sequence[Line]) -> tuple[str, Table]:
    """The form whose rows fit the rows present best; the newest where they do not tell.

    Where rows of both fit alike, those count whose labels stand anywhere in the table.
    """
    text = "".join(key(line.text) for line in lines)
    named = {row.id for words, row in own_keys(TABLE).items() if words in text}
    present = {one.match.concept.id for one in found}
    tables = [(form.version, table) for form in forms() for table in form.tables]

    def fit(option: tuple[str, Table]) -> tuple[int, int]:
        rows = {row.id for row in option[1].items[0].rows}
        first, second = (len(ids & rows) - len(ids - rows) for ids in (present, named))
        return first, second

    return max((option for option in tables if option[1].id == TABLE), key=fit)


def _place(one: _Found, found: Sequence[_Found], heads: _Heads) -> Placed:
    """The figures of a row in their columns."""
    row, width = one.row, len(columns_of(TABLE))
    short = len(row.figures) < width
    if row.figures and key(row.label)[-1:].isdigit():
        return ambiguous(row, width)
    if row.line.is_placed:
        return _place_under(row, heads.ruler(row.line))
    head = heads.of(row.line)
    lost = short and (head.partial or not row.labels)
    if row.figures and (head.contrary or lost):
        return ambiguous(row, width)
    placed = place_figures(row, width, head.places, _peers(one, found))
    return ambiguous(row, width) if short and _is_packed(placed) else placed


def _is_open(row: Row) -> bool:
    """Whether figures of the row may stand elsewhere in its grid: it has not all of them."""
    return row.line.is_placed and len(row.figures) < len(columns_of(TABLE))


def _place_under(row: Row, ruler: Ruler) -> Placed:
    """The figures of a row of a grid with places of its own."""
    if ruler.contrary and row.figures:
        return ambiguous(row, len(columns_of(TABLE)))
    if not ruler.columns:
        return place_by_cells(row, len(columns_of(TABLE)), is_sum)
    return place_under(row, ruler, is_sum)


def _is_packed(placed: Placed) -> bool:
    """Whether the figures may have moved to the left over blanks that vanished.

    No total is printed, and the last figure is the only one or the sum of those before it.
    """
    *parts, total = placed.values
    numbers = [value.number for value in parts if value.number is not None]
    if total.status is not Status.BLANK or not numbers:
        return False
    return len(numbers) == 1 or sum(numbers[:-1]) == numbers[-1] != 0


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of a grid says: the places of the seven columns, if it has them in order.

    `partial`: some are not there; `contrary`: they stand in another order, or others among them.
    """

    places: list[int] | None = None
    partial: bool = False
    contrary: bool = False


class _Heads:
    """The heads of the table's grids, each looked at once."""

    def __init__(self, lines: Sequence[Line], found: Sequence[_Found]) -> None:
        self.found = found
        self.in_text = _text_head(lines)
        self.lines: dict[int, list[Line]] = {}
        for line in lines:
            self.lines.setdefault(id(line.grid), []).append(line)
        self.heads: dict[int, _Head] = {}
        self.known: dict[int, Ruler] = {}

    def of(self, line: Line) -> _Head:
        """The head of a line's grid, or of the running text (which has no places)."""
        if line.grid is None:
            return self.in_text
        name = id(line.grid)
        if name not in self.heads:
            self.heads[name] = _head(line.grid)
        return self.heads[name]

    def ruler(self, line: Line) -> Ruler:
        """The places of the columns in a line's grid: by its head, or by its complete rows.

        A grid that has neither goes on with the places of the one before it, if it has as many
        columns.
        """
        name = id(line.grid)
        if name not in self.known:
            before = list(self.known.values())[-1:]
            found = self._ruler(self.lines[name])
            if not found.columns and before and self._goes_on(line):
                found = replace(before[0], tall=found.tall)
            self.known[name] = found
        return self.known[name]

    def _goes_on(self, line: Line) -> bool:
        *_, last = (lines[0].grid for name, lines in self.lines.items() if name in self.known)
        return (
            line.grid is not None and last is not None and columns_in(last) == columns_in(line.grid)
        )

    def _ruler(self, lines: Sequence[Line]) -> Ruler:
        grid = lines[0].grid
        complete = [
            tuple(map(span_of, one.row.figures))
            for one in self.found
            if one.row.line.grid is grid and len(one.row.figures) == len(columns_of(TABLE))
        ]
        first = itertools.takewhile(lambda line: not any(map(_is_own, line.cells)), lines)
        head = [line for line in first if not is_prose(line)]
        leaves = leaves_of(head)
        named = _named(leaves)
        spans = tuple(named[at] for at in range(len(columns_of(TABLE))) if at in named)
        partial = len(spans) < len(columns_of(TABLE))
        turned = [s.start for s in spans] != sorted(s.start for s in spans)
        if partial:
            spans = _agreed(complete, named)
        loose = any(not fits(one, sorted(spans, key=lambda s: s.start)) for one in complete)
        beside = tuple(leaf.span for leaf in leaves if _SUBTOTAL in leaf.words)
        return Ruler(
            columns=spans,
            end=end_of(line for line in head if not line.is_sole),
            contrary=turned and (partial or loose),
            beside=beside,
            tall=() if grid is None else tall_cells(grid),
            loose=loose,
        )


def _named(leaves: Iterable[Leaf]) -> dict[int, Span]:
    """Column of the form (as its number) → its place in the head; doubled names are left out."""
    ends = [(words, at) for words, at in _column_order().items()]
    named: dict[int, list[Span]] = {}
    for leaf in leaves:
        at = next((at for words, at in ends if leaf.words.endswith(words)), None)
        if at is not None and _SUBTOTAL not in leaf.words:
            named.setdefault(at, []).append(leaf.span)
    return {at: spans[0] for at, spans in named.items() if len(spans) == 1}


def _agreed(complete: Sequence[tuple[Span, ...]], named: dict[int, Span]) -> tuple[Span, ...]:
    """The places that all complete rows have, if no head cell speaks against them."""
    if not complete or not all(fits(one, complete[0]) for one in complete):
        return ()
    return complete[0] if all(complete[0][at].meets(span) for at, span in named.items()) else ()


def _head(grid: Grid) -> _Head:
    """The head of the grid a row stands in."""
    rows = list(itertools.takewhile(lambda line: not any(map(_is_own, line)), grid.rows))
    order = _head_order()
    places = {order[core(c.text)]: c.col for row in rows for c in row if core(c.text) in order}
    places.pop(_ORGANISATIONS, None)
    width = len(columns_of(TABLE))
    columns = [places[at] for at in sorted(places)]
    in_order = columns == sorted(set(columns))
    return _Head(
        places=columns if len(columns) == width and in_order else None,
        partial=0 < len(columns) < width,
        contrary=any(_is_contrary([c.text for c in row], order) for row in rows),
    )


def _text_head(lines: Sequence[Line]) -> _Head:
    """The head of running text: it has no places, but its words have an order."""
    head = itertools.takewhile(lambda line: not row_of(line, _is_own).figures, lines)
    order = _head_order()
    texts = [line.text.split() for line in head if line.grid is None]
    return _Head(contrary=any(_is_contrary(words, order) for words in texts))


@cache
def _column_order() -> dict[str, int]:
    """The wordings of the columns, each with its number in the form."""
    return {
        core(words): at
        for at, column in enumerate(columns_of(TABLE))
        for words in (column.label, *column.variants)
    }


@cache
def _head_order() -> dict[str, float]:
    """The wordings of the head in the order of the form, with the group of organisations."""
    order = {words: float(at) for words, at in _column_order().items()}
    group = concept("groups", "organisations")
    return order | {core(words): _ORGANISATIONS for words in (group.label, *group.variants)}


def _is_contrary(words: Sequence[str], order: dict[str, float]) -> bool:
    """Whether one line of the head has its columns in another order, or a subtotal."""
    found = [order[core(word)] for word in words if core(word) in order]
    return found != sorted(found) or any(_SUBTOTAL in core(word) for word in words)


def _shape(one: _Found) -> tuple[int, int, int, str | None]:
    """What two rows share whose figures begin at the same place."""
    line = one.row.line
    col = one.row.labels[-1].col if one.row.labels else -1
    return (id(line.grid), col, len(one.row.zone), one.match.concept.group)


def _peers(one: _Found, found: Iterable[_Found]) -> list[int]:
    """Where the figures begin in complete rows of the same shape."""
    width = len(columns_of(TABLE))
    begins = set()
    for other in found:
        row = other.row
        if row.line.grid is None or len(row.figures) != width or _shape(other) != _shape(one):
            continue
        first, last = row.zone.index(row.figures[0]), row.zone.index(row.figures[-1])
        if last - first == width - 1:
            begins.add(first)
    return sorted(begins)


def _remark_label(reading: Reading, one: _Found) -> None:
    """Note a label that was recognised by likeness, or that moved to another column."""
    if one.match.damaged:
        reading.remark(RemarkKind.DAMAGED_LABEL, one.row.line.locus, one.row.label)
    concept_ = one.match.concept
    if concept_.group in {None, "processed"} or one.row.line.grid is None:
        return
    if any(cell.col == 0 and own_row(cell.text, TABLE) == concept_ for cell in one.row.labels):
        reading.remark(RemarkKind.DISPLACED_LABEL, one.row.line.locus, one.row.label)
