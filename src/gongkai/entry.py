"""Folder rules: from `content/` to entries, and what is wrong with the folders that give none.

一份报告一个文件夹：`content/reports/<行政区划代码>/<机关短名>/<年度>/`，里面只放三种文件：

- `original.<扩展名>`：收录文件，有且只有一个，不超过 20 MB；
- `report.toml`：说明文件，UTF-8 编码，各项如下；
- `corrections.toml`：对识读的更正，可有可无（写法见 `CorrectionsToml`）。

report.toml 的各项：

- `title`：报告标题（必填）；
- `publisher`：发布机关，照报告的写法（必填）；
- `year`：报告年度，四位整数，与文件夹名相同（必填）；
- `transcription`：收录方式（必填）。`"full"` 为全文；`"abridged"` 为表格照录、文字摘要，
  这时 `document_name` 和 `document_sha256` 也必填；
- `original_sha256`：收录文件的 SHA-256。可以不写；写了就必须与文件相符；
- `document_name`、`document_sha256`：所据完整原件的文件名和 SHA-256；
- `source_url`：来源网址，以 http:// 或 https:// 开头；空着或不写表示不详；
- `published_on`、`retrieved_on`：发布日期、取得日期，写作 2025-01-31；不写表示不详；
- `scope`：数字的统计范围，`"own"` 本机关、`"region_aggregate"` 本地区汇总、`"unknown"` 不详
  （不写即不详）；
- `licence_note`：原件的权利说明。

`content/regions.csv` 和 `content/agencies.csv` 的各列见 `RegionRow` 和 `AgencyRow`。

This module does not look into an original; it only asks its size and its hash.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import stat
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Generic, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import tomli_w
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationError,
)

from gongkai.model import Agency, Entry, Problem, Region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

#: The largest original, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: The largest report.toml or corrections.toml, in bytes: a hand-written page is far smaller.
MAX_TOML_BYTES = 100_000
#: The first year the regulation was in force, and the last one that can be meant.
FIRST_YEAR, LAST_YEAR = 2008, 2100
REPORT_TOML = "report.toml"
CORRECTIONS_TOML = "corrections.toml"

_ADCODE = r"[0-9]{6}"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SHA256 = r"^[0-9a-f]{64}$"
_ORIGINAL = re.compile(r"original\.[a-z0-9]{1,10}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
# What an editor or a file manager leaves behind is no part of a report.
_FURNITURE = frozenset({"Thumbs.db", "desktop.ini"})
# Control, format (also the marks that turn the writing direction), private and unassigned
# characters, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAME_LENGTH = 200
_URL_LENGTH = 2000
_SHOWN_LENGTH = 80
_USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class EntryError(Exception):
    """A file of `content/` that cannot be used. `problems` say in Chinese what to do."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @property
    def problem(self) -> Problem:
        """The first of them."""
        return self.problems[0]


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
    """The unified social credit code with a right check character (GB 32100-2015)."""
    total = sum(_USCC_DIGITS.index(c) * pow(3, at, 31) for at, c in enumerate(text[:17]))
    if _USCC_DIGITS[-total % 31] != text[17]:
        raise ValueError("校验码不对")
    return text


def _names(text: str) -> tuple[str, ...]:
    """Names parted by semicolons."""
    return tuple(name for part in re.split("[;；]", text) if (name := part.strip()))


Line = Annotated[
    str, StringConstraints(min_length=1, max_length=_NAME_LENGTH), AfterValidator(_plain)
]
Sha256 = Annotated[str, StringConstraints(pattern=_SHA256)]
DateText = Annotated[str, BeforeValidator(_iso_date)]
Url = Annotated[
    str,
    StringConstraints(max_length=_URL_LENGTH),
    AfterValidator(_plain),
    AfterValidator(_web_address),
]
Year = Annotated[int, BeforeValidator(_year_text)]
Adcode = Annotated[str, StringConstraints(pattern=f"^{_ADCODE}$")]
Slug = Annotated[str, StringConstraints(pattern=f"^{_SLUG}$", max_length=60)]

