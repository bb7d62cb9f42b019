"""The types that travel along the line, and nothing else.

Everything here is a frozen dataclass or a closed list. No module of the project is imported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Number: TypeAlias = int | Decimal


class Status(StrEnum):
    """What stands in a cell. Blank is blank, never 0 (the order is that of the codebook)."""

    NUMBER = "number"
    ZERO = "zero"
    BLANK = "blank"
    DASH = "dash"
    SLASH = "slash"
    NONE_WORD = "none_word"
    NA_WORD = "na_word"
    TEXT = "text"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


class Severity(StrEnum):
    """What a reader sees; an agency's own slip is an error and is published as printed."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


class Verdict(StrEnum):
    """How a check ended. `PASS_BLANK_AS_ZERO`: it holds only if blanks are read as 0."""

    PASS = "pass"  # noqa: S105  # the word, not a secret
    FAIL = "fail"
    PASS_BLANK_AS_ZERO = "pass_blank_as_zero"  # noqa: S105  # the same
    NOT_EVALUABLE = "not_evaluable"
    NOT_APPLICABLE = "not_applicable"


class Cause(StrEnum):
    """The likely slip behind sums that fail, the most telling first."""

    TOTAL_LEFT_ZERO = "total_left_zero"
    BLANK_TOTAL = "blank_total"
    COLUMN_SHIFT = "column_shift"
    ROW_SHIFT = "row_shift"
    SPLIT_NUMBER = "split_number"
    MERGED_NUMBERS = "merged_numbers"
    DIGITS_SWAPPED = "digits_swapped"
    UNIT_FACTOR_10000 = "unit_factor_10000"
    OFF_BY_ONE = "off_by_one"


class CellId(NamedTuple):
    """A cell of a form: `table/row/column`."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return "/".join(self)


@dataclass(frozen=True, slots=True)
class Locus:
    """A place in an original. Numbers count from 1; None where the format has no such thing.

    `row` and `col` count in the table `block`, which counts in the file (the first table of a
    file is usually table two of the form); `bbox` is (x0, top, x1, bottom) in points from the
    top left corner of the page. `element` is the address inside formats that have one: the XPath
    of an element in a web page, `Sheet1!C5` in a workbook.
    """

    file: str
    page: int | None = None
    line: int | None = None
    block: int | None = None
    row: int | None = None
    col: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    element: str | None = None

    def __str__(self) -> str:
        parts = [
            f"第{self.page}页" if self.page is not None else "",
            f"第{self.block}张表" if self.block is not None and self.row is not None else "",
            f"第{self.line}行" if self.line is not None and self.row is None else "",
            f"第{self.row}行第{self.col}列" if self.row is not None else "",
            f"（原文第{self.line}行）" if self.line is not None and self.row is not None else "",
        ]
        return " ".join(p for p in parts if p) or self.file


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was read."""

    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid, as printed.

    `confidence` (0 to 1) is that of character recognition, or 0 for the figure in which a file
    breaks off; None where the format has the text.
    """

    text: str
    row: int
    col: int
    locus: Locus
    rowspan: int = 1
    colspan: int = 1
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading the format itself marks as one (Markdown #, HTML h1)."""

    text: str
    level: int
    locus: Locus


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line or paragraph of running text."""

    text: str
    locus: Locus


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `positioned` says whether a column number is the format's own place.

    Spans and rules give places (HTML, DOCX, PDF); counted separators (tabs, bars) do not,
    because a copy of merged cells moves them. `estimated` says that no rule or span parts the
    columns: they were found by where the words stand, and a row may stand beside its head.
    """

    rows: tuple[tuple[Cell, ...], ...]
    locus: Locus
    positioned: bool = False
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that stands in the text and may hold a table; `text` describes it, if anything."""

    text: str
    locus: Locus


Block: TypeAlias = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of bytes: blocks in reading order.

    `marks` are what a program had left in the text and was taken out, each with its place.
    """

    source: Source
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
    marks: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    """A labelled thing of a form: a row, a column, a group or a section.

    `label` is the official Chinese wording, `variants` are wordings seen in reports.
    `foi` is the usual term of freedom-of-information statistics, `article` the article of the
    2019 regulation it rests on, `definition` says in plain words what is counted, `note` what else
    a user has to know. `short_id` is its part of permanent short names.
    """

    id: str
    label: str
    variants: tuple[str, ...] = ()
    label_en: str = ""
    group: str | None = None
    unit: str = ""
    signed: bool = False
    outcome: bool = False
    article: str = ""
    foi: str = ""
    definition: str = ""
    definition_en: str = ""
    note: str = ""
    note_en: str = ""
    short: str = ""

    @property
    def short_id(self) -> str:
        """Its part of permanent short names: the id where that is short enough."""
        return self.short or self.id


