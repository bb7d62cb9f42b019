"""The head of table three: turned columns, columns too many, and pages without a head."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import make
import pytest
from printers import ROWS, print_report, print_tsv
from readback import assert_same, distinct, doubtful, read_back, sound, wrong

from gongkai.model import Cell, Document, Grid, Paragraph
from gongkai.parse import parse
from gongkai.tidy import tidy
from print_blocks import Layout, moved, print_blocks, unmerged

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.model import Report
    from print_blocks import Rows

PUBLIC, LEGAL, TOTAL = 6, 7, 9  # columns of the printed table
HEAD = 3  # rows of its head
SHEET = distinct("form2021")
FIGURES = {str(cell) for cell in SHEET.cells if cell.table == "requests"}


def turned(rows: Rows) -> Rows:
    """The table with the legal-service bodies before the public-interest organisations."""
    other = {PUBLIC: LEGAL, LEGAL: PUBLIC}
    return tuple(
        tuple(
            sorted(
                (replace(c, col=other.get(c.col, c.col)) if c.colspan == 1 else c for c in row),
                key=lambda c: c.col,
            )
        )
        for row in rows
    )


def inserted(at: int, texts: Callable[[int], str], *, tall: bool = True) -> Callable[[Rows], Rows]:
    """An edit that puts a column before the column `at`; its head cell is as high as the head."""

    def edit(rows: Rows) -> Rows:
        out = []
        for number, row in enumerate(rows):
            cells = []
            for cell in row:
                over = cell.col < at < cell.col + cell.colspan
                beyond = cell.col >= at
                cell_ = replace(cell, colspan=cell.colspan + 1) if over else cell
                cells.append(replace(cell_, col=cell.col + 1) if beyond else cell_)
            taken = any(c.col <= at < c.col + c.colspan for c in cells)
            if (number == 0 or number >= HEAD or not tall) and not taken:
                height = HEAD if number == 0 and tall else 1
                cells.append(Cell(texts(number), number, at, row[0].locus, height))
            out.append(tuple(sorted(cells, key=lambda c: c.col)))
        return tuple(out)

    return edit


def printed(
    edit: Callable[[Rows], Rows],
    layout: Layout | None = None,
    second: Callable[[Rows], Rows] | None = None,
) -> Report:
    """The report with table three edited; `second` edits what stands on its second page."""

    def only(section: str, rows: Rows) -> Rows:
        return edit(rows) if section == "requests" else rows

    document = print_blocks(SHEET, layout or Layout(), only)
    return parse(tidy(document if second is None else on_second_page(document, second)))


def on_second_page(document: Document, edit: Callable[[Rows], Rows]) -> Document:
    """The document with the second of two grids that follow each other edited."""
    blocks = list(document.blocks)
    places = [
        at
        for at, (first, second) in enumerate(pairwise(blocks), start=1)
        if isinstance(first, Grid) and isinstance(second, Grid)
    ]
    for at in places[1:2]:
        grid = blocks[at]
        assert isinstance(grid, Grid)
        blocks[at] = replace(grid, rows=edit(grid.rows))
    return replace(document, blocks=tuple(blocks))


# -- A page without a head -------------------------------------------------------------------


@pytest.mark.parametrize("cut", [2, 3, 4, 12, 26])
def test_a_page_without_a_head_has_the_order_of_the_page_before(cut: int) -> None:
    """Wherever the page breaks, within the head too."""
    report = printed(turned, Layout(cut=cut))
    assert_same(SHEET, report)


@pytest.mark.parametrize("cut", [3, 12])
def test_a_page_with_other_places_keeps_the_order(cut: int) -> None:
    """Its complete rows show where the columns are, the page before which is which."""
    report = printed(turned, Layout(cut=cut), lambda rows: moved(rows, 1, 0))
    assert_same(SHEET, report)


def test_a_page_without_a_head_and_without_complete_rows_is_in_doubt() -> None:
    """Behind turned columns the number of figures says nothing."""

    def sparse(rows: Rows) -> Rows:
        kept = tuple(tuple(c for c in row if c.col != TOTAL) for row in rows)
        return moved(kept, 1, 0)

    report = printed(turned, Layout(cut=12), sparse)
    assert wrong(SHEET, report) == {}
    assert {cell for cell in doubtful(report) if "/received/" in cell} == set()
    assert {cell for cell in FIGURES if "/pending_end/" in cell} <= doubtful(report)


def test_half_a_head_that_is_turned_leaves_the_next_page_in_doubt() -> None:
    """Its columns are not those of the next page, which has the other half."""

    def total_first(rows: Rows) -> Rows:
        def col(cell: Cell) -> int:
            return 3 if cell.col == TOTAL else cell.col + (3 <= cell.col < TOTAL)

        return tuple(
            tuple(
                sorted(
                    (replace(c, col=col(c)) for c in row if c.text != "申请人情况"),
                    key=lambda c: c.col,
                )
            )
            for row in rows
        )

    report = printed(total_first, Layout(cut=2), lambda rows: moved(rows, 1, 0))
    assert wrong(SHEET, report) == {}
    assert doubtful(report) >= FIGURES


def test_counted_cells_and_running_text_keep_the_order_too() -> None:
    """They have no places: behind a turned head nothing of them is certain."""
    table = next(t for t in SHEET.form.tables if t.id == "requests")
    rows = [
        [*row[:PUBLIC], row[LEGAL], row[PUBLIC], *row[LEGAL + 1 :]]
        for row in ROWS["requests"](SHEET, table)
    ]
    first, rest = print_tsv(rows[:12]), rows[12:]
    heading = "三、收到和处理政府信息公开申请情况"
    for second in (print_tsv(rest), "\n".join(" ".join(c for c in row if c) for row in rest)):
        report = read_back(f"{heading}\n{first}\n\n- 2 -\n\n{second}\n")
        assert doubtful(report) == FIGURES


def test_a_head_in_text_that_is_turned_holds_for_the_grid_below() -> None:
    """Where a page gives the head as text and the rows as a table."""

    def cut(rows: Rows) -> Rows:
        return turned(rows)[HEAD:]

    def only(section: str, rows: Rows) -> Rows:
        return cut(rows) if section == "requests" else rows

    document = print_blocks(SHEET, Layout(), only)
    blocks = list(document.blocks)
    grids = [at for at, block in enumerate(blocks) if isinstance(block, Grid)]
    words = (
        "申请人情况\n自然人 法人或其他组织 总计\n商业企业 科研机构 法律服务机构 社会公益组织 其他"
    )
    head = [Paragraph(text, blocks[grids[1]].locus) for text in words.split("\n")]
    blocks[grids[1] : grids[1]] = head
    report = parse(tidy(replace(document, blocks=tuple(blocks))))
    assert wrong(SHEET, report) == {}
    assert doubtful(report) == FIGURES


# -- Columns that the form does not have -----------------------------------------------------


@pytest.mark.parametrize(
    ("at", "head", "figure"),
    [
        (3, "单位", "件"),
        (3, "行次", "3"),
        (3, "序号", "1"),
        (3, "计量单位", "件"),
        (10, "备注", ""),
        (10, "备注", "含上年"),
        (10, "同比增减", "+3"),
        (10, "2022年总计", "88"),
        (10, "上年数", "88"),
        (8, "小计", "88"),
    ],
)
@pytest.mark.parametrize("cut", [0, 12])
def test_a_column_with_a_head_of_its_own_is_none_of_the_forms(
    at: int, head: str, figure: str, cut: int
) -> None:
    """Figures under the seven heads are certain, on the next page too."""
    edit = inserted(at, lambda number: head if number == 0 else figure, tall=at != 8)
    report = printed(edit, Layout(cut=cut))
    assert_same(SHEET, report)


def test_a_year_beside_the_year_is_in_doubt() -> None:
    """Where each column stands there twice, none is known to be this year's."""

    def twice(rows: Rows) -> Rows:
        out = []
        for row in unmerged(rows, repeat=True):
            more = [replace(c, col=c.col + 7) for c in row if c.col > 2]
            out.append((*row, *more))
        return tuple(out)

    report = printed(twice)
    assert wrong(SHEET, report) == {}
    assert doubtful(report) >= FIGURES


