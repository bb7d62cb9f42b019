"""The page of an agency: its names, what is collected, its years side by side, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_part
from gongkai.charts import Mark, Tone
from gongkai.forms import forms, variables
from gongkai.forms.panel import panel
from gongkai.model import CellId
from gongkai.package import form_of_cell, region_path
from gongkai.package.api import MAIN_SERIES, agency_documents
from gongkai.package.api.figures import comparable, variable_name
from gongkai.package.api.panel import break_lines
from gongkai.package.panel import doubted_cells, panel_row
from gongkai.package.schema import PANEL, STATUS_SUFFIX
from gongkai.pages.charts import Chart, short_label, year_chart
from gongkai.pages.frame import Page
from gongkai.pages.quality import rules
from gongkai.pages.report import anchored
from gongkai.pages.rows import RATE_LEAST, datum, has_cell, rows_of
from gongkai.pages.sheets import Cell, Head, Line, Sheet, note_sign
from gongkai.pages.totals import measure_label, rate_words
from gongkai.pages.words import (
    SEVERITIES,
    cell_anchor,
    check_path,
    date_words,
    file_words,
    name_of,
    report_path,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.catalog import Work
    from gongkai.forms.panel import Rate
    from gongkai.model import Agency, AgencyName, Corpus, Form, Published
    from gongkai.package.api import Places
    from gongkai.package.api.shapes import CoverageLine

#: What is drawn beside the table, as far as there is something to see, and how much of it.
CHARTED = (
    CellId("requests", "received", "total"),
    CellId("requests", "granted", "total"),
    CellId("disputes", "review", "total"),
    CellId("disclosure", "licensing", "decisions"),
    CellId("requests", "pending_end", "total"),
)
CHARTS = 4
#: More years than these leave no room for charts beside their table.
BESIDE = 6
#: Statuses of the coverage with a report of ours.
HELD = ("published", "late")
#: The rates that an agency's page gives.
RATES = ("rate_granted", "rate_granted_any", "share_natural")


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the agency: what kind it is, its years in words, where that stands."""

    name: str
    kind: str
    years: str
    source: str


@dataclass(frozen=True, slots=True)
class Day:
    """A year of the calendar: its status, that in words, more in words, the page of the report."""

    year: int
    status: str
    word: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class Years:
    """The years of an agency from its first report to its last, each with its report if held.

    `words` say why there is none, `doubtful` are the cells in doubt. `signs` numbers the notes:
    reason → sign.
    """

    reports: dict[int, Published | None]
    words: dict[int, str]
    doubtful: dict[int, frozenset[CellId]]
    signs: dict[str, str]

    @property
    def span(self) -> str:
        """The first and the last year."""
        first, *_, last = (*self.reports, *self.reports)
        return f"{first}年" if first == last else f"{first}–{last}年"

    def sign(self, reasons: Sequence[str]) -> str:
        """The signs of these reasons; a new one gets the next."""
        for reason in reasons:
            self.signs.setdefault(reason, note_sign(len(self.signs) + 1))
        return "".join(self.signs[reason] for reason in reasons)


def span_words(first: int | None, last: int | None) -> str:
    """Years in words; both are included.

    >>> span_words(2019, None), span_words(None, 2018), span_words(None, None)
    ('2019年起', '2018年止', '不详')
    """
    if first is None and last is None:
        return "不详"
    if last is None:
        return f"{first}年起"
    return f"{last}年止" if first is None else f"{first}年至{last}年"


def _name(one: AgencyName) -> Name:
    years = span_words(one.valid_from, one.valid_to)
    return Name(one.name, name_of("name_kinds", one.kind), years, one.source or "没有写明")


