"""Files opened and written safely: kind and size are asked before anything is read.

Owns `EntryError`, the bounds on sizes, the names of the two TOML files and their syntax. It must
not know the tables or the folders: a caller gives the path, and the name that messages use.
"""

from __future__ import annotations

import re
import stat
import tomllib
from typing import TYPE_CHECKING, TypeVar

import tomli_w
from pydantic import ValidationError

from gongkai.entry.written import ReportToml, Written, problems_of
from gongkai.model import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: The largest file that is opened, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: The largest report.toml or corrections.toml, in bytes: a hand-written page is far smaller.
MAX_TOML_BYTES = 100_000
REPORT_TOML = "report.toml"
CORRECTIONS_TOML = "corrections.toml"

_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_M = TypeVar("_M", bound=Written)


class EntryError(Exception):
    """A file of `content/` that cannot be used. `problems` say in Chinese what to do."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @property
    def problem(self) -> Problem:
        """The first of them."""
        return self.problems[0]


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


def unfit_file(path: Path, name: str, limit: int) -> Problem | None:
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


def read_utf8(path: Path, name: str, limit: int) -> str:
    """The text of a UTF-8 file (a byte-order mark is allowed).

    Raises:
        EntryError: if it cannot be opened, is too large, or is not UTF-8.
    """
    unfit = unfit_file(path, name, limit)
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
    text = read_utf8(path, name, MAX_TOML_BYTES)
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
        raise EntryError(*problems_of(error, model, name)) from error


def report_toml(fields: Mapping[str, object]) -> str:
    """The text of a `report.toml` with these fields; None and absent ones are left out.

    Only an unknown source address is written, as an empty text: a gap that is to be filled.

    Raises:
        EntryError: if a field is missing, unknown or wrong.
    """
    try:
        made = ReportToml.model_validate({k: v for k, v in fields.items() if v is not None})
    except ValidationError as error:
        raise EntryError(*problems_of(error, ReportToml, REPORT_TOML)) from error
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
