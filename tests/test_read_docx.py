"""Word files: what is printed, cell by cell, and nothing that is deleted, hidden or a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import readback
from print_docx import (
    LAYOUTS,
    W,
    package,
    para,
    print_by_library,
    print_docx,
    run,
    table_xml,
    zipped,
)
from readback import FORMS, Places, assert_as_printed, code_of, found, sheet
from spanned import Box

from gongkai.model import Grid, Heading, Paragraph, Picture
from gongkai.parse import read_number
from gongkai.read import ReadError, docx_tables, read, sniff
from gongkai.read.docx import read_docx
from gongkai.read.docx_numbering import formatted
from gongkai.read.limits import LIMITS
from gongkai.read.sniff import DOCX

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Block

BEGIN, MIDDLE, END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
)
HALF = (
    "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den>"
    "</m:f></m:oMath>"
)


def blocks_of(body: str, styles: str = "", numbering: str = "") -> tuple[Block, ...]:
    """The blocks of a file with this body."""
    return read_docx(package(body, styles=styles, numbering=numbering), "a.docx")


def texts(body: str, styles: str = "", numbering: str = "") -> list[str]:
    """The running text of a file with this body."""
    return readback.texts(blocks_of(body, styles, numbering))


def paragraph(inside: str) -> str:
    """The text of a paragraph that holds these elements."""
    return "\n".join(texts(f"<w:p>{inside}</w:p>"))


def grids(body: str) -> list[Places]:
    """The tables of a body."""
    return [found(grid) for grid in readback.grids(blocks_of(body))]


def tc(text: str, properties: str = "") -> str:
    """A cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


def tbl(*rows: str) -> str:
    """A table of rows."""
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


# -- whole reports ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_report_is_read_as_printed_in_every_layout(form: str, layout: str) -> None:
    """Merged or not, numbered by Word, in text boxes, tracked, in one table: the same figures."""
    printed = sheet(form)
    assert_as_printed(printed, read_docx(print_docx(printed, layout), "a.docx"))


@pytest.mark.parametrize("form", FORMS)
def test_a_report_written_by_a_library_is_read_as_printed(form: str) -> None:
    """Files of python-docx, which many systems use to fill templates."""
    printed = sheet(form)
    assert_as_printed(printed, read_docx(print_by_library(printed), "a.docx"))


# -- packages --------------------------------------------------------------------------------


def test_the_main_part_is_found_by_the_relationships(tmp_path: Path) -> None:
    """Some services name it otherwise; the bytes still tell the format."""
    data = package(para("正文"), main="word/document2.xml")
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    assert sniff(data, "a.docx") == DOCX
    assert [b.text for b in read(path).blocks if isinstance(b, Paragraph)] == ["正文"]


def test_a_package_without_relationships_has_its_usual_main_part() -> None:
    """And no styles, no numbering."""
    text = f'<w:document xmlns:w="{W}"><w:body>{para("正文")}</w:body></w:document>'
    (block,) = read_docx(zipped({"word\\Document.xml": text}), "a.docx")
    assert isinstance(block, Paragraph)
    assert code_of(read_docx, zipped({"word/other.xml": text})) == "damaged"


