"""Which CSV files of the whole corpus are published compressed: those that are large.

25 MB are what several static hosts take at most, and more than a spreadsheet or a phone works with.
Programs read `.csv.gz` as it is, in a tenth of the bytes. What decides it stands here alone; others
take the name and the bytes of a table from what `published` returns.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.package.tree import file_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.package.store import Stored, StoredTable

#: A CSV with more bytes is published as `<name>.csv.gz`.
LARGE = 25_000_000
#: What the name of a compressed file ends in, and its media type.
END, GZIP = ".gz", "application/gzip"
#: Higher levels take three times as long and save a fortieth.
_LEVEL = 6


def is_compressed(name: str) -> bool:
    """Whether a file of that name is compressed."""
    return name.endswith(END)


def _compress(source: Path, target: Path) -> None:
    """The file compressed, without time and name: the same bytes at every run."""
    with (
        source.open("rb") as plain,
        target.open("wb") as file,
        gzip.GzipFile("", "wb", _LEVEL, file, 0) as packed,
    ):
        shutil.copyfileobj(plain, packed, 1 << 20)


def _published(table: StoredTable) -> StoredTable:
    if table.size <= LARGE:
        return table
    path = table.path.with_name(table.path.name + END)
    _compress(table.path, path)
    table.path.unlink()
    return replace(table, path=path, size=path.stat().st_size, sha256=file_sha256(path))


def published(stored: Stored) -> Stored:
    """The tables as readers get them; a large one is compressed, and its plain file is gone.

    Raises:
        OSError: where writing fails.
    """
    return replace(stored, tables=tuple(map(_published, stored.tables)))
