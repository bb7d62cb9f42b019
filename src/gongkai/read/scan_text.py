"""What the words of a scanned page say, and how sure that is.

Holds the recogniser (RapidOCR, whose models ship in its package; nothing is ever fetched) and the
rules by which two readings of one word become a text with a confidence. It knows figures and
marks, not what they mean.
"""

from __future__ import annotations

import importlib.util
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import rapidocr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gongkai.read.scan_page import Box, Pixels

#: Longer side of the picture in which text is looked for.
_DETECT_SIDE = 1400
#: Option of RapidOCR → file in its package.
MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
#: A text that could not be read; its confidence is 0.
UNREAD = "?"
#: What two readings that differ are worth, and one that no second reading confirms.
DIFFERENT, UNCONFIRMED = 0.2, 0.3
#: What a figure is worth at most beside which a speck was read as a point.
TRIMMED = 0.6
#: The same where the page is poor and no shape confirms it.
UNPROVEN = 0.65
#: What a figure under coloured ink (a seal, a pen) is worth at most.
COLOURED = 0.5

_DASH, _LONG_DASH, _SLASH = "-", "—", "/"
_DASHES = frozenset("-—–―_一~～¯‐")
_SPECKS = ".,·•。、'`‘’“”\"˙°:;*"
_ALIKE = str.maketrans("OoDQlI|！!", "000011111")
#: Characters that mean the same in a figure: their certainties add up.
_TWINS = (
    "0０OoＯｏ〇○",
    "1１lI|｜",
    *(f"{d}{chr(0xFF10 + d)}" for d in range(2, 10)),
    ".．",
    ",，",
)
_FIGURE = re.compile(r"[+\-−]?[0-9][0-9,.]*(?:万元|亿元|元|件次|人次|件|项|条|宗|个|份|次|%)?")
_PAGE_NUMBER = re.compile(r"[-—–] ?[0-9]{1,3} ?[-—–]")
_SMALL = 1e-6
#: A dash is a bar of which so much is ink.
_FILLED = 0.45
#: A slash has so many pixels at least, is so many times as high as wide, and its rows and columns
#: are so correlated; a 7 has about -0.1, a 1 none.
_PIXELS, _UPRIGHT, _SLANT = 8, 1.2, -0.85
#: Words that are read better than this are words.
_CERTAIN = 0.5
#: What differs by so many of 256 between red, green and blue is coloured: far more than JPEG does.
_SPREAD = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and the least certainty (0 to 1) of its characters.

    `middles` is where each character stands along the picture of the word, from 0 to 1; nothing
    where that is not known.
    """

    text: str
    score: float
    middles: tuple[float, ...] = ()


class Decoder:
    """What the recogniser's output says: texts, each with the certainty of its worst character.

    Takes the place of RapidOCR's own decoder, which knows only the mean, and takes a full-width
    0, a letter O and a digit 0 for rivals.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self._characters = characters
        at = {character: place for place, character in enumerate(characters)}
        self._twins = {
            at[one]: [at[other] for other in twins if other in at]
            for twins in _TWINS
            for one in twins
            if one in at
        }

    def __call__(
        self,
        output: NDArray[np.float32],
        *_: object,
        wh_ratio_list: Sequence[float],
        max_wh_ratio: float,
    ) -> tuple[list[tuple[str, float]], list[tuple[float, ...]]]:
        """Texts with scores, and the middles of their characters.

        Args:
            output: a batch: steps by characters, the first of which is no character.
            wh_ratio_list: breadth by height of each picture.
            max_wh_ratio: the same of the batch, to which narrower pictures are filled up.
        """
        texts, places = [], []
        for steps, ratio in zip(output, wh_ratio_list, strict=True):
            text, score, at = self._line(steps)
            texts.append((text, score))
            places.append(tuple((step + 0.5) / len(steps) * max_wh_ratio / ratio for step in at))
        return texts, places

    def _line(self, steps: NDArray[np.float32]) -> tuple[str, float, list[int]]:
        """A text, the certainty of its worst character, the step of each character."""
        best = steps.argmax(axis=1)
        said = (best > 0) & np.concatenate([[True], best[1:] != best[:-1]])
        places = [(int(step), int(best[step])) for step in np.flatnonzero(said)]
        text = "".join(self._characters[at] for _, at in places)
        # How wide a gap looks says nothing of the characters beside it.
        scores = [
            float(steps[step, self._twins.get(at, [at])].sum())
            for step, at in places
            if self._characters[at] != " "
        ]
        return text, min(1.0, *scores) if scores else 0.0, [step for step, _ in places]


