"""Web pages and web archives: what a browser shows, cell by cell, and where it stands."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
import readback
from lxml import etree
from print_html import LAYOUTS, page, print_html, print_mhtml
from readback import FORMS, assert_as_printed, sheet

from gongkai.model import Grid, Heading, Paragraph, Picture
from gongkai.parse import read_number
from gongkai.read import ReadError, read
from gongkai.read.charset import decode_page
from gongkai.read.html import read_html, read_mhtml
from gongkai.read.limits import LIMITS
from gongkai.read.markup import blocks_of_html

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai.model import Block, Locus

EMPTY_ARCHIVE = (
    b"Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: text/html\r\n\r\n<p></p>\r\n--x--\r\n"
)
CELLS = "<td>甲<td>乙"  # so that a table is no layout of one column


def blocks_of(html: str) -> tuple[Block, ...]:
    """The blocks of a page."""
    return read_html(f"<body>{html}</body>".encode(), "a.html")


def lines(html: str) -> list[str]:
    """The running text of a page."""
    return readback.texts(blocks_of(html))


def grids(html: str) -> list[Grid]:
    """The tables of a page."""
    return readback.grids(blocks_of(html))


def rows(html: str) -> list[list[str]]:
    """The texts of the one table of a page."""
    (grid,) = grids(html)
    return [[cell.text for cell in row] for row in grid.rows]


def cell(html: str) -> str:
    """The text of a cell that holds this."""
    return rows(f"<table><tr><td>甲</td><td>{html}</td></tr></table>")[0][1]


# -- whole reports ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_report_is_read_as_printed_in_every_layout(form: str, layout: str) -> None:
    """Word exports, site pages, editors' leavings: the same figures in the same cells."""
    printed = sheet(form)
    blocks = read_html(print_html(printed, layout), "a.html")
    assert_as_printed(printed, blocks, framed=layout == "cms")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "gb2312"),
        ("gb18030", "utf-8"),
        ("gbk", ""),
        ("utf-8-sig", "big5"),
        ("utf-16", "utf-8"),
    ],
)
def test_the_declared_charset_is_not_believed(encoding: str, declared: str) -> None:
    """The bytes say what they are; pages were converted and kept their old declaration."""
    printed = sheet("form2021")
    data = print_html(printed, "word", encoding=encoding, declared=declared)
    assert_as_printed(printed, read_html(data, "a.html"))


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_web_archive_gives_its_page_alone(transfer: str, start: bool, encoding: str) -> None:  # noqa: FBT001
    """The part that `start` names, or the first page; frames and pictures stay closed."""
    printed = sheet("form2021")
    data = print_mhtml(printed, "cms", encoding=encoding, transfer=transfer, start=start)
    blocks = read_mhtml(data, "a.mht")
    assert_as_printed(printed, blocks, framed=True)
    assert all("404" not in b.text for b in blocks if not isinstance(b, Grid))
    assert {b.locus.line for b in blocks} == {None}


# -- places ----------------------------------------------------------------------------------


def _loci(blocks: tuple[Block, ...]) -> list[tuple[str, Locus]]:
    found = []
    for block in blocks:
        if isinstance(block, Grid):
            found += [(c.text, c.locus) for row in block.rows for c in row]
        elif not isinstance(block, Picture):
            found.append((block.text, block.locus))
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_address_of_a_cell_finds_it_again(layout: str) -> None:
    """The XPath of every cell and paragraph leads to one element with that text."""
    text = page(sheet("form2021"), layout)
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    loci = _loci(blocks_of_html(text, "a.html"))
    assert len(loci) > 200
    for words, locus in loci:
        found = root.xpath(locus.element or "")
        assert isinstance(found, list)
        (element,) = found
        assert isinstance(element, etree._Element)
        inner = "".join(str(t) for t in element.itertext())
        assert "".join(words.split()) in "".join(inner.split()), locus


