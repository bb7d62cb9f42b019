"""The metadata model: every published table, column, type, constraint and title, once.

CSV files, Frictionless descriptors, Excel sheets, the codebook and the pages are derived from
`RESOURCES`. Columns that hold printed figures are derived from the forms. Nothing here knows a
report.

Two decisions. A wide table never mixes forms: tables whose cells differ between forms are split
by form (`requests_2021_wide`, `requests_2019_wide`), tables whose cells are the same in all forms
stay one file (`disputes_wide`), because one file for both would show empty columns that mean "the
form did not ask" beside empty cells that mean "the agency left it blank". And no minimum is set
on printed figures: an agency that prints -5 is published as printed, with a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from gongkai.forms import Variable, forms, variables
from gongkai.forms.panel import COUNT, RATIO, panel
from gongkai.model import Verdict
from gongkai.vocabulary import label, labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATASET_NAME = "gongkai"
DATASET_TITLE = "政府信息公开工作年度报告开放数据"
DATASET_TITLE_EN = "Open data from China's government-information-disclosure annual reports"
LICENCE: dict[str, str] = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}

#: Unit of the edges of a cell's box: 1/72 inch.
POINTS = "点"
#: Units of things that are counted: their columns hold whole numbers.
COUNT_UNITS = frozenset({"件", "项"})

STATUS_TITLES = labels("statuses")
SEVERITY_TITLES = labels("severities")
#: Only these verdicts are rows of `findings`; the others are counted in `reports`.
VERDICT_TITLES = {
    str(verdict): label("verdicts", verdict)
    for verdict in (Verdict.FAIL, Verdict.PASS_BLANK_AS_ZERO, Verdict.NOT_EVALUABLE)
}
LEVEL_TITLES = labels("levels")
SCOPE_TITLES = labels("scopes")
COMPARABILITY_TITLES = labels("comparability")
COVERAGE_TITLES = labels("coverage")
BREAK_TITLES = labels("break_kinds")
#: What stands in the codebook's column of forms for what is in the panel.
IN_PANEL = "panel"
#: What the name of a column of the panel's statuses ends in.
STATUS_SUFFIX = "_st"
#: Suffix of the column with the unit of a figure whose form leaves it open.
UNIT_SUFFIX = "_unit"
#: Digits after the point of a rate.
RATE_DIGITS = 6
#: A rate with a smaller denominator is marked.
SMALL_DENOMINATOR = 30


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `labels` are the values of a closed list with their Chinese names.

    `type` is a Table Schema v2 type; `delimiter` parts the items of a `list`.
    """

    name: str
    type: str
    title: str
    title_en: str
    description: str = ""
    required: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A table. `parents` maps a column to the table whose column of the same name it names."""

    name: str
    title: str
    title_en: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    parents: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(f.name for f in self.fields)


@dataclass(frozen=True, slots=True)
class Wide:
    """A wide table: which table of which forms it holds, with its figure columns."""

    resource: Resource
    table: str
    forms: tuple[str, ...]
    variables: tuple[Variable, ...]

    @property
    def figures(self) -> tuple[Field, ...]:
        """The columns of the variables, in their order."""
        names = {variable.name for variable in self.variables}
        return tuple(column for column in self.resource.fields if column.name in names)


def _count(name: str, title: str, title_en: str, description: str = "") -> Field:
    return Field(name, "integer", title, title_en, description, required=True, minimum=0)


def _place(name: str, title: str, title_en: str, description: str = "") -> Field:
    return Field(name, "integer", title, title_en, description, minimum=1)


def _edge(name: str, title: str, title_en: str, side: str) -> Field:
    """A side of a cell's box on the page; the four together are one place."""
    axis = "左缘" if name.startswith("x") else "上缘"
    return Field(
        name,
        "number",
        title,
        title_en,
        f"格子{side}到页面{axis}的距离，以点（1/72英寸）计；没有分页的格式为空。",
        unit=POINTS,
    )


def _sha256(name: str, title: str, title_en: str, description: str, *, required: bool) -> Field:
    pattern = "^[0-9a-f]{64}$"
    return Field(name, "string", title, title_en, description, required=required, pattern=pattern)


def _form_labels() -> dict[str, str]:
    return {form.version: form.label for form in forms()}


def _section_labels() -> dict[str, str]:
    return {section.id: section.label for form in forms() for section in form.sections}


