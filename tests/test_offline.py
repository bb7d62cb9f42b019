"""The site as one zip: what goes along, how its ways are written, and that the same site gives it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from gongkai.site.offline import FOLDER, OFFLINE, README, carried, goes_along, way, write_offline

if TYPE_CHECKING:
    from pathlib import Path

HOME = "https://gongkai.example.org/gk/"
KEPT = frozenset(
    {
        "index.html",
        "reports/index.html",
        "reports/a-2021/index.html",
        "reports/a-2021.csv",
        "agencies/a/index.html",
        "static/gongkai.css",
    }
)
HERE = "reports/a-2021/index.html"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'sha256-x'">
<link rel="canonical" href="https://gongkai.example.org/gk/data/"></head><body>
<section aria-labelledby="offline"><h2 id="offline">整个网站</h2><p><a href="gongkai-site.zip">下载</a>（<!--offline-size-->）</p><code><!--offline-sha256--></code></section>
<section><a href="../reports/">报告</a> <a class="x" href="..">首页</a> <a href="gongkai.sqlite">库</a></section>
<footer><!--offline--></footer></body></html>"""


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("index.html", True),
        ("reports/a-2021/index.html", True),
        ("agencies/old/index.html", True),
        ("404.html", False),
        ("assets/javascripts/bundle.js", True),
        ("static/gongkai.css", True),
        ("static/vendor/sqlite3.wasm", False),
        ("reports/a-2021.csv", True),
        ("reports/a-2021.json", False),
        ("reports/a-2021/files/a-2021.xlsx", False),
        ("reports/a-2021/files/original.html", False),
        ("originals/990100/a/2021/p1.webp", False),
        ("data/gongkai.zip", True),
        ("data/gongkai.sqlite", False),
        ("data/cells.csv", False),
        ("data/index.html", True),
        ("api/v1/reports/a-2021.json", False),
        ("api/index.html", True),
        ("pagefind/pagefind.js", False),
        ("sitemap.xml", False),
    ],
)
def test_what_goes_along(path: str, *, goes: bool) -> None:
    """Pages, what draws them, each page's CSV and all data once; nothing that was handed in."""
    assert goes_along(path) is goes


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("../", "../index.html"),
        ("..", "../index.html"),
        ("../../", "../../index.html"),
        ("../..", "../../index.html"),
        ("./", "./index.html"),
        (".", "./index.html"),
        ("../../agencies/a/", "../../agencies/a/index.html"),
        ("../../agencies/a/?x=1#t", "../../agencies/a/index.html?x=1#t"),
        ("../../agencies/a/#t/", "../../agencies/a/index.html#t/"),
        ("../a-2021.csv", "../a-2021.csv"),
        ("../../static/gongkai.css?v=2", "../../static/gongkai.css?v=2"),
        ("files/original.pdf", f"{HOME}reports/a-2021/files/original.pdf"),
        ("../../data/gongkai.sqlite", f"{HOME}data/gongkai.sqlite"),
        ("../../data/", f"{HOME}data/"),
        ("../b-2020/?y#z", f"{HOME}reports/b-2020/?y#z"),
        ("../../../../x", f"{HOME}x"),
    ],
)
def test_ways_name_their_file(value: str, written: str) -> None:
    """A folder becomes its page; what is not there is asked of the site."""
    assert way(value, HERE, KEPT, HOME) == written


def test_a_page_is_changed_where_it_must_be() -> None:
    """Ways, policy, the offer of the zip, the foot; addresses of the site stay."""
    html = carried(PAGE, "data/index.html", KEPT, HOME)
    assert 'href="../reports/index.html"' in html
    assert 'href="../index.html"' in html
    assert f'href="{HOME}data/gongkai.sqlite"' in html
    assert "default-src 'self' file:; script-src 'self' file: 'sha256-x'" in html
    assert "gongkai-site.zip" not in html
    assert "offline-" not in html
    assert '<h2 id="offline">整个网站</h2><p>您看的就是这一份' in html
    assert "<footer><p>这是离线副本。" in html
    assert f'<a href="{HOME}data/">这一页在网上的地址</a>' in html
    assert html.count(f'<link rel="canonical" href="{HOME}data/">') == 1


def test_what_is_not_a_way_is_left_alone() -> None:
    """Anchors, queries, other hosts, mail, data, and words that look like an attribute."""
    html = (
        '<a href="#a">1</a><a href="?q=1">2</a><a href="https://x.org/y/">3</a>'
        '<a href="mailto:a@x.org">4</a><img src="data:image/png;base64,AA=="><form action="">'
        '<p>写作 href=&#34;../&#34;</p><div data-root="../../"></div>'
    )
    assert carried(html, HERE, KEPT, HOME) == html


def test_a_page_that_leads_on_leads_to_a_file() -> None:
    """The way in the head is rewritten as the link is."""
    html = '<meta http-equiv="refresh" content="0; url=../a-2021/"><a href="../a-2021/">x</a>'
    changed = carried(html, "reports/b-2021/index.html", KEPT, HOME)
    assert changed.count("../a-2021/index.html") == 2


def make_site(root: Path) -> Path:
    """The few files a zip is made of."""
    files = {
        "index.html": '<a href="data/">x</a>',
        "data/index.html": PAGE,
        "data/index.json": '{"name": "gongkai", "files": []}',
        "data/gongkai.zip": "PK",
        "reports/index.html": "",
        "static/gongkai.css": "p{}",
        "pagefind/pagefind.js": "x",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_the_zip_is_offered_with_its_size_and_hash(tmp_path: Path) -> None:
    """On the page of downloads and in the list of files; the README says what to open."""
    site = make_site(tmp_path)
    write_offline(site, HOME, "2024-02-01")
    data = (site / OFFLINE).read_bytes()
    (listed,) = json.loads((site / "data" / "index.json").read_bytes())["files"]
    sha256 = hashlib.sha256(data).hexdigest()
    assert listed["path"] == "gongkai-site.zip"
    assert (listed["bytes"], listed["sha256"]) == (len(data), sha256)
    page = (site / "data" / "index.html").read_text(encoding="utf-8")
    assert f"<code>{sha256}</code>" in page
    assert "KB）" in page
    with zipfile.ZipFile(site / OFFLINE) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert set(names) == {
            f"{FOLDER}/{name}"
            for name in (
                README,
                "index.html",
                "data/index.html",
                "data/gongkai.zip",
                "reports/index.html",
                "static/gongkai.css",
            )
        }
        readme = archive.read(f"{FOLDER}/{README}")
        assert archive.read(f"{FOLDER}/index.html") == b'<a href="data/index.html">x</a>'
    assert readme.startswith(b"\xef\xbb\xbf")
    assert "index.html。\r\n" in readme.decode()
    assert "数据截至：2024-02-01\r\n" in readme.decode()


def test_the_same_site_gives_the_same_zip(tmp_path: Path) -> None:
    """In another folder too; without a date the README has no line for it."""
    made = []
    for name in ("a", "b"):
        site = make_site(tmp_path / name)
        write_offline(site, HOME, None)
        made.append((site / OFFLINE).read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "a" / OFFLINE) as archive:
        assert "数据截至" not in archive.read(f"{FOLDER}/{README}").decode()
