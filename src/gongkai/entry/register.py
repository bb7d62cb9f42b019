"""Everything the tables of `content/` say together: regions, agencies, and their history.

Owns the agreement of `names.csv`, `codes.csv`, `redirects.csv` and `coverage.csv` (each may be
absent) with the two tables. It must not know the reports' folders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from gongkai.entry.divisions import code_years
from gongkai.entry.tables import (
    FOLLOWS,
    agency_region_fault,
    agency_rows,
    circle_of,
    drop_faulty,
    load_table,
    region_rows,
    region_years,
    years_fault,
)
from gongkai.entry.written import CodeRow, CoverageRow, NameRow, RedirectRow, shown
from gongkai.forms import due_on
from gongkai.model import Agency, AgencyName, Redirect, Region, Sighting

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.entry.tables import Fault, Table
    from gongkai.entry.written import AgencyRow, RegionRow
    from gongkai.model import Problem


class Bound(NamedTuple):
    """The report years a row of a table allows, both included; None where there is no bound.

    `table` is empty where the standard's list sets the bound.
    """

    table: str
    name: str
    first: int | None
    last: int | None

    def holds(self, year: int) -> bool:
        """Whether a report of that year may stand there."""
        return (self.first or year) <= year <= (self.last or year)

    @property
    def span(self) -> str:
        """The years in Chinese."""
        return f"{self.first or ''}—{self.last or ''}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose reports stand in a folder: the agency with the code and the place of that time."""

    agency: Agency
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """What the tables say. All is in the order of the ids.

    `holders` has the folders (code, short name) reports may stand in, `told` those of rows that
    have a message, so that nothing is said twice; `codes` are those of all regions.
    """

    regions: dict[str, Region]
    agencies: dict[str, Agency]
    redirects: tuple[Redirect, ...]
    sightings: tuple[Sighting, ...]
    holders: dict[tuple[str, str], Holder]
    told: frozenset[tuple[str, str]]
    codes: frozenset[str]
    problems: tuple[Problem, ...]
    usable: bool

    def agency_in(self, agency_id: str, year: int) -> Agency:
        """The agency with the code it had in that year; with today's where none is known.

        Raises:
            KeyError: if there is no such agency.
        """
        today = self.agencies[agency_id]
        held = [one for one in self.holders.values() if one.agency.id == agency_id]
        fits = [one.agency for one in held if all(bound.holds(year) for bound in one.bounds)]
        return today if today in fits else (fits or [today])[0]


