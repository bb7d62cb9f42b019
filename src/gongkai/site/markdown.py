"""Markdown to pages: the docs folder, the settings, and mkdocs over them.

Nothing here knows what a page shows.
"""

from __future__ import annotations

import contextlib
import logging
import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.site.disk import write_file
from gongkai.site.styles import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Hand-written pages, and where generated Markdown goes.
HAND_WRITTEN, DOCS = Path("content", "pages"), Path("build", "docs")


class SiteError(Exception):
    """The site could not be built; the message says what to do (Chinese)."""


def assets() -> Iterator[tuple[str, bytes]]:
    """The scripts, and the style sheets as one, in the order of their names."""
    here = files("gongkai.pages")
    for one in sorted(here.joinpath("assets").iterdir(), key=lambda f: f.name):
        yield f"static/{one.name}", one.read_bytes()
    styles = sorted(here.joinpath("styles").iterdir(), key=lambda f: f.name)
    sheets = [one.read_text(encoding="utf-8") for one in styles]
    yield "static/gongkai.css", joined(sheets).encode()


def hand_written(root: Path) -> Iterator[tuple[str, bytes]]:
    """The pages a person wrote: name below the docs folder, and bytes."""
    folder = root / HAND_WRITTEN
    for path in sorted(folder.rglob("*.md")):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def write_docs(docs: Path, wanted: Iterable[tuple[str, bytes]]) -> None:
    """Make the folder hold exactly these files; those that are the same are not touched."""
    kept = set()
    for name, data in wanted:
        target = docs / name
        kept.add(target)
        write_file(target, data)
    for old in sorted(docs.rglob("*"), reverse=True):
        if old.is_file() and old not in kept:
            old.unlink()
        elif old.is_dir() and not any(old.iterdir()):
            old.rmdir()


@contextlib.contextmanager
def environment(**wanted: str) -> Iterator[None]:
    """Set these variables for a while; afterwards all are as they were."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Messages(logging.Handler):
    """Keeps what mkdocs warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning's text."""
        self.texts.append(record.getMessage())


def load_settings(root: Path, out: Path) -> Any:  # noqa: ANN401  # mkdocs has no types
    """The settings of mkdocs for this project, with our theme.

    Raises:
        SiteError: if there is no `mkdocs.yml`.
    """
    from mkdocs.config import load_config  # noqa: PLC0415  # slow, and only a build needs it

    settings = root / "mkdocs.yml"
    if not settings.is_file():
        raise SiteError(f"没有 {settings}。办法：在项目文件夹里运行。")
    (root / DOCS).mkdir(parents=True, exist_ok=True)
    config = load_config(
        config_file=str(settings), docs_dir=str(root / DOCS), site_dir=str(out), strict=True
    )
    config["theme"].dirs.insert(0, str(Path(__file__).parents[1] / "pages" / "theme"))
    return config


def run_mkdocs(config: Any) -> None:  # noqa: ANN401  # mkdocs has no types
    """Make the pages.

    Raises:
        SiteError: if a page or a setting is wrong.
    """
    from mkdocs.commands.build import build  # noqa: PLC0415  # slow, and only a build needs it
    from mkdocs.exceptions import MkDocsException  # noqa: PLC0415  # the same

    messages = _Messages()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(messages)
    spoke, logger.propagate = logger.propagate, False
    try:
        build(config)
    except (MkDocsException, SystemExit) as error:
        said = "；".join([*messages.texts, str(error)])
        raise SiteError(
            f"网站没有建成：{said}。办法：按提示改 content/pages 或 mkdocs.yml。"
        ) from error
    finally:
        logger.removeHandler(messages)
        logger.propagate = spoke
