"""在一台新机器上安装测试所需的一切，运行全部测试：`python3 scripts/test.py`。

With arguments only pytest runs, with these arguments: `python3 scripts/test.py -k word`.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # this is the place that turns older ones away
    sys.stderr.write(
        "需要 Python 3.11 或更新的版本，现在是 {}.{}。\n"
        "请安装新版 Python，再用它运行，例如：python3.11 scripts/test.py\n".format(
            *sys.version_info[:2]
        )
    )
    sys.exit(2)

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bootstrap

#: The share of lines and branches that tests must reach, in per cent.
COVERAGE = 95
#: Modules where every branch decides about a published number: 100 per cent.
EXACT = ("checks", "correct", "package", "parse", "tidy")
FONTS = Path("/usr/share/fonts")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CLOSING = re.compile(r"^=*\s?(?:\d+ \w+|no tests ran).* in [\d.]+s\b.*$")


@dataclass(frozen=True)
class Step:
    """One part of the run: its name and whether it passed when run."""

    name: str
    passes: Callable[[], bool]


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    name: str
    passed: bool
    seconds: float


def has_chromium() -> bool:
    """Whether there is a browser for the browser tests; the first is the quickest."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    return any(shutil.which(name) is not None for name in names)


def has_fonts() -> bool:
    """Whether pages in Chinese can be drawn."""
    return any(FONTS.rglob("NotoSansCJK*"))


def has_office(module: str) -> bool:
    """Whether LibreOffice can open and write files of this module's kind."""
    return shutil.which("soffice") is not None and any(
        Path("/usr/lib/libreoffice/program").glob(f"lib{module}lo.so")
    )


#: Debian package → whether what it brings is there.
SYSTEM: dict[str, Callable[[], bool]] = {
    "chromium-headless-shell": has_chromium,
    "fonts-noto-cjk": has_fonts,
    "libreoffice-calc-nogui": lambda: has_office("sc"),
    "libreoffice-writer-nogui": lambda: has_office("sw"),
    "poppler-utils": lambda: shutil.which("pdftotext") is not None,
}


def missing_packages() -> list[str]:
    """Names of the Debian packages that the tests need and the machine lacks."""
    return [name for name, is_there in SYSTEM.items() if not is_there()]


