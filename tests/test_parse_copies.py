"""Copies that are refused, and tables that are pictures or lost."""

from __future__ import annotations

from dataclasses import replace

from printers import print_report
from readback import read_back, sound

from gongkai.checks import check
from gongkai.model import Document, Grid, Locus, Picture, RemarkKind, Report, Source
from gongkai.parse import parse
from gongkai.tidy import tidy
from print_blocks import Layout, print_blocks

SCRIPT = str.maketrans("开请诉讼结转处复议", "開請訴訟結轉處復議")


def copies(report: Report) -> list[RemarkKind]:
    """Why a report is refused."""
    wanted = {RemarkKind.TRADITIONAL_COPY, RemarkKind.THINNED_COPY}
    return [remark.kind for remark in report.remarks if remark.kind in wanted]


def test_a_mirror_in_traditional_script_is_refused() -> None:
    """Also with pinyin in its words; the finding blocks the report."""
    text = print_report(sound(), "tsv").translate(SCRIPT).replace("申請", "申請(shēnqǐng)")
    report = read_back(text)
    assert copies(report) == [RemarkKind.TRADITIONAL_COPY]
    (found,) = [f for f in check(report) if f.check == "S-21"]
    assert found.blocks
    assert "繁体字" in found.message


def test_single_traditional_words_refuse_nothing() -> None:
    """A recognised scan may have one."""
    text = print_report(sound(), "tsv").replace("行政诉讼", "行政訴訟", 1)
    assert copies(read_back(text)) == []


def thinned(text: str) -> str:
    """The text with each word and figure once only."""
    seen: set[str] = set()
    lines = []
    for line in text.split("\n"):
        for word in line.split("\t"):
            if word and word not in seen:
                lines.append(word)
            seen.add(word)
    return "\n".join(lines)


def test_a_copy_that_dropped_what_repeats_is_refused() -> None:
    """Zeros and repeated labels are gone; nothing can be recovered."""
    report = read_back(thinned(print_report(sound(), "tsv")))
    assert copies(report) == [RemarkKind.THINNED_COPY]
    assert {f.instance for f in check(report) if f.check == "S-21"} == {"S-21-thinned"}


def test_a_damaged_head_is_no_thinned_copy() -> None:
    """Where figures repeat, or there are none, only the head has lost words."""
    text = print_report(sound(), "tsv")
    once = text.replace(
        "结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计",
        "",
    )
    assert copies(read_back(once)) == []
    assert copies(read_back(text)) == []
    part = text.replace("未经复议直接起诉", "")
    assert copies(read_back(part)) == []


def test_a_document_without_text_is_nothing() -> None:
    """A picture alone is no report and no copy of one."""
    picture = Picture("", Locus("a.pdf", page=1))
    report = parse(Document(Source("a.pdf", "application/pdf", "", 0), (picture,)))
    assert report.remarks == ()


def without(table: int, picture: Picture | None) -> Report:
    """A report of which one table is not there, perhaps with a picture in its place."""
    document = print_blocks(sound(), Layout())
    blocks = list(document.blocks)
    at = [n for n, block in enumerate(blocks) if isinstance(block, Grid)][table]
    blocks[at : at + 1] = [] if picture is None else [picture]
    return parse(tidy(replace(document, blocks=tuple(blocks))))


#: Checks that say that a table is not there or cannot be read.
TABLES = ("S-05", "S-21")


def test_a_table_that_is_a_picture_is_told_from_one_that_is_lost() -> None:
    """Both are reported, in other words."""
    picture = Picture("表三", Locus("a.html", line=7))
    shown = {f.instance: f.locus for f in check(without(1, picture)) if f.check in TABLES}
    assert shown == {"S-21-requests-picture": picture.locus}
    lost = [f.instance for f in check(without(1, None)) if f.check in TABLES]
    assert lost == ["S-05-requests"]


def test_a_picture_beside_its_table_or_before_any_section_says_nothing() -> None:
    """Only a section without its table is concerned."""
    document = print_blocks(sound(), Layout())
    picture = Picture("徽标", Locus("a.html"))
    report = parse(tidy(replace(document, blocks=(picture, *document.blocks, picture))))
    assert report.remarks == ()
    for place in (4, 6, 8):
        blocks = list(document.blocks)
        blocks.insert(place, picture)
        assert parse(tidy(replace(document, blocks=tuple(blocks)))).remarks == ()
