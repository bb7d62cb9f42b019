"""The files people write: what each may hold, and what a wrong value is told.

Owns the models of `report.toml`, `corrections.toml` and the rows of the two tables, the types of
their fields, and the way from a validation error to problems in Chinese. It must not know where
a file lies, how it is opened, or what other files say.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength

from gongkai.model import Problem
from gongkai.vocabulary import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

#: The first year the regulation was in force, and the last one that can be meant.
FIRST_YEAR, LAST_YEAR = 2008, 2100

#: How a code and a short name are written, in tables and as names of folders.
ADCODE = r"[0-9]{6}"
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"

#: What a person may say of a report that is not held: never that it was not published, where
#: nobody looked.
SEEN = ("missing", "unreadable")

_SHA256 = r"^[0-9a-f]{64}$"
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Control, format (also the marks that turn the writing direction), private and unassigned
# characters, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAME_LENGTH = 200
_URL_LENGTH = 2000
_SHOWN_LENGTH = 80


# --- What a value may be -------------------------------------------------------------------


def _plain(text: str) -> str:
    """One line of visible characters in the usual composition (NFC)."""
    if any(unicodedata.category(c) in _UNSEEN for c in text):
        raise ValueError("含有换行、控制符等看不见的字符")
    if unicodedata.normalize("NFC", text) != text:
        raise ValueError("含有分解写法的字符（不是 Unicode NFC）")
    return text


def _file_name(text: str) -> str:
    if "/" in text or "\\" in text or text.startswith("."):
        raise ValueError("不是单独的文件名")
    return text


def _unknown_if_empty(value: object) -> object:
    return None if value == "" else value


def _iso_date(value: object) -> object:
    """A date as ISO text; TOML has dates of its own."""
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("没有这一天") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise ValueError("不是日期")


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise ValueError("不是网址") from None
    if parts.scheme not in {"http", "https"} or not host or " " in text:
        raise ValueError("不是 http:// 或 https:// 开头的网址")
    if parts.username is not None:
        raise ValueError("网址里带有用户名")
    return text


def _year_text(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}", value):
        return int(value)
    raise ValueError("不是四位年份")


def _uscc(text: str) -> str:
    """The unified social credit code (GB 32100-2015), as it is printed."""
    try:
        uscc.validate(text)
    except InvalidLength:
        raise ValueError(f"有 {len(text)} 位，应当是 18 位") from None
    except InvalidFormat:
        raise ValueError("有不该有的字符：前八位是数字，其余没有小写字母和 I、O、S、V、Z") from None
    except InvalidChecksum:
        raise ValueError("校验码不对，有一位写错了") from None
    if uscc.compact(text) != text:
        raise ValueError("有空格、连字符或小写字母")
    return text


def _names(text: str) -> tuple[str, ...]:
    """Names parted by semicolons."""
    return tuple(name for part in re.split("[;；]", text) if (name := part.strip()))


def _one_of(values: tuple[str, ...]) -> AfterValidator:
    """That a text is one of a few."""

    def check(text: str) -> str:
        if text not in values:
            raise ValueError("不在可选的值里")
        return text

    return AfterValidator(check)


def _without_bar(text: str) -> str:
    """A name that can stand in a published list, whose items a bar parts."""
    if "|" in text:
        raise ValueError("含有竖线")
    return text


def _member_of(kind: str) -> AfterValidator:
    """That a text is a member of the closed list `kind`."""
    return _one_of(tuple(terms(kind)))


def _choices(kind: str) -> str:
    """The remedy for a text that is no member of the closed list."""
    return f"写其中之一：{'、'.join(f'{t.id}（{t.label}）' for t in terms(kind).values())}"


Line = Annotated[
    str, StringConstraints(min_length=1, max_length=_NAME_LENGTH), AfterValidator(_plain)
]
Name = Annotated[Line, AfterValidator(_without_bar)]
Sha256 = Annotated[str, StringConstraints(pattern=_SHA256)]
DateText = Annotated[str, BeforeValidator(_iso_date)]
Url = Annotated[
    str,
    StringConstraints(max_length=_URL_LENGTH),
    AfterValidator(_plain),
    AfterValidator(_web_address),
]
Year = Annotated[int, BeforeValidator(_year_text)]
Adcode = Annotated[str, StringConstraints(pattern=f"^{ADCODE}$")]
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG}$", max_length=60)]
AgencyId = Annotated[str, StringConstraints(pattern=f"^cn-{ADCODE}-{SLUG}$")]
RegionId = Annotated[str, StringConstraints(pattern=f"^{ADCODE}(?:-{SLUG})?$")]


# --- The files -----------------------------------------------------------------------------
# The description of a field is the remedy a person reads when the field is wrong.


class Written(BaseModel):
    """A file, or a row of a file, that a person wrote: nothing unknown, nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class ReportToml(Written):
    """`report.toml`; each item is explained at the head of the package."""

    title: Line = Field(description="写报告的标题，一行")
    publisher: Line = Field(description="写发布机关的名称，一行")
    year: Annotated[int, Strict()] = Field(
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description=f"写报告年度，{FIRST_YEAR} 到 {LAST_YEAR} 的整数，不加引号，如 year = 2024",
    )
    transcription: Annotated[str, _member_of("transcriptions")] = Field(
        description=_choices("transcriptions")
    )
    original_sha256: Sha256 | None = Field(
        None, description="写收录文件的 SHA-256（64 位小写十六进制），或删去这一项由程序计算"
    )
    document_name: Annotated[Line, AfterValidator(_file_name)] | None = Field(
        None, description="写所据完整原件的文件名，不带文件夹"
    )
    document_sha256: Sha256 | None = Field(
        None, description="写所据完整原件的 SHA-256（64 位小写十六进制）"
    )
    source_url: Annotated[Url | None, BeforeValidator(_unknown_if_empty)] = Field(
        None, description="写来源网页的网址，以 http:// 或 https:// 开头；不详就空着"
    )
    published_on: Annotated[DateText | None, BeforeValidator(_unknown_if_empty)] = Field(
        None, description="写发布日期，如 2025-01-31；不详就删去这一项"
    )
    retrieved_on: Annotated[DateText | None, BeforeValidator(_unknown_if_empty)] = Field(
        None, description="写取得日期，如 2025-01-31；不详就删去这一项"
    )
    changed_on: Annotated[DateText | None, BeforeValidator(_unknown_if_empty)] = Field(
        None,
        description="写收录内容最近一次改动的日期，如 2025-01-31，不早于取得日期；没有改过就删去这一项",
    )
    scope: Annotated[str, _member_of("scopes")] = Field("unknown", description=_choices("scopes"))
    licence_note: Annotated[str, StringConstraints(max_length=1000), AfterValidator(_plain)] = (
        Field("", description="写原件的权利说明，一行")
    )
    reorganised: Line | None = Field(
        None, description="机构或职能有调整、数字不能与上一年相比时写明原因，一行；没有就不写"
    )


