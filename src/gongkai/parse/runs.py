"""Figures that a copy prints one a line, apart from the labels of their rows, put behind these.

Such a copy goes through the page block by block: a label of several lines may come much later than
its figures. But of two figures in one column the upper always comes first. So where all rows of a
form are named, and as many figures are there as these have cells, the rows are certain if they add
up in their order, and the labels with figures directly behind them agree. A blank or a page number
among them would break the sums.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.parse.labels import (
    closed,
    columns_of,
    core,
    items_of,
    own_keys,
    own_row,
    rows_of,
    scan,
)
from gongkai.parse.places import is_sum
from gongkai.parse.rows import is_prose, row_of, valued
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.model import Cell, Concept
    from gongkai.parse.labels import Wordings
    from gongkai.parse.rows import Line


# One row in so many may not add up, or have a torn label.
_FEW = 5


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines with words, and the lines with figures behind them; the first may have words too."""

    words: tuple[Line, ...]
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """All its words as a key."""
        own = row_of(self.lines[0]).label if self.lines else ""
        return "".join(key(line.text) for line in self.words) + key(own)

    @property
    def figures(self) -> tuple[tuple[Cell, Line], ...]:
        """All its figures, each with its line."""
        return tuple((cell, line) for line in self.lines for cell in row_of(line).figures)


def _runs(lines: Iterable[Line]) -> Iterator[_Run]:
    """The lines of a table, cut before each label behind figures."""
    words: list[Line] = []
    figures: list[Line] = []
    for line in lines:
        row = row_of(line) if line.grid is None and not is_prose(line) else None
        if figures and (row is None or row.labels or not row.figures):
            yield _Run(tuple(words), tuple(figures))
            words, figures = [], []
        if row is not None and row.figures:
            figures.append(line)
        else:
            words.append(line)
    yield _Run(tuple(words), tuple(figures))


# -- rows that add up ------------------------------------------------------------------------


def gathered_sums(lines: Sequence[Line], table: str) -> list[Line]:
    """The lines of a table whose rows add up, with lone figures behind the labels of their rows.

    Args:
        lines: the lines of the table.
        table: which table it is; the last column is the sum of the others.
    """
    if sum(line.grid is None for line in lines) <= len(rows_of(table)):
        return list(lines)
    runs = list(_runs(lines))
    lone = sum(len(run.lines) for run in runs) > len(rows_of(table))
    named = [scan(run.text, _wordings(table)) for run in runs] if lone else []
    for rows in (item.rows for _, item in items_of(table)) if lone else ():
        told = _told(runs, named, rows, len(columns_of(table)), table)
        if told is not None:
            return told
    return list(lines)


@cache
def _wordings(table: str) -> Wordings:
    return tuple(sorted(own_keys(table).items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _told(
    runs: Sequence[_Run],
    named: Sequence[tuple[Concept, ...]],
    rows: Sequence[Concept],
    width: int,
    table: str,
) -> list[Line] | None:
    """All rows of a form, if the figures are theirs; None where that is not certain."""
    figures = [figure for run in runs for figure in run.figures]
    order = {row.id: at for at, row in enumerate(rows)}
    if len(figures) != width * len(rows) or not _are_all(runs, named, rows, table):
        return None
    taken = [figures[at : at + width] for at in range(0, len(figures), width)]
    wrong = [at for at, own in enumerate(taken) if not is_sum([valued(cell) for cell, _ in own])]
    if _FEW * len(wrong) > len(rows) or any(b - a == 1 for a, b in pairwise(wrong)):
        return None
    begun = anchors = 0
    for run, found in zip(runs, named, strict=True):
        if run.figures and found and any(run.text.endswith(w) for w in _words_of(found[-1], table)):
            last = order[found[-1].id]
            bunch = [
                one for at, one in enumerate(reversed(found)) if order.get(one.id) == last - at
            ]
            if begun not in {width * order[one.id] for one in bunch}:
                return None
            anchors += 1
        begun += len(run.figures)
    if 2 * anchors < len(rows):
        return None
    first = next(at for at, found in enumerate(named) if found)
    out = [line for run in runs[: first + 1] for line in run.words]
    for at, (row, own) in enumerate(zip(rows, taken, strict=True)):
        kept = own[:-1] if at in wrong else own
        out.append(_line(own[0][1], row.label, (cell for cell, _ in kept)))
    return out


def _are_all(
    runs: Sequence[_Run], named: Sequence[tuple[Concept, ...]], rows: Sequence[Concept], table: str
) -> bool:
    """Whether the rows of a form are all named, and no other; a label may be torn to pieces."""
    groups = {row.id for row in rows_of(table) if core(row.label) == core(closed().label)}
    wanted = {row.id for row in rows}
    times = Counter(row.id for found in named for row in found)
    if any(n > 1 or name not in wanted | groups for name, n in times.items()):
        return False
    left = Counter("".join(run.text for run in runs))
    for row in rows:
        left.subtract(key(row.label))
    torn = [row for row in rows if row.id not in times]
    return len(torn) * _FEW <= len(rows) and all(
        left[c] >= 0 for row in torn for c in key(row.label)
    )


def _words_of(row: Concept, table: str) -> list[str]:
    return [words for words, other in own_keys(table).items() if other.id == row.id]


def _line(first: Line, label: str, figures: Iterable[Cell]) -> Line:
    text = " ".join([label, *(cell.text for cell in figures)])
    return replace(first, cells=(replace(first.cells[0], text=text),))


# -- other rows ------------------------------------------------------------------------------


def gathered(lines: Sequence[Line], table: str) -> list[Line]:
    """The lines of a table without sums, lone figures behind the label that stands before them.

    Labels and figures must take turns: as many figures as columns, behind one label, and not at the
    edge of a page, where one of them may be its number.
    """
    if all(line.grid is not None for line in lines):
        return list(lines)
    runs = list(_runs(lines))
    out: list[Line] = []
    for at, run in enumerate(runs):
        label = _label(run, table)
        if len(run.lines) > 1 and label is not None and not _is_at_edge(runs, at):
            out += run.words[: len(run.words) - len(label)]
            words = "".join(line.text.strip() for line in label) + row_of(run.lines[0]).label
            out.append(_line(run.lines[0], words, (cell for cell, _ in run.figures)))
        else:
            out += (*run.words, *run.lines)
    return out


def _label(run: _Run, table: str) -> tuple[Line, ...] | None:
    """The lines that are the label of a run's figures, if these are one row of the table."""
    named = [(words, row) for words, row in own_keys(table).items() if run.text.endswith(words)]
    if not named:
        return None
    words, row = max(named, key=lambda pair: len(pair[0]))
    items = [item for _, item in items_of(table) if any(one.id == row.id for one in item.rows)]
    if len(run.figures) not in {len(item.columns) for item in items}:
        return None
    count = 0
    own = key(row_of(run.lines[0]).label)
    while len(own) < len(words):
        count += 1
        own = key(run.words[-count].text) + own
    before = run.words[: len(run.words) - count]
    others = [line for line in before if own_row(line.text, table) is not None]
    return None if others else run.words[len(run.words) - count :]


def _is_at_edge(runs: Sequence[_Run], at: int) -> bool:
    """Whether a page begins or ends in a run, or with it."""
    behind = [line for run in runs[at + 1 : at + 2] for line in (*run.words, *run.lines)][:1]
    pages = {line.locus.page for line in (*runs[at].lines, *behind)}
    return len(pages) > 1 or not behind
