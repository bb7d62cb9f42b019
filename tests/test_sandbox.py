"""The sandbox: each file has its own bounds, a breach is its alone, nothing is left behind."""

from __future__ import annotations

import ctypes
import io
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sandboxed

from gongkai.model import Problem, Status
from gongkai.read import sandbox
from gongkai.read.limits import LIMITS
from gongkai.read.sandbox import Task, Workers, allow_page, resident_bytes
from project import report_text

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = replace(
    LIMITS,
    seconds=10.0,
    cpu_seconds=2,
    memory_bytes=400 * 1024 * 1024,
    unpacked_bytes=2 * 1024 * 1024,
    result_bytes=1024 * 1024,
)
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere the bounds are others"
)


def run(
    function: Callable[..., Any], *calls: tuple[object, ...], limits: Any = SMALL, count: int = 1
) -> list[Any]:
    """The results of the calls."""
    tasks = [Task(f"{at}.pdf", call) for at, call in enumerate(calls)]
    with Workers(count, limits=limits) as workers:
        return [outcome.result for outcome in workers.run(function, tasks)]


def code(result: object) -> str:
    """The code of a problem."""
    assert isinstance(result, Problem), result
    return result.code


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_for_end(pid: int) -> bool:
    """Whether a process ends within a few seconds (a killed one is gone a moment later)."""
    for _ in range(100):
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("count", [1, 3])
def test_results_come_in_the_order_of_the_tasks(count: int) -> None:
    """Whatever the number of workers and the time that each takes."""
    assert run(sandboxed.wait_and_double, *((n,) for n in range(8)), count=count) == list(
        range(0, 16, 2)
    )
    assert run(sandboxed.double, count=count) == []


def test_tasks_are_taken_as_workers_become_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list is not drawn ahead of a slow file without bounds."""
    monkeypatch.setattr(sandbox, "_AHEAD", 2)
    taken: list[int] = []

    def tasks() -> Any:
        for n in range(12):
            taken.append(n)
            yield Task(str(n), (n,))

    with Workers(2, limits=SMALL) as workers:
        results = workers.run(sandboxed.double, tasks())
        assert next(results).result == 0
        assert len(taken) <= 5
        assert [outcome.result for outcome in results] == list(range(2, 24, 2))


def test_results_are_data_of_the_model() -> None:
    """Types of the model, Decimal and plain values cross and are equal on the other side."""
    assert run(sandboxed.result, ()) == [sandboxed.result()]


@pytest.mark.parametrize(
    "function", [sandboxed.smuggle, sandboxed.hand_over_function, sandboxed.babble]
)
def test_anything_else_from_a_worker_is_refused(function: Callable[..., Any]) -> None:
    """No code of a worker's choice runs in the parent, and the next file is read."""
    results = run(function, (), ())
    assert [code(result) for result in results] == ["crashed", "crashed"]


def test_only_types_defined_in_the_model_are_found() -> None:
    """Not what that module imports, nor anything of another."""
    for name in (b"gongkai.model\ndataclass", b"os\nsystem", b"gongkai.model\nnothing"):
        with pytest.raises(pickle.UnpicklingError):
            sandbox._Results(io.BytesIO(b"c" + name + b"\n.")).load()


class Named:
    """Pickled the way Python 3.11.0 to 3.11.3 pickle a member of an enumeration."""

    def __init__(self, kind: object, name: str) -> None:
        self.kind, self.name = kind, name

    def __reduce__(self) -> tuple[object, ...]:
        """By its name in its class."""
        return getattr, (self.kind, self.name)


def test_members_of_enumerations_cross_by_name_and_nothing_else_does() -> None:
    """Python 3.11.2, the one of Debian 12, writes `getattr`; it gives no other attribute."""
    assert loaded(Named(Status, "BLANK")) is Status.BLANK
    for kind, name in ((Status, "mro"), (Problem, "__init__"), ("text", "upper")):
        with pytest.raises(pickle.UnpicklingError):
            loaded(Named(kind, name))


def loaded(thing: object) -> object:
    """What the parent makes of a thing that a worker sends."""
    return sandbox._Results(io.BytesIO(pickle.dumps(thing))).load()


def test_a_refusal_is_the_problem_itself() -> None:
    """As the reader worded it; the worker goes on."""
    first, second = run(sandboxed.refuse, (), ())
    assert code(first) == "damaged"
    assert first == second


