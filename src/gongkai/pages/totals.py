"""What the reports of a place or a year add up to, and how many of them that is.

Figures are those of the panel. Nothing is counted twice and nothing doubtful is added: left out,
and counted with the reason, are aggregates of a region (they hold the figures of the agencies
below it), reports of which it is not known what they cover, and reports with a figure of the topic
that is blank, in doubt or part of a sum that fails. Either all figures of a topic count or none,
so that sums can be set against each other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import breaks, forms
from gongkai.forms.panel import Rate, is_parted, panel, parts_of
from gongkai.package import region_path
from gongkai.package.panel import panel_rows
from gongkai.package.schema import PANEL, STATUS_SUFFIX
from gongkai.pages.charts import short_label
from gongkai.pages.rows import RATE_LEAST
from gongkai.pages.sheets import Cell, Head, Line, Sheet
from gongkai.pages.words import share_words
from gongkai.pages.year_before import change_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gongkai.model import Corpus, Published, Region
    from gongkai.package.rows import Row


class Reason(StrEnum):
    """Why a report is not added up, in the order in which it is asked."""

    AGGREGATE = "地区汇总，含有下面各机关的数"
    SCOPE = "不知道统计了哪些机关"
    NO_TABLE = "没有这张表"
    DOUBT = "数字存疑，或所在的等式不成立"
    BLANK = "有空格，不能断定是 0"
    INSIDE = "已经含在地区的汇总里"
    TWICE = "同一地区有几份汇总，不知用哪一份"


@dataclass(frozen=True, slots=True)
class Topic:
    """Figures that count together: `table` of the forms, columns of the panel, rates of them."""

    table: str
    measures: tuple[str, ...]
    rates: tuple[str, ...]


REQUESTS = Topic(
    "requests",
    (
        "received_total",
        "pending_start_total",
        "processed_total",
        "granted_total",
        "granted_partial_total",
        "denied_total",
        "unable_total",
        "rejected_total",
        "closed_total",
        "pending_end_total",
    ),
    ("rate_granted", "rate_granted_any"),
)
DISPUTES = Topic(
    "disputes",
    ("review_total", "review_overturned", "suits_total", "suits_overturned"),
    ("rate_review_overturned", "rate_suit_overturned"),
)
TOPICS: dict[str, Topic] = {topic.table: topic for topic in (REQUESTS, DISPUTES)}
#: What became of requests, as bars.
OUTCOMES = (
    "granted_total",
    "granted_partial_total",
    "denied_total",
    "unable_total",
    "rejected_total",
    "closed_total",
)
#: The rate that is shown agency by agency.
SHARE = "rate_granted_any"
#: Statuses that are no blank: something is printed, and it is no figure that can be added.
_DOUBTFUL = frozenset({"ambiguous", "text", "missing", "not_whole"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A report as far as it can be added up: topic → its figures, or why they do not count.

    `share` is that of requests granted in whole or in part, where there were enough of them.
    `aggregates` has the figures of a region that the report gives as its own sum: they may stand in
    the place of the agencies they hold, never beside them.
    """

    one: Published
    topics: Mapping[str, tuple[int, ...] | Reason]
    share: Decimal | None
    aggregates: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def figures(self, topic: Topic) -> tuple[int, ...] | None:
        """The figures of a topic if they count."""
        found = self.topics[topic.table]
        return None if isinstance(found, Reason) else found


@dataclass(frozen=True, slots=True)
class Total:
    """What reports add up to: how many there are, how many count, why others do not."""

    reports: int
    counted: int
    sums: Mapping[str, int]
    left_out: Mapping[Reason, int]


@cache
def _rates() -> dict[str, Rate]:
    return {rate.name: rate for rate in panel().rates}


@cache
def columns_of(topic: Topic) -> tuple[str, ...]:
    """The columns of the panel that a topic needs: its measures, and what its rates are made of."""
    parts = [(_rates()[name].numerator, _rates()[name].denominator) for name in topic.rates]
    return tuple(dict.fromkeys((*topic.measures, *(name for pair in parts for name in pair))))


@cache
def _places() -> dict[str, int]:
    return {name: at for at, name in enumerate(PANEL.names)}


@cache
def measure_label(name: str) -> str:
    """The name of a column of the panel, the column 总计 left out; a row 总计 says of what."""
    title = next(field.title for field in PANEL.fields if field.name == name)
    label = short_label(title.removesuffix("：总计"))
    return f"{_group(name)}{label}" if label.endswith("）总计") else label


def _group(name: str) -> str:
    """The group of the form in which the row of a column stands."""
    (usual,) = parts_of(name)[0].crossing.variables
    groups = {g.id: g.label for form in forms() for t in form.tables for g in t.groups}
    return groups[usual.row.group or ""]


