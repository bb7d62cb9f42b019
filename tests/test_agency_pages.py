"""Pages of agencies, regions and years: nothing is added twice, nothing doubtful is added."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import pytest

import invented
from gongkai.checks import check, compared
from gongkai.model import (
    Agency,
    AgencyName,
    CellId,
    Corpus,
    Finding,
    Published,
    Redirect,
    Severity,
    Sighting,
    Status,
    Value,
    Verdict,
)
from gongkai.pages import render_files
from gongkai.pages.agency import cell_breaks, report_breaks
from gongkai.pages.sheets import note_sign
from gongkai.pages.spread import received_spread, share_spread
from gongkai.pages.totals import (
    DISPUTES,
    REQUESTS,
    Reason,
    add_up,
    apart,
    change_sheet,
    columns_of,
    judge,
    measure_label,
)
from gongkai.pages.words import cell_anchor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.model import Number

RECEIVED = CellId("requests", "received", "total")
GRANTED = CellId("requests", "granted", "total")
HOSTILE = "<script>alert(1)</script>\n# 标题\n\n[x](javascript:1)"


def one(  # noqa: PLR0913  # a report has as many sides
    name: str = "tongjiju",
    year: int = 2023,
    *,
    scope: str = "own",
    form: str = "form2021",
    values: dict[CellId, Value] | None = None,
    reorganised: str | None = None,
) -> Published:
    """A sound report of an agency, with what the checks say of it."""
    agency = replace(
        make.AGENCY, id=f"cn-990100-{name}", slug=name, name=f"示例市{name}", classification="water"
    )
    made = make.report(form, year=year, agency=agency)
    assert made.entry is not None
    entry = replace(made.entry, scope=scope, reorganised=reorganised)
    made = replace(made, entry=entry, values={**made.values, **(values or {})})
    return Published(made, check(made))


def number(given: Number) -> Value:
    """A printed figure."""
    return make.value(given)


def pages_of(corpus: Corpus) -> dict[str, Any]:
    """Every page as a tree, every file beside one as text."""
    out: dict[str, Any] = {}
    for path, text in render_files(corpus):
        if path.endswith(".md"):
            out[path] = lxml.html.fromstring(text.split("---\n", 2)[2])
        else:
            out[path] = text
    return out


@cache
def invented_pages() -> dict[str, Any]:
    """The pages of an invented province of three cities and six years."""
    return pages_of(invented.corpus())


def table(tree: Any, name: str) -> dict[str, list[str]]:
    """A table by the labels of its rows."""
    (found,) = tree.xpath(f"//table[@id='{name}']")
    return {
        " ".join(row.find("th").text_content().split()): [
            " ".join(cell.text_content().split()) for cell in row.findall("td")
        ]
        for row in found.iterfind("tbody/tr")
    }


def heads(tree: Any, name: str) -> list[str]:
    """The heads of a table."""
    return [th.text_content() for th in tree.xpath(f"//table[@id='{name}']/thead//th")]


# Totals


def judged(*reports: Published) -> list[Any]:
    """The reports as far as they can be added up."""
    return list(judge(make.corpus(*reports)))


def test_own_reports_are_added_up() -> None:
    """The sum is that of the printed totals, and says of how many reports."""
    two = judged(one("a"), one("b"))
    total = add_up(two, REQUESTS)
    printed = one().report.values[RECEIVED].number
    assert printed is not None
    assert (total.reports, total.counted) == (2, 2)
    assert total.sums["received_total"] == 2 * printed
    assert add_up([], REQUESTS).sums == {}


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (one(scope="region_aggregate"), Reason.AGGREGATE),
        (one(scope="unknown"), Reason.SCOPE),
        (one(values={GRANTED: number(9999)}), Reason.DOUBT),
        (one(values={GRANTED: Value(None, Status.AMBIGUOUS, "1 2")}), Reason.DOUBT),
        (one(values={RECEIVED: Value(None, Status.TEXT, "见附件")}), Reason.DOUBT),
        (one(values={RECEIVED: number(-4)}), Reason.DOUBT),
        (one(values={RECEIVED: number(Decimal("1.5"))}), Reason.DOUBT),
    ],
)
def test_what_is_doubtful_is_not_added_and_is_counted(report: Published, reason: Reason) -> None:
    """The whole topic of such a report is left out, with its reason, never a part of it."""
    total = add_up(judged(one("a"), report), REQUESTS)
    assert (total.reports, total.counted) == (2, 1)
    assert dict(total.left_out) == {reason: 1}


def test_the_sum_of_a_region_stands_in_the_place_of_what_it_holds() -> None:
    """Nothing is counted twice: neither an agency in its region's sum nor a sum within a sum."""

    def counted(*reports: Published) -> tuple[list[str], dict[Reason, int]]:
        corpus = make.corpus(*reports)
        placed = apart(judge(corpus), REQUESTS, corpus.regions)
        names = [p.one.entry.agency.slug for p in placed if p.figures(REQUESTS) is not None]
        return names, dict(add_up(placed, REQUESTS).left_out)

    whole = one("city", scope="region_aggregate")
    above = replace(make.AGENCY, id="cn-990000-a", slug="province", region=make.PROVINCE)
    made = make.report(agency=above)
    assert made.entry is not None
    province = Published(
        replace(made, entry=replace(made.entry, scope="region_aggregate")), check(made)
    )
    assert counted(one("a"), whole) == (["city"], {Reason.INSIDE: 1})
    assert counted(one("a"), whole, province) == (["province"], {Reason.INSIDE: 2})
    twice = one("office", scope="region_aggregate")
    assert counted(one("a"), whole, twice) == (["a"], {Reason.TWICE: 2})
    doubtful = one("city", scope="region_aggregate", values={GRANTED: number(9999)})
    assert counted(one("a"), doubtful) == (["a"], {Reason.AGGREGATE: 1})


