"""The statutory tables as the forms print them: header cells with their spans, figures, places.

Each table of a form is laid out from the form alone; `LAYOUTS` names those that are not printed
as plain blocks. Nothing here knows HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from gongkai.forms import concept, forms
from gongkai.model import CellId, Concept, Finding, Form, Item, Locus, Report, Status, Table, Value
from gongkai.pages.words import SEVERITIES, cell_anchor, name_of, table_words, value_words

#: Class of a figure's cell by its status: dimmed zero, words instead of a figure.
#: What stands where the form leaves the unit open (采购总金额 of 2019).
_NO_UNIT = "格式未规定"
_CLASSES = {Status.NUMBER: "", Status.ZERO: "z", Status.AMBIGUOUS: "b q"}


@dataclass(frozen=True, slots=True)
class Head:
    """A header cell."""

    label: str
    scope: str
    colspan: int = 1
    rowspan: int = 1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign beside a figure that a finding concerns, and the way to the finding."""

    anchor: str
    word: str
    loud: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell with what is printed in it."""

    cell: CellId
    anchor: str
    text: str
    kind: str
    status: str
    raw: str
    place: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid: its header cells and its figures."""

    label: str
    heads: tuple[Head, ...]
    figures: tuple[Figure, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where the figures of a row stand in the original, in words; `page` is that of the first."""

    label: str
    words: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be printed. `columns` are the full labels of the figures' columns."""

    id: str
    number: str
    label: str
    unit: str
    heads: tuple[tuple[Head, ...], ...]
    bodies: tuple[tuple[Line, ...], ...]
    columns: tuple[str, ...]
    places: tuple[RowPlace, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of a report with the findings that concern each cell."""

    values: Mapping[CellId, Value]
    marks: Mapping[CellId, tuple[Mark, ...]]

    def figure(self, cell: CellId) -> Figure:
        """The cell as it is shown."""
        value = self.values.get(cell)
        status = value.status if value is not None else Status.MISSING
        kind = _CLASSES.get(status, "b")
        marks = self.marks.get(cell, ())
        if status is Status.AMBIGUOUS:  # its own word already says it
            marks = tuple(replace(mark, loud=False) for mark in marks)
        return Figure(
            cell=cell,
            anchor=cell_anchor(cell),
            text=value_words(value),
            kind=f"{kind} f".strip() if marks else kind,
            status="" if status in (Status.NUMBER, Status.ZERO) else name_of("statuses", status),
            raw=value.raw if value is not None else "",
            place=str(value.locus) if value is not None and value.locus is not None else "",
            marks=marks,
        )


def marks_of(findings: Iterable[tuple[Finding, str]]) -> dict[CellId, tuple[Mark, ...]]:
    """The marks of each cell, worst first, those with a visible word before the others.

    The result of a sum is marked with a visible word, its parts with the sign alone.
    """
    identities = {i.id: i for form in forms() for i in form.identities}
    out: dict[CellId, list[Mark]] = {}
    for finding, anchor in sorted(findings, key=lambda one: SEVERITIES.index(one[0].severity)):
        identity = identities.get(finding.instance)
        word = name_of("severities", finding.severity) if identity is None else "不符"
        for cell in finding.cells:
            loud = identity is None or len(identity.left) > 1 or cell in identity.left
            out.setdefault(cell, []).append(Mark(anchor, word, loud))
    return {cell: tuple(sorted(marks, key=lambda m: not m.loud)) for cell, marks in out.items()}


def _unit(columns: Iterable[Concept]) -> str:
    units = list(dict.fromkeys(c.unit or _NO_UNIT for c in columns))
    return "、".join(units)


def _span(places: list[Locus]) -> str:
    """Where a row stands: its first place and, in the same row, the columns it reaches."""
    first = places[0]
    same = all((p.page, p.block, p.row) == (first.page, first.block, first.row) for p in places)
    if first.row is None or not same:
        return "；".join(dict.fromkeys(map(str, places)))
    columns = [p.col for p in places if p.col is not None]
    low, high = min(columns, default=None), max(columns, default=None)
    if low == high:
        return str(first)
    reach = f"第{low}–{high}列"
    return str(first).replace(f"第{first.col}列", reach)


def _places(cells: Cells, rows: Iterable[tuple[str, Iterable[CellId]]]) -> Iterator[RowPlace]:
    for label, ids in rows:
        values = [cells.values[one] for one in ids if one in cells.values]
        loci = [v.locus for v in values if v.locus is not None]
        words = _span(loci) if loci else "原文中没有"
        yield RowPlace(label, words, loci[0].page if loci else None)


def _block(table: Table, item: Item, cells: Cells) -> Grid:
    """A block of table two: row labels on the left, the columns on top."""
    stub = concept("heads", table.id).label if table.id == "disclosure" else "项目"
    ids = [[CellId(table.id, row.id, c.id) for c in item.columns] for row in item.rows]
    lines = tuple(
        Line(row.label, (Head(row.label, "row"),), tuple(map(cells.figure, row_ids)))
        for row, row_ids in zip(item.rows, ids, strict=True)
    )
    units = {c.unit for c in item.columns}

    def label(column: Concept) -> str:
        return f"{column.label}（{column.unit or _NO_UNIT}）" if len(units) > 1 else column.label

    return Grid(
        id=f"{table.id}-{item.id}",
        number=table_words(table.number),
        label=item.label or table.label,
        unit=_unit(item.columns),
        heads=((Head(stub, "col"), *(Head(label(c), "col", kind="n") for c in item.columns)),),
        bodies=(lines,),
        columns=tuple(c.label for c in item.columns),
        places=tuple(_places(cells, zip((r.label for r in item.rows), ids, strict=True))),
        kind="block",
    )


def _blocks(table: Table, items: tuple[Item, ...], cells: Cells) -> Iterator[Grid]:
    for item in items:
        yield _block(table, item, cells)


def _applicant_heads(item: Item, labels: int) -> tuple[tuple[Head, ...], ...]:
    """The three head rows of table three: applicants, their groups, their kinds."""
    runs = [(g, list(cs)) for g, cs in groupby(item.columns, key=lambda c: c.group)]
    top = (
        Head("办理情况", "col", colspan=labels, rowspan=3, kind="stub"),
        Head(concept("groups", "applicants").label, "colgroup", colspan=len(item.columns)),
    )
    middle: list[Head] = []
    below: list[Head] = []
    for group, columns in runs:
        if group is None:
            middle += [Head(c.label, "col", rowspan=2, kind="n") for c in columns]
        else:
            label = concept("groups", group).label
            middle.append(Head(label, "colgroup", colspan=len(columns)))
            below += [Head(c.label, "col", kind="n") for c in columns]
    return top, tuple(middle), tuple(below)


def _stub_lines(table: Table, item: Item, cells: Cells) -> Iterator[tuple[str | None, Line]]:
    """The rows of table three with their label cells: outer group, inner group, row."""
    groups = {g.id: g for g in table.groups}
    outer = table.groups[0].id if table.groups else None
    inside = [r for r in item.rows if r.group in groups]
    sizes = {g: sum(r.group == g for r in inside) for g in groups}
    begun: set[str] = set()
    for row in item.rows:
        heads: list[Head] = []
        if row.group in groups and outer is not None and outer not in begun:
            begun.add(outer)
            label = groups[outer].label
            heads.append(Head(label, "rowgroup", rowspan=len(inside), kind="g1"))
        if row.group in groups and row.group != outer and row.group not in begun:
            begun.add(row.group)
            label = groups[row.group].label
            heads.append(Head(label, "row", rowspan=sizes[row.group], kind="g2"))
        depth = 3 if row.group not in groups else 2 if row.group == outer else 1
        heads.append(Head(row.label, "row", colspan=depth, kind=f"l{4 - depth}"))
        figures = tuple(cells.figure(CellId(table.id, row.id, c.id)) for c in item.columns)
        total = "t" if not row.outcome and row.group is not None else ""
        yield (
            (outer if row.group in groups else row.id),
            Line(row.label, tuple(heads), figures, total),
        )


def _stub(table: Table, items: tuple[Item, ...], cells: Cells) -> Iterator[Grid]:
    """Table three: applicants on top, outcomes in groups on the left."""
    for item in items:
        rows = [(r.label, [CellId(table.id, r.id, c.id) for c in item.columns]) for r in item.rows]
        bodies = groupby(_stub_lines(table, item, cells), key=lambda pair: pair[0])
        yield Grid(
            id=table.id,
            number=table_words(table.number),
            label=table.label,
            unit=_unit(item.columns),
            heads=_applicant_heads(item, 3),
            bodies=tuple(tuple(line for _, line in body) for _, body in bodies),
            columns=tuple(c.label for c in item.columns),
            places=tuple(_places(cells, rows)),
            kind="stub",
        )


def _channel_heads(item: Item) -> tuple[tuple[Head, ...], ...]:
    """The three head rows of table four: channels side by side, outcomes below each."""
    width = len(item.columns)
    top: list[Head] = []
    middle: list[Head] = []
    for group, rows in groupby(item.rows, key=lambda r: r.group):
        channels = list(rows)
        if group is None:
            top += [Head(r.label, "colgroup", colspan=width, rowspan=2) for r in channels]
        else:
            label = concept("groups", group).label
            top.append(Head(label, "colgroup", colspan=width * len(channels)))
            middle += [Head(r.label, "colgroup", colspan=width) for r in channels]
    below = tuple(Head(c.label, "col", kind="n") for _ in item.rows for c in item.columns)
    return tuple(top), tuple(middle), below


def _across(table: Table, items: tuple[Item, ...], cells: Cells) -> Iterator[Grid]:
    """Table four: one row of figures, the channels side by side."""
    for item in items:
        ids = [(row, [CellId(table.id, row.id, c.id) for c in item.columns]) for row in item.rows]
        figures = tuple(cells.figure(one) for _, row_ids in ids for one in row_ids)
        yield Grid(
            id=table.id,
            number=table_words(table.number),
            label=table.label,
            unit=_unit(item.columns),
            heads=_channel_heads(item),
            bodies=((Line("", (), figures),),),
            columns=tuple(f"{row.label}：{c.label}" for row, _ in ids for c in item.columns),
            places=tuple(_places(cells, [(row.label, row_ids) for row, row_ids in ids])),
            kind="across",
        )


Layout = Callable[[Table, tuple[Item, ...], Cells], Iterator[Grid]]

#: Table → how the form prints it; any other table is printed in blocks.
LAYOUTS: dict[str, Layout] = {"requests": _stub, "disputes": _across}


def _tables(form: Form, report: Report) -> Iterator[tuple[Table, tuple[Item, ...]]]:
    """The tables of that form which the report prints, each with its items."""
    for table in form.tables:
        items = tuple(
            item
            for item in table.items
            if form.version
            in (report.tables.get(table.id), report.tables.get(f"{table.id}/{item.id}"))
        )
        if items:
            yield table, items


def grids_of(report: Report, marks: Mapping[CellId, tuple[Mark, ...]]) -> dict[str, list[Grid]]:
    """The printed tables of a report by the section of the form they belong to."""
    cells = Cells(report.values, marks)
    out: dict[str, list[Grid]] = {}
    for form in forms():
        for table, items in _tables(form, report):
            layout = LAYOUTS.get(table.id, _blocks)
            out.setdefault(table.section, []).extend(layout(table, items, cells))
    return out
