"""How to read a report: a worked example made from one that is held, so that it cannot go stale.

The example is chosen by rule: a report of the newest form whose tables three and four are filled in
to the last cell and whose sums all hold; the one with most to show comes first. Every figure leads to
its cell on the report's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import CellId, Corpus, Form, Published, Table, Verdict
from gongkai.pages.frame import Page, Setting
from gongkai.pages.glossary import row_anchor
from gongkai.pages.rows import RATE_LEAST
from gongkai.pages.words import (
    cell_anchor,
    date_words,
    name_of,
    number_words,
    report_path,
    share_words,
    table_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Number

#: Tables that an example must have filled in to the last cell.
WHOLE = ("requests", "disputes")


@dataclass(frozen=True, slots=True)
class Cited:
    """A figure of the example, as its page shows it, and the way there."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Share:
    """A group of outcomes: its name, where the glossary explains it, its number, its share."""

    label: str
    anchor: str
    number: str
    share: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of a table, as its parts and its total."""

    label: str
    anchor: str
    parts: tuple[tuple[str, Cited], ...]
    total: Cited


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of table two with what its row and its column mean."""

    label: str
    anchor: str
    meaning: str
    unit: str
    figure: Cited


def _whole(one: Published, form: Form) -> bool:
    """Whether it follows that form, has a number in each cell needed, and all its sums hold."""
    if one.report.form is None or one.report.form.version != form.version:
        return False
    cells = [cell for table in form.tables if table.id in WHOLE for cell in table.cells]
    values = [one.report.values.get(cell) for cell in cells]
    families = {identity.family for identity in form.identities}
    sums = [f.verdict for f in one.findings if f.check in families]
    filled = all(value is not None and value.number is not None for value in values)
    return filled and bool(sums) and all(verdict is Verdict.PASS for verdict in sums)


def _number(one: Published, table: str, row: str, column: str) -> Number:
    value = one.report.values[CellId(table, row, column)].number
    return value if value is not None else 0


def _processed(one: Published) -> Number:
    return _number(one, "requests", "processed_total", "total")


def example(corpus: Corpus) -> tuple[Published, Published | None] | None:
    """The report to read and, where it is held, that of the year before.

    One with a year before comes first, then one with enough requests for a share, then the newest,
    then the one with the fewest requests, which is easiest to follow.
    """
    form = forms()[0]
    found = {(p.entry.agency.id, p.entry.year): p for p in corpus.reports if _whole(p, form)}

    def rank(key: tuple[str, int]) -> tuple[bool, bool, int, Number, str]:
        agency, year = key
        few = _processed(found[key]) < RATE_LEAST
        return (agency, year - 1) not in found, few, -year, _processed(found[key]), agency

    if not found:
        return None
    agency, year = min(found, key=rank)
    return found[agency, year], found.get((agency, year - 1))


class _Reader:
    """Figures of one report, each with the way to its cell."""

    def __init__(self, one: Published) -> None:
        self.one = one

    def cited(self, table: str, row: str, column: str = "total") -> Cited:
        cell = CellId(table, row, column)
        text = value_words(self.one.report.values.get(cell))
        return Cited(text, f"{report_path(self.one.entry)}#{cell_anchor(cell)}")


def _share(part: Number, whole: Number) -> str:
    return share_words(part, whole) if whole >= RATE_LEAST else f"分母不足 {RATE_LEAST}"


def _shares(one: Published, table: Table) -> Iterator[Share]:
    """What became of the requests, group by group, of all that were processed."""
    whole = _processed(one)
    outer = table.groups[0].id
    rows = [row for item in table.items for row in item.rows if row.outcome]
    single = [(row.label, row.id, [row.id]) for row in rows if row.group == outer]
    grouped = [
        (group.label, group.id, [row.id for row in rows if row.group == group.id])
        for group in table.groups[1:]
    ]
    for label, name, members in single + grouped:
        number = sum(_number(one, table.id, row, "total") for row in members)
        yield Share(label, row_anchor(table.id, name), number_words(number), _share(number, whole))


def _channels(reader: _Reader, table: Table) -> Iterator[Sum]:
    """Reviews and suits: what their outcomes add up to."""
    for item in table.items:
        *outcomes, total = item.columns
        for row in item.rows:
            yield Sum(
                row.label,
                row_anchor(table.id, row.id),
                tuple((c.label, reader.cited(table.id, row.id, c.id)) for c in outcomes),
                reader.cited(table.id, row.id, total.id),
            )


def _lines(reader: _Reader, table: Table) -> Iterator[Line]:
    for item in table.items:
        for row in item.rows:
            for column in item.columns:
                yield Line(
                    f"{row.label}：{column.label}",
                    row_anchor(table.id, row.id),
                    column.definition,
                    column.unit,
                    reader.cited(table.id, row.id, column.id),
                )


def reading_page(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """How to read a report, by one that is held."""
    tables = {table.id: table for table in forms()[0].tables}
    chosen = example(corpus)
    values: dict[str, object] = {
        "one": None,
        "tables": {name: f"{table_words(t.number)}　{t.label}" for name, t in tables.items()},
        "least": RATE_LEAST,
    }
    if chosen is not None:
        one, before = chosen
        reader = _Reader(one)
        received = _number(one, "requests", "received", "total")
        natural = _number(one, "requests", "received", "natural_person")
        values |= {
            "one": one.entry,
            "report_url": report_path(one.entry),
            "scope": name_of("scopes", one.entry.scope),
            "published": date_words(one.entry.published_on),
            "cited": reader.cited,
            "lines": list(_lines(reader, tables["disclosure"])),
            "shares": list(_shares(one, tables["requests"])),
            "natural": _share(natural, received),
            "channels": list(_channels(reader, tables["disputes"])),
            "before": before.entry if before is not None else None,
            "earlier": _Reader(before).cited if before is not None else None,
        }
    yield Page(
        path="read.md",
        title="读一份报告",
        template="reading.html",
        description="用一份收录的报告作例子：每张表说什么，数怎样对得上，能回答什么，不能回答什么。",
        values=values,
    )
