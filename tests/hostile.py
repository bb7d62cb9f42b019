"""Makes files that attack a reader: bombs, loops, lies and things that would run or be fetched.

Each maker gives the bytes of one file; nothing here is ever opened by anything but the readers.
`CASES` names them with what must become of them.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import make
from PIL import Image
from print_doc import container, print_doc
from print_docx import print_docx
from print_html import print_html, print_mhtml
from print_ofd import package, page_xml, print_ofd
from print_pdf import print_pdf
from print_rtf import print_rtf
from print_workbook import print_xlsx
from printers import Sheet, print_report
from readback import sound
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gongkai.model import CellId

_MB = 1024 * 1024
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BOOK = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: What must never appear in anything that is published.
SECRET = "root:x:0:0"  # noqa: S105  # how /etc/passwd begins, as a word to look for
#: A place that would be fetched by a reader that follows links.
OUTSIDE = "http://127.0.0.1:9/gongkai-must-not-fetch"


def sheet() -> Sheet:
    """A sound report, which the files with something hidden in them print."""
    return sound(texts=make.TEXTS)


def truth() -> dict[CellId, str]:
    """What its cells hold."""
    return dict(sheet().cells)


# --- Containers --------------------------------------------------------------------------------


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def with_members(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A zip file with its members changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    return zipped(members)


def docx(document: bytes, **more: bytes) -> bytes:
    """A Word file around the XML of its document; `more` are other members of `word/`."""
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_LINKS}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    members = {
        "[Content_Types].xml": types,
        "_rels/.rels": links.encode(),
        "word/document.xml": document,
    }
    return zipped({**members, **{f"word/{name}": data for name, data in more.items()}})


def word(body: str, before: str = "") -> bytes:
    """The XML of a Word document."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{_WORD}"><w:body>'
        f"{body}</w:body></w:document>"
    ).encode()


def xlsx(sheet_xml: bytes) -> bytes:
    """A workbook around the XML of its only sheet."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package_ = "http://schemas.openxmlformats.org/package/2006"
    links = (
        f'<Relationships xmlns="{package_}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINKS}/%s" Target="%s"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{package_}/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
                '.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
                "</Types>"
            ).encode(),
            "_rels/.rels": (links % ("officeDocument", "xl/workbook.xml")).encode(),
            "xl/_rels/workbook.xml.rels": (links % ("worksheet", "worksheets/sheet1.xml")).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_BOOK}" xmlns:r="{_LINKS}"><sheets>'
                '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ).encode(),
            "xl/worksheets/sheet1.xml": sheet_xml,
        }
    )


def cells_xml(rows: str, before: str = "") -> bytes:
    """The XML of a sheet."""
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{_BOOK}"><sheetData>{rows}'
        "</sheetData></worksheet>"
    ).encode()


def ofd(content: bytes) -> bytes:
    """An OFD package around the XML of its only page."""
    return with_members(
        package([page_xml("")]),
        lambda members: members.update({"Doc_0/Pages/Page_0/Content.xml": content}),
    )


# --- Bombs in zip files and in XML -------------------------------------------------------------


def blanks(megabytes: int) -> bytes:
    """Blanks, which weigh nothing once they are packed."""
    return b" " * (megabytes * _MB)


def docx_bomb() -> bytes:
    """A document that unpacks to 150 MB."""
    return docx(word("").replace(b"<w:body>", b"<w:body>" + blanks(150)))


def xlsx_bomb() -> bytes:
    """A sheet that unpacks to 150 MB."""
    return xlsx(cells_xml("").replace(b"<sheetData>", b"<sheetData>" + blanks(150)))


def ofd_bomb() -> bytes:
    """A page that unpacks to 150 MB."""
    return ofd(page_xml("").encode() + blanks(150))


def docx_of_rows() -> bytes:
    """A small file with three million rows of a table."""
    row = "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
    return docx(word(f"<w:tbl>{row * 900_000}</w:tbl>"))


def lying(data: bytes, member: str, declared: int) -> bytes:
    """The zip file with another unpacked size declared for a member, in both its headers."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(member)
    found = struct.pack("<II", info.compress_size, info.file_size)
    return data.replace(found, struct.pack("<II", info.compress_size, declared))