def test_one_year_above_all_columns_is_this_years() -> None:
    """A cell with the year above the applicants makes no column another one."""

    def dated(rows: Rows) -> Rows:
        return tuple(
            tuple(replace(c, text="2023年") if c.text == "申请人情况" else c for c in row)
            for row in rows
        )

    assert_same(SHEET, printed(dated))


def test_last_years_columns_are_told_by_their_year() -> None:
    """Each has the year above it; those of the report have none."""

    def beside(rows: Rows) -> Rows:
        out = []
        for row in unmerged(rows, repeat=False):
            more = [
                replace(c, col=c.col + 7, text="2022年" if c.row == 0 else c.text)
                for c in row
                if c.col > 2
            ]
            out.append((*row, *more))
        return tuple(out)

    assert_same(SHEET, printed(beside))


def test_columns_beside_the_forms_need_a_head_under_which_the_rows_stand() -> None:
    """Where complete rows stand elsewhere, nothing tells which figure is which."""

    def edit(rows: Rows) -> Rows:
        out = inserted(10, lambda number: "备注" if number == 0 else "7")(rows)
        return tuple(
            tuple(replace(c, col=c.col + 1) if n >= HEAD and c.col > 2 else c for c in row)
            for n, row in enumerate(out)
        )

    report = printed(edit)
    assert wrong(SHEET, report) == {}
    assert doubtful(report) >= FIGURES


