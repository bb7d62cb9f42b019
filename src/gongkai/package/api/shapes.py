"""What the documents of the API look like: their fields, types, closed lists and meanings, once.

Each document is a `TypedDict`: the functions that fill it are checked against it by mypy, and
`openapi` makes the JSON Schema of it. Titles and closed lists are those of the published tables
wherever a field is one of their columns. Nothing here knows a report.

Within a version of the API fields may be added here, none may be taken away, renamed or given
another type.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypedDict

from gongkai.package import schema
from gongkai.package.schema import RESOURCES, Field

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What a value means: its column, and what else the JSON Schema says of it."""

    field: Field
    rules: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def column(table: str, name: str) -> Meaning:
    """The meaning of a column of a published table.

    Raises:
        KeyError: if there is no such table or column.
    """
    return Meaning({f.name: f for f in RESOURCES[table].fields}[name])


def _text(title: str, title_en: str, description: str = "") -> Meaning:
    return Meaning(Field("", "string", title, title_en, description))


def _number(title: str, title_en: str, description: str = "") -> Meaning:
    return Meaning(Field("", "integer", title, title_en, description, minimum=0))


def _list(title: str, title_en: str, description: str = "", **rules: Any) -> Meaning:  # noqa: ANN401  # JSON
    return Meaning(Field("", "array", title, title_en, description), rules)


ReportId: TypeAlias = Annotated[str, Meaning(schema.REPORT_ID)]
AgencyId: TypeAlias = Annotated[str, Meaning(schema.AGENCY_ID)]
RegionId: TypeAlias = Annotated[str, Meaning(schema.REGION_ID)]
Year: TypeAlias = Annotated[int, Meaning(schema.REPORT_YEAR)]
FormId: TypeAlias = Annotated[str, column("reports", "form_id")]
Status: TypeAlias = Annotated[str, column("cells", "status")]
Severity: TypeAlias = Annotated[str, column("findings", "severity")]
Sha256: TypeAlias = Annotated[str, column("reports", "original_sha256")]
VariableName: TypeAlias = Annotated[str, column("codebook", "variable")]
Date: TypeAlias = Annotated[str | None, column("reports", "published_on")]
Index: TypeAlias = Annotated[int, _number("序号", "Index", "在同一文件的名单里的位置，从0起。")]
#: A printed figure: a JSON number wherever that has the printed digits, else a text of digits.
Figure: TypeAlias = Annotated[
    int | float | str | None,
    Meaning(
        Field(
            "value",
            "number",
            "数值",
            "Value",
            "印出的数。空白、符号、存疑为null，绝不写成0。JSON的数会丢位时写成数字串。",
        ),
        {"pattern": r"^-?\d+(\.\d+)?$"},
    ),
]
Links: TypeAlias = Annotated[
    dict[str, str],
    _list(
        "地址",
        "Addresses",
        "关系→相对于网站根目录的地址。有self、page（网页）、csv等；没有的不写，会增减。",
    ),
]
Place: TypeAlias = Annotated[
    list[int | None] | None,
    _list(
        "位置",
        "Place",
        "[页, 文本行, 第几个表, 表内行, 表内列]，都从1起，格式里没有的为null。",
        minItems=5,
        maxItems=5,
    ),
]


class Licence(TypedDict):
    """Under which licence the data are."""

    name: str
    path: str
    title: str


class EndpointLine(TypedDict):
    """An address of the API."""

    path: Annotated[str, _text("地址", "Path", "相对于网站根目录；花括号里是编号。")]
    media_type: str
    title: str
    title_en: str


class Totals(TypedDict):
    """How much there is."""

    reports: Annotated[int, _number("报告数", "Reports")]
    agencies: Annotated[int, _number("机关数", "Agencies", "没有报告的也数。")]
    regions: Annotated[int, _number("地区数", "Regions", "没有报告的也数。")]
    series: Annotated[int, _number("数列数", "Series")]


