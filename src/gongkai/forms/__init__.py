"""What the notices say: sections, tables, rows, columns, label variants and identities.

`concepts.toml` holds every label and identity once; each form file arranges them. To add a form
version: one data file beside this one and one line in `FORMS`. `breaks.toml` has the laws that
part a series though the form stays; `crosswalk` says which cells of the forms meet, `panel` which
series go on through all of them. Nothing here knows how a report is read.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gongkai.model import CellId, Concept, Form, Identity, Item, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Form version → data file, newest first (the order in which a table is tried).
FORMS: dict[str, str] = {
    "form2021": "form2021.toml",
    "form2019": "form2019.toml",
    "stat2014": "stat2014.toml",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One cell of a form as a column of data: the codebook's row.

    `name` is the wide column (`licensing_decisions`); `unit` is 件, 项, 万元 or empty.
    """

    name: str
    cell: CellId
    form: str
    label: str
    label_en: str
    unit: str
    signed: bool
    row: Concept
    column: Concept
    identities: tuple[str, ...]

    @property
    def short(self) -> str:
        """Its permanent name of at most 32 characters, for programs that take no longer ones."""
        return f"{self.row.short_id}_{self.column.short_id}"

    @property
    def definition(self) -> str:
        """What is counted, in plain Chinese."""
        return self.row.definition + self.column.definition

    @property
    def definition_en(self) -> str:
        """What is counted, in plain English."""
        return f"{self.row.definition_en} {self.column.definition_en}"

    @property
    def note(self) -> str:
        """What else a user has to know, in Chinese; often empty."""
        return self.row.note + self.column.note

    @property
    def note_en(self) -> str:
        """`note` in English."""
        return " ".join(filter(None, (self.row.note_en, self.column.note_en)))

    @property
    def article(self) -> str:
        """The article of the regulation it rests on; may be empty."""
        return self.row.article or self.column.article

    @property
    def foi(self) -> str:
        """The usual term of freedom-of-information statistics; may be empty."""
        return ", ".join(filter(None, (self.row.foi, self.column.foi)))


@dataclass(frozen=True, slots=True)
class Break:
    """From a report year on, rows of a table count something else for a reason outside the form.

    `kind` is that of the published breaks, `source` the article it rests on.
    """

    id: str
    year: int
    kind: str
    table: str
    rows: tuple[str, ...]
    label: str
    label_en: str
    source: str

    def parts(self, cell: CellId, earlier: int, later: int) -> bool:
        """Whether it lies between two report years for that cell."""
        concerned = cell.table == self.table and cell.row in self.rows
        return concerned and earlier < self.year <= later


@cache
def data_of(name: str) -> dict[str, Any]:
    """What a data file beside this module says."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def concept(kind: str, name: str) -> Concept:
    """The concept `name` of `kind` ("rows", "columns", "groups", "sections", "heads", "aspects").

    Raises:
        KeyError: if `concepts.toml` has no such concept.
    """
    fields = dict(data_of("concepts.toml")[kind][name])
    fields["variants"] = tuple(fields.get("variants", ()))
    return Concept(id=name, **fields)


def _relabelled(kind: str, name: str, labels: dict[str, str]) -> Concept:
    """The concept with this form's own wording; the official one becomes a variant."""
    found = concept(kind, name)
    if name not in labels:
        return found
    own = labels[name]
    variants = tuple(v for v in (found.label, *found.variants) if v != own)
    return replace(found, label=own, variants=variants)


def _item(data: dict[str, Any], labels: dict[str, str]) -> Item:
    known = data_of("concepts.toml")["groups"]
    return Item(
        id=data["id"],
        label=known[data["id"]]["label"] if data["id"] in known else "",
        rows=tuple(_relabelled("rows", name, labels) for name in data["rows"]),
        columns=tuple(_relabelled("columns", name, labels) for name in data["columns"]),
    )


def _table(data: dict[str, Any], labels: dict[str, str]) -> Table:
    return Table(
        id=data["id"],
        number=data["number"],
        label=data["label"],
        label_en=data["label_en"],
        section=data["section"],
        items=tuple(_item(item, labels) for item in data["items"]),
        groups=tuple(concept("groups", name) for name in data.get("groups", ())),
    )


