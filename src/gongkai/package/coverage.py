"""What is known of each agency's report of each year: the rows of `coverage`.

Nothing is called missing that nobody looked for: `missing` comes from `content/coverage.csv`
alone. No clock is asked either: a report is not due yet where the newest date in the data lies
between the end of its year and its day. Data without dates say nothing of that. Knows the corpus
and the dates of the regulation, nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import due_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.model import Agency, Corpus, Entry, Problem, Sighting
    from gongkai.package.rows import Row

_REPORTS = "content/reports/"
#: Code, short name, year.
_FOLDER_PARTS = 3


@dataclass(frozen=True, slots=True)
class _Known:
    """What the corpus knows, by agency and year; `today` is the newest date in it."""

    held: Mapping[tuple[str, int], Entry]
    seen: Mapping[tuple[str, int], Sighting]
    broken: Mapping[tuple[str, str, int], Problem]
    today: str


def _broken(corpus: Corpus) -> dict[tuple[str, str, int], Problem]:
    """The first problem of each report folder."""
    found: dict[tuple[str, str, int], Problem] = {}
    for problem in corpus.problems:
        parts = problem.file.removeprefix(_REPORTS).split("/")[:_FOLDER_PARTS]
        if problem.file.startswith(_REPORTS) and len(parts) == _FOLDER_PARTS:
            code, slug, year = parts
            if year.isdecimal():
                found.setdefault((code, slug, int(year)), problem)
    return found


def _known(corpus: Corpus) -> _Known:
    held = {(one.entry.agency.id, one.entry.year): one.entry for one in corpus.reports}
    dates = [d for e in held.values() for d in (e.retrieved_on, e.published_on)]
    dates += [sighting.checked_on for sighting in corpus.sightings]
    return _Known(
        held,
        {(one.agency, one.year): one for one in corpus.sightings},
        _broken(corpus),
        max((date for date in dates if date is not None), default=""),
    )


def coverage_rows(corpus: Corpus) -> Iterator[Row]:
    """The rows of `coverage`: every agency in every year of which anything is known."""
    known = _known(corpus)
    years = [year for _, year in (*known.held, *known.seen)]
    for agency in sorted(corpus.agencies.values(), key=lambda a: a.id):
        for year in range(min(years, default=0), max(years, default=-1) + 1):
            entry = known.held.get((agency.id, year))
            if entry is None:
                yield agency.id, year, *_absent(agency, year, known)
            else:
                yield agency.id, year, *_held(entry, known.seen.get((agency.id, year)))


def _due(agency: Agency, year: int, scope: str = "unknown") -> str | None:
    return due_on(agency.level, agency.classification, year, scope)


def _held(entry: Entry, sighting: Sighting | None) -> Row:
    """A report we hold: late by its date, or because it was looked for in vain after its day."""
    due = _due(entry.agency, entry.year, entry.scope)
    published = entry.published_on
    if published is None and due is not None and sighting is not None:
        in_vain = sighting.status == "missing" and sighting.checked_on > due
        if in_vain:
            note = f"{sighting.checked_on}查看时还没有公布"
            return "late", None, due, sighting.checked_on, entry.source_url, note
    late = published is not None and due is not None and published > due
    status = "late" if late else "published"
    return status, published, due, entry.retrieved_on, entry.source_url, None


def _absent(agency: Agency, year: int, known: _Known) -> Row:
    due = _due(agency, year)
    sighting = known.seen.get((agency.id, year))
    if sighting is not None:
        about = (sighting.checked_on, sighting.source_url, sighting.note)
        return sighting.status, None, due, *about
    codes = (agency.adcode, *agency.former_codes)
    problem = next((p for c in codes if (p := known.broken.get((c, agency.slug, year)))), None)
    if problem is not None:
        return "unreadable", None, due, None, None, problem.message
    if not _was_there(agency, year):
        return "not_due", None, None, None, None, "这一年没有这个机关，或不在这个代码之下"
    if due is not None and str(year) < known.today[:4] and known.today <= due:
        return "not_due", None, due, None, None, f"数据到{known.today}为止，还没有到期"
    return "not_collected", None, due, None, None, None


def _was_there(agency: Agency, year: int) -> bool:
    """Whether the agency was there in that year, as far as is known."""
    spans = [(agency.valid_from, agency.valid_to)]
    if not agency.former_codes:
        spans.append((agency.region.valid_from, agency.region.valid_to))
    return all((first or year) <= year <= (last or year) for first, last in spans)
