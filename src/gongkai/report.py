"""One report, from its file to what is found in it: the part of the line that workers do.

It calls the steps in their order and knows no folder of packages and no site. `line` runs these
functions in worker processes; called directly they run here, without bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks import check, localise
from gongkai.correct import CorrectionError, correct, load_corrections
from gongkai.model import Entry, Problem, Published, Report
from gongkai.parse import parse
from gongkai.privacy import masked_text, masks_of, private_places
from gongkai.read import ReadError, read
from gongkai.tidy import tidy

if TYPE_CHECKING:
    from pathlib import Path


def read_report(path: Path, name: str | None = None, entry: Entry | None = None) -> Report:
    """One file, read and understood.

    Raises:
        ReadError: if the file cannot be read.
    """
    return parse(tidy(read(path, name)), entry)


def examine(path: Path) -> Published:
    """One bare file with everything that is found in it.

    Raises:
        ReadError: if the file cannot be read.
    """
    report = read_report(path)
    findings = check(report)
    return Published(report, findings, hints=localise(report, findings))


def publish(entry: Entry, root: Path) -> Published | Problem:
    """One folder of `content/`; a Problem where nothing of it can be published."""
    try:
        document = read(root / entry.original, entry.original)
        report = parse(tidy(document), entry)
        report = correct(report, load_corrections(root / entry.folder))
    except (ReadError, CorrectionError) as error:
        return error.problem
    findings = check(report)
    blocking = [finding for finding in findings if finding.blocks]
    if blocking:
        return Problem(
            "not_trusted",
            entry.original,
            f"读取结果不可信，未发布：{masked_text(blocking[0].message).rstrip('。')}",
            "请核对原件是否完整、是否为年度报告，必要时换一种格式再提交",
        )
    return Published(
        report,
        findings,
        hints=localise(report, findings),
        private=private_places(document),
        masks=masks_of(report),
    )
