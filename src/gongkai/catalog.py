"""Outward standards made from one description: how to cite a report and the data set.

Each citation names two works, the agency's report and our data, because both were used. Dates
come from the data, never from a clock; what is unknown is left out, not guessed. Styles: GB/T
7714-2025 (`[R/OL]` for the report, `[DS/OL]` for the data; `[R]`, `[DS]` without an address), BibTeX and RIS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.package.schema import DATASET_NAME, DATASET_TITLE, LICENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gongkai.model import Corpus, Published

#: Who publishes the data set.
DATASET_AUTHOR = "Gongkai"

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True, slots=True)
class Work:
    """A work to cite. Dates are ISO texts; None is unknown."""

    key: str
    kind: str
    author: str
    title: str
    year: str | None
    published_on: str | None
    retrieved_on: str | None
    url: str | None


#: Kind of work → its mark in GB/T 7714, its BibTeX entry type and its RIS type.
KINDS: dict[str, tuple[str, str, str]] = {
    "report": ("[R/OL]", "techreport", "RPRT"),
    "dataset": ("[DS/OL]", "misc", "DATA"),
}


def _line(text: str) -> str:
    """One line of text: printed titles may hold line breaks."""
    return " ".join(text.split())


def _gbt7714(work: Work) -> str:
    """责任者. 题名[文献类型标识/文献载体标识]. (发布日期)[引用日期]. 获取和访问路径."""
    dates = f"({work.published_on})" if work.published_on is not None else ""
    dates += f"[{work.retrieved_on}]" if work.retrieved_on is not None else ""
    mark = KINDS[work.kind][0]
    parts = (
        _line(work.author),
        _line(work.title) + (mark if work.url is not None else mark.replace("/OL", "")),
        dates,
        _line(work.url) if work.url is not None else "",
    )
    return ". ".join(part for part in parts if part) + "."


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in _line(text))


def _address(url: str) -> str:
    """An address as BibTeX takes it: verbatim, so that only what would end the field goes."""
    return _line(url).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _bibtex(work: Work) -> str:
    fields = {
        "author": f"{{{_escaped(work.author)}}}",
        "title": f"{{{_escaped(work.title)}}}",
        "year": work.year,
        "date": work.published_on,
        "institution": _escaped(work.author) if work.kind == "report" else None,
        "howpublished": f"Data set, {LICENCE['name']}" if work.kind == "dataset" else None,
        "url": _address(work.url) if work.url is not None else None,
        "urldate": work.retrieved_on,
        "language": "chinese",
    }
    lines = [f"  {name} = {{{text}}}" for name, text in fields.items() if text is not None]
    return f"@{KINDS[work.kind][1]}{{{work.key},\n" + ",\n".join(lines) + "\n}"


def _ris(work: Work) -> str:
    fields = (
        ("TY", KINDS[work.kind][2]),
        ("ID", work.key),
        ("AU", _line(work.author)),
        ("TI", _line(work.title)),
        ("PY", work.year),
        ("DA", work.published_on and work.published_on.replace("-", "/")),
        ("PB", _line(work.author)),
        ("UR", work.url and _line(work.url)),
        ("Y2", work.retrieved_on and work.retrieved_on.replace("-", "/")),
        ("LA", "zh"),
    )
    lines = [f"{tag}  - {text}" for tag, text in fields if text]
    return "\n".join([*lines, "ER  - "])


#: Style → how one work is written in it and what stands between works.
STYLES: dict[str, tuple[Callable[[Work], str], str]] = {
    "gbt7714": (_gbt7714, "\n"),
    "bibtex": (_bibtex, "\n\n"),
    "ris": (_ris, "\n\n"),
}


def _cited(*works: Work) -> dict[str, str]:
    return {
        style: between.join(write(work) for work in works) + "\n"
        for style, (write, between) in STYLES.items()
    }


def _latest(dates: Iterable[str | None]) -> str | None:
    return max((date for date in dates if date is not None), default=None)


def _dates(one: Published) -> tuple[str | None, str | None]:
    return one.entry.retrieved_on, one.entry.published_on


def _dataset(key: str, title: str, date: str | None, url: str | None) -> Work:
    year = date[:4] if date is not None else None
    return Work(key, "dataset", DATASET_AUTHOR, title, year, date, None, url)


def citations(one: Published, url: str | None = None) -> dict[str, str]:
    """How to cite a report and its data, by style (`gbt7714`, `bibtex`, `ris`).

    Args:
        one: the report.
        url: the full address of its page on our site, where known.

    Raises:
        ValueError: for a report without an entry.
    """
    entry = one.entry
    published = entry.published_on
    report = Work(
        key=entry.report_id,
        kind="report",
        author=entry.publisher,
        title=entry.title,
        year=published[:4] if published is not None else None,
        published_on=published,
        retrieved_on=entry.retrieved_on,
        url=entry.source_url,
    )
    title = f"{DATASET_TITLE}：{entry.title}"
    return _cited(report, _dataset(f"{entry.report_id}-data", title, _latest(_dates(one)), url))


def dataset_citations(corpus: Corpus, url: str | None = None) -> dict[str, str]:
    """How to cite the whole data set, by style; its date is the newest of its reports.

    Args:
        corpus: all that is published.
        url: the full address of our site, where known.
    """
    newest = _latest(date for one in corpus.reports for date in _dates(one))
    return _cited(_dataset(DATASET_NAME, DATASET_TITLE, newest, url))
