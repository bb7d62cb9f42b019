"""The line: content in, packages out, problems named, nothing half-written."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gongkai import line
from gongkai.model import Corpus, Problem, Published, Verdict
from gongkai.site import SiteResult
from project import ROOT, add_report, make_project, report_text

if TYPE_CHECKING:
    from pathlib import Path

DATA_ONLY = line.Options(site=None)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_each_report_becomes_a_package(tmp_path: Path) -> None:
    """One folder a report, at the address its agency and year give."""
    root = make_project(tmp_path)
    result = line.build(root, DATA_ONLY)
    assert (result.reports, result.changed, result.problems) == (3, 3, ())
    folders = sorted(
        str(p.parent.relative_to(root)) for p in root.glob("datapackages/*/*/*/datapackage.json")
    )
    assert folders == [
        "datapackages/990100/shuiwuju/2023",
        "datapackages/990100/tongjiju/2020",
        "datapackages/990100/tongjiju/2023",
    ]


def test_building_twice_gives_the_same_bytes_and_changes_nothing(tmp_path: Path) -> None:
    """Same input, same bytes; also with several workers."""
    root = make_project(tmp_path)
    line.build(root, DATA_ONLY)
    first = tree(root / "datapackages")
    assert line.build(root, DATA_ONLY).changed == 0
    for old in (root / "datapackages").rglob("*.csv"):
        old.unlink()
    assert line.build(root, line.Options(site=None, workers=2)).changed == 3
    assert tree(root / "datapackages") == first


def test_many_reports_are_read_by_workers_in_the_same_order(tmp_path: Path) -> None:
    """Workers change nothing but the time."""
    root = make_project(tmp_path)
    alone = line.load(root)
    steps: list[tuple[int, int]] = []
    together = line.load(
        root, workers=2, progress=lambda _, done, total: steps.append((done, total))
    )
    assert [p.entry.report_id for p in together.reports] == [
        p.entry.report_id for p in alone.reports
    ]
    assert [p.report.values for p in together.reports] == [p.report.values for p in alone.reports]
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_reports_share_what_is_the_same_in_all_of_them(tmp_path: Path) -> None:
    """The form and the ids of its cells stand in memory once, not once a report."""
    corpus = line.load(make_project(tmp_path), workers=2)
    reports = [one for one in corpus.reports if one.entry.year == 2023]
    assert len(reports) == 2
    first, second = (
        {str(cell): cell for cell in one.report.values}
        | {str(cell): cell for finding in one.findings for cell in finding.cells}
        for one in reports
    )
    assert all(first[name] is second[name] for name in first.keys() & second.keys())
    assert reports[0].report.form is reports[1].report.form


def test_what_comes_out_right_is_held_without_words(tmp_path: Path) -> None:
    """A corpus keeps the verdict and the cells of what holds; a report read alone its words too."""
    root = make_project(tmp_path)
    one = line.load(root).reports[0]
    alone = line.read_file(root / one.entry.original)
    right = [finding for finding in one.findings if finding.verdict is Verdict.PASS]
    assert right
    assert all(finding.cells for finding in right if finding.check == "T3-ROW")
    assert {(f.message, f.message_en, f.expression) for f in right} == {("", "", "")}
    assert all(finding.message for finding in one.findings if finding.verdict is not Verdict.PASS)
    assert all(finding.message for finding in alone.findings)


def test_a_package_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Nothing is passed over in silence."""
    corpus = line.load(make_project(tmp_path / "project"))
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        line.write_packages(corpus, tmp_path / "file")


def test_reports_share_their_form(tmp_path: Path) -> None:
    """What comes back from workers holds no copies of it."""
    reports = line.load(make_project(tmp_path)).reports
    assert len({id(one.report.form) for one in reports if one.entry.year == 2023}) == 1


def test_bare_files_come_with_their_paths_and_the_time_they_took(tmp_path: Path) -> None:
    """In the order given, also where one of them gives nothing or has no form."""
    paths = [tmp_path / name for name in ("b.txt", "a.txt", "c.txt")]
    paths[0].write_text(report_text(), encoding="utf-8")
    paths[2].write_text("一份通知", encoding="utf-8")
    readings = list(line.read_files(iter(paths), workers=2))
    assert [reading.path for reading in readings] == paths
    assert [isinstance(reading.result, Problem) for reading in readings] == [False, True, False]
    assert all(reading.seconds > 0 for reading in readings)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x80\x81\xff\xff", "encoding"),
        ("关于做好防汛工作的通知\n各单位：请做好准备。\n".encode(), "not_trusted"),
        (b"PK\x03\x04 no zip at all", "format_unsupported"),
    ],
)
def test_a_faulty_original_is_a_problem_and_the_others_build(
    tmp_path: Path, data: bytes, code: str
) -> None:
    """Its message names the file and the remedy; its package is not written."""
    root = make_project(tmp_path)
    line.build(root, DATA_ONLY)
    bad = root / "content" / "reports" / "990100" / "tongjiju" / "2023" / "original.txt"
    bad.write_bytes(data)
    result = line.build(root, DATA_ONLY)
    assert [p.code for p in result.problems] == [code]
    assert "content/reports/990100/tongjiju/2023/original.txt" in str(result.problems[0])
    assert result.reports == 2
    assert not (root / "datapackages" / "990100" / "tongjiju" / "2023").exists()
    assert (root / "datapackages" / "990100" / "tongjiju" / "2020").exists()


