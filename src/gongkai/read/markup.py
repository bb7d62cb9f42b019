"""HTML text to blocks: what a browser shows, in the order it stands there, with its place.

It owns which elements are text and which tables are tables (`markup_table` has the rows and the
spans). It knows bytes and containers (`html`) as little as what a report is. Nothing is run,
fetched or expanded.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from gongkai.model import Block, Heading, Locus, Paragraph, Picture
from gongkai.read.error import over_limit
from gongkai.read.grid import Spanned, grid_of
from gongkai.read.limits import LIMITS
from gongkai.read.markup_styles import is_apart, is_raised, is_white, sheets_of
from gongkai.read.markup_table import (
    CELLS,
    PARTS,
    SECTIONS,
    Node,
    Row,
    Rows,
    colspans,
    is_layout,
    rowspans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Elements of which nothing is shown as text of the page.
_SILENT = frozenset(
    re.findall(
        r"\w+",
        "head script style noscript template title meta link base datalist colgroup col area map "
        "audio video iframe object embed canvas svg math applet param frame noframes progress meter",
    )
)
#: Elements that show something in a cell which is no text.
_PICTURED = frozenset({"img", "object", "embed", "canvas", "svg", "iframe", "applet", "math"})
_CONTROLS = frozenset({"input", "select", "textarea"})
#: Inputs whose value a reader sees as text.
_TYPED = frozenset({"", "text", "number", "tel", "search"})
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "html body p div li dd dt ul ol dl h1 h2 h3 h4 h5 h6 section article header footer nav main "
        "aside address blockquote pre xmp center form fieldset legend figure figcaption hr caption "
        "details summary menu dir marquee table thead tbody tfoot tr td th",
    )
)
#: Elements that do nothing but what `_BLOCKS` says; nearly all cells hold no others.
_PLAIN = frozenset({"p", "div", "br", "span", "font", "b", "strong", "i", "em", "u", "a", "o:p"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_RAISED = frozenset({"sup", "sub"})
_RAISED_DIGITS = str.maketrans("0123456789０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2)

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_NO_BOX = re.compile(r"display\s*:\s*none|visibility\s*:\s*collapse", re.IGNORECASE)
_APART = re.compile(
    r"display\s*:\s*(?:block|flex|grid|table|list-item)|float\s*:\s*(?:left|right)"
    r"|position\s*:\s*absolute",
    re.IGNORECASE,
)
# What a style must have in it to matter here; most have not.
_STYLED = re.compile(
    r"display|visibility|float|position|line-through|vertical-align|white-space"
    r"|font-size\s*:\s*[0-2]|opacity|margin-|padding-|(?<![\w-])color|(?<![\w-])(?:max-)?(?:width|height)"
    r"\s*:\s*0|text-indent\s*:\s*-|(?<![\w-])(?:transform|clip)",
    re.IGNORECASE,
)
_FLEX = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|grid)", re.IGNORECASE)
_PRE = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_NAME = re.compile(r"[a-z_][\w.-]*", re.ASCII)

# Line ends between two characters of a script without blanks are an editor's, not the text's.
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f“”‘’—…"
_SOURCE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n[ \t\n]*(?=[{_WIDE}])")
_SPACE = re.compile(r"[ \t\n\f\v]+")
_BLANK = " \t\n\f\v\r\xa0\u3000\u200b\ufeff"
#: Marks a line break that is shown; no text can hold it.
_NEWLINE = "\x00"
#: Unicode's own sign for an object among characters: a cell that shows a picture is not blank.
_OBJECT = "\ufffc"

#: libxml2 keeps line numbers up to here.
_LAST_LINE = 65_535
#: An attribute list this long, with so many blanks, costs more than any page is worth.
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{100000,}")
_MANY_ATTRIBUTES = 10_000

# Narrower or lower pictures are icons and spacers.
_ICON = 100
_SIZE = re.compile(r"(?:width|height)\s*:\s*([0-9.]+px)", re.IGNORECASE)
_PIXELS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?\s*(?:px)?")
_INTEGER = re.compile(r"-?[0-9]{1,6}")
_CJK_DIGITS = "〇一二三四五六七八九"
_CJK_STYLES = frozenset(
    re.findall(
        r"[\w-]+",
        "cjk-ideographic simp-chinese-informal simp-chinese-formal trad-chinese-informal "
        "trad-chinese-formal japanese-informal korean-hanja-informal",
    )
)


def blocks_of_html(
    text: str, name: str, *, line: int | None = 1, tables: int = 0, addressed: bool = True
) -> tuple[Block, ...]:
    """Blocks of HTML text.

    Args:
        text: the page, or a piece of one.
        name: what loci call the file.
        line: the line of the file in which `text` begins; None where lines have no meaning.
        tables: tables of the file that stand before it.
        addressed: whether loci carry the XPath of the element (not in a piece of a text file).

    Raises:
        ReadError: if the limits are broken.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    root = _parse(text, name)
    if root is None:
        return ()
    page = _Page(name, line, tables, addressed, sheets=sheets_of(root))
    page.element(Node(root, f"/{root.tag}"), 1)
    page.flush()
    return tuple(page.blocks)


