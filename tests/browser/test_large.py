"""What must hold however many reports there are: light, quick, whole, accessible, in bounds.

`GONGKAI_SITE` names a site that was built of `scripts/invent.py`; else a few hundred are built.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import re
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pdfplumber
import pytest

from gongkai.model import CellId
from gongkai.pages.words import cell_anchor
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
#: What was asked for before the page was there.
_BEFORE_LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const all = performance.getEntriesByType("resource");
  return all.filter((one) => one.startTime < page.loadEventStart).map((one) => one.name);
}"""
#: Requests newly received, all applicants together: asked of all reports, and its anchor on a page.
RECEIVED = """SELECT count(*), sum(value), max(value) FROM cells
WHERE "table" = 'requests' AND row_id = 'received' AND column_id = 'total'"""
TOTAL = cell_anchor(CellId("requests", "received", "total"))


def packed(data: bytes) -> int:
    """Bytes as a host that compresses sends them."""
    return min(len(data), len(gzip.compress(data, 6)))


def prominent(folder: Path) -> dict[str, str]:
    """A page of each template with reports in it; of each kind the largest there is."""

    def largest(kind: str) -> str:
        # The folder of reports has lists too, a year each.
        shape = "cn-*" if kind == "reports" else "*"
        pages = (folder / kind).glob(f"{shape}/index.html")
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
    """200 KB for a report, 250 KB for a list with its first rows; nothing from another host.

    What a list filters and sorts is asked for once the page is there, and is not part of it.
    """
    path = prominent(large.folder)[name]
    sizes = loaded(sheet, large.url + path)
    early = set(sheet.evaluate(_BEFORE_LOADED))
    later = {url for url in sizes if "/data/" in url and url.endswith(".json")}
    first = sum(size for url, size in sizes.items() if url not in later)
    page = packed((large.folder / path / "index.html").read_bytes())
    told = f"page {page / 1000:.1f} KB, first load {first / 1000:.0f} KB"
    data = f", then data {sum(sizes[url] for url in later) / 1000:.0f} KB" if later else ""
    sys.stdout.write(f"{path}: {told}{data}\n")
    assert early
    assert early & later == set()
    assert {urlsplit(url).netloc for url in sizes} == {urlsplit(large.url).netloc}
    assert first <= (REPORT if name == "report" else INDEX)


def test_pages_of_reports_are_small(large: Site) -> None:
    """The page of a usual report is 15 KB or less on the wire; a long narrative makes it larger."""
    pages = sorted((large.folder / "reports").glob("cn-*/index.html"))
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


def asked(large: Site, sql: str, *values: str) -> list[tuple[Any, ...]]:
    """What the published database answers."""
    with closing(sqlite3.connect(large.folder / "data" / "gongkai.sqlite")) as base:
        return base.execute(sql, values).fetchall()


def report_of(large: Site) -> dict[str, Any]:
    """The data of the report whose page is the largest."""
    name = prominent(large.folder)["report"].split("/")[1]
    told: dict[str, Any] = json.loads(
        (large.folder / "api/v1/reports" / f"{name}.json").read_bytes()
    )
    return told


def test_the_list_is_sorted_by_keyboard(large: Site, sheet: Page) -> None:
    """A head sorts by Enter, the largest first by a second one, of all reports and not of a page."""
    sheet.goto(large.url + PAGES["list"])
    sheet.locator(".tabulator-col", has_text="新收申请").first.focus()
    sheet.keyboard.press("Enter")
    sheet.wait_for_function("location.search.includes('sort=received_total')")
    sheet.keyboard.press("Enter")
    sheet.locator("#count", has_text="降序").wait_for()
    cells = sheet.locator("#interactive .tabulator-row [tabulator-field=received_total]")
    shown = [int(text.replace(",", "")) for text in cells.all_inner_texts()]
    largest = asked(large, RECEIVED)[0][-1]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] == int(largest)


