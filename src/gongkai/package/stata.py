"""Stata files: the panel and the wide tables, with names of at most 32 characters and labels.

Figures are doubles, the only type of Stata that holds both decimals and missing values; it keeps
15 digits. Everything else is text. Long names are those of the codebook's `name_stata`.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from gongkai.package.archive import LICENCE_FILE, notes, write_zip
from gongkai.package.schema import DATASET_TITLE_EN, PANEL, wide_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gongkai.package.schema import Resource
    from gongkai.package.store import Store, StoredTable

#: The version of the format (Stata 14 and later), the first one that holds Chinese.
VERSION: Literal[118] = 118
#: Files bear a date; this one has no meaning and is the same for all.
_WRITTEN = datetime(1980, 1, 1)  # noqa: DTZ001  # pandas wants a time without a zone
#: What Stata calls a title may have so many characters.
_LABEL = 80


def stata_tables() -> dict[str, Mapping[str, str]]:
    """The tables there are Stata files of, each with the short names of its long columns."""
    wides = {w.resource.name: {v.name: v.short for v in w.variables} for w in wide_tables()}
    return {PANEL.name: {}, **wides}


def _frame(table: StoredTable) -> pd.DataFrame:
    """The table: figures as numbers, missing ones too, all else as text."""
    resource = table.resource
    figures = {f.name for f in resource.fields if f.type in {"integer", "number"}}
    frame = pd.read_csv(table.path, dtype="str", keep_default_na=False)
    for name in resource.names:
        frame[name] = (
            pd.to_numeric(frame[name]).astype("float64") if name in figures else frame[name]
        )
    return frame


def _labels(resource: Resource, short: Mapping[str, str]) -> dict[str, str]:
    return {short.get(f.name, f.name): f.title[:_LABEL] for f in resource.fields}


def _dta(table: StoredTable, short: Mapping[str, str], folder: Path) -> bytes:
    path = folder / f"{table.name}.dta"
    _frame(table).rename(columns=dict(short)).to_stata(
        path,
        write_index=False,
        version=VERSION,
        time_stamp=_WRITTEN,
        data_label=f"{DATASET_TITLE_EN}: {table.name}"[:_LABEL],
        variable_labels=_labels(table.resource, short),
    )
    return path.read_bytes()


def write_stata(store: Store, target: Path) -> None:
    """A zip with a `.dta` of the panel and of each wide table, and the licence.

    Raises:
        OSError: where writing fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = {
            f"{name}.dta": _dta(store.whole.table(name), short, Path(folder))
            for name, short in stata_tables().items()
        }
    licence = notes(store.whole.about, {})[LICENCE_FILE]
    target.write_bytes(write_zip({**files, LICENCE_FILE: licence}))
