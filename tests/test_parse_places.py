"""Tables of formats with places: damaged rows, heads and labels, read or in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make
import pytest
from printers import Sheet, print_report
from readback import distinct, doubtful, wrong

from gongkai.model import (
    Cell,
    CellId,
    Document,
    Grid,
    Locus,
    Paragraph,
    RemarkKind,
    Report,
    Source,
    Status,
)
from gongkai.parse import parse
from gongkai.parse.labels import cores, match_end, near_row, rows_of
from gongkai.read.text import read_text
from gongkai.tidy import tidy
from print_blocks import Layout, print_blocks, unmerged

if TYPE_CHECKING:
    from collections.abc import Callable

    from print_blocks import Rows

LAST = 9  # the column of the totals of table three


def edited(section: str, edit: Callable[[Rows], Rows], sheet: Sheet | None = None) -> Report:
    """A report with one table edited."""
    one = sheet or distinct("form2021")

    def only(name: str, rows: Rows) -> Rows:
        return edit(rows) if name == section else rows

    return parse(tidy(print_blocks(one, Layout(), only)))


def relabelled(old: str, new: str) -> Callable[[Rows], Rows]:
    """An edit that replaces the words of cells."""

    def edit(rows: Rows) -> Rows:
        return tuple(
            tuple(replace(c, text=new) if c.text == old else c for c in row) for row in rows
        )

    return edit


def changed(at: int, col: int, **fields: object) -> Callable[[Rows], Rows]:
    """An edit that changes one cell."""

    def edit(rows: Rows) -> Rows:
        return tuple(
            tuple(replace(c, **fields) if (c.row, c.col) == (at, col) else c for c in row)  # type: ignore[arg-type]  # the names are the test's
            for row in rows
        )

    return edit


def row_at(rows: Rows, label: str) -> int:
    """The row that has this label."""
    return next(at for at, row in enumerate(rows) if any(label in c.text for c in row))


def kinds(report: Report) -> set[str]:
    """The kinds of the remarks."""
    return {remark.kind.value for remark in report.remarks}


def text_report(text: str) -> Report:
    """The report that a text file with this content gives."""
    data = text.encode()
    return parse(tidy(Document(Source("t.txt", "text/plain", "", 0), read_text(data, "t.txt"))))


# Places


def test_a_column_that_the_form_does_not_have_is_kept_apart() -> None:
    """A subtotal of the organisations stands in a column of its own; its figures are unused."""

    def edit(rows: Rows) -> Rows:
        out = []
        for row in unmerged(rows, repeat=False):
            moved = [replace(c, col=c.col + 1) if c.col >= LAST else c for c in row]
            text = "小计" if row[0].row == 2 else "7" if row[0].row > 2 else ""
            moved.append(Cell(text, row[0].row, LAST, row[0].locus))
            out.append(tuple(sorted(moved, key=lambda c: c.col)))
        return tuple(out)

    report = edited("requests", edit)
    assert wrong(distinct("form2021"), report) == {}
    assert doubtful(report) == set()
    assert kinds(report) == {"stray_figure"}
    assert len(report.unused) == 25


def test_a_remark_behind_the_columns_is_no_figure() -> None:
    """Words behind the last column are kept as unused."""

    def edit(rows: Rows) -> Rows:
        at = row_at(rows, "（一）予以公开")
        more = Cell("较上年增加", at, LAST + 1, rows[at][0].locus)
        return (*rows[:at], (*rows[at], more), *rows[at + 1 :])

    report = edited("requests", edit)
    assert doubtful(report) == set()
    assert [c.text for c in report.unused] == ["较上年增加"]


def test_a_row_that_ends_before_its_head_is_in_doubt() -> None:
    """One of its cells is gone, and those behind it may have moved."""

    def cut(rows: Rows) -> Rows:
        at = row_at(rows, "（一）予以公开")
        return (*rows[:at], tuple(c for c in rows[at] if c.col != LAST), *rows[at + 1 :])

    rows = {name.rpartition("/")[0] for name in doubtful(edited("requests", cut))}
    assert rows == {"requests/granted"}


def test_a_figure_over_two_columns_or_rows_is_in_doubt() -> None:
    """Nobody can say which of them it belongs to."""

    def wide(rows: Rows) -> Rows:
        at = row_at(rows, "（一）予以公开")
        row = [c for c in rows[at] if c.col != 4]
        return (
            *rows[:at],
            tuple(replace(c, colspan=2) if c.col == 3 else c for c in row),
            *rows[at + 1 :],
        )

    report = edited("requests", wide)
    names = {"requests/granted/natural_person", "requests/granted/commercial_enterprise"}
    assert doubtful(report) == names
    assert wrong(distinct("form2021"), report) == {}

    def tall(rows: Rows) -> Rows:
        at = row_at(rows, "1.属于国家秘密")
        longer = tuple(replace(c, rowspan=2) if c.col == 3 else c for c in rows[at])
        below = tuple(c for c in rows[at + 1] if c.col != 3)
        return (*rows[:at], longer, below, *rows[at + 2 :])

    report = edited("requests", tall)
    wanted = {
        f"requests/{row}/natural_person" for row in ("denied_state_secret", "denied_other_law")
    }
    assert doubtful(report) >= wanted
    assert wrong(distinct("form2021"), report) == {}


def test_two_different_figures_under_one_head_are_in_doubt() -> None:
    """Where no order of the cells can explain them."""

    def edit(rows: Rows) -> Rows:
        at = row_at(rows, "行政处罚")
        more = Cell("999", at, 8, rows[at][0].locus, 1, 4)
        first = tuple(replace(c, colspan=5) if c.col == 3 else c for c in rows[at])
        return (*rows[:at], (*first, more), *rows[at + 1 :])

    report = edited("disclosure", edit)
    assert doubtful(report) == {"disclosure/penalty/decisions"}


def test_columns_in_another_order_are_read_by_their_heads() -> None:
    """Where the format has places the head says which column is which."""

    def edit(rows: Rows) -> Rows:
        out = []
        for row in unmerged(rows, repeat=False):
            last = [replace(c, col=3) for c in row if c.col == LAST]
            moved = [replace(c, col=c.col + (3 <= c.col < LAST)) for c in row if c.col != LAST]
            out.append(tuple(sorted([*last, *moved], key=lambda c: c.col)))
        return tuple(out)

    report = edited("requests", edit)
    assert wrong(distinct("form2021"), report) == {}
    assert doubtful(report) == set()


def test_without_a_head_complete_rows_show_the_columns() -> None:
    """All of them must agree, and no head cell that is left may speak against them."""
    blank = "requests/granted/natural_person"
    cells = {c: "" if str(c) == blank else t for c, t in distinct("form2021").cells.items()}
    sheet = Sheet(make.form(), cells)
    lost = relabelled("自然人", "某某")
    report = edited("requests", lost, sheet)
    assert wrong(sheet, report) == {}
    assert doubtful(report) == set()

    def against(rows: Rows) -> Rows:
        swapped = {"商业企业": "科研机构", "科研机构": "商业企业"}
        return tuple(
            tuple(replace(c, text=swapped.get(c.text, c.text)) for c in row) for row in lost(rows)
        )

    report = edited("requests", against, sheet)
    assert wrong(sheet, report) == {}
    assert {c for c in doubtful(report) if "granted/" in c} >= {blank}


def test_a_grid_for_each_row_is_read_where_its_cells_tell() -> None:
    """Complete rows give every figure; a row with a blank has as many cells as columns."""
    blank = "requests/received/natural_person"
    cells = {c: "" if str(c) == blank else t for c, t in distinct("form2021").cells.items()}
    sheet = Sheet(make.form(), cells)
    report = parse(tidy(print_blocks(sheet, Layout(rows=True))))
    assert wrong(sheet, report) == {}


def test_a_row_of_other_cells_without_any_head_is_in_doubt() -> None:
    """Neither cells nor figures are as many as the columns."""
    locus = Locus("a.html", block=1)
    row = (
        Cell("一、本年新收政府信息公开申请数量", 0, 0, locus),
        Cell("1", 0, 1, locus),
        Cell("1", 0, 2, locus),
    )
    blank = (Cell("二、上年结转政府信息公开申请数量", 0, 0, locus), Cell("", 0, 1, locus))
    heading = Paragraph("三、收到和处理政府信息公开申请情况", Locus("a.html"))
    grids = [
        Grid((line,), replace(locus, block=n), positioned=True)
        for n, line in enumerate((row, blank))
    ]
    report = parse(tidy(Document(Source("a.html", "text/html", "", 0), (heading, *grids))))
    assert {str(c) for c in report.values if c.row == "received"} <= doubtful(report)
    assert {v.status.value for c, v in report.values.items() if c.row == "pending_start"} == {
        "blank"
    }


def test_a_corner_of_other_words_does_not_hide_the_table() -> None:
    """The head of the applicants may stand anywhere in its row."""

    def edit(rows: Rows) -> Rows:
        return (tuple(replace(c, text="办理情况") if c.col == 0 else c for c in rows[0]), *rows[1:])

    assert wrong(distinct("form2021"), edited("requests", edit)) == {}


# Labels


@pytest.mark.parametrize(
    ("label", "damaged", "table"),
    [
        ("行政许可", "行政许司", "disclosure"), ("行政强制", "行政強制", "disclosure"),
        ("（一）予以公开", "（一）子以公开", "requests"), ("2.重复申请", "2.重复申清", "requests"),
        ("7.属于行政执法案卷", "7.属行政执法案卷", "requests"),
        ("四、结转下年度继续办理", "四、结转下年度继续办埋", "requests"),
    ],
)  # fmt: skip
def test_a_label_with_one_wrong_character_is_recognised(
    label: str, damaged: str, table: str
) -> None:
    """And remarked; the figures are those of its row."""
    report = edited(table, relabelled(label, damaged))
    assert wrong(distinct("form2021"), report) == {}
    assert doubtful(report) == set()
    assert kinds(report) == {"damaged_label"}


@pytest.mark.parametrize(
    "label", ["规草", "行政处可", "行政许可5", "（三）不予公开", "总汁", "其他"]
)
def test_a_label_that_is_near_others_or_short_is_not_guessed(label: str) -> None:
    """Nor is the label of a group taken for a row."""
    assert near_row(label, "requests") is None
    assert near_row(label, "disclosure") is None


def test_a_label_cut_in_two_is_found_by_its_beginning() -> None:
    """If only one row begins so."""
    found = match_end("申请人无正当理由逾期", cores(rows_of("requests")))
    assert found is not None
    assert found.concept.id == "closed_not_corrected"


def split_label(label: str, first: str, second: str, *, below: bool) -> Callable[[Rows], Rows]:
    """An edit that wraps a label into a row of its own; the figures stand above or below."""

    def edit(rows: Rows) -> Rows:
        at = row_at(rows, label)
        own = next(c for c in rows[at] if label in c.text)
        empty = tuple(replace(c, text="") for c in rows[at])
        parts = [
            tuple(
                replace(c, text=first) if c.col == own.col else c
                for c in (empty if below else rows[at])
            ),
            tuple(
                replace(c, text=second) if c.col == own.col else c
                for c in (rows[at] if below else empty)
            ),
        ]
        below_cut = [
            tuple(replace(c, row=c.row + 1) for c in row) for row in (parts[1], *rows[at + 1 :])
        ]
        return (*rows[:at], parts[0], *below_cut)

    return edit


@pytest.mark.parametrize("below", [True, False])
@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("3.补正后申请内容仍不明确", "3.补正后申请", "内容仍不明确"),
        ("2.重复申请", "2.重复", "申请"),
    ],
)
def test_a_row_cut_in_two_is_one_row(*, label: str, first: str, second: str, below: bool) -> None:
    """Wherever its figures stand."""
    report = edited("requests", split_label(label, first, second, below=below))
    assert wrong(distinct("form2021"), report) == {}
    assert doubtful(report) == set()


def test_a_label_over_both_sides_of_its_figures_is_found_in_running_text() -> None:
    """Three lines of a PDF: the label's beginning, the figures, its end."""
    text = (
        "三、收到和处理政府信息公开申请情况\n申请人情况\n一、本年新收政府\n1 0 0 0 0 0 1\n信息公开申请数量\n"
        "二、\n2 0 0 0 0 0 2\n上年结转政府信息公开申请数量\n"
    )
    values = {str(c): v.number for c, v in text_report(text).values.items()}
    assert values["requests/received/total"] == 1
    assert values["requests/pending_start/total"] == 2


