"""The site on disk: whole or not at all, twice the same bytes, no way leads nowhere."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import lxml.etree
import lxml.html
import make
import pytest
from PIL import Image

from gongkai.checks import check
from gongkai.diff import Diff, Named, diff_record
from gongkai.model import CellId, Corpus, Locus, Published, Redirect
from gongkai.pages import Setting
from gongkai.site import (
    SiteError,
    SiteResult,
    build,
    build_date,
    build_site,
    install_web,
    make_server,
    npm,
    serve,
    write_docs,
)
from gongkai.site.card import draw_card
from gongkai.site.chart import CHART_PARTS
from gongkai.site.markdown import environment
from gongkai.site.offline import FOLDER, OFFLINE
from gongkai.site.process import run
from gongkai.site.search import write_index
from gongkai.site.sitemap import Listed, sitemap_files

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
BASE = "http://site.test/"
ADDRESS = "https://gongkai.github.io/gongkai/"
EPOCH = "1700000000"


def small_corpus(root: Path) -> Corpus:
    """Three reports, one with a failing sum, with their originals below `root`."""
    wrong = make.report(numbers={CellId("requests", "received", "total"): 1})
    made = [make.report("form2019"), make.report(year=2022), wrong]
    reports = [Published(report, check(report)) for report in made]
    marked = replace(reports[1].entry, original="content/reports/990100/tongjiju/2022/original.md")
    reports[1] = replace(reports[1], report=replace(reports[1].report, entry=marked))
    for one in reports:
        path = root / one.entry.original
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# 原件\n<script>alert(1)</script>\n", encoding="utf-8")
    known = make.corpus(*reports)
    redirects = (
        Redirect("cn-990100-jihuaju", make.AGENCY.id, "2024-03-01", "编号写错</p><script>"),
    )
    return replace(known, redirects=redirects)


def make_root(root: Path) -> Path:
    """A project folder with what a site needs."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    shutil.copytree(ROOT / "content" / "pages", root / "content" / "pages")
    plant_release(root / "releases" / "2026.12")
    return root


def plant_release(folder: Path) -> None:
    """The three small files of a first release, in which one report is new."""
    named = Named(
        "cn-990100-tongjiju-2023", "示例市统计局", "2023", "年度报告", "990100/tongjiju/2023"
    )
    about = {"previous": None, "date": "2026-12-01"}
    changes = {"release": "2026.12", **about, **diff_record(Diff(0, 1, added=(named,)))}
    folder.mkdir(parents=True)
    for name, made in (
        ("changes.json", changes),
        ("release.json", {"name": "2026.12", **about, "reports": 1}),
        ("SHA256SUMS", {}),
    ):
        (folder / name).write_text(json.dumps(made), encoding="utf-8")


