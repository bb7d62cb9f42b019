"""A difference, told: as text, JSON, Markdown, or commands for a pull request.

To add a format: a function from a `Diff` to pieces of text and a line in `FORMATS`. Everything
that stands in a package may come from a stranger: it is on one line and escaped for its format.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from gongkai.diff.record import diff_record
from gongkai.diff.trees import PACKAGES
from gongkai.forms import forms, variables
from gongkai.model import Status
from gongkai.package.schema import RESOURCES
from gongkai.package.text import write_json as laid_out
from gongkai.safe import code_span, plain, workflow_command
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gongkai.diff.compare import (
        CellChange,
        Diff,
        FieldChange,
        Figure,
        FindingChange,
        Found,
        Named,
        ReportChange,
        SectionChange,
    )

#: A forge takes comments of 65,536 characters.
COMMENT_LIMIT = 60_000
#: No printed text is longer in a message; JSON has all of it.
_TEXT_LIMIT = 200
#: What a person is told first.
_SUMMARY = {
    "reports_added": "新增报告",
    "reports_removed": "撤下报告",
    "reports_changed": "有变化的报告",
    "cells_changed": "变化的格",
    "cells_moved": "只移动位置的格",
    "fields_changed": "变化的说明项",
    "findings_appeared": "新的发现",
    "findings_gone": "消失的发现",
    "findings_changed": "变化的发现",
    "findings_reworded": "只改了说法的发现",
    "sections_changed": "变化的正文",
}
_NAMED = (Status.BLANK, Status.MISSING, Status.AMBIGUOUS)
#: Numbers, words in Chinese and ids of ours: nothing that any format reads as markup.
_HARMLESS = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?|[\u4e00-\u9fff]{1,8}|[a-z0-9]{1,20}")
_UNKNOWN = "表外的格"
_COLUMN_WORDS = {"added": "增加了", "removed": "去掉了"}

Quote: TypeAlias = "Callable[[str], str]"
Writer: TypeAlias = "Callable[[Diff], Iterator[str]]"


def _cut(text: str) -> str:
    shown = plain(text)
    return shown if len(shown) <= _TEXT_LIMIT else f"{shown[:_TEXT_LIMIT]}…"


def _quoted(text: str) -> str:
    return f"“{_cut(text)}”"


def _coded(text: str) -> str:
    return code_span(_cut(text))


@cache
def _cell_labels() -> dict[tuple[str, ...], str]:
    """(form, table, row, column) → what the form calls that cell."""
    numbers = {(f.version, t.id): t.number for f in forms() for t in f.tables}
    return {
        (f.version, *v.cell): f"表{numbers[f.version, v.cell.table]} {v.label}"
        for f in forms()
        if f.tables
        for v in variables(f.version)
    }


def cell_words(change: CellChange) -> str:
    """What the form calls the cell; empty where no form has it."""
    known = _cell_labels()
    sides = [side for side in (change.after, change.before) if side is not None]
    found = (known.get((side.form or "", *change.cell)) for side in sides)
    return next((words for words in found if words is not None), "")


def _word(text: str, quote: Quote) -> str:
    """A figure, a unit or an id of ours as it stands; anything else in quotes."""
    return text if _HARMLESS.fullmatch(text) else quote(text)


def _status_words(status: str | None, quote: Quote) -> str:
    return labels("statuses").get(status or "") or _word(status or "状态不详", quote)


def _figure_words(figure: Figure | None, quote: Quote) -> str:
    """A figure with its unit; else the name of what stands there, and the text as printed."""
    if figure is None:
        return "没有这一格"
    if figure.value is not None:
        unit = f" {_word(figure.unit, quote)}" if figure.unit is not None else ""
        return f"{_word(figure.value, quote)}{unit}"
    name = _status_words(figure.status, quote)
    return name if figure.raw is None or not figure.raw.strip() else f"{name} {quote(figure.raw)}"


def _seen(raw: str | None) -> str:
    """Printed text with its blanks made visible."""
    return "".join("␣" if sign.isspace() else sign for sign in raw or "")


def change_words(change: CellChange, quote: Quote = _quoted) -> tuple[str, str]:
    """What the cell said and says; where both are told alike, what is not the same in them."""
    before, after = change.before, change.after
    words = _figure_words(before, quote), _figure_words(after, quote)
    if words[0] != words[1] or before is None or after is None:
        return words
    sides = [
        (
            f"印作 {quote(_seen(side.raw))}",
            _status_words(side.status, quote),
            f"格式 {_word(side.form or '不详', quote)}",
            f"单位 {_word(side.unit or '无', quote)}",
        )
        for side in (before, after)
    ]
    apart = next(((a, b) for a, b in zip(*sides, strict=True) if a != b), ("", ""))
    return f"{words[0]}，{apart[0]}", f"{words[1]}，{apart[1]}"


def _field_words(change: FieldChange, quote: Quote) -> str:
    """What the schema calls the column."""
    if change.table not in RESOURCES:
        return "文件夹"
    resource = RESOURCES[change.table]
    titles = {column.name: column.title for column in resource.fields}
    return f"{resource.title}：{titles.get(change.field) or quote(change.field)}"


def write_json(diff: Diff) -> Iterator[str]:
    """For programs: one JSON object."""
    yield laid_out(diff_record(diff)).decode()


def _summary(diff: Diff) -> str:
    if diff.is_empty:
        return f"没有变化：{diff.after} 份报告逐字节相同"
    counts = diff.counts()
    told = [f"{words} {counts[name]}" for name, words in _SUMMARY.items() if counts[name]]
    if diff.problems:
        told.append(f"无法比较 {len(diff.problems)}")
    return f"{diff.before} 份 → {diff.after} 份；{'，'.join(told)}"


def _named_words(one: Named, quote: Quote) -> str:
    return f"{quote(one.report_id)} {quote(one.title)}"


def _found_words(found: Found, quote: Quote) -> str:
    sums = f"，算式 {quote(found.expression)}" if found.expression is not None else ""
    return f"{quote(found.message)}{sums}"


def _finding_words(change: FindingChange, quote: Quote) -> str:
    name = f"{quote(change.check)} {quote(change.instance)}"
    before, after = change.before, change.after
    if before is None or after is None:
        one = after or before
        told = _found_words(one, quote) if one is not None else ""
        return f"{'新的发现' if before is None else '发现消失'}：{name} {told}"
    words = _found_words(before, quote), _found_words(after, quote)
    if words[0] == words[1]:
        words = (
            f"{_word(before.status, quote)} {_word(before.severity, quote)}",
            f"{_word(after.status, quote)} {_word(after.severity, quote)}",
        )
    return f"发现有变：{name} {words[0]} → {words[1]}"


def _section_words(change: SectionChange, quote: Quote) -> str:
    name = f"正文 {quote(change.section)}" if change.section else "未归类的正文"
    before, after = (
        f"{quote(part.heading)} {part.chars} 字" if part is not None else "没有"
        for part in (change.before, change.after)
    )
    return f"{name}：{before}，文字有改动" if before == after else f"{name}：{before} → {after}"


def _field_line(change: FieldChange, quote: Quote) -> str:
    before, after = (
        quote(side) if side is not None else "空" for side in (change.before, change.after)
    )
    return f"{_field_words(change, quote)}：{before} → {after}"


def _about_lines(one: ReportChange, quote: Quote) -> Iterator[str]:
    """All that is told of a changed report, besides its cells."""
    yield from (_field_line(change, quote) for change in one.fields)
    yield from (_finding_words(change, quote) for change in one.findings)
    yield from (_section_words(change, quote) for change in one.sections)
    if one.moved:
        yield f"只移动位置的格：{one.moved}"
    if one.reworded:
        yield f"只改了说法的发现：{one.reworded}"


def _rest_lines(diff: Diff, quote: Quote) -> Iterator[str]:
    """What is told once for all reports."""
    for column in diff.columns:
        did = _COLUMN_WORDS[column.change]
        yield f"{quote(column.file)} {did}列 {quote(column.column)}（{column.reports} 份报告）"
    alike: dict[tuple[str, ...], int] = {}
    for one in diff.changed:
        if not one.told:
            alike[one.files] = alike.get(one.files, 0) + 1
    for files, times in sorted(alike.items()):
        yield f"另有 {times} 份报告数字和文字未变，只是文件不同：{'、'.join(map(quote, files))}"


def _cell_line(cell: CellChange) -> str:
    before, after = change_words(cell)
    return f"{cell_words(cell) or _UNKNOWN}（{_cut(str(cell.cell))}）：{before} → {after}"


def write_text(diff: Diff) -> Iterator[str]:
    """For a terminal."""
    yield f"{_summary(diff)}\n"
    for sign, reports in (("新增", diff.added), ("撤下", diff.removed)):
        for one in reports:
            yield f"{sign} {_cut(one.report_id)} {_cut(one.title)}\n"
    for change in (one for one in diff.changed if one.told):
        yield f"变化 {_cut(change.report.report_id)} {_cut(change.report.title)}\n"
        yield from (f"  {_cell_line(cell)}\n" for cell in change.cells)
        for line in _about_lines(change, _quoted):
            yield f"  {line}\n"
    yield from (f"{line}\n" for line in _rest_lines(diff, _quoted))
    yield from (f"{plain(str(problem))}\n" for problem in diff.problems)


def _markdown_lines(diff: Diff) -> Iterator[str]:
    for title, reports in (("新增的报告", diff.added), ("撤下的报告", diff.removed)):
        if reports:
            yield f"\n#### {title}\n\n"
        yield from (f"- {_named_words(one, _coded)}\n" for one in reports)
    for change in (one for one in diff.changed if one.told):
        yield f"\n#### {_named_words(change.report, _coded)}\n\n"
        if change.cells:
            yield "| 格 | 之前 | 之后 |\n|---|---|---|\n"
        for cell in change.cells:
            before, after = change_words(cell, _coded)
            yield f"| {cell_words(cell) or _UNKNOWN} {_coded(str(cell.cell))} | {before} | {after} |\n"
        if change.cells:
            yield "\n"
        yield from (f"- {line}\n" for line in _about_lines(change, _coded))
    rest = list(_rest_lines(diff, _coded))
    if rest or diff.problems:
        yield "\n#### 其他\n\n"
    yield from (f"- {line}\n" for line in rest)
    yield from (f"- 无法比较：{_coded(str(problem))}\n" for problem in diff.problems)


def write_markdown(diff: Diff) -> Iterator[str]:
    """For a comment on a pull request: cut where a forge would refuse it, and saying so."""
    head = f"### 数据的变化\n\n{_summary(diff)}。\n"
    yield head
    left = COMMENT_LIMIT - len(head)
    for line in _markdown_lines(diff):
        left -= len(line)
        if left < 0:
            yield "\n以下从略。全部变化见 `gongkai diff --format json`。\n"
            return
        yield line


def write_github(diff: Diff) -> Iterator[str]:
    """For GitHub Actions: a workflow command a report, shown beside its package."""
    for one in diff.added:
        yield _annotation("notice", one, "reports.csv", "新增报告", _cut(one.title))
    for one in diff.removed:
        yield workflow_command(
            "warning", {"title": "撤下报告"}, plain(f"{one.report_id} {one.title}")
        )
    for change in diff.changed:
        cells = (_cell_line(cell) for cell in change.cells)
        lines = [*cells, *_about_lines(change, _quoted)] if change.told else []
        if lines:
            text = "\n".join([_cut(change.report.title), *lines])
            yield _annotation("notice", change.report, change.files[0], "数据有变化", text)
    for problem in diff.problems:
        yield workflow_command("error", {"title": "无法比较"}, plain(str(problem)))
    yield workflow_command("notice", {"title": "数据的变化"}, _summary(diff))


def _annotation(kind: str, one: Named, file: str, title: str, text: str) -> str:
    where = {"file": f"{PACKAGES}/{one.folder}/{file}", "title": title}
    return workflow_command(kind, where, text)


#: Format → the function that writes it.
FORMATS: dict[str, Writer] = {
    "text": write_text,
    "json": write_json,
    "markdown": write_markdown,
    "github": write_github,
}