def test_a_cell_knows_its_line_table_row_and_column() -> None:
    """The line is that of the cell in the file, whatever ends the lines."""
    html = "\r\n<p>一</p>\r\n<table>\r\n<tr>\r\n<td colspan=2>甲</td>\r\n<td>5</td></tr></table>"
    blocks = blocks_of(html)
    grid = blocks[1]
    assert isinstance(grid, Grid)
    assert grid.positioned
    assert blocks[0].locus.line == 2
    figure = grid.rows[0][1]
    assert (figure.row, figure.col) == (0, 2)
    assert (figure.locus.line, figure.locus.block) == (6, 1)
    assert (figure.locus.row, figure.locus.col) == (1, 3)
    assert figure.locus.element == "/html/body/table[1]/tr[1]/td[2]"


def test_tables_are_counted_in_the_order_of_the_file() -> None:
    """Layout is not counted, only what becomes a table."""
    html = f"<table><tr><td><table><tr>{CELLS}</table><p>文<table><tr>{CELLS}</table></table>"
    assert [grid.locus.block for grid in grids(html)] == [1, 2]


def test_a_line_that_libxml2_cannot_count_is_left_out() -> None:
    """Line numbers end at 65535; the address remains."""
    (block,) = blocks_of("\n" * 70_000 + "<p>文</p>")
    assert block.locus.line is None
    assert block.locus.element == "/html/body/p[1]"


def test_elements_of_other_vocabularies_have_an_address() -> None:
    """Word's smart tags have a colon in their names, which XPath would take for a prefix."""
    (block,) = blocks_of("<b>x</b><st1:a><div>文</div></st1:a>"[8:])
    assert block.locus.element == "/html/body/*[1]/div[1]"


# -- running text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>一<p>二</p><div>三<div>四</div>五</div>", ["一", "二", "三", "四", "五"]),
        ("<p>一<br>二<br/><br>三</p>", ["一", "二", "三"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<p>2021\n年 1\n2 月</p>", ["2021 年 1 2 月"]),
        ("<p>政府信息\n    公开</p>", ["政府信息公开"]),
        ("<p>\u3000\u3000甲&nbsp;&nbsp;乙</p>", ["\u3000\u3000甲\xa0\xa0乙"]),
        ("<pre>甲 1\n乙 2</pre>", ["甲 1", "乙 2"]),
        ("<div style='white-space:pre-wrap'>甲\n乙</div>", ["甲", "乙"]),
        ("甲<span style='display:block'>乙</span>丙", ["甲", "乙", "丙"]),
        ("<p>甲<span style='float:right'>2</span>1</p>", ["甲", "2", "1"]),
        ("<ol start=3><li>甲<li value=7>乙<li>丙</ol>", ["3. 甲", "7. 乙", "8. 丙"]),
        (
            "<ol style='list-style-type:cjk-ideographic' start=9><li>甲<li>乙<li>丙</ol>",
            ["九、甲", "十、乙", "十一、丙"],
        ),
        ("<ol style='list-style-type:cjk-ideographic' start=20><li>甲</ol>", ["二十、甲"]),
        ("<ol style='list-style:none' start=x><li>甲</ol>", ["甲"]),
        ("<ol><li></li></ol><p>甲", ["甲"]),
        (
            "<p><![if !supportLists]><span>一、<span>&nbsp; </span></span><![endif]>总体情况</p>",
            ["一、\xa0 总体情况"],
        ),
        ("<p>2021<st1:chsdate year=1>年1月</st1:chsdate>1日<o:p></o:p></p>", ["2021年1月1日"]),
        ("<p><b>1</b><i>2</i>件<u>3</u></p>", ["12件3"]),
        ("<p>m<sup>2</sup></p>", ["m²"]),
    ],
)
def test_running_text_is_cut_into_lines_as_a_browser_shows_it(
    html: str, expected: list[str]
) -> None:
    """Blocks and breaks end lines, inline elements do not, blanks run together."""
    assert lines(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<script>document.write(5)</script>",
        "<style>p{}</style>",
        "<noscript>5</noscript>",
        "<template><p>5</p></template>",
        "<!-- 5 -->",
        "<select><option>5</option></select>",
        "<input value=5>",
        "<textarea>5</textarea>",
        "<iframe>5</iframe>",
        "<svg><title>5</title></svg>",
        "<div style='DISPLAY : none'>5</div>",
        "<div style='visibility:hidden'>5</div>",
        "<div hidden>5</div>",
        "<img style='display:none' src=x>",
        "<p style='color:red;display:none'>5<p>",
        "<title>5</title>",
        "<![CDATA[5]]>",
        "<?php echo 5 ?>",
    ],
)
def test_what_a_browser_does_not_show_is_no_text(html: str) -> None:
    """Scripts, styles, comments, hidden elements and form controls in running text."""
    assert [b.text for b in blocks_of(f"甲{html}乙") if not isinstance(b, Grid)] in (
        ["甲乙"],
        ["甲", "乙"],
    )


