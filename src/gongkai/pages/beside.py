"""Two reports whose texts are nearly the same, side by side, with what is the same marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.checks.similar import CHECK, Kind, Passage, set_side_by_side
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import beside_path, report_path
from gongkai.tidy import readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Corpus, Finding, Published

#: With how many others a report is shown, and how many lines; the rest is in the reports.
SHOWN = 3
LINES = 600


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence as the page shows it: its parts, each with whether it is the same in both."""

    kind: str
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: a sentence of each report that belong together, or of one alone."""

    left: Side | None
    right: Side | None


def pairs(corpus: Corpus) -> Iterator[tuple[Published, Published, Finding]]:
    """Each two reports that are shown beside each other, once, by the ids of the reports."""
    known = {one.entry.report_id: one for one in corpus.reports}
    seen: set[str] = set()
    for one in corpus.reports:
        for finding in one.failures_across:
            others = finding.elsewhere[:SHOWN] if finding.check == CHECK else ()
            for other in (known[place.report_id] for place in others):
                path = beside_path(one.entry.report_id, other.entry.report_id)
                if path not in seen:
                    seen.add(path)
                    first, second = sorted((one, other), key=lambda p: p.entry.report_id)
                    yield first, second, finding


def _side(passage: Passage) -> Side:
    """The passage cut at its marks, readable."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in passage.marks:
        parts += [(passage.text[at:start], False), (passage.text[start:end], True)]
        at = end
    parts.append((passage.text[at:], False))
    return Side(str(passage.kind), tuple((readable(text), same) for text, same in parts if text))


def lines_of(left: Sequence[Passage], right: Sequence[Passage]) -> Iterator[Line]:
    """Both texts from top to bottom: in the order of the left, partners beside each other.

    What only the right has stands before the next sentence that has a partner behind it.
    """
    alone = [number for number, passage in enumerate(right) if passage.partner is None]
    for passage in left:
        while passage.partner is not None and alone and alone[0] < passage.partner:
            yield Line(None, _side(right[alone.pop(0)]))
        partner = None if passage.partner is None else _side(right[passage.partner])
        yield Line(_side(passage), partner)
    for number in alone:
        yield Line(None, _side(right[number]))


def beside_pages(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """A page for each two reports that are nearly the same."""
    for first, second, finding in pairs(corpus):
        left, right = set_side_by_side(first.report, second.report)
        lines = list(lines_of(left, right))
        same = sum(passage.kind is Kind.SAME for passage in left)
        yield Page(
            path=f"{beside_path(first.entry.report_id, second.entry.report_id).strip('/')}.md",
            title=f"并排：{_name(first)}与{_name(second)}",
            template="beside.html",
            description="两份报告的文字并排，相同的地方已标出。",
            values={
                "reports": [(_name(one), report_path(one.entry)) for one in (first, second)],
                "finding": finding,
                "lines": lines[:LINES],
                "rest": max(len(lines) - LINES, 0),
                "same": same,
                "sentences": [
                    sum(p.kind is not Kind.FORMULA for p in side) for side in (left, right)
                ],
            },
        )


def _name(one: Published) -> str:
    return f"{one.entry.agency.name} {one.entry.year}年"
