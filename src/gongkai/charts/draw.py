"""Draws the charts: Vega makes the SVG, what a page does not need is taken off.

A kind of chart is made from Altair once and filled with figures as often as there are charts:
that is a third of the work of making each anew. Vega never sees a text, only its number: to
measure one in Chinese takes longer than all the rest. Texts are put in afterwards, so charts with
the same figures are drawn once, whatever they are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import escape
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import vl_convert
from lxml import etree

from gongkai.charts.marks import DATA, HEIGHT, LINE, NARROW, SMALL, TEXT, WIDTH, Mark, Tone
from gongkai.safe import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: What an element keeps of its attributes; paint becomes a class.
_KEPT = ("d", "x2", "y2", "transform", "text-anchor", "font-size")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
_NOWHERE = "translate(0,0)"
#: Paint that is not seen, bars without length, and what goes without saying.
_UNSEEN = ("none", "transparent")
_FLAT = re.compile(r"h0v|v0h")
_USUAL = {("x2", "0"), ("y2", "0"), ("transform", _NOWHERE), ("text-anchor", "start")}
_ID = re.compile(r"[a-z][a-z0-9-]*")
#: How many drawings are kept: agencies with the same few figures share theirs.
_KEPT_DRAWINGS = 4096
#: Stripes for what is in doubt: to be told apart without colours.
_STRIPES = (
    '<pattern id="{id}-s" class="c-stripes" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path d="M0,0H5V5H0Z"/><path d="M1,0V5"/></pattern>'
)
#: Where a text goes.
_TEXT = re.compile(r">(\d+)</text>")
_DOUBT = f'class="c-{Tone.DOUBT}"'


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture without its frame: its size, what it shows, and the texts that go in.

    In the body each text is its number among `texts`.
    """

    width: int
    height: int
    body: str
    texts: tuple[str, ...] = ()


class _Row(NamedTuple):
    """The data of a mark; label, text and word are numbers of texts, empty where there is none."""

    at: int
    share: float
    tone: str
    label: str
    text: str
    word: str
    rise: float
    broken: bool


def draw_bars(marks: tuple[Mark, ...]) -> Drawing:
    """Bars under each other, as long as their figures are large.

    Raises:
        ValueError: if there is no mark.
    """
    return _filled("bars", marks, [(plain(mark.label), plain(mark.text), "") for mark in marks])


def draw_years(marks: tuple[Mark, ...]) -> Drawing:
    """A column a year; where there is no figure, the word for why in its place.

    Where the figures have no room side by side the greatest is written, and the last and the
    first if they stand clear of it.

    Raises:
        ValueError: if there is no mark.
    """
    return _filled("years", marks, list(_words(marks)))


def inline_svg(drawing: Drawing, name: str, title: str, description: str) -> str:
    """The drawing as an element of a page, on one line.

    Args:
        drawing: what to show.
        name: begins the ids in it; no other chart of the page has it.
        title: what it is, in a few words.
        description: what it shows.

    Raises:
        ValueError: if the name cannot be an id.
    """
    if _ID.fullmatch(name) is None:
        raise ValueError(name)
    told = "".join(
        f'<{tag} id="{name}-{tag[0]}">{escape(plain(text), quote=False)}</{tag}>'
        for tag, text in (("title", title), ("desc", description))
    )
    stripes = _STRIPES.format(id=name) if _DOUBT in drawing.body else ""
    striped = drawing.body.replace(_DOUBT, f'{_DOUBT} fill="url(#{name}-s)"')
    body = _TEXT.sub(lambda at: f">{_written(drawing.texts[int(at[1])])}</text>", striped)
    return (
        f'<svg class="gk-svg" role="img" aria-labelledby="{name}-t" aria-describedby="{name}-d"'
        f' viewBox="0 0 {drawing.width} {drawing.height}"'
        f' width="{drawing.width}" height="{drawing.height}">{told}{stripes}{body}</svg>'
    )


def _written(text: str) -> str:
    """A text as it stands in its element; each line further down than the one before."""
    first, *others = text.split("\n")
    if not others:
        return escape(first)
    spans = (f'<tspan x="0" dy="{SMALL * LINE:g}">{escape(line)}</tspan>' for line in others)
    return f'<tspan x="0">{escape(first)}</tspan>{"".join(spans)}'


@cache
def _compiled(kind: str, count: int) -> Mapping[str, Any]:
    """A kind of chart as Vega has it, without figures."""
    from gongkai.charts.spec import KINDS  # noqa: PLC0415  # Altair is slow to load

    made: dict[str, Any] = vl_convert.vegalite_to_vega(KINDS[kind](count))
    return made


