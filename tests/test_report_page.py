"""The page of a report: last year beside this one, places said once, headings of its narrative."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import markdown
import pytest

from gongkai import pages
from gongkai.checks import check
from gongkai.forms import variables
from gongkai.model import CellId, Finding, Locus, Published, Severity, Status, Value, Verdict
from gongkai.pages import grids, words
from gongkai.pages.outline import outlined
from gongkai.pages.year_before import Then, YearBefore, percent_words, year_before

if TYPE_CHECKING:
    from gongkai.model import Number, Report

RECEIVED = CellId("requests", "received", "total")
GRANTED = CellId("requests", "granted", "total")
CLOSED = tuple(
    CellId("requests", row, "total")
    for row in ("closed_not_corrected", "closed_fee_unpaid", "closed_other")
)
FEES = CellId("disclosure", "fees", "amount_wan")


def published(report: Report) -> Published:
    """The report with what the checks say of it."""
    return Published(report, tuple(check(report)))


def with_value(report: Report, cell: CellId, value: Value) -> Report:
    """The report with one cell replaced."""
    return replace(report, values={**report.values, cell: value})


def told(report: Report, **changed: Any) -> Report:
    """The report with fields of its entry replaced."""
    assert report.entry is not None
    return replace(report, entry=replace(report.entry, **changed))


def beside(now: Report, before: Report | None) -> YearBefore:
    """Both years compared."""
    return year_before(published(now), published(before) if before is not None else None)


def then(found: YearBefore, cell: CellId) -> Then:
    """What stands beside a cell that is compared."""
    one = found.beside(cell)
    assert one is not None
    return one


def render(*reports: Report) -> dict[str, Any]:
    """Path → page of a corpus of these reports."""
    made = pages.render_pages(make.corpus(*map(published, reports)))
    return {
        path: lxml.html.fromstring(markdown.markdown(text.split("---\n", 2)[2]))
        for path, text in made.items()
        if path.startswith("reports/cn-")
    }


def page(*reports: Report) -> Any:
    """The page of the first of these reports."""
    assert reports[0].entry is not None
    return render(*reports)[f"reports/{reports[0].entry.report_id}.md"]


def page_of(one: Published) -> Any:
    """The page of a report alone in its corpus."""
    made = pages.render_pages(make.corpus(one))[f"reports/{one.entry.report_id}.md"]
    return lxml.html.fromstring(markdown.markdown(made.split("---\n", 2)[2]))


def text_of(node: Any) -> str:
    """All text of a node on one line."""
    return " ".join("".join(node.itertext()).split())


# --- What is compared --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "change", "percent"),
    [
        (40, 32, "+8", "+25%"),
        (32, 40, "−8", "−20%"),
        (32, 32, "不变", ""),
        (40, 29, "+11", ""),
        (5, 0, "+5", ""),
        (0, 200, "−200", "−100%"),
        (1234, 30, "+1,204", "+4,013.3%"),
    ],
)
def test_a_change_is_signed_and_percent_begins_at_thirty(
    now: Number, before: Number, change: str, percent: str
) -> None:
    """The difference of what is printed; percent of a small figure would mislead."""
    one = then(
        beside(
            make.report(numbers={RECEIVED: now}), make.report(year=2022, numbers={RECEIVED: before})
        ),
        RECEIVED,
    )
    assert (one.text, one.change, one.percent) == (words.number_words(before), change, percent)


def test_a_change_too_small_for_a_tenth_of_a_percent_is_not_told_as_none() -> None:
    """0.0 % would say that nothing changed."""
    assert percent_words(100_001, 100_000) == "不到 0.1%"


@pytest.mark.parametrize(
    "status",
    [Status.BLANK, Status.SLASH, Status.AMBIGUOUS, Status.MISSING, Status.TEXT, Status.NONE_WORD],
)
@pytest.mark.parametrize("year", [2022, 2023])
def test_what_is_no_number_is_words_and_never_zero(status: Status, year: int) -> None:
    """In either year: its own words, and no change."""
    odd = Value(None, status, {"slash": "/", "text": "见附件", "none_word": "无"}.get(status, ""))
    now, before = make.report(), make.report(year=2022)
    if year == now.entry.year:  # type: ignore[union-attr]
        now = with_value(now, GRANTED, odd)
    else:
        before = with_value(before, GRANTED, odd)
    one = then(beside(now, before), GRANTED)
    assert (one.change, one.percent) == ("算不出", "")
    assert one.text == words.value_words(before.values[GRANTED])
    row = page(now, before).xpath(f"//td[@id='{words.cell_anchor(GRANTED)}']/..")[0]
    shown = [cell.xpath("./text()")[-1] for cell in row.xpath("./td[contains(@class, 'y')]")]
    assert shown == [one.text, "算不出"]
    assert year == now.entry.year or "0" not in one.text  # type: ignore[union-attr]


def test_money_is_compared_exactly_and_only_in_one_unit() -> None:
    """Decimals are not rounded; 元 beside 万元 and an unknown unit give no change."""
    before = make.report(year=2022)
    now = with_value(make.report(), FEES, Value(Decimal("72701.2578"), Status.NUMBER, "72701.2578"))
    one = then(beside(now, before), FEES)
    assert (one.text, one.change, one.percent) == ("59,237.2449", "+13,464.0129", "+22.7%")
    yuan = with_value(now, FEES, Value(592372449, Status.NUMBER, "592372449元", unit="元"))
    assert then(beside(yuan, before), FEES).change == "单位不同"
    amount = CellId("disclosure", "procurement", "amount")
    old, older = make.report("form2019"), make.report("form2019", year=2019)
    assert then(beside(old, older), amount).change == "不变"
    bare = with_value(old, amount, Value(Decimal("6.02"), Status.NUMBER, "6.02"))
    assert then(beside(bare, older), amount).change == "单位未印明"
    pieces = with_value(make.report(), RECEIVED, Value(50, Status.NUMBER, "50件", unit="条"))
    assert then(beside(pieces, before), RECEIVED).change.startswith(("+", "−"))


def test_a_change_of_a_change_is_not_made() -> None:
    """本年增/减 of two years stand beside each other, without a difference."""
    cell = CellId("disclosure", "penalty", "items_change")
    found = beside(make.report("form2019"), make.report("form2019", year=2019))
    assert then(found, cell).change == "本身是增减"


def test_a_new_form_is_compared_as_far_as_both_count_the_same() -> None:
    """Rows with the same meaning; three rows only as a sum; near and other things not at all."""
    now = make.report(year=2021, numbers={CLOSED[0]: 10, CLOSED[1]: 20, CLOSED[2]: 5})
    reported = CellId("requests", "closed_total_reported", "total")
    before = make.report("form2019", numbers={reported: 30})
    found = beside(now, before)
    apart = {cell: why for why, cells in found.reasons(now.values).items() for cell in cells}
    one = then(found, CLOSED[2])
    assert one.cells == CLOSED
    assert (one.text, one.change, one.percent) == ("30", "3 行合计 35：+5", "+16.7%")
    assert then(found, CellId("disclosure", "licensing", "decisions"))
    assert "相近而不相同" in apart[CellId("disclosure", "normative_docs", "issued")]
    assert "收费项目" in apart[FEES]
    assert all(found.is_beside(cell) != (cell in apart) for cell in now.values)
    tree = page(now, before)
    (shared,) = tree.xpath("//td[@rowspan='3' and contains(., '行合计')]")
    assert shared.getparent().xpath("./td/@id")[-1] == words.cell_anchor(CLOSED[0])
    told_ = text_of(tree.xpath("//section[@aria-labelledby='disclosure']")[0])
    assert "不与2020年比较：规章、行政规范性文件的本年制发件数（2019年版数新制作的" in told_
    assert "；行政事业性收费（2019年版数收费项目" in told_


def test_an_old_form_after_a_new_one_is_compared_by_the_sum_too() -> None:
    """Last year's three rows are added up as the panel does: not where one is in doubt."""
    now = make.report("form2019", year=2022)
    before = make.report(year=2021, numbers=dict.fromkeys(CLOSED, 1))
    cell = CellId("requests", "closed_total_reported", "total")
    assert then(beside(now, before), cell).text == "3 行合计 3"
    licences = words.cell_anchor(CellId("disclosure", "licensing", "decisions"))
    rows = page(now, before).xpath(f"//td[@id='{licences}']/../../tr")
    assert [text_of(td) for td in rows[1].findall("td")][:2] == ["不可比", "不可比"]
    assert "算不出" not in text_of(rows[2])
    doubtful = with_value(before, CLOSED[1], Value(None, Status.AMBIGUOUS, "1 1"))
    one = then(beside(now, doubtful), cell)
    assert (one.text, one.change) == ("3 行合计 存疑", "算不出")


