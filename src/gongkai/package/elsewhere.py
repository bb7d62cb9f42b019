"""Which files of the site are downloads, and where readers get them.

Downloads stand on the site, or under an address of their own: `extra.downloads` of `mkdocs.yml`,
here `downloads`, empty where it is the site. What a page loads, what says where data are, and the
API under its own folder are never downloads. `site/elsewhere.py` takes them out of the site.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: The tables in every format with the descriptor that names them by their place, and what stands
#: beside the pages of agencies, regions and reports, originals included; below the site's root.
_DOWNLOADS = re.compile(
    r"data/(?:[^/]+\.(?:csv(?:\.gz)?|parquet|sqlite|xlsx|zip)|datapackage\.json|README\.md|LICENSE\.txt)"
    r"|(?:agencies|regions|reports)/[^/]+\.(?:csv|json)|reports/[^/]+/files/[^/]+"
)


def is_download(path: str) -> bool:
    """Whether a file may stand elsewhere, by its path below the site's root.

    >>> is_download("data/cells.csv.gz"), is_download("data/index.json")
    (True, False)
    """
    return _DOWNLOADS.fullmatch(path) is not None


def way(path: str, downloads: str, root: str = "") -> str:
    """The address of a file or page of the site.

    Args:
        path: its path below the site's root.
        downloads: where downloads are; empty for the site itself.
        root: what stands before everything else: the way to the site's root, or its address.

    >>> way("data/cells.csv", "https://files.test/"), way("data/", "https://files.test/", "../")
    ('https://files.test/data/cells.csv', '../data/')
    """
    return (downloads if downloads and is_download(path) else root) + path


def addressed(files: Iterable[Mapping[str, Any]], downloads: str) -> list[dict[str, Any]]:
    """The files of `data/index.json`, those that stand elsewhere with `url`, their full address."""
    listed = ((dict(file), f"data/{file['path']}") for file in files)
    return [
        file | {"url": way(path, downloads)} if downloads and is_download(path) else file
        for file, path in listed
    ]
