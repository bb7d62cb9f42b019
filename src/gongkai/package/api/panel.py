"""The columns of the panel as documents: what each is, its values by agency and year, its flags.

What stands in the panel and why is the business of `package.panel`; nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from gongkai.forms.panel import names
from gongkai.package.api.addresses import json_path, list_path
from gongkai.package.api.figures import coded, figure, write_document
from gongkai.package.breaks import break_rows
from gongkai.package.codebook import codebook_rows
from gongkai.package.panel import panel_rows
from gongkai.package.schema import BREAKS, CODEBOOK, IN_PANEL, PANEL, STATUS_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gongkai.model import Corpus
    from gongkai.package.api.shapes import (
        BreakLine,
        PanelDefinition,
        PanelDocument,
        PanelFlags,
        PanelListDocument,
    )
    from gongkai.package.rows import Row, Scalar


@dataclass(frozen=True, slots=True)
class _Panel:
    """The rows of the panel, and the place of each column in them."""

    rows: Sequence[Row]
    at: Mapping[str, int]

    def column(self, name: str) -> list[Scalar]:
        """A column from top to bottom."""
        place = self.at[name]
        return [row[place] for row in self.rows]

    def naming(self, flag: str, name: str) -> list[int]:
        """The rows in which the list `flag` names the column."""
        return [i for i, text in enumerate(self.column(flag)) if name in str(text).split()]


def _definitions(corpus: Corpus) -> dict[str, PanelDefinition]:
    """What each column is; how many figures there are is not asked, so no report is needed."""
    out: dict[str, PanelDefinition] = {}
    for values in codebook_rows(replace(corpus, reports=())):
        row = {n: str(v or "") for n, v in zip(CODEBOOK.names, values, strict=True)}
        if row["form"] == IN_PANEL:
            out[row["variable"]] = {
                "label_zh": row["label_zh"],
                "label_en": row["label_en"],
                "definition_zh": row["definition_zh"],
                "definition_en": row["definition_en"],
                "formula": row["formula"],
                "unit": row["unit"],
                "unit_en": row["unit_en"],
                "comparability": row["comparability"],
                "note_zh": row["note_zh"],
                "note_en": row["note_en"],
            }
    return out


def break_lines(shape: str) -> dict[str, list[BreakLine]]:
    """Where series do not go on: those of the panel, or those of the wide tables, by name."""
    out: dict[str, list[BreakLine]] = {}
    for values in break_rows():
        line = dict(zip(BREAKS.names, values, strict=True))
        if line["shape"] in {shape, "both"}:
            out.setdefault(str(line["series"]), []).append(
                {
                    "year": int(str(line["year"])),
                    "kind": str(line["kind"]),
                    "note_zh": str(line["note_zh"]),
                    "note_en": str(line["note_en"]),
                    "source": str(line["source"]),
                }
            )
    return out


def _value(value: Scalar) -> int | float | str | None:
    """A count as it is, a rate as a JSON number with its digits."""
    return figure(Decimal(value) if isinstance(value, str) else value)


def _flags(name: str, panel: _Panel) -> PanelFlags:
    reorganised = panel.column("break_agency")
    return {
        "break_agency": [i for i, why in enumerate(reorganised) if why is not None],
        "break_form": panel.naming("break_form", name),
        "break_law": panel.naming("break_law", name),
        "in_failing_sum": panel.naming("in_failing_sum", name),
        "in_finding": panel.naming("in_finding", name),
    }


def _document(
    name: str, panel: _Panel, definition: PanelDefinition, breaks: list[BreakLine]
) -> PanelDocument:
    agencies, agency = coded(map(str, panel.column("agency_id")))
    statuses, status = coded(map(str, panel.column(f"{name}{STATUS_SUFFIX}")))
    scopes, scope = coded(map(str, panel.column("scope")))
    return {
        "variable": name,
        "definition": definition,
        "breaks": breaks,
        "agencies": agencies,
        "statuses": statuses,
        "scopes": scopes,
        "columns": {
            "agency": agency,
            "report_year": [int(str(year)) for year in panel.column("report_year")],
            "value": list(map(_value, panel.column(name))),
            "status": status,
            "scope": scope,
        },
        "flags": _flags(name, panel),
        "links": {"self": json_path("panel", name), "page": "data/codebook/"},
    }


def panel_documents(corpus: Corpus) -> Iterator[tuple[str, bytes]]:
    """A document a column of the panel, and at the end the list of all."""
    panel = _Panel(list(panel_rows(corpus)), {n: at for at, n in enumerate(PANEL.names)})
    definitions, breaks = _definitions(corpus), break_lines(IN_PANEL)
    for name in names():
        document = _document(name, panel, definitions[name], breaks.get(name, []))
        yield json_path("panel", name), write_document(document)
    yield list_path("panel"), write_document(_list(definitions))


def _list(definitions: Mapping[str, PanelDefinition]) -> PanelListDocument:
    return {
        "columns": {
            "variable": list(names()),
            "label_zh": [definitions[name]["label_zh"] for name in names()],
            "label_en": [definitions[name]["label_en"] for name in names()],
            "unit": [definitions[name]["unit"] for name in names()],
            "formula": [definitions[name]["formula"] for name in names()],
            "comparability": [definitions[name]["comparability"] for name in names()],
        }
    }
