"""A report beside that of the same agency a year earlier, and copied figures: X-*.

A rule speaks only of cells that both reports have in the same meaning: a cell of another name in
another form is another quantity. The finding belongs to the later report; the cells of the earlier
one stand in `elsewhere`. What stands between two years for a known reason (a new form, a new law,
a reorganised agency) is data of `forms` and of the entry, and is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    cells_of,
    column_name,
    digits,
    number_of,
    place_of,
    quoted,
    row_name,
    spot,
    table_name,
    value_of,
    variable_of,
)
from gongkai.checks.rule import NOWHERE, fail, severity_of
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
from gongkai.forms import breaks, forms
from gongkai.forms.crosswalk import crossing_of
from gongkai.model import CellId, Elsewhere, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gongkai.model import Corpus, Entry, Number, Published, Report

_DISCLOSURE, _REQUESTS, _DISPUTES = "disclosure", "requests", "disputes"
# Row → the instance of X-STOCK.
_STOCK_ROWS = {"regulations": "REG", "normative_docs": "NORM"}
# Columns that count what there is at a day: they stay the same without being copied.
_STOCKS = frozenset({"in_force", "disclosed_total", "items_prior"})
# A smaller figure may jump by chance; the ratio from which on it is told.
_LEAST, _RATIO = 20, 5
# So many figures that are not 0, together so much, are not the same by chance.
_COPIED_FIGURES, _COPIED_SUM = 3, 20
# How many examples or other reports a message names, and how many other reports a finding.
_NAMED, _ELSEWHERE = 3, 20


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of one of two reports; `minus`: it is taken away in a sum."""

    of: Published
    cell: CellId
    minus: bool = False

    @property
    def is_empty_stock(self) -> bool:
        """Whether it counts a stock and has no number: nobody can say that it was 0."""
        return self.cell.column in _STOCKS and value_of(self.of.report, self.cell).number is None


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum over two years; the first cell on the left is the later report's.

    `about` is what it concerns, in Chinese and in English; its terms are called by what they
    differ in, their `by` ("row" or "column").
    """

    check: str
    instance: str
    about: tuple[str, str]
    by: str
    left: tuple[_Cell, ...]
    right: tuple[_Cell, ...]


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


def _continued(corpus: Corpus) -> Iterator[tuple[Published, Published]]:
    """`consecutive` without the years in which an agency was reorganised."""
    return (pair for pair in consecutive(corpus) if pair[1].entry.reorganised is None)


def _shared(earlier: Report, later: Report, table: str) -> Iterator[CellId]:
    """The cells of a table that both reports have, in the order of print."""
    known = set(cells_of(earlier, table))
    return (cell for cell in cells_of(later, table) if cell in known)


def check_x_carry(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """上年结转 of a year = 结转下年度 of the year before, for each kind of applicant."""
    for earlier, later in _continued(corpus):
        for end in _shared(earlier.report, later.report, _REQUESTS):
            if end.row == "pending_end":
                start = end._replace(row="pending_start")
                column = variable_of(later.report, start).column
                yield (
                    later.entry.report_id,
                    _judged(
                        _Sum(
                            "X-CARRY",
                            f"X-CARRY-{end.column}",
                            (column_name(column), column.label_en),
                            "row",
                            (_Cell(later, start),),
                            (_Cell(earlier, end),),
                        )
                    ),
                )


def check_x_stock(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """In force = in force a year earlier + issued − repealed, of regulations and documents."""
    for earlier, later, stock in _continued_cells(corpus, "in_force"):
        parts = (
            _Cell(earlier, stock),
            _Cell(later, stock._replace(column="issued")),
            _Cell(later, stock._replace(column="repealed"), minus=True),
        )
        name = f"X-STOCK-{_STOCK_ROWS[stock.row]}"
        yield later.entry.report_id, _goes_on("X-STOCK", name, _Cell(later, stock), parts)


def check_x_19_items(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """Form 2019: items of the year before = last report's items of the year before + change."""
    for earlier, later, prior in _continued_cells(corpus, "items_prior"):
        parts = (
            _Cell(earlier, prior),
            _Cell(earlier, prior._replace(column="items_change")),
        )
        name = f"X-19-ITEMS-{prior.row}"
        yield later.entry.report_id, _goes_on("X-19-ITEMS", name, _Cell(later, prior), parts)


def _continued_cells(corpus: Corpus, column: str) -> Iterator[tuple[Published, Published, CellId]]:
    """The cells of table two in this column that two reports in a row have in one meaning."""
    for earlier, later in _continued(corpus):
        for cell in _shared(earlier.report, later.report, _DISCLOSURE):
            if cell.column == column:
                yield earlier, later, cell


def _goes_on(check: str, instance: str, whole: _Cell, parts: tuple[_Cell, ...]) -> Finding:
    """How a cell of table two stands to the cells it must follow from."""
    variable = variable_of(whole.of.report, whole.cell)
    about = (row_name(variable), variable.row.label_en)
    return _judged(_Sum(check, instance, about, "column", (whole,), parts))


