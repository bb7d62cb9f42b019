"""Table two, 主动公开政府信息情况: T2-*.

Amounts of money are in 万元. A rule speaks only of the columns it needs; a table or an item that
is absent, or a form without these columns, yields nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    UNUSABLE,
    cells_of,
    column_name,
    digits,
    number_of,
    place_of,
    printed,
    printed_en,
    quoted,
    row_name,
    rows_of,
    spot,
    value_of,
    variable_of,
)
from gongkai.checks.counts import find_impossible
from gongkai.checks.rule import fail
from gongkai.model import CellId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Finding, Number, Report, Value

TABLE = "disclosure"
# Levels and classes of bodies that may not make regulations (规章).
_WITHOUT_POWER = frozenset({"county", "township", "subdistrict"})
_LOCAL = frozenset({"county", "township"})
# The form asks for four decimals of 万元, that is for whole yuan.
_DECIMALS = 4
# 万元; a whole number this large in a county is yuan in the wrong column.
_TOO_LARGE = 10_000_000


def check_t2_neg(report: Report) -> Iterator[Finding]:
    """Counts are whole and not negative; the change of items may be negative."""
    return find_impossible(report, TABLE, "T2-NEG")


def _in_row(report: Report, *columns: str) -> Iterator[tuple[CellId, ...]]:
    """The cells of these columns, for each row of the table that has the first."""
    for row, cells in rows_of(report, TABLE).items():
        if CellId(TABLE, row, columns[0]) in cells:
            yield tuple(CellId(TABLE, row, column) for column in columns)


def _told(report: Report, cells: Sequence[CellId]) -> tuple[str, str]:
    """Each cell with its column's label and what is printed, in Chinese and in English."""
    pairs = [(variable_of(report, cell).column, value_of(report, cell)) for cell in cells]
    return (
        "，".join(f"{column_name(column)} {printed(value)}" for column, value in pairs),
        ", ".join(f"{column.label_en} {printed_en(value)}" for column, value in pairs),
    )


def _rows_that(
    report: Report, check: str, cells: Sequence[CellId], end: str, end_en: str
) -> Finding:
    """The finding that the cells of a row do not go together."""
    variable = variable_of(report, cells[0])
    told, told_en = _told(report, cells)
    return fail(
        check,
        variable.row.id,
        f"{row_name(variable)}：{told}；{end}。",
        f"{variable.row.label_en}: {told_en}; {end_en}.",
        place_of(report, cells),
    )


def _stocks(
    report: Report,
) -> Iterator[tuple[tuple[CellId, ...], tuple[Number, Number, Number]]]:
    """Cells and numbers of in force, issued, repealed; a blank for repealed is read as 0."""
    for cells in _in_row(report, "in_force", "issued", "repealed"):
        in_force, issued, repealed = (value_of(report, cell) for cell in cells)
        if in_force.number is None or issued.number is None or repealed.status in UNUSABLE:
            continue
        yield cells, (in_force.number, issued.number, repealed.number or 0)


def check_t2_implied(report: Report) -> Iterator[Finding]:
    """In force − issued + repealed: what was in force a year earlier cannot be below 0."""
    for cells, (in_force, issued, repealed) in _stocks(report):
        before = in_force - issued + repealed
        if before < 0:
            sum_ = f"{digits(in_force)} − {digits(issued)} + {digits(repealed)} = {digits(before)}"
            yield _rows_that(
                report,
                "T2-IMPLIED",
                cells,
                f"推算上年末有效 {sum_}，小于 0",
                f"the stock a year earlier would be {sum_}, below 0",
            )


def check_t2_issued_gt_stock(report: Report) -> Iterator[Finding]:
    """More issued in the year than in force at its end, though none was repealed."""
    for cells, (in_force, issued, repealed) in _stocks(report):
        if issued > in_force and repealed == 0:
            yield _rows_that(
                report,
                "T2-ISSUED-GT-STOCK",
                cells,
                "没有废止，本年新增的却比年末有效的还多",
                "none was repealed, yet more were issued than are in force",
            )


def check_t2_reg_power(report: Report) -> Iterator[Finding]:
    """Regulations at a body without the power to make them; needs the agency's level."""
    if report.entry is None:
        return
    agency = report.entry.agency
    if _WITHOUT_POWER.isdisjoint({agency.level, agency.classification}):
        return
    row = rows_of(report, TABLE).get("regulations", ())
    cells = [cell for cell in row if (number_of(report, cell) or 0) > 0]
    if cells:
        yield _rows_that(
            report,
            "T2-REG-POWER",
            cells,
            "县级及以下机关没有规章制定权，可能把其他文件计作了规章",
            "bodies at county level and below cannot make regulations",
        )


def check_t2_fee_dec(report: Report) -> Iterator[Finding]:
    """Fees that look like yuan, where the form asks for 万元."""
    cell = CellId(TABLE, "fees", "amount_wan")
    value = value_of(report, cell)
    if cell not in cells_of(report, TABLE) or value.number is None:
        return
    local = report.entry is not None and report.entry.agency.level in _LOCAL
    fault = _fee_fault(value, value.number, variable_of(report, cell).unit, local=local)
    if fault is not None:
        zh, en = fault
        where, where_en = spot(report, cell)
        yield fail(
            "T2-FEE-DEC",
            "",
            f"{where}写的是{quoted(value.raw)}，{zh}。",
            f"{where_en}: {quoted(value.raw)} is printed; {en}.",
            place_of(report, [cell]),
        )


def _fee_fault(value: Value, number: Number, unit: str, *, local: bool) -> tuple[str, str] | None:
    if value.unit not in {"", unit}:
        return f"单位是{value.unit}，表上要求的是{unit}", "the unit is not 10,000 yuan"
    if local and number >= _TOO_LARGE and number % 1 == 0:
        return f"按{unit}计数额过大，可能填的是元", "so much that it may be yuan"
    if _decimals(number) > _DECIMALS:
        return f"按{unit}计应保留 4 位小数，再细就不到一元了", "at most four decimals are asked for"
    return None


def _decimals(number: Number) -> int:
    """How many decimals a number has, without zeros at its end."""
    _, _, after = f"{Decimal(number):f}".partition(".")
    return len(after.rstrip("0"))


def check_t2_19_items(report: Report) -> Iterator[Finding]:
    """Form 2019: items of the year before + change cannot be below 0."""
    for cells in _in_row(report, "items_prior", "items_change"):
        prior, change = (number_of(report, cell) for cell in cells)
        if prior is not None and change is not None and prior + change < 0:
            sum_ = digits(prior + change)
            yield _rows_that(
                report,
                "T2-19-ITEMS",
                cells,
                f"两项相加为 {sum_}，项目数不应小于 0",
                f"together {sum_}, but a number of items cannot be below 0",
            )


def check_t2_19_disc(report: Report) -> Iterator[Finding]:
    """Form 2019: not more can be newly disclosed than is disclosed in all."""
    for cells in _in_row(report, "disclosed", "disclosed_total"):
        new, total = (number_of(report, cell) for cell in cells)
        if new is not None and total is not None and new > total:
            yield _rows_that(
                report,
                "T2-19-DISC",
                cells,
                "本年公开的多于全部公开的",
                "more were disclosed in the year than in all",
            )
