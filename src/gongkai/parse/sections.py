"""The title, the six sections and their narrative; which lines belong to which table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gongkai.model import Paragraph, Section, Title
from gongkai.parse import disclosure, disputes, requests
from gongkai.parse.labels import match_section, numbering
from gongkai.parse.rows import is_prose
from gongkai.tidy import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gongkai.model import Concept
    from gongkai.parse.rows import Line

#: Table → how its first line is known.
STARTS: dict[str, Callable[[Line], bool]] = {
    disclosure.TABLE: disclosure.is_start,
    requests.TABLE: requests.is_start,
    disputes.TABLE: disputes.is_start,
}

_TITLE = re.compile(r"(政府信息公开|信息公开|政务公开).{0,12}(报告|年报)$")
# Where a page says where one is, and what comes before and after.
_LINKS = re.compile(r"当前位置|所在位置|现在的位置|您的位置|上一篇|下一篇|相关(?:链接|文章)|[>»›]")
_TITLE_LENGTH = 70
# A title is cut into no more lines than this.
_TITLE_LINES = 3
_AGENCY_LENGTH = 40
_TITLE_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(?:年度|年)?")
_TITLE_TAIL = re.compile(r"(年度|年)?(政府信息公开|信息公开|政务公开).*$")
_TEXT_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_INDENT = re.compile(r"^[\s\u3000]{2,}")
# Running text of a PDF is cut at the edge of the page; a line this long without an end goes on.
_WRAPPED = 30
_ENDS = "。！？；：…”）)"


@dataclass
class Part:
    """One section while it is collected: heading, running text, and the tables in it."""

    concept: Concept | None
    heading: Line | None
    lines: list[Line] = field(default_factory=list)
    tables: dict[str, list[Line]] = field(default_factory=dict)
    open: str | None = None

    def take(self, line: Line) -> None:
        """Put a line where it belongs: a new table, the open one, or running text."""
        for table, starts in STARTS.items():
            if table != self.open and starts(line):
                self.open = table
                self.tables.setdefault(table, [])
                break
        if self.open is None:
            self.lines.append(line)
        else:
            self.tables[self.open].append(line)


def split(lines: Sequence[Line]) -> list[Part]:
    """The lines by section; the first part is what stands before any heading."""
    parts = [Part(None, None)]
    seen: set[str] = set()
    for line in lines:
        concept = match_section(line.text) if line.is_sole else None
        if concept is not None and concept.id not in seen:
            seen.add(concept.id)
            parts.append(Part(concept, line))
        else:
            parts[-1].take(line)
    return parts


def take_title(parts: Iterable[Part]) -> Title:
    """The title, taken out of the running text. It may stand before or behind a heading.

    A page has links to other reports, above all before its own title: of several lines that can
    be the title the one nearest above the first section is taken, and one with a year before one
    without. The year is the title's; where it has none, the first year the text names.
    """
    parts = list(parts)
    for part in parts:
        found = [(at, n) for at in range(len(part.lines)) if (n := _title_at(part.lines, at))]
        dated = [(at, n) for at, n in found if _TITLE_YEAR.search(_words(part.lines[at : at + n]))]
        best = dated or found
        if best:
            return _title(parts, part, *best[-1 if part.concept is None else 0])
    return Title("", None, _first_year(parts), None)


def _title_at(lines: Sequence[Line], at: int) -> int:
    """How many lines from this one on are a title: one, or more that a page has cut it into."""
    for count in range(1, _TITLE_LINES + 1):
        piece = lines[at : at + count]
        if len(piece) < count or is_prose(piece[-1]):
            return 0
        if _is_title(_words(piece)):
            return 0 if any(_is_title(_words(piece[n:])) for n in range(1, count)) else count
    return 0


def _is_title(text: str) -> bool:
    fits = len(text) <= _TITLE_LENGTH and _TITLE.search(text) is not None
    return fits and _LINKS.search(text) is None


def _words(lines: Sequence[Line]) -> str:
    return "".join(_flat(line.text) for line in lines)


def _title(parts: Sequence[Part], part: Part, at: int, count: int) -> Title:
    line = part.lines[at]
    text = _words(part.lines[at : at + count])
    del part.lines[at : at + count]
    head = _TITLE_YEAR.split(text, maxsplit=1)[0] if _TITLE_YEAR.search(text) else text
    agency = _TITLE_TAIL.sub("", head).removeprefix("关于").strip("年度的—- ")
    rest = _TITLE_TAIL.sub("", text)
    if not agency and _TITLE_YEAR.match(rest):
        agency = _TITLE_YEAR.sub("", rest, count=1).strip("年度的—- ")
    if not agency and at > 0 and _is_name(part.lines[at - 1]):
        above = part.lines.pop(at - 1)
        agency = _flat(above.text)
        text, line = f"{agency} {text}", above
    year = _TITLE_YEAR.search(text)
    return Title(
        text,
        agency or None,
        int(year[1]) if year is not None else _first_year(parts),
        line.locus,
    )


def _flat(text: str) -> str:
    return "".join(fold(text).split())


def _is_name(line: Line) -> bool:
    """Whether the line above a title can be the agency's name."""
    text = _flat(line.text)
    return line.is_sole and 0 < len(text) <= _AGENCY_LENGTH and not is_prose(line)


def _first_year(parts: Iterable[Part]) -> int | None:
    for part in parts:
        for line in part.lines:
            found = _TEXT_YEAR.search(_flat(line.text))
            if found is not None:
                return int(found[1])
    return None


def paragraphs(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """Running text as paragraphs; a line that was cut at the edge of a page is joined."""
    out: list[Paragraph] = []
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if out and _goes_on(out[-1].text, line.text):
            out[-1] = replace(out[-1], text=out[-1].text + text)
        else:
            out.append(Paragraph(text, line.locus))
    return tuple(out)


def _goes_on(before: str, after: str) -> bool:
    cut = len(before) >= _WRAPPED and before[-1] not in _ENDS
    return cut and _INDENT.match(after) is None and not numbering(after)


def section(part: Part, extra: Sequence[Line] = ()) -> Section | None:
    """The section of a part; `extra` is running text that stood behind its table."""
    if part.concept is None or part.heading is None:
        return None
    return Section(
        id=part.concept.id,
        heading=part.heading.text.strip(),
        number=numbering(part.heading.text),
        locus=part.heading.locus,
        paragraphs=paragraphs([*part.lines, *extra]),
    )
