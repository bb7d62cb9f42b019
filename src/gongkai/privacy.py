"""What of private persons is masked before anything is published; the rule is `privacy.toml`.

A phone number, an address or a name is replaced by a mark that says what stood there. Figures of
tables are never touched: a cell is looked at only where it holds words. Where the original itself
has such data, the places are kept, so that neither it nor a picture of its page is handed out.
Knows the types of the line, no file and no page. What is masked and what stays is judged by the
words around within fixed distances, so that time grows with the length of a text alone.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from gongkai.model import Grid, Masks, Status
from gongkai.safe import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gongkai.model import (
        Block,
        Corpus,
        Document,
        Finding,
        Hint,
        Locus,
        Paragraph,
        Published,
        Report,
        Section,
    )

#: How far the words around are looked at, in characters: of the sentence, and right before.
_SENTENCE, _NEAR, _BEHIND = 80, 16, 12
#: A line at least so long that does not end a sentence goes on in the next.
_WRAPPED = 8
#: A quotation that a message cuts off is known by so many characters.
_KNOWN = 6
_SHORT_NAME = 2
_REMEMBERED = 512

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\u00ad\ufeff"
_ODD = re.compile(f"[{_INVISIBLE}]")
#: Full-width digits, letters and signs, each by its plain one: the length stays.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF5B), 0xFF0B, 0xFF0D, 0xFF0E, 0xFF20)}
_WIDE |= dict.fromkeys(map(ord, "‐‑‒–—―−"), ord("-")) | {0x3000: 0x20, 0xA0: 0x20}
#: A semicolon parts the address from the telephone of the same office: no sentence ends there.
_STOP = re.compile("[。！？!?]")
_LINE_END = re.compile("[。；！？;!?]")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAS_WORDS = re.compile(f"[{_HAN}@＠A-Za-z]")

_MOBILE = re.compile(
    r"(?<![0-9A-Za-z._=#])(?<![0-9]-)(?:\(?(?:\+|00)?86\)?[- ]?|0)?"
    r"1[3-9][0-9](?P<one>[- .·]?)[0-9]{4}(?P<two>[- .·]?)[0-9]{4}(?![0-9A-Za-z_]|[.,][0-9])"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z._=#])(?<![0-9][-/])(?:\(?(?:\+|00)?86\)?[- ]?)?"
    r"(?:\(0(?:10|2[0-9]|[3-9][0-9]{2})\) ?|0(?:10|2[0-9]|[3-9][0-9]{2})[- ]?)"
    r"[2-9][0-9]{2,3}[- ]?[0-9]{4}(?:(?:-|转|ext\.?)[0-9]{1,5})?(?![0-9A-Za-z_]|[.,][0-9])"
)
#: A number without its area code: only behind words of a home.
_LOCAL = re.compile(r"(?<![0-9A-Za-z.,_=#/-])[2-9][0-9]{6,7}(?![0-9A-Za-z_-]|[.,][0-9])")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?P<local>[A-Za-z0-9._%+-]++) ?(?:@|[(（\[]at[)）\]]) ?"
    r"(?P<domain>(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z])"
)
_DIGITS = re.compile(r"(?<![0-9A-Za-z.,])[1-9][0-9]{11,18}[Xx]?(?![0-9A-Za-z]|[.,][0-9])")
#: A card number as it is printed, in groups of four.
_GROUPED = re.compile(
    r"(?<![0-9A-Za-z.,])[1-9][0-9]{3}(?: [0-9]{4}){2,3}(?: [0-9]{1,4})?(?![0-9A-Za-z]|[.,][0-9])"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_BORN = re.compile(r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_REGION = re.compile("[1-8][1-7]")
_LONG_ID, _SHORT_ID = 18, 15
_CARD = re.compile("62[0-9]{14}(?:[0-9]{3})?")
_CALLED = re.compile("电话[号码为是：: （(]{0,4}$")
_SIGN = re.compile("[ 　]*[：:]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data that is masked: its names, what is masked and what stays, and why."""

    id: str
    label: str
    label_en: str
    rule: str
    rule_en: str
    reason: str
    reason_en: str

    @property
    def mark(self) -> str:
        """What stands in its place."""
        return f"〔已隐去：{self.label}〕"


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of a text that is masked, and as what."""

    start: int
    end: int
    kind: str


@cache
def _rule() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("privacy.toml").read_text(encoding="utf-8"))


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by id, in the order of the rule."""
    return {name: Kind(name, **texts) for name, texts in _rule()["kinds"].items()}


