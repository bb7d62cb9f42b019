"""From the reports' folders to entries: what stands where, and what contradicts what.

Owns the walk through `content/reports`, the names of folders and files there, and the agreement of
`report.toml` with its folder, its original and the tables. It must not know how a file is parsed,
and does not look into an original; it only asks its size and its hash.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.entry.divisions import where_now
from gongkai.entry.files import (
    CORRECTIONS_TOML,
    MAX_BYTES,
    REPORT_TOML,
    EntryError,
    read_toml,
    unfit_file,
)
from gongkai.entry.register import read_register
from gongkai.entry.written import ADCODE, SLUG, ReportToml, shown
from gongkai.model import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gongkai.entry.register import Bound, Holder, Register

_ORIGINAL = re.compile(r"original\.[a-z0-9]{1,10}")
# What an editor or a file manager leaves behind is no part of a report.
_FURNITURE = frozenset({"Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class _Known:
    """What the tables say, as the folders need it."""

    root: Path
    register: Register

    def name(self, path: Path) -> str:
        """A path as messages and entries write it: relative to the project, with slashes."""
        return "/".join(map(shown, path.relative_to(self.root).parts))


def discover(root: Path, register: Register | None = None) -> tuple[list[Entry], list[Problem]]:
    """All reports under `root/content/reports`, in the order of their ids.

    Args:
        root: the project's folder.
        register: what the tables say, where they were read already.

    Returns:
        The entries, and one problem for each thing that is wrong. A folder with a problem
        gives no entry; the others are not touched by it.
    """
    content = root / "content"
    used = register if register is not None else read_register(content)
    problems = list(used.problems)
    if not used.usable:
        return [], problems
    entries: list[Entry] = []
    for found in _walk(content / "reports", _Known(root, used)):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            entries.append(found)
    doubles = _doubles(entries)
    told = (_double_problem(held) for held in doubles.values())
    kept = (entry for entry in entries if entry.report_id not in doubles)
    return sorted(kept, key=lambda entry: entry.report_id), [*problems, *told]


def _doubles(entries: list[Entry]) -> dict[str, list[Entry]]:
    """The entries that share an id: an agency has a folder for each code it ever had."""
    by_id: dict[str, list[Entry]] = {}
    for entry in entries:
        by_id.setdefault(entry.report_id, []).append(entry)
    return {name: held for name, held in by_id.items() if len(held) > 1}


def _double_problem(held: list[Entry]) -> Problem:
    first, *others = (entry.folder for entry in held)
    return Problem(
        "report_double",
        others[-1],
        f"与 {'、'.join([first, *others[:-1]])} 是同一份报告（编号 {held[0].report_id}），都没有发布",
        "只留那一年有效的代码之下的一份",
    )


def _walk(reports: Path, known: _Known) -> Iterator[Entry | Problem]:
    codes = known.register.codes
    for code in _folders(reports, known, ADCODE, "六位行政区划代码"):
        if isinstance(code, Problem):
            yield code
        elif code.name not in codes:
            yield Problem(
                "adcode_unknown",
                known.name(code),
                f"行政区划代码 {code.name} 不在 content/regions.csv 里",
                "在 regions.csv 添一行，或改正文件夹名；地区不明用 000000",
                "adcode",
            )
        else:
            yield from _walk_agencies(code, known)


def _walk_agencies(code: Path, known: _Known) -> Iterator[Entry | Problem]:
    for folder in _folders(code, known, SLUG, "机关短名（小写字母、数字、连字符）"):
        if isinstance(folder, Problem):
            yield folder
            continue
        place = (code.name, folder.name)
        holder = known.register.holders.get(place)
        if holder is not None:
            yield from _walk_years(folder, holder, known)
        elif place not in known.register.told:
            yield _agency_problem(folder, known)


def _walk_years(folder: Path, holder: Holder, known: _Known) -> Iterator[Entry | Problem]:
    for year in _folders(folder, known, "[0-9]{4}", "四位年份"):
        if isinstance(year, Problem):
            yield year
        else:
            yield from _entry(year, holder, known)


def _agency_problem(folder: Path, known: _Known) -> Problem:
    elsewhere = sorted(code for code, slug in known.register.holders if slug == folder.name)
    if elsewhere:
        return Problem(
            "adcode_mismatch",
            known.name(folder),
            f"content/agencies.csv 里 {folder.name} 的代码是 {'、'.join(elsewhere)}，"
            f"不是 {folder.parent.name}",
            "把文件夹移到那个代码之下，或在 agencies.csv 添一行",
            "adcode",
        )
    return Problem(
        "agency_unknown",
        known.name(folder),
        f"机关短名 {folder.name} 不在 content/agencies.csv 可用的行里",
        "在 agencies.csv 添一行，或改正文件夹名",
        "slug",
    )


def _listing(folder: Path, known: _Known) -> list[os.DirEntry[str]] | Problem:
    """What stands in a folder, by name, without what editors and file managers leave."""
    try:
        with os.scandir(folder) as found:
            things = sorted(found, key=lambda thing: thing.name)
    except FileNotFoundError:
        name = known.name(folder)
        return Problem("reports_missing", name, "没有这个文件夹", "运行 gongkai add 添第一份报告")
    except OSError:
        return Problem("unreadable", known.name(folder), "打不开", "检查文件夹的权限")
    return [t for t in things if not t.name.startswith(".") and t.name not in _FURNITURE]


def _folders(parent: Path, known: _Known, pattern: str, what: str) -> Iterator[Path | Problem]:
    """The subfolders whose names are as `pattern`, and a problem for anything else."""
    if parent.is_symlink():
        yield _link_problem(known.name(parent))
        return
    things = _listing(parent, known)
    if isinstance(things, Problem):
        yield things
        return
    for thing in things:
        path = parent / thing.name
        name = known.name(path)
        if thing.is_symlink():
            yield _link_problem(name)
        elif not thing.is_dir(follow_symlinks=False):
            yield Problem("stray_file", name, "这里只能有文件夹", "移走这个文件")
        elif re.fullmatch(pattern, thing.name) is None:
            yield Problem("folder_name", name, "文件夹名不合规定", f"改成{what}")
        else:
            yield path


def _link_problem(name: str) -> Problem:
    return Problem("link", name, "是符号链接，不收", "换成文件或文件夹本身")


def _entry(folder: Path, holder: Holder, known: _Known) -> Iterator[Entry | Problem]:
    """The entry of a year's folder, or everything that is wrong with it."""
    things = _listing(folder, known)
    if isinstance(things, Problem):
        yield things
        return
    problems = list(_stray_problems(things, folder, known))
    about = _about(folder, known)
    originals = [t.name for t in things if _ORIGINAL.fullmatch(t.name)]
    if isinstance(about, ReportToml):
        problems += _about_problems(about, folder, holder, known)
    else:
        problems += about
    problems += _original_problems(originals, folder, known)
    if problems or not isinstance(about, ReportToml):
        yield from problems
        return
    yield _made(about, folder / originals[0], holder, known)