Scope = Literal["own", "region_aggregate", "unknown"]
Transcription = Literal["full", "abridged"]
Kind = Literal["country", "province", "prefecture", "county", "township", "zone", "unknown"]
Level = Literal["central", "province", "prefecture", "county", "township", "unknown"]
Classification = Literal[
    "government",
    "government_office",
    "development_reform",
    "education",
    "science_industry",
    "public_security",
    "civil_affairs",
    "justice",
    "finance",
    "human_resources",
    "natural_resources",
    "ecology",
    "housing",
    "transport",
    "water",
    "agriculture",
    "commerce",
    "culture_tourism",
    "health",
    "veterans",
    "emergency",
    "audit",
    "market_regulation",
    "statistics",
    "medical_insurance",
    "urban_management",
    "government_services",
    "tax",
    "township",
    "subdistrict",
    "development_zone",
    "other",
]


# --- The files people write ----------------------------------------------------------------
# The description of a field is the remedy a person reads when the field is wrong.


class _Written(BaseModel):
    """A file, or a row of a file, that a person wrote: nothing unknown, nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class ReportToml(_Written):
    """`report.toml`; each item is explained at the head of this module."""

    title: Line = Field(description="写报告的标题，一行")
    publisher: Line = Field(description="写发布机关的名称，一行")
    year: Annotated[int, Strict()] = Field(
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description=f"写报告年度，{FIRST_YEAR} 到 {LAST_YEAR} 的整数，不加引号，如 year = 2024",
    )
    transcription: Transcription = Field(
        description='写 "full"（全文）或 "abridged"（表格照录、文字摘要）'
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
    scope: Scope = Field(
        "unknown",
        description='写 "own"（本机关）、"region_aggregate"（本地区汇总）或 "unknown"（不详）',
    )
    licence_note: Annotated[str, StringConstraints(max_length=1000), AfterValidator(_plain)] = (
        Field("", description="写原件的权利说明，一行")
    )


class CorrectionRow(_Written):
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


class CorrectionsToml(_Written):
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


class RegionRow(_Written):
    """A row of `regions.csv`. Years are report years; an empty one sets no bound."""

    region_id: Annotated[str, StringConstraints(pattern=f"^{_ADCODE}(?:-{_SLUG})?$")] = Field(
        description="写行政区划代码；功能区和乡镇写作 六位代码-短名，如 410100-hangkonggang"
    )
    adcode: Adcode = Field(description="写六位行政区划代码（GB/T 2260）；地区不明写 000000")
    name: Line = Field(description="写地区的中文名称")
    name_en: Line = Field(description="写地区的英文或拼音名称")
    kind: Kind = Field(
        description="写 country、province、prefecture、county、township、zone 或 unknown"
    )
    parent_id: str | None = Field(None, description="写上级地区的 region_id；没有上级就空着")
    valid_from: Year | None = Field(None, description="写代码启用的年份，四位；不详就空着")
    valid_to: Year | None = Field(None, description="写代码停用的年份，四位；仍在用就空着")
    source: Line | None = Field(None, description="写代码的出处")


class AgencyRow(_Written):
    """A row of `agencies.csv`. `agency_id` is permanent, even when a name or a code changes."""

    agency_id: Annotated[str, StringConstraints(pattern=f"^cn-{_ADCODE}-{_SLUG}$")] = Field(
        description="写作 cn-<六位代码>-<slug>，定下后不再改"
    )
    name: Line = Field(description="写机关的全称")
    other_names: Annotated[tuple[Line, ...], BeforeValidator(_names)] = Field(
        (), description="写曾用名和简称，以分号分隔"
    )
    adcode: Adcode = Field(description="写六位行政区划代码，与报告的文件夹名相同")
    slug: Slug = Field(description="写机关短名，只用小写字母、数字和连字符")
    region_id: str = Field(description="写 regions.csv 中的 region_id，其 adcode 须与本行相同")
    classification: Classification = Field(
        description=f"写机关类别之一：{'、'.join(get_args(Classification))}"
    )
    level: Level = Field(
        description="写 central、province、prefecture、county、township 或 unknown"
    )
    parent_id: str | None = Field(None, description="写上级机关的 agency_id；没有就空着")
    uscc: (
        Annotated[
            str, StringConstraints(pattern=f"^[{_USCC_DIGITS}]{{18}}$"), AfterValidator(_uscc)
        ]
        | None
    ) = Field(None, description="写十八位统一社会信用代码；不详就空着")
    valid_from: Year | None = Field(None, description="写机关成立的年份，四位；不详就空着")
    valid_to: Year | None = Field(None, description="写机关撤销的年份，四位；仍在就空着")


# --- From a validation error to Chinese ----------------------------------------------------

_M = TypeVar("_M", bound=_Written)
_REASONS: dict[str, str] = {
    "missing": "缺少这一项",
    "string_type": "应当是文字（加引号）",
    "int_type": "应当是整数（不加引号）",
    "string_too_short": "是空的",
    "string_too_long": "太长",
    "too_short": "是空的",
    "literal_error": "不在可选的值里",
    "string_pattern_mismatch": "写法不合规定",
    "greater_than_equal": "年份太早",
    "less_than_equal": "年份太晚",
    "tuple_type": "应当是若干段",
}


def _shown(text: str) -> str:
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


def _field_help(model: type[BaseModel], error: ErrorDetails) -> str:
    """The remedy that belongs to the innermost named field of the error."""
    row = CorrectionRow if model is CorrectionsToml and len(error["loc"]) > 1 else model
    names = [str(part) for part in error["loc"] if str(part) in row.model_fields]
    return (row.model_fields[names[-1]].description if names else None) or "照说明改写"


def _extra_help(model: type[BaseModel], error: ErrorDetails) -> str:
    row = CorrectionRow if model is CorrectionsToml and len(error["loc"]) > 1 else model
    close = get_close_matches(str(error["loc"][-1]), row.model_fields, n=1)
    hint = f"是否想写 {close[0]}？不是就删去" if close else "删去这一项"
    return f"{hint}。可用的项：{'、'.join(row.model_fields)}"


def _where(error: ErrorDetails) -> str:
    """`correction` 的第 2 段写作 correction[2].cell。"""
    out = ""
    for part in error["loc"]:
        out += f"[{part + 1}]" if isinstance(part, int) else f".{_shown(part)}"
    return out.removeprefix(".")


def _problems(
    error: ValidationError, model: type[BaseModel], file: str, row: int | None = None
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


# --- Bytes and TOML ------------------------------------------------------------------------


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


def _unfit_file(path: Path, name: str, limit: int) -> Problem | None:
    """Why the file is not to be opened. The size is asked before anything is read."""
    try:
        status = path.lstat()
    except OSError:
        return Problem("unreadable", name, "打不开", "检查文件名和权限")
    if not stat.S_ISREG(status.st_mode):
        return Problem("not_a_file", name, "不是普通文件", "换成文件本身，不用链接")
    if status.st_size > limit:
        return Problem(
            "too_large",
            name,
            f"有 {_megabytes(status.st_size)}，超过上限 {_megabytes(limit)}",
            "换成较小的文件，只留报告本身",
        )
    if status.st_size == 0:
        return Problem("empty", name, "是空文件", "换成有内容的文件")
    return None


def _text(path: Path, name: str, limit: int) -> str:
    """The text of a UTF-8 file (a byte-order mark is allowed).

    Raises:
        EntryError: if it cannot be opened, is too large, or is not UTF-8.
    """
    unfit = _unfit_file(path, name, limit)
    if unfit is not None:
        raise EntryError(unfit)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EntryError(Problem("unreadable", name, "打不开", "检查文件的权限")) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remedy = "用 UTF-8 编码另存" + ("（Excel 选“CSV UTF-8”）" if name.endswith(".csv") else "")
        raise EntryError(Problem("encoding", name, f"第{line}行不是 UTF-8 编码", remedy)) from error


def read_toml(path: Path, name: str, model: type[_M]) -> _M:
    """A TOML file as `model`. `name` is what messages call the file.

    Raises:
        EntryError: with one problem a mistake: encoding, syntax (with the line), or each field.
    """
    text = _text(path, name, MAX_TOML_BYTES)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _TOML_PLACE.search(str(error))
        place = f"第{found[1]}行第{found[2]}列" if found is not None else "文件里有一处"
        raise EntryError(
            Problem(
                "toml_syntax",
                name,
                f"{place}不合 TOML 语法",
                '检查引号、等号和括号是否成对，同一项是否写了两次；文字加引号，如 title = "……"',
            )
        ) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise EntryError(*_problems(error, model, name)) from error


def report_toml(fields: Mapping[str, object]) -> str:
    """The text of a `report.toml` with these fields; None and absent ones are left out.

    Only an unknown source address is written, as an empty text: a gap that is to be filled.

    Raises:
        EntryError: if a field is missing, unknown or wrong.
    """
    try:
        made = ReportToml.model_validate({k: v for k, v in fields.items() if v is not None})
    except ValidationError as error:
        raise EntryError(*_problems(error, ReportToml, REPORT_TOML)) from error
    items = made.model_dump()
    items["source_url"] = made.source_url or ""
    return tomli_w.dumps({name: item for name, item in items.items() if item is not None})


def write_report_toml(path: Path, fields: Mapping[str, object]) -> None:
    """Write a `report.toml`, whole or not at all.

    Raises:
        EntryError: as `report_toml`; nothing is written then.
    """
    text = report_toml(fields)
    half = path.with_name(f"{path.name}.part")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)


# --- The two tables ------------------------------------------------------------------------


@dataclass
class _Table(Generic[_M]):
    """Rows of a CSV file by id with their line. `usable` is false if the file as a whole fails.

    `ids` are all ids in the file, those of faulty rows too: a child is not blamed for them.
    """

    file: str
    model: type[_M]
    key: str
    rows: dict[str, tuple[int, _M]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    usable: bool = True

    def fault(self, line: int, column: str, message: str, remedy: str) -> None:
        """Note a fault of one row."""
        where = f"第{line}行 {column}"
        self.problems.append(Problem("row_invalid", self.file, message, remedy, where))

    def fail(self, *problems: Problem) -> None:
        """Note why the whole file cannot be used."""
        self.problems.extend(problems)
        self.usable = False

    def take(self, line: int, header: list[str], cells: list[str]) -> None:
        """Read one row."""
        if len(cells) != len(header):
            message = f"有 {len(cells)} 格，应当是 {len(header)} 格"
            self.fault(line, "整行", message, "补齐或删去逗号；有逗号的格子要加引号")
            return
        # An empty cell says nothing: a required one is then missing, any other its default.
        given = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
        name = given.get(self.key, "")
        self.ids.add(name)
        try:
            row = self.model.model_validate(given)
        except ValidationError as error:
            self.problems.extend(_problems(error, self.model, self.file, line))
            return
        if name in self.rows:
            message = f"{name} 与第{self.rows[name][0]}行重复"
            remedy = "删去一行或改用另一个编号；现以先出现的为准"
            self.fault(line, self.key, message, remedy)
            return
        self.rows[name] = (line, row)


def _load(path: Path, model: type[_M], key: str) -> _Table[_M]:
    """The rows that are right by themselves; how they hang together is checked afterwards."""
    table = _Table(f"{path.parent.name}/{path.name}", model, key)
    if not path.exists() and not path.is_symlink():
        remedy = f"新建它，第一行写 {','.join(model.model_fields)}"
        table.fail(Problem("table_missing", table.file, "没有这个文件", remedy))
        return table
    try:
        lines = _csv_lines(_text(path, table.file, MAX_BYTES), table.file)
    except EntryError as error:
        table.fail(*error.problems)
        return table
    header = lines[0][1] if lines else []
    if sorted(header) != sorted(model.model_fields):
        table.fail(_header_problem(table.file, header, model))
        return table
    for line, cells in lines[1:]:
        table.take(line, header, cells)
    return table


def _csv_lines(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Rows that hold anything, with their line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [
            (reader.line_num, [cell.strip() for cell in row])
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise EntryError(
            Problem(
                "csv_syntax",
                file,
                f"第{reader.line_num}行不合 CSV 语法",
                "检查引号是否成对；有逗号的格子要加引号",
            )
        ) from error


def _header_problem(file: str, header: list[str], model: type[BaseModel]) -> Problem:
    wanted = list(model.model_fields)
    missing = [name for name in wanted if name not in header]
    extra = [name for name in header if name not in wanted]
    double = sorted({name for name in header if header.count(name) > 1})
    parts = [
        f"缺少列 {'、'.join(missing)}" if missing else "",
        f"多出列 {'、'.join(map(_shown, extra))}" if extra else "",
        f"列重复 {'、'.join(map(_shown, double))}" if double else "",
    ]
    message = "；".join(filter(None, parts))
    return Problem("csv_header", file, message, f"第一行写成 {','.join(wanted)}", "第1行")


def _drop_faulty(table: _Table[_M], check: Callable[[_M], tuple[str, str, str] | None]) -> None:
    """Take out the rows in which `check` finds a fault (column, message, remedy)."""
    for name, (line, row) in list(table.rows.items()):
        fault = check(row)
        if fault is not None:
            table.fault(line, *fault)
            del table.rows[name]


def _parent_fault(
    name: str, parents: Mapping[str, str | None], ids: set[str]
) -> tuple[str, str, str] | None:
    """Why the row's chain of parents is broken."""
    parent = parents[name]
    if parent is not None and parent not in ids:
        return "parent_id", f"上级 {_shown(parent)} 不在表里", "先添上级那一行，或改正编号"
    seen = {name}
    while parent is not None:
        if parent in seen:
            return "parent_id", "上级关系成了圈", "改正编号，使最高一级的 parent_id 为空"
        seen.add(parent)
        parent = parents.get(parent)
    return None


