"""The panel: a row an agency and year, with the series that all forms share.

A number here is printed in one cell, or is the sum of printed cells; nothing is estimated. A sum
is empty where one of its cells is in doubt; a blank counts as 0 in it only where an identity of
the report that holds the cell comes out right with it, and the status says so. A rate is empty
where a cell behind it takes part in an identity that fails. Which series, sums and rates there
are is the business of `forms`. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from gongkai.forms import breaks, forms
from gongkai.forms.panel import COUNT, is_parted, names, panel, parts_of
from gongkai.model import CellId, Severity, Status, Verdict
from gongkai.package.rows import INTEGER_LIMIT, figure, form_of_cell
from gongkai.package.schema import RATE_DIGITS, SMALL_DENOMINATOR, Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gongkai.forms.panel import Rate, Series
    from gongkai.model import Corpus, Finding, Published, Report, Value
    from gongkai.package.rows import Row, Scalar

#: What no sum can be made of, the most doubtful first.
_DOUBTFUL = ("not_whole", str(Status.AMBIGUOUS), str(Status.TEXT), str(Status.MISSING))
_COUNTED = Field("", "integer", "", "", unit=COUNT)
_ONE = 10**RATE_DIGITS


class _Figure(NamedTuple):
    """What stands in a column of the panel: a number or None, and its status."""

    number: int | None
    status: str


class _Judged(NamedTuple):
    """What the checks say of cells.

    `zero` are blanks that an identity shows to count as 0, `failing` the cells of identities that
    fail, `found` those of other errors and warnings.
    """

    zero: set[CellId]
    failing: set[CellId]
    found: set[CellId]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the figures of a report stand that has these tables.

    `cells`: column → its cells; None where the report has no such table. `old` are the columns
    that are taken from an older form under another name or from other cells.
    """

    cells: Mapping[str, tuple[CellId, ...] | None]
    old: str


@cache
def _sums() -> frozenset[str]:
    """The checks that judge the identities of the forms."""
    return frozenset(identity.family for form in forms() for identity in form.identities)


@cache
def _newest() -> str:
    """The newest form that has tables."""
    return next(form.version for form in forms() if form.tables)


def _version(report: Report, series: Series) -> str | None:
    """The form from which the report's figures of a series are taken; None where it has none."""
    first = next(iter(series.crossing.cells.values()))[0]
    return form_of_cell(report, first)


def _cells_of(report: Report, parts: Iterable[Series]) -> tuple[CellId, ...] | None:
    found: list[CellId] = []
    for part in parts:
        version = _version(report, part)
        if version is None:
            return None
        found += part.crossing.cells[version]
    return tuple(found)


def _is_old(report: Report, name: str) -> bool:
    """Whether a column is taken from an older form in a way that is not the newest one's."""
    return any(
        part.crossing.comparability != "same" and _version(report, part) not in {None, _newest()}
        for part in parts_of(name)
    )


def _plan(report: Report) -> _Plan:
    found = panel()
    counted = (*(s.name for s in found.series), *(s.name for s in found.sums))
    return _Plan(
        {name: _cells_of(report, parts_of(name)) for name in counted},
        " ".join(name for name in names() if _is_old(report, name)),
    )


@cache
def _changed_by_law(year: int) -> str:
    """The columns that a law makes count something else than before, in a report year."""
    laws = [law for law in breaks() if law.year <= year]
    return " ".join(name for name in names() if any(is_parted(name, law) for law in laws))


def _read(value: Value | None) -> _Figure:
    """The figure of one cell."""
    if value is None:
        return _Figure(None, str(Status.MISSING))
    if value.number is None:
        return _Figure(None, str(value.status))
    number = figure(value, _COUNTED)
    if isinstance(number, int):
        return _Figure(number, str(value.status))
    return _Figure(None, "not_whole")


def _added(read: Iterable[tuple[CellId, _Figure]], zero: set[CellId]) -> _Figure:
    """The sum of cells, or why there is none."""
    found = tuple(read)
    statuses = {one.status for _, one in found}
    for doubtful in _DOUBTFUL:
        if doubtful in statuses:
            return _Figure(None, doubtful)
    numbers = [one.number for _, one in found if one.number is not None]
    if not numbers:
        return _Figure(None, statuses.pop() if len(statuses) == 1 else str(Status.BLANK))
    total = sum(numbers)
    if abs(total) >= INTEGER_LIMIT:
        return _Figure(None, "not_whole")
    if len(numbers) < len(found):
        blanks = {cell for cell, one in found if one.number is None}
        return _Figure(total, "blank_as_zero") if blanks <= zero else _Figure(None, "part_blank")
    return _Figure(total, str(Status.NUMBER if total else Status.ZERO))


def _figure_of(
    values: Mapping[CellId, Value], cells: tuple[CellId, ...] | None, zero: set[CellId]
) -> _Figure:
    """The figure of a column."""
    if cells is None:
        return _Figure(None, "no_table")
    if len(cells) == 1:
        return _read(values.get(cells[0]))
    return _added(((cell, _read(values.get(cell))) for cell in cells), zero)


