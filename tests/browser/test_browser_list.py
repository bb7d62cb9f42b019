"""The tables of reports, agencies and issues, and the tree of regions, in a real browser."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from served import PAGES, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from served import Site

    Opener = Callable[..., Page]

LIST, AGENCIES, REGIONS = PAGES["list"], PAGES["agencies"], PAGES["regions"]
ROWS = "#interactive .tabulator-row"
pytestmark = pytest.mark.usefixtures("complete")


def names_in(page: Page) -> list[str]:
    """What the first column of the table shows, from top to bottom."""
    return page.locator(f"{ROWS} .tabulator-cell:first-child").all_inner_texts()


def cells_in(page: Page, field: str) -> list[str]:
    """What a column of the table shows."""
    return page.locator(f"{ROWS} [tabulator-field='{field}']").all_inner_texts()


def wait_for(page: Page, count: str) -> None:
    """Until the table says so much."""
    page.wait_for_function(
        "words => document.getElementById('count').textContent.includes(words)", arg=count
    )


def address(page: Page) -> str:
    """The page's address below the site's root."""
    return urlsplit(page.url)._replace(scheme="", netloc="").geturl().lstrip("/")


def downloaded(page: Page) -> tuple[str, list[list[str]]]:
    """What the button for CSV saves: the text, and its rows."""
    with page.expect_download() as wanted:
        page.click("#csv")
    text = wanted.value.path().read_bytes().decode("utf-8")
    return text, list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_list_is_searched_and_keeps_its_state(open_page: Opener) -> None:
    """Words filter, the count is said, the address holds the state and brings it back."""
    page = open_page(LIST)
    assert page.locator("#plain").is_hidden()
    assert len(names_in(page)) == 4
    page.fill("#f-q", "水务")
    wait_for(page, "4 份报告中的 1 份")
    assert names_in(page) == ["样本市水务局"]
    assert "q=" in urlsplit(page.url).query
    again = open_page(address(page))
    assert again.input_value("#f-q") == "水务"
    assert names_in(again) == ["样本市水务局"]
    again.fill("#f-q", "没有这个机关")
    wait_for(again, "没有符合条件的")
    again.click("button[type=reset]")
    again.wait_for_function("document.querySelectorAll('.tabulator-row').length === 4")
    assert urlsplit(again.url).query == ""


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("region", "990000", 4),
        ("level", "county", 1),
        ("class", "statistics", 3),
        ("year", "2023", 2),
        ("form", "form2019", 1),
        ("found", "error", 1),
        ("found", "none", 2),
    ],
)
def test_each_filter_filters(field: str, value: str, left: int, open_page: Opener) -> None:
    """Region with all in it, level, class, year, form, findings; the address says so."""
    page = open_page(LIST)
    page.select_option(f"#f-{field}", value)
    wait_for(page, f"4 份报告中的 {left} 份")
    assert len(names_in(page)) == left
    assert parse_qs(urlsplit(page.url).query) == {field: [value]}


def test_a_region_is_chosen_step_by_step(open_page: Opener) -> None:
    """A province, then what lies in it, by keyboard too; the address brings both back."""
    page = open_page(LIST)
    page.select_option("#f-region", "990000")
    inner = page.get_by_label("虚构省的下属地区")
    inner.focus()
    page.keyboard.press("End")
    wait_for(page, "4 份报告中的 1 份")
    assert names_in(page) == ["样本市水务局"]
    assert parse_qs(urlsplit(page.url).query) == {"region": ["990200"]}
    assert page.evaluate("document.activeElement.id") == "f-region-1"
    again = open_page(address(page))
    assert again.get_by_label("虚构省的下属地区").input_value() == "990200"
    again.get_by_label("虚构省的下属地区").select_option("990000")
    wait_for(again, "4 份报告中的 4 份")
    again.click("button[type=reset]")
    again.wait_for_function("document.querySelectorAll('.gk-regions select').length === 1")
    assert urlsplit(again.url).query == ""


def test_the_list_is_sorted_by_keyboard(open_page: Opener) -> None:
    """A head is reached by Tab and sorts by Enter; the sorting is said and kept."""
    page = open_page(LIST)
    head = page.locator(".tabulator-col", has_text="新收申请").first
    head.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('sort=received_total')")
    wait_for(page, "按新收申请（件）升序")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('dir=desc')")
    wait_for(page, "降序")
    assert page.locator(".tabulator-col[aria-sort=descending]").count() == 1
    assert page.locator("#count").get_attribute("aria-live") == "polite"


def test_columns_are_chosen_and_kept_in_the_address_alone(open_page: Opener) -> None:
    """A column of the second file is fetched when it is asked for; a link brings the choice back."""
    page = open_page(LIST)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.click(".gk-choice summary")
    page.get_by_label("不予公开（件）").check()
    page.wait_for_selector(f"{ROWS} [tabulator-field=denied_total]")
    page.get_by_label("行政复议（件）").uncheck()
    page.wait_for_function("!document.querySelector('[tabulator-field=review_total]')")
    assert [url.rpartition("/")[2] for url in loaded if "/data/" in url] == ["list-more.json"]
    chosen = parse_qs(urlsplit(page.url).query)["cols"][0].split(",")
    assert "denied_total" in chosen
    assert "review_total" not in chosen
    kept = "Object.values({...localStorage, ...sessionStorage}).join() + document.cookie"
    assert "denied_total" not in page.evaluate(kept)
    again = open_page(address(page))
    assert again.locator(".tabulator-col[tabulator-field=denied_total]").count() == 1
    assert again.locator(".tabulator-col[tabulator-field=review_total]").count() == 0
    assert violations(again) == []
    again.click("button[type=reset]")
    again.wait_for_selector(".tabulator-col[tabulator-field=review_total]")
    assert urlsplit(again.url).query == ""


def test_what_is_shown_can_be_saved(open_page: Opener) -> None:
    """The CSV has the rows that are left in their order and the columns that are shown, with a BOM."""
    page = open_page(f"{LIST}?year=2023&cols=year,received_total,rate_granted&sort=agency&dir=desc")
    text, rows = downloaded(page)
    assert text.startswith("\ufeff")
    assert rows[0] == [
        "机关", "年份", "新收申请（件）", "公开率（%）", "公开率：分子", "公开率：分母", "报告编号", "网址",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == names_in(page)
    assert [row[0] for row in rows[1:]] == ["样本市水务局", "示例市统计局"]
    assert rows[1][2:6] == ["441", "4.8", "21", "441"]
    assert rows[1][-1].endswith("/reports/cn-990200-shuiwuju-2023/")


def invented(size: int) -> dict[str, Any]:
    """The data of a table: agencies in two provinces; odd figures at the first rows."""
    agencies: dict[str, list[Any]] = {
        "id": [f"cn-{at}" for at in range(size)],
        "name": [f"{at:03}号机关" for at in range(size)],
        "region": [at % 3 for at in range(size)],
        "level": ["county"] * size,
        "class": ["statistics"] * size,
    }
    agencies["name"][0] = '=HYPERLINK("http://x","甲")'
    agencies["name"][1] = "<b onclick=alert(1)>乙</b>"
    whole: list[int | str] = [64] * size
    part: list[int | str] = [at % 60 for at in range(size)]
    status = [0] * size
    part[0], whole[0], status[0] = "2", 40, 2
    part[1], whole[1], status[1] = 1, 1, 1
    part[2], whole[2], status[2] = 4, 32, 0
    part[3], whole[3], status[3] = 2, 32, 0
    part[4], whole[4], status[4] = 6, 32, 0
    part[5], whole[5], status[5] = 50, 40, 5
    return {
        "regions": {
            "id": ["1", "11", "2"],
            "name": ["甲省", "甲市", "乙省"],
            "parent": [-1, 0, -1],
        },
        "agencies": agencies,
        "columns": {
            "agency": list(range(size)),
            "year": [2023] * size,
            "form": [-1] * size,
            "errors": [0] * size,
            "warnings": [0] * size,
            "notes": [0] * size,
            "received_total": ["2" if at % 2 else at for at in range(size)],
            "granted_total": part,
            "processed_total": whole,
            "review_total": [1234] * size,
            "rate_granted": status,
        },
    }


@pytest.fixture
def open_list(open_page: Opener, site: Site) -> Callable[[str], Page]:
    """Opens the list over invented data of 120 reports."""

    def opened(query: str = "", path: str = LIST, width: int = 1280) -> Page:
        own = json.loads((site.folder / "data" / "list.json").read_text(encoding="utf-8"))
        body = json.dumps({**own, **invented(120)})

        def answer(route: Route) -> None:
            route.fulfill(body=body, content_type="application/json")

        page = open_page("404.html", width=width)
        page.route("**/data/list.json", answer)
        page.goto(f"{site.url}{path}{query}")
        page.wait_for_selector(ROWS)
        return page

    return opened


def test_a_list_has_pages(open_list: Callable[..., Page]) -> None:
    """Fifty rows a page; the page stands in the address; sorting begins at the first page anew."""
    page = open_list("?page=2")
    assert "第 2 页，共 3 页" in page.locator("#count").inner_text()
    assert names_in(page)[0] == "050号机关"
    page.get_by_role("button", name="下一页").click()
    wait_for(page, "第 3 页")
    assert len(names_in(page)) == 20
    assert "page=3" in page.url
    page.locator(".tabulator-col", has_text="行政复议").first.click()
    wait_for(page, "按行政复议（件）升序排列。第 1 页")
    assert "page=" not in page.url
    assert page.locator("#pager .active").inner_text() == "1"
    beyond = open_list("?page=99")
    assert "第 3 页" in beyond.locator("#count").inner_text()


@pytest.mark.parametrize("way", ["asc", "desc"])
def test_what_is_no_figure_comes_last(way: str, open_list: Callable[..., Page]) -> None:
    """A word is neither the least nor the most, whichever the direction."""
    page = open_list(f"?sort=received_total&dir={way}&page=2")
    shown = cells_in(page, "received_total")
    figures = [int(one) for one in shown[:10]]
    assert figures == sorted(figures, reverse=way == "desc")
    assert set(shown[10:]) == {"未填报"}


def test_rates_are_given_with_their_figures(open_list: Callable[..., Page]) -> None:
    """Halves go to the even digit as on the other pages; without a rate the figures or the word."""
    page = open_list("?q=号机关&sort=year&dir=asc")
    assert cells_in(page, "rate_granted")[:4] == [
        "12.5%（4/32）",
        "6.2%（2/32）",
        "18.8%（6/32）",
        "50/40",
    ]
    page = open_list("?sort=rate_granted&dir=desc&page=3")
    assert cells_in(page, "rate_granted")[-3:] == ["1/1", "未填报", "50/40"]


def test_names_are_text_on_the_page_and_in_the_file(open_list: Callable[..., Page]) -> None:
    """Nothing an agency is called becomes markup or a formula."""
    page = open_list()
    assert names_in(page)[:2] == ['=HYPERLINK("http://x","甲")', "<b onclick=alert(1)>乙</b>"]
    assert page.locator(f"{ROWS} b").count() == 0
    _, rows = downloaded(page)
    assert rows[1][0] == '\'=HYPERLINK("http://x","甲")'
    assert len(rows) == 121


def test_a_column_that_cannot_be_fetched_is_told(open_list: Callable[..., Page]) -> None:
    """The choice goes back to what is shown."""
    page = open_list()
    page.route("**/data/list-more.json", lambda route: route.abort())
    page.click(".gk-choice summary")
    box = page.get_by_label("不予公开（件）")
    box.check()
    wait_for(page, "没有加载成功")
    assert not box.is_checked()
    assert page.locator(".tabulator-col[tabulator-field=denied_total]").count() == 0


def test_a_phone_shows_what_fits_and_asks_for_the_rest(open_list: Callable[..., Page]) -> None:
    """At 320 px the table scrolls and not the page; the agency stays in sight."""
    page = open_list(width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".tabulator-col[tabulator-field=region]").count() == 0
    page.locator(".tabulator-tableholder").evaluate("one => { one.scrollLeft = 200; }")
    assert page.locator(f"{ROWS} a").first.bounding_box()["x"] >= 0  # type: ignore[index]
    assert violations(page) == []


def test_without_scripts_the_list_is_a_plain_table(open_page: Opener) -> None:
    """All reports, no form that does nothing, and the ways to those of each year."""
    page = open_page(LIST, scripts=False)
    assert page.locator("#plain tbody tr").count() == 4
    assert page.locator("#filters").is_hidden()
    page.get_by_role("link", name="2023年").first.click()
    page.wait_for_url("**/reports/2023/")
    assert page.locator("tbody tr").count() == 2


def test_agencies_are_found_by_name_class_and_region(open_page: Opener) -> None:
    """One row an agency with the years of its reports; the address brings the filter back."""
    page = open_page(AGENCIES)
    assert names_in(page) == ["示例市统计局", "样本市水务局"]
    assert cells_in(page, "years") == ["2020、2022–2023", "2023"]
    assert cells_in(page, "reports") == ["3", "1"]
    page.select_option("#f-class", "water")
    wait_for(page, "2 个机关中的 1 个")
    assert names_in(open_page(address(page))) == ["样本市水务局"]
    page.locator(f"{ROWS} a").click()
    page.wait_for_url("**/agencies/cn-990200-shuiwuju/")


def test_the_tree_of_regions_is_filtered(open_page: Opener) -> None:
    """A word leaves the regions with it and those they lie in, opened; by keyboard it unfolds."""
    page = open_page(REGIONS)
    page.fill("#f-q", "样本")
    visible = page.locator("#tree a:visible")
    assert visible.all_inner_texts() == ["虚构省", "样本市"]
    assert page.locator("#count").inner_text() == "找到 1 个地区。"
    page.fill("#f-q", "没有这里")
    assert "没有名字里有" in page.locator("#count").inner_text()
    page.fill("#f-q", "")
    assert visible.count() == 3
    page.click("#fold")
    assert visible.all_inner_texts() == ["虚构省"]
    page.locator("#tree summary").focus()
    page.keyboard.press("Enter")
    assert visible.count() == 3


def test_without_scripts_the_tree_unfolds(open_page: Opener) -> None:
    """The tree is plain: links and parts that open."""
    page = open_page(REGIONS, scripts=False)
    assert page.locator("#filters").is_hidden()
    page.locator("#tree summary").first.click()
    page.locator("#tree summary").first.click()
    page.get_by_role("link", name="样本市").click()
    page.wait_for_url("**/regions/990200/")


def test_the_issue_list_is_filtered_and_keeps_its_state(open_page: Opener) -> None:
    """The worst first; severity, rule and year filter; the address brings the state back."""
    page = open_page(PAGES["quality"])
    assert page.locator("#plain").is_hidden()
    words = names_in(page)
    assert words == sorted(words, key=["▲ 错误", "▲ 疑点", "▲ 提示"].index)
    assert "按轻重从重到轻排列" in page.locator("#count").inner_text()
    page.select_option("#f-severity", "error")
    page.wait_for_function("location.search === '?severity=error'")
    assert set(names_in(page)) == {"▲ 错误"}
    page.select_option("#f-check", "T3-ROW")
    page.wait_for_function("location.search.includes('check=T3-ROW')")
    again = open_page(address(page))
    assert again.input_value("#f-check") == "T3-ROW"
    rows = again.locator(ROWS)
    assert rows.count() == 1
    _, saved = downloaded(again)
    assert saved[1][saved[0].index("规则编号")] == "T3-ROW"
    rows.first.locator("a").click()
    again.wait_for_url("**/reports/**")


def test_without_scripts_the_issues_are_a_plain_table(open_page: Opener) -> None:
    """No form that does nothing."""
    page = open_page(PAGES["quality"], scripts=False)
    assert page.locator("#plain tbody tr").count() > 0
    assert page.locator("#filters").is_hidden()
