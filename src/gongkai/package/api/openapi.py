"""The API described: its addresses, its promise, and OpenAPI 3.1 made of the shapes.

To add a document: a `TypedDict` in `shapes`, a line in `ENDPOINTS`, a function that writes it.
Knows the shapes, nothing of reports.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from gongkai.package import schema
from gongkai.package.api import shapes
from gongkai.package.elsewhere import is_download
from gongkai.package.schema import LICENCE, Field, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION = "1.0.0"
ROOT = "api/v1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
JSON, CSV = "application/json", "text/csv"

#: What may change within v1 and what may not.
PROMISE: tuple[str, ...] = (
    "v1 里只会增加字段、地址和名单里的词；不删、不改名、不改类型。读到不认识的字段请忽略。",
    "编号永久不变，不会给别的机关、地区或报告使用。",
    "数字会随报告更正而变：每份报告写明收录文件的 SHA-256。",
    "要做不相容的改动就另出 v2；v1 至少再保留一年，并在这里写明停用日期。",
    "links 里的地址会增减；links 以外的都在承诺之内。",
)
PROMISE_EN: tuple[str, ...] = (
    "Within v1 fields, addresses and members of closed lists may be added: ignore new ones.",
    "Within v1 no field is removed, renamed or given another type.",
    "Ids are permanent and never reused for another agency, region or report.",
    "Figures change when a report is corrected: each report names the SHA-256 of its file.",
    "An incompatible change makes a v2; v1 stays for at least a year, its last day is told here.",
    "Addresses in `links` come and go; everything else is covered by this promise.",
)

#: What is said where downloads stand elsewhere.
ELSEWHERE = "下载在 {} 之下：links 和 index.json 的 path 里，它们的地址写全。"
ELSEWHERE_EN = "Downloads stand under {}: `links`, and `path` of index.json, name them in full."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address. `shape` is the TypedDict of a JSON document; `columns` are those of a CSV.

    `path` is relative to the site's root, with the name of an id column in braces.
    """

    path: str
    name: str
    title: str
    title_en: str
    description: str
    shape: type[Any] | None = None
    columns: tuple[Field, ...] = ()

    @property
    def media_type(self) -> str:
        """What is served there."""
        return JSON if self.shape is not None or self.path.endswith(".json") else CSV