def _years_fault(row: RegionRow | AgencyRow) -> tuple[str, str, str] | None:
    if row.valid_from is not None and row.valid_to is not None and row.valid_from > row.valid_to:
        return "valid_to", "停用年份早于启用年份", "改正年份"
    return None


def _regions(content: Path) -> _Table[RegionRow]:
    table = _load(content / "regions.csv", RegionRow, "region_id")
    parents = {name: row.parent_id for name, (_, row) in table.rows.items()}
    codes = {name: row.adcode for name, (_, row) in table.rows.items()}

    def check(row: RegionRow) -> tuple[str, str, str] | None:
        return (
            _region_id_fault(row, codes)
            or _parent_fault(row.region_id, parents, table.ids)
            or _years_fault(row)
        )

    _drop_faulty(table, check)
    return table


def _region_id_fault(row: RegionRow, codes: Mapping[str, str]) -> tuple[str, str, str] | None:
    """The id is the code; a zone has its parent's code and a name of its own behind it."""
    named = row.region_id != row.adcode
    remedy = RegionRow.model_fields["region_id"].description or ""
    if named and not row.region_id.startswith(f"{row.adcode}-"):
        return "region_id", f"与 adcode {row.adcode} 不一致", remedy
    if named and row.kind not in {"zone", "township"}:
        return "region_id", f"kind 为 {row.kind} 时应当就是代码", "去掉代码后面的部分，或改 kind"
    if row.kind != "zone":
        return None
    if not named:
        return "region_id", "功能区没有自己的短名", remedy
    if row.parent_id is None or codes.get(row.parent_id, row.adcode) != row.adcode:
        return "adcode", "功能区的代码应当是上级地区的代码", "改正 adcode 或 parent_id"
    return None


