"""Error localisation: what was changed in a sound report is found, or it is said why not."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plant import KINDS, VERSIONS, completed, planted, sound

from gongkai.checks import check, localise
from gongkai.forms import forms
from gongkai.model import (
    Cause,
    CellId,
    Finding,
    Hint,
    Locus,
    Number,
    Published,
    Remark,
    RemarkKind,
    Report,
    Status,
    Suspect,
    Value,
)

CASES = tomllib.loads((Path(__file__).parent / "localise.toml").read_text(encoding="utf-8"))["case"]
FAMILIES = {identity.family for form in forms() for identity in form.identities}


def hints(report: Report) -> tuple[Hint, ...]:
    """What is guessed from the findings of the report."""
    return localise(report, check(report))


def failing(report: Report) -> set[str]:
    """The sums that fail."""
    return {f.instance for f in check(report) if f.fails and f.check in FAMILIES}


def cell(text: str) -> CellId:
    """The cell that a case calls `row/column`."""
    row, column = text.split("/")
    disputes = row in {"review", "suit_direct", "suit_after_review"}
    return CellId("disputes" if disputes else "requests", row, column)


def value(text: str | int) -> Value:
    """What a case prints in a cell."""
    locus = Locus(make.FILE, line=1)
    if isinstance(text, int) or text == "":
        return make.value(text if isinstance(text, int) else None)
    if text == "?":
        return Value(None, Status.AMBIGUOUS, "8", locus=locus)
    if text[0] == "#":
        return Value(int(text[1:]), Status.NUMBER, text[1:], locus=locus, confidence=0.95)
    return Value(None, Status.AMBIGUOUS, text[1:], locus=locus, confidence=0.4)


def report_of(case: dict[str, Any]) -> Report:
    """The report of a case, sound but for what is printed wrong."""
    version = case.get("form", "form2021")
    figures = {cell(name): number for name, number in case["figures"].items()}
    report = make.report(version, numbers=completed(version, figures))
    assert failing(report) == set()
    values = {cell(name): value(text) for name, text in case["printed"].items()}
    misread = [
        Remark(RemarkKind.LIKELY_MISREADING, at.table, Locus(make.FILE), one.raw, (at,))
        for at, one in values.items()
        if one.confidence is not None and one.number is None
    ]
    return replace(report, values={**report.values, **values}, remarks=tuple(misread))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_hint_names_the_change_its_cause_and_its_rivals(case: dict[str, Any]) -> None:
    """Each case of `localise.toml`."""
    found = hints(report_of(case))
    assert len(found) == case.get("hints", 1)
    if not found:
        return
    hint = found[0]
    assert list(hint.instances) == case.get("instances", list(hint.instances))
    assert hint.count == case.get("count", 1)
    assert hint.decided is (hint.count == 1)
    changes = hint.suspects[0].changes if hint.suspects else ()
    assert {c.cell: c.value for c in changes} == {
        cell(name): number for name, number in case.get("changes", {}).items()
    }
    assert [str(c.cause or "") for c in changes] == case.get("causes", [])
    assert case.get("says", "") in hint.message
    assert case.get("says_en", "") in hint.message_en


def test_every_cause_has_a_case() -> None:
    """No member of the closed list is only there for show."""
    assert {c for case in CASES for c in case.get("causes", ())} >= set(Cause)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sound_report_has_no_hint(version: str) -> None:
    """Nothing is guessed where every sum holds."""
    assert hints(make.report(version)) == ()


def dice(seed: int) -> Random:
    """The same throws for the same seed."""
    return Random(seed)  # noqa: S311  # invented reports, no secret


def changed(report: Report, suspect: Suspect) -> Report:
    """The report as it would be with an explanation."""
    numbers: dict[CellId, Number] = {c.cell: c.value for c in suspect.changes}
    values = {at: make.value(number) for at, number in numbers.items()}
    return replace(report, values={**report.values, **values})


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32), version=st.sampled_from(VERSIONS), kind=st.sampled_from([*KINDS])
)
def test_with_any_explanation_no_sum_fails(seed: int, version: str, kind: str) -> None:
    """What a hint lists makes all its sums hold and breaks none, whatever the slip was."""
    made = planted(dice(seed), version, kind)
    if made is None:
        return
    before = failing(made.report)
    for hint in hints(made.report):
        mended = {i for i in hint.instances if i.rpartition("-")[0] in FAMILIES}
        assert len(hint.suspects) == min(hint.count, 10)
        for suspect in hint.suspects:
            assert failing(changed(made.report, suspect)) == before - set(hint.instances), mended


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32), version=st.sampled_from(VERSIONS), kind=st.sampled_from([*KINDS])
)
def test_a_single_cell_named_as_the_only_one_is_the_changed_one(
    seed: int, version: str, kind: str
) -> None:
    """After one changed cell no other is ever decided on, and a hint says that it is not alone."""
    made = planted(dice(seed), version, kind)
    if made is None or len(made.truth) > 1:
        return
    for hint in hints(made.report):
        if hint.decided:
            assert [c.cell for c in hint.suspects[0].changes] == [*made.truth]


PRINTED = st.one_of(
    st.builds(make.value, st.integers(-20, 20)),
    st.builds(make.value, st.decimals(-2, 20, places=1)),
    st.sampled_from([Value(None, status, "x") for status in Status]),
)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    version=st.sampled_from(VERSIONS),
    printed=st.lists(st.tuples(st.integers(0, 170), PRINTED), max_size=6),
)
def test_whatever_is_printed_a_hint_fits(
    seed: int, version: str, printed: list[tuple[int, Value]]
) -> None:
    """Decimals, negative figures, marks and words do no harm, and what is listed is a count."""
    report = make.report(version, numbers=sound(dice(seed), version))
    cells = [at for at in report.values if at.table != "disclosure"]
    report = replace(report, values={**report.values, **{cells[n]: v for n, v in printed}})
    before = failing(report)
    for hint in hints(report):
        for suspect in hint.suspects:
            assert failing(changed(report, suspect)) == before - set(hint.instances)
            assert all(type(c.value) is int and c.value >= 0 for c in suspect.changes)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), version=st.sampled_from(VERSIONS))
def test_planted_reports_are_sound_before(seed: int, version: str) -> None:
    """What the slips are planted in has no failing sum of its own."""
    assert failing(make.report(version, numbers=sound(dice(seed), version))) == set()


def test_a_hint_stands_beside_the_first_failure_it_explains() -> None:
    """Each hint is shown once, though it explains several failures."""
    case = next(c for c in CASES if c["name"] == "two groups of sums have a hint each")
    report = report_of(case)
    findings = check(report)
    one = Published(report, findings, hints=localise(report, findings))

    def beside(finding: Finding) -> Hint | None:
        return one.hint_beside(finding)

    shown = {f.instance: beside(f) for f in one.failures if beside(f) is not None}
    assert list(shown) == ["T3-SUM-natural_person", "T4-SUM-review"]
    assert tuple(shown.values()) == one.hints
