"""Web pages and web archives: bytes to HTML text, and the errors of pages that hold none."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

from gongkai.read.charset import decode_page
from gongkai.read.error import ReadError, damaged, over_limit, refused
from gongkai.read.grid import broken_off
from gongkai.read.limits import LIMITS
from gongkai.read.markup import blocks_of_html
from gongkai.read.text import blocks_of_lines

if TYPE_CHECKING:
    from email.message import Message

    from gongkai.model import Block

# A text file with tables in it has none of the elements that every page has.
_PAGE = re.compile(r"<(?:html|head|body|p|div|br|center|h[1-6])\b", re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.IGNORECASE | re.DOTALL)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_FRAME = re.compile(r"<i?frame(?:set)?\b", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


def read_html(data: bytes, name: str) -> tuple[Block, ...]:
    """Blocks of a web page; also of text with HTML tables in it, whatever the suffix.

    Raises:
        ReadError: if it is no text, breaks a limit, or shows nothing without frames or scripts.
    """
    text = decode_page(data, name)
    if not _PAGE.search(_outside_tables(text)):
        return blocks_of_lines(text, name)
    blocks = blocks_of_html(text, name)
    if not blocks:
        raise _empty(text, name)
    return broken_off(text, blocks)


def _outside_tables(text: str) -> str:
    """The text without its tables.

    None ends behind the last end of one, so that there is nothing to look for there: a search
    from each of many beginnings to the end of the file would take hours.
    """
    end = max((found.end() for found in _TABLE_END.finditer(text)), default=0)
    return _TABLE.sub("", text[:end]) + text[end:]


def _empty(text: str, name: str) -> ReadError:
    """The error for a page without text."""
    why = "网页里没有文字"
    if _FRAME.search(text):
        why += "（内容在框架引用的另一个网页里）"
    elif _SCRIPT.search(text):
        why += "（内容由脚本在浏览器里生成）"
    return refused(
        "empty", name, why, "请在浏览器中打开网页，等内容全部显示后另存为单文件网页或 PDF 再提交"
    )


def read_mhtml(data: bytes, name: str) -> tuple[Block, ...]:
    """Blocks of the page in a web archive (RFC 2557). Its other parts are never opened.

    Raises:
        ReadError: as `read_html`, and if there is no page in it.
    """
    try:
        message = email.message_from_bytes(data)
        part = _root(message)
        body = part.get_payload(decode=True) if part is not None else None
    except RecursionError as error:
        raise over_limit(name, "邮件部分嵌套过深") from error
    if not isinstance(body, bytes) or not body.strip():
        raise damaged(name, "单文件网页")
    text = decode_page(body, name)
    blocks = blocks_of_html(text, name, line=None)
    if not blocks:
        raise _empty(text, name)
    return blocks


def _root(message: Message) -> Message | None:
    """The part that `start` names (RFC 2387), or the first that is a page."""
    start = message.get_param("start")
    pages = []
    for count, part in enumerate(message.walk()):
        if count > LIMITS.members:
            break
        if part.get_content_type() not in {"text/html", "application/xhtml+xml"}:
            continue
        if isinstance(start, str) and str(part.get("Content-ID") or "").strip() == start.strip():
            return part
        pages.append(part)
    return pages[0] if pages else None
