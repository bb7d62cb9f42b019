"""Styles of HTML: which characters are seen apart from those beside them, or not at all.

It owns what the declarations of an element and of the page's own style sheets mean for figures.
Of the sheets it takes simple selectors only (`.a`, `span.a`, `#a`): what they hide stays text, seen
apart, since a script may show it again. It knows no tables and no places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

#: Struck text is no part of the figure beside it; floats stand apart on the page.
_APART_TAGS = frozenset({"del", "s", "strike", "rt", "small", "button"})
_STRIKE = re.compile(r"line-through", re.IGNORECASE)
_RAISE = re.compile(r"vertical-align\s*:\s*(?:super|sub|top)\b", re.IGNORECASE)
# What is written on a line but is seen above it, with a gap before it, or not at all.
_MOVED = re.compile(
    r"position\s*:\s*relative(?=.*(?<![\w-])(?:top|bottom|left|right)\s*:\s*-?[0-9.]*[1-9])"
    r"|(?<![\w-])(?:top|bottom|left|right)\s*:\s*-?[0-9.]*[1-9].*position\s*:\s*relative"
    r"|position\s*:\s*fixed|(?<![\w-])(?:transform|clip|clip-path)\s*:",
    re.IGNORECASE | re.DOTALL,
)
_GAP = re.compile(
    r"(?:margin|padding)-(?:left|right)\s*:\s*(?:(?:[4-9]|[1-9][0-9])[0-9.]*\s*p[tx]"
    r"|(?:[1-9]|0?\.[3-9])[0-9.]*\s*r?em)",
    re.IGNORECASE,
)
_PALE = (
    r"(?:#fff(?:fff)?\b|white\b|transparent\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\)"
    r"|rgba\([^)]*,\s*0?\.?0+\s*\))"
)
_UNSEEN = re.compile(
    r"(?:font-size|opacity|(?<![\w-])(?:max-)?(?:width|height))"
    r"\s*:\s*0*(?:\.0*)?\s*(?:p[tx]|r?em|%)?\s*(?:[;!]|$)"
    r"|font-size\s*:\s*[0-2](?:\.[0-9]+)?\s*p[tx]"
    rf"|(?<![\w-])color\s*:\s*{_PALE}|text-indent\s*:\s*-[0-9.]*[1-9]",
    re.IGNORECASE,
)
_WHITE = re.compile(_PALE, re.IGNORECASE)
_NOT_SHOWN = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", re.IGNORECASE
)
_SELECTOR = re.compile(r"[a-z0-9]*([.#][\w-]+)")
# Of a style sheet `top` is left out: sheets set it for everything at once.
_SHEET_RAISE = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_SHEET_MEANT = (_STRIKE, _UNSEEN, _SHEET_RAISE)


def is_apart(tag: str, style: str) -> bool:
    """Whether characters are seen apart from those beside them, struck through, or not at all.

    Digits among them are no part of a figure that they are written against.
    """
    if tag in _APART_TAGS:
        return True
    return bool(style) and any(p.search(style) for p in (_STRIKE, _MOVED, _GAP, _UNSEEN))


def is_raised(style: str) -> bool:
    """Whether characters are seen above or below the line."""
    return bool(style) and _RAISE.search(style) is not None


def is_white(color: str) -> bool:
    """Whether the colour of a `font` element cannot be seen on paper."""
    return _WHITE.fullmatch(color.strip()) is not None


def sheets_of(root: etree._Element) -> dict[str, str]:
    """What the style sheets in a page say of classes and ids that matters for figures.

    Args:
        root: the root element of the page.
    """
    out: dict[str, str] = {}
    for element in root.iter("style"):
        for selectors, declarations in _rules(element.text or ""):
            meant = ";".join(_meant(declarations.split(";")))
            for selector in selectors.split(",") if meant else ():
                found = _SELECTOR.fullmatch(selector.strip(" \t\r\n\f<!->").lower())
                if found is not None:
                    out[found[1]] = f"{out.get(found[1], '')};{meant}"
    return out


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations; not those that hold only for print or for some widths."""
    depth = 0
    for part in _uncommented(text).split("}"):
        *before, declarations = part.split("{")
        if depth == 0 and len(before) == 1:
            yield before[0].rpartition(";")[2], declarations
        depth = max(0, depth + len(before) - 1)


def _uncommented(text: str) -> str:
    first, *others = text.split("/*")
    return first + "".join(other.partition("*/")[2] for other in others)


def _meant(declarations: Iterable[str]) -> Iterator[str]:
    for declaration in declarations:
        if _NOT_SHOWN.search(declaration):
            yield "opacity:0"
        elif any(pattern.search(declaration) for pattern in _SHEET_MEANT):
            yield declaration.strip()
