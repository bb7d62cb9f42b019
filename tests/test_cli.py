"""The command line: words, messages and exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from gongkai import cli, line
from gongkai.checks import CHECKS
from gongkai.forms import variables
from gongkai.site import SiteResult
from project import make_project, report_text

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Corpus


RUN = CliRunner()


def run(*words: object) -> Result:
    """One call of `gongkai`."""
    return RUN.invoke(cli.app, [str(w) for w in words])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A sound report as a bare file."""
    path = tmp_path / "a.txt"
    path.write_text(report_text(), encoding="utf-8")
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A report with one wrong total."""
    path = tmp_path / "b.txt"
    path.write_text(report_text(changed={"requests/granted/total": "0"}), encoding="utf-8")
    return path


def test_every_command_has_help_in_chinese() -> None:
    """`--help` of the program and of each command."""
    assert run("--help").exit_code == 0
    for command in ("add", "read", "check", "build", "serve", "show", "explain", "diff", "release"):
        result = run(command, "--help")
        assert result.exit_code == 0
        assert any("\u4e00" <= c <= "\u9fff" for c in result.output), command
        frame = ("Arguments", "Options", "Commands", "default:", "required")
        assert [word for word in frame if word in result.output] == []
    wrong = run("check", "--nothing")
    assert wrong.exit_code == 2
    assert "用法不对" in wrong.output
    assert "用法见" in wrong.output


def test_read_prints_the_contract_as_json_lines(report: Path, faulty: Path) -> None:
    """One object a file, with the keys that are promised."""
    result = run("read", report, faulty, "--json")
    assert result.exit_code == 0
    first, second = (json.loads(text) for text in result.stdout.splitlines())
    assert set(first) == {
        "agency", "region", "year", "form", "title", "tables", "cells", "sections", "flags",
        "violations", "narrative_conflicts", "findings", "hints", "source",
    }  # fmt: skip
    assert first["violations"] == []
    assert "T3-ROW-granted" in second["violations"]
    assert first["hints"] == []
    assert [hint["message"][:3] for hint in second["hints"]] == ["推测："]


def test_read_writes_a_file_each_and_says_what_it_found(report: Path, tmp_path: Path) -> None:
    """`--out` names a folder; the summary has agency, year, form and counts."""
    result = run("read", report.parent, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert json.loads((tmp_path / "out" / "a.json").read_text(encoding="utf-8"))["year"] == 2023
    assert "示例市统计局，2023，2021年版格式，读出 200 格，存疑 0 格，发现 0 项" in result.stdout


def test_read_refuses_two_files_with_one_stem(report: Path, tmp_path: Path) -> None:
    """One would overwrite the other."""
    other = report.with_suffix(".md")
    other.write_bytes(report.read_bytes())
    result = run("read", report, other, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "同名文件：a" in result.stderr


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), ("一份通知\n".encode(), "no_tables")])
def test_a_file_that_cannot_be_read_gives_an_error_and_no_numbers(
    tmp_path: Path, data: bytes, code: str
) -> None:
    """Exit status 1; the object has only `error`."""
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    result = run("read", path, "--json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert list(record) == ["error"]
    assert record["error"]["code"] == code
    assert "办法：" in result.stderr


def test_a_report_that_says_there_was_nothing_is_a_report_without_figures(tmp_path: Path) -> None:
    """Sentences stand in place of all three tables: agency and year are given, no number is."""
    path = tmp_path / "x.txt"
    path.write_text(
        "示例市统计局2022年政府信息公开工作年度报告\n一、总体情况\n本机关依法公开信息。\n"
        "二、主动公开政府信息情况\n本年度无相关主动公开数据。\n"
        "三、收到和处理政府信息公开申请情况\n本年度未收到申请。\n"
        "四、政府信息公开行政复议、行政诉讼情况\n本年度未发生行政复议、行政诉讼。\n",
        encoding="utf-8",
    )
    result = run("read", path, "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["agency"], record["year"]) == (0, "示例市统计局", 2022)
    assert (record["tables"], record["cells"], record["flags"]) == ({}, [], [])
    assert {f["check"] for f in record["findings"]} == {"S-03", "S-06", "S-13"}


def test_check_prints_place_and_arithmetic_and_ends_with_one(report: Path, faulty: Path) -> None:
    """0 clean, 1 findings."""
    assert run("check", report).exit_code == 0
    result = run("check", faulty)
    assert result.exit_code == 1
    assert "（T3-ROW）" in result.stdout
    assert "表三 第" in result.stdout
    assert "算式" in result.stdout
    assert "办法" in result.stdout
    assert result.stdout.count("\n      推测：") == 1


def test_check_of_a_file_that_is_not_there_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    """With the file's name and a remedy."""
    result = run("check", tmp_path / "none.txt")
    assert result.exit_code == 1
    assert result.stdout == (
        f"{tmp_path}/none.txt：文件打不开（没有这个文件）。办法：请检查文件名和权限。\n"
    )


