"""Says what a file is, by its bytes; its name decides only between kinds of text."""

from __future__ import annotations

import io
import re
import zipfile

import olefile

TEXT = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
MHTML = "multipart/related"
PDF = "application/pdf"
RTF = "application/rtf"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"

#: First bytes → media type. Text has no mark: it is what is left.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"\x89PNG", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
# A PDF may have a line or a mail header before its mark (ISO 32000-1, annex H.3.4.1).
_PDF_WITHIN = 1024
#: A member of a zip container that tells its kind.
_MEMBERS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("OFD.xml", OFD),
)
#: A stream of an OLE container that tells its kind.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("EncryptedPackage", DOCX),  # a .docx or .xlsx with a password: its reader says so
)
#: A folder of a zip container that tells its kind, where the document has an unusual name.
_FOLDERS: tuple[tuple[str, str], ...] = (("word/", DOCX), ("xl/worksheets/", XLSX))
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<div")
_MHTML = re.compile(
    rb"(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*content-type:\s*multipart/related",
    re.IGNORECASE,
)


def sniff(data: bytes, name: str) -> str:
    """The media type of these bytes."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return PDF
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return _container(data, media_type)
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MHTML.match(start):
        return MHTML
    return _kind_of_text(data, start.lower(), name)


def _kind_of_text(data: bytes, start: bytes, name: str) -> str:
    is_markdown = name.lower().endswith((".md", ".markdown"))
    if start.startswith(_HTML_STARTS) or (start.startswith(b"<?xml") and b"<html" in start):
        return HTML
    if not is_markdown and b"<table" in data.lower() and b"<td" in data.lower():
        return HTML
    return MARKDOWN if is_markdown else TEXT


def _container(data: bytes, media_type: str) -> str:
    """What a zip or OLE container holds; the container's own type if that is not known."""
    if media_type == ZIP:
        names = _zip_names(data)
        folders = (kind for folder, kind in _FOLDERS if any(n.startswith(folder) for n in names))
        return _first(names, _MEMBERS, next(folders, ZIP))
    if media_type == OLE:
        return _first(_ole_names(data), _STREAMS, OLE)
    return media_type


def _first(names: set[str], known: tuple[tuple[str, str], ...], otherwise: str) -> str:
    return next((kind for member, kind in known if member in names), otherwise)


def _zip_names(data: bytes) -> set[str]:
    """Names of the members; where the directory is cut off, those that stand in the bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return {member for member, _ in _MEMBERS if member.encode() in data}


def _ole_names(data: bytes) -> set[str]:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            return {"/".join(path) for path in container.listdir()}
    except (OSError, ValueError, IndexError, TypeError):
        return {name for name, _ in _STREAMS if name.encode("utf-16-le") in data}
