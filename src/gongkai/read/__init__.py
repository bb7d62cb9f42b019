"""Bytes to Document: file formats, and nothing of the domain.

To add a format: one file beside this one with a function `bytes → blocks`, one line in
`READERS` and, where the bytes have a mark of their own, one line in `_MAGIC`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from gongkai.entry import MAX_BYTES
from gongkai.model import Block, Document, Problem, Source
from gongkai.read.text import DecodeError, read_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Media type → reader of the bytes; the second argument is the name that loci carry.
READERS: dict[str, Callable[[bytes, str], tuple[Block, ...]]] = {
    "text/plain": read_text,
    "text/markdown": read_text,
}

#: First bytes → media type. Text has no mark: it is what is left.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table")


class ReadError(Exception):
    """A file that gives nothing. `problem` says in Chinese why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def sniff(data: bytes, name: str) -> str:
    """The media type of these bytes; the name decides only between kinds of text."""
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_HTML_STARTS) or (b"<table" in data and b"<td" in data):
        return "text/html"
    if name.lower().endswith((".md", ".markdown")):
        return "text/markdown"
    return "text/plain"


def read(path: Path, name: str | None = None) -> Document:
    """Read one file.

    Args:
        path: the file.
        name: what loci and messages call it (the file's name by default).

    Raises:
        ReadError: with the reason and the remedy in Chinese.
    """
    name = name if name is not None else path.name
    data = _bytes(path, name)
    media_type = sniff(data, name)
    reader = READERS.get(media_type)
    if reader is None:
        raise ReadError(
            Problem(
                "format_unsupported",
                name,
                f"这种格式（{media_type}）还不能读取",
                "现在能读纯文本（.txt）和 Markdown（.md）；其他格式请用“提供一份年报”表单提交原件",
            )
        )
    try:
        blocks = reader(data, name)
    except DecodeError as error:
        raise ReadError(
            Problem(
                "encoding",
                name,
                f"文字编码无法辨认（{error}）",
                "请用 UTF-8 或 GB18030 编码另存后再提交",
            )
        ) from error
    if not blocks:
        raise ReadError(Problem("empty", name, "文件里没有文字", "请换成有内容的报告原件"))
    source = Source(name, media_type, hashlib.sha256(data).hexdigest(), len(data))
    return Document(source, blocks)


def _reason(error: OSError) -> str:
    """Why the system could not open a file, in Chinese where it is a usual reason."""
    reasons = {
        FileNotFoundError: "没有这个文件",
        IsADirectoryError: "这是文件夹",
        PermissionError: "没有权限",
    }
    return reasons.get(type(error), str(error.strerror))


def _bytes(path: Path, name: str) -> bytes:
    """The bytes of a file of acceptable size; the size is asked before anything is read."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            megabytes = MAX_BYTES // 1024 // 1024
            raise ReadError(
                Problem(
                    "too_large",
                    name,
                    f"文件有 {size / 1024 / 1024:.0f} MB，超过上限 {megabytes} MB",
                    "请只提交报告本身，去掉无关的图片和附件",
                )
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            Problem("unreadable", name, f"文件打不开（{_reason(error)}）", "请检查文件名和权限")
        ) from error
    if not data.strip():
        raise ReadError(Problem("empty", name, "文件是空的", "请换成有内容的报告原件"))
    return data
