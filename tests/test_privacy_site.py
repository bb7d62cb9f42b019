"""From a folder to the site: what an original says of people is on no page and in no file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import markdown
from print_boxes import place_of, print_boxes

from gongkai import line, pages
from gongkai.model import CellId, Corpus, Finding, Locus, Problem, Published, Severity, Verdict
from gongkai.originals import KEPT, show_originals
from gongkai.pages.frame import Setting
from gongkai.privacy import mask
from gongkai.read.sniff import PDF
from gongkai.report import publish
from gongkai.site.build import _write_report
from project import add_report, make_project, report_text

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MOBILE, NAME = "13800138000", "王小明"
SAID = f"2022年，申请人{NAME}（手机{MOBILE}）向本机关提出申请。"
REPORT = "reports/cn-990100-tongjiju-2022"


def page_of(text: str) -> Any:
    """The page of a report as a browser has it."""
    return lxml.html.fromstring(markdown.markdown(text.split("---\n", 2)[2]))


def loaded(root: Path) -> Corpus:
    """A project in which one report names a person in its text and, far down, in its last line."""
    text = report_text(year=2022, texts={**make.TEXTS, "problems": SAID})
    add_report(make_project(root), "tongjiju", "示例市统计局", 2022, f"{text}\n手机：{MOBILE}\n")
    return line.load(root)


def test_from_the_file_to_the_page(tmp_path: Path) -> None:
    """Package, page, places and files of the site: nothing holds it, and the page says so."""
    corpus = loaded(tmp_path)
    assert corpus.problems == ()
    (one,) = (one for one in corpus.reports if one.withholds_original)
    assert one.entry.year == 2022
    assert one.masked == {"mobile": 2, "name": 1}
    assert len(one.private) == 2
    line.write_packages(corpus, tmp_path / "packages")
    show_originals(corpus, tmp_path)
    for each in corpus.reports:
        _write_report(tmp_path, tmp_path / "site", each)
    folders = (tmp_path / "packages", tmp_path / KEPT, tmp_path / "site")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in files]
    made = pages.render_pages(corpus, Setting())
    for data in (*texts, *(text.encode() for text in made.values())):
        assert MOBILE.encode() not in data
        assert NAME.encode() not in data
    originals = {path.parts[-3] for path in files if path.name == "original.txt"}
    assert originals == {
        "cn-990100-shuiwuju-2023",
        "cn-990100-tongjiju-2020",
        "cn-990100-tongjiju-2023",
    }
    tree = page_of(made[f"{REPORT}.md"])
    (note,) = tree.xpath("//p[@id='privacy']")
    assert "手机号码 2 处、姓名 1 处" in note.text_content()
    assert note.xpath("./a/@href")[-1].endswith("takedown/")
    assert tree.xpath("//@data-original") == ["#privacy"]
    assert not tree.xpath("//a[starts-with(@href, 'files/original')]")
    assert "〔已隐去：姓名〕" in tree.text_content()


def test_a_report_that_names_nobody_says_nothing_of_it() -> None:
    """Its page has no such note, and the file is there to be opened."""
    made = pages.render_pages(make.corpus(mask(make.published(make.report(year=2022)))), Setting())
    tree = page_of(made[f"{REPORT}.md"])
    assert not tree.xpath("//p[@id='privacy']")
    assert tree.xpath("//@data-original") == ["files/original.txt"]


def test_an_original_that_is_withheld_leads_to_its_source() -> None:
    """What stands in the file alone is said so, with the way to the agency's own page."""
    made = make.report(year=2022)
    entry = replace(make.entry(year=2022), source_url="https://example.org/a.html")
    one = replace(
        make.published(replace(made, entry=entry)), private=(Locus("f", line=9),), masks=None
    )
    text = pages.render_pages(make.corpus(one), Setting())[f"{REPORT}.md"]
    tree = page_of(text)
    (note,) = tree.xpath("//p[@id='privacy']")
    assert "本页没有用到" in note.text_content()
    assert note.xpath("./a/@href")[0] == "https://example.org/a.html"


def test_a_page_with_such_data_has_no_picture(tmp_path: Path) -> None:
    """The other pages have theirs; once the place is known the picture is made away with."""
    page, box = place_of(0)
    made = make.report(year=2023)
    cell = CellId("requests", "received", "total")
    values = {c: replace(v, locus=None) for c, v in made.values.items()}
    values[cell] = replace(values[cell], locus=Locus("f", page=page, bbox=box))
    entry = replace(make.entry(year=2023), original="content/reports/990100/tongjiju/2023/a.pdf")
    source = replace(made.source, media_type=PDF)
    one = Published(replace(made, entry=entry, values=values, source=source), ())
    path = tmp_path / entry.original
    path.parent.mkdir(parents=True)
    path.write_bytes(print_boxes(["7"]))
    assert show_originals(make.corpus(one), tmp_path).pages[entry.report_id] == {page}
    elsewhere = replace(one, private=(Locus("f", page=page + 1, bbox=box),))
    assert show_originals(make.corpus(elsewhere), tmp_path).pages[entry.report_id] == {page}
    there = replace(one, private=(Locus("f", page=page, bbox=box),))
    assert show_originals(make.corpus(there), tmp_path).pages == {}
    assert not list((tmp_path / KEPT).rglob("*.webp"))


def test_a_refusal_quotes_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of a report that cannot be published is published too."""
    root = make_project(tmp_path)
    message = f"标题写的是手机{MOBILE}"
    finding = Finding("S-X", "S-X", Verdict.FAIL, Severity.ERROR, message, message, blocks=True)
    monkeypatch.setattr("gongkai.report.check", lambda _: (finding,))
    entry = replace(make.entry(), original="content/reports/990100/tongjiju/2023/original.txt")
    problem = publish(entry, root)
    assert isinstance(problem, Problem)
    assert MOBILE not in problem.message
    assert "〔已隐去：手机号码〕" in problem.message
