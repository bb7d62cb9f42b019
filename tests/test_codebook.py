"""The codebook, the crosswalk and the breaks: complete, in two languages, counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import make
import pytest

from gongkai.checks import check
from gongkai.forms import breaks, forms, variables
from gongkai.forms.crosswalk import crossing_of, crosswalk
from gongkai.forms.panel import names, panel
from gongkai.model import CellId, Corpus, Published
from gongkai.package.breaks import break_rows
from gongkai.package.codebook import codebook_rows, crosswalk_rows, unit_en
from gongkai.package.schema import BREAKS, CODEBOOK, CROSSWALK, PANEL, wide_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.package.rows import Row
    from gongkai.package.schema import Resource

GRANTED = CellId("requests", "granted", "total")
RECEIVED = CellId("requests", "received", "total")
LONGEST_LABEL = 80


def named(resource: Resource, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows by column."""
    return [dict(zip(resource.names, row, strict=True)) for row in rows]


def corpus() -> Corpus:
    """Two reports of the new form, one of them without a figure for what was granted; one old."""
    reports = (
        make.report(numbers={GRANTED: None}),
        make.report(year=2024, numbers={RECEIVED: 0}),
        make.report("form2019"),
    )
    return make.corpus(*(Published(made, check(made)) for made in reports))


@pytest.fixture(scope="module")
def book() -> dict[tuple[str, str], dict[str, Any]]:
    """The codebook by form and variable."""
    rows = named(CODEBOOK, codebook_rows(corpus()))
    return {(row["form"], row["variable"]): row for row in rows}


