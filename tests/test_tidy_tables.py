"""Tables over pages become one; what a page adds to them is dropped and named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import readback
from readback import sound

from gongkai.model import Cell, Document, Grid, Heading, Locus, Paragraph, Source
from gongkai.tidy import fold, key, tidy
from print_blocks import Layout, print_blocks

DATA = Path("/usr/share/unicode/EquivalentUnifiedIdeograph.txt")
#: What a radical or a stroke stands for, where the simplified form is not Unicode's own.
SIMPLIFIED = dict(zip("戶見貝車長門靑韋頁風飛馬鬥魚鳥鹵麥黃黽齊齒龍龜斉歯竜亀飠", "户见贝车长门青韦页风飞马斗鱼鸟卤麦黄黾齐齿龙龟齐齿龙龟食", strict=True))  # fmt: skip
CASES = "⺁厂⺂乛⺇𠘨⺕𫜹⺠民⺮𥫗⻅见⻆角⻓长⻔门⻛风⻞𩙿⻟食⻥鱼⻩黄⻳龟⼀一⼈人⼾户⽂文⽣生⾏行⾔言⾦金⾧长⾨门⾾斗⿁鬼⿔龟⿕龠㇐一㇠乙㇡𠄎"


def grids(document: Document) -> list[Grid]:
    """The tables of a document."""
    return readback.grids(document.blocks)


def cell(
    text: str, place: tuple[int, int], page: int, width: int = 1, box: float | None = 0.0
) -> Cell:
    """A cell with its box; columns are 50 points wide."""
    at, col = place
    x = 50.0 * (col + 1) + (box or 0.0)
    bbox = None if box is None else (x, 20.0 * at, x + 50.0 * width, 20.0 * at + 20)
    return Cell(text, at, col, Locus("a.pdf", page, row=at + 1, col=col + 1, bbox=bbox), 1, width)


def grid(page: int, *rows: list[str], box: float | None = 0.0) -> Grid:
    """A table of single cells."""
    made = tuple(
        tuple(cell(text, (at, col), page, box=box) for col, text in enumerate(row))
        for at, row in enumerate(rows)
    )
    return Grid(made, Locus("a.pdf", page, block=page), positioned=True)


def tidied(*blocks: Grid | Paragraph | Heading) -> Document:
    """The document of these blocks, tidied."""
    return tidy(Document(Source("a.pdf", "application/pdf", "", 0), blocks))


def texts(one: Grid) -> list[list[str]]:
    """The texts of a table."""
    return [[c.text for c in row] for row in one.rows]


# Glyphs


@pytest.mark.parametrize(("odd", "meant"), list(zip(CASES[::2], CASES[1::2], strict=True)))
def test_radicals_and_strokes_are_folded(odd: str, meant: str) -> None:
    """To Unicode's equivalent, in its simplified form."""
    assert fold(odd) == meant


@pytest.mark.skipif(not DATA.is_file(), reason="Unicode's data are not on this machine")
def test_all_equivalent_ideographs_of_unicode_are_folded() -> None:
    """Every radical and stroke that Unicode gives an ideograph for."""
    count = 0
    for line in DATA.read_text(encoding="utf-8").splitlines():
        codes, _, target = line.partition("#")[0].partition(";")
        if not target.strip():
            continue
        first, *last = (int(code, 16) for code in codes.strip().split(".."))
        for code in range(first, (last or [first])[0] + 1):
            wanted = chr(int(target, 16))
            assert fold(chr(code)) == SIMPLIFIED.get(wanted, wanted), hex(code)
            count += 1
    assert count >= 348


def test_keys_know_radicals_that_were_folded_to_traditional() -> None:
    """A program before us may have made 戶 of a radical, and compatibility forms of others."""
    assert key("門戶長見") == key("门户长见")
    assert key("\uf9e8\uf97e\ufa08") == key("裡量行")
    assert key("规章¹") == key("规章₁") == "规章"
    assert fold("見") == "見"


# Tables over pages


@pytest.mark.parametrize("again", [0, 3])
@pytest.mark.parametrize("cut", [5, 12, 26])
def test_a_table_over_two_pages_becomes_one(cut: int, again: int) -> None:
    """Loci are kept; a head that is repeated is dropped and named."""
    layout = Layout(cut=cut, again=again, paged=True)
    document = print_blocks(sound(), layout)
    whole = tidy(document)
    requests = next(g for g in grids(whole) if len(g.rows) > 20)
    assert len(requests.rows) == len(grids(print_blocks(sound(), Layout()))[1].rows)
    assert len({c.locus.page for row in requests.rows for c in row}) == 2
    assert [c.row for row in requests.rows for c in row[:1]] == list(range(len(requests.rows)))
    assert sum("续页重复的表头" in text for text in whole.warnings) >= (3 if again else 0)


