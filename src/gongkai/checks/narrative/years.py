"""N-YEARS: a year in the text that cannot be right; title and period are S-02's.

Three kinds of sentence can hardly mean another year than that of the report: what this body did
(2022年，我局……), the fees of the year, and, as plans, what is to come.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from gongkai.checks.cells import quoted
from gongkai.checks.narrative.sentences import passages
from gongkai.checks.rule import Place, fail
from gongkai.checks.structure import year_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.checks.narrative.sentences import Passage
    from gongkai.model import Finding, Report

_SELF = (
    r"(?:我|本)(?:局|委|办|厅|院|处|站|中心|单位|机关|部门|镇|乡|街道|市|县|区|省|管委会|行政机关)"
)
# The body speaks of itself in that year, at the beginning of a passage.
_DONE = re.compile(
    rf"(?:[(]?[一二三四五六七八九十\d]{{1,3}}[)、.])?(?P<year>20\d\d)年度?,?(?:{_SELF}|全[市县区省镇局]"
    r"|(?:共|累计)?(?:主动公开|公开|收到|受理|发布))"
)
_FEES = re.compile(
    r"(?P<year>20\d\d)年度?,?(?:[^,。;]{0,12}?)(?:发出收费通知|收取(?:政府信息公开)?信息处理费|"
    r"未收取(?:政府信息公开)?信息处理费|未产生信息处理费)"
)
_WORK = r"年度?(?:的|政府信息公开|政务公开|信息公开|各项|重点)*工作(?:安排|计划|打算|思路)"
_PLAN = re.compile(
    rf"(?:做好|谋划|抓好)(?P<year>20\d\d){_WORK}"
    rf"|^(?:[(]?[一二三四五六七八九十\d]{{1,3}}[)、.])?(?P<heading>20\d\d){_WORK}(?=$|[:,。])"
    r"|(?:下一步|今后|接下来)[:,]?在?(?P<later>20\d\d)年度?(?:工作中?,|,)"
)
# Sentences that look back, ahead or elsewhere on purpose.
_ELSEWHERE = re.compile(
    r"相比|比|较|以来|起|去年|上一?年|增长|要点|部署|决算|预算|至|曾|首次|根据|按照"
)
_AHEAD = re.compile(r"将|拟|计划|继续|进一步")


def check_n_years(report: Report) -> Iterator[Finding]:
    """2022年，我局…… in a report for 2023."""
    year = year_of(report)
    if year is None:
        return
    times: Counter[str] = Counter()
    for passage in passages(report):
        for found, zh, en in _wrong(passage, year):
            times[passage.section] += 1
            words = quoted(passage.printed(found[0]))
            yield fail(
                "N-YEARS",
                f"{passage.section}-{times[passage.section]}",
                f"文中写{words}，而报告年份是 {year} 年；{zh}。",
                f"The text says {words}, the report year is {year}; {en}.",
                Place(passage.place(found.start())),
            )


def _wrong(passage: Passage, year: int) -> Iterator[tuple[re.Match[str], str, str]]:
    """What a passage says of a year that cannot be, and why, in Chinese and in English."""
    if passage.section in {"preamble", "overview"}:
        found = _DONE.match(passage.text)
        if found is not None and _is_stale(found, passage.text.partition("。")[0], year):
            yield found, "这一句像是写本年度的工作", "the sentence seems to be about that year"
    elif passage.section == "other":
        for found in _FEES.finditer(passage.text):
            if int(found["year"]) != year and str(year) not in passage.text:
                yield found, "收费情况应是本年度的", "the fees of the year are asked for"
    elif passage.section == "problems":
        for found in _PLAN.finditer(passage.text):
            if int(found["year"] or found["heading"] or found["later"]) <= year:
                yield found, "下一步的安排应在报告年份之后", "plans are for a later year"


def _is_stale(found: re.Match[str], sentence: str, year: int) -> bool:
    """Whether a sentence about another year cannot look back or ahead."""
    named = int(found["year"])
    if named == year or str(year) in sentence or _ELSEWHERE.search(sentence) is not None:
        return False
    return named < year or _AHEAD.search(sentence) is None
