"""CSL-JSON, the input of citation processors (Zotero, pandoc): an item a work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.catalog.descriptor import Work


def _date(date: str | None) -> dict[str, Any] | None:
    if date is None:
        return None
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def _item(work: Work) -> dict[str, Any]:
    """The item; bodies are names as they stand, not family and given name."""
    fields = {
        "id": work.key,
        "type": work.kind,
        "title": work.title,
        "author": [{"literal": work.author}],
        "issued": _date(work.dated),
        "accessed": _date(work.retrieved_on),
        "publisher": work.author,
        "version": work.version,
        "URL": work.url,
        "language": "zh-CN",
    }
    return {name: value for name, value in fields.items() if value is not None}


def write_csl_json(works: Sequence[Work]) -> str:
    """A list of items; a field a line, so that a person can read it."""
    items = []
    for work in works:
        fields = [
            f"    {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in _item(work).items()
        ]
        items.append("  {\n" + ",\n".join(fields) + "\n  }")
    return "[\n" + ",\n".join(items) + "\n]"
