"""The two commands: what they do on a machine that lacks something."""

from __future__ import annotations

import ast
import importlib
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"
ENTRIES = ("build.py", "test.py")
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+?)( ;.*?)?( \\)?$", re.MULTILINE)


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A script as a module, fresh for each test."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for known in ("bootstrap", "build", "test"):
        monkeypatch.delitem(sys.modules, known, raising=False)
    return importlib.import_module(name)


LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-source.lock"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`bootstrap` over an empty project, with every command it would run noted, none run."""
    bootstrap = load("bootstrap", monkeypatch)
    for name in ("pyproject.toml", *LOCKS):
        (tmp_path / name).write_text(name, encoding="utf-8")
    calls: list[Sequence[str]] = []

    def note(command: Sequence[str]) -> int:
        calls.append(command)
        if "venv" in command:
            (tmp_path / ".venv").mkdir()
        return 0

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "run", note)
    monkeypatch.setattr(bootstrap, "run_pip", note)
    monkeypatch.setattr(bootstrap, "calls", calls, raising=False)
    return bootstrap


@pytest.mark.parametrize("name", ENTRIES)
def test_old_python_can_parse_the_entry(name: str) -> None:
    """A Python too old still reads the file, so that it can say what is wrong."""
    tree = ast.parse((SCRIPTS / name).read_text(encoding="utf-8"), feature_version=(3, 6))
    futures = [
        n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "__future__"
    ]
    assert futures == []


