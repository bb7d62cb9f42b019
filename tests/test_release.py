"""Releases: dated, complete, never changed; the page and the feed that tell of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import lxml.html
import make
import markdown
import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from gongkai import cli, line, release
from gongkai.diff import compare, folder_tree, open_tree
from gongkai.model import CellId, Problem
from gongkai.pages import changes as changes_page
from gongkai.pages import render_feed, render_pages
from gongkai.pages.frame import Setting
from gongkai.release import (
    COMMITTED,
    ReleaseError,
    Wanted,
    Written,
    load_releases,
    name_order,
    plan_release,
    write_release,
)
from gongkai.site import SiteError, build_site
from project import make_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.model import Corpus, Report

SCHEMA = Path(__file__).parents[1] / "docs" / "changes.schema.json"
BIN = Path(sys.executable).parent
RUN = CliRunner()
TOTAL = CellId("requests", "received", "total")
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def run(root: Path, *words: object) -> Result:
    """One call of `gongkai release`."""
    return RUN.invoke(cli.app, ["release", *(str(w) for w in words), "--root", str(root)])


def corpus_of(*reports: Report) -> Corpus:
    """A corpus of these reports without findings."""
    return make.corpus(*map(make.published, reports))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small file in the place of all downloads, which have their own tests."""

    def write_data(corpus: Corpus, folder: Path, workers: int, _version: str) -> None:
        assert workers == 1
        ids = "".join(f"{one.entry.report_id}\n" for one in corpus.reports)
        (folder / "schemas").mkdir(parents=True)
        (folder / "schemas" / "reports.json").write_text("{}\n", encoding="utf-8")
        (folder / "reports.csv").write_text(ids, encoding="utf-8")

    monkeypatch.setattr(release, "write_corpus", write_data)


def made(root: Path, name: str, *reports: Report, **wanted: Any) -> Written:
    """A release of these reports."""
    corpus = corpus_of(*reports)
    line.write_packages(corpus, root / "datapackages")
    plan = plan_release(root / "releases", Wanted(name, **wanted))
    return write_release(corpus, root / "datapackages", plan)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def changes_of(written: Written) -> dict[str, Any]:
    """What a release says changed."""
    loaded: dict[str, Any] = json.loads((written.folder / "changes.json").read_bytes())
    return loaded


def test_a_release_is_whole_and_a_second_run_makes_the_same_bytes(tmp_path: Path) -> None:
    """Packages, downloads, sums, changes; made again in another place they are the same."""
    one, other = make_project(tmp_path / "one"), make_project(tmp_path / "other")
    told = run(one, "2026.12")
    assert told.exit_code == 0, told.output
    assert "新增 3" in told.stdout
    assert run(other, "2026.12").exit_code == 0
    files = bytes_of(one / "releases" / "2026.12")
    assert files == bytes_of(other / "releases" / "2026.12")
    assert {*COMMITTED, "packages.zip", "gongkai.zip", "cells.csv"} <= files.keys()
    again = run(one, "2026.12")
    assert again.exit_code == 0
    assert "逐字节相同" in again.stdout
    assert bytes_of(one / "releases" / "2026.12") == files
    with open_tree(one / "releases" / "2026.12") as tree:
        assert dict(tree) == dict(folder_tree(one / "datapackages"))
    record = json.loads(files["release.json"])
    assert (record["name"], record["date"], record["previous"]) == ("2026.12", "2026-12-01", None)
    assert (record["reports"], record["agencies"], record["unpublished"]) == (3, 2, 0)
    assert [f["path"] for f in record["files"]] == sorted(
        files.keys() - {"release.json", "SHA256SUMS"}
    )


def test_reports_that_cannot_be_published_are_told(tmp_path: Path) -> None:
    """The release is made of the others, and says how many are missing."""
    root = make_project(tmp_path)
    broken = next(root.glob("content/reports/990100/shuiwuju/2023/original.txt"))
    broken.write_bytes(b"")
    told = run(root, "2026.12")
    assert told.exit_code == 0
    assert "1 份报告没有发布" in told.stdout
    assert str(broken.relative_to(root)) in told.stderr
    record = json.loads((root / "releases" / "2026.12" / "release.json").read_bytes())
    assert (record["reports"], record["unpublished"]) == (2, 1)