def test_every_variable_of_every_form_and_of_the_panel_is_there(
    book: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """In the order of the forms and of print, then of the panel's columns."""
    printed = [(f.version, v.name) for f in forms() for v in variables(f.version)]
    assert list(book) == printed + [("panel", name) for name in names()]


def test_every_variable_is_described_in_two_languages(
    book: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """Labels, definitions, units and notes stand in Chinese and in English, or in neither."""
    for key, row in book.items():
        for name in ("label", "definition"):
            assert row[f"{name}_zh"], key
            assert row[f"{name}_en"].replace("“", "").replace("”", "").isascii(), key
        for one, other in (("unit", "unit_en"), ("note_zh", "note_en")):
            assert bool(row[one]) == bool(row[other]), key
        assert len(row["label_zh"]) <= LONGEST_LABEL, key
        assert len(row["label_en"]) <= LONGEST_LABEL, key
        assert row["definition_zh"].endswith("。"), key
        assert row["definition_en"].endswith("."), key


def test_a_cell_of_a_form(book: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Place, meaning, article, usual term, identities, concept and comparability."""
    row = book["form2021", "denied_deliberative_total"]
    assert (row["table"], row["row"], row["column"]) == ("requests", "denied_deliberative", "total")
    assert "讨论记录、过程稿、磋商信函、请示报告" in row["definition_zh"]
    assert row["article"] == "第十六条"
    assert row["foi"] == "refused by exemption"
    assert row["identities"] == "T3-ROW-denied_deliberative T3-SUM-total"
    assert row["concept"] == "denied_deliberative_total"
    assert row["comparability"] == "same"
    assert row["formula"] == ""
    assert book["form2021", "review_overturned"]["foi"] == "administrative appeal, reversed"
    three = book["form2021", "denied_security_stability_total"]["definition_zh"]
    assert "国家安全、公共安全、经济安全、社会稳定" in three
    assert book["form2021", "closed_other_total"]["comparability"] == "group"
    assert book["form2021", "closed_other_total"]["concept"] == "closed_total"
    assert book["form2021", "fees_amount_wan"]["comparability"] == "none"
    assert book["form2019", "fees_items_prior"]["comparability"] == "none"
    assert book["form2021", "normative_docs_issued"]["comparability"] == "near"
    assert book["form2021", "normative_docs_repealed"]["comparability"] == "one_side"
    assert book["form2019", "licensing_decisions"]["comparability"] == "label_changed"


def test_columns_of_the_panel(book: dict[tuple[str, str], dict[str, Any]]) -> None:
    """A series has its place and identities, a sum and a rate their formula."""
    series = book["panel", "granted_total"]
    assert (series["row"], series["column"]) == ("granted", "total")
    assert series["identities"] == "T3-ROW-granted T3-SUM-total"
    joined = book["panel", "closed_total"]
    assert (joined["row"], joined["column"], joined["comparability"]) == ("", "total", "group")
    assert "T3-ROW-closed_other" in joined["identities"].split()
    assert joined["note_zh"].startswith("2019年版只有一行")
    added = book["panel", "granted_any"]
    assert (added["formula"], added["table"]) == (
        "granted_total + granted_partial_total",
        "requests",
    )
    assert added["identities"] == "T3-ROW-granted T3-SUM-total T3-ROW-granted_partial"
    rate = book["panel", "rate_review"]
    assert (rate["formula"], rate["table"]) == ("review_total / processed_total", "")
    assert (rate["unit"], rate["unit_en"]) == ("比率", "ratio")
    assert book["panel", "rate_closed"]["comparability"] == "group"


def test_counts_are_of_reports_with_a_figure(book: dict[tuple[str, str], dict[str, Any]]) -> None:
    """A blank is no figure, a printed 0 is one; each form and the panel count their own.

    Of the three reports two have sums that fail, and so no rate.
    """
    counts = {key: (row["n_nonblank"], row["n_zero"]) for key, row in book.items()}
    assert counts["form2021", "granted_total"] == (1, 0)
    assert counts["form2019", "granted_total"] == (1, 0)
    assert counts["panel", "granted_total"] == (2, 0)
    assert counts["form2021", "received_total"] == (2, 1)
    assert counts["panel", "received_total"] == (3, 1)
    assert counts["form2021", "closed_other_total"] == (2, 0)
    assert counts["form2019", "closed_total_reported_total"] == (1, 0)
    assert counts["panel", "closed_total"] == (3, 0)
    assert counts["panel", "suit_direct_overturned"] == (3, 3)
    assert counts["panel", "rate_granted"] == (1, 0)


def test_cells_of_a_table_that_is_not_there_are_not_counted() -> None:
    """A figure whose table has no form belongs to no variable."""
    made = make.report()
    stray = Published(
        replace(made, tables={k: v for k, v in made.tables.items() if k != "requests"}), ()
    )
    rows = named(CODEBOOK, codebook_rows(make.corpus(stray)))
    counted = {row["variable"]: row["n_nonblank"] for row in rows if row["form"] == "form2021"}
    assert (counted["granted_total"], counted["review_total"]) == (0, 1)


def test_an_empty_corpus_has_a_codebook() -> None:
    """The variables are those of the forms, whether there are reports or not."""
    rows = list(codebook_rows(make.corpus()))
    at = CODEBOOK.names.index("n_nonblank")
    assert len(rows) == sum(len(variables(f.version)) for f in forms()) + len(names())
    assert {row[at] for row in rows} == {0}


def test_units_have_english_names() -> None:
    """Every unit of a form and of the panel; an open unit stays open."""
    assert unit_en("万元") == "10,000 CNY"
    assert unit_en("") == ""
    with pytest.raises(KeyError):
        unit_en("斤")


def test_every_cell_is_in_one_concept() -> None:
    """The crosswalk leaves no cell of a form out, and has none twice."""
    cells = [
        (version, cell)
        for one in crosswalk().values()
        for version, own in one.cells.items()
        for cell in own
    ]
    wanted = {(f.version, v.cell) for f in forms() for v in variables(f.version)}
    assert len(cells) == len(set(cells))
    assert set(cells) == wanted
    assert crossing_of("form2021", GRANTED).concept == "granted_total"
    with pytest.raises(KeyError):
        crossing_of("form2021", CellId("requests", "closed_total_reported", "total"))


def test_one_name_is_one_concept() -> None:
    """A cell that forms share is in the same concept in each, under its short name."""
    for form in forms():
        for v in variables(form.version):
            own = crossing_of(form.version, v.cell)
            if own.comparability in {"same", "label_changed", "one_side"}:
                assert own.concept == v.short
                assert set(own.cells.values()) == {(v.cell,)}
            else:
                assert len(own.cells) == 2


def test_labels_of_concepts() -> None:
    """That of its cell, or one of its own where the forms differ."""
    assert crosswalk()["granted_total"].label == "（一）予以公开：总计"
    assert crosswalk()["closed_total"].label_en == "Otherwise closed: total"
    assert crosswalk()["normative_docs_stock"].label == "行政规范性文件：存量"
    assert crosswalk()["closed_total"].usual.name == "closed_total_reported_total"
    assert crosswalk()["fees"].usual.name == "fees_amount_wan"
    assert set(crosswalk()["closed_total"].rows) == {
        "closed_not_corrected",
        "closed_fee_unpaid",
        "closed_other",
        "closed_total_reported",
    }


def test_crosswalk_rows() -> None:
    """A concept a row: cells of both forms, how far they compare, whether the panel has it."""
    found = {row["concept"]: row for row in named(CROSSWALK, crosswalk_rows())}
    assert list(found) == list(crosswalk())
    closed = found["closed_total"]
    assert closed["form2019"] == "requests/closed_total_reported/total"
    assert closed["form2021"].split() == [
        "requests/closed_not_corrected/total",
        "requests/closed_fee_unpaid/total",
        "requests/closed_other/total",
    ]
    assert (closed["comparability"], closed["in_panel"]) == ("group", 1)
    repealed = found["regulations_repealed"]
    assert (repealed["form2019"], repealed["in_panel"]) == ("", 0)
    assert (found["fees"]["comparability"], found["normative_docs_new"]["in_panel"]) == ("none", 0)
    assert sum(row["in_panel"] for row in found.values()) == len(panel().series)
    for row in found.values():
        assert row["note_zh"]
        assert row["note_en"].replace("“", "").replace("”", "").isascii()


def found_breaks() -> dict[tuple[Any, ...], dict[str, Any]]:
    """The breaks by shape and key; what both shapes have is one row and found under both."""
    rows = named(BREAKS, break_rows())
    assert len({tuple(row[name] for name in BREAKS.key) for row in rows}) == len(rows)
    shapes = {"both": ("wide", "panel")}
    return {
        (shape, *(row[name] for name in BREAKS.key)): row
        for row in rows
        for shape in shapes.get(row["shape"], (row["shape"],))
    }


def test_breaks_name_columns_that_are_there() -> None:
    """Each series is a column of a wide table or of the panel, with labels, reason and source."""
    columns = {name for wide in wide_tables() for name in wide.resource.names}
    for (shape, series, *_), row in found_breaks().items():
        assert series in (columns if shape == "wide" else PANEL.names)
        for name in ("label_zh", "label_en", "note_zh", "note_en", "source"):
            assert row[name], (series, name)
        assert len(row["label_en"]) <= LONGEST_LABEL


def test_every_change_of_form_is_a_break() -> None:
    """What only one of two forms has begins or ends; what is called otherwise is said to be."""
    older, newer = ({v.name for v in variables(version)} for version in ("form2019", "form2021"))
    found = found_breaks()
    begun = {s for shape, s, year, kind in found if (shape, year, kind) == ("wide", 2021, "begins")}
    ended = {s for shape, s, year, kind in found if (shape, year, kind) == ("wide", 2021, "ends")}
    assert (begun, ended) == (newer - older, older - newer)
    assert ("wide", "licensing_decisions", 2021, "label_changed") in found
    assert ("panel", "licensing_decisions", 2021, "label_changed") in found
    assert ("panel", "closed_total", 2021, "group") in found
    assert ("panel", "rate_closed", 2021, "group") in found
    assert found["panel", "licensing_decisions", 2021, "label_changed"]["shape"] == "both"
    assert found["panel", "closed_total", 2021, "group"]["source"] == "国办公开办函〔2021〕30号"
    assert not any(series == "granted_total" for _, series, *_ in found)


def test_every_series_of_a_changed_law_is_a_break() -> None:
    """All disputes of the forms, and all columns of the panel made of them."""
    (law,) = breaks()
    found = found_breaks()
    parted = {(shape, s) for shape, s, year, kind in found if (year, kind) == (law.year, law.kind)}
    disputes = {("wide", v.name) for v in variables("form2021") if v.cell.table == "disputes"}
    assert disputes < parted
    assert {("panel", n) for n in ("review_total", "suits_total", "rate_suit_overturned")} < parted
    assert ("panel", "rate_granted") not in parted
    assert "第二十三条" in found["panel", "suits_total", 2024, "law"]["source"]
