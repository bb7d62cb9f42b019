"""What the last pass over pages and the copy for a folder cost: `python benchmarks/offline.py`.

Takes the built site in `site/`, repeats its reports so many times in a folder of its own, and
prints processor time a page and bytes a report.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from gongkai.site.finish import finish_pages
from gongkai.site.offline import OFFLINE, write_offline

SITE, TIMES, HOME = Path("site"), 2000, "https://gongkai.example.org/"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        shutil.copytree(SITE, site)
        made = sorted(SITE.glob("reports/cn-*/index.html"))
        for number in range(TIMES):
            page = made[number % len(made)].parent
            shutil.copytree(page, site / "reports" / f"x-{number}")
            shutil.copyfile(page.with_suffix(".csv"), site / "reports" / f"x-{number}.csv")
        began = time.process_time()
        write_offline(site, HOME, None)
        zipped = time.process_time()
        finish_pages(site, HOME, "originals/")
        finished = time.process_time()
        pages = sum(1 for _ in site.rglob("index.html"))
        size = (site / OFFLINE).stat().st_size
    print(f"{pages} pages: zip {(zipped - began) / pages * 1000:.1f} ms a page")
    print(f"last pass {(finished - zipped) / pages * 1000:.2f} ms a page")
    print(f"{size / TIMES / 1000:.1f} KB a report")


if __name__ == "__main__":
    main()