def tree_of(folder: Path) -> dict[str, str]:
    """Every file with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SiteResult:
    """A small site, built once, with the parts from npm where they are installed here."""
    root = make_root(tmp_path_factory.mktemp("project"))
    if (ROOT / "node_modules").is_dir():
        shutil.copyfile(ROOT / "package-lock.json", root / "package-lock.json")
        (root / "node_modules").symlink_to(ROOT / "node_modules")
    return build_site(small_corpus(root), root, root / "site", offline=True)


def pages_of(folder: Path) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    """Every page with its address."""
    for path in sorted(folder.rglob("*.html")):
        if "files" not in path.parts:
            yield path.relative_to(folder).as_posix(), lxml.html.fromstring(path.read_bytes())


def test_every_way_leads_somewhere(built: SiteResult) -> None:
    """Each internal link has its file, each anchor its element."""
    pages = dict(pages_of(built.out))
    ids = {name: set(tree.xpath("//@id")) for name, tree in pages.items()}
    seen = 0
    for name, tree in pages.items():
        if name == "404.html":
            continue
        for href in tree.xpath("//@href | //@src"):
            url = urlsplit(urljoin(BASE + name.removesuffix("index.html"), href))
            if not url.geturl().startswith(BASE):
                continue
            target = unquote(url.path).lstrip("/")
            target = f"{target}index.html" if not target or target.endswith("/") else target
            assert (built.out / target).is_file(), (name, href)
            if url.fragment and target in ids:
                assert unquote(url.fragment) in ids[target], (name, href)
            seen += 1
    assert seen > 1000


def test_every_way_in_the_zip_names_its_file(built: SiteResult) -> None:
    """No way ends at a folder; what is not in the zip is asked of the site, where it is."""
    seen = 0
    with zipfile.ZipFile(built.out / OFFLINE) as archive:
        names = set(archive.namelist())
        assert {f"{FOLDER}/{name}" for name in ("README.txt", "index.html")} <= names
        for name in sorted(names):
            if not name.endswith(".html"):
                continue
            tree: Any = lxml.html.fromstring(archive.read(name))
            assert (f"{FOLDER}/data/index.html" == name) == (
                "您看的就是这一份" in tree.text_content()
            )
            for href in tree.xpath("//@href | //@src | //form/@action"):
                url = urlsplit(urljoin(BASE + name, href))
                if url.geturl().startswith(ADDRESS):
                    target = url.geturl().removeprefix(ADDRESS).split("#")[0]
                    target = f"{target}index.html" if not target or target[-1] == "/" else target
                    assert (built.out / unquote(target)).is_file(), (name, href)
                elif url.geturl().startswith(BASE):
                    assert unquote(url.path).lstrip("/") in names, (name, href)
                    seen += 1
    assert seen > 1000


def test_nothing_is_loaded_from_elsewhere(built: SiteResult) -> None:
    """No style, script, picture or frame has an address of another host."""
    for name, tree in pages_of(built.out):
        links = "//link[not(@rel='canonical') and not(@hreflang)]"
        loaded = tree.xpath(f"//*/@src | {links}/@href | //form/@action")
        assert not [a for a in loaded if urlsplit(a).netloc], name
    for style in built.out.rglob("*.css"):
        assert "@import" not in style.read_text(encoding="utf-8")


def test_nothing_but_styles_keeps_a_page_from_showing(built: SiteResult) -> None:
    """All in one file; scripts wait for the page, pictures until they are seen."""
    for name, tree in pages_of(built.out):
        if tree.xpath("//meta[@http-equiv='refresh']"):
            continue
        (styles,) = tree.xpath("//link[@rel='stylesheet']/@href")
        assert styles.endswith("static/gongkai.css"), name
        assert tree.xpath("//script[@src and not(@defer)]") == [], name
        assert tree.xpath("//script[contains(@src, 'bundle')]"), name
        assert tree.xpath("//article//img[not(@loading='lazy')]") == [], name


def test_pages_have_no_furniture_that_nothing_uses(built: SiteResult) -> None:
    """Neither the theme's drawer, banner and notes nor pictures of buttons; its script has its words."""
    for name, tree in pages_of(built.out):
        if tree.xpath("//meta[@http-equiv='refresh']"):
            continue
        for kind in ("skip", "announce", "dialog", "logo"):
            assert tree.xpath(f"//*[@data-md-component='{kind}']") == [], name
        assert tree.xpath("//header[contains(@class, 'md-header')]//*[local-name()='svg']") == []
        assert tree.xpath("//label[contains(@class, 'md-overlay')]") == [], name
        assert len(tree.xpath("//input[@data-md-toggle]")) == 2, name
        (told,) = tree.xpath("//script[@id='__config']/text()")
        assert json.loads(told)["translations"] == {}, name


def test_text_with_line_breaks_reads_as_it_was_written(built: SiteResult) -> None:
    """A page writes breaks and quotation marks as they are, and nothing else becomes markup."""
    path = built.out / "reports" / "cn-990100-tongjiju-2022" / "index.html"
    source = path.read_text(encoding="utf-8")
    assert "&#10;" not in source
    tree = lxml.html.fromstring(source)
    assert tree.xpath("//pre[@id='citation-csl-json']/*") == []
    told = str(tree.xpath("string(//pre[@id='citation-csl-json'])"))
    assert json.loads(told)[0]["type"] == "report"
    assert told.startswith("[\n  {\n")


