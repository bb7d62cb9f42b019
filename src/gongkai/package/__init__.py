"""Packages on disk: tables, Data Packages, downloads and the JSON contract.

`schema` says what every table and column is, `rows`, `panel`, `codebook`, `breaks` and `tables`
what stands in them, `text` and `archive` make bytes of them, `store` writes those of all reports
to disk, and `downloads` makes every other format of that (a format is a line in `WRITERS`).
`writers` has what is offered of one report, `lists` the data of list pages, `contract` is what
`gongkai read` prints, `tree` puts files on disk, `validate` asks frictionless. Nothing here knows pages or the command line.
"""

from gongkai.package.codebook import codebook_rows
from gongkai.package.contract import extracted, json_number
from gongkai.package.downloads import WRITERS, write_corpus
from gongkai.package.issues import Issue, issue_counts, issues, issues_of
from gongkai.package.lists import region_path
from gongkai.package.panel import rate_of
from gongkai.package.rows import form_of_cell
from gongkai.package.schema import RESOURCES
from gongkai.package.tree import write_tree
from gongkai.package.writers import per_report_downloads, report_files

__all__ = [
    "RESOURCES",
    "WRITERS",
    "Issue",
    "codebook_rows",
    "extracted",
    "form_of_cell",
    "issue_counts",
    "issues",
    "issues_of",
    "json_number",
    "per_report_downloads",
    "rate_of",
    "region_path",
    "report_files",
    "write_corpus",
    "write_tree",
]
