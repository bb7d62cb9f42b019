"""A corpus of invented places with a known truth, large enough to be worth a query.

Three cities and a zone, 25 agencies, the report years 2020 to 2025. All sums hold and all stocks
go on from year to year, but for what is planted here, each once: a row left blank, a slash, a
figure in doubt, a total with its digits swapped, a stock that does not go on, a year without a
report. From 2024 lawsuits without prior review give way to reviews.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import make

from gongkai.checks import check, compared
from gongkai.model import (
    Agency,
    CellId,
    Corpus,
    Locus,
    Number,
    Published,
    Region,
    Report,
    Status,
    Value,
)
from gongkai.package.parquet import write_parquet
from gongkai.package.schema import CELLS
from gongkai.package.store import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    Figures: TypeAlias = dict[CellId, Number]

YEARS = range(2020, 2026)
#: From this year on reviews come first.
LAW = 2024
#: Shares of cells with nothing in them, and of reports that are PDFs.
_NOTHING, _PDFS = 0.6, 0.5
CITIES = {"990100": "甲市", "990200": "乙市", "990300": "丙市"}
#: Slug, name and class of the agencies of each city.
KINDS = (
    ("renmin-zhengfu", "人民政府", "government"),
    ("tongjiju", "统计局", "statistics"),
    ("shuiwuju", "水务局", "water"),
    ("jiaoyuju", "教育局", "education"),
    ("gonganju", "公安局", "public_security"),
    ("minzhengju", "民政局", "civil_affairs"),
    ("caizhengju", "财政局", "finance"),
    ("shenjiju", "审计局", "audit"),
)
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_org",
    "legal_service_org",
    "other_org",
)
#: The report with no third-party refusals printed at all, and that with a slash in a total.
BLANK, SLASH = "cn-990100-shuiwuju-2022", "cn-990200-jiaoyuju-2023"
#: The report with requests received in doubt, and that whose total has its digits swapped.
DOUBT, SWAPPED = "cn-990200-gonganju-2021", "cn-990300-minzhengju-2023"
#: The report whose stock at the start is not that of the year before, and the one not there.
BROKEN, ABSENT = "cn-990100-caizhengju-2024", "cn-990300-shenjiju-2022"


def request(row: str, column: str = "total") -> CellId:
    """A cell of the table of requests."""
    return CellId("requests", row, column)


def version_of(year: int) -> str:
    """The form of a report year."""
    return "form2019" if year <= 2020 else "form2021"


def _region(adcode: str, name: str) -> Region:
    return Region(adcode, adcode, name, "", "prefecture", "990000")


def agencies(cities: Mapping[str, str]) -> Iterator[Agency]:
    """The agencies; the zone bears the code of the city it lies in, as zones do."""
    for adcode, city in cities.items():
        region = _region(adcode, city)
        for slug, name, kind in KINDS:
            ident = f"cn-{adcode}-{slug}"
            yield Agency(ident, slug, adcode, f"{city}{name}", (), kind, "prefecture", region)
    zone = Region("990100-gaoxinqu", "990100", "甲市高新区", "", "zone", "990100")
    ident, slug = "cn-990100-gaoxin-guanweihui", "gaoxin-guanweihui"
    name = "甲市高新区管委会"
    yield Agency(ident, slug, "990100", name, (), "development_zone", "county", zone)


def _number(chance: Random) -> int:
    """Mostly nothing, sometimes a few, seldom many: as reports are."""
    return 0 if chance.random() < _NOTHING else int(10 ** chance.uniform(0, 2.2))


def figures_of(at: int, year: int, before: Figures, chance: Random) -> Figures:
    """Figures of a report for which all sums hold and the stocks go on from the year before."""
    made = make.form(version_of(year))
    requests = next(table for table in made.tables if table.id == "requests").items[0]
    out: Figures = {cell: 0 for table in made.tables for cell in table.cells}
    for column in APPLICANTS:
        for row in requests.rows:
            out[request(row.id, column)] = _number(chance)
        out[request("pending_start", column)] = before.get(request("pending_end", column), 0)
        processed = sum(out[request(row.id, column)] for row in requests.rows if row.outcome)
        processed += out[request("pending_start", column)]
        out[request("granted", column)] += out[request("pending_start", column)]
        left = out[request("pending_end", column)]
        out[request("processed_total", column)] = processed
        out[request("received", column)] = processed + left - out[request("pending_start", column)]
    for row in requests.rows:
        out[request(row.id)] = sum(out[request(row.id, column)] for column in APPLICANTS)
    reviews, suits = (2 + at % 3, at % 4) if year < LAW else (4 + at % 4, at % 2)
    for name, upheld in (("review", reviews), ("suit_direct", suits), ("suit_after_review", 1)):
        parts = {"upheld": upheld, "overturned": at % 2}
        for column, number in {**parts, "total": sum(parts.values())}.items():
            out[CellId("disputes", name, column)] = number
    if (stock := CellId("disclosure", "normative_docs", "in_force")) in out:
        issued = CellId("disclosure", "normative_docs", "issued")
        out[issued] = at % 3
        out[stock] = before.get(stock, 40 - at % 3) + at % 3
        out[CellId("disclosure", "fees", "amount_wan")] = Decimal(f"{at}.{year}")
    return out


def _place(at: int, chance: tuple[float, float], *, boxed: bool) -> Locus:
    """Where a cell stands: with a box on a page, or with the path of its element."""
    table, row, col = 1 + at // 100, 2 + at // 7, 2 + at % 7
    if not boxed:
        element = f"/w:document/w:body/w:tbl[{table}]/w:tr[{row}]/w:tc[{col}]"
        return Locus("original.docx", block=table, row=row, col=col, element=element)
    left, top = 60 + chance[0] + 40.25 * col, 80 + chance[1] + 17.5 * row
    box = (left, top, left + 38.75, top + 17.25)
    return Locus("original.pdf", page=1 + table, block=table, row=row, col=col, bbox=box)


def _planted(name: str, figures: Figures) -> dict[CellId, Value]:
    """What stands in cells of this report instead of its figures."""
    if name == BLANK:
        columns = (*APPLICANTS, "total")
        return {
            request("denied_third_party", column): Value(None, Status.BLANK, "")
            for column in columns
        }
    if name == SLASH:
        return {request("denied_state_secret"): Value(None, Status.SLASH, "/")}
    if name == DOUBT:
        return {request("received"): Value(None, Status.AMBIGUOUS, "1 06")}
    if name == SWAPPED:
        total = str(figures[request("received")])
        swapped = int(total[:-2] + total[-1] + total[-2])
        return {request("received"): Value(swapped, Status.NUMBER, str(swapped))}
    return {}


def _values(name: str, figures: Figures, chance: Random) -> dict[CellId, Value]:
    boxed = chance.random() < _PDFS
    edges = (chance.uniform(0, 30), chance.uniform(0, 60))
    printed = {cell: make.value(number) for cell, number in figures.items()}
    return {
        cell: replace(value, locus=_place(at, edges, boxed=boxed))
        for at, (cell, value) in enumerate({**printed, **_planted(name, figures)}.items())
    }


def _reports(at: int, agency: Agency) -> Iterator[Report]:
    chance = Random(at)  # noqa: S311  # invented figures
    before: Figures = {}
    for year in YEARS:
        name = f"{agency.id}-{year}"
        figures = before = figures_of(at, year, {} if name == BROKEN else before, chance)
        if name == ABSENT:
            continue
        texts = {**make.TEXTS, "overview": make.OWN_WORDS.replace("二十", str(20 + at))}
        report = make.report(version_of(year), year=year, agency=agency, texts=texts)
        scope = "region_aggregate" if agency.classification == "government" else "own"
        assert report.entry is not None
        entry = replace(report.entry, scope=scope)
        yield replace(report, values=_values(name, figures, chance), entry=entry)


def corpus() -> Corpus:
    """All reports, with what was found in them and beside each other."""
    reports = (one for at, agency in enumerate(agencies(CITIES)) for one in _reports(at, agency))
    return compared(make.corpus(*(Published(one, tuple(check(one))) for one in reports)))


def write_large_cells(target: Path, cities: int = 11) -> None:
    """The cells of so many cities in all years, as `cells.parquet` is published; not checked."""
    places = {f"99{number:02}00": f"第{number}市" for number in range(1, cities + 1)}
    made = [
        Published(report, ())
        for at, agency in enumerate(agencies(places))
        for report in _reports(at, agency)
    ]
    with TemporaryDirectory() as folder:
        stored = store(make.corpus(*made), Path(folder, "data"), Path(folder, "years"))
        write_parquet(stored, CELLS.name, target)
