"""Names and labels that Stata takes, and files that go through it unchanged."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import make
import pandas as pd
import pytest

from gongkai.checks import check
from gongkai.forms import forms, variables
from gongkai.model import CellId, Published
from gongkai.package.codebook import codebook_rows
from gongkai.package.panel import panel_rows
from gongkai.package.rows import wide_row
from gongkai.package.schema import CODEBOOK, PANEL, wide_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gongkai.model import Report
    from gongkai.package.rows import Row
    from gongkai.package.schema import Resource

STATA_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}")
#: Words that Stata keeps for itself.
STATA_WORDS = frozenset(
    [
        "_all",
        "_b",
        "_cons",
        "_n",
        "_N",
        "_pi",
        "_pred",
        "_rc",
        "_skip",
        "byte",
        "double",
        "float",
        "if",
        "in",
        "int",
        "long",
        "using",
        "with",
        "str",
        "strL",
    ]
)
RECEIVED = CellId("requests", "received", "total")
GRANTED = CellId("requests", "granted", "total")
#: A few names that stand in other people's programs.
PERMANENT = {
    "received_total": "received_total",
    "processed_total_total": "processed_total",
    "denied_security_stability_natural_person": "denied_security_natural",
    "closed_other_total": "closed_reason_other_total",
    "closed_total_reported_total": "closed_reported_total",
    "suit_after_review_overturned": "suit_after_overturned",
    "normative_docs_in_force": "normative_docs_in_force",
}


def checked(made: Report) -> Published:
    """The report with what the checks find."""
    return Published(made, check(made))


@pytest.mark.parametrize("name", PANEL.names)
def test_column_names_suit_stata(name: str) -> None:
    """At most 32 letters, digits and underscores, and none of Stata's own words."""
    assert STATA_NAME.fullmatch(name)
    assert name not in STATA_WORDS
    assert not re.fullmatch(r"str\d+", name)


def test_titles_suit_stata() -> None:
    """A label has at most 80 characters, in Chinese and in English."""
    for column in PANEL.fields:
        assert len(column.title) <= 80, column.name
        assert len(column.title_en) <= 80, column.name
    assert len(set(PANEL.names)) == len(PANEL.names)


def test_short_names_are_permanent_and_unique() -> None:
    """A short name suits Stata and means one thing: a cell of any form, or a column of the panel."""
    meaning: dict[str, set[str]] = {}
    for form in forms():
        for v in variables(form.version):
            assert STATA_NAME.fullmatch(v.short)
            assert v.short not in STATA_WORDS
            meaning.setdefault(v.short, set()).add(v.name)
    assert all(len(found) == 1 for found in meaning.values())
    for name, short in PERMANENT.items():
        assert meaning[short] == {name}


def as_csv(resource: Resource, rows: Iterable[Row]) -> str:
    """The rows as the published file has them."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(resource.names)
    writer.writerows(["" if v is None else v for v in row] for row in rows)
    return target.getvalue()


def stata_frame(resource: Resource, text: str) -> pd.DataFrame:
    """The file as a researcher loads it: figures as numbers, all else as text."""
    numeric = [f.name for f in resource.fields if f.type in {"integer", "number"}]
    texts = {f.name: "str" for f in resource.fields if f.name not in numeric}
    frame = pd.read_csv(io.StringIO(text), dtype=texts, keep_default_na=False, na_values=[""])
    frame[list(texts)] = frame[list(texts)].fillna("")
    return frame.astype(dict.fromkeys(numeric, "float64"))


def goes_through_stata(frame: pd.DataFrame, labels_: Mapping[str, str], path: Path) -> None:
    """Written as .dta and read back the frame is the same, and so are the labels."""
    frame.to_stata(path, write_index=False, version=118, variable_labels=dict(labels_))
    pd.testing.assert_frame_equal(frame, pd.read_stata(path), check_dtype=False)
    with pd.read_stata(path, iterator=True) as reader:
        assert reader.variable_labels() == dict(labels_)


def corpus_of_forms() -> Any:
    """Reports of both forms and of two agencies, with blanks."""
    other = replace(make.AGENCY, id="cn-990100-b", slug="b")
    return make.corpus(
        checked(make.report("form2019")),
        checked(make.report(numbers={GRANTED: None})),
        checked(make.report(agency=other, year=2024, numbers={RECEIVED: 0})),
    )


def test_the_panel_goes_through_stata(tmp_path: Path) -> None:
    """Loaded by pandas, written as .dta and read back, names and figures are the same."""
    frame = stata_frame(PANEL, as_csv(PANEL, panel_rows(corpus_of_forms())))
    assert list(frame.columns) == list(PANEL.names)
    goes_through_stata(frame, {f.name: f.title for f in PANEL.fields}, tmp_path / "panel.dta")


@pytest.mark.parametrize("wide", wide_tables(), ids=lambda w: w.resource.name)
def test_wide_tables_go_through_stata(wide: Any, tmp_path: Path) -> None:
    """Renamed by the codebook, with its labels."""
    corpus = corpus_of_forms()
    book = [dict(zip(CODEBOOK.names, row, strict=True)) for row in codebook_rows(corpus)]
    own = {str(r["variable"]): r for r in book if r["form"] in wide.forms}
    rows = [row for one in corpus.reports if (row := wide_row(one, wide)) is not None]
    assert rows
    frame = stata_frame(wide.resource, as_csv(wide.resource, rows))
    short = frame.rename(columns={name: str(r["name_stata"]) for name, r in own.items()})
    titles = {f.name: f.title_en for f in wide.resource.fields}
    figures = [column.name for column in wide.figures]
    assert set(figures) <= own.keys()
    labels_ = {
        **{name: title for name, title in titles.items() if name not in figures},
        **{str(own[name]["name_stata"]): str(own[name]["label_en"]) for name in figures},
    }
    goes_through_stata(short, labels_, tmp_path / "wide.dta")
