"""Releases: dated folders of everything that is published, which never change again.

A release is a folder `releases/<name>/`: the packages of all reports in one zip, the downloads of
the whole corpus, what changed since the release before, and the sums of all files. Three small
files of it are committed (`COMMITTED`); the others can be made again from the same content, and
are compared with the committed sums then. Nothing here knows pages or the command line, and no
clock is asked: the date comes from the name or is given.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.diff import (
    PACKAGES_ZIP,
    Diff,
    DiffError,
    Tree,
    compare,
    diff_record,
    folder_tree,
    open_tree,
    read_record,
)
from gongkai.model import Problem
from gongkai.package import write_corpus
from gongkai.package.archive import zip_files
from gongkai.package.text import write_json
from gongkai.package.tree import file_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gongkai.model import Corpus

#: Where releases are, in the project.
RELEASES = "releases"
RECORD, CHANGES, SUMS = "release.json", "changes.json", "SHA256SUMS"
#: The files of a release that are committed, and that the site hands out.
COMMITTED = (RECORD, CHANGES, SUMS)
#: The version of the JSON files.
FORMAT = 1

_NAME = re.compile(r"(2\d{3})\.(0[1-9]|1[0-2])(?:\.([1-9]\d{0,2}))?")
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")


class ReleaseError(Exception):
    """A release cannot be made; `problem` says why (Chinese)."""

    def __init__(self, file: object, message: str, remedy: str) -> None:
        self.problem = Problem("release", str(file), message, remedy)
        super().__init__(str(self.problem))


@dataclass(frozen=True, slots=True)
class Release:
    """A release that is there: what `release.json` and `changes.json` say."""

    name: str
    date: str
    previous: str | None
    reports: int
    diff: Diff


@dataclass(frozen=True, slots=True)
class Wanted:
    """A release to be made.

    `date` is an ISO date, None for the first day of the month in the name (or the recorded date,
    where the release is there already); `previous` is where the packages of the release before
    are, None for its own folder.
    """

    name: str
    date: str | None = None
    previous: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A release that can be made: where, its name and date, and the release before it.

    `before` is where the packages of the release before are; None for the first release, and where
    a release that is there already is made again without them.
    """

    top: Path
    name: str
    date: str
    previous: str | None
    before: Path | None


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: whether the release is new, and which missing files were put back."""

    folder: Path
    is_new: bool
    restored: tuple[str, ...]
    counts: Mapping[str, int]


def name_order(name: str) -> tuple[int, int, int]:
    """Year, month and number of a release; 0 where it has none.

    >>> name_order("2026.12"), name_order("2026.12.2")
    ((2026, 12, 0), (2026, 12, 2))

    Raises:
        ReleaseError: if it is no name of a release.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ReleaseError(name, "不是版本名", "写成 年.月 或 年.月.次，如 2026.12、2026.12.1")
    year, month, number = found.groups()
    return int(year), int(month), int(number or 0)


def _names(top: Path) -> list[str]:
    """The names of the releases there are, the oldest first."""
    found = [path.parent.name for path in top.glob(f"*/{RECORD}")]
    return sorted((n for n in found if not n.startswith(".")), key=name_order)


