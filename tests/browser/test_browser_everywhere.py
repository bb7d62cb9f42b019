"""Every template without scripts, on paper, in an older browser, in colours of the reader's own."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from served import PAGES, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from served import Site

    Visit = Callable[..., Page]

#: Names that browsers of 2020 do not have, taken away before any script of a page runs.
OLDER = """
for (const [owner, names] of [
  [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]],
  [String.prototype, ["at", "isWellFormed", "toWellFormed"]],
  [Object, ["hasOwn", "groupBy"]], [Promise, ["withResolvers"]],
  [Set.prototype, ["union", "intersection", "difference"]],
  [globalThis, ["structuredClone", "scheduler"]], [crypto, ["randomUUID"]],
  [AbortSignal, ["timeout", "any"]],
]) for (const name of names) delete owner[name];
delete Object.getPrototypeOf(crypto).randomUUID;
"""
DOWNLOADS = ".csv", ".json", ".xlsx", ".zip", ".sqlite", ".parquet", ".txt", ".pdf", ".html"
#: Leaves out what a reader puts together by a script from figures that stand on other pages.
FIGURES = """all => all.filter((cell) => !cell.closest('#interactive, #c-result, #c-after'))
  .map((cell) => cell.textContent.trim()).filter((text) => /\\d/.test(text))"""


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Visit]:
    """Opens a page in a context of its own; the words are those of Playwright."""
    contexts = []

    def opened(path: str, script: str = "", **more: Any) -> Page:
        context = browser.new_context(locale="zh-CN", **more)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page: Page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints = complaints  # type: ignore[attr-defined]  # kept with the page it is of
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()


def figures(page: Page) -> set[str]:
    """The figures in the tables of the page, and those in its text."""
    cells: list[str] = page.locator("article td, article dd").evaluate_all(FIGURES)
    return set(cells)


def downloads(page: Page) -> set[str]:
    """The files the page leads to, shown and not hidden."""
    found: list[str] = page.locator("article a[href]").evaluate_all("all => all.map((a) => a.href)")
    return {href for href in found if href.split("#")[0].endswith(DOWNLOADS)}


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_nothing_is_missing(name: str, visit: Visit) -> None:
    """Every figure and every download that is there with scripts; no control that does nothing."""
    with_scripts, bare = visit(PAGES[name]), visit(PAGES[name], java_script_enabled=False)
    missing = figures(with_scripts) - figures(bare)
    assert missing == set()
    assert downloads(with_scripts) <= downloads(bare)
    tables = bare.locator("article table")
    closed = bare.locator("article details:not([open]) table")
    shown = sum(table.is_visible() for table in tables.all())
    assert shown == tables.count() - closed.count()
    for button in bare.locator("article button").all():
        assert not button.is_visible() or button.get_attribute("type") == "submit"


def paper(page: Page, folder: Any) -> str:
    """The text of the page on A4, without blanks and line breaks."""
    target = folder / "page.pdf"
    target.write_bytes(page.pdf(format="A4"))
    program = shutil.which("pdftotext")
    assert program is not None, "apt-get install -y poppler-utils"
    said = subprocess.run([program, "-raw", target, "-"], capture_output=True, check=True)
    return re.sub(r"\s+", "", said.stdout.decode())


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_on_paper(name: str, visit: Visit, tmp_path: Any) -> None:
    """The title, the address, and the words of every row of its first table."""
    page = visit(PAGES[name], java_script_enabled=False)
    rows = page.locator("article table:visible").first.locator("tbody tr")
    cells = (
        rows.evaluate_all(
            "all => all.map((row) => [...row.children].filter((cell) => cell.offsetParent)"
            ".map((cell) => cell.innerText))"
        )
        if page.locator("article table:visible").count()
        else []
    )
    title = page.locator("h1").inner_text()
    text = paper(page, tmp_path)
    assert re.sub(r"\s+", "", title) in text
    assert f"gongkai.github.io/gongkai/{PAGES[name]}" in text
    for row in cells:
        for cell in row:
            words = re.sub(r"\s+", "", cell.split("\n")[0]).rstrip("，")
            assert words in text, (words, row)


@pytest.mark.parametrize("name", PAGES)
def test_an_older_browser_shows_every_page(name: str, visit: Visit) -> None:
    """Without the names of later years no script fails."""
    page = visit(PAGES[name], OLDER)
    assert page.locator("h1").is_visible()
    assert page.complaints == []  # type: ignore[attr-defined]  # see `visit`


def test_without_dialogs_figures_keep_their_anchors(visit: Visit) -> None:
    """Figures are no buttons there, and the places stand under the table."""
    page = visit(PAGES["report"], "delete globalThis.HTMLDialogElement;")
    assert page.locator(".gk-report td[id] button").count() == 0
    assert page.locator(".gk-places").count() > 0
    assert page.complaints == []  # type: ignore[attr-defined]  # see `visit`


def test_colours_of_the_reader_keep_the_marks(visit: Visit) -> None:
    """Where the system sets all colours a figure in a failing sum has a line, and its word stays."""
    page = visit(PAGES["report"], forced_colors="active")
    marked = page.locator(".gk-table .f").first
    assert marked.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    assert page.locator(".gk-mark").first.is_visible()
    assert [found for found in violations(page) if "contrast" not in found] == []


def test_a_reader_who_wants_less_motion_gets_none(visit: Visit) -> None:
    """No transition of the theme lasts."""
    page = visit("", reduced_motion="reduce")
    longest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('*')].flatMap((node) =>"
        " getComputedStyle(node).transitionDuration.split(',').map(parseFloat)))"
    )
    assert longest < 0.001


def test_text_is_set_in_the_fonts_of_the_project(visit: Visit) -> None:
    """Han fonts first, so that figures are as wide as half a character; the theme's come after."""
    page = visit(PAGES["report"])
    for node in ("body", ".gk-table td"):
        fonts = page.locator(node).first.evaluate("node => getComputedStyle(node).fontFamily")
        assert fonts.startswith('"PingFang SC"'), node
