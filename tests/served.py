"""A small site in a real browser: built once, served from this machine, nothing else reachable."""

from __future__ import annotations

import os
import re
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import make
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from print_boxes import place_of, print_boxes
from print_html import print_html
from printers import Sheet, print_report

from chromium import chromium
from gongkai.checks import check, compared
from gongkai.line import Options, build
from gongkai.model import Agency, CellId, Corpus, Locus, Published, Region, Status, Value
from gongkai.read.sniff import PDF
from gongkai.report import read_report
from gongkai.site import build_site, install_web, make_server
from invented_project import make_invented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from gongkai.model import Entry, Report

ROOT = Path(__file__).parents[1]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
CITY = Region("990200", "990200", "样本市", "Yangben", "prefecture", "990000")
WATER = Agency(
    id="cn-990200-shuiwuju",
    slug="shuiwuju",
    adcode="990200",
    name="样本市水务局",
    other_names=(),
    classification="water",
    level="county",
    region=CITY,
)
#: Reports of the invented site that is built for the tests.
MANY = 200
#: One page of each template.
PAGES = {
    "home": "",
    "list": "reports/",
    "shelf": "reports/2023/",
    "report": "reports/cn-990100-tongjiju-2023/",
    "agencies": "agencies/",
    "class": "agencies/class/statistics/",
    "agency": "agencies/cn-990100-tongjiju/",
    "regions": "regions/",
    "region": "regions/990000/",
    "years": "years/",
    "year": "years/2023/",
    "data": "data/",
    "codebook": "data/codebook/",
    "api": "api/",
    "ask": "ask/",
    "compare": "compare/",
    "quality": "quality/",
    "check": "checks/t3-row/",
    "beside": "beside/cn-990100-tongjiju-2022--cn-990100-tongjiju-2023/",
    "method": "method/",
    "precheck": "precheck/",
    "recipes": "recipes/",
    "contribute": "contribute/",
    "about": "about/",
    "glossary": "glossary/",
    "read": "read/",
    "findings": "findings/",
    "accessibility": "accessibility/",
    "about-en": "en/about/",
    "data-en": "en/data/",
    "search": "search/",
}


@dataclass(frozen=True)
class Site:
    """A served site: its folder, its address and whether the parts from npm are in it."""

    folder: Path
    url: str
    complete: bool


def missing(reason: str) -> None:
    """Skip on a person's machine, fail where everything is promised."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _broken(texts: Mapping[str, str]) -> Report:
    """A report with every kind of cell a page can show."""
    made = make.report(
        texts=texts,
        numbers={
            CellId("requests", "received", "natural_person"): 123456,
            CellId("requests", "granted", "other_org"): None,
        },
    )
    odd = {
        CellId("requests", "denied_state_secret", "total"): Value(None, Status.SLASH, "/"),
        CellId("requests", "denied_other_law", "total"): Value(None, Status.AMBIGUOUS, "0 0"),
        CellId("requests", "closed_other", "total"): Value(None, Status.MISSING, ""),
    }
    return replace(made, values={**made.values, **odd})


def _kept(report: Report, root: Path, suffix: str, data: bytes) -> Entry:
    """The entry of the report, its original written with that suffix."""
    assert report.entry is not None
    entry = replace(report.entry, original=f"{report.entry.folder}/original.{suffix}")
    path = root / entry.original
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return entry


def _on_pages(report: Report, root: Path) -> Report:
    """The report with its figures in the boxes of a PDF."""
    located = [cell for cell, value in report.values.items() if value.status != Status.MISSING]
    places = {cell: place_of(number) for number, cell in enumerate(located)}
    values = {
        cell: replace(
            value,
            locus=Locus("original.pdf", page=places[cell][0], bbox=places[cell][1])
            if cell in places
            else None,
        )
        for cell, value in report.values.items()
    }
    entry = _kept(report, root, "pdf", print_boxes(report.values[cell].raw for cell in located))
    source = replace(report.source, media_type=PDF)
    return replace(report, entry=entry, source=source, values=values)


def _printed(report: Report, root: Path, texts: Mapping[str, str], layout: str) -> Report:
    """The report as it is read from its own print, as a web page or as text."""
    assert report.form is not None
    cells = {cell: value.raw for cell, value in report.values.items()}
    sheet = Sheet(report.form, cells, report.title.text, texts)
    if layout == "html":
        entry = _kept(report, root, "html", print_html(sheet))
    else:
        entry = _kept(report, root, "txt", print_report(sheet, layout).encode())
    return read_report(root / entry.original, entry.original, entry)


def _in_full(report: Report) -> Report:
    """The report with its own words, which may be compared with those of others."""
    assert report.entry is not None
    return replace(report, entry=replace(report.entry, transcription="full"))


def make_corpus(root: Path) -> Corpus:
    """Two agencies in two cities, both forms; a PDF, texts and a web page; one with findings.

    The statistics office wrote nearly the same in two years.
    """
    water = {**make.TEXTS, "overview": "水务局召开了节水宣传会，政⺠互动３次，见条例第3项。"}
    same = {**make.TEXTS, "overview": make.OWN_WORDS}
    made = [
        _in_full(_on_pages(_broken(same), root)),
        _in_full(_printed(make.report(year=2022, texts=same), root, same, "tsv")),
        _printed(make.report("form2019"), root, make.TEXTS, "words"),
        _printed(make.report(agency=WATER), root, water, "html"),
    ]
    return compared(make.corpus(*(Published(report, check(report)) for report in made)))


def violations(page: Page) -> list[str]:
    """What axe finds: rule, and the elements."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # Off unless it is asked for by name: buttons and links large enough for a finger.
    size = {"target-size": {"enabled": True}}
    # What passes is not described: that takes most of the time on pages with long tables.
    told = ["violations"]
    options = {"runOnly": {"type": "tag", "values": tags}, "rules": size, "resultTypes": told}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found]


