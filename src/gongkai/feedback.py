"""What an agency is told about a file before it publishes: `gongkai check`, in four formats.

To add a format: a function from outcomes to pieces of text and a line in `FORMATS`. Findings of
one check stand together, the worst first, each with its place, its arithmetic and what to do.
Nothing here judges, and no file is opened. Text of reports is hostile: it is escaped for the
format it goes into.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from markupsafe import Markup

from gongkai.forms import forms
from gongkai.model import Finding, Problem, Published, Severity, Verdict
from gongkai.package import issues_of, json_number
from gongkai.pages.frame import environment, one_line
from gongkai.pages.words import form_words, table_words
from gongkai.safe import plain, workflow_command
from gongkai.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gongkai.checks import Rule

#: How many findings of one check are told in words; JSON and GitHub have all of them.
SHOWN = 12
#: A sentence that stands below every answer.
CAVEAT = "核对都通过，只说明报告前后一致，不说明它属实。"
_COMMANDS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "notice"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file, and what was found in it or why it could not be read."""

    name: str
    result: Published | Problem


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words. `place` and `hint` are empty where it has none."""

    place: str
    message: str
    message_en: str
    expression: str
    hint: str
    hint_en: str
    line: int | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one check in a file."""

    rule: Rule
    severity: Severity
    told: tuple[Told, ...]

    @property
    def severity_word(self) -> str:
        """The severity in Chinese."""
        return label("severities", self.severity)


def place_words(finding: Finding) -> str:
    """The place as the form names it: 第3页 表三 第12行第8列; the file's own words elsewhere.

    A place counts the tables of the file; a finding that names cells knows which table of the
    form that is.
    """
    locus = finding.locus
    if locus is None:
        return ""
    if not finding.cells or locus.block is None:
        return str(locus)
    numbers = {table.id: table.number for form in forms() for table in form.tables}
    table = table_words(numbers[finding.cells[0].table])
    return str(locus).replace(f"第{locus.block}张表", table, 1)


def groups(published: Published) -> tuple[Group, ...]:
    """The findings of a report, check by check: the worst first, then in the order of checks."""
    return tuple(
        Group(issue.rule, issue.severity, tuple(_told(f, published) for f in issue.findings))
        for issue in issues_of(published)
    )


def _told(finding: Finding, published: Published) -> Told:
    hint = published.hint_beside(finding)
    return Told(
        place=place_words(finding),
        message=finding.message,
        message_en=finding.message_en,
        expression=finding.expression,
        hint=hint.message if hint is not None else "",
        hint_en=hint.message_en if hint is not None else "",
        line=finding.locus.line if finding.locus is not None else None,
        finding=finding,
    )


def _unsure(published: Published) -> int:
    return sum(f.verdict is Verdict.NOT_EVALUABLE for f in published.findings)


def _about(published: Published) -> str:
    report = published.report
    return "，".join(
        (
            report.title.agency or "机关不详",
            f"{report.title.year}年" if report.title.year is not None else "年份不详",
            form_words(report.form.version if report.form is not None else None),
        )
    )


