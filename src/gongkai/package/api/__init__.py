"""The static JSON API, and the files beside the pages of reports, agencies and regions.

`shapes` says what each document holds, `openapi` where it stands and what is promised; mypy holds
the functions that fill them (`report`, `places`, `series`) to the shapes, and tests hold every
file to the schema. `addresses` has the one rule for addresses. Nothing here knows pages.
"""

from gongkai.package.api.addresses import csv_path, json_path
from gongkai.package.api.documents import corpus_documents
from gongkai.package.api.figures import MAIN_SERIES
from gongkai.package.api.openapi import ENDPOINTS, PROMISE, ROOT, VERSION, Endpoint, openapi
from gongkai.package.api.places import Places, agency_documents, places_of, region_documents
from gongkai.package.api.report import report_documents

__all__ = [
    "ENDPOINTS",
    "MAIN_SERIES",
    "PROMISE",
    "ROOT",
    "VERSION",
    "Endpoint",
    "Places",
    "agency_documents",
    "corpus_documents",
    "csv_path",
    "json_path",
    "openapi",
    "places_of",
    "region_documents",
    "report_documents",
]
