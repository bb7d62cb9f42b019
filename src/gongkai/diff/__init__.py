"""Two trees of packages, and what is different between them.

`trees` opens a folder or a zip, `compare` makes a `Diff` of two, `record` is its JSON contract,
`formats` tells it: as text, JSON, Markdown or commands for a pull request (a format is a line in
`FORMATS`). Packages are compared as
they are published, bytes first; nothing here reads a report or judges a change.
"""

from gongkai.diff.compare import (
    CellChange,
    ColumnChange,
    Diff,
    FieldChange,
    Figure,
    FindingChange,
    Found,
    Named,
    Part,
    ReportChange,
    SectionChange,
    compare,
)
from gongkai.diff.formats import FORMATS, cell_words, change_words
from gongkai.diff.record import diff_record, read_record
from gongkai.diff.trees import PACKAGES_ZIP, DiffError, Tree, folder_tree, open_tree

__all__ = [
    "FORMATS",
    "PACKAGES_ZIP",
    "CellChange",
    "ColumnChange",
    "Diff",
    "DiffError",
    "FieldChange",
    "Figure",
    "FindingChange",
    "Found",
    "Named",
    "Part",
    "ReportChange",
    "SectionChange",
    "Tree",
    "cell_words",
    "change_words",
    "compare",
    "diff_record",
    "folder_tree",
    "open_tree",
    "read_record",
]
