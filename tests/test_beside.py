"""Two reports whose texts are nearly the same, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make
from lxml import html

from gongkai.checks import compared
from gongkai.checks.similar import Kind, Passage
from gongkai.model import Corpus, Locus
from gongkai.pages import render_pages
from gongkai.pages.beside import Line, Side, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

HOSTILE = "<script>alert(1)</script>"
PATH = "beside/cn-990100-tongjiju-2022--cn-990100-tongjiju-2023.md"


def passage(text: str, partner: int | None = None, *marks: tuple[int, int]) -> Passage:
    """A sentence with its partner and the parts that are the same."""
    kind = Kind.OWN if partner is None else Kind.NEAR
    return Passage(text, "overview", Locus("f"), kind, partner, marks)


def text_of(side: Side | None) -> str:
    """The text of a side, empty where it has nothing."""
    return "" if side is None else "".join(text for text, _ in side.parts)


def told(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """The texts of both sides."""
    return [(text_of(line.left), text_of(line.right)) for line in lines]


def corpus(text: str = make.OWN_WORDS) -> Corpus:
    """Two years of an agency with the same words."""
    reports = []
    for year in (2022, 2023):
        made = make.report(year=year, texts={**make.TEXTS, "overview": text})
        assert made.entry is not None
        entry = replace(made.entry, transcription="full")
        reports.append(make.published(replace(made, entry=entry)))
    return compared(make.corpus(*reports))


def test_partners_stand_beside_each_other_and_nothing_is_lost() -> None:
    """The left in its order; what only the right has comes before its next partner, or last."""
    left = [passage("甲", 1), passage("乙"), passage("丙", 0), passage("丁", 4)]
    right = [
        passage("丙", 2),
        passage("甲", 0),
        passage("戊"),
        passage("己"),
        passage("丁", 3),
        passage("庚"),
    ]
    assert told(lines_of(left, right)) == [
        ("甲", "甲"),
        ("乙", ""),
        ("丙", "丙"),
        ("", "戊"),
        ("", "己"),
        ("丁", "丁"),
        ("", "庚"),
    ]


def test_the_same_parts_are_marked() -> None:
    """Only they are."""
    (line,) = lines_of([passage("每月补充二次", 0, (0, 4))], [passage("每月补充一次", 0, (0, 4))])
    assert line.left is not None
    assert line.left.parts == (("每月补充", True), ("二次", False))


def test_a_pair_has_one_page_linked_from_the_finding() -> None:
    """On the later report; the page names both reports and marks what they share."""
    pages = render_pages(corpus())
    assert [path for path in pages if path.startswith("beside/")] == [PATH]
    tree = html.document_fromstring(pages[PATH].partition("---\n\n")[2])
    assert "每季度抽查栏目" in str(tree.xpath("string(//tbody)"))
    assert tree.xpath("count(//tbody//td[1]/mark)") == 6  # five of its own, and a common one
    assert tree.xpath("count(//tbody//td[2]/mark)") == 6
    assert tree.xpath("count(//thead//a)") == 2
    later = pages["reports/cn-990100-tongjiju-2023.md"]
    assert PATH.removesuffix(".md") in later
    assert PATH.removesuffix(".md") not in pages["reports/cn-990100-tongjiju-2022.md"]


def test_a_formula_of_both_is_not_said_to_be_missing() -> None:
    """The same sentence for everybody stands on both sides, unmarked and not counted."""
    tree = html.document_fromstring(render_pages(corpus())[PATH].partition("---\n\n")[2])
    assert "对面没有这一句" not in str(tree.xpath("string(//tbody)"))
    assert "6 句用词相同（一共是 6 句和 6 句" in str(tree.xpath("string(//p[@class='gk-lead'])"))


def test_two_agencies_of_a_year_have_one_page_too() -> None:
    """Each report has the finding; the page is the same."""
    first = corpus().reports[1]
    other = replace(make.AGENCY, id="cn-990100-shuiwuju", slug="shuiwuju", name="样本市水务局")
    assert first.report.entry is not None
    entry = replace(make.entry(other), transcription="full")
    second = make.published(replace(first.report, entry=entry))
    pages = render_pages(compared(make.corpus(replace(first, across=()), second)))
    (path,) = (path for path in pages if path.startswith("beside/"))
    for one in ("tongjiju", "shuiwuju"):
        assert path.removesuffix(".md") in pages[f"reports/cn-990100-{one}-2023.md"]


def test_long_texts_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how many lines are not shown."""
    monkeypatch.setattr("gongkai.pages.beside.LINES", 2)
    tree = html.document_fromstring(render_pages(corpus())[PATH].partition("---\n\n")[2])
    assert tree.xpath("count(//tbody/tr)") == 2
    assert "行没有列出" in str(tree.xpath("string(//div)"))


def test_text_is_escaped() -> None:
    """Nothing in a sentence becomes markup."""
    page = render_pages(corpus(make.OWN_WORDS + HOSTILE + "。"))[PATH]
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