def zip_in_zip() -> bytes:
    """A report that carries a zip file of a zip file of 150 MB."""
    bomb = zipped({"inner.zip": zipped({"blanks": blanks(150)})})
    return with_members(
        print_docx(sheet()), lambda members: members.update({"word/embeddings/bomb.zip": bomb})
    )


def many_members() -> bytes:
    """Six thousand members."""
    members = {f"word/{n}.xml": b"" for n in range(6000)}
    return zipped({"word/document.xml": word(""), **members})


def laughs(root: str, text: str) -> str:
    """A document type whose entities multiply to a billion, and a text that asks for them."""
    entities = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    return f"<!DOCTYPE {root} [{entities}]>" if text == "declare" else "&l9;"


def external(root: str) -> str:
    """A document type with an entity that is a file of this machine, and one that is outside."""
    return (
        f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "{OUTSIDE}">]>'
    )


def word_text(text: str) -> str:
    """A paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def sheet_text(text: str) -> str:
    """A row of a sheet with one cell."""
    return f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'


def ofd_text(text: str) -> str:
    """An object of an OFD page."""
    return (
        '<ofd:TextObject ID="9" Boundary="10 10 100 10" Font="1" Size="4">'
        f'<ofd:TextCode X="0" Y="4">{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_with(before: str, text: str) -> bytes:
    """An OFD package whose page has a declaration before its root."""
    page = page_xml(ofd_text(text))
    declaration = re.match(r"<\?xml[^>]*\?>", page)
    start = declaration[0] if declaration is not None else ""
    return ofd((start + before + page.removeprefix(start)).encode())


def utf16(data: bytes) -> bytes:
    """The XML in UTF-16, in which no search for ASCII bytes finds a declaration."""
    text = re.sub(r"<\?xml[^>]*\?>", "", data.decode())
    return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


def deep(opening: str, closing: str, text: str = "1") -> str:
    """Ten thousand elements, each in the one before."""
    return opening * 10_000 + text + closing * 10_000


# --- PDF ---------------------------------------------------------------------------------------


def pdf(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(places) + 1,
        trailer,
        start,
    )
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def page_of(content: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    """A PDF with one page; object 4 is its content, the others begin at 5."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << %s >> >>" % resources,
            content,
            *more,
        ]
    )


def page_loop() -> bytes:
    """A tree of pages that is its own child."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 5 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 5 >>",
        ]
    )


def form_in_itself() -> bytes:
    """A form that draws itself twice: pdfium ends the process on it."""
    form = stream(b"/F Do /F Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
                  b"/Resources << /XObject << /F 5 0 R >> >>")  # fmt: skip
    return page_of(stream(b"/F Do"), b"/XObject << /F 5 0 R >>", form)


def forms_in_forms() -> bytes:
    """Thirty forms, each of which draws the next one ten times."""
    forms = [
        stream(
            b"/F Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
            b"/Resources << /XObject << /F %d 0 R >> >>" % (6 + n),
        )
        for n in range(30)
    ]
    return page_of(stream(b"/F Do"), b"/XObject << /F 5 0 R >>", *forms, stream(b"n"))


def ten_thousand_pages() -> bytes:
    """Pages without end."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(10_000))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 10000 /Kids [%s] >>" % kids,
            *[page] * 10_000,
        ]
    )


def flate_bomb() -> bytes:
    """A page of one gigabyte of drawing: one packed megabyte, a thousand times."""
    return page_of(stream(_packed_often(b"0 0 m 9 9 l S " * 75_000, 1000), b"/Filter /FlateDecode"))


