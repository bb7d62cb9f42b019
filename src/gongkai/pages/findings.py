"""What a finding means: how serious, what it proves and does not, slips, answers, all checks.

All of it comes from the checks and the vocabulary; how often is counted in the corpus.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.model import Corpus, Verdict
from gongkai.pages.frame import Page, Setting
from gongkai.pages.quality import rules
from gongkai.pages.words import SEVERITIES, check_path
from gongkai.vocabulary import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.checks.rule import Rule
    from gongkai.model import Severity
    from gongkai.vocabulary import Term

#: What the id of a check begins with, and what checks of that kind look at.
FAMILIES: dict[str, str] = {
    "T3": "表三：申请",
    "T4": "表四：复议和诉讼",
    "T2": "表二：主动公开",
    "N": "文字与表",
    "X": "与别的报告",
    "H": "上级与下级",
    "S": "结构、格式和发布",
}
#: How serious a finding is, in plain words.
MEANINGS: dict[str, str] = {
    "error": "照印出的数自相矛盾，或者不可能（合计不符，件数为负），或者该有的表没有、读不出来。总有一处不对，看不出是哪一处。",
    "warn": "多半有问题，但可能有正当的原因，例如文字说的是另一个范围，机构调整以后接不上上一年。",
    "info": "值得看一眼，不一定有错，例如一行里有的填 0、有的空着。",
}
#: What the outcome of a check says.
OUTCOMES: dict[str, str] = {
    "pass": "照印出的数字就成立。不说明数字属实。",
    "pass_blank_as_zero": "有格子空着，当作 0 才成立。空白照样写着空白。",
    "fail": "不成立。这就是一处发现。",
    "not_evaluable": "要用的格子空着、缺失、存疑或不是数字，算不了。不算通过，也不算发现。",
    "not_applicable": "这版格式没有这一格，不核对。",
}


@dataclass(frozen=True, slots=True)
class Weight:
    """A severity: its name, what it means, how many checks have it and how much was found."""

    term: Term
    meaning: str
    checks: int
    findings: int
    reports: int


@dataclass(frozen=True, slots=True)
class Family:
    """Checks that look at the same thing, each with the address of its page."""

    name: str
    checks: tuple[tuple[Rule, str, Term], ...]


def family_of(check: str) -> str:
    """What the check looks at: the part of its id before the first hyphen.

    >>> family_of("T3-ROW")
    '表三：申请'
    """
    return FAMILIES[check.partition("-")[0]]


def _weight(severity: Severity, corpus: Corpus) -> Weight:
    found = [sum(f.severity is severity for f in one.all_failures) for one in corpus.reports]
    return Weight(
        term=terms("severities")[severity],
        meaning=MEANINGS[severity],
        checks=sum(rule.severity is severity for rule in rules().values()),
        findings=sum(found),
        reports=sum(n > 0 for n in found),
    )


def _families() -> Iterator[Family]:
    severities = terms("severities")
    for name in FAMILIES.values():
        yield Family(
            name,
            tuple(
                (rule, check_path(id_), severities[rule.severity])
                for id_, rule in rules().items()
                if family_of(id_) == name
            ),
        )


def slips(corpus: Corpus) -> tuple[int, int, Counter[str]]:
    """Hints on failing sums: how many, how many leave one explanation, and the slips behind these."""
    hints = [hint for one in corpus.reports for hint in one.hints]
    decided = [hint for hint in hints if hint.decided]
    causes = Counter(str(h.suspects[0].cause) for h in decided if h.suspects[0].cause is not None)
    return len(hints), len(decided), causes


def findings_page(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """What a finding means and how an agency answers it."""
    verdicts = Counter(str(f.verdict) for one in corpus.reports for f in one.findings + one.across)
    hints, decided, causes = slips(corpus)
    yield Page(
        path="findings.md",
        title="发现是什么意思",
        template="findings.html",
        description="三种轻重各是什么意思，发现说明什么、不说明什么，机关怎样答复和更正。",
        values={
            "weights": [_weight(severity, corpus) for severity in SEVERITIES],
            "outcomes": [
                (term, OUTCOMES[name], verdicts[name]) for name, term in terms("verdicts").items()
            ],
            "counted": sum(verdicts[v] for v in Verdict),
            "causes": [(term, causes[name]) for name, term in terms("causes").items()],
            "hints": hints,
            "decided": decided,
            "families": list(_families()),
            "reports": len(corpus.reports),
            "clean": sum(not one.all_failures for one in corpus.reports),
            "checks": len(rules()),
            "issues": f"{setting.repository}/issues",
        },
    )
