"""The API: every file fits its schema, every cell is there once, nothing incompatible slips in."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import make
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from openapi_spec_validator import OpenAPIV31SpecValidator

from gongkai.checks import check, compared
from gongkai.forms import forms, variables
from gongkai.model import (
    AgencyName,
    CellId,
    Corpus,
    Elsewhere,
    Finding,
    Hint,
    Published,
    Redirect,
    Severity,
    Status,
    Value,
    Verdict,
)
from gongkai.package import per_report_downloads, report_files
from gongkai.package.api import (
    ENDPOINTS,
    Endpoint,
    corpus_documents,
    openapi,
    report_documents,
    shapes,
)
from gongkai.package.api.openapi import PARAMETERS, schema_of
from gongkai.package.panel import panel_rows
from gongkai.package.rows import wide_row
from gongkai.package.schema import PANEL, wide_tables
from gongkai.pages.api import examples
from gongkai.site import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

GOLDEN = Path(__file__).parent / "api_v1.json"
RECEIVED = CellId("requests", "received", "total")
FEES = CellId("disclosure", "fees", "amount_wan")
#: A cell that holds 0 in a made report: left blank, its sum holds only with blanks as 0.
BLANK = next(cell for cell, number in make.figures().items() if number == 0)
REPORT = "cn-990100-tongjiju-2023"
DOCUMENT = f"api/v1/reports/{REPORT}.json"
HOSTILE = '<script>alert(1)</script>"\r\n=cmd|\x00\x1b\ud800,\u2028\uffff'


def files_of(corpus: Corpus) -> dict[str, bytes]:
    """All that is written for a corpus; no path twice."""
    made = [pair for one in corpus.reports for pair in report_documents(one).items()]
    made += corpus_documents(corpus)
    assert len({path for path, _ in made}) == len(made)
    return dict(made)


def with_values(report: Any, **changed: Value) -> Published:
    """The report with single values changed: `table__row__column`."""
    cells = {CellId(*name.split("__")): value for name, value in changed.items()}
    made = replace(report, values={**report.values, **cells})
    return Published(made, check(made))


@cache
def plain_corpus() -> Corpus:
    """Two forms, two agencies, failing sums, blanks and marks, compared with each other."""
    other = replace(make.AGENCY, id="cn-990100-shuiwuju", slug="shuiwuju", name="示例市水务局")
    idle = replace(make.AGENCY, id="cn-990100-idle", slug="idle", name="示例市空闲局")
    wrong = make.report(numbers={RECEIVED: 1, BLANK: None})
    made = [make.report("form2019"), make.report(year=2022), wrong, make.report(agency=other)]
    marks = with_values(
        make.report(year=2021),
        requests__granted__total=Value(None, Status.DASH, "—"),
        requests__received__total=Value(None, Status.AMBIGUOUS, "1 2"),
        disclosure__fees__amount_wan=Value(Decimal(251000), Status.NUMBER, "251000元", "元"),
    )
    corpus = make.corpus(*(Published(report, check(report)) for report in made), marks)
    corpus.agencies[idle.id] = idle
    corpus.regions["990200"] = replace(make.REGION, id="990200", adcode="990200", name="空白市")
    corpus.regions["990300"] = replace(make.REGION, id="990300", adcode="990300", parent="999999")
    return compared(corpus)


@cache
def hostile_corpus() -> Corpus:
    """A report whose every text attacks, with figures too long for a JSON number."""
    entry = replace(
        make.entry(),
        title=HOSTILE,
        publisher=HOSTILE,
        source_url=HOSTILE,
        licence_note=HOSTILE,
        reorganised=HOSTILE,
        document_name=HOSTILE,
    )
    report = make.report(texts=dict.fromkeys(make.TEXTS, HOSTILE))
    values = {
        cell: replace(value, number=None, status=Status.TEXT, raw=HOSTILE, unit=HOSTILE)
        for cell, value in report.values.items()
    }
    values[RECEIVED] = Value(2**60 + 1, Status.NUMBER, str(2**60 + 1))
    values[FEES] = Value(Decimal("123456789012345678.125"), Status.NUMBER, "1")
    finding = Finding(
        "T3-ROW",
        HOSTILE,
        Verdict.FAIL,
        Severity.ERROR,
        HOSTILE,
        HOSTILE,
        expression=HOSTILE,
        cells=(RECEIVED,),
        left=10**30,
        right=None,
        elsewhere=(Elsewhere(HOSTILE, (RECEIVED,)),),
    )
    hint = Hint((HOSTILE,), (), 2, HOSTILE, HOSTILE)
    made = replace(report, entry=entry, values=values, form=None)
    return make.corpus(Published(made, (finding, finding), (finding,), (hint,)))


def odd_corpus() -> Corpus:
    """Ids that look like reports of other agencies, and the first and the last possible year."""
    named = [
        replace(make.AGENCY, id=f"cn-990100-{slug}", slug=slug)
        for slug in ("tongjiju", "tongjiju-2023", "2023", "2023-2008")
    ]
    reports = [make.report(agency=agency, year=2023) for agency in named]
    reports += [make.report("form2019", agency=named[1], year=year) for year in (2008, 2100)]
    return make.corpus(*(Published(report, check(report)) for report in reports))


CORPORA: dict[str, Callable[[], Corpus]] = {
    "plain": plain_corpus,
    "hostile": hostile_corpus,
    "odd": odd_corpus,
    "empty": lambda: Corpus((), (), {}, {}),
}


@pytest.fixture(scope="module", params=list(CORPORA))
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """All files of each corpus."""
    return files_of(CORPORA[request.param]())


@pytest.fixture(scope="module")
def plain() -> dict[str, bytes]:
    """All files of the plain corpus."""
    return files_of(plain_corpus())


def endpoint_of(path: str) -> Endpoint:
    """The one endpoint whose address has this form, with ids of the declared form."""

    def pattern(template: str) -> str:
        names = "|".join(PARAMETERS)
        parts = re.split(rf"{{({names})}}", template)
        return "".join(
            (PARAMETERS[part].pattern or "").strip("^$") if at % 2 else re.escape(part)
            for at, part in enumerate(parts)
        )

    (found,) = [e for e in ENDPOINTS if re.fullmatch(pattern(e.path), path)]
    return found


def validator(shape: type) -> Draft202012Validator:
    """A validator of that shape, from the published description."""
    schema = {
        "$schema": openapi()["jsonSchemaDialect"],
        "$ref": f"#/components/schemas/{shape.__name__}",
        "components": openapi()["components"],
    }
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, format_checker=checker)


def test_the_description_is_openapi() -> None:
    """openapi-spec-validator finds nothing, and the file is the description."""
    spec = json.loads(json.dumps(openapi()))
    assert list(OpenAPIV31SpecValidator(spec).iter_errors()) == []
    written = dict(corpus_documents(CORPORA["empty"]()))["api/v1/openapi.json"]
    assert json.loads(written) == spec


def test_the_description_speaks_chinese_and_english() -> None:
    """Each operation, shape and field with a meaning says it in Chinese; operations in English."""
    spec = openapi()
    operations = [path["get"] for path in spec["paths"].values()]
    assert all(re.search("[一-鿿]", one["description"]) for one in operations)
    assert all(one["summary"].isascii() for one in operations)
    for shape in spec["components"]["schemas"].values():
        assert re.search("[一-鿿]", shape["description"])
        for rule in shape["properties"].values():
            assert re.search("[一-鿿]", rule.get("description", "中"))
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_every_file_fits_its_schema(files: dict[str, bytes]) -> None:
    """JSON by the schema of its address, CSV by the columns of its: all of them, nothing else."""
    validators = {e.shape: validator(e.shape) for e in ENDPOINTS if e.shape is not None}
    for path, data in files.items():
        endpoint = endpoint_of(path)
        if endpoint.shape is not None:
            faults = list(validators[endpoint.shape].iter_errors(json.loads(data)))
            assert not faults, (path, faults[0].json_path, faults[0].message)
        elif endpoint.columns:
            head, *rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
            assert head == [column.name for column in endpoint.columns]
            assert rows
            assert {len(row) for row in rows} == {len(head)}


def test_every_address_has_a_file(plain: dict[str, bytes]) -> None:
    """No address of the description stands empty in a corpus that has everything."""
    assert {endpoint_of(path).path for path in plain} == {e.path for e in ENDPOINTS}


def test_an_undeclared_field_is_a_fault(plain: dict[str, bytes]) -> None:
    """A field more or less, or another type, does not pass."""
    document = json.loads(plain[DOCUMENT])
    made = validator(shapes.ReportDocument)
    assert made.is_valid(document)
    assert not made.is_valid({**document, "surprise": 1})
    assert not made.is_valid({k: v for k, v in document.items() if k != "title"})
    assert not made.is_valid({**document, "report_year": "2023"})
    table = {**document["tables"][0], "surprise": 1}
    assert not made.is_valid({**document, "tables": [table]})


def test_a_type_json_does_not_have_is_refused() -> None:
    """A shape cannot say what no JSON file can hold."""
    with pytest.raises(TypeError):
        schema_of(tuple[int, ...], {})


def test_a_rule_of_a_list_is_not_one_of_its_members() -> None:
    """The pattern of a column is demanded of single values alone; an optional enum allows null."""
    assert schema_of(list[shapes.ReportId], {})["items"]["pattern"]
    listed = schema_of(Annotated[list[str], shapes.column("findings", "cells")], {})
    assert "pattern" not in listed
    optional = schema_of(shapes.Status | None, {})
    assert None in optional["enum"]
    assert optional["type"] == ["string", "null"]


# --- The promise -------------------------------------------------------------------------------


def contract() -> dict[str, Any]:
    """What readers rely on: addresses with their documents, fields with types and closed lists."""

    def kind(rule: Mapping[str, Any]) -> Any:
        if "$ref" in rule:
            return rule["$ref"].rpartition("/")[2]
        inner = rule.get("items", rule.get("additionalProperties"))
        own = rule["type"]
        return [own, kind(inner)] if isinstance(inner, dict) else own

    def members(rule: Mapping[str, Any]) -> list[str | None]:
        inner = rule.get("items")
        return rule.get("enum") or (members(inner) if isinstance(inner, dict) else [])

    fields = {
        f"{name}.{key}": {"type": kind(rule), "members": members(rule)}
        for name, shape in openapi()["components"]["schemas"].items()
        for key, rule in shape["properties"].items()
    }
    addresses = {
        e.path: e.shape.__name__ if e.shape is not None else [f.name for f in e.columns]
        for e in ENDPOINTS
    }
    return {"addresses": addresses, "fields": fields}


def breaches(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What the new description takes from those who rely on the old one."""
    out = []
    for path, holds in old["addresses"].items():
        now = new["addresses"].get(path)
        kept = now[: len(holds)] if isinstance(holds, list) and isinstance(now, list) else now
        if kept != holds:
            out.append(f"address {path}: {holds} → {now}")
    for name, field in old["fields"].items():
        now = new["fields"].get(name)
        if now is None:
            out.append(f"field {name} is gone")
        elif now["type"] != field["type"]:
            out.append(f"field {name}: {field['type']} → {now['type']}")
        else:
            gone = [member for member in field["members"] if member not in now["members"]]
            out += [f"field {name}: {member} is gone" for member in gone]
    return out


