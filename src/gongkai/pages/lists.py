"""The list of all reports: a table for browsers with scripts, and pages by year for all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.forms.panel import panel
from gongkai.package import region_path
from gongkai.pages.frame import Page, Setting
from gongkai.pages.rows import FIRST_LIMIT, LIST_LIMIT, in_order, rows_of
from gongkai.pages.shelves import shelves
from gongkai.pages.words import form_short, name_of
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus, Published, Region
    from gongkai.pages.shelves import Shelf

#: Columns that are no figures, and figures of the panel, with their heads; rates have their own
#: labels. The order is that of the table.
HEADS: dict[str, str] = {
    "agency": "机关",
    "region": "地区",
    "level": "层级",
    "class": "类别",
    "year": "年份",
    "form": "格式",
    "published": "发布日期",
    "received_total": "新收申请（件）",
    "pending_start_total": "上年结转（件）",
    "processed_total": "办结（件）",
    "granted_total": "予以公开（件）",
    "granted_partial_total": "部分公开（件）",
    "rate_granted": "",
    "denied_total": "不予公开（件）",
    "rate_denied": "",
    "unable_total": "无法提供（件）",
    "rate_unable": "",
    "rejected_total": "不予处理（件）",
    "pending_end_total": "结转下年（件）",
    "review_total": "行政复议（件）",
    "rate_review_overturned": "",
    "suits_total": "行政诉讼（件）",
    "rate_suit_overturned": "",
    "blanks": "未填报（格）",
    "found": "发现",
}
#: Those that are shown where a reader has not chosen; the first is always there.
CHOSEN = ("agency", "region", "year", "received_total", "rate_granted", "review_total", "found")


@dataclass(frozen=True, slots=True)
class Column:
    """A column the table can show."""

    name: str
    title: str
    chosen: bool
    fixed: bool


def columns() -> tuple[Column, ...]:
    """The columns of the table, in their order."""
    rates = {rate.name: rate.label for rate in panel().rates}
    return tuple(
        Column(name, head or rates[name], name in CHOSEN, name == CHOSEN[0])
        for name, head in HEADS.items()
    )


def choices(corpus: Corpus) -> dict[str, object]:
    """What a reader may choose from in lists: levels and classes by id."""
    held = {one.entry.agency.classification for one in corpus.reports}
    return {
        "levels": labels("levels"),
        "classes": {name: name_of("classifications", name) for name in sorted(held)},
    }


def list_page(corpus: Corpus, _setting: Setting) -> Iterator[Page]:
    """The list of all reports, and the pages that have them by year."""
    ordered = in_order(corpus.reports)
    by_year: dict[int, list[Published]] = {}
    for one in ordered:
        by_year.setdefault(one.entry.year, []).append(one)
    yield Page(
        path="reports/index.md",
        title="报告",
        template="reports.html",
        description="全部已收录的政府信息公开工作年度报告，可以搜索、筛选、排序。",
        values={
            "rows": rows_of(ordered[:FIRST_LIMIT], corpus),
            "total": len(ordered),
            "years": [(year, len(held)) for year, held in by_year.items()],
            "columns": columns(),
            **choices(corpus),
            "forms": {form.version: form_short(form.version) for form in forms()},
        },
    )
    for year, held in by_year.items():
        for shelf in shelves(held, lambda one: _path(one, corpus), LIST_LIMIT):
            yield _year_page(year, shelf, corpus)


def _path(one: Published, corpus: Corpus) -> tuple[Region, ...]:
    return region_path(one.entry.agency.region, corpus.regions)


def _year_page(year: int, shelf: Shelf[Published], corpus: Corpus) -> Page:
    """A page of the reports of a year."""
    where = shelf.path[-1].name if shelf.path else "全部"
    turn = f"，第{shelf.number}页" if shelf.number > 1 else ""
    return Page(
        path=f"reports/{year}/{shelf.url}".rstrip("/") + ".md",
        title=f"{year}年{where}报告{turn}",
        template="shelf.html",
        description=f"{year}年度{where}的政府信息公开工作年度报告{turn}。",
        values={
            "year": year,
            "shelf": shelf,
            "rows": rows_of(shelf.items, corpus),
            "base": f"reports/{year}/",
        },
    )
