"""Error localisation: the cell that was changed in a sound report is found, or it is said why not."""

from __future__ import annotations

from dataclasses import replace

import make
import pytest

from gongkai.checks import check, localise
from gongkai.model import Cause, CellId, Hint, Number, Report, Value

RECEIVED = CellId("requests", "received", "natural_person")


def hints(report: Report) -> tuple[Hint, ...]:
    """What is guessed from the findings of the report."""
    return localise(report, check(report))


def changed(report: Report, numbers: dict[CellId, Number | None]) -> Report:
    """The report with these numbers printed instead (None is a blank)."""
    values: dict[CellId, Value] = {
        cell: replace(make.value(number), locus=report.values[cell].locus)
        for cell, number in numbers.items()
    }
    return replace(report, values={**report.values, **values})


@pytest.mark.parametrize("version", ["form2019", "form2021"])
def test_a_sound_report_has_no_hint(version: str) -> None:
    """Nothing is guessed where every sum holds."""
    assert hints(make.report(version)) == ()


def test_a_wrong_figure_is_named_with_the_number_that_fits() -> None:
    """A cell of table three stands where a failing row and a failing column cross."""
    sound = make.report()
    number = sound.values[RECEIVED].number or 0
    (hint,) = hints(changed(sound, {RECEIVED: number + 1}))
    assert hint.decided
    assert hint.instances == ("T3-ROW-received", "T3-BAL-natural_person")
    (suspect,) = hint.suspects
    (change,) = suspect.changes
    assert (change.cell, change.printed, change.value) == (RECEIVED, number + 1, number)
    assert suspect.cause is Cause.OFF_BY_ONE
