"""Two texts that are nearly the same, side by side, with what both have marked.

Which texts are alike and which sentences belong together is the business of the checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.checks.similar import CHECK, Kind, set_side_by_side
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import compare_path, report_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.checks.similar import Passage
    from gongkai.model import Corpus, Published

#: Rows of a page; the rest of long reports is in the reports themselves.
ROWS = 400


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence as the page shows it: pieces of its text, each with whether both have it."""

    pieces: tuple[tuple[str, bool], ...]
    is_formula: bool


def _side(passage: Passage | None) -> Side | None:
    """The sentence cut where what is the same begins and ends; None for none."""
    if passage is None:
        return None
    pieces, at = [], 0
    for start, end in passage.marks:
        pieces += [(passage.text[at:start], False), (passage.text[start:end], True)]
        at = end
    pieces.append((passage.text[at:], False))
    return Side(tuple(p for p in pieces if p[0]), passage.kind is Kind.FORMULA)


def rows_of(
    left: Sequence[Passage], right: Sequence[Passage]
) -> Iterator[tuple[Side | None, Side | None]]:
    """The sentences of both, partners in one row, in the order of the left side.

    What only the right side has stands before the next of its sentences that has a partner.
    """
    alone = [n for n, passage in enumerate(right) if passage.partner is None]
    for passage in left:
        while passage.partner is not None and alone and alone[0] < passage.partner:
            yield None, _side(right[alone.pop(0)])
        yield _side(passage), _side(None if passage.partner is None else right[passage.partner])
    for number in alone:
        yield None, _side(right[number])


def _compare_page(left: Published, right: Published) -> Page:
    entries = left.entry, right.entry
    names = [f"{e.agency.name} {e.year}年" for e in entries]
    rows = list(rows_of(*set_side_by_side(left.report, right.report)))
    return Page(
        path=f"{compare_path(*(e.report_id for e in entries)).strip('/')}.md",
        title=f"文字对照：{names[0]}和{names[1]}",
        template="compare.html",
        description=f"{names[0]}和{names[1]}年度报告的正文并排，相同的地方标出。",
        values={
            "names": names,
            "links": [report_path(e) for e in entries],
            "rows": rows[:ROWS],
            "rest": max(len(rows) - ROWS, 0),
        },
    )


def compare_pages(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """A page for each two reports of which a finding says that their texts are alike."""
    known = {one.entry.report_id: one for one in corpus.reports}
    pairs = {
        tuple(sorted((one.entry.report_id, finding.elsewhere[0].report_id)))
        for one in corpus.reports
        for finding in one.failures_across
        if finding.check == CHECK
    }
    for first, second in sorted(pairs):
        yield _compare_page(known[first], known[second])