def page_cut(rows: Rows, at: int, *, overlap: bool) -> Rows:
    """The rows with one cut by the page: some figures above, the others below without words."""
    above = tuple(replace(c, text=c.text if c.col < 6 else "") for c in rows[at])
    shown = 5 if overlap else 6
    below = tuple(
        replace(
            c, row=at + 1, text=c.text if c.col >= shown else "", locus=replace(c.locus, page=9)
        )
        for c in rows[at]
    )
    rest = tuple(tuple(replace(c, row=c.row + 1) for c in row) for row in rows[at + 1 :])
    return (*rows[:at], above, below, *rest)


@pytest.mark.parametrize("overlap", [False, True])
def test_figures_of_a_row_over_a_page_are_one_row_or_in_doubt(*, overlap: bool) -> None:
    """They are laid together only where none stands in the place of another."""
    report = edited(
        "requests", lambda rows: page_cut(rows, row_at(rows, "2.重复申请"), overlap=overlap)
    )
    assert wrong(distinct("form2021"), report) == {}
    row = {str(c) for c in report.values if c.row == "rejected_repeat"}
    assert (row <= doubtful(report)) is overlap


def test_a_label_begun_in_a_table_may_end_in_a_line_below_it() -> None:
    """As on a page that ends inside a row; without room for it nothing is changed."""
    heading = Paragraph("二、主动公开政府信息情况", Locus("a.pdf", 1))
    item = Paragraph("第二十条第（六）项", Locus("a.pdf", 1))
    head = Paragraph("信息内容 本年处理决定数量", Locus("a.pdf", 1))
    locus = Locus("a.pdf", 1, block=1)
    grid = Grid(((Cell("行政", 0, 0, locus), Cell("7", 0, 1, locus)),), locus, positioned=True)
    rest = Paragraph("强制", Locus("a.pdf", 1))
    source = Source("a.pdf", "application/pdf", "", 0)
    report = parse(Document(source, (heading, item, head, grid, rest)))
    assert report.values[CellId("disclosure", "coercion", "decisions")].number == 7
    bare = Grid(((Cell("7", 0, 0, locus), Cell("8", 0, 1, locus)),), locus, positioned=True)
    begun = Paragraph("行政", Locus("a.pdf", 1))
    report = parse(Document(source, (heading, item, head, begun, bare, rest)))
    assert all(v.number is None for v in report.values.values())
    room = Grid(((Cell("", 0, 0, locus), Cell("8", 0, 1, locus)),), locus, positioned=True)
    report = parse(Document(source, (heading, item, head, begun, room, rest)))
    assert report.values[CellId("disclosure", "coercion", "decisions")].number == 8


