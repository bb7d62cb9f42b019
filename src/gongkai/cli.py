"""The words a person types. Help and messages are Chinese; the work is done in `line`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from contextlib import contextmanager
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from typer import rich_utils

from gongkai import line
from gongkai.checks import CHECKS, CORPUS_CHECKS
from gongkai.diff import FORMATS as DIFF_FORMATS
from gongkai.diff import DiffError, compare, open_tree
from gongkai.entry import (
    EntryError,
    Register,
    divisions_in,
    read_register,
    report_toml,
    write_report_toml,
)
from gongkai.feedback import FORMATS, Outcome, text_lines
from gongkai.forms import forms, variables
from gongkai.model import Problem, Published, Status
from gongkai.package import extracted
from gongkai.read import READERS, ReadError, reason
from gongkai.release import RECORD, RELEASES, ReleaseError, Wanted, Written
from gongkai.site import DOWNLOADS
from gongkai.site import serve as serve_site
from gongkai.tidy import key
from gongkai.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gongkai.model import Agency, Report, Value

# The fixed words of Typer's help, which it has in English alone.
rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.ERRORS_PANEL_TITLE = "用法不对"
rich_utils.REQUIRED_LONG_STRING = "[必填]"
rich_utils.DEFAULT_STRING = "[默认：{}]"
rich_utils.RICH_HELP = "用法见 [blue]'{command_path} {help_option}'[/]。"

app = typer.Typer(
    name="gongkai",
    help="政府信息公开工作年度报告：读取、核对、打包、发布。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

#: Exit statuses: nothing wrong; something was found or not published; the words are off.
_OK, _FOUND, _USAGE = 0, 1, 2

Files = Annotated[list[Path], typer.Argument(help="报告文件，可以有多个；也可以是文件夹")]
Root = Annotated[Path, typer.Option("--root", help="项目文件夹（含 content/）")]
Here = Path()


def _say(text: str) -> None:
    typer.echo(text)


def _complain(text: str) -> None:
    typer.echo(text, err=True)


def _expanded(files: Iterable[Path]) -> Iterator[Path]:
    """The files named, and all files in the folders named, in order of name.

    What is neither file nor folder comes along, so that reading it says what it is.
    """
    for path in files:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if not p.is_dir() and p.suffix != ".toml")
            if not found:
                _complain(f"{path}：这个文件夹里没有报告文件。办法：写明文件，或换一个文件夹。")
                raise typer.Exit(_USAGE)
            yield from found
        else:
            yield path


@app.command()
def read(
    files: Files,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，一个文件一行")] = False,  # noqa: FBT002  # Typer's own way
    out: Annotated[
        Path | None, typer.Option("--out", help="写到这个文件夹：每个文件一个 <文件名>.json")
    ] = None,
) -> None:
    """读取报告文件，给出表格数字、存疑的格和发现的问题。"""
    paths = list(_expanded(files))
    doubled = [stem for stem, n in Counter(p.stem for p in paths).items() if n > 1]
    if out is not None and doubled:
        _complain(f"有同名文件：{'、'.join(doubled)}。办法：改名，或分到不同的 --out 文件夹。")
        raise typer.Exit(_USAGE)
    tally = _Tally()
    begun = time.monotonic()
    with _Bar() as bar:
        for done, reading in enumerate(line.read_files(paths, _cores()), start=1):
            record = _record(reading)
            tally.add(reading, record)
            if out is not None:
                _write_json(out / f"{reading.path.stem}.json", record)
            elif as_json:
                bar.say(json.dumps(record, ensure_ascii=False))
            if isinstance(reading.result, Problem) or "error" in record:
                bar.complain(_error_text(reading.path, record))
            elif not as_json or out is not None:
                bar.say(_summary(reading.path, reading.result))
            if len(paths) > 1:
                bar.step("读取报告", done, len(paths))
    if len(paths) > 1:
        to_stderr = as_json and out is None
        tally.show(Console(stderr=to_stderr, highlight=False), time.monotonic() - begun)
    raise typer.Exit(_FOUND if tally.refused else _OK)


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write_json(path: Path, record: dict[str, Any]) -> None:
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _record(reading: line.Reading) -> dict[str, Any]:
    """What `gongkai read` promises for one file; without numbers where it cannot be read."""
    if isinstance(reading.result, Problem):
        return {"error": _problem_record(reading.result)}
    refused = _refusal(reading.path, reading.result)
    if refused is not None:
        return {"error": _problem_record(refused)}
    one = reading.result
    return extracted(one.report, one.findings, one.hints)


def _refusal(path: Path, published: Published) -> Problem | None:
    """Why nothing of a file that was read may be used, if so: a damaged copy, or no report at all.

    A report that says in words that there was nothing is a report without figures.
    """
    blocking = [finding for finding in published.findings if finding.blocks]
    if not blocking:
        return None
    if all(finding.check == "S-05" for finding in blocking):
        return Problem(
            "no_tables",
            path.name,
            "没有找到年度报告的表格",
            "请确认这是政府信息公开工作年度报告，并且表格不是图片",
        )
    message = next(f.message for f in blocking if f.check != "S-05")
    return Problem("not_trusted", path.name, message.rstrip("。"), "请提交机关自己发布的原件")


class _Tally:
    """What was read, a line a format: the summary of `gongkai read`."""

    heads = ("格式", "文件", "读出", "未读出", "格", "存疑", "秒")

    def __init__(self) -> None:
        self.lines: dict[str, list[float]] = {}

    @property
    def refused(self) -> int:
        """How many files gave nothing."""
        return round(sum(line[2] for line in self.lines.values()))

    def add(self, reading: line.Reading, record: dict[str, Any]) -> None:
        """Count a file."""
        is_read = "error" not in record
        counts = (
            1,
            is_read,
            not is_read,
            len(record.get("cells", ())),
            sum("/" in flag for flag in record.get("flags", ())),
            reading.seconds,
        )
        line = self.lines.setdefault(_format_of(reading), [0] * len(counts))
        self.lines[_format_of(reading)] = [a + b for a, b in zip(line, counts, strict=True)]

    def show(self, console: Console, seconds: float) -> None:
        """Print the summary: a line a format, then all of them with the time that passed."""
        table = Table(box=None)
        for head in self.heads:
            table.add_column(head, justify="left" if head == self.heads[0] else "right")
        every = [sum(column) for column in zip(*self.lines.values(), strict=True)]
        for name, counts in (*sorted(self.lines.items()), ("合计", [*every[:-1], seconds])):
            table.add_row(escape(name), *(f"{n:.0f}" for n in counts[:-1]), f"{counts[-1]:.1f}")
        console.print(table)


def _format_of(reading: line.Reading) -> str:
    """The name of a file's format: by its bytes where it was read, else by its suffix."""
    suffix = reading.path.suffix.lower()
    if isinstance(reading.result, Problem):
        return next((f.label for f in READERS.values() if f.suffix == suffix), suffix or "不详")
    return READERS[reading.result.report.source.media_type].label


