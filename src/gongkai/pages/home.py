"""The home page: what this is, three doors, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.charts import Mark
from gongkai.forms import forms
from gongkai.model import Corpus, Published, Severity, Status
from gongkai.pages.charts import Chart, bar_chart, chart_csv, short_label
from gongkai.pages.frame import Page, Setting
from gongkai.pages.report import anchored
from gongkai.pages.rows import row_of
from gongkai.pages.words import name_of, numbers_of, report_path

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many of the newest reports and of the findings the home page shows.
NEWEST, FOUND = 6, 6
OUTCOMES_CSV = "charts/outcomes.csv"


@dataclass(frozen=True, slots=True)
class Bar:
    """An outcome of requests: its label, its number and its share in percent."""

    label: str
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of the requests in the reports of one year that can be added up."""

    year: int
    bars: tuple[Bar, ...]
    total: int
    reports: int
    left_out: int


def _outcome_groups() -> dict[str, tuple[str, ...]]:
    """Group label → rows of table three in any form, in the order of the newest."""
    out: dict[str, tuple[str, ...]] = {}
    for table in (t for form in forms() for t in form.tables if t.id == "requests"):
        labels = {g.id: g.label for g in table.groups[1:]}
        for row in (r for item in table.items for r in item.rows if r.outcome):
            label = labels.get(row.group or "", row.label)
            rows = out.get(label, ())
            out[label] = rows if row.id in rows else (*rows, row.id)
    return out


def _total_of(one: Published, row: str) -> int | None:
    """The printed total of a row; 0 where the whole row is blank, None where it is doubtful."""
    values = {c.column: v for c, v in one.report.values.items() if c[:2] == ("requests", row)}
    if any(v.status in (Status.AMBIGUOUS, Status.TEXT) for v in values.values()):
        return None
    total = values["total"].number if "total" in values else None
    if total is None:
        return None if any(v.number for v in values.values()) else 0
    return int(total)


def _outcomes_of(year: int, reports: list[Published]) -> Outcomes:
    """What became of the requests in these reports, as far as they can be added up."""
    families = {i.family for form in forms() for i in form.identities}
    groups = _outcome_groups()
    rows = [
        {label: [_total_of(one, row) for row in names] for label, names in groups.items()}
        for one in reports
        if "requests" in one.report.tables and not any(f.check in families for f in one.failures)
    ]
    kept = [r for r in rows if all(n is not None for ns in r.values() for n in ns)]
    sums = {label: sum(n for row in kept for n in row[label] if n is not None) for label in groups}
    total = sum(sums.values())
    bars = tuple(
        Bar(label, number, number * 100 / total if total else 0.0) for label, number in sums.items()
    )
    return Outcomes(year, bars, total, len(kept), len(reports) - len(kept))


def outcomes(corpus: Corpus) -> Outcomes | None:
    """What became of the requests in the year in which most were processed.

    Only reports without a failing sum and without a doubtful total are added up: the figure must
    not hide what the checks found.
    """
    by_year: dict[int, list[Published]] = {}
    for one in corpus.reports:
        by_year.setdefault(one.entry.year, []).append(one)
    found = [_outcomes_of(year, reports) for year, reports in by_year.items()]
    return max(found, key=lambda o: (o.total, o.year), default=None)


def _outcomes_chart(became: Outcomes) -> Chart:
    return bar_chart(
        "outcomes",
        f"{became.year}年度已收录报告的申请办理结果，单位：件",
        [
            Mark(short_label(bar.label), bar.number, f"{bar.number:,} 件，{bar.share:.1f}%")
            for bar in became.bars
        ],
        OUTCOMES_CSV,
    )


def _outcomes_csv(became: Outcomes) -> str:
    rows = [
        (became.year, bar.label, bar.number, f"{bar.share:.1f}", became.reports)
        for bar in became.bars
    ]
    return chart_csv(
        ("报告年度", "办理结果", "件数", "占办结的比例（%）", "相加的报告（份）"), rows
    )


def newest(corpus: Corpus) -> list[Published]:
    """All reports, the newest first: by the day they were taken in, then published, then by year."""

    def age(one: Published) -> tuple[str, str, int]:
        entry = one.entry
        return entry.last_changed_on or "", entry.published_on or "", entry.year

    ordered = sorted(corpus.reports, key=lambda p: (p.entry.agency.adcode, p.entry.report_id))
    return sorted(ordered, key=age, reverse=True)


def _found(reports: list[Published]) -> Iterator[dict[str, str]]:
    """The worst finding of each of the newest reports that have one; mere notes come last."""
    with_any = [one for one in reports if one.all_failures]
    with_any.sort(key=lambda p: all(f.severity is Severity.INFO for f in p.all_failures))
    for one in with_any[:FOUND]:
        (finding, anchor), *others = anchored(one.all_failures)
        yield {
            "agency": one.entry.agency.name,
            "year": str(one.entry.year),
            "url": f"{report_path(one.entry)}#{anchor}",
            "message": finding.message,
            "severity": str(finding.severity),
            "word": name_of("severities", finding.severity),
            "more": f"共 {len(others) + 1} 处" if others else "",
        }


def home_page(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The home page: what this is, three doors, what is new."""
    years = sorted({one.entry.year for one in corpus.reports})
    reports = newest(corpus)
    became = outcomes(corpus)
    yield Page(
        path="index.md",
        title="政府信息公开年报数据",
        template="home.html",
        description="把各级行政机关的政府信息公开工作年度报告读成数据：查得到、对得上原文、可以下载和引用。",
        values={
            "reports": len(corpus.reports),
            "agencies": len({one.entry.agency.id for one in corpus.reports}),
            "years": _years(years),
            "numbers": sum(numbers_of(one.report) for one in corpus.reports),
            "failures": sum(len(one.all_failures) for one in corpus.reports),
            "newest": [row_of(one, corpus) for one in reports[:NEWEST]],
            "found": list(_found(reports)),
            "outcomes": became,
            "chart": _outcomes_chart(became) if became is not None else None,
        },
        files={OUTCOMES_CSV: _outcomes_csv(became)} if became is not None else {},
    )


def _years(years: list[int]) -> str:
    """The report years there are, as a span only where none is missing in it."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return "、".join(map(str, years))
