"""What a figure of the text may mean, in cells of the tables.

A fact has one reading or several: 收到 may count what is new or also what was carried in. Which
words claim a fact is the business of `cues`, whether a claim holds that of `judgements`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gongkai.checks.cells import form_of, items_of
from gongkai.forms.crosswalk import crosswalk
from gongkai.model import CellId

if TYPE_CHECKING:
    from gongkai.model import Report

_GROUP = "@"


@dataclass(frozen=True, slots=True)
class Part:
    """Cells of a table that are added up. `@denied` stands for all rows (columns) of a group."""

    table: str
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ("total",)
    minus: bool = False

    def cells(self, report: Report) -> tuple[CellId, ...]:
        """The cells, as far as the tables of the report have them."""
        return tuple(
            cell
            for version, item in items_of(report, self.table)
            for cell in _cells(self, version, item.id)
        )


@cache
def _cells(part: Part, version: str, item_id: str) -> tuple[CellId, ...]:
    """The cells of a part in one item of a form."""
    items = [i for t in form_of(version).tables if t.id == part.table for i in t.items]
    (item,) = (i for i in items if i.id == item_id)
    return tuple(
        CellId(part.table, row.id, column.id)
        for row in item.rows
        if not {row.id, f"{_GROUP}{row.group}"}.isdisjoint(part.rows)
        for column in item.columns
        if not {column.id, f"{_GROUP}{column.group}"}.isdisjoint(part.columns)
    )


Reading = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that text and tables both count. The first reading is the usual one."""

    check: str
    name: str
    readings: tuple[Reading, ...]


def _requests(*rows: str, column: str = "total", minus: bool = False) -> Part:
    return Part("requests", rows, (column,), minus=minus)


def _disputes(*rows: str, column: str = "total", minus: bool = False) -> Part:
    return Part("disputes", rows, (column,), minus=minus)


def _disclosure(row: str, *columns: str) -> tuple[Reading, ...]:
    return ((Part("disclosure", (row,), columns),),)


_NEW = _requests("received")
_CARRIED_IN = _requests("pending_start")
_DONE = _requests("processed_total")
_CLOSED = crosswalk()["closed_total"].rows
_PENDING_REVIEW = _disputes("review", column="pending", minus=True)
_PENDING_SUITS = _disputes("@lawsuits", column="pending", minus=True)

RECEIVED = Fact("N-RECEIVED", "received", ((_NEW,), (_NEW, _CARRIED_IN)))
NEW = Fact("N-RECEIVED", "received", ((_NEW,),))
# 办理 N 件 counts what came in, what was done, or both.
HANDLED = Fact("N-RECEIVED", "received", ((_NEW,), (_DONE,), (_NEW, _CARRIED_IN)))
CARRIED_IN = Fact("N-PENDSTART", "pending_start", ((_CARRIED_IN,),))
PROCESSED = Fact(
    "N-PROCESSED",
    "processed",
    ((_DONE,), (_DONE, _requests("pending_start", minus=True))),
)
# An answer may leave out what ended without one.
ANSWERED = Fact(
    "N-PROCESSED",
    "processed",
    (*PROCESSED.readings, (_DONE, _requests(*_CLOSED, minus=True))),
)
CARRIED_OUT = Fact("N-PENDEND", "pending_end", ((_requests("pending_end"),),))
# 已全部办结 says that none is carried out.
ALL_DONE = Fact("N-ALLDONE", "all_done", CARRIED_OUT.readings)
DISCLOSED = Fact(
    "N-GRANTED",
    "granted",
    ((_requests("granted"),), (_requests("granted"), _requests("granted_partial"))),
)
PARTIAL = Fact("N-PARTIAL", "granted_partial", ((_requests("granted_partial"),),))
DENIED = Fact(
    "N-DENIED",
    "denied",
    ((_requests("@denied"),), (_requests("@denied", "@unable", "@rejected"),)),
)
UNABLE = Fact("N-UNABLE", "unable", ((_requests("@unable"),),))
NOT_HELD = Fact(
    "N-UNABLE", "unable_not_held", ((_requests("unable_not_held"),), (_requests("@unable"),))
)
REJECTED = Fact(
    "N-REJECTED",
    "rejected",
    ((_requests("@rejected"),), (_requests("@rejected"), _requests(*_CLOSED))),
)
CLOSED = Fact(
    "N-CLOSED",
    "closed",
    (
        (_requests(*_CLOSED),),
        (_requests("closed_other"),),
        (_requests("@rejected"), _requests(*_CLOSED)),
    ),
)


