"""A report beside that of the same agency a year earlier: each figure, or why it is not compared.

Compared are cells that count the same thing in both years, as `forms` says; where one year has
several rows for what the other has in one, their sum as the panel makes it. Whatever is no number
in one of the years is told in words. Nothing here knows HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from gongkai.forms import breaks, forms, variables
from gongkai.forms.crosswalk import crossing_of
from gongkai.model import CellId, Status
from gongkai.package.panel import doubted_cells, sum_of
from gongkai.package.rows import form_of_cell, has_table
from gongkai.package.schema import SMALL_DENOMINATOR
from gongkai.pages.words import cell_anchor, name_of, number_words, report_path, value_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gongkai.forms import Break, Variable
    from gongkai.model import Number, Published, Report, Value

#: In place of a change where one of the years has no number.
NO_CHANGE = "算不出"
SAME = "不变"
#: In place of a change of what is a change itself.
_IS_A_CHANGE = "本身是增减"
_NO_TABLE = "上一年的报告里没有读到这张表"
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Then:
    """What a figure was a year earlier, and what has become of it.

    `cells` are this year's cells it stands beside: several where only their sum is comparable.
    `text` is last year's figure in words, `percent` empty where it would mislead. `doubted` is the
    address of last year's cell where a finding concerns it, `is_doubtful` says that one concerns
    a figure of either year.
    """

    cells: tuple[CellId, ...]
    text: str
    status: Status
    change: str
    percent: str = ""
    doubted: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two reports in a row, with the cells of each that a finding concerns."""

    now: Published
    before: Published
    doubted_now: frozenset[CellId]
    doubted_before: frozenset[CellId]


#: This year's cells and those of the year before that count the same together.
_Match: TypeAlias = tuple[tuple[CellId, ...], tuple[CellId, ...]]


@cache
def _variables() -> dict[tuple[str, CellId], Variable]:
    return {(form.version, v.cell): v for form in forms() for v in variables(form.version)}


def signed(number: Number) -> str:
    """A change with its sign.

    >>> signed(-1234), signed(5)
    ('−1,234', '+5')
    """
    return f"{'−' if number < 0 else '+'}{number_words(number).lstrip('-')}"


def percent_words(now: Number, before: Number) -> str:
    """A change in percent, to a tenth; empty where the earlier figure is too small for one.

    >>> percent_words(45, 30), percent_words(29, 30), percent_words(9, 29)
    ('+50%', '−3.3%', '')
    >>> percent_words(1_000_001, 1_000_000)
    '不到 0.1%'
    """
    if before < SMALL_DENOMINATOR or now == before:
        return ""
    change = Fraction(now) - Fraction(before)
    tenths = round(1000 * abs(change) / Fraction(before))
    if tenths == 0:
        return "不到 0.1%"
    sign = "−" if now < before else "+"
    return f"{sign}{tenths // 10:,}.{tenths % 10}".removesuffix(".0") + "%"


def change_words(now: Number, before: Number) -> tuple[str, str]:
    """What has become of a figure: the change, and in percent.

    >>> change_words(12, 12), change_words(40, 32)
    (('不变', ''), ('+8', '+25%'))
    """
    return (SAME, "") if now == before else (signed(now - before), percent_words(now, before))


def _other_unit(now: Value, before: Value, usual: str) -> str:
    """Why two amounts of money cannot be taken from each other, or an empty text.

    Counts are printed as 件, 条, 次 as it comes; 0 is 0 in every unit.
    """
    units = {value.unit or usual for value in (now, before) if value.number}
    if usual and not any(unit.endswith("元") for unit in units):
        return ""
    if "" in units:
        return "单位未印明"
    return "单位不同" if len(units) > 1 else ""


def _single(pair: _Pair, ours: CellId, theirs: CellId) -> tuple[str, str]:
    """The change of one cell, and in percent."""
    now, before = pair.now.report.values.get(ours), pair.before.report.values.get(theirs)
    if now is None or before is None or now.number is None or before.number is None:
        return NO_CHANGE, ""
    variable = _variables()[form_of_cell(pair.now.report, ours) or "", ours]
    if variable.signed:
        return _IS_A_CHANGE, ""
    unlike = _other_unit(now, before, variable.unit)
    return (unlike, "") if unlike else change_words(now.number, before.number)


def _summed(one: Published, cells: tuple[CellId, ...]) -> tuple[int | None, str]:
    """The number of cells together, and its words."""
    number, status = sum_of(one, cells)
    words = name_of("panel_statuses", status) if number is None else number_words(number)
    return number, f"{words}（空白作零）" if status == "blank_as_zero" else words


