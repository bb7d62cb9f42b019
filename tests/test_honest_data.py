"""What a user of the data might take for something else: no format, year or view invites that."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import make
import openpyxl
import pytest

from gongkai.checks import check, compared
from gongkai.model import CellId, Published, Sighting, Status, Value
from gongkai.package.api import corpus_documents
from gongkai.package.schema import Field, Resource
from gongkai.package.sqlite import write_sqlite
from gongkai.package.store import store
from gongkai.package.text import people_csv

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


def aggregates(folder: Path) -> sqlite3.Connection:
    """A province and its city report what is in their regions, an office of the city its own."""
    city = replace(make.AGENCY, id="cn-990100-zhengfu", slug="zhengfu", classification="government")
    province = replace(
        city, id="cn-990000-zhengfu", adcode="990000", level="province", region=make.PROVINCE
    )
    beside = {"requests/denied_third_party/total": Value(9, Status.NUMBER, "9")}
    corpus = make.corpus(
        published(2023, agency=province, scope="region_aggregate"),
        published(2023, agency=city, scope="region_aggregate"),
        published(2022),
        published(2023, beside),
    )
    return database(corpus, folder)


def test_no_view_adds_a_region_to_its_parts(tmp_path: Path) -> None:
    """Refusals are summed by scope and level; what a sum of the report contradicts is counted."""
    with closing(aggregates(tmp_path)) as base:
        found = base.execute(
            "SELECT scope, level, requests, reports, figures_in_doubt FROM refusals_by_year "
            "WHERE report_year = 2023 AND row_id = 'denied_third_party' ORDER BY 1, 2"
        ).fetchall()
        own = figures_of(base, "cn-990000-zhengfu-2023")["requests", "denied_third_party", "total"]
    assert found == [
        ("own", "prefecture", 9, 1, 1),
        ("region_aggregate", "prefecture", own[0], 1, 0),
        ("region_aggregate", "province", own[0], 1, 0),
    ]


def figures_of(base: sqlite3.Connection, report: str) -> dict[tuple[str, ...], tuple[object, ...]]:
    """Value, unit and scope of each cell of a report, as the view `figures` has them."""
    query = """SELECT "table", row_id, column_id, value, unit, scope FROM figures
               WHERE report_id = ?"""
    return {tuple(line[:3]): tuple(line[3:]) for line in base.execute(query, (report,))}


def test_figures_have_their_unit(tmp_path: Path) -> None:
    """The unit printed in the cell, else that of the form the cell follows."""
    yuan = {"disclosure/procurement/amount": Value(251000, Status.NUMBER, "251000元", "元")}
    bare = {"disclosure/procurement/amount": Value(6, Status.NUMBER, "6")}
    corpus = make.corpus(
        published(2019, yuan, form="form2019"), published(2020, bare, form="form2019"), published()
    )
    with closing(database(corpus, tmp_path)) as base:
        found = {
            year: figures_of(base, f"cn-990100-tongjiju-{year}") for year in (2019, 2020, 2023)
        }
    assert found[2019]["disclosure", "procurement", "amount"][:2] == (251000, "元")
    assert found[2020]["disclosure", "procurement", "amount"][:2] == (6, None)
    assert found[2019]["disclosure", "fees", "items_prior"][1] == "项"
    assert found[2023]["disclosure", "fees", "amount_wan"] == (59237.2449, "万元", "own")


def test_carried_over_tells_of_changes_of_scope(tmp_path: Path) -> None:
    """Figures of the body beside figures of its region are no series."""
    corpus = make.corpus(published(2022, scope="region_aggregate"), published(2023))
    with closing(database(corpus, tmp_path)) as base:
        found = base.execute("SELECT scope, next_scope, next_break_agency FROM carried_over")
        assert found.fetchall() == [("region_aggregate", "own", None)]


def test_figures_in_other_units_stand_in_no_column_of_another() -> None:
    """3项 are no 3万元; 0元 are 0 in 万元; where the form leaves the unit open, it stands beside."""
    fees = "disclosure/fees/amount_wan"
    procurement = "disclosure/procurement/amount"
    corpus = make.corpus(
        published(
            2019, {procurement: Value(251000, Status.NUMBER, "251000元", "元")}, form="form2019"
        ),
        published(2020, {procurement: Value(6, Status.NUMBER, "6")}, form="form2019"),
        published(2021, {fees: Value(3, Status.NUMBER, "3项", "项")}),
        published(2022, {fees: Value(0, Status.ZERO, "0元", "元")}),
        published(2023, {fees: Value(5, Status.NUMBER, "5万元", "万元")}),
    )
    files = make.downloads(corpus)
    found = [row["fees_amount_wan"] for row in lines(files["disclosure_2021_wide.csv"])]
    assert found == ["", "0", "5"]
    older = lines(files["disclosure_2019_wide.csv"])
    names = ("procurement_amount", "procurement_amount_unit")
    assert [tuple(row[n] for n in names) for row in older] == [("251000", "元"), ("6", "")]


def test_a_negative_part_makes_no_rate() -> None:
    """The sum of refusals is above 0 and every identity holds, but one ground is below 0."""
    sound = make.report().values
    less = sound[CellId("requests", "denied_other_law", "total")].number
    assert less is not None
    cells = {}
    for row in ("denied_other_law", "processed_total", "received"):
        for column in ("natural_person", "total"):
            number = sound[CellId("requests", row, column)].number
            assert number is not None
            left = number - less - 5
            cells[f"requests/{row}/{column}"] = Value(left, Status.NUMBER, str(left))
    (found,) = lines(make.downloads(make.corpus(published(2023, cells)))["panel.csv"])
    assert (found["in_failing_sum"], found["denied_total"]) == ("", "142")
    rates = ("rate_denied", "share_state_secret", "share_statutory")
    assert [(found[name], found[f"{name}_st"]) for name in rates] == [("", "out_of_range")] * 3
    assert found["rate_granted"] == "0.050602"


def test_the_api_and_its_csv_say_whose_figures_they_are() -> None:
    """What a region adds up can be told from what its bodies report, without another file."""
    city = replace(make.AGENCY, id="cn-990100-zhengfu", slug="zhengfu", classification="government")
    corpus = make.corpus(published(2023, agency=city, scope="region_aggregate"), published())
    files = dict(corpus_documents(corpus))
    rows = lines(files["regions/990100.csv"])
    assert {(row["agency_id"], row["scope"]) for row in rows} == {
        (city.id, "region_aggregate"),
        (make.AGENCY.id, "own"),
    }
    for name in ("api/v1/series/received_total.json", "api/v1/panel/received_total.json"):
        document = json.loads(files[name])
        columns = document["columns"]
        found = {
            document["agencies"][at]: document["scopes"][scope]
            for at, scope in zip(columns["agency"], columns["scope"], strict=True)
        }
        assert found == {city.id: "region_aggregate", make.AGENCY.id: "own"}
    reports = json.loads(files["api/v1/reports.json"])["columns"]
    assert reports["scope"] == ["own", "region_aggregate"]


RETYPED = (
    *("=1+1", "-", "@x", "1/2", "3-4", "1:20", "5月1日", "2023年", "(5)", "1e5", "50%", "007"),
    "1234567890123456",
)


@pytest.mark.parametrize("text", RETYPED)
def test_a_spreadsheet_shows_the_printed_text(text: str) -> None:
    """What Excel would turn into a formula, a date or another number has an apostrophe in front."""
    assert _guards(text)


def test_a_spreadsheet_is_left_the_figures_it_keeps() -> None:
    """Usual figures stay figures; one with more than 15 digits is shown as text."""
    fees = "disclosure/fees/amount_wan"
    kept, long = "59237.2449", "123456789012345.12345678"
    reports = (
        published(2022, {fees: Value(Decimal(kept), Status.NUMBER, kept)}),
        published(2023, {fees: Value(Decimal(long), Status.NUMBER, long)}),
    )
    rows = lines(make.downloads(make.corpus(*reports))["cells-excel.csv"])
    found = [(row["数值"], row["原样文字"]) for row in rows if row["行"] == "fees"]
    assert found == [(kept, kept), (f"'{long}", f"'{long}")]
    assert sum(row["数值"].startswith("'") for row in rows) == 1
    words = {
        "0",
        "10",
        "1,234",
        "2.5",
        "无",
        "12件",
        "第1页 第2行",
        "2023年政府信息公开工作年度报告",
    }
    assert not any(_guards(word) for word in words)


def _guards(text: str) -> bool:
    """Whether the table for people changes a text."""
    (line,) = list(people_csv(ONE_TEXT, [[text]]))[1:]
    return line.decode().startswith("'")


ONE_TEXT = Resource("one", "一", "One", "", (Field("raw", "string", "原样", "Raw"),), ("raw",))


def test_counts_of_findings_are_those_of_the_findings() -> None:
    """What only other reports show counts in the table of all reports, as in the list of findings."""
    start = {"requests/pending_start/total": Value(99, Status.NUMBER, "99")}
    corpus = compared(make.corpus(published(2022), published(2023, start)))
    assert any(one.across for one in corpus.reports)
    files = make.downloads(corpus)
    found = lines(files["findings.csv"])
    for row in lines(files["reports.csv"]):
        own = [f for f in found if f["report_id"] == row["report_id"]]
        for verdict in ("fail", "pass_blank_as_zero", "not_evaluable"):
            assert int(row[f"n_checks_{verdict}"]) == sum(f["status"] == verdict for f in own)
        failing = [f for f in own if f["status"] == "fail"]
        for severity in ("error", "warn", "info"):
            assert int(row[f"n_findings_{severity}"]) == sum(
                f["severity"] == severity for f in failing
            )