class CorrectionRow(Written):
    """One `[[correction]]` of `corrections.toml`."""

    cell: Annotated[Line, StringConstraints(pattern=r"^[a-z0-9_]+(?:/[a-z0-9_]+){2}$")] = Field(
        description="写格子的编号 表/行/列，如 requests/received/total"
    )
    expect: str = Field(
        max_length=_NAME_LENGTH,
        description='写现在读出的文字或状态，如 "1O"、"ambiguous"、"missing"',
    )
    value: str = Field(max_length=_NAME_LENGTH, description='写原件上印的文字，如 "10"')
    reason: Line = Field(description="写为什么读错了，一行")


class CorrectionsToml(Written):
    """`corrections.toml`: mends our reading of cells, never an agency's number.

    每一处写一段：

        [[correction]]
        cell = "requests/received/total"   # 表/行/列
        expect = "1O"                      # 现在读出的文字或状态；不符时更正不生效并报错
        value = "10"                       # 原件上印的文字
        reason = "扫描件把 0 认成字母 O"
    """

    correction: tuple[CorrectionRow, ...] = Field(
        min_length=1, description="每一处更正写一段 [[correction]]；没有更正就删去这个文件"
    )


class RegionRow(Written):
    """A row of `regions.csv`. Years are report years; an empty one sets no bound."""

    region_id: RegionId = Field(
        description="写行政区划代码；功能区和乡镇写作 六位代码-短名，如 410100-hangkonggang"
    )
    adcode: Adcode = Field(description="写六位行政区划代码（GB/T 2260）；地区不明写 000000")
    name: Line = Field(description="写地区的中文名称")
    name_en: Line = Field(description="写地区的英文或拼音名称")
    kind: Annotated[str, _member_of("region_kinds")] = Field(description=_choices("region_kinds"))
    parent_id: str | None = Field(None, description="写上级地区的 region_id；没有上级就空着")
    valid_from: Year | None = Field(None, description="写代码启用的年份，四位；不详就空着")
    valid_to: Year | None = Field(None, description="写代码停用的年份，四位；仍在用就空着")
    source: Line | None = Field(None, description="写代码的出处")


