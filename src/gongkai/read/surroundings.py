"""What stands around the figures of an original: pictures of its pages, its lines, or its tables.

It is what the site asks of a file a second time, in a worker like the first time: the figures and
their places are known then, and only what is shown beside them is wanted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.read import read
from gongkai.read.charset import decode
from gongkai.read.picture import Pictures, picture_pages

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Block

_END = re.compile(r"\r\n|\r|\n|\f")

#: Pictures of pages, lines of a text, blocks of a document.
Surroundings = tuple[Pictures, tuple[str, ...], tuple["Block", ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an original is wanted: pictures of these pages (from 1), its lines, its blocks.

    Where pages and blocks are, the blocks are for pages without a picture.
    """

    pages: tuple[int, ...] = ()
    lines: bool = False
    blocks: bool = False


def read_surroundings(path: Path, name: str, wanted: Wanted) -> Surroundings:
    """What is wanted of a file, empty where it is not; the first line is line 1 of a locus.

    Raises:
        ReadError: if it cannot be read.
    """
    pictures = picture_pages(path, name, wanted.pages) if wanted.pages else {}
    all_pictured = bool(wanted.pages) and len(pictures) == len(wanted.pages)
    return (
        pictures,
        _lines(path, name) if wanted.lines else (),
        read(path, name).blocks if wanted.blocks and not all_pictured else (),
    )


def _lines(path: Path, name: str) -> tuple[str, ...]:
    text = decode(path.read_bytes(), name)
    return tuple(line.replace("\ufeff", "") for line in _END.split(text))