def _agencies(content: Path, regions: Mapping[str, Region]) -> _Table[AgencyRow]:
    table = _load(content / "agencies.csv", AgencyRow, "agency_id")
    parents = {name: row.parent_id for name, (_, row) in table.rows.items()}
    codes = {region.adcode for region in regions.values()}
    first: dict[tuple[str, str], str] = {}
    for name, (_, row) in table.rows.items():
        first.setdefault((row.adcode, row.slug), name)

    def check(row: AgencyRow) -> tuple[str, str, str] | None:
        holder = first[row.adcode, row.slug]
        if holder != row.agency_id:
            return "slug", f"与 {holder} 的文件夹相同", "改用另一个 slug"
        return (
            _agency_id_fault(row, codes)
            or _agency_region_fault(row, regions)
            or _parent_fault(row.agency_id, parents, table.ids)
            or _years_fault(row)
        )

    _drop_faulty(table, check)
    return table


def _agency_id_fault(row: AgencyRow, codes: set[str]) -> tuple[str, str, str] | None:
    """The id holds the agency's code, or one it had before: ids do not change with codes."""
    code, slug = row.agency_id[3:9], row.agency_id[10:]
    if slug != row.slug or (code != row.adcode and code not in codes):
        wanted = f"cn-{row.adcode}-{row.slug}"
        return "agency_id", "与 adcode、slug 不一致", f"写成 {wanted}；旧代码须在 regions.csv 中"
    return None


