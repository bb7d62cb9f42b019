"""The documents and CSVs of agencies and regions, and the lists of both and of all reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.package.api.addresses import files_of, json_path, links_of
from gongkai.package.api.figures import (
    MAIN_SERIES,
    comparable,
    csv_number,
    figure,
    unit_of,
    variable_name,
    whole_cells,
    write_document,
)
from gongkai.package.api.openapi import SERIES_CSV
from gongkai.package.api.report import finding_counts, report_documents
from gongkai.package.coverage import coverage_rows
from gongkai.package.lists import region_path
from gongkai.package.rows import form_of_cell
from gongkai.package.schema import COVERAGE
from gongkai.package.text import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gongkai.model import Agency, AgencyName, CellId, Corpus, Published, Region
    from gongkai.package.api.shapes import (
        AgenciesDocument,
        AgencyDocument,
        AgencySeries,
        CoverageLine,
        MainSeries,
        Named,
        NameLine,
        RegionDocument,
        RegionsDocument,
        ReportColumns,
        ReportsDocument,
    )
    from gongkai.package.rows import Row, Scalar


@dataclass(frozen=True, slots=True)
class Places:
    """The corpus as agencies and regions see it; made once.

    `by_agency` and `by_region` have every agency and region, by id; the reports of an agency are
    in the order of years, those of a region are its own and those of all regions below it.
    """

    corpus: Corpus
    by_agency: Mapping[str, Sequence[Published]]
    by_region: Mapping[str, Sequence[Published]]
    coverage: Mapping[str, list[CoverageLine]]
    children: Mapping[str, list[Region]]
    bodies: Mapping[str, list[Agency]]


def places_of(corpus: Corpus) -> Places:
    """The corpus by agencies and regions."""
    agencies = sorted(corpus.agencies.values(), key=lambda a: a.id)
    regions = sorted(corpus.regions.values(), key=lambda r: r.id)
    by_agency: dict[str, list[Published]] = {agency.id: [] for agency in agencies}
    by_region: dict[str, list[Published]] = {region.id: [] for region in regions}
    bodies: dict[str, list[Agency]] = {region.id: [] for region in regions}
    children: dict[str, list[Region]] = {region.id: [] for region in regions}
    for one in corpus.reports:
        by_agency[one.entry.agency.id].append(one)
        for region in region_path(one.entry.agency.region, corpus.regions):
            by_region[region.id].append(one)
    for reports in by_agency.values():
        reports.sort(key=lambda one: one.entry.year)
    for agency in agencies:
        bodies[agency.region.id].append(agency)
    for region in regions:
        if region.parent in children:
            children[region.parent].append(region)
    return Places(corpus, by_agency, by_region, _coverage(corpus), children, bodies)


def _coverage(corpus: Corpus) -> dict[str, list[CoverageLine]]:
    """The rows of `coverage`, by agency."""
    out: dict[str, list[CoverageLine]] = {}
    for row in coverage_rows(corpus):
        line = dict(zip(COVERAGE.names, row, strict=True))
        out.setdefault(str(line["agency_id"]), []).append(
            {
                "report_year": int(str(line["report_year"])),
                "status": str(line["status"]),
                "published_on": _known(line["published_on"]),
                "due_on": _known(line["due_on"]),
                "checked_on": _known(line["checked_on"]),
                "source_url": _known(line["source_url"]),
                "note": _known(line["note"]),
            }
        )
    return out


def _known(value: Scalar) -> str | None:
    return None if value is None else str(value)


def _name(one: AgencyName) -> NameLine:
    return {
        "name": one.name,
        "kind": one.kind,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "source": one.source,
    }


def report_columns(reports: Iterable[Published]) -> ReportColumns:
    """The reports by columns, in the order given."""
    kept = list(reports)
    counts = [finding_counts((one,)) for one in kept]
    return {
        "report_id": [one.entry.report_id for one in kept],
        "agency_id": [one.entry.agency.id for one in kept],
        "region_id": [one.entry.agency.region.id for one in kept],
        "report_year": [one.entry.year for one in kept],
        "scope": [one.entry.scope for one in kept],
        "form_id": [None if (f := one.report.form) is None else f.version for one in kept],
        "published_on": [one.entry.published_on for one in kept],
        "n_findings_error": [count["n_findings_error"] for count in counts],
        "n_findings_warn": [count["n_findings_warn"] for count in counts],
        "n_findings_info": [count["n_findings_info"] for count in counts],
    }


def _named(region: Region) -> Named:
    return {"region_id": region.id, "name": region.name}


def _main(cell: CellId, reports: Sequence[Published]) -> MainSeries:
    """One value a report; where it has no such cell, null without a status."""
    values: list[int | float | str | None] = []
    statuses: list[str | None] = []
    for one in reports:
        value = one.report.values.get(cell)
        if value is None:
            values.append(None)
            statuses.append(None)
        else:
            form = form_of_cell(one.report, cell)
            values.append(figure(comparable(cell, value, form)))
            statuses.append(str(value.status))
    return {"variable": variable_name(cell), "values": values, "statuses": statuses}


def _series(reports: Sequence[Published]) -> AgencySeries:
    return {
        "report_year": [one.entry.year for one in reports],
        "series": [_main(cell, reports) for cell in MAIN_SERIES] if reports else [],
    }


def _rows(reports: Iterable[Published], cells: Iterable[CellId]) -> Iterator[Row]:
    """A row a report and cell, of the cells the report has."""
    wanted = tuple(cells)
    for one in reports:
        for cell in wanted:
            value = one.report.values.get(cell)
            if value is not None:
                form = form_of_cell(one.report, cell)
                yield (
                    one.entry.agency.id,
                    one.entry.year,
                    variable_name(cell),
                    csv_number(comparable(cell, value, form)),
                    unit_of(cell, value, form),
                    str(value.status),
                    one.entry.scope,
                )


def _agency(agency: Agency, places: Places, downloads: str) -> AgencyDocument:
    reports = places.by_agency[agency.id]
    return {
        "agency_id": agency.id,
        "name": agency.name,
        "names": [_name(one) for one in agency.names],
        "former_ids": sorted(r.old for r in places.corpus.redirects if r.new == agency.id),
        "former_codes": list(agency.former_codes),
        "valid_from": agency.valid_from,
        "valid_to": agency.valid_to,
        "classification": agency.classification,
        "level": agency.level,
        "adcode": agency.adcode,
        "uscc": agency.uscc,
        "parent_id": agency.parent,
        "region_id": agency.region.id,
        "region_path": [_named(r) for r in region_path(agency.region, places.corpus.regions)],
        "coverage": places.coverage.get(agency.id, []),
        "reports": report_columns(reports),
        "finding_counts": finding_counts(reports),
        "main": _series(reports),
        "links": links_of("agencies", agency.id, downloads, page=bool(reports)),
    }


def agency_documents(agency_id: str, places: Places, downloads: str = "") -> dict[str, bytes]:
    """The files of an agency: its document, and what stands beside its page if it has one."""
    reports = places.by_agency[agency_id]
    document = write_document(_agency(places.corpus.agencies[agency_id], places, downloads))
    table = write_csv(SERIES_CSV, _rows(reports, whole_cells())) if reports else None
    return files_of("agencies", agency_id, document, table)


def retired_documents(places: Places, downloads: str = "") -> Iterator[tuple[str, bytes]]:
    """The documents of agencies and their reports under ids that are no longer used.

    They are those of the agency that took the place, which name its own ids: who keeps an old
    address gets an answer and sees the new one.
    """
    for redirect in sorted(places.corpus.redirects, key=lambda r: r.old):
        own = json_path("agencies", redirect.new)
        documents = agency_documents(redirect.new, places, downloads)
        yield json_path("agencies", redirect.old), documents[own]
        for one in places.by_agency[redirect.new]:
            own = json_path("reports", one.entry.report_id)
            old = json_path("reports", f"{redirect.old}-{one.entry.year}")
            yield old, report_documents(one, downloads)[own]


def _region(region: Region, places: Places, downloads: str) -> RegionDocument:
    reports = places.by_region[region.id]
    return {
        "region_id": region.id,
        "adcode": region.adcode,
        "name": region.name,
        "name_en": region.name_en,
        "kind": region.kind,
        "parent_id": region.parent,
        "other_names": list(region.other_names),
        "valid_from": region.valid_from,
        "valid_to": region.valid_to,
        "source": region.source,
        "region_path": [_named(r) for r in region_path(region, places.corpus.regions)],
        "children": [_named(child) for child in places.children[region.id]],
        "agencies": [agency.id for agency in places.bodies[region.id]],
        "reports": report_columns(reports),
        "finding_counts": finding_counts(reports),
        "links": links_of("regions", region.id, downloads, page=bool(reports)),
    }


def region_documents(region_id: str, places: Places, downloads: str = "") -> dict[str, bytes]:
    """The files of a region: its document, and what stands beside its page if it has one."""
    reports = places.by_region[region_id]
    document = write_document(_region(places.corpus.regions[region_id], places, downloads))
    table = write_csv(SERIES_CSV, _rows(reports, MAIN_SERIES)) if reports else None
    return files_of("regions", region_id, document, table)


def agencies_document(places: Places) -> AgenciesDocument:
    """All agencies by columns."""
    agencies = [places.corpus.agencies[name] for name in places.by_agency]
    return {
        "columns": {
            "agency_id": [agency.id for agency in agencies],
            "name": [agency.name for agency in agencies],
            "classification": [agency.classification for agency in agencies],
            "level": [agency.level for agency in agencies],
            "region_id": [agency.region.id for agency in agencies],
            "adcode": [agency.adcode for agency in agencies],
            "parent_id": [agency.parent for agency in agencies],
            "uscc": [agency.uscc for agency in agencies],
            "n_reports": [len(reports) for reports in places.by_agency.values()],
        }
    }


def regions_document(places: Places) -> RegionsDocument:
    """All regions by columns."""
    regions = [places.corpus.regions[name] for name in places.by_region]
    return {
        "columns": {
            "region_id": [region.id for region in regions],
            "adcode": [region.adcode for region in regions],
            "name": [region.name for region in regions],
            "name_en": [region.name_en for region in regions],
            "kind": [region.kind for region in regions],
            "parent_id": [region.parent for region in regions],
            "n_reports": [len(reports) for reports in places.by_region.values()],
        }
    }


def reports_document(corpus: Corpus) -> ReportsDocument:
    """All reports by columns."""
    return {"columns": report_columns(corpus.reports)}
