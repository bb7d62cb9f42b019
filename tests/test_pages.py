"""Pages: hostile text stays text, tables are true tables, a blank is never a zero."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import markdown
import pytest

from gongkai import pages
from gongkai.checks import CHECKS, CORPUS_CHECKS, check, compared
from gongkai.forms import forms, variables
from gongkai.forms.panel import names as panel_names
from gongkai.model import (
    Agency,
    CellId,
    Corpus,
    Finding,
    Hint,
    Locus,
    Paragraph,
    Problem,
    Published,
    Region,
    Section,
    Severity,
    Status,
    Value,
    Verdict,
)
from gongkai.package.api import ENDPOINTS, PROMISE, openapi
from gongkai.pages import words
from gongkai.pages.api import EXAMPLES
from gongkai.pages.frame import Setting, environment, plain_title, root_of, url_of
from gongkai.pages.grids import grids_of
from gongkai.pages.quality import share
from gongkai.pages.report import sums_words
from gongkai.pages.year_before import YearBefore
from gongkai.vocabulary import label

if TYPE_CHECKING:
    from gongkai.model import Report

REPORT = "reports/cn-990100-tongjiju-2023.md"
RECEIVED = CellId("requests", "received", "natural_person")
TOTAL = CellId("requests", "received", "total")
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ config.site_name }}{% include 'x' %}",
    '--8<-- "/etc/passwd"',
    "[a](javascript:alert(1))",
    '第一行\n\n# 第二行\n\n<div markdown="1">*斜*</div>',
    "a | b | c\n|---|---|\n| 1 | 2 |",
    "</div></article><h1>假</h1>",
    "\u0002wzxhzdk:0\u0003 &copy; &#60;b&#62; \u202e倒\x00",
    "`code` **bold** ![x](http://example.org/x.png) <http://example.org>",
)


def published(report: Report | None = None) -> Published:
    """A report with what the checks say of it."""
    made = report if report is not None else make.report()
    return Published(made, check(made))


def with_values(report: Report, **changed: Value) -> Report:
    """The report with some cells replaced; `__` stands for the slashes of a cell's id."""
    new = {CellId(*name.split("__")): value for name, value in changed.items()}
    return replace(report, values={**report.values, **new})


@cache
def setting() -> Setting:
    """A setting with a real list of downloads."""
    made = make.downloads(make.corpus(make.published(make.report())))
    return Setting(files=tuple(json.loads(made["index.json"])["files"]))


def rendered(corpus: Corpus) -> dict[str, Any]:
    """Every page as the browser gets it: Markdown turned into a tree."""
    trees = {}
    for path, text in pages.render_pages(corpus, setting()).items():
        body = text.split("---\n", 2)[2]
        html = markdown.markdown(body, extensions=["attr_list", "toc"])
        trees[path] = lxml.html.fromstring(html)
    return trees


def page(report: Report) -> Any:
    """The page of a report in a corpus of its own."""
    return rendered(make.corpus(published(report)))[REPORT]


def text_of(node: Any) -> str:
    """All text of a node that a reader sees, on one line."""
    texts = node.xpath(".//text()[not(ancestor::script)]")
    return " ".join("".join(texts).split())


@pytest.fixture(scope="module")
def broken() -> Report:
    """A report with a failing sum, a blank, marks, a missing row and a doubtful cell."""
    made = make.report(numbers={RECEIVED: 123456, CellId("requests", "granted", "other_org"): None})
    return with_values(
        made,
        requests__denied_state_secret__total=Value(None, Status.SLASH, "/"),
        requests__closed_other__total=Value(None, Status.MISSING, ""),
        requests__denied_other_law__total=Value(None, Status.AMBIGUOUS, "0 0"),
        disclosure__regulations__issued=Value(None, Status.DASH, "—"),
        disclosure__regulations__repealed=Value(None, Status.NONE_WORD, "无"),
        disclosure__regulations__in_force=Value(None, Status.TEXT, ""),
    )


