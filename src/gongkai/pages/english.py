"""The page of downloads in English. The other English pages are written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.catalog import CATALOGUES, cite, describe_dataset
from gongkai.package import RESOURCES
from gongkai.package.schema import LICENCE, wide_tables
from gongkai.pages.downloads import tables_of
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import size_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus

#: Files of the whole corpus, in this order: what each is, and whom it is for.
WHOLE: dict[str, tuple[str, str]] = {
    "gongkai.xlsx": ("Excel workbook", "for people: one sheet a table"),
    "gongkai.zip": ("Data package", "for programs: all CSV with their schemas (Frictionless)"),
    "gongkai.sqlite": ("SQLite database", "for SQL, with full-text search of the narratives"),
    "gongkai-stata.zip": ("Stata", "the wide tables and the panel; labels are Chinese"),
}
#: What a row of each table is; the titles of wide tables name their form.
ROWS: dict[str, str] = {
    "reports": "one row a report: source, dates, hashes, counts of cells and checks",
    "agencies": "one row an agency",
    "regions": "one row a region",
    "names": "one row a name of an agency, with the years in which it bore it",
    "redirects": "one row an agency id that is no longer used",
    "cells": "one row a cell, with its status and its place in the original",
    **{w.resource.name: "one row a report, one column a cell" for w in wide_tables()},
    "panel": "one row an agency and year; only series that compare across forms; nothing imputed",
    "findings": "one row a check that fails, holds only with blanks as 0, or cannot be evaluated",
    "sections": "one row a section of the narrative, without tables",
    "issues": "one row a report and check that fails, worst first",
    "issue_counts": "findings counted by check, agency, region and year, with denominators",
    "codebook": "one row a variable: labels, definitions, units, comparability",
    "crosswalk": "which cells of the forms meet",
    "coverage": "one row an agency and year: held, or looked for and not found",
    "breaks": "where a series does not go on, and why",
}


def _size(size: int) -> str:
    return size_words(size).replace("字节", "bytes")


def data_page_en(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page of downloads in English."""
    files = {str(file["path"]): file for file in setting.files}
    tables = list(tables_of(files))
    yield Page(
        path="en/data.md",
        title="Data",
        template="data_en.html",
        description="Download the data: files, sizes, licence, how to cite.",
        values={
            "whole": [
                (name, title, whom, _size(int(files[name]["bytes"])))
                for name, (title, whom) in WHOLE.items()
                if name in files
            ],
            "years": [
                (file["path"], file["year"], _size(int(file["bytes"])))
                for file in setting.files
                if "year" in file
            ],
            "tables": [
                (table, RESOURCES[table.name].title_en, ROWS[table.name]) for table in tables
            ],
            "packed": any(table.packed for table in tables),
            "licence": LICENCE,
            "reports": len(corpus.reports),
            "catalogues": list(CATALOGUES),
            "cited": cite(describe_dataset(corpus, setting.site_url)),
        },
    )
