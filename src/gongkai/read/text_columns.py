"""Text in which columns are made of blanks, as `pdftotext -layout` prints a page.

It owns how such lines are put in reading order: heads and figures that were broken over lines,
labels that stand in two columns, and rows in which cells are blank. Nothing is changed where that
is not certain: the lines are left as they are then.

What makes columns certain: such a page is printed so that a text that stands right of another
on paper begins right of it in every line. Texts that share a column of characters therefore
overlap on paper too, whatever rows they stand in. The reverse does not hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from gongkai.model import Cell, Grid, Locus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD = re.compile(r"\S+")
_CHUNK = re.compile(r"\S+(?: \S+)*")
# A figure or the mark that stands for one; words with digits in them are none.
_FIGURE = re.compile(
    r"[+\-−＋－增减]?[0-9０-９][0-9０-９,，.．]*(?:万元|元|件|项)?|[/／\\]|[-—–─－]{1,2}|无"
)
_PAGE_NUMBER = re.compile(r"\s*[-—–]\s*\d{1,3}\s*[-—–]\s*")
# A page has columns if so many of its lines are parted so widely.
_WIDE = re.compile(r"\S {3,}\S")
_FEW = 3
# So many figures in a line are a row of the wide kind, in which blanks leave no trace.
_ROW = 5
# Running text stands in longer lines, or ends in a full stop; tabs and bars make tables.
_PROSE = re.compile(r"[。；！？]|\S{36}")
_SEPARATED = re.compile(r"\t|[|｜│┃].*[|｜│┃]")
# Rows of one table are no further apart than this.
_APART = 12
_HEAD_LINES = 7
# Cells of one row are centred on one line, or half a line off; heads under merged ones on the next.
_HALF, _LENIENT = 0.5, 1.0
# A head stands no further to the side of its figure than this.
_NEAR = 3
# Words of one text are parted by one blank, texts of their own by more.
_OWN = 2
# Figures of so many digits may be broken over two lines.
_LONG = 3
_LONG_BESIDE_LABEL = 5


class Word(NamedTuple):
    """A word with the columns of characters it covers (the last not included)."""

    start: int
    end: int
    text: str

    def meets(self, other: Word) -> bool:
        """Whether they share a column of characters."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with its number in the file, its words, and how many end it as figures.

    `below` are the last digits of figures that were broken, which stand in the next line.
    """

    text: str
    number: int
    words: tuple[Word, ...]
    figures: int
    below: tuple[tuple[int, str], ...] = ()

    @property
    def label(self) -> tuple[Word, ...]:
        """The words before the figures."""
        return self.words[: len(self.words) - self.figures]

    @property
    def values(self) -> tuple[Word, ...]:
        """The figures."""
        return self.words[len(self.words) - self.figures :]

    @property
    def crowded(self) -> set[Word]:
        """The words beside which another stands with only one blank between."""
        return {w for a, b in pairwise(self.words) if b.start - a.end < _OWN for w in (a, b)}

    @property
    def own_values(self) -> list[Word]:
        """The figures that are a text of their own."""
        crowded = self.crowded
        return [word for word in self.values if word not in crowded]

    @property
    def is_prose(self) -> bool:
        """Whether it is running text, or a row of another kind of table."""
        if _SEPARATED.search(self.text):
            return True
        return self.figures < _ROW and _PROSE.search(self.text) is not None


def has_columns(lines: Sequence[str]) -> bool:
    """Whether columns are made of blanks here (tabs and bars are surer signs of their own)."""
    return sum(_WIDE.search(line) is not None and "\t" not in line for line in lines) >= _FEW


def in_order(lines: Sequence[tuple[str, int]], name: str) -> Iterator[tuple[str, int] | Grid]:
    """The lines of a page in reading order; what is certain to be a table as a grid.

    Args:
        lines: the lines with their numbers in the file.
        name: the file's name in loci.
    """
    read = _unbroken([_line(text, number) for text, number in lines])
    numbers = [line.number for line in read]
    done = 0
    for rows in _tables(read):
        if not rows:
            continue
        start, end = bisect_left(numbers, rows[0].number), bisect_right(numbers, rows[-1].number)
        table = _until_next(rows, read[start:end])
        columns = _columns_of(table, read[max(done, start - _APART) : start])
        if columns is not None:
            first = bisect_left(numbers, columns.head[0].number)
            last = bisect_right(numbers, table[-1].number)
            yield from _sorted(read[done:first], name)
            yield _grid(read[first:last], columns, name)
            done = last
    yield from _sorted(read[done:], name)


def numbered(grid: Grid, block: int) -> Grid:
    """The grid as the table `block` of the file."""
    rows = tuple(
        tuple(replace(c, locus=replace(c.locus, block=block)) for c in row) for row in grid.rows
    )
    return replace(grid, rows=rows, locus=replace(grid.locus, block=block))


def _line(text: str, number: int) -> Line:
    words = tuple(Word(m.start(), m.end(), m[0]) for m in _WORD.finditer(text))
    figures = 0
    while figures < len(words) and _FIGURE.fullmatch(words[-1 - figures].text):
        figures += 1
    if _PAGE_NUMBER.fullmatch(text) or (figures < len(words) and _is_word(words[-figures:])):
        figures = 0
    return Line(text, number, words, figures)


def _is_word(words: Sequence[Word]) -> bool:
    """Whether 无 at the end of a line of words is one of them ((四)无, broken before 法提供)."""
    return [word.text for word in words] == ["无"]


def _tables(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines with figures, a table together: running text and long gaps part tables."""
    rows: list[Line] = []
    for line in lines:
        far = bool(rows) and line.number - rows[-1].number > _APART
        if line.is_prose or far:
            yield rows
            rows = []
        if line.figures and not line.is_prose:
            rows.append(line)
    yield rows


