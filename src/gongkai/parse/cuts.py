"""Rows that a page or a wrapped label cut into several lines, put together again.

Lines are one row where their labels together are the label of a row, and none of them is by
itself. Figures are never laid over figures: what two parts have stays apart and is found
doubtful.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gongkai.parse.labels import own_keys, own_row
from gongkai.parse.rows import is_label, is_printed, is_prose, row_of
from gongkai.tidy import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.model import Cell
    from gongkai.parse.rows import Line

# A label is cut into no more lines than this.
_PARTS = 6


def mended(lines: Sequence[Line], table: str) -> list[Line]:
    """The lines of a table with the parts of each cut row as one line."""
    out: list[Line] = []
    at = 0
    while at < len(lines):
        line, taken = _mended(lines[at : at + _PARTS], table)
        out.append(line)
        at += taken
    return out


def _mended(lines: Sequence[Line], table: str) -> tuple[Line, int]:
    """The row that begins with the first line, and how many lines it is made of."""
    whole: Line | None = lines[0]
    is_own = own_row(_label(lines[0]), table) is not None and not _is_open(lines[0], table)
    for taken, line in enumerate(lines[1:], start=2):
        if whole is None or is_prose(line):
            break
        if _is_own(line, table) and not _is_number_of(whole, line, table):
            break
        if is_own:
            rest = _joined(whole, line) if _is_rest(whole, line) else None
            return (lines[0], 1) if rest is None else (rest, taken)
        if not _is_beginning(key(_label(whole)), table):
            break
        whole = _joined(whole, line)
        if whole is not None and own_row(_label(whole), table) is not None:
            return whole, taken
    return lines[0], 1


def _is_open(line: Line, table: str) -> bool:
    """Whether a line of running text is a label that may go on, its figures behind its end."""
    if line.grid is not None:
        return False
    row = row_of(line)
    return not row.figures and _is_beginning(key(row.label), table)


def _label(line: Line) -> str:
    """The words of the last cell that has any; of running text those before the figures."""
    if line.grid is None:
        return row_of(line).label
    return next((cell.text for cell in reversed(line.cells) if is_label(cell)), "")


def _is_own(line: Line, table: str) -> bool:
    if line.grid is None:
        return own_row(_label(line), table) is not None
    return any(is_label(cell) and own_row(cell.text, table) is not None for cell in line.cells)


def _is_number_of(first: Line, second: Line, table: str) -> bool:
    """Whether the first part ends with the numbering of the row that the second part names."""
    row = own_row(_label(second), table)
    label = key(_label(second))
    return row is not None and label != key(row.label) == key(_label(first)) + label


@lru_cache(maxsize=4096)
def _is_beginning(text: str, table: str) -> bool:
    """Whether a label (a key) is the beginning of a row's label and not yet a whole one."""
    known = own_keys(table)
    return bool(text) and any(words.startswith(text) and words != text for words in known)


def _is_rest(first: Line, second: Line) -> bool:
    """Whether the second part brings the figures of a row whose label stands before a page break.

    It has no words, and the first has no figures where the second has one.
    """
    if not first.is_placed or first.cells[0].locus.page == second.cells[0].locus.page:
        return False
    words = any(is_label(cell) for cell in second.cells)
    return not words and any(is_printed(cell) for cell in second.cells)


def _joined(first: Line, second: Line) -> Line | None:
    """Both parts as one line; None where figures stand in the way."""
    if first.is_placed and first.grid is second.grid:
        return _laid_over(first, second)
    parts = [row_of(first), row_of(second)]
    if all(row.figures for row in parts):
        return None
    label = _label(first) + _label(second)
    whole = second if parts[1].figures else first
    return _relabelled(whole, label)


def _relabelled(line: Line, label: str) -> Line | None:
    """The line with another label; None where it has no room for one."""
    if line.grid is None:
        figures = " ".join(cell.text for cell in row_of(line).figures)
        return replace(line, cells=(replace(line.cells[0], text=f"{label} {figures}".strip()),))
    places = [at for at, cell in enumerate(line.cells) if is_label(cell)]
    if not places:
        places = [at for at, cell in enumerate(line.cells) if not is_printed(cell)][:1]
    if not places:
        return None
    cells = list(line.cells)
    cells[places[-1]] = replace(cells[places[-1]], text=label)
    return replace(line, cells=tuple(cells))


def _laid_over(first: Line, second: Line) -> Line | None:
    """Two rows of one grid cell under cell: words after words, anything where nothing stands."""
    below = {(cell.col, cell.colspan): cell for cell in second.cells if is_printed(cell)}
    cells: list[Cell] = []
    for cell in first.cells:
        more = below.pop((cell.col, cell.colspan), None)
        if more is None:
            cells.append(cell)
        elif not is_printed(cell):
            cells.append(replace(more, row=cell.row))
        elif is_label(cell) and is_label(more):
            cells.append(replace(cell, text=f"{cell.text}\n{more.text}"))
        else:
            return None
    return None if below else replace(first, cells=tuple(cells))
