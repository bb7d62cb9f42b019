"""Tables whose columns or rows are not all drawn: rows and cells by where their texts stand.

A row is a line with figures and the words beside it; rules part rows where they are drawn.
Where it is not certain to which row or column a text belongs, nothing is guessed: texts that
cannot be told apart stand in one cell, words that belong to no row stand in a row of their own.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.read.layout_columns import (
    Columns,
    Piece,
    Pieces,
    is_figure,
    parted,
    pieces_of,
    separators_of,
)
from gongkai.read.layout_rules import Place
from gongkai.read.layout_text import Box, TextLine, box_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from gongkai.read.layout_rules import Line

# Lines of one cell follow each other by no more than so many heights, from middle to middle.
_PITCH = 1.7
# Lines between two rules that follow each other so closely are one row.
_CLOSE = 1.6
# A gap between rows is wider than those within them by so much.
_CLEAR = 1.3
# A rule is a wall to a text if it covers so much of its width, and one between rows if it covers
# so much of the columns of figures.
_WALL = 0.6
_MAJOR = 0.5
# A line with so many times fewer texts than the next one is no part of the same cells.
_FEWER = 3
# Figures stand on different levels if they are so many heights apart, words beside them if they
# are nearer. A cell is full but for such a padding (points).
_LEVEL = 1.0
_PADDING = 2.0
# Parts of one table on two pages share so much of their width.
_SHARED = 0.6
# Rules that end so near to each other or to the frame (points) end at the same edge.
_END = 6.0
# A text so near to the middle of the table (points) stands over all of it.
_CENTRED = 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """A cell: its place, its box, and its lines."""

    place: Place
    box: Box
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table. `estimated`: not all its columns are parted by lines, they are found by its texts."""

    box: Box
    rows: int
    cells: tuple[Found, ...]
    estimated: bool = False


def is_whole(table: OpenTable) -> bool:
    """Whether the rows of a table part all its cells.

    They do not where figures stand side by side in a cell, nor where figures stand above each
    other in several columns, each beside words of its own. A figure that is wrapped in a narrow
    cell is one figure.
    """
    rows: dict[int, list[Found]] = {}
    for cell in table.cells:
        if not cell.lines:
            continue
        wide = cell.place.col_end - cell.place.col > 1
        if wide and any(_has_two_figures(line) for line in cell.lines):
            return False
        rows.setdefault(cell.place.row, []).append(cell)
    return not any(_are_rows(cells) for cells in rows.values())


def _are_rows(cells: Sequence[Found]) -> bool:
    """Whether the cells of a row hold several rows: figures on several levels, each beside words."""
    figures = [c for c in cells if all(is_figure(x.text) for x in c.lines)]
    if any(len(c.lines) > 1 and _is_wrapped(c) for c in figures):
        return False
    levels: list[TextLine] = []
    for line in sorted((x for c in figures for x in c.lines), key=lambda x: x.middle):
        if not levels or line.middle - levels[-1].middle > _LEVEL * line.height:
            levels.append(line)
    words = sorted(x.middle for c in cells for x in c.lines if not is_figure(x.text))
    return len(levels) > 1 and _has_words(levels, words)


def _has_words(lines: Sequence[TextLine], words: Sequence[float]) -> bool:
    """Whether as many lines of words stand beside these lines, none far from its own."""
    level = _LEVEL * lines[0].height
    beside = [w for w in words if lines[0].middle - level < w < lines[-1].middle + level]
    near = (any(abs(w - line.middle) < level for w in beside) for line in lines)
    return len(beside) >= len(lines) and all(near)


def _is_wrapped(cell: Found) -> bool:
    """Whether the lines of a cell end because the cell does: no other digit has room in them."""
    room = cell.box[2] - cell.box[0] - _PADDING
    wide = [(line.box[2] - line.box[0], len(line.text)) for line in cell.lines[:-1]]
    return all(width + width / count > room for width, count in wide)


