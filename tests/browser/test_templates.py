"""What holds on every template whatever it shows: keyboard, zoom, spacing, motion, forced colours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from served import PAGES, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from served import Site

    Opener = Callable[..., Page]

#: Stops of Tab that are walked; no page needs more to be known.
_STOPS = 160
#: Where pictures of every template go, for people to look at; none are made where it is not set.
SCREENSHOTS = os.environ.get("GONGKAI_SCREENSHOTS", "")
#: What a keyboard stops at, in the order of the document. Of a group of radio buttons one is.
_TABBABLE = """() => {
  const groups = new Set();
  const all = document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]");
  const found = [...all].filter((node) => {
    if (node.tabIndex < 0 || node.disabled || node.closest("[inert]")) return false;
    if (!node.checkVisibility({ visibilityProperty: true })) return false;
    if (node.type === "radio") {
      const [first] = [...document.getElementsByName(node.name)].filter((one) => one.checked);
      if ((first && first !== node) || groups.has(node.name)) return false;
      groups.add(node.name);
    }
    return true;
  });
  found.forEach((node, at) => node.setAttribute("data-stop", at));
  return found.length;
}"""
#: The stop that has the focus: its number, whether the focus shows, whether it is covered.
_FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const seen = [node, ...(node.labels ?? []), node.nextElementSibling].filter(Boolean);
  const shows = seen.some((one) => {
    const style = getComputedStyle(one);
    const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return line || style.boxShadow !== "none";
  });
  const whole = node.getBoundingClientRect();
  const [left, top] = [Math.max(whole.left, 0), Math.max(whole.top, 0)];
  const width = Math.min(whole.right, innerWidth) - left;
  const height = Math.min(whole.bottom, innerHeight) - top;
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
  const open = whole.width < 2 || whole.height < 2 || points.some(([x, y]) => {
    const met = document.elementFromPoint(left + width * x, top + height * y);
    return met && (node.contains(met) || met.contains(node) || met.closest("label"));
  });
  const name = `${node.tagName} ${node.id} ${(node.textContent || "").trim().slice(0, 40)}`;
  return { at: Number(node.dataset.stop ?? -1), shows, open, name };
}"""
#: Words that do not fit their box: what cuts off at its edge and holds more than fits. Where an
#: ellipsis says that more is behind a link, that is the design at every size.
_CUT = """() => [...document.querySelectorAll(
    "h1, h2, h3, p, li, th, td, button, label, summary, caption, legend")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => {
    const style = getComputedStyle(node);
    const cuts = style.overflowX === "hidden" || style.overflowX === "clip";
    if (!cuts || node.clientWidth < 2 || style.textOverflow === "ellipsis") return false;
    if (style.webkitLineClamp !== "none") return false;
    return node.scrollWidth > node.clientWidth + 2 || node.scrollHeight > node.clientHeight + 4;
  })
  .map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 40)}`)"""
_WIDTH = "document.documentElement.scrollWidth"
#: What a reader may set by WCAG 1.4.12.
_SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
    " word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"
)
#: Figures in tables that are not set as figures are. Years and codes are names, not amounts.
_LEFT = """() => [...document.querySelectorAll("table td")].filter((cell) => {
    const words = cell.textContent.trim();
    if (!/^[-−]?[\\d,]+(\\.\\d+)?%?$/.test(words) || /^(20\\d\\d|\\d{6})$/.test(words)) return false;
    const style = getComputedStyle(cell);
    const right = style.textAlign === "right" || style.textAlign === "end";
    return !right || !style.fontVariantNumeric.includes("tabular-nums");
  }).map((cell) => `${cell.closest("table").caption?.textContent.slice(0, 30)}: ${cell.textContent}`)"""
every_template = pytest.mark.parametrize("name", PAGES)


@every_template
def test_tab_reaches_everything_and_is_seen(name: str, open_page: Opener) -> None:
    """Each stop is reached in the order of the page, shows that it is, is not covered; none traps."""
    page = open_page(PAGES[name])
    count = int(page.evaluate(_TABBABLE))
    met, unseen, covered = [], [], []
    for _ in range(min(count + 2, _STOPS)):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop is None:
            break
        met.append(stop["at"])
        unseen += [] if stop["shows"] else [stop["name"]]
        covered += [] if stop["open"] else [stop["name"]]
    reached = [at for at in met if at >= 0]
    wanted = range(count) if count < _STOPS else range(len(reached))
    assert set(wanted) <= set(reached)
    assert (unseen, covered) == ([], [])
    assert len(set(met)) >= len(met) - 1


