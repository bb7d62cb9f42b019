"""Text whose columns are made of blanks: what is put together, and what is left alone."""

from __future__ import annotations

import pytest

from gongkai.model import Grid, Heading, Paragraph, Picture
from gongkai.parse import read_number
from gongkai.read.text import read_text


def line(*words: tuple[int, str]) -> str:
    """A line with these words in these columns of characters."""
    text = ""
    for at, word in words:
        text = text.ljust(at) + word
    return f"{text}\n"


def row(label: str, *figures: str, start: int = 0) -> str:
    """A row of a wide table: seven columns, each eight characters wide; "" is a blank cell."""
    words = [(30 + 8 * at, text) for at, text in enumerate(figures) if text]
    return line((start, label), *words)


PAD = line((0, "甲"), (6, "乙")) * 3  # enough wide gaps for a page with columns
HEAD = (
    line((50, "申请人情况"))
    + line((30, "自然人"), (78, "总计"))
    + line((38, "商业"), (46, "科研"), (54, "社会"), (62, "法律"))
    + line((38, "企业"), (46, "机构"), (54, "公益"), (62, "服务"), (70, "其他"))
)
FULL = row("一、新收", "10", "2", "3", "4", "5", "6", "30")
SPARSE = row("二、结转", "1", "", "", "", "", "", "1")


def shown(text: str) -> list[object]:
    """Lines as texts with single blanks, grids as rows of texts."""
    out: list[object] = []
    for block in read_text(text.encode(), "a.txt"):
        assert not isinstance(block, Picture)
        if isinstance(block, Grid):
            out.append([[cell.text for cell in row] for row in block.rows])
        else:
            out.append(" ".join(block.text.split()))
    return out


def grid_of(text: str) -> Grid:
    """The one grid of a text."""
    (grid,) = [b for b in read_text(text.encode(), "a.txt") if isinstance(b, Grid)]
    return grid


# -- heads -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            line((14, "本年新"), (25, "本年新"))
            + line((3, "信息内容"), (40, "总数量"))
            + line((13, "制作数量"), (24, "公开数量"))
            + line()
            + line((0, "规章"), (15, "1"), (26, "2"), (41, "3")),
            "信息内容 本年新制作数量 本年新公开数量 总数量",
        ),
        ("                 处理决定\n   信息内容\n                 数量\n许可              2\n", "信息内容 处理决定数量"),
        ("         上一\n  内容             增减\n        年数量\n\n行政\n          7       0\n", "内容 上一年数量 增减"),
        ("结果 结果 其他 尚未\n                总计\n维持 纠正 结果 审结\n 1  2  3  4     10\n", "结果维持 结果纠正 其他结果 尚未审结 总计"),
    ],
)  # fmt: skip
def test_a_head_broken_over_lines_is_put_together(text: str, expected: str) -> None:
    """Column by column, where the columns are as many as the figures below."""
    assert expected in shown(f"{PAD}这里是正文。\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "         第八项\n  信息内容      收费金额\n收费            3\n",  # a line above the head
        "  信息内容      数量     件数\n   标题       金额\n收费       1\n",  # more than figures
        "  信息   内容\n  标题   数量\n这里是正文。\n",  # running text below
        "  信息   内容\n  标题   数量\n",  # nothing below
        "  信息   内容\n  标题   数量\n甲\n乙\n丙\n丁   1\n",  # labels below
        "甲   乙\n" * 7 + "\n丙   1\n",  # too many lines
        "一 二 三 四 其他说明文字\n五 六 七 八\n  1    2    3    4        5\n" + "很远" * 9,
        "结果 结果\n 维 持 纠正\n 甲   1\n",  # two words over one
    ],
)
def test_what_is_no_broken_head_is_left_as_it_is(text: str) -> None:
    """Every line stays a line of its own."""
    lines = [" ".join(line.split()) for line in f"{PAD}这里是正文。\n{text}".splitlines()]
    assert shown(f"{PAD}这里是正文。\n{text}") == [line for line in lines if line]


# -- labels ----------------------------------------------------------------------------------

LABELS = (
    row("（四）无     1.不掌握", "1", "2", "3", "4", "5", start=6)
    + row("法提供      2.没有现成", "1", "2", "3", "4", "5", start=6)
    + line((0, "三、"), (17, "3.补正后"), (30, "1"), (38, "2"), (46, "3"), (54, "4"), (62, "5"))
    + line((0, "本年"), (17, "4.申请人逾期"))
    + line((6, "（六）其"))
    + row("收费通知要求", "6", "7", "8", "9", "0", start=17)
    + line((6, "他处理"), (17, "缴纳费用"))
    + row("5.其他", "1", "2", "3", "4", "5", start=17)
    + row("（七）总计", "1", "2", "3", "4", "5", start=6)
)


