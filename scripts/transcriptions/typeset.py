"""Typesets the bundled transcriptions: the `*.toml` beside it to HTML, DOCX and PDF in `content/`.

Run by hand after a change of an input: `.venv/bin/python scripts/transcriptions/typeset.py`. It needs
the development lock (python-docx, reportlab) and, for PDF, two TrueType fonts that may be embedded, as
Debian has them: Droid Sans Fallback (`fonts-droid-fallback`, Apache License 2.0) and Noto Mono
(`fonts-noto-mono`, SIL Open Font License 1.1). Only the characters used are embedded. The same
input gives the same bytes.

An input has every figure of the form as printed and the labels that differ from the form's own.
Nothing here reads a report.
"""

from __future__ import annotations

import html
import io
import re
import tomllib
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.forms import concept, load_form
from gongkai.model import CellId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gongkai.model import Concept, Form, Item, Table

INPUTS = Path(__file__).resolve().parent
ROOT = INPUTS.parents[1]
#: The fonts of a PDF: name → file. Han characters, and all that stands between them.
HAN, LATIN = "Han", "Latin"
FONTS = {
    HAN: Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    LATIN: Path("/usr/share/fonts/truetype/noto/NotoMono-Regular.ttf"),
}
NUMERALS = "一二三四五六"
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
#: Documents bear dates; these have no meaning and are always the same.
DATE = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Box:
    """A cell with the columns and rows it covers. `kind` is `item`, `head`, `label` or `figure`."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    kind: str = "head"


Boxes = list[list[Box]]


@dataclass(frozen=True)
class Transcription:
    """An input: what is printed in each cell, under which labels, with which words around."""

    output: str
    form: Form
    agency: str
    title: str
    preamble: tuple[str, ...]
    texts: dict[str, tuple[str, ...]]
    cells: dict[CellId, str]
    labels: dict[str, str] = field(default_factory=dict)

    def label(self, one: Concept | str) -> str:
        """The wording of a row, column or group: its own, else the form's."""
        found = one if not isinstance(one, str) else concept("groups", one)
        return self.labels.get(found.id, found.label)

    def figures(self, table: Table, row: Concept, item: Item) -> list[str]:
        """The printed cells of a row."""
        return [self.cells[CellId(table.id, row.id, c.id)] for c in item.columns]


def load_transcription(path: Path) -> Transcription:
    """An input file; every cell of the form must be there, and no other.

    Raises:
        ValueError: naming the row that is missing, unknown or of another length.
    """
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    form = load_form(data["form"])
    cells: dict[CellId, str] = {}
    for table in form.tables:
        rows = dict(data[table.id])
        for item in table.items:
            for row in item.rows:
                values = rows.pop(row.id, None)
                if values is None or len(values) != len(item.columns):
                    raise ValueError(f"{path.name}：{table.id}.{row.id} 缺少或列数不对")
                cells |= {
                    CellId(table.id, row.id, column.id): str(value)
                    for column, value in zip(item.columns, values, strict=True)
                }
        if rows:
            raise ValueError(f"{path.name}：{table.id} 没有这些行：{'、'.join(rows)}")
    return Transcription(
        output=data["output"],
        form=form,
        agency=data["agency"],
        title=data["title"],
        preamble=tuple(data["preamble"]),
        texts={name: tuple(lines) for name, lines in data["texts"].items()},
        cells=cells,
        labels=data.get("labels", {}),
    )


# --- Tables with their merged cells --------------------------------------------------------


def disclosure_boxes(one: Transcription, table: Table) -> Boxes:
    """Table two: four columns; the only figure of a block covers the last three."""
    width = 3
    rows: Boxes = []
    for item in table.items:
        span = width // len(item.columns)
        heads = [Box(one.label(c), span) for c in item.columns]
        rows.append([Box(item.label, width + 1, kind="item")])
        rows.append([Box(concept("heads", table.id).label), *heads])
        for row in item.rows:
            figures = [Box(text, span, kind="figure") for text in one.figures(table, row, item)]
            rows.append([Box(one.label(row), kind="label"), *figures])
    return rows


