"""Counted copies that repeat a merged cell in each of its columns: a figure that is there thrice is one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from printers import Sheet, print_pipes, print_report, print_tsv
from readback import FORMS, assert_same, distinct, doubtful, read_back, wrong

from gongkai.forms import concept
from gongkai.model import CellId, Status
from print_blocks import table_rows, unmerged

DECISIONS = CellId("disclosure", "penalty", "decisions")
_NUMERALS = "一二三四五六"


def rows_of(sheet: Sheet, section: str) -> list[list[str]]:
    """The rows of a table with each merged cell in each of its columns and rows."""
    table = next(t for t in sheet.form.tables if t.section == section)
    rows = unmerged(table_rows(sheet, table.id, section), repeat=True)
    return [[cell.text for cell in row] for row in rows]


def copy(sheet: Sheet, *, pipes: bool = False, numbered: bool = False) -> str:
    """The report as such a copy; `numbered`: the columns are numbered above each table."""
    out = [sheet.title, ""]
    for at, section in enumerate(sheet.form.sections):
        out += [f"{_NUMERALS[at]}、{section.label}", ""]
        if section.id in {table.section for table in sheet.form.tables}:
            rows = rows_of(sheet, section.id)
            rows = [[str(n) for n in range(len(rows[0]))], *rows] if numbered else rows
            out += [print_pipes(rows) if pipes else print_tsv(rows), ""]
    return "\n".join(out)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pipes", [False, True])
@pytest.mark.parametrize("numbered", [False, True])
def test_figures_that_are_repeated_are_read_once(form: str, *, pipes: bool, numbered: bool) -> None:
    """As printed, with places by the head; the numbers of the columns are no figures."""
    sheet = distinct(form)
    assert_same(sheet, read_back(copy(sheet, pipes=pipes, numbered=numbered)))


@pytest.mark.parametrize("trimmed", [False, True])
def test_one_figure_for_three_columns_is_not_taken_for_three(*, trimmed: bool) -> None:
    """行政处罚, two blank cells and 11 in three columns: 11 stands under the last head cell.

    A copy may leave out the blanks at the end of a row.
    """
    sheet = distinct("form2019")
    for kept in ("items_prior", "items_change", "decisions"):
        blank = {cell: "" for cell in sheet.cells if cell.row == "penalty" and cell.column != kept}
        one = replace(sheet, cells={**sheet.cells, **blank})
        text = copy(one)
        if trimmed:
            text = "\n".join(line.rstrip("\t") for line in text.split("\n"))
        report = read_back(text)
        assert wrong(one, report) == {}
        assert str(DECISIONS) not in doubtful(report)


def test_a_copy_that_repeats_words_only_is_counted_as_before() -> None:
    """Its figures stand in the first column of their own cells, wherever the head has its."""
    head = ["信息内容", "信息内容", "本年制发件数", "本年制发件数", "本年废止件数", "现行有效件数"]
    item = [concept("groups", "regulation_item").label] * 6
    rows = [item, head, ["规章", "5", "", "", "7", "9"], ["行政规范性文件"] * 3 + ["1", "2", "3"]]
    report = read_back("二、主动公开政府信息情况\n" + print_tsv(rows) + "\n")
    numbers = [
        report.values[CellId("disclosure", row, column)].number
        for row in ("regulations", "normative_docs")
        for column in ("issued", "repealed", "in_force")
    ]
    assert numbers == [5, 7, 9, 1, 2, 3]


def test_a_head_that_is_cut_to_the_same_words_is_two_columns() -> None:
    """本年新 stands there twice for two columns; equal figures below it are two."""
    head = ["信息内容", "本年新", "本年新", "对外公开总数量"]
    rows = [
        ["第二十条第（一）项", "", "", ""],
        head,
        ["规章", "9", "9", "9"],
        ["规范性文件", "4", "4", "5"],
    ]
    report = read_back("二、主动公开政府信息情况\n" + print_tsv(rows) + "\n")
    made = [
        report.values[CellId("disclosure", "normative_docs", c)].number
        for c in ("made", "disclosed")
    ]
    assert made == [4, 4]


def test_a_figure_in_a_column_beside_the_form_does_not_stand_for_a_blank() -> None:
    """Counted cells, too: 备注 has a figure while a column of the form is blank."""
    sheet = distinct()
    lines = print_report(sheet, "tsv").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("信息内容"))
    lines[at] += "\t备注"
    lines[at + 1] += "\t6"
    cells = lines[at + 2].split("\t")
    lines[at + 2] = "\t".join([*cells[:2], "", cells[3], "6"])
    blank = CellId("disclosure", "normative_docs", "repealed")
    report = read_back("\n".join(lines))
    assert wrong(replace(sheet, cells={**sheet.cells, blank: ""}), report) == {}
    assert report.values[blank].status is Status.BLANK
    assert doubtful(report) == set()
    unnamed = read_back("\n".join(lines).replace("本年废止件数", "去年件数"))
    assert {str(blank), str(blank).replace("repealed", "issued")} <= doubtful(unnamed)
    assert wrong(sheet, unnamed) == {}