def _identities(family: str, table: Table) -> Iterator[Identity]:
    """The instances of an identity in a form, e.g. one for each column of table 3."""
    rule = data_of("concepts.toml")["identities"][family]
    (item,) = table.items
    across = item.columns if rule["along"] == "columns" else item.rows
    outcomes = [row.id for row in item.rows if row.outcome]

    def side(names: list[str], instance: str) -> tuple[CellId, ...]:
        ids = [n for name in names for n in (outcomes if name == "@outcomes" else [name])]
        if rule["along"] == "columns":
            return tuple(CellId(table.id, row, instance) for row in ids)
        return tuple(CellId(table.id, instance, column) for column in ids)

    for instance in across:
        yield Identity(
            id=f"{family}-{instance.id}",
            family=family,
            left=side(rule["left"], instance.id),
            right=side(rule["right"], instance.id),
        )


def load_form(version: str) -> Form:
    """The form of that version.

    Raises:
        KeyError: if `FORMS` has no such version.
    """
    data = data_of(FORMS[version])
    labels = data.get("labels", {})
    tables = tuple(_table(table, labels) for table in data.get("tables", ()))
    by_id = {table.id: table for table in tables}
    rules = data_of("concepts.toml")["identities"]
    return Form(
        version=data["version"],
        label=data["label"],
        notice=data["notice"],
        first_year=data["first_year"],
        last_year=data.get("last_year"),
        sections=tuple(concept("sections", name) for name in data.get("sections", ())),
        tables=tables,
        identities=tuple(
            identity
            for family in data.get("identities", ())
            for identity in _identities(family, by_id[rules[family]["table"]])
        ),
        markers=tuple(data.get("markers", ())),
        aspects=tuple(concept("aspects", name) for name in data.get("aspects", ())),
        fee_facts=data.get("fee_facts", False),
        due_governments=data["due_governments"],
        due_departments=data["due_departments"],
    )


@cache
def forms() -> tuple[Form, ...]:
    """All forms, newest first."""
    return tuple(load_form(version) for version in FORMS)


def form_of_year(year: int) -> Form:
    """The form the notices prescribe for a report year (not the form a report uses).

    Raises:
        LookupError: for a year before the first form.
    """
    for form in forms():
        if form.first_year <= year <= (form.last_year if form.last_year is not None else year):
            return form
    raise LookupError(year)


#: Bodies to which the regulation sets a date: at the county level and above.
_DATED_LEVELS = frozenset({"central", "province", "prefecture", "county"})
#: Bodies that publish the report of a whole government, and those without a date of their own.
_GOVERNMENTS = frozenset({"government", "government_office"})
_WITHOUT_DATE = frozenset({"township", "subdistrict", "development_zone", "other"})


def due_on(level: str, classification: str, year: int, scope: str = "unknown") -> str | None:
    """The last day (ISO) on which a body may publish its report of that year in time.

    None where the regulation sets none: townships, sub-districts and development zones, bodies
    whose level is unknown, and years before the first form. Where the report covers a whole
    government (by the body's class or the report's scope) the later date holds.
    """
    if level not in _DATED_LEVELS or classification in _WITHOUT_DATE:
        return None
    try:
        form = form_of_year(year)
    except LookupError:
        return None
    whole = classification in _GOVERNMENTS or scope == "region_aggregate"
    return f"{year + 1}-{form.due_governments if whole else form.due_departments}"


@cache
def breaks() -> tuple[Break, ...]:
    """All breaks that are no change of the form, in the order of `breaks.toml`."""
    found = data_of("breaks.toml")["breaks"]
    return tuple(Break(**(one | {"rows": tuple(one["rows"])})) for one in found)


@cache
def variables(version: str) -> tuple[Variable, ...]:
    """All variables of a form in the order of print."""
    form = next(f for f in forms() if f.version == version)
    return tuple(
        Variable(
            name=f"{row.id}_{column.id}",
            cell=(cell := CellId(table.id, row.id, column.id)),
            form=version,
            label=f"{row.label}：{column.label}",
            label_en=f"{row.label_en}: {column.label_en}",
            unit=column.unit,
            signed=column.signed,
            row=row,
            column=column,
            identities=tuple(i.id for i in form.identities if cell in i.left + i.right),
        )
        for table in form.tables
        for item in table.items
        for row in item.rows
        for column in item.columns
    )
