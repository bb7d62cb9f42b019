"""The one function that reads numbers, by a table of cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.model import Number, Status
from gongkai.parse import read_number

CASES: list[tuple[str, Number | None, Status, str]] = [
    ("0", 0, Status.ZERO, ""),
    (" 0 ", 0, Status.ZERO, ""),
    ("０　", 0, Status.ZERO, ""),
    ("0.0000", Decimal("0.0000"), Status.ZERO, ""),
    ("12", 12, Status.NUMBER, ""),
    ("１２件", 12, Status.NUMBER, "件"),
    ("1,234", 1234, Status.NUMBER, ""),
    ("5，640，421件", 5640421, Status.NUMBER, "件"),
    ("12,490.6688万元", Decimal("12490.6688"), Status.NUMBER, "万元"),
    ("59237.2449", Decimal("59237.2449"), Status.NUMBER, ""),
    ("251000元", 251000, Status.NUMBER, "元"),
    ("+2", 2, Status.NUMBER, ""),
    ("-5", -5, Status.NUMBER, ""),
    ("增6", 6, Status.NUMBER, ""),
    ("减 1", -1, Status.NUMBER, ""),
    ("", None, Status.BLANK, ""),
    (" \u3000", None, Status.BLANK, ""),
    ("—", None, Status.DASH, ""),
    ("——", None, Status.DASH, ""),
    ("－", None, Status.DASH, ""),
    ("/", None, Status.SLASH, ""),
    ("／", None, Status.SLASH, ""),
    ("无", None, Status.NONE_WORD, ""),
    ("不 涉 及", None, Status.NONE_WORD, ""),
    ("不适用", None, Status.NA_WORD, ""),
    ("‐", None, Status.DASH, ""),
    ("‑", None, Status.DASH, ""),
    ("0,123", None, Status.TEXT, ""),
    ("00,123", None, Status.TEXT, ""),
    ("12,34", None, Status.TEXT, ""),
    ("1 0", None, Status.TEXT, ""),
    ("1.2.3", None, Status.TEXT, ""),
    ("--253", None, Status.TEXT, ""),
    ("2O", None, Status.TEXT, ""),
    ("约3件", None, Status.TEXT, ""),
    ("三", None, Status.TEXT, ""),
    (".5", None, Status.TEXT, ""),
]


@pytest.mark.parametrize(("text", "number", "status", "unit"), CASES)
def test_a_cell_is_read_as_it_is_printed(
    text: str, number: Number | None, status: Status, unit: str
) -> None:
    """Number, mark, blank or text; a figure is never guessed."""
    value = read_number(text)
    assert (value.number, value.status, value.unit, value.raw) == (number, status, unit, text)
    assert isinstance(value.number, type(number))
