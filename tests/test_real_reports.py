"""Reports with a known truth beside the project, where they are: every cell as it is printed."""

from __future__ import annotations

import functools
import json
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from gongkai import line
from gongkai.package import extracted

SHARED = Path(__file__).parents[2] / "shared"
#: Each report's truth: beside its folder for the invented ones, in it for the real ones.
TRUTHS = {
    path: place / f"{path.stem}.json"
    for folder, place in (
        (SHARED / "reports", SHARED / "reports" / "truth"),
        (SHARED / "samples" / "reports", SHARED / "samples" / "truth"),
    )
    for path in sorted(folder.glob("*.*"))
    if (place / f"{path.stem}.json").is_file()
}

pytestmark = pytest.mark.skipif(
    not TRUTHS, reason="the folder of reports with a truth is not beside the project"
)


def truth_of(path: Path) -> dict[str, Any]:
    """What the report prints."""
    found: dict[str, Any] = json.loads(TRUTHS[path].read_text(encoding="utf-8"))
    return found


def is_scan(path: Path) -> bool:
    """Whether a report has no text of its own."""
    return str(truth_of(path)["layout"]).startswith("scan")


def reports(*, scans: bool) -> list[Any]:
    """The reports that are scans, or those that are not, as parameters of a test."""
    return [pytest.param(path, id=path.stem) for path in TRUTHS if is_scan(path) == scans]


@functools.cache
def read_once(path: Path) -> dict[str, Any]:
    """What is published of a report; the same for each test."""
    published = line.read_file(path)
    return extracted(published.report, published.findings, published.hints)


def figures(tables: dict[str, Any]) -> dict[str, Decimal | None]:
    """Every cell by its id."""
    return {
        f"{t}/{r}/{c}": None if n is None else Decimal(str(n))
        for t, rows in tables.items() for r, columns in rows.items() for c, n in columns.items()
    }  # fmt: skip


@pytest.mark.parametrize("path", reports(scans=False))
def test_every_cell_is_as_printed_or_flagged(path: Path) -> None:
    """No silent error; a flag only where the truth says that a cell cannot be decided."""
    truth, got = truth_of(path), read_once(path)
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


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra ocr is not installed")
@pytest.mark.parametrize("path", reports(scans=True))
def test_every_cell_of_a_scan_is_as_printed_or_flagged(path: Path) -> None:
    """No silent error; one flag in twenty cells at most."""
    truth, got = truth_of(path), read_once(path)
    want, have = figures(truth["tables"]), figures(got["tables"])
    flags = set(got["flags"])
    assert have.keys() <= want.keys()
    silent = {c: (n, have.get(c)) for c, n in want.items() if have.get(c) != n and c not in flags}
    assert silent == {}
    assert len(flags) <= len(want) // 20


@pytest.mark.parametrize("path", reports(scans=False))
def test_exactly_the_failing_identities_are_found(path: Path) -> None:
    """Violations are those of the truth, no more and no fewer."""
    assert sorted(read_once(path)["violations"]) == sorted(truth_of(path)["violations"])


@pytest.mark.parametrize("path", reports(scans=False))
def test_a_planted_error_is_among_the_explanations_and_alone_where_decided(path: Path) -> None:
    """The cell that was changed is listed with its true figure; no other one is decided on."""
    planted = {
        f"{slip['table']}/{slip['row']}/{slip['col']}": slip["consistent"]
        for slip in truth_of(path).get("planted", ())
    }
    hints = read_once(path)["hints"]
    told = [
        {change["cell"]: change["value"] for change in suspect["changes"]}
        for hint in hints
        for suspect in hint["suspects"]
    ]
    assert all({cell: number} in told for cell, number in planted.items())
    decided = [hint["suspects"][0]["changes"] for hint in hints if hint["decided"]]
    assert {change["cell"] for changes in decided for change in changes} <= planted.keys()


def named(start: str) -> Path:
    """The real report whose file name begins so."""
    (path,) = [path for path in TRUTHS if path.stem.startswith(start)]
    return path


def test_the_six_rows_that_cannot_be_decided_are_flagged() -> None:
    """Six rows of one report keep one 0 of seven cells, and its column cannot be known."""
    path = named("003_")
    flags = read_once(path)["flags"]
    assert set(flags) == set(truth_of(path)["ambiguous_cells"])
    assert len(flags) == 42


def test_surplus_zeros_are_findings_not_flags() -> None:
    """Eight zeros for seven columns, sixteen for fifteen: S-08, and every cell is 0."""
    path = named("004_")
    assert read_once(path)["flags"] == []
    failures = line.read_file(path).failures
    surplus = [f for f in failures if f.check == "S-08" and "surplus" in f.instance]
    assert len(surplus) == 3


def test_an_enumeration_that_does_not_add_up_is_found() -> None:
    """One report says 33 items and lists 34."""
    (found,) = [f for f in line.read_file(named("002_")).failures if f.check == "N-ITEMS"]
    assert (found.left, found.right) == (33, 34)
