"""The running text of a report in passages and clauses, each with its place.

A passage is a paragraph, or the lines of a page that one sentence runs over. Nothing here knows
what a sentence says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Locus, Paragraph, Report

#: Digits parted by blanks may be one number or two; nobody reads them.
GAP = "□"
#: What a passage begins with when it goes on with nothing before it.
_NUMBERING = re.compile(
    r"[(]?[一二三四五六七八九十\d]{1,3}[)、.](?!\d)|第[一二三四五六七八九十]+[,、]|"
    r"[一二三四五六七八九十]是|注:|说明:|\*"
)
_OPENING = re.compile(r"本年|全年|今年|20\d\d年|截[至止]|报告期|一年来")
_PARTED_DIGITS = re.compile(r"(?<=\d)\s+(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BOOK = re.compile(r"《[^《》]*》")
_ENDED = tuple("。!?;:")
# A line shorter than this that ends without a mark is a heading or a caption.
_LINE = 22
# 、 inside 公民、法人或其他组织 and 行政复议、行政诉讼 parts nothing; nor does a decimal point.
_DELIMITER = re.compile(
    r"(?P<sentence>[。!?]|(?<!\d)\.|\.(?!\d))|(?P<group>;)|"
    r"[,()]|:(?!\d)|(?<!公民)(?<!公民、法人)(?<!自然人)(?<!复议)、"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two marks. Sentences and groups (parts between ;) are counted."""

    text: str
    at: int
    sentence: int
    group: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text of a section, folded and without blanks or titles of books.

    `original` is the same as printed.
    """

    section: str
    text: str
    original: str
    begins: tuple[int, ...]
    places: tuple[Locus, ...]

    @property
    def is_heading(self) -> bool:
        """A short line without a mark at its end."""
        return len(self.text) < _LINE and not self.text.endswith(("。", "!", "?", ";", "."))

    @property
    def is_numbered(self) -> bool:
        """Whether it begins with a numeral."""
        return _NUMBERING.match(self.text) is not None

    @property
    def is_opening(self) -> bool:
        """Whether it begins something new: with a numeral or with the year."""
        return self.is_numbered or _OPENING.match(self.text) is not None

    def place(self, at: int) -> Locus:
        """Where the character at this offset stands."""
        return self.places[bisect_right(self.begins, at) - 1]

    def printed(self, words: str) -> str:
        """Words of the text as they are printed: a quotation is not folded."""
        known = [
            (letter, at) for at, char in _outside_books(self.original) for letter in _letters(char)
        ]
        wanted = _letters(words)
        begin = "".join(letter for letter, _ in known).find(wanted)
        if begin < 0 or not wanted:
            return words
        return self.original[known[begin][1] : known[begin + len(wanted) - 1][1] + 1]

    def clauses(self) -> Iterator[Clause]:
        """The clauses in their order; empty ones are left out."""
        begin = sentence = group = 0
        for mark in _DELIMITER.finditer(self.text + "。"):
            ends = mark["sentence"] is not None
            if mark.start() > begin:
                yield Clause(self.text[begin : mark.start()], begin, sentence, group)
            begin = mark.end()
            sentence += ends
            group += ends or mark["group"] is not None


def _letters(text: str) -> str:
    """What folding leaves of a text: nothing that it may add or take away."""
    return "".join(fold(text).split()).replace(",", "").replace(GAP, "")


def _outside_books(text: str) -> Iterator[tuple[int, str]]:
    """The characters that are not within the title of a book, with their offsets."""
    within = {at for book in _BOOK.finditer(text) for at in range(book.start() + 1, book.end() - 1)}
    return ((at, char) for at, char in enumerate(text) if at not in within)


def _folded(text: str) -> str:
    plain = "".join(_PARTED_DIGITS.sub(GAP, fold(text).strip()).split())
    return _BOOK.sub("《》", _THOUSANDS.sub("", plain))


def passages(report: Report) -> Iterator[Passage]:
    """All running text of the report, in the order of print."""
    yield from _passages("preamble", report.preamble)
    for section in report.sections:
        yield from _passages(section.id, section.paragraphs)


def _passages(section: str, paragraphs: tuple[Paragraph, ...]) -> Iterator[Passage]:
    texts: list[str] = []
    read: list[Paragraph] = []
    for paragraph in paragraphs:
        text = _folded(paragraph.text)
        if not text:
            continue
        if texts and not _goes_on(texts[-1], text):
            yield _joined(section, texts, read)
            texts, read = [], []
        texts.append(text)
        read.append(paragraph)
    if texts:
        yield _joined(section, texts, read)


def _goes_on(before: str, after: str) -> bool:
    """Whether a line runs on into the next: it is full and ends in the middle of a sentence."""
    cut = before.endswith((",", "、")) or (len(before) >= _LINE and not before.endswith(_ENDED))
    return cut and _NUMBERING.match(after) is None


def _joined(section: str, texts: list[str], read: list[Paragraph]) -> Passage:
    begins = [0]
    for text in texts[:-1]:
        begins.append(begins[-1] + len(text))
    return Passage(
        section,
        "".join(texts),
        "".join(paragraph.text for paragraph in read),
        tuple(begins),
        tuple(paragraph.locus for paragraph in read),
    )
