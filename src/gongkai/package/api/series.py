"""The document of each variable: its definition, its breaks, its values by agency and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import forms, variables
from gongkai.forms.crosswalk import crossing_of
from gongkai.package.api.addresses import json_path, list_path
from gongkai.package.api.figures import (
    MAIN_SERIES,
    cell_variables,
    coded,
    comparable,
    figure,
    unit_of,
    write_document,
)
from gongkai.package.api.panel import break_lines
from gongkai.package.codebook import unit_en
from gongkai.package.rows import form_of_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.forms import Variable
    from gongkai.model import CellId, Corpus, Published, Value
    from gongkai.package.api.shapes import (
        BreakLine,
        Definition,
        SeriesDocument,
        SeriesListDocument,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of variables without any report: definitions and breaks, by name."""

    definitions: Mapping[str, list[Definition]]
    breaks: Mapping[str, list[BreakLine]]


def _definition(variable: Variable) -> Definition:
    crossing = crossing_of(variable.form, variable.cell)
    return {
        "form": variable.form,
        "table": variable.cell.table,
        "row": variable.cell.row,
        "column": variable.cell.column,
        "name_stata": variable.short,
        "label_zh": variable.label,
        "label_en": variable.label_en,
        "definition_zh": variable.definition,
        "definition_en": variable.definition_en,
        "unit": variable.unit,
        "unit_en": unit_en(variable.unit),
        "article": variable.article,
        "foi": variable.foi,
        "concept": crossing.concept,
        "comparability": crossing.comparability,
        "identities": list(variable.identities),
        "note_zh": variable.note,
        "note_en": variable.note_en,
    }


def _known() -> _Known:
    definitions: dict[str, list[Definition]] = {}
    for form in forms():
        for variable in variables(form.version):
            definitions.setdefault(variable.name, []).append(_definition(variable))
    return _Known(definitions, break_lines("wide"))


def _document(
    variable: Variable, found: list[tuple[Published, Value]], known: _Known
) -> SeriesDocument:
    cell, name = variable.cell, variable.name
    printed = [form_of_cell(one.report, cell) for one, _ in found]
    agencies, agency = coded(one.entry.agency.id for one, _ in found)
    statuses, status = coded(str(value.status) for _, value in found)
    versions, form = coded(printed)
    scopes, scope = coded(one.entry.scope for one, _ in found)
    units, unit = coded(
        unit_of(cell, value, version) for (_, value), version in zip(found, printed, strict=True)
    )
    return {
        "variable": name,
        "definitions": known.definitions[name],
        "breaks": known.breaks.get(name, []),
        "agencies": agencies,
        "statuses": statuses,
        "units": units,
        "forms": versions,
        "scopes": scopes,
        "columns": {
            "agency": agency,
            "report_year": [one.entry.year for one, _ in found],
            "value": [
                figure(comparable(cell, value, version))
                for (_, value), version in zip(found, printed, strict=True)
            ],
            "status": status,
            "unit": unit,
            "form": form,
            "scope": scope,
        },
        "links": {"self": json_path("series", name), "codebook": "data/codebook/"},
    }


def _cells_in(corpus: Corpus, cell: CellId) -> list[tuple[Published, Value]]:
    """The reports that have the cell, in the order of ids, with what is printed in it."""
    return [
        (one, value) for one in corpus.reports if (value := one.report.values.get(cell)) is not None
    ]


def series_documents(corpus: Corpus) -> Iterator[tuple[str, bytes]]:
    """A document a variable, and at the end the list of all.

    One variable after the other is held, never the values of all.
    """
    known = _known()
    counts: list[int] = []
    for cell, variable in cell_variables().items():
        found = _cells_in(corpus, cell)
        counts.append(sum(value.number is not None for _, value in found))
        document = _document(variable, found, known)
        yield json_path("series", variable.name), write_document(document)
    yield list_path("series"), write_document(_list(known, counts))


def _list(known: _Known, counts: list[int]) -> SeriesListDocument:
    made = list(cell_variables().values())
    return {
        "columns": {
            "variable": [variable.name for variable in made],
            "label_zh": [variable.label for variable in made],
            "label_en": [variable.label_en for variable in made],
            "unit": [variable.unit for variable in made],
            "forms": [[d["form"] for d in known.definitions[v.name]] for v in made],
            "main": [variable.cell in MAIN_SERIES for variable in made],
            "n_values": counts,
        }
    }
