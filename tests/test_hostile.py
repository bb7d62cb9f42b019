"""Hostile files: the right error in bounded time and memory, nothing published, the next file read."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import hostile
import pytest
from hostile import CASES, WHOLE, Case
from typer.testing import CliRunner

from gongkai import cli, line
from gongkai.model import Problem, Published, Status
from gongkai.package import extracted
from gongkai.pages import render_pages
from gongkai.read import ReadError
from gongkai.read.limits import LIMITS
from gongkai.read.sandbox import Outcome, Task, Workers
from gongkai.report import examine
from project import TOML, make_project, report_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Less than a file may have, so that the tests do not take long; the bounds are the same.
SMALL = replace(LIMITS, seconds=20.0, cpu_seconds=4, memory_bytes=600 * 1024 * 1024)
FETCHING = ("links.docx", "scripts.html", "object.rtf", "entity.docx", "entity.html",
            "entity.xlsx", "entity.ofd", "script.pdf")  # fmt: skip
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere the bounds are others"
)


def read_all(paths: Iterable[Path]) -> list[Outcome[Published]]:
    """The files, read by two workers within the small bounds."""
    with Workers(2, ("gongkai.report",), SMALL) as workers:
        return list(workers.run(examine, [Task(path.name, (path,)) for path in paths]))


def code(result: Published | Problem) -> str:
    """The code of the error; `read` for a report with figures."""
    if isinstance(result, Problem):
        return result.code
    return "read" if result.report.values else "no_tables"


def figures(published: Published) -> dict[str, str]:
    """What stands in each cell that is a figure."""
    sure = {Status.NUMBER, Status.ZERO}
    return {
        str(cell): str(value.number)
        for cell, value in published.report.values.items()
        if value.status in sure
    }


TRUTH = {str(cell): text for cell, text in hostile.truth().items()}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome[Published]]:
    """All hostile files in one batch, a sound one after each of them."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for case in CASES:
        bad, good = folder / case.name, folder / f"{case.name}.good.txt"
        bad.write_bytes(case.make())
        good.write_text(report_text(), encoding="utf-8")
        paths += [bad, good]
    results = read_all(paths)
    return {path.name: result for path, result in zip(paths, results, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_error_is_the_right_one(case: Case, outcomes: dict[str, Outcome[Published]]) -> None:
    """It names the file and a remedy, and comes within the bounds."""
    outcome = outcomes[case.name]
    assert code(outcome.result) in case.codes, outcome.result
    assert outcome.seconds < SMALL.seconds + 10
    if isinstance(outcome.result, Problem):
        assert outcome.result.file == case.name
        assert outcome.result.remedy
    elif code(outcome.result) == "read":
        assert figures(outcome.result) == TRUTH
    assert hostile.SECRET not in str(outcome.result)


def test_the_next_file_is_read(outcomes: dict[str, Outcome[Published]]) -> None:
    """Every sound file between the hostile ones gives what it holds, in its place."""
    good = [outcomes[f"{case.name}.good.txt"].result for case in CASES]
    assert {code(result) for result in good} == {"read"}
    first = good[0]
    assert isinstance(first, Published)
    for result, case in zip(good, CASES, strict=True):
        assert isinstance(result, Published)
        assert result.report.source.name == f"{case.name}.good.txt"
        assert figures(result) == figures(first)


@pytest.mark.parametrize("kind", WHOLE)
def test_half_a_file_gives_no_wrong_figure(kind: str, tmp_path: Path) -> None:
    """Containers are damaged; text has what is left of it, and says what is missing."""
    data = WHOLE[kind]()
    whole = tmp_path / f"whole.{kind}"
    whole.write_bytes(data)
    paths = [whole]
    for quarter in (1, 2, 3):
        path = tmp_path / f"{quarter}.{kind}"
        path.write_bytes(data[: len(data) * quarter // 4])
        paths.append(path)
    sound, *cut = (outcome.result for outcome in read_all(paths))
    assert isinstance(sound, Published)
    assert figures(sound) == TRUTH
    for result in cut:
        if isinstance(result, Published):
            assert figures(result).items() <= TRUTH.items()
            assert code(result) == "no_tables" or len(figures(result)) < len(TRUTH)


@pytest.mark.parametrize("kind", WHOLE)
def test_a_fault_in_any_byte_is_no_crash(kind: str, tmp_path: Path) -> None:
    """Whatever is wrong with a file, the reader says so; it never stumbles itself."""
    paths = []
    for at, data in enumerate(hostile.damaged_copies(WHOLE[kind](), 16)):
        paths.append(tmp_path / f"{at}.{kind}")
        paths[-1].write_bytes(data)
    for outcome in read_all(paths):
        assert code(outcome.result) != "crashed", outcome.result


@pytest.mark.parametrize("kind", hostile.PICTURES)
def test_half_a_picture_is_damaged(kind: str, tmp_path: Path) -> None:
    """It is not read as far as it goes."""
    data = hostile.picture(hostile.PICTURES[kind])
    paths = [tmp_path / f"{quarter}.{kind}" for quarter in (1, 2, 3)]
    for quarter, path in enumerate(paths, start=1):
        path.write_bytes(data[: len(data) * quarter // 4])
    assert [code(outcome.result) for outcome in read_all(paths)] == ["damaged"] * 3


def test_a_folder_of_hostile_and_sound_files(tmp_path: Path) -> None:
    """As a person meets it: an error each, no numbers in it, and the sound ones read."""
    names = ("bomb.docx", "laughs.docx", "deep.html", "loop.pdf", "password.pdf", "nothing.txt")
    chosen = [case for case in CASES if case.name in names]
    for case in chosen:
        (tmp_path / case.name.replace(".", "-")).with_suffix(
            f".{case.name.rpartition('.')[2]}"
        ).write_bytes(case.make())
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("a-first", "m-middle", "z-last"):
        (tmp_path / f"{name}.txt").write_text(report_text(), encoding="utf-8")
    out = tmp_path / "out"
    done = CliRunner().invoke(cli.app, ["read", str(tmp_path), "--json", "--out", str(out)])
    assert done.exit_code == 1
    records = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in out.iterdir()}
    sound = {name for name, record in records.items() if "error" not in record}
    assert sound == {"a-first", "m-middle", "z-last"}
    assert len(records) == len(chosen) + 4
    for name, record in records.items():
        if name not in sound:
            assert set(record) == {"error"}
            assert record["error"]["code"] in set().union(*(case.codes for case in chosen)) | {
                "not_a_file"
            }


def test_nothing_of_a_script_is_published(tmp_path: Path) -> None:
    """Neither in the data nor on the pages: hostile text is text, scripts are not even that."""
    root = make_project(tmp_path)
    folder = root / "content/reports/990100/tongjiju/2023"
    (folder / "original.txt").unlink()
    (folder / "original.html").write_bytes(hostile.html_with_scripts())
    (folder / "report.toml").write_text(
        TOML.format(name="示例市统计局", year=2023), encoding="utf-8"
    )
    corpus = line.load(root)
    assert corpus.problems == ()
    (one,) = [p for p in corpus.reports if p.report.source.media_type == "text/html"]
    record = json.dumps(extracted(one.report, one.findings), ensure_ascii=False)
    for number in (1, 2, 3, 4, 5):
        assert f"alert({number})" not in record
    assert hostile.OUTSIDE not in record
    assert "99999" not in record
    for text in render_pages(corpus).values():
        assert "<script>alert" not in text
        assert "javascript:alert" not in text


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader asks for what a file links to, neither in a worker nor without its walls."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        monkeypatch.setattr(hostile, "OUTSIDE", address)
        paths = []
        for case in CASES:
            if case.name in FETCHING:
                paths.append(tmp_path / case.name)
                paths[-1].write_bytes(case.make())
        assert len(paths) == len(FETCHING)
        for outcome in read_all(paths):
            assert code(outcome.result) != "crashed"
            assert address not in repr(outcome.result)
        here = [_read_here(path) for path in paths]
        assert sum(isinstance(result, Published) for result in here) >= 2
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def _read_here(path: Path) -> Any:
    try:
        return examine(path)
    except ReadError as error:
        return error.problem