class IndexDocument(TypedDict):
    """What this API is: version, promise, licence, addresses."""

    name: str
    title: str
    title_en: str
    version: Annotated[str, _text("版本", "Version", "地址里的v1是它的第一个数。")]
    promise: Annotated[list[str], _list("承诺", "Promise (Chinese)")]
    promise_en: Annotated[list[str], _list("承诺（英文）", "Promise (English)")]
    licence: Licence
    totals: Totals
    endpoints: list[EndpointLine]
    links: Links


class FindingCounts(TypedDict):
    """How many findings there are: failures of checks, those beside other reports too."""

    n_findings_error: Annotated[int, column("reports", "n_findings_error")]
    n_findings_warn: Annotated[int, column("reports", "n_findings_warn")]
    n_findings_info: Annotated[int, column("reports", "n_findings_info")]


class CheckCounts(TypedDict):
    """How the checks of the report alone ended."""

    n_checks_pass: Annotated[int, column("reports", "n_checks_pass")]
    n_checks_pass_blank_as_zero: Annotated[int, column("reports", "n_checks_pass_blank_as_zero")]
    n_checks_fail: Annotated[int, column("reports", "n_checks_fail")]
    n_checks_not_evaluable: Annotated[int, column("reports", "n_checks_not_evaluable")]


class TableDocument(TypedDict):
    """A table, or one item of it, as printed; matrices of `rows` by `columns`, all of one size.

    The variable of a cell is its row, `_`, its column.
    """

    table: Annotated[str, Meaning(schema.TABLE)]
    item: Annotated[str, _text("表内的块", "Item", "表二分几块，各有自己的栏目；别的表只有一块。")]
    form: Annotated[str | None, Meaning(schema.FORM)]
    rows: Annotated[list[str], _list("行", "Rows", "行的编号，见数据字典。")]
    columns: Annotated[list[str], _list("列", "Columns", "列的编号，见数据字典。")]
    values: list[list[Figure]]
    statuses: list[list[Status]]
    raw: Annotated[list[list[str]], _list("原样文字", "Printed text", "格子里印的原样文字。")]
    places: list[list[Place]]
    units: Annotated[
        dict[str, str],
        _list(
            "格内单位",
            "Units in cells",
            "“行/列”→格子里自己写的单位；没有写的不列，用数据字典的单位。",
        ),
    ]


class FindingDocument(TypedDict):
    """A check that fails."""

    check_id: Annotated[str, column("findings", "check_id")]
    instance: Annotated[str, column("findings", "instance")]
    severity: Severity
    left: Figure
    right: Figure
    cells: Annotated[list[str], column("findings", "cells")]
    other_cells: Annotated[list[str], column("findings", "other_cells")]
    expression: Annotated[str, column("findings", "expression")]
    message_zh: Annotated[str, column("findings", "message_zh")]
    message_en: Annotated[str, column("findings", "message_en")]
    place: Annotated[str | None, column("findings", "place")]


class HintDocument(TypedDict):
    """A guess at what lies behind findings; no number is changed by it."""

    instances: Annotated[list[str], _list("核对项", "Instances", "它解释的核对项。")]
    message_zh: Annotated[str, column("findings", "hint_zh")]
    message_en: Annotated[str, column("findings", "hint_en")]


class SectionDocument(TypedDict):
    """A section of running text, without tables."""

    section_id: Annotated[str, column("sections", "section_id")]
    number: Annotated[str, column("sections", "number")]
    heading: Annotated[str, column("sections", "heading")]
    text: Annotated[str, column("sections", "text")]
    place: Annotated[str | None, column("sections", "place")]