def _named(row: Row, column: str) -> str:
    return str(row[_places()[column]] or "")


def _topic(row: Row, topic: Topic) -> tuple[int, ...] | Reason:
    """The figures of a report, or the first reason why they do not count."""
    scope = _named(row, "scope")
    if scope != "own":
        return Reason.AGGREGATE if scope == "region_aggregate" else Reason.SCOPE
    return _figures(row, topic)


def _aggregates(row: Row) -> dict[str, tuple[int, ...]]:
    """The figures of a region, topic by topic, as far as they hold."""
    if _named(row, "scope") != "region_aggregate":
        return {}
    found = {name: _figures(row, topic) for name, topic in TOPICS.items()}
    return {name: held for name, held in found.items() if not isinstance(held, Reason)}


def _figures(row: Row, topic: Topic) -> tuple[int, ...] | Reason:
    """The figures of a report whatever it covers, or the first reason why they do not count."""
    names = columns_of(topic)
    statuses = {_named(row, f"{name}{STATUS_SUFFIX}") for name in names}
    if "no_table" in statuses:
        return Reason.NO_TABLE
    doubtful = {*_named(row, "in_failing_sum").split(), *_named(row, "in_finding").split()}
    values = [row[_places()[name]] for name in names]
    figures = [value for value in values if isinstance(value, int)]
    if statuses & _DOUBTFUL or doubtful.intersection(names) or any(n < 0 for n in figures):
        return Reason.DOUBT
    return tuple(figures) if len(figures) == len(names) else Reason.BLANK


def _share(row: Row) -> Decimal | None:
    if _named(row, "scope") != "own" or _named(row, f"{SHARE}{STATUS_SUFFIX}") != "number":
        return None
    return Decimal(_named(row, SHARE))


def judge(corpus: Corpus) -> tuple[Judged, ...]:
    """All reports, in their order."""
    return tuple(
        Judged(
            one,
            {name: _topic(row, topic) for name, topic in TOPICS.items()},
            _share(row),
            _aggregates(row),
        )
        for one, row in zip(corpus.reports, panel_rows(corpus), strict=True)
    )


def by_year(reports: Iterable[Judged]) -> dict[int, list[Judged]]:
    """The reports by year, the oldest first."""
    found: dict[int, list[Judged]] = {}
    for one in reports:
        found.setdefault(one.one.entry.year, []).append(one)
    return dict(sorted(found.items()))


def apart(
    reports: Iterable[Judged], topic: Topic, regions: Mapping[str, Region]
) -> tuple[Judged, ...]:
    """The reports of one year so that no two of them that count hold the same requests.

    The sum of a region stands in the place of all that is below it, agencies and sums alike; where
    a region has more than one, none counts.
    """
    reports = tuple(reports)
    sums = Counter(r.one.entry.agency.region.id for r in reports if topic.table in r.aggregates)
    single = {region for region, count in sums.items() if count == 1}

    def placed(judged: Judged) -> tuple[int, ...] | Reason:
        own = judged.aggregates.get(topic.table)
        region = judged.one.entry.agency.region
        above = [r.id for r in region_path(region, regions)]
        if own is not None and sums[region.id] > 1:
            return Reason.TWICE
        if single.intersection(above[:-1] if own is not None else above):
            return Reason.INSIDE
        return judged.topics[topic.table] if own is None else own

    return tuple(
        replace(judged, topics={**judged.topics, topic.table: placed(judged)}) for judged in reports
    )


def add_up(reports: Iterable[Judged], topic: Topic) -> Total:
    """The sums of a topic over these reports."""
    found = [one.topics[topic.table] for one in reports]
    counted = [figures for figures in found if not isinstance(figures, Reason)]
    sums = (sum(column) for column in zip(*counted, strict=True)) if counted else ()
    return Total(
        reports=len(found),
        counted=len(counted),
        sums=dict(zip(columns_of(topic), sums, strict=bool(counted))),
        left_out=Counter(reason for reason in found if isinstance(reason, Reason)),
    )


def number_cell(number: int) -> Cell:
    """A whole number with thousands marks; zeros are dimmed."""
    return Cell(f"{number:,}", "" if number else "z")


def rate_words(part: int, whole: int) -> str:
    """A rate with what it is made of; of few cases only that.

    >>> rate_words(15, 60), rate_words(2, 8), rate_words(0, 0)
    ('25.0%（15/60）', '2/8', '分母为 0')
    """
    if whole == 0:
        return "分母为 0"
    words = f"{part:,}/{whole:,}"
    return words if whole < RATE_LEAST else f"{share_words(part, whole)}（{words}）"