REPORT_ID = Field(
    "report_id",
    "string",
    "报告编号",
    "Report id",
    "机关编号加报告年度，永久不变。",
    required=True,
    pattern=r"^cn-\d{6}-[a-z0-9-]+-\d{4}$",
)
AGENCY_ID = Field(
    "agency_id",
    "string",
    "机关编号",
    "Agency id",
    "永久编号，机关改名或代码变动后也不变。",
    required=True,
    pattern=r"^cn-\d{6}-[a-z0-9-]+$",
)
REGION_ID = Field(
    "region_id",
    "string",
    "地区编号",
    "Region id",
    "一般就是行政区划代码，功能区另有编号。",
    required=True,
    pattern=r"^[a-z0-9-]+$",
)
ADCODE = Field(
    "adcode",
    "string",
    "行政区划代码",
    "Administrative division code",
    "GB/T 2260六位代码；地区不详为000000；功能区用上级代码。",
    required=True,
    pattern=r"^\d{6}$",
)
REPORT_YEAR = Field(
    "report_year",
    "integer",
    "报告年度",
    "Report year",
    "报告所记的年度，不是发布年份。",
    required=True,
    minimum=2008,
    maximum=2100,
)
FORM = Field(
    "form",
    "string",
    "格式版本",
    "Form",
    "该格所在表格实际采用的格式。",
    labels=_form_labels(),
)
TABLE = Field("table", "string", "表", "Table", "表的编号，见数据字典。", required=True)
PLACE = Field("place", "string", "原文位置", "Place in the original", "在原件中的页、表、行、列。")


def _valid_years(first: str, last: str) -> tuple[Field, Field]:
    """The two columns that say in which years a row holds."""
    return (
        Field("valid_from", "integer", "起始年", "Valid from", first),
        Field("valid_to", "integer", "终止年", "Valid to", last),
    )


