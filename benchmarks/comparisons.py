"""Bytes of what the page of comparisons loads, beside the API's documents of the same columns.

    PYTHONPATH=src:tests python benchmarks/comparisons.py 208

makes so many invented cities (eight agencies each, six years, and a zone) and prints the sizes as
they are and compressed.
"""

from __future__ import annotations

import gzip
import sys
import time

import make

import invented
from gongkai.model import Corpus, Published
from gongkai.package.api.panel import panel_documents
from gongkai.pages.compare_data import compare_files

#: What is told one by one: a count, and a rate with its two figures.
SHOWN = ("received_total", "rate_granted", "granted_total", "processed_total")


def corpus(cities: int) -> Corpus:
    """The reports of so many cities, not checked."""
    places = {f"{50 + n // 20}{n % 20:02}00": f"第{n + 1}市" for n in range(cities)}
    return make.corpus(
        *(
            Published(report, ())
            for at, agency in enumerate(invented.agencies(places))
            for report in invented._reports(at, agency)  # noqa: SLF001  # the corpus of the tests
        )
    )


def told(name: str, content: bytes) -> None:
    """A line of the table."""
    print(f"{len(content):>9} {len(gzip.compress(content, 6)):>8}  {name}")


def main() -> None:
    """Make, measure, print."""
    made = corpus(int(sys.argv[1]))
    print(f"{len(made.reports)} reports")
    start = time.process_time()
    files = dict(compare_files(made))
    print(f"{time.process_time() - start:.1f} s for {len(files)} files")
    told("all files, each compressed by itself:", b"".join(files.values()))
    print(sum(len(gzip.compress(content, 6)) for content in files.values()))
    for name in ("agencies", *SHOWN):
        told(f"{name}.js", files[f"data/compare/{name}.js"])
    for path, content in panel_documents(made):
        if path.rpartition("/")[2].removesuffix(".json") in SHOWN:
            told(path, content)


if __name__ == "__main__":
    main()
