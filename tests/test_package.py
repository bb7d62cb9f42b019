"""Packages: what is written, that it is sound, exact and always the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import make
import openpyxl
import pytest

from gongkai import package
from gongkai.forms import forms, variables
from gongkai.model import (
    Cause,
    CellId,
    Change,
    Finding,
    Hint,
    Locus,
    Problem,
    Region,
    Severity,
    Status,
    Suspect,
    Value,
    Verdict,
)
from gongkai.package import archive, contract, descriptor, excel, lists, schema, store, text
from gongkai.package.api import report_documents
from gongkai.package.rows import clean
from gongkai.package.validate import check_package

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.model import Number, Published, Report

RECEIVED = CellId("requests", "received", "total")
GRANTED = CellId("requests", "granted", "natural_person")
FEES = CellId("disclosure", "fees", "amount_wan")
SHARED = Path(__file__).parents[2] / "shared"


def finding(
    check: str = "T3-ROW",
    instance: str = "T3-ROW-received",
    verdict: Verdict = Verdict.FAIL,
    severity: Severity = Severity.ERROR,
    **more: Any,
) -> Finding:
    """A finding as a check would make it."""
    return Finding(check, instance, verdict, severity, "说明", "message", **more)


def printed(report: Report, cell: CellId, value: Value) -> Report:
    """The report with that value in that cell."""
    return replace(report, values={**report.values, cell: value})


def rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def cell_row(files: dict[str, bytes], cell: CellId) -> dict[str, str]:
    """The row of that cell in cells.csv."""
    return next(
        row
        for row in rows(files["cells.csv"])
        if (row["table"], row["row_id"], row["column_id"]) == cell
    )


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The values of every sheet of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@pytest.fixture
def one() -> Published:
    """A report with findings of every published kind."""
    return make.published(
        make.report(numbers={GRANTED: None, RECEIVED: 0}),
        (
            finding(
                left=1,
                right=3,
                cells=(RECEIVED, GRANTED),
                blanks=(GRANTED,),
                expression="1 = 1 + 2",
                locus=Locus("original.txt", line=7),
            ),
            finding("S-08", "表三", Verdict.FAIL, Severity.WARN),
            finding("S-08", "表三", Verdict.FAIL, Severity.INFO),
            finding("T3-SUM", "T3-SUM-total", Verdict.PASS_BLANK_AS_ZERO, left=1, right=1),
            finding("T3-BAL", "T3-BAL-total", Verdict.NOT_EVALUABLE, left=1),
            finding("T3-NEG", "T3-NEG", Verdict.PASS),
            finding("T2-19-DISC", "T2-19-DISC", Verdict.NOT_APPLICABLE),
        ),
    )


@pytest.fixture
def corpus_of_two(one: Published) -> Any:
    """A corpus with a report of each form."""
    return make.corpus(one, make.published(make.report("form2019")))


def test_report_package_is_valid(one: Published, tmp_path: Path) -> None:
    """The package of one report passes frictionless: types, enums, keys, foreign keys, hashes."""
    package.write_tree(package.report_files(one), tmp_path / "one")
    assert check_package(tmp_path / "one") == ()


@pytest.mark.parametrize("version", ["form2021", "form2019"])
def test_report_package_of_each_form_is_valid(version: str, tmp_path: Path) -> None:
    """A sound report of either form gives a sound package with the wide tables of its form."""
    files = package.report_files(make.published(make.report(version)))
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()
    year = version.removeprefix("form")
    assert {name for name in files if name.endswith("_wide.csv")} == {
        f"disclosure_{year}_wide.csv",
        f"requests_{year}_wide.csv",
        "disputes_wide.csv",
    }


def test_corpus_package_is_valid(corpus_of_two: Any, tmp_path: Path) -> None:
    """The package of the whole corpus passes frictionless."""
    package.write_tree(make.downloads(corpus_of_two), tmp_path / "all")
    assert check_package(tmp_path / "all") == ()


def test_empty_corpus_is_valid(tmp_path: Path) -> None:
    """A corpus without a report still gives all tables with their heads."""
    files = make.downloads(make.corpus())
    package.write_tree(files, tmp_path / "all")
    assert check_package(tmp_path / "all") == ()
    assert rows(files["reports.csv"]) == []
    assert rows(files["coverage.csv"]) == []
    assert json.loads(files["reports.json"])["columns"]["year"] == []


def first_line_changed(old: str, new: str) -> Callable[[str], str]:
    """A change to the first row below the head."""

    def change(text: str) -> str:
        head, line, rest = text.split("\n", 2)
        assert old in line
        return "\n".join((head, line.replace(old, new, 1), rest))

    return change


def first_line_twice(text: str) -> str:
    """The first row below the head once more."""
    head, line, rest = text.split("\n", 2)
    return f"{head}\n{line}\n{line}\n{rest}"


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("cells.csv", first_line_changed("-2023,", "-2022,"), "foreign-key"),
        ("reports.csv", first_line_changed("tongjiju,", "caizhengju,"), "foreign-key"),
        ("agencies.csv", first_line_changed(",990100,990100", ",990200,990100"), "foreign-key"),
        ("findings.csv", first_line_changed("-2023,", "-2022,"), "foreign-key"),
        ("sections.csv", first_line_changed("-2023,", "-2022,"), "foreign-key"),
        ("disputes_wide.csv", first_line_changed("-2023,", "-2022,"), "foreign-key"),
        ("cells.csv", first_line_changed("issued,1,", "issued,一,"), "type-error"),
        ("reports.csv", first_line_changed(",2023,", ",二三,"), "type-error"),
        ("cells.csv", first_line_changed(",number,", ",figure,"), "constraint-error"),
        ("cells.csv", first_line_twice, "primary-key"),
        ("findings.csv", first_line_twice, "primary-key"),
        ("codebook.csv", first_line_twice, "primary-key"),
    ],
)
def test_broken_package_fails(
    corpus_of_two: Any, tmp_path: Path, name: str, change: Callable[[str], str], expected: str
) -> None:
    """A broken foreign key, a wrong type, an unknown code, a duplicate key: each is found."""
    only_2023 = replace(corpus_of_two, reports=corpus_of_two.reports[1:])
    package.write_tree(make.downloads(only_2023), tmp_path / "all")
    path = tmp_path / "all" / name
    path.write_bytes(change(path.read_bytes().decode()).encode())
    problems = check_package(tmp_path / "all")
    assert expected in {problem.code for problem in problems}
    assert {Path(problem.file).name for problem in problems} == {name}


def test_changed_byte_fails(one: Published, tmp_path: Path) -> None:
    """A file that is no longer what was written is found by its hash."""
    package.write_tree(package.report_files(one), tmp_path / "one")
    path = tmp_path / "one" / "sections.csv"
    path.write_bytes(path.read_bytes().replace("公开渠道".encode(), "公开途径".encode()))
    assert [problem.code for problem in check_package(tmp_path / "one")] == ["hash-count"]


def test_check_package_without_descriptor(tmp_path: Path) -> None:
    """A folder that is no package is one clear problem, not a crash."""
    (problem,) = check_package(tmp_path)
    assert problem.file.endswith("datapackage.json")
    assert "datapackage.json" in problem.message


def test_check_package_with_bad_descriptor(one: Published, tmp_path: Path) -> None:
    """A descriptor that breaks the standard is a problem of the descriptor."""
    package.write_tree(package.report_files(one), tmp_path / "one")
    path = tmp_path / "one" / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"][0]["schema"]["fields"][0]["type"] = "word"
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    problems = check_package(tmp_path / "one")
    assert problems
    assert all(problem.file == str(path) for problem in problems)


def test_check_package_names_errors_of_the_whole(one: Published, tmp_path: Path) -> None:
    """A table that is missing on disk is found."""
    package.write_tree(package.report_files(one), tmp_path / "one")
    (tmp_path / "one" / "cells.csv").unlink()
    assert "cells.csv" in {Path(problem.file).name for problem in check_package(tmp_path / "one")}


def test_blank_stays_blank_and_zero_stays_zero(one: Published) -> None:
    """A blank is empty with its status, a printed 0 is 0; the wide table keeps both apart."""
    files = package.report_files(one)
    blank, zero = cell_row(files, GRANTED), cell_row(files, RECEIVED)
    assert (blank["value"], blank["status"]) == ("", "blank")
    assert (zero["value"], zero["status"]) == ("0", "zero")
    (wide,) = rows(files["requests_2021_wide.csv"])
    assert wide["granted_natural_person"] == ""
    assert wide["received_total"] == "0"


@pytest.mark.parametrize("text", ["59237.2449", "72701.2578", "0.10", "123456789012345678.9012"])
def test_decimals_are_exact(text: str) -> None:
    """A decimal keeps every printed digit in the long and in the wide table."""
    one = make.published(make.report(numbers={FEES: Decimal(text)}))
    files = package.report_files(one)
    assert cell_row(files, FEES)["value"] == text
    assert rows(files["disclosure_2021_wide.csv"])[0]["fees_amount_wan"] == text


def test_decimals_have_no_exponent() -> None:
    """A tiny decimal is written in plain digits."""
    one = make.published(make.report(numbers={FEES: Decimal("0.00000001")}))
    assert cell_row(package.report_files(one), FEES)["value"] == "0.00000001"


@pytest.mark.parametrize(
    ("number", "wide"),
    [
        (-5, "-5"),
        (Decimal("12.00"), "12"),
        (Decimal("3.5"), ""),
        (10**30, ""),
    ],
)
def test_wide_counts_are_whole(number: Number, wide: str, tmp_path: Path) -> None:
    """A count that is no whole number stands in cells.csv as printed, not in the wide table."""
    one = make.published(make.report(numbers={GRANTED: number}))
    files = package.report_files(one)
    assert Decimal(cell_row(files, GRANTED)["value"]) == number
    assert rows(files["requests_2021_wide.csv"])[0]["granted_natural_person"] == wide
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()


@pytest.mark.parametrize(
    ("raw", "unit", "wide"), [("251000元", "元", ""), ("25.1万元", "万元", "25.1")]
)
def test_an_amount_in_another_unit_is_no_figure_of_the_column(
    raw: str, unit: str, wide: str, tmp_path: Path
) -> None:
    """It stands in cells.csv with its unit; the wide column of 万元 holds 万元 alone."""
    number = Decimal("25.1") if wide else 251000
    report = printed(make.report(), FEES, Value(number, Status.NUMBER, raw, unit))
    files = package.report_files(make.published(report))
    row = cell_row(files, FEES)
    assert (row["value"], row["unit"], row["raw"]) == (str(number), unit, raw)
    assert rows(files["disclosure_2021_wide.csv"])[0]["fees_amount_wan"] == wide
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()


def test_cells_carry_their_place() -> None:
    """A cell says where it was read; a cell that was not there has no place."""
    there = Value(3, Status.NUMBER, "3件", "件", Locus("a.pdf", 2, 5, 1, 4, 3))
    report = printed(make.report(), RECEIVED, there)
    report = printed(report, GRANTED, Value(None, Status.MISSING))
    files = package.report_files(make.published(report))
    row = cell_row(files, RECEIVED)
    assert [row[name] for name in ("page", "line", "block", "row", "col")] == list("25143")
    assert row["place"] == str(there.locus)
    assert (row["raw"], row["unit"], row["form"]) == ("3件", "件", "form2021")
    assert {row[name] for name in ("x0", "top", "x1", "bottom", "element")} == {""}
    absent = ("page", "place", "row", "value", "x0", "bottom", "element")
    assert {cell_row(files, GRANTED)[n] for n in absent} == {""}


def test_cells_carry_their_box_and_element(tmp_path: Path) -> None:
    """A box is four numbers in points, an element its address; both are sound in the package."""
    box = (72.0, 90.126, 144.5, 101.0)
    on_page = Value(3, Status.NUMBER, "3", locus=Locus("a.pdf", 2, None, 1, 4, 3, box))
    sheet = Locus("a.xlsx", block=1, row=5, col=3, element="Sheet1!C5")
    in_sheet = Value(4, Status.NUMBER, "4", locus=sheet)
    report = printed(printed(make.report(), RECEIVED, on_page), GRANTED, in_sheet)
    one = make.published(report)
    files = package.report_files(one)
    edges = ("x0", "top", "x1", "bottom")
    row = cell_row(files, RECEIVED)
    assert [row[name] for name in edges] == ["72.00", "90.13", "144.50", "101.00"]
    assert row["element"] == ""
    row = cell_row(files, GRANTED)
    assert [row[name] for name in (*edges, "element")] == ["", "", "", "", "Sheet1!C5"]
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()
    units = {f.name: f.unit for f in schema.CELLS.fields if f.name in edges}
    assert units == dict.fromkeys(edges, "点")
    name = "cn-990100-tongjiju-2023.xlsx"
    _, ids, *_ = sheets(package.per_report_downloads(one)[name])["格子"]
    assert set(edges).isdisjoint(ids)  # no reading for people
    assert "element" in ids


def test_absent_table_has_no_wide_row(tmp_path: Path) -> None:
    """A report without table 4 has no row and no file for it; its missing cells say so."""
    report = make.report()
    values = {
        cell: Value(None, Status.MISSING) if cell.table == "disputes" else value
        for cell, value in report.values.items()
    }
    kept = {name: form for name, form in report.tables.items() if name != "disputes"}
    files = package.report_files(make.published(replace(report, values=values, tables=kept)))
    assert "disputes_wide.csv" not in files
    row = cell_row(files, CellId("disputes", "review", "total"))
    assert (row["status"], row["form"]) == ("missing", "")
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()


def test_forms_are_never_mixed_in_a_wide_table() -> None:
    """Table 2 with items of both forms has a row in each file, each with its own items only."""
    old, new = make.report("form2019"), make.report("form2021")
    fees = "disclosure/fees_item"
    report = replace(
        new,
        tables={**new.tables, fees: "form2019"},
        values={
            **{c: v for c, v in new.values.items() if c.row != "fees"},
            **{c: v for c, v in old.values.items() if c.row == "fees"},
        },
    )
    files = package.report_files(make.published(report))
    (row_2019,) = rows(files["disclosure_2019_wide.csv"])
    (row_2021,) = rows(files["disclosure_2021_wide.csv"])
    assert row_2019["form"] == "form2019"
    assert {k for k, v in row_2019.items() if v} >= {"fees_items_prior", "fees_items_change"}
    assert row_2019["licensing_decisions"] == ""
    assert row_2021["licensing_decisions"] != ""
    assert row_2021["fees_amount_wan"] == ""


def test_report_without_form_or_dates(tmp_path: Path) -> None:
    """A report no form was recognised in is still a sound package, with empty fields."""
    report = replace(make.report(), form=None, values={}, tables={}, sections=())
    entry = replace(make.entry(), published_on=None, document_sha256=None)
    one = make.published(replace(report, entry=entry))
    files = package.report_files(one)
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()
    (row,) = rows(files["reports.csv"])
    assert (row["form_id"], row["published_on"], row["document_sha256"]) == ("", "", "")
    listed = json.loads(make.downloads(make.corpus(one))["reports.json"])["columns"]
    assert (listed["form"], listed["received"]) == ([None], [None])


def test_report_without_entry_is_refused() -> None:
    """A bare file has no report id: it is read, never packed."""
    with pytest.raises(ValueError, match=r"original\.txt"):
        package.report_files(make.published(replace(make.report(), entry=None)))


def test_report_row_counts(one: Published) -> None:
    """reports.csv counts cells by status and checks by verdict; severities count failures."""
    marks = [Status.DASH, Status.SLASH, Status.NONE_WORD, Status.NA_WORD]
    report = one.report
    for status, column in zip(
        [*marks, Status.TEXT, Status.AMBIGUOUS], schema_columns(), strict=True
    ):
        report = printed(report, column, Value(None, status, "x"))
    (row,) = rows(package.report_files(make.published(report, one.findings))["reports.csv"])
    counted = {name: int(text) for name, text in row.items() if name.startswith("n_")}
    assert counted["n_cells_mark"] == 4
    assert counted["n_cells_text"] == 1
    assert counted["n_cells_ambiguous"] == 1
    assert counted["n_cells_blank"] == 1
    cells = [n for name, n in counted.items() if name.startswith("n_cells_")]
    assert sum(cells) == len(report.values)
    assert {name: n for name, n in counted.items() if not name.startswith("n_cells_")} == {
        "n_checks_pass": 1,
        "n_checks_pass_blank_as_zero": 1,
        "n_checks_fail": 3,
        "n_checks_not_evaluable": 1,
        "n_findings_error": 1,
        "n_findings_warn": 1,
        "n_findings_info": 1,
    }


@pytest.mark.parametrize(
    ("retrieved_on", "changed_on", "told"),
    [
        ("2024-02-01", "2025-03-04", "2025-03-04"),
        ("2024-02-01", None, "2024-02-01"),
        (None, "2025-03-04", "2025-03-04"),
        (None, None, ""),
    ],
)
def test_a_report_was_last_changed_when_it_was_retrieved_or_later(
    retrieved_on: str | None, changed_on: str | None, told: str
) -> None:
    """The column is never guessed: where neither day is known it is empty."""
    entry = replace(make.entry(), retrieved_on=retrieved_on, changed_on=changed_on)
    made = make.published(replace(make.report(), entry=entry))
    (row,) = rows(package.report_files(made)["reports.csv"])
    assert (row["retrieved_on"], row["changed_on"]) == (retrieved_on or "", told)


def schema_columns() -> list[CellId]:
    """Six cells of a row of table 3."""
    return [v.cell for v in variables("form2021") if v.cell.row == "denied_state_secret"][:6]


def test_findings_rows(one: Published) -> None:
    """Only what a reader must know is a row; two of one instance are told apart."""
    found = rows(package.report_files(one)["findings.csv"])
    assert [(r["check_id"], r["instance"], r["status"]) for r in found] == [
        ("T3-ROW", "T3-ROW-received", "fail"),
        ("S-08", "表三", "fail"),
        ("S-08", "表三#2", "fail"),
        ("T3-SUM", "T3-SUM-total", "pass_blank_as_zero"),
        ("T3-BAL", "T3-BAL-total", "not_evaluable"),
    ]
    first = found[0]
    assert (first["left"], first["right"], first["delta"]) == ("1", "3", "-2")
    assert first["cells"] == "requests/received/total requests/granted/natural_person"
    assert first["place"] == "第7行"
    assert (found[4]["left"], found[4]["delta"], found[4]["place"]) == ("1", "", "")


def test_a_hint_is_on_each_row_it_explains(one: Published) -> None:
    """In `findings.csv` its words stand beside every failing sum, in the contract once in full."""
    changes = (Change(RECEIVED, 1, 3, Cause.OFF_BY_ONE), Change(GRANTED, None, 2))
    hint = Hint(
        ("T3-ROW-received", "T3-SUM-total"), (Suspect(changes),), 1, "推测：…", "A guess: …"
    )
    hinted = replace(one, hints=(hint,))
    found = rows(package.report_files(hinted)["findings.csv"])
    assert [(r["hint_zh"], r["hint_en"]) for r in found] == [
        ("推测：…", "A guess: …"),
        ("", ""),
        ("", ""),
        ("推测：…", "A guess: …"),
        ("", ""),
    ]
    (record,) = package.extracted(hinted.report, hinted.findings, hinted.hints)["hints"]
    assert (record["decided"], record["count"]) == (True, 1)
    assert record["instances"] == ["T3-ROW-received", "T3-SUM-total"]
    assert record["suspects"] == [
        {
            "cause": None,
            "changes": [
                {
                    "cell": str(RECEIVED),
                    "printed": 1,
                    "value": 3,
                    "cause": "off_by_one",
                    "doubtful": False,
                },
                {
                    "cell": str(GRANTED),
                    "printed": None,
                    "value": 2,
                    "cause": None,
                    "doubtful": False,
                },
            ],
        }
    ]


def test_report_package_is_self_contained(one: Published) -> None:
    """The agency and its region are there; nothing of the program or of other reports is."""
    files = package.report_files(one)
    assert [row["agency_id"] for row in rows(files["agencies.csv"])] == ["cn-990100-tongjiju"]
    assert [row["region_id"] for row in rows(files["regions.csv"])] == ["990100"]
    descriptor = json.loads(files["datapackage.json"])
    assert not {"version", "created"} & descriptor.keys()
    assert descriptor["licenses"][0]["name"] == "CC-BY-4.0"
    assert "path" not in descriptor["sources"][0]


def test_source_url_is_a_source() -> None:
    """Where the address of the report is known, the package names it."""
    entry = replace(make.entry(), source_url="https://www.example.gov.cn/a.html")
    files = package.report_files(make.published(replace(make.report(), entry=entry)))
    (source,) = json.loads(files["datapackage.json"])["sources"]
    assert source["path"] == "https://www.example.gov.cn/a.html"


def test_every_column_is_described() -> None:
    """Every table and column has a Chinese and an English title; keys and parents exist."""
    for resource in package.RESOURCES.values():
        assert resource.title
        assert resource.title_en
        assert set(resource.key) <= set(resource.names)
        assert len(set(resource.names)) == len(resource.names)
        for name, parent in resource.parents.items():
            assert name in resource.names
            assert package.RESOURCES[parent].key == (name,)
        for column in resource.fields:
            assert column.title
            assert column.title_en
            assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)


def test_closed_lists_are_enums() -> None:
    """A closed list is enforced by `enum`, and its Chinese names stand in `categories`."""
    status = next(f for f in schema.CELLS.fields if f.name == "status")
    described = descriptor.field_descriptor(status)
    assert described["constraints"]["enum"] == [str(s) for s in Status]
    assert described["categories"][2] == {"value": "blank", "label": "未填报"}


def test_descriptor_is_version_2() -> None:
    """Package, dialect and schema name the profiles of version 2; only the empty text is missing."""
    files = package.report_files(make.published(make.report()))
    descriptor = json.loads(files["datapackage.json"])
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for resource in descriptor["resources"]:
        assert resource["type"] == "table"
        assert resource["schema"]["missingValues"] == [""]
        assert resource["schema"]["$schema"].endswith("/2.0/tableschema.json")


def test_wide_columns_are_the_forms() -> None:
    """Each variable of each form is the column of exactly one wide table of that form."""
    for form in forms():
        for v in variables(form.version):
            holding = [
                wide.resource.name
                for wide in schema.wide_tables()
                if form.version in wide.forms and v.name in wide.resource.names
            ]
            assert len(holding) == 1
    assert [wide.resource.name for wide in schema.wide_tables()] == [
        "disclosure_2021_wide",
        "disclosure_2019_wide",
        "requests_2021_wide",
        "requests_2019_wide",
        "disputes_wide",
    ]


def test_coverage(corpus_of_two: Any) -> None:
    """Every agency and year is published, unreadable or not collected."""
    problem = Problem(
        "x", "content/reports/990100/tongjiju/2022/report.toml", "字段缺失", "补上字段"
    )
    files = make.downloads(replace(corpus_of_two, problems=(problem,)))
    assert [(r["report_year"], r["status"]) for r in rows(files["coverage.csv"])] == [
        ("2020", "published"),
        ("2021", "not_collected"),
        ("2022", "unreadable"),
        ("2023", "published"),
    ]


def test_breaks(corpus_of_two: Any) -> None:
    """Series that begin, end, change their name or are touched by law are listed."""
    found = {
        (row["series"], row["year"]): row["kind"]
        for row in rows(make.downloads(corpus_of_two)["breaks.csv"])
    }
    assert found["closed_other_total", "2021"] == "begins"
    assert found["closed_total_reported_total", "2021"] == "ends"
    assert found["licensing_decisions", "2021"] == "label_changed"
    assert found["suit_direct_total", "2024"] == "law"
    assert ("granted_total", "2021") not in found


def test_same_input_same_bytes(one: Published, corpus_of_two: Any) -> None:
    """Packages, workbooks and zips are the same bytes at every run."""
    assert package.report_files(one) == package.report_files(one)
    assert package.per_report_downloads(one) == package.per_report_downloads(one)
    assert make.downloads(corpus_of_two) == make.downloads(corpus_of_two)


def test_zip_is_sorted_and_dated() -> None:
    """Members are sorted, dated 1980-01-01 and readable by all."""
    data = archive.write_zip({"b.csv": b"2", "a.csv": b"1"})
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.namelist() == ["a.csv", "b.csv"]
        assert {m.date_time for m in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {m.external_attr >> 16 for m in packed.infolist()} == {0o100644}


def test_corpus_zip_is_a_package(corpus_of_two: Any, tmp_path: Path) -> None:
    """The zip holds the whole package with a bilingual note and the licence, and is valid."""
    with zipfile.ZipFile(io.BytesIO(make.downloads(corpus_of_two)["gongkai.zip"])) as archive:
        archive.extractall(tmp_path)
    assert check_package(tmp_path) == ()
    note = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "空白格为空，绝不写成0" in note
    assert "never 0" in note
    for column in ("scope", "region_aggregate", "unknown", "findings.csv"):
        assert note.count(f"`{column}`") >= 2
    assert "CC-BY-4.0" in (tmp_path / "LICENSE.txt").read_text(encoding="utf-8")


def test_report_downloads(one: Published, tmp_path: Path) -> None:
    """Besides its CSV and JSON a report offers a workbook and its package."""
    files = package.per_report_downloads(one)
    assert list(files) == [
        "cn-990100-tongjiju-2023.xlsx",
        "cn-990100-tongjiju-2023.zip",
    ]
    with zipfile.ZipFile(io.BytesIO(files["cn-990100-tongjiju-2023.zip"])) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert check_package(tmp_path) == ()
    assert "cells.csv" in names
    assert not [name for name in names if "wide" in name]  # said by the cells already


def test_a_workbook_leaves_out_what_tells_a_reader_nothing(one: Published) -> None:
    """Of the cells: the report they are all of, places in the file's own tree, blank columns."""
    located = {
        cell: replace(value, locus=Locus("a.html", page=2, row=1, element="/html/body/table"))
        for cell, value in one.report.values.items()
    }
    made = replace(one, report=replace(one.report, values=located))
    name = "cn-990100-tongjiju-2023.xlsx"
    ids = sheets(package.per_report_downloads(made)[name])["格子"][1]
    assert {"report_id", "row", "element", "line", "page", "form"}.isdisjoint(ids)
    assert {"table", "row_id", "column_id", "value", "status", "place"} <= set(ids)


