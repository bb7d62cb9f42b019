"""A long list on pages of its own, so that each of its items is reached by links alone.

A list that is too long for a page goes on in the regions it has items in: a page for each, split
again where that is too long. Knows regions and nothing else of what is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gongkai.model import Region

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """Where a list goes on: a region, how many items, the address below that of the list."""

    region: Region
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """A page of a list: what stands on it and where it goes on.

    `path` is the region's whole path, empty for all; `number` counts the pages of one region,
    from 1, `pages` is how many there are. `total` is how many items the list has from here on.
    """

    path: tuple[Region, ...]
    items: tuple[T, ...]
    parts: tuple[Part, ...]
    total: int
    number: int = 1
    pages: int = 1

    @property
    def url(self) -> str:
        """Its address below that of the list."""
        return self.url_of(self.number)

    def url_of(self, number: int) -> str:
        """The address of another page of the same region."""
        return shelf_url(self.path, number)


def shelf_url(path: Sequence[Region], number: int = 1) -> str:
    """The address of a page of a list, below that of the list.

    >>> shelf_url(())
    ''
    """
    name = path[-1].id if path else ""
    turn = f"{number}" if number > 1 else ""
    return "-".join(one for one in (name, turn) if one) + ("/" if name or turn else "")


def place_of(region: Region) -> tuple[bool, str, str]:
    """Where a region stands among its like: by its code, places unknown at the end."""
    return region.kind == "unknown", region.adcode, region.id


def shelves(
    items: Sequence[T], path_of: Callable[[T], tuple[Region, ...]], limit: int
) -> Iterator[Shelf[T]]:
    """The pages of a list, the first with the whole or the ways to the rest.

    Args:
        items: in the order in which they are shown.
        path_of: the regions an item lies in, the highest first.
        limit: how many items a page may have.
    """
    yield from _split([(one, path_of(one)) for one in items], (), limit)


def _split(
    items: Sequence[tuple[T, tuple[Region, ...]]], path: tuple[Region, ...], limit: int
) -> Iterator[Shelf[T]]:
    if len(items) <= limit:
        yield Shelf(path, tuple(one for one, _ in items), (), len(items))
        return
    depth = len(path)
    own = tuple(one for one, regions in items if len(regions) <= depth)
    inside: dict[str, list[tuple[T, tuple[Region, ...]]]] = {}
    for one, regions in items:
        if len(regions) > depth:
            inside.setdefault(regions[depth].id, []).append((one, regions))
    ordered = sorted(inside.values(), key=lambda held: place_of(held[0][1][depth]))
    paths = [(*path, held[0][1][depth]) for held in ordered]
    parts = tuple(
        Part(way[-1], len(held), shelf_url(way)) for way, held in zip(paths, ordered, strict=True)
    )
    pages = max(1, -(-len(own) // limit))
    for number in range(1, pages + 1):
        shown = own[(number - 1) * limit : number * limit]
        here = parts if number == 1 else ()
        yield Shelf(path, shown, here, len(items), number, pages)
    for way, held in zip(paths, ordered, strict=True):
        yield from _split(held, way, limit)
