"""Figures one a line, as a copy prints them that goes through a page block by block."""

from __future__ import annotations

import pytest
from make import form

from gongkai.model import CellId, Document, Report, Source, Status
from gongkai.parse import parse
from gongkai.read.text import read_text
from gongkai.tidy import tidy

REQUESTS = next(t for t in form("form2021").tables if t.id == "requests").items[0]
LABELS = [row.label for row in REQUESTS.rows]
FIGURES = [[n, 0, 1, 0, 0, 2, n + 3] for n in range(20, 20 + len(LABELS))]
BEGIN = "三、收到和处理政府信息公开申请情况\n申请人情况\n法人或其他组织\n自然人\n总计\n"


def read(text: str) -> Report:
    """The report of a text."""
    source = Source("a.txt", "text/plain", "0" * 64, len(text))
    return parse(tidy(Document(source, read_text(text.encode(), "a.txt"), ())))


def lone(figures: list[int]) -> str:
    """Figures one a line."""
    return "".join(f"\n{figure}\n" for figure in figures)


def rows(figures: list[list[int]] = FIGURES) -> list[str]:
    """Each label with its figures behind it."""
    return [f"\n{label}\n{lone(own)}" for label, own in zip(LABELS, figures, strict=True)]


def numbers(text: str) -> list[list[int | None]]:
    """The numbers of table three, row by row; None for those in doubt."""
    values = read(text).values
    out: list[list[int | None]] = []
    for row in REQUESTS.rows:
        own = [values[CellId("requests", row.id, c.id)] for c in REQUESTS.columns]
        assert all(value.status is not Status.BLANK for value in own)
        out.append([None if v.number is None else int(v.number) for v in own])
    return out


def test_labels_and_figures_that_take_turns() -> None:
    """Every row is there, and each adds up."""
    assert numbers(BEGIN + "".join(rows())) == FIGURES


def test_a_label_may_come_later_than_its_figures() -> None:
    """The figures keep their order; labels before and behind it say whose they are."""
    parts = rows()
    parts[4] = lone(FIGURES[4])
    assert numbers(BEGIN + "".join(parts) + LABELS[4]) == FIGURES


def test_a_label_may_be_torn() -> None:
    """Its pieces are there, between those of a group."""
    parts = rows()
    parts[4] = f"1.属于\n（三）不\n国家秘密\n{lone(FIGURES[4])}"
    assert numbers(BEGIN + "".join(parts)) == FIGURES


def test_labels_in_a_bunch() -> None:
    """Two labels, then the figures of both."""
    parts = rows()
    parts[4:6] = [f"{LABELS[4]}\n{LABELS[5]}\n{lone(FIGURES[4])}{lone(FIGURES[5])}"]
    assert numbers(BEGIN + "".join(parts)) == FIGURES


def test_a_row_that_does_not_add_up_is_in_doubt() -> None:
    """One of its figures may be the number of a page; the rows around it are certain."""
    figures = [*FIGURES[:7], [1, 2, 3, 4, 5, 6, 7], *FIGURES[8:]]
    assert numbers(BEGIN + "".join(rows(figures))) == [*FIGURES[:7], [None] * 7, *FIGURES[8:]]


@pytest.mark.parametrize(
    "figures",
    [
        [[7, 6, 5, 4, 3, 2, 1]] * len(LABELS),  # no row adds up
        [*FIGURES[:7], *[[1, 2, 3, 4, 5, 6, 7]] * 2, *FIGURES[9:]],  # two beside each other do not
    ],
)
def test_rows_that_do_not_add_up_are_not_told_apart(figures: list[list[int]]) -> None:
    """The figures may stand in another order, or one of them is none."""
    assert not any(number for row in numbers(BEGIN + "".join(rows(figures))) for number in row[1:6])


def swapped(parts: list[str]) -> list[str]:
    """A label that stands directly before the figures of the row above its own."""
    first, second = f"\n{LABELS[9]}\n{lone(FIGURES[8])}", f"\n{LABELS[8]}\n{lone(FIGURES[9])}"
    return [*parts[:8], first, second, *parts[10:]]


@pytest.mark.parametrize(
    "parts",
    [
        rows()[:-1],  # a row less
        [*rows(), f"\n{LABELS[3]}\n"],  # a label twice
        [label + "\n" for label in LABELS] + list(map(lone, FIGURES)),  # no label with figures
        [part.replace(LABELS[4], "其他情况") for part in rows()],  # a label that is nowhere
        swapped(rows()),
    ],
)
def test_what_does_not_agree_is_in_doubt(parts: list[str]) -> None:
    """Fewer rows than the form has, a second one, or a label beside the figures of another."""
    assert numbers(BEGIN + "".join(parts))[4] == [None] * 7


# -- table two -------------------------------------------------------------------------------

HEAD = "二、主动公开政府信息情况\n第二十条第（一）项\n信息内容\n制发件数\n废止件数\n现行有效件数\n"
HEAD = HEAD.replace("制发", "本年制发").replace("废止", "本年废止")


def issued(text: str) -> list[int | None]:
    """The numbers of 规章 and of 行政规范性文件."""
    values = read(text).values
    cells = [
        CellId("disclosure", row, column)
        for row in ("regulations", "normative_docs")
        for column in ("issued", "repealed", "in_force")
    ]
    return [None if (n := values[cell].number) is None else int(n) for cell in cells]


def test_labels_and_figures_of_table_two_take_turns() -> None:
    """As many figures as columns behind each label."""
    text = HEAD + "规章\n1\n2\n3\n行政规范\n性文件\n4\n5 6\n第二十条第（五）项\n"
    assert issued(text) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "body",
    [
        "规章\n行政规范性文件\n1\n4\n2\n5\n3\n6\n第二十条第（五）项\n",  # column by column
        "规章\n行政规范性文件\n1\n4\n2\n第二十条第（五）项\n",
        "规章\n行政规范性文件\n4\n5\n\f6\n第二十条第（五）项\n",
        "规章\n行政规范性文件\n4\n5\n6\n",  # the last may be a page number
    ],
)
def test_figures_of_table_two_that_may_be_others(body: str) -> None:
    """Two labels before them, another number of them, or a page that ends there."""
    assert issued(HEAD + body)[3:] == [None, None, None]


# -- table four ------------------------------------------------------------------------------

TORN = (
    "四、政府信息公开行政复议、行政诉讼情况\n行政复议 行政诉讼\n未经复议直接起诉 {} 复议后起诉\n"
    "总计 总计 总计\n" + "结果维持 结果纠正 其他结果 尚未审结 " * 3 + "\n"
)


@pytest.mark.parametrize(
    ("more", "figures", "expected"),
    [
        ("", "1 0 0 0 1 0 0 2 0 2 3 0 0 0 3", 3),
        ("", "1 0 0 0 1 0 0 2 0 2 3 0 0 0 4", None),
        ("另", "1 0 0 0 1 0 0 2 0 2 3 0 0 0 3", None),
    ],
)
def test_a_torn_head_of_table_four(more: str, figures: str, expected: int | None) -> None:
    """Every character of the head is there, and each channel adds up."""
    value = read(TORN.format(more) + figures + "\n").values
    number = value[CellId("disputes", "suit_after_review", "total")].number
    assert number == expected
