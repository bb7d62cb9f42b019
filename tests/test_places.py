"""Where a figure is shown in its original: in the table, in the line, on the page, or not at all."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import make
import pytest
from print_boxes import place_of, print_boxes
from printers import Sheet, print_report

from gongkai.model import (
    Cell,
    CellId,
    Corpus,
    Grid,
    Heading,
    Locus,
    Paragraph,
    Problem,
    Published,
    Status,
    Value,
)
from gongkai.originals import KEPT, copy_originals, show_originals
from gongkai.package.schema import CELLS
from gongkai.pages.places import Found, places_file, wanted_of
from gongkai.read.picture import BUDGET
from gongkai.read.sandbox import Workers
from gongkai.read.sniff import DOCX, HTML, OFD, PDF, TEXT
from gongkai.read.surroundings import Wanted

if TYPE_CHECKING:
    from gongkai.model import Report

ROOT = Path(__file__).resolve().parent.parent
FIRST, SECOND = CellId("requests", "granted", "total"), CellId("requests", "granted", "other_org")
THIRD = CellId("disputes", "review", "total")


#: A page of OFD, and its table where it has no picture.
_PAGE_OR_TABLE = Wanted(pages=(3,), blocks=True)


def report(media_type: str, **places: Locus) -> Report:
    """A report with only these figures: `raw=Locus(…)` for FIRST, SECOND, THIRD in order."""
    made = make.report()
    values = {
        cell: Value(1, Status.NUMBER, raw.strip("_"), locus=at)
        for cell, (raw, at) in zip((FIRST, SECOND, THIRD), places.items(), strict=False)
    }
    return replace(made, source=replace(made.source, media_type=media_type), values=values)


def data_of(made: Report, found: Found) -> dict[str, Any]:
    """The file as a page reads it."""
    data: dict[str, Any] = json.loads(places_file(made, found))
    return data


def entry_of(data: dict[str, Any], cell: CellId) -> Any:
    """The place of a cell."""
    return data["cells"].get(cell.table, {}).get(cell.row, {}).get(cell.column)


def grid(rows: list[list[tuple[str, int, int, int]]], block: int = 1) -> Grid:
    """A table: text, column, colspan and rowspan of each cell."""
    return Grid(
        tuple(
            tuple(
                Cell(t, at, col, Locus("f", block=block, row=at + 1, col=col + 1), high, wide)
                for t, col, wide, high in row
            )
            for at, row in enumerate(rows)
        ),
        Locus("f", block=block),
        positioned=True,
    )


@pytest.mark.parametrize(
    ("media_type", "at", "wanted"),
    [
        (PDF, Locus("f", page=3, bbox=(1, 2, 3, 4)), Wanted(pages=(3,))),
        (PDF, Locus("f", block=1, row=1, col=1), Wanted(blocks=True)),
        (OFD, Locus("f", page=3, block=1, row=1, col=1, bbox=(1, 2, 3, 4)), _PAGE_OR_TABLE),
        (TEXT, Locus("f", line=3), Wanted(lines=True)),
        (DOCX, Locus("f", block=1, row=1, col=1), Wanted(blocks=True)),
    ],
)
def test_an_original_is_asked_for_what_its_places_need(
    media_type: str, at: Locus, wanted: Wanted
) -> None:
    """Pages where they can be pictured, lines of texts, tables of everything else."""
    assert wanted_of(report(media_type, _1=at)) == wanted


def test_a_report_without_places_needs_nothing() -> None:
    """No figure has a place: nothing is read and nothing is written."""
    made = report(HTML)
    assert wanted_of(made) == Wanted()
    assert places_file(made, Found()) == b""
    nowhere = replace(made, values={FIRST: Value(None, Status.MISSING)})
    assert wanted_of(nowhere) == Wanted()


def test_a_figure_on_a_page_has_its_box() -> None:
    """In points to two decimals; a page alone where no box is known; words without a picture."""
    made = report(
        PDF,
        _1=Locus("f", page=2, bbox=(1.005, 2, 3.3333, 4)),
        _2=Locus("f", page=2),
        _3=Locus("f", page=9, bbox=(1, 2, 3, 4)),
    )
    data = data_of(made, Found({2: (595.276, 841.89)}))
    assert data["pages"] == {"2": [595.28, 841.89]}
    assert entry_of(data, FIRST) == ["p", 2, 1.0, 2, 3.33, 4]
    assert entry_of(data, SECOND) == ["p", 2]
    assert entry_of(data, THIRD) is None


def test_a_table_is_shown_with_its_merged_cells_and_gaps() -> None:
    """Spans as they are; a place without a cell is an empty one, so that columns stay in line."""
    table = grid(
        [
            [("头", 0, 1, 2), ("宽", 1, 2, 1)],
            [("下", 2, 1, 1)],
            [("左", 0, 1, 1), ("7", 2, 1, 1)],
        ]
    )
    base = "/html/body/table/tr[3]/td"
    made = report(
        HTML,
        _7=Locus("f", block=1, row=3, col=3, element=f"{base}[2]"),
        _1=Locus("f", block=1, row=3, col=1, element=f"{base}[1]/p"),
        _3=Locus("f", block=1, row=9, col=9),
    )
    blocks = (Heading("二、标题", 2, Locus("f")), Paragraph(" ", Locus("f")), table)
    data = data_of(made, Found(blocks=blocks))
    assert data["tables"] == {
        "1": {
            "above": "二、标题",
            "rows": [[["头", 1, 2], ["宽", 2, 1]], ["", "下"], ["左", "", "7"]],
        }
    }
    assert data["element"] == "/html/body/table/tr[3]/td["
    assert entry_of(data, FIRST) == ["t", 1, 2, 2, "2]"]
    assert entry_of(data, SECOND) == ["t", 1, 2, 0, "1]/p"]
    assert entry_of(data, THIRD) is None


def test_a_single_element_has_no_common_beginning() -> None:
    """One address stands as a whole."""
    made = report("x", _1=Locus("f", block=1, row=1, col=1, element="Sheet1!A1"))
    data = data_of(made, Found(blocks=(grid([[("1", 0, 1, 1)]]),)))
    assert (data["element"], entry_of(data, FIRST)) == ("", ["t", 1, 0, 0, "Sheet1!A1"])
    same = Locus("f", block=1, row=1, col=1, element="Sheet1!A1")
    data = data_of(report("x", _1=same, _2=same), Found(blocks=(grid([[("1", 0, 1, 1)]]),)))
    assert (data["element"], entry_of(data, FIRST)) == ("Sheet1!A1", ["t", 1, 0, 0, ""])


def test_only_rows_around_the_figures_are_shown() -> None:
    """A long table is cut, a cell that reaches over the cut ends there, other tables are left out."""
    rows = [[(f"行{at}", 1, 1, 1), ("x" * 500, 2, 1, 1)] for at in range(40)]
    rows[10] = [("长", 0, 1, 30), *rows[10]]
    blocks = (grid(rows), grid([[("别的", 0, 1, 1)]], block=2), Paragraph("后", Locus("f")))
    data = data_of(report(DOCX, _1=Locus("f", block=1, row=15, col=2)), Found(blocks=blocks))
    shown = data["tables"]["1"]["rows"]
    assert list(data["tables"]) == ["1"]
    assert [row[-2] for row in shown] == [f"行{at}" for at in range(8, 21)]
    assert shown[2][0] == ["长", 1, 11]
    assert shown[0][0] == ""
    assert len(shown[0][-1]) == 160
    assert entry_of(data, FIRST) == ["t", 1, 6, 0]


LINES = (
    "说明",
    "规章\t1\t0\t11",
    "| 许可 | 5 | 6 |",
    "处罚 ｜ 7 ｜ 8",
    "\t9",
    "（一）予以公开 1 2 2",
    "1 年 1",
    "𠮷 3",
)


@pytest.mark.parametrize(
    ("line", "col", "raw", "marked"),
    [
        (2, 2, "1", "1"),
        (2, 4, "11", "11"),
        (2, 9, "1", None),
        (3, 3, "6", "6"),
        (4, 2, "7", "7"),
        (5, 3, "9", "9"),
        (7, None, "1", "1"),
        (7, None, "年", "年"),
        (8, None, "3", "3"),
        (2, 3, "12", None),
        (2, 3, "", None),
    ],
)
def test_a_figure_is_marked_in_its_line(
    line: int, col: int | None, raw: str, marked: str | None
) -> None:
    """Tabs, bars, one cell a line, words: only where it is certain which one it is."""
    made = report(TEXT, **{raw or "_": Locus("f", line=line, col=col)})
    kind, number, *span = entry_of(data_of(made, Found(lines=LINES)), FIRST)
    assert (kind, number) == ("l", line)
    assert (LINES[line - 1][slice(*span)] if span else None) == marked
    assert len(span) in {0, 2}


def test_figures_parted_by_spaces_are_marked_as_the_end_of_their_line() -> None:
    """Equal figures are told apart by their order; other words at the end leave them unmarked."""
    at = Locus("f", line=6)
    made = report(TEXT, _1=at, _2=at, _2_=at)
    data = data_of(made, Found(lines=LINES))
    spans = [entry_of(data, cell)[2:] for cell in (FIRST, SECOND, THIRD)]
    assert [LINES[5][slice(*span)] for span in spans] == ["1", "2", "2"]
    assert spans[1] < spans[2]
    data = data_of(report(TEXT, _2=at, _1=at), Found(lines=LINES))
    assert entry_of(data, FIRST) == ["l", 6]


def test_lines_around_are_shown_and_cut() -> None:
    """Three above and below; a line without end is cut, and what lies beyond is not marked."""
    lines = (*(f"第{n}行" for n in range(1, 20)), "x" * 700 + " 5", "y" * 700 + "\t6")
    made = report(
        TEXT, _1=Locus("f", line=2), _5=Locus("f", line=20), _6=Locus("f", line=21, col=2)
    )
    data = data_of(made, Found(lines=lines))
    assert [number for number, _ in data["lines"]] == [1, 2, 3, 4, 5, 17, 18, 19, 20, 21]
    assert max(len(text) for _, text in data["lines"]) == 600
    assert entry_of(data, SECOND) == ["l", 20]
    assert entry_of(data, THIRD) == ["l", 21]
    gone = data_of(report(TEXT, _1=Locus("f", line=2), _2=Locus("f", line=99)), Found(lines=lines))
    assert entry_of(gone, SECOND) is None


def test_a_figure_in_running_text_is_shown_in_its_paragraph() -> None:
    """A document without lines: its paragraphs are numbered, tables between them do not count."""
    here = Locus("f", element="/w:p[9]")
    blocks = (
        Paragraph("前", Locus("f", element="/w:p[1]")),
        grid([[("1", 0, 1, 1)]]),
        Paragraph("收费 3 件", here),
    )
    made = report(DOCX, _3=here, _4=Locus("f", element="/w:p[8]"))
    data = data_of(made, Found(blocks=blocks))
    assert data["lines"] == [[1, "前"], [2, "收费 3 件"]]
    assert entry_of(data, FIRST) == ["l", 2, 3, 4]
    assert entry_of(data, SECOND) is None
    assert data["tables"] == {}


def test_text_that_does_harm_is_taken_out() -> None:
    """Control characters and marks that turn the direction; everything else is for the page."""
    bad = "\u202e<b>1</b>\x00\x1b"
    table = grid([[(bad, 0, 1, 1)]])
    made = report(HTML, _1=Locus("f", block=1, row=1, col=1))
    data = data_of(made, Found(blocks=(Paragraph(bad, Locus("f")), table)))
    assert data["tables"]["1"] == {"above": "<b>1</b>", "rows": [["<b>1</b>"]]}
    data = data_of(report(TEXT, _1=Locus("f", line=1)), Found(lines=(bad,)))
    assert data["lines"] == [[1, " <b>1</b>  "]]


def test_the_columns_and_keys_are_documented() -> None:
    """docs/places.md has every column of a place, in order, the budget, and the keys of the file."""
    text = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    names = [re.findall("`([^`]+)`", line)[0] for line in tables[0].splitlines()[2:]]
    columns = [f.name for f in CELLS.fields]
    assert names == columns[columns.index("place") : columns.index("form")]
    data = data_of(report(TEXT, _1=Locus("f", line=1)), Found(lines=("1",)))
    keys = [re.findall("`([^`]+)`", line)[0] for line in tables[2].splitlines()[2:]]
    assert keys == list(data)
    assert f"{BUDGET:,} 字节" in text
    assert "originals:" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


# What is kept between builds.


def small_corpus(root: Path) -> Corpus:
    """A text and a PDF with their originals below `root`."""
    made = make.report(year=2022)
    cells = {cell: value.raw for cell, value in made.values.items()}
    text = print_report(Sheet(make.form(), cells), "tsv")
    first = CellId("requests", "received", "total")
    at = next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith("一、本年新收"))
    made = replace(
        made,
        values={
            **made.values,
            first: replace(made.values[first], locus=Locus("f", line=at, row=1, col=10)),
        },
    )
    page, box = place_of(0)
    paged = report(PDF, _7=Locus("f", page=page, bbox=box))
    entry = replace(make.entry(year=2023), original="content/reports/990100/tongjiju/2023/a.pdf")
    paged = replace(paged, entry=entry)
    files = ((made, text.encode()), (paged, print_boxes(["7"])))
    for one, data in files:
        assert one.entry is not None
        path = root / one.entry.original
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return make.corpus(*(Published(one, ()) for one, _ in files))


def test_originals_are_made_once_and_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build makes nothing again; a changed figure, place or file is made again."""
    corpus = small_corpus(tmp_path)
    shown = show_originals(corpus, tmp_path, workers=2)
    assert shown.problems == ()
    assert shown.pages == {
        "cn-990100-tongjiju-2022": frozenset(),
        "cn-990100-tongjiju-2023": frozenset({2}),
    }
    copy_originals(tmp_path, tmp_path / "out")
    out = sorted(
        p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")
    )
    assert out == [
        "990100/tongjiju/2022/places.json",
        "990100/tongjiju/2023/p2.webp",
        "990100/tongjiju/2023/places.json",
    ]
    made: list[str] = []
    run = Workers.run

    def counted(self: Any, function: Any, tasks: Any) -> Any:
        kept = list(tasks)
        made.extend(task.name for task in kept)
        return run(self, function, kept)

    monkeypatch.setattr(Workers, "run", counted)
    assert show_originals(corpus, tmp_path) == shown
    assert made == []
    one = corpus.reports[0]
    changed = replace(one.report, entry=replace(one.entry, original_sha256="1" * 64))
    show_originals(replace(corpus, reports=(Published(changed, ()), corpus.reports[1])), tmp_path)
    assert made == [one.entry.original]