def test_packages_of_reports_that_are_gone_are_removed(tmp_path: Path) -> None:
    """Also their empty parents."""
    root = make_project(tmp_path)
    line.build(root, DATA_ONLY)
    gone = root / "content" / "reports" / "990100" / "shuiwuju"
    gone.rename(tmp_path / "elsewhere")
    assert line.build(root, DATA_ONLY).changed == 1
    assert not (root / "datapackages" / "990100" / "shuiwuju").exists()


def test_a_correction_mends_the_reading_and_a_needless_one_is_a_problem(tmp_path: Path) -> None:
    """`corrections.toml` is applied between parsing and checking."""
    root = make_project(tmp_path)
    folder = add_report(
        root, "tongjiju", "示例市统计局", 2022,
        report_text(year=2022, changed={"disclosure/penalty/decisions": "1O"}),
    )  # fmt: skip
    (folder / "corrections.toml").write_text(
        '[[correction]]\ncell = "disclosure/penalty/decisions"\nexpect = "1O"\nvalue = "10"\nreason = "认错字"\n',
        encoding="utf-8",
    )
    corpus = line.load(root)
    (one,) = [p for p in corpus.reports if p.entry.year == 2022]
    assert {str(c): v.number for c, v in one.report.values.items()}[
        "disclosure/penalty/decisions"
    ] == 10
    (folder / "original.txt").write_text(
        report_text(year=2022, changed={"disclosure/penalty/decisions": "10"}), encoding="utf-8"
    )
    assert len(line.load(root).problems) == 1


def test_a_bare_file_is_read_without_a_folder(tmp_path: Path) -> None:
    """As `gongkai read` does."""
    path = tmp_path / "a.txt"
    path.write_text(report_text(), encoding="utf-8")
    published = line.read_file(path)
    assert isinstance(published, Published)
    assert not isinstance(published, Problem)
    assert published.report.entry is None
    assert published.failures == ()
    with pytest.raises(ValueError, match=r"a\.txt"):
        _ = published.entry


def test_committed_packages_are_what_the_build_writes(tmp_path: Path) -> None:
    """Each folder of `datapackages/` is the package of its report, byte for byte."""
    corpus = line.load(ROOT)
    assert corpus.problems == ()
    line.write_packages(corpus, tmp_path)
    written, committed = tree(tmp_path), tree(ROOT / "datapackages")
    assert {name: written.get(name) for name in committed} == committed


@pytest.mark.skipif(
    os.environ.get("GITHUB_EVENT_NAME") == "pull_request",
    reason="a contributor without Python uploads a report; its package is added on merging",
)
def test_every_report_has_its_package_committed() -> None:
    """No report of `content/` is without a folder in `datapackages/`."""
    reports = {
        p.parent.relative_to(ROOT / "content" / "reports")
        for p in ROOT.glob("content/reports/*/*/*/report.toml")
    }
    packages = {
        p.parent.relative_to(ROOT / "datapackages")
        for p in ROOT.glob("datapackages/*/*/*/datapackage.json")
    }
    assert reports == packages


def write_site(corpus: Corpus, root: Path, out: Path, workers: int, *, offline: bool) -> SiteResult:
    """A site of one page, instead of the real one."""
    assert workers == 1
    assert isinstance(offline, bool)
    out.mkdir(exist_ok=True)
    (out / "index.html").write_text(f"{len(corpus.reports)} {root.name}", encoding="utf-8")
    return SiteResult(out=out, pages=1, warnings=())


def test_a_second_build_with_nothing_changed_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inputs, packages and program are compared by their bytes; a lost site is built again."""
    monkeypatch.setattr(line, "build_site", write_site)
    root = make_project(tmp_path)
    options = line.Options(site=root / "site")
    assert not line.build(root, options).unchanged
    assert line.build(root, options).unchanged
    assert not line.build(root, replace(options, offline=False)).unchanged
    assert not line.build(root, options).unchanged
    (root / "site" / "index.html").unlink()
    assert not line.build(root, options).unchanged
    (root / "datapackages" / "990100" / "tongjiju" / "2023" / "cells.csv").unlink()
    assert line.build(root, options).changed == 1
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert not line.build(root, options).unchanged


def test_a_build_with_a_problem_is_never_called_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message must not disappear with the second run."""
    monkeypatch.setattr(line, "build_site", write_site)
    root = make_project(tmp_path)
    (root / "content/reports/990100/tongjiju/2023/report.toml").unlink()
    options = line.Options(site=root / "site")
    for _ in range(2):
        result = line.build(root, options)
        assert not result.unchanged
        assert len(result.problems) == 1