def test_an_address_brings_a_comparison_back(large: Site, sheet: Page) -> None:
    """Two agencies of several years: their figures of the panel, the same table once more."""
    several = """SELECT agency_id FROM panel WHERE received_total_st = 'number'
    GROUP BY 1 HAVING count(*) > 2 ORDER BY 1 LIMIT 2"""
    chosen = [name for (name,) in asked(large, several)]
    names = ",".join(chosen)
    address = f"{large.url}{PAGES['compare']}?a={names}&t=received_total"
    tables = []
    for _ in range(2):
        sheet.goto(address)
        sheet.locator("#c-result td").first.wait_for()
        sheet.get_by_text("正在载入").wait_for(state="hidden")
        tables.append(sheet.locator("#c-result").inner_text())
        address = sheet.url
    figures = asked(
        large,
        """SELECT received_total FROM panel WHERE received_total_st = 'number'
        AND agency_id IN (?, ?)""",
        *chosen,
    )
    assert tables[0] == tables[1]
    assert figures
    assert [number for (number,) in figures if f"{int(number):,}" not in tables[0]] == []


def test_questions_in_sql_are_answered(large: Site, sheet: Page) -> None:
    """Through parts of the database where it is large: the answer is that of SQLite."""
    sheet.goto(large.url + PAGES["ask"])
    sheet.fill("#sql", RECEIVED)
    sheet.click("#run")
    sheet.locator("#result td").first.wait_for()
    shown = sheet.locator("#result tbody tr").first.locator("th, td").all_inner_texts()
    assert [int(text.replace(",", "")) for text in shown] == [*map(int, asked(large, RECEIVED)[0])]


def test_figures_lead_to_their_originals(large: Site, sheet: Page) -> None:
    """A figure opens what it is and where it stands, with the original or a link to it."""
    sheet.goto(large.url + prominent(large.folder)["report"])
    sheet.locator(f"#{TOTAL}").get_by_role("button").click()
    shown = sheet.get_by_role("dialog")
    assert "requests/received/total" in shown.inner_text()
    assert "原文" in shown.inner_text()
    shown.locator(".gk-box, mark, table, a[href*='original']").first.wait_for()


def test_without_scripts_every_figure_stands_on_the_page(large: Site, browser: Any) -> None:
    """Each printed number of the data is the text of its cell."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(large.url + prominent(large.folder)["report"])
    texts = dict(
        page.locator("td[id]").evaluate_all("all => all.map((td) => [td.id, td.textContent])")
    )
    context.close()
    figures = {
        cell_anchor(CellId(table["table"], row, column)): value
        for table in report_of(large)["tables"]
        for row, values in zip(table["rows"], table["values"], strict=True)
        for column, value in zip(table["columns"], values, strict=True)
        if isinstance(value, int)
    }
    assert len(figures) > 100
    assert [
        texts[name]
        for name, value in figures.items()
        if re.fullmatch(rf"(▲.*\D)?{value:,}", texts[name]) is None
    ] == []


def test_a_report_prints_with_its_tables_and_source(
    large: Site, sheet: Page, caplog: pytest.LogCaptureFixture
) -> None:
    """On A4: the title, the largest figures, the hash of the original and the page's address."""
    path = prominent(large.folder)["report"]
    told = report_of(large)
    sheet.goto(large.url + path)
    caplog.set_level(logging.CRITICAL)  # a font of the browser has no box; words have theirs
    with pdfplumber.open(io.BytesIO(sheet.pdf(format="A4"))) as pdf:
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    values = [value for table in told["tables"] for row in table["values"] for value in row]
    largest = sorted(value for value in values if isinstance(value, int))[-5:]
    assert [value for value in largest if f"{value:,}" not in text] == []
    assert told["original_sha256"] in text
    assert path.strip("/") in text


def test_every_link_of_the_large_site_leads_somewhere(large: Site) -> None:
    """Pages, files and anchors."""
    assert broken_links(large.folder, "https://gongkai.github.io/gongkai/")[:20] == []