@pytest.mark.usefixtures("quick")
def test_sums_are_those_of_the_files(tmp_path: Path) -> None:
    """`SHA256SUMS` names every file but itself, as `sha256sum -c` reads it."""
    folder = made(tmp_path, "2026.12", make.report()).folder
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    files = bytes_of(folder)
    assert lines == [
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}"
        for name in sorted(files.keys() - {"SHA256SUMS"})
    ]
    if shutil.which("sha256sum"):
        ended = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, check=False)
        assert ended.returncode == 0


@pytest.mark.usefixtures("quick")
def test_changes_tell_what_was_and_what_is(tmp_path: Path) -> None:
    """Reports added and removed, cells before and after; both files follow the schema."""
    first = made(tmp_path, "2026.06", make.report(), make.report(year=2021))
    assert changes_of(first)["counts"]["reports_added"] == 2
    changed = make.report(numbers={TOTAL: 999})
    second = made(tmp_path, "2026.12", changed, make.report(year=2022), date="2026-12-20")
    told = changes_of(second)
    assert (told["release"], told["date"], told["previous"]) == ("2026.12", "2026-12-20", "2026.06")
    assert [r["year"] for r in told["added"]] == ["2022"]
    assert [r["year"] for r in told["removed"]] == ["2021"]
    (cell,) = told["changed"][0]["cells"]
    assert cell["cell"] == str(TOTAL)
    assert (cell["before"]["value"], cell["after"]["value"]) == (
        str(make.report().values[TOTAL].number),
        "999",
    )
    files = [str(w.folder / "changes.json") for w in (first, second)]
    checked = subprocess.run(
        [str(BIN / "check-jsonschema"), "--schemafile", str(SCHEMA), *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert [r.name for r in load_releases(tmp_path / "releases")] == ["2026.12", "2026.06"]


@pytest.mark.usefixtures("quick")
def test_a_release_is_never_rewritten(tmp_path: Path) -> None:
    """Other content under the same name is refused, and nothing of the old release changes."""
    folder = made(tmp_path, "2026.12", make.report()).folder
    before = bytes_of(tmp_path / "releases")
    with pytest.raises(
        ReleaseError, match=r"已经发布，现在的内容不同：packages\.zip.*下一个版本名"
    ):
        made(tmp_path, "2026.12", make.report(numbers={TOTAL: 999}))
    with pytest.raises(ReleaseError, match="内容不同"):
        made(tmp_path, "2026.12", make.report(), date="2026-12-02")
    assert bytes_of(tmp_path / "releases") == before
    (folder / "reports.csv").write_text("改过", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"reports\.csv：与校验和不符"):
        made(tmp_path, "2026.12", make.report())


@pytest.mark.usefixtures("quick")
def test_files_that_are_not_committed_are_put_back(tmp_path: Path) -> None:
    """From a fresh copy of the project with the small files alone the whole release is made."""
    made(tmp_path, "2026.06", make.report())
    folder = made(tmp_path, "2026.12", make.report(year=2022), date="2026-12-20").folder
    before = bytes_of(folder)
    shutil.rmtree(folder / "schemas")
    for name in before.keys() - {*COMMITTED, "schemas/reports.json"}:
        (folder / name).unlink()
    (tmp_path / "releases" / "2026.06" / "packages.zip").unlink()
    again = made(tmp_path, "2026.12", make.report(year=2022))
    assert not again.is_new
    assert set(again.restored) == before.keys() - set(COMMITTED)
    assert bytes_of(folder) == before


@pytest.mark.usefixtures("quick")
def test_the_release_before_must_be_at_hand_and_the_same(tmp_path: Path) -> None:
    """Without its packages nothing can be compared; other packages are not taken for them."""
    first = made(tmp_path, "2026.06", make.report())
    shutil.copytree(tmp_path / "datapackages", tmp_path / "kept")
    (first.folder / "packages.zip").unlink()
    with pytest.raises(
        ReleaseError, match=r"没有上一个版本的数据包.*下载 packages\.zip.*git archive"
    ):
        made(tmp_path, "2026.12", make.report(year=2022))
    with pytest.raises(ReleaseError, match=r"不是版本 2026\.06 发布时的数据包"):
        made(tmp_path, "2026.12", make.report(year=2022), previous=tmp_path / "datapackages")
    with pytest.raises(ReleaseError, match="没有上一个版本的数据包"):
        made(tmp_path, "2026.12", make.report(year=2022), previous=tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match="里面没有数据包"):
        made(tmp_path, "2026.12", make.report(year=2022), previous=tmp_path / "empty")
    assert not (tmp_path / "releases" / "2026.12").exists()
    second = made(tmp_path, "2026.12", make.report(year=2022), previous=tmp_path / "kept")
    assert changes_of(second)["counts"]["reports_removed"] == 1


@pytest.mark.usefixtures("quick")
def test_a_broken_package_is_no_release(tmp_path: Path) -> None:
    """What cannot be compared is told, and nothing is written."""
    made(tmp_path, "2026.06", make.report())
    corpus = corpus_of(make.report(numbers={TOTAL: 999}))
    line.write_packages(corpus, tmp_path / "datapackages")
    next((tmp_path / "datapackages").rglob("cells.csv")).write_bytes(b"\xff")
    plan = plan_release(tmp_path / "releases", Wanted("2026.12"))
    with pytest.raises(ReleaseError, match="不是完好的 CSV 表"):
        write_release(corpus, tmp_path / "datapackages", plan)
    assert [p.name for p in (tmp_path / "releases").iterdir()] == ["2026.06"]


def test_downloads_cannot_take_the_names_of_a_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download called `changes.json` would be lost: that is a mistake in the program."""

    def write(_corpus: Corpus, folder: Path, _workers: int, _version: str) -> None:
        folder.mkdir()
        (folder / "changes.json").write_bytes(b"{}")

    monkeypatch.setattr(release, "write_corpus", write)
    with pytest.raises(ValueError, match=r"changes\.json"):
        made(tmp_path, "2026.12", make.report())


@pytest.mark.parametrize(
    "name", ["2026", "2026.13", "2026.1", "2026.12.0", "v2026.12", "1999.12", ""]
)
def test_other_names_are_refused(tmp_path: Path, name: str) -> None:
    """Year and month, and a number where there are several in a month."""
    root = tmp_path
    (root / "content").mkdir()
    told = run(root, name)
    assert told.exit_code == 1
    assert "不是版本名" in told.stderr
    assert not (root / "releases").exists()


@pytest.mark.usefixtures("quick")
def test_a_release_is_later_than_all_before(tmp_path: Path) -> None:
    """In name and in date; the number counts as a number."""
    made(tmp_path, "2026.12.2", make.report(), date="2026-12-20")
    for name in ("2026.11", "2026.12", "2026.12.1"):
        with pytest.raises(ReleaseError, match=r"不晚于已有的版本 2026\.12\.2"):
            made(tmp_path, name, make.report())
    with pytest.raises(ReleaseError, match="早于上一个版本"):
        made(tmp_path, "2026.12.10", make.report())
    with pytest.raises(ReleaseError, match="早于版本名里的月份"):
        made(tmp_path, "2027.01", make.report(), date="2026-12-31")
    with pytest.raises(ReleaseError, match="不是日期"):
        made(tmp_path, "2027.01", make.report(), date="2027-02-30")
    assert made(tmp_path, "2026.12.10", make.report(), date="2026-12-21").is_new
    assert name_order("2026.12.10") > name_order("2026.12.2") > name_order("2026.12")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("release.json", "{", "读不出来"),
        ("release.json", "[]", "不是一个 JSON 对象"),
        ("changes.json", "{}", "缺少该有的项"),
        ("release.json", '{"name": "2026.11"}', "缺少该有的项"),
        ("SHA256SUMS", "nothing", "不是一份校验和"),
        ("SHA256SUMS", "", "不是一份校验和"),
        ("SHA256SUMS", None, "读不出来"),
    ],
)
def test_a_broken_release_is_told(tmp_path: Path, file: str, text: str | None, told: str) -> None:
    """Each of the committed files is named with what to do."""
    folder = made(tmp_path, "2026.12", make.report()).folder
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text, encoding="utf-8")
    readers: dict[str, Callable[[], object]] = {
        "SHA256SUMS": lambda: made(tmp_path, "2026.12", make.report()),
    }
    reader = readers.get(file, lambda: load_releases(tmp_path / "releases"))
    with pytest.raises(ReleaseError, match=told) as raised:
        reader()
    assert "版本库" in raised.value.problem.remedy


@pytest.mark.usefixtures("quick")
def test_a_release_of_another_name_is_told(tmp_path: Path) -> None:
    """A folder that was renamed is no release of that name; the site says so."""
    folder = made(tmp_path, "2026.12", make.report()).folder
    folder.rename(folder.with_name("2027.01"))
    with pytest.raises(ReleaseError, match="另一个版本"):
        load_releases(tmp_path / "releases")
    with pytest.raises(SiteError, match="另一个版本"):
        build_site(corpus_of(make.report()), tmp_path, tmp_path / "site")


def test_the_command_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is a sentence and exit status 1; what was put back is counted."""
    root = make_project(tmp_path)
    problem = Problem("release", "x", "不行", "换一个")

    def refuse(*_: object) -> None:
        raise ReleaseError(problem.file, problem.message, problem.remedy)

    monkeypatch.setattr(line, "write_release", refuse)
    told = run(root, "2026.12")
    assert told.exit_code == 1
    assert str(problem) in told.stderr
    written = Written(root, is_new=False, restored=("a", "b"), counts={})
    monkeypatch.setattr(line, "write_release", lambda *_: written)
    assert "补上了 2 个文件" in run(root, "2026.12").stdout


def test_a_release_that_is_not_there_is_not_made_again(tmp_path: Path) -> None:
    """`--existing` is for the machine that hands the large files out."""
    root = make_project(tmp_path)
    told = run(root, "2026.12", "--existing")
    assert told.exit_code == 2
    assert "releases/2026.12/release.json" in told.stderr
    assert not (root / "releases").exists()


def released(tmp_path: Path, *corpora: tuple[Report, ...]) -> Setting:
    """A setting with a release of each of these lists of reports, from 2026.01 on."""
    for month, reports in enumerate(corpora, 1):
        made(tmp_path, f"2026.{month:02d}", *reports)
    return Setting(releases=load_releases(tmp_path / "releases"))


def titled(report: Report, title: str) -> Report:
    """The report with another title."""
    assert report.entry is not None
    return replace(report, entry=replace(report.entry, title=title))


HOSTILE = "<script>alert(1)</script> ]]> &amp; \x00\x1b\u202e “{{ x }}”\n\n# 标题"


@pytest.mark.usefixtures("quick")
def test_the_page_tells_each_release_newest_first(tmp_path: Path) -> None:
    """With what came, what went and what changed; only what is still there is linked."""
    old, gone = make.report(), make.report(year=2021)
    new = titled(make.report(numbers={TOTAL: 999}), HOSTILE)
    setting = released(tmp_path, (old, gone), (new, make.report(year=2022)))
    corpus = corpus_of(new)
    text = render_pages(corpus, setting)["changes/index.md"].split("---\n", 2)[2]
    tree: Any = lxml.html.fromstring(markdown.markdown(text, extensions=["attr_list", "toc"]))
    assert [h.text_content() for h in tree.iter("h2")] == ["2026.02", "2026.01"]
    captions = [c.text_content() for c in tree.iter("caption")]
    assert captions == [
        "全部版本，新的在前",
        "2026.02 新增的报告（1 份）",
        "2026.02 撤下的报告（1 份）",
        "2026.02 变化的格（1 格）",
        "2026.02 其他的变化：各有几处",
        "2026.01 新增的报告（2 份）",
    ]
    assert {script.get("src") for script in tree.iter("script")} == {"../static/copy.js"}
    links = {a.get("href") for a in tree.iter("a")}
    assert "../reports/cn-990100-tongjiju-2023/" in links
    assert "../reports/cn-990100-tongjiju-2021/" not in links
    assert "../releases/2026.02/changes.json" in links
    assert f"{setting.repository}/releases/tag/2026.02" in links
    cells = tree.xpath("//table[caption[contains(., '变化的格（')]]/tbody/tr/td")
    assert [c.text_content() for c in cells][1:] == [str(old.values[TOTAL].number), "999"]
    assert next(tree.iter("pre")).text_content().strip() == (
        "Gongkai. 政府信息公开工作年度报告开放数据[DS/OL]. V2026.02. （2026-02-01）. "
        f"{setting.repository}/releases/tag/2026.02."
    )


@pytest.mark.usefixtures("quick")
def test_a_long_page_goes_on_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not shown is counted, and where it is is said."""
    for name in ("DETAILED", "REPORTS", "CELLS"):
        monkeypatch.setattr(changes_page, name, 1)
    first = (make.report(), make.report(year=2022))
    again = tuple(make.report(year=y, numbers={TOTAL: 999}) for y in (2022, 2023))
    setting = released(tmp_path, first, again)
    text = render_pages(corpus_of(*again), setting)["changes/index.md"]
    assert "共 2 项，这里是前 1 项" in text
    assert "更早的版本见各自的 changes.json" in text
    assert 'id="v2026-01"' not in text


def test_without_releases_the_page_says_so() -> None:
    """And there is no feed, because it could not say when it was updated."""
    corpus = corpus_of(make.report())
    assert "还没有发布过版本" in render_pages(corpus)["changes/index.md"]
    with pytest.raises(ValueError, match="no release"):
        render_feed(corpus, Setting())


def only(parent: Any, path: str) -> str:
    """The text of the one element there is."""
    (found,) = parent.xpath(path, namespaces=ATOM)
    return str(found.text or "")


@pytest.mark.usefixtures("quick")
def test_the_feed_is_valid_atom(tmp_path: Path) -> None:
    """RFC 4287: what a feed and an entry must have, once; ids of their own that are addresses."""
    old = make.report()
    new = titled(make.report(numbers={TOTAL: 999}), HOSTILE)
    setting = released(tmp_path, (old,), (new, make.report(year=2022)))
    corpus = corpus_of(new)
    data = render_feed(corpus, setting)
    assert data == render_feed(corpus, setting)
    feed: Any = etree.fromstring(data)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    assert only(feed, "a:author/a:name")
    relations = {e.get("rel"): e.get("href") for e in feed.xpath("a:link", namespaces=ATOM)}
    assert relations == {
        "self": f"{setting.site_url}feed.atom",
        "alternate": f"{setting.site_url}changes/",
    }
    entries = feed.xpath("a:entry", namespaces=ATOM)
    titles = [only(entry, "a:title") for entry in entries]
    assert titles[0] == "版本 2026.02"
    assert titles[3] == "版本 2026.01"
    assert any(title.startswith("有变化：<script>alert(1)</script> ]]> &amp;") for title in titles)
    for one in (feed, *entries):
        assert urlsplit(only(one, "a:id")).scheme in {"tag", "https"}
        assert only(one, "a:title")
        assert only(one, "a:updated") in {"2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"}
        assert len(one.xpath("a:link[@rel='alternate']", namespaces=ATOM)) == 1
    assert only(feed, "a:updated") == "2026-02-01T00:00:00Z"
    assert all(only(entry, "a:summary") for entry in entries)
    ids = [only(one, "a:id") for one in (feed, *entries)]
    assert len(set(ids)) == len(ids) == 6
    assert ids[1] == "tag:gongkai.github.io,2026-02-01:2026.02"


@pytest.mark.usefixtures("quick")
def test_a_long_feed_ends_but_keeps_every_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports beyond the limit have no entry; a release always has one."""
    monkeypatch.setattr(changes_page, "ENTRIES", 2)
    setting = released(tmp_path, (make.report(),), (make.report(), make.report(year=2022)))
    feed: Any = etree.fromstring(render_feed(corpus_of(make.report()), setting))
    titles = [only(entry, "a:title") for entry in feed.xpath("a:entry", namespaces=ATOM)]
    assert [title[:4] for title in titles] == ["版本 2", "新增：示", "版本 2"]


@pytest.mark.usefixtures("quick")
def test_a_release_is_the_same_as_its_packages(tmp_path: Path) -> None:
    """The zip of a release and the committed packages are compared as equal trees."""
    folder = made(tmp_path, "2026.12", make.report(), make.report("form2019")).folder
    with open_tree(folder) as there:
        assert compare(there, folder_tree(tmp_path / "datapackages")).is_empty