def test_originals_that_are_gone_are_dropped(tmp_path: Path) -> None:
    """Folders of reports that are no longer there go, and empty ones above them."""
    corpus = small_corpus(tmp_path)
    show_originals(corpus, tmp_path)
    show_originals(replace(corpus, reports=corpus.reports[:1]), tmp_path)
    assert [p.name for p in (tmp_path / KEPT).glob("*/*/*")] == ["2022"]
    show_originals(replace(corpus, reports=()), tmp_path)
    assert list((tmp_path / KEPT).iterdir()) == []


def test_an_original_that_cannot_be_pictured_is_a_problem_of_its_own(tmp_path: Path) -> None:
    """The others are shown; what was there before goes; a report without places needs nothing."""
    corpus = small_corpus(tmp_path)
    show_originals(corpus, tmp_path)
    broken = corpus.reports[1]
    (tmp_path / broken.entry.original).write_bytes(b"%PDF-1.7 broken")
    entry = replace(broken.entry, original_sha256="2" * 64)
    nowhere = replace(make.report("form2019"), values={})
    (tmp_path / str(nowhere.entry.original)).parent.mkdir(parents=True)  # type: ignore[union-attr]
    (tmp_path / str(nowhere.entry.original)).write_text("无", encoding="utf-8")  # type: ignore[union-attr]
    reports = (corpus.reports[0], Published(replace(broken.report, entry=entry), ()))
    shown = show_originals(replace(corpus, reports=(*reports, Published(nowhere, ()))), tmp_path)
    assert list(shown.pages) == ["cn-990100-tongjiju-2022"]
    (problem,) = shown.problems
    assert isinstance(problem, Problem)
    assert problem.file == entry.original
