"""The statutory tables as the forms print them: header cells with their spans, figures, places.

Each table of a form is laid out from the form alone; `LAYOUTS` names those that are not printed
as plain blocks. Beside the form's own figures stand those of the year before, where they are
compared: two columns of table three, two rows of the others. Nothing here knows HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from gongkai.forms import concept, forms
from gongkai.model import CellId, Concept, Finding, Form, Item, Locus, Report, Status, Table, Value
from gongkai.pages.glossary import row_anchor
from gongkai.pages.words import (
    ABSENT,
    SEVERITIES,
    cell_anchor,
    name_of,
    table_words,
    value_words,
)
from gongkai.pages.year_before import SAME, Then, YearBefore
from gongkai.safe import plain

#: What stands where the form leaves the unit open (采购总金额 of 2019).
_NO_UNIT = "格式未规定"
#: Class of a figure's cell by its status: dimmed zero, words instead of a figure.
_CLASSES = {Status.NUMBER: "", Status.ZERO: "z", Status.AMBIGUOUS: "b q"}
#: What stands in the place of a figure of the year before that is not compared.
_APART = "不可比"
#: From so many rows on, rows one right below the other are told as one.
_RUN = 3
_CHANGE = "增减"
_SIGNS = ("+", "−")


@dataclass(frozen=True, slots=True)
class Head:
    """A header cell.

    `about` is what a row of another year belongs to, for those who only hear; `term` is the anchor
    of what it means in the glossary.
    """

    label: str
    scope: str
    colspan: int = 1
    rowspan: int = 1
    kind: str = ""
    about: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign beside a figure that a finding concerns, and the way to the finding."""

    anchor: str
    word: str
    loud: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell with what is printed in it.

    `status` and `raw` are empty where the text says the same, `place` where the row says it.
    """

    cell: CellId
    anchor: str
    text: str
    kind: str
    status: str
    raw: str
    place: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands beside the form's own figures: a figure of the year before, or a change.

    `small` is said less loudly; `doubted` is the address of the cell a finding concerns,
    `is_doubtful` says that one concerns a figure behind it.
    """

    text: str
    kind: str = ""
    small: str = ""
    doubted: str = ""
    is_doubtful: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid: its header cells, its figures and what stands beside them.

    `place` says where its figures stand where one sentence does for all of them, with a sign for
    each number in it; `first` are those numbers for the first figure: see `placed`.
    """

    label: str
    heads: tuple[Head, ...]
    figures: tuple[Figure, ...] = ()
    kind: str = ""
    asides: tuple[Aside, ...] = ()
    place: str = ""
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where the figures of a row, or of several rows one right below the other, stand.

    `page` is that of the first.
    """

    label: str
    words: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be printed.

    `columns` are names of columns with their labels; where the rows of the form stand side
    by side they hold for each of them in turn. `place` is that of its rows which have numbers and
    no place of their own.
    """

    id: str
    number: str
    label: str
    unit: str
    heads: tuple[tuple[Head, ...], ...]
    bodies: tuple[tuple[Line, ...], ...]
    columns: tuple[tuple[str, str], ...]
    places: tuple[RowPlace, ...]
    kind: str
    compared: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of a report with the findings that concern each cell, and the year before."""

    values: Mapping[CellId, Value]
    marks: Mapping[CellId, tuple[Mark, ...]]
    before: YearBefore

    def figure(self, cell: CellId) -> Figure:
        """The cell as it is shown."""
        value = self.values.get(cell)
        status = value.status if value is not None else Status.MISSING
        kind = _CLASSES.get(status, "b")
        marks = self.marks.get(cell, ())
        if status is Status.AMBIGUOUS:  # its own word already says it
            marks = tuple(replace(mark, loud=False) for mark in marks)
        said = status in (Status.NUMBER, Status.ZERO, *ABSENT)
        return Figure(
            cell=cell,
            anchor=cell_anchor(cell),
            text=value_words(value),
            kind=f"{kind} f".strip() if marks else kind,
            status="" if said else name_of("statuses", status),
            raw=_raw(value),
            place=str(value.locus) if value is not None and value.locus is not None else "",
            marks=marks,
        )

    def line(self, label: str, heads: tuple[Head, ...], ids: Iterable[CellId]) -> Line:
        """A row of the form's own figures; their places are said once where that is possible."""
        cells = tuple(ids)
        figures = tuple(map(self.figure, cells))
        loci = [self.values[cell].locus if cell in self.values else None for cell in cells]
        place, first = _shared([at for at in loci if at is not None], len(loci))
        if place:
            figures = tuple(replace(figure, place="") for figure in figures)
        return Line(label, heads, figures, place=place, first=first)

    def are_compared(self, cells: Iterable[CellId]) -> bool:
        """Whether any of these stands beside a figure of the year before."""
        return any(map(self.before.is_beside, cells))

    def asides(self, cell: CellId) -> tuple[Aside, Aside]:
        """The figure of the year before and the change."""
        then = self.before.beside(cell)
        return _asides(then) if then is not None else (Aside(_APART, "b"), Aside(_APART, "b"))


