"""A click on a figure shows its place in the original: on the page, in the table, in the text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from print_boxes import HEIGHT, WIDTH, place_of

from gongkai.pages.words import cell_anchor
from served import PAGES, make_corpus, violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import FloatRect, Locator, Page, Route

    from gongkai.model import CellId, Report
    from served import Site

    Opener = Callable[..., Page]

PDF, HTML = PAGES["report"], "reports/cn-990200-shuiwuju-2023/"
TABS, WORDS = "reports/cn-990100-tongjiju-2022/", "reports/cn-990100-tongjiju-2020/"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """The reports of the site by their page."""
    root: Path = tmp_path_factory.mktemp("again")
    made = make_corpus(root).reports
    return {f"reports/{one.entry.report_id}/": one.report for one in made}


def anchor(cell: CellId) -> str:
    """The selector of a cell."""
    return f"#{cell_anchor(cell)}"


def opened(page: Page, cell: str) -> Locator:
    """The dialog of a cell, opened by a click, once it shows the place."""
    page.locator(f"{cell} button").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".gk-frame:not(:has(> .gk-note))").wait_for()
    return dialog


def box_of(node: Locator) -> FloatRect:
    """Where a node is drawn."""
    found = node.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize("width", [1280, 375])
def test_the_box_is_drawn_where_the_figure_stands(
    width: int, open_page: Opener, reports: dict[str, Report]
) -> None:
    """On the picture of its page, to a pixel, in sight, and the file is opened at that page."""
    page = open_page(PDF, width=width)
    located = [cell for cell, value in reports[PDF].values.items() if value.locus is not None]
    for number in (0, 71, 72, len(located) - 1):
        at, (x0, top, x1, bottom) = place_of(number)
        dialog = opened(page, anchor(located[number]))
        picture, box = box_of(dialog.locator("img")), box_of(dialog.locator(".gk-box"))
        scale = picture["width"] / WIDTH
        assert picture["height"] == pytest.approx(HEIGHT * scale, abs=1)
        assert box["x"] - picture["x"] == pytest.approx(x0 * scale, abs=1)
        assert box["y"] - picture["y"] == pytest.approx(top * scale, abs=1)
        assert box["width"] == pytest.approx((x1 - x0) * scale, abs=1)
        assert box["height"] == pytest.approx((bottom - top) * scale, abs=1)
        frame = box_of(dialog.locator(".gk-frame"))
        assert frame["x"] <= box["x"]
        assert frame["y"] <= box["y"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
        assert dialog.locator("img").evaluate("n => n.decode().then(() => n.naturalWidth)") > 500
        file = dialog.get_by_role("link", name="打开收录文件").get_attribute("href")
        assert str(file).endswith(f"original.pdf#page={at}")
        page.keyboard.press("Escape")


def test_the_dialog_says_its_figure_and_place(open_page: Opener) -> None:
    """Its name is row, column, figure and place; it is modal and known as a dialog."""
    page = open_page(PDF)
    dialog = opened(page, "#r8-np")
    assert dialog.get_attribute("aria-label") == (
        "一、本年新收政府信息公开申请数量：自然人 123,456，第2页"
    )
    assert page.evaluate("document.querySelector('dialog').matches(':modal')")


def test_nothing_of_the_original_is_asked_for_before_the_click(site: Site, browser: Any) -> None:
    """The page is as light as without pictures; after a click one file and one picture come."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(site.url + PDF)
    page.wait_for_load_state("networkidle")
    assert not [path for path in asked if "/originals/" in path]
    opened(page, "#r8-np")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")
    opened(page, "#r8-t")
    page.wait_for_load_state("networkidle")
    folder = "/originals/990100/tongjiju/2023/"
    got = [path for path in asked if path.startswith(folder)]
    assert [path.removeprefix(folder) for path in got] == ["places.json", "p2.webp"]
    context.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_the_dialog_is_used_by_keyboard_alone(width: int, open_page: Opener) -> None:
    """Enter opens, Tab stays inside, the arrows scroll the page, Escape leads back."""
    page = open_page(PDF, width=width)
    page.locator("#r6-t button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".gk-box")
    for _ in range(3):
        page.keyboard.press("Tab")
        inside = "document.activeElement.closest('dialog, body').tagName"
        assert page.evaluate(inside) in {"DIALOG", "BODY"}  # the browser's own bar comes between
    frame = page.locator(".gk-frame")
    frame.focus()
    before = frame.evaluate("n => n.scrollTop")
    page.keyboard.press("Home")
    page.wait_for_timeout(400)
    assert frame.evaluate("n => n.scrollTop") < before
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    focused = page.evaluate("document.activeElement.closest('td').id")
    assert focused == "r6-t"


@pytest.mark.parametrize("path", [PDF, HTML, TABS, WORDS])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (375, True)])
def test_the_dialog_is_accessible_and_narrow(
    path: str,
    width: int,
    dark: bool,  # noqa: FBT001  # a parameter of the test
    open_page: Opener,
) -> None:
    """No violation in any of its forms; nothing is wider than the screen."""
    page = open_page(path, width=width, dark=dark)
    dialog = opened(page, "#g7-np")
    assert violations(page) == []
    assert box_of(dialog)["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_web_page_shows_the_cell_in_its_table(
    open_page: Opener, reports: dict[str, Report]
) -> None:
    """The table as the original has it, merged cells too; each figure's cell is marked."""
    page = open_page(HTML)
    for cell, value in list(reports[HTML].values.items())[::29]:
        dialog = opened(page, anchor(cell))
        hit = dialog.locator("td.hit")
        assert hit.inner_text() == value.raw
        assert hit.get_attribute("aria-current") == "location"
        assert value.locus is not None
        assert value.locus.element is not None
        assert value.locus.element in dialog.inner_text()
        page.keyboard.press("Escape")
    dialog = opened(page, "#g7-np")
    assert (
        dialog.locator("td", has_text=re.compile("^三、本年度办理结果$")).evaluate("n => n.rowSpan")
        == 22
    )
    assert dialog.locator("tr.row td").first.inner_text() == "三、本年度办理结果"
    assert dialog.locator("caption").inner_text() == "三、收到和处理政府信息公开申请情况"