def _agency_region_fault(
    row: AgencyRow, regions: Mapping[str, Region]
) -> tuple[str, str, str] | None:
    remedy = AgencyRow.model_fields["region_id"].description or ""
    region = regions.get(row.region_id)
    if region is None:
        return "region_id", f"{_shown(row.region_id)} 不在 regions.csv 可用的行里", remedy
    if region.adcode != row.adcode:
        return "region_id", f"{row.region_id} 的代码是 {region.adcode}，本行是 {row.adcode}", remedy
    return None


def _region_of(row: RegionRow) -> Region:
    return Region(row.region_id, row.adcode, row.name, row.name_en, row.kind, row.parent_id)


def _agency_of(row: AgencyRow, regions: Mapping[str, Region]) -> Agency:
    return Agency(
        id=row.agency_id,
        slug=row.slug,
        adcode=row.adcode,
        name=row.name,
        other_names=row.other_names,
        classification=row.classification,
        level=row.level,
        region=regions[row.region_id],
        parent=row.parent_id,
        uscc=row.uscc,
    )


def load_regions(content: Path) -> dict[str, Region]:
    """The regions of `regions.csv` by id, in the order of the ids.

    Faulty rows are left out; `discover` says what is wrong with them.
    """
    rows = _regions(content).rows
    return {name: _region_of(rows[name][1]) for name in sorted(rows)}