def _has_two_figures(line: TextLine) -> bool:
    """Whether two figures stand on a line with a gap between them."""
    return " " in line.text and sum(p.figure for p in pieces_of(line)) > 1


def in_one(table: OpenTable, rows: Collection[int]) -> OpenTable:
    """The table with all texts of these rows in one cell each: their places are not certain.

    Cells that reach over other rows stay.
    """
    if not rows:
        return table
    kept = [c for c in table.cells if c.place.row not in rows or c.place.row_end > c.place.row + 1]
    for row in sorted(rows):
        own = [c for c in table.cells if c.place.row == row and c.place.row_end == row + 1]
        if own:
            kept.append(_joined(own))
    return replace(table, cells=tuple(sorted(kept, key=lambda c: (c.place.row, c.place.col))))


def _joined(cells: Sequence[Found]) -> Found:
    """Cells of a row as one: as far as they stand beside each other."""
    ordered = sorted(cells, key=lambda c: c.place.col)
    first = ordered[0]
    end = first
    for cell in ordered[1:]:
        if cell.place.col == end.place.col_end:
            end = cell
    return Found(
        replace(first.place, col_end=end.place.col_end),
        box_of((first.box, end.box)),
        tuple(line for cell in ordered for line in cell.lines),
    )


@dataclass
class _Cell:
    """A cell while it grows: rows and edges it lies between (the last row not included)."""

    row: int
    row_end: int
    start: int
    end: int
    pieces: Pieces = field(default_factory=list)

    @property
    def box(self) -> Box:
        """Where its texts stand."""
        return self.pieces[0].box if len(self.pieces) == 1 else box_of(p.box for p in self.pieces)

    def lines(self) -> tuple[TextLine, ...]:
        """Its texts as lines."""
        if len(self.pieces) == 1:
            return (self.pieces[0].text,)
        return tuple(lines_of([mark for p in self.pieces for mark in p.text.marks]))


@dataclass(frozen=True, slots=True)
class Open:
    """A table before its columns are found.

    `pieces` are the texts of its lines, `across` and `down` the rules among them; `separators`
    are where its columns part.
    """

    pieces: tuple[Pieces, ...]
    across: tuple[Line, ...]
    down: tuple[Line, ...]
    box: Box
    separators: tuple[float, ...]

    @property
    def figures(self) -> int:
        """How many figures stand on a line at most."""
        return max((sum(p.figure for p in line) for line in self.pieces), default=0)


def opened(
    lines: Sequence[TextLine], across: Sequence[Line], down: Sequence[Line], box: Box
) -> Open:
    """The table that lines of text form.

    Args:
        lines: its lines, from top to bottom.
        across: the horizontal lines in it.
        down: the vertical lines in it, where there are some.
        box: where it is.
    """
    pieces = [
        pieces_of(line, at, [d.at for d in down if d.start < line.middle < d.end])
        for at, line in enumerate(lines)
    ]
    return _open(pieces, across, down, box)


def _open(pieces: Sequence[Pieces], across: Sequence[Line], down: Sequence[Line], box: Box) -> Open:
    ends = [*_ends(across, box), *(d.at for d in down if box[0] + _END < d.at < box[2] - _END)]
    separators = tuple(separators_of(pieces, ends))
    parts = tuple(parted(line, separators) for line in pieces)
    return Open(parts, tuple(across), tuple(down), box, separators)


def goes_on(box: Box, other: Open) -> bool:
    """Whether a table that has not all rules goes on above or below a ruled one, as its part."""
    wide = max(box[2], other.box[2]) - min(box[0], other.box[0])
    height = max(p.text.height for line in other.pieces for p in line)
    apart = max(box[1] - other.box[3], other.box[1] - box[3])
    return _overlap(box, other.box) >= _SHARED * wide and apart <= height


