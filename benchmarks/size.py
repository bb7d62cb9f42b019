#!/usr/bin/env python3
"""What a built site weighs, part by part, and what that makes at 10,000 reports.

    python benchmarks/size.py [SITE] [--reports N]

A part that each report has more of is told per report and for `--reports`; what a site has once
(programs, styles, pages about the project) is not multiplied. `gz` is what a host that compresses
sends, measured on some files of a part. At the end: the largest pages, and what takes the bytes of
the database.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from gongkai.package.elsewhere import is_download

#: What is compared with the budget, in bytes (web hosts count in powers of ten).
BUDGET = 10**9
#: Part → what the paths of its files look like; the first that fits counts. Starred parts a site
#: has once; parts with two stars can be served from another host and do not count.
PARTS: tuple[tuple[str, str], ...] = (
    ("** pictures and places of originals", r"originals/"),
    ("** original files", r"reports/[^/]+/files/.*original\."),
    ("report pages", r"reports/[^/]+/index\.html"),
    ("report workbooks", r"reports/.*\.xlsx"),
    ("report packages", r"reports/.*\.zip"),
    ("report CSV", r"reports/.*\.csv"),
    ("report JSON beside pages", r"reports/.*\.json"),
    ("report JSON of the API", r"api/v1/reports/"),
    ("report files, other", r"reports/[^/]+/.+"),
    ("API series and panel", r"api/v1/(series|panel)"),
    ("API, other", r"api/"),
    ("agencies", r"agencies/"),
    ("regions", r"regions/"),
    ("years", r"years/"),
    ("compared pairs", r"beside/"),
    ("checks and issues", r"(checks|quality)/"),
    ("search index", r"(pagefind|search)/"),
    ("data: database", r"data/.*\.sqlite"),
    ("data: CSV", r"data/.*\.csv"),
    ("data: Parquet", r"data/.*\.parquet"),
    ("data: packages", r"data/.*\.zip"),
    ("data: workbook", r"data/.*\.xlsx"),
    ("data: other", r"data/(?!codebook)"),
    ("list of reports", r"reports/index\.html"),
    ("* everything else", r""),
)
_SAMPLE, _LARGEST, _MB = 20, 12, 10**6


def weighed(site: Path) -> dict[str, list[Path]]:
    """The files of each part."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        part = next(part for part, shape in PARTS if re.match(shape, named(site, path)))
        found[part].append(path)
    return found


def named(site: Path, path: Path) -> str:
    """The path of a file below the site's root."""
    return path.relative_to(site).as_posix()


def packed(paths: list[Path]) -> float:
    """How much of its bytes a file of the part keeps when it is compressed, on a sample."""
    chosen = [p for p in paths[:: max(1, len(paths) // _SAMPLE)] if p.stat().st_size < 50 * _MB]
    data = [path.read_bytes() for path in chosen]
    whole = sum(map(len, data))
    return sum(len(gzip.compress(one, 6)) for one in data) / whole if whole else 1.0


def reports_in(site: Path) -> int:
    """How many reports the site has."""
    index = json.loads((site / "api/v1/index.json").read_bytes())
    return int(index["totals"]["reports"])


def parts_table(site: Path, wanted: int) -> None:
    """Print each part, and the sum of what counts, with downloads and without."""
    reports = reports_in(site)
    total = at_wanted = moved = 0.0
    print(f"{reports} reports\n")
    print(f"| part | files | MB | gz MB | KB a report | MB at {wanted:,} |")
    print("|---|--:|--:|--:|--:|--:|")
    found = weighed(site)
    for part, _ in PARTS:
        paths = found.get(part, [])
        size = sum(path.stat().st_size for path in paths)
        many = size if part.startswith("* ") else size / max(reports, 1) * wanted
        if not part.startswith("**"):
            total, at_wanted = total + size, at_wanted + many
            moved += sum(path.stat().st_size for path in paths if is_download(named(site, path)))
        cells = (
            *(str(len(paths)), f"{size / _MB:.1f}", f"{size * packed(paths) / _MB:.1f}"),
            *(f"{size / max(reports, 1) / 1000:.1f}", f"{many / _MB:.0f}"),
        )
        print(f"| {part} | {' | '.join(cells)} |")
    print(f"| **what counts** | | {total / _MB:.1f} | | | {at_wanted / _MB:.0f} |")
    left = at_wanted - moved / max(reports, 1) * wanted
    print(f"| **without downloads** | | {(total - moved) / _MB:.1f} | | | {left / _MB:.0f} |\n")
    for words, size in (("all of it", at_wanted), ("with downloads elsewhere", left)):
        verdict = "within" if size <= BUDGET else "OVER"
        print(f"{words}: {verdict} the budget of {BUDGET // _MB:,} MB at {wanted:,} reports")


def largest_pages(site: Path) -> None:
    """Print the largest pages with what they are on the wire."""
    pages = sorted(site.rglob("*.html"), key=lambda p: (-p.stat().st_size, p))[:_LARGEST]
    print("\n| page | KB | gz KB |\n|---|--:|--:|")
    for page in pages:
        data = page.read_bytes()
        sent = len(gzip.compress(data, 6))
        print(f"| {page.relative_to(site)} | {len(data) / 1000:.0f} | {sent / 1000:.1f} |")


def database(path: Path) -> None:
    """Print what takes the bytes of the database, where this SQLite can tell."""
    query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 15"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        try:
            rows = base.execute(query).fetchall()
        except sqlite3.OperationalError:
            print("\nthis SQLite has no dbstat")
            return
    print("\n| in the database | MB |\n|---|--:|")
    for name, size in rows:
        print(f"| {name} | {size / _MB:.2f} |")


def main() -> None:
    """Weigh and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path, nargs="?", default=Path("site"))
    parser.add_argument("--reports", type=int, default=10_000)
    options = parser.parse_args()
    parts_table(options.site, options.reports)
    largest_pages(options.site)
    base = options.site / "data" / "gongkai.sqlite"
    if base.is_file():  # it may stand elsewhere
        database(base)


if __name__ == "__main__":
    main()
