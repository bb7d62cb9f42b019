"""Marks and rules on a page: which table, which cell, which line of text they are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.model import Block, Grid, Locus, Paragraph, Picture
from gongkai.read.layout import Mark, PageLayout, Rule, blocks_of
from gongkai.read.layout_columns import is_figure

SIZE = 10.0
Texts = list[tuple[float, float, str]]


def marks(texts: Texts, size: float = SIZE) -> tuple[Mark, ...]:
    """Glyphs of texts that begin at a point: Han are square, Latin half as wide."""
    found = []
    for left, top, text in texts:
        x = left
        for char in text:
            wide = size if char > "\u2e80" else size / 2
            found.append(Mark(char, x, top, x + wide, top + size))
            x += wide
    return tuple(found)


def across(y: float, x0: float = 50, x1: float = 350) -> Rule:
    """A horizontal line."""
    return Rule(x0, y - 0.25, x1, y + 0.25)


def down(x: float, y0: float = 100, y1: float = 160) -> Rule:
    """A vertical line."""
    return Rule(x - 0.25, y0, x + 0.25, y1)


def page(texts: Texts, *rules: Rule, number: int = 1) -> PageLayout:
    """A page with these texts and rules."""
    return PageLayout(number, 400, 600, marks(texts), rules)


def read(*pages: PageLayout) -> tuple[Block, ...]:
    """The blocks of pages."""
    return blocks_of(pages, "a.pdf")


def rows(*pages: PageLayout) -> list[list[str]]:
    """The texts of the one table, row by row."""
    (grid,) = [block for block in read(*pages) if isinstance(block, Grid)]
    return [[cell.text for cell in row] for row in grid.rows]


def paragraphs(*pages: PageLayout) -> list[str]:
    """The running text."""
    return [block.text for block in read(*pages) if isinstance(block, Paragraph)]


GRID = (*map(across, (100, 130, 160)), *map(down, (50, 150, 250, 350)))
CELLS: Texts = [
    (60, 110, "项目"),
    (160, 110, "数量"),
    (260, 110, "金额"),
    (60, 140, "收费"),
    (160, 140, "12"),
    (260, 140, "96171.6"),
]
EXPECTED = [["项目", "数量", "金额"], ["收费", "12", "96171.6"]]


# -- text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([(60, 110, "96171.6")], "96171.6"),
        ([(60, 110, "1"), (70, 110, "0")], "1 0"),
        ([(60, 110, "1 0")], "1 0"),
        ([(60, 110, "１"), (73, 110, "０")], "１ ０"),
        ([(60, 110, "自"), (72, 110, "然"), (84, 110, "人")], "自然人"),
        ([(60, 110, "自然"), (94, 110, "人")], "自然 人"),
        ([(60, 110, "2024"), (82.5, 110, "年")], "2024年"),
        ([(60, 106, "结果"), (60, 117, "维持")], "结果\n维持"),
        ([(60, 110, "3"), (60.4, 110, "3")], "3"),
        ([(60, 110, "11")], "11"),
        ([(60, 110, "3"), (61, 110, "5")], "3 5"),
    ],
)
def test_glyphs_become_text(texts: Texts, expected: str) -> None:
    """A gap between figures keeps them apart; one between Han means nothing; bold is printed twice."""
    assert rows(page([*texts, (160, 110, "0")], *GRID))[0][0] == expected


def test_a_raised_digit_is_no_digit_of_the_figure() -> None:
    """A footnote mark behind a figure is kept apart: 3¹ is not 31."""
    small = Mark("1", 165, 108, 168, 113)
    layout = page([(160, 110, "3")], *GRID)
    text = rows(PageLayout(1, 400, 600, (*layout.marks, small), layout.rules))[0][1]
    assert text.split() in (["3", "1"], ["1", "3"])


def test_glyphs_of_other_fonts_stand_on_the_same_line() -> None:
    """Digits of a Latin font have other boxes than the Han beside them."""
    found = (
        Mark("收", 60, 110, 70, 120),
        Mark("5", 70, 112, 75, 124),
        Mark("件", 75, 110, 85, 120),
    )
    assert [p.text for p in read(PageLayout(1, 400, 600, found)) if isinstance(p, Paragraph)] == [
        "收5件"
    ]


def test_lines_know_where_a_paragraph_begins() -> None:
    """What begins right of the margin has two blanks before it; every line has its box."""
    first, second = read(page([(70, 100, "本年度公开信息"), (50, 115, "若干条。")]))
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert (first.text, second.text) == ("　　本年度公开信息", "若干条。")
    assert first.locus == Locus("a.pdf", page=1, bbox=(70.0, 100.0, 140.0, 110.0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", True), ("1,234", True), ("1 6 5", True), ("-2", True), ("增2", True), ("96171.6万元", True),
        ("１２", True), ("—", True), ("/", True), ("无", True), ("?", True),
        ("3.其他", False), ("规章", False), ("一、", False), ("", False), ("2023年度报告", False),
    ],
)  # fmt: skip
def test_figures_are_known_by_their_shape(text: str, expected: bool) -> None:  # noqa: FBT001
    """A number with sign and unit, or what is printed for none; a numbered label is none."""
    assert is_figure(text) is expected


# -- ruled tables ----------------------------------------------------------------------------


def test_a_ruled_table_has_its_cells_and_places() -> None:
    """Every cell knows page, table, row, column and box; a box is that between the lines."""
    (grid,) = read(page(CELLS, *GRID))
    assert isinstance(grid, Grid)
    assert grid.positioned
    assert [[cell.text for cell in row] for row in grid.rows] == EXPECTED
    assert grid.locus == Locus("a.pdf", page=1, block=1, bbox=(50.0, 100.0, 350.0, 160.0))
    last = grid.rows[1][2]
    assert last.locus == Locus(
        "a.pdf", page=1, block=1, row=2, col=3, bbox=(250.0, 130.0, 350.0, 160.0)
    )


def _pieces(rule: Rule, length: float, gap: float) -> list[Rule]:
    """A line as dashes."""
    wide = rule.x1 - rule.x0 > rule.bottom - rule.top
    start, end = (rule.x0, rule.x1) if wide else (rule.top, rule.bottom)
    found = []
    while start < end:
        stop = min(start + length, end)
        found.append(
            Rule(start, rule.top, stop, rule.bottom)
            if wide
            else Rule(rule.x0, start, rule.x1, stop)
        )
        start = stop + gap
    return found


@pytest.mark.parametrize(
    "rules",
    [
        [piece for rule in GRID for piece in _pieces(rule, 3, 2)],
        [piece for rule in GRID for piece in _pieces(rule, 0.6, 1.5)],
        [piece for rule in GRID for piece in _pieces(rule, 50, 0)],
        [*GRID, *(Rule(r.x0 + 1.5, r.top + 1.5, r.x1 + 1.5, r.bottom + 1.5) for r in GRID)],
        [r for r in GRID if r not in {down(50), down(350)}],
        [r for r in GRID if r not in {across(100), across(160)}],
        [Rule(r.x0, r.top, r.x1, r.top) if r.x1 - r.x0 > 1 else r for r in GRID],
        [Rule(r.x0 + 2, r.top + 2, r.x1 - 2, r.bottom - 2) if r.x1 - r.x0 > 1 else r for r in GRID],
        [*GRID, across(60, 20, 380), Rule(20, 20, 20.5, 590), Rule(380, 20, 380.5, 590)],
    ],
    ids=["dashes", "dots", "pieces", "double", "sideless", "topless", "hair", "short", "framed"],
)
def test_lines_are_lines_however_they_are_drawn(rules: list[Rule]) -> None:
    """Dashes, dots, pieces, double lines, missing frames, corners that are missed, a page frame."""
    assert rows(page(CELLS, *rules)) == EXPECTED


def test_merged_cells_stand_once_with_their_reach() -> None:
    """Where a line is missing between two places they are one cell."""
    rules = (
        across(100),
        across(130, 150, 350),
        across(160),
        *map(down, (50, 150, 350)),
        down(250, 130),
    )
    (grid,) = read(
        page([(60, 125, "标签"), (200, 110, "合计"), (160, 140, "1"), (260, 140, "2")], *rules)
    )
    assert isinstance(grid, Grid)
    assert [[(c.text, c.row, c.col, c.rowspan, c.colspan) for c in row] for row in grid.rows] == [
        [("标签", 0, 0, 2, 1), ("合计", 0, 1, 1, 2)],
        [("1", 1, 1, 1, 1), ("2", 1, 2, 1, 1)],
    ]


def test_places_that_form_no_rectangle_are_parted() -> None:
    """A line that stops half-way leaves an angle: each part of it is a cell, none is lost."""
    rules = (across(100), across(130, 150, 350), across(160), *map(down, (50, 350)), down(150, 130))
    texts: Texts = [(60, 110, "甲"), (160, 140, "乙"), (60, 140, "丙")]
    assert sorted(text for row in rows(page(texts, *rules)) for text in row if text) == list(
        "丙乙甲"
    )


def test_a_frame_around_text_is_no_table() -> None:
    """A box with one column holds running text."""
    rules = (*map(across, (100, 160)), *map(down, (50, 350)))
    assert paragraphs(page([(60, 110, "说明文字"), (60, 140, "第二行")], *rules)) == [
        "说明文字",
        "第二行",
    ]


def test_a_line_below_a_heading_is_no_table() -> None:
    """Underlines and the rules of running heads enclose nothing."""
    texts: Texts = [
        (50, 40, "页眉"),
        (70, 100, "正文写满一行的文字" * 3),
        (50, 115, "正文"),
        (50, 560, "- 1 -"),
    ]
    found = read(page(texts, across(55), across(112, 70, 140), across(550)))
    assert [b for b in found if isinstance(b, Grid)] == []
    assert len(found) == 4


def test_tables_and_text_come_in_reading_order() -> None:
    """By their top, tables side by side from left to right; tables are counted over pages."""
    other = (
        *(across(y, 370, 390) for y in (100, 130)),
        *(down(x, 100, 130) for x in (370, 380, 390)),
    )
    first = page([(50, 80, "上文"), *CELLS, (372, 110, "1"), (50, 200, "下文")], *GRID, *other)
    second = page(CELLS, *GRID, number=2)
    found = read(first, second)
    kinds = [
        b.locus.block if isinstance(b, Grid) else b.text
        for b in found
        if not isinstance(b, Picture)
    ]
    assert kinds == ["上文", 1, 2, "下文", 3]


def test_pictures_stand_in_the_text() -> None:
    """An image that may hold a table is a block at its place."""
    layout = PageLayout(
        1, 400, 600, marks([(50, 80, "上"), (50, 300, "下")]), (), ((60, 100, 300, 280),)
    )
    first, picture, last = read(layout)
    assert (first.locus.bbox or (0,))[0] == 50
    assert picture == Picture("", Locus("a.pdf", page=1, bbox=(60, 100, 300, 280)))
    assert isinstance(last, Paragraph)


def test_the_least_certain_mark_speaks_for_its_cell() -> None:
    """Confidence is that of recognition; formats with text have none."""
    words = (
        Mark("规章", 60, 110, 80, 120, 0.9),
        Mark("12", 160, 110, 170, 120, 0.8),
        Mark("3", 160, 121, 165, 129, 0.4),
    )
    (grid,) = read(PageLayout(1, 400, 600, words, GRID))
    assert isinstance(grid, Grid)
    assert [cell.confidence for cell in grid.rows[0]] == [0.9, 0.4, None]


def test_an_edge_that_only_merged_cells_have_is_none() -> None:
    """A browser ends a merged cell at the page, not at its row: the row is not cut in two there."""
    rules = (
        across(100), across(130), across(160), across(145, 50, 80),
        *(down(x, 100, 160) for x in (50, 80, 150, 250, 350)),
    )  # fmt: skip
    texts: Texts = [
        (90, 140, "总计"),
        (160, 140, "7"),
        (260, 140, "8"),
        (52, 110, "组"),
        (90, 110, "其他"),
        (160, 110, "1"),
    ]
    assert rows(page(texts, *rules)) == [["组", "其他", "1", ""], ["", "总计", "7", "8"]]


def test_columns_without_lines_between_rows_are_read_by_their_figures() -> None:
    """Only the columns are drawn: each line with figures is a row."""
    rules = (*map(across, (100, 125, 200)), *(down(x, 100, 200) for x in (50, 150, 250, 350)))
    texts = [*CELLS[:3]]
    for at in range(4):
        y = 130 + 16 * at
        texts += [(60, y, f"第{at}行"), (160, y, str(at)), (260, y, str(10 + at))]
    assert rows(page(texts, *rules)) == [
        ["项目", "数量", "金额"], *([f"第{at}行", str(at), str(10 + at)] for at in range(4)),
    ]  # fmt: skip


def test_a_single_column_of_figures_may_show_the_rows() -> None:
    """Figures on different levels, each beside words of its own: rows, even if most are blank."""
    rules = (*map(across, (100, 125, 170)), *(down(x, 100, 170) for x in (50, 150, 250, 350)))
    texts = [*CELLS[:3], (60, 130, "规章"), (60, 150, "文件"), (160, 130, "2"), (260, 150, "7")]
    assert rows(page(texts, *rules)) == [
        ["项目", "数量", "金额"], ["规章", "2", ""], ["文件", "", "7"],
    ]  # fmt: skip


@pytest.mark.parametrize("label", [[(60, 115, "收费总额")], [(60, 109, "收费"), (60, 121, "总额")]])
def test_a_wrapped_figure_stays_in_its_cell(label: Texts) -> None:
    """Digits that a narrow cell puts on two lines are no rows; they are not joined either."""
    rules = (
        across(100, 50, 182),
        across(135, 50, 182),
        *(down(x, 100, 135) for x in (50, 150, 166, 182)),
    )
    texts = [*label, (152, 109, "12"), (152, 121, "9"), (168, 109, "13"), (168, 121, "0")]
    (row,) = rows(page(texts, *rules))
    assert row[1:] == ["12\n9", "13\n0"]


def test_a_figure_wider_than_its_cell_puts_its_row_in_doubt() -> None:
    """Its digits stand in two cells: whose they are nobody knows, all texts of the row are one cell."""
    rules = (
        *(across(y, 50, 250) for y in (100, 130, 160, 190)),
        *(down(x, 100, 190) for x in (50, 150, 170, 250)),
    )
    texts: Texts = [(60, 110, "规章"), (152, 110, "7"), (180, 110, "8"), (60, 140, "文件"), (152, 140, "23456"),
                    (60, 170, "其他"), (152, 170, "1"), (180, 170, "2")]  # fmt: skip
    assert rows(page(texts, *rules)) == [["规章", "7", "8"], ["文件\n2345\n6"], ["其他", "1", "2"]]


def test_a_figure_that_reaches_over_the_frame_is_whole() -> None:
    """The last column has no neighbour: the digits beyond its edge are its own."""
    texts = [*CELLS[:5], (325, 140, "1234567")]
    assert rows(page(texts, *GRID))[1] == ["收费", "12", "1234567"]


NARROW: Texts = [
    (60, 100, "项目"), (160, 100, "数量"), (200, 100, "金额"),
    (60, 120, "规章"), (175, 120, "1"), (205, 120, "2"), (60, 140, "文件"), (175, 140, "3"), (205, 140, "4"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([(165, 160, "12345678")], ["其他\n12345678"]),
        ([(165, 160, "1234"), (187, 160, "5678")], ["其他", "1234", "5678"]),
        ([(188, 160, "无")], ["其他\n无"]),
        ([(207, 160, "无")], ["其他", "", "无"]),
    ],
)
def test_a_figure_of_no_certain_column_puts_its_row_in_doubt(
    texts: Texts, expected: list[str]
) -> None:
    """Without column lines: figures that may be glued, and one that stands beside its column."""
    assert rows(page([*NARROW, (60, 160, "其他"), *texts]))[3] == expected


def test_between_distant_rules_a_label_without_figures_is_a_row() -> None:
    """Two labels and one figure between the rules of a three-line table: two rows."""
    texts: Texts = [
        (60, 105, "项目"),
        (165, 105, "数量"),
        (60, 130, "处罚"),
        (170, 130, "7"),
        (60, 150, "强制"),
    ]
    assert rows(page(texts, *map(across, (100, 120, 170)))) == [
        ["项目", "数量"],
        ["处罚", "7"],
        ["强制", ""],
    ]


def test_rows_without_column_lines_are_read_by_their_texts() -> None:
    """Columns drawn in the head only: the figures below stand in their columns all the same."""
    rules = (*map(across, (100, 130, 160, 190)), *(down(x, 100, 130) for x in (50, 150, 250, 350)))
    texts = [*CELLS, (60, 170, "罚款"), (260, 170, "4")]
    assert rows(page(texts, *rules)) == [*EXPECTED, ["罚款", "", "4"]]


# -- tables without all rules ----------------------------------------------------------------

THREE = (across(100), across(125), across(250))
BODY: Texts = [
    (60, 107, "项目"), (160, 107, "数量"), (260, 107, "金额"),
    (60, 140, "规章"), (165, 140, "1"), (265, 140, "12"),
    (60, 160, "名字很长的一个行"), (165, 165, "0"), (265, 165, "3.5"), (60, 172, "次要文件"),
    (60, 200, "其他"), (265, 200, "—"),
    (60, 225, "合计"), (165, 225, "1"), (265, 225, "9"),
]  # fmt: skip
BODY_ROWS = [
    ["项目", "数量", "金额"], ["规章", "1", "12"], ["名字很长的一个行\n次要文件", "0", "3.5"],
    ["其他", "", "—"], ["合计", "1", "9"],
]  # fmt: skip


@pytest.mark.parametrize(
    "rules", [THREE, (), (across(100), across(250))], ids=["three", "none", "two"]
)
def test_a_table_without_column_lines(rules: tuple[Rule, ...]) -> None:
    """Rows are lines with figures, a wrapped label belongs to the figures beside it."""
    layout = page([(70, 60, "下面是表格，文字写满一整行的样子就是这样的。"), *BODY], *rules)
    assert rows(layout) == BODY_ROWS


def test_lines_between_rows_part_labels() -> None:
    """A rule between two lines keeps their words apart, whatever their distance."""
    texts: Texts = [
        (60, 107, "项目"), (160, 107, "数量"), (260, 107, "金额"),
        (60, 126, "规章制度"), (165, 132, "1"), (265, 132, "2"), (60, 138, "文件"),
        (60, 151, "其他的规章制度"), (165, 157, "3"), (265, 157, "4"), (60, 163, "文件"),
    ]  # fmt: skip
    rules = tuple(map(across, (100, 122, 149, 175)))
    assert rows(page(texts, *rules))[1:] == [
        ["规章制度\n文件", "1", "2"],
        ["其他的规章制度\n文件", "3", "4"],
    ]


def test_a_label_that_may_belong_to_two_rows_stands_alone() -> None:
    """At equal distances nothing is guessed: the line is a row of its own."""
    texts: Texts = [(60, 100, "项目"), (160, 100, "甲"), (260, 100, "乙")]
    for at, (label, one, two) in enumerate(
        [("规章", "1", "2"), ("文件", "", ""), ("其他", "3", "4")]
    ):
        texts += [(60, 120 + 20 * at, label)]
        texts += [(160, 120 + 20 * at, one), (260, 120 + 20 * at, two)] if one else []
    assert [row[0] for row in rows(page(texts))] == ["项目", "规章", "文件", "其他"]


def test_labels_of_groups_stand_beside_their_rows() -> None:
    """Words in a column left of the labels are cells of their own over several rows."""
    texts: Texts = [(150, 100, "项目一览"), (250, 100, "甲"), (320, 100, "乙")]
    for at in range(4):
        texts += [
            (150, 120 + 20 * at, f"第{at}项内容"),
            (250, 120 + 20 * at, "1"),
            (320, 120 + 20 * at, "2"),
        ]
    texts += [(60, 135, "三、本"), (60, 147, "年结果")]
    (grid,) = [b for b in read(page(texts)) if isinstance(b, Grid)]
    (group,) = [c for row in grid.rows for c in row if c.text.startswith("三、")]
    assert group.text == "三、本\n年结果"
    assert [c.text for c in grid.rows[3] if c.text][-3:] == ["第2项内容", "1", "2"]


def test_a_figure_under_no_head_has_a_column_of_its_own() -> None:
    """A figure that stands between two heads begins at no head's column."""
    texts: Texts = [
        (60, 100, "项目"), (160, 100, "数量"), (260, 100, "金额"),
        (60, 120, "规章"), (165, 120, "1"), (265, 120, "2"),
        (60, 140, "文件"), (200, 140, "12345678901"), (266, 140, "7"),
        (60, 160, "其他"), (165, 160, "3"), (222, 160, "5"), (265, 160, "4"),
    ]  # fmt: skip
    (grid,) = [b for b in read(page(texts)) if isinstance(b, Grid)]
    heads = {c.col for c in grid.rows[0] if c.text}
    (long,) = [c for c in grid.rows[2] if c.text == "12345678901"]
    assert long.col not in heads


