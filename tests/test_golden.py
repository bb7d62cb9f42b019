"""Whole reports with the quirks of published copies, and what is read and found in each.

Each folder holds `input.*`, `report.json` (the contract of `gongkai read` without the cells)
and `cells.tsv` (one line a cell: id, status, raw text, place). `golden_invalid` holds reports
with planted faults and the exact findings they must give.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gongkai import line
from gongkai.package import extracted

if TYPE_CHECKING:
    from gongkai.model import Published

HERE = Path(__file__).parent
SOUND = sorted(p.parent for p in (HERE / "golden").glob("*/input.*"))
FAULTY = sorted(p.parent for p in (HERE / "golden_invalid").glob("*/input.*"))


def published(folder: Path) -> Published:
    """The case, read."""
    (path,) = folder.glob("input.*")
    return line.read_file(path)


def compare(path: Path, text: str, *, update: bool) -> None:
    """The expected file holds exactly this text."""
    if update:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_there_are_cases() -> None:
    """An empty folder would prove nothing."""
    assert len(SOUND) >= 6
    assert len(FAULTY) >= 6


@pytest.mark.parametrize("folder", SOUND, ids=lambda p: p.name)
def test_a_report_is_read_as_expected(folder: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    """Cells, flags, sections and findings of a whole report."""
    one = published(folder)
    record = extracted(one.report, one.findings, one.hints)
    record.pop("cells")
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    compare(folder / "report.json", text, update=update_golden)
    cells = "".join(
        f"{cell}\t{value.status}\t{' '.join(value.raw.split())}\t{value.locus or ''}\n"
        for cell, value in one.report.values.items()
    )
    compare(folder / "cells.tsv", cells, update=update_golden)


@pytest.mark.parametrize("folder", FAULTY, ids=lambda p: p.name)
def test_a_planted_fault_gives_exactly_its_findings(folder: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    """Check, severity, place, arithmetic and message of each failure."""
    findings = [
        {
            "instance": f.instance,
            "severity": f.severity,
            "place": str(f.locus) if f.locus is not None else None,
            "expression": f.expression,
            "message": f.message,
            "blocks": f.blocks,
        }
        for f in published(folder).failures
    ]
    text = json.dumps(findings, ensure_ascii=False, indent=1) + "\n"
    compare(folder / "findings.json", text, update=update_golden)
