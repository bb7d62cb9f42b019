"""The site as one zip that opens from any folder or stick, without a server and without a network.

Pages go along, what they are drawn with, the CSV beside each, and all data once, as CSV in a zip;
also data that a page reads as a script, which a folder allows: names, and what is compared.
Everything else (the same data in other formats, originals and their pictures, the API, the search
index, the engine that answers SQL) stays on the site, and links to it lead there. A folder does not answer an address that ends in `/`, so every way
names its file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gongkai.package.archive import zip_files
from gongkai.package.elsewhere import way as file_way
from gongkai.package.text import write_json
from gongkai.pages.compare_data import FOLDER as COMPARE
from gongkai.pages.words import size_words
from gongkai.site.disk import write_file
from gongkai.site.npm import SQL_PARTS, TABLE_PARTS
from gongkai.site.ways import resolved

if TYPE_CHECKING:
    from pathlib import Path

#: The zip below the site's root, the folder all its files are in, and the first to be read.
OFFLINE, FOLDER, README = "data/gongkai-site.zip", "gongkai", "README.txt"
TITLE = "整个网站（离线副本）"
#: What the page of downloads has where the size and the hash of the zip belong.
SIZE_HERE, SUM_HERE = "<!--offline-size-->", "<!--offline-sha256-->"
#: Where the foot of a page that was carried along says so.
_FOOT_HERE = "<!--offline-->"
#: The words of the page of downloads that offer the zip, below their heading.
_OFFER = re.compile(
    r'(<section aria-labelledby="offline">\s*<h2.*?</h2>).*?(?=</section>)', re.DOTALL
)
_README = """\
Gongkai 公开年报数据：离线副本

怎样打开：先把压缩包全部解开，再用浏览器打开这个文件夹里的 index.html。
不用安装，不用联网；放在 U 盘、光盘、共享文件夹里都可以。整个文件夹可以复制、转发。

里面有：全部网页；每份报告、每个机关、每个地区的 CSV；data/gongkai.zip 是全部数据（CSV）。
里面没有：原件和原件的图片、别的格式的下载、API、搜索和 SQL 的程序。这些链接通到网站。
全文搜索、筛选、用 SQL 问，要上网站：浏览器不让从文件夹打开的网页读数据文件。

网站：{site_url}
{downloads}{checked}许可：数据 CC BY 4.0，程序 MIT；原报告是国家机关的正式文件。

In English: unpack everything, then open index.html with a browser. No network is needed to read.
"""
_ASSETS = ("assets/", "static/")
#: Parts from npm that work on data a page in a folder may not read.
_ENGINES = frozenset(
    f"static/vendor/{name}" for name in (*TABLE_PARTS.values(), *SQL_PARTS.values())
)
#: All data; the other downloads say the same in other formats.
_DATA = "data/gongkai.zip"
_BESIDE = ("reports/", "agencies/", "regions/")
#: Folders of files as they were handed in; never pages of ours.
_HANDED_IN = ("/files/", "originals/")
#: Asked for by servers only.
_NOT_THERE = "404.html"
_WAY = re.compile(r'(\s(?:href|src|action)="|;\s*url=)(?![a-z][a-z0-9+.-]*:|[#?/"])([^"]+)(?=")')
_POLICY = re.compile(r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*')


def goes_along(path: str) -> bool:
    """Whether a file of the site is in the zip, by its path below the site's root."""
    if any(mark in path for mark in _HANDED_IN):
        return False
    if path.endswith(".html"):
        return path != _NOT_THERE
    if path.startswith(_ASSETS):
        return path not in _ENGINES
    if path.startswith(f"{COMPARE}/"):
        return path.endswith(".js")
    return path == _DATA or (path.endswith(".csv") and path.startswith(_BESIDE))


