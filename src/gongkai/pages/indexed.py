"""What the full-text search is given of a page: its text as comparisons see it, and its facets.

The index is not made of the pages themselves but of bare copies, one line a paragraph or row of a
table: letters and digits folded to their plain forms, no addresses of single cells. That makes the
index small, and a page may show what it likes. The words come from the page as it was built, so
that whatever a reader can see there can be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from lxml import etree, html

from gongkai.tidy import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Pages that the lookup of names leads to, or that show texts of other pages again.
LED_TO = ("agencies", "beside", "regions", "search", "years")
_IGNORE, _FILTER, _META = "data-pagefind-ignore", "data-pagefind-filter", "data-pagefind-meta"
_SILENT = frozenset({"button", "form", "nav", "noscript", "script", "style", "svg", "template"})
#: Classes of what a report's tables have besides its own figures: marks, and the year before.
_BESIDES = frozenset({"gk-mark", "y"})
_CELLS = frozenset({"td", "th"})
#: Stands between the cells of a row, so that an excerpt does not run figures together.
_RULE = " ｜ "
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    *("article", "aside", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure"),
    *("footer", "header", "li", "ol", "p", "pre", "section", "summary", "table", "tr", "ul"),
}
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NUMBER = r"[0-9][0-9.,]*"
#: A number and the characters on both sides, whatever signs or spaces stand between.
_BESIDE = re.compile(rf"([{_HAN}]?)[\W_]*({_NUMBER})(?=[\W_]*([{_HAN}]?))")


@dataclass(slots=True)
class _Seen:
    """What was read of a page so far."""

    facets: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    title: str = ""
    near: dict[str, None] = field(default_factory=dict)


def beside(text: str) -> Iterator[str]:
    """Numbers with the character before, and with the one after: 第3, 3项.

    The search engine takes number and character for two words; together they are one more.

    >>> list(beside("第3项，共1,234 件"))
    ['第3', '3项', '共1234', '1234件']
    """
    for found in _BESIDE.finditer(text):
        number = re.sub("[.,]", "", found[2])
        if found[1]:
            yield found[1] + number
        if found[3]:
            yield number + found[3]


def _is_skipped(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _SILENT or _IGNORE in element.attrib:
        return True
    return not _BESIDES.isdisjoint(element.get("class", "").split())


class _Reader:
    """Reads an article into lines."""

    def __init__(self) -> None:
        self.seen = _Seen()
        self.pieces: list[str] = []
        self.cell = ""

    def say(self, text: str | None) -> None:
        if text:
            self.pieces.append(letters(text))

    def end_block(self, tag: str, name: str) -> None:
        """Close the line that was open."""
        text = " ".join("".join(self.pieces).split())
        self.pieces = []
        if text:
            self.seen.lines.append((tag, name, text))

    def read(self, element: etree._Element) -> None:
        """Read an element with all that is in it, but not what comes after."""
        if _is_skipped(element):
            if isinstance(element.tag, str) and element.get(_IGNORE) != "all":
                self.facets(element)
            return
        tag = str(element.tag)
        if tag in _BLOCKS:
            self.end_block("p", "")
        begun = len(self.pieces)
        self.say(element.text)
        for child in element:
            self.read(child)
            self.say(child.tail)
        if tag in _CELLS or tag == "br":
            self.pieces.append(_RULE if tag in _CELLS else " ")
        self.near(tag, "".join(self.pieces[begun:]))
        if tag in _BLOCKS:
            if _META in element.attrib or (tag == "h1" and not self.seen.title):
                self.seen.title = " ".join("".join(self.pieces).split())
            self.end_block(tag if tag in _HEADINGS else "p", element.get("id", ""))

    def near(self, tag: str, text: str) -> None:
        """Keep the numbers of a block or a cell with what stands beside them."""
        if tag in _CELLS or (tag in _BLOCKS and tag != "tr"):
            self.seen.near.update(dict.fromkeys(beside(text)))

    def facets(self, element: etree._Element) -> None:
        """Keep the facets in an element that is not read itself."""
        for one in element.iter(etree.Element):
            name = one.get(_FILTER)
            if name is not None:
                self.seen.facets.append((name, one.text or ""))


def _written(seen: _Seen) -> Iterator[str]:
    yield f'<html lang="zh-CN"><body><p {_IGNORE}>'
    for name, value in seen.facets:
        yield f'<i {_FILTER}="{escape(name)}">{escape(value)}</i>'
    near = escape(" ".join(seen.near))
    yield f'<i {_META}="title">{escape(seen.title)}</i>'
    yield f'<i {_META}="near[title]" title="{near}"></i></p>\n'
    for tag, name, text in seen.lines:
        anchor = f' id="{escape(name)}"' if name and tag in _HEADINGS else ""
        yield f"<{tag}{anchor}>{escape(text)}</{tag}>\n"
    yield "</body></html>\n"


def indexed(page: bytes) -> str | None:
    """The bare copy of a page; None where nothing of it is to be found by its text."""
    found = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    articles = found.findall(".//article")
    if not articles:
        return None
    reader = _Reader()
    reader.read(articles[0])
    return "".join(_written(reader.seen)) if reader.seen.lines else None


def indexed_pages(site: Path) -> list[str]:
    """The pages of a built site that are searched, as paths below it."""
    found: Iterable[Path] = (path.relative_to(site) for path in site.rglob("index.html"))
    return sorted(path.as_posix() for path in found if path.parts[0] not in LED_TO)


def write_indexed(site: Path, folder: Path, name: str) -> None:
    """Write the bare copy of a page of the site under its own path in the folder."""
    text = indexed((site / name).read_bytes())
    if text is not None:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
