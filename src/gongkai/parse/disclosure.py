"""Table two: what Article 20 asks for, item by item, each with a head of its own.

The form is decided item by item: late templates mix the 2019 and the 2021 heads in one table.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gongkai.forms import concept, forms
from gongkai.model import CellId, RemarkKind
from gongkai.parse.labels import (
    columns_of,
    core,
    cores,
    items_of,
    match_item,
    own_row,
    rows_of,
    scan,
)
from gongkai.parse.rows import ambiguous, is_label, is_prose, place_figures, row_of
from gongkai.parse.tables import Reading
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Cell, Concept, Item
    from gongkai.parse.rows import Line, Row

TABLE = "disclosure"
# The shortest beginning of a head that may stand for it (本年新 for 本年新制作数量).
_CUT = 3


def is_start(line: Line) -> bool:
    """Whether the table begins here: an Article 20 heading or the head 信息内容."""
    if is_prose(line):
        return False
    text = key(line.text)
    return match_item(text) is not None or text.startswith(key(concept("heads", TABLE).label))


def parse_disclosure(lines: Sequence[Line]) -> Reading:
    """Read the table from the lines of its region."""
    return _Parser().read(lines)


class _Parser:
    """Walks the lines: item heading, head cells, rows."""

    def __init__(self) -> None:
        self.reading = Reading(TABLE)
        self.head: list[Cell] = []
        self.head_open = False
        self.pieces: list[Row] = []
        self.rows: list[tuple[Row, Concept, tuple[Cell, ...]]] = []

    def read(self, lines: Sequence[Line]) -> Reading:
        """The table; lines behind its last row that are running text are left."""
        end = self._last_row(lines)
        for at, line in enumerate(lines):
            if is_prose(line) or (at > end and line.grid is None):
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
            self.reading.unknown(row)
            self.pieces = []
        elif match_item(text) is not None:
            self._silent_rows()
            self.head = []
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
        self.rows.append((row, found, tuple(self.head)))
        self.pieces, self.head_open = [], False

    def _silent_rows(self) -> None:
        """Rows of running text with a label and no figure: nothing is printed in them."""
        for piece in self.pieces:
            found = _own_concept(piece)
            if found is not None:
                self.rows.append((piece, found, tuple(self.head)))
                self.reading.silent.add(found.id)
        self.pieces = []

    def _take_head(self, row: Row) -> None:
        """Head cells, or a piece of a label that goes on in the next line."""
        start = key(concept("heads", TABLE).label)
        cells = [c for c in row.line.cells if is_label(c)]
        if key(row.label).startswith(start):
            self._silent_rows()
            self.head, self.head_open = cells, True
        elif self.head_open:
            self.head += cells
        elif row.labels:
            self.pieces.append(row)

    def _ended_concept(self, row: Row, text: str) -> Concept | None:
        """The row whose wording all that was read since the last row ends with."""
        if not row.figures or not (row.labels or self.pieces):
            return None
        return next((c for wording, c in cores(rows_of(TABLE)) if text.endswith(wording)), None)

    def _place(self) -> None:
        """Choose the form of each item, then put the figures into its columns."""
        chosen = [self._item(row, concept_, head) for row, concept_, head in self.rows]
        votes = Counter(found[0] for found in chosen if found is not None)
        usual = votes.most_common(1)[0][0] if votes else self._fitting()
        for (row, concept_, head), found in zip(self.rows, chosen, strict=True):
            version, item, sure = found or self._usual_item(concept_, usual)
            width = len(item.columns)
            placed = place_figures(row, width, _header(row, head, item))
            if not sure:
                text = "".join(c.text for c in head)
                self.reading.remark(RemarkKind.CUT_HEADER, row.line.locus, text)
            twice = len(self._versions(concept_, chosen)) > 1
            self.reading.doubtful = self.reading.doubtful or twice
            if found is None or (not row.labels and len(row.figures) < width):
                placed = ambiguous(row, width)
            self.reading.put(row, concept_, item.columns, placed)
            self.reading.forms.setdefault(f"{TABLE}/{item.id}", version)

    def _fitting(self) -> str:
        """The form that has most of the rows present, the newest of equals."""
        present = {found.id for _, found, _ in self.rows}
        rows = Counter(
            version for version, item in items_of(TABLE) for row in item.rows if row.id in present
        )
        return max((form.version for form in forms()), key=lambda version: rows[version])

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

    def _item(
        self, row: Row, concept_: Concept, head: tuple[Cell, ...]
    ) -> tuple[str, Item, bool] | None:
        """The form's item whose columns the head names; False where head cells are cut."""
        words = _head_words(row, head)
        named = tuple(c.id for c in scan("".join(words), columns_of(TABLE)))
        options = self._options(concept_)
        for version, item in options:
            if named == tuple(c.id for c in item.columns):
                return version, item, True
        for version, item in options:
            if _is_cut_head(words, item):
                return version, item, False
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


def _own_concept(row: Row) -> Concept | None:
    """The row whose label the last label cell is."""
    return own_row(row.labels[-1].text, TABLE) if row.labels else None


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


def _head_words(row: Row, head: tuple[Cell, ...]) -> list[str]:
    """The head cells as keys; a merged cell that a copy repeats counts once."""
    start = key(concept("heads", TABLE).label)
    if row.line.grid is None:
        words = [key(word) for cell in head for word in cell.text.split()]
    else:
        words = [key(cell.text) for at, cell in enumerate(head) if not _is_repeat(head, at)]
    return [word for word in words if word and word != start]


def _is_repeat(head: tuple[Cell, ...], at: int) -> bool:
    """Whether the cell repeats its left neighbour with a known wording (本年新 may be cut)."""
    wordings = {wording for wording, _ in cores(columns_of(TABLE))}
    text = core(head[at].text)
    return (
        at > 0
        and head[at - 1].col + 1 == head[at].col
        and core(head[at - 1].text) == text
        and (text in wordings or text == core(concept("heads", TABLE).label))
    )


def _header(row: Row, head: tuple[Cell, ...], item: Item) -> list[int] | None:
    """The grid columns of the head cells, if each column of the form has one."""
    if row.line.grid is None:
        return None
    start = core(concept("heads", TABLE).label)
    places = [c.col for c in head if core(c.text) != start]
    return places if len(places) == len(item.columns) else None
