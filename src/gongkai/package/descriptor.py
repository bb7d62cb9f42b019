"""What packages and tables say of themselves: Frictionless Data Package and Table Schema v2.

Derived from `schema`; nothing is described here that is not declared there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.package.compressed import GZIP, is_compressed
from gongkai.package.schema import LICENCE, RESOURCES
from gongkai.package.text import Constant

if TYPE_CHECKING:
    from gongkai.package.schema import Field, Resource

PROFILES = "https://datapackage.org/profiles/2.0/"


def field_descriptor(column: Field) -> dict[str, Any]:
    """The column as a Table Schema v2 field.

    The closed list stands twice: `categories` carries the Chinese names, `constraints.enum` is
    what validators enforce.
    """
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    for rule in ("pattern", "minimum", "maximum"):
        if (wanted := getattr(column, rule)) is not None:
            constraints[rule] = wanted
    if column.labels:
        constraints["enum"] = [str(value) for value in column.labels]
    return {
        "name": column.name,
        "type": column.type,
        "title": column.title,
        "title_en": column.title_en,
        **({"description": column.description} if column.description else {}),
        **({"delimiter": column.delimiter} if column.delimiter is not None else {}),
        **({"unit": column.unit} if column.unit else {}),
        **(
            {"categories": [{"value": str(v), "label": t} for v, t in column.labels.items()]}
            if column.labels
            else {}
        ),
        **({"constraints": constraints} if constraints else {}),
    }


@cache
def table_schema(name: str) -> Constant:
    """The table of that name as a Table Schema v2."""
    resource = RESOURCES[name]
    keys = [
        {"fields": [name], "reference": {"resource": parent, "fields": [name]}}
        for name, parent in resource.parents.items()
    ]
    return Constant(
        {
            "$schema": f"{PROFILES}tableschema.json",
            "fields": [field_descriptor(f) for f in resource.fields],
            "missingValues": [""],
            "primaryKey": list(resource.key),
            **({"foreignKeys": keys} if keys else {}),
        }
    )


def resource_descriptor(
    resource: Resource, size: int, sha256: str, path: str | None = None
) -> dict[str, Any]:
    """The table as a Data Resource v2 with the size in bytes and the hash of its file.

    `path` is the file's name where it is another than the table's own.
    """
    path = path or resource.path
    packed = is_compressed(path)
    return {
        "name": resource.name,
        "type": "table",
        "path": path,
        "title": resource.title,
        "title_en": resource.title_en,
        "description": resource.description,
        "format": "csv",
        "mediatype": GZIP if packed else "text/csv",
        **({"compression": "gz"} if packed else {}),
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "dialect": {
            "$schema": f"{PROFILES}tabledialect.json",
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "skipInitialSpace": False,
        },
        "schema": table_schema(resource.name),
    }


@dataclass(frozen=True, slots=True)
class About:
    """What a Data Package says of itself; `version` is the release it belongs to, if to any."""

    name: str
    title: str
    title_en: str
    description: str
    sources: tuple[dict[str, str], ...]
    version: str | None = None


def package_descriptor(about: About, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A Data Package v2. It names no date and no program version: the tables decide
    its bytes, and the release where it is part of one.
    """
    return {
        "$schema": f"{PROFILES}datapackage.json",
        "name": about.name,
        "title": about.title,
        "title_en": about.title_en,
        "description": about.description,
        **({"version": about.version} if about.version is not None else {}),
        "keywords": ["政府信息公开", "年度报告", "freedom of information", "China"],
        "licenses": [LICENCE],
        "sources": list(about.sources),
        "resources": resources,
    }
