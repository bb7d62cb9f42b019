"""A region's report beside those of the bodies below it: H-SUM, for information only.

Judged only where the report is known to cover its region, and only beside bodies that name its
agency as the one above them. They are never all known, and not all of them report: that they add up
to less says nothing; that they add up to more does. How many of them took part is always said.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gongkai.checks.cells import cells_of, digits, number_of, place_of, spot, variable_of
from gongkai.checks.rule import severity_of
from gongkai.model import CellId, Elsewhere, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Agency, Corpus, Number, Published

#: What is added up: counts of the year that each body reports for itself.
METRICS: tuple[CellId, ...] = (
    CellId("disclosure", "licensing", "decisions"),
    CellId("disclosure", "penalty", "decisions"),
    CellId("disclosure", "coercion", "decisions"),
    CellId("requests", "received", "total"),
    CellId("requests", "processed_total", "total"),
    CellId("disputes", "review", "total"),
    CellId("disputes", "suit_direct", "total"),
    CellId("disputes", "suit_after_review", "total"),
)
_AGGREGATE = "region_aggregate"
# A sum of more parts is told by its result.
_WRITTEN = 6


def check_h_sum(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """The bodies of a region add up to no more than its report, metric by metric."""
    below: dict[str, list[Agency]] = defaultdict(list)
    for agency in corpus.agencies.values():
        if agency.parent is not None:
            below[agency.parent].append(agency)
    reports = {(one.entry.agency.id, one.entry.year): one for one in corpus.reports}
    for one in corpus.reports:
        children = below[one.entry.agency.id] if one.entry.scope == _AGGREGATE else []
        found = [reports.get((agency.id, one.entry.year)) for agency in children]
        known = sorted((r for r in found if r is not None), key=lambda r: r.entry.report_id)
        for cell in METRICS:
            total = number_of(one.report, cell)
            parts = [part for part in known if number_of(part.report, cell) is not None]
            if total is not None and parts and cell in cells_of(one.report, cell.table):
                yield one.entry.report_id, _summed(one, (cell, total), parts, len(children))


def _summed(
    own: Published, whole: tuple[CellId, Number], parts: Sequence[Published], known: int
) -> Finding:
    """How the bodies below a region add up, and how many of those known took part."""
    cell, total = whole
    numbers = [number_of(part.report, cell) or 0 for part in parts]
    added = sum(numbers)
    where, where_en = spot(own.report, cell)
    verdict, end, end_en = _outcome(total, added)
    place = place_of(own.report, [cell])
    return Finding(
        check="H-SUM",
        instance=f"H-SUM-{variable_of(own.report, cell).name}",
        verdict=verdict,
        severity=severity_of("H-SUM"),
        message=f"{where}：本地区的报告写 {digits(total)}，已知下级机关 {known} 个，"
        f"有这个数的 {len(parts)} 个，相加 {digits(added)}，{end}。",
        message_en=f"{where_en}: {digits(total)} for the region; {len(parts)} of {known} known "
        f"bodies below it have this figure, together {digits(added)}; {end_en}.",
        locus=place.locus,
        cells=place.cells,
        left=total,
        right=added,
        expression=_expression(numbers, added, total),
        elsewhere=tuple(
            Elsewhere(p.entry.report_id, (cell,), (), place_of(p.report, [cell]).locus)
            for p in parts
        ),
    )


def _outcome(total: Number, added: Number) -> tuple[Verdict, str, str]:
    """The verdict with its words, in Chinese and in English."""
    if added == total:
        return Verdict.PASS, "相符", "they agree"
    if added < total:
        zh, en = (
            "其余可能来自没有收录的机关，无法核对",
            "the rest may come from bodies not held here",
        )
        return Verdict.NOT_EVALUABLE, zh, en
    more = digits(added - total)
    zh, en = f"比本地区的报告多 {more}，报告可能没有汇总全部机关", f"{more} more than the region's"
    return Verdict.FAIL, zh, en


def _expression(numbers: Sequence[Number], added: Number, total: Number) -> str:
    sign = "=" if added == total else ">" if added > total else "<"
    if 1 < len(numbers) <= _WRITTEN:
        return f"{' + '.join(map(digits, numbers))} = {digits(added)} {sign} {digits(total)}"
    return f"{digits(added)} {sign} {digits(total)}"
