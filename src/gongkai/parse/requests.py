"""Table three: requests received and processed, one row a label, seven columns."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import RemarkKind
from gongkai.parse.labels import Match, columns_of, core, cores, match_end, rows_of
from gongkai.parse.rows import Row, is_prose, place_figures, row_of
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Grid, Table
    from gongkai.parse.rows import Line

TABLE = "requests"
#: Rows whose wording is also that of something else; they need the group they stand in.
_SINGLE_CLOSURE = "closed_total_reported"


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
    head = [core(w) for c in (concept("groups", "applicants"),) for w in (c.label, *c.variants)]
    if "勾稽关系" in text or any(text.startswith(word) for word in head):
        return True
    row = row_of(line)
    first = concept("rows", "received")
    return bool(row.zone) and core(row.label) == core(first.label)


def parse_requests(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    reading = Reading(TABLE)
    if not lines:
        return reading
    found = _Labels(reading).read(lines)
    version, table = _form_of(found)
    columns = columns_of(TABLE)
    rows = {row.id for row in table.items[0].rows}
    for one in found:
        if one.match.concept.id not in rows:
            reading.unknown(one.row)
            continue
        header = _header(one.row.line.grid)
        placed = place_figures(one.row, len(columns), header, _peers(one, found))
        reading.put(one.row, one.match.concept, columns, placed)
        _remark_label(reading, one)
    reading.complete(table.cells)
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
            done = bool(self.found) and self.found[-1].match.concept.id == last
            if is_prose(line) or (done and line.grid is None):
                self.reading.left.append(line)
                continue
            self._take(row_of(line))
        self._silent_rows("")
        return self.found

    def _take(self, row: Row) -> None:
        self.reading.strays(row)
        if not row.figures and not self._is_blank_row(row):
            if row.labels:
                self.pieces.append(row)
            return
        text = "".join(key(piece.label) for piece in (*self.pieces, row))
        match = self._match(text)
        if match is None:
            self.reading.unknown(row)
            return
        self._silent_rows(text)
        self.found.append(_Found(row, match))
        self.pieces = []
        self.group = match.concept.group

    def _is_blank_row(self, row: Row) -> bool:
        """A grid row with a row's label and nothing printed behind it."""
        if row.line.grid is None or not row.labels or not row.zone:
            return False
        label = core(row.labels[-1].text)
        return any(
            label == wording for wording, c in cores(rows_of(TABLE)) if c.id not in _shared()
        )

    def _match(self, text: str) -> Match | None:
        match = match_end(text, rows_of(TABLE))
        if match is None or match.concept.id != "closed_other":
            return match
        # 其他 is also a column and the beginning of 其他处理: only in its own group is it a row.
        group = core(concept("groups", "closed").label)
        inside = self.group == match.concept.group or group in text
        return match if inside else None

    def _silent_rows(self, text: str) -> None:
        """Rows whose label stands alone before the next row: nothing is printed in them."""
        for piece in self.pieces:
            label = core(piece.label)
            for wording, one in cores(rows_of(TABLE)):
                silent = label == wording and one.id not in _shared()
                if silent and not text.endswith(wording):
                    self.found.append(_Found(piece, Match(one)))


def _shared() -> frozenset[str]:
    """Rows that need their context, because their wording is a group's or a column's too."""
    others = {core(c.label) for c in columns_of(TABLE)} | {core(concept("groups", "closed").label)}
    return frozenset(c.id for wording, c in cores(rows_of(TABLE)) if wording in others)


def _form_of(found: Iterable[_Found]) -> tuple[str, Table]:
    """The form whose rows fit the rows present best; the newest where they do not tell."""
    present = {one.match.concept.id for one in found}
    tables = [(form.version, table) for form in forms() for table in form.tables]

    def fit(option: tuple[str, Table]) -> int:
        rows = {row.id for row in option[1].items[0].rows}
        return len(present & rows) - len(present - rows)

    return max((option for option in tables if option[1].id == TABLE), key=fit)


def _header(grid: Grid | None) -> list[int] | None:
    """The grid columns of the seven head cells, if the head is complete and in order."""
    if grid is None:
        return None
    first = core(concept("rows", "received").label)
    head = itertools.takewhile(lambda line: all(core(c.text) != first for c in line), grid.rows)
    places = {core(cell.text): cell.col for line in head for cell in line}
    columns = [
        next((places[wording] for wording in wordings if wording in places), -1)
        for wordings in ([core(w) for w in (c.label, *c.variants)] for c in columns_of(TABLE))
    ]
    complete = -1 not in columns and columns == sorted(set(columns))
    return columns if complete else None


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
    own = {wording for wording, c in cores(rows_of(TABLE)) if c.id == concept_.id}
    if any(cell.col == 0 and core(cell.text) in own for cell in one.row.labels):
        reading.remark(RemarkKind.DISPLACED_LABEL, one.row.line.locus, one.row.label)