def test_a_workbook_says_once_what_it_said_in_every_row() -> None:
    """The form of all cells, and plain digits; what is printed in any other way stands there."""
    printed_as: dict[str, int | Decimal] = {
        "1": 1,
        "01": 1,
        "2.50": Decimal("2.50"),
        "３": 3,
        "4 件": 4,
    }
    report = make.report()
    for cell, (raw, number) in zip(schema_columns(), printed_as.items(), strict=False):
        report = printed(report, cell, Value(number, Status.NUMBER, raw))
    name = "cn-990100-tongjiju-2023.xlsx"
    found = sheets(package.per_report_downloads(make.published(report))[name])
    ids = found["格子"][1]
    at, status = ids.index("raw"), ids.index("status")
    texts = {line[at] for line in found["格子"][2:] if line[status] == "数字"} - {None}
    assert texts == {"01", "2.50", "３", "4 件", "59237.2449"}
    assert ("各格的格式：2021年版格式。",) in found["说明"]
    mixed = make.report("form2019")
    tables = {**mixed.tables, "requests": "form2021"}
    made = make.published(replace(mixed, tables=tables))
    other = sheets(package.per_report_downloads(made)[f"{made.entry.report_id}.xlsx"])
    assert "form" in other["格子"][1]
    assert not [line for line in other["说明"] if "各格的格式" in str(line[0])]