def test_v1_keeps_its_promise(*, update_golden: bool) -> None:
    """Nothing that readers rely on is taken away; what is added is recorded, so that it stays."""
    new = contract()
    old = json.loads(GOLDEN.read_text(encoding="utf-8"))
    broken = breaches(old, new)
    assert not broken, (
        "v1 promised never to do this. Keep the old field and add a new one, or make a v2 "
        f"(ROOT and VERSION in package/api/openapi.py) beside v1: {broken}"
    )
    if update_golden:
        text = json.dumps(new, ensure_ascii=False, indent=1, sort_keys=True)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    elif new != old:
        pytest.fail("fields were added to v1: record them with --update-golden")


def test_the_promise_is_guarded() -> None:
    """A field that goes or changes its type, a member, an address or a column that goes is seen."""
    old = contract()
    for name in ("ReportDocument.title", "CoverageLine.status"):
        fields = {key: rule for key, rule in old["fields"].items() if key != name}
        assert len(breaches(old, {**old, "fields": fields})) == 1
        changed = {**old["fields"], name: {"type": "integer", "members": []}}
        assert len(breaches(old, {**old, "fields": changed})) == 1
    status = old["fields"]["CoverageLine.status"]
    less = {**old["fields"], "CoverageLine.status": {**status, "members": status["members"][1:]}}
    assert len(breaches(old, {**old, "fields": less})) == 1
    for path, holds in old["addresses"].items():
        rest = {key: value for key, value in old["addresses"].items() if key != path}
        assert len(breaches(old, {**old, "addresses": rest})) == 1
        if isinstance(holds, list) and holds:
            for columns, faults in ((holds[1:], 1), ([*holds, "more"], 0)):
                moved = {**old["addresses"], path: columns}
                assert len(breaches(old, {**old, "addresses": moved})) == faults