# -- figures that were broken ----------------------------------------------------------------


def _unbroken(lines: Sequence[Line]) -> list[Line]:
    """The lines with the parts of broken figures together, so that none is read for a whole one.

    The last digits of a figure stand below it; or its first and last digits stand above and below
    a row in which it has no place.
    """
    out: list[Line] = []
    for line in lines:
        row = _around(out[-2], out[-1], line) if len(out) >= _OWN else None
        tails = _tails(out[-1], line) if out else ()
        if row is not None:
            out[-2:] = [row]
        elif tails:
            out[-1] = replace(out[-1], below=tails)
            if line.label:  # the end of its label stands before them
                out.append(line)
        else:
            out.append(line)
    return out


def _follows(above: Line, line: Line) -> bool:
    return above.number + 1 == line.number


def _tails(above: Line, line: Line) -> tuple[tuple[int, str], ...]:
    """Which figures of the line above go on in a line, and how; nothing if it says more."""
    if above.below or not line.figures or not _follows(above, line):
        return ()
    long = _LONG if not line.label else _LONG_BESIDE_LABEL
    tails = []
    for word in line.values:
        under = [at for at, value in enumerate(above.values) if value.meets(word)]
        if len(under) != 1 or len(above.values[under[0]].text) < long:
            return ()
        tails.append((under[0], word.text))
    return tuple(tails)


def _around(above: Line, row: Line, line: Line) -> Line | None:
    """The row with figures whose first digits stand above it and whose last ones below it."""
    lone = above.figures and not above.label and line.figures and not line.label
    if not (lone and row.figures and _follows(above, row) and _follows(row, line)):
        return None
    words = list(row.words)
    for word in above.values:
        if any(word.meets(other) for other in row.words):
            return None
        words.append(word)
    words.sort()
    whole = replace(row, words=tuple(words), figures=row.figures + above.figures)
    tails = _tails(replace(whole, number=line.number - 1), line)
    added = {whole.values.index(word) for word in above.values if word in whole.values}
    return replace(whole, below=tails) if added == {at for at, _ in tails} else None


def _values(line: Line) -> list[str]:
    """The figures of a line; a broken one keeps its line break and is no number so."""
    texts = [word.text for word in line.values]
    for at, tail in line.below:
        texts[at] += f"\n{tail}"
    return texts


# -- rows with blank cells -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: the characters that are known to be of each, and its head."""

    places: tuple[tuple[Word, int], ...]
    count: int
    head: tuple[Line, ...]
    names: tuple[str, ...]

    def of(self, word: Word) -> int | None:
        """The only column a word stands in."""
        found = {at for place, at in self.places if place.meets(word)}
        return found.pop() if len(found) == 1 else None


