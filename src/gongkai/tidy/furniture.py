"""What a page adds to a text: page numbers and running heads, between the blocks and in tables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.model import Block, Cell, Grid, Heading, Paragraph
from gongkai.tidy.glyphs import fold, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PAGE_NUMBER = re.compile(r"^\s*([-—–]\s*)?(\d{1,3})\s*[-—–]?\s*$")
_PAGE_OF = re.compile(r"^第(\d{1,3})页(?:共\d{1,3}页)?$")
# A label is shorter than this.
_LABEL = 40
# A running head without a year has at least so many characters.
_HEAD = 4
# A line with so wide a gap is a row of a table.
_GAP = re.compile(r"\S\s{3,}\S")
_YEAR = re.compile(r"20\d\d")


def furniture_of(blocks: Sequence[Block]) -> set[int]:
    """The places of blocks that are page numbers or running heads."""
    return _page_numbers(blocks) | _running_heads(blocks)


def without_furniture(blocks: Iterable[Block], heads: set[str]) -> tuple[list[Block], list[Cell]]:
    """The blocks without rows of a table that hold a page number or a running head only.

    Args:
        blocks: what is left of the document.
        heads: the keys of lines that were found to be page numbers or running heads.
    """
    out: list[Block] = []
    dropped: list[Cell] = []
    for block in blocks:
        if isinstance(block, Grid) and block.positioned:
            rows = [row for row in block.rows if not _is_furniture(row, heads, dropped)]
            kept = tuple(rows) if len(rows) < len(block.rows) else block.rows
            out.append(replace(block, rows=kept))
        else:
            out.append(block)
    return out, dropped


def _is_furniture(row: Sequence[Cell], heads: set[str], dropped: list[Cell]) -> bool:
    """Whether a row has one printed cell, and that is a sure page number or a running head."""
    printed = [cell for cell in row if cell.text.strip()]
    if len(printed) != 1 or printed[0].rowspan > 1:
        return False
    text = printed[0].text
    mark = _page_mark(text) if len(text) < _LABEL else None
    if (mark is not None and mark[1]) or (key(text) in heads and _YEAR.search(fold(text))):
        dropped.append(printed[0])
        return True
    return False


def _page_numbers(blocks: Sequence[Block]) -> set[int]:
    """Lines that hold a page number only: 第 2 页, - 2 -, or a lone 2 where it can be one.

    A lone integer may as well be the figure of a row. It is a page number where it is the only
    one and the last line, or stands once, alone among other lines, before or behind the page
    number that it follows or precedes by one, which stands once too, and no label waits for a
    figure before it. Where the format has pages, it is one at their edges.
    """
    lines = [(at, b.text) for at, b in enumerate(blocks) if isinstance(b, Paragraph)]
    marks = {i: found for i, (_, text) in enumerate(lines) if (found := _page_mark(text))}
    lone = Counter(number for number, sure in marks.values() if not sure)
    firsts = {n: i for i, (n, _) in sorted(marks.items(), reverse=True) if lone[n] <= 1}
    dropped = set()
    for i, (number, sure) in marks.items():
        last = lines[i][0] == len(blocks) - 1 and len(marks) == 1
        before = lines[i - 1][1] if i > 0 else ""
        beside = any(near in marks and not marks[near][1] for near in (i - 1, i + 1))
        counted = firsts.get(number - 1, i) < i or firsts.get(number + 1, i) > i
        alone = counted and not beside and lone[number] == 1
        above = blocks[lines[i - 1][0]].locus.line if i > 0 else None
        waits = _waits(before) or _is_broken(above, blocks[lines[i][0]].locus.line, before)
        if sure or ((last or alone) and not waits):
            dropped.add(lines[i][0])
    return dropped | _numbers_at_edges(blocks)


def _numbers_at_edges(blocks: Sequence[Block]) -> set[int]:
    """Lone integers that are the last or first line of at least two pages and count these."""
    found: dict[tuple[bool, int], list[int]] = {}
    for is_last, edge in ((False, _firsts(blocks)), (True, _firsts(blocks, from_end=True))):
        for page, at in edge.items():
            block = blocks[at]
            mark = _page_mark(block.text) if isinstance(block, Paragraph) else None
            if mark is not None:
                found.setdefault((is_last, mark[0] - page), []).append(at)
    return {at for places in found.values() if len(places) > 1 for at in places}


def _firsts(blocks: Sequence[Block], *, from_end: bool = False) -> dict[int, int]:
    """Page → the place of its first block (or of its last)."""
    order = range(len(blocks))
    out: dict[int, int] = {}
    for at in reversed(order) if from_end else order:
        page = blocks[at].locus.page
        if page is not None:
            out.setdefault(page, at)
    return out


def _page_mark(text: str) -> tuple[int, bool] | None:
    """The number a line may be the page number of, and whether it can be nothing else."""
    lone = _PAGE_NUMBER.match(fold(text))
    if lone is not None:
        return int(lone[2]), bool(lone[1])
    page = _PAGE_OF.match(key(text))
    return (int(page[1]), True) if page is not None else None


def _waits(text: str) -> bool:
    """Whether a line is a label without a figure: short, no digit, no end of a sentence."""
    folded = fold(text).strip()
    ended = folded.endswith(("。", "！", "？", "；", ":", "."))
    return 0 < len(folded) < _LABEL and not any(c.isdigit() for c in folded) and not ended


def _is_broken(above: int | None, line: int | None, text: str) -> bool:
    """Whether digits may be the end of a figure that ends the text in the line above them."""
    adjacent = above is not None and line is not None and above + 1 == line
    return adjacent and fold(text).rstrip()[-1:].isdigit()


def _running_heads(blocks: Sequence[Block]) -> set[int]:
    """Lines that stand in the document again: with a year, or at the edge of another page.

    Not so in plain text: a row there is cut into lines at which a page may end again and again.
    """
    ends = {*_firsts(blocks).values(), *_firsts(blocks, from_end=True).values()}
    edges = {at for at in ends if blocks[at].locus.line is None}
    lines = [
        (at, key(block.text))
        for at, block in enumerate(blocks)
        if isinstance(block, (Paragraph, Heading))
        and (_YEAR.search(fold(block.text)) or (at in edges and len(key(block.text)) >= _HEAD))
        and not _GAP.search(block.text)
    ]
    often = {text for text, n in Counter(text for _, text in lines).items() if n > 1}
    first: set[str] = set()
    heads: set[int] = set()
    for at, text in lines:
        if text in often and text in first:
            heads.add(at)
        first.add(text)
    return heads
