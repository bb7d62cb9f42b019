"""Error localisation: hints at the cells that may be wrong where sums of a report fail.

A hint says with which numbers all failing sums would hold and which slip may lie behind it. It is
a guess, worded as one, and never applied. Where several explanations fit, or none of at most two
cells does, it says that the place cannot be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.checks.causes import explained, is_total
from gongkai.checks.cells import digits, printed, printed_en, quoted, spot, value_of
from gongkai.checks.search import explanations
from gongkai.checks.sheet import Sheet, sheets
from gongkai.forms import forms
from gongkai.model import Cause, Hint, RemarkKind, Suspect
from gongkai.vocabulary import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Change, Finding, Identity, Report

# So many explanations are listed as data and told in words, and so many cells of one are named.
_LISTED = 10
_TOLD = 3
_CAUSES = tuple(Cause)


def localise(report: Report, findings: Iterable[Finding]) -> tuple[Hint, ...]:
    """Hints at what may lie behind the failing sums of a report, one for sums that share cells.

    Args:
        report: the report.
        findings: what the checks found in it.
    """
    failures = [finding for finding in findings if finding.fails]
    families = {identity.family for form in forms() for identity in form.identities}
    misread = any(remark.kind is RemarkKind.LIKELY_MISREADING for remark in report.remarks)
    if not misread and not any(finding.check in families for finding in failures):
        return ()
    return tuple(
        _hint(report, sheet, failing, failures)
        for sheet in sheets(report)
        if (failing := sheet.failing())
    )


def _hint(
    report: Report, sheet: Sheet, failing: Sequence[Identity], failures: Iterable[Finding]
) -> Hint:
    suspects = _suspects(sheet, failing)
    misread = [f.instance for f in failures if f.cells and sheet.doubtful.issuperset(f.cells)]
    message, message_en = _words(report, sheet, suspects, failing)
    return Hint(
        instances=(*(identity.id for identity in failing), *misread),
        suspects=tuple(suspects[:_LISTED]),
        count=len(suspects),
        message=message,
        message_en=message_en,
    )


def _suspects(sheet: Sheet, failing: Sequence[Identity]) -> list[Suspect]:
    """The smallest explanations, the most plausible first."""
    found = [
        Suspect(explained(sheet, numbers, cause)) for numbers, cause in explanations(sheet, failing)
    ]
    return sorted(found, key=lambda suspect: _implausibility(sheet, suspect))


def _implausibility(sheet: Sheet, suspect: Suspect) -> tuple[int, ...]:
    """A key to sort by: doubtful readings first, then telling causes, totals, and figures."""
    causes = [_CAUSES.index(c.cause) if c.cause else len(_CAUSES) for c in suspect.changes]
    first = suspect.changes[0]
    return (not suspect.doubtful, max(causes), not is_total(sheet, first.cell), not first.printed)


def _words(
    report: Report, sheet: Sheet, suspects: Sequence[Suspect], failing: Sequence[Identity]
) -> tuple[str, str]:
    """The hint in Chinese and in English."""
    many = len(failing)
    sums, sums_en = (
        (f"这 {many} 项勾稽", f"these {many} sums") if many > 1 else ("这项勾稽", "this sum")
    )
    caution, caution_en = _caution(report, sheet, suspects, failing)
    if len(suspects) == 1:
        zh, en = _told(report, suspects[0])
        return (
            f"推测：若{zh}，{sums}就成立；没有同样少的别的改法。{caution}",
            f"A guess: {en}, and {sums_en} would hold; no other change is as small.{caution_en}",
        )
    if not suspects:
        return (
            f"推测：看不出错在哪一格，只改一两格不能使{sums}成立。{caution}",
            f"A guess: the place cannot be told, no one or two cells make {sums_en} hold.{caution_en}",
        )
    worth = suspects if len(suspects) <= _LISTED else [s for s in suspects if s.cause or s.doubtful]
    told = [_told(report, suspect) for suspect in worth[:_TOLD]]
    zh = f"：{'；或'.join(zh for zh, _ in told)}" if told else ""
    en = f": {'; or '.join(en for _, en in told)}" if told else ""
    dots, dots_en = ("等", " and so on") if told and len(told) < len(suspects) else ("", "")
    return (
        f"推测：断定不了错在哪一格，有 {len(suspects)} 种改法都能使{sums}成立{zh}{dots}。{caution}",
        f"A guess: the place cannot be told, {len(suspects)} changes make {sums_en} hold{en}{dots_en}."
        + caution_en,
    )


def _caution(
    report: Report, sheet: Sheet, suspects: Sequence[Suspect], failing: Sequence[Identity]
) -> tuple[str, str]:
    """A word on readings: uncertain ones among the cells of the sums, or a recognised figure."""
    concerned = {cell for identity in failing for cell in identity.left + identity.right}
    if concerned & sheet.doubtful:
        return (
            "其中有的数读得没有把握，很可能是识读有误，不是机关填错，请对照原件核实。",
            " A figure among them was read without certainty: likely misread, not the agency's slip.",
        )
    cells = [change.cell for suspect in suspects for change in suspect.changes]
    if any(value_of(report, cell).confidence is not None for cell in cells):
        return (
            "数字是从图片识别的，请先对照原件核实有没有认错。",
            " The figures were recognised from a picture: look at the original first.",
        )
    return "", ""


def _told(report: Report, suspect: Suspect) -> tuple[str, str]:
    """An explanation in words."""
    changes = [_changed(report, change) for change in suspect.changes[:_TOLD]]
    more = len(suspect.changes) - len(changes)
    zh, en = "、".join(z for z, _ in changes), ", ".join(e for _, e in changes)
    because, because_en = _because(suspect)
    return (
        f"把{zh}{f'等 {len(suspect.changes)} 格' if more else ''}{because}",
        f"change {en}{f' and {more} more cells' if more else ''}{because_en}",
    )


def _changed(report: Report, change: Change) -> tuple[str, str]:
    value = value_of(report, change.cell)
    was, was_en = (
        (quoted(value.raw), quoted(value.raw))
        if change.doubtful
        else (printed(value), printed_en(value))
    )
    where, where_en = spot(report, change.cell)
    number = digits(change.value)
    return f"{where}的 {was} 改为 {number}", f"{where_en}, from {was_en} to {number}"


def _because(suspect: Suspect) -> tuple[str, str]:
    """The likely causes, in brackets."""
    causes = dict.fromkeys(change.cause for change in suspect.changes if change.cause)
    if not causes:
        return "", ""
    found = [terms("causes")[cause] for cause in causes]
    zh, en = "、".join(t.label for t in found), ", ".join(t.label_en for t in found)
    return f"（可能是{zh}）", f" (perhaps {en})"