def _judged(one: _Sum) -> Finding:
    """How a sum over two years ends."""
    left, right = _side(one.left, one.by), _side(one.right, one.by)
    verdict = verdict_of(left, right)
    end, end_en = ending((left, right), verdict)
    found = one.left + one.right
    if verdict is Verdict.FAIL and any(cell.is_empty_stock for cell in found):
        verdict = Verdict.NOT_EVALUABLE
        end, end_en = "总数没有填，无法核对", "a stock is not filled in, so it cannot be checked"
    own = one.left[0].of
    place = place_of(own.report, [c.cell for c in found if c.of is own])
    return Finding(
        check=one.check,
        instance=one.instance,
        verdict=verdict,
        severity=severity_of(one.check),
        message=f"{one.about[0]}：{terms_of(left)}，{terms_of(right)}，{end}。",
        message_en=f"{one.about[1]}: {terms_of_en(left)}; {terms_of_en(right)}; {end_en}.",
        locus=place.locus,
        cells=place.cells,
        left=told(left, verdict),
        right=told(right, verdict),
        expression=expression_of(left, right, verdict),
        blanks=_blanks(own.report, place.cells),
        elsewhere=_elsewhere(own.entry, found),
    )


def _side(found: tuple[_Cell, ...], by: str) -> Side:
    """One side of a sum; its terms are called by their year and their row or column."""
    terms = []
    for one in found:
        variable = variable_of(one.of.report, one.cell)
        if by == "row":
            label, label_en = row_name(variable), variable.row.label_en
        else:
            label, label_en = column_name(variable.column), variable.column.label_en
        year, value = one.of.entry.year, value_of(one.of.report, one.cell)
        terms.append(Term(value, f"{year}年{label}", f"{label_en} ({year})", one.minus))
    return Side(tuple(terms), whole=True)


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


def check_x_jump(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """A figure more than five times that of the year before, or less than a fifth of it.

    Compared are the figures of table two and the totals of tables three and four, where the
    larger is at least 20 and no known break lies between.
    """
    for earlier, later in _continued(corpus):
        for table in (_DISCLOSURE, _REQUESTS, _DISPUTES):
            for cell in _shared(earlier.report, later.report, table):
                if _is_compared(earlier, later, cell) and _jumps(earlier, later, cell):
                    yield later.entry.report_id, _jump(earlier, later, cell)


def _is_compared(earlier: Published, later: Published, cell: CellId) -> bool:
    """Whether the figure goes on from one year to the next and is no other figure again."""
    before, now = variable_of(earlier.report, cell), variable_of(later.report, cell)
    if now.signed or cell.row == "pending_start":
        return False
    if cell.table != _DISCLOSURE and cell.column != "total":
        return False
    goes_on = crossing_of(now.form, cell).comparability == "same"
    if before.form != now.form and not goes_on:
        return False
    years = earlier.entry.year, later.entry.year
    return not any(one.parts(cell, *years) for one in breaks())


def _jumps(earlier: Published, later: Published, cell: CellId) -> bool:
    before, now = value_of(earlier.report, cell), value_of(later.report, cell)
    usual = variable_of(later.report, cell).unit
    if before.number is None or now.number is None:
        return False
    if (before.unit or usual) != (now.unit or usual):
        return False
    small, large = sorted((before.number, now.number))
    return large >= _LEAST and large > small * _RATIO


def _jump(earlier: Published, later: Published, cell: CellId) -> Finding:
    found = _Cell(earlier, cell), _Cell(later, cell)
    before, now = (value_of(one.of.report, cell).number or 0 for one in found)
    where, where_en = spot(later.report, cell)
    year, year_before = later.entry.year, earlier.entry.year
    told_, told_en = _ratio(before, now)
    return _beside(
        fail(
            "X-JUMP",
            f"{cell.table}_{cell.row}_{cell.column}",
            f"{where}：{year_before}年 {digits(before)}，{year}年 {digits(now)}，{told_}。",
            f"{where_en}: {digits(before)} in {year_before}, {digits(now)} in {year}; {told_en}.",
            place_of(later.report, [cell]),
        ),
        _elsewhere(later.entry, found),
        (now, before),
        f"{digits(before)} → {digits(now)}",
    )


def _ratio(before: Number, now: Number) -> tuple[str, str]:
    """What has become of the figure of the year before, in Chinese and in English.

    A ratio is cut, not rounded: what is more than five times must not be told as five times.
    """
    if before == 0:
        return "上一年是 0", "it was 0"
    if now == 0:
        return "上一年不是 0，这一年是 0", "it was not 0 the year before"
    small, large = sorted((Fraction(before), Fraction(now)))
    if now < before:
        tenths = int(1000 * small / large)
        share = _tenths(tenths) if tenths else "0.1"
        under = ("", "") if tenths else ("不到", "less than ")
        return (
            f"{under[0] or '只有'}上一年的 {share}%",
            f"{under[1] or 'only '}{share}% of the year before",
        )
    times = _tenths(int(10 * large / small))
    return f"是上一年的 {times} 倍", f"{times} times the year before"


def _tenths(number: int) -> str:
    """A number of tenths as a decimal, without a needless zero."""
    return f"{number // 10}.{number % 10}".removesuffix(".0")


def _beside(
    finding: Finding,
    elsewhere: tuple[Elsewhere, ...],
    sides: tuple[Number, Number],
    expression: str,
) -> Finding:
    """The finding with what it is compared with."""
    left, right = sides
    return replace(finding, elsewhere=elsewhere, left=left, right=right, expression=expression)


def check_x_gap(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """A year without a report between two with one. It says nothing about the agency."""
    for reports in agencies_of(corpus):
        for earlier, later in pairwise(reports):
            missing = range(earlier.entry.year + 1, later.entry.year)
            if missing:
                years = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]}—{missing[-1]}"
                finding = fail(
                    "X-GAP",
                    "",
                    f"本站没有{quoted(later.entry.agency.name)} {years} 年的报告"
                    "（没有收录，或没有读准），前后不能逐年核对。",
                    f"The reports of {years} are not held here (not collected, or not readable).",
                )
                other = Elsewhere(earlier.entry.report_id)
                yield later.entry.report_id, replace(finding, elsewhere=(other,))


