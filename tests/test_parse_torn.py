"""Running text in which labels are torn over lines, with the figures beside any of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import pytest
from printers import ROWS, Sheet
from readback import distinct, doubtful, read_back, wrong

from gongkai.model import CellId, Status
from gongkai.package.contract import extracted

if TYPE_CHECKING:
    from gongkai.model import Report

FORMS = ["form2019", "form2021"]
HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
}


def torn(text: str, width: int) -> list[str]:
    """A text in pieces of so many characters."""
    return [text[at : at + width] for at in range(0, len(text), width)]


def lines(sheet: Sheet, table: str, width: int, beside: str) -> list[str]:
    """A table with its words torn; figures are `beside` the first or the last piece of a label.

    "apart" gives them a line of their own, "single" each of them.
    """
    one = next(t for t in sheet.form.tables if t.id == table)
    out: list[str] = []
    for row in ROWS[table](sheet, one):
        words = [cell for cell in row if any("\u4e00" <= c <= "\u9fff" for c in cell)]
        figures = [cell for cell in row if cell and cell not in words]
        if not figures:
            out += [piece for cell in words for piece in torn(cell, width)]
            continue
        *groups, label = words
        out += [piece for cell in groups for piece in torn(cell, width)]
        first, *rest = torn(label, width)
        if beside == "first":
            out += [" ".join([first, *figures]), *rest]
        elif beside == "last":
            out += [*[first, *rest][:-1], " ".join([[first, *rest][-1], *figures])]
        elif beside == "apart":
            out += [first, *rest, " ".join(figures)]
        else:
            out += [first, *rest, *figures]
    return out


def read_torn(sheet: Sheet, table: str, width: int, beside: str) -> Report:
    """What is read of the table, in a report with other sections too."""
    body = "\n".join(lines(sheet, table, width, beside))
    return read_back(
        f"{sheet.title}\n{HEADINGS[table]}\n{body}\n五、存在的主要问题及改进情况\n无。\n"
    )


def silent(sheet: Sheet, table: str, report: Report) -> dict[str, tuple[str, str]]:
    """Cells of a table that are read otherwise than printed and are not in doubt."""
    return {c: said for c, said in wrong(sheet, report).items() if c.startswith(table)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", ["disclosure", "requests"])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("beside", ["first", "last", "apart", "single"])
def test_torn_labels_are_read_or_in_doubt(form: str, table: str, width: int, beside: str) -> None:
    """No cell of the form that is printed is left out, and no figure goes to another row."""
    sheet = distinct(form)
    assert silent(sheet, table, read_torn(sheet, table, width, beside)) == {}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", ["disclosure", "requests"])
def test_words_in_pieces_tell_the_form(form: str, table: str) -> None:
    """Where no label and no head is whole, the characters that one form alone prints do."""
    report = read_torn(distinct(form), table, 2, "first")
    assert {v for name, v in report.tables.items() if name.startswith(table)} == {form}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_that_is_cut_off_is_of_the_form_of_its_rows(form: str) -> None:
    """Without its last rows nothing but the labels that are there tells the form."""
    sheet = distinct(form)
    table = next(t for t in sheet.form.tables if t.id == "requests")
    rows = [" ".join(c for c in row if c) for row in ROWS["requests"](sheet, table)[:-2]]
    report = read_back("\n".join([HEADINGS["requests"], *rows]))
    assert report.tables["requests"] == form


@pytest.mark.parametrize("beginning", ["（", "（六", "3", "3.", "七", "七、", "（ 1.本", "233.其"])
def test_the_beginning_of_a_numbering_is_of_the_next_label(beginning: str) -> None:
    """What was read above it is no label of its figures."""
    text = f"2.重复\n申请\n{beginning} 1 2 3 4 5 6 21\n"
    head = "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n（五）不予处理\n"
    report = read_back(f"{HEADINGS['requests']}\n{head}{text}")
    cells = [value for cell, value in report.values.items() if cell.row == "rejected_repeat"]
    assert {value.status for value in cells} == {Status.AMBIGUOUS}


def test_the_rest_of_a_label_that_was_not_understood_names_no_other_row() -> None:
    """Nearly the whole label stands below its figures, before those of the next row."""
    rest = "（ 六\n求行政\n机关确\n认或重\n新出具\n已获取\n信息\n"
    head = "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n"
    text = f"5.要 0 0 8 0 14 0 22\n{rest}） 其 0 8 2 0 25 0 35\n"
    report = read_back(f"{HEADINGS['requests']}\n{head}{text}")
    cells = [value for cell, value in report.values.items() if cell.row == "rejected_reissue"]
    assert {value.status for value in cells} == {Status.AMBIGUOUS}


@pytest.mark.parametrize("form", FORMS)
def test_figures_before_their_labels_leave_no_blanks(form: str) -> None:
    """A label that stands alone is a blank row only where no figures stand before it."""
    sheet = distinct(form)
    table = next(t for t in sheet.form.tables if t.id == "requests")
    rows = [[c for c in row if c] for row in ROWS["requests"](sheet, table)[3:]]
    body = [" ".join([*row[-7:], row[-8][:4]]) + "\n" + row[-8][4:] for row in rows]
    report = read_back("\n".join([HEADINGS["requests"], "申请人情况", *body]))
    assert silent(sheet, "requests", report) == {}


def test_without_the_words_between_two_whole_labels_nothing_tells_the_form() -> None:
    """Labels copied out of order, some of them elsewhere: what is not there says nothing."""
    labels = (
        "（一）予以公开\n（三）不予公开\n1、属于国家秘密\n2、重复申请\n四、结转下年度继续办理\n"
    )
    body = f"{HEADINGS['requests']}\n勾稽关系\n{labels}"
    report = read_back(f"{body}六、其他需要报告的事项\n无\n14 1 0 0 0\n0 0 0 0 0\n")
    assert report.tables == {"requests": "form2021"}


def test_a_serial_number_below_a_group_makes_no_row_of_it() -> None:
    """The group 其他处理 is a row of the older form, but a lone figure is not its row."""
    sheet = distinct("form2021")
    text = "\n".join(lines(sheet, "requests", 99, "last"))
    text = text.replace("（六）其他处理", "（六）其他处理\n22")
    report = read_back(f"{HEADINGS['requests']}\n申请人情况\n{text}")
    assert report.tables["requests"] == "form2021"


def test_a_bracket_that_ends_a_label_does_not_begin_another() -> None:
    """The last character of a label stands beside the figures."""
    label = "（二）部分公开（区分处理的，只计这一情形，不计其他情形"
    report = read_back(f"{HEADINGS['requests']}\n申请人情况\n{label}\n） 1 2 3 4 5 6 21\n")
    assert report.values[CellId("requests", "granted_partial", "total")].number == 21


def test_eight_figures_without_words_are_not_seven() -> None:
    """The first may be the number of a label that goes on below."""
    head = "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n（三）不予公开\n"
    text = "7.\n属于行政执法案卷\n8 0 0 0 0 0 0 0\n.\n属于行政查询事项\n"
    report = read_back(f"{HEADINGS['requests']}\n{head}{text}")
    cells = [v for cell, v in report.values.items() if cell.row == "denied_enforcement_file"]
    assert {value.status for value in cells} == {Status.AMBIGUOUS}


def test_figures_in_a_section_without_the_words_of_its_table_are_none_of_it() -> None:
    """A list of amounts in the second section is not the second table."""
    text = "各单位公开数量如下：\n甲局\n10\n乙局\n20\n丙局\n30\n丁局\n40\n"
    report = read_back(f"{HEADINGS['disclosure']}\n{text}")
    assert report.values == {}


def test_a_lone_figure_is_no_page_number_where_such_figures_come_again() -> None:
    """A total that is broken over two lines leaves its last digit alone, here and there."""
    rows = [
        ("一、本年新收政府信息公开申请数量", "1 0 0 0 0 0 1\n3"),
        ("二、上年结转政府信息公开申请数量", "0 0 0 0 0 0 1\n3"),
        ("（一）予以公开", "7 0 0 0 0 7 1\n4"),
        ("（七）总计", "1 0 0 0 0 0 1"),
    ]
    body = "\n".join(f"{label} {figures}" for label, figures in rows)
    report = read_back(f"{HEADINGS['requests']}\n申请人情况\n{body}\n")
    assert {cell for cell in doubtful(report) if "/granted/" in cell} == {
        f"requests/granted/{column.id}" for column in make.form().tables[1].items[0].columns
    }


def test_a_label_that_goes_on_below_does_not_lend_its_figures_to_the_one_above() -> None:
    """The number of the next label stands between the rest of a label and the figures."""
    head = "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n"
    above = "（二）部分公开（区\n分处理的，只计这一\n件 1 2 3 4 5 6 21\n情形，不计其他情形\n）\n"
    text = f"{HEADINGS['requests']}\n申请人情况\n{head}{above}1.属于\n件 7 0 0 0 0 0 7\n国家秘密\n"
    report = read_back(text)
    rows = {"granted_partial", "denied_state_secret"}
    cells = {cell: value for cell, value in report.values.items() if cell.row in rows}
    assert {value.number for value in cells.values()} == {None}
    assert {value.status for value in cells.values()} == {Status.AMBIGUOUS}


def uncertain(sheet: Sheet) -> str:
    """The rows of both forms with their figures; those of one form have torn labels, or none."""
    table = next(t for t in sheet.form.tables if t.id == "requests")
    rows = [[c for c in row if c] for row in ROWS["requests"](sheet, table)[3:]]
    own = [row for row in rows if row[-8] not in {"3.其他", "（七）总计"}]
    body = [" ".join(row) for row in own if "补正后" not in row[-8] and "申请人" not in row[-8]]
    return "\n".join([HEADINGS["requests"], "申请人情况", *body[:-4], "收费", "0 0 0 0 0 0 0"])


@pytest.mark.parametrize("form", FORMS)
def test_a_table_of_uncertain_form_is_in_doubt_as_a_whole(form: str) -> None:
    """Where figures are left over, they may be those of a row that only the other form has.

    The reader of the contract is told by the name of the table: it need not list those rows.
    """
    sheet = distinct(form)
    report = read_back(uncertain(sheet))
    values = {cell: v for cell, v in report.values.items() if cell.table == "requests"}
    assert {value.status for value in values.values()} == {Status.AMBIGUOUS}
    assert extracted(report, ())["flags"][0] == "requests"


def test_a_table_with_its_end_cut_off_and_nothing_left_over_is_read() -> None:
    """Its form is not certain, but no figure stands there that could be another row's."""
    row = "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21"
    report = read_back(f"{HEADINGS['requests']}\n申请人情况\n{row}")
    assert report.values[CellId("requests", "received", "total")].number == 21
    assert "requests" not in extracted(report, ())["flags"]
