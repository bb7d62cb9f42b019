#!/usr/bin/env python3
"""Time, memory and size of the packages and downloads of many invented reports.

    python benchmarks/packages.py [--reports N] [--years N] [--workers N] [--seed N] [--keep DIR]

The reports are those of `corpus.py`, each with its own checks; every figure has a place on a page
with its box, as in a PDF. They are held as a build holds them, which gets them from workers.
Measured are the package of each report (as `gongkai build` writes them)
and everything below `data/`. Memory is the peak of resident memory of the process that holds the
reports; workers that write files hold a row group at most.
"""

from __future__ import annotations

import argparse
import os
import pickle
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import Plan, invented, make, megabytes, table

from gongkai.checks import check
from gongkai.line import held, write_packages
from gongkai.model import Locus, Published
from gongkai.package import write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Report


def placed(report: Report) -> Report:
    """The report with a box on a page for each figure."""
    values = {}
    for at, (cell, value) in enumerate(report.values.items()):
        left, top = 60.25 + 40 * (at % 9), 80.5 + 18 * (at // 9)
        box = (left, top, left + 38.75, top + 17.25)
        place = Locus("original.pdf", page=2, block=1, row=at // 9 + 1, col=at % 9 + 1, bbox=box)
        values[cell] = replace(value, locus=place)
    return replace(report, values=values)


def received(report: Report) -> Published:
    """The report with its checks, as a build holds what comes from a worker."""
    one = placed(report)
    sent = pickle.dumps(Published(one, tuple(check(one))))
    published: Published = held(pickle.loads(sent))  # noqa: S301  # our own, made above
    return published


@contextmanager
def measured(name: str, lines: list[list[str]]) -> Iterator[None]:
    """Note how long a step took and how much memory there was in use so far."""
    begun = time.monotonic()
    yield
    lines.append([name, f"{time.monotonic() - begun:.1f}", str(megabytes())])


def sizes(folder: Path) -> list[list[str]]:
    """Each kind of file with how many there are and their megabytes."""
    found: dict[str, list[int]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.setdefault(path.suffix, []).append(path.stat().st_size)
    return [[kind, str(len(s)), f"{sum(s) / 1e6:.1f}"] for kind, s in sorted(found.items())]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write here and keep what is written")
    options = parser.parse_args()
    plan = Plan(options.reports, options.years, options.seed)
    corpus = make.corpus(*map(received, invented(plan)))
    lines = [["step", "s", "MB"], ["---", "--:", "--:"]]
    with tempfile.TemporaryDirectory() as folder:
        target = options.keep if options.keep is not None else Path(folder)
        with measured("reports held", lines):
            pass
        with measured("packages of reports", lines):
            write_packages(corpus, target / "datapackages")
        with measured("downloads of the corpus", lines):
            write_corpus(corpus, target / "data", options.workers)
        print(table(lines))
        for name in ("datapackages", "data"):
            heads = [[f"{name}/", "files", "MB"], ["---", "--:", "--:"]]
            print(f"\n{table([*heads, *sizes(target / name)])}")


if __name__ == "__main__":
    main()
