"""Bytes to Document: file formats, and nothing of the domain.

To add a format: one file beside this one with a function `(bytes, name) → blocks`, one line in
`READERS` and, where the bytes have a mark of their own, one in `sniff`.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from gongkai.entry import MAX_BYTES
from gongkai.model import Block, Document, Problem, Source
from gongkai.read import sniff as kind
from gongkai.read.error import ReadError, refused
from gongkai.read.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["READERS", "Format", "ReadError", "read", "reason", "sniff"]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its Chinese name, its usual suffix, its reader as `module:function`.

    The module is imported at the first file of its kind: readers of formats that a run does not
    meet cost nothing, and those of an extra (`gongkai[ocr]`) may be absent.
    """

    label: str
    suffix: str
    where: str

    @property
    def reader(self) -> Callable[[bytes, str], tuple[Block, ...]]:
        """The function from bytes and the name that loci carry to blocks."""
        module, function = self.where.split(":")
        found: Callable[[bytes, str], tuple[Block, ...]] = getattr(
            import_module(f"gongkai.read.{module}"), function
        )
        return found


#: Media type → format.
READERS: dict[str, Format] = {
    kind.TEXT: Format("纯文本", ".txt", "text:read_text"),
    kind.MARKDOWN: Format("Markdown", ".md", "text:read_text"),
    kind.HTML: Format("网页", ".html", "html:read_html"),
    kind.MHTML: Format("单文件网页", ".mhtml", "html:read_mhtml"),
    kind.DOCX: Format("Word", ".docx", "docx:read_docx"),
    kind.DOC: Format("Word 97", ".doc", "doc:read_doc"),
    kind.RTF: Format("RTF", ".rtf", "rtf:read_rtf"),
    kind.XLSX: Format("Excel", ".xlsx", "workbook:read_xlsx"),
    kind.XLS: Format("Excel 97", ".xls", "workbook:read_xls"),
    kind.PDF: Format("PDF", ".pdf", "pdf:read_pdf"),
    kind.OFD: Format("OFD", ".ofd", "ofd:read_ofd"),
    kind.PNG: Format("图片", ".png", "scan:read_image"),
    kind.JPEG: Format("图片", ".jpg", "scan:read_image"),
    kind.TIFF: Format("图片", ".tif", "scan:read_image"),
}


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
    found = READERS.get(media_type)
    if found is None:
        labels = "、".join(dict.fromkeys(f.label for f in READERS.values()))
        raise refused(
            "format_unsupported",
            name,
            f"这种格式（{media_type}）不能读取",
            f"请另存为能读取的格式：{labels}",
        )
    blocks = found.reader(data, name)
    if not blocks:
        raise refused("empty", name, "文件里没有文字", "请换成有内容的报告原件")
    source = Source(name, media_type, hashlib.sha256(data).hexdigest(), len(data))
    return Document(source, blocks)


def reason(error: OSError) -> str:
    """Why the system could not open or write a file, in Chinese where it is a usual reason."""
    reasons = {
        FileNotFoundError: "没有这个文件",
        IsADirectoryError: "这是文件夹",
        FileExistsError: "同名的文件不是文件夹",
        NotADirectoryError: "路径的一部分不是文件夹",
        PermissionError: "没有权限",
    }
    return reasons.get(type(error), str(error.strerror))


def _bytes(path: Path, name: str) -> bytes:
    """The bytes of a file; its kind and size are asked before anything is read."""
    try:
        about = path.stat()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            raise refused("not_a_file", name, "不是普通文件（是管道或设备）", "请换成文件本身")
        size = about.st_size
        if size > MAX_BYTES:
            megabytes = MAX_BYTES // 1024 // 1024
            raise refused(
                "too_large",
                name,
                f"文件有 {size / 1024 / 1024:.0f} MB，超过上限 {megabytes} MB",
                "请只提交报告本身，去掉无关的图片和附件",
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            Problem("unreadable", name, f"文件打不开（{reason(error)}）", "请检查文件名和权限")
        ) from error
    if not data.strip():
        raise refused("empty", name, "文件是空的", "请换成有内容的报告原件")
    return data
