"""Whether what the text claims is what the tables print: the N-* checks of figures.

A claim is a conflict only if it is none of its readings. Blanks and marks count as nothing, and
that is said; cells that are uncertain, missing or text leave the claim open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    bare,
    column_name,
    digits,
    number_of,
    printed,
    quoted,
    row_name,
    rows_of,
    value_of,
    variable_of,
)
from gongkai.checks.narrative.claims import read_claims
from gongkai.checks.rule import severity_of
from gongkai.forms import concept
from gongkai.model import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.checks.narrative.claims import Claim
    from gongkai.checks.narrative.facts import Part, Reading
    from gongkai.model import CellId, Number, Report

_TOTAL = "total"
_GROUP = "@"


def check_claims(report: Report, check: str) -> Iterator[Finding]:
    """A finding for each claim of that check whose cells the report's tables have."""
    times: Counter[str] = Counter()
    for claim in claims_of(report):
        if claim.fact.check != check:
            continue
        tallies = [t for r in claim.fact.readings if (t := _tally(report, r)) is not None]
        if tallies:
            times[claim.section] += 1
            yield _judged(report, claim, tallies, f"{claim.section}-{times[claim.section]}")


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A report as a key: the very object, not one like it."""

    report: Report

    def __hash__(self) -> int:
        return id(self.report)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.report is self.report


@lru_cache(maxsize=1)
def _claims(same: _Same) -> tuple[Claim, ...]:
    return tuple(read_claims(same.report))


def claims_of(report: Report) -> tuple[Claim, ...]:
    """The claims of a report; many checks in turn ask for those of the same one."""
    return _claims(_Same(report))


@dataclass(frozen=True, slots=True)
class _Term:
    """A cell that is counted, and whether it is taken off."""

    cell: CellId
    minus: bool


@dataclass(frozen=True, slots=True)
class _Tally:
    """What the cells of a reading come to."""

    reading: Reading
    terms: tuple[_Term, ...]
    number: Number
    is_usable: bool
    is_blank: bool
    blanks: tuple[CellId, ...]

    @property
    def cells(self) -> tuple[CellId, ...]:
        return tuple(term.cell for term in self.terms)


def _tally(report: Report, reading: Reading) -> _Tally | None:
    """The cells of a reading added up, None if the tables do not have its first part."""
    if not reading[0].cells(report):
        return None
    terms = tuple(
        _Term(counted, part.minus)
        for part in reading
        for cell in part.cells(report)
        for counted in _counted(report, cell)
    )
    values = [(term, value_of(report, term.cell)) for term in terms]
    numbers = [(-v.number if t.minus else v.number) for t, v in values if v.number is not None]
    return _Tally(
        reading=reading,
        terms=terms,
        number=sum(numbers),
        is_usable=all(value.status not in UNUSABLE for _, value in values),
        is_blank=not numbers,
        blanks=tuple(t.cell for t, v in values if v.number is None and v.status not in UNUSABLE),
    )


def _counted(report: Report, cell: CellId) -> tuple[CellId, ...]:
    """The cell; where a total is left blank, what it is the total of."""
    value = value_of(report, cell)
    if cell.column != _TOTAL or value.number is not None or value.status in UNUSABLE:
        return (cell,)
    parts = tuple(c for c in rows_of(report, cell.table)[cell.row] if c.column != _TOTAL)
    filled = any(number_of(report, part) is not None for part in parts)
    return parts if filled else (cell,)


def _judged(report: Report, claim: Claim, tallies: list[_Tally], about: str) -> Finding:
    verdict, tally = _verdict(report, claim, tallies)
    zh, en = _words(report, claim, tallies, (verdict, tally))
    known = tally.is_usable and not tally.is_blank
    return Finding(
        check=claim.fact.check,
        instance=f"{claim.fact.check}-{about}",
        verdict=verdict,
        severity=severity_of(claim.fact.check),
        message=zh,
        message_en=en,
        locus=claim.locus,
        cells=tally.cells,
        left=claim.count.value,
        right=tally.number if known else None,
        expression=_expression(report, claim, verdict, tally),
        blanks=tally.blanks,
    )


def _verdict(report: Report, claim: Claim, tallies: list[_Tally]) -> tuple[Verdict, _Tally]:
    """How a claim ends, and the reading that decides."""
    for tally in tallies:
        if tally.is_usable and claim.count.agrees(tally.number):
            return (Verdict.PASS_BLANK_AS_ZERO if tally.blanks else Verdict.PASS), tally
    first = tallies[0]
    if not all(tally.is_usable for tally in tallies):
        return Verdict.NOT_EVALUABLE, next(t for t in tallies if not t.is_usable)
    table = first.cells[0].table
    cells = [c for row in rows_of(report, table).values() for c in row]
    if all(number_of(report, cell) is None for cell in cells):
        return Verdict.NOT_EVALUABLE, first
    return Verdict.FAIL, first


def _expression(report: Report, claim: Claim, verdict: Verdict, tally: _Tally) -> str:
    """The arithmetic alone: 3646 = 3525 + 121."""
    sign = {Verdict.FAIL: "≠", Verdict.NOT_EVALUABLE: "与"}.get(verdict, "=")
    shown = [t for t in tally.terms if len(tally.terms) == 1 or number_of(report, t.cell) != 0]
    sum_ = "".join(
        f"{' − ' if term.minus else ' + '}{printed(value_of(report, term.cell))}" for term in shown
    ).removeprefix(" + ")
    whole = f" = {digits(tally.number)}" if len(shown) > 1 and tally.is_usable else ""
    return f"{digits(claim.count.value)} {sign} {sum_ or '0'}{whole}"


def _words(
    report: Report, claim: Claim, tallies: list[_Tally], end: tuple[Verdict, _Tally]
) -> tuple[str, str]:
    """The message in Chinese and in English."""
    verdict, tally = end
    told, told_en = _told(report, tally)
    others = [_told(report, t) for t in tallies if t is not tally and t.number != tally.number]
    says, says_en = f"文中写{quoted(claim.quote)}", f"The text says {quoted(claim.quote)}"
    if verdict is Verdict.NOT_EVALUABLE:
        return f"{says}，表中{told}，无法核对。", f"{says_en}; in the tables {told_en}: open."
    if verdict is Verdict.FAIL:
        more = "".join(f"；{zh}" for zh, _ in others)
        more_en = "".join(f"; {en}" for _, en in others)
        return f"{says}，表中{told}{more}。", f"{says_en}; in the tables {told_en}{more_en}."
    note = "（空白和横线等按 0 计）" if verdict is Verdict.PASS_BLANK_AS_ZERO else ""
    note_en = " if blanks and marks are read as 0" if note else ""
    return (
        f"{says}，表中{told}，相符{note}。",
        f"{says_en}; in the tables {told_en}: they agree{note_en}.",
    )


def _told(report: Report, tally: _Tally) -> tuple[str, str]:
    """What the tables print for a reading, with the names of its parts."""
    names = [_name(report, part) for part in tally.reading if part.cells(report)]
    signs = ["减" if part.minus else "加" for part in tally.reading if part.cells(report)]
    name = names[0][0] + "".join(
        f"{sign}{zh}" for sign, (zh, _) in zip(signs[1:], names[1:], strict=True)
    )
    name_en = names[0][1] + "".join(
        f" {'−' if sign == '减' else '+'} {en}"
        for sign, (_, en) in zip(signs[1:], names[1:], strict=True)
    )
    if not tally.is_usable:
        return f"{name}存疑、缺失或不是数字", f"{name_en} is uncertain, missing or no number"
    if tally.is_blank:
        return f"{name}没有填数", f"{name_en} holds no number"
    added = "相加" if len(tally.terms) > 1 and len(names) == 1 else ""
    return f"{name}{added}是 {digits(tally.number)}", f"{name_en} is {digits(tally.number)}"


def _name(report: Report, part: Part) -> tuple[str, str]:
    """What a message calls the cells of a part."""
    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    for cell in part.cells(report):
        variable = variable_of(report, cell)
        group = variable.row.group
        if f"{_GROUP}{group}" in part.rows and group is not None:
            found = concept("groups", group)
            rows[bare(found.label)] = found.label_en
        else:
            rows[row_name(variable)] = variable.row.label_en
        group = variable.column.group
        if f"{_GROUP}{group}" in part.columns and group is not None:
            found = concept("groups", group)
            columns[found.label] = found.label_en
        elif cell.column != _TOTAL:
            columns[column_name(variable.column)] = variable.column.label_en
    zh = "“" + "、".join(rows) + "”" + "".join(f"的“{name}”" for name in columns)
    en = "“" + ", ".join(rows.values()) + "”" + "".join(f" ({name})" for name in columns.values())
    return zh, en
