#!/usr/bin/env python3
"""Speed of reading, a table row a format: each step in this process, then the sandbox, and memory.

    python benchmarks/speed.py [FILE OR FOLDER ...] [--rounds N] [--workers N]

Without files it prints reports with the printers of the tests. Each file is read `--rounds` times
and the quickest round counts. The steps are processor time, so that "reports/s", one core's for
read + tidy + parse, says little of what else the machine does. The sandbox is measured by the
clock on the whole of what a worker does (with the checks and the way back to the parent), warm.
Memory is the peak of resident memory of a worker that has read nothing but that format.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from hostile import WHOLE  # noqa: E402  # a sound report in each format; made importable above

from gongkai.checks import check  # noqa: E402
from gongkai.model import Grid, Problem  # noqa: E402
from gongkai.parse import parse  # noqa: E402
from gongkai.read import READERS, ReadError, read  # noqa: E402
from gongkai.read.sandbox import Task, Workers  # noqa: E402
from gongkai.report import examine  # noqa: E402
from gongkai.tidy import tidy  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Document

STEPS = ("read", "tidy", "parse", "check")
HEADS = (
    "format", "files", *(f"{step} ms" for step in STEPS), "reports/s", "1 worker", "{n} workers",
    "memory MB",
)  # fmt: skip
#: A file that takes longer is measured once.
SLOW_SECONDS = 2.0


@dataclass(frozen=True)
class Timing:
    """Processor seconds of each step for one file, and what kind of file it is."""

    path: Path
    kind: str
    steps: tuple[float, ...]


def kind_of(document: Document) -> str:
    """The format's name; recognised pages are a kind of their own."""
    label = READERS[document.source.media_type].label
    cells = (cell for b in document.blocks if isinstance(b, Grid) for row in b.rows for cell in row)
    recognised = any(cell.confidence is not None for cell in cells)
    return f"{label}, recognised" if recognised else label


def once(path: Path) -> Timing:
    """One round: a file through the steps."""
    marks = [time.process_time()]
    document = read(path)
    marks.append(time.process_time())
    tidied = tidy(document)
    marks.append(time.process_time())
    report = parse(tidied, None)
    marks.append(time.process_time())
    check(report)
    marks.append(time.process_time())
    steps = tuple(after - before for before, after in pairwise(marks))
    return Timing(path, kind_of(document), steps)


def best(path: Path, rounds: int) -> Timing | None:
    """The quickest round; None for a file that cannot be read."""
    try:
        timings = [once(path)]
    except ReadError as error:
        print(error, file=sys.stderr)
        return None
    if sum(timings[0].steps) < SLOW_SECONDS:
        timings += [once(path) for _ in range(rounds - 1)]
    return min(timings, key=lambda timing: sum(timing.steps))


def sandboxed(paths: Sequence[Path], workers: int, rounds: int) -> float:
    """Seconds a file through the sandbox; the first round only warms it."""
    tasks = [Task(path.name, (path,)) for path in paths]
    with Workers(workers, ("gongkai.report",)) as pool:
        seconds = []
        for _ in range(rounds + 1):
            begun = time.perf_counter()
            results = list(pool.run(examine, tasks))
            seconds.append(time.perf_counter() - begun)
            faults = [o.result for o in results if isinstance(o.result, Problem)]
            if faults:
                raise SystemExit(str(faults[0]))
    return min(seconds[1:] or seconds) / len(paths)


def memory(paths: Sequence[Path]) -> int:
    """Megabytes that a worker holds at most while it reads these files (Linux)."""
    with Workers(1, ("gongkai.report",)) as pool:
        list(pool.run(examine, [Task(path.name, (path,)) for path in paths]))
        (worker,) = pool._idle  # noqa: SLF001  # the process whose memory is asked
        status = Path(f"/proc/{worker.process.pid}/status").read_text(encoding="utf-8")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


def row(kind: str, timings: Sequence[Timing], workers: int, rounds: int) -> list[str]:
    """One line of the table."""
    paths = [timing.path for timing in timings]
    means = [sum(column) / len(timings) for column in zip(*(t.steps for t in timings), strict=True)]
    if sum(means) > SLOW_SECONDS:
        rounds = 1
    enough = paths * max(1, 4 * workers // len(paths)) if sum(means) < SLOW_SECONDS else paths
    return [
        kind,
        str(len(paths)),
        *(f"{mean * 1000:.1f}" for mean in means),
        f"{1 / sum(means[:3]):.1f}",
        *(f"{1 / sandboxed(enough, count, rounds):.1f}" for count in (1, workers)),
        str(memory(paths)),
    ]


def expanded(named: Iterable[Path]) -> list[Path]:
    """The files named and those in the folders named."""
    return [
        path
        for start in named
        for path in (sorted(start.rglob("*")) if start.is_dir() else [start])
        if path.is_file()
    ]


def printed(folder: Path) -> list[Path]:
    """Files with a report in each format that the tests can print."""
    paths = []
    for suffix, printer in WHOLE.items():
        paths.append(folder / f"report.{suffix}")
        paths[-1].write_bytes(printer())
    return paths


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kinds: defaultdict[str, list[Timing]] = defaultdict(list)
        for path in expanded(options.files) or printed(Path(folder)):
            timing = best(path, options.rounds)
            if timing is not None:
                kinds[timing.kind].append(timing)
        heads = [head.format(n=options.workers) for head in HEADS]
        print(f"| {' | '.join(heads)} |")
        print(f"|---{'|--:' * (len(heads) - 1)}|")
        for kind, timings in sorted(kinds.items()):
            cells = row(kind, timings, options.workers, options.rounds)
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