class Recogniser:
    """RapidOCR with its own models, one thread, silent, offline."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("rapidocr")
        if spec is None or spec.origin is None:
            raise ImportError("rapidocr")
        models = Path(spec.origin).parent / "models"
        paths = {key: str(models / file) for key, file in MODELS.items()}
        # A path that is given is never looked up in a list of addresses.
        missing = [path for path in paths.values() if not Path(path).is_file()]
        if missing:
            raise ImportError(missing[0])
        cv2.setNumThreads(1)
        threads = "EngineConfig.onnxruntime"
        self._engine: Any = rapidocr.RapidOCR(
            params={
                **paths,
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
                "Global.log_level": "critical",
                "Global.max_side_len": 4 * _DETECT_SIDE,
                "Global.use_vertical_padding": False,
                "Global.return_word_box": True,
                "Rec.rec_img_shape": [3, 48, 96],
                "Rec.rec_batch_num": 8,
            }
        )
        # The model is loaded at the first picture; then its decoder can be replaced.
        self._engine.recognize_txt([np.full((48, 96, 3), 255, dtype=np.uint8)])
        loaded: Any = self._engine.text_rec
        loaded.postprocess_op = Decoder(loaded.postprocess_op.character)

    def find(self, grey: Pixels) -> list[Box]:
        """Upright boxes around lines of text."""
        scale = min(1.0, _DETECT_SIDE / max(grey.shape))
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._engine(
            _colour(np.asarray(small, dtype=np.uint8)), use_det=True, use_cls=False, use_rec=False
        )
        if found.boxes is None:
            return []
        return [
            (
                float(quad[:, 0].min()) / scale,
                float(quad[:, 1].min()) / scale,
                float(quad[:, 0].max()) / scale,
                float(quad[:, 1].max()) / scale,
            )
            for quad in found.boxes
        ]

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """The texts of pictures of single lines."""
        if not crops:
            return []
        found = self._engine.recognize_txt([_colour(crop) for crop in crops])
        return [
            _stripped(text, score, middles)
            for text, score, middles in zip(
                found.txts, found.scores, found.word_results, strict=True
            )
        ]


@cache
def recogniser() -> Recogniser:
    """The one of this process: loading the models takes a second.

    Raises:
        ImportError: if a package or a model is not there.
    """
    return Recogniser()


def _colour(grey: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _stripped(text: str, score: float, middles: tuple[float, ...]) -> Reading:
    """A reading without blanks around it."""
    first = len(text) - len(text.lstrip())
    kept = text.strip()
    return Reading(kept, score if kept else 0.0, tuple(middles[first : first + len(kept)]))


def frame(shape: tuple[int, ...], box: Box, height: float, margin: float) -> tuple[slice, slice]:
    """Rows and columns of a word with a margin; a dash gets the height of a line around it.

    Args:
        shape: of the picture of the page.
        box: of the word.
        height: of a usual line.
        margin: in heights of the word.
    """
    x0, top, x1, bottom = box
    pad = margin * max(bottom - top, 0.6 * height)
    short = max(0.0, 0.9 * height - (bottom - top)) / 2
    thin = max(0.0, 0.5 * height - (x1 - x0)) / 2
    rows = slice(max(0, round(top - pad - short)), min(shape[0], round(bottom + pad + short)))
    return rows, slice(max(0, round(x0 - pad - thin)), min(shape[1], round(x1 + pad + thin)))


def crop(grey: Pixels, box: Box, height: float, margin: float) -> Pixels:
    """The picture of a word as `frame` says."""
    return grey[frame(grey.shape, box, height, margin)]


def stretched(picture: Pixels) -> Pixels:
    """The same picture, larger, softer, its ink black and its paper white: for another reading."""
    low, high = (float(v) for v in np.percentile(picture, (2, 90)))
    span = max(high - low, 32.0)
    full = np.clip((picture.astype(np.float32) - low) * (255 / span), 0, 255).astype(np.uint8)
    scale = max(1.0, 64 / max(1, full.shape[0]))
    large = cv2.resize(full, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.GaussianBlur(large, (0, 0), 1.0), dtype=np.uint8)


def figure_of(text: str) -> str | None:
    """The text as a figure or a mark if it can be one, with look-alikes (O, l) made digits.

    None for words. A point before or behind it is dirt. Spaces inside a figure go: a gap that parts two figures parts two words.
    """
    folded = unicodedata.normalize("NFKC", text).replace("，", ",").replace("。", ".")
    joined = "".join(folded.split())
    joined = joined.strip(_SPECKS) or joined
    if not joined:
        return None
    if set(joined) <= _DASHES:
        return _LONG_DASH if set(joined) & set("—―一") or len(joined) > 1 else _DASH
    if joined in {"/", "\\", "／"}:
        return _SLASH
    alike = joined.translate(_ALIKE)
    return alike if _FIGURE.fullmatch(alike) else None


def is_dash(ink: Pixels, height: float) -> bool:
    """Whether ink, cut out tightly, is one flat stroke on a line of that height."""
    high, wide = ink.shape
    flat = (
        high < 0.4 * height and wide > 1.5 * high
    )  # a digit is higher, a point is as wide as high
    return flat and float((ink > 0).mean()) > _FILLED


def is_slash(ink: Pixels) -> bool:
    """Whether ink, cut out tightly, is one stroke that rises evenly to the right."""
    rows, columns = np.nonzero(ink)
    if rows.size < _PIXELS or ink.shape[0] < _UPRIGHT * ink.shape[1]:
        return False
    if min(float(rows.std()), float(columns.std())) < _SMALL:
        return False
    slant = float(np.corrcoef(rows, columns)[0, 1])
    return slant < _SLANT


def agreed(first: Reading, second: Reading) -> Reading:
    """One text of two readings of a figure, with what it is worth.

    Equal figures are worth the lesser of their scores. Where they differ the better one stands,
    worth too little to be believed. A page number between dashes is no figure.
    """
    one, two = figure_of(first.text), figure_of(second.text)
    if _PAGE_NUMBER.fullmatch(first.text):
        return first
    if one is not None and one == two:
        dirty = any(reading.text.strip(_SPECKS) != reading.text for reading in (first, second))
        return Reading(one, min(first.score, second.score, TRIMMED if dirty else 1.0))
    if not second.text:
        return Reading(one or first.text, min(UNCONFIRMED, first.score))
    if not first.text:
        return Reading(two or second.text, min(UNCONFIRMED, second.score))
    if one is None and two is None:
        return Reading(first.text, first.score)
    best = max(((one, first), (two, second)), key=lambda pair: (pair[0] is not None, pair[1].score))
    return Reading(best[0] or best[1].text, min(DIFFERENT, best[1].score))


def shaped(reading: Reading, ink: Pixels, height: float) -> Reading:
    """The reading set against the shape of the ink: a dash is no 1, a slash is no 1 or 7.

    The recogniser does not know single marks well; their shape does. A mark that the shape
    contradicts is worth little.
    """
    figure = figure_of(reading.text)
    if is_dash(ink, height) and not _has_words(reading):
        seen = figure in {_DASH, _LONG_DASH}
        long = ink.shape[1] > 0.9 * height
        return Reading(_LONG_DASH if long else _DASH, 0.95 if seen else 0.85)
    if is_slash(ink) and len(reading.text) <= 1:
        return Reading(_SLASH, 0.95 if figure == _SLASH else 0.9)
    if figure in {_DASH, _LONG_DASH} and ink.shape[0] < min(0.4 * height, ink.shape[1]):
        return Reading(figure, 0.9)  # short and blurred, but read as one
    if figure in {_DASH, _LONG_DASH, _SLASH}:
        return Reading(figure, min(reading.score, UNCONFIRMED))
    return reading


def _has_words(reading: Reading) -> bool:
    """Whether words were read with some certainty (a flat word is no dash)."""
    return len(reading.text) > 1 and reading.score > _CERTAIN and figure_of(reading.text) is None


def coloured_share(picture: Pixels, box: Box) -> float:
    """How much of a box of an RGB picture is coloured ink (a seal, a pen), 0 to 1."""
    x0, top, x1, bottom = (round(v) for v in box)
    part = picture[max(0, top) : bottom, max(0, x0) : x1].astype(np.int16)
    if not part.size:
        return 0.0
    spread = part.max(axis=2) - part.min(axis=2)
    return float((spread > _SPREAD).mean())


def is_tall(boxes: Sequence[Box]) -> bool:
    """Whether most text runs upright: the page was scanned turned by a quarter."""
    along = sum(b[2] - b[0] for b in boxes if b[2] - b[0] > 2 * (b[3] - b[1]))
    upright = sum(b[3] - b[1] for b in boxes if b[3] - b[1] > 2 * (b[2] - b[0]))
    return upright > along and not math.isclose(upright, 0)
