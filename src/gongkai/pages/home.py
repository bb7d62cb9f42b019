"""The home page: what this is, three doors, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.charts import Mark
from gongkai.model import Corpus, Published, Severity
from gongkai.pages.charts import Chart, bar_chart, chart_csv
from gongkai.pages.frame import Page, Setting
from gongkai.pages.report import anchored
from gongkai.pages.rows import RATE_LEAST, row_of
from gongkai.pages.totals import (
    OUTCOMES,
    REQUESTS,
    Judged,
    Reason,
    add_up,
    apart,
    by_year,
    judge,
    measure_label,
)
from gongkai.pages.words import name_of, numbers_of, report_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """What became of the requests of one year: of how many reports, and why others do not count.

    `aggregates` of the reports that count are sums of a region.
    """

    year: int
    bars: tuple[Bar, ...]
    total: int
    reports: int
    aggregates: int
    left_out: tuple[tuple[str, int], ...]


def _outcomes_of(year: int, reports: Sequence[Judged]) -> Outcomes:
    """What became of the requests in these reports, as far as they can be added up."""
    found = add_up(reports, REQUESTS)
    whole = found.sums.get("processed_total", 0)
    numbers = {name: found.sums.get(name, 0) for name in OUTCOMES}
    return Outcomes(
        year=year,
        bars=tuple(
            Bar(measure_label(name), number, number * 100 / whole if whole else 0.0)
            for name, number in numbers.items()
        ),
        total=whole,
        reports=found.counted,
        aggregates=sum(
            one.figures(REQUESTS) is not None and REQUESTS.table in one.aggregates
            for one in reports
        ),
        left_out=tuple((str(r), found.left_out[r]) for r in Reason if found.left_out.get(r)),
    )


def outcomes(corpus: Corpus) -> Outcomes | None:
    """What became of the requests in the year in which most were processed.

    None where there are too few of them for shares. Nothing doubtful is added, and nothing twice.
    """
    found = [
        _outcomes_of(year, apart(reports, REQUESTS, corpus.regions))
        for year, reports in by_year(judge(corpus)).items()
    ]
    most = max(found, key=lambda o: (o.total, o.year), default=None)
    return most if most is not None and most.total >= RATE_LEAST else None


def _outcomes_chart(became: Outcomes) -> Chart:
    return bar_chart(
        "outcomes",
        f"{became.year}年度已收录报告的申请办理结果，单位：件",
        [
            Mark(bar.label, bar.number, f"{bar.number:,} 件，{bar.share:.1f}%")
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
