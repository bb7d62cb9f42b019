"""Texts that are nearly the same as another report's: S-16, and where they agree.

Compared are an agency's own reports of all years, and the reports of all agencies of one year. What
everybody writes (`boilerplate.toml`, the labels of the form), figures, punctuation and the names of
the agency and its place are left out first; a text that is short without them is not judged. Only
full reports are compared: in others the words are those of this project.

How texts are found among many is the business of `minhash`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz, process

from gongkai.checks.cells import quoted
from gongkai.checks.rule import Place, fail
from gongkai.forms import forms
from gongkai.model import Elsewhere
from gongkai.tidy import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.checks.minhash import Likeness
    from gongkai.model import Corpus, Finding, Locus, Published, Report, Section

#: The check's id.
CHECK = "S-16"
#: Two texts of this likeness (Jaccard, runs of five characters) share about 82 in 100 of each.
LEAST = 0.7
#: Characters of its own that a text must have to be judged.
SHORTEST = 200
#: No report has more characters of text; what a stranger's file has beyond is not looked at.
LONGEST = 100_000
# A finding names so many other reports, the most alike.
_NAMED = 20
# Beyond these nothing is set side by side: characters of a sentence, sentences of a report.
_LONG, _MANY = 1000, 2000
# No sentence that everybody writes is longer.
_FORMULA = 400
# Sentences that agree so far (0 to 100) are set side by side; common parts of so many characters
# are marked.
_NEAR, _PART = 60, 4
_FULL = "full"
# A line of so many characters that does not end a sentence goes on in the next one.
_BROKEN, _ENDS = 25, "。；;：:！!？?”）)"
_SENTENCE = re.compile(r"[^。；;！!？?\n]+[。；;！!？?]*")
_LETTERS = re.compile(r"[^\u3400-\u9fffA-Za-z]+")
_ENUMERATION = re.compile(r"[一二三四五六七八九十]{1,3}(?=[是、.．)）])")
_BLANKS = re.compile(r"\s+")


class Kind(StrEnum):
    """What a sentence is, beside another report; the same is one of the same words.

    Figures and marks may differ in it.
    """

    SAME = "same"
    NEAR = "near"
    FORMULA = "formula"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a section: as printed, its letters alone, and whether everybody writes it."""

    text: str
    key: str
    section: str
    locus: Locus
    is_formula: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence beside another report.

    `partner` is the number of the sentence there that it agrees with; `marks` are the parts of
    `text` (start, end) that are the same in both: all of it, or what is left of it.
    """

    text: str
    section: str
    locus: Locus
    kind: Kind
    partner: int | None = None
    marks: tuple[tuple[int, int], ...] = ()


class _Match(NamedTuple):
    """What a report has in common with another one."""

    other: Published
    common: int
    own_size: int
    jaccard: float

    @property
    def share(self) -> str:
        """How much of the own text stands in the other; 100% only where all of it does."""
        return f"{self.common * 100 // self.own_size}%"


@cache
def _formulas() -> re.Pattern[str]:
    found = _boilerplate()["formula"]
    return re.compile("|".join(f"(?:{one['pattern']})" for one in found))


@cache
def _boilerplate() -> dict[str, list[dict[str, str]]]:
    text = files(__package__).joinpath("boilerplate.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _headings() -> frozenset[str]:
    """The letters of every heading and label of the forms, and of the aspects of a section."""
    labels = chain.from_iterable(
        (c.label, *c.variants)
        for form in forms()
        for c in chain(
            form.sections,
            *(t.groups for t in form.tables),
            *(chain(item.rows, item.columns) for t in form.tables for item in t.items),
        )
    )
    aspects = [one["text"] for one in _boilerplate()["heading"]]
    return frozenset(key for text in (*labels, *aspects) for key in _keys_of_heading(text))


def _keys_of_heading(text: str) -> tuple[str, str, str]:
    key = _letters(text)
    return key, f"{key}情况", f"{key}方面"


def _letters(text: str) -> str:
    """What is compared of a text: its Chinese characters and letters, without enumeration."""
    return _LETTERS.sub("", _ENUMERATION.sub("", text))


def sentences_of(report: Report) -> tuple[Sentence, ...]:
    """The sentences below the headings of a report, without its preamble."""
    out, length = [], 0
    for section in report.sections:
        for line, locus in _lines(section):
            for text in _SENTENCE.findall(line[: LONGEST - length]):
                key = _letters(text)
                if key:
                    out.append(Sentence(text, key, section.id, locus, _is_formula(text, key)))
            length = min(length + len(line), LONGEST)
    return tuple(out)


def _lines(section: Section) -> Iterator[tuple[str, Locus]]:
    """The paragraphs of a section with their places; lines broken within a sentence are joined."""
    held, place = "", section.locus
    for paragraph in section.paragraphs:
        text = readable(paragraph.text).strip()
        if len(held) >= _BROKEN and held[-1] not in _ENDS:
            held += text
            continue
        if held:
            yield held, place
        held, place = text, paragraph.locus
    if held:
        yield held, place


def _is_formula(text: str, key: str) -> bool:
    """Whether everybody writes this sentence."""
    if key in _headings():
        return True
    bare = _BLANKS.sub("", text).rstrip("。；;")
    return len(bare) <= _FORMULA and _formulas().fullmatch(bare) is not None


def own_words(one: Published) -> str:
    """What is compared of a report: the letters of its own sentences, without names."""
    agency = one.entry.agency
    words = "".join(s.key for s in sentences_of(one.report) if not s.is_formula)
    names = {agency.name, *agency.other_names, one.entry.publisher, agency.region.name}
    for name in sorted(filter(None, map(_letters, names)), key=lambda n: (-len(n), n)):
        words = words.replace(name, "")
    return words


def check_s_16(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """Nearly the same words as in another year, or as another agency's in the same year."""
    reports = [one for one in corpus.reports if one.entry.transcription == _FULL]
    texts = [own_words(one) for one in reports]
    years: dict[int, list[int]] = defaultdict(list)
    agencies: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(reports):
        if len(texts[number]) >= SHORTEST:
            years[one.entry.year].append(number)
            agencies[one.entry.agency.id].append(number)
    groups = [group for group in (*years.values(), *agencies.values()) if len(group) > 1]
    if groups:
        from gongkai.checks.minhash import find_alike  # noqa: PLC0415  # large libraries

        found = find_alike(texts.__getitem__, groups, LEAST)
        yield from _told(reports, found)


