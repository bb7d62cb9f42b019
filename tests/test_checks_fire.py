"""Change one cell of a sound report, and exactly the related identities fire."""

from __future__ import annotations

from dataclasses import replace

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.checks import CHECKS, check
from gongkai.forms import variables
from gongkai.model import CellId, Report, Severity, Status, Value, Verdict

FORMS = ("form2019", "form2021")
#: The checks that judge the sums of the forms.
FAMILIES = frozenset(i.family for version in FORMS for i in make.form(version).identities)
APPLICANTS = tuple(c.id for c in make.form().tables[1].items[0].columns if c.id != "total")


def fired(report: Report) -> set[str]:
    """The sums that fail."""
    return {
        found.instance
        for name in FAMILIES
        for found in CHECKS[name].function(report)
        if found.fails
    }


def changed(report: Report, cell: CellId, value: Value) -> Report:
    """The report with another value in one cell."""
    return replace(report, values=report.values | {cell: value})


@pytest.mark.parametrize("version", FORMS)
def test_a_changed_cell_fires_exactly_its_identities(version: str) -> None:
    """One more in any cell breaks every sum it takes part in, and no other."""
    sound = make.report(version)
    assert fired(sound) == set()
    for variable in variables(version):
        old = sound.values[variable.cell]
        assert old.number is not None
        after = changed(sound, variable.cell, make.value(old.number + 1))
        assert fired(after) == set(variable.identities), variable.name


@pytest.mark.parametrize("version", FORMS)
@pytest.mark.parametrize("status", [Status.AMBIGUOUS, Status.MISSING, Status.TEXT])
def test_an_uncertain_cell_fires_nothing(version: str, status: Status) -> None:
    """The sums of a cell that is uncertain, missing or text are not judged; all others pass."""
    sound = make.report(version)
    for variable in variables(version)[::9]:
        after = changed(sound, variable.cell, Value(None, status, "看不清"))
        verdicts = {
            found.instance: found.verdict
            for name in FAMILIES
            for found in CHECKS[name].function(after)
        }
        assert {k for k, v in verdicts.items() if v is Verdict.NOT_EVALUABLE} == set(
            variable.identities
        )
        assert Verdict.FAIL not in verdicts.values()


@st.composite
def sound_reports(draw: st.DrawFn) -> Report:
    """A report with arbitrary figures for which every sum holds."""
    version = draw(st.sampled_from(FORMS))
    counts = st.integers(0, 10**6)
    numbers = {cell: draw(counts) for cell in make.figures(version) if cell.table != "disclosure"}
    form = make.form(version)
    rows = form.tables[1].items[0].rows
    for column in APPLICANTS:
        done = sum(numbers[CellId("requests", r.id, column)] for r in rows if r.outcome)
        out = numbers[CellId("requests", "pending_end", column)]
        carried = draw(st.integers(0, done + out))
        numbers[CellId("requests", "processed_total", column)] = done
        numbers[CellId("requests", "pending_start", column)] = carried
        numbers[CellId("requests", "received", column)] = done + out - carried
    for identity in form.identities:
        if identity.left[0].column == "total" and identity.family in {"T3-ROW", "T4-SUM"}:
            numbers[identity.left[0]] = sum(numbers[cell] for cell in identity.right)
    return make.report(version, numbers=numbers)


@settings(max_examples=20, deadline=None)
@given(report=sound_reports(), blank=st.booleans())
def test_a_sound_report_has_no_failure(report: Report, blank: bool) -> None:  # noqa: FBT001
    """Sums that hold never fail, nor do they if every zero is left blank."""
    assert [f.instance for f in check(report) if f.fails] == []
    if blank:
        values = {
            cell: replace(value, number=None, status=Status.BLANK, raw="")
            if value.status is Status.ZERO
            else value
            for cell, value in report.values.items()
        }
        found = check(replace(report, values=values))
        assert [f.instance for f in found if f.fails and f.severity is Severity.ERROR] == []
