"""Table three: requests received and processed, one row a label, seven columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import RemarkKind
from gongkai.parse.labels import Match, columns_of, core, cores, match_end, rows_of
from gongkai.parse.rows import Row, is_label, is_prose, place_figures, row_of
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Grid
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
    found = _Labels(reading).read(lines)
    version = _form_of(found)
    columns = columns_of(TABLE)
    for one in found:
        placed = place_figures(
            one.row, len(columns), _header(one.row.line.grid), _peers(one, found)
        )
        reading.put(one.row, one.match.concept, columns, placed)
        _remark_label(reading, one)
    form = next(f for f in forms() if f.version == version)
    table = next(t for t in form.tables if t.id == TABLE)
    extra = [cell for cell in reading.values if cell not in set(table.cells)]
    for cell in extra:
        value = reading.values.pop(cell)
        if value.locus is not None:
            reading.remark(RemarkKind.UNKNOWN_LABEL, value.locus, value.raw, [cell])
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
            if row.figures:
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


def _form_of(found: Iterable[_Found]) -> str:
    """The form the rows present belong to; the newest where they do not tell."""
    present = {one.match.concept.id for one in found}
    best = (0, "")
    for form in forms():
        for table in form.tables:
            if table.id == TABLE:
                rows = {row.id for row in table.items[0].rows}
                fit = len(present & rows) - len(present - rows)
                best = max(best, (fit, form.version), key=lambda pair: pair[0])
    return best[1] or forms()[0].version


def _header(grid: Grid | None) -> list[int] | None:
    """The grid columns of the seven head cells, if the head is complete and in order."""
    if grid is None:
        return None
    wanted = {wording: c.id for wording, c in cores(columns_of(TABLE))}
    found: dict[str, int] = {}
    for line in grid.rows:
        if any(core(c.text) == core(concept("rows", "received").label) for c in line):
            break
        for cell in line:
            name = wanted.get(core(cell.text))
            if name is not None and is_label(cell):
                found[name] = cell.col
    columns = [found.get(c.id) for c in columns_of(TABLE)]
    places = [col for col in columns if col is not None]
    complete = len(places) == len(columns) and places == sorted(set(places))
    return places if complete else None


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
    if concept_.group is None or concept_.group == "processed" or not one.row.labels:
        return
    if one.row.line.grid is not None and one.row.labels[0].col == 0:
        own = core(one.row.labels[0].text)
        if any(own == wording for wording, c in cores(rows_of(TABLE)) if c.id == concept_.id):
            reading.remark(RemarkKind.DISPLACED_LABEL, one.row.line.locus, one.row.label)