class ReportDocument(TypedDict):
    """A report: where it comes from, its tables as printed, what was found, its text."""

    report_id: ReportId
    agency_id: AgencyId
    agency: Annotated[str, column("agencies", "name")]
    region_id: Annotated[str, column("reports", "region_id")]
    region: Annotated[str, column("regions", "name")]
    adcode: Annotated[str, column("reports", "adcode")]
    report_year: Year
    form_id: FormId | None
    title: Annotated[str, column("reports", "title")]
    publisher: Annotated[str, column("reports", "publisher")]
    scope: Annotated[str, column("reports", "scope")]
    transcription: Annotated[str, column("reports", "transcription")]
    published_on: Date
    retrieved_on: Annotated[str | None, column("reports", "retrieved_on")]
    changed_on: Annotated[str | None, column("reports", "changed_on")]
    source_url: Annotated[str | None, column("reports", "source_url")]
    source_file: Annotated[str, column("reports", "source_file")]
    media_type: Annotated[str, _text("收录文件格式", "Media type of the committed file")]
    size: Annotated[int, _number("收录文件字节数", "Bytes of the committed file")]
    original_sha256: Sha256
    document_name: Annotated[str | None, column("reports", "document_name")]
    document_sha256: Annotated[str | None, column("reports", "document_sha256")]
    licence_note: Annotated[str, column("reports", "licence_note")]
    reorganised: Annotated[
        str | None, _text("机构调整", "Reorganised", "为什么数字不与上一年相接；没有调整为null。")
    ]
    tables: list[TableDocument]
    findings: list[FindingDocument]
    finding_counts: FindingCounts
    check_counts: CheckCounts
    blank_as_zero: Annotated[
        dict[str, list[str]],
        _list("空白作零才成立的核对", "Checks that hold only with blanks as 0", "规则→核对项。"),
    ]
    not_evaluable: Annotated[
        dict[str, list[str]],
        _list("无法判断的核对", "Checks that could not be evaluated", "规则→核对项。"),
    ]
    hints: list[HintDocument]
    sections: list[SectionDocument]
    links: Links


class Named(TypedDict):
    """A region on the way from the highest to one's own."""

    region_id: RegionId
    name: Annotated[str, column("regions", "name")]


class CoverageLine(TypedDict):
    """Whether the report of a year was published and is held."""

    report_year: Year
    status: Annotated[str, column("coverage", "status")]
    published_on: Annotated[str | None, column("coverage", "published_on")]
    due_on: Annotated[str | None, column("coverage", "due_on")]
    checked_on: Annotated[str | None, column("coverage", "checked_on")]
    source_url: Annotated[str | None, column("coverage", "source_url")]
    note: Annotated[str | None, column("coverage", "note")]


class NameLine(TypedDict):
    """A name of an agency, and the years in which it bore it."""

    name: Annotated[str, column("names", "name")]
    kind: Annotated[str, column("names", "kind")]
    valid_from: Annotated[int | None, column("names", "valid_from")]
    valid_to: Annotated[int | None, column("names", "valid_to")]
    source: Annotated[str | None, column("names", "source")]


class ReportColumns(TypedDict):
    """Reports by columns, all of one length."""

    report_id: list[ReportId]
    agency_id: list[AgencyId]
    region_id: list[RegionId]
    report_year: list[Year]
    scope: list[Annotated[str, column("reports", "scope")]]
    form_id: list[FormId | None]
    published_on: list[Date]
    n_findings_error: list[Annotated[int, column("reports", "n_findings_error")]]
    n_findings_warn: list[Annotated[int, column("reports", "n_findings_warn")]]
    n_findings_info: list[Annotated[int, column("reports", "n_findings_info")]]


class ReportsDocument(TypedDict):
    """All reports, in the order of their ids."""

    columns: ReportColumns


class MainSeries(TypedDict):
    """A main series of an agency: one value and one status for each year of `report_year`."""

    variable: VariableName
    values: list[Figure]
    statuses: Annotated[
        list[Status | None],
        _list(
            "状态", "Statuses", "与values对应；那份报告没有这张表，或它的格式没有这一格，为null。"
        ),
    ]


class AgencySeries(TypedDict):
    """The main series of an agency over the years of its reports."""

    report_year: list[Year]
    series: list[MainSeries]


