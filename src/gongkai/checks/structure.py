"""Title, year, sections, and which tables are there: S-01 to S-05, S-07 and S-15."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    cells_in,
    form_of,
    is_read,
    items_of,
    quoted,
    table_name,
    tables_of,
)
from gongkai.checks.rule import Place, fail
from gongkai.forms import form_of_year, forms
from gongkai.model import RemarkKind, Severity, Verdict
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Finding, Form, Item, Paragraph, Report, Section

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_PERIOD = re.compile(
    r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^\d。]{0,8}(?:(20\d\d)\s*年)?\s*12\s*月\s*31\s*日"
)
_NUMERALS = {numeral: at + 1 for at, numeral in enumerate("一二三四五六七八九十")}
_PLACE_UNKNOWN = "000000"
# Kind of copy → what is said of it, in Chinese and in English.
_COPIES: dict[RemarkKind, tuple[str, str]] = {
    RemarkKind.TRADITIONAL_COPY: (
        "这是繁体字网站的转载（{}），用词和数字都可能改过，不是机关发布的原件，本站不采用。",
        "This is a copy in traditional script, not the agency's own publication; it is not used.",
    ),
    RemarkKind.THINNED_COPY: (
        "这份副本把重复的文字和数字只保留了一次（{}），丢掉的无法复原，本站不采用。",
        "This copy keeps every repeated text and figure once only; it cannot be restored.",
    ),
}


def year_of(report: Report) -> int | None:
    """The report year: as filed, else as the text says."""
    return report.entry.year if report.entry is not None else report.title.year


def expected_form(report: Report) -> Form:
    """The form to hold the report against: its own, else that of its year, else the newest."""
    if report.form is not None:
        return report.form
    year = year_of(report)
    prescribed = None if year is None else _prescribed(year)
    return forms()[0] if prescribed is None else prescribed


def _prescribed(year: int) -> Form | None:
    try:
        return form_of_year(year)
    except LookupError:
        return None


def in_words(report: Report) -> frozenset[str]:
    """Tables that a sentence stands for."""
    kind = RemarkKind.TABLE_IN_WORDS
    return frozenset(remark.table for remark in report.remarks if remark.kind is kind)


def is_unrecognised(report: Report) -> bool:
    """Whether no table was read, nor a sentence in place of one, nor an older sheet named."""
    older = report.form is not None and not report.form.tables
    return not older and not tables_of(report) and not in_words(report)


def check_s_01(report: Report) -> Iterator[Finding]:
    """The title is missing, or names no agency."""
    title = report.title
    if not title.text:
        yield fail(
            "S-01",
            "title",
            "没有找到标题（机关名称＋年份＋政府信息公开工作年度报告）。",
            "No title was found.",
        )
    elif title.agency is None:
        yield fail(
            "S-01",
            "agency",
            f"标题{quoted(title.text)}没有写明机关。",
            f"The title {quoted(title.text)} names no agency.",
            Place(title.locus),
        )


def check_s_02(report: Report) -> Iterator[Finding]:
    """The year is not found, or the years of title, file and reporting period differ."""
    year, title = year_of(report), report.title
    years = [int(found) for found in _YEAR.findall(fold(title.text))]
    if year is None:
        yield fail("S-02", "missing", "找不到报告年份。", "No report year was found.")
        return
    if title.text and not years:
        yield fail(
            "S-02",
            "title",
            f"标题{quoted(title.text)}没有写明年份。",
            f"The title {quoted(title.text)} names no year.",
            Place(title.locus),
        )
    elif years and year not in years:
        yield fail(
            "S-02",
            "title",
            f"标题写的是 {years[0]} 年，登记的报告年份是 {year} 年。",
            f"The title says {years[0]}, the report is filed for {year}.",
            Place(title.locus),
        )
    yield from _wrong_period(report, year)


def _wrong_period(report: Report, year: int) -> Iterator[Finding]:
    """The first reporting period that is not the year; it stands in the preamble or part one."""
    for paragraph in (*report.preamble, *_overview(report)):
        for found in _PERIOD.finditer(fold(paragraph.text)):
            named = [int(text) for text in found.groups() if text is not None]
            if set(named) != {year}:
                yield fail(
                    "S-02",
                    "period",
                    f"统计期限写的是{quoted(found[0])}，而报告年份是 {year} 年。",
                    f"The period is given as {quoted(found[0])}, but the report year is {year}.",
                    Place(paragraph.locus),
                )
                return


def _overview(report: Report) -> tuple[Paragraph, ...]:
    first = expected_form(report).sections[:1]
    return tuple(p for s in report.sections if s.id in {c.id for c in first} for p in s.paragraphs)


def check_s_03(report: Report) -> Iterator[Finding]:
    """A section of the form is missing."""
    if is_unrecognised(report):
        return
    present = {section.id for section in report.sections}
    for concept in expected_form(report).sections:
        if concept.id not in present:
            yield fail(
                "S-03",
                concept.id,
                f"没有找到“{concept.label}”这一部分的标题。",
                f"The section “{concept.label_en}” was not found.",
            )


def check_s_04(report: Report) -> Iterator[Finding]:
    """The sections are out of order, or their Chinese numerals skip or repeat.

    Other numerals (1、2、) are what a word processor makes of lost numbering and are not judged.
    """
    official = [concept.id for concept in expected_form(report).sections]
    known = [section for section in report.sections if section.id in official]
    places = [official.index(section.id) for section in known]
    if places != sorted(places):
        late = next(s for s, p, q in zip(known[1:], places, places[1:], strict=False) if q < p)
        yield fail(
            "S-04",
            "order",
            f"各部分的顺序与格式不同：{_headings(known)}。",
            f"The sections are not in the order of the form: {_headings(known)}.",
            Place(late.locus),
        )
        return
    numbered = [(at, s, _NUMERALS[s.number]) for at, s in enumerate(known) if s.number in _NUMERALS]
    by_form = [s for _, s, n in numbered if n != official.index(s.id) + 1]
    by_place = [s for at, s, n in numbered if n != at + 1]
    if by_form and by_place:
        yield fail(
            "S-04",
            "number",
            f"各部分的序号有重复或跳号：{_headings(known)}。",
            f"The numerals of the sections repeat or skip: {_headings(known)}.",
            Place(by_place[0].locus),
        )


def _headings(sections: Sequence[Section]) -> str:
    return "".join(quoted(section.heading) for section in sections)


def check_s_05(report: Report) -> Iterator[Finding]:
    """A section is there without its table. Nothing recognised at all blocks the report."""
    if is_unrecognised(report):
        yield replace(
            fail(
                "S-05",
                "all",
                "没有读到任何一张规定的表格，本站不发布这份报告的数据。",
                "None of the prescribed tables could be read; nothing is published.",
            ),
            blocks=True,
        )
        return
    form = expected_form(report)
    if not form.tables:
        yield _older_sheet(form)
    sections = {section.id: section for section in report.sections}
    present = {*tables_of(report), *in_words(report), *_in_pictures(report)}
    for table in form.tables:
        if table.section in sections and table.id not in present:
            zh, en = table_name(table.id)
            yield fail(
                "S-05",
                table.id,
                f"有{quoted(sections[table.section].heading)}这一部分，但没有读到{zh}，没有数字可提取。",
                f"The section is there, but its {en} could not be read.",
                Place(sections[table.section].locus),
            )


def _in_pictures(report: Report) -> frozenset[str]:
    """Tables in whose place a picture stands."""
    kind = RemarkKind.TABLE_IN_PICTURE
    return frozenset(remark.table for remark in report.remarks if remark.kind is kind)


def check_s_21(report: Report) -> Iterator[Finding]:
    """The original cannot be read reliably: a picture for a table, or a copy that lost text.

    Nothing is published of a copy: what it lost cannot be seen in what is left.
    """
    for table in dict.fromkeys(sorted(_in_pictures(report))):
        zh, en = table_name(table)
        found = next(
            r for r in report.remarks if r.kind is RemarkKind.TABLE_IN_PICTURE and r.table == table
        )
        yield fail(
            "S-21",
            f"{table}-picture",
            f"{zh}的位置是一张图片，图片里的数字没有提取。",
            f"A picture stands in place of the {en}; its figures are not read.",
            Place(found.locus),
        )
    for remark in report.remarks:
        if remark.kind in _COPIES:
            zh, en = _COPIES[remark.kind]
            about = remark.kind.value.removesuffix("_copy")
            made = fail("S-21", about, zh.format(quoted(remark.raw)), en, Place(remark.locus))
            yield replace(made, blocks=True)


def _older_sheet(form: Form) -> Finding:
    """Not the agency's fault: the sheet is known, but its figures are not read."""
    made = fail(
        "S-05",
        form.version,
        f"这份报告用的是{form.label}，本站只认出、暂不提取其中的数字。",
        "This report uses an older sheet, which is recognised but not read.",
    )
    return replace(made, severity=Severity.INFO, verdict=Verdict.NOT_EVALUABLE)


