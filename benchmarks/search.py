#!/usr/bin/env python3
"""Searching many invented reports: what the index costs, what a query costs, what is found.

    python benchmarks/search.py [--reports N] [--folder DIR] [--workers N] [QUERY …]

Makes the report pages of N invented reports (agencies of all levels, four years each, narratives
put together from sentences as agencies write them, some with look-alike or full-width forms) in a
bare frame, the search page with what it loads, and the index. Then it asks in Chromium and prints
one table: for each query the pages that hold it as it stands, the pages found, missed and found too
many, the bytes as they go over the wire, the time to the first results, and the processor
time of the longest task on the page's own thread (ms).

Without --folder everything is made in a temporary folder; with it, what is there is used again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import resource
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import make  # noqa: E402  # made importable above

from chromium import chromium  # noqa: E402
from gongkai.checks import check  # noqa: E402
from gongkai.model import CellId, Published, Region  # noqa: E402
from gongkai.pages.frame import Setting, render_page  # noqa: E402
from gongkai.pages.indexed import indexed, indexed_pages  # noqa: E402
from gongkai.pages.names import NAMES  # noqa: E402
from gongkai.pages.report import report_pages  # noqa: E402
from gongkai.pages.search import search_page  # noqa: E402
from gongkai.site import make_server  # noqa: E402
from gongkai.site.markdown import assets  # noqa: E402
from gongkai.site.search import index_site  # noqa: E402
from gongkai.tidy import letters  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.model import Agency, Corpus, Number

YEARS = range(2021, 2025)
RECEIVED = CellId("requests", "received", "total")
KINDS = (
    ("renmin-zhengfu", "人民政府", "government"),
    ("tongjiju", "统计局", "statistics"),
    ("shuiliju", "水利局", "water"),
    ("jiaoyuju", "教育局", "education"),
    ("gonganju", "公安局", "public_security"),
    ("minzhengju", "民政局", "civil_affairs"),
    ("caizhengju", "财政局", "finance"),
    ("shenjiju", "审计局", "audit"),
    ("xingzheng-shenpiju", "行政审批局", "government_services"),
)
#: Characters of invented places.
_FIRST, _SECOND = (
    "安宁昌兴德永清长平新东南西北文武丰源华临",
    "阳山江河州城川台泉湖林岭关溪口原港陵亭塘",
)
TOPICS = [
    "财政预决算",
    "重大建设项目",
    "公共资源配置",
    "社会保险",
    "教育招生",
    "环境保护",
    "食品药品安全",
    "安全生产",
    "征地补偿",
    "保障性住房",
    "优化营商环境",
    "乡村振兴",
    "行政许可事项",
    "行政处罚裁量基准",
    "价格收费",
    "就业创业",
    "医疗卫生",
    "产业集聚区",
    "政府采购",
    "人事招考",
]
CHANNELS = [
    "门户网站",
    "微信公众号",
    "政府公报",
    "新闻发布会",
    "政务服务大厅",
    "档案馆",
    "公共图书馆",
    "电子屏",
    "宣传栏",
    "官方微博",
]
WAYS = [
    "专题培训",
    "业务考核",
    "第三方评估",
    "社会评议",
    "责任追究",
    "信息审查",
    "台账管理",
    "在线访谈",
    "民意征集",
    "督查通报",
]
SENTENCES = (
    "本年度通过{channel}主动公开{topic}信息{n}条，比上一年增加{m}条。",
    "围绕{topic}，制作图文解读{n}件，在{channel}发布，阅读量达到{m}次。",
    "收到申请{n}件，其中{channel}提交{m}件，都在法定期限内作出答复。",
    "全年组织{way}{m}次，参加人员{n}人次，进一步压实了各科室的责任。",
    "修订信息公开指南和目录，对第{m}项、第{k}项内容作了更新。",
    "按照先审查后公开的要求，完善{way}制度，没有发生泄密事件。",
    "因信息公开引起的行政复议{m}件，维持{k}件，纠正0件。",
    "对{topic}领域的基层政务公开标准目录作了调整，覆盖{k}个乡镇街道。",
    "依托{channel}设立意见箱，收集群众意见{n}条，办结率达到{p}%。",
    "公开内容离群众的期盼还有差距，{topic}方面的信息更新不够及时。",
    "个别工作人员对条例的理解不深，{way}还需要加强。",
    "下一步将把{topic}作为重点，健全{way}机制，拓宽{channel}等渠道。",
    "本年度发出收费通知{k}件，总金额{n}元。",
)
#: One report in so many writes a sentence with look-alike and full-width forms.
ODD = 25
QUERIES = [
    "行政复议",
    "信访举报",
    "产业集聚区",
    "二七区统计局2022",
    "统计局",
    "北岭县统计局",
    "财政预决算",
    "法律服务机构",
    "结转下年度",
    "第三方评估",
    "基层政务公开标准目录",
    "第3项",
    "3件",
    "12条",
    "２０２３年",
    "政⺠互动",
    "营商环境",
    "集聚",
    "议箱",
    "公开指南",
    "收费通知",
    "政府公报",
    "一",
    "不存在的词句",
    "信访举报投诉类申请",
]


@dataclass(frozen=True)
class Site:
    """A made site: the text of each page without spaces, and its name in the index."""

    folder: Path
    texts: dict[str, str]
    pages: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """How many reports are made, and where."""

    reports: int
    folder: Path


def _places(count: int) -> Iterator[tuple[Region, Region, Region]]:
    """Invented counties with their city and province; codes as GB/T 2260 builds them."""
    draw = random.Random(7)  # noqa: S311  # no secret
    names = [a + b for a in _FIRST for b in _SECOND]
    draw.shuffle(names)
    for number in range(count):
        province, city, county = number // 80, number // 8, number % 8
        codes = f"{91 + province % 8}0000", f"{91 + province % 8}{1 + city % 10:02}00"
        code = f"{codes[1][:4]}{1 + county:02}"
        yield (
            Region(codes[0], codes[0], f"{names[-1 - province]}省", "", "province", None),
            Region(codes[1], codes[1], f"{names[city]}市", "", "prefecture", codes[0]),
            Region(code, code, f"{names[(50 + number) % len(names)]}县", "", "county", codes[1]),
        )


def agencies(count: int) -> list[tuple[Agency, tuple[Region, ...]]]:
    """Agencies with the regions they lie in, the highest first."""
    made: list[tuple[Agency, tuple[Region, ...]]] = []
    for number, path in enumerate(_places(-(-count // len(KINDS)))):
        for slug, name, kind in KINDS:
            region = path[2]
            ident = f"cn-{region.adcode}-{slug}"
            one = replace(
                make.AGENCY,
                id=ident,
                slug=slug,
                adcode=region.adcode,
                name=f"{region.name}{name}",
                classification=kind,
                level="county",
                region=region,
                other_names=(f"{region.name}原{name}",) if number % 9 == 0 else (),
            )
            made.append((one, path))
    return made[:count]


def _text(draw: random.Random, count: int) -> str:
    return "".join(
        draw.choice(SENTENCES).format(
            channel=draw.choice(CHANNELS),
            topic=draw.choice(TOPICS),
            way=draw.choice(WAYS),
            n=draw.randrange(2000),
            m=draw.randrange(60),
            k=draw.randrange(12),
            p=draw.randrange(80, 100),
        )
        for _ in range(count)
    )


def published(agency: Agency, year: int, number: int) -> Published:
    """An invented report with its findings."""
    draw = random.Random(number)  # noqa: S311  # no secret
    texts = {
        **make.TEXTS,
        "overview": _text(draw, 22),
        "problems": _text(draw, 8),
        "other": _text(draw, 3),
    }
    if number % ODD == 0:
        texts["other"] += "２０２３年开展政⺠互动３次，在门户网站公布结果。"
    figures: dict[CellId, Number | None] = {**make.figures(start=number % 97)}
    if number % 20 == 0:
        figures[RECEIVED] = 999_999
    made = make.report(year=year, agency=agency, numbers=figures, texts=texts)
    return Published(made, tuple(check(made)))


FRAME = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title></head>'
    '<body><main><article class="md-content__inner">{}</article></main></body></html>'
)


def _page(text: str) -> str:
    return FRAME.format(text.split("---\n\n", 1)[1])


def corpus_of(
    made: Sequence[tuple[Agency, tuple[Region, ...]]], reports: Sequence[Published]
) -> Corpus:
    """A corpus with all regions."""
    whole = make.corpus(*reports)
    regions = {region.id: region for _, path in made for region in path}
    return replace(whole, regions=regions)


def write_share(plan: Plan, worker: int, workers: int) -> None:
    """Write the pages of one worker's share of the agencies."""
    made = agencies(-(-plan.reports // len(YEARS)))
    for number, (agency, _) in enumerate(made):
        if number % workers != worker:
            continue
        first = number * len(YEARS)
        reports = [published(agency, year, first + at) for at, year in enumerate(YEARS)]
        for page in report_pages(corpus_of(made, reports), Setting()):
            target = plan.folder / page.path.removesuffix(".md") / "index.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_page(render_page(page, Setting())), encoding="utf-8")


def write_site(plan: Plan, workers: int) -> None:
    """The report pages, the search page and what it loads."""
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(partial(write_share, plan, workers=workers), range(workers)))
    made = agencies(-(-plan.reports // len(YEARS)))
    few = [published(agency, year, 0) for agency, _ in made[:1] for year in YEARS]
    slim = [
        replace(few[0], report=replace(few[0].report, entry=make.entry(agency, year)))
        for agency, _ in made
        for year in YEARS
    ][: plan.reports]
    corpus = corpus_of(made, slim)
    (page,) = search_page(corpus, Setting())
    target = plan.folder / "search" / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_page(render_page(page, Setting())), encoding="utf-8")
    named = ((name, text.encode()) for name, text in page.files.items())
    for name, data in (*assets(), *named):
        (plan.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (plan.folder / name).write_bytes(data)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts_of(folder: Path) -> dict[str, str]:
    """Page → its text as a search compares it, without spaces."""
    out = {}
    for name in indexed_pages(folder):
        copy = indexed((folder / name).read_bytes())
        if copy is not None:
            text = unescape(re.sub(r"<[^>]*>", "", copy.split("</p>\n", 1)[1]))
            out[name.removesuffix("index.html")] = _bare(text).lower()
    return out


ASK = """async (query) => {
  const begun = performance.now();
  const box = document.getElementById("q");
  box.value = query;
  box.form.requestSubmit();
  const status = document.getElementById("status");
  while (!/页提到|没有找到|名称见下/.test(status.textContent) || !status.textContent.includes(query)) {
    await new Promise((done) => setTimeout(done, 4));
  }
  return performance.now() - begun;
}"""
#: The ids of all pages found: the names of their files in the index.
ALL = """async (query) => {
  const worker = new Worker("../static/search-worker.js", {type: "module"});
  const ask = (what, more) => new Promise((done) => {
    worker.onmessage = ({data}) => done(data.value);
    worker.postMessage({number: 1, what, root: new URL("..", location.href).href, ...more});
  });
  const {count} = await ask("text", {turn: 1, query, filters: {}, sort: ""});
  const ids = count ? await ask("ids", {}) : [];
  worker.terminate();
  return ids;
}"""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def on_the_wire(file: Path) -> int:
    """Bytes of a file as a host that compresses sends it; the index is compressed already."""
    body = file.read_bytes()
    return len(gzip.compress(body, 6)) if file.suffix in {".js", ".html", ".json"} else len(body)


def pages_of(folder: Path) -> dict[str, str]:
    """The id of a page in the index → the page."""
    out = {}
    for file in (folder / "pagefind").rglob("*.pf_fragment"):
        found = re.search(rb'"url":"/([^"]*)"', gzip.decompress(file.read_bytes()))
        if found:
            out[file.stem] = found[1].decode()
    return out


def measure(browser: Any, address: str, query: str, site: Site) -> list[str]:  # noqa: ANN401
    """A row of the table: a query in a fresh profile."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}search/", wait_until="networkidle")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    browser.start_tracing(page=page, categories=["devtools.timeline", "toplevel"])
    took = page.evaluate(ASK, query)
    task = longest_task(json.loads(browser.stop_tracing()))
    files = {url.removeprefix(address).partition("?")[0] for url in asked}
    loaded = sum(on_the_wire(site.folder / name) for name in files)
    pattern = _pattern(letters(query).lower())
    right = {url for url, text in site.texts.items() if pattern.search(text)}
    found = {site.pages[one] for one in page.evaluate(ALL, query)}
    context.close()
    counts = (len(right), len(found), len(right - found), len(found - right), loaded // 1000)
    return [query, *map(str, counts), f"{took:.0f}", f"{task:.0f}"]


def longest_task(trace: dict[str, Any]) -> float:
    """Milliseconds of processor time of the longest task on the page's own thread."""
    events = trace["traceEvents"]
    main = {
        (e["pid"], e["tid"])
        for e in events
        if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    tasks = (e.get("tdur", 0) for e in events if (e.get("pid"), e.get("tid")) in main)
    return max(tasks, default=0) / 1000


def _pattern(word: str) -> re.Pattern[str]:
    """The word as it stands; a number is compared from its first digit."""
    return re.compile(("(?<![0-9])" if word[0].isdigit() else "") + re.escape(word))


def folder_size(folder: Path) -> tuple[int, int]:
    """Files and bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def build_index(folder: Path, workers: int) -> None:
    """Index the pages and say what it cost."""
    program = next(ROOT.glob("node_modules/@pagefind/*/bin/pagefind_extended"))
    begun = time.monotonic()
    failed = index_site(folder, program, workers)
    taken = time.monotonic() - begun
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"index: {failed or 'made'}, {taken:.0f} s, {memory} MB at most")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("queries", nargs="*", help="others than the usual ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongkai-search-") as temporary:
        folder = (options.folder or Path(temporary, "site")).resolve()
        if not (folder / "reports").is_dir():
            write_site(Plan(options.reports, folder), options.workers)
        if not (folder / "pagefind").is_dir():
            build_index(folder, options.workers)
        report(folder, options.queries or QUERIES)


def report(folder: Path, queries: Sequence[str]) -> None:
    """The sizes and the table of queries."""
    names = (folder / NAMES).read_bytes()
    print(f"names: {len(names) // 1000} KB, {len(gzip.compress(names, 6)) // 1000} KB on the wire")
    files, size = folder_size(folder / "pagefind")
    print(f"index: {files} files, {size / 1e6:.1f} MB")
    site = Site(folder, texts_of(folder), pages_of(folder))
    print(f"pages: {len(site.texts)}\n")
    print("| query | as it stands | found | missed | too many | KB | ms | longest task |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    with make_server(folder, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for query in queries:
            print(f"| {' | '.join(measure(browser, address, query, site))} |", flush=True)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
