"""Figures recognised from a picture: believed for themselves, confirmed by sums, or in doubt."""

from __future__ import annotations

from dataclasses import replace

import make
import pytest
from printers import Sheet

from gongkai.checks import check
from gongkai.model import Block, CellId, Document, Grid, RemarkKind, Report, Status
from gongkai.parse import parse
from gongkai.parse.certainty import THRESHOLD, settle
from gongkai.tidy import tidy
from print_blocks import Layout, print_blocks

UNSURE = THRESHOLD - 0.1


def read_scan(unsure: dict[str, str], changed: dict[str, str] | None = None) -> Report:
    """A sound report as a scan; `unsure` cells are recognised as given, without certainty.

    `changed` are cells that the agency printed otherwise.
    """
    cells = {cell: str(n) for cell, n in make.figures().items()}
    cells.update({CellId(*name.split("/")): text for name, text in (changed or {}).items()})
    marked = {CellId(*name.split("/")): f"{text}≈" for name, text in unsure.items()}
    document = print_blocks(Sheet(make.form(), cells | marked), Layout())
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            rows = tuple(
                tuple(
                    replace(
                        c,
                        text=c.text.removesuffix("≈"),
                        confidence=UNSURE if c.text.endswith("≈") else 0.99,
                    )
                    for c in row
                )
                for row in block.rows
            )
            blocks.append(replace(block, rows=rows))
        else:
            blocks.append(block)
    return parse(tidy(Document(document.source, tuple(blocks))))


def status(report: Report, name: str) -> tuple[object, str]:
    """Number and status of a cell."""
    value = report.values[CellId(*name.split("/"))]
    return value.number, value.status.value


def kinds(report: Report) -> set[RemarkKind]:
    """The kinds of the remarks."""
    return {remark.kind for remark in report.remarks}


def test_a_certain_figure_is_believed() -> None:
    """Every value keeps its certainty."""
    report = read_scan({})
    assert {v.confidence for v in report.values.values()} == {0.99}
    assert kinds(report) == set()


def test_an_uncertain_figure_that_a_sum_confirms_is_believed() -> None:
    """Its row and its column add up with it."""
    name = "requests/granted/natural_person"
    want = make.figures()[CellId(*name.split("/"))]
    report = read_scan({name: str(want)})
    assert status(report, name) == (want, "number" if want else "zero")
    assert report.values[CellId(*name.split("/"))].confidence == UNSURE
    assert kinds(report) == set()


def test_an_uncertain_figure_in_a_sum_that_fails_is_likely_misread() -> None:
    """It is not used, and the finding says why; the raw text is kept."""
    name = "requests/granted/natural_person"
    report = read_scan({name: "88"})
    assert status(report, name) == (None, "ambiguous")
    assert report.values[CellId(*name.split("/"))].raw == "88"
    assert kinds(report) == {RemarkKind.LIKELY_MISREADING}
    (found,) = [f for f in check(report) if "likely_misreading" in f.instance]
    assert "很可能读错了" in found.message


def test_a_certain_figure_in_a_sum_that_fails_stays_as_printed() -> None:
    """The slip is the agency's."""
    name = "requests/granted/natural_person"
    report = read_scan({}, {name: "88"})
    assert status(report, name) == (88, "number")
    assert kinds(report) == set()


def test_an_uncertain_figure_without_a_sum_is_in_doubt() -> None:
    """Table two has no sums."""
    report = read_scan({"disclosure/licensing/decisions": "110"})
    assert status(report, "disclosure/licensing/decisions") == (None, "ambiguous")
    assert kinds(report) == {RemarkKind.UNCLEAR_FIGURE}


def test_two_uncertain_figures_do_not_confirm_each_other() -> None:
    """The same glyph may be misread twice in one sum; other sums may still tell."""
    row = [CellId("disputes", "review", c) for c in ("upheld", "total")]
    same = {str(cell): str(make.figures()[cell]) for cell in row}
    report = read_scan(same)
    assert {status(report, name)[1] for name in same} == {"ambiguous"}
    crossing = ["requests/granted/natural_person", "requests/granted/commercial_enterprise"]
    figures = {name: str(make.figures()[CellId(*name.split("/"))]) for name in crossing}
    report = read_scan(figures)
    assert {name: str(status(report, name)[0]) for name in crossing} == figures


def test_ink_that_could_not_be_read_is_neither_blank_nor_zero() -> None:
    """A question mark stands for it, and the sums with it cannot be judged."""
    report = read_scan({"disputes/review/upheld": "?"})
    assert status(report, "disputes/review/upheld") == (None, "ambiguous")


@pytest.mark.parametrize("total", ["", "0"])
def test_a_sum_with_a_blank_side_confirms_nothing_unless_it_is_zero(total: str) -> None:
    """Blank parts against a total that is not 0 cannot be told."""
    blank = {f"disputes/review/{c}": "" for c in ("overturned", "other_outcome", "pending")}
    report = read_scan({"disputes/review/upheld": "3"}, {**blank, "disputes/review/total": total})
    assert status(report, "disputes/review/upheld")[1] == "ambiguous"


def test_values_of_formats_with_text_are_left_alone() -> None:
    """They have no certainty to be judged by."""
    values = dict(make.report().values)
    assert settle(values, make.form().identities) == (values, [])
    assert all(v.status is not Status.AMBIGUOUS for v in values.values())
