"""Browsing: the table's data, and long lists on pages that links alone lead through."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import lxml.html
import make
import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai import pages
from gongkai.checks import check
from gongkai.entry import counties
from gongkai.forms.panel import names
from gongkai.model import CellId, Corpus, Published, Region, Sighting, Status, Value, Verdict
from gongkai.package.lists import MORE_FIGURES, MORE_RATES, write_table
from gongkai.package.panel import rate_of
from gongkai.pages import browse, lists
from gongkai.pages.frame import Setting, render_page, url_of
from gongkai.pages.rows import LIST_LIMIT, granted
from gongkai.pages.shelves import Shelf, shelves
from gongkai.vocabulary import label, labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Agency, Report

GRANTED, PROCESSED = (CellId("requests", r, "total") for r in ("granted", "processed_total"))
HENAN = Region("410000", "410000", "河南省", "Henan", "province", None)
ZHENGZHOU = Region("410100", "410100", "郑州市", "Zhengzhou", "prefecture", "410000")
ERQI = Region("410103", "410103", "二七区", "Erqi", "county", "410100")
ZONE = Region("410100-zone", "410100", "某开发区", "Zone", "zone", "410100")
NOWHERE = Region("000000", "000000", "地区不明", "Place unknown", "unknown", None)
REAL = (HENAN, ZHENGZHOU, ERQI, ZONE, NOWHERE)


def published(report: Report | None = None) -> Published:
    """A report with what the checks say of it."""
    made = report if report is not None else make.report()
    return Published(made, check(made))


def agency(region: Region, slug: str = "tongjiju", classification: str = "statistics") -> Agency:
    """An agency of that region."""
    return replace(
        make.AGENCY,
        id=f"cn-{region.id}-{slug}",
        slug=slug,
        adcode=region.adcode,
        name=f"{region.name}{slug}",
        classification=classification,
        region=region,
    )


def corpus_of(*reports: Published) -> Corpus:
    """A corpus with the real places too."""
    made = make.corpus(*reports)
    return replace(made, regions={**made.regions, **{r.id: r for r in REAL}})


@cache
def many() -> Corpus:
    """Six agencies of two years, in a province, its city, a district, a zone and nowhere."""
    regions = (HENAN, ZHENGZHOU, ERQI, ZONE, NOWHERE)
    agencies = [*map(agency, regions), agency(ERQI, "shuiwuju", "water")]
    return corpus_of(
        *(
            published(make.report(agency=one, year=year))
            for one in agencies
            for year in (2022, 2023)
        )
    )


def rendered(corpus: Corpus, *makers: str) -> dict[str, Any]:
    """The pages of these makers as a browser gets them, by their address."""
    trees = {}
    for maker in makers:
        for page in pages.PAGES[maker](corpus, Setting()):
            text = render_page(page, Setting()).split("---\n", 2)[2]
            html = markdown.markdown(text, extensions=["attr_list", "toc"])
            trees[url_of(page.path)] = lxml.html.fromstring(html)
    return trees


def text_of(node: Any) -> str:
    """All text of a node, on one line."""
    return " ".join("".join(node.xpath(".//text()[not(ancestor::script)]")).split())


def reached(trees: dict[str, Any], start: str) -> set[str]:
    """All addresses that links lead to, from a page on."""
    found, waiting = set[str](), [start]
    while waiting:
        here = waiting.pop()
        hrefs = trees[here].xpath("//a/@href") if here in trees else ()
        for href in hrefs:
            there = urljoin(f"http://x/{here}", href).removeprefix("http://x/")
            if there not in found:
                found.add(there)
                waiting.append(there)
    return found


def reports_of(addresses: Iterable[str]) -> set[str]:
    """The reports among addresses."""
    return {one for one in addresses if re.fullmatch(r"reports/cn-[^/]+/", one)}


# The list of reports


def test_the_list_has_every_report() -> None:
    """The plain table is whole: agency, place, year, figures, findings, newest year first."""
    reports = (make.report(), make.report("form2019"), make.report(year=2022))
    tree = rendered(make.corpus(*map(published, reports)), "list")["reports/"]
    rows = tree.xpath("//table//tbody/tr")
    assert [r.xpath("./td[2]")[0].text_content() for r in rows] == ["2023", "2022", "2020"]
    assert "虚构省 › 示例市" in text_of(rows[0])
    assert rows[2].xpath("./th/a/@href") == ["../reports/cn-990100-tongjiju-2020/"]
    assert "2019年版" in text_of(rows[2])


def scaled(factor: int, granted_: int | None = None) -> Published:
    """A sound report with all requests multiplied; `granted_` replaces one figure."""
    numbers = {
        cell: (number * factor if cell.table == "requests" else number)
        for cell, number in make.figures().items()
    }
    more = {} if granted_ is None else {GRANTED: granted_}
    return published(make.report(numbers={**numbers, **more}))


def test_a_rate_is_given_with_its_figures_where_the_sums_behind_it_hold() -> None:
    """Per cent from 30 cases on; without, with a failing sum, or beyond the whole figures alone."""
    assert granted(scaled(1)).text == "4.8%（21/441）"
    assert granted(scaled(1, 22)).text == "22/441"
    assert granted(scaled(0)).text == "没有办结"
    values = {**make.report().values, GRANTED: Value(None, Status.BLANK, "")}
    assert granted(published(replace(make.report(), values=values))).text == label(
        "statuses", "blank"
    )
    values = {**make.report().values, PROCESSED: Value(None, Status.AMBIGUOUS, "1")}
    assert granted(published(replace(make.report(), values=values))).text == label(
        "statuses", "ambiguous"
    )


def test_the_rate_of_one_report_is_that_of_the_panel() -> None:
    """Figures and status, one rate at a time."""
    assert rate_of(scaled(1), "rate_granted") == (21, 441, "number")
    assert rate_of(scaled(1, 22), "rate_granted") == (22, 441, "in_failing_sum")
    assert rate_of(scaled(0), "rate_granted") == (0, 0, "zero_denominator")
    assert rate_of(scaled(1), "rate_review_overturned")[2] == "small_denominator"
    assert rate_of(published(make.report("form2019")), "rate_unable")[2] in labels("rate_statuses")


@pytest.mark.parametrize("limit", [1, 2, 4, LIST_LIMIT])
def test_every_report_is_reached_by_links(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the list and short the pages: by year, then by place; no page is longer."""
    corpus = many()
    monkeypatch.setattr(lists, "LIST_LIMIT", limit)
    monkeypatch.setattr(lists, "FIRST_LIMIT", 1)
    trees = rendered(corpus, "list")
    wanted = {f"reports/{one.entry.report_id}/" for one in corpus.reports}
    assert reports_of(reached(trees, "reports/")) == wanted
    assert all(len(tree.xpath("//tbody/tr")) <= max(limit, 1) for tree in trees.values())
    inner = {one for one in reached(trees, "reports/") if one.startswith("reports/2")}
    assert inner == trees.keys() - {"reports/"}