def test_blanks_are_not_added_as_zeros() -> None:
    """A row left blank says nothing, so the report does not count for its topic."""
    columns = ("upheld", "overturned", "other_outcome", "pending", "total")
    blank = {CellId("disputes", "review", c): Value(None, Status.BLANK, "") for c in columns}
    total = add_up(judged(one("a"), one(values=blank)), DISPUTES)
    assert (total.counted, dict(total.left_out)) == (1, {Reason.BLANK: 1})


def test_a_report_without_the_table_is_counted_as_such() -> None:
    """No table is no zero."""
    bare = one()
    tables = {name: form for name, form in bare.report.tables.items() if name != "disputes"}
    values = {cell: v for cell, v in bare.report.values.items() if cell.table != "disputes"}
    bare = replace(bare, report=replace(bare.report, tables=tables, values=values), findings=())
    total = add_up(judged(bare), DISPUTES)
    assert dict(total.left_out) == {Reason.NO_TABLE: 1}
    assert add_up(judged(bare), REQUESTS).counted == 1


def test_a_warning_at_a_figure_keeps_it_out() -> None:
    """Not only sums: any error or warning at a figure; a note does not."""
    sound = one()

    def found(severity: Severity) -> Published:
        told = Finding("S-08", "x", Verdict.FAIL, severity, "话", "words", cells=(RECEIVED,))
        return replace(sound, findings=(*sound.findings, told))

    assert dict(add_up(judged(found(Severity.WARN)), REQUESTS).left_out) == {Reason.DOUBT: 1}
    assert add_up(judged(found(Severity.INFO)), REQUESTS).counted == 1


def test_totals_agree_with_themselves() -> None:
    """As either all figures of a report count or none, the sums of sums hold."""
    reports = judge(invented.corpus())
    sums = add_up(reports, REQUESTS).sums
    parts = REQUESTS.measures[3:9]
    assert sum(sums[name] for name in parts) == sums["processed_total"]
    assert (
        sums["received_total"] + sums["pending_start_total"]
        == sums["processed_total"] + sums["pending_end_total"]
    )


