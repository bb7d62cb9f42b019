"""What a page may load and run: hashes of the theme's own scripts, and of no other."""

from __future__ import annotations

import base64
import hashlib

import pytest

from gongkai.site.policy import policy, secured

THEME = b"var a=document.body"
PAGE = (
    b'<!doctype html><html><head><meta charset="utf-8"><title>t</title><script>'
    + THEME
    + b'</script></head><body><article class="x"><p>text</p></article>'
    b'<script id="__config" type="application/json">{"a": 1}</script>'
    b'<script src="bundle.js"></script></body></html>'
)


def rules(html: bytes, hosts: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The policy, rule by rule."""
    found = (rule.split(" ") for rule in policy(html, hosts).split("; "))
    return {name: values for name, *values in found}


def hash_of(script: bytes) -> str:
    """How a policy names a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"


def test_scripts_of_the_theme_are_named_by_hash() -> None:
    """Inline scripts outside the article; data and scripts with an address need no hash."""
    assert rules(PAGE)["script-src"] == ["'self'", hash_of(THEME)]


def test_a_script_in_the_article_stays_refused() -> None:
    """What came from a report is never allowed, even if it got through the escaping."""
    bad = b"<script>alert(1)</script></article><script>alert(2)</script>"
    html = PAGE.replace(b"<p>text</p>", b"<p>text</p>" + bad)
    assert rules(html) == rules(PAGE)


def test_inline_scripts_are_allowed_by_nothing_else() -> None:
    """No rule lets a script run that is not named, or code be made of text."""
    script = rules(PAGE)["script-src"]
    assert "'unsafe-inline'" not in script
    assert "'unsafe-eval'" not in script
    assert "'wasm-unsafe-eval'" not in script
    assert rules(PAGE)["object-src"] == rules(PAGE)["frame-src"] == ["'none'"]
    assert rules(PAGE)["base-uri"] == rules(PAGE)["form-action"] == ["'self'"]


def test_another_host_gives_pictures_and_places_only() -> None:
    """Its scripts are not run."""
    found = rules(PAGE, ("https://o.example.org",))
    allowing = {name for name, values in found.items() if "https://o.example.org" in values}
    assert allowing == {"img-src", "connect-src"}


def test_the_policy_comes_before_all_it_governs() -> None:
    """Right behind the encoding: a policy in a page holds for what follows it."""
    html = secured(PAGE)
    assert html.startswith(
        b'<!doctype html><html><head><meta charset="utf-8">'
        b'<meta http-equiv="Content-Security-Policy" content="default-src '
    )
    assert html.count(b"Content-Security-Policy") == 1


def test_a_page_without_a_place_for_it_is_an_error() -> None:
    """A page never goes out without its policy."""
    with pytest.raises(ValueError, match="charset"):
        secured(b"<html><head></head></html>")