def test_figures_in_both_parts_are_never_joined() -> None:
    """Two rows stay two rows."""
    text = "三、收到和处理政府信息公开申请情况\n申请人情况\n一、本年新收政府 1 0 0 0 0 0 1\n信息公开申请数量 2 0 0 0 0 0 2\n"
    report = text_report(text)
    assert {v.number for c, v in report.values.items() if c.row == "received"} == {None}


# Heads of table two


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        ("本年新 本年新\n信息内容 对外公开总数量\n制作数量 公开数量", True),
        ("本年新 本年新\n信息内容 对外公开总数量\n公开数量 制作数量", False),
        ("信息内容 本年新制作数童 本年新公开数量 对外公升总数量", True),
        ("信息内容 本年 对外", False),
    ],
)
def test_a_torn_or_damaged_head_is_read_where_all_of_it_is_there(head: str, *, sure: bool) -> None:
    """In the form's order, or not at all; it is remarked."""
    report = text_report(
        f"二、主动公开政府信息情况\n第二十条第（一）项\n{head}\n规章 1 2 3\n规范性文件 4 5 6\n"
    )
    numbers = {v.number for c, v in report.values.items() if c.row == "regulations"}
    assert numbers == ({1, 2, 3} if sure else {None})
    assert "cut_header" in kinds(report)


