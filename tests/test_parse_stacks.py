"""Labels printed around their figures, figures half a line off, and figures broken over lines."""

from __future__ import annotations

import pytest

from gongkai.model import CellId, Document, Source, Status
from gongkai.parse import parse
from gongkai.read.text import read_text
from gongkai.tidy import tidy

COLUMNS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_org",
    "legal_service_org",
    "other_org",
    "total",
)
HEAD = (
    "三、收到和处理政府信息公开申请情况\n"
    "   （本列数据的勾稽关系为）     申请人情况\n"
    "                          自然人   商业企业   科研机构   公益组织   法律服务机构   其他   总计\n"
)
RECEIVED = "一、本年新收政府信息公开申请数量      4    3    0    0    0    0    7\n"
STATE = "               1.属于国家秘密           2    1    0    0    0    0    3\n"
LAW = "               2.其他法律行政法规禁止公开     5    1    0    0    0    0    6\n"
END = "四、结转下年度继续办理            1    0    0    0    0    0    1\n"


def values(body: str, row: str) -> list[int | None]:
    """The numbers of a row of table three in a page with this body."""
    return [value[0] for value in read(body, row)]


def statuses(body: str, row: str) -> set[Status]:
    """The statuses of a row."""
    return {value[1] for value in read(body, row)}


def read(body: str, row: str) -> list[tuple[int | None, Status]]:
    """Number and status of the cells of a row."""
    text = f"{HEAD}{RECEIVED}{body}{END}"
    source = Source("a.txt", "0" * 64, "text/plain", len(text))
    report = parse(tidy(Document(source, read_text(text.encode(), "a.txt"), ())))
    found = [report.values[CellId("requests", row, column)] for column in COLUMNS]
    assert all(value.number is None or value.number == int(value.number) for value in found)
    return [(None if v.number is None else int(v.number), v.status) for v in found]


@pytest.mark.parametrize(
    "body",
    [
        # The words of a group stand in the same lines.
        "（三）不\n予公开     4.保护第三      9    8    7    6    5    4    39\n理       方合法权益\n",
        "           4.保护第三\n（三）不                9    8    7    6    5    4    39\n予公开     方合法权益\n",
        # The numbering of the label stands on a line of its own, the label without it around.
        "     保护第三方    9    8    7    6    5    4    39\n   4.\n     合法权益\n",
    ],
)
def test_a_label_around_its_figures_is_their_row(body: str) -> None:
    """Lines that together are a label enclose the figures of its row."""
    assert values(STATE + LAW + body, "denied_third_party") == [9, 8, 7, 6, 5, 4, 39]
    assert values(STATE + LAW + body, "denied_other_law") == [5, 1, 0, 0, 0, 0, 6]


HALVED = "     4.保护第三    9\n     方合法权益         8    7    6    5    4    39\n"


def test_figures_of_one_row_may_stand_in_two_lines_of_its_label() -> None:
    """None of them shares a column with another, and both lines are inside the label."""
    note = "注：其他处理含申请人主动撤回5件，统计截至12月31日。\n"
    assert values(note + STATE + LAW + HALVED, "denied_third_party") == [9, 8, 7, 6, 5, 4, 39]


BESIDE = (
    "     4.保护第三方合法权益   9\n理                            8    7    6    5    4    {}\n"
)


def test_figures_half_a_line_below_their_label_are_of_its_row_if_they_add_up() -> None:
    """No other label waits for figures."""
    body = STATE + LAW + BESIDE
    assert values(body.format(39), "denied_third_party") == [9, 8, 7, 6, 5, 4, 39]
    assert statuses(body.format(38), "denied_third_party") == {Status.AMBIGUOUS}


def test_a_label_that_two_rows_of_figures_are_inside_of_has_none() -> None:
    """Fourteen figures are no row, and which of them are the label's is not certain."""
    body = "     4.保护第三   9    8    7    6    5    4    39\n     方合法   1    1    1    1    1    1    6\n     权益\n"
    assert statuses(STATE + LAW + body, "denied_third_party") == {Status.AMBIGUOUS}


def test_a_group_around_its_rows_is_no_row() -> None:
    """（六）其他处理 is a row of one form and a group of the other; its rows have their own label."""
    body = "（六   2.重复    9    8    7    6    5    4    39\n）其他处  申\n  理    请\n"
    assert values(STATE + LAW + body, "rejected_repeat") == [9, 8, 7, 6, 5, 4, 39]


def test_a_group_begins_with_the_word_for_nothing() -> None:
    """（四） 无 / 法提供 has no figure."""
    body = "果    (四) 无\n       法提供   1. 本机关不掌握相关政府信息   9    8    7    6    5    4    39\n"
    assert values(STATE + LAW + body, "unable_not_held") == [9, 8, 7, 6, 5, 4, 39]


@pytest.mark.parametrize(
    "rest",
    [
        "                    7\n",
        "（三）不              7\n予公开\n",
        "（三）不              7      件\n予公开\n",
        "         件         7      件\n",
    ],
)
def test_the_end_of_a_broken_figure_puts_its_row_in_doubt(rest: str) -> None:
    """117 over 7 is not 117; the row behind may have lost its beginning."""
    body = f"{STATE}     4.保护第三方合法权益   9    8    7    6    5    4    117\n{rest}{LAW}"
    assert statuses(body, "denied_third_party") == {Status.AMBIGUOUS}


def test_the_end_of_a_broken_figure_below_the_last_row() -> None:
    """Nothing but figures and units stands below it."""
    text = f"{HEAD}{RECEIVED}{STATE}{END}                            件    7\n"
    source = Source("a.txt", "0" * 64, "text/plain", len(text))
    report = parse(tidy(Document(source, read_text(text.encode(), "a.txt"), ())))
    assert report.values[CellId("requests", "pending_end", "total")].status is Status.AMBIGUOUS


def test_figures_column_by_column_are_no_blank_rows() -> None:
    """Labels first, then figures one a line: no row of which nothing is printed."""
    labels = "1.属于国家秘密\n2.其他法律行政法规禁止公开\n四、结转下年度继续办理\n"
    text = "三、收到和处理政府信息公开申请情况\n申请人情况\n" + labels + "8\n\n1\n\n9\n\n2\n"
    source = Source("a.txt", "0" * 64, "text/plain", len(text))
    report = parse(tidy(Document(source, read_text(text.encode(), "a.txt"), ())))
    cell = CellId("requests", "denied_state_secret", "total")
    assert report.values[cell].status is Status.AMBIGUOUS


def test_figures_below_table_four_put_it_in_doubt() -> None:
    """They may be the end of broken ones."""
    outcomes = "结果维持 结果纠正 其他结果 尚未审结 总计 "
    head = (
        "四、政府信息公开行政复议、行政诉讼情况\n行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n"
    )
    figures = " ".join("0" * 14) + " 20\n"
    for rest, status in (("件   9\n", Status.AMBIGUOUS), ("共 9\n", Status.NUMBER)):
        text = head + outcomes * 3 + "\n" + figures + rest
        source = Source("a.txt", "0" * 64, "text/plain", len(text))
        report = parse(tidy(Document(source, read_text(text.encode(), "a.txt"), ())))
        assert report.values[CellId("disputes", "suit_after_review", "total")].status is status
