"""Citations: styles, dates from the data, hostile titles; the citation file of the project."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import make
import pytest
import yaml

from gongkai.catalog import (
    STYLES,
    citations,
    cite,
    describe_dataset,
    describe_part,
)
from gongkai.catalog.descriptor import DATASET_AUTHOR
from gongkai.package.schema import DATASET_TITLE_EN, LICENCE

if TYPE_CHECKING:
    from gongkai.catalog import Citation
    from gongkai.model import Entry, Published

ROOT = Path(__file__).parents[1]
URL = "https://www.example.gov.cn/report_1.html"
SITE = "https://data.example.org/"
PAGE = f"{SITE}reports/cn-990100-tongjiju-2023/"
TITLE = "示例市统计局2023年政府信息公开工作年度报告"
#: What the CSL data schema says of the fields that are written here.
CSL_RULES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "id"],
        "properties": {
            "type": {"enum": ["report", "dataset"]},
            "id": {"type": "string"},
            "author": {
                "type": "array",
                "items": {
                    "additionalProperties": False,
                    "properties": {"literal": {"type": "string"}},
                },
            },
            "issued": {"$ref": "#/definitions/date"},
            "accessed": {"$ref": "#/definitions/date"},
            "title": {"type": "string"},
            "publisher": {"type": "string"},
            "version": {"type": "string"},
            "URL": {"type": "string"},
            "language": {"type": "string"},
        },
    },
    "definitions": {
        "date": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "date-parts": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 2,
                    "items": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 3,
                        "items": {"type": "integer"},
                    },
                }
            },
        }
    },
}


def published(**changes: str | None) -> Published:
    """A report whose entry has these fields."""
    entry: Entry = replace(make.entry(), **changes)  # type: ignore[arg-type]
    return make.published(replace(make.report(), entry=entry))


def texts(cited: tuple[Citation, ...]) -> dict[str, str]:
    """The citations by style."""
    return {one.style: one.text for one in cited}


def csl(cited: tuple[Citation, ...]) -> list[dict[str, Any]]:
    """The CSL-JSON of the citations, once it holds to the schema."""
    items: list[dict[str, Any]] = json.loads(texts(cited)["csl-json"])
    importlib.import_module("jsonschema").validate(items, CSL_RULES)
    return items


def test_every_style_has_its_name_and_order() -> None:
    """The standard in force comes first; all come in the order of the registry."""
    cited = citations(published())
    assert [one.style for one in cited] == list(STYLES)
    assert [one.name for one in cited] == [
        "GB/T 7714—2025",
        "GB/T 7714—2015",
        "BibTeX",
        "RIS",
        "CSL-JSON",
    ]


def test_gbt7714_2025_names_the_report_and_the_data() -> None:
    """[R/OL] with its date bare, [DS/OL] with its date in full-width brackets; no day of access.

    The day of access of the data is the reader's, which only the reader knows.
    """
    report, data = texts(citations(published(source_url=URL), SITE))["gbt7714"].splitlines()
    assert report == f"示例市统计局. {TITLE}[R/OL]. 2024-01-20. {URL}."
    assert data == (
        f"Gongkai. 政府信息公开工作年度报告开放数据：{TITLE}[DS/OL]. （2024-02-01）. {PAGE}."
    )


def test_gbt7714_2015_has_both_dates_in_brackets() -> None:
    """The edition before: date of publication and day of access, half-width."""
    report, data = texts(citations(published(source_url=URL), SITE))["gbt7714-2015"].splitlines()
    assert report == f"示例市统计局. {TITLE}[R/OL]. (2024-01-20)[2024-02-01]. {URL}."
    assert data == (
        f"Gongkai. 政府信息公开工作年度报告开放数据：{TITLE}[DS/OL]. (2024-02-01). {PAGE}."
    )


@pytest.mark.parametrize("style", ["gbt7714", "gbt7714-2015"])
def test_gbt7714_leaves_out_what_is_unknown(style: str) -> None:
    """Unknown dates and addresses are left out, never guessed; a carrier needs an address."""
    cited = citations(published(published_on=None, retrieved_on=None))
    report, data = texts(cited)[style].splitlines()
    assert report == f"示例市统计局. {TITLE}[R]."
    assert data.endswith(f"{TITLE}[DS].")


def test_bibtex() -> None:
    """BibTeX has an entry a work; the authors are bodies, the address is verbatim."""
    text = texts(citations(published(source_url=URL), SITE))["bibtex"]
    assert text.startswith("@techreport{cn-990100-tongjiju-2023,\n  author = {{示例市统计局}},\n")
    assert "  year = {2024},\n" in text
    assert f"  url = {{{URL}}},\n" in text
    assert "\n\n@misc{cn-990100-tongjiju-2023-data,\n" in text
    assert "  howpublished = {Data set, CC-BY-4.0},\n" in text


def test_bibtex_without_dates_or_addresses() -> None:
    """Fields that are unknown are not there."""
    text = texts(citations(published(published_on=None, retrieved_on=None)))["bibtex"]
    assert not any(f"  {name} =" in text for name in ("year", "date", "url", "urldate"))


def test_ris() -> None:
    """RIS has a record a work, each ended by ER."""
    lines = texts(citations(published(source_url=URL), SITE))["ris"].splitlines()
    assert lines[0] == "TY  - RPRT"
    assert "DA  - 2024/01/20" in lines
    assert f"UR  - {URL}" in lines
    assert lines.count("ER  - ") == 2
    assert "TY  - DATA" in lines


def test_csl_json() -> None:
    """CSL-JSON has an item a work, with the types and dates of its schema."""
    report, data = csl(citations(published(source_url=URL), SITE))
    assert report == {
        "id": "cn-990100-tongjiju-2023",
        "type": "report",
        "title": TITLE,
        "author": [{"literal": "示例市统计局"}],
        "issued": {"date-parts": [[2024, 1, 20]]},
        "accessed": {"date-parts": [[2024, 2, 1]]},
        "publisher": "示例市统计局",
        "URL": URL,
        "language": "zh-CN",
    }
    assert (data["type"], data["URL"]) == ("dataset", PAGE)
    assert data["issued"] == {"date-parts": [[2024, 2, 1]]}
    assert "accessed" not in data


def test_csl_json_without_dates_or_addresses() -> None:
    """What is unknown is not there."""
    for item in csl(citations(published(published_on=None, retrieved_on=None))):
        assert not {"issued", "accessed", "URL", "version"} & item.keys()


def test_hostile_title_stays_in_its_field() -> None:
    """Line breaks, braces, backslashes and quotes cannot begin another field or record."""
    one = published(title='a}\nER  - \n\\x{%&"],\x00\u2028', source_url="https://x/}\n{\\")
    cited = texts(citations(one))
    assert len(cited["gbt7714"].splitlines()) == 2
    assert cited["ris"].splitlines().count("ER  - ") == 2
    assert r"{a\} ER - \textbackslash{}x\{\%\&" in cited["bibtex"]
    assert "  url = {https://x/%7D %7B%5C}" in cited["bibtex"]
    report, _ = csl(citations(one))
    assert report["title"] == 'a} ER - \\x{%&"],\ufffd'


def test_data_are_dated_by_their_last_change() -> None:
    """A change of the transcription dates the data; the report keeps its own dates."""
    cited = texts(citations(published(changed_on="2025-03-04"), SITE))["gbt7714"].splitlines()
    assert "2024-01-20" in cited[0]
    assert "（2025-03-04）" in cited[1]


def test_dataset_is_dated_by_its_newest_report() -> None:
    """The data set's date is the newest date of its reports; without reports it has none."""
    corpus = make.corpus(published(), make.published(make.report("form2019")))
    line = texts(cite(describe_dataset(corpus, SITE)))["gbt7714"]
    assert line == (
        f"Gongkai. 政府信息公开工作年度报告开放数据[DS/OL]. （2024-02-01）. {SITE}data/."
    )
    empty = texts(cite(describe_dataset(make.corpus())))["gbt7714"]
    assert empty.endswith("开放数据[DS].")


