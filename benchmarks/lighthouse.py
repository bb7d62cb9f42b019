#!/usr/bin/env python3
"""Lighthouse over a built site: all four scores, and the times behind the one for speed.

    python benchmarks/lighthouse.py [SITE] [--rounds N] [PATH ...]

Lighthouse plays a slow phone on a slow line. Of several rounds the quickest counts: what else the
machine does only makes a page slower. The server does not compress, so that bytes weigh more here
than on a host that does.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from gongkai.site import make_server  # noqa: E402  # the same
from run_lighthouse import run_lighthouse  # noqa: E402  # made importable above

KINDS = ("performance", "accessibility", "best-practices", "seo")
TIMES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "max-potential-fid": "longest task",
}


def prominent(site: Path) -> list[str]:
    """Home, list, the first report, and the page that compares where there is one."""
    report = next(p.parent.name for p in sorted(site.glob("reports/*/index.html")))
    pages = ["", "reports/", f"reports/{report}/", "compare/"]
    return [page for page in pages if (site / page / "index.html").is_file()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path, nargs="?", default=Path("site"))
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    print(f"| page | {' | '.join(KINDS)} | {' | '.join(f'{t} ms' for t in TIMES.values())} |")
    print("|---" + "|--:" * (len(KINDS) + len(TIMES)) + "|")
    with make_server(options.site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for path in options.paths or prominent(options.site):
            url = f"http://127.0.0.1:{server.server_port}/{path}"
            rounds = [run_lighthouse(url, KINDS) for _ in range(options.rounds)]
            best = max(rounds, key=lambda one: one.scores["performance"])
            cells = [str(best.scores[kind]) for kind in KINDS]
            cells += [f"{best.times[name]:.0f}" for name in TIMES]
            print(f"| {path or '/'} | {' | '.join(cells)} |", flush=True)
        server.shutdown()


if __name__ == "__main__":
    main()
