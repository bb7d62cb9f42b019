"""What all readers share: telling formats apart, opening containers, merged cells to places."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from dataclasses import fields
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.model import Locus
from gongkai.read import READERS, ReadError, sniff
from gongkai.read import archive as archive_module
from gongkai.read.archive import Archive, parse_xml
from gongkai.read.error import damaged
from gongkai.read.grid import Spanned, grid_of
from gongkai.read.limits import LIMITS, Limits
from gongkai.read.sniff import DOCX, HTML, MHTML, OFD, OLE, PDF, RTF, TEXT, XLSX, ZIP

AT = Locus("a.html", block=1)


def zipped(**members: bytes) -> bytes:
    """A zip file with these members (`__` in a name stands for a slash)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (zipped(**{"word__document.xml": b"<a/>"}), "a.zip", DOCX),
        (zipped(**{"xl__workbook.xml": b"<a/>"}), "a.docx", XLSX),
        (zipped(**{"OFD.xml": b"<a/>"}), "a", OFD),
        (zipped(**{"other.txt": b""}), "a.docx", ZIP),
        (zipped(**{"word__document.xml": b"<a/>"})[:-30], "a.docx", DOCX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", OLE),
        (b"{\\rtf1\\ansi", "a.doc", RTF),
        (b"\r\n%PDF-1.4", "a.doc", PDF),
        (b'<?xml version="1.0"?><html>', "a.xls", HTML),
        (b"x <TABLE><TD>1", "a.txt", HTML),
        (b"From: a\r\n b\r\nContent-Type: multipart/related; boundary=x\r\n", "a.doc", MHTML),
        (b"From: a\nSubject: multipart/related\n", "a.txt", TEXT),
    ],
)
def test_containers_are_told_apart_by_what_they_hold(data: bytes, name: str, expected: str) -> None:
    """A suffix is not believed; a container that was cut off is known by its bytes."""
    assert sniff(data, name) == expected


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_have_a_kind(data: bytes, mark: bytes) -> None:
    """Telling a format never fails, whatever follows the mark."""
    assert "/" in sniff(mark + data, "a")


def test_every_line_of_the_registry_names_a_reader() -> None:
    """The modules are imported late, so a test imports them all."""
    for media_type, found in READERS.items():
        module, function = found.where.split(":")
        assert callable(getattr(import_module(f"gongkai.read.{module}"), function)), media_type
        assert found.suffix.startswith(".")


def test_every_limit_is_explained() -> None:
    """The docstring names each limit."""
    assert all(f"{field.name}:" in str(Limits.__doc__) for field in fields(Limits))


def test_an_error_keeps_its_problem_on_the_way_between_processes() -> None:
    """Workers send errors as they are."""
    error = damaged("a.docx", "Word ")
    assert pickle.loads(pickle.dumps(error)).problem == error.problem  # noqa: S301  # made here


def code_of(problem: pytest.ExceptionInfo[ReadError]) -> str:
    """The code of the error that was caught."""
    return problem.value.problem.code


def test_a_member_that_unpacks_to_too_much_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bytes are counted, one member and all together; what the directory says is not asked."""
    data = zipped(a=bytes(3_000_000), b=bytes(3_000_000))
    monkeypatch.setattr(archive_module, "LIMITS", Limits(member_bytes=2_000_000))
    with pytest.raises(ReadError) as caught:
        Archive(data, "a.docx", "Word ").read("a")
    assert code_of(caught) == "over_limit"
    monkeypatch.setattr(archive_module, "LIMITS", Limits(unpacked_bytes=4_000_000))
    opened = Archive(data, "a.docx", "Word ")
    assert len(opened.read("a")) == 3_000_000
    with pytest.raises(ReadError) as caught:
        opened.read("b")
    assert code_of(caught) == "over_limit"


def test_a_container_with_too_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number is asked first."""
    monkeypatch.setattr(archive_module, "LIMITS", Limits(members=1))
    with pytest.raises(ReadError) as caught:
        Archive(zipped(a=b"", b=b""), "a.docx", "Word ")
    assert code_of(caught) == "over_limit"


