"""Cleans a document for reading by label: page furniture out, look-alike glyphs folded in keys.

It owns glyph folding (`fold`, `key`) and what a page or a word processor leaves in running
text. Text that is kept is never changed but for Word's own bookmark marks; what is dropped is
named in `Document.warnings`. It does not know forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from gongkai.model import Block, Cell, Document, Grid, Heading, Paragraph

# Unicode's equivalent ideographs of the CJK Radicals Supplement (U+2E80-2EF3), which NFKC leaves
# alone; then Kangxi radicals whose NFKC form is traditional where a report means the simplified.
_RADICALS = (
    "⺁厂⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺"
    "⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艹"
    "⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑长⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风"
    "⻜飞⻝食⻟食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
    "⼾户⾒见⾙贝⾞车⾧长⾨门⾱韦⾴页⾵风⾶飞⾺马⿂鱼⿃鸟⿄卤⿆麦⿈黄⿌黾⿑齐⿒齿⿓龙⿔龟⾭青"
)
_FOLD = str.maketrans(
    {
        **{_RADICALS[i]: _RADICALS[i + 1] for i in range(0, len(_RADICALS), 2)},
        # Zero-width characters, soft hyphen, byte-order mark.
        **dict.fromkeys("\u200b\u200c\u200d\u2060\u00ad\ufeff", ""),
    }
)
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]\s?")
_PAGE_NUMBER = re.compile(r"^\s*([-—–]\s*)?(\d{1,3})\s*[-—–]?\s*$")
_PAGE_OF = re.compile(r"^第(\d{1,3})页(?:共\d{1,3}页)?$")
# A label is shorter than this.
_LABEL = 40
_YEAR = re.compile(r"20\d\d")


def fold(text: str) -> str:
    """Text with look-alike glyphs, widths and invisible characters folded.

    Kangxi and CJK radicals become the characters they look like (simplified where the radical
    is), full-width and compatibility forms become plain ones. For matching and searching only.
    """
    return unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)


def readable(text: str) -> str:
    """Text with the characters a radical stands for, and nothing else changed: for pages.

    A reader cannot tell ⼯ from 工, but the search of a browser can.
    """
    folded = text.translate(_FOLD)
    return "".join(fold(c) if "\u2f00" <= c <= "\u2fd5" else c for c in folded)


def key(text: str) -> str:
    """`fold` without spaces, punctuation and symbols: what two spellings of a label share."""
    return "".join(c for c in fold(text) if c.isalnum())


def tidy(document: Document) -> Document:
    """The document without page numbers, running heads and bookmark marks."""
    blocks = [_unmarked(block) for block in document.blocks]
    warnings = list(document.warnings)
    dropped = _page_numbers(blocks) | _running_heads(blocks)
    for at in sorted(dropped):
        block = blocks[at]
        warnings.append(f"页码或页眉，未计入正文：{_text(block)}（{block.locus}）")
    kept = tuple(block for at, block in enumerate(blocks) if at not in dropped)
    return replace(document, blocks=kept, warnings=tuple(warnings))


def _text(block: Block) -> str:
    return "" if isinstance(block, Grid) else block.text.strip()


def _unmarked(block: Block) -> Block:
    """The block without Word's bookmark marks, which a text export leaves in."""
    if isinstance(block, Grid):
        return replace(block, rows=tuple(tuple(map(_unmarked_cell, row)) for row in block.rows))
    return replace(block, text=_BOOKMARK.sub("", block.text))


def _unmarked_cell(cell: Cell) -> Cell:
    return replace(cell, text=_BOOKMARK.sub("", cell.text))


def _page_numbers(blocks: list[Block]) -> set[int]:
    """Lines that hold a page number only: 第 2 页, - 2 -, or a lone 2 where it can be one.

    A lone integer may as well be the figure of a row. It is a page number where it is the only
    one and the last line, or follows or precedes another page number by one, and where no label
    waits for a figure before it.
    """
    lines = [(at, b.text) for at, b in enumerate(blocks) if isinstance(b, Paragraph)]
    marks = [(i, at, found) for i, (at, text) in enumerate(lines) if (found := _page_mark(text))]
    numbers = {number for _, _, (number, _) in marks}
    dropped = set()
    for i, at, (number, sure) in marks:
        last = at == len(blocks) - 1 and len(marks) == 1
        counted = number - 1 in numbers or number + 1 in numbers
        before = lines[i - 1][1] if i > 0 else ""
        if sure or ((last or counted) and not _waits(before)):
            dropped.add(at)
    return dropped


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


def _running_heads(blocks: list[Block]) -> set[int]:
    """Lines with a year that stand in the document more than once (a title atop each page)."""
    lines = [
        (at, key(block.text))
        for at, block in enumerate(blocks)
        if isinstance(block, (Paragraph, Heading)) and _YEAR.search(fold(block.text))
    ]
    often = {text for text, n in Counter(text for _, text in lines).items() if n > 1}
    first: set[str] = set()
    heads: set[int] = set()
    for at, text in lines:
        if text in often and text in first:
            heads.add(at)
        first.add(text)
    return heads