def _parse(text: str, name: str) -> etree._Element | None:
    """The root element; None where there is none."""
    if text.count("<") > 2 * LIMITS.elements:
        raise over_limit(name, f"标签多于 {LIMITS.elements} 个")
    for found in _LONG_TAG.finditer(text):
        if len(found[0].split()) > _MANY_ATTRIBUTES:
            raise over_limit(name, "一个标签的属性过多")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root: etree._Element | None = etree.fromstring(
            text.encode("utf-8", errors="replace"), parser
        )
    except etree.XMLSyntaxError:
        return None
    last = parser.error_log.last_error
    if last is not None and "XML_PARSE_HUGE" in last.message:
        raise over_limit(name, "标签嵌套过深" if "depth" in last.message else "一段文字过长")
    return root


@dataclass
class _Page:
    """One walk over a page. `pieces` is the line of text that is being collected."""

    name: str
    line: int | None
    tables: int
    addressed: bool
    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    place: tuple[int | None, str] | None = None
    here: str = ""
    level: int = 0
    in_cell: bool = False
    own_only: bool = False
    pre: int = 0
    marker: str = ""
    styles: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)

    def locus(self, line: int | None, path: str, block: int | None = None) -> Locus:
        """A place in the file."""
        at = None
        if self.line is not None and line is not None:
            at = self.line + line - 1
        return Locus(self.name, line=at, block=block, element=path if self.addressed else None)

    def style(self, element: etree._Element) -> str:
        """The style of an element if it matters here; a page has few styles, often repeated."""
        style = element.get("style") or ""
        if element.tag == "font" and is_white(element.get("color") or ""):
            style = f"{style};color:white"
        if self.sheets:
            style = self._of_sheets(element) + style
        if not style:
            return ""
        known = self.styles.get(style)
        if known is None:
            known = self.styles[style] = style if _STYLED.search(style) else ""
        return known

    def _of_sheets(self, element: etree._Element) -> str:
        """What the style sheets of the page say of the classes and the id of an element."""
        names = [f".{one}" for one in (element.get("class") or "").lower().split()]
        names.append("#" + (element.get("id") or "").lower())
        return "".join(f"{self.sheets[one]};" for one in names if one in self.sheets)

    def children(self, node: Node) -> Iterator[Node]:
        """The elements in an element, each with its address."""
        if self.in_cell:  # the address of the cell is the place
            for child in node.element:
                if isinstance(child.tag, str):
                    yield Node(child, "")
            return
        counts: dict[str, int] = {}
        for at, child in enumerate(node.element, start=1):
            tag = child.tag
            if not isinstance(tag, str):
                continue
            counts[tag] = number = counts.get(tag, 0) + 1
            if number == 1 and tag in {"head", "body"}:
                step = tag
            else:
                step = f"{tag}[{number}]" if _NAME.fullmatch(tag) else f"*[{at}]"
            yield Node(child, f"{node.path}/{step}")

    # -- running text ------------------------------------------------------------------------

    def text(self, text: str | None, line: int | None) -> None:
        """Characters of the page."""
        if not text:
            return
        if self.pre:
            text = text.replace("\n", _NEWLINE)
        if self.place is None or self.marker:
            shown = text.lstrip(_BLANK + _NEWLINE)
            if shown:
                self._begin(text[: len(text) - len(shown)].count("\n"), line)
        self.pieces.append(text)

    def _begin(self, lines: int, line: int | None) -> None:
        """The first characters of a line of text: its place, and the number of its list item."""
        if self.place is None:
            self.place = (None if line is None else line + lines, self.here)
        if self.marker:
            self.pieces.append(self.marker)
            self.marker = ""

    def break_line(self) -> None:
        """End the line that is being collected."""
        if self.in_cell:
            self.pieces.append(_NEWLINE)
        else:
            self.flush()

    def flush(self) -> None:
        """Make blocks of what has been collected."""
        if self.place is not None:
            locus = self.locus(*self.place)
            for text in _lines(self.pieces):
                block = Heading(text, self.level, locus) if self.level else Paragraph(text, locus)
                self.blocks.append(block)
        self.pieces = []
        self.place = None

    # -- elements ----------------------------------------------------------------------------

    def element(self, node: Node, depth: int) -> None:
        """One element with all that is in it."""
        if depth > LIMITS.depth:
            raise over_limit(self.name, "标签嵌套过深")
        element = node.element
        tag = str(element.tag)
        style = self.style(element)
        if tag in _PICTURED or tag in _CONTROLS:
            self._object(node, tag, style)
        elif tag == "br":
            self.break_line()
        elif tag in _SILENT or _is_hidden(element, style):
            pass
        elif tag == "table":
            self._table(node, [node], depth)
        elif tag in _BLOCKS or (style and _APART.search(style)):
            self._block(node, tag, style, depth)
        else:
            self._inline(node, tag, style, depth)

    def _block(self, node: Node, tag: str, style: str, depth: int) -> None:
        self.break_line()
        here, level = self.here, self.level
        self.here = node.path
        self.level = _HEADINGS.get(tag, level)
        pre = tag in {"pre", "xmp"} or bool(style and _PRE.search(style))
        self.pre += pre
        self._content(node, depth)
        self.break_line()
        self.pre -= pre
        self.here, self.level = here, level

    def _inline(self, node: Node, tag: str, style: str, depth: int) -> None:
        apart = is_apart(tag, style)
        raised = tag in _RAISED or is_raised(style)
        if apart:
            self.pieces.append(" ")
        first = len(self.pieces)
        self._content(node, depth)
        if raised:
            self.pieces[first:] = [p.translate(_RAISED_DIGITS) for p in self.pieces[first:]]
        if apart:
            self.pieces.append(" ")

    def _content(self, node: Node, depth: int) -> None:
        """Text and elements in an element, in their order."""
        line = _line(node.element)
        self.text(node.element.text, line)
        style = self.style(node.element)
        spread = bool(style and _FLEX.search(style))
        numbers = _numbers(node.element) if node.element.tag == "ol" else None
        parts: list[Node] = []
        for child in self.children(node):
            element = child.element
            if element.tag in PARTS:  # a table of which the first mark is lost
                parts.append(child)
                if _goes_on(element):
                    continue
                self._table(None, parts, depth)
                parts = []
            elif numbers is not None and element.tag == "li":
                self.marker = numbers.next(element)
                self.element(child, depth + 1)
                self.marker = ""
            else:
                self.element(child, depth + 1)
            if spread:
                self.pieces.append(" ")
            self.text(element.tail, _line(element))

    def _object(self, node: Node, tag: str, style: str) -> None:
        """A picture or a form control. In a cell it is what the cell shows."""
        element = node.element
        if _is_hidden(element, style):
            return
        if self.in_cell:
            shown = _control_text(element) if tag in _CONTROLS else ""
            if shown:
                self.pieces.append(f" {shown} ")
            elif tag in _PICTURED and not _is_icon(element, 4):
                self.pieces.append(_OBJECT)
        elif tag == "img" and not _is_icon(element, _ICON):
            self.flush()
            words = element.get("alt") or element.get("title") or ""
            locus = self.locus(_line(element), node.path)
            self.blocks.append(Picture(words.strip(), locus))

    # -- tables ------------------------------------------------------------------------------

    def _table(self, table: Node | None, nodes: Sequence[Node], depth: int) -> None:
        """A table, or the cells of one whose first mark is lost."""
        if self.in_cell:
            if not self.own_only:
                self.break_line()
                for node in nodes:
                    self._flat(node, depth)
            return
        self.flush()
        found = Rows()
        for node in nodes:
            if node is table:
                self._gather(node, found, depth)
            else:
                self._gather_one(node, found, depth)
        found.rows.sort(key=lambda row: row.order)
        self._strays(found.before, depth)
        self._rows(table or nodes[0], found.rows, depth)
        self._strays(found.after, depth)

    def _flat(self, node: Node, depth: int) -> None:
        """A table in a cell of a table of figures: a line a row, cells parted by blanks."""
        if depth > LIMITS.depth:
            raise over_limit(self.name, "标签嵌套过深")
        element = node.element
        if _is_hidden(element, element.get("style") or ""):
            return
        if element.tag in CELLS:
            self._content(node, depth)
            self.pieces.append(" ")
            return
        self.pieces.append(element.text or "")
        for child in self.children(node):
            self._flat(child, depth + 1)
            self.pieces.append(child.element.tail or "")
        if element.tag == "tr":
            self.break_line()

    def _strays(self, strays: Iterable[Node | str], depth: int) -> None:
        """What stands in a table outside its cells."""
        for stray in strays:
            if isinstance(stray, str):
                self.text(stray, None)
            else:
                self.element(stray, depth + 1)
        self.flush()

    def _gather(self, node: Node, found: Rows, depth: int) -> None:
        """The rows in an element."""
        if depth > LIMITS.depth:
            raise over_limit(self.name, "标签嵌套过深")
        self._stray_text(node.element.text, found)
        for child in self.children(node):
            self._gather_one(child, found, depth + 1)
            self._stray_text(child.element.tail, found)

    def _stray_text(self, text: str | None, found: Rows) -> None:
        if text is not None and _is_text(text):
            found.after.append(text)

    def _gather_one(self, child: Node, found: Rows, depth: int) -> None:
        element = child.element
        tag = str(element.tag)
        if tag in _SILENT or _has_no_box(element):
            return
        if tag in CELLS:
            found.add(child)
        elif tag == "tr":
            found.begin()
            found.is_open = True
            self._gather(child, found, depth)
            found.is_open = False
        elif tag in SECTIONS:
            found.section(tag)
            self._gather(child, found, depth)
            found.section(None)
        elif tag != "table" and next(element.iter("td", "th"), None) is not None:
            self._gather(child, found, depth)
        else:
            found.after.append(child)

    def _rows(self, table: Node, rows: Sequence[Row], depth: int) -> None:
        """The rows as a grid if they are a table, as running text if they are layout."""
        texts = [[self._cell_text(cell, depth, own_only=True) for cell in r.cells] for r in rows]
        nested = {cell for row in rows for cell in row.cells if _has_table(cell)}
        if is_layout(texts, nested=bool(nested)):
            for cell in itertools.chain.from_iterable(row.cells for row in rows):
                self.element(cell, depth + 3)
        else:
            for row, shown in zip(rows, texts, strict=True):
                for at, cell in enumerate(row.cells):
                    if cell in nested:
                        shown[at] = self._cell_text(cell, depth, own_only=False)
            self._grid(table, rows, texts)

    def _grid(self, table: Node, rows: Sequence[Row], texts: Sequence[Sequence[str]]) -> None:
        self.tables += 1
        widths, heights = colspans(rows), rowspans(rows)
        spanned = []
        pictures = []
        for row, shown, wide, high in zip(rows, texts, widths, heights, strict=True):
            cells = []
            for cell, text, colspan, rowspan in zip(row.cells, shown, wide, high, strict=True):
                locus = self.locus(_line(cell.element), cell.path)
                cells.append(Spanned(text, locus, colspan, rowspan))
                if text == _OBJECT:
                    pictures.append(Picture("", locus))
            spanned.append(cells)
        locus = self.locus(_line(table.element), table.path, self.tables)
        self.blocks.append(grid_of(spanned, locus))
        self.blocks += pictures

    def _cell_text(self, cell: Node, depth: int, *, own_only: bool) -> str:
        """The text of a cell; without the tables in it, if `own_only`."""
        if _is_hidden(cell.element, cell.element.get("style") or ""):
            return ""
        kept = self.pieces, self.place, self.marker, self.in_cell, self.own_only
        self.pieces, self.place, self.marker = [], None, ""
        self.in_cell, self.own_only = True, own_only
        if self.pre or not self._plain(cell.element):
            self.pieces = []
            self._content(cell, depth + 3)
        text = "\n".join(_lines(self.pieces))
        self.pieces, self.place, self.marker, self.in_cell, self.own_only = kept
        if _OBJECT in text:
            words = text.replace(_OBJECT, "")
            return words if words.strip(_BLANK) else _OBJECT
        return text

    def _plain(self, element: etree._Element) -> bool:
        """Collect the text of an element in which nothing is special; False if something is."""
        pieces = self.pieces
        pieces.append(element.text or "")
        for child in element:
            tag = child.tag
            if tag not in _PLAIN or child.get("hidden") is not None or self.style(child):
                return False
            if tag in _BLOCKS or tag == "br":
                pieces.append(_NEWLINE)
            if not self._plain(child):
                return False
            if tag in _BLOCKS:
                pieces.append(_NEWLINE)
            pieces.append(child.tail or "")
        return True