def test_broken_locked_and_missing_members_say_so() -> None:
    """Each with its own reason."""
    data = zipped(a=b"1" * 100)
    with pytest.raises(ReadError) as caught:
        Archive(data[:-40], "a.docx", "Word ")
    assert code_of(caught) == "damaged"
    opened = Archive(data, "a.docx", "Word ")
    assert opened.names == ("a",)
    with pytest.raises(ReadError) as caught:
        opened.read("b")
    assert code_of(caught) == "damaged"
    at = data.index(b"PK\x01\x02") + 8
    locked = data[:at] + struct.pack("<H", 1) + data[at + 2 :]
    with pytest.raises(ReadError) as caught:
        Archive(locked, "a.docx", "Word ").read("a")
    assert code_of(caught) == "encrypted"
    bad = bytearray(data)
    bad[35] ^= 0xFF
    with pytest.raises(ReadError) as caught:
        Archive(bytes(bad), "a.docx", "Word ").read("a")
    assert code_of(caught) == "damaged"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"<a", "damaged"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unsafe"),
        (b"<a>" * 5000 + b"</a>" * 5000, "over_limit"),
        (
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode(
                "utf-16"
            ),
            "unsafe",
        ),
    ],
)
def test_xml_that_is_broken_or_unsafe_is_refused(text: bytes, code: str) -> None:
    """Declarations, in any encoding, and depth are refused before anything is read from it."""
    with pytest.raises(ReadError) as caught:
        parse_xml(text, "a.docx", "Word ")
    assert code_of(caught) == code


def test_xml_with_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree is counted."""
    monkeypatch.setattr(archive_module, "LIMITS", Limits(elements=3))
    with pytest.raises(ReadError) as caught:
        parse_xml(b"<a><b/><b/><b/></a>", "a.docx", "Word ")
    assert code_of(caught) == "over_limit"
    assert Archive(zipped(a=b"<b/>"), "a.docx", "Word ").xml("a").tag == "b"


def places(rows: list[list[Spanned]]) -> list[list[tuple[str, int]]]:
    """Text and column of each cell."""
    return [[(cell.text, cell.col) for cell in row] for row in grid_of(rows, AT).rows]


def test_merged_cells_push_what_follows() -> None:
    """A cell that reaches down takes its column from the rows below."""
    rows = [
        [Spanned("a", AT, rowspan=2), Spanned("b", AT, colspan=2)],
        [Spanned("c", AT), Spanned("d", AT)],
        [Spanned("e", AT), Spanned("f", AT), Spanned("g", AT)],
    ]
    assert places(rows) == [
        [("a", 0), ("b", 1)],
        [("c", 1), ("d", 2)],
        [("e", 0), ("f", 1), ("g", 2)],
    ]
    cell = grid_of(rows, AT).rows[1][0]
    assert (cell.locus.block, cell.locus.row, cell.locus.col) == (1, 2, 2)


def test_spans_are_bounded() -> None:
    """A span beyond the limit is cut; one of nothing is one; a table beyond the limit is refused."""
    assert grid_of([[Spanned("a", AT, colspan=10**9, rowspan=0)]], AT).rows[0][0].colspan == (
        LIMITS.span
    )
    with pytest.raises(ReadError):
        grid_of([[Spanned("a", AT, colspan=100)] * 3], AT)
    with pytest.raises(ReadError):
        grid_of([[]] * (LIMITS.rows + 1), AT)
    with pytest.raises(ReadError):
        grid_of([[Spanned("", AT)] * LIMITS.columns] * (LIMITS.cells // LIMITS.columns + 1), AT)


@given(st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=5), max_size=6))
def test_no_two_cells_share_a_place(spans: list[list[tuple[int, int]]]) -> None:
    """Whatever the spans, a place belongs to one cell."""
    rows = [[Spanned("x", AT, *span) for span in row] for row in spans]
    begun = [(c.row, c.col) for row in grid_of(rows, AT).rows for c in row]
    assert len(begun) == len(set(begun)) == sum(map(len, spans))
    assert begun == sorted(begun)
