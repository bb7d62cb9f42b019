"""What there is to describe and to cite, once: every standard is derived from this.

Owns the names, the persistent addresses and the three dates of the data set, of a report and of a
part of the data set. Dates come from the data, never from a clock; what is unknown is None and is
left out by every standard. It must not know a standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.package import region_path
from gongkai.package.compressed import GZIP
from gongkai.package.rows import clean, has_table
from gongkai.package.schema import DATASET_NAME, DATASET_TITLE, DATASET_TITLE_EN, RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from gongkai.model import Agency, Corpus, Form, Published, Region
    from gongkai.package.schema import Resource

#: Who publishes the data set.
DATASET_AUTHOR = "Gongkai"
KEYWORDS_ZH = ("政府信息公开", "依申请公开", "年度报告", "开放数据")
KEYWORDS_EN = ("freedom of information", "government transparency", "open data", "China")
COUNTRY = "中国"

CSV = "text/csv"
#: End of a file's name → its media type, for files whose list does not say it.
_MEDIA_TYPES: dict[str, str] = {
    ".csv": CSV,
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A measured thing: its name in Chinese and English, and its unit (empty where none is set)."""

    name: str
    name_en: str
    unit: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to download. Size in bytes; size and hash are None where they are not known yet.

    `packed` is the media type of the compression that a file of `media_type` is in, if any.
    `tables` are those it holds, `schema` is the address of the schema of a single one; `year` is
    the one report year it holds, None for several.
    """

    name: str
    title: str
    media_type: str
    url: str
    size: int | None = None
    sha256: str | None = None
    packed: str | None = None
    tables: tuple[str, ...] = ()
    schema: str | None = None
    year: int | None = None

    @property
    def formats(self) -> str | list[str]:
        """What it is, and what that is packed in."""
        return self.media_type if self.packed is None else [self.media_type, self.packed]

    @property
    def table(self) -> Resource | None:
        """The one table the file holds; None where it holds several or none."""
        return RESOURCES[self.tables[0]] if len(self.tables) == 1 else None


@dataclass(frozen=True, slots=True)
class Work:
    """A work to describe or cite: a report of an agency, or data of ours.

    `key` is its permanent name and `kind` is `report` or `dataset`; dates are ISO texts. `years`
    are the first and the last report year, `places` the regions it is about. A part of the data
    set has `part_of`; the data of one report also have `source`, the report, and `about`, its
    agency. `site_url` is the full address of our site, where known.
    """

    key: str
    kind: str
    author: str
    title: str
    url: str | None
    title_en: str = ""
    description: str = ""
    published_on: str | None = None
    retrieved_on: str | None = None
    changed_on: str | None = None
    version: str | None = None
    years: tuple[int, int] | None = None
    places: tuple[Region, ...] = ()
    variables: tuple[Variable, ...] = ()
    files: tuple[File, ...] = ()
    about: Agency | None = None
    source: Work | None = None
    part_of: Work | None = None
    site_url: str | None = None

    @property
    def dated(self) -> str | None:
        """The date the work bears: its publication, or for data their last change."""
        return self.published_on if self.kind == "report" else self.changed_on

    @property
    def year(self) -> str | None:
        """The year of that date."""
        return self.dated[:4] if self.dated is not None else None


def line(text: str) -> str:
    """One line of text without control characters: printed titles may hold anything."""
    return " ".join(clean(text).split())


# --- Addresses -----------------------------------------------------------------------------


def address(site_url: str | None, path: str) -> str | None:
    """The full address of a page or file of the site; None where the site's own is not known."""
    return site_url + path if site_url is not None else None


def agency_address(site_url: str | None, agency: Agency) -> str | None:
    """The page of an agency."""
    return address(site_url, f"agencies/{agency.id}/")


# --- Works ---------------------------------------------------------------------------------


def _latest(dates: Iterable[str | None]) -> str | None:
    return max((date for date in dates if date is not None), default=None)


def changed_on(reports: Iterable[Published]) -> str | None:
    """The day the data of these reports last changed: the newest day they tell of."""
    entries = [one.entry for one in reports]
    return _latest(day for e in entries for day in (e.last_changed_on, e.published_on))


def _years(reports: Iterable[Published]) -> tuple[int, int] | None:
    years = [one.entry.year for one in reports]
    return (min(years), max(years)) if years else None


def _known_places(regions: Iterable[Region]) -> tuple[Region, ...]:
    unique = {region.id: region for region in regions if region.kind != "unknown"}
    return tuple(unique[name] for name in sorted(unique))


def _places(corpus: Corpus) -> tuple[Region, ...]:
    """The highest regions that have reports."""
    return _known_places(
        region_path(one.entry.agency.region, corpus.regions)[0] for one in corpus.reports
    )


def _variables(form: Form) -> tuple[Variable, ...]:
    """The rows of the form's tables, which are what is counted; columns only part them."""
    return tuple(
        Variable(
            f"{table.label}：{row.label}",
            f"{table.label_en}: {row.label_en}",
            row.unit or "、".join(dict.fromkeys(c.unit for c in item.columns if c.unit)),
        )
        for table in form.tables
        for item in table.items
        for row in item.rows
    )


