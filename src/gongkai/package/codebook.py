"""The codebook and the crosswalk: what every variable is, from the forms, and how often it is there.

Definitions, labels, units, articles come from `forms`; how many reports have a figure is counted
in the corpus, a report at a time. Knows nothing of files and pages.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import data_of, forms, variables
from gongkai.forms.crosswalk import crossing_of, crosswalk
from gongkai.forms.panel import (
    COUNT,
    RATIO,
    comparability_of,
    names,
    panel,
    parts_of,
)
from gongkai.package.panel import panel_rows
from gongkai.package.rows import form_of_cell
from gongkai.package.schema import IN_PANEL, PANEL, RATE_DIGITS, SMALL_DENOMINATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.forms import Variable
    from gongkai.forms.panel import Rate, Series, Sum
    from gongkai.model import CellId, Corpus, Report
    from gongkai.package.rows import Row, Scalar

_Key = tuple[str, str]
_Tables = tuple[tuple[str, str], ...]
#: What 0 is in the panel; rates are texts of a fixed number of digits.
_ZEROS: frozenset[Scalar] = frozenset({0, f"{0:.{RATE_DIGITS}f}"})


def unit_en(unit: str) -> str:
    """A unit in English; empty where a form leaves it open.

    Raises:
        KeyError: for a unit without an English name.
    """
    known: dict[str, str] = data_of("concepts.toml")["units"]
    return known[unit] if unit else ""


class _Counts:
    """How many reports have a figure, and how many of them 0, by form and variable."""

    def __init__(self, corpus: Corpus) -> None:
        self.figures: Counter[_Key] = Counter()
        self.zeros: Counter[_Key] = Counter()
        self._count_cells(corpus)
        columns = [(name, PANEL.names.index(name)) for name in names()]
        for row in panel_rows(corpus):
            self.figures.update((IN_PANEL, name) for name, at in columns if row[at] is not None)
            self.zeros.update((IN_PANEL, name) for name, at in columns if row[at] in _ZEROS)

    def _count_cells(self, corpus: Corpus) -> None:
        """Counts cells first by the tables of a report, which decide the form of each."""
        figures: dict[_Tables, Counter[CellId]] = {}
        zeros: dict[_Tables, Counter[CellId]] = {}
        examples: dict[_Tables, Report] = {}
        for one in corpus.reports:
            report = one.report
            tables = tuple(report.tables.items())
            examples[tables] = report
            printed = [(c, v.number) for c, v in report.values.items() if v.number is not None]
            figures.setdefault(tables, Counter()).update(cell for cell, _ in printed)
            zeros.setdefault(tables, Counter()).update(cell for cell, n in printed if n == 0)
        for tables, report in examples.items():
            for cell, number in figures[tables].items():
                version = form_of_cell(report, cell)
                if version is not None:
                    key = version, _names_by_form()[version][cell]
                    self.figures[key] += number
                    self.zeros[key] += zeros[tables][cell]

    def of(self, key: _Key) -> tuple[int, int]:
        """Figures and zeros."""
        return self.figures[key], self.zeros[key]


@cache
def _names_by_form() -> dict[str, dict[CellId, str]]:
    return {form.version: {v.cell: v.name for v in variables(form.version)} for form in forms()}


def _printed_row(v: Variable, counts: _Counts) -> Row:
    """The row of a cell of a form."""
    crossing = crossing_of(v.form, v.cell)
    return (
        v.name,
        v.short,
        v.form,
        *v.cell,
        v.label,
        v.label_en,
        v.definition,
        v.definition_en,
        "",
        v.unit,
        unit_en(v.unit),
        v.article,
        v.foi,
        crossing.concept,
        crossing.comparability,
        " ".join(v.identities),
        *counts.of((v.form, v.name)),
        v.note,
        v.note_en,
    )


def _same(texts: Iterable[str]) -> str:
    """What they all say; empty where they differ."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""


def _identities(parts: Iterable[Series]) -> str:
    """The identities of the newest form that the cells take part in."""
    found = (name for part in parts for v in part.crossing.variables for name in v.identities)
    return " ".join(dict.fromkeys(found))


def _series_row(series: Series, counts: _Counts) -> Row:
    """The row of a series of the panel."""
    crossing, v = series.crossing, series.crossing.usual
    cells = [cell for own in crossing.cells.values() for cell in own]
    several = crossing.comparability != "same"
    return (
        series.name,
        series.name,
        IN_PANEL,
        crossing.table,
        _same(cell.row for cell in cells),
        _same(cell.column for cell in cells),
        crossing.label,
        crossing.label_en,
        v.definition,
        v.definition_en,
        "",
        COUNT,
        unit_en(COUNT),
        v.article,
        v.foi,
        crossing.concept,
        crossing.comparability,
        _identities((series,)),
        *counts.of((IN_PANEL, series.name)),
        (crossing.note if several else "") + v.note,
        " ".join(filter(None, (crossing.note_en if several else "", v.note_en))),
    )


def _sum_row(added: Sum, counts: _Counts) -> Row:
    """The row of a sum of the panel."""
    return (
        added.name,
        added.name,
        IN_PANEL,
        _same(part.crossing.table for part in added.parts),
        "",
        "",
        added.label,
        added.label_en,
        added.definition,
        added.definition_en,
        " + ".join(added.of),
        COUNT,
        unit_en(COUNT),
        "",
        added.foi,
        "",
        comparability_of(added.name),
        _identities(added.parts),
        *counts.of((IN_PANEL, added.name)),
        "",
        "",
    )


def _rate_row(rate: Rate, counts: _Counts) -> Row:
    """The row of a rate of the panel."""
    zh, en = zip(*(_panel_labels()[n] for n in (rate.numerator, rate.denominator)), strict=True)
    return (
        rate.name,
        rate.name,
        IN_PANEL,
        _same(part.crossing.table for part in parts_of(rate.name)),
        "",
        "",
        rate.label,
        rate.label_en,
        f"“{zh[0]}”除以“{zh[1]}”。",
        f"“{en[0]}” divided by “{en[1]}”.",
        f"{rate.numerator} / {rate.denominator}",
        RATIO,
        unit_en(RATIO),
        "",
        "",
        "",
        comparability_of(rate.name),
        "",
        *counts.of((IN_PANEL, rate.name)),
        f"分母不足{SMALL_DENOMINATOR}的在状态栏标明。",
        f"A denominator below {SMALL_DENOMINATOR} is marked in the status.",
    )


@cache
def _panel_labels() -> dict[str, tuple[str, str]]:
    return {f.name: (f.title, f.title_en) for f in PANEL.fields}


def codebook_rows(corpus: Corpus) -> Iterator[Row]:
    """The rows of `codebook`: every cell of every form, then every figure and rate of the panel."""
    counts, found = _Counts(corpus), panel()
    for form in forms():
        for v in variables(form.version):
            yield _printed_row(v, counts)
    for series in found.series:
        yield _series_row(series, counts)
    for added in found.sums:
        yield _sum_row(added, counts)
    for rate in found.rates:
        yield _rate_row(rate, counts)


def crosswalk_rows() -> Iterator[Row]:
    """The rows of `crosswalk`, in the order of its data."""
    in_panel = {series.name for series in panel().series}
    asking = [form.version for form in reversed(forms()) if form.tables]
    for one in crosswalk().values():
        yield (
            one.concept,
            one.table,
            one.label,
            one.label_en,
            *(" ".join(map(str, one.cells.get(version, ()))) for version in asking),
            one.comparability,
            int(one.concept in in_panel),
            one.note,
            one.note_en,
        )
