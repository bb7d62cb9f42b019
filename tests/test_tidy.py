"""Glyph folding and page furniture."""

from __future__ import annotations

import pytest

from gongkai.model import Document, Paragraph, Source
from gongkai.read.text import read_text
from gongkai.tidy import fold, key, readable, tidy


def tidied(text: str) -> Document:
    """The document of this text, tidied."""
    return tidy(Document(Source("a.txt", "text/plain", "", 0), read_text(text.encode(), "a.txt")))


def lines(document: Document) -> list[str]:
    """The running text that is left."""
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("⾏政许可", "行政许可"),
        ("政⺠、部⻔、⻓效", "政民、部门、长效"),
        ("⻔⼾⽹站", "门户网站"),
        ("１２３．５％", "123.5%"),
        ("（一）㈠", "(一)(一)"),
        ("不予\u200b公\u00ad开\ufeff", "不予公开"),
        ("⻋⾞⾧⾨", "车车长门"),
    ],
)
def test_look_alikes_are_folded_to_what_is_meant(printed: str, meant: str) -> None:
    """Radicals, widths and invisible characters are the same text to a reader."""
    assert fold(printed) == meant


def test_folding_twice_changes_nothing() -> None:
    """Folding is idempotent over all radicals."""
    for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)):
        once = fold(chr(code))
        assert fold(once) == once


def test_a_page_shows_the_characters_that_radicals_stand_for() -> None:
    """Widths, brackets and spaces stay as printed."""
    assert readable("⾏政复议（⼀）：⻔⼾ ２件") == "行政复议（一）：门户 ２件"


def test_a_key_has_neither_spaces_nor_punctuation() -> None:
    """Two spellings of a label have one key."""
    assert key("危及“三安全 一稳定”。") == key("危及三安全一稳定")


def test_signs_of_notes_are_no_part_of_a_key() -> None:
    """Raised, lowered and circled digits."""
    assert key("规章①") == key("规章²") == key("规章₁₀") == "规章"


def test_digits_below_a_figure_are_no_page_number() -> None:
    """The figure may be broken over two lines: 1 above 4 is fourteen."""
    text = "总计 3 0 ７ １\n４\n第三行\n\n5\n"
    assert "４" in lines(tidied(text))
    assert "４" not in lines(tidied(text.replace("\n４", "\n\n４")))


def test_what_stands_at_the_edges_of_pages_of_text_is_no_running_head() -> None:
    """A row of zeros may end two pages; a number that counts the pages does not count as text."""
    text = "甲\n0 0 0 0\n1\n\f乙\n0 0 0 0\n2\n\f丙\n0 0 0 0\n3\n"
    assert lines(tidied(text)) == ["甲", "0 0 0 0", "乙", "0 0 0 0", "丙", "0 0 0 0"]


def test_page_numbers_and_running_heads_are_dropped_and_named() -> None:
    """What a page adds is no text of the report, and the warnings say what was left out."""
    document = tidied(
        "示例局2023年年度报告\n正文。\n- 1 -\n示例局 2023年年度报告\n第 2 页 共 6 页\n2\n"
    )
    assert lines(document) == ["示例局2023年年度报告", "正文。"]
    assert len(document.warnings) == 4
    assert "第3行" in document.warnings[0]


def test_lone_integers_that_do_not_rise_stay() -> None:
    """They may be the figures of a table copied one cell a line."""
    assert lines(tidied("甲\n0\n5\n2\n")) == ["甲", "0", "5", "2"]


def test_word_bookmarks_are_taken_out_of_text_and_cells() -> None:
    """A text export of Word leaves its bookmark marks behind."""
    document = tidied("1、 [bookmark: _GoBack]总体情况\n甲\t[bookmark: x]1\t2\n")
    assert lines(document) == ["1、 总体情况"]
    grid = document.blocks[1]
    assert not isinstance(grid, Paragraph)
    assert "[bookmark" not in repr(grid)
    assert [(mark.text, mark.locus.line) for mark in document.marks] == [
        ("[bookmark: _GoBack]", 1),
        ("[bookmark: x]", 2),
    ]


@pytest.mark.parametrize("length", [1, 100, 1_000, 30_000])
def test_texts_of_any_length_are_folded_alike(length: int) -> None:
    """What is kept of folded texts, and what is not, makes no difference."""
    text = "⼯\u200b作，Ａ１"
    assert fold(text * length) == "工作,A1" * length
    assert key(text * length) == "工作A1" * length
    assert readable(text * length) == "工作，Ａ１" * length
