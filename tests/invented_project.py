"""Makes a project folder of as many invented reports as wanted: places, agencies, years, originals.

Everything is drawn from a seed and from what is drawn for, so that a project of 200 reports holds
the same files as the first 200 of one of 10,000. Names are such as no place bears: one province of fancy,
prefectures by the cycle of sixty, counties by the lunar mansions, townships by the solar terms.
Codes begin with 99, which the standard leaves to examples. Agencies of every class and level report for 2014 to 2025, each from a year of its own.
Reports of years before the forms have words and the statistical sheet of their time.

Sums hold and stocks go on from year to year, but where a fault is planted: `FAULTS` says which
there are, and `PLANTED` in how many reports of a hundred one is.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import shutil
import sys
import zipfile
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from make import form
from print_docx import print_docx, zipped
from print_html import print_html
from print_pdf import print_pdf
from print_workbook import print_xlsx
from printers import Sheet, print_report

from gongkai.model import CellId
from invented import APPLICANTS, figures_of, request, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gongkai.model import Number

ROOT = Path(__file__).parents[1]
FIRST_YEAR, LAST_YEAR = 2014, 2025
#: The first year of a form that is read.
FORMS = 2019
#: Reports of a hundred in which something is planted.
PLANTED = 12
#: Agencies of a hundred that reported before there was a form.
EARLY = 15
PROVINCE = "虚构省"
PREFECTURES, COUNTIES, TOWNSHIPS = 60, 3, 2
#: A body of a place: short name, what its name ends with, class.
Body = tuple[str, str, str]
GOVERNMENT: Body = ("renmin-zhengfu", "人民政府", "government")
BODIES: tuple[Body, ...] = (
    ("zhengfu-bangongshi", "人民政府办公室", "government_office"),
    ("fagaiwei", "发展和改革委员会", "development_reform"),
    ("jiaoyuju", "教育局", "education"),
    ("kegongju", "科学技术和工业信息化局", "science_industry"),
    ("gonganju", "公安局", "public_security"),
    ("minzhengju", "民政局", "civil_affairs"),
    ("sifaju", "司法局", "justice"),
    ("caizhengju", "财政局", "finance"),
    ("rensheju", "人力资源和社会保障局", "human_resources"),
    ("ziranziyuanju", "自然资源局", "natural_resources"),
    ("shengtaiju", "生态环境局", "ecology"),
    ("zhujianju", "住房和城乡建设局", "housing"),
    ("jiaotongju", "交通运输局", "transport"),
    ("shuiliju", "水利局", "water"),
    ("nongyeju", "农业农村局", "agriculture"),
    ("shangwuju", "商务局", "commerce"),
    ("wenlvju", "文化和旅游局", "culture_tourism"),
    ("weijianwei", "卫生健康委员会", "health"),
    ("tuiyiju", "退役军人事务局", "veterans"),
    ("yingjiju", "应急管理局", "emergency"),
    ("shenjiju", "审计局", "audit"),
    ("shichangju", "市场监督管理局", "market_regulation"),
    ("tongjiju", "统计局", "statistics"),
    ("yibaoju", "医疗保障局", "medical_insurance"),
    ("chengguanju", "城市管理局", "urban_management"),
    ("zhengwu-fuwuju", "政务服务局", "government_services"),
    ("shuiwuju", "税务局", "tax"),
    ("kaifaqu-guanweihui", "开发区管理委员会", "development_zone"),
    ("dang-an-ju", "档案局", "other"),
)
REGION_HEAD = "region_id,adcode,name,name_en,kind,parent_id,valid_from,valid_to,source"
AGENCY_HEAD = (
    "agency_id,name,other_names,adcode,slug,region_id,classification,level,"
    "parent_id,uscc,valid_from,valid_to"
)
#: How many bodies a place has besides its government.
BODIES_OF = {"province": 6, "prefecture": 7, "county": 5, "township": 0}
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
MANSIONS = "角亢氐房心尾箕斗牛女虚危室壁奎娄胃昴毕觜参井鬼柳星张翼轸"
TERMS = (
    *(
        "立春",
        "雨水",
        "惊蛰",
        "春分",
        "清明",
        "谷雨",
        "立夏",
        "小满",
        "芒种",
        "夏至",
        "小暑",
        "大暑",
    ),
    *(
        "立秋",
        "处暑",
        "白露",
        "秋分",
        "寒露",
        "霜降",
        "立冬",
        "小雪",
        "大雪",
        "冬至",
        "小寒",
        "大寒",
    ),
)
_CLAUSES = """\
一季度、上半年、年初、汛期、九月、全年、年底以前、开学前后、春耕时节、每月初、机构改革后、入冬以来
办公室、法规科、各股室、二级单位、窗口人员、新闻发言人、信息中心、档案室、局党组、公开专班、十二个站所、分管领导、值班人员、法律顾问、图书馆查阅点
梳理了、重新编制了、公布了、更正了、集中清理了、逐条审核了、解读了、归档了、汇编了、补发了、翻译了、核对了、移交了、撤下了、标注了
权责清单、财政预决算、行政处罚结果、招生考试安排、食品抽检公报、征地补偿方案、水质监测数据、公交线路调整、医保目录、廉租房轮候名单、重大项目进展、应急预案、价格收费标准、人事任免、规范性文件、节水宣传材料、统计公报、信访答复、安全生产通报、养老机构名录、河长名单、惠民补贴发放表、防汛物资储备、职业技能培训计划、文物保护单位名录
通过政务新媒体发布、在门户网站专栏展示、送到社区公告栏、附上图表和问答、设了热线解答、同步推送到手机端、请群众代表座谈、纳入年度考核、由第三方评估、报上级备案、制成短视频、印成便民手册、在报纸刊登、接入一网通办、向人大代表通报
"""
#: What a clause of a narrative is made of, in this order.
CLAUSES = tuple(tuple(line.split("、")) for line in _CLAUSES.splitlines())
#: What is wrong with some reports: name → what stands instead of figures.
FAULTS = ("total", "blank_row", "slash", "doubt", "stock", "copied")
_SHEET = """\
政府信息公开情况统计表
指 标 名 称\t单位\t统计数
一、主动公开情况\t——\t
（一）主动公开政府信息数\t条\t{}
二、制发规范性文件总数\t件\t{}
三、不同渠道和方式公开相同信息计1条\t条\t{}
"""


@dataclass(frozen=True)
class Place:
    """A region: its id, its code, its name with and without the places above it, its kind."""

    region_id: str
    adcode: str
    name: str
    full_name: str
    kind: str
    parent: str

    @property
    def row(self) -> tuple[str, ...]:
        """Its line of `regions.csv`."""
        english = f"{self.kind.title()} {self.region_id}"
        return (
            self.region_id,
            self.adcode,
            self.name,
            english,
            self.kind,
            self.parent,
            "",
            "",
            "虚构",
        )


@dataclass(frozen=True)
class Agency:
    """An agency of a place with the years it reports for."""

    number: int
    place: Place
    body: Body
    years: range

    @property
    def slug(self) -> str:
        """Its short name; townships have the code of their county, so theirs is longer."""
        _, _, township = self.place.region_id.partition("-")
        return f"{township}-zhengfu" if township else self.body[0]

    @property
    def agency_id(self) -> str:
        """Its id."""
        return f"cn-{self.place.adcode}-{self.slug}"

    @property
    def name(self) -> str:
        """Its whole name; that of a people's government of the place itself has no words between."""
        return self.place.full_name + self.body[1]

    @property
    def row(self) -> tuple[str, ...]:
        """Its line of `agencies.csv`."""
        place, (_, _, kind) = self.place, self.body
        kind = "township" if place.kind == "township" else kind
        names = (self.agency_id, self.name, "", place.adcode, self.slug, place.region_id)
        return (*names, kind, place.kind, "", "", "", "")


