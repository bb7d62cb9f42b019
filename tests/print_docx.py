"""Prints a report as Word files as Word, WPS, LibreOffice and converters write them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from docx import Document
from printers import ROWS
from spanned import BOXES, Box, Boxes, laid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from printers import Sheet

    from gongkai.model import Table

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_WIDTH = 9000
_SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wpsCustomData": "http://www.wps.cn/officeDocument/2013/wpsCustomData",
    }.items()
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(  # noqa: PLR0913  # a file has so many sides
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    main: str = "word/document.xml",
    strict: bool = False,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A file with this body.

    Args:
        body: elements inside `w:body`.
        styles: `w:style` elements.
        numbering: `w:abstractNum` and `w:num` elements.
        main: the name of the main part.
        strict: whether to write the namespaces of strict files.
        more: other parts.
    """
    space = STRICT if strict else W
    office = _OFFICE if not strict else "http://purl.oclc.org/ooxml/officeDocument/relationships"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    folder, _, file = main.rpartition("/")

    def part(root: str, inside: str) -> str:
        return f'{head}<w:{root} xmlns:w="{space}" {_SPACES}>{inside}</w:{root}>'

    def relations(*listed: tuple[str, str, str]) -> str:
        inside = "".join(
            f'<Relationship Id="rId{at}" Type="{office}/{kind}" Target="{target}"{mode}/>'
            for at, (kind, target, mode) in enumerate(listed)
        )
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        return f'{head}<Relationships xmlns="{space}">{inside}</Relationships>'

    outside = ("attachedTemplate", "http://example.invalid/a.dotm", ' TargetMode="External"')
    parts = {
        "[Content_Types].xml": _types(head, main),
        "_rels/.rels": relations(("officeDocument", main, "")),
        main: part("document", f"<w:body>{body}<w:sectPr/></w:body>"),
        f"{folder}/_rels/{file}.rels": relations(
            ("styles", "styles.xml", ""), ("numbering", "numbering.xml", ""), outside
        ),
    }
    if styles:
        parts[f"{folder}/styles.xml"] = part("styles", styles)
    if numbering:
        parts[f"{folder}/numbering.xml"] = part("numbering", numbering)
    return zipped(parts | dict(more or {}))


def _types(head: str, main: str) -> str:
    """The list of what each part is; without it no word processor opens a file."""
    folder = main.rpartition("/")[0]
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = {
        main: f"{kind}.document.main+xml",
        f"{folder}/styles.xml": f"{kind}.styles+xml",
        f"{folder}/numbering.xml": f"{kind}.numbering+xml",
    }
    inside = "".join(
        f'<Override PartName="/{name}" ContentType="{type_}"/>' for name, type_ in parts.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inside}</Types>'
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A container with these members; the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    """A run; tabs and breaks as elements."""
    pieces = escape(text).replace("\n", "</w:t><w:br/><w:t>").replace("\t", "</w:t><w:tab/><w:t>")
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{pieces}</w:t></w:r>'


def para(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def _digits(text: str, properties: str = "") -> str:
    """A paragraph with each sign in a run of its own and marks of the spelling checker between."""
    signs = '<w:proofErr w:type="spellStart"/>'.join(run(sign) for sign in text)
    return f'<w:p w:rsidR="00A1"><w:pPr>{properties}<w:jc w:val="center"/></w:pPr>{signs}</w:p>'


def _tracked(text: str, properties: str = "") -> str:
    """A paragraph in which another text was deleted and this one put in its place."""
    gone = f'<w:del w:id="1"><w:r><w:delText>9{escape(text)}9</w:delText></w:r></w:del>'
    moved = '<w:moveFrom w:id="3"><w:r><w:t>77</w:t></w:r></w:moveFrom>'
    return (
        f"<w:p><w:pPr>{properties}</w:pPr>{gone}{moved}"
        f'<w:ins w:id="2">{run(text[:1])}</w:ins><w:moveTo w:id="4">{run(text[1:])}</w:moveTo></w:p>'
    )


def _controls(text: str, properties: str = "") -> str:
    """A paragraph of content controls, a link, a bookmark and a field."""
    half = len(text) // 2
    link = f'<w:hyperlink r:id="rId9">{run(text[:half])}</w:hyperlink>'
    control = f"<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent>{link}</w:sdtContent></w:sdt>"
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:bookmarkStart/>{control}"
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=1+1 9</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(text[half:])}'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r><w:bookmarkEnd/></w:p>'
    )


@dataclass(frozen=True)
class Style:
    """How one kind of file is written.

    `merged`: label columns merged, else one cell for each column; `spans`: spans are written,
    else widths alone; `grid`: the list of columns is there; `tight`: no `w:rPr` or `w:jc`.
    """

    paragraph: Callable[[str, str], str] = para
    merged: bool = True
    spans: bool = True
    grid: bool = True
    numbered: bool = False
    table: str = "<w:tbl><w:tblPr/>{}</w:tbl>"
    body: str = "{}"
    row: str = "<w:tr>{}</w:tr>"
    whole: bool = False
    strict: bool = False


