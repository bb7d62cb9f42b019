"""PDF files: glyphs and lines by one engine or the other, and what is refused."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hostile import page_of, pdf, stream
from print_html import print_html
from print_pdf import FONT, STYLES, print_pdf, variant
from readback import (
    FORMS,
    assert_same,
    assert_same_outline,
    distinct,
    grids,
    sheet,
    understood,
    wrong,
)
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from chromium import chromium
from gongkai.model import Grid, Paragraph, Picture, Status
from gongkai.read import ReadError, scan
from gongkai.read.layout import Mark, PageLayout, Rule
from gongkai.read.limits import LIMITS, Limits
from gongkai.read.pdf import read_pdf
from gongkai.read.pdf_fast import Pages, is_unknown
from gongkai.read.pdf_slow import SlowPages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


CHROMIUM = chromium()
#: What says that a figure was not believed.
TOLD = (Status.AMBIGUOUS, Status.TEXT)
HELVETICA = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def drawn(draw: Callable[[Canvas], None], size: tuple[float, float] = (400, 600)) -> bytes:
    """A PDF of one page on which something is drawn."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def paragraphs(data: bytes) -> list[str]:
    """The running text of a file."""
    return [b.text for b in read_pdf(data, "a.pdf") if isinstance(b, Paragraph)]


def table(data: bytes) -> list[list[str]]:
    """The texts of the one table of a file."""
    (grid,) = grids(read_pdf(data, "a.pdf"))
    return [[cell.text for cell in row] for row in grid.rows]


