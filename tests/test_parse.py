"""Reading by label: what is certain is read, what is not is flagged, nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make
import pytest
from printers import LAYOUTS, ROWS, Sheet, print_pipes, print_report, print_tsv, print_words
from readback import distinct, doubtful, read_back, sound, wrong

from gongkai.model import (
    CellId,
    Concept,
    Document,
    Grid,
    Number,
    RemarkKind,
    Report,
    Source,
    Status,
)
from gongkai.parse import parse
from gongkai.parse.labels import Match, cores, match_end
from gongkai.read.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

APPLICANTS = (
    "natural_person", "commercial_enterprise", "research_institution", "public_interest_org",
    "legal_service_org", "other_org", "total",
)  # fmt: skip
#: What says that a figure was not believed, also where its row was damaged.
TOLD = frozenset({Status.AMBIGUOUS, Status.TEXT})


def row_of(report: Report, row: str, table: str = "requests") -> list[tuple[Number | None, str]]:
    """Number and status of each cell of a row."""
    return [(v.number, v.status.value) for c, v in report.values.items() if c[:2] == (table, row)]


def kinds(report: Report) -> list[str]:
    """The kinds of the remarks."""
    return [remark.kind.value for remark in report.remarks]


def table_lines(one: Sheet, table: str, version: str = "form2021") -> list[str]:
    """The rows of a table as tab-separated lines."""
    found = next(t for t in make.form(version).tables if t.id == table)
    return print_tsv(ROWS[table](one, found)).split("\n")


# Title, year, sections


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("示例市统计局2023年政府信息公开工作年度报告", "示例市统计局", 2023),
        ("示例市统计局 ２０２３年度政府信息公开年报", "示例市统计局", 2023),
        ("2023年示例市统计局政府信息公开工作年度报告", "示例市统计局", 2023),
        ("关于2023年度政府信息公开情况的报告", None, 2023),
        ("示例市统计局\n2023年政府信息公开年度报告", "示例市统计局", 2023),
        ("# 示例市统计局\n## 政府信息公开工作年度报告", "示例市统计局", 2022),
        ("2023年政府信息公开工作年度报告", None, 2023),
        ("示例市统计局政务公开年度报告", "示例市统计局", 2022),
    ],
)
def test_the_title_gives_agency_and_year(title: str, agency: str | None, year: int) -> None:
    """In one line or two; where the title has no year, the first one of the text."""
    report = read_back(f"{title}\n\n一、总体情况\n2022年收到申请1件。\n")
    assert (report.title.agency, report.title.year) == (agency, year)


def test_a_title_behind_the_first_heading_is_found_and_is_no_text() -> None:
    """As in copies of PDFs whose order is that of the page."""
    report = read_back("一、总体情况\n\n政府办公室2021年政府信息公开工作年度报告\n\n正文在此。\n")
    assert report.title.agency == "政府办公室"
    assert report.sections[0].text == "正文在此。"


def test_without_title_and_year_nothing_is_made_up() -> None:
    """None for what is not printed."""
    report = read_back("一、总体情况\n正文在此。\n")
    assert (report.title.text, report.title.agency, report.title.year) == ("", None, None)


def test_headings_in_many_wordings_are_sections() -> None:
    """Variants, exporter numbering and small slips are recognised; sentences are not."""
    text = (
        "本报告由总体情况、主动公开政府信息情况等六部分组成。\n1、 概述\n"
        "2、主动公开政府信息情况统计\n三、收到和处理政府信息公开申请的情况\n"
        "四、政府信息公开政复议、行政诉讼情况\n五、存在问题和改进情况\n六、其它需要报告事项\n"
    )
    report = read_back(text)
    assert [s.id for s in report.sections] == [s.id for s in make.form().sections]
    assert [s.number for s in report.sections] == ["1", "2", "三", "四", "五", "六"]
    assert len(report.preamble) == 1


def test_a_numbered_line_unlike_any_heading_is_text() -> None:
    """Section five may number its own points again."""
    report = read_back("五、存在的主要问题及改进情况\n一、加强培训\n二、完善制度\n")
    assert report.sections[0].text == "一、加强培训\n二、完善制度"


def test_the_second_heading_of_a_section_is_text() -> None:
    """The first one counts."""
    report = read_back("一、总体情况\n甲。\n一、总体情况\n乙。\n")
    assert report.sections[0].text == "甲。\n一、总体情况\n乙。"


def test_lines_cut_at_the_edge_of_a_page_are_joined() -> None:
    """A long line without an end goes on; an indented or numbered one begins anew."""
    long = "本机关全年围绕群众关心的事项逐项梳理公开目录并且及时更新各栏目内容使得政务"
    text = f"一、总体情况\n        {long}\n\n公开更好。\n        {long}\n        又一段。\n{long}\n（一）第三段。\n# \n短行\n另一行。\n"
    assert read_back(text).sections[0].text.split("\n") == [
        f"{long}公开更好。", long, "又一段。", long, "（一）第三段。", "短行", "另一行。",
    ]  # fmt: skip


# Forms


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("version", ["form2019", "form2021"])
def test_the_tables_present_decide_the_form(version: str, layout: str) -> None:
    """Not the year: a 2019 form of 2023 is a 2019 form."""
    report = read_back(
        print_report(sound(version, title="示例市统计局2023年政府信息公开工作年度报告"), layout)
    )
    assert report.form is not None
    assert report.form.version == version
    assert set(report.tables.values()) == {version}
    assert {c: v.number for c, v in report.values.items()} == make.figures(version)
    assert kinds(report) == []


def test_both_forms_in_one_table_two_are_told_apart_by_item() -> None:
    """Item one with the 2019 head, the rest of 2021 (a real report of 2021 has this)."""
    old = table_lines(sound("form2019"), "disclosure", "form2019")[:4]
    new = table_lines(sound("form2021"), "disclosure")[4:]
    report = read_back("\n".join(["二、主动公开政府信息情况", *old, *new]))
    assert report.tables["disclosure/regulation_item"] == "form2019"
    assert report.tables["disclosure/fees_item"] == "form2021"
    assert row_of(report, "regulations", "disclosure") == [
        (1, "number"),
        (2, "number"),
        (3, "number"),
    ]
    assert doubtful(report) == set()


def test_an_older_sheet_is_recognised_and_not_read() -> None:
    """The statistics sheet of 2014 to 2018 has no confirmed form yet."""
    report = read_back("政府信息公开情况统计表\n制发规范性文件总数\t件\t3\n")
    assert report.form is not None
    assert report.form.version == "stat2014"
    assert report.values == {}


def test_text_without_tables_has_no_form() -> None:
    """Nothing is made up for it."""
    report = read_back("关于做好防汛工作的通知\n各单位：请做好准备。\n")
    assert report.form is None
    assert report.values == {}
    assert report.tables == {}


# Table two


def test_a_head_cut_to_its_first_half_is_read_by_order_and_remarked() -> None:
    """本年新, 本年新, 对外公开总数量 is the head of 2019; the remark says that it was cut."""
    lines = table_lines(sound("form2019"), "disclosure", "form2019")
    lines[1] = "信息内容\t本年新\t本年新\t对外公开总数量"
    report = read_back("\n".join(lines))
    assert row_of(report, "regulations", "disclosure") == [
        (1, "number"),
        (2, "number"),
        (3, "number"),
    ]
    assert "cut_header" in kinds(report)
    words = read_back(
        "第二十条第（一）项\n\n信息内容 本年新 本年新 对外公开总数量\n\n规章 1 2 3\n\n规范性文件 4 5 6\n"
    )
    assert row_of(words, "normative_docs", "disclosure") == [
        (4, "number"),
        (5, "number"),
        (6, "number"),
    ]


@pytest.mark.parametrize("layout", ["tsv", "pipes", "cell_lines"])
def test_a_unit_that_only_the_head_names_is_that_of_the_figure(layout: str) -> None:
    """The form leaves the unit of the amount open; fees have theirs and need no remark."""
    cells = {cell: str(number) for cell, number in make.figures("form2019").items()}
    text = print_report(Sheet(make.form("form2019"), cells), layout)
    assert "unit_in_head" not in kinds(read_back(text))
    named = read_back(text.replace("采购总金额", "采购总金额（单位：万元）"))
    assert [r.raw for r in named.remarks if r.kind is RemarkKind.UNIT_IN_HEAD] == ["万元"]
    amount = CellId("disclosure", "procurement", "amount")
    bare = read_back(text).values
    assert bare[amount].unit == ""
    assert named.values == {**bare, amount: replace(bare[amount], unit="万元")}
    newer = {cell: str(number) for cell, number in make.figures().items()}
    one = Sheet(make.form(), newer)
    assert "unit_in_head" not in kinds(read_back(print_report(one, layout)))


@pytest.mark.parametrize(
    ("head", "figure", "unit"),
    [
        ("（单位：元）", "251000", "元"),
        ("（千元）", "251", "千元"),
        ("（亿元）", "3万元", "万元"),
        ("（单位：元）", "0", ""),
        ("（单位：元）", "/", ""),
        ("（单位：万元，不足1元不计）", "25.1", ""),
        ("", "25.1", ""),
    ],
)
def test_fees_have_the_unit_that_the_head_names_instead_of_the_form(
    head: str, figure: str, unit: str
) -> None:
    """Yuan under a head of yuan are no 万元; what is printed in the cell comes first."""
    text = print_report(sound(changed={"disclosure/fees/amount_wan": figure}), "tsv")
    report = read_back(text.replace("本年收费金额", f"本年收费金额{head}"))
    assert report.values[CellId("disclosure", "fees", "amount_wan")].unit == unit


def test_a_lost_head_puts_figures_in_doubt_where_two_forms_fit() -> None:
    """Three figures could be of 2019 or 2021: no column is guessed."""
    report = read_back("第二十条第（一）项\n规章\t1\t2\t3\n行政规范性文件\t4\t5\t6\n")
    assert {s for _, s in row_of(report, "regulations", "disclosure")} == {"ambiguous"}


def test_a_lost_head_puts_figures_in_doubt_however_many_there_are() -> None:
    """One figure could be the decisions of 2021 or one of three of 2019; none is guessed."""
    for figures in ("7", "7\t0\t9", "7\t0"):
        report = read_back(f"第二十条第（五）项\n行政许可\t{figures}\n")
        assert {s for _, s in row_of(report, "licensing", "disclosure")} == {"ambiguous"}


def test_a_merged_head_that_a_copy_repeats_counts_once() -> None:
    """Copies of merged cells print a cell once for each column it covers."""
    rows = [
        ["信息内容", "信息内容", "本年制发件数", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "规章", "1", "", "2", "3"],
    ]
    report = read_back(print_pipes(rows))
    assert row_of(report, "regulations", "disclosure") == [
        (1, "number"),
        (2, "number"),
        (3, "number"),
    ]


def test_a_label_on_its_own_line_has_its_figures_below_or_none() -> None:
    """In running text figures may follow in the next line; a label alone is a blank row."""
    text = (
        "第二十条第（一）项\n另有说明\n信息内容 本年制发件数\n本年废止件数 现行有效件数\n规章\n1 2 3\n"
        "行政规范性\n文件 4 5 6\n第二十条第（六）项\n信息内容 本年处理决定数量\n行政处罚\n行政强制 8\n"
        "第二十条第（八）项\n信息内容 本年收费金额（单位：万元）\n行政事业性收费\n"
    )
    report = read_back(text)
    assert row_of(report, "regulations", "disclosure") == [
        (1, "number"),
        (2, "number"),
        (3, "number"),
    ]
    assert row_of(report, "normative_docs", "disclosure")[2] == (6, "number")
    assert row_of(report, "penalty", "disclosure") == [(None, "blank")]
    assert row_of(report, "coercion", "disclosure") == [(8, "number")]
    assert row_of(report, "fees", "disclosure") == [(None, "blank")]


def test_figures_without_a_known_label_make_missing_cells_doubtful() -> None:
    """They may be the figures of the row that was not found."""
    lines = table_lines(sound(), "disclosure")
    lines[2] = lines[2].replace("规章", "规草")
    report = read_back("\n".join(lines))
    assert {s for _, s in row_of(report, "regulations", "disclosure")} == {"ambiguous"}
    assert "unknown_label" in kinds(report)


def test_surplus_figures_are_certain_only_where_every_reading_agrees() -> None:
    """行政处罚 0 0 0 is 0; 行政处罚 0 3 is not known."""
    lines = table_lines(sound(), "disclosure")
    same = [line.replace("行政处罚\t8", "行政处罚\t0\t0") for line in lines]
    report = read_back("\n".join(same))
    assert row_of(report, "penalty", "disclosure") == [(0, "zero")]
    assert kinds(report) == ["surplus"]
    other = [line.replace("行政处罚\t8", "行政处罚\t0\t3") for line in lines]
    assert row_of(read_back("\n".join(other)), "penalty", "disclosure") == [(None, "ambiguous")]


def test_equal_digits_in_running_text_may_be_one_figure() -> None:
    """行政处罚 2 2 is 2 or 22; a figure that begins with 0 is 0."""
    lines = [line.replace("\t", " ") for line in table_lines(sound(), "disclosure")]
    for printed, want in (("2 2", (None, "ambiguous")), ("0 0", (0, "zero"))):
        text = "\n".join(line.replace("行政处罚 8", f"行政处罚 {printed}") for line in lines)
        assert row_of(read_back(text), "penalty", "disclosure") == [want]


def test_a_remark_behind_table_two_is_text_of_its_section() -> None:
    """A footnote is no row."""
    text = "\n".join(
        ["二、主动公开政府信息情况", *table_lines(sound(), "disclosure"), "注：单位为件。"]
    )
    assert read_back(text).sections[0].text == "注：单位为件。"


# Table three


def test_a_displaced_blank_row_is_ambiguous_where_label_and_head_disagree() -> None:
    """One 0 in seven cells: in 其他 by its label, in 总计 by the head (a real report of 2021)."""
    lines = [
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）\t申请人情况\t\t\t\t\t\t总计\t",
        "\t自然人\t法人或其他组织\t\t\t\t\t\t",
        "\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t\t",
        "一、本年新收政府信息公开申请数量\t1\t2\t3\t4\t5\t6\t21\t",
        "三、本年度办理结果\t（一）予以公开\t\t\t\t\t\t0\t",
        "\t（三）不予公开\t1.属于国家秘密\t\t\t\t\t\t0",
        "\t\t2.其他法律行政法规禁止公开\t0\t0\t0\t0\t0\t0\t0",
    ]
    report = read_back("\n".join(lines))
    assert {s for _, s in row_of(report, "granted")} == {"ambiguous"}
    assert {s for _, s in row_of(report, "denied_state_secret")} == {"ambiguous"}
    assert row_of(report, "received")[6] == (21, "number")
    assert kinds(report) == ["ambiguous_column", "ambiguous_column"]


def test_complete_rows_of_the_same_shape_show_where_figures_begin() -> None:
    """A row with blanks is read like its complete neighbours."""
    changed = {f"requests/denied_third_party/{c}": "" for c in APPLICANTS[:3]}
    report = read_back("\n".join(table_lines(sound(changed=changed), "requests")))
    assert row_of(report, "denied_third_party")[:3] == [(None, "blank")] * 3
    assert doubtful(report) == set()


def test_figures_outside_every_column_are_doubtful() -> None:
    """More cells than the head has, and no way to count that fits."""
    report = read_back("一、本年新收政府信息公开申请数量\t1\t\t\t\t\t\t\t\t5\n")
    assert {s for _, s in row_of(report, "received")} == {"ambiguous"}


def test_running_text_with_blanks_gone_is_doubtful() -> None:
    """3 … 3 for a row of seven: the blanks left no trace."""
    report = read_back(
        "一、本年新收政府信息公开申请数量 3 3\n二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0\n"
    )
    assert {s for _, s in row_of(report, "received")} == {"ambiguous"}
    assert row_of(report, "pending_start") == [(0, "zero")] * 7


def test_labels_cut_over_lines_find_their_figures() -> None:
    """Before the figures, behind them, and with group labels between (a PDF's text)."""
    text = (
        "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n（三）不予\n\n公开\n\n1.属于国家秘密 0 0 0 0 0 0 0\n"
        "（六）其他处理\n\n1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息\n\n公开申请\n2 0 0 0 0 0 2\n"
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理\n3 0 0 0 0 0 3\n其政府信息公开申请\n3.其他 4 0 0 0 0 0 4\n"
    )
    report = read_back(text)
    assert row_of(report, "denied_state_secret") == [(0, "zero")] * 7
    assert row_of(report, "closed_not_corrected")[0] == (2, "number")
    assert row_of(report, "closed_fee_unpaid")[0] == (3, "number")
    assert row_of(report, "closed_other")[0] == (4, "number")
    assert kinds(report) == []


def test_other_is_a_row_only_in_its_own_group() -> None:
    """其他 outside （六） is no known row."""
    report = read_back("一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n其他 4 0 0 0 0 0 4\n")
    assert {s for _, s in row_of(report, "closed_other")} == {"ambiguous"}
    assert kinds(report) == ["unknown_label"]


def test_a_damaged_label_is_recognised_by_likeness_and_remarked() -> None:
    """One wrong character in a long label; a label like two others is not guessed."""
    lines = table_lines(sound(), "requests")
    damaged = [
        line.replace("没有现成信息需要另行制作", "没有现戍信息需要另行制作") for line in lines
    ]
    report = read_back("\n".join(damaged))
    assert row_of(report, "unable_needs_creation") == row_of(
        read_back("\n".join(lines)), "unable_needs_creation"
    )
    assert kinds(report) == ["damaged_label"]
    unclear = [line.replace("6.属于四类过程性信息", "6.属于某类某某信息") for line in lines]
    assert "unknown_label" in kinds(read_back("\n".join(unclear)))


def test_a_row_printed_twice_is_doubtful_where_the_two_differ() -> None:
    """Which of them is meant is not ours to say."""
    lines = table_lines(sound(), "requests")
    again = lines[3].split("\t")
    again[3] = "99999"
    report = read_back("\n".join([*lines[:4], "\t".join(again), *lines[4:]]))
    assert doubtful(report) == {"requests/received/natural_person"}
    assert "duplicate_row" in kinds(report)


def test_a_figure_before_the_label_is_no_figure_of_the_row() -> None:
    """A stray 0 in an empty label cell (a real report of 2021) is remarked and kept as unused."""
    lines = table_lines(sound(), "requests")
    at = next(i for i, line in enumerate(lines) if "重新出具" in line)
    lines[at] = "0" + lines[at]
    report = read_back("\n".join(lines))
    assert kinds(report) == ["stray_figure"]
    assert [cell.text for cell in report.unused] == ["0"]
    assert doubtful(report) == set()


def test_a_label_moved_to_the_first_column_is_remarked() -> None:
    """Its figures are read all the same where they are complete."""
    lines = table_lines(sound(), "requests")
    at = next(i for i, line in enumerate(lines) if "4.保护" in line)
    lines[at] = lines[at].strip("\t") + "\t\t"
    report = read_back("\n".join(lines))
    assert kinds(report) == ["displaced_label"]
    assert doubtful(report) == set()


def test_eight_equal_figures_for_seven_columns_are_a_remark_not_a_doubt() -> None:
    """A real report of 2020 prints eight zeros in the rows （六） and （七）."""
    lines = table_lines(
        sound("form2019", {f"requests/closed_total_reported/{c}": "0" for c in APPLICANTS}),
        "requests",
        "form2019",
    )
    at = next(i for i, line in enumerate(lines) if "（六）其他处理" in line)
    lines[at] = lines[at].replace("（六）其他处理\t\t", "（六）其他处理\t0\t")
    report = read_back("\n".join(lines))
    assert row_of(report, "closed_total_reported") == [(0, "zero")] * 7
    assert kinds(report) == ["surplus"]


def test_the_single_row_of_2019_beside_the_rows_of_2021_is_remarked() -> None:
    """A form has one or the other; the surplus row is not mixed in."""
    lines = table_lines(sound(), "requests")
    at = next(i for i, line in enumerate(lines) if "（七）" in line)
    report = read_back(
        "\n".join([*lines[:at], "\t（六）其他处理\t\t" + "\t".join("1234567"), *lines[at:]])
    )
    assert report.tables["requests"] == "form2021"
    assert CellId("requests", "closed_total_reported", "total") not in report.values
    assert "unknown_label" in kinds(report)


def test_a_row_of_running_text_with_its_label_alone_is_blank() -> None:
    """The label is printed and nothing behind it."""
    text = "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n（一）予以公开\n（三）不予公开\n1.属于国家秘密 0 0 0 0 0 0 0\n四、结转下年度继续办理\n"
    report = read_back(text)
    assert row_of(report, "granted") == [(None, "blank")] * 7
    assert row_of(report, "pending_end") == [(None, "blank")] * 7


def test_text_behind_table_three_is_text() -> None:
    """A sentence and a note are narrative of the section."""
    lines = print_words(ROWS["requests"](sound(), make.form().tables[1])).split("\n")
    text = "\n".join(["三、收到和处理政府信息公开申请情况", *lines, "注：无", "以上为全年数。"])
    assert read_back(text).sections[0].text == "注：无\n以上为全年数。"


def test_places_of_the_format_itself_are_believed() -> None:
    """In a grid with true columns the head decides alone, and a figure outside it is in doubt."""
    lines = table_lines(sound(changed={"requests/granted/natural_person": ""}), "requests")
    document = read_text("\n".join(lines).encode(), "t.txt")
    (grid,) = document
    assert isinstance(grid, Grid)
    true = replace(grid, positioned=True)
    report = parse(Document(Source("t.html", "text/html", "", 0), (true,)))
    assert row_of(report, "granted")[0] == (None, "blank")
    assert doubtful(report) == set()
    moved = tuple(
        tuple(replace(c, col=99, text="99") if c.row == 3 and c.col == 9 else c for c in row)
        for row in grid.rows
    )
    report = parse(Document(Source("t.html", "text/html", "", 0), (replace(true, rows=moved),)))
    assert {s for _, s in row_of(report, "received")} == {"ambiguous"}


def test_a_label_as_like_one_row_as_another_is_not_guessed() -> None:
    """Likeness must be clear."""
    rows = (Concept("a", "甲乙丙丁戊己庚辛壬癸子"), Concept("b", "甲乙丙丁戊己庚辛壬癸丑"))
    assert match_end("甲乙丙丁戊己庚辛壬癸寅", cores(rows)) is None
    assert match_end("甲乙丙丁戊己庚辛壬癸寅", cores(rows[:1])) == Match(rows[0], damaged=True)


def test_a_complete_row_with_a_gap_shows_nothing_to_its_neighbours() -> None:
    """Its figures are taken in order, but where a blank stands in it is not known."""
    changed = {f"requests/denied_third_party/{c}": "" for c in APPLICANTS[:3]}
    lines = table_lines(sound(changed=changed), "requests")
    at = next(i for i, line in enumerate(lines) if "4.保护" in line)
    cells = lines[at - 1].split("\t")
    gap = "\t".join([*cells[:5], "", *cells[5:]])
    report = read_back("\n".join([*lines[: at - 1], gap, *lines[at:]]))
    assert doubtful(report) == set()
    assert row_of(report, "denied_third_party")[:3] == [(None, "blank")] * 3


def test_lines_without_words_and_figures_change_nothing() -> None:
    """Empty headings and blank rows between the rows of all three tables."""
    want = make.figures()
    for layout in LAYOUTS:
        text = print_report(sound(), layout)
        for label in ("第二十条第（六）项", "（七）总计", "结果维持"):
            at = text.index(label)
            at = text.rindex("\n", 0, at) + 1
            blank = "# \n" if layout == "words" else "\t\t\n" if layout == "tsv" else ""
            text = text[:at] + blank + text[at:]
        report = read_back(text)
        assert {c: v.number for c, v in report.values.items()} == want, layout


# Table four


def test_reviews_and_lawsuits_may_be_two_tables() -> None:
    """Five figures under 行政复议, ten under 行政诉讼."""
    lines = [
        "行政复议\t\t\t\t", "结果维持\t结果纠正\t其他结果\t尚未审结\t总计", "1\t2\t3\t4\t10",
        "行政诉讼\t\t\t\t\t\t\t\t\t", "未经复议直接起诉\t\t\t\t\t复议后起诉\t\t\t\t",
        "结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计",
        "5\t0\t0\t0\t5\t6\t0\t0\t0\t6",
    ]  # fmt: skip
    for text in ("\n".join(lines), "\n".join(" ".join(line.split()) for line in lines)):
        report = read_back(text)
        assert row_of(report, "review", "disputes")[4] == (10, "number")
        assert row_of(report, "suit_direct", "disputes")[4] == (5, "number")
        assert row_of(report, "suit_after_review", "disputes")[4] == (6, "number")


def test_figures_of_running_text_may_go_on_in_the_next_line() -> None:
    """Fifteen figures over two lines are one row."""
    lines = print_words(ROWS["disputes"](sound(), make.form().tables[2])).split("\n")
    figures = lines[-1].split()
    text = "\n".join([*lines[:-1], " ".join(figures[:9]), "", " ".join(figures[9:]), "后文。"])
    report = read_back(text)
    want = {c: n for c, n in make.figures().items() if c.table == "disputes"}
    assert {c: v.number for c, v in report.values.items()} == want


def test_figures_that_end_too_early_are_doubtful() -> None:
    """Fourteen figures for fifteen columns, then text."""
    lines = print_words(ROWS["disputes"](sound(), make.form().tables[2])).split("\n")
    text = "\n".join([*lines[:-1], " ".join(lines[-1].split()[:14]), "注 释"])
    assert len(doubtful(read_back(text))) == 15


def test_sixteen_figures_in_fifteen_columns_are_never_shifted_silently() -> None:
    """Equal ones are read; where leaving one out matters, those cells are in doubt."""
    zeros = {
        f"disputes/{r}/{c}": "0"
        for r, c in ((c.row, c.column) for c in make.form().tables[2].cells)
    }
    lines = table_lines(sound(changed=zeros), "disputes")
    report = read_back("\n".join([*lines[:-1], lines[-1] + "\t0"]))
    assert {v.number for v in report.values.values()} == {0}
    assert kinds(report) == ["surplus"]
    report = read_back("\n".join([*lines[:-1], "3\t" + lines[-1]]))
    assert doubtful(report) == {"disputes/review/upheld"}


def test_blanks_in_table_four_are_placed_by_its_head() -> None:
    """Its tables have no label column, so a place is a place."""
    changed = {"disputes/review/upheld": "", "disputes/suit_direct/total": ""}
    report = read_back("\n".join(table_lines(sound(changed=changed), "disputes")))
    assert row_of(report, "review", "disputes")[0] == (None, "blank")
    assert row_of(report, "suit_direct", "disputes")[4] == (None, "blank")
    assert doubtful(report) == set()


def test_an_all_blank_table_four_is_blank_not_missing() -> None:
    """Nothing is printed in any of its fifteen cells."""
    blank = {str(c): "" for c in make.form().tables[2].cells}
    lines = [
        "四、政府信息公开行政复议、行政诉讼情况",
        *table_lines(sound(changed=blank), "disputes"),
        "五、存在问题及改进情况",
    ]
    report = read_back("\n".join(lines))
    assert {v.status for v in report.values.values()} == {Status.BLANK}


def test_a_head_without_figures_leaves_the_cells_missing() -> None:
    """The table is there, its row is not."""
    report = read_back("\n".join(table_lines(sound(), "disputes")[:-1]))
    assert {v.status for v in report.values.values()} == {Status.MISSING}


def test_figures_under_no_head_are_used_only_where_they_are_complete() -> None:
    """A damaged head with fifteen figures is read; with five it is not."""
    full = read_back("行政复议\t行政诉讼\n结果\t维持\n" + "\t".join("123456789012345") + "\n")
    assert row_of(full, "suit_after_review", "disputes")[4] == (5, "number")
    part = read_back("行政复议\t行政诉讼\n结果\t维持\n1\t2\t3\t4\t5\n")
    assert kinds(part) == ["unknown_label"]
    assert len(doubtful(part)) == 15
    gap = table_lines(sound(), "disputes")
    assert doubtful(read_back("\n".join([*gap[:-1], "\t\t", gap[-1]]))) == set()
    second = read_back("\n".join([*table_lines(sound(), "disputes"), "\t\t", "7\t7\t7"]))
    assert kinds(second) == ["unknown_label"]


def test_a_sentence_instead_of_a_table_is_understood() -> None:
    """No figures are made of it; the remark says that a sentence stands there."""
    report = read_back(
        "三、收到和处理政府信息公开申请情况\n本年度未收到政府信息公开申请。\n四、政府信息公开行政复议、行政诉讼情况\n详见附件。\n"
    )
    assert [(r.kind, r.table) for r in report.remarks] == [(RemarkKind.TABLE_IN_WORDS, "requests")]
    assert report.values == {}


# Copies that are damaged in ways that could put a figure into the wrong cell


def edited(one: Sheet, table: str, edit: Callable[[list[list[str]]], object]) -> str:
    """The report as tab-separated text with one table's rows edited."""
    found = next(t for t in one.form.tables if t.id == table)
    rows = ROWS[table](one, found)
    before = print_tsv(rows)
    changed = [list(row) for row in rows]
    edit(changed)
    return print_report(one, "tsv").replace(before, print_tsv(changed))


def swap(rows: list[list[str]], first: int, second: int) -> None:
    """Swap two columns of every row."""
    for row in rows:
        row[first], row[second] = row[second], row[first]


def put_last_first(rows: list[list[str]]) -> None:
    """Move the last column before the first of figures."""
    for row in rows:
        row.insert(3, row.pop())


def glue(rows: list[list[str]], label: str) -> None:
    """Join the first figure of a row to its label."""
    (row,) = [row for row in rows if any(label in cell for cell in row)]
    at = next(at for at, cell in enumerate(row) if label in cell)
    row[at] += row[at + 1]
    row[at + 1] = ""


def relabel(rows: list[list[str]], old: str, new: str) -> None:
    """Change the label of a row."""
    for row in rows:
        row[:] = [new if cell == old else cell for cell in row]


DAMAGES: dict[str, tuple[str, Callable[[list[list[str]]], object]]] = {
    "total column first": ("requests", put_last_first),
    "organisations first": ("requests", lambda rows: swap(rows, 3, 4)),
    "two applicants swapped": ("requests", lambda rows: swap(rows, 5, 6)),
    "subtotal instead of total": (
        "requests", lambda rows: relabel(rows, "总计", "小计"),
    ),
    "a column is gone": ("requests", lambda rows: [row.pop(4) for row in rows]),
    "figure glued to a label": ("requests", lambda rows: glue(rows, "7.属于行政执法案卷")),
    "figure glued to a label of table two": ("disclosure", lambda rows: glue(rows, "行政许可")),
    "hint with digits behind a label": (
        "disclosure", lambda rows: relabel(rows, "行政处罚", "行政处罚（指2023年办件量，不含行政强制）"),
    ),
    "hint that names another row": (
        "requests", lambda rows: relabel(rows, "（一）予以公开", "（一）予以公开（含部分公开）"),
    ),
    "definition behind a label": (
        "disclosure", lambda rows: relabel(rows, "规章", "规章：指行政规范性文件以外的规章"),
    ),
    "words in a cell for a figure": (
        "disclosure", lambda rows: rows[5].__setitem__(1, "暂无"),
    ),
    "two figures in one cell": (
        "requests", lambda rows: (rows[4].__setitem__(3, "118 119"), rows[4].__setitem__(4, "")),
    ),
    "two columns of table two swapped": ("disclosure", lambda rows: swap(rows[:4], 1, 2)),
    "last year's row before this year's": (
        "disputes", lambda rows: rows.insert(3, ["9"] * 15),
    ),
    "a second row of figures": ("disputes", lambda rows: rows.append(["9"] * 15)),
    "lawsuits before reviews": (
        "disputes",
        lambda rows: [row.__setitem__(slice(None), row[5:] + row[:5]) for row in rows],
    ),
    "on its side": (
        "disputes", lambda rows: rows.__setitem__(slice(None), [list(c) for c in zip(*rows, strict=True)]),
    ),
    "figures packed to the left": (
        "requests", lambda rows: rows[4].__setitem__(slice(3, None), ["5", "6", "11", "", "", "", ""]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_table_gives_no_wrong_figure_silently(damage: str) -> None:
    """Every cell is as printed (by its own head or label) or says that it is in doubt."""
    one = distinct()
    table, edit = DAMAGES[damage]
    report = read_back(edited(one, table, edit))
    if damage in {"words in a cell for a figure", "figures packed to the left"}:
        assert doubtful(report) | {
            str(c) for c, v in report.values.items() if v.status is Status.TEXT
        }
        return
    assert wrong(one, report, TOLD) == {}
    untouched = [t.id for t in one.form.tables if t.id != table]
    assert {c.split("/")[0] for c in doubtful(report)}.isdisjoint(untouched)


@pytest.mark.parametrize("version", ["form2019", "form2021"])
def test_a_head_that_is_lost_does_not_change_the_form(version: str) -> None:
    """All heads of table two gone: the rows tell the form, the figures stay in doubt."""
    one = distinct(version)
    text = edited(one, "disclosure", lambda rows: [r.__setitem__(slice(1, 4), [""] * 3) for r in rows if r[0] == "信息内容"])  # fmt: skip
    report = read_back(text)
    assert wrong(one, report, TOLD) == {}
    assert report.tables["disclosure/licensing_item"] == version


@pytest.mark.parametrize("first", [True, False])
def test_two_tables_two_of_different_forms_are_both_in_doubt(*, first: bool) -> None:
    """Which of them is the report's is not ours to say."""
    new, old = distinct(), distinct("form2019")
    other = print_tsv(ROWS["disclosure"](old, old.form.tables[0]))
    own = print_tsv(ROWS["disclosure"](new, new.form.tables[0]))
    text = print_report(new, "tsv").replace(own, f"{other}\n{own}" if first else f"{own}\n{other}")
    report = read_back(text)
    assert {v.status for c, v in report.values.items() if c.table == "disclosure"} == {
        Status.AMBIGUOUS
    }


def test_figures_a_line_above_their_labels_are_not_given_to_the_row_above() -> None:
    """The text of a PDF may print a row's figures before its label."""
    one = distinct()
    rows = ROWS["requests"](one, one.form.tables[1])
    lines = [line for row in rows[3:] for line in (" ".join(row[3:]), "".join(row[:3]))]
    report = read_back("三、收到和处理政府信息公开申请情况\n申请人情况\n" + "\n".join(lines) + "\n")
    silent = {c: v for c, v in wrong(one, report, TOLD).items() if c.startswith("requests/")}
    assert silent == {}


def test_last_years_table_in_running_text_is_not_taken_for_this_years() -> None:
    """A second table three is a second reading of every row."""
    one, other = distinct(), sound()
    both = [print_words(ROWS["requests"](s, s.form.tables[1])) for s in (other, one)]
    report = read_back("三、收到和处理政府信息公开申请情况\n" + "\n".join(both))
    silent = {c: v for c, v in wrong(one, report, TOLD).items() if c.startswith("requests/")}
    assert silent == {}


def test_a_head_in_another_order_in_running_text_is_a_doubt() -> None:
    """Words have no places, but they have an order."""
    one = distinct()
    words = print_words(ROWS["requests"](one, one.form.tables[1]))
    report = read_back(words.replace("自然人 法人或其他组织 总计", "总计 自然人 法人或其他组织"))
    assert len(doubtful(report)) == 175


def test_a_table_run_together_in_one_line_is_in_doubt_not_absent() -> None:
    """Its words and figures are there, its rows are not."""
    line = "规章 1 2 3 行政规范性文件 4 5 6 行政许可 7 行政处罚 8 行政强制 9 行政事业性收费 10"
    report = read_back(f"二、主动公开政府信息情况\n{line}\n")
    assert {v.status for v in report.values.values()} == {Status.AMBIGUOUS}
    assert set(report.tables) == {f"disclosure/{i.id}" for i in make.form().tables[0].items}
    spread = read_back("四、政府信息公开行政复议、行政诉讼情况\n件数 1 2 3 4 5 6\n")
    assert {v.status for v in spread.values.values()} == {Status.AMBIGUOUS}
    assert spread.tables == {"disputes": "form2021"}


def test_one_cell_a_line_with_bars_between_never_guesses_a_column() -> None:
    """A lone figure below a label of three columns could be any of them."""
    report = read_back(
        "二、主动公开政府信息情况\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章 |\n7 |\n"
    )
    assert {s for _, s in row_of(report, "regulations", "disclosure")} == {"ambiguous"}


def test_a_blank_row_below_the_head_of_table_four_does_not_hide_its_figures() -> None:
    """Also where the head stands twice and merged cells are repeated."""
    one = distinct()
    text = edited(one, "disputes", lambda rows: rows.insert(3, [""] * 15))
    assert wrong(one, read_back(text), TOLD) == {}
    assert doubtful(read_back(text)) == set()

    def repeat(rows: list[list[str]]) -> None:
        rows[2][:5] = rows[1][:5]

    text = edited(one, "disputes", repeat)
    assert wrong(one, read_back(text), TOLD) == {}
    assert doubtful(read_back(text)) == set()


def test_a_blank_row_is_blank_only_where_no_figures_are_left_over() -> None:
    """Figures under no known label may be those of the blank row."""
    changed = {f"requests/granted/{c}": "" for c in APPLICANTS}
    lines = table_lines(sound(changed=changed), "requests")
    assert row_of(read_back("\n".join(lines)), "granted") == [(None, "blank")] * 7
    at = next(i for i, line in enumerate(lines) if "（二）部分公开" in line)
    moved = "\n".join([*lines[:at], "\t\t某项\t1\t2\t3\t4\t5\t6\t21", *lines[at:]])
    assert {s for _, s in row_of(read_back(moved), "granted")} == {"ambiguous"}


def test_rows_run_together_before_the_table_are_in_doubt_not_missing() -> None:
    """Their words and figures stand in the section, though not as rows."""
    text = (
        "二、主动公开政府信息情况\n第二十条第（一）项 信息内容 本年制发件数 本年废止件数 现行有效件数\n"
        "规章 1 2 3 行政规范性文件 4 5 6\n信息内容 本年处理决定数量 行政处罚 8\n行政强制 9\n"
    )
    report = read_back(text)
    assert {s for _, s in row_of(report, "regulations", "disclosure")} == {"ambiguous"}