class AgencyRow(Written):
    """A row of `agencies.csv`. `agency_id` is permanent, even when a name or a code changes."""

    agency_id: AgencyId = Field(description="写作 cn-<六位代码>-<slug>，定下后不再改")
    name: Line = Field(description="写机关的全称")
    other_names: Annotated[tuple[Name, ...], BeforeValidator(_names)] = Field(
        (), description="写曾用名和简称，以分号分隔；知道年份的写在 names.csv"
    )
    adcode: Adcode = Field(description="写六位行政区划代码，与报告的文件夹名相同")
    slug: Slug = Field(description="写机关短名，只用小写字母、数字和连字符")
    region_id: str = Field(description="写 regions.csv 中的 region_id，其 adcode 须与本行相同")
    classification: Annotated[str, _member_of("classifications")] = Field(
        description=_choices("classifications")
    )
    level: Annotated[str, _member_of("levels")] = Field(description=_choices("levels"))
    parent_id: str | None = Field(None, description="写上级机关的 agency_id；没有就空着")
    uscc: Annotated[Line, AfterValidator(_uscc)] | None = Field(
        None, description="写十八位统一社会信用代码；不详就空着"
    )
    valid_from: Year | None = Field(None, description="写机关成立的年份，四位；不详就空着")
    valid_to: Year | None = Field(None, description="写机关撤销的年份，四位；仍在就空着")


class NameRow(Written):
    """A row of `names.csv`: a name an agency or a region bears or bore, with its years."""

    id: Annotated[
        str, StringConstraints(pattern=f"^(?:cn-{ADCODE}-{SLUG}|{ADCODE}(?:-{SLUG})?)$")
    ] = Field(description="写 agencies.csv 的 agency_id，或 regions.csv 的 region_id")
    name: Name = Field(description="写这个名称")
    kind: Annotated[str, _member_of("name_kinds")] = Field(description=_choices("name_kinds"))
    valid_from: Year | None = Field(None, description="写开始用这个名称的年份，四位；不详就空着")
    valid_to: Year | None = Field(None, description="写最后用这个名称的年份，四位；仍在用就空着")
    source: Line = Field(description="写出处：文件、公告或网址")


class CodeRow(Written):
    """A row of `codes.csv`: a code an agency had before the one in `agencies.csv`."""

    agency_id: AgencyId = Field(description="写 agencies.csv 的 agency_id")
    adcode: Adcode = Field(description="写这个机关从前的六位行政区划代码")
    region_id: RegionId = Field(description="写 regions.csv 中的 region_id，其 adcode 须与本行相同")
    valid_from: Year | None = Field(None, description="写开始用这个代码的年份，四位；不详就空着")
    valid_to: Year = Field(description="写最后用这个代码的年份，四位")
    source: Line = Field(description="写出处：文件、公告或网址")


