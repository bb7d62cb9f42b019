"""Which Chromium the tests and benchmarks open pages in."""

from __future__ import annotations

import shutil

#: The one without a window takes half the processor time of the whole one; both are Debian's.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of the first one that is installed; None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
