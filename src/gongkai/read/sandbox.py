"""Worker processes for hostile files: each file has its own bounds, and a breach is its alone.

A file from a stranger may make a library loop, eat all memory or abort the process. So nothing is
opened in the parent process. Workers live long (starting Python for each file would cost more
than reading it), but what a *file* may use is counted from where the worker stood when it began.

On Linux a worker is forked from a server process that has imported the readers and nothing else,
so that one that died is replaced in milliseconds. It stands in a session of its own, and the
kernel bounds its address space, its processor time and the files it writes; the parent keeps the
wall clock and ends the whole process group. Its environment holds no proxy and no secret, its
standard streams lead nowhere, sockets are refused, and it stands in an empty network namespace
where the system lets it. Elsewhere the bounds are weaker: workers are spawned, the parent looks
at the resident memory of a worker ten times a second, and macOS ignores a bound on address space;
Windows has no bound on processor time. The wall clock and the end of the process tree hold there
too.

What comes back is data of `gongkai.model` and plain values; anything else is refused unread. This
guards against files that exhaust or crash a reader. It is no jail for native code that a file has
taken over: that would run as the same user.

This module knows no format and no step of the line: it is given a function and its arguments.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import io
import math
import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from enum import Enum
from multiprocessing import connection as channel
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from gongkai import model
from gongkai.read.error import ReadError, over_limit, refused
from gongkai.read.limits import LIMITS

try:
    import resource
except ImportError:  # pragma: no cover  # Windows
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from gongkai.model import Problem
    from gongkai.read.limits import Limits

_R = TypeVar("_R")

#: First byte of a message from a worker.
_READY, _MORE_TIME, _RESULT, _REFUSED, _SPENT = b"r", b"t", b"o", b"p", b"s"
#: A worker that does not come up within this many seconds is replaced.
_START_SECONDS = 60.0
#: How long a worker may take to end once it is told to.
_END_SECONDS = 5.0
#: How often memory is looked at where the kernel does not bound it.
_POLL_SECONDS = 0.1
#: Results that may wait for a slow file before them, a worker.
_AHEAD = 64
_LINUX = sys.platform.startswith("linux")
#: What a worker keeps of the environment; all else may hold proxies and secrets.
_KEPT = frozenset(
    {
        "APPDATA",
        "COMSPEC",
        "HOME",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "LOCALAPPDATA",
        "LOGNAME",
        "PATH",
        "PATHEXT",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TZ",
        "USER",
        "USERPROFILE",
        "VIRTUAL_ENV",
        "WINDIR",
    }
)
_KEPT_STARTS = ("LC_", "PYTHON", "COVERAGE_")
#: One thread a worker: there are as many workers as cores, and a thread reserves memory.
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
#: Audit events of Python that begin traffic.
_NETWORK = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
        "urllib.Request",
    }
)
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of <linux/sched.h>


@dataclass(frozen=True, slots=True)
class Task:
    """One call for a worker: the file's name for messages, and the function's arguments."""

    name: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[_R]):
    """What became of a task, and the seconds from its beginning to its end."""

    result: _R | Problem
    seconds: float


# --- In the worker -----------------------------------------------------------------------------


class _Bounds:
    """What the file that a worker reads may use; `current` is None outside of a worker."""

    current: ClassVar[_Bounds | None] = None

    def __init__(self, limits: Limits, parent: Connection) -> None:
        self.limits = limits
        self.parent = parent
        self.recognises = False
        self.pages = 0
        self.used = 0

    def begin(self) -> None:
        """Count from here: a new file."""
        self.pages = 0
        if resource is not None:
            self.used = math.ceil(_used_seconds())
        self._bound()

    def allow_page(self) -> None:
        """Room for the recognition of one more page."""
        if self.pages >= self.limits.ocr_pages:
            return
        self.pages += 1
        self.recognises = True
        self._bound()
        self.parent.send_bytes(_MORE_TIME)

    def _bound(self) -> None:
        """The models stay in memory once they are loaded, so the larger bound stays as well."""
        if resource is not None:
            memory = self.limits.ocr_memory_bytes if self.recognises else self.limits.memory_bytes
            seconds = self.limits.cpu_seconds + self.pages * self.limits.ocr_page_seconds
            _bound(resource.RLIMIT_AS, memory)
            _bound(resource.RLIMIT_CPU, self.used + seconds)

    def lift_memory(self) -> None:
        """Memory for the last words of a worker that has none left."""
        if resource is not None:
            _bound(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[1])


def allow_page() -> None:
    """Called by a reader before it recognises the characters of a page.

    It gives the file the time of one more page (`ocr_page_seconds`, for at most `ocr_pages`) and
    its worker the memory of the models (`ocr_memory_bytes`). Outside of a worker it does nothing.
    """
    if _Bounds.current is not None:
        _Bounds.current.allow_page()


def _used_seconds() -> float:
    """Processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _bound(kind: int, wanted: int) -> None:
    """Set the soft limit; the hard one, which cannot be raised again, stays."""
    hard = resource.getrlimit(kind)[1]
    unlimited = resource.RLIM_INFINITY
    if hard != unlimited:
        wanted = hard if wanted == unlimited else min(wanted, hard)
    resource.setrlimit(kind, (wanted, hard))


