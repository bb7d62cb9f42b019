"""Word (.docx, also with macros or as a template): what is printed, as blocks.

Paragraphs carry `line`, the paragraph's number in the document counting from 1 with those inside
tables and text boxes; table cells carry block, row and column; both carry the element's path.

In: tracked insertions, results of fields, content controls, the numbers Word computes, text boxes
(once, where they are anchored). Out: tracked deletions, hidden text, field codes, the table of
contents, running heads, notes at the foot of the page, and whatever is linked or embedded: none of
it is ever opened. The sign of a note stays as a raised digit, so that no figure grows by it.

A table that only arranges the page is taken apart: its cells are read one after the other. A
nested table that fits the columns around it becomes part of the outer table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from gongkai.read.archive import local
from gongkai.read.docx_numbering import Numbering
from gongkai.read.docx_styles import Marks, Style, Styles
from gongkai.read.docx_tables import Cell, Image, Item, Printer, Row, Table, Text, bounded
from gongkai.read.error import over_limit
from gongkai.read.limits import LIMITS
from gongkai.read.ooxml import (
    EMU,
    Package,
    attribute,
    child,
    children,
    is_on,
    named,
    number,
    told_apart,
    value,
)
from gongkai.read.pictured import OBJECT, may_hold_figure, may_hold_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

    from gongkai.model import Block

_KIND = "Word "
_PART = "word/document.xml"
# Twentieths of a point.
_TWIPS = 20
# Outline levels count from 0 to 8; 9 is body text (17.3.1.20).
_HEADINGS = 9

#: Elements that are walked through: what they hold stands where they stand.
_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "dir", "bdo"}
)
#: Elements whose text is not printed, or not here.
_SILENT = frozenset(
    {
        "del", "moveFrom", "delText", "delInstrText", "rPr", "pPr", "sdtPr", "sdtEndPr", "rt",
        "fldData", "tcPr", "trPr", "tblPr", "tblGrid", "smartTagPr", "customXmlPr", "altChunk",
        "posOffset", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "sectPr",
    }
)  # fmt: skip
#: Elements that hold a drawn thing; text boxes may be inside.
_DRAWN = frozenset({"drawing", "pict", "object"})
#: What shows that a drawn thing is a picture, a chart or a foreign table and no bare shape.
_IMAGES = frozenset({"pic", "imagedata", "chart", "relIds", "OLEObject"})
#: Pieces of a formula that must not grow together (1 over 2 is not 12).
_FORMULA_PARTS = frozenset({"num", "den", "sup", "sub", "deg", "lim"})
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)\s*(pt|in|cm|mm|px)?")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "": 0.75}


@dataclass(slots=True)
class _Field:
    """A field that is open: its code so far, and whether its result has begun."""

    code: str = ""
    result: bool = False


@dataclass(slots=True)
class _Story:
    """A paragraph while it is read: its text, and what floats beside it."""

    out: list[str] = field(default_factory=list)
    floats: list[Item] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    contents: bool = False
    look: tuple[bool, bool, bool] = Marks().look

    @property
    def ends_with_digit(self) -> bool:
        """Whether a digit of the text would be written against what follows."""
        return bool(self.out) and self.out[-1][-1:].isdigit()


def read_docx(data: bytes, name: str) -> tuple[Block, ...]:
    """The blocks of a Word file.

    Args:
        data: the file.
        name: what loci and messages call it.

    Raises:
        ReadError: if it is damaged, has a password, or breaks a limit.
    """
    package = Package(data, name, _KIND)
    part = package.main(_PART)
    root = package.xml(part)
    styles = Styles(lambda: package.related(part, "styles", "styles.xml"))
    lists = package.related(part, "numbering", "numbering.xml")
    walker = _Walker(styles, Numbering(lists, styles.list_of))
    try:
        items = list(chain.from_iterable(walker.items(body) for body in children(root, "body")))
        return tuple(Printer(name, root).blocks(items))
    except RecursionError as error:
        raise over_limit(name, "标签嵌套过深") from error


class _Walker:
    """Goes through the document once, in reading order, and keeps the counters."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.line = 0
        self.notes = 0
        self.carried = ""
        self.story = _Story()
        self.handlers: dict[str, Callable[[etree._Element], None]] = {
            "r": self._run,
            "t": lambda one: self._emit(one.text or ""),
            "sym": lambda one: self._emit(_symbol(one)),
            "fldChar": self._field_mark,
            "instrText": self._field_code,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "txbxContent": self._text_box,
            "AlternateContent": self._alternate,
            **dict.fromkeys(_BREAKS, lambda one: self._emit(_BREAKS[local(one)])),
            **dict.fromkeys(_DRAWN, self._drawn),
            **dict.fromkeys(_FORMULA_PARTS, self._formula_part),
        }

    def items(self, container: etree._Element) -> Iterator[Item]:
        """What stands in a body, a cell or a text box."""
        for one in container.iterchildren():
            name = local(one)
            if name == "p":
                yield from self._paragraph(one)
            elif name == "tbl":
                yield self._table(one)
            elif name == "AlternateContent":
                yield from self.items(_chosen(one))
            elif name in _WRAPPERS and not _is_contents(one):
                yield from self.items(one)

    def _paragraph(self, element: etree._Element) -> Iterator[Item]:
        self.line += 1
        line = self.line
        properties = named(child(element, "pPr"))
        style = self.styles.paragraph(_value(properties, "pStyle"))
        outer, self.story = self.story, _Story(marks=style.marks)
        self._inside(element)
        story, self.story = self.story, outer
        text = self.carried + "".join(story.out)
        self.carried = ""
        if _is_joined(properties, style.marks):
            # Without its mark a paragraph goes on in the next one, and is not counted.
            self.carried = text
        elif not (story.contents or style.contents):
            text = self._label(properties.get("numPr"), style) + text
            level = number(properties.get("outlineLvl"), "val", style.outline) + 1
            yield Text(text, level if 0 < level <= _HEADINGS else 0, line, element)
        yield from story.floats

    def _label(self, own: etree._Element | None, style: Style) -> str:
        """The number Word computes; the paragraph's own properties come before its style's."""
        if own is None and not style.num_id:
            return ""
        num_id = value(own, "numId")
        level = style.level
        if num_id is not None:
            level = 0
        elif level is None:
            level = self.numbering.level_of(style.num_id, style.owner)
        level = number(child(own, "ilvl"), "val", level)
        return self.numbering.label(style.num_id if num_id is None else num_id, level)

    def _inside(self, element: etree._Element) -> None:
        for one in element.iterchildren():
            name = local(one)
            handler = self.handlers.get(name)
            if handler is not None:
                handler(one)
            elif name and name not in _SILENT and not _is_contents(one):
                if name == "hyperlink" and attribute(one, "anchor").startswith("_Toc"):
                    self.story.contents = True
                self._inside(one)

    def _run(self, element: etree._Element) -> None:
        properties = child(element, "rPr")
        if properties is None:
            self._inside(element)
            return
        before = self.story.marks
        self.story.marks = self.styles.run(before, properties)
        self._inside(element)
        self.story.marks = before

    def _emit(self, text: str) -> None:
        story = self.story
        marks = story.marks
        if marks.hidden or any(not one.result for one in story.fields):
            return
        if marks.look != story.look and text[:1].isdigit() and story.ends_with_digit:
            story.out.append(" ")
        story.look = marks.look
        story.out.append(told_apart(text, marks.place, struck=marks.struck))

    def _note(self, element: etree._Element) -> None:
        """The number of a note, raised; where the author set a sign of his own, it follows."""
        if not _is_set(element, "customMarkFollows"):
            self.notes += 1
            self._emit(told_apart(str(self.notes), "superscript"))

    def _formula_part(self, element: etree._Element) -> None:
        self._emit(" ")
        self._inside(element)

    def _field_mark(self, element: etree._Element) -> None:
        fields = self.story.fields
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._emit(_chosen_entry(element))
            fields.append(_Field())
        elif fields and kind == "separate":
            fields[-1].result = True
        elif fields and kind == "end":
            closed = fields.pop()
            # A formula or a drawn sign (带圈字符) without a result: its code shows that it is there.
            if not closed.result and closed.code.strip().lower().startswith(("eq", "=")):
                self._emit(closed.code.strip())

    def _field_code(self, element: etree._Element) -> None:
        text = element.text or ""
        if self.story.fields:
            self.story.fields[-1].code += text
        if "PAGEREF _Toc" in text:
            self.story.contents = True

    def _drawn(self, element: etree._Element) -> None:
        floats = self.story.floats
        before = len(floats)
        self._inside(element)
        if len(floats) > before or not any(local(one) in _IMAGES for one in element.iter()):
            return
        size = _size(element)
        if may_hold_table(*size):
            floats.append(Image(_described(element), self.line, element))
        elif may_hold_figure(*size) and not _is_floating(element):
            self._emit(OBJECT)

    def _text_box(self, element: etree._Element) -> None:
        carried, self.carried = self.carried, ""
        self.story.floats.extend(self.items(element))
        self.carried = carried

    def _alternate(self, element: etree._Element) -> None:
        self._inside(_chosen(element))

    def _table(self, element: etree._Element) -> Table:
        carried, self.carried = self.carried, ""
        rows = [self._row(one) for one in _within(element, "tr") if not _is_row_out(one)]
        self.carried = carried
        return Table(tuple(row for row in rows if row.cells), element)

    def _row(self, element: etree._Element) -> Row:
        before = number(named(child(element, "trPr")).get("gridBefore"), "val", 0)
        cells: list[Cell] = []
        for one in _within(element, "tc"):
            properties = named(child(one, "tcPr"))
            if "cellDel" in properties:
                continue
            cell = self._cell(one, properties)
            if cell.joins == "left" and cells:
                cells[-1] = replace(cells[-1], span=bounded(cells[-1].span + cell.span))
            else:
                cells.append(replace(cell, joins="") if cell.joins == "left" else cell)
        return Row(tuple(cells), max(0, min(before, LIMITS.span)))

    def _cell(self, element: etree._Element, properties: dict[str, etree._Element]) -> Cell:
        items = tuple(self.items(element))
        if self.carried:  # the last mark of a cell cannot be taken away
            items = (*items, Text(self.carried, 0, self.line, element))
            self.carried = ""
        down, right = _value(properties, "vMerge"), _value(properties, "hMerge")
        joins = "left" if right in {"", "continue"} else "up" if down in {"", "continue"} else ""
        width = properties.get("tcW")
        known = width is not None and attribute(width, "type", "dxa") == "dxa"
        return Cell(
            items=items,
            element=element,
            span=bounded(number(properties.get("gridSpan"), "val", 1)),
            joins=joins,
            opens=down is not None,
            width=number(width, "w", 0) / _TWIPS if known else 0.0,
        )


