"""Workbooks: Excel (.xlsx, with macros or as a template), Excel 97 and WPS (.xls, .et).

What is read is what a reader of the sheet sees. Hidden sheets, rows and columns are no part of
what an agency publishes and are left out, with whatever figures they hold; so are comments and
what a merged cell covers. A number is given as its format shows it (`workbook_format`); a formula
as the value it had when the file was saved, and where there is none as the formula itself, so that
it is no figure. Nothing is calculated; no macro, link, query or embedded object is opened.

A cell's locus has its address (`Sheet1!C5`) in `element`; `block` counts the tables of the whole
workbook; `line` of running text is the row of the sheet.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import xlrd

from gongkai.read.archive import encrypted, local
from gongkai.read.error import ReadError, damaged, over_limit
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
)
from gongkai.read.pictured import may_hold_table
from gongkai.read.workbook_format import BUILT_IN, shown, shown_text
from gongkai.read.workbook_tables import Float, Merge, Sheet, blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from gongkai.model import Block

_KIND = "Excel "
_OLD_KIND = "Excel 97 "
_PART = "xl/workbook.xml"
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = 26
# The largest sheet there is (ECMA-376 part 1, 18.17.2.3).
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
# Stands behind a figure that is written in white on white.
_UNSEEN = "[白色]"
# So many letters has a unit behind a figure at most; labels keep their text.
_UNIT = 2
_WHITE_THEME, _WHITE_INDEX, _OLD_WHITE = "0", {"1", "9"}, frozenset({1, 9})
_SIDES = frozenset({"left", "right", "top", "bottom", "start", "end"})


@dataclass(frozen=True, slots=True)
class _Looks:
    """What of a cell's style decides what is seen: number format, raised or struck, a border.

    `pale` is white; it is seen where the cell is `filled`.
    """

    format: str = "General"
    place: str = ""
    struck: bool = False
    framed: bool = False
    pale: bool = False
    filled: bool = False

    def mark(self, text: str) -> str:
        """The text with raised, lowered or struck digits told apart from plain ones."""
        return told_apart(text, self.place, struck=self.struck)

    def mark_cell(self, text: str) -> str:
        """The text of a whole cell; a figure in white on white is no figure to a reader."""
        letters = _UNIT if any(map(str.isdigit, text)) else 0
        unseen = self.pale and not self.filled and sum(map(str.isalpha, text)) <= letters
        return f"{self.mark(text)} {_UNSEEN}" if unseen else self.mark(text)


_PLAIN = _Looks()


def read_xlsx(data: bytes, name: str) -> tuple[Block, ...]:
    """The blocks of a workbook of Office Open XML.

    Args:
        data: the file.
        name: what loci and messages call it.

    Raises:
        ReadError: if it is damaged, has a password, or breaks a limit.
    """
    return blocks_of(_bounded(_Workbook(Package(data, name, _KIND)).sheets(), name), name)


def _bounded(sheets: Iterator[Sheet], name: str) -> list[Sheet]:
    """The sheets, unless they hold more cells than a file may have."""
    out, left = [], LIMITS.cells
    for sheet in sheets:
        left -= len(sheet.texts) + len(sheet.framed)
        if left < 0:
            raise over_limit(name, f"多于 {LIMITS.cells} 个单元格")
        out.append(sheet)
    return out


class _Workbook:
    """The parts of a workbook that its sheets share."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = package.main(_PART)
        self.root = package.xml(self.part)
        strings = package.related(self.part, "sharedStrings", "sharedStrings.xml")
        self.strings = [] if strings is None else [_rich(one) for one in children(strings, "si")]
        styles = package.related(self.part, "styles", "styles.xml")
        self.looks = [] if styles is None else _looks(styles)
        settings = child(self.root, "workbookPr")
        self.since_1904 = settings is not None and attribute(settings, "date1904") in {"1", "true"}

    def sheets(self) -> Iterator[Sheet]:
        """The visible sheets; a sheet that is a chart has no cells."""
        parts = {one.id: one for one in self.package.relations(self.part)}
        listed = child(self.root, "sheets")
        for one in children(listed, "sheet") if listed is not None else ():
            found = parts.get(attribute(one, "id"))
            shown_ = attribute(one, "state", "visible") == "visible"
            if found is not None and found.kind == "worksheet" and shown_:
                root = self.package.xml(found.target)
                yield _Reader(self, root, Sheet(attribute(one, "name"))).read(found.target)


