"""Lines of a document as the table parsers see them, and figures put into columns.

A `Line` is a grid row or a line of running text. `place_figures` is where the project's first
rule lives: a figure gets a column only where every possible reading gives the same one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gongkai.model import Cell, Document, Grid, Locus, Picture, Status, Value
from gongkai.parse.labels import unnumbered
from gongkai.parse.numbers import read_number
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: A line of running text with so many figures is a row of a table, wherever it stands.
ROW_LIKE = 5
_SENTENCE_MARKS = "。；！？"
# Two figures in one cell: one of them belongs to a neighbour.
_TWO_FIGURES = re.compile(r"\d\s+\d")
# Marks that are words, and may as well be the beginning of a label.
_IN_WORDS = frozenset({Status.NONE_WORD, Status.NA_WORD})
_HAN = re.compile("[\u4e00-\u9fff]")
# A line of running text that is longer than this is no label.
_LABEL_LENGTH = 60
# The same line is asked about several times; longer ones are not kept.
_REPEATED = 200
# So short a text is no longer than that, however its characters are folded.
_SHORT = 15


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a grid, or one line of running text as a single cell.

    `place` is that of its block in the document.
    """

    cells: tuple[Cell, ...]
    grid: Grid | None
    place: int = 0

    @property
    def text(self) -> str:
        """The whole line as one text."""
        return " ".join(cell.text for cell in self.cells if cell.text.strip())

    @property
    def locus(self) -> Locus:
        """The place of its first cell."""
        return self.cells[0].locus

    @property
    def is_placed(self) -> bool:
        """Whether it is a row of a grid whose columns are the format's own places."""
        return self.grid is not None and self.grid.positioned

    @property
    def is_sole(self) -> bool:
        """Whether one cell is all that is printed: running text, or a merged row of a table."""
        return self.grid is None or sum(map(is_printed, self.cells)) == 1


@dataclass(frozen=True, slots=True)
class Row:
    """A line taken apart: label cells, and the figures behind the last label.

    `zone` holds the cells behind the label, blanks included; for running text only figures,
    since blanks leave no trace there. `figures` are those of the zone in which something is
    printed, `strays` figures before the last label.
    """

    line: Line
    labels: tuple[Cell, ...]
    zone: tuple[Cell, ...]
    figures: tuple[Cell, ...]
    strays: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """All label cells as one text."""
        return "".join(cell.text for cell in self.labels)


def is_printed(cell: Cell) -> bool:
    """Whether anything stands in the cell."""
    return bool(fold(cell.text).strip())


def is_label(cell: Cell) -> bool:
    """Whether the cell holds words: neither blank nor figure nor mark."""
    return read_number(cell.text).status is Status.TEXT and _HAN.search(fold(cell.text)) is not None


def lines_of(document: Document) -> list[Line]:
    """The document as lines, grids row by row."""
    lines: list[Line] = []
    for place, block in enumerate(document.blocks):
        if isinstance(block, Grid):
            lines += [Line(row, block, place) for row in block.rows if row]
        elif not isinstance(block, Picture):
            cell = Cell(block.text, 0, 0, block.locus)
            lines.append(Line((cell,), None, place))
    return lines


def row_of(line: Line, is_own: Callable[[Cell], bool] | None = None) -> Row:
    """The line taken apart into label and figures.

    Args:
        line: the line.
        is_own: whether a cell is the label of a row. Behind such a cell words are figures that
            cannot be read (暂无, 2件（含3件）); without one the last cell with words is the label.
    """
    if line.grid is None:
        return _text_row(line)
    own = [at for at, cell in enumerate(line.cells) if is_own is not None and is_own(cell)]
    words = [at for at, cell in enumerate(line.cells) if is_label(cell)]
    last = (own or words or [-1])[-1]
    zone = line.cells[last + 1 :]
    return Row(
        line,
        labels=tuple(line.cells[at] for at in words if at <= last),
        zone=zone,
        figures=tuple(cell for cell in zone if is_printed(cell)),
        strays=tuple(c for c in line.cells[: last + 1] if is_printed(c) and not is_label(c)),
    )


