"""The page of releases and what changed in each, and the Atom feed of the same.

What a release holds stands in its committed files; nothing is compared here. Reports have a link
only where they are still published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree

from gongkai.catalog import cite, describe_release
from gongkai.diff import Named, cell_words, change_words
from gongkai.package.schema import DATASET_TITLE, LICENCE
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import date_words
from gongkai.release import CHANGES, RECORD, RELEASES, SUMS, Release
from gongkai.safe import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.diff import Diff, ReportChange
    from gongkai.model import Corpus

#: The address of the feed, relative to the site's root.
FEED = "feed.atom"
#: How many releases are shown in detail, how many reports and cells of each, how many entries.
DETAILED, REPORTS, CELLS, ENTRIES = 6, 50, 100, 200
_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACES: dict[str | None, str] = {None: _ATOM}


def _anchor(name: str) -> str:
    return f"v{name.replace('.', '-')}"


def _reports(named: tuple[Named, ...], here: set[str]) -> dict[str, Any]:
    shown = [
        {
            "title": one.title or one.report_id,
            "agency": one.agency,
            "year": one.year,
            "url": f"reports/{one.report_id}/" if one.report_id in here else "",
        }
        for one in named[:REPORTS]
    ]
    return {"shown": shown, "total": len(named)}


def _cells(changed: tuple[ReportChange, ...], here: set[str]) -> dict[str, Any]:
    every = [(one.report, cell) for one in changed for cell in one.cells]
    shown = []
    for report, cell in every[:CELLS]:
        before, after = change_words(cell)
        words = cell_words(cell) or str(cell.cell)
        url = f"reports/{report.report_id}/" if report.report_id in here else ""
        shown.append(
            {
                "report": f"{report.agency} {report.year}",
                "url": url,
                "cell": words,
                "before": before,
                "after": after,
            }
        )
    return {"shown": shown, "total": len(every)}


def _others(changed: tuple[ReportChange, ...], here: set[str]) -> dict[str, Any]:
    """The reports of which more changed than cells: how much of each."""
    every = [one for one in changed if one.fields or one.findings or one.sections]
    shown = [
        {
            "report": f"{one.report.agency} {one.report.year}",
            "url": f"reports/{one.report.report_id}/" if one.report.report_id in here else "",
            "fields": len(one.fields),
            "findings": len(one.findings),
            "sections": len(one.sections),
        }
        for one in every[:REPORTS]
    ]
    return {"shown": shown, "total": len(every)}


def _address(release: Release, repository: str) -> str:
    """Where the large files of a release are handed out."""
    return f"{repository}/releases/tag/{release.name}"


def _told(release: Release, here: set[str], repository: str) -> dict[str, Any]:
    diff = release.diff
    return {
        **_line(release),
        "counts": diff.counts(),
        "added": _reports(diff.added, here),
        "removed": _reports(diff.removed, here),
        "cells": _cells(diff.changed, here),
        "others": _others(diff.changed, here),
        "files": [f"{RELEASES}/{release.name}/{file}" for file in (CHANGES, SUMS, RECORD)],
        "downloads": _address(release, repository),
    }


def _line(release: Release) -> dict[str, Any]:
    return {
        "name": release.name,
        "anchor": _anchor(release.name),
        "date": date_words(release.date),
        "previous": release.previous or "",
        "reports": release.reports,
        "counts": release.diff.counts(),
    }


def changes_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page of all releases, the newest first."""
    here = {one.entry.report_id for one in corpus.reports}
    newest = [
        describe_release(one.name, one.date, _address(one, setting.repository))
        for one in setting.releases[:1]
    ]
    yield Page(
        path="changes/index.md",
        title="版本与变化",
        template="changes.html",
        description="每个发布版本的日期、下载，以及与上一个版本的不同。",
        values={
            "releases": [_line(release) for release in setting.releases],
            "told": [_told(r, here, setting.repository) for r in setting.releases[:DETAILED]],
            "cited": cite(*newest),
            "feed": FEED,
        },
    )