@pytest.mark.parametrize(
    ("function", "arguments", "expected", "words"),
    [
        (sandboxed.loop, (), "over_limit", "用时"),
        (sandboxed.eat, (1000,), "over_limit", "内存"),
        (sandboxed.starve, (), "over_limit", "内存"),
        (sandboxed.starve_inside, (), "over_limit", "内存"),
        (sandboxed.be_killed, (), "over_limit", "内存"),
        (sandboxed.recurse, (), "over_limit", "嵌套"),
        (sandboxed.flood, (2,), "over_limit", "内容过多"),
        (sandboxed.abort, (), "crashed", "异常中止"),
        (sandboxed.segfault, (), "crashed", "异常中止"),
        (sandboxed.leave, (), "crashed", "异常中止"),
        (sandboxed.stumble, (), "crashed", "KeyError"),
        (sandboxed.write, (3,), "crashed", "OSError"),
    ],
)
def test_a_breach_is_a_finding_about_that_file(
    function: Callable[..., Any], arguments: tuple[object, ...], expected: str, words: str
) -> None:
    """It names the file and what to do; the file after it is read."""
    tasks = [Task("坏.pdf", (function, arguments)), Task("好.pdf", (sandboxed.double, (2,)))]
    with Workers(1, limits=SMALL) as workers:
        bad, good = (outcome.result for outcome in workers.run(sandboxed.call, tasks))
    assert code(bad) == expected
    assert isinstance(bad, Problem)
    assert bad.file == "坏.pdf"
    assert words in bad.message
    assert bad.remedy
    assert good == 4


def test_a_fault_of_ours_says_where_it_is() -> None:
    """The innermost place in our own files."""
    (problem,) = run(sandboxed.stumble_inside, ())
    assert "（TypeError，grid.py 第 " in problem.message


def test_the_wall_clock_is_kept_by_the_parent() -> None:
    """A file that waits for ever uses no processor time."""
    limits = replace(SMALL, seconds=0.5)
    results = run(sandboxed.sleep, (30,), (0.0,), limits=limits)
    assert code(results[0]) == "over_limit"
    assert results[1] == "awake"


def test_time_is_counted_for_each_file() -> None:
    """Many files that use half of the time each are no breach."""
    limits = replace(SMALL, cpu_seconds=1)
    assert run(sandboxed.work_on_pages, *[(0, 0.5)] * 4, limits=limits) == ["done"] * 4


def test_recognition_has_more_time_and_memory() -> None:
    """A page at a time, up to the number of pages that are recognised."""
    limits = replace(
        SMALL,
        seconds=3,
        cpu_seconds=1,
        ocr_pages=2,
        ocr_page_seconds=3,
        ocr_memory_bytes=900 * 1024 * 1024,
    )
    (size,) = run(sandboxed.recognise, (2, 0.5, 500), limits=limits)
    assert size == 500 * 1024 * 1024
    too_much, too_long = run(sandboxed.recognise, (1, 0.0, 1000), (60, 0.5, 1), limits=limits)
    assert code(too_much) == code(too_long) == "over_limit"
    worked, overworked = run(
        sandboxed.work_on_pages,
        (2, 1.3),
        (9, 4.5),
        limits=replace(limits, seconds=30, ocr_page_seconds=1),
    )
    assert worked == "done"
    assert code(overworked) == "over_limit"


def test_a_page_needs_no_permission_outside_of_a_worker() -> None:
    """Readers are tested without the sandbox."""
    allow_page()
    assert sandbox._Bounds.current is None


@pytest.mark.parametrize(
    "function",
    [sandboxed.sleep_with_child, sandboxed.crash_with_child, sandboxed.crash_with_group],
)
def test_what_a_worker_started_ends_with_it(function: Callable[..., Any], tmp_path: Path) -> None:
    """The whole process group is ended, also where the worker died first."""
    note = tmp_path / "pid"
    (problem,) = run(function, (str(note),), limits=replace(SMALL, seconds=1.5))
    assert code(problem) in {"over_limit", "crashed"}
    assert wait_for_end(int(note.read_text(encoding="ascii")))