def _day(line: CoverageLine, agency: Agency) -> Day:
    """A year of the calendar."""
    told = (
        f"{date_words(line['published_on'])}公布" if line["published_on"] else "",
        f"应在{date_words(line['due_on'])}以前" if line["due_on"] else "",
        f"{date_words(line['checked_on'])}查看"
        if line["checked_on"] and line["status"] not in HELD
        else "",
        line["note"] or "",
    )
    year, held = line["report_year"], line["status"] in HELD
    return Day(
        year,
        line["status"],
        name_of("coverage", line["status"]),
        "，".join(filter(None, told)),
        f"reports/{agency.id}-{year}/" if held else "",
    )


def _measure_label(form: Form, cell: CellId) -> str:
    """The label of a measure: its row, with its group where it has one; 总计 goes without saying."""
    groups = {g.id: g.label for t in form.tables for g in t.groups}
    found = next(v for v in variables(form.version) if v.cell == cell)
    row = groups.get(found.row.group or "", "") + found.row.label
    return row if cell.column == "total" else f"{row}：{found.column.label}"


@cache
def _measures() -> dict[CellId, tuple[str, str]]:
    """Label and unit of each measure, as the newest form that has it says."""
    out: dict[CellId, tuple[str, str]] = {}
    for cell in MAIN_SERIES:
        for form in forms():
            units = {v.cell: v.unit for v in variables(form.version)}
            if cell in units:
                out.setdefault(cell, (_measure_label(form, cell), units[cell]))
    return out


@cache
def _first_years() -> dict[str, int]:
    return {form.version: form.first_year for form in forms()}


@cache
def _breaks() -> dict[str, list[tuple[int, str, str]]]:
    """Series → the years in which it breaks, the kind of the break and why."""
    return {
        name: [(line["year"], line["kind"], line["note_zh"]) for line in lines]
        for name, lines in break_lines("wide").items()
    }


def report_breaks(earlier: Published, later: Published) -> list[str]:
    """Why no figure of a report goes on from that of an earlier one."""
    before, after = earlier.entry, later.entry
    out = []
    if after.reorganised is not None:
        out.append(f"{after.year}年机构或职能有调整：{after.reorganised}")
    if before.scope != after.scope:
        named = [name_of("scopes", scope) for scope in (before.scope, after.scope)]
        out.append(f"统计范围不同：{before.year}年是{named[0]}，{after.year}年是{named[1]}")
    return out


def cell_breaks(cell: CellId, earlier: Published, later: Published) -> list[str]:
    """Why a figure does not go on from that of an earlier report.

    A law counts by the report years, another form only where the two reports follow two forms.
    """
    forms_used = [form_of_cell(one.report, cell) for one in (earlier, later)]
    first, last = (_first_years().get(version or "", 0) for version in forms_used)
    out = []
    for year, kind, note in _breaks().get(variable_name(cell), []):
        parted = earlier.entry.year < year <= later.entry.year
        if (kind == "law" and parted) or (kind == "label_changed" and first < year <= last):
            out.append(f"{year}年起，{note}")
    return out


def _figure(cell: CellId, one: Published, before: Published | None, years: Years) -> Cell:
    """A figure of a report, with what parts it from that of the report before."""
    if not has_cell(one, cell):
        return Cell("格式无此项", "b")
    shown = datum(one, cell)
    reasons = [] if before is None else cell_breaks(cell, before, one)
    return Cell(
        shown.text,
        shown.kind,
        href=f"{report_path(one.entry)}#{cell_anchor(cell)}",
        doubt=cell in years.doubtful[one.entry.year],
        broken=bool(reasons) or (before is not None and bool(report_breaks(before, one))),
        notes=years.sign(reasons),
    )


def _figures(cell: CellId, years: Years) -> tuple[Cell, ...]:
    """A measure through the years; breaks are marked at the first figure after them."""
    out = []
    before: Published | None = None
    for year, one in years.reports.items():
        if one is None:
            out.append(Cell(years.words[year], "b"))
            continue
        out.append(_figure(cell, one, before, years))
        before = one if has_cell(one, cell) else before
    return tuple(out)


