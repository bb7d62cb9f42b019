"""Where the relative ways of a page lead."""

from __future__ import annotations


def resolved(way: str, page: str) -> str:
    """The path below the site's root that a relative way without query and anchor leads to.

    Args:
        way: what the page has.
        page: the path of the page below the root.

    >>> resolved("../../data/cells.csv", "reports/a/index.html"), resolved("../", "data/index.html")
    ('data/cells.csv', '')
    """
    parts = page.split("/")[:-1]
    for step in way.split("/"):
        if step == "..":
            del parts[-1:]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
