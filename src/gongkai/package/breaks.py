"""Where series do not go on: new forms, and laws that change what is counted.

It is told whether a break is one of wide tables, of the panel or of both: what ends in the one (a
row that a new form splits) may go on in the other. Knows the forms alone, no report.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.forms import breaks, forms, variables
from gongkai.forms.panel import comparability_of, is_parted, names
from gongkai.package.schema import PANEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.forms import Break, Variable
    from gongkai.model import Form
    from gongkai.package.rows import Row


def _dated() -> list[Form]:
    """The forms with tables, the oldest first."""
    return sorted((form for form in forms() if form.tables), key=lambda f: f.first_year)


def _labels(form: Form) -> dict[str, Variable]:
    return {v.name: v for v in variables(form.version)}


def _wide_by_form(older: Form, newer: Form) -> Iterator[Row]:
    """Columns of wide tables that begin, end or change their label with a new form."""
    before, after = _labels(older), _labels(newer)
    for name in sorted(before.keys() | after.keys()):
        usual = after.get(name) or before[name]
        if name not in before:
            kind, zh, en = "begins", f"{newer.label}新设", f"introduced by {newer.notice}"
        elif name not in after:
            kind, zh, en = "ends", f"{newer.label}取消", f"dropped by {newer.notice}"
        elif before[name].column.label != usual.column.label:
            kind = "label_changed"
            zh = f"“{before[name].column.label}”改为“{usual.column.label}”"
            en = f"column renamed by {newer.notice}"
        else:
            continue
        about = (usual.label, usual.label_en)
        yield "wide", name, newer.first_year, kind, *about, zh, en, newer.notice


def _panel_labels() -> dict[str, tuple[str, str]]:
    return {f.name: (f.title, f.title_en) for f in PANEL.fields}


def _panel_by_form(newer: Form) -> Iterator[Row]:
    """Columns of the panel that a new form takes from other cells or under another label."""
    words = {
        "group": (
            f"{newer.label}分成几行，面板表取各行之和",
            f"split into rows by {newer.notice}; the panel has their sum",
        ),
        "label_changed": ("所数的相同，名称有变", f"column renamed by {newer.notice}"),
    }
    for name in names():
        kind = comparability_of(name)
        if kind in words:
            about = _panel_labels()[name]
            yield "panel", name, newer.first_year, kind, *about, *words[kind], newer.notice


def _by_law(law: Break) -> Iterator[Row]:
    """The series of both shapes that a law parts."""
    words = (law.label, law.label_en, law.source)
    for v in variables(_dated()[-1].version):
        if law.parts(v.cell, law.year - 1, law.year):
            yield "wide", v.name, law.year, law.kind, v.label, v.label_en, *words
    for name in names():
        if is_parted(name, law):
            yield "panel", name, law.year, law.kind, *_panel_labels()[name], *words


def _told() -> Iterator[Row]:
    """The breaks of each shape, form by form and law by law."""
    for older, newer in pairwise(_dated()):
        yield from _wide_by_form(older, newer)
        yield from _panel_by_form(newer)
    for law in breaks():
        yield from _by_law(law)


def break_rows() -> Iterator[Row]:
    """The rows of `breaks`, form by form and law by law.

    One name means one thing: a break that both shapes have is one row, so that nobody who joins
    figures with breaks by the name of the series counts them twice.
    """
    found: dict[Row, Row] = {}
    for shape, *series in _told():
        name = tuple(series[:3])
        found[name] = ("both", *found[name][1:]) if name in found else (shape, *series)
    yield from found.values()