def test_a_report_workbook_has_no_parts_about_a_program(one: Published) -> None:
    """No theme and no application: every part is named in the list of parts, and none is missing."""
    data = package.per_report_downloads(one)["cn-990100-tongjiju-2023.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        types = archive.read("[Content_Types].xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        links = archive.read("xl/_rels/workbook.xml.rels").decode()
    assert not [name for name in names if "theme" in name or "app.xml" in name]
    parts = set(re.findall(r'PartName="/([^"]+)"', types))
    assert parts <= names
    assert {f"xl/{target}" for target in re.findall(r'Target="([^"]+)"', links)} <= parts
    assert "theme" not in types + styles + links
    assert 'val="minor"' not in styles


def test_index_lists_every_file(corpus_of_two: Any) -> None:
    """index.json names every other file with its size, hash, media type and Chinese title."""
    files = make.downloads(corpus_of_two)
    listed = {item["path"]: item for item in json.loads(files["index.json"])["files"]}
    assert listed.keys() == files.keys() - {"index.json"}
    assert all(item["bytes"] == len(files[path]) for path, item in listed.items())
    assert all(re.search("[\u4e00-\u9fff]", item["title"]) for item in listed.values())
    assert listed["cells.csv"]["schemas"] == {"cells": "schemas/cells.json"}
    assert listed["gongkai-2023.zip"]["year"] == 2023
    for item in listed.values():
        for name, path in item.get("schemas", {}).items():
            assert json.loads(files[path])["primaryKey"] == list(schema.RESOURCES[name].key)


def test_list_is_columns(corpus_of_two: Any) -> None:
    """reports.json holds the list by columns, with region paths and table 3 totals."""
    columns = json.loads(make.downloads(corpus_of_two)["reports.json"])["columns"]
    assert {len(values) for values in columns.values()} == {2}
    assert columns["region"] == ["虚构省/示例市"] * 2
    assert columns["region_ids"] == ["990000/990100"] * 2
    assert columns["received"] == [399, 0]
    assert columns["n_findings_error"] == [0, 1]
    assert columns["url"][1] == "reports/cn-990100-tongjiju-2023/"


def test_region_path_ends_at_an_unknown_parent() -> None:
    """A region whose parent is not listed stands for itself."""
    lone = Region("990200", "990200", "甲", "Jia", "county", "990199")
    assert lists.region_path(lone, {}) == (lone,)


HOSTILE = '=HYPERLINK("http://x","a")'


@pytest.mark.parametrize("raw", [HOSTILE, "+1+1", "-1+1", "@SUM(A1)", "\t=1", "<b>x</b>"])
def test_workbook_text_is_no_formula(raw: str) -> None:
    """Printed text that begins like a formula is a string in every workbook."""
    report = printed(make.report(), RECEIVED, Value(None, Status.TEXT, raw))
    one = make.published(report)
    for data in (
        make.downloads(make.corpus(one))["gongkai.xlsx"],
        package.per_report_downloads(one)["cn-990100-tongjiju-2023.xlsx"],
    ):
        book = openpyxl.load_workbook(io.BytesIO(data))
        found = [c for s in book for line in s.iter_rows() for c in line if c.value == raw]
        assert found
        assert {cell.data_type for cell in found} == {"s"}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(n) for n in archive.namelist() if "worksheets/" in n]
        assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)


