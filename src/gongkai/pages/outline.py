"""The headings inside a narrative: which paragraphs, or beginnings of paragraphs, are one.

A report numbers the parts of a section （一）（二） or 一、二、 and writes their names before a full
stop or on a line of their own. Only what is numbered so is taken for a heading, and only where a
section has several of the kind it begins with. Nothing of the text is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Longer than this is no heading.
_LENGTH = 32
_HAN = "一二三四五六七八九十"
#: The ways of numbering: in brackets, with a Han numeral, with a figure.
_NUMBERED = (
    re.compile(rf"\s*[（(]\s*[{_HAN}\d]{{1,3}}\s*[）)]"),
    re.compile(rf"\s*[{_HAN}]{{1,3}}、"),
    re.compile(r"\s*\d{1,2}[、.．](?!\d)"),
)
_END = re.compile("[。：:；]")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: the heading it begins with, empty where it has none, and the rest of it.

    `anchor` is the heading's, `name` what the contents call it.
    """

    rest: str
    heading: str = ""
    anchor: str = ""

    @property
    def name(self) -> str:
        """The heading without the sign it ends with."""
        return self.heading.strip().rstrip("。：:；.")


def _kind(text: str) -> int | None:
    """In which way a paragraph is numbered; None where it is not."""
    return next((at for at, sign in enumerate(_NUMBERED) if sign.match(text)), None)


def _heading(text: str) -> str:
    """What a numbered paragraph begins with as its heading; empty where that is not short."""
    end = _END.search(text)
    heading = text if end is None else text[: end.end()]
    return heading if len(heading.strip()) <= _LENGTH else ""


def outlined(paragraphs: Iterable[str], section: str, taken: int = 0) -> Iterator[Text]:
    """The paragraphs of a section, each with its heading.

    Args:
        paragraphs: the texts in their order.
        section: what the anchors begin with.
        taken: how many headings of sections of that name there are already.
    """
    texts = list(paragraphs)
    kinds = [_kind(text) for text in texts]
    first = next((kind for kind in kinds if kind is not None), None)
    headings = [
        _heading(text) if kind is not None and kind == first else ""
        for text, kind in zip(texts, kinds, strict=True)
    ]
    if sum(map(bool, headings)) <= 1:
        headings = [""] * len(texts)
    number = taken
    for text, heading in zip(texts, headings, strict=True):
        number += bool(heading)
        anchor = f"{section}-{number}" if heading else ""
        yield Text(text.removeprefix(heading), heading, anchor)