@lru_cache(_KEPT_DRAWINGS)
def _drawn(kind: str, rows: tuple[_Row, ...]) -> Drawing:
    compiled = _compiled(kind, len(rows))
    values = [row._asdict() for row in rows]
    data = [{**one, "values": values} if one["name"] == DATA else one for one in compiled["data"]]
    svg = etree.fromstring(vl_convert.vega_to_svg({**compiled, "data": data}).encode())
    body = "".join(
        etree.tostring(part, encoding="unicode") for child in svg for part in _slim(child)
    )
    return Drawing(int(svg.get("width", "")), int(svg.get("height", "")), body)


def _filled(kind: str, marks: tuple[Mark, ...], words: Sequence[tuple[str, str, str]]) -> Drawing:
    """The chart of these marks, with label, text and word of each."""
    if not marks:
        raise ValueError(marks)
    texts: list[str] = []
    rows = []
    top = max(_height(mark) for mark in marks) or 1
    for at, (mark, own) in enumerate(zip(marks, words, strict=True)):
        share = round(_height(mark) / top, 4)
        rise = round(own[2].count("\n") * SMALL * LINE / HEIGHT, 4)
        label, text, word = (str(len(texts) + n) if own[n] else "" for n in range(len(own)))
        texts += own
        rows.append(_Row(at, share, str(mark.tone), label, text, word, rise, mark.broken))
    return replace(_drawn(kind, tuple(rows)), texts=tuple(texts))


def _height(mark: Mark) -> float:
    """What is drawn of a figure: nothing of what is below 0."""
    return max(mark.value or 0, 0)


def _words(marks: tuple[Mark, ...]) -> Iterator[tuple[str, str, str]]:
    """Label, figure and the word in place of a figure, as far as there is room."""
    step = WIDTH / len(marks)
    shown = _shown(marks, step)
    for at, mark in enumerate(marks):
        label = plain(mark.label)
        label = label if step > NARROW else label[-2:]
        word = _stacked(plain(mark.text), int(step / SMALL)) if mark.value is None else ""
        yield label, plain(mark.text) if at in shown else "", word


def _shown(marks: tuple[Mark, ...], step: float) -> set[int]:
    """The columns that have their figure written above them."""
    known = [at for at, mark in enumerate(marks) if mark.value is not None]
    room = max((_wide(marks[at].text) for at in known), default=0) * TEXT
    if room <= step:
        return set(known)
    kept: list[int] = []
    for at in (max(known, key=lambda at: _height(marks[at])), known[-1], known[0]):
        if all(abs(at - other) * step >= room for other in kept):
            kept.append(at)
    return set(kept)


def _wide(text: str) -> float:
    """About how wide a figure is, in its own size: a digit is some six tenths of that."""
    return 0.62 * len(text) + 0.3


def _stacked(word: str, letters: int) -> str:
    """The word in lines of about the same length, of no more letters than there is room for."""
    count = ceil(len(word) / max(letters, 1))
    size = ceil(len(word) / max(count, 1))
    return "\n".join(word[at : at + size] for at in range(0, len(word), max(size, 1)))


def _rounded(text: str) -> str:
    """The coordinates with one decimal: a tenth of a pixel is not to be seen."""
    return _NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), text)


def _slim(old: etree._Element) -> Iterator[etree._Element]:
    """The element as a page needs it: without what is not seen, without a frame of its own."""
    kind = etree.QName(old).localname
    inner = [part for child in old for part in _slim(child)]
    if kind == "g":
        place = _rounded(old.get("transform", _NOWHERE))
        yield from inner if place == _NOWHERE else _moved(place, inner)
    elif _is_seen(old):
        new = _painted(kind, old)
        new.text = old.text
        new.extend(inner)
        yield new


def _is_seen(one: etree._Element) -> bool:
    """Whether there is anything to see: paint, words, a length."""
    kind = etree.QName(one).localname
    if kind == "text" and not one.text:
        return False
    return bool(_tones(one)) and _FLAT.search(one.get("d", "")) is None


def _tones(one: etree._Element) -> list[str]:
    paints = (one.get(name, "none") for name in ("fill", "stroke"))
    return [paint for paint in paints if paint not in _UNSEEN]


def _painted(kind: str, old: etree._Element) -> etree._Element:
    """The element with a class for its paint and its place in the usual attributes.

    Raises:
        ValueError: for paint that is no tone.
    """
    new = etree.Element(kind)
    for tone in _tones(old):
        new.set("class", f"c-{Tone(tone)}")
    for name in _KEPT:
        if (value := old.get(name)) is not None and (name, value) not in _USUAL:
            new.set(name, _rounded(value).removesuffix("px"))
    return new


def _moved(place: str, inner: list[etree._Element]) -> Iterator[etree._Element]:
    if inner:
        group = etree.Element("g", transform=place)
        group.extend(inner)
        yield group
