"""Table two: what Article 20 asks for, item by item, each with a head of its own.

The form is decided item by item: late templates mix the 2019 and the 2021 heads in one table.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from gongkai.forms import concept
from gongkai.model import CellId, RemarkKind
from gongkai.parse.cuts import mended
from gongkai.parse.labels import (
    column_wordings,
    core,
    items_of,
    match_item,
    near_row,
    own_row,
    row_wordings,
    scan,
    traces,
)
from gongkai.parse.places import (
    Ruler,
    columns_in,
    end_of,
    fits,
    leaves_of,
    place_by_cells,
    place_under,
    span_of,
    tall_cells,
)
from gongkai.parse.rows import (
    Placed,
    ambiguous,
    is_label,
    is_printed,
    is_prose,
    place_figures,
    row_of,
)
from gongkai.parse.runs import gathered
from gongkai.parse.stacks import unstacked
from gongkai.parse.tables import Reading
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Cell, Concept, Grid, Item
    from gongkai.parse.places import Leaf, Span
    from gongkai.parse.rows import Line, Row

TABLE = "disclosure"
# The shortest beginning of a head that may stand for it (本年新 for 本年新制作数量).
_CUT = 3
# A damaged head cell must be this like the wording of its column.
_LIKE = 80.0
# A unit of money in a head.
_UNIT = re.compile("[万亿]?元")
_MONEY = re.compile("[十百千万亿]{0,2}元")


def is_start(line: Line) -> bool:
    """Whether the table begins here: an Article 20 heading or the head 信息内容."""
    if is_prose(line):
        return False
    text = key(line.text)
    return match_item(text) is not None or text.startswith(key(concept("heads", TABLE).label))


def parse_disclosure(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    return _Parser().read(mended(gathered(unstacked(lines, TABLE), TABLE), TABLE))


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of an item: its lines, and those between the item's heading and 信息内容."""

    lines: tuple[Line, ...] = ()
    before: tuple[Line, ...] = ()

    def with_line(self, line: Line) -> _Head:
        """The head that goes on in another line."""
        return replace(self, lines=(*self.lines, line))

    @property
    def whole(self) -> _Head:
        """The head with the words above 信息内容, for a head that is torn."""
        return _Head((*self.before, *self.lines))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Its cells with words."""
        return tuple(cell for line in self.lines for cell in line.cells if is_label(cell))

    @property
    def is_placed(self) -> bool:
        """Whether its columns are the format's own places."""
        return bool(self.lines) and self.lines[0].is_placed

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Its columns without that of the labels."""
        return tuple(leaf for leaf in leaves_of(self.lines) if not _is_start(leaf.words))


class _Parser:
    """Walks the lines: item heading, head cells, rows.

    `broken` are rows before and behind figures without a label: one of theirs may be broken.
    """

    def __init__(self) -> None:
        self.reading = Reading(TABLE)
        self.head = _Head()
        self.head_open = False
        self.pieces: list[Row] = []
        self.rows: list[tuple[Row, Concept, _Head]] = []
        self.text = ""
        self.broken: set[int] = set()
        self.is_lone = False

    def read(self, lines: Sequence[Line]) -> Reading:
        """The table; lines behind its last row that are running text are left."""
        end = self._last_row(lines)
        self.text = "".join(key(line.text) for line in lines)
        for at, line in enumerate(lines):
            if is_prose(line) or (at > end and line.is_sole):
                self.reading.left.append(line)
            else:
                self._take(row_of(line, _is_own))
        self._silent_rows()
        self._place()
        self._complete(lines)
        return self.reading

    def _last_row(self, lines: Sequence[Line]) -> int:
        """The place of the last line with figures or with the label of a row."""
        rows = ((at, row_of(line, _is_own)) for at, line in enumerate(lines))
        return max((at for at, row in rows if row.figures or _own_concept(row)), default=-1)

    def _take(self, row: Row) -> None:
        self.reading.strays(row)
        text = "".join(key(piece.label) for piece in (*self.pieces, row))
        own = _own_concept(row)
        found = own if own is not None else self._ended_concept(row, text)
        if found is not None and (row.figures or (row.line.grid is not None and row.zone)):
            self._enter(row, found)
        elif row.figures:
            if not row.labels and not self.pieces and self.rows:
                self.broken.add(id(self.rows[-1][0]))
            self.is_lone = not row.labels
            self.reading.unknown(row)
            self.pieces = []
        elif match_item(text) is not None:
            self._silent_rows()
            self.head, self.head_open = _Head(), True
        elif own is not None:
            self._silent_rows()
            self.pieces, self.head_open = [row], False
        else:
            self._take_head(row)

    def _enter(self, row: Row, found: Concept) -> None:
        """A row of figures; labels that stand alone before its own label are silent rows."""
        if _own_concept(row) is not None:
            self._silent_rows()
        if not row.figures:
            self.reading.silent.add(found.id)
        self.rows.append((row, found, self.head))
        if self.is_lone:
            self.broken.add(id(row))
        self.pieces, self.head_open, self.is_lone = [], False, False

    def _silent_rows(self) -> None:
        """Rows of running text with a label and no figure: nothing is printed in them."""
        for piece in self.pieces:
            found = _own_concept(piece)
            if found is not None:
                self.rows.append((piece, found, self.head))
                self.reading.silent.add(found.id)
        self.pieces = []

    def _take_head(self, row: Row) -> None:
        """Head cells, or a piece of a label that goes on in the next line."""
        if _is_start(key(row.label)) or (not self.head_open and _names_column(row)):
            self._silent_rows()
            above = self.head.lines if self.head_open else ()
            self.head, self.head_open = _Head((row.line,), above), True
        elif self.head_open:
            self.head = self.head.with_line(row.line)
        elif row.labels:
            self.pieces.append(row)

    def _ended_concept(self, row: Row, text: str) -> Concept | None:
        """The row whose wording all that was read since the last row ends with."""
        if not row.figures or not (row.labels or self.pieces) or _is_joined(row):
            return None
        return next((c for wording, c in row_wordings(TABLE) if text.endswith(wording)), None)

    def _place(self) -> None:
        """Choose the form of each item, then put the figures into its columns."""
        chosen = [self._item(row, concept_, head) for row, concept_, head in self.rows]
        votes = Counter(found[0] for found in chosen if found is not None)
        usual = votes.most_common(1)[0][0] if votes else self._fitting()
        items = [
            found or self._usual_item(concept_, usual)
            for (_, concept_, _), found in zip(self.rows, chosen, strict=True)
        ]
        crowded = self._crowded([item for _, item, _ in items])
        for at, (row, concept_, head) in enumerate(self.rows):
            found, (version, item, sure) = chosen[at], items[at]
            width = len(item.columns)
            placed = _placed(row, head, item, loose=self._is_loose(head, item))
            short_of = id(row.line.grid) in crowded and len(row.figures) == width
            if short_of and not row.line.is_placed and _is_beside(row, _header(row, head, item)):
                placed = ambiguous(row, width)
            if not sure:
                text = "".join(c.text for c in head.cells)
                self.reading.remark(RemarkKind.CUT_HEADER, row.line.locus, text)
            twice = len(self._versions(concept_, chosen)) > 1
            self.reading.doubtful = self.reading.doubtful or twice
            short = len(row.figures) < width
            lost = not row.labels or (self.reading.orphans and row.line.is_placed)
            apart = self.reading.orphans and not row.labels
            beside = (row.strays and short) or id(row) in self.broken
            if found is None or apart or beside or (short and lost):
                placed = ambiguous(row, width)
            placed = _in_unit_of_head(placed, head, item)
            self.reading.put(row, concept_, item.columns, placed)
            if row.labels and _is_damaged(row.labels[-1].text):
                kind = RemarkKind.DAMAGED_LABEL
                self.reading.remark(kind, row.line.locus, row.label)
            self.reading.forms.setdefault(f"{TABLE}/{item.id}", version)
            self._note_unit(row, head, item)

    def _note_unit(self, row: Row, head: _Head, item: Item) -> None:
        """Where the form leaves a unit open, the one that the head names."""
        found = _UNIT.search(fold("".join(cell.text for cell in head.whole.cells)))
        if found is not None and not all(column.unit for column in item.columns):
            self.reading.remark(RemarkKind.UNIT_IN_HEAD, row.line.locus, found[0])

    def _crowded(self, items: Sequence[Item]) -> set[int]:
        """The grids in which some row has more figures than its item has columns."""
        pairs = zip(self.rows, items, strict=True)
        return {
            id(row.line.grid)
            for (row, _, _), item in pairs
            if row.line.grid is not None and len(row.figures) > len(item.columns)
        }

    def _is_loose(self, head: _Head, item: Item) -> bool:
        """Whether complete rows below this head do not stand under it."""
        spans, _ = _spans(head, item)
        complete = [
            row.figures
            for row, _, other in self.rows
            if other is head and len(row.figures) == len(spans)
        ]
        return any(not fits(tuple(map(span_of, figures)), spans) for figures in complete)

    def _fitting(self) -> str:
        """The form with most of the rows present and columns named, then of its words."""
        present = {found.id for _, found, _ in self.rows}
        marks: Counter[str] = Counter()
        for version, item in items_of(TABLE):
            marks[version] += sum(row.id in present for row in item.rows)
            marks[version] += sum(core(column.label) in self.text for column in item.columns)
        found = traces(TABLE, self.text)
        return max(found, key=lambda version: (marks[version], found[version]))

    def _versions(
        self, concept_: Concept, chosen: Sequence[tuple[str, Item, bool] | None]
    ) -> set[str]:
        """The forms in which a row is printed: more than one is a second table two."""
        return {
            found[0]
            for (_, other, _), found in zip(self.rows, chosen, strict=True)
            if found is not None and other.id == concept_.id
        }

    def _options(self, concept_: Concept) -> list[tuple[str, Item]]:
        """The items in which a form has this row."""
        return [
            (version, item)
            for version, item in items_of(TABLE)
            if concept_.id in {row.id for row in item.rows}
        ]

    def _item(self, row: Row, concept_: Concept, head: _Head) -> tuple[str, Item, bool] | None:
        """The form's item whose columns the head names; False where head cells are cut."""
        options = self._options(concept_)
        for words, lines in ((_head_words(row, h), h.lines) for h in (head, head.whole)):
            named = tuple(c.id for c in scan("".join(words), column_wordings(TABLE)))
            for version, item in options:
                if named == tuple(c.id for c in item.columns):
                    return version, item, True
            for version, item in options:
                if _is_cut_head(words, item) or _is_torn_head(words, lines, item):
                    return version, item, False
            like = [option for option in options if _is_like_head(words, option[1])]
            if len(like) == 1:
                return (*like[0], False)
        return None

    def _usual_item(self, concept_: Concept, usual: str) -> tuple[str, Item, bool]:
        """Where the head says nothing: the item of the form the rest of the table follows."""
        options = self._options(concept_)
        version, item = next((option for option in options if option[0] == usual), options[0])
        return version, item, False

    def _complete(self, lines: Sequence[Line]) -> None:
        """Enter what was not found, each item in the form it follows."""
        forms_ = self.reading.forms
        usual = Counter(forms_.values()).most_common(1)[0][0] if forms_ else None
        cells: list[CellId] = []
        for version, item in items_of(TABLE):
            name = f"{TABLE}/{item.id}"
            if forms_.get(name, usual) == version:
                forms_.setdefault(name, version)
                cells += [CellId(TABLE, r.id, c.id) for r in item.rows for c in item.columns]
        self.reading.complete(cells, lines)


