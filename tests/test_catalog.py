"""Citations: styles, dates from the data, hostile titles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import make

from gongkai.catalog import citations, dataset_citations

if TYPE_CHECKING:
    from gongkai.model import Entry, Published

URL = "https://www.example.gov.cn/report_1.html"
SITE = "https://data.example.org/reports/x/"


def published(**changes: str | None) -> Published:
    """A report whose entry has these fields."""
    entry: Entry = replace(make.entry(), **changes)  # type: ignore[arg-type]
    return make.published(replace(make.report(), entry=entry))


def test_gbt7714_names_the_report_and_the_data() -> None:
    """GB/T 7714: the agency's report as [R/OL] and our data as [DS/OL], dated from the data."""
    report, data = citations(published(source_url=URL), SITE)["gbt7714"].splitlines()
    title = "示例市统计局2023年政府信息公开工作年度报告"
    assert report == f"示例市统计局. {title}[R/OL]. (2024-01-20)[2024-02-01]. {URL}."
    assert data == (
        f"Gongkai. 政府信息公开工作年度报告开放数据：{title}[DS/OL]. (2024-02-01). {SITE}."
    )


def test_gbt7714_leaves_out_what_is_unknown() -> None:
    """Unknown dates and addresses are left out, never guessed."""
    report, data = citations(published(published_on=None, retrieved_on=None))[
        "gbt7714"
    ].splitlines()
    assert report == "示例市统计局. 示例市统计局2023年政府信息公开工作年度报告[R]."
    assert data.endswith("[DS].")


def test_bibtex() -> None:
    """BibTeX has an entry a work; the authors are bodies, the address is verbatim."""
    text = citations(published(source_url=URL), SITE)["bibtex"]
    assert text.startswith("@techreport{cn-990100-tongjiju-2023,\n  author = {{示例市统计局}},\n")
    assert "  year = {2024},\n" in text
    assert f"  url = {{{URL}}},\n" in text
    assert "\n\n@misc{cn-990100-tongjiju-2023-data,\n" in text
    assert "  howpublished = {Data set, CC-BY-4.0},\n" in text


def test_bibtex_without_dates_or_addresses() -> None:
    """Fields that are unknown are not there."""
    text = citations(published(published_on=None, retrieved_on=None))["bibtex"]
    assert not any(f"  {name} =" in text for name in ("year", "date", "url", "urldate"))


def test_ris() -> None:
    """RIS has a record a work, each ended by ER."""
    text = citations(published(source_url=URL), SITE)["ris"]
    lines = text.splitlines()
    assert lines[0] == "TY  - RPRT"
    assert "DA  - 2024/01/20" in lines
    assert f"UR  - {URL}" in lines
    assert lines.count("ER  - ") == 2
    assert "TY  - DATA" in lines


def test_hostile_title_stays_in_its_field() -> None:
    """Line breaks, braces and backslashes in a title cannot begin another field or record."""
    one = published(title="a}\nER  - \n\\x{%&", source_url="https://x/}\n{\\")
    cited = citations(one)
    assert len(cited["gbt7714"].splitlines()) == 2
    assert cited["ris"].splitlines().count("ER  - ") == 2
    assert r"{a\} ER - \textbackslash{}x\{\%\&}" in cited["bibtex"]
    assert "  url = {https://x/%7D %7B%5C}" in cited["bibtex"]


def test_dataset_is_dated_by_its_newest_report() -> None:
    """The data set's date is the newest date of its reports; without reports it has none."""
    corpus = make.corpus(published(), make.published(make.report("form2019")))
    line = dataset_citations(corpus, SITE)["gbt7714"]
    assert line == f"Gongkai. 政府信息公开工作年度报告开放数据[DS/OL]. (2024-02-01). {SITE}.\n"
    assert dataset_citations(make.corpus())["gbt7714"].endswith("开放数据[DS].\n")


def test_same_citation_at_every_run() -> None:
    """No clock: two runs give the same text."""
    assert citations(published(), SITE) == citations(published(), SITE)