def test_a_head_above_the_first_rule_belongs_to_its_table() -> None:
    """Lines below rows only: the head has none above it, the heading of the section stays text."""
    texts: Texts = [
        (50, 80, "三、收到的申请"), (190, 100, "申请人情况"),
        (60, 120, "项目一览"), (160, 120, "自然人"), (260, 120, "总计"),
        (60, 140, "新收"), (165, 140, "1"), (265, 140, "1"), (60, 160, "结转"), (165, 160, "2"), (265, 160, "2"),
    ]  # fmt: skip
    for rules in ((), tuple(map(across, (134, 154, 174)))):
        layout = page(texts, *rules)
        assert [[t for t in row if t] for row in rows(layout)] == [
            ["申请人情况"], ["项目一览", "自然人", "总计"], ["新收", "1", "1"], ["结转", "2", "2"],
        ]  # fmt: skip
        assert paragraphs(layout) == ["三、收到的申请"]


def test_the_heading_of_the_next_table_ends_a_table() -> None:
    """Between rules of equal width, a numbered line with more room is no row."""
    below = [(x, y + 200, text) for x, y, text in BODY]
    texts = [*BODY, (50, 270, "四、第二张表的标题"), *below]
    rules = (*THREE, *(across(r.top + 200.25) for r in THREE))
    found = read(page(texts, *rules))
    assert [b.text if isinstance(b, Paragraph) else "表" for b in found] == [
        "表",
        "四、第二张表的标题",
        "表",
    ]


