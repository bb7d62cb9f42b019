"""The pages of the site, from data: Markdown with one line of HTML each.

To add a page: a function from the corpus to `Page`s, a template in `templates/` and a line in
`PAGES`. Templates escape every value; `frame` says what else a text from a report must not do.
"""

from collections.abc import Iterator

from gongkai.model import Corpus
from gongkai.pages.agencies import agency_pages
from gongkai.pages.api import api_page
from gongkai.pages.ask import ask_page
from gongkai.pages.beside import beside_pages
from gongkai.pages.changes import FEED, changes_pages, render_feed
from gongkai.pages.compare import compare_page
from gongkai.pages.data import codebook_page
from gongkai.pages.downloads import data_pages
from gongkai.pages.english import data_page_en
from gongkai.pages.findings import findings_page
from gongkai.pages.frame import PageMaker, Setting, render_page
from gongkai.pages.glossary import glossary_page
from gongkai.pages.home import home_page
from gongkai.pages.lists import list_page
from gongkai.pages.quality import quality_pages
from gongkai.pages.reading import reading_page
from gongkai.pages.redirects import redirect_pages
from gongkai.pages.regions import region_pages
from gongkai.pages.report import report_pages
from gongkai.pages.search import search_page
from gongkai.pages.years import year_pages

__all__ = [
    "FEED",
    "PAGES",
    "Setting",
    "redirect_pages",
    "render_feed",
    "render_files",
    "render_pages",
]

#: Name → the function that makes these pages.
PAGES: dict[str, PageMaker] = {
    "home": home_page,
    "list": list_page,
    "reports": report_pages,
    "agencies": agency_pages,
    "regions": region_pages,
    "years": year_pages,
    "compare": compare_page,
    "data": data_pages,
    "codebook": codebook_page,
    "api": api_page,
    "ask": ask_page,
    "changes": changes_pages,
    "quality": quality_pages,
    "beside": beside_pages,
    "search": search_page,
    "glossary": glossary_page,
    "reading": reading_page,
    "findings": findings_page,
    "english": data_page_en,
}


def render_files(corpus: Corpus, setting: Setting | None = None) -> Iterator[tuple[str, str]]:
    """All pages, path below the docs folder and Markdown, and the files that stand beside them."""
    used = setting if setting is not None else Setting()
    for maker in PAGES.values():
        for page in maker(corpus, used):
            yield page.path, render_page(page, used)
            yield from page.files.items()


def render_pages(corpus: Corpus, setting: Setting | None = None) -> dict[str, str]:
    """All pages: path below the docs folder → Markdown."""
    made = render_files(corpus, setting)
    return {path: text for path, text in made if path.endswith(".md")}
