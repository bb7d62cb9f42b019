"""What was printed beside what was read of it: what the tests of all readers share.

It owns the report that every printer of a format prints, the form in which tables are compared,
and what counts as read as printed. It knows no format: a test prints and reads, and brings the
blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import pytest
from printers import Sheet
from spanned import laid

from gongkai.forms import variables
from gongkai.model import CellId, Document, Grid, Heading, Paragraph, Source, Status
from gongkai.parse import parse, read_number
from gongkai.read import ReadError
from gongkai.read.text import read_text
from gongkai.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from spanned import Boxes

    from gongkai.model import Block, Report

FORMS = ("form2019", "form2021")
_KINDS = ("", "0", "/", "7", "-", "1,234", "—", "88")
#: Of each row its cells: text, column, width and height.
Places = list[list[tuple[str, int, int, int]]]


# -- What is printed -------------------------------------------------------------------------


def sheet(form: str = "form2021") -> Sheet:
    """A report with another figure in each cell, but marks, blanks and usual ones in every third.

    No sum holds in it, so that nothing but its place can tell a figure.
    """
    cells = {}
    for at, variable in enumerate(variables(form)):
        text = str(at * 37 + 1) if at % 3 else _KINDS[at // 3 % len(_KINDS)]
        cells[variable.cell] = f"{at}.5" if "amount" in variable.name else text
    return Sheet(make.form(form), cells, texts=make.TEXTS)


def distinct(form: str = "form2021") -> Sheet:
    """A report in which no two figures are equal, so that a shift cannot hide."""
    cells = (variable.cell for variable in variables(form))
    return Sheet(make.form(form), {cell: str(n) for n, cell in enumerate(cells, start=101)})


def sound(
    form: str = "form2021",
    changed: Mapping[str, str] | None = None,
    title: str = Sheet.title,
    texts: Mapping[str, str] | None = None,
) -> Sheet:
    """A report in which every sum holds, as texts; `changed` replaces cells by id."""
    cells = {cell: str(number) for cell, number in make.figures(form).items()}
    cells.update({CellId(*name.split("/")): text for name, text in (changed or {}).items()})
    return Sheet(make.form(form), cells, title, texts or {})


# -- What is read ----------------------------------------------------------------------------


def grids(blocks: Iterable[Block]) -> list[Grid]:
    """The tables among the blocks."""
    return [block for block in blocks if isinstance(block, Grid)]


def texts(blocks: Iterable[Block]) -> list[str]:
    """The running text among the blocks."""
    return [block.text for block in blocks if isinstance(block, (Paragraph, Heading))]


def understood(blocks: tuple[Block, ...]) -> Report:
    """The report that these blocks give."""
    return parse(tidy(Document(Source("a", "", "", 0), blocks)))


def read_back(text: str) -> Report:
    """The report that a text file with this content gives."""
    return understood(read_text(text.encode(), "t.txt"))


def is_read(read: Callable[[bytes, str], object], data: bytes) -> bool:
    """Whether these bytes give blocks; otherwise it was a ReadError, and nothing else."""
    try:
        read(data, "a")
    except ReadError:
        return False
    return True


def code_of(read: Callable[[bytes, str], object], data: bytes, name: str = "a") -> str:
    """The code of the error that these bytes give."""
    with pytest.raises(ReadError) as caught:
        read(data, name)
    return caught.value.problem.code


# -- One beside the other --------------------------------------------------------------------


def placed(boxes: Boxes) -> Places:
    """The cells of a printed table as a reader must give them.

    A column is counted only where an edge of some cell stands.
    """
    rows = laid(boxes)
    lines = sorted({edge for row in rows for cell in row for edge in (cell.first, cell.last)})
    at = {edge: number for number, edge in enumerate(lines)}
    return [
        [
            (c.box.text, at[c.first], at[c.last] - at[c.first], c.box.rowspan)
            for c in row
            if c.box is not None
        ]
        for row in rows
    ]


def found(grid: Grid) -> Places:
    """The same of a grid that was read."""
    return [[(c.text, c.col, c.colspan, c.rowspan) for c in row] for row in grid.rows]


def wrong(
    printed: Sheet, report: Report, told: Collection[Status] = (Status.AMBIGUOUS,)
) -> dict[str, tuple[str, str]]:
    """Cells that are read otherwise than printed and do not say so by a status of `told`."""
    out = {}
    for cell, text in printed.cells.items():
        want, have = read_number(text), report.values.get(cell)
        if have is None:
            out[str(cell)] = (text, "not there")
        elif have.status not in told and ((have.number, have.status) != (want.number, want.status)):
            out[str(cell)] = (text, f"{have.number} {have.status}")
    return out


def doubtful(report: Report) -> set[str]:
    """The cells in doubt."""
    return {str(cell) for cell, v in report.values.items() if v.status is Status.AMBIGUOUS}


def assert_same(printed: Sheet, report: Report) -> None:
    """Every cell has the number and status that its printed text means, and none is in doubt."""
    assert wrong(printed, report) == {}
    assert doubtful(report) == set()


def assert_same_outline(printed: Sheet, report: Report) -> None:
    """The title and the headings of the sections are those that are printed."""
    assert report.title.text == printed.title
    assert [section.id for section in report.sections] == [s.id for s in printed.form.sections]


def assert_as_printed(printed: Sheet, blocks: tuple[Block, ...], *, framed: bool = False) -> None:
    """Every cell, the title and the sections with their text are read as they were printed.

    Args:
        printed: the report.
        blocks: what was read.
        framed: the report stands in a page of a site, which has text of its own around it.
    """
    report = understood(blocks)
    assert_same(printed, report)
    assert_same_outline(printed, report)
    for section in report.sections[:-1] if framed else report.sections:
        assert section.text == printed.texts.get(section.id, "")
