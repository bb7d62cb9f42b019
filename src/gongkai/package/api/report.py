"""The document and the CSV of one report; nothing here needs another report."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import CellId, Finding, Locus, Published, Report, Severity, Value, Verdict
from gongkai.package.api.addresses import files_of, report_links
from gongkai.package.api.figures import (
    csv_number,
    figure,
    variable_name,
    write_document,
)
from gongkai.package.api.openapi import REPORT_CSV
from gongkai.package.rows import form_of_cell, shown
from gongkai.package.text import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.package.api.shapes import (
        CheckCounts,
        FindingCounts,
        FindingDocument,
        HintDocument,
        ReportDocument,
        SectionDocument,
        TableDocument,
    )
    from gongkai.package.rows import Row


@cache
def _items() -> dict[tuple[str, str], str]:
    """(table, row) → the item of the table the row stands in."""
    return {
        (table.id, row.id): item.id
        for form in forms()
        for table in form.tables
        for item in table.items
        for row in item.rows
    }


def _place(at: Locus | None) -> list[int | None] | None:
    return None if at is None else [at.page, at.line, at.block, at.row, at.col]


def _table(item: str, report: Report, cells: dict[CellId, Value]) -> TableDocument:
    """The item as matrices: its cells stand row by row, each row with the same columns."""
    first = next(iter(cells))
    rows = list(dict.fromkeys(cell.row for cell in cells))
    columns = list(dict.fromkeys(cell.column for cell in cells))
    matrix = [[cells[CellId(first.table, row, column)] for column in columns] for row in rows]
    return {
        "table": first.table,
        "item": item,
        "form": form_of_cell(report, first),
        "rows": rows,
        "columns": columns,
        "values": [[figure(v.number) for v in line] for line in matrix],
        "statuses": [[str(v.status) for v in line] for line in matrix],
        "raw": [[v.raw for v in line] for line in matrix],
        "places": [[_place(v.locus) for v in line] for line in matrix],
        "units": {f"{c.row}/{c.column}": v.unit for c, v in cells.items() if v.unit},
    }


def _tables(report: Report) -> Iterator[TableDocument]:
    items: dict[tuple[str, str], dict[CellId, Value]] = {}
    for cell, value in report.values.items():
        item = _items()[cell.table, cell.row]
        items.setdefault((cell.table, item), {})[cell] = value
    for (_, item), cells in items.items():
        yield _table(item, report, cells)


def _finding(finding: Finding, instance: str) -> FindingDocument:
    return {
        "check_id": finding.check,
        "instance": instance,
        "severity": str(finding.severity),
        "left": figure(finding.left),
        "right": figure(finding.right),
        "cells": list(map(str, finding.cells)),
        "other_cells": [f"{at.report_id}:{c}" for at in finding.elsewhere for c in at.cells],
        "expression": finding.expression,
        "message_zh": finding.message,
        "message_en": finding.message_en,
        "place": None if finding.locus is None else str(finding.locus),
    }


def finding_counts(reports: Iterable[Published]) -> FindingCounts:
    """How many failures there are in these reports, those beside other reports too."""
    found = Counter(finding.severity for one in reports for finding in one.all_failures)
    return {
        "n_findings_error": found[Severity.ERROR],
        "n_findings_warn": found[Severity.WARN],
        "n_findings_info": found[Severity.INFO],
    }


def _check_counts(one: Published) -> CheckCounts:
    verdicts = Counter(finding.verdict for finding in one.findings)
    return {
        "n_checks_pass": verdicts[Verdict.PASS],
        "n_checks_pass_blank_as_zero": verdicts[Verdict.PASS_BLANK_AS_ZERO],
        "n_checks_fail": verdicts[Verdict.FAIL],
        "n_checks_not_evaluable": verdicts[Verdict.NOT_EVALUABLE],
    }


def _ended(found: Iterable[tuple[Finding, str]], verdict: Verdict) -> dict[str, list[str]]:
    """The instances of checks that ended so: check → instances."""
    out: dict[str, list[str]] = {}
    for finding, instance in found:
        if finding.verdict is verdict:
            out.setdefault(finding.check, []).append(instance)
    return out


def _hints(one: Published) -> list[HintDocument]:
    return [
        {
            "instances": list(hint.instances),
            "message_zh": hint.message,
            "message_en": hint.message_en,
        }
        for hint in one.hints
    ]


def _sections(report: Report) -> list[SectionDocument]:
    return [
        {
            "section_id": section.id,
            "number": section.number,
            "heading": section.heading,
            "text": section.text,
            "place": str(section.locus),
        }
        for section in report.sections
    ]


def _document(one: Published, downloads: str) -> ReportDocument:
    entry, report = one.entry, one.report
    agency, region = entry.agency, entry.agency.region
    found = list(shown((*one.findings, *one.across)))
    return {
        "report_id": entry.report_id,
        "agency_id": agency.id,
        "agency": agency.name,
        "region_id": region.id,
        "region": region.name,
        "adcode": agency.adcode,
        "report_year": entry.year,
        "form_id": report.form.version if report.form is not None else None,
        "title": entry.title,
        "publisher": entry.publisher,
        "scope": entry.scope,
        "transcription": entry.transcription,
        "published_on": entry.published_on,
        "retrieved_on": entry.retrieved_on,
        "changed_on": entry.last_changed_on,
        "source_url": entry.source_url,
        "source_file": entry.original,
        "media_type": report.source.media_type,
        "size": report.source.size,
        "original_sha256": entry.original_sha256,
        "document_name": entry.document_name,
        "document_sha256": entry.document_sha256,
        "licence_note": entry.licence_note,
        "reorganised": entry.reorganised,
        "tables": list(_tables(report)),
        "findings": [_finding(f, instance) for f, instance in found if f.fails],
        "finding_counts": finding_counts((one,)),
        "check_counts": _check_counts(one),
        "blank_as_zero": _ended(found, Verdict.PASS_BLANK_AS_ZERO),
        "not_evaluable": _ended(found, Verdict.NOT_EVALUABLE),
        "hints": _hints(one),
        "sections": _sections(report),
        "links": report_links(entry.report_id, agency.id, region.id, downloads),
    }


def _rows(report: Report) -> Iterator[Row]:
    for cell, value in report.values.items():
        yield (
            variable_name(cell),
            csv_number(value.number),
            str(value.status),
            value.raw,
            value.unit,
            *(_place(value.locus) or (None,) * 5),
        )


def report_documents(one: Published, downloads: str = "") -> dict[str, bytes]:
    """The files of a report: its document, which stands beside its page too, and the CSV there.

    Paths are relative to the site's root.

    Args:
        one: the report.
        downloads: where downloads are; empty for the site itself.

    Raises:
        ValueError: for a report without an entry.
    """
    name = one.entry.report_id
    document = write_document(_document(one, downloads))
    table = write_csv(REPORT_CSV, _rows(one.report))
    return files_of("reports", name, document, table)