def _told(reports: Sequence[Published], found: Iterable[Likeness]) -> Iterator[tuple[str, Finding]]:
    """The findings, report by report: beside its earlier years, and beside other agencies.

    In the order of report ids the first of two years is the earlier one.
    """
    beside: dict[tuple[int, str], list[_Match]] = defaultdict(list)
    for one in found:
        first, second = reports[one.first], reports[one.second]
        to_second = _Match(second, one.common, one.first_size, one.jaccard)
        to_first = _Match(first, one.common, one.second_size, one.jaccard)
        if first.entry.agency.id != second.entry.agency.id:
            beside[one.first, "agencies"].append(to_second)
            beside[one.second, "agencies"].append(to_first)
        else:
            beside[one.second, "years"].append(to_first)
    for (number, kind), matches in sorted(beside.items(), key=lambda item: item[0]):
        matches.sort(key=lambda m: (-m.jaccard, -m.other.entry.year, m.other.entry.report_id))
        yield reports[number].entry.report_id, _finding(reports[number], kind, matches)


def _finding(own: Published, kind: str, matches: Sequence[_Match]) -> Finding:
    """The finding of a report that is like these, the most alike first."""
    best, more = matches[0], len(matches) - 1
    entry = best.other.entry
    share = best.share
    who = f"{quoted(entry.agency.name)}{entry.year}年" if kind == "agencies" else f"{entry.year}年"
    also, also_en = (f"，至少还有 {more} 份也很相近", f", and {more} more") if more else ("", "")
    here, there = _places(own.report, best.other.report)
    finding = fail(
        CHECK,
        kind,
        f"正文除去套话、数字和名称后，有 {share} 与{who}的报告相同{also}。",
        f"{share} of the text, without formulas, figures and names, stands in the report of "
        f"{entry.agency.id} for {entry.year}{also_en}.",
        Place(here),
    )
    elsewhere = (
        Elsewhere(entry.report_id, locus=there),
        *(Elsewhere(m.other.entry.report_id) for m in matches[1:_NAMED]),
    )
    arithmetic = f"相同的五字片段 {best.common} ÷ 全文 {best.own_size} = {share}"
    return replace(finding, expression=arithmetic, elsewhere=elsewhere)