@cache
def _words(name: str) -> re.Pattern[str]:
    """A list of the rule as a pattern that finds any of it."""
    lists: Mapping[str, Sequence[str]] = {**_rule()["words"], **_rule()["names"]}
    return re.compile("|".join(map(re.escape, sorted(lists[name], key=len, reverse=True))))


# --- What a text looks like without its disguises ------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """A text to search in; `at` is where each of its characters stands in the printed one.

    `people` are the places of the names of persons found in it who speak for no office.
    """

    text: str
    at: Sequence[int]
    people: tuple[int, ...] = ()

    def before(self, start: int, far: int = _SENTENCE) -> str:
        """What the sentence says before a place, at most `far` characters."""
        said = self.text[max(0, start - far) : start]
        return _STOP.split(said)[-1].replace("\n", "")

    def is_about_a_person(self, start: int) -> bool:
        """Whether the sentence names a private person before a place."""
        begin = start - len(_STOP.split(self.text[max(0, start - _SENTENCE) : start])[-1])
        return bisect_left(self.people, begin) < bisect_left(self.people, start)

    def behind(self, end: int) -> str:
        return self.text[end : end + _BEHIND]


def _folded(text: str) -> _View:
    plain = text.translate(_WIDE)
    if not _ODD.search(plain):
        return _View(plain, range(len(plain) + 1))
    at = [place for place, letter in enumerate(plain) if not _ODD.match(letter)]
    return _View("".join(plain[place] for place in at), [*at, len(plain)])


def _joined(view: _View) -> _View | None:
    """The view with wrapped lines put together, None where no line is wrapped.

    Only a line of words is: a column of figures, each on a line of its own, stays apart.
    """
    kept: list[int] = []
    begin, dropped = 0, False
    for found in re.finditer("\n", view.text):
        line = view.text[begin : found.start()]
        wrapped = (
            len(line) >= _WRAPPED and _HAS_WORDS.search(line) and not _LINE_END.match(line[-1])
        )
        kept += range(begin, found.start() if wrapped else found.end())
        dropped = dropped or bool(wrapped)
        begin = found.end()
    if not dropped:
        return None
    kept += range(begin, len(view.text))
    return _View(
        "".join(view.text[place] for place in kept),
        [*(view.at[place] for place in kept), view.at[len(view.text)]],
    )


# --- Numbers and addresses -----------------------------------------------------------------


def _counted(view: _View, end: int) -> bool:
    """Whether a unit follows: then it is a figure."""
    return _words("units").match(view.behind(end).lstrip()) is not None


def _referred(view: _View, start: int) -> bool:
    """Whether a word right before says that it is a reference number."""
    said = _SIGN.sub("", view.before(start, _NEAR)).rstrip("( （〔[:：为是")
    return any(found.end() == len(said) for found in _words("reference").finditer(said))


def _mobiles(view: _View) -> Iterator[tuple[int, int, str]]:
    for found in _MOBILE.finditer(view.text):
        start, end = found.span()
        told = _words("telephone").search(view.before(start)) is not None
        if _counted(view, end) or _referred(view, start):
            continue
        if told or " " not in (found["one"], found["two"]):  # three figures in a row of a table
            yield start, end, "mobile"


def _of_office(view: _View, start: int) -> bool:
    """Whether the words before a number or an address give it as an office's."""
    near = view.before(start, _NEAR)
    if _words("personal").search(near):
        return False
    if _words("office_label").search(near):
        return True
    return (
        not view.is_about_a_person(start)
        and _words("office").search(view.before(start)) is not None
    )