def _is_told_by_head(column: Concept, head: str) -> bool:
    """Whether the unit of money in a head is that of a column, and not the form's own for it."""
    if not column.unit:
        return column.label in head
    return column.unit.endswith("元") and column.unit not in head


def _in_unit_of_head(placed: Placed, head: _Head, item: Item) -> Placed:
    """The figures with the unit of money that the head names where the form does not.

    That is another than the form's, or one where the form leaves it open; 0 needs none.
    """
    text = "".join(fold("".join(cell.text for cell in head.whole.cells)).split())
    found = _MONEY.search(text)
    if found is None:
        return placed
    values = (
        replace(value, unit=found[0])
        if value.number and not value.unit and _is_told_by_head(column, text)
        else value
        for value, column in zip(placed.values, item.columns, strict=True)
    )
    return replace(placed, values=tuple(values))


def _own_concept(row: Row) -> Concept | None:
    """The row whose label the last label cell is, or is but for one character."""
    if not row.labels:
        return None
    text = row.labels[-1].text
    return own_row(text, TABLE) or (near_row(text, TABLE) if row.figures else None)


def _is_joined(row: Row) -> bool:
    """Whether the label of a row is that of two rows in one cell. So may its figures be."""
    return len(set(scan(key(row.label), row_wordings(TABLE)))) > 1


