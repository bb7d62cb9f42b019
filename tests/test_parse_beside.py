"""Table two with a column that the form does not have, in formats with places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from printers import ROWS, print_tsv, print_words
from readback import distinct, read_back, wrong

from gongkai.model import CellId, Grid, Status
from gongkai.parse import parse
from gongkai.tidy import tidy
from print_blocks import Layout, print_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.model import Cell, Report
    from print_blocks import Rows

WIDE = 12
MADE = CellId("disclosure", "normative_docs", "issued")
REPEALED = CellId("disclosure", "normative_docs", "repealed")
IN_FORCE = CellId("disclosure", "normative_docs", "in_force")


def read(edit: Callable[[Rows], Rows]) -> Report:
    """A report with one column more in table two, and one cell of it blank."""
    sheet = distinct("form2021")
    sheet = replace(sheet, cells={**sheet.cells, REPEALED: ""})

    def only(section: str, rows: Rows) -> Rows:
        return edit(rows) if section == "disclosure" else rows

    return parse(tidy(print_blocks(sheet, Layout(), only)))


def with_column(head: str, figure: str, *, merged: bool = False) -> Callable[[Rows], Rows]:
    """An edit that adds a column at the right: a head cell, a figure in each row of figures.

    `merged`: the headings of the items cover the new column too.
    """

    def more(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        last = row[-1]
        if len(row) == 1:
            wide = replace(last, colspan=WIDE + 1)
            return (wide,) if merged else (last, replace(last, text="", col=WIDE, colspan=1))
        text = head if last.text.startswith(("现行有效", "本年")) else figure
        return (*row, replace(last, text=text, col=WIDE, colspan=1))

    return lambda rows: tuple(map(more, rows))


@pytest.mark.parametrize("head", ["备注", "2022年"])
@pytest.mark.parametrize("merged", [False, True])
def test_figures_beside_the_columns_of_the_form_are_not_counted_among_them(
    head: str, *, merged: bool
) -> None:
    """A head that names every column tells which figure is none of the form's."""
    report = read(with_column(head, "5", merged=merged))
    sheet = distinct("form2021")
    assert report.values[REPEALED].status is Status.BLANK
    printed = replace(sheet, cells={**sheet.cells, REPEALED: ""})
    assert not wrong(printed, report)
    assert report.values[IN_FORCE].number == int(sheet.cells[IN_FORCE])


def test_a_figure_behind_the_head_does_not_stand_for_a_blank_under_it() -> None:
    """Three figures for three columns, but one of them is behind the last head cell."""
    report = read(with_column("", "5"))
    values = [report.values[cell] for cell in (MADE, REPEALED, IN_FORCE)]
    assert [value.number for value in values] == [None, None, None]
    assert {value.status for value in values} == {Status.AMBIGUOUS}


def test_a_head_with_a_column_too_many_that_names_not_all_is_not_counted() -> None:
    """Of four columns one is the form's no longer; which, the number of figures cannot tell."""
    rename = with_column("备注", "5")

    def edit(rows: Rows) -> Rows:
        return tuple(
            tuple(replace(c, text="去年") if c.text == "本年废止件数" else c for c in row)
            for row in rename(rows)
        )

    report = read(edit)
    assert {report.values[cell].number for cell in (MADE, REPEALED, IN_FORCE)} == {None}


@pytest.mark.parametrize("estimated", [False, True])
def test_a_row_beside_its_head_is_in_order_only_where_columns_are_estimated(
    *, estimated: bool
) -> None:
    """Two figures stand under one head cell: rules would say so, words that were moved do not."""
    sheet = distinct("form2021")

    def moved(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        if not row[0].text.endswith("规范性文件"):
            return row
        label, first, second, third = row
        blank = replace(first, text="", col=5, colspan=4)
        narrow = (replace(first, colspan=1), replace(second, col=4, colspan=1))
        return (label, *narrow, blank, third)

    def only(section: str, rows: Rows) -> Rows:
        return tuple(map(moved, rows)) if section == "disclosure" else rows

    document = print_blocks(sheet, Layout(), only)
    blocks = tuple(
        replace(block, estimated=estimated) if isinstance(block, Grid) else block
        for block in document.blocks
    )
    report = parse(tidy(replace(document, blocks=blocks)))
    values = [report.values[cell] for cell in (MADE, REPEALED, IN_FORCE)]
    printed = [int(sheet.cells[cell]) for cell in (MADE, REPEALED, IN_FORCE)]
    assert [value.number for value in values] == (
        printed if estimated else [None, None, printed[2]]
    )


@pytest.mark.parametrize("first", [False, True])
def test_a_figure_in_a_column_without_a_head_does_not_stand_for_a_blank(*, first: bool) -> None:
    """Counted cells: other rows have a figure too many, so that the column is none of the form's."""
    sheet = distinct()
    blank = CellId("disclosure", "coercion", "decisions")
    printed = replace(sheet, cells={**sheet.cells, blank: "", REPEALED: ""})
    lines = []
    for row in ROWS["disclosure"](printed, printed.form.tables[0]):
        more = "" if not row[1] or row[0] == "信息内容" else "7"
        more = "7" if row[0] == "行政强制" else more
        lines.append(
            [row[0], more, *row[1:]]
            if first
            else [*row[:2], more, *row[2:]]
            if not row[2]
            else [*row, more]
        )
    report = read_back("二、主动公开政府信息情况\n" + print_tsv(lines) + "\n")
    silent = {c: w for c, w in wrong(printed, report).items() if c.startswith("disclosure")}
    assert silent == {}
    assert report.values[blank].number is None


def test_a_figure_beside_a_blank_under_the_only_head_is_none_of_its() -> None:
    """One column, one figure, but beside it."""

    def edit(rows: Rows) -> Rows:
        return tuple(
            (
                row[0],
                replace(row[1], text="", colspan=8),
                replace(row[1], col=11, colspan=1, text="7"),
            )
            if row[0].text == "行政强制"
            else (row[0], replace(row[1], colspan=8))
            if len(row) == 2
            else row
            for row in rows
        )

    report = read(edit)
    assert report.values[CellId("disclosure", "coercion", "decisions")].number is None


def test_two_labels_in_one_cell_are_the_label_of_neither_row() -> None:
    """Their figures stand in one cell too."""
    rows = ROWS["disclosure"](distinct(), distinct().form.tables[0])
    at = next(n for n, row in enumerate(rows) if row[0] == "行政处罚")
    rows[at : at + 2] = [["行政处罚行政强制", "20", "", ""]]
    report = read_back("二、主动公开政府信息情况\n" + print_tsv(rows) + "\n")
    values = [
        report.values[CellId("disclosure", row, "decisions")] for row in ("penalty", "coercion")
    ]
    assert {value.status for value in values} == {Status.AMBIGUOUS}


def test_figures_with_shares_behind_each_are_in_doubt_not_absent() -> None:
    """Running text: no line ends with a figure that can be read."""
    rows = ROWS["disclosure"](distinct(), distinct().form.tables[0])
    shared = [[f"{c} 5%" if c.isdigit() else c for c in row] for row in rows]
    report = read_back("二、主动公开政府信息情况\n" + print_words(shared) + "\n")
    assert {v.status for v in report.values.values()} == {Status.AMBIGUOUS}
    head = [row for row in shared if not any("%" in c for c in row)]
    assert read_back("二、主动公开政府信息情况\n" + print_words(head) + "\n").values == {}
