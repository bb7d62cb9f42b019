"""Where documents, files and pages stand, relative to the site's root.

One rule for reports, agencies and regions: the page `<kind>/<id>/` has its CSV and its JSON beside
it, `<kind>/<id>.csv` and `<kind>/<id>.json`. The JSON is the document of the API at
`api/v1/<kind>/<id>.json`, byte for byte.
"""

from __future__ import annotations

from gongkai.package.api.openapi import ROOT
from gongkai.package.elsewhere import way

#: Downloads of a report that other formats make: relation → address.
_REPORT_FILES = {
    "xlsx": "reports/{id}/files/{id}.xlsx",
    "zip": "reports/{id}/files/{id}.zip",
}


def json_path(kind: str, name: str) -> str:
    """The address of a document.

    >>> json_path("reports", "cn-990100-tongjiju-2023")
    'api/v1/reports/cn-990100-tongjiju-2023.json'
    """
    return f"{ROOT}/{kind}/{name}.json"


def list_path(kind: str) -> str:
    """The address of the list of all of a kind, and of `index` and `openapi`."""
    return f"{ROOT}/{kind}.json"


def csv_path(kind: str, name: str) -> str:
    """The address of the CSV beside a page."""
    return f"{kind}/{name}.csv"


def beside_path(kind: str, name: str) -> str:
    """The address of the JSON beside a page, which is the document of the API once more."""
    return f"{kind}/{name}.json"


def files_of(kind: str, name: str, document: bytes, table: bytes | None) -> dict[str, bytes]:
    """The files of a thing: its document, and where it has a page what stands beside that.

    `table` is the CSV beside the page; None where there is no page.
    """
    own = {json_path(kind, name): document}
    if table is None:
        return own
    return {**own, beside_path(kind, name): document, csv_path(kind, name): table}


def page_path(kind: str, name: str) -> str:
    """The address of a page."""
    return f"{kind}/{name}/"


def links_of(kind: str, name: str, downloads: str = "", *, page: bool = True) -> dict[str, str]:
    """The addresses of a thing by relation; without those of a page that does not exist."""
    own = {"self": json_path(kind, name)}
    if not page:
        return own
    return {**own, "page": page_path(kind, name), "csv": way(csv_path(kind, name), downloads)}


def report_links(
    report_id: str, agency_id: str, region_id: str, downloads: str = ""
) -> dict[str, str]:
    """The addresses of a report by relation, full ones where downloads stand elsewhere."""
    files = {name: path.format(id=report_id) for name, path in _REPORT_FILES.items()}
    return {
        **links_of("reports", report_id, downloads),
        **{name: way(path, downloads) for name, path in files.items()},
        "agency": json_path("agencies", agency_id),
        "region": json_path("regions", region_id),
    }
