"""Prints a report as web pages as agencies, site software and Word write them."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from printers import ROWS
from spanned import BOXES, Box, Boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    from printers import Sheet

    from gongkai.model import Table

_NAV = "".join(f'<li><a href="/c{n}/">栏目{n}</a></li>' for n in range(1, 8))


@dataclass(frozen=True)
class Style:
    """How one kind of page writes its elements; `{}` is what stands in them."""

    page: str = (
        "<!DOCTYPE html>\n<html><head>{meta}<title>年报</title></head><body>\n{}</body></html>"
    )
    heading: str = "<h2>{}</h2>\n"
    paragraph: str = "<p>{}</p>\n"
    table: str = '<table border="1"><tbody>\n{}</tbody></table>\n'
    row: str = "<tr>{}</tr>\n"
    cell: str = "<td{}>{}</td>\n"
    text: Callable[[str], str] = escape


def _digits(text: str) -> str:
    """One inline element a character, as editors leave behind."""
    tags = ("span", "font", "b")
    return "".join(f"<{tags[i % 3]}>{escape(c)}</{tags[i % 3]}>" for i, c in enumerate(text))


def _word(text: str) -> str:
    """A paragraph of Word's export; runs of Latin text in spans of their own."""
    runs = [f"<span\nlang=EN-US>{escape(c)}</span>" if c.isascii() else escape(c) for c in text]
    return (
        "\n<p class=MsoNormal align=center style='text-align:center'><span\n"
        f"style='font-size:10.5pt;font-family:宋体'>{''.join(runs)}</span><span lang=EN-US>"
        "<o:p></o:p></span></p>\n"
    )


def _editor(text: str) -> str:
    """A cell of a site's editor: a break in the middle of long words, a hard blank at the end."""
    half = len(text) // 2
    if text.isalpha() and len(text) > 4:
        return f"<p><strong>{escape(text[:half])}</strong><br>{escape(text[half:])}&nbsp;</p>"
    return f"<p style='margin:0'>{escape(text)}</p>"


_CMS_PAGE = f"""<!DOCTYPE html>
<html><head>{{meta}}<title>年报_门户网站</title><style>td p {{{{margin:0}}}}</style>
<script>var hits = 3119; document.write("<td>" + hits + "</td>");</script></head><body>
<!-- <td>17</td> --><noscript>请开启脚本 404</noscript>
<table width="1000" cellpadding="0"><tr><td colspan="2"><img src="banner.jpg" width="1000"
height="90"></td></tr><tr><td width="200"><ul>{_NAV}</ul>
<form><input type="text" value="请输入关键字"><select><option>2021</option></select></form></td>
<td><table><tr><td>当前位置：首页 &gt; 年报</td></tr><tr><td>
<div style="display:none">访问 999 次</div>
{{}}
</td></tr></table></td></tr><tr><td colspan=2><table><tr><td>主办单位</td><td>备案 123</td></tr>
</table></td></tr></table></body></html>"""

