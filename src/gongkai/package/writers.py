"""What is offered of one report: its Data Package, and the downloads beside its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.package.archive import notes, package_files, write_zip
from gongkai.package.descriptor import About
from gongkai.package.excel import write_report_workbook
from gongkai.package.rows import clean
from gongkai.package.schema import DATASET_TITLE, wide_tables
from gongkai.package.tables import report_tables
from gongkai.package.text import write_short_json

if TYPE_CHECKING:
    from gongkai.model import Published


def _about_report(one: Published) -> About:
    entry = one.entry
    url = {"path": entry.source_url} if entry.source_url is not None else {}
    return About(
        name=entry.report_id,
        title=clean(entry.title),
        title_en=f"Government information disclosure report {entry.report_id}",
        description=f"{DATASET_TITLE}中的一份报告。",
        sources=({"title": clean(f"{entry.publisher}：{entry.title}"), **url},),
    )


def report_files(one: Published) -> dict[str, bytes]:
    """The Data Package of one report: file name → bytes.

    It holds what this report decides and nothing else, so that packages never touch each other:
    the agency's own region is there, the regions above it are not.

    Raises:
        ValueError: for a report without an entry.
    """
    return package_files(_about_report(one), report_tables(one))


def per_report_downloads(one: Published) -> dict[str, bytes]:
    """What is offered beside a report's page, besides its CSV and JSON: file name → bytes.

    The package leaves out the wide tables: their one row says what the cells say, and to describe
    their two hundred columns takes more bytes than all the rest.

    Raises:
        ValueError: for a report without an entry.
    """
    about, tables = _about_report(one), report_tables(one)
    wide = {one.resource.name for one in wide_tables()}
    tables = {name: table for name, table in tables.items() if name not in wide}
    files = package_files(about, tables, write_short_json)
    return {
        f"{about.name}.xlsx": write_report_workbook(one, tables),
        f"{about.name}.zip": write_zip(
            {**files, **notes(about, {t.resource.path: t.resource for t in tables.values()})}
        ),
    }