def test_parts_of_a_table_on_two_pages_have_the_same_columns() -> None:
    """Columns found by texts are found for both pages together."""
    first = page([*BODY, (60, 245, "长长的标签文字"), (165, 245, "5"), (255, 245, "1,234,567")])
    second = page(
        [
            (60, 50, "甲"),
            (168, 50, "1"),
            (268, 50, "2"),
            (60, 70, "乙"),
            (168, 70, "3"),
            (268, 70, "4"),
        ],
        number=2,
    )
    upper, lower = (b for b in read(first, second) if isinstance(b, Grid))
    edges = [
        sorted({(c.locus.bbox or (0,))[0] for row in g.rows for c in row}) for g in (upper, lower)
    ]
    assert edges[0] == edges[1]


def test_grounds_of_cells_part_rows_and_columns() -> None:
    """Coloured grounds without any line: a head of two lines is one row."""
    texts: Texts = [
        (60, 112, "项目"), (160, 104, "本年新"), (160, 118, "制作数"), (231, 112, "对外公开数"),
        (60, 140, "规章"), (165, 140, "1"), (265, 140, "2"), (60, 160, "文件"), (165, 160, "3"), (265, 160, "4"),
    ]  # fmt: skip
    fills = (
        (50.0, 100.0, 150.0, 130.0),
        (150.0, 100.0, 230.0, 130.0),
        (230.0, 100.0, 350.0, 130.0),
    )
    layout = PageLayout(1, 400, 600, marks(texts), (), (), fills)
    assert rows(layout) == [
        ["项目", "本年新\n制作数", "对外公开数"],
        ["规章", "1", "2"],
        ["文件", "3", "4"],
    ]