# --- What is in the files ----------------------------------------------------------------------


def cells_in(document: Mapping[str, Any]) -> Iterator[tuple[CellId, dict[str, Any]]]:
    """Each cell of a report's document."""
    for table in document["tables"]:
        for i, row in enumerate(table["rows"]):
            for j, column in enumerate(table["columns"]):
                kept = {name: table[name][i][j] for name in ("values", "statuses", "raw", "places")}
                yield CellId(table["table"], row, column), kept


def test_a_report_has_every_cell_as_printed() -> None:
    """Value, status, text, place and unit of each cell, and no cell but those of the report."""
    for one in plain_corpus().reports:
        name = one.entry.report_id
        document = json.loads(report_documents(one)[f"api/v1/reports/{name}.json"])
        found = list(cells_in(document))
        assert dict(found).keys() == one.report.values.keys()
        assert len(found) == len(one.report.values)
        for cell, kept in found:
            value = one.report.values[cell]
            number = None if kept["values"] is None else Decimal(str(kept["values"]))
            assert number == value.number
            assert (kept["statuses"], kept["raw"]) == (str(value.status), value.raw)
            assert kept["places"] == (
                None
                if value.locus is None
                else [getattr(value.locus, key) for key in ("page", "line", "block", "row", "col")]
            )
        units = {
            (table["table"], *key.split("/")): unit
            for table in document["tables"]
            for key, unit in table["units"].items()
        }
        assert units == {tuple(c): v.unit for c, v in one.report.values.items() if v.unit}