def places() -> Iterator[Place]:
    """All places there can be, in an order in which every beginning has all kinds."""
    province = Place("990000", "990000", PROVINCE, PROVINCE, "province", "")
    yield province
    for number in range(PREFECTURES):
        name = f"{STEMS[number % 10]}{BRANCHES[number % 12]}市"
        code = f"99{number + 1:02}"
        city = Place(f"{code}00", f"{code}00", name, name, "prefecture", province.region_id)
        yield city
        for below in range(COUNTIES):
            yield from _county(city, number, below)


def _county(city: Place, number: int, below: int) -> Iterator[Place]:
    """A county of a prefecture, and its townships, which have no codes of their own."""
    mansion = MANSIONS[(number * COUNTIES + below) % len(MANSIONS)]
    code, name = f"{city.adcode[:4]}{below + 21}", f"{mansion}宿县"
    county = Place(code, code, name, city.name + name, "county", city.region_id)
    yield county
    for at in range(TOWNSHIPS):
        town = f"{TERMS[(number * 7 + below * TOWNSHIPS + at) % len(TERMS)]}镇"
        yield Place(f"{code}-zhen{at + 1}", code, town, county.full_name + town, "township", code)


def _years(number: int) -> range:
    """The years an agency reports for."""
    draw = Random(number)  # noqa: S311  # invented
    if draw.randrange(100) < EARLY:
        return range(draw.randint(FIRST_YEAR, FORMS - 1), LAST_YEAR + 1)
    return range(draw.choice((FORMS, FORMS, FORMS + 1, FORMS + 2)), LAST_YEAR + 1)