def _text_row(line: Line) -> Row:
    """Running text: the figures at its end, the words before them."""
    (cell,) = line.cells
    label, words = _split(cell.text)
    place = replace(cell.locus, col=None) if words else cell.locus
    figures = tuple(
        Cell(word, cell.row, at, place, confidence=cell.confidence) for at, word in enumerate(words)
    )
    labels = (replace(cell, text=label),) if label else ()
    return Row(line, labels, zone=figures, figures=figures, strays=())


def has_figures_first(row: Row) -> bool:
    """Whether a line of running text has the figures of a row before its words."""
    words = row.line.text.split()[:ROW_LIKE] if row.line.grid is None and row.labels else []
    figures = [word for word in words if read_number(word).status is not Status.TEXT]
    return len(figures) == ROW_LIKE


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    """The words before the figures at the end of a line, without spaces, and these figures."""
    return _split_short(text) if len(text) <= _REPEATED else _split_any(text)


def _split_any(text: str) -> tuple[str, tuple[str, ...]]:
    words = text.split()
    first = len(words)
    while first > 0 and is_figure(words[first - 1]):
        first -= 1
    while 0 < first < len(words) and is_named(words, first):
        first += 1
    return "".join(words[:first]), tuple(words[first:])


_split_short = lru_cache(maxsize=4096)(_split_any)


def is_figure(word: str) -> bool:
    """Whether a word is a figure or a mark that stands for one."""
    return read_number(word).status is not Status.TEXT


def is_named(words: Sequence[str], at: int) -> bool:
    """Whether a word is no mark but begins the label that a numbering stands before: （四） 无."""
    return read_number(words[at]).status in _IN_WORDS and not unnumbered(words[at - 1])


def is_unit(word: str) -> bool:
    """Whether a word is a unit, which a narrow cell breaks off its figure."""
    return not is_figure(word) and is_figure(f"1{word}") and not any(map(str.isdigit, word))


def is_rest(line: Line) -> bool:
    """Whether running text has figures and no other words than units."""
    words = line.text.split()
    return (
        line.grid is None
        and any(map(is_figure, words))
        and all(is_figure(word) or is_unit(word) for word in words)
    )


def is_below(first: Row, second: Row) -> bool:
    """Whether running text stands in the line below a row: nothing is between them."""
    last = first.figures[-1].locus if first.figures else first.line.locus
    above, below = last.line, second.line.locus.line
    return second.line.grid is None and above is not None and below == above + 1


def is_prose(line: Line) -> bool:
    """Whether a line of running text is a sentence and no piece of a table (figures aside).

    Where a page or a sheet is one table, running text stands in a row of one cell.
    """
    if line.grid is not None and not (line.is_placed and line.is_sole):
        return False
    text = line.text
    if len(text) <= _SHORT and not any(mark in text for mark in _SENTENCE_MARKS):
        return False
    label = _split(text)[0] if line.grid is None else row_of(line).label
    return len(key(label)) > _LABEL_LENGTH or any(mark in label for mark in _SENTENCE_MARKS)


@dataclass(frozen=True, slots=True)
class Placed:
    """Figures in their columns; `doubt` where they did not fit them one by one.

    `unused` are figures in columns that the form does not have.
    """

    values: tuple[Value, ...]
    doubt: bool = False
    unused: tuple[Cell, ...] = ()


def valued(cell: Cell) -> Value:
    """The value of a cell with its place."""
    read = read_number(cell.text)
    return Value(read.number, read.status, read.raw, read.unit, cell.locus, cell.confidence)


def place_figures(
    row: Row, width: int, header: Sequence[int] | None = None, peers: Sequence[int] = ()
) -> Placed:
    """Put the figures of a row into `width` columns.

    Args:
        row: the row.
        width: how many columns the row has in the form.
        header: grid columns of the head cells, in order, if the head is complete.
        peers: positions in the zone at which complete rows of the same shape begin.

    As many figures as columns: taken in order, unless two stand in one cell beside a blank. More: a column is certain only where all ways
    to leave figures out give the same. Fewer: the blanks must be placed by position, and every
    sensible way to count positions must agree; otherwise the whole row is ambiguous.
    """
    figures = row.figures
    if len(figures) == width and not (len(row.zone) > width and _has_two_in_one(row)):
        return Placed(tuple(valued(cell) for cell in figures))
    if len(figures) > width:
        return _surplus(row, width)
    if not figures:
        return Placed(tuple(blank(row) for _ in range(width)))
    return _deficit(row, width, header, peers)