def summary_words(diff: Diff, previous: str | None) -> str:
    """What changed, in a sentence."""
    counts = diff.counts()
    if previous is None:
        return f"第一个版本，{counts['reports_after']} 份报告。"
    return (
        f"与 {previous} 相比：新增 {counts['reports_added']} 份报告，"
        f"撤下 {counts['reports_removed']} 份，有变化 {counts['reports_changed']} 份，"
        f"变化的格 {counts['cells_changed']} 个。"
    )


class _Feed:
    """An Atom feed that is being made (RFC 4287)."""

    def __init__(self, setting: Setting, updated: str) -> None:
        self.site = setting.site_url
        self.host = urlsplit(self.site).hostname or "localhost"
        self.root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES)  # type: ignore[arg-type]  # None names the default
        self.root.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
        self.begin(self.root, self.site, f"{DATASET_TITLE}：版本与变化", updated)
        self.link(self.root, "self", FEED, "application/atom+xml")
        self.link(self.root, "alternate", "changes/", "text/html")
        author = self.add(self.root, "author")
        self.add(author, "name", "Gongkai")
        self.add(self.root, "rights", LICENCE["name"])

    def add(self, parent: etree._Element, name: str, text: str = "") -> etree._Element:
        """An element; text of reports is cleaned of what XML cannot hold."""
        made = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
        made.text = plain(text) or None
        return made

    def begin(self, parent: etree._Element, identity: str, title: str, updated: str) -> None:
        """What a feed and each of its entries must have."""
        self.add(parent, "id", identity)
        self.add(parent, "title", title)
        self.add(parent, "updated", f"{updated}T00:00:00Z")

    def link(self, parent: etree._Element, rel: str, path: str, media_type: str) -> None:
        """A link to a place on the site."""
        made = self.add(parent, "link")
        for name, value in (("rel", rel), ("type", media_type), ("href", f"{self.site}{path}")):
            made.set(name, value)

    def entry(self, release: Release, about: str, title: str, summary: str, path: str) -> None:
        """An entry; `about` tells it from the others of its release, for good."""
        made = self.add(self.root, "entry")
        identity = f"tag:{self.host},{release.date}:{release.name}{about}"
        self.begin(made, identity, title, release.date)
        self.link(made, "alternate", path, "text/html")
        self.add(made, "summary", summary)


def _entries(release: Release, here: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """The release, then each report that it added or changed: identity, title, summary, place."""
    place = f"changes/#{_anchor(release.name)}"
    summary = summary_words(release.diff, release.previous)
    yield "", f"版本 {release.name}", summary, place
    for one in release.diff.added:
        path = f"reports/{one.report_id}/" if one.report_id in here else place
        yield f"/{one.report_id}", f"新增：{one.title}", f"{one.agency}，{one.year} 年度。", path
    for change in (c for c in release.diff.changed if c.told):
        one = change.report
        path = f"reports/{one.report_id}/" if one.report_id in here else place
        summary = (
            f"变化的格 {len(change.cells)}，说明项 {len(change.fields)}，"
            f"发现 {len(change.findings)}，正文 {len(change.sections)}。"
        )
        yield f"/{one.report_id}", f"有变化：{one.title}", summary, path


def render_feed(corpus: Corpus, setting: Setting) -> bytes:
    """The Atom feed over releases and the reports they added or changed, the newest first.

    A feed of more than `ENTRIES` entries ends there; the entry of a release says how many reports
    it is about.

    Raises:
        ValueError: if there is no release: a feed must say when it was updated.
    """
    if not setting.releases:
        raise ValueError("there is no release")
    here = {one.entry.report_id for one in corpus.reports}
    feed = _Feed(setting, setting.releases[0].date)
    left = ENTRIES
    for release in setting.releases:
        for about, title, summary, path in _entries(release, here):
            if left > 0 or not about:
                feed.entry(release, about, title, summary, path)
                left -= 1
    etree.indent(feed.root, " ")
    made: bytes = etree.tostring(feed.root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"