def test_a_report_says_the_code_and_the_region_of_its_year() -> None:
    """They are those of the report, whatever the agency's are today."""
    old = replace(make.REGION, id="990199", adcode="990199", name="示例县")
    agency = replace(make.AGENCY, adcode="990199", region=old)
    one = make.published(make.report(agency=agency, year=2022))
    corpus = make.corpus(one)
    corpus = replace(
        corpus,
        agencies={make.AGENCY.id: make.AGENCY},
        regions={**corpus.regions, make.REGION.id: make.REGION},
    )
    files = files_of(corpus)
    document = json.loads(files["api/v1/reports/cn-990100-tongjiju-2022.json"])
    assert (document["adcode"], document["region_id"]) == ("990199", "990199")
    of_today = json.loads(files["api/v1/agencies/cn-990100-tongjiju.json"])
    assert (of_today["adcode"], of_today["region_id"]) == ("990100", "990100")
    assert of_today["reports"]["region_id"] == ["990199"]
    assert json.loads(files["api/v1/regions/990199.json"])["reports"]["report_id"]


def test_a_blank_is_null_with_its_status(plain: dict[str, bytes]) -> None:
    """Never 0; a mark and a doubtful figure neither."""
    blank = dict(cells_in(json.loads(plain[DOCUMENT])))[BLANK]
    assert (blank["values"], blank["statuses"]) == (None, "blank")
    odd = dict(cells_in(json.loads(plain["api/v1/reports/cn-990100-tongjiju-2021.json"])))
    dash = odd[CellId("requests", "granted", "total")]
    assert (dash["values"], dash["statuses"], dash["raw"]) == (None, "dash", "—")
    doubtful = odd[RECEIVED]
    assert (doubtful["values"], doubtful["statuses"]) == (None, "ambiguous")


def test_decimals_have_the_printed_digits() -> None:
    """A JSON number where that has all digits, else a text of digits, in JSON and CSV."""
    (one,) = hostile_corpus().reports
    files = report_documents(one)
    values = {cell: kept["values"] for cell, kept in cells_in(json.loads(files[DOCUMENT]))}
    assert values[RECEIVED] == "1152921504606846977"
    assert values[FEES] == "123456789012345678.125"
    plain = Published(make.report(), ())
    assert b"59237.2449" in report_documents(plain)[DOCUMENT]
    assert "\nfees_amount_wan,59237.2449,number," in report_documents(plain)[
        f"reports/{REPORT}.csv"
    ].decode().replace("\r", "")


def test_the_document_of_a_page_stands_beside_it(plain: dict[str, bytes]) -> None:
    """Reports, agencies and regions: the JSON beside the page is that of the API, byte for byte."""
    beside = [name for name in plain if name.endswith(".json") and not name.startswith("api/")]
    assert {name.partition("/")[0] for name in beside} == {"reports", "agencies", "regions"}
    for name in beside:
        assert plain[name] == plain[f"api/v1/{name}"]
        assert name.removesuffix("json") + "csv" in plain


def test_the_csv_of_a_report_is_its_cells(plain: dict[str, bytes]) -> None:
    """Row by row what the package's cells.csv has, under the name of the variable."""
    (one,) = [one for one in plain_corpus().reports if one.entry.report_id == REPORT]
    rows = list(csv.DictReader(io.StringIO(plain[f"reports/{REPORT}.csv"].decode(), newline="")))
    package = report_files(one)["cells.csv"].decode()
    expected = list(csv.DictReader(io.StringIO(package, newline="")))
    assert len(rows) == len(expected) > 100
    for row, cell in zip(rows, expected, strict=True):
        assert row.pop("variable") == f"{cell['row_id']}_{cell['column_id']}"
        assert row == {name: cell[name] for name in row}


