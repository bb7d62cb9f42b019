"""Measures the charts: CPU time and bytes of each kind, fresh and drawn before.

python benchmarks/charts.py [how many]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import make

import invented
from gongkai.charts import Mark, Tone, draw_bars, draw_years, inline_svg
from gongkai.model import Published
from gongkai.pages import PAGES
from gongkai.pages.frame import Setting, render_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.charts import Drawing
    from gongkai.model import Corpus

HOW_MANY = 200


def years(number: int) -> Drawing:
    """Six years, one of them not collected, one in doubt."""
    values = [(number * 37 + year * 101) % 1999 for year in range(6)]
    marks = [Mark(str(2019 + at), value, f"{value:,}") for at, value in enumerate(values)]
    marks[2] = Mark("2021", None, "未收录")
    marks[4] = Mark("2023", values[4], f"{values[4]:,}", Tone.DOUBT, broken=True)
    return draw_years(tuple(marks))


def bars(number: int) -> Drawing:
    """Six outcomes."""
    values = [(number * 31 + at * 211) % 4999 for at in range(6)]
    return draw_bars(tuple(Mark("（一）予以公开", v, f"{v:,} 件，12.5%") for v in values))


def measure(kind: Callable[[int], Drawing], how_many: int) -> str:
    """One line: the first chart, each further one, one drawn before, and its bytes."""
    start = time.process_time()
    kind(0)
    first = time.process_time() - start
    start = time.process_time()
    made = [kind(number) for number in range(1, how_many + 1)]
    fresh = (time.process_time() - start) / how_many
    start = time.process_time()
    for number in range(1, how_many + 1):
        kind(number)
    again = (time.process_time() - start) / how_many
    size = mean(len(inline_svg(one, "chart", "题目", "说明").encode()) for one in made)
    return (
        f"{kind.__name__}: first {first * 1000:.0f} ms, then {fresh * 1000:.1f} ms each,"
        f" drawn before {again * 1000:.3f} ms; {size:.0f} bytes"
    )


def corpus(cities: int) -> Corpus:
    """Unchecked reports of so many cities."""
    places = {f"99{number:04}": f"第{number}市" for number in range(1, cities + 1)}
    made = [
        Published(report, ())
        for at, agency in enumerate(invented.agencies(places))
        for report in invented._reports(at, agency)  # noqa: SLF001  # as tests make them
    ]
    return make.corpus(*made)


def measure_pages(kind: str, reports: Corpus) -> str:
    """One line: how many pages and charts, CPU time, bytes."""
    start = time.process_time()
    made = [render_page(page, Setting()) for page in PAGES[kind](reports, Setting())]
    spent = time.process_time() - start
    drawn = sum(text.count("<svg") for text in made)
    size = sum(len(text.encode()) for text in made)
    return (
        f"{kind} of {len(reports.reports):,} reports: {len(made):,} pages, {drawn:,} charts,"
        f" {spent:.1f} s of CPU, {size / len(made) / 1000:.1f} KB a page"
    )


def main() -> None:
    """Print a line a kind of chart, and a line a kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charts", type=int, default=HOW_MANY)
    parser.add_argument("--cities", type=int, default=0)
    asked = parser.parse_args()
    for kind in (years, bars):
        print(measure(kind, asked.charts))
    if asked.cities:
        reports = corpus(asked.cities)
        for name in ("agencies", "regions", "years"):
            print(measure_pages(name, reports))


if __name__ == "__main__":
    main()
