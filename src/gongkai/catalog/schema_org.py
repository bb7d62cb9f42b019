"""schema.org `Dataset`, for search engines: JSON-LD of the data page and of each report's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongkai.catalog.descriptor import COUNTRY, KEYWORDS_EN, KEYWORDS_ZH, agency_address
from gongkai.package.schema import LICENCE

if TYPE_CHECKING:
    from gongkai.catalog.descriptor import File, Variable, Work
    from gongkai.model import Agency, Region

CONTEXT = "https://schema.org/"
CATALOGUE_TITLE = "Gongkai 公开年报数据"


def dataset_id(work: Work) -> str | None:
    """The permanent identifier of a data set: its page, and on it the data set."""
    return f"{work.url}#dataset" if work.url is not None else None


def _known(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is unknown."""
    return {name: value for name, value in node.items() if value not in (None, "", [], ())}


def _download(file: File) -> dict[str, Any]:
    return _known(
        {
            "@type": "DataDownload",
            "name": file.title,
            "contentUrl": file.url,
            "encodingFormat": file.formats,
            "contentSize": f"{file.size} B" if file.size is not None else None,
            "sha256": file.sha256,
        }
    )


def _place(region: Region) -> dict[str, Any]:
    return {
        "@type": "AdministrativeArea",
        "name": region.name,
        "identifier": {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": region.adcode},
        "containedInPlace": {"@type": "Country", "name": COUNTRY},
    }


def _variable(variable: Variable) -> dict[str, Any]:
    return _known(
        {
            "@type": "PropertyValue",
            "name": variable.name,
            "alternateName": variable.name_en,
            "unitText": variable.unit,
        }
    )


def _period(years: tuple[int, int] | None) -> str | None:
    if years is None:
        return None
    first, last = years
    return str(first) if first == last else f"{first}/{last}"


def _agency(agency: Agency, site_url: str | None) -> dict[str, Any]:
    identifiers = [{"@type": "PropertyValue", "propertyID": "gongkai", "value": agency.id}]
    if agency.uscc is not None:
        name = "统一社会信用代码"
        identifiers.append({"@type": "PropertyValue", "propertyID": name, "value": agency.uscc})
    return _known(
        {
            "@type": "GovernmentOrganization",
            "name": agency.name,
            "url": agency_address(site_url, agency),
            "identifier": identifiers,
        }
    )


def _source(report: Work) -> dict[str, Any]:
    return _known(
        {
            "@type": "Report",
            "name": report.title,
            "author": {"@type": "GovernmentOrganization", "name": report.author},
            "datePublished": report.published_on,
            "url": report.url,
            "inLanguage": "zh-CN",
        }
    )


def _part_of(whole: Work) -> dict[str, Any]:
    return _known(
        {"@type": "Dataset", "@id": dataset_id(whole), "name": whole.title, "url": whole.url}
    )


def write_schema_org(work: Work) -> dict[str, Any]:
    """A data set as schema.org describes it.

    Args:
        work: the data set, or the data of one report.
    """
    site = work.site_url
    about, source, whole = work.about, work.source, work.part_of
    places = [_place(region) for region in work.places]
    return {"@context": CONTEXT} | _known(
        {
            "@type": "Dataset",
            "@id": dataset_id(work),
            "url": work.url,
            "identifier": work.key,
            "name": work.title,
            "alternateName": work.title_en,
            "description": work.description,
            "keywords": [*KEYWORDS_ZH, *KEYWORDS_EN],
            "inLanguage": "zh-CN",
            "license": LICENCE["path"],
            "isAccessibleForFree": True,
            "version": work.version,
            "creator": _known({"@type": "Organization", "name": work.author, "url": site}),
            "includedInDataCatalog": _known(
                {"@type": "DataCatalog", "name": CATALOGUE_TITLE, "url": site}
            ),
            "isPartOf": _part_of(whole) if whole is not None else None,
            "about": _agency(about, site) if about is not None else None,
            "isBasedOn": _source(source) if source is not None else None,
            "dateModified": work.dated,
            "temporalCoverage": _period(work.years),
            "spatialCoverage": places or [{"@type": "Country", "name": COUNTRY}],
            "variableMeasured": [_variable(variable) for variable in work.variables],
            "distribution": [_download(file) for file in work.files],
        }
    )