def test_tables_with_other_columns_stay_apart() -> None:
    """Neither another width nor other inner edges, nor a page between, make one table."""
    first = grid(1, ["甲", "1", "2"], ["乙", "3", "4"])
    wide = grid(2, ["丙", "1", "2", "3"])
    moved = grid(2, ["丙", "1", "2"], box=20.0)
    later = grid(3, ["丙", "1", "2"])
    bare = grid(2, ["丙", "1", "2"], box=None)
    for other in (wide, moved, later, bare):
        assert len(grids(tidied(first, other))) == 2
    inner = Grid(
        ((cell("丙", (0, 0), 2, 2), cell("1", (0, 2), 2)),), Locus("a.pdf", 2), positioned=True
    )
    assert len(grids(tidied(first, inner))) == 1
    assert len(grids(tidied(first, replace(moved, positioned=False)))) == 2
    assert len(grids(tidied(replace(first, rows=()), grid(2, ["丙"])))) == 2


def tilted(one: Grid, tilt: float, aside: float = 0.0) -> Grid:
    """The table as on a page scanned askew: each box is the one around the tilted cell."""

    def moved(of: Cell) -> Cell:
        assert of.locus.bbox is not None
        x0, top, x1, bottom = of.locus.bbox
        xs = [x + tilt * y + aside for x in (x0, x1) for y in (top, bottom)]
        ys = [y - tilt * x for x in (x0, x1) for y in (top, bottom)]
        box = (round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1))
        return replace(of, locus=replace(of.locus, bbox=box))

    return replace(one, rows=tuple(tuple(map(moved, row)) for row in one.rows))


def test_tables_of_tilted_pages_are_joined_column_by_column() -> None:
    """Columns that lean, each page by its own tilt, are the same columns; boxes stay as scanned."""
    rows = [[str(at), "1", "", "2"] for at in range(36)]
    first, second = grid(1, ["甲", "乙", "丙", "丁"], *rows), grid(2, *rows[:20])
    for tilt, other, aside in ((0.04, -0.03, 12.0), (0.04, 0.0, -9.0), (0.0, 0.05, 3.0)):
        parts = tilted(first, tilt), tilted(second, other, aside)
        (whole,) = grids(tidied(*parts))
        assert len(whole.rows) == 57
        assert all(
            [(c.col, c.colspan) for c in row] == [(k, 1) for k in range(4)] for row in whole.rows
        )
        assert whole.rows[-1][1].locus == parts[1].rows[-1][1].locus


def test_tables_of_tilted_pages_that_do_not_fit_stay_apart() -> None:
    """Neither another width, nor another place, nor a table without boxes goes on."""
    rows = [[str(at), "1", "2"] for at in range(20)]
    first = tilted(grid(1, *rows), 0.03)
    wide = tilted(grid(2, *([*row, "3"] for row in rows)), -0.03)
    far = tilted(grid(2, *rows), 0.02, 60.0)
    for other in (wide, far, grid(2, *rows, box=None)):
        assert len(grids(tidied(first, other))) == 2
    assert len(grids(tidied(grid(1, *rows, box=None), tilted(grid(2, *rows), 0.02)))) == 2


def test_a_cell_narrower_than_any_column_keeps_tables_apart() -> None:
    """Its place in the common columns would be a guess."""
    first = grid(1, ["甲", "1", "2"])
    thin = cell("", (0, 0), 2)
    thin = replace(thin, locus=replace(thin.locus, bbox=(50.0, 0.0, 51.0, 20.0)))
    second = Grid(((thin, *grid(2, ["丙", "1", "2"]).rows[0]),), Locus("a.pdf", 2), positioned=True)
    assert len(grids(tidied(first, second))) == 2


def test_a_box_that_is_missing_keeps_tables_apart() -> None:
    """All columns must be counted alike."""
    first = grid(1, ["甲", "1", "2"])
    second = grid(2, ["丙", "1", "2"], ["丁", "3", "4"])
    lost = replace(second.rows[1][0], locus=Locus("a.pdf", 2))
    second = replace(second, rows=(second.rows[0], (lost, *second.rows[1][1:])))
    assert len(grids(tidied(first, second))) == 2