def _number(cell: CellId, one: Published | None) -> int | float | None:
    """The figure as far as it may be drawn beside others."""
    value = one.report.values.get(cell) if one is not None else None
    if one is None or value is None:
        return None
    number = comparable(cell, value, form_of_cell(one.report, cell))
    return None if number is None else float(number)


def _chart(cell: CellId, line: Line, years: Years, agency: Agency) -> Chart | None:
    """A measure drawn: the figures of its line in the table."""
    label, unit = _measures()[cell]
    marks = [
        Mark(
            str(year),
            _number(cell, one),
            shown.text,
            Tone.DOUBT if shown.doubt else Tone.MAIN,
            shown.broken,
        )
        for (year, one), shown in zip(years.reports.items(), line.cells[1:], strict=True)
    ]
    name = f"c-{variable_name(cell)}".replace("_", "-")
    caption = f"{short_label(label)}，{years.span}，单位：{unit}"
    return year_chart(name, caption, marks, f"agencies/{agency.id}.csv")


def _scopes(years: Years) -> Iterator[Cell]:
    """Whose figures each report gives."""
    for year, one in years.reports.items():
        words = years.words[year] if one is None else name_of("scopes", one.entry.scope)
        yield Cell(words, "b")


def _series(agency: Agency, years: Years) -> tuple[Sheet, list[Chart]]:
    """The measures through the years: one table, and the most telling of them drawn."""
    heads = (Head("项目", ""), Head("单位", ""), *_heads(years))
    held = [one for one in years.reports.values() if one is not None]
    lines = {
        cell: Line(label, (Cell(unit or "未规定", "w"), *_figures(cell, years)))
        for cell, (label, unit) in _measures().items()
        if any(has_cell(one, cell) for one in held)
    }
    scope = Line("统计范围", (Cell("不适用", "b w"), *_scopes(years)))
    drawn = (_chart(cell, lines[cell], years, agency) for cell in CHARTED if cell in lines)
    caption = f"{agency.name}历年主要数字；点数字到报告里的那一格"
    charts = list(islice((chart for chart in drawn if chart is not None), CHARTS))
    return Sheet("series", caption, heads, (scope, *lines.values())), charts


def _rate_cell(rate: Rate, row: dict[str, str | int | None]) -> Cell:
    status = str(row[f"{rate.name}{STATUS_SUFFIX}"])
    part, whole = row[rate.numerator], row[rate.denominator]
    if row[rate.name] is None or not isinstance(part, int) or not isinstance(whole, int):
        return Cell(name_of("rate_statuses", status), "b")
    return Cell(rate_words(part, whole))


@cache
def _shown_rates() -> tuple[Rate, ...]:
    return tuple(rate for rate in panel().rates if rate.name in RATES)


def _formulas() -> list[tuple[str, str]]:
    """How each rate is made."""
    return [
        (rate.label, f"＝ {measure_label(rate.numerator)} ÷ {measure_label(rate.denominator)}")
        for rate in _shown_rates()
    ]


def _rates(agency: Agency, years: Years) -> Sheet:
    """Rates through the years, each with the two figures it is made of, as the panel has them."""
    rows = {
        year: dict(zip(PANEL.names, panel_row(one), strict=True))
        for year, one in years.reports.items()
        if one is not None
    }
    lines = tuple(
        Line(
            rate.label,
            tuple(
                _rate_cell(rate, rows[year]) if year in rows else Cell(years.words[year], "b")
                for year in years.reports
            ),
        )
        for rate in _shown_rates()
    )
    heads = (Head("比率", ""), *(Head(f"{year}年") for year in years.reports))
    caption = f"{agency.name}历年的比率；括号里是相除的两个数，分母不足 {RATE_LEAST} 的不写成百分数"
    return Sheet("rates", caption, heads, lines)


