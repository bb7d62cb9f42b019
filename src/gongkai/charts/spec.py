"""What the charts look like: Vega-Lite, written with Altair.

No place in a chart depends on how wide a text is, since that depends on the fonts of the machine:
the size of the picture is fixed, texts hang on fixed points, nothing is cut, moved or left out to
make room. Colours are names of tones; the style sheet says what they are on the screen, in the
dark and on paper. All charts are as wide as the narrowest screen, so that no text shrinks there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from gongkai.charts.marks import (
    ABOVE,
    BAR,
    BELOW,
    DATA,
    HEIGHT,
    NARROW,
    ROW,
    SMALL,
    TEXT,
    WIDTH,
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _layered(height: int, *layers: alt.Chart) -> dict[str, Any]:
    """The layers on one picture of a fixed size."""
    chart = alt.layer(*layers, data=alt.NamedData(DATA)).properties(
        width=WIDTH,
        height=height,
        padding=0,
        autosize=alt.AutoSizeParams(type="none"),
        background="transparent",
    )
    made: dict[str, Any] = (
        chart.configure(aria=False)
        .configure_view(stroke=None)
        .configure_mark(invalid=None)
        .to_dict()
    )
    return made


def _tone(tone: Tone) -> alt.FillValue:
    return alt.FillValue(str(tone))


def _words(size: int, **where: Any) -> dict[str, Any]:  # noqa: ANN401  # as Altair has them
    """How text is written."""
    return {"baseline": "alphabetic", "fontSize": size, **where}


def bars(count: int) -> dict[str, Any]:
    """Bars that lie one under the other, each with its label and its figure above it."""
    row = alt.Y("at:O", sort=None, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    base = alt.Chart().encode(y=row)
    length = alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    middle = BAR / 2
    return _layered(
        count * ROW,
        base.mark_rule(yOffset=middle, strokeWidth=1).encode(
            x=alt.value(0), x2=alt.value(WIDTH), stroke=alt.value(str(Tone.LINE))
        ),
        base.mark_bar(height=BAR, yOffset=middle).encode(
            x=length, x2=alt.datum(0), fill=alt.Fill("tone:N", scale=None)
        ),
        base.mark_text(**_words(TEXT, align="left", yOffset=-middle)).encode(
            x=alt.value(0), text="label:N", fill=_tone(Tone.INK)
        ),
        base.mark_text(**_words(TEXT, align="right", yOffset=-middle)).encode(
            x=alt.value(WIDTH), text="text:N", fill=_tone(Tone.INK)
        ),
    )


def years(count: int) -> dict[str, Any]:
    """Columns side by side, a year each: its figure above, or a word in its place."""
    at = alt.X("at:O", sort=None, axis=None, scale=alt.Scale(paddingInner=0.4, paddingOuter=0.2))
    base = alt.Chart().encode(x=at)
    floor = ABOVE + HEIGHT
    upright = alt.Scale(domain=[0, 1], range=[floor, ABOVE])
    high = alt.Y("share:Q", axis=None, scale=upright)
    step = WIDTH / count
    size = TEXT if step > NARROW else SMALL
    return _layered(
        floor + BELOW,
        base.mark_bar().encode(y=high, y2=alt.datum(0), fill=alt.Fill("tone:N", scale=None)),
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_rule()
        .encode(
            x=alt.value(0),
            x2=alt.value(WIDTH),
            y=alt.value(floor),
            stroke=alt.value(str(Tone.LINE)),
        ),
        base.mark_rule(xOffset=-0.5 * step)
        .transform_filter("datum.broken")
        .encode(
            y=alt.value(ABOVE - TEXT),
            y2=alt.value(floor + BELOW),
            stroke=alt.value(str(Tone.BREAK)),
        ),
        base.mark_text(**_words(size, yOffset=-4)).encode(
            y=high, text="text:N", fill=_tone(Tone.INK)
        ),
        base.mark_text(**_words(SMALL, yOffset=-4)).encode(
            y=alt.Y("rise:Q", axis=None, scale=upright), text="word:N", fill=_tone(Tone.SOFT)
        ),
        base.mark_text(**_words(size, yOffset=16)).encode(
            y=alt.value(floor), text="label:N", fill=_tone(Tone.SOFT)
        ),
    )


#: Name → a kind of chart of so many marks. Each row of its data has the fields that are encoded.
KINDS: dict[str, Callable[[int], dict[str, Any]]] = {"bars": bars, "years": years}