class AgencyDocument(TypedDict):
    """An agency: names, place, years, reports, main series."""

    agency_id: AgencyId
    name: Annotated[str, column("agencies", "name")]
    names: list[NameLine]
    former_ids: Annotated[
        list[AgencyId],
        _list("停用的编号", "Retired ids", "从前的编号，仍可用来取这份文件，不会再给别的机关。"),
    ]
    former_codes: Annotated[list[str], column("agencies", "former_codes")]
    valid_from: Annotated[int | None, column("agencies", "valid_from")]
    valid_to: Annotated[int | None, column("agencies", "valid_to")]
    classification: Annotated[str, column("agencies", "classification")]
    level: Annotated[str, column("agencies", "level")]
    adcode: Annotated[str, column("agencies", "adcode")]
    uscc: Annotated[str | None, column("agencies", "uscc")]
    parent_id: Annotated[str | None, column("agencies", "parent_id")]
    region_id: RegionId
    region_path: Annotated[list[Named], _list("所在地区", "Region path", "从最高一级到本级。")]
    coverage: list[CoverageLine]
    reports: ReportColumns
    finding_counts: FindingCounts
    main: AgencySeries
    links: Links


class AgencyColumns(TypedDict):
    """Agencies by columns, all of one length."""

    agency_id: list[AgencyId]
    name: list[Annotated[str, column("agencies", "name")]]
    classification: list[Annotated[str, column("agencies", "classification")]]
    level: list[Annotated[str, column("agencies", "level")]]
    region_id: list[RegionId]
    adcode: list[Annotated[str, column("agencies", "adcode")]]
    parent_id: list[Annotated[str | None, column("agencies", "parent_id")]]
    uscc: list[Annotated[str | None, column("agencies", "uscc")]]
    n_reports: list[Annotated[int, _number("报告数", "Reports")]]


class AgenciesDocument(TypedDict):
    """All agencies, in the order of their ids; those without a report too."""

    columns: AgencyColumns


class RegionDocument(TypedDict):
    """A region: what lies in it, its agencies, the reports of it and of all below it."""

    region_id: RegionId
    adcode: Annotated[str, Meaning(schema.ADCODE)]
    name: Annotated[str, column("regions", "name")]
    name_en: Annotated[str, column("regions", "name_en")]
    kind: Annotated[str, column("regions", "kind")]
    parent_id: Annotated[str | None, column("regions", "parent_id")]
    other_names: Annotated[list[str], column("regions", "other_names")]
    valid_from: Annotated[int | None, column("regions", "valid_from")]
    valid_to: Annotated[int | None, column("regions", "valid_to")]
    source: Annotated[str | None, column("regions", "source")]
    region_path: Annotated[list[Named], _list("所在地区", "Region path", "从最高一级到本级。")]
    children: Annotated[list[Named], _list("下级地区", "Regions in it", "只列下一级。")]
    agencies: Annotated[
        list[AgencyId], _list("本级机关", "Its own agencies", "不含下级地区的机关。")
    ]
    reports: ReportColumns
    finding_counts: FindingCounts
    links: Links


class RegionColumns(TypedDict):
    """Regions by columns, all of one length."""

    region_id: list[RegionId]
    adcode: list[Annotated[str, Meaning(schema.ADCODE)]]
    name: list[Annotated[str, column("regions", "name")]]
    name_en: list[Annotated[str, column("regions", "name_en")]]
    kind: list[Annotated[str, column("regions", "kind")]]
    parent_id: list[Annotated[str | None, column("regions", "parent_id")]]
    n_reports: list[Annotated[int, _number("报告数", "Reports", "含下级地区的报告。")]]


class RegionsDocument(TypedDict):
    """All regions, in the order of their ids; those without a report too."""

    columns: RegionColumns


