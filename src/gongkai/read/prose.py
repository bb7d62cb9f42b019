"""What running text looks like, for formats in which it may stand inside a table or a cell.

It knows lengths, sentences and Chinese numbering of sections; no format and no label of a report.
"""

from __future__ import annotations

import re

# A text over the whole width of a table that is longer than this is running text.
_LONG = 60
# Lines shorter than this may be one title that was broken by hand.
_SHORT = 40
_ORDINAL = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[（(][一二三四五六七八九十]{1,3}[)）])"
)
_SECTION = re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、.．]")


def lines(text: str) -> list[str]:
    """A paragraph with breaks as several, unless it is one title that was broken by hand."""
    pieces = [piece for piece in text.split("\n") if piece.strip()]
    short = all(len(piece) <= _SHORT for piece in pieces)
    if short and not any(_ORDINAL.match(piece) for piece in pieces[1:]) and "。" not in text:
        return ["\n".join(pieces)] if pieces else []
    return pieces


def is_running(text: str) -> bool:
    """Whether a text that fills the width of a table is a paragraph and no row of it."""
    return len(text) > _LONG or text.rstrip().endswith("。")


def is_section(text: str) -> bool:
    """Whether a text is numbered as the sections of a Chinese document are (一、)."""
    return _SECTION.match(text) is not None
