"""The tables of a report with their real merged cells: what the printers of formats start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import concept

if TYPE_CHECKING:
    from printers import Sheet

    from gongkai.model import Table

NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True)
class Box:
    """A cell with the columns and rows it covers."""

    text: str
    colspan: int = 1
    rowspan: int = 1


Boxes = list[list[Box]]


def disclosure_boxes(sheet: Sheet, table: Table) -> Boxes:
    """Table two: twelve columns, so that heads of one to three columns share the width."""
    full = 12
    rows: Boxes = []
    for item in table.items:
        width = (full - 3) // len(item.columns)
        rows.append([Box(item.label, full)])
        head = [Box(c.label, width) for c in item.columns]
        rows.append([Box(concept("heads", table.id).label, 3), *head])
        for row in item.rows:
            values = [Box(sheet.at(table.id, row.id, c.id), width) for c in item.columns]
            rows.append([Box(row.label, 3), *values])
    return rows


def request_boxes(sheet: Sheet, table: Table) -> Boxes:
    """Table three: a head of three rows, three columns of labels with merged groups."""
    (item,) = table.items
    columns = [c.label for c in item.columns]
    rows: Boxes = [
        [Box(NOTE, 3, 3), Box(concept("groups", "applicants").label, 7)],
        [
            Box(columns[0], 1, 2),
            Box(concept("groups", "organisations").label, 5),
            Box(columns[6], 1, 2),
        ],
        [Box(text) for text in columns[1:6]],
    ]
    processed = [row for row in item.rows if row.group is not None]
    groups = [row.group for row in item.rows]
    seen: set[str | None] = set()
    for row in item.rows:
        values = [Box(sheet.at(table.id, row.id, c.id)) for c in item.columns]
        labels: list[Box] = []
        if row.group is None:
            labels = [Box(row.label, 3)]
        else:
            if row is processed[0]:
                labels.append(Box(concept("groups", "processed").label, 1, len(processed)))
            if row.group == "processed":
                labels.append(Box(row.label, 2))
            else:
                if row.group not in seen:
                    label = concept("groups", row.group).label
                    labels.append(Box(label, 1, groups.count(row.group)))
                labels.append(Box(row.label))
        seen.add(row.group)
        rows.append(labels + values)
    return rows


def dispute_boxes(sheet: Sheet, table: Table) -> Boxes:
    """Table four: three channels side by side."""
    (item,) = table.items
    review, direct, after = (row.label for row in item.rows)
    outcomes = [c.label for c in item.columns]
    figures = [Box(sheet.at(table.id, row.id, c.id)) for row in item.rows for c in item.columns]
    return [
        [Box(review, 5), Box(concept("groups", "lawsuits").label, 10)],
        [*(Box(text, 1, 2) for text in outcomes), Box(direct, 5), Box(after, 5)],
        [Box(text) for text in (*outcomes, *outcomes)],
        figures,
    ]


BOXES = {
    "disclosure": disclosure_boxes,
    "requests": request_boxes,
    "disputes": dispute_boxes,
}


@dataclass(frozen=True)
class Laid:
    """A cell of a row with its columns; `box` is None where a cell above goes on."""

    box: Box | None
    first: int
    last: int
    grows: bool = False


def laid(boxes: Boxes) -> list[list[Laid]]:
    """Every cell of every row, those that are covered from above included."""
    taken: dict[int, tuple[int, int]] = {}  # first column → (last column, last row)
    out = []
    for at, row in enumerate(boxes):
        cells: list[Laid] = []
        col = 0
        waiting = list(row)
        while waiting or (col in taken and taken[col][1] >= at):
            if col in taken and taken[col][1] >= at:
                last = taken[col][0]
                cells.append(Laid(None, col, last))
            else:
                box = waiting.pop(0)
                last = col + box.colspan
                if box.rowspan > 1:
                    taken[col] = (last, at + box.rowspan - 1)
                cells.append(Laid(box, col, last, box.rowspan > 1))
            col = last
        out.append(cells)
    return out