def test_labels_in_two_columns_are_untangled() -> None:
    """The outer label comes first, so that the lines of the inner one follow each other."""
    lines = shown(LABELS)
    at = lines.index("收费通知要求 6 7 8 9 0")
    assert lines[at - 3 : at] == ["本年", "（六）其", "4.申请人逾期"]
    assert lines[at + 1 :] == ["他处理", "缴纳费用", "5.其他 1 2 3 4 5", "（七）总计 1 2 3 4 5"]


def test_untangled_lines_keep_their_numbers() -> None:
    """A place is that of the file, in whatever order the lines are read."""
    blocks = read_text(LABELS.encode(), "a.txt")
    numbers = {
        " ".join(b.text.split()): b.locus.line
        for b in blocks
        if isinstance(b, (Heading, Paragraph))
    }
    assert numbers["（六）其"] == 5
    assert numbers["4.申请人逾期"] == 4


def test_a_label_over_both_columns_stays_outside() -> None:
    """A row without an inner label is left as it stands; a long label is not cut."""
    long = "（二）部分公开（区分处理的，只计这一"
    text = LABELS + line((6, long)) + row("", *"12345") + row("6.尾", *"12345", start=17)
    text = LABELS.replace("本年", long, 1).replace(" " * 15 + "4.申请人逾期", "") + text
    lines = shown(text)
    assert lines.count(long) == 2
    assert lines[lines.index(long, 9) + 1] == "1 2 3 4 5"


NARROW = "".join(text[:46].rstrip() + "\n" for text in LABELS.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        NARROW,
        "".join(row("甲乙丙"[at], *"12345") for at in range(3)),
        "这里是正文。\n".join(LABELS.splitlines(keepends=True)),
        row("1.不掌握", *"12345", start=17) * 3 + row("2.没有", *"12345", start=9),
    ],
    ids=["narrow", "one column", "running text", "nothing above"],
)
def test_labels_of_other_tables_are_left_alone(text: str) -> None:
    """Only wide tables with one inner column are untangled."""
    text = f"{PAD}这里是正文。\n{text}"
    assert shown(text) == [" ".join(part.split()) for part in text.splitlines()]


def test_far_lines_are_no_labels_of_a_row() -> None:
    """What stands more than a page's part above is not moved."""
    gap = "".join(f"说明{n}\n" for n in range(15))
    lines = shown(LABELS + gap + LABELS)
    assert [line for line in lines if str(line).startswith("说明")] == gap.split()


# -- rows with blank cells -------------------------------------------------------------------


def test_blank_cells_are_placed_where_the_head_tells_columns_apart() -> None:
    """Every figure under one name; blanks are cells; labels are no rows of blanks."""
    text = (
        f"这里是正文。\n{HEAD}{FULL}{SPARSE}"
        + line((3, "没有数字的一行"))
        + line((0, "（三）  无"))
    )
    grid = grid_of(text + row("四、办结", "", "7", "", "8", "", "", "15") + "后文。\n")
    assert grid.positioned
    head, full, sparse, words, broken, last = grid.rows
    assert [cell.text for cell in head] == [
        "", "自然人", "商业企业", "科研机构", "社会公益", "法律服务", "其他", "总计"
    ]  # fmt: skip
    assert [cell.text for cell in full[1:]] == ["10", "2", "3", "4", "5", "6", "30"]
    assert [cell.text for cell in sparse] == ["二、结转", "1", "", "", "", "", "", "1"]
    assert [cell.text for cell in words] == ["没有数字的一行"]
    assert words[0].colspan == 8
    assert [cell.text for cell in broken] == ["（三）  无"]
    assert [cell.text for cell in last] == ["四、办结", "", "7", "", "8", "", "", "15"]
    assert (last[2].col, last[2].locus.line, last[2].locus.col) == (2, 10, 3)
    assert grid.locus.line == 3


@pytest.mark.parametrize(
    "figures",
    [
        ((34, "1"), (78, "1")),  # under no name
        ((30, "1"), (32, "1"), (78, "1")),  # with one blank between them
        ((30, "1"), (38, "1"), (46, "1"), (54, "1"), (62, "1"), (70, "1"), (78, "1"), (86, "1")),
    ],
)
def test_a_row_that_does_not_fit_is_left_in_one_piece(figures: tuple[tuple[int, str], ...]) -> None:
    """Its figures stand in one cell, which is no number."""
    text = f"{HEAD}{FULL}{FULL}" + line((0, "二、结转"), *figures) + SPARSE
    found = [block for block in read_text(text.encode(), "a.txt") if isinstance(block, Grid)]
    texts = [cell.text for grid in found for row in grid.rows for cell in row]
    together = " ".join(word for _, word in figures)
    assert together in texts or shown(text)[-2] == f"二、结转 {together}"
    assert read_number(together).number is None


