"""Two trees of packages: what is told of them, and that nothing is passed over."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lxml.html
import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from typer.testing import CliRunner, Result

from gongkai import cli
from gongkai.diff import (
    FORMATS,
    CellChange,
    Diff,
    DiffError,
    Figure,
    Tree,
    change_words,
    compare,
    diff_record,
    folder_tree,
    open_tree,
    read_record,
    trees,
)
from gongkai.diff.formats import COMMENT_LIMIT
from gongkai.model import CellId, Locus, Status, Value
from gongkai.package import report_files, write_tree
from gongkai.package.archive import write_zip
from gongkai.package.rows import cell_rows, clean
from gongkai.package.schema import CELLS as CELLS_TABLE
from gongkai.safe import code_span, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gongkai.model import Report
    from gongkai.package.rows import Row

SCHEMA = Path(__file__).parents[1] / "docs" / "changes.schema.json"
CASES = sorted((Path(__file__).parent / "diff").glob("*/"))
SUFFIXES = {"txt": "text", "json": "json", "md": "markdown", "github": "github"}
BIN = Path(sys.executable).parent
#: What a forge reads comments with.
COMMON_MARK = MarkdownIt("commonmark").enable("table")
NOTHING: dict[str, bytes] = {}
RUN = CliRunner()


def run(*words: object) -> Result:
    """One call of `gongkai diff`."""
    return RUN.invoke(cli.app, ["diff", *(str(w) for w in words)])


def tree_of(name: str, *reports: Report) -> Tree:
    """The packages of these reports, in memory."""
    files = {
        f"{r.entry.agency.adcode}/{r.entry.agency.slug}/{r.entry.year}/{file}": data
        for r in reports
        if r.entry is not None
        for file, data in report_files(make.published(r)).items()
    }
    return Tree(name, files, files.__getitem__)


def cells_of(report: Report) -> Tree:
    """The package of a report with no more than its cells: quick to make."""

    def table(names: Sequence[str], rows: Iterable[Row]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([names, *rows])
        return out.getvalue().encode()

    one = make.published(report)
    folder = f"{one.entry.agency.adcode}/{one.entry.agency.slug}/{one.entry.year}"
    cells = ([clean(v) if isinstance(v, str) else v for v in row] for row in cell_rows(one))
    files = {
        f"{folder}/reports.csv": table(["report_id"], [[one.entry.report_id]]),
        f"{folder}/cells.csv": table(CELLS_TABLE.names, cells),
    }
    return Tree("", files, files.__getitem__)


def case_diff(case: Path) -> Diff:
    """The difference of a case's two trees, each by the name of its side."""
    old, new = (folder_tree(case / side) for side in ("old", "new"))
    return compare(*(Tree(Path(t.name).name, t, t.__getitem__) for t in (old, new)))


def swapped(diff: Diff) -> Diff:
    """The difference with before and after exchanged."""

    def turned(changes: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(c, before=c.after, after=c.before) for c in changes)

    return replace(
        diff,
        before=diff.after,
        after=diff.before,
        added=diff.removed,
        removed=diff.added,
        changed=tuple(
            replace(
                one,
                cells=turned(one.cells),
                fields=turned(one.fields),
                findings=turned(one.findings),
                sections=turned(one.sections),
            )
            for one in diff.changed
        ),
        columns=tuple(
            replace(c, change="removed" if c.change == "added" else "added") for c in diff.columns
        ),
    )


