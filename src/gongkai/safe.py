"""Text of strangers, made safe for where it is shown: one line, Markdown, workflow commands.

Reports, their names and their files may say anything. Nothing here knows what is shown. Pages
have their own engine, which escapes HTML (`pages.frame`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Control characters, line and paragraph separators, surrogates, and marks that turn the
#: direction of the text after them.
UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: What no text file carries safely: control characters other than tab and line feed, lone halves
#: of surrogate pairs. A report may hold them; they are shown as the replacement character.
_UNCARRIED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_TICKS = re.compile("`+")


def is_clean(text: str) -> bool:
    """Whether files can carry the text as it is."""
    return _UNCARRIED.search(text) is None


def clean(text: str) -> str:
    """The text as files can carry it: LF line ends, no control characters."""
    return _UNCARRIED.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(text: str) -> str:
    """The text on one line without characters that do harm."""
    return _SPACE.sub(" ", UNSAFE.sub("", text)).strip()


def code_span(text: str) -> str:
    """The text as a code span of Markdown, in which a forge reads no markup at all.

    No link, picture, mention or HTML comes to life in it. A bar would part the cells of a table
    even there, so it is shown as the full-width one.

    >>> code_span("@all <b>")
    '`@all <b>`'
    """
    shown = plain(text).replace("|", "｜")
    fence = "`" * (1 + max(map(len, _TICKS.findall(shown)), default=0))
    pad = " " if not shown or shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def workflow_command(name: str, properties: Mapping[str, str | int | None], message: str) -> str:
    """A command for GitHub Actions, escaped as the runner's own toolkit does.

    It ends at the line break; line breaks in what is told are written as `%0A`.
    """
    listed = ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
        if value is not None
    )
    return f"::{name} {listed}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
