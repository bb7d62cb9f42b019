"""Columns and values as SQLite has them: names, declarations, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.package.rows import INTEGER_LIMIT
from gongkai.package.schema import POINTS

if TYPE_CHECKING:
    from gongkai.package.schema import Field

#: Type of a column → SQLite's; every other type is text.
_TYPES = {"integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER"}
#: Suffix of the column with the exact digits.
EXACT = "_text"


def quoted(name: str) -> str:
    """The name of a table or column."""
    return f'"{name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def declared(column: Field) -> str:
    """A column's declaration; closed lists of printed words stay the CSV's own affair."""
    parts = [quoted(column.name), _TYPES.get(column.type, "TEXT")]
    if column.required:
        parts.append("NOT NULL")
    if column.labels:
        allowed = ", ".join(_literal(str(value)) for value in column.labels)
        parts.append(f"CHECK ({quoted(column.name)} IN ({allowed}))")
    return " ".join(parts)


def has_exact(column: Field) -> bool:
    """Figures of the reports are kept digit by digit; edges of boxes are not."""
    return column.type == "number" and column.unit != POINTS


def figure(text: str) -> int | float | None:
    """A whole figure to the last digit where 64 bits hold it, else the nearest double."""
    if not text:
        return None
    if text.lstrip("-").isdigit() and abs(whole := int(text)) < INTEGER_LIMIT:
        return whole
    return float(text)


def exact(text: str) -> str | None:
    """The digits, where the figure that SQLite holds lacks them."""
    return text if isinstance(figure(text), float) else None