def test_check_says_of_another_paper_that_it_is_no_report(tmp_path: Path) -> None:
    """It is no list of missing tables."""
    path = tmp_path / "x.txt"
    path.write_text("一份通知\n", encoding="utf-8")
    result = run("check", path)
    assert result.exit_code == 1
    assert "没有找到年度报告的表格" in result.stdout


def test_check_writes_a_page_that_can_be_mailed(faulty: Path, tmp_path: Path) -> None:
    """`--format html --out FILE`; a place that cannot be written to is a wrong use."""
    out = tmp_path / "out.html"
    result = run("check", faulty, "--format", "html", "--out", out)
    assert result.exit_code == 1
    assert "1 个文件，1 个有发现" in result.stdout
    assert "T3-ROW" in out.read_text(encoding="utf-8")
    result = run("check", faulty, "--out", tmp_path / "none" / "out.txt")
    assert result.exit_code == 2
    assert "写不进去（没有这个文件" in result.stderr
    assert run("check", faulty, "--format", "doc").exit_code == 2


def test_check_without_files_checks_the_content(tmp_path: Path) -> None:
    """Every report of the project, and folders that give none."""
    root = make_project(tmp_path)
    result = run("check", "--root", root)
    assert "content/reports/990100/tongjiju/2023/" in result.stdout
    (root / "content" / "reports" / "990100" / "tongjiju" / "2023" / "report.toml").unlink()
    result = run("check", "--root", root)
    assert result.exit_code == 1
    assert "report.toml" in result.stdout


def test_build_of_data_only(tmp_path: Path) -> None:
    """Packages without a site; problems are named and the status is 1."""
    root = make_project(tmp_path)
    result = run("build", "--root", root, "--data-only")
    assert result.exit_code == 0
    assert "完成：3 份报告，3 个数据包有变化" in result.stdout
    (root / "content" / "reports" / "990100" / "tongjiju" / "2023" / "original.txt").write_bytes(
        b""
    )
    result = run("build", "--root", root, "--data-only")
    assert result.exit_code == 1
    assert "1 处问题见上，有关的没有发布" in result.stdout
    assert "original.txt" in result.stderr


def test_a_folder_without_content_is_named(tmp_path: Path) -> None:
    """Each command that needs the project says so."""
    for words in (("build",), ("check",), ("show", "cn-1"), ("add", tmp_path / "a.txt")):
        result = run(*words, "--root", tmp_path)
        assert result.exit_code == 2
        assert "content/" in result.stderr


