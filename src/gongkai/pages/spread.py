"""How figures are spread over agencies: few steps, how many stand on each, and the middle one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from gongkai.charts import Mark
from gongkai.pages.charts import Chart, bar_chart
from gongkai.pages.sheets import Cell, Head, Line, Sheet
from gongkai.pages.totals import REQUESTS, columns_of, number_cell
from gongkai.pages.words import share_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.package.rows import Row
    from gongkai.pages.totals import Judged

#: Fewer figures are no distribution.
LEAST = 5
#: The steps: from where on, and their names.
_RECEIVED = (
    (0, "0"),
    (1, "1–9"),
    (10, "10–99"),
    (100, "100–999"),
    (1000, "1,000–9,999"),
    (10000, "10,000 以上"),
)
_SHARES = tuple((Decimal(n) / 100, f"{n}%–{n + 20}%") for n in range(0, 100, 20))


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution: its table, its chart, and what it says in a sentence."""

    sheet: Sheet
    chart: Chart
    words: str


def _steps(values: Sequence[Decimal], starts: Sequence[tuple[Decimal | int, str]]) -> list[int]:
    """How many values stand on each step."""
    counts = [0] * len(starts)
    for value in values:
        counts[max(at for at, (start, _) in enumerate(starts) if value >= start)] += 1
    return counts


def _spread(
    name: str,
    captions: tuple[str, str, str],
    values: Sequence[Decimal],
    starts: Sequence[tuple[Decimal | int, str]],
) -> tuple[Sheet, Chart]:
    caption, head, csv = captions
    counts = _steps(values, starts)
    labels = [label for _, label in starts]
    shares = [share_words(count, len(values)) for count in counts]
    lines = tuple(
        Line(label, (number_cell(count), Cell(share)))
        for label, count, share in zip(labels, counts, shares, strict=True)
    )
    marks = [
        Mark(label, count, f"{count:,} 份") for label, count in zip(labels, counts, strict=True)
    ]
    sheet = Sheet(name, caption, (Head(head, ""), Head("报告（份）"), Head("比例")), lines)
    return sheet, bar_chart(f"{name}-chart", caption, marks, csv)


def received_spread(reports: Sequence[Judged], where: str, csv: str) -> Spread | None:
    """How many requests agencies received; None where there are too few reports that count."""
    at = columns_of(REQUESTS).index("received_total")
    values = [
        Decimal(figures[at]) for one in reports if (figures := one.figures(REQUESTS)) is not None
    ]
    if len(values) < LEAST:
        return None
    captions = (f"{where}，按新收申请的件数", "新收申请（件）", csv)
    made = _spread("received", captions, values, _RECEIVED)
    middle = f"{median(values):,.1f}".removesuffix(".0")
    return Spread(
        *made, f"{len(values):,} 份报告，一半不超过 {middle} 件，最多 {max(values):,} 件。"
    )


def share_spread(reports: Sequence[Judged], where: str, csv: str) -> Spread | None:
    """What share of requests was granted in whole or in part, where there were enough of them."""
    values = [one.share for one in reports if one.share is not None]
    if len(values) < LEAST:
        return None
    captions = (f"{where}，按全部或部分公开占办结的比例", "全部或部分公开率", csv)
    made = _spread("share", captions, values, _SHARES)
    middle = share_words(median(values), 1)
    words = f"{len(values):,} 份报告办结 30 件以上而且数字没有疑点，一半不超过 {middle}。"
    return Spread(*made, words)


#: The heads of `spread_rows`.
SPREAD_HEADS = ("分布", "档", "报告（份）", "比例")


def spread_rows(spreads: Iterable[Spread]) -> Iterator[Row]:
    """Distributions as rows of a CSV."""
    for spread in spreads:
        head = spread.sheet.heads[0].text
        for line in spread.sheet.lines:
            yield head, line.label, *(cell.text.replace(",", "") for cell in line.cells)
