"""What search is built from: names with their pinyin, folded copies of pages, facets, the index."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import pytest

from gongkai.model import Agency, Finding, Published, Region, Severity, Verdict
from gongkai.pages.frame import Page, Setting, render_page
from gongkai.pages.indexed import LED_TO, beside, indexed, indexed_pages, write_indexed
from gongkai.pages.names import names_of, names_script, place_readings, syllables
from gongkai.pages.report import report_pages
from gongkai.pages.search import FACET_REGIONS, facets_of, search_page
from gongkai.site import search
from gongkai.tidy import LOOK_ALIKES, fold, letters

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Corpus

COUNTY = Region("990101", "990101", "长平区", "Changping", "county", "990100")
AUDIT = Agency(
    id="cn-990101-shenjiju",
    slug="shenjiju",
    adcode="990101",
    name="长平区审计局",
    other_names=("长平市审计局", "长平区审计局"),
    classification="audit",
    level="county",
    region=COUNTY,
)


def finding(severity: Severity) -> Finding:
    """Something that fails with that severity."""
    return Finding("S-01", "S-01", Verdict.FAIL, severity, "不符", "differs")


def corpus() -> Corpus:
    """Two agencies in a province, a city and a county; three reports in two years."""
    made = (
        Published(make.report(), ()),
        Published(make.report("form2019"), (finding(Severity.WARN),)),
        Published(make.report(agency=AUDIT), (finding(Severity.INFO), finding(Severity.ERROR))),
    )
    whole = make.corpus(*made)
    return replace(whole, regions={**whole.regions, make.REGION.id: make.REGION})


def shown(page: Page) -> lxml.html.HtmlElement:
    """A page as it is rendered."""
    root: lxml.html.HtmlElement = lxml.html.fromstring(
        render_page(page, Setting()).split("---\n\n", 1)[1]
    )
    return root


def names() -> dict[str, Any]:
    """The data of the lookup as a browser has it."""
    text = names_script(corpus())
    begun, _, rest = text.partition(" = ")
    assert begun == "globalThis.gongkaiNames"
    assert rest.endswith(";\n")
    known: dict[str, Any] = json.loads(rest.removesuffix(";\n"))
    assert known == names_of(corpus())
    return known


def test_letters_are_folded_one_for_one() -> None:
    """Look-alikes, widths and what is unseen are folded; signs and ligatures stay as they are."""
    assert letters("政⺠２０２３⼯\u200b作ＡＢ") == "政民2023工作AB"
    kept = "plain，。（）②⑵㎡℃ﬁ…"
    assert letters(kept) == kept
    for odd, plain in LOOK_ALIKES.items():
        assert letters(odd) == plain == fold(odd)


def test_names_stand_by_columns() -> None:
    """Places before what lies in them; an agency with its other names and the years it has."""
    data = names()
    assert data["first"] == 2020
    assert data["regions"]["name"] == ["虚构省", "示例市", "长平区"]
    assert data["regions"]["in"] == [-1, 0, 1]
    assert data["agencies"]["id"] == ["cn-990100-tongjiju", "cn-990101-shenjiju"]
    assert data["agencies"]["other"] == {"1": ["长平市审计局"]}
    assert data["agencies"]["in"] == [1, 2]
    assert data["agencies"]["years"] == [0b1001, 0b1000]


def test_the_folding_of_the_browser_is_that_of_the_checks() -> None:
    """The table is handed over as pairs, with what is dropped beside it."""
    data = names()
    signs = list(data["like"])
    pairs = dict(zip(signs[::2], signs[1::2], strict=True))
    assert {**pairs, **dict.fromkeys(data["unseen"], "")} == LOOK_ALIKES


def test_a_corpus_without_reports_has_no_names() -> None:
    """Nothing to look up, and no first year."""
    data = names_of(replace(corpus(), reports=()))
    assert (data["first"], data["regions"]["id"], data["agencies"]["id"]) == (0, [], [])


def test_pinyin_is_told_once_a_character() -> None:
    """What is mostly read so stands by syllable; a name read otherwise stands beside."""
    data = names()
    sounds = {sign: sound for sound, signs in data["pinyin"].items() for sign in signs}
    assert (sounds["统"], sounds["计"], sounds["局"]) == ("tong", "ji", "ju")
    assert len("".join(data["pinyin"].values())) == len(sounds)
    for name in (*data["regions"]["name"], *data["agencies"]["name"]):
        read = data["read"].get(name, " ".join(sounds[sign] for sign in name)).split()
        assert len(read) == len(name)
        assert read[:2] == (["chang", "ping"] if name[0] == "长" else read[:2])


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("重庆市", "chong qing shi"),
        ("长沙市", "chang sha shi"),
        ("重点项目办公室", "zhong dian xiang mu ban gong shi"),
        ("行政审批局", "xing zheng shen pi ju"),
        ("中国人民银行", "zhong guo ren min yin hang"),
        ("会计局", "kuai ji ju"),
        ("厦门市", "xia men shi"),
        ("六安市", "lu an shi"),
        ("3号院A", "3 hao yuan A"),
    ],
)
def test_characters_are_read_in_their_phrase(name: str, read: str) -> None:
    """Heteronyms take the reading of the word they stand in; other signs stand for themselves."""
    assert " ".join(syllables(name, {})) == read


def test_the_english_name_of_a_place_decides() -> None:
    """Where a dictionary reads a place otherwise than it is called, and in agencies' names too."""
    places = [
        Region("1", "410783", "长垣市", "Changyuan", "county", None),
        Region("2", "410621", "浚县", "Xun", "county", None),
        Region("3", "341500", "六安市", "Lu'an", "prefecture", None),
        Region("4", "150100", "呼和浩特市", "Hohhot", "prefecture", None),
        Region("5", "000000", "地区不明", "", "unknown", None),
    ]
    known = place_readings(places)
    assert known["长垣"] == ("chang", "yuan")
    assert known["浚县"] == ("xun", "xian")
    assert set(known) == {"长垣", "浚县"}
    assert " ".join(syllables("长垣市统计局", known)) == "chang yuan shi tong ji ju"
    assert syllables("六安市", known)[0] == "lu"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("第3项", ["第3", "3项"]),
        ("共1,234 件", ["共1234", "1234件"]),
        ("（3）件", ["3件"]),
        ("3.5万元，12", ["35万", "元12"]),
        ("没有数字", []),
        ("abc 3", []),
    ],
)
def test_numbers_are_kept_with_what_stands_beside(text: str, pairs: list[str]) -> None:
    """The search engine parts a number from its neighbour: both together are one more word."""
    assert list(beside(text)) == pairs


