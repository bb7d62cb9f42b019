"""Table two with a column that the form does not have, in formats with places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from readback import distinct, wrong

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