def _serve(parent: Connection, limits: Limits, folder: str) -> None:
    """The life of a worker: files one after the other, until the parent hangs up."""
    _enclose(limits, folder)
    _Bounds.current = _Bounds(limits, parent)
    try:
        parent.send_bytes(_READY)
        while True:
            said = _answer(parent.recv_bytes(), _Bounds.current)
            parent.send_bytes(said)
            if said.startswith(_SPENT):
                break
    except (EOFError, OSError):
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(payload: bytes, bounds: _Bounds) -> bytes:
    """The message about one file; never an exception."""
    function, task = pickle.loads(payload)  # noqa: S301  # from our own parent process
    bounds.begin()
    try:
        return _RESULT + _result(function, task, bounds.limits)
    except ReadError as error:
        return _REFUSED + _packed(error.problem)
    except RecursionError:
        return _REFUSED + _packed(over_limit(task.name, "内容嵌套过深").problem)
    except Exception as error:  # noqa: BLE001  # a fault in one file must not end the batch
        bounds.lift_memory()
        if _is_memory(error):
            return _SPENT + _packed(_out_of_memory(task.name))
        return _REFUSED + _packed(_fault(task.name, error))


def _result(function: Callable[..., object], task: Task, limits: Limits) -> bytes:
    packed = pickle.dumps(function(*task.arguments), pickle.HIGHEST_PROTOCOL)
    if len(packed) > limits.result_bytes:
        raise over_limit(task.name, "读出的内容过多")
    return packed


def _packed(problem: Problem) -> bytes:
    return pickle.dumps(problem, pickle.HIGHEST_PROTOCOL)


def _is_memory(error: BaseException | None) -> bool:
    """Whether memory ran out, also where a library made an error of its own of it."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False


def _enclose(limits: Limits, folder: str) -> None:
    """Put this process where it can do little harm; done once, before the first file."""
    kept = {
        name: text
        for name, text in os.environ.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_STARTS)
    }
    os.environ.clear()
    os.environ.update(kept, **_THREADS, TMPDIR=folder, TEMP=folder, TMP=folder)
    tempfile.tempdir = folder
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    if hasattr(os, "setsid"):
        os.setsid()
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _bound(resource.RLIMIT_FSIZE, limits.unpacked_bytes)
    if _LINUX:
        _leave_network()
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError(errno.EACCES, "读取文件时不使用网络")


def _leave_network() -> None:
    """An empty network namespace, which child processes inherit, where the system permits one.

    A user without rights needs a user namespace around it, in which he keeps his own number.
    """
    system = ctypes.CDLL(None)
    if system.unshare(_NEW_NET) == 0:
        return
    user, group = os.getuid(), os.getgid()
    if system.unshare(_NEW_USER | _NEW_NET) == 0:
        about = Path("/proc/self")
        with contextlib.suppress(OSError):
            (about / "setgroups").write_text("deny", encoding="ascii")
            (about / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
            (about / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")


# --- What is said about a file -----------------------------------------------------------------


def _out_of_memory(name: str) -> Problem:
    return over_limit(name, "读取所需的内存过大").problem


def _out_of_time(name: str) -> Problem:
    return over_limit(name, "读取用时过长").problem


def _crashed(name: str) -> Problem:
    return refused(
        "crashed", name, "读取程序在这个文件上异常中止", "文件可能已损坏，请换一种格式另存后再试"
    ).problem


def _fault(name: str, error: Exception) -> Problem:
    """A fault of ours: where it is, so that it can be mended."""
    place = "未知位置"
    step = error.__traceback__
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        if "gongkai" in path.parts:
            place = f"{path.name} 第 {step.tb_lineno} 行"
        step = step.tb_next
    return refused(
        "crashed",
        name,
        f"读取程序出错（{type(error).__name__}，{place}）",
        "请把这个文件发给项目维护者；也可换一种格式另存后再试",
    ).problem


def _ended(name: str, code: int | None) -> Problem:
    """Why a worker ended by itself in the middle of a file."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return _out_of_time(name)
    if code == -getattr(signal, "SIGKILL", 0):  # not by us: the kernel, out of memory
        return _out_of_memory(name)
    return _crashed(name)


