"""The issue list of the whole corpus: grouped, counted, with denominators."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import make
import pytest

from gongkai.checks import check, compared
from gongkai.model import CellId, Corpus, Elsewhere, Published, Severity
from gongkai.package.issues import issues


def published(year: int, **totals: int) -> Published:
    """A report of that year with these totals of table three, checked."""
    numbers = {CellId("requests", row, "total"): number for row, number in totals.items()}
    made = make.report(year=year, numbers=numbers)
    return Published(made, check(made))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Two years of one agency; the later one has wrong totals."""
    return compared(make.corpus(published(2022), published(2023, granted=999_999, received=7)))


def rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_findings_of_one_check_are_one_issue_with_a_count_and_an_example(corpus: Corpus) -> None:
    """Two wrong rows: one issue, two findings, the first as the example."""
    found = {(i.published.entry.year, i.rule.id): i for i in issues(corpus)}
    issue = found[2023, "T3-ROW"]
    assert len(issue.findings) == 2
    listed = {
        (r["report_year"], r["check_id"]): r for r in rows(make.downloads(corpus)["issues.csv"])
    }
    row = listed["2023", "T3-ROW"]
    assert (row["findings"], row["severity"]) == ("2", "error")
    assert row["message_zh"] == issue.findings[0].message
    assert row["expression"] == issue.findings[0].expression


def test_the_worst_stands_first(corpus: Corpus) -> None:
    """Errors, then warnings, then notes; the severity is that of the worst finding."""
    order = [i.severity for i in issues(corpus)]
    assert order == sorted(order, key=list(Severity).index)
    one = corpus.reports[1]
    worse = replace(one.failures[0], severity=Severity.ERROR)
    mild = replace(worse, severity=Severity.INFO)
    (issue,) = issues(make.corpus(replace(one, findings=(mild, worse), across=())))
    assert issue.severity is Severity.ERROR


def test_findings_that_need_other_reports_are_in_the_list_and_name_them(corpus: Corpus) -> None:
    """The other report's id and cells stand in columns of their own."""
    first, second = corpus.reports
    place = Elsewhere(first.entry.report_id, (CellId("requests", "pending_end", "total"),))
    finding = replace(
        second.failures[0], check="X-CARRY", instance="X-CARRY-total", elsewhere=(place,)
    )
    made = make.corpus(first, replace(second, across=(finding,)))
    files = make.downloads(made)
    (issue,) = (r for r in rows(files["issues.csv"]) if r["check_id"] == "X-CARRY")
    assert issue["other_reports"] == first.entry.report_id
    (row,) = (r for r in rows(files["findings.csv"]) if r["check_id"] == "X-CARRY")
    assert row["other_cells"] == f"{first.entry.report_id}:requests/pending_end/total"


def test_every_count_has_its_denominator(corpus: Corpus) -> None:
    """By check, agency, region and year; groups without findings are there with zeros."""
    counts = {
        (r["dimension"], r["id"]): r for r in rows(make.downloads(corpus)["issue_counts.csv"])
    }
    assert counts["year", "2022"]["findings_error"] == "0"
    wrong = sum(f.severity is Severity.ERROR for f in corpus.reports[1].all_failures)
    assert wrong > 0
    for key in (("year", "2023"), ("agency", make.AGENCY.id), ("region", make.AGENCY.region.id)):
        assert counts[key]["findings_error"] == str(wrong)
    assert counts["agency", make.AGENCY.id]["reports"] == "2"
    assert counts["year", "2023"]["reports"] == "1"
    assert counts["check", "T3-ROW"]["reports_with_findings"] == "1"
    assert counts["check", "T3-BAL"]["reports"] == "2"


def test_the_json_says_the_same(corpus: Corpus) -> None:
    """By columns for the page, with the address of each report's findings, and the counts."""
    files = make.downloads(corpus)
    made = json.loads(files["issues.json"])
    listed = rows(files["issues.csv"])
    assert made["columns"]["check_id"] == [r["check_id"] for r in listed]
    assert made["columns"]["url"][0] == f"reports/{listed[0]['report_id']}/#findings"
    assert len(made["counts"]) == len(rows(files["issue_counts.csv"]))
