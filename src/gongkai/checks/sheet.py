"""Sums that belong together, as arithmetic: how far each is off, and what a change would do.

The sums that share cells (all of table three, each channel of table four) make one sheet. Blanks
and marks count as 0, and a sum is not judged where the checks do not judge it (`sums`). Nothing
here knows why a cell is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from gongkai.checks.cells import UNUSABLE, form_of, value_of
from gongkai.model import CellId, Identity, Number, RemarkKind, Report, Status
from gongkai.parse import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Numbers that are to stand in cells instead of what is printed there.
Numbers: TypeAlias = Mapping[CellId, Number]
NOTHING: Numbers = {}


@dataclass(frozen=True, slots=True)
class Group:
    """Sums that share cells, those that each cell is in, and the cells row by row as printed."""

    identities: tuple[Identity, ...]
    through: Mapping[CellId, tuple[Identity, ...]]
    rows: tuple[tuple[CellId, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The numbers of a report for a group of sums.

    `numbers` has None for a blank or a mark; cells in `unknown` have no number and are no blank.
    `doubtful` are cells whose number was read without certainty.
    """

    group: Group
    numbers: Mapping[CellId, Number | None]
    unknown: frozenset[CellId]
    doubtful: frozenset[CellId]

    def gap(self, identity: Identity, changed: Numbers = NOTHING) -> Number | None:
        """Left minus right with these changes; None where the sum is not judged."""
        cells = identity.left + identity.right
        if not self.unknown.isdisjoint(cells):
            return None
        left, right = (
            [number for c in side if (number := changed.get(c, self.numbers[c])) is not None]
            for side in (identity.left, identity.right)
        )
        off = sum(left) - sum(right)
        return off if (left and right) or not off else None

    def failing(self, changed: Numbers = NOTHING) -> tuple[Identity, ...]:
        """The sums that fail with these changes, in the order of the form."""
        return tuple(i for i in self.group.identities if self.gap(i, changed))

    def solve(self, cell: CellId, identity: Identity, changed: Numbers = NOTHING) -> int | None:
        """The number in the cell with which the sum holds; None where no count (from 0 on) does."""
        now = changed.get(cell, self.numbers[cell] or 0)
        off = self.gap(identity, {**changed, cell: now})
        if off is None:
            return None
        number = now - off if cell in identity.left else now + off
        return int(number) if is_count(number) else None


def is_count(number: Number) -> bool:
    """Whether a number can be a count: whole, and not below 0."""
    return number >= 0 and number % 1 == 0


@cache
def groups(version: str, table: str) -> tuple[Group, ...]:
    """The groups of a form's sums in a table, in the form's order."""
    found: list[list[Identity]] = []
    for identity in form_of(version).identities:
        cells = set(identity.left + identity.right)
        if identity.left[0].table == table:
            linked = [g for g in found if any(cells & {*i.left, *i.right} for i in g)]
            found = [g for g in found if g not in linked]
            found.append([*(i for g in linked for i in g), identity])
    return tuple(_group(version, tuple(identities)) for identities in found)


def _group(version: str, identities: tuple[Identity, ...]) -> Group:
    through: dict[CellId, tuple[Identity, ...]] = {}
    for identity in identities:
        for cell in identity.left + identity.right:
            through[cell] = (*through.get(cell, ()), identity)
    lines = [
        tuple(CellId(table.id, row.id, column.id) for column in item.columns)
        for table in form_of(version).tables
        for item in table.items
        for row in item.rows
    ]
    return Group(identities, through, tuple(line for line in lines if line[0] in through))


def sheets(report: Report) -> Iterator[Sheet]:
    """The sheets of a report, as read: a figure that is likely misread counts as it was read."""
    misread = {
        cell
        for remark in report.remarks
        if remark.kind is RemarkKind.LIKELY_MISREADING
        for cell in remark.cells
        if value_of(report, cell).status is Status.AMBIGUOUS
    }
    for table, version in report.tables.items():
        for group in groups(version, table):
            yield _sheet(report, group, misread)


def _sheet(report: Report, group: Group, misread: set[CellId]) -> Sheet:
    values = {cell: value_of(report, cell) for cell in group.through}
    as_read = {cell: read_number(values[cell].raw).number for cell in misread if cell in values}
    doubtful = frozenset(cell for cell, number in as_read.items() if number is not None)
    return Sheet(
        group,
        {cell: as_read.get(cell, value.number) for cell, value in values.items()},
        frozenset(c for c, v in values.items() if v.status in UNUSABLE) - doubtful,
        doubtful,
    )
