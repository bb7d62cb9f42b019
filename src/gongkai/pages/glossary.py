"""The glossary: every row and column of the forms, what a cell can hold, the words of this site.

Labels, definitions and articles come from the forms, names of closed lists from the vocabulary;
`forms/glossary.toml` has what only the glossary says. A row's anchor is `<table>-<row>`: report
pages lead there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.checks import CHECKS
from gongkai.forms import breaks, concept, data_of, forms
from gongkai.forms.crosswalk import crossing_of, crosswalk
from gongkai.model import CellId, Concept, Status
from gongkai.pages.data import STATUS_NOTES, STATUS_NOTES_EN
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import check_path, table_words
from gongkai.vocabulary import label, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gongkai.model import Corpus, Form, Item, Table

#: The closed lists that the page shows, each with its heading.
LISTS: dict[str, str] = {
    "coverage": "收录情况",
    "scopes": "统计范围",
    "comparability": "可比性",
    "break_kinds": "断点的种类",
}
#: What stands where a concept names no article.
NO_ARTICLE = "没有列出"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table as the glossary explains it.

    `printed` says that the form itself prints the article; `crossings` are whether and how its
    figures go on from one form to the next: of which column (empty where all are alike), whether,
    how.
    """

    anchor: str
    row: Concept
    others: tuple[str, ...]
    unlike: str
    example: str
    printed: bool
    forms: str
    crossings: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of a table that belong together; the first group of a table may have no heading."""

    anchor: str
    label: str
    label_en: str
    definition: str
    definition_en: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, and in which forms it is."""

    anchor: str
    column: Concept
    forms: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A table: its groups of rows, its columns and the sums that must hold in it."""

    id: str
    number: str
    table: Table
    groups: tuple[Group, ...]
    columns: tuple[Column, ...]
    sums: tuple[tuple[str, str, str], ...]


def row_anchor(table: str, row: str) -> str:
    """The anchor of a row of a table in the glossary.

    >>> row_anchor("requests", "granted")
    'requests-granted'
    """
    return f"{table}-{row}"


def years_words(form: Form) -> str:
    """The report years of a form."""
    last = form.last_year
    if last is None:
        return f"{form.first_year}年度起"
    return f"{form.first_year}–{last}年度" if last > form.first_year else f"{last}年度"


def _forms_words(found: list[Form]) -> str:
    return "；".join(f"{form.label}（{years_words(form)}）" for form in found)


def _tables() -> dict[str, list[tuple[Form, Table]]]:
    """Every table by its id, with the forms that have it, the newest first."""
    out: dict[str, list[tuple[Form, Table]]] = {}
    for form in forms():
        for table in form.tables:
            out.setdefault(table.id, []).append((form, table))
    return out


def _rows(tables: list[tuple[Form, Table]]) -> Iterator[tuple[Form, Item, Concept]]:
    for form, table in tables:
        for item in table.items:
            for row in item.rows:
                yield form, item, row


def _crossings(
    table: str, row: str, tables: list[tuple[Form, Table]]
) -> Iterator[tuple[str, str, str]]:
    """How the figures of a row go on from form to form; once where all do so alike."""
    cells = (
        (form, CellId(table, row, column.id))
        for form, item, one in _rows(tables)
        if one.id == row
        for column in item.columns
    )
    found = dict.fromkeys(crossing_of(form.version, cell).concept for form, cell in cells)
    ways = [crosswalk()[name] for name in found]
    alike = len({(way.comparability, way.note) for way in ways}) == 1
    for way in ways[:1] if alike else ways:
        column = "" if alike else way.label.rpartition("：")[2]
        yield column, label("comparability", way.comparability), way.note


def _entry(table: str, tables: list[tuple[Form, Table]], row: str) -> Entry:
    found = [(form, item, one) for form, item, one in _rows(tables) if one.id == row]
    _, item, newest = found[0]
    own = data_of("glossary.toml")["rows"][row]
    others = (
        f"{form.label}写作“{one.label}”" for form, _, one in found if one.label != newest.label
    )
    return Entry(
        anchor=row_anchor(table, row),
        row=newest,
        others=tuple(others),
        unlike=own["unlike"],
        example=own["example"],
        printed=bool(newest.article) and newest.article == item.label,
        forms=_forms_words([form for form, _, _ in found]),
        crossings=tuple(_crossings(table, row, tables)),
    )


def _group_of(item: Item, row: Concept) -> str:
    """What a row stands under: its own group, else the block of its table, else nothing."""
    return row.group or (item.id if item.label else "")


def _groups(table: str, tables: list[tuple[Form, Table]]) -> Iterator[Group]:
    grouped: dict[str, dict[str, None]] = {"": {}}
    for _, item, row in _rows(tables):
        grouped.setdefault(_group_of(item, row), {})[row.id] = None
    for name, rows in grouped.items():
        if not rows:
            continue
        about = concept("groups", name) if name else Concept("", "")
        own = data_of("glossary.toml")["groups"].get(name, {})
        yield Group(
            anchor=row_anchor(table, name) if name else "",
            label=about.label,
            label_en=about.label_en,
            definition=own.get("definition", ""),
            definition_en=own.get("definition_en", ""),
            entries=tuple(_entry(table, tables, row) for row in rows),
        )


def _columns(table: str, tables: list[tuple[Form, Table]]) -> Iterator[Column]:
    found: dict[str, tuple[Concept, dict[str, Form]]] = {}
    for form, one in tables:
        for column in (c for item in one.items for c in item.columns):
            found.setdefault(column.id, (column, {}))[1][form.version] = form
    for name, (column, used) in found.items():
        words = "各版都有" if len(used) == len(tables) else _forms_words(list(used.values()))
        yield Column(f"{table}-column-{name}", column, words)


def _sums(table: str, tables: list[tuple[Form, Table]]) -> Iterator[tuple[str, str, str]]:
    """The identities of a table: title, rule, address of the check."""
    families = dict.fromkeys(
        identity.family
        for form, _ in tables
        for identity in form.identities
        if identity.left[0].table == table
    )
    for name in families:
        yield CHECKS[name].title, CHECKS[name].rule, check_path(name)


@cache
def chapters() -> tuple[Chapter, ...]:
    """The tables of all forms, each once, in the order of the newest."""
    return tuple(
        Chapter(
            id=name,
            number=table_words(tables[0][1].number),
            table=tables[0][1],
            groups=tuple(_groups(name, tables)),
            columns=tuple(_columns(name, tables)),
            sums=tuple(_sums(name, tables)),
        )
        for name, tables in _tables().items()
    )


def _own_terms() -> Mapping[str, Any]:
    return {name: {"see": (), **term} for name, term in data_of("glossary.toml")["terms"].items()}


def glossary_page(_corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The glossary, Chinese first, with a line of English for each term."""
    yield Page(
        path="glossary.md",
        title="术语",
        template="glossary.html",
        description="年度报告每一行、每一栏是什么意思，不是什么；格子里印的是什么；本站的用语。",
        values={
            "chapters": chapters(),
            "forms": [(f, years_words(f)) for f in forms()],
            "statuses": [
                (term, STATUS_NOTES[Status(name)], STATUS_NOTES_EN[Status(name)])
                for name, term in terms("statuses").items()
            ],
            "breaks": breaks(),
            "terms": _own_terms(),
            "lists": [(name, head, terms(name).values()) for name, head in LISTS.items()],
            "no_article": NO_ARTICLE,
        },
    )