def _until_next(rows: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """The rows before the head of another table: words that stand where the figures do."""
    left = min(word.start for row in rows for word in row.values)
    for line in lines[1:]:
        if any(word.end > left for word in line.label):
            return [row for row in rows if row.number < line.number]
    return list(rows)


def _columns_of(rows: Sequence[Line], above: Sequence[Line]) -> Columns | None:
    """The columns of a wide table in which cells are blank; None where they are not certain.

    They are where the head tells them apart: each of its words is a text of its own, and no
    figures are over or under two of them.
    """
    count = max(row.figures for row in rows)
    if count < _ROW or all(row.figures == count for row in rows):
        return None
    figures = [word for row in rows for word in row.own_values]
    left = min((word.start for word in figures), default=0)
    head = _head_above(above, left)
    over = [(word, line) for line in head for word in line.words if word.end > left]
    names = _covered(word for word, _ in over)
    if len(names) < count or any(word in line.crowded for word, line in over):
        return None
    places = []
    for place in _covered([*names, *figures]):
        known = [at for at, name in enumerate(names) if name.meets(place)]
        if len(known) > 1:
            return None
        places += [(place, at) for at in known]
    texts = tuple("".join(w.text for w, _ in over if w.meets(name)) for name in names)
    columns = Columns(tuple(places), len(names), tuple(head), texts)
    return columns if all(_agrees(row, columns) for row in rows) else None


def _agrees(row: Line, columns: Columns) -> bool:
    """Whether no two figures of a row stand under one name, and those of a full one in order."""
    places = [(columns.of(word), row.values.index(word)) for word in row.own_values]
    known = [(at, order) for at, order in places if at is not None]
    full = row.figures == columns.count
    return all(a[0] < b[0] for a, b in pairwise(known)) and not (
        full and any(at != order for at, order in known)
    )


def _covered(words: Iterable[Word]) -> list[Word]:
    """The columns of characters that words cover, overlapping ones together."""
    out: list[Word] = []
    for word in sorted(words):
        if out and word.start < out[-1].end:
            out[-1] = out[-1]._replace(end=max(out[-1].end, word.end))
        else:
            out.append(word)
    return out


def _head_above(lines: Sequence[Line], left: int) -> list[Line]:
    """The lines of those above the first row that name its columns, up to one that stands over several."""
    head: list[Line] = []
    found: list[Word] = []
    for line in reversed(lines):
        over = [word for word in line.words if word.end > left]
        if line.figures or line.is_prose:
            break
        if not over:
            continue
        names = _covered([*found, *over])
        if len(names) < len(found) or len({n for w in over for n in names if n.meets(w)}) < len(
            over
        ):
            break
        found = names
        head.insert(0, line)
    while head and len([word for word in head[0].words if word.end > left]) < _OWN:
        del head[0]
    return head


def _grid(lines: Sequence[Line], columns: Columns, name: str) -> Grid:
    """The lines from the head to the last row as a grid; the first column holds the labels."""
    left = min(place.start for place, _ in columns.places)
    end = columns.head[-1].number
    corner = "".join(w.text for line in columns.head for w in line.words if w.end <= left)
    rows: list[list[tuple[str, int, int]]] = [
        [(corner, 0, 1), *((text, at + 1, 1) for at, text in enumerate(columns.names))]
    ]
    places = [columns.head[0].number]
    for line in _labels_together([line for line in lines if line.number > end and line.words]):
        label = line.text[: line.values[0].start if line.values else None].strip()
        rows.append([(label, 0, 1 if line.values else columns.count + 1), *_placed(line, columns)])
        places.append(line.number)
    cells = tuple(
        tuple(
            Cell(text, at, col, Locus(name, line=number, row=at + 1, col=col + 1), 1, colspan)
            for text, col, colspan in row
        )
        for at, (row, number) in enumerate(zip(rows, places, strict=True))
    )
    return Grid(cells, Locus(name, line=places[0]), positioned=True)


def _placed(line: Line, columns: Columns) -> list[tuple[str, int, int]]:
    """The figures of a row with their columns; all in one cell where these are not certain."""
    texts = _values(line)
    found: list[int | None] = list(range(columns.count))
    if len(texts) != columns.count:
        found = [columns.of(word) if word in line.own_values else None for word in line.values]
    known = [at for at in found if at is not None]
    if not texts:
        return []
    if len(known) < len(texts) or any(a >= b for a, b in pairwise(known)):
        return [(" ".join(texts), 1, columns.count)]
    by_column = dict(zip(known, texts, strict=True))
    return [(by_column.get(at, ""), at + 1, 1) for at in range(columns.count)]


# -- lines that are broken -------------------------------------------------------------------


def _sorted(lines: Sequence[Line], name: str) -> Iterator[tuple[str, int] | Grid]:
    """The lines with broken heads joined and broken labels together."""
    out: list[Line] = []
    at = 0
    while at < len(lines):
        count, head = _head(lines, at)
        out.append(lines[at] if head is None else head)
        at += count
    for line in _labels_together(out):
        yield (line.text, line.number) if not line.below else _broken(line, name)


def _broken(line: Line, name: str) -> Grid:
    """A row with a broken figure, cell by cell."""
    label = " ".join(word.text for word in line.label)
    texts = ([label] if label else []) + _values(line)
    cells = tuple(
        Cell(text, 0, col, Locus(name, line=line.number, row=1, col=col + 1))
        for col, text in enumerate(texts)
    )
    return Grid((cells,), Locus(name, line=line.number))


def _head(lines: Sequence[Line], at: int) -> tuple[int, Line | None]:
    """A head broken over lines that begins here: how many lines it has, and what it says."""
    end = first = at
    while end < len(lines) and _is_words(lines[end]) and end - first <= _HEAD_LINES:
        end += 1
    while first > 0 and _is_words(lines[first - 1]) and end - first <= _HEAD_LINES:
        first -= 1
    height = end - at
    if not 1 < height <= end - first <= _HEAD_LINES:
        return 1, None
    while end < len(lines) and not lines[end].words:
        end += 1
    row = _first_row(lines[end : end + _FEW])
    if row is None:
        return 1, None
    head = lines[at : at + height]
    for pattern in (_CHUNK, _WORD):
        columns = _joined(head, pattern)
        if _fits(columns, row):
            return height, _line("  ".join(c.text for c in columns), head[0].number)
    return 1, None


def _is_words(line: Line) -> bool:
    return bool(line.words) and not line.figures


def _first_row(lines: Sequence[Line]) -> Line | None:
    """The first line with figures, before which only words of its own label may stand."""
    for line in lines:
        if line.is_prose or not line.words:
            return None
        if line.figures:
            return line
    return None


def _fits(columns: Sequence[Word], row: Line) -> bool:
    """Whether columns are the head of a row: one each, and one for its label if there are few.

    Above many columns the lines of the next label come too near; the head of such a row is one
    only where each column stands above its figure.
    """
    if row.figures < _ROW:
        return len(columns) > 1 and len(columns) in {row.figures, row.figures + 1}
    return len(columns) == row.figures and all(
        column.start - _NEAR <= figure.start <= column.end + _NEAR
        for column, figure in zip(columns, row.values, strict=True)
    )


def _joined(lines: Sequence[Line], pattern: re.Pattern[str]) -> list[Word]:
    """What stands in each column of some lines; nothing if that is not certain.

    It is not if two words of a line share a column, or if the columns are not centred on one
    line of the page, as the cells of one row are: then one line stands above the others.
    """
    words = [
        (Word(m.start(), m.end(), m[0]), line.number)
        for line in lines
        for m in pattern.finditer(line.text)
    ]
    columns = _covered(word for word, _ in words)
    inside = [[(n, word.text) for word, n in words if word.meets(column)] for column in columns]
    if any(len({number for number, _ in column}) < len(column) for column in inside):
        return []
    middles = [sum(number for number, _ in column) / len(column) for column in inside]
    if len(columns) >= _ROW:  # heads under merged ones stand lower than those beside these
        allowed = _LENIENT
    else:
        allowed = 0.0 if any(len(line.words) == 1 for line in lines) else _HALF
    if max(middles, default=0.0) - min(middles, default=0.0) > allowed:
        return []
    return [
        column._replace(text="".join(text for _, text in sorted(texts)))
        for column, texts in zip(columns, inside, strict=True)
    ]


def _labels_together(lines: Sequence[Line]) -> Iterator[Line]:
    """Labels in two columns: what stands in the outer one comes before the inner label.

    Only between two rows of a wide table, where the inner labels all begin in one column.
    """
    starts: dict[int, int] = {}
    for rows in _tables(lines):
        start = _inner(rows)
        if start is not None:
            starts.update({row.number: start for row in rows})
    gap: list[Line] = []
    for line in lines:
        if line.number in starts:
            yield from _untangled([*gap, line], starts[line.number])
            gap = []
        elif line.figures or line.is_prose or len(gap) > _APART:
            yield from [*gap, line]
            gap = []
        else:
            gap.append(line)
    yield from gap


def _inner(rows: Sequence[Line]) -> int | None:
    """The column in which the inner labels of a wide table begin."""
    if sum(row.figures >= _ROW for row in rows) < _FEW:
        return None
    starts = Counter(word.start for row in rows for word in row.label if word.start > 0)
    if not starts:
        return None
    start, count = max(starts.items(), key=lambda pair: (pair[1], pair[0]))
    return start if count >= _FEW else None


def _untangled(lines: Sequence[Line], start: int) -> Iterator[Line]:
    """The lines above a row and the row, outer labels first, if the row has an inner one."""
    *_, row = lines
    if not any(word.start >= start - 1 for word in row.label):
        yield from lines
        return
    outer, inner = [], []
    for line in lines:
        if any(word.start < start - 1 < word.end - 1 for word in line.label):
            outer.append(line)
            continue
        cut = next((w.start for w in line.words if w.start >= start - 1), len(line.text))
        if line.text[:cut].strip():
            outer.append(_line(line.text[:cut].rstrip(), line.number))
        if line.text[cut:].strip():
            words = tuple(word for word in line.words if word.start >= cut)
            inner.append(replace(line, text=" " * cut + line.text[cut:], words=words))
    yield from outer
    yield from inner