def request_heads(one: Transcription, item: Item) -> Boxes:
    """The three head rows of table three."""
    groups = {c.group for c in item.columns} - {None}
    (group,) = groups
    inside = [c for c in item.columns if c.group == group]
    middle: list[Box] = []
    for member, columns in groupby(item.columns, key=lambda c: c.group):
        if member is None:
            middle += [Box(one.label(c), rowspan=2) for c in columns]
        else:
            middle.append(Box(one.label(member), colspan=len(inside)))
    return [
        [Box(NOTE, 3, 3), Box(one.label("applicants"), len(item.columns))],
        middle,
        [Box(one.label(c)) for c in inside],
    ]


def request_boxes(one: Transcription, table: Table) -> Boxes:
    """Table three: merged heads, three columns of labels with merged groups."""
    (item,) = table.items
    outer = table.groups[0].id
    groups = [row.group for row in item.rows]
    processed = sum(group is not None for group in groups)
    rows = request_heads(one, item)
    seen: set[str] = set()
    for row in item.rows:
        labels: list[Box] = []
        if row.group is not None and not seen:
            labels.append(Box(one.label(outer), 1, processed, "label"))
            seen.add(outer)
        if row.group is not None and row.group not in seen:
            labels.append(Box(one.label(row.group), 1, groups.count(row.group), "label"))
            seen.add(row.group)
        depth = 3 if row.group is None else 2 if row.group == outer else 1
        labels.append(Box(one.label(row), depth, kind="label"))
        figures = [Box(text, kind="figure") for text in one.figures(table, row, item)]
        rows.append(labels + figures)
    return rows


def dispute_boxes(one: Transcription, table: Table) -> Boxes:
    """Table four: the channels side by side, lawsuits under a head of their own."""
    (item,) = table.items
    outcomes = [one.label(c) for c in item.columns]
    width = len(outcomes)
    alone = [row for row in item.rows if row.group is None]
    grouped = [row for row in item.rows if row.group is not None]
    figures = [text for row in item.rows for text in one.figures(table, row, item)]
    return [
        [
            *(Box(one.label(row), width) for row in alone),
            Box(one.label(str(grouped[0].group)), width * len(grouped)),
        ],
        [
            *(Box(text, rowspan=2) for _ in alone for text in outcomes),
            *(Box(one.label(row), width) for row in grouped),
        ],
        [Box(text) for _ in grouped for text in outcomes],
        [Box(text, kind="figure") for text in figures],
    ]


BOXES: dict[str, Callable[[Transcription, Table], Boxes]] = {
    "disclosure": disclosure_boxes,
    "requests": request_boxes,
    "disputes": dispute_boxes,
}


def parts(one: Transcription) -> Iterator[tuple[str, Boxes | None, tuple[str, ...], str]]:
    """The sections: heading, table, paragraphs, id of the table."""
    tables = {table.section: table for table in one.form.tables}
    for numeral, section in zip(NUMERALS, one.form.sections, strict=True):
        table = tables.get(section.id)
        boxes = BOXES[table.id](one, table) if table is not None else None
        name = table.id if table is not None else ""
        yield f"{numeral}、{section.label}", boxes, one.texts.get(section.id, ()), name


