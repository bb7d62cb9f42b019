"""Walks through a built site as files: every link and anchor, and the rules for tables."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where a page names something it links to or loads.
_NAMES = ("href", "src", "action", "data-src", "poster")


def _files(site: Path) -> set[str]:
    """All files, as they are spelt; a file system may not care, a host does."""
    return {
        Path(folder, name).relative_to(site).as_posix()
        for folder, _, names in os.walk(site)
        for name in names
    }


def _links(page: lxml.html.HtmlElement) -> Iterator[str]:
    for name in _NAMES:
        for link in page.xpath(f"//*[@{name}]/@{name}"):
            yield str(link)
    for many in page.xpath("//*[@srcset]/@srcset"):
        yield from (part.split()[0] for part in str(many).split(",") if part.strip())


def _anchors(page: lxml.html.HtmlElement) -> frozenset[str]:
    return frozenset(map(str, page.xpath("//*[@id]/@id | //a[@name]/@name")))


def _target(name: str, link: str, site_url: str) -> tuple[str, str] | None:
    """The file of the site and the anchor a link of the file `name` means; None for other hosts."""
    base = urljoin(site_url, name.removesuffix("index.html"))
    parts = urlsplit(urljoin(base, link))
    whole = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if not whole.startswith(site_url):
        return None
    path = unquote(whole.removeprefix(site_url))
    path = f"{path}index.html" if not path or path.endswith("/") else path
    return PurePosixPath(path).as_posix(), unquote(parts.fragment)


def broken_links(site: Path, site_url: str) -> list[str]:
    """The links of all pages that lead to no file, or to no such anchor of a page.

    The page shown where there is none (`404.html`) stands at no address and is left out.
    """
    files = _files(site)

    @cache
    def anchors(name: str) -> frozenset[str]:
        return _anchors(lxml.html.document_fromstring((site / name).read_bytes()))

    found = []
    for name in sorted(f for f in files if f.endswith(".html") and f != "404.html"):
        page = lxml.html.document_fromstring((site / name).read_bytes())
        for link in sorted(set(_links(page))):
            target = _target(name, link, site_url)
            if target is None:
                continue
            path, anchor = target
            if path not in files:
                found.append(f"{name}: {link}: no such file")
            elif anchor and path.endswith(".html") and anchor not in anchors(path):
                found.append(f"{name}: {link}: no such anchor")
    return found


def _cell_faults(table: lxml.html.HtmlElement) -> Iterator[str]:
    for head in table.iter("th"):
        if head.get("scope") is None and head.get("headers") is None:
            yield "th without scope"
    for cell in table.iter("th", "td"):
        if not cell.text_content().strip() and not cell.xpath(".//img[@alt] | .//input"):
            yield "empty cell"


def table_faults(page: lxml.html.HtmlElement) -> list[str]:
    """What is wrong with the tables of a page, each fault with the beginning of its table."""
    found = []
    for table in page.iter("table"):
        caption = table.find("caption")
        words = caption.text_content().strip() if caption is not None else ""
        faults = [] if words else ["no caption"]
        faults += [] if table.get("class") else ["no class"]
        wrapped = table.xpath("ancestor::*[@role='region' and @tabindex='0'][1]")
        faults += [] if wrapped else ["no wrapper that scrolls"]
        faults += sorted(set(_cell_faults(table)))
        found += [f"{words[:30] or table.text_content().strip()[:30]}: {fault}" for fault in faults]
    return found