REPORTS = Resource(
    "reports",
    "报告",
    "Reports",
    "一份报告一行：来源、日期、指纹，以及各类格子和核对结果的数目。",
    (
        REPORT_ID,
        AGENCY_ID,
        REPORT_YEAR,
        replace(REGION_ID, description="机关那一年所在的地区。"),
        replace(ADCODE, description="机关那一年的代码；机关现在的代码见agencies.csv。"),
        Field(
            "form_id",
            "string",
            "格式",
            "Form",
            "报告主要采用的格式；认不出为空。",
            labels=_form_labels(),
        ),
        Field("title", "string", "标题", "Title", "报告标题。", required=True),
        Field("publisher", "string", "发布机关", "Publisher", "发布报告的机关。", required=True),
        Field(
            "scope",
            "string",
            "统计范围",
            "Scope",
            "数字是本机关的，还是全地区汇总的。",
            required=True,
            labels=SCOPE_TITLES,
        ),
        Field(
            "transcription",
            "string",
            "收录方式",
            "Transcription",
            "full为全文，abridged为表格全录、正文摘要，figures为数字全录、版式和正文由本项目编写。",
            required=True,
            labels=labels("transcriptions"),
        ),
        Field("published_on", "date", "发布日期", "Published on", "原报告的发布日期；不详为空。"),
        Field("retrieved_on", "date", "取得日期", "Retrieved on", "取得原件的日期；不详为空。"),
        Field(
            "changed_on",
            "date",
            "改动日期",
            "Last changed on",
            "收录内容最近一次改动的日期，没有改过就是取得日期；都不详为空。",
        ),
        Field("source_url", "string", "来源网址", "Source URL", "原报告的网址；不详为空。"),
        Field(
            "source_file",
            "string",
            "收录文件",
            "Source file",
            "本项目收录的文件路径。",
            required=True,
        ),
        _sha256(
            "original_sha256",
            "收录文件指纹",
            "SHA-256 of the committed file",
            "收录文件的SHA-256。",
            required=True,
        ),
        Field(
            "document_name",
            "string",
            "完整原件名",
            "Name of the full document",
            "摘录所据完整原件的文件名。",
        ),
        _sha256(
            "document_sha256",
            "完整原件指纹",
            "SHA-256 of the full document",
            "摘录所据完整原件的SHA-256。",
            required=False,
        ),
        Field("licence_note", "string", "权利说明", "Licence note", "原件的权利说明。"),
        _count("n_cells_number", "数字格数", "Cells with a number", "印有非零数字的格数。"),
        _count("n_cells_zero", "零格数", "Cells with a zero", "印有0的格数。"),
        _count("n_cells_blank", "空白格数", "Blank cells", "什么也没印的格数。"),
        _count(
            "n_cells_mark", "符号格数", "Cells with a mark", "印有横线、斜线、无、不适用的格数。"
        ),
        _count("n_cells_text", "文字格数", "Cells with other text", "印有其他文字的格数。"),
        _count("n_cells_missing", "缺格数", "Cells missing", "格式要求而表中没有的格数。"),
        _count("n_cells_ambiguous", "存疑格数", "Ambiguous cells", "无法断定是哪个数的格数。"),
        _count("n_checks_pass", "核对成立数", "Checks passed", "成立的核对数。"),
        _count(
            "n_checks_pass_blank_as_zero",
            "空白作零时成立数",
            "Checks passed with blanks as 0",
            "把空白当作0才成立的核对数。",
        ),
        _count("n_checks_fail", "核对不成立数", "Checks failed", "不成立的核对数。"),
        _count(
            "n_checks_not_evaluable", "无法判断数", "Checks not evaluable", "无法判断的核对数。"
        ),
        _count(
            "n_findings_error",
            "错误数",
            "Errors",
            "不成立的核对中属于错误的数目；全部数据里含与别的报告比较出的。",
        ),
        _count(
            "n_findings_warn",
            "提醒数",
            "Warnings",
            "不成立的核对中属于提醒的数目；全部数据里含与别的报告比较出的。",
        ),
        _count(
            "n_findings_info",
            "说明数",
            "Notes",
            "不成立的核对中属于说明的数目；全部数据里含与别的报告比较出的。",
        ),
    ),
    ("report_id",),
    {"agency_id": "agencies", "region_id": "regions"},
)
AGENCIES = Resource(
    "agencies",
    "机关",
    "Agencies",
    "一个机关一行。",
    (
        AGENCY_ID,
        Field("name", "string", "名称", "Name", "机关名称。", required=True),
        Field(
            "other_names",
            "list",
            "其他名称",
            "Other names",
            "曾用名、简称，以|分隔；各用于哪些年见names.csv。",
            delimiter="|",
        ),
        Field(
            "classification",
            "string",
            "类别",
            "Classification",
            "机关类别，如government（人民政府）、statistics（统计）。",
            required=True,
            labels=labels("classifications"),
        ),
        Field(
            "level",
            "string",
            "层级",
            "Level",
            "机关的行政层级。",
            required=True,
            labels=LEVEL_TITLES,
        ),
        REGION_ID,
        ADCODE,
        Field("parent_id", "string", "上级机关编号", "Parent agency id", "上级机关；没有为空。"),
        Field(
            "uscc",
            "string",
            "统一社会信用代码",
            "Unified social credit code",
            "GB 32100-2015十八位代码；不详为空。",
            pattern="^[0-9A-HJ-NPQRTUWXY]{18}$",
        ),
        Field(
            "former_codes",
            "list",
            "从前的行政区划代码",
            "Former adcodes",
            "机关换过的代码，旧的在前，以|分隔；没有换过为空。",
            delimiter="|",
        ),
        *_valid_years(
            "有这个机关的第一年，含当年；不详为空。",
            "有这个机关的最后一年，含当年；仍在或不详为空。",
        ),
    ),
    ("agency_id",),
    {"region_id": "regions"},
)
NAMES = Resource(
    "names",
    "机关名称",
    "Agency names",
    "一个机关的一个名称一行：正式名称、曾用名、简称，各用于哪些年。",
    (
        AGENCY_ID,
        Field("name", "string", "名称", "Name", "这个名称。", required=True),
        Field(
            "kind",
            "string",
            "类型",
            "Kind",
            "是哪一种名称；other的年份不详。",
            required=True,
            labels=labels("name_kinds"),
        ),
        *_valid_years(
            "开始用的年份，含当年；不详为空。", "最后用的年份，含当年；仍在用或不详为空。"
        ),
        Field("source", "string", "出处", "Source", "年份的出处；没有年份为空。"),
    ),
    ("agency_id", "name", "kind"),
    {"agency_id": "agencies"},
)
REDIRECTS = Resource(
    "redirects",
    "停用的编号",
    "Retired agency ids",
    "一个停用的机关编号一行。编号停用后不再给别的机关，网页转到接替它的机关。",
    (
        Field(
            "old_id", "string", "停用的编号", "Retired id", "不再使用的机关编号。", required=True
        ),
        AGENCY_ID,
        Field("since", "date", "停用日期", "Since", "从哪一天起停用。", required=True),
        Field("reason", "string", "原因", "Reason", "为什么停用。", required=True),
    ),
    ("old_id",),
    {"agency_id": "agencies"},
)
REGIONS = Resource(
    "regions",
    "地区",
    "Regions",
    "一个地区一行。",
    (
        REGION_ID,
        ADCODE,
        Field("name", "string", "名称", "Name", "地区名称。", required=True),
        Field("name_en", "string", "英文名称", "English name", "地区的英文或拼音名称。"),
        Field(
            "kind",
            "string",
            "类型",
            "Kind",
            "地区类型；功能区为zone。",
            required=True,
            labels=labels("region_kinds"),
        ),
        Field("parent_id", "string", "上级地区编号", "Parent region id", "上级地区；没有为空。"),
        Field(
            "other_names",
            "list",
            "其他名称",
            "Other names",
            "曾用名、简称，以|分隔；功能区的别名也在这里。",
            delimiter="|",
        ),
        *_valid_years(
            "代码指这个地方的第一年，含当年；2000年以前就有的和不详的为空。",
            "代码指这个地方的最后一年，含当年；仍在用或不详为空。",
        ),
        Field("source", "string", "出处", "Source", "代码的出处；不详为空。"),
    ),
    ("region_id",),
)
CELLS = Resource(
    "cells",
    "格子",
    "Cells",
    "一个格子一行。空白就是空白，绝不写成0；每格都有状态和原文位置。",
    (
        REPORT_ID,
        TABLE,
        Field("row_id", "string", "行", "Row", "行的编号，见数据字典。", required=True),
        Field("column_id", "string", "列", "Column", "列的编号，见数据字典。", required=True),
        Field("value", "number", "数值", "Value", "印出的数；空白、符号、存疑时为空。"),
        Field(
            "status",
            "string",
            "状态",
            "Status",
            "格子里印的是什么。",
            required=True,
            labels=STATUS_TITLES,
        ),
        Field("raw", "string", "原样文字", "Printed text", "格子里印的原样文字。"),
        Field(
            "unit",
            "string",
            "格内单位",
            "Unit in the cell",
            "写在格子里的单位；格里没有、栏头写明与格式不同或格式没有规定的，是栏头的；空的按数据字典。",
        ),
        PLACE,
        _place("page", "页", "Page", "原件的页码，从1起。"),
        _place("line", "文本行", "Line", "原件的文本行号，从1起。"),
        _place("block", "第几个表", "Block", "原件中的第几个表，从1起。"),
        _place("row", "表内行", "Row of the grid", "原件表内的行号，从1起。"),
        _place("col", "表内列", "Column of the grid", "原件表内的列号，从1起。"),
        _edge("x0", "左边", "Left edge", "左边"),
        _edge("top", "上边", "Top edge", "上边"),
        _edge("x1", "右边", "Right edge", "右边"),
        _edge("bottom", "下边", "Bottom edge", "下边"),
        Field(
            "element",
            "string",
            "元素",
            "Element",
            "网页和Word中元素的XPath，工作簿中的工作表和格名（Sheet1!C5）；其他格式为空。",
        ),
        FORM,
    ),
    ("report_id", "table", "row_id", "column_id"),
    {"report_id": "reports"},
)
FINDINGS = Resource(
    "findings",
    "核对发现",
    "Findings",
    "不成立、空白作零才成立、无法判断的核对，一项一行。成立的只在报告表里计数。",
    (
        REPORT_ID,
        Field("check_id", "string", "核对规则", "Check", "核对规则的编号。", required=True),
        Field(
            "instance", "string", "核对项", "Instance", "规则用在哪一行、哪一列。", required=True
        ),
        Field(
            "status",
            "string",
            "结果",
            "Verdict",
            "核对的结果。",
            required=True,
            labels=VERDICT_TITLES,
        ),
        Field(
            "severity",
            "string",
            "轻重",
            "Severity",
            "不成立时有多严重。",
            required=True,
            labels=SEVERITY_TITLES,
        ),
        Field("left", "number", "左边", "Left side", "等式左边的数。"),
        Field("right", "number", "右边", "Right side", "等式右边的数。"),
        Field("delta", "number", "差", "Difference", "左边减右边。"),
        Field(
            "cells",
            "list",
            "涉及的格子",
            "Cells",
            "表/行/列，以空格分隔。",
            delimiter=" ",
        ),
        Field(
            "blanks",
            "list",
            "作零的空白格",
            "Blanks read as 0",
            "表/行/列，以空格分隔。",
            delimiter=" ",
        ),
        Field("expression", "string", "算式", "Arithmetic", "带数字的算式。"),
        Field("message_zh", "string", "说明", "Message (Chinese)", "发现了什么。", required=True),
        Field("message_en", "string", "英文说明", "Message (English)", "发现了什么（英文）。"),
        Field(
            "hint_zh",
            "string",
            "推测",
            "Hint (Chinese)",
            "改哪一格、改成几，有关的等式就都成立，可能是怎样错的。只是推测，数字不因此改动。",
        ),
        Field("hint_en", "string", "英文推测", "Hint (English)", "推测（英文）。"),
        PLACE,
        Field(
            "other_cells",
            "list",
            "别的报告里的格子",
            "Cells of other reports",
            "报告编号:表/行/列，以空格分隔；只在全部数据里有。",
            delimiter=" ",
        ),
    ),
    ("report_id", "check_id", "instance"),
    {"report_id": "reports"},
)
SECTIONS = Resource(
    "sections",
    "正文",
    "Sections",
    "一个部分一行，不含表格。收录方式为abridged和figures的报告，正文是本项目的摘要。",
    (
        REPORT_ID,
        Field(
            "position",
            "integer",
            "次序",
            "Position",
            "在报告中的次序，从1起。",
            required=True,
            minimum=1,
        ),
        Field(
            "section_id",
            "string",
            "部分",
            "Section",
            "部分的编号。",
            required=True,
            labels=_section_labels(),
        ),
        Field("heading", "string", "标题", "Heading", "印出的标题。"),
        Field("number", "string", "序号", "Number", "印出的序号。"),
        Field("text", "string", "正文", "Text", "一段一行；个人信息已隐去，原处是〔已隐去：…〕。"),
        _count("chars", "字数", "Characters", "正文的字符数。"),
        _sha256("sha256", "正文指纹", "SHA-256 of the text", "正文的SHA-256。", required=True),
        _count("n_masked", "隐去处数", "Parts masked", "标题和正文里隐去了几处个人信息。"),
        Field(
            "masked_kinds",
            "string",
            "隐去种类",
            "Kinds masked",
            "隐去的种类和处数，空格分隔，如mobile:1 name:2；没有为空。",
        ),
        _sha256(
            "full_sha256",
            "全文指纹",
            "SHA-256 of the full text",
            "隐去之前的正文的SHA-256；没有隐去时同正文指纹。",
            required=True,
        ),
        PLACE,
    ),
    ("report_id", "section_id"),
    {"report_id": "reports"},
)
CODEBOOK = Resource(
    "codebook",
    "数据字典",
    "Codebook",
    "每一版格式的每一格、面板表的每个变量各一行：中英文名称、含义、单位、依据、可比性和有多少数。",
    (
        Field("variable", "string", "变量", "Variable", "宽表或面板表的列名。", required=True),
        Field(
            "name_stata",
            "string",
            "短名",
            "Short name",
            "不超过32个字符、永久不变的名字，供Stata等软件使用；同名即同义。",
            required=True,
            pattern="^[a-z][a-z0-9_]{0,31}$",
        ),
        Field(
            "form",
            "string",
            "格式",
            "Form",
            "哪一版格式；panel是面板表的变量。",
            required=True,
            labels={**_form_labels(), IN_PANEL: label("break_shapes", IN_PANEL)},
        ),
        Field("table", "string", "表", "Table", "表的编号；跨表的为空。"),
        Field("row", "string", "行", "Row", "行的编号；由几行相加的为空。"),
        Field("column", "string", "列", "Column", "列的编号；由几列相加的为空。"),
        Field("label_zh", "string", "名称", "Label (Chinese)", "格式上的文字。", required=True),
        Field("label_en", "string", "英文名称", "Label (English)", "英文名称。", required=True),
        Field(
            "definition_zh", "string", "含义", "Definition (Chinese)", "数的是什么。", required=True
        ),
        Field(
            "definition_en",
            "string",
            "英文含义",
            "Definition (English)",
            "数的是什么（英文）。",
            required=True,
        ),
        Field("formula", "string", "算法", "Formula", "由哪几列相加或相除；印出的数为空。"),
        Field("unit", "string", "单位", "Unit", "格式规定的单位；没有规定为空。"),
        Field("unit_en", "string", "英文单位", "Unit (English)", "单位（英文）。"),
        Field("article", "string", "条文", "Article", "《政府信息公开条例》的条文。"),
        Field("foi", "string", "通用术语", "FOI term", "各国信息公开统计的通用说法。"),
        Field("concept", "string", "对照编号", "Concept", "在对照表里的编号；算出的为空。"),
        Field(
            "comparability",
            "string",
            "可比性",
            "Comparability",
            "与其他版格式是否可比。",
            required=True,
            labels=COMPARABILITY_TITLES,
        ),
        Field(
            "identities",
            "list",
            "勾稽关系",
            "Identities",
            "参与的核对项，以空格分隔。",
            delimiter=" ",
        ),
        _count("n_nonblank", "有数的报告数", "Reports with a number", "有多少份报告有这个数。"),
        _count("n_zero", "为零的报告数", "Reports with a zero", "其中多少份印着0或算得0。"),
        Field("note_zh", "string", "注释", "Note (Chinese)", "补充说明。"),
        Field("note_en", "string", "英文注释", "Note (English)", "补充说明（英文）。"),
    ),
    ("form", "variable"),
)
ISSUES = Resource(
    "issues",
    "问题清单",
    "Issues",
    "全部报告里不成立的核对，一份报告的一条规则一行，最重的在前；需要别的报告才能判断的也在内。",
    (
        REPORT_ID,
        AGENCY_ID,
        Field("agency", "string", "机关", "Agency", "机关名称。", required=True),
        Field("region_id", "string", "地区编号", "Region id", "机关所在地区。", required=True),
        Field("region", "string", "地区", "Region", "机关所在地区的名称。", required=True),
        REPORT_YEAR,
        Field("check_id", "string", "核对规则", "Check", "核对规则的编号。", required=True),
        Field("title", "string", "规则名称", "Title", "核对规则的名称。", required=True),
        Field(
            "severity",
            "string",
            "轻重",
            "Severity",
            "其中最重的一处。",
            required=True,
            labels=SEVERITY_TITLES,
        ),
        _count("findings", "处数", "Findings", "这条规则在这份报告里有几处不成立。"),
        Field("message_zh", "string", "例子", "Example (Chinese)", "第一处。", required=True),
        Field("message_en", "string", "英文例子", "Example (English)", "第一处（英文）。"),
        Field("expression", "string", "算式", "Arithmetic", "第一处带数字的算式。"),
        Field(
            "other_reports",
            "list",
            "涉及的别的报告",
            "Other reports",
            "报告编号，以空格分隔。",
            delimiter=" ",
        ),
    ),
    ("report_id", "check_id"),
    {"report_id": "reports", "agency_id": "agencies", "region_id": "regions"},
)
ISSUE_COUNTS = Resource(
    "issue_counts",
    "问题计数",
    "Issue counts",
    "按规则、机关、地区、年度数的发现。每行都有分母：核对了几份报告。",
    (
        Field(
            "dimension",
            "string",
            "按什么数",
            "Counted by",
            "按什么归类。",
            required=True,
            labels={"check": "规则", "agency": "机关", "region": "地区", "year": "年度"},
        ),
        Field("id", "string", "编号", "Id", "规则、机关、地区的编号，或年度。", required=True),
        Field("name", "string", "名称", "Name", "规则、机关、地区的名称，或年度。", required=True),
        _count("reports", "报告数", "Reports checked", "核对了几份报告，即分母。"),
        _count("reports_with_findings", "有发现的报告数", "Reports with findings"),
        _count("findings_error", "错误处数", "Findings: errors"),
        _count("findings_warn", "疑点处数", "Findings: warnings"),
        _count("findings_info", "提示处数", "Findings: notes"),
    ),
    ("dimension", "id"),
)
COVERAGE = Resource(
    "coverage",
    "收录情况",
    "Coverage",
    "每个机关每个年度的报告是否公布、是否收录。只有查过的才说没有公布。",
    (
        AGENCY_ID,
        REPORT_YEAR,
        Field(
            "status",
            "string",
            "状态",
            "Status",
            "公布和收录的情况；已收录而没有公布日期的，看不出是否按时。",
            required=True,
            labels=COVERAGE_TITLES,
        ),
        Field("published_on", "date", "公布日期", "Published on", "登记的公布日期；不详为空。"),
        Field(
            "due_on",
            "date",
            "应当公布的日期",
            "Due on",
            "条例规定的最后一天；条例没有规定的为空。",
        ),
        Field("checked_on", "date", "查看日期", "Checked on", "什么时候取得或查看的；不详为空。"),
        Field("source_url", "string", "来源网址", "Source URL", "报告或查看的网页；不详为空。"),
        Field("note", "string", "说明", "Note", "为什么是这个状态，怎样查的。"),
    ),
    ("agency_id", "report_year"),
    {"agency_id": "agencies"},
)
BREAKS = Resource(
    "breaks",
    "序列断点",
    "Breaks",
    "数列在哪一年因格式或法律而不再连续；一列一年一种断法一行。",
    (
        Field(
            "shape",
            "string",
            "在哪里",
            "Where",
            "宽表的列，面板表的列，还是两种表里同名同义的列。",
            required=True,
            labels=labels("break_shapes"),
        ),
        Field("series", "string", "序列", "Series", "列名。", required=True),
        Field("year", "integer", "年度", "Year", "从这一报告年度起。", required=True, minimum=2008),
        Field("kind", "string", "类型", "Kind", "怎样不连续。", required=True, labels=BREAK_TITLES),
        Field("label_zh", "string", "名称", "Label (Chinese)", "序列的名称。", required=True),
        Field(
            "label_en", "string", "英文名称", "Label (English)", "序列的英文名称。", required=True
        ),
        Field("note_zh", "string", "说明", "Note (Chinese)", "为什么。", required=True),
        Field("note_en", "string", "英文说明", "Note (English)", "为什么（英文）。", required=True),
        Field("source", "string", "出处", "Source", "通知的文号，或法律条文。", required=True),
    ),
    ("series", "year", "kind"),
)