def test_serve_wants_a_site_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one it says what to do; with one it serves on this machine only."""
    assert run("serve", "--root", tmp_path).exit_code == 2
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("x", encoding="utf-8")
    served: list[tuple[Path, int]] = []
    monkeypatch.setattr(cli, "serve_site", lambda out, port, **_: served.append((out, port)))
    result = run("serve", "--root", tmp_path, "--port", "8123")
    assert result.exit_code == 0
    assert served == [(tmp_path / "site", 8123)]
    assert "http://127.0.0.1:8123/" in result.stdout


def test_show_prints_tables_of_a_report_or_a_file(
    tmp_path: Path, report: Path, faulty: Path
) -> None:
    """By its id, or a bare file with its findings."""
    root = make_project(tmp_path / "project")
    result = run("show", "cn-990100-tongjiju-2023", "--root", root)
    assert result.exit_code == 0
    assert "表3 收到和处理政府信息公开申请情况" in result.stdout
    assert "（T3-ROW）" in run("show", faulty).stdout
    assert "表2 主动公开政府信息情况（10 格）" in result.stdout
    assert "…" not in result.stdout
    unknown = run("show", "cn-990100-tongjiju-2022", "--root", root)
    assert unknown.exit_code == 2
    assert "例如 cn-990100-tongjiju-2023" in unknown.stderr
    report.write_bytes(b"")
    assert run("show", report).exit_code == 1
    report.write_text("政府信息公开情况统计表\n", encoding="utf-8")
    assert run("show", report).exit_code == 0
    report.write_text("今天天气很好。\n", encoding="utf-8")
    refused = run("show", report)
    assert refused.exit_code == 1
    assert "没有找到年度报告的表格" in refused.stderr
    assert run("show", tmp_path).exit_code == 1


def test_show_leaves_out_zeros_and_says_so(report: Path) -> None:
    """A table of zeros is a line that counts them, not an empty frame."""
    zeros = {str(v.cell): "0" for v in variables("form2021") if v.cell.table == "disputes"}
    report.write_text(report_text(changed=zeros), encoding="utf-8")
    lines = run("show", report).stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("表4 "))
    assert lines[at].endswith("（15 格，其中 15 格是 0，不列出）")
    assert lines[at + 1].startswith(str(report))


def test_read_says_where_it_cannot_write(report: Path, faulty: Path) -> None:
    """A file where the folder should be: a sentence and a remedy, no traceback."""
    result = run("read", report, "--out", faulty)
    assert result.exit_code == 2
    assert "写不进去（同名的文件不是文件夹）。办法：" in result.stderr


@pytest.mark.parametrize("name", ["T3-BAL", "t3-bal-total", "S-08", "N-ITEMS"])
def test_explain_gives_rule_basis_and_examples(name: str) -> None:
    """By the id of a check or of one of its instances."""
    result = run("explain", name)
    assert result.exit_code == 0
    for word in ("规则：", "为什么：", "依据：", "好例：", "坏例：", "办法："):
        assert word in result.stdout


def test_explain_of_an_unknown_check_lists_the_known_ones() -> None:
    """Exit status 2."""
    result = run("explain", "X-1")
    assert result.exit_code == 2
    for name in CHECKS:
        assert name in result.stderr


def test_add_puts_a_report_in_its_place(tmp_path: Path) -> None:
    """Folder, original and report.toml follow from what was read; the build takes it."""
    root = make_project(tmp_path / "project")
    path = tmp_path / "报告.txt"
    path.write_text(report_text("市统计局", 2022), encoding="utf-8")
    result = run(
        "add",
        path,
        "--root",
        root,
        "--published-on",
        "2023-01-20",
        "--source-url",
        "https://example.invalid/a",
    )
    assert result.exit_code == 0, result.output
    assert "注意" not in result.stderr
    folder = root / "content" / "reports" / "990100" / "tongjiju" / "2022"
    assert (folder / "original.txt").read_bytes() == path.read_bytes()
    corpus = line.load(root)
    assert corpus.problems == ()
    (one,) = [p for p in corpus.reports if p.entry.year == 2022]
    assert one.entry.published_on == "2023-01-20"
    assert run("add", path, "--root", root).exit_code == 1


def test_add_asks_for_what_it_cannot_know(tmp_path: Path) -> None:
    """An unknown agency, no year, an unknown id, an unreadable file."""
    root = make_project(tmp_path / "project")
    path = tmp_path / "报告"
    path.write_text(report_text("别处统计局", 2022), encoding="utf-8")
    result = run("add", path, "--root", root)
    assert result.exit_code == 2
    assert "别处统计局" in result.stderr
    assert "--agency" in result.stderr
    assert run("add", path, "--root", root, "--agency", "cn-1").exit_code == 2
    result = run("add", path, "--root", root, "--agency", "cn-990100-shuiwuju", "--year", "2021")
    assert result.exit_code == 0
    assert "报告标题上的机关是“别处统计局”，登记的是“" in result.stderr
    assert "报告标题上的年份是 2022，登记的是 2021。办法：" in result.stderr
    assert (
        root / "content" / "reports" / "990100" / "shuiwuju" / "2021" / "original.txt"
    ).is_file()
    path.write_text(report_text().replace("2023年", ""), encoding="utf-8")
    assert run("add", path, "--root", root, "--agency", "cn-990100-shuiwuju").exit_code == 2
    path.write_bytes(b"")
    assert run("add", path, "--root", root).exit_code == 1


def test_add_knows_codes_of_other_years_and_ids_that_are_no_longer_used(tmp_path: Path) -> None:
    """An older report goes under the code of its year; an old id names the new one."""
    root = make_project(tmp_path / "project")
    content = root / "content"
    with (content / "regions.csv").open("a", encoding="utf-8") as file:
        file.write("990150,990150,旧示例市,Old Shili,prefecture,990000,,2020,虚构\n")
    (content / "codes.csv").write_text(
        "agency_id,adcode,region_id,valid_from,valid_to,source\n"
        "cn-990100-tongjiju,990150,990150,,2020,虚构\n",
        encoding="utf-8",
    )
    (content / "redirects.csv").write_text(
        "old_id,new_id,since,reason\ncn-990100-jihuaju,cn-990100-tongjiju,2009-01-01,更名\n",
        encoding="utf-8",
    )
    path = tmp_path / "报告.txt"
    path.write_text(report_text("市统计局", 2019), encoding="utf-8")
    assert run("add", path, "--root", root).exit_code == 0
    assert (content / "reports" / "990150" / "tongjiju" / "2019" / "original.txt").is_file()
    result = run("add", path, "--root", root, "--agency", "cn-990100-jihuaju")
    assert result.exit_code == 2
    assert "cn-990100-jihuaju 已经停用。办法：用 --agency cn-990100-tongjiju。" in result.stderr


def test_add_names_the_code_of_the_place_of_an_unknown_agency(tmp_path: Path) -> None:
    """The row that is missing in agencies.csv needs it."""
    root = make_project(tmp_path / "project")
    path = tmp_path / "报告.txt"
    path.write_text(report_text("郑州市二七区统计局", 2022), encoding="utf-8")
    result = run("add", path, "--root", root)
    assert result.exit_code == 2
    assert "在 content/agencies.csv 加一行（二七区的代码是 410103），或用 --agency" in result.stderr


def test_build_says_what_it_wrote_and_what_the_site_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line says how to open the site; a second run says that nothing changed."""

    def write_site(
        corpus: Corpus, root: Path, out: Path, workers: int, *, offline: bool
    ) -> SiteResult:
        assert workers >= 1
        asked.append(offline)
        out.mkdir(exist_ok=True)
        (out / "index.html").write_text(f"{len(corpus.reports)} {root.name}", encoding="utf-8")
        return SiteResult(out=out, pages=1, warnings=tuple(missing))

    asked: list[bool] = []
    missing = ["没有全文搜索"]

    monkeypatch.setattr(line, "build_site", write_site)
    root = make_project(tmp_path)
    first = run("build", "--root", root)
    assert first.exit_code == 0
    assert "没有全文搜索" in first.stderr
    assert f"打开：{root}/site/index.html" in first.stdout
    assert "没有变化" not in run("build", "--root", root).stdout
    missing.clear()
    run("build", "--root", root)
    assert "没有变化" in run("build", "--root", root).stdout
    assert "没有变化" not in run("build", "--root", root, "--no-offline").stdout
    assert asked == [True, True, True, False]