def _several(
    pair: _Pair, ours: tuple[CellId, ...], theirs: tuple[CellId, ...]
) -> tuple[str, str, str]:
    """Figures of which only the sum is comparable: the earlier one, the change, and in percent."""
    (now, now_words), (before, text) = _summed(pair.now, ours), _summed(pair.before, theirs)
    text = f"{len(theirs)} 行合计 {text}" if len(theirs) > 1 else text
    change, percent = NO_CHANGE, ""
    if now is not None and before is not None:
        change, percent = change_words(now, before)
    return text, f"{len(ours)} 行合计 {now_words}：{change}" if len(ours) > 1 else change, percent


def _then(pair: _Pair, match: _Match) -> Then:
    ours, theirs = match
    value = pair.before.report.values.get(theirs[0])
    if len(ours) == len(theirs) == 1:
        text = value_words(value)
        change, percent = _single(pair, ours[0], theirs[0])
    else:
        text, change, percent = _several(pair, ours, theirs)
    status = value.status if value is not None else Status.MISSING
    doubted = next((cell for cell in theirs if cell in pair.doubted_before), None)
    return Then(
        cells=ours,
        text=text,
        status=status,
        change=change,
        percent=percent,
        doubted=f"{report_path(pair.before.entry)}#{cell_anchor(doubted)}" if doubted else "",
        is_doubtful=doubted is not None or not pair.doubted_now.isdisjoint(ours),
    )


def _law(cell: CellId, year: int) -> Break | None:
    return next((law for law in breaks() if law.parts(cell, year - 1, year)), None)


def _matched(pair: _Pair, cell: CellId) -> _Match | str | None:
    """The cells that count the same in both years, or why there are none.

    None for a cell that the report does not print.
    """
    now, before = pair.now.report, pair.before.report
    version = form_of_cell(now, cell)
    if version is None or (version, cell) not in _variables():
        return None
    law = _law(cell, pair.now.entry.year)
    if law is not None:
        return law.label
    if form_of_cell(before, cell) == version:
        return (cell,), (cell,)
    crossing = crossing_of(version, cell)
    if has_table(before, cell.table) and not crossing.is_comparable:
        return crossing.note
    theirs = _cells_in(before, crossing.cells)
    return _NO_TABLE if theirs is None else (crossing.cells[version], theirs)


def _cells_in(report: Report, cells: Mapping[str, tuple[CellId, ...]]) -> tuple[CellId, ...] | None:
    """Those cells of a concept that the report prints, by the form of its table."""
    return next((own for form, own in cells.items() if form_of_cell(report, own[0]) == form), None)


def _scopes(now: Published, before: Published) -> tuple[str, str]:
    """Why the scopes of the years forbid a comparison, and what is to be borne in mind."""
    scopes = {one.entry.year: one.entry.scope for one in (before, now)}
    told = "，".join(f"{year}年是“{name_of('scopes', scope)}”" for year, scope in scopes.items())
    if len(set(scopes.values())) == 1:
        return "", ""
    if _UNKNOWN in scopes.values():
        return "", f"有一年的统计范围不详（{told}），增减可能是范围不同造成的。"
    return f"两年的统计范围不同（{told}），不作比较。", ""


def _why_apart(now: Published, before: Published | None) -> str:
    """Why nothing of a report is compared with the year before, or an empty text."""
    year = now.entry.year - 1
    if before is None:
        return f"本站没有{year}年的报告（没有收录，或没有读准），不作比较。"
    if now.entry.reorganised is not None:
        return f"机关有调整（{now.entry.reorganised}），不与{year}年比较。"
    return _scopes(now, before)[0]


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The comparison of a report with that of the year before.

    `path` is the address of the other report's page, empty where it is not held. `reason` says why
    nothing is compared, `caution` what a reader has to bear in mind.
    """

    year: int
    path: str = ""
    reason: str = ""
    caution: str = ""
    pair: _Pair | None = None

    def beside(self, cell: CellId) -> Then | None:
        """What stands beside this cell; None where it is not compared."""
        if self.pair is None:
            return None
        match = _matched(self.pair, cell)
        return _then(self.pair, match) if isinstance(match, tuple) else None

    def is_beside(self, cell: CellId) -> bool:
        """Whether anything stands beside this cell."""
        return self.pair is not None and isinstance(_matched(self.pair, cell), tuple)

    def reasons(self, cells: Iterable[CellId]) -> dict[str, list[CellId]]:
        """Why some of these cells are not compared: reason → cells."""
        found: dict[str, list[CellId]] = {}
        if self.pair is not None:
            for cell in cells:
                match = _matched(self.pair, cell)
                if isinstance(match, str):
                    found.setdefault(match, []).append(cell)
        return found


def year_before(now: Published, before: Published | None) -> YearBefore:
    """The comparison of a report with that of the same agency of the year before, if it is held."""
    year = now.entry.year - 1
    path = report_path(before.entry) if before is not None else ""
    reason = _why_apart(now, before)
    if before is None or reason:
        return YearBefore(year, path, reason)
    pair = _Pair(now, before, doubted_cells(now), doubted_cells(before))
    return YearBefore(year, path, "", _scopes(now, before)[1], pair)
