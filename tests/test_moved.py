"""Downloads under an address of their own: none on the site, each where every link says it is."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zipfile
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gongkai import cli
from gongkai.line import BuildResult
from gongkai.package import compressed
from gongkai.package.api import openapi
from gongkai.package.elsewhere import addressed, is_download, way
from gongkai.site import DOWNLOADS, SiteError, SiteResult, build_site, make_server
from gongkai.site.elsewhere import (
    downloads_address,
    part_downloads,
    readdressed,
    relinked,
)
from gongkai.site.finish import finish_pages
from test_cli import run
from test_site import ADDRESS, make_root, small_corpus, tree_of
from walk import broken_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = "https://data.example.org/gongkai/"
REPORT = "cn-990100-tongjiju-2023"
#: Files that are read as text; the others are pictures, fonts and programs.
TEXTS = (".html", ".json", ".jsonld", ".xml", ".atom", ".txt", ".js", ".css")


def set_downloads(root: Path, address: str) -> None:
    """Write the setting into the project's `mkdocs.yml`."""
    settings = root / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    assert text.count('downloads: ""') == 1
    settings.write_text(text.replace('downloads: ""', f"downloads: {address}"), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[SiteResult, Path, Path]:
    """A small site with the setting, its downloads, and the same site without the setting."""
    root = make_root(tmp_path_factory.mktemp("moved"))
    corpus = small_corpus(root)
    plain = build_site(corpus, root, root / "plain", offline=True)
    assert not (root / DOWNLOADS).exists()
    set_downloads(root, FILES)
    return build_site(corpus, root, root / "site", offline=True), root / DOWNLOADS, plain.out


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text of a folder with its path."""
    for name in tree_of(folder):
        if name.endswith(TEXTS):
            yield name, (folder / name).read_text(encoding="utf-8")


def parsed(html: str | bytes) -> Any:
    """A page as a tree."""
    return lxml.html.fromstring(html)


def rules_of(html: str) -> dict[str, list[str]]:
    """The policy of a page, rule by rule."""
    (policy,) = parsed(html).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return {name: values for name, *values in (one.split() for one in policy.split(";"))}


@pytest.mark.parametrize(
    ("path", "moves"),
    [
        ("data/cells.csv", True),
        ("data/cells.csv.gz", True),
        ("data/cells.parquet", True),
        ("data/gongkai.sqlite", True),
        ("data/gongkai.xlsx", True),
        ("data/gongkai-2023.zip", True),
        ("data/gongkai-site.zip", True),
        ("data/datapackage.json", True),
        ("data/README.md", True),
        ("data/LICENSE.txt", True),
        (f"reports/{REPORT}.csv", True),
        (f"reports/{REPORT}.json", True),
        (f"reports/{REPORT}/files/{REPORT}.zip", True),
        (f"reports/{REPORT}/files/original.pdf", True),
        ("data/index.json", False),
        ("data/index.html", False),
        ("data/list.json", False),
        ("data/issues.json", False),
        ("data/catalog.jsonld", False),
        ("data/croissant.json", False),
        ("data/schemas/cells.json", False),
        ("data/compare/agencies.js", False),
        ("data/codebook/index.html", False),
        (f"reports/{REPORT}/index.html", False),
        (f"api/v1/reports/{REPORT}.json", False),
        ("agencies/cn-990100-tongjiju.csv", True),
        ("regions/990100.json", True),
        ("releases/2026.12/SHA256SUMS", False),
        (f"originals/990100/tongjiju/2023/{REPORT}.json", False),
    ],
)
def test_one_rule_says_what_a_download_is(path: str, *, moves: bool) -> None:
    """Tables in every format, and what stands beside reports; nothing that a page loads."""
    assert is_download(path) is moves
    assert way(path, FILES, "../") == (FILES if moves else "../") + path
    assert way(path, "", "../") == f"../{path}"


def test_the_site_has_no_download_and_the_folder_nothing_else(
    built: tuple[SiteResult, Path, Path],
) -> None:
    """Together they are the site without the setting, byte for byte but for what says where."""
    site, downloads, plain = tree_of(built[0].out), tree_of(built[1]), tree_of(built[2])
    assert built[0].downloads == FILES
    assert [name for name in site if is_download(name)] == []
    copies = {name for name in downloads if not is_download(name)}
    assert copies == {name for name in plain if re.match(r"data/(index\.json|schemas/)", name)}
    assert all(downloads[name] == site[name] for name in copies)
    assert site.keys() | downloads.keys() == plain.keys()
    said = {name for name in downloads if downloads[name] != plain[name]}
    assert said == {
        "data/index.json",
        "data/gongkai-site.zip",
        *(
            name
            for name in downloads
            if re.fullmatch(r"(agencies|regions|reports)/[^/]+\.json", name)
        ),
    }
    same = [name for name in site if not name.endswith((".html", ".json", ".jsonld"))]
    assert same
    assert all(site[name] == plain[name] for name in same)
    assert not [
        path for path in built[0].out.rglob("*") if path.is_dir() and not any(path.iterdir())
    ]


def test_every_link_leads_to_a_file(built: tuple[SiteResult, Path, Path]) -> None:
    """Of the site, or of the downloads under their address; both kinds are there."""
    site, downloads = built[0].out, built[1]
    assert broken_links(site, ADDRESS) == []
    named = [
        (name, found)
        for name, text in texts_of(site)
        for found in re.findall(re.escape(FILES) + r"([\w./-]*[\w-])", text)
    ]
    assert {name for name, found in named if not (downloads / found).exists()} == set()
    pages = {name.split("/")[0] for name, _ in named}
    assert {"data", "reports", "api", "ask", "en", "recipes", "years"} <= pages


def test_links_follow_tables_that_are_compressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, and pages of checks that lead to the rest: every link of the site is good."""
    monkeypatch.setattr(compressed, "LARGE", 0)
    monkeypatch.setattr("gongkai.pages.quality.SHOWN_LIMIT", 0)
    root = make_root(tmp_path)
    site = build_site(small_corpus(root), root, root / "site").out
    assert (site / "data" / "findings.csv.gz").exists()
    assert not list((site / "data").glob("findings.csv"))
    assert broken_links(site, ADDRESS) == []


def test_no_text_names_a_download_where_it_is_not(built: tuple[SiteResult, Path, Path]) -> None:
    """Full addresses in data about data, code and catalogues lead on as links do."""
    for name, text in [*texts_of(built[0].out), *texts_of(built[1])]:
        found = re.findall(re.escape(ADDRESS) + r"([\w./-]*[\w-])", text)
        assert [path for path in found if is_download(path)] == [], name
    code = (built[0].out / "recipes" / "index.html").read_text(encoding="utf-8")
    assert f"&quot;{FILES}data/&quot;" in code or f'"{FILES}data/"' in code


def linked(site: Path, page: str) -> set[str]:
    """The addresses of downloads a page links to."""
    tree = parsed((site / page / "index.html").read_bytes())
    return {href.removeprefix(FILES) for href in tree.xpath("//a/@href") if href.startswith(FILES)}


def test_a_report_leads_to_its_files(built: tuple[SiteResult, Path, Path]) -> None:
    """All that stands beside it, its original, and the same in its data for search engines."""
    site, downloads = built[0].out, built[1]
    own = {name for name in tree_of(downloads) if name.startswith(f"reports/{REPORT}")}
    assert linked(site, f"reports/{REPORT}") == own
    assert len(own) == 5
    tree = parsed((site / "reports" / REPORT / "index.html").read_bytes())
    (block,) = tree.xpath("//script[@type='application/ld+json']/text()")
    urls = {one["contentUrl"] for one in json.loads(block)["distribution"]}
    assert urls == {FILES + name for name in own if "original" not in name}
    (page,) = tree.xpath("//div[@data-report]")
    assert page.get("data-original") == f"{FILES}reports/{REPORT}/files/original.txt"


def test_lists_and_catalogues_tell_full_addresses(built: tuple[SiteResult, Path, Path]) -> None:
    """`path` stays, `url` is added; DCAT and Croissant download from there."""
    data, downloads = built[0].out / "data", built[1]
    listed = json.loads((data / "index.json").read_bytes())["files"]
    before = json.loads((built[2] / "data" / "index.json").read_bytes())["files"]
    assert [one["path"] for one in listed] == [one["path"] for one in before]
    assert all("url" not in one for one in before)
    for one in listed:
        name = f"data/{one['path']}"
        moved = is_download(name)
        assert one.get("url") == (FILES + name if moved else None)
        content = ((downloads if moved else built[0].out) / name).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
    tables = {one["url"] for one in listed if "schemas" in one}
    text = (data / "catalog.jsonld").read_text(encoding="utf-8")
    told: list[Any] = re.findall(r'"dcat:downloadURL": \{\s*"@id": "([^"]+)"', text)
    assert set(told) == tables
    croissant = json.loads((data / "croissant.json").read_bytes())
    assert {one["contentUrl"] for one in croissant["distribution"]} <= tables


def test_the_api_keeps_its_documents_and_tells_where_files_are(
    built: tuple[SiteResult, Path, Path],
) -> None:
    """Links and addresses of what moved are full ones; nothing else of a document changes."""
    site, plain = built[0].out / "api" / "v1", built[2] / "api" / "v1"
    documents = {name for name in tree_of(plain) if name.endswith(".json")}
    assert documents == tree_of(site).keys()
    for name in sorted(documents - {"index.json", "openapi.json"}):
        now, then = (json.loads((folder / name).read_bytes()) for folder in (site, plain))
        links = then.get("links", {})
        assert now == then | (
            {"links": {k: way(v, FILES) for k, v in links.items()}} if links else {}
        )
    links = json.loads((site / "reports" / f"{REPORT}.json").read_bytes())["links"]
    assert links["zip"] == f"{FILES}reports/{REPORT}/files/{REPORT}.zip"
    assert links["self"] == f"api/v1/reports/{REPORT}.json"
    index = json.loads((site / "index.json").read_bytes())
    paths = [one["path"] for one in index["endpoints"]]
    assert f"{FILES}reports/{{report_id}}.csv" in paths
    assert f"{FILES}agencies/{{agency_id}}.csv" in paths


def test_the_description_of_the_api_names_their_server() -> None:
    """It is sound; only paths of downloads have a server of their own, and no path is lost."""
    spec = json.loads(json.dumps(openapi(FILES)))
    assert list(OpenAPIV31SpecValidator(spec).iter_errors()) == []
    apart = {path for path, one in spec["paths"].items() if "servers" in one}
    things = {"agencies": "agency_id", "regions": "region_id", "reports": "report_id"}
    assert apart == {
        f"/{kind}/{{{name}}}.{end}" for kind, name in things.items() for end in ("csv", "json")
    }
    assert spec["paths"]["/reports/{report_id}.csv"]["servers"] == [{"url": FILES[:-1]}]
    assert spec["paths"].keys() == openapi()["paths"].keys()
    assert spec["components"] == openapi()["components"]
    assert FILES in spec["info"]["description"]


def test_one_page_may_read_from_there(built: tuple[SiteResult, Path, Path]) -> None:
    """The one that answers SQL, files and nothing else; its form names the database there."""
    for name, text in texts_of(built[0].out):
        if not name.endswith(".html"):
            continue
        rules = rules_of(text)
        allowed = [rule for rule, values in rules.items() if "data.example.org" in str(values)]
        assert allowed == (["connect-src"] if name == "ask/index.html" else []), name
    ask = (built[0].out / "ask" / "index.html").read_text(encoding="utf-8")
    assert rules_of(ask)["connect-src"] == ["'self'", "https://data.example.org"]


def test_a_host_may_have_both(tmp_path: Path) -> None:
    """Originals and downloads on the same other host: it is named once."""
    page = b'<html><head><meta charset="utf-8"></head><body></body></html>'
    (tmp_path / "ask").mkdir()
    (tmp_path / "ask" / "index.html").write_bytes(page)
    for name in ("assets/stylesheets/main.css", "static/gongkai.css"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    finish_pages(tmp_path, ADDRESS, "https://data.example.org/pictures/", FILES)
    rules = rules_of((tmp_path / "ask" / "index.html").read_text(encoding="utf-8"))
    assert rules["connect-src"] == ["'self'", "https://data.example.org"]


def test_the_foot_says_nothing_untrue(built: tuple[SiteResult, Path, Path]) -> None:
    """That the site asks no other host is said only where it is so."""
    words = "不向别的主机要任何东西"
    assert words in (built[2] / "ask" / "index.html").read_text(encoding="utf-8")
    assert words not in (built[0].out / "ask" / "index.html").read_text(encoding="utf-8")


def test_the_offline_copy_is_whole(built: tuple[SiteResult, Path, Path]) -> None:
    """It has the files it has without the setting; what is not in it is asked of where it is."""
    copies = [folder / "data" / "gongkai-site.zip" for folder in (built[1], built[2])]
    with zipfile.ZipFile(copies[0]) as moved, zipfile.ZipFile(copies[1]) as plain:
        assert moved.namelist() == plain.namelist()
        assert "gongkai/data/gongkai.zip" in moved.namelist()
        page = moved.read(f"gongkai/reports/{REPORT}/index.html").decode()
        readme = moved.read("gongkai/README.txt").decode()
    links = parsed(page).xpath("//*[@id='downloads']/a/@href")
    assert f"../../reports/{REPORT}.csv" in links
    assert f"{FILES}reports/{REPORT}/files/{REPORT}.zip" in links
    assert not [link for link in links if link.startswith(ADDRESS)]
    assert FILES in readme


def test_without_the_setting_no_old_folder_is_left(tmp_path: Path) -> None:
    """What is not of this build is not there to be uploaded."""
    target = tmp_path / "downloads"
    target.mkdir()
    (target / "old.csv").write_bytes(b"x")
    part_downloads(tmp_path / "site", target, "")
    assert not target.exists()
    part_downloads(tmp_path / "site", target, "")


def test_only_links_to_downloads_are_changed() -> None:
    """Anchors, queries, pages, other hosts and the words of a text stay as they are."""
    kept = (
        '<a href="../../data/">a</a><a href="../../data/#table-cells">b</a><a href="#x">c</a>'
        '<a href="https://other.test/data/cells.csv">d</a><a href="?data/cells.csv">e</a>'
        '<p title="../../data/cells.csv">../../data/cells.csv</p><a href="/data/cells.csv">f</a>'
    )
    assert relinked(kept, "reports/a/index.html", FILES) == kept
    link = '<a href="../../data/cells.csv#top" download>'
    assert relinked(link, "reports/a/index.html", FILES) == (
        f'<a href="{FILES}data/cells.csv#top" download>'
    )
    assert relinked('<a href="files/a.zip">', "reports/a/index.html", FILES) == (
        f'<a href="{FILES}reports/a/files/a.zip">'
    )


def test_code_of_hand_written_pages_fetches_from_there() -> None:
    """A file by its full address, or the folder at the end of a line; the page of data stays."""
    text = f'[a]({ADDRESS}data/)\nX = "{ADDRESS}data/"\nY = "{ADDRESS}data/cells.csv"\n'
    text += f"curl {ADDRESS}api/v1/agencies.json {ADDRESS}data/index.json\n"
    assert readdressed(text, ADDRESS, "") == text
    assert readdressed(text, ADDRESS, FILES) == (
        f'[a]({ADDRESS}data/)\nX = "{FILES}data/"\nY = "{FILES}data/cells.csv"\n'
        f"curl {ADDRESS}api/v1/agencies.json {ADDRESS}data/index.json\n"
    )


@pytest.mark.parametrize(
    "given",
    ["downloads/", "https://data.example.org", "ftp://a.test/", "https://a.test/x y/", "//a.test/"],
)
def test_an_address_that_cannot_be_is_refused(given: str) -> None:
    """With the file to change, and an example."""
    with pytest.raises(SiteError, match=r"mkdocs\.yml.*https://data\.example\.org/"):
        downloads_address({"downloads": given})


def test_the_setting_may_be_missing() -> None:
    """Settings from before it mean the site itself, as empty ones do."""
    assert downloads_address({}) == downloads_address({"downloads": ""}) == ""
    assert downloads_address({"downloads": FILES}) == FILES
    assert downloads_address({"downloads": "http://127.0.0.1:8001/"}) == "http://127.0.0.1:8001/"
    files = [{"path": "cells.csv"}, {"path": "index.json"}]
    assert addressed(files, "") == files
    assert addressed(files, FILES) == [files[0] | {"url": f"{FILES}data/cells.csv"}, files[1]]


def test_shared_downloads_say_who_may_read(tmp_path: Path) -> None:
    """As the other host must: any page may ask for a part; the site's own preview says nothing."""
    (tmp_path / "a.sqlite").write_bytes(b"0123456789")
    heads = {}
    for shared in (True, False):
        with make_server(tmp_path, 0, shared=shared) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            for method in ("GET", "OPTIONS"):
                connection = HTTPConnection("127.0.0.1", server.server_port)
                connection.request(method, "/a.sqlite", headers={"Range": "bytes=2-4"})
                answer = connection.getresponse()
                answer.read()
                heads[shared, method] = (answer.status, dict(answer.headers))
                connection.close()
            server.shutdown()
            thread.join()
    status, head = heads[True, "GET"]
    assert status == 206
    assert head["Access-Control-Allow-Origin"] == "*"
    assert "Content-Range" in head["Access-Control-Expose-Headers"]
    assert head["Content-Range"] == "bytes 2-4/10"
    status, head = heads[True, "OPTIONS"]
    assert (status, head["Access-Control-Allow-Headers"]) == (204, "Range")
    assert "Access-Control-Allow-Origin" not in heads[False, "GET"][1]
    assert heads[False, "OPTIONS"][0] == 501


def test_the_command_says_what_to_upload_and_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a build where to; `serve --downloads` shows them, and without any says what to set."""
    site = SiteResult(tmp_path / "site", 1, (), FILES)
    told = cli._build_text(BuildResult(False, 1, 0, (), site=site), site.out)  # noqa: FBT003  # unchanged
    assert f"build/downloads/，请传到 {FILES}" in told
    refused = run("serve", "--downloads", "--root", tmp_path)
    assert refused.exit_code == 2
    assert "extra.downloads" in refused.stderr
    (tmp_path / DOWNLOADS / "data").mkdir(parents=True)
    (tmp_path / DOWNLOADS / "data" / "index.json").write_text("{}", encoding="utf-8")
    served: list[object] = []
    monkeypatch.setattr(cli, "serve_site", lambda *given, **more: served.append((given, more)))
    assert run("serve", "--downloads", "--root", tmp_path, "--port", "8001").exit_code == 0
    assert served == [((tmp_path / DOWNLOADS, 8001), {"shared": True})]
