"""Which cells of the forms count the same thing, and which only look as if they did.

`crosswalk.toml` puts every cell of every form in exactly one concept. Series of several forms meet
here and nowhere else. Nothing here knows a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.forms import Variable, concept, data_of, forms, variables
from gongkai.model import CellId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The cells of a concept make one series in all forms.
COMPARABLE = frozenset({"same", "label_changed", "group"})


@dataclass(frozen=True, slots=True)
class Crossing:
    """A quantity and its cells in each form; a form that does not ask for it has none.

    `comparability` is a member of the closed list of that name. Several cells of a form are added
    up where the quantity is comparable.
    """

    concept: str
    table: str
    cells: Mapping[str, tuple[CellId, ...]]
    comparability: str
    label: str
    label_en: str
    note: str
    note_en: str

    @property
    def is_comparable(self) -> bool:
        """Whether its cells make one series in all forms."""
        return self.comparability in COMPARABLE

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of all forms in which it is counted."""
        return tuple(dict.fromkeys(c.row for cells in self.cells.values() for c in cells))

    @property
    def usual(self) -> Variable:
        """The variable that is called as the concept is: where a form has only one cell for it."""
        single = ((v, own[0]) for v, own in self.cells.items() if len(own) == 1)
        version, cell = next(single, (next(iter(self.cells)), self.variables[0].cell))
        return _variables(version)[cell]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Its variables in the newest form that asks for it."""
        version, cells = next(iter(self.cells.items()))
        return tuple(_variables(version)[cell] for cell in cells)


@cache
def _variables(version: str) -> dict[CellId, Variable]:
    return {variable.cell: variable for variable in variables(version)}


def _named(kind: str, name: str) -> tuple[str, str, str]:
    """Short id and labels of what a template runs through; empty where it does not."""
    if not name:
        return "", "", ""
    found = concept(kind, name)
    return found.short_id, found.label, found.label_en


def _cells(data: dict[str, Any], row: str, column: str) -> dict[str, tuple[CellId, ...]]:
    """Form → cells, the newest form first; forms that do not ask for it are left out."""
    return {
        form.version: tuple(
            CellId(data["table"], *place.format(row=row, column=column).split("/"))
            for place in data[form.version]
        )
        for form in forms()
        if form.version in data
    }


def _expanded(data: dict[str, Any]) -> Iterator[Crossing]:
    """The concepts of one entry: one for each row and column it runs through."""
    for row in data.get("rows", ("",)):
        for column in data.get("columns", ("",)):
            cells = _cells(data, row, column)
            version, (first, *_) = next(iter(cells.items()))
            usual = _variables(version)[first]
            names = zip(_named("rows", row), _named("columns", column), strict=True)
            short, zh, en = ({"row": r, "column": c} for r, c in names)
            yield Crossing(
                concept=data["concept"].format(**short),
                table=data["table"],
                cells=cells,
                comparability=data["comparability"],
                label=data.get("label", usual.label).format(**zh),
                label_en=data.get("label_en", usual.label_en).format(**en),
                note=data["note"],
                note_en=data["note_en"],
            )


@cache
def crosswalk() -> dict[str, Crossing]:
    """All concepts by name, in the order of `crosswalk.toml`."""
    entries = data_of("crosswalk.toml")["concepts"]
    return {one.concept: one for data in entries for one in _expanded(data)}


@cache
def _by_cell() -> dict[tuple[str, CellId], Crossing]:
    return {
        (version, cell): one
        for one in crosswalk().values()
        for version, cells in one.cells.items()
        for cell in cells
    }


def crossing_of(version: str, cell: CellId) -> Crossing:
    """The concept of a cell of that form.

    Raises:
        KeyError: if the form has no such cell.
    """
    return _by_cell()[version, cell]
