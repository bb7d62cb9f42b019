"""Prints a report as OFD packages the way word processors and converters write them.

Millimetres throughout; fonts are named and not embedded, as in most published files.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from spanned import BOXES, laid

if TYPE_CHECKING:
    from printers import Sheet
    from spanned import Boxes

NAMESPACE = "http://www.ofdspec.org/2016"
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 18.0
_SIZE, _LINE = 3.0, 3.6
_PARAGRAPH = 7.0
_PAD = 1.2


@dataclass(frozen=True)
class Style:
    """How a package is written.

    Attributes:
        rules: `lines`, `filled` (thin filled areas), `boxes` (a path of four sides a cell),
            `across` (horizontal lines only) or `none`.
        text: how glyphs are placed: `offsets`, `grouped` (g n v), `single` (a TextCode a glyph)
            or `bare` (no offsets).
        scale: objects are written in units so many times larger, and scaled by their matrix.
        head: a running head and page numbers on a template page.
        repeat: the head of a table stands again on the next page.
        turned: the page is turned by the matrices of its objects, upright paper.
        namespace: of the elements.
        absolute: locations begin at the root of the package.
        blocks: objects stand in nested blocks, the text among them in a composite object.
        tall: the height of the paper in millimetres.
    """

    rules: str = "lines"
    text: str = "offsets"
    scale: float = 1.0
    head: bool = False
    repeat: bool = False
    turned: bool = False
    namespace: str = NAMESPACE
    absolute: bool = False
    blocks: bool = False
    tall: float = _HEIGHT


def width_of(char: str) -> float:
    """The width of a glyph in sizes of the font."""
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def wrapped(text: str, room: float) -> list[str]:
    """The text in lines no wider than `room` sizes of the font."""
    lines = [""]
    for char in text:
        if sum(map(width_of, lines[-1] + char)) > room and lines[-1]:
            lines.append("")
        lines[-1] += char
    return lines


@dataclass
class Writer:
    """Pages while they are written; `y` is where the next thing stands."""

    style: Style
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _MARGIN

    @property
    def width(self) -> float:
        """Of the page as it is read."""
        return self.style.tall if self.style.turned else _WIDTH

    @property
    def height(self) -> float:
        """Of the page as it is read."""
        return _WIDTH if self.style.turned else self.style.tall

    def turn(self) -> None:
        """Begin a page."""
        self.pages.append([])
        self.y = _MARGIN

    def object(self, kind: str, attributes: str, inner: str, at: tuple[float, float]) -> None:
        """Write an object whose own millimetres begin at a point."""
        x, y = at
        scale = self.style.scale
        matrix = f' CTM="{scale} 0 0 {scale} 0 0"' if scale != 1 else ""
        if self.style.turned:
            # The reading page's x runs down the paper, its y from the right edge to the left.
            x, y = _WIDTH - y, x
            matrix = f' CTM="0 {scale} {-scale} 0 0 0"'
        self.pages[-1].append(
            f'<ofd:{kind} ID="1" Boundary="{x:.3f} {y:.3f} 100 20"{matrix} {attributes}>'
            f"{inner}</ofd:{kind}>"
        )

    def text(self, text: str, x: float, y: float, size: float = _SIZE) -> None:
        """Write a line with its top left corner at a point."""
        unit = size / self.style.scale
        inner = _codes(text, unit, self.style.text)
        self.object("TextObject", f'Font="2" Size="{unit:.4f}"', inner, (x, y))

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a line."""
        wide, high = (x1 - x0) / self.style.scale, (y1 - y0) / self.style.scale
        if self.style.rules == "filled":
            thin = 0.2 / self.style.scale
            wide, high = max(wide, thin), max(high, thin)
            data = f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C"
            attributes = 'Stroke="false" Fill="true"'
        else:
            data = f"M 0 0 L {wide:.3f} {high:.3f}"
            attributes = 'LineWidth="0.18"'
        inner = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
        self.object("PathObject", attributes, inner, (x0, y0))

    def cell(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw the sides of a cell."""
        if self.style.rules == "boxes":
            wide, high = (x1 - x0) / self.style.scale, (y1 - y0) / self.style.scale
            data = f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C"
            inner = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
            self.object("PathObject", 'LineWidth="0.18"', inner, (x0, y0))
        elif self.style.rules != "none":
            self.rule(x0, y0, x1, y0)
            self.rule(x0, y1, x1, y1)
            if self.style.rules != "across":
                self.rule(x0, y0, x0, y1)
                self.rule(x1, y0, x1, y1)

    def paragraph(self, text: str) -> None:
        """Write running text; the first line is indented."""
        if self.y + _PARAGRAPH > self.height - _MARGIN:
            self.turn()
        for at, line in enumerate(wrapped(text, (self.width - 2 * _MARGIN) / _SIZE - 3)):
            self.text(line, _MARGIN + (2 * _SIZE if at == 0 else 0), self.y)
            self.y += _PARAGRAPH

    def table(self, boxes: Boxes, heads: int) -> None:
        """Write a table; `heads` rows are its head."""
        rows = laid(boxes)
        columns = max(cell.last for row in rows for cell in row)
        step = (self.width - 2 * _MARGIN) / columns
        heights = []
        for row in rows:
            lines = [
                len(wrapped(c.box.text, (c.last - c.first) * step / _SIZE - 1))
                for c in row
                if c.box is not None and not c.grows
            ]
            heights.append(max([1, *lines]) * _LINE + 2 * _PAD)
        begin = 0
        for at in range(len(rows)):
            below = self.y + sum(heights[begin : at + 1])
            if below > self.height - _MARGIN and at > begin:
                self._rows(boxes, range(begin, at), heights, step)
                self.turn()
                begin = at
                if self.style.repeat and at > heads:
                    self._rows(boxes, range(heads), heights, step)
        self._rows(boxes, range(begin, len(rows)), heights, step)
        self.y += _PARAGRAPH

    def _rows(self, boxes: Boxes, part: range, heights: list[float], step: float) -> None:
        """Some rows on this page; a cell that began before them goes on without text."""
        rows = laid(boxes)
        tops = {at: self.y + sum(heights[i] for i in part if i < at) for at in part}
        going: dict[int, int] = {}  # first column → row in which the cell began
        for at, row in enumerate(rows):
            for cell in row:
                x0, x1 = _MARGIN + cell.first * step, _MARGIN + cell.last * step
                if cell.box is not None:
                    going[cell.first] = at
                    last = at + cell.box.rowspan - 1
                    if at in part:
                        shown = [i for i in range(at, last + 1) if i in part]
                        bottom = tops[shown[-1]] + heights[shown[-1]]
                        self.cell(x0, tops[at], x1, bottom)
                        self._write(cell.box.text, (x0, tops[at], x1, bottom))
                elif at == part.start and at > 0:
                    box = next(c.box for c in rows[going[cell.first]] if c.first == cell.first)
                    assert box is not None
                    end = min(going[cell.first] + box.rowspan, part.stop)
                    self.cell(x0, tops[at], x1, tops[end - 1] + heights[end - 1])
        self.y += sum(heights[i] for i in part)

    def _write(self, text: str, box: tuple[float, float, float, float]) -> None:
        """The lines of a cell, in its middle."""
        x0, y0, x1, y1 = box
        lines = wrapped(text, (x1 - x0) / _SIZE - 1) if text else []
        top = (y0 + y1 - len(lines) * _LINE) / 2
        for at, line in enumerate(lines):
            wide = sum(map(width_of, line)) * _SIZE
            self.text(line, (x0 + x1 - wide) / 2, top + at * _LINE)


def _codes(text: str, size: float, how: str) -> str:
    """The TextCode elements of a line."""
    base = 0.88 * size
    if how == "single":
        x, out = 0.0, ""
        for char in text:
            out += f'<ofd:TextCode X="{x:.4f}" Y="{base:.4f}">{escape(char)}</ofd:TextCode>'
            x += width_of(char) * size
        return out
    steps = [f"{width_of(char) * size:.4f}" for char in text[:-1]]
    if how == "grouped":
        groups = [(step, len(list(same))) for step, same in groupby(steps)]
        steps = [f"g {count} {step}" if count > 1 else step for step, count in groups]
    deltas = f' DeltaX="{" ".join(steps)}"' if steps and how != "bare" else ""
    return f'<ofd:TextCode X="0" Y="{base:.4f}"{deltas}>{escape(text)}</ofd:TextCode>'


def page_xml(objects: str, more: str = "") -> str:
    """A page's content; `more` stands before it."""
    return (
        f'<ofd:Page xmlns:ofd="{NAMESPACE}">{more}<ofd:Content><ofd:Layer ID="9">{objects}'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )


def unit_xml(number: str, objects: str) -> bytes:
    """A resource file with one composite object."""
    return (
        f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:CompositeGraphicUnits>'
        f'<ofd:CompositeGraphicUnit ID="{number}" Width="210" Height="297">'
        f"<ofd:Content>{objects}</ofd:Content>"
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    ).encode()


def package(  # noqa: PLR0913  # each test changes one part
    pages: list[str],
    *,
    common: str = "",
    members: dict[str, bytes] | None = None,
    body: str = "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>",
    start: str = "",
    namespace: str = NAMESPACE,
) -> bytes:
    """An OFD package of page contents, with further members.

    `common` is what the pages share, `body` what the entry file says of the document, `start`
    what stands before each location of a page.
    """
    listed = "".join(
        f'<ofd:Page ID="{at}" BaseLoc="{start}Pages/Page_{at}/Content.xml"/>'
        for at in range(len(pages))
    )
    files = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0"><ofd:DocBody>{body}'
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData>'
        f"{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    files = {name: text.replace(NAMESPACE, namespace) for name, text in files.items()}
    files |= {f"Doc_0/Pages/Page_{at}/Content.xml": page for at, page in enumerate(pages)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
        for name, data in (members or {}).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def print_ofd(sheet: Sheet, style: Style = Style()) -> bytes:  # frozen
    """The report as an OFD package."""
    writer = Writer(style)
    writer.paragraph(sheet.title)
    for part in sheet.parts():
        writer.paragraph(part.heading)
        if part.table is not None:
            writer.table(BOXES[part.table.id](sheet, part.table), 3)
        if part.text:
            writer.paragraph(part.text)
    common, before = "", ""
    members: dict[str, bytes] = {}
    if style.head:
        common = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        before = '<ofd:Template TemplateID="7" ZOrder="Background"/>'
        head = Writer(style)
        head.text(sheet.title, 60, 8)
        members["Doc_0/Tpls/Tpl_0/Content.xml"] = page_xml("".join(head.pages[0])).encode()
    pages = []
    for number, objects in enumerate(writer.pages, start=1):
        feet: list[str] = []
        if style.head:
            foot = Writer(style)
            foot.text(f"- {number} -", writer.width / 2, writer.height - 10)
            feet = foot.pages[0]
        text = "".join([*objects, *feet])
        if style.blocks:
            members[f"Doc_0/Res_{number}.xml"] = unit_xml(f"{number}", text)
            common += f"<ofd:DocumentRes>Res_{number}.xml</ofd:DocumentRes>"
            inner = f'<ofd:CompositeObject ID="5" ResourceID="{number}" Boundary="0 0 210 297"/>'
            text = f'<ofd:PageBlock ID="3"><ofd:PageBlock ID="4">{inner}</ofd:PageBlock></ofd:PageBlock>'
        pages.append(page_xml(text, before).replace(NAMESPACE, style.namespace))
    start = "/Doc_0/" if style.absolute else ""
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 %s</ofd:PhysicalBox></ofd:PageArea>"
    return package(
        pages,
        common=area % style.tall + common,
        members=members,
        start=start,
        namespace=style.namespace,
    )