def _rate_cell(total: Total, rate: Rate) -> Cell:
    return Cell(rate_words(total.sums[rate.numerator], total.sums[rate.denominator]))


_NOTHING = Cell("没有可加的", "b")


def coverage_lines(totals: Sequence[Total]) -> tuple[Line, ...]:
    """How many reports there are, how many count, and why the others do not."""
    reasons = [reason for reason in Reason if any(total.left_out.get(reason) for total in totals)]
    return (
        Line("收录的报告（份）", tuple(number_cell(total.reports) for total in totals)),
        Line("其中计入合计（份）", tuple(number_cell(total.counted) for total in totals), kind="t"),
        *(
            Line(
                f"没有计入：{reason}（份）",
                tuple(number_cell(total.left_out.get(reason, 0)) for total in totals),
            )
            for reason in reasons
        ),
    )


def total_sheet(
    name: str, caption: str, topic: Topic, columns: Sequence[tuple[Head, Total]]
) -> Sheet:
    """The sums of a topic, a column each; above them how many reports they are of.

    Where no report counts in any column there are no sums, and their rows are left out.
    """
    totals = [total for _, total in columns]

    def line(label: str, cells: Iterable[Cell]) -> Line:
        shown = zip(totals, cells, strict=True)
        return Line(label, tuple(cell if total.counted else _NOTHING for total, cell in shown))

    measures = (
        line(f"{measure_label(name)}（件）", [number_cell(t.sums.get(name, 0)) for t in totals])
        for name in topic.measures
    )
    rates = (
        line(rate.label, [_rate_cell(t, rate) if t.counted else _NOTHING for t in totals])
        for rate in (_rates()[name] for name in topic.rates)
    )
    heads = (Head("项目", ""), *(head for head, _ in columns))
    sums = (*measures, *rates) if any(total.counted for total in totals) else ()
    return Sheet(name, caption, heads, (*coverage_lines(totals), *sums))


def total_rows(columns: Iterable[tuple[int, Mapping[str, Total]]]) -> Iterable[Row]:
    """Years with the totals of each topic as rows of a CSV, with `TOTAL_HEADS`."""
    for year, totals in columns:
        for name, total in totals.items():
            for measure in TOPICS[name].measures if total.counted else ():
                label = measure_label(measure)
                yield year, measure, label, total.sums[measure], total.counted, total.reports


#: The heads of `total_rows`.
TOTAL_HEADS = ("报告年度", "变量", "名称", "合计（件）", "计入的报告（份）", "收录的报告（份）")


def _pairs(
    before: Iterable[Judged], after: Iterable[Judged], topic: Topic
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The figures of agencies that count in both years and go on from one to the other."""
    earlier = {one.one.entry.agency.id: one.figures(topic) for one in before}
    found = []
    for one in after:
        first, second = earlier.get(one.one.entry.agency.id), one.figures(topic)
        if first is not None and second is not None and one.one.entry.reorganised is None:
            found.append((first, second))
    return found


def _is_parted(measure: str, earlier: int, later: int) -> bool:
    """Whether a law in between makes the measure count something else."""
    return any(earlier < law.year <= later and is_parted(measure, law) for law in breaks())


def _change_cell(before: int, after: int) -> Cell:
    """A change, in per cent too where there was enough to begin with."""
    change, percent = change_words(after, before)
    return Cell(f"{change}（{percent}）" if percent else change)


def change_sheet(
    name: str, where: str, topic: Topic, before: Sequence[Judged], after: Sequence[Judged]
) -> Sheet | None:
    """The change from one year to the next over the same agencies; None where there are none."""
    pairs = _pairs(before, after, topic)
    if not pairs:
        return None
    earlier, later = before[0].one.entry.year, after[0].one.entry.year
    first, second = (
        dict(zip(columns_of(topic), map(sum, zip(*side, strict=True)), strict=True))
        for side in zip(*pairs, strict=True)
    )
    lines = tuple(
        Line(
            f"{measure_label(measure)}（件）",
            (
                number_cell(first[measure]),
                number_cell(second[measure]),
                Cell("法律有变，不能直接相比", "b")
                if _is_parted(measure, earlier, later)
                else _change_cell(first[measure], second[measure]),
            ),
        )
        for measure in topic.measures
    )
    caption = f"{where}，两年都计入的同一批机关（{len(pairs):,} 个），单位：件"
    heads = (Head("项目", ""), Head(f"{earlier}年"), Head(f"{later}年"), Head("变化"))
    return Sheet(name, caption, heads, lines)
