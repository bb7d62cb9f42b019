"""What the page of recipes shows is what happens: each block is taken from the page and run."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import make
import pyarrow.parquet as pq
import pytest
import yaml
from aiohttp import web

import invented
from gongkai.model import CellId
from gongkai.package.api import ENDPOINTS
from gongkai.package.api.documents import corpus_documents
from gongkai.package.downloads import WRITERS, write_corpus
from gongkai.package.parquet import columns_of
from gongkai.package.schema import CELLS, RESOURCES
from gongkai.package.stata import stata_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "content" / "pages" / "recipes.md"
BLOCK = re.compile(
    r'^```\{ \.(\w+) title="([^"]+)" tabindex="0" \}\n(.*?)^```$', re.MULTILINE | re.DOTALL
)
RESULT, SHOWN = "结果", "（未运行）"
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["site_url"]


@dataclass(frozen=True)
class Block:
    """A fenced block of the page: its language, title and text, and where the text stands."""

    language: str
    title: str
    text: str
    start: int
    end: int


def blocks() -> list[Block]:
    """All fenced blocks in the order of the page."""
    text = PAGE.read_text(encoding="utf-8")
    return [Block(m[1], m[2], m[3], m.start(3), m.end(3)) for m in BLOCK.finditer(text)]


BLOCKS = blocks()
RESULTS = {one.title: after for one, after in pairwise(BLOCKS) if after.title == RESULT}
RUN = [one for one in BLOCKS if one.language in {"python", "sql"}]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The invented reports the results of the page come from."""
    return invented.corpus()