@dataclass(frozen=True, slots=True)
class Item:
    """One block of a table with rows and columns of its own (Article 20 items of table 2)."""

    id: str
    label: str
    rows: tuple[Concept, ...]
    columns: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """A sum that must hold, as cells: Σ left = Σ right. The source is the form's own note."""

    id: str
    family: str
    left: tuple[CellId, ...]
    right: tuple[CellId, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a form."""

    id: str
    number: int
    label: str
    label_en: str
    section: str
    items: tuple[Item, ...]
    groups: tuple[Concept, ...] = ()

    @property
    def cells(self) -> tuple[CellId, ...]:
        """All cells in the order of print."""
        return tuple(
            CellId(self.id, row.id, column.id)
            for item in self.items
            for row in item.rows
            for column in item.columns
        )


@dataclass(frozen=True, slots=True)
class Form:
    """What one notice prescribes, and what the law of its years does.

    `aspects` are what part one has to tell of, `fee_facts` says that part six has to tell what
    was charged; `due_governments` and `due_departments` are the last days of publication (MM-DD).
    """

    version: str
    label: str
    notice: str
    first_year: int
    last_year: int | None
    sections: tuple[Concept, ...]
    tables: tuple[Table, ...]
    identities: tuple[Identity, ...]
    markers: tuple[str, ...] = ()
    aspects: tuple[Concept, ...] = ()
    fee_facts: bool = False
    due_governments: str = ""
    due_departments: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What is printed in one cell. `number` is int or Decimal, never float; None with any mark.

    `confidence` as that of the cell.
    """

    number: Number | None
    status: Status
    raw: str = ""
    unit: str = ""
    locus: Locus | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a report and what it says. None where it does not say it."""

    text: str
    agency: str | None
    year: int | None
    locus: Locus | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: heading as printed and the paragraphs below it (no tables)."""

    id: str
    heading: str
    number: str
    locus: Locus
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def text(self) -> str:
        """The narrative, a line a paragraph."""
        return "\n".join(p.text for p in self.paragraphs)


class RemarkKind(StrEnum):
    """What the parser noticed while it aligned a table."""

    UNKNOWN_LABEL = "unknown_label"
    DUPLICATE_ROW = "duplicate_row"
    SURPLUS = "surplus"
    AMBIGUOUS_COLUMN = "ambiguous_column"
    DISPLACED_LABEL = "displaced_label"
    STRAY_FIGURE = "stray_figure"
    CUT_HEADER = "cut_header"
    DAMAGED_LABEL = "damaged_label"
    TABLE_IN_WORDS = "table_in_words"
    TABLE_IN_PICTURE = "table_in_picture"
    UNCLEAR_FIGURE = "unclear_figure"
    LIKELY_MISREADING = "likely_misreading"
    TRADITIONAL_COPY = "traditional_copy"
    THINNED_COPY = "thinned_copy"
    UNIT_IN_HEAD = "unit_in_head"
    EXTRACTION_MARK = "extraction_mark"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a place in a table that a check turns into a finding."""

    kind: RemarkKind
    table: str
    locus: Locus
    raw: str
    cells: tuple[CellId, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A place of `regions.csv`. A zone has its parent's adcode and `kind = zone`.

    `valid_from` and `valid_to` are the years in which the code means this place, both included;
    None where open or unknown. `other_names` are further names, whatever their kind.
    """

    id: str
    adcode: str
    name: str
    name_en: str
    kind: str
    parent: str | None
    valid_from: int | None = None
    valid_to: int | None = None
    source: str | None = None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgencyName:
    """A name an agency bears or bore; the years are included, None where open or unknown."""

    name: str
    kind: str
    valid_from: int | None = None
    valid_to: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """A body of `agencies.csv`; `id` is permanent.

    `adcode` and `region` of an entry's agency are those of the report's year, `former_codes` the
    codes it had before that of today, the oldest first. `names` are all its names, the official
    one first, `other_names` all the others.
    """

    id: str
    slug: str
    adcode: str
    name: str
    other_names: tuple[str, ...]
    classification: str
    level: str
    region: Region
    parent: str | None = None
    uscc: str | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    names: tuple[AgencyName, ...] = ()
    former_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """An agency's id that is no longer used, and the one that took its place."""

    old: str
    new: str
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What somebody saw who looked for a report that is not held: `missing` or `unreadable`."""

    agency: str
    year: int
    status: str
    checked_on: str
    source_url: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One folder of `content/reports/`: an original and what `report.toml` says of it.

    `reorganised` says what changed in the agency so that its figures do not go on from those of
    the year before; None where nothing did. Dates are ISO texts or None (unknown); `changed_on` is
    None where our transcription was never changed. `folder` and `original` are relative to the
    project.
    """

    report_id: str
    folder: str
    original: str
    agency: Agency
    year: int
    title: str
    publisher: str
    transcription: str
    original_sha256: str
    document_name: str | None = None
    document_sha256: str | None = None
    source_url: str | None = None
    published_on: str | None = None
    retrieved_on: str | None = None
    changed_on: str | None = None
    scope: str = "unknown"
    licence_note: str = ""
    reorganised: str | None = None

    @property
    def last_changed_on(self) -> str | None:
        """The day our transcription is of: when it last changed, else when it was made."""
        return self.changed_on if self.changed_on is not None else self.retrieved_on


@dataclass(frozen=True, slots=True)
class Report:
    """A report as understood. `values` holds every cell of the forms present, in print order.

    `form` is None where no form was recognised; `tables` says which tables are there, each with
    the form it follows (table 2 item by item: `disclosure/<item>`).
    """

    source: Source
    entry: Entry | None
    form: Form | None
    title: Title
    sections: tuple[Section, ...]
    values: dict[CellId, Value]
    tables: dict[str, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    unused: tuple[Cell, ...] = ()
    preamble: tuple[Paragraph, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a finding speaks of in another report: the report's id, its cells and the place."""

    report_id: str
    cells: tuple[CellId, ...] = ()
    blanks: tuple[CellId, ...] = ()
    locus: Locus | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check at one place.

    `blocks` is true only where our reading cannot be trusted: nothing of that report is
    published then. `left`, `right` are the two sides of a sum, `expression` is the arithmetic
    as a reader sees it. `cells`, `blanks` and `locus` are those of the report the finding is
    about; `elsewhere` names the other reports that take part (another year, another agency).
    """

    check: str
    instance: str
    verdict: Verdict
    severity: Severity
    message: str
    message_en: str
    locus: Locus | None = None
    cells: tuple[CellId, ...] = ()
    left: Number | None = None
    right: Number | None = None
    expression: str = ""
    blanks: tuple[CellId, ...] = ()
    blocks: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether something is wrong here."""
        return self.verdict is Verdict.FAIL


@dataclass(frozen=True, slots=True)
class Change:
    """A cell, what is printed in it (None for a blank or a mark), and the number that would fit.

    `doubtful`: the printed figure was read without certainty. `cause` is None where the two
    numbers tell nothing.
    """

    cell: CellId
    printed: Number | None
    value: Number
    cause: Cause | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """One explanation of sums that fail: the cells which, so changed, would make all of them hold."""

    changes: tuple[Change, ...]

    @property
    def cause(self) -> Cause | None:
        """The slip that explains all of the changes; None where none does."""
        causes = {change.cause for change in self.changes}
        return causes.pop() if len(causes) == 1 else None

    @property
    def doubtful(self) -> bool:
        """Whether a figure of it was read without certainty."""
        return any(change.doubtful for change in self.changes)


@dataclass(frozen=True, slots=True)
class Hint:
    """What may lie behind sums that fail together. A guess: nothing is ever changed by it.

    `instances` are the findings it explains, the identities first. `suspects` are the fewest
    changes that would make them hold, the most plausible first; `count` is how many there are
    (not all need be listed). `decided`: there is exactly one.
    """

    instances: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    count: int
    message: str
    message_en: str

    @property
    def decided(self) -> bool:
        """Whether only one explanation fits."""
        return self.count == 1


@dataclass(frozen=True, slots=True)
class Correction:
    """A declared mend of our reading (OCR, a split table), never of the agency's number.

    `expect` is what the reading gives without it; the correction fails once that is not so.
    """

    cell: CellId
    expect: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a folder or file gives nothing: what is wrong, where, and how to mend it (Chinese)."""

    code: str
    file: str
    message: str
    remedy: str
    field: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}（{self.field}）" if self.field is not None else self.file
        return f"{where}：{self.message}。办法：{self.remedy}。"


@dataclass(frozen=True, slots=True)
class Masks:
    """What of private persons was masked in a report: kind → how many, in the rule's order.

    `total` counts the whole report, `sections` each section's heading and text; `full_sha256` are
    the hashes of the sections' full texts. All in the order of the sections.
    """

    total: tuple[tuple[str, int], ...]
    sections: tuple[tuple[tuple[str, int], ...], ...]
    full_sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A report with everything that was found: what is written and shown.

    `findings` are decided by the report alone and are part of its package; `across` needs other
    reports (another year, another agency) and stands in what is built from all of them.
    `private` are the places of the original with data of private persons; `masks` says what is
    masked of it in all that is published, None where nobody has looked.
    """

    report: Report
    findings: tuple[Finding, ...]
    across: tuple[Finding, ...] = ()
    hints: tuple[Hint, ...] = ()
    private: tuple[Locus, ...] = ()
    masks: Masks | None = None

    @property
    def entry(self) -> Entry:
        """The folder it comes from.

        Raises:
            ValueError: for a report that was read from a bare file.
        """
        if self.report.entry is None:
            raise ValueError(self.report.source.name)
        return self.report.entry

    @property
    def masked(self) -> dict[str, int]:
        """Kind → how many parts of the text are masked."""
        return dict(self.masks.total) if self.masks is not None else {}

    @property
    def withholds_original(self) -> bool:
        """Whether the original is not handed out, as it has data of private persons."""
        return bool(self.private or self.masked)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What is wrong by the report alone."""
        return tuple(f for f in self.findings if f.fails)

    @property
    def failures_across(self) -> tuple[Finding, ...]:
        """What is wrong beside other reports."""
        return tuple(f for f in self.across if f.fails)

    @property
    def all_failures(self) -> tuple[Finding, ...]:
        """What a reader is shown as a finding."""
        return self.failures + self.failures_across

    def hint_beside(self, finding: Finding) -> Hint | None:
        """The hint that is shown beside this failure: each stands beside the first it explains."""
        for hint in self.hints:
            shown = [f for f in self.failures if f.instance in hint.instances]
            if shown and shown[0] is finding:
                return hint
        return None


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that is published, in the order of report ids, and what is not and why."""

    reports: tuple[Published, ...]
    problems: tuple[Problem, ...]
    regions: dict[str, Region]
    agencies: dict[str, Agency]
    redirects: tuple[Redirect, ...] = ()
    sightings: tuple[Sighting, ...] = ()
