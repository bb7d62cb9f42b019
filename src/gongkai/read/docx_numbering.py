"""Numbers that Word computes before a paragraph: 一、, （二）, 3. (ECMA-376 part 1, 17.9).

It owns the formats and the counters; it knows no text of a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.read.archive import local
from gongkai.read.ooxml import attribute, child, children, is_on, named, number, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_DECIMAL = "decimal"
# Word counts no further; a hostile start value must not make long texts.
_MOST = 32_767
_BULLET = "•"
#: Behind such a sign the text may follow at once: no figure can grow together with it.
_CLOSED = "、，。：；）)】〕》"

_COUNTED = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"


def _chinese(n: int, digits: str, units: tuple[str, ...]) -> str:
    """二十三, 一百零五; ten is 十 and not 一十."""
    out, gap = "", False
    for power in range(len(units) - 1, -1, -1):
        digit = n // 10**power % 10
        if digit == 0:
            gap = bool(out)
            continue
        out += (digits[0] if gap else "") + digits[digit] + units[power]
        gap = False
    return out


def _counting(n: int) -> str:
    text = _chinese(n, _COUNTED, ("", "十", "百", "千", "万"))
    return text.removeprefix("一") if text.startswith("一十") else text


def _legal(n: int) -> str:
    return _chinese(n, _LEGAL, ("", "拾", "佰", "仟", "万"))


def _by_digit(digits: str) -> Callable[[int], str]:
    return lambda n: "".join(digits[int(d)] for d in str(n))


def _counting_to_99(n: int) -> str:
    """From a hundred on digit by digit (一○五)."""
    return _counting(n) if n < 100 else _by_digit("○一二三四五六七八九")(n)  # noqa: PLR2004  # 99


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda n: signs[(n - 1) % len(signs)]


def _from(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow each other in Unicode (①②③); plain digits beyond the last."""
    return lambda n: chr(ord(first) + n - 1) if n <= count else str(n)


def _circled(n: int) -> str:
    for first, begin, end in (("①", 1, 20), ("㉑", 21, 35), ("㊱", 36, 50)):
        if begin <= n <= end:
            return chr(ord(first) + n - begin)
    return str(n)


def _letters(n: int) -> str:
    """From a to z, then aa, bb: the letter is repeated."""
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 % 30 + 1)