def downloads(files: Iterable[Mapping[str, Any]], site_url: str | None) -> tuple[File, ...]:
    """The files that hold tables, of a list as `data/index.json` has it.

    Args:
        files: the entries, with `path`, `title`, `mediatype`, `bytes`, `sha256`, and those that
            hold tables with `schemas`, those of one year with `year`, those elsewhere with `url`.
        site_url: the full address of our site, where known; then files have theirs.
    """
    return tuple(
        File(
            name=file["path"],
            title=file["title"],
            media_type=CSV if file["mediatype"] == GZIP else file["mediatype"],
            packed=GZIP if file["mediatype"] == GZIP else None,
            url=file.get("url") or address(site_url, f"data/{file['path']}") or file["path"],
            size=file["bytes"],
            sha256=file["sha256"],
            tables=tuple(file["schemas"]),
            schema=address(site_url, f"data/{next(iter(file['schemas'].values()))}")
            if len(file["schemas"]) == 1
            else None,
            year=file.get("year"),
        )
        for file in files
        if "schemas" in file
    )


def files_beside(named: Iterable[tuple[str, str]], site_url: str | None) -> tuple[File, ...]:
    """The downloads beside a page, whose sizes are not known when the page is made.

    Args:
        named: title, and address below the root of the site or in full.
        site_url: the full address of our site, where known.
    """
    return tuple(
        File(
            name=path,
            title=title,
            media_type=_MEDIA_TYPES["." + path.rpartition(".")[2]],
            url=path if "://" in path else address(site_url, path) or path,
        )
        for title, path in named
    )


def describe_dataset(
    corpus: Corpus,
    site_url: str | None = None,
    files: Iterable[Mapping[str, Any]] = (),
    version: str | None = None,
) -> Work:
    """The whole data set.

    Args:
        corpus: all that is published.
        site_url: the full address of our site, where known.
        files: its downloads as `data/index.json` lists them.
        version: the name of a release; None for what is between releases.
    """
    years = _years(corpus.reports)
    agencies = {one.entry.agency.id for one in corpus.reports}
    span = f"（{years[0]}至{years[1]}年度）" if years is not None else ""
    return Work(
        key=DATASET_NAME,
        kind="dataset",
        author=DATASET_AUTHOR,
        title=DATASET_TITLE,
        title_en=DATASET_TITLE_EN,
        description=(
            "各级行政机关的政府信息公开工作年度报告，逐格读出，逐项核对，按印出的样子发布："
            "空白不写成0，每个数字都带状态和原文位置，机关自己的差错照原文发布并标出。"
            f"收录{len(agencies)}个机关的{len(corpus.reports)}份报告{span}。"
        ),
        url=address(site_url, "data/"),
        changed_on=changed_on(corpus.reports),
        version=version,
        years=years,
        places=_places(corpus),
        variables=_variables(next(form for form in forms() if form.tables)),
        files=downloads(files, site_url),
        site_url=site_url,
    )


def describe_report(one: Published) -> Work:
    """The report as the agency published it.

    Raises:
        ValueError: for a report without an entry.
    """
    entry = one.entry
    return Work(
        key=entry.report_id,
        kind="report",
        author=line(entry.publisher),
        title=line(entry.title),
        url=line(entry.source_url) if entry.source_url is not None else None,
        published_on=entry.published_on,
        retrieved_on=entry.retrieved_on,
        years=(entry.year, entry.year),
    )


def describe_report_data(
    one: Published, site_url: str | None = None, named: Sequence[tuple[str, str]] = ()
) -> Work:
    """Our data of one report.

    Args:
        one: the report.
        site_url: the full address of our site, where known.
        named: the downloads beside its page: title and address below the root of the site.

    Raises:
        ValueError: for a report without an entry.
    """
    entry, source = one.entry, describe_report(one)
    page = address(site_url, f"reports/{entry.report_id}/")
    tables = one.report.form.tables if one.report.form is not None else ()
    return Work(
        key=f"{entry.report_id}-data",
        kind="dataset",
        author=DATASET_AUTHOR,
        title=f"{DATASET_TITLE}：{source.title}",
        description=(
            f"{entry.agency.name}{entry.year}年政府信息公开工作年度报告的数据：每一格印出的数字、"
            "状态和在原文里的位置，各项合计的核对结果，以及正文和来源。空白不写成0。"
        ),
        url=page,
        changed_on=changed_on([one]),
        years=(entry.year, entry.year),
        places=_known_places([entry.agency.region]),
        variables=tuple(
            Variable(table.label, table.label_en, "")
            for table in tables
            if has_table(one.report, table.id)
        ),
        files=files_beside(named, site_url),
        about=entry.agency,
        source=source,
        site_url=site_url,
        part_of=Work(
            key=DATASET_NAME,
            kind="dataset",
            author=DATASET_AUTHOR,
            title=DATASET_TITLE,
            url=address(site_url, "data/"),
        ),
    )


def describe_release(name: str, date: str, url: str) -> Work:
    """A release of the data set, which never changes again.

    Args:
        name: the name of the release.
        date: the day of its publication (ISO).
        url: where it is handed out.
    """
    return Work(
        key=f"{DATASET_NAME}-{name}",
        kind="dataset",
        author=DATASET_AUTHOR,
        title=DATASET_TITLE,
        url=url,
        changed_on=date,
        version=name,
    )


def describe_part(whole: Work, path: str, name: str, reports: Sequence[Published]) -> Work:
    """The part of the data set that a page shows.

    Args:
        whole: the data set.
        path: the address of the page below the root of the site, without `/` at its ends.
        name: what the page is about.
        reports: the reports in it.
    """
    return Work(
        key=f"{whole.key}-{path.replace('/', '-')}",
        kind=whole.kind,
        author=whole.author,
        title=f"{whole.title}：{line(name)}",
        url=address(whole.site_url, f"{path}/"),
        changed_on=changed_on(reports),
        version=whole.version,
        years=_years(reports),
        part_of=whole,
        site_url=whole.site_url,
    )
