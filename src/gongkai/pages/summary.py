"""What pages of places and years share: sums, changes, distributions, findings, groups.

What reports add up to is the business of `totals`, how they spread that of `spread`; here it is
put together for a page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gongkai.charts import Mark
from gongkai.forms import forms
from gongkai.pages.charts import Chart, bar_chart, chart_csv
from gongkai.pages.quality import rules
from gongkai.pages.rows import RATE_LEAST
from gongkai.pages.sheets import Cell, Head, Line, Sheet
from gongkai.pages.spread import (
    SPREAD_HEADS,
    Spread,
    received_spread,
    share_spread,
    spread_rows,
)
from gongkai.pages.totals import (
    OUTCOMES,
    REQUESTS,
    TOPICS,
    TOTAL_HEADS,
    add_up,
    change_sheet,
    measure_label,
    number_cell,
    rate_words,
    total_rows,
    total_sheet,
)
from gongkai.pages.words import SEVERITIES, check_path, name_of, share_words
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gongkai.pages.totals import Judged, Total


@dataclass(frozen=True, slots=True)
class Summary:
    """What reports come to, for a page.

    `totals` are a table a topic, a column a year; `changes` those of the same agencies from one
    year to the next; the rest is about the year `focus`. `csv` is the address of the totals,
    `files` are all CSVs.
    """

    focus: int
    totals: tuple[Sheet, ...]
    changes: tuple[Sheet, ...]
    outcomes: Chart | None
    spreads: tuple[Spread, ...]
    classes: Sheet
    csv: str
    files: Mapping[str, str]


@cache
def topic_label(table: str) -> str:
    """What the newest form calls the table of a topic."""
    return next(t.label for form in forms() for t in form.tables if t.id == table)


def summarise(
    where: str, years: Mapping[int, Sequence[Judged]], focus: int, address: str
) -> Summary:
    """What the reports of these years come to.

    Args:
        where: what they are the reports of, in words.
        years: the reports by year, the oldest first.
        focus: the year that is told most of.
        address: where the CSVs will be, below the site's root, without their ending.
    """
    added = {
        year: {name: add_up(members, topic) for name, topic in TOPICS.items()}
        for year, members in years.items()
    }
    now, before = years[focus], years.get(focus - 1, ())
    heads = {year: Head(f"{year}年", href=f"years/{year}/") for year in years}
    changes = (
        change_sheet(f"change-{name}", f"{where}：{topic_label(name)}", topic, before, now)
        for name, topic in TOPICS.items()
    )
    this_year = f"{where}，{focus}年度"
    csv, spread_csv = f"{address}.csv", f"{address}-spread.csv"
    found = (make(now, this_year, spread_csv) for make in (received_spread, share_spread))
    spreads = tuple(spread for spread in found if spread is not None)
    files = {csv: chart_csv(TOTAL_HEADS, total_rows(added.items()))}
    if spreads:
        files[spread_csv] = chart_csv(SPREAD_HEADS, spread_rows(spreads))
    return Summary(
        focus=focus,
        totals=tuple(
            total_sheet(
                f"total-{name}",
                f"{where}：{topic_label(name)}，各年合计",
                topic,
                [(heads[year], added[year][name]) for year in years],
            )
            for name, topic in TOPICS.items()
        ),
        changes=tuple(sheet for sheet in changes if sheet is not None),
        outcomes=outcome_chart(this_year, added[focus][REQUESTS.table], csv),
        spreads=spreads,
        classes=group_sheet("classes", f"{this_year}的报告，按机关类别", "机关类别", by_class(now)),
        csv=csv,
        files=files,
    )


def coverage_sheet(where: str, counts: Mapping[int, Counter[str]]) -> Sheet:
    """How many agencies are known, and what of their report of each year."""
    lines = [
        Line(f"{word}（个）", tuple(number_cell(of[status]) for of in counts.values()))
        for status, word in labels("coverage").items()
        if any(of[status] for of in counts.values())
    ]
    known = tuple(number_cell(of.total()) for of in counts.values())
    heads = (Head("收录情况", ""), *(Head(f"{year}年") for year in counts))
    return Sheet(
        "coverage",
        f"{where}的机关各年的报告收录了没有，单位：个机关",
        heads,
        (Line("名单里的机关（个）", known, kind="t"), *lines),
    )


def found_sheet(where: str, reports: Sequence[Judged]) -> Sheet | None:
    """How often each check fails, the worst kind first; None where nothing was found."""
    findings: Counter[str] = Counter()
    concerned: Counter[str] = Counter()
    for one in reports:
        checks = [finding.check for finding in one.one.all_failures]
        findings.update(checks)
        concerned.update(set(checks))
    kept = [rule for rule in rules().values() if findings[rule.id]]
    kept.sort(key=lambda rule: (SEVERITIES.index(rule.severity), -concerned[rule.id]))
    lines = tuple(
        Line(
            f"{rule.id} {rule.title}",
            (
                Cell(name_of("severities", rule.severity), "w"),
                number_cell(findings[rule.id]),
                Cell(rate_words(concerned[rule.id], len(reports))),
            ),
            check_path(rule.id),
        )
        for rule in kept
    )
    heads = (Head("规则", ""), Head("轻重", ""), Head("处数"), Head("有发现的报告"))
    caption = f"{where}的核对发现，按规则归类；有发现的报告占全部 {len(reports):,} 份的比例"
    return Sheet("found", caption, heads, lines) if lines else None


def outcome_chart(where: str, total: Total, csv: str) -> Chart | None:
    """What became of requests; None where nothing can be added up or too little for shares."""
    whole = total.sums.get("processed_total", 0)
    if whole < RATE_LEAST:
        return None
    marks = [
        Mark(measure_label(name), number, f"{number:,} 件，{share_words(number, whole)}")
        for name in OUTCOMES
        for number in (total.sums[name],)
    ]
    return bar_chart("outcomes", f"{where}，计入的 {total.counted:,} 份报告办结的申请", marks, csv)


def group_sheet(
    name: str, caption: str, head: str, groups: Iterable[tuple[str, str, Sequence[Judged]]]
) -> Sheet:
    """Groups of reports, a line each: label, address, its reports."""
    lines = []
    for label, href, reports in groups:
        total = add_up(reports, REQUESTS)
        counted = total.counted > 0
        nothing = Cell("没有可加的", "b")
        agencies = len({one.one.entry.agency.id for one in reports})
        sums = total.sums
        lines.append(
            Line(
                label,
                (
                    number_cell(agencies),
                    number_cell(total.reports),
                    number_cell(total.counted),
                    number_cell(sums["received_total"]) if counted else nothing,
                    number_cell(sums["processed_total"]) if counted else nothing,
                    Cell(rate_words(sums["granted_any"], sums["processed_total"]))
                    if counted
                    else nothing,
                ),
                href,
            )
        )
    heads = (
        Head(head, ""),
        Head("机关（个）"),
        Head("报告（份）"),
        Head("计入合计（份）"),
        Head("新收申请（件）"),
        Head("办结（件）"),
        Head("全部或部分公开/办结"),
    )
    return Sheet(name, caption, heads, tuple(lines))


def by_class(reports: Iterable[Judged]) -> list[tuple[str, str, list[Judged]]]:
    """The reports by the class of their agency, the most first."""
    found: dict[str, list[Judged]] = {}
    for one in reports:
        found.setdefault(one.one.entry.agency.classification, []).append(one)
    ordered = sorted(found.items(), key=lambda of: (-len(of[1]), of[0]))
    return [(name_of("classifications", name), "", members) for name, members in ordered]
