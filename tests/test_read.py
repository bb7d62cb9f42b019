"""Bytes to blocks: encodings, layouts, and files that give nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gongkai.entry import MAX_BYTES
from gongkai.model import Grid, Heading, Paragraph
from gongkai.read import ReadError, read, sniff
from gongkai.read.text import decode, read_text

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "一、总体情况\n2023年主动公开信息12条。\n"


def texts(grid: Grid) -> list[list[str]]:
    """The texts of a grid."""
    return [[cell.text for cell in row] for row in grid.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encodings_of_government_sites_are_recognised(encoding: str) -> None:
    """UTF-8 and UTF-16 by mark, UTF-8 without, and the GB family."""
    assert decode(TEXT.encode(encoding)).lstrip("\ufeff") == TEXT


def test_a_bullet_of_word_does_not_lose_a_text() -> None:
    """A private character in a text that is UTF-8 by all its bytes is a sign, no wrong guess."""
    assert decode("\uf06c一、总体情况".encode()) == "\uf06c一、总体情况"


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"\x80\x81\xff\xff", "总体\x00情况".encode(), b"\x81\x30\x81"]
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    """No guess is made where the bytes fit no encoding, or give characters nobody writes."""
    with pytest.raises(ReadError):
        decode(data)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.7", "a.txt", "application/pdf"),
        (b"PK\x03\x04", "a.docx", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "application/x-ole-storage"),
        (b"\xff\xd8\xff\xe0", "a.pdf", "image/jpeg"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "a.txt", "text/html"),
        (b"# a\n<table><tr><td>1</td></tr></table>", "a.md", "text/markdown"),
        (b"a\n<table><tr><td>1</td></tr></table>", "a.txt", "text/html"),
        (b"# a", "a.MD", "text/markdown"),
        (b"a", "a.txt", "text/plain"),
    ],
)
def test_the_bytes_decide_what_a_file_is(data: bytes, name: str, expected: str) -> None:
    """A suffix is believed only between kinds of text."""
    assert sniff(data, name) == expected


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "空的"),
        (b" \n\n", "empty", "空的"),
        ("\u3000\u3000".encode(), "empty", "没有文字"),
        (b"PK\x03\x04 ...", "format_unsupported", "application/zip"),
        (b"\x80\x81\xff\xff", "encoding", "编码"),
    ],
)
def test_a_file_that_gives_nothing_says_why(
    tmp_path: Path, data: bytes, code: str, words: str
) -> None:
    """One Chinese message with the file, the reason and the remedy."""
    path = tmp_path / "original.txt"
    path.write_bytes(data)
    with pytest.raises(ReadError, match=words) as caught:
        read(path, "content/x/original.txt")
    problem = caught.value.problem
    assert problem.code == code
    assert str(problem).startswith("content/x/original.txt：")
    assert "办法：" in str(problem)


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    """A file of 200 MB is refused by its size alone (it is sparse here)."""
    path = tmp_path / "original.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert MAX_BYTES < 200 * 1024 * 1024
    with pytest.raises(ReadError, match="200 MB"):
        read(path)


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    """The system's reason is passed on."""
    with pytest.raises(ReadError, match="打不开"):
        read(tmp_path / "none.txt")


def test_what_is_read_knows_its_file_and_hash(tmp_path: Path) -> None:
    """The source carries name, type, size and sha256 of the bytes as they are."""
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode())
    source = read(path).source
    assert (source.name, source.media_type, source.size) == (
        "a.txt",
        "text/plain",
        len(TEXT.encode()),
    )
    assert len(source.sha256) == 64


