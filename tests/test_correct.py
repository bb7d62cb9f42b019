"""Corrections mend a reading, name what they mend, and fail once they are not needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from make import figures, report, value

from gongkai.correct import CorrectionError, correct, load_corrections
from gongkai.model import (
    CellId,
    Correction,
    Locus,
    Remark,
    RemarkKind,
    Status,
    Value,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Report

CELL = CellId("requests", "received", "total")
OTHER = CellId("requests", "received", "other_org")
LOCUS = Locus("original.txt", line=7, block=1, row=4, col=8)
GOOD = """
[[correction]]
cell = "requests/received/total"
expect = "1O"
value = "10"
reason = "扫描件把0认成字母O"
"""


def read_as(current: Value, cell: CellId = CELL) -> Report:
    """A sound report in which one cell is read as that."""
    made = report()
    return replace(made, values={**made.values, cell: replace(current, locus=LOCUS)})


def mend(expect: str, wanted: str, cell: CellId = CELL) -> Correction:
    """A correction of the cell."""
    return Correction(cell, expect, wanted, "扫描件认错")


def problem(made: Report, *corrections: Correction) -> tuple[str, str]:
    """Code and text of the error that the corrections give."""
    with pytest.raises(CorrectionError) as caught:
        correct(made, corrections)
    assert str(caught.value) == str(caught.value.problem)
    return caught.value.problem.code, str(caught.value)


def test_no_corrections_leave_the_report_as_it_is() -> None:
    """The very same report comes back."""
    made = report()
    assert correct(made, ()) is made


def test_a_correction_replaces_one_cell_and_says_so() -> None:
    """The value keeps its place; every other cell is untouched; the report names the mend."""
    made = read_as(Value(None, Status.TEXT, " 1O "))
    mended = correct(made, [mend("1O", "10")])
    assert mended.values[CELL] == Value(10, Status.NUMBER, "10", locus=LOCUS)
    assert list(mended.values) == list(made.values)
    assert {c: v for c, v in mended.values.items() if c != CELL} == {
        c: v for c, v in made.values.items() if c != CELL
    }
    assert mended.warnings == ("已更正识读：requests/received/total 由“1O”改为“10”（扫描件认错）",)
    assert made.values[CELL].status is Status.TEXT


@pytest.mark.parametrize(
    ("current", "expect", "wanted", "number"),
    [
        (Value(None, Status.AMBIGUOUS, "0"), "ambiguous", "0", 0),
        (Value(None, Status.MISSING), "missing", "12", 12),
        (Value(None, Status.BLANK), "blank", "3", 3),
        (Value(None, Status.BLANK), "", "3", 3),
        (Value(1, Status.NUMBER, "1"), "1", "", None),
        (Value(1, Status.NUMBER, "1"), "1", "/", None),
        (Value(1, Status.NUMBER, "1 234"), "1 234", "1,234", 1234),
    ],
)
def test_the_expected_reading_is_a_text_or_a_status(
    current: Value, expect: str, wanted: str, number: int | None
) -> None:
    """An ambiguous or missing cell has no text to go by; its status is named."""
    mended = correct(read_as(current), [mend(expect, wanted)])
    assert (mended.values[CELL].number, mended.values[CELL].raw) == (number, wanted)


@pytest.mark.parametrize(
    ("current", "expect", "wanted"),
    [
        (Value(10, Status.NUMBER, "10"), "1O", "10"),
        (Value(1234, Status.NUMBER, "1,234"), "1,234", "1234"),
        (Value(None, Status.SLASH, "/"), "blank", "/"),
        (Value(None, Status.BLANK, ""), "blank", ""),
    ],
)
def test_a_correction_fails_once_it_is_not_needed(current: Value, expect: str, wanted: str) -> None:
    """A reader that has become better must not leave dead corrections behind."""
    code, text = problem(read_as(current), mend(expect, wanted))
    assert code == "correction_needless"
    assert text == (
        "content/reports/990100/tongjiju/2023/corrections.toml（requests/received/total）："
        "不更正也已读作所要的值，更正不再需要。办法：删去这一处更正。"
    )


def test_other_words_are_not_the_same_reading() -> None:
    """Two texts without a number are alike only if they are the same text."""
    made = read_as(Value(None, Status.TEXT, "若干"))
    assert correct(made, [mend("若干", "若千")]).values[CELL].raw == "若千"


def test_another_reading_than_expected_is_an_error() -> None:
    """The agency's own number cannot be changed by a guess at what is read."""
    code, text = problem(read_as(Value(9, Status.NUMBER, "9")), mend("1O", "10"))
    assert code == "correction_mismatch"
    assert "现在读作“9”（number），不是所写的“1O”" in text