def way(value: str, page: str, kept: frozenset[str], site_url: str, downloads: str = "") -> str:
    """A relative way as it must be written where no server answers.

    Args:
        value: what the page has.
        page: the path of the page below the root.
        kept: the paths of all files in the zip.
        site_url: the address of the site's root, for what is not in the zip.
        downloads: where downloads are; empty for the site itself.
    """
    end = min((at for mark in "?#" if (at := value.find(mark)) >= 0), default=len(value))
    path, rest = value[:end], value[end:]
    target = resolved(path, page)
    if path.endswith("/") or path.rpartition("/")[2] in (".", ".."):
        target += "/" if target else ""
        if f"{target}index.html" in kept:
            return f"{path.removesuffix('/')}/index.html{rest}"
    elif target in kept:
        return value
    return f"{file_way(target, downloads, site_url)}{rest}"


def _foot(page: str, site_url: str) -> str:
    address = site_url + page.removesuffix("index.html")
    return (
        "<p>这是离线副本。全文搜索、筛选、用 SQL 问、原文图片和较大的下载要上网站："
        f'<a href="{address}">这一页在网上的地址</a>。</p>'
        f'<script src="{"../" * page.count("/")}static/folder.js" defer></script>'
    )


def carried(html: str, page: str, kept: frozenset[str], site_url: str, downloads: str = "") -> str:
    """A page as it goes along.

    Browsers differ in whether a file has the same origin as the page beside it, so the policy names
    files beside the site itself.
    """
    text = _POLICY.sub(lambda found: found[0].replace("'self'", "'self' file:"), html, count=1)
    text = _OFFER.sub(r"\1<p>您看的就是这一份。新的一份在网站的这一页上。</p>", text, count=1)
    text = text.replace(_FOOT_HERE, _foot(page, site_url), 1)
    return _WAY.sub(lambda found: found[1] + way(found[2], page, kept, site_url, downloads), text)


class _Members(Mapping[str, bytes]):
    """The files of the zip, each read and changed when its turn comes."""

    def __init__(self, site: Path, readme: str, site_url: str, downloads: str) -> None:
        paths = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
        self.site, self.site_url, self.downloads = site, site_url, downloads
        self.kept = frozenset(path for path in paths if goes_along(path))
        # Windows opens it in an editor that wants both signs.
        self.readme = b"\xef\xbb\xbf" + readme.replace("\n", "\r\n").encode()

    def __getitem__(self, name: str) -> bytes:
        path = name.removeprefix(f"{FOLDER}/")
        if path == README:
            return self.readme
        data = (self.site / path).read_bytes()
        if not path.endswith(".html"):
            return data
        return carried(data.decode(), path, self.kept, self.site_url, self.downloads).encode()

    def __iter__(self) -> Iterator[str]:
        return (f"{FOLDER}/{path}" for path in (README, *self.kept))

    def __len__(self) -> int:
        return len(self.kept) + 1


def write_offline(site: Path, site_url: str, checked: str | None, downloads: str = "") -> None:
    """Write the zip of a finished site, and say its size and hash where it is offered.

    Args:
        site: the folder of the finished site.
        site_url: the address of its root.
        checked: how far the data reach, as ISO text.
        downloads: where downloads will be, which are still on the site; empty where they stay.

    Raises:
        OSError: where writing fails.
    """
    reach = "" if checked is None else f"数据截至：{checked}\n"
    apart = f"别的格式的下载：{downloads}\n" if downloads else ""
    readme = _README.format(site_url=site_url, downloads=apart, checked=reach)
    target = site / OFFLINE
    zip_files(_Members(site, readme, site_url, downloads), target)
    size = target.stat().st_size
    with target.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    page = site / "data" / "index.html"
    text = page.read_text(encoding="utf-8")
    said = text.replace(SIZE_HERE, size_words(size)).replace(SUM_HERE, sha256)
    write_file(page, said.encode())
    index = site / "data" / "index.json"
    about = {"path": target.name, "bytes": size, "sha256": sha256, "mediatype": "application/zip"}
    listed = json.loads(index.read_bytes())
    listed["files"].append(about | {"title": TITLE})
    write_file(index, write_json(listed))
