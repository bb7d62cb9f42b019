"""The two tables, `regions.csv` and `agencies.csv`: sound rows, and what is wrong with the others.

Owns CSV and how rows hang together (ids, codes, parents) and agree with the standard. It must not
know the other tables and the reports' folders.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

from gongkai.entry.divisions import (
    LISTED_TO,
    code_years,
    divisions,
    divisions_named,
    is_listed,
)
from gongkai.entry.files import MAX_BYTES, EntryError, read_utf8
from gongkai.entry.written import AgencyRow, RegionRow, Written, problems_of, shown
from gongkai.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gongkai.entry.divisions import Division
    from gongkai.entry.written import CodeRow, NameRow

_M = TypeVar("_M", bound=Written)
#: What is wrong with a row: column, message, remedy.
Fault = tuple[str, str, str]
#: The row cannot be used because of another one, which has its message.
FOLLOWS: Fault = ("", "", "")
#: The whole country, in which the provinces lie.
COUNTRY = "100000"
#: Kinds of places that the standard lists; zones and townships are ours.
_LISTED = frozenset({"province", "prefecture", "county"})
#: Beginnings of the codes of bodies that are registered elsewhere than they sit: by the central
#: government, by the corps in Xinjiang, by the province a new one was part of.
_CENTRAL = "10"
_ELSEWHERE = frozenset({("65", "66"), ("50", "51"), ("46", "44")})


@dataclass
class Table(Generic[_M]):
    """Rows of a CSV file by key with their line. `usable` is false if the file as a whole fails.

    The key is one column or several, then joined by spaces. `written` are all rows as they
    stand and `ids` their keys, those of faulty rows too: what names one of those is not blamed
    for it. `double` are the keys used twice, each with its first line.
    """

    file: str
    model: type[_M]
    keys: tuple[str, ...]
    rows: dict[str, tuple[int, _M]] = field(default_factory=dict)
    written: list[dict[str, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    double: dict[str, int] = field(default_factory=dict)
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
        name = " ".join(given.get(column, "") for column in self.keys)
        self.written.append(given)
        self.ids.add(name)
        try:
            row = self.model.model_validate(given)
        except ValidationError as error:
            self.problems.extend(problems_of(error, self.model, self.file, line))
            return
        if name in self.rows or name in self.double:
            self._take_double(line, name)
            return
        self.rows[name] = (line, row)

    def _take_double(self, line: int, name: str) -> None:
        """A key that is used twice: nobody can say which row is meant, so neither counts."""
        if name in self.rows:
            self.double[name] = self.rows.pop(name)[0]
        one = len(self.keys) == 1
        message = f"{name} 与第{self.double[name]}行重复，两行都没有用"
        remedy = f"删去一行{'，或改用另一个编号' if one else ''}"
        self.fault(line, self.keys[0], message, remedy)


def load_table(path: Path, model: type[_M], *keys: str, optional: bool = False) -> Table[_M]:
    """The rows that are right by themselves; how they hang together is checked afterwards.

    Args:
        path: the file; messages call it by its folder and its name.
        model: what a row holds.
        keys: the columns no two rows may share.
        optional: whether it is no fault that there is no such file.
    """
    table = Table(f"{path.parent.name}/{path.name}", model, keys)
    if not path.exists() and not path.is_symlink():
        if optional:
            return table
        remedy = f"新建它，第一行写 {','.join(model.model_fields)}"
        table.fail(Problem("table_missing", table.file, "没有这个文件", remedy))
        return table
    try:
        lines = _csv_lines(read_utf8(path, table.file, MAX_BYTES), table.file)
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


def _header_problem(file: str, header: list[str], model: type[Written]) -> Problem:
    wanted = list(model.model_fields)
    missing = [name for name in wanted if name not in header]
    extra = [name for name in header if name not in wanted]
    double = sorted({name for name in header if header.count(name) > 1})
    parts = [
        f"缺少列 {'、'.join(missing)}" if missing else "",
        f"多出列 {'、'.join(map(shown, extra))}" if extra else "",
        f"列重复 {'、'.join(map(shown, double))}" if double else "",
    ]
    message = "；".join(filter(None, parts))
    return Problem("csv_header", file, message, f"第一行写成 {','.join(wanted)}", "第1行")


def drop_faulty(table: Table[_M], check: Callable[[_M], Fault | None]) -> None:
    """Take out the rows in which `check` finds a fault."""
    for name, (line, row) in list(table.rows.items()):
        fault = check(row)
        if fault is None:
            continue
        if fault is not FOLLOWS:
            table.fault(line, *fault)
        del table.rows[name]


def _parent_fault(name: str, parents: Mapping[str, str | None], ids: set[str]) -> Fault | None:
    """Why the row's chain of parents is broken. Of a circle the first row is told."""
    parent = parents[name]
    if parent is not None and parent not in ids:
        return "parent_id", f"上级 {shown(parent)} 不在表里", "先添上级那一行，或改正编号"
    circle = circle_of(name, parents)
    if not circle:
        return None
    if name != min(circle):
        return FOLLOWS
    path = " → ".join([*circle, name])
    return "parent_id", f"上级关系成了圈：{path}", "改正编号，使最高一级的 parent_id 为空"


