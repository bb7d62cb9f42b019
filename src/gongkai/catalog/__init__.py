"""Outward standards made from one descriptor: how the data are described, and how they are cited.

`descriptor` says what there is; each other module owns one standard and knows the descriptor
alone. To add a citation style: a module and a line in `STYLES`; to add a catalogue file: a module
and a line in `CATALOGUES`.

A citation of a report names two works, the agency's report and our data, because both were used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.catalog import croissant, dcat
from gongkai.catalog.bibtex import write_bibtex
from gongkai.catalog.csl_json import write_csl_json
from gongkai.catalog.descriptor import (
    DATASET_AUTHOR,
    Work,
    describe_dataset,
    describe_part,
    describe_release,
    describe_report,
    describe_report_data,
)
from gongkai.catalog.gbt7714 import write_gbt7714_2015, write_gbt7714_2025
from gongkai.catalog.ris import write_ris
from gongkai.catalog.schema_org import write_schema_org

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gongkai.model import Corpus, Published

__all__ = [
    "CATALOGUES",
    "DATASET_AUTHOR",
    "STYLES",
    "Catalogue",
    "Citation",
    "Work",
    "catalogue_files",
    "citations",
    "cite",
    "dataset_json_ld",
    "describe_dataset",
    "describe_part",
    "describe_release",
    "report_json_ld",
]

#: Style → its name and how works are cited in it, in the order pages show them.
STYLES: dict[str, tuple[str, Callable[[Sequence[Work]], str]]] = {
    "gbt7714": ("GB/T 7714—2025", write_gbt7714_2025),
    "gbt7714-2015": ("GB/T 7714—2015", write_gbt7714_2015),
    "bibtex": ("BibTeX", write_bibtex),
    "ris": ("RIS", write_ris),
    "csl-json": ("CSL-JSON", write_csl_json),
}


@dataclass(frozen=True, slots=True)
class Citation:
    """Works cited in one style: its key in `STYLES`, its name, and the text."""

    style: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A file that describes the data set: its Chinese title, and what makes it of the data set."""

    title: str
    write: Callable[[Work], dict[str, Any]]


def cite(*works: Work) -> tuple[Citation, ...]:
    """The works cited in every style."""
    return tuple(Citation(key, name, write(works)) for key, (name, write) in STYLES.items())


def citations(one: Published, site_url: str | None = None) -> tuple[Citation, ...]:
    """How to cite a report and its data, in every style.

    Args:
        one: the report.
        site_url: the full address of our site, where known.

    Raises:
        ValueError: for a report without an entry.
    """
    return cite(describe_report(one), describe_report_data(one, site_url))


def dataset_json_ld(
    corpus: Corpus,
    files: Iterable[Mapping[str, Any]],
    site_url: str,
    version: str | None = None,
) -> dict[str, Any]:
    """The whole data set as schema.org JSON-LD.

    Args:
        corpus: all that is published.
        files: the downloads as `data/index.json` lists them.
        site_url: the full address of our site.
        version: the name of a release; None for what is between releases.
    """
    return write_schema_org(describe_dataset(corpus, site_url, files, version))


def report_json_ld(
    one: Published, named: Sequence[tuple[str, str]], site_url: str
) -> dict[str, Any]:
    """The data of one report as schema.org JSON-LD.

    Args:
        one: the report.
        named: the downloads beside its page: title, and address below the root of the site or in
            full.
        site_url: the full address of our site.

    Raises:
        ValueError: for a report without an entry.
    """
    return write_schema_org(describe_report_data(one, site_url, named))


#: Name below `data/` → the file. They list the files of `index.json` and so do not stand in it.
CATALOGUES: dict[str, Catalogue] = {
    dcat.FILE: Catalogue("数据目录（DCAT 3，JSON-LD）", dcat.write_dcat),
    croissant.FILE: Catalogue("数据集说明（Croissant）", croissant.write_croissant),
}


def _bytes(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def catalogue_files(
    corpus: Corpus,
    files: Iterable[Mapping[str, Any]],
    site_url: str,
    version: str | None = None,
) -> dict[str, bytes]:
    """All catalogue files: name below `data/` → bytes.

    Args:
        corpus: all that is published.
        files: the downloads as `data/index.json` lists them.
        site_url: the full address of our site.
        version: the name of a release; None for what is between releases.
    """
    whole = describe_dataset(corpus, site_url, files, version)
    return {name: _bytes(one.write(whole)) for name, one in CATALOGUES.items()}