def test_an_unknown_cell_is_an_error() -> None:
    """Only cells of the report's forms can be corrected."""
    code, text = problem(report(), mend("0", "1", CellId("requests", "received", "nobody")))
    assert code == "correction_unknown"
    assert "requests/received/nobody" in text


def test_a_bare_file_is_named_by_its_own_name() -> None:
    """A report without a folder has no path to show."""
    made = replace(report(), entry=None)
    _, text = problem(made, mend("no such reading", "1"))
    assert text.startswith("original.txt/corrections.toml")


def test_a_settled_doubt_is_no_remark_any_more() -> None:
    """A doubt about a row stays for the cells that are not corrected; other remarks stay."""
    doubt = Value(None, Status.AMBIGUOUS, "0")
    made = read_as(doubt)
    made = replace(
        made,
        values={**made.values, OTHER: doubt},
        remarks=(
            Remark(RemarkKind.AMBIGUOUS_COLUMN, "requests", LOCUS, "0", (OTHER, CELL)),
            Remark(RemarkKind.AMBIGUOUS_COLUMN, "disputes", LOCUS, "0"),
            Remark(RemarkKind.SURPLUS, "requests", LOCUS, "0 0", (CELL,)),
        ),
    )
    half = correct(made, [mend("ambiguous", "0")])
    assert [r.cells for r in half.remarks] == [(OTHER,), (), (CELL,)]
    whole = correct(made, [mend("ambiguous", "0"), mend("ambiguous", "0", OTHER)])
    assert [r.kind for r in whole.remarks] == [RemarkKind.AMBIGUOUS_COLUMN, RemarkKind.SURPLUS]


def test_a_sound_report_of_the_maker_needs_none() -> None:
    """What the maker reads is what it prints, so that these tests change one thing only."""
    assert report().values[CELL] == value(figures()[CELL], line=report_line(CELL))


def report_line(cell: CellId) -> int:
    """The line on which the maker prints a cell."""
    return list(report().values).index(cell) + 1


def folder(tmp_path: Path, text: str) -> Path:
    """A report's folder with these corrections."""
    place = tmp_path / "content/reports/990100/tongjiju/2023"
    place.mkdir(parents=True)
    (place / "corrections.toml").write_text(text, encoding="utf-8")
    return place


def test_a_folder_without_corrections_gives_none(tmp_path: Path) -> None:
    """Most reports have no such file."""
    assert load_corrections(tmp_path) == ()


def test_corrections_load_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Each paragraph is one correction."""
    text = GOOD + GOOD.replace("received/total", "granted/total")
    assert load_corrections(folder(tmp_path, text)) == (
        Correction(CELL, "1O", "10", "扫描件把0认成字母O"),
        Correction(CellId("requests", "granted", "total"), "1O", "10", "扫描件把0认成字母O"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + GOOD, "（requests/received/total）：同一格更正了两次。办法：只留一处。"),
        (
            GOOD.replace("reason", "reasons"),
            "（correction[1].reason）：缺少这一项。办法：写为什么读错了，一行。",
        ),
        (
            GOOD + 'why = "x"\n',
            (
                "（correction[1].why）：没有这一项。办法：删去这一项。"
                "可用的项：cell、expect、value、reason。"
            ),
        ),
        (
            GOOD.replace("requests/received/total", "total"),
            (
                "（correction[1].cell）：写法不合规定。"
                "办法：写格子的编号 表/行/列，如 requests/received/total。"
            ),
        ),
        (
            GOOD.replace('"10"', "10"),
            '（correction[1].value）：应当是文字（加引号）。办法：写原件上印的文字，如 "10"。',
        ),
        (
            "correction = []\n",
            (
                "（correction）：是空的。"
                "办法：每一处更正写一段 [[correction]]；没有更正就删去这个文件。"
            ),
        ),
        (
            'correct = "x"\n' + GOOD,
            "（correct）：没有这一项。办法：是否想写 correction？不是就删去。可用的项：correction。",
        ),
        (
            'correction = "x"\n',
            (
                "（correction）：应当是若干段。"
                "办法：每一处更正写一段 [[correction]]；没有更正就删去这个文件。"
            ),
        ),
        (
            "correction = [1]\n",
            (
                "（correction[1]）：应当是一段，不是一个值。"
                "办法：每一处更正写一段 [[correction]]；没有更正就删去这个文件。"
            ),
        ),
        (
            GOOD.replace('"10"', "10O"),
            (
                "：第5行第11列不合 TOML 语法。办法：检查引号、等号和括号是否成对，同一项是否写了两次；"
                '文字加引号，如 title = "……"。'
            ),
        ),
    ],
)
def test_malformed_corrections_are_one_message(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file, the place in it and the remedy."""
    with pytest.raises(CorrectionError) as caught:
        load_corrections(folder(tmp_path, text))
    assert str(caught.value) == (f"content/reports/990100/tongjiju/2023/corrections.toml{message}")