def test_blanks_in_a_sum_count_as_zero_only_where_a_sum_of_the_report_shows_it() -> None:
    """The panel's rule, and the words say so."""
    before = make.report("form2019")
    filled: dict[CellId, Number | None] = {}
    for cell in make.report(year=2021).values:
        if cell.row in {"closed_fee_unpaid", "closed_other"}:
            filled[cell] = 0 if cell.column != "natural_person" else None
    made = make.report(year=2021)
    numbers = {cell: value.number for cell, value in made.values.items()}
    for cell in filled:
        total = cell._replace(row="processed_total")
        numbers[total] = (numbers[total] or 0) - (numbers[cell] or 0)
        for row in ("received",):
            at = cell._replace(row=row)
            numbers[at] = (numbers[at] or 0) - (numbers[cell] or 0)
    now = make.report(year=2021, numbers={**numbers, **filled})
    natural = CellId("requests", "closed_other", "natural_person")
    assert "（空白作零）" in then(beside(now, before), natural).change
    blank = {c: None for c in filled if c.column == "natural_person"}
    wrong = make.report(year=2021, numbers=blank)
    assert "有空白，不能断定是零" in then(beside(wrong, before), natural).change


def test_a_law_parts_the_years_and_is_named() -> None:
    """Reviews and suits of 2024 are not compared with 2023; the page says why, once."""
    now, before = make.report(year=2024), make.report(year=2023)
    found = beside(now, before)
    assert found.beside(CellId("disputes", "review", "total")) is None
    section = page(now, before).xpath("//section[@aria-labelledby='disputes']")[0]
    assert "不与2023年比较：2023年修订的行政复议法" in text_of(section)
    assert not section.xpath(".//tr[@class='y']")
    assert beside(before, make.report(year=2022)).beside(CellId("disputes", "review", "total"))


