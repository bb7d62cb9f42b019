#!/usr/bin/env python3
"""Lighthouse over a built site: all four scores, and the times behind the one for speed.

    python benchmarks/lighthouse.py [SITE] [--rounds N] [--plain] [PATH ...]

Lighthouse plays a slow phone on a slow line. Of several rounds the middle one counts. Texts are
compressed by aiohttp, as any common host does it; with `--plain` they are sent as they are, by the
server of the preview.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from gongkai.site import make_server  # noqa: E402  # the same
from run_lighthouse import run_lighthouse  # noqa: E402  # made importable above

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("performance", "accessibility", "best-practices", "seo")
TIMES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "max-potential-fid": "longest task",
}
#: What hosts compress.
TEXTS = frozenset({".html", ".css", ".js", ".json", ".svg", ".csv", ".txt", ".xml"})


def prominent(site: Path) -> list[str]:
    """Home, list, the first report, and the page that compares where there is one."""
    index = json.loads((site / "api/v1/reports.json").read_bytes())
    report = index["columns"]["report_id"][0]
    pages = ["", "reports/", f"reports/{report}/", "compare/"]
    return [page for page in pages if (site / page / "index.html").is_file()]


@contextlib.contextmanager
def compressing(site: Path) -> Iterator[int]:
    """A server of the site that compresses texts; its port."""

    async def answer(request: web.Request) -> web.StreamResponse:
        path = site / request.path.lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            raise web.HTTPNotFound
        response = web.FileResponse(path)
        if path.suffix in TEXTS:
            response.enable_compression()
        return response

    async def start() -> int:
        runner = web.AppRunner(app)
        await runner.setup()
        listening = web.TCPSite(runner, "127.0.0.1", 0)
        await listening.start()
        return int(runner.addresses[0][1])

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@contextlib.contextmanager
def plain(site: Path) -> Iterator[int]:
    """The server of the preview; its port."""
    with make_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path, nargs="?", default=Path("site"))
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args()
    print(f"| page | {' | '.join(KINDS)} | {' | '.join(f'{t} ms' for t in TIMES.values())} |")
    print("|---" + "|--:" * (len(KINDS) + len(TIMES)) + "|")
    serving = plain if options.plain else compressing
    with serving(options.site) as port:
        for path in options.paths or prominent(options.site):
            url = f"http://127.0.0.1:{port}/{path}"
            rounds = [run_lighthouse(url, KINDS) for _ in range(options.rounds)]
            rounds.sort(key=lambda one: one.scores["performance"])
            middle = rounds[(len(rounds) - 1) // 2]
            cells = [str(middle.scores[kind]) for kind in KINDS]
            cells += [f"{middle.times[name]:.0f}" for name in TIMES]
            print(f"| {path or '/'} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