def test_a_head_without_the_words_above_the_labels_is_a_head() -> None:
    """Its columns are named."""
    report = edited("disclosure", relabelled("信息内容", ""))
    assert wrong(distinct("form2021"), report) == {}
    assert doubtful(report) == set()


def test_a_row_of_other_cells_makes_incomplete_rows_below_the_same_head_doubtful() -> None:
    """A row whose figures stand beside the head shows that places cannot be believed."""
    cells = dict(distinct("form2021").cells)
    cells[CellId("disclosure", "normative_docs", "issued")] = ""
    sheet = Sheet(make.form(), cells)

    def edit(rows: Rows) -> Rows:
        at = row_at(rows, "规章")
        narrow = tuple(replace(c, col=c.col - 2, colspan=1) if c.col == 3 else c for c in rows[at])
        short = tuple(c for c in rows[at + 1] if c.text)
        return (*rows[:at], narrow, short, *rows[at + 2 :])

    report = edited("disclosure", edit, sheet)
    assert wrong(sheet, report) == {}
    assert "disclosure/normative_docs/issued" in doubtful(report)


# Rows of counted cells that may have been moved


def cells_of(sheet: Sheet, table: str, row: str) -> list[str]:
    """What is printed in a row of table three or four."""
    return [text for cell, text in sheet.cells.items() if cell[:2] == (table, row)]


