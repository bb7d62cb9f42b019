"""The style sheets as one, written so that browsers of 2020 read them, WeChat's among them.

A browser that does not know `:is()` drops the whole rule it stands in, so each rule is written out
here. What else they do not know leaves a page plainer, never unreadable.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
#: What stands before a block: a selector, or the head of an at-rule.
_BEFORE = re.compile(r"([^{};]+)\{")
_IS = ":is("
_WORD = re.compile(r"[\w-]")


def _parts(text: str) -> list[str]:
    """The selectors of a list; a comma in brackets divides nothing."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [part.strip() for part in (*parts, text[start:])]


def _closing(text: str, opening: int) -> int:
    """Where the bracket ends that opens there."""
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at
    raise ValueError(f"a bracket is never closed: {text}")


def written_out(selector: str) -> list[str]:
    """A selector without `:is()`: one for each choice.

    >>> written_out(".a :is(ul, ol).b")
    ['.a ul.b', '.a ol.b']

    Raises:
        ValueError: where a choice would run into the word before it.
    """
    start = selector.find(_IS)
    if start < 0:
        return [selector]
    opening = start + len(_IS) - 1
    end = _closing(selector, opening)
    before, after = selector[:start], selector[end + 1 :]
    found = []
    for choice in _parts(selector[opening + 1 : end]):
        if before and _WORD.match(before[-1]) and _WORD.match(choice):
            raise ValueError(f"this cannot be written without :is(): {selector}")
        found += written_out(f"{before}{choice}{after}")
    return found


def _plain(found: re.Match[str]) -> str:
    before = found[1]
    if _IS not in before:
        return found[0]
    blank = before[: len(before) - len(before.lstrip())]
    selectors = (one for part in _parts(before.strip()) for one in written_out(part))
    return f"{blank}{', '.join(selectors)} {{"


def joined(sheets: list[str]) -> str:
    """All style sheets as one, without comments and without `:is()`."""
    text = _COMMENT.sub("", "\n".join(sheets))
    return _BEFORE.sub(_plain, text)
