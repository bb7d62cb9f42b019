"""What was noticed when figures were put under their labels: S-06, S-08 and S-09.

The parser notes; here it becomes a finding. Nothing is decided anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.checks.cells import (
    cells_of,
    column_name,
    place_of,
    quoted,
    row_place,
    rows_of,
    table_name,
    tables_of,
    value_of,
    variable_of,
)
from gongkai.checks.rule import Place, fail
from gongkai.model import RemarkKind, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from gongkai.model import CellId, Finding, Remark, Report

# Kind → (severity or None for the check's own, what it means, the same in English).
_ROWS: dict[RemarkKind, tuple[Severity | None, str, str]] = {
    RemarkKind.UNKNOWN_LABEL: (
        None,
        "有一行的行名不在规定的格式里，行中数字没有采用",
        "a row has a label that the form does not know; its figures are not used",
    ),
    RemarkKind.DUPLICATE_ROW: (
        None,
        "同一行出现了不止一次，数字不同的格不采用",
        "a row stands there more than once; cells that differ are not used",
    ),
    RemarkKind.STRAY_FIGURE: (
        None,
        "行名之前有一个多余的数字或符号，不属于任何一栏，没有采用",
        "a figure stands before the label, outside the columns; it is not used",
    ),
    RemarkKind.CUT_HEADER: (
        Severity.INFO,
        "表头不完整，按栏目的个数和次序对应",
        "the head is cut; columns are taken by their number and order",
    ),
    RemarkKind.DAMAGED_LABEL: (
        Severity.INFO,
        "行名与格式略有出入，按最接近的一项对应",
        "a label differs a little from the form; the nearest is taken",
    ),
    RemarkKind.TABLE_IN_WORDS: (
        Severity.INFO,
        "没有填表，以文字说明代替，没有数字可提取",
        "a sentence stands for the table; there are no figures",
    ),
}
_COLUMNS: dict[RemarkKind, tuple[str, str]] = {
    RemarkKind.SURPLUS: (
        "数字比栏多；怎样取舍都一样的照录，不一样的标为“存疑”",
        "more figures than columns; what reads alike in every way is kept",
    ),
    RemarkKind.AMBIGUOUS_COLUMN: (
        "看不出数字属于哪一栏，标为“存疑”，不采用",
        "the columns of the figures are uncertain; they are not used",
    ),
    RemarkKind.UNCLEAR_FIGURE: (
        "读得没有把握（字迹识别不清，或文件在此中断），又没有等式可以印证，标为“存疑”，不采用",
        "the figure is uncertain (recognition, or the file ends here) and no sum confirms it; it is not used",
    ),
    RemarkKind.LIKELY_MISREADING: (
        "读得没有把握（字迹识别不清，或文件在此中断），照此等式不成立，很可能读错了，标为“存疑”，不采用",
        "the figure is uncertain (recognition, or the file ends here) and a sum fails with it: a misreading is likely",
    ),
    RemarkKind.DISPLACED_LABEL: (
        "行名移到了别的栏；按行名对应，数字照录",
        "the label stands in another column; the row is taken by its label",
    ),
}


def check_s_06(report: Report) -> Iterator[Finding]:
    """Rows are missing, doubled or unknown; figures stand outside the rows."""
    for table in tables_of(report):
        missing = [c for c in cells_of(report, table) if _is(report, c, Status.MISSING)]
        if missing:
            yield _missing(report, table, missing)
    for about, remark in _numbered(report, _ROWS):
        severity, zh, en = _ROWS[remark.kind]
        made = _remarked("S-06", about, remark, (zh, en), report)
        yield made if severity is None else replace(made, severity=severity)


def _missing(report: Report, table: str, cells: Sequence[CellId]) -> Finding:
    zh, en = table_name(table)
    return fail(
        "S-06",
        f"{table}-missing",
        f"{zh}缺 {len(cells)} 格：{_places(report, cells)}。",
        f"{len(cells)} cells of the {en} are missing.",
        place_of(report, cells),
    )


def _places(report: Report, cells: Sequence[CellId]) -> str:
    """The cells by row; columns are named where not the whole row is meant."""
    names = []
    for row, whole in rows_of(report, cells[0].table).items():
        some = [cell for cell in cells if cell.row == row]
        if some:
            columns = "、".join(column_name(variable_of(report, c).column) for c in some)
            name, _ = row_place(report, some[0])
            names.append(name + ("" if len(some) == len(whole) else f"（{columns}）"))
    return "、".join(names)


def check_s_08(report: Report) -> Iterator[Finding]:
    """More or fewer figures than columns, or a label in another column."""
    for about, remark in _numbered(report, _COLUMNS):
        yield _remarked("S-08", about, remark, _COLUMNS[remark.kind], report)
    explained = {cell for remark in report.remarks for cell in remark.cells}
    for table in tables_of(report):
        doubtful = [c for c in cells_of(report, table) if _is(report, c, Status.AMBIGUOUS)]
        rest = [cell for cell in doubtful if cell not in explained]
        if rest:
            zh, en = table_name(table)
            yield fail(
                "S-08",
                f"{table}-uncertain",
                f"{zh}有 {len(rest)} 格存疑：{_places(report, rest)}。",
                f"{len(rest)} cells of the {en} are uncertain.",
                place_of(report, rest),
            )


def check_s_09(report: Report) -> Iterator[Finding]:
    """Words stand where a number belongs."""
    for table in tables_of(report):
        for row, cells in rows_of(report, table).items():
            words = [c for c in cells if _is(report, c, Status.TEXT)]
            if words:
                raws = dict.fromkeys(quoted(value_of(report, c).raw) for c in words)
                yield fail(
                    "S-09",
                    f"{table}-{row}",
                    f"{_places(report, words)}写的不是数字：{'、'.join(raws)}。",
                    f"No number in {row_place(report, words[0])[1]}: {', '.join(raws)}.",
                    place_of(report, words),
                )


def _is(report: Report, cell: CellId, status: Status) -> bool:
    return value_of(report, cell).status is status


def _numbered(
    report: Report,
    kinds: Container[RemarkKind],
) -> Iterator[tuple[str, Remark]]:
    """The remarks of these kinds with a name each: table, kind, and the how-manieth."""
    seen: Counter[str] = Counter()
    for remark in report.remarks:
        if remark.kind in kinds:
            name = f"{remark.table}-{remark.kind.value}"
            seen[name] += 1
            yield f"{name}-{seen[name]}", remark


def _remarked(
    check: str, about: str, remark: Remark, words: tuple[str, str], report: Report
) -> Finding:
    zh, en = words
    name, name_en = table_name(remark.table)
    cells = tuple(cell for cell in remark.cells if cell in report.values)
    if len({cell.row for cell in cells}) == 1:
        row, row_en = row_place(report, cells[0])
        name, name_en = f"{name}{row}", f"{name_en}, {row_en}"
    return fail(
        check,
        about,
        f"{name}：{zh}。此处是{quoted(remark.raw)}。",
        f"{name_en}: {en}. Here: {quoted(remark.raw)}.",
        Place(remark.locus, cells),
    )