def test_headings_keep_their_level() -> None:
    """One heading a line."""
    one, two, text = blocks_of("<h1>示例局<br>年度报告</h1><p>正文</p>")
    assert isinstance(one, Heading)
    assert isinstance(two, Heading)
    assert (one.text, two.text, one.level) == ("示例局", "年度报告", 1)
    assert isinstance(text, Paragraph)


def test_pictures_that_may_be_tables_are_kept() -> None:
    """Icons and spacers of a known size are not."""
    found = blocks_of(
        "<p>二<img src=t.png alt='表 '></p><img width=16 height=16><img style='width: 20px'>"
        "<img width='100%' title=图><img width=600 height=400>"
    )
    assert [b.text for b in found if isinstance(b, Picture)] == ["表", "图", ""]


# -- cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<span>1</span><font>2</font>", "12"),
        ("<span>1</span> <font>2</font>", "1 2"),
        ("<span>1</span>\n<font>2</font>", "1 2"),
        ("<p>结果</p><p>维持</p>", "结果\n维持"),
        ("结果<br>维持<br>", "结果\n维持"),
        ("本年新\n  制作数量", "本年新制作数量"),
        ("&nbsp;5&nbsp;", "\xa05\xa0"),
        ("<p>&nbsp;</p><p>5</p>", "5"),
        ("&nbsp;", ""),
        ("2<sup>1</sup>", "2¹"),
        ("2<span style='vertical-align: super'>①1</span>", "2①¹"),
        ("<del>5</del>6", "5 6"),
        ("5<span style='text-decoration:line-through'>6</span>", "5 6"),
        ("5<span style='display:none'>6</span>", "5"),
        ("5<span style='position:relative;top:-4.0pt;mso-text-raise:4.0pt'>6</span>", "5 6"),
        ("5<span style='top:-3px;position:relative'>6</span>", "5 6"),
        ("5<span style='position:relative;top:0'>6</span>", "56"),
        ("5<span style='margin-left:20px'>6</span>", "5 6"),
        ("5<span style='padding-left:1px'>6</span>", "56"),
        ("5<span style='font-size:0'>6</span>", "5 6"),
        ("5<span style='font-size:0.8em;opacity:.9'>6</span>", "56"),
        ("5<span style='color: #FFFFFF'>6</span>", "5 6"),
        ("5<span style='background-color:#fff'>6</span>", "56"),
        ("5<span style='font-size:1px'>6</span>", "5 6"),
        ("5<font color=white>6</font>", "5 6"),
        ("5<font color=red>6</font>", "56"),
        ("5<span style='display:inline-block;width:0;overflow:hidden'>6</span>", "5 6"),
        ("5<span style='line-height:0;border-width:0'>6</span>", "56"),
        ("5<span style='text-indent:-9999px'>6</span>", "5 6"),
        ("5<span style='position:fixed;left:-99px'>6</span>", "5 6"),
        ("5<span style='position:relative;left:-99em'>6</span>", "5 6"),
        ("5<span style='clip:rect(0,0,0,0)'>6</span>", "5 6"),
        ("5<small>6</small>", "5 6"),
        ("5<button>6</button>", "5 6"),
        ("5<progress>6</progress><meter>7</meter>", "5"),
        ("<math><mn>5</mn></math>", "\ufffc"),
        ("<div style='display:flex'><span>5</span><span>6</span></div>", "5 6"),
        ("<ruby>5<rt>6</rt></ruby>", "5 6"),
        ("5<!-- 6 -->6", "56"),
        ("<input value=5>", "5"),
        ("<input type=text value=5>件", "5 件"),
        ("<input type=hidden value=5>", ""),
        ("<input type=checkbox value=5>", ""),
        ("<input>", ""),
        ("<select><option>1<option selected>2</select>", "2"),
        ("<select><option>1<option>2</select>", "1"),
        ("<select></select>", ""),
        ("<textarea>5</textarea>", "5"),
        ("<img src=5.gif>", "\ufffc"),
        ("<img src=dot.gif width=1 height=1>", ""),
        ("<img src=dot.gif>5", "5"),
        ("<object></object>", "\ufffc"),
        ("<ol start=3><li>危及</ol>", "3. 危及"),
        ("&#53;&#x35;", "55"),
    ],
)
def test_the_text_of_a_cell_is_what_a_browser_shows(html: str, expected: str) -> None:
    """Figures keep their digits, and nothing is joined to them that stands apart."""
    assert cell(html) == expected


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (".n{vertical-align:super}", "5⁶"),
        (".a,span.n{color:#000;text-decoration:line-through}", "5 6"),
        ("<!-- .N { Display : None } -->", "5 6"),
        ("#i{visibility:hidden}", "5 6"),
        ("@import 'a.css'; .n/* .n */{opacity:0}", "5 6"),
        (".n{color:red;display:block;vertical-align:top}", "56"),
        (".m .n{display:none}", "56"),
        ("@media print{.a{color:red}.n{display:none}}", "56"),
        ("}.n{font-size:0}", "5 6"),
        (".n{font-size:0", "5 6"),
        ("", "56"),
    ],
)
def test_what_a_style_sheet_raises_or_hides_stands_apart(sheet: str, expected: str) -> None:
    """By class or id; what it hides stays text, and rules for print alone are left out."""
    html = f"<style>{sheet}</style><table><tr><td>甲<td>5<span class='m n' id=i>6</span></table>"
    assert grids(html)[0].rows[0][1].text == expected


