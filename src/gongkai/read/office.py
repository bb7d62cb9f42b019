"""Files that only an office suite can open: read through LibreOffice, where it is installed.

It owns the call of LibreOffice: a profile of its own in a folder that is removed, no macros, no
updates of links, bounded time and output. The file is converted to DOCX and read as such. Word 6
and 95 and damaged tables of later versions are what comes here; RTF has a reader of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.read.docx import read_docx
from gongkai.read.error import over_limit, refused
from gongkai.read.limits import LIMITS

if TYPE_CHECKING:
    from gongkai.model import Block
    from gongkai.read.error import ReadError

_PROGRAMS = ("soffice", "libreoffice")
#: Part of a file's time that the conversion may take, so that it ends before its worker does.
_SHARE = 0.8
_SAVE_AS = "用 Word 或 WPS 打开后另存为 DOCX"
#: Settings of the profile: component, name, value. Links are never updated, macros never run.
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Load", "UpdateDocMode", "0"),
    ("Writer/Content/Update", "Link", "2"),
)  # fmt: skip
_OPTIONS = (
    "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard",
)  # fmt: skip


def read_by_office(data: bytes, name: str, suffix: str, what: str) -> tuple[Block, ...]:
    """The blocks of a file that LibreOffice converts.

    Args:
        data: the file.
        name: its name in loci and messages.
        suffix: by which LibreOffice knows the format (`.doc`).
        what: the format in Chinese, for messages.

    Raises:
        ReadError: if LibreOffice is not installed, cannot convert the file, or takes too long.
    """
    program = next((found for one in _PROGRAMS if (found := shutil.which(one))), None)
    if program is None:
        raise refused(
            "needs_office",
            name,
            f"{what}要靠 LibreOffice 转换，而它没有安装",
            f"请运行 sudo apt-get install libreoffice-writer-nogui 后重试，或者{_SAVE_AS}再提交",
        )
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        return read_docx(_converted(program, data, Path(folder), (name, suffix, what)), name)


def _converted(program: str, data: bytes, folder: Path, about: tuple[str, str, str]) -> bytes:
    """The file as DOCX."""
    name, suffix, what = about
    (folder / "user" / "user").mkdir(parents=True)
    (folder / "user" / "user" / "registrymodifications.xcu").write_text(_profile(), "utf-8")
    source, target = folder / f"original{suffix}", folder / "out" / "original.docx"
    source.write_bytes(data)
    command = [
        program,
        f"-env:UserInstallation={(folder / 'user').as_uri()}",
        *_OPTIONS,
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(target.parent),
        str(source),
    ]
    if not _ran(command, folder):
        raise over_limit(name, f"{what}的转换超过 {LIMITS.seconds * _SHARE:.0f} 秒")
    if not target.is_file():
        raise _not_converted(name, what)
    if target.stat().st_size > LIMITS.member_bytes:
        raise over_limit(name, "转换后的文件过大")
    return target.read_bytes()


def _not_converted(name: str, what: str) -> ReadError:
    return refused("damaged", name, f"LibreOffice 不能打开这份{what}", f"请{_SAVE_AS}再提交")


def _ran(command: list[str], folder: Path) -> bool:
    """Run the conversion in a process group of its own; False if it had to be ended."""
    environment = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG"}}
    with subprocess.Popen(  # noqa: S603  # a program found on PATH, arguments made here
        command,
        cwd=folder,
        env={**environment, "HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,  # not a session: a worker's processes are found by it
    ) as process:
        try:
            process.wait(LIMITS.seconds * _SHARE)
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end(process)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":  # pragma: no cover  # has no process groups of this kind
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _profile() -> str:
    """The settings as LibreOffice keeps them in a profile."""
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{setting}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, setting, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )
