"""Puts tables together that go on over pages. It knows places, no words of a form.

Two grids with the same columns that follow one another are one table; a head that is repeated
at the top of a page is dropped and named. Every cell keeps its locus.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.model import Cell, Grid
from gongkai.tidy.glyphs import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Block

Rows = tuple[tuple[Cell, ...], ...]
# Points by which the same rule may lie elsewhere on the next page.
_NEAR = 3.0
# So many of the inner edges of the shorter list must be the other's too.
_SHARED = 0.5


def join_tables(blocks: Iterable[Block]) -> tuple[list[Block], list[str]]:
    """The blocks with tables over pages as one grid each, and what was dropped (in Chinese)."""
    out: list[Block] = []
    warnings: list[str] = []
    for block in blocks:
        last = out[-1] if out else None
        joined = None
        if isinstance(block, Grid) and isinstance(last, Grid) and _goes_on(last, block):
            body, head = _without_head(last.rows, block.rows)
            joined = _joined(last, body, estimated=last.estimated or block.estimated)
        if joined is None:
            out.append(block)
        else:
            out[-1] = joined
            warnings += [f"续页重复的表头，未计入正文：{_words(r)}（{r[0].locus}）" for r in head]
    return out, warnings


def _joined(first: Grid, body: Rows, *, estimated: bool) -> Grid | None:
    """The grid with more rows below, all columns counted alike; None where they cannot be."""
    edges = _edges((*first.rows, *body))
    above = _placed(first.rows, edges, 0)
    below = _placed(body, edges, len(first.rows))
    if above is None or below is None:
        return None
    return replace(first, rows=above + below, estimated=estimated)


def _words(row: Sequence[Cell]) -> str:
    return " ".join("".join(cell.text.split()) for cell in row if cell.text.strip())


def _goes_on(first: Grid, second: Grid) -> bool:
    """Whether the second grid is the first's continuation on the next page."""
    if not (first.positioned and second.positioned and first.rows and second.rows):
        return False
    before, after = _pages(first), _pages(second)
    if not before or not after or after[0] != before[-1] + 1:
        return False
    return _are_like(_edges(first.rows), _edges(second.rows))


def _pages(grid: Grid) -> list[int]:
    """The pages of its cells, in the order of the rows."""
    return [c.locus.page for row in grid.rows for c in row if c.locus.page is not None]


def _edges(rows: Rows) -> list[float]:
    """Where columns begin and end, from left to right, each once."""
    places = {x for row in rows for c in row if c.locus.bbox for x in c.locus.bbox[::2]}
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


def _placed(rows: Rows, edges: Sequence[float], down: int) -> Rows | None:
    """The rows with columns counted by these edges; None where a cell is narrower than any."""
    out: list[tuple[Cell, ...]] = []
    for at, row in enumerate(rows, start=down):
        cells: list[Cell] = []
        for cell in row:
            if cell.locus.bbox is None:
                return None
            start, end = _nearest(cell.locus.bbox[0], edges), _nearest(cell.locus.bbox[2], edges)
            if end <= start:
                return None
            cells.append(replace(cell, row=at, col=start, colspan=end - start))
        out.append(tuple(cells))
    return tuple(out)


def _nearest(x: float, edges: Sequence[float]) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - x))
