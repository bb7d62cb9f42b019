"""Rows of the published tables, in the order of the schema's columns.

Whole numbers are int, decimals exact text, blanks None. Knows the types of the line and the
schema, nothing of pandas and files.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TypeAlias

from gongkai import safe
from gongkai.forms import forms
from gongkai.model import (
    Agency,
    CellId,
    Finding,
    Hint,
    Locus,
    Number,
    Published,
    Region,
    Report,
    Severity,
    Status,
    Value,
    Verdict,
)
from gongkai.package.schema import (
    VERDICT_TITLES,
    Field,
    Wide,
)

Scalar: TypeAlias = str | int | None
Row: TypeAlias = Sequence[Scalar]

MARKS = (Status.DASH, Status.SLASH, Status.NONE_WORD, Status.NA_WORD)
#: Integer columns are 64 bits wide; a longer figure stays in cells.csv alone.
INTEGER_LIMIT = 2**63
#: Text as files can carry it.
clean, is_clean = safe.clean, safe.is_clean
#: Place in words, page, line, block, row, column, four edges, element.
_PLACE_COLUMNS = 11


def number_text(number: Number) -> str:
    """The exact figure in plain digits, never with an exponent."""
    return str(number) if isinstance(number, int) else format(number, "f")


@cache
def _items() -> dict[tuple[str, str], str]:
    """(table, row) → the item of the table the row stands in."""
    return {
        (table.id, row.id): item.id
        for form in forms()
        for table in form.tables
        for item in table.items
        for row in item.rows
    }


def form_of_cell(report: Report, cell: CellId) -> str | None:
    """The form the cell's table or item follows; None where the report lacks it."""
    whole = report.tables.get(cell.table)
    if whole is not None:
        return whole
    return report.tables.get(f"{cell.table}/{_items().get((cell.table, cell.row), '')}")


def has_table(report: Report, table: str) -> bool:
    """Whether the report prints that table or an item of it."""
    return any(key.partition("/")[0] == table for key in report.tables)


