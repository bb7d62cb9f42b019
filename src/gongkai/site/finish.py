"""The last steps over built pages: parts from npm added, unused files dropped."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gongkai.site.disk import write_file
from gongkai.site.npm import SQL_PARTS, TABLE_PARTS

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.site.npm import WebParts

#: Files of the theme that no page asks for.
_UNUSED = ("assets/javascripts/lunr", "assets/javascripts/workers")


def finish(site: Path, parts: WebParts) -> None:
    """Add the parts from npm and drop what no page asks for."""
    for folder, wanted in ((parts.table, TABLE_PARTS), (parts.sql, SQL_PARTS)):
        if folder is not None:
            for name, target in wanted.items():
                write_file(site / "static" / "vendor" / target, (folder / name).read_bytes())
    for name in _UNUSED:
        shutil.rmtree(site / name, ignore_errors=True)
    for source_map in sorted(site.rglob("*.map")):
        source_map.unlink()
