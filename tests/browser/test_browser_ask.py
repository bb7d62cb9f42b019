"""Questions in SQL, answered in the browser: nothing loaded unasked, the answers those of SQLite."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from gongkai.pages.ask import QUESTIONS, Question
from served import PAGES, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request, Route

    from served import Site

    Opener = Callable[..., Page]

#: A question that reads more than comes with opening.
MUCH = "SELECT count(*) AS n, sum(length(definition_zh)) AS c FROM codebook NOT INDEXED"
ASK = PAGES["ask"]
AGENCY = "cn-990100-tongjiju"
pytestmark = pytest.mark.usefixtures("complete")


def told(site: Site, sql: str) -> tuple[list[str], list[list[str]]]:
    """What SQLite itself answers: the heads and the rows as texts, nothing for null."""
    with closing(sqlite3.connect(site.folder / "data" / "gongkai.sqlite")) as base:
        asked = base.execute(sql)
        rows = [["" if value is None else str(value) for value in row] for row in asked]
        return [name for name, *_ in asked.description], rows


def whole_numbers(row: list[str]) -> list[str]:
    """Cells as both sides write them: 5.0 is 5 in a browser."""
    return [cell.removesuffix(".0") for cell in row]


def run(page: Page, sql: str | None = None) -> None:
    """Ask, and wait for the answer or for the words that there is none."""
    if sql is not None:
        page.locator("#sql").fill(sql)
    page.locator("#run").click()
    page.locator("#stop:disabled").wait_for()


def table(page: Page) -> list[list[str]]:
    """The heads and the rows that are shown."""
    rows = page.locator("#result tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def saved(page: Page) -> list[list[str]]:
    """The CSV of the result."""
    with page.expect_download() as download:
        page.locator("#csv").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def through_ranges(page: Page) -> list[str]:
    """Make the page take the database for a large one; the parts it asks for are kept."""
    parts: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("gongkai.sqlite"):
            parts.append(request.headers.get("range", ""))

    page.on("request", note)
    page.locator("#ask").evaluate("form => form.dataset.whole = 'no'")
    return parts


def test_nothing_of_the_engine_comes_before_its_button(site: Site, open_page: Opener) -> None:
    """The button says the size; before it neither engine nor database is asked for, after it both."""
    page = open_page(ASK)
    asked: list[str] = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert not [
        url for url in asked if "vendor/sqlite3" in url or "worker" in url or "data/" in url
    ]
    assert "KB" in page.locator("#run").inner_text()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator("#sql").press("Control+Enter")
    assert requests == []
    page.keyboard.press("Enter")
    page.locator("#result table").wait_for()
    assert {urlsplit(url).netloc for url in requests} == {urlsplit(site.url).netloc}
    names = {Path(urlsplit(url).path).name for url in requests} - {"favicon.png"}
    assert names == {"ask-worker.js", "sqlite3.js", "sqlite3.wasm", "gongkai.sqlite"}
    assert page.locator("#run").inner_text() == "运行"


@pytest.mark.parametrize("ranges", [False, True])
def test_ready_questions_have_the_answers_of_sqlite(
    ranges: bool,  # noqa: FBT001  # a case of the test
    site: Site,
    open_page: Opener,
) -> None:
    """Each in turn, as it stands on the page: fetched whole, and in parts."""
    page = open_page(ASK)
    parts = through_ranges(page) if ranges else []
    run(page)
    for question in QUESTIONS:
        page.locator("#ready").select_option(question.id)
        page.locator("#stop:disabled").wait_for()
        sql = question.sql.replace("{agency}", AGENCY)
        assert page.locator("#sql").input_value() == sql
        heads, rows = told(site, sql)
        shown = saved(page)
        assert shown[0] == heads
        expected = [whole_numbers(row) for row in rows]
        assert [whole_numbers(row) for row in shown[1:]] == expected, question.id
        assert f"共 {len(rows)} 行" in page.locator("#status").inner_text()
    assert all(part.startswith("bytes=") for part in parts)
    assert bool(parts) is ranges


def test_a_blank_is_said_to_be_no_zero(open_page: Opener) -> None:
    """NULL is shown as a word of its own, a zero as 0; whole figures keep all digits."""
    page = open_page(ASK)
    run(page, "SELECT NULL AS a, 0 AS b, 9007199254740993 AS c, '' AS d, x'00ff' AS e")
    assert table(page) == [
        ["a", "b", "c", "d", "e"],
        ["空", "0", "9007199254740993", "", "（二进制，2 字节）"],
    ]
    assert "不是 0" in page.locator("#result caption").inner_text()
    with page.expect_download() as download:
        page.locator("#csv").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith(',0,9007199254740993,"",')


def test_hostile_text_is_only_shown(open_page: Opener) -> None:
    """Markup in a result, in a head and in an error is text; a spreadsheet is given no formula."""
    page = open_page(ASK)
    page.evaluate("() => { window.alert = () => { document.title = 'run'; }; }")
    bad = "<img src=x onerror=alert(1)>"
    run(page, f"SELECT '{bad}' AS \"{bad}\", '=1+1' AS b")
    assert table(page) == [[bad, "b"], [bad, "=1+1"]]
    assert saved(page)[1] == [bad, "'=1+1"]
    run(page, f'SELECT "{bad}".x')
    assert bad in page.locator("#error").inner_text()
    assert page.locator("#result img, #error img").count() == 0
    assert page.title() != "run"


@pytest.mark.parametrize(
    ("sql", "words", "own"),
    [
        ("SELECT absent FROM reports", "没有这一列", "no such column: absent"),
        ("SELECT 1 FROM nowhere", "没有这张表", "no such table: nowhere"),
        ("SELEC 1", "写法不对", 'near "SELEC": syntax error'),
        ("SELECT (1", "没有写完", "incomplete input"),
        ("DELETE FROM reports", "只能读", "readonly database"),
        ("ATTACH 'other.sqlite' AS o", "打不开别的文件", "unable to open database"),
        ("SELECT 1; SELECT 2", "一次只能问一句", ""),
        ("-- nothing", "还没有写问题", ""),
    ],
)
def test_errors_are_told_in_chinese_with_the_words_of_the_engine(
    sql: str, words: str, own: str, open_page: Opener
) -> None:
    """And no old result stays beside them."""
    page = open_page(ASK)
    through_ranges(page)
    run(page)
    run(page, sql)
    said = page.locator("#error").inner_text()
    assert words in said
    assert own in said
    assert page.locator("#result").is_hidden()
    assert page.locator("#csv").is_disabled()


def test_long_results_say_how_long_they_are(open_page: Opener) -> None:
    """200 rows are shown, the CSV has all; beyond 100,000 the page says that there are more."""
    page = open_page(ASK)
    count = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) SELECT i FROM n"
    )
    run(page, count.format(1000))
    assert "共 1000 行，下表是前 200 行" in page.locator("#status").inner_text()
    assert page.locator("#result tbody tr").count() == 200
    assert len(saved(page)) == 1001
    run(page, count.format(100_001))
    assert "超过 100000 行，只取了前 100000 行" in page.locator("#status").inner_text()


def test_a_question_is_stopped(open_page: Opener) -> None:
    """One that never ends leaves the page alive, and the next one is answered."""
    page = open_page(ASK)
    page.locator("#sql").fill(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    )
    page.locator("#run").click()
    page.get_by_text("正在查询").wait_for()
    page.locator("#stop").click()
    assert "已经停止" in page.locator("#status").inner_text()
    run(page, "SELECT 41 + 1 AS n")
    assert table(page) == [["n"], ["42"]]


def test_a_link_brings_the_question_and_runs_nothing(site: Site, open_page: Opener) -> None:
    """A ready one by name, another by its text; the reader is told that it is a stranger's."""
    page = open_page(ASK + "?q=coverage")
    assert page.locator("#ready").input_value() == "coverage"
    sql = "SELECT 1 AS a, '年 & <b>' AS b -- x"
    page = open_page(ASK + "?sql=" + quote(sql))
    assert page.locator("#sql").input_value() == sql
    assert "不是本站写的" in page.locator("#note").inner_text()
    assert page.locator("#result").is_hidden()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#share").click()
    page.get_by_text("链接已复制").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    again = open_page(link.removeprefix(site.url))
    assert again.locator("#sql").input_value() == sql


