"""Packages on disk: tables, Data Packages, downloads and the JSON contract.

`schema` says what every table and column is, `rows`, `panel`, `codebook` and `breaks` make the rows,
`tables` fills the tables with them, `writers` makes bytes of them
(a download format is a line in `WRITERS`), `contract` is what `gongkai read` prints, `tree` puts
files on disk, `validate` asks frictionless. Nothing here knows pages or the command line.
"""

from gongkai.package.codebook import codebook_rows
from gongkai.package.contract import extracted, json_number
from gongkai.package.issues import Issue, issue_counts, issues, issues_of
from gongkai.package.rows import form_of_cell
from gongkai.package.schema import RESOURCES
from gongkai.package.tree import write_tree
from gongkai.package.writers import (
    WRITERS,
    corpus_files,
    per_report_downloads,
    region_path,
    report_files,
)

__all__ = [
    "RESOURCES",
    "WRITERS",
    "Issue",
    "codebook_rows",
    "corpus_files",
    "extracted",
    "form_of_cell",
    "issue_counts",
    "issues",
    "issues_of",
    "json_number",
    "per_report_downloads",
    "region_path",
    "report_files",
    "write_tree",
]