@pytest.mark.parametrize(
    "html", ["2<sup>1</sup>", "1 2", "<del>5</del>6", "<img src=5.gif>", "5\x01"]
)
def test_what_is_no_plain_figure_is_never_read_as_one(html: str) -> None:
    """Notes, struck text, pictures and broken characters make a cell unreadable, not wrong."""
    assert read_number(cell(html)).number is None


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><td>甲<td>1<tr><td>乙<td>2</table>", [["甲", "1"], ["乙", "2"]]),
        ("<TABLE><TR><TH>甲<TD>1</TABLE>", [["甲", "1"]]),
        ("<table><td>甲<td>1</table>", [["甲", "1"]]),
        ("<table><form><tr><td>甲<td>1</tr></form></table>", [["甲", "1"]]),
        ("<tr><td>甲</td><td>1</td></tr><tr><td>乙<td>2</tr>", [["甲", "1"], ["乙", "2"]]),
        ("<td>甲</td>\n<td>1</td>", [["甲", "1"]]),
        (
            "<TABLE><THEAD><TR><TH>头<TH>0<TBODY><TR><TD>甲<TD>1</TABLE>",
            [["头", "0"], ["甲", "1"]],
        ),
        (
            "<table><tfoot><tr><td>合<td>3<tbody><tr><td>甲<td>1</tbody><thead><tr><td>头<td>0</table>",
            [["头", "0"], ["甲", "1"], ["合", "3"]],
        ),
        ("<table><tr><td>甲<td style='display:none'>9<td>1</table>", [["甲", "1"]]),
        ("<table><tr><td>甲<td style='visibility:hidden'>9<td>1</table>", [["甲", "", "1"]]),
        ("<table><tr hidden><td>9<td>9<tr><td>甲<td>1</table>", [["甲", "1"]]),
        ("<table><tr><td>甲<td>1<tr></tr><tr><td>乙<td>2</table>", [["甲", "1"], [], ["乙", "2"]]),
        ("<table><colgroup><col><caption></caption><tr><td>甲<td>1</table>", [["甲", "1"]]),
        ("<table><tr><script>x</script><td>甲<td>1</table>", [["甲", "1"]]),
    ],
)
def test_rows_are_found_whatever_marks_are_missing(html: str, expected: list[list[str]]) -> None:
    """Cells and rows without end, without rows, without a table; sections in any order."""
    assert rows(html) == expected