def sound() -> Sheet:
    """A sound report as texts."""
    return Sheet(make.form(), {cell: str(n) for cell, n in make.figures().items()})


def test_a_row_of_which_a_cell_is_lost_and_the_end_filled_up_is_in_doubt() -> None:
    """The sums down the columns fail; a row with blanks at its end whose sums hold is read."""
    sheet = sound()
    whole = "\t".join(cells_of(sheet, "requests", "granted"))
    packed = "\t".join([*cells_of(sheet, "requests", "granted")[1:], ""])
    text = print_report(sheet, "tsv")
    report = text_report(text.replace(f"（一）予以公开\t\t{whole}", f"（一）予以公开\t\t{packed}"))
    assert {str(c) for c in report.values if c.row == "granted"} <= doubtful(report)
    zero = {CellId("requests", "granted", c): "" for c in ("other_org", "total")}
    blank = Sheet(make.form(), {**sheet.cells, **zero})
    assert wrong(blank, text_report(print_report(blank, "tsv"))) == {}


@pytest.mark.parametrize("lost", [0, 6, 13])
def test_a_cell_lost_in_table_four_is_in_doubt(lost: int) -> None:
    """Fifteen columns, fourteen figures and a blank at the end."""
    sheet = sound()
    rows = ("review", "suit_direct", "suit_after_review")
    figures = [text for row in rows for text in cells_of(sheet, "disputes", row)]
    packed = [*figures[:lost], *figures[lost + 1 :], ""]
    text = print_report(sheet, "tsv").replace("\t".join(figures), "\t".join(packed))
    assert wrong(sheet, text_report(text)) == {}


def test_a_lost_zero_in_table_four_puts_only_the_blank_in_doubt() -> None:
    """All figures are zeros: which one is lost makes no difference but at the end."""
    zeros = {cell: "0" for cell in make.figures() if cell.table == "disputes"}
    sheet = Sheet(make.form(), {**sound().cells, **zeros})
    text = print_report(sheet, "tsv").replace("\t".join(["0"] * 15), "\t".join(["0"] * 14 + [""]))
    report = text_report(text)
    assert wrong(sheet, report) == {}
    assert CellId("disputes", "review", "upheld") in report.values


def test_a_channel_that_is_blank_altogether_is_blank() -> None:
    """Nothing is lost where the blanks begin with a channel."""
    blank = {c: "" for c in make.figures() if c.table == "disputes" and c.row != "review"}
    sheet = Sheet(make.form(), {**sound().cells, **blank})
    report = text_report(print_report(sheet, "tsv"))
    assert wrong(sheet, report) == {}
    assert doubtful(report) == set()


