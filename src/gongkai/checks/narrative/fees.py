"""N-FEE: what the text says of fees, against table two and against itself.

The fee of table two is that for services (行政事业性收费); the fee for requests (信息处理费) stands
in the text alone, in section six and often in section one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.checks.cells import digits, quoted
from gongkai.checks.narrative.judgements import check_claims
from gongkai.checks.narrative.numbers import amounts_in
from gongkai.checks.narrative.sentences import passages
from gongkai.checks.rule import severity_of
from gongkai.model import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.checks.narrative.sentences import Clause
    from gongkai.model import Locus, Number, Report

_FEE = "信息处理费"
_COLLECTED = re.compile(
    rf"(?:收取|实收|收缴)(?:政府信息公开)?{_FEE}(?:共计?|合计|总额|总金额|金额|为|:)*$"
)
_NONE = re.compile(
    rf"(?:未|没有|没)(?:收取|产生|发生)(?:过)?(?:任何)?(?:政府信息公开)?{_FEE}(?:用)?$"
)
_DOUBTFUL = re.compile(r"通知|应收|累计|历年|上年|去年|减免|其中|退|局|镇|乡")


@dataclass(frozen=True, slots=True)
class _Statement:
    """How much was collected, in the words of the text."""

    number: Number
    quote: str
    locus: Locus


def check_n_fee(report: Report) -> Iterator[Finding]:
    """Fees of table two, and statements on the fee for requests that do not go together."""
    yield from check_claims(report, "N-FEE")
    statements = [
        _Statement(number, passage.printed(clause.text), passage.place(clause.at))
        for passage in passages(report)
        if _FEE in passage.text
        for clause in passage.clauses()
        for number in _collected(clause)
    ]
    for other in statements[1:]:
        if other.number != statements[0].number:
            yield _contradiction(statements[0], other)
            return


def _collected(clause: Clause) -> Iterator[Number]:
    """The yuan that a clause says were collected."""
    if _DOUBTFUL.search(clause.text) is not None:
        return
    if _NONE.search(clause.text) is not None:
        yield 0
    for amount in amounts_in(clause.text):
        if amount.end == len(clause.text) and _COLLECTED.search(clause.text[: amount.start]):
            yield amount.value


def _contradiction(one: _Statement, other: _Statement) -> Finding:
    return Finding(
        check="N-FEE",
        instance="N-FEE-text",
        verdict=Verdict.FAIL,
        severity=severity_of("N-FEE"),
        message=f"文中一处写{quoted(one.quote)}，另一处写{quoted(other.quote)}，两处不一致。",
        message_en=(
            f"The text says {quoted(one.quote)}, and elsewhere {quoted(other.quote)}; "
            "the two do not agree."
        ),
        locus=other.locus,
        left=one.number,
        right=other.number,
        expression=f"{digits(one.number)} ≠ {digits(other.number)}",
    )