def _json(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ReleaseError(path, "读不出来", "从版本库取回这个文件") from error
    if not isinstance(loaded, dict):
        raise ReleaseError(path, "不是一个 JSON 对象", "从版本库取回这个文件")
    return loaded


def load_releases(top: Path) -> tuple[Release, ...]:
    """All releases below that folder, the newest first; none where there is no such folder.

    Raises:
        ReleaseError: if one of their files is broken or is of another release.
    """
    releases = []
    for name in reversed(_names(top)):
        record, changes = _json(top / name / RECORD), _json(top / name / CHANGES)
        try:
            diff = read_record(changes)
            told = Release(name, record["date"], record["previous"], record["reports"], diff)
        except (KeyError, TypeError) as error:
            raise ReleaseError(top / name, "缺少该有的项", "从版本库取回这个文件夹") from error
        if (name, name) != (record.get("name"), changes.get("release")):
            raise ReleaseError(top / name, "里面写的是另一个版本", "从版本库取回这个文件夹")
        releases.append(told)
    return tuple(releases)


def _previous(wanted: Wanted, top: Path) -> str | None:
    """The release before the wanted one.

    Raises:
        ReleaseError: if a new release would not be the latest.
    """
    order, names = name_order(wanted.name), _names(top)
    if wanted.name not in names and names and name_order(names[-1]) >= order:
        message = f"不晚于已有的版本 {names[-1]}"
        raise ReleaseError(wanted.name, message, "用更晚的版本名")
    return max((n for n in names if name_order(n) < order), key=name_order, default=None)


def _date(wanted: Wanted, top: Path, previous: str | None) -> str:
    """The date of the release.

    Raises:
        ReleaseError: if it is no date, or before the month of the name or the release before.
    """
    year, month, _ = name_order(wanted.name)
    given = wanted.date
    if given is None and (top / wanted.name / RECORD).is_file():
        given = str(_json(top / wanted.name / RECORD).get("date"))
    try:
        day = date.fromisoformat(given) if given is not None else date(year, month, 1)
    except ValueError as error:
        raise ReleaseError(given, "不是日期", "写成 2026-12-01 这样") from error
    last = str(_json(top / previous / RECORD).get("date")) if previous is not None else ""
    if day < date(year, month, 1) or day.isoformat() < last:
        message = f"日期 {day} 早于版本名里的月份，或早于上一个版本"
        raise ReleaseError(wanted.name, message, "用 --date 写明发布日期")
    return day.isoformat()


def plan_release(top: Path, wanted: Wanted) -> Plan:
    """Whether such a release can be made, before any report is read.

    Args:
        top: the folder of releases.
        wanted: name, date and where the packages of the release before are.

    Raises:
        ReleaseError: if the name or the date is wrong, or the packages before are not at hand.
    """
    previous = _previous(wanted, top)
    day = _date(wanted, top, previous)
    if previous is None:
        return Plan(top, wanted.name, day, None, None)
    place = wanted.previous or top / previous / PACKAGES_ZIP
    if place.exists():
        return Plan(top, wanted.name, day, previous, place)
    if wanted.previous is None and (top / wanted.name / CHANGES).is_file():
        return Plan(top, wanted.name, day, previous, None)
    raise ReleaseError(place, "没有上一个版本的数据包，无法比较", _how_to_get(previous))


def _how_to_get(previous: str) -> str:
    return (
        f"从 {previous} 的发布页下载 {PACKAGES_ZIP}，放到 {RELEASES}/{previous}/；或运行 "
        f"git archive --format=zip -o build/{previous}.zip {previous}:datapackages，"
        f"再加 --previous build/{previous}.zip"
    )


def _difference(plan: Plan, packages: Tree) -> Diff:
    """What changed since the release before.

    Raises:
        ReleaseError: if the packages before are not those of that release, or cannot be compared.
    """
    if plan.previous is None or plan.before is None:
        diff = compare(Tree("", (), packages.__getitem__), packages)
    else:
        with open_tree(plan.before) as before:
            released = _json(plan.top / plan.previous / RECORD).get("packages_sha256")
            if before.digest() != released:
                message = f"不是版本 {plan.previous} 发布时的数据包"
                raise ReleaseError(plan.before, message, _how_to_get(plan.previous))
            diff = compare(before, packages)
    for broken in diff.problems:
        raise ReleaseError(broken.file, broken.message, broken.remedy)
    return diff


def _changes(plan: Plan, packages: Tree) -> bytes:
    """What changed since the release before, as JSON.

    Where the release is there already and the packages before it are not at hand, what was written
    then: its sum is checked with the others.
    """
    if plan.previous is not None and plan.before is None:
        return (plan.top / plan.name / CHANGES).read_bytes()
    about = {"release": plan.name, "date": plan.date, "previous": plan.previous}
    return write_json({**about, **diff_record(_difference(plan, packages))})


def _sums(folder: Path) -> dict[str, str]:
    """The sum of every file, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in paths}


def _sums_text(sums: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items()))


def _read_sums(path: Path) -> dict[str, str]:
    """What `SHA256SUMS` says.

    Raises:
        ReleaseError: if it is not there or says something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(path, "读不出来", "从版本库取回这个文件") from error
    found = [_SUM.fullmatch(line) for line in lines]
    sums = {match[2]: match[1] for match in found if match is not None}
    if len(sums) != len(lines) or not sums:
        raise ReleaseError(path, "不是一份校验和", "从版本库取回这个文件")
    return sums


def _finish(
    corpus: Corpus, packages: Tree, changes: bytes, about: dict[str, Any], to: Path
) -> None:
    """Put beside the downloads what makes them a release."""
    taken = sorted(name for name in (PACKAGES_ZIP, *COMMITTED) if (to / name).exists())
    if taken:
        raise ValueError(f"downloads must not be called {taken}")
    zip_files(packages, to / PACKAGES_ZIP)
    (to / CHANGES).write_bytes(changes)
    files = [
        {"path": path, "bytes": (to / path).stat().st_size, "sha256": digest}
        for path, digest in _sums(to).items()
    ]
    record = {
        "format": FORMAT,
        **about,
        "reports": len(corpus.reports),
        "agencies": len({one.entry.agency.id for one in corpus.reports}),
        "unpublished": len(corpus.problems),
        "packages_sha256": packages.digest(),
        "files": files,
    }
    (to / RECORD).write_bytes(write_json(record))
    (to / SUMS).write_text(_sums_text(_sums(to)), encoding="utf-8", newline="\n")


def _restore(made: Path, there: Path) -> tuple[str, ...]:
    """Put files back that a release lacks, once it is sure that it is the same one.

    Raises:
        ReleaseError: if what was made now is not what was released, or a file there is damaged.
    """
    released, now = _read_sums(there / SUMS), _read_sums(made / SUMS)
    other = sorted(p for p in {*released, *now} if released.get(p) != now.get(p))
    if other:
        shown = "、".join(other[:5]) + (f" 等 {len(other)} 个文件" if len(other) > 5 else "")  # noqa: PLR2004  # a sentence, not a list
        message = f"已经发布，现在的内容不同：{shown}"
        raise ReleaseError(there, message, "发布过的版本不改；有新内容请用下一个版本名")
    missing = [path for path in (*now, SUMS) if not (there / path).exists()]
    damaged = [p for p, d in released.items() if p not in missing and file_sha256(there / p) != d]
    if damaged:
        raise ReleaseError(there / damaged[0], "与校验和不符", "删掉这个文件，再运行一次")
    for path in missing:
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).rename(there / path)
    return tuple(missing)


def write_release(corpus: Corpus, packages: Path, plan: Plan, workers: int = 1) -> Written:
    """Write a release, or make sure that it is what would be written now.

    Args:
        corpus: all that is published.
        packages: the folder with the package of each report.
        plan: what `plan_release` made.
        workers: how many files are written at the same time where there are many reports.

    Raises:
        ReleaseError: if the packages cannot be compared with those before, or if the release is
            there and is another one. No release is changed then.
    """
    target = plan.top / plan.name
    try:
        tree = folder_tree(packages)
        changes = _changes(plan, tree)
        plan.top.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{plan.name}-", dir=plan.top) as folder:
            made = Path(folder, plan.name)
            write_corpus(corpus, made, workers, plan.name)
            about = {"name": plan.name, "date": plan.date, "previous": plan.previous}
            _finish(corpus, tree, changes, about, made)
            is_new = not target.exists()
            restored = () if is_new else _restore(made, target)
            if is_new:
                made.rename(target)
    except DiffError as error:
        broken = error.problem
        raise ReleaseError(broken.file, broken.message, broken.remedy) from error
    return Written(target, is_new, restored, json.loads(changes)["counts"])
