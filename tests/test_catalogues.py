"""How the data describe themselves: schema.org on pages, DCAT and Croissant beside the files."""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import markdown
import pytest
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF

from gongkai.catalog import CATALOGUES, catalogue_files, dataset_json_ld
from gongkai.checks import check
from gongkai.forms import forms
from gongkai.model import Agency, Region
from gongkai.package import RESOURCES
from gongkai.package.lists import LISTS
from gongkai.pages import Setting, render_pages
from gongkai.pages.frame import data_block

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gongkai.model import Corpus, Published

#: What the libraries warn of in their own code.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:DataFrame is highly fragmented"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index"),
]
SITE = "https://data.example.org/gongkai/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
HOSTILE = "</script><script>alert(1)</script><!-- & \u2028\u2029\ud800\x00 ]]>\n\n# x {#y}"
REPORT = "reports/cn-990100-tongjiju-2023.md"
#: Files that hold no tables: texts about the data, schemas, and what list pages load.
ABOUT = ("README.md", "LICENSE.txt", "datapackage.json", *LISTS)


def published(**changes: str | None) -> Published:
    """A report whose entry has these fields."""
    entry = replace(make.entry(), **changes)  # type: ignore[arg-type]
    report = replace(make.report(), entry=entry)
    return make.published(report, check(report))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Two agencies, one of a zone whose region has no code of its own, in both forms."""
    zone = Region("990100-xinqu", "990100", "示例新区", "Xinqu", "zone", "990100")
    office = Agency(
        id="cn-990100-xinqu-ban",
        slug="xinqu-ban",
        adcode="990100",
        name="示例新区办公室",
        other_names=("新区办",),
        classification="other",
        level="county",
        region=zone,
        uscc="113325000026455663",
    )
    made = make.corpus(
        published(source_url="https://www.example.gov.cn/1.html"),
        make.published(make.report("form2019")),
        make.published(make.report(agency=office)),
    )
    return replace(made, regions={**made.regions, make.REGION.id: make.REGION})


@pytest.fixture(scope="module")
def data(corpus: Corpus) -> dict[str, bytes]:
    """The files of the whole corpus."""
    return make.downloads(corpus)


@pytest.fixture(scope="module")
def listed(data: dict[str, bytes]) -> list[dict[str, Any]]:
    """What `data/index.json` says of them."""
    files: list[dict[str, Any]] = json.loads(data["index.json"])["files"]
    return files


def holds_tables(name: str) -> bool:
    """Whether a file of that name holds tables."""
    return name not in {*ABOUT, "index.json"} and not name.startswith("schemas/")


def scripts_of(text: str) -> list[Any]:
    """The script elements of a page once its Markdown is HTML."""
    html = markdown.markdown(text.split("---\n", 2)[2], extensions=["attr_list", "toc"])
    return list(lxml.html.document_fromstring(html).iter("script"))


def json_ld_of(text: str) -> list[dict[str, Any]]:
    """The JSON-LD of a page."""
    kind = "application/ld+json"
    return [json.loads(s.text) for s in scripts_of(text) if s.get("type") == kind]


def values_of(node: Any) -> Iterator[Any]:
    """Every value in nested JSON."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for value in inner:
        yield value
        yield from values_of(value)


# --- schema.org ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(corpus: Corpus, listed: list[dict[str, Any]]) -> dict[str, str]:
    """All pages."""
    return render_pages(corpus, Setting(site_url=SITE, files=tuple(listed)))


def test_the_data_page_and_each_report_describe_themselves(pages: dict[str, str]) -> None:
    """One block of JSON-LD on these pages, none on any other."""
    counts = {path: len(json_ld_of(text)) for path, text in pages.items()}
    described = {path for path, count in counts.items() if count}
    assert set(counts.values()) == {0, 1}
    assert described == {"data/index.md"} | {
        path for path in pages if re.match(r"reports/cn-.*\.md", path)
    }


