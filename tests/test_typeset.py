"""The bundled transcriptions: what is typeset has the figures of its input, and always the same bytes."""

from __future__ import annotations

import importlib
import io
import json
import re
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from gongkai import line
from gongkai.model import CellId, Status

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
INPUTS = sorted((ROOT / "scripts" / "transcriptions").glob("*.toml"))
FIGURES = SHARED / "figures" / "suqian.json"
TRUTH = SHARED / "reports" / "truth" / "szfgs2024.json"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module."""
    sys.path.insert(0, str(INPUTS[0].parent))
    try:
        return importlib.import_module("typeset")
    finally:
        sys.path.remove(str(INPUTS[0].parent))


def flat(tables: dict[str, Any]) -> dict[CellId, Decimal]:
    """Figures of a JSON file by cell."""
    return {
        CellId(table, row, column): Decimal(str(number))
        for table, rows in tables.items()
        for row, columns in rows.items()
        for column, number in columns.items()
    }


def same_content(made: bytes, kept: bytes, suffix: str) -> bool:
    """Whether two files say the same; compression may differ between machines."""
    if suffix == ".docx":
        return members(made) == members(kept)
    if suffix == ".pdf":
        return texts(made) == texts(kept)
    return made == kept


def members(data: bytes) -> dict[str, bytes]:
    """The members of a container."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def texts(data: bytes) -> list[str]:
    """The text of each page."""
    pages = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in pages]


def test_there_is_one_of_each_format(script: ModuleType) -> None:
    """HTML, DOCX and PDF, each with its printer."""
    found = {Path(script.load_transcription(path).output).suffix for path in INPUTS}
    assert found == set(script.PRINTERS) == {".html", ".docx", ".pdf"}


@pytest.mark.parametrize("path", INPUTS, ids=lambda p: p.stem)
def test_what_is_committed_has_the_figures_of_its_input(script: ModuleType, path: Path) -> None:
    """Read as any report: every figure, no doubt, no finding, each with its place."""
    one = script.load_transcription(path)
    found = line.read_file(ROOT / one.output)
    assert {cell: value.raw for cell, value in found.report.values.items()} == one.cells
    assert {value.status for value in found.report.values.values()} <= {Status.NUMBER, Status.ZERO}
    # The narrative is this project's abstract: only what concerns the tables is asked of it.
    assert [finding for finding in found.failures if finding.check != "S-13"] == []
    for value in found.report.values.values():
        assert value.locus is not None
        assert value.locus.row is not None
        if one.output.endswith(".pdf"):
            assert value.locus.page is not None
            assert value.locus.bbox is not None
        else:
            assert value.locus.element is not None
    assert found.report.title.agency == one.agency
    printed = [
        paragraph.text for section in found.report.sections for paragraph in section.paragraphs
    ]
    wanted = "".join(text for name in one.texts for text in one.texts[name])
    assert "".join("".join(printed).split()) == "".join(wanted.split())


@pytest.mark.parametrize("path", INPUTS, ids=lambda p: p.stem)
def test_typesetting_again_changes_nothing(script: ModuleType, path: Path) -> None:
    """Twice the same bytes, and what they say is what is committed."""
    one = script.load_transcription(path)
    suffix = Path(one.output).suffix
    if suffix == ".pdf" and not all(font.is_file() for font in script.FONTS.values()):
        pytest.skip("the fonts are not installed: fonts-droid-fallback, fonts-noto-mono")
    made = script.typeset(one)
    assert script.typeset(one) == made
    assert same_content(made, (ROOT / one.output).read_bytes(), suffix)


def test_the_pdf_embeds_its_fonts() -> None:
    """Subsets of the two fonts that may be embedded, and no other font."""
    data = (ROOT / "content/reports/320800/renmin-zhengfu/2024/original.pdf").read_bytes()
    fonts = set(re.findall(rb"/BaseFont\s*/(?:[A-Z]+\+)?([\w-]+)", data))
    assert {name.decode() for name in fonts} - {"Helvetica"} == {
        "DroidSansFallback",
        "NotoMono",
    }
    assert data.count(b"/FontFile2") >= 2


@pytest.mark.skipif(not FIGURES.is_file(), reason="没有 ../shared/figures/suqian.json")
@pytest.mark.parametrize("year", [2023, 2024])
def test_the_figures_of_suqian_are_those_published(script: ModuleType, year: int) -> None:
    """Every figure of the tables, and those of the text."""
    published = {one["year"]: one for one in json.loads(FIGURES.read_text(encoding="utf-8"))}[year]
    (path,) = [p for p in INPUTS if p.stem == f"suqian-{year}"]
    one = script.load_transcription(path)
    assert {cell: Decimal(text) for cell, text in one.cells.items()} == flat(published["tables"])
    numbers = set(
        re.findall(r"\d+", "".join(text for name in one.texts for text in one.texts[name]))
    )
    assert {str(number) for number in published["narrative_figures"].values()} <= numbers
    assert f"/{published['adcode']}/" in one.output


@pytest.mark.skipif(not TRUTH.is_file(), reason="没有 ../shared/reports/truth")
def test_the_figures_of_huaian_are_those_of_the_document(script: ModuleType) -> None:
    """Every figure of the tables."""
    (path,) = [p for p in INPUTS if p.stem == "huaian-2024"]
    one = script.load_transcription(path)
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    assert {cell: Decimal(text) for cell, text in one.cells.items()} == flat(truth["tables"])


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("received = [", "unknown = [", "requests.received"),
        ("review = [", "other = []\nreview = [", "disputes"),
        ("licensing = [", "licensing = [1, ", "disclosure.licensing"),
    ],
)
def test_an_input_must_be_whole(
    script: ModuleType, tmp_path: Path, old: str, new: str, named: str
) -> None:
    """A row that is missing, unknown or of another length is named."""
    text = INPUTS[0].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "a.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=named):
        script.load_transcription(path)


def test_everything_is_written_to_its_place(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command typesets every input."""
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "typeset", lambda one: one.agency.encode())
    assert script.main() == 0
    made = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("original.*"))
    assert made == sorted(script.load_transcription(path).output for path in INPUTS)