def root_prefix() -> list[str] | None:
    """What to put before `apt-get`; None where we may not install."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    if shutil.which("sudo") is not None:
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)  # noqa: S607
        if asked.returncode == 0:
            return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install_system() -> bool:
    """Installs missing system packages where it may, else names the line that does.

    Returns:
        False where a package is missing in the end and `CI=true`. Elsewhere the tests that need
        it are skipped, and say so.
    """
    missing = missing_packages()
    if not missing:
        return True
    prefix = root_prefix()
    if prefix is not None:
        bootstrap.run([*prefix, "apt-get", "update", "-qq"])
        bootstrap.run(
            [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        )
        missing = missing_packages()
        if not missing:
            return True
    bootstrap.say(f"缺少系统软件包：{'、'.join(missing)}。在 Debian 上运行：")
    bootstrap.say(f"  {bootstrap.apt_line(missing)}")
    return os.environ.get("CI") != "true"


def install_programs() -> bool:
    """Installs what the tests take from npm, once, before the workers of pytest would.

    Returns:
        Always True: the tests that need what is missing say so.
    """
    code = (
        "from pathlib import Path; from gongkai.site import install_web;"
        "print(*install_web(Path(), tests=True).missing, sep='\\n')"
    )
    bootstrap.run([str(bootstrap.tool("python")), "-c", code])
    return True


def command(name: str, tool: str, *arguments: str) -> Step:
    """A step that runs a command of `.venv`."""
    return Step(name, lambda: bootstrap.run([str(bootstrap.tool(tool)), *arguments]) == 0)


class Pytest:
    """Runs pytest, shows its output as it comes and keeps its closing line."""

    def __init__(self) -> None:
        self.closing = ""

    def run(self, arguments: Sequence[str]) -> bool:
        """Whether pytest passed; no test at all is a failure (pytest's exit status 5)."""
        colour = "yes" if sys.stdout.isatty() else "no"
        called = [str(bootstrap.tool("python")), "-m", "pytest", f"--color={colour}", *arguments]
        with subprocess.Popen(
            called,
            cwd=bootstrap.ROOT,
            env=bootstrap.environment(),
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                plain = _COLOUR.sub("", line).strip()
                if _CLOSING.match(plain):
                    self.closing = plain
        return process.returncode == 0


def module_of(path: str) -> str:
    """The module of the project that a measured file belongs to.

    >>> module_of("src/gongkai/parse/rows.py"), module_of("src/gongkai/tidy.py")
    ('parse', 'tidy')
    """
    parts = Path(path.replace("\\", "/")).parts
    return parts[parts.index("gongkai") + 1].removesuffix(".py")


def uncovered(measured: Mapping[str, Any]) -> list[str]:
    """What stops the exact modules from 100 per cent, one line each.

    Args:
        measured: the `files` of `coverage json`.
    """
    seen: set[str] = set()
    faults = []
    for path, file in sorted(measured.items()):
        module = module_of(path)
        if module not in EXACT:
            continue
        seen.add(module)
        lines, branches = file["missing_lines"], file["missing_branches"]
        if lines or branches:
            faults.append(f"{path}：未测到的行 {lines}，未测到的分支 {branches}")
    faults += [f"{module}：没有测到这个模块" for module in EXACT if module not in seen]
    return faults


def check_exact() -> bool:
    """Whether every line and branch of the exact modules is tested."""
    report = subprocess.run(
        [str(bootstrap.tool("coverage")), "json", "-q", "-o", "-"],
        cwd=bootstrap.ROOT,
        env=bootstrap.environment(),
        stdout=subprocess.PIPE,
        check=False,
    )
    if report.returncode != 0:
        return False
    faults = uncovered(json.loads(report.stdout)["files"])
    for fault in faults:
        bootstrap.say(fault)
    return not faults


def all_steps(pytest: Pytest) -> tuple[Step, ...]:
    """Every check of the project, the quick ones first."""
    # One file's tests stay on one worker: what a file builds once is built once.
    parallel = ("-n", "2", "--dist", "loadfile", "--durations=25", "--cov", "--cov-report=")
    return (
        Step("系统软件包", install_system),
        Step("网页测试用的程序（npm）", install_programs),
        command("ruff check", "ruff", "check", "."),
        command("ruff format", "ruff", "format", "--check", "."),
        command("mypy", "mypy"),
        command("import-linter", "lint-imports"),
        command("deptry", "deptry", "src"),
        Step("pytest", lambda: pytest.run(parallel)),
        command(f"覆盖率不低于 {COVERAGE}%", "coverage", "report", f"--fail-under={COVERAGE}"),
        Step(f"全部分支：{'、'.join(EXACT)}", check_exact),
    )


def some_steps(pytest: Pytest, arguments: list[str]) -> tuple[Step, ...]:
    """Pytest alone, with a person's own arguments."""
    return (
        Step("系统软件包", install_system),
        Step("pytest", lambda: pytest.run(arguments)),
    )


def run_steps(steps: Sequence[Step]) -> list[Outcome]:
    """Runs the steps one after the other; a failing one does not stop the others."""
    outcomes = []
    for step in steps:
        bootstrap.say(f"\n── {step.name}")
        begun = time.monotonic()
        passed = step.passes()
        outcomes.append(Outcome(step.name, passed, time.monotonic() - begun))
    return outcomes


def summary(outcomes: Sequence[Outcome], closing: str) -> str:
    """The table at the end: each step with its time, what failed, and pytest's closing line."""
    lines = [f"{'通过' if o.passed else '失败'}  {o.seconds:6.1f} 秒  {o.name}" for o in outcomes]
    failed = [o.name for o in outcomes if not o.passed]
    verdict = f"失败：{'；'.join(failed)}" if failed else "全部通过。"
    return "\n".join(["", "── 小结", *lines, verdict, *([closing] if closing else [])])


def test(arguments: list[str]) -> int:
    """Runs all steps, or pytest alone where there are arguments.

    Returns:
        0 where all passed, else 1.
    """
    bootstrap.make_environment("requirements-dev.lock")
    pytest = Pytest()
    steps = some_steps(pytest, arguments) if arguments else all_steps(pytest)
    outcomes = run_steps(steps)
    bootstrap.say(summary(outcomes, pytest.closing))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(test, sys.argv[1:]))
