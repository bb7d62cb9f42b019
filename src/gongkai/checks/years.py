"""A report beside that of the same agency a year earlier: X-*.

A rule speaks only of cells that both reports have in the same meaning: a cell of another name in
another form is another quantity. The finding belongs to the later report; the cells of the earlier
one stand in `elsewhere`. What stands between two years for a known reason (a new form, a new law,
a reorganised agency) is data of `forms` and of the entry, and is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    bare,
    cells_of,
    column_name,
    place_of,
    row_name,
    value_of,
    variable_of,
)
from gongkai.checks.rule import severity_of
from gongkai.checks.sums import (
    Side,
    Term,
    ending,
    expression_of,
    reads_as_zero,
    terms_of,
    terms_of_en,
    told,
    verdict_of,
)
from gongkai.model import CellId, Elsewhere, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Corpus, Entry, Published, Report

_REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of one of two reports; `minus`: it is taken away in a sum."""

    of: Published
    cell: CellId
    minus: bool = False


def agencies_of(corpus: Corpus) -> Iterator[tuple[Published, ...]]:
    """The reports of each agency by year, in the order of the agencies' ids."""
    found: dict[str, list[Published]] = {}
    for one in corpus.reports:
        found.setdefault(one.entry.agency.id, []).append(one)
    for _, reports in sorted(found.items()):
        yield tuple(sorted(reports, key=lambda one: one.entry.year))


def consecutive(corpus: Corpus) -> Iterator[tuple[Published, Published]]:
    """The earlier and the later report of each agency and two years that follow each other."""
    for reports in agencies_of(corpus):
        yield from (
            (earlier, later)
            for earlier, later in pairwise(reports)
            if later.entry.year - earlier.entry.year == 1
        )


def check_x_carry(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """上年结转 of a year = 结转下年度 of the year before, for each kind of applicant."""
    for earlier, later in consecutive(corpus):
        own, before = set(cells_of(earlier.report, _REQUESTS)), cells_of(later.report, _REQUESTS)
        for start in before:
            end = CellId(_REQUESTS, "pending_end", start.column)
            if start.row == "pending_start" and end in own:
                name = variable_of(later.report, start).column
                yield (
                    later.entry.report_id,
                    _judged(
                        "X-CARRY",
                        (start.column, column_name(name), name.label_en),
                        (_Cell(later, start),),
                        (_Cell(earlier, end),),
                    ),
                )


def _judged(
    check: str, about: tuple[str, str, str], left: tuple[_Cell, ...], right: tuple[_Cell, ...]
) -> Finding:
    """How a sum over two years ends. The first cell on the left is the later report's.

    Args:
        check: the id of the check.
        about: what the instance is called: id, Chinese, English.
        left: one side.
        right: the other side.
    """
    sides = _side(left, about[1]), _side(right, about[1])
    verdict = verdict_of(*sides)
    own = left[0].of
    cells = [c.cell for c in (*left, *right) if c.of is own]
    place = place_of(own.report, cells)
    end, end_en = ending(sides, verdict)
    return Finding(
        check=check,
        instance=f"{check}-{about[0]}",
        verdict=verdict,
        severity=severity_of(check),
        message=f"{about[1]}：{terms_of(sides[0])}，{terms_of(sides[1])}，{end}。",
        message_en=f"{about[2]}: {terms_of_en(sides[0])}; {terms_of_en(sides[1])}; {end_en}.",
        locus=place.locus,
        cells=place.cells,
        left=told(sides[0], verdict),
        right=told(sides[1], verdict),
        expression=expression_of(*sides, verdict),
        blanks=_blanks(own.report, cells),
        elsewhere=_elsewhere(own.entry, (*left, *right)),
    )


def _blanks(report: Report, cells: Iterable[CellId]) -> tuple[CellId, ...]:
    return tuple(c for c in cells if reads_as_zero(value_of(report, c)))


def _elsewhere(own: Entry, found: Iterable[_Cell]) -> tuple[Elsewhere, ...]:
    """The cells of other reports than the finding's own, a report at a time."""
    others: dict[str, list[_Cell]] = {}
    for one in found:
        if one.of.entry.report_id != own.report_id:
            others.setdefault(one.of.entry.report_id, []).append(one)
    out = []
    for report_id, cells in others.items():
        report = cells[0].of.report
        place = place_of(report, [c.cell for c in cells])
        out.append(Elsewhere(report_id, place.cells, _blanks(report, place.cells), place.locus))
    return tuple(out)


def _side(found: tuple[_Cell, ...], about: str) -> Side:
    """One side of a sum; each term is called by its year and what tells it from the others."""
    terms = []
    for one in found:
        variable = variable_of(one.of.report, one.cell)
        row, column = row_name(variable), column_name(variable.column)
        label, label_en = (
            (row, variable.row.label_en)
            if about == bare(variable.column.label)
            else (column, variable.column.label_en)
        )
        year = one.of.entry.year
        terms.append(
            Term(
                value_of(one.of.report, one.cell),
                f"{year}年{label}",
                f"{label_en} {year}",
                one.minus,
            )
        )
    return Side(tuple(terms), whole=True)
