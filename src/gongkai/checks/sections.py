"""What parts one, five and six say, and of whom: S-11 to S-14 and S-17.

Only the agency's own text is judged, not an abstract that this project has written in its
place. Words are looked for widely: what is said in other words than expected is no finding.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gongkai.checks.cells import quoted
from gongkai.checks.rule import Place, fail
from gongkai.checks.structure import expected_form
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Finding, Report, Section

_WHOLE = "full"
# Part five or six that says that there is nothing, as a key.
_NOTHING = re.compile(
    r"(?:本(?:年度?|机关|单位|部门|局|办|镇|乡|街道)*)?(?:目前|暂时?|尚)?(?:无|没有|未发现|不存在|不涉及)"
    r"(?:其[他它]|存在|明显|主要|突出|需要?报告|的|问题|不足|事项|情况|及|和|改进|措施)*"
)
_FEES = re.compile(r"收费|处理费|收取.{0,8}费|缴费|费用|免费|减免|总金额")
_FEES_ELSEWHERE = re.compile(r"信息处理费|信息公开.{0,12}(?:收费|费用|免费)")
# How a text names its agency: 现公布2021年度某某局政府信息公开工作报告. 本局 and 我市 name none.
_NAMED = re.compile(
    r"(?:(?:现|现予|特|社会)(?:公布|发布)|现将|编制)(?:20\d\d年度?)?(?P<name>(?![本我该各全])[\u4e00-\u9fff]{3,30}?"
    r"(?:政府|局|委员会|管委会|办公室|办公厅|办事处|委|厅|院|中心|分局|大队|支队|社))"
    r"(?:20\d\d年度?)?(?:政府)?信息公开(?:工作)?(?:年度)?(?:报告|年报|情况)(?!.{0,6}(?:要求|通知|格式|编制))"
)
# What stands between the cue and a name that is no part of it.
_NO_NAME = re.compile(r"[的和与了]|根据|按照|关于|有关|所属|下属")
# Where a text introduces the report: the first paragraphs of part one.
_FIRST = 2
# Words for everybody, and words for the agency itself.
_ANYBODY = re.compile(
    r"各级(?:人民)?政府(?:部门|机关)?|各级行政机关|部分(?:地区|地方|单位和地区)|(?:一些|有的|有些)(?:地方|地区)"
    r"|各地区?各部门|全国各地|我国"
)
_ITSELF = re.compile(
    r"[我本](?:局|委|办|厅|院|市|县|区|州|旗|省|镇|乡|街道|机关|单位|部门|中心|会|站|所|处|行政)|我们"
)
_GENERAL = 2


def has_own_text(report: Report) -> bool:
    """Whether the narrative is the agency's, in full."""
    return report.entry is None or report.entry.transcription == _WHOLE


def _part(report: Report, name: str) -> Section | None:
    """The section, where its text is the agency's and is known to stand below its heading.

    A heading that stands again in the text of another section was found in a list of contents.
    """
    made = next((section for section in report.sections if section.id == name), None)
    if made is None or not has_own_text(report):
        return None
    heading = key(made.heading)
    others = (p.text for s in report.sections if s is not made for p in s.paragraphs)
    return None if any(key(text) == heading for text in others) else made


def check_s_11(report: Report) -> Iterator[Finding]:
    """Part five is empty, or says that there is no problem."""
    made = _part(report, "problems")
    if made is None:
        return
    if not made.paragraphs:
        yield fail(
            "S-11",
            "",
            f"{quoted(made.heading)}这一部分没有内容。",
            f"The section {quoted(made.heading)} is empty.",
            Place(made.locus),
        )
    elif _NOTHING.fullmatch(key(made.text)):
        yield fail(
            "S-11",
            "",
            f"{quoted(made.heading)}这一部分只写了{quoted(made.text)}。",
            f"The section {quoted(made.heading)} only says {quoted(made.text)}.",
            Place(made.paragraphs[0].locus),
        )


