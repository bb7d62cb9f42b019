"""Makes a small project folder on disk: regions, agencies and reports of invented places."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import make
from printers import Sheet, print_report

from gongkai.model import CellId

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
REGIONS = """\
region_id,adcode,name,name_en,kind,parent_id,valid_from,valid_to,source
990000,990000,虚构省,Xugou,province,,,,
990100,990100,示例市,Shili,prefecture,990000,,,
"""
AGENCIES = """\
agency_id,name,other_names,adcode,slug,region_id,classification,level,parent_id,uscc,valid_from,valid_to
cn-990100-tongjiju,示例市统计局,市统计局,990100,tongjiju,990100,statistics,prefecture,,,,
cn-990100-shuiwuju,示例市水务局,,990100,shuiwuju,990100,water,prefecture,,,,
"""
TOML = """\
title = "{name}{year}年政府信息公开工作年度报告"
publisher = "{name}"
year = {year}
transcription = "full"
"""


def report_text(
    name: str = "示例市统计局",
    year: int = 2023,
    changed: Mapping[str, str] | None = None,
    texts: Mapping[str, str] = make.TEXTS,
    layout: str = "tsv",
) -> str:
    """A sound report as text; `changed` replaces cells by id."""
    version = "form2021" if year > 2020 else "form2019"
    cells = {cell: str(n) for cell, n in make.figures(version).items()}
    cells.update({CellId(*cell.split("/")): text for cell, text in (changed or {}).items()})
    title = f"{name}{year}年政府信息公开工作年度报告"
    return print_report(Sheet(make.form(version), cells, title, texts), layout)


def add_report(root: Path, slug: str, name: str, year: int, text: str | None = None) -> Path:
    """A report folder; the text is a sound report by default."""
    folder = root / "content" / "reports" / "990100" / slug / str(year)
    folder.mkdir(parents=True)
    text = text if text is not None else report_text(name, year)
    (folder / "original.txt").write_text(text, encoding="utf-8")
    (folder / "report.toml").write_text(TOML.format(name=name, year=year), encoding="utf-8")
    return folder


def make_project(root: Path, *, web: bool = False) -> Path:
    """A project with two agencies and three reports; with what a site needs if `web`."""
    content = root / "content"
    content.mkdir(parents=True)
    (content / "regions.csv").write_text(REGIONS, encoding="utf-8")
    (content / "agencies.csv").write_text(AGENCIES, encoding="utf-8")
    add_report(root, "tongjiju", "示例市统计局", 2023)
    add_report(root, "tongjiju", "示例市统计局", 2020)
    add_report(root, "shuiwuju", "示例市水务局", 2023)
    if web:
        for name in ("mkdocs.yml", "package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(ROOT / name, root / name)
        shutil.copytree(ROOT / "content" / "pages", content / "pages")
    return root
