"""Puts tables together that go on over pages. It knows places, no words of a form.

Two grids with the same columns that follow one another are one table; a head that is repeated
at the top of a page is dropped and named. Every cell keeps its locus. A page that was scanned
askew has tilted columns, and each page its own tilt: columns are compared as if they were upright.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.model import Cell, Grid
from gongkai.tidy.glyphs import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Block, Locus

Rows = tuple[tuple[Cell, ...], ...]
#: Where a cell begins and ends from left to right, were its page not tilted.
Spans = dict["Locus", tuple[float, float]]
# Points by which the same rule may lie elsewhere on the next page.
_NEAR = 3.0
# So many of the inner edges of the shorter list must be the other's too.
_SHARED = 0.5
# Points a point down by which columns are tilted at least, and points by which a tilted table may
# stand further left or right than on the page before.
_TILT = 0.001
_ASIDE = 40.0


def join_tables(blocks: Iterable[Block]) -> tuple[list[Block], list[str]]:
    """The blocks with tables over pages as one grid each, and what was dropped (in Chinese)."""
    out: list[Block] = []
    warnings: list[str] = []
    spans: Spans = {}
    for block in blocks:
        last = out[-1] if out else None
        joined = None
        if isinstance(block, Grid):
            spans |= _spans(block, last if isinstance(last, Grid) else None, spans)
        if isinstance(block, Grid) and isinstance(last, Grid) and _goes_on(last, block, spans):
            body, head = _without_head(last.rows, block.rows)
            joined = _joined(last, body, spans, estimated=last.estimated or block.estimated)
        if joined is None:
            out.append(block)
        else:
            out[-1] = joined
            warnings += [f"续页重复的表头，未计入正文：{_words(r)}（{r[0].locus}）" for r in head]
    return out, warnings


def _spans(grid: Grid, before: Grid | None, known: Spans) -> Spans:
    """The spans of the cells of a grid, beside those of the grid before it if one of them is tilted."""
    tilt = _tilt(grid.rows)
    own = {
        cell.locus: _span(cell.locus.bbox, tilt)
        for row in grid.rows
        for cell in row
        if cell.locus.bbox is not None
    }
    if before is None or not own or not (tilt or _tilt(before.rows)):
        return own
    other = [known[c.locus] for row in before.rows for c in row if c.locus in known]
    if not other:
        return own
    left = min(x for x, _ in other) - min(x for x, _ in own.values())
    right = max(x for _, x in other) - max(x for _, x in own.values())
    aside = (left + right) / 2
    if abs(aside) > _ASIDE or abs(left - right) > 2 * _NEAR:
        return own
    return {locus: (x0 + aside, x1 + aside) for locus, (x0, x1) in own.items()}


def _tilt(rows: Rows) -> float:
    """By how much columns move to the right for each point down: least squares over all of them."""
    columns: dict[tuple[int | None, int, int], list[tuple[float, float]]] = defaultdict(list)
    for cell in (cell for row in rows for cell in row):
        if cell.locus.bbox is not None:
            x0, top, x1, bottom = cell.locus.bbox
            place = (cell.locus.page, cell.col, cell.colspan)
            columns[place].append(((x0 + x1) / 2, (top + bottom) / 2))
    both = down = 0.0
    for middles in columns.values():
        x, y = (sum(values) / len(middles) for values in zip(*middles, strict=True))
        both += sum((a - x) * (b - y) for a, b in middles)
        down += sum((b - y) ** 2 for _, b in middles)
    tilt = both / down if down else 0.0
    return tilt if abs(tilt) > _TILT else 0.0


def _span(box: tuple[float, float, float, float], tilt: float) -> tuple[float, float]:
    """Where a cell begins and ends; `box` is the one around it as it stands tilted."""
    x0, top, x1, bottom = box
    moved = tilt * (top + bottom) / 2
    inner = abs(tilt) * max(0.0, bottom - top - abs(tilt) * (x1 - x0)) / 2
    return x0 - moved + inner, x1 - moved - inner


def _joined(first: Grid, body: Rows, spans: Spans, *, estimated: bool) -> Grid | None:
    """The grid with more rows below, all columns counted alike; None where they cannot be."""
    edges = _edges((*first.rows, *body), spans)
    above = _placed(first.rows, edges, spans, 0)
    below = _placed(body, edges, spans, len(first.rows))
    if above is None or below is None:
        return None
    return replace(first, rows=above + below, estimated=estimated)


def _words(row: Sequence[Cell]) -> str:
    return " ".join("".join(cell.text.split()) for cell in row if cell.text.strip())


def _goes_on(first: Grid, second: Grid, spans: Spans) -> bool:
    """Whether the second grid is the first's continuation on the next page."""
    if not (first.positioned and second.positioned and first.rows and second.rows):
        return False
    before, after = _pages(first), _pages(second)
    if not before or not after or after[0] != before[-1] + 1:
        return False
    return _are_like(_edges(first.rows, spans), _edges(second.rows, spans))


def _pages(grid: Grid) -> list[int]:
    """The pages of its cells, in the order of the rows."""
    return [c.locus.page for row in grid.rows for c in row if c.locus.page is not None]


def _edges(rows: Rows, spans: Spans) -> list[float]:
    """Where columns begin and end, from left to right, each once."""
    places = {x for row in rows for c in row for x in spans.get(c.locus, ())}
    edges: list[float] = []
    for x in sorted(places):
        if not edges or x - edges[-1] > _NEAR:
            edges.append(x)
    return edges


def _are_like(first: list[float], second: list[float]) -> bool:
    """Whether two tables have the same width and, for the most part, the same columns."""
    if len(first) < 2 or len(second) < 2:  # noqa: PLR2004  # a table has two sides
        return False
    if not (_near(first[0], [second[0]]) and _near(first[-1], [second[-1]])):
        return False
    shorter, longer = sorted((first[1:-1], second[1:-1]), key=len)
    return sum(_near(x, longer) for x in shorter) >= _SHARED * len(shorter)


def _near(x: float, others: Iterable[float]) -> bool:
    return any(abs(x - other) <= _NEAR for other in others)


def _without_head(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """The rows of the second part without the head of the first, and that head.

    A head has words in more than one cell and no cell of figures.
    """
    count = 0
    while count < min(len(first), len(second)) and _is_same(first[count], second[count]):
        count += 1
    while count and not any(len(row) > 1 for row in second[:count]):
        count -= 1
    if count and any(cell.row + cell.rowspan > count for row in second[:count] for cell in row):
        return second, ()
    return second[count:], tuple(row for row in second[:count] if row)


def _is_same(first: Sequence[Cell], second: Sequence[Cell]) -> bool:
    """Whether two rows say the same, in words only."""
    texts = [[key(cell.text) for cell in row if key(cell.text)] for row in (first, second)]
    return texts[0] == texts[1] and all(any(c.isalpha() for c in text) for text in texts[0])


def _placed(rows: Rows, edges: Sequence[float], spans: Spans, down: int) -> Rows | None:
    """The rows with columns counted by these edges; None where a cell is narrower than any."""
    out: list[tuple[Cell, ...]] = []
    for at, row in enumerate(rows, start=down):
        cells: list[Cell] = []
        for cell in row:
            span = spans.get(cell.locus)
            if span is None:
                return None
            start, end = (_nearest(x, edges) for x in span)
            if end <= start:
                return None
            cells.append(replace(cell, row=at, col=start, colspan=end - start))
        out.append(tuple(cells))
    return tuple(out)


def _nearest(x: float, edges: Sequence[float]) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - x))
