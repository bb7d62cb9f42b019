"""The site: Markdown to `build/docs`, mkdocs over it, downloads beside it, the search index last.

One module a concern: `npm` has the parts from npm (`chart` those of Vega), `markdown` what mkdocs
does, `finish` the last pass over built pages, `search` the full-text index, `elsewhere` downloads
under another address, `preview` the server, `build` their order.
"""

from gongkai.site.build import SiteResult, build_date, build_site
from gongkai.site.elsewhere import DOWNLOADS
from gongkai.site.markdown import SiteError, write_docs
from gongkai.site.npm import install_web
from gongkai.site.preview import make_server, serve

__all__ = [
    "DOWNLOADS",
    "SiteError",
    "SiteResult",
    "build_date",
    "build_site",
    "install_web",
    "make_server",
    "serve",
    "write_docs",
]