def test_measures_are_called_as_the_form_calls_them() -> None:
    """A row 总计 says of what; the column 总计 goes without saying."""
    assert measure_label("processed_total") == "三、本年度办理结果（七）总计"
    assert measure_label("granted_partial_total") == "（二）部分公开"
    assert set(REQUESTS.measures) < set(columns_of(REQUESTS))


def test_change_is_over_the_same_agencies() -> None:
    """Who reports in one year only, or was reorganised, is in neither sum."""
    before = judged(one("a", 2022), one("b", 2022), one("c", 2022))
    after = judged(
        one("a", 2023, values={}), one("c", 2023, reorganised="并入他局"), one("d", 2023)
    )
    made = change_sheet("x", "某地", REQUESTS, before, after)
    assert made is not None
    assert "（1 个）" in made.caption
    assert [cell.text for cell in made.lines[0].cells][2] == "不变"
    assert change_sheet("x", "某地", REQUESTS, before, judged(one("d", 2023))) is None


def test_a_change_of_the_law_is_no_change_of_the_figures() -> None:
    """From 2024 reviews come first: that change is not given as one."""
    made = change_sheet("x", "某地", DISPUTES, judged(one("a", 2023)), judged(one("a", 2024)))
    assert made is not None
    assert {line.cells[2].text for line in made.lines} == {"法律有变，不能直接相比"}


def test_few_figures_are_no_distribution() -> None:
    """Four reports are not drawn; the middle of five is told."""
    reports = judged(*(one(f"a{n}") for n in range(5)))
    assert received_spread(reports[:4], "某地", "x.csv") is None
    assert share_spread(reports[:4], "某地", "x.csv") is None
    made = received_spread(reports, "某地", "x.csv")
    assert made is not None
    assert sum(int(line.cells[0].text) for line in made.sheet.lines) == 5
    assert made.words.startswith("5 份报告，一半不超过 ")


# Regions and years


def test_a_region_says_of_how_many_reports_its_sums_are() -> None:
    """Aggregates of governments are told apart and never added to the figures of their bodies."""
    tree = invented_pages()["regions/990000.md"]
    found = table(tree, "total-requests")
    assert found["收录的报告（份）"] == ["25", "25", "24", "25", "25", "25"]
    counted = [int(text) for text in found["其中计入合计（份）"]]
    left_out = [
        sum(int(found[label][at]) for label in found if label.startswith("没有计入"))
        for at in range(6)
    ]
    assert [c + n for c, n in zip(counted, left_out, strict=True)] == [25, 25, 24, 25, 25, 25]
    assert found[f"没有计入：{Reason.AGGREGATE}（份）"] == ["3"] * 6
    city = invented_pages()["regions/990100.md"]
    assert len(table(city, "aggregates")) == 6
    assert not tree.xpath("//table[@id='aggregates']")


def test_the_parts_of_a_region_add_up_to_it() -> None:
    """The cities' sums are the province's, as no report is in two of them."""
    parts = table(invented_pages()["regions/990000.md"], "places")
    whole = table(invented_pages()["regions/990000.md"], "total-requests")

    def figures(column: int) -> int:
        return sum(int(cells[column].replace(",", "")) for cells in parts.values())

    assert f"{figures(3):,}" == whole["一、本年新收政府信息公开申请数量（件）"][-1]
    assert str(figures(2)) == whole["其中计入合计（份）"][-1]


