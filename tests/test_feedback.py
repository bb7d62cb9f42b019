"""What an agency is told about a file: the four formats of `gongkai check`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import make
import pytest
from lxml import html

from gongkai.checks import check
from gongkai.feedback import CAVEAT, FORMATS, SHOWN, Outcome, groups, place_words, text_lines
from gongkai.model import CellId, Locus, Problem, Published

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '<script>alert("x")</script>\n::error::%0A](http://x)'
PROBLEM = Problem("damaged", "x.pdf", "文件损坏", "请重新下载")


def published(*, agency: str = "", **totals: int | None) -> Published:
    """A report with these totals of table three, checked; `agency` is the name in its title."""
    numbers = {CellId("requests", row, "total"): number for row, number in totals.items()}
    made = make.report(numbers=numbers)
    if agency:
        made = replace(made, title=replace(made.title, agency=agency))
    return Published(made, check(made))


def told(form: str, *outcomes: Outcome) -> str:
    """What a format says of these files."""
    return "".join(FORMATS[form](outcomes))


WRONG = published(granted=999_999)
SOUND = published()


def test_a_finding_is_told_with_place_arithmetic_and_remedy() -> None:
    """In Chinese, the checks in order of severity, each with its remedy once."""
    text = told("text", Outcome("a.pdf", WRONG))
    assert text.startswith("a.pdf（")
    assert "【错误】各类申请人相加等于总计（T3-ROW）" in text
    assert "算式：999999 ≠ " in text
    assert text.count("办法：核对这一行的各栏") == 1
    assert [g.severity for g in groups(WRONG)] == sorted(
        (g.severity for g in groups(WRONG)), key=["error", "warn", "info"].index
    )


def test_a_clean_file_is_told_what_that_means() -> None:
    """Passing proves consistency, not truth."""
    text = told("text", Outcome("a.pdf", SOUND))
    assert "没有发现问题" in text
    assert CAVEAT in text


def test_many_findings_of_a_check_are_counted_and_some_are_shown() -> None:
    """The rest is said to be there; JSON has them all."""
    rows = [cell.row for cell in WRONG.report.values if cell.table == "requests"]
    numbers = {CellId("requests", row, "total"): -1 for row in rows}
    made = make.report(numbers=numbers)
    many = Published(made, check(made))
    group = next(g for g in groups(many) if g.rule.id == "T3-ROW")
    assert len(group.told) > SHOWN
    assert f"另有 {len(group.told) - SHOWN} 处" in "\n".join(text_lines("a", many))
    assert f"另有 {len(group.told) - SHOWN} 处" in told("html", Outcome("a", many))
    listed = json.loads(told("json", Outcome("a", many)))["checks"]
    assert len(next(c for c in listed if c["check"] == "T3-ROW")["findings"]) == len(group.told)


def test_what_could_not_be_checked_is_counted() -> None:
    """A side that is wholly blank is no finding, but it is said."""
    blank = {
        CellId("requests", row, column): None
        for row in ("received", "pending_start")
        for column in ("natural_person",)
    }
    made = make.report(numbers=blank)
    unsure = Published(made, check(made))
    assert "项无法核对" in told("text", Outcome("a", unsure))
    assert "项无法核对" in told("html", Outcome("a", unsure))
    assert json.loads(told("json", Outcome("a", unsure)))["not_evaluable"] >= 1


@pytest.mark.parametrize(
    ("locus", "cells", "words"),
    [
        (None, (), ""),
        (Locus("a", page=3), (), "第3页"),
        (Locus("a", page=3, block=2, row=12, col=8), (), "第3页 第2张表 第12行第8列"),
        (
            Locus("a", page=3, block=2, row=12, col=8),
            (CellId("requests", "granted", "total"),),
            "第3页 表三 第12行第8列",
        ),
        (Locus("a", line=7), (CellId("disputes", "review", "total"),), "第7行"),
    ],
)
def test_a_place_names_the_table_of_the_form(
    locus: Locus | None, cells: tuple[CellId, ...], words: str
) -> None:
    """Where cells say which it is; else the table is counted as the file has it."""
    finding = replace(WRONG.failures[0], locus=locus, cells=cells)
    assert place_words(finding) == words


def test_json_is_an_object_a_line_and_errors_have_no_numbers() -> None:
    """One line a file, in the order given."""
    lines = told("json", Outcome("a", WRONG), Outcome("x.pdf", PROBLEM)).splitlines()
    first, second = map(json.loads, lines)
    assert first["file"] == "a"
    assert first["findings"] == len(WRONG.failures)
    assert {"check", "basis", "remedy", "severity"} <= set(first["checks"][0])
    assert second == {
        "file": "x.pdf",
        "error": {"code": "damaged", "message": "文件损坏", "remedy": "请重新下载"},
    }


def test_github_gets_a_command_a_finding_that_no_report_can_end() -> None:
    """Line breaks, `%`, and in properties `:` and `,` are escaped."""
    bad = replace(WRONG, findings=(replace(WRONG.failures[0], message=HOSTILE),))
    (line,) = told("github", Outcome("a:b,c.pdf", bad)).splitlines()
    assert line.startswith("::error file=a%3Ab%2Cc.pdf,line=")
    assert "%0A::error::%250A" in line
    (line,) = told("github", Outcome("x.pdf", PROBLEM)).splitlines()
    assert line.startswith("::error file=x.pdf::")


def test_html_is_one_file_in_which_nothing_runs() -> None:
    """No script, no address of another host, a policy that forbids both."""
    bad = replace(WRONG, findings=(replace(WRONG.failures[0], message=HOSTILE),))
    page = told("html", Outcome(HOSTILE, bad), Outcome("x.pdf", PROBLEM), Outcome("y", SOUND))
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script | //img | //link | //@src | //@href")
    assert "default-src 'none'" in str(tree.xpath("string(//meta[@http-equiv]/@content)"))
    text = str(tree.xpath("string(//body)"))
    assert '<script>alert("x")</script>' in text
    assert "读不出来：文件损坏" in text
    assert "没有发现问题" in text


def test_a_page_that_is_mailed_names_no_folder_of_the_machine(tmp_path: Path) -> None:
    """A relative path is kept, of an absolute one the file's name."""
    page = told("html", Outcome(str(tmp_path / "年报.pdf"), SOUND), Outcome("2023/年报.pdf", SOUND))
    assert str(tmp_path) not in page
    assert "<h2>年报.pdf</h2>" in page
    assert "<h2>2023/年报.pdf</h2>" in page


def test_a_name_in_a_report_cannot_start_a_line_of_its_own() -> None:
    """Line breaks in an agency's name are folded."""
    named = published(granted=999_999, agency=HOSTILE)
    first, *_ = told("text", Outcome("a", named)).splitlines()
    assert "::error::" in first


@pytest.mark.parametrize("form", FORMATS)
def test_no_files_is_no_error(form: str) -> None:
    """An empty answer, or an empty page."""
    assert isinstance(told(form), str)