def test_the_head_of_the_next_table_ends_a_table() -> None:
    """Its heading and rows are no part of the one before."""
    text = f"{HEAD}{FULL}{SPARSE}四、复议情况\n" + line((40, "行政复议")) + row("维持", "1", "1")
    assert shown(text)[2:] == ["四、复议情况", "行政复议", "维持 1 1"]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "这里是正文。\n",
        line((30, "自然人"), (38, "商业企业")),
        line((30, "自然人"), (34, "商业"), (46, "科研"), (54, "社会"), (62, "法律"), (70, "其他"), (78, "总计")),
        line((30, "自然人"), (37, "商业企业"), (42, "科研机构"), (54, "社会"), (62, "法律"), (70, "其他"), (78, "总计")),
        line((30, "自然人"), (38, "商业企业科研机构"), (54, "社会"), (62, "法律"), (70, "其他"), (78, "总计"), (86, "合计")),
        line((30, "很长的一行标题没有断开")),
        line((30, "1"), (38, "2"), (46, "3"), (54, "4"), (62, "5")),
    ],
)  # fmt: skip
def test_without_a_certain_head_rows_are_left_as_lines(head: str) -> None:
    """A table that goes on over a page without its head; names too close, too few, too wide."""
    assert not any(isinstance(part, list) for part in shown(f"{head}{FULL}{SPARSE}{PAD}"))


# -- broken figures --------------------------------------------------------------------------

WIDE = row("一、新收", "123456", "2", "3", "4", "5")
GAP = row("一、新收", "", "2", "3", "4", "5")
BROKEN = ["一、新收", "123456\n7", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "text",
    [
        WIDE + line((33, "7")),
        line((30, "123456")) + GAP + line((33, "7")),
        WIDE + line((3, "数量"), (33, "7")),
    ],
    ids=["below", "around", "beside the end of the label"],
)
def test_the_digits_of_a_broken_figure_are_not_read_apart(text: str) -> None:
    """The figure stands in its row, with the break in it, and is no number."""
    grid = grid_of(f"{PAD}这里是正文。\n{text}")
    assert [cell.text for cell in grid.rows[0]] == BROKEN
    assert read_number(grid.rows[0][1].text).number is None


def test_a_broken_figure_without_a_label_stands_alone() -> None:
    """Table four has no labels before its figures."""
    grid = grid_of(f"{PAD}这里是正文。\n{row('', *['123456'], *'2345')}{line((33, '7'))}")
    assert [cell.text for cell in grid.rows[0]] == BROKEN[1:]


def test_a_broken_figure_beside_an_inner_label_is_kept() -> None:
    """Labels are untangled around it."""
    text = LABELS.replace("6       7", "678901  7") + line((33, "1"))
    text = text.replace(line((6, "他处理"), (17, "缴纳费用")), line((33, "5")))
    (cells,) = grid_of(text).rows
    assert [cell.text for cell in cells] == ["收费通知要求", "678901\n5", "7", "8", "9", "0"]


def test_a_broken_figure_in_a_table_with_blanks_is_kept() -> None:
    """In the grid as in a line."""
    broken = row("三、办结", "123456", "", "", "", "", "", "1") + line((33, "7"))
    grid = grid_of(f"{HEAD}{FULL}{SPARSE}{broken}{SPARSE}")
    assert [cell.text for cell in grid.rows[3]] == [
        "三、办结",
        "123456\n7",
        "",
        "",
        "",
        "",
        "",
        "1",
    ]


@pytest.mark.parametrize(
    "text",
    [
        WIDE + "\n" + line((33, "7")),
        WIDE + line((38, "7")),
        WIDE + line((42, "7")),
        row("一、新收", "1234", *"2345") + row("二、结转", "7"),
        WIDE + line((31, "- 7 -")),
        line((30, "123456")) + GAP + line((38, "7")),
        line((38, "123456")) + GAP + line((33, "7")),
        line((30, "12")) + GAP + line((30, "7")),
    ],
    ids=["far", "short", "beside", "a row", "a page", "elsewhere", "over one", "too short"],
)
def test_figures_that_stand_apart_are_not_joined(text: str) -> None:
    """Every line is left as it is."""
    text = f"{PAD}这里是正文。\n{text}"
    lines = [" ".join(part.split()) for part in text.splitlines()]
    assert shown(text) == [part for part in lines if part]


# -- pages -----------------------------------------------------------------------------------


def test_pages_are_read_one_by_one() -> None:
    """Columns of one page say nothing of the next; a form feed ends a line."""
    _, grid, last = shown(f"{HEAD}{FULL}{SPARSE}\f{SPARSE}")
    assert isinstance(grid, list)
    assert len(grid) == 3
    assert last == "二、结转 1 1"


def test_tabs_are_surer_than_blanks() -> None:
    """Rows with tabs in a page with columns stay rows."""
    assert shown(f"{PAD}甲\t1\t2\n乙\t3\t4\n")[3] == [["甲", "1", "2"], ["乙", "3", "4"]]
