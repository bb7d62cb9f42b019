"""The two tables, `regions.csv` and `agencies.csv`: sound rows, and what is wrong with the others.

Owns CSV and how rows hang together (ids, codes, parents). It must not know the reports' folders.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

from gongkai.entry.files import MAX_BYTES, EntryError, read_utf8
from gongkai.entry.written import AgencyRow, RegionRow, Written, problems_of, shown
from gongkai.model import Agency, Problem, Region

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_M = TypeVar("_M", bound=Written)
# What is wrong with a row: column, message, remedy.
_Fault = tuple[str, str, str]


@dataclass
class Table(Generic[_M]):
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
            self.problems.extend(problems_of(error, self.model, self.file, line))
            return
        if name in self.rows:
            message = f"{name} 与第{self.rows[name][0]}行重复"
            remedy = "删去一行或改用另一个编号；现以先出现的为准"
            self.fault(line, self.key, message, remedy)
            return
        self.rows[name] = (line, row)


def _load(path: Path, model: type[_M], key: str) -> Table[_M]:
    """The rows that are right by themselves; how they hang together is checked afterwards."""
    table = Table(f"{path.parent.name}/{path.name}", model, key)
    if not path.exists() and not path.is_symlink():
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


def _drop_faulty(table: Table[_M], check: Callable[[_M], _Fault | None]) -> None:
    """Take out the rows in which `check` finds a fault."""
    for name, (line, row) in list(table.rows.items()):
        fault = check(row)
        if fault is not None:
            table.fault(line, *fault)
            del table.rows[name]


def _parent_fault(name: str, parents: Mapping[str, str | None], ids: set[str]) -> _Fault | None:
    """Why the row's chain of parents is broken."""
    parent = parents[name]
    if parent is not None and parent not in ids:
        return "parent_id", f"上级 {shown(parent)} 不在表里", "先添上级那一行，或改正编号"
    seen = {name}
    while parent is not None:
        if parent in seen:
            return "parent_id", "上级关系成了圈", "改正编号，使最高一级的 parent_id 为空"
        seen.add(parent)
        parent = parents.get(parent)
    return None


def _years_fault(row: RegionRow | AgencyRow) -> _Fault | None:
    if row.valid_from is not None and row.valid_to is not None and row.valid_from > row.valid_to:
        return "valid_to", "停用年份早于启用年份", "改正年份"
    return None


def region_rows(content: Path) -> Table[RegionRow]:
    """The rows of `regions.csv` that agree with each other."""
    table = _load(content / "regions.csv", RegionRow, "region_id")
    parents = {name: row.parent_id for name, (_, row) in table.rows.items()}
    codes = {name: row.adcode for name, (_, row) in table.rows.items()}

    def check(row: RegionRow) -> _Fault | None:
        return (
            _region_id_fault(row, codes)
            or _parent_fault(row.region_id, parents, table.ids)
            or _years_fault(row)
        )

    _drop_faulty(table, check)
    return table


def _region_id_fault(row: RegionRow, codes: Mapping[str, str]) -> _Fault | None:
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


def agency_rows(content: Path, regions: Mapping[str, Region]) -> Table[AgencyRow]:
    """The rows of `agencies.csv` that agree with each other and with the regions."""
    table = _load(content / "agencies.csv", AgencyRow, "agency_id")
    parents = {name: row.parent_id for name, (_, row) in table.rows.items()}
    codes = {region.adcode for region in regions.values()}
    first: dict[tuple[str, str], str] = {}
    for name, (_, row) in table.rows.items():
        first.setdefault((row.adcode, row.slug), name)

    def check(row: AgencyRow) -> _Fault | None:
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


def _agency_id_fault(row: AgencyRow, codes: set[str]) -> _Fault | None:
    """The id holds the agency's code, or one it had before: ids do not change with codes."""
    code, slug = row.agency_id[3:9], row.agency_id[10:]
    if slug != row.slug or (code != row.adcode and code not in codes):
        wanted = f"cn-{row.adcode}-{row.slug}"
        return "agency_id", "与 adcode、slug 不一致", f"写成 {wanted}；旧代码须在 regions.csv 中"
    return None


def _agency_region_fault(row: AgencyRow, regions: Mapping[str, Region]) -> _Fault | None:
    remedy = AgencyRow.model_fields["region_id"].description or ""
    region = regions.get(row.region_id)
    if region is None:
        return "region_id", f"{shown(row.region_id)} 不在 regions.csv 可用的行里", remedy
    if region.adcode != row.adcode:
        return "region_id", f"{row.region_id} 的代码是 {region.adcode}，本行是 {row.adcode}", remedy
    return None


def region_of(row: RegionRow) -> Region:
    """The region a row of `regions.csv` speaks of."""
    return Region(row.region_id, row.adcode, row.name, row.name_en, row.kind, row.parent_id)


def agency_of(row: AgencyRow, regions: Mapping[str, Region]) -> Agency:
    """The agency a row of `agencies.csv` speaks of; its region is among `regions`."""
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
    rows = region_rows(content).rows
    return {name: region_of(rows[name][1]) for name in sorted(rows)}


def load_agencies(content: Path, regions: Mapping[str, Region]) -> dict[str, Agency]:
    """The agencies of `agencies.csv` by id, in the order of the ids.

    Faulty rows are left out; `discover` says what is wrong with them.
    """
    rows = agency_rows(content, regions).rows
    return {name: agency_of(rows[name][1], regions) for name in sorted(rows)}