def test_a_file_with_a_password_says_so() -> None:
    """Its package is wrapped in a container of another kind."""
    assert code_of(read_docx, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "encrypted"


@pytest.mark.parametrize(
    "body",
    [
        "<w:sdt><w:sdtContent>" * 120 + para("深") + "</w:sdtContent></w:sdt>" * 120,
        "<w:tbl><w:tr><w:tc>" * 80 + para("深") + "</w:tc></w:tr></w:tbl>" * 80,
        "<w:p>" + "<w:ins>" * 240 + run("深") + "</w:ins>" * 240 + "</w:p>",
    ],
)
def test_nesting_ends_in_text_or_in_an_error(body: str) -> None:
    """However deep: never in a crash."""
    try:
        assert texts(body) == ["深"]
    except ReadError as error:
        assert error.problem.code == "over_limit"  # noqa: PT017  # both ends are sound


def test_nesting_beyond_the_stack_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the depth that Python can take."""

    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(docx_tables.Printer, "blocks", fail)
    with pytest.raises(ReadError) as caught:
        blocks_of(para("甲"))
    assert caught.value.problem.code == "over_limit"


# -- running text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (run("收到") + run("12") + run("件"), "收到12件"),
        (run("甲\t乙"), "甲\t乙"),
        ("<w:r><w:t>甲</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>乙</w:t></w:r>", "甲-乙"),
        (f'<w:del>{run("1")}</w:del><w:ins>{run("2")}</w:ins>', "2"),
        (f'<w:moveFrom>{run("1")}</w:moveFrom><w:moveTo>{run("2")}</w:moveTo>', "2"),
        (run("1", "<w:vanish/>") + run("2", '<w:vanish w:val="0"/>'), "2"),
        ('<w:fldSimple w:instr="PAGE">' + run("3") + "</w:fldSimple>", "3"),
        (BEGIN + "<w:r><w:instrText>=9*9</w:instrText></w:r>" + MIDDLE + run("81") + END, "81"),
        (
            BEGIN + BEGIN + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + MIDDLE + run("7") + END
            + "<w:r><w:instrText>IF</w:instrText></w:r>" + MIDDLE + run("5") + END + run("件"),
            "5件",
        ),
        (BEGIN + "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>" + END, "=SUM(ABOVE)"),
        (BEGIN + r"<w:r><w:instrText>EQ \o\ac(○,1)</w:instrText></w:r>" + END, r"EQ \o\ac(○,1)"),
        (END + MIDDLE + run("无始"), "无始"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
            '<w:listEntry w:val="3"/><w:listEntry w:val="4"/></w:ddList></w:ffData></w:fldChar>'
            "<w:instrText>FORMDROPDOWN</w:instrText></w:r>" + END,
            "4",
        ),
        ('<w:r><w:t>2</w:t><w:footnoteReference w:id="2"/></w:r>', "2¹"),
        ('<w:r><w:t>2</w:t><w:endnoteReference w:customMarkFollows="1"/><w:t>*</w:t></w:r>', "2*"),
        (run("2") + run("1[3]", '<w:vertAlign w:val="superscript"/>'), "2¹[³]"),
        (run("2") + run("1", '<w:vertAlign w:val="subscript"/>'), "2₁"),
        (run("2") + run("1", '<w:vertAlign w:val="baseline"/>'), "21"),
        (run("2") + run("1", "<w:strike/>"), "21\u0336"),
        (run("2") + run("1", '<w:dstrike w:val="true"/>'), "21\u0336"),
        (run("2") + run("1", '<w:strike w:val="0"/>'), "21"),
        (run("2") + run("1", '<w:position w:val="8"/>'), "2 1"),
        (run("2") + run("1", '<w:position w:val="2"/>'), "21"),
        (run("2", '<w:position w:val="8"/>') + run("1", '<w:position w:val="8"/>'), "21"),
        (run("9", '<w:color w:val="ffffff"/>') + run("1"), "9 1"),
        (run("9", '<w:color w:val="FF0000"/>') + run("1"), "91"),
        (run("9", '<w:color w:val="auto" w:themeColor="background1"/>') + run("1"), "9 1"),
        (run("9", '<w:color w:themeColor="background1" w:themeShade="80"/>') + run("1"), "91"),
        (run("9", '<w:color w:val="FFFFFF" w:themeColor="text1"/>') + run("1"), "91"),
        (run("9", '<w:sz w:val="2"/>') + run("1", '<w:sz w:val="21"/>'), "9 1"),
        (run("注", '<w:sz w:val="2"/>') + run("1"), "注1"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>', "①"),
        ('<w:r><w:sym w:font="Symbol" w:char="F033"/></w:r>', "3"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "\uf052"),
        ('<w:r><w:t>甲</w:t><w:sym w:font="Symbol" w:char="x"/></w:r>', "甲"),
        ('<w:r><w:t>甲</w:t><w:sym w:font="Symbol" w:char="D800"/></w:r>', "甲"),
        (
            (f"<w:r><w:ruby><w:rt>{run('zhang')}</w:rt><w:rubyBase>{run('章')}</w:rubyBase>"
            "</w:ruby></w:r>"),
            "章",
        ),
        (HALF, " 1 2"),
        ("<!-- 甲 -->" + run("乙"), "乙"),
        (
            (f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{run('旧')}</mc:Fallback>"
            "</mc:AlternateContent>"),
            "旧",
        ),
        ("<mc:AlternateContent/>" + run("乙"), "乙"),
    ],
)  # fmt: skip
def test_the_text_of_a_paragraph_is_what_is_printed(inside: str, text: str) -> None:
    """Results and insertions in; codes, deletions and hidden text out; notes stay apart."""
    assert paragraph(inside) == text


@pytest.mark.parametrize(
    "inside",
    [
        '<w:r><w:t>2</w:t><w:footnoteReference w:id="2"/></w:r>',
        run("2") + run("1", '<w:vertAlign w:val="superscript"/>'),
        run("2") + run("1", "<w:strike/>"),
        HALF,
        BEGIN + "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>" + END,
    ],
)
def test_what_is_no_plain_figure_is_never_read_as_one(inside: str) -> None:
    """A note, an exponent, a struck digit, a formula without a value: no number."""
    assert read_number(paragraph(inside)).number is None


def test_a_field_that_is_never_closed_hides_no_later_paragraph() -> None:
    """A broken file loses the rest of one paragraph at most."""
    assert texts(f"<w:p>{BEGIN}{run('码')}</w:p>{para('后文')}") == ["后文"]


def test_a_paragraph_without_its_mark_goes_on_in_the_next() -> None:
    """A deleted or hidden mark joins two paragraphs; in a cell the last mark always stands."""
    gone = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("一、总体") + "</w:p>"
    hidden = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>" + run("情况") + "</w:p>"
    assert texts(gone + hidden + para("如下")) == ["一、总体情况如下"]
    shown = '<w:p><w:pPr><w:rPr><w:vanish w:val="0"/></w:rPr></w:pPr>' + run("甲") + "</w:p>"
    assert texts(shown + para("乙")) == ["甲", "乙"]
    cell = f"<w:tc>{gone}</w:tc>" + tc("1")
    assert grids(para("前") + tbl(cell)) == [[[("一、总体", 0, 1, 1), ("1", 1, 1, 1)]]]


def test_breaks_make_lines_unless_a_title_was_broken_by_hand() -> None:
    """A heading and its text in one paragraph are two lines, a title in two lines is one."""
    assert texts(para("一、总体情况\n本年公开12条。\n（一）主动公开")) == [
        "一、总体情况",
        "本年公开12条。",
        "（一）主动公开",
    ]
    assert texts(para("示例市统计局\n2023年年度报告")) == ["示例市统计局\n2023年年度报告"]


def test_headings_are_known_by_outline_level_or_style() -> None:
    """The level of the paragraph, of its style, or the name of the style; body text is none."""
    styles = (
        '<w:style w:styleId="1"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="2"><w:name w:val="Mine"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:styleId="3"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="4"><w:name w:val="x"/><w:basedOn w:val="4"/></w:style>'
        '<w:style w:styleId="5"><w:name w:val="toc 1"/></w:style>'
    )
    body = "".join(para(f"第{style}", f'<w:pStyle w:val="{style}"/>') for style in "1234569")
    own = para("自", '<w:outlineLvl w:val="2"/>') + para("文", '<w:outlineLvl w:val="9"/>')
    found = blocks_of(body + own, styles)
    levels = [(b.text, b.level if isinstance(b, Heading) else 0) for b in found if b.text]  # type: ignore[union-attr]
    assert levels == [
        ("第1", 2), ("第2", 2), ("第3", 1), ("第4", 0), ("第6", 0), ("第9", 0), ("自", 3), ("文", 0)
    ]  # fmt: skip


def test_a_style_can_hide_and_raise_text() -> None:
    """Of the paragraph or of the run; what the run says itself comes last."""
    styles = (
        '<w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="s"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    )
    raised = run("1", '<w:rStyle w:val="s"/>')
    seen = run("显", '<w:vanish w:val="0"/>')
    hidden = '<w:pPr><w:pStyle w:val="h"/></w:pPr><w:r><w:t>隐</w:t></w:r>'
    body = f"<w:p>{run('2')}{raised}</w:p><w:p>{hidden}{seen}</w:p>"
    assert texts(body, styles) == ["2¹", "显"]


def test_the_table_of_contents_is_left_out() -> None:
    """Its lines would be taken for the headings they repeat."""
    entry = f'<w:p><w:hyperlink w:anchor="_Toc1">{run("一、总体情况")}</w:hyperlink></w:p>'
    field = f"<w:p>{BEGIN}<w:r><w:instrText>PAGEREF _Toc1</w:instrText></w:r>{MIDDLE}{run('1')}{END}</w:p>"
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{para('目录')}</w:sdtContent></w:sdt>"
    )
    assert texts(control + entry + field + para("一、总体情况")) == ["一、总体情况"]


def test_paragraphs_are_counted_with_those_in_tables_and_boxes() -> None:
    """`line` is the paragraph's number in the document, `element` its path."""
    found = blocks_of(para("甲") + tbl(tc("1") + tc("2"), tc("3") + tc("4")) + para("乙"))
    assert [b.locus.line for b in found] == [1, None, 6]
    assert [b.locus.element for b in found] == [
        "/w:document/w:body/w:p[1]",
        "/w:document/w:body/w:tbl",
        "/w:document/w:body/w:p[2]",
    ]
    (grid,) = [b for b in found if isinstance(b, Grid)]
    place = grid.rows[1][0].locus
    assert (place.block, place.row, place.col) == (1, 2, 1)
    assert place.element == "/w:document/w:body/w:tbl/w:tr[2]/w:tc[1]"


# -- numbering -------------------------------------------------------------------------------


def abstract(list_: str, *levels: str, link: str = "") -> str:
    """A list with these levels."""
    inside = "".join(f'<w:lvl w:ilvl="{at}">{level}</w:lvl>' for at, level in enumerate(levels))
    return f'<w:abstractNum w:abstractNumId="{list_}">{link}{inside}</w:abstractNum>'


def lvl(kind: str, text: str, start: int = 1, more: str = "") -> str:
    """A level of a list."""
    return f'<w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/>'


def num(number: str, list_: str, overrides: str = "") -> str:
    """A list as paragraphs name it."""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{list_}"/>{overrides}</w:num>'


def item(number: str, level: int = 0, text: str = "项") -> str:
    """A paragraph of a list."""
    return para(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


@pytest.mark.parametrize(
    ("kind", "number", "text"),
    [
        ("decimal", 12, "12"),
        ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircle", 21, "㉑"),
        ("decimalEnclosedCircleChinese", 36, "㊱"),
        ("decimalEnclosedCircle", 51, "51"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedParen", 21, "21"),
        ("decimalEnclosedFullstop", 1, "⒈"),
        ("numberInDash", 4, "- 4 -"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4, "iv"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 3, "c"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 105, "一○五"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 12003, "一万二千零三"),
        ("chineseLegalSimplified", 30, "叁拾"),
        ("japaneseCounting", 12, "十二"),
        ("ideographDigital", 10, "一〇"),
        ("taiwaneseDigital", 20, "二○"),
        ("ideographTraditional", 11, "甲"),
        ("ideographZodiac", 2, "丑"),
        ("ideographEnclosedCircle", 1, "㊀"),
        ("none", 5, ""),
        ("thaiCounting", 5, "5"),
        ("upperRoman", 0, "0"),
        ("upperRoman", 10**8, str(10**8)),
    ],
)
def test_numbers_are_written_in_the_formats_of_word(kind: str, number: int, text: str) -> None:
    """An unknown format, or a number it cannot write, is printed with plain digits."""
    assert formatted(kind, number) == text


def test_numbers_are_computed_level_by_level() -> None:
    """A level counts on, begins again below a higher one, and shows the numbers above it."""
    lists = abstract(
        "1",
        lvl("chineseCounting", "%1、"),
        lvl("chineseCounting", "（%2）"),
        lvl("decimal", "%1.%2.%3", more="<w:isLgl/>"),
        lvl("decimal", "%4.", more='<w:lvlRestart w:val="0"/>'),
        lvl("decimal", "%5)", more='<w:lvlRestart w:val="1"/>'),
    ) + num("5", "1")
    order = (2, 0, 1, 1, 2, 3, 4, 1, 3, 4, 0, 1, 3, 4)
    found = texts("".join(item("5", level) for level in order), numbering=lists)
    assert found == [
        "1.1.1 项", "一、项", "（一）项", "（二）项", "1.2.1 项", "1. 项", "1)项", "（三）项", "2. 项",
        "2)项", "二、项", "（一）项", "3. 项", "1)项",
    ]  # fmt: skip


def test_lists_of_one_kind_count_on_unless_they_begin_anew() -> None:
    """Two lists share their counters; an override begins once, or has a level of its own."""
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    other = f'<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0">{lvl("upperLetter", "%1)")}</w:lvl></w:lvlOverride>'
    lists = (
        abstract("1", lvl("decimal", "%1)", 3))
        + num("5", "1") + num("6", "1", again) + num("7", "1", other) + num("8", "99")
    )  # fmt: skip
    body = "".join(item(n) for n in ("5", "5", "6", "6", "5", "7", "8", "0", "404"))
    assert texts(body, numbering=lists) == [
        "3)项", "4)项", "7)项", "8)项", "9)项", "J)项", "项", "项", "项"
    ]  # fmt: skip


def test_lists_come_through_styles() -> None:
    """The style names the list, the list says which level is the style's; a paragraph may differ."""
    linked = abstract("2", link='<w:numStyleLink w:val="L"/>') + num("9", "2")
    lists = (
        abstract(
            "1",
            lvl("chineseCounting", "%1、", more='<w:pStyle w:val="a"/>'),
            lvl("decimal", "%2.", more='<w:pStyle w:val="b"/>'),
        )
        + num("5", "1") + linked
    )  # fmt: skip
    list_ = '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr>'
    styles = (
        f'<w:style w:styleId="a">{list_}</w:style><w:style w:styleId="b">{list_}</w:style>'
        '<w:style w:styleId="c"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="d"><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>'
        '<w:basedOn w:val="a"/></w:style>'
        f'<w:style w:type="numbering" w:styleId="L">{list_}</w:style>'
    )
    body = "".join(para("项", f'<w:pStyle w:val="{style}"/>') for style in "abcd")
    body += para("项", '<w:pStyle w:val="a"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    body += para("项", '<w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="1"/></w:numPr>')
    body += item("9")
    found = texts(body, styles, lists)
    assert found == ["一、项", "1. 项", "2. 项", "3. 项", "项", "4. 项", "二、项"]


def test_a_number_word_computes_never_grows_into_a_figure() -> None:
    """1. before 5 is not 1.5, a dash as a bullet is no minus; a deleted paragraph is not counted."""
    lists = (
        abstract("1", lvl("decimal", "%1.")) + abstract("2", lvl("bullet", "-"))
        + abstract("3", "<w:start/><w:lvlText/>") + num("5", "1") + num("6", "2") + num("7", "3")
    )  # fmt: skip
    gone = item("5").replace("</w:numPr>", "</w:numPr><w:rPr><w:del/></w:rPr>")
    found = texts(
        gone.replace("项", "") + item("5", 0, "5") + item("6", 0, "5") + item("7"), numbering=lists
    )
    assert found == ["1. 5", "• 5", "项"]
    assert all(read_number(text).number is None for text in found)


# -- tables ----------------------------------------------------------------------------------


def test_merged_cells_stand_once_where_they_begin() -> None:
    """Across, down, and both; text behind a merged cell is not printed."""
    down, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    span = '<w:gridSpan w:val="2"/>'
    body = tbl(
        tc("a", down + span) + tc("b"),
        tc("藏", goes_on + span) + tc("c", down),
        tc("d") + tc("e") + tc("", '<w:vMerge w:val="continue"/>'),
    )
    assert grids(body) == [
        [
            [("a", 0, 2, 2), ("b", 2, 1, 1)],
            [("c", 2, 1, 2)],
            [("d", 0, 1, 1), ("e", 1, 1, 1)],
        ]
    ]


def test_a_cell_goes_on_only_one_of_the_same_columns() -> None:
    """Otherwise it stands alone, as in Word; so does one with nothing above it."""
    body = tbl(
        tc("a", '<w:vMerge w:val="restart"/>') + tc("b"),
        tc("c", '<w:vMerge/><w:gridSpan w:val="2"/>'),
        tc("d", "<w:vMerge/>") + tc("e"),
        tc("", "<w:vMerge/>") + tc("f"),
    )
    assert grids(body) == [
        [
            [("a", 0, 1, 1), ("b", 1, 1, 1)],
            [("c", 0, 2, 1)],
            [("d", 0, 1, 2), ("e", 1, 1, 1)],
            [("f", 1, 1, 1)],
        ]
    ]


def test_old_merges_free_columns_and_cells_of_controls() -> None:
    """`hMerge`, `gridBefore`, cells and rows inside content controls, deleted cells and rows."""
    left = '<w:hMerge w:val="restart"/>'
    body = (
        "<w:tbl><w:tr>" + tc("a", left) + tc("", "<w:hMerge/>") + tc("b")
        + '</w:tr><w:sdt><w:sdtContent><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>'
        + f"<w:sdt><w:sdtContent>{tc('c')}</w:sdtContent></w:sdt>" + tc("x", "<w:cellDel/>")
        + tc("d") + "</w:tr></w:sdtContent></w:sdt>"
        + "<w:tr><w:trPr><w:hidden/></w:trPr>" + tc("x") + "</w:tr><w:tr/>"
        + "<mc:AlternateContent><mc:Choice><w:tr>" + tc("e", "<w:hMerge/>") + tc("f") + tc("g")
        + "</w:tr></mc:Choice></mc:AlternateContent></w:tbl>"
    )  # fmt: skip
    assert grids(body) == [
        [
            [("a", 0, 2, 1), ("b", 2, 1, 1)],
            [("", 0, 1, 1), ("c", 1, 1, 1), ("d", 2, 1, 1)],
            [("e", 0, 1, 1), ("f", 1, 1, 1), ("g", 2, 1, 1)],
        ]
    ]


@pytest.mark.parametrize("span", ["0", "-3", "x", "", "1000000", "99999999999999999999"])
def test_spans_without_sense_do_no_harm(span: str) -> None:
    """They are one, or cut to the limit."""
    ((row, *_),) = grids(tbl(tc("a", f'<w:gridSpan w:val="{span}"/>') + tc("b"), tc("c")))
    assert row[0][2] in {1, LIMITS.span}


def test_a_table_beyond_the_limits_is_refused() -> None:
    """Too many columns are a finding about the file."""
    with pytest.raises(ReadError) as caught:
        grids(tbl(tc("a") * (LIMITS.columns + 1)))
    assert caught.value.problem.code == "over_limit"


def test_ragged_rows_keep_their_own_columns() -> None:
    """Sixty-three columns, a row with more cells than the others, one without a column list."""
    wide = "".join(tc(str(at)) for at in range(63))
    (found,) = grids(tbl(wide, tc("a") + tc("b"), wide + tc("64")))
    assert [len(row) for row in found] == [63, 2, 64]


def test_widths_tell_the_columns_where_no_spans_are_written() -> None:
    """Rows of different numbers of cells that end at the same place; else spans are believed."""

    def cell(text: str, width: int, more: str = "") -> str:
        return tc(text, f'<w:tcW w:w="{width}" w:type="dxa"/>{more}')

    head = cell("a", 2000) + cell("b", 4000)
    figures = cell("c", 2010) + cell("d", 2000) + cell("e", 1990)
    assert grids(tbl(head, figures)) == [
        [[("a", 0, 1, 1), ("b", 1, 2, 1)], [("c", 0, 1, 1), ("d", 1, 1, 1), ("e", 2, 1, 1)]]
    ]
    shorter = cell("c", 2000) + cell("d", 1000) + cell("e", 1000)
    assert grids(tbl(head, shorter))[0][0] == [("a", 0, 1, 1), ("b", 1, 1, 1)]
    unknown = cell("c", 0) + cell("d", 3000) + cell("e", 3000)
    assert grids(tbl(head, unknown))[0][0] == [("a", 0, 1, 1), ("b", 1, 1, 1)]


def test_a_table_of_one_column_is_running_text() -> None:
    """A frame around a report is no table of figures."""
    body = tbl(f"<w:tc>{para('一、总体情况')}{para('公开12条。')}</w:tc>", tc("六、其他"))
    assert texts(body) == ["一、总体情况", "公开12条。", "六、其他"]
    assert grids(body) == []


def test_text_over_the_whole_width_parts_a_table() -> None:
    """A numbered heading or a paragraph; a short label over all columns is a row."""
    whole = '<w:gridSpan w:val="2"/>'
    body = tbl(
        tc("二、主动公开", whole), tc("第一项", whole), tc("a") + tc("1"), tc("字" * 61, whole),
        tc("b") + tc("2"), tc("没有申请。", whole),
    )  # fmt: skip
    assert texts(body) == ["二、主动公开", "字" * 61, "没有申请。"]
    assert [[row[0][0] for row in grid] for grid in grids(body)] == [["第一项", "a"], ["b"]]


def test_a_layout_table_is_read_cell_by_cell() -> None:
    """Its own rows of several cells stay a table; nested tables are tables of their own."""
    inner = tbl(tc("规章") + tc("1"), tc("许可") + tc("2"))
    other = tbl(tc("x") + tc("y") + tc("z"))
    body = tbl(
        tc("左") + tc("右"),
        f"<w:tc>{para('栏目')}</w:tc><w:tc>{para('正文')}{inner}{para('后文')}{other}</w:tc>",
    )
    assert [b.text if isinstance(b, Paragraph) else "表" for b in blocks_of(body)] == [
        "表", "栏目", "正文", "表", "后文", "表"
    ]  # fmt: skip
    assert [grid.locus.block for grid in blocks_of(body) if isinstance(grid, Grid)] == [1, 2, 3]


@pytest.mark.parametrize("spanned", [True, False])
def test_a_nested_table_that_fits_becomes_part_of_the_outer_one(spanned: bool) -> None:  # noqa: FBT001
    """Rows of outcomes in a cell of their own: labels beside them reach over all of them."""
    inner = (
        "<w:tbl><w:tr>"
        + tc("1.")
        + tc("5")
        + "</w:tr><w:tr>"
        + tc("2.")
        + tc("6")
        + "</w:tr></w:tbl>"
    )
    head = tc("情况", '<w:gridSpan w:val="2"/>') if spanned else tc("情况")
    wide = '<w:gridSpan w:val="2"/>' if spanned else ""
    nested = f"<w:tc><w:tcPr>{wide}</w:tcPr>{inner}{para('')}</w:tc>"
    body = tbl(tc("a") + head, tc("不予公开") + nested)
    assert grids(body) == [
        [
            [("a", 0, 1, 1), ("情况", 1, 2, 1)],
            [("不予公开", 0, 1, 2), ("1.", 1, 1, 1), ("5", 2, 1, 1)],
            [("2.", 1, 1, 1), ("6", 2, 1, 1)],
        ]
    ]


def test_a_nested_table_that_does_not_fit_is_a_table_of_its_own() -> None:
    """Two beside each other, or of another width: nothing is put where it might not belong."""
    two = f"<w:tc>{tbl(tc('1') + tc('2'))}</w:tc>"
    three = f"<w:tc>{tbl(tc('3') + tc('4') + tc('5'))}</w:tc>"
    for nested in (two + two, tc("x") + two + three):
        found = grids(tbl(tc("a") + tc("b") + tc("c"), nested))
        assert [row[0][0] for grid in found for row in grid][-1] in {"1", "3"}
        assert len(found) == 3
    deep = f"<w:tc>{tbl(tc('甲') + two)}</w:tc>"
    assert len(grids(tbl(tc("a") + tc("b"), tc("c") + deep))) == 2
    wide = (
        '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        + tbl(tc("3") + tc("4") + tc("5"))
        + "</w:tc>"
    )
    assert len(grids(tbl(tc("a") + tc("b") + tc("c"), tc("d") + wide))) == 2


# -- text boxes and pictures -----------------------------------------------------------------


def picture(width: int, height: int, inside: str = "<pic:pic/>", alt: str = "") -> str:
    """A picture of this size in points."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width * 12700}" cy="{height * 12700}"/>'
        f'<wp:docPr descr="{alt}"/><a:graphic>{inside}</a:graphic></wp:inline></w:drawing></w:r>'
    )


def test_pictures_that_may_be_tables_are_kept() -> None:
    """By size, with their alternative text; seals, shapes and lines are none."""
    old = (
        '<w:r><w:pict><v:shape style="width:10cm;height:5cm" alt="表三">{}</v:shape></w:pict></w:r>'
    )
    body = (
        f"<w:p>{picture(400, 200, alt='表二')}</w:p><w:p>{picture(100, 100)}</w:p>"
        f"<w:p>{picture(400, 200, '<a:line/>')}</w:p><w:p>{old.format('<v:imagedata/>')}</w:p>"
        f"<w:p>{old.format('')}</w:p>"
        '<w:p><w:r><w:object><v:shape style="width:300pt"><v:imagedata/></v:shape></w:object></w:r></w:p>'
        '<w:p><w:r><w:object><v:shape style="height:300;width:.;width:300"/><o:OLEObject/></w:object></w:r></w:p>'
        + tbl(f"<w:tc><w:p>{picture(400, 200, alt='格内')}</w:p></w:tc>" + tc("1"))
    )  # fmt: skip
    found = [(b.text, b.locus.line) for b in blocks_of(body) if isinstance(b, Picture)]
    assert found == [("表二", 1), ("表三", 4), ("", 7), ("格内", 8)]


def test_a_cell_that_shows_a_small_picture_alone_is_not_blank() -> None:
    """It may be a figure; spacers, floating seals and pictures beside words are none."""
    small, flat = picture(30, 12), picture(30, 1)
    floating = small.replace("inline", "anchor")
    old = '<w:r><w:pict><v:shape style="{}width:30pt;height:12pt"><v:imagedata/></v:shape></w:pict></w:r>'
    inside = (
        small,
        flat,
        floating,
        small + run("5"),
        old.format(""),
        old.format("position:absolute;"),
    )
    (grid,) = grids(tbl("".join(f"<w:tc><w:p>{one}</w:p></w:tc>" for one in inside)))
    assert [text for text, *_ in grid[0]] == ["\ufffc", "", "", "5", "\ufffc", ""]
    assert paragraph(small) == ""
    boxed = f"<w:tc><w:p>{small}</w:p>{tbl(tc('1') + tc('2'))}</w:tc>"
    assert (
        len(
            grids(
                tbl(
                    tc("a") + tc("b") + tc("c"),
                    tc("d")
                    + boxed.replace("<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>', 1),
                )
            )
        )
        == 1
    )


def test_a_text_box_is_read_once_where_it_is_anchored() -> None:
    """Its paragraphs and tables follow the paragraph; in a cell its text belongs to the cell."""
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent>"
        "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}"
        "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = f"<w:p>{run('前')}{box.format(para('框'))}{run('后')}</w:p>"
    assert texts(body) == ["前后", "框"]
    cell = f"<w:tc><w:p>{run('5')}{box.format(para('6'))}</w:p></w:tc>"
    assert grids(tbl(cell + tc("7"))) == [[[("5\n6", 0, 1, 1), ("7", 1, 1, 1)]]]


def test_tables_of_boxes_with_merged_cells() -> None:
    """The printer of these tests and the reader agree on where a merged cell stands."""
    boxes = [[Box("a", 1, 2), Box("b", 2)], [Box("c"), Box("d")]]
    assert grids(table_xml(boxes)) == [
        [[("a", 0, 1, 2), ("b", 1, 2, 1)], [("c", 1, 1, 1), ("d", 2, 1, 1)]]
    ]