def load_agencies(content: Path, regions: Mapping[str, Region]) -> dict[str, Agency]:
    """The agencies of `agencies.csv` by id, in the order of the ids.

    Faulty rows are left out; `discover` says what is wrong with them.
    """
    rows = _agencies(content, regions).rows
    return {name: _agency_of(rows[name][1], regions) for name in sorted(rows)}


# --- The folders ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What the two tables say, as the folders need it."""

    root: Path
    regions: dict[str, RegionRow]
    agencies: dict[tuple[str, str], AgencyRow]
    places: dict[str, Region]

    @property
    def codes(self) -> set[str]:
        return {row.adcode for row in self.regions.values()}

    def name(self, path: Path) -> str:
        """A path as messages and entries write it: relative to the project, with slashes."""
        return "/".join(map(_shown, path.relative_to(self.root).parts))


def discover(root: Path) -> tuple[list[Entry], list[Problem]]:
    """All reports under `root/content/reports`, in the order of their folders.

    Args:
        root: the project's folder.

    Returns:
        The entries, and one problem for each thing that is wrong. A folder with a problem
        gives no entry; the others are not touched by it.
    """
    content = root / "content"
    regions = _regions(content)
    places = {name: _region_of(row) for name, (_, row) in regions.rows.items()}
    if not regions.usable:
        return [], regions.problems
    agencies = _agencies(content, places)
    problems = [*regions.problems, *agencies.problems]
    if not agencies.usable:
        return [], problems
    known = _Known(
        root,
        {name: row for name, (_, row) in regions.rows.items()},
        {(row.adcode, row.slug): row for _, row in agencies.rows.values()},
        places,
    )
    entries: list[Entry] = []
    for found in _walk(content / "reports", known):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            entries.append(found)
    return entries, problems