def test_findings_are_all_there(plain: dict[str, bytes]) -> None:
    """Failures with their words, those beside other reports too; other outcomes by name."""
    for one in plain_corpus().reports:
        document = json.loads(plain[f"api/v1/reports/{one.entry.report_id}.json"])
        assert [f["message_zh"] for f in document["findings"]] == [
            f.message for f in one.all_failures
        ]
        assert sum(document["finding_counts"].values()) == len(one.all_failures)
        counts = Counter(str(finding.verdict) for finding in one.findings)
        for verdict in ("pass", "pass_blank_as_zero", "fail", "not_evaluable"):
            assert document["check_counts"][f"n_checks_{verdict}"] == counts[verdict]
        for key, verdict in (
            ("blank_as_zero", Verdict.PASS_BLANK_AS_ZERO),
            ("not_evaluable", Verdict.NOT_EVALUABLE),
        ):
            found = [f for f in (*one.findings, *one.across) if f.verdict is verdict]
            assert sum(map(len, document[key].values())) == len(found)
            assert set(document[key]) == {f.check for f in found}
    wrong = json.loads(plain[DOCUMENT])
    assert wrong["blank_as_zero"]
    assert wrong["finding_counts"]["n_findings_error"] > 0
    assert any(finding["other_cells"] for finding in wrong["findings"])


def test_two_findings_of_one_instance_are_told_apart() -> None:
    """As in findings.csv: the second has a number behind it."""
    (one,) = hostile_corpus().reports
    found = json.loads(report_documents(one)[DOCUMENT])["findings"]
    assert len({finding["instance"] for finding in found}) == len(found) == 3


def test_hostile_texts_stay_texts() -> None:
    """They come back letter by letter, as all published files have them, and end no row."""
    (one,) = hostile_corpus().reports
    files = report_documents(one)
    seen = '<script>alert(1)</script>"\n=cmd|\ufffd\ufffd\ufffd,\u2028\ufffd'
    document = json.loads(files[DOCUMENT])
    assert document["title"] == document["source_url"] == document["sections"][0]["text"] == seen
    assert document["findings"][0]["other_cells"] == [f"{seen}:requests/received/total"]
    assert document["form_id"] is None
    rows = list(csv.DictReader(io.StringIO(files[f"reports/{REPORT}.csv"].decode(), newline="")))
    assert len(rows) == len(one.report.values)
    assert rows[0]["raw"] == rows[0]["unit"] == seen


def series_rows(document: Mapping[str, Any]) -> list[tuple[str, int, Any, str, str, str | None]]:
    """A series row by row: agency, year, value, status, unit, form."""
    columns = document["columns"]
    assert len({len(values) for values in columns.values()}) == 1
    return [
        (
            document["agencies"][agency],
            year,
            value,
            document["statuses"][status],
            document["units"][unit],
            document["forms"][form],
        )
        for agency, year, value, status, unit, form in zip(
            *(columns[n] for n in ("agency", "report_year", "value", "status", "unit", "form")),
            strict=True,
        )
    ]


def test_series_are_all_cells_turned_over(plain: dict[str, bytes]) -> None:
    """Each cell of each report stands in one series, with its value and status."""
    corpus = plain_corpus()
    seen = 0
    for form in forms():
        for variable in variables(form.version):
            document = json.loads(plain[f"api/v1/series/{variable.name}.json"])
            rows = series_rows(document)
            having = [one for one in corpus.reports if variable.cell in one.report.values]
            assert [(r[0], r[1]) for r in rows] == [
                (one.entry.agency.id, one.entry.year) for one in having
            ]
            for row, one in zip(rows, having, strict=True):
                value = one.report.values[variable.cell]
                assert row[3] == str(value.status)
                if value.unit != "元":
                    assert (None if row[2] is None else Decimal(str(row[2]))) == value.number
            assert form.version in {d["form"] for d in document["definitions"]}
            seen += len(rows)
    assert seen > sum(len(one.report.values) for one in corpus.reports)


def test_an_amount_in_another_unit_is_not_among_the_others(plain: dict[str, bytes]) -> None:
    """251000元 is no figure in 万元: null with its status and unit, as in the wide tables."""
    document = json.loads(plain["api/v1/series/fees_amount_wan.json"])
    (row,) = [row for row in series_rows(document) if row[1] == 2021]
    assert row[2:] == (None, "number", "元", "form2021")
    others = {row[4] for row in series_rows(document) if row[1] != 2021}
    assert others == {"万元"}
    text = plain["agencies/cn-990100-tongjiju.csv"].decode()
    assert "cn-990100-tongjiju,2021,fees_amount_wan,,元,number,unknown\n" in text
    printed = dict(cells_in(json.loads(plain["api/v1/reports/cn-990100-tongjiju-2021.json"])))
    assert printed[FEES]["values"] == 251000


