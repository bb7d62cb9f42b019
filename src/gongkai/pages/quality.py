"""What the checks found, worst first, and a page for each check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_dataset, describe_part
from gongkai.checks import CHECKS, CORPUS_CHECKS
from gongkai.model import Corpus, Finding, Published, Verdict
from gongkai.package import Issue, issue_counts, issues
from gongkai.pages.frame import Page, Setting
from gongkai.pages.report import anchored
from gongkai.pages.rows import RATE_LEAST
from gongkai.pages.words import SEVERITIES, check_path, name_of, report_path, share_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.checks.rule import Rule

#: How many findings a page shows; all of them are in `issues.csv` and `findings.csv`.
SHOWN_LIMIT = 200
EXAMPLES = 3
#: What the counts are shown by, with their heads.
COUNTED: dict[str, str] = {"year": "年份", "region": "地区"}


@dataclass(frozen=True, slots=True)
class Case:
    """A finding with the report it is in."""

    agency: str
    year: int
    url: str
    message: str
    expression: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What a check found in the whole corpus."""

    rule: Rule
    url: str
    severity: str
    severity_word: str
    cases: tuple[Case, ...]
    reports: int
    unsure: int
    blanks: int


def rules() -> dict[str, Rule]:
    """All checks by id, those of one report and those of the corpus."""
    return {**CHECKS, **CORPUS_CHECKS}


def _case(one: Published, finding: Finding, anchor: str) -> Case:
    return Case(
        agency=one.entry.agency.name,
        year=one.entry.year,
        url=f"{report_path(one.entry)}#{anchor}",
        message=finding.message,
        expression=finding.expression,
    )


def tallies(corpus: Corpus) -> list[Tally]:
    """What each check found: the worst kind first, then the most frequent."""
    cases: dict[str, list[Case]] = {name: [] for name in rules()}
    verdicts: dict[str, list[Verdict]] = {name: [] for name in rules()}
    for one in corpus.reports:
        for finding, anchor in anchored(one.all_failures):
            cases.setdefault(finding.check, []).append(_case(one, finding, anchor))
        for finding in one.findings + one.across:
            verdicts.setdefault(finding.check, []).append(finding.verdict)
    out = [
        Tally(
            rule=rule,
            url=check_path(name),
            severity=str(rule.severity),
            severity_word=name_of("severities", rule.severity),
            cases=tuple(cases[name]),
            reports=len({case.url.partition("#")[0] for case in cases[name]}),
            unsure=verdicts[name].count(Verdict.NOT_EVALUABLE),
            blanks=verdicts[name].count(Verdict.PASS_BLANK_AS_ZERO),
        )
        for name, rule in rules().items()
    ]
    out.sort(key=lambda t: (SEVERITIES.index(t.rule.severity), -len(t.cases)))
    return out


@dataclass(frozen=True, slots=True)
class IssueLine:
    """An issue as the list shows it."""

    severity: str
    severity_word: str
    agency: str
    year: int
    url: str
    check: str
    check_url: str
    title: str
    count: int
    message: str


def issue_line(issue: Issue) -> IssueLine:
    """A row of the issue list, with the first finding as its example."""
    entry = issue.published.entry
    return IssueLine(
        severity=str(issue.severity),
        severity_word=name_of("severities", issue.severity),
        agency=entry.agency.name,
        year=entry.year,
        url=f"{report_path(entry)}#findings",
        check=issue.rule.id,
        check_url=check_path(issue.rule.id),
        title=issue.rule.title,
        count=len(issue.findings),
        message=issue.findings[0].message,
    )


def share(part: int, whole: int) -> str:
    """A share in per cent where there are enough cases for one.

    >>> share(15, 60), share(2, 8)
    ('25.0%', '不足30份，不算比率')
    """
    if whole < RATE_LEAST:
        return f"不足{RATE_LEAST}份，不算比率"
    return share_words(part, whole)


def quality_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page on quality and a page for each check."""
    whole = describe_dataset(corpus, setting.site_url)
    found = tallies(corpus)
    listed = issues(corpus)
    counts = list(issue_counts(corpus, listed))
    verdicts = [f.verdict for one in corpus.reports for f in one.findings + one.across]
    yield Page(
        path="quality/index.md",
        title="质量",
        template="quality.html",
        description="核对发现了什么：最重的在前，按规则归类。",
        values={
            "groups": [
                (
                    name_of("severities", s),
                    str(s),
                    [t for t in found if t.rule.severity is s and t.cases],
                )
                for s in SEVERITIES
            ],
            "issues": [issue_line(issue) for issue in listed[:SHOWN_LIMIT]],
            "total": len(listed),
            "limit": SHOWN_LIMIT,
            "severities": {str(s): name_of("severities", s) for s in SEVERITIES},
            "counts": [
                (dimension, head, [c for c in counts if c.dimension == dimension][:SHOWN_LIMIT])
                for dimension, head in COUNTED.items()
            ],
            "share": share,
            "silent": [t for t in found if not t.cases],
            "verdicts": {str(v): verdicts.count(v) for v in Verdict},
            "problems": corpus.problems,
            "examples": EXAMPLES,
            "reports": len(corpus.reports),
            "cited": cite(describe_part(whole, "quality", "核对结果", corpus.reports)),
        },
    )
    for tally in found:
        yield Page(
            path=f"{tally.url.strip('/')}.md",
            title=f"{tally.rule.id} {tally.rule.title}",
            template="check.html",
            description=tally.rule.title,
            values={
                "tally": tally,
                "limit": SHOWN_LIMIT,
                "reports": len(corpus.reports),
                "share": share(tally.reports, len(corpus.reports)),
            },
        )
