#!/usr/bin/env python3
"""Recognition of scans, measured: figures found, silent errors, needless flags, seconds, memory.

    python benchmarks/scan.py [--reports N] [--only NAME]

Prints reports with known figures (tests/print_scan.py), sends them through bad scanners and reads
them back up to the values of the form. A figure is flagged where its confidence is below the
threshold or its status is `ambiguous`; a wrong one without that is silent.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

import make  # noqa: E402  # made importable above
from print_scan import BARE, OPEN, RULED, Scanner, font_file, print_pages, scanned  # noqa: E402  # the same
from printers import Sheet  # noqa: E402  # the same

from gongkai.model import CellId, Document, Source, Status  # noqa: E402  # the same
from gongkai.parse import parse, read_number  # noqa: E402  # the same
from gongkai.read.layout import blocks_of  # noqa: E402  # the same
from gongkai.read.scan import PageImage, recognised  # noqa: E402  # the same
from gongkai.tidy import tidy  # noqa: E402  # the same

if TYPE_CHECKING:
    from gongkai.model import Number, Value

#: Below this a figure is flagged.
THRESHOLD = 0.7
#: Name → scanner and the rules of the tables.
CASES: dict[str, tuple[Scanner, str]] = {
    "300 dpi": (Scanner(300, -1.0, blur=1.5, noise=8, jpeg=75), RULED),
    "200 dpi": (Scanner(200, 0.7, blur=0.8, noise=10, jpeg=70), RULED),
    "200 dpi, noisy": (Scanner(200, 1.5, blur=1.0, noise=18, jpeg=40), RULED),
    "150 dpi": (Scanner(150, -1.2, blur=0.6, noise=6, jpeg=75), RULED),
    "150 dpi, noisy": (Scanner(150, 1.1, blur=0.8, noise=14, jpeg=48), RULED),
    "150 dpi, 3 degrees": (Scanner(150, 3.0, blur=0.6, noise=8, jpeg=70), RULED),
    "150 dpi, photo": (
        Scanner(150, 0.8, keystone=0.02, curve=6, noise=8, jpeg=70, shade=60),
        RULED,
    ),
    "150 dpi, dirty": (Scanner(150, -0.5, blur=0.6, noise=8, jpeg=70, specks=150), RULED),
    "150 dpi, half-ruled": (Scanner(150, 0.9, blur=0.6, noise=8, jpeg=70), OPEN),
    "150 dpi, unruled": (Scanner(150, -0.6, blur=0.6, noise=8, jpeg=70), BARE),
    "100 dpi": (Scanner(100, 1.0, blur=0.5, noise=6, jpeg=75), RULED),
    "100 dpi, noisy": (Scanner(100, -2.0, blur=0.7, noise=12, jpeg=40), RULED),
}


def sheet(seed: int) -> Sheet:
    """A report with figures of every size for which the identities hold, some rows of marks."""
    dice = random.Random(seed)  # noqa: S311  # not for secrets
    version = ("form2021", "form2019")[seed % 2]
    numbers: dict[CellId, Number] = {
        cell: dice.choice((0, 0, dice.randrange(10), dice.randrange(100), dice.randrange(3000)))
        for cell in make.figures(version)
    }
    return Sheet(
        make.form(version), {cell: str(n) for cell, n in _summed(version, numbers).items()}
    )


def _summed(version: str, numbers: dict[CellId, Number]) -> dict[CellId, Number]:
    """The figures with totals that hold."""
    form = make.form(version)
    out = dict(numbers)
    requests = next(t for t in form.tables if t.id == "requests")
    (item,) = requests.items
    people = [c.id for c in item.columns if c.id != "total"]
    outcomes = [r.id for r in item.rows if r.outcome]
    for who in people:
        done = sum(out[CellId("requests", row, who)] for row in outcomes)
        out[CellId("requests", "processed_total", who)] = done
        out[CellId("requests", "pending_start", who)] = 0
        left = out[CellId("requests", "pending_end", who)]
        out[CellId("requests", "received", who)] = done + left
    for row in item.rows:
        total = sum(out[CellId("requests", row.id, who)] for who in people)
        out[CellId("requests", row.id, "total")] = total
    for channel in ("review", "suit_direct", "suit_after_review"):
        parts = ("upheld", "overturned", "other_outcome", "pending")
        total = sum(out[CellId("disputes", channel, p)] for p in parts)
        out[CellId("disputes", channel, "total")] = total
    return out


def read_back(printed: Sheet, scanner: Scanner, rules: str) -> tuple[dict[CellId, Value], int]:
    """The values that are read from a scan of a report, and its pages."""
    pages = [
        PageImage(at, 595, 842, scanned(page, scanner))
        for at, page in enumerate(print_pages(printed, rules), start=1)
    ]
    found = recognised(pages, "scan.pdf")
    blocks = found.restored(blocks_of(found.pages, "scan.pdf"))
    document = Document(Source("scan.pdf", "application/pdf", "", 0), blocks)
    return parse(tidy(document)).values, len(pages)


def count(printed: Sheet, values: dict[CellId, Value], seen: Counter[str], name: str) -> None:
    """Add the cells of one report to the counts; print what is silently wrong."""
    for cell, text in printed.cells.items():
        want, have = read_number(text), values.get(cell)
        seen["cells"] += 1
        right = have is not None and have.number == want.number
        sure = have is not None and (have.confidence is None or have.confidence >= THRESHOLD)
        flagged = have is None or have.status in {Status.AMBIGUOUS, Status.TEXT} or not sure
        seen["right"] += right
        seen["flagged right"] += right and flagged
        seen["silent"] += not right and not flagged
        if not right and not flagged:
            print(f"    {name}: {cell} printed {text!r}, read {have}")


def memory() -> int:
    """The most memory this process ever held, in MB; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line[:6] == "VmHWM:"), 0)


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--reports", type=int, default=2, help="reports a case (default 2)")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    options = parser.parse_args()
    if font_file() is None:
        parser.error("no CJK font found: install fonts-noto-cjk")
    print(f"{'case':22} {'cells':>6} {'recall':>8} {'silent':>8} {'flagged':>8} {'s/page':>7}")
    for name, (scanner, rules) in CASES.items():
        if options.only not in name:
            continue
        seen: Counter[str] = Counter()
        begun, pages = time.perf_counter(), 0
        for seed in range(options.reports):
            printed = sheet(seed)
            values, more = read_back(printed, scanner, rules)
            pages += more
            count(printed, values, seen, name)
        each = (time.perf_counter() - begun) / pages
        shares = [seen[key] / seen["cells"] for key in ("right", "silent", "flagged right")]
        columns = " ".join(f"{100 * share:7.2f}%" for share in shares)
        print(f"{name:22} {seen['cells']:6} {columns} {each:7.1f}", flush=True)
    print(f"memory: {memory()} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