class RedirectRow(Written):
    """A row of `redirects.csv`: an id that was given once and is never given again."""

    old_id: AgencyId = Field(description="写停用的 agency_id")
    new_id: AgencyId = Field(description="写 agencies.csv 里接替它的 agency_id")
    since: DateText = Field(description="写停用的日期，如 2026-01-31")
    reason: Line = Field(description="写为什么停用，一行")


class CoverageRow(Written):
    """A row of `coverage.csv`: what somebody saw who looked for a report we do not hold."""

    agency_id: AgencyId = Field(description="写 agencies.csv 的 agency_id")
    year: Year = Field(description="写报告年度，四位")
    status: Annotated[str, _one_of(SEEN)] = Field(
        description="写 missing（到期后没有公布）或 unreadable（公布了，打不开或读不出）"
    )
    checked_on: DateText = Field(description="写查看的日期，如 2026-01-31")
    source_url: Url = Field(description="写查看的网页，以 http:// 或 https:// 开头")
    note: Line | None = Field(None, description="写怎样查的，一行；没有就空着")


# --- From a validation error to Chinese ----------------------------------------------------

_REASONS: dict[str, str] = {
    "missing": "缺少这一项",
    "string_type": "应当是文字（加引号）",
    "int_type": "应当是整数（不加引号）",
    "string_too_short": "是空的",
    "string_too_long": "太长",
    "too_short": "是空的",
    "string_pattern_mismatch": "写法不合规定",
    "greater_than_equal": "年份太早",
    "less_than_equal": "年份太晚",
    "tuple_type": "应当是若干段",
    "model_type": "应当是一段，不是一个值",
}


def shown(text: str) -> str:
    """Text of unknown origin as one short printable line."""
    line = text.encode("utf-8", "backslashreplace").decode()
    line = "".join(
        c if unicodedata.category(c) not in _UNSEEN else f"\\x{ord(c):02x}" for c in line
    )
    return line if len(line) <= _SHOWN_LENGTH else f"{line[:_SHOWN_LENGTH]}…"


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _REASONS.get(error["type"], "不合规定")


def _named_in(model: type[Written], error: ErrorDetails) -> type[Written]:
    """The model whose field the error names: corrections.toml has paragraphs with fields."""
    return CorrectionRow if model is CorrectionsToml and len(error["loc"]) > 1 else model


def _field_help(model: type[Written], error: ErrorDetails) -> str:
    """The remedy that belongs to the innermost named field of the error."""
    fields = {**model.model_fields, **_named_in(model, error).model_fields}
    names = [str(part) for part in error["loc"] if str(part) in fields]
    return fields[names[-1]].description or ""


def _extra_help(model: type[Written], error: ErrorDetails) -> str:
    fields = _named_in(model, error).model_fields
    close = get_close_matches(str(error["loc"][-1]), fields, n=1)
    hint = f"是否想写 {close[0]}？不是就删去" if close else "删去这一项"
    return f"{hint}。可用的项：{'、'.join(fields)}"


def _where(error: ErrorDetails) -> str:
    """`correction` 的第 2 段写作 correction[2].cell。"""
    out = ""
    for part in error["loc"]:
        out += f"[{part + 1}]" if isinstance(part, int) else f".{shown(part)}"
    return out.removeprefix(".")


def problems_of(
    error: ValidationError, model: type[Written], file: str, row: int | None = None
) -> Iterator[Problem]:
    """One problem a wrong field; `row` is the line of a CSV file."""
    for detail in error.errors(include_url=False, include_input=False):
        place = _where(detail)
        where = place if row is None else f"第{row}行 {place}"
        if detail["type"] == "extra_forbidden":
            yield Problem("field_unknown", file, "没有这一项", _extra_help(model, detail), where)
        else:
            code = "field_missing" if detail["type"] == "missing" else "field_invalid"
            yield Problem(code, file, _reason(detail), _field_help(model, detail), where)