def places(boxes: Boxes) -> Iterator[tuple[int, int, Box]]:
    """Row and column at which each cell begins, counted from 0."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(boxes):
        col = 0
        for box in row:
            while (at, col) in taken:
                col += 1
            taken |= {
                (at + down, col + right)
                for down in range(box.rowspan)
                for right in range(box.colspan)
            }
            yield at, col, box
            col += box.colspan


# --- HTML ----------------------------------------------------------------------------------

STYLE = """\
body { max-width: 50em; margin: 2em auto; padding: 0 1em; line-height: 1.8; }
h1 { text-align: center; font-size: 1.4em; }
table { border-collapse: collapse; width: 100%; font-size: 0.85em; line-height: 1.5; }
th, td { border: 1px solid #333; padding: 0.3em 0.4em; font-weight: normal; }
.item { text-align: left; background: #dde6f0; }
.label { text-align: left; }
.figure { text-align: center; }
"""


def html_cell(box: Box) -> str:
    """A cell with its spans."""
    tag = "td" if box.kind == "figure" else "th"
    spans = (("colspan", box.colspan), ("rowspan", box.rowspan))
    attributes = "".join(f' {name}="{n}"' for name, n in spans if n > 1)
    kind = "" if box.kind == "head" else f' class="{box.kind}"'
    return f"<{tag}{kind}{attributes}>{html.escape(box.text)}</{tag}>"


def print_html(one: Transcription) -> bytes:
    """The report as a plain web page."""
    out = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        f"<title>{html.escape(one.agency + one.title)}</title>",
        f"<style>\n{STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{html.escape(one.agency)}<br>{html.escape(one.title)}</h1>",
        *(f"<p>{html.escape(text)}</p>" for text in one.preamble),
    ]
    for heading, boxes, texts, name in parts(one):
        out += ["", f"<h2>{html.escape(heading)}</h2>"]
        out += [f"<p>{html.escape(text)}</p>" for text in texts]
        if boxes is not None:
            rows = ("<tr>" + "".join(map(html_cell, row)) + "</tr>" for row in boxes)
            out += [f'<table id="{name}">', *rows, "</table>"]
    return "\n".join([*out, "</body>", "</html>", ""]).encode()


# --- DOCX ----------------------------------------------------------------------------------


def print_docx(one: Transcription) -> bytes:
    """The report as a Word document with merged cells."""
    from docx import Document  # noqa: PLC0415  # only this format needs it

    document = Document()
    about = document.core_properties
    about.title, about.author, about.comments = one.agency + one.title, "", one.preamble[0]
    about.created = about.modified = about.last_printed = DATE
    document.add_heading(f"{one.agency}\n{one.title}", 0)
    for text in one.preamble:
        document.add_paragraph(text)
    for heading, boxes, texts, _ in parts(one):
        document.add_heading(heading, 1)
        for text in texts:
            document.add_paragraph(text)
        if boxes is not None:
            docx_table(document, boxes)
    for style in ("Normal", "Title", "Heading 1"):
        docx_font(document.styles[style])
    target = io.BytesIO()
    document.save(target)
    return same_zip(target.getvalue())


def docx_font(style: Any) -> None:  # noqa: ANN401  # untyped library
    """Black text in the usual fonts of such reports."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # as above
    from docx.shared import RGBColor  # noqa: PLC0415  # as above

    style.font.name = "Times New Roman"
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def docx_table(document: Any, boxes: Boxes) -> None:  # noqa: ANN401  # untyped library
    """A table with the merged cells of the boxes."""
    from docx.shared import Pt  # noqa: PLC0415  # as above

    width = sum(box.colspan for box in boxes[0])
    table = document.add_table(len(boxes), width, style="Table Grid")
    grid = [list(row.cells) for row in table.rows]
    for row, col, box in places(boxes):
        cell = grid[row][col]
        if (box.rowspan, box.colspan) != (1, 1):
            cell = cell.merge(grid[row + box.rowspan - 1][col + box.colspan - 1])
        paragraph = cell.paragraphs[0]
        paragraph.text = box.text
        paragraph.runs[0].font.size = Pt(9)


def same_zip(data: bytes) -> bytes:
    """The container with fixed dates, so that the same content is the same file."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = zipfile.ZipInfo(name, DATE.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            new.writestr(member, old.read(name))
    return target.getvalue()


# --- PDF -----------------------------------------------------------------------------------

PAGE, MARGIN, FOOT = (595.28, 841.89), 70.0, 40.0
BODY, SMALL, HEADING, TITLE = 12.0, 9.0, 14.0, 18.0
LEADING, TIGHT = 1.6, 1.35
PAD = 2.5
#: Columns of the tables as shares of the width.
SHARES: dict[str, tuple[float, ...]] = {
    "disclosure": (3, 2, 2, 2),
    "requests": (0.7, 1.5, 4.3, *(1.2,) * 7),
    "disputes": (1.0,) * 15,
}
_RUN = re.compile("[!-~“”‘’—–]+|[^!-~“”‘’—–]+")
_LATIN = re.compile("[!-~“”‘’—–]")
_WORD = re.compile(r"[（〔“《]*(?:[!-~]+|.)[，。、；：！？）〕”》%]*", re.DOTALL)


class Sheets:
    """The pages of a PDF, filled from top to bottom."""

    def __init__(self, title: str, about: str) -> None:
        from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  # only this format needs it
        from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415  # as above
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  # as above

        for name, path in FONTS.items():
            pdfmetrics.registerFont(TTFont(name, str(path)))
        self._width = pdfmetrics.stringWidth
        self._target = io.BytesIO()
        self._canvas = Canvas(self._target, pagesize=PAGE, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setSubject(about)
        self._number = 1
        self.top = MARGIN

    def _runs(self, text: str) -> Iterable[tuple[str, str]]:
        """The text in pieces of one font each."""
        for run in _RUN.findall(text):
            yield (LATIN if _LATIN.match(run) else HAN), run

    def width(self, text: str, size: float) -> float:
        """How wide the text is drawn."""
        return sum(float(self._width(run, font, size)) for font, run in self._runs(text))

    def wrapped(self, text: str, size: float, room: float, indent: float = 0) -> list[str]:
        """The text in lines that fit; figures and marks stay with what they belong to."""
        lines, used = [""], indent
        for word in _WORD.findall(text):
            wide = self.width(word, size)
            if used + wide > room and lines[-1]:
                lines.append("")
                used = 0
            lines[-1] += word
            used += wide
        return lines

    def balanced(self, text: str, size: float, room: float) -> list[str]:
        """As few lines as `wrapped` makes, and as even as they can be."""
        lines = self.wrapped(text, size, room)
        while len(lines) > 1 and len(closer := self.wrapped(text, size, room - 1)) == len(lines):
            lines, room = closer, room - 1
        return lines

    def write(self, text: str, x: float, baseline: float, size: float) -> None:
        """Draw one line; `baseline` counts from the top of the page."""
        line = self._canvas.beginText(x, PAGE[1] - baseline)
        for font, run in self._runs(text):
            line.setFont(font, size)
            line.textOut(run)
        self._canvas.drawText(line)

    def rect(self, x: float, top: float, wide: float, high: float, *, filled: bool) -> None:
        """Draw the rules of a cell."""
        self._canvas.setLineWidth(0.5)
        self._canvas.setFillColorRGB(0.82, 0.88, 0.95)
        self._canvas.rect(x, PAGE[1] - top - high, wide, high, stroke=1, fill=int(filled))
        self._canvas.setFillColorRGB(0, 0, 0)

    def room(self, high: float) -> None:
        """Begin a new page where that height does not fit."""
        if self.top + high > PAGE[1] - MARGIN:
            self.turn()

    def turn(self) -> None:
        """End the page with its number."""
        text = f"- {self._number} -"
        self.write(text, (PAGE[0] - self.width(text, SMALL)) / 2, PAGE[1] - FOOT, SMALL)
        self._canvas.showPage()
        self._number += 1
        self.top = MARGIN

    def save(self) -> bytes:
        """The file."""
        self.turn()
        self._canvas.save()
        return self._target.getvalue()


def pdf_paragraph(sheets: Sheets, text: str) -> None:
    """Running text, its first line indented by two characters."""
    indent = 2 * BODY
    lines = sheets.wrapped(text, BODY, PAGE[0] - 2 * MARGIN, indent)
    for at, line in enumerate(lines):
        sheets.room(BODY * LEADING)
        sheets.write(line, MARGIN + (0 if at else indent), sheets.top + BODY, BODY)
        sheets.top += BODY * LEADING


@dataclass(frozen=True)
class Drawn:
    """A table with its measures."""

    boxes: Boxes
    widths: list[float]
    heights: list[float]

    @property
    def height(self) -> float:
        """Of the whole table."""
        return sum(self.heights)


def measured(sheets: Sheets, boxes: Boxes, shares: tuple[float, ...]) -> Drawn:
    """The table over the whole width; what a cell over several rows lacks goes to its last one."""
    unit = (PAGE[0] - 2 * MARGIN) / sum(shares)
    widths = [share * unit for share in shares]
    heights = [0.0] * len(boxes)
    wanted = []
    for row, col, box in places(boxes):
        room = sum(widths[col : col + box.colspan]) - 2 * PAD
        lines = len(sheets.wrapped(box.text, SMALL, room))
        wanted.append((box.rowspan, row, lines * SMALL * TIGHT + 2 * PAD))
    for span, row, high in sorted(wanted):
        lack = high - sum(heights[row : row + span])
        heights[row + span - 1] += max(lack, 0)
    return Drawn(boxes, widths, heights)


def pdf_table(sheets: Sheets, table: Drawn) -> None:
    """A table with all its rules, whole on one page."""
    sheets.room(table.height)
    for row, col, box in places(table.boxes):
        x, top = MARGIN + sum(table.widths[:col]), sheets.top + sum(table.heights[:row])
        wide = sum(table.widths[col : col + box.colspan])
        high = sum(table.heights[row : row + box.rowspan])
        sheets.rect(x, top, wide, high, filled=box.kind == "item")
        centred = box.kind in {"figure", "head"}
        broken = sheets.balanced if centred else sheets.wrapped
        lines = broken(box.text, SMALL, wide - 2 * PAD)
        first = top + (high - len(lines) * SMALL * TIGHT) / 2 + SMALL * 1.05
        for at, line in enumerate(lines):
            shift = (wide - sheets.width(line, SMALL)) / 2 if centred else PAD
            sheets.write(line, x + shift, first + at * SMALL * TIGHT, SMALL)
    sheets.top += table.height + BODY


def print_pdf(one: Transcription) -> bytes:
    """The report as a PDF with text; a table stands under its heading, whole on one page."""
    sheets = Sheets(one.agency + one.title, one.preamble[0])
    for line in (one.agency, one.title):
        shift = (PAGE[0] - sheets.width(line, TITLE)) / 2
        sheets.write(line, shift, sheets.top + TITLE, TITLE)
        sheets.top += TITLE * LEADING
    sheets.top += BODY
    for text in one.preamble:
        pdf_paragraph(sheets, text)
    for heading, boxes, texts, name in parts(one):
        table = measured(sheets, boxes, SHARES[name]) if boxes is not None else None
        below = table.height if table is not None else BODY * LEADING * 2
        sheets.room(HEADING * 2.2 + below)
        sheets.write(heading, MARGIN, sheets.top + HEADING * 1.5, HEADING)
        sheets.top += HEADING * 2.2
        for text in texts:
            pdf_paragraph(sheets, text)
        if table is not None:
            pdf_table(sheets, table)
    return sheets.save()


#: Suffix of the output → how it is printed.
PRINTERS: dict[str, Callable[[Transcription], bytes]] = {
    ".html": print_html,
    ".docx": print_docx,
    ".pdf": print_pdf,
}


def typeset(one: Transcription) -> bytes:
    """The report in the format its output's suffix asks for."""
    return PRINTERS[Path(one.output).suffix](one)


def main() -> int:
    """Write every transcription to its place."""
    for path in sorted(INPUTS.glob("*.toml")):
        one = load_transcription(path)
        target = ROOT / one.output
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(typeset(one))
        print(target.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