def test_a_worker_is_kept_for_some_files_and_then_replaced() -> None:
    """Memory that a library leaks is given back."""
    limits = replace(SMALL, worker_files=2)
    pids = [about["pid"] for about in run(sandboxed.surroundings, *[()] * 5, limits=limits)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


def test_where_a_worker_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A session of its own, no proxies or secrets, no streams, no descriptors, no main module."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("SOME_TOKEN", "secret")
    with (tmp_path / "secret").open("w", encoding="utf-8") as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003  # the function's own signature
        (about,) = run(sandboxed.surroundings, ())
    assert about["session"] == about["pid"] != os.getpid()
    assert {"HTTPS_PROXY", "SOME_TOKEN"}.isdisjoint(about["environment"])
    assert about["environment"]["PATH"] == os.environ["PATH"]
    assert about["core"] == (0, 0)
    assert about["streams"] == [os.devnull] * 3
    assert not any(str(tmp_path) in name for name in about["open"])
    assert not about["main"]


def test_a_worker_has_no_network() -> None:
    """Sockets are refused in Python; a child process finds no network where namespaces work."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (problem,) = run(sandboxed.connect, (port,))
        assert code(problem) == "crashed"
        assert "PermissionError" in problem.message
        (about,) = run(sandboxed.surroundings, ())
        if about["interfaces"] == ["lo"]:
            assert run(sandboxed.connect_with_child, (port,)) == [1]
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_without_rights_a_namespace_of_users_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calls at most; a system that allows neither is no error."""
    asked: list[int] = []

    class System:
        """A C library that permits nothing."""

        def __init__(self, _: object) -> None:
            pass

        def unshare(self, flags: int) -> int:
            asked.append(flags)
            return -1

    monkeypatch.setattr(ctypes, "CDLL", System)
    sandbox._leave_network()
    assert asked == [sandbox._NEW_NET, sandbox._NEW_USER | sandbox._NEW_NET]


def test_nothing_is_left_in_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a worker that ends in peace nor of one that is ended."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (name,) = run(sandboxed.leave_file, ())
    assert Path(name).is_relative_to(tmp_path)
    run(sandboxed.abort, ())
    assert list(tmp_path.iterdir()) == []


def test_an_abandoned_run_leaves_no_process() -> None:
    """Whoever stops listening in the middle ends the workers; the next run has its own results."""
    with Workers(2, limits=SMALL) as workers:
        run_ = workers.run(sandboxed.sleep, [Task("a", (0.0,)), *[Task("b", (60.0,))] * 2])
        next(run_)
        pids = [worker.process.pid for worker in workers._busy]
        assert len(pids) == 2
        assert all(map(is_running, pids))
        with pytest.raises(RuntimeError):
            next(workers.run(sandboxed.double, [Task("c", (1,))]))
        del run_
        assert all(map(wait_for_end, pids))
        (outcome,) = workers.run(sandboxed.double, [Task("c", (1,))])
        assert outcome.result == 2
    with pytest.raises(RuntimeError):
        next(workers.run(sandboxed.double, []))


def test_a_worker_that_dies_between_two_files_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Giving it a file fails without an exception; the file gets a problem, the next is read."""
    with Workers(1, limits=SMALL) as workers:
        list(workers.run(sandboxed.double, [Task("a", (1,))]))
        (idle,) = workers._idle
        idle.process.kill()
        idle.process.join()
        monkeypatch.setattr(sandbox, "_END_SECONDS", 1.0)
        results = [o.result for o in workers.run(sandboxed.double, [Task("b", (1,))] * 2)]
    assert code(results[0]) == "over_limit"
    assert results[1] == 2


def test_elsewhere_workers_are_spawned_and_their_memory_is_polled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Weaker, but with the same answers."""
    monkeypatch.setattr(sandbox, "_LINUX", False)
    assert run(sandboxed.double, (1,), (2,)) == [2, 4]
    monkeypatch.setattr(sandbox, "resident_bytes", lambda _: SMALL.memory_bytes + 1)
    (problem,) = run(sandboxed.sleep, (60,))
    assert code(problem) == "over_limit"
    assert "内存" in problem.message


def test_resident_memory_is_known() -> None:
    """And 0 for a process that is not there."""
    assert resident_bytes(os.getpid()) > 10 * 1024 * 1024
    assert resident_bytes(2**22 + 1) == 0


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """Workers do not run the main module again, as those of multiprocessing do."""
    (tmp_path / "a.txt").write_text(report_text(), encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from gongkai import line\n"
        "print('once', len(line.read_file(Path(__file__).with_name('a.txt')).report.values))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout == "once 200\n"
