"""What the text says against itself: N-ITEMS, enumerations that claim a total.

Only lists that can hardly mean anything else are judged; a list that is left alone yields
nothing. `_read_list` says which lists are too doubtful to read, `_is_wrong` which are wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gongkai.checks.rule import Place, fail
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Finding, Locus, Paragraph, Report

_UNIT = r"(?:条|件|篇|份|项)(?![次目])"
# A total right before 其中 or 包括; 约33条, 33余条 and 3.5万条 claim no exact number.
_CLAIM = re.compile(
    rf"(?<![\d.第约近逾超过])(?P<total>\d+)(?P<unit>{_UNIT})[^\d。;,、()]{{0,8}}"
    r"[,:]?(?P<bracket>\(?)(?:其中|包括|分别为|分别是)[:,]?"
)
_ITEM = re.compile(
    rf"(?P<name>[^\d,、;]{{1,24}}?)[为共有:]?(?P<number>\d+)(?P<unit>{_UNIT})(?P<more>等?)"
)
_SEPARATOR = re.compile(r"(?P<mark>[,、;]?)(?:以及|和|及|与)|(?P<plain>[,、;])")
_SENTENCE_END = re.compile(r"[。!?]")
_BRACKETS = re.compile(r"\([^()]*\)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# The list is a part only, or says again what it holds.
_DOUBTFUL = re.compile(r"\d|其余|余下|剩余|另有|另外|其他均|其中|包括|百分|同比|环比|占比")
# The same piece of news stands in several of these.
_CHANNELS = re.compile(r"网站|微信|微博|公众号|新媒体|客户端|平台|公报|公开栏|抖音")
# What belongs to table three, in several breakdowns at once.
_REQUESTS = re.compile(r"申请|自然人|法人|结转|答复|办结|不予|无法提供|复议|诉讼")
# A list far below its total only names some of it, as 其中 may.
_WHOLE = 0.75
_FEWEST = 2
_QUOTE = 24


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list with the total it claims. `partial` where it ends in 等."""

    claim: str
    unit: str
    total: int
    names: tuple[str, ...]
    numbers: tuple[int, ...]
    partial: bool

    @property
    def sum(self) -> int:
        """What the listed numbers add up to."""
        return sum(self.numbers)


def check_n_items(report: Report) -> Iterator[Finding]:
    """公开信息33条，其中…: what is listed must add up to the total it claims."""
    parts = [("preamble", report.preamble), *((s.id, s.paragraphs) for s in report.sections)]
    for name, paragraphs in parts:
        wrong = [
            (found, locus)
            for sentence, locus in _sentences(paragraphs)
            for found in read_enumerations(sentence)
            if _is_wrong(found)
        ]
        for at, (found, locus) in enumerate(wrong, start=1):
            yield _finding(found, f"{name}-{at}", locus)


def _finding(found: Enumeration, about: str, locus: Locus) -> Finding:
    unit, delta = found.unit, abs(found.sum - found.total)
    more, more_en = ("多", "more") if found.sum > found.total else ("少", "less")
    terms = " + ".join(map(str, found.numbers))
    listed = "、".join(f"{n} {x}" for n, x in zip(found.names, found.numbers, strict=True))
    made = fail(
        "N-ITEMS",
        about,
        f"文中写“{found.claim}”，列出的是：{listed}；相加为 {found.sum} {unit}，"
        f"比写明的{more} {delta} {unit}。",
        f"The text claims {found.total}, but its list adds up to {terms} = {found.sum}, "
        f"{delta} {more_en}.",
        Place(locus),
    )
    expression = f"{terms} = {found.sum} ≠ {found.total}"
    return replace(made, left=found.total, right=found.sum, expression=expression)


def _sentences(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, Locus]]:
    """Sentences, folded and without blanks, with the place where each begins.

    A list that has begun goes on in the next paragraph: lines of a page are cut anywhere.
    """
    pending = ""
    begun: Locus | None = None
    for paragraph in paragraphs:
        *whole, rest = _SENTENCE_END.split(pending + "".join(fold(paragraph.text).split()))
        for sentence in whole:
            yield sentence, begun or paragraph.locus
            begun = None
        if _CLAIM.search(rest):
            pending, begun = rest, begun or paragraph.locus
        else:
            pending, begun = "", None
    if begun is not None:
        yield pending, begun


def read_enumerations(sentence: str) -> Iterator[Enumeration]:
    """The enumerations of a folded sentence that claim a total and can be read for certain.

    A second 其中 may mean the total of the first, so it is not read.
    """
    text = _THOUSANDS.sub("", sentence)
    for claim in _CLAIM.finditer(text):
        if "其中" in text[: claim.start()].rpartition(";")[2]:
            continue
        rest = text[claim.end() :]
        if claim["bracket"]:
            rest, _, _ = rest.partition(")")
        found = _read_list(_BRACKETS.sub("", rest), claim["unit"])
        if found is not None:
            items, partial = found
            before = re.split(r"[,;:、)]", text[: claim.start()])[-1][-_QUOTE:]
            yield Enumeration(
                claim=f"{before}{claim['total']}{claim['unit']}",
                unit=claim["unit"],
                total=int(claim["total"]),
                names=tuple(item["name"] for item in items),
                numbers=tuple(int(item["number"]) for item in items),
                partial=partial,
            )


def _read_list(rest: str, unit: str) -> tuple[list[re.Match[str]], bool] | None:
    """The items behind a claim, and whether 等 ends them.

    None for what is no list, or a doubtful one: items of several units, separators of several
    kinds (a list within the list), or figures and words behind it that may belong to it.
    """
    items: list[re.Match[str]] = []
    mark, at = "", 0
    while (item := _ITEM.match(rest, at)) is not None and item["unit"] == unit:
        items.append(item)
        at = item.end()
        separator = _SEPARATOR.match(rest, at)
        if item["more"] or separator is None:
            break
        own = separator["plain"] or separator["mark"]
        if own and mark and own != mark:
            break
        mark, at = mark or own, separator.end()
    if len(items) < _FEWEST:
        return None
    left = rest[at:]
    if left.startswith(";") and _ITEM.match(left, 1) is None:
        left = ""
    words = "".join(item["name"] for item in items) + left
    return None if _DOUBTFUL.search(words) else (items, bool(items[-1]["more"]))


def _is_wrong(found: Enumeration) -> bool:
    """Whether a list contradicts its total, however kindly it is read."""
    names = "".join(found.names)
    if _REQUESTS.search(names):
        return False
    if found.sum > found.total:
        counted_twice = _CHANNELS.search(names) or found.total in found.numbers
        return not counted_twice
    return not found.partial and found.total * _WHOLE <= found.sum < found.total