def _packed_often(data: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * times + packer.flush()


def declared_image_in_pdf() -> bytes:
    """A picture that says it is 40,000 by 30,000 pixels, and is a few bytes."""
    picture = stream(
        zlib.compress(bytes(1000)),
        b"/Type /XObject /Subtype /Image /Width 40000 /Height 30000 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB /Filter /FlateDecode",
    )
    return page_of(stream(b"595 0 0 842 0 0 cm /I Do"), b"/XObject << /I 5 0 R >>", picture)


def huge_page() -> bytes:
    """A page of seventy metres."""
    return page_of(stream(b"n")).replace(b"[0 0 595 842]", b"[0 0 200000 200000]")


def deep_array() -> bytes:
    """Arrays in arrays, a hundred thousand deep."""
    return page_of(stream(b"[" * 100_000 + b"]" * 100_000 + b" TJ"))


def million_glyphs() -> bytes:
    """A page with a million signs on it."""
    text = b"BT /F1 1 Tf (" + b"8" * 1_000_000 + b") Tj ET"
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    return page_of(stream(zlib.compress(text), b"/Filter /FlateDecode"), font)


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret", strength=128), invariant=1)
    canvas.drawString(72, 720, "1")
    canvas.save()
    return target.getvalue()


def encrypted_in_an_unknown_way() -> bytes:
    """A PDF whose encryption nobody knows."""
    encrypt = b"/Encrypt << /Filter /Nobody /V 99 /R 99 /O (a) /U (b) /P -1 >> /ID [<00> <00>] "
    return pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"], encrypt
    )


def pdf_with_script_and_file() -> bytes:
    """A page that runs a script when it is opened, and carries a program."""
    script = b"<< /S /JavaScript /JS (app.launchURL\\('%s'\\);) >>" % OUTSIDE.encode()
    follow = b"/AA << /O << /S /URI /URI (%s) >> >>" % OUTSIDE.encode()
    carried = b"/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> %s >>"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R %s >>" % carried,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page % follow,
            stream(b"n"),
            script,
            b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
            stream(b"MZ", b"/Type /EmbeddedFile"),
        ]
    )


# --- Pictures ----------------------------------------------------------------------------------


def png_header() -> bytes:
    """A picture that says it is 40,000 by 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    about = struct.pack(">IIBBBBB", 40_000, 30_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tiff_header() -> bytes:
    """The same as TIFF."""
    entries = [(256, 40_000), (257, 30_000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1),
               (278, 30_000), (279, 1_200_000_000)]  # fmt: skip
    fields = b"".join(struct.pack("<HHII", tag, 4, 1, number) for tag, number in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + fields + bytes(4)


def tiff_loop() -> bytes:
    """Pages that follow each other in a circle."""
    target = io.BytesIO()
    Image.new("L", (8, 8)).save(target, "TIFF")
    data = bytearray(target.getvalue())
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    struct.pack_into("<I", data, at + 2 + 12 * count, at)
    return bytes(data)


def jpeg() -> bytes:
    """An empty picture."""
    target = io.BytesIO()
    Image.new("L", (400, 300), 255).save(target, "JPEG")
    return target.getvalue()


# --- Text and web pages ------------------------------------------------------------------------


def html(body: str, head: str = "") -> bytes:
    """A web page."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def html_with_scripts() -> bytes:
    """A sound report with everything that a browser would run or fetch."""
    page = print_html(sheet()).decode()
    body = page.index(">", page.index("<body")) + 1
    attack = (
        "<script>alert(1)</script><img src=x onerror=alert(2)>"
        f'<iframe src="{OUTSIDE}"></iframe><object data="{OUTSIDE}"></object>'
        f'<link rel=stylesheet href="{OUTSIDE}"><style>@import "{OUTSIDE}";</style>'
        '<a href="javascript:alert(3)">看</a><svg onload=alert(4)></svg>'
        f'<form action="{OUTSIDE}"><input name=a value="12345" autofocus onfocus=alert(5)></form>'
        f'<meta http-equiv=refresh content="0;url={OUTSIDE}">'
        "<p>一、&lt;script&gt;alert(6)&lt;/script&gt;</p>"
        "<template><table><tr><td>99999</td></tr></table></template>"
        "<noscript><p>没有脚本</p></noscript>"
    )
    return (page[:body] + attack + page[body:]).encode()


def html_with_wide_cell() -> bytes:
    """A cell over a million columns and rows."""
    first = "<td colspan=1000000 rowspan=1000000>收到</td><td colspan=99999999999>1</td>"
    return html(f"<table><tr>{first}</tr><tr>{'<td colspan=1000>1</td>' * 1000}</tr></table>")


