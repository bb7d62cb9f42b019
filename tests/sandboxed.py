"""What the tests of the sandbox have workers do; imported there by name, so it stays small."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.model import Cell, CellId, Grid, Locus, Status
from gongkai.read import sandbox
from gongkai.read.error import damaged
from gongkai.read.grid import grid_of

if TYPE_CHECKING:
    from collections.abc import Callable


def double(number: int) -> int:
    """A task that is done at once."""
    return number * 2


def wait_and_double(number: int) -> int:
    """The smaller the number, the longer it takes."""
    time.sleep(0.2 / (number + 1))
    return number * 2


def result() -> tuple[object, ...]:
    """Something of each kind that may cross."""
    locus = Locus("a.pdf", page=1, bbox=(0.0, 1.0, 2.0, 3.0))
    grid = Grid(((Cell("1", 0, 0, locus, confidence=0.5),),), locus)
    plain = ("字", b"\0", 1, 2.5, None, True, [1], {"a": {2}}, frozenset({3}))
    return (grid, CellId("a", "b", "c"), Status.ZERO, Decimal("1.10"), *plain)


def call(function: Callable[..., object], arguments: tuple[object, ...]) -> object:
    """Any of the others, so that one batch can have several."""
    return function(*arguments)


def refuse() -> None:
    """What a reader does with a broken file."""
    raise damaged("a.pdf", "PDF")


def stumble() -> None:
    """A fault in our own program."""
    raise KeyError("字")


def stumble_inside() -> None:
    """The same in a module of the project."""
    grid_of(5, Locus("a.pdf"))  # type: ignore[arg-type]  # that is the fault


def recurse(depth: int = 0) -> int:
    """Never ends."""
    return recurse(depth + 1)


def loop() -> None:
    """Never ends, and works all the time."""
    while True:
        pass


def sleep(seconds: float) -> str:
    """Does nothing for a while."""
    time.sleep(seconds)
    return "awake"


def sleep_with_child(note: str) -> None:
    """Starts a process that would outlive it, and writes its number down."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        Path(note).write_text(str(child.pid), encoding="ascii")
        time.sleep(60)


def crash_with_child(note: str) -> None:
    """The same, and dies at once."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(note).write_text(str(child.pid), encoding="ascii")
    os.abort()


def crash_with_group(note: str) -> None:
    """The same with a process in a group of its own."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = subprocess.Popen(command, process_group=0)
    Path(note).write_text(str(child.pid), encoding="ascii")
    os.abort()


def starve_inside() -> None:
    """A library makes an error of its own of it."""
    try:
        bytearray(1 << 40)
    except MemoryError as error:
        raise ValueError("cannot go on") from error


def eat(megabytes: int) -> int:
    """Takes memory."""
    return len(bytearray(megabytes * 1024 * 1024))


def starve() -> None:
    """The system says that there is no memory left, as it does to a child process."""
    raise OSError(12, "Cannot allocate memory")


def abort() -> None:
    """As pdfium does."""
    os.abort()


def segfault() -> None:
    """Reads where nothing is."""
    ctypes.string_at(0)


def leave() -> None:
    """Ends the process without a word."""
    os._exit(0)


def be_killed() -> None:
    """As the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def write(megabytes: int) -> int:
    """Writes a file."""
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(megabytes):
            file.write(bytes(1024 * 1024))
        file.flush()
        return Path(file.name).stat().st_size


def leave_file() -> str:
    """Leaves a file behind in the folder for such things."""
    handle, name = tempfile.mkstemp()
    os.close(handle)
    return name


def surroundings() -> dict[str, object]:
    """Where a worker stands."""
    return {
        "pid": os.getpid(),
        "session": os.getsid(0),
        "environment": dict(os.environ),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "streams": [str(Path(f"/proc/self/fd/{n}").readlink()) for n in range(3)],
        "open": [str(f.readlink()) for f in Path("/proc/self/fd").iterdir() if f.is_symlink()],
        "interfaces": [name for _, name in socket.if_nameindex()],
        "main": "pytest" in str(getattr(sys.modules["__main__"], "__file__", "")),
    }


def connect(port: int) -> None:
    """Looks for a server on this machine."""
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def connect_with_child(port: int) -> int:
    """The same in a process that knows no rules; its exit status."""
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=1)"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


class Evil:
    """Would run a command where it is unpickled without care."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("exit 1",)


def smuggle() -> object:
    """A result of a kind that may not cross."""
    return [Evil()]


def hand_over_function() -> object:
    """A function of the module of types is no type."""
    return Imported()


class Imported:
    """Pretends to be something that `gongkai.model` only imports."""

    def __reduce__(self) -> str:
        return "dataclass"

    __module__ = "gongkai.model"


def babble() -> None:
    """Sends bytes that are no result."""
    assert sandbox._Bounds.current is not None
    sandbox._Bounds.current.parent.send_bytes(b"o no pickle at all")


def flood(megabytes: int) -> bytes:
    """A result larger than allowed."""
    return bytes(megabytes * 1024 * 1024)


def recognise(pages: int, seconds: float, megabytes: int) -> int:
    """A scan: some time and memory for each page."""
    for _ in range(pages):
        sandbox.allow_page()
        time.sleep(seconds)
    return eat(megabytes)


def work_on_pages(pages: int, seconds: float) -> str:
    """A scan that keeps the processor busy on its first page."""
    for _ in range(pages):
        sandbox.allow_page()
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "done"