def _stray_problems(
    things: list[os.DirEntry[str]], folder: Path, known: _Known
) -> Iterator[Problem]:
    for thing in things:
        name = known.name(folder / thing.name)
        if thing.is_symlink():
            yield _link_problem(name)
        elif not (
            thing.is_file(follow_symlinks=False)
            and (thing.name in {REPORT_TOML, CORRECTIONS_TOML} or _ORIGINAL.fullmatch(thing.name))
        ):
            yield Problem(
                "stray_file",
                name,
                "不是这里该有的文件",
                f"收录文件改名为 original.<扩展名>（小写），说明改名为 {REPORT_TOML}，其余移走",
            )


def _about(folder: Path, known: _Known) -> ReportToml | list[Problem]:
    path = folder / REPORT_TOML
    name = known.name(path)
    if path.is_symlink():
        return []
    if not path.exists():
        remedy = f"运行 gongkai add，或照 CONTRIBUTING.md 写一个 {REPORT_TOML}"
        return [Problem("report_toml_missing", name, "没有这个文件", remedy)]
    try:
        return read_toml(path, name, ReportToml)
    except EntryError as error:
        return list(error.problems)


def _about_problems(
    about: ReportToml, folder: Path, holder: Holder, known: _Known
) -> Iterator[Problem]:
    """Where report.toml contradicts itself, its folder or the tables."""
    name = known.name(folder / REPORT_TOML)
    if str(about.year) != folder.name:
        message = f"年度是 {about.year}，文件夹是 {folder.name}"
        yield Problem("year_mismatch", name, message, "改正这一项或文件夹名", "year")
    if about.transcription == "abridged":
        for item in ("document_name", "document_sha256"):
            if getattr(about, item) is None:
                remedy = ReportToml.model_fields[item].description or ""
                message = "收录方式是摘要，缺少这一项"
                yield Problem("field_missing", name, message, remedy, item)
    if about.changed_on is not None and about.changed_on < (about.retrieved_on or ""):
        message = f"改动日期 {about.changed_on} 早于取得日期 {about.retrieved_on}"
        yield Problem("date_order", name, message, "改正其中一个日期", "changed_on")
    broken = next((bound for bound in holder.bounds if not bound.holds(about.year)), None)
    if broken is not None:
        yield _year_problem(about.year, name, holder, broken)