def test_people_csv_is_guarded() -> None:
    """The CSV for people has a BOM and Chinese heads; text is guarded, figures are not."""
    report = printed(make.report(), RECEIVED, Value(None, Status.TEXT, HOSTILE))
    report = printed(report, GRANTED, Value(-5, Status.NUMBER, "-5"))
    data = make.downloads(make.corpus(make.published(report)))["cells-excel.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    texts = {(row["行"], row["列"]): row for row in found}
    assert texts["received", "total"]["原样文字"] == f"'{HOSTILE}"
    assert texts["granted", "natural_person"]["数值"] == "-5"
    assert texts["granted", "natural_person"]["原样文字"] == "'-5"


def test_program_csv_is_plain(corpus_of_two: Any) -> None:
    """CSV for programs has no BOM and no carriage return, and text is as printed."""
    files = make.downloads(corpus_of_two)
    for name in files:
        if name.endswith(".csv") and not name.endswith("-excel.csv"):
            assert not files[name].startswith(b"\xef\xbb\xbf")
            assert b"\r" not in files[name]


def test_workbook_sheets(corpus_of_two: Any) -> None:
    """The workbook has a sheet a table: Chinese head, ids, frozen; figures are numbers."""
    data = make.downloads(corpus_of_two)["gongkai.xlsx"]
    found = sheets(data)
    assert list(found) == ["说明", *(r.title for r in package.RESOURCES.values())]
    reports = found["报告"]
    assert reports[0][:3] == ("报告编号", "机关编号", "报告年度")
    assert reports[1][:3] == ("report_id", "agency_id", "report_year")
    assert reports[2][2] == 2020
    cells = found["格子"]
    shown = {line[4]: line for line in cells[2:] if line[5] == "数字"}
    assert 59237.2449 in shown
    blank = next(line for line in cells if line[5] == "未填报")
    assert blank[4] is None
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {s.freeze_panes for s in book.worksheets[1:]} == {"B3"}


def test_workbook_keeps_long_figures_as_text() -> None:
    """A figure with more digits than Excel keeps is text, so that no digit is lost."""
    long = Decimal("123456789012345678.9012")
    one = make.published(make.report(numbers={FEES: long}))
    values = [line[4] for line in sheets(make.downloads(make.corpus(one))["gongkai.xlsx"])["格子"]]
    assert str(long) in values


def test_workbook_cuts_what_no_cell_holds() -> None:
    """A text longer than a cell is cut and says where the whole of it stands."""
    one = make.published(make.report(texts={"overview": "长" * 40_000}))
    (cut,) = [
        value
        for line in sheets(make.downloads(make.corpus(one))["gongkai.xlsx"])["正文"]
        for value in line
        if isinstance(value, str) and value.startswith("长")
    ]
    assert len(cut) == excel.EXCEL_TEXT
    assert cut.endswith("（全文见CSV）")


def test_workbook_names_tables_that_do_not_fit(corpus_of_two: Any, tmp_path: Path) -> None:
    """A table with more rows than a reader wants in a workbook is left out and named."""
    made = store.store(corpus_of_two, tmp_path / "all", tmp_path / "years")
    excel.write_workbook(made, tmp_path / "small.xlsx", rows=100)
    found = sheets((tmp_path / "small.xlsx").read_bytes())
    assert "格子" not in found
    assert "报告" in found
    cells = made.whole.table("cells").rows
    assert (f"“格子”有{cells}行，放不进工作簿，请用CSV或Parquet。",) in found["说明"]


def test_report_workbook_shows_the_tables_as_printed() -> None:
    """A sheet a table with the form's labels; marks stand as printed, doubts as 存疑."""
    ambiguous, slash, lost = schema_columns()[:3]
    report = printed(make.report(), ambiguous, Value(None, Status.AMBIGUOUS, "0"))
    report = printed(report, slash, Value(None, Status.SLASH, "/"))
    report = replace(report, values={c: v for c, v in report.values.items() if c != lost})
    found = sheets(
        package.per_report_downloads(make.published(report))["cn-990100-tongjiju-2023.xlsx"]
    )
    assert list(found) == ["说明", "表2", "表3", "表4", "格子", "核对发现"]
    assert found["表3"][0][1:3] == ("自然人", "商业企业")
    line = next(line for line in found["表3"] if line[0] == "1.属于国家秘密")
    assert line[1:4] == ("存疑", "/", None)
    assert ("来源：网址不详",) in found["说明"]


def test_report_workbook_follows_each_items_form() -> None:
    """A report without table 4 has no such sheet; the items of table 2 have their form's heads."""
    report = make.report("form2019")
    kept = {k: v for k, v in report.tables.items() if k not in {"disputes", "disclosure/fees_item"}}
    entry = replace(make.entry(year=2020), source_url="https://www.example.gov.cn/")
    one = make.published(replace(report, tables=kept, entry=entry))
    found = sheets(package.per_report_downloads(one)["cn-990100-tongjiju-2020.xlsx"])
    assert "表4" not in found
    heads = [line for line in found["表2"] if line[0] is not None and "第二十条" in line[0]]
    assert [line[0] for line in heads] == [
        f"第二十条第（{number}）项" for number in ("一", "五", "六", "九")
    ]
    assert heads[0][1] == "本年新制作数量"
    assert ("来源：https://www.example.gov.cn/",) in found["说明"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\tb\n", "a\tb\n"),
        ("\ud800", "\ufffd"),
        ("⺠", "⺠"),
    ],
)
def test_clean(text: str, kept: str) -> None:
    """Control characters become visible; everything else is as printed."""
    assert clean(text) == kept


