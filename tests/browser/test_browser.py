"""What a reader meets: accessible, light, without a stranger's host, usable by keyboard."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from gongkai.model import CellId
from gongkai.pages.words import cell_anchor
from served import PAGES, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request

    from served import Site

    Opener = Callable[..., Page]

REPORT = PAGES["report"]
#: Width, dark scheme, scripts. Without scripts there is one scheme.
LOOKS = (
    (1280, False, True),
    (375, False, True),
    (1280, True, True),
    (375, True, True),
    (1280, False, False),
    (375, False, False),
)


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible(name: str, open_page: Opener) -> None:
    """No violation of WCAG A, AA or best practice: wide and narrow, light and dark, and bare."""
    looks = LOOKS[:1] + LOOKS[3:4] if name == "codebook" else LOOKS  # its tables take long
    for width, dark, scripts in looks:
        page = open_page(PAGES[name], width=width, dark=dark, scripts=scripts)
        if scripts and dark:
            assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
        assert violations(page) == [], (width, dark, scripts)
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_screen_scrolls_tables_not_pages(name: str, open_page: Opener) -> None:
    """At 375 px nothing is wider than the screen."""
    for scripts in (True, False):
        page = open_page(PAGES[name], width=375, scripts=scripts)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_of_another_host(name: str, site: Site, browser: Any) -> None:
    """Every request goes to the site itself, and none fails; no script complains."""
    context = browser.new_context()
    page = context.new_page()
    requests: list[Request] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108  # the library wraps only true functions
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(site.url + PAGES[name])
    page.wait_for_load_state("networkidle")
    hosts = {urlsplit(r.url).netloc for r in requests if not r.url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(site.url).netloc}
    assert not complaints
    context.close()


def on_the_wire(site: Site, browser: Any, path: str) -> dict[str, int]:
    """What a first visit loads: address → bytes as a host that compresses sends them."""
    context = browser.new_context()
    page = context.new_page()
    sizes: dict[str, int] = {}

    def keep(answer: Any) -> None:
        url = urlsplit(answer.url)
        body = answer.body()
        packed = gzip.compress(body, 6)
        sizes[url.path] = min(len(packed), len(body))

    page.on("response", keep)
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    context.close()
    return sizes


def test_a_report_page_is_light(complete: Site, browser: Any) -> None:
    """15 KB of page, 200 KB in all."""
    sizes = on_the_wire(complete, browser, REPORT)
    assert sizes[f"/{REPORT}"] <= 15_000
    assert sum(sizes.values()) <= 200_000


@pytest.mark.parametrize("name", ["home", "list", "agencies", "regions", "years", "compare"])
def test_index_pages_are_light(name: str, complete: Site, browser: Any) -> None:
    """250 KB in all, the table of the list and the example of a comparison included."""
    assert sum(on_the_wire(complete, browser, PAGES[name]).values()) <= 250_000


def test_search_loads_nothing_before_the_first_key(complete: Site, browser: Any) -> None:
    """No index, no names."""
    loaded = on_the_wire(complete, browser, PAGES["search"])
    assert not [path for path in loaded if "pagefind" in path or "data/" in path]


@pytest.mark.parametrize("word", ["信访举报", "行政复议", "法律服务机构", "收费通知", "节水宣传"])
@pytest.mark.usefixtures("complete")
def test_search_finds_words_from_the_middle(word: str, open_page: Opener) -> None:
    """Words of tables and texts; each of them leads to a report."""
    page = open_page(f"{PAGES['search']}?q={word}")
    page.wait_for_function("document.getElementById('status').textContent.includes('页提到')")
    links = page.locator("#results a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert [link for link in links if "/reports/" in link]
    text = page.locator("#status").inner_text()
    assert int(re.sub(r"\D", "", text.split("：")[1])) >= 1


@pytest.mark.usefixtures("complete")
def test_search_knows_names_first(open_page: Opener) -> None:
    """An agency with a year leads straight to the report; nonsense says what else to do."""
    page = open_page(PAGES["search"])
    page.fill("#q", "水务局2023")
    page.wait_for_selector("#direct a")
    assert page.locator("#direct a").first.inner_text() == "样本市水务局 2023年"
    page.fill("#q", "示例市统计局")
    page.wait_for_function("document.querySelector('#direct a')?.textContent === '示例市统计局'")
    page.fill("#q", "qqqzzz")
    page.wait_for_function("document.getElementById('status').textContent.includes('没有找到')")
    page.fill("#q", "")
    page.wait_for_function("document.getElementById('status').textContent === ''")


def test_a_figure_tells_where_it_comes_from(open_page: Opener) -> None:
    """Enter opens place, status and address; Escape brings the focus back."""
    page = open_page(REPORT)
    cell = page.locator("#r8-np")
    cell.get_by_role("button").focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    shown = drawer.inner_text()
    assert "自然人" in shown
    assert "requests/received/natural_person" in shown
    assert "原文" in shown
    wrong = drawer.get_by_role("link", name="报错").get_attribute("href")
    assert "cell=requests%2Freceived%2Fnatural_person" in str(wrong)
    page.wait_for_selector(".gk-box")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert drawer.count() == 0
    assert page.evaluate("document.activeElement.closest('td').id") == cell.get_attribute("id")


def test_figures_are_walked_with_arrows(open_page: Opener) -> None:
    """One stop of Tab a table; the arrows go on from there."""
    page = open_page(REPORT)
    page.locator("#r8-np button").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = "document.activeElement.closest('td').id"
    assert page.evaluate(focused) == "ps13-ce"
    stops = page.locator(".gk-stub td button[tabindex='0']").count()
    assert stops == 1


def test_a_wide_table_is_scrolled_by_keyboard(open_page: Opener) -> None:
    """On a narrow screen the wrapper takes the focus and the arrows; its labels stay in sight."""
    page = open_page(REPORT, width=375)
    wrapper = page.locator(".gk-stub")
    wrapper.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert wrapper.evaluate("node => node.scrollLeft") > 60
    label = page.locator(".gk-stub tbody tr").first.locator("th").bounding_box()
    assert label is not None
    assert label["x"] >= 0


def test_the_head_of_a_long_table_stays_in_sight(open_page: Opener) -> None:
    """On a wide screen the head of table three follows the reader."""
    page = open_page(REPORT)
    page.locator("#rr15-t").scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(300)
    head = page.locator(".gk-stub thead").bounding_box()
    assert head is not None
    assert 0 <= head["y"] < 300


def test_a_link_to_a_cell_shows_it(open_page: Opener) -> None:
    """The anchor of a figure brings it into view and marks it."""
    page = open_page(f"{REPORT}#r6-t", scripts=False)
    box = page.locator("#r6-t").bounding_box()
    assert box is not None
    assert 100 < box["y"] < 900
    outline = page.locator("td:target").evaluate("n => getComputedStyle(n).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize(
    "cell", ["disputes-review-total", "requests-denied_deliberative-other_org"]
)
def test_a_long_address_of_a_cell_is_led_on(cell: str, open_page: Opener) -> None:
    """The one with the whole names, in a link or typed into the address: the cell is shown."""
    anchor = cell_anchor(CellId(*cell.split("-")))
    page = open_page(f"{REPORT}#cell-{cell}")
    page.wait_for_url(f"**/#{anchor}")
    assert page.locator("td:target").get_attribute("id") == anchor
    assert page.locator("td:target").evaluate("n => n.getBoundingClientRect().top") > 0
    page.evaluate("location.hash = 'cell-requests-received-total'")
    page.wait_for_url("**/#r8-t")
    page.go_back()
    page.wait_for_url(f"**/#{anchor}")
    page.evaluate("location.hash = 'cell-requests-received-nothing'")
    assert page.locator("td:target").count() == 0


def test_the_page_prints_whole(open_page: Opener) -> None:
    """Paper has the title, the tables and the source, not the navigation."""
    page = open_page(REPORT)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator(".gk-print").is_visible()
    assert page.locator(".md-header").is_hidden()
    assert page.locator(".gk-toc").is_hidden()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 9
    table = page.locator(".gk-stub table").bounding_box()
    assert table is not None
    assert table["width"] <= 1280


@pytest.mark.usefixtures("complete")
def test_the_home_search_leads_to_results(open_page: Opener) -> None:
    """A word typed on the home page is looked up on the search page."""
    page = open_page("")
    page.fill("#home-q", "统计局")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results a")
    assert "q=" in page.url


def test_the_scheme_is_chosen_by_hand_too(open_page: Opener) -> None:
    """The button changes from the system's scheme to light and dark."""
    page = open_page("")
    for expected in ("default", "slate"):
        page.locator("form[data-md-component=palette] label:not([hidden])").click()
        assert page.locator("body").get_attribute("data-md-color-scheme") == expected
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "slate" in json.dumps(stored)