def _problem_record(problem: Problem) -> dict[str, str]:
    return {
        "code": problem.code,
        "file": problem.file,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def _error_text(path: Path, record: dict[str, Any]) -> str:
    """With the path as it was typed: files in several folders may share a name."""
    error = record["error"]
    return f"{path}：{error['message']}。办法：{error['remedy']}。"


def _summary(path: Path, published: Published) -> str:
    form = published.report.form
    return (
        f"{path.name}：{published.report.title.agency or '机关不详'}，"
        f"{published.report.title.year or '年份不详'}，{form.label if form else '格式不详'}，"
        f"{_counts(published.report)}，发现 {len(published.all_failures)} 项"
    )


class _Format(StrEnum):
    """The formats of `check`, as its help lists them."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    HTML = "html"


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="报告文件；不写则核查 content/ 里的全部报告")
    ] = None,
    root: Root = Here,
    form: Annotated[
        _Format,
        typer.Option(
            "--format", help="text 给人看，json 给程序，github 供拉取请求，html 是一个可发送的网页"
        ),
    ] = _Format.TEXT,
    out: Annotated[
        Path | None, typer.Option("--out", help="写入这个文件，不写则显示在屏幕上")
    ] = None,
) -> None:
    """核查报告，用中文列出发现的问题、位置、算式和办法。

    没有发现时退出码为 0，有发现或读不出来为 1，用法不对为 2。
    """
    outcomes = _Counted(_checked(files, root))
    _put(FORMATS[form](outcomes), out)
    if out is not None:
        _say(f"已写入 {out}：{outcomes.files} 个文件，{outcomes.faulty} 个有发现或读不出来")
    raise typer.Exit(_FOUND if outcomes.faulty else _OK)


def _write(path: Path, text: str) -> None:
    with _writing(path):
        path.write_text(text, encoding="utf-8", newline="\n")


def _put(pieces: Iterable[str], out: Path | None) -> None:
    """Show the pieces as they come, or write them to a file."""
    if out is not None:
        _write(out, "".join(pieces))
        return
    for piece in pieces:
        typer.echo(piece, nl=False)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """A place that cannot be written to is told in a sentence, and ends the command."""
    try:
        yield
    except OSError as error:
        _complain(f"{path}：写不进去（{reason(error)}）。办法：换一个文件名或文件夹。")
        raise typer.Exit(_USAGE) from error


class _Counted:
    """Outcomes on their way to a writer; afterwards it is known how many had something."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._outcomes = outcomes
        self.files = 0
        self.faulty = 0

    def __iter__(self) -> Iterator[Outcome]:
        for outcome in self._outcomes:
            result = outcome.result
            self.files += 1
            self.faulty += isinstance(result, Problem) or bool(result.all_failures)
            yield outcome


def _checked(files: list[Path] | None, root: Path) -> Iterator[Outcome]:
    if files:
        for reading in line.read_files(_expanded(files), _cores()):
            result = reading.result
            if isinstance(result, Published):
                result = _refusal(reading.path, result) or result
            yield Outcome(str(reading.path), result)
        return
    _need_content(root)
    corpus = line.load(root, workers=_cores())
    for problem in corpus.problems:
        yield Outcome(problem.file, problem)
    for published in corpus.reports:
        yield Outcome(published.entry.original, published)


@app.command()
def build(
    root: Root = Here,
    out: Annotated[Path | None, typer.Option("--out", help="网站写到哪里（默认 site/）")] = None,
    data_only: Annotated[bool, typer.Option("--data-only", help="只写数据包，不生成网站")] = False,  # noqa: FBT002  # Typer's own way
    offline: Annotated[  # noqa: FBT002  # Typer's own way
        bool,
        typer.Option("--offline/--no-offline", help="把整个网站另做成一个压缩包，不联网也能看"),
    ] = True,
) -> None:
    """读取 content/，写 datapackages/，生成 site/。"""
    root = _need_content(root)
    site = None if data_only else (out if out is not None else root / "site")
    options = line.Options(site=site, workers=_cores(), offline=offline)
    with _Bar() as bar:
        result = line.build(root, options, bar.step)
    for problem in result.problems:
        _complain(str(problem))
    for warning in result.site.warnings if result.site is not None else ():
        _complain(warning)
    _say(_build_text(result, site))
    raise typer.Exit(_FOUND if result.problems else _OK)


def _build_text(result: line.BuildResult, site: Path | None) -> str:
    if result.unchanged:
        return f"没有变化，网站已是最新。打开：{site}/index.html，或运行 python3 scripts/build.py --serve"
    refused = f"，{len(result.problems)} 处问题见上，有关的没有发布" if result.problems else ""
    text = f"完成：{result.reports} 份报告{refused}，{result.changed} 个数据包有变化。"
    if site is None:
        return text
    if result.site is not None and result.site.downloads:
        text += f"\n下载在 {DOWNLOADS.as_posix()}/，请传到 {result.site.downloads}"
    return f"{text}\n打开：{site}/index.html，或运行 python3 scripts/build.py --serve"


class _Bar:
    """A progress bar on the terminal; silent where there is none."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            disable=not console.is_terminal,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def say(self, text: str) -> None:
        """Print a line; above the bar where both are on one terminal."""
        if self.progress.disable or not sys.stdout.isatty():
            _say(text)
        else:
            self._above(text)

    def complain(self, text: str) -> None:
        """Print a line of complaint, above the bar if there is one."""
        if self.progress.disable:
            _complain(text)
        else:
            self._above(text)

    def _above(self, text: str) -> None:
        self.progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def step(self, step: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if step not in self.tasks:
            self.tasks[step] = self.progress.add_task(step, total=total)
        self.progress.update(self.tasks[step], completed=done, total=total)


@app.command()
def serve(
    root: Root = Here,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口")] = 8000,
    *,
    downloads: Annotated[
        bool, typer.Option("--downloads", help="不是网站，是放在别处的下载；别的地址的网页也能读")
    ] = False,
) -> None:
    """在本机预览已经生成的网站（只有本机能访问）。"""
    site = root / (DOWNLOADS if downloads else "site")
    if not (site / ("data/index.json" if downloads else "index.html")).is_file():
        what, first = ("网站", "")
        if downloads:
            what, first = f" {DOWNLOADS.as_posix()}/", "在 mkdocs.yml 里写好 extra.downloads，"
        _complain(f"还没有{what}。办法：{first}先运行 gongkai build。")
        raise typer.Exit(_USAGE)
    _say(f"预览：http://127.0.0.1:{port}/ （按 Ctrl+C 结束）")
    serve_site(site, port, shared=downloads)


@app.command()
def show(
    report: Annotated[str, typer.Argument(help="报告编号，如 cn-410103-tongjiju-2020；或一个文件")],
    root: Root = Here,
) -> None:
    """在终端里看一份报告的三张表和发现。"""
    published = _one(report, root)
    console = Console()
    console.print(escape(published.report.title.text), style="bold")
    for shown in _tables(published.report):
        console.print(shown)
    for text in text_lines(report, published):
        _say(text)


def _one(report: str, root: Path) -> Published:
    path = Path(report)
    if path.exists():
        return _usable(path)
    _need_content(root)
    reports = {one.entry.report_id: one for one in line.load(root, workers=_cores()).reports}
    if report in reports:
        return reports[report]
    near = "、".join(get_close_matches(report, reports, n=3) or list(reports)[:3])
    _complain(
        f"没有这份报告，也没有这个文件：{report}。办法：写明文件名，"
        f"或写报告编号（cn-行政区划代码-机关短名-年度），例如 {near}。"
    )
    raise typer.Exit(_USAGE)


def _usable(path: Path) -> Published:
    """A bare file, read and checked; a complaint and the end where it is no report to be used."""
    try:
        published = line.read_file(path)
    except ReadError as error:
        _complain(str(error.problem))
        raise typer.Exit(_FOUND) from error
    refused = _refusal(path, published)
    if refused is not None:
        _complain(str(refused))
        raise typer.Exit(_FOUND)
    return published


def _tables(report: Report) -> Iterator[Table | str]:
    """The tables of a report: a heading, a line a cell that is not zero, and how many are."""
    form = report.form
    if form is None:
        return
    by_cell = {v.cell: v for f in forms() if f.tables for v in variables(f.version)}
    for table in form.tables:
        values = [(c, v) for c, v in report.values.items() if c.table == table.id]
        zeros = sum(value.status is Status.ZERO for _, value in values)
        omitted = f"，其中 {zeros} 格是 0，不列出" if zeros else ""
        yield f"表{table.number} {table.label}（{len(values)} 格{omitted}）"
        if len(values) == zeros:
            continue
        shown = Table()
        for head in ("格", "项目", "数", "位置"):
            shown.add_column(head, justify="right" if head == "数" else "left", overflow="fold")
        for cell, value in values:
            if value.status is not Status.ZERO:
                place = str(value.locus) if value.locus is not None else ""
                row = (str(cell), by_cell[cell].label, _value_text(value), place)
                shown.add_row(*(escape(text) for text in row))
        yield shown


def _value_text(value: Value) -> str:
    """The figure, the text as printed, or the name of what stands there instead."""
    if value.number is not None:
        return str(value.number)
    named = value.status is Status.AMBIGUOUS or not value.raw.strip()
    return label("statuses", value.status) if named else value.raw.strip()


@app.command()
def explain(
    check_id: Annotated[str, typer.Argument(metavar="核查编号", help="如 T3-BAL、S-08")],
) -> None:
    """说明一项核查：规则、依据、好例和坏例。"""
    known = {**CHECKS, **CORPUS_CHECKS}
    wanted = check_id.upper()
    found = known.get(wanted) or next(
        (c for name, c in known.items() if wanted.startswith(f"{name}-")), None
    )
    if found is None:
        _complain(f"没有这项核查：{check_id}。可用：{'、'.join(known)}。")
        raise typer.Exit(_USAGE)
    _say(f"{found.id} {found.title}（{label('severities', found.severity)}）")
    for name, text in (
        ("规则", found.rule),
        ("为什么", found.why),
        ("依据", found.basis),
        ("好例", found.good),
        ("坏例", found.bad),
        ("办法", found.remedy),
    ):
        _say(f"{name}：{text}")


@app.command()
def add(  # noqa: PLR0913, PLR0917  # one parameter an option is Typer's way
    file: Annotated[Path, typer.Argument(help="报告原件")],
    agency: Annotated[
        str | None, typer.Option("--agency", help="机关编号（agencies.csv 的 agency_id）")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="报告年度")] = None,
    source_url: Annotated[str | None, typer.Option("--source-url", help="原文网址")] = None,
    published_on: Annotated[
        str | None, typer.Option("--published-on", help="发布日期，如 2024-01-20")
    ] = None,
    root: Root = Here,
) -> None:
    """把一份报告放到 content/ 里应在的位置，并填好 report.toml。"""
    _need_content(root)
    report = _usable(file).report
    register = read_register(root / "content")
    found = _agency(report, agency, register)
    year = year if year is not None else report.title.year
    if year is None:
        _complain("报告里没有找到年份。办法：用 --year 写明，如 --year 2024。")
        raise typer.Exit(_USAGE)
    found = register.agency_in(found.id, year)
    folder = root / "content" / "reports" / found.adcode / found.slug / str(year)
    if folder.exists():
        _complain(f"{folder} 已经有一份报告。办法：换一个年度，或先看看是不是同一份。")
        raise typer.Exit(_FOUND)
    fields = {
        "title": report.title.text or f"{found.name}{year}年政府信息公开工作年度报告",
        "publisher": report.title.agency or found.name,
        "year": year,
        "transcription": "full",
        "source_url": source_url,
        "published_on": published_on,
    }
    try:
        report_toml(fields)  # before anything is made, so that a wrong field leaves nothing
    except EntryError as error:
        _complain("\n".join(map(str, error.problems)))
        raise typer.Exit(_USAGE) from error
    folder.mkdir(parents=True)
    shutil.copyfile(file, folder / f"original{READERS[report.source.media_type].suffix}")
    write_report_toml(folder / "report.toml", fields)
    _say(f"{found.name}，{year} 年度；{_counts(report)}。请核对机关和年度。")
    for text in _unlike(report, found, year):
        _complain(text)
    _say(f"已放到 {folder}。下一步：看看 report.toml，再运行 gongkai build。")


def _unlike(report: Report, agency: Agency, year: int) -> Iterator[str]:
    """Where the title says something else than what was typed: one of the two is wrong."""
    remedy = "办法：看看原件；放错了的，删去这个文件夹再加一次。"
    printed = report.title.agency
    if printed is not None and key(printed) not in _names(agency):
        yield f"注意：报告标题上的机关是“{printed}”，登记的是“{agency.name}”。{remedy}"
    if report.title.year not in {None, year}:
        yield f"注意：报告标题上的年份是 {report.title.year}，登记的是 {year}。{remedy}"


def _names(agency: Agency) -> set[str]:
    return {key(name) for name in (agency.name, *agency.other_names)}


def _counts(report: Report) -> str:
    doubtful = sum(v.status in {Status.AMBIGUOUS, Status.TEXT} for v in report.values.values())
    return f"读出 {len(report.values)} 格，存疑 {doubtful} 格"


def _agency(report: Report, wanted: str | None, register: Register) -> Agency:
    """The agency named, or the one whose name the title prints."""
    agencies = register.agencies
    if wanted is not None:
        if wanted in agencies:
            return agencies[wanted]
        for redirect in register.redirects:
            if redirect.old == wanted:
                _complain(f"{wanted} 已经停用。办法：用 --agency {redirect.new}。")
                raise typer.Exit(_USAGE)
        _complain(f"agencies.csv 里没有 {wanted}。办法：先在 content/agencies.csv 加一行。")
        raise typer.Exit(_USAGE)
    printed = key(report.title.agency or "")
    named = [agency for agency in agencies.values() if printed in _names(agency)]
    if len(named) == 1:
        return named[0]
    _complain(
        f"报告上的机关是“{report.title.agency or '（没有找到）'}”，"
        f"agencies.csv 里{'没有' if not named else '有不止一个'}。"
        f"办法：在 content/agencies.csv 加一行{_code_hint(report)}，或用 --agency 写明编号。"
    )
    raise typer.Exit(_USAGE)


def _code_hint(report: Report) -> str:
    """The codes of the place that the printed name of an agency names, in brackets."""
    places = divisions_in(report.title.agency or "")
    told = "、".join(f"{one.name}的代码是 {one.adcode}" for one in places)
    return f"（{told}）" if told else ""


class _DiffFormat(StrEnum):
    """The formats of `diff`, as its help lists them."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"


Packages = Annotated[
    Path, typer.Argument(help="数据包文件夹、项目文件夹、发布版本的文件夹，或 packages.zip")
]


@app.command()
def diff(
    old: Packages,
    new: Packages,
    form: Annotated[
        _DiffFormat,
        typer.Option(
            "--format",
            help="text 给人看，json 给程序，markdown 供拉取请求的评论，github 供自动检查",
        ),
    ] = _DiffFormat.TEXT,
    out: Annotated[
        Path | None, typer.Option("--out", help="写入这个文件，不写则显示在屏幕上")
    ] = None,
) -> None:
    """比较两处数据包：哪些报告新增、撤下、有变化，哪一格从几变成几。

    完全相同时退出码为 0，有不同为 1，用法不对或读不出来为 2。
    """
    try:
        with open_tree(old) as before, open_tree(new) as after:
            found = compare(before, after)
    except DiffError as error:
        _complain(str(error))
        raise typer.Exit(_USAGE) from error
    _put(DIFF_FORMATS[form](found), out)
    if out is not None:
        _say(f"已写入 {out}")
    raise typer.Exit(_OK if found.is_empty else _FOUND)


@app.command()
def release(
    name: Annotated[str, typer.Argument(help="版本名：年.月 或 年.月.次，如 2026.12、2026.12.1")],
    day: Annotated[
        str | None, typer.Option("--date", help="发布日期，如 2026-12-20；不写为该月 1 日")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", help="上一个版本的数据包（文件夹或 zip）")
    ] = None,
    existing: Annotated[  # noqa: FBT002  # Typer's own way
        bool, typer.Option("--existing", help="只核对并补齐已经发布的版本，不发布新的")
    ] = False,
    root: Root = Here,
) -> None:
    """发布一个版本：写 releases/<版本名>/，列出与上一个版本的不同。

    发布过的版本不再改动：再运行一次，内容相同就说相同，不同就拒绝。
    """
    root = _need_content(root)
    if existing and not (root / RELEASES / name / RECORD).is_file():
        _complain(f"没有 {RELEASES}/{name}/{RECORD}。办法：先不加 --existing 发布，并提交。")
        raise typer.Exit(_USAGE)
    with _Bar() as bar:
        try:
            written, corpus = line.release(root, Wanted(name, day, previous), _cores(), bar.step)
        except ReleaseError as error:
            bar.complain(str(error))
            raise typer.Exit(_FOUND) from error
    for problem in corpus.problems:
        _complain(str(problem))
    _say(_release_text(written, len(corpus.problems)))


def _release_text(written: Written, unpublished: int) -> str:
    refused = f"{unpublished} 份报告没有发布（原因见上）。" if unpublished else ""
    if not written.is_new:
        restored = f"，补上了 {len(written.restored)} 个文件" if written.restored else ""
        return f"{refused}{written.folder} 已经发布，现在写出的逐字节相同{restored}。"
    counts = written.counts
    return (
        f"{refused}已写到 {written.folder}：{counts['reports_after']} 份报告，"
        f"新增 {counts['reports_added']}，撤下 {counts['reports_removed']}，"
        f"有变化 {counts['reports_changed']}（{counts['cells_changed']} 格）。"
        "下一步见 docs/releases.md。"
    )


def _need_content(root: Path) -> Path:
    """The project folder as an absolute path."""
    if not (root / "content").is_dir():
        _complain(f"{root} 里没有 content/ 文件夹。办法：到项目文件夹里运行，或用 --root 写明。")
        raise typer.Exit(_USAGE)
    return root.resolve()


def main() -> None:
    """Run the command line with UTF-8 output whatever the locale is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()
