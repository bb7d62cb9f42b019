"""Word 97 and WPS files: what is printed in them is read back, cell by cell and place by place."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from print_doc import (
    IN_TABLE,
    INNER_CELL,
    INNER_ROW_END,
    ROW_END,
    Doc,
    Para,
    Run,
    container,
    depth,
    para,
    print_doc,
    row_properties,
    table_paras,
)
from readback import FORMS, code_of, found, grids, is_read, placed, sheet, texts
from spanned import BOXES, Box

from gongkai.model import Block, Grid, Heading, Paragraph, Picture
from gongkai.read import edges, marked, sniff
from gongkai.read.doc import read_doc
from gongkai.read.limits import Limits
from gongkai.read.sniff import DOC

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = struct.pack("<HB", 0x083C, 1)
DELETED = struct.pack("<HB", 0x0800, 1)
RAISED = struct.pack("<HB", 0x2A48, 1)


def read(*paras: Para, **options: object) -> tuple[Block, ...]:
    """The blocks of a file with these paragraphs."""
    return read_doc(Doc(list(paras), **options).written(), "a.doc")  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "options",
    [{}, {"ragged": 40}, {"huge": True}, {"huge": True, "ragged": -25}],
    ids=["plain", "dragged edges", "data stream", "both"],
)
def test_merged_cells_are_read_where_they_stand(form: str, options: dict[str, int]) -> None:
    """Wide and high cells, also where edges of rows differ a little."""
    printed = sheet(form)
    blocks = read_doc(print_doc(printed, **options), "a.doc")  # type: ignore[arg-type]
    tables = grids(blocks)
    assert all(table.positioned for table in tables)
    assert [found(t) for t in tables] == [
        placed(BOXES[t.id](printed, t)) for t in printed.form.tables
    ]
    assert [t.locus.block for t in tables] == [1, 2, 3]
    cell = tables[1].rows[3][1]
    assert (cell.locus.block, cell.locus.row, cell.locus.col) == (2, 4, 4)


def test_merges_by_flags_are_read_as_wide_cells() -> None:
    """Cells that are all there and flagged as merged give the text and places of wide ones."""
    printed = sheet()
    tables = grids(read_doc(print_doc(printed, flagged=True), "a.doc"))
    for grid, table in zip(tables, printed.form.tables, strict=True):
        boxes = BOXES[table.id](printed, table)
        want = [[(text, height) for text, _, _, height in row] for row in placed(boxes)]
        assert [[(text, height) for text, _, _, height in row] for row in found(grid)] == want


def test_a_table_that_follows_another_without_text_goes_on_as_one() -> None:
    """Word knows no end of a table but a paragraph; every row is kept with its places."""
    printed = sheet()
    tables = grids(read_doc(print_doc(printed, adjacent=True), "a.doc"))
    assert len(tables) == 2
    assert len(tables[1].rows) == sum(
        len(BOXES[t.id](printed, t)) for t in printed.form.tables if t.id != "disclosure"
    )


def test_headings_paragraphs_and_their_places() -> None:
    """Style 1 is a heading; `line` counts paragraphs; blank ones are left out."""
    blocks = read(para("题", style=1), para(" "), para("文一"), para("文𠀀二\x0b行\x1e"))
    assert [type(b) for b in blocks] == [Heading, Paragraph, Paragraph]
    assert texts(blocks) == ["题", "文一", "文𠀀二\n行-"]
    assert [b.locus.line for b in blocks] == [1, 3, 4]
    assert sniff(Doc([para("文")]).written(), "a.wps") == DOC


def test_codes_of_fields_are_no_text() -> None:
    """A field gives its result, one in a field too; one without a result gives nothing."""
    blocks = read(
        para("甲\x13 PAGE \x1412\x15乙"),
        para("丙\x13 IF \x13 REF x \x143\x15 \x144\x15丁"),
        para("戊\x13 EQ 5 \x15己\x15\x14"),
    )
    assert texts(blocks) == ["甲12乙", "丙4丁", "戊己"]


def test_a_field_that_is_not_closed_ends_with_its_cell() -> None:
    """The cells behind it are not swallowed."""
    rows = [
        para("1\x13 X", "\x07", IN_TABLE),
        para("2", "\x07", IN_TABLE),
        para("", "\x07", IN_TABLE + ROW_END + row_properties([0, 500, 1000], [0, 0])),
    ]
    (grid,) = grids(read(*rows))
    assert [c.text for c in grid.rows[0]] == ["1", "2"]


def test_hidden_deleted_and_raised_text() -> None:
    """What is not shown is no text; a raised digit does not join a number."""
    runs = (
        Run("1"),
        Run("9", HIDDEN),
        Run("8", DELETED),
        Run("2", narrow=True),
        Run("3", RAISED),
        Run("上", RAISED),
        Run("\x02", struct.pack("<HB", 0x0855, 1)),
        Run("4"),
    )
    assert texts(read(Para(runs))) == ["12 3 上 4"]


@pytest.mark.parametrize(
    ("code", "operand", "text"),
    [
        (0x0837, b"\1", "1 2\u0336 甲"),
        (0x2A53, b"\1", "1 2\u0336 甲"),
        (0x4845, b"\xf8\xff", "1 2 甲"),
        (0x4845, b"\2\0", "12甲"),
        (0x4A43, b"\2\0", "1 2 甲"),
        (0x4A43, b"\x15\0", "12甲"),
        (0x6870, b"\xff\xff\xff\0", "1 2 甲"),
        (0x6870, b"\xff\0\0\0", "12甲"),
        (0x2A42, b"\x08", "1 2 甲"),
    ],
)
def test_struck_moved_and_unseen_digits_do_not_join_a_number(
    code: int, operand: bytes, text: str
) -> None:
    """By each property; what is struck is no number by itself either."""
    look = struct.pack("<H", code) + operand
    assert texts(read(Para((Run("1"), Run("2", look), Run("甲", look))))) == [text]


def test_an_inserted_symbol_is_its_character() -> None:
    """Its place is held by a bracket with the properties of a symbol."""
    symbol = struct.pack("<HB", 0x0855, 1) + struct.pack("<HHH", 0x6A09, 1, 0xF0FC)
    assert texts(read(Para((Run("(", symbol), Run("(a"))))) == ["\uf0fc(a"]


def test_fast_saved_properties_of_a_piece_count() -> None:
    """Fast saving leaves properties at the piece; here they hide the last one."""
    runs = (Run("12"), Run("34", narrow=True))
    doc = Doc([Para(runs, mark="")], changes=HIDDEN)
    assert texts(read_doc(doc.written(), "a.doc")) == ["12"]


def nested(*, frame: bool) -> list[Para]:
    """A table with a table in a cell; `frame`: the outer one has one column only."""
    inner = [
        para("内1", "\r", depth(2) + INNER_CELL),
        para("内2", "\r", depth(2) + INNER_CELL),
        para(
            "", "\r", depth(2) + INNER_CELL + INNER_ROW_END + row_properties([0, 300, 600], [0, 0])
        ),
    ]
    outer = [para("外", "\r", depth(1)), *inner, para("末", "\x07", depth(1))]
    edges, flags = [0, 900], [0]
    if not frame:
        outer.append(para("旁", "\x07", depth(1)))
        edges, flags = [0, 900, 1800], [0, 0]
    return [*outer, para("", "\x07", depth(1) + ROW_END + row_properties(edges, flags)), para("后")]


def test_a_nested_table_stands_where_it_is() -> None:
    """A row that holds one is taken apart in its order."""
    first, inner, last, beside, after = read(*nested(frame=False))
    assert isinstance(inner, Grid)
    assert found(inner) == [[("内1", 0, 1, 1), ("内2", 1, 1, 1)]]
    assert inner.locus.block == 1
    assert texts((first, last, beside, after)) == ["外", "末", "旁", "后"]


def test_a_frame_of_one_column_is_its_content() -> None:
    """A table that only holds paragraphs and tables is no table of its own."""
    first, inner, last, after = read(*nested(frame=True))
    assert texts((first, last, after)) == ["外", "末", "后"]
    assert isinstance(inner, Grid)


def row_of(
    *cells: str, edges: list[int], deep: int = 1, flags: list[int] | None = None
) -> list[Para]:
    """A row of a table at some depth."""
    shape = row_properties(edges, flags or [0] * (len(edges) - 1))
    if deep == 1:
        ends = [para(text, "\x07", depth(1)) for text in cells]
        return [*ends, para("", "\x07", depth(1) + ROW_END + shape)]
    ends = [para(text, "\r", depth(deep) + INNER_CELL) for text in cells]
    return [*ends, para("", "\r", depth(deep) + INNER_CELL + INNER_ROW_END + shape)]


def fitted(*rows: list[Para], wide: int = 900) -> list[Para]:
    """A table of three columns whose second row has a label and a table over the other two."""
    outer = row_properties([0, 300, 300 + wide], [0, 0])
    return [
        *row_of("项", "数", "计", edges=[0, 300, 700, 1200]),
        para("三", "\x07", depth(1)),
        *(one for row in rows for one in row),
        para("", "\x07", depth(1)),
        para("", "\x07", depth(1) + ROW_END + outer),
        *row_of("四", "5", "6", edges=[0, 300, 700, 1200]),
    ]


def test_a_nested_table_that_fits_is_part_of_the_table_around_it() -> None:
    """Its rows become rows, its columns those of the head; the label beside reaches over them."""
    inner = (
        row_of("1", "2", edges=[-100, 310, 800], deep=2),
        row_of("3", "4", edges=[-100, 310, 800], deep=2),
    )
    (grid,) = grids(read(*fitted(*inner)))
    assert found(grid) == [
        [("项", 0, 1, 1), ("数", 1, 1, 1), ("计", 2, 1, 1)],
        [("三", 0, 1, 2), ("1", 1, 1, 1), ("2", 2, 1, 1)],
        [("3", 1, 1, 1), ("4", 2, 1, 1)],
        [("四", 0, 1, 1), ("5", 1, 1, 1), ("6", 2, 1, 1)],
    ]


@pytest.mark.parametrize(
    "inner",
    [
        [row_of("1", "2", edges=[0, 310, 2800], deep=2)],
        [row_of("1", edges=[0, 310, 900], deep=2)],
        [row_of("1", "2", edges=[0, 310, 900], deep=2), [para("0", "\r", depth(2))]],
        [[para("文", "\r", depth(1))], row_of("1", "2", edges=[0, 310, 900], deep=2)],
        [row_of("1", "2", edges=[0, 310, 900], deep=2), row_of("0", edges=[0, 9], deep=3)],
    ],
    ids=["too wide", "other cells", "no end", "text beside", "deeper"],
)
def test_a_nested_table_that_does_not_fit_stands_alone(inner: list[list[Para]]) -> None:
    """Its figures are in a table of their own then, all of them."""
    blocks = read(*fitted(*inner))
    assert len(grids(blocks)) >= 2
    have = [c.text for g in grids(blocks) for row in g.rows for c in row] + texts(blocks)
    want = [run.text for p in fitted(*inner) for run in p.runs if run.text]
    assert sorted(text for text in have if text) == sorted(want)


def test_running_text_in_a_row_over_the_whole_width_is_no_row() -> None:
    """Sections and sentences between tables that Word took together."""
    edges = [0, 4000, 8000]
    blocks = read(
        *row_of("甲", "1", edges=edges),
        *row_of("四、政府信息公开行政复议情况", edges=[0, 8000]),
        *row_of("本年度没有。", edges=[100, 7900]),
        *row_of("本年度没有。", edges=[4000, 8000]),
        *row_of("一、新收", edges=[0, 8000], flags=[0x60]),
        *row_of("小计", edges=[0, 8000]),
    )
    kinds = [type(block) for block in blocks]
    assert kinds == [Grid, Paragraph, Paragraph, Grid]
    assert [c.text for row in grids(blocks)[1].rows for c in row] == [
        "本年度没有。", "一、新收", "小计",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "properties",
    [
        b"",
        row_properties([0, 500], [0]),
        row_properties([0, 500, 400], [0, 0]),
        row_properties([0, 500, 900], [0, 0]) + struct.pack("<HBBH", 0x7621, 0, 1, 100),
    ],
    ids=["no shape", "fewer cells", "no width", "cells inserted"],
)
def test_a_row_whose_shape_is_contradictory_is_counted(properties: bytes) -> None:
    """Its columns are no places then; its texts are all there."""
    rows = [
        para("1", "\x07", IN_TABLE),
        para("2", "\x07", IN_TABLE),
        para("", "\x07", IN_TABLE + ROW_END + properties),
    ]
    (grid,) = grids(read(*rows))
    assert not grid.positioned
    assert [(c.text, c.col) for c in grid.rows[0]] == [("1", 0), ("2", 1)]


def test_a_row_without_an_end_is_kept() -> None:
    """A table that is cut off keeps its cells, with counted columns."""
    (grid,) = grids(read(para("1", "\x07", IN_TABLE), para("2", "\r", IN_TABLE), para("后")))
    assert not grid.positioned
    assert [c.text for c in grid.rows[0]] == ["1", "2"]


def test_changes_of_a_row_after_its_definition() -> None:
    """Merges and widths that stand behind the definition are applied to it."""
    changes = (
        struct.pack("<HBB", 0x5624, 0, 2)
        + struct.pack("<HBBB", 0xD62B, 2, 2, 3)
        + struct.pack("<HBBh", 0x7623, 2, 3, 900)
    )
    low = struct.pack("<HBBB", 0xD62B, 2, 3, 1)
    rows = [
        *(para(text, "\x07", IN_TABLE) for text in ("甲", "", "乙")),
        para(
            "", "\x07", IN_TABLE + ROW_END + row_properties([0, 300, 600, 700], [0, 0, 0]) + changes
        ),
        *(para(text, "\x07", IN_TABLE) for text in ("1", "2", "3", "")),
        para(
            "",
            "\x07",
            IN_TABLE + ROW_END + row_properties([0, 200, 400, 600, 1500], [0, 0, 0, 0]) + low,
        ),
    ]
    (grid,) = grids(read(*rows))
    assert found(grid) == [
        [("甲", 0, 3, 1), ("乙", 3, 1, 2)],
        [("1", 0, 1, 1), ("2", 1, 1, 1), ("3", 2, 1, 1)],
    ]


def test_text_in_a_cell_that_another_covers_is_kept() -> None:
    """Such a cell stays a cell: no text is dropped."""
    rows = [
        *(para(text, "\x07", IN_TABLE) for text in ("甲", "5")),
        para("", "\x07", IN_TABLE + ROW_END + row_properties([0, 300, 600], [0x61, 2])),
        *(para(text, "\x07", IN_TABLE) for text in ("6", "")),
        para("", "\x07", IN_TABLE + ROW_END + row_properties([0, 300, 600], [0x20, 0x20])),
    ]
    (grid,) = grids(read(*rows))
    assert found(grid) == [
        [("甲", 0, 1, 1), ("5", 1, 1, 1)],
        [("6", 0, 1, 1), ("", 1, 1, 1)],
    ]


def picture(wide: int, high: int) -> bytes:
    """The head of a picture in the data stream, size in twips."""
    return struct.pack("<IH22x4H", 0x44, 0x44, wide, high, 1000, 1000) + bytes(40)


def test_pictures_that_may_hold_a_table_are_told() -> None:
    """Large ones, and such whose size is not told; in a cell they stand behind the table."""
    small, large = picture(800, 800), picture(8000, 4000)

    def at(offset: int) -> Run:
        return Run("\x01", struct.pack("<Hi", 0x6A03, offset))

    shape = row_properties([0, 500, 900], [0, 0])
    blocks = read(
        Para((Run("甲"), at(0))),
        Para((Run("乙"), at(len(small)))),
        Para((at(99_999),)),
        Para((Run("\x13 INCLUDEPICTURE "), at(len(small)), Run("\x14\x15"))),
        Para((Run("丙"), at(len(small))), "\x07", IN_TABLE),
        para("1", "\x07", IN_TABLE),
        para("", "\x07", IN_TABLE + ROW_END + shape),
        data=small + large,
    )
    kinds = [type(b) for b in blocks]
    assert kinds == [Paragraph, Paragraph, Picture, Picture, Grid, Picture]
    assert [b.locus.line for b in blocks if isinstance(b, Picture)] == [2, 3, 5]


def floating() -> Doc:
    """A file with a text box that holds a table, and with two floating pictures."""
    inside = table_paras([[Box("甲"), Box("5")]])
    paras = [para("前\x08\x08\x08"), para("后"), para("框"), *inside, para("末")]
    box = sum(len(p.runs[0].text) + 1 for p in paras[2:])
    spots = struct.pack("<4I", 1, 2, 3, 9)
    for number, wide in ((1025, 6000), (1026, 6000), (1027, 900)):
        spots += struct.pack("<I4iH4x", number, 0, 0, wide, 3000, 0)
    drawing = b"".join(
        struct.pack("<HHIII", kind << 4 | 2, 0xF00A, 8, number, 0)
        for number, kind in ((1025, 202), (1026, 75), (1027, 75))
    )
    boxes = (
        struct.pack("<3I", 0, box - 1, box) + bytes(14) + struct.pack("<II", 1025, 0) + bytes(22)
    )
    return Doc(paras, parts={40: spots, 50: drawing, 56: boxes}, stories={6: box})


def test_a_text_box_stands_behind_the_paragraph_it_is_anchored_in() -> None:
    """Its table counts among the tables; of floating pictures the large ones are told."""
    blocks = read_doc(floating().written(), "a.doc")
    assert [type(b) for b in blocks] == [
        Paragraph, Picture, Paragraph, Grid, Paragraph, Paragraph,
    ]  # fmt: skip
    assert texts(blocks) == ["前", "框", "末", "后"]


def test_a_text_box_without_a_shape_stands_at_the_end() -> None:
    """Nothing of it is lost."""
    doc = floating()
    doc.parts = {56: doc.parts[56]}
    assert texts(read_doc(doc.written(), "a.doc")) == ["前", "后", "框", "末"]


def test_text_boxes_that_run_backwards_are_damage() -> None:
    """Else one text could be read again and again."""
    doc = floating()
    doc.parts[56] = struct.pack("<3I", 0, 5, 2) + bytes(44)
    assert code_of(read_doc, doc.written()) == "damaged"


def test_notes_and_headers_are_no_text_of_the_report() -> None:
    """Only the main text is, and text boxes."""
    paras = [para("正文"), para("脚注7"), para("页眉8")]
    assert texts(read_doc(Doc(paras, stories={1: 4, 2: 4}).written(), "a.doc")) == ["正文"]


def test_a_file_with_a_password_says_so() -> None:
    """Encrypted and obfuscated files have the same mark."""
    assert code_of(read_doc, Doc([para("文")], flags=0x0300).written()) == "encrypted"


def test_cut_off_and_contradictory_files_are_damaged() -> None:
    """Every part that is not where the file says it is."""
    whole = print_doc(sheet())
    assert code_of(read_doc, whole[:600]) == "damaged"
    assert code_of(read_doc, whole[: len(whole) // 2]) == "damaged"
    assert code_of(read_doc, container({"WordDocument": bytes(4096)})) != ""
    assert code_of(read_doc, container({"Other": b""})) == "damaged"
    assert code_of(read_doc, Doc([para("文")], stories={0: 99}).written()) == "damaged"
    assert code_of(read_doc, Doc([para("1", "\x07")]).written()) == "damaged"


def test_limits_of_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, cells of a table and of the file, columns."""
    whole = print_doc(sheet())
    for module, limits in (
        (edges, Limits(rows=20)),
        (edges, Limits(cells=50)),
        (edges, Limits(columns=9)),
        (marked, Limits(cells=50)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, "LIMITS", limits)
            assert code_of(read_doc, whole) == "over_limit"


def test_bytes_that_were_changed_never_end_otherwise_than_with_an_error() -> None:
    """Any byte may be wrong: blocks or a ReadError, nothing else."""
    whole = print_doc(sheet())
    chance = random.Random(7)  # noqa: S311  # the same bytes each time
    outcomes = set()
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        outcomes.add(is_read(read_doc, bytes(data)))
    assert outcomes == {True, False}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice (soffice)")
def test_the_file_that_the_tests_write_is_a_word_file(tmp_path: Path) -> None:
    """LibreOffice reads the same texts in it, so the tests do not only agree with themselves."""
    (tmp_path / "a.doc").write_bytes(print_doc(sheet()))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'user').as_uri()}", "--headless",
         "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), str(tmp_path / "a.doc")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = (tmp_path / "a.txt").read_text(encoding="utf-8-sig")
    printed = sheet()
    wanted = [
        box.text for t in printed.form.tables for row in BOXES[t.id](printed, t) for box in row
    ]
    wanted = [text for text in wanted if text]
    assert [line for line in text.split("\n") if line in set(wanted)] == wanted