def _roman(n: int) -> str:
    out = ""
    pairs = "1000m900cm500d400cd100c90xc50l40xl10x9ix5v4iv1i"
    for size, letters in re.findall(r"(\d+)([a-z]+)", pairs):
        out += letters * (n // int(size))
        n %= int(size)
    return out


#: Format → text of a number from 1 on (17.18.59 ST_NumberFormat).
_FORMATS: dict[str, Callable[[int], str]] = {
    _DECIMAL: str,
    "decimalHalfWidth": str,
    "decimalZero": lambda n: f"{n:02}",
    "decimalFullWidth": _by_digit("０１２３４５６７８９"),
    "decimalFullWidth2": _by_digit("０１２３４５６７８９"),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "numberInDash": lambda n: f"- {n} -",
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "chineseCounting": _counting_to_99,
    "chineseCountingThousand": _counting,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "taiwaneseCounting": _counting_to_99,
    "taiwaneseCountingThousand": _counting,
    "japaneseCounting": _counting,
    "koreanDigital2": _by_digit("零一二三四五六七八九"),
    "japaneseDigitalTenThousand": _by_digit("〇一二三四五六七八九"),
    "ideographDigital": _by_digit("〇一二三四五六七八九"),
    "taiwaneseDigital": _by_digit("○一二三四五六七八九"),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
}


def formatted(number_format: str, n: int) -> str:
    """A number in one of Word's formats; an unknown format is printed with plain digits."""
    if number_format == "none":
        return ""
    return _FORMATS.get(number_format, str)(n) if 0 < n <= _MOST else str(n)


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered. `restart`: the level (from 1) whose number resets it."""

    start: int = 1
    format: str = _DECIMAL
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    """The counters of one abstract list: lists that share it count on together."""

    levels: dict[int, _Level]
    linked: str = ""
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Use:
    """A list as paragraphs name it, with the levels and starts that are its own."""

    shared: _List
    levels: dict[int, _Level]
    starts: dict[int, int]


class Numbering:
    """The lists of a document, and how far each has counted.

    Args:
        root: `word/numbering.xml`, if there is one.
        linked: the id of the list that a style of lists names (`numStyleLink`, 17.9.21).
    """

    def __init__(self, root: etree._Element | None, linked: Callable[[str], str]) -> None:
        self._uses: dict[str, _Use] = {}
        if root is None:
            return
        lists = {
            attribute(one, "abstractNumId"): _list(one) for one in children(root, "abstractNum")
        }
        uses = {
            attribute(one, "numId"): (value(one, "abstractNumId") or "", one)
            for one in children(root, "num")
        }
        for num_id, (abstract, element) in uses.items():
            shared = lists.get(abstract)
            if shared is not None and shared.linked:
                other = uses.get(linked(shared.linked), ("", element))[0]
                shared = lists.get(other, shared)
            if shared is not None:
                self._uses[num_id] = _use(shared, element)

    def level_of(self, num_id: str, style: str) -> int:
        """The level of a list that belongs to a paragraph style (17.9.23), else the first."""
        use = self._uses.get(num_id)
        levels = use.levels.items() if use is not None else ()
        return next((at for at, level in levels if level.style == style), 0)

    def label(self, num_id: str, level: int) -> str:
        """What is printed before the next paragraph of that list and level; counts it."""
        use = self._uses.get(num_id)
        found = use.levels.get(level) if use is not None else None
        if use is None or found is None:
            return ""
        self._count(use, level, found)
        if found.format == "bullet":
            return _BULLET + " "
        text = _PLACEHOLDER.sub(
            lambda m: _printed(use, int(m[1]) - 1, legal=found.legal), found.text
        )
        return text if not text or text[-1] in _CLOSED else text + " "

    def _count(self, use: _Use, level: int, found: _Level) -> None:
        counts = use.shared.counts
        if level in use.starts:
            counts[level] = use.starts.pop(level)
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = found.start
        for deeper in [at for at in counts if at > level]:
            restart = use.levels[deeper].restart if deeper in use.levels else None
            if restart is None or (restart > 0 and level < restart):
                del counts[deeper]


def _printed(use: _Use, level: int, *, legal: bool) -> str:
    """The number of a level as it stands now; one that was not used yet shows its start."""
    found = use.levels.get(level, _Level())
    count = use.shared.counts.get(level, use.starts.get(level, found.start))
    return formatted(_DECIMAL if legal else found.format, count)


def _list(element: etree._Element) -> _List:
    return _List(_levels(element), value(element, "numStyleLink") or "")


def _levels(element: etree._Element) -> dict[int, _Level]:
    found = {number(one, "ilvl", 0): _level(one) for one in children(element, "lvl")}
    return {at: level for at, level in found.items() if 0 <= at < _LEVELS}


def _level(element: etree._Element) -> _Level:
    kinds = [one for one in element.iter() if local(one) == "numFmt"]
    # A format newer than the standard stands beside an older one that says nearly the same.
    kind = attribute(kinds[-1], "val") if kinds else _DECIMAL
    restart = child(element, "lvlRestart")
    text = child(element, "lvlText")
    return _Level(
        start=number(child(element, "start"), "val", 0),
        format=kind,
        text=attribute(text, "val") if text is not None else "",
        restart=number(restart, "val", 0) if restart is not None else None,
        legal=bool(is_on(named(element), "isLgl")),
        style=value(element, "pStyle") or "",
    )


def _use(shared: _List, element: etree._Element) -> _Use:
    levels, starts = dict(shared.levels), {}
    for override in children(element, "lvlOverride"):
        at = number(override, "ilvl", 0)
        for level in _levels(override).values():
            levels[at] = level
        start = child(override, "startOverride")
        if start is not None:
            starts[at] = number(start, "val", 1)
    return _Use(shared, levels, starts)