def _landlines(view: _View) -> Iterator[tuple[int, int, str]]:
    for found in _LANDLINE.finditer(view.text):
        start, end = found.span()
        if not (_counted(view, end) or _referred(view, start) or _of_office(view, start)):
            yield start, end, "landline"
    for found in _LOCAL.finditer(view.text):
        start, end = found.span()
        said = view.before(start, _NEAR)
        at_home = _words("personal").search(said) and _CALLED.search(said)
        if at_home and not _counted(view, end):
            yield start, end, "landline"


def _emails(view: _View) -> Iterator[tuple[int, int, str]]:
    for found in _EMAIL.finditer(view.text):
        domain = found["domain"].lower()
        of_institution = any(
            domain == name or domain.endswith(f".{name}") for name in _rule()["words"]["domains"]
        )
        named_by_mobile = _MOBILE.fullmatch(found["local"]) is not None
        told = _words("mail").search(view.before(found.start(), _NEAR)) is not None
        of_office = told and _of_office(view, found.start())
        if named_by_mobile or not (of_institution or of_office):
            yield *found.span(), "email"


def _is_identity(digits: str, said: str) -> bool:
    if _words("identity").search(said) and len(digits) in {_LONG_ID, _SHORT_ID}:
        return True
    return (
        len(digits) == _LONG_ID
        and _REGION.match(digits) is not None
        and _BORN.match(digits, 6) is not None
        and mod_11_2.is_valid(digits.upper())
    )


def _long_numbers(view: _View) -> Iterator[tuple[int, int, str]]:
    """Identity numbers and bank accounts."""
    for pattern in (_DIGITS, _GROUPED):
        for found in pattern.finditer(view.text):
            start, end = found.span()
            digits = found[0].replace(" ", "")
            said = view.before(start, 2 * _NEAR)
            if _counted(view, end) or "信用代码" in said:
                continue
            if _is_identity(digits, view.before(start, _NEAR)):
                yield start, end, "identity"
            elif _words("treasury").search(view.before(start)) or not digits.isdecimal():
                continue
            elif _words("account").search(said) or (
                _CARD.fullmatch(digits) and luhn.is_valid(digits)
            ):
                yield start, end, "account"


# --- Names ---------------------------------------------------------------------------------


@cache
def _name(*, any_surname: bool) -> str:
    """A pattern for one name: a surname and one or two characters."""
    rule = _rule()["names"]
    single = str(rule["surnames"]) + (str(rule["ambiguous_surnames"]) if any_surname else "")
    given = f"(?:(?![{rule['not_given']}])[{_HAN}])"
    compound = "|".join(rule["compound_surnames"])
    dotted = f"(?!某)[{_HAN}]{{1,8}}[·•‧][{_HAN}]{{1,8}}?"
    one = "".join(sorted(set(single.replace("\n", ""))))
    return f"(?:{dotted}|(?:(?:{compound})|[{one}]){given}{{1,2}})"


#: What may follow a name: the end of a clause, or a word that goes on with what a person does.
_AFTER = (
    rf"(?=$|[^{_HAN}A-Za-z0-9×*＊]|向|不服|对|就|因|与|和|及|等|于|以|要求|通过|的|认为|称|在|申请|提出"
    r"|提起|提交|请求|诉|为|已|曾|起诉|反映|来|先生|女士|同志|到|表示|对此|收到|所|投诉|举报)"
)
_LIST = "[、和及与]"


@cache
def _roles() -> tuple[re.Pattern[str], ...]:
    said = r"(?:[(（][^()（）\n]{0,10}[)）])?(?P<sign>(?:姓名)?(?:为|系|是)?[ \n]?[：:]?[ \n]?)"
    private, groups = _words("private_roles").pattern, _words("groups").pattern
    return (
        re.compile(rf"(?<!被)(?:{private}){said}(?P<name>{_name(any_surname=True)}){_AFTER}"),
        re.compile(rf"(?:{groups}){said}(?P<name>{_name(any_surname=False)}){_AFTER}"),
    )


