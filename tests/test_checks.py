"""Each check, on its good and bad cases: one file a check in `tests/checks/`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import make
import pytest

from gongkai.checks import (
    CHECKS,
    CORPUS_CHECKS,
    check,
    check_corpus,
    compared,
    rule,
    sums,
)
from gongkai.checks.cells import cells_of, quoted
from gongkai.checks.rule import CorpusCheck
from gongkai.forms import forms
from gongkai.model import (
    CellId,
    Corpus,
    Document,
    Finding,
    Locus,
    Paragraph,
    Remark,
    RemarkKind,
    Report,
    Section,
    Severity,
    Source,
    Status,
    Title,
    Value,
    Verdict,
)
from gongkai.parse import parse
from gongkai.read.text import read_text
from gongkai.tidy import tidy

CASES = Path(__file__).parent / "checks"
SHARED = Path(__file__).parents[2] / "shared"
MARKS = {
    "": Status.BLANK,
    "-": Status.DASH,
    "/": Status.SLASH,
    "无": Status.NONE_WORD,
    "不适用": Status.NA_WORD,
    "?": Status.AMBIGUOUS,
    "!": Status.MISSING,
}
#: What a case may say of the folder of its report.
_ENTRY = ("reorganised", "transcription", "published_on", "scope")
RULES: dict[str, rule.Rule] = {**CHECKS, **CORPUS_CHECKS}
NUMBER = re.compile(r"([\d.]+)((?:万?元|件)?)")


def cases(kind: str) -> list[Any]:
    """All cases of a kind ("good" or "bad") as (check, case)."""
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['name']}")
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))[kind]
    ]


def cell(text: str) -> CellId:
    """The cell `table/row/column`."""
    return CellId(*text.split("/"))


def value(raw: float | str, old: Value) -> Value:
    """What stands in a cell of a case: a number, a mark, `?` ambiguous, `!` missing, or words."""
    text = str(raw)
    if text in MARKS:
        return Value(None, MARKS[text], text, locus=old.locus)
    found = NUMBER.fullmatch(text)
    if found is None and not isinstance(raw, int | float):
        return Value(None, Status.TEXT, text, locus=old.locus)
    printed, unit = (text, "") if found is None else found.groups()
    number = int(printed) if isinstance(raw, int) else Decimal(printed)
    return Value(number, Status.ZERO if number == 0 else Status.NUMBER, text, unit, old.locus)


def filled(report: Report, case: dict[str, Any]) -> dict[CellId, Value]:
    """The values of the sound report with the case's changes."""
    values = dict(report.values)
    for key, raw in (("zero", 0), ("blank", ""), ("dash", "-"), ("missing", "!")):
        for prefix in case.get(key, []):
            values |= {c: value(raw, v) for c, v in values.items() if str(c).startswith(prefix)}
    gone = case.get("without_tables", [])
    values = {c: v for c, v in values.items() if c.table not in gone}
    return values | {
        cell(name): value(raw, report.values[cell(name)])
        for name, raw in case.get("cells", {}).items()
    }


def sections(report: Report, case: dict[str, Any]) -> tuple[Section, ...]:
    """The sections a case lists as "numeral id"."""
    known = {s.id: s for s in report.sections}
    listed = case.get("sections", [f"{s.number} {s.id}" for s in report.sections])
    pairs = [text.split(" ") for text in listed]
    return tuple(replace(known[name], number=numeral) for numeral, name in pairs)


def title(report: Report, case: dict[str, Any]) -> Title:
    """The title of a case; an empty agency or year 0 is none."""
    return Title(
        case.get("title", report.title.text),
        case.get("title_agency", report.title.agency) or None,
        case.get("title_year", report.title.year) or None,
        Locus(make.FILE, line=1),
    )


def remark(data: dict[str, Any], line: int) -> Remark:
    """A remark of a case."""
    cells = tuple(map(cell, data.get("cells", [])))
    place = Locus(make.FILE, line=line)
    return Remark(RemarkKind(data["kind"]), data["table"], place, data["raw"], cells)


def refiled(report: Report, versions: dict[str, str]) -> Report:
    """The report with tables or items that follow other forms."""
    late = replace(report, tables=report.tables | versions)
    values = make.report("form2019").values | make.report("form2021").values
    cells = [c for t in ("disclosure", "requests", "disputes") for c in cells_of(late, t)]
    return replace(late, values={c: values[c] for c in cells})


