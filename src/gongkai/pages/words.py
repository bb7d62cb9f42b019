"""How values, numbers and dates are written on pages. Labels come from the forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode

from gongkai.forms import forms
from gongkai.model import (
    CellId,
    Entry,
    Finding,
    Number,
    Region,
    Report,
    Severity,
    Status,
    Value,
)

#: What a reader sees where no figure stands. Marks are shown as printed, with their name.
ABSENT: dict[Status, str] = {
    Status.BLANK: "未填报",
    Status.MISSING: "表中无此行",
    Status.AMBIGUOUS: "无法辨认",
}
MARK_NAMES: dict[Status, str] = {Status.DASH: "横线", Status.SLASH: "斜线"}
#: The order from worst to mildest.
SEVERITIES: tuple[Severity, ...] = (Severity.ERROR, Severity.WARN, Severity.INFO)
CLASS_TITLES: dict[str, str] = {
    "government": "人民政府",
    "government_office": "政府办公厅（室）",
    "development_reform": "发展改革",
    "education": "教育",
    "science_industry": "科技工信",
    "public_security": "公安",
    "civil_affairs": "民政",
    "justice": "司法",
    "finance": "财政",
    "human_resources": "人力资源社会保障",
    "natural_resources": "自然资源",
    "ecology": "生态环境",
    "housing": "住房城乡建设",
    "transport": "交通运输",
    "water": "水利",
    "agriculture": "农业农村",
    "commerce": "商务",
    "culture_tourism": "文化旅游",
    "health": "卫生健康",
    "veterans": "退役军人",
    "emergency": "应急管理",
    "audit": "审计",
    "market_regulation": "市场监管",
    "statistics": "统计",
    "medical_insurance": "医疗保障",
    "urban_management": "城市管理",
    "government_services": "政务服务",
    "tax": "税务",
    "township": "乡镇",
    "subdistrict": "街道办事处",
    "development_zone": "开发区管委会",
    "other": "其他",
}
KIND_TITLES: dict[str, str] = {
    "province": "省级",
    "prefecture": "地级",
    "county": "县级",
    "township": "乡级",
    "zone": "开发区",
}
#: Files a browser would run or show as a page are handed out as plain text.
_ACTIVE = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml", ".xml", ".svg", ".js", ".md")


def number_words(number: Number) -> str:
    """The number with thousands marks and every printed digit.

    >>> number_words(1234567)
    '1,234,567'
    """
    return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"


def size_words(size: int) -> str:
    """A size in bytes as people say it.

    >>> size_words(2048)
    '2 KB'
    """
    for unit, factor in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} 字节"


def date_words(iso: str | None) -> str:
    """An ISO date as 2024年1月31日; any other text as it stands; 未知 for None."""
    if iso is None:
        return "未知"
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.year}年{day.month}月{day.day}日"


def value_words(value: Value | None) -> str:
    """What a table shows for a value: never an empty text, and never 0 for a blank."""
    if value is None:
        return ABSENT[Status.MISSING]
    if value.number is not None:
        return number_words(value.number)
    if value.status in ABSENT:
        return ABSENT[value.status]
    name = MARK_NAMES.get(value.status, "")
    return f"{value.raw.strip()} {name}".strip() or "未印文字"


def class_words(classification: str) -> str:
    """The Chinese name of an agency's class."""
    return CLASS_TITLES.get(classification, classification)


def form_words(version: str | None) -> str:
    """The Chinese name of a form."""
    return next((form.label for form in forms() if form.version == version), "格式未识别")


def form_short(version: str | None) -> str:
    """The name of a form in a list: the year it begins."""
    first = next((form.first_year for form in forms() if form.version == version), None)
    return f"{first}年版" if first is not None else "未识别"


def cell_anchor(cell: CellId) -> str:
    """The anchor of a cell on its report's page."""
    return "-".join(("cell", *cell))


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


def region_path(region: Region, regions: dict[str, Region]) -> tuple[Region, ...]:
    """The region with those it lies in, the highest first."""
    path = [region]
    while (parent := path[0].parent) is not None and parent in regions:
        path.insert(0, regions[parent])
    return tuple(path)


def numbers_of(report: Report) -> int:
    """How many cells of the report hold a figure."""
    return sum(value.number is not None for value in report.values.values())


def blanks_of(report: Report) -> int:
    """How many cells of the report are blank."""
    return sum(value.status is Status.BLANK for value in report.values.values())