PAGE = """<!doctype html><html><head><title>t</title></head><body><nav>导航</nav><article>
<div class="gk"><p hidden data-pagefind-ignore><i data-pagefind-filter="year">2023</i>
<i data-pagefind-filter="level">county</i></p>
<h1 data-pagefind-meta="title">示例市 <span>２０２３年</span></h1>
<p>一 &lt;script&gt; 政⺠<br>互动<b>粗</b>体</p><script>var 脚本;</script><!-- 注 -->
<h2 id="two">二、表</h2><table><caption>表<span data-pagefind-ignore>示例市，2023年</span></caption>
<tr><th>信访举报</th><td id="a"><a class="gk-mark">▲不符</a>3</td><td>0</td><td class="y b">去年</td></tr>
<tr class="y"><th>2022年</th><td>9</td></tr></table>
<div data-pagefind-ignore="all"><i data-pagefind-filter="no">x</i>不找</div>
<p>末尾</p></div></article></body></html>"""


def copy_of(text: str) -> lxml.html.HtmlElement:
    """The bare copy as a search engine reads it."""
    made = indexed(text.encode())
    assert made is not None
    root: lxml.html.HtmlElement = lxml.html.document_fromstring(made)
    return root


def test_a_page_is_indexed_folded_and_bare() -> None:
    """A line a paragraph or row, letters folded, nothing that is ignored, headings with anchors."""
    root = copy_of(PAGE)
    lines = [
        (e.tag, e.get("id"), e.text) for e in root.xpath("//body/*[not(@data-pagefind-ignore)]")
    ]
    assert lines == [
        ("h1", None, "示例市 2023年"),
        ("p", None, "一 <script> 政民 互动粗体"),
        ("h2", "two", "二、表"),
        ("p", None, "表"),
        ("p", None, "信访举报 ｜ 3 ｜ 0 ｜"),
        ("p", None, "末尾"),
    ]


def test_a_copy_has_facets_title_and_numbers() -> None:
    """Facets stand in what is not read itself; numbers keep to their cells."""
    root = copy_of(PAGE)
    facets = {
        e.get("data-pagefind-filter"): e.text for e in root.xpath("//*[@data-pagefind-filter]")
    }
    assert facets == {"year": "2023", "level": "county"}
    assert root.xpath("string(//*[@data-pagefind-meta='title'])") == "示例市 2023年"
    assert root.xpath("string(//*[@data-pagefind-meta='near[title]']/@title)") == "市2023 2023年"


