"""Document to Report: which form, which section, which cell.

The form is chosen by the tables that are present, item by item, never by the year; rows are
found by their labels, never by counting figures. What is read but not used is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import Picture, Remark, RemarkKind, Report
from gongkai.parse import disclosure, disputes, requests
from gongkai.parse.certainty import settle
from gongkai.parse.copies import refusals
from gongkai.parse.labels import column_wordings, row_wordings, shares, traces
from gongkai.parse.numbers import read_number
from gongkai.parse.repeats import with_places
from gongkai.parse.rows import ROW_LIKE, is_prose, lines_of, row_of
from gongkai.parse.sections import paragraphs, section, split, take_title
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gongkai.model import Document, Entry, Form, Section, Table
    from gongkai.parse.rows import Line
    from gongkai.parse.sections import Part
    from gongkai.parse.tables import Reading

__all__ = ["PARSERS", "parse", "read_number"]

# A sentence that says that there was nothing, and is short enough to stand for a table.
_IN_WORDS = re.compile(r"^(?=.{0,200}$)[^<]*(未|没有|无|不存在)", re.DOTALL)

# A line with so many wordings of a table may be a piece of it, so many lines of figures alone too.
_WORDS = 3
# A section with so much of the words of a table has the table.
_SHARE = 0.8

#: Table → parser of its region's lines, in the order of the form.
PARSERS: dict[str, Callable[[Sequence[Line]], Reading]] = {
    disclosure.TABLE: disclosure.parse_disclosure,
    requests.TABLE: requests.parse_requests,
    disputes.TABLE: disputes.parse_disputes,
}


def parse(document: Document, entry: Entry | None = None) -> Report:
    """Understand a tidied document.

    Args:
        document: as `tidy` gives it.
        entry: the folder it comes from; None for a bare file.
    """
    lines = lines_of(with_places(document))
    parts = split(lines)
    title = take_title(parts)
    readings = {
        table: parser([line for part in parts for line in part.tables.get(table, ())])
        for table, parser in PARSERS.items()
    }
    _surrender(parts, readings)
    found = [reading for reading in readings.values() if reading.values]
    form = _form(found, lines)
    for reading in found:
        reading.forms = _settled(reading, form)
        _doubt_unclear(reading)
    sections = _sections(parts, readings)
    return Report(
        source=document.source,
        entry=entry,
        form=form,
        title=title,
        sections=sections,
        values={cell: value for reading in found for cell, value in reading.values.items()},
        tables={name: version for reading in found for name, version in reading.forms.items()},
        remarks=tuple(
            [remark for reading in readings.values() for remark in reading.remarks]
            + _in_words(sections, readings)
            + _in_pictures(document, parts, readings)
            + list(refusals(lines))
            + [Remark(RemarkKind.EXTRACTION_MARK, "", m.locus, m.text) for m in document.marks]
        ),
        unused=tuple(cell for reading in readings.values() for cell in reading.unused),
        preamble=paragraphs(parts[0].lines),
        warnings=document.warnings,
    )


def _doubt_unclear(reading: Reading) -> None:
    """Put figures in doubt that were recognised uncertainly and that no sum confirms."""
    versions = set(reading.forms.values())
    sums = [
        identity
        for form in forms()
        if form.version in versions
        for identity in form.identities
        if identity.left[0].table == reading.table
    ]
    reading.values, remarks = settle(reading.values, sums)
    reading.remarks += remarks


def _surrender(parts: Sequence[Part], readings: dict[str, Reading]) -> None:
    """Put a table in doubt whose section has its words and figures but no table that was read.

    It may be turned on its side or run together in one line; it is not absent.
    """
    for table in forms()[0].tables:
        reading = readings[table.id]
        mine = [p for p in parts if p.concept is not None and p.concept.id == table.section]
        beside = [line for part in mine for line in part.lines]
        digits = [line for line in beside if _has_digit(line)]
        reading.doubt_named("".join(key(line.text) for line in digits))
        own = [line for part in parts for line in part.tables.get(table.id, ())]
        lines = [line for line in digits if _is_like(line, table.id)] or _bare(digits)
        lines = lines or _spread(digits, table.id)
        lines += [line for line in own if row_of(line).figures] or _mixed(own)
        lines = lines or _scattered(beside, table.id)
        if not reading.values and lines:
            version, named = _named_form(table.id, [*beside, *own])
            reading.unknown(row_of(lines[0]))
            reading.complete(named.cells, ())
            reading.forms = _all_items(named, version)


def _named_form(name: str, lines: Sequence[Line]) -> tuple[str, Table]:
    """The form whose words stand in these lines, torn or whole; the newest of equals."""
    text = "".join(key(line.text) for line in lines)
    found = traces(name, text)

    def named(option: tuple[str, Table]) -> tuple[float, int]:
        labels = [c.label for item in option[1].items for c in (*item.rows, *item.columns)]
        return found[option[0]], sum(key(label) in text for label in labels)

    options = [(form.version, table) for form in forms() for table in form.tables]
    return max((option for option in options if option[1].id == name), key=named)


def _scattered(lines: Sequence[Line], table: str) -> list[Line]:
    """Lines with figures alone, in a section that has the words of the table in pieces."""
    pieces = [line for line in lines if not is_prose(line)]
    alone = [line for line in pieces if (row := row_of(line)).figures and not row.labels]
    text = "".join(key(line.text) for line in pieces)
    like = max(shares(table, text).values()) >= _SHARE
    return alone if like and len(alone) >= _WORDS else []


def _has_digit(line: Line) -> bool:
    return any(c.isdigit() for c in fold(line.text))


def _is_like(line: Line, table: str) -> bool:
    """Whether a line with a digit may be a piece of the table.

    It has figures behind a few words (labels printed a character a line), many figures, or several
    words of the table.
    """
    row = row_of(line)
    if not is_prose(line) and row.labels and row.figures:
        return True
    if len(row.figures) >= ROW_LIKE:
        return True
    return len(_words(line, table)) >= _WORDS


def _words(line: Line, table: str) -> set[str]:
    """The wordings of a table that stand in a line."""
    text = key(line.text)
    return {w for w, _ in (*row_wordings(table), *column_wordings(table)) if w in text}


def _spread(lines: Sequence[Line], table: str) -> list[Line]:
    """Lines with digits and words of a table in each, and several of its words in all."""
    named = [line for line in lines if not is_prose(line) and _words(line, table)]
    words = {word for line in named for word in _words(line, table)}
    return named if len(words) >= _WORDS else []


def _bare(lines: Sequence[Line]) -> list[Line]:
    """Lines of nothing but figures, where there are as many of them as a row has."""
    bare = [line for line in lines if row_of(line).figures and not row_of(line).labels]
    return bare if sum(len(row_of(line).figures) for line in bare) >= ROW_LIKE else []


def _mixed(lines: Sequence[Line]) -> list[Line]:
    """Lines with figures among their words (129 5%), where there are several of them."""
    figures = [
        line
        for line in lines
        if any(read_number(word).number is not None for word in line.text.split())
    ]
    return figures if len(figures) >= _WORDS else []


def _all_items(table: Table, version: str) -> dict[str, str]:
    """Every item of a table as following one form."""
    if len(table.items) == 1:
        return {table.id: version}
    return {f"{table.id}/{item.id}": version for item in table.items}


def _settled(reading: Reading, form: Form | None) -> dict[str, str]:
    """A table that is the same in all forms follows the form of the report."""
    if form is None or reading.table != disputes.TABLE:
        return reading.forms
    return dict.fromkeys(reading.forms, form.version)


def _form(readings: Sequence[Reading], lines: Sequence[Line]) -> Form | None:
    """The form most items follow (the newer of two equals), or the one a marker names."""
    votes = Counter(version for reading in readings for version in reading.forms.values())
    ranked = sorted(forms(), key=lambda form: -votes[form.version])
    if votes:
        return ranked[0]
    text = "".join(key(line.text) for line in lines)
    for form in forms():
        if any(key(marker) in text for marker in form.markers):
            return form
    return None


def _sections(parts: Sequence[Part], readings: dict[str, Reading]) -> tuple[Section, ...]:
    """The sections, with the running text that stood among the tables."""
    out = []
    for part in parts:
        mine = {id(line) for lines in part.tables.values() for line in lines}
        extra = [line for reading in readings.values() for line in reading.left if id(line) in mine]
        made = section(part, extra)
        if made is not None:
            out.append(made)
    return tuple(out)


def _in_words(sections: Sequence[Section], readings: dict[str, Reading]) -> list[Remark]:
    """Tables that a sentence stands for (本年度未收到……)."""
    remarks = []
    for made in sections:
        reading = readings.get(made.id)
        if reading is None or reading.values or not _IN_WORDS.search(made.text):
            continue
        remarks.append(
            Remark(RemarkKind.TABLE_IN_WORDS, made.id, made.paragraphs[0].locus, made.text)
        )
    return remarks


def _in_pictures(
    document: Document, parts: Sequence[Part], readings: dict[str, Reading]
) -> list[Remark]:
    """Tables that are not there as text, in a section in which a picture stands."""
    remarks = []
    for place, block in enumerate(document.blocks):
        if not isinstance(block, Picture):
            continue
        before = [p for p in parts if p.heading is not None and p.heading.place < place]
        concept = before[-1].concept if before else None
        reading = readings.get(concept.id) if concept is not None else None
        if reading is not None and not reading.values:
            kind = RemarkKind.TABLE_IN_PICTURE
            remarks.append(Remark(kind, reading.table, block.locus, block.text))
    return remarks
