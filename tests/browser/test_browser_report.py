"""The page of a report in a browser: last year, what rows mean, every format, paper."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import make
import pdfplumber
import pytest
from print_docx import print_docx
from print_html import print_html
from print_ofd import print_ofd
from print_pdf import print_pdf
from print_rtf import print_rtf
from print_workbook import print_xlsx
from printers import Sheet, print_report

from gongkai.checks import check, compared
from gongkai.forms import variables
from gongkai.model import Published
from gongkai.pages.words import cell_anchor
from gongkai.report import read_report
from gongkai.tidy import readable
from served import PAGES, serving, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from gongkai.model import Report
    from served import Site

    Opener = Callable[..., Page]

REPORT = PAGES["report"]
GRANTED = "#g7-t"
#: Suffix of an original → how it is printed, and how its places are shown.
FORMATS: dict[str, tuple[Callable[[Sheet], bytes], str]] = {
    "docx": (print_docx, "t"),
    "html": (print_html, "t"),
    "xlsx": (print_xlsx, "t"),
    "rtf": (print_rtf, "t"),
    "pdf": (print_pdf, "p"),
    "ofd": (print_ofd, "p"),
    "txt": (lambda sheet: print_report(sheet, "tsv").encode(), "l"),
}


# --- Last year ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_a_switch_leaves_totals_and_last_year(
    width: int,
    scripts: bool,  # noqa: FBT001  # a parameter of the test
    open_page: Opener,
) -> None:
    """Without a script too: three columns of figures instead of seven, none wider than the screen."""
    page = open_page(REPORT, width=width, scripts=scripts)
    table = page.locator(".gk-stub")
    row = table.locator("tr", has=page.locator(GRANTED))
    assert row.locator("td:visible").count() == 7
    page.get_by_label("只看总计和上一年").check()
    assert row.locator("td:visible").count() == 3
    heads = table.locator("thead th:visible").all_inner_texts()
    assert heads == ["办理情况", "总计", "2022年", "增减"]
    assert table.evaluate("n => n.scrollWidth <= n.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if scripts:
        assert violations(page) == []
    page.get_by_label("只看总计和上一年").uncheck()
    assert row.locator("td:visible").count() == 7


def test_a_wide_screen_shows_last_year_beside_the_totals(open_page: Opener) -> None:
    """Nothing to switch on; two columns more, and the table fits."""
    page = open_page(REPORT)
    assert page.get_by_label("只看总计和上一年").is_hidden()
    row = page.locator("tr", has=page.locator(GRANTED))
    assert row.locator("td:visible").count() == 9
    assert page.locator(".gk-stub").evaluate("n => n.scrollWidth <= n.clientWidth")


def test_the_dialog_tells_last_year_and_leads_to_the_same_cell(open_page: Opener) -> None:
    """A total tells it, an applicant's figure leads to it; a missing one has no change."""
    page = open_page(REPORT)
    page.locator(f"{GRANTED} button").click()
    dialog = page.get_by_role("dialog")
    told = dialog.locator("dl > div", has_text="2022年")
    shown = page.locator("tr", has=page.locator(GRANTED)).locator("td.y").all_text_contents()
    assert told.locator("dd").text_content() == "，".join(shown)
    page.keyboard.press("Escape")
    page.locator("#r6-u button").click()
    assert re.search(r"2022年\s*\d+，不变", dialog.inner_text())
    page.keyboard.press("Escape")
    page.locator("#r8-np button").click()
    assert dialog.locator("dl dt", has_text="2022年").count() == 0
    dialog.get_by_role("link", name="2022年的这一格").click()
    page.wait_for_url("**/cn-990100-tongjiju-2022/#r8-np")
    assert page.locator("td:target").is_visible()


def test_the_arrows_pass_over_last_year(open_page: Opener) -> None:
    """From a figure of table two to the next figure of this year, and never onto a change."""
    page = open_page(REPORT)
    page.locator("#r11-i button").focus()
    page.keyboard.press("ArrowDown")
    focused = "document.activeElement.closest('td').id"
    assert page.evaluate(focused) == "nd14-i"
    page.locator(f"{GRANTED} button").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == GRANTED[1:]


# --- What rows mean ----------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False])
def test_the_label_of_a_row_leads_to_what_it_means(
    scripts: bool,  # noqa: FBT001  # a parameter of the test
    open_page: Opener,
) -> None:
    """By keyboard, with and without scripts."""
    page = open_page(REPORT, scripts=scripts)
    page.get_by_role("link", name="6.属于四类过程性信息").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/#requests-denied_deliberative")
    assert "讨论记录" in page.locator(":target").inner_text()


def test_every_label_has_its_place_in_the_glossary(open_page: Opener) -> None:
    """All rows of all tables of both forms."""
    page = open_page("glossary/")
    known = set(page.locator("[id]").evaluate_all("all => all.map(n => n.id)"))
    for path in (REPORT, "reports/cn-990100-tongjiju-2020/"):
        links = open_page(path).locator("th a").evaluate_all("all => all.map(a => a.hash.slice(1))")
        assert len(links) > 30
        assert not set(links) - known