def html_with_entity() -> bytes:
    """An entity that is a file, which HTML does not know."""
    return external("html").encode() + html(
        "<p>&x;</p><table><tr><td>&x;</td><td>&y;</td></tr></table>"
    )


def wide_text() -> bytes:
    """A line of a million cells."""
    return ("政府信息公开工作年度报告\n" + "1\t" * 1_000_000 + "\n").encode()


def large_table() -> bytes:
    """A table as large as the limits allow, with words in every cell."""
    row = "<tr>" + "<td>本年新收政府信息公开申请数量予以公开</td>" * 40 + "</tr>"
    return html(f"<table>{row * 3000}</table>")


def many_tables() -> bytes:
    """Twenty thousand small tables."""
    return html("<p>一、总体情况</p><table><tr><td>1</td></tr></table>" * 20_000)


# --- Office files ------------------------------------------------------------------------------


def linked_docx() -> bytes:
    """A sound report with a template, a picture and a page from outside, and an object inside."""

    def change(members: dict[str, bytes]) -> None:
        links = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="x1" Type="{_LINKS}/image" Target="{OUTSIDE}" TargetMode="External"/>'
            f'<Relationship Id="x2" Type="{_LINKS}/aFChunk" Target="chunk.html"/>'
            f'<Relationship Id="x3" Type="{_LINKS}/oleObject" Target="embeddings/a.bin"/>'
            f'<Relationship Id="x4" Type="{_LINKS}/attachedTemplate" Target="{OUTSIDE}" '
            'TargetMode="External"/>'
            "</Relationships>"
        )
        hidden = (
            f'<w:altChunk xmlns:r="{_LINKS}" r:id="x2"/>'
            '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" '
            f'Type="Embed" ProgID="Excel.Sheet.12" xmlns:r="{_LINKS}" r:id="x3"/></w:object></w:r>'
            '</w:p><w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>'
            f' INCLUDETEXT "{OUTSIDE}" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe 12345 '
            '</w:instrText><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        )
        members["word/_rels/document.xml.rels"] = links.encode()
        members["word/chunk.html"] = html("<table><tr><td>99999</td></tr></table>")
        members["word/embeddings/a.bin"] = container({"Workbook": bytes(5000)})
        document = members["word/document.xml"]
        at = re.search(rb"<w:body[^>]*>", document)
        assert at is not None
        members["word/document.xml"] = document[: at.end()] + hidden.encode() + document[at.end() :]

    return with_members(print_docx(sheet()), change)


def sparse_xlsx() -> bytes:
    """Two cells, at the two ends of the largest sheet there is."""
    return xlsx(
        cells_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        )
    )


def xlsx_with_wide_merge() -> bytes:
    """One cell merged over the largest sheet there is."""
    data = cells_xml('<row r="1"><c r="A1"><v>1</v></c></row>')
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return xlsx(data.replace(b"</sheetData>", merge))


def rtf_with_object() -> bytes:
    """A picture from outside and an object that would start a program."""
    field = '{\\field{\\*\\fldinst INCLUDEPICTURE "%s" \\\\d}{\\fldrslt 1}}'.replace("%s", OUTSIDE)
    thing = "{\\object\\objautlink\\objupdate{\\*\\objclass Excel.Sheet.8}{\\*\\objdata 01050000}}"
    row = "\\trowd\\cellx1000\\cellx2000 a\\cell 1\\cell\\row"
    return f"{{\\rtf1\\ansi{field}{thing}{row}}}".encode()


def deep_rtf() -> bytes:
    """Groups in groups, a hundred thousand deep."""
    return b"{\\rtf1" + b"{" * 100_000 + b"1" + b"}" * 100_001


def ole_loop() -> bytes:
    """A container whose directory is a chain without end."""
    data = bytearray(container({"WordDocument": bytes(5000)}))
    (directory,) = struct.unpack_from("<I", data, 48)
    (table,) = struct.unpack_from("<I", data, 76)
    struct.pack_into("<I", data, 512 * (table + 1) + 4 * directory, directory)
    return bytes(data)


