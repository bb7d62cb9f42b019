"""Every format of the whole corpus says the same as the packages of its reports."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import duckdb
import make
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gongkai.checks import check, compared
from gongkai.model import CellId, Corpus, Locus, Published, Status, Value
from gongkai.package import downloads, parquet, report_files, write_corpus
from gongkai.package.parquet import DECIMAL, columns_of
from gongkai.package.schema import CELLS, RESOURCES, wide_tables
from gongkai.package.sqlite import columns_of_database, write_sqlite
from gongkai.package.store import store
from gongkai.package.validate import check_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEES = CellId("disclosure", "fees", "amount_wan")
#: Figures that floating point would change, or that no decimal column holds.
EXACT, LONG = Decimal("59237.2449"), Decimal("0.1234567890123")

#: Digits after the point that a decimal column has.
DECIMALS = DECIMAL[1]


def published(form: str, year: int, **cells: Value) -> Published:
    """A checked report with some cells replaced; `__` stands for the slashes of a cell's id."""
    report = make.report(form, year=year)
    new = {CellId(*name.split("__")): value for name, value in cells.items()}
    made = replace(report, values={**report.values, **new})  # noqa: PD011  # no frame
    return Published(made, tuple(check(made)))


def some_reports() -> Corpus:
    """Both forms, four years, every status, a decimal, a hostile text, and findings."""
    texts = {**make.TEXTS, "overview": '本机关,全年"公开"信息\n=1+1\x0b</script>'}
    hostile = make.report(year=2022, texts=texts)
    return compared(
        make.corpus(
            published("form2019", 2020, requests__received__total=Value(7, Status.NUMBER, "7")),
            published("form2021", 2021, disclosure__fees__amount_wan=make.value(EXACT)),
            Published(hostile, tuple(check(hostile))),
            published(
                "form2021",
                2023,
                disclosure__fees__amount_wan=make.value(LONG),
                requests__received__natural_person=Value(None, Status.BLANK, ""),
                requests__received__other_org=Value(None, Status.SLASH, "/"),
                requests__granted__other_org=Value(None, Status.AMBIGUOUS, "1"),
                requests__granted__natural_person=Value(0, Status.ZERO, "0"),
            ),
        )
    )


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The reports all tests here look at."""
    return some_reports()


@pytest.fixture(scope="module")
def data(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything below `data/`."""
    folder = tmp_path_factory.mktemp("site") / "data"
    write_corpus(corpus, folder)
    return folder


def rows(text: bytes) -> Iterator[dict[str, str]]:
    """The rows of a CSV."""
    return csv.DictReader(io.StringIO(text.decode(), newline=""))


@pytest.fixture(scope="module")
def own(corpus: Corpus) -> list[dict[str, str]]:
    """The cells of the reports' own packages: what every format has to say again."""
    return [row for one in corpus.reports for row in rows(report_files(one)["cells.csv"])]


def total(values: Any) -> Decimal:
    """The exact sum of texts, numbers and blanks."""
    return sum((Decimal(str(v)) for v in values if v not in {None, ""}), Decimal(0))


def test_the_packages_are_sound(data: Path, corpus: Corpus, tmp_path: Path) -> None:
    """Frictionless finds nothing in the whole package, nor in that of any year."""
    assert check_package(data) == ()
    for year in {one.entry.year for one in corpus.reports}:
        with zipfile.ZipFile(data / f"gongkai-{year}.zip") as archive:
            archive.extractall(tmp_path / str(year))
        assert check_package(tmp_path / str(year)) == ()


def test_years_hold_their_reports_and_no_other(data: Path, own: list[dict[str, str]]) -> None:
    """The years together are the whole: each report stands in the package of its year alone."""
    found = []
    for path in sorted(data.glob("gongkai-2*.zip")):
        year = path.stem.rpartition("-")[2]
        with zipfile.ZipFile(path) as archive:
            cells = list(rows(archive.read("cells.csv")))
            assert json.loads(archive.read("datapackage.json"))["name"] == f"gongkai-{year}"
        assert {row["report_id"][-4:] for row in cells} == {year}
        found += cells
    assert found == own


