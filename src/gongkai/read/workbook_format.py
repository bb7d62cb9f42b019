"""What a cell of a workbook shows for the number it holds (ECMA-376 part 1, 18.8.30 and 18.8.31).

The raw text of a figure is what a reader of the sheet sees: 3.0 is 3, 0.1+0.2 is 0.3, a zero that
the format hides is blank. Dates and percentages are given as shown, so they are no figures.
What is too rare to be worth showing exactly (fractions, powers of ten, scaled or spelled numbers)
is given plainly with its format behind it, so that it cannot pass for a figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_GENERAL = "General"
#: Formats that files name by number only (18.8.30), with those of Chinese Excel from 27 on.
BUILT_IN: dict[int, str] = {
    0: _GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"',
    35: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}  # fmt: skip

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+,*)"
    r"|(?P<date>AM/PM|A/P|上午/下午|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[aA]{3,4}|[eEgGbB]+)|(?P<other>.)",
    re.DOTALL,
)
_COLOURS = frozenset(
    {"black", "blue", "cyan", "green", "magenta", "red", "white", "yellow",
     "黑色", "蓝色", "青色", "绿色", "洋红", "红色", "白色", "黄色"}
)  # fmt: skip
_COLOUR = re.compile(r"(?:color|颜色)\s*\d+", re.IGNORECASE)
_LOCALE = re.compile(r"\$([^-]*)(?:-[0-9A-Fa-f]+)?")
_ELAPSED = re.compile(r"[hms]+", re.IGNORECASE)
# Fifteen digits are what a workbook keeps of a number.
_DIGITS = 15
_LARGE = Decimal(10) ** 15
_SMALL = Decimal(10) ** -9
# Days are counted from here; the year 1900 has a 29 February that never was.
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a sheet knows no time zone
_DAY_ZERO_1904 = datetime(1904, 1, 1)  # noqa: DTZ001  # the same
_LEAP_BUG = 60
_LAST_DAY = 2_958_465
_WEEKDAYS = "一二三四五六日"
_FOUR = 4
_THOUSAND = 3


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a format: what stands before and behind the digits, or a date, or neither."""

    before: str = ""
    digits: str = ""
    behind: str = ""
    percent: int = 0
    general: bool = False
    date: bool = False
    odd: bool = False


def plain(number: float) -> str:
    """A number without a format, as Excel keeps it: fifteen digits, no trailing zeros."""
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124  # not a number
        return str(number)
    value = Decimal(f"{number:.{_DIGITS}g}")
    if value and not _SMALL <= abs(value) < _LARGE:
        return f"{value.normalize():E}"
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def shown(number: float, code: str, *, since_1904: bool = False) -> str:
    """What a number looks like in a cell with this format.

    Args:
        number: the value of the cell.
        code: its number format.
        since_1904: whether the workbook counts days from 1904.
    """
    exact = plain(number)
    if code in {"", _GENERAL, "@"}:
        return exact
    sections = _sections(code)
    section, signed = _choose(sections, number)
    if section is None:
        return ""
    if section.date:
        return _date(number, code, since_1904=since_1904) or f"{exact} [{code}]"
    if section.odd or "E" in exact or not exact.lstrip("-")[:1].isdigit():
        return f"{exact} [{code}]"
    if section.general:
        text = exact.lstrip("-")
    elif section.digits:
        text = _digits(abs(Decimal(exact)) * 100**section.percent, section.digits)
    else:
        return (section.before + section.behind).strip()
    sign = "-" if number < 0 and signed and any(c in "123456789" for c in text) else ""
    return f"{sign}{section.before}{text}{section.behind}".strip()


def shown_text(text: str, code: str) -> str:
    """What a text looks like in a cell with this format (a fourth part, or @ with words)."""
    if "@" not in code and code.count(";") < _FOUR - 1:
        return text
    parts = _split(code)
    part = parts[_FOUR - 1] if len(parts) >= _FOUR else parts[-1] if "@" in parts[-1] else "@"
    out = ""
    for piece in _PIECE.finditer(part):
        out += text if piece["other"] == "@" else _literal(piece)
    return out.strip() if out.strip() != text.strip() else text


def _choose(sections: tuple[_Section | None, ...], number: float) -> tuple[_Section | None, bool]:
    """The part of the format for a number, and whether its sign is to be written."""
    if number < 0 and len(sections) > 1:
        section = sections[1]
        marked = section is not None and any(c in section.before for c in "-(（−")
        return section, not marked
    if number == 0 and len(sections) > 2:  # noqa: PLR2004  # positive, negative, zero
        return sections[2], False
    return sections[0], True


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section | None, ...]:
    """The parts of a format; None for an empty one, which shows nothing."""
    return tuple(_section(part) if part else None for part in _split(code)[: _FOUR - 1])


