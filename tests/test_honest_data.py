"""What a user of the data might take for something else: no format, year or view invites that."""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import make
import openpyxl

from gongkai.checks import check
from gongkai.model import CellId, Published, Sighting, Status, Value
from gongkai.package.sqlite import write_sqlite
from gongkai.package.store import store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gongkai.model import Agency, Corpus


def published(
    year: int = 2023,
    cells: Mapping[str, Value] | None = None,
    *,
    agency: Agency = make.AGENCY,
    scope: str = "own",
    form: str = "form2021",
) -> Published:
    """A checked report with some cells replaced."""
    made = make.report(form, year=year, agency=agency)
    new = {CellId(*name.split("/")): value for name, value in (cells or {}).items()}
    assert made.entry is not None
    entry = replace(made.entry, scope=scope)
    made = replace(made, entry=entry, values={**made.values, **new})
    return Published(made, tuple(check(made)))


def lines(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def database(corpus: Corpus, folder: Path) -> sqlite3.Connection:
    """The corpus as a database."""
    write_sqlite(store(corpus, folder / "all", folder / "years"), folder / "base.sqlite")
    return sqlite3.connect(folder / "base.sqlite")


def test_long_figures_keep_their_last_digit() -> None:
    """No whole number of up to 18 digits, and no longer one, is rounded by a database or Excel."""
    nineteen, longer = 1234567890123456789, 10**30 + 1
    figures = {
        "disclosure/licensing/decisions": Value(nineteen, Status.NUMBER, str(nineteen)),
        "disclosure/penalty/decisions": Value(longer, Status.NUMBER, str(longer)),
    }
    files = make.downloads(make.corpus(published(2023, figures)))
    assert lines(files["disclosure_2021_wide.csv"])[0]["licensing_decisions"] == str(nineteen)
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(files["gongkai.sqlite"])
        wide = base.execute("SELECT licensing_decisions FROM disclosure_2021_wide")
        assert wide.fetchone() == (nineteen,)
        text = base.execute("SELECT value_text FROM cells WHERE row_id = 'penalty'")
        assert text.fetchone() == (str(longer),)
    book = openpyxl.load_workbook(io.BytesIO(files["gongkai.xlsx"]), read_only=True)
    values = {r[2]: r[4] for r in book["格子"].iter_rows(min_row=3, values_only=True)}
    assert (values["licensing"], values["penalty"]) == (str(nineteen), str(longer))


def test_the_package_of_a_year_says_what_the_whole_says() -> None:
    """What is known of a year does not change with the reports that lie beside it."""
    sighting = Sighting("cn-990100-tongjiju", 2020, "missing", "2021-05-01", "https://a.example/")
    corpus = make.corpus(published(2021), published(2022), published(2023))
    files = make.downloads(replace(corpus, sightings=(sighting,)))
    whole = lines(files["coverage.csv"])
    assert [row["status"] for row in whole] == ["missing", *["published"] * 3]
    for year in (2021, 2022, 2023):
        with zipfile.ZipFile(io.BytesIO(files[f"gongkai-{year}.zip"])) as archive:
            for name in ("coverage", "panel", "issues"):
                own = [r for r in lines(files[f"{name}.csv"]) if r["report_year"] == str(year)]
                assert lines(archive.read(f"{name}.csv")) == own