def test_hostile_text_is_a_sound_package(tmp_path: Path) -> None:
    """Quotes, commas, line breaks, control characters and formulas leave the package sound."""
    raw = 'a","b\r\nc\x00\x1b;|\t"\'=1'
    report = printed(
        make.report(texts={"overview": raw * 50}), RECEIVED, Value(None, Status.TEXT, raw)
    )
    entry = replace(make.entry(), title=f"# {raw}", licence_note=raw)
    one = make.published(replace(report, entry=entry), (finding(expression=raw),))
    files = package.report_files(one)
    package.write_tree(files, tmp_path / "one")
    assert check_package(tmp_path / "one") == ()
    assert cell_row(files, RECEIVED)["raw"] == clean(raw)
    package.write_tree(make.downloads(make.corpus(one)), tmp_path / "all")
    assert check_package(tmp_path / "all") == ()
    with zipfile.ZipFile(
        io.BytesIO(package.per_report_downloads(one)[f"{entry.report_id}.zip"])
    ) as archive:
        assert archive.read("README.md").decode().splitlines()[0].startswith('# # a","b c')


def test_a_ragged_row_is_refused() -> None:
    """A row that does not fit the schema is a fault of the program and stops it."""
    with pytest.raises(ValueError, match="breaks"):
        text.csv_lines(schema.BREAKS, [("a", 2021, "begins", "x", "y"), ("b",)])


