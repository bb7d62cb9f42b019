"""RIS, which reference managers import: a record a work, ended by `ER`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.catalog.descriptor import Work

#: Kind of work → its reference type.
TYPES: dict[str, str] = {"report": "RPRT", "dataset": "DATA"}


def _day(date: str | None) -> str | None:
    return date.replace("-", "/") if date is not None else None


def _record(work: Work) -> str:
    fields = (
        ("TY", TYPES[work.kind]),
        ("ID", work.key),
        ("AU", work.author),
        ("TI", work.title),
        ("PY", work.year),
        ("DA", _day(work.dated)),
        ("ET", work.version),
        ("PB", work.author),
        ("UR", work.url),
        ("Y2", _day(work.retrieved_on)),
        ("LA", "zh"),
    )
    lines = [f"{tag}  - {text}" for tag, text in fields if text is not None]
    return "\n".join([*lines, "ER  - "])


def write_ris(works: Sequence[Work]) -> str:
    """The records of these works."""
    return "\n\n".join(map(_record, works))