class _Numbers:
    """The numbers a browser prints before the items of an ordered list."""

    def __init__(self, style: str, start: int) -> None:
        self.style = style
        self.number = start - 1

    def next(self, item: etree._Element) -> str:
        """The number of the next item, as printed."""
        value = item.get("value") or ""
        self.number = int(value) if _INTEGER.fullmatch(value) else self.number + 1
        if self.style == "none":
            return ""
        if self.style in _CJK_STYLES and 0 < self.number < 100:  # noqa: PLR2004  # two digits
            return f"{_cjk(self.number)}、"
        return f"{self.number}. "


def _numbers(element: etree._Element) -> _Numbers:
    found = _LIST_STYLE.search(element.get("style") or "")
    start = element.get("start") or ""
    return _Numbers(
        found[1].lower() if found is not None else "decimal",
        int(start) if _INTEGER.fullmatch(start) else 1,
    )


def _cjk(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _CJK_DIGITS[tens]) + "十" if tens else ""
    return ten + (_CJK_DIGITS[ones] if ones else "")


def _lines(pieces: Iterable[str]) -> list[str]:
    """The lines that a browser shows: blanks run together, none of them empty."""
    text = _SPACE.sub(" ", _SOURCE_BREAK.sub("", "".join(pieces)))
    lines = (line.strip(" ") for line in text.split(_NEWLINE))
    return [line for line in lines if line.strip(_BLANK)]