@pytest.mark.parametrize(
    ("now", "before", "reason"),
    [
        (make.report(), None, "本站没有2022年的报告"),
        (told(make.report(), reorganised="原粮食局并入"), make.report(year=2022), "原粮食局并入"),
        (
            told(make.report(), scope="own"),
            told(make.report(year=2022), scope="region_aggregate"),
            "两年的统计范围不同（2022年是“本地区汇总”，2023年是“本机关”）",
        ),
    ],
)
def test_years_that_do_not_go_on_are_not_compared(
    now: Report, before: Report | None, reason: str
) -> None:
    """No report, another body, another scope: nothing is compared, and the page says why."""
    found = beside(now, before)
    assert reason in found.reason
    assert found.beside(RECEIVED) is None
    assert not found.is_beside(RECEIVED)
    assert found.reasons(now.values) == {}
    tree = page(now, *filter(None, (before,)))
    assert reason in text_of(tree)
    assert not tree.xpath("//tr[@class='y'] | //td[contains(@class, 'y')]")
    assert not tree.xpath("//input")


def test_a_scope_that_one_year_does_not_tell_is_a_caution() -> None:
    """The figures are compared, and the reader is told."""
    now, before = told(make.report(), scope="own"), make.report(year=2022)
    assert then(beside(now, before), RECEIVED)
    assert "增减可能是范围不同造成的" in text_of(page(now, before))