@pytest.mark.parametrize(
    ("attributes", "span"),
    [
        ("", 1),
        ("colspan", 1),
        ("colspan=''", 1),
        ("colspan=0", 1),
        ("colspan=-2", 1),
        ("colspan=x", 1),
        ("colspan=' 2'", 2),
        ("colspan=2.9", 2),
        ("colspan='3'", 3),
        ("colspan='100%'", 4),
        ("colspan=1000000", 4),
        ("colspan=99999999999999999999", 4),
    ],
)
def test_column_spans_without_sense_do_no_harm(attributes: str, span: int) -> None:
    """What covers more than there is covers what is left of the row."""
    html = f"<table><tr><td {attributes}>甲<td>1<tr><td>乙<td>1<td>2<td>3<td>4</table>"
    (grid,) = grids(html)
    first, second = grid.rows[0]
    assert (first.colspan, second.col) == (span, span)


@pytest.mark.parametrize(
    ("attributes", "span"),
    [("", 1), ("rowspan=0", 3), ("rowspan=2", 2), ("rowspan=500", 3), ("rowspan=''", 1)],
)
def test_row_spans_end_with_their_section(attributes: str, span: int) -> None:
    """A span of zero reaches to the end; none reaches into the next section of a table."""
    html = (
        f"<table><tbody><tr><td {attributes}>甲<td>1<tr><td>2<td>x<tr><td>3<td>x</tbody>"
        "<tbody><tr><td>乙<td>4</tbody></table>"
    )
    (grid,) = grids(html)
    assert grid.rows[0][0].rowspan == span
    assert [row[0].col for row in grid.rows] == [0, int(span > 1), int(span > 2), 0]


# -- layout ----------------------------------------------------------------------------------


def test_tables_that_hold_tables_are_layout() -> None:
    """Their text is running text in the order of the page."""
    html = (
        "<table><tr><td>导航<td><p>二、情况<table><tr><td>甲<td>1</table><p>三、情况"
        "<table><tr><td>乙<td>2</table></table>"
    )
    kinds = [type(b).__name__ for b in blocks_of(html)]
    assert kinds == ["Paragraph", "Paragraph", "Grid", "Paragraph", "Grid"]
    assert lines(html) == ["导航", "二、情况", "三、情况"]


FIGURES = "<tr><td>甲<td>1<td>2<td>3<tr><td>乙<td>4<td>5<td>6"


@pytest.mark.parametrize(
    ("nested", "text"),
    [
        ("<table><tr><td>7</table>", "7"),
        ("<table><tr><td>7<td>8</table>", "7 8"),
        ("<table><tr><td>7<td>8<tr><td>9</table>", "7 8\n9"),
        ("丙<table><tr><td>7<td style='display:none'>8</table>", "丙\n7"),
        ("<table><tr><td>7<table><tr><td>8</table></table>", "7\n8"),
        ("<thead><tr><td>7</thead>", "7"),
    ],
)
def test_a_table_in_a_cell_of_a_table_of_figures_loses_nothing(nested: str, text: str) -> None:
    """It stays in its cell, a line a row, its figures apart."""
    assert rows(f"<table>{FIGURES}<tr><td>丙<td>{nested}<td>8<td>9</table>")[2][1] == text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><td><p>一<p>二</table>", ["一", "二"]),
        ("<table><tr><td>一<tr><td>二</table>", ["一", "二"]),
        (f"<table><tr><td>导航<td>{'长' * 401}</table>", ["导航", "长" * 401]),
        (
            f"<table><tr><td>导航<td>{'<p>' + '很长的一段正文' * 15}{'<p>行行' * 20}</table>",
            ["导航", "很长的一段正文" * 15, *["行行"] * 20],
        ),
    ],
)
def test_tables_that_only_place_text_are_running_text(html: str, expected: list[str]) -> None:
    """One column, or a cell as long as a page."""
    assert lines(html) == expected


