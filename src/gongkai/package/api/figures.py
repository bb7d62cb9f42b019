"""How a figure, a text and a document are written for programs, and which series are the main ones.

Knows the types of the line and the forms; no shape, no address.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from gongkai.forms import forms, variables
from gongkai.model import CellId, Number, Value
from gongkai.package.contract import json_number
from gongkai.package.rows import clean, number_text
from gongkai.package.rows import figure as as_in_wide
from gongkai.package.schema import wide_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gongkai.forms import Variable
    from gongkai.package.schema import Field

_M = TypeVar("_M")
#: What an agency's page and file follow through the years.
MAIN_SERIES: tuple[CellId, ...] = (
    *(
        CellId("requests", row, "total")
        for row in (
            "received",
            "pending_start",
            "granted",
            "granted_partial",
            "processed_total",
            "pending_end",
        )
    ),
    CellId("disputes", "review", "total"),
    CellId("disputes", "review", "overturned"),
    CellId("disputes", "suit_direct", "total"),
    CellId("disputes", "suit_after_review", "total"),
    CellId("disclosure", "normative_docs", "issued"),
    CellId("disclosure", "normative_docs", "made"),
    CellId("disclosure", "licensing", "decisions"),
    CellId("disclosure", "penalty", "decisions"),
    CellId("disclosure", "coercion", "decisions"),
)
#: The largest whole number that every JSON reader keeps to the last digit.
_SAFE = 2**53 - 1
#: Traces of characters that `clean` replaces, in a JSON text: escapes of control characters, and
#: those that stand in it as they are.
_TRACES = re.compile(r"\\u00|\\r|[\x7f\ufffe\uffff\ud800-\udfff]")


def figure(number: Number | None) -> int | float | str | None:
    """The figure for programs: a JSON number where that has the printed digits, else the digits."""
    made = json_number(number)
    return str(made) if isinstance(made, int) and abs(made) > _SAFE else made


def variable_name(cell: CellId) -> str:
    """The variable of a cell, as in the codebook."""
    return f"{cell.row}_{cell.column}"


@cache
def cells_of(form: str) -> Mapping[CellId, Variable]:
    """The cells of a form with their variables, in the order of print."""
    return {v.cell: v for v in variables(form)}


@cache
def cell_variables() -> Mapping[CellId, Variable]:
    """The cells of all forms, the newest first, each with its variable in the newest that has it."""
    found: dict[CellId, Variable] = {}
    for form in forms():
        for cell, variable in cells_of(form.version).items():
            found.setdefault(cell, variable)
    return found


@cache
def whole_cells() -> tuple[CellId, ...]:
    """The cells of all forms but the split of requests by applicant, of which the totals stay."""
    return tuple(
        cell for cell in cell_variables() if cell.table != "requests" or cell.column == "total"
    )


@cache
def _wide_columns() -> Mapping[tuple[str | None, CellId], Field]:
    """(form, cell) → its column in the wide table of that form."""
    return {
        (form, variable.cell): column
        for wide in wide_tables()
        for form in wide.forms
        for variable, column in zip(wide.variables, wide.figures, strict=True)
    }


def coded(values: Iterable[_M]) -> tuple[list[_M], list[int]]:
    """The different values in the order they come, and for each value its number among them."""
    numbers: dict[_M, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), codes


def unit_of(cell: CellId, value: Value, form: str | None) -> str:
    """The unit of a figure: that printed in its cell, else that of its form; empty if neither."""
    if value.unit or form is None:
        return value.unit
    variable = cells_of(form).get(cell)
    return variable.unit if variable is not None else ""


def comparable(cell: CellId, value: Value, form: str | None) -> Number | None:
    """The figure as it may stand in one column with others.

    What a wide table leaves out is left out: 251000元 is no figure in 万元, 1.5 no count.
    """
    column = _wide_columns().get((form, cell))
    return value.number if column is not None and as_in_wide(value, column) is not None else None


def _cleaned(data: Any) -> Any:  # noqa: ANN401  # whatever JSON can hold
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, list):
        return [_cleaned(item) for item in data]
    if isinstance(data, dict):
        return {clean(key): _cleaned(item) for key, item in data.items()}
    return data


def write_document(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON can hold
    """The document as short JSON; texts as all published files have them."""

    def written(one: Any) -> str:  # noqa: ANN401  # the same
        return json.dumps(one, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    text = written(data)
    if _TRACES.search(text) is not None:
        text = written(_cleaned(data))
    return (text + "\n").encode()


def csv_number(number: Number | None) -> str | None:
    """The figure for a CSV: every printed digit, empty where there is none."""
    return None if number is None else number_text(number)