@pytest.mark.parametrize("name", RESOURCES)
def test_parquet_says_the_same_as_csv(data: Path, name: str) -> None:
    """Row by row and value by value, apart from figures that no decimal holds."""
    frame = pq.read_table(data / f"{name}.parquet").to_pylist()
    resource = RESOURCES[name]
    key = [row["report_id"] for row in frame] if "report_id" in resource.names else []
    assert key == sorted(key, key=lambda i: i[-4:])
    expected = {
        tuple(r[k] for k in resource.key): r for r in rows((data / resource.path).read_bytes())
    }
    assert len(frame) == len(expected)
    for row in frame:
        line = expected[tuple(str(row[k]) for k in resource.key)]
        for column in resource.fields:
            text, value = line[column.name], row[column.name]
            if column.type == "number" and len(text.partition(".")[2]) > DECIMALS:
                assert value is None
            elif column.type in {"number", "integer"}:
                assert (Decimal(text) if text else None) == value
            elif column.type == "list":
                assert (text.split(column.delimiter) if text else None) == value
            else:
                assert (text or None) == (None if value is None else str(value))


def test_parquet_is_typed_and_filtered(data: Path) -> None:
    """Decimals, not floats; zstd; agency and year in every table with reports, for filters."""
    file = pq.ParquetFile(data / "cells.parquet")
    schema = file.schema_arrow
    assert schema.names == [column.name for column in columns_of(CELLS)]
    assert schema.field("value").type == pa.decimal128(38, 9)
    assert schema.field("report_year").type == pa.int64()
    assert schema.field("status").metadata[b"title"].decode() == "状态"
    column = file.metadata.row_group(0).column(schema.names.index("report_year"))
    assert column.compression == "ZSTD"
    assert (column.statistics.min, column.statistics.max) == (2020, 2023)
    of_year = pq.read_table(data / "cells.parquet", filters=[("report_year", "=", 2021)])
    assert set(of_year["agency_id"].to_pylist()) == {"cn-990100-tongjiju"}