def test_rows_that_only_look_like_a_repeated_head_stay() -> None:
    """A row of one cell, one with figures, or a head that reaches into the table is no head."""
    first = grid(1, ["甲", "乙"], ["丙", "1"])
    assert texts(grids(tidied(first, grid(2, ["甲", "乙"], ["丁", "2"])))[0]) == [
        ["甲", "乙"], ["丙", "1"], ["丁", "2"],
    ]  # fmt: skip
    figures = grid(1, ["甲", "1"], ["乙", "2"])
    assert len(grids(tidied(figures, grid(2, ["甲", "1"], ["乙", "3"])))[0].rows) == 4
    sole = Grid(
        ((cell("甲", (0, 0), 1, 2),), *grid(1, ["丙", "1"]).rows),
        Locus("a.pdf", 1),
        positioned=True,
    )
    below = Grid(
        ((cell("甲", (0, 0), 2, 2),), *grid(2, ["丁", "1"]).rows),
        Locus("a.pdf", 2),
        positioned=True,
    )
    assert len(grids(tidied(sole, below))[0].rows) == 4
    tall = grid(2, ["甲", "乙"], ["丁", "2"])
    reaching = (replace(tall.rows[0][0], rowspan=2), tall.rows[0][1])
    joined = grids(tidied(first, replace(tall, rows=(reaching, tall.rows[1][1:]))))
    assert len(joined[0].rows) == 4


# Page furniture


def test_page_numbers_and_running_heads_in_a_table_are_dropped() -> None:
    """A row that is nothing else goes; a figure or a number in a cell of several rows stays."""
    title = Paragraph("示例局2023年年度报告", Locus("a.pdf", 1))
    again = Paragraph("示例局2023年年度报告", Locus("a.pdf", 2))
    one = grid(
        1, ["- 1 -", ""], ["甲", "3"], ["示例局 2023年年度报告", ""], ["", "4"], ["第2页 共6页", ""]
    )
    whole = tidied(title, one, again)
    assert texts(grids(whole)[0]) == [["甲", "3"], ["", "4"]]
    assert sum("页码或页眉" in text for text in whole.warnings) == 4
    tall = replace(one, rows=((replace(one.rows[0][0], rowspan=2),), one.rows[1]))
    assert len(grids(tidied(tall))[0].rows) == 2


def page(number: int, *lines: str) -> list[Paragraph]:
    """The lines of a page."""
    return [Paragraph(line, Locus("a.pdf", number)) for line in lines]


def test_integers_at_the_edge_of_pages_are_page_numbers() -> None:
    """Also behind a label, where they count the pages; one page alone shows nothing."""
    whole = tidied(*page(1, "甲", "行政许可", "3"), *page(2, "行政处罚", "4"), *page(3, "乙"))
    assert [b.text for b in whole.blocks if isinstance(b, Paragraph)] == [
        "甲", "行政许可", "行政处罚", "乙",
    ]  # fmt: skip
    alone = tidied(*page(1, "甲", "行政许可", "3"), *page(2, "行政处罚", "9", "丙"))
    assert len(alone.blocks) == 6


def test_a_running_head_without_a_year_is_one_at_the_edge_of_pages() -> None:
    """In the middle of a page the same line twice is text."""
    whole = tidied(
        *page(1, "政府公报", "甲", "相同文字"), *page(2, "政府公报", "乙", "相同文字", "丙")
    )
    assert [b.text for b in whole.blocks if isinstance(b, Paragraph)].count("政府公报") == 1
    assert [b.text for b in whole.blocks if isinstance(b, Paragraph)].count("相同文字") == 2


def test_lone_figures_one_below_the_other_are_no_page_numbers() -> None:
    """A table that is printed cell by cell has the integers of pages, but beside each other."""
    lines = page(1, "甲", "1", "2", "3", "乙", "0", "丙", "1", "丁。", "2", "戊")
    plain = [replace(line, locus=Locus("a.txt")) for line in lines]
    assert len(tidied(*plain).blocks) == len(lines)


def test_a_table_row_printed_twice_is_no_running_head() -> None:
    """A wide gap parts columns."""
    row = Paragraph("信息内容        本年处理决定数量（指2023年）", Locus("a.txt"))
    assert len(tidied(row, Paragraph("甲", Locus("a.txt")), row).blocks) == 3