@every_template
def test_the_first_stop_leads_past_the_navigation(name: str, open_page: Opener) -> None:
    """Tab and Enter at the top go to the text."""
    page = open_page(PAGES[name])
    page.keyboard.press("Tab")
    first = page.locator(":focus")
    assert first.inner_text().strip() == "跳到正文"
    assert first.is_visible()
    page.keyboard.press("Enter")
    inside = "document.activeElement.closest('#main-text') !== null"
    assert page.evaluate(inside)


@every_template
def test_figures_stand_to_the_right(name: str, open_page: Opener) -> None:
    """In every table, in figures of one width, so that digits stand below digits."""
    page = open_page(PAGES[name], scripts=False)
    assert page.evaluate(_LEFT)[:8] == []


@every_template
def test_pages_reflow_at_320_pixels(name: str, open_page: Opener) -> None:
    """As at 400 % on a usual screen: nothing but wide tables scrolls sideways."""
    page = open_page(PAGES[name], width=320)
    assert page.evaluate(_WIDTH) <= 320
    assert page.evaluate(_CUT) == []


@every_template
def test_pages_may_be_twice_as_large(name: str, open_page: Opener) -> None:
    """At 200 % (half as many pixels) nothing but wide tables scrolls sideways."""
    page = open_page(PAGES[name], width=640)
    assert page.evaluate(_WIDTH) <= 640
    assert page.evaluate(_CUT) == []


@every_template
def test_text_may_be_larger_and_wider(name: str, open_page: Opener) -> None:
    """Text alone twice as large, or spaced as WCAG 1.4.12 lets a reader, stays in its box."""
    page = open_page(PAGES[name])
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    page.evaluate(f"document.documentElement.style.fontSize = 2 * {size} + 'px'")
    assert page.evaluate(_CUT) == []
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.add_style_tag(content=_SPACED)
    assert page.evaluate(_WIDTH) <= 1280
    assert page.evaluate(_CUT) == []


@every_template
def test_nothing_moves_for_whom_motion_hurts(name: str, site: Site, browser: Any) -> None:
    """With reduced motion nothing is animated, slides or scrolls smoothly."""
    context = browser.new_context(reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    page.goto(site.url + PAGES[name])
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((node) => {
      const style = getComputedStyle(node);
      const longest = (text) => Math.max(...text.split(",").map(parseFloat));
      const moved = style.transitionProperty !== "none" && longest(style.transitionDuration) > 0.01;
      const drawn = style.animationName !== "none" && longest(style.animationDuration) > 0.01;
      return moved || drawn || style.scrollBehavior === "smooth";
    }).map((node) => `${node.tagName}.${node.className}`)""")
    context.close()
    assert moving[:5] == []


@pytest.mark.parametrize("name", ["home", "list", "report", "agency", "quality", "search"])
def test_forced_colours_leave_everything_readable(name: str, site: Site, browser: Any) -> None:
    """Colours of the reader's own: nothing keeps its colours against them, focus still shows."""
    context = browser.new_context(forced_colors="active", bypass_csp=True)
    page = context.new_page()
    page.goto(site.url + PAGES[name])
    page.wait_for_load_state("networkidle")
    kept = page.evaluate("""() => [...document.querySelectorAll("body *:not(svg *)")]
      .filter((node) => getComputedStyle(node).forcedColorAdjust === "none" && node.textContent)
      .map((node) => `${node.tagName}.${node.className}`)""")
    found = violations(page)
    page.keyboard.press("Tab")
    stop = page.evaluate(_FOCUSED)
    context.close()
    assert (kept, found) == ([], [])
    assert stop["shows"]


@pytest.mark.skipif(not SCREENSHOTS, reason="GONGKAI_SCREENSHOTS names no folder")
@every_template
def test_every_template_is_pictured(name: str, open_page: Opener) -> None:
    """Wide and narrow, light and dark, for people to look at; the top of very long pages."""
    folder = Path(SCREENSHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    for width in (1280, 375):
        for dark in (False, True):
            page = open_page(PAGES[name], width=width, dark=dark)
            height = min(int(page.evaluate("document.documentElement.scrollHeight")), 8000)
            target = folder / f"{name}-{width}-{'dark' if dark else 'light'}.png"
            page.screenshot(
                path=target,
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": height},
            )
            assert target.stat().st_size > 1000
            page.close()
