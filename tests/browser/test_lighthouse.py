"""Lighthouse on the pages most people see: accessibility, best practices, what search engines need.

Its fourth figure is a timing and is measured by `benchmarks/lighthouse.py`, not asked for here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from run_lighthouse import PROGRAM, run_lighthouse
from served import PAGES, missing

if TYPE_CHECKING:
    from served import Site

#: What must be reached, of a hundred.
WANTED = {"accessibility": 100, "best-practices": 95, "seo": 95}
#: The templates most visits are to.
PROMINENT = [name for name in ("home", "list", "report", "compare") if name in PAGES]


@pytest.mark.parametrize("name", PROMINENT)
@pytest.mark.usefixtures("browser")
def test_lighthouse_is_content(name: str, complete: Site) -> None:
    """Nothing that counts is amiss."""
    if not PROGRAM.is_file():
        missing("lighthouse is not installed: run npm ci")
    found = run_lighthouse(complete.url + PAGES[name], tuple(WANTED))
    low = {kind: found.scores[kind] for kind, least in WANTED.items() if found.scores[kind] < least}
    assert low == {}, found.faults