def check_s_07(report: Report) -> Iterator[Finding]:
    """Tables follow another form than the one prescribed for the year.

    A table that is the same in both forms cannot show which form it follows.
    """
    year = year_of(report)
    prescribed = None if year is None else _prescribed(year)
    if year is None or prescribed is None:
        return
    if report.form is not None and not report.form.tables and report.form != prescribed:
        yield _wrong_form(report.form, prescribed, year, "全部")
    telling = [
        (version, item.label or table_name(table)[0])
        for table in tables_of(report)
        for version, item in items_of(report, table)
        if is_read(report, cells_in(table, item)) and _tells(item)
    ]
    wrong = [version for version, _ in telling if version != prescribed.version]
    for version in dict.fromkeys(wrong):
        places = [place for own, place in telling if own == version]
        all_ = len(places) == len(telling)
        yield _wrong_form(form_of(version), prescribed, year, "全部" if all_ else "、".join(places))


def _wrong_form(form: Form, prescribed: Form, year: int, places: str) -> Finding:
    return fail(
        "S-07",
        form.version,
        f"{year} 年的报告应当用{prescribed.label}（{prescribed.notice}），"
        f"这里用的是{form.label}：{places}。",
        f"For {year} the form of {prescribed.first_year} is prescribed, "
        f"but that of {form.first_year} is used.",
    )


def _tells(item: Item) -> bool:
    """Whether only one form has an item with these rows and columns."""
    shapes = [_shape(other) for form in forms() for table in form.tables for other in table.items]
    return shapes.count(_shape(item)) == 1


def _shape(item: Item) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return item.id, tuple(r.id for r in item.rows), tuple(c.id for c in item.columns)


def check_s_15(report: Report) -> Iterator[Finding]:
    """The agency's place is unknown; needs the folder's entry."""
    if report.entry is not None and report.entry.agency.region.id == _PLACE_UNKNOWN:
        name = report.entry.agency.name
        yield fail(
            "S-15",
            "",
            f"机关名称“{name}”没有地名，看不出是哪里的，本站按“地区不明”发布，不作猜测。",
            f"The name “{name}” has no place; it is published as place unknown.",
            Place(report.title.locus),
        )