def circle_of(name: str, after: Mapping[str, str | None]) -> tuple[str, ...]:
    """The circle that leads back to that name, which comes first; empty where there is none."""
    path = [name]
    while (following := after.get(path[-1])) is not None and following not in path:
        path.append(following)
    return tuple(path) if following == name else ()


def years_fault(row: RegionRow | AgencyRow | NameRow | CodeRow) -> Fault | None:
    """That a span of years ends before it begins."""
    if row.valid_from is not None and row.valid_to is not None and row.valid_from > row.valid_to:
        return "valid_to", "停用年份早于启用年份", "改正年份"
    return None


# --- Regions -------------------------------------------------------------------------------


def region_rows(content: Path) -> Table[RegionRow]:
    """The rows of `regions.csv` that agree with each other and with the standard."""
    table = load_table(content / "regions.csv", RegionRow, "region_id")
    parents = {name: row.parent_id for name, (_, row) in table.rows.items()}
    codes = {name: row.adcode for name, (_, row) in table.rows.items()}
    ids = table.ids

    def check(row: RegionRow) -> Fault | None:
        return (
            _region_id_fault(row, codes)
            or _parent_fault(row.region_id, parents, ids)
            or years_fault(row)
            or _division_fault(row)
        )

    drop_faulty(table, check)
    return table


def _region_id_fault(row: RegionRow, codes: Mapping[str, str]) -> Fault | None:
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


def _division_fault(row: RegionRow) -> Fault | None:
    """Where a row contradicts the standard's list; of what the list does not know, nothing."""
    if not is_listed(row.adcode):
        return None
    names = divisions().get(row.adcode)
    if names is None:
        remedy = f"改正代码{_codes_of(row.name)}；没有自己代码的功能区用上级地区的代码"
        return "adcode", f"GB/T 2260 的代码（到{LISTED_TO}）里没有 {row.adcode}", remedy
    if row.kind not in _LISTED:
        return None
    known = names[-1]
    if row.kind != known.kind:
        return "kind", f"{row.adcode} 是 {known.kind} 的代码", f"写成 {known.kind}，或改正代码"
    above = known.parent if known.parent is not None else COUNTRY
    if row.parent_id is not None and row.parent_id != above:
        remedy = f"写成 {above}" if known.parent is not None else "空着：省级没有上级"
        return "parent_id", f"{row.adcode} 的上级不是 {row.parent_id}", remedy
    return _division_name_fault(row, names) or _division_years_fault(row)


def _codes_of(name: str) -> str:
    """In Chinese: the codes of the places of that name, as a part of a remedy."""
    found = divisions_named(name)
    told = "、".join(f"{one.adcode}（{one.years}）" for one in found)
    return f"，“{shown(name)}”是 {told}" if told else ""


def _division_name_fault(row: RegionRow, names: tuple[Division, ...]) -> Fault | None:
    """The name is one the code bore, and the last one where the row does not end before."""
    told = "、".join(f"{one.name}（{one.years}）" for one in names)
    same = [one for one in names if one.name == row.name]
    if not same:
        remedy = f"写成那个名称，或改正代码{_codes_of(row.name)}"
        return "name", f"{row.adcode} 不叫“{row.name}”，是{told}", remedy
    last = same[-1].last
    later = same[-1] is not names[-1]
    if later and last is not None and (row.valid_to is None or row.valid_to > last):
        remedy = f"写现在的名称，旧名写进 names.csv；只收旧名那些年就把 valid_to 写成 {last}"
        return "name", f"{row.adcode} 叫“{row.name}”只到{last}年：{told}", remedy
    return None


