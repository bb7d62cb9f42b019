#!/usr/bin/env python3
"""Speed of the list of reports, the index of agencies and the tree of regions in Chromium.

    python benchmarks/list.py [--site DIR] [--rows N …] [--runs N]

Takes a built site (`gongkai build`) and gives its pages invented data in place of their own: N
reports of agencies in all provinces, prefectures and counties of the standard's codes, six years
each, the same for a seed. Serves both on this machine. Prints the median of the runs, and the
worst pause of the page in any of them. Times depend on the machine: compare ratios.

usable: from the request to the table with its count. filter, sort, page, column: from the
reader's act to the rows on the screen. Work is the time the page's main thread was busy with it,
which other programs on the machine do not lengthen much; pauses are by the wall.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chromium import chromium  # made importable above
from gongkai.entry.divisions import divisions
from gongkai.model import Region
from gongkai.package.lists import MORE_FIGURES, MORE_RATES, TABLE_FIGURES, TABLE_RATES
from gongkai.package.schema import SMALL_DENOMINATOR
from gongkai.pages.browse import Branch, Share
from gongkai.pages.frame import Page as SitePage
from gongkai.pages.frame import Setting, render_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

YEARS = range(2019, 2025)
#: Classes that the committed reports have, so that the page has words for them.
CLASSES = {
    "government": "人民政府",
    "government_office": "政府办公室",
    "statistics": "统计局",
    "government_services": "政务服务中心",
}
#: One in so many figures is not there; one in so many reports has findings.
ABSENT, FOUND = 12, 3
#: From this year on the form of 2021.
NEW_FORM = 2021
BLANK = "2"

#: Waits until the table says something else, and two frames more; gives the milliseconds.
_TIMED = """async (act) => {
  const count = document.getElementById("count");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const rows = () => [...document.querySelectorAll("#interactive .tabulator-row")].map((r) => r.textContent).join();
  const [before, shown] = [count.textContent, rows()];
  const from = performance.now();
  (new Function(act))();
  while (count.textContent === before && rows() === shown) {
    if (performance.now() - from > 20000) throw new Error(act);
    await frame();
  }
  await frame();
  return performance.now() - from;
}"""
_UNFOLD = """async () => {
  const from = performance.now();
  document.getElementById("unfold").click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - from;
}"""
_WATCH = """
  window.pauses = [];
  new PerformanceObserver((list) => list.getEntries().forEach((one) => window.pauses.push(one.duration)))
    .observe({ type: "longtask", buffered: true });
  new MutationObserver((_, seen) => {
    if (!document.getElementById("count")?.textContent.includes("排列")) return;
    window.usable = performance.now();
    seen.disconnect();
  }).observe(document, { childList: true, subtree: true, characterData: true });
