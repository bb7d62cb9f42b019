"""Workbooks: what a reader of the sheets sees, cell by cell, and where it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import xlrd
from print_workbook import (
    LAYOUTS,
    SOFFICE,
    converted,
    data,
    number_cell,
    print_xlsx,
    text_cell,
    workbook,
)
from readback import FORMS, assert_as_printed, grids, sheet

from gongkai.model import Grid, Heading, Paragraph, Picture
from gongkai.parse import read_number
from gongkai.read import ReadError, workbook_tables
from gongkai.read import workbook as module
from gongkai.read.limits import LIMITS, Limits
from gongkai.read.workbook import read_xls, read_xlsx
from gongkai.read.workbook_format import BUILT_IN, plain, shown, shown_text
from gongkai.read.workbook_tables import Float, Merge, Sheet, address, blocks_of

if TYPE_CHECKING:
    from gongkai.model import Block


def grid_texts(blocks: tuple[Block, ...]) -> list[list[list[str]]]:
    """The tables as texts."""
    return [[[c.text for c in row] for row in grid.rows] for grid in grids(blocks)]


def summary(blocks: tuple[Block, ...]) -> list[object]:
    """Running text as it is, tables as rows of texts."""
    return [
        [[c.text for c in row] for row in b.rows] if isinstance(b, Grid) else b.text for b in blocks
    ]


def of(*lines: list[str], **more: object) -> Sheet:
    """A sheet with these rows; "" is an empty cell, "□" an empty one with a frame."""
    made = Sheet("Sheet1", **more)  # type: ignore[arg-type]  # a test names the fields
    for at, texts in enumerate(lines, start=1):
        for col, text in enumerate(texts, start=1):
            if text == "□":
                made.framed.add((at, col))
            elif text:
                made.texts[at, col] = text
    return made


# -- whole reports ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_report_is_read_as_printed_in_every_layout(form: str, layout: str) -> None:
    """One sheet or six, merged or not, framed or bare, numbers or text: the same figures."""
    printed = sheet(form)
    assert_as_printed(printed, read_xlsx(print_xlsx(printed, layout), "a.xlsx"))


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice, which writes the old format, is absent")
@pytest.mark.parametrize("layout", ["one_sheet", "sheets", "bare"])
def test_an_old_workbook_is_read_as_the_new_one(layout: str) -> None:
    """Excel 97, and what LibreOffice makes of that again."""
    printed = sheet("form2021")
    old = converted(print_xlsx(printed, layout), "xlsx", "xls")
    assert_as_printed(printed, read_xls(old, "a.xls"))
    assert_as_printed(printed, read_xlsx(converted(old, "xls", "xlsx"), "a.xlsx"))


# -- cells of Office Open XML ----------------------------------------------------------------


STYLES = (
    '<x:numFmts><x:numFmt numFmtId="164" formatCode="0.00"/></x:numFmts>'
    '<x:fonts><x:font/><x:font><x:vertAlign val="superscript"/></x:font>'
    '<x:font><x:strike/></x:font><x:font><x:color rgb="FFFFFFFF"/></x:font>'
    '<x:font><x:color theme="0"/></x:font><x:font><x:color theme="0" tint="-0.5"/></x:font>'
    "</x:fonts>"
    '<x:fills><x:fill><x:patternFill/></x:fill><x:fill><x:patternFill patternType="solid">'
    '<x:fgColor rgb="FF000080"/></x:patternFill></x:fill><x:fill><x:gradientFill/></x:fill>'
    '<x:fill><x:patternFill patternType="solid"><x:fgColor indexed="9"/></x:patternFill></x:fill>'
    "</x:fills>"
    '<x:borders><x:border/><x:border><x:left style="thin"/></x:border>'
    '<x:border><x:diagonal style="thin"/><x:top style="none"/></x:border></x:borders>'
    "<x:cellXfs><x:xf/>"
    + "".join(
        f"<x:xf {one}/>"
        for one in ('numFmtId="164"', 'fontId="1"', 'fontId="2"', 'borderId="1"', 'numFmtId="10"',
                    'numFmtId="999" fontId="9" borderId="9"', 'numFmtId="14"', 'borderId="2"',
                    'fontId="3"', 'fontId="3" fillId="1"', 'fontId="3" fillId="2"',
                    'fontId="4" fillId="3"', 'fontId="5"')
    )
    + "</x:cellXfs>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (number_cell("3.0"), "3"),
        (number_cell("0.30000000000000004"), "0.3"),
        (number_cell("12", 1), "12.00"),
        (number_cell("5", 2), "⁵"),
        (number_cell("5", 3), "5\u0336"),
        (number_cell("5", 9), "5 [白色]"),
        (text_cell("/", style=9), "/ [白色]"),
        (text_cell("5件", style=9), "5件 [白色]"),
        (text_cell("总计", style=9), "总计"),
        (text_cell("表2数据", style=9), "表2数据"),
        (number_cell("5", 10), "5"),
        (number_cell("5", 11), "5"),
        (number_cell("5", 12), "5 [白色]"),
        (number_cell("5", 13), "5"),
        (number_cell("0.12", 5), "12.00%"),
        (number_cell("7", 6), "7"),
        (number_cell("7", 99), "7"),
        (number_cell("44927", 7), "2023/1/1"),
        (number_cell("1.2.3"), "1.2.3"),
        ('<x:c t="s"><x:v>0</x:v></x:c>', "共享"),
        ('<x:c t="s"><x:v>1</x:v></x:c>', "2¹"),
        ('<x:c t="s"><x:v>2</x:v></x:c>', "2 1件"),
        ('<x:c t="s"><x:v>9</x:v></x:c>', "9"),
        ('<x:c t="s"><x:v>x</x:v></x:c>', "x"),
        ('<x:c t="b"><x:v>1</x:v></x:c>', "TRUE"),
        ('<x:c t="e"><x:v>#REF!</x:v></x:c>', "#REF!"),
        ('<x:c t="d"><x:v>2023-01-01</x:v></x:c>', "2023-01-01"),
        ('<x:c t="str"><x:f>A1</x:f><x:v>件</x:v></x:c>', "件"),
        ('<x:c t="str"><x:f>A1</x:f><x:v/></x:c>', ""),
        ("<x:c><x:f>SUM(B1:B2)</x:f></x:c>", "=SUM(B1:B2)"),
        ('<x:c><x:f t="shared"/><x:v/></x:c>', "="),
        ("<x:c><x:f>1+1</x:f><x:v>2</x:v></x:c>", "2"),
        ('<x:c t="inlineStr"/>', ""),
        (text_cell("甲_x000D_\n乙\r丙"), "甲\n乙\n丙"),
        (text_cell("_x005F_"), "_"),
        ("<x:c><x:v/></x:c>", ""),
    ],
)
def test_a_cell_is_what_its_reader_sees(cell: str, text: str) -> None:
    """Numbers in their format, raised and struck digits apart, a formula without value as such."""
    strings = (
        "<x:si><x:t>共享</x:t><x:rPh><x:t>gong</x:t></x:rPh></x:si><x:si><x:r><x:t>2</x:t></x:r>"
        '<x:r><x:rPr><x:vertAlign val="superscript"/></x:rPr><x:t>1</x:t></x:r><x:r/></x:si>'
        '<x:si><x:r><x:t>2</x:t></x:r><x:r><x:rPr><x:color rgb="FFFFFFFF"/></x:rPr>'
        "<x:t>1</x:t></x:r><x:r><x:t>件</x:t></x:r></x:si>"
    )
    inside = data(text_cell("甲") + cell + text_cell("末"))
    found = read_xlsx(workbook(inside, strings=strings, styles=STYLES), "a.xlsx")
    assert grid_texts(found) == [[["甲", text, "末"]]]


def test_places_may_be_left_out_or_wrong() -> None:
    """A cell without a reference follows the one before; the list of strings may be absent."""
    inside = data(
        text_cell("甲", "B2") + text_cell("乙") + text_cell("丙", "?") + text_cell("丁", "ZZZ1")
    )
    (grid,) = read_xlsx(workbook(inside, strict=True), "a.xlsx")
    assert isinstance(grid, Grid)
    assert [(c.text, c.locus.element) for c in grid.rows[0]] == [
        ("甲", "Sheet1!B1"), ("乙", "Sheet1!C1"), ("丙", "Sheet1!D1"), ("丁", "Sheet1!E1")
    ]  # fmt: skip


def test_part_names_are_compared_without_case() -> None:
    """Some writers store SharedStrings.xml and name it otherwise."""
    book = workbook(data('<x:c t="s"><x:v>0</x:v></x:c>'), strings="<x:si><x:t>甲</x:t></x:si>")
    renamed = book.replace(b"xl/sharedStrings.xml", b"xl/SharedStrings.xml")
    assert renamed != book
    assert summary(read_xlsx(renamed, "a.xlsx")) == ["甲"]


def test_hidden_sheets_rows_and_columns_are_not_seen() -> None:
    """Nor is a row of no height, a column of no width, a sheet that is a chart."""
    head = (
        '<x:cols><x:col min="2" max="2" hidden="1"/><x:col min="4" max="4" width="0"/>'
        '<x:col min="5" max="99999999" width="9"/></x:cols>'
    )
    lines = "".join(
        f"<x:row {more}>" + "".join(text_cell(f"{at}{c}") for c in "甲乙丙丁戊") + "</x:row>"
        for at, more in enumerate(("", 'hidden="1"', 'ht="0"', 'r="4"'))
    )
    listed = (
        '<x:sheet name="表" r:id="rId1"/><x:sheet name="藏" state="hidden" r:id="rId2"/>'
        '<x:sheet name="图" r:id="c"/><x:sheet name="无" r:id="x"/>'
    )
    book = workbook(
        head + f"<x:sheetData>{lines}</x:sheetData>", data(text_cell("9")), listed=listed
    )
    (grid,) = read_xlsx(book, "a.xlsx")
    assert summary((grid,)) == [[["0甲", "0丙", "0戊"], ["3甲", "3丙", "3戊"]]]
    assert isinstance(grid, Grid)
    assert grid.rows[1][1].locus.element == "表!C4"
    assert (grid.rows[1][1].locus.row, grid.rows[1][1].locus.col) == (2, 2)


def test_zeros_that_the_sheet_hides_are_blank() -> None:
    """Blank is not zero: what is not shown is not printed."""
    view = '<x:sheetViews><x:sheetView showZeros="0"/></x:sheetViews>'
    inside = view + data(text_cell("甲") + number_cell("0") + number_cell("5"))
    assert grid_texts(read_xlsx(workbook(inside), "a.xlsx")) == [[["甲", "", "5"]]]


def test_days_may_be_counted_from_1904() -> None:
    """As on old computers of one maker."""
    inside = data(text_cell("日期") + number_cell("0", 7))
    book = workbook(inside, styles=STYLES, settings='date1904="1"')
    assert grid_texts(read_xlsx(book, "a.xlsx")) == [[["日期", "1904/1/1"]]]


def test_merged_ranges_that_are_none_are_left_alone() -> None:
    """One cell, ends exchanged, no reference at all."""
    merges = "".join(
        f'<x:mergeCell ref="{one}"/>' for one in ("A1:B1", "A2", "B9:A1", "A1:A1", "?")
    )
    inside = (
        data(text_cell("甲") + text_cell("藏") + text_cell("乙"))
        + f"<x:mergeCells>{merges}</x:mergeCells>"
    )
    assert grid_texts(read_xlsx(workbook(inside), "a.xlsx")) == [[["甲", "乙"]]]


def test_pictures_and_boxes_over_a_sheet_are_kept() -> None:
    """A picture of table size, the text of a box; each where it begins."""

    def anchor(row: int, inside: str) -> str:
        return f"<d:twoCellAnchor><d:from><d:row>{row}</d:row></d:from>{inside}</d:twoCellAnchor>"

    size = '<a:ext cx="{}" cy="{}"/>'
    drawing = (
        '<d:wsDr xmlns:d="d" xmlns:a="a">'
        + anchor(9, f'<d:pic><d:cNvPr descr="表三"/>{size.format(6000000, 3000000)}</d:pic>')
        + anchor(0, f"<d:pic>{size.format(90, 90)}</d:pic>")
        + anchor(0, "<d:pic/>")
        + anchor(0, "<d:sp><a:p><a:r><a:t>说</a:t></a:r><a:r><a:t>明</a:t></a:r></a:p></d:sp>")
        + "<d:absoluteAnchor/></d:wsDr>"
    )
    book = workbook(data(text_cell("甲")), more={"xl/drawings/drawing1.xml": drawing})
    found = read_xlsx(book, "a.xlsx")
    assert [type(b) for b in found] == [Paragraph, Paragraph, Picture]
    assert summary(found) == ["说明", "甲", "表三"]
    assert found[2].locus.line == 10


# -- where tables begin and end --------------------------------------------------------------


def test_text_alone_in_its_row_is_running_text() -> None:
    """Titles, headings and paragraphs; a cell with several lines is several paragraphs."""
    made = of(["标题"], ["一、总体情况\n公开12条。"], ["规章", "1"], ["没有申请。"], ["五、问题"])
    assert summary(blocks_of([made], "a")) == [
        "标题", "一、总体情况", "公开12条。", [["规章", "1"]], "没有申请。", "五、问题"
    ]  # fmt: skip
    assert blocks_of([made], "a")[0].locus.element == "Sheet1!A1"


def test_a_blank_row_ends_a_table_unless_it_is_framed_or_merged() -> None:
    """A framed blank row is a row of blanks; of those behind a table one is kept."""
    made = of(["a", "1"], [], ["b", "2"], ["□", "□"], ["c", "3"], ["□"], ["□"], ["□"])
    assert summary(blocks_of([made], "a")) == [
        [["a", "1"]], [["b", "2"], ["", ""], ["c", "3"], ["", ""]]
    ]  # fmt: skip
    merged = of(["a", "1"], [], ["", "2"], merges=[Merge(1, 1, 3, 1)])
    assert summary(blocks_of([merged], "a")) == [[["a", "1"], ["2"]]]


@pytest.mark.parametrize(
    ("label", "stays"),
    [
        (["规章"], True),  # a row of the table follows
        (["规章", "□"], True),
        (["", "7"], True),  # a figure without its label
        (["四、结转下年度继续办理"], True),  # figures above and below
        (["没有收到申请。"], False),
        (["字" * 61], False),
    ],
)
def test_a_label_alone_in_its_row_stays_in_the_table(label: list[str], *, stays: bool) -> None:
    """Its figures are blank; a sentence is no label."""
    found = blocks_of([of(["甲", "1"], label, ["乙", "2"])], "a")
    assert len(found) == (1 if stays else 3)


def test_a_section_heading_between_tables_parts_them() -> None:
    """Its number looks like that of a row; a head below, and not figures, tells it."""
    made = of(["a", "1"], ["三、收到申请情况"], ["项目", "件数"], ["b", "2"])
    assert summary(blocks_of([made], "a")) == [
        [["a", "1"]], "三、收到申请情况", [["项目", "件数"], ["b", "2"]]
    ]  # fmt: skip
    partly = of(["a", "x", "1"], ["一、本年"], ["二、上年"], merges=[Merge(2, 1, 2, 2)])
    assert summary(blocks_of([partly], "a")) == [[["a", "x", "1"], ["一、本年", ""]], "二、上年"]
    blank = of(
        ["项目", "数"], ["一、本年", "□"], ["二、上年", "□"], ["三、结果", "□"], ["四、结转"]
    )
    assert summary(blocks_of([blank], "a")) == [
        [["项目", "数"], ["一、本年", ""], ["二、上年", ""], ["三、结果", ""]], "四、结转"
    ]  # fmt: skip
    framed = of(["a", "1"], ["五、问题", "□"], ["本年仍有不足。"])
    assert summary(blocks_of([framed], "a")) == [[["a", "1"]], "五、问题", "本年仍有不足。"]
    full = of(["a", "1"], ["二、上年", "□"], ["b", "2"], ["三、结果", "□"])
    assert len(blocks_of([full], "a")) == 1
    last = of(["a", "1"], ["附注"])
    assert summary(blocks_of([last], "a")) == [[["a", "1"]], "附注"]


def test_merged_cells_stand_once_where_they_are_first_seen() -> None:
    """What they cover is not printed; hidden rows and columns shorten them."""
    made = of(
        ["a", "藏", "1"],
        ["藏", "藏", "2"],
        ["b", "x", "3"],
        merges=[Merge(1, 1, 2, 2), Merge(3, 2, 3, 2)],
        hidden_columns={1},
    )
    (grid,) = blocks_of([made], "a")
    assert isinstance(grid, Grid)
    assert [[(c.text, c.colspan, c.rowspan) for c in row] for row in grid.rows] == [
        [("a", 1, 2), ("1", 1, 1)],
        [("2", 1, 1)],
        [("x", 1, 1), ("3", 1, 1)],
    ]
    gone = of(["a", "1"], ["b", "2"], merges=[Merge(1, 1, 1, 1)], hidden_rows={1})
    assert summary(blocks_of([gone], "a")) == [[["b", "2"]]]
    blank = of(["", "藏", "1", "2"], ["b", "c"], merges=[Merge(1, 1, 1, 2)], hidden_columns={1})
    assert summary(blocks_of([blank], "a")) == [[["1", "2"]], "c"]


def test_of_two_merged_ranges_that_overlap_the_later_is_void() -> None:
    """No place belongs to two cells."""
    made = of(["a", "b", "c"], ["d", "e", "f"], merges=[Merge(1, 1, 1, 2), Merge(1, 2, 2, 2)])
    assert summary(blocks_of([made], "a")) == [[["a", "c"], ["d", "e", "f"]]]


def test_a_merged_cell_cut_by_a_paragraph_goes_on_empty() -> None:
    """Its text is not repeated below."""
    made = of(
        ["a", "1"], ["", "没有收到任何申请。"], ["", "2"], ["c", "3"], merges=[Merge(1, 1, 3, 1)]
    )
    assert summary(blocks_of([made], "a")) == [
        [["a", "1"], ["没有收到任何申请。"], ["2"], ["c", "3"]]
    ]
    wide = of(["a", "1", "x"], ["字" * 70], ["c", "", "3"], merges=[Merge(1, 2, 3, 2)])
    found = blocks_of([wide], "a")
    assert summary(found)[0] == [["a", "1", "x"], ["字" * 70, ""], ["c", "3"]]


def test_the_name_of_a_sheet_is_a_heading_where_nothing_else_is() -> None:
    """A table at the very top has no other; Sheet2 says nothing."""

    def named(name: str, *lines: list[str]) -> Sheet:
        made = of(*lines)
        made.name = name
        return made

    sheets = [
        named("主动公开", ["a", "1"]),
        named("Sheet2", ["b", "2"]),
        named("一、总体 情况", ["一、总体情况"], ["正文"]),
        named("六、其他", ["无"]),
        named("其他", ["无"]),
        Sheet("空"),
    ]
    found = blocks_of(sheets, "a")
    assert [b.text for b in found if isinstance(b, Heading)] == ["主动公开", "六、其他"]
    assert [b.locus.block for b in found if isinstance(b, Grid)] == [1, 2]
    assert not any(isinstance(b, Heading) for b in blocks_of(sheets[:1], "a"))


def test_floats_stand_where_they_begin() -> None:
    """Before the first table below them."""
    made = of(
        ["a", "1"],
        [],
        ["b", "2"],
        floats=[Float(3, "图", picture=True), Float(9, "注", picture=False)],
    )
    assert summary(blocks_of([made], "a")) == [[["a", "1"]], "图", [["b", "2"]], "注"]


def test_addresses_are_those_of_formulas() -> None:
    """Letters go on behind Z; names with blanks or signs are in quotes."""
    assert address("Sheet1", 5, 3) == "Sheet1!C5"
    assert address("年度报告", 1, 27) == "年度报告!AA1"
    assert address("2023 年'表", 2, 16384) == "'2023 年''表'!XFD2"


# -- limits ----------------------------------------------------------------------------------


def test_a_cell_at_the_end_of_the_sheet_costs_nothing() -> None:
    """A sheet is as large as what it holds."""
    inside = data(text_cell("甲", "A1") + text_cell("乙", "B1")).replace(
        "</x:sheetData>",
        f'<x:row r="1048576">{text_cell("末", "XFD1048576")}</x:row></x:sheetData>',
    )
    merges = '<x:mergeCells><x:mergeCell ref="A2:XFD1048575"/></x:mergeCells>'
    found = read_xlsx(workbook(inside + merges), "a.xlsx")
    assert summary(found) == [[["甲", "乙"]], "末"]
    assert found[1].locus.element == "Sheet1!XFD1048576"


def test_tables_beyond_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns, rows, and cells under merged ranges."""
    with pytest.raises(ReadError) as caught:
        blocks_of([of(["甲", *[""] * LIMITS.columns, "乙"])], "a")
    assert caught.value.problem.code == "over_limit"
    monkeypatch.setattr(workbook_tables, "LIMITS", Limits(rows=2, cells=5))
    with pytest.raises(ReadError):
        blocks_of([of(*[["甲", "乙"]] * 3)], "a")
    with pytest.raises(ReadError):
        blocks_of([of(*[["甲"]] * 3, merges=[Merge(1, 1, 3, 1)] * 2)], "a")


