"""What the page of comparisons loads: one file with the agencies, one a topic, as short as can be.

A topic is a column of the panel; what stands there and why is the business of `package.panel`, and
nothing is computed here. The file of a rate has statuses and no values: the page divides the
figures of its numerator and denominator, which it shows.

The files are scripts that hand over one piece of JSON: a page opened from a folder may load a
script and nothing else. Figures stand in the order of the reports in the file of agencies, so each
topic bears that file's mark, and the page refuses files that do not belong together.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.forms.panel import names, panel, parts_of
from gongkai.package import form_of_cell, region_path
from gongkai.package.api.panel import break_lines
from gongkai.package.coverage import coverage_rows
from gongkai.package.panel import panel_rows
from gongkai.package.schema import IN_PANEL, PANEL, STATUS_SUFFIX
from gongkai.pages.frame import data_block
from gongkai.pages.words import cell_anchor
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gongkai.model import Agency, Corpus, Published, Report
    from gongkai.package.rows import Row, Scalar

#: Where the files stand below the site's root, and the name of that with the agencies.
FOLDER, AGENCIES = "data/compare", "agencies"
#: A letter for each member of a closed list, in its order.
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: What is said of the coverage of a year whose report is held.
HELD = ("published", "late")
#: What is said of a figure besides its status: column of the panel → its bit.
FLAGS = {"in_failing_sum": 1, "in_finding": 2, "break_form": 4, "break_law": 8}
#: Where each column of the panel stands.
_AT = {name: number for number, name in enumerate(PANEL.names)}
#: The largest whole number that every reader of JSON keeps to the last digit.
_SAFE = 2**53


def _coded(kind: str) -> dict[str, str]:
    """Member of a closed list → its letter."""
    return dict(zip(labels(kind), _LETTERS, strict=False))


def _script(name: str, data: Mapping[str, Any]) -> bytes:
    """The data as a script that hands it over under that name; no text in it can be run."""
    return f'gongkaiCompare("{name}",{data_block(data)});\n'.encode()


def _places(agencies: Sequence[Agency], corpus: Corpus) -> tuple[list[list[Any]], dict[str, int]]:
    """The regions of agencies and those they lie in: id, name, place of the parent (or -1)."""
    listed: list[list[Any]] = []
    at: dict[str, int] = {}
    for agency in sorted(agencies, key=lambda one: (one.adcode, one.region.id)):
        parent = -1
        for region in region_path(agency.region, corpus.regions):
            if region.id not in at:
                at[region.id] = len(listed)
                listed.append([region.id, region.name, parent])
            parent = at[region.id]
    return listed, at


def _kinds(reports: Sequence[Published]) -> tuple[list[Report], list[int]]:
    """A report of each kind, by the tables it has and their forms, and the kind of each report."""
    examples: list[Report] = []
    known: dict[tuple[tuple[str, str], ...], int] = {}
    own = []
    for one in reports:
        tables = tuple(one.report.tables.items())
        if tables not in known:
            known[tables] = len(examples)
            examples.append(one.report)
        own.append(known[tables])
    return examples, own


def _covered(corpus: Corpus, agencies: Sequence[Agency]) -> tuple[list[int], list[str]]:
    """The years of which anything is known, and a letter for each year of each agency."""
    wanted, letters = {agency.id for agency in agencies}, _coded("coverage")
    years: dict[int, None] = {}
    lines: dict[str, str] = {}
    for agency, year, status, *_ in coverage_rows(corpus):
        if agency in wanted:
            years[int(str(year))] = None
            lines[str(agency)] = lines.get(str(agency), "") + letters[str(status)]
    return list(years), [lines[agency.id] for agency in agencies]


def _order(one: Published) -> tuple[str, int]:
    return one.entry.agency.id, one.entry.year


def _words(*kinds: str) -> dict[str, list[tuple[str, str]]]:
    """The members of closed lists with their names; a letter stands for each in its order."""
    return {kind: list(labels(kind).items()) for kind in kinds}


def _agencies(corpus: Corpus, reports: Sequence[Published], own: Sequence[int]) -> dict[str, Any]:
    """The agencies that have a report, their places and years, and what all topics share."""
    by_id = {one.entry.agency.id: one.entry.agency for one in reports}
    agencies = [by_id[name] for name in sorted(by_id)]
    regions, at = _places(agencies, corpus)
    years, covered = _covered(corpus, agencies)
    scopes, coverage = _coded("scopes"), _coded("coverage")
    kinds = [k for k in labels("classifications") if k in {a.classification for a in agencies}]
    return {
        "years": years,
        "regions": regions,
        "classes": [[kind, labels("classifications")[kind]] for kind in kinds],
        "words": _words("coverage", "scopes", "panel_statuses", "rate_statuses"),
        "held": "".join(coverage[status] for status in HELD),
        "agencies": {
            "id": [agency.id for agency in agencies],
            "name": [agency.name for agency in agencies],
            "others": [" ".join(agency.other_names) for agency in agencies],
            "region": [at[agency.region.id] for agency in agencies],
            "class": [kinds.index(agency.classification) for agency in agencies],
            "covered": covered,
        },
        "reports": {
            "kind": own,
            "scope": "".join(scopes[one.entry.scope] for one in reports),
            "reorganised": [
                [number, one.entry.reorganised]
                for number, one in enumerate(reports)
                if one.entry.reorganised is not None
            ],
        },
    }


def _anchor(name: str, report: Report) -> str:
    """The anchor of the first cell behind a column; empty where the report has no such table."""
    cells = parts_of(name)[0].crossing.cells
    version = form_of_cell(report, next(iter(cells.values()))[0])
    return cell_anchor(cells[version][0]) if version is not None else ""


def _number(value: Scalar) -> int | str | None:
    """A figure as JSON keeps it to the last digit."""
    if value is None:
        return None
    number = int(str(value))
    return number if abs(number) <= _SAFE else str(number)


def _marks(name: str, rows: Sequence[Row]) -> str:
    """A sign for each row: the sum of the bits of its flags, as a hexadecimal digit."""
    columns = [(_AT[flag], bit) for flag, bit in FLAGS.items()]
    found = (sum(bit for c, bit in columns if name in str(row[c]).split()) for row in rows)
    return "".join(f"{bits:x}" for bits in found)


@cache
def _breaks() -> dict[str, list[list[Any]]]:
    """Column of the panel → where it does not go on: year, kind, why."""
    return {
        name: [[one["year"], one["kind"], one["note_zh"]] for one in lines]
        for name, lines in break_lines(IN_PANEL).items()
    }


def _topic(name: str, rows: Sequence[Row], examples: Sequence[Report]) -> dict[str, Any]:
    """A figure, or a rate without its value; `examples` are a report of each kind."""
    rates = {rate.name for rate in panel().rates}
    letters = _coded("rate_statuses" if name in rates else "panel_statuses")
    status, place = _AT[f"{name}{STATUS_SUFFIX}"], _AT[name]
    own: dict[str, Any] = {
        "anchors": [_anchor(name, report) for report in examples],
        "breaks": _breaks().get(name, []),
        "status": "".join(letters[str(row[status])] for row in rows),
        "marks": _marks(name, rows),
    }
    return own if name in rates else {**own, "values": [_number(row[place]) for row in rows]}


def _version(shared: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """A mark of all that the files hold."""
    digest = hashlib.sha256(data_block(shared).encode())
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()[:16]


def compare_files(corpus: Corpus) -> Iterator[tuple[str, bytes]]:
    """The files, as path below the site's root and bytes."""
    reports = sorted(corpus.reports, key=_order)
    examples, own = _kinds(reports)
    shared = _agencies(corpus, reports, own)
    rows = sorted(panel_rows(corpus), key=lambda row: (str(row[0]), int(str(row[1]))))
    version = _version(shared, rows)
    yield f"{FOLDER}/{AGENCIES}.js", _script(AGENCIES, {"version": version, **shared})
    for name in names():
        data = {"version": version, **_topic(name, rows, examples)}
        yield f"{FOLDER}/{name}.js", _script(name, data)
