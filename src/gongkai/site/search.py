"""The full-text index of the built pages."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.pages.indexed import indexed_pages, write_indexed
from gongkai.site.process import run

if TYPE_CHECKING:
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


#: Below this many pages starting workers costs more than it saves; how many a worker is given.
_FEW, _CHUNK = 100, 20


def _write_copies(site: Path, folder: Path, workers: int) -> None:
    """Write what the search engine is given of the site, in processes where that is much."""
    pages = indexed_pages(site)
    write = partial(write_indexed, site, folder)
    if workers <= 1 or len(pages) < _FEW:
        for name in pages:
            write(name)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for _ in pool.map(write, pages, chunksize=_CHUNK):
            pass


def index_site(site: Path, program: Path, workers: int = 1) -> str | None:
    """Write the search index of a built site with that program; why it failed, or None."""
    with tempfile.TemporaryDirectory(prefix=".index-", dir=site.parent) as folder:
        _write_copies(site, Path(folder), workers)
        given = ["--site", folder, "--output-path", str(site / "pagefind")]
        options = ["--force-language", "zh-cn", "--quiet"]
        failed = run([str(program.resolve()), *given, *options], site)
    for name in _UNUSED_SEARCH:
        (site / "pagefind" / name).unlink(missing_ok=True)
    return failed


def write_index(site: Path, parts: WebParts, workers: int = 1) -> str | None:
    """Write the search index where its program is there; a sentence where that failed, or None."""
    failed = None if parts.search is None else index_site(site, parts.search, workers)
    return None if failed is None else f"全文搜索没有建成（{failed}），搜索页只能查机关、地区和年份"
