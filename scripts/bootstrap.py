"""Makes the project's own virtual environment, with the standard library alone.

Owns `.venv`: when it is made, remade and filled. Must know nothing of reports.
`build.py` and `test.py` turn away a Python older than 3.11 before they import this.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
#: Lock → the locks that are installed with it: every pin of the first stands in the second
#: (`tests/test_scripts.py` holds that).
INCLUDED = {
    "requirements.lock": ("requirements.lock",),
    "requirements-dev.lock": ("requirements-dev.lock", "requirements.lock"),
}
#: Lock → a lock of what exists as source alone; it is built with what the first one installed.
SOURCES = {"requirements-dev.lock": "requirements-source.lock"}
#: Exit status where the machine, not the project, is at fault.
MACHINE_FAULT = 2
INTERRUPTED = 130

_PROBE = (
    "import importlib.util as u, json, sys; "
    "print(json.dumps([sys.prefix, sys.version_info[:2], u.find_spec('pip') is not None]))"
)
_NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Network is unreachable",
    "Connection refused",
    "(from versions: none)",  # what is left to say when nothing answers
)


class SetupError(Exception):
    """The machine lacks something. The text says in Chinese what, and what to do."""


def say(text: str) -> None:
    """A line for the person at the terminal, at once, also where the output is a file."""
    print(text, flush=True)


def guarded(command: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Runs a command so that a person sees sentences, not tracebacks.

    Returns:
        Its exit status; 2 where the machine lacks something, 130 where it was interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may not know every Chinese character: a mark is better than a crash.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        return command(arguments)
    except SetupError as error:
        print(error, file=sys.stderr, flush=True)
        return MACHINE_FAULT
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr, flush=True)
        return INTERRUPTED


def environment() -> dict[str, str]:
    """The variables our commands run with: UTF-8, and no path or pip option from outside."""
    dropped = {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "PYTHONUTF8": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
    }


def run(command: Sequence[str]) -> int:
    """Runs a command in the project folder, its output passed through; its exit status."""
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def tool(name: str) -> Path:
    """The path of a command inside `.venv`, on Windows too."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def is_sound() -> bool:
    """Whether `.venv` is whole: runs, lies where it was made, is new enough and has pip."""
    python = tool("python")
    if not python.exists():
        return False
    try:
        answer = subprocess.run(
            [str(python), "-c", _PROBE],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        prefix, version, has_pip = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False
    return Path(prefix).resolve() == VENV.resolve() and tuple(version) >= (3, 11) and has_pip


def fingerprint(lock: str) -> str:
    """What decides whether an installation is up to date: the lock, the project, the place."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in filter(None, (lock, SOURCES.get(lock), "pyproject.toml")):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp_of(lock: str) -> Path:
    """The file that remembers which lock is installed."""
    return VENV / f"{lock}.sha256"


def is_installed(lock: str) -> bool:
    """Whether the lock is installed as it stands now."""
    stamp = stamp_of(lock)
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(lock)


def make_environment(lock: str) -> Path:
    """Makes `.venv` where needed and installs the lock where it changed.

    Args:
        lock: `requirements.lock`, or `requirements-dev.lock`, which holds all of the first.

    Returns:
        The Python of `.venv`.

    Raises:
        SetupError: no ensurepip, no network, a file that is not the one in the lock.
    """
    if not is_sound():
        make_venv()
    if not is_installed(lock):
        install(lock)
    return tool("python")


def make_venv() -> None:
    """Makes `.venv` anew; a half-made or moved one is removed first.

    Raises:
        SetupError: this Python has no ensurepip, or venv failed.
    """
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(_without_ensurepip())
    if VENV.is_symlink() or VENV.is_file():
        raise SetupError(f"{VENV} 不是文件夹。请先把它移走，再运行一次。")
    if VENV.exists():
        say("虚拟环境 .venv 不完整或已移动，重新建立。")
        shutil.rmtree(VENV)
    else:
        say("建立虚拟环境 .venv。")
    if run([sys.executable, "-m", "venv", str(VENV)]) != 0:
        raise SetupError("建立 .venv 失败，原因见上。")


def _without_ensurepip() -> str:
    if shutil.which("apt-get") is None:
        return "这个 Python 没有 ensurepip，无法建立虚拟环境。请换用完整安装的 Python 3.11+。"
    return (
        "这个 Python 没有 ensurepip，无法建立虚拟环境。请运行下面一行，再试一次：\n"
        f"  {apt_line([f'python3.{sys.version_info.minor}-venv'])}"
    )


def apt_line(packages: Sequence[str]) -> str:
    """The line that installs Debian packages, as a person would type it; root needs no sudo."""
    word = "" if os.name != "nt" and os.geteuid() == 0 else "sudo "
    return f"{word}apt-get update && {word}apt-get install -y {' '.join(packages)}"


def install(lock: str) -> None:
    """Installs a lock with its hashes, then the project itself, editable, without dependencies.

    Only wheels are taken, but for the few libraries of `SOURCES`, which have none: those are
    built from files with hashes too, by tools of the lock, so that no code outside the locks runs.

    Raises:
        SetupError: pip failed.
    """
    pip = [str(tool("python")), "-m", "pip", "install", "--quiet"]
    for name in INCLUDED[lock]:
        stamp_of(name).unlink(missing_ok=True)
    say(f"按 {lock} 安装所需的库，第一次要几分钟。")
    # The locks are complete: nothing is to be found out about what needs what.
    run_pip([*pip, "--no-deps", "--require-hashes", "--only-binary=:all:", "-r", lock])
    if lock in SOURCES:
        source = ["--no-deps", "--require-hashes", "--no-build-isolation", "-r", SOURCES[lock]]
        run_pip([*pip, *source])
    run_pip([*pip, "--no-deps", "--no-build-isolation", "-e", "."])
    for name in INCLUDED[lock]:
        stamp_of(name).write_text(fingerprint(name), encoding="ascii")


def run_pip(command: Sequence[str]) -> None:
    """Runs pip, shows what it complains of as it comes, and says what that means.

    Raises:
        SetupError: pip failed.
    """
    lines = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stderr or ():
            lines.append(line)
            sys.stderr.write(line)
    if process.returncode != 0:
        raise SetupError(explain_pip("".join(lines)))


def explain_pip(complaint: str) -> str:
    """What a failure of pip means, and what to do, in Chinese."""
    if any(word in complaint for word in _NO_NETWORK):
        return (
            "安装失败：从软件包仓库取不到文件。请检查网络或代理；也可用 PIP_INDEX_URL 换一个镜像。"
        )
    if "DO NOT MATCH THE HASHES" in complaint:
        return "安装失败：下载的文件与锁文件中的哈希不符，没有安装。请换一个镜像再试。"
    if "No matching distribution" in complaint:
        return "安装失败：仓库中没有适合本机系统和 Python 版本的文件，名称见上。"
    if "No space left" in complaint:
        return "安装失败：磁盘已满。"
    return "安装失败，pip 的说明见上。"