def _form_cells() -> tuple[Field, ...]:
    """For each form with tables the cells of a concept, the oldest form first."""
    return tuple(
        Field(
            form.version,
            "list",
            f"{form.label}的格子",
            f"Cells of the form of {form.first_year}",
            "表/行/列，以空格分隔；没有为空。",
            delimiter=" ",
        )
        for form in reversed(forms())
        if form.tables
    )


CROSSWALK = Resource(
    "crosswalk",
    "各版对照",
    "Crosswalk",
    "各版格式的格子怎样对应。可比的才能接成一列；同一版有几格的，相加。",
    (
        Field("concept", "string", "对照编号", "Concept", "永久编号。", required=True),
        TABLE,
        Field("label_zh", "string", "名称", "Label (Chinese)", "所数的是什么。", required=True),
        Field("label_en", "string", "英文名称", "Label (English)", "英文名称。", required=True),
        *_form_cells(),
        Field(
            "comparability",
            "string",
            "可比性",
            "Comparability",
            "各版之间是否可比。",
            required=True,
            labels=COMPARABILITY_TITLES,
        ),
        Field(
            "in_panel",
            "integer",
            "在面板表",
            "In the panel",
            "面板表有这一列为1，没有为0。",
            required=True,
            minimum=0,
            maximum=1,
        ),
        Field("note_zh", "string", "说明", "Note (Chinese)", "为什么。", required=True),
        Field("note_en", "string", "英文说明", "Note (English)", "为什么（英文）。", required=True),
    ),
    ("concept",),
)


