"""Measures the charts: CPU time and bytes of each kind, fresh and drawn before.

python benchmarks/charts.py [how many]
"""

from __future__ import annotations

import sys
import time
from statistics import mean
from typing import TYPE_CHECKING

from gongkai.charts import Mark, Tone, draw_bars, draw_years, inline_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.charts import Drawing

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


def main() -> None:
    """Print a line a kind."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else HOW_MANY
    for kind in (years, bars):
        print(measure(kind, how_many))


if __name__ == "__main__":
    main()
