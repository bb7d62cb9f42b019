"""What a check is, and how it says what it found. It knows no single check.

The words of every check stand in `texts.toml`; a check's function stands in a module of its table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from gongkai.model import CellId, Corpus, Finding, Locus, Report, Severity, Verdict

CheckFunction: TypeAlias = Callable[[Report], Iterator[Finding]]
CorpusFunction: TypeAlias = Callable[[Corpus], Iterator[tuple[str, Finding]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """The words of a check: what it says, why it matters, what it rests on, examples, a remedy."""

    id: str
    severity: Severity
    title: str
    title_en: str
    rule: str
    why: str
    basis: str
    good: str
    bad: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Check(Rule):
    """A check of one report. Its function yields nothing where the check does not apply."""

    function: CheckFunction


@dataclass(frozen=True, slots=True)
class CorpusCheck(Rule):
    """A check that needs other reports. Its function yields (report id, finding)."""

    function: CorpusFunction


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: the place to look at, and the cells that take part."""

    locus: Locus | None = None
    cells: tuple[CellId, ...] = ()


NOWHERE = Place()


@cache
def _texts() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


def texts() -> tuple[str, ...]:
    """The ids that `texts.toml` has words for, in its order."""
    return tuple(_texts())


def severity_of(check: str) -> Severity:
    """How serious a finding of this check is, unless the finding says otherwise.

    Raises:
        KeyError: if `texts.toml` has no such check.
    """
    return Severity(_texts()[check]["severity"])


def make_checks(functions: dict[str, CheckFunction]) -> dict[str, Check]:
    """The checks of these ids, each with its words and its function.

    Raises:
        KeyError: if `texts.toml` has no words for one of them.
    """
    return {
        name: Check(id=name, function=function, **_words(name))
        for name, function in functions.items()
    }


def make_corpus_checks(functions: dict[str, CorpusFunction]) -> dict[str, CorpusCheck]:
    """The corpus checks of these ids, each with its words and its function.

    Raises:
        KeyError: if `texts.toml` has no words for one of them.
    """
    return {
        name: CorpusCheck(id=name, function=function, **_words(name))
        for name, function in functions.items()
    }


def _words(check: str) -> dict[str, Any]:
    return _texts()[check] | {"severity": severity_of(check)}


def fail(check: str, about: str, message: str, message_en: str, place: Place = NOWHERE) -> Finding:
    """A finding that something is wrong.

    Args:
        check: the id of the check.
        about: what tells this finding from others of the same check; empty where there is one.
        message: in Chinese, for everyone.
        message_en: the same in English.
        place: where.
    """
    return Finding(
        check=check,
        instance=f"{check}-{about}" if about else check,
        verdict=Verdict.FAIL,
        severity=severity_of(check),
        message=message,
        message_en=message_en,
        locus=place.locus,
        cells=place.cells,
    )
