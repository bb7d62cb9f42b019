"""Charts: small, the same on every machine, readable without colours, and never without words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import vl_convert
from lxml import etree

from gongkai.charts import WIDTH, Mark, Tone, draw_bars, draw_years, inline_svg
from gongkai.charts.marks import DATA
from gongkai.charts.spec import KINDS
from gongkai.pages.charts import bar_chart, chart_csv, year_chart

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<script>alert(1)</script>\n\n&amp; ]]> \u202e\x00'\"{{ x }}"
YEARS = (
    Mark("2019", 12, "12"),
    Mark("2020", None, "未收录"),
    Mark("2021", 0, "0", broken=True),
    Mark("2022", 1234, "1,234", Tone.DOUBT),
)
BARS = (
    Mark("予以公开", 30, "30 件，75.0%"),
    Mark("不予公开", 10, "10 件，25.0%"),
    Mark("其他", 0, "0"),
)


def svg_of(marks: tuple[Mark, ...] = YEARS, title: str = "题目", told: str = "说明") -> Any:
    """A drawing of years as a tree."""
    return etree.fromstring(inline_svg(draw_years(marks), "a", title, told))


def texts(svg: Any) -> list[str]:
    """The words in a drawing."""
    return ["".join(text.itertext()) for text in svg.iter("text")]


def test_a_chart_says_what_it_is() -> None:
    """It is one picture with a name and a description; ids begin with its own name."""
    svg = svg_of()
    assert svg.get("role") == "img"
    assert svg.find(f"*[@id='{svg.get('aria-labelledby')}']").text == "题目"
    assert svg.find(f"*[@id='{svg.get('aria-describedby')}']").text == "说明"
    assert all(one.startswith("a-") for one in svg.xpath("//@id"))
    with pytest.raises(ValueError, match="a b"):
        inline_svg(draw_years(YEARS), "a b", "", "")


def test_a_chart_fits_the_narrowest_screen_at_its_own_size() -> None:
    """288 of 320 px, so that 12 px text is 12 px there; the box lets it scale."""
    svg = svg_of()
    assert svg.get("viewBox") == f"0 0 {WIDTH} {svg.get('height')}"
    assert {int(size) for size in svg.xpath("//text/@font-size")} == {10, 12}


def test_no_figure_is_drawn_as_the_word_for_why() -> None:
    """A year without a figure has no column, not one of height 0; a true 0 is written."""
    svg = svg_of()
    assert "未收录" in texts(svg)
    assert "0" in texts(svg)
    assert len(svg.xpath("//path[@class='c-main' or @class='c-doubt']")) == 2


def test_doubt_and_breaks_are_told_by_pattern_not_by_colour() -> None:
    """A figure in doubt is striped, a break is a dashed line; the caption explains both."""
    svg = svg_of()
    (striped,) = svg.xpath("//path[@class='c-doubt']")
    assert striped.get("fill") == "url(#a-s)"
    assert svg.xpath("//pattern/@id") == ["a-s"]
    assert len(svg.xpath("//line[@class='c-break']")) == 1
    made = year_chart("a", "题", YEARS)
    assert made is not None
    assert made.note == "斜纹：这个数有疑点；虚线：前后不能直接相比"
    plain = year_chart("a", "题", [Mark(str(y), y, str(y)) for y in (2019, 2020, 2021)])
    assert plain is not None
    assert plain.note == ""


def test_colours_are_left_to_the_style_sheet() -> None:
    """Nothing in it is painted with a fixed colour, refers elsewhere or runs."""
    for drawing in (draw_years(YEARS), draw_bars(BARS)):
        text = inline_svg(drawing, "a", "题目", "说明")
        svg: Any = etree.fromstring(text)
        assert not svg.xpath("//@stroke | //@style | //@href | //script | //style | //image")
        assert {part.get("fill") for part in svg.iter()} <= {None, "url(#a-s)"}
        assert "xmlns" not in text
        assert "\n" not in text


def test_a_chart_is_small() -> None:
    """No more than 6 KB, with ten years too."""
    many = tuple(Mark(str(year), year, f"{year:,}", Tone.DOUBT) for year in range(2015, 2025))
    assert len(inline_svg(draw_years(many), "a", "题目", "说明").encode()) < 6_000
    assert len(inline_svg(draw_bars(BARS * 4), "a", "题目", "说明").encode()) < 6_000


def test_texts_stay_texts() -> None:
    """Whatever a label, a title or a description says: it is text on one line."""
    marks = tuple(Mark(HOSTILE, value, HOSTILE) for value in (1, None, 3))
    for drawing in (draw_bars(marks), draw_years(marks)):
        text = inline_svg(drawing, "a", HOSTILE, HOSTILE)
        svg: Any = etree.fromstring(text)
        assert not svg.xpath("//script")
        assert "\n" not in text
        assert "\u202e" not in text
        assert svg.xpath("string(title)").startswith("<script>alert(1)</script> &amp; ]]>")


def test_crowded_years_keep_their_telling_figures() -> None:
    """Where figures have no room side by side the greatest is written; the others are in the table."""
    wide = tuple(Mark(str(year), year, "1,234,567" + str(year)) for year in range(2016, 2024))
    shown = [text for text in texts(svg_of(wide)) if text.startswith("1,234,567")]
    assert shown == ["1,234,5672016", "1,234,5672023"]
    many = tuple(Mark(str(year), 5, "5") for year in range(2010, 2024))
    assert texts(svg_of(many)).count("5") == 14
    assert "23" in texts(svg_of(many))


def test_a_word_in_a_narrow_column_is_stacked_above_the_line() -> None:
    """Its last line stands where a shorter word would stand."""
    many = tuple(Mark(str(year), None, "未填报") for year in range(2010, 2024))
    (word, *_) = svg_of(many).xpath("//text[tspan]")
    assert ["".join(span.itertext()) for span in word] == ["未填", "报"]
    svg_of((Mark("2020", None, "无"), Mark("2021", None, "无")))


def test_nothing_below_zero_is_drawn() -> None:
    """A negative figure is written and has no column; a chart of nothing cannot be made."""
    marks = (Mark("2019", -5, "-5"), Mark("2020", 0, "0"), Mark("2021", 0, "0"))
    svg = svg_of(marks)
    assert "-5" in texts(svg)
    assert not svg.xpath("//path[@class='c-main']")
    with pytest.raises(ValueError, match=r"\(\)"):
        draw_bars(())


def test_few_figures_need_no_chart() -> None:
    """Two figures, or nothing but zeros, are read off the table."""
    assert year_chart("a", "题", YEARS[:2]) is None
    assert year_chart("a", "题", [Mark(str(y), 0, "0") for y in range(5)]) is None
    assert bar_chart("a", "题", BARS).svg.startswith("<svg")


def test_the_csv_of_a_chart_opens_in_excel() -> None:
    """Chinese heads, a BOM, figures as they are."""
    assert chart_csv(("年", "件数"), [(2020, 5), (2021, None)]) == "\ufeff年,件数\n2020,5\n2021,\n"


#: What a machine without fonts of its own draws.
_ELSEWHERE = (
    "import json, sys; from gongkai.charts import Mark, Tone, draw_bars, draw_years\n"
    "years, bars = json.load(sys.stdin)\n"
    "made = [draw_years(tuple(Mark(*m[:3], Tone(m[3]), m[4]) for m in years)),\n"
    "        draw_bars(tuple(Mark(*m[:3], Tone(m[3]), m[4]) for m in bars))]\n"
    "print(json.dumps([[d.width, d.height, d.body] for d in made]))"
)


def test_a_machine_without_fonts_draws_the_same(tmp_path: Path) -> None:
    """In a process of its own, with an empty home and no font configuration: the same bytes."""
    given = [[[m.label, m.value, m.text, m.tone, m.broken] for m in ms] for ms in (YEARS, BARS)]
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    bare = {"HOME": str(tmp_path), "FONTCONFIG_FILE": str(empty), "LANG": "C", "TZ": "UTC"}
    done = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        input=json.dumps(given),
        env={**os.environ, **bare},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [draw_years(YEARS), draw_bars(BARS)]
    assert json.loads(done.stdout) == [[d.width, d.height, d.body] for d in here]


def _drawn_with(font: str, spec: dict[str, Any]) -> str:
    """The chart as Vega draws it if all text is set in that font, less the font's name."""
    compiled = vl_convert.vegalite_to_vega(spec, config={"font": font})
    fields = {"share": 1.0, "tone": "main", "rise": 0.0, "broken": True}
    words = {"label": "ijl" * 40, "text": "1,234,567", "word": "未填报"}
    for one in compiled["data"]:
        if one["name"] == DATA:
            one["values"] = [{"at": at, **fields, **words} for at in range(3)]
    return vl_convert.vega_to_svg(compiled).replace(font, "")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_place_depends_on_a_font(kind: str) -> None:
    """Two fonts of quite different widths give the same drawing; where Vega makes room by itself
    they do not, so the two are indeed different.
    """
    spec = KINDS[kind](3)
    assert _drawn_with("monospace", spec) == _drawn_with("serif", spec)
    roomy = {**spec, "autosize": {"type": "pad"}}
    assert _drawn_with("monospace", roomy) != _drawn_with("serif", roomy)
