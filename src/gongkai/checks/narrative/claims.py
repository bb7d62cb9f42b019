"""The claims of the running text: figures that count the same as a table does.

Precision before recall. A clause is left alone if it holds a word that is not known, if its
sentence speaks of another body, another year or a part of the whole, or if it may speak of
letters, hotlines or proposals instead of requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from gongkai.checks.narrative import facts
from gongkai.checks.narrative.cues import FEES, REQUEST, cues, is_tail, nothings, unknown_words
from gongkai.checks.narrative.numbers import Count, amounts_in, counts_in
from gongkai.checks.narrative.sentences import passages
from gongkai.checks.structure import year_of
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.checks.narrative.cues import Cue
    from gongkai.checks.narrative.facts import Fact
    from gongkai.checks.narrative.sentences import Clause, Passage
    from gongkai.model import Locus, Report

# What a text may be about. `other` is what else is received, answered and finished.
_TOPICS = re.compile(
    rf"(?P<request>{REQUEST.pattern})|(?P<dispute>复议|诉讼|起诉)|(?P<document>规范性文件|规章)|"
    "(?P<enforcement>许可|处罚|审批|检查)|"
    "(?P<other>留言|热线|12345|信箱|信访|来信|来电|来访|建议|提案|议案|咨询|投诉|举报|工单|诉求|意见|"
    "舆情|网民|网友|评论|问政|求助|征集|(?<!法律)服务|会议|培训|调解|仲裁)"
)
_OF_SECTION = {"requests": "request", "disputes": "dispute"}
# The sentence is about another time, or about disputes that were put on file.
_NOT_THE_YEAR = re.compile(
    r"历年|历次|累计至|(?<!今年)(?<!\d年)以来|[近过]去?[二三四五两十\d]+年|往年|[上下]半年|季度|"
    r"[\d一二三四五六七八九十]月|目前|同期|[去上]年(?!度?(?:结转|转结|转入|遗留|结余|顺延|延续))|立案"
)
_WHOLE_YEAR = re.compile(r"12月31日|12月底|1月1日")
_YEAR = re.compile(r"20\d\d(?=年)")
_CARRIED = re.compile(r"结转|顺延|遗留|转入|延")
# The clause compares, gives a share, or says what is meant to be.
_COMPARED = re.compile(
    r"同比|环比|增长|增加|减少|下降|上升|较|相比|持平|占|[%倍率]|做到|确保|力争|计划|每|平均|日均"
)
_PART = re.compile(r"网上|网络|线上|线下|在线|平台|信函|邮寄|邮件|当面|现场|窗口|传真|电子|来人")
_OF_OTHERS = re.compile(r"败诉|出庭|负责人|应诉|胜诉|审理|办案")
# Posts of decisions and documents, not the decisions and documents.
_PUBLISHED = re.compile(
    r"公开(?:了|各类|相关)?(?:行政(?:许可|处罚|强制|规范)|规范|规章|政府规章)|公示|发布|公布|上传|录入|归集|送达|评查"
)
_NAMED = re.compile(r"信息公开|政务公开|依申请公开")
_IN_TIME = re.compile(r"按[期时]|及时|如期|期限|时限")
_LEFT_OVER = re.compile(r"结转|顺延|遗留|下一?年|其余|除|尚|正在|复议|诉讼")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,5}?[省市县区旗州盟](?=[\u4e00-\u9fff]{3})")
_SHORT_OFFICE = re.compile("办公室$")
_OFFICE = re.compile("办事处$|(?<=[镇乡])人民政府$")
# A town's government has none below it: it speaks for itself alone.
_TOWN = re.compile("[镇乡]人民政府$")
# Behind these a figure is again one of the whole.
_TOTALS = frozenset({"N-RECEIVED", "N-PROCESSED"})
# 收到的申请已全部办结 speaks of all of them.
_TAKEN = re.compile(r"(?:共计?|累计)?(?:收到|受理|接收|接到|新收)的")
_CASES = "件宗起"
_LONGEST = 60
# How far back and ahead words still bear on a claim; no real passage is longer.
_WINDOW = 800
_YUAN = 10_000


@dataclass(frozen=True, slots=True)
class Claim:
    """That a fact is so many, in the words of the text."""

    fact: Fact
    count: Count
    quote: str
    section: str
    locus: Locus


@dataclass(frozen=True, slots=True)
class _Figure:
    """A count with the words of its clause around it; `last` of the clause."""

    count: Count
    lead: str
    tail: str
    last: bool


@dataclass(slots=True)
class _Sentence:
    """What a sentence has said so far."""

    begin: int
    number: int
    group: int
    doubtful: bool = False
    of_part: bool = False
    plain: bool = True
    dispute: Fact | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Whose report it is, and of which year."""

    agency: str
    year: int | None

    @property
    def is_government(self) -> bool:
        return self.agency.endswith("政府") and _TOWN.search(self.agency) is None

    def knows(self, words: str) -> bool:
        """Whether words before a cue speak of this body, this year and the whole."""
        rest = unknown_words(words, self.year, is_government=self.is_government)
        if not rest:
            return True
        if self.is_government:
            return self.agency.startswith(rest)
        return bool(self.agency) and self._is_own_name(rest)

    def _is_own_name(self, name: str) -> bool:
        """Whether this is the agency's name, or a short form of it (市住建局)."""
        offices = [_SHORT_OFFICE.sub("办", self.agency), _OFFICE.sub("", self.agency)]
        return any(
            len(name) > 1 and short[-1:] == own[-1:] and _is_within(short, own)
            for short in (_SHORT_OFFICE.sub("办", part) for part in (name, _PLACE.sub("", name)))
            for own in offices
        )


