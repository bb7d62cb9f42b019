"""The fixtures of the browser tests; `served` makes them."""

from served import browser, complete, large, open_page, site

__all__ = ["browser", "complete", "large", "open_page", "site"]
