"""Which series, sums and rates the panel has: what is comparable through all forms.

`panel.toml` names them; the cells behind a series are those of the crosswalk. Nothing here knows a
report or a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import data_of, forms
from gongkai.forms.crosswalk import COMPARABLE, crosswalk

if TYPE_CHECKING:
    from gongkai.forms import Break
    from gongkai.forms.crosswalk import Crossing

#: The units of its columns.
COUNT, RATIO = "件", "比率"


@dataclass(frozen=True, slots=True)
class Series:
    """A comparable series: one concept of the crosswalk."""

    crossing: Crossing

    @property
    def name(self) -> str:
        """Its column in the panel."""
        return self.crossing.concept


@dataclass(frozen=True, slots=True)
class Sum:
    """Series added up. `parts` are series, sums within it resolved."""

    name: str
    of: tuple[str, ...]
    parts: tuple[Series, ...]
    label: str
    label_en: str
    definition: str
    definition_en: str
    foi: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """One column of the panel divided by another.

    `share`: the numerator is part of the denominator.
    """

    name: str
    numerator: str
    denominator: str
    share: bool
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The series, sums and rates of the panel, each in the order of its columns."""

    series: tuple[Series, ...]
    sums: tuple[Sum, ...]
    rates: tuple[Rate, ...]


#: What the panel takes, the least comparable first.
_FROM_LEAST = ("group", "label_changed", "same")


def _series(name: str) -> Series:
    """The series of that name.

    Raises:
        ValueError: for a concept that is not comparable or that a form does not ask for.
    """
    found = crosswalk()[name]
    asked = {form.version for form in forms() if form.tables}
    if found.comparability not in COMPARABLE or found.cells.keys() != asked:
        raise ValueError(name)
    return Series(found)


@cache
def panel() -> Panel:
    """What the panel has."""
    data = data_of("panel.toml")
    series = tuple(_series(name) for name in data["series"])
    known: dict[str, tuple[Series, ...]] = {one.name: (one,) for one in series}
    sums = []
    for one in data["sums"]:
        parts = tuple(part for name in one["of"] for part in known[name])
        known[one["name"]] = parts
        sums.append(Sum(**(one | {"of": tuple(one["of"]), "parts": parts})))
    return Panel(series, tuple(sums), tuple(Rate(**one) for one in data["rates"]))


@cache
def _parts() -> dict[str, tuple[Series, ...]]:
    found = panel()
    parts: dict[str, tuple[Series, ...]] = {one.name: (one,) for one in found.series}
    parts |= {one.name: one.parts for one in found.sums}
    return parts | {one.name: parts[one.numerator] + parts[one.denominator] for one in found.rates}


def names() -> tuple[str, ...]:
    """The columns of figures and rates, in their order."""
    return tuple(_parts())


def parts_of(name: str) -> tuple[Series, ...]:
    """The series that a column of figures or rates is made of.

    Raises:
        KeyError: if the panel has no such column.
    """
    return _parts()[name]


def comparability_of(name: str) -> str:
    """How far a column goes on from form to form: as far as its least comparable part.

    Raises:
        KeyError: if the panel has no such column.
    """
    found = {part.crossing.comparability for part in parts_of(name)}
    return next(one for one in _FROM_LEAST if one in found)


def is_parted(name: str, law: Break) -> bool:
    """Whether a law changes what the column counts.

    Raises:
        KeyError: if the panel has no such column.
    """
    return any(
        law.parts(cell, law.year - 1, law.year)
        for part in parts_of(name)
        for cells in part.crossing.cells.values()
        for cell in cells
    )
