"""Whether a folder is a sound Data Package, as frictionless sees it.

Apart from the other modules, because importing frictionless takes longer than reading a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from frictionless import Error, FrictionlessException, Package

from gongkai.model import Problem

if TYPE_CHECKING:
    from pathlib import Path

_REMEDY = "重新运行构建，不要手工改动数据包里的文件"


def _problem(error: Error, descriptor: Path, path: str | None) -> Problem:
    file = str(descriptor.parent / path) if path is not None else str(descriptor)
    return Problem(str(error.type), file, f"{error.title}：{error.note}", _REMEDY)


def check_package(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with the Data Package in that folder; empty where it is sound.

    The code of a problem is the type of the frictionless error (`foreign-key`, `type-error`,
    `primary-key`, `hash-count` …).
    """
    descriptor = folder / "datapackage.json"
    try:
        report = Package(str(descriptor)).validate()
    except FrictionlessException as stopped:
        errors = stopped.reasons or [stopped.error]
        return tuple(_problem(error, descriptor, None) for error in errors)
    whole = [_problem(error, descriptor, None) for error in report.errors]
    return (
        *whole,
        *(_problem(e, descriptor, task.place) for task in report.tasks for e in task.errors),
    )