def _raw(value: Value | None) -> str:
    """What is printed, where it is not the text on the page, of a figure without thousands marks."""
    if value is None:
        return ""
    text = value_words(value)
    expected = text.replace(",", "") if value.number is not None else text
    return "" if plain(value.raw) == expected else value.raw


def _shared(loci: list[Locus], count: int) -> tuple[str, tuple[int, ...]]:
    """The place that holds for all cells of a row, and the numbers of the first cell in it.

    Empty where a cell has none, or another one than its neighbours lead to expect.
    """
    if not loci or len(loci) < count:
        return "", ()
    told, at = list(map(str, loci)), loci[0]
    if at.row is not None and at.col is not None:
        text = told[0].replace(f"第{at.row}行第{at.col}列", "第~行第*列")
        first: tuple[int, ...] = (at.row, at.col)
        if at.line is not None:
            first = (*first, at.line)
            sign = "^" if loci[-1].line == at.line else "#"
            text = text.replace(f"（原文第{at.line}行）", f"（原文第{sign}行）")
        if told == [placed(text, first, n) for n in range(count)]:
            return text, first
    return (told[0], ()) if len(set(told)) == 1 else ("", ())


def placed(text: str, first: tuple[int, ...], at: int) -> str:
    """The place of a row's figure, counted from 0; `report.js` does the same.

    `~` is the row and `*` the column, one more for each figure; `^` is the line of the original in
    which the row stands, `#` that of the first figure, one more for each that follows.

    >>> placed("第2张表 第~行第*列 （原文第#行）", (4, 2, 77), 1)
    '第2张表 第4行第3列 （原文第78行）'
    """
    row, column, *line = first
    text = text.replace("~", str(row), 1).replace("*", str(column + at), 1)
    for number in line:
        text = text.replace("^", str(number), 1).replace("#", str(number + at), 1)
    return text