def _is_damaged(text: str) -> bool:
    """Whether a label was recognised with a wrong character."""
    return own_row(text, TABLE) is None and near_row(text, TABLE) is not None


def _is_own(cell: Cell) -> bool:
    return own_row(cell.text, TABLE) is not None


def _is_cut_head(words: list[str], item: Item) -> bool:
    """Whether each head cell is a beginning of its column's wording (本年新, 本年新, …)."""
    if len(words) != len(item.columns):
        return False
    return all(
        len(word) >= _CUT
        and any(core(w).startswith(word) for w in (column.label, *column.variants))
        for word, column in zip(words, item.columns, strict=True)
    )


def _is_like_head(words: list[str], item: Item) -> bool:
    """Whether each head cell is like its column's wording (a character or two are wrong)."""
    return len(words) == len(item.columns) and all(
        max(fuzz.ratio(word, core(w)) for w in (column.label, *column.variants)) >= _LIKE
        for word, column in zip(words, item.columns, strict=True)
    )


def _is_torn_head(words: list[str], lines: Sequence[Line], item: Item) -> bool:
    """Whether the head cells are torn to pieces that are all there (本年新 本年新 制作 公开 …).

    Pieces of a line that belong to one column each must stand in the order of the columns.
    """
    labels = [core(column.label) for column in item.columns]
    pieces = Counter("".join(words))
    start = key(concept("heads", TABLE).label)
    if pieces not in (Counter("".join(labels)), Counter(start + "".join(labels))):
        return False
    for line in lines:
        texts = [c.text for c in line.cells] if line.grid is not None else line.text.split()
        named = [
            {at for at, label in enumerate(labels) for word in text.split() if key(word) in label}
            for text in texts
        ]
        places = [min(found) for found in named if len(found) == 1]
        if places != sorted(places):
            return False
    return True


