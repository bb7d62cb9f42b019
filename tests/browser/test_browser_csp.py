"""What a page may load and run, as Chromium keeps it: no page asks for more, nothing strange runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gongkai.site.policy import secured
from served import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from served import Site

    Visit = Callable[[str], Page]

#: Counts what the policy refused, from before the first element on.
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push([event.violatedDirective, event.blockedURI, event.sample].join(" "));
});
"""
REDIRECT = "agencies/cn-990100-jihuaju/"


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Visit]:
    """Opens a page that keeps its policy, in a browser that writes down what was refused."""
    context = browser.new_context(locale="zh-CN")
    context.add_init_script(WATCH)

    def opened(path: str) -> Page:
        page: Page = context.new_page()
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    context.close()


def refused(page: Page) -> list[str]:
    """What the policy refused on the page so far."""
    found: list[str] = page.evaluate("window.refused")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_for_more_than_it_may(name: str, visit: Visit) -> None:
    """Loaded, with the scheme changed, with the menu open, and printed, nothing is refused."""
    page = visit(PAGES[name])
    page.locator("form[data-md-component=palette] label:not([hidden])").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "default"
    page.emulate_media(media="print")
    page.pdf(format="A4")
    assert refused(page) == []


def test_the_page_that_is_not_there_keeps_a_policy_too(visit: Visit, site: Site) -> None:
    """The server's own answer for an unknown address has a policy, and needs no more."""
    page = visit("404.html")
    assert page.locator("h1").inner_text() == "没有这一页"
    assert "script-src 'self' 'sha256-" in (site.folder / "404.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("complete")
def test_search_works_under_its_policy(visit: Visit) -> None:
    """Full text, in the browser, with nothing refused."""
    page = visit(f"{PAGES['search']}?q=行政复议")
    page.wait_for_selector("#results a")
    assert refused(page) == []


@pytest.mark.usefixtures("complete")
def test_sql_works_under_its_policy(visit: Visit) -> None:
    """The engine is loaded and answers, with nothing refused."""
    page = visit(PAGES["ask"])
    page.fill("#sql", "SELECT count(*) AS n FROM reports")
    page.click("#run")
    page.wait_for_selector("#result table")
    assert page.locator("#result tbody th").inner_text() == "4"
    assert refused(page) == []


@pytest.mark.usefixtures("complete")
def test_the_list_works_under_its_policy(visit: Visit) -> None:
    """The table that sorts and filters stands, with nothing refused."""
    page = visit(PAGES["list"])
    page.wait_for_selector("#interactive .tabulator-row")
    assert refused(page) == []


def test_a_figure_opens_under_its_policy(visit: Visit) -> None:
    """The picture of the original with its box, with nothing refused."""
    page = visit(PAGES["report"])
    page.locator("#r8-np button").click()
    page.wait_for_selector(".gk-box")
    assert refused(page) == []


@pytest.mark.parametrize(
    "strange",
    [
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)",
        "document.getElementById('main-text').innerHTML = '<img src=x onerror=\"window.ran = 1\">'",
        "const a = document.createElement('a'); a.href = 'javascript:window.ran=1'; document.body.append(a); a.click()",
        "setTimeout('window.ran = 1')",
        "const s = document.createElement('script'); s.src = 'data:text/javascript,window.ran=1'; document.body.append(s)",
        "const f = document.createElement('iframe'); f.src = 'data:text/html,<script>parent.ran=1</script>'; document.body.append(f)",
    ],
    ids=["script", "handler", "link", "text", "data", "frame"],
)
def test_what_is_put_in_does_not_run(strange: str, visit: Visit) -> None:
    """A script, a handler, a link that is code, code made of text: all are refused."""
    page = visit(PAGES["report"])
    page.evaluate(strange)
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert refused(page) != []


def test_an_evil_page_from_the_build_does_not_run(visit: Visit, site: Site) -> None:
    """A script that got into an article before the page was finished is refused."""
    html = (site.folder / PAGES["about"] / "index.html").read_bytes()
    start = html.index(b'<meta http-equiv="Content-Security-Policy"')
    bare = html[:start] + html[html.index(b">", start) + 1 :]
    evil = bare.replace(b"</article>", b"<script>window.ran = 1</script></article>", 1)
    folder = site.folder / "evil"
    folder.mkdir()
    (folder / "index.html").write_bytes(secured(evil))
    page = visit("evil/")
    assert page.evaluate("window.ran") is None
    assert len(refused(page)) == 1