STYLES: dict[str, Style] = {
    "plain": Style(),
    "word": Style(
        page='<html xmlns:o="urn:o">\n<head>{meta}<!--[if gte mso 9]><xml><o:P>9</o:P></xml>'
        "<![endif]--><style><!-- p.MsoNormal {{margin:0cm}} --></style></head>\n<body lang=ZH-CN>\n"
        "<div class=WordSection1>\n{}</div></body></html>",
        heading="<p class=MsoNormal style='mso-list:l0'><![if !supportLists]><span\n"
        "style='mso-list:Ignore'></span><![endif]><b><span style='font-size:16pt'>{}</span></b></p>\n",
        paragraph="<p class=MsoNormal><span lang=EN-US style='font-size:16pt'>{}<o:p></o:p></span></p>\n",
        table="<table class=MsoTableGrid border=1>\n{}</table>\n",
        row="<tr style='mso-yfti-irow:1;height:22pt'>{}</tr>\n",
        cell="<td width=70\n valign=top{}>{}</td>\n",
        text=_word,
    ),
    "cms": Style(page=_CMS_PAGE, heading="<p><strong>{}</strong></p>\n", text=_editor),
    "digits": Style(text=_digits, heading="<div>{}</div>", paragraph="<div>{}</div>"),
    "minified": Style(
        page="<html><head>{meta}</head><body>{}</body></html>",
        heading="<p>{}</p>",
        paragraph="<p>{}</p>",
        table="<table>{}</table>",
        row="<tr>{}</tr>",
        cell="<td{}>{}</td>",
    ),
    "unclosed": Style(
        page="<HTML><HEAD>{meta}<BODY BGCOLOR=#FFFFFF>\n{}",
        heading="<P><B>{}</B>\n",
        paragraph="<P>{}\n",
        table="<TABLE BORDER=1>\n{}</TABLE>\n",
        row="<TR>{}\n",
        cell="<TD{}><P>{}\n",
    ),
    "unmerged": Style(),
}
LAYOUTS = tuple(STYLES)


def _boxes(sheet: Sheet, table: Table, layout: str) -> Boxes:
    if layout == "unmerged":
        return [[Box(text) for text in row] for row in ROWS[table.id](sheet, table)]
    return BOXES[table.id](sheet, table)


def _table(boxes: Boxes, style: Style) -> str:
    rows = []
    for row in boxes:
        cells = []
        for box in row:
            spans = f' colspan="{box.colspan}"' if box.colspan > 1 else ""
            spans += f" rowspan={box.rowspan}" if box.rowspan > 1 else ""
            cells.append(style.cell.format(spans, style.text(box.text)))
        rows.append(style.row.format("".join(cells)))
    return style.table.format("".join(rows))


def page(sheet: Sheet, layout: str = "plain", declared: str = "utf-8") -> str:
    """The page as text; `declared` is the charset it says it has."""
    style = STYLES[layout]
    parts = [style.heading.format(escape(sheet.title))]
    for part in sheet.parts():
        parts.append(style.heading.format(part.heading))
        if part.table is not None:
            parts.append(_table(_boxes(sheet, part.table, layout), style))
        if part.text is not None:
            parts.append(style.paragraph.format(escape(part.text)))
    meta = f'<meta http-equiv=Content-Type content="text/html; charset={declared}">'
    return style.page.format("".join(parts), meta=meta if declared else "")


def print_html(
    sheet: Sheet, layout: str = "plain", *, encoding: str = "utf-8", declared: str = "utf-8"
) -> bytes:
    """A web page in one of `LAYOUTS`."""
    return page(sheet, layout, declared).encode(encoding)


def print_mhtml(
    sheet: Sheet,
    layout: str = "plain",
    *,
    encoding: str = "utf-8",
    transfer: str = "quoted-printable",
    start: bool = True,
) -> bytes:
    """A web archive: the page, a frame that is no part of it, and a picture."""
    html = page(sheet, layout, "").encode(encoding)
    body = base64.encodebytes(html) if transfer == "base64" else quopri.encodestring(html)
    named = '; start="<page@local>"; type="text/html"' if start else ""
    frame = (
        b"--=_x\r\nContent-Type: text/html\r\nContent-ID: <frame@local>\r\n\r\n"
        b"<p>404</p><table><tr><td>9</td></tr></table>\r\n"
    )
    main = (
        b"--=_x\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <page@local>\r\n"
        b"Content-Transfer-Encoding: " + transfer.encode() + b"\r\n\r\n" + body + b"\r\n"
    )
    picture = (
        b"--=_x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"iVBORw0KGgo=\r\n"
    )
    pages = frame + main if start else main + frame
    return (
        (
            f"From: <saved>\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/related{named};\r\n\tboundary="=_x"\r\n\r\n'
        ).encode()
        + pages
        + picture
        + b"--=_x--\r\n"
    )
