"""The real reports beside the project, where they are: every cell as it is printed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gongkai import line
from gongkai.package import extracted

SHARED = Path(__file__).parents[2] / "shared"
REPORTS = sorted((SHARED / "reports").glob("*.txt"))
SAMPLES = sorted((SHARED / "samples" / "reports").glob("*.txt"))

pytestmark = pytest.mark.skipif(
    not REPORTS, reason="the folder of full texts is not beside the project"
)


def truth_of(path: Path) -> dict[str, Any]:
    """What the report prints."""
    file = path.parent / "truth" / f"{path.stem}.json"
    if not file.is_file():
        file = path.parent.parent / "truth" / f"{path.stem}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def figures(tables: dict[str, Any]) -> dict[str, Decimal | None]:
    """Every cell by its id."""
    return {
        f"{t}/{r}/{c}": None if n is None else Decimal(str(n))
        for t, rows in tables.items() for r, columns in rows.items() for c, n in columns.items()
    }  # fmt: skip


@pytest.mark.parametrize("path", [*REPORTS, *SAMPLES], ids=lambda p: p.stem)
def test_every_cell_is_as_printed_or_flagged(path: Path) -> None:
    """No silent error; a flag only where the truth says that a cell cannot be decided."""
    truth = truth_of(path)
    published = line.read_file(path)
    got = extracted(published.report, published.findings)
    want, have = figures(truth["tables"]), figures(got["tables"])
    undecidable = set(truth["ambiguous_cells"])
    flags = set(got["flags"])
    assert flags <= undecidable, f"needless flags: {sorted(flags - undecidable)}"
    assert have.keys() == want.keys()
    wrong = {c: (want[c], have[c]) for c in want if have[c] != want[c] and c not in undecidable}
    assert wrong == {}
    for cell in undecidable:
        accepted = {None if n is None else Decimal(str(n)) for n in truth["ambiguous_cells"][cell]}
        assert have[cell] in accepted


@pytest.mark.parametrize("path", [*REPORTS, *SAMPLES], ids=lambda p: p.stem)
def test_exactly_the_failing_identities_are_found(path: Path) -> None:
    """Violations are those of the truth, no more and no fewer."""
    truth = truth_of(path)
    published = line.read_file(path)
    got = extracted(published.report, published.findings)
    assert sorted(got["violations"]) == sorted(truth["violations"])


def test_the_six_rows_that_cannot_be_decided_are_flagged() -> None:
    """Six rows of one report keep one 0 of seven cells, and its column cannot be known."""
    (path,) = [p for p in REPORTS if p.stem.startswith("003_")]
    published = line.read_file(path)
    flags = extracted(published.report, published.findings)["flags"]
    assert set(flags) == set(truth_of(path)["ambiguous_cells"])
    assert len(flags) == 42


def test_surplus_zeros_are_findings_not_flags() -> None:
    """Eight zeros for seven columns, sixteen for fifteen: S-08, and every cell is 0."""
    (path,) = [p for p in REPORTS if p.stem.startswith("004_")]
    published = line.read_file(path)
    assert extracted(published.report, published.findings)["flags"] == []
    surplus = [f for f in published.failures if f.check == "S-08" and "surplus" in f.instance]
    assert len(surplus) == 3


def test_an_enumeration_that_does_not_add_up_is_found() -> None:
    """One report says 33 items and lists 34."""
    (path,) = [p for p in REPORTS if p.stem.startswith("002_")]
    (found,) = [f for f in line.read_file(path).failures if f.check == "N-ITEMS"]
    assert (found.left, found.right) == (33, 34)
