"""The home page: what this is in one sentence, three doors, numbers, what is new, and the way on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import make
import pytest
import yaml

from gongkai.checks import check
from gongkai.model import CellId, Corpus, Finding, Published, Report, Severity, Verdict
from gongkai.pages import PAGES, render_pages
from gongkai.pages.frame import Setting, render_page, url_of
from gongkai.pages.home import FOUND, NEWEST, newest, outcomes
from gongkai.pages.totals import Reason
from gongkai.site.markdown import hand_written

ROOT = Path(__file__).resolve().parent.parent
TOTAL = CellId("requests", "received", "total")
#: Makers of pages whose pages grow with the corpus: they are not in the navigation.
MANY = {"list", "reports", "agencies", "regions", "years", "beside", "quality"}


def published(report: Report) -> Published:
    """A report with what the checks say of it."""
    return Published(report, check(report))


def home(corpus: Corpus) -> Any:
    """The home page as a tree."""
    (page,) = PAGES["home"](corpus, Setting())
    return lxml.html.fromstring(render_page(page, Setting()).split("---\n", 2)[2])


def texts(tree: Any, path: str) -> list[str]:
    """The texts at a path, each on one line."""
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def taken(report: Report, day: str | None) -> Report:
    """The report as if it had been taken in on that day."""
    assert report.entry is not None
    return replace(report, entry=replace(report.entry, retrieved_on=day))


def test_home_counts_and_leads_on() -> None:
    """One line of numbers, three doors, the search, and the pages a reader goes on to."""
    made = [make.report("form2019"), make.report(year=2022), make.report(numbers={TOTAL: 99999})]
    corpus = make.corpus(*map(published, made))
    tree = home(corpus)
    counts = dict(zip(texts(tree, "//dt"), texts(tree, "//dd"), strict=True))
    numbers = sum(v.number is not None for one in made for v in one.values.values())
    findings = sum(len(one.all_failures) for one in corpus.reports)
    assert counts == {
        "份报告": "3",
        "个机关": "1",
        "年度": "2020、2022、2023",
        "个数字": f"{numbers:,}",
        "处发现": f"{findings:,}",
    }
    doors = tree.xpath("//ul[@class='gk-doors']/li/a/@href")
    assert doors == ["reports/", "data/", "contribute/"]
    (form,) = tree.xpath("//form")
    assert (form.get("action"), form.get("method")) == ("search/", "get")
    assert form.xpath(".//input/@name") == ["q"]
    links = set(tree.xpath("//a/@href"))
    assert {"agencies/", "regions/", "years/", "quality/", "ask/", "read/", "glossary/"} <= links


def test_a_home_without_reports_says_so() -> None:
    """Nothing is empty: words stand where nothing is known."""
    shown = " ".join(texts(home(make.corpus()), "//div"))
    assert "还没有报告" in shown
    assert "没有发现问题" in shown
    assert "暂无" in shown


def test_what_was_taken_in_last_comes_first() -> None:
    """Newest is the day of taking in, not the year; without a day, the year."""
    made = [
        taken(make.report(year=2023), None),
        taken(make.report(year=2021), "2025-03-01"),
        taken(make.report(year=2022), "2025-02-01"),
        taken(make.report("form2019"), None),
    ]
    corpus = make.corpus(*map(published, made))
    assert [one.entry.year for one in newest(corpus)] == [2021, 2022, 2023, 2020]
    names = texts(home(corpus), "//section[@aria-labelledby='newest']/ul/li/a")
    assert names == [f"{make.AGENCY.name} {year}年" for year in (2021, 2022, 2023, 2020)]


def test_lists_of_the_home_page_stay_short() -> None:
    """However many reports there are; a report has one line of findings, mere notes come last."""
    note = Finding("S-12", "S-12", Verdict.FAIL, Severity.INFO, "小事", "x")
    loud = Finding("S-01", "S-01", Verdict.FAIL, Severity.WARN, "大事", "x")
    many = [
        Published(make.report(year=year), (note,) if year > 2030 else (note, loud))
        for year in range(2021, 2021 + FOUND + NEWEST + 5)
    ]
    tree = home(make.corpus(*many))
    assert len(tree.xpath("//section[@aria-labelledby='newest']/ul/li")) == NEWEST
    found = texts(tree, "//section[@aria-labelledby='found']/ul/li")
    assert len(found) == FOUND
    assert all("▲ 疑点 大事" in line and "共 2 处" in line for line in found)
    assert "2030年" in found[0]
    anchors = tree.xpath("//section[@aria-labelledby='found']/ul/li/a/@href")
    assert all(anchor.endswith("#finding-S-01") for anchor in anchors)
    quiet = texts(home(make.corpus(*many[-1:])), "//section[@aria-labelledby='found']/ul/li")
    assert ["提示 小事" in line for line in quiet] == [True]


def test_a_blank_is_told_as_such_on_the_home_page() -> None:
    """Requests received that are blank are no 0."""
    tree = home(make.corpus(published(make.report(numbers={TOTAL: None}))))
    (line,) = texts(tree, "//section[@aria-labelledby='newest']/ul/li")
    assert line.endswith("新收申请 未填报")


def config() -> dict[str, Any]:
    """The settings of the site."""
    made: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    return made


def sections() -> dict[str, list[str]]:
    """The navigation: section → its pages, those without a section under their own name."""
    out: dict[str, list[str]] = {}
    for item in config()["nav"]:
        ((name, content),) = item.items()
        pages = (
            [content] if isinstance(content, str) else [p for one in content for p in one.values()]
        )
        out[name] = pages
    return out


def test_the_navigation_has_every_page_once() -> None:
    """All pages that do not grow with the corpus, generated or written by hand."""
    listed = [path for pages in sections().values() for path in pages]
    corpus = make.corpus(published(make.report()))
    grown = {p.path for name in MANY for p in PAGES[name](corpus, Setting())}
    heads = {f"{name}/index.md" for name in ("reports", "agencies", "regions", "years", "quality")}
    single = set(render_pages(corpus)) - grown | heads & grown
    single |= {name for name, _ in hand_written(ROOT)}
    single = {path for path in single if path.endswith(".md")}
    assert sorted(listed) == sorted(single | heads)


def test_the_navigation_fits_a_phone() -> None:
    """Few sections with short names, and no section with a long row of pages."""
    english = config()["extra"]["english"]
    names = [name for name in sections() if name != english]
    assert len(names) <= 7
    assert all(len(name) == 2 for name in names)
    assert all(len(pages) <= 7 for pages in sections().values())


def test_twins_and_parents_are_pages_there_are() -> None:
    """Each twin has its page in either language; each parent is in the navigation."""
    extra = config()["extra"]
    urls = {url_of(path) for pages in sections().values() for path in pages}
    english = {url_of(path) for path in sections()[extra["english"]]}
    assert set(extra["twins"]) | set(extra["twins"].values()) <= urls
    assert set(extra["twins"].values()) == english
    assert set(extra["under"].values()) <= urls


@pytest.mark.parametrize("name", ["about", "method"])
def test_pages_written_in_two_languages_tell_the_same_rules(name: str) -> None:
    """Licences, years of the forms and the bound of rates stand in both."""
    both = [
        (ROOT / "content" / "pages" / f"{folder}{name}.md").read_text(encoding="utf-8")
        for folder in ("", "en/")
    ]
    told = {
        "about": ("MIT", "CC BY 4.0", "cookie"),
        "method": ("2019", "2021", "2024", "30", "SHA-256"),
    }
    for word in told[name]:
        assert all(word in text for text in both), word


def test_the_words_on_privacy_are_true() -> None:
    """They promise that no other host is asked only while originals are served from here."""
    here = "://" not in config()["extra"]["originals"]
    told = {"about": "不向别的主机要任何东西", "en/about": "It asks no other host for anything"}
    for name, words in told.items():
        text = (ROOT / "content" / "pages" / f"{name}.md").read_text(encoding="utf-8")
        assert (words in text) == here


def own(report: Report) -> Published:
    """A report of what the agency itself did."""
    assert report.entry is not None
    return published(replace(report, entry=replace(report.entry, scope="own")))


def test_outcomes_say_what_they_are_of() -> None:
    """The shares of the year with most requests, of how many reports, and why others are left out."""
    good = own(make.report())
    other = replace(make.AGENCY, id="cn-990100-b", slug="b")
    corpus = make.corpus(good, own(make.report(agency=other, numbers={TOTAL: 99999})))
    found = outcomes(corpus)
    assert found is not None
    whole = good.report.values[CellId("requests", "processed_total", "total")].number
    assert (found.year, found.reports, found.aggregates, found.total) == (2023, 1, 0, whole)
    assert sum(bar.share for bar in found.bars) == pytest.approx(100)
    assert found.left_out == ((str(Reason.DOUBT), 1),)
    told = texts(home(corpus), "//section[@aria-labelledby='outcomes']/p")[0]
    assert "没有计入：数字存疑，或所在的等式不成立，1 份。" in told


def test_no_outcomes_are_told_of_too_few_requests() -> None:
    """Neither of none, nor of reports of which it is not known what they cover."""
    assert outcomes(Corpus((), (), {}, {})) is None
    corpus = make.corpus(published(make.report()))
    assert outcomes(corpus) is None
    assert not home(corpus).xpath("//section[@aria-labelledby='outcomes']")
