"""The line from a report to a published number: the arrows in their order, nothing else.

It alone calls one step after the other. It owns the workers, and the fingerprint that makes a
second run with nothing changed quick.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from gongkai.checks import check
from gongkai.correct import CorrectionError, correct, load_corrections
from gongkai.entry import discover, load_agencies, load_regions
from gongkai.model import Corpus, Entry, Problem, Published, Report
from gongkai.package import report_files, write_tree
from gongkai.parse import parse
from gongkai.read import ReadError, read
from gongkai.site import SiteResult, build_site
from gongkai.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_T = TypeVar("_T")
_R = TypeVar("_R")
#: Below this many reports starting workers costs more than it saves.
_FEW = 50
_CHUNK = 20
#: What a build depends on, relative to the project folder.
_INPUTS = (
    "content",
    "datapackages",
    "mkdocs.yml",
    "package.json",
    "package-lock.json",
    "requirements-node.lock",
)


class Progress(Protocol):
    """Told about each step, so that a person can be shown a bar."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` pieces of the step (a Chinese name) are finished."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: where the site goes (None for data packages only), how many workers."""

    site: Path | None
    workers: int = 1


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. `unchanged`: nothing had changed since the last one.

    `corpus` and `site` are None where they were not needed.
    """

    unchanged: bool
    reports: int
    changed: int
    problems: tuple[Problem, ...]
    corpus: Corpus | None = None
    site: SiteResult | None = None


def quiet(step: str, done: int, total: int) -> None:
    """A progress that says nothing."""


def read_report(path: Path, name: str | None = None, entry: Entry | None = None) -> Report:
    """One file, read and understood.

    Raises:
        ReadError: if the file cannot be read.
    """
    return parse(tidy(read(path, name)), entry)


def read_file(path: Path) -> Published:
    """One bare file with everything that is found in it.

    Raises:
        ReadError: if the file cannot be read.
    """
    report = read_report(path)
    return Published(report, check(report))


def publish(entry: Entry, root: Path) -> Published | Problem:
    """One folder of `content/`; a Problem where nothing of it can be published."""
    try:
        report = read_report(root / entry.original, entry.original, entry)
        report = correct(report, load_corrections(root / entry.folder))
    except (ReadError, CorrectionError) as error:
        return error.problem
    findings = check(report)
    blocking = [finding for finding in findings if finding.blocks]
    if blocking:
        return Problem(
            "not_trusted",
            entry.original,
            f"读取结果不可信，未发布：{blocking[0].message.rstrip('。')}",
            "请核对原件是否完整、是否为年度报告，必要时换一种格式再提交",
        )
    return Published(report, findings)


def load(root: Path, workers: int = 1, progress: Progress = quiet) -> Corpus:
    """Everything below `content/`, read and checked."""
    entries, problems = discover(root)
    results: list[Published | Problem] = []
    read_all = _each(publish, entries, [root] * len(entries), workers)
    for done, result in enumerate(read_all, start=1):
        results.append(result)
        progress("读取和核查报告", done, len(entries))
    regions = load_regions(root / "content")
    return Corpus(
        reports=tuple(r for r in results if isinstance(r, Published)),
        problems=(*problems, *(r for r in results if isinstance(r, Problem))),
        regions=regions,
        agencies=load_agencies(root / "content", regions),
    )


def _each(
    work: Callable[[_T, Path], _R], things: Sequence[_T], where: Iterable[Path], workers: int
) -> Iterator[_R]:
    """`work` of each thing and its path, in order; with several workers where there are many."""
    if workers <= 1 or len(things) < _FEW:
        yield from map(work, things, where)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(work, things, where, chunksize=_CHUNK)


def _write_package(one: Published, folder: Path) -> bool:
    return write_tree(report_files(one), folder)


def write_packages(
    corpus: Corpus, target: Path, workers: int = 1, progress: Progress = quiet
) -> int:
    """The package of each report below `target`; how many of them changed.

    Packages of reports that are no longer there are removed.
    """
    folders = [
        target / one.entry.agency.adcode / one.entry.agency.slug / str(one.entry.year)
        for one in corpus.reports
    ]
    changed = 0
    results = _each(_write_package, corpus.reports, folders, workers)
    for done, is_new in enumerate(results, start=1):
        changed += is_new
        progress("写数据包", done, len(folders))
    for old in sorted(set(_folders(target, "*/*/*")).difference(folders)):
        shutil.rmtree(old)
        changed += 1
    for parent in (*_folders(target, "*/*"), *_folders(target, "*")):
        if not any(parent.iterdir()):
            parent.rmdir()
    return changed


def _folders(target: Path, pattern: str) -> list[Path]:
    return [path for path in sorted(target.glob(pattern)) if path.is_dir()]


def build(root: Path, options: Options, progress: Progress = quiet) -> BuildResult:
    """Read `content/`, write `datapackages/`, build the site.

    Nothing is done where neither the inputs nor the outputs changed since the last build
    that had no problem and lacked no part.
    """
    mark = root / "build" / "fingerprint"
    if _is_current(mark, root, options):
        return BuildResult(unchanged=True, reports=0, changed=0, problems=())
    mark.unlink(missing_ok=True)
    corpus = load(root, options.workers, progress)
    changed = write_packages(corpus, root / "datapackages", options.workers, progress)
    site = None
    if options.site is not None:
        progress("生成网站", 0, 1)
        site = build_site(corpus, root, options.site)
        progress("生成网站", 1, 1)
        if not corpus.problems and not site.warnings:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.write_text(fingerprint(root, options.site), encoding="ascii")
    return BuildResult(
        unchanged=False,
        reports=len(corpus.reports),
        changed=changed,
        problems=corpus.problems,
        corpus=corpus,
        site=site,
    )


def _is_current(mark: Path, root: Path, options: Options) -> bool:
    if options.site is None or not (options.site / "index.html").is_file() or not mark.is_file():
        return False
    return mark.read_text(encoding="ascii") == fingerprint(root, options.site)


def fingerprint(root: Path, site: Path) -> str:
    """A hash of all that a build reads and of the packages it wrote, and where the site is."""
    digest = hashlib.sha256(os.environ.get("SOURCE_DATE_EPOCH", "").encode())
    digest.update(str(site).encode())
    for path in _files([*(root / name for name in _INPUTS), Path(__file__).parent]):
        digest.update(str(path).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(starts: Iterable[Path]) -> Iterator[Path]:
    for start in starts:
        if start.is_file():
            yield start
        elif start.is_dir():
            yield from sorted(
                p for p in start.rglob("*") if p.is_file() and "__pycache__" not in p.parts
            )
