"""The issue list of the whole corpus: findings grouped by report and check, and counted.

A check that fails in many rows of a report is one issue with its count and an example. A count
always has its denominator: how many reports were checked. Nothing here ranks agencies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gongkai.checks import CHECKS, CORPUS_CHECKS
from gongkai.model import Finding, Published, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gongkai.checks import Rule
    from gongkai.model import Corpus
    from gongkai.package.rows import Row

#: From worst to mildest.
_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Issue:
    """What one check found in one report; `findings` has at least one member."""

    published: Published
    rule: Rule
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """That of the worst finding."""
        return min((f.severity for f in self.findings), key=_ORDER.index)

    @property
    def others(self) -> tuple[str, ...]:
        """The ids of other reports that the findings speak of."""
        return tuple(dict.fromkeys(place.report_id for f in self.findings for place in f.elsewhere))


def _rank(issue: Issue) -> tuple[int, int]:
    """From worst to mildest, then in the order of the checks."""
    return _ORDER.index(issue.severity), list(_rules()).index(issue.rule.id)


@cache
def _rules() -> dict[str, Rule]:
    return {**CHECKS, **CORPUS_CHECKS}


def issues_of(one: Published) -> list[Issue]:
    """What was found in a report, check by check: the worst first, then in the checks' order."""
    grouped: dict[str, list[Finding]] = {}
    for finding in one.all_failures:
        grouped.setdefault(finding.check, []).append(finding)
    found = [Issue(one, _rules()[name], tuple(members)) for name, members in grouped.items()]
    return sorted(found, key=_rank)


def issues(corpus: Corpus) -> list[Issue]:
    """All issues: the worst first, then by check in its order, newest year, report id."""
    found = [issue for one in corpus.reports for issue in issues_of(one)]
    return sorted(
        found,
        key=lambda i: (*_rank(i), -i.published.entry.year, i.published.entry.report_id),
    )


def issue_row(issue: Issue) -> Row:
    """The row of `issues`; the message and the arithmetic are those of the first finding."""
    entry, first = issue.published.entry, issue.findings[0]
    return (
        entry.report_id,
        entry.agency.id,
        entry.agency.name,
        entry.agency.region.id,
        entry.agency.region.name,
        entry.year,
        issue.rule.id,
        issue.rule.title,
        str(issue.severity),
        len(issue.findings),
        first.message,
        first.message_en,
        first.expression,
        " ".join(issue.others),
    )


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How much was found in a group of reports; `reports` is the denominator.

    `dimension` is what the reports are grouped by: check, agency, region or year.
    """

    dimension: str
    id: str
    name: str
    reports: int
    reports_with_findings: int
    errors: int
    warnings: int
    notes: int

    def row(self) -> Row:
        """The row of `issue_counts`."""
        return (
            self.dimension,
            self.id,
            self.name,
            self.reports,
            self.reports_with_findings,
            self.errors,
            self.warnings,
            self.notes,
        )


def issue_counts(corpus: Corpus, found: Sequence[Issue]) -> Iterator[IssueCount]:
    """The issues by check, agency, region and year; groups without any are there too.

    A report counts for its own region, not for the regions above it: what is known of a region
    depends on which of its bodies are collected. For a check all reports are the denominator.
    """
    by_check: dict[str, list[Issue]] = {name: [] for name in _rules()}
    for issue in found:
        by_check[issue.rule.id].append(issue)
    for name, rule in _rules().items():
        yield _count(("check", name, rule.title), len(corpus.reports), by_check[name])
    for dimension, group_of in _GROUPS.items():
        reports = Counter(group_of(one) for one in corpus.reports)
        members: dict[tuple[str, str], list[Issue]] = {}
        for issue in found:
            members.setdefault(group_of(issue.published), []).append(issue)
        for group in sorted(reports):
            yield _count((dimension, *group), reports[group], members.get(group, []))


def _agency(one: Published) -> tuple[str, str]:
    return one.entry.agency.id, one.entry.agency.name


def _region(one: Published) -> tuple[str, str]:
    return one.entry.agency.region.id, one.entry.agency.region.name


def _year(one: Published) -> tuple[str, str]:
    return str(one.entry.year), f"{one.entry.year}年"


#: Dimension → the id and the name of the group that a report belongs to.
_GROUPS: dict[str, Callable[[Published], tuple[str, str]]] = {
    "agency": _agency,
    "region": _region,
    "year": _year,
}


def _count(group: tuple[str, str, str], reports: int, found: Sequence[Issue]) -> IssueCount:
    severities: Counter[Severity] = Counter()
    for issue in found:
        severities.update(f.severity for f in issue.findings)
    return IssueCount(
        *group,
        reports=reports,
        reports_with_findings=len({issue.published.entry.report_id for issue in found}),
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARN],
        notes=severities[Severity.INFO],
    )