@dataclass(slots=True)
class _Reader:
    """Reads the cells of one sheet."""

    workbook: _Workbook
    root: etree._Element
    sheet: Sheet
    zeros: bool = field(default=True)

    def read(self, part: str) -> Sheet:
        """The sheet with all that is seen of it."""
        top = named(self.root)
        views = top.get("sheetViews")
        view = child(views, "sheetView")
        self.zeros = view is None or attribute(view, "showZeros", "1") not in {"0", "false"}
        self._columns(top.get("cols"))
        self._cells(top.get("sheetData"))
        merges = top.get("mergeCells")
        for one in children(merges, "mergeCell") if merges is not None else ():
            merge = _range(attribute(one, "ref"))
            if merge is not None:
                self.sheet.merges.append(merge)
        self.sheet.floats = list(self._floats(part))
        return self.sheet

    def _columns(self, element: etree._Element | None) -> None:
        for one in children(element, "col") if element is not None else ():
            if attribute(one, "hidden") in {"1", "true"} or _is_nothing(one, "width"):
                last = min(number(one, "max", 0), _LAST_COLUMN)
                self.sheet.hidden_columns.update(range(max(1, number(one, "min", 1)), last + 1))

    def _cells(self, element: etree._Element | None) -> None:
        row = 0
        for line in children(element, "row") if element is not None else ():
            row = min(number(line, "r", row + 1), _LAST_ROW)
            if attribute(line, "hidden") in {"1", "true"} or _is_nothing(line, "ht"):
                self.sheet.hidden_rows.add(row)
            col = 0
            for one in children(line, "c"):
                place = _place(one.get("r") or "")
                col = place[1] if place is not None else col + 1
                self._cell(one, row, col)

    def _cell(self, element: etree._Element, row: int, col: int) -> None:
        style = number(element, "s", 0)
        looks = self.workbook.looks[style] if 0 <= style < len(self.workbook.looks) else _PLAIN
        text = self._text(element, looks) if len(element) else ""
        if text.strip():
            self.sheet.texts[row, col] = looks.mark_cell(text)
        elif looks.framed:
            self.sheet.framed.add((row, col))

    def _text(self, element: etree._Element, looks: _Looks) -> str:
        """What the cell shows (18.3.1.4): by the type of its value."""
        kind = element.get("t") or "n"
        parts = named(element)
        if kind == "inlineStr":
            return shown_text(_rich(parts["is"]), looks.format) if "is" in parts else ""
        value = parts["v"].text if "v" in parts else None
        if "f" in parts and (value is None and ("v" not in parts or kind != "str")):
            return "=" + (parts["f"].text or "")
        text = (value or "").strip() if kind != "str" else _unescaped(value or "")
        if kind == "s":
            at = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1  # noqa: PLR2004  # more strings than fit
            found = self.workbook.strings
            return shown_text(found[at] if 0 <= at < len(found) else text, looks.format)
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        if kind == "n" and text:
            return self._number(text, looks)
        return shown_text(text, looks.format) if kind == "str" else text

    def _number(self, text: str, looks: _Looks) -> str:
        try:
            found = float(text)
        except ValueError:
            return text
        if found == 0 and not self.zeros:
            return ""
        return shown(found, looks.format, since_1904=self.workbook.since_1904)

    def _floats(self, part: str) -> Iterator[Float]:
        """Pictures of table size and text boxes, at the row where they begin."""
        package = self.workbook.package
        for one in package.relations(part):
            if one.kind == "drawing" and one.target in package:
                for anchor in package.xml(one.target).iterchildren("{*}*"):
                    row = _text_of(child(child(anchor, "from"), "row"))
                    yield from _drawn(anchor, int(row) + 1 if row.isdigit() else 1)


def _is_nothing(element: etree._Element, name: str) -> bool:
    """Whether a height or a width is given as nothing."""
    text = attribute(element, name).strip()
    return bool(text) and not text.strip("0.")


