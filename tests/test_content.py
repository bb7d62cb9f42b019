"""The committed content: transcriptions whose tables are the originals' own lines or figures."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gongkai.checks import check_corpus
from gongkai.entry import discover
from gongkai.model import CellId, Corpus, Published
from gongkai.parse import parse
from gongkai.read import read
from gongkai.tidy import fold, tidy

if TYPE_CHECKING:
    from gongkai.model import Entry

ROOT = Path(__file__).parents[1]
FULL = ROOT.parent / "shared" / "reports"
ENTRIES, PROBLEMS = discover(ROOT)
DOCUMENTED = [e for e in ENTRIES if e.document_name is not None]
TEXTS = [e for e in ENTRIES if e.document_name is not None and e.document_name.endswith(".txt")]
EXPECTED = {
    "cn-000000-zhengfu-bangongshi-2021",
    "cn-320800-renmin-zhengfu-2024",
    "cn-321300-renmin-zhengfu-2023",
    "cn-321300-renmin-zhengfu-2024",
    "cn-410100-bagang-banshichu-2021",
    "cn-410100-zhengwu-fuwu-bangongshi-2021",
    "cn-410103-tongjiju-2020",
    "cn-410482-chanye-jijuqu-guanweihui-2021",
}
SENTENCE_LENGTH = 20
# The headings of the aspects of section 1 stand at the head of a sentence.
ASPECT = re.compile(r"\([一二三四五六]\)\D{4,20}情况")
needs_full_texts = pytest.mark.skipif(not FULL.is_dir(), reason="没有完整原件 ../shared/reports")


def transcription(entry: Entry) -> list[str]:
    """The lines of what is committed."""
    return (ROOT / entry.original).read_text(encoding="utf-8").split("\n")


def full(entry: Entry) -> Path:
    """The full document."""
    return FULL / str(entry.document_name)


def is_running_text(line: str) -> bool:
    """Whether a line of a full text is narrative: it has punctuation and stands in no table."""
    return "\t" not in line and "|" not in line and re.search("[，。；：、]", line) is not None


def sentences(line: str) -> list[str]:
    """The sentences of a line, without spaces, look-alike glyphs folded."""
    if "\t" in line or "|" in line or re.search("[。；！？]", line) is None:
        return []
    parts = re.split("[。；！？]", "".join(fold(line).split()))
    return [part for part in parts if not ASPECT.fullmatch(part)]


def test_the_reports_are_found_without_a_problem() -> None:
    """The content that is committed is sound, and none of the first eight is lost."""
    assert PROBLEMS == []
    assert {e.report_id for e in ENTRIES} >= EXPECTED


def test_two_years_of_a_city_go_on_from_each_other() -> None:
    """Requests carried over and both stocks of documents hold between 2023 and 2024."""
    entries = [e for e in ENTRIES if e.agency.id == "cn-321300-renmin-zhengfu"]
    reports = [Published(parse(tidy(read(ROOT / e.original)), e), ()) for e in entries]
    found = check_corpus(Corpus(tuple(reports), (), {}, {}))
    sums = {
        f.instance: (f.verdict.value, f.expression)
        for f in found["cn-321300-renmin-zhengfu-2024"]
        if f.check in {"X-CARRY", "X-STOCK"}
    }
    assert {verdict for verdict, _ in sums.values()} == {"pass"}
    assert sums["X-STOCK-REG"][1] == "12 = 11 + 2 − 1"
    assert sums["X-STOCK-NORM"][1] == "420 = 597 + 50 − 227"
    assert sums["X-CARRY-total"][1] == "121 = 121"
    assert len(sums) == 9


def test_every_transcription_names_its_document_and_its_rights() -> None:
    """A reader can tell an abridged text from a full one, and why it may be shown."""
    for entry in ENTRIES:
        assert entry.transcription in {"full", "abridged", "figures"}
        assert entry.licence_note
        if entry.transcription == "abridged":
            assert entry.document_name
            assert entry.document_sha256


def test_the_report_without_a_place_is_of_unknown_place() -> None:
    """Its place is not guessed."""
    (entry,) = [e for e in ENTRIES if e.report_id == "cn-000000-zhengfu-bangongshi-2021"]
    assert (entry.agency.region.id, entry.agency.region.kind) == ("000000", "unknown")
    assert (entry.agency.level, entry.scope) == ("unknown", "unknown")


def test_the_content_shows_the_formats() -> None:
    """A web page, a Word file and a PDF stand beside the texts."""
    assert {Path(e.original).suffix for e in ENTRIES} >= {".txt", ".html", ".docx", ".pdf"}


@needs_full_texts
@pytest.mark.parametrize("entry", DOCUMENTED, ids=lambda e: e.report_id)
def test_the_hash_is_that_of_the_full_document(entry: Entry) -> None:
    """Anyone who has the document can prove that it is the one transcribed."""
    assert entry.document_sha256 == hashlib.sha256(full(entry).read_bytes()).hexdigest()


@needs_full_texts
@pytest.mark.parametrize("entry", TEXTS, ids=lambda e: e.report_id)
def test_tables_and_headings_are_the_lines_of_the_full_text(entry: Entry) -> None:
    """Byte for byte and in order: only running text differs, and no other line is lost."""
    original = full(entry).read_text(encoding="utf-8").split("\n")
    ours = transcription(entry)
    kept = [line for line in ours if line in set(original)]
    rest = iter(original)
    assert all(line in rest for line in kept), "次序不同"
    lost = [line for line in original if line not in set(ours)]
    assert [line for line in lost if not is_running_text(line)] == []
    added = [line for line in ours if line not in set(original)]
    assert all(line.strip() and is_running_text(line) for line in added if "四个" not in line)
    assert len(kept) > 60
    for mark in ("\t", "|"):
        assert [x for x in ours if mark in x] == [x for x in original if mark in x]


@needs_full_texts
@pytest.mark.parametrize("entry", TEXTS, ids=lambda e: e.report_id)
def test_the_narrative_is_an_abstract(entry: Entry) -> None:
    """No long sentence of the full text is copied, and every figure it states is kept."""
    text = "".join(fold(full(entry).read_text(encoding="utf-8")).split())
    ours = transcription(entry)
    copied = [
        sentence
        for line in ours
        for sentence in sentences(line)
        if len(sentence) >= SENTENCE_LENGTH and sentence in text
    ]
    assert copied == []
    original = full(entry).read_text(encoding="utf-8").split("\n")
    narrative = [line for line in original if line not in set(ours)]
    figures = {n for line in narrative for n in re.findall(r"\d+", fold(line))}
    assert figures <= set(re.findall(r"\d+", fold("\n".join(ours))))


@needs_full_texts
@pytest.mark.parametrize("entry", DOCUMENTED, ids=lambda e: e.report_id)
def test_the_transcription_reads_like_the_document(entry: Entry) -> None:
    """Every figure is the full document's; where that cannot be decided there is none."""
    stem = Path(str(entry.document_name)).stem
    truth = json.loads((FULL / "truth" / f"{stem}.json").read_text(encoding="utf-8"))
    report = parse(tidy(read(ROOT / entry.original)), entry)
    wrong = {
        str(cell): (report.values[cell].raw, number)
        for table, rows in truth["tables"].items()
        for row, columns in rows.items()
        for column, number in columns.items()
        if (cell := CellId(table, row, column))
        and report.values[cell].number != (None if number is None else number)
        and not (report.values[cell].number is None and str(cell) in truth["ambiguous_cells"])
        and str(report.values[cell].number) != str(number)
    }
    assert wrong == {}
