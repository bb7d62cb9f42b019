"""The list of pages for search engines: every page once, with the day of its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: How many addresses the protocol allows in one file.
MOST = 50_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """A page: its address, and the day of its data as ISO text, empty where there is none."""

    address: str
    date: str


def _xml(outer: str, inner: str, listed: Iterable[Listed]) -> bytes:
    lines = [
        f"<{inner}><loc>{escape(one.address)}</loc>"
        + (f"<lastmod>{escape(one.date)}</lastmod>" if one.date else "")
        + f"</{inner}>"
        for one in listed
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{_SPACE}">'
    return "\n".join([head, *lines, f"</{outer}>", ""]).encode()


def sitemap_files(listed: Sequence[Listed], site_url: str, most: int = MOST) -> dict[str, bytes]:
    """The list, in parts where it is long, and the file that leads robots to it.

    Args:
        listed: the pages.
        site_url: the address of the site's root.
        most: how many pages a file may name.
    """
    pages = sorted(set(listed))
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {site_url}sitemap.xml\n".encode()
    if len(pages) <= most:
        return {"robots.txt": robots, "sitemap.xml": _xml("urlset", "url", pages)}
    files = {"robots.txt": robots}
    parts = []
    for number, start in enumerate(range(0, len(pages), most), start=1):
        part = pages[start : start + most]
        name = f"sitemap-{number}.xml"
        files[name] = _xml("urlset", "url", part)
        parts.append(Listed(site_url + name, max(one.date for one in part)))
    files["sitemap.xml"] = _xml("sitemapindex", "sitemap", parts)
    return files
