"""Pages at the addresses of ids that are no longer used: they lead on, with or without JavaScript.

Each is a whole HTML file of a few lines, outside the frame the other pages share, and leads by a
relative way, so that it works below any address. Knows the corpus, nothing of where files go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.pages.frame import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Redirect


def redirect_pages(corpus: Corpus, site_url: str) -> Iterator[tuple[str, str]]:
    """The pages of all retired ids: of the agency, and of each of its reports we hold.

    Args:
        corpus: all that is published.
        site_url: the address of the site's root, for search engines.

    Yields:
        The path below the site's root, and the HTML.
    """
    years: dict[str, list[int]] = {}
    for one in corpus.reports:
        years.setdefault(one.entry.agency.id, []).append(one.entry.year)
    for redirect in corpus.redirects:
        name = corpus.agencies[redirect.new].name
        found = years.get(redirect.new, [])
        # An agency without a report has no page of its own yet.
        target = f"{redirect.new}/" if found else ""
        yield _page(redirect, ("agencies", redirect.old, target), name, site_url)
        for year in sorted(found):
            ids = (f"{redirect.old}-{year}", f"{redirect.new}-{year}/")
            yield _page(redirect, ("reports", *ids), f"{name}{year}年度的报告", site_url)


def _page(
    redirect: Redirect, ways: tuple[str, str, str], name: str, site_url: str
) -> tuple[str, str]:
    folder, old, target = ways
    html = (
        environment()
        .get_template("redirect.html")
        .render(
            way=f"../{target}",
            canonical=f"{site_url}{folder}/{target}",
            old=redirect.old,
            since=redirect.since,
            reason=redirect.reason,
            name=name,
        )
    )
    return f"{folder}/{old}/index.html", html
