"""Which of many texts are nearly the same: shingles, MinHash sketches and an index of them.

A text is the set of its runs of `RUN` characters. Sketches find pairs that may be alike without
comparing all with all; how alike they are is then counted exactly, and only for these pairs. Same
texts, same result: the seed is fixed, and nothing depends on the order of a set.

It knows no report, and its caller bounds the length of a text. It is imported where it is needed, because the libraries behind it are large.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from datasketch import MinHash, MinHashLSH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Shingles: TypeAlias = NDArray[np.uint64]

#: Characters of a shingle. Two unrelated reports share about two in a hundred of these.
RUN = 5
_SEED, _SIZE = 1, 128
# Bands and rows of the index: a pair of likeness 0.7 is missed twice in 10,000.
_BANDS = (32, 4)
# How far a sketch's estimate may lie below the likeness (three standard deviations).
_SLACK = 0.12
# A group this small is compared pair by pair, by sketches.
_SMALL = 40
# A text has at most so many candidates in a large group, the nearest.
_MOST = 50
# How many sets of shingles are kept while pairs are counted.
_KEPT = 1024
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class Likeness(NamedTuple):
    """Two texts, by their numbers, and how many different shingles they have, and in common."""

    first: int
    second: int
    common: int
    first_size: int
    second_size: int

    @property
    def jaccard(self) -> float:
        """Common shingles over all shingles, 0 to 1."""
        return self.common / (self.first_size + self.second_size - self.common)


def shingles(text: str) -> Shingles:
    """The hashes of the different shingles of a text, sorted."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4")
    points = points.astype(np.uint64)
    count = max(len(points) - RUN + 1, 0)
    hashed = np.zeros(count, dtype=np.uint64)
    for at in range(RUN):
        hashed = hashed * _MULTIPLIER + points[at : at + count]
    hashed ^= hashed >> _HALF
    hashed *= _MIXER
    hashed ^= hashed >> _HALF
    return np.unique(hashed)


def _sketch(found: Shingles, pattern: MinHash) -> MinHash:
    """The sketch of a set of shingles, by the permutations of the pattern."""
    sketch = pattern.copy()
    sketch.update_batch((found & _LOW).tolist())
    return sketch


def find_alike(
    text_of: Callable[[int], str], groups: Sequence[Sequence[int]], least: float
) -> Iterator[Likeness]:
    """The pairs of texts of one group whose likeness is at least that, in order.

    Args:
        text_of: the text of a number; it is asked more than once.
        groups: numbers of texts that are compared with each other; a number may be in several.
        least: the least Jaccard likeness, 0 to 1.
    """
    pattern = MinHash(num_perm=_SIZE, seed=_SEED, hashfunc=int)
    numbers = sorted({number for group in groups for number in group})
    sketches = {number: _sketch(shingles(text_of(number)), pattern) for number in numbers}
    known = lru_cache(maxsize=_KEPT)(lambda number: shingles(text_of(number)))
    pairs = {pair for group in groups for pair in _candidates(sketches, sorted(group), least)}
    for first, second in sorted(pairs):
        one, other = known(first), known(second)
        common = len(np.intersect1d(one, other, assume_unique=True))
        likeness = Likeness(first, second, common, len(one), len(other))
        if likeness.common and likeness.jaccard >= least:
            yield likeness


def _candidates(
    sketches: dict[int, MinHash], group: Sequence[int], least: float
) -> Iterable[tuple[int, int]]:
    """The pairs of a group that may be so much alike."""
    wanted = least - _SLACK
    if len(group) > _SMALL:
        return _indexed(sketches, group, wanted)
    return (
        (first, second)
        for first, second in combinations(group, 2)
        if sketches[first].jaccard(sketches[second]) >= wanted
    )


def _indexed(
    sketches: dict[int, MinHash], group: Sequence[int], wanted: float
) -> Iterator[tuple[int, int]]:
    """The candidates of a large group, through an index of bands.

    Texts of one sketch are paired with the first of them only, so that a thousand copies make a
    thousand pairs and not half a million.
    """
    index = MinHashLSH(num_perm=_SIZE, params=_BANDS)
    first_of: dict[bytes, int] = {}
    for number in group:
        sketch = sketches[number]
        first = first_of.setdefault(sketch.hashvalues.tobytes(), number)
        if first != number:
            yield first, number
            continue
        near = [(sketch.jaccard(sketches[other]), other) for other in sorted(index.query(sketch))]
        near = sorted((n for n in near if n[0] >= wanted), key=lambda n: (-n[0], n[1]))
        yield from ((other, number) for _, other in near[:_MOST])
        index.insert(number, sketch, check_duplication=False)
