"""The page of the API: addresses, rules, promise, fields, examples that the tests run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gongkai.model import CellId, Corpus
from gongkai.package.api import ENDPOINTS, PROMISE, ROOT, VERSION, openapi
from gongkai.package.api.addresses import csv_path
from gongkai.package.elsewhere import way
from gongkai.pages.frame import Page, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: JSON types in words.
_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是或否",
    "array": "数组",
    "object": "对象",
    "null": "null",
}
#: Title, language and text of each example; `{site}` is the site's address, `{report}` a report
#: and `{agency}` its agency.
EXAMPLES: tuple[tuple[str, str, str], ...] = (
    (
        "命令行：取一份报告",
        "sh",
        "curl -sS {site}api/v1/reports/{report}.json -o report.json\n",
    ),
    (
        "Python：一个数列，各年合计",
        "python",
        """\
import json
from urllib.request import urlopen

import pandas as pd

with urlopen("{site}api/v1/series/received_total.json") as answer:
    series = json.load(answer)
table = pd.DataFrame(series["columns"])
for column, names in (("agency", "agencies"), ("status", "statuses"), ("unit", "units")):
    table[column] = table[column].map(dict(enumerate(series[names])))
# 空白、符号、存疑的格没有数：先看有多少，再求和
print(table["status"].value_counts())
print(table.dropna(subset=["value"]).groupby("report_year")["value"].agg(["size", "sum"]))
""",
    ),
    (
        "Python：一份报告的表三",
        "python",
        """\
import json
from urllib.request import urlopen

import pandas as pd

with urlopen("{site}api/v1/reports/{report}.json") as answer:
    report = json.load(answer)
for one in report["tables"]:
    if one["table"] == "requests":
        print(pd.DataFrame(one["values"], index=one["rows"], columns=one["columns"]))
        print(pd.DataFrame(one["statuses"], index=one["rows"], columns=one["columns"]))
""",
    ),
    (
        "Python：一个机关历年的数（CSV）",
        "python",
        """\
import pandas as pd

rows = pd.read_csv("{table}", dtype={{"value": str}})
print(rows.pivot(index="variable", columns="report_year", values="value"))
""",
    ),
    (
        "JavaScript：新收申请的总计",
        "js",
        """\
const answer = await fetch("{site}api/v1/reports/{report}.json");
const report = await answer.json();
for (const one of report.tables.filter((one) => one.table === "requests")) {{
  const row = one.rows.indexOf("received");
  const column = one.columns.indexOf("total");
  console.log(one.values[row][column], one.statuses[row][column]);
}}
""",
    ),
)


def _type(rule: Mapping[str, Any]) -> str:
    """The type of a field in words; a name where it is a shape of its own."""
    if "$ref" in rule:
        return str(rule["$ref"]).rpartition("/")[2]
    kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    words = "或".join(_TYPES[kind] for kind in kinds)
    inner = rule.get("items", rule.get("additionalProperties"))
    return f"{words}：{_type(inner)}" if isinstance(inner, dict) else words


def _shapes() -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Each shape: name, Chinese title, and its fields with type and meaning."""
    return [
        (
            name,
            shape["title"],
            [
                (key, _type(rule), rule.get("description", ""))
                for key, rule in shape["properties"].items()
            ],
        )
        for name, shape in openapi()["components"]["schemas"].items()
    ]


def _example(corpus: Corpus) -> tuple[str, str]:
    """The ids of a report with table three and of its agency; invented where there is none."""
    wanted = CellId("requests", "received", "total")
    for one in corpus.reports:
        if wanted in one.report.values:
            return one.entry.report_id, one.entry.agency.id
    return "cn-000000-example-2023", "cn-000000-example"


def examples(corpus: Corpus, site_url: str, downloads: str = "") -> list[tuple[str, str, str]]:
    """The examples with addresses that exist: title, language, text."""
    report, agency = _example(corpus)
    table = way(csv_path("agencies", agency), downloads, site_url)
    return [
        (title, language, text.format(site=site_url, report=report, table=table))
        for title, language, text in EXAMPLES
    ]


def api_page(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """The page of the API."""
    endpoints = [replace(one, path=way(one.path, setting.downloads)) for one in ENDPOINTS]
    yield Page(
        path="api.md",
        title="API",
        template="api.html",
        description="静态JSON API：地址、规则、承诺、字段、例子。",
        values={
            "endpoints": endpoints,
            "version": VERSION,
            "start": ROOT,
            "promise": PROMISE,
            "shapes": _shapes(),
            "files": [e for e in endpoints if e.columns],
            "examples": examples(corpus, setting.site_url, setting.downloads),
        },
    )
