"""A difference as a JSON object, both ways: the contract of `docs/changes.schema.json`.

Figures are texts, exactly as the packages have them; what is empty there is null.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from gongkai.diff.compare import (
    CellChange,
    ColumnChange,
    Diff,
    FieldChange,
    Figure,
    FindingChange,
    Found,
    Named,
    Part,
    ReportChange,
    SectionChange,
)
from gongkai.model import CellId, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Record = Mapping[str, Any]

#: The version of the contract; a key that goes or means another thing makes the next one.
FORMAT = 1

_NAMED = ("report_id", "agency", "year", "title", "folder")
_Side = TypeVar("_Side")


def _cell_record(change: CellChange) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    shown = {name: asdict(side) if side is not None else None for name, side in sides.items()}
    return {"cell": str(change.cell), **shown}


def _change_record(one: ReportChange) -> dict[str, Any]:
    return {
        **asdict(one.report),
        "cells": [_cell_record(change) for change in one.cells],
        "fields": [asdict(change) for change in one.fields],
        "findings": [asdict(change) for change in one.findings],
        "sections": [asdict(change) for change in one.sections],
        "cells_moved": one.moved,
        "findings_reworded": one.reworded,
        "files": list(one.files),
    }


def diff_record(diff: Diff) -> dict[str, Any]:
    """The difference as a JSON object."""
    return {
        "format": FORMAT,
        "counts": diff.counts(),
        "added": [asdict(one) for one in diff.added],
        "removed": [asdict(one) for one in diff.removed],
        "changed": [_change_record(one) for one in diff.changed],
        "columns": [asdict(change) for change in diff.columns],
        "problems": [
            {"file": p.file, "message": p.message, "remedy": p.remedy} for p in diff.problems
        ],
    }


def _sides(record: Record, make: Callable[..., _Side]) -> tuple[_Side | None, _Side | None]:
    before, after = (
        None if side is None else make(**side) for side in (record["before"], record["after"])
    )
    return before, after


def _read_change(one: Record) -> ReportChange:
    return ReportChange(
        report=Named(**{name: one[name] for name in _NAMED}),
        cells=tuple(
            CellChange(CellId(*c["cell"].split("/")), *_sides(c, Figure)) for c in one["cells"]
        ),
        fields=tuple(FieldChange(**f) for f in one["fields"]),
        findings=tuple(
            FindingChange(f["check"], f["instance"], *_sides(f, Found)) for f in one["findings"]
        ),
        sections=tuple(
            SectionChange(s["section"], s["nth"], *_sides(s, Part)) for s in one["sections"]
        ),
        moved=one["cells_moved"],
        reworded=one["findings_reworded"],
        files=tuple(one["files"]),
    )


def read_record(record: Record) -> Diff:
    """The difference that `diff_record` wrote.

    Raises:
        KeyError, TypeError: if it is no such object.
    """
    return Diff(
        before=record["counts"]["reports_before"],
        after=record["counts"]["reports_after"],
        added=tuple(Named(**one) for one in record["added"]),
        removed=tuple(Named(**one) for one in record["removed"]),
        changed=tuple(_read_change(one) for one in record["changed"]),
        columns=tuple(ColumnChange(**one) for one in record["columns"]),
        problems=tuple(Problem("bad_package", **one) for one in record["problems"]),
    )
