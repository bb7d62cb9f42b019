"""Tables of figures that are not those of one report: what a cell shows, where it leads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, its class, the address it leads to, the numbers of its notes.

    `doubt`: a figure that takes part in a finding. `broken`: it does not go on from the one
    before it; the notes say why.
    """

    text: str
    kind: str = ""
    href: str = ""
    doubt: bool = False
    broken: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is of, the address that leads to, its cells."""

    label: str
    cells: tuple[Cell, ...]
    href: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `kind` is `n` above figures."""

    text: str
    kind: str = "n"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: `name` begins its id, the caption says what, where, when, in what unit."""

    name: str
    caption: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]


#: The signs of notes, as far as they go.
_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def note_sign(number: int) -> str:
    """The sign of a note, counted from 1.

    >>> note_sign(1), note_sign(21)
    ('①', '（21）')
    """
    return _SIGNS[number - 1] if number <= len(_SIGNS) else f"（{number}）"