def report_of(case: dict[str, Any]) -> Report:
    """A sound report with the changes of a case."""
    slug = case.get("agency", make.AGENCY.slug)
    agency = replace(
        make.AGENCY,
        id=f"cn-{make.AGENCY.adcode}-{slug}",
        slug=slug,
        name=case.get("agency_name", make.AGENCY.name),
        parent=case.get("parent"),
        level=case.get("level", make.AGENCY.level),
        classification=case.get("classification", make.AGENCY.classification),
        region=replace(make.REGION, id=case.get("region", make.REGION.id)),
    )
    sound = make.report(
        case.get("form", "form2021"),
        year=case.get("year"),
        agency=agency,
        texts=make.TEXTS | case.get("texts", {}),
    )
    if "versions" in case:
        sound = refiled(sound, case["versions"])
    gone = case.get("without_tables", [])
    named = {form.version: form for form in forms()}.get(case.get("form_named", ""), sound.form)
    lines = case.get("preamble", "").splitlines()
    entry = replace(
        make.published(sound).entry,
        **{key: case[key] for key in _ENTRY if key in case},
    )
    return replace(
        sound,
        entry=None if case.get("bare") else entry,
        form=None if case.get("without_form") else named,
        title=title(sound, case),
        sections=sections(sound, case),
        values=filled(sound, case),
        tables={
            name: version
            for name, version in sound.tables.items()
            if name.partition("/")[0] not in gone
        },
        remarks=tuple(remark(data, at) for at, data in enumerate(case.get("remarks", []))),
        preamble=tuple(Paragraph(text, Locus(make.FILE, line=2)) for text in lines),
    )


def findings(name: str, report: Report) -> list[Finding]:
    """What one check says of a report."""
    return [found for found in check(report) if found.check == name]


def corpus_of(case: dict[str, Any]) -> Corpus:
    """The corpus of a case that lists several `reports`, each with its changes."""
    return make.corpus(*(make.published(report_of(one)) for one in case["reports"]))


def findings_of(name: str, case: dict[str, Any]) -> list[Finding]:
    """What one check says of a case: of its report, or of all its reports in their order."""
    if name in CHECKS:
        return findings(name, report_of(case))
    found = check_corpus(corpus_of(case))
    return [finding for each in found.values() for finding in each if finding.check == name]


@pytest.mark.parametrize(("name", "case"), cases("good"))
def test_a_check_is_silent_on_its_good_cases(name: str, case: dict[str, Any]) -> None:
    """What is right, or cannot be judged, is no failure; the verdicts are as stated."""
    found = findings_of(name, case)
    assert [f.instance for f in found if f.fails] == []
    verdicts = {f.instance: f.verdict.value for f in found}
    assert verdicts.items() >= case.get("verdicts", {}).items()


@pytest.mark.parametrize(("name", "case"), cases("bad"))
def test_a_check_fires_on_its_bad_cases(name: str, case: dict[str, Any]) -> None:
    """Exactly the stated findings, with their words, arithmetic and severity."""
    found = [f for f in findings_of(name, case) if f.fails]
    assert [f.instance for f in found] == case["fires"]
    first = found[0]
    assert first.message == case.get("says", first.message)
    assert first.message_en == case.get("says_en", first.message_en)
    assert first.expression == case.get("expression", first.expression)
    assert first.blocks is case.get("blocks", False)
    assert {f.severity.value for f in found} == {case.get("severity", RULES[name].severity.value)}


def test_every_check_has_cases_and_words() -> None:
    """A check has a file of cases and all its words, and there are no others."""
    assert [path.stem for path in sorted(CASES.glob("*.toml"))] == sorted(RULES)
    assert rule.texts() == tuple(RULES)
    for name, one in RULES.items():
        assert one.id == name
        assert isinstance(one.severity, Severity)
        words = (one.title, one.title_en, one.rule, one.why, one.basis, one.good, one.bad)
        assert all(words), name
        assert one.good != one.bad


@pytest.mark.parametrize(("name", "case"), cases("bad"))
def test_findings_are_told_apart_and_point_at_known_cells(name: str, case: dict[str, Any]) -> None:
    """No two findings of a report share an instance; cells are the report's; words are there."""
    if name in CHECKS:
        report = report_of(case)
        told = [(report, check(report))]
        known = {}
    else:
        corpus = compared(corpus_of(case))
        told = [(one.report, one.across) for one in corpus.reports]
        known = {one.entry.report_id: one.report for one in corpus.reports}
    for report, found in told:
        assert len({f.instance for f in found}) == len(found)
        for one in found:
            assert one.instance.startswith(one.check)
            assert set(one.cells) | set(one.blanks) <= set(report.values), name
            assert one.message
            assert one.message_en
            assert "\n" not in one.message
            for other in one.elsewhere:
                assert set(other.cells) | set(other.blanks) <= set(known[other.report_id].values)


def test_checks_run_in_the_order_of_the_registry() -> None:
    """The findings of a report come check by check, and again the same."""
    report = report_of({"cells": {"requests/received/total": "", "disputes/review/upheld": -1}})
    order = list(CHECKS)
    names = [f.check for f in check(report)]
    assert names == sorted(names, key=order.index)
    assert check(report) == check(report)