def check_s_12(report: Report) -> Iterator[Finding]:
    """Part six does not say what was charged, where the form asks for it."""
    made = _part(report, "other")
    if made is None or not expected_form(report).fee_facts:
        return
    elsewhere = "".join("".join(fold(s.text).split()) for s in report.sections if s is not made)
    if _FEES.search(key(made.text)) or _FEES_ELSEWHERE.search(elsewhere):
        return
    nothing = _NOTHING.fullmatch(key(made.text)) is not None
    said = f"只写了{quoted(made.text)}，没有" if nothing else "没有"
    yield fail(
        "S-12",
        "",
        f"{quoted(made.heading)}这一部分{said}说明收取信息处理费的情况。",
        f"The section {quoted(made.heading)} does not say what was charged for information.",
        Place(made.locus),
    )


def check_s_13(report: Report) -> Iterator[Finding]:
    """Part one leaves out one of the aspects that the form names."""
    made = _part(report, "overview")
    if made is None or not made.paragraphs:
        return
    text = key(made.text)
    missing = [
        aspect
        for aspect in expected_form(report).aspects
        if not any(key(word) in text for word in (aspect.label, *aspect.variants))
    ]
    if missing:
        zh = "、".join(aspect.label for aspect in missing)
        en = ", ".join(aspect.label_en for aspect in missing)
        yield fail(
            "S-13",
            "",
            f"{quoted(made.heading)}这一部分没有写到：{zh}。",
            f"The section {quoted(made.heading)} does not tell of: {en}.",
            Place(made.locus),
        )


def check_s_14(report: Report) -> Iterator[Finding]:
    """The text introduces the report of another agency than the title names.

    A shorter or longer form of the same name is no other agency.
    """
    title = report.title.agency
    if title is None or not has_own_text(report):
        return
    first = next((s.paragraphs[:_FIRST] for s in report.sections), ())
    for paragraph in (*report.preamble, *first):
        for found in _NAMED.finditer("".join(fold(paragraph.text).split())):
            name = found["name"]
            if not _NO_NAME.search(name) and not _is_same(name, title):
                yield fail(
                    "S-14",
                    "",
                    f"标题写的机关是{quoted(title)}，正文写的是{quoted(name)}。",
                    f"The title names {quoted(title)}, the text {quoted(name)}.",
                    Place(paragraph.locus),
                )
                return


def _is_same(name: str, title: str) -> bool:
    """Whether two names are one: the same, cut, or shortened (市场监管局 for 市场监督管理局).

    The text may shorten a name as it likes. A title that leaves out the place must have the
    rest in full.
    """
    short, long = sorted((key(name), key(title)), key=len)
    if short == key(name) or long.endswith(short):
        return _is_within(short, long)
    return short[0] == long[0] and _is_within(short, long)


def _is_within(short: str, long: str) -> bool:
    """Whether the characters of one stand in the other in their order."""
    rest = iter(long)
    return all(char in rest for char in short)


def check_s_17(report: Report) -> Iterator[Finding]:
    """Part one speaks of everybody and nowhere of the agency or a number of its own."""
    made = _part(report, "overview")
    if made is None:
        return
    text = "".join(fold(made.text).split())
    general = list(dict.fromkeys(found[0] for found in _ANYBODY.finditer(text)))
    if len(general) < _GENERAL or _ITSELF.search(text) or _names(text, report.title.agency):
        return
    words = "、".join(quoted(word) for word in general)
    yield fail(
        "S-17",
        "",
        f"{quoted(made.heading)}这一部分只作泛泛的叙述（{words}），没有写到本机关自己的工作。",
        f"The section {quoted(made.heading)} speaks in general terms, not of the agency's work.",
        Place(made.locus),
    )


def _names(text: str, agency: str | None) -> bool:
    """Whether the text has the agency's name, or its last characters without the place."""
    return agency is not None and key(agency)[-4:] in text
