"""What a file may cost: the only place where the limits of reading stand.

They are far above any real report (docs/reading.md lists them) and far below what hurts.
"""

from __future__ import annotations

from dataclasses import dataclass

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file.

    Attributes:
        unpacked_bytes: sum of what the members of a container unpack to.
        member_bytes: what one member may unpack to.
        members: members of a container.
        depth: nesting of elements.
        elements: elements of one XML or HTML tree.
        span: columns or rows one cell may cover; more is cut to this.
        columns: columns of a grid.
        rows: rows of a grid.
        cells: cells of a document.
        pages: pages of a document.
        page_marks: glyphs and rules of one page.
        page_points: longer side of a page in points.
        pixels: pixels of one picture.
        ocr_pages: pages that are recognised.
        seconds: wall clock for one file without recognition of characters.
        cpu_seconds: processor time for the same.
        ocr_page_seconds: added to both for each page that is recognised.
        memory_bytes: address space of a worker without recognition of characters.
        ocr_memory_bytes: the same with it.
        result_bytes: what a worker may send back for one file.
        worker_files: files that one worker reads before a new one takes its place.
    """

    unpacked_bytes: int = 200 * _MB
    member_bytes: int = 100 * _MB
    members: int = 5_000
    depth: int = 200
    elements: int = 500_000
    span: int = 100
    columns: int = 200
    rows: int = 5_000
    cells: int = 200_000
    pages: int = 200
    page_marks: int = 100_000
    page_points: float = 5_000.0
    pixels: int = 40_000_000
    ocr_pages: int = 40
    seconds: float = 30.0
    cpu_seconds: int = 20
    ocr_page_seconds: int = 60
    memory_bytes: int = 1_200 * _MB
    ocr_memory_bytes: int = 3_000 * _MB
    result_bytes: int = 100 * _MB
    worker_files: int = 200


LIMITS = Limits()
