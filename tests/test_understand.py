"""Pages that explain: how to read a report, what a finding means, and the pages in English."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
import make

from gongkai.checks import CHECKS, CORPUS_CHECKS, check, localise
from gongkai.model import CellId, Corpus, Published, Report, Severity, Verdict
from gongkai.package import RESOURCES
from gongkai.pages import PAGES
from gongkai.pages.english import ROWS, WHOLE, data_page_en
from gongkai.pages.findings import MEANINGS, OUTCOMES
from gongkai.pages.frame import Setting, render_page
from gongkai.pages.reading import example
from gongkai.pages.words import cell_anchor
from gongkai.vocabulary import terms

ROOT = Path(__file__).resolve().parent.parent
RECEIVED = CellId("requests", "received", "total")
START, END = (CellId("requests", f"pending_{end}", "total") for end in ("start", "end"))


def published(report: Report) -> Published:
    """A report with what the checks and the guesses say of it."""
    found = check(report)
    return Published(report, found, hints=localise(report, found))


@cache
def setting() -> Setting:
    """A setting with a real list of downloads."""
    made = make.downloads(make.corpus(make.published(make.report())))
    return Setting(files=tuple(json.loads(made["index.json"])["files"]))


def tree_of(name: str, corpus: Corpus) -> Any:
    """The one page of that maker as a tree."""
    (page,) = PAGES[name](corpus, setting())
    return lxml.html.fromstring(render_page(page, setting()).split("---\n", 2)[2])


def text_of(node: Any) -> str:
    """All its text on one line."""
    return " ".join(node.text_content().split())


def test_the_example_is_whole_and_newest() -> None:
    """A report with a blank, a failing sum or the old form is no example; without one, None."""
    old = published(make.report("form2019"))
    blank = published(make.report(year=2024, numbers={RECEIVED: None}))
    wrong = published(make.report(year=2023, numbers={RECEIVED: 99999}))
    good = published(make.report(year=2021))
    assert example(make.corpus(old, blank, wrong)) is None
    assert example(make.corpus(old, blank, wrong, good)) == (good, None)
    newer = published(make.report(year=2023))
    assert example(make.corpus(good, newer)) == (newer, None)


def test_the_example_with_a_year_before_comes_first() -> None:
    """Then the carry from one year to the next can be shown."""
    other = make.AGENCY
    pair = [published(make.report(year=year, agency=other)) for year in (2021, 2022)]
    alone = published(make.report(year=2025))
    assert example(make.corpus(*pair, alone)) == (pair[1], pair[0])


def test_figures_of_the_example_are_those_of_the_report_and_lead_there() -> None:
    """Each figure links to its cell on the report's page and reads as it does there."""
    earlier, later = (published(make.report(year=year)) for year in (2022, 2023))
    tree = tree_of("reading", make.corpus(earlier, later))
    links = tree.xpath("//a[@class='gk-figure']")
    reports = {f"reports/{one.entry.report_id}/": one.report for one in (earlier, later)}
    for link in links:
        url, _, anchor = link.get("href").removeprefix("../").partition("#")
        value = next(v for c, v in reports[url].values.items() if cell_anchor(c) == anchor)
        assert value.number is not None
        assert link.text == f"{value.number:,}"
    anchors = {link.get("href").partition("#")[2] for link in links}
    shown = {cell for cell in later.report.values if cell_anchor(cell) in anchors}
    assert {RECEIVED, START, END} <= shown
    for table in ("disputes", "disclosure"):
        assert {c for c in shown if c.table == table} == {
            c for c in later.report.values if c.table == table
        }


def test_outcomes_of_the_example_add_up_to_the_total() -> None:
    """The groups of the table add up to what was processed, and have shares only of enough."""
    one = published(make.report())
    tree = tree_of("reading", make.corpus(one))
    rows = tree.xpath("//table[caption[@id='caption-three']]/tbody/tr")
    numbers = [int(row[1].text.replace(",", "")) for row in rows]
    whole = one.report.values[CellId("requests", "processed_total", "total")].number
    assert sum(numbers) == whole
    assert len(rows) == 6
    assert all(row[2].text.endswith("%") for row in rows)
    few = make.report(numbers=dict.fromkeys(one.report.values, 0))
    shown = text_of(tree_of("reading", make.corpus(published(few))))
    assert "分母不足 30" in shown
    assert "%" not in shown.replace("公开率 50%", "")


