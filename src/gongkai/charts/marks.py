"""What a chart shows, and the sizes of its parts. Nothing here knows how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: A page of 320 px less its margins.
WIDTH = 288
#: Sizes of texts: labels, and words that stand for a figure.
TEXT, SMALL = 12, 10
#: The height of a line, in its size.
LINE = 1.2
#: The height of a row of bars, and of the bar in it.
ROW, BAR = 38, 11
#: The height of the columns, and the room above and below them.
HEIGHT, ABOVE, BELOW = 84, 20, 22
#: A column narrower than this has room for two digits of its year, in small type.
NARROW = 30
#: The name of the data, and of the picture's parts.
DATA = "marks"


class Tone(StrEnum):
    """How a mark is painted."""

    MAIN = "main"
    DOUBT = "doubt"
    SOFT = "soft"
    INK = "ink"
    LINE = "line"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar or column: its label, its figure and how that is written.

    `value` is None where there is no figure; `text` then says why. `broken`: the figure does not
    go on from the one before it.
    """

    label: str
    value: int | float | None
    text: str
    tone: Tone = Tone.MAIN
    broken: bool = False
