"""Files that LibreOffice converts: how it is called, and what is said where it is not there."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from print_doc import Doc, para, print_doc
from print_rtf import print_rtf
from readback import grids, sheet

from gongkai.read import ReadError, office
from gongkai.read.doc import read_doc
from gongkai.read.limits import Limits
from gongkai.read.office import read_by_office

#: A stand-in for LibreOffice: keeps what it is called with, then does what a test wants.
PROGRAM = """#!{python}
import os, pathlib, sys, time
folder = pathlib.Path.cwd()
seen = pathlib.Path({seen!r})
seen.write_text("\\n".join([*sys.argv[1:], *sorted(os.environ)]), "utf-8")
profile = folder / "user" / "user" / "registrymodifications.xcu"
seen.with_name("profile").write_text(profile.read_text("utf-8"), "utf-8")
out = folder / "out" / "original.docx"
out.parent.mkdir()
{does}
"""


def stand_in(folder: Path, patch: pytest.MonkeyPatch, does: str) -> Path:
    """Put a stand-in on the path; where it writes what it was called with."""
    program = folder / "soffice"
    seen = folder / "seen"
    program.write_text(PROGRAM.format(python=sys.executable, seen=str(seen), does=does), "utf-8")
    program.chmod(0o755)
    patch.setenv("PATH", str(folder))
    return seen


def code_of(data: bytes = b"x") -> str:
    """The code of the error."""
    with pytest.raises(ReadError) as caught:
        read_by_office(data, "a.doc", ".doc", "Word 6 的文件")
    return caught.value.problem.code


def test_where_it_is_not_installed_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And the way without it; a file of Word 95 comes here."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError) as caught:
        read_doc(Doc([para("文")], version=0x68).written(), "a.doc")
    assert caught.value.problem.code == "needs_office"
    assert "apt-get install libreoffice-writer-nogui" in str(caught.value)
    assert "DOCX" in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_it_is_called_without_macros_links_or_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its own profile, an environment with nothing in it, a folder that is gone afterwards."""
    monkeypatch.setenv("HTTP_PROXY", "x")
    seen = stand_in(tmp_path, monkeypatch, "")
    assert code_of() == "damaged"
    called = seen.read_text("utf-8")
    assert "--headless" in called
    assert "HTTP_PROXY" not in called
    assert "DisableMacrosExecution" in (tmp_path / "profile").read_text("utf-8")
    source = called.split("\n")[called.split("\n").index("--outdir") + 2]
    assert source.endswith("original.doc")
    assert not Path(source).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_it_is_ended_when_it_takes_too_long_or_writes_too_much(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Within the limits for a file."""
    stand_in(tmp_path, monkeypatch, "out.write_bytes(b'x' * 2000)")
    monkeypatch.setattr(office, "LIMITS", Limits(member_bytes=1000))
    assert code_of() == "over_limit"
    stand_in(tmp_path, monkeypatch, "time.sleep(600)")
    monkeypatch.setattr(office, "LIMITS", Limits(seconds=1.0))
    assert code_of() == "over_limit"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice (soffice)")
@pytest.mark.parametrize("suffix", [".rtf", ".doc"])
def test_what_it_converts_is_read(suffix: str) -> None:
    """The texts of all cells, in their order."""
    printed = sheet()
    data = print_rtf(printed) if suffix == ".rtf" else print_doc(printed)
    blocks = read_by_office(data, "a", suffix, "文件")
    have = [c.text for grid in grids(blocks) for row in grid.rows for c in row]
    figures = [text for text in printed.cells.values() if len(text) > 1]
    assert [text for text in have if text in set(figures)] == figures