"""


def choose(field: str, value: str) -> str:
    """The act of choosing in a field."""
    return (
        f"{{ const f = document.getElementById('f-{field}'); f.value = '{value}';"
        "f.dispatchEvent(new Event('input', {bubbles: true})); }"
    )


def sort_by(field: str) -> str:
    """The act of sorting by a column."""
    return f"document.querySelector(\".tabulator-col[tabulator-field='{field}']\").click();"


def tick(field: str) -> str:
    """The act of choosing a column."""
    return f"document.querySelector(\"input[name=cols][value='{field}']\").click();"


PAGE = "document.querySelector('#pager [data-page=next]').click();"
ACTS = {
    "filter by year": choose("year", "2022"),
    "filter by class": choose("class", "statistics"),
    "filter by region": choose("region", "410000"),
    "filter cleared": choose("region", "") + choose("class", "") + choose("year", ""),
    "filter by a word": choose("q", "二七"),
    "word cleared": choose("q", ""),
    "next page": PAGE,
    "sort by a figure": sort_by("received_total"),
    "sort by a rate": sort_by("rate_granted"),
    "sort by agency": sort_by("agency"),
    "column of the first file": tick("processed_total"),
    "column of the second file": tick("denied_total"),
}
AGENCY_ACTS = {
    "filter by class": choose("class", "statistics"),
    "filter by a word": choose("q", "二七"),
    "word cleared": choose("q", ""),
    "sort by agency": sort_by("agency"),
}


def places() -> list[Region]:
    """All places of the standard in force, in the order of a tree."""
    now = [names[-1] for names in divisions().values() if names[-1].last is None]
    known = {one.adcode: one for one in now}

    def path(code: str | None) -> list[str]:
        return [*path(known[code].parent), code] if code in known else []

    ordered = sorted(now, key=lambda one: path(one.adcode))
    return [
        Region(
            one.adcode,
            one.adcode,
            one.name,
            "",
            one.kind,
            path(one.adcode)[-2] if len(path(one.adcode)) > 1 else None,
        )
        for one in ordered
    ]


def invented(rows: int, seed: int = 6) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both files of the table with that many reports."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    regions = places()
    number = {region.id: at for at, region in enumerate(regions)}
    agencies: list[tuple[str, str, int, str, str]] = []
    while len(agencies) * len(YEARS) < rows:
        at = len(agencies)
        region = regions[draw.randrange(len(regions))]
        kind = list(CLASSES)[at % len(CLASSES)]
        agencies.append(
            (
                f"cn-{region.adcode}-a{at}",
                region.name + CLASSES[kind],
                number[region.id],
                region.kind,
                kind,
            )
        )
    agencies.sort(key=lambda one: one[2])
    lines = [(year, at) for year in reversed(YEARS) for at in range(len(agencies))][:rows]

    def figure() -> list[int | str]:
        return [
            BLANK if draw.randrange(ABSENT) == 0 else int(draw.expovariate(0.02)) for _ in lines
        ]

    def few(one_in: int) -> list[int]:
        return [draw.randrange(1, 4) if draw.randrange(one_in) == 0 else 0 for _ in lines]

    figures = {name: figure() for name in (*TABLE_FIGURES, *MORE_FIGURES)}
    rates = {
        "rate_granted": ["granted_total", "processed_total"],
        "rate_denied": ["denied_total", "processed_total"],
        "rate_unable": ["unable_total", "processed_total"],
        "rate_review_overturned": ["review_overturned", "review_decided"],
        "rate_suit_overturned": ["suits_overturned", "suits_decided"],
    }
    for part, whole in rates.values():
        figures[part] = [
            draw.randint(0, all_) if isinstance(all_, int) and isinstance(one, int) else one
            for one, all_ in zip(figures[part], figures[whole], strict=True)
        ]

    def status(name: str) -> list[int]:
        part, whole = rates[name]
        return [
            2
            if isinstance(one, str) or isinstance(all_, str)
            else 4
            if all_ == 0
            else 1
            if all_ < SMALL_DENOMINATOR
            else 0
            for one, all_ in zip(figures[part], figures[whole], strict=True)
        ]

    heads = ("id", "name", "region", "level", "class")
    first = {
        "regions": {
            "id": [one.id for one in regions],
            "name": [one.name for one in regions],
            "parent": [number.get(one.parent or "", -1) for one in regions],
        },
        "agencies": {head: [one[at] for one in agencies] for at, head in enumerate(heads)},
        "rates": rates,
        "columns": {
            "agency": [at for _, at in lines],
            "year": [year for year, _ in lines],
            "form": [2 if year >= NEW_FORM else 1 for year, _ in lines],
            "errors": few(FOUND * 4),
            "warnings": few(FOUND * 2),
            "notes": few(FOUND),
            **{name: figures[name] for name in TABLE_FIGURES},
            **{name: status(name) for name in TABLE_RATES},
        },
    }
    more = {
        "columns": {
            "blanks": few(FOUND),
            "published": [f"{year + 1}-01-{draw.randint(1, 31):02}" for year, _ in lines],
            **{name: figures[name] for name in MORE_FIGURES},
            **{name: status(name) for name in MORE_RATES},
        },
        "marked": {},
    }
    return first, more


def packed(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON can hold
    """JSON as the site has it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def served(first: dict[str, Any], more: dict[str, Any], own: dict[str, Any]) -> dict[str, bytes]:
    """The files the pages are given; what is not invented is that of the site.

    Raises:
        ValueError: if the invented data have other columns than those of the site.
    """
    for invented_, real in ((first, own["list.json"]), (more, own["list-more.json"])):
        if invented_["columns"].keys() != real["columns"].keys():
            raise ValueError(invented_["columns"].keys() ^ real["columns"].keys())
    return {
        "/data/list.json": packed({**own["list.json"], **first}),
        "/data/list-more.json": packed(more),
    }


def tree_page(page: str) -> bytes:
    """The page of regions with all places of the standard."""
    inside: dict[str | None, list[Region]] = {}
    for one in places():
        inside.setdefault(one.parent, []).append(one)

    def grown(up: str | None) -> tuple[Branch, ...]:
        return tuple(
            Branch(one, 12, 72, 35, Share(3, 157) if one.kind != "county" else None, grown(one.id))
            for one in inside.get(up, ())
        )

    values = {"tree": grown(None), "total": len(places()), "share": Share(3, 157), "listed_to": ""}
    made = render_page(SitePage("regions/index.md", "", "regions.html", values), Setting())
    start, end = '<div class="gk-tree" id="tree">', '<p class="gk-note">'
    html = made[made.index(start) : made.index(end)]
    return (page[: page.index(start)] + html + page[page.index(end) :]).encode()