def ofd_outside() -> bytes:
    """A package whose document is said to stand outside of it."""

    def change(members: dict[str, bytes]) -> None:
        members["OFD.xml"] = members["OFD.xml"].replace(
            b"Doc_0/Document.xml", b"../../../etc/passwd"
        )

    return with_members(print_ofd(sheet()), change)


# --- What must become of them ------------------------------------------------------------------

#: One of these is right where a file is cut off or makes no sense; which, is the reader's choice.
BROKEN = frozenset({"damaged", "empty", "no_tables", "encoding", "format_unsupported"})
#: What uses too much: stopped by a limit of the reader or, at the last, by the sandbox.
TOO_MUCH = frozenset({"over_limit", "too_large"})
ENDED = TOO_MUCH | {"crashed", "damaged"}


@dataclass(frozen=True)
class Case:
    """A file and what may become of it; `read` is the sound report with all its figures."""

    name: str
    make: Callable[[], bytes]
    codes: frozenset[str]


def _case(name: str, maker: Callable[[], bytes], *codes: str | frozenset[str]) -> Case:
    words = [{code} if isinstance(code, str) else code for code in codes]
    return Case(name, maker, frozenset().union(*words))


READ, UNSAFE, OVER = "read", "unsafe", "over_limit"
CASES: tuple[Case, ...] = (
    _case("bomb.docx", docx_bomb, OVER),
    _case("bomb.xlsx", xlsx_bomb, OVER),
    _case("bomb.ofd", ofd_bomb, OVER),
    _case("rows.docx", docx_of_rows, OVER),
    _case("small-lie.docx", lambda: lying(docx_bomb(), "word/document.xml", 100), OVER, "damaged"),
    _case("large-lie.docx", lambda: lying(print_docx(sheet()), "word/document.xml", 2**31), READ, "damaged"),
    _case("nested.docx", zip_in_zip, READ),
    _case("members.docx", many_members, OVER),
    _case("laughs.docx", lambda: docx(word(word_text(laughs("a", "")), laughs("w:document", "declare"))), UNSAFE),
    _case("laughs16.docx", lambda: docx(utf16(word(word_text("&l9;"), laughs("w:document", "declare")))), UNSAFE, "damaged"),
    _case("laughs.xlsx", lambda: xlsx(cells_xml(sheet_text("&l9;"), laughs("worksheet", "declare"))), UNSAFE),
    _case("laughs16.xlsx", lambda: xlsx(utf16(cells_xml(sheet_text("&l9;"), laughs("worksheet", "declare")))), UNSAFE, "damaged"),
    _case("laughs.ofd", lambda: ofd_with(laughs("ofd:Page", "declare"), "&l9;"), UNSAFE),
    _case("entity.docx", lambda: docx(word(word_text("&x;&y;"), external("w:document"))), UNSAFE),
    _case("entity16.docx", lambda: docx(utf16(word(word_text("&x;&y;"), external("w:document")))), UNSAFE),
    _case("entity.xlsx", lambda: xlsx(cells_xml(sheet_text("&x;&y;"), external("worksheet"))), UNSAFE),
    _case("entity.ofd", lambda: ofd_with(external("ofd:Page"), "&x;&y;"), UNSAFE),
    _case("entity.html", html_with_entity, BROKEN, UNSAFE),
    _case("deep.docx", lambda: docx(word(deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"))), OVER),
    _case("deep.xlsx", lambda: xlsx(cells_xml(deep("<a>", "</a>"))), OVER, "damaged"),
    _case("deep.ofd", lambda: ofd(page_xml(deep("<ofd:PageBlock>", "</ofd:PageBlock>")).encode()), OVER),
    _case("deep.html", lambda: html(deep("<div>", "</div>")), OVER, BROKEN),
    _case("deep-tables.html", lambda: html(deep("<table><tr><td>", "</td></tr></table>")), OVER, BROKEN),
    _case("unclosed.html", lambda: html("<table><tr><td>" * 100_000), OVER, BROKEN),
    _case("deep.rtf", deep_rtf, ENDED, BROKEN),
    _case("wide.html", html_with_wide_cell, OVER, BROKEN),
    _case("large-table.html", large_table, OVER, BROKEN),
    _case("many-tables.html", many_tables, OVER, BROKEN),
    _case("loop.pdf", page_loop, BROKEN, OVER),
    _case("itself.pdf", form_in_itself, ENDED, BROKEN),
    _case("forms.pdf", forms_in_forms, ENDED, BROKEN),
    _case("pages.pdf", ten_thousand_pages, OVER),
    _case("flate.pdf", flate_bomb, ENDED),
    _case("image.pdf", declared_image_in_pdf, OVER, BROKEN, "needs_ocr"),
    _case("page.pdf", huge_page, OVER),
    _case("array.pdf", deep_array, ENDED, BROKEN),
    _case("glyphs.pdf", million_glyphs, OVER, BROKEN),
    _case("password.pdf", encrypted_pdf, "encrypted"),
    _case("cipher.pdf", encrypted_in_an_unknown_way, "encrypted", "damaged"),
    _case("script.pdf", pdf_with_script_and_file, BROKEN),
    _case("header.png", png_header, OVER),
    _case("header.tif", tiff_header, OVER),
    _case("loop.tif", tiff_loop, OVER, BROKEN, "needs_ocr"),
    _case("picture.pdf", jpeg, BROKEN, "needs_ocr"),
    _case("links.docx", linked_docx, READ),
    _case("scripts.html", html_with_scripts, READ),
    _case("cid.mhtml", lambda: print_mhtml(sheet()).replace(b"page@local", b"p\xe9ge@local"), READ),
    _case("sparse.xlsx", sparse_xlsx, OVER, BROKEN),
    _case("merge.xlsx", xlsx_with_wide_merge, OVER, BROKEN),
    _case("object.rtf", rtf_with_object, BROKEN, "needs_office"),
    _case("loop.doc", ole_loop, BROKEN, "needs_office"),
    _case("outside.ofd", ofd_outside, "damaged", UNSAFE),
    _case("wide.txt", wide_text, OVER, BROKEN),
    _case("nothing.txt", bytes, "empty"),
    _case("blanks.txt", lambda: blanks(19), "empty"),
    _case("large.txt", lambda: blanks(21), "too_large"),
)  # fmt: skip


#: A sound file of each format, to be cut off; a reader of half a file must not invent figures.
WHOLE: dict[str, Callable[[], bytes]] = {
    "txt": lambda: print_report(sheet(), "tsv").encode(),
    "md": lambda: print_report(sheet(), "pipes").encode(),
    "html": lambda: print_html(sheet()),
    "mhtml": lambda: print_mhtml(sheet()),
    "doc": lambda: print_doc(sheet()),
    "docx": lambda: print_docx(sheet()),
    "rtf": lambda: print_rtf(sheet()),
    "xlsx": lambda: print_xlsx(sheet()),
    "pdf": lambda: print_pdf(sheet()),
    "ofd": lambda: print_ofd(sheet()),
}


def damaged_copies(data: bytes, count: int) -> list[bytes]:
    """Copies with faults in some bytes; of zip files, every other one has them in a member."""
    chance = random.Random(len(data))  # noqa: S311  # the same copies each time
    copies = []
    for at in range(count):
        if data.startswith(b"PK") and at % 2:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            name = chance.choice(sorted(members))
            copies.append(zipped({**members, name: _with_faults(members[name], chance)}))
        else:
            copies.append(_with_faults(data, chance))
    return copies


def _with_faults(data: bytes, chance: random.Random) -> bytes:
    faulty = bytearray(data)
    for _ in range(chance.choice((1, 5, 25))):
        at = chance.randrange(len(faulty) + 1)
        length = chance.randrange(40)
        piece = bytes(faulty[length : 2 * length])
        faulty[at : at + length] = chance.choice((b"", b"\xff", b"-1", b"99999999999", piece))
    return bytes(faulty)


def picture(kind: str) -> bytes:
    """A picture with something on it that does not pack away."""
    target = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(target, kind)
    return target.getvalue()


#: Pictures, to be cut off.
PICTURES = {"png": "PNG", "jpg": "JPEG", "tif": "TIFF"}