def _year_problem(year: int, name: str, holder: Holder, bound: Bound) -> Problem:
    """That a report is of a year in which its agency, its code or its place was not there."""
    code = holder.agency.adcode
    if bound.table:
        remedy = f"改正年度，或改正 content/{bound.table} 的 valid_from、valid_to"
    else:
        remedy = "改正年度，或把报告放到那一年有效的代码之下，换过代码的机关写进 content/codes.csv"
    after = where_now(code) if bound.last is not None and year > bound.last else ""
    return Problem(
        "year_outside",
        name,
        f"{year} 年不在“{bound.name}”的有效年份（{bound.span}）之内",
        f"{remedy}；{code} 之后是 {after}" if after else remedy,
        "year",
    )


def _original_problems(originals: list[str], folder: Path, known: _Known) -> Iterator[Problem]:
    if not originals:
        yield Problem(
            "original_missing",
            known.name(folder),
            "没有收录文件",
            "把报告放进来，命名为 original.<扩展名>，如 original.pdf",
        )
    elif len(originals) > 1:
        yield Problem(
            "original_double",
            known.name(folder),
            f"有 {len(originals)} 个收录文件：{'、'.join(originals)}",
            "只留一个",
        )
    for original in originals:
        path = folder / original
        unfit = None if path.is_symlink() else unfit_file(path, known.name(path), MAX_BYTES)
        if unfit is not None:
            yield unfit


def _made(about: ReportToml, original: Path, holder: Holder, known: _Known) -> Entry | Problem:
    """The entry, once nothing but the hash can be wrong."""
    name = known.name(original)
    try:
        with original.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return Problem("unreadable", name, "打不开", "检查文件的权限")
    if about.original_sha256 not in {None, sha256}:
        return Problem(
            "hash_mismatch",
            known.name(original.parent / REPORT_TOML),
            f"与 {original.name} 不符，文件的 SHA-256 是 {sha256}",
            "确认文件没有放错，再改正或删去这一项",
            "original_sha256",
        )
    return Entry(
        report_id=f"{holder.agency.id}-{about.year}",
        folder=known.name(original.parent),
        original=name,
        agency=holder.agency,
        original_sha256=sha256,
        **about.model_dump(exclude={"original_sha256"}),
    )