def _is_start(words: str) -> bool:
    """Whether a head begins with these words (a key): 信息内容, above the labels.

    The item's heading may stand in the same cell, where no rule parts the two lines.
    """
    at = words.find(key(concept("heads", TABLE).label))
    return at == 0 or (at > 0 and match_item(words[:at]) is not None)


def _names_column(row: Row) -> bool:
    """Whether a row of a grid is a head without 信息内容: it has words of columns."""
    wordings = {wording for wording, _ in column_wordings(TABLE)}
    return row.line.is_placed and any(core(cell.text) in wordings for cell in row.labels)


def _head_words(row: Row, head: _Head) -> list[str]:
    """The head cells as keys; a merged cell that a copy repeats counts once."""
    if head.is_placed:
        words = [leaf.words for leaf in head.leaves]
    elif row.line.grid is None:
        words = [key(word) for cell in head.cells for word in cell.text.split()]
    else:
        cells = head.cells
        words = [key(cell.text) for at, cell in enumerate(cells) if not _is_repeat(cells, at)]
    return [word for word in words if word and word != key(concept("heads", TABLE).label)]


def _is_repeat(head: tuple[Cell, ...], at: int) -> bool:
    """Whether the cell repeats its left neighbour with a known wording (本年新 may be cut)."""
    wordings = {wording for wording, _ in column_wordings(TABLE)}
    text = core(head[at].text)
    return (
        at > 0
        and head[at - 1].col + 1 == head[at].col
        and core(head[at - 1].text) == text
        and (text in wordings or text == core(concept("heads", TABLE).label))
    )


