"""Closed lists agree with the types they name."""

from __future__ import annotations

import pytest

from gongkai.model import Cause, Severity, Status, Verdict
from gongkai.vocabulary import label, terms


@pytest.mark.parametrize(
    ("kind", "members"),
    [("statuses", Status), ("severities", Severity), ("verdicts", Verdict), ("causes", Cause)],
)
def test_a_list_names_every_member_of_its_type_in_order(kind: str, members: type[Status]) -> None:
    """No status, severity or verdict is without a name."""
    assert list(terms(kind)) == [str(member) for member in members]


def test_a_figure_of_the_panel_has_the_statuses_of_a_cell() -> None:
    """A printed figure is called the same in the panel; what only sums have comes after."""
    own = terms("statuses").values()
    assert list(terms("panel_statuses").values())[: len(own)] == list(own)


def test_names_are_chinese_and_english_and_differ() -> None:
    """Two members of a list are never called the same."""
    for kind in (
        "statuses",
        "severities",
        "verdicts",
        "causes",
        "levels",
        "region_kinds",
        "name_kinds",
        "coverage",
        "scopes",
        "transcriptions",
        "classifications",
        "panel_statuses",
        "rate_statuses",
        "comparability",
        "break_kinds",
        "break_shapes",
    ):
        found = terms(kind).values()
        assert len({t.label for t in found}) == len({t.label_en for t in found}) == len(found)
        assert all(t.label_en.isascii() for t in found)
    assert label("levels", "county") == "县级"
    with pytest.raises(KeyError):
        label("levels", "none")
