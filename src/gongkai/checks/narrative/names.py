"""N-LAWNAME: the regulation and the form's notices, misnamed or with a number that is not theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gongkai.checks.cells import quoted
from gongkai.checks.rule import Place, fail
from gongkai.checks.structure import year_of
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Finding, Paragraph, Report

_OFFICIAL = "《中华人民共和国政府信息公开条例》"
# The State Council's own is meant: its full name begins so, or it is one of the usual slips.
_NATIONAL = re.compile(
    r"《中华人民共和国(?=[^《》]*(?:政府信息|信息公开|政务公开))[^《》]{2,24}?"
    r"(?:条例|条列|条历|条令|规定|办法|公开法)》"
    r"|《(?:政府信息条例|政府公开信息条例|政府信息公开条列|政府信息公开工作条例|政务信息公开条例)》"
)
_RIGHT = re.compile(r"《中华人民共和国政府信息公开条例(?:实施.{0,6})?》")
# In force from 15 May 2019; the first report year that rests on it.
_REVISED = 2019
_OLD_DECREE = re.compile(
    r"《(?:中华人民共和国)?政府信息公开条例》[^。;,]{0,12}?国务院令?\(?\[?〔?第?(492|771|117|171)号"
)
# The numbers of the two notices on the form, with each other's year; the office has other notices.
_NOTICE = re.compile(
    r"国办公开办函[\[(〔](?:2019[\])〕]30|2021[\])〕]60|20(?:2[02-9]|18)[\])〕](?:30|60))号"
)
_SUBJECT = "年度报告"
_NEAR = 40


def check_n_lawname(report: Report) -> Iterator[Finding]:
    """《中华人民共和国政府信息条例》, decree 492 after 2019, a notice that does not exist."""
    seen: set[str] = set()
    for paragraph in _paragraphs(report):
        text = "".join(fold(paragraph.text).split())
        for cited, zh, en in _slips(text, year_of(report)):
            if cited not in seen:
                seen.add(cited)
                yield fail(
                    "N-LAWNAME",
                    str(len(seen)),
                    f"文中写{quoted(cited)}，{zh}。",
                    f"The text cites {quoted(cited)}; {en}.",
                    Place(paragraph.locus),
                )


def _paragraphs(report: Report) -> Iterator[Paragraph]:
    yield from report.preamble
    for section in report.sections:
        yield from section.paragraphs


def _slips(text: str, year: int | None) -> Iterator[tuple[str, str, str]]:
    """What is cited wrongly in a text, with what is right in Chinese and in English."""
    for found in _NATIONAL.finditer(text):
        if _RIGHT.fullmatch(found[0]) is None:
            yield found[0], f"正式名称是{_OFFICIAL}", "the regulation's name is another"
    for found in _OLD_DECREE.finditer(text):
        if found[1] != "492" or (year is not None and year >= _REVISED):
            yield (
                found[0],
                "现行《条例》是国务院令第711号，2019年5月15日施行",
                "the regulation in force is decree 711 of 2019",
            )
    for found in _NOTICE.finditer(text):
        if _SUBJECT in text[max(0, found.start() - _NEAR) : found.end() + _NEAR]:
            yield (
                found[0],
                "印发年度报告格式的是国办公开办函〔2019〕60号和〔2021〕30号",
                "the form's notices are 〔2019〕60号 and 〔2021〕30号",
            )