def _applicants(name: str, column: str) -> Fact:
    new, carried, done = (
        _requests(row, column=column) for row in ("received", "pending_start", "processed_total")
    )
    return Fact("N-APPLICANTS", name, ((new,), (new, carried), (done,)))


NATURAL = _applicants("natural_person", "natural_person")
ORGANISATIONS = _applicants("organisations", "@organisations")
# Applicants of a kind that the table has a column of its own for.
KINDS = {
    name: _applicants(name, name)
    for name in (
        "commercial_enterprise",
        "research_institution",
        "public_interest_org",
        "legal_service_org",
    )
}
# Some count only the disputes that are decided.
REVIEW = Fact(
    "N-REVIEW", "review", ((_disputes("review"),), (_disputes("review"), _PENDING_REVIEW))
)
SUIT = Fact("N-SUIT", "suit", ((_disputes("@lawsuits"),), (_disputes("@lawsuits"), _PENDING_SUITS)))
SUIT_DIRECT = Fact("N-SUIT", "suit_direct", ((_disputes("suit_direct"),),))
SUIT_AFTER = Fact("N-SUIT", "suit_after_review", ((_disputes("suit_after_review"),),))
DISPUTES = Fact(
    "N-REVIEW",
    "disputes",
    (
        (_disputes("review", "@lawsuits"),),
        (_disputes("review", "@lawsuits"), _PENDING_REVIEW, _PENDING_SUITS),
    ),
)


def ended(fact: Fact, column: str) -> Fact:
    """How the disputes of a fact ended: 其中结果维持 N 件."""
    (first,) = fact.readings[0]
    single = tuple(
        (_disputes(row, column=column),)
        for row in ("suit_direct", "suit_after_review")
        if fact.name == SUIT.name
    )
    whole = (Part(first.table, first.rows, (column,)),)
    return Fact(fact.check, f"{fact.name}_{column}", (whole, *single))


NORMDOC_ISSUED = Fact(
    "N-NORMDOC", "normative_docs_issued", _disclosure("normative_docs", "issued", "made")
)
NORMDOC_REPEALED = Fact(
    "N-NORMDOC", "normative_docs_repealed", _disclosure("normative_docs", "repealed")
)
NORMDOC_IN_FORCE = Fact(
    "N-NORMDOC", "normative_docs_in_force", _disclosure("normative_docs", "in_force")
)
REGULATIONS_ISSUED = Fact(
    "N-NORMDOC", "regulations_issued", _disclosure("regulations", "issued", "made")
)
REGULATIONS_REPEALED = Fact(
    "N-NORMDOC", "regulations_repealed", _disclosure("regulations", "repealed")
)
REGULATIONS_IN_FORCE = Fact(
    "N-NORMDOC", "regulations_in_force", _disclosure("regulations", "in_force")
)
#: The same by row and column, for 废止2件 behind 制定规范性文件5件.
PAPERS = {
    (fact.readings[0][0].rows[0], fact.readings[0][0].columns[0]): fact
    for fact in (
        NORMDOC_ISSUED,
        NORMDOC_REPEALED,
        NORMDOC_IN_FORCE,
        REGULATIONS_ISSUED,
        REGULATIONS_REPEALED,
        REGULATIONS_IN_FORCE,
    )
}
LICENSING = Fact(
    "N-DECISIONS",
    "licensing",
    (
        *_disclosure("licensing", "decisions"),
        (
            Part("disclosure", ("licensing",), ("decisions",)),
            Part("disclosure", ("other_services",), ("decisions",)),
        ),
    ),
)
PENALTY = Fact("N-DECISIONS", "penalty", _disclosure("penalty", "decisions"))
COERCION = Fact("N-DECISIONS", "coercion", _disclosure("coercion", "decisions"))
# In 万元, as the form has it.
FEES = Fact("N-FEE", "fees", _disclosure("fees", "amount_wan"))