class Handler(SimpleHTTPRequestHandler):
    """The site, with some files replaced."""

    def __init__(self, *args: Any, replaced: dict[str, bytes], **more: Any) -> None:  # noqa: ANN401  # the library's own
        self.replaced = replaced
        super().__init__(*args, **more)

    def do_GET(self) -> None:
        """A replaced file, or one of the site; text is compressed, as hosts do."""
        path = self.path.partition("?")[0]
        local = Path(self.translate_path(path))
        local = local / "index.html" if local.is_dir() else local
        if path not in self.replaced and not local.is_file():
            self.send_error(404)
            return
        data = self.replaced.get(path) or local.read_bytes()
        data = gzip.compress(data, 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(local)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


class Clock:
    """Time of the wall, and of the page's main thread, which others on the machine do not take."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def cpu(self) -> float:
        """Milliseconds of work so far."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration")) * 1000


def measure(browser: Browser, url: str, acts: dict[str, str]) -> dict[str, tuple[float, ...]]:
    """One visit: milliseconds of each act by the wall and of work, the worst pause, the memory."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page: Page = context.new_page()
    clock = Clock(page)
    page.add_init_script(_WATCH)
    page.goto(url)
    page.wait_for_function("window.usable")
    page.wait_for_timeout(200)
    found: dict[str, tuple[float, ...]] = {"usable": (page.evaluate("window.usable"), clock.cpu())}
    found["worst pause while loading"] = (page.evaluate("Math.max(0, ...window.pauses.splice(0))"),)
    for name, act in acts.items():
        before = clock.cpu()
        wall = page.evaluate(_TIMED, act)
        page.wait_for_timeout(150)
        found[name] = (wall, clock.cpu() - before)
    found["worst pause afterwards"] = (page.evaluate("Math.max(0, ...window.pauses)"),)
    found["memory (MB)"] = (page.evaluate("performance.memory.usedJSHeapSize / 1e6"),)
    context.close()
    return found


def measure_tree(browser: Browser, url: str) -> dict[str, tuple[float, ...]]:
    """One visit of the tree of regions."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    clock = Clock(page)
    page.add_init_script(_WATCH)
    page.goto(url)
    loaded = "performance.timing.loadEventEnd - performance.timing.navigationStart"
    found: dict[str, tuple[float, ...]] = {"loaded": (page.evaluate(loaded), clock.cpu())}
    for name, act in {"filter by a word": choose("q", "二七"), "unfold all": _UNFOLD}.items():
        before = clock.cpu()
        wall = page.evaluate(_TIMED if name.startswith("filter") else act, act)
        page.wait_for_timeout(150)
        found[name] = (wall, clock.cpu() - before)
    found["worst pause"] = (page.evaluate("Math.max(0, ...window.pauses)"),)
    context.close()
    return found


def told(title: str, runs: list[dict[str, tuple[float, ...]]]) -> None:
    """Print the median of each measure, and the most of each pause."""
    print(f"{title:30}{'wall ms':>10}{'work ms':>10}")
    for name in runs[0]:
        columns = list(zip(*(run[name] for run in runs), strict=True))
        values = [max(one) if "pause" in name else statistics.median(one) for one in columns]
        print(f"  {name:28}" + "".join(f"{value:10.0f}" for value in values))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--site", type=Path, default=Path("site"))
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    own = {
        name: json.loads((asked.site / "data" / name).read_bytes())
        for name in ("list.json", "list-more.json")
    }
    tree = tree_page((asked.site / "regions" / "index.html").read_text(encoding="utf-8"))
    replaced: dict[str, bytes] = {"/regions/": tree}
    handler = partial(Handler, directory=str(asked.site), replaced=replaced)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/"
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--enable-precise-memory-info"],
        )
        for rows in asked.rows:
            files = served(*invented(rows), own)
            replaced.update(files)
            for path, data in files.items():
                print(
                    f"{path} {rows}: {len(data) / 1e6:.2f} MB, {len(gzip.compress(data, 6)) / 1e3:.0f} KB gz"
                )
            for name, acts in (("reports/", ACTS), ("agencies/", AGENCY_ACTS)):
                told(
                    f"{name} {rows}",
                    [measure(browser, root + name, acts) for _ in range(asked.runs)],
                )
        print(
            f"/regions/ {len(places())} regions: {len(tree) / 1e3:.0f} KB, {len(gzip.compress(tree, 6)) / 1e3:.0f} KB gz"
        )
        told("regions/", [measure_tree(browser, root + "regions/") for _ in range(asked.runs)])
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
