"""The line from reports to published numbers: the arrows in their order, nothing else.

What is done with one report stands in `report` and runs in workers, because no file of a stranger
is opened here. This module has the folders of reports, the packages, the site, and the fingerprint
that makes a second run with nothing changed quick.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gongkai.checks import compared
from gongkai.entry import discover, read_register
from gongkai.forms import forms, variables
from gongkai.model import CellId, Corpus, Problem, Published, Verdict
from gongkai.package import report_files, write_tree
from gongkai.privacy import masked
from gongkai.read import ReadError
from gongkai.read.sandbox import Task, Workers
from gongkai.release import COMMITTED, RELEASES, Wanted, Written, plan_release, write_release
from gongkai.report import examine, publish
from gongkai.site import SiteResult, build_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What a worker imports before its first file.
_READING = ("gongkai.report",)
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
    """How to build: where the site goes (None for data packages only), how many workers.

    `offline` says whether the site is also offered as one zip.
    """

    site: Path | None
    workers: int = 1
    offline: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """A bare file that was read: what is found in it or why it gives nothing, and how long."""

    path: Path
    result: Published | Problem
    seconds: float


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


def read_files(paths: Iterable[Path], workers: int = 1) -> Iterator[Reading]:
    """Bare files with everything that is found in each, in their order, read in workers."""
    given: deque[Path] = deque()

    def tasks() -> Iterator[Task]:
        for path in paths:
            given.append(path)
            yield Task(path.name, (path.absolute(),))

    with Workers(workers, _READING) as pool:
        for done in pool.run(examine, tasks()):
            yield Reading(given.popleft(), shared(done.result), done.seconds)


def read_file(path: Path) -> Published:
    """One bare file with everything that is found in it, read in a worker.

    Raises:
        ReadError: if the file cannot be read.
    """
    (reading,) = read_files([path])
    if isinstance(reading.result, Problem):
        raise ReadError(reading.result)
    return reading.result


@cache
def _shared_cells() -> dict[CellId, CellId]:
    """The ids of all cells of all forms: ten thousand reports hold one copy of each."""
    return {v.cell: v.cell for form in forms() for v in variables(form.version)}


def shared(result: Published | Problem) -> Published | Problem:
    """The result with the form and the ids that all reports share, not copies from a worker."""
    if isinstance(result, Problem):
        return result
    known = _shared_cells()
    report = result.report
    form = report.form
    if form is not None:
        form = {one.version: one for one in forms()}[form.version]
    findings = tuple(
        replace(
            finding,
            cells=tuple(known.get(cell, cell) for cell in finding.cells),
            blanks=tuple(known.get(cell, cell) for cell in finding.blanks),
        )
        for finding in result.findings
    )
    values = {known.get(cell, cell): value for cell, value in report.values.items()}
    return replace(result, report=replace(report, form=form, values=values), findings=findings)


def held(result: Published | Problem) -> Published | Problem:
    """The result as a whole corpus is held: what comes out right keeps its cells, not its words.

    Nothing that is written of a corpus has them, and they are a fifth of its memory.
    """
    result = shared(result)
    if isinstance(result, Problem):
        return result
    findings = tuple(
        replace(finding, message="", message_en="", expression="")
        if finding.verdict is Verdict.PASS
        else finding
        for finding in result.findings
    )
    return replace(result, findings=findings)


def load(root: Path, workers: int = 1, progress: Progress = quiet) -> Corpus:
    """Everything below `content/`, read and checked, each report by itself and beside others."""
    register = read_register(root / "content")
    entries, problems = discover(root, register)
    results: list[Published | Problem] = []
    tasks = [Task(entry.original, (entry, root.absolute())) for entry in entries]
    with Workers(workers, _READING) as pool:
        for done, outcome in enumerate(pool.run(publish, tasks), start=1):
            results.append(held(outcome.result))
            progress("读取和核查报告", done, len(entries))
    corpus = Corpus(
        reports=tuple(r for r in results if isinstance(r, Published)),
        problems=(*problems, *(r for r in results if isinstance(r, Problem))),
        regions=register.regions,
        agencies=register.agencies,
        redirects=register.redirects,
        sightings=register.sightings,
    )
    return masked(compared(corpus))


def write_packages(corpus: Corpus, target: Path, progress: Progress = quiet) -> int:
    """The package of each report below `target`; how many of them changed.

    Packages of reports that are no longer there are removed. One process writes them: to send a
    report to another takes longer than to write it.

    Raises:
        OSError: where writing fails.
    """
    folders = [
        target / one.entry.agency.adcode / one.entry.agency.slug / str(one.entry.year)
        for one in corpus.reports
    ]
    changed = 0
    for done, (one, folder) in enumerate(zip(corpus.reports, folders, strict=True), start=1):
        changed += write_tree(report_files(one), folder)
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
    changed = write_packages(corpus, root / "datapackages", progress)
    site = None
    if options.site is not None:
        progress("生成网站", 0, 1)
        site = build_site(corpus, root, options.site, options.workers, offline=options.offline)
        progress("生成网站", 1, 1)
        if not corpus.problems and not site.warnings:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.write_text(fingerprint(root, options), encoding="ascii")
    return BuildResult(
        unchanged=False,
        reports=len(corpus.reports),
        changed=changed,
        problems=corpus.problems,
        corpus=corpus,
        site=site,
    )


def release(
    root: Path, wanted: Wanted, workers: int = 1, progress: Progress = quiet
) -> tuple[Written, Corpus]:
    """Read `content/`, write `datapackages/` and a release of them.

    Raises:
        ReleaseError: if the release cannot be made; see `plan_release` and `write_release`.
    """
    plan = plan_release(root / RELEASES, wanted)
    corpus = load(root, workers, progress)
    packages = root / "datapackages"
    write_packages(corpus, packages, progress)
    return write_release(corpus, packages, plan, workers), corpus


def _is_current(mark: Path, root: Path, options: Options) -> bool:
    if options.site is None or not (options.site / "index.html").is_file() or not mark.is_file():
        return False
    return mark.read_text(encoding="ascii") == fingerprint(root, options)


def fingerprint(root: Path, options: Options) -> str:
    """A hash of all that a build reads and of the packages it wrote, and of what was asked for."""
    digest = hashlib.sha256(os.environ.get("SOURCE_DATE_EPOCH", "").encode())
    digest.update(f"{options.site} {options.offline}".encode())
    released = (path for name in COMMITTED for path in sorted(root.glob(f"{RELEASES}/*/{name}")))
    for path in _files([*(root / name for name in _INPUTS), *released, Path(__file__).parent]):
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
