"""Counts and amounts of money as running text writes them: 3119件, 三十二件, 1.2万件, 400元."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Number

_FACTORS = {"": 1, "万": 10_000, "亿": 100_000_000}
#: A count of cases or documents. 5余件, 第5件, 约5件, 5件次 and 件件 are none; 3.5 is none without 万.
_COUNT = re.compile(
    r"(?<![\d.第约近逾□〇零一二两三四五六七八九十百千万亿-])"
    r"(?:(?P<digits>\d+(?:\.\d+(?=[万亿]))?)(?P<factor>[万亿]?)"
    r"|(?P<words>[〇零一二两三四五六七八九十百千万]{1,9}))"
    r"(?P<unit>件|条|宗|起|例|份|封|个|部)(?![次套均批件月左以上])"
)
#: An amount of money.
_MONEY = re.compile(
    r"(?<![\d.约近逾□-])(?P<digits>\d+(?:\.\d+)?)(?P<factor>[万亿]?)(?P<unit>元)(?![/左以上])"
)


@dataclass(frozen=True, slots=True)
class Count:
    """A figure of the text with its place in the clause. A rounded one (万) has a `step`."""

    value: Number
    unit: str
    start: int
    end: int
    step: Decimal = Decimal(0)

    def agrees(self, number: Number) -> bool:
        """Whether a figure of a table is this one, or may be rounded to it (up or down)."""
        return number == self.value or abs(Decimal(number) - self.value) < self.step


def counts_in(clause: str) -> list[Count]:
    """The counts of a clause, in order."""
    return [count for found in _COUNT.finditer(clause) for count in _count(found)]


def amounts_in(clause: str) -> list[Count]:
    """The amounts of money of a clause in yuan, in order."""
    return [_figure(found) for found in _MONEY.finditer(clause)]


def _count(found: re.Match[str]) -> Iterator[Count]:
    if found["digits"] is not None:
        yield _figure(found)
        return
    value = _in_words(found["words"])
    if value is not None:
        yield Count(value, found["unit"], found.start(), found.end())


def _figure(found: re.Match[str]) -> Count:
    factor = _FACTORS[found["factor"]]
    exact = Decimal(found["digits"]) * factor
    value = int(exact) if exact == int(exact) else exact
    _, _, decimals = found["digits"].partition(".")
    step = Decimal(factor).scaleb(-len(decimals)) if factor > 1 else Decimal(0)
    return Count(value, found["unit"], found.start(), found.end(), step)


def _in_words(words: str) -> int | None:
    """A Chinese numeral as a number, None for characters that make none."""
    # Few reports write counts in words, and the library takes long to load.
    import cn2an  # noqa: PLC0415  # see above

    try:
        return int(cn2an.cn2an(words.replace("〇", "零"), "smart"))
    except ValueError:
        return None