def test_a_table_is_judged_by_its_own_form() -> None:
    """A 2019 table three in a report of form 2021 is held against the sums of 2019."""
    mixed = refiled(make.report(), {"requests": "form2019"})
    old = make.report("form2019").values
    mixed = replace(mixed, values={c: old.get(c, v) for c, v in mixed.values.items()})
    found = findings("T3-SUM", mixed)
    assert {f.verdict for f in found} == {Verdict.PASS}
    assert len(findings("T3-ROW", mixed)) == 23
    assert CellId("requests", "closed_total_reported", "total") in found[-1].cells


def test_a_sum_says_which_cells_and_blanks_took_part() -> None:
    """A failing sum carries both sides, all cells, the blanks among them and the first place."""
    report = report_of(
        {"cells": {"requests/pending_start/total": "", "requests/received/total": 1}}
    )
    (bal,) = [f for f in findings("T3-BAL", report) if f.fails]
    at = CellId("requests", "received", "total")
    assert (bal.left, bal.right) == (1, 462)
    assert bal.expression == "1 + 未填报 ≠ 441 + 21"
    assert bal.locus == report.values[at].locus
    assert [c.row for c in bal.cells] == [
        "received",
        "pending_start",
        "processed_total",
        "pending_end",
    ]
    assert bal.blanks == (CellId("requests", "pending_start", "total"),)


def test_a_sum_that_cannot_be_judged_says_why() -> None:
    """An uncertain cell and a blank side are told apart; the unknown side has no number."""
    unsure = report_of(
        {"cells": {"disputes/review/upheld": "?", "disputes/review/total": "见附件"}}
    )
    found = {f.instance: f for f in findings("T4-SUM", unsure)}["T4-SUM-review"]
    assert found.message.endswith("有的格存疑、缺失或不是数字，无法核对。")
    assert found.expression.startswith("“见附件” 与 存疑 + 2")
    assert (found.left, found.right) == (None, None)
    blank = report_of({"cells": {"disputes/review/total": ""}})
    found = {f.instance: f for f in findings("T4-SUM", blank)}["T4-SUM-review"]
    assert found.message.endswith("一边全是空白，无法核对。")
    assert (found.left, found.right) == (None, 10)


def test_money_and_marks_are_printed_as_they_stand() -> None:
    """A decimal keeps its digits in the message, a mark is quoted, long text is cut."""
    made = report_of({"cells": {"requests/granted/natural_person": 0.5}})
    (found,) = [f for f in findings("T3-ROW", made) if f.fails]
    assert "自然人 0.5 + " in found.message
    assert quoted("a\n  b “c”") == "“a b ‘c’”"
    assert quoted("长" * 99) == "“" + "长" * 60 + "…”"


def test_a_place_without_locus_is_left_out() -> None:
    """Cells without a place give a finding without one."""
    made = report_of({"cells": {"disputes/review/upheld": -1}})
    bare = {c: replace(v, locus=None) for c, v in made.values.items()}
    (found,) = findings("T4-NEG", replace(made, values=bare))
    assert found.locus is None


@pytest.mark.parametrize(
    "text",
    [
        "公开信息33条，其中机构领导1条、财政信息2条等。",  # the list says that it is a part
        "公开信息138条，其中政策文件20条、规范性文件2条。",  # far below: only some are named
        "公开信息33条，其中网站30条、微信公众号20条。",  # one piece stands in two places
        "公开信息33条，其中要闻33条、通知5条。",  # the total again: two breakdowns
        "收到申请9件，其中自然人8件、法人2件。",  # table three is checked by itself
        "公开信息33条，其中通知20条、公告12条，其余为要闻。",
        "公开信息33条，其中通知20条、公告12条，占比97%。",
        "公开信息33条，其中通知20条，其中要闻8条、快讯13条。",
        "公开信息33条，其中通知20条、公告12条，要闻2条。",  # separators of two kinds
        "公开信息33条，其中通知20条，公告12条；要闻2条。",
        "公开信息33条，其中通知20条、公告12件。",  # two units
        "公开信息33条，其中通知34条。",  # one item is no list
        "公开信息33条，其中大部分是通知。",
        "公开信息约33条，其中通知20条、公告14条。",
        "公开信息33余条，其中通知20条、公告14条。",
        "公开信息3.5万条，其中通知20条、公告14条。",
        "培训33件次，其中甲20件、乙14件。",
        "公开信息33条。其中通知20条、公告14条。",
        "公开信息33条（其中通知20条、公告13条），另有要闻8条。",
        "公开信息33条，其中通知20条和公告13条。",
        "公开信息33条，其中通知（含转载5条）20条、公告13条。",
        "第33条，包括下列各项：通知20条、公告14条。",
    ],
)
def test_a_doubtful_enumeration_is_left_alone(text: str) -> None:
    """Precision before recall: a list that can be meant otherwise is not judged."""
    assert findings("N-ITEMS", report_of({"texts": {"overview": text}})) == []