def test_styles_are_the_theme_s_and_ours_in_one(built: SiteResult) -> None:
    """Ours last, so that they hold; nothing of the theme's lies beside them."""
    text = (built.out / "static" / "gongkai.css").read_text(encoding="utf-8")
    assert not (built.out / "assets" / "stylesheets").exists()
    assert text.startswith('@charset "UTF-8";')
    assert text.index(".md-grid{") < text.index("[data-md-color-primary=") < text.index("--gk-sans")


def test_every_file_of_the_theme_is_asked_for(built: SiteResult) -> None:
    """No script, style, font or picture of it lies there unused; no source map."""
    asked = {
        urlsplit(urljoin(BASE + name, href)).path.lstrip("/")
        for name, tree in pages_of(built.out)
        if name != "404.html"
        for href in tree.xpath("//@href | //@src")
    }
    there = {path for path in tree_of(built.out) if path.startswith("assets/")}
    assert there
    assert there <= asked


def test_pages_speak_chinese_and_have_one_heading(built: SiteResult) -> None:
    """The language is named; one h1; a skip link to the text; a title."""
    for name, tree in pages_of(built.out):
        assert tree.get("lang") == "zh-CN", name
        assert len(tree.xpath("//h1")) == 1, name
        assert tree.findtext(".//title"), name
        if tree.xpath("//meta[@http-equiv='refresh']"):
            continue  # it leads on and has no frame
        assert tree.xpath("//a[@href='#main-text']"), name
        assert tree.xpath("//*[@id='main-text']"), name


def test_no_report_is_in_the_navigation(built: SiteResult) -> None:
    """Only index pages: the navigation does not grow with the corpus."""
    for name, tree in pages_of(built.out):
        links = tree.xpath(
            "//div[contains(@class, 'gk-nav')]//a/@href | //nav[@aria-label='全站']//a/@href"
        )
        assert links or tree.xpath("//meta[@http-equiv='refresh']"), name
        assert not [a for a in links if "cn-990100" in a], name


def test_downloads_and_originals_stand_beside_their_page(built: SiteResult) -> None:
    """An original in Markdown is handed out as text and never becomes a page."""
    for kind, name in (
        ("reports", "cn-990100-tongjiju-2022"),
        ("agencies", "cn-990100-tongjiju"),
        ("regions", "990000"),
    ):
        assert (built.out / kind / f"{name}.csv").is_file()
        assert (built.out / "api" / "v1" / kind / f"{name}.json").is_file()
    files = built.out / "reports" / "cn-990100-tongjiju-2022" / "files"
    assert {f.name for f in files.iterdir()} == {
        "cn-990100-tongjiju-2022.xlsx",
        "cn-990100-tongjiju-2022.zip",
        "original.md.txt",
    }
    assert "<script>" in (files / "original.md.txt").read_text(encoding="utf-8")
    assert (built.out / "data" / "gongkai.zip").is_file()
    assert (built.out / "data" / "README.md").is_file()
    assert not (built.out / "data" / "README" / "index.html").exists()


def test_pictures_and_places_stand_under_one_path(built: SiteResult) -> None:
    """A folder a report, and nothing else below it: all of it may be moved to another host."""
    found = [path for path in tree_of(built.out) if path.startswith("originals/")]
    assert found == [f"originals/990100/tongjiju/{year}/places.json" for year in (2020, 2022, 2023)]
    page = lxml.html.parse(built.out / "reports" / "cn-990100-tongjiju-2022" / "index.html")
    (places,) = page.xpath("//@data-places")
    assert urljoin("/reports/cn-990100-tongjiju-2022/", places) == f"/{found[1]}"


