"""The zip on a stick: unpacked anywhere, opened from the folder, without a server or a network."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from gongkai.site.offline import FOLDER, OFFLINE
from served import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from served import Site

    Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def stick(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked zip, in a folder whose name has signs that an address would write otherwise."""
    folder = tmp_path_factory.mktemp("stick") / "U 盘 50%#1"
    with zipfile.ZipFile(site.folder / OFFLINE) as archive:
        archive.extractall(folder)
    return folder / FOLDER


@pytest.fixture
def visit(browser: Any, stick: Path) -> Iterator[Visit]:
    """Opens a page of the folder; notes what complains, and what is asked of anything else."""
    contexts = []

    def opened(path: str, **more: Any) -> Page:
        context = browser.new_context(locale="zh-CN", **more)
        contexts.append(context)
        page: Page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on(
            "request",
            lambda r: None if r.url.startswith(("file:", "data:")) else complaints.append(r.url),
        )
        page.goto((stick / path / "index.html").as_uri())
        page.wait_for_load_state("networkidle")
        page.complaints = complaints  # type: ignore[attr-defined]  # kept with the page it is of
        return page

    yield opened
    for context in contexts:
        context.close()


def complaints(page: Page) -> list[str]:
    """What the page complained of."""
    found: list[str] = page.complaints  # type: ignore[attr-defined]  # see `visit`
    return found


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_from_a_folder(name: str, visit: Visit) -> None:
    """Styles and scripts are there, nothing complains, nothing is asked of a network."""
    page = visit(PAGES[name])
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.md-footer')).borderTopWidth")
    page.locator("form[data-md-component=palette] label:not([hidden])").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "default"
    assert "这是离线副本" in page.locator("footer").inner_text()
    assert complaints(page) == []


def test_ways_lead_on_from_page_to_page(visit: Visit) -> None:
    """From home to the list, to a report, to its agency, by clicking."""
    page = visit("")
    page.get_by_role("link", name="报告", exact=True).first.click()
    page.locator("#plain tbody a").first.click()
    assert "年政府信息公开工作年度报告" in page.locator("h1").inner_text()
    page.get_by_role("link", name="这个机关的各年报告").click()
    assert "/agencies/cn-" in page.url
    assert page.url.endswith("/index.html")
    assert complaints(page) == []


def test_tables_that_sort_say_what_they_need(visit: Visit) -> None:
    """The plain table stays, all of it, and a sentence says why it does not sort."""
    for name in ("list", "quality"):
        page = visit(PAGES[name])
        assert page.locator("#plain tbody tr").count() > 0
        assert page.locator("#plain").is_visible()
        assert "从文件夹打开" in page.locator("#count").inner_text()


def test_sql_says_what_it_needs(visit: Visit) -> None:
    """No editor that cannot answer; the questions can be read."""
    page = visit(PAGES["ask"])
    assert "从本地文件夹打开" in page.locator("#local").inner_text()
    assert page.locator("#ask").is_hidden()
    assert page.locator("#questions").is_visible()


def test_a_figure_still_says_where_it_stands(visit: Visit) -> None:
    """The dialog has place, status and address; a sentence says why there is no picture."""
    page = visit(PAGES["report"])
    page.locator("#r8-np button").click()
    shown = page.get_by_role("dialog").inner_text()
    assert "原文位置" in shown
    assert "从文件夹打开时看不到原文" in shown
    assert complaints(page) == []


def test_the_search_of_the_home_page_leads_to_the_search_page(visit: Visit) -> None:
    """A form, too, names its file."""
    page = visit("")
    page.locator("form input[name=q]").first.fill("统计局")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/index.html?q=*")


def test_names_are_found_and_lead_to_their_page(visit: Visit) -> None:
    """The search knows names there too, says what it does not, and its ways name a file."""
    page = visit(PAGES["search"])
    page.fill("#q", "统计局")
    link = page.locator("#direct a").first
    link.wait_for()
    assert "从文件夹打开" in page.locator("main").inner_text()
    link.click()
    page.wait_for_url("**/agencies/cn-990100-tongjiju/index.html")
    assert page.locator("h1").inner_text().startswith("示例市统计局")
    assert complaints(page) == []


def test_agencies_are_compared_there_too(visit: Visit) -> None:
    """The comparison reads its data as scripts, which a folder allows."""
    page = visit(PAGES["compare"])
    page.locator("#compare").wait_for()
    assert complaints(page) == []


def test_without_scripts_it_reads_the_same(visit: Visit) -> None:
    """The figures of a report are all there."""
    page = visit(PAGES["report"], java_script_enabled=False)
    assert page.locator(".gk-report td[id]").count() > 100
    assert complaints(page) == []