def check_x_copy(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """All figures that are not 0 are those of the year before, or of another agency."""
    for earlier, later in consecutive(corpus):
        same = _same_figures(earlier.report, later.report)
        if _is_copied(later.report, same):
            about = f"{earlier.entry.year}年的报告", f"the report of {earlier.entry.year}"
            yield later.entry.report_id, _copy(later, same, [earlier], about)
    yield from _copies_between_agencies(corpus)


def _same_figures(earlier: Report, later: Report) -> tuple[CellId, ...]:
    """The cells with the same figure, not 0, in both; none where any other figure differs.

    Cells that one report lacks, or in which it is uncertain, are left aside.
    """
    same = []
    for cell, value in later.values.items():
        other = value_of(earlier, cell)
        if UNUSABLE.isdisjoint({value.status, other.status}) and (value.number or other.number):
            if value.number != other.number:
                return ()
            same.append(cell)
    return tuple(same)


@cache
def _summed() -> frozenset[CellId]:
    """The cells that follow from others of the report: the left sides of the identities."""
    return frozenset(cell for form in forms() for one in form.identities for cell in one.left)


def _is_copied(report: Report, same: Iterable[CellId]) -> bool:
    """Whether so much is the same that it cannot be chance."""
    own = (c for c in same if c not in _summed() and c.column not in _STOCKS)
    numbers = [n for n in (number_of(report, cell) for cell in own) if n is not None]
    return len(numbers) >= _COPIED_FIGURES and sum(numbers) >= _COPIED_SUM


def _copies_between_agencies(corpus: Corpus) -> Iterator[tuple[str, Finding]]:
    """Reports of one year and several agencies with the same figures."""
    found: dict[tuple[int, tuple[tuple[CellId, Number], ...]], list[Published]] = {}
    for one in corpus.reports:
        figures = tuple((c, v.number) for c, v in one.report.values.items() if v.number)
        if _is_copied(one.report, (cell for cell, _ in figures)):
            found.setdefault((one.entry.year, figures), []).append(one)
    for (_, figures), reports in found.items():
        for one in reports if len(reports) > 1 else ():
            others = [other for other in reports if other is not one]
            names = "、".join(quoted(o.entry.agency.name) for o in others[:_NAMED])
            more = f"等 {len(others)} 个机关" if len(others) > _NAMED else ""
            about = f"{names}{more}的同年报告", f"{len(others)} other agencies of the same year"
            yield one.entry.report_id, _copy(one, [c for c, _ in figures], others, about)


def _copy(
    own: Published,
    same: Sequence[CellId],
    others: Sequence[Published],
    about: tuple[str, str],
) -> Finding:
    """The finding that these cells are the same as in others; no single cell is marked."""
    names = [
        f"{table_name(cell.table)[0]}{spot(own.report, cell)[0]} "
        f"{digits(value_of(own.report, cell).number or 0)}"
        for cell in same[:_NAMED]
    ]
    instance = "agencies" if others[0].entry.year == own.entry.year else "years"
    finding = fail(
        "X-COPY",
        instance,
        f"表中 {len(same)} 个不为 0 的数与{about[0]}全部相同，如{'、'.join(names)}。",
        f"All {len(same)} figures that are not 0 are those of {about[1]}.",
        NOWHERE,
    )
    return replace(
        finding, elsewhere=tuple(Elsewhere(o.entry.report_id) for o in others[:_ELSEWHERE])
    )
