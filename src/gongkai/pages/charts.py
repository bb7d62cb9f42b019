"""Charts as pages show them: a drawing with its caption, and the CSV of what is drawn.

The figures stand in a table beside each chart: whoever cannot see it misses nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from gongkai.charts import Drawing, Mark, Tone, draw_bars, draw_years, inline_svg
from gongkai.package.schema import Field, Resource
from gongkai.package.text import people_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.package.rows import Row

#: A series of fewer figures is read off the table at once.
YEARS_LEAST = 3
_BRACKET = re.compile(r"(?<=.)（[^（）]*）$")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a page.

    `caption` says what, where, when and in what unit; `note` what the marks in it mean; `csv` is
    the address of its figures below the site's root, empty where the table has its own.
    """

    caption: str
    svg: Markup
    note: str = ""
    csv: str = ""


def short_label(text: str) -> str:
    """The label of a row without the bracket at its end; the table has it whole.

    >>> short_label("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '（二）部分公开'
    """
    return _BRACKET.sub("", text) or text


def _svg(drawing: Drawing, name: str, title: str, description: str) -> Markup:
    return Markup(inline_svg(drawing, name, title, description))  # noqa: S704  # it escapes texts


def bar_chart(name: str, caption: str, marks: Sequence[Mark], csv: str = "") -> Chart:
    """Bars, each with its label and its figure.

    Args:
        name: begins the ids in it; no other chart of the page has it.
        caption: what, where, when, unit.
        marks: what is drawn.
        csv: the address of the figures.

    Raises:
        ValueError: if there is no mark.
    """
    told = "；".join(f"{mark.label} {mark.text}" for mark in marks)
    return Chart(caption, _svg(draw_bars(tuple(marks)), name, caption, told), "", csv)


def year_chart(name: str, caption: str, marks: Sequence[Mark], csv: str = "") -> Chart | None:
    """A column a year; None where a table says as much: few figures, or nothing but zeros."""
    known = [mark for mark in marks if mark.value is not None]
    if len(known) < YEARS_LEAST or not any(mark.value for mark in known):
        return None
    told = "；".join(f"{mark.label}年 {mark.text}" for mark in marks)
    svg = _svg(draw_years(tuple(marks)), name, caption, told)
    return Chart(caption, svg, _legend(marks), csv)


def _legend(marks: Sequence[Mark]) -> str:
    """What stripes and dashed lines mean, where there are any."""
    parts = (
        "斜纹：这个数有疑点" if any(mark.tone is Tone.DOUBT for mark in marks) else "",
        "虚线：前后不能直接相比" if any(mark.broken for mark in marks) else "",
    )
    return "；".join(filter(None, parts))


def chart_csv(heads: Sequence[str], rows: Iterable[Row]) -> str:
    """The figures of a chart as a CSV for people."""
    fields = tuple(Field(head, "string", head, head) for head in heads)
    return b"".join(people_csv(Resource("chart", "", "", "", fields, ()), rows)).decode()
