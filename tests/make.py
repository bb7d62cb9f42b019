"""Makes sound reports in memory, so that a test can change one thing and see what follows."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.forms import forms
from gongkai.model import (
    Agency,
    CellId,
    Concept,
    Corpus,
    Entry,
    Finding,
    Form,
    Locus,
    Number,
    Paragraph,
    Published,
    Region,
    Report,
    Section,
    Source,
    Status,
    Title,
    Value,
)
from gongkai.package import write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROVINCE = Region("990000", "990000", "虚构省", "Xugou", "province", None)
REGION = Region("990100", "990100", "示例市", "Shili", "prefecture", "990000")
AGENCY = Agency(
    id="cn-990100-tongjiju",
    slug="tongjiju",
    adcode="990100",
    name="示例市统计局",
    other_names=(),
    classification="statistics",
    level="prefecture",
    region=REGION,
)
FILE = "original.txt"
TEXTS = {
    "overview": "本机关全年主动公开信息12条，依申请公开按期办理；信息先审核后公开，网站有专栏，开展培训2次。",
    "disclosure": "",
    "requests": "",
    "disputes": "",
    "problems": "公开渠道还不够多，下一步加以改进。",
    "other": "本年度发出收费通知0件，总金额0元。",
}


#: Words of an agency's own, long enough to be compared with those of other reports.
OWN_WORDS = (
    "一是围绕年度统计公报、人口抽样和粮食产量，把解读稿件与数据一同发布，配上图表和名词解释，让居民看得懂。"
    "二是把窗口咨询中问得最多的二十个问题编成问答，放在网站首页，每月补充一次，电话咨询因此少了三成。"
    "三是在两个社区图书馆设立查阅点，配了专人，老年读者不会上网，可以当场打印需要的表格。"
    "四是请高校教师和企业会计各一名担任监督员，每季度抽查栏目，提出的九条意见都已改正并在网上回复。"
    "五是把历年的调查表式、指标说明和修订记录整理成册，供研究者下载，旧网站上失效的链接全部改到新的地址。"
)


def form(version: str = "form2021") -> Form:
    """The form of that version."""
    return next(f for f in forms() if f.version == version)


def value(number: Number | None, line: int = 1, status: Status | None = None) -> Value:
    """A value as the parser would make it."""
    if status is None:
        status = Status.BLANK if number is None else Status.ZERO if number == 0 else Status.NUMBER
    raw = "" if number is None else str(number)
    return Value(number, status, raw, locus=Locus(FILE, line=line, block=1, row=line, col=2))


def amount(one: CellId, made: Value) -> Value:
    """The value with a unit where the form leaves it open."""
    if one != CellId("disclosure", "procurement", "amount") or not made.number:
        return made
    return replace(made, raw=f"{made.raw}万元", unit="万元")


def figures(version: str = "form2021", start: int = 1) -> dict[CellId, Number]:
    """Figures of a whole report for which every identity of the form holds."""
    made = form(version)
    out: dict[CellId, Number] = {}
    for table in made.tables:
        for at, one in enumerate(table.cells):
            out[one] = (at + start) % 7 if table.id != "disclosure" else at + start
    fees = CellId("disclosure", "fees", "amount_wan")
    if fees in out:
        out[fees] = Decimal("59237.2449")
    requests = next(t for t in made.tables if t.id == "requests")
    (item,) = requests.items
    applicants = [c.id for c in item.columns if c.id != "total"]
    outcomes = [r.id for r in item.rows if r.outcome]

    def at_(row: str, column: str) -> CellId:
        return CellId("requests", row, column)

    for column in applicants:
        out[at_("processed_total", column)] = sum(out[at_(r, column)] for r in outcomes)
        out[at_("received", column)] = (
            out[at_("processed_total", column)]
            + out[at_("pending_end", column)]
            - out[at_("pending_start", column)]
        )
    for row in (r.id for r in item.rows):
        out[at_(row, "total")] = sum(out[at_(row, c)] for c in applicants)
    for channel in ("review", "suit_direct", "suit_after_review"):
        parts = ("upheld", "overturned", "other_outcome", "pending")
        out[CellId("disputes", channel, "total")] = sum(
            out[CellId("disputes", channel, p)] for p in parts
        )
    return out


def sections(made: Form, texts: Mapping[str, str] = TEXTS) -> tuple[Section, ...]:
    """The six sections with their official headings."""
    numerals = "一二三四五六"

    def paragraphs(concept: Concept, line: int) -> Iterable[Paragraph]:
        text = texts.get(concept.id, "")
        return [Paragraph(text, Locus(FILE, line=line + 1))] if text else []

    return tuple(
        Section(
            id=c.id,
            heading=f"{numerals[at]}、{c.label}",
            number=numerals[at],
            locus=Locus(FILE, line=10 * at + 3),
            paragraphs=tuple(paragraphs(c, 10 * at + 3)),
        )
        for at, c in enumerate(made.sections)
    )


def entry(agency: Agency = AGENCY, year: int = 2023) -> Entry:
    """A folder's entry."""
    folder = f"content/reports/{agency.adcode}/{agency.slug}/{year}"
    return Entry(
        report_id=f"{agency.id}-{year}",
        folder=folder,
        original=f"{folder}/{FILE}",
        agency=agency,
        year=year,
        title=f"{agency.name}{year}年政府信息公开工作年度报告",
        publisher=agency.name,
        transcription="abridged",
        original_sha256="0" * 64,
        document_name="report.pdf",
        document_sha256="1" * 64,
        source_url=None,
        published_on=f"{year + 1}-01-20",
        retrieved_on=f"{year + 1}-02-01",
        licence_note="官方文件",
    )


def report(
    version: str = "form2021",
    *,
    year: int | None = None,
    numbers: Mapping[CellId, Number | None] | None = None,
    agency: Agency = AGENCY,
    texts: Mapping[str, str] = TEXTS,
) -> Report:
    """A sound report; `numbers` replaces single cells (None is a blank)."""
    made = form(version)
    year = year if year is not None else (2023 if version == "form2021" else 2020)
    wanted: dict[CellId, Number | None] = {**figures(version), **(numbers or {})}
    about = entry(agency, year)
    tables = {
        f"{t.id}/{i.id}" if t.id == "disclosure" else t.id: version
        for t in made.tables
        for i in t.items
    }
    return Report(
        source=Source(FILE, "text/plain", "0" * 64, 1000),
        entry=about,
        form=made,
        title=Title(about.title, agency.name, year, Locus(FILE, line=1)),
        sections=sections(made, texts),
        values={
            cell: amount(cell, value(n, line=i + 1)) for i, (cell, n) in enumerate(wanted.items())
        },
        tables=tables,
    )


def corpus(*reports: Published) -> Corpus:
    """A corpus of these reports with the regions and agencies they need."""
    agencies = {p.entry.agency.id: p.entry.agency for p in reports}
    regions = {r.id: r for r in (PROVINCE, *(a.region for a in agencies.values()))}
    ordered = tuple(sorted(reports, key=lambda p: p.entry.report_id))
    return Corpus(ordered, (), regions, agencies)


def published(made: Report, findings: tuple[Finding, ...] = ()) -> Published:
    """The report with its findings."""
    return Published(made, findings)


def downloads(corpus: Corpus) -> dict[str, bytes]:
    """Everything below `data/` for that corpus: path → bytes."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        write_corpus(corpus, data)
        found = sorted(path for path in data.rglob("*") if path.is_file())
        return {path.relative_to(data).as_posix(): path.read_bytes() for path in found}
