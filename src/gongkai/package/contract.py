"""What `gongkai read` prints: the JSON contract for one report.

Outsiders rely on its keys. Figures are JSON numbers that read back as exactly the printed
figure: whole numbers are integers, a decimal is a JSON number where the shortest writing of the
nearest double has the same digits (up to 15 digits it always has), else a text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.forms import forms
from gongkai.model import CellId, Finding, Hint, Locus, Number, Report, Section, Status, Value
from gongkai.package.rows import delta, has_table, number_text, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Region of agencies whose place is unknown.
UNKNOWN_ADCODE = "000000"
DOUBTFUL = (Status.AMBIGUOUS, Status.TEXT)

#: A place is two or more characters and the word of its kind (县 may follow one: 单县).
#: 市场, 乡村, 城镇建设, 规划和城市管理 are no places.
_PLACE = re.compile(
    "(?:[^省市区县盟旗乡镇]{2,12}?(?:自治州|[省市区县盟旗乡镇])|[^省市区县盟旗乡镇]县)"
    "(?<!和城市)(?![场村化建])"
)
#: A zone without a name of its own says what it is, not where.
_NAMELESS = re.compile(r"(?:产业|高新|经济|工业|技术|开发|集聚|示范|园)+区")


def printed_region(agency: str) -> str | None:
    """The place a printed agency name begins with, or None (政府办公室).

    >>> printed_region("郑州市二七区统计局")
    '郑州市二七区'
    """
    end = 0
    while (found := _PLACE.match(agency, end)) is not None and found.end() < len(agency):
        end = found.end()
    place = agency[:end]
    return place if place and not _NAMELESS.fullmatch(place) else None


def json_number(number: Number | None) -> int | float | str | None:
    """The figure as JSON keeps it to the last digit."""
    if not isinstance(number, Decimal):
        return number
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else number_text(number)


@cache
def _families() -> frozenset[str]:
    return frozenset(identity.family for form in forms() for identity in form.identities)


def _locus(locus: Locus | None) -> dict[str, Any] | None:
    if locus is None:
        return None
    parts = {name: getattr(locus, name) for name in Locus.__slots__}
    return {name: part for name, part in parts.items() if part is not None}


def _place(locus: Locus | None) -> str | None:
    return str(locus) if locus is not None else None


def _tables(report: Report) -> dict[str, dict[str, dict[str, Any]]]:
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for cell, value in report.values.items():
        if has_table(report, cell.table):
            row = tables.setdefault(cell.table, {}).setdefault(cell.row, {})
            row[cell.column] = json_number(value.number)
    return tables


def _cell(cell: CellId, value: Value) -> dict[str, Any]:
    read = {} if value.confidence is None else {"confidence": value.confidence}
    return {
        "cell": str(cell),
        "value": json_number(value.number),
        "status": str(value.status),
        "raw": value.raw,
        "unit": value.unit,
        "locus": _locus(value.locus),
        **read,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "number": section.number,
        "heading": section.heading,
        "text": section.text,
        "locus": _locus(section.locus),
    }


def _flags(report: Report) -> list[str]:
    """The cells in doubt, and before them the tables of which no cell is certain.

    It may not even be certain of which form such a table is, and which rows it has.
    """
    ambiguous = {
        table: {
            v.status is Status.AMBIGUOUS for cell, v in report.values.items() if cell.table == table
        }
        for table in dict.fromkeys(cell.table for cell in report.values)
    }
    tables = [table for table, doubts in ambiguous.items() if doubts == {True}]
    return tables + [str(cell) for cell, v in report.values.items() if v.status in DOUBTFUL]


def _finding(finding: Finding, instance: str) -> dict[str, Any]:
    return {
        "check": finding.check,
        "instance": instance,
        "verdict": str(finding.verdict),
        "severity": str(finding.severity),
        "place": _place(finding.locus),
        "locus": _locus(finding.locus),
        "cells": list(map(str, finding.cells)),
        "blanks": list(map(str, finding.blanks)),
        "left": json_number(finding.left),
        "right": json_number(finding.right),
        "delta": json_number(delta(finding)),
        "expression": finding.expression,
        "message": finding.message,
        "message_en": finding.message_en,
        "blocks": finding.blocks,
    }


def _hint(hint: Hint) -> dict[str, Any]:
    return {
        "instances": list(hint.instances),
        "decided": hint.decided,
        "count": hint.count,
        "suspects": [
            {
                "cause": suspect.cause,
                "changes": [
                    {
                        "cell": str(change.cell),
                        "printed": json_number(change.printed),
                        "value": json_number(change.value),
                        "cause": change.cause,
                        "doubtful": change.doubtful,
                    }
                    for change in suspect.changes
                ],
            }
            for suspect in hint.suspects
        ],
        "message": hint.message,
        "message_en": hint.message_en,
    }


def _conflict(finding: Finding) -> dict[str, Any]:
    return {
        "cells": list(map(str, finding.cells)),
        "claimed": json_number(finding.left),
        "printed": json_number(finding.right),
        "text": finding.expression,
    }


def _region(report: Report) -> str | None:
    if report.entry is None:
        return printed_region(report.title.agency or "")
    region = report.entry.agency.region
    return region.name if region.adcode != UNKNOWN_ADCODE else None


def extracted(
    report: Report, findings: Iterable[Finding], hints: Iterable[Hint] = ()
) -> dict[str, Any]:
    """The report as the contract has it; everything in it can be written as JSON.

    `agency`, `year` and `title` are those printed. Tables the report does not print are left
    out of `tables`; `findings` holds what `findings.csv` holds. `hints` guess at the cells behind
    sums that fail; no number is changed by them.
    """
    found = tuple(findings)
    failed = [f for f in found if f.fails]
    return {
        "agency": report.title.agency,
        "region": _region(report),
        "year": report.title.year,
        "form": report.form.version if report.form is not None else None,
        "title": report.title.text,
        "tables": _tables(report),
        "cells": [_cell(cell, value) for cell, value in report.values.items()],
        "sections": [_section(section) for section in report.sections],
        "flags": _flags(report),
        "violations": [f.instance for f in failed if f.check in _families()],
        "narrative_conflicts": [
            _conflict(f) for f in failed if f.check.startswith("N-") and f.cells
        ],
        "findings": [_finding(f, instance) for f, instance in shown(found)],
        "hints": [_hint(hint) for hint in hints],
        "source": {
            "name": report.source.name,
            "media_type": report.source.media_type,
            "sha256": report.source.sha256,
            "size": report.source.size,
        },
    }
