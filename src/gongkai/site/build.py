"""The whole site, built in a new folder beside the target and renamed at the end.

A reader of the target sees the old site or the new one. Downloads and originals go straight into
the built site and never through mkdocs, which would turn an original in Markdown into a page.
"""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.catalog import catalogue_files
from gongkai.originals import Originals, copy_originals, show_originals
from gongkai.package import per_report_downloads, write_corpus
from gongkai.package.api import corpus_documents, report_documents
from gongkai.package.elsewhere import addressed
from gongkai.pages import FEED, Setting, redirect_pages, render_feed, render_files
from gongkai.pages.compare_data import compare_files
from gongkai.pages.words import original_name, report_path
from gongkai.release import COMMITTED, RELEASES, Release, ReleaseError, load_releases
from gongkai.site.chart import chart_bytes
from gongkai.site.disk import replace_folder, write_file
from gongkai.site.elsewhere import DOWNLOADS, downloads_address, part_downloads, readdressed
from gongkai.site.finish import add_parts, finish_pages
from gongkai.site.markdown import (
    DOCS,
    SiteError,
    assets,
    environment,
    hand_written,
    load_settings,
    run_mkdocs,
    write_docs,
)
from gongkai.site.npm import WebParts, engine_bytes, install_web
from gongkai.site.offline import write_offline
from gongkai.site.search import write_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published

#: Where the downloads of the whole corpus are made.
DATA = Path("build", "data")
#: The folder of the site with pictures and places of originals; it may be moved to another host.
ORIGINALS = "originals"
#: Below this many reports starting workers costs more than it saves; how many a worker is given.
_FEW, _CHUNK = 100, 20


@dataclass(frozen=True, slots=True)
class SiteResult:
    """A built site: where it is, how many pages, and what it lacks (Chinese sentences).

    `downloads` is where its downloads are to be uploaded to, empty where they are on the site.
    """

    out: Path
    pages: int
    warnings: tuple[str, ...]
    downloads: str = ""


def newest_date(corpus: Corpus) -> str | None:
    """The newest date in the data, which is how far they reach; None where there is no date."""
    entries = [one.entry for one in corpus.reports]
    dates = [d for e in entries for d in (e.last_changed_on, e.retrieved_on, e.published_on) if d]
    return max(dates, default=None)


def build_date(corpus: Corpus) -> str:
    """The date the build bears, in seconds: `SOURCE_DATE_EPOCH`, or the newest date in the data."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        return given
    newest = datetime.fromisoformat(newest_date(corpus) or "1980-01-01").replace(tzinfo=UTC)
    return str(int(newest.timestamp()))


def checked_day() -> str:
    """The day on which all was last checked, as ISO text: that of `SOURCE_DATE_EPOCH`, if given.

    `scripts/build.py` gives the last commit's: every build of it reads and checks everything anew.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return "" if given is None else datetime.fromtimestamp(int(given), UTC).date().isoformat()


def _write_report(root: Path, site: Path, one: Published, downloads: str = "") -> None:
    """What is offered of one report: its downloads, its files of the API, its original.

    An original with data of private persons is not handed out.
    """
    folder = site / report_path(one.entry) / "files"
    for name, content in per_report_downloads(one).items():
        write_file(folder / name, content)
    for name, content in report_documents(one, downloads).items():
        write_file(site / name, content)
    if not one.withholds_original:
        write_file(folder / original_name(one.entry), (root / one.entry.original).read_bytes())


def _write_files(corpus: Corpus, root: Path, site: Path, downloads: str, workers: int) -> None:
    """The downloads of the corpus and its API, and those of each report with its original.

    Where there are many reports, theirs are written in processes of their own.
    """
    shutil.copytree(root / DATA, site / "data", dirs_exist_ok=True)
    for name, content in chain(corpus_documents(corpus, downloads), compare_files(corpus)):
        write_file(site / name, content)
    write = partial(_write_report, root, site, downloads=downloads)
    if workers <= 1 or len(corpus.reports) < _FEW:
        for one in corpus.reports:
            write(one)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for _ in pool.map(write, corpus.reports, chunksize=_CHUNK):
            pass


