"""What the three table parsers share: their result, and when a cell is missing or in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gongkai.model import CellId, Remark, RemarkKind, Status, Value
from gongkai.parse.labels import core, own_keys, rows_of
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Cell, Concept, Locus
    from gongkai.parse.rows import Line, Placed, Row

#: Remarks after which figures may belong to another row than the one they were found in.
_UNSETTLING = frozenset({RemarkKind.UNKNOWN_LABEL, RemarkKind.SURPLUS, RemarkKind.DUPLICATE_ROW})


@dataclass
class Reading:
    """What a table parser collects. `left` are lines that are no part of the table.

    `silent` are rows of which the label stands alone; `orphans` says that figures stand without
    any label; `doubtful` that it is not certain which figures are the table's at all.
    """

    table: str
    values: dict[CellId, Value] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    unused: list[Cell] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    orphans: bool = False
    doubtful: bool = False

    def remark(
        self, kind: RemarkKind, locus: Locus, raw: str, cells: Iterable[CellId] = ()
    ) -> None:
        """Note something about a place of the table."""
        self.remarks.append(Remark(kind, self.table, locus, raw.strip(), tuple(cells)))

    def strays(self, row: Row) -> None:
        """Note figures that stand before the label of their row; they are no figures of it."""
        for cell in row.strays:
            self.stray(cell)

    def stray(self, cell: Cell) -> None:
        """Note a figure that is none of the form's."""
        self.unused.append(cell)
        self.remark(RemarkKind.STRAY_FIGURE, cell.locus, cell.text)

    def unknown(self, row: Row) -> None:
        """Note figures under no known label."""
        self.orphans = self.orphans or not row.labels
        self.unused += row.figures
        self.remark(RemarkKind.UNKNOWN_LABEL, row.line.locus, row.line.text)

    def put(self, row: Row, concept: Concept, columns: Iterable[Concept], placed: Placed) -> None:
        """Enter a row. A second row with the same label puts every difference in doubt."""
        cells = [CellId(self.table, concept.id, column.id) for column in columns]
        for figure in placed.unused:
            self.stray(figure)
        if placed.doubt:
            surplus = len(row.figures) > len(cells)
            kind = RemarkKind.SURPLUS if surplus else RemarkKind.AMBIGUOUS_COLUMN
            self.remark(kind, row.line.locus, row.line.text, cells)
        if cells[0] in self.values:
            self.remark(RemarkKind.DUPLICATE_ROW, row.line.locus, row.line.text, cells)
        for cell, value in zip(cells, placed.values, strict=True):
            known = self.values.get(cell)
            if known is not None and (known.number, known.status) != (value.number, value.status):
                raw = f"{known.raw} {value.raw}".strip()
                self.values[cell] = Value(None, Status.AMBIGUOUS, raw, locus=value.locus)
            else:
                self.values[cell] = value

    @property
    def is_unsettled(self) -> bool:
        """Whether figures may belong to another row than the one they were found in, or to none."""
        return any(remark.kind in _UNSETTLING for remark in self.remarks)

    def complete(self, cells: Iterable[CellId], lines: Sequence[Line]) -> None:
        """Enter the cells of the form that were not found, in print order.

        They are missing where their row is nowhere in the lines of the table. Where its label
        is there, or where figures stand under no known label, they are in doubt: something may
        be printed for them that was not understood. A label that stands alone is a blank row
        only where no figures are left over.
        """
        text = "".join(key(line.text) for line in lines)
        unsettled = self.is_unsettled
        named = {row.id for row in rows_of(self.table) if self._is_named(row, text)}
        wanted = {}
        for cell in cells:
            value = self.values.get(cell)
            if value is None:
                doubt = self.doubtful or unsettled or cell.row in named
                value = Value(None, Status.AMBIGUOUS if doubt else Status.MISSING)
            elif self.doubtful or (unsettled and cell.row in self.silent):
                value = replace(value, number=None, status=Status.AMBIGUOUS)
            wanted[cell] = value
        self.values = wanted

    def doubt_named(self, text: str) -> None:
        """Put missing cells in doubt whose row is named in `text` (a key), beside the table."""
        named = {row.id for row in rows_of(self.table) if self._is_named(row, text)}
        for cell, value in self.values.items():
            if value.status is Status.MISSING and cell.row in named:
                self.values[cell] = replace(value, status=Status.AMBIGUOUS)

    def _is_named(self, row: Concept, text: str) -> bool:
        wordings = [core(words) for words in (row.label, *row.variants)]
        known = own_keys(self.table)
        return any(words in text for words in (*wordings, key(row.label)) if words in known)
