"""Table three: requests received and processed, one row a label, seven columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind, Status
from gongkai.parse import applicants
from gongkai.parse.applicants import Heads, is_row_label, is_text_head
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
    own_keys,
    own_row,
    row_wordings,
    traces,
)
from gongkai.parse.places import Ruler, is_sum, place_by_cells, place_under
from gongkai.parse.rows import (
    ROW_LIKE,
    Placed,
    Row,
    ambiguous,
    has_figures_first,
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
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Table
    from gongkai.parse.rows import Line

TABLE = applicants.TABLE
# A label with its numbering, perhaps behind a serial number or a piece of its group.
_NUMBERED = re.compile(r"^\s*\d*\s*[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|\d[)）、.．]")
# A form that has less of its own words in the table, but some, is not certainly another.
_MOST = 0.5
# The first character or two of a label's numbering, the rest of which stands below.
_BEGINNING = re.compile(r"(?=.)\s*[(（]?\s*[一二三四五六七八九十\d]?\s*[.．、]?\s*")


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
    if "勾稽关系" in text or any(text.startswith(words) for words in head) or is_text_head(line):
        return True
    if (line.is_placed or line.grid is None) and any(words in text for words in head):
        parts = [c.text for c in line.cells] if line.grid is not None else line.text.split()
        if any(core(part) in head for part in parts):
            return True
    row = row_of(line, is_row_label)
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
    version, table, is_sure = _form_of(found, lines)
    rows = {row.id for row in table.items[0].rows}
    heads = Heads(lines, [one.row for one in found])
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
    # Figures that were not understood may be those of a row that the other form has.
    reading.doubtful = not is_sure and reading.is_unsettled
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


def _is_named(parts: Sequence[Row], match: Match) -> bool:
    """Whether lines above each other can be the label of a row.

    Words with a numbering begin a label: from the last of them on they must name the row by
    themselves. Where they do not, the rest of their label stands below, and what was read above
    them belongs to another row.
    """
    if _BEGINNING.fullmatch(parts[-1].label):
        return False
    begins = [at for at, part in enumerate(parts) if _begins(part)][-1:]
    own = [match_end("".join(map(_words, parts[at:])), row_wordings(TABLE)) for at in begins]
    return all(one is not None and one.concept.id == match.concept.id for one in own)


def _begins(row: Row) -> bool:
    """Whether a label begins in a line: each of the form has a numbering."""
    return _NUMBERED.search(fold(row.label)) is not None


class _Labels:
    """Walks the lines and finds the label of each row of figures.

    `broken` are rows beside which figures of no row stand: a figure of theirs may be broken over
    two lines. `rest` says that the last figures read were such.

    `is_torn` says that the label before was not understood: what follows may be the rest of it.

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
        self.is_torn = False

    def read(self, lines: Sequence[Line]) -> list[_Found]:
        """All rows in the order of print; prose and what follows the last row is left."""
        last = concept("rows", "pending_end").id
        for line in lines:
            row = row_of(line, is_row_label)
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
        if has_figures_first(row):
            self.reading.unknown(row)
            return
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
            self.is_torn = row.line.grid is None and bool(row.labels)
            return
        self._silent_rows(text)
        if not row.figures:
            self.reading.silent.add(match.concept.id)
        self.found.append(_Found(row, match))
        if self.rest and row.line.grid is None:
            self.broken.add(id(row))
        self.pieces, self.rest, self.is_torn = [], False, False
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
        return bool(row.labels and row.zone) and is_row_label(row.labels[-1])

    def _near(self, row: Row) -> Match | None:
        """The row whose label the last label cell is, but for one character."""
        if not row.labels or is_row_label(row.labels[-1]):
            return None
        found = near_row(row.labels[-1].text, TABLE)
        return None if found is None else Match(found, damaged=True)

    def _match(self, text: str, row: Row) -> Match | None:
        match = self._near(row) or match_end(text, row_wordings(TABLE))
        parts = (*self.pieces, row)
        if match is not None and self.pieces and not _is_named(parts, match):
            return None
        if self.is_torn and not any(map(_begins, parts)) and own_row(row.label, TABLE) is None:
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


def _words(row: Row) -> str:
    """The label of a row as a key; hints behind a label are left out, its own brackets stay."""
    known = {wording for wording, _ in row_wordings(TABLE)}
    return "".join(
        key(cell.text) if core(cell.text) in known else key(bare(cell.text)) for cell in row.labels
    )


def _form_of(found: Iterable[_Found], lines: Sequence[Line]) -> tuple[str, Table, bool]:
    """The form whose rows fit the rows present best, and whether that is certain.

    In running text only as many figures as columns make a row present. Where rows
    of both fit alike, those count whose labels stand anywhere in the table, but for the row that
    the other form has as a group. Where that group is there, or the last label is there and torn,
    the words count that only one of the forms has: all of them, or most. Where nothing tells, it
    is the newest.
    """
    text = "".join(key(line.text) for line in lines)
    words = {words: row for words, row in own_keys(TABLE).items() if words in text}
    group, last = key(closed().label), core(concept("rows", "pending_end").label)
    named = {row.id for own, row in words.items() if own != group}
    width = len(columns_of(TABLE))
    present = {
        one.match.concept.id
        for one in found
        if one.row.line.grid is not None or len(one.row.figures) >= width
    }
    torn = set(last) <= set(text) and last not in words
    is_whole = group in words or torn
    share = traces(TABLE, text)
    is_told = is_whole and not any(0 < part < _MOST for part in share.values())
    tables = [(form.version, t) for form in forms() for t in form.tables if t.id == TABLE]

    def fit(option: tuple[str, Table]) -> tuple[int, int, float]:
        rows = {row.id for row in option[1].items[0].rows}
        first, second = (len(ids & rows) - len(ids - rows) for ids in (present, named))
        return first, second, share[option[0]] if is_told else 0

    version, table = best = max(tables, key=fit)
    others = [fit(option) for option in tables if option is not best]
    return version, table, all(_is_better(fit(best), other) for other in others)


def _is_better(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether nothing tells for the other, and something for this one."""
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))


def _place(one: _Found, found: Sequence[_Found], heads: Heads) -> Placed:
    """The figures of a row in their columns."""
    row, width = one.row, len(columns_of(TABLE))
    short = len(row.figures) < width
    if row.figures and key(row.label)[-1:].isdigit():
        return ambiguous(row, width)
    if row.line.is_placed:
        return _place_under(row, heads.ruler(row.line))
    head = heads.of(row.line)
    lost = short and (head.partial or not row.labels)
    moved = row.line.grid is not None and head.is_moved(row)
    # The first of too many figures without a label may be the number of the next one.
    first = row.line.grid is None and not row.labels and len(row.figures) > width
    if row.figures and (head.contrary or lost or moved or first):
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
