"""GB/T 7714, the national standard of references, in force (2025) and as it was before (2015).

The text of the standard is not open; punctuation follows the public style files that carry its
examples. In the 2025 edition the reference of a report gives its date bare and no day of access
(`[R/OL]. 2024-01-20. …`), that of a data set gives the date in full-width brackets after version
and platform, and the day of access, which only the reader knows, after it. The 2015 edition has
both dates in half-width brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gongkai.catalog.descriptor import Work

#: Kind of work → its mark; `/OL` follows where it is online.
MARKS: dict[str, str] = {"report": "R", "dataset": "DS"}


def _dates_2025(work: Work) -> str:
    if work.dated is None:
        return ""
    return work.dated if work.kind == "report" else f"（{work.dated}）"


def _dates_2015(work: Work) -> str:
    published = f"({work.dated})" if work.dated is not None else ""
    return published + (f"[{work.retrieved_on}]" if work.retrieved_on is not None else "")


def _reference(work: Work, dates: Callable[[Work], str]) -> str:
    """责任者. 题名[文献类型标识/文献载体标识]. 版本. 日期. 获取和访问路径."""
    carrier = "/OL" if work.url is not None else ""
    parts = (
        work.author,
        f"{work.title}[{MARKS[work.kind]}{carrier}]",
        f"V{work.version}" if work.version is not None else "",
        dates(work),
        work.url or "",
    )
    return ". ".join(part for part in parts if part) + "."


def write_gbt7714_2025(works: Sequence[Work]) -> str:
    """The references by the edition in force, a line a work."""
    return "\n".join(_reference(work, _dates_2025) for work in works)


def write_gbt7714_2015(works: Sequence[Work]) -> str:
    """The references by the edition before, which journals still ask for, a line a work."""
    return "\n".join(_reference(work, _dates_2015) for work in works)
