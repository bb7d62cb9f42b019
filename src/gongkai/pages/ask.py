"""The page that answers SQL in the reader's browser: ready questions, tables and columns.

The page says what is loaded and how much of it; `assets/ask.js` loads it, and only when asked.
Every ready question counts the reports that give no figure, keeps reports of a whole region apart
from those of single bodies and says how many figures are in doubt, wherever it adds up figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.package import RESOURCES
from gongkai.package.sql import EXACT
from gongkai.package.sqlite import columns_of_database
from gongkai.pages.frame import Page, Setting
from gongkai.pages.words import size_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongkai.model import Corpus

DATABASE = "gongkai.sqlite"
#: A database up to so many bytes is fetched whole: one request, and its SHA-256 can be compared.
WHOLE = 8_000_000
#: Of a larger one so many bytes are fetched for a question before the reader is asked.
LIMIT = 24_000_000
#: Tables that are not in the metadata model: what they hold.
_OTHERS = {
    "figures": "格子，带着机关、地区、年度、单位：最好问的一张",
    "refusals_by_year": "不予公开的各种理由，按年度、填报范围、层级合计",
    "carried_over": "本年结转与下一年上年结转，两个数并排",
    "sections_fts": "正文的全文检索：MATCH 后写三个字以上的词",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is ready to be asked: what it finds, what to heed, and its SQL."""

    id: str
    title: str
    note: str
    sql: str


#: Whether a figure of table three is part of what an own check found wrong; `{cell}` is its address.
_DOUBT = """EXISTS (
         SELECT 1 FROM findings AS f
         WHERE f.report_id = c.report_id AND f.status = 'fail' AND f.severity <> 'info'
           AND instr(' ' || f.cells || ' ', ' requests/{row}/total '))"""

_SCOPE = "region_aggregate 是全地区汇总，已含各部门，不要与 own 相加；unknown 是不详。"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "received",
        "每年收到多少件申请？",
        f"{_SCOPE}没填的报告不算 0，只在“没有数”里计数；“存疑”是核查发现对不上的数，仍在合计里。",
        f"""\
SELECT r.report_year AS 年度, r.scope AS 填报范围,
       count(*) AS 报告, count(*) - count(c.value) AS 没有数,
       sum(c.value) AS 新收申请,
       sum(c.value IS NOT NULL AND {_DOUBT.format(row="received")}) AS 存疑
FROM cells AS c CROSS JOIN reports AS r ON r.report_id = c.report_id
WHERE c."table" = 'requests' AND c.row_id = 'received' AND c.column_id = 'total'
GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608  # texts of our own
    ),
    Question(
        "refusals",
        "不予公开，各种理由每年多少件？",
        f"层级也分开：上级的汇总可能含下级。{_SCOPE}件数为空是没有一份报告填了数，不是 0。",
        """\
SELECT report_year AS 年度, scope AS 填报范围, level AS 层级, row_id AS 理由,
       requests AS 件数, reports_with_a_figure AS 填了数的报告, reports AS 全部报告,
       figures_in_doubt AS 存疑
FROM refusals_by_year ORDER BY 1, 2, 3, 4""",
    ),
    Question(
        "granted",
        "办结的申请里，予以公开的占多少？",
        f"只用两个数都填了的报告，分子分母来自同一批；比例四舍五入到一位小数。{_SCOPE}办结总数存疑的报告另计，仍在合计里。",
        f"""\
WITH granted AS MATERIALIZED (
  SELECT report_id, value FROM cells
  WHERE "table" = 'requests' AND row_id = 'granted' AND column_id = 'total'
), closed AS MATERIALIZED (
  SELECT report_id, value FROM cells
  WHERE "table" = 'requests' AND row_id = 'processed_total' AND column_id = 'total'
)
SELECT r.report_year AS 年度, r.scope AS 填报范围, count(*) AS 报告,
       count(*) - count(c.value + g.value) AS 缺一个数,
       sum(g.value) FILTER (WHERE c.value IS NOT NULL) AS 予以公开,
       sum(c.value) FILTER (WHERE g.value IS NOT NULL) AS 办结,
       round(100.0 * sum(g.value) FILTER (WHERE c.value IS NOT NULL)
             / nullif(sum(c.value) FILTER (WHERE g.value IS NOT NULL), 0), 1) AS 百分比,
       sum(c.value + g.value IS NOT NULL
           AND ({_DOUBT.format(row="processed_total")}
                OR {_DOUBT.format(row="granted")})) AS 存疑