def agencies() -> Iterator[Agency]:
    """The agencies of all places; classes go round, so that each place has others."""
    numbers, round_about = count(), count()
    for place in places():
        yield Agency(number := next(numbers), place, GOVERNMENT, _years(number))
        for _ in range(BODIES_OF[place.kind]):
            body = BODIES[next(round_about) % len(BODIES)]
            yield Agency(number := next(numbers), place, body, _years(number))


def _words(draw: Random, sentences: int) -> str:
    """A narrative without sense but of real words, which hardly repeats itself."""
    made = []
    for _ in range(sentences):
        clause = "".join(draw.choice(part) for part in CLAUSES[:4])
        made.append(f"{clause}{draw.randint(2, 480)}件，{draw.choice(CLAUSES[4])}。")
    return "".join(made)


def _texts(draw: Random, sentences: int) -> dict[str, str]:
    """The six sections of a report."""
    return {
        "overview": _words(draw, sentences),
        "disclosure": "",
        "requests": "",
        "disputes": "",
        "problems": f"存在的问题：{_words(draw, 3)}下一步，{_words(draw, 3)}",
        "other": f"本年度发出收费通知{draw.randrange(2)}件。{_words(draw, 1)}",
    }


def _spoilt(fault: str, cells: dict[CellId, str]) -> None:
    """Plant a fault in the printed cells."""
    total = request("received")
    if fault == "total":
        cells[total] = str(int(cells[total]) + 9)
    elif fault == "stock":
        cells[request("pending_start")] = str(int(cells[request("pending_start")]) + 1)
    elif fault == "slash":
        cells[request("denied_state_secret")] = "/"
    elif fault == "doubt":
        cells[total] = " ".join(f"1{cells[total]}")
    elif fault == "blank_row":
        cells.update({request("denied_third_party", c): "" for c in (*APPLICANTS, "total")})


Figures = dict[CellId, "Number"]


def _early(title: str, texts: Mapping[str, str], draw: Random) -> tuple[str, bytes]:
    """A report of a year before the forms."""
    sheet = _SHEET.format(*(draw.randrange(900) for _ in range(3)))
    parts = [title, "一、概述", texts["overview"], "二、存在问题", texts["problems"], sheet]
    return "txt", "\n\n".join(parts).encode()


def _workbook(sheet: Sheet) -> bytes:
    """A workbook without the time it was made at."""
    with zipfile.ZipFile(io.BytesIO(print_xlsx(sheet))) as made:
        parts = {name: made.read(name) for name in sorted(made.namelist())}
    core = "docProps/core.xml"
    dated = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2020-01-01T00:00:00Z", parts[core])
    return zipped({**parts, core: dated})


#: Format of an original → its share of a hundred and how it is printed.
PRINTERS: dict[str, tuple[int, Callable[[Sheet], bytes]]] = {
    "html": (60, print_html),
    "docx": (17, print_docx),
    "txt": (10, lambda sheet: print_report(sheet, "tsv").encode()),
    "xlsx": (7, _workbook),
    "pdf": (6, print_pdf),
}


def _printed(sheet: Sheet, draw: Random) -> tuple[str, bytes]:
    """The report in a format that is drawn: suffix and bytes."""
    at = draw.randrange(100)
    for suffix, (share, printer) in PRINTERS.items():
        at -= share
        if at < 0:
            return suffix, printer(sheet)
    raise ValueError(at)


@dataclass(frozen=True)
class Original:
    """A file of a report, and what its `report.toml` says."""

    agency: Agency
    year: int
    suffix: str
    data: bytes

    @property
    def folder(self) -> str:
        """Its folder, relative to `content/reports`."""
        return f"{self.agency.place.adcode}/{self.agency.slug}/{self.year}"

    @property
    def toml(self) -> str:
        """What is said of it."""
        agency, day = self.agency, 5 + self.agency.number % 20
        scope = "region_aggregate" if agency.body is GOVERNMENT else "own"
        return (
            f'title = "{agency.name}{self.year}年政府信息公开工作年度报告"\n'
            f'publisher = "{agency.name}"\n'
            f"year = {self.year}\n"
            'transcription = "full"\n'
            f'source_url = "https://example.invalid/{agency.agency_id}/{self.year}.html"\n'
            f"published_on = {self.year + 1}-01-{day:02}\n"
            f"retrieved_on = {self.year + 1}-06-{day:02}\n"
            f'scope = "{scope}"\n'
        )


