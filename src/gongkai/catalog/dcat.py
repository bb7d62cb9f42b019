"""DCAT 3, for data portals: the catalogue as JSON-LD.

One data set for the whole, with the files that hold several tables, and one for each table and
each year that has files of its own: distributions of one data set have to hold the same data. The
properties are those DCAT-AP 3 asks for. Reports have no data sets of their own here, which would
be megabytes: their pages carry theirs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gongkai.catalog.descriptor import (
    COUNTRY,
    DATASET_AUTHOR,
    KEYWORDS_EN,
    KEYWORDS_ZH,
    address,
)
from gongkai.catalog.schema_org import CATALOGUE_TITLE, dataset_id
from gongkai.package.schema import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.catalog.descriptor import File, Work
    from gongkai.model import Region

FILE = "catalog.jsonld"
CONTEXT: dict[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
LANGUAGE = f"{_AUTHORITY}language/ZHO"
THEME = f"{_AUTHORITY}data-theme/GOVE"
PUBLIC = f"{_AUTHORITY}access-right/PUBLIC"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def _ref(iri: str) -> dict[str, str]:
    return {"@id": iri}


def _said(text: str, language: str = "zh") -> dict[str, str]:
    return {"@value": text, "@language": language}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}


def _known(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is unknown."""
    return {name: value for name, value in node.items() if value not in (None, [])}


def _titles(work: Work) -> list[dict[str, str]]:
    return [_said(work.title), *([_said(work.title_en, "en")] if work.title_en else [])]


def _publisher() -> dict[str, Any]:
    return {"@id": "#publisher", "@type": "foaf:Agent", "foaf:name": DATASET_AUTHOR}


def _place(region: Region) -> dict[str, Any]:
    return {
        "@type": "dct:Location",
        "skos:prefLabel": _said(region.name),
        "dct:identifier": region.adcode,
    }


def _period(years: tuple[int, int] | None) -> dict[str, Any] | None:
    if years is None:
        return None
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _typed(f"{years[0]}-01-01", "date"),
        "dcat:endDate": _typed(f"{years[1]}-12-31", "date"),
    }


def _distribution(file: File, page: str) -> dict[str, Any]:
    return _known(
        {
            "@id": f"#file-{file.name}",
            "@type": "dcat:Distribution",
            "dct:title": _said(file.title),
            "dcat:accessURL": _ref(page),
            "dcat:downloadURL": _ref(file.url),
            "dcat:mediaType": _ref(MEDIA_TYPES + file.media_type),
            "dcat:compressFormat": _ref(MEDIA_TYPES + file.packed) if file.packed else None,
            "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
            "dct:license": _ref(LICENCE["path"]),
            "dct:conformsTo": _ref(file.schema) if file.schema is not None else None,
            "adms:status": _ref(f"{_AUTHORITY}distribution-status/COMPLETED"),
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": _ref("spdx:checksumAlgorithm_sha256"),
                "spdx:checksumValue": _typed(str(file.sha256), "hexBinary"),
            },
        }
    )


def _dataset(work: Work, iri: str, page: str, parts: Iterable[str] = ()) -> dict[str, Any]:
    places = [_place(region) for region in work.places]
    china = {"@type": "dct:Location", "skos:prefLabel": _said(COUNTRY)}
    return _known(
        {
            "@id": iri,
            "@type": "dcat:Dataset",
            "dct:identifier": work.key,
            "dct:title": _titles(work),
            "dct:description": _said(work.description),
            "dct:publisher": _ref("#publisher"),
            "dct:creator": _ref("#publisher"),
            "dct:license": _ref(LICENCE["path"]),
            "dct:language": _ref(LANGUAGE),
            "dct:accessRights": _ref(PUBLIC),
            "dct:modified": _typed(work.dated, "date") if work.dated is not None else None,
            "dct:temporal": _period(work.years),
            "dct:spatial": places or [china],
            "dcat:version": work.version,
            "dcat:theme": _ref(THEME),
            "dcat:keyword": [
                *(_said(word) for word in KEYWORDS_ZH),
                *(_said(word, "en") for word in KEYWORDS_EN),
            ],
            "dcat:landingPage": _ref(page),
            "dcat:contactPoint": _ref("#contact"),
            "dct:hasPart": [_ref(part) for part in parts],
            "dct:isPartOf": _ref(str(dataset_id(work.part_of))) if work.part_of else None,
            "dcat:distribution": [_distribution(file, page) for file in work.files],
        }
    )


def _parts(whole: Work) -> Iterator[tuple[str, Work]]:
    """The tables and the years that have files of their own, each with its identifier."""
    tables = {file.table.name: file.table for file in whole.files if file.table is not None}
    for name, table in tables.items():
        work = replace(
            whole,
            key=f"{whole.key}-{name}",
            title=f"{whole.title}：{table.title}",
            title_en=f"{whole.title_en}: {table.title_en}",
            description=table.description,
            files=tuple(file for file in whole.files if file.table is table),
            part_of=whole,
        )
        yield f"#table-{name}", work
    for file in whole.files:
        if file.year is not None:
            work = replace(
                whole,
                key=f"{whole.key}-{file.year}",
                title=f"{whole.title}：{file.year}年度",
                title_en=f"{whole.title_en}: {file.year}",
                description=f"{file.year}年度的报告。{whole.description}",
                years=(file.year, file.year),
                files=(file,),
                part_of=whole,
            )
            yield f"#year-{file.year}", work


def write_dcat(whole: Work) -> dict[str, Any]:
    """The catalogue of our site, whose address is the base of the identifiers.

    Args:
        whole: the data set, with its files and the address of the site.
    """
    page, iri = str(whole.url), str(dataset_id(whole))
    parts = list(_parts(whole))
    own = replace(whole, files=tuple(f for f in whole.files if f.table is None and f.year is None))
    datasets = [
        _dataset(own, iri, page, (name for name, _ in parts)),
        *(_dataset(work, name, page) for name, work in parts),
    ]
    return {
        "@context": {"@base": f"{page}{FILE}", **CONTEXT},
        "@id": "#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _said(CATALOGUE_TITLE),
        "dct:description": _said(whole.description),
        "dct:publisher": _publisher(),
        "dct:license": _ref(LICENCE["path"]),
        "dct:language": _ref(LANGUAGE),
        **(
            {"dct:modified": _typed(whole.dated, "date"), "dct:temporal": _period(whole.years)}
            if whole.dated is not None
            else {}
        ),
        "dcat:contactPoint": {
            "@id": "#contact",
            "@type": "vcard:Kind",
            "vcard:fn": DATASET_AUTHOR,
            "vcard:hasURL": _ref(str(address(whole.site_url, "contribute/"))),
        },
        "foaf:homepage": _ref(str(whole.site_url)),
        "dcat:dataset": datasets,
    }
