"""Scans and pictures: geometry, words and certainty one by one, then whole pages with the models."""

from __future__ import annotations

import io
import random
import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import make
import numpy as np
import pytest
from PIL import Image, ImageDraw
from print_scan import (
    BARE,
    OPEN,
    RULED,
    Scanner,
    font_file,
    picture_file,
    print_pages,
    scanned,
    stamped,
)
from printers import Sheet

from gongkai.forms import variables
from gongkai.model import Cell, Grid, Heading, Locus, Paragraph
from gongkai.read import READERS, ReadError, scan, sniff
from gongkai.read.layout import blocks_of
from gongkai.read.limits import LIMITS
from gongkai.read.scan import PageImage, Place, Recognised, images_of, read_image, recognised

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gongkai.model import Block
    from gongkai.read.scan_page import Box, Pixels
    from gongkai.read.scan_text import Recogniser

pytest.importorskip("cv2", reason="the extra ocr is not installed")
pytest.importorskip("rapidocr", reason="the extra ocr is not installed")

from gongkai.read import scan_text
from gongkai.read.scan_ends import ended
from gongkai.read.scan_glyphs import (
    Figure,
    doubtful,
    figure_in,
    levelled,
    wrong_points,
    wrong_width,
)  # the same
from gongkai.read.scan_page import Line, Warp, bends_of, ink_of, rules_of, skew_of, straight
from gongkai.read.scan_reading import is_poor, read_page
from gongkai.read.scan_text import Decoder, Reading, agreed, figure_of, shaped
from gongkai.read.scan_words import FIGURE_GAP, is_printed, left_over, pieces, without_rules

needs_font = pytest.mark.skipif(font_file() is None, reason="no CJK font: fonts-noto-cjk")
NAME = "scan.png"
#: Below this the parser flags a figure.
THRESHOLD = 0.7


