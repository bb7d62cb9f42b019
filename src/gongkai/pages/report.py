"""The page of a report: its tables as printed, what was found, its text, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gongkai.catalog import citations, report_json_ld
from gongkai.checks.similar import CHECK as SIMILAR
from gongkai.checks.years import agencies_of
from gongkai.forms import concept, forms
from gongkai.model import (
    Corpus,
    Elsewhere,
    Entry,
    Finding,
    Form,
    Locus,
    Published,
    Section,
    Status,
    Verdict,
)
from gongkai.package import region_path
from gongkai.package.api import report_documents
from gongkai.package.elsewhere import way
from gongkai.pages.beside import SHOWN
from gongkai.pages.frame import UNDATED, Page, Setting
from gongkai.pages.grids import Grid, grids_of, marks_of
from gongkai.pages.outline import Text, outlined
from gongkai.pages.places import PICTURE, PLACES, folder_of
from gongkai.pages.search import facets_of
from gongkai.pages.words import (
    SEVERITIES,
    beside_path,
    blanks_of,
    cell_anchor,
    check_path,
    date_words,
    file_words,
    finding_anchor,
    form_words,
    issue_url,
    name_of,
    number_words,
    numbers_of,
    original_name,
    report_path,
)
from gongkai.pages.year_before import YearBefore, year_before
from gongkai.privacy import kinds
from gongkai.tidy import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Downloads besides CSV and JSON: word → file name, `{id}` is the report's.
DOWNLOADS: tuple[tuple[str, str], ...] = (
    ("Excel（给人看）", "{id}.xlsx"),
    ("数据包 ZIP", "{id}.zip"),
)
#: Where a page says what of people's data is masked.
PRIVACY = "privacy"
_NUMERALS = "一二三四五六七八九十"
#: Section → its name in the contents, where the whole heading is too long.
SHORT: dict[str, str] = {
    "overview": "总体",
    "disclosure": "主动公开",
    "requests": "申请",
    "disputes": "复议诉讼",
    "problems": "问题改进",
    "other": "其他",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a page shows it.

    `others` are the reports it is compared with, `beside` the pages where their texts stand side
    by side with this one's.
    """

    anchor: str
    check: str
    check_url: str
    severity: str
    severity_word: str
    message: str
    expression: str
    hint: str
    place: str
    cells: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: a section of the form with its texts and tables.

    `number` is its place in the form, empty where it has none; `texts` are headings with what
    stands below each; `apart` says which figures are not compared with the year before, and why.
    """

    id: str
    heading: str
    number: str
    short: str
    printed: bool
    texts: tuple[tuple[str, tuple[Text, ...]], ...]
    grids: tuple[Grid, ...]
    findings: tuple[Shown, ...]
    expects_table: bool
    apart: tuple[tuple[str, str], ...]

    @property
    def outline(self) -> tuple[Text, ...]:
        """The headings inside its text."""
        return tuple(text for _, texts in self.texts for text in texts if text.anchor)


@cache
def _labels() -> dict[str, str]:
    return {
        f"{table.id}/{row.id}/{column.id}": f"{row.label}：{column.label}"
        for form in forms()
        for table in form.tables
        for item in table.items
        for row in item.rows
        for column in item.columns
    }


def anchored(findings: Iterable[Finding]) -> list[tuple[Finding, str]]:
    """The findings, worst first, each with an anchor of its own."""
    taken: dict[str, int] = {}
    out: list[tuple[Finding, str]] = []
    for finding in sorted(findings, key=lambda f: SEVERITIES.index(f.severity)):
        anchor = finding_anchor(finding, finding.instance)
        taken[anchor] = taken.get(anchor, 0) + 1
        out.append((finding, anchor if taken[anchor] == 1 else f"{anchor}-{taken[anchor]}"))
    return out


def _other(other: Elsewhere, corpus: Corpus) -> tuple[str, str]:
    """The address of what a finding is compared with, and its agency and year."""
    agency, _, year = other.report_id.rpartition("-")
    anchor = f"#{cell_anchor(other.cells[0])}" if other.cells else ""
    name = corpus.agencies[agency].name if agency in corpus.agencies else agency
    return f"reports/{other.report_id}/{anchor}", f"{name} {year}年"


def shown_findings(
    one: Published, findings: Iterable[tuple[Finding, str]], corpus: Corpus
) -> tuple[Shown, ...]:
    """The findings in words, with links to the cells they concern and the hint beside each."""
    labels = _labels()
    hinted = ((finding, anchor, one.hint_beside(finding)) for finding, anchor in findings)
    return tuple(
        Shown(
            anchor=anchor,
            check=finding.check,
            check_url=check_path(finding.check),
            severity=str(finding.severity),
            severity_word=name_of("severities", finding.severity),
            message=finding.message,
            expression=finding.expression,
            hint=hint.message if hint is not None else "",
            place=str(finding.locus) if finding.locus is not None else "",
            cells=tuple((cell_anchor(c), labels.get(str(c), str(c))) for c in finding.cells),
            others=tuple(_other(other, corpus) for other in finding.elsewhere),
            beside=tuple(
                beside_path(one.entry.report_id, other.report_id)
                for other in finding.elsewhere[:SHOWN]
            )
            if finding.check == SIMILAR
            else (),
        )
        for finding, anchor, hint in hinted
    )


def _table_of(finding: Finding) -> str | None:
    """The table a finding belongs under, or None."""
    return finding.cells[0].table if finding.cells else None


def _homes(sections: Iterable[Section]) -> dict[Locus | None, str]:
    """The section of each heading and paragraph by its place: findings on a text stand there."""
    found: dict[Locus | None, str] = {}
    for section in sections:
        found[section.locus] = section.id
        found |= dict.fromkeys((p.locus for p in section.paragraphs), section.id)
    return found


def _texts(printed: list[Section]) -> Iterator[tuple[str, tuple[Text, ...]]]:
    """The heading of each section of that kind and its paragraphs, with the headings in them."""
    taken = 0
    for section in printed:
        paragraphs = (readable(p.text) for p in section.paragraphs)
        texts = tuple(outlined(paragraphs, section.id, taken))
        taken += sum(bool(text.anchor) for text in texts)
        yield readable(section.heading), texts


def _apart(one: Published, before: YearBefore, table: str) -> Iterator[tuple[str, str]]:
    """Which figures of a table are not compared with the year before, and why.

    They are named by their rows, and by their columns too where others of these rows are compared
    or have another reason; not at all where one reason holds for the whole table.
    """
    cells = [cell for cell in one.report.values if cell.table == table]
    for reason, apart in before.reasons(cells).items():
        rows = dict.fromkeys(cell.row for cell in apart)
        named = [] if len(apart) == len(cells) else ["、".join(_label("rows", row) for row in rows)]
        if len(apart) < sum(cell.row in rows for cell in cells):
            columns = dict.fromkeys(cell.column for cell in apart)
            named.append("、".join(_label("columns", column) for column in columns))
        yield "的".join(named), reason.rstrip("。")


def _label(kind: str, name: str) -> str:
    return concept(kind, name).label


def _parts(
    one: Published, before: YearBefore, found: list[tuple[Finding, str]], corpus: Corpus
) -> Iterator[Part]:
    """The sections of the form in its order, then what the report has besides."""
    report = one.report
    grids = grids_of(report, marks_of(found), before)
    form: Form | None = report.form
    official = {s.id: s.label for s in form.sections} if form is not None else {}
    tables = {t.id: t.section for t in form.tables} if form is not None else {}
    wanted = {**official, **dict.fromkeys(grids, "")}
    for section in report.sections:
        wanted.setdefault(section.id, section.heading)
    home = _homes(report.sections)
    for at, (own, label) in enumerate(wanted.items()):
        printed = [s for s in report.sections if s.id == own]
        under = [
            (f, a) for f, a in found if tables.get(_table_of(f) or "", home.get(f.locus)) == own
        ]
        yield Part(
            id=own,
            heading=readable(printed[0].heading) if printed else label,
            number=_NUMERALS[at] if own in official else "",
            short=SHORT.get(own, label),
            printed=bool(printed),
            texts=tuple(_texts(printed)),
            grids=tuple(grids.get(own, ())),
            findings=shown_findings(one, under, corpus),
            expects_table=own in tables.values(),
            apart=tuple(
                told
                for table, section in tables.items()
                if section == own
                for told in _apart(one, before, table)
            ),
        )


def _arithmetic(one: Published) -> dict[str, int]:
    """How the sums of the report came out: verdict → how many."""
    families = {i.family for form in forms() for i in form.identities}
    verdicts = [f.verdict for f in one.findings if f.check in families]
    return {str(verdict): verdicts.count(verdict) for verdict in Verdict}


def sums_words(one: Published) -> str:
    """One sentence on the sums of a report."""
    count = _arithmetic(one)
    failed, unsure = count[Verdict.FAIL], count[Verdict.NOT_EVALUABLE]
    if failed:
        return f"{failed} 项合计不成立"
    checked = count[Verdict.PASS] + count[Verdict.PASS_BLANK_AS_ZERO]
    if not checked:
        return "没有可核对的合计"
    words = f"{checked} 项合计都成立"
    if count[Verdict.PASS_BLANK_AS_ZERO]:
        words += f"（其中 {count[Verdict.PASS_BLANK_AS_ZERO]} 项把空白当作零才成立）"
    return f"{words}，{unsure} 项无法判断" if unsure else words


def _source(one: Published) -> list[tuple[str, str, str]]:
    """The facts on the original: name, text, kind (`code`, `link` or empty)."""
    entry, source = one.entry, one.report.source
    facts = [
        ("发布机关", entry.publisher, ""),
        ("报告年度", f"{entry.year}年", ""),
        ("统计范围", name_of("scopes", entry.scope), ""),
        ("发布日期", date_words(entry.published_on), ""),
        ("取得日期", date_words(entry.retrieved_on), ""),
        ("最近改动", date_words(entry.last_changed_on), ""),
        ("来源网址", entry.source_url or "不详", "link" if _is_web(entry.source_url) else ""),
        ("收录方式", name_of("transcriptions", entry.transcription), ""),
        ("收录文件 SHA-256", entry.original_sha256, "code"),
    ]
    if entry.document_sha256 is not None:
        facts.append(("全文文件", entry.document_name or "不详", ""))
        facts.append(("全文文件 SHA-256", entry.document_sha256, "code"))
    facts.append(("文件大小", f"{number_words(source.size)} 字节（{source.media_type}）", ""))
    if entry.licence_note:
        facts.append(("原文权利", entry.licence_note, ""))
    if entry.reorganised is not None:
        facts.append(("机构调整", f"{entry.reorganised}（不与上一年比较）", ""))
    return facts


def _is_web(url: str | None) -> bool:
    return url is not None and url.lower().startswith(("https://", "http://"))


def _summary(one: Published) -> dict[str, Any]:
    statuses = [v.status for v in one.report.values.values()]
    return {
        "failures": len(one.all_failures),
        "worst": any(f.severity is SEVERITIES[0] for f in one.all_failures),
        "numbers": numbers_of(one.report),
        "blanks": blanks_of(one.report),
        "doubtful": statuses.count(Status.AMBIGUOUS),
        "missing": statuses.count(Status.MISSING),
        "sums": sums_words(one),
    }


def _downloads(one: Published, elsewhere: str) -> list[tuple[str, str, str]]:
    """Word, address below the site's root, size in words (empty where it is not known here)."""
    folder = f"{report_path(one.entry)}files"
    made = [
        (word, f"{folder}/{name.format(id=one.entry.report_id)}", "") for word, name in DOWNLOADS
    ]
    return [*made[:1], *file_words(report_documents(one, elsewhere)), *made[1:]]


