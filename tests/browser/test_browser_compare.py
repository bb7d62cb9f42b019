"""Agencies beside each other: every cell is that of the panel, the link reproduces the table."""

from __future__ import annotations

import csv
import io
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

import invented
from gongkai.forms.panel import names, panel
from gongkai.model import Corpus, Published, Region
from gongkai.package.panel import panel_rows
from gongkai.package.schema import PANEL, STATUS_SUFFIX
from gongkai.pages.compare import example
from gongkai.pages.compare_data import compare_files
from gongkai.pages.rows import RATE_LEAST
from gongkai.site import make_server
from gongkai.vocabulary import labels
from served import PAGES, Site, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Route

    Opener = Callable[..., Page]
    Tables = dict[tuple[str, str], dict[str, str]]

COMPARE = PAGES["compare"]
AT = {name: number for number, name in enumerate(PANEL.names)}
ALL = "?r=990000&y=2020-2025"
STRICT = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'none'"
)
RATES = {rate.name: (rate.numerator, rate.denominator) for rate in panel().rates}
pytestmark = pytest.mark.usefixtures("complete")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Invented places with what is planted in them; one body that was reorganised."""
    made = invented.corpus()
    first = made.reports[2]
    assert first.report.entry is not None
    moved = replace(first.report.entry, reorganised="并入了信息中心")
    changed = Published(replace(first.report, entry=moved), first.findings, first.across)
    return replace(made, reports=(*made.reports[:2], changed, *made.reports[3:]))


def with_data(site: Site, corpus: Corpus, folder: Path) -> Path:
    """The site with the data of that corpus for its page of comparisons, in a folder of its own."""
    shutil.copytree(site.folder, folder)
    for name, content in compare_files(corpus):
        (folder / name).write_bytes(content)
    path = folder / COMPARE / "index.html"
    text = path.read_text(encoding="utf-8")
    chosen = ",".join(example(corpus))
    path.write_text(
        re.sub('data-example="[^"]*"', f'data-example="{chosen}"', text), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def large(site: Site, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """That site, served."""
    folder = with_data(site, corpus, tmp_path_factory.mktemp("compare") / "site")
    with make_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(folder, f"http://127.0.0.1:{server.server_port}/", complete=True)
        server.shutdown()
        thread.join()


@pytest.fixture
def opened(browser: Browser, large: Site) -> Iterator[Opener]:
    """Opens the page: `opened("?a=…", width=375, dark=True)`; `axe` lets axe into it."""
    contexts = []

    def go(query: str = "", *, width: int = 1280, dark: bool = False, axe: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            accept_downloads=True,
            bypass_csp=axe,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{large.url}{COMPARE}{query}")
        page.locator("#c-count:not(:empty)").wait_for()
        settled(page)
        return page

    yield go
    for context in contexts:
        context.close()


def settled(page: Page) -> None:
    """Wait until what was chosen is shown."""
    page.get_by_text("正在载入").wait_for(state="hidden")


def choose_topic(page: Page, name: str) -> None:
    """Another topic, and its table."""
    page.locator("#c-topic").select_option(name)
    settled(page)


def saved(page: Page) -> list[dict[str, str]]:
    """The CSV of what is shown, a row a cell."""
    with page.expect_download() as download:
        page.locator("#c-csv").click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def shown(page: Page) -> list[list[str]]:
    """The cells of the body, without what stands beside figures."""
    script = """() => Array.from(document.querySelectorAll('#c-result tbody tr'), row =>
      Array.from(row.querySelectorAll('td'), cell => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll('.gk-why').forEach(node => node.remove());
        return Array.from(copy.childNodes, node => node.textContent).join('|');
      }))"""
    found: list[list[str]] = page.evaluate(script)
    return found


def heads(page: Page) -> list[str]:
    """The agencies of the table from top to bottom."""
    return page.locator("#c-result tbody th > a").all_inner_texts()


def grouped(number: object) -> str:
    """A figure with thousands marks."""
    return f"{number:,}"


def words_of(row: tuple[Any, ...], name: str) -> str:
    """A figure of the panel as the page writes it."""
    value = row[AT[name]]
    return (
        labels("panel_statuses")[row[AT[name + STATUS_SUFFIX]]] if value is None else grouped(value)
    )


def expected(row: tuple[Any, ...], name: str) -> str:
    """What the cell of a report shows."""
    if name not in RATES:
        return words_of(row, name)
    fraction = "/".join(words_of(row, part) for part in RATES[name])
    status = row[AT[name + STATUS_SUFFIX]]
    if status == "small_denominator":
        return fraction
    if status != "number":
        return f"{labels('rate_statuses')[status]}|{fraction}"
    part, whole = (row[AT[one]] for one in RATES[name])
    tenths, rest = divmod(part * 1000, whole)
    tenths += 2 * rest > whole or (2 * rest == whole and tenths % 2)
    return f"{tenths // 10}.{tenths % 10}%|{fraction}"


def test_every_cell_is_that_of_the_panel(corpus: Corpus, opened: Opener) -> None:
    """All topics, agencies and years: on the page and in the CSV, with status, flags and scope."""
    rows = {(str(row[0]), int(str(row[1]))): tuple(row) for row in panel_rows(corpus)}
    page = opened(ALL)
    for name in names():
        choose_topic(page, name)
        table, lines = shown(page), saved(page)
        agencies = list(dict.fromkeys(line["机关编号"] for line in lines))
        assert len(agencies) == len(table) == 25
        assert len(lines) == 25 * 6
        for line in lines:
            year = int(line["年份"])
            cell = table[agencies.index(line["机关编号"])][year - 2020]
            row = rows.get((line["机关编号"], year))
            if row is None:
                assert (line["状态"], line["值"]) == ("no_report:not_collected", "")
                assert cell == "无报告|：未收录，没有查过"
                continue
            value = row[AT[name]]
            assert cell == expected(row, name), (name, line)
            assert line["值"] == ("" if value is None else str(value)), (name, line)
            assert line["状态"] == row[AT[name + STATUS_SUFFIX]]
            assert line["填报范围"] == row[AT["scope"]]
            assert line["旧版格式"] == str(int(name in str(row[AT["break_form"]]).split()))
            assert line["法律修改后"] == str(int(name in str(row[AT["break_law"]]).split()))
            assert line["机构改组"] == (row[AT["break_agency"]] or "")
            behind = RATES.get(name, (name,))
            for head, flag in (
                ("在不成立的等式里", "in_failing_sum"),
                ("有其他发现", "in_finding"),
            ):
                assert line[head] == str(int(bool({*behind} & {*str(row[AT[flag]]).split()})))
        percents = [cell for line in table for cell in line if "%" in cell]
        assert bool(percents) <= (name in RATES)
    assert RATE_LEAST == 30


def test_what_stands_beside_a_figure_is_a_word(opened: Opener) -> None:
    """A failing sum, a doubt, no report, an aggregate, a reorganised body, a changed law."""
    page = opened(f"?a={','.join(one.rsplit('-', 1)[0] for one in planted())}&t=received_total")
    text = page.locator("#c-result").inner_text()
    for word in ("▲合计不符", "存疑", "无报告", "本地区汇总", "机构改组"):
        assert word in text
    key = page.locator("#c-key").inner_text()
    for word in ("并入了信息中心", "没有报告不等于 0", "照报告印的样子发布"):
        assert word in key
    assert page.locator("#c-result tfoot").inner_text().count("不合计") == 6
    choose_topic(page, "suit_direct_total")
    assert "法律修改" in page.locator("#c-result th.gk-break").inner_text()
    assert "先申请复议" in page.locator("#c-key").inner_text()
    empty = page.locator("#c-result :is(td, th)").evaluate_all(
        "cells => cells.filter(cell => !cell.textContent.trim()).length"
    )
    assert empty == 0


def planted() -> tuple[str, ...]:
    """Reports with something planted in them."""
    return (
        invented.DOUBT, invented.SWAPPED, invented.ABSENT, "cn-990100-renmin-zhengfu-2020",
        "cn-990100-caizhengju-2022",
    )  # fmt: skip


def test_columns_are_added_up_only_where_all_is_plain(opened: Opener) -> None:
    """A sum where each cell is a figure of the body itself, else a word; never of rates or of one."""
    page = opened("?a=cn-990100-tongjiju,cn-990200-tongjiju&y=2024&t=received_total")
    figures = [int(cell[0].replace(",", "")) for cell in shown(page)]
    assert page.locator("#c-result tfoot td").inner_text() == grouped(sum(figures))
    choose_topic(page, "rate_granted")
    assert page.locator("#c-result tfoot").count() == 0
    page = opened("?a=cn-990100-tongjiju,cn-990100-renmin-zhengfu&y=2024&t=received_total")
    assert page.locator("#c-result tfoot td").inner_text() == "不合计"
    page = opened("?a=cn-990100-tongjiju&y=2024&t=received_total")
    assert page.locator("#c-result tfoot").count() == 0


def test_the_link_reproduces_the_table(large: Site, opened: Opener) -> None:
    """Agencies in their order, years with a gap, the topic, the sorting."""
    page = opened("?a=cn-990300-tongjiju,cn-990100-tongjiju&y=2020-2022,2025&t=rate_granted")
    page.locator("[data-by='2021']").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#c-copy").click()
    page.get_by_text("链接已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    query = parse_qs(urlsplit(copied).query)
    assert query == {
        "a": ["cn-990300-tongjiju,cn-990100-tongjiju"],
        "y": ["2020,2021,2022,2025"],
        "t": ["rate_granted"],
        "s": ["2021-down"],
    }
    again = opened(copied.removeprefix(f"{large.url}{COMPARE}"))
    assert again.locator("#c-result").inner_html() == page.locator("#c-result").inner_html()
    assert saved(again) == saved(page)
    assert copied in page.locator("[id^='citation-']").first.inner_text().replace(
        "https://gongkai.github.io/gongkai/", large.url
    )


def test_figures_lead_to_their_cells(large: Site, opened: Opener) -> None:
    """A figure to its cell in the report; a rate to both of its figures."""
    page = opened("?a=cn-990100-tongjiju&y=2023&t=rate_granted")
    links = page.locator("#c-result td a").evaluate_all("nodes => nodes.map(node => node.href)")
    start = f"{large.url}reports/cn-990100-tongjiju-2023/#"
    assert links == [f"{start}g7-t", f"{start}pt15-t"]


def test_it_opens_with_an_example_that_the_first_choice_replaces(
    corpus: Corpus, opened: Opener
) -> None:
    """Said to be one; the address stays empty until something is chosen."""
    page = opened()
    assert "例子" in page.locator("#c-note").inner_text()
    assert len(heads(page)) == len(example(corpus))
    assert urlsplit(page.url).query == ""
    page.locator("#c-q").fill("甲市 水务")
    assert page.locator("#c-found").inner_text() == "找到 1 个机关，点一个加入。"
    page.keyboard.press("Enter")
    settled(page)
    assert heads(page) == ["甲市水务局"]
    assert page.locator("#c-note").is_hidden()
    assert parse_qs(urlsplit(page.url).query)["a"] == ["cn-990100-shuiwuju"]


def test_agencies_are_found_by_name_region_and_class(opened: Opener) -> None:
    """A part of a name, its full-width letters, its spelling in the id; all of a class in a region."""
    page = opened("?a=cn-990100-shuiwuju")
    for text in ("统计", "tongjiju", "ＴＯＮＧＪＩＪＵ"):
        page.locator("#c-q").fill(text)
        assert "找到 3 个机关" in page.locator("#c-found").inner_text(), text
    page.locator("#c-q").fill("")
    page.locator("#c-region").select_option(label="　乙市")
    assert "找到 8 个机关" in page.locator("#c-found").inner_text()
    page.locator("#c-class").select_option(label="统计")
    assert "找到 1 个机关" in page.locator("#c-found").inner_text()
    page.locator("#c-region").select_option(label="全部")
    page.locator("#c-all").click()
    assert sorted(heads(page)) == sorted(["甲市水务局", "甲市统计局", "乙市统计局", "丙市统计局"])
    page.locator("#c-q").fill("没有这个")
    assert "没有这样的机关" in page.locator("#c-found").inner_text()
    page.get_by_role("button", name="移除 甲市统计局").click()
    assert "甲市统计局" not in heads(page)
    page.locator("#c-none").click()
    assert page.locator("#c-result").is_hidden()
    assert "还没有选机关" in page.locator("#c-count").inner_text()


def test_a_link_that_is_wrong_is_told(opened: Opener) -> None:
    """Agencies, topics and places that are not there: a sentence, and nothing is run or fetched."""
    page = opened("?a=cn-990100-tongjiju,<img src=x onerror=alert(1)>&t=../../x&y=1800,2023")
    note = page.locator("#c-note").inner_text()
    assert "链接里有 1 个机关不在数据里：<img src=x onerror=alert(1)>" in note
    assert "项目不在数据里" in note
    assert page.locator("main img").count() == 0
    assert page.locator("#c-result thead th").all_inner_texts() == ["机关", "2023年"]
    page = opened("?r=123456")
    assert "地区或类别不在数据里" in page.locator("#c-note").inner_text()


def test_years_are_chosen_and_one_stays(opened: Opener) -> None:
    """Boxes for years; without any the last choice stays, and a sentence says so."""
    page = opened("?a=cn-990100-tongjiju&y=2022-2023")
    page.get_by_label("2023年", exact=True).uncheck()
    assert page.locator("#c-result thead th").all_inner_texts() == ["机关", "2022年"]
    page.get_by_label("2022年", exact=True).click()
    assert "至少选一年" in page.locator("#c-count").inner_text()
    assert page.get_by_label("2022年", exact=True).is_checked()


def test_the_table_is_sorted_by_keyboard(opened: Opener) -> None:
    """By figures and by names; what has no figure is last either way; it is announced."""
    page = opened("?a=cn-990100-shenjiju,cn-990300-shenjiju,cn-990200-shenjiju&t=received_total")
    for key, way in (("Enter", "descending"), ("Space", "ascending")):
        page.locator("[data-by='2022']").focus()
        page.keyboard.press(key)
        assert page.locator("th:has([data-by='2022'])").get_attribute("aria-sort") == way
        column = [cells[2] for cells in shown(page)]
        figures = [int(cell.replace(",", "")) for cell in column[:2]]
        assert figures == sorted(figures, reverse=way == "descending")
        assert column[2].startswith("无报告")
        assert page.evaluate("document.activeElement.dataset.by") == "2022"
    assert "按2022年升序" in page.locator("#c-sorted").inner_text()
    page.locator("[data-by='name']").press("Enter")
    assert heads(page) == ["丙市审计局", "甲市审计局", "乙市审计局"]


def test_hostile_names_are_only_shown(site: Site, browser: Browser, tmp_path: Path) -> None:
    """In table, chips, chart and CSV; a name that begins as a formula is a text in the CSV."""
    name = '=HYPERLINK("x")<img src=x onerror="document.title=\'run\'"></script>'
    region = Region("990100", "990100", "<b>市</b>", "", "prefecture", "990000")
    made = invented.corpus()
    agency = replace(made.reports[0].entry.agency, name=name, region=region)
    reports = []
    for one in made.reports[:12]:
        entry = one.entry
        if entry.agency.id == agency.id:
            report = replace(one.report, entry=replace(entry, agency=agency))
            reports.append(Published(report, one.findings, one.across))
    hostile = replace(made, reports=tuple(reports), regions={region.id: region})
    folder = with_data(site, hostile, tmp_path / "site")
    context = browser.new_context(locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    page.goto((folder / COMPARE / "index.html").as_uri())
    page.locator("#c-result table").wait_for()
    assert heads(page) == [name]
    page.locator("#c-q").fill("hyperlink")
    page.locator("#c-hits button").wait_for()
    page.locator("#c-draw").click()
    page.locator("#c-chart svg").wait_for()
    assert name in str(page.locator("#c-chart svg").text_content())
    lines = saved(page)
    assert {line["机关"] for line in lines} == {f"'{name}"}
    assert page.locator("main img").count() == 0
    assert page.title() != "run"
    context.close()


def test_it_works_from_a_folder(large: Site, browser: Browser) -> None:
    """Data and chart parts are scripts: without a server the page compares, and the link is the site's."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{(large.folder / COMPARE / 'index.html').as_uri()}?a=cn-990100-tongjiju&y=2023")
    page.locator("#c-result table").wait_for()
    choose_topic(page, "rate_granted")
    assert "%" in shown(page)[0][0]
    page.locator("#c-draw").click()
    page.locator("#c-chart svg").wait_for()
    cited = page.locator("[id^='citation-']").first.inner_text()
    assert "https://gongkai.github.io/gongkai/compare/?a=cn-990100-tongjiju&y=2023" in cited
    context.close()