def test_text_in_the_middle_of_the_head_of_table_four_puts_it_in_doubt() -> None:
    """What follows may be another table's figures."""
    text = print_report(sound(), "words")
    head = "结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉"
    broken = text.replace(head, f"{head}\n以下另有说明，与本表无关。")
    assert broken != text
    assert {name.split("/")[0] for name in doubtful(text_report(broken))} == {"disputes"}
    early = text.replace("行政复议 行政诉讼", "行政复议\n本年度没有变化。\n行政复议 行政诉讼")
    assert wrong(sound(), text_report(early)) == {}
    assert doubtful(text_report(early)) == set()


def test_a_lone_figure_behind_a_row_puts_the_row_in_doubt() -> None:
    """A figure may be broken over two lines in its cell."""
    text = "三、收到和处理政府信息公开申请情况\n申请人情况\n一、本年新收政府信息公开申请数量 0 0 0 0 0 5 148190\n2\n四、结转下年度继续办理 0 0 0 0 0 0 0\n"
    report = text_report(text)
    assert {v.number for c, v in report.values.items() if c.row == "received"} == {None}
    assert RemarkKind.UNKNOWN_LABEL.value in kinds(report)


def test_a_title_over_three_lines_is_one_title() -> None:
    """The page cuts it anywhere; a sentence in between ends it."""
    report = text_report(
        "示例市样本区统计局\n2023年政府信息公开工作年度\n报\n告\n一、总体情况\n正文。\n"
    )
    assert (report.title.agency, report.title.year) == ("示例市样本区统计局", 2023)
    report = text_report("示例市统计局2023年政府信息公开\n工作年度报\n告\n一、总体情况\n正文。\n")
    assert (report.title.agency, report.title.year) == ("示例市统计局", 2023)
    report = text_report(
        "示例市统计局2023年\n政府信息公开工作年度报\n以下是正文。\n告\n一、总体情况\n"
    )
    assert report.title.text == ""


def test_links_of_a_page_are_no_title() -> None:
    """The title nearest above the first section is taken, and one with a year."""
    report = text_report(
        "当前位置：首页 > 政务公开 > 政府信息公开年报\n示例市2021年政府信息公开工作年度报告\n"
        "示例市民政局2023年政府信息公开工作年度报告\n政府信息公开年报\n一、总体情况\n正文。\n"
    )
    assert (report.title.agency, report.title.year) == ("示例市民政局", 2023)


def test_a_digit_glued_to_a_label_puts_the_row_in_doubt() -> None:
    """It may be its first figure."""
    label = "5.要求行政机关确认或重新出具已获取信息"
    report = edited("requests", relabelled(label, f"{label}7"))
    row = {str(c) for c in report.values if c.row == "rejected_reissue"}
    assert doubtful(report) == row


def test_a_label_over_the_first_column_of_figures_leaves_six_for_seven() -> None:
    """Which of them is gone cannot be known."""

    def edit(rows: Rows) -> Rows:
        at = row_at(rows, "（一）予以公开")
        row = tuple(
            replace(c, colspan=3) if "予以公开" in c.text else c for c in rows[at] if c.col != 3
        )
        return (*rows[:at], row, *rows[at + 1 :])

    report = edited("requests", edit)
    assert doubtful(report) == {str(c) for c in report.values if c.row == "granted"}


def test_a_grid_without_a_head_goes_on_with_the_columns_of_the_one_before() -> None:
    """If it has as many columns; the blank keeps its place."""
    blank = CellId("requests", "pending_end", "natural_person")
    sheet = Sheet(make.form(), {**distinct("form2021").cells, blank: ""})
    report = parse(tidy(print_blocks(sheet, Layout(cut=27))))
    assert wrong(sheet, report) == {}
    assert not {name for name in doubtful(report) if name.startswith("requests/")}


