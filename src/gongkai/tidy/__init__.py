"""Cleans a document for reading by label: page furniture out, tables over pages together.

What is dropped is named in `Document.warnings`; text that is kept is never changed but for
Word's own bookmark marks, which stand in `Document.marks`. It does not know forms. `glyphs` folds look-alike characters.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.model import Block, Cell, Document, Grid, Locus, Paragraph
from gongkai.tidy.furniture import furniture_of, without_furniture
from gongkai.tidy.glyphs import LOOK_ALIKES, fold, key, letters, readable
from gongkai.tidy.tables import join_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LOOK_ALIKES", "fold", "key", "letters", "readable", "tidy"]

_MARK = "[bookmark:"
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]\s?")


def tidy(document: Document) -> Document:
    """The document without page numbers, running heads and bookmark marks, tables in one piece."""
    marks = tuple(mark for block in document.blocks for mark in _marks(block))
    blocks = [_unmarked(block) for block in document.blocks]
    dropped = furniture_of(blocks)
    warnings = [_furniture(_text(blocks[at]), blocks[at].locus) for at in sorted(dropped)]
    kept = [block for at, block in enumerate(blocks) if at not in dropped]
    cleaned, in_rows = without_furniture(kept, {key(_text(blocks[at])) for at in dropped})
    joined, heads = join_tables(cleaned)
    warnings += [_furniture(cell.text.strip(), cell.locus) for cell in in_rows]
    warnings = [*document.warnings, *warnings, *heads]
    return replace(document, blocks=tuple(joined), warnings=tuple(warnings), marks=marks)


def _furniture(text: str, locus: Locus) -> str:
    return f"页码或页眉，未计入正文：{text}（{locus}）"


def _text(block: Block) -> str:
    return "" if isinstance(block, Grid) else block.text.strip()


def _marks(block: Block) -> Iterator[Paragraph]:
    """Word's bookmark marks in a block, with their places."""
    cells = (c for row in block.rows for c in row) if isinstance(block, Grid) else (block,)
    for one in cells:
        if _MARK in one.text:
            yield from (Paragraph(m[0].strip(), one.locus) for m in _BOOKMARK.finditer(one.text))


def _unmarked(block: Block) -> Block:
    """The block without Word's bookmark marks, which a text export leaves in."""
    if not isinstance(block, Grid):
        return replace(block, text=_BOOKMARK.sub("", block.text)) if _MARK in block.text else block
    if not any(_MARK in cell.text for row in block.rows for cell in row):
        return block
    return replace(block, rows=tuple(tuple(map(_unmarked_cell, row)) for row in block.rows))


def _unmarked_cell(cell: Cell) -> Cell:
    return replace(cell, text=_BOOKMARK.sub("", cell.text))