def shown(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """The findings that are published as rows, each with an instance unique in its check.

    A check that speaks twice of one instance gets `#2`, `#3` …, so that the key holds.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        if str(finding.verdict) not in VERDICT_TITLES:
            continue
        seen[finding.check, finding.instance] += 1
        times = seen[finding.check, finding.instance]
        yield finding, finding.instance if times == 1 else f"{finding.instance}#{times}"


def _number(number: Number | None) -> str | None:
    return None if number is None else number_text(number)


def delta(finding: Finding) -> Number | None:
    """Left minus right, where both are known."""
    if finding.left is None or finding.right is None:
        return None
    return finding.left - finding.right


def report_row(one: Published, *, beside_others: bool = False) -> Row:
    """The row of `reports`: counts are of cells and of checks; severities count failures only.

    Args:
        one: the report.
        beside_others: whether what was found beside other reports counts too, as in `findings`.

    Raises:
        ValueError: for a report without an entry.
    """
    entry, report = one.entry, one.report
    cells = Counter(value.status for value in report.values.values())
    found = (*one.findings, *one.across) if beside_others else one.findings
    verdicts = Counter(finding.verdict for finding in found)
    severities = Counter(finding.severity for finding in found if finding.fails)
    return (
        entry.report_id,
        entry.agency.id,
        entry.year,
        entry.agency.region.id,
        entry.agency.adcode,
        report.form.version if report.form is not None else None,
        entry.title,
        entry.publisher,
        entry.scope,
        entry.transcription,
        entry.published_on,
        entry.retrieved_on,
        entry.last_changed_on,
        entry.source_url,
        entry.original,
        entry.original_sha256,
        entry.document_name,
        entry.document_sha256,
        entry.licence_note,
        cells[Status.NUMBER],
        cells[Status.ZERO],
        cells[Status.BLANK],
        sum(cells[mark] for mark in MARKS),
        cells[Status.TEXT],
        cells[Status.MISSING],
        cells[Status.AMBIGUOUS],
        verdicts[Verdict.PASS],
        verdicts[Verdict.PASS_BLANK_AS_ZERO],
        verdicts[Verdict.FAIL],
        verdicts[Verdict.NOT_EVALUABLE],
        severities[Severity.ERROR],
        severities[Severity.WARN],
        severities[Severity.INFO],
    )


def agency_row(agency: Agency) -> Row:
    """The row of `agencies`."""
    return (
        agency.id,
        agency.name,
        "|".join(agency.other_names),
        agency.classification,
        agency.level,
        agency.region.id,
        agency.adcode,
        agency.parent,
        agency.uscc,
        "|".join(agency.former_codes),
        agency.valid_from,
        agency.valid_to,
    )


def name_rows(agency: Agency) -> Iterator[Row]:
    """The rows of `names` of an agency, the official name first."""
    for one in agency.names:
        yield agency.id, one.name, one.kind, one.valid_from, one.valid_to, one.source


def region_row(region: Region) -> Row:
    """The row of `regions`."""
    return (
        region.id,
        region.adcode,
        region.name,
        region.name_en,
        region.kind,
        region.parent,
        "|".join(region.other_names),
        region.valid_from,
        region.valid_to,
        region.source,
    )


def _place(at: Locus | None) -> Row:
    """The columns that say where a cell stands; edges in points with two decimals."""
    if at is None:
        return (None,) * _PLACE_COLUMNS
    box = (None,) * 4 if at.bbox is None else tuple(f"{edge:.2f}" for edge in at.bbox)
    return (str(at), at.page, at.line, at.block, at.row, at.col, *box, at.element)


def cell_rows(one: Published) -> Iterator[Row]:
    """The rows of `cells`, in the order of print."""
    for cell, value in one.report.values.items():
        yield (
            one.entry.report_id,
            *cell,
            _number(value.number),
            str(value.status),
            value.raw,
            value.unit,
            *_place(value.locus),
            form_of_cell(one.report, cell),
        )


def finding_rows(
    report_id: str, findings: Iterable[Finding], hints: Iterable[Hint]
) -> Iterator[Row]:
    """The rows of `findings` of a report, in the order given; a hint is on each it explains."""
    explained = {instance: hint for hint in hints for instance in hint.instances}
    for finding, instance in shown(findings):
        hint = explained.get(finding.instance)
        yield (
            report_id,
            finding.check,
            instance,
            str(finding.verdict),
            str(finding.severity),
            _number(finding.left),
            _number(finding.right),
            _number(delta(finding)),
            " ".join(map(str, finding.cells)),
            " ".join(map(str, finding.blanks)),
            finding.expression,
            finding.message,
            finding.message_en,
            hint.message if hint is not None else None,
            hint.message_en if hint is not None else None,
            str(finding.locus) if finding.locus is not None else None,
            " ".join(f"{at.report_id}:{c}" for at in finding.elsewhere for c in at.cells),
        )


def section_rows(one: Published) -> Iterator[Row]:
    """The rows of `sections`, in the order of print."""
    masks = one.masks
    for position, section in enumerate(one.report.sections, start=1):
        text = clean(section.text)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        hidden = masks.sections[position - 1] if masks is not None else ()
        yield (
            one.entry.report_id,
            position,
            section.id,
            section.heading,
            section.number,
            text,
            len(text),
            sha256,
            sum(count for _, count in hidden),
            " ".join(f"{kind}:{count}" for kind, count in hidden),
            masks.full_sha256[position - 1] if masks is not None else sha256,
            str(section.locus),
        )


def _is_other_unit(printed: str, wanted: str) -> bool:
    """Whether a figure with that unit is none of a column: money in another, or one that is none.

    251000元 is no figure in 万元, nor are 3项; counts are printed as 件, 条, 次 as it comes.
    """
    money = printed.endswith("元") or wanted.endswith("元")
    return money and "" not in {printed, wanted} and printed != wanted


def figure(value: Value, column: Field) -> Scalar:
    """What the wide column holds.

    A figure that is no whole number stays out of a count, an amount in another unit than that of
    the column out of the column; 0 is 0 in every unit.
    """
    number = value.number
    if number is None or (number and _is_other_unit(value.unit, column.unit)):
        return None
    if column.type == "number":
        return number_text(number)
    whole = int(number)
    return whole if whole == number and abs(whole) < INTEGER_LIMIT else None


def wide_row(one: Published, wide: Wide) -> Row | None:
    """The row of a report, None where it prints nothing of that table in these forms."""
    report, entry = one.report, one.entry
    present = {v.cell: form_of_cell(report, v.cell) for v in wide.variables}
    versions = [form for form in present.values() if form in wide.forms]
    if not versions:
        return None
    head = (entry.report_id, entry.agency.id, entry.year, entry.scope, versions[0])
    row: list[Scalar] = list(head)
    for v, column in zip(wide.variables, wide.figures, strict=True):
        value = report.values.get(v.cell) if present[v.cell] in wide.forms else None
        row.append(None if value is None else figure(value, column))
        if not column.unit:
            row.append(value.unit if value is not None else None)
    return tuple(row)