def _is_within(short: str, long: str) -> bool:
    """Whether the characters of a name stand in a longer one in this order."""
    rest = iter(long)
    return all(character in rest for character in short)


def read_claims(report: Report) -> Iterator[Claim]:
    """All claims of the text, in the order of print."""
    agency = "".join(fold(report.title.agency or "").split())
    speaker = _Speaker(agency, year_of(report))
    heading = carried = ""
    section = None
    for passage in passages(report):
        if passage.section != section or passage.is_numbered:
            section, carried = passage.section, ""
            heading = _OF_SECTION.get(section, "")
        if passage.is_opening:
            carried = ""
        yield from _read_passage(passage, speaker, carried or heading)
        if passage.is_heading:
            heading = _topic(passage.text) or heading
        else:
            carried = _topic(passage.text) or carried


def _topic(text: str) -> str:
    """What a text speaks of last, empty if of nothing known."""
    topics = [found.lastgroup or "" for found in _TOPICS.finditer(text)]
    return topics[-1] if topics else ""


def _read_passage(passage: Passage, speaker: _Speaker, topic: str) -> Iterator[Claim]:
    state = _Sentence(0, -1, -1)
    for clause in passage.clauses():
        if clause.sentence != state.number:
            state = _Sentence(clause.at, clause.sentence, clause.group)
        elif clause.group != state.group:
            state.group, state.doubtful, state.of_part = clause.group, False, False
        found = list(_ClauseReader(passage, clause, speaker, state, topic).claims())
        yield from found
        if not found and unknown_words(clause.text, speaker.year, is_government=False):
            state.plain = False