def downloaded(corpus: Corpus, made_in: pytest.TempPathFactory) -> Path:
    """A folder with everything downloaded, and the outside tables that the page shows."""
    made = made_in.mktemp("recipes") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(WRITERS, "xlsx")  # slow, and no recipe opens a workbook
        write_corpus(corpus, made)
    for one in BLOCKS:
        if one.language == "csv":
            (made / one.title).write_text(one.text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def folder(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the results of the page come from, downloaded."""
    return downloaded(corpus, tmp_path_factory)


@pytest.fixture(scope="module")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of a single report, all of whose sums hold."""
    return downloaded(make.corpus(make.published(make.report())), tmp_path_factory)


@dataclass(frozen=True)
class Sent:
    """What a server of this machine sent of a file: which part, and how many bytes."""

    name: str
    status: int
    start: int | None
    size: int


@dataclass(frozen=True)
class Served:
    """A folder that is served, where, and what was sent of it."""

    folder: Path
    address: str
    sent: list[Sent]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An empty folder that is served as the site's `data/`, with ranges."""
    folder = tmp_path_factory.mktemp("site")
    sent: list[Sent] = []

    async def count(request: web.Request, response: web.StreamResponse) -> None:
        if request.method == "GET":
            name, start = request.path.rpartition("/")[2], request.http_range.start
            sent.append(Sent(name, response.status, start, response.content_length or 0))

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_static("/data/", folder)
        app.on_response_prepare.append(count)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    # A loop of its own in a thread of its own: this one may be a browser's.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(start(), loop).result()
    host, port = runner.addresses[0][:2]
    try:
        yield Served(folder, f"http://{host}:{port}/", sent)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def run_python(text: str, folder: Path) -> str:
    """What the code prints, in that folder, by an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", text],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def run_sql(text: str, folder: Path) -> str:
    """What `sqlite3 -header` prints: values between bars, nothing for null."""
    with closing(sqlite3.connect(f"file:{folder / 'gongkai.sqlite'}?mode=ro", uri=True)) as base:
        found = base.execute(text)
        head = [column[0] for column in found.description]
        lines = [head, *found.fetchall()]
    return "".join(
        "|".join("" if value is None else str(value) for value in line) + "\n" for line in lines
    )


def block(title: str) -> Block:
    """The block with that title."""
    (found,) = (one for one in BLOCKS if one.title == title)
    return found


def assert_printed(one: Block, printed: str, *, update: bool) -> None:
    """The block's result on the page is what was printed; or the page is written anew."""
    printed = "".join(line.rstrip() + "\n" for line in printed.splitlines())
    if update:
        (here,) = (now for now in blocks() if now.title == one.title)
        after = next(now for now in blocks() if now.start > here.end)
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(text[: after.start] + printed + text[after.end :], encoding="utf-8")
        return
    assert RESULTS[one.title].text == printed


def local(text: str, served: Served) -> str:
    """The code with the site's address replaced by that of the server."""
    assert SITE in text
    return text.replace(SITE, served.address)


@pytest.mark.parametrize("one", [one for one in RUN if SITE not in one.text], ids=lambda b: b.title)
def test_recipes_print_what_the_page_shows(
    one: Block, folder: Path, *, update_golden: bool
) -> None:
    """Python and SQL, run beside the downloaded files, print the result below them."""
    run = run_python if one.language == "python" else run_sql
    assert_printed(one, run(one.text, folder), update=update_golden)


@pytest.mark.parametrize("one", [one for one in RUN if SITE not in one.text], ids=lambda b: b.title)
def test_recipes_run_on_the_smallest_data(one: Block, smallest: Path) -> None:
    """One year, no sum that fails, nothing carried over: a recipe says so and does not break."""
    run = run_python if one.language == "python" else run_sql
    assert run(one.text, smallest)


def test_files_are_fetched_and_compared_with_the_list(
    folder: Path, served: Served, tmp_path: Path, *, update_golden: bool
) -> None:
    """The first recipe fetches sound files; of one that was changed on the way it keeps nothing."""
    for name in ("index.json", "agencies.csv", "cells.csv"):
        shutil.copyfile(folder / name, served.folder / name)
    one = block("fetch.py")
    assert_printed(one, run_python(local(one.text, served), tmp_path), update=update_golden)
    assert (tmp_path / "cells.csv").read_bytes() == (folder / "cells.csv").read_bytes()
    (served.folder / "agencies.csv").write_bytes(b"changed")
    (tmp_path / "agencies.csv").unlink()
    with pytest.raises(AssertionError, match="不符"):
        run_python(local(one.text, served), tmp_path)
    assert not (tmp_path / "agencies.csv").exists()


def test_few_bytes_of_a_remote_file_are_sent(served: Served, *, update_golden: bool) -> None:
    """One agency and year of a large file: the footer, and parts of that year's row groups alone.

    pyarrow asks for the last 64 KiB of any file at once; the file here is seven times as long.
    """
    cells = served.folder / "cells.parquet"
    invented.write_large_cells(cells)
    served.sent.clear()
    one = block("remote.py")
    assert_printed(one, run_python(local(one.text, served), served.folder), update=update_golden)
    size = cells.stat().st_size
    assert {part.status for part in served.sent} == {206}
    assert sum(part.size for part in served.sent) < size / 4
    about = pq.read_metadata(cells)
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    year = about.schema.names.index("report_year")
    (wanted,) = (g for g in groups if g.column(year).statistics.min == 2024)
    first = wanted.column(0).dictionary_page_offset
    footer = size - about.serialized_size - 8
    data = [
        part for part in served.sent if part.start is not None and 0 <= part.start < size - 65536
    ]
    inside = range(first, first + sum(wanted.column(n).total_compressed_size for n in range(22)))
    assert all(part.start in inside or (part.start or 0) >= footer for part in data)


# -- The results on the page are true: worked out again from the reports themselves ------------


def lines_of(title: str) -> list[list[str]]:
    """The lines of a result, parted at blanks."""
    return [line.split() for line in RESULTS[title].text.splitlines()]


def number(one: Published, cell: CellId) -> int | None:
    """The figure that a report prints in a cell."""
    found = one.report.values[cell].number
    return None if found is None else int(found)


def own(corpus: Corpus, year: int) -> list[Published]:
    """The reports of a year that are no aggregate of a region."""
    return [
        one
        for one in corpus.reports
        if one.entry.year == year and one.entry.agency.classification != "government"
    ]


def sums(reports: list[Published], *cells: CellId) -> list[int]:
    """The sum of each cell over the reports that state it."""
    return [sum(number(one, cell) or 0 for one in reports) for cell in cells]


def test_refusals_are_true(corpus: Corpus) -> None:
    """Sums by ground and year, how many reports state them, and those that do not."""
    lines = lines_of("refusals.py")
    rows = sorted({line[0] for line in lines if line and line[0].startswith("denied_")})
    assert len(rows) == 8
    for row in rows:
        cell = invented.request(row)
        by_year = [own(corpus, year) for year in invented.YEARS]
        summed = [str(sums(reports, cell)[0]) for reports in by_year]
        stated = [sum(number(one, cell) is not None for one in reports) for reports in by_year]
        shares = [f"{n}/{len(reports)}" for n, reports in zip(stated, by_year, strict=True)]
        assert [row, *summed] in lines
        assert [row, *shares] in lines
    assert lines[-2:] == [
        [invented.BLANK, "denied_third_party", "blank"],
        [invented.SLASH, "denied_state_secret", "slash"],
    ]


def test_queries_are_true(corpus: Corpus) -> None:
    """Grounds that not every report states, a stock that does not go on, a figure in doubt."""
    lines = [line.split("|") for line in RESULTS["refusals.sql"].text.splitlines()[1:]]
    found = []
    for name, row in (
        (invented.BLANK, "denied_third_party"),
        (invented.SLASH, "denied_state_secret"),
    ):
        reports = own(corpus, int(name[-4:]))
        (requests,) = sums(reports, invented.request(row))
        found.append([name[-4:], row, str(requests), str(len(reports) - 1), str(len(reports))])
    assert [line[:5] for line in lines] == found
    (broken,) = RESULTS["carried.sql"].text.splitlines()[1:]
    assert broken.startswith(f"{invented.BROKEN[:-5]}|{int(invented.BROKEN[-4:]) - 1}|")
    assert f"\n{invented.DOUBT[-4:]}||ambiguous|" in RESULTS["figures.sql"].text


def test_doubtful_figures_are_left_out(corpus: Corpus) -> None:
    """What stands in a failing sum goes, and nothing else; what is in doubt never was in."""
    lines = lines_of("doubtful.py")
    received = invented.request("received")
    for year in invented.YEARS:
        reports = own(corpus, year)
        sound = [one for one in reports if one.entry.report_id != invented.SWAPPED]
        stated = [sum(number(one, received) is not None for one in r) for r in (reports, sound)]
        whole, kept = (sums(r, received)[0] for r in (reports, sound))
        assert [str(n) for n in (year, len(reports), whole, stated[0], kept, stated[1])] in lines
    assert [line[0] for line in lines[-2:]] == [invented.DOUBT, invented.SWAPPED]


def test_stocks_and_clearance_are_true(corpus: Corpus) -> None:
    """One stock does not go on; the report after a missing year is compared with none."""
    lines = lines_of("carried.py")
    assert lines[2][:2] == [invented.BROKEN[:-5], "2023"]
    cells = [
        invented.request(row)
        for row in ("received", "pending_start", "processed_total", "pending_end")
    ]
    for year in invented.YEARS:
        whole = [r for r in own(corpus, year) if all(number(r, c) is not None for c in cells)]
        received, before, processed, left = sums(whole, *cells)
        share = f"{processed / (received + before):.3f}"
        wanted = [str(n) for n in (year, len(whole), received, before, processed, left)]
        assert [*wanted, share] in lines
    named = {one.entry.report_id for one in corpus.reports}
    pairs = sum(f"{name[:-4]}{int(name[-4:]) + 1}" in named for name in named)
    assert RESULTS["carried.py"].text.startswith(f"前后两年都填了的 {pairs} 对，接不上的 1 对")


def test_disputes_are_true(corpus: Corpus) -> None:
    """Sums by year, and which side of the break each year is on."""
    lines = lines_of("disputes.py")
    assert lines[0][0] == f"断点：{invented.LAW}"
    rows = ("review", "suit_direct", "suit_after_review")
    for year in invented.YEARS:
        reports = own(corpus, year)
        review, direct, after = sums(reports, *(CellId("disputes", row, "total") for row in rows))
        side = "before" if year < invented.LAW else "after"
        wanted = (year, side, len(reports), review, len(reports), direct, len(reports), after)
        assert [str(part) for part in wanted] in lines


def test_rates_before_and_after_are_true(corpus: Corpus) -> None:
    """Which agencies have more reviews in each request processed after the break than before."""
    processed, review = invented.request("processed_total"), CellId("disputes", "review", "total")
    more, agencies = 0, {one.entry.agency.id for one in own(corpus, invented.LAW)}
    for agency in agencies:
        sides: dict[bool, list[float]] = {True: [], False: []}
        for year in invented.YEARS:
            for one in own(corpus, year):
                ratio = (number(one, review) or 0) / (number(one, processed) or 1)
                failing = any(processed in f.cells for f in one.failures if f.check[:3] == "T3-")
                if one.entry.agency.id == agency and not failing:
                    sides[year >= invented.LAW].append(ratio)
        before, after = (sum(sides[side]) / len(sides[side]) for side in (False, True))
        more += after > before
    wanted = f"断点前后都有的机关 {len(agencies)} 个，其中 {more} 个的复议率升高"
    assert wanted in RESULTS["panel.py"].text


def test_the_zone_is_not_counted_as_its_city(corpus: Corpus) -> None:
    """Requests of a place are those of its departments, without zone and aggregate."""
    lines = lines_of("yearbook.py")
    for adcode, year in (("990100", 2023), ("990200", 2024)):
        reports = [
            one
            for one in own(corpus, year)
            if one.entry.agency.adcode == adcode and one.entry.agency.region.kind != "zone"
        ]
        (received,) = sums(reports, invented.request("received"))
        (line,) = (line for line in lines if line[:2] == [adcode, str(year)] and len(line) > 2)
        assert line[2:5] == [str(received), "7", "7"]
        assert float(line[6]) == round(received / float(line[5]), 3)


# -- What the page names is there ----------------------------------------------------------------


def test_every_block_of_code_is_run_or_marked() -> None:
    """Each runs and has its result, is an outside table, or says that it is not run."""
    for one in BLOCKS:
        known = one.language in {"python", "sql"} and one.title in RESULTS
        assert known or one.language == "csv" or SHOWN in one.title or one.title == RESULT
    titles = Counter(one.title for one in BLOCKS if one.title != RESULT)
    assert set(titles.values()) == {1}
    assert len(BLOCKS) == PAGE.read_text(encoding="utf-8").count("```") / 2


def test_files_that_recipes_open_are_published(folder: Path) -> None:
    """Each file a recipe names is in the list of downloads or shown on the page."""
    text = (folder / "index.json").read_text(encoding="utf-8")
    listed = {file["path"] for file in json.loads(text)["files"]} | {"index.json"}
    listed |= {one.title for one in BLOCKS}
    found = re.compile(r"(?<=[\"':/])[\w{}-]+\.(?:csv|parquet|sqlite|json|zip|dta)\b")
    listed |= {f"{name}.dta" for name in stata_tables()}
    for one in BLOCKS:
        if one.title == RESULT or "/api/" in one.text:
            continue
        names = {name.replace("{form}", "2021") for name in found.findall(one.text)}
        assert {name for name in names if "{" not in name} <= listed, one.title


@pytest.mark.parametrize(
    "one", [one for one in BLOCKS if SHOWN in one.title], ids=lambda b: b.language
)
def test_columns_of_what_is_not_run_are_published(one: Block) -> None:
    """R and Stata name columns and rows that there are; Stata's numbers are those of the texts."""
    known = {column.name for column in columns_of(CELLS)} | set(RESOURCES["agencies"].names)
    known |= set(RESOURCES["panel"].names)
    known |= {"report_year", "col_types", "col_character"}
    assert set(re.findall(r"\b(?:report|row|column|col|agency|rate|break)_\w+", one.text)) <= known
    for name in re.findall(r'use "(\w+)\.dta"', one.text):
        assert name in stata_tables()
    if "stringcols(1/4 6/8)" in one.text:
        assert CELLS.names[4] == "value"
        assert {CELLS.fields[n].type for n in (0, 1, 2, 3, 5, 6, 7)} == {"string"}


def test_addresses_of_the_api_are_published(corpus: Corpus) -> None:
    """Each address below `/api/` that is shown is one of the documented kinds."""
    kinds = {re.sub(r"/cn-[\w-]+\.json$", "/{}.json", path) for path, _ in corpus_documents(corpus)}
    kinds |= {re.sub(r"\{\w+\}", "{}", endpoint.path).lstrip("/") for endpoint in ENDPOINTS}
    shown = re.findall(r"/(api/v1/[\w/-]+\.json)", PAGE.read_text(encoding="utf-8"))
    assert len(shown) == 4
    assert {re.sub(r"/cn-[\w-]+\.json$", "/{}.json", path) for path in shown} <= kinds


def test_commands_print_the_same(folder: Path, tmp_path: Path) -> None:
    """`sqlite3 -header` gives what the page shows, where the command is there and new enough."""
    program = shutil.which("sqlite3")
    if program is None:
        pytest.skip("no sqlite3")
    for one in (one for one in RUN if one.language == "sql"):
        script = tmp_path / one.title
        script.write_text(one.text, encoding="utf-8")
        with script.open(encoding="utf-8") as file:
            done = subprocess.run(
                [program, "-header", str(folder / "gongkai.sqlite")],
                stdin=file,
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=True,
            )
        assert done.stdout == RESULTS[one.title].text


def test_the_page_is_reached_from_the_downloads() -> None:
    """The page of downloads links to the recipes."""
    template = files("gongkai.pages").joinpath("templates", "data.html")
    assert '"{{ root }}recipes/"' in template.read_text(encoding="utf-8")