def originals_of(agency: Agency, seed: int) -> Iterator[Original]:
    """The reports of an agency, year by year, because stocks go on."""
    before: Figures = {}
    texts: dict[str, str] = {}
    for year in agency.years:
        draw = Random(f"{seed}/{agency.number}/{year}")  # noqa: S311  # invented
        fault = draw.choice(FAULTS) if draw.randrange(100) < PLANTED else ""
        own = _texts(draw, sentences=draw.randint(12, 40))
        texts = texts if fault == "copied" and texts else own
        title = f"{agency.name}{year}年政府信息公开工作年度报告"
        if year < FORMS:
            yield Original(agency, year, *_early(title, texts, draw))
            continue
        before = figures_of(agency.number % 50, year, before, draw)
        cells = {cell: str(number) for cell, number in before.items()}
        _spoilt(fault, cells)
        sheet = Sheet(form(version_of(year)), cells, title, texts)
        yield Original(agency, year, *_printed(sheet, draw))


def originals(reports: int, seed: int = 1) -> Iterator[Original]:
    """So many reports, agency by agency.

    Raises:
        ValueError: where there are not so many.
    """
    made = 0
    for agency in agencies():
        for one in islice(originals_of(agency, seed), reports - made):
            made += 1
            yield one
        if made == reports:
            return
    raise ValueError(f"no more than {made} reports can be invented")


def _above(place: Place, known: Mapping[str, Place]) -> Iterator[Place]:
    """The place and those it lies in."""
    yield place
    if place.parent:
        yield from _above(known[place.parent], known)


def _write_tables(content: Path, reporting: Iterable[Agency]) -> None:
    """`regions.csv` and `agencies.csv` with these agencies and the places they need."""
    every = {place.region_id: place for place in places()}
    bodies = list(reporting)
    needed = {p.region_id: p for body in bodies for p in _above(body.place, every)}
    tables = {
        "regions.csv": (REGION_HEAD, [needed[name].row for name in sorted(needed)]),
        "agencies.csv": (AGENCY_HEAD, [body.row for body in bodies]),
    }
    for name, (head, rows) in tables.items():
        with (content / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head.split(","), *rows])


def make_invented(root: Path, reports: int, seed: int = 1) -> int:
    """A project of so many reports that `gongkai build` builds; the bytes of its originals.

    Only agencies with a report are in its tables.

    Raises:
        FileExistsError: if the folder has a `content` already.
    """
    content = root / "content"
    content.mkdir(parents=True)
    shutil.copytree(ROOT / "content" / "pages", content / "pages")
    for name in ("mkdocs.yml", "package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, root / name)
    if (ROOT / "node_modules").is_dir():
        (root / "node_modules").symlink_to(ROOT / "node_modules")
    written, reporting = 0, dict[str, Agency]()
    for one in originals(reports, seed):
        reporting[one.agency.agency_id] = one.agency
        folder = content / "reports" / one.folder
        folder.mkdir(parents=True)
        (folder / f"original.{one.suffix}").write_bytes(one.data)
        (folder / "report.toml").write_text(one.toml, encoding="utf-8")
        written += len(one.data)
    _write_tables(content, reporting.values())
    return written


def main() -> int:
    """Write the project and say what to do with it."""
    parser = argparse.ArgumentParser(
        prog="invent.py", description="造一个有许多虚构报告的项目，用来试规模。"
    )
    parser.add_argument("out", type=Path, metavar="文件夹", help="新的项目文件夹，还没有 content/")
    parser.add_argument("--reports", type=int, default=10_000, help="多少份报告")
    parser.add_argument("--seed", type=int, default=1, help="数相同，报告就相同")
    options = parser.parse_args()
    try:
        written = make_invented(options.out, options.reports, options.seed)
    except FileExistsError as error:
        sys.stderr.write(f"{error.filename} 已经有了。办法：换一个文件夹，或先移走它。\n")
        return 2
    sys.stdout.write(
        f"{options.reports} 份虚构报告，原件 {written / 1e6:.1f} MB。\n"
        f"建网站：cd {options.out} && gongkai build\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
