"""The fixtures of the browser tests; `served` makes them."""

from served import browser, complete, open_page, site

__all__ = ["browser", "complete", "open_page", "site"]