# -- Counted cells ---------------------------------------------------------------------------


def tsv_with_column(at: int, texts: str, changed: dict[str, str], head: str) -> Report:
    """Table three as counted cells with a column more; `texts` are its cells in turn."""
    sheet = sound(changed=changed)
    table = next(t for t in sheet.form.tables if t.id == "requests")
    rows = [
        [*row[:at], head if n == 1 else "" if n < HEAD else texts[n % len(texts)], *row[at:]]
        for n, row in enumerate(ROWS["requests"](sheet, table))
    ]
    return read_back(f"三、收到和处理政府信息公开申请情况\n{print_tsv(rows)}\n")


@pytest.mark.parametrize("head", ["占比", "", "/"])
@pytest.mark.parametrize("at", [3, 5, 9, 10])
def test_a_counted_column_too_many_and_a_blank_are_not_seven_figures(at: int, head: str) -> None:
    """A mark counts as nothing in a sum: neither number nor sum tells it from a figure."""
    rows = ("received", "granted", "denied_deliberative", "unable_unclear", "pending_end")
    changed = {f"requests/{row}/research_institution": "" for row in rows}
    report = tsv_with_column(at, "/", changed, head)
    told = wrong(sound(changed=changed), report)
    assert {cell for cell in told if cell.startswith("requests/")} == set()
    assert {f"requests/{row}/total" for row in rows} <= doubtful(report)


@pytest.mark.parametrize("row", make.form().tables[1].items[0].rows, ids=lambda row: row.id)
def test_a_row_without_the_blank_of_the_others_is_not_counted(row: object) -> None:
    """No row has eight figures; what stands in the gap of one row is printed in the others."""
    name = getattr(row, "id", "")
    blank = {str(c): "" for c in FIGURES if c.endswith("/public_interest_org")}
    del blank[f"requests/{name}/public_interest_org"]
    changed = {**blank, f"requests/{name}/natural_person": ""}
    report = tsv_with_column(5, "/", changed, "")
    told = wrong(sound(changed=changed), report)
    assert {cell for cell in told if cell.startswith("requests/")} == set()


# -- Running text ----------------------------------------------------------------------------

