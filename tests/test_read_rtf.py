"""RTF files: what is printed in them is read back, cell by cell and place by place."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import make
import pytest
from print_rtf import Style, document, encoded, print_rtf, row
from readback import FORMS, code_of, found, grids, is_read, placed, sheet, texts
from spanned import BOXES

from gongkai.model import Grid, Heading, Paragraph, Picture
from gongkai.read import READERS, sniff
from gongkai.read.limits import LIMITS
from gongkai.read.rtf import read_rtf
from gongkai.read.sniff import RTF

if TYPE_CHECKING:
    from gongkai.model import Block

STYLES: dict[str, dict[str, Any]] = {
    "bytes": {},
    "unicode": {"text": "unicode"},
    "both": {"text": "both", "twice": True},
    "no charset": {"charset": False},
    "dragged edges": {"ragged": 40, "twice": True},
}


def read(body: str) -> tuple[Block, ...]:
    """The blocks of a file with this body."""
    return read_rtf(document(body), "a.rtf")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_merged_cells_are_read_where_they_stand(style: dict[str, Any], form: str) -> None:
    """Wide and high cells, in every way of writing Chinese."""
    printed = sheet(form)
    data = print_rtf(printed, Style(**style))
    blocks = read_rtf(data, "a.rtf")
    tables = grids(blocks)
    assert all(table.positioned for table in tables)
    wanted = [placed(BOXES[t.id](printed, t)) for t in printed.form.tables]
    assert [found(t) for t in tables] == wanted
    assert [t.locus.block for t in tables] == [1, 2, 3]
    assert isinstance(blocks[0], Heading)
    assert texts(blocks)[:3] == [printed.title, "一、总体情况", make.TEXTS["overview"]]
    assert sniff(data, "a.doc") == RTF
    assert READERS[RTF].reader is read_rtf


def test_merges_by_flags_are_read_as_wide_cells() -> None:
    """Cells that are all there and flagged as merged give the text and heights of wide ones."""
    printed = sheet()
    tables = grids(read_rtf(print_rtf(printed, Style(flagged=True)), "a.rtf"))
    for grid, table in zip(tables, printed.form.tables, strict=True):
        boxes = BOXES[table.id](printed, table)
        want = [[(text, height) for text, _, _, height in row] for row in placed(boxes)]
        assert [[(text, height) for text, _, _, height in row] for row in found(grid)] == want


def test_signs_and_words_that_stand_for_characters() -> None:
    """Hard blanks and hyphens, quotes, breaks; a line end in the file is nothing."""
    blocks = read(
        r"a\~b\_c\-d\{\}\\\emdash\lquote x\rquote\tab y" + "\r\nz\\\nnext" + r"\par"
        r"\u-10179?\u-8704?\u8212\emdash\u8212\~\u20013\'3f1\u-1?"
    )
    assert texts(blocks) == ["a\xa0b-cd{}\\—‘x’\tyz", "next", "😀——中1\uffff"]


def test_bytes_are_read_by_the_code_page_of_their_font() -> None:
    """Half a character never swallows a digit."""
    fonts = r"{\fonttbl{\f2\fcharset136 x;}{\f3\fcharset2 y;}{\f4\fcharset0 z;}}"
    body = r"{\f2\'a4\'a4}{\f3\'b7}{\f4\'d6\'d0}{\f9\'d6\'d0}\'d67\'d0"
    assert texts(read(fonts + body)) == ["中·中中�7�"]
    latin = document(body.replace(r"\f1", "")).replace(rb"\ansicpg936", rb"\ansicpg99999")
    assert "é" in texts(read_rtf(latin.replace(rb"\'d67\'d0", rb"\f0\'e9"), "a"))[0]


def test_text_that_is_not_shown_is_no_text() -> None:
    """Hidden, deleted, codes of fields, notes; a raised digit does not join a number."""
    blocks = read(
        r"1{\v 9}{\deleted 9}\v 9\v0 2\v 9\plain 3{\super 4}\super 5\nosupersub 6"
        r"{\field{\*\fldinst PAGE 9}{\fldrslt 7}}{\footnote\chftn 9}8{\*\unknown 9}{\*\bkmkstart 9}"
        r"{\upr{a}{\*\ud{9}}}\par"
    )
    assert texts(blocks) == ["123 4  5 678a"]


def test_struck_moved_and_unseen_digits_do_not_join_a_number() -> None:
    """Struck, above or below the line, too small or white: apart; as a whole struck is no number."""
    blocks = read(
        r"{\colortbl;\red255\green0\blue0;\red255\green255\blue255;}"
        r"1{\strike 2}\par 1{\striked1 2}\strike0\par 1{\up6 2}{\up1 3}\par 1{\dn6 2\dn0 3}\par"
        r" 1{\fs2 2}{\fs21 3}\par 1{\cf2 2}{\cf1 3}\cf0 4\par {\strike\up6\fs2\cf2\plain 5}6\par"
    )
    assert [text.strip() for text in texts(blocks)] == [
        "1 2\u0336", "1 2\u0336", "1 2 3", "1 2 3", "1 2 3", "1 2 34", "56"
    ]  # fmt: skip


def test_a_cell_that_shows_a_small_picture_alone_is_not_blank() -> None:
    """It may be a figure; beside words, or as flat as a rule, it is none."""
    small = r"{\pict\picwgoal600\pichgoal240 00}"
    flat = r"{\pict\picwgoal600\pichgoal20 00}"
    blocks = read(
        row([small, flat, small + "5"], [300, 700, 1200], ["", "", ""]) + rf"\pard {small}\par"
    )
    (grid,) = grids(blocks)
    assert [cell.text for cell in grid.rows[0]] == ["\ufffc", "", "5"]
    assert texts(blocks) == []


def test_numbers_of_lists_are_text() -> None:
    """They stand in the file as they are shown."""
    number = encoded("一、", "bytes")
    assert texts(read(rf"{{\listtext {number}\tab}}x\par")) == ["一、\tx"]


def test_levels_of_headings() -> None:
    """By the style's outline or the paragraph's own."""
    blocks = read(r"\pard\s1 a\par\pard\outlinelevel1 b\par\pard c\par\pard\outlinelevel9 d\par")
    levels = [block.level if isinstance(block, Heading) else 0 for block in blocks]
    assert levels == [1, 2, 0, 0]
    assert [block.locus.line for block in blocks] == [1, 2, 3, 4]


def nested(inner: str, *, beside: str = "") -> str:
    """A table whose second row holds a table in its second cell."""
    return (
        row(["a", "b", "c"], [300, 700, 1200], ["", "", ""])
        + r"\trowd\trleft0\cellx300\cellx1200\pard\intbl\itap1 d\cell"
        + beside
        + inner
        + r"\pard\intbl\itap1\cell\row"
        + row(["e", "5", "6"], [300, 700, 1200], ["", "", ""])
        + r"\pard"
    )


INNER = (
    r"\pard\intbl\itap2 1\nestcell{\nonesttables\par}\pard\intbl\itap2 2\nestcell"
    r"{\nonesttables\par}{\*\nesttableprops\trowd\cellx400\cellx900\nestrow}"
)


def test_a_nested_table_that_fits_is_part_of_the_table_around_it() -> None:
    """Its cells stand under the head of the outer table."""
    (grid,) = grids(read(nested(INNER + INNER)))
    assert found(grid) == [
        [("a", 0, 1, 1), ("b", 1, 1, 1), ("c", 2, 1, 1)],
        [("d", 0, 1, 2), ("1", 1, 1, 1), ("2", 2, 1, 1)],
        [("1", 1, 1, 1), ("2", 2, 1, 1)],
        [("e", 0, 1, 1), ("5", 1, 1, 1), ("6", 2, 1, 1)],
    ]


def test_a_nested_table_beside_text_stands_alone() -> None:
    """In its place."""
    blocks = read(nested(INNER, beside=r"\pard\intbl\itap1 x\par"))
    assert [type(block) for block in blocks] == [Grid, Paragraph, Paragraph, Grid, Grid]
    assert texts(blocks) == ["d", "x"]


def test_a_row_takes_the_shape_of_the_one_before() -> None:
    """Writers leave it out where it is the same; a row without any is counted."""
    body = row(["1", "2"], [500, 900], ["", ""]) + r"\pard\intbl 3\cell 4\cell\row\pard"
    (grid,) = grids(read(body))
    assert grid.positioned
    assert found(grid)[1] == [("3", 0, 1, 1), ("4", 1, 1, 1)]
    (bare,) = grids(read(r"\pard\intbl 3\cell 4\cell\row\pard"))
    assert not bare.positioned
    assert found(bare) == [[("3", 0, 1, 1), ("4", 1, 1, 1)]]


def test_text_boxes_stand_behind_what_they_are_in() -> None:
    """Once, though old and new programs find them in two places."""
    inside = r"\pard x\par" + row(["1", "2"], [500, 900], ["", ""]) + r"\pard y"
    box = rf"{{\shp{{\*\shpinst\shpleft0{{\sp{{\sn a}}}}{{\shptxt {inside}}}}}{{\shprslt{{\*\do{{\dptxbxtext {inside}}}}}}}}}"
    blocks = read(rf"\pard a{box}b\par c\par")
    assert [type(block) for block in blocks] == [Paragraph, Paragraph, Grid, Paragraph, Paragraph]
    assert texts(blocks) == ["ab", "x", "y", "c"]
    old = rf"{{\*\do{{\dptxbxtext {inside}}}}}"
    in_cell = row([f"a{old}", "b"], [500, 900], ["", ""]) + r"\pard c\par"
    assert [type(b) for b in read(in_cell)] == [Grid, Paragraph, Paragraph, Grid, Paragraph]
    assert texts(read(rf"\pard a{box}b")) == ["ab", "x", "y"]


def test_pictures_that_may_hold_a_table_are_told() -> None:
    """Large ones, and such whose size is not told; the copy for old programs does not count."""
    large, small = (
        r"\picwgoal8000\pichgoal4000 00ff",
        r"\picwgoal8000\pichgoal4000\picscalex9\picscaley9 ",
    )
    blocks = read(
        rf"{{\*\shppict{{\pict\pngblip{large}}}}}{{\nonshppict{{\pict{large}}}}}\par"
        rf"{{\pict{small}}}a\par{{\pict\bin5 {{{{{{{{}}}}b\par"
        rf"{{\header{{\pict{large}}}}}c\par"
    )
    assert [type(b) for b in blocks] == [Picture, Paragraph, Paragraph, Picture, Paragraph]


def test_a_file_that_is_cut_off_is_damaged() -> None:
    """It ends with the brace it began with; what follows is nothing."""
    whole = print_rtf(sheet())
    assert code_of(read_rtf, whole[: len(whole) // 2]) == "damaged"
    assert code_of(read_rtf, whole[:-1]) == "damaged"
    assert code_of(read_rtf, rb"}{\rtf1 a}") == "damaged"
    assert len(read_rtf(whole + b"\0\n}", "a.rtf")) == len(read_rtf(whole, "a.rtf"))


def test_groups_and_cells_are_bounded() -> None:
    """Groups in groups without end, and rows without end, are refused."""
    assert code_of(read_rtf, rb"{\rtf1" + b"{" * (LIMITS.depth + 1)) == "over_limit"
    cells = "".join(rf"\cellx{at}" for at in range(1, LIMITS.columns + 2))
    assert code_of(read_rtf, document(rf"\trowd{cells}\row")) == "over_limit"


def test_bytes_that_were_changed_never_end_otherwise_than_with_an_error() -> None:
    """Any byte may be wrong: blocks or a ReadError, nothing else."""
    whole = print_rtf(sheet())
    chance = random.Random(3)  # noqa: S311  # the same bytes each time
    outcomes = set()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(5):
            data[chance.randrange(6, len(data))] = chance.choice(rb"\{}'u0-9 x")
        outcomes.add(is_read(read_rtf, bytes(data)))
    assert outcomes == {True, False}
