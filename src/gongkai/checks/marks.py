"""What programs leave in a report, and units that do not fit: S-22 and S-10."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    cells_of,
    items_of,
    place_of,
    quoted,
    spot,
    tables_of,
    value_of,
)
from gongkai.checks.rule import Place, fail
from gongkai.model import RemarkKind, Status
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Finding, Locus, Report, Value

_MONEY = frozenset({"元", "万元", "亿元"})
_FEES = "万元"
#: Kind of mark → how it is known in folded text, and what it is, in Chinese and in English.
_MARKS: dict[str, tuple[re.Pattern[str], str, str]] = {
    "word": (
        re.compile(
            r"错误!\s*(?:未找到引用源|未定义书签|超链接引用无效|文档中没有)"
            r"|Error!\s*(?:Reference source|Bookmark|Hyperlink reference|No text)"
            r"|HYPERLINK\s+\"|PAGE\s*\\\*|MERGEFORMAT|\b_(?:Toc\d{5,}|GoBack\b)"
        ),
        "文字处理软件的域代码或错误提示",
        "field codes or errors of a word processor",
    ),
    "converter": (
        re.compile(r"Evaluation (?:Only|Warning)|Created with (?:Aspose|Spire|an evaluation)"),
        "试用版转换软件的字样",
        "the notice of a conversion program",
    ),
    "code": (
        re.compile(
            r"&(?:nbsp|amp|lt|gt|quot|[em]nsp);"
            r"|</?(?:p|br|span|div|td|tr|table|font|strong|o:p)(?:\s[^<>]{0,80})?/?>"
        ),
        "网页代码",
        "code of a web page",
    ),
    "lost": (re.compile("\ufffd"), "显示不出来的字符", "characters that were lost"),
    "page": (
        re.compile(
            r"(?<=[\u4e00-\u9fff,。;])[-—–]\s?\d{1,3}\s?[-—–](?=[\u4e00-\u9fff])"
            r"|(?<=[\u4e00-\u9fff,。;])\s+[-—–]\s*\d{1,3}\s*[-—–]\s+(?=[\u4e00-\u9fff])"
        ),
        "页码",
        "page numbers",
    ),
}
_BOOKMARKS = ("bookmark", "文字处理软件的书签标记", "bookmark marks of a word processor")


def check_s_10(report: Report) -> Iterator[Finding]:
    """An amount without a unit where the form leaves it open, or a unit of another kind.

    The fees, for which the form sets 万元, are T2-FEE-DEC.
    """
    in_head = any(remark.kind is RemarkKind.UNIT_IN_HEAD for remark in report.remarks)
    for table in tables_of(report):
        columns = {c.id: c.unit for _, item in items_of(report, table) for c in item.columns}
        for cell in cells_of(report, table):
            fault = _unit_fault(value_of(report, cell), columns[cell.column], in_head=in_head)
            if fault is not None:
                zh, en = fault
                where, where_en = spot(report, cell)
                yield fail(
                    "S-10",
                    "-".join(cell),
                    f"{where}写的是{quoted(value_of(report, cell).raw)}，{zh}。",
                    f"{where_en}: {quoted(value_of(report, cell).raw)} is printed; {en}.",
                    place_of(report, [cell]),
                )


def _unit_fault(value: Value, wanted: str, *, in_head: bool) -> tuple[str, str] | None:
    if value.number is None or wanted == _FEES:
        return None
    if not wanted:
        return _amount_fault(value, in_head=in_head)
    if value.unit in _MONEY:
        return f"单位是{value.unit}，这一栏应填{wanted}数", "a count is asked for, not money"
    return None


def _amount_fault(value: Value, *, in_head: bool) -> tuple[str, str] | None:
    if value.unit in _MONEY or value.status is Status.ZERO:
        return None
    if value.unit:
        return f"金额的单位不应是{value.unit}", "that is no unit of money"
    if in_head:
        return None
    return "没有写单位，看不出是元还是万元", "without a unit it may be yuan or 10,000 yuan"


def check_s_22(report: Report) -> Iterator[Finding]:
    """Marks of programs and page numbers within text or cells: one finding a kind."""
    texts = list(_texts(report))
    taken = [r for r in report.remarks if r.kind is RemarkKind.EXTRACTION_MARK]
    if taken:
        yield _left(_BOOKMARKS, [(r.raw, r.locus) for r in taken])
    for kind, (pattern, zh, en) in _MARKS.items():
        found = [(match[0], locus) for text, locus in texts for match in pattern.finditer(text)]
        if found:
            yield _left((kind, zh, en), found)


def _left(words: tuple[str, str, str], found: list[tuple[str, Locus | None]]) -> Finding:
    kind, zh, en = words
    first, locus = found[0]
    count = f"，共 {len(found)} 处" if len(found) > 1 else ""
    return fail(
        "S-22",
        kind,
        f"文件里留有{zh}：{quoted(first)}{count}。",
        f"There are {en} left in the file: {quoted(first)}, {len(found)} in all.",
        Place(locus),
    )


def _texts(report: Report) -> Iterator[tuple[str, Locus | None]]:
    """Every text of the report, folded, with its place."""
    yield fold(report.title.text), report.title.locus
    paragraphs = (p for s in report.sections for p in s.paragraphs)
    for paragraph in (*report.preamble, *paragraphs):
        yield fold(paragraph.text), paragraph.locus
    for section in report.sections:
        yield fold(section.heading), section.locus
    for value in report.values.values():
        if value.status in UNUSABLE:
            yield fold(value.raw), value.locus
