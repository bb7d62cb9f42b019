"""Copies that must not be read: what they lost cannot be seen in what is left.

It says why; that nothing of such a copy is published is decided where findings are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.model import Remark, RemarkKind
from gongkai.parse import disputes, requests
from gongkai.parse.labels import columns_of, core, rows_of
from gongkai.parse.rows import row_of
from gongkai.tidy import fold, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gongkai.parse.rows import Line

# Words of every report as sites in traditional script write them. Such a site is a mirror: its
# words are replaced (檔案 for 文件) and its figures are nobody's.
_TRADITIONAL = ("公開", "申請", "訴訟", "複議", "復議", "覆議", "結轉", "處理", "資訊", "機關")
_SEVERAL = 3
# A line that is longer is no piece of a table.
_LABEL = 60


def refusals(lines: Sequence[Line]) -> Iterator[Remark]:
    """Why the document is a copy that cannot be trusted; nothing for any other."""
    if not lines:
        return
    text = "".join(fold(line.text) for line in lines)
    found = [word for word in _TRADITIONAL if word in text]
    if len(found) >= _SEVERAL:
        first = next(line for line in lines if any(word in fold(line.text) for word in found))
        yield Remark(RemarkKind.TRADITIONAL_COPY, disputes.TABLE, first.locus, "、".join(found))
    yield from _thinned(lines)


def _thinned(lines: Sequence[Line]) -> Iterator[Remark]:
    """A copy that keeps every text once: the outcomes of table four stand there once for three.

    Then zeros and repeated figures are gone too: no figure of the whole table stands there twice.
    """
    starts = [at for at, line in enumerate(lines) if disputes.is_start(line)]
    if not starts:
        return
    text = "".join(key(line.text) for line in lines[starts[0] :] if len(key(line.text)) <= _LABEL)
    outcomes = [core(column.label) for column in columns_of(disputes.TABLE)]
    channels = [core(row.label) for row in rows_of(disputes.TABLE)]
    once = all(text.count(words) <= 1 for words in outcomes)
    named = sum(words in text for words in outcomes) >= _SEVERAL
    if not (once and named and all(words in text for words in channels)):
        return
    begin = next(at for at, line in enumerate(lines) if requests.is_start(line) or at == starts[0])
    table = [line for line in lines[begin:] if len(key(line.text)) <= _LABEL]
    figures = [key(cell.text) for line in table for cell in row_of(line).figures]
    if figures and len(figures) == len(set(figures)):
        locus = lines[starts[0]].locus
        yield Remark(RemarkKind.THINNED_COPY, disputes.TABLE, locus, text[:_LABEL])