def test_add_takes_a_markdown_file_without_a_suffix(tmp_path: Path) -> None:
    """The suffix of the original follows from its bytes where the file has none."""
    root = make_project(tmp_path / "project")
    path = tmp_path / "报告"
    path.write_text(report_text("示例市水务局", 2022), encoding="utf-8")
    assert run("add", path, "--root", root).exit_code == 0
    folder = root / "content" / "reports" / "990100" / "shuiwuju" / "2022"
    assert (folder / "original.txt").is_file()


def test_the_program_can_be_run_as_a_module() -> None:
    """`python -m gongkai` in a locale without Chinese still prints Chinese."""
    done = subprocess.run(
        [sys.executable, "-m", "gongkai", "explain", "S-08"],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0"},
    )
    assert "规则：" in done.stdout.decode("utf-8")


def test_add_writes_nothing_where_a_field_is_wrong(tmp_path: Path) -> None:
    """A wrong address, date or year is one message; the next try is not in its way."""
    root = make_project(tmp_path / "project")
    path = tmp_path / "a.txt"
    path.write_text(report_text(year=2022), encoding="utf-8")
    for wrong in (("--source-url", "foo"), ("--published-on", "2023年1月"), ("--year", "1900")):
        result = run("add", path, "--root", root, *wrong)
        assert result.exit_code == 2, wrong
        assert "办法：" in result.stderr
    assert run("add", path, "--root", root).exit_code == 0
    path.write_text("你好，这不是报告\n", encoding="utf-8")
    result = run("add", path, "--root", root, "--agency", "cn-990100-shuiwuju", "--year", "2021")
    assert result.exit_code == 1
    assert "没有找到年度报告的表格" in result.stderr