def _walk(reports: Path, known: _Known) -> Iterator[Entry | Problem]:
    for code in _folders(reports, known, _ADCODE, "六位行政区划代码"):
        if isinstance(code, Problem):
            yield code
        elif code.name not in known.codes:
            yield Problem(
                "adcode_unknown",
                known.name(code),
                f"行政区划代码 {code.name} 不在 content/regions.csv 里",
                "在 regions.csv 添一行，或改正文件夹名；地区不明用 000000",
                "adcode",
            )
        else:
            yield from _walk_agencies(code, known)


def _walk_agencies(code: Path, known: _Known) -> Iterator[Entry | Problem]:
    for folder in _folders(code, known, _SLUG, "机关短名（小写字母、数字、连字符）"):
        if isinstance(folder, Problem):
            yield folder
            continue
        agency = known.agencies.get((code.name, folder.name))
        if agency is None:
            yield _agency_problem(folder, known)
        else:
            yield from _walk_years(folder, agency, known)


def _walk_years(folder: Path, agency: AgencyRow, known: _Known) -> Iterator[Entry | Problem]:
    for year in _folders(folder, known, "[0-9]{4}", "四位年份"):
        if isinstance(year, Problem):
            yield year
        else:
            yield from _entry(year, agency, known)


def _agency_problem(folder: Path, known: _Known) -> Problem:
    elsewhere = sorted(code for code, slug in known.agencies if slug == folder.name)
    if elsewhere:
        return Problem(
            "adcode_mismatch",
            known.name(folder),
            f"content/agencies.csv 里 {folder.name} 的代码是 {'、'.join(elsewhere)}，"
            f"不是 {folder.parent.name}",
            "把文件夹移到那个代码之下，或在 agencies.csv 添一行",
            "adcode",
        )
    return Problem(
        "agency_unknown",
        known.name(folder),
        f"机关短名 {folder.name} 不在 content/agencies.csv 可用的行里",
        "在 agencies.csv 添一行，或改正文件夹名",
        "slug",
    )


def _listing(folder: Path, known: _Known) -> list[os.DirEntry[str]] | Problem:
    """What stands in a folder, by name, without what editors and file managers leave."""
    try:
        with os.scandir(folder) as found:
            things = sorted(found, key=lambda thing: thing.name)
    except FileNotFoundError:
        name = known.name(folder)
        return Problem("reports_missing", name, "没有这个文件夹", "运行 gongkai add 添第一份报告")
    except OSError:
        return Problem("unreadable", known.name(folder), "打不开", "检查文件夹的权限")
    return [t for t in things if not t.name.startswith(".") and t.name not in _FURNITURE]


def _folders(parent: Path, known: _Known, pattern: str, what: str) -> Iterator[Path | Problem]:
    """The subfolders whose names are as `pattern`, and a problem for anything else."""
    if parent.is_symlink():
        yield _link_problem(known.name(parent))
        return
    things = _listing(parent, known)
    if isinstance(things, Problem):
        yield things
        return
    for thing in things:
        path = parent / thing.name
        name = known.name(path)
        if thing.is_symlink():
            yield _link_problem(name)
        elif not thing.is_dir(follow_symlinks=False):
            yield Problem("stray_file", name, "这里只能有文件夹", "移走这个文件")
        elif re.fullmatch(pattern, thing.name) is None:
            yield Problem("folder_name", name, "文件夹名不合规定", f"改成{what}")
        else:
            yield path


def _link_problem(name: str) -> Problem:
    return Problem("link", name, "是符号链接，不收", "换成文件或文件夹本身")


def _entry(folder: Path, agency: AgencyRow, known: _Known) -> Iterator[Entry | Problem]:
    """The entry of a year's folder, or everything that is wrong with it."""
    things = _listing(folder, known)
    if isinstance(things, Problem):
        yield things
        return
    problems = list(_stray_problems(things, folder, known))
    about = _about(folder, known)
    originals = [t.name for t in things if _ORIGINAL.fullmatch(t.name)]
    if isinstance(about, ReportToml):
        problems += _about_problems(about, folder, agency, known)
    else:
        problems += about
    problems += _original_problems(originals, folder, known)
    if problems or not isinstance(about, ReportToml):
        yield from problems
        return
    yield _made(about, folder / originals[0], agency, known)


