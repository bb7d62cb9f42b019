"""Bytes of text files: CSV for programs, CSV for people, JSON.

CSV is UTF-8 without BOM, with commas, LF and quotes only where they are needed; what is blank is
empty. Nothing here knows a report.
"""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.package.rows import clean, is_clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.package.rows import Row, Scalar
    from gongkai.package.schema import Resource

_JSON_LINE = 320
_SCALAR = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
#: Spreadsheets take text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def _lines(rows: Iterable[Row]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def _cleaned(row: Row) -> list[Scalar]:
    return [clean(value) if isinstance(value, str) else value for value in row]


def csv_lines(resource: Resource, rows: Iterable[Row]) -> bytes:
    """Rows of a table as CSV, without the head.

    Raises:
        ValueError: for a row with more or fewer values than the table has columns.
    """
    kept = list(rows)
    for row in kept:
        if len(row) != len(resource.fields):
            raise ValueError(resource.name, row)
    text = _lines(kept)
    # Text is looked through once a block, not once a value: hardly any holds what files cannot.
    return (text if is_clean(text) else _lines(map(_cleaned, kept))).encode()


def csv_head(resource: Resource) -> bytes:
    """The first line of a table's CSV: the ids of its columns."""
    return _lines([resource.names]).encode()


def write_csv(resource: Resource, rows: Iterable[Row]) -> bytes:
    """The table for programs.

    Raises:
        ValueError: for a row with more or fewer values than the table has columns.
    """
    return csv_head(resource) + csv_lines(resource, rows)


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def people_csv(resource: Resource, rows: Iterable[Row]) -> Iterator[bytes]:
    """The table for people who open it in Excel: BOM, Chinese head, no text read as a formula.

    Printed text that begins with a sign of a formula gets an apostrophe in front; figures do
    not.
    """
    figures = [f.type in {"integer", "number"} for f in resource.fields]
    yield _lines([[f.title for f in resource.fields]]).encode("utf-8-sig")
    for row in rows:
        shown = (
            value if is_figure or not isinstance(value, str) else _guarded(value)
            for value, is_figure in zip(row, figures, strict=True)
        )
        yield _lines([list(shown)]).encode()


class Constant(dict[str, Any]):
    """A JSON object that never changes: thousands of files hold it, and it is laid out once."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # it is the same only as itself


@cache
def _constant(data: Constant, depth: int) -> str:
    return _laid_out(dict(data), depth)


def _laid_out(data: Any, depth: int) -> str:  # noqa: ANN401  # whatever JSON can hold
    """The value in one line where that is short enough, else an item a line."""
    if isinstance(data, Constant):
        return _constant(data, depth)
    if isinstance(data, dict):
        inner = [f"{_SCALAR(key)}: {_laid_out(item, depth + 1)}" for key, item in data.items()]
    elif isinstance(data, list):
        inner = [_laid_out(item, depth + 1) for item in data]
    else:
        return _SCALAR(data)
    first, last = "[]" if isinstance(data, list) else "{}"
    line = first + ", ".join(inner) + last
    if len(line) <= _JSON_LINE and "\n" not in line:
        return line
    pad = "\n" + " " * (depth + 1)
    return first + pad + f",{pad}".join(inner) + pad[:-1] + last


def write_json(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON can hold
    """JSON that a person can read and compare: what fits in a line stands in one line."""
    return (_laid_out(data, 0) + "\n").encode()


def write_short_json(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON can hold
    """JSON for programs alone, as short as can be."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return (text + "\n").encode()