# The contract of `gongkai read`.


def test_extracted_contract(one: Published) -> None:
    """The JSON has exactly the keys of the contract and can be written."""
    data = package.extracted(one.report, one.findings)
    assert list(data) == [
        "agency",
        "region",
        "year",
        "form",
        "title",
        "tables",
        "cells",
        "sections",
        "flags",
        "violations",
        "narrative_conflicts",
        "findings",
        "hints",
        "source",
    ]
    assert json.loads(json.dumps(data)) == data
    assert (data["agency"], data["year"], data["form"]) == ("示例市统计局", 2023, "form2021")
    assert data["region"] == "示例市"
    assert data["tables"]["requests"]["granted"]["natural_person"] is None
    assert data["tables"]["requests"]["received"]["total"] == 0
    assert data["tables"]["disclosure"]["fees"]["amount_wan"] == 59237.2449
    assert data["violations"] == ["T3-ROW-received"]
    assert data["findings"][0]["locus"] == {"file": "original.txt", "line": 7}
    assert [f["instance"] for f in data["findings"]][1:3] == ["表三", "表三#2"]
    assert data["source"]["sha256"] == "0" * 64


def test_extracted_cells_have_status_and_locus(one: Published) -> None:
    """A cell says what is printed and where; a cell that is missing has no place."""
    report = printed(one.report, GRANTED, Value(None, Status.MISSING))
    cells = {c["cell"]: c for c in package.extracted(report, ())["cells"]}
    assert cells[str(GRANTED)]["locus"] is None
    assert cells[str(RECEIVED)] == {
        "cell": "requests/received/total",
        "value": 0,
        "status": "zero",
        "raw": "0",
        "unit": "",
        "locus": cells[str(RECEIVED)]["locus"],
    }
    assert cells[str(RECEIVED)]["locus"]["col"] == 2


