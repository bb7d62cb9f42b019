"""How values, numbers and dates are written on pages. Labels come from the forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from gongkai.forms import forms
from gongkai.model import (
    CellId,
    Entry,
    Finding,
    Number,
    Report,
    Severity,
    Status,
    Value,
)
from gongkai.package.api import ROOT
from gongkai.vocabulary import label, labels

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Nothing is printed in these: the name of the status stands in the place of a figure.
ABSENT: tuple[Status, ...] = (Status.BLANK, Status.MISSING, Status.AMBIGUOUS)
#: Signs that are shown as printed, with their name.
SIGNS: tuple[Status, ...] = (Status.DASH, Status.SLASH)
#: The order from worst to mildest.
SEVERITIES: tuple[Severity, ...] = (Severity.ERROR, Severity.WARN, Severity.INFO)
#: Files a browser would run or show as a page are handed out as plain text.
_ACTIVE = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml", ".xml", ".svg", ".js", ".md")


def number_words(number: Number) -> str:
    """The number with thousands marks and every printed digit.

    >>> number_words(1234567)
    '1,234,567'
    """
    return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"


def share_words(part: Number, whole: Number) -> str:
    """A share in per cent, to a tenth; worked out without binary fractions, halves to even.

    >>> share_words(15, 60), share_words(1, 3), share_words(1, 16)
    ('25.0%', '33.3%', '6.2%')
    """
    tenths = round(1000 * Fraction(part) / Fraction(whole))
    return f"{tenths // 10}.{tenths % 10}%"


def size_words(size: int) -> str:
    """A size in bytes as people say it.

    >>> size_words(2048)
    '2 KB'
    """
    for unit, factor in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} 字节"


def file_words(files: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
    """The files beside a page: kind and size in words, address below the site's root; CSV first.

    The same documents at their addresses of the API are left out.

    >>> file_words({"api/v1/agencies/a.json": b"{}", "agencies/a.json": b"{}", "agencies/a.csv": b""})
    [('CSV', 'agencies/a.csv', '0 字节'), ('JSON', 'agencies/a.json', '2 字节')]
    """
    return sorted(
        (path.rpartition(".")[2].upper(), path, size_words(len(data)))
        for path, data in files.items()
        if not path.startswith(f"{ROOT}/")
    )


def date_words(iso: str | None) -> str:
    """An ISO date as 2024年1月31日; any other text as it stands; 不详 for None."""
    if iso is None:
        return "不详"
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.year}年{day.month}月{day.day}日"


def value_words(value: Value | None) -> str:
    """What a table shows for a value: never an empty text, and never 0 for a blank.

    A unit of money that is printed in the cell is shown: it need not be that of the column.
    """
    if value is None:
        return label("statuses", Status.MISSING)
    if value.number is not None:
        unit = f" {value.unit}" if value.unit.endswith("元") else ""
        return f"{number_words(value.number)}{unit}"
    if value.status in ABSENT:
        return label("statuses", value.status)
    name = label("statuses", value.status) if value.status in SIGNS else ""
    return f"{value.raw.strip()} {name}".strip() or "未印文字"


def name_of(kind: str, member: str) -> str:
    """The Chinese name of a member of a closed list; the member itself where it has none."""
    return labels(kind).get(member, member)


def form_words(version: str | None) -> str:
    """The Chinese name of a form."""
    return next((form.label for form in forms() if form.version == version), "格式未识别")


def table_words(number: int) -> str:
    """What the form calls its table of that number.

    >>> table_words(3)
    '表三'
    """
    return f"表{'零一二三四五六七八九'[number]}"


def form_short(version: str | None) -> str:
    """The name of a form in a list: the year it begins."""
    first = next((form.first_year for form in forms() if form.version == version), None)
    return f"{first}年版" if first is not None else "未识别"


def cell_anchor(cell: CellId) -> str:
    """The anchor of a cell on its report's page: short, for a page has two hundred of them.

    The first letters of the row's name, how many letters it has, the first letters of the
    column's. Nothing but the cell decides, so it stays what it is; the long address, with the
    whole names (`cell-requests-received-total`), is led on by the page's script.

    >>> cell_anchor(CellId("requests", "denied_state_secret", "natural_person"))
    'dss19-np'
    """
    row, column = ("".join(word[0] for word in name.split("_")) for name in cell[1:])
    return f"{row}{len(cell.row)}-{column}"


def finding_anchor(finding: Finding, instance: str) -> str:
    """The anchor of a finding on its report's page."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in instance)
    start = "" if instance.startswith(finding.check) else f"{finding.check}-"
    return f"finding-{start}{kept}"


def check_path(check: str) -> str:
    """The address of a check's page."""
    return f"checks/{quote(check.lower())}/"


def report_path(entry: Entry) -> str:
    """The address of a report's page."""
    return f"reports/{entry.report_id}/"


def beside_path(one: str, other: str) -> str:
    """The address of the page with two reports side by side, whichever is named first."""
    first, second = sorted((one, other))
    return f"beside/{first}--{second}/"


def original_name(entry: Entry) -> str:
    """The file name under which the original is handed out.

    An original that a browser would open as a page gets `.txt` behind its name: nothing that an
    agency wrote runs on this site.
    """
    name = PurePosixPath(entry.original).name
    return f"{name}.txt" if name.lower().endswith(_ACTIVE) else name


def issue_url(repository: str, report_id: str, cell: str = "", page: str = "") -> str:
    """The issue form for a wrong number, filled in with the report, the cell and the page."""
    fields = {
        "template": "number-error.yml",
        "report": report_id,
        "cell": cell,
        "page": page,
    }
    return f"{repository}/issues/new?" + urlencode({k: v for k, v in fields.items() if v})


def numbers_of(report: Report) -> int:
    """How many cells of the report hold a figure."""
    return sum(value.number is not None for value in report.values.values())


def blanks_of(report: Report) -> int:
    """How many cells of the report are blank."""
    return sum(value.status is Status.BLANK for value in report.values.values())
