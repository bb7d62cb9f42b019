"""One page of an OFD file: text, path and image objects to marks, rules and pictures in points.

After GB/T 33190-2016, chapters 8 to 13. Elements are known by their local names, because real
files carry several namespaces. It does not know packages, paths of files or resources but by
what `Page` is given.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.read.archive import local
from gongkai.read.error import over_limit
from gongkai.read.layout import Mark, PageLayout, Rule
from gongkai.read.limits import LIMITS
from gongkai.read.pictured import may_hold_table
from gongkai.read.plane import UNIT, Matrix, around, moved, moved_box, straight_sides, times
from gongkai.read.upright import Shown, upright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml import etree

    from gongkai.read.plane import Box, Point

#: Points a millimetre.
POINTS = 72 / 25.4
# From millimetres to points.
_TO_POINTS: Matrix = (POINTS, 0.0, 0.0, POINTS, 0.0, 0.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_FARTHEST = 1e6
#: Above and below the base line, in sizes of the font.
ASCENT, _DESCENT = 0.88, 0.12
_WIDE = frozenset("WFA")
# Composite objects in composite objects deeper than this are not drawn.
_DEPTH = 12
# Points. What is thinner is a line, not an area.
_THIN = 3.0
# A path longer than this (characters) is a drawing, not a line of a table.
_DRAWING = 1_000_000
# Parts of the page's area: a picture that covers so much hides what was drawn before; pictures
# that cover so much make a page with few glyphs a scan.
_COVERS, _SCAN = 0.8, 0.5
_FEW_GLYPHS = 50
#: Numbers that follow a letter of a path, and which of them are the point it leads to.
_STEPS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
# Colours of grey and of red, green and blue have so many numbers; the paper has these or more.
_WHITES, _WHITE = (1, 3), 247.0
#: Text whose line is further from upright or lying (degrees) is a watermark.
_SLANTED = 10.0


@dataclass(frozen=True, slots=True)
class Image:
    """An image on a page: the number of its resource and its box in points."""

    resource: str
    box: Box


@dataclass
class Page:
    """What is drawn on a page while its objects are walked; `width` and `height` are in points.

    `composite` gives the content of a composite object by the number of its resource.
    """

    name: str
    number: int
    width: float
    height: float
    composite: Callable[[str], etree._Element | None]
    marks: list[Mark] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    turns: Counter[int] = field(default_factory=Counter)
    pale: set[int] = field(default_factory=set)
    grounds: list[Box] = field(default_factory=list)

    @property
    def is_scan(self) -> bool:
        """Whether the page is pictures: they cover it, and hardly a glyph stands on them."""
        area = sum((i.box[2] - i.box[0]) * (i.box[3] - i.box[1]) for i in self.images)
        return area >= _SCAN * self.width * self.height and len(self.marks) < _FEW_GLYPHS

    def draw(self, content: etree._Element, matrix: Matrix = _TO_POINTS, depth: int = 0) -> None:
        """Walk the objects below an element.

        Args:
            content: a page, a layer, a block or a composite object's content.
            matrix: from its millimetres to points of the page.
            depth: how many composite objects it stands in.

        Raises:
            ReadError: if there is more on the page than the limits allow.
        """
        for one in content:
            if not isinstance(one.tag, str) or not _is_on(one, "Visible"):
                continue
            kind = local(one)
            if kind == "TextObject":
                self._text(one, matrix)
            elif kind == "PathObject":
                self._path(one, matrix)
            elif kind == "ImageObject":
                self._image(one, matrix)
            elif kind == "CompositeObject" and depth < _DEPTH:
                inner = self.composite(one.get("ResourceID", ""))
                if inner is not None:
                    self.draw(inner, _placed(one, matrix), depth + 1)
            elif kind in {"Content", "Layer", "PageBlock"}:
                self.draw(one, matrix, depth)
            if len(self.marks) + len(self.rules) + len(self.images) > LIMITS.page_marks:
                raise over_limit(self.name, f"第 {self.number} 页的内容过多")

    @property
    def shown(self) -> Shown:
        """The page as it is shown; it counts as turned where most of its text is."""
        quarters = 0
        if self.turns:
            most, count = max(self.turns.items(), key=lambda item: (item[1], -item[0]))
            quarters = most if count * 2 > self.turns.total() else 0
        return Shown(self.width, self.height, quarters)

    def layout(self) -> PageLayout:
        """The page, turned upright where most of its text is turned."""
        boxes = (image.box for image in self.images)
        pictures = tuple(
            box
            for box in boxes
            if may_hold_table(box[2] - box[0], box[3] - box[1]) and not self._covers(box)
        )
        rules = tuple(Rule(*box) for box in self.rules)
        marks = tuple(
            mark
            for at, mark in enumerate(self.marks)
            if at not in self.pale or self._stands_out(mark)
        )
        page = PageLayout(self.number, self.width, self.height, marks, rules, pictures)
        return upright(page, self.shown.quarters)

    def _covers(self, box: Box) -> bool:
        area = (box[2] - box[0]) * (box[3] - box[1])
        return area >= _COVERS * self.width * self.height

    def _stands_out(self, mark: Mark) -> bool:
        """Whether a glyph in the colour of the paper stands on something of another colour."""
        x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
        boxes = [*self.grounds, *(image.box for image in self.images)]
        return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)

    # Text

    def _text(self, one: etree._Element, matrix: Matrix) -> None:
        """The glyphs of a text object (11.2, 11.3)."""
        if one.get("Alpha", "255").strip() == "0":
            return
        if not _is_on(one, "Fill") and one.get("Stroke", "").strip() not in {"true", "1"}:
            return
        size = _first(one.get("Size"), 0.0)
        wide = size * _first(one.get("HScale"), 1.0)
        place = _placed(one, matrix)
        if _slant(place) > _SLANTED:
            return
        turn = _quarter(place, _first(one.get("CharDirection"), 0.0))
        reading = _quarter(UNIT, _first(one.get("ReadDirection"), 0.0))
        at = (0.0, 0.0)
        outlined = one.get("Stroke", "").strip() in {"true", "1"}
        pale = not outlined and _is_pale(one)
        for code in one:
            if local(code) != "TextCode":
                continue
            text = _characters(code)
            at = (_first(code.get("X"), at[0]), _first(code.get("Y"), at[1]))
            self.turns[turn] += len(text)
            if len(text) + len(self.marks) > LIMITS.page_marks:
                raise over_limit(self.name, f"第 {self.number} 页的文字过多")
            for char, (x, y), width in _glyphs(text, code, at, wide, reading):
                box = moved_box((x, y - ASCENT * size, x + width, y + _DESCENT * size), place)
                self.marks.append(Mark(char, *box))
                if pale:
                    self.pale.add(len(self.marks) - 1)

    # Paths

    def _path(self, one: etree._Element, matrix: Matrix) -> None:
        """The straight lines of a path object (9.1); a thin filled area is a line too."""
        stroked, filled = _is_on(one, "Stroke"), one.get("Fill", "").strip() in {"true", "1"}
        if not stroked and not filled:
            return
        place = _placed(one, matrix)
        for child in one:
            if local(child) == "AbbreviatedData":
                data = child.text or ""
                if len(data) <= _DRAWING:
                    for part in _parts(data):
                        points = [p if p is None else moved(p, place) for p in part]
                        if filled and not _is_pale(one):
                            self.grounds.append(around(p for p in points if p is not None))
                        self.rules += _lines(points, stroked=stroked)

    # Images

    def _image(self, one: etree._Element, matrix: Matrix) -> None:
        """The box of an image object: its matrix maps the unit square (10)."""
        if one.get("Alpha", "255").strip() == "0":
            return
        if one.get("CTM"):
            box = moved_box((0.0, 0.0, 1.0, 1.0), _placed(one, matrix))
        else:
            _, _, width, height = _boundary(one)
            box = moved_box((0.0, 0.0, width, height), _placed(one, matrix))
        wide, high = box[2] - box[0], box[3] - box[1]
        if min(wide, high) <= _THIN:
            self.rules.append(box)
            return
        if self._covers(box):
            self.marks.clear()
            self.pale.clear()
            self.turns.clear()
        self.images.append(Image(one.get("ResourceID", ""), box))


def numbers(text: str | None) -> list[float]:
    """The numbers in an attribute; what lies beyond any page becomes its border."""
    found = [float(word) for word in _NUMBER.findall(text or "")]
    return [max(-_FARTHEST, min(_FARTHEST, value)) for value in found]


def _first(text: str | None, otherwise: float) -> float:
    found = numbers(text)
    return found[0] if found else otherwise


def _is_on(one: etree._Element, name: str) -> bool:
    """An attribute that is true where it is not written."""
    return one.get(name, "true").strip().lower() not in {"false", "0"}


def _is_pale(one: etree._Element) -> bool:
    """Whether an object is filled with white, or with nothing that is seen (8.3)."""
    for child in one:
        if local(child) == "FillColor":
            value = numbers(child.get("Value"))
            clear = child.get("Alpha", "255").strip() == "0"
            return clear or (len(value) in _WHITES and min(value) >= _WHITE)
    return False


def _boundary(one: etree._Element) -> tuple[float, float, float, float]:
    found = numbers(one.get("Boundary"))
    return (found[0], found[1], found[2], found[3]) if len(found) >= len("xywh") else (0, 0, 0, 0)


def _placed(one: etree._Element, matrix: Matrix) -> Matrix:
    """From an object's own millimetres on: its matrix, then its boundary's corner."""
    found = numbers(one.get("CTM"))
    a, b, c, d, e, f = found if len(found) == len(UNIT) else UNIT
    x, y, _, _ = _boundary(one)
    return times((a, b, c, d, e + x, f + y), matrix)


def _quarter(matrix: Matrix, degrees: float) -> int:
    """Quarters of a turn, clockwise, by which a matrix and a direction turn a glyph."""
    angle = math.degrees(math.atan2(matrix[1], matrix[0])) + degrees
    return round(angle / 90) % 4


def _slant(matrix: Matrix) -> float:
    """Degrees between the direction of text under a matrix and the nearest side of the page."""
    angle = math.degrees(math.atan2(matrix[1], matrix[0])) % 90
    return min(angle, 90 - angle)


def _characters(code: etree._Element) -> str:
    """The text of a TextCode; line breaks and what stands beside them are the XML's layout."""
    text = "".join(str(piece) for piece in code.itertext())
    return re.sub(r"[ \t]*[\r\n]\s*", "", text)