def _boxed(inside: str) -> str:
    """A text box as Word writes it: twice, for two kinds of readers."""
    shape = (
        f"<wps:wsp><wps:txbx><w:txbxContent>{inside}{para('')}</w:txbxContent></wps:txbx></wps:wsp>"
    )
    drawing = f'<w:drawing><wp:inline><wp:extent cx="5400000" cy="2700000"/>{shape}</wp:inline></w:drawing>'
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}{para('')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    return (
        f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def _in_one_cell(inside: str) -> str:
    """A table of one cell around everything, as some templates have for the frame of the page."""
    return f"<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>{inside}</w:tc></w:tr></w:tbl>"


def _in_layout(inside: str) -> str:
    """A table that arranges the page: a picture row, a margin at the left, the report."""
    blank = f"<w:tc><w:tcPr/>{para('')}</w:tc>"
    return (
        f'<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{para("")}</w:tc></w:tr>'
        f"<w:tr>{blank}<w:tc><w:tcPr/>{inside}</w:tc></w:tr></w:tbl>"
    )


STYLES: dict[str, Style] = {
    "plain": Style(),
    "unmerged": Style(merged=False),
    "numbered": Style(numbered=True),
    "digits": Style(paragraph=_digits, grid=False),
    "tracked": Style(
        paragraph=_tracked,
        row='<w:tr>{}</w:tr><w:tr><w:trPr><w:del w:id="8"/></w:trPr>'
        "<w:tc><w:tcPr/><w:p><w:r><w:t>8</w:t></w:r></w:p></w:tc></w:tr>",
    ),
    "controls": Style(
        paragraph=_controls,
        row="<w:sdt><w:sdtContent><w:tr>{}</w:tr></w:sdtContent></w:sdt>",
        body="<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    ),
    "text_box": Style(table=_boxed("<w:tbl><w:tblPr/>{}</w:tbl>")),
    "one_cell": Style(body=_in_one_cell("{}")),
    "layout": Style(body=_in_layout("{}")),
    "widths": Style(spans=False),
    "one_table": Style(whole=True),
    "strict": Style(strict=True),
}
LAYOUTS = tuple(STYLES)

#: Headings numbered by the list of their style, cells by a list of their own.
_LISTS = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCounting"/><w:pStyle w:val="a1"/><w:lvlText w:val="%1、"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>'
)
_HEADING = (
    '<w:style w:type="paragraph" w:styleId="a1"><w:name w:val="heading 1"/>'
    '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
)


def _boxes(sheet: Sheet, table: Table, style: Style) -> Boxes:
    if style.merged:
        return BOXES[table.id](sheet, table)
    return [[Box(text) for text in row] for row in ROWS[table.id](sheet, table)]


def table_xml(boxes: Boxes, style: Style = STYLES["plain"]) -> str:
    """A table with merged cells."""
    rows = laid(boxes)
    columns = max(cell.last for row in rows for cell in row)
    each = _WIDTH // columns
    grid = (
        "<w:tblGrid>" + f'<w:gridCol w:w="{each}"/>' * columns + "</w:tblGrid>"
        if style.grid
        else ""
    )
    out = [grid]
    for row in rows:
        cells = []
        for cell in row:
            box, width = cell.box, cell.last - cell.first
            properties = f'<w:tcW w:w="{each * width}" w:type="dxa"/>'
            if width > 1 and style.spans:
                properties += f'<w:gridSpan w:val="{width}"/>'
            if box is None:
                properties += "<w:vMerge/>"
            elif box.rowspan > 1:
                properties += '<w:vMerge w:val="restart"/>'
            text = style.paragraph(box.text if box is not None else "", "")
            cells.append(f"<w:tc><w:tcPr>{properties}</w:tcPr>{text}</w:tc>")
        out.append(style.row.format("".join(cells)))
    return style.table.replace("{}", "".join(out))


def _in_rows(boxes: Boxes, width: int) -> Boxes:
    """A table brought to the width of another: the last cell of each row reaches further."""
    rows = laid(boxes)
    more = width - max(cell.last for row in rows for cell in row)
    out = []
    for cells, row in zip(rows, boxes, strict=True):
        last = cells[-1].box
        out.append(
            [replace(box, colspan=box.colspan + more) if box is last else box for box in row]
        )
    return out


def print_docx(sheet: Sheet, layout: str = "plain") -> bytes:
    """A Word file in one of `LAYOUTS`."""
    style = STYLES[layout]
    parts: list[str] = [style.paragraph(sheet.title, "")]
    whole: Boxes = [[Box(sheet.title, 15)]]
    for part in sheet.parts():
        heading = part.label if style.numbered else part.heading
        properties = '<w:pStyle w:val="a1"/>' if style.numbered else ""
        parts.append(style.paragraph(heading, properties))
        whole.append([Box(heading, 15)])
        if part.table is not None:
            boxes = _boxes(sheet, part.table, style)
            parts.append(table_xml(boxes, style))
            if style.whole:
                whole += _in_rows(boxes, 15)
        if part.text:
            parts.append(style.paragraph(part.text, ""))
            whole.append([Box(part.text, 15)])
    body = table_xml(whole, style) if style.whole else "".join(parts)
    lists, styles = (_LISTS, _HEADING) if style.numbered else ("", "")
    return package(
        style.body.replace("{}", body), styles=styles, numbering=lists, strict=style.strict
    )


def print_by_library(sheet: Sheet) -> bytes:
    """A Word file as python-docx writes it, with merged cells."""
    document = Document()
    document.add_heading(sheet.title, 0)
    for part in sheet.parts():
        document.add_heading(part.heading, 1)
        if part.table is not None:
            rows = laid(BOXES[part.table.id](sheet, part.table))
            columns = max(cell.last for row in rows for cell in row)
            table = document.add_table(len(rows), columns)
            cells = table._cells
            for index, row in enumerate(rows):
                for cell in row:
                    if cell.box is not None:
                        below = index + cell.box.rowspan - 1
                        end = cells[below * columns + cell.last - 1]
                        cells[index * columns + cell.first].merge(end).text = cell.box.text
        if part.text:
            document.add_paragraph(part.text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