def test_tab_rows_are_a_grid_that_a_blank_line_does_not_end() -> None:
    """Rows of a copied table keep together; running text ends the table."""
    blocks = read_text("甲\t1\t2\n\n乙\t3\t\n说明\n丙\t4\t5\n".encode(), "a.txt")
    first, note, second = blocks
    assert isinstance(first, Grid)
    assert texts(first) == [["甲", "1", "2"], ["乙", "3", ""]]
    assert first.rows[1][1].locus.line == 3
    assert str(first.rows[1][1].locus) == "第1张表 第2行第2列 （原文第3行）"
    assert isinstance(note, Paragraph)
    assert isinstance(second, Grid)
    assert second.rows[0][0].locus.block == 2


def test_one_cell_a_line_with_blank_lines_between_rows() -> None:
    """A cell that goes on in the next line is one cell; a line behind a blank one is text."""
    blocks = read_text("\t甲\n\t1\n\n\t结果\n维持\n\t2\n\n1\n".encode(), "a.txt")
    grid, number = blocks
    assert isinstance(grid, Grid)
    assert texts(grid) == [["甲", "1"], ["结果\n维持", "2"]]
    assert isinstance(number, Paragraph)
    assert number.text == "1"


def test_pipe_tables_and_headings_of_markdown() -> None:
    """The rule below the head is no row; <br> in a cell is a line break; # is a heading."""
    blocks = read_text(
        "## 二、情况 ##\n| 甲 | 本年<br>新 |\n|---|:-:|\n| 乙 | |\n".encode(), "a.md"
    )
    heading, grid = blocks
    assert isinstance(heading, Heading)
    assert (heading.text, heading.level) == ("二、情况", 2)
    assert isinstance(grid, Grid)
    assert texts(grid) == [["甲", "本年\n新"], ["乙", ""]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("甲 | 1 | 2\n", [["甲", "1", "2"]]),
        ("甲 | 1 | 2 |\n乙 |\n", [["甲", "1", "2"], ["乙"]]),
        ("> | 甲 | 1 |\n", [["甲", "1"]]),
        ("｜甲｜1｜\n│乙│2│\n", [["甲", "1"], ["乙", "2"]]),
        ("| 甲\\|乙 | 1 |\n", [["甲|乙", "1"]]),
        ("\t| 甲 | 1 |\n", [["甲", "1"]]),
        ("| **总计** | **5** | __6__ | &nbsp; |\n", [["总计", "5", "6", "\xa0"]]),
        ("| 5**6** | ** 5 ** | **5**6** | ~~5~~ |\n", [["5**6**", "** 5 **", "**5**6**", "~~5~~"]]),
        ("| 危及“三安全\n一稳定” | 1 | 2 |\n", [["危及“三安全\n一稳定”", "1", "2"]]),
    ],
)
def test_pipe_rows_as_copies_have_them(text: str, rows: list[list[str]]) -> None:
    """Without bars at the ends, quoted, with other bars, escaped, indented, cut in a cell."""
    (grid,) = read_text(text.encode(), "a.md")
    assert isinstance(grid, Grid)
    assert texts(grid) == rows


def test_a_bar_in_running_text_makes_no_table() -> None:
    """One bar outside a table is punctuation."""
    (line,) = read_text("首页 | 政府信息公开\n".encode(), "a.txt")
    assert isinstance(line, Paragraph)


def test_cells_a_line_may_be_indented() -> None:
    """An editor may put spaces before the tab."""
    (grid,) = read_text("    \t甲\n    \t1\n".encode(), "a.txt")
    assert isinstance(grid, Grid)
    assert texts(grid) == [["甲", "1"]]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("甲\t1\t2", 0.0),
        ("甲\t1\t2\n", None),
        ("| 甲 | 1 | 2 |", None),
        ("| 甲 | 1 | 2", 0.0),
        ("甲\t1\t2\n说明1", None),
    ],
)
def test_a_figure_in_which_a_file_breaks_off_is_uncertain(
    text: str, confidence: float | None
) -> None:
    """It may have lost digits; a line end, a bar or running text behind it shows that it has not."""
    grid, *_ = read_text(text.encode(), "a.md")
    assert isinstance(grid, Grid)
    assert grid.rows[-1][-1].confidence == confidence
