"""The glossary: every row and column of every form is explained, in Chinese and in English."""

from __future__ import annotations

from functools import cache
from typing import Any

import lxml.html
import make
import pytest

from gongkai.checks import CHECKS
from gongkai.forms import breaks, data_of, forms
from gongkai.model import Concept, Form, Table
from gongkai.package.schema import SMALL_DENOMINATOR
from gongkai.pages.frame import Setting, render_page
from gongkai.pages.glossary import LISTS, chapters, glossary_page, row_anchor, years_words
from gongkai.pages.rows import RATE_LEAST
from gongkai.vocabulary import terms

TABLES = [(form, table) for form in forms() for table in form.tables]
ROWS = [(f, t, row) for f, t in TABLES for item in t.items for row in item.rows]
COLUMNS = [(f, t, c) for f, t in TABLES for item in t.items for c in item.columns]


@cache
def page() -> Any:
    """The glossary as a tree."""
    (made,) = glossary_page(make.corpus(), Setting())
    return lxml.html.fromstring(render_page(made, Setting()).split("---\n", 2)[2])


def shown(anchor: str) -> str:
    """What stands at an anchor, on one line."""
    (node,) = page().xpath(f"//*[@id='{anchor}']")
    return " ".join(node.text_content().split())


@pytest.mark.parametrize(("form", "table", "row"), ROWS, ids=lambda x: getattr(x, "id", None))
def test_every_row_of_every_form_is_explained(form: Form, table: Table, row: Concept) -> None:
    """Label, definition in both languages, what it is not, an example, the form's own wording."""
    text = shown(row_anchor(table.id, row.id))
    own = data_of("glossary.toml")["rows"][row.id]
    for part in (row.label, row.label_en, row.definition, row.definition_en):
        assert part
        assert part in text
    assert own["unlike"] in text
    assert own["example"] in text
    assert f"{form.label}（{years_words(form)}）" in text


@pytest.mark.parametrize(("form", "table", "column"), COLUMNS, ids=lambda x: getattr(x, "id", None))
def test_every_column_is_explained(form: Form, table: Table, column: Concept) -> None:
    """Each column has its line with a definition in both languages and its forms."""
    text = shown(f"{table.id}-column-{column.id}")
    assert column.definition in text
    assert column.definition_en in text
    asking = {f.version for f, t, c in COLUMNS if (t.id, c.id) == (table.id, column.id)}
    having = {f.version for f, t in TABLES if t.id == table.id}
    assert ("各版都有" in text) == (asking == having)
    assert (form.label in text) != (asking == having)


def test_articles_are_said_to_be_unverified_unless_the_form_prints_them() -> None:
    """Table two prints its articles; all others are marked; a row without one says so."""
    for chapter in chapters():
        for entry in (e for group in chapter.groups for e in group.entries):
            text = shown(entry.anchor)
            assert entry.printed == (chapter.id == "disclosure")
            if not entry.row.article:
                assert "没有列出" in text
            else:
                assert (f"条例{entry.row.article}（未核对）" in text) != entry.printed


def test_rows_that_do_not_compare_say_so_column_by_column() -> None:
    """Stocks of documents are not comparable, what is the same in all forms is said once."""
    assert "存量：不可比" in shown("disclosure-normative_docs")
    assert shown("requests-granted").count("各版格式相同") == 1
    assert "2019年版格式（试行）写作“规范性文件”" in shown("disclosure-normative_docs")
    assert "合并后可比" in shown("requests-closed_total_reported")


def test_groups_and_sums_of_the_tables_are_there() -> None:
    """Each group of rows has a meaning, each table the sums that must hold in it."""
    for chapter in chapters():
        for group in chapter.groups[1:] if chapter.id != "disclosure" else ():
            assert group.definition in shown_page()
            assert group.definition_en in shown_page()
            assert page().xpath(f"//h3[@id='{group.anchor}']")
    families = {i.family for form in forms() for i in form.identities}
    for family in families:
        assert CHECKS[family].rule in shown_page()


def shown_page() -> str:
    """All text of the page."""
    return " ".join(page().text_content().split())


def test_statuses_breaks_and_lists_come_from_where_they_stand() -> None:
    """Each status, break and member of a list has its name in both languages."""
    for status in terms("statuses").values():
        text = shown(f"status-{status.id}")
        assert status.label in text
        assert status.label_en in text
    for one in breaks():
        assert one.label in shown(f"break-{one.id}")
    for name in LISTS:
        for term in terms(name).values():
            assert term.label in shown_page()
            assert term.label_en in shown_page()
    for form in forms():
        assert form.notice in shown_page()


def test_terms_of_the_site_are_in_both_languages() -> None:
    """Each has a definition in Chinese and in English; the bound of rates is the real one."""
    for name, term in data_of("glossary.toml")["terms"].items():
        text = shown(f"term-{name}")
        for part in ("label", "label_en", "definition", "definition_en"):
            assert term[part] in text
    assert RATE_LEAST == SMALL_DENOMINATOR
    assert f"不到 {RATE_LEAST} 时" in shown("term-rate")
    assert f"below {RATE_LEAST}." in shown("term-rate")


def test_the_glossary_says_nothing_of_rows_there_are_not() -> None:
    """No entry is left over when a form changes."""
    rows = {row.id for _, _, row in ROWS}
    assert set(data_of("glossary.toml")["rows"]) == rows
    groups = {g.id for _, t in TABLES for g in t.groups} | {r.group for _, _, r in ROWS if r.group}
    assert set(data_of("glossary.toml")["groups"]) == groups


def test_a_form_of_one_year_names_it_once() -> None:
    """A span of years only where there is one."""
    first, *_ = forms()
    assert years_words(first) == f"{first.first_year}年度起"
    one = Form("x", "x", "x", 2030, 2030, (), (), ())
    assert years_words(one) == "2030年度"