def _heads(years: Years) -> tuple[Head, ...]:
    """The heads of the years, each with the signs of what parts it from the year before."""
    out: list[Head] = []
    before: Published | None = None
    for year, one in years.reports.items():
        reasons = report_breaks(before, one) if before is not None and one is not None else []
        href = report_path(one.entry) if one is not None else ""
        out.append(Head(f"{year}年{years.sign(reasons)}", "n", href))
        before = one or before
    return tuple(out)


def _years(reports: Sequence[Published], calendar: Sequence[Day]) -> Years:
    """The years from the first report to the last."""
    held = {one.entry.year: one for one in reports}
    words = {day.year: day.word for day in calendar}
    span = range(min(held), max(held) + 1)
    return Years(
        {year: held.get(year) for year in span},
        words,
        {year: doubted_cells(one) for year, one in held.items()},
        {},
    )


def _by_check(one: Published) -> dict[str, list[str]]:
    """Check → the anchors of what it found in a report."""
    out: dict[str, list[str]] = {}
    for finding, anchor in anchored(one.all_failures):
        out.setdefault(finding.check, []).append(anchor)
    return out


def _findings(agency: Agency, years: Years) -> Sheet | None:
    """What the checks found through the years, the worst first; None where they found nothing."""
    found = {year: _by_check(one) for year, one in years.reports.items() if one is not None}

    def cell(check: str, year: int, one: Published | None) -> Cell:
        if one is None:
            return Cell(years.words[year], "b")
        anchors = found[year].get(check, [])
        if not anchors:
            return Cell("无", "z")
        return Cell(f"{len(anchors)} 处", href=f"{report_path(one.entry)}#{anchors[0]}")

    kept = [rule for rule in rules().values() if any(rule.id in of for of in found.values())]
    kept.sort(key=lambda rule: SEVERITIES.index(rule.severity))
    lines = tuple(
        Line(
            f"{rule.id} {rule.title}",
            (
                Cell(name_of("severities", rule.severity), "w"),
                *(cell(rule.id, year, one) for year, one in years.reports.items()),
            ),
            check_path(rule.id),
        )
        for rule in kept
    )
    heads = (Head("规则", ""), Head("轻重", ""), *(Head(f"{year}年") for year in years.reports))
    caption = f"{agency.name}历年的核对发现；点处数到报告里的第一处"
    return Sheet("found", caption, heads, lines) if lines else None


def agency_page(
    agency: Agency, reports: list[Published], corpus: Corpus, places: Places, whole: Work
) -> Page:
    """The page of an agency. `whole` is the data set it is a part of."""
    path = f"agencies/{agency.id}"
    part = describe_part(whole, path, agency.name, reports)
    ordered = sorted(reports, key=lambda one: one.entry.year)
    calendar = [_day(line, agency) for line in places.coverage.get(agency.id, [])]
    years = _years(ordered, calendar)
    series, charts = _series(agency, years)
    return Page(
        path=f"{path}.md",
        title=agency.name,
        template="agency.html",
        description=f"{agency.name}历年政府信息公开工作年度报告的主要数字。",
        values={
            "agency": agency,
            "lived": span_words(agency.valid_from, agency.valid_to),
            "names": [_name(one) for one in agency.names],
            "former_ids": sorted(r.old for r in corpus.redirects if r.new == agency.id),
            "downloads": file_words(agency_documents(agency.id, places)),
            "regions": region_path(agency.region, corpus.regions),
            "level": name_of("levels", agency.level),
            "classification": name_of("classifications", agency.classification),
            "rows": rows_of(ordered, corpus),
            "calendar": calendar,
            "series": series,
            "rates": _rates(agency, years),
            "formulas": _formulas(),
            "charts": charts,
            "beside": len(years.reports) <= BESIDE,
            "notes": [(sign, reason) for reason, sign in years.signs.items()],
            "forms": {
                one.report.form.version if one.report.form is not None else None for one in ordered
            },
            "findings": _findings(agency, years),
            "cited": cite(part),
        },
    )