def write_text(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """For a terminal: a block of lines a file."""
    for outcome in outcomes:
        if isinstance(outcome.result, Problem):
            yield f"{replace(outcome.result, file=outcome.name)}\n"
            continue
        yield "".join(f"{line}\n" for line in text_lines(outcome.name, outcome.result))


def text_lines(name: str, published: Published) -> Iterator[str]:
    """What was found in a report, as lines for a terminal."""
    found, unsure = groups(published), _unsure(published)
    count = len(published.all_failures)
    yield f"{name}（{plain(_about(published))}）：{f'发现 {count} 项' if count else '没有发现问题'}"
    for group in found:
        times = f"，{len(group.told)} 处" if len(group.told) > 1 else ""
        yield ""
        yield f"  【{group.severity_word}】{group.rule.title}（{group.rule.id}{times}）"
        for told in group.told[:SHOWN]:
            place = f"{told.place}：" if told.place else ""
            yield f"    {place}{plain(told.message)}"
            if told.expression:
                yield f"      算式：{plain(told.expression)}"
            if told.hint:
                yield f"      {plain(told.hint)}"
        if len(group.told) > SHOWN:
            yield f"    另有 {len(group.told) - SHOWN} 处，用 --format json 看全部。"
        yield f"    办法：{group.rule.remedy}"
    if unsure:
        yield ""
        yield f"  另有 {unsure} 项无法核对：要用的格缺失、存疑或不是数字。"
    if not found:
        yield f"  {CAVEAT}"


def write_json(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """For programs: a JSON object a file, one a line; `error` where it could not be read."""
    for outcome in outcomes:
        record = _record(outcome)
        yield json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def _record(outcome: Outcome) -> dict[str, Any]:
    result = outcome.result
    if isinstance(result, Problem):
        error = {"code": result.code, "message": result.message, "remedy": result.remedy}
        return {"file": outcome.name, "error": error}
    report = result.report
    return {
        "file": outcome.name,
        "agency": report.title.agency,
        "year": report.title.year,
        "form": report.form.version if report.form is not None else None,
        "findings": len(result.all_failures),
        "not_evaluable": _unsure(result),
        "checks": [_group_record(group) for group in groups(result)],
    }


def _group_record(group: Group) -> dict[str, Any]:
    return {
        "check": group.rule.id,
        "severity": str(group.severity),
        "title": group.rule.title,
        "title_en": group.rule.title_en,
        "basis": group.rule.basis,
        "remedy": group.rule.remedy,
        "findings": [_told_record(told) for told in group.told],
    }


def _told_record(told: Told) -> dict[str, Any]:
    finding = told.finding
    return {
        "instance": finding.instance,
        "place": told.place or None,
        "message": told.message,
        "message_en": told.message_en,
        "expression": told.expression,
        "hint": told.hint,
        "hint_en": told.hint_en,
        "cells": list(map(str, finding.cells)),
        "left": json_number(finding.left),
        "right": json_number(finding.right),
    }


def write_github(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """For GitHub Actions: a workflow command a finding, shown beside the file in a pull request.

    A command ends at the line break; line breaks in what a report says are written as `%0A`.
    """
    for outcome in outcomes:
        if isinstance(outcome.result, Problem):
            yield workflow_command("error", {"file": outcome.name}, str(outcome.result))
            continue
        for group in groups(outcome.result):
            for told in group.told:
                place = f"{told.place}：" if told.place else ""
                sums = f" 算式：{told.expression}。" if told.expression else ""
                where = {"file": outcome.name, "line": told.line, "title": group.rule.title}
                text = f"{place}{told.message}{sums}{told.hint} 办法：{group.rule.remedy}"
                yield workflow_command(_COMMANDS[group.severity], where, text)


def _mailed(name: str) -> str:
    """The file's name as others may see it: no folders of this machine."""
    path = PurePath(name)
    return path.name if path.is_absolute() else name


def write_html(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """For people: one file with everything in it, to be mailed or printed. Nothing in it runs."""
    files = [
        {
            "name": _mailed(outcome.name),
            "problem": outcome.result if isinstance(outcome.result, Problem) else None,
            "about": "" if isinstance(outcome.result, Problem) else _about(outcome.result),
            "groups": () if isinstance(outcome.result, Problem) else groups(outcome.result),
            "unsure": 0 if isinstance(outcome.result, Problem) else _unsure(outcome.result),
        }
        for outcome in outcomes
    ]
    template = environment().get_template("feedback.html")
    styles = Markup(one_line(environment().get_template("feedback.css").render()))  # noqa: S704  # our own file
    yield template.render(files=files, styles=styles, shown=SHOWN, caveat=CAVEAT) + "\n"


Writer: TypeAlias = "Callable[[Iterable[Outcome]], Iterator[str]]"

#: Format → the function that writes it.
FORMATS: dict[str, Writer] = {
    "text": write_text,
    "json": write_json,
    "github": write_github,
    "html": write_html,
}