def _split(code: str) -> list[str]:
    """A format at its semicolons, those in quotes and behind a backslash left alone."""
    parts = [""]
    for piece in _PIECE.finditer(code):
        if piece["other"] == ";":
            parts.append("")
        else:
            parts[-1] += piece[0]
    return parts


def _literal(piece: re.Match[str]) -> str:
    """The text a piece of a format prints itself."""
    for name in ("quoted", "escaped", "other"):
        if piece[name] is not None:
            return str(piece[name])
    if piece["bracket"] is not None:
        found = _LOCALE.fullmatch(piece["bracket"])
        return found[1] if found is not None else ""
    return " " if piece["blank"] is not None else ""


def _section(part: str) -> _Section:
    before, behind, digits, percent = "", "", "", 0
    general = date = odd = False
    for piece in _PIECE.finditer(part):
        if piece["general"] or piece["digits"]:
            odd = odd or bool(digits) or general or (piece["digits"] or "").endswith(",")
            general, digits = bool(piece["general"]), piece["digits"] or ""
        elif piece["date"]:
            date = True
            odd = odd or piece["date"][0] in "eEgGbB"
        elif piece["bracket"] is not None and not _is_plain(piece["bracket"]):
            date = date or _ELAPSED.fullmatch(piece["bracket"]) is not None
            odd = True
        else:
            text = _literal(piece)
            percent += piece["other"] == "%"
            odd = odd or piece["other"] in {"/", "@"}
            if digits or general:
                behind += text
            else:
                before += text
    if odd or date:
        return _Section(odd=odd, date=date and not digits)
    return _Section(before, digits, behind, percent, general)


def _is_plain(bracket: str) -> bool:
    """Whether a bracket changes no digit: a colour, a currency, a place."""
    colour = bracket.lower() in _COLOURS or _COLOUR.fullmatch(bracket) is not None
    return colour or _LOCALE.fullmatch(bracket) is not None


def _digits(value: Decimal, pattern: str) -> str:
    """A number that is not negative in the digits a pattern asks for."""
    whole, _, part = pattern.partition(".")
    places = len(part)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    integer, _, decimals = f"{rounded:f}".partition(".")
    least = part.count("0") + sum(c in "#?" for c in part.rstrip("#?")) if part else 0
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        integer = _grouped(integer)
    return integer + ("." + decimals if "." in pattern and (decimals or least) else "")


def _grouped(integer: str) -> str:
    """Thousands parted by commas."""
    head = len(integer) % _THOUSAND
    groups = [integer[at : at + _THOUSAND] for at in range(head, len(integer), _THOUSAND)]
    return ",".join(([integer[:head]] if head else []) + groups)


def _date(number: float, code: str, *, since_1904: bool) -> str:
    """A day as the format writes it; "" for what is no day or no plain format."""
    if not 0 <= number <= _LAST_DAY or "[h" in code.lower() or "[m" in code.lower():
        return ""
    start = _DAY_ZERO_1904 if since_1904 else _DAY_ZERO
    early = not since_1904 and number < _LEAP_BUG
    moment = start + timedelta(days=number + early)
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    pieces = list(_PIECE.finditer(_split(code)[0]))
    marks = [(piece["date"] or "").lower() for piece in pieces]
    half = any(mark in {"am/pm", "a/p", "上午/下午"} for mark in marks)
    out = ""
    for at, piece in enumerate(pieces):
        if piece["date"]:
            minutes = _is_minutes(marks, at)
            out += _moment(moment, marks[at], minutes=minutes, half=half)
        else:
            out += _literal(piece)
    return out.strip()


def _is_minutes(marks: list[str], at: int) -> bool:
    """Whether m means minutes: it follows hours or comes before seconds."""
    before = next((mark for mark in reversed(marks[:at]) if mark), "")
    behind = next((mark for mark in marks[at + 1 :] if mark), "")
    return before.startswith("h") or behind.startswith("s")


def _moment(moment: datetime, mark: str, *, minutes: bool, half: bool) -> str:
    """One part of a date or a time."""
    kind, wide = mark[0], len(mark) > 1
    if kind == "y":
        return f"{moment.year:04}" if len(mark) > 2 else f"{moment.year % 100:02}"  # noqa: PLR2004  # yy or yyyy
    if mark in {"am/pm", "a/p", "上午/下午"}:
        return ("上午", "下午")[moment.hour >= 12]  # noqa: PLR2004  # noon
    if kind == "a":
        return ("星期" if len(mark) == _FOUR else "") + _WEEKDAYS[moment.weekday()]
    hour = (moment.hour - 1) % 12 + 1 if half else moment.hour
    number = {
        "m": moment.minute if minutes else moment.month,
        "d": moment.day,
        "h": hour,
        "s": moment.second,
    }[kind]
    return f"{number:02}" if wide else str(number)