def test_a_head_of_two_columns_in_one_cell_gives_no_places() -> None:
    """As many figures as columns are read in order, fewer are in doubt."""
    locus = Locus("a.pdf", 1, block=1)
    head = ("信息内容", "上一年\n本年增/减\n项目数量", "", "处理决定数量", "")
    texts = (head, ("行政处罚", "50", "0", "52", ""), ("行政强制", "", "0", "7", ""))
    rows = tuple(
        tuple(Cell(text, at, col, locus) for col, text in enumerate(row))
        for at, row in enumerate(texts)
    )
    heading = Paragraph("二、主动公开政府信息情况", Locus("a.pdf", 1))
    item = Paragraph("第二十条第（六）项", Locus("a.pdf", 1))
    blocks = (heading, item, Grid(rows, locus, positioned=True))
    report = parse(tidy(Document(Source("a.pdf", "application/pdf", "", 0), blocks)))
    values = {
        str(c): v.number for c, v in report.values.items() if c.row in {"penalty", "coercion"}
    }
    assert list(values.values()) == [50, 0, 52, None, None, None]
    assert {c for c in doubtful(report) if "coercion" in c} == {
        c for c in values if "coercion" in c
    }


# Layouts that cannot be read, and must not be half read


def test_a_head_without_its_spans_over_rows_that_are_elsewhere_is_not_believed() -> None:
    """Its columns are in another order, and complete rows do not stand under it."""

    def edit(rows: Rows) -> Rows:
        order = ["自然人", "商业企业", "总计", "科研机构", "社会公益组织", "法律服务机构", "其他"]
        head = tuple(
            Cell(text, 0, col, rows[0][0].locus) for col, text in enumerate(["申请人情况", *order])
        )
        body = []
        for at, row in enumerate(rows[3:], start=1):
            label, *figures = row[-8:]
            shift = 0 if at < 3 else 1
            cells = [label, *figures]
            body.append(
                tuple(
                    replace(c, row=at, col=n + shift, colspan=1, rowspan=1)
                    for n, c in enumerate(cells)
                )
            )
        return (head, *body)

    report = edited("requests", edit)
    assert wrong(distinct("form2021"), report) == {}
    assert {str(c) for c in report.values if c.table == "requests"} <= doubtful(report)


@pytest.mark.parametrize("printed", ["零", "2（含网上1）"])
def test_words_for_all_figures_of_table_four_are_no_blanks(printed: str) -> None:
    """The row is there, its figures cannot be read: none is missing, none has a number."""
    figures = {c: printed for c in make.figures() if c.table == "disputes"}
    report = edited(
        "disputes", lambda rows: rows, Sheet(make.form(), {**distinct().cells, **figures})
    )
    told = {Status.AMBIGUOUS, Status.TEXT}
    assert all(report.values[cell].status in told for cell in figures)


def test_figures_without_a_label_put_their_neighbours_in_table_two_in_doubt() -> None:
    """A figure may be broken over two rows of a narrow cell."""
    lone = (
        "二、主动公开政府信息情况\n第二十条第（六）项\n信息内容\t本年处理决定数量\n"
        "行政处罚\t12\n\t9\n行政强制\t7\n第二十条第（八）项\n信息内容\t本年收费金额\n行政事业性收费\t1.5\n"
    )
    values = text_report(lone).values
    assert values[CellId("disclosure", "penalty", "decisions")].number is None
    assert values[CellId("disclosure", "coercion", "decisions")].number is None
    assert values[CellId("disclosure", "fees", "amount_wan")].number is not None


def test_figures_left_of_their_labels_leave_no_blank_row() -> None:
    """They are noted as strays, and the row is in doubt."""

    def turned(rows: list[list[str]]) -> str:
        return "\n".join("\t".join([*row[3:], *row[:3]]) for row in rows)

    rows = [line.split("\t") for line in print_report(distinct(), "tsv").split("\n")]
    table = [row for row in rows if len(row) == 10]
    report = text_report("三、收到和处理政府信息公开申请情况\n" + turned(table) + "\n")
    assert {v.status.value for v in report.values.values()} == {"ambiguous"}


