"""Data Packages: the descriptor with its notes, and zips of them with the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO

from gongkai.package.compressed import is_compressed
from gongkai.package.descriptor import package_descriptor, resource_descriptor
from gongkai.package.rows import clean
from gongkai.package.schema import LICENCE
from gongkai.package.text import write_csv, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gongkai.package.descriptor import About
    from gongkai.package.schema import Resource
    from gongkai.package.store import Stored
    from gongkai.package.tables import Table

DESCRIPTOR, README, LICENCE_FILE = "datapackage.json", "README.md", "LICENSE.txt"

#: The first date a zip can hold.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
#: Small files are packed as small as can be.
_LEVEL = 9

_LICENCE_TEXT = f"""\
数据许可：{LICENCE["title"]}（{LICENCE["name"]}）
{LICENCE["path"]}

可以复制、传播、改编，也可以用于商业目的，只须注明出处并说明是否改动。
原报告是国家机关的正式文件，不受本许可约束。

Data licence: {LICENCE["title"]} ({LICENCE["name"]})
{LICENCE["path"]}legalcode

You may share and adapt the data for any purpose, provided that you name the source and say
whether you changed anything. The original reports are official documents; this licence does not
cover them.
"""


#: What is said where a table is compressed.
_PACKED = """\
以`.csv.gz`结尾的是压缩的CSV：pandas、DuckDB、R的readr照样读；别的程序先解开。
Files that end in `.csv.gz` are compressed: pandas, DuckDB and readr read them as they are.
"""


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _readme(about: About, tables: Mapping[str, Resource]) -> bytes:
    """What is in the package, in Chinese and English; file names as they are."""
    listed = "\n".join(f"- `{t.path}` {t.title} / {t.title_en}" for t in tables.values())
    version = "" if about.version is None else f"版本 / Version: {about.version}\n\n"
    packed = _PACKED if any(map(is_compressed, tables)) else ""
    text = f"""\
# {_one_line(about.title)}

{version}{listed}
- `datapackage.json` 表的结构说明（Frictionless Data Package v2）

CSV为UTF-8编码、逗号分隔，供程序读取；用Excel打开请下载Excel文件。空白格为空，绝不写成0。
每一格的状态和原文位置见`cells.csv`。编号和代码是文字，不是数：`000000`读成0就错了；用pandas读时写
`read_csv(路径, dtype="string", keep_default_na=False, na_values=[""])`。
相加以前先看`scope`：`region_aggregate`是地区汇总，已经含有下面各机关的数；`unknown`是还不知道。
数字照印发布；加不平的、可疑的写在`findings.csv`。引用时同时写明机关的报告和本数据集。许可见`LICENSE.txt`（{LICENCE["name"]}）。
{packed}
## {_one_line(about.title_en)}

CSV files are UTF-8 with commas. A blank cell is empty, never 0; `cells.csv` says what is printed
in each cell and where. Ids and codes are text, `000000` is not 0:
`pandas.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])`. Look at `scope` before adding up:
`region_aggregate` holds the figures of the agencies below it, `unknown` is not known yet. Figures
are published as printed; sums that fail and other doubts are in `findings.csv`. Cite both the
agency's report and this data set. `datapackage.json` describes every table and column; check the folder with
`frictionless validate datapackage.json`. Licence: {LICENCE["name"]}, see `LICENSE.txt`.
"""
    for name, table in tables.items():
        text = text.replace(f"`{table.path}`", f"`{name}`")
    return text.encode()


def notes(about: About, tables: Mapping[str, Resource]) -> dict[str, bytes]:
    """What lies beside the tables for people: README and licence.

    Args:
        about: what the package says of itself.
        tables: file name → the table in it.
    """
    return {README: _readme(about, tables), LICENCE_FILE: _LICENCE_TEXT.encode()}


def package_files(
    about: About, tables: Mapping[str, Table], written: Callable[[Any], bytes] = write_json
) -> dict[str, bytes]:
    """A Data Package of tables in memory: the descriptor and a CSV a table."""
    files = {t.resource.path: write_csv(t.resource, t.rows) for t in tables.values()}
    resources = [
        resource_descriptor(
            t.resource,
            len(files[t.resource.path]),
            hashlib.sha256(files[t.resource.path]).hexdigest(),
        )
        for t in tables.values()
    ]
    return {DESCRIPTOR: written(package_descriptor(about, resources)), **files}


def stored_notes(stored: Stored) -> dict[str, bytes]:
    """What makes a Data Package of stored tables: descriptor, README and licence."""
    tables = {t.path.name: t for t in stored.tables}
    resources = [
        resource_descriptor(t.resource, t.size, t.sha256, name) for name, t in tables.items()
    ]
    return {
        DESCRIPTOR: write_json(package_descriptor(stored.about, resources)),
        **notes(stored.about, {name: t.resource for name, t in tables.items()}),
    }


def _member(name: str, size: int) -> zipfile.ZipInfo:
    """A file in a zip: with a fixed date and plain rights, whatever system it is made on."""
    member = zipfile.ZipInfo(name, _ZIP_DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = _UNIX
    member.external_attr = 0o100644 << 16
    member.file_size = size
    return member


def _add(archive: zipfile.ZipFile, name: str, size: int, source: BinaryIO) -> None:
    with archive.open(_member(name, size), "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip, sorted by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            archive.writestr(_member(name, len(files[name])), files[name], compresslevel=_LEVEL)
    return target.getvalue()


def zip_files(files: Mapping[str, bytes], target: Path) -> None:
    """The files as a zip on disk, sorted by name; each is asked for when its turn comes.

    Raises:
        OSError: where writing fails.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            data = files[name]
            _add(archive, name, len(data), io.BytesIO(data))


def zip_stored(stored: Stored, target: Path) -> None:
    """A Data Package of stored tables as a zip, sorted by name; nothing is held in memory.

    Raises:
        OSError: where writing fails.
    """
    said = stored_notes(stored)
    tables = {table.resource.path: table for table in stored.tables}
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted([*said, *tables]):
            if name in said:
                _add(archive, name, len(said[name]), io.BytesIO(said[name]))
                continue
            with tables[name].path.open("rb") as source:
                _add(archive, name, tables[name].size, source)
