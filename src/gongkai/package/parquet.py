"""Parquet: typed, zstd, laid out so that a filter by year or agency fetches few bytes.

Rows stand by report year, then by report id. Row groups are small, so that the statistics in the
file's footer tell a reader which few of them to fetch. Tables with a
`report_id` carry `agency_id` and `report_year` as well, for those filters.

Figures are decimals, never floating point. What no decimal of `DECIMAL` holds (no real report
prints such a figure) is null here with its status and its printed text, and stands in the CSV.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gongkai.package.schema import AGENCY_ID, DATASET_TITLE, LICENCE, REPORT_ID, REPORT_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gongkai.package.schema import Field, Resource
    from gongkai.package.store import Store, StoredTable

#: Digits of a decimal in all, and after the point.
DECIMAL = (38, 9)
#: Rows of a row group: about 250 reports of `cells`.
GROUP = 50_000
#: A report id is the agency's id, a hyphen and four digits.
_YEAR_DIGITS = 4
#: Figures that `DECIMAL` holds.
_FITS = rf"^-?[0-9]{{1,{DECIMAL[0] - DECIMAL[1]}}}(\.[0-9]{{1,{DECIMAL[1]}}})?$"


def _is_told(column: Field, resource: Resource) -> bool:
    """Whether the footer tells the range of a column: of those people filter by, no others.

    Every reader fetches the footer first.
    """
    filtered = {AGENCY_ID.name, REPORT_YEAR.name, *resource.key}
    return column.name in filtered or bool(column.labels)


def _type(column: Field) -> pa.DataType:
    types = {
        "integer": pa.int64(),
        "number": pa.decimal128(*DECIMAL),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "list": pa.list_(pa.string()),
    }
    return types.get(column.type, pa.string())


def columns_of(resource: Resource) -> tuple[Field, ...]:
    """The columns of the table in Parquet: those of the CSV, and what filters need."""
    if REPORT_ID.name not in resource.names:
        return resource.fields
    more = (column for column in (AGENCY_ID, REPORT_YEAR) if column.name not in resource.names)
    return (*resource.fields, *more)


def _schema(resource: Resource) -> pa.Schema:
    fields = [
        pa.field(
            column.name,
            _type(column),
            nullable=not column.required,
            metadata={"title": column.title, "title_en": column.title_en},
        )
        for column in columns_of(resource)
    ]
    about = {"title": f"{DATASET_TITLE}：{resource.title}", "licence": LICENCE["name"]}
    return pa.schema(fields, metadata=about)


def _array(texts: Sequence[str], column: Field) -> pa.Array:
    """The column's values; blank is null."""
    if column.type == "list":
        parts = [text.split(column.delimiter) if text else None for text in texts]
        return pa.array(parts, type=_type(column))
    given = pa.array([text or None for text in texts], type=pa.string())
    if column.type == "number":
        given = pc.if_else(pc.match_substring_regex(given, _FITS), given, None)
    return given.cast(_type(column))


def _batch(lines: Sequence[Sequence[str]], resource: Resource, schema: pa.Schema) -> pa.Table:
    columns = dict(zip(resource.names, zip(*lines, strict=True), strict=True))
    if REPORT_ID.name in columns:
        ids = columns[REPORT_ID.name]
        columns.setdefault(AGENCY_ID.name, tuple(name[: -_YEAR_DIGITS - 1] for name in ids))
        columns.setdefault(REPORT_YEAR.name, tuple(name[-_YEAR_DIGITS:] for name in ids))
    arrays = [_array(columns[column.name], column) for column in columns_of(resource)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _pieces(tables: Sequence[StoredTable]) -> Iterator[list[list[str]]]:
    """The rows in pieces of a row group.

    A long table has groups of one year each: a group that reached over two years would hold
    nearly every agency, and no filter by agency could leave it out.
    """
    together = sum(table.rows for table in tables) <= GROUP
    sources = [chain.from_iterable(t.lines() for t in tables)] if together else map(_lines, tables)
    for lines in sources:
        while piece := list(islice(lines, GROUP)):
            yield piece


def _lines(table: StoredTable) -> Iterator[list[str]]:
    return table.lines()


def write_parquet(store: Store, name: str, target: Path) -> None:
    """A table of the whole corpus.

    Raises:
        OSError: where writing fails.
    """
    whole = store.whole.table(name)
    resource = whole.resource
    by_year = REPORT_ID.name in resource.names
    tables = [year.table(name) for year in store.years.values()] if by_year else [whole]
    schema = _schema(resource)
    told = [column.name for column in columns_of(resource) if _is_told(column, resource)]
    with pq.ParquetWriter(target, schema, compression="zstd", write_statistics=told) as writer:
        for piece in _pieces(tables):
            writer.write_table(_batch(piece, resource, schema))
