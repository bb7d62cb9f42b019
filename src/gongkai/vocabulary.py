"""The closed lists of the project (statuses, severities, levels, classes, …) and their names.

A list stands once, in `vocabulary.toml`: schemas take their enums from it, pages and the
command line their words, and what people write is checked against it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Term:
    """One member of a closed list, with its Chinese and its English name."""

    id: str
    label: str
    label_en: str


@cache
def terms(kind: str) -> dict[str, Term]:
    """The members of the closed list `kind` ("statuses", "levels", …) in their order.

    Raises:
        KeyError: if there is no such list.
    """
    text = files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return {name: Term(name, *words) for name, words in tomllib.loads(text)[kind].items()}


def labels(kind: str) -> dict[str, str]:
    """The Chinese names of a closed list.

    Raises:
        KeyError: if there is no such list.
    """
    return {term.id: term.label for term in terms(kind).values()}


def label(kind: str, name: str) -> str:
    """The Chinese name of a member.

    Raises:
        KeyError: if the list has no such member.
    """
    return terms(kind)[name].label