def lined(size: int = 1100, *, step: int = 60, tilt: float = 0.0) -> Image.Image:
    """A page with a ruled table and blocks like words in it."""
    page = Image.new("RGB", (size * 5 // 7, size), "white")
    draw = ImageDraw.Draw(page)
    right, bottom = page.width - 60, size - 100
    for y in range(100, bottom + 1, step):
        draw.line((60, y, right, y), "black", 2)
    for x in range(60, right + 1, (right - 60) // 5):
        draw.line((x, 100, x, 100 + (bottom - 100) // step * step), "black", 2)
    for y in range(100 + step // 3, bottom - step // 2, step):
        draw.rectangle((90, y, 130, y + step // 3), "black")
    return page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor="white")


def pixels(picture: Image.Image) -> Pixels:
    """RGB values."""
    return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def grey(picture: Image.Image) -> Pixels:
    """Grey values."""
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def ink(*strokes: tuple[int, int, int, int], size: tuple[int, int] = (40, 30)) -> Pixels:
    """Ink in boxes (x0, top, x1, bottom) of a picture of so many rows and columns."""
    out = np.zeros(size, dtype=np.uint8)
    for x0, top, x1, bottom in strokes:
        out[top:bottom, x0:x1] = 255
    return out


# --- Geometry ----------------------------------------------------------------------------------


@pytest.mark.parametrize("tilt", [-3.0, -1.2, 0.0, 0.4, 2.6])
def test_skew_is_measured_to_a_tenth_of_a_degree(tilt: float) -> None:
    """A page turned by an angle has that skew; a straight page has none."""
    assert skew_of(grey(lined(tilt=-tilt))) == pytest.approx(tilt, abs=0.1)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("tilt", [0.0, 2.0])
def test_a_place_on_the_straight_page_is_found_again_on_the_scan(
    quarters: int, tilt: float
) -> None:
    """The way back holds for turned, skewed and enlarged pages: a black square stays black."""
    page = lined()
    ImageDraw.Draw(page).rectangle((500, 40, 520, 60), "black")
    picture = pixels(page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor="white"))
    turned = np.ascontiguousarray(np.rot90(picture, -quarters))
    found = straight(turned, quarters)
    scale = max(found.grey.shape) / max(picture.shape)
    rows, columns = np.nonzero(found.grey[: round(75 * scale)] < 100)
    x0, x1 = float(columns.min()), float(columns.max())
    top, bottom = float(rows.min()), float(rows.max())
    x0, top, x1, bottom = (round(v) for v in found.warp.box((x0, top, x1, bottom)))
    inside = turned[top + 3 : bottom - 2, x0 + 3 : x1 - 2]
    assert inside.size > 100
    assert inside.mean() < 10


def test_rules_are_found_across_and_upright() -> None:
    """Each drawn line is one rule; blocks of ink are none."""
    found = straight(pixels(lined())).rules
    assert sum(r[1] == r[3] for r in found) == 16
    assert sum(r[0] == r[2] for r in found) == 6


def test_gaps_and_noise_do_not_break_rules() -> None:
    """Lines with small gaps stay whole; rules meet at the corners."""
    page = lined()
    draw = ImageDraw.Draw(page)
    for x in range(150, 700, 90):
        draw.rectangle((x, 90, x + 3, 1010), "white")
    found = straight(pixels(page)).rules
    across = [r for r in found if r[1] == r[3]]
    assert len(across) == 16
    left = {r[0] for r in found if r[0] == r[2]}
    assert all(r[0] in left and r[2] in left for r in across)


def test_two_pieces_of_a_rule_beside_each_other_are_one() -> None:
    """A line that the scan broke into two steps, one pixel apart, is one rule."""
    page = Image.new("L", (800, 1100), 255)
    draw = ImageDraw.Draw(page)
    draw.line((60, 300, 400, 300), 0, 2)
    draw.line((401, 304, 740, 304), 0, 2)
    (rule,) = rules_of(ink_of(grey(page)))
    assert (rule.along[0], rule.along[-1]) == pytest.approx((60, 740), abs=3)


def test_two_tables_one_above_the_other_stay_two() -> None:
    """Upright lines are not bridged over the space between two tables."""
    page = lined()
    ImageDraw.Draw(page).rectangle((0, 465, 800, 515), "white")
    upright = [r for r in straight(pixels(page)).rules if r[0] == r[2]]
    assert len(upright) == 12


def stroked(*strokes: tuple[int, int, int, int]) -> list[tuple[float, float, float, float]]:
    """The upright rules of a page with a table (x 100 to 700, y 400 to 880) and more strokes."""
    page = Image.new("L", (800, 2100), 255)
    draw = ImageDraw.Draw(page)
    for y in (400, 498, 560, 620, 680, 880):
        draw.line((100, y, 700, y), 0, 3)
    for x in (100, 400, 700):
        draw.line((x, 400, x, 880), 0, 3)
    for box in strokes:
        draw.rectangle(box, 0)
    page_ink = ink_of(grey(page))
    rules = ended([line.box for line in rules_of(page_ink)], page_ink, 14)
    return [rule for rule in rules if rule[0] == rule[2]]


def test_strokes_of_characters_at_the_end_of_a_wall_are_no_part_of_it() -> None:
    """Neither a heading over the table nor a label in a merged cell makes a wall longer."""
    inner = (249, 560, 251, 880)
    for strokes in (
        [],
        [(249, 508, 251, 550)],  # a stroke of one line over the wall
        [(249, 508, 251, 527), (249, 535, 251, 554)],  # of two lines, one above the other
        [(249, 350, 251, 392), (399, 350, 401, 392), (501, 352, 503, 393)],  # of a heading
        [(501, 690, 503, 729)],  # of a label in a cell
    ):
        found = stroked(inner, *strokes)
        assert len(found) == 4
        assert [rule[1] for rule in sorted(found)] == pytest.approx([400, 560, 400, 400], abs=4)
        assert [rule[3] for rule in found] == pytest.approx([880] * 4, abs=4)


def test_walls_that_a_page_breaks_off_end_together() -> None:
    """Rows go on below the last rule across if the outer walls do; one wall alone goes nowhere."""
    ends = [(x - 1, 880, x + 1, 1000) for x in (100, 400, 700)]
    assert [rule[3] for rule in stroked(*ends)] == pytest.approx([1000] * 3, abs=4)
    assert [rule[3] for rule in stroked(ends[1])] == pytest.approx([880] * 3, abs=4)


def test_a_wall_that_goes_on_without_a_gap_is_one() -> None:
    """Where the rule across is broken beside it a wall stays; a long line needs no other."""
    found = stroked((249, 560, 251, 760), (749, 900, 751, 1300))
    assert [rule[3] for rule in found if rule[0] < 260] == pytest.approx([882, 760], abs=4)
    assert [rule[3] for rule in found if rule[0] > 740] == pytest.approx([1300], abs=4)


def test_a_thin_rule_beside_dark_text_is_whole() -> None:
    """Where text stands close below it a rule is less dark than ink elsewhere, and goes on."""
    page = Image.new("L", (1500, 2100), 240)
    draw = ImageDraw.Draw(page)
    for x in range(100, 1400, 12):
        draw.rectangle((x, 306, x + 5, 330), 20)
    draw.line((80, 300, 1420, 300), 140, 2)
    page_grey = grey(page)
    assert not rules_of(ink_of(page_grey))
    (rule,) = rules_of(ink_of(page_grey), ink_of(page_grey, 0.15))
    assert (rule.along[0], rule.along[-1]) == pytest.approx((80, 1420), abs=6)


def test_strokes_side_by_side_are_no_rule_across() -> None:
    """What ends at no wall on either side is a row of strokes; a rule between walls stays."""
    page_ink = np.zeros((2100, 800), np.uint8)
    walls = [(100.0, 400.0, 100.0, 880.0), (400.0, 400.0, 400.0, 880.0)]
    frame = [(100.0, y, 400.0, y) for y in (400.0, 880.0)]
    for wall in walls:
        page_ink[400:880, round(wall[0])] = 255
    loose, inner, outside = (
        (200.0, 600.0, 300.0, 600.0),
        (100.0, 700.0, 300.0, 700.0),
        (500.0, 600.0, 600.0, 600.0),
    )
    found = ended([*frame, loose, inner, outside, *walls], page_ink, 14)
    assert loose not in found
    assert {inner, outside, *frame, *walls} == set(found)


def test_a_bent_page_is_made_straight() -> None:
    """Curved and converging lines become straight ones."""
    bent = scanned(lined(1684), Scanner(150, 0.5, keystone=0.03, curve=8))
    found = straight(pixels(bent))
    lines = rules_of(found.ink)
    assert found.warp.across != (0.0,) * 4
    assert max(max(line.beside) - min(line.beside) for line in lines) < 6
    assert bends_of(lines[:2], (1000, 1400)) is None


def test_shades_of_paper_are_no_ink() -> None:
    """A grey gradient and a shaded head leave only the strokes."""
    page = pixels(lined()).astype(np.int16)
    page -= np.linspace(0, 120, page.shape[1]).astype(np.int16)[None, :, None]
    plain = straight(pixels(lined())).ink
    shaded = straight(np.clip(page, 0, 255).astype(np.uint8)).ink
    assert abs(float(plain.mean()) - float(shaded.mean())) < 0.15 * float(plain.mean())


def test_a_blank_page_has_nothing() -> None:
    """White paper gives no rules, no ink and no words."""
    page = np.full((800, 600, 3), 255, dtype=np.uint8)
    assert straight(page).rules == ()
    assert read_page(page, scan_text.recogniser()).words == ()


# --- Words -------------------------------------------------------------------------------------


def test_a_box_over_several_cells_is_cut_at_the_rules() -> None:
    """What the detector joins over an upright rule becomes one word a cell."""
    field = ink((10, 10, 20, 30), (60, 10, 70, 30), size=(40, 100))
    found = pieces([(5, 5, 75, 35)], field, [(40, 0, 40, 40)], 20)
    assert found == [(10, 10, 20, 30), (60, 10, 70, 30)]


def test_lines_above_each_other_are_parted_and_strokes_are_not() -> None:
    """Two lines in one box are two words; the strokes of 三 stay one."""
    two = ink((0, 5, 30, 23), (0, 29, 30, 47), size=(52, 30))
    assert pieces([(0, 0, 30, 52)], two, [], 18) == [(0, 5, 30, 23), (0, 29, 30, 47)]
    three = ink((4, 4, 24, 7), (6, 12, 22, 15), (4, 21, 24, 24), size=(28, 28))
    assert pieces([(0, 0, 28, 28)], three, [], 20) == [(4, 4, 24, 24)]


def test_wide_gaps_part_figures_but_not_behind_a_point() -> None:
    """Two figures far apart are two; a full-width decimal point keeps its digits together."""
    apart = ink((0, 4, 10, 24), (60, 4, 70, 24), size=(28, 80))
    assert len(pieces([(0, 0, 80, 28)], apart, [], 20, FIGURE_GAP)) == 2
    point = ink((0, 4, 10, 24), (14, 21, 17, 24), (52, 4, 62, 24), size=(28, 70))
    assert pieces([(0, 0, 70, 28)], point, [], 20, FIGURE_GAP) == [(0, 4, 62, 24)]


def test_the_same_ink_is_read_once() -> None:
    """Overlapping boxes of the detector give one word."""
    field = ink((10, 10, 60, 30), size=(40, 80))
    assert pieces([(5, 5, 65, 35), (7, 5, 64, 34)], field, [], 20) == [(10, 10, 60, 30)]


def test_ink_that_no_word_holds_is_found_and_dust_is_not() -> None:
    """A digit and a dash beside the words are left over, a speck is not."""
    field = ink(
        (10, 10, 20, 30), (60, 12, 68, 30), (100, 20, 112, 23), (140, 5, 142, 7), size=(40, 160)
    )
    found = left_over(without_rules(field, []), [(10, 10, 20, 30)], 20)
    assert found == [(60, 12, 68, 30), (100, 20, 112, 23)]


def test_rules_are_taken_out_of_the_ink() -> None:
    """A digit beside a rule stays, the rule goes."""
    field = ink((0, 0, 3, 40), (20, 10, 28, 30))
    left = without_rules(field, [(1, 0, 1, 40)])
    assert left[:, :10].sum() == 0
    assert left[15, 24] == 255


# --- Certainty ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("0", "0"), ("O", "0"), ("o", "0"), ("l", "1"), ("I", "1"), ("1 1", "11"), ("１２", "12"),
        ("1,234", "1,234"), ("12.50", "12.50"), ("-3", "-3"), ("+2", "+2"), ("8件", "8件"),
        ("一", "—"), ("——", "—"), ("-", "-"), ("/", "/"), ("7.", "7"), (".7", "7"), ("·0", "0"),
        ("3%", "3%"), ("", None), ("总计", None), ("增3", None), ("S", None), ("(1)", None), ("?", None),
    ],
)  # fmt: skip
def test_what_can_be_a_figure(text: str, figure: str | None) -> None:
    """Look-alikes become digits, specks beside digits go, words are none."""
    assert figure_of(text) == figure


@pytest.mark.parametrize(
    ("first", "second", "text", "score"),
    [
        (Reading("15", 0.99), Reading("15", 0.9), "15", 0.9),
        (Reading("O", 0.9), Reading("0", 0.95), "0", 0.9),
        (Reading("3", 0.9), Reading("8", 0.97), "8", scan_text.DIFFERENT),
        (Reading("8", 0.9), Reading("B", 0.97), "8", scan_text.DIFFERENT),
        (Reading("8", 0.9), Reading("", 0.0), "8", scan_text.UNCONFIRMED),
        (Reading("", 0.0), Reading("8", 0.9), "8", scan_text.UNCONFIRMED),
        (Reading("", 0.0), Reading("", 0.0), "", 0.0),
        (Reading("ab", 0.4), Reading("cd", 0.9), "ab", 0.4),
        (Reading("0.", 0.99), Reading("0", 0.99), "0", scan_text.TRIMMED),
        (Reading("-2-", 0.9), Reading(".2.", 0.99), "-2-", 0.9),
    ],
)
def test_two_readings_become_one(first: Reading, second: Reading, text: str, score: float) -> None:
    """Equal figures are worth the lesser score; different ones are worth little."""
    assert agreed(first, second) == Reading(text, score)


def slash() -> Pixels:
    """A stroke that rises to the right."""
    return np.asarray(
        np.fliplr(np.kron(np.eye(10, dtype=np.uint8), np.full((4, 2), 255))), np.uint8
    )


def test_marks_are_known_by_their_shape() -> None:
    """A flat stroke is a dash whatever was read, a slanted one a slash; a 1 is neither."""
    flat, upright = ink((0, 0, 14, 3), size=(3, 14)), ink((0, 0, 4, 20), size=(20, 4))
    assert shaped(Reading("1", 0.9), flat, 20) == Reading("-", 0.85)
    assert shaped(Reading("一", 0.5), flat, 20) == Reading("-", 0.95)
    assert shaped(Reading("—", 0.5), flat, 12) == Reading("—", 0.95)
    assert shaped(Reading("1", 0.9), slash(), 40) == Reading("/", 0.9)
    assert shaped(Reading("/", 0.4), slash(), 40) == Reading("/", 0.95)
    assert shaped(Reading("1", 0.9), upright, 20) == Reading("1", 0.9)
    assert shaped(Reading("/", 0.9), upright, 20) == Reading("/", scan_text.UNCONFIRMED)
    assert shaped(Reading("一、二", 0.8), flat, 20) == Reading("一、二", 0.8)


def test_coloured_ink_is_seen() -> None:
    """Red over black counts, grey does not, and a box outside of the page is none."""
    page = np.full((40, 40, 3), 200, dtype=np.uint8)
    assert scan_text.coloured_share(page, (0, 0, 40, 40)) == 0
    page[:20] = (210, 40, 40)
    assert scan_text.coloured_share(page, (0, 0, 40, 40)) == pytest.approx(0.5)
    assert scan_text.coloured_share(page, (60, 60, 70, 70)) == 0


def row(texts: Sequence[str], widths: Sequence[float], high: float = 20) -> list[Figure]:
    """Figures of these widths whose digits touch."""
    return [Figure(t, (0, 0, w, high)) for t, w in zip(texts, widths, strict=True)]


def test_a_figure_of_the_wrong_width_is_in_doubt() -> None:
    """11 read as 1, and 100 read as 10, do not fit their width."""
    touching = ink((0, 0, 100, 20), size=(20, 100))
    texts = ["0", "0", "1", "1", "25", "30", "447", "10", "62", "48"]
    sound = row(texts, [13, 13, 7, 7, 29, 29, 45, 26, 29, 29])
    assert wrong_width(sound, touching) == set()
    assert wrong_width([*sound, *row(["1", "10"], [23, 42])], touching) == {10, 11}
    assert wrong_width([], touching) == set()


def test_digits_of_one_figure_are_evenly_spaced() -> None:
    """Full-width digits are far apart and one figure; two figures read as one are uneven."""
    even = ink(*((x, 0, x + 10, 20) for x in (0, 28, 56, 84)), size=(20, 100))
    assert wrong_width(row(["1234"], [94]), even) == set()
    uneven = ink(*((x, 0, x + 10, 20) for x in (0, 16, 60, 76)), size=(20, 100))
    assert wrong_width(row(["1234"], [86]), uneven) == {0}


def test_a_point_needs_room() -> None:
    """A speck between two digits takes no room, a point does."""
    others = row(["25", "30", "44"], [26, 26, 26])
    speck = ink((0, 0, 10, 20), (11, 18, 13, 20), (16, 0, 26, 20), size=(20, 40))
    point = ink((0, 0, 10, 20), (14, 18, 16, 20), (24, 0, 34, 20), size=(20, 40))
    assert wrong_points([*others, *row(["2.5"], [26])], speck) == {3}
    assert wrong_points([*others, *row(["2.5"], [34])], point) == set()
    assert wrong_points([*others, *row(["2.5"], [34])], ink((0, 0, 34, 20), size=(20, 40))) == set()


def glyph_page(texts: Sequence[str]) -> tuple[list[Figure], Pixels]:
    """Digits drawn with Pillow's own font, one word a line."""
    page = Image.new("L", (200, 60 * len(texts)), 255)
    draw, figures = ImageDraw.Draw(page), []
    for at, text in enumerate(texts):
        draw.text((20, 60 * at + 5), text, 0, font_size=36)
        box = Image.eval(page.crop((0, 60 * at, 200, 60 * at + 60)), lambda v: 255 - v).getbbox()
        assert box is not None
        figures.append(Figure(text, (box[0], box[1] + 60 * at, box[2], box[3] + 60 * at)))
    return figures, np.asarray(page, dtype=np.uint8)


def test_a_digit_that_looks_like_another_is_in_doubt() -> None:
    """A 3 read as 8 stands out among the eights and threes of its page; the others are proven."""
    figures, page = glyph_page(["3", "8"] * 5 + ["0", "38"])
    strokes = np.where(page < 128, 255, 0).astype(np.uint8)
    wrong, proven = doubtful(figures, page, strokes)
    assert wrong == set()
    assert proven == {*range(10), 11}  # one 0 has nothing to be compared with
    misread = [*figures[:-2], Figure("8", figures[0].box), Figure("5", figures[2].box)]
    wrong, proven = doubtful(misread, page, strokes)
    assert wrong >= {10, 11}
    assert proven <= set(range(10))


def test_a_comma_below_the_line_makes_no_figure_doubtful() -> None:
    """Digits beside a comma are measured like all others; a comma read as a point stands out."""
    plain = ["3", "8", "9", "389", "893", "938"]
    drawn, page = glyph_page([*plain * 2, "38,983.98", "98,389.83", "9,838.39", "8.98"])
    strokes = np.where(page < 128, 255, 0).astype(np.uint8)
    figures = [figure_in(figure.text, figure.box, strokes) for figure in drawn]
    assert figures[-2].box[3] < drawn[-2].box[3]
    wrong, proven = doubtful(figures, page, strokes)
    assert wrong == set()
    assert proven == set(range(len(figures)))
    misread = figure_in("9.838.39", drawn[-2].box, strokes)
    assert doubtful([*figures, misread], page, strokes)[0] == {len(figures)}
    broken = strokes.copy()
    broken[round(drawn[-2].box[1]) + 10, :] = 255  # its digits cannot be told apart
    assert figure_in("9,838.39", drawn[-2].box, broken).box == drawn[-2].box


class _Says:
    """A recogniser that finds these boxes and says what it is told, first and second."""

    def __init__(self, boxes: Sequence[Box], first: Sequence[str], second: Sequence[str]) -> None:
        self._boxes = list(boxes)
        self._said = [[Reading(text, 0.99) for text in texts] for texts in (first, second)]

    def find(self, _: Pixels) -> list[Box]:
        return self._boxes

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        return self._said.pop(0) if crops else []


def test_a_doubtful_word_is_no_measure_for_other_figures() -> None:
    """A page number with dashes, taken for a wide 2, does not make the narrow 2 doubtful."""
    page = Image.new("L", (1500, 2100), 255)
    draw, boxes = ImageDraw.Draw(page), []
    texts = ["2", "3", "5", "3", "5", "35", "53", "33", "-  2  -"]
    for at, text in enumerate(texts):
        place = (100, 100 + 150 * at)
        draw.text(place, text, 0, font_size=40)
        x0, top, x1, bottom = draw.textbbox(place, text, font_size=40)
        boxes.append((x0 - 8, top - 8, x1 + 8, bottom + 8))
    said = [text.strip("- ") for text in texts]
    reader = cast("Recogniser", _Says(boxes, said, [*said[:-1], "7"]))
    words = read_page(pixels(page), reader).words
    assert [word.reading.text for word in words] == said
    assert [word.reading.score > THRESHOLD for word in words] == [True] * 8 + [False]


def test_digits_that_touch_are_neither_wrong_nor_proven() -> None:
    """Where digits cannot be told apart nothing is said of their shapes."""
    figures, page = glyph_page(["8"] * 5 + ["88"])
    strokes = np.where(page < 128, 255, 0).astype(np.uint8)
    strokes[round(figures[-1].box[1]) + 10, :] = 255
    wrong, proven = doubtful(figures, page, strokes)
    assert 5 not in wrong | proven


def test_figures_of_nearly_one_height_are_measured_alike() -> None:
    """Noise above a digit does not count, another size of type does."""
    found = levelled([*row(["1", "2", "3"], [9, 9, 9]), *row(["4"], [9], 22), *row(["5"], [9], 40)])
    assert [figure.box[3] for figure in found] == [20, 20, 20, 20, 40]
    assert levelled([]) == []


def test_certainty_is_that_of_the_worst_character() -> None:
    """Blanks do not count, look-alikes (0, O) add up, and each character has its place."""
    decoder = Decoder(["", "0", "O", "7", " "])
    steps = np.zeros((1, 8, 5), dtype=np.float32)
    steps[0, :, 0] = 0.6
    steps[0, 1] = [0.0, 0.5, 0.4, 0.1, 0.0]
    steps[0, 2] = [0.0, 0.5, 0.4, 0.1, 0.0]
    steps[0, 4] = [0.1, 0.0, 0.0, 0.4, 0.5]
    steps[0, 6] = [0.1, 0.0, 0.0, 0.8, 0.1]
    ((text, score),), (middles,) = decoder(steps, wh_ratio_list=[2.0], max_wh_ratio=4.0)
    assert (text, round(score, 3)) == ("0 7", 0.8)
    assert middles == pytest.approx((0.375, 1.125, 1.625))
    assert decoder(steps[:, :1], wh_ratio_list=[2.0], max_wh_ratio=4.0) == ([("", 0.0)], [()])


def test_a_gap_with_a_faint_stroke_is_no_gap() -> None:
    """A thin line or a small point between words keeps them together; noise does not."""
    noise = np.random.default_rng(3).normal(230, 8, (24, 40)).clip(0, 255).astype(np.uint8)
    stroke, point = noise.copy(), noise.copy()
    stroke[12:14, 5:30] -= 25
    point[18:21, 10:13] = 90
    assert not is_printed(noise)
    assert is_printed(stroke)
    assert is_printed(point)
    assert not is_printed(noise[:, :0])


def test_a_poor_page_is_known_by_its_figures_and_by_its_labels() -> None:
    """One figure in eight in doubt, or labels that are read badly; few of either say nothing."""
    good, bad = Reading("12", 0.99), Reading("12", 0.3)
    label, blurred = Reading("行政许可", 0.99), Reading("行政许可", 0.8)
    assert not is_poor([good] * 19 + [bad] + [label] * 10, range(20))
    assert is_poor([good] * 14 + [bad] * 2 + [label] * 10, range(16))
    assert is_poor([good] * 5 + [blurred] * 12, range(5))
    assert not is_poor([good, bad] + [blurred] * 5, range(2))


# --- Files -------------------------------------------------------------------------------------


def code(data: bytes, name: str = NAME) -> str:
    """The code of the error that reading raises."""
    with pytest.raises(ReadError) as caught:
        read_image(data, name)
    return caught.value.problem.code


def test_pictures_have_a_reader() -> None:
    """The bytes decide: each of the three formats is read here."""
    page = Image.new("RGB", (20, 30), "white")
    for kind in ("PNG", "JPEG", "TIFF"):
        found = READERS[sniff(picture_file([page], kind, 150), "x")]
        assert found.reader is read_image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_that_is_cut_off_is_damaged(kind: str) -> None:
    """A truncated file is refused, not read in part."""
    data = picture_file([lined(400)], kind, 150)
    assert code(data[: len(data) // 2]) == "damaged"


def test_other_formats_of_pictures_are_not_opened() -> None:
    """Only PNG, JPEG and TIFF are decoded, whatever the name says."""
    stream = io.BytesIO()
    lined(200).save(stream, "GIF")
    assert code(stream.getvalue()) == "damaged"


def test_a_picture_with_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pixels are counted from the head of the file; Pillow's own bound counts too."""
    large = Image.new("1", (8000, 6000))
    stream = io.BytesIO()
    large.save(stream, "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    assert code(stream.getvalue()) == "over_limit"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert code(stream.getvalue()) == "over_limit"


def test_a_file_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of a TIFF are counted before the first is read, those of others as they come."""
    page = Image.new("1", (30, 30), 1)
    assert code(picture_file([page] * (LIMITS.ocr_pages + 1), "TIFF", 150)) == "over_limit"
    monkeypatch.setattr(scan, "LIMITS", replace(LIMITS, ocr_pages=1))
    image = PageImage(1, 100, 100, Image.new("RGB", (8, 8), "white"))
    with pytest.raises(ReadError, match="上限"):
        recognised([image, image], NAME)


def test_pages_know_their_size_and_which_way_up_they_are() -> None:
    """Points come from the resolution, or from the paper; a camera's turn is undone."""
    wide = Image.new("RGB", (300, 150), "white")
    (page,) = images_of(picture_file([wide], "PNG", 150), NAME)
    assert (page.number, round(page.width), round(page.height)) == (1, 144, 72)
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    wide.save(stream, "JPEG", exif=exif)
    (page,) = images_of(stream.getvalue(), NAME)
    assert page.image.size == (150, 300)
    assert (round(page.width), page.image.width) == (
        596,
        150,
    )  # the 72 that programs write means nothing
    pages = list(images_of(picture_file([wide, wide], "TIFF", 150), NAME))
    assert [page.number for page in pages] == [1, 2]


def test_a_very_long_picture_is_cut_where_nothing_is_printed() -> None:
    """Pages put one below the other become pages again, none of their ink lost or cut."""
    sheet_ = Image.new("L", (400, 560), 255)
    ImageDraw.Draw(sheet_).rectangle((40, 40, 360, 500), 0)
    long = Image.new("L", (400, 1680), 255)
    for top in (0, 560, 1120):
        long.paste(sheet_, (0, top))
    pages = list(images_of(picture_file([long], "PNG", 150), NAME))
    assert [page.number for page in pages] == [1, 2, 3]
    assert sum(page.image.height for page in pages) == 1680
    assert sum(page.height for page in pages) == pytest.approx(1680 * 72 / 150, abs=1)
    for page in pages:
        rows = np.flatnonzero((grey(page.image) < 128).any(axis=1))
        assert rows[-1] - rows[0] == 460
    solid = list(images_of(picture_file([Image.new("L", (200, 1000), 0)], "PNG", 150), NAME))
    assert sum(page.image.height for page in solid) == 1000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_a_picture_becomes_rgb_on_white(mode: str) -> None:
    """Transparent places are paper, sixteen bits become eight."""
    picture = Image.new("RGBA", (4, 4), (0, 0, 0, 0)) if mode in {"RGBA", "LA"} else None
    if mode == "I;16":
        picture = Image.fromarray(np.full((4, 4), 65535, dtype=np.uint16))
    made = (
        (picture or Image.new("RGB", (4, 4), "white")).convert(mode) if mode != "I;16" else picture
    )
    assert made is not None
    assert scan.on_white(made).getpixel((1, 1)) == (255, 255, 255)


def test_resolution_is_near_that_of_the_picture() -> None:
    """100 to 300 dots an inch, less for a page of enormous size."""
    assert scan.resolution(595, 842, 1754) == pytest.approx(150, abs=0.1)
    assert scan.resolution(595, 842, 500) == 100
    assert scan.resolution(595, 842, 9000) == 300
    assert scan.resolution(595, 842, 0) == 200
    assert scan.resolution(5000, 5000, 40_000) < 100


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the models says which command installs them."""
    monkeypatch.setitem(sys.modules, "gongkai.read.scan_text", None)
    with pytest.raises(ReadError) as caught:
        read_image(picture_file([lined(300)], "PNG", 100), NAME)
    assert caught.value.problem.code == "needs_ocr"
    assert 'pip install "gongkai[ocr]"' in caught.value.problem.remedy


def test_a_missing_model_is_not_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its models the package counts as not installed."""
    monkeypatch.setattr(scan_text, "MODELS", {"Det.model_path": str(tmp_path / "gone.onnx")})
    with pytest.raises(ImportError, match="gone"):
        scan_text.Recogniser()


def test_the_recogniser_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading the models and reading a word opens no connection and prints nothing."""

    def refuse(*_: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    reader = scan_text.Recogniser()
    assert reader.read([]) == []
    assert len(reader.read([np.full((30, 60), 255, dtype=np.uint8)])) == 1


def test_boxes_go_back_to_the_page_as_scanned() -> None:
    """Every locus of a recognised page is moved; other pages and places without a box stay."""
    warp = Warp((1.0, 0.0, 10.0, 0.0, 1.0, 20.0), (50.0, 50.0))
    found = Recognised((), (Place(1, warp, 2.0, (2.0, 2.0)),))
    here, there = Locus("a", page=1, bbox=(1, 2, 3, 4)), Locus("a", page=2, bbox=(1, 2, 3, 4))
    grid = Grid(((Cell("1", 0, 0, here),),), here, positioned=True)
    blocks: list[Block] = [grid, Paragraph("a", there), Heading("b", 1, Locus("a", page=1))]
    moved, paragraph, heading = found.restored(blocks)
    assert isinstance(moved, Grid)
    assert moved.locus.bbox == moved.rows[0][0].locus.bbox == (6.0, 12.0, 8.0, 14.0)
    assert (paragraph, heading) == (blocks[1], blocks[2])


# --- Whole pages, with the models --------------------------------------------------------------


def sheet(seed: int, *, marks: bool = True) -> Sheet:
    """A report with figures of one to four digits, zeros, blanks and marks."""
    dice = random.Random(seed)  # noqa: S311  # not for secrets
    other = ["", "/", "—", "0"] if marks else ["0"]
    cells = {
        variable.cell: dice.choice(
            [str(dice.randrange(10)), str(dice.randrange(100)), str(dice.randrange(10**4)), *other]
        )
        for variable in variables("form2021")
    }
    return Sheet(make.form("form2021"), cells)


def read_scan(pages: Sequence[Image.Image], scanner: Scanner) -> tuple[Block, ...]:
    """The blocks of scanned pages, each one a page of paper."""
    images = (
        PageImage(at, 595, 842, scanned(page, scanner)) for at, page in enumerate(pages, start=1)
    )
    found = recognised(images, NAME)
    return found.restored(blocks_of(found.pages, NAME))


def figures(blocks: Sequence[Block]) -> list[Cell]:
    """The cells of the grids that hold no word, row by row."""
    return [
        cell
        for block in blocks
        if isinstance(block, Grid)
        for line in block.rows
        for cell in line
        if not any("\u4e00" <= c <= "\u9fff" for c in cell.text)
    ]


def printed(made: Sheet) -> list[str]:
    """What the figures of the tables are, in the order of print."""
    return [made.cells[cell] for table in made.form.tables for cell in table.cells]


def assert_read(made: Sheet, blocks: Sequence[Block], least: float) -> None:
    """Every cell is right or in doubt, and so many are right and certain."""
    got, want = figures(blocks), printed(made)
    assert len(got) == len(want)
    sure = [
        (text, cell.text, cell.confidence)
        for text, cell in zip(want, got, strict=True)
        if cell.confidence is None or cell.confidence >= THRESHOLD
    ]
    alike = {"—": "-"}
    assert [
        pair for pair in sure if alike.get(pair[0], pair[0]) != alike.get(pair[1], pair[1])
    ] == []
    assert len(sure) >= least * len(want)


@needs_font
def test_a_scanned_report_is_read_as_printed() -> None:
    """150 dpi, skewed, noisy, JPEG: every figure, blank and mark of three tables."""
    made = sheet(1)
    scanner = Scanner(150, 1.3, blur=0.7, noise=10, jpeg=55, shade=40)
    blocks = read_scan(print_pages(made, RULED), scanner)
    assert_read(made, blocks, 0.95)
    assert any("年政府信息公开工作年度报告" in b.text for b in blocks if isinstance(b, Paragraph))


@needs_font
def test_boxes_of_cells_lie_on_the_ink_of_the_scan() -> None:
    """A cell's box, drawn on the skewed page as scanned, holds its figure."""
    made = sheet(2, marks=False)
    scanner = Scanner(150, -2.5, turned=1)
    page = print_pages(made, RULED)[-1]
    image = scanned(page, scanner)
    found = recognised([PageImage(1, 842, 595, image)], NAME)
    blocks = found.restored(blocks_of(found.pages, NAME))
    dark = np.asarray(image.convert("L")) < 110
    scale = image.width / 842
    cells = figures(blocks)
    assert len(cells) > 15
    for cell in cells:
        assert cell.locus.bbox is not None
        x0, top, x1, bottom = (round(v * scale) for v in cell.locus.bbox)
        across, down = (x1 - x0) // 4, (bottom - top) // 4
        assert dark[top + down : bottom - down, x0 + across : x1 - across].any()


@needs_font
def test_half_ruled_and_turned_pages_at_low_resolution() -> None:
    """100 dpi upside down, rules across only: the words of the page come with their figures."""
    made = sheet(3, marks=False)
    page = print_pages(made, OPEN)[-1]
    image = scanned(page, Scanner(100, 0.8, blur=0.4, noise=5, jpeg=75, turned=2))
    found = recognised([PageImage(1, 595, 842, image)], NAME)
    (layout,) = found.pages
    marks = [m.text for m in layout.marks if m.confidence is not None and m.confidence >= THRESHOLD]
    want = [made.cells[cell] for cell in made.form.tables[-1].cells]
    assert [text for text in marks if text.isdigit()][-len(want) :] == want
    assert not any(rule.x0 == rule.x1 for rule in layout.rules)


@needs_font
def test_a_seal_over_figures_puts_them_in_doubt() -> None:
    """Figures under a red seal are right or below the threshold, and none of them is certain."""
    made = sheet(4, marks=False)
    (page,) = print_pages(made, BARE)[-1:]
    sealed = stamped(page, 300, 300, 60)
    read = read_page(pixels(scanned(sealed, Scanner(150, 0.5))), scan_text.recogniser())
    scale = max(read.page.grey.shape) / 842
    covered = [
        word
        for word in read.words
        if scan_text.coloured_share(read.page.colour, word.box) > 0.05
        and figure_of(word.reading.text) is not None
    ]
    assert covered
    assert all(word.reading.score < THRESHOLD for word in covered), scale


@needs_font
def test_ink_that_cannot_be_read_is_not_blank() -> None:
    """A scribble in a cell is a mark without certainty; the blank cells around it are blank."""
    made = sheet(5, marks=False)
    made = Sheet(made.form, {**made.cells, made.form.tables[-1].cells[3]: ""})
    page = print_pages(made, RULED)[-1]
    draw = ImageDraw.Draw(page)
    image = scanned(page, Scanner(150))
    found = recognised([PageImage(1, 595, 842, image)], NAME)
    cells = figures(blocks_of(found.pages, NAME))
    (blank,) = [cell for cell in cells[-15:] if not cell.text]
    assert blank.confidence is None
    assert blank.locus.bbox is not None
    x0, top, x1, bottom = (round(v * 3) for v in blank.locus.bbox)
    middle = (x0 + x1) // 2
    for at in range(3):
        draw.arc(
            (middle - 20 + 8 * at, top + 12, middle + 8 * at, bottom - 12), 40 * at, 300, "black", 3
        )
    again = recognised([PageImage(1, 595, 842, scanned(page, Scanner(150)))], NAME)
    scribbled = figures(blocks_of(again.pages, NAME))[-15:][3]
    assert scribbled.text
    assert scribbled.confidence is not None
    assert scribbled.confidence < THRESHOLD


@needs_font
def test_a_picture_file_is_read() -> None:
    """A PNG of a page gives its tables, and the same file gives the same blocks."""
    made = sheet(6, marks=False)
    page = scanned(print_pages(made, RULED)[-1], Scanner(150))
    data = picture_file([page], "PNG", 150)
    blocks = read_image(data, NAME)
    assert [cell.text for cell in figures(blocks)][-15:] == printed(made)[-15:]
    assert blocks == read_image(data, NAME)
    assert all(block.locus.page == 1 for block in blocks)


def test_a_line_knows_its_box() -> None:
    """An upright line and a line across are boxes without breadth."""
    assert Line((0.0, 10.0), (5.0, 6.0), upright=True).box == (5.5, 0.0, 5.5, 10.0)
    assert Line((0.0, 10.0), (5.0, 6.0), upright=False).box == (0.0, 5.5, 10.0, 5.5)