def test_a_region_has_its_charts_and_their_figures() -> None:
    """Each chart has its table and its CSV, which holds what the table shows."""
    pages = invented_pages()
    tree = pages["regions/990000.md"]
    links = tree.xpath("//figure//a/@href")
    assert links == [
        "../../charts/regions/990000.csv",
        "../../charts/regions/990000-spread.csv",
        "../../charts/regions/990000-spread.csv",
    ]
    rows = list(csv.reader(io.StringIO(pages["charts/regions/990000.csv"].removeprefix("\ufeff"))))
    newest = [row for row in rows if row[:2] == ["2025", "received_total"]]
    shown = table(tree, "total-requests")["一、本年新收政府信息公开申请数量（件）"][-1]
    assert [row[3] for row in newest] == [shown.replace(",", "")]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_region_of_which_nothing_can_be_added_says_so() -> None:
    """No zero stands where there is nothing to add, and no rows of sums: only why there are none."""
    tree = pages_of(make.corpus(one(scope="unknown")))["regions/990100.md"]
    assert table(tree, "total-requests") == {
        "收录的报告（份）": ["1"],
        "其中计入合计（份）": ["0"],
        "没有计入：不知道统计了哪些机关（份）": ["1"],
    }
    assert next(iter(table(tree, "classes").values()))[3:] == ["没有可加的"] * 3
    assert not tree.xpath("//figure")


def test_a_region_knows_what_of_its_agencies_is_collected() -> None:
    """Every agency of the list in every year, by what is known of its report."""
    corpus = invented.corpus()
    seen = Sighting("cn-990300-shenjiju", 2022, "missing", "2024-06-01", "https://example.org/")
    tree = pages_of(replace(corpus, sightings=(seen,)))["regions/990300.md"]
    found = table(tree, "coverage")
    assert found["名单里的机关（个）"] == ["8"] * 6
    assert found["已收录（个）"] == ["8", "8", "7", "8", "8", "8"]
    assert found["查过，没有公布（个）"] == ["0", "0", "1", "0", "0", "0"]


def test_a_year_stands_beside_the_year_before() -> None:
    """Totals of both years; the change only over agencies that count in both."""
    tree = invented_pages()["years/2025.md"]
    assert heads(tree, "total-requests") == ["项目", "2024年", "2025年"]
    assert heads(tree, "change-requests") == ["项目", "2024年", "2025年", "变化"]
    first = invented_pages()["years/2020.md"]
    assert heads(first, "total-requests") == ["项目", "2020年"]
    assert not first.xpath("//table[@id='change-requests']")
    changed = table(invented_pages()["years/2024.md"], "change-disputes")
    assert {cells[2] for cells in changed.values()} == {"法律有变，不能直接相比"}


def test_a_year_counts_findings_by_check() -> None:
    """Of that year alone, with how many reports are concerned."""
    corpus = invented.corpus()
    of_year = [p for p in corpus.reports if p.entry.year == 2023]
    found = table(invented_pages()["years/2023.md"], "found")
    jumps = sum(f.check == "X-JUMP" for p in of_year for f in p.all_failures)
    (cells,) = (cells for label, cells in found.items() if label.startswith("X-JUMP"))
    assert cells[1] == str(jumps)
    assert cells[2].endswith(f"/{len(of_year)}")


# Agencies


def agency_tree(reports: Iterable[Published], **changed: Any) -> Any:
    """The page of the agency of these reports."""
    corpus = compared(make.corpus(*reports))
    (agency,) = corpus.agencies.values()
    return pages_of(replace(corpus, agencies={agency.id: replace(agency, **changed)}))[
        f"agencies/{agency.id}.md"
    ]


def test_names_go_through_the_years() -> None:
    """Each name with its kind, its years and where that stands; whatever they say is text."""
    names = (
        AgencyName("示例市统计局", "official", 2021),
        AgencyName(HOSTILE, "former", 2015, 2020, "机构改革方案"),
        AgencyName("旧名", "former", None, 2014),
        AgencyName("简称", "short"),
    )
    tree = agency_tree([one()], names=names, valid_from=2015, former_codes=("990199",))
    rows = tree.xpath("//table[caption[@id='caption-names']]/tbody/tr")
    words = [" ".join(cell.text_content().split()) for row in rows for cell in row]
    assert words[1:4] == ["正式名称", "2021年起", "没有写明"]
    assert words[5:8] == ["曾用名", "2015年至2020年", "机构改革方案"]
    assert words[10] == "2014年止"
    assert words[14] == "不详"
    assert not tree.xpath("//tbody//script")
    assert "从前的行政区划代码 990199" in tree.text_content()
    assert "存在年份：2015年起" in tree.text_content()


