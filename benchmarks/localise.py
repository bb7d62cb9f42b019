#!/usr/bin/env python3
"""How well error localisation finds the cell in which one slip was planted, kind by kind.

    python benchmarks/localise.py [--each N] [--seed N] [--show N]

Sound invented reports of both forms, of all sizes and mostly zero, get one slip each. "Seen": a
sum fails. "Decided": one explanation is left; "right" is the share of these that names exactly the
cells and numbers that were there. "First" and "listed" are of what is not decided: the true
explanation comes first, or is among those listed. "Equal": another single cell fits as well as the
one that is named as decided, tried out cell by cell with the checks; it has to be 0. Then the time:
findings and hints for reports of which every second one has a slip.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import make  # made importable above
from plant import KINDS, VERSIONS, Planted, planted, sound  # the same

from gongkai.checks import check, localise
from gongkai.checks.sheet import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.model import CellId, Hint, Number, Report, Suspect

HEADS = ("slip", "planted", "seen", "decided", "right", "not decided", "first", "listed", "equal")
#: So many reports are timed.
TIMED = 400


def slips(kind: str, each: int, seed: int) -> Iterable[Planted]:
    """So many reports with a slip of that kind."""
    dice = random.Random(f"{seed} {kind}")  # noqa: S311  # invented reports, no secret
    left = each
    while left:
        made = planted(dice, dice.choice(VERSIONS), kind)
        if made is not None:
            left -= 1
            yield made


def tells(suspect: Suspect, truth: dict[CellId, int | None]) -> bool:
    """Whether an explanation names exactly the cells and numbers that were there.

    A blank that was there, a total left out or a zero, cannot be told from its number.
    """
    named = {change.cell: change.value for change in suspect.changes}
    return named.keys() == truth.keys() and all(n in {None, named[c]} for c, n in truth.items())


def equals(report: Report, hint: Hint) -> int:
    """How many other single cells make the sums of the hint hold and break no other one."""
    named = {change.cell for change in hint.suspects[0].changes}
    families = {instance.rpartition("-")[0] for instance in hint.instances}
    found = 0
    for sheet in sheets(report):
        for identity in sheet.failing()[:1] if families else ():
            for cell in identity.left + identity.right:
                number = sheet.solve(cell, identity)
                if cell not in named and number is not None and identity.id in hint.instances:
                    found += not_failing(report, cell, number, hint)
    return found


def not_failing(report: Report, cell: CellId, number: Number, hint: Hint) -> bool:
    """Whether the checks find none of these sums wrong, nor one more, with this number."""
    before = {
        f.instance for f in check(report) if f.fails and f.check[-3:] in {"ROW", "SUM", "BAL"}
    }
    values = {**report.values, cell: replace(report.values[cell], number=number)}
    found = check(replace(report, values=values))
    after = {f.instance for f in found if f.fails and f.check[-3:] in {"ROW", "SUM", "BAL"}}
    return after <= before - set(hint.instances)


def row(kind: str, each: int, seed: int, show: int) -> list[int]:
    """The counts of one kind of slip."""
    count: Counter[str] = Counter()
    for made in slips(kind, each, seed):
        count["planted"] += 1
        hints = localise(made.report, check(made.report))
        if not hints:
            continue
        count["seen"] += 1
        (hint, *more) = hints
        right = [not more and tells(suspect, made.truth) for suspect in hint.suspects]
        if hint.decided and not more:
            count["decided"] += 1
            count["right"] += right[0]
            if len(hint.suspects[0].changes) == 1:
                count["equal"] += equals(made.report, hint)
            if not right[0] and count["shown"] < show:
                count["shown"] += 1
                print(kind, {str(c): n for c, n in made.truth.items()}, hint.message)
        else:
            count["not decided"] += 1
            count["first"] += right[:1] == [True]
            count["listed"] += any(right)
    return [count[head] for head in HEADS[1:]]


def seconds(seed: int) -> float:
    """Seconds for the findings and hints of a report, every second one with a slip."""
    dice = random.Random(seed)  # noqa: S311  # the same
    reports = []
    for at in range(TIMED):
        version = VERSIONS[at % len(VERSIONS)]
        kind = dice.choice(list(KINDS))
        slip = planted(dice, version, kind) if at % 2 else None
        reports.append(slip.report if slip else make.report(version, numbers=sound(dice, version)))
    begun = time.process_time()
    for report in reports:
        localise(report, check(report))
    return (time.process_time() - begun) / TIMED


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    print(f"| {' | '.join(HEADS)} |")
    print(f"|---{'|--:' * (len(HEADS) - 1)}|")
    every = [0] * (len(HEADS) - 1)
    for kind in KINDS:
        counts = row(kind, options.each, options.seed, options.show)
        every = [a + b for a, b in zip(every, counts, strict=True)]
        print(f"| {kind} | {' | '.join(map(str, counts))} |", flush=True)
    print(f"| all | {' | '.join(map(str, every))} |")
    print(f"\n{1000 * seconds(options.seed):.1f} ms a report, findings and hints")


if __name__ == "__main__":
    main()