def _stray_problems(
    things: list[os.DirEntry[str]], folder: Path, known: _Known
) -> Iterator[Problem]:
    for thing in things:
        name = known.name(folder / thing.name)
        if thing.is_symlink():
            yield _link_problem(name)
        elif not (
            thing.is_file(follow_symlinks=False)
            and (thing.name in {REPORT_TOML, CORRECTIONS_TOML} or _ORIGINAL.fullmatch(thing.name))
        ):
            yield Problem(
                "stray_file",
                name,
                "不是这里该有的文件",
                f"收录文件改名为 original.<扩展名>（小写），说明改名为 {REPORT_TOML}，其余移走",
            )


def _about(folder: Path, known: _Known) -> ReportToml | list[Problem]:
    path = folder / REPORT_TOML
    name = known.name(path)
    if path.is_symlink():
        return []
    if not path.exists():
        remedy = f"运行 gongkai add，或照 CONTRIBUTING.md 写一个 {REPORT_TOML}"
        return [Problem("report_toml_missing", name, "没有这个文件", remedy)]
    try:
        return read_toml(path, name, ReportToml)
    except EntryError as error:
        return list(error.problems)


def _about_problems(
    about: ReportToml, folder: Path, agency: AgencyRow, known: _Known
) -> Iterator[Problem]:
    """Where report.toml contradicts itself, its folder or the tables."""
    name = known.name(folder / REPORT_TOML)
    if str(about.year) != folder.name:
        message = f"年度是 {about.year}，文件夹是 {folder.name}"
        yield Problem("year_mismatch", name, message, "改正这一项或文件夹名", "year")
    if about.transcription == "abridged":
        for item in ("document_name", "document_sha256"):
            if getattr(about, item) is None:
                remedy = ReportToml.model_fields[item].description or ""
                message = "收录方式是摘要，缺少这一项"
                yield Problem("field_missing", name, message, remedy, item)
    region = known.regions[agency.region_id]
    for row, table in ((region, "regions.csv"), (agency, "agencies.csv")):
        if not _is_valid(row, about.year):
            yield Problem(
                "year_outside",
                name,
                f"{about.year} 年不在“{row.name}”的有效年份之内",
                f"改正年度，或改正 content/{table} 的 valid_from、valid_to",
                "year",
            )


def _is_valid(row: RegionRow | AgencyRow, year: int) -> bool:
    begun = row.valid_from is None or row.valid_from <= year
    return begun and (row.valid_to is None or year <= row.valid_to)


def _original_problems(originals: list[str], folder: Path, known: _Known) -> Iterator[Problem]:
    if not originals:
        yield Problem(
            "original_missing",
            known.name(folder),
            "没有收录文件",
            "把报告放进来，命名为 original.<扩展名>，如 original.pdf",
        )
    elif len(originals) > 1:
        yield Problem(
            "original_double",
            known.name(folder),
            f"有 {len(originals)} 个收录文件：{'、'.join(originals)}",
            "只留一个",
        )
    for original in originals:
        path = folder / original
        unfit = None if path.is_symlink() else _unfit_file(path, known.name(path), MAX_BYTES)
        if unfit is not None:
            yield unfit


def _made(about: ReportToml, original: Path, agency: AgencyRow, known: _Known) -> Entry | Problem:
    """The entry, once nothing but the hash can be wrong."""
    name = known.name(original)
    try:
        with original.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return Problem("unreadable", name, "打不开", "检查文件的权限")
    if about.original_sha256 not in {None, sha256}:
        return Problem(
            "hash_mismatch",
            known.name(original.parent / REPORT_TOML),
            f"与 {original.name} 不符，文件的 SHA-256 是 {sha256}",
            "确认文件没有放错，再改正或删去这一项",
            "original_sha256",
        )
    return Entry(
        report_id=f"{agency.agency_id}-{about.year}",
        folder=known.name(original.parent),
        original=name,
        agency=_agency_of(agency, known.places),
        original_sha256=sha256,
        **about.model_dump(exclude={"original_sha256"}),
    )
