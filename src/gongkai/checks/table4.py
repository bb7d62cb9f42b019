"""Table four, 政府信息公开行政复议、行政诉讼情况, beside its sums: T4-NEG and T4-ALLBLANK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks.counts import find_all_blank, find_impossible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Finding, Report

TABLE = "disputes"


def check_t4_neg(report: Report) -> Iterator[Finding]:
    """Every number is whole and not negative."""
    return find_impossible(report, TABLE, "T4-NEG")


def check_t4_all_blank(report: Report) -> Iterator[Finding]:
    """The table is there, without a number."""
    return find_all_blank(report, TABLE, "T4-ALLBLANK")