def _seen(entry: Entry, setting: Setting) -> tuple[str | None, dict[int, str]]:
    """The address of the report's places, and that of each page's picture."""
    pages = setting.pictures.get(entry.report_id)
    if pages is None:
        return None, {}
    start = setting.originals if "://" in setting.originals else f"../../{setting.originals}"
    base = f"{start}{folder_of(entry)}/"
    return base + PLACES, {page: base + PICTURE.format(page=page) for page in sorted(pages)}


@dataclass(frozen=True, slots=True)
class Years:
    """The reports of the same agency around one: that of the year before, and the nearest two."""

    before: Published | None = None
    earlier: Published | None = None
    later: Published | None = None


def _dates(entry: Entry) -> Iterator[str]:
    """When the report was published, taken over and last changed; at the end what is not known."""
    days = {
        "发布": entry.published_on,
        "取得": entry.retrieved_on,
        "最近改动": entry.last_changed_on,
    }
    yield from (f"{date_words(day)}{done}" for done, day in days.items() if day is not None)
    unknown = "、".join(done for done, day in days.items() if day is None)
    if unknown:
        yield f"{unknown}日期不详"


def report_page(one: Published, corpus: Corpus, setting: Setting, years: Years) -> Page:
    """The page of one report."""
    entry = one.entry
    before = year_before(one, years.before)
    places, pictures = _seen(entry, setting)
    found = anchored(one.all_failures)
    address = setting.site_url + report_path(entry)
    downloads = _downloads(one, setting.downloads)
    return Page(
        path=f"reports/{entry.report_id}.md",
        title=f"{entry.agency.name} {entry.year}年政府信息公开工作年度报告",
        template="report.html",
        description=f"{entry.agency.name}{entry.year}年政府信息公开工作年度报告的数据、核对结果和来源。",
        checked=entry.last_changed_on or UNDATED,
        values={
            "entry": entry,
            "report": one.report,
            "regions": region_path(entry.agency.region, corpus.regions),
            "facets": facets_of(one, corpus),
            "form": form_words(one.report.form.version if one.report.form is not None else None),
            "summary": _summary(one),
            "dates": tuple(_dates(entry)),
            "before": before,
            "earlier": years.earlier.entry if years.earlier is not None else None,
            "later": years.later.entry if years.later is not None else None,
            "parts": tuple(_parts(one, before, found, corpus)),
            "findings": shown_findings(one, found, corpus),
            "source": _source(one),
            "original": f"#{PRIVACY}"
            if one.withholds_original
            else f"files/{original_name(entry)}",
            "withheld": one.withholds_original,
            "elsewhere": entry.source_url if _is_web(entry.source_url) else None,
            "masked": [(kinds()[kind].label, count) for kind, count in one.masked.items()],
            "places": places,
            "pictures": pictures,
            "downloads": downloads,
            "cited": citations(one, setting.site_url),
            "json_ld": report_json_ld(
                one,
                [(word, way(path, setting.downloads)) for word, path, _ in downloads],
                setting.site_url,
            ),
            "issue": issue_url(setting.repository, entry.report_id, page=address),
        },
    )


def _years(corpus: Corpus) -> dict[str, Years]:
    """The reports around each report, by its id."""
    out: dict[str, Years] = {}
    for reports in agencies_of(corpus):
        around: list[Published | None] = [None, *reports, None]
        for at, one in enumerate(reports, start=1):
            earlier = around[at - 1]
            goes_on = earlier is not None and earlier.entry.year == one.entry.year - 1
            before = earlier if goes_on else None
            out[one.entry.report_id] = Years(before, earlier, around[at + 1])
    return out


def report_pages(corpus: Corpus, setting: Setting) -> Iterator[Page]:
    """A page for each report."""
    years = _years(corpus)
    for one in corpus.reports:
        yield report_page(one, corpus, setting, years[one.entry.report_id])