@pytest.fixture(scope="module")
def site(broken: Report) -> dict[str, Any]:
    """All pages of a corpus with both forms and the broken report."""
    return rendered(
        make.corpus(
            published(broken),
            published(make.report("form2019")),
            published(make.report(year=2022)),
        )
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_of_a_report_is_shown_as_text(hostile: str) -> None:
    """Whatever a report writes, its page has the same elements and shows the text."""
    made = make.report()
    paragraphs = (Paragraph(hostile, Locus("x", line=1)),)
    section = Section("problems", hostile, "五", Locus("x", line=1), paragraphs)
    entry = replace(
        make.entry(),
        publisher=hostile,
        licence_note=hostile,
        source_url=hostile,
        title=hostile,
        document_name=hostile,
    )
    report = replace(
        made,
        entry=entry,
        sections=(*made.sections[:4], section, made.sections[5]),
        values={**made.values, RECEIVED: Value(None, Status.TEXT, hostile)},
        preamble=paragraphs,
    )
    tree = page(report)
    shown = "".join(text_of(tree).split())
    for line in hostile.split("\n"):
        kept = "".join(c for c in line if c >= " " and c != "\u202e")
        assert "".join(kept.split()) in shown
    assert [s.get("src", s.get("type")) for s in tree.iter("script")] == [
        "../../static/copy.js",
        "../../static/report.js",
        "application/ld+json",
    ]
    assert len(list(tree.iter("h1"))) == 1
    assert not list(tree.iter("img", "em"))
    assert not tree.xpath("//a[starts-with(@href, 'javascript')]")
    assert "root:" not in shown


def test_names_of_places_and_agencies_are_text_too() -> None:
    """Regions, agencies and findings are escaped on every page, titles too."""
    region = Region("990100", "990100", HOSTILE[0], "x", "prefecture", "990000")
    agency = replace(
        make.AGENCY, name=HOSTILE[6], region=region, other_names=(HOSTILE[3],), uscc="1"
    )
    report = make.report(agency=agency)
    finding = Finding(
        "S-01", "S-01", Verdict.FAIL, Severity.WARN, HOSTILE[0], "x", expression=HOSTILE[1]
    )
    corpus = make.corpus(Published(report, (finding,)))
    corpus = replace(corpus, problems=(Problem("x", HOSTILE[0], HOSTILE[6], "y", field="year"),))
    for path, text in pages.render_pages(corpus).items():
        assert "<script>" not in text, path
        assert text.count("\n") <= 8, path
        assert "</article>" not in text, path


def test_a_hint_stands_as_text_beside_the_first_finding_it_explains() -> None:
    """Below the finding's arithmetic, in the list of its table and nowhere twice."""
    findings = [
        Finding(name[:6], name, Verdict.FAIL, Severity.ERROR, "甲", "a", cells=(cell,))
        for name, cell in (("T3-ROW-received", TOTAL), ("T3-SUM-total", RECEIVED))
    ]
    hint = Hint(("T3-ROW-received", "T3-SUM-total"), (), 0, f"推测：{HOSTILE[0]}", "x")
    one = Published(make.report(), tuple(findings), hints=(hint,))
    (guess,) = rendered(make.corpus(one))[REPORT].xpath("//p[@class='gk-guess']")
    assert text_of(guess) == f"推测：{HOSTILE[0]}"
    assert guess.getparent().get("id") == "finding-T3-ROW-received"


def test_titles_are_safe_where_the_theme_does_not_escape() -> None:
    """A title's marks become full-width ones."""
    assert plain_title("<b> \"x\" & 'y'\n") == "＜b＞ ＂x＂ ＆ ＇y＇"


def test_a_page_must_say_what_it_shows() -> None:
    """A None in a template is an error, not the word None."""
    with pytest.raises(ValueError, match="must say"):
        environment().from_string("{{ value }}").render(value=None)


def test_paths_and_ways_back() -> None:
    """Addresses end with a slash; the way back has a step for each."""
    assert url_of("reports/a.md") == "reports/a/"
    assert (root_of("index.md"), root_of("search.md"), root_of("data/codebook.md")) == (
        "",
        "../",
        "../../",
    )


def test_every_table_is_a_true_table(site: dict[str, Any]) -> None:
    """A caption, scoped heads, no empty cell, a class, and a wrapper that can be scrolled."""
    tables = [(path, t) for path, tree in site.items() for t in tree.iter("table")]
    assert len(tables) > 30
    for path, table in tables:
        assert table.get("class"), path
        caption = table.find("caption")
        assert text_of(caption), path
        wrapper = table.getparent()
        assert wrapper.get("role") == "region", path
        assert wrapper.get("tabindex") == "0", path
        assert wrapper.get("aria-labelledby") == caption.get("id"), path
        for head in table.iter("th"):
            assert head.get("scope") in {"col", "row", "colgroup", "rowgroup"}, path
        for cell in table.iter("td", "th"):
            assert text_of(cell), path


def test_all_rows_of_a_table_are_equally_wide(site: dict[str, Any]) -> None:
    """Spans of head and body cells add up: no row is longer than another."""
    for path, tree in site.items():
        for table in tree.iter("table"):
            widths: list[int] = []
            open_spans: dict[int, int] = {}
            for at, row in enumerate(table.iter("tr")):
                width = open_spans.get(at, 0)
                for cell in row:
                    width += int(cell.get("colspan", 1))
                    for below in range(1, int(cell.get("rowspan", 1))):
                        open_spans[at + below] = open_spans.get(at + below, 0) + int(
                            cell.get("colspan", 1)
                        )
                widths.append(width)
            assert len(set(widths)) == 1, (path, widths)


def test_ids_are_unique(site: dict[str, Any]) -> None:
    """No anchor stands twice on a page, and each link within a page has its anchor."""
    for path, tree in site.items():
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        for href in tree.xpath("//a/@href[starts-with(., '#')]"):
            assert href[1:] in ids, (path, href)


def test_no_two_cells_have_the_same_anchor() -> None:
    """Not even in two forms: a report may print one table of each."""
    cells = {v.cell for form in forms() for v in variables(form.version)}
    anchors = {words.cell_anchor(cell) for cell in cells}
    assert len(anchors) == len(cells) > 200
    assert all(re.fullmatch(r"[a-z]+\d+-[a-z]+", anchor) for anchor in anchors)


@pytest.mark.parametrize("version", ["form2021", "form2019"])
def test_every_cell_of_the_form_is_on_the_page(version: str) -> None:
    """Each cell has its anchor and its figure."""
    report = make.report(version)
    tree = rendered(make.corpus(published(report)))[f"reports/{report.entry.report_id}.md"]  # type: ignore[union-attr]
    for variable in variables(version):
        (cell,) = tree.xpath(f"//td[@id='{words.cell_anchor(variable.cell)}']")
        value = report.values[variable.cell]
        assert text_of(cell).endswith(words.value_words(value))
    amount = CellId("disclosure", "fees", "amount_wan")
    fees = tree.xpath(f"//td[@id='{words.cell_anchor(amount)}']")
    assert not fees or text_of(fees[0]) == "59,237.2449"


def test_table_three_has_the_heads_of_the_form(site: dict[str, Any]) -> None:
    """Groups of applicants above, groups of outcomes at the side, total rows marked."""
    (table,) = site[REPORT].xpath("//div[contains(@class,'gk-stub')]/table")
    groups = {text_of(h): h for h in table.iter("th")}
    assert groups["法人或其他组织"].get("scope") == "colgroup"
    assert groups["法人或其他组织"].get("colspan") == "5"
    assert groups["三、本年度办理结果"].get("scope") == "rowgroup"
    assert groups["三、本年度办理结果"].get("rowspan") == "22"
    assert groups["（三）不予公开"].get("rowspan") == "8"
    assert len(table.findall("tbody")) == 4
    (total,) = table.xpath(".//tr[@class='t']")
    assert "（七）总计" in text_of(total)


def test_absent_figures_are_words(site: dict[str, Any]) -> None:
    """Blank, missing, doubtful, slash and dash each have their word; none is 0 or empty."""
    tree = site[REPORT]

    def shown(cell: str) -> str:
        anchor = words.cell_anchor(CellId(*cell.split("-")))
        return str(tree.xpath(f"//td[@id='{anchor}']/text()")[-1])

    assert shown("requests-granted-other_org") == label("statuses", "blank")
    assert shown("requests-denied_state_secret-total") == f"/ {label('statuses', 'slash')}"
    assert shown("requests-closed_other-total") == label("statuses", "missing")
    assert shown("requests-denied_other_law-total") == label("statuses", "ambiguous")
    assert shown("disclosure-regulations-issued") == f"— {label('statuses', 'dash')}"
    assert shown("disclosure-regulations-repealed") == "无"
    assert shown("disclosure-regulations-in_force") == "未印文字"
    summary = text_of(tree.xpath("//p[@class='gk-summary']")[0])
    assert (
        f"1 格{label('statuses', 'blank')}，1 格{label('statuses', 'ambiguous')}，1 格表中没有"
        in summary
    )


def test_zeros_are_dimmed_and_blanks_are_not_zeros() -> None:
    """A zero has its class and reads 0; a blank never reads 0."""
    tree = page(make.report(numbers={RECEIVED: 0, TOTAL: None}))
    zero = tree.xpath(f"//td[@id='{words.cell_anchor(RECEIVED)}']")[0]
    blank = tree.xpath(f"//td[@id='{words.cell_anchor(TOTAL)}']")[0]
    assert "z" in zero.get("class").split()
    assert text_of(zero).endswith("0")
    assert "0" not in text_of(blank)


def test_a_failing_sum_is_marked_beside_its_figures(site: dict[str, Any]) -> None:
    """Every figure of the sum leads to the arithmetic below the table."""
    tree = site[REPORT]
    marks = tree.xpath(f"//td[@id='{words.cell_anchor(TOTAL)}']/a")
    assert text_of(marks[0]) == "▲不符"
    below = tree.xpath(f"//li[@id='{marks[0].get('href')[1:]}']")[0]
    assert "≠" in text_of(below)
    assert below.getparent().getparent().xpath("./h2")[0].get("id") == "requests"
    part = tree.xpath(f"//td[@id='{words.cell_anchor(RECEIVED)}']/a")
    assert [text_of(m) for m in part] == ["▲不符，共2处"]


def test_a_finding_without_a_table_stands_under_checks() -> None:
    """A finding that names no cell is told in full in the list of findings, twice if it is twice."""
    finding = Finding(
        "S-01", "S-01", Verdict.FAIL, Severity.INFO, "题目不符", "x", Locus("f", line=3)
    )
    tree = rendered(make.corpus(Published(make.report(), (finding, finding))))[REPORT]
    assert text_of(tree.xpath("//*[@id='finding-S-01']")[0]).startswith("▲ ")
    assert tree.xpath("//*[@id='finding-S-01-2']")


def test_a_finding_beside_another_year_leads_to_the_cell_there() -> None:
    """It stands on the later report's page, says what it is compared with, and is counted."""
    start, end = (CellId("requests", f"pending_{end}", "total") for end in ("start", "end"))
    corpus = compared(
        make.corpus(
            published(make.report(year=2022, numbers={end: 121})),
            published(make.report(year=2023, numbers={start: 5})),
        )
    )
    trees = rendered(corpus)
    (told,) = trees[REPORT].xpath("//li[@id='finding-X-CARRY-total']")
    (link,) = told.xpath(".//a[starts-with(@href, '../../reports/')]")
    assert text_of(link) == "示例市统计局 2022年"
    there = trees["reports/cn-990100-tongjiju-2022.md"]
    assert there.xpath(f"//td[@id='{link.get('href').partition('#')[2]}']")
    assert not there.xpath("//li[starts-with(@id, 'finding-X-')]")
    assert trees[REPORT].xpath(f"//td[@id='{words.cell_anchor(start)}']/a")
    assert "X-CARRY" in text_of(trees["quality/index.md"])
    assert "相差 116" in text_of(trees["checks/x-carry.md"])


def test_a_copied_report_leads_to_all_that_have_its_figures() -> None:
    """Other agencies' reports are named, the first six of them."""
    agencies = [
        replace(make.AGENCY, id=f"cn-990100-{at}", slug=str(at), name=f"示例市{at}局")
        for at in range(8)
    ]
    corpus = compared(make.corpus(*(published(make.report(agency=a)) for a in agencies)))
    tree = rendered(corpus)["reports/cn-990100-0-2023.md"]
    (told,) = tree.xpath("//li[@id='finding-X-COPY-agencies']")
    assert len(told.xpath(".//a[contains(@href, 'reports/')]")) == 6
    assert "等 7 个机关的同年报告" in text_of(told)


def test_a_reorganised_agency_is_said_to_be_one() -> None:
    """The page says why the year is not compared with the one before."""
    entry = replace(make.entry(), reorganised="原市投资促进局并入")
    tree = page(replace(make.report(), entry=entry))
    assert "原市投资促进局并入（不与上一年比较）" in text_of(tree)


def test_a_report_page_leads_to_everything(site: dict[str, Any]) -> None:
    """Original, downloads, findings, place, agency, year, citation and the issue form."""
    tree = site[REPORT]
    links = set(tree.xpath("//a/@href"))
    name = "cn-990100-tongjiju-2023"
    assert {
        "files/original.txt",
        f"../../reports/{name}.csv",
        f"../../reports/{name}.json",
        f"../../reports/{name}/files/{name}.xlsx",
        f"../../reports/{name}/files/{name}.zip",
        "#findings",
        "../../regions/990100/",
        "../../agencies/cn-990100-tongjiju/",
        "../../years/2023/",
    } <= links
    (issue,) = tree.xpath("//*[@id='downloads']/a[@rel='nofollow']/@href")
    assert issue.startswith(
        "https://github.com/gongkai/gongkai/issues/new?template=number-error.yml"
    )
    assert f"report={name}" in issue
    shown = text_of(tree)
    assert "0" * 64 in shown
    assert "1" * 64 in shown
    assert "来源网址 不详" in shown or "来源网址不详" in shown
    assert "GB/T 7714" in shown
    for day in ("发布日期2024年1月20日", "取得日期2024年2月1日", "最近改动2024年2月1日"):
        assert day in shown.replace(" ", "")
    assert "摘要" in shown


def test_ris_keeps_its_two_spaces(site: dict[str, Any]) -> None:
    """Citations are taken over letter by letter: RIS needs `TY  - `."""
    pre = "".join(p.text_content() for p in site[REPORT].iter("pre"))
    assert "TY  - RPRT\n" in pre


def test_a_web_address_is_a_link_and_nothing_else_is() -> None:
    """Only http and https become links; full texts are not called abstracts."""
    made = make.report()
    entry = replace(
        make.entry(),
        source_url="https://example.org/a",
        transcription="full",
        document_sha256=None,
        licence_note="",
    )
    tree = page(replace(made, entry=entry))
    assert tree.xpath("//a[@href='https://example.org/a']")
    assert "摘要" not in text_of(tree)


def test_sections_that_are_not_there_are_said_to_be_missing() -> None:
    """A missing section, a missing table, an empty section and a second one of the same kind."""
    made = make.report()
    twice = replace(made.sections[0], heading="一、又一个")
    report = replace(
        made,
        sections=(*made.sections[:3], replace(made.sections[5], paragraphs=()), twice),
        tables={k: v for k, v in made.tables.items() if k != "disputes"},
    )
    tree = page(report)
    assert "报告里没有这个标题" in text_of(tree.xpath("//section[@aria-labelledby='problems']")[0])
    assert "没有读到这一节的表" in text_of(tree.xpath("//section[@aria-labelledby='disputes']")[0])
    assert "没有文字" in text_of(tree.xpath("//section[@aria-labelledby='other']")[0])
    assert [text_of(h) for h in tree.xpath("//section[@aria-labelledby='overview']/h3")] == [
        "一、又一个"
    ]


def test_an_unrecognised_report_still_has_its_text() -> None:
    """Without a form there are no tables, but what is printed is shown."""
    made = make.report()
    odd = replace(made.sections[0], id="odd", heading="概述")
    tree = page(replace(made, form=None, sections=(odd,), values={}, tables={}))
    assert "格式未识别" in text_of(tree)
    assert "没有可核对的合计" in text_of(tree)
    assert text_of(tree.xpath("//h2[@id='odd']")[0]) == "概述"
    assert not list(tree.iter("table"))


def test_mixed_forms_print_each_block_by_its_own_form() -> None:
    """Table two item by item: a 2021 report with one block of 2019 shows both."""
    made = make.report()
    old = make.report("form2019")
    tables = {**made.tables, "disclosure/fees_item": "form2019"}
    values = {**made.values, **{c: v for c, v in old.values.items() if c.row == "fees"}}
    mixed = replace(made, tables=tables, values=values)
    grids = grids_of(mixed, {}, YearBefore(2022))["disclosure"]
    assert [g.columns for g in grids if g.id == "disclosure-fees_item"] == [
        (("items_prior", "上一年项目数量"), ("items_change", "本年增/减"))
    ]


def test_units_stand_in_the_head_where_they_differ() -> None:
    """Block 第（五）项 of 2019 counts items and decisions: each column says its unit."""
    report = make.report("form2019")
    tree = rendered(make.corpus(published(report)))[f"reports/{report.entry.report_id}.md"]  # type: ignore[union-attr]
    heads = [text_of(h) for h in tree.xpath("//table//thead//th")]
    assert "处理决定数量（件）" in heads
    assert "上一年项目数量（项）" in heads


def test_places_of_a_row_are_told_in_one_line() -> None:
    """A row read from one line gives its columns; cells from several lines give each place."""
    made = make.report()
    row = [c for c in made.values if c[:2] == ("requests", "received")]
    one_line = {
        c: replace(made.values[c], locus=Locus("f", page=2, block=1, row=4, col=n + 2, line=40))
        for n, c in enumerate(row)
    }
    nowhere = {c: replace(made.values[c], locus=None) for c in made.values if c.row == "granted"}
    single = CellId("disclosure", "licensing", "decisions")
    alone = {single: replace(made.values[single], locus=Locus("f", page=1, row=3, col=2))}
    tree = page(replace(made, values={**made.values, **one_line, **nowhere, **alone}))
    places = {text_of(d.find("dt")): text_of(d.find("dd")) for d in tree.xpath("//details/dl/div")}
    assert places["一、本年新收政府信息公开申请数量"] == str(
        Locus("f", page=2, block=1, row=4, col=2, line=40)
    ).replace("第2列", "第2–8列")
    assert places["（一）予以公开"] == "原文中没有"
    assert places["行政许可"] == str(Locus("f", page=1, row=3, col=2))
    assert "；" in places["二、上年结转政府信息公开申请数量"]


def placed(report: Report, originals: str = "originals/") -> Any:
    """The page of a report whose second page has a picture."""
    made = pages.render_pages(
        make.corpus(published(report)),
        Setting(originals=originals, pictures={"cn-990100-tongjiju-2023": frozenset({2})}),
    )
    return lxml.html.fromstring(markdown.markdown(made[REPORT].split("---\n", 2)[2]))


@pytest.mark.parametrize(
    ("originals", "base"),
    [
        ("originals/", "../../originals/990100/tongjiju/2023/"),
        ("https://pictures.example.org/o/", "https://pictures.example.org/o/990100/tongjiju/2023/"),
    ],
)
def test_a_page_knows_where_its_places_are(originals: str, base: str) -> None:
    """Below the site or on another host; a row on a page with a picture leads to it, others do not."""
    made = make.report()
    values = {
        cell: replace(value, locus=Locus("f", page=3 if cell.row == "granted" else 2, row=1, col=1))
        for cell, value in made.values.items()
    }
    tree = placed(replace(made, values=values), originals)
    assert tree.xpath("//@data-places") == [f"{base}places.json"]
    assert tree.xpath("//@data-original") == ["files/original.txt"]
    rows = {text_of(d.find("dt")): d.xpath("./dd/a/@href") for d in tree.xpath("//details/dl/div")}
    assert rows["行政许可"] == [f"{base}p2.webp"]
    assert rows["（一）予以公开"] == []
    assert tree.xpath("//details//p/a[text()='打开收录文件']/@href") == ["files/original.txt"] * 3


def test_a_page_without_places_leads_to_the_file() -> None:
    """Nothing to load: words, and the way to the original."""
    tree = page(make.report())
    assert not tree.xpath("//@data-places")
    assert len(tree.xpath("//details//p/a[text()='收录文件']")) == 3
    assert not tree.xpath("//details//dd/a")


@pytest.mark.parametrize(
    ("transcription", "said", "called"),
    [
        ("full", None, "原件"),
        ("abridged", "表格照原文录入", "收录文件（节录）"),
        ("figures", "数字照发布的报告录入", "收录文件（节录）"),
    ],
)
def test_a_page_says_how_its_original_was_taken_over(
    transcription: str, said: str | None, called: str
) -> None:
    """A full original, tables with an abstract, or figures in a layout of ours."""
    made = make.report()
    tree = page(replace(made, entry=replace(make.entry(), transcription=transcription)))
    notes = [text_of(note) for note in tree.xpath("//p[@class='gk-note']")]
    assert [n for n in notes if "录入" in n] == [n for n in notes if said and n.startswith(said)]
    assert bool(said) == any("录入" in note for note in notes)
    assert tree.xpath(f"//p[@id='downloads']/a[text()='{called}']")


def test_sums_in_one_sentence() -> None:
    """All hold; hold only with blanks as 0; fail."""
    assert sums_words(published()) == f"{len(make.form().identities)} 项合计都成立"
    blank = published(
        make.report(
            numbers={
                CellId("disputes", "review", "pending"): None,
                CellId("disputes", "review", "upheld"): 0,
                CellId("disputes", "review", "overturned"): 0,
                CellId("disputes", "review", "other_outcome"): 0,
                CellId("disputes", "review", "total"): 0,
            }
        )
    )
    assert "1 项把空白当作零才成立" in sums_words(blank)
    assert "1 项合计不成立" in sums_words(
        published(make.report(numbers={CellId("disputes", "review", "total"): 999}))
    )
    doubtful = with_values(
        make.report(), disputes__review__total=Value(None, Status.AMBIGUOUS, "1")
    )
    assert "1 项无法判断" in sums_words(published(doubtful))


def test_missing_parts_are_said_to_be_missing() -> None:
    """Without the parts from npm the pages work and say what is not there."""
    corpus = make.corpus(published())
    made = pages.render_pages(corpus, Setting(search=False, table=False))
    assert "未安装" in made["reports/index.md"]
    assert "static/list.js" not in made["reports/index.md"]
    assert "未安装" in made["search.md"]


def test_an_agency_shows_its_years_side_by_side(site: dict[str, Any]) -> None:
    """Measures by year, a gap told as a gap, what a form lacks told as such."""
    tree = site["agencies/cn-990100-tongjiju.md"]
    calendar = [text_of(li) for li in tree.xpath("//ol[@class='gk-calendar']/li/*[1]")]
    assert calendar == ["2020 已收录", "2021 未收录，没有查过", "2022 已收录", "2023 已收录"]
    (row,) = tree.xpath("//tr[th[contains(., '本年新制作数量')]]")
    assert [text_of(c) for c in row.xpath("./td")][3:] == ["格式无此项", "格式无此项"]
    assert "不能直接相比" in text_of(tree)
    (received,) = tree.xpath("//tr[th[starts-with(., '一、')]]")
    assert received.xpath("./td/a/@href")[0].endswith(f"2020/#{words.cell_anchor(TOTAL)}")


def test_agencies_without_reports_have_no_page() -> None:
    """Only what is published is listed."""
    corpus = make.corpus(published())
    other = replace(make.AGENCY, id="cn-990100-other", name="另一个局")
    made = pages.render_pages(replace(corpus, agencies={**corpus.agencies, other.id: other}))
    assert "agencies/cn-990100-other.md" not in made
    assert "另一个局" not in made["agencies/index.md"]


def test_quality_puts_the_worst_first(site: dict[str, Any]) -> None:
    """Errors before warnings, the most frequent first, each with examples and a page."""
    tree = site["quality/index.md"]
    assert [h.get("id") for h in tree.iter("h3")][:3] == ["error", "warn", "info"]
    counts = [
        int(text_of(r.xpath("./td[1]")[0]))
        for r in tree.xpath("//section[@aria-labelledby='error']//tbody/tr")
    ]
    assert counts
    assert counts == sorted(counts, reverse=True)
    assert "不说明它属实" in text_of(tree)
    listed = [text_of(cell) for cell in tree.xpath("//div[@id='plain']//tbody/tr/td[1]")]
    assert listed == sorted(listed, key=["▲ 错误", "▲ 疑点", "▲ 提示"].index)
    assert "T3-ROW" in text_of(tree.xpath("//section[@aria-labelledby='error']")[0])


def test_counts_have_their_denominator_and_rates_of_few_reports_are_not_given(
    site: dict[str, Any],
) -> None:
    """A year, a region: how many reports were checked, in how many something was found."""
    (first, *_) = site["quality/index.md"].xpath("//section[@aria-labelledby='by-year']//tbody/tr")
    cells = [text_of(cell) for cell in first]
    assert int(cells[1]) >= int(cells[2])
    assert cells[3] == "不足30份，不算比率"
    assert share(15, 60) == "25.0%"


def test_quality_tells_what_is_not_published() -> None:
    """A refused file is listed with reason and remedy; an empty corpus is no accident."""
    problem = Problem("x", "content/a.pdf", "读不出来", "换一种格式", field="year")
    corpus = replace(make.corpus(published()), problems=(problem,))
    shown = text_of(rendered(corpus)["quality/index.md"])
    assert "content/a.pdf" in shown
    assert "读不出来（year）" in shown
    assert "换一种格式" in shown
    empty = rendered(Corpus((), (), {}, {}))
    assert "还没有报告" in text_of(empty["index.md"])
    assert "都读出来了" in text_of(empty["quality/index.md"])


def test_every_check_has_a_page(site: dict[str, Any]) -> None:
    """Rule, reason, basis, a good and a bad example, and how often it fires here."""
    for name, rule in {**CHECKS, **CORPUS_CHECKS}.items():
        shown = text_of(site[f"checks/{name.lower()}.md"])
        for words_ in (rule.title, rule.rule, rule.why, rule.basis, rule.good, rule.bad):
            assert " ".join(words_.split()) in shown, name
    assert "不足30份，不算比率" in text_of(site["checks/t3-row.md"])


def test_a_check_with_many_findings_is_cut(monkeypatch: pytest.MonkeyPatch, broken: Report) -> None:
    """Beyond its limit the page of a check leads to the data."""
    monkeypatch.setattr("gongkai.pages.quality.SHOWN_LIMIT", 0)
    tree = rendered(make.corpus(published(broken)))
    assert "核对发现表" in text_of(tree["checks/t3-row.md"])


def test_the_codebook_has_every_variable(site: dict[str, Any]) -> None:
    """Made from the forms: each variable of each form, and each status."""
    codes = {text_of(c) for c in site["data/codebook.md"].iter("code")}
    for form in forms():
        assert {v.name for v in variables(form.version)} <= codes
    assert {str(s) for s in Status} <= codes
    assert set(panel_names()) <= codes


@pytest.mark.parametrize("page", ["data/codebook.md", "data/codebook-en.md"])
def test_the_codebook_names_terms_and_identities(site: dict[str, Any], page: str) -> None:
    """Each variable stands with its short name, its term abroad and the sums it is part of."""
    row = "//tr[th/code='denied_security_stability_total']"
    for found in site[page].xpath(row):
        assert [text_of(code) for code in found.xpath("th/code")][1:] == ["denied_security_total"]
        assert "refused by exemption" in [text_of(cell) for cell in found.xpath("td")]
        named = {text_of(code) for code in found.xpath("td/code")}
        assert named == {"T3-ROW-denied_security_stability", "T3-SUM-total"}
    assert len(site[page].xpath(row)) == 2


def test_the_codebook_is_there_in_english(site: dict[str, Any]) -> None:
    """The same variables on a page marked as English, which leads to the Chinese one and back."""
    english, chinese = site["data/codebook-en.md"], site["data/codebook.md"]
    codes = {text_of(c) for c in chinese.iter("code")}
    assert {text_of(c) for c in english.iter("code")} == codes
    assert english.xpath("//div[contains(@class, 'gk')]/@lang")[0] == "en"
    assert "../../data/codebook-en/" in chinese.xpath("//a/@href")
    assert "../../data/codebook/" in english.xpath("//a/@href")
    assert "Refused because the information is classified as a state secret." in text_of(english)
    assert "因依法确定为国家秘密而不公开。" in text_of(chinese)


def test_downloads_say_for_whom_they_are(site: dict[str, Any]) -> None:
    """Excel for people, CSV for programs, each with its size; the licence and the citation."""
    tree = site["data/index.md"]
    rows = {
        str(a.get("href")).rpartition("data/")[2]: text_of(a.xpath("ancestor::tr")[0])
        for a in tree.xpath("//tbody//a[@download]")
    }
    assert "给人看" in rows["gongkai.xlsx"]
    assert "给程序" in rows["gongkai.zip"]
    assert any(unit in rows["gongkai.zip"] for unit in ("KB", "MB"))
    tables = tree.xpath("//tr[@id='table-cells']//a/@href")
    assert [name.rpartition("data/")[2] for name in tables] == [
        "cells.csv",
        "cells.parquet",
        "cells-excel.csv",
        "schemas/cells.json",
    ]
    listed = [f["path"] for f in setting().files]
    links = [str(link).rpartition("data/")[2] for link in tree.xpath("//a[@download]/@href")]
    assert sorted(links) == sorted(listed)
    shown = text_of(tree)
    assert "CC-BY-4.0" in shown
    assert "[DS/OL]" in shown
    assert "../changes/" in tree.xpath("//*[@aria-labelledby='cite']//a/@href")


def test_a_narrow_page_shows_what_there_is_to_download(site: dict[str, Any]) -> None:
    """The first column, which stays when a table is wider than the page, is the link."""
    tables = site["data/index.md"].xpath("//table[not(.//tr[@id])]")
    heads = [th for table in tables for th in table.xpath(".//tbody/tr/th[@scope='row']")]
    assert len(heads) > 4
    for head in heads:
        (link,) = head.xpath("a[@download]")
        assert text_of(link)
        assert text_of(head.xpath("code")[0]) in link.get("href")


def test_files_beside_a_page_are_named_with_their_size(site: dict[str, Any]) -> None:
    """Report, agency and region: CSV beside the page and JSON of the API, under the same id."""
    for kind, name in (
        ("reports", "cn-990100-tongjiju-2023"),
        ("agencies", "cn-990100-tongjiju"),
        ("regions", "990000"),
    ):
        links = site[f"{kind}/{name}.md"].xpath("//*[@id='downloads']//a[@download]")
        found = {link.get("href"): text_of(link) for link in links}
        assert re.fullmatch(r"CSV [\d.]+ (KB|字节)", found[f"../../{kind}/{name}.csv"])
        assert re.fullmatch(r"JSON [\d.]+ (KB|字节)", found[f"../../{kind}/{name}.json"])


def test_a_year_has_its_package_and_its_citation(site: dict[str, Any]) -> None:
    """What a page lists can be downloaded there and cited by the page's own address."""
    page = site["years/2023.md"]
    (link,) = page.xpath("//*[@id='downloads']//a[@download]")
    assert link.get("href") == "../../data/gongkai-2023.zip"
    assert re.fullmatch(r"数据包 ZIP [\d.]+ (KB|MB)", text_of(link))
    assert "开放数据：2023年度[DS/OL]." in text_of(page.xpath("//pre")[0])


def test_the_api_is_documented(site: dict[str, Any]) -> None:
    """Each address, each field, the promise and examples with this site's own address."""
    tree = site["api.md"]
    codes = {text_of(code) for code in tree.iter("code")}
    assert {endpoint.path for endpoint in ENDPOINTS} <= codes
    schemas = openapi()["components"]["schemas"]
    assert {key for shape in schemas.values() for key in shape["properties"]} <= codes
    assert set(schemas) <= codes
    assert all(" ".join(one.split()) in text_of(tree) for one in PROMISE)
    code = [pre.text_content() for pre in tree.iter("pre")]
    assert len(code) == len(EXAMPLES)
    assert all(Setting().site_url in one for one in code)
    assert "\nimport pandas as pd\n" in code[1]
    assert "../api/" in site["data/index.md"].xpath("//a/@href")


def test_numbers_dates_and_sizes_in_words() -> None:
    """Thousands marks, every decimal, Chinese dates; an odd date stays as it is."""
    assert words.number_words(Decimal("1234567.2500")) == "1,234,567.2500"
    assert words.date_words("2024-01-31") == "2024年1月31日"
    assert words.date_words("2024年初") == "2024年初"
    assert words.date_words(None) == "不详"
    assert [words.size_words(n) for n in (12, 2048, 1_500_000)] == ["12 字节", "2 KB", "1.5 MB"]
    assert words.form_words(None) == "格式未识别"
    assert words.form_short(None) == "未识别"
    assert words.value_words(None) == label("statuses", "missing")
    assert words.value_words(Value(251000, Status.NUMBER, "251000元", "元")) == "251,000 元"
    assert words.value_words(Value(9, Status.NUMBER, "9件", "件")) == "9"


def test_an_original_that_a_browser_would_run_is_handed_out_as_text() -> None:
    """HTML, SVG and Markdown get `.txt`; a PDF and a text keep their names."""
    entry = make.entry()
    names = {
        name: words.original_name(replace(entry, original=f"content/{name}"))
        for name in ("original.html", "original.SVG", "original.md", "original.pdf", "original.txt")
    }
    assert names == {
        "original.html": "original.html.txt",
        "original.SVG": "original.SVG.txt",
        "original.md": "original.md.txt",
        "original.pdf": "original.pdf",
        "original.txt": "original.txt",
    }


def test_same_corpus_same_pages(broken: Report) -> None:
    """Twice the same bytes, whatever order agencies and regions come in."""
    corpus = make.corpus(published(broken), published(make.report(year=2022)))
    turned: dict[str, Agency] = dict(reversed(corpus.agencies.items()))
    other = replace(corpus, agencies=turned, regions=dict(reversed(corpus.regions.items())))
    assert pages.render_pages(corpus) == pages.render_pages(other)
