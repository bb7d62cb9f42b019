"""What a reader finds: names first, then the full text, by keyboard, narrowed down, from a folder."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import make
import pytest

from gongkai.model import Agency, Published, Region
from gongkai.pages.indexed import indexed, indexed_pages
from gongkai.pages.names import names_script as script_of
from gongkai.tidy import LOOK_ALIKES, letters
from served import PAGES, ROOT, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from served import Site

    Opener = Callable[..., Page]

SEARCH = PAGES["search"]
ASSETS = ROOT / "src" / "gongkai" / "pages" / "assets"
DONE = "/页提到|没有找到|名称见下/.test(document.getElementById('status').textContent)"
PLACES = {
    region.id: region
    for region in (
        Region("410000", "410000", "河南省", "Henan", "province", None),
        Region("410100", "410100", "郑州市", "Zhengzhou", "prefecture", "410000"),
        Region("410103", "410103", "二七区", "Erqi", "county", "410100"),
        Region("410783", "410783", "长垣市", "Changyuan", "county", "410000"),
        Region("430100", "430100", "长沙市", "Changsha", "prefecture", None),
        Region("500000", "500000", "重庆市", "Chongqing", "province", None),
    )
}
#: Agency → place, names, years.
HELD = {
    "erqi-tongjiju": ("410103", ("二七区统计局", "郑州市二七区统计局"), (2022, 2023)),
    "erqi-shuiliju": ("410103", ("二七区水利局",), (2023,)),
    "zhengzhou-tongjiju": ("410100", ("郑州市统计局",), (2021, 2023)),
    "zhengzhou-shenpiju": ("410100", ("郑州市行政审批局", "郑州市政务服务办公室"), (2023,)),
    "changyuan-shenjiju": ("410783", ("长垣市审计局",), (2023,)),
    "changsha-minzhengju": ("430100", ("长沙市民政局",), (2022,)),
    "chongqing-caizhengju": ("500000", ("重庆市财政局",), (2023,)),
}
#: What is typed → what comes first.
NAMED = {
    "二七区统计局2022": "二七区统计局 2022年",
    "二七区统计局2022年报": "二七区统计局 2022年",
    "统计局 郑州 2021": "郑州市统计局 2021年",
    "２０２２ 二七区 统计局": "二七区统计局 2022年",
    "郑州": "郑州市",
    "二七": "二七区",
    "410103": "二七区",
    "2023": "2023年",
    "2023年度报告": "2023年",
    "zhengzhou tongji": "郑州市统计局",
    "zhengzhoutongjiju": "郑州市统计局",
    "eqqtjj": "二七区统计局",
    "zzstjj": "郑州市统计局",
    "郑州tjj": "郑州市统计局",
    "chongqing": "重庆市",
    "cq caizheng": "重庆市财政局",
    "changsha": "长沙市",
    "changyuan": "长垣市",
    "xingzhengshenpi": "郑州市行政审批局",
    "政务服务办公室": "郑州市行政审批局",
    "⻓垣": "长垣市",
    "长沙2022": "长沙市民政局 2022年",
}
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    '"',
    "“”",
    "((((",
    "[",
    "\\",
    "。。。",
    "😀👨‍👩‍👧",
    "政" * 5000,
    "a" * 5000,
    "%00",
    "{{7*7}}",
    "  ",
)
#: Words of the small site: from texts, tables and titles, from the middle of a word, with numbers.
WORDS = (
    "信访举报",
    "访举",
    "行政复议",
    "法律服务机构",
    "收费通知",
    "节水宣传会",
    "水宣",
    "结转下年度",
    "第3项",
    "政民互动",
    "政⺠互动",
    "2023年",
    "２０２３年",
    "信息12条",
    "统计公报",
    "事项",
)


def names_script() -> str:
    """The data of the lookup for the agencies above."""
    reports = [
        Published(make.report(year=year, agency=agency(slug)), ())
        for slug, (_, _, years) in HELD.items()
        for year in years
    ]
    whole = make.corpus(*reports)
    return script_of(replace(whole, regions=PLACES))


def agency(slug: str) -> Agency:
    """One of the agencies above."""
    place, named, _ = HELD[slug]
    return replace(
        make.AGENCY,
        id=f"cn-{place}-{slug}",
        slug=slug,
        adcode=place,
        name=named[0],
        other_names=named[1:],
        region=PLACES[place],
    )


@pytest.fixture
def lookup(browser: Browser) -> Iterator[Page]:
    """An empty page with the lookup and its data."""
    page = browser.new_page()
    page.add_script_tag(content=names_script())
    page.add_script_tag(path=ASSETS / "search-names.js")
    page.evaluate("globalThis.look = gongkaiLookup(gongkaiNames)")
    yield page
    page.close()


def test_names_are_found_right_and_first(lookup: Page) -> None:
    """Agencies, places, years and single reports, by name, other name, pinyin, initials, code."""
    asked = "all => all.map((q) => look.find(q).hits[0]?.title)"
    found = lookup.evaluate(asked, list(NAMED))
    assert dict(zip(NAMED, found, strict=True)) == NAMED


def test_a_year_without_a_report_is_told(lookup: Page) -> None:
    """The agency comes first, with the year it has no report of; never another year's report."""
    (first, *rest) = lookup.evaluate("look.find('二七区水利局2022').hits")
    assert (first["title"], first["lacks"]) == ("二七区水利局", [2022])
    assert not [hit for hit in rest if hit["kind"] == "report"]


