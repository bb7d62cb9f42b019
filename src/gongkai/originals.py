"""The originals as the site shows them: pictures of pages, tables and lines, and each figure's place.

They are made in workers, a report at a time, and kept in `build/originals` with the mark of all
they depend on, so that only what changed is made again. Nothing here knows a page of the site.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.model import Problem
from gongkai.pages.places import PICTURE, PLACES, Found, folder_of, places_file, wanted_of
from gongkai.privacy import covered_blocks, covered_lines, may_show_page
from gongkai.read.sandbox import Task, Workers
from gongkai.read.surroundings import read_surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.model import Corpus, Published
    from gongkai.read.surroundings import Wanted

#: Where they are kept between builds, relative to the project.
KEPT = Path("build", "originals")
_MARK = ".mark"
#: What decides how an original looks, besides itself: our own modules and these libraries.
_MODULES = (
    "model.py",
    "originals.py",
    "pages/frame.py",
    "pages/places.py",
    "privacy.py",
    "privacy.toml",
    "read",
)
_LIBRARIES = (
    "lxml",
    "olefile",
    "opencv-python-headless",
    "pdfplumber",
    "pillow",
    "pypdfium2",
    "xlrd",
)
_READING = ("gongkai.read.surroundings",)


@dataclass(frozen=True, slots=True)
class Originals:
    """What is there: report id → pages with a picture. `problems` says what is not, and why."""

    pages: Mapping[str, frozenset[int]]
    problems: tuple[Problem, ...] = ()


def show_originals(corpus: Corpus, root: Path, workers: int = 1) -> Originals:
    """Make what is missing or out of date in `build/originals`, and drop what is not wanted.

    A report in which no figure has a place has no file there.
    """
    recipe = _recipe()
    marks = {one.entry.report_id: _mark(one, recipe) for one in corpus.reports}
    folders = {one.entry.report_id: root / KEPT / folder_of(one.entry) for one in corpus.reports}
    stale = [
        one
        for one in corpus.reports
        if not _is_current(folders[one.entry.report_id], marks[one.entry.report_id])
    ]
    problems = []
    for one, made in _made(stale, root, workers):
        folder = folders[one.entry.report_id]
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(made, Problem):
            problems.append(made)
            continue
        folder.mkdir(parents=True)
        for name, data in made.items():
            (folder / name).write_bytes(data)
        (folder / _MARK).write_text(marks[one.entry.report_id], encoding="ascii")
    _drop_others(root / KEPT, set(folders.values()))
    return Originals(
        {name: _pages(folder) for name, folder in folders.items() if (folder / PLACES).is_file()},
        tuple(problems),
    )


def copy_originals(root: Path, target: Path) -> None:
    """Put all that is shown into the folder `target`."""
    for path in sorted((root / KEPT).rglob("*")):
        if path.is_file() and path.name != _MARK:
            place = target / path.relative_to(root / KEPT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


@cache
def _recipe() -> str:
    """A hash of the modules and libraries that decide how an original looks; once a process."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for name in _MODULES:
        start = here / name
        for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
            digest.update(path.read_bytes())
    digest.update(" ".join(map(_version, _LIBRARIES)).encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    """Its version; "-" where it is not installed, as a library of an extra may be."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "-"


def _mark(one: Published, recipe: str) -> str:
    """A hash of all that the folder of a report depends on."""
    digest = hashlib.sha256(f"{recipe} {one.entry.original_sha256}".encode())
    digest.update(f"{one.withholds_original} {one.private!r}\n".encode())
    for cell, value in one.report.values.items():
        digest.update(f"{cell} {value.raw!r} {value.locus!r}\n".encode())
    return digest.hexdigest()


def _is_current(folder: Path, mark: str) -> bool:
    path = folder / _MARK
    return path.is_file() and path.read_text(encoding="ascii") == mark


def _made(
    stale: list[Published], root: Path, workers: int
) -> Iterator[tuple[Published, dict[str, bytes] | Problem]]:
    """The files of each report, made one after the other so that few are in memory at a time."""
    waiting: deque[Published] = deque()

    def tasks() -> Iterator[Task]:
        for one in stale:
            waiting.append(one)
            name = one.entry.original
            yield Task(name, ((root / name).absolute(), name, _wanted(one)))

    with Workers(workers, _READING) as pool:
        for done in pool.run(read_surroundings, tasks()):
            one = waiting.popleft()
            if isinstance(done.result, Problem):
                yield one, done.result
                continue
            pictures, lines, blocks = done.result
            if one.withholds_original:
                lines, blocks = covered_lines(lines), covered_blocks(blocks)
            sizes = {page: (width, height) for page, (width, height, _) in pictures.items()}
            places = places_file(one.report, Found(sizes, lines, blocks))
            files = {PICTURE.format(page=page): data for page, (*_, data) in pictures.items()}
            yield one, {**files, PLACES: places} if places else {}


def _wanted(one: Published) -> Wanted:
    """What is wanted of an original; no page on which data of private persons stands, or may."""
    wanted = wanted_of(one.report)
    return replace(wanted, pages=tuple(n for n in wanted.pages if may_show_page(one, n)))


def _pages(folder: Path) -> frozenset[int]:
    """The pages with a picture in a folder."""
    start, end = PICTURE.split("{page}")
    names = (path.name for path in folder.glob(PICTURE.format(page="*")))
    return frozenset(int(name.removeprefix(start).removesuffix(end)) for name in names)


def _drop_others(kept: Path, wanted: set[Path]) -> None:
    """Remove the folders of reports that are no longer there."""
    for folder in sorted(kept.glob("*/*/*")):
        if folder not in wanted:
            shutil.rmtree(folder)
    for parent in (*sorted(kept.glob("*/*")), *sorted(kept.glob("*"))):
        if not any(parent.iterdir()):
            parent.rmdir()