def test_another_version_of_the_data_is_refused(open_page: Opener) -> None:
    """Whole or in parts: a page never answers from a database that is not the one it was made with."""
    page = open_page(ASK)
    page.locator("#ask").evaluate("form => form.dataset.sha256 = '0'.repeat(64)")
    run(page)
    assert "不是同一版" in page.locator("#error").inner_text()

    page = open_page(ASK)
    through_ranges(page)
    page.locator("#ask").evaluate(
        "form => form.dataset.bytes = String(Number(form.dataset.bytes) + 4096)"
    )
    run(page)
    assert "不是同一版" in page.locator("#error").inner_text()

    page = open_page(ASK)
    through_ranges(page)
    seen: list[str] = []

    def newer(route: Route) -> None:
        answer = route.fetch()
        seen.append(route.request.url)
        route.fulfill(response=answer, headers={**answer.headers, "etag": f'"{len(seen) > 1}"'})

    page.context.route("**/gongkai.sqlite", newer)
    run(page, MUCH)
    assert len(seen) > 1
    assert "不是同一版" in page.locator("#error").inner_text()


def test_a_question_that_fetches_much_asks_first(site: Site, open_page: Opener) -> None:
    """It stops at the limit, and goes on where the reader wants it."""
    page = open_page(ASK)
    through_ranges(page)
    run(page, "SELECT 1")
    page.locator("#ask").evaluate("form => form.dataset.limit = '1'")
    run(page, MUCH)
    assert "先停下了" in page.locator("#error").inner_text()
    assert page.locator("#result").is_hidden()
    page.locator("#on").click()
    page.locator("#result table").wait_for()
    assert table(page)[1:] == told(site, MUCH)[1]
    assert page.locator("#on").is_hidden()


