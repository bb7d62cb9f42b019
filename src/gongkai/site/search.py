"""The full-text index of the built pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.site.process import run

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.site.npm import WebParts

#: Ready-made parts of the search engine; the search page has its own.
_UNUSED_SEARCH = tuple(
    f"pagefind-{part}"
    for part in (
        "component-ui.css",
        "component-ui.js",
        "highlight.js",
        "modular-ui.css",
        "modular-ui.js",
        "ui.css",
        "ui.js",
    )
)


def write_index(site: Path, parts: WebParts) -> str | None:
    """Write the search index; why it failed, or None."""
    if parts.search is None:
        return None
    options = ["--site", str(site), "--root-selector", "article", "--force-language", "zh-cn"]
    failed = run([str(parts.search), *options, "--quiet"], site)
    for name in _UNUSED_SEARCH:
        (site / "pagefind" / name).unlink(missing_ok=True)
    return None if failed is None else f"全文搜索没有建成（{failed}），搜索页只能查机关、地区和年份"