@pytest.mark.parametrize("name", ENTRIES)
def test_old_python_is_turned_away(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Python too old gets a sentence in Chinese and status 2, before anything is imported."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPTS / name), run_name="__main__")
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert "需要 Python 3.11" in message
    assert "3.9" in message


def test_scripts_need_the_standard_library_alone() -> None:
    """Nothing has to be installed before the scripts run."""
    for path in SCRIPTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            tops = {name.partition(".")[0] for name in names} - {"bootstrap"}
            assert tops <= sys.stdlib_module_names, path


def test_ci_runs_that_command_and_nothing_else() -> None:
    """`.ci/run` is `scripts/test.py`."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert lines[1] == "set -euo pipefail"
    assert lines[2].startswith("cd ")
    assert lines[3:] == ["exec python3 scripts/test.py"]


def test_ci_run_is_a_sound_shell_script() -> None:
    """Shellcheck has nothing to say."""
    shellcheck = Path(sys.executable).parent / "shellcheck"
    ended = subprocess.run(
        [str(shellcheck), str(ROOT / ".ci" / "run")], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


def pins(name: str) -> set[tuple[str, ...]]:
    """The pins of a lock: name, version, marker."""
    return {found[:3] for found in PIN.findall((ROOT / name).read_text(encoding="utf-8"))}


def test_dev_lock_holds_all_of_the_other() -> None:
    """Installing the lock of the tests also installs the lock of the build, pin for pin."""
    assert pins("requirements.lock")
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    """Each pin has a hash, and nothing says which host a file comes from."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_first_run_installs_with_hashes(project: Any) -> None:
    """An empty project gets a virtual environment, the lock with hashes, then the project."""
    project.make_environment("requirements.lock")
    venv, lock, itself = (" ".join(call) for call in project.calls)
    assert venv.endswith(f"-m venv {project.VENV}")
    assert "--no-deps --require-hashes --only-binary=:all: -r requirements.lock" in lock
    assert itself.endswith("--no-deps --no-build-isolation -e .")


def test_what_has_no_wheel_is_built_by_tools_of_the_lock(project: Any) -> None:
    """The lock of the tests has a lock of sources beside it, with hashes, built without a network."""
    project.make_environment("requirements-dev.lock")
    *_, lock, source, itself = (" ".join(call) for call in project.calls)
    assert "--only-binary=:all: -r requirements-dev.lock" in lock
    wanted = "--no-deps --require-hashes --no-build-isolation -r requirements-source.lock"
    assert wanted in source
    assert itself.endswith("-e .")
    assert any(pin[0] == "setuptools" for pin in pins("requirements-dev.lock"))
    assert pins("requirements-source.lock").isdisjoint(pins("requirements-dev.lock"))


def test_second_run_installs_nothing(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed and unchanged is left alone, so that a second run is quick."""
    project.make_environment("requirements.lock")
    monkeypatch.setattr(project, "is_sound", lambda: True)
    project.calls.clear()
    project.make_environment("requirements.lock")
    assert project.calls == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_changed_lock_is_installed_again(
    name: str, project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of the lock or of the project's settings is seen."""
    project.make_environment("requirements.lock")
    monkeypatch.setattr(project, "is_sound", lambda: True)
    (project.ROOT / name).write_text("changed", encoding="utf-8")
    project.calls.clear()
    project.make_environment("requirements.lock")
    assert len(project.calls) == 2


def test_dev_lock_serves_the_build(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the tests the build has nothing to install; after the build the tests have."""
    monkeypatch.setattr(project, "is_sound", lambda: True)
    project.VENV.mkdir()
    project.make_environment("requirements-dev.lock")
    assert project.is_installed("requirements.lock")
    (project.ROOT / "requirements.lock").write_text("changed", encoding="utf-8")
    project.make_environment("requirements.lock")
    assert project.is_installed("requirements-dev.lock")


def test_failed_installation_is_not_remembered(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation that broke off is done again the next time."""
    project.make_environment("requirements.lock")

    def fail(_: Sequence[str]) -> int:
        raise project.SetupError("x")

    monkeypatch.setattr(project, "is_sound", lambda: True)
    monkeypatch.setattr(project, "run_pip", fail)
    (project.ROOT / "requirements.lock").write_text("changed", encoding="utf-8")
    with pytest.raises(project.SetupError):
        project.make_environment("requirements.lock")
    (project.ROOT / "requirements.lock").write_text("requirements.lock", encoding="utf-8")
    assert not project.is_installed("requirements.lock")


def test_half_made_environment_is_made_again(
    project: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without a Python that runs is removed first, and the person is told."""
    python = project.tool("python")
    python.parent.mkdir(parents=True)
    python.write_text("no program", encoding="utf-8")
    python.chmod(0o755)
    project.make_environment("requirements.lock")
    assert not python.exists()
    assert "重新建立" in capsys.readouterr().out


def test_the_running_environment_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment is sound where it was made, and no longer after it was moved."""
    bootstrap = load("bootstrap", monkeypatch)
    monkeypatch.setattr(bootstrap, "VENV", Path(sys.prefix))
    monkeypatch.setattr(bootstrap, "tool", lambda _: Path(sys.executable))
    assert bootstrap.is_sound()
    monkeypatch.setattr(bootstrap, "VENV", Path(sys.prefix) / "elsewhere")
    assert not bootstrap.is_sound()


@pytest.mark.parametrize(
    ("apt", "words"), [("/usr/bin/apt-get", "-venv"), (None, "换用完整安装的 Python")]
)
def test_without_ensurepip_the_remedy_is_named(
    apt: str | None,
    words: str,
    project: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A Debian without python3-venv: status 2, and the one line that mends it."""
    monkeypatch.setattr(project.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(project.shutil, "which", lambda _: apt)
    build = lambda _: project.make_environment("requirements.lock")  # noqa: E731
    assert project.guarded(build, []) == 2
    message = capsys.readouterr().err
    assert words in message
    if apt is not None:
        assert f"apt-get install -y python3.{sys.version_info.minor}-venv" in message


def test_an_environment_that_is_no_folder_is_left_alone(project: Any) -> None:
    """A link in the place of `.venv` is somebody's own: it is not followed and emptied."""
    project.VENV.symlink_to(project.ROOT / "theirs")
    with pytest.raises(project.SetupError, match="不是文件夹"):
        project.make_environment("requirements.lock")


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("NewConnectionError('...'): Failed to establish\nNo matching distribution", "取不到"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "哈希不符"),
        ("ERROR: No matching distribution found for x==1", "没有适合本机"),
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("ERROR: something else", "见上"),
    ],
)
def test_failure_of_pip_is_explained(
    complaint: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person reads what went wrong and what to do, in Chinese."""
    assert words in load("bootstrap", monkeypatch).explain_pip(complaint)


def test_complaint_of_pip_is_shown_and_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What pip says is passed on, and its failure ends the run."""
    bootstrap = load("bootstrap", monkeypatch)
    code = "import sys; sys.stderr.write('ReadTimeoutError'); sys.exit(1)"
    with pytest.raises(bootstrap.SetupError, match="取不到"):
        bootstrap.run_pip([sys.executable, "-c", code])
    assert "ReadTimeoutError" in capsys.readouterr().err
    bootstrap.run_pip([sys.executable, "-c", "pass"])


def test_interruption_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C gives a word and the usual status."""
    bootstrap = load("bootstrap", monkeypatch)

    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    assert bootstrap.guarded(interrupted, []) == 130
    assert "已中断" in capsys.readouterr().err


def test_outer_settings_do_not_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths and pip options of the person's own do not change what is installed."""
    bootstrap = load("bootstrap", monkeypatch)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    variables = bootstrap.environment()
    assert "PYTHONPATH" not in variables
    assert variables["PIP_USER"] == "0"
    assert variables["PIP_INDEX_URL"] == "mirror"
    assert variables["PYTHONUTF8"] == "1"


@pytest.fixture
def building(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`build` with commands noted; `status` is what they end with."""
    build = load("build", monkeypatch)
    calls: list[list[str]] = []

    def note(command: list[str]) -> int:
        calls.append(command[1:])
        return int(build.status)

    monkeypatch.setattr(build, "status", 0, raising=False)
    monkeypatch.setattr(build, "calls", calls, raising=False)
    monkeypatch.setattr(build.bootstrap, "make_environment", lambda _: Path("python"))
    monkeypatch.setattr(build.bootstrap, "run", note)
    monkeypatch.setattr(build, "last_commit", lambda: None)
    return build


def test_the_day_of_a_build_is_that_of_the_last_commit(
    building: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is given; where there is no history, none is made up."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    building.build([])
    assert "SOURCE_DATE_EPOCH" not in os.environ
    monkeypatch.setattr(building, "last_commit", lambda: "1700000000")
    building.build([])
    building.build([])
    assert os.environ["SOURCE_DATE_EPOCH"] == "1700000000"


def test_the_last_commit_is_asked_of_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In seconds; none without a history, and none without git."""
    build = load("build", monkeypatch)
    monkeypatch.setattr(build.bootstrap, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert build.last_commit() is None
    author = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    monkeypatch.setenv("GIT_COMMITTER_DATE", "1700000000 +0000")
    for command in (["init", "-q"], [*author, "commit", "-q", "--allow-empty", "-m", "a"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert build.last_commit() == "1700000000"
    monkeypatch.setenv("PATH", "")
    assert build.last_commit() is None


def test_build_passes_its_arguments_on(building: Any) -> None:
    """What is not for the script is for `gongkai build`; nothing is previewed unasked."""
    assert building.build(["--data-only"]) == 0
    assert building.calls == [["-m", "gongkai", "build", "--data-only"]]


def test_build_serves_after_building(building: Any) -> None:
    """`--serve` previews what was built, on the port asked for."""
    assert building.build(["--serve", "--port", "8001"]) == 0
    assert [call[2:] for call in building.calls] == [["build"], ["serve", "--port", "8001"]]


def test_build_makes_a_release_again(building: Any) -> None:
    """A release that was published is made from the same content, never a new one."""
    assert building.build(["--data-only", "--release", "2026.12"]) == 0
    again = ["release", "2026.12", "--existing"]
    assert [call[2:] for call in building.calls] == [["build", "--data-only"], again]


def test_build_passes_the_status_on(building: Any) -> None:
    """A build that failed is not previewed, and its status is the script's."""
    building.status = 1
    assert building.build(["--serve"]) == 1
    assert [call[2:] for call in building.calls] == [["build"]]


@pytest.fixture
def testing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`test` on a machine that lacks both system packages and where we may not install."""
    test = load("test", monkeypatch)
    calls: list[list[str]] = []

    def note(command: list[str]) -> int:
        calls.append(command)
        return 0

    monkeypatch.setattr(test, "calls", calls, raising=False)
    monkeypatch.setattr(test.bootstrap, "run", note)
    monkeypatch.setattr(test, "SYSTEM", dict.fromkeys(test.SYSTEM, lambda: False))
    monkeypatch.setattr(test, "root_prefix", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    return test


@pytest.mark.parametrize(("ci", "passed"), [(None, True), ("true", False)])
def test_missing_system_package_is_named(
    *,
    ci: str | None,
    passed: bool,
    testing: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exact line is printed; a failure where CI=true, elsewhere the tests skip."""
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    assert testing.install_system() is passed
    assert "apt-get install -y chromium-headless-shell fonts-noto-cjk" in capsys.readouterr().out
    assert testing.calls == []


def test_system_packages_are_installed_where_it_may(
    testing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root the missing packages, and only these, are installed."""
    installed = iter([False, True])
    monkeypatch.setattr(testing, "SYSTEM", dict.fromkeys(testing.SYSTEM, lambda: True))
    monkeypatch.setitem(testing.SYSTEM, "fonts-noto-cjk", lambda: next(installed))
    monkeypatch.setattr(testing, "root_prefix", lambda: ["sudo"])
    assert testing.install_system()
    assert [call[:2] for call in testing.calls] == [["sudo", "apt-get"]] * 2
    assert testing.calls[1][-1] == "fonts-noto-cjk"
    assert "chromium-headless-shell" not in testing.calls[1]


def test_nothing_is_installed_where_nothing_is_missing(
    testing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that has all is left alone."""
    monkeypatch.setattr(testing, "SYSTEM", dict.fromkeys(testing.SYSTEM, lambda: True))
    assert testing.install_system()
    assert testing.calls == []


def measured(**changed: object) -> dict[str, Any]:
    """`files` of `coverage json`: every exact module covered, but for what is changed."""
    whole: dict[str, object] = {"missing_lines": [], "missing_branches": []}
    names = ("checks/sums.py", "correct.py", "package/tree.py", "parse/rows.py", "tidy.py")
    files: dict[str, Any] = {f"src/gongkai/{name}": dict(whole) for name in names}
    files["src/gongkai/site/build.py"] = {"missing_lines": [1], "missing_branches": []}
    files["src/gongkai/tidy.py"] |= changed
    return files


def test_exact_modules_must_be_covered(testing: Any) -> None:
    """A line or a branch not tested in an exact module is named; other modules have their own bound."""
    assert testing.uncovered(measured()) == []
    assert "tidy.py" in testing.uncovered(measured(missing_lines=[3]))[0]
    assert "[4, 5]" in testing.uncovered(measured(missing_branches=[[4, 5]]))[0]


def test_exact_module_that_is_not_measured_is_named(testing: Any) -> None:
    """A module that was renamed or never imported does not slip through."""
    files = measured()
    del files["src/gongkai/correct.py"]
    assert testing.uncovered(files) == ["correct：没有测到这个模块"]


def test_exact_modules_exist(testing: Any) -> None:
    """The modules with the strict bound are modules of the project."""
    for name in testing.EXACT:
        places = (ROOT / "src/gongkai" / name, ROOT / "src/gongkai" / f"{name}.py")
        assert any(place.exists() for place in places), name


def test_every_step_runs_and_the_failing_ones_are_named(testing: Any) -> None:
    """A failing step stops no other; the end names it, and closes with pytest's own words."""
    steps = [testing.Step("甲", lambda: False), testing.Step("乙", lambda: True)]
    text = testing.summary(testing.run_steps(steps), "=== 3 passed in 1.00s ===")
    assert "失败：甲" in text
    assert re.search(r"通过 +\d+\.\d 秒  乙", text)
    assert text.splitlines()[-1] == "=== 3 passed in 1.00s ==="


@pytest.mark.parametrize(("broken", "status"), [(None, 0), ("ruff", 1)])
def test_whole_run(
    broken: str | None,
    status: int,
    testing: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Linters, types, layers, tests and both coverage bounds run; one failure gives status 1."""
    monkeypatch.setattr(testing.bootstrap, "make_environment", lambda _: Path("python"))
    monkeypatch.setattr(
        testing.bootstrap,
        "run",
        lambda call: int(broken is not None and broken in Path(call[0]).name),
    )
    monkeypatch.setattr(testing, "install_system", lambda: True)
    monkeypatch.setattr(testing, "check_exact", lambda: True)
    monkeypatch.setattr(testing.Pytest, "run", lambda *_: True)
    assert testing.test([]) == status
    shown = capsys.readouterr().out
    for name in (
        "ruff check",
        "ruff format",
        "mypy",
        "import-linter",
        "deptry",
        "pytest",
        "覆盖率",
    ):
        assert name in shown
    assert ("失败：ruff check；ruff format" in shown) is (broken is not None)


def test_arguments_go_to_pytest_alone(testing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With arguments only pytest runs, with just these: coverage of a part says nothing."""
    seen: list[list[str]] = []
    monkeypatch.setattr(testing.bootstrap, "make_environment", lambda _: Path("python"))
    monkeypatch.setattr(testing, "install_system", lambda: True)

    def note(_: object, given: list[str]) -> bool:
        seen.append(given)
        return True

    monkeypatch.setattr(testing.Pytest, "run", note)
    assert testing.test(["-k", "word"]) == 0
    assert seen == [["-k", "word"]]
    assert testing.calls == []


@pytest.mark.parametrize(
    ("body", "passed", "closing"),
    [
        ("def test_it():\n    assert True\n", True, "1 passed"),
        ("def test_it():\n    assert False\n", False, "1 failed"),
        ("", False, "no tests ran"),
    ],
)
def test_pytest_is_run_and_its_closing_line_kept(  # noqa: PLR0913  # pytest's fixtures
    *,
    body: str,
    passed: bool,
    closing: str,
    testing: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The output passes through, the closing line is kept, and no test at all is a failure."""
    (tmp_path / "test_it.py").write_text(body, encoding="utf-8")
    monkeypatch.setattr(testing.bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(testing.bootstrap, "tool", lambda _: Path(sys.executable))
    runner = testing.Pytest()
    assert runner.run(["-p", "no:cacheprovider"]) is passed
    assert closing in runner.closing
    assert runner.closing in capsys.readouterr().out