@pytest.mark.parametrize("path", ["data/index.md", REPORT])
def test_every_description_has_what_search_engines_ask_for(
    path: str, pages: dict[str, str]
) -> None:
    """The shape of a schema.org Dataset; what is unknown is left out, never null or empty."""
    (made,) = json_ld_of(pages[path])
    assert (made["@context"], made["@type"]) == ("https://schema.org/", "Dataset")
    assert 50 <= len(made["description"]) <= 5000
    assert made["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert made["isAccessibleForFree"] is True
    assert made["creator"] == {"@type": "Organization", "name": "Gongkai", "url": SITE}
    assert made["includedInDataCatalog"]["@type"] == "DataCatalog"
    assert {"政府信息公开", "freedom of information"} <= set(made["keywords"])
    assert made["inLanguage"] == "zh-CN"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", made["dateModified"])
    assert made["url"].startswith(SITE)
    assert made["@id"] == f"{made['url']}#dataset"
    assert all(one["contentUrl"].startswith(SITE) for one in made["distribution"])
    assert all("/" in one["encodingFormat"] for one in made["distribution"])
    assert not [value for value in values_of(made) if value in (None, "", [], {})]


def test_the_data_set_lists_its_files_and_variables(
    pages: dict[str, str], listed: list[dict[str, Any]]
) -> None:
    """Each file that holds data with size and hash; each row of the newest form; years, places."""
    (made,) = json_ld_of(pages["data/index.md"])
    assert {
        (one["contentUrl"], one["contentSize"], one["sha256"], one["encodingFormat"])
        for one in made["distribution"]
    } == {
        (f"{SITE}data/{f['path']}", f"{f['bytes']} B", f["sha256"], f["mediatype"])
        for f in listed
        if holds_tables(f["path"])
    }
    newest = forms()[0]
    rows = [r for t in newest.tables for i in t.items for r in i.rows]
    assert len(made["variableMeasured"]) == len(rows)
    assert {"@type", "name", "alternateName", "unitText"} == {
        key for one in made["variableMeasured"] for key in one
    }
    assert made["temporalCoverage"] == "2020/2023"
    assert [place["name"] for place in made["spatialCoverage"]] == ["虚构省"]


def test_a_report_names_its_original_its_agency_and_the_whole(pages: dict[str, str]) -> None:
    """Part of the data set, about the agency, based on the report as published."""
    (made,) = json_ld_of(pages[REPORT])
    (whole,) = json_ld_of(pages["data/index.md"])
    assert made["isPartOf"]["@id"] == whole["@id"]
    assert made["about"]["url"] == f"{SITE}agencies/cn-990100-tongjiju/"
    assert made["isBasedOn"] == {
        "@type": "Report",
        "name": "示例市统计局2023年政府信息公开工作年度报告",
        "author": {"@type": "GovernmentOrganization", "name": "示例市统计局"},
        "datePublished": "2024-01-20",
        "url": "https://www.example.gov.cn/1.html",
        "inLanguage": "zh-CN",
    }
    assert (made["temporalCoverage"], made["dateModified"]) == ("2023", "2024-02-01")
    assert made["spatialCoverage"][0]["identifier"]["value"] == "990100"
    assert [one["encodingFormat"] for one in made["distribution"]] == [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/csv",
        "application/json",
        "application/zip",
    ]


def test_the_credit_code_identifies_an_agency(pages: dict[str, str]) -> None:
    """Besides our own id, where it is known."""
    (made,) = json_ld_of(pages["reports/cn-990100-xinqu-ban-2023.md"])
    named = {one["propertyID"]: one["value"] for one in made["about"]["identifier"]}
    assert named == {"gongkai": "cn-990100-xinqu-ban", "统一社会信用代码": "113325000026455663"}


def test_hostile_text_stays_text() -> None:
    """No text of a report ends the script, begins another or breaks a line of its source."""
    agency = replace(make.AGENCY, name=HOSTILE)
    one = published(title=HOSTILE, publisher=HOSTILE, source_url=f"https://x.example/{HOSTILE}")
    entry = replace(one.entry, agency=agency)
    one = replace(one, report=replace(one.report, entry=entry))
    text = render_pages(make.corpus(one), Setting(site_url=SITE))[REPORT]
    (made,) = json_ld_of(text)
    assert made["isBasedOn"]["name"].startswith("</script><script>alert(1)</script><!-- & ")
    assert made["about"]["name"].startswith("</script>")
    sources = [script.get("src") or script.get("type") for script in scripts_of(text)]
    assert Counter(sources) == {
        "../../static/copy.js": 1,
        "../../static/report.js": 1,
        "application/ld+json": 1,
    }
    text.encode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert not set("<>&\n\u2028\u2029\x00") & set(block)


def test_a_data_block_is_read_back_as_it_was() -> None:
    """Every sign that may not stand in a script has its other way of writing."""
    given = {"<": HOSTILE, "list": ["&", "\u202e", "\ufeff", "正文"]}
    block = data_block(given)
    assert json.loads(str(block)) == given
    assert "正文" in block
    assert not re.search("[<>&\u2028\u2029\u202e\ufeff]", block)
    assert block.isprintable()


def test_without_reports_nothing_is_invented() -> None:
    """An empty corpus has no dates, no years and no place but the country."""
    empty = make.corpus()
    (made,) = json_ld_of(render_pages(empty, Setting(site_url=SITE))["data/index.md"])
    assert not {"dateModified", "temporalCoverage", "version"} & made.keys()
    assert made["spatialCoverage"] == [{"@type": "Country", "name": "中国"}]
    assert not [value for value in values_of(made) if value in (None, "", [])]
    for content in catalogue_files(empty, [], SITE).values():
        assert "null" not in content.decode()


# --- DCAT ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph(corpus: Corpus, listed: list[dict[str, Any]]) -> Graph:
    """The catalogue as RDF."""
    content = catalogue_files(corpus, listed, SITE)["catalog.jsonld"]
    return Graph().parse(data=content, format="json-ld")


def of_kind(graph: Graph, kind: URIRef) -> list[Any]:
    """The nodes of that class."""
    return sorted(graph.subjects(RDF.type, kind))


def test_the_catalogue_has_what_profiles_make_mandatory(graph: Graph) -> None:
    """DCAT-AP's mandatory and recommended properties of catalogue, data sets and distributions."""
    (catalogue,) = of_kind(graph, DCAT.Catalog)
    datasets, files = of_kind(graph, DCAT.Dataset), of_kind(graph, DCAT.Distribution)
    wanted = {
        catalogue: (
            *(DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license),
            *(DCTERMS.language, DCTERMS.modified, DCAT.dataset, FOAF.homepage),
        ),
        **dict.fromkeys(
            datasets,
            (
                *(DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.identifier),
                *(DCTERMS.modified, DCTERMS.temporal, DCTERMS.spatial, DCTERMS.license),
                *(DCAT.keyword, DCAT.theme, DCAT.landingPage, DCAT.contactPoint),
                DCAT.distribution,
            ),
        ),
        **dict.fromkeys(
            files,
            (
                *(DCAT.accessURL, DCAT.downloadURL, DCAT.mediaType, DCAT.byteSize),
                *(DCTERMS.title, DCTERMS.license, SPDX.checksum),
            ),
        ),
    }
    missing = [
        (node, name)
        for node, names in wanted.items()
        for name in names
        if (node, name, None) not in graph
    ]
    assert missing == []
    (publisher,) = set(graph.objects(None, DCTERMS.publisher))
    assert (publisher, FOAF.name, Literal("Gongkai")) in graph
    (contact,) = set(graph.objects(None, DCAT.contactPoint))
    assert (contact, VCARD.hasURL, URIRef(f"{SITE}contribute/")) in graph


def test_every_address_is_absolute_and_every_value_fits_its_type(graph: Graph) -> None:
    """No relative identifier is left, and no literal is out of the range of its type."""
    for triple in graph:
        for node in triple:
            if isinstance(node, URIRef):
                assert re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", node), node
            if isinstance(node, Literal):
                assert not node.ill_typed, node


def test_each_file_is_one_distribution_with_its_size_and_hash(
    graph: Graph, data: dict[str, bytes]
) -> None:
    """What is downloaded can be checked; files that hold no data are no distributions."""
    files = of_kind(graph, DCAT.Distribution)
    names = {
        str(next(graph.objects(file, DCAT.downloadURL))).removeprefix(f"{SITE}data/"): file
        for file in files
    }
    assert set(names) == {name for name in data if holds_tables(name)}
    assert len(names) == len(files)
    for name, file in names.items():
        size = Literal(str(len(data[name])), datatype=XSD.nonNegativeInteger)
        assert (file, DCAT.byteSize, size) in graph
        (checksum,) = graph.objects(file, SPDX.checksum)
        assert (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256) in graph
        (value,) = graph.objects(checksum, SPDX.checksumValue)
        assert value == Literal(hashlib.sha256(data[name]).hexdigest(), datatype=XSD.hexBinary)
    owners = Counter(graph.objects(None, DCAT.distribution))
    assert set(owners.values()) == {1}


def test_tables_and_years_are_parts_of_the_whole(graph: Graph) -> None:
    """The whole is the data set that the data page describes; each part knows it."""
    whole = URIRef(f"{SITE}data/#dataset")
    parts = set(graph.objects(whole, DCTERMS.hasPart))
    assert set(graph.subjects(DCTERMS.isPartOf, whole)) == parts
    assert parts == set(of_kind(graph, DCAT.Dataset)) - {whole}
    base = f"{SITE}data/catalog.jsonld#"
    assert {str(part).removeprefix(base) for part in parts} == {
        *(f"table-{name}" for name in RESOURCES),
        "year-2020",
        "year-2023",
    }
    csv_file, people = (URIRef(f"{base}file-{n}") for n in ("cells.csv", "cells-excel.csv"))
    assert {csv_file, people} <= set(graph.objects(URIRef(f"{base}table-cells"), DCAT.distribution))
    assert (csv_file, DCTERMS.conformsTo, URIRef(f"{SITE}data/schemas/cells.json")) in graph
    assert not set(graph.objects(URIRef(f"{base}file-gongkai.zip"), DCTERMS.conformsTo))
    (period,) = graph.objects(URIRef(f"{base}year-2023"), DCTERMS.temporal)
    assert str(next(graph.objects(period, DCAT.startDate))) == "2023-01-01"
    assert str(next(graph.objects(period, DCAT.endDate))) == "2023-12-31"


# --- Croissant -----------------------------------------------------------------------------


def loaded(made: dict[str, Any], folder: Path) -> Any:
    """The data set as mlcroissant loads it, its files taken from a folder."""
    mapping = {one["@id"]: str(folder / one["@id"]) for one in made["distribution"]}
    return importlib.import_module("mlcroissant").Dataset(jsonld=made, mapping=mapping)


def croissant_of(corpus: Corpus, files: list[dict[str, Any]]) -> dict[str, Any]:
    """The Croissant file."""
    made: dict[str, Any] = json.loads(catalogue_files(corpus, files, SITE)["croissant.json"])
    return made


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_croissant_is_valid_but_for_the_version(
    corpus: Corpus, data: dict[str, bytes], listed: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The library mlcroissant finds no error; its one warning is that between releases there is no version."""
    made = croissant_of(corpus, listed)
    for file in made["distribution"]:
        (tmp_path / file["@id"]).write_bytes(data[file["@id"]])
    issues = loaded(made, tmp_path).metadata.ctx.issues
    assert issues.errors == set()
    (warning,) = issues.warnings
    assert 'Property "https://schema.org/version" is recommended' in warning


def test_every_table_is_a_record_set_with_its_columns_keys_and_links(
    corpus: Corpus, listed: list[dict[str, Any]]
) -> None:
    """The schema's own tables, in its order of columns; each file with size and hash."""
    made = croissant_of(corpus, listed)
    sets = {one["@id"]: one for one in made["recordSet"]}
    assert sets.keys() == RESOURCES.keys()
    for name, resource in RESOURCES.items():
        columns = [one["name"] for one in sets[name]["field"]]
        assert columns == list(resource.names)
        assert sets[name]["key"] == [{"@id": f"{name}/{column}"} for column in resource.key]
    links = {
        one["@id"]: one["references"]["field"]["@id"]
        for one in sets["cells"]["field"]
        if "references" in one
    }
    assert links == {"cells/report_id": "reports/report_id"}
    by_path = {f["path"]: f for f in listed}
    for file in made["distribution"]:
        assert file["sha256"] == by_path[file["@id"]]["sha256"]
        assert file["contentUrl"] == f"{SITE}data/{file['@id']}"
    assert made["datePublished"] == "2024-02-01"
    assert made["citeAs"].startswith("@misc{gongkai,")


def test_a_release_has_a_version(corpus: Corpus) -> None:
    """Each standard names it, and the loader's last warning is gone."""
    made = catalogue_files(corpus, [], SITE, "2026.12")
    described = json.loads(made["croissant.json"])
    issues = importlib.import_module("mlcroissant").Dataset(described).metadata.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    graph = Graph().parse(data=made["catalog.jsonld"], format="json-ld")
    assert set(graph.objects(None, URIRef(f"{DCAT}version"))) == {Literal("2026.12")}
    assert dataset_json_ld(corpus, [], SITE, "2026.12")["version"] == "2026.12"


def text_of(value: Any) -> str:
    """A loaded value as the CSV has it."""
    if value is None:
        return ""
    return value.decode() if isinstance(value, bytes) else str(value)


def with_parents(name: str) -> list[str]:
    """A table and the tables its columns name."""
    return list(dict.fromkeys([name, *RESOURCES[name].parents.values()]))


def test_a_table_without_a_file_of_its_own_is_no_record_set(
    corpus: Corpus, listed: list[dict[str, Any]]
) -> None:
    """A file made for people or for a page is not what records are taken from."""
    files = [f for f in listed if f["path"] in {"reports-excel.csv", "reports.json"}]
    made = croissant_of(corpus, files)
    assert len(files) == 2
    assert (made["recordSet"], made["distribution"]) == ([], [])


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_records_load_from_a_folder_without_a_network(
    name: str, corpus: Corpus, data: dict[str, bytes], listed: list[dict[str, Any]], tmp_path: Path
) -> None:
    """From Parquet every text and whole number is as in the CSV, to the last leading zero."""
    paths = [f"{table}.parquet" for table in with_parents(name)]
    for path in paths:
        (tmp_path / path).write_bytes(data[path])
    made = croissant_of(corpus, [f for f in listed if f["path"] in paths])
    key = RESOURCES[name].key
    found = loaded(made, tmp_path).records(name)
    records = {tuple(text_of(one[f"{name}/{column}"]) for column in key): one for one in found}
    expected = {tuple(row[column] for column in key): row for row in rows_of(data[f"{name}.csv"])}
    assert records.keys() == expected.keys()
    for own, row in expected.items():
        record = records[own]
        for field in RESOURCES[name].fields:
            value, printed = record[f"{name}/{field.name}"], row[field.name]
            if field.type == "number":
                assert value == (float(printed) if printed else None)
            elif field.type == "date":
                assert (value.date().isoformat() if value is not None else "") == printed
            elif field.type == "list":
                assert str(field.delimiter).join(map(text_of, value or ())) == printed
            else:
                assert text_of(value) == printed


@pytest.mark.parametrize("name", ["reports", "agencies"])
def test_records_load_from_csv_alone(
    name: str, corpus: Corpus, data: dict[str, bytes], listed: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Where there is no Parquet, no link joins what a loader takes for text with numbers."""
    paths = [f"{table}.csv" for table in with_parents(name)]
    for path in paths:
        (tmp_path / path).write_bytes(data[path])
    made = croissant_of(corpus, [f for f in listed if f["path"] in paths])
    records = list(loaded(made, tmp_path).records(name))
    (key,) = RESOURCES[name].key
    lists = [(f.name, str(f.delimiter)) for f in RESOURCES[name].fields if f.type == "list"]
    for record, row in zip(records, rows_of(data[f"{name}.csv"]), strict=True):
        assert text_of(record[f"{name}/{key}"]) == row[key]
        for column, sign in lists:
            assert sign.join(map(text_of, record[f"{name}/{column}"] or ())) == row[column]


# --- The files -----------------------------------------------------------------------------


def test_catalogues_are_the_same_at_every_run(corpus: Corpus, listed: list[dict[str, Any]]) -> None:
    """No clock, no order of sets; the files are those of the registry."""
    first = catalogue_files(corpus, listed, SITE)
    assert first == catalogue_files(corpus, iter(listed), SITE)
    assert list(first) == list(CATALOGUES)
