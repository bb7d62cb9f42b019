"""Browsers of 2020 (Chromium 86, as in WeChat) read our styles and run our scripts."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from gongkai.site.markdown import assets
from gongkai.site.styles import joined, written_out

#: What Chromium 86 does not know and cannot be given, in styles: pattern → why a page needs none.
STYLES = {
    r":is\(|:where\(": "the whole rule is dropped",
    r"@container|@layer|@scope|@property": "the whole block is dropped",
    r"[{;]\s*&|^\s*&": "nested rules are dropped",
    r":not\([^()]*,": "a list in :not() drops the rule",
    r"@media[^{]*[<>]=?": "a range in a media query drops the block",
    r"(?<!height: 100vh; )height: \d+[dsl]vh": "a height needs one that is known before it",
}
#: A rule with this is dropped by older browsers, so only a finishing touch may need it.
TOUCHES = {
    "html:has(.gk-view[open])": "the page behind an open dialog scrolls",
    ".gk-then tr:has(+ tr.y) > *": "a hairline between two rows",
    ".gk-compared td:has(.gk-word)": "a column of words is narrower",
    ".gk-regions:has(select + select)": "the fields of a place stand in one column",
}
#: The same in scripts: syntax that stops the whole file, and names that `older.js` does not bring.
SCRIPTS = {
    r"^await ": "await outside a function",
    r"\bstatic \{": "static blocks",
    r"#\w+ in ": "asking for private names",
    r"/[a-z]*v[a-z]*[;,.)\s](?<=/v.)": "regular expressions in set notation",
    r"\(\?<[!=]": "a look behind, which Safari learned in 2023",
    r"\bstructuredClone\(": "copies of structures",
    r"\.(?:toSorted|toReversed|toSpliced|with|groupBy|findLastIndex)\(": "lists changed as copies",
    r"\bObject\.(?:hasOwn|groupBy)\(": "groups, own names",
    r"\bcrypto\.randomUUID\b": "random names",
    r"\bAbortSignal\.(?:timeout|any)\b": "signals with a time",
}


def style() -> str:
    """The style sheet as readers get it."""
    return dict(assets())["static/gongkai.css"].decode()


@pytest.mark.parametrize("pattern", STYLES)
def test_styles_need_nothing_newer(pattern: str) -> None:
    """No rule that an older browser would drop as a whole."""
    assert re.findall(pattern, style(), re.MULTILINE) == [], STYLES[pattern]


def test_only_finishing_touches_ask_what_is_inside() -> None:
    """A rule with :has() is dropped there; each one is known here with what is then missing."""
    rules = re.findall(r"([^{}]+)\{", style())
    assert {rule.strip() for rule in rules if ":has(" in rule} <= TOUCHES.keys()


@pytest.mark.parametrize("pattern", SCRIPTS)
def test_scripts_need_nothing_newer(pattern: str) -> None:
    """No syntax and no name of later years, but for those that `older.js` brings."""
    for one in files("gongkai.pages").joinpath("assets").iterdir():
        if one.name.endswith(".js"):
            found = re.findall(pattern, one.read_text(encoding="utf-8"), re.MULTILINE)
            assert found == [], (one.name, SCRIPTS[pattern])


def test_choices_are_written_out() -> None:
    """In lists, in brackets, twice in one selector; blocks in blocks stay as they are."""
    assert written_out("a") == ["a"]
    assert written_out(":is(a, b) :is(.c, .d:not(.e))") == [
        "a .c",
        "a .d:not(.e)",
        "b .c",
        "b .d:not(.e)",
    ]
    sheets = [
        "/* x :is(a) { */\n.p, .q:is(:hover, :focus) { color: red; }",
        "@media print {\n  :is(a, b) > c { x: y; }\n}",
    ]
    assert joined(sheets) == (
        ".p, .q:hover, .q:focus { color: red; }\n@media print {\n  a > c, b > c { x: y; }\n}"
    )


@pytest.mark.parametrize("selector", ["a:is(b, .c)", "a:is(b"])
def test_what_cannot_be_written_out_is_an_error(selector: str) -> None:
    """A choice that would run into the word before it; a bracket that is never closed."""
    with pytest.raises(ValueError, match="a"):
        written_out(selector)