def test_former_ids_are_told() -> None:
    """Who keeps an old id finds it on the page of the new one."""
    corpus = make.corpus(one())
    redirect = Redirect("cn-990100-jiu", "cn-990100-tongjiju", "2024-01-01", "写错了")
    tree = pages_of(replace(corpus, redirects=(redirect,)))["agencies/cn-990100-tongjiju.md"]
    assert "从前的编号 cn-990100-jiu" in tree.text_content()


def test_the_calendar_has_every_year_in_words() -> None:
    """What is known of each year: collected, late, looked for in vain, not due, not collected."""
    late = one(year=2021)
    assert late.report.entry is not None
    entry = replace(late.report.entry, published_on="2022-06-01")
    late = replace(late, report=replace(late.report, entry=entry))
    corpus = compared(make.corpus(late, one(year=2023), one("other", 2018, form="form2019")))
    agencies = dict(corpus.agencies)
    agency = agencies["cn-990100-tongjiju"]
    agencies[agency.id] = replace(agency, valid_from=2019)
    seen = Sighting(agency.id, 2022, "missing", "2024-06-01", "https://example.org/", HOSTILE)
    corpus = replace(corpus, agencies=agencies, sightings=(seen,))
    tree = pages_of(corpus)["agencies/cn-990100-tongjiju.md"]
    days = tree.xpath("//ol[@class='gk-calendar']/li")
    assert [day.get("class") for day in days] == [
        "s-not_due",
        "s-not_collected",
        "s-not_collected",
        "s-late",
        "s-missing",
        "s-published",
    ]
    assert all(len(day[0].find("span").text) > 2 for day in days)
    assert "2022年6月1日公布" in days[3].text_content()
    assert "2024年6月1日查看" in days[4].text_content()
    assert days[3].xpath(".//a/@href") == ["../../reports/cn-990100-tongjiju-2021/"]
    assert not days[4].xpath(".//a | .//script")


def test_each_figure_leads_to_its_cell_and_says_if_it_is_in_doubt() -> None:
    """A figure in a failing sum carries a sign and a word; a blank is a word, never 0."""
    reports = [
        one(year=2021),
        one(year=2022, values={RECEIVED: number(9999)}),
        one(year=2023, values={RECEIVED: Value(None, Status.BLANK, "")}),
    ]
    tree = agency_tree(reports)
    (row,) = tree.xpath("//table[@id='series']//tr[th[starts-with(., '一、')]]")
    cells = row.findall("td")
    assert [cell.xpath("string(.//a)") for cell in cells[2:]] == ["9,999", "未填报"]
    assert cells[2].text_content().startswith("▲有疑点")
    assert not cells[1].xpath(".//span")
    assert cells[2].xpath(".//a/@href") == [
        "../../reports/cn-990100-tongjiju-2022/#" + cell_anchor(RECEIVED)
    ]


def test_years_without_a_report_stand_between_the_others() -> None:
    """A gap is a column of words, so that nobody takes its neighbours for consecutive."""
    tree = agency_tree([one(year=2020, form="form2019"), one(year=2023)])
    assert heads(tree, "series")[2:] == ["2020年", "2021年", "2022年", "2023年"]
    assert table(tree, "series")["行政复议"][2:4] == ["未收录，没有查过"] * 2
    assert table(tree, "rates")["公开率"][1:3] == ["未收录，没有查过"] * 2


