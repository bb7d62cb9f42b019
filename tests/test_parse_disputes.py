"""Table four in the shapes that it is printed in: read by its heads, in doubt, never left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make
import pytest
from printers import print_pipes, print_tsv
from readback import assert_same, distinct, doubtful, read_back, sound, understood, wrong

from gongkai.forms import concept
from gongkai.model import Cell, CellId, Grid, Locus, RemarkKind, Report, Status
from gongkai.parse import parse
from gongkai.tidy import tidy
from print_blocks import Layout, print_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from printers import Sheet

    from print_blocks import Rows

LOCUS = Locus("a.html", block=1)
HEADING = "四、政府信息公开行政复议、行政诉讼情况"
(ITEM,) = make.form().tables[2].items
CELLS = make.form().tables[2].cells
LAWSUITS = concept("groups", "lawsuits").label
OUTCOMES = [column.label for column in ITEM.columns]
REVIEW, DIRECT, AFTER = (row.label for row in ITEM.rows)


def figures_of(sheet: Sheet, row: str) -> list[str]:
    """What is printed in a row."""
    return [sheet.at("disputes", row, column.id) for column in ITEM.columns]


def values(report: Report) -> dict[CellId, tuple[object, Status]]:
    """Number and status of each cell of the table."""
    return {
        cell: (v.number, v.status) for cell, v in report.values.items() if cell.table == "disputes"
    }


def only_disputes(sheet: Sheet) -> Sheet:
    """The sheet without its other tables."""
    return replace(sheet, cells={cell: sheet.cells[cell] for cell in CELLS})


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    """Rows of single cells as a table with places."""
    cells = tuple(
        tuple(Cell(text, at, col, LOCUS) for col, text in enumerate(row))
        for at, row in enumerate(rows)
    )
    return Grid(cells, LOCUS, positioned=True)


def in_words(rows: Sequence[Sequence[str]]) -> str:
    """Rows as running text."""
    return "\n".join(" ".join(cell for cell in row if cell) for row in rows)


READINGS: dict[str, Callable[[Sequence[Sequence[str]]], Report]] = {
    "placed": lambda rows: understood((grid(rows),)),
    "tabs": lambda rows: read_back(f"{HEADING}\n" + print_tsv([list(row) for row in rows]) + "\n"),
    "bars": lambda rows: read_back(
        f"{HEADING}\n\n" + print_pipes([list(row) for row in rows]) + "\n"
    ),
    "words": lambda rows: read_back(f"{HEADING}\n{in_words(rows)}\n"),
}


def edited(edit: Callable[[Rows], Rows], sheet: Sheet | None = None) -> Report:
    """A whole report in a format with places, with table four edited."""
    only = lambda section, rows: edit(rows) if section == "disputes" else rows  # noqa: E731
    return parse(tidy(print_blocks(sheet or distinct(), Layout(), only)))


# Channels as rows


@pytest.mark.parametrize("reading", list(READINGS))
@pytest.mark.parametrize("corner", ["类别", "", "行政复议、行政诉讼"])
def test_channels_may_be_rows_below_the_outcomes(reading: str, corner: str) -> None:
    """In any order; each row has its own label."""
    sheet = only_disputes(distinct())
    rows = [[corner, *OUTCOMES]]
    for row in (ITEM.rows[2], ITEM.rows[0], ITEM.rows[1]):
        above = LAWSUITS if row.group and reading == "words" else ""
        rows.append([above + row.label, *figures_of(sheet, row.id)])
    assert_same(sheet, READINGS[reading](rows))


@pytest.mark.parametrize("reading", ["placed", "tabs", "bars"])
def test_blanks_and_words_of_a_channel_that_is_a_row_stay_in_it(reading: str) -> None:
    """A row of blanks is blank; words for figures are words."""
    sheet = only_disputes(distinct())
    rows = [["类别", *OUTCOMES], [REVIEW, *[""] * 5], [DIRECT, *["零"] * 5]]
    rows.append([AFTER, *figures_of(sheet, "suit_after_review")])
    got = values(READINGS[reading](rows))
    assert {got[c][1] for c in CELLS if c.row == "review"} == {Status.BLANK}
    assert {got[c][1] for c in CELLS if c.row == "suit_direct"} == {Status.TEXT}
    assert [got[c][0] for c in CELLS[10:]] == [int(sheet.cells[c]) for c in CELLS[10:]]


def test_a_channel_beside_its_figures_and_another_above_them_is_in_doubt() -> None:
    """The head says 行政复议, the row another channel."""
    rows = [[REVIEW, "", "", "", "", ""], ["", *OUTCOMES], [AFTER, *"12306"]]
    for reading in READINGS.values():
        report = reading(rows)
        assert {v.number for v in report.values.values()} == {None}
        assert len(doubtful(report)) == 15


def test_lawsuits_that_are_named_without_their_channels_are_in_doubt() -> None:
    """行政诉讼 stands in the table, its channels are lost; reviews are read."""
    rows = [[REVIEW, *[""] * 4], OUTCOMES, [*"12306"], [LAWSUITS, *[""] * 4], [""] * 5]
    for name in ("placed", "tabs", "bars"):
        got = values(READINGS[name](rows))
        assert [got[c][0] for c in CELLS[:5]] == [1, 2, 3, 0, 6]
        assert {got[c][1] for c in CELLS[5:]} == {Status.AMBIGUOUS}


# Some of the channels, in some order


def only(first: int, last: int) -> Callable[[Rows], Rows]:
    """An edit that keeps these columns."""
    return lambda rows: tuple(
        tuple(
            replace(c, col=max(c.col - first, 0), colspan=min(c.colspan, last - first))
            for c in row
            if first <= c.col < last
        )
        for row in rows
    )


def test_lawsuits_without_reviews_are_read() -> None:
    """Ten figures under their heads; reviews are not there."""
    sheet = distinct()
    report = edited(only(5, 15), sheet)
    assert {report.values[c].status for c in CELLS[:5]} == {Status.MISSING}
    rest = replace(sheet, cells={c: t for c, t in sheet.cells.items() if c not in CELLS[:5]})
    assert_same(
        rest, replace(report, values={c: v for c, v in report.values.items() if c not in CELLS[:5]})
    )


def ordered(places: Sequence[int]) -> Callable[[Rows], Rows]:
    """An edit that puts the single columns of the last two rows in another order."""

    def edit(rows: Rows) -> Rows:
        _, second, third, last = rows
        under = {c.col: c for c in (*second[:5], *third)}
        moved = [replace(under[old], col=new, row=2, rowspan=1) for new, old in enumerate(places)]
        channels = [(REVIEW, DIRECT, AFTER)[old // 5] for old in places]
        above = [Cell(channels[at], 0, at, LOCUS, rowspan=2, colspan=5) for at in range(0, 15, 5)]
        return (
            tuple(above),
            tuple(moved),
            tuple(replace(last[old], col=new) for new, old in enumerate(places)),
        )

    return edit


@pytest.mark.parametrize(
    "places",
    [
        [*range(5, 15), *range(5)],
        [*range(5), *range(10, 15), *range(5, 10)],
        [start + at for start in (0, 5, 10) for at in (1, 0, 2, 3, 4)],
        [start + at for start in (0, 5, 10) for at in (4, 0, 1, 2, 3)],
    ],
)
def test_outcomes_in_another_order_are_read_by_their_heads(places: list[int]) -> None:
    """Where the format has places each head cell says whose outcome it is."""
    sheet = distinct()
    assert_same(sheet, edited(ordered(places), sheet))


@pytest.mark.parametrize("twice", [1, 2])
def test_an_outcome_that_stands_twice_in_a_channel_is_in_doubt(twice: int) -> None:
    """结果维持 and 结果维持: which of them is meant is not known."""
    places = list(range(15))

    def edit(rows: Rows) -> Rows:
        above, head, last = ordered(places)(rows)
        return (
            above,
            tuple(replace(c, text="结果维持") if c.col == twice else c for c in head),
            last,
        )

    assert doubtful(edited(edit)) == {str(cell) for cell in CELLS}


def test_a_total_of_all_channels_is_none_of_the_form() -> None:
    """合计 behind the last channel: its figure is kept apart."""

    def edit(rows: Rows) -> Rows:
        first, second, third, last = rows
        more = Cell("合计", 0, 15, LOCUS, rowspan=3)
        return (*first, more), second, third, (*last, Cell("77", 3, 15, LOCUS))

    sheet = distinct()
    report = edited(edit, sheet)
    assert_same(sheet, report)
    assert [cell.text for cell in report.unused] == ["77"]


# Figures beside the table


def numbered(rows: Rows, text: str, *, merged: bool = False) -> Rows:
    """The rows with a column more at the left, and two cells of the last row as one."""
    moved = [tuple(replace(c, col=c.col + 1) for c in row) for row in rows]
    *head, last = moved
    if merged:
        both = replace(last[6], text=f"{last[6].text} {last[7].text}", colspan=2)
        last = (*last[:6], both, *last[8:])
    return (
        (Cell("序号", 0, 0, LOCUS, rowspan=3), *head[0]), *head[1:], (Cell(text, 3, 0, LOCUS), *last),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["1", "2023"])
def test_a_serial_number_left_of_the_figures_is_none_of_them(text: str) -> None:
    """It stands under no outcome; every other figure stands under its own."""
    sheet = distinct()
    report = edited(lambda rows: numbered(rows, text), sheet)
    assert_same(sheet, report)
    assert [cell.text for cell in report.unused] == [text]
    assert [r.kind for r in report.remarks] == [RemarkKind.STRAY_FIGURE]


def test_a_serial_number_and_two_figures_in_one_cell_are_not_fifteen_figures() -> None:
    """As many cells as columns, but the first is none of theirs."""
    sheet = distinct()
    report = edited(lambda rows: numbered(rows, "1", merged=True), sheet)
    assert wrong(sheet, report) == {}
    assert len(doubtful(report)) == 15


def test_figures_that_begin_left_of_their_head_are_read_where_they_add_up() -> None:
    """As many as columns, and each total is a sum."""

    def edit(rows: Rows) -> Rows:
        *head, last = numbered(rows, "")
        moved = [replace(c, col=c.col - 1) for c in last[1:-1]]
        return (*head, (*moved, replace(last[-1], col=14, colspan=2)))

    assert_same(sound(), edited(edit, sound()))
    assert wrong(distinct(), edited(edit)) == {}
    assert len(doubtful(edited(edit))) == 15


@pytest.mark.parametrize(
    ("note", "sure"),
    [
        (["填表人：张三", "联系电话", "12345678"], True),
        (["审核", "3", "4"], True),
        (["上年", "3", "4"], False),
        (["合计", "3", "4"], False),
        (["审核", *"12306"], False),
    ],
)
def test_a_note_below_the_figures_puts_nothing_in_doubt(note: list[str], *, sure: bool) -> None:
    """Who filled the table in is no row of it; another row of figures is."""
    sheet = only_disputes(distinct())
    head = [
        [REVIEW, *[""] * 4, LAWSUITS, *[""] * 9],
        [""] * 5 + [DIRECT, *[""] * 4, AFTER, *[""] * 4],
    ]
    figures = [sheet.cells[cell] for cell in CELLS]
    rows = [*head, OUTCOMES * 3, figures, note + [""] * (15 - len(note))]
    for name in ("placed", "tabs", "bars"):
        report = READINGS[name](rows)
        assert wrong(sheet, report) == {}
        assert doubtful(report) == (set() if sure else {str(cell) for cell in CELLS})
        assert note[-1] in {cell.text for cell in report.unused}


def test_a_row_below_figures_that_have_a_label_is_no_note() -> None:
    """The first of the two may be the one of another year."""
    rows = [["类别", *OUTCOMES], [REVIEW, *"12306"], ["某项", "4", "", "", "", ""]]
    assert len(doubtful(READINGS["placed"](rows))) == 15


# Running text


def test_outcomes_under_a_torn_heading_are_the_table_in_doubt() -> None:
    """The heading has run into the head: the figures are of table four, not of the one before."""
    text = (
        f"{HEADING}结果维持  结果纠正  行政复议其他结果  尚未审结  总计\n0 0 6 0 6\n"
        "结果维持  结果纠正  行政诉讼未经复议直接起诉其他结果  尚未审结  总计\n0 0 0 0 0\n"
        "结果维持  结果纠正  行政诉讼复议后起诉其他结果  尚未审结  总计\n2 0 0 0 2\n"
    )
    report = read_back(f"三、收到和处理政府信息公开申请情况\n申请人情况\n\n{text}")
    assert {c for c, v in report.values.items() if v.status is Status.AMBIGUOUS} >= set(CELLS)


def test_rows_of_lawsuits_alone_are_never_figures_of_all_channels() -> None:
    """Three lines of five add up to fifteen; words before them say whose they are."""
    text = f"{HEADING}\n行政复议 行政诉讼\n结果维持 结果纠正\n1 0 0 0 1\n行政诉讼 2 0 0 0 2\n3 0 0 0 3\n"
    report = read_back(text)
    assert {v.number for v in report.values.values()} == {None}
    assert len(doubtful(report)) == 15


def test_single_figures_in_the_section_put_the_table_in_doubt() -> None:
    """Its head is lost and each figure stands on its own line."""
    report = read_back(f"{HEADING}\n" + "\n".join("0123456789") + "\n")
    assert len(doubtful(report)) == 15
    assert read_back(f"{HEADING}\n3\n").values == {}


def test_figures_among_words_put_the_table_in_doubt() -> None:
    """Behind a head, in a list, or a channel a line: none of them is a row, and none is missing."""
    head = f"{REVIEW}\n{' '.join(OUTCOMES)}\n"
    listed = f"{REVIEW}：" + "，".join(f"{words}{n}件" for n, words in enumerate(OUTCOMES))
    for text in (
        head + "1 5% 2 5% 3 5% 0 5% 6 5%",
        listed,
        f"{REVIEW}3件\n{DIRECT}4件\n{AFTER}0件",
        f"{REVIEW} {LAWSUITS}\n{DIRECT}3 0",
    ):
        report = read_back(f"{HEADING}\n{text}\n")
        assert {v.number for v in report.values.values()} == {None}
        assert len(doubtful(report)) == 15


def test_the_year_and_the_page_beside_the_table_are_no_figures() -> None:
    """A line above it names the year, one below it the page."""
    sheet = only_disputes(distinct())
    text = f"{HEADING}\n2023年行政复议、行政诉讼情况\n{in_words(whole(sheet))}\n第 3 页 共 5 页\n"
    assert_same(sheet, read_back(text))


def whole(sheet: Sheet) -> list[list[str]]:
    """The rows of the table as single cells."""
    return [
        [REVIEW, *[""] * 4, LAWSUITS, *[""] * 9],
        [""] * 5 + [DIRECT, *[""] * 4, AFTER, *[""] * 4],
        OUTCOMES * 3,
        [sheet.cells[cell] for cell in CELLS],
    ]


# Words among the figures, cells that are lost


@pytest.mark.parametrize("at", [0, 4, 14])
def test_words_behind_a_figure_concern_its_cell_only(at: int) -> None:
    """7（其中1件撤回） is no number; all other figures keep their columns."""
    sheet = only_disputes(distinct())
    rows = whole(sheet)
    rows[-1][at] += "（其中1件撤回）"
    for name in ("placed", "tabs", "bars"):
        report = READINGS[name](rows)
        assert report.values[CELLS[at]].status is Status.TEXT
        assert doubtful(report) == set()
        assert [v.number for v in report.values.values()] == [
            None if n == at else int(sheet.cells[cell]) for n, cell in enumerate(CELLS)
        ]


def test_words_before_the_figures_are_a_label() -> None:
    """数量 or a year: the figures behind are all there."""
    sheet = only_disputes(distinct())
    for words in ("数量", "2023年"):
        rows = [["", *row] for row in whole(sheet)]
        rows[-1][0] = words
        for name in ("placed", "tabs", "bars"):
            assert_same(sheet, READINGS[name](rows))
            rows[-1][5] = ""
            assert (
                wrong(replace(sheet, cells={**sheet.cells, CELLS[4]: ""}), READINGS[name](rows))
                == {}
            )
            rows[-1][5] = sheet.cells[CELLS[4]]


@pytest.mark.parametrize("joined", [False, True])
def test_a_serial_number_never_stands_for_a_blank(*, joined: bool) -> None:
    """As many figures as columns, and one of them beside the head."""
    sheet = only_disputes(distinct())
    rows = [["", *row] for row in whole(sheet)]
    rows[2][0], rows[-1][0] = "序号", "1"
    if joined:
        rows[-1][7] += f" {rows[-1][8]}"
    rows[-1][8] = ""
    blank = replace(sheet, cells={**sheet.cells, CELLS[7]: ""})
    placed = READINGS["placed"](rows)
    for report in (placed, READINGS["tabs"](rows), READINGS["bars"](rows)):
        assert (
            wrong(sheet if joined else blank, report, {Status.AMBIGUOUS, Status.TEXT, Status.BLANK})
            == {}
        )
    assert joined or doubtful(placed) == set()


@pytest.mark.parametrize("lost", [[REVIEW], [REVIEW, LAWSUITS], [DIRECT]])
def test_outcomes_under_no_channel_put_the_table_in_doubt(lost: list[str]) -> None:
    """The words above them are gone: they may be any channel's."""
    report = edited(
        lambda rows: tuple(
            tuple(replace(c, text="") if c.text in lost else c for c in row) for row in rows
        )
    )
    assert doubtful(report) == {str(cell) for cell in CELLS}