def _is_set(element: etree._Element, name: str) -> bool:
    """Whether an attribute that is on or off is on."""
    return attribute(element, name, "0").lower() not in {"0", "false", "off"}


def _value(properties: dict[str, etree._Element], name: str) -> str | None:
    """The value of a property; None where it is not mentioned."""
    found = properties.get(name)
    return None if found is None else attribute(found, "val")


def _is_joined(properties: dict[str, etree._Element], marks: Marks) -> bool:
    """Whether the mark of the paragraph is deleted or hidden."""
    mark = named(properties.get("rPr"))
    if not mark:
        return False
    hidden = is_on(mark, "vanish")
    return "del" in mark or "moveFrom" in mark or (marks.hidden if hidden is None else hidden)


def _is_row_out(element: etree._Element) -> bool:
    """Whether a row is deleted (tracked) or hidden."""
    properties = named(child(element, "trPr"))
    return "del" in properties or bool(is_on(properties, "hidden"))


def _is_contents(element: etree._Element) -> bool:
    """Whether a content control is the table of contents: headings twice would mislead."""
    gallery = child(child(child(element, "sdtPr"), "docPartObj"), "docPartGallery")
    return gallery is not None and attribute(gallery, "val").lower() == "table of contents"


def _within(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those inside content controls."""
    for one in element.iterchildren():
        found = local(one)
        if found == name:
            yield one
        elif found in _WRAPPERS:
            yield from _within(one, name)
        elif found == "AlternateContent":
            yield from _within(_chosen(one), name)


def _chosen(element: etree._Element) -> etree._Element:
    """One branch of an alternative, never two: the first with anything in it (part 3, 7.5)."""
    for branch in chain(children(element, "Choice"), children(element, "Fallback")):
        if len(branch):
            return branch
    return element.makeelement("nothing")


def _symbol(element: etree._Element) -> str:
    """The character of `w:sym`; those of symbol fonts where it is known what they look like."""
    code = attribute(element, "char")
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    font = attribute(element, "font").lower()
    low = point - 0xF000 if 0xF000 <= point <= 0xF0FF else point  # noqa: PLR2004  # private use
    if font == "wingdings" and 0x80 <= low <= 0x8A:  # noqa: PLR2004  # circled 0 to 10
        return "⓪①②③④⑤⑥⑦⑧⑨⑩"[low - 0x80]
    if font == "symbol" and chr(low) in "0123456789+.,-()/%":
        return chr(low)
    return chr(point) if 0 < point < 0x110000 and not 0xD800 <= point < 0xE000 else ""  # noqa: PLR2004  # Unicode


def _chosen_entry(element: etree._Element) -> str:
    """The entry that is chosen in an old drop-down field; such a field has no result text."""
    drop_down = child(child(element, "ffData"), "ddList")
    entries = list(children(drop_down, "listEntry")) if drop_down is not None else []
    at = number(child(drop_down, "result"), "val", number(child(drop_down, "default"), "val", 0))
    return attribute(entries[at], "val") if 0 <= at < len(entries) else ""


def _is_floating(element: etree._Element) -> bool:
    """Whether a drawn thing stands over the text and not in it."""
    absolute = (one.get("style") or "" for one in element.iter())
    return any(local(one) == "anchor" for one in element.iter()) or any(
        "position:absolute" in style for style in absolute
    )


def _size(element: etree._Element) -> tuple[float, float]:
    """Width and height in points, of a drawing or of an old shape."""
    for one in element.iter():
        if local(one) == "extent":
            return number(one, "cx", 0) / EMU, number(one, "cy", 0) / EMU
        sizes = {
            key: float(size) * _POINTS[unit]
            for key, size, unit in _STYLE_SIZE.findall(one.get("style") or "")
            if size.count(".") <= 1 and size != "."
        }
        if len(sizes) > 1:
            return sizes["width"], sizes["height"]
    return 0.0, 0.0


def _described(element: etree._Element) -> str:
    """The alternative text of a picture."""
    for one in element.iter():
        text = attribute(one, "descr") or attribute(one, "alt")
        if text:
            return text
    return ""
