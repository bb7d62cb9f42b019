"""Table three, 收到和处理政府信息公开申请情况, beside its sums: T3-NEG to T3-ZEROTOTAL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    digits,
    number_of,
    place_of,
    row_place,
    rows_of,
    value_of,
)
from gongkai.checks.counts import find_all_blank, find_impossible
from gongkai.checks.rule import fail
from gongkai.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import CellId, Finding, Report

TABLE = "requests"


def check_t3_neg(report: Report) -> Iterator[Finding]:
    """Every number is whole and not negative."""
    return find_impossible(report, TABLE, "T3-NEG")


def check_t3_all_blank(report: Report) -> Iterator[Finding]:
    """The table is there, without a number."""
    return find_all_blank(report, TABLE, "T3-ALLBLANK")


def check_t3_mix(report: Report) -> Iterator[Finding]:
    """Some cells of a row are blank, others have numbers. One finding for all such rows."""
    blank: list[CellId] = []
    rows = []
    for cells in rows_of(report, TABLE).values():
        own = [c for c in cells if value_of(report, c).status is Status.BLANK]
        if own and any(number_of(report, c) is not None for c in cells):
            blank += own
            rows.append(row_place(report, own[0])[0])
    if blank:
        yield fail(
            "T3-MIX",
            "",
            f"{len(rows)} 行中有的格填了数、有的格空白（共 {len(blank)} 格），"
            f"空白照录，不当作 0：{'、'.join(rows)}。",
            f"{len(blank)} cells are blank in {len(rows)} rows that have numbers elsewhere.",
            place_of(report, blank),
        )


def check_t3_zero_total(report: Report) -> Iterator[Finding]:
    """The total of a row is 0 although its parts are not: the commonest slip.

    Totals left blank are a habit of the whole table and make one finding.
    """
    blank: list[CellId] = []
    for row, cells in rows_of(report, TABLE).items():
        *parts, last = cells
        total = value_of(report, last)
        numbers = [n for n in (number_of(report, c) for c in parts) if n is not None]
        if total.number or total.status in UNUSABLE or not any(n > 0 for n in numbers):
            continue
        if total.number is None:
            blank.append(last)
            continue
        name, name_en = row_place(report, last)
        yield fail(
            "T3-ZEROTOTAL",
            row,
            f"{name}的总计是 0，而前面各栏相加为 {digits(sum(numbers))}，可能漏填了总计。",
            f"The total of {name_en} is 0, but its parts add up to {digits(sum(numbers))}.",
            place_of(report, [last, *parts]),
        )
    if blank:
        names = "、".join(row_place(report, cell)[0] for cell in blank)
        yield fail(
            "T3-ZEROTOTAL",
            "blank",
            f"{len(blank)} 行前面各栏有数，总计却没有填：{names}。",
            f"The totals of {len(blank)} rows are not filled in, although their parts are.",
            place_of(report, blank),
        )
