"""The frame all pages share: settings, the template engine, one page as Markdown.

A page is Markdown with a short front matter and one line of HTML. Text of reports is hostile: the
engine escapes every value, folds its line breaks and drops control characters, so that it can
neither end the line nor be read as Markdown. Nothing here knows what a page shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gongkai.model import Corpus
from gongkai.safe import UNSAFE, plain
from gongkai.vocabulary import label

if TYPE_CHECKING:
    from gongkai.release import Release

#: What may not stand in a script as it is: signs of markup, and characters that end a line or are
#: unseen. JSON has another way to write each.
_NOT_IN_SCRIPT = re.compile(
    "[<>&\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
#: In the place of a date that nobody wrote down.
UNDATED = "undated"
#: The theme prints titles and descriptions without escaping them.
_MARKS = str.maketrans({"<": "＜", ">": "＞", "&": "＆", '"': "＂", "'": "＇"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What pages need besides the corpus.

    `repository` is the address issues are opened at; `files` describes the downloads of the
    whole corpus as `data/index.json` does; `search` and `table` say whether the parts that come
    from npm are there, `notices` why not; `engine` is the bytes of the one that answers SQL, as
    they are and compressed, two zeros where it is not there; `chart` the bytes, compressed, of what
    draws charts, 0 where that is not there. `originals` is where pictures and
    places of originals are, relative to the site's root or an address of another host; `pictures`
    says for which reports there are any, and of which pages. `releases` are those there are, the
    newest first. `offline` says whether the site is offered as one zip. `downloads` is where
    downloads are, empty for the site itself: pages link to them as if they were there, the build
    leads such links on (`package/elsewhere.py`).
    """

    repository: str = "https://github.com/gongkai/gongkai"
    site_url: str = "https://gongkai.github.io/gongkai/"
    files: tuple[Mapping[str, Any], ...] = ()
    search: bool = True
    table: bool = True
    engine: tuple[int, int] = (0, 0)
    chart: int = 0
    notices: tuple[str, ...] = ()
    originals: str = "originals/"
    pictures: Mapping[str, frozenset[int]] = field(default_factory=dict)
    releases: tuple[Release, ...] = ()
    offline: bool = False
    downloads: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is rendered; `path` is that of its Markdown file below the docs folder.

    `files` stand beside it as they are: path below the docs folder → text.
    `checked` is the day its data were last held against the original, as ISO text or `UNDATED`;
    empty where the page is about more than one report.
    """

    path: str
    title: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    checked: str = ""


PageMaker = Callable[[Corpus, Setting], Iterable[Page]]


def plain_title(text: str) -> str:
    """The text for places where the theme does not escape it."""
    return plain(text).translate(_MARKS)


def url_of(path: str) -> str:
    """The address of a page's Markdown file, relative to the site's root.

    >>> url_of("reports/a-2021.md"), url_of("data/index.md"), url_of("index.md")
    ('reports/a-2021/', 'data/', '')
    """
    stem = path.removesuffix(".md")
    stem = stem.removesuffix("index").removesuffix("/")
    return f"{stem}/" if stem else ""


def root_of(path: str) -> str:
    """The way from a page back to the site's root: `../` for each step down."""
    return "../" * url_of(path).count("/")


def lines(text: str) -> Markup:
    """Preformatted text on one line of source; the line breaks are written as references."""
    kept = (UNSAFE.sub("", line).replace("\t", " ") for line in text.splitlines())
    return Markup("&#10;").join(escape(line) for line in kept)


def data_block(data: Mapping[str, Any]) -> Markup:
    """JSON on one line, as it may stand in a script element whatever its texts hold."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(_NOT_IN_SCRIPT.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))  # noqa: S704  # no sign of markup is left


def _finalize(value: object) -> object:
    if value is None:
        raise ValueError("a page must say what it shows where nothing is known")
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment() -> Environment:
    """The template engine: escaping on, unknown names an error."""
    engine = Environment(
        loader=PackageLoader("gongkai.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters["lines"] = lines
    engine.filters["data_block"] = data_block
    engine.globals["label"] = label
    return engine


def one_line(html: str) -> str:
    """The HTML without line breaks, so that no blank line ends the raw block."""
    return "".join(line.strip() for line in html.split("\n"))


def render_page(page: Page, setting: Setting) -> str:
    """The page as Markdown: front matter and one line of HTML."""
    template = environment().get_template(page.template)
    html = template.render(
        **page.values,
        root=root_of(page.path),
        url=url_of(page.path),
        setting=setting,
        title=page.title,
    )
    about = {
        "title": plain_title(page.title),
        "description": plain_title(page.description),
        "checked": page.checked,
    }
    meta = "".join(
        f"{name}: {json.dumps(text, ensure_ascii=False)}\n" for name, text in about.items() if text
    )
    return f"---\n{meta}hide: [navigation, toc]\n---\n\n{one_line(html)}\n"