def test_the_dialog_says_what_its_row_means(open_page: Opener) -> None:
    """In the glossary's own words; where it cannot be had, the link is there."""
    page = open_page(REPORT)
    dialog = page.get_by_role("dialog")
    page.route("**/glossary/", lambda route: route.abort())
    page.locator("#dd19-t button").click()
    link = dialog.get_by_role("link", name="意思见术语")
    link.wait_for()
    assert str(link.get_attribute("href")).endswith("glossary/#requests-denied_deliberative")
    page.keyboard.press("Escape")
    page.unroute("**/glossary/")
    page.locator("#dd19-t button").click()
    dialog.get_by_text("磋商信函").wait_for()
    assert "条文：条例第十六条（未核对）。" in dialog.inner_text()
    page.keyboard.press("Escape")
    page.locator("#sd11-u button").click()
    dialog.get_by_text("没有经过行政复议").wait_for()
    assert violations(page) == []


# --- Every format ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, Report]]]:
    """A site with the same report in every format, and the reports as read, by their format."""
    root = tmp_path_factory.mktemp("formats")
    read: dict[str, Report] = {}
    for at, (suffix, (write, _)) in enumerate(FORMATS.items()):
        made = make.report(agency=replace(make.AGENCY, id=f"cn-990100-{suffix}", slug=suffix))
        assert made.entry is not None
        assert made.form is not None
        original = f"{made.entry.folder}/original.{suffix}"
        cells = {cell: value.raw for cell, value in made.values.items()}
        path = root / original
        path.parent.mkdir(parents=True)
        path.write_bytes(write(Sheet(made.form, cells, f"{at}{made.title.text}", make.TEXTS)))
        read[suffix] = read_report(path, original, replace(made.entry, original=original))
    corpus = compared(make.corpus(*(Published(r, tuple(check(r))) for r in read.values())))
    with serving(root, corpus) as served:
        yield served, read


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_shows_where_a_figure_stands(
    suffix: str, formats: tuple[Site, dict[str, Report]], browser: Browser
) -> None:
    """On the picture of its page, in its table or in its line; the figure itself is marked."""
    served, read = formats
    report, kind = read[suffix], FORMATS[suffix][1]
    assert [v.number for v in report.values.values()] == [
        v.number for v in make.report().values.values()
    ]
    page = browser.new_page()
    page.goto(f"{served.url}reports/cn-990100-{suffix}-2023/")
    dialog = page.get_by_role("dialog")
    for variable in variables("form2021")[::23]:
        value = report.values[variable.cell]
        page.locator(f"#{cell_anchor(variable.cell)} button").click()
        frame = dialog.locator(f".gk-frame-{kind}")
        frame.wait_for()
        if kind == "p":
            assert frame.locator("img").evaluate("n => n.decode().then(() => n.naturalWidth)") > 300
            assert frame.locator(".gk-box").is_visible()
        else:
            hit = frame.locator(".hit" if kind == "t" else "mark")
            assert hit.inner_text().replace(",", "") == value.raw
        assert str(value.locus) in dialog.inner_text()
        page.keyboard.press("Escape")
    page.close()


# --- Paper -------------------------------------------------------------------------------------


def test_paper_has_every_row_with_last_year_and_the_source(
    open_page: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """A4: title, each row of each table with its figures, the comparison, hash and address."""
    page = open_page(REPORT)
    caplog.set_level(logging.CRITICAL)  # a font of the browser has no box; words have theirs
    with pdfplumber.open(io.BytesIO(page.pdf(format="A4"))) as pdf:
        pages: list[Any] = [
            (found.width, found.extract_words(), found.extract_text()) for found in pdf.pages
        ]
    text = re.sub(r"\s", "", readable("".join(found[2] for found in pages)))
    for label in {v.row.label for v in variables("form2021")}:
        assert readable(label)[:6] in text, label
    assert "示例市统计局" in text
    assert "与2022年比" in text
    assert "SHA-256" in text
    assert REPORT.strip("/") in text
    assert "123,456" in text
    for width, found, _ in pages:
        assert all(word["x1"] <= width - 20 for word in found)


@pytest.mark.parametrize("width", [1280, 375])
def test_the_contents_tell_which_part_is_read(width: int, open_page: Opener) -> None:
    """The part in sight is marked, one at a time, and its name is in sight on a phone too."""
    page = open_page(REPORT, width=width)
    for name in ("disputes", "source"):
        page.locator(f"#{name}").evaluate("n => n.scrollIntoView()")
        link = page.locator(f".gk-toc a[href='#{name}'][aria-current]")
        link.wait_for()
        assert page.locator(".gk-toc [aria-current]").count() == 1
        box = link.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= width - box["width"]
