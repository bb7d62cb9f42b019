"""Reads what is printed in one cell. The only place where text becomes a number."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from gongkai.model import Status, Value
from gongkai.tidy import fold

if TYPE_CHECKING:
    from gongkai.model import Number

# Marks are told apart because agencies mean different things by them (domain: cell conventions).
_DASHES = frozenset(
    {"-", "--", "---", "—", "——", "–", "−", "―", "─", "一一", "\u2010", "\u2011", "\u2012"}
)
_SLASHES = frozenset({"/", "\\", "∕"})
_NONE_WORDS = frozenset({"无", "没有", "不涉及", "未发生"})
_NA_WORDS = frozenset({"不适用", "不适用本项"})

_UNITS = "万元|亿元|元|件次|人次|件|项|条|宗|个|份|次"
# No zero stands before a separator of thousands: 0,123 is a slip for 0.123.
# Fifteen digits hold every count and every sum of money; more is no figure of a report.
_NUMBER = re.compile(
    rf"(?P<sign>[+\-−]|增加|减少|增|减)?\s*"
    rf"(?P<digits>[1-9][0-9]{{0,2}}(?:[,，][0-9]{{3}}){{1,4}}|[0-9]{{1,15}})"
    rf"(?P<decimals>\.[0-9]{{1,8}})?"
    rf"\s*(?P<unit>{_UNITS})?"
)
# Figures and marks come again and again; longer texts are no figures and are not kept.
_SHORT = 40
_REMEMBERED = 8192
_MINUS = frozenset({"-", "−", "减", "减少"})


def read_number(text: str) -> Value:
    """The value of a cell's text: number, zero, blank, one of the marks, or other text.

    Thousands separators must stand in their places (1,234); full-width digits, a unit behind
    the figure and a sign before it (+2, 增2, 减1) are read. Anything else is text, with no
    number: a figure is never guessed. The value has no place; the caller adds it.
    """
    return _read_short(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Value:
    folded = fold(text).strip()
    if not folded:
        return Value(None, Status.BLANK, text)
    mark = _mark("".join(folded.split()))
    if mark is not None:
        return Value(None, mark, text)
    found = None if _has_footnote(text) else _NUMBER.fullmatch(folded)
    if found is None:
        return Value(None, Status.TEXT, text)
    number = _number(found)
    status = Status.ZERO if number == 0 else Status.NUMBER
    return Value(number, status, text, found["unit"] or "")


_read_short = lru_cache(maxsize=_REMEMBERED)(_read)


def _has_footnote(text: str) -> bool:
    """Whether a raised or circled digit stands in the text: folding would join it to the figure."""
    return any(unicodedata.category(c) == "No" for c in text)


def _mark(folded: str) -> Status | None:
    for marks, status in (
        (_DASHES, Status.DASH),
        (_SLASHES, Status.SLASH),
        (_NONE_WORDS, Status.NONE_WORD),
        (_NA_WORDS, Status.NA_WORD),
    ):
        if folded in marks:
            return status
    return None


def _number(found: re.Match[str]) -> Number:
    digits = found["digits"].replace(",", "").replace("，", "")
    sign = -1 if found["sign"] in _MINUS else 1
    if found["decimals"] is None:
        return sign * int(digits)
    return sign * Decimal(digits + found["decimals"])
