"""Data of private persons is in nothing that is published; figures, offices and posts stay."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import make
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make import published

from gongkai.checks import check
from gongkai.model import (
    Cell,
    CellId,
    Document,
    Finding,
    Grid,
    Heading,
    Hint,
    Locus,
    Paragraph,
    Published,
    Remark,
    RemarkKind,
    Severity,
    Source,
    Status,
    Verdict,
)
from gongkai.package import report_files
from gongkai.package.api import report_documents
from gongkai.package.rows import section_rows
from gongkai.package.schema import SECTIONS
from gongkai.package.writers import per_report_downloads
from gongkai.privacy import (
    Kind,
    covered_blocks,
    covered_lines,
    kinds,
    mask,
    masked,
    masked_text,
    masks_of,
    may_show_page,
    private_places,
    private_spots,
)

ROOT = Path(__file__).parents[1]
CASES = [
    (path.stem, case["text"], case.get("masked", case["text"]))
    for path in sorted((ROOT / "tests" / "privacy").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
]
MOBILE = "13800138000"
PLACE = Locus("f", line=3)
TEXTS = {
    **make.TEXTS,
    "overview": f"2023年，申请人张三（手机{MOBILE}）向本机关提出申请，张三表示满意。",
}


@pytest.mark.parametrize(("kind", "text", "wanted"), CASES)
def test_the_rule(kind: str, text: str, wanted: str) -> None:
    """Each case is published as it says; what is masked is not masked again."""
    assert masked_text(text) == wanted, kind
    assert masked_text(wanted) == wanted


def test_every_kind_has_cases_that_mask_and_cases_that_stay() -> None:
    """No kind of the rule is without a case."""
    for kind in kinds().values():
        assert sum(kind.mark in wanted for _, _, wanted in CASES) > 2, kind.id
    for stem in {stem for stem, *_ in CASES}:
        assert sum(text == wanted for name, text, wanted in CASES if name == stem) > 3, stem


UNITS = ["件", "条", "次", "个", "人", "份", "项", "篇", "部", "万元", "元", "%"]
COUNTS = st.integers(0, 10**19).map(str) | st.decimals(0, 10**12, places=2).map(str)
FIGURES = st.one_of(
    st.tuples(COUNTS, st.sampled_from(UNITS)).map("".join),
    st.tuples(st.integers(0, 10**15).map("{:,}".format), st.sampled_from(UNITS)).map("".join),
    st.integers(1990, 2030).map("{}年".format),
    st.tuples(st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 28)).map(
        lambda day: "{}年{}月{}日".format(*day)
    ),
    st.tuples(st.integers(1990, 2030), st.integers(1, 99999)).map(
        lambda number: "国办公开办函〔{}〕{}号".format(*number)
    ),
    st.from_regex(r"统一社会信用代码：[1-9][0-9]{16}[0-9A-Z]", fullmatch=True),
    st.from_regex(r"受理编号：1[3-9][0-9]{9}", fullmatch=True),
    st.integers(0, 99_999_999).map(str),
)
WORDS = st.sampled_from(
    [
        "本年新收",
        "办理总计",
        "申请人",
        "群众",
        "收到",
        "联系电话",
        "向",
        "诉",
        "，",
        "。",
        "、",
        "：",
        "（",
        "）",
        "占比",
        "其中",
        "制发文件",
        "公开",
        "点击量",
        "家庭",
        "账号",
    ]
)


@given(st.lists(st.tuples(WORDS, FIGURES), min_size=1, max_size=8))
def test_no_figure_of_a_claim_is_masked(parts: list[tuple[str, str]]) -> None:
    """Counts, amounts, years, dates and numbers of documents stay whatever words are around."""
    text = "，".join(word + figure for word, figure in parts)
    kept = {kind.mark for kind in kinds().values() if kind.id != "landline"}
    new = masked_text(text)
    assert not any(mark in new for mark in kept)
    assert new == text or "家庭" in text


@given(st.text("申请人张三诉，。：138 0-@.cnX\n\u200b０１３８手机群众局向", max_size=120))
def test_masking_is_settled_at_once(text: str) -> None:
    """Whatever the text: spots are in order and apart, lines stay lines, covered text its length."""
    spots = private_spots(text)
    assert all(a.end <= b.start for a, b in pairwise(spots))
    assert all(0 <= s.start < s.end <= len(text) for s in spots)
    assert masked_text(text).count("\n") == text.count("\n")
    lines = text.split("\n")
    assert [len(line) for line in covered_lines(lines)] == [len(line) for line in lines]


@pytest.mark.parametrize(
    "piece",
    ["申请人", "张三诉", f"{MOBILE} ", "a@", "a.a@b.", "1", "申请人张三、", "http://", "\n"],
)
def test_a_long_text_is_read_to_its_end(piece: str) -> None:
    """A hundred thousand characters of anything: what stands at the end is still found."""
    text = piece * (100_000 // len(piece)) + f"。手机{MOBILE}"
    assert text[private_spots(text)[-1].start :] == MOBILE


def whole() -> Published:
    """A report with data of people in every place that can hold words."""
    made = make.report(texts=TEXTS)
    cell = CellId("requests", "granted", "total")
    values = {**made.values}
    values[cell] = replace(values[cell], number=None, status=Status.TEXT, raw=f"问{MOBILE}")
    number = CellId("requests", "received", "total")
    values[number] = replace(values[number], raw=MOBILE)
    said = f"“申请人张三（手机{MOBILE}）”与表不符，“申请人张三（手机1380013…”"
    finding = Finding(
        "N-X", "N-X", Verdict.FAIL, Severity.WARN, said, said, expression=f"“138000与{MOBILE}"
    )
    return Published(
        replace(
            made,
            title=replace(made.title, text=f"年度报告（电子邮箱：lisi@qq.com，{MOBILE}）"),
            preamble=(
                Paragraph("申请人", PLACE),
                Paragraph("张三", PLACE),
                Paragraph("a\nb", PLACE),
            ),
            values=values,
            remarks=(Remark(RemarkKind.SURPLUS, "requests", PLACE, f"手机{MOBILE}"),),
            unused=(Cell(f"手机{MOBILE}", 1, 1, PLACE),),
        ),
        (finding,),
        across=(finding,),
        hints=(Hint(("N-X",), (), 1, said, said),),
    )


def test_nothing_that_is_published_holds_it() -> None:
    """Neither the package nor the downloads nor the API nor a finding has number, name or address."""
    one = mask(whole())
    number = CellId("requests", "received", "total")
    assert one.report.values[number].raw == MOBILE  # a figure of a table, whatever it looks like
    cleaned = replace(one.report.values[number], raw="1")
    one = replace(one, report=replace(one.report, values={**one.report.values, number: cleaned}))
    texts = [data.decode() for data in {**report_files(one), **report_documents(one)}.values()]
    for text in (*texts, repr(one)):
        assert MOBILE not in text
        assert "1380013" not in text
        assert "张三" not in text
        assert "lisi@" not in text
    assert any("〔已隐去：手机号码〕" in text for text in texts)
    assert per_report_downloads(one)


def test_a_section_says_what_is_masked_and_keeps_the_hash_of_all() -> None:
    """Counts by kind; the hash of the published text and that of the full one."""
    plain, one = published(make.report(texts=TEXTS)), mask(published(make.report(texts=TEXTS)))
    for before, row in zip(plain.report.sections, section_rows(one), strict=True):
        told = dict(zip(SECTIONS.names, row, strict=True))
        full = hashlib.sha256(before.text.encode()).hexdigest()
        assert told["full_sha256"] == full
        first = before.id == "overview"
        assert told["n_masked"] == (3 if first else 0)
        assert told["masked_kinds"] == ("mobile:1 name:2" if first else "")
        assert (told["sha256"] == full) is not first
        assert told["sha256"] == hashlib.sha256(str(told["text"]).encode()).hexdigest()


def test_a_report_without_such_data_stays_what_it_is() -> None:
    """Its text is the same; where its worker looked already, nobody looks again."""
    plain = published(make.report())
    one = mask(plain)
    assert one.report is plain.report
    assert (one.masked, one.withholds_original) == ({}, False)
    looked = replace(plain, masks=masks_of(plain.report))
    found = replace(published(make.report(texts=TEXTS, year=2022)), masks=None)
    first, second = masked(make.corpus(looked, found)).reports
    assert {first.report is looked.report, second.report is looked.report} == {True, False}
    assert plain.masked == {}
    rows = list(section_rows(plain))
    assert {row[SECTIONS.names.index("n_masked")] for row in rows} == {0}


def test_checks_have_seen_the_full_text() -> None:
    """What is masked is masked in findings, and no finding is lost or made by it."""
    report = make.report(texts={**TEXTS, "requests": "本年新收申请9999件，申请人张三。"})
    before = published(report, check(report))
    after = mask(before)
    assert [f.instance for f in after.findings] == [f.instance for f in before.findings]
    assert any(f.fails for f in before.findings)


def document(*blocks: Heading | Paragraph | Grid) -> Document:
    """A document of these blocks."""
    return Document(Source("f", "text/plain", "0" * 64, 1), blocks)


def at(page: int | None, line: int, bbox: tuple[float, float, float, float] | None = None) -> Locus:
    """A place."""
    return Locus("f", page=page, line=line, bbox=bbox)


def grid(*texts: str) -> Grid:
    """A table with a row of two cells, and one with the rest."""
    cells = [Cell(text, 0, n, at(2, 50 + n)) for n, text in enumerate(texts)]
    return Grid((tuple(cells[:2]), tuple(cells[2:])), at(2, 50))


DOCUMENT = document(
    Heading("年度报告", 1, at(1, 1)),
    Paragraph("向本机关申请政府信息公开的申请人张", at(1, 2)),
    Paragraph("三提出异议", at(1, 3)),
    grid("申请人李四", "9", MOBILE, "家庭电话：67181234"),
    Paragraph("监督电话：0371-67181234", at(3, 9)),
)


def test_places_in_the_original() -> None:
    """Wrapped lines are both named, cells that hold words are looked at, figures are not."""
    places = private_places(DOCUMENT)
    assert [p.line for p in places] == [2, 3, 50, 53]
    covered = covered_blocks(DOCUMENT.blocks)
    assert [b.text for b in covered if not isinstance(b, Grid)] == [
        "年度报告",
        "向本机关申请政府信息公开的申请人█",
        "█提出异议",
        "监督电话：0371-67181234",
    ]
    (table,) = (b for b in covered if isinstance(b, Grid))
    assert [c.text for row in table.rows for c in row] == [
        "申请人██",
        "9",
        MOBILE,
        "家庭电话：████████",
    ]
    assert covered_lines([]) == ()
    assert private_places(document()) == ()


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ((), {1, 2, 3, 4}),
        ((at(2, 1, (0, 0, 1, 1)),), {1, 3, 4}),
        ((at(2, 1),), {1, 4}),
        ((at(None, 1), at(2, 1)), set()),
    ],
)
def test_pages_with_such_data_have_no_picture(places: tuple[Locus, ...], shown: set[int]) -> None:
    """A paragraph without edges may go on on the next page; without a page it may be anywhere."""
    one = replace(published(make.report()), private=places)
    assert {page for page in range(1, 5) if may_show_page(one, page)} == shown


def test_no_page_is_shown_where_the_text_has_it_and_no_place_is_known() -> None:
    """The text is masked, but nobody knows where that stands: no picture of the original."""
    one = mask(published(make.report(texts=TEXTS)))
    assert one.withholds_original
    assert not may_show_page(one, 1)


def told(kind: Kind) -> set[str]:
    """What readers must be told of a kind."""
    return {f"`{kind.id}`", kind.label, kind.label_en, kind.rule, kind.rule_en, kind.reason}


def test_the_document_and_the_page_tell_the_rule() -> None:
    """Each kind stands in the document with its rule and reason, and by name on the page."""
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    page = (ROOT / "content" / "pages" / "takedown.md").read_text(encoding="utf-8")
    for kind in kinds().values():
        assert [part for part in told(kind) if part not in text] == []
        assert kind.reason_en in text
        assert kind.label.removeprefix("银行") in page
    for column in ("n_masked", "masked_kinds", "sha256", "full_sha256"):
        assert f"`{column}`" in text
        assert column in SECTIONS.names
    assert "{ #english }" in page