def test_a_year_between_is_not_leapt_over() -> None:
    """2021 beside 2023 is not compared; the earlier report is linked as what it is."""
    tree = page(make.report(), make.report(year=2021))
    assert "本站没有2022年的报告" in text_of(tree)
    assert text_of(tree.xpath("//a[@rel='prev']")[0]) == "← 2021年"
    assert not tree.xpath("//a[@rel='next']")


def test_the_years_of_an_agency_lead_to_each_other() -> None:
    """Before and after, and never to another agency."""
    other = replace(make.AGENCY, id="cn-990100-caizhengju", slug="caizhengju", name="示例市财政局")
    made = [make.report(), make.report(year=2022), make.report(year=2024, agency=other)]
    trees = render(*made)
    middle = trees["reports/cn-990100-tongjiju-2022.md"]
    (later,) = middle.xpath("//a[@rel='next']/@href")
    assert later == "../../reports/cn-990100-tongjiju-2023/"
    assert not trees["reports/cn-990100-tongjiju-2023.md"].xpath("//a[@rel='next']")
    assert not trees["reports/cn-990100-caizhengju-2024.md"].xpath("//a[@rel='prev']")


@pytest.mark.parametrize("year", [2022, 2023])
def test_a_failing_sum_of_either_year_is_marked_beside_the_change(year: int) -> None:
    """▲ with words; last year's figure leads to its cell on its own page."""
    made = {2023: make.report(), 2022: make.report(year=2022)}
    made[year] = make.report(year=year, numbers={GRANTED: 999})
    found = beside(made[2023], made[2022])
    one = then(found, GRANTED)
    assert one.is_doubtful
    assert bool(one.doubted) == (year == 2022)
    assert not then(found, CellId("disputes", "review", "total")).is_doubtful
    tree = page(made[2023], made[2022])
    row = tree.xpath(f"//td[@id='{words.cell_anchor(GRANTED)}']/..")[0]
    before, change = row.xpath("./td[contains(@class, 'y')]")
    assert "▲" in text_of(change)
    assert before.xpath("./a/@href") == (
        [f"../../reports/cn-990100-tongjiju-2022/#{words.cell_anchor(GRANTED)}"]
        if year == 2022
        else []
    )


def test_each_kind_of_table_has_last_year_beside_it() -> None:
    """Two columns of table three, two rows below each row of the others, heads for all of them."""
    tree = page(make.report(), make.report(year=2022))
    (three,) = tree.xpath("//div[contains(@class, 'gk-stub')]/table")
    heads = [text_of(h) for h in three.xpath(".//th[contains(@class, 'y')]")]
    assert heads == ["与2022年比", "2022年", "增减"]
    assert len(three.xpath(".//td[contains(@class, 'y')]")) == 2 * 25
    (four,) = tree.xpath("//div[contains(@class, 'gk-across')]/table")
    rows = four.xpath("./tbody/tr")
    assert [text_of(row.find("th")) for row in rows] == ["2023年", "2022年", "增减"]
    assert [len(row.findall("td")) for row in rows] == [15, 15, 15]
    first = tree.xpath("//div[contains(@class, 'gk-block')]/table")[0]
    assert [text_of(row.find("th")) for row in first.xpath("./tbody/tr")[:4]] == [
        "规章",
        "规章，2022年",
        "规章，增减",
        "行政规范性文件",
    ]
    (switch,) = tree.xpath("//input[@type='checkbox']")
    assert tree.xpath(f"//label[@for='{switch.get('id')}']")


# --- What a cell says --------------------------------------------------------------------------


def placed(tree: Any, cell: CellId) -> str | None:
    """The place of a cell as the page's script reads it."""
    (node,) = tree.xpath(f"//td[@id='{words.cell_anchor(cell)}']")
    row = node.getparent()
    own: str | None = node.get("data-p")
    shared: str | None = row.get("data-p")
    if own is not None or row.get("data-c") is None:
        return own if own is not None else shared
    first = tuple(map(int, row.get("data-c").split()))
    text = shared or node.xpath("ancestor::table/@data-p")[0]
    return grids.placed(text, first, row.xpath("./td[@id]").index(node))