FROM closed AS c
CROSS JOIN granted AS g ON g.report_id = c.report_id
CROSS JOIN reports AS r ON r.report_id = c.report_id
GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608  # texts of our own
    ),
    Question(
        "carried",
        "哪些机关上一年的结转，与下一年写的不一样？",
        "两年都填了数才能比。填报范围变了、机构改组了，不一样可以有原因：看后三列。",
        """\
WITH left_over AS MATERIALIZED (
  SELECT report_id, value FROM cells
  WHERE "table" = 'requests' AND row_id = 'pending_end' AND column_id = 'total'
), taken_over AS MATERIALIZED (
  SELECT report_id, value FROM cells
  WHERE "table" = 'requests' AND row_id = 'pending_start' AND column_id = 'total'
)
SELECT a.name AS 机关, r.report_year AS 年度,
       e.value AS 结转下年, s.value AS 下一年的上年结转, s.value - e.value AS 差,
       r.scope AS 填报范围, n.scope AS 下一年范围, p.break_agency AS 机关断点
FROM left_over AS e
CROSS JOIN reports AS r ON r.report_id = e.report_id
CROSS JOIN reports AS n ON n.agency_id = r.agency_id AND n.report_year = r.report_year + 1
CROSS JOIN taken_over AS s ON s.report_id = n.report_id AND s.value <> e.value
CROSS JOIN panel AS p ON p.report_id = n.report_id
CROSS JOIN agencies AS a ON a.agency_id = r.agency_id
ORDER BY abs(差) DESC, a.agency_id, r.report_year LIMIT 200""",
    ),
    Question(
        "blank",
        "“新收申请”总计那一格，各份报告印着什么？",
        "zero 是印着 0；blank 是空着，dash 是横线，slash 是斜线，missing 是表里没有这一格：都不是 0。",
        """\
SELECT r.report_year AS 年度, c.status AS 印着什么, count(*) AS 报告
FROM cells AS c CROSS JOIN reports AS r ON r.report_id = c.report_id
WHERE c."table" = 'requests' AND c.row_id = 'received' AND c.column_id = 'total'
GROUP BY 1, 2 ORDER BY 1, 2""",
    ),
    Question(
        "findings",
        "哪些核查最常发现问题？",
        "没有发现不等于数字正确，只是这些核查没有发现。error、warn 是问题，info 是提示。",
        """\
SELECT check_id AS 核查, severity AS 程度,
       count(DISTINCT report_id) AS 报告, count(*) AS 发现
FROM findings WHERE status = 'fail'
GROUP BY 1, 2 ORDER BY 报告 DESC, 1, 2""",
    ),
    Question(
        "coverage",
        "每年收录了多少份？还缺多少？",
        "没收录不等于没发布；名册之外的机关不在表里，所以“缺”只是名册里的缺。",
        """\
SELECT report_year AS 年度, status AS 情况, count(*) AS 机关
FROM coverage GROUP BY 1, 2 ORDER BY 1, 2""",
    ),
    Question(
        "agency",
        "一个机关历年的主要数字",
        "把第一行条件换成别的机关编号；值为空时看“印着什么”。每行的报告编号可以打开原文核对。",
        """\
SELECT report_year AS 年度, row_id AS 行, value AS 值, status AS 印着什么,
       scope AS 填报范围, report_id AS 报告
FROM figures
WHERE agency_id = '{agency}'
  AND "table" = 'requests' AND column_id = 'total'
  AND row_id IN ('received', 'pending_start', 'granted', 'processed_total', 'pending_end')
ORDER BY 1, 2""",
    ),
    Question(
        "text",
        "哪些报告的文字里写到“政府网站”？",
        "找的是字面，三个字以上；只转录了表格的报告没有文字，找不到。",
        """\
SELECT s.report_id AS 报告, s.heading AS 小节,
       snippet(sections_fts, 1, '【', '】', '…', 24) AS 上下文
FROM sections_fts JOIN sections AS s ON s.rowid = sections_fts.rowid
WHERE sections_fts MATCH '"政府网站"'
ORDER BY s.report_id, s.position LIMIT 200""",
    ),
)


@dataclass(frozen=True, slots=True)
class TableColumns:
    """A table of the database: its name, what it holds, its columns with their titles."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]


def _titled(name: str, titles: dict[str, str]) -> str:
    base = name.removesuffix(EXACT)
    return titles.get(name) or (f"{titles[base]}：原样的数字" if base in titles else "")


def _tables() -> list[TableColumns]:
    """What can be asked, the view of figures first; tables that only carry numbers are left out."""
    everywhere = {f.name: f.title for one in RESOURCES.values() for f in one.fields}
    out = []
    for name, columns in columns_of_database().items():
        resource = RESOURCES.get(name)
        if resource is None and name not in _OTHERS:
            continue
        own = {f.name: f.title for f in resource.fields} if resource is not None else everywhere
        title = resource.title if resource is not None else _OTHERS[name]
        out.append(TableColumns(name, title, tuple((c, _titled(c, own)) for c in columns)))
    order = ["figures", "cells", "reports", "agencies"]
    return sorted(out, key=lambda t: order.index(t.name) if t.name in order else len(order))


def questions(corpus: Corpus) -> list[Question]:
    """The ready questions; where one is about an agency, about the first that has a report."""
    agency = min((one.entry.agency.id for one in corpus.reports), default="cn-000000-example")
    return [Question(q.id, q.title, q.note, q.sql.replace("{agency}", agency)) for q in QUESTIONS]


def ask_page(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page, which is a list of downloads where the engine or the database is not there."""
    database = next((file for file in setting.files if file["path"] == DATABASE), None)
    size = int(database["bytes"]) if database is not None else 0
    engine, packed = setting.engine
    yield Page(
        path="ask.md",
        title="用 SQL 问",
        template="ask.html",
        description="在浏览器里用 SQL 查询全部数据：现成的问题，结果可以下载、分享。",
        values={
            "questions": questions(corpus),
            "tables": _tables(),
            "ready": engine > 0 and size > 0,
            "engine": size_words(engine),
            "packed": size_words(packed),
            "size": size_words(size),
            "bytes": size,
            "whole": size <= WHOLE,
            "limit": LIMIT,
            "limit_words": size_words(LIMIT),
            "sha256": str(database["sha256"]) if database is not None else "",
            "database": DATABASE,
            "chart": size_words(setting.chart),
        },
    )