def _text_of(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _drawn(anchor: etree._Element, row: int) -> Iterator[Float]:
    """What is drawn at an anchor: its text, or that it is a large picture."""
    paragraphs = [one for one in anchor.iter() if local(one) == "p"]
    text = "\n".join(
        "".join(one.text or "" for one in p.iter() if local(one) == "t") for p in paragraphs
    )
    if text.strip():
        yield Float(row, text.strip(), picture=False)
    if any(local(one) in {"pic", "graphicFrame"} for one in anchor.iter()):
        sizes = [one for one in anchor.iter() if local(one) == "ext" and attribute(one, "cx")]
        large = any(
            may_hold_table(number(one, "cx", 0) / EMU, number(one, "cy", 0) / EMU) for one in sizes
        )
        if large:
            described = (attribute(one, "descr") for one in anchor.iter() if local(one) == "cNvPr")
            yield Float(row, next(filter(None, described), ""), picture=True)


def _place(reference: str) -> tuple[int, int] | None:
    """Row and column of a reference such as C5, both counting from 1."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    col = 0
    for letter in found[1].upper():
        col = col * _LETTERS + ord(letter) - ord("A") + 1
    row = int(found[2])
    return (row, col) if 0 < row <= _LAST_ROW and col <= _LAST_COLUMN else None


def _range(reference: str) -> Merge | None:
    """A range such as A1:C5; None for one cell and for what is none."""
    first, _, last = reference.partition(":")
    begin, end = _place(first), _place(last)
    if begin is None or end is None or begin == end or begin[0] > end[0] or begin[1] > end[1]:
        return None
    return Merge(*begin, *end)


def _unescaped(text: str) -> str:
    """The text with the characters that XML cannot hold (18.4.?: _x000D_), ends of lines as one."""
    found = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text
    return found.replace("\r\n", "\n").replace("\r", "\n")


def _rich(element: etree._Element) -> str:
    """The text of a string; raised, lowered and struck digits marked, reading aids left out."""
    out = ""
    pale = False
    for one in element.iterchildren():
        name = local(one)
        if name == "t":
            out += _unescaped(one.text or "")
        elif name == "r":
            parts = named(one)
            text = _unescaped(parts["t"].text or "") if "t" in parts else ""
            font = _font(parts.get("rPr"))
            out += _gap(out, text, apart=font.pale != pale) + font.mark(text)
            pale = font.pale
    return out


def _gap(before: str, text: str, *, apart: bool) -> str:
    """A blank between digits of which some are white: they are not seen as one figure."""
    return " " if apart and before[-1:].isdigit() and text[:1].isdigit() else ""


def _font(element: etree._Element | None, look: _Looks = _PLAIN) -> _Looks:
    """What a font does to digits."""
    parts = named(element)
    align = attribute(parts["vertAlign"], "val") if "vertAlign" in parts else ""
    place = align if align in {"superscript", "subscript"} else ""
    struck = bool(is_on(parts, "strike"))
    return _Looks(look.format, place, struck, look.framed, _is_white(parts.get("color")))


def _is_white(element: etree._Element | None) -> bool:
    """Whether a colour is white: by its value, in the theme (where nothing darkens it), or listed."""
    if element is None:
        return False
    theme, index = attribute(element, "theme"), attribute(element, "indexed")
    in_theme = theme == _WHITE_THEME and not attribute(element, "tint")
    return in_theme or index in _WHITE_INDEX or attribute(element, "rgb").upper()[-6:] == "FFFFFF"


def _is_filled(element: etree._Element) -> bool:
    """Whether a cell has a ground of its own that is not white."""
    pattern = child(element, "patternFill")
    if pattern is None:
        return child(element, "gradientFill") is not None
    drawn = attribute(pattern, "patternType", "none") != "none"
    return drawn and not _is_white(child(pattern, "fgColor"))


def _looks(root: etree._Element) -> list[_Looks]:
    """The cell styles of a workbook in the order in which cells name them."""
    top = named(root)

    def listed(name: str, each: str) -> list[etree._Element]:
        return list(children(top[name], each)) if name in top else []

    formats = dict(BUILT_IN)
    formats.update(
        (number(one, "numFmtId", 0), attribute(one, "formatCode"))
        for one in listed("numFmts", "numFmt")
    )
    fonts = [_font(one) for one in listed("fonts", "font")]
    fills = [_is_filled(one) for one in listed("fills", "fill")]
    borders = [_has_border(one) for one in listed("borders", "border")]
    out = []
    for one in listed("cellXfs", "xf"):
        font, border = number(one, "fontId", 0), number(one, "borderId", 0)
        look = fonts[font] if 0 <= font < len(fonts) else _PLAIN
        framed = 0 <= border < len(borders) and borders[border]
        code = formats.get(number(one, "numFmtId", 0), "General")
        fill = number(one, "fillId", 0)
        filled = 0 <= fill < len(fills) and fills[fill]
        out.append(replace(look, format=code, framed=framed, filled=filled))
    return out


def _has_border(element: etree._Element) -> bool:
    return any(
        local(side) in _SIDES and attribute(side, "style", "none") != "none"
        for side in element.iterchildren()
    )


def read_xls(data: bytes, name: str) -> tuple[Block, ...]:
    """The blocks of a workbook of Excel 97 or of WPS.

    Args:
        data: the file.
        name: what loci and messages call it.

    Raises:
        ReadError: if it is damaged, has a password, or breaks a limit.
    """
    try:
        book = xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,
            ragged_rows=True,
            on_demand=True,
            logfile=io.StringIO(),
        )
        seen = (at for at in range(book.nsheets) if _is_seen(book, at))
        sheets = _bounded((_old_sheet(book, at) for at in seen), name)
    except ReadError:
        raise
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise encrypted(name, _OLD_KIND) from error
        raise damaged(name, _OLD_KIND) from error
    except MemoryError as error:
        raise over_limit(name, "表格占用的内存过大") from error
    except Exception as error:  # xlrd lets out whatever its unpacking meets
        raise damaged(name, _OLD_KIND) from error
    return blocks_of(sheets, name)


def _is_seen(book: xlrd.book.Book, at: int) -> bool:
    visibilities: list[int] = book._sheet_visibility  # noqa: SLF001  # so that hidden sheets are not unpacked
    return visibilities[at] == 0


def _old_sheet(book: xlrd.book.Book, at: int) -> Sheet:
    """The cells of one sheet of Excel 97."""
    found = book.sheet_by_index(at)
    sheet = Sheet(found.name)
    for first, stop, left, right in found.merged_cells:
        if (stop - first, right - left) != (1, 1):
            sheet.merges.append(Merge(first + 1, left + 1, stop, right))
    sheet.hidden_rows = {
        row + 1 for row, info in found.rowinfo_map.items() if info.hidden or info.height == 0
    }
    sheet.hidden_columns = {
        col + 1 for col, info in found.colinfo_map.items() if info.hidden or info.width == 0
    }
    looks = [_old_looks(book, xf) for xf in book.xf_list]
    for row in range(found.nrows):
        for col in range(found.row_len(row)):
            cell = found.cell(row, col)
            look = looks[cell.xf_index] if cell.xf_index is not None else _PLAIN
            text = _old_text(found, row, col, look)
            if text.strip():
                sheet.texts[row + 1, col + 1] = text
            elif look.framed:
                sheet.framed.add((row + 1, col + 1))
    book.unload_sheet(at)
    return sheet


def _old_looks(book: xlrd.book.Book, xf: xlrd.formatting.XF) -> _Looks:
    code = book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else ""
    border = xf.border
    sides = (
        border.left_line_style,
        border.right_line_style,
        border.top_line_style,
        border.bottom_line_style,
    )
    font = _old_font(book, xf.font_index)
    ground = xf.background
    filled = bool(ground.fill_pattern) and ground.pattern_colour_index not in _OLD_WHITE
    return replace(font, format=code or "General", framed=any(sides), filled=filled)


def _old_font(book: xlrd.book.Book, at: int) -> _Looks:
    """What a font does to digits: raised or lowered (BIFF: escapement 1 or 2), struck, white."""
    if not 0 <= at < len(book.font_list):
        return _PLAIN
    font = book.font_list[at]
    place = {1: "superscript", 2: "subscript"}.get(font.escapement, "")
    white = font.colour_index in _OLD_WHITE
    return _Looks(place=place, struck=bool(font.struck_out), pale=white)


def _old_text(sheet: xlrd.sheet.Sheet, row: int, col: int, look: _Looks) -> str:
    """What a cell shows."""
    kind, value = sheet.cell_type(row, col), sheet.cell_value(row, col)
    if kind == xlrd.XL_CELL_TEXT:
        text = _old_rich(sheet, row, col, str(value))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return look.mark_cell(shown_text(text, look.format))
    if kind in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        if value == 0 and not sheet.show_zero_values:
            return ""
        return look.mark_cell(shown(value, look.format, since_1904=bool(sheet.book.datemode)))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#ERROR!"))
    return ""


def _old_rich(sheet: xlrd.sheet.Sheet, row: int, col: int, text: str) -> str:
    """A text with raised, lowered and struck digits marked run by run."""
    runs = sheet.rich_text_runlist_map.get((row, col))
    if not runs:
        return text
    out = text[: runs[0][0]]
    pale = False
    for (start, at), stop in zip(runs, [at for at, _ in runs[1:]] + [len(text)], strict=True):
        font, run = _old_font(sheet.book, at), text[start:stop]
        out += _gap(out, run, apart=font.pale != pale) + font.mark(run)
        pale = font.pale
    return out
