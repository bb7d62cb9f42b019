"""The documents say what is so: every path, link, command and registry they name is there."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import make
import pytest

from gongkai.checks import CHECKS, CORPUS_CHECKS
from gongkai.cli import app
from gongkai.entry.divisions import LISTED_TO
from gongkai.entry.written import (
    AgencyRow,
    CodeRow,
    CoverageRow,
    NameRow,
    RedirectRow,
    RegionRow,
    Written,
)
from gongkai.forms.panel import names, panel
from gongkai.package.compressed import LARGE
from gongkai.package.parquet import DECIMAL, GROUP
from gongkai.package.schema import COVERAGE_TITLES, PANEL, RATE_DIGITS
from gongkai.package.sqlite import VIEWS
from gongkai.read import READERS
from gongkai.read.limits import LIMITS
from gongkai.vocabulary import label, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.checks import Rule

ROOT = Path(__file__).resolve().parent.parent
TWINS = ("README.md", "README.en.md")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
REGISTRIES = {
    *("FORMS", "CHECKS", "CORPUS_CHECKS", "PAGES", "WRITERS", "ENDPOINTS", "READERS"),
    *("STYLES", "CATALOGUES"),
}


def text_of(name: str) -> str:
    """A document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def table_rows(name: str, number: int) -> list[list[str]]:
    """The cells of a document's table, without its two head lines; the first table is 0."""
    tables = re.findall(r"(?:^\|.*\|\n)+", text_of(name), re.MULTILINE)
    lines = tables[number].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def quoted(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(text: str) -> set[str]:
    """The anchors GitHub gives a document's headings."""
    heads = re.findall(r"^#+ (.+)$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def test_every_format_is_documented() -> None:
    """The table of formats is the registry: label, media type, module, in its order."""
    expected = [
        [f.label, media_type, f"read/{f.where.split(':')[0]}.py"]
        for media_type, f in READERS.items()
    ]
    rows = table_rows("docs/reading.md", 0)
    assert [[row[0], quoted(row[1])[0], quoted(row[2])[0]] for row in rows] == expected


def test_every_limit_is_documented_with_its_value() -> None:
    """The table of limits holds what is in force."""
    rows = {quoted(row[0])[0]: row[1] for row in table_rows("docs/reading.md", 1)}
    assert rows == {name: f"{value:,}" for name, value in asdict(LIMITS).items()}


def test_every_column_of_the_panel_is_documented() -> None:
    """Series, sums, rates and statuses are those of the registry, in its order."""
    found, name = panel(), "docs/panel.md"
    labels = terms("comparability")
    assert [[quoted(row[0])[0], *row[1:]] for row in table_rows(name, 0)] == [
        [s.name, s.crossing.label, labels[s.crossing.comparability].label] for s in found.series
    ]
    assert [[quoted(row[0])[0], row[1], *quoted(row[2])] for row in table_rows(name, 1)] == [
        [s.name, s.label, *s.of] for s in found.sums
    ]
    assert [[quoted(r[0])[0], r[1], *quoted(r[2] + r[3]), r[4]] for r in table_rows(name, 2)] == [
        [r.name, r.label, r.numerator, r.denominator, "是" if r.share else "否"]
        for r in found.rates
    ]
    for number, kind in ((3, "panel_statuses"), (4, "rate_statuses")):
        rows = [[quoted(row[0])[0], row[1]] for row in table_rows(name, number)]
        assert rows == [[t.id, t.label] for t in terms(kind).values()]
    named = [column for row in table_rows(name, 5) for column in quoted(row[0])]
    figures = {f"{one}{end}" for one in names() for end in ("", "_st")}
    assert set(named) == {n for n in PANEL.names if n.startswith(("break_", "in_", "n_"))}
    assert figures < set(PANEL.names)
    assert f"小数点后 {RATE_DIGITS} 位" in text_of(name)


def test_every_table_of_content_is_documented() -> None:
    """The files, their columns in order, and each status with the name it has in the data."""
    models: dict[str, type[Written]] = {
        "regions.csv": RegionRow,
        "agencies.csv": AgencyRow,
        "names.csv": NameRow,
        "codes.csv": CodeRow,
        "redirects.csv": RedirectRow,
        "coverage.csv": CoverageRow,
    }
    rows = {quoted(row[0])[0]: quoted(row[2]) for row in table_rows("docs/identifiers.md", 0)}
    assert rows == {name: list(model.model_fields) for name, model in models.items()}
    for name, columns in rows.items():
        head = text_of(f"content/{name}").partition("\n")[0]
        assert head.split(",") == columns
    states = {quoted(row[0])[0]: row[1] for row in table_rows("docs/identifiers.md", 2)}
    assert states == COVERAGE_TITLES
    assert LISTED_TO in text_of("docs/identifiers.md")


@pytest.mark.parametrize(
    ("name", "checks"), [("docs/checks.md", CHECKS), ("docs/comparing.md", CORPUS_CHECKS)]
)
def test_every_check_is_documented(name: str, checks: Mapping[str, Rule]) -> None:
    """The table of checks is the registry: id, title and severity, in its order."""
    rows = [[quoted(row[0])[0], *row[1:]] for row in table_rows(name, 0)]
    assert rows == [[c.id, c.title, label("severities", c.severity)] for c in checks.values()]


def test_documents_ask_only_for_checks_there_are() -> None:
    """No document tells a newcomer to ask for a check that `gongkai explain` does not know."""
    pages = [f"content/pages/{path.name}" for path in (ROOT / "content" / "pages").glob("*.md")]
    texts = map(text_of, (*DOCUMENTS, *pages))
    asked = {i for text in texts for i in re.findall(r"gongkai explain ([A-Z0-9-]+)", text)}
    assert asked - {"CHECK"} <= {*CHECKS, *CORPUS_CHECKS}
    assert len(asked) > 1


def test_every_kind_of_file_is_documented() -> None:
    """docs/data.md names each file below `data/`, each view of the database and the bounds."""
    text = text_of("docs/data.md")
    told = [re.escape(quoted(row[0])[0]) for row in table_rows("docs/data.md", 0)]
    patterns = [t.replace("<表>", "[a-z0-9_]+").replace("<年>", "[0-9]{4}") for t in told]
    files = make.downloads(make.corpus(make.published(make.report())))
    small = re.compile(
        r"schemas/.*|index\.json|(reports|issues|list|list-more)\.json|README\.md|LICENSE\.txt"
    )
    data = [name for name in files if not small.fullmatch(name)]
    assert data
    for name in data:
        assert any(re.fullmatch(p, name) for p in patterns), name
    assert all(any(re.fullmatch(p, name) for name in data) for p in patterns)
    assert {quoted(row[0])[0] for row in table_rows("docs/data.md", 1)} == set(VIEWS)
    assert f"{LARGE // 10**6} MB" in text
    assert f"{GROUP:,} 行" in text
    assert f"decimal{DECIMAL}" in text


@pytest.mark.parametrize("name", TWINS)
def test_every_document_is_on_the_map(name: str) -> None:
    """Each file of docs/ is named in the README, so that a newcomer finds it."""
    documents = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert documents - set(quoted(CODE.sub("", text_of(name)))) == set()


CODE_OF_PROBLEM = re.compile(r'(?:refused|Problem)\(\s*"([a-z_]+)"')


def test_every_reason_not_to_read_is_documented() -> None:
    """The codes that readers and the command line give are those of the table, in its order."""
    source = ROOT / "src" / "gongkai"
    files = [*source.glob("read/*.py"), source / "report.py", source / "cli.py"]
    codes = {code for f in files for code in CODE_OF_PROBLEM.findall(f.read_text("utf-8"))}
    assert [quoted(row[0])[0] for row in table_rows("docs/reading.md", 2)] == sorted(codes)


def internal_links() -> Iterator[tuple[str, str]]:
    """Each link within the project: the document it stands in, and its target."""
    for name in DOCUMENTS:
        for target in LINK.findall(CODE.sub("", text_of(name))):
            if re.match(r"[a-z]+:", target) is None:
                yield name, target


def command_names() -> set[str]:
    """The commands the command line knows."""
    return {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback is not None
    }


@pytest.mark.parametrize("name", TWINS)
def test_map_names_what_is_there(name: str) -> None:
    """Every place in the map of folders exists."""
    places = [quoted(row[0])[0] for row in table_rows(name, 0)]
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("name", TWINS)
def test_where_to_add_is_true(name: str) -> None:
    """Each file and each registry that a newcomer is sent to exists, and every registry is told."""
    told = set()
    for _, place, registry in table_rows(name, 1):
        assert (ROOT / quoted(place)[0]).exists(), place
        names = quoted(registry)
        words = [word for word in names if word.isupper()]
        for path in (ROOT / word for word in names if "/" in word):
            assert re.search(rf"^{words[0]}\b", path.read_text(encoding="utf-8"), re.MULTILINE), (
                registry
            )
        told |= set(words)
    assert told == REGISTRIES


def test_twins_say_the_same() -> None:
    """The Chinese and the English README name the same places, registries and commands."""
    for number in range(3):
        here, there = (
            [quoted("|".join(row))[0] for row in table_rows(name, number)] for name in TWINS
        )
        assert here == there


@pytest.mark.parametrize("name", TWINS)
def test_two_commands_come_first(name: str) -> None:
    """The first code block is the two commands and nothing else, before any table or picture."""
    text = text_of(name)
    block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert block is not None
    commands = [line.partition("#")[0].strip() for line in block[1].splitlines()]
    assert commands == ["python3 scripts/build.py", "python3 scripts/test.py"]
    assert block.start() < text.index("|---") < text.index("gongkai add")
    assert block.start() < text.index("![")
    assert all((ROOT / command.split()[1]).is_file() for command in commands)


@pytest.mark.parametrize("name", TWINS)
def test_every_command_is_documented(name: str) -> None:
    """The README has a row for each command there is, and for no other."""
    told = [quoted(row[0])[0].split()[1] for row in table_rows(name, 2)]
    assert sorted(told) == sorted(command_names())


@pytest.mark.parametrize(("document", "target"), list(internal_links()))
def test_links_lead_somewhere(document: str, target: str) -> None:
    """Each link within the project leads to a file, and to a heading where it names one."""
    path, _, anchor = target.partition("#")
    found = (ROOT / document).parent / path if path else ROOT / document
    assert found.exists()
    if anchor:
        assert anchor in anchors(found.read_text(encoding="utf-8"))


def test_decisions_are_numbered_and_whole() -> None:
    """Each decision has the next number, in name and title, and says context, decision, result."""
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert decisions
    for number, path in enumerate(decisions, 1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number}. ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequence"))


def test_licences_are_told_where_they_are_looked_for() -> None:
    """Code is MIT and data CC BY 4.0, and every place that says so agrees."""
    assert text_of("LICENSE").startswith("MIT License")
    assert "CC BY 4.0" in text_of("LICENSE-DATA")
    assert 'license = "MIT"' in text_of("pyproject.toml")
    assert "license: CC-BY-4.0" in text_of("CITATION.cff")


def test_version_stands_the_same_everywhere() -> None:
    """The version to cite is that of the program."""
    declared = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)
    assert declared is not None
    assert f"\nversion: {declared[1]}\n" in text_of("CITATION.cff")


def test_lock_is_written_by_the_documented_command() -> None:
    """CONTRIBUTING.md tells how the locks are written: with hashes, without addresses."""
    text = text_of("CONTRIBUTING.md")
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-source.lock"):
        assert f"-o {lock}" in text
    assert text.count("--generate-hashes --no-emit-index-url") == 3