_VARIABLE = Field(
    "variable",
    "string",
    "变量",
    "Variable",
    "宽表的列名，即行的编号、下划线、列的编号；含义见数据字典。",
    required=True,
    pattern="^[a-z0-9_]+$",
)
_UNIT = Field(
    "unit",
    "string",
    "单位",
    "Unit",
    "格子里自己写的单位；没有写就是格式规定的，都没有为空。",
)
_VALUE = Field(
    "value",
    "number",
    "数值",
    "Value",
    "同宽表：空白、符号、存疑为空；单位与栏目不同的金额、不是整数的件数为空，原数见那份报告。",
)
_SCOPE = next(f for f in schema.REPORTS.fields if f.name == "scope")
_CELL = {f.name: f for f in schema.CELLS.fields}
_AT = ("page", "line", "block", "row", "col")
#: The CSV beside a report's page.
REPORT_CSV = Resource(
    "report",
    "一份报告的格子",
    "The cells of a report",
    "一格一行，按印出的次序。",
    (_VARIABLE, *(_CELL[name] for name in ("value", "status", "raw", "unit", *_AT))),
    ("variable",),
)
#: The CSV beside the page of an agency or a region.
SERIES_CSV = Resource(
    "series",
    "机关各年的数列",
    "Series of agencies by year",
    "一个机关一年一个变量一行。",
    (schema.AGENCY_ID, schema.REPORT_YEAR, _VARIABLE, _VALUE, _UNIT, _CELL["status"], _SCOPE),
    ("agency_id", "report_year", "variable"),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        f"{ROOT}/index.json",
        "getIndex",
        "目录",
        "What this API is and where everything is",
        "版本、承诺、许可和全部地址。",
        shapes.IndexDocument,
    ),
    Endpoint(
        f"{ROOT}/openapi.json",
        "getOpenapi",
        "本说明",
        "This description (OpenAPI 3.1)",
        "OpenAPI 3.1：每个地址的每个字段。",
    ),
    Endpoint(
        f"{ROOT}/agencies.json",
        "listAgencies",
        "全部机关",
        "All agencies, by columns",
        "按列：一列一个数组，长度相同。",
        shapes.AgenciesDocument,
    ),
    Endpoint(
        f"{ROOT}/agencies/{{agency_id}}.json",
        "getAgency",
        "一个机关",
        "An agency: names, place, years, reports, main series",
        "名称、所在地区、各年收录情况、报告、主要数列。",
        shapes.AgencyDocument,
    ),
    Endpoint(
        f"{ROOT}/regions.json",
        "listRegions",
        "全部地区",
        "All regions, by columns",
        "按列：一列一个数组，长度相同。",
        shapes.RegionsDocument,
    ),
    Endpoint(
        f"{ROOT}/regions/{{region_id}}.json",
        "getRegion",
        "一个地区",
        "A region: what lies in it, its agencies and reports",
        "下级地区、本级机关、本级和下级的全部报告。",
        shapes.RegionDocument,
    ),
    Endpoint(
        f"{ROOT}/reports.json",
        "listReports",
        "全部报告",
        "All reports, by columns",
        "按列：一列一个数组，长度相同。",
        shapes.ReportsDocument,
    ),
    Endpoint(
        f"{ROOT}/reports/{{report_id}}.json",
        "getReport",
        "一份报告",
        "A report: source, tables as printed, findings, text",
        "来源、日期、指纹，逐格的数值、状态、原样文字和位置，核对发现，正文。",
        shapes.ReportDocument,
    ),
    Endpoint(
        f"{ROOT}/series.json",
        "listSeries",
        "全部数列",
        "All series, by columns",
        "按列：一列一个数组，长度相同。",
        shapes.SeriesListDocument,
    ),
    Endpoint(
        f"{ROOT}/series/{{variable}}.json",
        "getSeries",
        "一个数列",
        "A variable: what it is, its breaks, its values by agency and year",
        "定义、断点，全部机关各年的数值和状态，按列。",
        shapes.SeriesDocument,
    ),
    Endpoint(
        f"{ROOT}/panel.json",
        "listPanel",
        "面板表的全部列",
        "All columns of the panel, by columns",
        "按列：一列一个数组，长度相同。",
        shapes.PanelListDocument,
    ),
    Endpoint(
        f"{ROOT}/panel/{{variable}}.json",
        "getPanelColumn",
        "面板表的一列",
        "A comparable series, sum or rate: definition, breaks, values, flags",
        "各版格式可比的数列、合计和比率：算法、断点，全部机关各年的数值和状态，要小心的值。",
        shapes.PanelDocument,
    ),
    Endpoint(
        "reports/{report_id}.json",
        "getReportBeside",
        "一份报告（网页旁边）",
        "A report, beside its page",
        f"与 {ROOT}/reports/ 里的逐字节相同，便于和网页一起保存。",
        shapes.ReportDocument,
    ),
    Endpoint(
        "agencies/{agency_id}.json",
        "getAgencyBeside",
        "一个机关（网页旁边）",
        "An agency, beside its page",
        f"与 {ROOT}/agencies/ 里的逐字节相同，便于和网页一起保存。",
        shapes.AgencyDocument,
    ),
    Endpoint(
        "regions/{region_id}.json",
        "getRegionBeside",
        "一个地区（网页旁边）",
        "A region, beside its page",
        f"与 {ROOT}/regions/ 里的逐字节相同，便于和网页一起保存。",
        shapes.RegionDocument,
    ),
    Endpoint(
        "reports/{report_id}.csv",
        "getReportCsv",
        "一份报告的格子（CSV）",
        "The cells of a report (CSV)",
        "一格一行，按印出的次序。",
        columns=REPORT_CSV.fields,
    ),
    Endpoint(
        "agencies/{agency_id}.csv",
        "getAgencyCsv",
        "一个机关各年的数列（CSV）",
        "The series of an agency by year (CSV)",
        "一年一个变量一行；表三只有总计，按申请人分的见每份报告。",
        columns=SERIES_CSV.fields,
    ),
    Endpoint(
        "regions/{region_id}.csv",
        "getRegionCsv",
        "一个地区各机关的主要数列（CSV）",
        "The main series of all agencies of a region and below it (CSV)",
        "一个机关一年一个变量一行；含下级地区的机关。地区汇总的数（scope）含有下面各机关的，不要相加。",
        columns=SERIES_CSV.fields,
    ),
)
#: The ids in addresses.
PARAMETERS: dict[str, Field] = {
    f.name: f for f in (schema.AGENCY_ID, schema.REGION_ID, schema.REPORT_ID, _VARIABLE)
}
_PLAIN: dict[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def _described(field: Field) -> Iterator[tuple[str, Any]]:
    """What a column says of a value: Chinese, with the English name at the end."""
    yield "title", field.title
    yield "description", f"{field.description or field.title}（{field.title_en}）"


def _rules(field: Field) -> Iterator[tuple[str, Any]]:
    """What a column demands of a single value; a list of its own has none."""
    if field.type == "date":
        yield "format", "date"
    for rule in ("pattern", "minimum", "maximum"):
        if (wanted := getattr(field, rule)) is not None:
            yield rule, wanted
    if field.labels:
        yield "enum", [str(member) for member in field.labels]


def _union(members: Iterable[Any], found: dict[str, Any]) -> dict[str, Any]:
    """One of several types; what is demanded of one member is demanded of that alone."""
    made = [schema_of(member, found) for member in members]
    kinds = [one["type"] for one in made if "type" in one]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    merged = {key: rule for one in made for key, rule in one.items() if key != "type"}
    if "enum" in merged:
        merged["enum"] = [*merged["enum"], None]
    return {"type": kinds, **merged}


def _annotated(hint: Any, found: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # a type
    inner, *notes = get_args(hint)
    made = schema_of(inner, found)
    single = made.get("type") not in ("array", "object")
    for note in notes:
        rules = dict(_rules(note.field)) if single else {}
        if "enum" in rules and "null" in made["type"]:
            rules["enum"] = [*rules["enum"], None]
        made = {**made, **dict(_described(note.field)), **rules, **note.rules}
    return made


def _object(shape: Any, found: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # a type
    """The schema of a shape, kept once under its name."""
    name = shape.__name__
    if name not in found:
        found[name] = {}
        hints = get_type_hints(shape, include_extras=True)
        found[name] = {
            "type": "object",
            "title": shapes.TITLES[shape],
            "description": f"{shapes.TITLES[shape]}（{' '.join((shape.__doc__ or '').split())}）",
            "required": list(hints),
            "additionalProperties": False,
            "properties": {key: schema_of(hint, found) for key, hint in hints.items()},
        }
    return {"$ref": f"#/components/schemas/{name}"}


def schema_of(hint: Any, found: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # a type
    """The JSON Schema of a type; shapes it refers to are added to `found`.

    Raises:
        TypeError: for a type that JSON does not have.
    """
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if is_typeddict(hint):
        return _object(hint, found)
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(hint, found)
    if origin in {Union, types.UnionType}:
        return _union(args, found)
    if origin is list:
        return {"type": "array", "items": schema_of(args[0], found)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(args[1], found)}
    raise TypeError(hint)


def _content(endpoint: Endpoint, found: dict[str, Any]) -> dict[str, Any]:
    if endpoint.shape is not None:
        return {endpoint.media_type: {"schema": schema_of(endpoint.shape, found)}}
    if endpoint.media_type == JSON:
        return {JSON: {"schema": {"type": "object"}}}
    return {
        CSV: {
            "schema": {
                "type": "string",
                "description": "UTF-8，无 BOM，第一行是列名，没有注释行。列："
                + "；".join(f"{f.name} {f.title}" for f in endpoint.columns)
                + "。",
            }
        }
    }


def _parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": dict(_described(field))["description"],
            "schema": {"type": "string", **dict(_rules(field))},
        }
        for name, field in PARAMETERS.items()
        if f"{{{name}}}" in path
    ]


def _operation(endpoint: Endpoint, found: dict[str, Any]) -> dict[str, Any]:
    ids = _parameters(endpoint.path)
    return {
        "operationId": endpoint.name,
        "summary": endpoint.title_en,
        "description": f"{endpoint.title}：{endpoint.description}",
        **({"parameters": ids} if ids else {}),
        "responses": {
            "200": {"description": endpoint.title, "content": _content(endpoint, found)},
            **({"404": {"description": "没有这个编号（no such id）"}} if ids else {}),
        },
    }


def _path(endpoint: Endpoint, found: dict[str, Any], downloads: str) -> dict[str, Any]:
    """What stands at an address, with its own server where downloads stand elsewhere."""
    apart = downloads and is_download(endpoint.path)
    servers = {"servers": [{"url": downloads.removesuffix("/")}]} if apart else {}
    return {**servers, "get": _operation(endpoint, found)}


@cache
def openapi(downloads: str = "") -> Mapping[str, Any]:
    """The whole description; it is the same for every corpus.

    Its server is the site's root, relative to where the file stands.

    Args:
        downloads: where downloads are; empty for the site itself.
    """
    found: dict[str, Any] = {}
    paths = {f"/{e.path}": _path(e, found, downloads) for e in ENDPOINTS}
    apart = (ELSEWHERE.format(downloads), ELSEWHERE_EN.format(downloads)) if downloads else ()
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": f"{schema.DATASET_TITLE} API",
            "summary": f"Static JSON API: {schema.DATASET_TITLE_EN}",
            "description": "\n\n".join((*PROMISE, *PROMISE_EN, *apart)),
            "version": VERSION,
            "license": {"name": LICENCE["title"], "url": LICENCE["path"]},
        },
        "servers": [{"url": "../..", "description": "网站根目录（site root）"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(found.items()))},
    }