def _is_hidden(element: etree._Element, style: str) -> bool:
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def _has_no_box(element: etree._Element) -> bool:
    """Whether an element takes no place at all (an invisible cell still takes its own)."""
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _NO_BOX.search(style))


def _has_table(cell: Node) -> bool:
    """Whether a table, or a part of one that was never closed, stands in a cell."""
    return next(cell.element.iterdescendants("table", *PARTS), None) is not None


def _goes_on(part: etree._Element) -> bool:
    """Whether another part of the same table follows."""
    following = part.getnext()
    return following is not None and following.tag in PARTS and not _is_text(part.tail)


def _line(element: etree._Element) -> int | None:
    """The line in which the mark that begins an element ends."""
    line = element.sourceline
    return line if isinstance(line, int) and line < _LAST_LINE else None


def _inner(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _is_text(text: str | None) -> bool:
    return bool(text and text.strip(_BLANK))


def _control_text(element: etree._Element) -> str:
    """What a reader sees in a form control."""
    if element.tag == "input":
        typed = (element.get("type") or "").strip().lower() in _TYPED
        return (element.get("value") or "") if typed else ""
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options
        return _inner(chosen[0]) if chosen else ""
    return _inner(element)


def _is_icon(element: etree._Element, size: int) -> bool:
    """Whether a picture is known to be smaller than this, by its attributes or its style."""
    sizes = [element.get("width") or "", element.get("height") or ""]
    sizes += [found[1] for found in _SIZE.finditer(element.get("style") or "")]
    return any(_PIXELS.fullmatch(text) and float(text.rstrip("px ")) < size for text in sizes)
