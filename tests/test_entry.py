"""The folder rules: sound content gives entries, each fault one message, the rest unharmed."""

from __future__ import annotations

import hashlib
import os
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stdnum.cn.uscc import calc_check_digit

from gongkai.entry import (
    MAX_BYTES,
    MAX_TOML_BYTES,
    EntryError,
    ReportToml,
    discover,
    read_register,
    read_toml,
    report_toml,
    write_report_toml,
)
from gongkai.entry.divisions import divisions

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = Path(__file__).parent / "bad_content"
SOUND = CASES / "_sound"
FOLDER = Path("content/reports/990100/caizhengju/2023")
FIELDS: dict[str, object] = {
    "title": "示例市财政局2023年政府信息公开工作年度报告",
    "publisher": "示例市财政局",
    "year": 2023,
    "transcription": "full",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one sound report."""
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    return tmp_path


def add(root: Path, folder: Path = FOLDER, fields: Mapping[str, object] = FIELDS) -> Path:
    """A second report in the project."""
    place = root / folder
    place.mkdir(parents=True)
    (place / "original.txt").write_text("示例市财政局年度报告\n", encoding="utf-8")
    write_report_toml(place / "report.toml", fields)
    return place


def codes(root: Path) -> list[str]:
    """The codes of the problems of the project, whose first report still gives an entry."""
    entries, problems = discover(root)
    assert [e.report_id for e in entries] == ["cn-990100-tongjiju-2023"]
    return [problem.code for problem in problems]


def test_sound_content_gives_its_entry_and_no_problem(root: Path) -> None:
    """The entry has what the tables, report.toml and the file itself say."""
    entries, problems = discover(root)
    assert problems == []
    (entry,) = entries
    assert entry.folder == "content/reports/990100/tongjiju/2023"
    assert entry.original == f"{entry.folder}/original.txt"
    assert entry.original_sha256 == hashlib.sha256((root / entry.original).read_bytes()).hexdigest()
    assert (entry.year, entry.scope, entry.source_url) == (2023, "unknown", None)
    assert entry.agency.name == "示例市统计局"
    assert entry.agency.region.name == "示例市"
    assert entry.agency.uscc == "113325000026455663"


@pytest.mark.parametrize("case", sorted(p.name for p in CASES.iterdir() if p.name != SOUND.name))
def test_bad_content_gives_exactly_the_expected_messages(root: Path, case: str) -> None:
    """Each case laid over the sound project gives its messages, and other reports stand."""
    shutil.copytree(CASES / case / "content", root / "content", dirs_exist_ok=True)
    entries, problems = discover(root)
    expected = (CASES / case / "expected.txt").read_text(encoding="utf-8")
    assert "\n".join(map(str, problems)) + "\n" == expected
    table_lost = any(p.code in {"encoding", "csv_header", "csv_syntax", "empty"} for p in problems)
    of_table = all(p.file.endswith(".csv") for p in problems)
    assert len(entries) == (0 if table_lost and of_table else 1)


def test_bad_content_has_cases() -> None:
    """The folder of cases is found, and each case says what is expected."""
    cases = [p for p in CASES.iterdir() if p.name != SOUND.name]
    assert len(cases) > 30
    assert all((case / "expected.txt").is_file() for case in cases)


def test_reports_come_in_the_order_of_their_ids(root: Path) -> None:
    """The order depends neither on the file system nor on the code of a year."""
    add(root, Path("content/reports/990100/tongjiju/2012"), {**FIELDS, "year": 2012})
    add(root)
    entries, problems = discover(root)
    assert problems == []
    assert [e.report_id for e in entries] == [
        "cn-990100-caizhengju-2023",
        "cn-990100-tongjiju-2012",
        "cn-990100-tongjiju-2023",
    ]


def test_all_items_of_report_toml_reach_the_entry(root: Path) -> None:
    """Dates may be TOML's own; an empty source address and empty dates mean unknown."""
    given: dict[str, object] = {
        **FIELDS,
        "transcription": "abridged",
        "document_name": "报告.pdf",
        "document_sha256": "1" * 64,
        "source_url": "https://www.example.org/xxgk/2023.html",
        "published_on": "2024-01-31",
        "scope": "own",
        "licence_note": "官方文件",
    }
    place = add(root, fields=given)
    with (place / "report.toml").open("a", encoding="utf-8") as file:
        file.write("retrieved_on = 2024-02-01\n")
    entry = discover(root)[0][0]
    assert {name: getattr(entry, name) for name in given} == given
    assert entry.retrieved_on == "2024-02-01"
    assert (entry.changed_on, entry.last_changed_on) == (None, "2024-02-01")
    with (place / "report.toml").open("a", encoding="utf-8") as file:
        file.write('changed_on = "2024-02-01"\n')
    entry = discover(root)[0][0]
    assert (entry.changed_on, entry.last_changed_on) == ("2024-02-01", "2024-02-01")
    write_report_toml(place / "report.toml", {**FIELDS, "source_url": "", "published_on": ""})
    entry = discover(root)[0][0]
    assert (entry.source_url, entry.published_on, entry.retrieved_on) == (None, None, None)
    assert entry.last_changed_on is None


def test_a_change_needs_no_date_of_retrieval(root: Path) -> None:
    """Where it is unknown when a report was retrieved, the day of its last change may be known."""
    add(root, fields={**FIELDS, "changed_on": "2024-03-01"})
    entries, problems = discover(root)
    assert problems == []
    assert (entries[0].retrieved_on, entries[0].last_changed_on) == (None, "2024-03-01")


def test_a_byte_order_mark_is_no_fault(root: Path) -> None:
    """Windows editors write one before TOML and CSV alike."""
    place = add(root)
    for path in (place / "report.toml", root / "content/regions.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    entries, problems = discover(root)
    assert (len(entries), problems) == (2, [])


def test_what_editors_leave_behind_is_passed_over(root: Path) -> None:
    """Hidden files and thumbnails are no part of a report."""
    place = add(root)
    for folder in (place, place.parent, place.parents[2]):
        for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
            (folder / name).write_text("x", encoding="utf-8")
    assert discover(root)[1] == []


def test_a_huge_original_is_refused_by_its_size(root: Path) -> None:
    """200 MB are never read: the file is sparse and its size is all that is asked."""
    place = add(root)
    with (place / "original.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    _, (problem,) = discover(root)
    assert problem.code == "too_large"
    assert str(problem) == (
        "content/reports/990100/caizhengju/2023/original.txt：有 200.0 MB，超过上限 20.0 MB。"
        "办法：换成较小的文件，只留报告本身。"
    )


def test_an_original_at_the_bound_is_taken(root: Path) -> None:
    """The bound itself is allowed, one byte more is not."""
    place = add(root)
    with (place / "original.txt").open("wb") as file:
        file.truncate(MAX_BYTES)
    assert discover(root)[1] == []
    with (place / "original.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert codes(root) == ["too_large"]


def test_a_huge_report_toml_is_refused_by_its_size(root: Path) -> None:
    """A page written by hand is small."""
    place = add(root)
    with (place / "report.toml").open("ab") as file:
        file.truncate(MAX_TOML_BYTES + 1)
    assert codes(root) == ["too_large"]


def test_deep_nesting_and_huge_numbers_are_syntax_errors(root: Path) -> None:
    """Hostile TOML gives a message and no crash."""
    place = add(root)
    for hostile in (f"year = {'[' * 50_000}", f"year = {'9' * 9_000}"):
        (place / "report.toml").write_text(hostile, encoding="utf-8")
        assert codes(root) == ["toml_syntax"]


def test_links_are_refused_wherever_they_stand(root: Path, tmp_path: Path) -> None:
    """A link could show a file from outside the project as a report."""
    secret = tmp_path / "secret.txt"
    secret.write_text("x", encoding="utf-8")
    place = add(root)
    (place / "original.txt").unlink()
    (place / "original.txt").symlink_to(secret)
    assert codes(root) == ["link"]
    (place / "original.txt").unlink()
    (place / "original.txt").write_text("报告", encoding="utf-8")
    (place / "report.toml").unlink()
    (place / "report.toml").symlink_to(SOUND / "content/reports/990100/tongjiju/2023/report.toml")
    assert codes(root) == ["link"]
    shutil.rmtree(place)
    place.symlink_to(SOUND)
    assert codes(root) == ["link"]
    reports = root / "content" / "reports"
    reports.rename(root / "elsewhere")
    reports.symlink_to(root / "elsewhere")
    entries, (problem,) = discover(root)
    assert (entries, problem.code, problem.file) == ([], "link", "content/reports")


def test_a_linked_table_is_refused(root: Path) -> None:
    """The two tables are files of the project too."""
    table = root / "content" / "agencies.csv"
    table.rename(root / "agencies.csv")
    table.symlink_to(root / "agencies.csv")
    entries, (problem,) = discover(root)
    assert (entries, problem.code) == ([], "not_a_file")


def test_names_with_unseen_or_decomposed_characters_are_refused(root: Path) -> None:
    """They are shown escaped, so that a message is one printable line."""
    odd = ["a\nb", "a\u202eb", unicodedata.normalize("NFD", "é"), "A" * 100]
    for name in odd:
        (root / "content/reports/990100" / name).mkdir()
    _, problems = discover(root)
    assert {p.code for p in problems} == {"folder_name"}
    shown = [p.file.rsplit("/", 1)[1] for p in problems]
    assert shown == [f"{'A' * 80}…", "a\\x0ab", "a\\x202eb", "e\u0301"]
    assert all("\n" not in str(p) for p in problems)


def test_names_that_are_no_text_are_shown_escaped(root: Path) -> None:
    """A file name of any bytes can be printed."""
    bad = root / "content/reports/990100" / "\udcff"
    try:
        bad.mkdir()
    except OSError:
        pytest.skip("这个文件系统只收 UTF-8 文件名")
    assert codes(root) == ["folder_name"]
    str(discover(root)[1][0]).encode("utf-8")


def test_missing_tables_and_folders_are_one_message_each(root: Path) -> None:
    """Without a table there is nothing to say about any report."""
    (root / "content/agencies.csv").unlink()
    entries, problems = discover(root)
    assert entries == []
    (problem,) = problems
    assert str(problem) == (
        "content/agencies.csv：没有这个文件。办法：新建它，第一行写 "
        "agency_id,name,other_names,adcode,slug,region_id,classification,level,parent_id,uscc,"
        "valid_from,valid_to。"
    )
    (root / "content/regions.csv").unlink()
    assert [p.file for p in discover(root)[1]] == ["content/regions.csv"]


def test_no_reports_folder_is_a_message(root: Path) -> None:
    """A new project is told how to begin."""
    shutil.rmtree(root / "content/reports")
    entries, (problem,) = discover(root)
    assert (entries, problem.code) == ([], "reports_missing")
    assert "gongkai add" in problem.remedy


def test_an_empty_year_folder_misses_both_files(root: Path) -> None:
    """Each missing file is a message of its own."""
    (root / FOLDER).mkdir(parents=True)
    assert codes(root) == ["report_toml_missing", "original_missing"]


def test_what_cannot_be_opened_is_a_message(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and folders without permission; the others still give entries."""
    add(root)
    real_open, real_scan = Path.open, os.scandir

    def refuse(path: Path, part: str, real: object, *args: object, **kwargs: object) -> object:
        if str(path).endswith(part):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)  # type: ignore[operator]

    for name in ("caizhengju/2023/original.txt", "caizhengju/2023/report.toml"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", lambda p, *a, n=name, **k: refuse(p, n, real_open, *a, **k))
            assert codes(root) == ["unreadable"]
    for name in ("caizhengju/2023", "990100/caizhengju"):
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", lambda p, n=name: refuse(p, n, real_scan))
            assert codes(root) == ["unreadable"]


def test_reading_a_file_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    """`read_toml` never raises anything but its own error for a bad file."""
    with pytest.raises(EntryError) as caught:
        read_toml(tmp_path / "none.toml", "none.toml", ReportToml)
    assert caught.value.problem.code == "unreadable"


def test_the_hash_is_that_of_the_file(root: Path) -> None:
    """A stated hash that is right is accepted."""
    place = add(root)
    sha256 = hashlib.sha256((place / "original.txt").read_bytes()).hexdigest()
    write_report_toml(place / "report.toml", {**FIELDS, "original_sha256": sha256})
    assert discover(root)[1] == []


def test_the_bounds_of_valid_years_are_included(root: Path) -> None:
    """A zone that ended in 2022 has a report of 2022."""
    add(root, Path("content/reports/990100/gaoxin-guanweihui/2022"), {**FIELDS, "year": 2022})
    assert discover(root)[1] == []


def test_tables_load_in_the_order_of_ids(root: Path) -> None:
    """`read_register` gives the sound rows."""
    register = read_register(root / "content")
    assert list(register.regions) == ["990000", "990100", "990100-gaoxin"]
    assert register.regions["990100-gaoxin"].parent == "990100"
    assert list(register.agencies) == [
        "cn-990100-caizhengju",
        "cn-990100-gaoxin-guanweihui",
        "cn-990100-tongjiju",
    ]
    zone = register.agencies["cn-990100-gaoxin-guanweihui"]
    assert zone.other_names == ("示例高新区管委会", "高新区管委会")
    assert zone.region is register.regions["990100-gaoxin"]


def test_an_agency_keeps_its_id_when_its_code_changes(root: Path) -> None:
    """The old code in the id must be one of the table's, so that it is no slip."""
    table = root / "content/agencies.csv"
    row = "cn-990000-jiaoyuju,示例市教育局,,990100,jiaoyuju,990100,education,prefecture,,,,\n"
    table.write_text(table.read_text(encoding="utf-8") + row, encoding="utf-8")
    assert discover(root)[1] == []


def write_table(root: Path, name: str, *lines: str) -> None:
    """A table of `content/`, or more rows of one that is there."""
    path = root / "content" / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(text + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_an_agency_has_its_older_reports_under_its_older_code(root: Path) -> None:
    """The id stays; code and place of each report are those of its year."""
    write_table(
        root, "regions.csv", "990150,990150,旧示例市,Old Shili,prefecture,990000,,2020,虚构"
    )
    write_table(
        root,
        "codes.csv",
        "agency_id,adcode,region_id,valid_from,valid_to,source",
        "cn-990100-caizhengju,990150,990150,2010,2020,虚构",
    )
    add(root, Path("content/reports/990150/caizhengju/2020"), {**FIELDS, "year": 2020})
    add(root)
    entries, problems = discover(root)
    assert problems == []
    by_id = {e.report_id: e.agency for e in entries}
    old, new = by_id["cn-990100-caizhengju-2020"], by_id["cn-990100-caizhengju-2023"]
    assert (old.id, old.adcode, old.region.name) == (new.id, "990150", "旧示例市")
    assert (new.adcode, new.region.name) == ("990100", "示例市")
    register = read_register(root / "content")
    assert register.agency_in(new.id, 2019) == old
    assert register.agency_in(new.id, 2020) == new
    assert register.agency_in(new.id, 2023) == new == register.agencies[new.id]
    add(root, Path("content/reports/990150/caizhengju/2009"), {**FIELDS, "year": 2009})
    add(root, Path("content/reports/990100/caizhengju/2015"), {**FIELDS, "year": 2015})
    late, early = discover(root)[1]
    assert "“示例市财政局 990100”的有效年份（2020—）" in late.message
    assert "（2010—2020）" in early.message
    assert "content/codes.csv" in early.remedy
    assert register.agency_in(new.id, 2009) == new


def test_names_have_their_years(root: Path) -> None:
    """The official one first, then former and short ones; without a year only where none is known."""
    write_table(
        root,
        "names.csv",
        "id,name,kind,valid_from,valid_to,source",
        "cn-990100-gaoxin-guanweihui,示例开发区管委会,former,2010,2015,虚构",
        "cn-990100-gaoxin-guanweihui,高新区管委会,short,,,虚构",
        "990100-gaoxin,示例开发区,former,2010,2015,虚构",
    )
    register = read_register(root / "content")
    assert register.problems == ()
    agency = register.agencies["cn-990100-gaoxin-guanweihui"]
    assert [(n.name, n.kind, n.valid_from, n.valid_to) for n in agency.names] == [
        ("示例高新区管理委员会", "official", None, None),
        ("示例开发区管委会", "former", 2010, 2015),
        ("高新区管委会", "short", None, None),
        ("示例高新区管委会", "other", None, None),
    ]
    assert agency.other_names == ("示例开发区管委会", "高新区管委会", "示例高新区管委会")
    assert register.regions["990100-gaoxin"].other_names == ("示例开发区",)
    write_table(
        root, "names.csv", "cn-990100-gaoxin-guanweihui,示例高新区管理委员会,official,2015,,虚构"
    )
    first = read_register(root / "content").agencies[agency.id].names[0]
    assert (first.kind, first.valid_from, first.source) == ("official", 2015, "虚构")


def test_a_chain_of_redirects_leads_to_the_agency_of_today(root: Path) -> None:
    """Every old id leads straight to the last one; one that leads nowhere leads no other."""
    write_table(
        root,
        "redirects.csv",
        "old_id,new_id,since,reason",
        "cn-990100-caiju,cn-990100-caiwuju,2009-01-01,更名",
        "cn-990100-caiwuju,cn-990100-caizhengju,2015-01-01,更名",
    )
    register = read_register(root / "content")
    assert register.problems == ()
    assert [(r.old, r.new, r.since) for r in register.redirects] == [
        ("cn-990100-caiju", "cn-990100-caizhengju", "2009-01-01"),
        ("cn-990100-caiwuju", "cn-990100-caizhengju", "2015-01-01"),
    ]
    write_table(
        root,
        "redirects.csv",
        "cn-990100-a,cn-990100-b,2015-01-01,更名",
        "cn-990100-b,cn-990100-c,2015-01-01,更名",
        "cn-990100-c,cn-990100-b,2015-01-01,更名",
    )
    register = read_register(root / "content")
    assert [p.field for p in register.problems] == ["第5行 new_id"]
    assert len(register.redirects) == 2


def test_what_was_looked_for_is_kept_by_agency_and_year(root: Path) -> None:
    """A faulty row is left out, the others stand."""
    write_table(
        root,
        "coverage.csv",
        "agency_id,year,status,checked_on,source_url,note",
        "cn-990100-tongjiju,2020,missing,2021-02-01,https://example.org/xxgk,栏目里没有",
        "cn-990100-caizhengju,2020,unreadable,2021-01-01,https://example.org/xxgk,",
    )
    register = read_register(root / "content")
    assert register.problems == ()
    assert [(s.agency, s.year, s.status, s.note) for s in register.sightings] == [
        ("cn-990100-caizhengju", 2020, "unreadable", None),
        ("cn-990100-tongjiju", 2020, "missing", "栏目里没有"),
    ]


def test_every_place_of_the_standard_can_be_written(root: Path) -> None:
    """Those of today as they are, below the whole country; older ones with their last year."""
    head = "region_id,adcode,name,name_en,kind,parent_id,valid_from,valid_to,source\n"
    table = root / "content/regions.csv"
    known = [one for names in divisions().values() for one in names]
    today = "".join(
        f"{one.adcode},{one.adcode},{one.name},X,{one.kind},{one.parent or '100000'},,,GB/T 2260\n"
        for one in known
        if one.last is None
    )
    country = "100000,100000,中国,China,country,,,,\n"
    table.write_text(head + country + today, encoding="utf-8")
    (root / "content/agencies.csv").write_text(
        "agency_id,name,other_names,adcode,slug,region_id,classification,level,parent_id,uscc,"
        "valid_from,valid_to\n"
        "cn-100000-guojia-tongjiju,国家统计局,,100000,guojia-tongjiju,100000,statistics,central,,,,\n",
        encoding="utf-8",
    )
    register = read_register(root / "content")
    assert register.problems == ()
    assert len(register.regions) == len(today.splitlines()) + 1
    assert register.regions["330113"].valid_from == 2021
    older = {one.adcode: one for one in known if one.last is not None}
    rows = "".join(
        f"{one.adcode},{one.adcode},{one.name},X,{one.kind},,{one.first or ''},{one.last},\n"
        for one in older.values()
    )
    table.write_text(head + country + rows, encoding="utf-8")
    register = read_register(root / "content")
    assert register.problems == ()
    assert register.regions["330103"].valid_to == 2021


def test_tables_that_cannot_be_read_leave_nothing(root: Path) -> None:
    """Of the optional ones too a broken file is a message; the reports stand."""
    write_table(root, "names.csv", "name")
    assert codes(root) == ["csv_header"]
    (root / "content/names.csv").unlink()
    (root / "content/regions.csv").write_text("", encoding="utf-8")
    register = read_register(root / "content")
    assert (register.usable, register.regions, register.agencies) == (False, {}, {})


def test_a_child_of_a_faulty_row_stands_without_it(root: Path) -> None:
    """It is not to blame; the parent that is not published is not named."""
    write_table(
        root,
        "agencies.csv",
        "cn-990100-shuiliju,示例市水利局,,990100,shuiliju,990100,water,city,,,,",
        "cn-990100-shuizhan,示例市水站,,990100,shuizhan,990100,water,county,cn-990100-shuiliju,,,",
    )
    register = read_register(root / "content")
    assert [p.field for p in register.problems] == ["第5行 level"]
    assert register.agencies["cn-990100-shuizhan"].parent is None


@pytest.mark.parametrize(
    ("adcode", "uscc"),
    [
        ("330100", "113325000026455663"),  # 丽水's code of before 2000
        ("110000", "11100000000014816Q"),  # registered by the central government
        ("500000", "11510000000014812B"),  # 重庆 was part of 四川
    ],
)
def test_credit_codes_of_bodies_registered_elsewhere_are_taken(
    root: Path, adcode: str, uscc: str
) -> None:
    """The province in the code is held against the place only where that is sure."""
    uscc = uscc[:17] + calc_check_digit(uscc[:17])
    province = f"{adcode[:2]}0000"
    (name,) = divisions()[province]
    write_table(root, "regions.csv", f"{province},{province},{name.name},X,province,,,,GB/T 2260")
    if adcode != province:
        (city,) = divisions()[adcode]
        write_table(
            root,
            "regions.csv",
            f"{adcode},{adcode},{city.name},X,prefecture,{province},,,GB/T 2260",
        )
    agencies = (root / "content/agencies.csv").read_text(encoding="utf-8")
    (root / "content/agencies.csv").write_text(
        agencies.replace("113325000026455663", ""), encoding="utf-8"
    )
    write_table(
        root,
        "agencies.csv",
        f"cn-{adcode}-renmin-zhengfu,某某人民政府,,{adcode},renmin-zhengfu,{adcode},government,"
        f"prefecture,,{uscc},,",
    )
    assert discover(root)[1] == []


def test_report_toml_is_written_in_order_and_read_back(tmp_path: Path) -> None:
    """What is absent is left out but for the source address, which waits to be filled in."""
    path = tmp_path / "report.toml"
    write_report_toml(path, {**dict(reversed(FIELDS.items())), "published_on": None})
    assert path.read_text(encoding="utf-8") == (
        'title = "示例市财政局2023年政府信息公开工作年度报告"\n'
        'publisher = "示例市财政局"\n'
        "year = 2023\n"
        'transcription = "full"\n'
        'source_url = ""\n'
        'scope = "unknown"\n'
        'licence_note = ""\n'
    )
    about = read_toml(path, "report.toml", ReportToml)
    assert about == ReportToml.model_validate(FIELDS)
    assert [p.name for p in tmp_path.iterdir()] == ["report.toml"]


def test_wrong_fields_are_not_written(tmp_path: Path) -> None:
    """Nothing is written, and each wrong field is named."""
    path = tmp_path / "report.toml"
    with pytest.raises(EntryError) as caught:
        write_report_toml(path, {**FIELDS, "year": True, "publisher": ""})
    assert [p.field for p in caught.value.problems] == ["publisher", "year"]
    assert caught.value.problem.code == "field_invalid"
    assert "publisher" in str(caught.value)
    assert not path.exists()


@pytest.mark.parametrize(
    "address",
    ["http://", "javascript:alert(1)", "https://[::1", "https://a b.example/", "x" * 3000],
)
def test_addresses_that_are_none_are_refused(address: str) -> None:
    """A page links to this address: only the web's own schemes, with a host."""
    with pytest.raises(EntryError) as caught:
        report_toml({**FIELDS, "source_url": address})
    assert [p.field for p in caught.value.problems] == ["source_url"]