def test_names_that_are_not_meant_are_not_shown(lookup: Page) -> None:
    """Scattered characters, a single letter, and words of reports lead to no name."""
    for query in ("市局", "z", "信访举报", "第3项", "9999", "zzz", "局统"):
        assert lookup.evaluate("(q) => look.find(q).count", query) == 0, query


def test_the_browser_folds_as_the_index_was_folded(lookup: Page) -> None:
    """Each sign that is folded there is folded to the same here, all others stay."""
    changed = [chr(n) for n in range(0x80, 0x2FA20) if letters(chr(n)) != chr(n)]
    signs = [*changed, *LOOK_ALIKES, *"，。（①②³㎡℃ﬁ…·〇々", "民"]
    folded = lookup.evaluate("all => all.map((sign) => look.fold(sign))", signs)
    wrong = {s: (letters(s), f) for s, f in zip(signs, folded, strict=True) if letters(s) != f}
    assert len(changed) > 1000
    assert not wrong


def settled(page: Page, query: str) -> str:
    """The status once that query is answered."""
    page.fill("#q", query)
    shown = json.dumps(f"“{query.strip()}”", ensure_ascii=False)
    page.wait_for_function(
        f"{DONE} && document.getElementById('status').textContent.includes({shown})"
    )
    return page.locator("#status").inner_text()


@pytest.mark.usefixtures("complete")
def test_odd_queries_break_nothing(open_page: Opener) -> None:
    """Markup, signs, emoji, thousands of characters: an answer, no script run, and it goes on."""
    page = open_page(SEARCH)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    for query in HOSTILE:
        page.fill("#q", query)
        page.keyboard.press("Enter")
        page.wait_for_function(f"{DONE} || !document.getElementById('q').value.trim()")
        assert page.locator("#results img, #direct img, #status img").count() == 0
    assert settled(page, "节水宣传").endswith("页提到。")
    assert complaints == []


def texts_of(folder: Path) -> dict[str, str]:
    """Page → its text as a search compares it."""
    copies = {name: indexed((folder / name).read_bytes()) for name in indexed_pages(folder)}
    return {
        name.removesuffix("index.html"): unescape(
            re.sub(r"<[^>]*>", "", copy.partition("</p>")[2])
        ).lower()
        for name, copy in copies.items()
        if copy is not None
    }


def pages_of(folder: Path) -> dict[str, str]:
    """The id of a page in the index → the page."""
    out = {}
    for file in (folder / "pagefind" / "fragment").iterdir():
        found = re.search(rb'"url":"/([^"]*)"', gzip.decompress(file.read_bytes()))
        assert found
        out[file.stem] = found[1].decode()
    return out


