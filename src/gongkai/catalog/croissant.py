"""Croissant 1.0, for programs that load data sets: the tables' files, columns, keys and links.

A file object a CSV or Parquet file, a record set a table. Records come from Parquet where there is
a file of it: loaders guess the types of a CSV, so that `000000` turns into 0 there. For the same
reason a column whose codes may be all digits is linked only then: guessed as numbers on one side,
it could not be joined. Columns with a decimal point are `Float`: who needs every digit reads the
file itself. A data set without a version has none here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.catalog.bibtex import write_bibtex
from gongkai.catalog.descriptor import CSV, DATASET_AUTHOR, KEYWORDS_EN, KEYWORDS_ZH
from gongkai.package.compressed import GZIP
from gongkai.package.schema import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gongkai.catalog.descriptor import File, Work
    from gongkai.package.schema import Field, Resource

FILE = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
#: The context of the specification; only the language is ours.
CONTEXT: dict[str, Any] = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
#: Type of a column → its type here. A list is a repeated text.
TYPES: dict[str, str] = {
    "string": "sc:Text",
    "list": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
    "year": "sc:Integer",
    "boolean": "sc:Boolean",
}


#: End of a file's name → its format as loaders know it, the one records come from first.
FORMATS: dict[str, str | list[str]] = {
    ".parquet": "application/x-parquet",
    ".csv": CSV,
    ".csv.gz": [CSV, GZIP],
}


@dataclass(frozen=True, slots=True)
class _Table:
    """A table and its files, the one its records come from first; `typed`: it says its types."""

    resource: Resource
    files: tuple[File, ...]
    typed: bool

    @property
    def source(self) -> str:
        """The name of the file its records come from."""
        return self.files[0].name


def _tables(files: Iterable[File]) -> dict[str, _Table]:
    """The tables that have files of their own, by name."""
    there = {file.name: file for file in files}
    made = {}
    for file in there.values():
        if file.table is None:
            continue
        names = [f"{file.table.name}{end}" for end in FORMATS]
        own = tuple(there[name] for name in names if name in there)
        if own:
            typed = own[0].name.endswith(".parquet")
            made[file.table.name] = _Table(file.table, own, typed)
    return made


def _file(file: File) -> dict[str, Any]:
    end = next(end for end in FORMATS if file.name.endswith(end))
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": file.title,
        "contentUrl": file.url,
        "contentSize": f"{file.size} B",
        "encodingFormat": FORMATS[end],
        "sha256": file.sha256,
    }


def _about(column: Field) -> str:
    """What the column means, with its closed list."""
    values = "、".join(f"{value}（{label}）" for value, label in column.labels.items())
    unit = f"单位：{column.unit}。" if column.unit else ""
    listed = f"取值：{values}。" if values else ""
    return f"{column.title}（{column.title_en}）。{column.description}{unit}{listed}"


def _may_be_digits(column: Field) -> bool:
    return column.pattern is None or re.fullmatch(column.pattern, "0" * 6) is not None


def _field(column: Field, table: _Table, there: Mapping[str, _Table]) -> dict[str, Any]:
    name = table.resource.name
    source = {"fileObject": {"@id": table.source}, "extract": {"column": column.name}}
    if column.delimiter is not None and not table.typed:
        source["transform"] = {"separator": column.delimiter}
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{name}/{column.name}",
        "name": column.name,
        "description": _about(column),
        "dataType": TYPES[column.type],
        "source": source,
        **({"repeated": True} if column.delimiter is not None else {}),
    }
    parent = table.resource.parents.get(column.name)
    if parent in there and (table.typed or not _may_be_digits(column)):
        made["references"] = {"field": {"@id": f"{parent}/{column.name}"}}
    return made


def _record_set(table: _Table, there: Mapping[str, _Table]) -> dict[str, Any]:
    resource = table.resource
    return {
        "@type": "cr:RecordSet",
        "@id": resource.name,
        "name": resource.name,
        "description": f"{resource.title}（{resource.title_en}）。{resource.description}",
        "key": [{"@id": f"{resource.name}/{name}"} for name in resource.key],
        "field": [_field(column, table, there) for column in resource.fields],
    }


def write_croissant(whole: Work) -> dict[str, Any]:
    """The data set with the files of its tables.

    Args:
        whole: the data set, with its files.
    """
    tables = _tables(whole.files)
    dates = {"datePublished": whole.dated, "dateModified": whole.dated} if whole.dated else {}
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": whole.title,
        "alternateName": whole.title_en,
        "description": whole.description,
        "url": whole.url,
        "license": LICENCE["path"],
        "creator": {"@type": "sc:Organization", "name": DATASET_AUTHOR},
        "publisher": {"@type": "sc:Organization", "name": DATASET_AUTHOR},
        "keywords": [*KEYWORDS_ZH, *KEYWORDS_EN],
        "inLanguage": "zh-CN",
        **dates,
        **({"version": whole.version} if whole.version is not None else {}),
        "citeAs": write_bibtex([whole]),
        "distribution": [_file(file) for table in tables.values() for file in table.files],
        "recordSet": [_record_set(table, tables) for table in tables.values()],
    }