def test_originals_may_be_on_another_host(tmp_path: Path) -> None:
    """One line of mkdocs.yml; the page may then ask that host, and no other."""
    root = make_root(tmp_path)
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    moved = settings.replace("originals: originals/", "originals: https://o.example.org/gk/")
    (root / "mkdocs.yml").write_text(moved, encoding="utf-8")
    out = build_site(small_corpus(root), root, root / "site").out
    page = lxml.html.parse(out / "reports" / "cn-990100-tongjiju-2022" / "index.html")
    (places,) = page.xpath("//@data-places")
    assert places == "https://o.example.org/gk/990100/tongjiju/2022/places.json"
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["connect-src"] == "'self' https://o.example.org"
    assert rules["img-src"] == "'self' data: https://o.example.org"
    assert "example" not in rules["script-src"] + rules["default-src"]


def test_an_original_that_cannot_be_shown_is_told(tmp_path: Path) -> None:
    """The site is built without its picture, and a sentence says which file and why."""
    root = make_root(tmp_path)
    corpus = small_corpus(root)
    source = replace(corpus.reports[0].report.source, media_type="application/pdf")
    values = {
        cell: replace(value, locus=Locus("f", page=1, bbox=(1, 1, 2, 2)))
        for cell, value in corpus.reports[0].report.values.items()
    }
    broken = replace(corpus.reports[0].report, source=source, values=values)
    entry = replace(corpus.reports[0].entry, original="content/reports/990100/tongjiju/2020/a.pdf")
    (root / entry.original).write_bytes(b"%PDF-1.7")
    reports = (Published(replace(broken, entry=entry), ()), *corpus.reports[1:])
    result = build_site(replace(corpus, reports=reports), root, root / "site")
    (told,) = [sentence for sentence in result.warnings if sentence.startswith("原文的位置")]
    assert entry.original in told
    assert (root / "site" / "index.html").is_file()


def test_retired_ids_lead_on_without_a_script(built: SiteResult) -> None:
    """The agency's old address, and that of each report; the way is relative and there is a link."""
    for old, new in (
        ("agencies/cn-990100-jihuaju", "agencies/cn-990100-tongjiju/"),
        ("reports/cn-990100-jihuaju-2022", "reports/cn-990100-tongjiju-2022/"),
    ):
        text = (built.out / old / "index.html").read_text(encoding="utf-8")
        page = lxml.html.document_fromstring(text)
        way = f"../{new.split('/')[1]}/"
        assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={way}"]
        assert page.xpath("//a/@href") == [way]
        assert (built.out / old / way / "index.html").resolve().is_file()
        assert page.xpath("//link[@rel='canonical']/@href") == [
            f"https://gongkai.github.io/gongkai/{new}"
        ]
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert page.xpath("//meta[@http-equiv='Content-Security-Policy']") != []
        assert page.xpath("//script") == []
    assert not (built.out / "reports" / "cn-990100-jihuaju-2018").exists()


def test_pages_say_what_messengers_show(built: SiteResult) -> None:
    """Title, description, address and picture, in each page; the title is short, its subject first."""
    for name, tree in pages_of(built.out):
        if name == "404.html" or tree.xpath("//meta[@http-equiv='refresh']"):
            assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"], name
            continue
        said = {
            node.get(kind): node.get("content")
            for node in tree.xpath("//meta[@content]")
            for kind in ("property", "name", "itemprop")
            if node.get(kind)
        }
        assert said["og:url"] == tree.xpath("//link[@rel='canonical']/@href")[0], name
        assert said["og:image"] == said["image"] == f"{ADDRESS}static/card.png"
        assert said["og:description"] == said["description"] != ""
        assert said["og:title"] == said["name"]
        assert {"theme-color", "referrer", "og:type", "og:site_name", "og:locale"} <= said.keys()
        title = str(tree.findtext(".//title"))
        assert len(title) <= 60
        assert title.startswith(said["og:title"][:59]), name
    report = dict(pages_of(built.out))["reports/cn-990100-tongjiju-2022/index.html"]
    assert str(report.findtext(".//title")).startswith("示例市统计局 2022年")
    assert (built.out / "static" / "card.png").is_file()


