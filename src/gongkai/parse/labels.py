"""Finds which row, column, section or item a printed label means.

Labels are compared by `tidy.key`, without their numbering; the official wording and the known
variants come from `forms`. Nothing is counted here: a label is recognised or it is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from gongkai.forms import concept, forms
from gongkai.model import Concept
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.model import Item

_NUMBERING = re.compile(
    r"^\s*(?:[(（]?\s*[一二三四五六七八九十]{1,3}\s*[)）、.．:：]|[(（]?\s*\d{1,2}\s*[)）、.．])\s*"
)
_HINT = re.compile(r"(?<=.)(?:\s*[(（][^()（）]*[)）]|[:：].*)\s*$", re.DOTALL)
# Labels come again and again; longer texts come once and are not kept.
_SHORT = 120
_REMEMBERED = 8192
# A damaged label must be this like its official wording, and clearly unlike the next best.
_LIKE = 80.0
_MARGIN = 10.0
# The shortest label that is recognised with a wrong character.
_NEAR = 4
# The shortest beginning of a label that names it alone (a label cut by a page or a line).
_PREFIX = 6


#: (wording as a key, what it means), the longest first.
Wordings: TypeAlias = tuple[tuple[str, Concept], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A recognised label; `damaged` where it had to be recognised by likeness."""

    concept: Concept
    damaged: bool = False


def unnumbered(text: str) -> str:
    """The label without 一、（三）1. before it."""
    return _NUMBERING.sub("", fold(text), count=1)


def core(text: str) -> str:
    """What is compared of a label: without numbering, spaces and punctuation."""
    return _core(text) if len(text) <= _SHORT else key(unnumbered(text))


@lru_cache(maxsize=_REMEMBERED)
def _core(text: str) -> str:
    return key(unnumbered(text))


def bare(text: str) -> str:
    """The label without a hint or definition behind it (…（指2020年办件量）, 规章：指…)."""
    return _HINT.sub("", fold(text))


def numbering(text: str) -> str:
    """The numeral printed before a heading, without its punctuation ("" if none)."""
    found = _NUMBERING.match(fold(text))
    return key(found[0]) if found is not None else ""


@cache
def cores(concepts: tuple[Concept, ...]) -> Wordings:
    """All wordings of these concepts, longest first."""
    pairs = {core(text): c for c in concepts for text in (*c.variants, c.label)}
    return tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def row_wordings(table: str) -> Wordings:
    """All wordings of the rows of this table, longest first."""
    return cores(rows_of(table))


@cache
def column_wordings(table: str) -> Wordings:
    """All wordings of the columns of this table, longest first."""
    return cores(columns_of(table))


@cache
def rows_of(table: str) -> tuple[Concept, ...]:
    """Every row that any form has in this table."""
    found: dict[str, Concept] = {}
    for item in items_of(table):
        for row in item[1].rows:
            found.setdefault(row.id, row)
    return tuple(found.values())


@cache
def columns_of(table: str) -> tuple[Concept, ...]:
    """Every column that any form has in this table."""
    found: dict[str, Concept] = {}
    for _, item in items_of(table):
        for column in item.columns:
            found.setdefault(column.id, column)
    return tuple(found.values())


@cache
def items_of(table: str) -> tuple[tuple[str, Item], ...]:
    """(form version, item) of this table in every form, newest first."""
    return tuple(
        (form.version, item)
        for form in forms()
        for t in form.tables
        if t.id == table
        for item in t.items
    )


@cache
def _characters(table: str) -> dict[str, frozenset[str]]:
    """Form version → the characters of its rows, columns and headings in this table."""
    found: dict[str, set[str]] = {}
    for version, item in items_of(table):
        words = [item.label, *(c.label for c in (*item.rows, *item.columns))]
        found.setdefault(version, set()).update(*map(core, words))
    return {version: frozenset(characters) for version, characters in found.items()}


def shares(table: str, text: str) -> dict[str, float]:
    """Form version → how much of its words in a table is in a text (a key), from 0 to 1.

    Characters are counted, so that labels count that are torn over lines or columns.
    """
    known = _characters(table)
    return {version: len(own.intersection(text)) / len(own) for version, own in known.items()}


def traces(table: str, text: str) -> dict[str, float]:
    """Form version → how much of what it alone prints in a table is in a text, from 0 to 1.

    As `shares`, of the characters that no other form has there. A form that has none of its own
    stands at one half: before one of which nothing is to be seen.
    """
    known = _characters(table)
    found = {}
    for version, characters in known.items():
        others = [known[other] for other in known if other != version]
        own = characters.difference(*others)
        found[version] = len(own.intersection(text)) / len(own) if own else 0.5
    return found


@cache
def own_keys(table: str) -> dict[str, Concept]:
    """What a cell must say to be the label of a row, as keys.

    A wording that is a column's or a group's too (总计, 其他) counts with its numbering only.
    """
    shared = {core(c.label) for c in columns_of(table)} | {core(closed().label)}
    found: dict[str, Concept] = {}
    for wording, row in row_wordings(table):
        if wording not in shared:
            found.setdefault(wording, row)
    for row in rows_of(table):
        found.setdefault(key(row.label), row)
    return found