@cache
def _next_name() -> re.Pattern[str]:
    return re.compile(rf"{_LIST}(?P<name>{_name(any_surname=False)}){_AFTER}")


@cache
def _case() -> re.Pattern[str]:
    """张三（、李四）诉……案; what is before it must end a word."""
    one = _name(any_surname=True)
    return re.compile(
        rf"(?:(?<![{_HAN}])|(?<=[理办在如即将为对是有到了件案于由据含的中指告]))"
        rf"(?P<names>{one}(?:[、和及]{one}){{0,9}})"
        rf"(?:等[0-9一二三四五六七八九十]{{0,4}}人?)?(?:诉|不服|起诉|状告|与(?=[^。；\n，]{{2,40}}[一纠]))"
        rf"[^。；\n]{{2,60}}?(?:案|纠纷|行政复议|诉讼|答复|上诉)"
    )


@cache
def _not_private() -> re.Pattern[str]:
    """What stands behind the name of an official or of a company."""
    return re.compile(
        rf"[ ，,、（(]?(?:同志|系|任|为|是)?[{_HAN}]{{0,6}}?(?:{_words('posts').pattern})"
        rf"|[（(][{_HAN}]{{1,8}}[)）]?[{_HAN}]{{0,6}}(?:公司|集团|厂|店)"
    )


def _is_name(view: _View, start: int, end: int) -> bool:
    """Whether it is a person's name, and of nobody who stands there for a post or a company."""
    name = view.text[start:end]
    if _words("not_names").match(name) or _words("posts").match(name, 1):
        return False
    return _not_private().match(view.behind(end)) is None


def _is_sure(found: re.Match[str]) -> bool:
    """Whether two characters behind a role are a name: 申请人相加 and 申请人文字 are none.

    With a surname that begins everyday words a sign or a word of a lawsuit has to say so.
    """
    name = found["name"]
    if len(name) > _SHORT_NAME or name[0] not in _rule()["names"]["ambiguous_surnames"]:
        return True
    behind = found.string[found.end() : found.end() + _SHORT_NAME]
    return bool(found["sign"].strip()) or behind.startswith(("诉", "不服", "先生", "女士"))


def _names(view: _View) -> Iterator[tuple[int, int, str]]:
    for pattern in _roles():
        at = 0
        while (found := pattern.search(view.text, at)) is not None:
            at = found.end()
            if _is_sure(found) and _is_name(view, *found.span("name")):
                yield *found.span("name"), "name"
                while (more := _next_name().match(view.text, at)) is not None:
                    at = more.end()
                    if not _is_name(view, *more.span("name")):
                        break
                    yield *more.span("name"), "name"
    for found in _case().finditer(view.text):
        begin = found.start("names")
        for one in re.finditer("[^、和及]+", found["names"]):
            if _is_name(view, begin + one.start(), begin + one.end()):
                yield begin + one.start(), begin + one.end(), "name"


# --- Spots of a text -----------------------------------------------------------------------

#: What finds data of people, the most telling first: where two claim a place the first has it.
FINDERS: tuple[Callable[[_View], Iterator[tuple[int, int, str]]], ...] = (
    _emails,
    _long_numbers,
    _mobiles,
    _landlines,
)


def _found(view: _View, printed: str) -> Iterator[Spot]:
    taken = bytearray(len(printed))
    for address in _ADDRESS.finditer(view.text):
        start, end = view.at[address.start()], view.at[address.end() - 1] + 1
        taken[start:end] = b"\1" * (end - start)
    names = list(_names(view))
    contacts = _words("contacts")
    people = (n for n, *_ in names if not contacts.search(view.before(n, _BEHIND)))
    view = replace(view, people=tuple(sorted(people)))
    numbers = chain.from_iterable(finder(view) for finder in FINDERS)
    for first, behind, kind in chain(numbers, names):
        start, end = view.at[first], view.at[behind - 1] + 1
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield Spot(start, end, kind)