def with_lines_of(first: Open, second: Open) -> Open:
    """Two tables that are parts of one, as one."""
    upper, lower = sorted((first, second), key=lambda table: table.box[1])
    lines = [*upper.pieces, *lower.pieces]
    pieces = [[replace(p, row=row) for p in line] for row, line in enumerate(lines)]
    box = box_of((upper.box, lower.box))
    return _open(pieces, (*upper.across, *lower.across), (*upper.down, *lower.down), box)


def with_same_columns(upper: Open, lower: Open) -> tuple[Open, Open]:
    """Two parts of a table on two pages, with the same columns if that fits both."""
    x0, x1 = min(upper.box[0], lower.box[0]), max(upper.box[2], lower.box[2])
    shared = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    ends = [*_ends(upper.across, upper.box), *_ends(lower.across, lower.box)]
    ends += [d.at for d in (*upper.down, *lower.down) if x0 + _END < d.at < x1 - _END]
    both = tuple(separators_of([*upper.pieces, *lower.pieces], ends))
    most = max(len(upper.separators), len(lower.separators))
    alike = upper.figures >= lower.figures and len(both) == most
    if shared < _SHARED * (x1 - x0) or not alike:
        return upper, lower
    first, second = (
        replace(
            part,
            box=(x0, part.box[1], x1, part.box[3]),
            separators=both,
            pieces=tuple(parted(line, both) for line in part.pieces),
        )
        for part in (upper, lower)
    )
    return first, second


def table_of(found: Open) -> OpenTable | None:
    """The table with its cells; None if its texts form no columns."""
    if not found.separators:
        return None
    columns = Columns(found.pieces, found.box, found.separators, found.down)
    return _Builder(columns, found.across, found.box).table()


def _ends(across: Sequence[Line], box: Box) -> list[float]:
    """Where several rules begin or end inside a table."""
    ends = sorted(x for a in across for x in (a.start, a.end) if box[0] + _END < x < box[2] - _END)
    found: list[float] = []
    for x, after in pairwise(ends):
        if after - x <= 1 and (not found or x - found[-1] > _END):
            found.append(x)
    return found