def test_a_cut_list_says_so_and_a_whole_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page has the newest, and says where the others are."""
    whole = text_of(rendered(many(), "list")["reports/"])
    assert "这里是最新的" not in whole
    monkeypatch.setattr(lists, "FIRST_LIMIT", 3)
    cut = text_of(rendered(many(), "list")["reports/"])
    assert "这里是最新的 3 份；全部 12 份见上面各年。" in cut


def test_pages_of_years_and_regions_lead_to_what_they_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that does not have room for all reports says how many it has and where all are."""
    monkeypatch.setattr("gongkai.pages.year.FIRST_LIMIT", 3)
    monkeypatch.setattr("gongkai.pages.region.LIST_LIMIT", 3)
    trees = rendered(many(), "years", "regions")
    assert "这里是前 3 份；全部 6 份" in text_of(trees["years/2023/"])
    assert "../../reports/2023/" in trees["years/2023/"].xpath("//a/@href")
    assert "只列出最新的 3 份" in text_of(trees["regions/410000/"])


def test_columns_are_named_and_of_the_panel() -> None:
    """Each column has a head; figures and rates are columns of the panel; one is always there."""
    columns = lists.columns()
    assert all(one.title for one in columns)
    assert [one.name for one in columns if one.fixed] == ["agency"]
    own = {"agency", "region", "level", "class", "year", "form", "published", "blanks", "found"}
    assert {one.name for one in columns} - own <= set(names())
    assert {one.name for one in columns if one.chosen} == set(lists.CHOSEN)


# Pages of a long list

TREE = {
    "a": Region("a", "1", "甲", "A", "province", None),
    "b": Region("b", "2", "乙", "B", "prefecture", "a"),
    "c": Region("c", "3", "丙", "C", "county", "b"),
    "d": Region("d", "4", "丁", "D", "prefecture", "a"),
}
PATHS = (("a",), ("a", "b"), ("a", "b", "c"), ("a", "d"), ())


