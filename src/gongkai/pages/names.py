"""The data of the lookup of names: agencies, places and years, as short as can be.

It is a script, not JSON, so that a page opened from a folder can load it too. Pinyin is told once
a character, with the reading it mostly has in these names; names that are read otherwise (长沙,
重庆) stand beside. A place's English name decides where characters have several readings.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from pypinyin import Style, lazy_pinyin, pinyin

from gongkai.package import region_path
from gongkai.pages.frame import data_block
from gongkai.tidy import LOOK_ALIKES, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gongkai.model import Agency, Corpus, Region

#: The file of the site.
NAMES = "static/names.js"
#: More readings of a name than this are not tried.
_TRIED = 256

Readings = dict[str, tuple[str, ...]]


def _plain(text: str) -> str:
    """The letters of an English name: Huai'an → huaian, Lüliang → lvliang."""
    return "".join(c for c in text.lower().replace("ü", "v") if c.isascii() and c.isalpha())


@cache
def _by_phrase(name: str) -> tuple[str, ...]:
    """The syllables of a name, one a character; what is no Han character stands for itself."""
    out: list[str] = []
    for piece in lazy_pinyin(name):
        out.extend(piece if name.startswith(piece, len(out)) else [piece])
    return tuple(out)


def _readings(name: str) -> list[list[str]]:
    """The readings each character of a name may have."""
    out: list[list[str]] = []
    for sounds in pinyin(name, style=Style.NORMAL, heteronym=True):
        out.extend([[c] for c in sounds[0]] if name.startswith(sounds[0], len(out)) else [sounds])
    return out


def _as_written(name: str, english: str) -> tuple[str, ...] | None:
    """The readings of the first characters of a name that together spell its English name."""
    wanted = _plain(english)
    found: list[tuple[str, ...]] = [()]
    for readings in _readings(name):
        longer = ((*one, sound) for one, sound in product(found, readings))
        found = [one for one in longer if wanted.startswith("".join(one))][:_TRIED]
        spelled = next((one for one in found if "".join(one) == wanted), None)
        if spelled is not None:
            return spelled
    return None


def place_readings(regions: Iterable[Region]) -> Readings:
    """The beginnings of places' names that are read otherwise than their characters suggest."""
    out: Readings = {}
    for region in regions:
        known = _as_written(region.name, region.name_en) if region.name_en else None
        if known is None or known == _by_phrase(region.name)[: len(known)]:
            continue
        # One character alone would be met in other names: it counts with the next one.
        whole = (*known, *_by_phrase(region.name)[len(known) :])
        length = max(len(known), 2)
        out[region.name[:length]] = whole[:length]
    return out


def syllables(name: str, places: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The pinyin of a name without tones, a syllable a character."""
    out = list(_by_phrase(name))
    for stem, sounds in places.items():
        at = name.find(stem)
        if at >= 0:
            out[at : at + len(stem)] = sounds
    return tuple(out)


def _names(one: Agency | Region) -> list[str]:
    """The name and all others, folded as a search folds them."""
    return list(dict.fromkeys(letters(name) for name in (one.name, *one.other_names)))


def _pinyin(names: Iterable[str], places: Readings) -> tuple[dict[str, str], dict[str, str]]:
    """Syllable → the characters that are mostly read so, and name → its syllables otherwise."""
    known = {name: syllables(name, places) for name in names}
    counts: dict[str, Counter[str]] = {}
    for name, sounds in known.items():
        for sign, sound in zip(name, sounds, strict=True):
            if sign != sound:
                counts.setdefault(sign, Counter())[sound] += 1
    usual = {
        sign: min(found, key=lambda sound: (-found[sound], sound)) for sign, found in counts.items()
    }
    by_sound: dict[str, str] = {}
    for sign, sound in sorted(usual.items()):
        by_sound[sound] = by_sound.get(sound, "") + sign
    other = {
        name: " ".join(sounds)
        for name, sounds in known.items()
        if sounds != tuple(usual.get(sign, sign) for sign in name)
    }
    return by_sound, other


def _held(corpus: Corpus) -> dict[str, set[int]]:
    """Agency → the years of its reports."""
    out: dict[str, set[int]] = {}
    for one in corpus.reports:
        out.setdefault(one.entry.agency.id, set()).add(one.entry.year)
    return out


def _columns(ordered: Sequence[Agency | Region], parent: Sequence[int]) -> dict[str, Any]:
    """Ids and names by columns; `other` only for those that have more than one name."""
    names = [_names(one) for one in ordered]
    return {
        "id": [one.id for one in ordered],
        "name": [one[0] for one in names],
        "other": {str(at): one[1:] for at, one in enumerate(names) if one[1:]},
        "in": list(parent),
    }


def names_of(corpus: Corpus) -> dict[str, Any]:
    """What the lookup needs of a corpus.

    `regions` and `agencies` are columns: `in` is the place of the region a region or agency lies
    in (-1: none), `years` a number whose bits are the years from `first` on in which an agency has
    a report. `like` are look-alikes, each followed by what it stands for, `unseen` are dropped.
    """
    years = _held(corpus)
    agencies = [corpus.agencies[name] for name in years]
    paths = {a.id: region_path(a.region, corpus.regions) for a in agencies}
    agencies.sort(key=lambda a: ([(r.adcode, r.id) for r in paths[a.id]], a.id))
    found = {region.id: region for path in paths.values() for region in path}
    regions = sorted(
        found.values(),
        key=lambda r: [(p.adcode, p.id) for p in region_path(r, corpus.regions)],
    )
    place = {region.id: at for at, region in enumerate(regions)}
    first = min((min(one) for one in years.values()), default=0)
    bearers: list[Agency | Region] = [*regions, *agencies]
    every = (name for one in bearers for name in _names(one))
    sounds, other = _pinyin(dict.fromkeys(every), place_readings(regions))
    return {
        "first": first,
        "regions": _columns(regions, [place.get(r.parent or "", -1) for r in regions]),
        "agencies": {
            **_columns(agencies, [place[a.region.id] for a in agencies]),
            "years": [sum(1 << (year - first) for year in years[a.id]) for a in agencies],
        },
        "pinyin": sounds,
        "read": other,
        "like": "".join(odd + plain for odd, plain in LOOK_ALIKES.items() if plain),
        "unseen": "".join(odd for odd, plain in LOOK_ALIKES.items() if not plain),
    }


def names_script(corpus: Corpus) -> str:
    """The data as a script that leaves it in `gongkaiNames`."""
    return f"globalThis.gongkaiNames = {data_block(names_of(corpus))};\n"