class Definition(TypedDict):
    """What a variable is in one form: its row of the codebook."""

    form: Annotated[str, column("codebook", "form")]
    table: Annotated[str, Meaning(schema.TABLE)]
    row: Annotated[str, column("codebook", "row")]
    column: Annotated[str, column("codebook", "column")]
    name_stata: Annotated[str, column("codebook", "name_stata")]
    label_zh: Annotated[str, column("codebook", "label_zh")]
    label_en: Annotated[str, column("codebook", "label_en")]
    definition_zh: Annotated[str, column("codebook", "definition_zh")]
    definition_en: Annotated[str, column("codebook", "definition_en")]
    unit: Annotated[str, column("codebook", "unit")]
    unit_en: Annotated[str, column("codebook", "unit_en")]
    article: Annotated[str, column("codebook", "article")]
    foi: Annotated[str, column("codebook", "foi")]
    concept: Annotated[str, column("codebook", "concept")]
    comparability: Annotated[str, column("codebook", "comparability")]
    identities: Annotated[list[str], column("codebook", "identities")]
    note_zh: Annotated[str, column("codebook", "note_zh")]
    note_en: Annotated[str, column("codebook", "note_en")]


class BreakLine(TypedDict):
    """From which report year on the series does not go on as before, and why."""

    year: Annotated[int, column("breaks", "year")]
    kind: Annotated[str, column("breaks", "kind")]
    note_zh: Annotated[str, column("breaks", "note_zh")]
    note_en: Annotated[str, column("breaks", "note_en")]
    source: Annotated[str, column("breaks", "source")]


#: Whose figures these are; what a region adds up is not added to its parts again.
Scopes: TypeAlias = Annotated[
    list[Index],
    _list("统计范围", "Scopes", "在scopes里的序号；地区汇总的数含有下面各机关的，不要相加。"),
]
ScopeNames: TypeAlias = list[Annotated[str, column("reports", "scope")]]


class SeriesValues(TypedDict):
    """A value an agency and year, by columns, all of one length."""

    agency: Annotated[list[Index], _list("机关", "Agency", "在agencies里的序号。")]
    report_year: list[Year]
    value: Annotated[
        list[Figure],
        _list(
            "数值",
            "Values",
            "同宽表：单位与栏目不同的金额、不是整数的件数为null，原数见那份报告。",
        ),
    ]
    status: Annotated[list[Index], _list("状态", "Statuses", "在statuses里的序号。")]
    unit: Annotated[list[Index], _list("单位", "Units", "在units里的序号。")]
    form: Annotated[list[Index], _list("格式", "Forms", "在forms里的序号。")]
    scope: Scopes


class SeriesDocument(TypedDict):
    """One variable: what it is, where it breaks, and its values by agency and year."""

    variable: VariableName
    definitions: list[Definition]
    breaks: list[BreakLine]
    agencies: list[AgencyId]
    statuses: list[Status]
    units: Annotated[
        list[str], _list("单位", "Units", "格子里自己写的，没有写就是格式规定的；没有规定为空。")
    ]
    forms: list[Annotated[str | None, Meaning(schema.FORM)]]
    scopes: ScopeNames
    columns: SeriesValues
    links: Links


class SeriesColumns(TypedDict):
    """Variables by columns, all of one length."""

    variable: list[VariableName]
    label_zh: list[Annotated[str, column("codebook", "label_zh")]]
    label_en: list[Annotated[str, column("codebook", "label_en")]]
    unit: list[Annotated[str, column("codebook", "unit")]]
    forms: list[list[Annotated[str, column("codebook", "form")]]]
    main: list[Annotated[bool, _text("主要数列", "Main series", "机关的文件里有它。")]]
    n_values: list[Annotated[int, _number("有数的格数", "Values", "印有数字的格数。")]]


class SeriesListDocument(TypedDict):
    """All variables, in the order of the forms, the newest first."""

    columns: SeriesColumns


