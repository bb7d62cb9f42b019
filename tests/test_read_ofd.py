"""OFD packages: what is printed in them is read back, however the package is written."""

from __future__ import annotations

import io
import random
import zipfile
from typing import TYPE_CHECKING, Any

import make
import pytest
import readback
from PIL import Image
from print_ofd import NAMESPACE, Style, package, page_xml, print_ofd
from readback import FORMS, Places, code_of, grids, is_read, placed, sheet
from spanned import BOXES

from gongkai.model import Grid, Paragraph, Picture
from gongkai.read import ofd, scan, sniff
from gongkai.read.layout import Mark, PageLayout
from gongkai.read.limits import LIMITS, Limits
from gongkai.read.ofd import read_ofd
from gongkai.read.ofd_page import POINTS, Page
from gongkai.read.sniff import OFD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Block
    from gongkai.read.scan import PageImage

#: Paper on which each report stands on one page.
TALL = 1_700.0
STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "filled rules": {"rules": "filled"},
    "boxes": {"rules": "boxes", "text": "grouped"},
    "a code a glyph": {"text": "single"},
    "no offsets": {"text": "bare"},
    "scaled": {"scale": 10.0, "text": "grouped"},
    "running head": {"head": True},
    "older namespace": {"namespace": "http://www.ofdspec.org", "absolute": True},
    "blocks": {"blocks": True},
}


def found(grid: Grid) -> Places:
    """The places of a grid that was read; line breaks are the printer's.

    Where a row ends before the others there is a blank place behind it.
    """
    rows = [
        [(text.replace("\n", ""), col, wide, high) for text, col, wide, high in row]
        for row in readback.found(grid)
    ]
    return [row[:-1] if row[-1][0] == "" and row[-1][3] > 1 else row for row in rows]


def layouts(data: bytes) -> list[PageLayout]:
    """What is drawn on the pages of a package."""
    return [page.layout() for page, _ in ofd._Package(data, "a.ofd").pages()]


def drawn(objects: str, **more: str) -> PageLayout:
    """What a page with these objects shows."""
    (page,) = layouts(package([page_xml(objects)], **more))  # type: ignore[arg-type]
    return page


def text(code: str, attributes: str = "") -> str:
    """A text object of five millimetres at 10, 20."""
    return f'<ofd:TextObject ID="1" Boundary="10 20 50 10" Size="5" {attributes}>{code}</ofd:TextObject>'