def _placed(row: Row, head: _Head, item: Item, *, loose: bool) -> Placed:
    """The figures of a row in the columns of its item."""
    width = len(item.columns)
    if not row.line.is_placed:
        return _place_counted(row, head, item)
    grid = row.line.grid
    spans, beside = _spans(head, item)
    if grid is None or not spans or not _has_columns_of(head, grid):
        more = len(head.leaves) > width and len(row.zone) != width
        return ambiguous(row, width) if more and row.figures else place_by_cells(row, width)
    end = end_of(head.lines)
    ruler = Ruler(spans, end, beside=beside, tall=tall_cells(grid), loose=loose)
    return place_under(row, ruler)


def _place_counted(row: Row, head: _Head, item: Item) -> Placed:
    """The figures of running text or of counted cells.

    A head with more columns than the form's counts with all of them: a figure in one that is
    none of the form's (备注) may have come while another cell is blank.
    """
    width = len(item.columns)
    leaves = head.leaves
    if row.line.grid is None or len(leaves) <= width or not row.figures:
        return place_figures(row, width, _header(row, head, item))
    own = _named_in_order(leaves, item)
    if own is None:
        return place_figures(row, width) if len(row.figures) > width else ambiguous(row, width)
    placed = place_figures(row, len(leaves), [leaf.span.start for leaf in leaves])
    at = [leaves.index(leaf) for leaf in own]
    return Placed(tuple(placed.values[n] for n in at), placed.doubt)


def _is_beside(row: Row, header: Sequence[int] | None) -> bool:
    """Whether a cell below the head is blank and a figure stands beside all of the head's."""
    blank = {cell.col for cell in row.line.cells if not is_printed(cell)}
    outside = header is not None and any(cell.col not in header for cell in row.figures)
    return outside and not blank.isdisjoint(header or ())


def _named_in_order(leaves: Sequence[Leaf], item: Item) -> list[Leaf] | None:
    """The columns of a head that are the item's, if it names each once and in their order."""
    wordings = [{core(w) for w in (c.label, *c.variants)} for c in item.columns]
    named = [leaf for leaf in leaves if any(core(leaf.words) in words for words in wordings)]
    in_order = len(named) == len(wordings) and all(
        core(leaf.words) in words for leaf, words in zip(named, wordings, strict=True)
    )
    return named if in_order else None


def _spans(head: _Head, item: Item) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The places of the item's columns and of columns beside them, if the head has them.

    A head with as many cells as the form has columns is taken as it is; one with more (备注, the
    year before) only if it names each of the columns, once and in their order.
    """
    for leaves in (one.leaves for one in (head, head.whole) if one.is_placed):
        if len(leaves) == len(item.columns):
            return tuple(leaf.span for leaf in leaves), ()
    leaves = head.leaves if head.is_placed else ()
    named = _named_in_order(leaves, item)
    if named is None:
        return (), ()
    beside = tuple(leaf.span for leaf in leaves if leaf not in named)
    return tuple(leaf.span for leaf in named), beside


def _has_columns_of(head: _Head, grid: Grid) -> bool:
    """Whether a head stands in this grid, or in one with as many columns."""
    own = head.lines[0].grid
    return own is not None and (own is grid or columns_in(own) == columns_in(grid))


def _header(row: Row, head: _Head, item: Item) -> list[int] | None:
    """The grid columns of the head cells, if each column of the form has one."""
    if row.line.grid is None:
        return None
    start = core(concept("heads", TABLE).label)
    places = [c.col for c in head.cells if core(c.text) != start]
    return places if len(places) == len(item.columns) else None
