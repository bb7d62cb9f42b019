"""What is printed in any layout is read back as it was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printers import LAYOUTS, Sheet, print_report
from readback import FORMS, assert_same, read_back, sound, wrong

from gongkai.forms import variables
from gongkai.model import CellId, Status
from gongkai.parse import read_number

if TYPE_CHECKING:
    from decimal import Decimal

COUNTS = st.one_of(st.integers(0, 9), st.integers(0, 99_999_999)).map(str)
MONEY = st.decimals(0, 10**6, places=4).map(str)
MARKS = st.sampled_from(["/", "—", "-", "无"])


@st.composite
def sheets(draw: st.DrawFn, form: str, *, blanks: bool) -> Sheet:
    """A report of the form with arbitrary figures, marks and (maybe) blanks."""
    usual = st.one_of(COUNTS, COUNTS, COUNTS, MARKS)
    counts = st.one_of(usual, st.just("")) if blanks else usual
    cells: dict[CellId, str] = {}
    for variable in variables(form):
        cells[variable.cell] = draw(MONEY if "amount" in variable.name else counts)
    return Sheet(make.form(form), cells)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "words"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_tables_with_separators_are_read_as_printed(
    layout: str, form: str, data: st.DataObject
) -> None:
    """Figures, marks and blanks of a table with separators come back cell by cell."""
    sheet = data.draw(sheets(form, blanks=False))
    report = read_back(print_report(sheet, layout))
    assert report.form is not None
    assert report.form.version == form
    assert_same(sheet, report)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_words_without_blanks_are_read_as_printed(form: str, data: st.DataObject) -> None:
    """The text of a PDF gives every figure as long as no cell is blank."""
    sheet = data.draw(sheets(form, blanks=False))
    assert_same(sheet, read_back(print_report(sheet, "words")))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", list(LAYOUTS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_blank_never_moves_a_figure_silently(layout: str, form: str, data: st.DataObject) -> None:
    """With blanks in any place a cell is as printed or says that it is in doubt."""
    sheet = data.draw(sheets(form, blanks=True))
    assert wrong(sheet, read_back(print_report(sheet, layout))) == {}


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=4))
def test_money_keeps_its_last_digit(amount: Decimal) -> None:
    """A decimal is read exactly as it is printed, trailing zeros included."""
    value = read_number(f"{amount}万元")
    assert value.number == amount
    assert str(value.number) == str(amount)
    assert value.unit == "万元"


@given(st.text(max_size=40))
def test_any_text_in_a_cell_is_read_without_an_error(text: str) -> None:
    """Whatever stands in a cell has one status, and a number only with status number or zero."""
    value = read_number(text)
    assert (value.number is not None) == (value.status in {Status.NUMBER, Status.ZERO})
    assert value.raw == text


def test_the_printers_print_what_the_reports_folder_has() -> None:
    """A printed sound report is a sound report when read (guards the printers themselves)."""
    report = read_back(print_report(sound(), "tsv"))
    assert {c: v.number for c, v in report.values.items()} == dict(make.figures("form2021"))
    assert [s.id for s in report.sections] == [s.id for s in make.form("form2021").sections]
