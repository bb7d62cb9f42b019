"""What must hold however many reports there are: light, quick, whole, accessible, in bounds.

`GONGKAI_SITE` names a site that was built of `scripts/invent.py`; else a few hundred are built.
"""

from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from served import PAGES, violations
from walk import broken_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from served import Site

#: Bytes on the wire: a report's page, its first load, that of lists, a first search.
PAGE, REPORT, INDEX, SEARCH = 15_000, 200_000, 250_000, 600_000
_FONT = "data:"


def packed(data: bytes) -> int:
    """Bytes as a host that compresses sends them."""
    return min(len(data), len(gzip.compress(data, 6)))


def prominent(folder: Path) -> dict[str, str]:
    """A page of each template with reports in it; of each kind the largest there is."""

    def largest(kind: str) -> str:
        pages = (folder / kind).glob("*/index.html")
        chosen = max(pages, key=lambda page: (page.stat().st_size, page.parent.name))
        return f"{kind}/{chosen.parent.name}/"

    kinds = {"report": "reports", "agency": "agencies", "region": "regions", "year": "years"}
    several = {name: largest(kind) for name, kind in kinds.items()}
    single = (
        "home",
        "list",
        "agencies",
        "regions",
        "years",
        "quality",
        "data",
        "search",
        "compare",
    )
    return {**{name: PAGES[name] for name in single if name in PAGES}, **several}


NAMES = [
    *("home", "list", "agencies", "regions", "years", "quality", "data", "search"),
    *("report", "agency", "region", "year"),
]


@pytest.fixture
def sheet(browser: Any) -> Iterator[Page]:
    """A page of the large site, wide, in the light scheme."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN", bypass_csp=True
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def loaded(page: Page, url: str) -> dict[str, int]:
    """What a first visit loads: address → bytes on the wire."""
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: packed(answer.body())}))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return {address: size for address, size in sizes.items() if not address.startswith(_FONT)}


@pytest.mark.parametrize("name", NAMES)
def test_first_loads_are_light(name: str, large: Site, sheet: Page) -> None:
    """200 KB for a report, 250 KB for a list with its first rows; nothing from another host."""
    path = prominent(large.folder)[name]
    sizes = loaded(sheet, large.url + path)
    page = packed((large.folder / path / "index.html").read_bytes())
    told = f"page {page / 1000:.1f} KB, first load {sum(sizes.values()) / 1000:.0f} KB"
    sys.stdout.write(f"{path}: {told}\n")
    assert {urlsplit(url).netloc for url in sizes} == {urlsplit(large.url).netloc}
    assert sum(sizes.values()) <= (REPORT if name == "report" else INDEX)


def test_pages_of_reports_are_small(large: Site) -> None:
    """The page of a usual report is 15 KB or less on the wire; a long narrative makes it larger."""
    pages = sorted((large.folder / "reports").glob("*/index.html"))
    sizes = sorted(packed(page.read_bytes()) for page in pages[:: max(1, len(pages) // 200)])
    sys.stdout.write(f"median {sizes[len(sizes) // 2]}, largest {sizes[-1]}\n")
    assert sizes[len(sizes) // 2] <= PAGE


@pytest.mark.parametrize("name", NAMES)
def test_large_pages_are_accessible(name: str, large: Site, sheet: Page) -> None:
    """However long the lists: no violation, and no page wider than a phone."""
    path = prominent(large.folder)[name]
    sheet.goto(large.url + path)
    sheet.wait_for_load_state("networkidle")
    assert violations(sheet) == []
    sheet.set_viewport_size({"width": 375, "height": 800})
    assert sheet.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_list_holds_them_all_and_filters(large: Site, sheet: Page) -> None:
    """All are counted; an agency's name leaves its reports alone."""
    reports = json.loads((large.folder / "api/v1/index.json").read_bytes())["totals"]["reports"]
    sheet.goto(large.url + PAGES["list"])
    sheet.wait_for_selector("#interactive .tabulator-row")
    count = sheet.locator("#count")
    assert str(reports) in count.inner_text().replace(",", "")
    first = min((large.folder / "api/v1/agencies").glob("*.json"))
    own = len(list((large.folder / "reports").glob(f"{first.stem}-*/index.html")))
    sheet.fill("#f-q", json.loads(first.read_bytes())["name"])
    sheet.wait_for_function("location.search.includes('q=')")
    sheet.wait_for_function(
        "wanted => document.getElementById('count').textContent.includes(wanted)",
        arg=f"的 {own} 份",
    )


def test_a_first_search_is_light(large: Site, sheet: Page) -> None:
    """Nothing before the first key; 600 KB with what the first word needs; reports are found."""
    before = loaded(sheet, large.url + PAGES["search"])
    assert not [url for url in before if "pagefind" in url or "data/" in url]
    after: dict[str, int] = {}
    sheet.on("response", lambda answer: after.update({answer.url: packed(answer.body())}))
    sheet.fill("#q", "养老机构名录")
    sheet.wait_for_selector("#results a")
    sheet.wait_for_load_state("networkidle")
    sys.stdout.write(f"first query: {sum(after.values()) / 1000:.0f} KB in {len(after)} requests\n")
    assert sum(after.values()) <= SEARCH


def test_typing_never_stops_the_page_for_long(large: Site, sheet: Page) -> None:
    """The longest stop of the main thread while a word is typed is told; times are not asserted."""
    sheet.goto(large.url + PAGES["search"])
    sheet.evaluate(
        "window.longest = 0; new PerformanceObserver((list) => list.getEntries().forEach("
        "(one) => { window.longest = Math.max(window.longest, one.duration); }))"
        ".observe({ type: 'longtask' })"
    )
    sheet.locator("#q").press_sequentially("统计公报", delay=60)
    sheet.wait_for_selector("#results a")
    longest = sheet.evaluate("window.longest")
    sys.stdout.write(f"longest stop of the main thread: {longest:.0f} ms (0: none over 50)\n")
    assert longest >= 0


def test_every_link_of_the_large_site_leads_somewhere(large: Site) -> None:
    """Pages, files and anchors."""
    assert broken_links(large.folder, "https://gongkai.github.io/gongkai/")[:20] == []