def _locus(layout: str, row: int, at: int) -> Locus | None:
    """The place of a figure in one of the ways originals are laid out."""
    return {
        "cells": Locus("f", page=2, block=1, row=row, col=at + 2),
        "a line a row": Locus("f", line=40 + row, block=1, row=row, col=at + 2),
        "a line a cell": Locus("f", line=100 * row + at, block=1, row=row, col=at + 2),
        "a page": Locus("f", page=2),
        "lines": Locus("f", line=row),
        "crossed": Locus("f", line=9, block=1, row=row, col=1 + at % 2),
        "without lines": Locus("f", block=1, row=row, col=1 + at % 2),
        "other pages": Locus("f", page=at),
        "one cell": Locus("f", line=9, block=1, row=row, col=1),
        "two pages": Locus("f", page=1 + row // 9, block=1, row=row, col=at + 2),
        "a gap": None if at == 1 else Locus("f", block=1, row=row, col=at + 2),
    }[layout]


@pytest.mark.parametrize(
    "layout",
    [
        "cells", "a line a row", "a line a cell", "a page", "lines", "crossed", "without lines",
        "other pages", "a gap", "two pages", "one cell",
    ],
)  # fmt: skip
def test_every_cell_knows_its_place_whatever_the_original(layout: str) -> None:
    """The place of a row is said once where it can be; what comes out is that of each figure."""
    made = make.report()
    values: dict[CellId, Value] = {}
    rows: dict[tuple[str, ...], int] = {}
    for cell, value in made.values.items():
        printed = cell[:2] if cell.table != "disputes" else cell[:1]  # the channels side by side
        row = rows.setdefault(printed, len(rows) + 1)
        at = sum(c[: len(printed)] == printed for c in values)
        values[cell] = replace(value, locus=_locus(layout, row, at))
    tree = page(replace(made, values=values))
    for variable in variables("form2021"):
        locus = values[variable.cell].locus
        assert placed(tree, variable.cell) == (str(locus) if locus is not None else None)
    own = tree.xpath("//td[@data-p]")
    assert bool(own) == (layout in {"crossed", "without lines", "other pages", "a gap"})


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (Value(1234, Status.NUMBER, "1234"), None),
        (Value(1234, Status.NUMBER, "1,234"), "1,234"),
        (Value(5, Status.NUMBER, "５"), "５"),
        (Value(None, Status.BLANK, ""), None),
        (Value(None, Status.TEXT, "1,2 见附件"), None),
        (Value(None, Status.AMBIGUOUS, "0 0"), "0 0"),
    ],
)
def test_what_is_printed_is_told_where_the_text_does_not_tell_it(
    value: Value, raw: str | None
) -> None:
    """A figure of the page without its thousands marks is what is printed, or it says so."""
    tree = page(with_value(make.report(), RECEIVED, value))
    (cell,) = tree.xpath(f"//td[@id='{words.cell_anchor(RECEIVED)}']")
    assert cell.get("data-r") == raw


# --- The head and the narrative ----------------------------------------------------------------


def test_the_head_tells_dates_hash_and_what_is_unknown() -> None:
    """Published, retrieved, changed; the beginning of the hash leads to the whole of it."""
    head = page(make.report()).xpath("//header")[0]
    assert "2024年1月20日发布" in text_of(head)
    assert "2024年2月1日取得" in text_of(head)
    assert "0" * 12 + "…" in text_of(head)
    nothing = told(make.report(), published_on=None, retrieved_on=None)
    assert "发布、取得、最近改动日期不详" in text_of(page(nothing).xpath("//header")[0])