def test_the_card_is_a_picture_of_its_size() -> None:
    """1200 by 630 points, the same bytes each time, light enough for a messenger."""
    data = draw_card()
    assert data == draw_card()
    assert len(data) < 10_000
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (1200, 630)
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_each_page_says_how_far_its_data_reach(built: SiteResult) -> None:
    """The day a report was last held against its original; the newest day of all on every page."""
    for name, tree in pages_of(built.out):
        if tree.xpath("//meta[@http-equiv='refresh']"):
            continue
        foot = tree.xpath("//footer")[0]
        assert foot.xpath(".//time/@datetime")[-1] == "2024-02-01", name
        assert ("本页数据最近更新" in foot.text_content()) == name.startswith("reports/cn-"), name


def test_each_page_says_when_all_was_last_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day the build is given, that of the last commit; nothing is said where none is given."""
    root = make_root(tmp_path)
    corpus = make.corpus()
    for given, told in ((EPOCH, "最近一次全部重新核对：2023年11月14日"), (None, "")):
        if given is None:
            monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        else:
            monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
        out = build_site(corpus, root, root / "site").out
        feet = [f.text_content() for _, tree in pages_of(out) for f in tree.xpath("//footer")]
        assert feet
        assert all((told or "重新核对") in foot for foot in feet) == bool(told)


def test_a_day_that_nobody_wrote_down_is_told(tmp_path: Path) -> None:
    """Without any date in the data no page makes one up."""
    root = make_root(tmp_path)
    corpus = small_corpus(root)
    undated = [
        replace(
            one,
            report=replace(
                one.report,
                entry=replace(one.entry, retrieved_on=None, changed_on=None, published_on=None),
            ),
        )
        for one in corpus.reports
    ]
    out = build_site(replace(corpus, reports=tuple(undated)), root, root / "site").out
    for name, tree in pages_of(out):
        for foot in tree.xpath("//footer"):
            assert foot.xpath(".//time") == [], name
            assert ("日期没有记录" in foot.text_content()) == name.startswith("reports/cn-"), name
        assert tree.xpath("//meta[@property='og:updated_time']") == [], name
    assert b"lastmod" not in (out / "sitemap.xml").read_bytes()


def test_the_list_of_pages_is_complete(built: SiteResult) -> None:
    """Every page that search engines may show, once, with the day of its data."""
    tree = lxml.etree.parse(built.out / "sitemap.xml")
    listed = {str(url[0].text): str(url[1].text) for url in tree.getroot()}
    pages = {
        ADDRESS + name.removesuffix("index.html")
        for name, page in pages_of(built.out)
        if not page.xpath("//meta[@name='robots']")
    }
    assert listed.keys() == pages
    days = {"2020": "2021-02-01", "2022": "2023-02-01"}
    for address, day in listed.items():
        own = address.rstrip("/").rpartition("-")[2] if "/reports/cn-" in address else ""
        assert day == days.get(own, "2024-02-01"), address
    assert not (built.out / "sitemap.xml.gz").exists()
    robots = (built.out / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {ADDRESS}sitemap.xml\n" in robots


def test_a_long_list_of_pages_is_in_parts() -> None:
    """The protocol allows so many a file; the first file then names the others."""
    pages = [Listed(f"{BASE}{number}/?a=1&b", f"2024-01-{number:02}") for number in range(1, 6)]
    files = sitemap_files(pages[::-1], BASE, most=2)
    assert sorted(files) == [
        "robots.txt",
        "sitemap-1.xml",
        "sitemap-2.xml",
        "sitemap-3.xml",
        "sitemap.xml",
    ]
    index = lxml.etree.fromstring(files["sitemap.xml"])
    assert [(one[0].text, one[1].text) for one in index] == [
        (f"{BASE}sitemap-1.xml", "2024-01-02"),
        (f"{BASE}sitemap-2.xml", "2024-01-04"),
        (f"{BASE}sitemap-3.xml", "2024-01-05"),
    ]
    parts = [lxml.etree.fromstring(files[f"sitemap-{number}.xml"]) for number in (1, 2, 3)]
    assert [one[0].text for part in parts for one in part] == [page.address for page in pages]
    assert sitemap_files(pages, BASE).keys() == {"robots.txt", "sitemap.xml"}


def test_the_same_corpus_gives_the_same_bytes(
    built: SiteResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build in another folder, with several workers, is identical, file by file."""
    monkeypatch.setattr(build, "_FEW", 1)
    root = make_root(tmp_path / "again")
    if (built.out.parent / "node_modules").exists():
        shutil.copyfile(ROOT / "package-lock.json", root / "package-lock.json")
        (root / "node_modules").symlink_to(ROOT / "node_modules")
    again = build_site(small_corpus(root), root, root / "other", workers=2, offline=True)
    assert tree_of(again.out) == tree_of(built.out)
    assert built.pages == again.pages