def test_running_text_with_wide_gaps_is_no_table() -> None:
    """A date beside a name, a list of contents: lines without figures in columns stay text."""
    texts: Texts = [
        (50, 100, "某市统计局"),
        (250, 100, "办公室"),
        (50, 120, "地址"),
        (250, 120, "电话"),
    ]
    assert len(paragraphs(page(texts))) == 2


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 6), st.booleans())
def test_nothing_is_lost_or_doubled(seed: int, height: int, width: int, ruled: bool) -> None:  # noqa: FBT001
    """Every glyph on the page stands exactly once in the blocks, whatever the layout."""
    draw = random.Random(seed)  # noqa: S311  # a layout, no secret
    texts: Texts = []
    rules: list[Rule] = []
    share = draw.random() * 1.3
    for row in range(height):
        for col in range(width):
            if draw.random() < 0.8:
                text = draw.choice(
                    ["0", "12", "1,234", "—", "规章", "信息内容", "其他", "三、", "3.其他"]
                )
                x, y = 50 + 55 * col + draw.random() * 12, 100 + 20 * row + draw.random() * 6
                texts.append((x, y, text))
            if ruled and draw.random() < share:
                rules.append(across(98 + 20 * row, 48 + 55 * col, 103 + 55 * col))
            if ruled and draw.random() < share - 0.3:
                rules.append(down(48 + 55 * col, 98 + 20 * row, 118 + 20 * row))
    found = read(page(texts, *rules))
    cells = [c for b in found if isinstance(b, Grid) for r in b.rows for c in r]
    out = [c.text for c in cells] + [b.text for b in found if isinstance(b, Paragraph)]
    printed = "".join(text for _, _, text in texts)
    assert sorted("".join(out).replace("\n", "").replace(" ", "").replace("　", "")) == sorted(
        printed
    )
    for grid in (b for b in found if isinstance(b, Grid)):
        places = [
            (r, c)
            for row in grid.rows
            for cell in row
            for r in range(cell.row, cell.row + cell.rowspan)
            for c in range(cell.col, cell.col + cell.colspan)
        ]
        assert len(places) == len(set(places))