class PanelDefinition(TypedDict):
    """What a column of the panel is: its row of the codebook."""

    label_zh: Annotated[str, column("codebook", "label_zh")]
    label_en: Annotated[str, column("codebook", "label_en")]
    definition_zh: Annotated[str, column("codebook", "definition_zh")]
    definition_en: Annotated[str, column("codebook", "definition_en")]
    formula: Annotated[str, column("codebook", "formula")]
    unit: Annotated[str, column("codebook", "unit")]
    unit_en: Annotated[str, column("codebook", "unit_en")]
    comparability: Annotated[str, column("codebook", "comparability")]
    note_zh: Annotated[str, column("codebook", "note_zh")]
    note_en: Annotated[str, column("codebook", "note_en")]


class PanelValues(TypedDict):
    """A value an agency and year, by columns, all of one length."""

    agency: Annotated[list[Index], _list("机关", "Agency", "在agencies里的序号。")]
    report_year: list[Year]
    value: Annotated[list[Figure], _list("数值", "Values", "同面板表。")]
    status: Annotated[list[Index], _list("状态", "Statuses", "在statuses里的序号。")]
    scope: Scopes


class PanelFlags(TypedDict):
    """Which values need care: their places in the columns, from 0."""

    break_agency: Annotated[list[Index], column("panel", "break_agency")]
    break_form: Annotated[list[Index], column("panel", "break_form")]
    break_law: Annotated[list[Index], column("panel", "break_law")]
    in_failing_sum: Annotated[list[Index], column("panel", "in_failing_sum")]
    in_finding: Annotated[list[Index], column("panel", "in_finding")]


class PanelDocument(TypedDict):
    """A column of the panel: comparable through all forms, with breaks and flags."""

    variable: VariableName
    definition: PanelDefinition
    breaks: list[BreakLine]
    agencies: list[AgencyId]
    statuses: Annotated[
        list[str], _list("状态", "Statuses", "数是怎样得来的，或者为什么没有；含义见数据字典。")
    ]
    scopes: ScopeNames
    columns: PanelValues
    flags: PanelFlags
    links: Links


class PanelColumns(TypedDict):
    """The columns of the panel by columns, all of one length."""

    variable: list[VariableName]
    label_zh: list[Annotated[str, column("codebook", "label_zh")]]
    label_en: list[Annotated[str, column("codebook", "label_en")]]
    unit: list[Annotated[str, column("codebook", "unit")]]
    formula: list[Annotated[str, column("codebook", "formula")]]
    comparability: list[Annotated[str, column("codebook", "comparability")]]


class PanelListDocument(TypedDict):
    """All columns of the panel, in its order: series, sums, rates."""

    columns: PanelColumns


#: What each shape is called in Chinese.
TITLES: dict[type, str] = {
    Licence: "许可",
    EndpointLine: "地址",
    Totals: "总数",
    IndexDocument: "目录",
    FindingCounts: "发现计数",
    CheckCounts: "核对计数",
    TableDocument: "表，或表里的一块；values、statuses、raw、places都是rows乘columns的矩阵",
    FindingDocument: "不成立的核对",
    HintDocument: "推测；数字不因此改动",
    SectionDocument: "正文的一部分",
    ReportDocument: "报告",
    Named: "地区",
    CoverageLine: "某年的收录情况",
    NameLine: "机关的一个名称",
    ReportColumns: "报告，按列",
    ReportsDocument: "全部报告",
    MainSeries: "主要数列",
    AgencySeries: "机关的主要数列；values、statuses与report_year一一对应",
    AgencyDocument: "机关",
    AgencyColumns: "机关，按列",
    AgenciesDocument: "全部机关",
    RegionDocument: "地区",
    RegionColumns: "地区，按列",
    RegionsDocument: "全部地区",
    Definition: "变量在某一版格式里的定义",
    BreakLine: "断点",
    SeriesValues: "数列的值，按列",
    SeriesDocument: "数列",
    SeriesColumns: "数列，按列",
    SeriesListDocument: "全部数列",
    PanelDefinition: "面板表的列的定义",
    PanelValues: "面板表一列的值，按列",
    PanelFlags: "要小心的值在columns里的序号，从0起",
    PanelDocument: "面板表的一列",
    PanelColumns: "面板表的列，按列",
    PanelListDocument: "面板表的全部列",
}