def _field(resource: Resource, name: str) -> Field:
    """The column of that name of another table."""
    return next(f for f in resource.fields if f.name == name)


def _list(name: str, title: str, title_en: str, description: str) -> Field:
    return Field(name, "list", title, title_en, f"{description}以空格分隔。", delimiter=" ")


def _with_status(column: Field, statuses: Mapping[str, str]) -> tuple[Field, Field]:
    """A column of the panel and that of its status."""
    status = Field(
        f"{column.name}{STATUS_SUFFIX}",
        "string",
        f"{column.title}：状态",
        f"{column.title_en}: status",
        f"{column.name}是怎样得来的，或者为什么为空。",
        required=True,
        labels=statuses,
    )
    return column, status


def _panel() -> Resource:
    """The panel, derived from `forms.panel`."""
    found = panel()
    statuses, rates = labels("panel_statuses"), labels("rate_statuses")
    figures = [
        *((s.name, s.crossing.label, s.crossing.label_en, s.crossing.note) for s in found.series),
        *((s.name, s.label, s.label_en, f"{' + '.join(s.of)}。") for s in found.sums),
    ]
    columns = [
        _with_status(Field(name, "integer", zh, en, about, unit=COUNT), statuses)
        for name, zh, en, about in figures
    ]
    columns += [
        _with_status(
            Field(
                r.name,
                "number",
                r.label,
                r.label_en,
                f"{r.numerator} / {r.denominator}，小数点后{RATE_DIGITS}位，四舍六入五成双。",
                unit=RATIO,
            ),
            rates,
        )
        for r in found.rates
    ]
    return Resource(
        "panel",
        "面板表",
        "Panel",
        "一个机关一年一行，只有各版可比的数列。空白不当作零，没有推算的数；每个数都有状态。",
        (
            AGENCY_ID,
            REPORT_YEAR,
            REPORT_ID,
            REGION_ID,
            ADCODE,
            _field(AGENCIES, "level"),
            _field(AGENCIES, "classification"),
            *(_field(REPORTS, name) for name in ("scope", "form_id", "published_on")),
            Field(
                "break_agency",
                "string",
                "机关断点",
                "Why figures do not go on from the year before: the body was reorganised",
                "机构或职能有调整，数字不接上一年的，写明原因；没有为空。",
            ),
            _list(
                "break_form",
                "格式断点",
                "Series from cells of an older form",
                "这一行里按旧版格式的格子或名称取数的列。",
            ),
            _list(
                "break_law",
                "法律断点",
                "Series counted under a changed law",
                "这一行里因法律修改而与以前不连续的列。",
            ),
            _list(
                "in_failing_sum",
                "在不成立的等式里",
                "Columns with a cell in a sum that fails",
                "所用的格子在不成立的勾稽关系里的列。",
            ),
            _count("n_in_failing_sum", "在不成立的等式里的列数", "Columns in sums that fail"),
            _list(
                "in_finding",
                "有其他发现",
                "Columns with a cell in another error or warning",
                "所用的格子在其他错误或疑点里的列。",
            ),
            _count("n_in_finding", "有其他发现的列数", "Columns in other errors or warnings"),
            *(column for pair in columns for column in pair),
        ),
        ("agency_id", "report_year"),
        {"report_id": "reports", "agency_id": "agencies", "region_id": "regions"},
    )