def test_a_count_that_is_not_whole_is_not_among_the_others() -> None:
    """1.5件 stands in the report as printed; in the series it is null, as in the wide tables."""
    made = with_values(
        make.report(), requests__received__total=Value(Decimal("1.5"), Status.NUMBER, "1.5")
    )
    files = files_of(make.corpus(made))
    (row,) = series_rows(json.loads(files["api/v1/series/received_total.json"]))
    assert row[2:4] == (None, "number")
    printed = dict(cells_in(json.loads(files[DOCUMENT])))
    assert printed[RECEIVED]["values"] == 1.5


def test_a_unit_the_form_leaves_open_is_that_of_the_cell() -> None:
    """The value stays; the unit beside it says what it counts."""
    report = make.report("form2019")
    made = with_values(
        report, disclosure__procurement__amount=Value(7, Status.NUMBER, "7亿元", "亿元")
    )
    files = files_of(make.corpus(made))
    (row,) = series_rows(json.loads(files["api/v1/series/procurement_amount.json"]))
    assert row[2:5] == (7, "number", "亿元")


def test_series_have_the_totals_of_the_wide_tables(plain: dict[str, bytes]) -> None:
    """Variable by variable, over both forms: the same numbers, and as many."""
    wide: dict[str, list[Decimal]] = {}
    for one in plain_corpus().reports:
        for table in wide_tables():
            row = wide_row(one, table)
            found = dict(zip(table.resource.names, row or (), strict=row is not None))
            for variable in table.variables:
                if (value := found.get(variable.name)) is not None:
                    wide.setdefault(variable.name, []).append(Decimal(str(value)))
    assert len(wide) > 100
    for name in json.loads(plain["api/v1/series.json"])["columns"]["variable"]:
        rows = series_rows(json.loads(plain[f"api/v1/series/{name}.json"]))
        values = [Decimal(str(row[2])) for row in rows if row[2] is not None]
        assert (len(values), sum(values)) == (len(wide.get(name, [])), sum(wide.get(name, [])))


def test_columns_of_the_panel_are_those_of_the_panel(plain: dict[str, bytes]) -> None:
    """Value, status and flags of each agency and year; rates with all their digits."""
    rows = [dict(zip(PANEL.names, row, strict=True)) for row in panel_rows(plain_corpus())]
    listed = json.loads(plain["api/v1/panel.json"])["columns"]["variable"]
    assert {f"api/v1/panel/{name}.json" for name in listed} == {
        path for path in plain if path.startswith("api/v1/panel/")
    }
    flagged: Counter[str] = Counter()
    for name in listed:
        document = json.loads(plain[f"api/v1/panel/{name}.json"])
        columns = document["columns"]
        assert len({len(values) for values in columns.values()}) == 1
        assert [document["agencies"][i] for i in columns["agency"]] == [
            row["agency_id"] for row in rows
        ]
        assert columns["report_year"] == [row["report_year"] for row in rows]
        assert [document["statuses"][i] for i in columns["status"]] == [
            row[f"{name}_st"] for row in rows
        ]
        for value, row in zip(columns["value"], rows, strict=True):
            printed = row[name]
            assert (value is None) == (printed is None)
            assert value is None or Decimal(str(value)) == Decimal(str(printed))
        for flag in ("break_form", "break_law", "in_failing_sum", "in_finding"):
            expected = [i for i, row in enumerate(rows) if name in str(row[flag]).split()]
            assert document["flags"][flag] == expected
            flagged[flag] += len(expected)
        assert document["flags"]["break_agency"] == []
        assert document["definition"]["label_zh"]
    assert flagged["in_failing_sum"]
    assert flagged["in_finding"]
    assert flagged["break_form"]
    rate = json.loads(plain["api/v1/panel/rate_granted.json"])
    assert "/" in rate["definition"]["formula"]


def test_a_reorganised_agency_is_flagged_in_the_panel() -> None:
    """The place of the year that does not go on."""
    (one,) = hostile_corpus().reports
    files = files_of(make.corpus(make.published(make.report(year=2022)), one))
    flags = json.loads(files["api/v1/panel/received_total.json"])["flags"]
    assert flags["break_agency"] == [1]