def test_a_folder_is_read_without_its_toml_files_and_an_empty_one_is_named(tmp_path: Path) -> None:
    """`report.toml` is no report; nothing at all is a usage error."""
    root = make_project(tmp_path / "project")
    result = run("read", root / "content" / "reports" / "990100" / "tongjiju" / "2023", "--json")
    assert len(result.stdout.splitlines()) == 1
    (tmp_path / "empty").mkdir()
    result = run("check", tmp_path / "empty")
    assert result.exit_code == 2
    assert "没有报告文件" in result.stderr


def test_read_of_a_folder_ends_with_a_summary_a_format(
    tmp_path: Path, report: Path, faulty: Path
) -> None:
    """Files, read, refused, cells, doubtful ones and seconds; beside JSON it goes to stderr."""
    (tmp_path / "c.txt").write_bytes(b"")
    (tmp_path / "d.md").write_text(
        report_text(changed={"disclosure/penalty/decisions": "1O"}), encoding="utf-8"
    )
    result = run("read", tmp_path)
    assert result.exit_code == 1
    lines = [line.split() for line in result.stdout.splitlines()[-4:]]
    assert lines[0] == ["格式", "文件", "读出", "未读出", "格", "存疑", "秒"]
    assert lines[1][:6] == ["Markdown", "1", "1", "0", "200", "1"]
    assert lines[2][:6] == ["纯文本", "3", "2", "1", "400", "0"]
    assert lines[3][:6] == ["合计", "4", "3", "1", "600", "1"]
    result = run("read", tmp_path, "--json")
    assert len(result.stdout.splitlines()) == 4
    assert "合计" in result.stderr
    assert "合计" not in run("read", report).output
    assert report.parent == faulty.parent


def test_json_is_the_same_whatever_the_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same files, same bytes, in the order of the files."""
    for at in range(6):
        (tmp_path / f"{at}.txt").write_text(report_text(year=2021 + at % 3), encoding="utf-8")
    printed = []
    for cores in (1, 3):
        monkeypatch.setattr(cli, "_cores", lambda cores=cores: cores)
        printed.append(run("read", tmp_path, "--json").stdout)
    assert printed[0] == printed[1]
    years = [json.loads(text)["year"] for text in printed[0].splitlines()]
    assert years == [2021, 2022, 2023] * 2


def test_what_is_no_file_is_named_and_the_rest_is_read(tmp_path: Path, report: Path) -> None:
    """A pipe, a link to nowhere and a link to a device; none of them is waited for."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "lost.pdf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "zero.pdf").symlink_to("/dev/zero")
    result = run("read", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "out").iterdir()
    }
    assert found["pipe"]["error"]["code"] == found["zero"]["error"]["code"] == "not_a_file"
    assert found["lost"]["error"]["code"] == "unreadable"
    assert len(found[report.stem]["cells"]) == 200


def test_add_names_the_original_by_its_bytes(tmp_path: Path) -> None:
    """A web page with the suffix of a text is a web page."""
    root = make_project(tmp_path / "project")
    path = tmp_path / "报告.txt"
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
        if "\t" in line
        else f"</table><p>{line}</p><table>"
        for line in report_text(year=2022).splitlines()
    )
    path.write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")
    assert run("add", path, "--root", root).exit_code == 0
    folder = root / "content" / "reports" / "990100" / "tongjiju" / "2022"
    assert (folder / "original.html").is_file()


@pytest.mark.parametrize("to_terminal", [False, True])
def test_lines_stand_above_the_bar_on_a_terminal(
    to_terminal: bool,  # noqa: FBT001  # a case
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """JSON that is redirected never goes to the terminal's stream, nor the bar into it."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: to_terminal, raising=False)
    with cli._Bar() as bar:
        assert not bar.progress.disable
        bar.say("[red]一行")
        bar.complain("坏行")
        bar.step("读取报告", 1, 1)
    out, err = capsys.readouterr()
    assert "坏行" in err
    assert "读取报告" in err
    assert "[red]一行" in (err if to_terminal else out)
    assert out == ("" if to_terminal else "[red]一行\n")