def test_a_host_without_parts_of_files_is_told(open_page: Opener) -> None:
    """No guess, no endless download: a sentence says what to do."""
    page = open_page(ASK)
    through_ranges(page)
    page.context.route("**/gongkai.sqlite", lambda route: route.fulfill(status=200, body=b"x"))
    run(page)
    assert "不支持分段读取" in page.locator("#error").inner_text()


def test_a_database_that_does_not_come_is_told(open_page: Opener) -> None:
    """Fetched whole too: the words are ours, not those of an error of SQL."""
    page = open_page(ASK)
    page.context.route("**/gongkai.sqlite", lambda route: route.abort())
    run(page)
    assert "数据库取不到" in page.locator("#error").inner_text()


def test_it_works_under_a_strict_policy(site: Site, browser: Any) -> None:
    """No inline script, no eval: WebAssembly and an own worker are all it needs."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"

    def strict(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": policy}
        route.fulfill(response=answer, headers=headers)

    context.route("**/*", strict)
    page.goto(site.url + ASK)
    run(page, "SELECT count(*) AS n FROM reports")
    assert table(page) == [["n"], ["4"]]
    assert page.evaluate("crossOriginIsolated") is False
    context.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_results_are_accessible(width: int, open_page: Opener) -> None:
    """A table with caption and scoped heads, an error, both schemes; nothing wider than the screen."""
    for dark in (False, True):
        page = open_page(ASK, width=width, dark=dark)
        run(page)
        assert page.locator("#result table caption").count() == 1
        assert page.locator("#result th:not([scope])").count() == 0
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        run(page, "SELECT wrong")
        assert violations(page) == []
        page.close()


def test_without_scripts_the_questions_can_be_read(open_page: Opener) -> None:
    """A note, the download, every question with its SQL, every table with its columns."""
    page = open_page(ASK, scripts=False)
    assert page.locator("#ask").is_hidden()
    assert page.get_by_text("需要 JavaScript").is_visible()
    assert page.locator("a[href$='gongkai.sqlite']").first.is_visible()
    first: Question = QUESTIONS[0]
    page.get_by_text(first.title).click()
    assert page.locator(f"#question-{first.id} pre").inner_text() == first.sql


def test_from_a_folder_the_page_says_where_to_ask(site: Site, browser: Any) -> None:
    """A browser lets no page read the database there; questions and columns can still be read."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto((site.folder / "ask" / "index.html").as_uri())
    page.get_by_text("从本地文件夹打开时").wait_for()
    assert page.locator("#ask").is_hidden()
    assert page.locator("[data-question]").count() == len(QUESTIONS)
    context.close()


YEARS = "(VALUES (2020, 'a', 3), (2021, 'a', 5), (2023, 'a', 4), (2020, 'b', 1), (2021, 'b', NULL))"
LINES = f"SELECT column1 AS 年度, column2 AS 名称, column3 AS 件数 FROM {YEARS}"  # noqa: S608  # ours


def test_a_result_is_drawn_when_it_is_wanted(site: Site, open_page: Opener) -> None:
    """Lines over years, not over one that is missing; a part is loaded by the button alone."""
    page = open_page(ASK)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    run(page, LINES)
    assert page.locator("#chart-of option").all_inner_texts() == ["件数"]
    assert "KB" in page.locator("#chart-draw").inner_text()
    assert not [url for url in requests if "vega" in url]
    page.locator("#chart-draw").press("Enter")
    page.locator("#chart-figure svg").wait_for()
    assert {urlsplit(url).netloc for url in requests} <= {urlsplit(site.url).netloc, ""}
    # a: 2020 and 2021, then 2023 by itself; b: 2020 by itself.
    assert page.locator("#chart-figure .mark-line path").count() == 3
    assert page.locator("#chart-figure .mark-symbol path").count() == 4
    svg = page.locator("#chart-figure svg")
    assert "件数" in str(svg.locator("title").text_content())
    assert "1 格没有值，没有画" in str(svg.locator("desc").text_content())
    assert violations(page) == []


def test_rows_with_names_are_bars(open_page: Opener) -> None:
    """A bar a row, a word where there is no value; another column is drawn when it is chosen."""
    page = open_page(ASK)
    run(page, "SELECT 'x' AS n, 2 AS p, 0.5 AS q UNION ALL SELECT '<b>', NULL, 0.25")
    page.locator("#chart-draw").click()
    page.locator("#chart-figure svg").wait_for()
    texts = page.locator("#chart-figure text").all_text_contents()
    assert {"x", "<b>", "2", "空"} <= set(texts)
    page.locator("#chart-of").select_option(label="q")
    page.locator("#chart-figure text", has_text="0.25").first.wait_for()
    run(page, "SELECT 'x' AS n, 'y' AS m UNION ALL SELECT 'z', 'w'")
    assert page.locator("#chart-figure").is_hidden()
    assert page.locator("#chart").is_hidden()
    assert "没有可以画的数字列" in page.locator("#chart-why").inner_text()