def test_the_list_of_series_is_that_of_the_files(plain: dict[str, bytes]) -> None:
    """Each variable has a file, each file is listed; breaks and definitions come along."""
    columns = json.loads(plain["api/v1/series.json"])["columns"]
    files = {path for path in plain if path.startswith("api/v1/series/")}
    assert {f"api/v1/series/{name}.json" for name in columns["variable"]} == files
    at = columns["variable"].index("received_total")
    assert columns["main"][at]
    assert columns["n_values"][at] == 4
    assert columns["forms"][at] == ["form2021", "form2019"]
    review = json.loads(plain["api/v1/series/review_total.json"])
    assert any(line["year"] == 2024 for line in review["breaks"])


def test_an_agency_has_its_years_and_main_series(plain: dict[str, bytes]) -> None:
    """One value and one status a year; a cell its form lacks is null without a status."""
    document = json.loads(plain["api/v1/agencies/cn-990100-tongjiju.json"])
    assert [named["name"] for named in document["region_path"]] == ["虚构省", "示例市"]
    assert document["reports"]["report_year"] == [2020, 2021, 2022, 2023]
    assert [line["report_year"] for line in document["coverage"]] == [2020, 2021, 2022, 2023]
    main = {one["variable"]: one for one in document["main"]["series"]}
    assert document["main"]["report_year"] == [2020, 2021, 2022, 2023]
    assert main["received_total"]["values"][1:] == [None, 441, 1]
    assert main["received_total"]["statuses"][1:] == ["ambiguous", "number", "number"]
    assert main["normative_docs_made"]["statuses"][3] is None
    assert main["normative_docs_made"]["values"][3] is None
    assert document["links"]["csv"] == "agencies/cn-990100-tongjiju.csv"
    found = sum(len(o.all_failures) for o in plain_corpus().reports if "tongjiju" in o.entry.folder)
    assert sum(document["finding_counts"].values()) == found


def test_an_agency_without_reports_has_a_document_and_no_page(plain: dict[str, bytes]) -> None:
    """Its id leads somewhere; there is no page and no CSV beside it."""
    document = json.loads(plain["api/v1/agencies/cn-990100-idle.json"])
    assert document["links"] == {"self": "api/v1/agencies/cn-990100-idle.json"}
    assert document["main"] == {"report_year": [], "series": []}
    assert {line["status"] for line in document["coverage"]} == {"not_collected"}
    assert "agencies/cn-990100-idle.csv" not in plain
    region = json.loads(plain["api/v1/regions/990200.json"])
    assert region["links"] == {"self": "api/v1/regions/990200.json"}
    assert region["reports"]["report_id"] == []
    assert "regions/990200.csv" not in plain


def test_a_retired_id_still_leads_to_its_agency() -> None:
    """Its document and those of its reports stand there too, and say the id of today."""
    (one,) = [one for one in plain_corpus().reports if one.entry.report_id == REPORT]
    names = (
        AgencyName("示例市统计局", "official", 2019),
        AgencyName("示例市调查局", "former", 2008, 2018, "机构改革方案"),
    )
    agency = replace(make.AGENCY, names=names, former_codes=("990199",), valid_from=2008)
    corpus = replace(
        make.corpus(one),
        agencies={agency.id: agency},
        redirects=(Redirect("cn-990100-old", agency.id, "2019-03-01", "改名"),),
    )
    files = files_of(corpus)
    for path, data in files.items():
        if (shape := endpoint_of(path).shape) is not None:
            assert validator(shape).is_valid(json.loads(data)), path
    own = json.loads(files[f"api/v1/agencies/{agency.id}.json"])
    assert files["api/v1/agencies/cn-990100-old.json"] == files[own["links"]["self"]]
    assert files["api/v1/reports/cn-990100-old-2023.json"] == files[DOCUMENT]
    assert own["agency_id"] == agency.id
    assert own["former_ids"] == ["cn-990100-old"]
    assert [name["valid_to"] for name in own["names"]] == [None, 2018]
    listed = json.loads(files["api/v1/agencies.json"])["columns"]["agency_id"]
    assert listed == [agency.id]