@contextmanager
def serving(root: Path, corpus: Corpus, downloads: str = "") -> Iterator[Site]:
    """The site of a corpus whose originals are below `root`, built and served.

    `downloads` is the setting of that name.
    """
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings = settings.replace('downloads: ""', f'downloads: "{downloads}"')
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    shutil.copytree(ROOT / "content" / "pages", root / "content" / "pages")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, root / name)
    install_web(ROOT, tests=True)
    if (ROOT / "node_modules").is_dir():
        (root / "node_modules").symlink_to(ROOT / "node_modules")
    built = build_site(corpus, root, root / "site", offline=True)
    with _listening(built.out, complete=not built.warnings) as served:
        yield served


@contextmanager
def _listening(folder: Path, *, complete: bool) -> Iterator[Site]:
    """The folder as a site on a free port of this machine."""
    with make_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(folder, f"http://127.0.0.1:{server.server_port}/", complete=complete)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, served on a free port of this machine."""
    root = tmp_path_factory.mktemp("browser")
    with serving(root, make_corpus(root)) as served:
        yield served


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of many invented reports: that of `GONGKAI_SITE`, or one built here of a few hundred."""
    given = os.environ.get("GONGKAI_SITE")
    if given is not None:
        with _listening(Path(given), complete=True) as served:
            yield served
        return
    install_web(ROOT, tests=True)
    root = tmp_path_factory.mktemp("large") / "project"
    make_invented(root, MANY)
    made = build(root, Options(root / "site", workers=os.cpu_count() or 1))
    assert made.problems == ()
    assert made.site is not None
    with _listening(made.site.out, complete=not made.site.warnings) as served:
        yield served


@pytest.fixture
def complete(site: Site) -> Site:
    """The site with its parts from npm."""
    if not site.complete:
        missing("the parts from npm are not installed: run npm ci")
    return site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a network of its own."""
    program = chromium()
    if program is None:
        missing("no chromium: apt-get install -y chromium-headless-shell fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


def _without_scripts(route: Route) -> None:
    """A page as a browser without scripts shows it; tools still run in it."""
    answer = route.fetch()
    if "text/html" not in answer.headers.get("content-type", ""):
        route.fulfill(response=answer)
        return
    text = re.sub(r"<script\b.*?</script>", "", answer.text(), flags=re.DOTALL)
    text = text.replace("<noscript>", "<div>").replace("</noscript>", "</div>")
    route.fulfill(response=answer, body=text)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page: `open_page("reports/", width=375, dark=True, scripts=False)`."""
    contexts: list[BrowserContext] = []

    def opened(path: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            bypass_csp=True,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        if not scripts:
            page.route(lambda url: url.startswith(site.url), _without_scripts)
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