def _glyphs(
    text: str, code: etree._Element, at: Point, wide: float, reading: int
) -> Iterator[tuple[str, Point, float]]:
    """Each glyph with its origin and width in the object's millimetres.

    Where neither offset is written, glyphs follow one another by their widths.
    """
    across = _offsets(code.get("DeltaX"), len(text))
    down = _offsets(code.get("DeltaY"), len(text))
    x, y = at
    for i, char in enumerate(text):
        width = wide * (1.0 if unicodedata.east_asian_width(char) in _WIDE else 0.5)
        if not across and not down:
            step_x, step_y = ((width, 0.0), (0.0, width), (-width, 0.0), (0.0, -width))[reading]
        else:
            step_x = across[min(i, len(across) - 1)] if across else 0.0
            step_y = down[min(i, len(down) - 1)] if down else 0.0
        near = 0 < step_x < width and i + 1 < len(text)
        yield char, (x, y), step_x if near else width
        x, y = x + step_x, y + step_y


def _offsets(text: str | None, count: int) -> list[float]:
    """Offsets between glyphs; `g n v` stands for n times v (11.3, table 46)."""
    out: list[float] = []
    words = _TOKEN.findall(text or "")
    at = 0
    while at < len(words) and len(out) < count:
        if words[at] in "gG" and at + 2 < len(words):
            times = max(0, min(int(_first(words[at + 1], 0.0)), count))
            out += [_first(words[at + 2], 0.0)] * times
            at += 3
        else:
            out += numbers(words[at])
            at += 1
    return out


def _parts(data: str) -> Iterator[list[Point | None]]:
    """The corners of each part of a path (9.3); None stands where a curve leads on."""
    words = _TOKEN.findall(data)
    points: list[Point | None] = []
    at = 0
    while at < len(words):
        letter = words[at].upper()
        count = _STEPS.get(letter)
        at += 1
        if count is None:
            continue
        values = [_first(word, 0.0) for word in words[at : at + count]]
        at += count
        if len(values) < count:
            break
        if letter in "SM":
            if points:
                yield points
            points = []
        if letter in "CZ":
            points += points[:1]
            continue
        if letter not in "SML":
            points.append(None)
        points.append((values[-2], values[-1]))
    if points:
        yield points


def _lines(points: Sequence[Point | None], *, stroked: bool) -> Iterator[Box]:
    """The straight sides of a stroked part; of a filled part the whole, if it is thin."""
    corners = [p for p in points if p is not None]
    box = around(corners)
    if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
        yield box
    elif stroked:
        yield from straight_sides(points)
