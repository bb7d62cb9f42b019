"""Folder rules: from `content/` to entries, and what is wrong with the folders that give none.

一份报告一个文件夹：`content/reports/<行政区划代码>/<机关短名>/<年度>/`，里面只放三种文件：

- `original.<扩展名>`：收录文件，有且只有一个，不超过 20 MB；
- `report.toml`：说明文件，UTF-8 编码，各项如下；
- `corrections.toml`：对识读的更正，可有可无。

report.toml 的各项：

- `title`：报告标题（必填）；
- `publisher`：发布机关，照报告的写法（必填）；
- `year`：报告年度，四位整数，与文件夹名相同（必填）；
- `transcription`：收录方式（必填）。`"full"` 为全文；`"abridged"` 为表格照录、文字摘要，
  这时 `document_name` 和 `document_sha256` 也必填；`"figures"` 为数字照录、版式和文字由本站编写；
- `original_sha256`：收录文件的 SHA-256。可以不写；写了就必须与文件相符；
- `document_name`、`document_sha256`：所据完整原件的文件名和 SHA-256；
- `source_url`：来源网址，以 http:// 或 https:// 开头；空着或不写表示不详；
- `published_on`、`retrieved_on`：发布日期、取得日期，写作 2025-01-31；不写表示不详；
- `changed_on`：收录文件或本文件的数据项最近一次改动的日期，不早于取得日期；不写就是取得以后没有改过；
- `scope`：数字的统计范围，`"own"` 本机关、`"region_aggregate"` 本地区汇总、`"unknown"` 不详
  （不写即不详）；
- `licence_note`：原件的权利说明；
- `reorganised`：这一年机构或职能有调整、数字不能与上一年的报告相比时，写明原因。

`written.py` 的 `CorrectionsToml` 说明 `corrections.toml` 的写法，`RegionRow` 和 `AgencyRow` 说明
`content/regions.csv` 和 `content/agencies.csv` 的各列，`NameRow`、`CodeRow`、`RedirectRow`、
`CoverageRow` 说明可有可无的 `names.csv`、`codes.csv`、`redirects.csv`、`coverage.csv`。

`written` says what people may write, `files` opens it, `divisions` has the standard's codes,
`tables` the regions and agencies, `register` all tables together, `folders` walks the reports;
each knows only those before it.
"""

from gongkai.entry.divisions import LISTED_TO, counties, divisions_in
from gongkai.entry.files import (
    CORRECTIONS_TOML,
    MAX_BYTES,
    MAX_TOML_BYTES,
    EntryError,
    read_toml,
    report_toml,
    write_report_toml,
)
from gongkai.entry.folders import discover
from gongkai.entry.register import Register, read_register
from gongkai.entry.written import CorrectionsToml, ReportToml

__all__ = [
    "CORRECTIONS_TOML",
    "LISTED_TO",
    "MAX_BYTES",
    "MAX_TOML_BYTES",
    "CorrectionsToml",
    "EntryError",
    "Register",
    "ReportToml",
    "counties",
    "discover",
    "divisions_in",
    "read_register",
    "read_toml",
    "report_toml",
    "write_report_toml",
]