def test_breaks_are_marked_with_their_reason() -> None:
    """Another form, a law, a reorganisation, another scope: a sign at the figure or the year."""
    reports = [
        one(year=2020, form="form2019"),
        one(year=2021, reorganised="并入了环境监测站"),
        one(year=2022),
        one(year=2023, scope="region_aggregate"),
        one(year=2024, scope="region_aggregate"),
    ]
    tree = agency_tree(reports)
    told = [
        " ".join(li.text_content().split()) for li in tree.xpath("(//ul[@class='gk-named'])[1]/li")
    ]
    assert [text[0] for text in told] == list("①②③④")
    assert "并入了环境监测站" in told[0]
    assert "统计范围不同：2022年是本机关，2023年是本地区汇总" in told[1]
    assert "行政复议法" in told[2]
    assert "改为“本年处理决定数量”" in told[3]
    assert heads(tree, "series")[2:] == ["2020年", "2021年①", "2022年", "2023年②", "2024年"]
    found = table(tree, "series")
    assert found["统计范围"] == ["不适用", *["本机关"] * 3, *["本地区汇总"] * 2]
    assert found["行政复议"][-1].endswith("注③")
    (review,) = tree.xpath("//table[@id='series']//tr[th[.='行政复议']]")
    assert [bool(cell.xpath("self::*[contains(@class, 'k-break')]")) for cell in review[2:]] == [
        False,
        True,
        False,
        True,
        True,
    ]
    assert len(tree.xpath("//figure[1]//line[@class='c-break']")) == 2


def test_forms_break_only_where_both_reports_follow_them() -> None:
    """A report of 2021 on the older form goes on from that of 2020."""
    cell = CellId("disclosure", "licensing", "decisions")
    old, older = one(year=2021, form="form2019"), one(year=2020, form="form2019")
    assert cell_breaks(cell, older, old) == []
    assert cell_breaks(cell, older, one(year=2021)) != []
    assert report_breaks(older, old) == []


def test_rates_come_with_what_they_are_made_of() -> None:
    """As the panel has them: none where a sum fails, few cases only as a fraction."""
    sound = one(year=2022)
    failing = one(year=2023, values={GRANTED: number(9999)})
    found = table(agency_tree([sound, failing]), "rates")["公开率"]
    part, whole = (
        sound.report.values[CellId("requests", row, "total")].number
        for row in ("granted", "processed_total")
    )
    assert f"（{part}/{whole}）" in found[0]
    assert found[1] == "分子或分母所在的等式不成立"
    nothing = {cell: number(0) for cell in sound.report.values if cell.table == "requests"}
    assert table(agency_tree([one(values=nothing)]), "rates")["公开率"] == ["分母为 0"]


def test_findings_go_through_the_years() -> None:
    """Check by year, the worst first, each count with the way to its first place."""
    reports = [one(year=2021), one(year=2023, values={RECEIVED: number(9999)})]
    tree = agency_tree(reports)
    found = table(tree, "found")
    assert next(iter(found)).startswith("T3-")
    assert found[next(iter(found))][:3] == ["错误", "无", "未收录，没有查过"]
    (link,) = tree.xpath("//table[@id='found']//tr[1]/td//a/@href")
    assert link.startswith("../../reports/cn-990100-tongjiju-2023/#finding-T3-")
    quiet = replace(one(), findings=())
    assert (
        "没有发现问题"
        in pages_of(make.corpus(quiet))["agencies/cn-990100-tongjiju.md"].text_content()
    )


def test_an_agency_is_drawn_where_a_table_is_not_enough() -> None:
    """Three years with something to see; with fewer the table says it all."""
    corpus = invented.corpus()
    agency: Agency = next(iter(corpus.agencies.values()))
    tree = invented_pages()[f"agencies/{agency.id}.md"]
    figures = tree.xpath("//figure[@class='gk-chart']")
    assert 1 <= len(figures) <= 4
    assert all(figure.xpath(".//a/@href") for figure in figures)
    assert not agency_tree([one(year=2022), one(year=2023)]).xpath("//figure")


def test_signs_of_notes_do_not_end() -> None:
    """Beyond the circled numbers they are in brackets."""
    assert [note_sign(n) for n in (1, 20, 21)] == ["①", "⑳", "（21）"]