@lru_cache(maxsize=_REMEMBERED)
def _told_spots(text: str) -> tuple[Spot, ...]:
    """What the words around tell, from the beginning of the text to its end."""
    view = _folded(text)
    spots = list(_found(view, text))
    joined = _joined(view)
    if joined is not None:
        taken = _taken(text, spots)
        spots += (
            one
            for one in _found(joined, text)
            if "\n" in text[one.start : one.end] and not any(taken[one.start : one.end])
        )
    return tuple(sorted(spots, key=lambda spot: spot.start))


def _taken(text: str, spots: Iterable[Spot]) -> bytearray:
    taken = bytearray(len(text))
    for spot in spots:
        taken[spot.start : spot.end] = b"\1" * (spot.end - spot.start)
    return taken


def people_in(texts: Iterable[str]) -> frozenset[str]:
    """The names of private persons in texts that are sure enough to be masked wherever they stand.

    A name of two characters with a surname that begins everyday words is not.
    """
    doubtful = _rule()["names"]["ambiguous_surnames"]
    return frozenset(
        name
        for text in texts
        for spot in _told_spots(text)
        if spot.kind == "name"
        for name in [text[spot.start : spot.end]]
        if len(name) > _SHORT_NAME or name[0] not in doubtful
    )


def _again(text: str, people: frozenset[str], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Where the same people are named once more, and not with a post."""
    taken, view = _taken(text, spots), _View(text, ())
    first = re.compile("[" + "".join(sorted({re.escape(name[0]) for name in people})) + "]")
    lengths = sorted({len(name) for name in people}, reverse=True)
    for found in first.finditer(text):
        start = found.start()
        fits = (start + n for n in lengths if text[start : start + n] in people)
        end = next(fits, start)
        if end > start and not any(taken[start:end]) and _is_name(view, start, end):
            taken[start:end] = b"\1" * (end - start)
            yield Spot(start, end, "name")


def private_spots(text: str, known: frozenset[str] = frozenset()) -> tuple[Spot, ...]:
    """What in a text is data of private persons, from its beginning to its end; none overlap.

    Disguises by full-width digits and invisible characters do not hide it, nor does a line that
    is wrapped within it. Lines are parted by a line feed. A person who is named in a private role
    once, here or among the `known`, is masked in the whole text.
    """
    spots = _told_spots(text)
    people = known | people_in([text])
    if not people:
        return spots
    return tuple(sorted([*spots, *_again(text, people, spots)], key=lambda spot: spot.start))


def _replaced(text: str, spots: Iterable[Spot], put: Callable[[Spot, str], str]) -> str:
    parts, at = [], 0
    for spot in spots:
        parts += [text[at : spot.start], put(spot, text[spot.start : spot.end])]
        at = spot.end
    return "".join([*parts, text[at:]])


def _marked(spot: Spot, was: str) -> str:
    """The mark; line breaks within what it stands for stay behind it."""
    return kinds()[spot.kind].mark + "\n" * was.count("\n")


def masked_text(text: str) -> str:
    """The text with a mark for each part that is data of private persons.

    >>> masked_text("申请人张三，手机13800138000")
    '申请人〔已隐去：姓名〕，手机〔已隐去：手机号码〕'
    """
    return _replaced(text, private_spots(text), _marked)


def _covered(_spot: Spot, was: str) -> str:
    return "".join(letter if letter == "\n" else "█" for letter in was)


def covered_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines with the same parts blacked out; each keeps its length, so that places still fit."""
    text = "\n".join(lines)
    return tuple(_replaced(text, private_spots(text), _covered).split("\n")) if lines else ()


# --- What an original holds ----------------------------------------------------------------


def _pieces(blocks: Sequence[Block]) -> Iterator[list[tuple[str, Locus, int, int]]]:
    """Texts that belong together, with their places and where they come from.

    Running text between two tables is one piece; a cell of a table that holds words is one.
    """
    running: list[tuple[str, Locus, int, int]] = []
    for number, block in enumerate(blocks):
        if not isinstance(block, Grid):
            running.append((block.text, block.locus, number, 0))
            continue
        yield running
        running = []
        cells = [cell for row in block.rows for cell in row]
        for at, cell in enumerate(cells):
            if _HAS_WORDS.search(cell.text):
                yield [(cell.text, cell.locus, number, at)]
    yield running


def _whole(piece: Iterable[tuple[str, Locus, int, int]]) -> str:
    return "\n".join(text for text, *_ in piece)


def private_places(document: Document) -> tuple[Locus, ...]:
    """Where an original holds data of private persons, in whatever part of it."""
    places: dict[Locus, None] = {}
    pieces = list(_pieces(document.blocks))
    people = people_in(map(_whole, pieces))
    for piece in pieces:
        begin, whole = 0, _whole(piece)
        taken = _taken(whole, private_spots(whole, people))
        for text, locus, *_ in piece:
            if any(taken[begin : begin + len(text)]):
                places[locus] = None
            begin += len(text) + 1
    return tuple(places)


def covered_blocks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks of a document with the same parts blacked out."""
    new: dict[tuple[int, int], str] = {}
    pieces = list(_pieces(blocks))
    people = people_in(map(_whole, pieces))
    for piece in pieces:
        begin, whole = 0, _whole(piece)
        covered = _replaced(whole, private_spots(whole, people), _covered)
        for text, _, number, at in piece:
            new[number, at] = covered[begin : begin + len(text)]
            begin += len(text) + 1
    return tuple(_covered_block(block, number, new) for number, block in enumerate(blocks))


def _covered_block(block: Block, number: int, new: Mapping[tuple[int, int], str]) -> Block:
    if not isinstance(block, Grid):
        return replace(block, text=new[number, 0])
    rows, at = [], 0
    for row in block.rows:
        texts = (new.get((number, at + cell), one.text) for cell, one in enumerate(row))
        rows.append(tuple(replace(one, text=text) for one, text in zip(row, texts, strict=True)))
        at += len(row)
    return replace(block, rows=tuple(rows))


def may_show_page(one: Published, page: int) -> bool:
    """Whether a picture of a page of the original may be shown.

    Not where data of people stands on it, or may: a place without a page may be on any, and a
    paragraph without edges may go on on the next page.
    """
    if not one.withholds_original:
        return True
    pages = {at.page for at in one.private}
    after = {at.page + 1 for at in one.private if at.page is not None and at.bbox is None}
    return bool(pages) and None not in pages and page not in pages | after


# --- A report ------------------------------------------------------------------------------


def _texts(report: Report) -> Iterator[str]:
    """All texts of a report that are masked."""
    yield report.title.text
    yield _read_on(report.preamble)
    for section in report.sections:
        yield section.heading
        yield _read_on(section.paragraphs)
    yield from (v.raw for v in report.values.values() if v.status is Status.TEXT)
    yield from (remark.raw for remark in report.remarks)
    yield from (cell.text for cell in report.unused)


def _one_line(text: str) -> str:
    return text.replace("\r\n", " ").replace("\n", " ")


def _read_on(paragraphs: Iterable[Paragraph]) -> str:
    """Paragraphs as one text, a line each."""
    return "\n".join(_one_line(p.text) for p in paragraphs)


class _Masker:
    """Masks the texts of one report, counts what it masks and remembers it."""

    def __init__(self, report: Report) -> None:
        self.people = people_in(_texts(report))
        self.total: Counter[str] = Counter()
        self.seen: dict[str, str] = {}

    def text(self, text: str) -> str:
        spots = private_spots(text, self.people)
        for spot in spots:
            self.total[spot.kind] += 1
            self.seen[text[spot.start : spot.end]] = kinds()[spot.kind].mark
        return _replaced(text, spots, _marked)

    def paragraphs(self, given: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
        """Paragraphs, read on over their ends."""
        lines = self.text(_read_on(given)).split("\n")
        return tuple(
            p if line == _one_line(p.text) else replace(p, text=line)
            for p, line in zip(given, lines, strict=False)
        )

    def quoted(self, text: str) -> str:
        """A message with what was masked in the text masked in its quotations, cut off or not."""
        for was, mark in sorted(self.seen.items(), key=lambda item: -len(item[0])):
            text = text.replace(was, mark)
            for known in range(len(was) - 1, _KNOWN - 1, -1):
                text = text.replace(f"{was[:known]}…", f"{mark}…")
                text = re.sub(f"(^|[“：])-?{re.escape(was[-known:])}", rf"\1{mark}", text)
        return text


def _section(section: Section, masker: _Masker) -> Section:
    return replace(
        section,
        heading=masker.text(section.heading),
        paragraphs=masker.paragraphs(section.paragraphs),
    )


def _report(report: Report, masker: _Masker) -> tuple[Report, list[dict[str, int]]]:
    """The report with its texts masked, and what was masked in each section."""
    title = replace(report.title, text=masker.text(report.title.text))
    preamble = masker.paragraphs(report.preamble)
    sections, counts = [], []
    for section in report.sections:
        before = masker.total.copy()
        sections.append(_section(section, masker))
        counts.append(dict(masker.total - before))
    values = {
        cell: replace(value, raw=masker.text(value.raw)) if value.status is Status.TEXT else value
        for cell, value in report.values.items()
    }
    new = replace(
        report,
        title=title,
        preamble=preamble,
        sections=tuple(sections),
        values=values,
        remarks=tuple(replace(r, raw=masker.text(r.raw)) for r in report.remarks),
        unused=tuple(replace(c, text=masker.text(c.text)) for c in report.unused),
    )
    return (new if masker.total else report), counts


def _finding(finding: Finding, masker: _Masker) -> Finding:
    return replace(
        finding,
        message=masker.quoted(finding.message),
        message_en=masker.quoted(finding.message_en),
        expression=masker.quoted(finding.expression),
    )


def _hint(hint: Hint, masker: _Masker) -> Hint:
    return replace(
        hint, message=masker.quoted(hint.message), message_en=masker.quoted(hint.message_en)
    )


def _counts(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((name, counted[name]) for name in kinds() if counted.get(name))


def full_sha256(section: Section) -> str:
    """The hash of a section's text as the table has it: UTF-8, a line a paragraph."""
    return hashlib.sha256(clean(section.text).encode()).hexdigest()


def _masks(report: Report, masker: _Masker, sections: Iterable[dict[str, int]]) -> Masks:
    return Masks(
        total=_counts(masker.total),
        sections=tuple(map(_counts, sections)),
        full_sha256=tuple(map(full_sha256, report.sections)),
    )


def masks_of(report: Report) -> Masks:
    """What is masked in a report: found in a worker, so that few reports are read once more."""
    masker = _Masker(report)
    _, sections = _report(report, masker)
    return _masks(report, masker, sections)


def mask(one: Published) -> Published:
    """A report as it may be published. Checks have seen its full text before."""
    masker = _Masker(one.report)
    report, sections = _report(one.report, masker)
    masks = _masks(one.report, masker, sections)
    if not masker.total:
        return replace(one, masks=masks)
    return replace(
        one,
        report=report,
        findings=tuple(_finding(f, masker) for f in one.findings),
        across=tuple(_finding(f, masker) for f in one.across),
        hints=tuple(_hint(hint, masker) for hint in one.hints),
        masks=masks,
    )


def masked(corpus: Corpus) -> Corpus:
    """All reports as they may be published; one in which nothing was found is passed on as it is."""
    return replace(
        corpus,
        reports=tuple(
            one if one.masks is not None and not one.masks.total else mask(one)
            for one in corpus.reports
        ),
    )