def _places(own: Report, other: Report) -> tuple[Locus | None, Locus | None]:
    """Where the longest sentence that both have stands in each."""
    there = {s.key: s for s in reversed(sentences_of(other)) if not s.is_formula}
    same = [s for s in sentences_of(own) if s.key in there]
    if not same:
        return None, None
    longest = max(same, key=lambda s: len(s.key))
    return longest.locus, there[longest.key].locus


def set_side_by_side(
    left: Report, right: Report
) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """The sentences of two reports, each with its partner and the parts that are the same.

    Sentences with the same letters are partners, the first with the first; of the others those
    that are nearest. What everybody writes has no partner.
    """
    sides = sentences_of(left)[:_MANY], sentences_of(right)[:_MANY]
    partners = _partners(*sides)
    backwards = {there: here for here, there in partners.items()}
    return _passages(*sides, partners), _passages(sides[1], sides[0], backwards)


def _partners(left: Sequence[Sentence], right: Sequence[Sentence]) -> dict[int, int]:
    """The number of a sentence on the left → that of its partner on the right."""
    free: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for number, sentence in enumerate(right):
        free[sentence.key, sentence.is_formula].append(number)
    out = {}
    rest = []
    for number, sentence in enumerate(left):
        if free[sentence.key, sentence.is_formula]:
            out[number] = free[sentence.key, sentence.is_formula].pop(0)
        elif not sentence.is_formula:
            rest.append(number)
    numbers = (n for found in free.values() for n in found)
    left_over = {n: right[n].key for n in numbers if not right[n].is_formula}
    for number in rest:
        best = process.extractOne(
            left[number].key, left_over, scorer=fuzz.ratio, score_cutoff=_NEAR
        )
        if best is not None:
            out[number] = best[2]
            del left_over[best[2]]
    return out


def _passages(
    own: Sequence[Sentence], other: Sequence[Sentence], partners: dict[int, int]
) -> tuple[Passage, ...]:
    out = []
    for number, sentence in enumerate(own):
        partner = partners.get(number)
        kind, marks = _kind(sentence, None if partner is None else other[partner])
        out.append(Passage(sentence.text, sentence.section, sentence.locus, kind, partner, marks))
    return tuple(out)


def _kind(sentence: Sentence, partner: Sentence | None) -> tuple[Kind, tuple[tuple[int, int], ...]]:
    """What a sentence is beside its partner, and the parts of it that are the same."""
    if sentence.is_formula:
        return Kind.FORMULA, ()
    if partner is None:
        return Kind.OWN, ()
    same = sentence.key == partner.key
    kind, least = (Kind.SAME, 1) if same else (Kind.NEAR, _PART)
    if sentence.text == partner.text:
        return kind, ((0, len(sentence.text)),)
    if max(len(sentence.text), len(partner.text)) > _LONG:
        return kind, ()
    matcher = SequenceMatcher(None, sentence.text, partner.text, autojunk=False)
    blocks = matcher.get_matching_blocks()
    return kind, tuple((b.a, b.a + b.size) for b in blocks if b.size >= least)
