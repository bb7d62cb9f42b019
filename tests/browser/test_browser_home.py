"""Finding one's way in a real browser: the home page, the two rows of links, pages that explain."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from served import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from served import Site

    Opener = Callable[..., Page]

#: Pages that say what things mean.
EXPLAIN = ("home", "glossary", "read", "findings", "accessibility", "about-en", "data-en")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_home_page_leads_to_a_search(open_page: Opener, *, scripts: bool) -> None:
    """Typing and Enter open the search with the words, with and without scripts."""
    page = open_page("", scripts=scripts)
    page.fill("#home-q", "水务")
    page.press("#home-q", "Enter")
    page.wait_for_url("**/search/?q=*")
    assert unquote(urlsplit(page.url).query) == "q=水务"


def test_what_the_site_is_stands_on_the_first_screen_of_a_phone(open_page: Opener) -> None:
    """Heading, sentence, search and the three doors, without scrolling."""
    page = open_page("", width=375)
    for part in ("h1", ".gk-lead", "#home-q", ".gk-doors"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_is_walked_by_keyboard_alone(open_page: Opener, *, scripts: bool) -> None:
    """Tab first offers the text, then the sections in order; Enter follows, on a phone too."""
    page = open_page("", width=375, scripts=scripts)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-text"
    sections = page.locator(".gk-nav nav").first.locator("a")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "读懂":
            break
    assert page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert sections.filter(has_text="读懂").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/read/")
    rows = page.locator(".gk-nav nav")
    assert rows.count() == 2
    assert rows.nth(1).locator("[aria-current=page]").inner_text() == "读一份报告"


@pytest.mark.parametrize(
    ("name", "section", "entry"),
    [
        ("report", "报告", "全部报告"),
        ("agency", "报告", "机关"),
        ("check", "质量", None),
        ("beside", "报告", "全部报告"),
        ("codebook", "数据", "数据字典"),
        ("precheck", "参与", "发布前自查"),
    ],
)
def test_a_page_says_where_it_belongs(
    name: str, section: str, entry: str | None, open_page: Opener
) -> None:
    """The section and the entry are marked, for a report or a check as well."""
    page = open_page(PAGES[name])
    rows = page.locator(".gk-nav nav")
    assert rows.first.locator("[aria-current]").all_inner_texts() == [section]
    if entry is None:
        assert rows.count() == 1
    else:
        assert rows.nth(1).locator("[aria-current]").all_inner_texts() == [entry]


def test_the_sections_stand_in_one_row_on_a_phone(open_page: Opener) -> None:
    """All of them in sight at 375 px, and at 360 px too."""
    for width in (375, 360):
        page = open_page("", width=width)
        tops = (
            page.locator(".gk-nav nav")
            .first.locator("a")
            .evaluate_all("links => links.map(a => Math.round(a.getBoundingClientRect().top))")
        )
        assert max(tops) - min(tops) <= 2
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_pages_reflow_at_320_pixels(name: str, open_page: Opener) -> None:
    """A window of 1280 px at four times the size: nothing but tables is scrolled sideways."""
    page = open_page(PAGES[name], width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", EXPLAIN)
def test_pages_that_explain_set_no_cookie_and_keep_nothing_but_the_scheme(
    name: str, open_page: Opener
) -> None:
    """No cookie; what is kept in the browser is the choice of light or dark."""
    page = open_page(PAGES[name])
    assert page.context.cookies() == []
    assert page.evaluate("document.cookie") == ""
    kept = page.evaluate("Object.keys(localStorage)")
    assert all(key.endswith("__palette") for key in kept)


@pytest.mark.parametrize(
    ("path", "twin"), [("about/", "en/about/"), ("en/data/", "data/"), ("data/codebook/", None)]
)
def test_the_other_language_is_one_link_away(
    path: str, twin: str | None, site: Site, open_page: Opener
) -> None:
    """The last link of the first row; both pages name each other for machines."""
    page = open_page(path)
    twin = twin or "data/codebook-en/"
    link = page.locator(".gk-nav nav").first.locator("a").last
    assert link.evaluate("a => a.href") == site.url + twin
    link.click()
    page.wait_for_url(f"**/{twin}")
    english = path if path.startswith("en/") else twin
    alternates = page.locator("link[hreflang]").evaluate_all(
        "links => links.map(l => [l.hreflang, l.getAttribute('href')])"
    )
    assert [language for language, _ in alternates] == ["zh-CN", "en"]
    assert alternates[1][1].endswith(f"/{english}")
    language = page.locator("#main-text").get_attribute("lang")
    assert (language == "en") == (twin == english)


def test_a_row_of_the_glossary_is_reached_and_shown(open_page: Opener) -> None:
    """An address with an anchor shows the row, not what the header hides."""
    page = open_page("glossary/#requests-denied_deliberative")
    box = page.locator("#requests-denied_deliberative").bounding_box()
    header = page.locator(".md-header").bounding_box()
    assert box is not None
    assert header is not None
    assert header["y"] + header["height"] <= box["y"] < 900
    assert "四类过程性信息" in page.locator("#requests-denied_deliberative h4").inner_text()


def test_a_figure_of_the_worked_example_leads_to_its_cell(open_page: Opener) -> None:
    """It says the same there."""
    page = open_page("read/")
    link = page.locator(".gk-equation .gk-figure").first
    text = link.inner_text()
    link.click()
    page.wait_for_url("**/reports/**")
    assert page.locator(":target").inner_text().endswith(text)


def test_a_long_page_has_its_contents_on_a_phone(open_page: Opener) -> None:
    """The theme hides them there; they stand above the text, folded, and lead to the heads."""
    page = open_page("method/", width=375)
    contents = page.locator("details.gk-inpage")
    contents.locator("summary").click()
    contents.locator("a").nth(1).click()
    assert page.evaluate("location.hash")
    wide = open_page("method/", width=1280)
    assert wide.locator("details.gk-inpage").is_hidden()
    assert wide.locator(".md-sidebar--secondary a").first.is_visible()