@given(st.lists(st.sampled_from(PATHS), max_size=40), st.integers(1, 7))
@settings(deadline=None)
def test_shelves_hold_each_item_once(paths: Sequence[tuple[str, ...]], limit: int) -> None:
    """No item is lost or doubled, none is on too long a page, and every page is led to."""
    items = list(enumerate(paths))

    def path_of(item: tuple[int, tuple[str, ...]]) -> tuple[Region, ...]:
        return tuple(TREE[name] for name in item[1])

    found: list[Shelf[tuple[int, tuple[str, ...]]]] = list(shelves(items, path_of, limit))
    assert Counter(one for shelf in found for one in shelf.items) == Counter(items)
    assert all(len(shelf.items) <= limit for shelf in found)
    assert found[0].total == len(items)
    urls = [shelf.url for shelf in found]
    assert len(urls) == len(set(urls))
    turned = [shelf.url_of(n) for shelf in found for n in range(2, shelf.pages + 1)]
    led = [part.url for shelf in found for part in shelf.parts]
    assert sorted(["", *led, *(set(turned))]) == sorted(urls)
    assert all(
        part.count == next(s.total for s in found if s.url == part.url)
        for shelf in found
        for part in shelf.parts
    )


# The data of the table


def table(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both files of the table."""
    files = write_table(corpus)
    return json.loads(files["list.json"]), json.loads(files["list-more.json"])


def test_the_table_is_columns_of_numbers() -> None:
    """A value a report in each column, newest first, then by place; lists say what numbers mean."""
    first, more = table(many())
    columns = {**first["columns"], **more["columns"]}
    assert {len(values) for values in columns.values()} == {12}
    assert columns["year"] == [2023] * 6 + [2022] * 6
    assert first["regions"]["name"] == ["河南省", "郑州市", "某开发区", "二七区", "地区不明"]
    assert first["regions"]["parent"][:2] == [-1, 0]
    ids = [
        f"{first['agencies']['id'][agency]}-{year}"
        for agency, year in zip(columns["agency"], columns["year"], strict=True)
    ]
    assert sorted(ids) == [one.entry.report_id for one in many().reports]
    assert {first["forms"][at] for at in columns["form"]} == {"form2021"}
    assert columns["received_total"] == [441] * 12
    assert [first["rate_statuses"][at] for at in columns["rate_granted"]] == ["number"] * 12


def test_a_region_is_followed_by_those_in_it() -> None:
    """Regions stand in the order of a tree, which the page's filter relies on."""
    first, _ = table(many())
    parent = first["regions"]["parent"]
    for at, up in enumerate(parent):
        assert up < at
        assert up == -1 or all(one >= up for one in parent[up + 1 : at + 1])


def test_what_is_no_figure_is_a_word() -> None:
    """A blank is never a number; the text is the number of a status."""
    values = {**make.report().values, GRANTED: Value(None, Status.BLANK, "")}
    first, more = table(make.corpus(published(replace(make.report(), values=values))))
    (code,) = first["columns"]["granted_total"]
    assert first["absent"][int(code)] == label("statuses", "blank")
    assert first["rate_statuses"][first["columns"]["rate_granted"][0]] == "no_figure"
    assert more["columns"]["blanks"] == [1]


def test_a_sum_with_blanks_as_zero_is_marked() -> None:
    """The reader is told which sums count a blank as 0."""
    reasons = [
        cell
        for cell in make.report().values
        if cell.row == "denied_state_secret" and cell.table == "requests"
    ]
    blank = Value(None, Status.BLANK, "")
    numbers = dict.fromkeys(reasons, 0)
    made = make.report(numbers=zeroed(numbers))
    made = replace(made, values={**made.values, **dict.fromkeys(reasons, blank)})
    one = published(made)
    assert any(f.verdict is Verdict.PASS_BLANK_AS_ZERO for f in one.findings)
    _, more = table(make.corpus(one, published(make.report(year=2022))))
    assert more["marked"]["denied_total"] == [0]
    assert isinstance(more["columns"]["denied_total"][0], int)


def zeroed(numbers: dict[CellId, int]) -> dict[CellId, Any]:
    """Figures of a sound report in which these are so, sums made anew."""
    figures = {**make.figures(), **numbers}
    columns = {cell.column for cell in numbers}
    processed, received = "processed_total", "received"
    for column in columns:
        gone = sum(
            make.figures()[cell] - new for cell, new in numbers.items() if cell.column == column
        )
        for row in (processed, received):
            figures[CellId("requests", row, column)] -= gone
    return figures


def test_the_second_file_has_the_other_columns() -> None:
    """What a page needs at once is not fetched twice."""
    first, more = table(many())
    assert not first["columns"].keys() & more["columns"].keys()
    assert {*MORE_FIGURES, *MORE_RATES} <= more["columns"].keys()
    shown = {one.name for one in lists.columns()} - {"region", "level", "class", "found"}
    assert shown <= first["columns"].keys() | more["columns"].keys()
    for rate, parts in first["rates"].items():
        known = first["columns"].keys() | more["columns"].keys()
        assert {rate, *parts} <= known


# Regions


def branches(corpus: Corpus) -> dict[str, browse.Branch]:
    """The branches of the tree by region."""
    by_region: dict[str, list[Published]] = {}
    for one in corpus.reports:
        for region in lists._path(one, corpus):
            by_region.setdefault(region.id, []).append(one)

    def walked(inside: Iterable[browse.Branch]) -> Iterable[browse.Branch]:
        for one in inside:
            yield one
            yield from walked(one.inside)

    return {one.region.id: one for one in walked(browse.region_tree(by_region, corpus))}


def test_the_tree_counts_what_is_in_a_region() -> None:
    """Reports, agencies and findings with those of the regions in it; places unknown last."""
    found = branches(many())
    assert (found["410000"].reports, found["410000"].agencies) == (10, 5)
    assert (found["410103"].reports, found["410103"].agencies) == (4, 2)
    assert [one.region.id for one in found["410100"].inside] == ["410100-zone", "410103"]
    assert list(found)[-1] == "000000"


def test_coverage_is_told_where_the_standard_knows_how_many_there_are() -> None:
    """Counties with a report, of those in force; a zone is none, an invented place has no share."""
    found = branches(many())
    assert found["410000"].counties == browse.Share(1, len(counties()["410000"]))
    assert found["410100"].counties == browse.Share(1, len(counties()["410100"]))
    assert found["410103"].counties is None
    assert found["410100-zone"].counties is None
    assert branches(make.corpus(published()))["990000"].counties is None


def test_the_page_of_regions_is_a_tree_of_links() -> None:
    """Each region is linked, stands inside the one it lies in, and says what is there."""
    tree = rendered(many(), "regions")["regions/"]
    (erqi,) = tree.xpath("//li[p/a[text()='二七区']]")
    assert erqi.xpath("ancestor::li/p/a/text()") == ["河南省", "郑州市"]
    assert "2 个机关 4 份报告" in text_of(erqi)
    assert f"县级 1/{len(counties()['410000'])}" in text_of(tree)
    assert {"regions/410103/", "regions/410100-zone/"} <= reached({"regions/": tree}, "regions/")
    assert "还没有报告" in text_of(rendered(Corpus((), (), {}, {}), "regions")["regions/"])


# Agencies


@pytest.mark.parametrize("limit", [1, LIST_LIMIT])
def test_every_agency_is_reached_by_its_class(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes lead to their agencies, and those to each of their reports."""
    monkeypatch.setattr(browse, "LIST_LIMIT", limit)
    trees = {path: tree for path, tree in rendered(many(), "agencies").items() if "cn-" not in path}
    found = reached(trees, "agencies/")
    assert {f"agencies/{one}/" for one in many().agencies} <= found
    assert reports_of(found) == {f"reports/{one.entry.report_id}/" for one in many().reports}
    assert all(len(tree.xpath("//tbody/tr")) <= limit for tree in trees.values())


def test_a_class_is_counted_and_leads_to_the_table() -> None:
    """How many agencies and reports; the same class as a filter of the table."""
    trees = rendered(many(), "agencies")
    shown = [text_of(li) for li in trees["agencies/"].xpath("//ul[@class='gk-kinds']/li")]
    assert shown == ["水利 1 个机关 2 份", "统计 5 个机关 10 份"]
    water = trees["agencies/class/water/"]
    assert "../../../reports/?class=water" in water.xpath("//a/@href")
    assert "2022" in text_of(water)


def test_an_index_of_nothing_says_so() -> None:
    """No agency, no accident."""
    assert "还没有报告" in text_of(rendered(Corpus((), (), {}, {}), "agencies")["agencies/"])


# Years


def test_a_year_tells_what_is_known_of_it() -> None:
    """Held of due, looked for in vain, not looked for; a year without reports is there too."""
    reports = (make.report(), make.report(year=2021), make.report(agency=agency(ERQI)))
    seen = Sighting("cn-410103-tongjiju", 2021, "missing", "2023-01-01", "http://example.org/")
    corpus = replace(corpus_of(*map(published, reports)), sightings=(seen,))
    tree = rendered(corpus, "years")["years/"]
    rows = [[text_of(cell) for cell in row] for row in tree.xpath("//tbody/tr")]
    assert [row[:6] for row in rows] == [
        ["2023年", "2", "2/2", "0", "0", "0"],
        ["2022年", "0", "0/2", "0", "0", "2"],
        ["2021年", "1", "1/2", "0", "1", "0"],
    ]
    assert [row[6] for row in rows] == ["1", "0", "0"]
    assert not tree.xpath("//tbody/tr[2]//a")
    assert "不等于没有公布" in text_of(tree)