def test_a_release_names_its_version() -> None:
    """Every style says of which release the data are, where there is one."""
    work = describe_dataset(make.corpus(published()), SITE, version="2026.12")
    cited = texts(cite(work))
    assert "[DS/OL]. V2026.12. （2024-02-01）. " in cited["gbt7714"]
    assert "  version = {2026.12},\n" in cited["bibtex"]
    assert "ET  - 2026.12\n" in cited["ris"]
    assert csl(cite(work))[0]["version"] == "2026.12"


def test_a_part_is_cited_by_its_page_and_its_own_dates() -> None:
    """The page of an agency is a part of the data set with a key, address and date of its own."""
    older = make.published(make.report("form2019"))
    whole = describe_dataset(make.corpus(published(), older), SITE)
    part = describe_part(whole, "agencies/cn-990100-tongjiju", "示例市统计局", [older])
    assert (part.key, part.part_of) == ("gongkai-agencies-cn-990100-tongjiju", whole)
    assert part.years == (2020, 2020)
    assert texts(cite(part))["gbt7714"] == (
        "Gongkai. 政府信息公开工作年度报告开放数据：示例市统计局[DS/OL]. （2021-02-01）. "
        f"{SITE}agencies/cn-990100-tongjiju/."
    )


def test_same_citation_at_every_run() -> None:
    """No clock: two runs give the same text."""
    assert citations(published(), SITE) == citations(published(), SITE)


def test_the_citation_file_says_what_the_project_says() -> None:
    """CITATION.cff names the title, author, licence and addresses that everything else has."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    site, repository = (
        re.search(rf"^ *{name}: (\S+)$", settings, re.MULTILINE)
        for name in ("site_url", "repository")
    )
    assert site is not None
    assert repository is not None
    work = describe_dataset(make.corpus(), site[1])
    assert cited["title"].endswith(DATASET_TITLE_EN)
    assert cited["authors"] == [{"name": DATASET_AUTHOR}]
    assert cited["license"] == LICENCE["name"]
    assert cited["type"] == "dataset"
    assert (cited["url"], cited["repository-code"]) == (work.url, repository[1])
