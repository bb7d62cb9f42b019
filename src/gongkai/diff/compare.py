"""What is different between two trees of packages, report by report.

Bytes are compared first; only packages that differ are opened. A figure is told apart by report,
table, row and column, so that nothing else that moves makes it look new. Every file that differs
is named, whether or not something in it is told: no difference is passed over.

What only counts other rows (`n_…` of `reports`) and what is made from the cells (wide tables) is
not told a second time.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from gongkai.diff.trees import MAX_BYTES, DiffError
from gongkai.model import CellId, Problem
from gongkai.package.schema import CELLS, FINDINGS, RESOURCES, SECTIONS, wide_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gongkai.diff.trees import Tree

Row: TypeAlias = "Mapping[str, str]"
Key: TypeAlias = tuple[str, ...]

_REMADE = "重新运行 gongkai build 写出数据包，不要手工改动里面的文件"
#: What a cell says; all its other columns say where it stands.
_FIGURE = ("value", "status", "raw", "unit", "form")
#: What a finding says; the others are wording and place.
_JUDGED = (
    "status",
    "severity",
    "left",
    "right",
    "delta",
    "cells",
    "blanks",
    "expression",
    "other_cells",
)
_WRITTEN = ("heading", "text")
#: Columns of `reports` that count rows of other tables begin so.
_COUNTS = "n_"


@dataclass(frozen=True, slots=True)
class Named:
    """A report as lists name it. `folder` is that of its package."""

    report_id: str
    agency: str
    year: str
    title: str
    folder: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell says, in the words of the package; None is an empty field."""

    value: str | None
    status: str | None
    raw: str | None
    unit: str | None
    form: str | None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that says something else; None where one of the packages has no such cell."""

    cell: CellId
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column of a table about the report, its agency or its place. `key` names the row."""

    table: str
    key: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is told."""

    status: str
    severity: str
    message: str
    message_en: str | None
    expression: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that appeared (`before` is None), went (`after` is None) or says another thing."""

    check: str
    instance: str
    before: Found | None
    after: Found | None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a report: its heading, the length and the SHA-256 of its text."""

    heading: str
    chars: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section whose heading or text is another. `nth` counts those of the same id, from 1."""

    section: str
    nth: int
    before: Part | None
    after: Part | None


