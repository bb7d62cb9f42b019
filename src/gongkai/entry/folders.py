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

from gongkai.entry.files import (
    CORRECTIONS_TOML,
    MAX_BYTES,
    REPORT_TOML,
    EntryError,
    read_toml,
    unfit_file,
)
from gongkai.entry.tables import agency_of, agency_rows, region_of, region_rows
from gongkai.entry.written import ADCODE, SLUG, ReportToml, shown
from gongkai.model import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gongkai.entry.written import AgencyRow, RegionRow
    from gongkai.model import Region

_ORIGINAL = re.compile(r"original\.[a-z0-9]{1,10}")
# What an editor or a file manager leaves behind is no part of a report.
_FURNITURE = frozenset({"Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class _Known:
    """What the two tables say, as the folders need it."""

    root: Path
    regions: dict[str, RegionRow]
    agencies: dict[tuple[str, str], AgencyRow]
    places: dict[str, Region]

    def name(self, path: Path) -> str:
        """A path as messages and entries write it: relative to the project, with slashes."""
        return "/".join(map(shown, path.relative_to(self.root).parts))


def discover(root: Path) -> tuple[list[Entry], list[Problem]]:
    """All reports under `root/content/reports`, in the order of their folders.

    Args:
        root: the project's folder.

    Returns:
        The entries, and one problem for each thing that is wrong. A folder with a problem
        gives no entry; the others are not touched by it.
    """
    content = root / "content"
    regions = region_rows(content)
    places = {name: region_of(row) for name, (_, row) in regions.rows.items()}
    if not regions.usable:
        return [], regions.problems
    agencies = agency_rows(content, places)
    problems = [*regions.problems, *agencies.problems]
    if not agencies.usable:
        return [], problems
    known = _Known(
        root,
        {name: row for name, (_, row) in regions.rows.items()},
        {(row.adcode, row.slug): row for _, row in agencies.rows.values()},
        places,
    )
    entries: list[Entry] = []
    for found in _walk(content / "reports", known):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            entries.append(found)
    return entries, problems


def _walk(reports: Path, known: _Known) -> Iterator[Entry | Problem]:
    codes = {row.adcode for row in known.regions.values()}
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
        agency = known.agencies.get((code.name, folder.name))
        if agency is None:
            yield _agency_problem(folder, known)
        else:
            yield from _walk_years(folder, agency, known)


def _walk_years(folder: Path, agency: AgencyRow, known: _Known) -> Iterator[Entry | Problem]:
    for year in _folders(folder, known, "[0-9]{4}", "四位年份"):
        if isinstance(year, Problem):
            yield year
        else:
            yield from _entry(year, agency, known)


def _agency_problem(folder: Path, known: _Known) -> Problem:
    elsewhere = sorted(code for code, slug in known.agencies if slug == folder.name)
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


def _entry(folder: Path, agency: AgencyRow, known: _Known) -> Iterator[Entry | Problem]:
    """The entry of a year's folder, or everything that is wrong with it."""
    things = _listing(folder, known)
    if isinstance(things, Problem):
        yield things
        return
    problems = list(_stray_problems(things, folder, known))
    about = _about(folder, known)
    originals = [t.name for t in things if _ORIGINAL.fullmatch(t.name)]
    if isinstance(about, ReportToml):
        problems += _about_problems(about, folder, agency, known)
    else:
        problems += about
    problems += _original_problems(originals, folder, known)
    if problems or not isinstance(about, ReportToml):
        yield from problems
        return
    yield _made(about, folder / originals[0], agency, known)


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
    about: ReportToml, folder: Path, agency: AgencyRow, known: _Known
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
    region = known.regions[agency.region_id]
    for row, table in ((region, "regions.csv"), (agency, "agencies.csv")):
        if not _is_valid(row, about.year):
            yield Problem(
                "year_outside",
                name,
                f"{about.year} 年不在“{row.name}”的有效年份之内",
                f"改正年度，或改正 content/{table} 的 valid_from、valid_to",
                "year",
            )


def _is_valid(row: RegionRow | AgencyRow, year: int) -> bool:
    begun = row.valid_from is None or row.valid_from <= year
    return begun and (row.valid_to is None or year <= row.valid_to)


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


def _made(about: ReportToml, original: Path, agency: AgencyRow, known: _Known) -> Entry | Problem:
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
        report_id=f"{agency.agency_id}-{about.year}",
        folder=known.name(original.parent),
        original=name,
        agency=agency_of(agency, known.places),
        original_sha256=sha256,
        **about.model_dump(exclude={"original_sha256"}),
    )