def _division_years_fault(row: RegionRow) -> Fault | None:
    first, last = code_years(row.adcode, row.name)
    if first is not None and row.valid_from is not None and row.valid_from < first:
        return "valid_from", f"{row.adcode} 从{first}年起才是{row.name}", f"写成 {first} 或空着"
    end = row.valid_to or row.valid_from
    if last is not None and end is not None and end > last:
        return "valid_to", f"{row.adcode} 到{last}年就停用了", f"写成 {last}，或改正代码"
    return None


def region_years(row: RegionRow) -> tuple[int | None, int | None]:
    """The first and last report year of a place: what its row says, else what the list says."""
    first, last = code_years(row.adcode, row.name)
    return (
        row.valid_from if row.valid_from is not None else first,
        row.valid_to if row.valid_to is not None else last,
    )


# --- Agencies ------------------------------------------------------------------------------


def agency_rows(content: Path, regions: Table[RegionRow]) -> Table[AgencyRow]:
    """The rows of `agencies.csv` that agree with each other and with the regions."""
    table = load_table(content / "agencies.csv", AgencyRow, "agency_id")
    parents = {name: row.parent_id for name, (_, row) in table.rows.items()}
    codes = {given.get("adcode", "") for given in regions.written}
    ids = table.ids
    first: dict[tuple[str, str], str] = {}
    credit: dict[str, str] = {}
    for name, (_, row) in table.rows.items():
        first.setdefault((row.adcode, row.slug), name)
        credit.setdefault(row.uscc or "", name)

    def check(row: AgencyRow) -> Fault | None:
        holder = first[row.adcode, row.slug]
        if holder != row.agency_id:
            return "slug", f"与 {holder} 的文件夹相同", "改用另一个 slug"
        return (
            _agency_id_fault(row, codes)
            or agency_region_fault(row, regions)
            or _parent_fault(row.agency_id, parents, ids)
            or years_fault(row)
            or _uscc_fault(row, credit)
        )

    drop_faulty(table, check)
    return table


def _agency_id_fault(row: AgencyRow, codes: set[str]) -> Fault | None:
    """The id holds the agency's code, or one it had before: ids do not change with codes."""
    code, slug = row.agency_id[3:9], row.agency_id[10:]
    if slug != row.slug or (code != row.adcode and code not in codes):
        wanted = f"cn-{row.adcode}-{row.slug}"
        return "agency_id", "与 adcode、slug 不一致", f"写成 {wanted}；旧代码须在 regions.csv 中"
    return None


def agency_region_fault(row: AgencyRow | CodeRow, regions: Table[RegionRow]) -> Fault | None:
    """That the row names no place of `regions.csv`, or one with another code."""
    remedy = type(row).model_fields["region_id"].description or ""
    if row.region_id not in regions.rows:
        if row.region_id in regions.ids:
            return FOLLOWS
        return "region_id", f"{shown(row.region_id)} 不在 regions.csv 里", remedy
    region = regions.rows[row.region_id][1]
    if region.adcode != row.adcode:
        return "region_id", f"{row.region_id} 的代码是 {region.adcode}，本行是 {row.adcode}", remedy
    return None


def _uscc_fault(row: AgencyRow, credit: Mapping[str, str]) -> Fault | None:
    """That the credit code is another agency's, or was given out in another province.

    The six digits in it name the place of registration at the time: bodies keep them when their
    place is given another code (丽水 is 331100, its government's code says 332500). So only the
    province is held against the place, and not where bodies are known to be registered elsewhere.
    """
    if row.uscc is None:
        return None
    if credit[row.uscc] != row.agency_id:
        return "uscc", f"与 {credit[row.uscc]} 的相同", "核对两个机关的统一社会信用代码，不详就空着"
    here, there = row.adcode[:2], row.uscc[2:4]
    if not is_listed(row.adcode) or there in {here, _CENTRAL}:
        return None
    if (here, there) in _ELSEWHERE:
        return None
    message = f"第3至8位 {row.uscc[2:8]} 是另一个省的代码，机关在 {row.adcode}"
    return "uscc", message, "核对是不是别的机关的代码，不详就空着"