def test_extracted_cells_keep_confidence_where_characters_were_recognised() -> None:
    """A recognised cell says how sure the recognition is; others have no such key."""
    read = Value(3, Status.NUMBER, "3", confidence=0.875)
    cells = {
        c["cell"]: c for c in package.extracted(printed(make.report(), RECEIVED, read), ())["cells"]
    }
    assert cells[str(RECEIVED)]["confidence"] == 0.875
    assert "confidence" not in cells[str(GRANTED)]
    one = make.published(printed(make.report(), RECEIVED, read))
    assert all(b"confidence" not in data for data in report_documents(one).values())
    assert all(b"confidence" not in data for data in package.report_files(one).values())


def test_extracted_flags_doubt_only() -> None:
    """Ambiguous cells and cells with other text are flagged, blanks and marks are not."""
    first, second, third = schema_columns()[:3]
    report = printed(make.report(), first, Value(None, Status.AMBIGUOUS, "0"))
    report = printed(report, second, Value(None, Status.TEXT, "见附件"))
    report = printed(report, third, Value(None, Status.SLASH, "/"))
    assert package.extracted(report, ())["flags"] == [str(first), str(second)]


def test_extracted_violations_are_failed_identities() -> None:
    """Only failed sums are violations; only conflicts that name cells are conflicts."""
    found = (
        finding("T3-SUM", "T3-SUM-total", Verdict.PASS_BLANK_AS_ZERO),
        finding("T3-NEG", "T3-NEG-x"),
        finding("T4-SUM", "T4-SUM-review"),
        finding("N-RECEIVED", "1", cells=(RECEIVED,), left=9, right=8, expression="收到9件"),
        finding("N-ITEMS", "1", left=33, right=34),
        finding("N-GRANTED", "1", Verdict.NOT_EVALUABLE, cells=(GRANTED,)),
    )
    data = package.extracted(make.report(), found)
    assert data["violations"] == ["T4-SUM-review"]
    assert data["narrative_conflicts"] == [
        {"cells": [str(RECEIVED)], "claimed": 9, "printed": 8, "text": "收到9件"}
    ]


def test_extracted_leaves_absent_tables_out() -> None:
    """A table the report does not print is not in `tables`, though its cells say missing."""
    report = make.report()
    kept = {name: form for name, form in report.tables.items() if name != "disputes"}
    data = package.extracted(replace(report, tables=kept), ())
    assert list(data["tables"]) == ["disclosure", "requests"]