# --- In the parent -----------------------------------------------------------------------------


def _member(kind: object, name: str) -> Enum:
    """The member of an enumeration; stands in for `getattr`, which would give anything."""
    if isinstance(kind, type) and issubclass(kind, Enum) and name in kind.__members__:
        return kind[name]
    raise pickle.UnpicklingError(f"getattr {name}")


class _Results(pickle.Unpickler):
    """Unpickles what a worker found: types of `gongkai.model` and Decimal, nothing else."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  # as in the base class
        """The class of that name, if results may hold it."""
        if (module, name) == ("builtins", "getattr"):  # how Python 3.11.0 to 3.11.3 pickle members
            return _member
        found = getattr(model, name, None) if module == model.__name__ else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        if (module, name) == ("decimal", "Decimal"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


class _Fate(Enum):
    """What becomes of a worker after a file."""

    KEPT = "kept"
    DISMISSED = "dismissed"
    KILLED = "killed"


class _Worker:
    """A worker process as the parent sees it, and the file it is at."""

    def __init__(self, context: Any, limits: Limits, folder: str) -> None:  # noqa: ANN401  # contexts have no common type
        self.limits = limits
        self.folder = folder
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, limits, folder))
        with _without_main():
            self.process.start()
        theirs.close()
        self.is_ready = False
        self.files = 0
        self.pages = 0
        self.at = 0
        self.name = ""
        self.begun = self.deadline = 0.0

    def give(self, at: int, function: Callable[..., object], task: Task) -> None:
        """Begin task number `at`."""
        self.at, self.name = at, task.name
        self.files += 1
        self.pages = 0
        self.begun = time.monotonic()
        self.deadline = self.begun + (self.limits.seconds if self.is_ready else _START_SECONDS)
        with contextlib.suppress(OSError):  # a dead worker is found when it is listened to
            self.pipe.send_bytes(pickle.dumps((function, task), pickle.HIGHEST_PROTOCOL))

    def hear(self) -> tuple[_Fate, object] | None:
        """What becomes of the worker, and the result. None: it is still at it."""
        try:
            said = self.pipe.recv_bytes(self.limits.result_bytes + 1)
        except (EOFError, OSError):
            return _Fate.KILLED, self._last_words()
        kind = said[:1]
        if kind == _READY:
            self.is_ready = True
            self.begun = time.monotonic()
            self.deadline = self.begun + self.limits.seconds
            return None
        if kind == _MORE_TIME:
            self.pages += 1
            if self.pages <= self.limits.ocr_pages:
                self.deadline += self.limits.ocr_page_seconds
            return None
        try:
            result = _Results(io.BytesIO(said[1:])).load()
        except Exception:  # noqa: BLE001  # whatever bytes a damaged worker sends
            return _Fate.KILLED, _crashed(self.name)
        spent = kind == _SPENT or self.files >= self.limits.worker_files
        return _Fate.DISMISSED if spent else _Fate.KEPT, result

    def _last_words(self) -> Problem:
        self.process.join(_END_SECONDS)
        return _ended(self.name, self.process.exitcode)

    def overdue(self) -> Problem | None:
        """Why the file is to be given up now, as far as only the parent can know."""
        if time.monotonic() >= self.deadline:
            return _out_of_time(self.name)
        allowed = self.limits.ocr_memory_bytes if self.pages else self.limits.memory_bytes
        if not _LINUX and resident_bytes(self.process.pid) > allowed:
            return _out_of_memory(self.name)
        return None

    def end(self, *, kindly: bool) -> None:
        """End the worker and all it started; `kindly`: it may finish what it does."""
        self.pipe.close()
        if kindly:
            self.process.join(_END_SECONDS)
        _kill_tree(self.process)
        self.process.join()
        self.process.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _kill_tree(process: Any) -> None:  # noqa: ANN401  # contexts have no common type
    """End a worker and all it started, also where it is dead and they are not."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        for pid in _of_session(process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    else:  # pragma: no cover  # Windows
        command = ("taskkill", "/PID", str(process.pid), "/T", "/F")
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # no shell, a number
    process.kill()


