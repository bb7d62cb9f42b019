"""Large tables are compressed, and whatever names them says so; small ones stay as they are."""

from __future__ import annotations

import gc
import gzip
import importlib
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import duckdb
import make
import pandas as pd
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT

from gongkai import pages
from gongkai.catalog import catalogue_files, dataset_json_ld
from gongkai.package import compressed, write_corpus
from gongkai.package.downloads import WRITERS
from gongkai.package.schema import RESOURCES
from gongkai.package.validate import check_package
from gongkai.pages import Setting
from test_downloads import rows

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Corpus

SITE = "https://data.example/"
#: Cells and narratives are larger, agencies are not.
BOUND = 3_000


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Two reports."""
    return make.corpus(make.published(make.report()), make.published(make.report("form2019")))


def written(corpus: Corpus, folder: Path, bound: int) -> Path:
    """Everything below `data/`, with a bound of so many bytes; slow formats are left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compressed, "LARGE", bound)
        for slow in ("xlsx", "stata", "csv-excel"):
            patch.delitem(WRITERS, slow)
        write_corpus(corpus, folder)
    return folder


@pytest.fixture(scope="module")
def plain(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As it is where nothing is large."""
    return written(corpus, tmp_path_factory.mktemp("plain") / "data", compressed.LARGE)


@pytest.fixture(scope="module")
def packed(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As it is where cells and other tables are large."""
    return written(corpus, tmp_path_factory.mktemp("packed") / "data", BOUND)


def listed(folder: Path) -> list[dict[str, Any]]:
    """The entries of `index.json`."""
    files: list[dict[str, Any]] = json.loads((folder / "index.json").read_bytes())["files"]
    return files


def test_only_large_tables_are_compressed(plain: Path, packed: Path) -> None:
    """By their bytes alone; what is packed is what would have been there, and never stands twice."""
    names = {path.name for path in packed.iterdir()}
    for resource in RESOURCES.values():
        data = (plain / resource.path).read_bytes()
        if len(data) > BOUND:
            assert resource.path not in names
            assert gzip.decompress((packed / f"{resource.path}.gz").read_bytes()) == data
        else:
            assert f"{resource.path}.gz" not in names
            assert (packed / resource.path).read_bytes() == data
    assert {"cells.csv.gz", "sections.csv.gz", "agencies.csv"} <= names


def test_nothing_else_changes(plain: Path, packed: Path) -> None:
    """Packages of the whole and of years, the database, Parquet and schemas hold the same bytes."""
    told = {"index.json", "datapackage.json", "README.md"}
    for path in sorted(p for p in plain.rglob("*") if p.is_file() and p.suffix != ".csv"):
        name = path.relative_to(plain)
        assert ((packed / name).read_bytes() == path.read_bytes()) is (str(name) not in told), name


def test_the_bytes_tell_neither_time_nor_name(corpus: Corpus, packed: Path, tmp_path: Path) -> None:
    """The head of the file has no date and no flags, and a second run makes the same."""
    again = written(corpus, tmp_path / "data", BOUND)
    for path in sorted(packed.glob("*.gz")):
        assert path.read_bytes()[3:8] == bytes(5)
        assert (again / path.name).read_bytes() == path.read_bytes()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_descriptions_name_the_file_that_is_there(packed: Path) -> None:
    """The package is sound as frictionless sees it; list and README have the new names."""
    assert check_package(packed) == ()
    gc.collect()  # frictionless leaves compressed files open
    package = json.loads((packed / "datapackage.json").read_bytes())
    cells = next(one for one in package["resources"] if one["name"] == "cells")
    assert (cells["path"], cells["compression"]) == ("cells.csv.gz", "gz")
    assert cells["bytes"] == (packed / "cells.csv.gz").stat().st_size
    by_path = {file["path"]: file for file in listed(packed)}
    assert "cells.csv" not in by_path
    entry = by_path["cells.csv.gz"]
    assert (entry["mediatype"], entry["sha256"]) == ("application/gzip", cells["hash"][7:])
    assert entry["schemas"] == {"cells": "schemas/cells.json"}
    assert entry["rows"] == len(list(rows(gzip.decompress((packed / "cells.csv.gz").read_bytes()))))
    text = (packed / "README.md").read_text(encoding="utf-8")
    assert "`cells.csv.gz`" in text
    assert "`cells.csv`" not in text
    assert "`agencies.csv`" in text


def test_readers_take_it_as_it_is(plain: Path, packed: Path) -> None:
    """Pandas and DuckDB read the same rows as from the plain file."""
    frames = [
        pd.read_csv(folder / name, dtype="string", keep_default_na=False)
        for folder, name in ((plain, "cells.csv"), (packed, "cells.csv.gz"))
    ]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    with closing(duckdb.connect()) as duck:
        query = "SELECT count(*) FROM read_csv(?, all_varchar = true)"
        found = duck.execute(query, [str(packed / "cells.csv.gz")]).fetchone()
    assert found == (len(frames[0]),)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:DataFrame is highly fragmented")
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")
def test_catalogues_say_what_it_is_and_what_it_is_packed_in(corpus: Corpus, packed: Path) -> None:
    """DCAT, schema.org and Croissant, whose loader reads the records from it."""
    files = [file for file in listed(packed) if not file["path"].endswith(".parquet")]
    made = catalogue_files(corpus, files, SITE)
    graph = Graph().parse(data=made["catalog.jsonld"], format="json-ld")
    one = URIRef(f"{SITE}data/catalog.jsonld#file-cells.csv.gz")
    types = "https://www.iana.org/assignments/media-types/"
    assert (one, DCAT.mediaType, URIRef(f"{types}text/csv")) in graph
    assert (one, DCAT.compressFormat, URIRef(f"{types}application/gzip")) in graph
    assert (one, DCAT.downloadURL, URIRef(f"{SITE}data/cells.csv.gz")) in graph
    assert len(set(graph.subjects(DCAT.compressFormat))) == len(list(packed.glob("*.csv.gz")))
    formats = {
        file["contentUrl"]: file["encodingFormat"]
        for file in dataset_json_ld(corpus, files, SITE)["distribution"]
    }
    assert formats[f"{SITE}data/cells.csv.gz"] == ["text/csv", "application/gzip"]
    assert formats[f"{SITE}data/agencies.csv"] == "text/csv"
    told = json.loads(made["croissant.json"])
    mapping = {file["@id"]: str(packed / file["@id"]) for file in told["distribution"]}
    loaded = importlib.import_module("mlcroissant").Dataset(jsonld=told, mapping=mapping)
    assert loaded.metadata.ctx.issues.errors == set()
    lines = list(rows(gzip.decompress((packed / "sections.csv.gz").read_bytes())))
    records = [record["sections/heading"].decode() for record in loaded.records("sections")]
    assert records == [line["heading"] for line in lines]


def test_the_page_of_downloads_links_it_and_says_how_to_read_it(
    corpus: Corpus, plain: Path, packed: Path
) -> None:
    """In Chinese and English; where nothing is compressed there is no word of it."""
    for path in ("data/index.md", "en/data.md"):
        texts = [
            pages.render_pages(corpus, Setting(files=tuple(listed(folder))))[path]
            for folder in (plain, packed)
        ]
        assert ["data/cells.csv.gz" in text for text in texts] == [False, True]
        assert ['data/cells.csv"' in text for text in texts] == [True, False]
        assert ['data/agencies.csv"' in text for text in texts] == [True, True]
        assert ["readr" in text for text in texts] == [False, True]