def test_releases_are_told_and_handed_out(built: SiteResult) -> None:
    """Their small files stand on the site; two pages lead a reader's program to the feed."""
    assert {p.name for p in (built.out / "releases" / "2026.12").iterdir()} == {
        "SHA256SUMS",
        "changes.json",
        "release.json",
    }
    assert b"2026.12/cn-990100-tongjiju-2023" in (built.out / "feed.atom").read_bytes()
    leading = {
        name: tree.xpath("//link[@type='application/atom+xml']/@href")
        for name, tree in pages_of(built.out)
    }
    assert {name: found for name, found in leading.items() if found} == {
        "index.html": ["feed.atom"],
        "changes/index.html": ["../feed.atom"],
    }


def test_without_a_release_there_is_no_feed() -> None:
    """A feed must say when it was updated."""
    corpus = make.corpus(Published(make.report(), ()))
    assert "feed.atom" not in dict(build._made(corpus, Setting()))


def test_a_failed_build_leaves_the_old_site(tmp_path: Path) -> None:
    """A broken link in a hand-written page is an error in Chinese; the site stays as it was."""
    root = make_root(tmp_path)
    out = root / "site"
    out.mkdir()
    (out / "index.html").write_text("old", encoding="utf-8")
    (root / "content" / "pages" / "method.md").write_text("# 方法\n[x](no.md)\n", encoding="utf-8")
    with pytest.raises(SiteError, match="网站没有建成"):
        build_site(small_corpus(root), root, out)
    assert (out / "index.html").read_text(encoding="utf-8") == "old"
    shutil.copyfile(
        ROOT / "content" / "pages" / "method.md", root / "content" / "pages" / "method.md"
    )
    result = build_site(small_corpus(root), root, out)
    assert (out / "index.html").read_text(encoding="utf-8") != "old"
    assert result.warnings
    assert "没有装上" in result.warnings[0]
    assert {p.name for p in root.iterdir() if p.name.startswith(".")} == set()


def test_a_folder_without_settings_is_named(tmp_path: Path) -> None:
    """Without mkdocs.yml the message says which file is missing."""
    with pytest.raises(SiteError, match=r"mkdocs\.yml"):
        build_site(Corpus((), (), {}, {}), tmp_path, tmp_path / "site")


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that a build sets are afterwards as they were."""
    monkeypatch.setenv("GONGKAI_TEST_SET", "before")
    monkeypatch.delenv("GONGKAI_TEST_UNSET", raising=False)
    with environment(GONGKAI_TEST_SET="x", GONGKAI_TEST_UNSET="y"):
        assert os.environ["GONGKAI_TEST_SET"] == "x"
    assert os.environ["GONGKAI_TEST_SET"] == "before"
    assert "GONGKAI_TEST_UNSET" not in os.environ


def test_docs_hold_exactly_what_is_wanted(tmp_path: Path) -> None:
    """Old files go, unchanged ones are not touched, empty folders go too."""
    write_docs(tmp_path, [("a/b.md", b"1"), ("c.md", b"2")])
    os.utime(tmp_path / "c.md", (1, 1))
    write_docs(tmp_path, [("c.md", b"2"), ("d.md", b"3")])
    assert sorted(tree_of(tmp_path)) == ["c.md", "d.md"]
    assert (tmp_path / "c.md").stat().st_mtime == 1
    assert not (tmp_path / "a").exists()


def test_the_date_of_a_build_comes_from_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """SOURCE_DATE_EPOCH first, else the newest date in the corpus, never a clock."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    corpus = make.corpus(Published(make.report(), ()))
    assert build_date(corpus) == "1706745600"
    assert build_date(Corpus((), (), {}, {})) == "315532800"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    assert build_date(corpus) == EPOCH


