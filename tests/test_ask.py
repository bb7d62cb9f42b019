"""The ready questions in SQL against figures counted here, and the page without its engine."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any

import make
import pytest

import invented
from gongkai import pages
from gongkai.model import Corpus, Published, Status, Verdict
from gongkai.package import RESOURCES
from gongkai.package.sqlite import columns_of_database, write_sqlite
from gongkai.package.store import store
from gongkai.pages import Setting
from gongkai.pages.ask import QUESTIONS, WHOLE, questions
from invented import ABSENT, BLANK, BROKEN, DOUBT, SLASH, SWAPPED, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gongkai.model import CellId

RECEIVED, GRANTED, CLOSED = (request(row) for row in ("received", "granted", "processed_total"))
FILE = {
    "path": "gongkai.sqlite",
    "title": "SQLite",
    "bytes": 1_100_000,
    "sha256": "0" * 64,
    "mediatype": "application/vnd.sqlite3",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Invented places, with what is planted in them."""
    return invented.corpus()


@pytest.fixture(scope="module")
def base(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The corpus as a database."""
    folder = tmp_path_factory.mktemp("ask")
    write_sqlite(store(corpus, folder / "all", folder / "years"), folder / "base.sqlite")
    with closing(sqlite3.connect(folder / "base.sqlite")) as made:
        yield made


def asked(base: sqlite3.Connection, corpus: Corpus, name: str) -> list[tuple[Any, ...]]:
    """The answer to a ready question."""
    (question,) = (q for q in questions(corpus) if q.id == name)
    return base.execute(question.sql).fetchall()


def grouped(corpus: Corpus) -> dict[tuple[int, str], list[Published]]:
    """The reports of each year and scope."""
    out = defaultdict(list)
    for one in corpus.reports:
        out[one.entry.year, one.entry.scope].append(one)
    return dict(sorted(out.items()))


def number(one: Published, cell: CellId) -> Any:
    """The figure of a cell, or None where none is printed."""
    return one.report.values[cell].number


def test_received_are_added_up_apart_and_blanks_are_counted(
    base: sqlite3.Connection, corpus: Corpus
) -> None:
    """One figure is in doubt and not added; one has its digits swapped and is said to be doubtful."""
    expected = []
    for (year, scope), reports in grouped(corpus).items():
        figures = [number(one, RECEIVED) for one in reports]
        stated = [figure for figure in figures if figure is not None]
        doubtful = sum(one.entry.report_id == SWAPPED for one in reports)
        missing = sum(one.entry.report_id == DOUBT for one in reports)
        assert missing == len(figures) - len(stated)
        expected.append((year, scope, len(reports), missing, sum(stated), doubtful))
    assert asked(base, corpus, "received") == expected
    assert sum(row[-1] for row in expected) == 1


def test_granted_are_a_share_of_what_the_same_reports_closed(
    base: sqlite3.Connection, corpus: Corpus
) -> None:
    """Numerator and denominator come from the same reports."""
    expected = []
    for (year, scope), reports in grouped(corpus).items():
        granted = sum(number(one, GRANTED) for one in reports)
        closed = sum(number(one, CLOSED) for one in reports)
        expected.append((year, scope, len(reports), 0, granted, closed))
    rows = asked(base, corpus, "granted")
    assert [row[:6] for row in rows] == expected
    assert [row[6] for row in rows] == [round(100 * row[4] / row[5], 1) for row in rows]
    # What is blank or a slash breaks the sum of all that was closed, as swapped digits do.
    planted = Counter(int(name[-4:]) for name in (BLANK, SLASH, SWAPPED))
    assert {row[0]: row[7] for row in rows if row[7]} == planted


def test_a_report_with_one_of_both_figures_is_in_neither_sum(tmp_path: Path) -> None:
    """It is counted as lacking one; where none is left the share is null, not 0."""
    full = make.report(numbers={GRANTED: 3, CLOSED: 12})
    half = make.report(year=2022, numbers={GRANTED: None, CLOSED: 50})
    made = make.corpus(Published(full, ()), Published(half, ()))
    write_sqlite(store(made, tmp_path / "all", tmp_path / "years"), tmp_path / "base.sqlite")
    with closing(sqlite3.connect(tmp_path / "base.sqlite")) as one:
        rows = asked(one, made, "granted")
    assert [row[2:7] for row in rows] == [(1, 1, None, None, None), (1, 0, 3, 12, 25.0)]


def test_the_stock_that_does_not_go_on_is_the_only_one(
    base: sqlite3.Connection, corpus: Corpus
) -> None:
    """The office whose stock at the start is not that of the year before."""
    (row,) = asked(base, corpus, "carried")
    assert row[:2] == ("甲市财政局", int(BROKEN[-4:]) - 1)
    assert row[4] == row[3] - row[2] != 0


def test_what_is_printed_is_counted_by_its_status(base: sqlite3.Connection, corpus: Corpus) -> None:
    """All reports are counted, each once."""
    found = Counter(
        (one.entry.year, str(one.report.values[RECEIVED].status)) for one in corpus.reports
    )
    assert {row[:2]: row[2] for row in asked(base, corpus, "blank")} == found
    assert found[int(DOUBT[-4:]), str(Status.AMBIGUOUS)] == 1


def test_findings_and_coverage_are_counted(base: sqlite3.Connection, corpus: Corpus) -> None:
    """Findings by check; published and not collected by year."""
    failed = [
        (f.check, str(f.severity), one.entry.report_id)
        for one in corpus.reports
        for f in (*one.findings, *one.across)
        if f.verdict is Verdict.FAIL
    ]
    counts = Counter(name[:2] for name in failed)
    reports = Counter(name[:2] for name in set(failed))
    rows = asked(base, corpus, "findings")
    assert {row[:2]: row[2:] for row in rows} == {
        name: (reports[name], count) for name, count in counts.items()
    }
    covered = {row[:2]: row[2] for row in asked(base, corpus, "coverage")}
    years = Counter(one.entry.year for one in corpus.reports)
    assert {year: covered[year, "published"] for year in years} == years
    assert covered[int(ABSENT[-4:]), "not_collected"] == 1


def test_an_agency_and_a_word_are_found(base: sqlite3.Connection, corpus: Corpus) -> None:
    """Five rows a year of the first agency; each text with the word, at its place."""
    first = min(one.entry.agency.id for one in corpus.reports)
    years = [one for one in corpus.reports if one.entry.agency.id == first]
    rows = asked(base, corpus, "agency")
    assert len(rows) == 5 * len(years)
    assert {row[5] for row in rows} == {one.entry.report_id for one in years}
    with_word = [
        one.entry.report_id
        for one in corpus.reports
        for section in one.report.sections
        if "政府网站" in section.text or "政府网站" in section.heading
    ]
    found = asked(base, corpus, "text")
    assert [row[0] for row in found] == sorted(with_word)[:200]
    assert all("【政府网站】" in row[2] or "政府网站" in row[1] for row in found)


def test_the_refusals_are_those_of_the_view(base: sqlite3.Connection, corpus: Corpus) -> None:
    """Every ground, year, scope and level, with the reports that state a figure."""
    view = "SELECT * FROM refusals_by_year ORDER BY report_year, scope, level, row_id"
    names = [name for name, *_ in base.execute(view).description]
    by_name = [dict(zip(names, row, strict=True)) for row in base.execute(view)]
    wanted = (
        "report_year", "scope", "level", "row_id", "requests", "reports_with_a_figure", "reports",
        "figures_in_doubt",
    )  # fmt: skip
    assert asked(base, corpus, "refusals") == [tuple(row[n] for n in wanted) for row in by_name]


def test_one_figure_of_all_reports_is_read_from_an_index(base: sqlite3.Connection) -> None:
    """A reader over HTTP fetches the index alone, not the rows of two thousand reports."""
    for question in QUESTIONS[:5]:
        plan = str(base.execute(f"EXPLAIN QUERY PLAN {question.sql}").fetchall())
        assert "SEARCH v USING COVERING INDEX" in plan, question.id
        assert "SEARCH v USING PRIMARY KEY" not in plan, question.id


def test_the_page_lists_what_the_database_has(base: sqlite3.Connection) -> None:
    """Columns come from SQLite itself: those of the written file, and every table of the model."""
    columns = columns_of_database()
    for name, expected in columns.items():
        assert tuple(c[1] for c in base.execute(f'PRAGMA table_info("{name}")')) == expected
    assert RESOURCES.keys() <= columns.keys()


def page(engine: tuple[int, int], size: int | None) -> str:
    """The page with an engine of so many bytes and a database of so many."""
    files = () if size is None else ({**FILE, "bytes": size},)
    made = make.corpus(Published(make.report(), ()))
    return pages.render_pages(made, Setting(files=files, engine=engine))["ask.md"]


def test_the_size_is_told_before_anything_is_loaded() -> None:
    """Of the engine, and of the database where it is fetched whole."""
    small, large = page((1_500_000, 585_000), WHOLE), page((1_500_000, 585_000), WHOLE + 1)
    assert "载入引擎和数据（585 KB＋8 MB）并运行" in small
    assert 'data-whole="yes"' in small
    assert "载入引擎（585 KB）并运行" in large
    assert 'data-whole="no"' in large
    assert "不整个下载" in large


@pytest.mark.parametrize(("engine", "size"), [((0, 0), 1), ((1, 1), None)])
def test_without_engine_or_database_the_questions_stay(
    engine: tuple[int, int], size: int | None
) -> None:
    """The page says so, loads no script and keeps questions and columns."""
    text = page(engine, size)
    assert "没有查询引擎" in text
    assert "ask.js" not in text
    assert 'id="ask"' not in text
    assert all(question.title in text for question in QUESTIONS)
    assert ("下载数据库" in text) is (size is not None)


def test_the_size_of_the_chart_is_told_and_its_absence_too() -> None:
    """On its button; where its parts are not there the result has a table only, and says so."""
    made, files = make.corpus(Published(make.report(), ())), (FILE,)
    engine = (1_500_000, 585_000)
    there = pages.render_pages(made, Setting(files=files, engine=engine, chart=265_000))["ask.md"]
    assert "画成图（载入 265 KB）" in there
    assert "static/chart.js" in there
    without = pages.render_pages(made, Setting(files=files, engine=engine))["ask.md"]
    assert "没有画图的部件" in without
    assert "chart.js" not in without