@pytest.mark.parametrize(
    ("texts", "headings"),
    [
        (["（一）主动公开。做了一。", "（二）依申请公开：做了二。"], ["（一）主动公开。", "（二）依申请公开："]),
        (["(1) 组织领导：甲", "1、乙", "（三）公开力度"], ["(1) 组织领导：", "（三）公开力度"]),
        (["一、甲。乙", "（一）丙。", "二、丁。"], ["一、甲。", "二、丁。"]),
        (["1.5万件。", "2.3万件。"], []),
        (["（一）只有一个。"], []),
        (["（一）" + "长" * 40 + "。", "（二）短。", "（三）也短。"], ["（二）短。", "（三）也短。"]),
        (["没有编号。"], []),
    ],
)  # fmt: skip
def test_numbered_beginnings_are_headings(texts: list[str], headings: list[str]) -> None:
    """The kind a section begins with, short, and several of it; not a letter is lost."""
    found = list(outlined(texts, "overview"))
    assert [text.heading for text in found if text.heading] == headings
    assert [text.heading + text.rest for text in found] == texts
    assert [text.anchor for text in found if text.anchor] == [
        f"overview-{n}" for n in range(1, len(headings) + 1)
    ]


def test_the_contents_of_a_section_lead_to_its_headings() -> None:
    """A heading on a line of its own is one; one that begins a paragraph stays in it."""
    made = make.report(texts={**make.TEXTS, "overview": ""})
    lines = ("（一）健全机制", "设有领导小组。", "（二）全面公开。事项都上网。")
    paragraphs = tuple(replace(made.sections[4].paragraphs[0], text=line) for line in lines)
    first = replace(made.sections[0], paragraphs=paragraphs)
    twice = replace(first, heading="一、又一个")
    tree = page(replace(made, sections=(first, *made.sections[1:], twice)))
    (section,) = tree.xpath("//section[@aria-labelledby='overview']")
    links = section.xpath("./ol/li/a")
    assert [text_of(a) for a in links] == ["（一）健全机制", "（二）全面公开"] * 2
    there = [section.xpath(f".//*[@id='{a.get('href')[1:]}']")[0] for a in links]
    assert [node.tag for node in there] == ["h3", "p", "h3", "p"]
    assert text_of(there[1]) == "（二）全面公开。事项都上网。"
    assert text_of(there[1].find("b")) == "（二）全面公开。"


def test_the_contents_number_the_parts_of_the_form() -> None:
    """一 to 六, then what the site adds."""
    links = [text_of(a) for a in page(make.report()).xpath("//nav[@class='gk-toc']//a")]
    assert links[:6] == [
        "一 总体",
        "二 主动公开",
        "三 申请",
        "四 复议诉讼",
        "五 问题改进",
        "六 其他",
    ]
    assert links[6:] == ["核查", "来源", "引用"]


def test_a_row_repeats_nothing_its_cells_say_alike() -> None:
    """A report read from a plain table has no place, status or text on any single cell."""
    made = make.report()
    values = {
        cell: replace(value, locus=Locus("f", line=9, block=1, row=9, col=at))
        for row in {c[:2] for c in made.values}
        for at, (cell, value) in enumerate(
            (item for item in made.values.items() if item[0][:2] == row), start=2
        )
    }
    tree = page(replace(made, values=values))
    html = lxml.html.tostring(tree, encoding="unicode")
    assert not re.findall(r"<td[^>]* data-", html[: html.index("gk-across")])


def places_of(tree: Any) -> dict[str, str]:
    """What stands below the tables: rows → place."""
    return {text_of(d.find("dt")): text_of(d.find("dd")) for d in tree.xpath("//details/dl/div")}


