"""The one exception that readers raise."""

from __future__ import annotations

from gongkai.model import Problem


class ReadError(Exception):
    """A file that gives nothing. `problem` says in Chinese why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[type[ReadError], tuple[Problem]]:
        """Errors cross from the worker to the parent process."""
        return type(self), (self.problem,)


def refused(code: str, name: str, message: str, remedy: str) -> ReadError:
    """The error for a file `name` that cannot be read.

    Args:
        code: one of the closed words of `docs` (`damaged`, `encrypted`, `too_large`, …).
        name: the file.
        message: what is wrong, in Chinese, without a full stop.
        remedy: what a person can do, in Chinese, without a full stop.
    """
    return ReadError(Problem(code, name, message, remedy))


def damaged(name: str, kind: str) -> ReadError:
    """The error for a file that is cut off or broken; `kind` is the format's Chinese name."""
    return refused(
        "damaged", name, f"{kind}文件已损坏或不完整", "请重新下载原件，能正常打开后再提交"
    )


def over_limit(name: str, what: str) -> ReadError:
    """The error for a file that breaks a limit; `what` says which, in Chinese."""
    return refused(
        "over_limit", name, f"文件超出安全上限：{what}", "请只提交报告本身，或换一种格式另存"
    )