RAW = "自然\n人\n法人或其他组织 总\n计\n商业企\n业\n科研机\n构\n{}\n其\n他"
LAY = (
    "                自然   法人或其他组织                          总计\n"
    "                人    商业   科研   {}   其他\n"
    "                      企业   机构   {}"
)


def in_text(head: str, above: str = "申请人情况") -> Report:
    """Table three as running text below this head."""
    sheet = sound()
    table = next(t for t in sheet.form.tables if t.id == "requests")
    rows = [" ".join(c for c in row if c) for row in ROWS["requests"](sheet, table)[HEAD:]]
    heading = "三、收到和处理政府信息公开申请情况"
    return read_back("\n".join([heading, above, head, *rows]))


@pytest.mark.parametrize(
    "head",
    [
        RAW.format("法律服务\n机构\n社会公益\n组织"),
        RAW.format("法律服务 社会公益\n机构 组织"),
        RAW.format("法\n律\n服\n务\n机\n构\n社\n会\n公\n益\n组\n织"),
        RAW.format("法律服务机构\n社会公益组织"),
        LAY.format("法律服务 社会公益", "机构   组织"),
        LAY.format("     社会公益", "法律      组织"),
        "总计 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他",
        "自然人 商业企业 科研机构 小计 社会公益组织 法律服务机构 其他 总计",
    ],
)
def test_a_turned_head_in_running_text_puts_its_figures_in_doubt(head: str) -> None:
    """Its cells may be cut over several lines; words of one column alone show the order."""
    assert doubtful(in_text(head)) == FIGURES


@pytest.mark.parametrize(
    "head",
    [RAW.format("法律服务\n机构\n社会公益\n组织"), LAY.format("法律服务 社会公益", "机构   组织")],
)
def test_a_turned_head_is_seen_where_the_words_above_it_are_torn(head: str) -> None:
    """The columns themselves show where the table begins."""
    assert doubtful(in_text(head, "申请人\n情况")) == FIGURES


def test_words_about_applicants_do_not_begin_the_table() -> None:
    """The head is a cell or a word of its own; inside other words it is none."""
    text = print_report(sound(), "tsv")
    heading = next(line for line in text.splitlines() if line.startswith("三、"))
    told = read_back(text.replace(heading, f"{heading}\n各类申请人情况表"))
    assert_same(sound(), told)


def test_applicants_in_a_list_do_not_begin_the_table() -> None:
    """A line of text has other words too."""
    report = read_back("一、总体情况\n商业企业、科研机构申请2件\n商业\n")
    assert report.sections[0].text == "商业企业、科研机构申请2件\n商业"


@pytest.mark.parametrize(
    "head",
    [
        RAW.format("社会公益\n组织\n法律服务\n机构"),
        RAW.format("社\n会\n公\n益\n组\n织\n法\n律\n服\n务\n机\n构"),
        LAY.format("社会公益 法律服务", "组织   机构"),
        LAY.format("公益   服务", "组织   机构").replace("商业", "    ", 1),
        "自然人\n法人或其他组织\n总计\n商业企业 科研机构\n社会公益\n组织\n法律服务\n机构\n其他",
        "总　计\n自  然\n人\n法人或其\n他组织\n商  业\n科  研\n社  会\n法  律\n其  他",
    ],
)
def test_a_head_in_the_forms_order_leaves_no_doubt(head: str) -> None:
    """A page may give the total first; the sums of the rows then say that it is the last."""
    assert doubtful(in_text(head)) == set()


def test_a_total_above_its_columns_needs_sums() -> None:
    """Where rows do not add up to their last figure, it may stand elsewhere."""
    head = "总计\n自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他"
    rows = "一、本年新收政府信息公开申请数量 9 1 2 3 1 1 1\n二、上年结转政府信息公开申请数量 2 1 1 0 0 0 0"
    heading = "三、收到和处理政府信息公开申请情况"
    report = read_back(f"{heading}\n申请人情况\n{head}\n{rows}\n")
    assert {
        v.number for c, v in report.values.items() if c.row in {"received", "pending_start"}
    } == {None}
