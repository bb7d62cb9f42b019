"""The last pass over built pages, before any download stands beside them.

Each page loses what the theme writes and nothing needs, is given its policy, and tells the list of
pages for search engines its address and date. The style sheets become one.
"""

from __future__ import annotations

import re
import shutil
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gongkai.site.card import draw_card
from gongkai.site.chart import chart_files
from gongkai.site.disk import write_file
from gongkai.site.npm import SQL_PARTS, TABLE_PARTS
from gongkai.site.policy import secured
from gongkai.site.sitemap import Listed, sitemap_files

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.site.npm import WebParts

#: The picture that stands beside a link in a messenger; the head of each page names it.
CARD = "static/card.png"
#: The page that reads the database of the downloads.
_ASK = "ask/index.html"
#: Files of the theme that no page asks for, and the list of pages that mkdocs writes.
_UNUSED = ("assets/javascripts/lunr", "assets/javascripts/workers")
_MKDOCS_LIST = "sitemap.xml.gz"
_ADDRESS = re.compile(rb'<link rel="canonical" href="([^"]*)">')
_DATE = re.compile(rb'<meta property="og:updated_time" content="([^"]*)">')
#: The theme's style sheets, and ours, which they are joined with.
_THEME_STYLES, _STYLES = "assets/stylesheets", "static/gongkai.css"
#: What the theme indents; nothing of it is text as it stands.
_INDENTED = re.compile(rb"\s*\n\s*")
#: Places of the theme for what this site does not have: its own way past the head, a banner, the
#: ground of its drawer, a note that something was copied. Its script asks for none of them.
_FURNITURE = re.compile(
    rb'<div data-md-component="(?:skip|announce)">(?s:.*?)</div>\n'
    rb'|<label class="md-overlay" for="__drawer"></label>\n'
    rb'|<div class="md-dialog" data-md-component="dialog">\n.*\n</div>\n'
)
_ARTICLE = re.compile(rb"(<article\b.*</article>)", re.DOTALL)
#: Text with its line breaks, which a page in one line of source must write as references; not where
#: it begins with one, which HTML would drop.
_PREFORMATTED = re.compile(rb'(?<=<pre class="gk-pre")[^>]*>(?!&#10;)[^<]*(?=</pre>)')
_HIDDEN = b'<meta name="robots" content="noindex">'


def _listed(html: bytes) -> Listed | None:
    """What the list says of a page; None where search engines should pass it by."""
    address = _ADDRESS.search(html)
    if address is None or _HIDDEN in html:
        return None
    date = _DATE.search(html)
    return Listed(unescape(address[1].decode()), date[1].decode() if date else "")


def _host(address: str) -> tuple[str, ...]:
    """The host of an address, as a policy names it; none where the address is a way on the site."""
    parts = urlsplit(address)
    return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()


def _bare(frame: bytes) -> bytes:
    """What stands around the article, without indents, empty lines and what is never used."""
    return _FURNITURE.sub(b"", _INDENTED.sub(b"\n", frame))


def _read_plainly(found: re.Match[bytes]) -> bytes:
    """Line breaks and quotation marks as they are, which between tags mean the same."""
    start, _, text = found[0].partition(b">")
    return start + b">" + text.replace(b"&#10;", b"\n").replace(b"&#34;", b'"')


def _shortened(html: bytes) -> bytes:
    """The page with a bare frame; the article says what it said."""
    parts = _ARTICLE.split(html)
    return b"".join(
        _PREFORMATTED.sub(_read_plainly, part) if number % 2 else _bare(part)
        for number, part in enumerate(parts)
    )


def _join_styles(site: Path) -> None:
    """One style sheet instead of three: a page shows when all of them are there."""
    theme = site / _THEME_STYLES
    sheets = [*sorted(theme.glob("*.css")), site / _STYLES]
    write_file(site / _STYLES, b"\n".join(sheet.read_bytes() for sheet in sheets))
    shutil.rmtree(theme)


def finish_pages(site: Path, site_url: str, originals: str, downloads: str = "") -> None:
    """Give every page its policy; write the list of pages and the picture all of them name.

    Args:
        site: the folder with pages, and nothing that was handed in.
        site_url: the address of the site's root.
        originals: where pictures of originals are: a way on the site, or an address elsewhere.
        downloads: where downloads are; empty for the site itself.
    """
    hosts = _host(originals)
    read = {site / _ASK: _host(downloads)}
    listed = []
    for path in sorted(site.rglob("*.html")):
        html = _shortened(path.read_bytes())
        path.write_bytes(secured(html, hosts, read.get(path, ())))
        if (one := _listed(html)) is not None:
            listed.append(one)
    _join_styles(site)
    (site / _MKDOCS_LIST).unlink(missing_ok=True)
    for name, content in sitemap_files(listed, site_url).items():
        write_file(site / name, content)
    write_file(site / CARD, draw_card())


def add_parts(site: Path, parts: WebParts) -> None:
    """Add the parts from npm and drop what no page asks for."""
    for folder, wanted in ((parts.table, TABLE_PARTS), (parts.sql, SQL_PARTS)):
        if folder is not None:
            for name, target in wanted.items():
                write_file(site / "static" / "vendor" / target, (folder / name).read_bytes())
    for name, data in chart_files(parts.chart).items():
        write_file(site / "static" / "vendor" / name, data)
    for name in _UNUSED:
        shutil.rmtree(site / name, ignore_errors=True)
    for source_map in sorted(site.rglob("*.map")):
        source_map.unlink()
