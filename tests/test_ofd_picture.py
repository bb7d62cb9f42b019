"""Pictures of OFD pages: drawn anew, every figure in its box, the same on every machine."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

import make
import pytest
from PIL import Image
from print_ofd import NAMESPACE, Style, package, page_xml, print_ofd
from printers import Sheet

from gongkai import originals
from gongkai.read import ofd_picture
from gongkai.read.ofd_page import POINTS
from gongkai.read.picture import BUDGET, FINEST, LONGEST, picture_pages
from gongkai.read.surroundings import Wanted, read_surroundings
from gongkai.report import read_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: What lies below this is ink, above it paper.
INK = 100


@pytest.fixture
def no_opencv(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without the extra."""
    monkeypatch.setitem(sys.modules, "cv2", None)
    ofd_picture._font.cache_clear()
    yield
    ofd_picture._font.cache_clear()


def written(folder: Path, data: bytes) -> Path:
    """An OFD file with these bytes."""
    path = folder / "a.ofd"
    path.write_bytes(data)
    return path


def shown(path: Path, page: int = 1) -> Image.Image:
    """The picture of a page in grey, a pixel a point."""
    wide, high, data = picture_pages(path, path.name, (page,))[page]
    picture = Image.open(io.BytesIO(data)).convert("L")
    return picture.resize((round(wide), round(high)), Image.Resampling.BOX)


def darkest(picture: Image.Image, box: Sequence[float]) -> int:
    """The darkest grey in a box of millimetres."""
    x0, top, x1, bottom = (round(side * POINTS) for side in box)
    return int(picture.crop((x0, top, x1, bottom)).getextrema()[0])  # type: ignore[arg-type]


def glyph(text: str, x: float, y: float, size: float = 10.0) -> str:
    """A text object with its upper left corner at a point."""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 50 10" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{0.88 * size}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def image(box: str, resource: str) -> str:
    """An image object with this boundary."""
    wide, high = box.split()[2:]
    return (
        f'<ofd:ImageObject ID="1" ResourceID="{resource}" Boundary="{box}" '
        f'CTM="{wide} 0 0 {high} 0 0"/>'
    )


def with_images(objects: str) -> bytes:
    """A package of one page whose resource 8 is a black image, and 9 none at all."""
    media = "".join(
        f'<ofd:MultiMedia ID="{number}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile>'
        "</ofd:MultiMedia>"
        for number, name in ((8, "a.png"), (9, "b.png"))
    )
    target = io.BytesIO()
    Image.new("L", (20, 20), 0).save(target, "PNG")
    res = f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>'
    return package(
        [page_xml(objects)],
        common="<ofd:DocumentRes>Res.xml</ofd:DocumentRes>",
        members={
            "Doc_0/Res.xml": res.encode(),
            "Doc_0/a.png": target.getvalue(),
            "Doc_0/b.png": b"",
        },
    )


@pytest.mark.parametrize(
    "style",
    [{}, {"turned": True}, {"scale": 10.0, "rules": "filled"}, {"blocks": True, "text": "bare"}],
    ids=["plain", "turned", "scaled", "blocks"],
)
def test_the_box_of_a_figure_is_where_its_ink_is(tmp_path: Path, style: dict[str, Any]) -> None:
    """Inside its box, clear of the lines around it, a figure is ink and a blank cell is paper."""
    cells = {cell: "" if number == 3 else str(number) for cell, number in make.figures().items()}
    path = written(tmp_path, print_ofd(Sheet(make.form(), cells), Style(**style)))
    values = [v for v in read_report(path).values.values() if v.locus is not None]
    pages = sorted({v.locus.page for v in values if v.locus and v.locus.page})
    made = picture_pages(path, "a.ofd", pages)
    assert list(made) == pages
    assert sum(len(data) for *_, data in made.values()) <= BUDGET
    pictures = {n: Image.open(io.BytesIO(data)).convert("L") for n, (*_, data) in made.items()}
    seen = set()
    for value in values:
        assert value.locus is not None
        assert value.locus.page is not None
        assert value.locus.bbox is not None
        picture = pictures[value.locus.page]
        scale = picture.width / made[value.locus.page][0]
        x0, top, x1, bottom = value.locus.bbox
        inner = tuple(round(s * scale) for s in (x0 + 1.5, top + 1.5, x1 - 1.5, bottom - 1.5))
        low, _ = picture.crop(inner).getextrema()  # type: ignore[arg-type]
        assert (low < INK) is bool(value.raw.strip()), value  # type: ignore[operator]
        seen.add(bool(value.raw.strip()))
    assert seen == {True, False}