@dataclass(frozen=True, slots=True)
class _ClauseReader:
    """Reads one clause and notes in the sentence what the next ones must know."""

    passage: Passage
    clause: Clause
    speaker: _Speaker
    sentence: _Sentence
    inherited: str

    def claims(self) -> Iterator[Claim]:
        self._note_time()
        figures = _figures(self.clause.text)
        if self.sentence.doubtful:
            return
        if not figures:
            yield from self._nothings()
            yield from self._fees()
            return
        if _COMPARED.search(self.clause.text) is not None:
            return
        if _PART.search(self.clause.text) is not None:
            self.sentence.of_part = True
            return
        if self.sentence.of_part and self.clause.text.startswith("其"):
            return
        for figure, cue in self._matched(figures):
            yield from self._claim(figure, cue)

    def _note_time(self) -> None:
        """Another year makes the clauses doubtful that follow, this one clears the doubt."""
        text = self.clause.text
        years = {int(found) for found in _YEAR.findall(text)}
        if self.speaker.year in years:
            self.sentence.doubtful = False
        elif years and _CARRIED.search(text) is None:
            self.sentence.doubtful = True
        if _NOT_THE_YEAR.search(_WHOLE_YEAR.sub("", text)) is not None:
            self.sentence.doubtful = True

    def _matched(self, figures: Sequence[_Figure]) -> Iterator[tuple[_Figure, Cue]]:
        """Each figure with the cue that claims it; a foreign subject ends the reading."""
        turned = not is_tail(figures[-1].tail)
        known = cues(self.speaker.year)
        for figure in figures:
            matches = list(_matches(figure, known, turned=turned))
            own = [cue for cue, words in matches if self.speaker.knows(words)]
            if own:
                yield figure, own[0]
            elif matches:
                self.sentence.doubtful = True
                return

    def _claim(self, figure: _Figure, cue: Cue) -> Iterator[Claim]:
        if not self._is_about(cue, figure.count):
            return
        claimed: Iterable[Fact] = cue.facts
        if cue.about == "ended":
            claimed = self._ended(cue.column)
        elif cue.about == "paper":
            known = facts.PAPERS.get((self.sentence.paper, cue.column))
            claimed = () if known is None else (known,)
        elif cue.about == "dispute":
            single = len(cue.facts) == 1 and cue.facts[0] is not facts.DISPUTES
            self.sentence.dispute = cue.facts[0] if single else None
        elif cue.facts[0] in facts.PAPERS.values():
            self.sentence.paper = cue.facts[0].readings[0][0].rows[0]
        if cue.facts[0].check in _TOTALS:
            self.sentence.of_part = False
        for fact in claimed:
            yield self._made(fact, figure.count)

    def _ended(self, column: str) -> tuple[Fact, ...]:
        """How the disputes ended that a clause before counts."""
        dispute = self.sentence.dispute
        return () if dispute is None else (facts.ended(dispute, column),)

    def _made(self, fact: Fact, count: Count) -> Claim:
        return Claim(
            fact=fact,
            count=count,
            quote=self.passage.printed(self.clause.text),
            section=self.passage.section,
            locus=self.passage.place(self.clause.at + count.start),
        )

    def _is_about(self, cue: Cue, count: Count) -> bool:
        """Whether the words around make sure of what the cue leaves open."""
        end = self.clause.at + len(self.clause.text)
        said = self.passage.text[max(self.sentence.begin, end - _WINDOW) : end]
        if cue.about == "request":
            return REQUEST.search(self.clause.text) is not None or self._topic() == "request"
        if cue.about == "topic":
            plain = self.sentence.plain and count.unit in _CASES
            return self._topic() == "request" or (self._topic() == "" and plain)
        if cue.about == "dispute":
            named = _NAMED.search(self.clause.text) is not None
            return named or _OF_OTHERS.search(said) is None
        if cue.about in {"table", "paper"}:
            return _PUBLISHED.search(said) is None
        return cue.about == "ended" or self._topic() != "other"

    def _topic(self) -> str:
        end = self.clause.at + len(self.clause.text)
        return _topic(self.passage.text[max(0, end - _WINDOW) : end]) or self.inherited

    def _nothings(self) -> Iterator[Claim]:
        text = self.clause.text
        for none in nothings(self.speaker.year):
            found = none.words.search(text)
            if found is None or none.about.search(found[0]) is None:
                continue
            if facts.ALL_DONE in none.facts and not self._speaks_of_all():
                continue
            if self.speaker.knows(_TAKEN.sub("", text[: found.start()])):
                for fact in none.facts:
                    yield self._made(fact, Count(0, "件", found.start(), found.end()))

    def _speaks_of_all(self) -> bool:
        """Whether all requests are meant, and none is said to be left over."""
        begin = max(self.sentence.begin, self.clause.at - _WINDOW)
        sentence = self.passage.text[begin : self.clause.at + _WINDOW].partition("。")[0]
        return (
            self._topic() == "request"
            and _IN_TIME.search(self.clause.text) is None
            and not self.sentence.of_part
            and _LEFT_OVER.search(sentence) is None
        )

    def _fees(self) -> Iterator[Claim]:
        text = self.clause.text
        for amount in amounts_in(text):
            found = FEES.search(text[: amount.start])
            if found is not None and self.speaker.knows(text[: found.start()]):
                yield self._made(facts.FEES, _in_wan(amount))


def _in_wan(amount: Count) -> Count:
    """An amount of yuan in the form's unit, 万元."""
    value, step = Decimal(amount.value) / _YUAN, amount.step / _YUAN
    return replace(amount, value=int(value) if value == int(value) else value, step=step)


def _figures(text: str) -> list[_Figure]:
    found = counts_in(text)
    figures = []
    for at, count in enumerate(found):
        begin = found[at - 1].end if at else 0
        last = at + 1 == len(found)
        end = len(text) if last else found[at + 1].start
        if count.start - begin <= _LONGEST and end - count.end <= _LONGEST:
            figures.append(_Figure(count, text[begin : count.start], text[count.end : end], last))
    return figures


def _matches(figure: _Figure, known: Iterable[Cue], *, turned: bool) -> Iterator[tuple[Cue, str]]:
    """The cues that fit a figure, each with the words before it.

    In a turned clause the cue stands behind the figure (3件予以公开, 制定5件规范性文件).
    """
    for cue in known:
        if figure.count.unit not in cue.units:
            continue
        if not turned:
            found = cue.before.search(figure.lead)
            if found is not None:
                yield cue, figure.lead[: found.start()]
            continue
        if cue.behind is not None and cue.behind.fullmatch(figure.tail) is not None:
            yield cue, figure.lead
            continue
        found = cue.before.search(figure.lead + figure.tail)
        if found is not None and found.start() < len(figure.lead):
            yield cue, figure.lead[: found.start()]