@pytest.mark.parametrize("path", [TABS, WORDS])
def test_a_text_shows_the_figure_in_its_line(
    path: str, open_page: Opener, reports: dict[str, Report]
) -> None:
    """The line with its number, those around it, and the figure itself in it."""
    page = open_page(path)
    for cell, value in list(reports[path].values.items())[::31]:
        dialog = opened(page, anchor(cell))
        line = dialog.locator("li.row")
        assert value.locus is not None
        assert line.get_attribute("value") == str(value.locus.line)
        assert line.locator("mark").inner_text() == value.raw
        assert dialog.locator("li").count() > 3
        page.keyboard.press("Escape")


def test_text_of_an_original_is_text(open_page: Opener) -> None:
    """Markup in a table or line of an original makes no element and runs nothing."""
    hostile = "<img src=x onerror=alert(1)><b>1</b>"
    cells = {
        "requests": {
            "granted": {"natural_person": ["t", 1, 0, 0, hostile]},
            "received": {"natural_person": ["l", 1, 0, 3]},
        }
    }
    data = {
        "pages": {},
        "element": "",
        "tables": {"1": {"above": hostile, "rows": [[hostile]]}},
        "lines": [[1, hostile]],
        "cells": cells,
    }
    page = open_page(HTML)

    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(data), content_type="application/json")

    page.route("**/places.json", answer)
    for cell in ("#g7-np", "#r8-np"):
        dialog = opened(page, cell)
        assert dialog.locator("img, b").count() == 0
        assert hostile in dialog.inner_text()
        page.keyboard.press("Escape")


def test_a_missing_cell_and_a_lost_file_are_told(open_page: Opener) -> None:
    """No place: words. No answer: words and the file; the next click asks again."""
    page = open_page(PDF)
    page.locator("#co12-t button").click()
    dialog = page.get_by_role("dialog")
    assert "没有这一格" in dialog.inner_text()
    page.keyboard.press("Escape")
    page.route("**/places.json", lambda route: route.abort())
    page.locator("#g7-t button").click()
    dialog.get_by_text("没有取到原文").wait_for()
    assert dialog.get_by_role("link", name="打开收录文件").is_visible()
    page.keyboard.press("Escape")
    page.unroute("**/places.json")
    opened(page, "#g7-t")


def test_without_scripts_places_are_words_and_links(open_page: Opener) -> None:
    """Below each table: each row's place, leading to the page's picture, and the file."""
    page = open_page(PDF, scripts=False)
    page.locator(".gk-places summary").nth(1).click()
    places = page.locator(".gk-places").nth(1)
    link = places.locator("dd a").first
    assert "页" in link.inner_text()
    answer = page.request.get(link.evaluate("n => n.href"))
    assert answer.headers["content-type"] == "image/webp"
    assert places.get_by_role("link", name="打开收录文件").is_visible()


def test_a_link_to_a_finding_leaves_the_dialog(open_page: Opener) -> None:
    """The check beside a figure is reached from its dialog."""
    page = open_page(PDF)
    dialog = opened(page, "#r8-t")
    dialog.get_by_role("link", name=re.compile("^核查")).first.click()
    assert dialog.count() == 0
    assert "#finding-" in page.url