def path(data: str, attributes: str = "") -> str:
    """A path object at 10, 20."""
    return (
        f'<ofd:PathObject ID="1" Boundary="10 20 50 10" {attributes}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def millimetres(box: Sequence[float]) -> tuple[float, ...]:
    """A box in millimetres."""
    return tuple(round(value / POINTS, 2) for value in box)


def box_of(mark: Mark) -> tuple[float, ...]:
    """The box of a mark in millimetres."""
    return millimetres((mark.x0, mark.top, mark.x1, mark.bottom))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_tables_with_rules_are_read_as_printed(style: dict[str, Any], form: str) -> None:
    """Every cell with its text, place and width, whichever way objects are written."""
    printed = sheet(form)
    blocks = read_ofd(print_ofd(printed, Style(tall=TALL, **style)), "a.ofd")
    wanted = [placed(BOXES[table.id](printed, table)) for table in printed.form.tables]
    assert [found(grid) for grid in grids(blocks)] == wanted
    running = "".join(block.text for block in blocks if isinstance(block, Paragraph))
    assert printed.title in running
    assert make.TEXTS["problems"] in running


@pytest.mark.parametrize("repeat", [False, True], ids=["once", "repeated head"])
@pytest.mark.parametrize("turned", [False, True], ids=["upright", "turned"])
def test_tables_over_pages_keep_every_figure(*, repeat: bool, turned: bool) -> None:
    """Pages are counted, and every text of a cell stands once (a repeated head more often)."""
    printed = sheet()
    blocks = read_ofd(print_ofd(printed, Style(repeat=repeat, turned=turned)), "a.ofd")
    have = [c.text.replace("\n", "") for g in grids(blocks) for row in g.rows for c in row]
    figures = [value for value in printed.cells.values() if value.isdigit() and len(value) > 1]
    assert [value for value in have if value in set(figures)] == figures
    pages = {grid.locus.page for grid in grids(blocks)}
    assert pages > {1, 2}
    assert all(grid.locus.file == "a.ofd" for grid in grids(blocks))


def test_places_on_a_turned_page_are_those_of_the_page_as_it_is_shown() -> None:
    """In the box of a figure its glyphs are drawn."""
    data = print_ofd(sheet(), Style(turned=True))
    pages = {page.number: page for page, _ in ofd._Package(data, "a.ofd").pages()}
    turned = 0
    for cell in (c for grid in grids(read_ofd(data, "a.ofd")) for row in grid.rows for c in row):
        page, box = pages[cell.locus.page or 0], cell.locus.bbox
        if not cell.text.isdigit() or box is None:
            continue
        middles = [(m.text, (m.x0 + m.x1) / 2, (m.top + m.bottom) / 2) for m in page.marks]
        inside = [t for t, x, y in middles if box[0] <= x <= box[2] and box[1] <= y <= box[3]]
        assert "".join(inside) == cell.text
        turned += page.shown.quarters > 0
    assert turned > 100


def test_the_same_glyphs_in_the_same_places() -> None:
    """However a line of text is placed, its marks are the same."""
    plain = layouts(print_ofd(sheet()))
    for style in ({"text": "grouped"}, {"text": "single"}, {"scale": 4.0}, {"blocks": True}):
        other = layouts(print_ofd(sheet(), Style(**style)))
        assert len(other) == len(plain)
        for one, two in zip(plain, other, strict=True):
            assert [m.text for m in one.marks] == [m.text for m in two.marks]
            assert [box_of(m) for m in two.marks] == [
                pytest.approx(box_of(m), abs=0.02) for m in one.marks
            ]


def test_offsets_between_glyphs() -> None:
    """`g` repeats an offset; one that is missing is that of the glyph before; none is the width."""
    code = '<ofd:TextCode X="1" Y="4" DeltaX="g 2 6 2">甲乙1丙</ofd:TextCode>'
    page = drawn(text(code))
    assert [m.text for m in page.marks] == list("甲乙1丙")
    assert box_of(page.marks[0]) == (11.0, 19.6, 16.0, 24.6)
    assert [round(m.x0 / POINTS, 2) for m in page.marks] == [11.0, 17.0, 23.0, 25.0]
    assert round(page.marks[2].x1 / POINTS, 2) == 25.0
    short = drawn(text('<ofd:TextCode X="0" Y="0" DeltaX="7">甲乙丙</ofd:TextCode>'))
    assert [round(m.x0 / POINTS) for m in short.marks] == [10, 17, 24]
    none = drawn(text('<ofd:TextCode X="0" Y="0">甲1乙</ofd:TextCode>', 'HScale="0.5"'))
    assert [round(m.x0 / POINTS, 2) for m in none.marks] == [10.0, 12.5, 13.75]


def test_text_that_runs_down_and_codes_without_a_place() -> None:
    """A second TextCode takes the place it does not name from the one before."""
    codes = (
        '<ofd:TextCode X="1" Y="4" DeltaY="5">总计</ofd:TextCode><!-- x -->'
        '<ofd:TextCode Y="20">\n  数 量\n </ofd:TextCode><ofd:CGTransform CodePosition="0"/>'
    )
    page = drawn(text(codes))
    assert [m.text for m in page.marks] == ["总", "计", "数", " ", "量"]
    assert [round(m.top / POINTS, 2) for m in page.marks[:3]] == [19.6, 24.6, 35.6]
    assert {round(m.x0 / POINTS, 2) for m in page.marks[:3]} == {11.0}
    down = drawn(text('<ofd:TextCode X="0" Y="0">上下</ofd:TextCode>', 'ReadDirection="90"'))
    assert round((down.marks[1].top - down.marks[0].top) / POINTS, 2) == 5.0


def test_text_that_is_not_shown_is_no_text() -> None:
    """The text layer of a scan is often written so."""
    code = '<ofd:TextCode X="0" Y="0">9</ofd:TextCode>'
    hidden = [text(code, more) for more in ('Visible="false"', 'Alpha="0"', 'Fill="false"')]
    shown = [text(code.replace("9", "1")), text(code, 'Fill="false" Stroke="true"')]
    assert [m.text for m in drawn("".join([*hidden, *shown])).marks] == ["1", "9"]


def test_white_text_is_seen_on_a_ground_only() -> None:
    """On the paper nobody sees it, whatever the file says; a black glyph at its place is seen."""
    white = '<ofd:FillColor Value="255 255 255"/>'
    clear = '<ofd:FillColor Value="0 0 0" Alpha="0"/>'
    blue = '<ofd:FillColor Value="0 0 200"/>'
    code = '<ofd:TextCode X="{}" Y="0">9</ofd:TextCode>'
    hidden = [text(white + code.format(30)), text(clear + code.format(50))]
    seen = [text(code.format(30)), text(blue + code.format(70))]
    assert len(drawn("".join(hidden)).marks) == 0
    assert len(drawn("".join([*hidden, *seen])).marks) == len(seen)
    assert len(drawn(text(white + code.format(30), 'Stroke="true"')).marks) == 1

    box = "<ofd:AbbreviatedData>M 0 -50 L 200 -50 L 200 50 L 0 50 C</ofd:AbbreviatedData>"
    area = '<ofd:PathObject ID="1" Boundary="0 0 210 297" Stroke="false" Fill="true">{}</ofd:PathObject>'
    assert len(drawn(area.format(blue + box) + hidden[0]).marks) == 1
    assert len(drawn(area.format(white + box) + hidden[0]).marks) == 0


def test_a_watermark_is_no_text() -> None:
    """Text across the page would stand in cells; text that leans a little is text."""
    code = '<ofd:TextCode X="0" Y="0">{}</ofd:TextCode>'
    slanted = text(code.format("水印"), 'CTM="0.7 0.7 -0.7 0.7 0 0"')
    leaning = text(code.format("7"), 'CTM="1 0.05 0.3 1 0 0"')
    assert [m.text for m in drawn(slanted + leaning).marks] == ["7"]


def test_lines_of_paths() -> None:
    """Straight sides that are stroked, and thin areas; curves and slopes are no lines."""
    page = drawn(
        path("M 0 0 L 40 0 L 40 20 B 1 2 3 4 5 20 C")
        + path("S 0 0 Q 1 1 2 2 A 1 1 0 0 0 9 9 L 30 30")
        + path(
            "M 0 0 L 40 0 L 40 0.2 L 0 0.2 C M 0 50 L 0.3 50 L 0.3 90 L 0 90 C",
            'Stroke="false" Fill="true"',
        )
        + path("M 0 0 L 40 0 L 40 20 L 0 20 C", 'Stroke="false" Fill="true"')
        + path("M 0 0 L 40 0", 'Stroke="false"')
        + path("M 0 0 L 40 0", 'Visible="false"')
        + path("Y 1 M 5 5 L 6")
        + path("M 0 0 L 40 0 L 40 20 Z", 'LineWidth="1"')
    )
    boxes = [millimetres((r.x0, r.top, r.x1, r.bottom)) for r in page.rules]
    assert boxes == [
        (10.0, 20.0, 50.0, 20.0),
        (50.0, 20.0, 50.0, 40.0),
        (10.0, 20.0, 50.0, 20.2),
        (10.0, 70.0, 10.3, 110.0),
        (15.0, 25.0, 15.0, 25.0),
        (10.0, 20.0, 50.0, 20.0),
        (50.0, 20.0, 50.0, 40.0),
    ]


def test_a_drawing_of_endless_lines_is_left_out() -> None:
    """A path of millions of steps is no table; nothing is spent on it."""
    assert drawn(path("M 0 0" + " L 9 9" * 200_000)).rules == ()


def image(box: str, resource: str = "8", more: str = "") -> str:
    """An image object with this boundary."""
    wide, high = box.split()[2:]
    return (
        f'<ofd:ImageObject ID="1" ResourceID="{resource}" Boundary="{box}" '
        f'CTM="{wide} 0 0 {high} 0 0" {more}/>'
    )


def test_pictures_that_may_hold_a_table_are_told() -> None:
    """Seals are too small, thin ones are rules, one below the whole page is paper."""
    page = drawn(
        image("0 0 210 297")
        + image("20 30 150 80")
        + '<ofd:ImageObject ID="1" ResourceID="8" Boundary="20 200 150 60"/>'
        + image("20 30 40 40")
        + image("20 120 150 0.3")
        + image("20 30 150 80", more='Alpha="0"')
    )
    assert [millimetres(box) for box in page.pictures] == [
        (20.0, 30.0, 170.0, 110.0),
        (20.0, 200.0, 170.0, 260.0),
    ]
    assert [millimetres((r.x0, r.top, r.x1, r.bottom)) for r in page.rules] == [
        (20.0, 120.0, 170.0, 120.3)
    ]


def test_a_picture_among_text_is_a_block() -> None:
    """So that a table which is a picture is told."""
    words = "".join(
        f'<ofd:TextObject ID="1" Boundary="20 {20 + 8 * at} 150 8" Size="4">'
        f'<ofd:TextCode X="0" Y="4">{"文" * 30}</ofd:TextCode></ofd:TextObject>'
        for at in range(3)
    )
    blocks = read_ofd(package([page_xml(words + image("20 100 150 80"))]), "a.ofd")
    assert isinstance(blocks[-1], Picture)


def scanned(picture: bytes, objects: str = "") -> bytes:
    """A package whose page is a picture, with a text layer below it."""
    resources = (
        f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:MultiMedias>'
        '<ofd:MultiMedia ID="8" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    below = text(f'<ofd:TextCode X="0" Y="0">{"9" * 80}</ofd:TextCode>')
    return package(
        [page_xml(below + image("0 0 210 297") + objects)],
        common="<ofd:PublicRes>Res.xml</ofd:PublicRes>",
        members={"Doc_0/Res.xml": resources.encode(), "Doc_0/Res/a.png": picture},
    )


def png(wide: int = 420, high: int = 594) -> bytes:
    """A picture with a black corner."""
    target = io.BytesIO()
    made = Image.new("L", (wide, high), 255)
    made.paste(0, (0, 0, wide // 2, high // 2))
    made.save(target, "PNG")
    return target.getvalue()


def test_a_page_that_is_a_picture_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies below the picture is not read; the picture is given at its place on the paper."""
    seen: list[PageImage] = []

    class Found:
        pages = (PageLayout(1, 595.0, 842.0, (Mark("识别", 10, 10, 40, 20, 0.9),)),)

        @staticmethod
        def restored(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
            return blocks

    def recognised(pages: Iterable[PageImage], name: str) -> Found:
        assert name == "a.ofd"
        seen.extend(pages)
        return Found()

    monkeypatch.setattr(scan, "recognised", recognised)
    (block,) = read_ofd(scanned(png()), "a.ofd")
    assert isinstance(block, Paragraph)
    assert block.text == "识别"
    (page,) = seen
    assert (page.number, round(page.width), round(page.height)) == (1, 595, 842)
    wide, high = page.image.size
    assert page.image.getpixel((wide // 4, high // 4)) == (0, 0, 0)
    assert page.image.getpixel((wide * 3 // 4, high // 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("picture", "code"),
    [(b"", "damaged"), (b"\x97JB2\r\n\x1a\n", "damaged"), (png()[:200], "damaged")],
    ids=["empty", "unknown format", "cut off"],
)
def test_a_picture_that_cannot_be_opened_says_so(picture: bytes, code: str) -> None:
    """A page is never left out in silence."""
    assert code_of(read_ofd, scanned(picture)) == code


def test_a_picture_with_too_many_pixels_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is asked first."""
    monkeypatch.setattr(ofd, "LIMITS", Limits(pixels=1000))
    assert code_of(read_ofd, scanned(png())) == "over_limit"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert code_of(read_ofd, scanned(png())) == "over_limit"


def test_a_picture_without_a_file_is_damage() -> None:
    """A page that is only a picture whose resource is nowhere has lost its content."""
    assert code_of(read_ofd, package([page_xml(image("0 0 210 297"))])) == "damaged"


def test_the_current_version_of_each_document_is_read() -> None:
    """Several documents follow one another; of several versions the current one counts."""
    one = page_xml(text('<ofd:TextCode X="0" Y="0">旧</ofd:TextCode>'))
    two = page_xml(text('<ofd:TextCode X="0" Y="0">新</ofd:TextCode>'))
    root = (
        f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData/><ofd:Pages>'
        '<ofd:Page ID="1" BaseLoc="New.xml"/></ofd:Pages></ofd:Document>'
    )
    version = (
        f'<ofd:DocVersion xmlns:ofd="{NAMESPACE}"><ofd:DocRoot>../New_0/Document.xml</ofd:DocRoot>'
        "</ofd:DocVersion>"
    )
    body = (
        "<ofd:DocRoot>Doc_0\\Document.xml</ofd:DocRoot></ofd:DocBody><ofd:DocBody>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Versions>"
        '<ofd:Version ID="1" Index="1" Current="true" BaseLoc="Vers/V.xml"/></ofd:Versions>'
    )
    data = package(
        [one],
        body=body,
        members={
            "Vers/V.xml": version.encode(),
            "New_0/Document.xml": root.encode(),
            "New_0/New.xml": two.encode(),
        },
    )
    pages = layouts(data)
    assert [(p.number, p.marks[0].text) for p in pages] == [(1, "旧"), (2, "新")]
    assert sniff(data, "a.ofd") == OFD


def test_templates_lie_below_or_above_the_page() -> None:
    """A template that is not there, or a location that is a folder, is no damage."""
    mark = '<ofd:TextCode X="0" Y="0">{}</ofd:TextCode>'
    page = page_xml(
        text(mark.format("二")),
        '<ofd:Template TemplateID="2" ZOrder="Foreground"/><ofd:Template TemplateID="1"/>'
        '<ofd:Template TemplateID="9"/>'
        "<ofd:Area><ofd:PhysicalBox>0 0 100 80</ofd:PhysicalBox></ofd:Area>",
    )
    common = (
        '<ofd:TemplatePage ID="1" BaseLoc="T/1"/><ofd:TemplatePage ID="2" BaseLoc="T/2/Content.xml"/>'
        '<ofd:TemplatePage ID="9" BaseLoc="T/9"/><ofd:PublicRes>none.xml</ofd:PublicRes>'
    )
    members = {
        f"Doc_0/T/{number}/Content.xml": page_xml(text(mark.format(word))).encode()
        for number, word in ((1, "一"), (2, "三"))
    }
    (got,) = layouts(package([page], common=common, members=members))
    assert [m.text for m in got.marks] == ["一", "二", "三"]
    assert millimetres((got.width, got.height)) == (100.0, 80.0)


def test_a_page_without_a_size_is_a4() -> None:
    """Wrong sizes count as none."""
    page = drawn(
        "", common="<ofd:PageArea><ofd:PhysicalBox>0 0 0 5</ofd:PhysicalBox></ofd:PageArea>"
    )
    assert millimetres((page.width, page.height)) == (210.0, 297.0)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_that_is_turned_by_its_objects_is_set_upright(turn: int) -> None:
    """Marks, rules and pictures with it; the way the paper lies does not matter."""
    a, b = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn]
    objects = (
        f'<ofd:TextObject ID="1" Boundary="100 150 0 0" Size="5" CTM="{a} {b} {-b} {a} 0 0">'
        '<ofd:TextCode X="0" Y="4.4">甲乙</ofd:TextCode></ofd:TextObject>'
        f'<ofd:PathObject ID="1" Boundary="100 150 0 0" CTM="{a} {b} {-b} {a} 0 0">'
        "<ofd:AbbreviatedData>M 0 5 L 30 5</ofd:AbbreviatedData></ofd:PathObject>"
    )
    page = drawn(objects)
    first, second = page.marks
    assert first.x1 == pytest.approx(second.x0)
    assert first.top == pytest.approx(second.top)
    (rule,) = page.rules
    assert [rule.x0, rule.top] == pytest.approx([first.x0, first.bottom])
    assert rule.x1 - rule.x0 == pytest.approx(30 * POINTS)
    assert (page.width < page.height) is (turn == 2)


def test_files_that_lack_a_part_are_damaged() -> None:
    """The entry file, the document, a page."""
    whole = print_ofd(sheet())
    assert code_of(read_ofd, whole[: len(whole) // 2]) == "damaged"
    assert (
        code_of(read_ofd, package([], body="<ofd:DocRoot>nowhere.xml</ofd:DocRoot>")) == "damaged"
    )
    assert code_of(read_ofd, package([], body="")) == "damaged"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            if "Page_1" not in member:
                new.writestr(member, old.read(member))
    assert code_of(read_ofd, target.getvalue()) == "damaged"


def test_a_package_with_a_password_says_so() -> None:
    """Such a package keeps the real entry file elsewhere."""
    assert code_of(read_ofd, package([], members={"Encryptions.xml": b"<a/>"})) == "encrypted"


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, their size, and what is on them."""
    many = package([page_xml("")])
    monkeypatch.setattr(ofd, "LIMITS", Limits(pages=0))
    assert code_of(read_ofd, many) == "over_limit"
    monkeypatch.undo()
    wide = "<ofd:PageArea><ofd:PhysicalBox>0 0 9999 5</ofd:PhysicalBox></ofd:PageArea>"
    assert code_of(read_ofd, package([page_xml("")], common=wide)) == "over_limit"
    long = text(f'<ofd:TextCode X="0" Y="0">{"1" * (LIMITS.page_marks + 1)}</ofd:TextCode>')
    assert code_of(read_ofd, package([page_xml(long)])) == "over_limit"
    grids_ = path("M 0 0" + "L9 0L9 9" * 60_000)
    assert code_of(read_ofd, package([page_xml(grids_)])) == "over_limit"


def test_a_composite_object_that_holds_itself_ends() -> None:
    """It is entered so often and no more."""
    inner = (
        text('<ofd:TextCode X="0" Y="0">1</ofd:TextCode>')
        + '<ofd:CompositeObject ID="1" ResourceID="1" Boundary="0 0 1 1"/>'
        + '<ofd:CompositeObject ID="1" ResourceID="none" Boundary="0 0 1 1"/>'
    )
    resources = (
        f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:CompositeGraphicUnit ID="1"><ofd:Content>'
        f"{inner}</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>"
    )
    page = '<ofd:CompositeObject ID="1" ResourceID="1" Boundary="0 0 1 1"/>'
    (got,) = layouts(
        package(
            [page_xml(page)],
            common="<ofd:PublicRes>Res.xml</ofd:PublicRes>",
            members={"Doc_0/Res.xml": resources.encode()},
        )
    )
    assert 1 < len(got.marks) < 20
    assert isinstance(Page("a", 1, 1, 1, lambda _: None).layout(), PageLayout)


def test_bytes_that_were_changed_never_end_otherwise_than_with_an_error() -> None:
    """Any number or name in a page may be wrong: blocks or a ReadError, nothing else."""
    whole = print_ofd(sheet())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        page = archive.read("Doc_0/Pages/Page_0/Content.xml")[:6000]
    page = (
        page[: page.rindex(b"</ofd:TextObject>")]
        + b"</ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
    )
    chance = random.Random(5)  # noqa: S311  # the same bytes each time
    outcomes = set()
    for _ in range(200):
        data = bytearray(page)
        for _ in range(3):
            data[chance.randrange(60, len(data))] = chance.choice(b'0 .-eE9gLMC"x')
        outcomes.add(is_read(read_ofd, package([bytes(data).decode("utf-8", "replace")])))
    assert outcomes == {True, False}
