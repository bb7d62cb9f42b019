"""Downloads of the whole corpus: which there are, who writes them, and their list.

To add a format: a function that makes a file of a `Store`, and a line in `WRITERS`. The same
tables always give the same bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.package.archive import (
    DESCRIPTOR,
    LICENCE_FILE,
    README,
    stored_notes,
    zip_stored,
)
from gongkai.package.compressed import GZIP, is_compressed, published
from gongkai.package.descriptor import table_schema
from gongkai.package.excel import write_workbook
from gongkai.package.lists import LISTS, write_lists
from gongkai.package.parquet import write_parquet
from gongkai.package.schema import DATASET_NAME, RESOURCES
from gongkai.package.sqlite import write_sqlite
from gongkai.package.stata import stata_tables, write_stata
from gongkai.package.store import Store, store
from gongkai.package.text import people_csv, write_json
from gongkai.package.tree import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gongkai.model import Corpus

CSV = "text/csv"
JSON = "application/json"
MARKDOWN = "text/markdown"
PARQUET = "application/vnd.apache.parquet"
SQLITE = "application/vnd.sqlite3"
TEXT = "text/plain"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"

INDEX = "index.json"
#: Folder of the tables' schemas.
SCHEMAS = "schemas"
#: Rows of a sheet of Excel, its head included.
EXCEL_ROWS = 2**20
#: Below this many reports starting workers costs more than it saves.
_FEW = 500


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the whole corpus or of a year.

    `tables` are those it holds, `year` is None for all years, `write` makes the file.
    """

    name: str
    title: str
    media_type: str
    tables: tuple[str, ...]
    write: Callable[[Path], None]
    year: int | None = None


def _packages(made: Store) -> Iterator[Download]:
    every = tuple(RESOURCES)
    whole = partial(zip_stored, made.whole)
    yield Download(f"{DATASET_NAME}.zip", "全部数据（数据包，CSV）", ZIP, every, whole)
    for year, stored in made.years.items():
        title = f"{year}年度的数据（数据包，CSV）"
        write = partial(zip_stored, stored)
        yield Download(f"{DATASET_NAME}-{year}.zip", title, ZIP, every, write, year)


def _parquet(made: Store) -> Iterator[Download]:
    for name, resource in RESOURCES.items():
        write = partial(write_parquet, made, name)
        yield Download(f"{name}.parquet", f"{resource.title}（Parquet）", PARQUET, (name,), write)


def _sqlite(made: Store) -> Iterator[Download]:
    write = partial(write_sqlite, made)
    name = f"{DATASET_NAME}.sqlite"
    yield Download(name, "全部数据（SQLite数据库）", SQLITE, tuple(RESOURCES), write)


def _excel(made: Store) -> Iterator[Download]:
    write = partial(write_workbook, made)
    yield Download(f"{DATASET_NAME}.xlsx", "全部数据（Excel）", XLSX, tuple(RESOURCES), write)


def _stata(made: Store) -> Iterator[Download]:
    title = "面板表和宽表（Stata）"
    write = partial(write_stata, made)
    yield Download(f"{DATASET_NAME}-stata.zip", title, ZIP, tuple(stata_tables()), write)


def _write_people_csv(made: Store, name: str, target: Path) -> None:
    table = made.whole.table(name)
    with target.open("wb") as file:
        file.writelines(people_csv(table.resource, table.lines()))


def _people(made: Store) -> Iterator[Download]:
    """Tables as Excel opens them, as long as it can: a longer file would be cut off in silence."""
    for name in ("reports", "cells"):
        if made.whole.table(name).rows >= EXCEL_ROWS:
            continue
        title = f"{RESOURCES[name].title}（CSV，供Excel打开）"
        write = partial(_write_people_csv, made, name)
        yield Download(f"{name}-excel.csv", title, CSV, (name,), write)


#: Format → the files it makes of a corpus. Those that take longest to write come first.
WRITERS: dict[str, Callable[[Store], Iterator[Download]]] = {
    "sqlite": _sqlite,
    "xlsx": _excel,
    "zip": _packages,
    "parquet": _parquet,
    "stata": _stata,
    "csv-excel": _people,
}


def _written(download: Download, folder: Path) -> None:
    download.write(folder / download.name)


def _write_all(downloads: Iterable[Download], folder: Path, workers: int) -> None:
    """Write the files, in processes of their own where that pays."""
    if workers <= 1:
        for download in downloads:
            _written(download, folder)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for waiting in [pool.submit(_written, d, folder) for d in downloads]:
            waiting.result()


def _listed(path: Path, name: str, title: str, media_type: str, **more: object) -> dict[str, Any]:
    return {
        "path": name,
        "bytes": path.stat().st_size,
        "sha256": file_sha256(path),
        "mediatype": media_type,
        "title": title,
        **more,
    }


def _index(folder: Path, made: Store, downloads: Iterable[Download]) -> bytes:
    """Every file: where, how large, its hash, what it is, which tables and by which schema."""
    known: dict[str, tuple[str, str, dict[str, object]]] = {
        DESCRIPTOR: ("数据包说明（Frictionless）", JSON, {}),
        README: ("说明", MARKDOWN, {}),
        LICENCE_FILE: ("许可", TEXT, {}),
        **{name: (title, JSON, {}) for name, title in LISTS.items()},
    }
    for table in made.whole.tables:
        said, media_type = (
            ("CSV，gzip压缩", GZIP) if is_compressed(table.path.name) else ("CSV", CSV)
        )
        title = f"{table.resource.title}（{said}）"
        more = {"rows": table.rows, **_schemas([table.name])}
        known[table.path.name] = (title, media_type, more)
        name = f"{SCHEMAS}/{table.name}.json"
        known[name] = (f"{table.resource.title}：表结构（Table Schema）", JSON, {})
    for one in downloads:
        year = {} if one.year is None else {"year": one.year}
        known[one.name] = (one.title, one.media_type, {**year, **_schemas(one.tables)})
    listed = [
        _listed(folder / name, name, title, media_type, **more)
        for name, (title, media_type, more) in sorted(known.items())
    ]
    version = made.whole.about.version
    about = {} if version is None else {"version": version}
    return write_json({"name": DATASET_NAME, **about, "files": listed})


def _schemas(tables: Iterable[str]) -> dict[str, object]:
    """The schema of each table a file holds, by the name of the table."""
    return {"schemas": {name: f"{SCHEMAS}/{name}.json" for name in tables}}


def write_corpus(
    corpus: Corpus, folder: Path, workers: int = 1, version: str | None = None
) -> None:
    """Write the Data Package of the whole corpus, all downloads and their list to a new folder.

    Args:
        corpus: what is published.
        folder: is made anew.
        workers: how many files are written at the same time where there are many reports.
        version: the name of the release they belong to, which they then bear.

    Raises:
        OSError: where writing fails.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / SCHEMAS).mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix=".years-", dir=folder.parent) as years:
        made = store(corpus, folder, Path(years), version)
        downloads = [one for writer in WRITERS.values() for one in writer(made)]
        _write_all(downloads, folder, workers if len(corpus.reports) >= _FEW else 1)
        made = replace(made, whole=published(made.whole))
        small: Mapping[str, bytes] = {
            **stored_notes(made.whole),
            **write_lists(corpus),
            **{f"{SCHEMAS}/{name}.json": write_json(table_schema(name)) for name in RESOURCES},
        }
        for name, data in small.items():
            (folder / name).write_bytes(data)
    (folder / INDEX).write_bytes(_index(folder, made, downloads))