@pytest.mark.parametrize("lines", [0, 1, 9])
def test_rows_right_below_each_other_tell_their_places_as_one(lines: int) -> None:
    """First and last row of three or more; another page, or a row between, begins anew.

    However many lines of the original a row takes.
    """
    made = make.report()
    rows = list(dict.fromkeys(c.row for c in made.values if c.table == "requests"))
    values = dict(made.values)
    for cell in (c for c in made.values if c.table == "requests"):
        at = rows.index(cell.row) + 4
        column = [c for c in made.values if c[:2] == cell[:2]].index(cell) + 2
        values[cell] = replace(
            values[cell],
            locus=Locus(
                "f",
                page=1 if at < 10 else 2,
                line=at * lines + 30 if lines else None,
                block=2,
                row=at if at < 20 else at + 1,
                col=column,
            ),
        )
    places = places_of(page(replace(made, values=values)))
    labels = {v.row.id: v.row.label for v in variables("form2021")}
    first, last = labels[rows[0]], labels[rows[5]]
    told_ = places[f"{first} 至 {last}"]
    assert told_.startswith("第1页 第2张表 第4行第2–8列")
    assert "至 第1页 第2张表 第9行第2–8列" in told_
    assert (f"（原文第{4 * lines + 30}行）" in told_) == bool(lines)
    assert told_.endswith(f"（原文第{9 * lines + 30}行）" if lines else "列")
    assert f"{labels[rows[6]]} 至 {labels[rows[15]]}" in places
    assert f"{labels[rows[16]]} 至 {labels[rows[24]]}" in places


def test_what_most_rows_of_a_table_say_alike_stands_once_in_the_table() -> None:
    """Their numbers stay with them; the rows on another page say so themselves."""
    made = make.report()
    rows = list(dict.fromkeys(c[:2] for c in made.values if c.table == "requests"))
    values = dict(made.values)
    for cell in (c for c in made.values if c.table == "requests"):
        at, column = rows.index(cell[:2]), [c for c in made.values if c[:2] == cell[:2]].index(cell)
        page_ = 2 if at > 20 else 1
        values[cell] = replace(
            values[cell], locus=Locus("f", page=page_, block=1, row=at + 2, col=column + 2)
        )
    (table,) = page(replace(made, values=values)).xpath("//div[@class='gk-wrap gk-stub']/table")
    assert table.get("data-p") == "第1页 第1张表 第~行第*列"
    lines = table.xpath("./tbody/tr")
    assert [line.get("data-p") for line in lines] == [None] * 21 + ["第2页 第1张表 第~行第*列"] * 4
    assert [line.get("data-c") for line in lines] == [f"{at} 2" for at in range(2, 27)]


def test_two_rows_are_two_lines() -> None:
    """One line for two rows would be no shorter."""
    made = make.report()
    cells = [c for c in made.values if c.row in {"penalty", "coercion"}]
    values = dict(made.values)
    for at, cell in enumerate(cells):
        values[cell] = replace(values[cell], locus=Locus("f", block=1, row=at + 2, col=2))
    places = places_of(page(replace(made, values=values)))
    assert {"行政处罚", "行政强制"} <= places.keys()


@pytest.mark.parametrize("version", ["form2021", "form2019"])
def test_every_label_of_a_row_leads_to_the_glossary(version: str) -> None:
    """Rows of all tables, the channels of table four and the groups of table three."""
    tree = page(make.report(version))
    links = {a.get("href") for a in tree.xpath("//th/a")}
    rows = {v.cell[:2] for v in variables(version)}
    assert {f"../../glossary/#{table}-{row}" for table, row in rows} <= links
    assert "../../glossary/#requests-denied" in links
    made = pages.render_pages(make.corpus(published(make.report(version))))["glossary.md"]
    for href in links:
        assert f'id="{href.partition("#")[2]}"' in made


def test_a_finding_on_a_text_stands_in_its_section() -> None:
    """Told in full below the section it is about, in short among all findings."""
    made = make.report()
    places = (made.sections[4].paragraphs[0].locus, made.sections[5].locus, Locus("x", line=1))
    findings = tuple(
        Finding("S-11", f"S-11-{at}", Verdict.FAIL, Severity.WARN, "空话", "x", locus)
        for at, locus in enumerate(places)
    )
    tree = page_of(Published(made, findings))
    told_ = [tree.xpath(f"//li[@id='finding-S-11-{at}']/ancestor::section")[0] for at in range(3)]
    assert [section.get("aria-labelledby") for section in told_] == [
        "problems",
        "other",
        "findings",
    ]
    brief = tree.xpath("//section[@aria-labelledby='findings']//a[text()='空话']/@href")
    assert brief == ["#finding-S-11-0", "#finding-S-11-1"]