@dataclass(frozen=True, slots=True)
class ReportChange:
    """What is different in a report that both trees have.

    `moved` counts cells that say the same in another place of the original, `reworded` findings
    that say the same in other words; `files` names every file that is not the same in bytes.
    """

    report: Named
    cells: tuple[CellChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    findings: tuple[FindingChange, ...] = ()
    sections: tuple[SectionChange, ...] = ()
    moved: int = 0
    reworded: int = 0
    files: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether there is more to tell than that files differ."""
        return bool(self.cells or self.fields or self.findings or self.sections)


@dataclass(frozen=True, slots=True, order=True)
class ColumnChange:
    """A column that one side of so many changed reports has and the other lacks."""

    file: str
    column: str
    change: str
    reports: int


@dataclass(frozen=True, slots=True)
class Diff:
    """What is different between two trees; reports are in the order of their ids.

    `before` and `after` count the packages, `problems` has those that could not be compared.
    """

    before: int
    after: int
    added: tuple[Named, ...] = ()
    removed: tuple[Named, ...] = ()
    changed: tuple[ReportChange, ...] = ()
    columns: tuple[ColumnChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the trees are the same in every byte."""
        return not (self.added or self.removed or self.changed or self.problems)

    def counts(self) -> dict[str, int]:
        """How many of each there are."""
        findings = [f for one in self.changed for f in one.findings]
        return {
            "reports_before": self.before,
            "reports_after": self.after,
            "reports_added": len(self.added),
            "reports_removed": len(self.removed),
            "reports_changed": len(self.changed),
            "cells_changed": sum(len(one.cells) for one in self.changed),
            "cells_moved": sum(one.moved for one in self.changed),
            "fields_changed": sum(len(one.fields) for one in self.changed),
            "findings_appeared": sum(f.before is None for f in findings),
            "findings_gone": sum(f.after is None for f in findings),
            "findings_changed": sum(None not in {f.before, f.after} for f in findings),
            "findings_reworded": sum(one.reworded for one in self.changed),
            "sections_changed": sum(len(one.sections) for one in self.changed),
        }


@dataclass(frozen=True, slots=True)
class _Table:
    """A CSV file of a package; without columns where the package has none of that name."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class _Package:
    """One package of a tree; each table is read once, as long as the package is looked at."""

    tree: Tree
    folder: str
    tables: dict[str, _Table] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return self.tree.folders[self.folder]

    def read(self, file: str) -> bytes | None:
        """The bytes of a file, None where it is not there."""
        return self.tree[f"{self.folder}/{file}"] if file in self.files else None

    def refused(self, file: str, message: str) -> DiffError:
        """Why this package cannot be compared."""
        return DiffError(f"{self.tree.name}：{self.folder}/{file}", message, _REMADE)

    def table(self, file: str) -> _Table:
        """A CSV file.

        Raises:
            DiffError: if it is no sound CSV.
        """
        if file not in self.tables:
            self.tables[file] = self._read_table(file)
        return self.tables[file]

    def _read_table(self, file: str) -> _Table:
        data = self.read(file)
        if data is None:
            return _Table()
        # The limit is one of the whole process; a section may be longer than the usual one.
        csv.field_size_limit(MAX_BYTES)
        try:
            reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
            columns = tuple(next(reader, ()))
            rows = tuple(dict(zip(columns, line, strict=True)) for line in reader)
        except (UnicodeDecodeError, csv.Error, ValueError) as error:
            raise self.refused(file, "不是完好的 CSV 表") from error
        if len(set(columns)) != len(columns):
            raise self.refused(file, "有两列同名")
        return _Table(columns, rows)

    def named(self) -> Named:
        """The report of this package.

        Raises:
            DiffError: if the package does not say which report it is of.
        """
        reports = self.table("reports.csv").rows
        if len(reports) != 1 or not reports[0].get("report_id"):
            raise self.refused("reports.csv", "应当有一份报告，并写明编号")
        (row,) = reports
        agency = row.get("agency_id", "")
        names = {a.get("agency_id"): a.get("name") for a in self.table("agencies.csv").rows}
        return Named(
            report_id=row["report_id"],
            agency=names.get(agency) or agency,
            year=row.get("report_year", ""),
            title=row.get("title", ""),
            folder=self.folder,
        )


@dataclass(slots=True)
class _Found:
    """What is found so far."""

    added: dict[str, _Package] = field(default_factory=dict)
    removed: dict[str, _Package] = field(default_factory=dict)
    changed: list[ReportChange] = field(default_factory=list)
    columns: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def _differing(old: _Package, new: _Package) -> tuple[str, ...]:
    """The names of the files that are not the same in bytes."""
    names = sorted({*old.files, *new.files})
    return tuple(name for name in names if old.read(name) != new.read(name))


def _keyed(package: _Package, file: str, key: Sequence[str]) -> dict[Key, Row]:
    table = package.table(file)
    if table.rows and not set(key) <= set(table.columns):
        raise package.refused(
            file, f"缺少列：{'、'.join(k for k in key if k not in table.columns)}"
        )
    keyed = {tuple(row[k] for k in key): row for row in table.rows}
    if len(keyed) != len(table.rows):
        raise package.refused(file, "有两行说的是同一项")
    return keyed


def _pairs(
    old: Mapping[Key, Row], new: Mapping[Key, Row]
) -> Iterator[tuple[Key, Row | None, Row | None]]:
    """The rows that are not the same, side by side: in the order of the new, then what is gone."""
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if before != after:
            yield key, before, after


def _same(before: Row | None, after: Row | None, columns: Iterable[str]) -> bool:
    """Whether both rows are there and agree in those of the columns that both have."""
    if before is None or after is None:
        return False
    return all(before[c] == after[c] for c in columns if c in before and c in after)


def _figure(row: Row | None) -> Figure | None:
    return None if row is None else Figure(*(row.get(name) or None for name in _FIGURE))


def _cells(old: _Package, new: _Package) -> tuple[tuple[CellChange, ...], int]:
    """The cells that say something else, and how many are only in another place."""
    places = [n for n in CELLS.names if n not in {*CELLS.key, *_FIGURE}]
    changes, moved = [], 0
    key = CELLS.key[1:]
    before_by_key, after_by_key = (_keyed(p, CELLS.path, key) for p in (old, new))
    for cell, before, after in _pairs(before_by_key, after_by_key):
        if not _same(before, after, _FIGURE):
            changes.append(CellChange(CellId(*cell), _figure(before), _figure(after)))
        elif not _same(before, after, places):
            moved += 1
    return tuple(changes), moved


def _found(row: Row | None) -> Found | None:
    if row is None:
        return None
    return Found(
        status=row.get("status", ""),
        severity=row.get("severity", ""),
        message=row.get("message_zh", ""),
        message_en=row.get("message_en") or None,
        expression=row.get("expression") or None,
        place=row.get("place") or None,
    )


def _findings(old: _Package, new: _Package) -> tuple[tuple[FindingChange, ...], int]:
    """The findings that came, went or changed, and how many are only told in other words."""
    changes, reworded = [], 0
    key = FINDINGS.key[1:]
    before_by_key, after_by_key = (_keyed(p, FINDINGS.path, key) for p in (old, new))
    words = [name for name in FINDINGS.names if name.startswith(("message_", "hint_"))]
    for (check, instance), before, after in _pairs(before_by_key, after_by_key):
        if not _same(before, after, _JUDGED):
            changes.append(FindingChange(check, instance, _found(before), _found(after)))
        elif not _same(before, after, words):
            reworded += 1
    return tuple(changes), reworded


def _sections_of(package: _Package) -> dict[Key, Row]:
    """The sections by id and place among those of the same id: one more moves no other."""
    seen: Counter[str] = Counter()
    keyed: dict[Key, Row] = {}
    for row in package.table(SECTIONS.path).rows:
        section = row.get("section_id", "")
        seen[section] += 1
        keyed[section, str(seen[section])] = row
    return keyed


def _part(row: Row | None) -> Part | None:
    if row is None:
        return None
    text = row.get("text", "")
    return Part(row.get("heading", ""), len(text), hashlib.sha256(text.encode()).hexdigest())


def _sections(old: _Package, new: _Package) -> tuple[SectionChange, ...]:
    return tuple(
        SectionChange(section, int(nth), _part(before), _part(after))
        for (section, nth), before, after in _pairs(_sections_of(old), _sections_of(new))
        if not _same(before, after, _WRITTEN)
    )


def _about_tables() -> tuple[str, ...]:
    """The tables of a package that say what the report, its agency and its place are."""
    apart = {CELLS.name, FINDINGS.name, SECTIONS.name, *(w.resource.name for w in wide_tables())}
    return tuple(name for name in RESOURCES if name not in apart)


def _fields(old: _Package, new: _Package, table: str) -> Iterator[FieldChange]:
    """The fields of a table that are not the same; of a row that one side lacks, all it has."""
    file, key = RESOURCES[table].path, RESOURCES[table].key
    for at, before, after in _pairs(_keyed(old, file, key), _keyed(new, file, key)):
        both = before is not None and after is not None
        for name in dict.fromkeys([*(after or ()), *(before or ())]):
            there = [row for row in (before, after) if row is not None and name in row]
            if (both and len(there) == 1) or name.startswith(_COUNTS):
                continue
            left, right = ((row or {}).get(name) or None for row in (before, after))
            if left != right:
                yield FieldChange(table, "/".join(at), name, left, right)


def _column_changes(
    old: _Package, new: _Package, files: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """The columns that one side lacks, of the tables that both have."""
    for file in files:
        if file.endswith(".csv") and file in old.files and file in new.files:
            before, after = set(old.table(file).columns), set(new.table(file).columns)
            yield from ((file, column, "added") for column in sorted(after - before))
            yield from ((file, column, "removed") for column in sorted(before - after))


def _change(old: _Package, new: _Package, files: tuple[str, ...]) -> ReportChange:
    """What is different in a report."""
    cells, moved = _cells(old, new) if CELLS.path in files else ((), 0)
    findings, reworded = _findings(old, new) if FINDINGS.path in files else ((), 0)
    named = new.named()
    fields = [
        change
        for table in _about_tables()
        if RESOURCES[table].path in files
        for change in _fields(old, new, table)
    ]
    if old.folder != new.folder:
        fields.append(FieldChange("", named.report_id, "folder", old.folder, new.folder))
    return ReportChange(
        report=named,
        cells=cells,
        fields=tuple(fields),
        findings=findings,
        sections=_sections(old, new) if SECTIONS.path in files else (),
        moved=moved,
        reworded=reworded,
        files=files,
    )


def _put(where: dict[str, _Package], package: _Package) -> None:
    """Keep a package that has no counterpart in its folder."""
    report_id = package.named().report_id
    if report_id in where:
        raise package.refused("reports.csv", f"{report_id} 已经在 {where[report_id].folder}")
    where[report_id] = _Package(package.tree, package.folder)  # without its tables


def _compare_pair(found: _Found, old: _Package, new: _Package) -> None:
    """Two packages that stand in one folder or are of one report."""
    files = _differing(old, new)
    if not files and old.folder == new.folder:
        return
    if "reports.csv" in files and old.named().report_id != new.named().report_id:
        _put(found.removed, old)
        _put(found.added, new)
        return
    found.changed.append(_change(old, new, files))
    found.columns.update(_column_changes(old, new, files))


@contextmanager
def _telling(problems: list[Problem]) -> Iterator[None]:
    """A package that cannot be compared is told, and the rest goes on."""
    try:
        yield
    except DiffError as error:
        problems.append(error.problem)


def compare(old: Tree, new: Tree) -> Diff:
    """What is different between two trees of packages.

    Packages are held against the one in the same folder, and those that have none there against
    the one of the same report id.
    """
    found = _Found()
    for folder in sorted({*old.folders, *new.folders}):
        before, after = _Package(old, folder), _Package(new, folder)
        with _telling(found.problems):
            if folder not in new.folders:
                _put(found.removed, before)
            elif folder not in old.folders:
                _put(found.added, after)
            else:
                _compare_pair(found, before, after)
    for report_id in sorted(found.added.keys() & found.removed.keys()):
        with _telling(found.problems):
            _compare_pair(found, found.removed.pop(report_id), found.added.pop(report_id))
    return Diff(
        before=len(old.folders),
        after=len(new.folders),
        added=tuple(found.added[i].named() for i in sorted(found.added)),
        removed=tuple(found.removed[i].named() for i in sorted(found.removed)),
        changed=tuple(sorted(found.changed, key=lambda one: one.report.report_id)),
        columns=tuple(sorted(ColumnChange(*at, n) for at, n in found.columns.items())),
        problems=tuple(found.problems),
    )
