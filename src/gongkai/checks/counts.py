"""What every table has in common: counts are whole numbers from 0 on, and a table has figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    cells_of,
    digits,
    place_of,
    spot,
    table_name,
    value_of,
    variable_of,
)
from gongkai.checks.rule import fail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.forms import Variable
    from gongkai.model import Finding, Number, Report

# What is counted; other units are money.
_COUNTED = frozenset({"件", "项"})


def find_impossible(report: Report, table: str, check: str) -> Iterator[Finding]:
    """Cells whose number cannot be: below 0 (unless signed), or a count that is not whole."""
    for cell in cells_of(report, table):
        number = value_of(report, cell).number
        fault = _fault(number, variable_of(report, cell)) if number is not None else None
        if number is not None and fault is not None:
            zh, en = fault
            where, where_en = spot(report, cell)
            yield fail(
                check,
                f"{cell.row}_{cell.column}",
                f"{where}写的是 {digits(number)}，{zh}。",
                f"{where_en}: {digits(number)} is printed, {en}.",
                place_of(report, [cell]),
            )


def _fault(number: Number, variable: Variable) -> tuple[str, str] | None:
    if number < 0 and not variable.signed:
        return "不应小于 0", "which should not be below 0"
    if number % 1 != 0 and variable.unit in _COUNTED:
        return f"{variable.unit}数应是整数", "which should be a whole number"
    return None


def find_all_blank(report: Report, table: str, check: str) -> Iterator[Finding]:
    """A table in which no number is printed at all."""
    cells = cells_of(report, table)
    values = [value_of(report, cell) for cell in cells]
    printed = any(value.number is not None or value.status in UNUSABLE for value in values)
    if cells and not printed:
        zh, en = table_name(table)
        yield fail(
            check,
            "",
            f"{zh}没有填任何数字。没有发生的应填 0，空白看不出是 0 还是漏填。",
            f"No number is printed in the {en}. Blanks cannot be told from zeros.",
            place_of(report, cells),
        )
