"""What the text of a report claims, and how it is held against the tables."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.checks.narrative import NARRATIVE
from gongkai.checks.narrative.claims import read_claims
from gongkai.checks.narrative.judgements import claims_of
from gongkai.checks.narrative.numbers import counts_in
from gongkai.checks.narrative.sentences import passages
from gongkai.model import CellId, Locus, Paragraph, Title, Verdict

if TYPE_CHECKING:
    from gongkai.model import Finding, Report

CLAIMS = Path(__file__).parent / "narrative" / "claims.toml"
SENTENCES = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["case"]


def said(*lines: str, agency: str = "示例市统计局", year: int = 2023) -> Report:
    """A report of that year with these lines in its first section and no other text."""
    report = make.report("form2021", year=year or None)
    paragraphs = tuple(Paragraph(text, Locus("f", line=at)) for at, text in enumerate(lines, 1))
    title = Title(f"{agency}年度报告", agency or None, year or None, None)
    bare = [replace(s, paragraphs=()) for s in report.sections]
    bare[0] = replace(bare[0], paragraphs=paragraphs)
    return replace(report, entry=None, title=title, sections=tuple(bare), preamble=())


def test_a_quotation_is_as_printed() -> None:
    """Widths, blanks, separators and titles stay; what cannot be found again is given as it is."""
    (passage,) = passages(said("我局按照《条例》的要求，共收到 申请1,440件。"))
    folded = "我局按照《》的要求,共收到申请1440件"
    assert passage.text.startswith(folded)
    assert passage.printed(folded) == "我局按照《条例》的要求，共收到 申请1,440件"
    assert passage.printed("没有写过的话") == "没有写过的话"
    assert passage.printed(",") == ","


def claimed(report: Report) -> list[str]:
    """The claims as "fact number"."""
    return [f"{claim.fact.name} {claim.count.value}" for claim in read_claims(report)]


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["text"])
def test_exactly_what_a_sentence_claims_is_read(case: dict[str, Any]) -> None:
    """Claims in usual wordings are read, sentences that count something else are left alone."""
    report = said(case["text"], **{k: case[k] for k in ("agency", "year") if k in case})
    assert claimed(report) == case["claims"]


def judged(report: Report) -> list[Finding]:
    """What all checks of the text say."""
    return [found for function in NARRATIVE.values() for found in function(report)]


#: Cells that are added up, and how a sentence may say what they come to.
SAYINGS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (
        ("requests/received/total",),
        ("我局共收到政府信息公开申请{}件", "新收依申请公开申请{}件", "受理政府信息公开申请{}宗"),
    ),
    (
        ("requests/received/total", "requests/pending_start/total"),
        ("办理政府信息公开申请{}件", "共受理依申请公开{}件"),
    ),
    (("requests/pending_start/total",), ("含上年度结转申请{}件", "上年结转{}件")),
    (("requests/processed_total/total",), ("依申请公开答复{}件", "办结政府信息公开申请{}件")),
    (
        ("requests/pending_end/total",),
        ("{}件政府信息公开申请结转下年办理", "依申请公开顺延至下年度{}件"),
    ),
    (("requests/granted/total",), ("予以公开{}件", "{}件予以公开")),
    (("requests/granted_partial/total",), ("部分公开{}件", "作出部分公开决定{}件")),
    (("requests/received/natural_person",), ("其中自然人申请{}件", "来自自然人的{}件")),
    (("disputes/review/total",), ("因信息公开引发的行政复议{}件", "被申请行政复议{}起")),
    (
        ("disputes/suit_direct/total", "disputes/suit_after_review/total"),
        ("被提起行政诉讼{}件", "政府信息公开行政诉讼{}件"),
    ),
    (("disclosure/normative_docs/in_force",), ("现行有效行政规范性文件{}件",)),
    (("disclosure/penalty/decisions",), ("办理行政处罚{}件", "作出行政处罚决定{}件")),
]


@st.composite
def matching(draw: st.DrawFn) -> tuple[dict[str, int], list[str], list[int]]:
    """Numbers for the cells that are spoken of, sentences about them, and which are meant."""
    cells = sorted({name for names, _ in SAYINGS for name in names})
    numbers = {name: draw(st.integers(0, 30_000)) for name in cells}
    chosen = draw(st.lists(st.integers(0, len(SAYINGS) - 1), min_size=1, unique=True))
    clauses = [draw(st.sampled_from(SAYINGS[at][1])) for at in chosen]
    return numbers, clauses, chosen


def told(numbers: dict[str, int], clauses: list[str], amounts: list[int]) -> Report:
    """A report with these numbers in its tables and these clauses in its text."""
    report = said("2023年，" + "，".join(map(str.format, clauses, amounts)) + "。")
    values = {CellId(*name.split("/")): make.value(number) for name, number in numbers.items()}
    return replace(report, values=report.values | values)


@settings(max_examples=60, deadline=None)
@given(drawn=matching())
def test_a_report_whose_text_repeats_its_tables_never_fires(
    drawn: tuple[dict[str, int], list[str], list[int]],
) -> None:
    """Every claim is found, each passes, and nothing else is said."""
    numbers, clauses, chosen = drawn
    amounts = [sum(numbers[name] for name in SAYINGS[at][0]) for at in chosen]
    found = judged(told(numbers, clauses, amounts))
    assert len(found) == len(chosen)
    assert {f.verdict for f in found} == {Verdict.PASS}


@settings(max_examples=60, deadline=None)
@given(drawn=matching())
def test_a_report_whose_text_differs_from_its_tables_fires(
    drawn: tuple[dict[str, int], list[str], list[int]],
) -> None:
    """A figure beyond all readings is a conflict, and each finding quotes its own clause."""
    numbers, clauses, chosen = drawn
    amounts = [1_000_000 + at for at in range(len(chosen))]
    found = judged(told(numbers, clauses, amounts))
    assert {f.verdict for f in found} == {Verdict.FAIL}
    assert sorted(f.left for f in found if f.left is not None) == amounts
    assert all(str(f.left) in f.message and "≠" in f.expression for f in found)


def test_a_claim_is_placed_in_the_line_in_which_its_figure_stands() -> None:
    """Lines of a page are one sentence; a heading and a numbered line are not joined to it."""
    report = said(
        "（二）依申请公开情况",
        "2023年，本机关认真做好依申请公开工作，按照规定的程序办理，共收到政府信息公",
        "开申请32件，",
        "答复31件。",
        "1.平台建设。",
    )
    claims = list(read_claims(report))
    assert [(c.fact.name, c.locus.line) for c in claims] == [("received", 3), ("processed", 4)]
    assert [p.text[:4] for p in passages(report)] == ["(二)依", "2023", "1.平台"]


def test_a_heading_says_what_the_text_below_is_about() -> None:
    """收到5件 means requests under a heading on requests, and not under one on letters."""
    assert claimed(said("（二）依申请公开情况", "全年收到5件，办结5件。")) == [
        "received 5",
        "processed 5",
    ]
    assert claimed(said("（四）网民留言办理情况", "全年收到5件，办结5件。")) == []
    assert claimed(said("（四）热线接到工单30件。", "办结28件。")) == []
    assert claimed(said("依申请公开有序进行。", "办结28件。")) == ["processed 28"]


def test_what_a_section_is_about_is_known() -> None:
    """收到5件 in the section on requests means requests."""
    report = said("")
    sections = tuple(
        replace(s, paragraphs=(Paragraph("全年收到5件。", Locus("f", line=1)),))
        if s.id == "requests"
        else s
        for s in report.sections
    )
    assert claimed(replace(report, sections=sections)) == ["received 5"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("收到三十二件", [32]),
        ("两件和十五件", [2, 15]),
        ("一千二百零三件", [1203]),
        ("零件", [0]),
        ("1.2万件", [12000]),
        ("二二十件", []),
        ("3.5件", []),
        ("约5件", []),
        ("5余件", []),
        ("第5件", []),
        ("5件次", []),
    ],
)
def test_counts_are_read_as_text_writes_them(text: str, values: list[int]) -> None:
    """Digits, Chinese numerals and 万; what is no exact count is none."""
    assert [count.value for count in counts_in(text)] == values


def test_a_rounded_count_agrees_with_what_it_may_be_rounded_from() -> None:
    """1.2万 stands for 11,001 to 12,999."""
    (count,) = counts_in("1.2万件")
    assert [n for n in (11_000, 11_001, 12_999, 13_000) if count.agrees(n)] == [11_001, 12_999]


def test_claims_are_those_of_the_report_that_is_asked_for() -> None:
    """Reports that are equal are still told apart, and a report is read once."""
    one, other = said("予以公开2件。"), said("予以公开2件。")
    assert claims_of(one) is claims_of(one)
    assert claims_of(other) is not claims_of(one)


def test_a_total_left_blank_is_what_it_is_the_total_of() -> None:
    """A blank total is added up from its row; an uncertain cell among them leaves it open."""
    report = said("我局共收到政府信息公开申请441件。")
    total = CellId("requests", "received", "total")
    values = report.values | {total: make.value(None)}
    (found,) = judged(replace(report, values=values))
    assert (found.verdict, found.right) == (Verdict.PASS, 441)
    assert total not in found.cells


def test_a_clause_without_end_is_left_alone() -> None:
    """Text without marks is no clause that anybody wrote."""
    assert claimed(said("政府信息公开" * 20 + "申请5件")) == []


def test_text_made_to_be_slow_is_read_in_linear_time() -> None:
    """Claims and cues without end and without marks: each is looked at once, near its place."""
    assert len(claimed(said("政府信息公开申请答复5件，" * 1000))) == 1000
    assert claimed(said("无政府信息公开的" * 5000)) == []
    assert claimed(said("未发生行政复议、" * 5000)) == []
