"""造一个有许多虚构报告的项目，用来试规模：`python3 scripts/invent.py --reports 10000 文件夹`。

Then `gongkai build` there builds its site, and
`GONGKAI_SITE=文件夹/site python3 scripts/test.py tests/browser/test_large.py` asks a browser whether
what must hold holds. What is made, and how, says `tests/invented_project.py`.
"""

import sys

import bootstrap


def invent(arguments: list[str]) -> int:
    """Runs the maker with everything the tests need.

    Returns:
        Its exit status.
    """
    python = bootstrap.make_environment("requirements-dev.lock")
    return bootstrap.run([str(python), "tests/invented_project.py", *arguments])


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(invent, sys.argv[1:]))