def test_the_csv_of_an_agency_is_long(plain: dict[str, bytes]) -> None:
    """A row a year and variable with its status; of requests the totals alone."""
    text = plain["agencies/cn-990100-tongjiju.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["agency_id"] for row in rows} == {"cn-990100-tongjiju"}
    assert {row["report_year"] for row in rows} == {"2020", "2021", "2022", "2023"}
    assert not [row for row in rows if row["variable"].endswith("_natural_person")]
    (blank,) = [r for r in rows if (r["report_year"], r["variable"]) == ("2021", "granted_total")]
    assert (blank["value"], blank["status"], blank["unit"]) == ("", "dash", "件")


def test_a_region_holds_what_lies_in_it(plain: dict[str, bytes]) -> None:
    """Its reports are its own and those of the regions below; agencies are its own."""
    above = json.loads(plain["api/v1/regions/990000.json"])
    own = json.loads(plain["api/v1/regions/990100.json"])
    assert above["agencies"] == []
    assert [region["name"] for region in above["children"]] == ["示例市", "空白市"]
    assert own["agencies"] == ["cn-990100-idle", "cn-990100-shuiwuju", "cn-990100-tongjiju"]
    assert above["reports"] == own["reports"]
    assert len(own["reports"]["report_id"]) == 5
    assert plain["regions/990000.csv"] == plain["regions/990100.csv"]
    rows = list(csv.DictReader(io.StringIO(plain["regions/990100.csv"].decode())))
    main = set(json.loads(plain["api/v1/series.json"])["columns"]["variable"])
    assert {row["variable"] for row in rows} < main
    assert {row["agency_id"] for row in rows} == {"cn-990100-shuiwuju", "cn-990100-tongjiju"}


def test_lists_name_every_document(plain: dict[str, bytes]) -> None:
    """agencies, regions and reports: each listed id has its file, each file is listed."""
    for kind, key in (
        ("agencies", "agency_id"),
        ("regions", "region_id"),
        ("reports", "report_id"),
    ):
        columns = json.loads(plain[f"api/v1/{kind}.json"])["columns"]
        assert len({len(values) for values in columns.values()}) == 1
        files = {path for path in plain if path.startswith(f"api/v1/{kind}/")}
        assert {f"api/v1/{kind}/{name}.json" for name in columns[key]} == files
    index = json.loads(plain["api/v1/index.json"])
    assert index["totals"]["reports"] == 5
    assert [e["path"] for e in index["endpoints"]] == [e.path for e in ENDPOINTS]
    assert len(index["promise"]) > 3


def test_addresses_in_files_exist(plain: dict[str, bytes]) -> None:
    """Each link to a file of ours leads to one; other formats are those that are written."""
    (one,) = [one for one in plain_corpus().reports if one.entry.report_id == REPORT]
    others = {f"reports/{REPORT}/files/{name}" for name in per_report_downloads(one)}
    links = json.loads(plain[DOCUMENT])["links"]
    assert {path for path in links.values() if "/files/" in path} == others
    for path, data in plain.items():
        if path.endswith(".json") and path != "api/v1/openapi.json":
            for name, target in json.loads(data).get("links", {}).items():
                if target.startswith("api/v1/") or name == "csv":
                    assert target in plain, (path, name)


def test_files_are_the_same_at_every_run() -> None:
    """Same corpus, same paths in the same order, same bytes."""
    made = plain_corpus.__wrapped__()
    assert list(files_of(made).items()) == list(files_of(plain_corpus()).items())


def test_a_report_stays_small(plain: dict[str, bytes]) -> None:
    """A site of 10,000 reports has room for 25 KB of JSON a report."""
    sizes = [len(data) for path, data in plain.items() if path.startswith("api/v1/reports/")]
    assert max(sizes) < 25_000


# --- The examples ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(plain: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has these files."""
    folder = tmp_path_factory.mktemp("served")
    for path, data in plain.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    with make_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def run_example(number: int, site: str, folder: Path) -> str:
    """What the example prints; skipped where this machine lacks its program."""
    _, language, text = examples(plain_corpus(), site)[number]
    programs = {
        "sh": ["sh", "-c"],
        "python": [sys.executable, "-c"],
        "js": ["node", "--input-type=module", "-e"],
    }
    needed = {"sh": "curl", "js": "node"}.get(language, sys.executable)
    if shutil.which(needed) is None:
        pytest.skip(f"no {needed}")
    done = subprocess.run(
        [*programs[language], text], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, ""),
        (1, r"2022 +1 +441\b"),
        (2, r"received .*\b441$"),
        (3, r"fees_amount_wan .*59237\.2449"),
        (4, r"^\d+ number$"),
    ],
)
def test_examples_run(number: int, said: str, served: str, tmp_path: Path) -> None:
    """Each example of the page runs as it stands and prints what it says."""
    printed = run_example(number, served, tmp_path)
    assert re.search(said, printed, re.MULTILINE), printed
    if number == 0:
        assert json.loads((tmp_path / "report.json").read_text("utf-8"))["report_id"]


def test_examples_are_all_run() -> None:
    """The page has no example that is not in the list above, and stands without any report."""
    assert len(examples(plain_corpus(), "x/")) == 5
    empty = examples(CORPORA["empty"](), "x/")
    assert "cn-000000-example-2023" in empty[0][2]