def test_without_an_example_the_page_says_so() -> None:
    """What holds for every report is still told."""
    shown = text_of(tree_of("reading", make.corpus()))
    assert "所以这里没有例子" in shown
    assert "空白不是零" in shown


def test_every_check_is_explained() -> None:
    """Each check stands in a table with its rule, its severity and a link to its page."""
    tree = tree_of("findings", make.corpus())
    rows = {row.xpath("string(th/code)"): row for row in tree.xpath("//section//tr[th/code]")}
    every = {**CHECKS, **CORPUS_CHECKS}
    assert set(rows) == set(every)
    for name, rule in every.items():
        text = text_of(rows[name])
        assert rule.title in text
        assert rule.rule in text
        assert terms("severities")[rule.severity].label in text
        assert rows[name].xpath("th/a/@href") == [f"../checks/{name.lower()}/"]
    assert f"同样的 {len(every)} 条规则" in text_of(tree)


def test_severities_and_outcomes_have_a_meaning_and_a_count() -> None:
    """Every member of the closed lists; counts are those of the corpus."""
    assert set(MEANINGS) == set(terms("severities")) == set(Severity)
    assert set(OUTCOMES) == set(terms("verdicts")) == set(Verdict)
    one = published(make.report(numbers={RECEIVED: 99999}))
    tree = tree_of("findings", make.corpus(one, published(make.report(year=2022))))
    for severity in Severity:
        text = text_of(tree.xpath(f"//div[@id='severity-{severity}']")[0])
        found = sum(f.severity is severity for f in one.all_failures)
        assert MEANINGS[severity] in text
        assert (f"1 份报告里有 {found} 处" if found else "这里没有") in text
    row = tree.xpath("//tr[@id='verdict-fail']")[0]
    assert row[2].text == str(len(one.all_failures))


def test_slips_are_counted_from_the_guesses() -> None:
    """A total with swapped digits is one group with one explanation."""
    one = published(make.report())
    total = one.report.values[RECEIVED].number
    assert isinstance(total, int)
    swapped = int(str(total)[::-1])
    broken = published(make.report(numbers={RECEIVED: swapped}))
    assert [hint.decided for hint in broken.hints] == [True]
    tree = tree_of("findings", make.corpus(broken))
    assert "合计不成立共有 1 组" in text_of(tree)
    counts = {
        text_of(r[0]): r[1].text
        for r in tree.xpath("//table[caption[@id='caption-slips']]/tbody/tr")
    }
    (cause,) = {h.suspects[0].cause for h in broken.hints}
    assert cause is not None
    named = terms("causes")[cause]
    assert counts[f"{named.label} {named.label_en}"] == "1"
    assert sum(int(n or 0) for n in counts.values()) == 1
    assert "没有不成立的合计" in text_of(tree_of("findings", make.corpus(one)))


def test_the_english_data_page_has_every_table_and_file() -> None:
    """Each table with its rows and what a row is; no Chinese but where it is marked."""
    corpus = make.corpus(make.published(make.report()))
    tree = tree_of("english", corpus)
    assert set(ROWS) == set(RESOURCES)
    for name, resource in RESOURCES.items():
        (row,) = tree.xpath(f"//tr[@id='table-{name}']")
        assert resource.title_en in text_of(row)
        assert ROWS[name] in text_of(row)
        assert f"../../data/{name}.csv" in row.xpath(".//a/@href")
    for name in WHOLE:
        assert tree.xpath(f"//a[@href='../../data/{name}']")
    for node in tree.xpath("//*[@lang='zh-CN'] | //pre | //summary"):
        node.drop_tree()
    assert not re.search(r"[\u4e00-\u9fff]", text_of(tree))
    (empty,) = data_page_en(make.corpus(), Setting())
    assert "None yet" in render_page(empty, Setting())