ALL = """async (query) => {
  const worker = new Worker("../static/search-worker.js", {type: "module"});
  const ask = (what, more) => new Promise((done) => {
    worker.onmessage = ({data}) => done(data.value);
    worker.postMessage({number: 1, what, root: new URL("..", location.href).href, ...more});
  });
  const {count} = await ask("text", {turn: 1, query, filters: {}, sort: ""});
  const ids = count ? await ask("ids", {}) : [];
  worker.terminate();
  return ids;
}"""


def test_every_page_with_the_words_is_found(complete: Site, open_page: Opener) -> None:
    """Held against the built site: no page that has the word as it stands is missed."""
    page = open_page(SEARCH)
    texts, pages = texts_of(complete.folder), pages_of(complete.folder)
    for word in WORDS:
        wanted = letters(word).lower()
        right = {name for name, text in texts.items() if wanted in text}
        found = {pages[one] for one in page.evaluate(ALL, word)}
        assert right, word
        assert right - found == set(), word


@pytest.mark.usefixtures("complete")
def test_what_is_nowhere_is_not_found(open_page: Opener) -> None:
    """The engine answers with nearly the same words: those are no results."""
    page = open_page(SEARCH)
    for query in ("访信", "申公开", "第97531项", "qqqzzz"):
        assert "没有找到" in settled(page, query)
        assert page.locator("#results li").count() == 0
        assert page.locator("#start").is_visible()


@pytest.mark.usefixtures("complete")
def test_a_result_shows_the_words_in_their_section(open_page: Opener) -> None:
    """The passage with the words marked; the link leads to the section they are in."""
    page = open_page(f"{SEARCH}?q=节水宣传")
    page.wait_for_function(DONE)
    first = page.locator("#results li").first
    assert first.locator("mark").all_inner_texts() == ["节水宣传"]
    assert "召开了" in first.locator("p").inner_text()
    assert str(first.locator("a").get_attribute("href")).endswith("shuiwuju-2023/#overview")
    assert "总体情况" in first.locator(".kind").inner_text()
    assert settled(page, "“节水宣传”") == "““节水宣传””：1 页提到。"
    settled(page, "会节水 召开")
    assert "没有" in page.locator("#status").inner_text()


@pytest.mark.usefixtures("complete")
def test_characters_that_stand_apart_are_told(open_page: Opener) -> None:
    """All pairs are on the page, but not together: shown, and said."""
    page = open_page(f"{SEARCH}?q=政民互动第3项")
    page.wait_for_function(DONE)
    if page.locator("#results li").count():
        assert "没有连在一起" in page.locator("#results li p").first.inner_text()


@pytest.mark.usefixtures("complete")
def test_results_are_narrowed_down_and_kept_in_the_address(open_page: Opener) -> None:
    """Facets with their counts; the address reproduces what is seen; one button clears it."""
    page = open_page(SEARCH)
    settled(page, "行政复议")
    page.locator("#narrow summary").click()
    page.wait_for_function(
        "document.querySelector('#f-year option:last-child').textContent.includes('（')"
    )
    page.select_option("#f-class", "water")
    page.wait_for_function("document.querySelectorAll('#results li').length === 1")
    assert "class=water" in page.url
    again = open_page(page.url.partition("//")[2].partition("/")[2])
    again.wait_for_function(DONE)
    assert again.locator("#f-class").input_value() == "water"
    assert (
        again.locator("#results a").all_inner_texts()
        == page.locator("#results a").all_inner_texts()
    )
    again.select_option("#f-year", "2020")
    again.wait_for_function(
        "document.getElementById('status').textContent.includes('可以清除筛选')"
    )
    again.get_by_role("button", name="清除").click()
    again.wait_for_function("!location.search")
    assert again.locator("#start").is_visible()


@pytest.mark.usefixtures("complete")
def test_reports_are_listed_by_year_without_words(open_page: Opener) -> None:
    """Facets alone list reports; the newest year first where the reader wants it."""
    page = open_page(f"{SEARCH}?region=990100&sort=year")
    page.wait_for_function(
        "document.getElementById('status').textContent.includes('所选范围：3 页')"
    )
    titles = page.locator("#results a").all_inner_texts()
    years = [found[0] for found in (re.search(r"\d{4}", title) for title in titles) if found]
    assert years == ["2023", "2022", "2020"]
    page.fill("#q", "公开")
    page.wait_for_function("document.getElementById('status').textContent.includes('“公开”')")
    years = [str(re.search(r"\d{4}", t)) for t in page.locator("#results a").all_inner_texts()]
    assert years == sorted(years, reverse=True)