def _of_session(session: int) -> Iterator[int]:
    """Processes in groups of their own that still belong to a worker's session (Linux)."""
    for about in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = about.read_bytes().rpartition(b")")[2].split()
            if int(fields[3]) == session:
                yield int(about.parent.name)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module, which multiprocessing would otherwise run again in each worker.

    Our functions stand in modules of their own; a person's script needs no guard this way.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def resident_bytes(pid: int) -> int:
    """The resident memory of a process; 0 where the system does not say."""
    if sys.platform == "win32":  # pragma: no cover
        return _resident_on_windows(pid)
    command = ("ps", "-o", "rss=", "-p", str(pid))
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # no shell, a number
    return int(done.stdout.strip() or 0) * 1024


def _resident_on_windows(pid: int) -> int:  # pragma: no cover
    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_: ClassVar = [
            ("cb", ctypes.c_ulong),
            ("PageFaultCount", ctypes.c_ulong),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        ]

    system: Any = ctypes.windll.kernel32  # type: ignore[attr-defined]  # Windows alone has it
    counters = Counters(cb=ctypes.sizeof(Counters))
    handle = system.OpenProcess(0x1000, 0, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    system.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb)
    system.CloseHandle(handle)
    return int(counters.WorkingSetSize)


class Workers:
    """Up to `count` workers; used as a context, so that none is left behind.

    Args:
        count: how many files are read at the same time.
        modules: what a worker is to have imported before its first file.
        limits: what a file may use.
    """

    def __init__(self, count: int, modules: Sequence[str] = (), limits: Limits = LIMITS) -> None:
        self._count = max(1, count)
        self._limits = limits
        self._context: Any = multiprocessing.get_context("forkserver" if _LINUX else "spawn")
        if _LINUX:
            self._context.set_forkserver_preload([__name__, *modules])
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="gongkai-"))
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._idle:
            worker.end(kindly=True)
        self._idle = []
        self._abandon()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _abandon(self) -> None:
        """End the workers that are at a file."""
        for worker in self._busy:
            worker.end(kindly=False)
        self._busy = []

    def run(self, function: Callable[..., _R], tasks: Iterable[Task]) -> Iterator[Outcome[_R]]:
        """`function` of each task's arguments, in the order of the tasks.

        Args:
            function: of a module, so that a worker finds it by name. It may raise ReadError.
            tasks: what to do; taken as workers become free.

        Yields:
            The result, or a Problem for a file that cannot be read, breaks a limit or crashes
            its worker; the others are not touched by it.
        """
        if self._folder is None or self._busy:
            raise RuntimeError("Workers are used in a with statement, for one run at a time")
        try:
            yield from self._outcomes(function, tasks)
        finally:
            self._abandon()  # a file of this run must not end in the next one

    def _outcomes(
        self, function: Callable[..., _R], tasks: Iterable[Task]
    ) -> Iterator[Outcome[_R]]:
        upcoming = enumerate(tasks)
        results: dict[int, Outcome[_R]] = {}
        given = done = 0
        more = True
        while True:
            while more and len(self._busy) < self._count and given < done + _AHEAD * self._count:
                at, task = next(upcoming, (-1, None))
                if task is None:
                    more = False
                    break
                given += 1
                self._give(at, function, task)
            while done in results:
                yield results.pop(done)
                done += 1
            if self._busy:
                self._collect(results)
            elif not more and done == given:
                return

    def _give(self, at: int, function: Callable[..., _R], task: Task) -> None:
        if self._idle:
            worker = self._idle.pop()
        else:
            worker = _Worker(self._context, self._limits, tempfile.mkdtemp(dir=self._folder))
        self._busy.append(worker)
        worker.give(at, function, task)

    def _collect(self, results: dict[int, Any]) -> None:
        """Wait until something happens, and put what is finished into `results`."""
        wait = max(0.0, min(worker.deadline for worker in self._busy) - time.monotonic())
        pipes = [worker.pipe for worker in self._busy]
        speaking = channel.wait(pipes, wait if _LINUX else min(wait, _POLL_SECONDS))
        for worker in tuple(self._busy):
            if worker.pipe in speaking:
                heard = worker.hear()
            else:
                overdue = worker.overdue()
                heard = None if overdue is None else (_Fate.KILLED, overdue)
            if heard is not None:
                fate, result = heard
                results[worker.at] = Outcome(result, time.monotonic() - worker.begun)
                self._busy.remove(worker)
                if fate is _Fate.KEPT:
                    self._idle.append(worker)
                else:
                    worker.end(kindly=fate is _Fate.DISMISSED)