def unordered(diff: Diff) -> Any:
    """All that is told, without the order and the names, which are those of the newer side."""

    def sorted_deep(value: Any) -> Any:
        if isinstance(value, list):
            return sorted(map(sorted_deep, value), key=repr)
        return {k: sorted_deep(v) for k, v in value.items()} if isinstance(value, dict) else value

    record = diff_record(diff)
    for one in record["changed"]:
        for name in ("agency", "year", "title", "folder"):
            del one[name]
    return sorted_deep(record)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases(case: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    """Each case tells exactly what is written beside it, in every format."""
    diff = case_diff(case)
    for suffix, form in SUFFIXES.items():
        expected = case / f"expected.{suffix}"
        told = "".join(FORMATS[form](diff))
        if update_golden:
            expected.write_text(told, encoding="utf-8", newline="\n")
        assert told == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_way_back_tells_the_same_turned_round(case: Path) -> None:
    """Old against new is new against old with before and after exchanged."""
    there = case_diff(case)
    old, new = (folder_tree(case / side) for side in ("new", "old"))
    assert unordered(replace(compare(old, new), problems=())) == unordered(
        replace(swapped(there), problems=())
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_record_is_read_back_as_it_was(case: Path) -> None:
    """The JSON contract holds the whole difference."""
    diff = case_diff(case)
    assert read_record(json.loads("".join(FORMATS["json"](diff)))) == diff


def test_records_follow_their_schema() -> None:
    """Every record of the cases is as `docs/changes.schema.json` says."""
    records = [str(case / "expected.json") for case in CASES]
    assert records
    checked = subprocess.run(
        [str(BIN / "check-jsonschema"), "--schemafile", str(SCHEMA), *records],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_every_file_that_differs_is_named() -> None:
    """No difference is passed over: a changed report names its files, a broken one is told."""
    for case in CASES:
        old, new = (folder_tree(case / side) for side in ("old", "new"))
        diff = case_diff(case)
        told = {f"{one.report.folder}/{file}" for one in diff.changed for file in one.files}
        apart = {one.folder for one in (*diff.added, *diff.removed)}
        broken = {p.file.partition("：")[2].rpartition("/")[0] for p in diff.problems}
        for path in {*old, *new}:
            folder = path.rpartition("/")[0]
            if folder in apart or (path in old and path in new and old[path] == new[path]):
                continue
            moved = (folder in old.folders) != (folder in new.folders)
            assert path in told or folder in broken or moved, (case.name, path)


#: What a mark of Markdown becomes where a text gets out of its code span.
ALIVE = ("a", "img", "h1", "em", "strong", "script", "b", "i")


def test_text_of_strangers_stays_text_in_a_comment() -> None:
    """No link, picture, heading or tag comes out of a hostile package, and no mention."""
    told = "".join(FORMATS["markdown"](case_diff(Path(__file__).parent / "diff" / "hostile")))
    tree: Any = lxml.html.fromstring(COMMON_MARK.render(told))
    assert [e.tag for e in tree.iter() if e.tag in ALIVE] == []
    rows = {len(row.findall("td")) for row in tree.iter("tr")} - {0}
    assert rows == {3}
    for code in list(tree.iter("code")):
        code.drop_tree()
    rest = tree.text_content()
    assert re.search(r"[@<>`]|http|alert", rest) is None, rest


def test_a_workflow_command_is_one_line() -> None:
    """Nothing in a package can begin a command of its own."""
    told = "".join(FORMATS["github"](case_diff(Path(__file__).parent / "diff" / "hostile")))
    assert all(
        line.startswith(("::notice ", "::warning ", "::error ")) for line in told.splitlines()
    )


def test_a_long_comment_is_cut_and_says_so() -> None:
    """A forge would refuse it; what is left out is said to be."""
    named = [make.report(year=year) for year in range(2021, 2024)]
    diff = compare(Tree("old", NOTHING, NOTHING.__getitem__), tree_of("new", *named))
    many = replace(diff, added=diff.added * 1000)
    told = "".join(FORMATS["markdown"](many))
    assert COMMENT_LIMIT - 200 < len(told) < COMMENT_LIMIT + 100
    assert told.endswith("以下从略。全部变化见 `gongkai diff --format json`。\n")


CELLS = sorted(make.report().values)
STATUSES = (Status.BLANK, Status.SLASH, Status.AMBIGUOUS, Status.TEXT)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of 2023 with some cells changed, moved or gone."""
    made = make.report()
    values = dict(made.values)
    for cell in draw(st.lists(st.sampled_from(CELLS), max_size=4, unique=True)):
        kind = draw(st.integers(0, 3))
        if kind == 0:
            values[cell] = make.value(draw(st.integers(-5, 10**30)))
        elif kind == 1:
            raw = draw(st.text(max_size=5))
            values[cell] = Value(None, draw(st.sampled_from(STATUSES)), raw)
        elif kind == 2:
            values[cell] = replace(values[cell], locus=Locus("original.txt", line=999))
        else:
            del values[cell]
    return replace(made, values=values)


def said(report: Report, cell: CellId) -> tuple[object, ...] | None:
    """What a cell of a report says, as far as a package can keep it."""
    value = report.values.get(cell)
    if value is None:
        return None
    return value.number, value.status, clean(value.raw), value.unit


@given(reports(), reports())
@settings(max_examples=60, deadline=None)
def test_exactly_the_cells_that_say_something_else_are_told(one: Report, other: Report) -> None:
    """All of them and no other, whichever moved; and the way back is the same turned round."""
    old, new = cells_of(one), cells_of(other)
    assert compare(old, cells_of(one)).is_empty
    diff = compare(old, new)
    told = {change.cell for report in diff.changed for change in report.cells}
    assert told == {cell for cell in CELLS if said(one, cell) != said(other, cell)}
    assert unordered(compare(new, old)) == unordered(swapped(diff))
    assert diff.is_empty == (dict(old) == dict(new))
    for write in FORMATS.values():
        assert "".join(write(diff))


@given(st.text() | st.text(st.sampled_from("`\\| a<>&*_[]()!@\n~")))
def test_a_code_span_holds_any_text(text: str) -> None:
    """Whatever the text, Markdown shows it and reads nothing in it."""
    told = COMMON_MARK.render(f"| a | b |\n|---|---|\n| {code_span(text)} | y |\n")
    first, last = lxml.html.fromstring(told).findall(".//td")
    assert [e.tag for e in first] == ["code"]
    assert str(first[0].text).strip() == plain(text).replace("|", "｜")
    assert (first.text, first[0].tail, last.text) == (None, None, "y")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Figure("5", "number", "5", None, "form2021"), Figure("5", "text", "5", None, "form2021")),
        (Figure(None, "blank", " ", None, "a"), Figure(None, "blank", None, None, "a")),
        (Figure(None, "blank", None, "件", "a"), Figure(None, "blank", None, None, "a")),
        (Figure(None, "new?", None, None, None), Figure(None, None, None, None, None)),
    ],
)
def test_sides_that_look_alike_tell_what_is_not_the_same(before: Figure, after: Figure) -> None:
    """No change is told with the same words before and after."""
    words = change_words(CellChange(CELLS[0], before, after))
    assert words[0] != words[1]


def packages_of(top: Path) -> Path:
    """A folder with two packages."""
    write_tree(tree_of("", make.report(), make.report(year=2022)), top)
    return top


def test_a_folder_a_zip_and_a_release_are_the_same_tree(tmp_path: Path) -> None:
    """Packages are compared wherever they are; their digest does not depend on it."""
    folder = packages_of(tmp_path / "project" / "datapackages")
    (folder / "README.md").write_text("不是数据包", encoding="utf-8")
    released = tmp_path / "2026.12"
    released.mkdir()
    (released / "packages.zip").write_bytes(write_zip(folder_tree(folder)))
    places = (folder, folder.parent, released, released / "packages.zip")
    digests = set()
    for place in places:
        with open_tree(place) as tree:
            digests.add(tree.digest())
            assert len(tree) == len(list(tree)) == 20
    assert len(digests) == 1
    assert run(folder, released).exit_code == 0


def test_places_without_packages_are_named(tmp_path: Path) -> None:
    """An empty folder, a file that is no zip, a path that is not there."""
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK nothing")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a/b/c/../d", b"")
        archive.writestr("datapackages/990100/tongjiju/2023/cells.csv", b"")
    for place in (tmp_path, broken, tmp_path / "nothing", tmp_path / "other.zip"):
        told = run(place, place)
        assert told.exit_code == 2
        assert str(place) in told.stderr
        assert "办法：" in told.stderr


def test_files_that_cannot_be_read_are_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to elsewhere, a file too large or gone, a damaged zip: one message, no content."""
    old, new = packages_of(tmp_path / "old"), packages_of(tmp_path / "new")
    secret = tmp_path / "secret"
    secret.write_text("机密", encoding="utf-8")
    linked = new / "990100/tongjiju/2023/cells.csv"
    linked.unlink()
    linked.symlink_to(secret)
    told = run(old, new)
    assert told.exit_code == 1
    assert "符号链接" in told.stdout
    assert "机密" not in told.stdout
    tree = folder_tree(new)
    (new / "990100/tongjiju/2023/sections.csv").unlink()
    with pytest.raises(DiffError, match="读不出来"):
        tree["990100/tongjiju/2023/sections.csv"]
    data = bytearray(write_zip(folder_tree(old)))
    data[200:260] = bytes(60)
    (tmp_path / "damaged.zip").write_bytes(data)
    assert "解压不了" in run(old, tmp_path / "damaged.zip").stdout
    (tmp_path / "good.zip").write_bytes(write_zip(folder_tree(old)))
    monkeypatch.setattr(trees, "MAX_BYTES", 10)
    assert "文件太大" in run(old, tmp_path / "good.zip").stdout


def test_a_zip_with_two_files_of_one_name_is_refused(tmp_path: Path) -> None:
    """Which of them is meant cannot be known."""
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b/c/d", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a/b/c/d", b"2")
    assert "同名" in run(path, path).stderr


def test_the_command_ends_with_what_it_found(tmp_path: Path) -> None:
    """0 for the same, 1 for different, 2 where it cannot tell; `--out` writes a file."""
    old, new = (Path(__file__).parent / "diff" / "figures" / side for side in ("old", "new"))
    assert run(old, old).exit_code == 0
    told = run(old, new, "--format", "json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["counts"]["cells_changed"] == 9
    assert run(old, new, "--format", "nothing").exit_code == 2
    assert run(old, new, "--out", tmp_path / "d.md", "--format", "markdown").exit_code == 1
    assert (tmp_path / "d.md").read_text(encoding="utf-8").startswith("### 数据的变化")
    assert run(old, new, "--out", tmp_path / "no" / "d.md").exit_code == 2


def test_a_section_may_be_longer_than_the_usual_limit_of_csv() -> None:
    """A text of 200,000 characters is compared like any other."""
    old = tree_of("old", make.report(texts={"overview": "长" * 200_000}))
    new = tree_of("new", make.report(texts={"overview": "长" * 200_001}))
    (one,) = compare(old, new).changed
    assert [s.section for s in one.sections] == ["overview"]