def test_a_workbook_with_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """All sheets together; hidden ones are not even read."""
    monkeypatch.setattr(module, "LIMITS", Limits(cells=3))
    two = data(text_cell("甲") + text_cell("乙"))
    with pytest.raises(ReadError) as caught:
        read_xlsx(workbook(two, two), "a.xlsx")
    assert caught.value.problem.code == "over_limit"
    listed = '<x:sheet name="表" r:id="rId1"/><x:sheet name="藏" state="veryHidden" r:id="rId2"/>'
    assert len(read_xlsx(workbook(two, two, listed=listed), "a.xlsx")) == 1


# -- number formats --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (59237.2449, "@", "59237.2449"),
        (-0.0, "", "0"),
        (1e15, "General", "1E+15"),
        (float("inf"), "0", "inf [0]"),
        (3, "0.00", "3.00"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (-0.4, "0", "0"),
        (7, "000", "007"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (123, "#,##0", "123"),
        (0, "#", ""),
        (0.5, "#.##", ".5"),
        (12, "0.##", "12"),
        (12.5, "0.0?", "12.5"),
        (5, '0"件"', "5件"),
        (5, "0!件", "5件"),
        (5, r"\共0", "共5"),
        (52.15, '0.00"万元"', "52.15万元"),
        (5, "[Red]0", "5"),
        (5, "[颜色 3]0", "5"),
        (5, "[$¥-804]#,##0", "¥5"),
        (5, "_ * #,##0_ ", "5"),
        (0, BUILT_IN[41], "-"),
        (-5, BUILT_IN[41], "-5"),
        (-5, "0;0", "-5"),
        (-5, "0_);(0)", "(5)"),
        (-5, "0;", ""),
        (0, "0;-0;;@", ""),
        (5, ";;;", ""),
        (5, '"无"', "无"),
        (0.12, "0%", "12%"),
        (5, "General", "5"),
        (-5, 'General"件"', "-5件"),
        (5, 'G/通用格式"件"', "5件"),
        (1500, "0.0,", "1500 [0.0,]"),
        (0.5, "# ?/?", "0.5 [# ?/?]"),
        (1200, "0.00E+00", "1200 [0.00E+00]"),
        (5, "[DBNum1]0", "5 [[DBNum1]0]"),
        (5, "[>3]0", "5 [[>3]0]"),
        (5, "0-0", "5 [0-0]"),
        (44927.5, "yyyy/m/d h:mm", "2023/1/1 12:00"),
        (44927, 'yyyy"年"m"月"d"日"', "2023年1月1日"),
        (44927.25, "yy-mm-dd hh:mm:ss", "23-01-01 06:00:00"),
        (44927.75, "h:mm AM/PM", "6:00 下午"),
        (0.0069444444, "mm:ss", "10:00"),
        (44927, "aaaa", "星期日"),
        (44927, "aaa", "日"),
        (1, "yyyy/m/d", "1900/1/1"),
        (-1, "yyyy/m/d", "-1 [yyyy/m/d]"),
        (1.5, "[h]:mm", "1.5 [[h]:mm]"),
        (3, "yyyy/m/d", "1900/1/3"),
    ],
)
def test_numbers_are_shown_in_their_format(number: float, code: str, text: str) -> None:
    """As Excel shows them; the rare ones plainly, with the format behind, so as to be no figure."""
    assert shown(number, code) == text


