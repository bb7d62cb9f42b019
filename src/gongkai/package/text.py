"""Bytes of text files: CSV for programs, CSV for people, JSON.

CSV is UTF-8 without BOM, with commas, LF and quotes only where they are needed; what is blank is
empty. Nothing here knows a report.
"""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.package.rows import clean, is_clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gongkai.package.rows import Row, Scalar
    from gongkai.package.schema import Resource

_JSON_LINE = 320
_SCALAR = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
#: Spreadsheets take text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")
#: Short text of such characters, with one of those in the middle or a 0 in front, they take for a
#: date, a time or another number: 1/2, 3-4, 1:20, 5月1日, (5), 1e5, 50%, 007.
_OPENERS = tuple("0123456789(（")
_RETYPED = re.compile(
    r"(?=.{2,40}$)(?=.*[-/:：%()（）eE年月日时]|0[0-9])[0-9(（][-0-9 .,/:：%()（）eE+年月日时分秒]*"
)
#: Digits of a figure that they keep.
_DIGITS = 15


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


def _is_retyped(text: str) -> bool:
    """Whether a spreadsheet would show something else than the text."""
    if text.startswith(_FORMULA):
        return True
    return text.startswith(_OPENERS) and _RETYPED.fullmatch(text) is not None


def _is_rounded(text: str) -> bool:
    """Whether a spreadsheet would take the text for a figure and lose digits."""
    if len(text) <= _DIGITS:
        return False
    digits = text.lstrip("-").replace(".", "", 1)
    return digits.isdecimal() and len(digits.strip("0")) > _DIGITS


def _guard(row: Row, free: Mapping[int, bool]) -> list[Scalar]:
    """The row with an apostrophe where one is needed; `free`: which columns, and whether text."""
    shown = list(row)
    for at, is_text in free.items():
        value = row[at]
        if isinstance(value, str) and (_is_rounded(value) or (is_text and _is_retyped(value))):
            shown[at] = f"'{value}"
    return shown


def people_csv(resource: Resource, rows: Iterable[Row]) -> Iterator[bytes]:
    """The table for people who open it in Excel: BOM, Chinese head, no text read as another thing.

    Text that would become a formula, a date or another number gets an apostrophe in front, and
    figures with more digits than Excel keeps do. Ids, closed lists and dates need none.
    """
    free = {
        at: f.type in {"string", "list"}
        for at, f in enumerate(resource.fields)
        if f.type != "date" and not f.labels and not f.pattern
    }
    yield _lines([[f.title for f in resource.fields]]).encode("utf-8-sig")
    for row in rows:
        yield _lines([_guard(row, free)]).encode()


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
