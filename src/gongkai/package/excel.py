"""Excel workbooks for people: text stays text, exact figures are numbers, same input same bytes.

A printed text that begins with `= + - @` is stored as a string and never as a formula. Rows are
written as they come and never held, however many there are.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

from gongkai.forms import forms
from gongkai.model import CellId, Item, Number, Published, Status, Value
from gongkai.package.archive import write_zip
from gongkai.package.rows import clean, form_of_cell, has_table, number_text
from gongkai.package.schema import (
    CELLS,
    DATASET_TITLE,
    LICENCE,
    POINTS,
    REPORT_ID,
    STATUS_TITLES,
    Field,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gongkai.package.rows import Scalar
    from gongkai.package.schema import Resource
    from gongkai.package.store import Store
    from gongkai.package.tables import Table

#: Excel's own bounds: characters in a cell and in a sheet's name, rows in a sheet, digits it keeps.
EXCEL_TEXT, EXCEL_NAME, EXCEL_DIGITS = 32_767, 31, 15
#: A longer table is no reading for people, and no spreadsheet opens it on a usual machine.
WORKBOOK_ROWS = 100_000
_CUT = "……（全文见CSV）"
#: Workbooks bear a date; this one has no meaning and is the same for all.
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001  # XlsxWriter wants a time without a zone
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
#: Columns of a report's cells that only programs look at, and that which has an address or a path.
#: The place in words says page, line, table, row and column.
_FOR_PROGRAMS = frozenset({REPORT_ID.name, "page", "line", "block", "row", "col"})
_ELEMENT = "element"
#: Column of cells that is told once where it is the same for all.
_FORM = next(column for column in CELLS.fields if column.name == "form")
#: Parts of a workbook about the program that made it, and what refers to them.
_PROGRAM = ("xl/theme/theme1.xml", "docProps/app.xml")
_REFERENCE = re.compile(
    r'<(?:Override|Relationship) [^>]*"[^"]*(?:theme/theme1|docProps/app)\.xml"[^>]*/>'
)
_STYLES = {'<color theme="1"/>': '<color rgb="FF000000"/>', '<scheme val="minor"/>': ""}
_LICENCE_LINE = f"数据许可：{LICENCE['name']}　{LICENCE['path']}"


class _Sheet:
    """A sheet that is written from typed values only."""

    def __init__(self, sheet: Any, head: Any, ids: Any) -> None:  # noqa: ANN401  # untyped library
        self.raw = sheet
        self._head = head
        self._ids = ids

    def head(self, row: int, texts: Iterable[str]) -> None:
        for col, text in enumerate(texts):
            self.raw.write_string(row, col, clean(text), self._head)

    def ids(self, row: int, texts: Iterable[str]) -> None:
        for col, text in enumerate(texts):
            self.raw.write_string(row, col, text, self._ids)

    def text(self, row: int, col: int, text: str) -> None:
        whole = clean(text)
        if len(whole) > EXCEL_TEXT:
            whole = whole[: EXCEL_TEXT - len(_CUT)] + _CUT
        self.raw.write_string(row, col, whole)

    def figure(self, row: int, col: int, number: Number) -> None:
        """A number where Excel keeps all its digits, else text."""
        exact = number_text(number)
        if len(exact.replace("-", "").replace(".", "").strip("0")) <= EXCEL_DIGITS:
            self.raw.write_number(row, col, float(number))
        else:
            self.text(row, col, exact)


class _Book:
    """A workbook that is written to a file or to memory."""

    def __init__(self, title: str, target: Path | io.BytesIO) -> None:
        place = "in_memory" if isinstance(target, io.BytesIO) else "constant_memory"
        self._book = xlsxwriter.Workbook(target, {**_OPTIONS, place: True})
        self._book.set_properties({"title": clean(title), "created": _CREATED})
        self._head = self._book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"}
        )
        self._ids = self._book.add_format({"font_color": "#595959"})

    def sheet(self, name: str) -> _Sheet:
        return _Sheet(self._book.add_worksheet(name[:EXCEL_NAME]), self._head, self._ids)

    def save(self) -> None:
        self._book.close()


def _about_sheet(book: _Book, lines: Sequence[str]) -> None:
    sheet = book.sheet("说明")
    sheet.raw.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.text(row, 0, line)


def _write_value(sheet: _Sheet, row: int, col: int, value: str | int, column: Field) -> None:
    if column.type in {"integer", "number"}:
        sheet.figure(row, col, Decimal(value))
    else:
        text = str(value)
        sheet.text(row, col, column.labels.get(text, text))


def _left_out(table: Table) -> frozenset[int]:
    """Columns that tell a reader of one report nothing: they are in its CSV files.

    Whose cells they are says the first sheet; what is blank in every row says nothing; where a cell
    stands in the file's own tree is for programs, unless it is an address like `Sheet1!C5`.
    """
    names = table.resource.names
    filled = {at for row in table.rows for at, value in enumerate(row) if value not in {None, ""}}
    paths = {at for row in table.rows for at, value in enumerate(row) if str(value)[:1] == "/"}
    machine = {at for at, name in enumerate(names) if name in _FOR_PROGRAMS}
    trees = {at for at in paths if names[at] == _ELEMENT}
    return (frozenset(range(len(names))) - filled | machine | trees) if table.rows else frozenset()


def _table_sheet(
    book: _Book,
    resource: Resource,
    rows: Iterable[Sequence[Scalar]],
    left_out: Container[int] = frozenset(),
) -> None:
    """A sheet with a Chinese head, the column ids below it, and the rows."""
    kept = [
        at
        for at, column in enumerate(resource.fields)
        if column.unit != POINTS and at not in left_out
    ]
    fields = [resource.fields[at] for at in kept]
    sheet = book.sheet(resource.title)
    sheet.raw.set_column(0, len(fields) - 1, 16)
    sheet.raw.freeze_panes(2, 1)
    sheet.head(0, (f.title for f in fields))
    sheet.ids(1, (f.name for f in fields))
    row = 1
    for row, values in enumerate(rows, start=2):
        for col, (at, column) in enumerate(zip(kept, fields, strict=True)):
            if (value := values[at]) is not None and value != "":
                _write_value(sheet, row, col, value, column)
    sheet.raw.autofilter(1, 0, row, len(fields) - 1)


def write_workbook(store: Store, target: Path, rows: int = WORKBOOK_ROWS) -> None:
    """The whole corpus for people, a sheet a table; those longer than `rows` are only named.

    Raises:
        OSError: where writing fails.
    """
    book = _Book(DATASET_TITLE, target)
    version = store.whole.about.version
    fitting = [table for table in store.whole.tables if table.rows <= rows]
    _about_sheet(
        book,
        [
            DATASET_TITLE,
            *(() if version is None else (f"版本：{version}",)),
            "每个工作表是一张表：第1行是中文列名，第2行是列的编号，与CSV和数据字典一致。",
            "空白格就是空白，不是0；格子里印的是什么，见“格子”表的状态。",
            "格子在页面上的坐标不在这里，请用CSV或Parquet。",
            _LICENCE_LINE,
            *(
                f"“{table.resource.title}”有{table.rows}行，放不进工作簿，请用CSV或Parquet。"
                for table in store.whole.tables
                if table not in fitting
            ),
        ],
    )
    for table in fitting:
        _table_sheet(book, table.resource, table.lines())
    book.save()


def _items(one: Published, table: str) -> Iterator[Item]:
    """The items of a table that the report prints, each in the form it follows."""
    for form in forms():
        for item in (i for t in form.tables if t.id == table for i in t.items):
            first = CellId(table, item.rows[0].id, item.columns[0].id)
            if form_of_cell(one.report, first) == form.version:
                yield item


def _write_printed(sheet: _Sheet, row: int, col: int, value: Value | None) -> None:
    """A figure, or what stands there instead of one; an amount in its own unit as it is printed."""
    if value is None:
        return
    if value.unit.endswith("元"):
        sheet.text(row, col, value.raw)
    elif value.number is not None:
        sheet.figure(row, col, value.number)
    elif value.status is Status.AMBIGUOUS:
        sheet.text(row, col, STATUS_TITLES[value.status])
    elif value.raw:
        sheet.text(row, col, value.raw)


def _form_sheet(book: _Book, one: Published, table: str, number: int) -> None:
    """A statutory table as printed: item by item, rows and columns with their labels."""
    sheet = book.sheet(f"表{number}")
    sheet.raw.set_column(0, 0, 44)
    sheet.raw.set_column(1, 8, 14)
    at = 0
    for item in _items(one, table):
        sheet.head(at, [item.label, *(column.label for column in item.columns)])
        for row in item.rows:
            at += 1
            sheet.text(at, 0, row.label)
            for col, column in enumerate(item.columns, start=1):
                cell = CellId(table, row.id, column.id)
                _write_printed(sheet, at, col, one.report.values.get(cell))
        at += 2


def _one_form(table: Table) -> str | None:
    """The form that all cells have; None where there are several, or none."""
    at = CELLS.names.index(_FORM.name)
    found = {row[at] for row in table.rows}
    (form,) = found if len(found) == 1 else (None,)
    return None if form is None else str(form)


def _printed_once(table: Table) -> Table:
    """The cells without what their value or the first sheet says already."""
    value, raw = CELLS.names.index("value"), CELLS.names.index("raw")
    form, told = CELLS.names.index(_FORM.name), _one_form(table)
    rows = [list(row) for row in table.rows]
    for row in rows:
        if row[raw] == row[value] and str(row[raw]).isdecimal():
            row[raw] = None
        row[form] = None if told is not None else row[form]
    return replace(table, rows=tuple(rows))


def _form_line(table: Table) -> str:
    """The form of all cells, where it is the same."""
    form = _one_form(table)
    return "" if form is None else f"各格的格式：{_FORM.labels[form]}。"


def _without_program(data: bytes) -> bytes:
    """The workbook without the colours and names of a program, which no sheet of ours uses."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if n not in _PROGRAM}
    for name in ("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"):
        parts[name] = _REFERENCE.sub("", parts[name].decode()).encode()
    styles = parts["xl/styles.xml"].decode()
    for told, plain in _STYLES.items():
        styles = styles.replace(told, plain)
    return write_zip({**parts, "xl/styles.xml": styles.encode()})


def write_report_workbook(one: Published, tables: Mapping[str, Table]) -> bytes:
    """A report for people: its tables as printed, then the cells and the findings."""
    entry = one.entry
    target = io.BytesIO()
    book = _Book(entry.title, target)
    _about_sheet(
        book,
        [
            entry.title,
            f"发布机关：{entry.publisher}",
            f"来源：{entry.source_url if entry.source_url is not None else '网址不详'}",
            f"收录文件SHA-256：{entry.original_sha256}",
            "空白格就是空白，不是0；“存疑”表示无法断定是哪个数。",
            "“格子”表里，印出的正是数值那几位数字的，原样文字不再写一遍。",
            *filter(None, [_form_line(tables[CELLS.name])]),
            _LICENCE_LINE,
        ],
    )
    numbers = {table.number: table.id for form in forms() for table in form.tables}
    for number, table in sorted(numbers.items()):
        if has_table(one.report, table):
            _form_sheet(book, one, table, number)
    for name in ("cells", "findings"):
        shown = _printed_once(tables[name]) if name == CELLS.name else tables[name]
        _table_sheet(book, shown.resource, shown.rows, _left_out(shown))
    book.save()
    return _without_program(target.getvalue())
