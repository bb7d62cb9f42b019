"""The same report in every layout of placed tables gives the same values, or says what it doubts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printers import Sheet
from readback import FORMS, assert_same, distinct, sound, wrong

from gongkai.forms import variables
from gongkai.parse import parse
from gongkai.tidy import tidy
from print_blocks import Layout, is_figure, print_blocks

if TYPE_CHECKING:
    from gongkai.model import Report
    from print_blocks import Rows

LABELS = ("merged", "blank", "repeat")
LAYOUTS = {
    "merged": Layout(),
    "labels unmerged": Layout("blank"),
    "labels repeated": Layout("repeat"),
    "empty columns": Layout(left=1, right=2),
    "empty columns, unmerged": Layout("blank", left=2, right=1),
    "one grid": Layout(one=True),
    "one grid, unmerged": Layout("blank", one=True),
    "over pages": Layout(cut=7, paged=True),
    "over pages, head again": Layout(cut=9, again=3, paged=True),
    "over pages, unmerged": Layout("blank", cut=5, paged=True),
    "a second grid without pages": Layout(cut=6),
}


def read_back(sheet: Sheet, layout: Layout) -> Report:
    """What is understood of the sheet in this layout."""
    return parse(tidy(print_blocks(sheet, layout)))


@pytest.mark.parametrize("version", FORMS)
@pytest.mark.parametrize("name", list(LAYOUTS))
def test_every_layout_gives_every_cell(name: str, version: str) -> None:
    """Without a doubt, also where the sums fail."""
    for sheet in (distinct(version), sound(version)):
        report = read_back(sheet, LAYOUTS[name])
        assert_same(sheet, report)
        assert report.form is not None
        assert report.form.version == version
        assert len(report.sections) == len(sheet.form.sections)


@pytest.mark.parametrize("name", [n for n in LAYOUTS if n != "a second grid without pages"])
def test_blanks_stay_in_their_places(name: str) -> None:
    """A blank is a blank by its place, in every layout whose head is there."""
    blanks = (
        "requests/granted/natural_person", "requests/granted/total", "requests/denied_third_party/other_org",
        "disclosure/regulations/issued", "disclosure/licensing/decisions", "disputes/review/upheld",
        "disputes/suit_after_review/total", *(f"requests/pending_end/{c}" for c in ("natural_person", "total")),
    )  # fmt: skip
    sheet = sound("form2021", dict.fromkeys(blanks, ""))
    report = read_back(sheet, LAYOUTS[name])
    assert_same(sheet, report)


@st.composite
def sheets(draw: st.DrawFn, version: str) -> Sheet:
    """A report with arbitrary figures, marks and blanks."""
    figures = st.one_of(st.integers(0, 12), st.integers(0, 10**7)).map(str)
    printed = st.one_of(figures, figures, figures, st.sampled_from(["", "", "/", "-", "无"]))
    return Sheet(make.form(version), {v.cell: draw(printed) for v in variables(version)})


LAYOUT = st.builds(
    Layout,
    labels=st.sampled_from(LABELS),
    left=st.integers(0, 2),
    right=st.integers(0, 2),
    cut=st.integers(0, 30),
    again=st.integers(0, 3),
    one=st.booleans(),
    paged=st.booleans(),
)


@pytest.mark.parametrize("version", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_layout_gives_a_wrong_figure_silently(version: str, data: st.DataObject) -> None:
    """Whatever is merged, cut, repeated or left blank: a cell is as printed or in doubt."""
    sheet, layout = data.draw(sheets(version)), data.draw(LAYOUT)
    assert wrong(sheet, read_back(sheet, layout)) == {}


def merge_figures(draw: st.DataObject, rows: Rows) -> Rows:
    """The rows with a figure cell widened over its right neighbour, or lengthened downwards."""
    figures = [
        (at, n) for at, row in enumerate(rows) for n, c in enumerate(row[:-1]) if is_figure(c)
    ]
    if not figures:
        return rows
    at, n = draw.draw(st.sampled_from(figures))
    row = list(rows[at])
    neighbour = row.pop(n + 1)
    row[n] = replace(row[n], colspan=row[n].colspan + neighbour.colspan)
    return (*rows[:at], tuple(row), *rows[at + 1 :])


def drop_cell(draw: st.DataObject, rows: Rows) -> Rows:
    """The rows with one cell of figures gone, those behind it moved to the left."""
    figures = [(at, n) for at, row in enumerate(rows) for n, c in enumerate(row) if is_figure(c)]
    if not figures:
        return rows
    at, n = draw.draw(st.sampled_from(figures))
    gone = rows[at][n]
    behind = (replace(c, col=c.col - gone.colspan) for c in rows[at][n + 1 :])
    return (*rows[:at], (*rows[at][:n], *behind), *rows[at + 1 :])


def shift_row(draw: st.DataObject, rows: Rows) -> Rows:
    """The rows with the cells of one moved a column to the right."""
    at = draw.draw(st.integers(0, len(rows) - 1))
    moved = tuple(replace(c, col=c.col + 1) for c in rows[at])
    return (*rows[:at], moved, *rows[at + 1 :])


DAMAGES = {"a cell is gone": drop_cell, "a row is moved": shift_row}


@pytest.mark.parametrize("damage", list(DAMAGES))
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_damaged_row_gives_no_wrong_figure_silently(damage: str, data: st.DataObject) -> None:
    """Figures are distinct and no sum holds, so that nothing but the place can tell."""
    sheet = distinct("form2021")
    table = data.draw(st.sampled_from(["disclosure", "requests", "disputes"]))

    def edit(section: str, rows: Rows) -> Rows:
        return DAMAGES[damage](data, rows) if section == table else rows

    lost = {c for c, t in wrong(sheet, parse(tidy(print_blocks(sheet, Layout(), edit)))).items()}
    assert lost == set()