PANEL = _panel()


def _figures(variable: Variable) -> Iterator[Field]:
    """The wide column of a variable; where its form leaves the unit open, that of its unit too."""
    whole = variable.unit in COUNT_UNITS
    yield Field(
        variable.name,
        "integer" if whole else "number",
        variable.label,
        variable.label_en,
        variable.note,
        unit=variable.unit,
    )
    if not variable.unit:
        yield Field(
            f"{variable.name}{UNIT_SUFFIX}",
            "string",
            f"{variable.label}：单位",
            f"{variable.label_en}: unit",
            "格内或栏头印的单位；没有印为空，看不出是元还是万元。单位不同的不能相加。",
        )


def _wide(table: str, versions: tuple[str, ...], first: int | None) -> Wide:
    """The wide table of these forms, whose cells are the same.

    `first` is the first year of the forms, None where the table is the same in all forms.
    """
    newest = next(f for f in forms() if f.version in versions)
    shape = next(t for t in newest.tables if t.id == table)
    own = tuple(v for v in variables(newest.version) if v.cell.table == table)
    labels = "、".join(f.label for f in forms() if f.version in versions)
    zh, en = ("", "") if first is None else (f"{first}年版，", f"form of {first}, ")
    resource = Resource(
        f"{table}_wide" if first is None else f"{table}_{first}_wide",
        f"{shape.label}（{zh}宽表）",
        f"{shape.label_en} ({en}wide)",
        f"一份报告一行，一格一列；适用于{labels}。全地区汇总的报告（见统计范围）已含各部门，不要再相加。空白和符号都为空，单位与栏目不同的金额、不是整数的件数也为空，状态、单位和原样文字见cells.csv。",
        (
            *(REPORT_ID, AGENCY_ID, REPORT_YEAR, _field(REPORTS, "scope"), FORM),
            *(f for v in own for f in _figures(v)),
        ),
        ("report_id",),
        {"report_id": "reports"},
    )
    return Wide(resource, table, versions, own)


@cache
def wide_tables() -> tuple[Wide, ...]:
    """The wide tables, derived from the forms, in the order of the form's tables."""
    shapes: dict[str, dict[tuple[str, ...], list[tuple[int, str]]]] = {}
    for form in forms():
        for table in form.tables:
            cells = tuple(map(str, table.cells))
            shapes.setdefault(table.id, {}).setdefault(cells, []).append(
                (form.first_year, form.version)
            )
    out = []
    for table_id, groups in shapes.items():
        for members in groups.values():
            versions = tuple(version for _, version in members)
            first = None if len(groups) == 1 else min(year for year, _ in members)
            out.append(_wide(table_id, versions, first))
    return tuple(out)


#: All tables of the whole-corpus package in the order of publication.
RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        REPORTS,
        AGENCIES,
        REGIONS,
        NAMES,
        REDIRECTS,
        CELLS,
        *(wide.resource for wide in wide_tables()),
        PANEL,
        FINDINGS,
        SECTIONS,
        ISSUES,
        ISSUE_COUNTS,
        CODEBOOK,
        CROSSWALK,
        COVERAGE,
        BREAKS,
    )
}