def _setting(
    config: Any,  # noqa: ANN401  # mkdocs has no types
    files: list[dict[str, Any]],
    parts: WebParts,
    shown: Originals,
    releases: tuple[Release, ...],
) -> Setting:
    return Setting(
        repository=str(config["extra"]["repository"]),
        site_url=str(config["site_url"]),
        files=tuple(files),
        search=parts.search is not None,
        table=parts.table is not None,
        engine=engine_bytes(parts.sql),
        chart=chart_bytes(parts.chart),
        notices=parts.missing,
        originals=str(config["extra"]["originals"]),
        pictures=shown.pages,
        releases=releases,
        downloads=str(config["extra"]["downloads"]),
    )


def _releases(root: Path) -> tuple[Release, ...]:
    try:
        return load_releases(root / RELEASES)
    except ReleaseError as error:
        raise SiteError(str(error)) from error


def _made(corpus: Corpus, setting: Setting) -> Iterator[tuple[str, bytes]]:
    """The pages with what stands beside them, and the feed where there is a release."""
    for name, text in render_files(corpus, setting):
        yield name, text.encode()
    if setting.releases:
        yield FEED, render_feed(corpus, setting)


def _copy_releases(releases: tuple[Release, ...], root: Path, site: Path) -> None:
    """The small files of each release; the large ones are where the project is."""
    for release in releases:
        for name in COMMITTED:
            path = f"{RELEASES}/{release.name}/{name}"
            write_file(site / path, (root / path).read_bytes())


def build_site(
    corpus: Corpus, root: Path, out: Path, workers: int = 1, *, offline: bool = False
) -> SiteResult:
    """Build the whole site of a corpus.

    Args:
        corpus: all that is published.
        root: the project folder, with `mkdocs.yml`, `content/` and `build/`.
        out: the site's folder; it is replaced as a whole at the end.
        workers: how many originals are pictured at the same time.
        offline: whether the site is also offered as one zip.

    Raises:
        SiteError: if a page or a setting is wrong; `out` is as it was then.
    """
    parts = install_web(root)
    releases = _releases(root)
    shown = show_originals(corpus, root, workers)
    new = out.resolve().with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    checked = checked_day()
    with environment(SOURCE_DATE_EPOCH=build_date(corpus), NO_MKDOCS_2_WARNING="1"):
        config = load_settings(root, new)
        address, downloads = str(config["site_url"]), downloads_address(config["extra"])
        write_corpus(corpus, root / DATA, workers)
        listed = addressed(
            json.loads((root / DATA / "index.json").read_bytes())["files"], downloads
        )
        config["extra"] |= {
            "downloads": downloads,
            "feed": FEED if releases else "",
            "reaches": newest_date(corpus) or "",
            "checked": checked,
        }
        setting = replace(_setting(config, listed, parts, shown, releases), offline=offline)
        made = dict(_made(corpus, setting))
        by_hand = [
            (name, readdressed(text.decode(), address, downloads).encode())
            for name, text in hand_written(root)
        ]
        write_docs(root / DOCS, [*made.items(), *assets(), *by_hand])
        run_mkdocs(config)
    for name, html in redirect_pages(corpus, address):
        write_file(new / name, html.encode())
    finish_pages(new, address, setting.originals, downloads)
    add_parts(new, parts)
    _write_files(corpus, root, new, downloads, workers)
    _copy_releases(releases, root, new)
    for name, content in catalogue_files(corpus, listed, address).items():
        write_file(new / "data" / name, content)
    copy_originals(root, new / ORIGINALS)
    if offline:
        write_offline(new, address, newest_date(corpus), downloads)
    failed = write_index(new, parts, workers)
    part_downloads(new, root / DOWNLOADS, downloads)
    replace_folder(new, out)
    unseen = (f"原文的位置显示不出来：{problem}" for problem in shown.problems)
    warnings = (*parts.missing, *(() if failed is None else (failed,)), *unseen)
    pages = sum(name.endswith(".md") for name in made)
    return SiteResult(out=out, pages=pages, warnings=warnings, downloads=downloads)