@pytest.mark.parametrize("code", sorted({*BUILT_IN.values()} - {"General", "0", "@"}))
def test_no_built_in_format_changes_a_figure(code: str) -> None:
    """What is read as a number is the number, rounded at most."""
    for number in (0, 3, 1234, -7, 12.25):
        found = read_number(shown(number, code)).number
        assert found is None or abs(Decimal(str(number)) - found) < 1


def test_large_and_small_numbers_are_written_plainly() -> None:
    """Fifteen digits, powers of ten beyond."""
    assert plain(123456789012345.0) == "123456789012345"
    assert plain(1e-12) == "1E-12"
    assert plain(float("nan")) == "nan"
    assert plain(-1.50) == "-1.5"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("General", "甲"),
        ('@"局"', "甲局"),
        ('0;0;0;"见"@', "见甲"),
        ("0;0;0;", ""),
        ("0;0;0;@", "甲"),
        ("0;@", "甲"),
    ],
)
def test_formats_may_add_words_to_text(code: str, text: str) -> None:
    """Or hide it."""
    assert shown_text("甲", code) == text


# -- Excel 97 --------------------------------------------------------------------------------


def test_a_broken_or_locked_old_workbook_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library lets out is one of our own errors."""

    def code(error: Exception | None) -> str:
        def fail(**_: object) -> None:
            assert error is not None
            raise error

        if error is not None:
            monkeypatch.setattr(xlrd, "open_workbook", fail)
        with pytest.raises(ReadError) as caught:
            read_xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls")
        return caught.value.problem.code

    assert code(None) == "damaged"
    assert code(xlrd.XLRDError("Workbook is encrypted")) == "encrypted"
    assert code(xlrd.XLRDError("Expected BOF record")) == "damaged"
    assert code(AssertionError()) == "damaged"
    assert code(MemoryError()) == "over_limit"


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice, which writes the old format, is absent")
def test_cells_of_an_old_workbook_are_what_their_reader_sees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Formats, formulas, truth values, errors, raised digits, hidden rows and columns."""
    strings = (
        "<x:si><x:r><x:t>2</x:t></x:r><x:r><x:rPr><x:vertAlign val='superscript'/></x:rPr>"
        "<x:t>1</x:t></x:r></x:si><x:si><x:r><x:t>2</x:t></x:r><x:r><x:rPr>"
        "<x:color rgb='FFFFFFFF'/></x:rPr><x:t>1</x:t></x:r></x:si>"
    )
    cells = (
        text_cell("甲") + number_cell("12", 1) + number_cell("5", 2) + '<x:c t="s"><x:v>0</x:v></x:c>'
        + "<x:c><x:f>1+1</x:f><x:v>2</x:v></x:c>" + '<x:c t="b"><x:v>1</x:v></x:c>'
        + '<x:c t="b"><x:v>0</x:v></x:c>'
        + "<x:c><x:f>1/0</x:f></x:c>" + number_cell("44927", 7)
    )  # fmt: skip
    white = number_cell("5", 9) + text_cell("5", style=9) + number_cell("5", 10)
    white += '<x:c t="s"><x:v>1</x:v></x:c>'
    inside = (
        '<x:sheetViews><x:sheetView workbookViewId="0" showZeros="0"/></x:sheetViews>'
        '<x:cols><x:col min="10" max="10" hidden="1" width="9"/></x:cols>'
        f'<x:sheetData><x:row r="1">{cells}{text_cell("藏")}</x:row>'
        f'<x:row r="2" hidden="1">{text_cell("藏")}</x:row>'
        f'<x:row r="3">{text_cell("乙")}{number_cell("0")}'
        + '<x:c s="4"/>'
        * 7
        + f'</x:row><x:row r="4">{text_cell("丙")}{white}</x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="C3:D3"/></x:mergeCells>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{kind}.{name}+xml"/>'
            for part, name in (
                ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"),
                ("worksheets/sheet2", "worksheet"), ("styles", "styles"),
                ("sharedStrings", "sharedStrings"),
            )
        )
        + "</Types>"
    )  # fmt: skip
    listed = (
        '<x:sheet name="表一" sheetId="1" r:id="rId1"/>'
        '<x:sheet name="藏" sheetId="2" state="hidden" r:id="rId2"/>'
    )
    book = workbook(
        inside,
        data(text_cell("9")),
        strings=strings,
        styles=STYLES,
        listed=listed,
        more={"[Content_Types].xml": types},
    )
    old = converted(book, "xlsx", "xls")
    assert summary(read_xls(old, "a.xls")) == [
        [
            ["甲", "12.00", "5", "2¹", "2", "TRUE", "FALSE", "#DIV/0!", "1/1/2023"],
            ["乙", *[""] * 7],
            ["丙", "5 [白色]", "5 [白色]", "5", "2 1", *[""] * 4],
        ]
    ]
    monkeypatch.setattr(module, "LIMITS", Limits(cells=1))
    with pytest.raises(ReadError) as caught:
        read_xls(old, "a.xls")
    assert caught.value.problem.code == "over_limit"
