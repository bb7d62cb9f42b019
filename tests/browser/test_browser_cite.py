"""Citations are copied by a button, and descriptions of the data stand in pages without being run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gongkai.catalog import STYLES
from served import PAGES, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, Route

    from served import Site

    Opener = Callable[..., Page]

CITED = ("report", "agency", "region", "data", "quality")
#: As strict as a page's policy can become: no inline script but those it names by hash.
STRICT = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'self'"


def copied(page: Page, style: str) -> str:
    """What is on the clipboard after the button of a style, once the page says that it is copied."""
    box = page.locator(f".gk-copy:has([data-copies=citation-{style}])")
    button = box.get_by_role("button", name="复制", exact=False)
    button.focus()
    page.keyboard.press("Enter")
    box.get_by_role("status").get_by_text("已复制").wait_for()
    return str(page.evaluate("navigator.clipboard.readText()"))


def opened(page: Page) -> Page:
    """The page with all its citations unfolded, by keyboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for summary in page.locator(".gk-cite summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    return page


@pytest.mark.parametrize("name", CITED)
def test_each_page_offers_each_style(name: str, open_page: Opener) -> None:
    """The same five styles on each page that can be cited; nothing but the page's own words."""
    page = opened(open_page(PAGES[name]))
    shown = page.locator(".gk-pre[id^=citation-]")
    assert [node.get_attribute("id") for node in shown.all()] == [f"citation-{s}" for s in STYLES]
    assert all(node.is_visible() for node in shown.all())
    assert page.locator(".gk-copy button:visible").count() == len(STYLES)


def test_a_citation_is_copied_letter_by_letter(open_page: Opener) -> None:
    """By keyboard alone; a live region says so; RIS keeps its spaces, JSON is JSON."""
    page = opened(open_page(PAGES["report"]))
    for style in STYLES:
        text = page.locator(f"#citation-{style}").evaluate("n => n.textContent")
        assert copied(page, style) == text
        assert text.strip()
    assert "\nER  - " in copied(page, "ris")
    assert [one["type"] for one in json.loads(copied(page, "csl-json"))] == ["report", "dataset"]
    assert copied(page, "gbt7714").count("[DS/OL]. （") == 1


def test_an_old_browser_copies_too(open_page: Opener) -> None:
    """Where pages have no clipboard of their own, the text is selected and copied the old way."""
    page = opened(open_page(PAGES["data"]))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    box = page.locator(".gk-copy:has([data-copies=citation-bibtex])")
    box.get_by_role("button").click()
    box.get_by_role("status").get_by_text("已复制").wait_for()
    assert page.evaluate("getSelection().toString()").startswith("@misc{gongkai,")


def test_a_refusal_is_told_and_leaves_the_text_selected(open_page: Opener) -> None:
    """Nothing is said to be copied that is not."""
    page = opened(open_page(PAGES["data"]))
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false"
    )
    box = page.locator(".gk-copy:has([data-copies=citation-ris])")
    box.get_by_role("button").click()
    box.get_by_role("status").get_by_text("文字已经选中").wait_for()
    assert page.evaluate("getSelection().toString()").startswith("TY  - DATA")


@pytest.mark.parametrize("width", [1280, 375])
def test_unfolded_citations_are_accessible_and_narrow(width: int, open_page: Opener) -> None:
    """No violation, nothing wider than the screen."""
    page = opened(open_page(PAGES["report"], width=width))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_text_is_there_and_no_button(open_page: Opener) -> None:
    """The text can be selected; a button that does nothing is not shown."""
    page = open_page(PAGES["agency"], scripts=False)
    page.locator(".gk-cite summary").first.click()
    assert page.locator(".gk-copy button:visible").count() == 0
    assert page.locator("#citation-gbt7714-2015").is_visible()
    page.locator("#citation-gbt7714").click(click_count=3)
    assert page.evaluate("getSelection().toString()").startswith("Gongkai. 政府信息公开")


@pytest.mark.parametrize("name", ["report", "data"])
def test_the_description_of_the_data_reaches_the_browser(name: str, open_page: Opener) -> None:
    """What the site's build leaves of it is one block that is read back whole."""
    page = open_page(PAGES[name])
    blocks = page.locator("script[type='application/ld+json']")
    assert blocks.count() == 1
    made = json.loads(blocks.evaluate("n => n.textContent"))
    assert (made["@type"], made["url"]) == (
        "Dataset",
        f"https://gongkai.github.io/gongkai/{PAGES[name]}",
    )


def test_a_strict_policy_takes_no_offence_at_descriptions(site: Site, browser: Browser) -> None:
    """A block of data is no script: no hash is needed for it, while a script is refused."""
    html = (site.folder / PAGES["report"] / "index.html").read_text(encoding="utf-8")
    start = html.index('<script type="application/ld+json">')
    block = html[start : html.index("</script>", start) + len("</script>")]
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def told(body: str) -> list[Any]:
        def answer(route: Route) -> None:
            policy = {"Content-Security-Policy": STRICT}
            route.fulfill(
                body=f"<!doctype html><title>x</title>{body}",
                headers={"Content-Type": "text/html; charset=utf-8", **policy},
            )

        said.clear()
        page.route("**/policy.html", answer)
        page.goto(f"{site.url}policy.html")
        page.wait_for_load_state("networkidle")
        page.unroute("**/policy.html")
        return [text for text in said if "Content Security Policy" in text]

    assert told(block) == []
    assert len(told("<script>1</script>")) == 1
    context.close()