def test_what_has_no_text_is_not_indexed() -> None:
    """A page without an article, an empty one, one that is ignored as a whole."""
    assert indexed(b"<html><body><p>x</p></body></html>") is None
    assert indexed(b"<html><body><article> </article></body></html>") is None
    ignored = (
        b"<html><body><article><div data-pagefind-ignore='all'>x</div></article></body></html>"
    )
    assert indexed(ignored) is None


def test_pages_that_names_lead_to_are_not_indexed(tmp_path: Path) -> None:
    """Reports and what explains them are; copies keep the page's own path."""
    for name in ("reports/a", "method", *LED_TO):
        (tmp_path / "site" / name).mkdir(parents=True)
        (tmp_path / "site" / name / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "site" / "reports" / "a" / "index.html").write_text("<p>x", encoding="utf-8")
    pages = indexed_pages(tmp_path / "site")
    assert pages == ["method/index.html", "reports/a/index.html"]
    for name in pages:
        write_indexed(tmp_path / "site", tmp_path / "copies", name)
    assert (tmp_path / "copies" / "method" / "index.html").is_file()
    assert not (tmp_path / "copies" / "reports").exists()


def test_facets_are_those_of_place_year_and_findings() -> None:
    """Provinces and cities, level, class, year, and the worst that was found."""
    whole = corpus()
    by_id = {one.entry.report_id: facets_of(one, whole) for one in whole.reports}
    audit = by_id["cn-990101-shenjiju-2023"]
    assert audit == (
        ("region", "990000"),
        ("region", "990100"),
        ("level", "county"),
        ("class", "audit"),
        ("year", "2023"),
        ("found", "error"),
    )
    assert dict(by_id["cn-990100-tongjiju-2020"])["found"] == "warn"
    assert dict(by_id["cn-990100-tongjiju-2023"])["found"] == "none"
    assert {whole.regions[value].kind for name, value in audit if name == "region"} == set(
        FACET_REGIONS
    )


def test_the_search_page_offers_what_there_is() -> None:
    """Every facet value of a report is an option; without reports there is none but all."""
    whole = corpus()
    root = shown(*search_page(whole, Setting()))
    offered = {
        (s.get("name"), o.get("value")) for s in root.iter("select") for o in s.iter("option")
    }
    assert {facet for one in whole.reports for facet in facets_of(one, whole)} <= offered
    regions = root.xpath("//select[@name='region']/option/text()")
    assert regions == ["全部", "虚构省", "虚构省 › 示例市"]
    assert {a.get("href") for a in root.iter("a")} >= {"../regions/", "../years/", "../agencies/"}
    empty = shown(*search_page(replace(whole, reports=()), Setting()))
    assert empty.xpath("//select[@name='year']/option/text()") == ["全部"]


def test_a_report_says_its_facets_where_no_reader_meets_them() -> None:
    """They stand in a hidden line that is no text of the page."""
    whole = corpus()
    *_, page = report_pages(whole, Setting())
    root = shown(page)
    (line,) = root.xpath("//p[@hidden][@data-pagefind-ignore][i]")
    told = tuple((i.get("data-pagefind-filter"), i.text) for i in line)
    assert told == facets_of(whole.reports[-1], whole)


PROGRAM = """#!/bin/sh
mkdir -p "$4"
cat "$2"/*/*/index.html > "$4/seen"
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_the_index_is_made_of_copies_in_parts(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program sees folded copies, so many at a time; the parts are named, nothing is left."""
    monkeypatch.setattr(search, "_FEW", 1)
    monkeypatch.setattr(search, "PART", 2)
    for name in "abc":
        (tmp_path / "site" / "reports" / name).mkdir(parents=True)
        page = PAGE.replace("末尾", f"末尾{name}")
        (tmp_path / "site" / "reports" / name / "index.html").write_text(page, encoding="utf-8")
    program = tmp_path / "pagefind_extended"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    assert search.index_site(tmp_path / "site", program, workers) is None
    out = tmp_path / "site" / "pagefind"
    assert json.loads((out / search.PARTS).read_text(encoding="utf-8")) == ["part2"]
    first, second = ((out / name / "seen").read_text(encoding="utf-8") for name in ("", "part2"))
    assert ("末尾a" in first, "末尾b" in first, "末尾c" in first) == (True, True, False)
    assert "末尾c" in second
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".index")]


def test_a_part_that_fails_is_told(tmp_path: Path) -> None:
    """And no list of parts is written."""
    program = tmp_path / "pagefind_extended"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "site").mkdir()
    assert search.index_site(tmp_path / "site", program) == "broken"
    assert not (tmp_path / "site" / "pagefind").exists()