def test_long_words_beside_figures_are_no_layout() -> None:
    """A label may carry a whole definition."""
    html = f"<table>{FIGURES}<tr><td>{'规章：指' * 150}<td>1<td>2<td>3</table>"
    assert len(rows(html)) == 3


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<table>文<tr>{CELLS}</table>", ["Paragraph", "Grid"]),
        (f"<table><tr>{CELLS}</tr><p>文</p></table>", ["Grid", "Paragraph"]),
        (f"<table><tr>{CELLS}</tr><p>文</p><tr>{CELLS}</table>", ["Paragraph", "Grid"]),
        (f"<table><caption>文</caption><tr>{CELLS}</table>", ["Paragraph", "Grid"]),
        (f"<table><tr>{CELLS}</tr><table><tr>{CELLS}</table></table>", ["Grid", "Grid"]),
        ("<table><tr><td></table>", []),
        ("<table><tr><td><img src=t.png></table>", ["Picture"]),
        ("<table><tr><td>甲<td><img src=t.png></table>", ["Grid", "Picture"]),
        ("<table></table>", []),
        (f"<td>甲</td>文<td>乙</td><table><tr>{CELLS}</table>", ["Paragraph"] * 3 + ["Grid"]),
    ],
)
def test_what_stands_beside_the_cells_of_a_table_is_kept(html: str, expected: list[str]) -> None:
    """Before the table, or behind it where no row follows."""
    kinds = [type(b).__name__ for b in blocks_of(f"{html}")] if expected else []
    if not expected:
        with pytest.raises(ReadError):
            blocks_of(html)
    assert kinds == expected


# -- text files with tables ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_tables_of_html_in_a_text_file_are_tables(tmp_path: Path, name: str) -> None:
    """The rest of the file stays text, with its headings and bars, and lines are the file's."""
    path = tmp_path / name
    path.write_text(
        "# 报告\n\n## 二、情况\n<table>\n<tr><td>甲</td>\n<td>1</td></tr>\n</table>后文\n"
        "| 乙 | 2 |\n\n<TABLE><tr><td>丙<td>3<table><tr><td>4</table></TABLE>\n",
        encoding="utf-8",
    )
    blocks = read(path).blocks
    assert [type(b).__name__ for b in blocks] == [
        "Heading", "Heading", "Grid", "Paragraph", "Grid", "Paragraph", "Paragraph", "Paragraph"
    ]  # fmt: skip
    first = blocks[2]
    assert isinstance(first, Grid)
    assert first.positioned
    assert first.locus.line == 4
    assert first.rows[0][1].locus.line == 6
    assert first.rows[0][1].locus.element is None
    assert [b.locus.block for b in blocks if isinstance(b, Grid)] == [1, 2]
    assert blocks[3].locus.line == 7
    assert blocks[4].locus.line == 8


def test_a_table_that_is_never_closed_ends_before_the_next_heading(tmp_path: Path) -> None:
    """Or with the file."""
    path = tmp_path / "a.md"
    path.write_text(f"<table><tr>{CELLS}\n\n## 三、情况\n<table><tr>{CELLS}\n", encoding="utf-8")
    assert [type(b).__name__ for b in read(path).blocks] == ["Grid", "Heading", "Grid"]


def test_a_line_of_html_in_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    """Centred titles and the like; a mark without a table is left as it is."""
    path = tmp_path / "a.md"
    path.write_text('<h2 align="center">标题</h2>\n<p>文</p>\n</table>\n', encoding="utf-8")
    heading, text, rest = read(path).blocks
    assert isinstance(heading, Heading)
    assert isinstance(text, Paragraph)
    assert (heading.text, text.text, text.locus.line) == ("标题", "文", 2)
    assert isinstance(rest, Paragraph)