def fake_npm(folder: Path, *, works: bool) -> Path:
    """An npm that makes the files the site needs, or fails with a reason."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "npm"
    parts = {
        "tabulator-tables": npm.TABLE_PARTS,
        "@sqlite.org/sqlite-wasm": npm.SQL_PARTS,
        ".": CHART_PARTS,
    }
    made = "\n".join(
        f"t = pathlib.Path('node_modules/{package}/{name}')\n"
        "t.parent.mkdir(parents=True, exist_ok=True)\nt.write_text('x')"
        for package, names in parts.items()
        for name in names
    )
    body = made if works else "sys.exit('npm: no network')"
    script.write_text(f"#!{sys.executable}\nimport pathlib, sys\n{body}\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def test_npm_is_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed parts are stamped with the lock's hash and not installed again."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("PATH", str(fake_npm(tmp_path / "bin", works=True)))
    first = install_web(tmp_path)
    assert first.table == tmp_path / "node_modules" / "tabulator-tables"
    assert first.chart == tmp_path / "node_modules"
    assert first.search is None
    assert "这个平台没有" in first.missing[0]
    fake_npm(tmp_path / "bin", works=False)
    assert install_web(tmp_path) == first
    (tmp_path / "package-lock.json").write_text("{ }", encoding="utf-8")
    again = install_web(tmp_path)
    assert "no network" in " ".join(again.missing)


def test_programs_of_the_tests_are_installed_for_tests_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build leaves them out, tests add them, and a later build takes nothing away."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    ran: list[list[str]] = []
    monkeypatch.setattr(npm, "_npm", lambda: ["npm"])
    monkeypatch.setattr(npm, "run", lambda command, _folder: ran.append(command))
    install_web(tmp_path)
    install_web(tmp_path, tests=True)
    install_web(tmp_path, tests=True)
    install_web(tmp_path)
    assert ["--omit=dev" in command for command in ran] == [True, False]


def test_a_failing_npm_is_no_accident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is told in the sentence that says what the site lacks."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("PATH", str(fake_npm(tmp_path / "bin", works=False)))
    parts = install_web(tmp_path)
    assert (parts.table, parts.search, parts.chart) == (None, None, None)
    assert all("npm: no network" in sentence for sentence in parts.missing)


def test_without_npm_one_is_installed_by_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No npm anywhere: PyPI's is installed with hashes; where that fails the reason is told."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm, "find_spec", lambda _name: None)
    assert "requirements-node.lock" in install_web(tmp_path).missing[0]
    (tmp_path / "requirements-node.lock").write_text("x==1 --hash=sha256:00\n", encoding="utf-8")
    ran: list[list[str]] = []

    def fake(command: list[str], _folder: Path, **_more: str) -> str | None:
        ran.append(command)
        return "pip failed" if len(ran) == 1 else None

    monkeypatch.setattr(npm, "run", fake)
    assert "pip failed" in install_web(tmp_path).missing[0]
    assert "--require-hashes" in ran[0]
    assert "没有 npm" in install_web(tmp_path).missing[0]
    monkeypatch.setattr(npm, "find_spec", lambda _name: object())
    (tmp_path / "node_modules").mkdir()
    install_web(tmp_path)
    assert ran[-1][:2] == [sys.executable, "-c"]
    assert "--ignore-scripts" in ran[-1]


def test_without_a_lock_nothing_is_installed(tmp_path: Path) -> None:
    """The reason names the file."""
    assert "package-lock.json" in install_web(tmp_path).missing[0]


def test_commands_that_cannot_run_say_why(tmp_path: Path) -> None:
    """A missing program, a silent failure, a last line."""
    assert "No such file" in str(run([str(tmp_path / "none")], tmp_path))
    assert run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path) == "exit 3"
    assert run([sys.executable, "-c", "print('a'); print('b'); exit(1)"], tmp_path) == "b"
    assert run([sys.executable, "-c", "pass"], tmp_path) is None


def test_a_failing_search_index_is_told(tmp_path: Path) -> None:
    """The site is built without it, and a sentence says so."""
    program = tmp_path / "pagefind_extended"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    parts = npm.WebParts(None, program, None)
    assert "broken" in str(write_index(tmp_path, parts))
    assert write_index(tmp_path, npm.WebParts(None, None, None)) is None


def test_the_preview_is_for_this_machine_only(tmp_path: Path) -> None:
    """Served from 127.0.0.1, texts as UTF-8, pictures as they are."""
    (tmp_path / "a.txt").write_text("年", encoding="utf-8")
    (tmp_path / "a.png").write_bytes(b"x")
    with make_server(tmp_path, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        kinds = {}
        for name in ("a.txt", "a.png", "none"):
            connection = HTTPConnection("127.0.0.1", server.server_port)
            connection.request("GET", f"/{name}")
            answer = connection.getresponse()
            kinds[name] = (answer.status, answer.headers["Content-Type"])
            connection.close()
        server.shutdown()
        thread.join()
    assert kinds["a.txt"] == (200, "text/plain; charset=utf-8")
    assert kinds["a.png"] == (200, "image/png")
    assert kinds["none"][0] == 404


def test_the_preview_serves_parts_of_files(tmp_path: Path) -> None:
    """As static hosts do: the bytes asked for and the size of all; none beyond the end."""
    (tmp_path / "a.sqlite").write_bytes(b"0123456789")
    asked = {}
    with make_server(tmp_path, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for part in ("bytes=2-4", "bytes=8-99", "bytes=7-", "bytes=10-11", "bytes=5-4", "bytes=-2"):
            connection = HTTPConnection("127.0.0.1", server.server_port)
            connection.request("GET", "/a.sqlite", headers={"Range": part})
            answer = connection.getresponse()
            body = answer.read()
            asked[part] = (answer.status, answer.headers["Content-Range"], body[:10])
            connection.close()
        server.shutdown()
        thread.join()
    assert asked["bytes=2-4"] == (206, "bytes 2-4/10", b"234")
    assert asked["bytes=8-99"] == (206, "bytes 8-9/10", b"89")
    assert asked["bytes=7-"] == (206, "bytes 7-9/10", b"789")
    assert asked["bytes=10-11"][0] == asked["bytes=5-4"][0] == 416
    # A form the site never asks in is answered with the whole.
    assert asked["bytes=-2"] == (200, None, b"0123456789")


def test_serve_ends_when_the_reader_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C is the way out, not a traceback."""

    def stop(_self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gongkai.site.preview.ThreadingHTTPServer.serve_forever", stop)
    serve(tmp_path, 0)


def test_the_npm_lock_names_no_registry() -> None:
    """Exact versions with hashes, and no host a reader cannot reach."""
    packages = json.loads((ROOT / "package-lock.json").read_bytes())["packages"]
    installed = [one for name, one in packages.items() if name]
    assert all("integrity" in one and "resolved" not in one for one in installed)
    hosts = set(re.findall(r"https?://([^/\"]+)", json.dumps(installed)))
    # Whom to thank for a package, and where it was discussed: told by the packages themselves.
    assert hosts <= {"github.com", "opencollective.com", "app.hubspot.com"}


def test_the_theme_is_quiet(built: SiteResult) -> None:
    """A fresh interpreter builds without a word on its output."""
    root = built.out.parent
    code = (
        "import sys; from pathlib import Path; from gongkai.model import Corpus;"
        "from gongkai.site import build_site;"
        "build_site(Corpus((), (), {}, {}), Path(sys.argv[1]), Path(sys.argv[1], 'empty'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
