"""Bytes to characters: which encoding a text is in, decided by the bytes.

What a file declares of itself (`<meta charset>`, a mail header) is wrong too often to be asked.
"""

from __future__ import annotations

import re
import unicodedata

from gongkai.read.error import ReadError, refused

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UTF8, _GB = "utf-8", "gb18030"
#: What is put where bytes are no character; it never looks like a figure.
LOST = "\ufffd"
# One broken character in so many is a cut in the middle of one, as site software makes them.
_RARE = 200
# Control characters that nobody writes; those that part words and lines are none of them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes, name: str = "") -> str:
    """Text by byte-order mark, strict UTF-8, then GB18030 (which holds GBK and GB2312).

    Raises:
        ReadError: if none fits, or if what comes out is no written text.
    """
    marked = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    for encoding in [marked] if marked is not None else [_UTF8, _GB]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(_is_odd(c, encoding) for c in set(text) - set("\t\n\r\f\v"))
        if odd:
            raise _undecoded(name, f"按 {encoding} 解码后有 {odd} 种不是文字的字符")
        return text
    raise _undecoded(name, "不是 UTF-8，也不是 GB18030")


def _is_odd(character: str, encoding: str) -> bool:
    """Whether a character shows that this is no text, or another encoding.

    Private and unassigned characters are the bullets and new characters of a text that is
    UTF-8 by all its bytes; under GB18030, which fits nearly anything, they show a wrong guess.
    """
    odd = {"Cc", "Co", "Cn"} if encoding == _GB else {"Cc"}
    return unicodedata.category(character) in odd


def decode_page(data: bytes, name: str = "") -> str:
    """Text of a web page: as `decode`, but a few broken characters do not lose the page.

    Site software cuts titles and summaries by bytes, through the middle of a character, and
    a download may end in one. What is broken becomes U+FFFD, which no figure can hold.

    Raises:
        ReadError: if no encoding fits nearly all of the bytes.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _without_controls(data.decode(encoding, errors="replace"))
    for encoding in (_UTF8, _GB):
        text = _nearly(data, encoding)
        if text is not None:
            return _without_controls(text)
    raise _undecoded(name, "不是 UTF-8，也不是 GB18030")


def _nearly(data: bytes, encoding: str) -> str | None:
    """The text if all but a few of its characters that are not ASCII are right."""
    text = data.decode(encoding, errors="replace")
    if encoding == _UTF8 and LOST not in text:
        return text
    written = len(text) - len(text.encode("ascii", errors="ignore"))
    wrong = text.count(LOST)
    if encoding == _GB:
        wrong += sum(text.count(c) for c in set(text) if unicodedata.category(c) in {"Co", "Cn"})
    return text if wrong * _RARE <= written or (wrong == 1 and text.endswith(LOST)) else None


def _without_controls(text: str) -> str:
    return _CONTROL.sub(LOST, text)


def _undecoded(name: str, why: str) -> ReadError:
    return refused(
        "encoding",
        name,
        f"文字编码无法辨认（{why}）",
        "请用 UTF-8 或 GB18030 编码另存后再提交",
    )