# -- files that give nothing -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><frameset><frame src=a.html></frameset></html>", "框架"),
        ("<html><body><iframe src=a.html></iframe></body></html>", "框架"),
        ("<html><body><div id=app></div><script src=a.js></script></body></html>", "脚本"),
        ("<html><body><p>&nbsp;</p></body></html>", "没有文字"),
        ("<html>", "没有文字"),
    ],
)
def test_a_page_without_text_says_why(html: str, words: str) -> None:
    """Frames and scripts are named, with the way out."""
    with pytest.raises(ReadError, match=words) as caught:
        read_html(html.encode(), "a.html")
    assert caught.value.problem.code == "empty"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Content-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n", "损坏"),
        (b"Content-Type: multipart/related; boundary=x\r\n\r\n", "损坏"),
        (EMPTY_ARCHIVE, "没有文字"),
    ],
)
def test_a_web_archive_without_a_page_says_why(data: bytes, words: str) -> None:
    """Cut off, empty, or a page without text."""
    with pytest.raises(ReadError, match=words):
        read_mhtml(data, "a.mht")


def test_a_character_cut_in_two_does_not_lose_the_page() -> None:
    """Neither at the end of a download nor inside a summary that was cut by bytes."""
    text = "政府信息公开" * 50
    for encoding, lost in itertools.product(("utf-8", "gb18030"), (1, 300)):
        data = text.encode(encoding)
        cut = data[:-1] if lost == 1 else data[:-1] + f"<p>{text}</p>".encode(encoding)
        assert decode_page(cut).startswith(text[:-1])


def test_bytes_of_no_known_encoding_are_refused() -> None:
    """A page of which more than a trace is broken is not guessed at."""
    with pytest.raises(ReadError, match="编码"):
        read_html("<p>政府信息公開</p>".encode("big5") + b"\xff\xff<p>\x80\x80\x80", "a.html")


# -- hostile pages ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + "文",
        "<b>" * 10_000 + "文",
        "<table><tr><td>" * 10_000 + "文",
        "<div>" * (LIMITS.depth + 1) + "文",
        "<table><tr><td>" * (LIMITS.depth // 3 + 1) + "文",
        "<table>" + "<font>" * (LIMITS.depth + 1) + "<td>文",
        f"<table>{FIGURES}<tr><td>x<td>" + "<table>" * (LIMITS.depth + 1) + "<tr><td>文",
        "<br>" * (2 * LIMITS.elements + 1),
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">文",
        "<table>" + "<tr><td>1<td>2" * (LIMITS.rows + 1),
        "<table><tr>" + "<td>1" * (LIMITS.columns + 1),
    ],
    ids=lambda html: html[:24],
)
def test_pages_that_break_the_limits_are_refused(html: str) -> None:
    """Depth, elements, attributes, rows and columns are bounded before they cost anything."""
    with pytest.raises(ReadError) as caught:
        blocks_of(html)
    assert caught.value.problem.code == "over_limit"


def test_a_page_just_within_the_depth_is_read() -> None:
    """Pages of old sites are deep."""
    assert lines("<div>" * (LIMITS.depth - 3) + "文") == ["文"]


def test_a_text_of_one_endless_word_is_refused() -> None:
    """libxml2 ends a text of ten million characters; what is cut is not read as whole."""
    with pytest.raises(ReadError) as caught:
        blocks_of("<p>" + "1" * 10_100_000)
    assert caught.value.problem.code == "over_limit"


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    """Declarations inside a doctype are no part of HTML."""
    html = (
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        "<html><body><p>甲&a;&b;</p><link rel=stylesheet href='http://127.0.0.1:1/x'></body></html>"
    )
    text = "".join(b.text for b in read_html(html.encode(), "a.html") if not isinstance(b, Grid))
    assert "root:" not in text
    assert "aaaa" not in text


def test_an_archive_of_archives_in_archives_is_refused() -> None:
    """Parts within parts without end."""
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(2000)
    )
    data = b"Content-Type: multipart/related; boundary=a\r\n\r\n--a\r\n" + head
    with pytest.raises(ReadError):
        read_mhtml(data, "a.mht")


def test_of_very_many_parts_only_the_first_are_looked_at() -> None:
    """The page of an archive stands at its beginning."""
    part = b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    head = b"Content-Type: multipart/related; boundary=a\r\n\r\n"
    late = b"--a\r\nContent-Type: text/html\r\n\r\n<p>1</p>\r\n--a--\r\n"
    with pytest.raises(ReadError, match="损坏"):
        read_mhtml(head + part * (LIMITS.members + 1) + late, "a.mht")
