"""Prints a report as workbooks: one sheet or one a section, merged or not, numbers or text."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter
from print_docx import zipped
from printers import ROWS
from spanned import BOXES, Box, Boxes, laid

from gongkai.parse import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet
    from printers import Sheet

_FRAME = Border(*(Side(style="thin"),) * 4)
_NAMES = ("总体情况", "主动公开", "依申请公开", "复议诉讼", "存在问题", "其他事项")


@dataclass(frozen=True)
class Style:
    """How one kind of workbook is written.

    `sheets`: one a section; `numbers`: figures as numbers; `gaps`: blank rows around tables;
    `wide`: headings and text merged over the width of the table below; `left`, `top`: where the
    first cell stands; `named`: sheets are named, not numbered.
    """

    sheets: bool = False
    named: bool = True
    numbers: bool = True
    merged: bool = True
    framed: bool = True
    gaps: bool = False
    wide: bool = True
    left: int = 1
    top: int = 1


STYLES: dict[str, Style] = {
    "one_sheet": Style(),
    "sheets": Style(sheets=True),
    "numbered_sheets": Style(sheets=True, named=False, gaps=True, framed=False),
    "text": Style(numbers=False, wide=False),
    "unmerged": Style(merged=False, wide=False),
    "bare": Style(framed=False, wide=False),
    "bare_gaps": Style(framed=False, gaps=True, numbers=False),
    "apart": Style(left=3, top=4, gaps=True),
}
LAYOUTS = tuple(STYLES)


class _Pen:
    """Writes down the rows of one sheet."""

    def __init__(self, sheet: Worksheet, style: Style) -> None:
        self.sheet = sheet
        self.style = style
        self.row = style.top

    def text(self, text: str, width: int = 10) -> None:
        """A line of text; as wide as a table where the style says so."""
        self.sheet.cell(self.row, self.style.left).value = text
        if self.style.wide:
            self._merge(self.row, self.style.left, 1, width)
        self.row += 1

    def table(self, boxes: Boxes) -> None:
        """A table, with a frame around each cell where the style has frames."""
        self.row += self.style.gaps
        for line in laid(boxes):
            for cell in line:
                if cell.box is not None:
                    self._fill(cell.box, self.style.left + cell.first)
                if self.style.framed:
                    for covered in range(self.style.left + cell.first, self.style.left + cell.last):
                        self.sheet.cell(self.row, covered).border = _FRAME
            self.row += 1
        self.row += self.style.gaps

    def _fill(self, box: Box, col: int) -> None:
        cell = self.sheet.cell(self.row, col)
        found = read_number(box.text)
        plain = found.number is not None and str(found.number) == box.text
        if self.style.numbers and plain and found.number is not None:
            cell.value = found.number
        elif box.text:
            cell.value = box.text
        self._merge(self.row, col, box.rowspan, box.colspan)

    def _merge(self, row: int, col: int, down: int, right: int) -> None:
        if down > 1 or right > 1:
            first = f"{get_column_letter(col)}{row}"
            self.sheet.merge_cells(f"{first}:{get_column_letter(col + right - 1)}{row + down - 1}")


def print_xlsx(sheet: Sheet, layout: str = "one_sheet") -> bytes:
    """A workbook in one of `LAYOUTS`."""
    style = STYLES[layout]
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "年度报告" if not style.sheets else "Sheet1" if not style.named else _NAMES[0]
    pen = _Pen(first, style)
    pen.text(sheet.title)
    for at, part in enumerate(sheet.parts()):
        if style.sheets and at > 0:
            title = _NAMES[at] if style.named else f"Sheet{at + 1}"
            pen = _Pen(book.create_sheet(title), style)
        table = part.table
        boxes: Boxes = []
        if table is not None and style.merged:
            boxes = BOXES[table.id](sheet, table)
        elif table is not None:
            boxes = [[Box(text) for text in row] for row in ROWS[table.id](sheet, table)]
        width = max((sum(box.colspan for box in row) for row in boxes), default=10)
        pen.text(part.heading, width)
        if boxes:
            pen.table(boxes)
        if part.text:
            pen.text(part.text, width)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SOFFICE = shutil.which("soffice")


def converted(data: bytes, suffix: str, wanted: str) -> bytes:
    """A file as LibreOffice saves it in another format: no library here writes the old ones."""
    assert SOFFICE is not None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"a.{suffix}"
        source.write_bytes(data)
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", wanted, "--outdir", f"{folder}/out", str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (Path(folder) / "out" / f"a.{wanted}").read_bytes()


# -- workbooks written by hand ---------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def workbook(  # noqa: PLR0913  # a workbook has so many sides
    *sheets: str,
    strings: str = "",
    styles: str = "",
    listed: str = "",
    settings: str = "",
    strict: bool = False,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of these sheets.

    Args:
        sheets: what stands in the root of each sheet.
        strings: `si` elements.
        styles: what stands in the root of the styles.
        listed: `sheet` elements, by default one for each sheet.
        settings: attributes of `workbookPr`.
        strict: whether to write the namespaces of strict files.
        more: other parts.
    """
    space = STRICT if strict else MAIN
    base = "http://purl.oclc.org/ooxml" if strict else "http://schemas.openxmlformats.org"
    office = f"{base}/officeDocument{'' if strict else '/2006'}/relationships"

    def part(root: str, inside: str) -> str:
        return f'<x:{root} xmlns:x="{space}" xmlns:r="{office}">{inside}</x:{root}>'

    def relations(listed: Mapping[str, tuple[str, str]]) -> str:
        inside = "".join(
            f'<Relationship Id="{name}" Type="{office}/{kind}" Target="{target}"/>'
            for name, (kind, target) in listed.items()
        )
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        return f'<Relationships xmlns="{space}">{inside}</Relationships>'

    names = listed or "".join(
        f'<x:sheet name="Sheet{at}" sheetId="{at}" r:id="rId{at}"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts = {
        "_rels/.rels": relations({"a": ("officeDocument", "/xl/workbook.xml")}),
        "xl/workbook.xml": part(
            "workbook", f"<x:workbookPr {settings}/><x:sheets>{names}</x:sheets>"
        ),
        "xl/_rels/workbook.xml.rels": relations(
            {
                f"rId{at}": ("worksheet", f"worksheets/sheet{at}.xml")
                for at in range(1, len(sheets) + 1)
            }
            | {
                "c": ("chartsheet", "chartsheets/sheet1.xml"),
                "s": ("styles", "styles.xml"),
                "t": ("sharedStrings", "sharedStrings.xml"),
            }
        ),
        "xl/styles.xml": part("styleSheet", styles),
        "xl/sharedStrings.xml": part("sst", strings),
    }
    for at, inside in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{at}.xml"] = part("worksheet", inside)
        parts[f"xl/worksheets/_rels/sheet{at}.xml.rels"] = relations(
            {"d": ("drawing", f"../drawings/drawing{at}.xml")}
        )
    return zipped(parts | dict(more or {}))


def data(*rows: str) -> str:
    """The cells of a sheet, a row each."""
    return "<x:sheetData>" + "".join(f"<x:row>{row}</x:row>" for row in rows) + "</x:sheetData>"


def text_cell(text: str, reference: str = "", style: int = 0) -> str:
    """A cell with a text of its own."""
    where = f' r="{reference}"' if reference else ""
    return f'<x:c{where} s="{style}" t="inlineStr"><x:is><x:t>{escape(text)}</x:t></x:is></x:c>'


def number_cell(number: str, style: int = 0, reference: str = "") -> str:
    """A cell with a number."""
    where = f' r="{reference}"' if reference else ""
    return f'<x:c{where} s="{style}"><x:v>{number}</x:v></x:c>'