@pytest.mark.parametrize(
    ("text", "version", "table"),
    [
        ("第二十条第（一）项\n信息内容\t规章\t行政规范性文件\n本年制发件数\t0\t8\n现行有效件数\t1\t2\n", "form2021", "disclosure"),
        ("信息内容\t数量\n其他对外管理服务事项\t上一年项目数量\t4\n政府集中采购\t采购项目数量\t5\n", "form2019", "disclosure"),
    ],
)  # fmt: skip
def test_a_table_turned_on_its_side_is_in_doubt_in_the_form_it_names(
    text: str, version: str, table: str
) -> None:
    """No row could be read, but its words and figures are there."""
    report = text_report(f"二、主动公开政府信息情况\n{text}")
    assert {v.number for v in report.values.values()} == {None}
    assert set(report.tables.values()) == {version}
    assert all(c.table == table for c in report.values)


def test_table_three_on_its_side_is_in_doubt_in_the_form_it_names() -> None:
    """Rows that only one form has tell which."""
    rows = "\t".join(row.label for row in make.form("form2019").tables[1].items[0].rows)
    head = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    report = text_report(f"三、收到和处理政府信息公开申请情况\n{head}\n\t{rows}\n自然人\t1\t2\t3\n")
    assert set(report.tables.values()) == {"form2019"}
    assert {v.status.value for v in report.values.values()} == {"ambiguous"}


def test_a_numbered_label_is_never_the_end_of_the_one_above_it() -> None:
    """Cells aligned at the top: figures stand beside the first line of a label that goes on below."""
    report = text_report(
        "三、收到和处理政府信息公开申请情况\n"
        "一、本年新收政府信息公开申请数量 9 0 0 0 0 0 9\n"
        "1.申请 0 0 0 0 0 0 0\n人无正\n当理由\n逾期不补\n正、行政\n机关不再\n处理其政府信息\n公开申请\n"
        "2.申请 0 0 0 9 0 0 9\n人逾期\n未按收\n费通知要\n求缴纳费用、\n行政机关不\n再处理其政府信息\n公开申请\n"
        "四、结转下年度继续办理 0 0 0 0 0 0 0\n"
    )
    rows = {"closed_not_corrected", "closed_fee_unpaid"}
    values = {c: v for c, v in report.values.items() if c.row in rows}
    assert len(values) == 14
    assert {value.status for value in values.values()} == {Status.AMBIGUOUS}


def test_a_numbered_label_that_names_its_row_needs_nothing_above_it() -> None:
    """What stands above is the label of its group, cut into lines."""
    report = text_report(
        "三、收到和处理政府信息公开申请情况\n"
        "一、本年新收政府信息公开申请数量 9 0 0 0 0 0 9\n"
        "（三）不\n予公开\n1.属于国家秘密 3 0 0 0 0 0 3\n"
    )
    found = report.values[CellId("requests", "denied_state_secret", "total")]
    assert (found.number, found.status) == (3, Status.NUMBER)


def test_figures_beside_labels_of_one_character_a_line_put_the_table_in_doubt() -> None:
    """The table is there, though no row of it can be told; it is not absent."""
    report = text_report(
        "二、主动公开政府信息情况\n信\n息\n内\n容\n制\n发\n规\n章 0 0 2\n"
        "三、收到和处理政府信息公开申请情况\n本年度未收到申请。\n3\n"
    )
    statuses = {c.table: v.status for c, v in report.values.items()}
    assert statuses == {"disclosure": Status.AMBIGUOUS}


@pytest.mark.parametrize(
    "line",
    [
        "0 0 0 1 0 2",
        "结果维持0件，结果纠正0件，其他结果1件，尚未审结0件，总计1件；未经复议直接起诉的，结果维持0件，结果纠正0件，其他结果0件，尚未审结0件，总计0件。",
    ],
)
def test_many_figures_or_many_words_of_a_table_put_it_in_doubt(line: str) -> None:
    """They stand in its section, though no table of it can be read."""
    report = text_report(f"四、政府信息公开行政复议、行政诉讼情况\n{line}\n")
    assert {v.status for v in report.values.values()} == {Status.AMBIGUOUS}
    assert {c.table for c in report.values} == {"disputes"}
