"""从一份新下载的项目建成网站：`python3 scripts/build.py`。

The first lines run on any Python 3, so that an old one gets a sentence and not a traceback.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # this is the place that turns older ones away
    sys.stderr.write(
        "需要 Python 3.11 或更新的版本，现在是 {}.{}。\n"
        "请安装新版 Python，再用它运行，例如：python3.11 scripts/build.py\n".format(
            *sys.version_info[:2]
        )
    )
    sys.exit(2)

import argparse
import os
import shutil
import subprocess

import bootstrap


def read_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and the rest, which `gongkai build` reads."""
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="安装所需的库，读 content/，写 datapackages/，建网站 site/。",
        epilog="其余参数原样交给 gongkai build（见 gongkai build --help）。",
        allow_abbrev=False,
    )
    parser.add_argument("--serve", action="store_true", help="建成后在本机预览")
    parser.add_argument(
        "--release", metavar="NAME", help="建成后核对并补齐已经发布的这个版本（releases/NAME/）"
    )
    parser.add_argument("--port", type=int, help="预览用的端口（与 --serve 同用）")
    return parser.parse_known_args(arguments)


def last_commit() -> str | None:
    """When the last commit was made, in seconds; None where there is no history to ask."""
    git = shutil.which("git")
    if git is None:
        return None
    asked = [git, "log", "-1", "--format=%ct"]
    answer = subprocess.run(asked, cwd=bootstrap.ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def build(arguments: list[str]) -> int:
    """Builds the site, and previews it where asked to.

    Returns:
        The exit status of `gongkai build`; where that was 0, that of what was asked for after it.
    """
    options, rest = read_arguments(arguments)
    python = str(bootstrap.make_environment("requirements.lock"))
    commit = last_commit()
    if commit is not None:
        # Pages say when all was last checked: with the last change, not at some clock's time.
        os.environ.setdefault("SOURCE_DATE_EPOCH", commit)
    status = bootstrap.run([python, "-m", "gongkai", "build", *rest])
    if status == 0 and options.release is not None:
        again = ["release", options.release, "--existing"]
        status = bootstrap.run([python, "-m", "gongkai", *again])
    if status != 0 or not options.serve:
        return status
    port = [] if options.port is None else ["--port", str(options.port)]
    return bootstrap.run([python, "-m", "gongkai", "serve", *port])


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(build, sys.argv[1:]))
