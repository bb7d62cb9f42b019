"""Everything that is written for a corpus besides the files of single reports, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.package.api.addresses import list_path
from gongkai.package.api.figures import cell_variables, write_document
from gongkai.package.api.openapi import (
    ENDPOINTS,
    PROMISE,
    PROMISE_EN,
    VERSION,
    openapi,
)
from gongkai.package.api.panel import panel_documents
from gongkai.package.api.places import (
    agencies_document,
    agency_documents,
    places_of,
    region_documents,
    regions_document,
    reports_document,
    retired_documents,
)
from gongkai.package.api.series import series_documents
from gongkai.package.elsewhere import way
from gongkai.package.schema import DATASET_NAME, DATASET_TITLE, DATASET_TITLE_EN, LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus
    from gongkai.package.api.shapes import IndexDocument


def _index(corpus: Corpus, downloads: str) -> IndexDocument:
    return {
        "name": DATASET_NAME,
        "title": DATASET_TITLE,
        "title_en": DATASET_TITLE_EN,
        "version": VERSION,
        "promise": list(PROMISE),
        "promise_en": list(PROMISE_EN),
        "licence": {
            "name": LICENCE["name"],
            "path": LICENCE["path"],
            "title": LICENCE["title"],
        },
        "totals": {
            "reports": len(corpus.reports),
            "agencies": len(corpus.agencies),
            "regions": len(corpus.regions),
            "series": len(cell_variables()),
        },
        "endpoints": [
            {
                "path": way(endpoint.path, downloads),
                "media_type": endpoint.media_type,
                "title": endpoint.title,
                "title_en": endpoint.title_en,
            }
            for endpoint in ENDPOINTS
        ],
        "links": {
            "self": list_path("index"),
            "openapi": list_path("openapi"),
            "page": "api/",
            "data": "data/index.json",
        },
    }


def corpus_documents(corpus: Corpus, downloads: str = "") -> Iterator[tuple[str, bytes]]:
    """All files of the API and beside pages but those of reports, as path and bytes.

    Paths are relative to the site's root. One document at a time is held.

    Args:
        corpus: all that is published.
        downloads: where downloads are; empty for the site itself.
    """
    places = places_of(corpus)
    yield list_path("index"), write_document(_index(corpus, downloads))
    yield list_path("openapi"), write_document(openapi(downloads))
    yield list_path("agencies"), write_document(agencies_document(places))
    yield list_path("regions"), write_document(regions_document(places))
    yield list_path("reports"), write_document(reports_document(corpus))
    for agency_id in places.by_agency:
        yield from agency_documents(agency_id, places, downloads).items()
    for region_id in places.by_region:
        yield from region_documents(region_id, places, downloads).items()
    yield from retired_documents(places, downloads)
    yield from series_documents(corpus)
    yield from panel_documents(corpus)
