"""The page that compares many agencies and years in one topic: its choices, topics and example.

What is compared is chosen in the reader's browser and stands in the address; `compare_data` makes
what the page loads for that, `assets/compare.js` the table. Names, units and definitions of topics
are those of the codebook.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from gongkai.catalog import cite, describe_dataset, describe_part
from gongkai.forms import forms
from gongkai.forms.panel import RATIO, names, panel
from gongkai.package import codebook_rows
from gongkai.package.schema import CODEBOOK, IN_PANEL
from gongkai.pages.compare_data import FOLDER
from gongkai.pages.frame import Page, Setting
from gongkai.pages.rows import RATE_LEAST
from gongkai.pages.words import size_words
from gongkai.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.model import Agency, Corpus

#: So many agencies are compared at a time; an example has fewer.
MOST, FEW = 50, 5
#: The groups of topics that are not one printed figure.
_SUMS, _RATES = "几格相加的数", "比率"


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be compared. `numerator` and `denominator` are empty for what is no rate."""

    name: str
    group: str
    label: str
    definition: str
    unit: str
    comparability: str
    numerator: str = ""
    denominator: str = ""


def _table_labels() -> dict[str, str]:
    newest = next(form for form in forms() if form.tables)
    return {table.id: table.label for table in newest.tables}


def _group(row: Mapping[str, str]) -> str:
    """The table of a printed figure; sums and rates have groups of their own."""
    if row["unit"] == RATIO:
        return _RATES
    return _SUMS if row["formula"] else _table_labels()[row["table"]]


def topics(corpus: Corpus) -> list[Topic]:
    """The columns of the panel, those of a group beside each other."""
    rates = {rate.name: (rate.numerator, rate.denominator) for rate in panel().rates}
    rows = {}
    for values in codebook_rows(replace(corpus, reports=())):
        row = {n: str(v or "") for n, v in zip(CODEBOOK.names, values, strict=True)}
        if row["form"] == IN_PANEL:
            rows[row["variable"]] = row
    found = [
        Topic(
            name,
            _group(rows[name]),
            rows[name]["label_zh"],
            rows[name]["definition_zh"],
            rows[name]["unit"],
            label("comparability", rows[name]["comparability"]),
            *rates.get(name, ()),
        )
        for name in names()
    ]
    order = list(dict.fromkeys(topic.group for topic in found))
    return sorted(found, key=lambda topic: order.index(topic.group))


def example(corpus: Corpus) -> list[str]:
    """A few agencies of one kind that have most reports; of any kind where no two are alike."""
    agencies: dict[str, Agency] = {}
    reports: dict[str, int] = {}
    kinds: dict[tuple[str, str], set[str]] = {}
    for one in corpus.reports:
        agency = one.entry.agency
        agencies[agency.id] = agency
        reports[agency.id] = reports.get(agency.id, 0) + 1
        kinds.setdefault((agency.level, agency.classification), set()).add(agency.id)
    alike = max((sorted(own) for own in kinds.values()), key=len, default=[])
    chosen = alike if len(alike) > 1 else sorted(agencies)
    return sorted(chosen, key=lambda name: (-reports[name], name))[:FEW]


def compare_page(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page; without scripts it says where figures stand beside each other."""
    whole = describe_dataset(corpus, setting.site_url)
    found = topics(corpus)
    yield Page(
        path="compare.md",
        title="比较",
        template="compare.html",
        description="多个机关、多个年份，同一个项目：并排成表，可以画图、下载、引用，链接重现同一张表。",
        values={
            "groups": [(name, list(own)) for name, own in groupby(found, attrgetter("group"))],
            "folder": f"{FOLDER}/",
            "example": ",".join(example(corpus)),
            "most": MOST,
            "rate_least": RATE_LEAST,
            "rates": _RATES,
            "chart": size_words(setting.chart) if setting.chart else "",
            "cited": cite(describe_part(whole, "compare", "机关比较", corpus.reports)),
        },
    )
