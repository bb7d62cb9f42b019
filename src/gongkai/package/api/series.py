"""The document of each variable: its definition, its breaks, its values by agency and year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from gongkai.package.api.addresses import json_path, list_path
from gongkai.package.api.figures import (
    MAIN_SERIES,
    cell_variables,
    comparable,
    figure,
    unit_of,
    write_document,
)
from gongkai.package.breaks import break_rows
from gongkai.package.codebook import codebook_rows
from gongkai.package.rows import form_of_cell
from gongkai.package.schema import BREAKS, CODEBOOK, IN_PANEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gongkai.forms import Variable
    from gongkai.model import CellId, Corpus, Published, Value
    from gongkai.package.api.shapes import (
        BreakLine,
        Definition,
        SeriesDocument,
        SeriesListDocument,
    )

_M = TypeVar("_M")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of variables without any report: definitions and breaks, by name."""

    definitions: Mapping[str, list[Definition]]
    breaks: Mapping[str, list[BreakLine]]


def _definition(row: Mapping[str, str]) -> Definition:
    return {
        "form": row["form"],
        "table": row["table"],
        "row": row["row"],
        "column": row["column"],
        "label_zh": row["label_zh"],
        "label_en": row["label_en"],
        "definition_zh": row["definition_zh"],
        "definition_en": row["definition_en"],
        "unit": row["unit"],
        "unit_en": row["unit_en"],
        "article": row["article"],
        "foi": row["foi"],
        "comparability": row["comparability"],
        "identities": row["identities"].split(),
        "note_zh": row["note_zh"],
        "note_en": row["note_en"],
    }


def _known(corpus: Corpus) -> _Known:
    definitions: dict[str, list[Definition]] = {}
    for values in codebook_rows(corpus):
        row = {n: str(v or "") for n, v in zip(CODEBOOK.names, values, strict=True)}
        if row["form"] == IN_PANEL:
            continue
        definitions.setdefault(row["variable"], []).append(_definition(row))
    breaks: dict[str, list[BreakLine]] = {}
    for values in break_rows():
        line = dict(zip(BREAKS.names, values, strict=True))
        if line["shape"] != "wide":
            continue
        breaks.setdefault(str(line["series"]), []).append(
            {
                "year": int(str(line["year"])),
                "kind": str(line["kind"]),
                "note_zh": str(line["note_zh"]),
                "note_en": str(line["note_en"]),
            }
        )
    return _Known(definitions, breaks)


def _coded(values: Iterable[_M]) -> tuple[list[_M], list[int]]:
    """The different values in the order they come, and for each value its number among them."""
    numbers: dict[_M, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), codes


def _document(
    variable: Variable, found: list[tuple[Published, Value]], known: _Known
) -> SeriesDocument:
    cell, name = variable.cell, variable.name
    printed = [form_of_cell(one.report, cell) for one, _ in found]
    agencies, agency = _coded(one.entry.agency.id for one, _ in found)
    statuses, status = _coded(str(value.status) for _, value in found)
    forms, form = _coded(printed)
    units, unit = _coded(
        unit_of(cell, value, version) for (_, value), version in zip(found, printed, strict=True)
    )
    return {
        "variable": name,
        "definitions": known.definitions[name],
        "breaks": known.breaks.get(name, []),
        "agencies": agencies,
        "statuses": statuses,
        "units": units,
        "forms": forms,
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
    known = _known(replace(corpus, reports=()))
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
