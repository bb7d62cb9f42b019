"""The invented project: the same for a seed, whole in its beginning, sound, and of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import invented_project
from gongkai.entry import discover, read_register
from gongkai.line import read_files
from invented_project import BODIES, FIRST_YEAR, LAST_YEAR, PRINTERS, make_invented, originals

if TYPE_CHECKING:
    from pathlib import Path


def test_a_small_project_is_the_beginning_of_a_large_one() -> None:
    """What is drawn for a report does not depend on how many there are."""
    few = [(one.folder, one.suffix, one.data) for one in originals(30)]
    many = [(one.folder, one.suffix, one.data) for one in originals(90)]
    assert many[: len(few)] == few
    other = [(one.folder, one.suffix, one.data) for one in originals(30, seed=2)]
    assert other != few


def test_all_kinds_are_there() -> None:
    """A few hundred reports have every class, level and format and all years."""
    made = list(originals(400))
    agencies = {one.agency.agency_id: one.agency for one in made}.values()
    assert {one.year for one in made} == set(range(FIRST_YEAR, LAST_YEAR + 1))
    assert {one.suffix for one in made} == set(PRINTERS)
    kinds = {agency.body for agency in agencies}
    assert kinds.issuperset(BODIES)
    levels = {agency.place.kind for agency in agencies}
    assert levels == {"province", "prefecture", "county", "township"}


def test_no_more_is_promised_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the places run out, that is said."""
    monkeypatch.setattr(invented_project, "PREFECTURES", 0)
    with pytest.raises(ValueError, match="can be invented"):
        list(originals(1000))


def test_a_project_is_read_without_a_problem(tmp_path: Path) -> None:
    """Its tables agree, its folders are found and every original is read."""
    root = tmp_path / "made"
    make_invented(root, 24)
    entries, problems = discover(root, read_register(root / "content"))
    assert (len(entries), problems) == (24, [])
    files = [root / entry.original for entry in entries[::5]]
    assert all(reading.result for reading in read_files(files))
    with pytest.raises(FileExistsError):
        make_invented(root, 1)