@dataclass(frozen=True, slots=True)
class _Tables:
    """The rows of all tables that agree with each other."""

    regions: Table[RegionRow]
    agencies: Table[AgencyRow]
    names: Table[NameRow]
    codes: Table[CodeRow]
    redirects: Table[RedirectRow]
    coverage: Table[CoverageRow]

    def names_of(self) -> dict[str, list[NameRow]]:
        """The names of each agency and region."""
        found: dict[str, list[NameRow]] = {}
        for _, row in self.names.rows.values():
            found.setdefault(row.id, []).append(row)
        return found

    def codes_of(self) -> dict[str, list[CodeRow]]:
        """The codes each agency had before, the oldest first."""
        found: dict[str, list[CodeRow]] = {}
        for _, row in sorted(self.codes.rows.values(), key=lambda one: one[1].valid_to):
            found.setdefault(row.agency_id, []).append(row)
        return found

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the rows that are left out, table by table."""
        return (
            *self.regions.problems,
            *self.agencies.problems,
            *self.names.problems,
            *self.codes.problems,
            *self.redirects.problems,
            *self.coverage.problems,
        )


def read_register(content: Path) -> Register:
    """Everything the tables below `content` say.

    A faulty row is left out and told in `problems`. Where the regions or the agencies cannot be
    read at all, nothing is usable.
    """
    regions = region_rows(content)
    if not regions.usable:
        return _unusable(regions.problems)
    agencies = agency_rows(content, regions)
    if not agencies.usable:
        return _unusable([*regions.problems, *agencies.problems])
    redirects = _redirect_rows(content, agencies)
    tables = _Tables(
        regions,
        agencies,
        _name_rows(content, agencies, regions),
        _code_rows(content, agencies, regions),
        redirects,
        _coverage_rows(content, agencies, redirects),
    )
    return _made(tables)


def _unusable(problems: list[Problem]) -> Register:
    none = frozenset[tuple[str, str]]()
    return Register({}, {}, (), (), {}, none, frozenset(), tuple(problems), usable=False)


# --- How the tables agree ------------------------------------------------------------------


def _agency_fault(name: str, column: str, agencies: Table[AgencyRow]) -> Fault | None:
    """That a row names no agency; nothing of one whose own row has its message."""
    if name in agencies.rows:
        return None
    if name in agencies.ids:
        return FOLLOWS
    return column, f"{shown(name)} 不在 agencies.csv 里", "先在 agencies.csv 添一行，或改正编号"


def _name_rows(
    content: Path, agencies: Table[AgencyRow], regions: Table[RegionRow]
) -> Table[NameRow]:
    table = load_table(content / "names.csv", NameRow, "id", "name", "kind", optional=True)

    def check(row: NameRow) -> Fault | None:
        if row.id.startswith("cn-"):
            return _agency_fault(row.id, "id", agencies) or years_fault(row)
        if row.id not in regions.rows:
            if row.id in regions.ids:
                return FOLLOWS
            return "id", f"{row.id} 不在 regions.csv 里", "先在 regions.csv 添一行，或改正编号"
        return years_fault(row)

    drop_faulty(table, check)
    return table


def _code_rows(
    content: Path, agencies: Table[AgencyRow], regions: Table[RegionRow]
) -> Table[CodeRow]:
    table = load_table(content / "codes.csv", CodeRow, "agency_id", "adcode", optional=True)
    folders = {(row.adcode, row.slug): name for name, (_, row) in agencies.rows.items()}

    def check(row: CodeRow) -> Fault | None:
        fault = (
            _agency_fault(row.agency_id, "agency_id", agencies)
            or agency_region_fault(row, regions)
            or years_fault(row)
        )
        if fault is not None:
            return fault
        slug = agencies.rows[row.agency_id][1].slug
        holder = folders.setdefault((row.adcode, slug), row.agency_id)
        if holder != row.agency_id:
            return (
                "adcode",
                f"{row.adcode}/{slug} 是 {holder} 的文件夹",
                "改正代码，或改用另一个 slug",
            )
        if row.adcode == agencies.rows[row.agency_id][1].adcode:
            return "adcode", "这是 agencies.csv 里现在的代码", "写从前的代码，或删去这一行"
        return None

    drop_faulty(table, check)
    return table


def _redirect_rows(content: Path, agencies: Table[AgencyRow]) -> Table[RedirectRow]:
    """The ids that are no longer used; an agency that is given one of them is dropped."""
    table = load_table(content / "redirects.csv", RedirectRow, "old_id", optional=True)
    after: dict[str, str | None] = {name: row.new_id for name, (_, row) in table.rows.items()}
    lines = {name: line for name, (line, _) in table.rows.items()}

    def given_again(row: AgencyRow) -> Fault | None:
        if row.agency_id not in after:
            return None
        return (
            "agency_id",
            f"{row.agency_id} 已经停用（redirects.csv 第{lines[row.agency_id]}行），不能再给",
            "改用另一个编号；没有停用就删去 redirects.csv 那一行",
        )

    again = {name for name in agencies.rows if name in after}
    drop_faulty(agencies, given_again)

    def check(row: RedirectRow) -> Fault | None:
        if row.old_id in again:
            return FOLLOWS
        circle = circle_of(row.old_id, after)
        if circle:
            path = " → ".join([*circle, row.old_id])
            fault = (
                "new_id",
                f"转来转去成了圈：{path}",
                "改正编号，最后转到 agencies.csv 里的机关",
            )
            return fault if row.old_id == min(circle) else FOLLOWS
        if row.new_id in after:
            return None
        return _agency_fault(row.new_id, "new_id", agencies)

    drop_faulty(table, check)
    return table


def _target(name: str, after: dict[str, str]) -> str | None:
    """The agency at the end of a chain of redirects; None where the chain is broken."""
    seen: set[str] = set()
    while name in after and name not in seen:
        seen.add(name)
        name = after[name]
    return None if name in seen else name


def _coverage_rows(
    content: Path, agencies: Table[AgencyRow], redirects: Table[RedirectRow]
) -> Table[CoverageRow]:
    table = load_table(content / "coverage.csv", CoverageRow, "agency_id", "year", optional=True)

    def check(row: CoverageRow) -> Fault | None:
        if row.agency_id in redirects.rows:
            new = redirects.rows[row.agency_id][1].new_id
            return "agency_id", f"{row.agency_id} 已经停用", f"写接替它的 {new}"
        fault = _agency_fault(row.agency_id, "agency_id", agencies)
        if fault is not None:
            return fault
        agency = agencies.rows[row.agency_id][1]
        due = due_on(agency.level, agency.classification, row.year)
        if row.status == "missing" and due is not None and row.checked_on <= due:
            message = f"{row.checked_on} 还没有过应当公布的日期 {due}，说不上没有公布"
            return "checked_on", message, "到期以后再查，或删去这一行"
        return None

    drop_faulty(table, check)
    return table


# --- From rows to what they speak of -------------------------------------------------------


def _made(tables: _Tables) -> Register:
    names, codes = tables.names_of(), tables.codes_of()
    regions = {
        name: _region_of(row, names.get(name, []), tables)
        for name, (_, row) in sorted(tables.regions.rows.items())
    }
    agencies = {
        name: replace(
            _agency_of(row, tables, regions),
            names=(known := _names_of(row, names.get(name, []))),
            other_names=tuple(one.name for one in known if one.name != row.name),
            former_codes=tuple(one.adcode for one in codes.get(name, [])),
        )
        for name, (_, row) in sorted(tables.agencies.rows.items())
    }
    holders = _holders(tables, agencies, regions)
    slugs = {g.get("agency_id", ""): g.get("slug", "") for g in tables.agencies.written}
    written = {(g.get("adcode", ""), g.get("slug", "")) for g in tables.agencies.written}
    written |= {
        (g.get("adcode", ""), slugs.get(g.get("agency_id", ""), "")) for g in tables.codes.written
    }
    # A row told for a mistyped code leaves behind the folder that its id names.
    faulty = slugs.keys() - tables.agencies.rows.keys()
    written |= {(name[3:9], name[10:]) for name in faulty}
    return Register(
        regions=regions,
        agencies=agencies,
        redirects=_redirects(tables.redirects, agencies),
        sightings=tuple(
            Sighting(r.agency_id, r.year, r.status, r.checked_on, r.source_url, r.note)
            for _, (_, r) in sorted(tables.coverage.rows.items())
        ),
        holders=holders,
        told=frozenset(written - holders.keys()),
        codes=frozenset(g.get("adcode", "") for g in tables.regions.written),
        problems=tables.problems,
        usable=True,
    )


def _redirects(table: Table[RedirectRow], agencies: dict[str, Agency]) -> tuple[Redirect, ...]:
    """Each old id with the agency its chain leads to."""
    after = {name: row.new_id for name, (_, row) in table.rows.items()}
    return tuple(
        Redirect(name, target, row.since, row.reason)
        for name, (_, row) in sorted(table.rows.items())
        if (target := _target(name, after)) in agencies
    )


def _region_of(row: RegionRow, names: list[NameRow], tables: _Tables) -> Region:
    known = tables.regions.rows
    first, last = region_years(row)
    return Region(
        row.region_id,
        row.adcode,
        row.name,
        row.name_en,
        row.kind,
        row.parent_id if row.parent_id in known else None,
        first,
        last,
        row.source,
        tuple(sorted({one.name for one in names} - {row.name})),
    )


def _names_of(row: AgencyRow, dated: list[NameRow]) -> tuple[AgencyName, ...]:
    """The official name, then the others by kind and year, then those without a year."""
    order = {"official": 0, "former": 1, "short": 2, "other": 3}
    names = [AgencyName(n.name, n.kind, n.valid_from, n.valid_to, n.source) for n in dated]
    if not any((n.name, n.kind) == (row.name, "official") for n in names):
        names.append(AgencyName(row.name, "official", row.valid_from, row.valid_to))
    known = {n.name for n in names}
    others = dict.fromkeys(name for name in row.other_names if name not in known)
    names += [AgencyName(other, "other") for other in others]
    return tuple(
        sorted(names, key=lambda n: (n.name != row.name, order[n.kind], n.valid_from or 0, n.name))
    )


def _agency_of(row: AgencyRow, tables: _Tables, regions: dict[str, Region]) -> Agency:
    return Agency(
        id=row.agency_id,
        slug=row.slug,
        adcode=row.adcode,
        name=row.name,
        other_names=row.other_names,
        classification=row.classification,
        level=row.level,
        region=regions[row.region_id],
        parent=row.parent_id if row.parent_id in tables.agencies.rows else None,
        uscc=row.uscc,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _bounds_of(row: RegionRow) -> tuple[Bound, Bound]:
    own = Bound("regions.csv", row.name, row.valid_from, row.valid_to)
    return own, Bound("", row.name, *code_years(row.adcode, row.name))


def _holders(
    tables: _Tables, agencies: dict[str, Agency], regions: dict[str, Region]
) -> dict[tuple[str, str], Holder]:
    """The folder of each agency's code, and those of the codes it had before."""
    plain = {one.adcode: one for one in regions.values() if one.id == one.adcode}

    def holder(agency: Agency, *more: Bound) -> Holder:
        places = dict.fromkeys((agency.region.id, plain.get(agency.adcode, agency.region).id))
        bounds = [bound for name in places for bound in _bounds_of(tables.regions.rows[name][1])]
        own = Bound("agencies.csv", agency.name, agency.valid_from, agency.valid_to)
        return Holder(agency, (*bounds, *more, own))

    older = [row for _, row in tables.codes.rows.values()]
    changed = {name: codes[-1].valid_to for name, codes in tables.codes_of().items()}
    found = {}
    for one in agencies.values():
        # In the year in which the code changed a report may bear either.
        since = Bound("codes.csv", f"{one.name} {one.adcode}", changed.get(one.id), None)
        found[one.adcode, one.slug] = holder(one, since)
    for row in older:
        then = replace(agencies[row.agency_id], adcode=row.adcode, region=regions[row.region_id])
        bound = Bound("codes.csv", f"{then.name} {row.adcode}", row.valid_from, row.valid_to)
        found[row.adcode, then.slug] = holder(then, bound)
    return found
