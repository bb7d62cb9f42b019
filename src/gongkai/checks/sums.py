"""The sums that must hold, as the forms state them: T3-ROW, T3-SUM, T3-BAL and T4-SUM.

Blanks and marks are read as 0 and said to be so. A sum is not judged where a cell is uncertain,
missing or text, or where one side is wholly blank and the other is not 0: then nobody can say
whether the agency made a slip. A table that is absent yields nothing. Which cells make a sum is
the business of `forms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    column_name,
    digits,
    form_of,
    place_of,
    printed,
    printed_en,
    row_name,
    value_of,
    variable_of,
)
from gongkai.checks.rule import severity_of
from gongkai.model import CellId, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Identity, Number, Report, Value

# A side of more terms is told by the terms that are not 0.
_FEW = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A cell of a sum with its label along the sum; `minus`: it is taken away."""

    value: Value
    label: str
    label_en: str
    minus: bool = False

    @property
    def counts(self) -> bool:
        """Whether it can change the sum (an uncertain cell can)."""
        return bool(self.value.number) or self.value.status in UNUSABLE


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sum. `whole`: a message names every term, however many there are."""

    terms: tuple[Term, ...]
    whole: bool = False

    @property
    def number(self) -> Number:
        """The sum with blanks and marks read as 0."""
        numbers = ((t.value.number, t.minus) for t in self.terms)
        return sum(-n if minus else n for n, minus in numbers if n is not None)

    @property
    def is_blank(self) -> bool:
        """Whether it has no number at all."""
        return all(t.value.number is None for t in self.terms)

    @property
    def is_usable(self) -> bool:
        """Whether no cell is uncertain, missing or text."""
        return all(t.value.status not in UNUSABLE for t in self.terms)

    @property
    def is_told_whole(self) -> bool:
        """Whether a message names every term."""
        return self.whole or len(self.terms) <= _FEW

    @property
    def shown(self) -> tuple[Term, ...]:
        """The terms that a message names."""
        if self.is_told_whole:
            return self.terms
        return tuple(t for t in self.terms if t.counts)


def check_t3_row(report: Report) -> Iterator[Finding]:
    """总计 = Σ of the six kinds of applicants, for each row of table three."""
    return _check_family(report, "T3-ROW")


def check_t3_sum(report: Report) -> Iterator[Finding]:
    """（七）总计 = Σ of all outcomes, for each column of table three."""
    return _check_family(report, "T3-SUM")


def check_t3_bal(report: Report) -> Iterator[Finding]:
    """New + carried in = processed + carried out, the note in the corner of table three."""
    return _check_family(report, "T3-BAL")


def check_t4_sum(report: Report) -> Iterator[Finding]:
    """总计 = Σ of the four outcomes, for each channel of table four."""
    return _check_family(report, "T4-SUM")


def _check_family(report: Report, family: str) -> Iterator[Finding]:
    for table, version in report.tables.items():
        for identity in form_of(version).identities:
            if identity.family == family and identity.left[0].table == table:
                yield judge(report, identity)


def judge(report: Report, identity: Identity) -> Finding:
    """How an identity ends for a report that has its table."""
    left, right = _side(report, identity, identity.left), _side(report, identity, identity.right)
    cells = identity.left + identity.right
    verdict = verdict_of(left, right)
    place = place_of(report, cells)
    message, message_en = _words(report, identity, (left, right), verdict)
    return Finding(
        check=identity.family,
        instance=identity.id,
        verdict=verdict,
        severity=severity_of(identity.family),
        message=message,
        message_en=message_en,
        locus=place.locus,
        cells=cells,
        left=told(left, verdict),
        right=told(right, verdict),
        expression=expression_of(left, right, verdict),
        blanks=tuple(c for c in cells if reads_as_zero(value_of(report, c))),
    )


def reads_as_zero(value: Value) -> bool:
    """Whether it is a blank or a mark, which sums read as 0."""
    return value.number is None and value.status not in UNUSABLE


def verdict_of(left: Side, right: Side) -> Verdict:
    """How the comparison of two sides ends."""
    if not (left.is_usable and right.is_usable):
        return Verdict.NOT_EVALUABLE
    if left.number != right.number:
        blank = left.is_blank or right.is_blank
        return Verdict.NOT_EVALUABLE if blank else Verdict.FAIL
    blanks = any(t.value.number is None for t in left.terms + right.terms)
    return Verdict.PASS_BLANK_AS_ZERO if blanks else Verdict.PASS


def told(side: Side, verdict: Verdict) -> Number | None:
    """The sum of a side, or None where it is not known."""
    unknown = verdict is Verdict.NOT_EVALUABLE and (side.is_blank or not side.is_usable)
    return None if unknown else side.number


def _along_columns(identity: Identity) -> bool:
    """Whether the sum runs down one column (its terms are rows)."""
    return len({cell.column for cell in identity.left + identity.right}) == 1


def _side(report: Report, identity: Identity, cells: tuple[CellId, ...]) -> Side:
    terms = []
    along_columns = _along_columns(identity)
    for cell in cells:
        variable = variable_of(report, cell)
        if along_columns:
            label, label_en = row_name(variable), variable.row.label_en
        else:
            label, label_en = column_name(variable.column), variable.column.label_en
        terms.append(Term(value_of(report, cell), label, label_en))
    return Side(tuple(terms))


def _joined(terms: Iterable[tuple[str, bool]]) -> str:
    """The terms with the signs between them."""
    return "".join(
        f"{('' if not at else ' − ' if minus else ' + ')}{text}"
        for at, (text, minus) in enumerate(terms)
    )


def expression_of(left: Side, right: Side, verdict: Verdict) -> str:
    """The arithmetic alone: 9 + 0 ≠ 8 + 0."""
    sign = {Verdict.FAIL: "≠", Verdict.NOT_EVALUABLE: "与"}.get(verdict, "=")
    sides = [_joined((printed(t.value), t.minus) for t in s.shown) or "0" for s in (left, right)]
    return f"{sides[0]} {sign} {sides[1]}"


def _words(
    report: Report, identity: Identity, sides: tuple[Side, Side], verdict: Verdict
) -> tuple[str, str]:
    """The message in Chinese and in English."""
    variable = variable_of(report, identity.left[0])
    if _along_columns(identity):
        about, about_en = column_name(variable.column), variable.column.label_en
    else:
        about, about_en = row_name(variable), variable.row.label_en
    end, end_en = ending(sides, verdict)
    left, right = (terms_of(side) for side in sides)
    left_en, right_en = (terms_of_en(side) for side in sides)
    return (
        f"{about}：{left}，{right}，{end}。",
        f"{about_en}: {left_en}; {right_en}; {end_en}.",
    )


def terms_of(side: Side) -> str:
    """The terms of a side with their labels, and their sum."""
    terms = _joined((f"{t.label} {printed(t.value)}", t.minus) for t in side.shown)
    total = f" = {digits(side.number)}" if len(side.shown) > 1 and side.is_usable else ""
    if side.is_told_whole:
        return terms + total
    return f"各项相加：{terms}{total}" if terms else "各项相加为 0"


def terms_of_en(side: Side) -> str:
    """`terms_of` in English."""
    terms = _joined((f"{t.label_en} {printed_en(t.value)}", t.minus) for t in side.shown)
    total = f" = {digits(side.number)}" if len(side.shown) > 1 and side.is_usable else ""
    if side.is_told_whole:
        return terms + total
    return f"the parts add up to: {terms}{total}" if terms else "the parts add up to 0"


def ending(sides: tuple[Side, Side], verdict: Verdict) -> tuple[str, str]:
    """How a message on two sides ends, in Chinese and in English."""
    left, right = sides
    if verdict is Verdict.PASS:
        return "相符", "they agree"
    if verdict is Verdict.PASS_BLANK_AS_ZERO:
        return "空白和横线等按 0 计时相符", "they agree if blanks and marks are read as 0"
    if verdict is Verdict.FAIL:
        delta = digits(max(left.number, right.number) - min(left.number, right.number))
        return f"相差 {delta}", f"they differ by {delta}"
    if left.is_usable and right.is_usable:
        return "一边全是空白，无法核对", "one side is wholly blank, so it cannot be checked"
    return "有的格存疑、缺失或不是数字，无法核对", "a cell is uncertain, missing or no number"
