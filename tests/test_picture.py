"""Pictures of pages: light, sharp enough, always the same, and the box is where the ink is."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import make
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from print_boxes import HEIGHT, WIDTH, place_of, print_boxes
from printers import Sheet, print_report

from gongkai.read import ReadError
from gongkai.read import picture as pictured
from gongkai.read.picture import BUDGET, FINEST, LONGEST, picture_pages
from gongkai.read.surroundings import Wanted, read_surroundings
from gongkai.report import read_report

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = [str(number) for number in range(100, 300)]


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def opened(data: bytes) -> Image.Image:
    """A picture in grey."""
    return Image.open(io.BytesIO(data)).convert("L")


def noise(frames: int, rows: int) -> bytes:
    """A TIFF of A4 frames whose first rows no method makes small."""
    draw = random.Random(1)  # noqa: S311  # always the same
    size = (595, 842)
    made = []
    for _ in range(frames):
        dots = draw.randbytes(size[0] * rows) + b"\xff" * (size[0] * (size[1] - rows))
        made.append(Image.frombytes("L", size, dots))
    target = io.BytesIO()
    made[0].save(target, "TIFF", save_all=True, append_images=made[1:], dpi=(72, 72))
    return target.getvalue()


def turned(data: bytes, degrees: int) -> bytes:
    """The PDF with its second page turned clockwise."""
    document = pypdfium2.PdfDocument(data)
    document[1].set_rotation(degrees)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_pictures_are_light_grey_and_always_the_same(tmp_path: Path) -> None:
    """Only the wanted pages, within the budget, four greys, twice the same bytes."""
    path = written(tmp_path, "a.pdf", print_boxes(FIGURES))
    made = picture_pages(path, "a.pdf", (2, 3, 4))
    assert list(made) == [2, 3, 4]
    assert sum(len(data) for *_, data in made.values()) <= BUDGET
    assert {(width, height) for width, height, _ in made.values()} == {(WIDTH, HEIGHT)}
    first = opened(made[2][2])
    assert first.width == pytest.approx(WIDTH * FINEST, abs=1)
    assert {grey for _, grey in first.getcolors() or ()} == {0, 85, 170, 255}
    assert picture_pages(path, "a.pdf", (2, 3, 4)) == made
    assert list(picture_pages(path, "a.pdf", (3, 9))) == [3]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_places_are_those_of_the_page_as_it_is_shown(tmp_path: Path, degrees: int) -> None:
    """The ink of a figure lies in its box, however the page is turned."""
    data = turned(print_boxes(["", "8888"] + [""] * 70), degrees)
    width, height, picture = picture_pages(written(tmp_path, "a.pdf", data), "a.pdf", (2,))[2]
    assert (width, height) == ((HEIGHT, WIDTH) if degrees % 180 else (WIDTH, HEIGHT))
    _, (x0, top, x1, bottom) = place_of(1)
    shown = {
        0: (x0, top, x1, bottom),
        90: (HEIGHT - bottom, x0, HEIGHT - top, x1),
        180: (WIDTH - x1, HEIGHT - bottom, WIDTH - x0, HEIGHT - top),
        270: (top, WIDTH - x1, bottom, WIDTH - x0),
    }[degrees]
    image = opened(picture)
    scale = image.width / width
    inside = image.crop(tuple(round(side * scale) for side in shown)).crop  # type: ignore[arg-type]
    wide, high = ((shown[2] - shown[0]) * scale, (shown[3] - shown[1]) * scale)
    middle = inside((round(wide / 4), round(high / 4), round(wide * 3 / 4), round(high * 3 / 4)))
    assert middle.getextrema()[0] == 0


def test_a_scan_is_pictured_in_the_points_of_its_places(tmp_path: Path) -> None:
    """A TIFF of two frames: the wanted one, its size by the resolution the file names."""
    page = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(page).rectangle((100, 200, 300, 260), 0)
    target = io.BytesIO()
    page.save(target, "TIFF", save_all=True, append_images=[page], dpi=(150, 150))
    path = written(tmp_path, "a.tif", target.getvalue())
    made = picture_pages(path, "a.tif", (2,))
    width, height, picture = made[2]
    assert (round(width, 1), round(height, 1)) == (595.2, 841.9)
    image = opened(picture)
    scale = image.width / width * 72 / 150
    assert image.getpixel((round(200 * scale), round(230 * scale))) == 0
    assert image.getpixel((round(200 * scale), round(330 * scale))) == 255
    assert list(made) == [2]


def test_what_would_weigh_too_much_is_shown_more_coarsely_or_not_at_all(tmp_path: Path) -> None:
    """A noisy page is reduced to a blur at most; the last pages are left out before that."""
    path = written(tmp_path, "a.tif", noise(3, 842))
    assert picture_pages(path, "a.tif", (1, 2, 3)) == {}
    path = written(tmp_path, "b.tif", noise(3, 250))
    made = picture_pages(path, "b.tif", (1, 2, 3))
    assert list(made) == [1, 2]
    assert sum(len(data) for *_, data in made.values()) <= BUDGET


def test_a_page_that_nearly_fits_is_shown_more_coarsely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scale goes down until all pages together fit."""
    path = written(tmp_path, "a.pdf", print_boxes(FIGURES))
    fine = picture_pages(path, "a.pdf", (2, 3))
    weight = sum(len(data) for *_, data in fine.values())
    monkeypatch.setattr(pictured, "BUDGET", weight * 3 // 4)
    coarse = picture_pages(path, "a.pdf", (2, 3))
    assert list(coarse) == [2, 3]
    assert sum(len(data) for *_, data in coarse.values()) <= weight * 3 // 4
    assert opened(coarse[2][2]).width < opened(fine[2][2]).width


def test_a_huge_page_is_no_huge_picture(tmp_path: Path) -> None:
    """Its longer side is bounded, and so is what drawing it costs."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  # only this test prints so

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(4000, 3000), invariant=1)
    canvas.drawString(100, 100, "1")
    canvas.save()
    made = picture_pages(written(tmp_path, "a.pdf", target.getvalue()), "a.pdf", (1,))
    assert opened(made[1][2]).size == (LONGEST, LONGEST * 3 // 4)


@pytest.mark.parametrize(
    ("name", "data"), [("a.pdf", b"%PDF-1.7"), ("a.png", b"\x89PNG\r\n\x1a\n")]
)
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    """As by the reader of its format."""
    with pytest.raises(ReadError):
        picture_pages(written(tmp_path, name, data), name, (1,))


@pytest.mark.parametrize("layout", ["tsv", "pipes", "cell_lines", "words"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_counted_as_loci_count_them(tmp_path: Path, layout: str, end: str) -> None:
    """Every figure stands in the line its place names."""
    cells = {cell: str(number) for cell, number in make.figures().items()}
    text = "\ufeff" + print_report(Sheet(make.form(), cells), layout).replace("\n", end)
    path = written(tmp_path, "a.txt", text.encode())
    report = read_report(path)
    _, lines, _ = read_surroundings(path, "a.txt", Wanted(lines=True))
    located = [value for value in report.values.values() if value.locus is not None]
    assert len(located) == len(cells)
    for value in located:
        assert value.locus is not None
        assert value.locus.line is not None
        assert value.raw in lines[value.locus.line - 1]


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    """Nothing, or the blocks."""
    path = written(tmp_path, "a.txt", "年度报告\n".encode())
    assert read_surroundings(path, "a.txt", Wanted()) == ({}, (), ())
    pictures, lines, blocks = read_surroundings(path, "a.txt", Wanted(blocks=True))
    assert (pictures, lines, len(blocks)) == ({}, (), 1)
