"""Pictures in a report: which of them may hold a table, so that its loss can be told.

Also what a cell shows that holds no more than a picture. It knows sizes, not formats; what of a picture is read is `scan`.
"""

from __future__ import annotations

# A picture smaller than this (points) holds no table: a seal, a rule, an icon.
_WIDE, _HIGH = 200.0, 60.0
# A picture smaller than this holds not even a figure: a rule, a spacer.
_LINE = 4.0
_BLANK = " \t\n\f\v\r\xa0\u3000\u200b\ufeff"
#: Unicode's own sign for an object among characters: a cell that shows a picture is not blank.
OBJECT = "\ufffc"


def may_hold_table(wide: float, high: float) -> bool:
    """Whether a picture of this size (points) may be a table."""
    return wide >= _WIDE and high >= _HIGH


def may_hold_figure(wide: float, high: float) -> bool:
    """Whether a picture of this size (points; 0 is unknown) in a cell may be a figure."""
    return min(wide, high) <= 0 or min(wide, high) >= _LINE


def words_or_object(text: str) -> str:
    """The text of a cell in which pictures are marked: its words, or the sign of a picture."""
    if OBJECT not in text:
        return text
    words = text.replace(OBJECT, "")
    return words if words.strip(_BLANK) else OBJECT
