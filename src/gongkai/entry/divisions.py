"""The codes of GB/T 2260 with the names they bore and the years they were in force.

Owns `divisions.csv` (made by `scripts/divisions.py`; `divisions.md` names source and licence) and
what it says of a code. It must not know which places or agencies this project holds.

It knows the codes since the end of 1999 and speaks of nothing else: codes that begin with 00, 10
and 99 are no places of the standard (place unknown, the whole country, examples), and below 71,
81 and 82 it lists nothing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: The newest list in it, as messages name it.
LISTED_TO = "2026年9月"
#: Provinces below which nothing is listed, and beginnings the standard does not assign.
_PROVINCE_ONLY = ("71", "81", "82")
_UNASSIGNED = ("00", "10", "99")
#: After every year.
_OPEN = 9999


@dataclass(frozen=True, slots=True)
class Division:
    """A code with a name it bears or bore.

    `first` is None where it is older than 2000 or the sources disagree, `last` is None where the
    name is still in force; both years are included. `successors` are the codes that followed.
    """

    adcode: str
    name: str
    kind: str
    parent: str | None
    first: int | None
    last: int | None
    successors: tuple[str, ...]

    @property
    def years(self) -> str:
        """The years in Chinese: 2021年起, 2021年止, 2015年至2018年."""
        if self.first is not None and self.last is not None:
            return f"{self.first}年至{self.last}年"
        return (
            f"{self.first}年起"
            if self.first is not None
            else f"{self.last}年止"
            if self.last is not None
            else "今仍在用"
        )


@cache
def divisions() -> dict[str, tuple[Division, ...]]:
    """All codes, each with its names, the oldest first."""
    text = files(__package__).joinpath("divisions.csv").read_text(encoding="utf-8")
    found: dict[str, list[Division]] = {}
    for adcode, name, kind, parent, first, last, successors in list(csv.reader(text.splitlines()))[
        1:
    ]:
        found.setdefault(adcode, []).append(
            Division(
                adcode,
                name,
                kind,
                parent or None,
                int(first) if first else None,
                int(last) if last else None,
                tuple(successors.split()),
            )
        )
    return {adcode: tuple(sorted(names, key=_age)) for adcode, names in found.items()}


def _age(one: Division) -> tuple[int, int]:
    return one.last or _OPEN, one.first or 0


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for names in divisions().values():
        for one in names:
            found.setdefault(one.name, []).append(one)
    return {name: tuple(ones) for name, ones in found.items()}


def is_listed(adcode: str) -> bool:
    """Whether the list would know that code if it were one of the standard."""
    below = adcode.startswith(_PROVINCE_ONLY) and not adcode.endswith("0000")
    return not below and not adcode.startswith(_UNASSIGNED)


def divisions_named(name: str) -> tuple[Division, ...]:
    """The places of that full name (二七区), those in force first, then by code."""
    return tuple(
        sorted(_by_name().get(name, ()), key=lambda one: (one.last is not None, one.adcode))
    )


def divisions_in(text: str) -> tuple[Division, ...]:
    """The places in force that a body's name names last (郑州市二七区统计局).

    Empty where it names none; several where places share the name and nothing before it tells
    which is meant (鼓楼区人民政府).
    """
    there = (name for name, ones in _by_name().items() if any(one.last is None for one in ones))
    held = [name for name in there if name in text]
    last = max(held, key=lambda name: (text.index(name), len(name)), default="")
    found = [one for one in divisions_named(last) if one.last is None]
    below = [one for one in found if any(up.name in text for up in _above(one))]
    return tuple(below or found)


def _above(one: Division) -> tuple[Division, ...]:
    """The places it lies in, under each name they bore."""
    parents = divisions().get(one.parent or "", ())
    return parents + tuple(up for parent in parents for up in _above(parent))


def code_years(adcode: str, name: str) -> tuple[int | None, int | None]:
    """The first and the last year in which the code meant the place of that name.

    A place keeps its code when it is renamed; names that follow each other are one place. A code
    that was given to another place later begins anew.

    Returns:
        The two years; None for one that is open or unknown.
    """
    place: list[Division] = []
    for one in divisions().get(adcode, ()):
        if place and not _follows(place[-1], one):
            if name in {kept.name for kept in place}:
                break
            place = []
        place.append(one)
    if name not in {one.name for one in place}:
        return None, None
    return place[0].first, place[-1].last


def _follows(older: Division, newer: Division) -> bool:
    """Whether the code went over from one name to the other without a year between."""
    return (newer.first or _OPEN) <= (older.last or _OPEN) + 1


@cache
def counties() -> dict[str, frozenset[str]]:
    """A province's or a prefecture's code → the codes in force of the counties in it."""
    found: dict[str, set[str]] = {}
    for names in divisions().values():
        one = names[-1]
        if one.kind == "county" and one.last is None:
            for up in {up.adcode for up in _above(one)}:
                found.setdefault(up, set()).add(one.adcode)
    return {code: frozenset(held) for code, held in found.items()}


def where_now(adcode: str) -> str:
    """In Chinese: the places that followed an abolished code; empty where none is known."""
    heirs = {code for one in divisions().get(adcode, ()) for code in one.successors} - {adcode}
    told = [one[-1] for code in sorted(heirs) if (one := divisions().get(code))]
    return "、".join(f"{one.adcode} {one.name}" for one in told)
