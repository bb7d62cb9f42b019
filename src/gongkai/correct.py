"""Declared mends of our reading of a cell: a scan's wrong glyph, a table cut in two.

A correction never changes an agency's number. It is guarded: it names what is read without it,
and fails where that is not so, so that it cannot outlive the reader's fault it was made for.
How a correction is written is said in `entry.CorrectionsToml`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.entry import CORRECTIONS_TOML, CorrectionsToml, EntryError, read_toml
from gongkai.model import CellId, Correction, Problem, RemarkKind
from gongkai.parse import read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gongkai.model import Remark, Report, Value

# content/reports/<adcode>/<agency>/<year>
_FOLDER_DEPTH = 5


class CorrectionError(Exception):
    """A correction that cannot be read or does not apply. `problem` says what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def load_corrections(folder: Path) -> tuple[Correction, ...]:
    """The corrections of a report's folder, in the order of the file; none without a file.

    Args:
        folder: the report's folder; messages name its last parts, from `content` on.

    Raises:
        CorrectionError: if the file is malformed or corrects a cell twice.
    """
    path = folder / CORRECTIONS_TOML
    if not path.exists() and not path.is_symlink():
        return ()
    file = "/".join((*folder.parts[-_FOLDER_DEPTH:], CORRECTIONS_TOML))
    try:
        written = read_toml(path, file, CorrectionsToml)
    except EntryError as error:
        raise CorrectionError(error.problem) from error
    out: dict[CellId, Correction] = {}
    for row in written.correction:
        cell = CellId(*row.cell.split("/"))
        if cell in out:
            raise CorrectionError(
                Problem("correction_double", file, "同一格更正了两次", "只留一处", row.cell)
            )
        out[cell] = Correction(cell, row.expect, row.value, row.reason)
    return tuple(out.values())


def correct(report: Report, corrections: Sequence[Correction]) -> Report:
    """The report with the corrected cells; each correction is named in its warnings.

    Raises:
        CorrectionError: if a cell is unknown, its reading is not the expected one, or it is
            read as the correction wants without it.
    """
    if not corrections:
        return report
    values = dict(report.values)
    warnings = list(report.warnings)
    for correction in corrections:
        current = values.get(correction.cell)
        if current is None:
            raise _error(report, correction, "unknown", "报告里没有这一格", "改正格子的编号")
        values[correction.cell] = _corrected(report, correction, current)
        warnings.append(
            f"已更正识读：{correction.cell} 由“{correction.expect}”改为“{correction.value}”"
            f"（{correction.reason}）"
        )
    return replace(
        report,
        values=values,
        remarks=tuple(_settled(report.remarks, {c.cell for c in corrections})),
        warnings=tuple(warnings),
    )


def _corrected(report: Report, correction: Correction, current: Value) -> Value:
    wanted = replace(read_number(correction.value), locus=current.locus)
    if _alike(current, wanted):
        message = "不更正也已读作所要的值，更正不再需要"
        raise _error(report, correction, "needless", message, "删去这一处更正")
    readings = (current.raw.strip(), current.status.value)
    if correction.expect.strip() not in readings:
        message = f"现在读作“{readings[0]}”（{readings[1]}），不是所写的“{correction.expect}”"
        raise _error(report, correction, "mismatch", message, "对照原件，改正 expect 或删去更正")
    return wanted


def _alike(one: Value, other: Value) -> bool:
    """Whether two values read the same; marks and words must be the same marks and words."""
    if (one.number, one.status) != (other.number, other.status):
        return False
    return one.number is not None or one.raw.strip() == other.raw.strip()


def _settled(remarks: Iterable[Remark], cells: set[CellId]) -> Iterable[Remark]:
    """The remarks without doubts that a correction has settled."""
    for remark in remarks:
        if remark.kind is not RemarkKind.AMBIGUOUS_COLUMN:
            yield remark
            continue
        left = tuple(cell for cell in remark.cells if cell not in cells)
        if left or not remark.cells:
            yield replace(remark, cells=left)


def _error(
    report: Report, correction: Correction, code: str, message: str, remedy: str
) -> CorrectionError:
    folder = report.entry.folder if report.entry is not None else report.source.name
    return CorrectionError(
        Problem(
            f"correction_{code}",
            f"{folder}/{CORRECTIONS_TOML}",
            message,
            remedy,
            str(correction.cell),
        )
    )