@pytest.mark.usefixtures("complete")
def test_more_results_come_on_demand(open_page: Opener) -> None:
    """Ten at a time; the focus goes to the first new one."""
    page = open_page(f"{SEARCH}?q=公开")
    page.wait_for_function(DONE)
    assert page.locator("#results li").count() == 10
    page.locator("#more").click()
    page.wait_for_function("document.querySelectorAll('#results li').length > 10")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('#results a')].indexOf(document.activeElement)"
        )
        == 10
    )


@pytest.mark.usefixtures("complete")
def test_search_is_used_by_keyboard(open_page: Opener) -> None:
    """A slash goes to the box, arrows to the results and back, Escape to the box."""
    page = open_page(f"{SEARCH}?q=水务局")
    page.wait_for_function(DONE)
    page.keyboard.press("/")
    focused = "document.activeElement.id || document.activeElement.textContent"
    assert page.evaluate(focused) == "q"
    page.keyboard.type("/")
    assert page.locator("#q").input_value() == "水务局/"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "样本市水务局"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) != "样本市水务局"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == "q"


@pytest.mark.usefixtures("complete")
def test_only_the_last_query_is_answered(open_page: Opener) -> None:
    """Answers that come late are dropped."""
    page = open_page(SEARCH)
    page.evaluate(
        """() => {
          const box = document.getElementById("q");
          for (const word of ["公开", "行政复议", "信访举报", "节水宣传"]) {
            box.value = word;
            box.form.requestSubmit();
          }
        }"""
    )
    page.wait_for_function("document.getElementById('status').textContent.includes('“节水宣传”：')")
    page.wait_for_timeout(500)
    assert page.locator("#results li").count() == 1
    assert "节水宣传" in page.locator("#status").inner_text()


def test_nothing_is_loaded_before_the_first_key(open_page: Opener, complete: Site) -> None:
    """Then names and index, all from this host."""
    page = open_page(SEARCH)
    before = page.evaluate("performance.getEntriesByType('resource').map((r) => r.name)")
    assert not [
        name for name in before if "names" in name or "worker" in name or "pagefind" in name
    ]
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    settled(page, "行政复议")
    assert [url for url in asked if url.endswith("static/names.js")]
    assert [url for url in asked if "/pagefind/" in url]
    assert not [url for url in asked if not url.startswith(complete.url)]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.usefixtures("complete")
def test_results_are_accessible(dark: bool, open_page: Opener) -> None:  # noqa: FBT001  # a parameter
    """With names, results and open facets, at both widths."""
    for width in (1280, 375):
        page = open_page(f"{SEARCH}?q=统计局2023&year=2023", width=width, dark=dark)
        page.wait_for_function(DONE)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_leads_on(open_page: Opener) -> None:
    """To places, years and agencies."""
    page = open_page(SEARCH, scripts=False)
    assert page.locator("#narrow").is_hidden()
    for name in ("regions", "years", "agencies"):
        assert page.locator(f"main a[href='../{name}/']").last.is_visible()


def test_from_a_folder_names_are_found(site: Site, browser: Any) -> None:
    """No server, no worker: names are looked up, and the page says what is not there."""
    context = browser.new_context(locale="zh-CN", bypass_csp=True)
    page = context.new_page()
    page.goto((site.folder / "search" / "index.html").as_uri())
    page.fill("#q", "水务局2023")
    page.wait_for_selector("#direct a")
    assert page.locator("#direct a").first.inner_text() == "样本市水务局 2023年"
    page.wait_for_function("document.getElementById('status').textContent.includes('从文件夹打开')")
    assert page.locator("#narrow").is_hidden()
    page.locator("#direct a").first.click()
    page.wait_for_selector("h1:has-text('样本市水务局')")
    context.close()