@lru_cache(maxsize=_REMEMBERED)
def is_part(text: str, table: str) -> bool:
    """Whether a text (a key) stands in the label of a row of this table, or of a group."""
    groups = (g for form in forms() for t in form.tables if t.id == table for g in t.groups)
    wordings = (key(words) for c in (*rows_of(table), *groups) for words in (c.label, *c.variants))
    return bool(text) and any(text in words for words in wordings)


def closed() -> Concept:
    """The group 其他处理, which is a row of the 2019 form."""
    return concept("groups", "closed")


def own_row(text: str, table: str) -> Concept | None:
    """The row whose label this cell is: as it stands, without numbering, or without a hint."""
    return _own_row(text, table) if len(text) <= _SHORT else _own_row.__wrapped__(text, table)


@lru_cache(maxsize=_REMEMBERED)
def _own_row(text: str, table: str) -> Concept | None:
    known = own_keys(table)
    for words in (key(text), core(text), key(bare(text)), core(bare(text))):
        if words in known:
            return known[words]
    return None


@lru_cache(maxsize=_REMEMBERED)
def near_row(text: str, table: str) -> Concept | None:
    """The row whose label this is but for one wrong, missing or extra character.

    Only where every other label of the table, of its groups and columns is further away. Labels
    of less than four characters are not guessed at; a digit at the end may be a figure.
    """
    words = core(bare(text))
    if not _NEAR <= len(words) <= _SHORT or words[-1].isdigit():
        return None
    away: dict[str, int] = {}
    for wording, found in (*row_wordings(table), *_other_wordings(table)):
        distance = Levenshtein.distance(words, wording, score_cutoff=2)
        away[found.id] = min(distance, away.get(found.id, distance))
    best = [name for name, distance in away.items() if distance <= 1]
    return next((row for row in rows_of(table) if [row.id] == best), None)


@cache
def _other_wordings(table: str) -> Wordings:
    """Wordings of the table that are no rows: its groups and columns."""
    groups = {g.id: g for form in forms() for t in form.tables if t.id == table for g in t.groups}
    return cores((*groups.values(), *columns_of(table)))


def match_end(text: str, wordings: Wordings) -> Match | None:
    """The concept whose wording `text` (a key) ends with; the longest wins."""
    for wording, found in wordings:
        if text.endswith(wording):
            return Match(found)
    return _match_cut(text, wordings) or _match_like(text, wordings)


def _match_cut(text: str, wordings: Wordings) -> Match | None:
    """The only concept of which the end of `text` is a beginning (a label cut in two)."""
    for length in range(min(len(text), 60), _PREFIX - 1, -1):
        end = text[-length:]
        found = {c.id: c for wording, c in wordings if wording.startswith(end)}
        if len(found) == 1:
            return Match(next(iter(found.values())))
    return None


def _match_like(text: str, wordings: Wordings) -> Match | None:
    """The concept whose wording is most like the end of `text`, if it is clearly so."""
    best: dict[str, tuple[float, Concept]] = {}
    for wording, found in wordings:
        if len(wording) < _PREFIX:
            continue
        score = max(fuzz.ratio(text[-length:], wording) for length in _lengths(wording))
        if score > best.get(found.id, (0.0, found))[0]:
            best[found.id] = (score, found)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].id))
    if not ranked or ranked[0][0] < _LIKE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _MARGIN:
        return None
    return Match(ranked[0][1], damaged=True)


def _lengths(wording: str) -> Iterable[int]:
    return range(len(wording) - 1, len(wording) + 2)


def scan(text: str, wordings: Wordings) -> tuple[Concept, ...]:
    """The concepts whose wordings stand in `text` (a key), in reading order."""
    found: list[Concept] = []
    at = 0
    while at < len(text):
        for wording, one in wordings:
            if text.startswith(wording, at):
                found.append(one)
                at += len(wording)
                break
        else:
            at += 1
    return tuple(found)


@cache
def _sections() -> tuple[Concept, ...]:
    found = {section.id: section for form in forms() for section in form.sections}
    return tuple(found.values())


@cache
def _section_wordings() -> Wordings:
    return cores(_sections())


def match_section(text: str) -> Concept | None:
    """The section this line is the heading of. A sentence that only contains the words is not."""
    words = core(text)
    longest = max(len(wording) for wording, _ in _section_wordings())
    if not 0 < len(words) <= longest:
        return None
    for wording, found in _section_wordings():
        if words == wording:
            return found
    if not numbering(text):
        return None
    best = max(_section_wordings(), key=lambda pair: (fuzz.ratio(words, pair[0]), pair[0]))
    return best[1] if fuzz.ratio(words, best[0]) >= _LIKE else None


@cache
def item_keys() -> tuple[tuple[str, str], ...]:
    """(key of an Article 20 heading, item id), with and without its second 第."""
    ids = {item.id for _, item in items_of("disclosure")}
    labels = [(key(concept("groups", name).label), name) for name in sorted(ids)]
    return tuple((text.replace("条第", "条", 1), name) for text, name in labels)


def match_item(text: str) -> str | None:
    """The item of Article 20 that `text` (a key) is the heading of."""
    for wording, name in item_keys():
        if text.replace("条第", "条", 1).endswith(wording):
            return name
    return None
