"""Downloads on another host, as Chromium sees them: read where they are, by the page that may."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from gongkai.site import DOWNLOADS, make_server
from served import PAGES, Site, make_corpus, missing, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    Visit = Callable[[str], Page]

READ = """url => fetch(url).then(answer => answer.status, () => "refused")"""


@contextmanager
def beside(folder: Path, *, shared: bool = True) -> Iterator[str]:
    """A second server, which is another host to a browser; its address."""
    with make_server(folder, 0, shared=shared) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """The small site with its downloads on a second server, and the address of that."""
    root = tmp_path_factory.mktemp("moved")
    corpus = make_corpus(root)
    with beside(root / DOWNLOADS) as address, serving(root, corpus, address) as site:
        if not site.complete:
            missing("the parts from npm are not installed: run npm ci")
        yield site, address


@pytest.fixture
def visit(browser: Any, moved: tuple[Site, str]) -> Iterator[Visit]:
    """Opens a page that keeps its policy."""
    context = browser.new_context(locale="zh-CN", accept_downloads=True)

    def opened(path: str) -> Page:
        page: Page = context.new_page()
        page.goto(moved[0].url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    context.close()


@pytest.mark.parametrize("ranges", [False, True])
def test_sql_is_answered_from_there(
    ranges: bool,  # noqa: FBT001  # a case of the test
    moved: tuple[Site, str],
    visit: Visit,
) -> None:
    """Fetched whole, and in parts: the site itself is asked for no database."""
    page = visit(PAGES["ask"])
    asked: list[tuple[str, str]] = []
    page.on(
        "requestfinished",
        lambda request: asked.append((request.url, request.headers.get("range", ""))),
    )
    if ranges:
        page.locator("#ask").evaluate("form => form.dataset.whole = 'no'")
    page.locator("#sql").fill("SELECT count(*) AS n FROM reports")
    page.locator("#run").click()
    page.locator("#result table").wait_for()
    assert page.locator("#result tbody th").inner_text() == "4"
    parts = [part for url, part in asked if url.endswith("gongkai.sqlite")]
    assert {url for url, _ in asked if url.endswith("gongkai.sqlite")} == {
        f"{moved[1]}data/gongkai.sqlite"
    }
    assert all(part.startswith("bytes=") for part in parts) is ranges


def test_only_the_page_that_needs_it_may_read_there(moved: tuple[Site, str], visit: Visit) -> None:
    """The others link to it; a script of theirs would get nothing from that host."""
    file = f"{moved[1]}data/index.json"
    assert visit(PAGES["ask"]).evaluate(READ, file) == 200
    for name in ("data", "report", "compare"):
        assert visit(PAGES[name]).evaluate(READ, file) == "refused"


def test_downloads_of_a_report_are_fetched_from_there(
    moved: tuple[Site, str], visit: Visit
) -> None:
    """By the links a reader presses."""
    page = visit(PAGES["report"])
    link = page.locator("#downloads a[href$='.xlsx']")
    with page.expect_download() as download:
        link.click()
    assert download.value.url.startswith(moved[1])
    kept = moved[0].folder.parent / DOWNLOADS / download.value.url.removeprefix(moved[1])
    with open(download.value.path(), "rb") as file:  # noqa: PTH123  # a path as text
        assert file.read() == kept.read_bytes()


@pytest.mark.parametrize("whole", ["yes", "no"])
def test_a_host_that_lets_nobody_read_is_told(
    whole: str, moved: tuple[Site, str], visit: Visit
) -> None:
    """The reader is led to the download, not to words of the database."""
    page = visit(PAGES["ask"])
    with beside(moved[0].folder.parent / DOWNLOADS, shared=False) as silent:
        page.locator("#ask").evaluate(
            "(form, [url, whole]) => Object.assign(form.dataset, { database: url, whole })",
            [f"{silent}data/gongkai.sqlite", whole],
        )
        page.locator("#run").click()
        page.get_by_text("数据库取不到").wait_for()
    assert page.locator("#result").is_hidden()
