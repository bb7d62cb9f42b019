"""Tables of many reports as CSV files in a folder, written in one pass over the reports.

They are what every other format of the whole corpus is made of: a writer gets a folder of CSV
files with their schema and never the reports, so that it can run in a process of its own and
needs no memory for them.
"""

from __future__ import annotations

import csv
import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from gongkai.package.descriptor import About
from gongkai.package.schema import (
    DATASET_NAME,
    DATASET_TITLE,
    DATASET_TITLE_EN,
    REPORT_YEAR,
    RESOURCES,
    Resource,
)
from gongkai.package.tables import OF_CORPUS, OF_REPORT
from gongkai.package.text import csv_head, csv_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gongkai.model import Corpus
    from gongkai.package.rows import Row

#: No published text is longer; Python's own bound is 128 KiB.
_FIELD_LIMIT = 2**30


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A CSV file: which table, where, how many rows, bytes, and its hash."""

    name: str
    path: Path
    rows: int
    size: int
    sha256: str

    @property
    def resource(self) -> Resource:
        """The table's schema."""
        return RESOURCES[self.name]

    def lines(self) -> Iterator[list[str]]:
        """The rows as text, without the head; what is blank is an empty text."""
        csv.field_size_limit(_FIELD_LIMIT)
        with self.path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            next(reader)
            yield from reader


@dataclass(frozen=True, slots=True)
class Stored:
    """The tables of a set of reports: the whole corpus, or a year."""

    about: About
    tables: tuple[StoredTable, ...]

    def table(self, name: str) -> StoredTable:
        """The table of that name.

        Raises:
            KeyError: if there is none.
        """
        return {table.name: table for table in self.tables}[name]


@dataclass(frozen=True, slots=True)
class Store:
    """The whole corpus and each year of it, the earliest first."""

    whole: Stored
    years: Mapping[int, Stored]


@dataclass(slots=True)
class _Growing:
    """A CSV file while it is written."""

    resource: Resource
    path: Path
    file: BinaryIO
    rows: int = 0
    size: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add(self, data: bytes, rows: int) -> None:
        """Write a piece that holds so many rows."""
        self.file.write(data)
        self.digest.update(data)
        self.rows += rows
        self.size += len(data)

    def stored(self) -> StoredTable:
        """What is known of the file when it is whole."""
        return StoredTable(
            self.resource.name, self.path, self.rows, self.size, self.digest.hexdigest()
        )


class _Folder:
    """The CSV files of one set of reports while they are written."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, _Growing] = {}
        for resource in RESOURCES.values():
            path = folder / resource.path
            growing = _Growing(resource, path, stack.enter_context(path.open("wb")))
            growing.add(csv_head(resource), 0)
            self._files[resource.name] = growing

    def add(self, name: str, data: bytes, rows: int) -> None:
        """Write rows of a table."""
        self._files[name].add(data, rows)

    def stored(self) -> tuple[StoredTable, ...]:
        """All tables, when they are whole."""
        return tuple(growing.stored() for growing in self._files.values())


def whole_about(version: str | None = None) -> About:
    """What the package of the whole corpus says of itself, in a release with its name."""
    return About(
        name=DATASET_NAME,
        title=DATASET_TITLE,
        title_en=DATASET_TITLE_EN,
        description="各级机关的政府信息公开工作年度报告，逐格读出，逐项核对，按印出的样子发布。",
        sources=({"title": "各机关发布的政府信息公开工作年度报告，逐份来源见reports.csv"},),
        version=version,
    )


def _year_about(year: int, whole: About) -> About:
    return replace(
        whole,
        name=f"{whole.name}-{year}",
        title=f"{whole.title}（{year}年度）",
        title_en=f"{whole.title_en} ({year})",
    )


def _of_year(corpus: Corpus, year: int) -> Corpus:
    return replace(corpus, reports=tuple(r for r in corpus.reports if r.entry.year == year))


def _rows_of_year(resource: Resource, rows: Iterable[Row], year: int) -> tuple[Row, ...] | None:
    """The whole's rows of a year; None for a table that has no year.

    A year alone would say otherwise what only all reports together show, such as what is not
    collected.
    """
    if REPORT_YEAR.name not in resource.names:
        return None
    at = resource.names.index(REPORT_YEAR.name)
    return tuple(row for row in rows if row[at] == year)


def store(corpus: Corpus, folder: Path, years: Path, version: str | None = None) -> Store:
    """Write all tables: of the whole corpus to `folder`, of each year to a folder below `years`.

    Each report is gone through once; its rows go to both. `version` is the name of a release.

    Raises:
        OSError: where writing fails.
        ValueError: for a report without an entry.
    """
    found = sorted({one.entry.year for one in corpus.reports})
    with ExitStack() as stack:
        whole = _Folder(folder, stack)
        parts = {year: _Folder(years / str(year), stack) for year in found}
        for one in corpus.reports:
            for name, rows_of in OF_REPORT.items():
                rows = tuple(rows_of(one))
                data = csv_lines(RESOURCES[name], rows)
                whole.add(name, data, len(rows))
                parts[one.entry.year].add(name, data, len(rows))
        reports_of = {year: _of_year(corpus, year) for year in parts}
        for name, rows_for in OF_CORPUS.items():
            resource = RESOURCES[name]
            rows = tuple(rows_for(corpus))
            whole.add(name, csv_lines(resource, rows), len(rows))
            for year, part in parts.items():
                own = _rows_of_year(resource, rows, year)
                own = tuple(rows_for(reports_of[year])) if own is None else own
                part.add(name, csv_lines(resource, own), len(own))
    about = whole_about(version)
    return Store(
        Stored(about, whole.stored()),
        {year: Stored(_year_about(year, about), part.stored()) for year, part in parts.items()},
    )
