"""Prints a report as the layouts that published copies have; the other side of reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.forms import concept
from gongkai.model import CellId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gongkai.model import Concept, Form, Table

Rows = list[list[str]]
_NUMERALS = "一二三四五六"


@dataclass(frozen=True)
class Part:
    """A section as it is printed: numeral and label, its table and its text, where it has them."""

    number: str
    label: str
    table: Table | None
    text: str | None

    @property
    def heading(self) -> str:
        """The heading as the form has it."""
        return f"{self.number}、{self.label}"


@dataclass(frozen=True)
class Sheet:
    """A report to print: its form and what stands in each cell."""

    form: Form
    cells: Mapping[CellId, str]
    title: str = "示例市统计局2023年政府信息公开工作年度报告"
    texts: Mapping[str, str] = field(default_factory=dict)

    def at(self, table: str, row: str, column: str) -> str:
        """The text of a cell."""
        return self.cells[CellId(table, row, column)]

    def parts(self) -> Iterator[Part]:
        """The sections in the order of the form."""
        tables = {table.section: table for table in self.form.tables}
        for number, section in zip(_NUMERALS, self.form.sections, strict=False):
            yield Part(number, section.label, tables.get(section.id), self.texts.get(section.id))


def disclosure_rows(sheet: Sheet, table: Table) -> Rows:
    """Table two: item heading, head, rows."""
    width = max(len(item.columns) for item in table.items) + 1
    rows: Rows = []
    for item in table.items:
        rows.append([item.label])
        rows.append([concept("heads", table.id).label, *(c.label for c in item.columns)])
        rows += [
            [row.label, *(sheet.at(table.id, row.id, c.id) for c in item.columns)]
            for row in item.rows
        ]
    return [row + [""] * (width - len(row)) for row in rows]


def _request_labels(row: Concept, last_group: str | None) -> list[str]:
    """The three label columns of a row; a group stands at its first row only."""
    if row.group is None:
        return [row.label, "", ""]
    outer = concept("groups", "processed").label if last_group is None else ""
    if row.group == "processed":
        return [outer, row.label, ""]
    group = concept("groups", row.group).label if row.group != last_group else ""
    return [outer, group, row.label]


def request_rows(sheet: Sheet, table: Table) -> Rows:
    """Table three with its two-row head and three label columns."""
    (item,) = table.items
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    columns = [c.label for c in item.columns]
    rows: Rows = [
        [note, "", "", concept("groups", "applicants").label, *[""] * 6],
        ["", "", "", columns[0], concept("groups", "organisations").label, *[""] * 4, columns[6]],
        ["", "", "", "", *columns[1:6], ""],
    ]
    last: str | None = None
    for row in item.rows:
        values = [sheet.at(table.id, row.id, c.id) for c in item.columns]
        rows.append(_request_labels(row, last) + values)
        last = row.group
    return rows


def dispute_rows(sheet: Sheet, table: Table) -> Rows:
    """Table four: three channels side by side."""
    (item,) = table.items
    review, direct, after = (row.label for row in item.rows)
    outcomes = [c.label for c in item.columns]
    lawsuits = concept("groups", "lawsuits").label
    return [
        [review, *[""] * 4, lawsuits, *[""] * 9],
        [*outcomes, direct, *[""] * 4, after, *[""] * 4],
        [*[""] * 5, *outcomes, *outcomes],
        [sheet.at(table.id, row.id, c.id) for row in item.rows for c in item.columns],
    ]


ROWS: dict[str, Callable[[Sheet, Table], Rows]] = {
    "disclosure": disclosure_rows,
    "requests": request_rows,
    "disputes": dispute_rows,
}


def print_tsv(rows: Rows) -> str:
    """Tab-separated rows."""
    return "\n".join("\t".join(row) for row in rows)


def print_pipes(rows: Rows) -> str:
    """A Markdown pipe table."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def print_cell_lines(rows: Rows) -> str:
    """One cell a line, a tab before it, rows parted by blank lines."""
    return "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)


def print_words(rows: Rows) -> str:
    """What a PDF's text gives: cells parted by spaces, blanks gone."""
    return "\n\n".join(" ".join(cell for cell in row if cell) for row in rows)


LAYOUTS: dict[str, Callable[[Rows], str]] = {
    "tsv": print_tsv,
    "pipes": print_pipes,
    "cell_lines": print_cell_lines,
    "words": print_words,
}


def print_report(sheet: Sheet, layout: str) -> str:
    """The whole report as text in that layout."""
    parts = [sheet.title, ""]
    for part in sheet.parts():
        parts += [part.heading, ""]
        if part.table is not None:
            parts += [LAYOUTS[layout](ROWS[part.table.id](sheet, part.table)), ""]
        if part.text is not None:
            parts += [part.text, ""]
    return "\n".join(parts) + "\n"