def test_extracted_of_a_bare_file() -> None:
    """Without an entry the region is the place the printed name begins with."""
    report = replace(make.report(), entry=None)
    assert package.extracted(report, ())["region"] == "示例市"
    nameless = replace(report, form=None, title=replace(report.title, agency=None))
    data = package.extracted(nameless, ())
    assert (data["agency"], data["region"], data["form"]) == (None, None, None)


def test_extracted_region_unknown() -> None:
    """A place that is unknown is null, never a name."""
    nowhere = Region("000000", "000000", "地区不详", "", "unknown", None)
    agency = replace(make.AGENCY, region=nowhere)
    report = make.report(agency=agency)
    assert package.extracted(report, ())["region"] is None


@pytest.mark.parametrize(
    ("agency", "region"),
    [
        ("郑州市二七区统计局", "郑州市二七区"),
        ("郑州航空港经济综合实验区八岗办事处", "郑州航空港经济综合实验区"),
        ("淮安市人民政府", "淮安市"),
        ("示例市市场监督管理局", "示例市"),
        ("示例市城市管理综合行政执法局", "示例市"),
        ("示例市柳岸街道办事处", "示例市"),
        ("霜河自治县民政局", "霜河自治县"),
        ("单县教育局", "单县"),
        ("恩施土家族苗族自治州水务局", "恩施土家族苗族自治州"),
        ("诸城市教育局", "诸城市"),
        ("示例县乡村振兴局", "示例县"),
        ("示例市住房和城乡建设局", "示例市"),
        ("国家市场监督管理总局", None),
        ("政府办公室", None),
        ("产业集聚区管委会", None),
        ("示例市", None),
        ("", None),
    ],
)
def test_printed_region(agency: str, region: str | None) -> None:
    """The place is what the printed name begins with; words that look like places are none."""
    assert contract.printed_region(agency) == region


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not here")
def test_printed_region_of_samples() -> None:
    """The place of every sample's agency is found as its truth has it."""
    truths = sorted((SHARED / "samples" / "truth").glob("*.json"))
    assert truths
    for path in truths:
        truth = json.loads(path.read_text(encoding="utf-8"))
        assert contract.printed_region(truth["agency"]) == truth["region"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, None),
        (7, 7),
        (Decimal("72701.2578"), 72701.2578),
        (Decimal("6.0248"), 6.0248),
        (Decimal("123456789012345678.9012"), "123456789012345678.9012"),
        (Decimal("1e400"), "1" + "0" * 400),
    ],
)
def test_json_numbers_are_exact(number: Number | None, expected: object) -> None:
    """A figure is a JSON number where that is exact, else a text with all its digits."""
    assert contract.json_number(number) == expected


def test_json_stands_in_lines() -> None:
    """What fits in a line stands in one line; the rest is laid out; both read back the same."""
    data = {"a": [1, 2], "b": {"c": "字" * 400, "d": ["e" * 200, "f" * 200]}, "g": "h" * 400}
    laid = text.write_json(data).decode()
    assert json.loads(laid) == data
    assert '\n "a": [1, 2],\n' in laid
    assert "字" in laid


def test_json_refuses_what_is_no_number() -> None:
    """NaN is no JSON."""
    with pytest.raises(ValueError, match="JSON"):
        text.write_json([float("nan")])


# Folders on disk.


def test_write_tree_writes_and_is_idempotent(tmp_path: Path) -> None:
    """The folder holds exactly the files; a second run changes nothing and says so."""
    target = tmp_path / "new" / "target"
    files = {"a.csv": b"1", "b/c.csv": b"2"}
    assert package.write_tree(files, target) is True
    before = (target / "a.csv").stat()
    assert package.write_tree(files, target) is False
    assert (target / "a.csv").stat() == before
    assert (target / "b" / "c.csv").read_bytes() == b"2"
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_write_tree_removes_stale_files(tmp_path: Path) -> None:
    """Files that are no longer wanted go; changed files change."""
    target = tmp_path / "target"
    package.write_tree({"a": b"1", "old/b": b"2"}, target)
    assert package.write_tree({"a": b"3"}, target) is True
    assert [p.name for p in target.rglob("*")] == ["a"]
    assert (target / "a").read_bytes() == b"3"


def test_write_tree_notices_a_stale_file_alone(tmp_path: Path) -> None:
    """A surplus file is a difference, even where all others are the same."""
    target = tmp_path / "target"
    package.write_tree({"a": b"1"}, target)
    (target / "b").write_bytes(b"2")
    assert package.write_tree({"a": b"1"}, target) is True
    assert not (target / "b").exists()


@pytest.mark.parametrize("name", ["../a", "/a", "", "a/../../b"])
def test_write_tree_refuses_paths_that_lead_out(name: str, tmp_path: Path) -> None:
    """A path out of the folder stops it before anything is written."""
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        package.write_tree({"good": b"1", name: b"2"}, tmp_path / "target")
    assert list(tmp_path.iterdir()) == []


def test_write_tree_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where writing fails, the old files stand untouched and no rest is left."""
    target = tmp_path / "target"
    package.write_tree({"a": b"1"}, target)
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if data == b"bad":
            raise OSError(path)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="b"):
        package.write_tree({"a": b"2", "b": b"bad"}, target)
    assert (target / "a").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir()] == ["target"]


@pytest.mark.parametrize("existing", [True, False])
def test_write_tree_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, existing: bool
) -> None:
    """Where the last rename fails, the old folder is put back."""
    target = tmp_path / "target"
    if existing:
        package.write_tree({"a": b"1"}, target)
    rename = Path.rename

    def stuck(path: Path, to: Path) -> Path:
        if path.name == "new":
            raise OSError(path)
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", stuck)
    with pytest.raises(OSError, match="new"):
        package.write_tree({"a": b"2"}, target)
    assert target.exists() is existing
    assert not existing or (target / "a").read_bytes() == b"1"
    assert len(list(tmp_path.iterdir())) == int(existing)


def test_write_tree_replaces_a_file(tmp_path: Path) -> None:
    """A file where the folder should be gives way to the folder."""
    target = tmp_path / "target"
    target.write_bytes(b"file")
    assert package.write_tree({"a": b"1"}, target) is True
    assert (target / "a").read_bytes() == b"1"