def test_the_same_file_gives_the_same_picture(tmp_path: Path) -> None:
    """Twice the same bytes, also when no glyph is kept from the time before."""
    path = written(tmp_path, package([page_xml(glyph("年度报告0123", 20, 20))]))
    made = picture_pages(path, "a.ofd", (1, 7))
    ofd_picture._glyph.cache_clear()
    ofd_picture._ink.cache_clear()
    assert picture_pages(path, "a.ofd", (1, 7)) == made
    wide, _, data = made[1]
    assert Image.open(io.BytesIO(data)).width == pytest.approx(wide * FINEST, abs=1)


def test_a_glyph_stands_on_its_base_line_in_its_box(tmp_path: Path) -> None:
    """A figure is made narrower where it has half the width; a blank is none; a giant is left out."""
    objects = (
        glyph("口8", 20, 20) + glyph(" ", 100, 20) + glyph("口", 0, 0, 999) + glyph("口", 60, 20, 0)
    )
    picture = shown(written(tmp_path, package([page_xml(objects)])))
    assert darkest(picture, (20, 20, 30, 30)) < INK
    assert darkest(picture, (30, 20, 35, 30)) < INK
    for empty in ((0, 0, 20, 297), (35.5, 0, 210, 297), (0, 31, 210, 297), (0, 0, 210, 19.5)):
        assert darkest(picture, empty) == 255


def test_lines_are_drawn_where_they_are(tmp_path: Path) -> None:
    """A line without thickness is seen."""
    line = (
        '<ofd:PathObject ID="1" Boundary="20 30 100 10">'
        "<ofd:AbbreviatedData>M 0 0 L 100 0</ofd:AbbreviatedData></ofd:PathObject>"
    )
    picture = shown(written(tmp_path, package([page_xml(line)])))
    assert darkest(picture, (30, 29.5, 110, 30.5)) < 200
    assert darkest(picture, (0, 31, 210, 297)) == darkest(picture, (0, 0, 210, 29)) == 255


def test_images_lie_below_the_text(tmp_path: Path) -> None:
    """One that cannot be opened, or that is larger than the paper, leaves its place white."""
    objects = (
        glyph("口", 100, 20)
        + image("20 20 30 30", "8")
        + image("20 100 30 30", "9")
        + image("20 200 300 30", "8")
    )
    picture = shown(written(tmp_path, with_images(objects)))
    assert darkest(picture, (25, 25, 45, 45)) == darkest(picture, (100, 20, 110, 30)) == 0
    assert darkest(picture, (0, 60, 210, 297)) == 255


def test_a_huge_page_is_no_huge_picture(tmp_path: Path) -> None:
    """Its longer side is bounded, and so is what drawing it costs."""
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 1600 1200</ofd:PhysicalBox></ofd:PageArea>"
    path = written(tmp_path, package([page_xml(glyph("一", 20, 20))], common=area))
    ((*_, data),) = picture_pages(path, "a.ofd", (1,)).values()
    assert Image.open(io.BytesIO(data)).size == (LONGEST, LONGEST * 3 // 4)


@pytest.mark.usefixtures("no_opencv")
def test_without_a_font_only_scans_have_a_picture(tmp_path: Path) -> None:
    """And the tables are given instead; a version of what is not there is no error."""
    path = written(tmp_path, with_images(image("0 0 210 297", "8")))
    assert darkest(shown(path), (0, 0, 210, 297)) == 0
    path = written(tmp_path, package([page_xml(glyph("年度报告", 20, 20))]))
    pictures, _, blocks = read_surroundings(path, "a.ofd", Wanted(pages=(1,), blocks=True))
    assert (pictures, len(blocks)) == ({}, 1)
    assert originals._version("no-such-library") == "-"


def test_an_older_opencv_has_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn, nothing fails."""
    monkeypatch.delattr("cv2.FontFace")
    ofd_picture._font.cache_clear()
    assert not ofd_picture.can_draw()
    ofd_picture._font.cache_clear()


def test_tables_are_read_again_only_for_pages_without_a_picture(tmp_path: Path) -> None:
    """All wanted pages have one: nothing is read a second time."""
    path = written(tmp_path, package([page_xml(glyph("年度报告", 20, 20))]))
    pictures, _, blocks = read_surroundings(path, "a.ofd", Wanted(pages=(1,), blocks=True))
    assert (list(pictures), blocks) == ([1], ())
    pictures, _, blocks = read_surroundings(path, "a.ofd", Wanted(pages=(1, 2), blocks=True))
    assert (list(pictures), len(blocks)) == ([1], 1)