def is_flush_left(row: Row, width: int) -> bool:
    """Whether a row of counted cells has its figures without a gap and blanks behind them.

    So does a row of which a copy has lost a cell, or run two together, and filled up its end.
    """
    printed = [at for at, cell in enumerate(row.zone) if is_printed(cell)]
    counted = row.line.grid is not None and not row.line.grid.positioned
    run = len(printed) > 1 and printed[-1] - printed[0] == len(printed) - 1
    return counted and run and len(printed) < width and printed[-1] < len(row.zone) - 1


def _deficit(row: Row, width: int, header: Sequence[int] | None, peers: Sequence[int]) -> Placed:
    """Fewer figures than columns: certain only where all ways to count agree."""
    if row.line.grid is None or _has_two_in_one(row):
        return ambiguous(row, width)
    readings = _readings(row, width, header, peers)
    if len(readings) != 1:
        return ambiguous(row, width)
    return _only(row, width, next(iter(readings)))


def _has_two_in_one(row: Row) -> bool:
    """Whether two figures stand in one cell, so that the figures are more than the cells."""
    return any(_TWO_FIGURES.search(fold(cell.text)) for cell in row.figures)


def _only(row: Row, width: int, reading: tuple[int, ...]) -> Placed:
    """The row under one reading: the column of each figure, in order."""
    by_column = dict(zip(reading, row.figures, strict=True))
    return Placed(
        tuple(valued(by_column[at]) if at in by_column else blank(row) for at in range(width))
    )


def _readings(
    row: Row, width: int, header: Sequence[int] | None, peers: Sequence[int]
) -> set[tuple[int, ...]]:
    """Every sensible way to give the figures of an incomplete row their columns.

    Rows of the same shape that are complete show where the figures begin; only without such
    are the label, the head and the row's own end asked.
    """
    positions = [at for at, cell in enumerate(row.zone) if is_printed(cell)]
    if peers:
        return {way for p in peers if (way := _shifted(positions, -p, width)) is not None}
    by_label, by_header = _shifted(positions, 0, width), _by_header(row, header)
    if header is not None and by_header is None:
        return set()
    ways = [by_label, by_header]
    if _is_ragged(row):
        ways.append(_shifted(positions, width - len(row.zone), width))
    return {way for way in ways if way is not None}


def _shifted(positions: list[int], by: int, width: int) -> tuple[int, ...] | None:
    moved = tuple(at + by for at in positions)
    return moved if all(0 <= at < width for at in moved) else None


def _by_header(row: Row, header: Sequence[int] | None) -> tuple[int, ...] | None:
    if header is None:
        return None
    columns = [cell.col for cell in row.figures]
    if any(col not in header for col in columns):
        return None
    return tuple(list(header).index(col) for col in columns)


def _is_ragged(row: Row) -> bool:
    """Whether this row has another number of cells than most rows of its grid."""
    grid = row.line.grid
    widths = Counter(len(r) for r in grid.rows) if grid is not None else Counter()
    return len(widths) > 1


def _surplus(row: Row, width: int) -> Placed:
    """More figures than columns: certain only where leaving any out gives the same.

    Outside of counted cells several of them may be the digits of one figure (2 2 2 of 222), but a
    figure that begins with 0 is 0.
    """
    figures = row.figures
    spare = len(figures) - width
    counted = row.line.grid is not None and not row.line.is_placed
    values = []
    for at in range(width):
        possible = [valued(cell) for cell in figures[at : at + spare + 1]]
        alike = {(value.number, value.status) for value in possible}
        certain = len(alike) == 1 and (counted or not possible[0].number)
        values.append(possible[0] if certain else doubtful(row, possible[0].raw))
    return Placed(tuple(values), doubt=True)


def ambiguous(row: Row, width: int) -> Placed:
    """The row with every column in doubt."""
    raw = " ".join(cell.text.strip() for cell in row.figures)
    return Placed(tuple(doubtful(row, raw) for _ in range(width)), doubt=True)


def doubtful(row: Row, raw: str) -> Value:
    """A value of the row whose column or figure is in doubt."""
    return Value(None, Status.AMBIGUOUS, raw, locus=row.line.locus)


def blank(row: Row) -> Value:
    """Nothing is printed in a column of the row."""
    return Value(None, Status.BLANK, "", locus=row.line.locus)
