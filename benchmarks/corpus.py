#!/usr/bin/env python3
"""Speed and memory of the checks on many invented reports, and what the text comparison finds.

    python benchmarks/corpus.py [--reports N] [--years N] [--workers N] [--seed N]

The reports are made in memory, the same for a seed: agencies with several years and texts of about
1,300 characters. No figure goes on from one year to the next, so that every sum across years fails
and is told: the slow case. One in 20 has a wrong total. One in ten
of the texts repeats the agency's text of the year before, and one in 20 that of another agency of
the same year, each with three in a hundred of the phrases changed.

Checks of one report run in workers, each on its share; checks of the corpus run in this process.
Memory is the peak of resident memory: of this process, which holds all reports, and of a worker.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

import make  # noqa: E402  # made importable above

from gongkai.checks import CORPUS_CHECKS, check, localise  # noqa: E402
from gongkai.model import CellId, Published  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Agency, Corpus, Entry, Finding, Number, Report

FIRST_YEAR = 2021
#: Phrases of a text and of a sentence, and how many different ones there are.
PHRASES, SENTENCE, VOCABULARY = 130, 5, 20_000
#: One in so many: texts copied from the year before, from another agency, wrong totals.
COPIED_YEAR, COPIED_AGENCY, WRONG = 10, 20, 20
#: Of a copied text one phrase in so many is another.
CHANGED = 33
TOTAL = CellId("requests", "received", "total")
DECISIONS = CellId("disclosure", "licensing", "decisions")


@dataclass(frozen=True)
class Plan:
    """Which reports are made."""

    reports: int
    years: int
    seed: int

    @property
    def agencies(self) -> int:
        """How many agencies there are."""
        return -(-self.reports // self.years)


def vocabulary(seed: int) -> list[str]:
    """Phrases without sense, of 6 to 14 characters."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    return [
        "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(draw.randint(6, 14)))
        for _ in range(VOCABULARY)
    ]


def agency(number: int) -> Agency:
    """The agency of that number."""
    slug = f"a{number:05}"
    return replace(make.AGENCY, id=f"cn-990100-{slug}", slug=slug, name=f"示例市第{number}局")


@dataclass(frozen=True)
class Text:
    """The text of an agency's report of a year, and the kind of finding it is to cause, if any."""

    agency: int
    year: int
    words: str
    copied: str


def texts(plan: Plan) -> Iterator[Text]:
    """The texts of a plan, agency by agency."""
    words = vocabulary(plan.seed)
    draw = random.Random(plan.seed + 1)  # noqa: S311  # no secret
    last: dict[int, list[str]] = {}
    for number in range(plan.agencies):
        before: list[str] = []
        for year in range(FIRST_YEAR, FIRST_YEAR + plan.years):
            source, copied = [draw.choice(words) for _ in range(PHRASES)], ""
            if before and draw.randrange(COPIED_YEAR) == 0:
                source, copied = before, "S-16-years"
            elif year in last and draw.randrange(COPIED_AGENCY) == 0:
                source, copied = last[year], "S-16-agencies"
            before = [p if draw.randrange(CHANGED) else draw.choice(words) for p in source]
            last[year] = before
            ends = (
                f"{p}{'。' if at % SENTENCE == SENTENCE - 1 else '，'}"
                for at, p in enumerate(before)
            )
            yield Text(number, year, "".join(ends), copied)


def invented(plan: Plan) -> Iterator[Report]:
    """The reports of a plan, in the order of their ids."""
    draw = random.Random(plan.seed + 2)  # noqa: S311  # no secret
    known: dict[int, dict[CellId, Number]] = {}
    for one in islice(texts(plan), plan.reports):
        start = (one.agency * 7 + one.year) % 997
        figures = known.setdefault(start, make.figures(start=start))
        changed = {DECISIONS: draw.randrange(10**6)}
        if draw.randrange(WRONG) == 0:
            changed[TOTAL] = int(figures[TOTAL]) + 1
        report = make.report(
            year=one.year,
            agency=agency(one.agency),
            numbers={**figures, **changed},
            texts={**make.TEXTS, "overview": one.words},
        )
        yield replace(report, entry=replace(entry_of(report), transcription="full"))


def entry_of(report: Report) -> Entry:
    """The entry of a report that was made here."""
    return Published(report, ()).entry


def check_share(plan: Plan, worker: int, workers: int) -> tuple[int, float, int]:
    """Reports, seconds of processor time for their checks, and megabytes, of one worker."""
    reports = [r for at, r in enumerate(invented(plan)) if at % workers == worker]
    begun = time.process_time()
    for report in reports:
        localise(report, check(report))
    return len(reports), time.process_time() - begun, megabytes()


def megabytes() -> int:
    """The peak of resident memory of this process (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def check_all(corpus: Corpus) -> Iterator[tuple[str, float, list[tuple[str, Finding]]]]:
    """Each check of the corpus: its id, seconds and what it found."""
    for name, one in CORPUS_CHECKS.items():
        begun = time.process_time()
        found = list(one.function(corpus))
        yield name, time.process_time() - begun, found


def copies(plan: Plan) -> set[tuple[str, str]]:
    """(report id, instance) of the findings that the copied texts must cause."""
    return {
        (f"{agency(one.agency).id}-{one.year}", one.copied)
        for one in islice(texts(plan), plan.reports)
        if one.copied
    }


def table(lines: Sequence[Sequence[str]]) -> str:
    """The lines as a table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=4)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plan = Plan(options.reports, options.years, options.seed)
    with ProcessPoolExecutor(options.workers) as pool:
        share = partial(check_share, plan, workers=options.workers)
        shares = list(pool.map(share, range(options.workers)))
    seconds = max(taken for _, taken, _ in shares)
    count = sum(number for number, _, _ in shares)
    print(f"checks of one report: {count} reports, {options.workers} workers, {seconds:.1f} s,")
    print(f"  {count / sum(s for _, s, _ in shares):.0f} reports/s a core,")
    print(f"  {max(memory for _, _, memory in shares)} MB a worker at most", flush=True)
    corpus = make.corpus(*(Published(report, ()) for report in invented(plan)))
    held = megabytes()
    lines = [["check", "s", "results", "findings"], ["---", "--:", "--:", "--:"]]
    alike: set[tuple[str, str]] = set()
    for name, taken, found in check_all(corpus):
        failures = [(report, finding.instance) for report, finding in found if finding.fails]
        lines.append([name, f"{taken:.1f}", str(len(found)), str(len(failures))])
        alike |= set(failures)
    print(table(lines))
    planted = copies(plan)
    print(f"copied texts: {len(planted)}, of which found {len(planted & alike)}")
    print(f"memory: {held} MB for the reports, {megabytes()} MB with their checks")


if __name__ == "__main__":
    main()