class _Builder:
    """One table while its rows and cells are worked out."""

    def __init__(self, columns: Columns, across: Sequence[Line], box: Box) -> None:
        self.columns = columns
        self.lines = columns.lines
        self.across = across
        self.box = box
        self.cells: list[_Cell] = []
        self.rows: list[list[int]] = []  # of each row of the table, its lines
        self.bands: dict[int, int] = {}  # line → the two rules it stands between
        self.alone: set[int] = set()  # lines with nothing but labels between two rules
        self.pitch = self._least_pitch()

    def _least_pitch(self) -> float:
        """The least distance of two rows of figures that follow each other."""
        rows = [(at, _middle(x)) for at, x in enumerate(self.lines) if self.columns.has_figures(x)]
        steps = [y - x for (a, x), (b, y) in pairwise(rows) if b == a + 1]
        return min(steps, default=float("inf"))

    def table(self) -> OpenTable:
        """The cells."""
        for lines, is_head in self._units():
            if is_head:
                self._add_head(lines)
            else:
                self._add_row(lines)
        self._add_groups()
        self._add_blanks()
        bounds = self._bounds()
        edges = self.columns.edges
        found = [
            Found(
                Place(c.row, c.row_end, c.start, c.end),
                (edges[c.start], bounds[c.row], edges[c.end], bounds[c.row_end]),
                c.lines(),
            )
            for c in sorted(self.cells, key=lambda c: (c.row, c.start))
        ]
        table = OpenTable(self.box, len(self.rows), tuple(found))
        doubtful = {c.row for c in self.cells for p in c.pieces if self.columns.is_doubtful(p)}
        return in_one(table, doubtful)

    # Lines to rows

    def _units(self) -> list[tuple[list[int], bool]]:
        """Lines that are one row, or one head of several rows; True for a head."""
        units: list[tuple[list[int], bool]] = []
        for lines, ruled in self._bands():
            for one in self._in_band(lines, ruled=ruled):
                head = not any(self.columns.has_figures(self.lines[at]) for at in one)
                over = any(self.columns.is_head(self.lines[at]) for at in one)
                if head and over and units and units[-1][1]:
                    units[-1][0].extend(one)
                else:
                    units.append((one, head and over))
        return units

    def _bands(self) -> list[tuple[list[int], bool]]:
        """Lines between two rules that part rows; False where one of the two is not drawn."""
        left, right = self.columns.first, self.box[2]
        wanted = _MAJOR * (right - left)
        majors = sorted(
            a.at for a in self.across if min(a.end, right) - max(a.start, left) >= wanted
        )
        bands: dict[int, list[int]] = {}
        for at, line in enumerate(self.lines):
            bands.setdefault(bisect_right(majors, _middle(line)), []).append(at)
        for band, lines in bands.items():
            inner = [at for at in lines if self._inner(self.lines[at])]
            if not inner:
                self.alone.update(lines)
            bands[band] = inner or lines
        between = [(lines, 0 < band < len(majors)) for band, lines in sorted(bands.items())]
        self.bands = {at: i for i, (lines, ruled) in enumerate(between) if ruled for at in lines}
        return between

    def _inner(self, line: Pieces) -> Pieces:
        """What stands on a line besides labels of groups."""
        if line[0].row in self.alone:
            return line
        return [p for p in line if self._is_full(p) or not self.columns.is_of_group(p)]

    def _in_band(self, lines: list[int], *, ruled: bool) -> list[list[int]]:
        """The rows between two rules: one, unless several lines have figures."""
        figures = [at for at in lines if self.columns.has_figures(self.lines[at])]
        heads = [at for at in lines if self.columns.is_head(self.lines[at])]
        labels = sum(any(not p.figure for p in self.lines[at]) for at in lines)
        close = all(
            _middle(self.lines[b]) - _middle(self.lines[a]) <= _CLOSE * self.lines[a][0].text.height
            for a, b in pairwise(lines)
        )
        if ruled and not (figures and heads) and (len(figures) <= close or labels < len(figures)):
            # Lines of figures without words of their own are one figure that was wrapped.
            return [lines]
        rows: list[list[int]] = []
        loose: list[int] = []
        last_is_head = False
        for at in lines:
            if at not in figures and at not in heads:
                loose.append(at)
                continue
            if last_is_head and at in heads and self._is_close([rows[-1][-1], *loose, at]):
                rows[-1] += [*loose, at]
            else:
                upper, none, lower = self._shared(rows[-1:], loose, [at])
                if rows:
                    rows[-1] += upper
                rows += [[one] for one in none]
                rows.append([*lower, at])
            loose, last_is_head = [], at in heads
        upper, none, lower = self._shared(rows[-1:], loose, [])
        if rows:
            rows[-1] += upper
        return [*rows, *([one] for one in (*none, *lower))]

    def _is_close(self, lines: list[int]) -> bool:
        """Whether labels between two lines of a head stand half beside each of them."""
        if len(lines) == 2:  # noqa: PLR2004  # nothing between the two
            return True
        steps = [_middle(self.lines[b]) - _middle(self.lines[a]) for a, b in pairwise(lines)]
        return max(steps) < min(p.text.height for at in lines for p in self.lines[at])

    def _shared(
        self, above: list[list[int]], loose: list[int], below: list[int]
    ) -> tuple[list[int], list[int], list[int]]:
        """Lines without figures: what belongs to the row above, to none, to the row below.

        Between two rows the widest gap parts them, if it is clearly wider than the others.
        """
        if not loose:
            return [], [], []
        chain = [*(above[0][-1:] if above else []), *loose, *below]
        gaps = [_middle(self.lines[b]) - _middle(self.lines[a]) for a, b in pairwise(chain)]
        widest = max(range(len(gaps)), key=gaps.__getitem__) if above and below else None
        within = [gap for at, gap in enumerate(gaps) if at != widest]
        height = max(p.text.height for p in self.lines[loose[0]])
        most = min(_PITCH * height, self.pitch / _CLEAR)
        if widest is not None:
            most = min(most, gaps[widest] / _CLEAR)
        if any(gap > most for gap in within):
            return [], loose, []
        if widest is not None:
            return loose[:widest], [], loose[widest:]
        return (loose, [], []) if above else ([], [], loose)

    # Rows to cells

    def _add_row(self, lines: list[int]) -> None:
        """A row with what stands on its lines; texts in the same columns share a cell."""
        at = len(self.rows)
        self.rows.append(lines)
        pieces = [p for line in lines for p in self._inner(self.lines[line])]
        if all(p.figure for p in pieces):
            pieces += self._own_label(lines)
        self.cells += self._merged(pieces, at)

    def _own_label(self, lines: list[int]) -> Pieces:
        """The label of a row that stands in a column of groups: the last before the figures."""
        line = next((at for at in lines if self.columns.has_figures(self.lines[at])), None)
        labels = (
            [p for p in self.lines[line] if self.columns.is_of_group(p)] if line is not None else []
        )
        return labels[-1:]

    def _merged(self, pieces: Iterable[Piece], row: int) -> list[_Cell]:
        """Texts of one row as cells."""
        cells: list[_Cell] = []
        for piece in sorted(pieces, key=self.columns.span):
            start, end = self.columns.span(piece)
            if cells and start < cells[-1].end:
                cells[-1].end = max(cells[-1].end, end)
                cells[-1].pieces.append(piece)
            else:
                cells.append(_Cell(row, row + 1, start, end, [piece]))
        return cells

    def _add_head(self, lines: list[int]) -> None:
        """A head: its texts as cells, those that have others below them in rows of their own."""
        pieces = [p for at in lines for p in self.lines[at]]
        blocks = self._blocks(pieces)
        upper = [b for b in blocks if any(_is_above(b, c) for c in blocks)]
        first = last = len(self.rows)
        for at, cell in enumerate(upper):
            clear = [u for u in upper[:at] if u.box[3] <= cell.box[1]]
            cell.row = max((u.row + 1 for u in clear), default=first)
            last = max(last, cell.row + 1)
        for cell in blocks:
            cell.row = cell.row if cell in upper else last
        for row in range(first, last + 1):
            same = [p for cell in blocks if cell.row == row for p in cell.pieces]
            self.rows.append([p.row for p in same])
            self.cells += self._merged(same, row)

    def _blocks(self, pieces: Iterable[Piece]) -> list[_Cell]:
        """Texts as blocks of lines that follow each other closely, from top to bottom."""
        blocks: list[_Cell] = []
        for piece in sorted(pieces, key=lambda p: (p.text.middle, p.box[0])):
            start, end = self.columns.span(piece)
            for block in reversed(blocks):
                if self._goes_on(block, piece):
                    block.pieces.append(piece)
                    block.start, block.end = min(block.start, start), max(block.end, end)
                    break
            else:
                blocks.append(_Cell(0, 1, start, end, [piece]))
        return sorted(blocks, key=lambda b: (b.box[1], b.box[0]))

    def _goes_on(self, block: _Cell, piece: Piece) -> bool:
        """Whether a text is the next line of a block."""
        last = block.pieces[-1]
        if last.figure or piece.figure or last.row == piece.row:
            return False
        step = piece.text.middle - last.text.middle
        near = step <= _PITCH * max(last.text.height, piece.text.height)
        if not (near or self._is_together(last.row, piece.row)):
            return False
        if _overlap(block.box, piece.box) <= 0 or self._is_wall(last, piece):
            return False
        if self._over(piece):
            few = self._count(last.row) * _FEWER <= self._count(piece.row)
            return not few and self.columns.span(last) == self.columns.span(piece)
        return not (self._is_full(last) or self._is_full(piece))

    def _is_together(self, upper: int, lower: int) -> bool:
        """Whether nothing but the room of a row parts two lines: rules stand above and below.

        A line with far fewer texts than others between these rules is a head over several columns.
        """
        band = self.bands.get(upper)
        if band is None or band != self.bands.get(lower):
            return False
        most = max(self._count(at) for at, own in self.bands.items() if own == band)
        return self._count(upper) * _FEWER >= most

    def _over(self, piece: Piece) -> bool:
        """Whether a text stands over the columns of figures."""
        return piece.box[2] > self.columns.first

    def _count(self, row: int) -> int:
        return sum(self._over(p) for p in self.lines[row])

    def _is_full(self, piece: Piece) -> bool:
        """Whether a text stands alone on its line, in the middle of the table."""
        alone = len(self.lines[piece.row]) == 1
        middle = (self.box[0] + self.box[2]) / 2
        return alone and abs((piece.box[0] + piece.box[2]) / 2 - middle) <= _CENTRED

    def _is_wall(self, upper: Piece, lower: Piece) -> bool:
        """Whether a rule stands between two texts."""
        start, end = lower.box[0], lower.box[2]
        return any(
            upper.text.middle < a.at < lower.text.middle
            and min(a.end, end) - max(a.start, start) >= _WALL * (end - start)
            for a in self.across
        )

    # Labels of groups

    def _add_groups(self) -> None:
        """Labels that stand beside several rows, from the row of their first line to the last."""
        used = {id(p) for cell in self.cells for p in cell.pieces}
        pieces = [p for line in self.lines for p in line if id(p) not in used]
        bounds = self._bounds()
        for block in self._blocks(sorted(pieces, key=lambda p: (p.text.middle, p.box[0]))):
            rows = [
                min(max(bisect_right(bounds, p.text.middle) - 1, 0), len(self.rows) - 1)
                for p in block.pieces
            ]
            block.row, block.row_end = min(rows), max(rows) + 1
            clash = [c for c in self.cells if _meets(c, block)]
            if clash:
                # The text shares its place with others: they cannot be told apart.
                clash[0].pieces += block.pieces
            else:
                self.cells.append(block)

    # Edges

    def _bounds(self) -> list[float]:
        """The y edges of rows: rules where they are drawn, else half-way between texts."""
        bounds = [self.box[1]]
        inner = [[p.box for at in row for p in self._inner(self.lines[at])] for row in self.rows]
        tops = [min(box[1] for box in boxes) for boxes in inner]
        bottoms = [max(box[3] for box in boxes) for boxes in inner]
        for bottom, top in zip(bottoms, tops[1:], strict=False):
            bounds.append(max(bounds[-1], (bottom + top) / 2))
        return [*bounds, max(bounds[-1], self.box[3])]

    def _add_blanks(self) -> None:
        """Blank cells where columns go on and nothing stands."""
        taken = {
            (row, col)
            for c in self.cells
            for row in range(c.row, c.row_end)
            for col in range(c.start, c.end)
        }
        for row, lines in enumerate(self.rows):
            for start, end in pairwise(self.columns.edges_at(lines[0])):
                if not any((row, col) in taken for col in range(start, end)):
                    self.cells.append(_Cell(row, row + 1, start, end))


def _middle(line: Pieces) -> float:
    return sum(p.text.middle for p in line) / len(line)


def _overlap(first: Box, second: Box) -> float:
    return min(first[2], second[2]) - max(first[0], second[0])


def _is_above(upper: _Cell, lower: _Cell) -> bool:
    """Whether one block stands over another, in a column of its own."""
    over = upper.box[3] <= lower.box[1] + 1 and upper is not lower
    return over and upper.start < lower.end and lower.start < upper.end


def _meets(first: _Cell, second: _Cell) -> bool:
    rows = first.row < second.row_end and second.row < first.row_end
    return rows and first.start < second.end and second.start < first.end