def grid_on(canvas: Canvas, texts: Iterable[str] = "甲乙12") -> None:
    """Draw a table of two rows and two columns."""
    for x in (50, 150, 250):
        canvas.line(x, 500, x, 540)
    for y in (500, 520, 540):
        canvas.line(50, y, 250, y)
    for at, text in enumerate(texts):
        canvas.drawString(60 + 100 * (at % 2), 525 - 20 * (at // 2), text)


# -- whole reports ---------------------------------------------------------------------------

#: What is in doubt in these layouts, and rightly so: a row below the head of another item, and two
#: rows of one figure each between the same lines.
_DOUBTFUL = {
    ("across pages", "form2019"): {"disclosure/coercion"},
    ("columns", "form2021"): {"disclosure/penalty", "disclosure/coercion"},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", STYLES)
def test_a_report_is_read_as_printed_in_every_style(form: str, style: str) -> None:
    """Ruled, half-ruled and unruled, over pages, turned, scaled, cropped: the same figures."""
    printed = sheet(form)
    blocks = read_pdf(print_pdf(printed, style), "a.pdf")
    report = understood(blocks)
    assert wrong(printed, report, TOLD) == {}
    unread = {name.rpartition("/")[0] for name in wrong(printed, report, ())}
    assert unread <= _DOUBTFUL.get((style, form), set())
    assert_same_outline(printed, report)


@pytest.mark.parametrize("height", range(300, 620, 40))
@pytest.mark.parametrize("rules", ["lines", "across", "none"])
def test_wherever_the_page_ends_nothing_is_silently_wrong(height: int, rules: str) -> None:
    """A table cut at any row: what is not read as printed is in doubt."""
    printed = sheet("form2021")
    style = variant("pages", height=float(height), rules=rules)
    report = understood(read_pdf(print_pdf(printed, style), "a.pdf"))
    assert wrong(printed, report, TOLD) == {}


@pytest.mark.parametrize("spaced", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("centred", [True, False])
def test_spaced_digits_are_right_or_in_doubt(spaced: float, centred: bool) -> None:  # noqa: FBT001
    """Digits with room between them are one figure, or cannot be read; never another figure."""
    printed = sheet("form2021")
    style = variant("lines", spaced=spaced, centred=centred)
    report = understood(read_pdf(print_pdf(printed, style), "a.pdf"))
    assert wrong(printed, report, () if spaced < 1 else TOLD) == {}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("spaced", [6.0, 8.0])
def test_digits_apart_without_rules_are_in_doubt(form: str, spaced: float) -> None:
    """Digits so far apart are texts of their own: 2 2 2 under one head cell is not the figure 2."""
    printed = distinct(form)
    style = variant("lines", rules="none", spaced=spaced, centred=True, size=8.0)
    report = understood(read_pdf(print_pdf(printed, style), "a.pdf"))
    assert wrong(printed, report, TOLD) == {}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_page_printed_by_a_browser_is_read_by_the_slower_engine(tmp_path: Path) -> None:
    """Its letters are drawn glyphs, which the faster engine misplaces: it says so, and all is right."""
    printed = sheet("form2021")
    source, target = tmp_path / "a.html", tmp_path / "a.pdf"
    source.write_bytes(print_html(printed, "word"))
    options = ["--headless", "--disable-gpu", "--no-sandbox", "--no-pdf-header-footer"]
    own = [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={target}", source.as_uri()]
    subprocess.run([str(CHROMIUM), *options, *own], check=True, capture_output=True, timeout=120)
    data = target.read_bytes()
    with Pages(data, "a.pdf") as pages:
        assert any(pages.drawn(number).doubtful for number in range(1, len(pages) + 1))
    report = understood(read_pdf(data, "a.pdf"))
    assert_same(printed, report)
    assert_same_outline(printed, report)


# -- places ----------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["lines", "rotated", "drawn", "crop", "form"])
def test_boxes_are_places_on_the_page_as_it_is_shown(style: str) -> None:
    """Whatever is turned or moved: the page as a picture has ink in the box of a figure."""
    data = print_pdf(sheet("form2021"), style)
    blocks = read_pdf(data, "a.pdf")
    cells = [
        c for b in blocks if isinstance(b, Grid) for r in b.rows for c in r if c.text == "1,234"
    ]
    assert cells
    with Pages(data, "a.pdf") as pages:
        for cell in cells:
            image = pages.image(cell.locus.page or 0, 72).convert("L")
            box = cell.locus.bbox
            assert box is not None
            inner = image.crop((int(box[0]) + 2, int(box[1]) + 2, int(box[2]) - 1, int(box[3]) - 1))
            assert min(inner.tobytes()) < 200, cell.locus


def test_a_figure_keeps_its_point_and_its_sign() -> None:
    """The boxes of letters are those of the font: a point does not fall below its line."""
    data = drawn(lambda c: grid_on(c, ["96171.6", "-2", "1,234.5678", "—"]))
    assert table(data) == [["96171.6", "-2"], ["1,234.5678", "—"]]


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    """A mark for none in the last column is no broken word."""
    data = drawn(lambda c: grid_on(c, ["3", "-", "-", "-"]))
    assert table(data) == [["3", "-"], ["-", "-"]]


# -- what is drawn ---------------------------------------------------------------------------


def _form_field(canvas: Canvas) -> None:
    grid_on(canvas, "甲乙1")
    field = {"x": 160, "y": 502, "width": 60, "height": 14, "fontSize": 10, "borderWidth": 0}
    canvas.acroForm.textfield(value="27", borderColor=None, fillColor=None, **field)


def test_what_a_form_field_shows_is_printed() -> None:
    """A figure typed into a field of the file stands on the page like any other."""
    assert table(drawn(_form_field)) == [["甲", "乙"], ["1", "27"]]


def _watermark(canvas: Canvas) -> None:
    grid_on(canvas)
    canvas.saveState()
    canvas.translate(60, 470)
    canvas.rotate(35)
    canvas.setFont(FONT, 24)
    canvas.drawString(0, 0, "内部资料2024")
    canvas.restoreState()


def test_slanted_text_is_a_watermark() -> None:
    """It is no text of the cells it is printed over."""
    assert table(drawn(_watermark)) == [["甲", "乙"], ["1", "2"]]


def _hidden(canvas: Canvas) -> None:
    grid_on(canvas)
    text = canvas.beginText(170, 525)
    text.setTextRenderMode(3)
    text.textOut("99")
    canvas.drawText(text)


def test_invisible_text_is_not_printed() -> None:
    """Nobody sees it on the page."""
    assert table(drawn(_hidden)) == [["甲", "乙"], ["1", "2"]]


def _white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.drawString(170, 505, "99")
    canvas.setFillGray(0)


def _black_on_black(canvas: Canvas) -> None:
    canvas.rect(165, 502, 20, 15, stroke=0, fill=1)
    canvas.drawString(170, 505, "99")


def _clear(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(170, 505, "99")


def _covered(canvas: Canvas) -> None:
    canvas.drawString(156, 505, "99")
    canvas.setFillGray(1)
    canvas.rect(155, 503, 20, 12, stroke=0, fill=1)
    canvas.setFillGray(0)


def _covered_by_a_picture(canvas: Canvas) -> None:
    canvas.drawString(156, 505, "99")
    canvas.drawImage(_picture(40, 40), 155, 503, 20, 12)


def _clipped(canvas: Canvas) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 100, 100)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(170, 505, "99")
    canvas.restoreState()


def _in_large_grey(canvas: Canvas) -> None:
    canvas.setFillGray(0.85)
    canvas.setFont(FONT, 60)
    canvas.drawString(60, 490, "样本99")
    canvas.setFillGray(0)
    canvas.setFont(FONT, 10)


@pytest.mark.parametrize(
    "draw",
    [
        _white,
        _black_on_black,
        _clear,
        _covered,
        _covered_by_a_picture,
        _clipped,
        _in_large_grey,
    ],
)
def test_what_no_reader_sees_is_not_printed(draw: Callable[[Canvas], None]) -> None:
    """In the colour of its ground, under a box or a picture, cut off, or large and faint."""

    def page(canvas: Canvas) -> None:
        draw(canvas)
        canvas.setFillAlpha(1)
        grid_on(canvas, "甲乙1")

    assert table(drawn(page)) == [["甲", "乙"], ["1", ""]]


def _typed_over(canvas: Canvas) -> None:
    """A figure that a white box hides, and the one that was typed in its place."""
    canvas.drawString(170, 505, "999")
    canvas.setFillGray(1)
    canvas.rect(155, 503, 40, 12, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.drawString(170, 505, "169")
    grid_on(canvas, "甲乙1")


def test_a_figure_typed_over_another_is_whole() -> None:
    """Equal digits stand at one place, one of them hidden: the other is not lost with it."""
    assert table(drawn(_typed_over)) == [["甲", "乙"], ["1", "169"]]


def _let_through(canvas: Canvas) -> None:
    """A ground, and a stamp through which the figures below are seen."""
    canvas.setFillGray(0.2)
    canvas.rect(150, 500, 100, 20, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.drawString(170, 505, "2")
    canvas.setFillGray(0)
    grid_on(canvas, "甲乙1")
    from PIL import Image  # noqa: PLC0415  # only pages with pictures need it

    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 4, 4))
    canvas.drawImage(ImageReader(image), 0, 480, 400, 100, mask="auto")
    canvas.setFillColorRGB(1, 0, 0, alpha=0.3)
    canvas.rect(50, 500, 200, 40, stroke=0, fill=1)


def test_what_a_reader_sees_through_or_on_a_dark_ground_is_printed() -> None:
    """White on black, below a picture with clear parts, below a pale colour."""
    assert table(drawn(_let_through)) == [["甲", "乙"], ["1", "2"]]


def _layer(state: bytes) -> bytes:
    """A page of which a part stands in a layer that is on or off."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 400 600] /Resources << %s >>" % HELVETICA
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [5 0 R] "
            b"/D << /%s [5 0 R] >> >> >>" % state,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents 4 0 R /Resources "
            b"<< %s /Properties << /L 5 0 R >> /XObject << /X 6 0 R >> >> >>" % HELVETICA,
            stream(
                b"BT /F1 10 Tf 50 500 Td (12) Tj ET "
                b"/OC /L BDC BT /F1 10 Tf 70 500 Td (34) Tj ET /X Do EMC"
            ),
            b"<< /Type /OCG /Name (L) >>",
            stream(b"BT /F1 10 Tf 90 500 Td (56) Tj ET", form),
        ]
    )


@pytest.mark.parametrize(("state", "seen"), [(b"ON", "12 34 56"), (b"OFF", "12")])
def test_text_in_a_layer_is_printed_where_the_layer_is_on(state: bytes, seen: str) -> None:
    """Only a picture of the page tells which layers are shown."""
    assert paragraphs(_layer(state)) == [seen]


def _outline(canvas: Canvas, x: float, y: float) -> None:
    """A digit as a shape."""
    path = canvas.beginPath()
    path.moveTo(x, y)
    path.curveTo(x + 3, y, x + 3, y + 6, x, y + 6)
    path.curveTo(x + 1, y + 4, x + 1, y + 2, x, y)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _as_shape(canvas: Canvas) -> None:
    _outline(canvas, 180, 506)


def _as_picture(canvas: Canvas) -> None:
    from PIL import Image  # noqa: PLC0415  # only pages with pictures need it

    image = Image.new("L", (40, 40), 255)
    image.paste(0, (10, 5, 20, 35))
    canvas.drawImage(ImageReader(image), 180, 505, 8, 8)


def _cut_by_a_clip(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(150, 500, 24.5, 20)
    canvas.saveState()
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(170, 505, "123")
    canvas.restoreState()


@pytest.mark.parametrize("draw", [_as_shape, _as_picture, _cut_by_a_clip])
@pytest.mark.parametrize("before", ["", "2"])
def test_a_figure_that_is_no_text_is_no_blank(draw: Callable[[Canvas], None], before: str) -> None:
    """A digit drawn as a shape or a picture, or cut off, leaves something unknown in its cell."""

    def page(canvas: Canvas) -> None:
        grid_on(canvas, "甲乙1" + before)
        draw(canvas)

    (_, (_, text)) = table(drawn(page))
    assert "\ufffd" in text


def test_an_annotation_that_prints_is_kept_by_the_slower_engine() -> None:
    """What a field shows is part of the page for both engines."""

    def page(canvas: Canvas) -> None:
        _typed_over(canvas)
        canvas.acroForm.textfield(value="77", x=105, y=502, width=30, height=12, fontSize=8)

    texts = [text for row in table(drawn(page)) for text in row]
    assert {"77", "169"} <= set(texts)


def test_shapes_beside_tables_and_text_are_no_figures() -> None:
    """A sign in the margin; a frame around a figure; a faint sign."""

    def page(canvas: Canvas) -> None:
        grid_on(canvas)
        _outline(canvas, 20, 100)
        canvas.roundRect(156, 502, 30, 16, 4, stroke=1, fill=0)
        canvas.setFillGray(0.9)
        _outline(canvas, 230, 506)

    blocks = read_pdf(drawn(page), "a.pdf")
    assert table(drawn(page)) == [["甲", "乙"], ["1", "2"]]
    assert len(blocks) == 1


def _curves(canvas: Canvas) -> None:
    canvas.roundRect(40, 490, 240, 70, 8)
    grid_on(canvas)
    canvas.bezier(60, 560, 100, 600, 140, 600, 180, 560)
    canvas.line(50, 400, 250, 440)


def test_curves_and_slanted_lines_are_no_rules() -> None:
    """A box with round corners around a table, a seal's arc, a stroke across."""
    assert table(drawn(_curves)) == [["甲", "乙"], ["1", "2"]]


def _one_path(canvas: Canvas) -> None:
    """All sides of all cells in one path, as some word processors write them."""
    path = canvas.beginPath()
    for x in (50, 150):
        for y in (500, 520):
            path.rect(x, y, 100, 20)
    canvas.drawPath(path)
    for at, text in enumerate("甲乙12"):
        canvas.drawString(60 + 100 * (at % 2), 525 - 20 * (at // 2), text)


def _thin_boxes(canvas: Canvas) -> None:
    """All lines as thin filled boxes in one path."""
    path = canvas.beginPath()
    for x in (50, 150, 250):
        path.rect(x, 500, 0.5, 40)
    for y in (500, 520, 540):
        path.rect(50, y, 200, 0.5)
    canvas.drawPath(path, stroke=0, fill=1)
    for at, text in enumerate("甲乙12"):
        canvas.drawString(60 + 100 * (at % 2), 525 - 20 * (at // 2), text)


@pytest.mark.parametrize("draw", [_one_path, _thin_boxes])
def test_many_lines_may_be_one_path(draw: Callable[[Canvas], None]) -> None:
    """Each part of a path counts for itself."""
    assert table(drawn(draw)) == [["甲", "乙"], ["1", "2"]]


def _picture(width: int, height: int) -> ImageReader:
    from PIL import Image  # noqa: PLC0415  # only pages with pictures need it

    target = io.BytesIO()
    Image.new("L", (width, height), 128).save(target, "PNG")
    target.seek(0)
    return ImageReader(target)


def _with_picture(canvas: Canvas) -> None:
    for at in range(4):
        canvas.drawString(50, 560 - 15 * at, "这一页有文字，也有一张图片。" * 2)
    canvas.drawImage(_picture(300, 100), 50, 300, 300, 100)
    canvas.drawImage(_picture(20, 20), 50, 250, 20, 20)


def test_a_picture_on_a_page_with_text_is_a_block() -> None:
    """It may hold a table; a small one (a seal, a sign) does not."""
    pictures = [b for b in read_pdf(drawn(_with_picture), "a.pdf") if isinstance(b, Picture)]
    assert [p.locus.bbox for p in pictures] == [(50.0, 200.0, 350.0, 300.0)]


# -- scans -----------------------------------------------------------------------------------


def _scan(canvas: Canvas) -> None:
    canvas.drawImage(_picture(400, 600), 0, 0, 400, 600)


def _scan_with_text(canvas: Canvas) -> None:
    """A scan with what a program recognised, drawn so that nobody sees it."""
    _scan(canvas)
    text = canvas.beginText(60, 525)
    text.setTextRenderMode(3)
    text.textOut("甲乙丙丁" * 30)
    canvas.drawText(text)


def _scan_over_text(canvas: Canvas) -> None:
    """The same, drawn below the picture."""
    for at in range(20):
        canvas.drawString(60, 500 - 12 * at, "甲乙丙丁甲乙丙丁")
    _scan(canvas)


def _outlines(canvas: Canvas) -> None:
    """Letters as drawn curves."""
    for at in range(100):
        canvas.circle(50 + 3 * at, 300, 4, fill=1)


@pytest.mark.parametrize("draw", [_scan, _scan_with_text, _scan_over_text, _outlines])
def test_pages_that_are_pictures_are_recognised(
    draw: Callable[[Canvas], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is recognised goes the way of text; text that nobody sees is not trusted."""
    asked: list[scan.PageImage] = []

    def recognised(pages: Iterable[scan.PageImage], name: str) -> Any:
        assert name == "a.pdf"
        asked.extend(pages)
        rules = [Rule(50, y, 250, y) for y in (60, 80, 100)]
        rules += [Rule(x, 60, x, 100) for x in (50, 150, 250)]
        marks = [Mark(t, 60 + 100 * (i % 2), 65 + 20 * (i // 2), 70 + 100 * (i % 2), 75 + 20 * (i // 2), 0.5)
                 for i, t in enumerate("甲乙12")]  # fmt: skip
        return scan.Recognised((PageLayout(1, 400, 600, tuple(marks), tuple(rules)),), ())

    monkeypatch.setattr(scan, "recognised", recognised)
    (grid,) = read_pdf(drawn(draw), "a.pdf")
    assert isinstance(grid, Grid)
    assert [[(c.text, c.confidence) for c in row] for row in grid.rows] == [
        [("甲", 0.5), ("乙", 0.5)], [("1", 0.5), ("2", 0.5)],
    ]  # fmt: skip
    (image,) = asked
    assert (image.number, image.width, image.height) == (1, 400, 600)
    assert image.image.width >= 400


def test_a_background_is_no_scan() -> None:
    """Text drawn over a picture of paper is read as text."""

    def draw(canvas: Canvas) -> None:
        _scan(canvas)
        grid_on(canvas)
        for at in range(6):
            canvas.drawString(50, 400 - 15 * at, "这一页的文字印在底图上面。")

    blocks = read_pdf(drawn(draw), "a.pdf")
    assert [type(b) for b in blocks] == [Grid, *[Paragraph] * 6]


# -- the slower engine -----------------------------------------------------------------------


def _glyph_font(content: bytes) -> bytes:
    """A page with a font of drawn glyphs: `a` is 甲, `b` 乙, `c` 1, `d` 2, `e` has no meaning."""
    names = "甲乙12\ue001"
    pairs = b"".join(b"<%02X> <%04X>\n" % (97 + i, ord(c)) for i, c in enumerate(names))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"5 beginbfchar\n" + pairs + b"endbfchar endcmap end end"
    )
    glyphs = b" ".join(b"/g%d 6 0 R" % i for i in range(5))
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] "
        b"/CharProcs << "
        + glyphs
        + b" >> /FirstChar 97 /LastChar 101 /Widths [1000 1000 500 500 500] "
        b"/Encoding << /Type /Encoding /Differences [97 /g0 /g1 /g2 /g3 /g4] >> /ToUnicode 7 0 R "
        b"/Resources << >> >>"
    )
    glyph = stream(b"1000 0 d0 0 0 800 800 re f")
    return page_of(stream(content), b"/Font << /F1 5 0 R >>", font, glyph, stream(cmap))


TABLE = (
    b"50 500 200 40 re S 50 520 m 250 520 l S 150 500 m 150 540 l S "
    b"0.9 g 300 500 100 40 re f 0 g 410 500 0.4 40 re f "
    b"BT /F1 10 Tf 60 525 Td (a) Tj 100 0 Td (b) Tj -100 -20 Td (c) Tj 100 0 Td (d) Tj ET"
)


def test_fonts_of_drawn_glyphs_are_left_to_the_slower_engine() -> None:
    """It has the same places and lines: a stroked box, thin boxes, lines."""
    data = _glyph_font(TABLE)
    with Pages(data, "a.pdf") as pages:
        assert pages.drawn(1).doubtful
    assert table(data) == [["甲", "乙"], ["1", "2"]]


def test_glyphs_beside_the_page_are_not_seen() -> None:
    """They make the faster engine doubtful, and stand in no cell."""
    content = TABLE.replace(b"(a) Tj", b"(x) Tj").replace(b"ET", b"900 0 Td (9) Tj ET")
    data = page_of(stream(content), HELVETICA)
    assert table(data) == [["x", "b"], ["c", "d"]]


def _rounded(box: tuple[float, float, float, float]) -> tuple[int, ...]:
    """A box to a point; a line without its thickness."""
    x0, top, x1, bottom = box
    if x1 - x0 < 3:
        x0 = x1 = (x0 + x1) / 2
        top, bottom = round((top + bottom) / 2), round((bottom - top) / 8)
    elif bottom - top < 3:
        top = bottom = (top + bottom) / 2
        x0, x1 = round((x0 + x1) / 2), round((x1 - x0) / 8)
    return tuple(map(round, (x0, top, x1, bottom)))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [b"", b"/CropBox [30 20 500 800]"])
@pytest.mark.parametrize("media", [b"[0 0 595 842]", b"[10 15 605 862]"])
def test_both_engines_see_the_same_page(turn: int, crop: bytes, media: bytes) -> None:
    """Turned, cropped, with another origin: the same places of glyphs, lines and grounds."""
    data = (
        page_of(stream(TABLE.replace(b"(a)", b"(xy)")), HELVETICA)
        .replace(b"/Contents 4 0 R", b"/Contents 4 0 R /Rotate %d %s" % (turn, crop))
        .replace(b"[0 0 595 842]", media)
    )
    with Pages(data, "a.pdf") as pages, SlowPages(data, "a.pdf") as slow:
        one = pages.drawn(1).layout
        other = slow.layout(one)
    rules = [{_rounded((r.x0, r.top, r.x1, r.bottom)) for r in p.rules} for p in (one, other)]
    assert rules[0] == rules[1]
    assert {_rounded(box) for box in one.fills} == {_rounded(box) for box in other.fills}
    first, second = (sorted(p.marks, key=lambda m: m.text) for p in (one, other))
    assert "".join(m.text for m in first) == "".join(m.text for m in second) == "bcdxy"
    for a, b in zip(first, second, strict=True):
        assert (a.x0 + a.x1, a.top + a.bottom) == pytest.approx(
            (b.x0 + b.x1, b.top + b.bottom), abs=4
        )


def test_a_page_that_the_slower_engine_loses_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upside-down paper box moves all its glyphs off the page: it is not taken for empty."""
    asked: list[int] = []

    def recognised(pages: Iterable[scan.PageImage], _: str) -> Any:
        asked.extend(page.number for page in pages)
        return scan.Recognised((), ())

    monkeypatch.setattr(scan, "recognised", recognised)
    monkeypatch.setattr(SlowPages, "layout", lambda _, like: replace(like, marks=()))
    assert read_pdf(_glyph_font(TABLE), "a.pdf") == ()
    assert asked == [1]


def _without_meaning(share: float) -> bytes:
    """A page of glyphs of which a share has no character."""
    count = int(40 * share)
    content = b"BT /F1 10 Tf 50 700 Td (%s) Tj 0 -20 Td (%s) Tj ET" % (
        b"a" * (40 - count),
        b"e" * count,
    )
    return _glyph_font(content)


def test_a_page_of_glyphs_without_meaning_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file does not say which characters its glyphs are, only the eye can tell."""
    asked: list[int] = []

    def recognised(pages: Iterable[scan.PageImage], _: str) -> Any:
        asked.extend(page.number for page in pages)
        return scan.Recognised((PageLayout(1, 595, 842, (Mark("字", 50, 50, 60, 60, 0.9),)),), ())

    monkeypatch.setattr(scan, "recognised", recognised)
    assert paragraphs(_without_meaning(0.5)) == ["字"]
    assert asked == [1]
    assert paragraphs(_without_meaning(0.0)) == ["甲" * 40]
    assert asked == [1]


def test_unknown_glyphs_are_known() -> None:
    """The replacement character and the areas for private use."""
    assert [is_unknown(c) for c in "\ufffd\ue000\uf8ff甲1"] == [True, True, True, False, False]


def test_what_the_slower_engine_cannot_read_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its errors are many; the reader has one. What is too large stays too large."""

    def broken(*_: object) -> PageLayout:
        raise KeyError("Font")

    monkeypatch.setattr(SlowPages, "layout", broken)
    with pytest.raises(ReadError) as error:
        read_pdf(_glyph_font(TABLE), "a.pdf")
    assert error.value.problem.code == "damaged"
    monkeypatch.undo()
    monkeypatch.setattr("gongkai.read.pdf_slow.LIMITS", make_limits(page_marks=3))
    with pytest.raises(ReadError) as error:
        read_pdf(_glyph_font(TABLE), "a.pdf")
    assert error.value.problem.code == "over_limit"


# -- what is refused -------------------------------------------------------------------------


def make_limits(**changes: float) -> Limits:
    """The limits with other numbers."""
    return replace(LIMITS, **changes)  # type: ignore[arg-type]


def _encrypted(user: str, owner: str) -> bytes:
    target = io.BytesIO()
    encryption = StandardEncryption(user, owner, canPrint=0, canCopy=0, strength=128)
    canvas = Canvas(target, encrypt=encryption, invariant=1)
    canvas.drawString(72, 720, "27")
    canvas.save()
    return target.getvalue()


def test_a_file_that_asks_for_a_password_is_refused() -> None:
    """One that only forbids copying opens without."""
    with pytest.raises(ReadError) as error:
        read_pdf(_encrypted("secret", "owner"), "a.pdf")
    assert error.value.problem.code == "encrypted"
    assert paragraphs(_encrypted("", "owner")) == ["27"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused(share: float) -> None:
    """What can be saved of it may lack pages, and nobody would know."""
    data = print_pdf(sheet("form2021"), "pages")
    with pytest.raises(ReadError) as error:
        read_pdf(data[: int(len(data) * share)], "a.pdf")
    assert error.value.problem.code == "damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [9 0 R] /Count 1 >>"]),
    ],
)
def test_a_file_without_pages_is_damaged(data: bytes) -> None:
    """No catalog, or a page that is not there."""
    with pytest.raises(ReadError) as error:
        read_pdf(data, "a.pdf")
    assert error.value.problem.code == "damaged"


def test_bytes_behind_the_end_do_no_harm() -> None:
    """Servers and mail programs add some."""
    assert table(drawn(grid_on) + b"\n\n<!-- page served -->\n") == [["甲", "乙"], ["1", "2"]]


@pytest.mark.parametrize(
    "changes",
    [{"page_marks": 5}, {"page_points": 300.0}, {"pages": 0}],
    ids=lambda c: next(iter(c)),
)
def test_what_breaks_a_limit_is_refused(
    changes: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many glyphs, too large a page, too many pages."""
    limits = make_limits(**changes)
    monkeypatch.setattr("gongkai.read.pdf_fast.LIMITS", limits)
    monkeypatch.setattr("gongkai.read.pdf.LIMITS", limits)
    with pytest.raises(ReadError) as error:
        read_pdf(drawn(grid_on), "a.pdf")
    assert error.value.problem.code == "over_limit"


def test_too_many_lines_or_letters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted apart: objects, lines in one path, glyphs in one object."""
    monkeypatch.setattr("gongkai.read.pdf_fast.LIMITS", make_limits(page_marks=3))
    many = b" ".join(b"%d 10 m %d 90 l" % (x, x) for x in range(20, 200, 20)) + b" S"
    letters = b"BT /F1 10 Tf 60 525 Td (abcdefgh) Tj ET"
    for content in (many, letters):
        with pytest.raises(ReadError) as error:
            read_pdf(page_of(stream(content), HELVETICA), "a.pdf")
        assert error.value.problem.code == "over_limit"


def test_an_empty_page_has_nothing() -> None:
    """No text and no picture: nothing to recognise either."""
    assert read_pdf(page_of(stream(b"n")), "a.pdf") == ()