def _judged(one: Published) -> _Judged:
    judged = _Judged(set(), set(), set())
    sums = _sums()
    for finding in (*one.findings, *one.across):
        if finding.verdict is Verdict.PASS_BLANK_AS_ZERO and _shows_zero(finding):
            judged.zero.update(finding.blanks)
        elif finding.verdict is Verdict.FAIL and finding.check in sums:
            judged.failing.update(finding.cells)
        elif finding.verdict is Verdict.FAIL and finding.severity is not Severity.INFO:
            judged.found.update(finding.cells)
    return judged


def _shows_zero(finding: Finding) -> bool:
    """Whether an identity that holds shows its blanks to count as 0: nothing but blanks do not."""
    return finding.check in _sums() and len(finding.blanks) < len(finding.cells)


def _concerned(plan: _Plan, cells: set[CellId]) -> list[str]:
    """The columns of which a cell is among these."""
    if not cells:
        return []
    return [n for n, own in plan.cells.items() if own is not None and not cells.isdisjoint(own)]


def _quotient(numerator: int, denominator: int) -> str:
    """The exact quotient of what is not negative, rounded half to even."""
    scaled, rest = divmod(numerator * _ONE, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and scaled % 2):
        scaled += 1
    return f"{scaled // _ONE}.{scaled % _ONE:0{RATE_DIGITS}d}"


def _rate(
    rate: Rate, figures: Mapping[str, _Figure], failing: Iterable[str], negative: Iterable[str]
) -> tuple[str | None, str]:
    """A rate, or why there is none; `negative` are the columns with a cell below 0."""
    numerator, denominator = figures[rate.numerator].number, figures[rate.denominator].number
    if numerator is None or denominator is None:
        return None, "no_figure"
    if rate.numerator in failing or rate.denominator in failing:
        return None, "in_failing_sum"
    if denominator == 0:
        return None, "zero_denominator"
    below = rate.numerator in negative or rate.denominator in negative
    if below or (rate.share and numerator > denominator):
        return None, "out_of_range"
    small = denominator < SMALL_DENOMINATOR
    return _quotient(numerator, denominator), "small_denominator" if small else "number"


def _row(one: Published, plan: _Plan) -> Row:
    entry, report = one.entry, one.report
    judged = _judged(one)
    failing, found = _concerned(plan, judged.failing), _concerned(plan, judged.found)
    below = {cell for cell, value in report.values.items() if (value.number or 0) < 0}
    negative = _concerned(plan, below)
    figures = {
        name: _figure_of(report.values, cells, judged.zero) for name, cells in plan.cells.items()
    }
    row: list[Scalar] = [
        entry.agency.id,
        entry.year,
        entry.report_id,
        entry.agency.region.id,
        entry.agency.adcode,
        entry.agency.level,
        entry.agency.classification,
        entry.scope,
        report.form.version if report.form is not None else None,
        entry.published_on,
        entry.reorganised,
        plan.old,
        _changed_by_law(entry.year),
        " ".join(failing),
        len(failing),
        " ".join(found),
        len(found),
    ]
    for one_figure in figures.values():
        row += one_figure
    for rate in panel().rates:
        row += _rate(rate, figures, failing, negative)
    return tuple(row)


def doubted_cells(one: Published) -> frozenset[CellId]:
    """The cells of a report that take part in a sum that fails or in another error or warning."""
    judged = _judged(one)
    return frozenset(judged.failing | judged.found)


def sum_of(one: Published, cells: tuple[CellId, ...]) -> tuple[int | None, str]:
    """Several cells of a report added up as a column of the panel is: the number and its status."""
    return _figure_of(one.report.values, cells, _judged(one).zero)


def panel_row(one: Published) -> Row:
    """The row of a report.

    Raises:
        ValueError: for a report without an entry.
    """
    return _row(one, _plan(one.report))


def panel_rows(corpus: Corpus) -> Iterator[Row]:
    """The rows of all reports, in the order of their ids."""
    plans: dict[tuple[tuple[str, str], ...], _Plan] = {}
    for one in corpus.reports:
        tables = tuple(one.report.tables.items())
        if tables not in plans:
            plans[tables] = _plan(one.report)
        yield _row(one, plans[tables])


def rate_of(one: Published, name: str) -> tuple[int | None, int | None, str]:
    """Numerator and denominator of a rate of the panel, and its status.

    Raises:
        StopIteration: if the panel has no such rate.
    """
    rate = next(rate for rate in panel().rates if rate.name == name)
    report = one.report
    both = (rate.numerator, rate.denominator)
    plan = _Plan({part: _cells_of(report, parts_of(part)) for part in both}, "")
    judged = _judged(one)
    below = {cell for cell, value in report.values.items() if (value.number or 0) < 0}
    figures = {n: _figure_of(report.values, cells, judged.zero) for n, cells in plan.cells.items()}
    _, status = _rate(rate, figures, _concerned(plan, judged.failing), _concerned(plan, below))
    numerator, denominator = (figures[part].number for part in both)
    return numerator, denominator, status
