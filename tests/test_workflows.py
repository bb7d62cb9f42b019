"""The workflows give a stranger's pull request nothing to steal, with or without the tools."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
BIN = Path(sys.executable).parent
#: The one workflow that may follow another, and so holds rights while a stranger's work is about.
PREVIEW = "preview.yml"
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$")
COMMANDS = {"bash .ci/run", "python3 scripts/build.py"}
#: The one that hands out the files of a release, and the commands of its own: it makes the
#: release of the tag again, and what it made is published by a job without our code.
RELEASE = "release.yml"
REMAKE = 'python3 scripts/build.py --data-only --release "$GITHUB_REF_NAME"'
PUBLISH = (
    'gh release create "$GITHUB_REF_NAME" --verify-tag --title "$GITHUB_REF_NAME"'
    ' --notes "与上一个版本的不同见 changes.json；核对用 sha256sum -c --ignore-missing SHA256SUMS"'
    " release/*.* release/SHA256SUMS"
)


def load(path: Path) -> dict[str, Any]:
    """The workflow; `on` is the word it is, not YAML's boolean."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    assert isinstance(loaded, dict)
    return loaded


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """The jobs of a workflow."""
    found = load(path)["jobs"]
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    """All steps of all jobs of a workflow."""
    return [step for job in jobs(path).values() for step in job["steps"]]


def run_tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of the environment the tests run in."""
    return subprocess.run(
        [str(BIN / name), *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def test_the_workflows_are_there() -> None:
    """One workflow checks pull requests, one deploys."""
    assert {"check.yml", "deploy.yml"} <= {path.name for path in WORKFLOWS}


@every_workflow
def test_actions_are_pinned(path: Path) -> None:
    """Every `uses:` is a whole commit hash with the version beside it."""
    uses = re.findall(
        r"^\s*(?:- )?uses:\s*(.+?)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(uses) == sum("uses" in step for step in steps(path))
    assert [use for use in uses if PINNED.match(use) is None] == []


def test_an_action_has_one_version() -> None:
    """The same action is pinned to the same commit everywhere."""
    uses = {step["uses"] for path in WORKFLOWS for step in steps(path) if "uses" in step}
    names = [use.partition("@")[0] for use in uses]
    assert len(names) == len(set(names))


@every_workflow
def test_rights_are_given_job_by_job(path: Path) -> None:
    """A workflow has no right of its own; each job names its rights, and `write-all` is none."""
    assert load(path)["permissions"] == {}
    assert all(isinstance(job.get("permissions"), dict) for job in jobs(path).values())


@every_workflow
def test_every_job_has_a_time_limit_and_a_name(path: Path) -> None:
    """No job runs for hours, and a person can tell the jobs apart."""
    for job in jobs(path).values():
        assert 1 <= int(job["timeout-minutes"]) <= 60
        assert job["name"]
        assert job["runs-on"] == "ubuntu-24.04"


@every_workflow
def test_no_dangerous_trigger(path: Path) -> None:
    """No `pull_request_target`; only the preview may follow another workflow, without the code."""
    triggers = set(load(path)["on"])
    assert "pull_request_target" not in triggers
    if "workflow_run" in triggers:
        assert path.name == PREVIEW
        assert not any("actions/checkout" in step.get("uses", "") for step in steps(path))


@every_workflow
def test_commands_are_the_documented_ones(path: Path) -> None:
    """A `run:` is one of the known commands, word for word: nothing can be injected into it."""
    commands = {step["run"] for step in steps(path) if "run" in step}
    assert not any("${{" in command for command in commands)
    if path.name == RELEASE:
        assert commands == {"bash .ci/run", REMAKE, PUBLISH}
    elif path.name != PREVIEW:
        assert commands <= COMMANDS


@pytest.mark.parametrize("name", ["check.yml", "deploy.yml"])
def test_both_run_both_commands(name: str) -> None:
    """What is deployed passed the tests and was built as on anybody's machine."""
    commands = [step["run"] for step in steps(GITHUB / "workflows" / name) if "run" in step]
    assert commands == ["bash .ci/run", "python3 scripts/build.py"]


@every_workflow
def test_checkout_keeps_no_credentials(path: Path) -> None:
    """The token does not stay in the folder where the code runs."""
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@every_workflow
def test_no_cache_and_no_secret(path: Path) -> None:
    """A cache could be poisoned by a pull request, and no job needs a secret."""
    text = path.read_text(encoding="utf-8")
    assert "cache:" not in text
    assert "actions/cache" not in text
    assert "secrets." not in text


def test_a_pull_request_can_only_read() -> None:
    """The check of a pull request has the right to read the code and no other."""
    rights = [job["permissions"] for job in jobs(GITHUB / "workflows" / "check.yml").values()]
    assert rights == [{"contents": "read"}]


def test_the_job_that_writes_runs_no_code_of_ours() -> None:
    """Who may write to Pages checks nothing out and runs no command; and only main gets there."""
    for path in WORKFLOWS:
        for job in jobs(path).values():
            if "write" in job["permissions"].values() and path.name != PREVIEW:
                assert {step["run"] for step in job["steps"] if "run" in step} <= {PUBLISH}
                assert all("checkout" not in step.get("uses", "") for step in job["steps"])
    deploy = load(GITHUB / "workflows" / "deploy.yml")
    assert deploy["on"]["push"] == {"branches": ["main"]}
    assert deploy["jobs"]["build"]["if"] == "github.ref == 'refs/heads/main'"
    assert deploy["jobs"]["deploy"]["needs"] == "build"


def test_a_release_is_handed_out_by_tag_alone() -> None:
    """Only a tag named like a release starts it; a person lets the job that writes begin."""
    path = GITHUB / "workflows" / RELEASE
    assert load(path)["on"] == {"push": {"tags": ["2[0-9][0-9][0-9].[0-9][0-9]*"]}}
    made = jobs(path)
    assert made["build"]["permissions"] == {"contents": "read"}
    assert made["publish"]["permissions"] == {"contents": "write"}
    assert made["publish"]["needs"] == "build"
    assert made["publish"]["environment"] == "release"


def test_issue_form_takes_what_pages_fill_in() -> None:
    """The form for a wrong number has the fields that a page's 报错 link fills in, and no less."""
    form = load(GITHUB / "ISSUE_TEMPLATE" / "number-error.yml")
    fields = {field["id"] for field in form["body"] if "id" in field}
    assert {"report", "cell", "page", "printed", "shown", "evidence"} <= fields


def test_updates_wait() -> None:
    """A new release of an action waits some days before it is proposed."""
    updates = load(GITHUB / "dependabot.yml")["updates"]
    assert all(int(update["cooldown"]["default-days"]) >= 7 for update in updates)


def test_owners_guard_what_runs() -> None:
    """A maintainer reads every change to what runs."""
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owned = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert {"/.ci/", "/.github/", "/scripts/", "/src/"} <= set(owned)
    assert [path for path in owned if not (ROOT / path.lstrip("/")).exists()] == []


def test_zizmor_finds_nothing() -> None:
    """The auditor of workflows, at its strictest, has no finding."""
    ended = run_tool("zizmor", "--offline", "--persona=pedantic", "--no-progress", str(GITHUB))
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-workflows", ".github/workflows/*.yml"),
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/[!c]*.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("citation-file-format", "CITATION.cff"),
    ],
)
def test_files_follow_their_schema(schema: str, pattern: str) -> None:
    """Each file that another program reads follows that program's schema."""
    files = sorted(str(path) for path in ROOT.glob(pattern))
    assert files
    ended = run_tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert ended.returncode == 0, ended.stdout + ended.stderr