def test_a_row_group_of_a_long_table_is_of_one_year(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter by year or agency leaves groups out; ranges of other columns are not told."""
    made = store(corpus, tmp_path / "all", tmp_path / "years")
    monkeypatch.setattr(parquet, "GROUP", 150)
    parquet.write_parquet(made, "cells", tmp_path / "cells.parquet")
    found = pq.ParquetFile(tmp_path / "cells.parquet")
    at = {name: i for i, name in enumerate(found.schema_arrow.names)}
    groups = [found.metadata.row_group(i) for i in range(found.num_row_groups)]
    years = [group.column(at["report_year"]).statistics for group in groups]
    assert [(s.min, s.max) for s in years] == [
        (y, y) for y in (2020, 2020, 2021, 2021, 2022, 2022, 2023, 2023)
    ]
    assert sum(group.num_rows for group in groups) == made.whole.table("cells").rows
    assert groups[0].column(at["raw"]).statistics is None
    assert groups[0].column(at["row_id"]).statistics.min is not None


def test_all_formats_hold_the_same_totals(data: Path, own: list[dict[str, str]]) -> None:
    """pandas, pyarrow, DuckDB and SQLite read back what the reports' own packages hold."""
    wanted = total(row["value"] for row in own)
    frame = pd.read_csv(data / "cells.csv", dtype="string")
    assert total(frame["value"].dropna()) == wanted
    assert total(pq.read_table(data / "cells.parquet")["value"].to_pylist()) == wanted - LONG
    path = str(data / "cells.csv")
    with closing(duckdb.connect()) as duck:
        duck.execute("CREATE TABLE cells AS SELECT * FROM read_csv(?, all_varchar = true)", [path])
        assert total(v for (v,) in duck.execute("SELECT value FROM cells").fetchall()) == wanted
    with closing(sqlite3.connect(data / "gongkai.sqlite")) as base:
        assert total(v for (v,) in base.execute("SELECT value_text FROM cells")) == wanted
        (rounded,) = base.execute("SELECT round(sum(value), 4) FROM cells").fetchone()
        assert Decimal(str(rounded)) == round(wanted, 4)


def test_statuses_survive_every_format(data: Path, own: list[dict[str, str]]) -> None:
    """Which cell has which status is the same everywhere; blank is never 0."""
    wanted = sorted((r["report_id"], r["row_id"], r["column_id"], r["status"]) for r in own)
    assert {"number", "zero", "blank", "slash", "ambiguous"} <= {w[3] for w in wanted}
    columns = ["report_id", "row_id", "column_id", "status"]
    table = pq.read_table(data / "cells.parquet", columns=columns).to_pylist()
    assert sorted(tuple(row.values()) for row in table) == wanted
    with closing(sqlite3.connect(data / "gongkai.sqlite")) as base:
        found = base.execute(f"SELECT {', '.join(columns)} FROM cells").fetchall()  # noqa: S608  # names of our own
        assert sorted(found) == wanted
        odd = "SELECT count(*) FROM cells WHERE value IS NOT NULL AND status IN ('blank', 'slash')"
        assert base.execute(odd).fetchone() == (0,)
    titles = RESOURCES["cells"].fields[5].labels
    book = openpyxl.load_workbook(data / "gongkai.xlsx", read_only=True)
    sheet = list(book["格子"].iter_rows(min_row=3, values_only=True))
    assert sorted((r[0], r[2], r[3], r[5]) for r in sheet) == sorted(
        (*w[:3], titles[w[3]]) for w in wanted
    )


def test_figures_keep_their_digits(data: Path) -> None:
    """59237.2449 is that in every format."""
    where = "report_id = 'cn-990100-tongjiju-2021' AND row_id = 'fees'"
    with closing(sqlite3.connect(data / "gongkai.sqlite")) as base:
        found = base.execute(f"SELECT value, value_text FROM cells WHERE {where}").fetchone()  # noqa: S608  # a text of our own
    assert found == (59237.2449, "59237.2449")
    with closing(duckdb.connect()) as duck:
        query = f"SELECT value FROM read_parquet(?) WHERE {where}"  # noqa: S608  # a text of our own
        assert duck.execute(query, [str(data / "cells.parquet")]).fetchone() == (EXACT,)
    book = openpyxl.load_workbook(data / "gongkai.xlsx", read_only=True)
    wide = list(book["主动公开政府信息情况（2021年版，宽表）"[:31]].iter_rows(values_only=True))
    assert 59237.2449 in wide[2]


def test_keys_and_codes_hold_over_all_rows(data: Path) -> None:
    """Primary keys, parents and closed lists, asked of DuckDB: frictionless skips some of them."""
    with closing(duckdb.connect()) as duck:
        for name, resource in RESOURCES.items():
            path = str(data / resource.path)
            duck.execute(
                f'CREATE TABLE "{name}" AS SELECT * FROM read_csv(?, all_varchar = true)',  # noqa: S608  # names of our own
                [path],
            )
        for name, resource in RESOURCES.items():
            key = ", ".join(f'"{column}"' for column in resource.key)
            double = f'SELECT count(*) - count(DISTINCT ({key})) FROM "{name}"'  # noqa: S608  # names of our own
            assert duck.execute(double).fetchone() == (0,), name
            for column, parent in resource.parents.items():
                orphans = (
                    f'SELECT count(*) FROM "{name}" WHERE "{column}" IS NOT NULL AND "{column}" '  # noqa: S608  # names of our own
                    f'NOT IN (SELECT "{column}" FROM "{parent}")'
                )
                assert duck.execute(orphans).fetchone() == (0,), (name, column)
            for field in resource.fields:
                if field.labels:
                    values = duck.execute(f'SELECT DISTINCT "{field.name}" FROM "{name}"')  # noqa: S608  # names of our own
                    found = {v for (v,) in values.fetchall() if v}
                    assert found <= set(map(str, field.labels)), (name, field.name)


def test_stata_files_hold_the_tables(data: Path) -> None:
    """A `.dta` of the panel and of each wide table: short names, Chinese labels, missing values."""
    with zipfile.ZipFile(data / "gongkai-stata.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".dta")]
        assert "CC-BY-4.0" in archive.read("LICENSE.txt").decode()
        files = {name.removesuffix(".dta"): archive.read(name) for name in names}
    assert sorted(files) == sorted(["panel", *(w.resource.name for w in wide_tables())])
    for wide in wide_tables():
        lines = list(rows((data / wide.resource.path).read_bytes()))
        frame = pd.read_stata(io.BytesIO(files[wide.resource.name]))
        with pd.read_stata(io.BytesIO(files[wide.resource.name]), iterator=True) as reader:
            labels = reader.variable_labels()
        assert list(frame["report_id"]) == [line["report_id"] for line in lines]
        for v in wide.variables:
            values = [None if pd.isna(x) else Decimal(str(x)) for x in frame[v.short]]
            assert values == [Decimal(x[v.name]) if x[v.name] else None for x in lines], v.name
            assert labels[v.short] == v.label


def test_sqlite_is_a_database(data: Path) -> None:
    """Keys hold, the views answer, and the text index finds words in the middle of a sentence."""
    with closing(sqlite3.connect(data / "gongkai.sqlite")) as base:
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        keys = {row[2] for row in base.execute("PRAGMA foreign_key_list(cell_values)")}
        assert keys == {"report_numbers", "cell_numbers", "words"}
        base.execute("INSERT INTO sections_fts (sections_fts) VALUES ('integrity-check')")
        plan = (
            "EXPLAIN QUERY PLAN SELECT value FROM cells WHERE report_id = 'cn-990100-tongjiju-2021'"
        )
        assert not any("SCAN" in row[3] for row in base.execute(plan))
        found = base.execute("SELECT count(*) FROM sections_fts WHERE text MATCH '全年主动公开'")
        assert found.fetchone() == (3,)
        refused = base.execute("SELECT DISTINCT row_id FROM refusals_by_year").fetchall()
        assert len(refused) == 8
        carried = base.execute("SELECT report_year, pending_end FROM carried_over ORDER BY 1")
        assert [year for year, _ in carried] == [2020, 2021, 2022]
        figures = base.execute("SELECT count(*) FROM figures").fetchone()
        assert figures == base.execute("SELECT count(*) FROM cells").fetchone()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_run_makes_the_same_bytes(
    corpus: Corpus, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """Every file, in workers too."""
    monkeypatch.setattr(downloads, "_FEW", 1)
    write_corpus(corpus, tmp_path / "again", workers)
    for path in sorted(p for p in data.rglob("*") if p.is_file()):
        name = path.relative_to(data)
        assert (tmp_path / "again" / name).read_bytes() == path.read_bytes(), name


def test_files_of_a_release_bear_its_name(corpus: Corpus, data: Path, tmp_path: Path) -> None:
    """Whoever has a file a year later can tell which release it is; the site's own have no name."""
    folder = tmp_path / "data"
    write_corpus(corpus, folder, version="2026.12")
    for name in ("gongkai.zip", "gongkai-2023.zip"):
        with zipfile.ZipFile(folder / name) as archive:
            assert json.loads(archive.read("datapackage.json"))["version"] == "2026.12"
            assert "版本 / Version: 2026.12" in archive.read("README.md").decode()
    assert json.loads((folder / "index.json").read_bytes())["version"] == "2026.12"
    book = openpyxl.load_workbook(folder / "gongkai.xlsx", read_only=True)
    assert ("版本：2026.12",) in list(book["说明"].iter_rows(values_only=True))
    assert "version" not in json.loads((data / "datapackage.json").read_bytes())
    assert check_package(folder) == ()


def test_an_empty_corpus_has_every_file(data: Path, tmp_path: Path) -> None:
    """A project without reports gives tables without rows."""
    write_corpus(make.corpus(), tmp_path / "data")
    kept = {p.name for p in data.iterdir() if not p.name.startswith("gongkai-2")}
    assert kept == {p.name for p in (tmp_path / "data").iterdir()}
    assert check_package(tmp_path / "data") == ()
    assert pq.read_table(tmp_path / "data" / "cells.parquet").num_rows == 0


def test_a_table_too_long_for_excel_is_not_offered_for_it(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel would open the first million rows and say nothing; shorter tables stay."""
    monkeypatch.setattr("gongkai.package.downloads.EXCEL_ROWS", 100)
    write_corpus(corpus, tmp_path / "data")
    assert not (tmp_path / "data" / "cells-excel.csv").exists()
    assert (tmp_path / "data" / "reports-excel.csv").exists()
    listed = json.loads((tmp_path / "data" / "index.json").read_bytes())["files"]
    assert "cells-excel.csv" not in [file["path"] for file in listed]


def test_a_database_with_a_broken_key_is_not_handed_out(corpus: Corpus, tmp_path: Path) -> None:
    """A row that names a report there is none of is a fault of the program and stops it."""
    made = store(corpus, tmp_path / "all", tmp_path / "years")
    path = tmp_path / "all" / "findings.csv"
    path.write_bytes(path.read_bytes().replace(b"cn-990100-tongjiju-2021", b"cn-990100-x-2021"))
    with pytest.raises(sqlite3.IntegrityError, match=r"finding_values\.report"):
        write_sqlite(made, tmp_path / "broken.sqlite")


def test_a_row_without_its_parent_is_not_handed_out(corpus: Corpus, tmp_path: Path) -> None:
    """The same where the rows have no numbers."""
    made = store(corpus, tmp_path / "all", tmp_path / "years")
    path = tmp_path / "all" / "agencies.csv"
    path.write_bytes(path.read_bytes().replace(b"\ncn-990100-tongjiju,", b"\ncn-990100-x,"))
    with pytest.raises(sqlite3.IntegrityError, match="→ agencies"):
        write_sqlite(made, tmp_path / "broken.sqlite")


def test_a_word_of_no_list_is_not_handed_out(corpus: Corpus, tmp_path: Path) -> None:
    """Closed lists hold in the database too, where their words are numbers."""
    made = store(corpus, tmp_path / "all", tmp_path / "years")
    path = tmp_path / "all" / "cells.csv"
    path.write_bytes(path.read_bytes().replace(b",zero,", b",nought,", 1))
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        write_sqlite(made, tmp_path / "broken.sqlite")


def test_words_by_number_read_as_they_were(tmp_path: Path) -> None:
    """Every column of cells and findings in the database says what the CSV says, blank as NULL."""
    odd = {
        "requests/received/total": Value(Decimal("5.0"), Status.NUMBER, "5.0"),
        "requests/received/natural_person": Value(7, Status.NUMBER, "０7 件", "件"),
        "requests/received/commercial_enterprise": Value(8, Status.NUMBER, ""),
        "requests/granted/total": Value(9, Status.NUMBER, "9"),
        "requests/granted/natural_person": Value(None, Status.SLASH, "/"),
        "requests/granted/commercial_enterprise": Value(10**30, Status.NUMBER, str(10**30)),
    }
    places = ("/html/body/table[1]/tr[3]/td[1]", "A/B!年!C5", "/a", "a/b", "x")
    made = make.report()
    new = {CellId(*name.split("/")): value for name, value in odd.items()}
    values = {**made.values, **new}  # noqa: PD011  # no frame
    for cell, place in zip(list(values), places, strict=False):
        values[cell] = replace(values[cell], locus=Locus("original.html", element=place))
    report = replace(made, values=values)
    kept = store(
        make.corpus(Published(report, tuple(check(report)))), tmp_path / "all", tmp_path / "years"
    )
    write_sqlite(kept, tmp_path / "base.sqlite")
    with closing(sqlite3.connect(tmp_path / "base.sqlite")) as base:
        for name in ("cells", "findings"):
            resource = RESOURCES[name]
            columns = [c for c in columns_of_database()[name] if not c.endswith("_text")]
            exact = {f.name for f in resource.fields if f.type == "number"}
            shown = ", ".join(f'"{c}_text"' if c in exact else f'"{c}"' for c in columns)
            key = ", ".join(f'"{c}"' for c in resource.key)
            found = base.execute(f"SELECT {shown} FROM {name} ORDER BY {key}").fetchall()  # noqa: S608  # names of our own
            told = [["" if v is None else str(v) for v in row] for row in found]
            lines = rows((tmp_path / "all" / f"{name}.csv").read_bytes())
            own = sorted(lines, key=itemgetter(*resource.key))
            assert told == [[line[c] for c in columns] for line in own], name
        assert set(base.execute("SELECT value, raw FROM cells WHERE raw = 9")) == {(9, "9")}
