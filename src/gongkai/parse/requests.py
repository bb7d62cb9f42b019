"""Table three: requests received and processed, one row a label, seven columns."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import RemarkKind, Status
from gongkai.parse.labels import (
    Match,
    bare,
    closed,
    columns_of,
    core,
    cores,
    match_end,
    own_row,
    rows_of,
)
from gongkai.parse.rows import ROW_LIKE, Placed, Row, ambiguous, is_prose, place_figures, row_of
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Cell, Grid, Table
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
    row = row_of(line, _is_own)
    own = own_row(row.label, TABLE)
    return bool(row.zone) and own is not None and own.id == "received"


def parse_requests(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    reading = Reading(TABLE)
    if not lines:
        return reading
    found = _Labels(reading).read(lines)
    version, table = _form_of(found)
    rows = {row.id for row in table.items[0].rows}
    text_head = _text_head(lines)
    for one in found:
        if one.match.concept.id not in rows:
            # A group label that stands alone is no row: only figures behind it would be.
            if one.row.figures:
                reading.unknown(one.row)
            continue
        placed = _place(one, found, text_head)
        if reading.orphans and not one.row.labels:
            placed = ambiguous(one.row, len(placed.values))
        reading.put(one.row, one.match.concept, columns_of(TABLE), placed)
        _remark_label(reading, one)
    reading.complete(table.cells, lines)
    reading.forms[TABLE] = version
    return reading


class _Labels:
    """Walks the lines and finds the label of each row of figures.

    A label may be cut over several lines, with group labels before it; what has been read
    since the last row is kept, and a row is what that text ends with.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pieces: list[Row] = []
        self.group: str | None = None
        self.found: list[_Found] = []

    def read(self, lines: Sequence[Line]) -> list[_Found]:
        """All rows in the order of print; prose and what follows the last row is left."""
        last = concept("rows", "pending_end").id
        for line in lines:
            row = row_of(line, _is_own)
            done = bool(self.found) and self.found[-1].match.concept.id == last
            behind = done and line.grid is None and len(row.figures) < ROW_LIKE
            if is_prose(line) or behind:
                self.reading.left.append(line)
            else:
                self._take(row)
        self._silent_rows("")
        return self.found

    def _take(self, row: Row) -> None:
        self.reading.strays(row)
        if not row.figures and not self._is_blank_row(row):
            if row.labels:
                self.pieces.append(row)
            return
        text = "".join(_words(piece) for piece in (*self.pieces, row))
        match = self._match(text)
        if match is None:
            self.reading.unknown(row)
            return
        self._silent_rows(text)
        if not row.figures:
            self.reading.silent.add(match.concept.id)
        self.found.append(_Found(row, match))
        self.pieces = []
        self.group = match.concept.group

    def _is_blank_row(self, row: Row) -> bool:
        """A grid row with a row's label and nothing printed behind it."""
        return bool(row.labels and row.zone) and _is_own(row.labels[-1])

    def _match(self, text: str) -> Match | None:
        match = match_end(text, rows_of(TABLE))
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


def _is_own(cell: Cell) -> bool:
    return own_row(cell.text, TABLE) is not None


def _words(row: Row) -> str:
    """The label of a row as a key; hints behind a label are left out, its own brackets stay."""
    known = {wording for wording, _ in cores(rows_of(TABLE))}
    return "".join(
        key(cell.text) if core(cell.text) in known else key(bare(cell.text)) for cell in row.labels
    )


def _form_of(found: Iterable[_Found]) -> tuple[str, Table]:
    """The form whose rows fit the rows present best; the newest where they do not tell."""
    present = {one.match.concept.id for one in found}
    tables = [(form.version, table) for form in forms() for table in form.tables]

    def fit(option: tuple[str, Table]) -> int:
        rows = {row.id for row in option[1].items[0].rows}
        return len(present & rows) - len(present - rows)

    return max((option for option in tables if option[1].id == TABLE), key=fit)


def _place(one: _Found, found: Sequence[_Found], text_head: _Head) -> Placed:
    """The figures of a row in their columns; `text_head` is the head of running text."""
    row, width = one.row, len(columns_of(TABLE))
    head = _head(row.line.grid) if row.line.grid is not None else text_head
    short = len(row.figures) < width
    glued = key(row.label)[-1:].isdigit()
    lost = short and (head.partial or not row.labels)
    if row.figures and (glued or head.contrary or lost):
        return ambiguous(row, width)
    placed = place_figures(row, width, head.places, _peers(one, found))
    return ambiguous(row, width) if short and _is_packed(placed) else placed


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


def _head_order() -> dict[str, float]:
    """The wordings of the head in the order of the form, with the group of organisations."""
    order = {
        core(words): float(at)
        for at, column in enumerate(columns_of(TABLE))
        for words in (column.label, *column.variants)
    }
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
