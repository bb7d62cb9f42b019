"""A report as a row of a list, and how its figures are written there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import variables
from gongkai.model import CellId, Corpus, Published, Severity, Status
from gongkai.package import form_of_cell, rate_of, region_path
from gongkai.package.schema import SMALL_DENOMINATOR
from gongkai.pages.words import (
    form_short,
    name_of,
    number_words,
    report_path,
    share_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A page stays light: a longer list goes on in the pages of years and regions.
LIST_LIMIT = 1000
#: How many of the newest reports stand on a page that leads to all of them.
FIRST_LIMIT = 200
#: A rate of fewer cases than this is not given in percent.
RATE_LEAST = SMALL_DENOMINATOR


@dataclass(frozen=True, slots=True)
class Datum:
    """A figure in a list: its text and its class."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A report in a list."""

    report_id: str
    url: str
    agency: str
    agency_url: str
    region: str
    region_url: str
    level: str
    classification: str
    year: int
    form_short: str
    received: Datum
    granted: Datum
    review: Datum
    errors: int
    warnings: int
    notes: int


@cache
def _cells(version: str) -> frozenset[CellId]:
    return frozenset(v.cell for v in variables(version))


def has_cell(one: Published, cell: CellId) -> bool:
    """Whether the form that this table of the report follows has the cell."""
    version = form_of_cell(one.report, cell)
    return version is not None and cell in _cells(version)


def datum(one: Published, cell: CellId) -> Datum:
    """What a report prints in a cell; 格式无此项 where its form has no such cell."""
    value = one.report.values.get(cell)
    if value is None and not has_cell(one, cell):
        return Datum("格式无此项", "b")
    kind = "z" if value is not None and value.status is Status.ZERO else ""
    return Datum(
        value_words(value), kind if value is not None and value.number is not None else "b"
    )


def granted(one: Published) -> Datum:
    """Requests granted in full, of those processed: with the share where that says something.

    The share is that of the panel, which gives none where a sum behind it fails.
    """
    values = one.report.values
    part, whole = (
        values.get(CellId("requests", r, "total")) for r in ("granted", "processed_total")
    )
    if part is None or whole is None or part.number is None or whole.number is None:
        absent = whole if part is not None and part.number is not None else part
        return Datum(value_words(absent), "b")
    if whole.number == 0:
        return Datum("没有办结", "b")
    words = f"{number_words(part.number)}/{number_words(whole.number)}"
    if rate_of(one, "rate_granted")[-1] != "number":
        return Datum(words, "")
    return Datum(f"{share_words(part.number, whole.number)}（{words}）", "")


def row_of(one: Published, corpus: Corpus) -> Row:
    """A report as a row of a list."""
    entry = one.entry
    region = entry.agency.region
    names = [r.name for r in region_path(region, corpus.regions)]
    counts = [f.severity for f in one.all_failures]
    return Row(
        report_id=entry.report_id,
        url=report_path(entry),
        agency=entry.agency.name,
        agency_url=f"agencies/{entry.agency.id}/",
        region=" › ".join(names),
        region_url=f"regions/{region.id}/",
        level=name_of("levels", entry.agency.level),
        classification=name_of("classifications", entry.agency.classification),
        year=entry.year,
        form_short=form_short(one.report.form.version if one.report.form is not None else None),
        received=datum(one, CellId("requests", "received", "total")),
        granted=granted(one),
        review=datum(one, CellId("disputes", "review", "total")),
        errors=counts.count(Severity.ERROR),
        warnings=counts.count(Severity.WARN),
        notes=counts.count(Severity.INFO),
    )


def in_order(reports: Iterable[Published]) -> tuple[Published, ...]:
    """Reports as lists have them: the newest year first, then by place and agency."""
    return tuple(
        sorted(reports, key=lambda p: (-p.entry.year, p.entry.agency.adcode, p.entry.report_id))
    )


def rows_of(reports: Iterable[Published], corpus: Corpus) -> tuple[Row, ...]:
    """Rows of a list, the newest year first, then by place and agency."""
    return tuple(row_of(one, corpus) for one in in_order(reports))
