"""Time of reading PDFs, beside pdfplumber on the same pages in the same run.

    python3 benchmarks/pdf.py [--rounds N] [FILE …]

Without files: the shared samples with text and the real report, where they are beside the
project. pdfplumber opens the file and extracts the tables of every page; ours opens it and gives
blocks (`read`), or a report with its figures (`read + tidy + parse`). Rounds are interleaved, the
figure is the median, so only the ratios mean anything.
"""

from __future__ import annotations

import argparse
import io
import logging
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pdfplumber

from gongkai.model import Document, Source
from gongkai.parse import parse
from gongkai.read.layout import blocks_of
from gongkai.read.pdf import read_pdf
from gongkai.read.pdf_fast import Pages
from gongkai.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[2] / "shared"
#: Samples without text are recognised, not read: they are measured elsewhere.
SCANS = frozenset({"r20241-0013", "r20241-0029", "r20241-0045"})


def plumber(data: bytes) -> int:
    """The tables of a file by pdfplumber; gives its number of pages."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_tables()
        return len(document.pages)


def read(data: bytes) -> None:
    """The blocks of a file."""
    read_pdf(data, "a.pdf")


def understand(data: bytes) -> None:
    """The figures of a file."""
    parse(
        tidy(Document(Source("a.pdf", "application/pdf", "", len(data)), read_pdf(data, "a.pdf")))
    )


def draw(data: bytes) -> None:
    """What is drawn on the pages of a file, without tables."""
    with Pages(data, "a.pdf") as pages:
        for number in range(1, len(pages) + 1):
            pages.drawn(number)


def place(data: bytes) -> None:
    """As `draw`, with tables, by pdfium alone."""
    with Pages(data, "a.pdf") as pages:
        blocks_of([pages.drawn(number).layout for number in range(1, len(pages) + 1)], "a.pdf")


STEPS: dict[str, Callable[[bytes], object]] = {
    "pdfplumber": plumber,
    "read": read,
    "read + tidy + parse": understand,
    "  glyphs and lines": draw,
    "  and their tables": place,
}


def seconds(step: Callable[[bytes], object], data: bytes) -> float:
    """How long a step takes."""
    start = time.perf_counter()
    step(data)
    return time.perf_counter() - start


def measured(files: list[Path], rounds: int) -> dict[str, list[float]]:
    """Step → seconds for all files, a round each."""
    loaded = [path.read_bytes() for path in files]
    for step in STEPS.values():  # once for the imports and caches
        step(loaded[0])
    times: dict[str, list[float]] = {name: [] for name in STEPS}
    for _ in range(rounds):
        for one in times.values():
            one.append(0.0)
        for data in loaded:
            for name, step in STEPS.items():
                times[name][-1] += seconds(step, data)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    samples = sorted((SHARED / "samples" / "reports").glob("*.pdf"))
    files = asked.files or [
        *(path for path in samples if path.stem not in SCANS),
        *sorted((SHARED / "reports").glob("*.pdf")),
    ]
    if not files:
        parser.error("the shared samples are not there: name files")
    pages = sum(plumber(path.read_bytes()) for path in files)
    times = measured(files, asked.rounds)
    reference = times["pdfplumber"]
    print(f"{len(files)} files, {pages} pages, {asked.rounds} rounds")
    print(f"{'':24s}{'ms/page':>9s}{'of pdfplumber':>15s}")
    for name, spent in times.items():
        ratio = statistics.median(a / b for a, b in zip(spent, reference, strict=True))
        print(f"{name:24s}{1000 * statistics.median(spent) / pages:9.1f}{ratio:15.3f}")


if __name__ == "__main__":
    main()
