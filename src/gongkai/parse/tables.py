"""What the three table parsers share: their result, and the region of lines a table takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.model import CellId, Remark, RemarkKind, Status, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.model import Cell, Concept, Locus
    from gongkai.parse.rows import Line, Placed, Row


@dataclass
class Reading:
    """What a table parser collects. `left` are lines that are no part of the table."""

    table: str
    values: dict[CellId, Value] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    unused: list[Cell] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)

    def remark(
        self, kind: RemarkKind, locus: Locus, raw: str, cells: Iterable[CellId] = ()
    ) -> None:
        """Note something about a place of the table."""
        self.remarks.append(Remark(kind, self.table, locus, raw.strip(), tuple(cells)))

    def strays(self, row: Row) -> None:
        """Note figures that stand before the label of their row; they are no figures of it."""
        for cell in row.strays:
            self.unused.append(cell)
            self.remark(RemarkKind.STRAY_FIGURE, cell.locus, cell.text)

    def unknown(self, row: Row) -> None:
        """Note figures under no known label."""
        self.unused += row.figures
        self.remark(RemarkKind.UNKNOWN_LABEL, row.line.locus, row.line.text)

    def put(self, row: Row, concept: Concept, columns: Iterable[Concept], placed: Placed) -> None:
        """Enter a row. A second row with the same label puts every difference in doubt."""
        cells = [CellId(self.table, concept.id, column.id) for column in columns]
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

    def complete(self, cells: Iterable[CellId]) -> None:
        """Enter the cells of the form that were not found, in print order.

        They are missing; but where figures stand under no known label, or more of them than
        their row has columns, they may be these.
        """
        kinds = {RemarkKind.UNKNOWN_LABEL, RemarkKind.SURPLUS}
        lost = any(remark.kind in kinds for remark in self.remarks)
        missing = Value(None, Status.AMBIGUOUS if lost else Status.MISSING)
        self.values = {cell: self.values.get(cell, missing) for cell in cells}