@pytest.mark.parametrize(
    ("text", "total", "numbers"),
    [
        ("公开信息33条，其中通知20条、公告12条以及要闻2条。", 33, (20, 12, 2)),
        ("公开信息33条，其中通知20条，公告12条，和要闻2条，均已归档。", 33, (20, 12, 2)),
        ("公开信息33条，包括：通知20条；公告12条；要闻2条。", 33, (20, 12, 2)),
        ("公开信息33条，其中通知20条，公告14条；二是开展培训3期。", 33, (20, 14)),
        ("公开信息33条（其中：通知20条，公告14条），转载8条。", 33, (20, 14)),
        ("公开信息33条（其中：通知20条，公告14条", 33, (20, 14)),
        ("公开政府信息33条信息，其中通知共20条、公告为14条等。", 33, (20, 14)),
        ("公开信息1,033条，其中通知1,020条、公告14条。", 1033, (1020, 14)),
        ("公开信息3 3 条，其中⼯作⽂件２０条、公告14条！", 33, (20, 14)),
    ],
)
def test_an_enumeration_is_read(text: str, total: int, numbers: tuple[int, ...]) -> None:
    """Lists of the usual spellings are read with their total and found wrong."""
    (found,) = findings("N-ITEMS", report_of({"texts": {"overview": text}}))
    assert (found.left, found.right) == (total, sum(numbers))
    assert found.expression.startswith(" + ".join(map(str, numbers)))


def test_an_enumeration_is_placed_where_its_sentence_begins() -> None:
    """A list cut over lines is one list, and its place is that of the line it begins in."""
    made = make.report()
    lines = ["一句话。公开信息33条，其中：通知20条，", "公告12条，", "要闻2条。公开3条。"]
    cut = tuple(Paragraph(text, Locus("f", line=at)) for at, text in enumerate(lines, start=7))
    (found,) = findings("N-ITEMS", replace(made, preamble=cut))
    assert found.instance == "N-ITEMS-preamble-1"
    assert found.locus == Locus("f", line=7)


def test_corpus_checks_are_gathered_by_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report has its key; what a check yields goes to the report it names."""
    one = make.published(make.report())
    corpus = make.corpus(one)
    name = one.entry.report_id
    assert check_corpus(corpus) == {name: ()}
    assert compared(corpus) == corpus
    finding = rule.fail("S-15", "", "话。", "Words.")

    def function(given: Corpus) -> Any:
        yield from ((p.entry.report_id, finding) for p in given.reports)

    words = {f: getattr(CHECKS["S-15"], f) for f in CHECKS["S-15"].__dataclass_fields__}
    monkeypatch.setitem(CORPUS_CHECKS, "X", CorpusCheck(**(words | {"function": function})))
    assert check_corpus(corpus) == {name: (finding,)}
    (told,) = compared(corpus).reports
    assert told.failures == ()
    assert told.failures_across == told.all_failures == (finding,)


def test_identities_are_those_of_the_forms() -> None:
    """Every identity of every form is judged once; no check knows a sum of its own."""
    for version in ("form2019", "form2021"):
        report = make.report(version)
        judged = [f.instance for f in check(report) if f.verdict is Verdict.PASS]
        assert sorted(judged) == sorted(i.id for i in make.form(version).identities)
    (first, *_) = make.form().identities
    assert sums.judge(make.report(), first).instance == first.id


def read(path: Path) -> Report:
    """A text report, read and understood."""
    data = path.read_bytes()
    source = Source(path.name, "text/plain", "", len(data))
    return parse(tidy(Document(source, read_text(data, path.name))))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reports that are not part of the project")
def test_the_list_of_a_real_report_is_found_wrong() -> None:
    """A report that claims 33 items and lists 34 is found out; the other real ones are not."""
    found = {
        path.name[:3]: [f.expression for f in findings("N-ITEMS", read(path))]
        for path in sorted((SHARED / "reports").glob("*.txt"))
    }
    assert found.pop("002") == ["1 + 1 + 2 + 1 + 5 + 9 + 14 + 1 = 34 ≠ 33"]
    assert set(map(len, found.values())) == {0}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reports that are not part of the project")
def test_lists_of_invented_reports_that_add_up_are_left_alone() -> None:
    """Only the one list that was made wrong is found (46 + 30 is not 86)."""
    paths = sorted((SHARED / "samples" / "reports").glob("*.txt"))
    found = {p.stem: [f.expression for f in findings("N-ITEMS", read(p))] for p in paths}
    assert {name: e for name, e in found.items() if e} == {"r20241-0018": ["46 + 30 = 76 ≠ 86"]}
