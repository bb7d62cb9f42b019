"""Charts in a browser: they fit, they follow the scheme, they are printed, they say what they are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import pytest

from gongkai.charts import Mark, Tone
from gongkai.checks import check, compared
from gongkai.model import CellId, Published, Sighting
from gongkai.pages import render_pages
from gongkai.pages.charts import bar_chart, year_chart
from served import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from gongkai.model import Corpus
    from served import Site

AGENCY = "agencies/cn-990100-tongjiju/"
MARKS = (
    Mark("2019", 1_234_567, "1,234,567"),
    Mark("2020", None, "查过，没有公布"),
    Mark("2021", 12, "12", broken=True),
    Mark("2022", 900_000, "900,000", Tone.DOUBT),
)


def corpus() -> Corpus:
    """Five years of an agency: a gap, a failing sum, two forms and a change of the law."""
    made = []
    for year in (2019, 2020, 2021, 2023, 2024):
        form = "form2019" if year < 2021 else "form2021"
        odd = {CellId("requests", "received", "total"): 9999} if year == 2021 else {}
        report = make.report(form, year=year, numbers=odd)
        assert report.entry is not None
        report = replace(report, entry=replace(report.entry, scope="own"))
        made.append(Published(report, check(report)))
    seen = Sighting(make.AGENCY.id, 2022, "missing", "2024-01-01", "https://example.org/")
    return compared(replace(make.corpus(*made), sightings=(seen,)))


@cache
def rendered() -> dict[str, str]:
    """The pages of that corpus."""
    return render_pages(corpus())


def shown(page: Page, path: str) -> None:
    """Put the content of a page of that corpus in the place of the content that is shown."""
    html = rendered()[f"{path.strip('/')}.md"].split("---\n", 2)[2]
    page.evaluate("html => { document.querySelector('#main-text').innerHTML = html }", html)


@pytest.fixture
def drawn(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a page of that corpus in the frame of the served site."""

    def opened(path: str, **how: object) -> Page:
        page = open_page(AGENCY, **how)
        shown(page, path)
        return page

    return opened


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", [AGENCY, "regions/990000/", "years/2024/"])
def test_pages_with_charts_are_accessible(
    drawn: Callable[..., Page], path: str, width: int, *, dark: bool
) -> None:
    """Axe finds nothing at either width in either scheme, and nothing is wider than the screen."""
    page = drawn(path, width=width, dark=dark)
    assert page.locator("svg.gk-svg").count() > 0
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_chart_is_a_named_picture(drawn: Callable[..., Page]) -> None:
    """Its name is what the caption says; its figures are in the description."""
    page = drawn(AGENCY)
    picture = page.get_by_role("img", name="一、本年新收政府信息公开申请数量").first
    told = picture.locator("desc").text_content()
    assert told is not None
    assert "2022年 查过，没有公布" in told
    assert picture.locator("xpath=ancestor::figure").locator("a[download]").count() == 1


def test_text_in_a_chart_is_not_too_small_on_a_phone(drawn: Callable[..., Page]) -> None:
    """At 320 px the letters of a chart are as large as they are drawn, at least 10 px."""
    page = drawn(AGENCY, width=320)
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('.gk-svg text')].map("
        "t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"
    )
    assert min(sizes) >= 9.9


def test_colours_follow_the_scheme(drawn: Callable[..., Page]) -> None:
    """A column has the accent of its scheme; on paper it is black."""
    fill = "getComputedStyle(document.querySelector('.gk-svg .c-main')).fill"
    light, dark = drawn(AGENCY), drawn(AGENCY, dark=True)
    assert light.evaluate(fill) != dark.evaluate(fill)
    dark.emulate_media(media="print")
    assert dark.evaluate(fill) == "rgb(0, 0, 0)"


def test_doubt_is_striped(drawn: Callable[..., Page]) -> None:
    """The pattern is found on the page itself: the fill is no plain colour."""
    page = drawn(AGENCY)
    striped = page.locator(".gk-svg .c-doubt").first
    assert "url(" in striped.evaluate("element => getComputedStyle(element).fill")
    name = striped.get_attribute("fill") or ""
    assert page.locator(name.removeprefix("url(").removesuffix(")")).count() == 1


def test_texts_in_a_chart_do_not_collide(drawn: Callable[..., Page], site: Site) -> None:
    """Neither long figures nor words for why there is none lie over each other."""
    page = drawn(AGENCY)
    charts = [year_chart("x", "题", MARKS), bar_chart("y", "题", MARKS)]
    svgs = "".join(str(chart.svg) for chart in charts if chart is not None)
    page.evaluate(
        "html => { document.querySelector('#main-text').innerHTML = "
        "`<div class='gk'><figure class='gk-chart'>${html}</figure></div>` }",
        svgs,
    )
    assert site.url in page.url
    boxes = page.evaluate(
        "() => [...document.querySelectorAll('.gk-svg')].map(svg => "
        "[...svg.querySelectorAll('text')].map(t => { const b = t.getBBox(), m = t.getCTM();"
        " return [b.x + m.e, b.y + m.f, b.x + m.e + b.width, b.y + m.f + b.height] }))"
    )
    for texts in boxes:
        for at, (left, top, right, bottom) in enumerate(texts):
            for x0, y0, x1, y1 in texts[at + 1 :]:
                assert left >= x1 or x0 >= right or top >= y1 or y0 >= bottom


def test_the_home_page_has_its_chart(site: Site) -> None:
    """In the built site: one line of SVG that Markdown left alone, and the file it links."""
    text = (site.folder / "index.html").read_text(encoding="utf-8")
    tree: Any = lxml.html.fromstring(text)
    for figure in tree.xpath("//figure[@class='gk-chart']"):
        assert "viewBox=" in text
        (href,) = figure.xpath("./figcaption/a/@href")
        assert (site.folder / href).read_text(encoding="utf-8-sig").startswith("报告年度,")
