"""Word's styles: what of them decides what is read (ECMA-376 part 1, 17.7).

Headings, numbering, hidden, raised and struck text. Looks are left alone. It knows no text and no
place of a document; how a number is counted is `docx_numbering`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gongkai.read.ooxml import attribute, child, children, is_on, named, number, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

_BODY = -1
# Styles that build on each other further than this build on themselves.
_CHAIN = 20
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLES = frozenset({"title", "标题"})
_CONTENTS = re.compile(r"(?:toc|目录)\s*[1-9]", re.IGNORECASE)
_LOOKS = frozenset({"position", "color", "sz"})
_MEANT = frozenset({"vanish", "strike", "dstrike", "vertAlign", *_LOOKS})
# Half points by which text is seen above or below its line, and a size that nobody can see.
_MOVED, _TINY = 4, 4
_PALE = "FFFFFF"
_GROUND = frozenset({"background1", "light1"})
_PLACES = frozenset({"superscript", "subscript"})


@dataclass(frozen=True, slots=True)
class Marks:
    """What a run's properties mean for its text.

    `moved` off its line, `pale` (white) and `tiny` text is seen apart from what it is written
    against, or not at all.
    """

    hidden: bool = False
    struck: bool = False
    place: str = ""
    moved: bool = False
    pale: bool = False
    tiny: bool = False

    @property
    def look(self) -> tuple[bool, bool, bool]:
        """What text must share to be seen as one word."""
        return (self.moved, self.pale, self.tiny)


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it takes from those it builds on. `outline`: 0 to 8, -1 for body text.

    `owner` is the style that names the list, which may be one it builds on.
    """

    owner: str = ""
    outline: int = _BODY
    num_id: str = ""
    level: int | None = None
    contents: bool = False
    marks: Marks = Marks()


_BODY_TEXT = Style()


class Styles:
    """The styles of a document, looked up when the first paragraph or run names one.

    A paragraph that names none is body text: what the default style says is looks.

    Args:
        load: gives `word/styles.xml`, if there is one. It is often the largest part.
    """

    def __init__(self, load: Callable[[], etree._Element | None]) -> None:
        self._load = load
        self._known: dict[str, Style] = {}

    @cached_property
    def _elements(self) -> dict[str, etree._Element]:
        root = self._load()
        found = children(root, "style") if root is not None else ()
        return {attribute(one, "styleId"): one for one in found}

    def list_of(self, style: str) -> str:
        """The id of the list that a style of lists names, "" without one."""
        return value(child(child(self._elements.get(style), "pPr"), "numPr"), "numId") or ""

    def paragraph(self, style: str | None) -> Style:
        """The style of a paragraph that names this style, or none."""
        return _BODY_TEXT if style is None else self._style(style, 0)

    def run(self, marks: Marks, properties: etree._Element) -> Marks:
        """The marks of a run: those around it, of its style, and its own, the last one first."""
        own = named(properties)
        style = own.get("rStyle")
        if style is not None:
            marks = _over(marks, self._style(attribute(style, "val"), 0).marks)
        return _marked(marks, own)

    def _style(self, style: str, depth: int) -> Style:
        known = self._known.get(style)
        if known is not None:
            return known
        element = self._elements.get(style)
        if element is None or depth > _CHAIN:
            return Style()
        base = value(element, "basedOn")
        start = self._style(base, depth + 1) if base else Style()
        made = self._known[style] = _built(style, element, start)
        return made


def _built(style: str, element: etree._Element, base: Style) -> Style:
    name = value(element, "name") or style
    properties, run = child(element, "pPr"), child(element, "rPr")
    list_ = child(properties, "numPr")
    heading = _HEADING.fullmatch(name)
    outline = int(heading[1]) - 1 if heading else 0 if name.lower() in _TITLES else base.outline
    level = child(list_, "ilvl")
    num_id = value(list_, "numId")
    return Style(
        owner=style if num_id is not None else base.owner,
        outline=number(child(properties, "outlineLvl"), "val", outline),
        num_id=num_id if num_id is not None else base.num_id,
        level=number(level, "val", 0) if level is not None else None if num_id else base.level,
        contents=base.contents or _CONTENTS.fullmatch(name) is not None,
        marks=_marked(base.marks, named(run)),
    )


def _marked(marks: Marks, properties: dict[str, etree._Element]) -> Marks:
    """The marks with a run's own properties over them."""
    if _MEANT.isdisjoint(properties):
        return marks
    hidden = is_on(properties, "vanish")
    strikes = [is_on(properties, "strike"), is_on(properties, "dstrike")]
    struck = [one for one in strikes if one is not None]
    align = properties.get("vertAlign")
    place = marks.place if align is None else attribute(align, "val")
    made = replace(
        marks,
        hidden=marks.hidden if hidden is None else hidden,
        struck=any(struck) if struck else marks.struck,
        place=place if place in _PLACES else "",
    )
    return made if _LOOKS.isdisjoint(properties) else _seen(made, properties)


def _seen(marks: Marks, properties: dict[str, etree._Element]) -> Marks:
    """The marks with what a run says of its place, colour and size."""
    moved, color, size = (properties.get(name) for name in ("position", "color", "sz"))
    return replace(
        marks,
        moved=marks.moved if moved is None else abs(number(moved, "val", 0)) >= _MOVED,
        pale=marks.pale if color is None else _is_white(color),
        tiny=marks.tiny if size is None else number(size, "val", _TINY + 1) <= _TINY,
    )


def _is_white(color: etree._Element) -> bool:
    """Whether a colour is white, or the theme's ground where nothing darkens it."""
    theme = attribute(color, "themeColor")
    if theme:
        return theme in _GROUND and not attribute(color, "themeShade")
    return attribute(color, "val").upper() == _PALE


def _over(below: Marks, above: Marks) -> Marks:
    return Marks(
        below.hidden or above.hidden,
        below.struck or above.struck,
        above.place or below.place,
        below.moved or above.moved,
        below.pale or above.pale,
        below.tiny or above.tiny,
    )