def _asides(then: Then) -> tuple[Aside, Aside]:
    """A figure of the year before and the change, as they are shown."""
    kind = _CLASSES.get(then.status, "b")
    words = "" if then.change.startswith(_SIGNS) else "z" if then.change == SAME else "b"
    return (
        Aside(then.text, kind, doubted=then.doubted, is_doubtful=bool(then.doubted)),
        Aside(then.change, words, then.percent, is_doubtful=then.is_doubtful),
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


def _row_places(
    cells: Cells, rows: Iterable[tuple[str, Iterable[CellId]]]
) -> Iterator[tuple[RowPlace, Locus | None]]:
    for label, ids in rows:
        values = [cells.values[one] for one in ids if one in cells.values]
        loci = [v.locus for v in values if v.locus is not None]
        words = _span(loci) if loci else "原文中没有"
        yield RowPlace(label, words, loci[0].page if loci else None), loci[0] if loci else None


def _goes_on(words: str, at: Locus, first: str, begun: Locus, by: int) -> bool:
    """Whether a row stands so many rows further down than the first of a run, in the same columns.

    Its line of the original is below the other's; how far, depends on how many the rows take.
    """
    if begun.row is None or "；" in first or (at.line or 0) < (begun.line or 0):
        return False
    moved = first.replace(f"第{begun.row}行第", f"第{begun.row + by}行第")
    return words == moved.replace(f"（原文第{begun.line}行）", f"（原文第{at.line}行）")


def _places(cells: Cells, rows: Iterable[tuple[str, Iterable[CellId]]]) -> tuple[RowPlace, ...]:
    """Where the rows stand; one line for several that stand one right below the other."""
    runs: list[list[tuple[RowPlace, Locus | None]]] = []
    for place, at in _row_places(cells, rows):
        first, begun = runs[-1][0] if runs else (place, None)
        by = len(runs[-1]) if runs else 0
        if at and begun and _goes_on(place.words, at, first.words, begun, by):
            runs[-1].append((place, at))
        else:
            runs.append([(place, at)])
    return tuple(place for run in runs for place in _in_short([one for one, _ in run]))


def _in_short(run: list[RowPlace]) -> list[RowPlace]:
    """The rows of a run as one: its first and its last with their places."""
    if len(run) < _RUN:
        return run
    first, last = run[0], run[-1]
    return [
        RowPlace(f"{first.label} 至 {last.label}", f"{first.words} 至 {last.words}", first.page)
    ]


def _block(table: Table, item: Item, cells: Cells) -> Grid:
    """A block of table two: row labels on the left, the columns on top."""
    stub = concept("heads", table.id).label if table.id == "disclosure" else "项目"
    ids = [[CellId(table.id, row.id, c.id) for c in item.columns] for row in item.rows]
    compared = cells.are_compared(one for row_ids in ids for one in row_ids)
    lines: list[Line] = []
    for row, row_ids in zip(item.rows, ids, strict=True):
        head = Head(row.label, "row", term=row_anchor(table.id, row.id))
        lines.append(cells.line(row.label, (head,), row_ids))
        lines += _rows_beside(row.label, row_ids, cells) if compared else ()
    units = {c.unit for c in item.columns}

    def label(column: Concept) -> str:
        return f"{column.label}（{column.unit or _NO_UNIT}）" if len(units) > 1 else column.label

    return Grid(
        id=f"{table.id}-{item.id}",
        number=table_words(table.number),
        label=item.label or table.label,
        unit=_unit(item.columns),
        heads=((Head(stub, "col"), *(Head(label(c), "col", kind="n") for c in item.columns)),),
        bodies=(tuple(lines),),
        columns=tuple((c.id, c.label) for c in item.columns),
        places=_places(cells, zip((r.label for r in item.rows), ids, strict=True)),
        kind="block",
        compared=compared,
    )


def _rows_beside(about: str, ids: Iterable[CellId], cells: Cells) -> Iterator[Line]:
    """The two rows below a row of figures: the year before, and the changes."""
    figures, changes = zip(*map(cells.asides, ids), strict=True)
    for label, asides in ((f"{cells.before.year}年", figures), (_CHANGE, changes)):
        yield Line(label, (Head(label, "row", about=about),), kind="y", asides=asides)


def _blocks(table: Table, items: tuple[Item, ...], cells: Cells) -> Iterator[Grid]:
    for item in items:
        yield _block(table, item, cells)


def _applicant_heads(item: Item, labels: int, before: int) -> tuple[tuple[Head, ...], ...]:
    """The three head rows of table three: applicants, their groups, their kinds.

    `before` is the year of the two columns beside the form's own, or 0 where there are none.
    """
    runs = [(g, list(cs)) for g, cs in groupby(item.columns, key=lambda c: c.group)]
    top: tuple[Head, ...] = (
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
    if before:
        top = (*top, Head(f"与{before}年比", "colgroup", colspan=2, kind="y"))
        names = f"{before}年", _CHANGE
        middle += [Head(name, "col", rowspan=2, kind="n y") for name in names]
    return top, tuple(middle), tuple(below)


def _columns_beside(cell: CellId, cells: Cells) -> tuple[Aside, ...]:
    """The two columns beside a total: the year before, and the change.

    Rows of which only the sum is compared share one cell, which stands in the first of them.
    """
    then = cells.before.beside(cell)
    if then is None:
        return (Aside(_APART, "b", colspan=2),)
    if cell != then.cells[0]:
        return ()
    return tuple(replace(one, rowspan=len(then.cells)) for one in _asides(then))


def _stub_lines(
    table: Table, item: Item, cells: Cells, *, compared: bool
) -> Iterator[tuple[str | None, Line]]:
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
            term = row_anchor(table.id, row.group)
            heads.append(Head(label, "row", rowspan=sizes[row.group], kind="g2", term=term))
        depth = 3 if row.group not in groups else 2 if row.group == outer else 1
        term = row_anchor(table.id, row.id)
        heads.append(Head(row.label, "row", colspan=depth, kind=f"l{4 - depth}", term=term))
        ids = [CellId(table.id, row.id, c.id) for c in item.columns]
        line = replace(
            cells.line(row.label, tuple(heads), ids),
            kind="t" if not row.outcome and row.group is not None else "",
            asides=_columns_beside(ids[-1], cells) if compared else (),
        )
        yield (outer if row.group in groups else row.id), line


def _stub(table: Table, items: tuple[Item, ...], cells: Cells) -> Iterator[Grid]:
    """Table three: applicants on top, outcomes in groups on the left."""
    for item in items:
        rows = [(r.label, [CellId(table.id, r.id, c.id) for c in item.columns]) for r in item.rows]
        compared = cells.are_compared(ids[-1] for _, ids in rows)
        lines = _stub_lines(table, item, cells, compared=compared)
        bodies = groupby(lines, key=lambda pair: pair[0])
        yield Grid(
            id=table.id,
            number=table_words(table.number),
            label=table.label,
            unit=_unit(item.columns),
            heads=_applicant_heads(item, 3, cells.before.year if compared else 0),
            bodies=tuple(tuple(line for _, line in body) for _, body in bodies),
            columns=tuple((c.id, c.label) for c in item.columns),
            places=_places(cells, rows),
            kind="stub",
            compared=compared,
        )


def _channel_heads(table: Table, item: Item, *, compared: bool) -> tuple[tuple[Head, ...], ...]:
    """The three head rows of table four: channels side by side, outcomes below each."""
    width = len(item.columns)
    top = [Head("年份", "col", rowspan=3, kind="y")] if compared else []
    middle: list[Head] = []
    for group, rows in groupby(item.rows, key=lambda r: r.group):
        channels = [
            Head(r.label, "colgroup", colspan=width, term=row_anchor(table.id, r.id)) for r in rows
        ]
        if group is None:
            top += [replace(head, rowspan=2) for head in channels]
        else:
            label = concept("groups", group).label
            top.append(Head(label, "colgroup", colspan=width * len(channels)))
            middle += channels
    below = tuple(Head(c.label, "col", kind="n") for _ in item.rows for c in item.columns)
    return tuple(top), tuple(middle), below


def _across(table: Table, items: tuple[Item, ...], cells: Cells) -> Iterator[Grid]:
    """Table four: one row of figures, the channels side by side."""
    for item in items:
        ids = [(row, [CellId(table.id, row.id, c.id) for c in item.columns]) for row in item.rows]
        flat = [one for _, row_ids in ids for one in row_ids]
        compared = cells.are_compared(flat)
        line = cells.line("", (), flat)
        lines = [line]
        if compared:
            now = Head(f"{cells.before.year + 1}年", "row")
            lines = [replace(line, heads=(now,)), *_rows_beside("", flat, cells)]
        yield Grid(
            id=table.id,
            number=table_words(table.number),
            label=table.label,
            unit=_unit(item.columns),
            heads=_channel_heads(table, item, compared=compared),
            bodies=(tuple(lines),),
            columns=tuple((c.id, c.label) for c in item.columns),
            places=_places(cells, [(row.label, row_ids) for row, row_ids in ids]),
            kind="across",
            compared=compared,
        )


def _placed_once(grid: Grid) -> Grid:
    """The grid with the place that most of its rows have said once, and not in those rows."""
    told = Counter(line.place for body in grid.bodies for line in body if line.first)
    if not told:
        return grid
    ((place, _),) = told.most_common(1)
    bodies = tuple(
        tuple(replace(line, place="") if line.place == place else line for line in body)
        for body in grid.bodies
    )
    return replace(grid, bodies=bodies, place=place)


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


def grids_of(
    report: Report, marks: Mapping[CellId, tuple[Mark, ...]], before: YearBefore
) -> dict[str, list[Grid]]:
    """The printed tables of a report by the section of the form they belong to."""
    cells = Cells(report.values, marks, before)
    out: dict[str, list[Grid]] = {}
    for form in forms():
        for table, items in _tables(form, report):
            layout = LAYOUTS.get(table.id, _blocks)
            grids = layout(table, items, cells)
            out.setdefault(table.section, []).extend(map(_placed_once, grids))
    return out
