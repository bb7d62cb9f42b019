"""The checks: one function a rule, from a report to findings.

To add a check: a generator function in the module of its table, its words in `texts.toml`, a
line in `CHECKS` (one report) or `CORPUS_CHECKS` (all reports), a row in `docs/checks.md` or
`docs/comparing.md`, and a good and a bad case in `tests/checks/`. A check that does not apply
yields nothing; the sums and the claims of the text yield every verdict, all other checks only
what is wrong. No check changes a number. `localise` guesses at the cells behind sums that fail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.checks import (
    alignment,
    hierarchy,
    marks,
    narrative,
    publication,
    sections,
    similar,
    structure,
    sums,
    table2,
    table3,
    table4,
    years,
)
from gongkai.checks.localise import localise
from gongkai.checks.rule import Check, CorpusCheck, Rule, make_checks, make_corpus_checks

if TYPE_CHECKING:
    from gongkai.model import Corpus, Finding, Report

__all__ = [
    "CHECKS",
    "CORPUS_CHECKS",
    "Check",
    "CorpusCheck",
    "Rule",
    "check",
    "check_corpus",
    "compared",
    "localise",
]

#: Checks of one report, in the order in which they run.
CHECKS: dict[str, Check] = make_checks(
    {
        "T3-BAL": sums.check_t3_bal,
        "T3-SUM": sums.check_t3_sum,
        "T3-ROW": sums.check_t3_row,
        "T4-SUM": sums.check_t4_sum,
        "T3-NEG": table3.check_t3_neg,
        "T3-ZEROTOTAL": table3.check_t3_zero_total,
        "T3-ALLBLANK": table3.check_t3_all_blank,
        "T3-MIX": table3.check_t3_mix,
        "T4-NEG": table4.check_t4_neg,
        "T4-ALLBLANK": table4.check_t4_all_blank,
        "T2-NEG": table2.check_t2_neg,
        "T2-IMPLIED": table2.check_t2_implied,
        "T2-ISSUED-GT-STOCK": table2.check_t2_issued_gt_stock,
        "T2-REG-POWER": table2.check_t2_reg_power,
        "T2-FEE-DEC": table2.check_t2_fee_dec,
        "T2-19-ITEMS": table2.check_t2_19_items,
        "T2-19-DISC": table2.check_t2_19_disc,
        "S-01": structure.check_s_01,
        "S-02": structure.check_s_02,
        "S-03": structure.check_s_03,
        "S-04": structure.check_s_04,
        "S-05": structure.check_s_05,
        "S-06": alignment.check_s_06,
        "S-07": structure.check_s_07,
        "S-08": alignment.check_s_08,
        "S-09": alignment.check_s_09,
        "S-10": marks.check_s_10,
        "S-11": sections.check_s_11,
        "S-12": sections.check_s_12,
        "S-13": sections.check_s_13,
        "S-14": sections.check_s_14,
        "S-15": structure.check_s_15,
        "S-17": sections.check_s_17,
        "S-18": publication.check_s_18,
        "S-21": structure.check_s_21,
        "S-22": marks.check_s_22,
        **narrative.NARRATIVE,
    }
)

#: Checks that need other reports (the years of an agency, the agencies of a region).
CORPUS_CHECKS: dict[str, CorpusCheck] = make_corpus_checks(
    {
        "X-CARRY": years.check_x_carry,
        "X-STOCK": years.check_x_stock,
        "X-19-ITEMS": years.check_x_19_items,
        "X-COPY": years.check_x_copy,
        "X-JUMP": years.check_x_jump,
        "X-GAP": years.check_x_gap,
        "S-16": similar.check_s_16,
        "H-SUM": hierarchy.check_h_sum,
    }
)


def check(report: Report) -> tuple[Finding, ...]:
    """All that the checks find in a report, in the order of `CHECKS` and of print."""
    return tuple(found for one in CHECKS.values() for found in one.function(report))


def check_corpus(corpus: Corpus) -> dict[str, tuple[Finding, ...]]:
    """What only all reports together show, by report id; every report has its key.

    The findings of a report come in the order of `CORPUS_CHECKS`.
    """
    found: dict[str, list[Finding]] = {p.entry.report_id: [] for p in corpus.reports}
    for one in CORPUS_CHECKS.values():
        for report_id, finding in one.function(corpus):
            found[report_id].append(finding)
    return {report_id: tuple(findings) for report_id, findings in found.items()}


def compared(corpus: Corpus) -> Corpus:
    """The corpus with what `check_corpus` finds in `across` of each report."""
    found = check_corpus(corpus)
    reports = tuple(replace(p, across=found[p.entry.report_id]) for p in corpus.reports)
    return replace(corpus, reports=reports)
