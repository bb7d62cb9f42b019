"""The index of agencies and the page of each: its years side by side."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_dataset, describe_part
from gongkai.forms import forms, variables
from gongkai.package import region_path
from gongkai.package.api import MAIN_SERIES, Places, agency_documents, places_of
from gongkai.pages.browse import agency_index
from gongkai.pages.frame import Page, Setting
from gongkai.pages.rows import Datum, datum, has_cell, rows_of
from gongkai.pages.words import cell_anchor, file_words, name_of, report_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.catalog import Work
    from gongkai.model import Agency, CellId, Corpus, Form, Published


def _by_agency(corpus: Corpus) -> dict[str, list[Published]]:
    out: dict[str, list[Published]] = {agency: [] for agency in sorted(corpus.agencies)}
    for one in corpus.reports:
        out.setdefault(one.entry.agency.id, []).append(one)
    return out


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


def _series(reports: list[Published]) -> list[tuple[str, str, list[tuple[Datum, str]]]]:
    """The measures of an agency: label, unit, a figure for each report.

    Each figure has the address of its cell; it is empty where the form has no such cell.
    """
    out: list[tuple[str, str, list[tuple[Datum, str]]]] = []
    for cell, (label, unit) in _measures().items():
        having = [has_cell(one, cell) for one in reports]
        if any(having):
            figures = [
                (datum(one, cell), f"{report_path(one.entry)}#{cell_anchor(cell)}" if has else "")
                for one, has in zip(reports, having, strict=True)
            ]
            out.append((label, unit, figures))
    return out


def agency_page(
    agency: Agency, reports: list[Published], corpus: Corpus, places: Places, whole: Work
) -> Page:
    """The page of an agency: its years side by side. `whole` is the data set it is a part of."""
    path = f"agencies/{agency.id}"
    part = describe_part(whole, path, agency.name, reports)
    ordered = sorted(reports, key=lambda one: one.entry.year)
    years = [one.entry.year for one in corpus.reports]
    return Page(
        path=f"{path}.md",
        title=agency.name,
        template="agency.html",
        description=f"{agency.name}历年政府信息公开工作年度报告的主要数字。",
        values={
            "agency": agency,
            "downloads": file_words(agency_documents(agency.id, places)),
            "regions": region_path(agency.region, corpus.regions),
            "level": name_of("levels", agency.level),
            "classification": name_of("classifications", agency.classification),
            "reports": ordered,
            "rows": rows_of(ordered, corpus),
            "series": _series(ordered),
            "forms": {
                one.report.form.version if one.report.form is not None else None for one in ordered
            },
            "strip": [
                (year, next((o.entry for o in ordered if o.entry.year == year), None))
                for year in range(min(years, default=0), max(years, default=-1) + 1)
            ],
            "cited": cite(part),
        },
    )


def agency_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The index of agencies and a page for each."""
    by_agency = _by_agency(corpus)
    whole = describe_dataset(corpus, setting.site_url)
    yield from agency_index(by_agency, corpus)
    places = places_of(corpus)
    for name, reports in by_agency.items():
        if reports:
            yield agency_page(corpus.agencies[name], reports, corpus, places, whole)
