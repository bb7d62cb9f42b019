"""Downloads under an address of their own: taken out of the built site, into a folder to upload.

`package/elsewhere.py` says which files those are. The folder has their paths below the site's root,
and copies of the list of data and of the schemas, so that who goes there alone finds his way.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.package.elsewhere import addressed, is_download, way
from gongkai.package.text import write_json
from gongkai.site.disk import replace_folder, write_file
from gongkai.site.markdown import SiteError
from gongkai.site.ways import resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Where downloads are ready to be uploaded, below the project's folder.
DOWNLOADS = Path("build", "downloads")
_INDEX = "data/index.json"
_COPIED = re.compile(r"data/(?:index\.json|schemas/[^/]+)")
_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d{1,5})?/(?:[\w.~%-]+/)*", re.ASCII)
#: What a page has where it names a file; the last two are those of scripts.
_WAY = re.compile(
    r'(\s(?:href|data-original|data-database)=")(?![a-z][a-z0-9+.-]*:|[#?/"])([^"#?]+)'
)
#: In hand-written pages, below the site's address: the folder that code fetches from, at the end of
#: a line, or any path.
_NAMED = r'(?:(data/)(?="\s*$)|([\w./-]+))'


def downloads_address(extra: Mapping[str, Any]) -> str:
    """Where downloads are by the settings; empty for the site itself.

    Raises:
        SiteError: if that is no full address with a `/` at its end.
    """
    given = str(extra.get("downloads") or "")
    if given and _ADDRESS.fullmatch(given) is None:
        raise SiteError(
            f"mkdocs.yml 的 extra.downloads 不能用：{given}。"
            "办法：写完整的地址，以 / 结尾，例如 https://data.example.org/gongkai/；下载留在网站上就空着。"
        )
    return given


def readdressed(text: str, site_url: str, downloads: str) -> str:
    """A hand-written page, whose code names downloads by their full address.

    Args:
        text: the page.
        site_url: the address of the site's root.
        downloads: where downloads are; empty for the site itself.
    """
    if not downloads:
        return text

    def led(found: re.Match[str]) -> str:
        moved = found[1] is not None or is_download(found[2])
        return downloads + (found[1] or found[2]) if moved else found[0]

    return re.sub(re.escape(site_url) + _NAMED, led, text, flags=re.MULTILINE)


def relinked(html: str, page: str, downloads: str) -> str:
    """A page whose links to downloads lead there.

    Args:
        html: the page.
        page: its path below the site's root.
        downloads: where downloads are.
    """

    def led(found: re.Match[str]) -> str:
        target = resolved(found[2], page)
        return found[1] + way(target, downloads) if is_download(target) else found[0]

    return _WAY.sub(led, html)


def _tell(index: Path, downloads: str) -> None:
    """Say in the list of data where each file is."""
    listed = json.loads(index.read_bytes())
    write_file(index, write_json(listed | {"files": addressed(listed["files"], downloads)}))


def _drop_empty(site: Path) -> None:
    for folder in sorted((path for path in site.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def part_downloads(site: Path, target: Path, downloads: str) -> None:
    """Take the downloads out of a finished site, and lead to where they will be.

    Where they stay on the site, nothing is done but that no old folder of them is left.

    Args:
        site: the folder of the finished site.
        target: the folder for them; it is replaced as a whole.
        downloads: where they will be; empty for the site itself.

    Raises:
        OSError: where moving or writing fails.
    """
    if not downloads:
        shutil.rmtree(target, ignore_errors=True)
        return
    new = target.with_name(f".{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    _tell(site / _INDEX, downloads)
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        if is_download(name):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, new / name)
        elif _COPIED.fullmatch(name):
            write_file(new / name, path.read_bytes())
        elif name.endswith(".html"):
            html = relinked(path.read_text(encoding="utf-8"), name, downloads)
            write_file(path, html.encode())
    _drop_empty(site)
    replace_folder(new, target)
