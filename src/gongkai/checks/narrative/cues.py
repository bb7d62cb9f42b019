"""Which words, beside a figure in one clause, claim a fact.

A clause is read only if every word of it is known: the cue, words that change nothing (`FILLER`)
and words that say who and when (`NEUTRAL`). One unknown word may turn what is counted into
something else (其中网上收到, 涉及征地的, 较上年增加), so such a clause is left alone. All patterns
are for folded text without blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from gongkai.checks.narrative import facts

if TYPE_CHECKING:
    from gongkai.checks.narrative.facts import Fact


# Words between a cue and its figure, and behind the figure, that change nothing.
_FILLER = (
    "公民、法人(?:和|或|及|或者|以及|、)其他组织",
    "公民", "社会公众", "公众", "群众", "市民", "申请人",
    "政府信息公开", "政务公开", "信息公开", "依申请公开", "公开政府信息", "政府信息", "依申请",
    "公开", "信息", "申请", "请求", "办理事项", "事项", "事宜", "办件", "件数", "件", "表", "书面", "书",
    "总数量", "数", "量", "总数", "总量", "数量", "总计", "共计", "合计", "累计", "总共", "一共", "共", "计",
    "分别", ":", "为", "是", "有", "达到?", "的", "了", "到", "过", "各类", "各种", "有效", "当年",
    "本年度?", "全年", "新", "均", "都", "提出", "提交", "递交", "相关", "有关", "关于",
    "向(?:我|本)(?:局|委|办|厅|镇|乡|街道|单位|机关|部门|院|处|县|市|区)",
)  # fmt: skip
# Words in front of a cue that say who, when and how, and change nothing. Alternatives that begin
# alike stand with the longest first.
_NEUTRAL = (
    *_FILLER[:-1],
    "按照《》", "根据《》", "依据《》", "按照?规定", "按照?要求", "依法依规", "依法", "依规",
    "严格按照", "严格", "按时", "按期", "及时", "如期", "认真", "规范", "妥善", "积极", "全部",
    "在?(?:法定|规定)?(?:期限|时限|时间)内?(?:全部)?",
    "本年", "年度", "年度内", "年内", "今年", "一年来", "一年", "年", "本?报告期内?", "统计期内?",
    "12月31日", "12月底", "年底", "年末", "截至", "截止", "止", "自?1月1日起?至",
    "依申请公开工作", "工作", "方面", "情况", "业务", "概况", "数据概览", "数据", "统计", "如下",
    "其中", "包括", "包含", "含", "另有", "另外", "另", "还有", "还", "也", "则", "尚有", "剩余",
    "我(?:局|委|办|厅|院|处|站|所|校|部|中心|单位|机关|部门|镇|乡|街道|管委会)",
    "本(?:局|委|办|厅|院|处|站|所|校|部|中心|单位|机关|部门|镇|乡|街道|行政机关|管委会)",
    "全(?:局|委|办|厅|院|处|镇|乡|街道)",
    "所有", "上述", "以上",
    "一、", "[一二三四五六七八九十]是", r"\d{1,2}、", "[一二三四五六七八九十]{1,2}、",
    "已经", "已", "经审查", "经研究", "经办理", "由", "被", "实际", "作出", "做出", "给予", "决定", "涉及?政府信息公开", "答复",
    "(?:办理|处理|答复)结果", "属于", "属", "对", "最终", "因", "引发", "引起", "产生", "导致", "发生",
    "依申请公开和执法", "来自",
)  # fmt: skip
#: Only a government speaks for its whole region.
_REGION = re.compile("[全我](?:省|市|县|区|州|盟|旗|自治[区州县旗]|新区)|本[省市县区]")


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_NUMBERS = count()


def _all_of(words: str) -> str:
    """As many of these words as there are, none of which is given back.

    What a look ahead has found is not tried otherwise. Possessive quantifiers say the same in
    fewer words, but up to Python 3.11.4 they go wrong where the words have parts in common.
    """
    name = f"all{next(_NUMBERS)}"
    return f"(?=(?P<{name}>(?:{words})*))(?P={name})"


def _gap() -> str:
    """Words that change nothing, as many as there are."""
    return _all_of(_any(_FILLER))


_TAIL = re.compile(f"{_gap()}(?:等)?")
_NEUTRAL_WORD = re.compile(_any(_NEUTRAL))
#: Words that make sure that a request for information is meant.
REQUEST = re.compile(
    r"依申请(?:公开)?|(?:类|重复)申请|(?:公开|信息|有效|书面|法)的?(?:申请|请求)|申请公开|申请(?:件|事项|数|量)"
)
DISPUTE = re.compile(r"复议|诉讼|应诉|起诉")
DOCUMENT = re.compile(r"规范性文件|规章")
#: What else is received, answered and finished in such reports.
OTHER = re.compile(
    r"留言|热线|12345|信箱|信访|来信|来电|来访|建议|提案|议案|咨询|投诉|举报|工单|诉求|意见|舆情|"
    r"网民|网友|评论|问政|求助|征集|审批|服务|许可|处罚|检查|会议|培训|调解|仲裁|案件"
)

_UP = r"(?:至|到|入|为|转至|转到|转入|延至)?"
_LAST_YEAR = r"(?:由|从|自|接)?(?:上一?年度?|上一个?年度|去年度?|前一年度?|{last}年度?)(?:度)?"
_NEXT_YEAR = r"(?:下一?年度?|下一个?年度|次年度?|来年|明年|第二年|{next}年度?)"
_CARRIED_IN = (
    rf"(?:{_LAST_YEAR}(?:结转|转结|转入|遗留|结余|顺延|延续|跨年)(?:的|下来的?|过来的?)?"
    rf"(?:(?:至|到|入)(?:今年|本年度?|{{this}}年度?))?(?:继续)?(?:办理|处理|答复)?"
    rf"|(?:结转|承接){_LAST_YEAR}(?:未办结|未答复|遗留)?)"
)
_CARRIED_OUT = (
    rf"(?:(?:结转|顺延|转结|延续|延期|延|转|跨年){_UP}{_NEXT_YEAR}(?:继续|再)?(?:办理|处理|答复|办结)?"
    rf"|(?:将)?(?:于|在)?{_NEXT_YEAR}(?:继续|再)(?:办理|处理|答复|办结)"
    r"|(?:尚在|仍在|正在)(?:办理|处理|答复)(?:之?中|过程中)?|(?:尚未|仍未)(?:办结|答复))"
)
_DONE = (
    r"(?:办结|办理完毕|办理完成|办复|处理完毕|处理完成|(?:办结|办理)(?:并|和|、)?(?:予以)?答复|"
    r"(?:予以|作出|做出|完成|给予|依法|书面)?答复)"
)
_SUBMITTED = r"(?:提出|提交|递交|申请|的)*"


_OUTCOME = "(?:答复|决定|处理|情形|类)?"
_CASES = "件宗起例"
_ALL = _CASES + "条份封个"
_PAPERS = "件份个部"
# Between a figure and the cue that follows it.
_LINK = "政府信息公开|信息公开|依申请公开|申请|事项|将|已经|已|需要|需|经审查|为|是|系|由|属于|属|的|均|都|作出|来自|予以(?!公开|部分)"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that claim facts. `before` ends where the figure begins; `behind` is all behind it.

    `about` says what must be sure besides: "request", that requests are spoken of by name;
    "topic", that nothing else is; "dispute", that no review or suit of another kind is meant;
    "ended", which disputes a clause before it counts (`column` is how they ended); "paper",
    which documents; "table", nothing.
    """

    facts: tuple[Fact, ...]
    before: re.Pattern[str]
    behind: re.Pattern[str] | None
    about: str
    units: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Words that claim that there was none: 未收到…申请."""

    facts: tuple[Fact, ...]
    words: re.Pattern[str]
    about: re.Pattern[str]


def _cue(fact: Fact, words: str, *, behind: str = "", about: str = "", units: str = _ALL) -> Cue:
    return Cue(
        facts=(fact,),
        before=re.compile(f"(?:{words}){_gap()}$"),
        behind=re.compile(f"{_all_of(_LINK)}(?:{behind}){_gap()}$") if behind else None,
        about=about,
        units=units,
    )


def _outcome(fact: Fact, words: str, about: str = "") -> Cue:
    return _cue(fact, f"(?:{words}){_OUTCOME}", behind=f"(?:{words}){_OUTCOME}", about=about)


def _dispute(fact: Fact | tuple[Fact, Fact], words: str) -> Cue:
    both = fact if isinstance(fact, tuple) else (fact,)
    made = _cue(both[0], words, about="dispute", units=_CASES)
    return replace(made, facts=both)


def _ended(column: str, words: str) -> Cue:
    return replace(_cue(facts.REVIEW, words, about="ended", units=_CASES), column=column)


_AND = r"(?:、|和|及|与|或者?|以及)?(?:被)?(?:提起|提出|发生)?"
_CASE = r"(?:案件|案|申请|事项|纠纷)*"
_REVIEW = rf"(?:申请|提起|提出)?(?:的|类)?(?:行政)?复议{_CASE}"
_SUIT = rf"(?:提起|提出)?(?:的|类)?(?:行政)?诉讼{_CASE}"
_BOTH = rf"{_REVIEW}{_AND}(?:行政)?诉讼{_CASE}"
_ORGANISATIONS = "法人(?:或者|以及|或|和|及|、)?其他组织"

_OF_REQUESTS = (
    _cue(facts.NEW, r"新(?:收到?|接收|受理)", about="request"),
    _cue(
        facts.HANDLED,
        r"(?:收到|受理|接收|接到|收)(?:并|和|、|及|与)?(?:办结|答复|办理|回复|处理)"
        r"|办理(?:并|和|、|及|与)?(?:答复|办结)|收办|办理|处理",
        about="request",
    ),
    _cue(
        facts.RECEIVED,
        r"(?:收到|接收|接到)(?:并|和|、)?受理|收到|受理|接到|接收|收悉",
        about="request",
        units=_ALL + "项",
    ),
    _cue(facts.ANSWERED, _DONE, behind=_DONE, about="topic"),
    _cue(facts.ANSWERED, "(?:书面)?回复", about="request"),
    _cue(facts.NATURAL, f"自然人{_SUBMITTED}", behind=f"自然人{_SUBMITTED}"),
    _cue(
        facts.ORGANISATIONS, f"{_ORGANISATIONS}{_SUBMITTED}", behind=f"{_ORGANISATIONS}{_SUBMITTED}"
    ),
    _cue(facts.KINDS["commercial_enterprise"], f"商业企业{_SUBMITTED}"),
    _cue(facts.KINDS["research_institution"], f"科研机构{_SUBMITTED}"),
    _cue(facts.KINDS["public_interest_org"], f"社会公益组织{_SUBMITTED}"),
    _cue(facts.KINDS["legal_service_org"], f"法律服务机构{_SUBMITTED}"),
    _outcome(facts.PARTIAL, "部分(?:予以|同意)?公开|予以部分公开|区分处理"),
    _outcome(facts.DENIED, "不(?:予以?|同意)公开|决定不公开|拒绝公开"),
    _outcome(facts.DISCLOSED, "(?<![不分])(?:予以|同意|准予|全部)公开"),
    _outcome(facts.UNABLE, "(?:无法|不能)提供"),
    _outcome(
        facts.NOT_HELD, "(?:本机关|本单位|我局|我单位)?不掌握(?:相关)?|信息不存在", about="topic"
    ),
    _outcome(facts.REJECTED, "不予处理"),
    _outcome(facts.CLOSED, "(?:作|以|按)?其[他它](?:方式|情形)?处理(?:方式)?(?:办理)?"),
    # 政府信息公开申请 N 件, without a verb.
    _cue(
        facts.HANDLED,
        r"(?:政府信息公开|信息公开|公开政府信息)的?(?:申请|请求)|依申请公开(?:申请|事项|办件)?",
        about="request",
        units=_CASES,
    ),
)
_OF_DISPUTES = (
    _dispute(facts.SUIT_DIRECT, r"(?:未经(?:行政)?复议)?直接(?:提起)?(?:行政)?(?:起诉|诉讼)"),
    _dispute(facts.SUIT_AFTER, r"(?:经?(?:行政)?)?复议后再?(?:提起)?(?:行政)?(?:起诉|诉讼)"),
    _dispute((facts.REVIEW, facts.SUIT), rf"{_BOTH}(?:均为?|都为?|各|分别均?为?)"),
    _dispute(facts.DISPUTES, _BOTH),
    _dispute(facts.REVIEW, _REVIEW),
    _dispute(facts.SUIT, _SUIT),
    _ended("upheld", "(?:结果)?维持"),
    _ended("overturned", "(?:结果)?纠正"),
    _ended("other_outcome", "其他结果"),
    _ended("pending", "(?:尚未|未)审结"),
)
_MAKE = r"新?(?:(?:制定|制发)(?:并|和|、)?(?:出台|印发)|制定|制发|出台|印发|颁布)(?:了|的)?"
_NORMDOC = r"(?:行政)?规范性文件"
_REGULATION = r"(?:地方政府|政府|部门)?规章"
_DECIDE = r"(?:作出|做出|办理|实施|下达)(?:了|的|各类)?"
_DECISIONS = r"(?:处理)?(?:决定|案件|事项|业务)?"


def _papers(fact: Fact, words: str) -> Cue:
    return _cue(fact, words, about="table", units=_PAPERS)


def _paper(column: str, words: str) -> Cue:
    made = _cue(facts.NORMDOC_ISSUED, words, about="paper", units=_PAPERS)
    return replace(made, column=column)


def _decisions(fact: Fact, words: str) -> Cue:
    pattern = f"{_DECIDE}{words}{_DECISIONS}(?!书)|{words}(?:处理)?决定(?!书)"
    return _cue(fact, pattern, about="table", units=_CASES)


_OF_TABLE_TWO = (
    _papers(facts.NORMDOC_IN_FORCE, f"现行有效的?{_NORMDOC}|{_NORMDOC}现行有效"),
    _papers(facts.REGULATIONS_IN_FORCE, f"现行有效的?{_REGULATION}|{_REGULATION}现行有效"),
    _papers(facts.NORMDOC_ISSUED, f"{_MAKE}{_NORMDOC}|{_NORMDOC}(?:本年)?(?:制发|制定)"),
    _papers(facts.REGULATIONS_ISSUED, f"{_MAKE}{_REGULATION}"),
    _papers(facts.NORMDOC_REPEALED, f"废止(?:了|的)?{_NORMDOC}|{_NORMDOC}(?:本年)?废止"),
    _papers(facts.REGULATIONS_REPEALED, f"废止(?:了|的)?{_REGULATION}"),
    _paper("issued", "新?(?:制定|制发)"),
    _paper("repealed", "废止"),
    _paper("in_force", "现行有效"),
    _decisions(facts.LICENSING, "行政许可"),
    _decisions(facts.PENALTY, "行政处罚"),
    _decisions(facts.COERCION, "行政强制"),
)
FEES = re.compile(rf"(?:收取|征收|实收|收缴)?行政事业性收费(?:收入|金额|总额|总金额)?{_gap()}$")

_NOT = r"(?:未|没有|没|尚未|未曾)"
_NO_REQUEST = re.compile(
    rf"(?:{_NOT}(?:收到|接到|受理|接收|发生|产生|出现|办理)|没有|无)(?:任何)?{_gap()}(?:情况|情形)?$"
)
_DISPUTE_WORDS = _any((
    "因", "由", "政府信息公开", "信息公开", "依申请公开", "政务公开", "政府信息", "工作", "申请", "答复",
    "引起", "引发", "产生", "导致", "发生", "而", "的", "被", "提起", "提出", "行政复议", "复议",
    "行政诉讼", "诉讼", "和", "或者", "或", "及", "与", "、", "以及", "也", "均", "案件", "案", "情况",
    "方面", "情形", "事项", "件", "问题", "相关", "有关", "类", "任何", "涉及", "关于",
))  # fmt: skip
_NO_DISPUTE = re.compile(
    rf"(?:{_NOT}(?:发生|产生|引发|出现|收到|接到|因|被)|没有|无){_all_of(_DISPUTE_WORDS)}$"
)
# 按期办结 and 法定期限内 leave room for what is not due yet.
_ALL_DONE = re.compile(
    r"(?:(?:已经?)?(?:全部|均|都)(?:已经?)?(?:依法|依规|按规定)?(?:予以|完成|作出)?"
    r"(?:办结|答复|办理完毕|处理完毕|办理完成|办理答复)(?:并答复|完毕|完成)?"
    r"|(?:办结率|答复率|办理率)(?:均|都)?(?:为|达到?|是)?100%)$"
)
_NO_NORMDOC = re.compile(rf"{_NOT}新?(?:制定|制发|出台|印发)(?:过|新的)?{_NORMDOC}$")


@cache
def nothings(year: int | None) -> tuple[Nothing, ...]:
    """All words for none, for a report of that year."""
    ahead = _NEXT_YEAR.format(**_years(year))
    carried_out = re.compile(
        rf"(?:没有|无)(?:申请|事项|件)*(?:结转(?:至|到|入)?{ahead}|{ahead}(?:继续)?结转)"
        rf"(?:继续)?(?:办理|处理|答复)?{_gap()}$"
    )
    return (
        Nothing((facts.RECEIVED,), _NO_REQUEST, REQUEST),
        Nothing((facts.REVIEW,), _NO_DISPUTE, re.compile("复议")),
        Nothing((facts.SUIT,), _NO_DISPUTE, re.compile("诉讼")),
        Nothing((facts.CARRIED_OUT,), carried_out, carried_out),
        Nothing((facts.NORMDOC_ISSUED,), _NO_NORMDOC, _NO_NORMDOC),
        Nothing((facts.ALL_DONE,), _ALL_DONE, _ALL_DONE),
    )


def _years(year: int | None) -> dict[str, str]:
    """The years that 上年 and 下年 may be written as; none that could match if it is unknown."""
    if year is None:
        return dict.fromkeys(("last", "this", "next"), "(?!)")
    return {"last": str(year - 1), "this": str(year), "next": str(year + 1)}


@cache
def cues(year: int | None) -> tuple[Cue, ...]:
    """All cues for a report of that year, the more special first."""
    years = _years(year)
    carried_in, carried_out = _CARRIED_IN.format(**years), _CARRIED_OUT.format(**years)
    return (
        _cue(facts.CARRIED_IN, carried_in, behind=carried_in),
        _cue(facts.CARRIED_OUT, carried_out, behind=carried_out, about="topic"),
        *_OF_REQUESTS,
        *_OF_DISPUTES,
        *_OF_TABLE_TWO,
    )


def is_tail(text: str) -> bool:
    """Whether what stands behind a figure changes nothing."""
    return _TAIL.fullmatch(text) is not None


def unknown_words(text: str, year: int | None, *, is_government: bool) -> str:
    """What is left of the words before a cue once those that change nothing are taken out."""
    own_year = "" if year is None else str(year)
    rest = text.replace(own_year, "") if own_year else text
    if is_government:
        rest = _REGION.sub("", rest)
    return _NEUTRAL_WORD.sub("", rest)
