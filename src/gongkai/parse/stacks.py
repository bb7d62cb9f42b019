"""Labels that a page prints around their figures, in text whose columns are made of blanks.

A label of several lines stands above, beside and below the figures of its row, and the labels of
groups stand in the same lines. Such a row is put together only where the words of whole lines are
the label of one row to the last character and enclose as many figures as the row has columns:
what stands between two lines of a cell is in the same row. Everything else is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from gongkai.parse.labels import closed, core, items_of, numbering, own_keys, own_row
from gongkai.parse.numbers import read_number
from gongkai.parse.places import is_sum
from gongkai.parse.rows import is_prose, row_of
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gongkai.model import Concept
    from gongkai.parse.rows import Line, Row

_WORD = re.compile(r"\S+")
# A wide gap, as columns of blanks have; and how many lines must have one.
_WIDE = re.compile(r"\S {3,}\S")
_FEW = 3
# The lines of one cell are no further apart, whatever stands in the lines between.
_APART = 3
# The lines of one cell may begin so many characters beside each other.
_BESIDE = 2
# The figures of a row stand in no more lines than this: one of them may stand a line lower.
_LINES = 2


class _Word(NamedTuple):
    """A word, the columns of characters it covers, and its line in the file and in the table."""

    number: int
    start: int
    end: int
    text: str
    at: int
    is_figure: bool

    def is_near(self, others: Sequence[_Word]) -> bool:
        """Whether it stands above or below one of these words."""
        return any(
            self.start < other.end + _BESIDE and other.start < self.end + _BESIDE
            for other in others
        )


#: The figures of a row, from left to right.
_Figures: TypeAlias = tuple[_Word, ...]


@dataclass(frozen=True, slots=True)
class _Stack:
    """The words that are the label of a row, line below line."""

    concept: Concept
    words: tuple[_Word, ...]

    @property
    def lines(self) -> range:
        """The lines of the file from its first to its last."""
        return range(self.words[0].number, self.words[-1].number + 1)


def unstacked(lines: Sequence[Line], table: str) -> list[Line]:
    """The lines of a table with each label that stands around its figures before them.

    Args:
        lines: the lines of the table, as they are read.
        table: which table it is.
    """
    if not _is_needed(lines, table):
        return list(lines)
    words = sorted(word for at, line in enumerate(lines) for word in _words(at, line))
    rows = _rows(words, table)
    return list(_written(lines, words, rows))


def _is_needed(lines: Sequence[Line], table: str) -> bool:
    """Whether columns are made of blanks, and figures stand in lines without the label of a row."""
    texts = [line for line in lines if line.grid is None and line.locus.line is not None]
    if sum(_WIDE.search(line.text) is not None for line in texts) < _FEW:
        return False
    rows = map(row_of, texts)
    return any(row.figures and _is_open(row, table) for row in rows)


def _is_open(row: Row, table: str) -> bool:
    return own_row(row.label, table) is None


def _words(at: int, line: Line) -> Iterator[_Word]:
    """The words of a line of running text; sentences have none."""
    number = line.locus.line
    if line.grid is not None or number is None or is_prose(line):
        return
    found = list(_WORD.finditer(line.text))
    first = len(found) - len(row_of(line).figures)
    for place, word in enumerate(found):
        yield _Word(number, word.start(), word.end(), word[0], at, place >= first)


def _rows(words: Sequence[_Word], table: str) -> dict[_Figures, list[_Stack]]:
    """The figures of each row that is certain, from left to right, with the labels of the row."""
    widths = _widths(table)
    stacks = list(_stacks([word for word in words if not word.is_figure], table))
    rows = _certain(
        [
            (figures, stack)
            for stack in stacks
            if (figures := _in_order(word for word in words if word.number in stack.lines))
            and len(figures) in widths[stack.concept.id]
        ]
    )
    return rows | _halved(words, stacks, rows, widths)


def _certain(found: Sequence[tuple[_Figures, _Stack]]) -> dict[_Figures, list[_Stack]]:
    """Figures and labels that belong together, where each belongs to nothing else.

    A group whose words are the label of a row in another form stands beside labels of its own.
    """
    names: dict[int, set[str]] = {}
    for figures, stack in found:
        for word in figures:
            names.setdefault(word.number, set()).add(stack.concept.id)
    groups = {stack.concept.id for _, stack in found if _is_group(stack.concept)}
    rows: dict[_Figures, list[_Stack]] = {}
    for figures, stack in found:
        beside = {name for word in figures for name in names[word.number]} - groups
        if beside <= {stack.concept.id}:
            rows.setdefault(figures, []).append(stack)
    often = Counter(stacks[0].concept.id for stacks in rows.values())
    lines = Counter(number for figures in rows for number in {word.number for word in figures})
    return {
        figures: stacks
        for figures, stacks in rows.items()
        if often[stacks[0].concept.id] == 1 and all(lines[word.number] == 1 for word in figures)
    }


def _is_group(concept: Concept) -> bool:
    return core(concept.label) == core(closed().label)


def _halved(
    words: Sequence[_Word],
    stacks: Sequence[_Stack],
    rows: Mapping[_Figures, Sequence[_Stack]],
    widths: Mapping[str, set[int]],
) -> dict[_Figures, list[_Stack]]:
    """Rows of which a part of the figures stands half a line above or below the label.

    Only where these figures are beside no other label that waits for any, and the row is a sum.
    """
    done = {each.concept.id for one in rows.values() for each in one}
    taken = {word for figures in rows for word in figures}
    waiting = [stack for stack in stacks if stack.concept.id not in done]
    found = []
    for stack in waiting:
        around = range(stack.lines[0] - 1, stack.lines[-1] + 2)
        figures = _in_order(word for word in words if word.number in around and word not in taken)
        inside = any(word.number in stack.lines for word in figures)
        if inside and len(figures) in widths[stack.concept.id] and _is_sum(figures):
            found.append((figures, stack))
    return _certain(found)


def _is_sum(figures: _Figures) -> bool:
    return is_sum([read_number(word.text) for word in figures])


def _widths(table: str) -> dict[str, set[int]]:
    """Row → how many columns it has in a form."""
    widths: dict[str, set[int]] = {}
    for _, item in items_of(table):
        for row in item.rows:
            widths.setdefault(row.id, set()).add(len(item.columns))
    return widths


def _in_order(words: Iterable[_Word]) -> _Figures:
    """The figures among these words, from left to right; none where they are no one row.

    Two of them share a column then, or they stand in more lines than a row has.
    """
    figures = sorted((word for word in words if word.is_figure), key=lambda word: word.start)
    apart = all(a.end < b.start for a, b in pairwise(figures))
    return tuple(figures) if apart and len({w.number for w in figures}) <= _LINES else ()


def _stacks(words: Sequence[_Word], table: str) -> Iterator[_Stack]:
    """Every way in which words, line below line, are the label of a row."""
    for wording, concept in _wordings(table):
        for at, word in enumerate(words):
            begun = key(word.text)
            if begun and wording.startswith(begun):
                for found in _tiled(wording[len(begun) :], (word,), words[at + 1 :]):
                    yield _Stack(concept, found)


@cache
def _wordings(table: str) -> tuple[tuple[str, Concept], ...]:
    """What a label may say, as keys: as it is known, and with its numbering."""
    known = own_keys(table)
    numbered = {numbering(row.label) + words: row for words, row in known.items()}
    return tuple({**numbered, **known}.items())


def _tiled(
    rest: str, found: tuple[_Word, ...], words: Sequence[_Word]
) -> Iterator[tuple[_Word, ...]]:
    """How the rest of a label goes on: in the next word of the line, or in a line below."""
    if not rest:
        yield found
        return
    last = found[-1]
    for at, word in enumerate(words):
        if word.number > last.number + _APART:
            return
        beside = word.number == last.number
        if (beside and at > 0) or not (beside or word.is_near(found)):
            continue
        text = key(word.text)
        if text and rest.startswith(text):
            yield from _tiled(rest[len(text) :], (*found, word), words[at + 1 :])


def _written(
    lines: Sequence[Line], words: Sequence[_Word], rows: Mapping[_Figures, Sequence[_Stack]]
) -> Iterator[Line]:
    """The lines with the rows in the places of their figures, and of the others what is left."""
    used = {word for figures in rows for word in figures}
    used |= {word for stacks in rows.values() for stack in stacks for word in stack.words}
    touched = {word.at for word in used}
    left = {
        at: list(group)
        for at, group in groupby(sorted(words, key=lambda w: w.at), key=lambda w: w.at)
    }
    made = {min(word.at for word in figures): figures for figures in rows}
    for at, line in enumerate(lines):
        if at not in touched:
            yield line
            continue
        rest = [word for word in left[at] if word not in used]
        if rest:
            yield _retold(line, rest)
        if at in made:
            figures = made[at]
            stack = max(rows[figures], key=lambda s: sum(len(word.text) for word in s.words))
            label = "".join(word.text for word in stack.words)
            yield _relined(line, f"{label} {' '.join(word.text for word in figures)}")


def _retold(line: Line, words: Sequence[_Word]) -> Line:
    """A line with some of its words, where they stand."""
    text = ""
    for word in words:
        text = text.ljust(word.start) + word.text
    return _relined(line, text)


def _relined(line: Line, text: str) -> Line:
    return replace(line, cells=(replace(line.cells[0], text=text),))