def test_files_of_two_builds_are_refused(browser: Browser, large: Site) -> None:
    """A topic that another build made is not shown with these agencies; absent data are told."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()

    def older(route: Route) -> None:
        answer = route.fetch()
        body = re.sub(r'"version":"\w+"', '"version":"0"', answer.text())
        route.fulfill(response=answer, body=body)

    context.route("**/data/compare/received_total.js", older)
    context.route("**/data/compare/closed_total.js", lambda route: route.abort())
    page.goto(f"{large.url}{COMPARE}")
    page.get_by_text("不是同一版").wait_for()
    assert page.locator("#c-result").is_hidden()
    choose_topic(page, "processed_total")
    page.locator("#c-result table").wait_for()
    assert page.get_by_text("不是同一版").count() == 0
    choose_topic(page, "closed_total")
    page.get_by_text("数据没有载入成功").wait_for()
    assert page.locator("#c-result").is_hidden()
    context.close()


def texts_of(page: Page) -> list[str]:
    """The texts of the chart."""
    found: list[str] = page.locator("#c-chart svg text").all_text_contents()
    return found


def paths_of(page: Page) -> int:
    """How many lines the chart has."""
    return page.locator("#c-chart svg .mark-line path").count()


def test_a_chart_is_drawn_when_it_is_wanted(large: Site, opened: Opener) -> None:
    """Its parts come with its button and from the site alone; a line never passes a missing year."""
    page = opened("?a=cn-990300-shenjiju,cn-990100-shenjiju&t=received_total&y=2020-2025")
    asked: list[str] = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert not [url for url in asked if "vega" in url]
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator("#c-draw").press("Enter")
    page.locator("#c-chart svg").wait_for()
    parts = {Path(urlsplit(url).path).name for url in requests if url.startswith("http")}
    assert parts - {"favicon.png"} == {"vega.js", "vega-lite.js", "vega-interpreter.js"}
    assert all(url.startswith((large.url, "data:")) for url in requests)
    svg = page.locator("#c-chart svg")
    assert svg.get_attribute("role") == "img"
    assert "2 个机关，2020–2025年" in str(svg.locator("title").text_content())
    assert "1 格没有数，没有画" in str(svg.locator("desc").text_content())
    # The one without a report of 2022 has two lines: before and after.
    assert paths_of(page) == 3
    assert page.locator("#c-chart svg .mark-symbol path").count() == 11
    assert {"● 丙市审计局", "■ 甲市审计局"} <= set(texts_of(page))
    choose_topic(page, "suit_direct_total")
    expect(page.locator("#c-chart .mark-line path")).to_have_count(5)
    assert "g=1" in page.url
    page.locator("#c-draw").click()
    assert page.locator("#c-chart").is_hidden()
    assert "g=1" not in page.url


def test_many_agencies_have_a_plot_each_and_one_year_has_bars(opened: Opener) -> None:
    """Small multiples with their names; bars with figures beside them, words where there is none."""
    page = opened(f"{ALL}&t=received_total&g=1")
    page.locator("#c-chart svg").wait_for()
    assert {"甲市统计局", "丙市审计局"} <= set(texts_of(page))
    assert page.locator("#c-chart svg .mark-symbol path").count() == 148
    for year in ("2020年", "2022年", "2023年", "2024年", "2025年"):
        page.get_by_label(year, exact=True).uncheck()
    expect(page.locator("#c-chart .mark-rect path")).to_have_count(25)
    figures = {cell[0] for cell in shown(page)}
    assert "存疑" in figures
    assert figures <= {text.removeprefix("▲ ") for text in texts_of(page)}
    choose_topic(page, "review_total")
    expect(page.locator("#c-chart title")).to_contain_text("行政复议")


def test_doubtful_figures_are_marked_in_the_chart(opened: Opener) -> None:
    """▲ above a point and beside a bar."""
    agency, year = invented.SWAPPED.rsplit("-", 1)
    page = opened(f"?a={agency}&t=received_total&g=1")
    page.locator("#c-chart svg").wait_for()
    assert texts_of(page).count("▲") == 1
    page = opened(f"?a={agency}&t=received_total&g=1&y={year}")
    page.locator("#c-chart svg").wait_for()
    assert any(text.startswith("▲ ") for text in texts_of(page))


def test_a_chart_that_cannot_be_loaded_is_told(browser: Browser, large: Site) -> None:
    """A sentence; the table stays."""
    context = browser.new_context(locale="zh-CN")
    context.route("**/vega-lite.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{large.url}{COMPARE}")
    page.locator("#c-result table").wait_for()
    page.locator("#c-draw").click()
    page.get_by_text("画图的部件没有载入成功").wait_for()
    assert page.locator("#c-result").is_visible()
    context.unroute("**/vega-lite.js")
    page.locator("#c-draw").click()
    page.locator("#c-chart svg").wait_for()
    context.close()


def test_it_needs_nothing_inline_and_no_eval(large: Site, browser: Browser) -> None:
    """Under a policy of scripts from the site alone, and no request of a page's own."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()

    def strict(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": STRICT}
        route.fulfill(response=answer, headers=headers)

    context.route("**/*", strict)
    page.goto(f"{large.url}{COMPARE}?c=statistics&t=rate_granted&g=1")
    page.locator("#c-chart svg").wait_for()
    assert page.locator("#c-chart svg .mark-line path").count() == 3
    context.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_table_and_chart_are_accessible(width: int, opened: Opener) -> None:
    """With every kind of cell, both schemes, lines and plots and bars; nothing wider than the screen."""
    queries = (
        f"{ALL}&t=rate_granted&g=1",
        f"{ALL}&t=received_total&y=2021&g=1",
        "?c=statistics&g=1",
    )
    for dark in (False, True):
        for query in queries:
            page = opened(query, width=width, dark=dark, axe=True)
            page.locator("#c-chart svg").wait_for()
            page.locator("#c-q").fill("局")
            assert violations(page) == [], (dark, query)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("#c-result th:not([scope])").count() == 0
            page.close()


def test_nothing_in_sight_moves_when_the_table_comes(large: Site, browser: Browser) -> None:
    """There is room for it before it is there: wide and narrow."""
    for width, height in ((1280, 900), (375, 800)):
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver((list) => {"
            "  for (const entry of list.getEntries()) window.moved += entry.value;"
            "}).observe({ type: 'layout-shift', buffered: true });"
        )
        page.goto(f"{large.url}{COMPARE}")
        page.locator("#c-result table").wait_for()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.moved") < 0.01
        context.close()
