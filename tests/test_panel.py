"""The panel: what stands in it, what does not, and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.checks import check
from gongkai.forms import breaks, forms
from gongkai.forms.crosswalk import COMPARABLE, crosswalk
from gongkai.forms.panel import _series, names, panel, parts_of
from gongkai.model import CellId, Finding, Published, Severity, Status, Value, Verdict
from gongkai.package.panel import panel_row, panel_rows
from gongkai.package.schema import PANEL, SMALL_DENOMINATOR
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gongkai.model import Number, Report

#: Columns of figures.
COUNTED = (*(s.name for s in panel().series), *(s.name for s in panel().sums))
FORMS = [form.version for form in forms() if form.tables]
RECEIVED = CellId("requests", "received", "total")
PROCESSED = CellId("requests", "processed_total", "total")
GRANTED = CellId("requests", "granted", "total")
DENIED = tuple(
    cell for part in parts_of("denied_total") for cell in part.crossing.cells["form2021"]
)


def row_of(one: Published) -> dict[str, Any]:
    """The panel's row of a report by column."""
    return dict(zip(PANEL.names, panel_row(one), strict=True))


def checked(made: Report) -> Published:
    """The report with what the checks find."""
    return Published(made, check(made))


def printed(made: Report, **values: Value) -> Report:
    """The report with these values: `requests__granted__total`."""
    changed = {CellId(*name.split("__")): value for name, value in values.items()}
    return replace(made, values={**made.values, **changed})


@pytest.fixture
def full() -> dict[str, Any]:
    """The row of a sound report in which every cell has a figure."""
    return row_of(checked(make.report()))


def test_a_row_an_agency_and_year() -> None:
    """The key is agency and year; the report's id is kept."""
    older, newer = make.report("form2019"), make.report()
    rows = list(panel_rows(make.corpus(checked(older), checked(newer))))
    assert [row[:3] for row in rows] == [
        ("cn-990100-tongjiju", 2020, "cn-990100-tongjiju-2020"),
        ("cn-990100-tongjiju", 2023, "cn-990100-tongjiju-2023"),
    ]
    assert PANEL.key == ("agency_id", "report_year")
    assert rows == [panel_row(checked(older)), panel_row(checked(newer))]


def test_about_the_report(full: dict[str, Any]) -> None:
    """Place, level, class, scope, form and date stand in every row."""
    wanted = {
        "region_id": "990100",
        "adcode": "990100",
        "level": "prefecture",
        "classification": "statistics",
        "scope": "unknown",
        "form_id": "form2021",
        "published_on": "2024-01-20",
        "break_agency": None,
        "in_failing_sum": "",
        "n_in_failing_sum": 0,
        "in_finding": "",
        "n_in_finding": 0,
    }
    assert {name: full[name] for name in wanted} == wanted


def test_figures_are_those_of_the_cells(full: dict[str, Any]) -> None:
    """A series of one cell is that cell; sums are the sums of theirs."""
    values = make.report().values
    for series in panel().series:
        cells = series.crossing.cells["form2021"]
        assert full[series.name] == sum(values[cell].number or 0 for cell in cells)
    assert full["denied_total"] == sum(values[cell].number or 0 for cell in DENIED)
    assert full["refused_total"] == full["denied_total"] + full["unable_total"]
    assert full["granted_any"] == full["granted_total"] + full["granted_partial_total"]
    assert full["rate_granted"] == f"{full['granted_total'] / full['processed_total']:.6f}"


def test_the_forms_meet_in_other_closures() -> None:
    """One cell of 2019 and the sum of three of 2021 are one series."""
    older, newer = make.report("form2019"), make.report()
    reported = CellId("requests", "closed_total_reported", "total")
    assert row_of(checked(older))["closed_total"] == older.values[reported].number
    rows = ("closed_not_corrected", "closed_fee_unpaid", "closed_other")
    wanted = sum(newer.values[CellId("requests", row, "total")].number or 0 for row in rows)
    assert row_of(checked(newer))["closed_total"] == wanted


def test_a_table_counts_by_its_own_form() -> None:
    """A report of a late year on the old form is read by the old form's cells."""
    late = row_of(checked(make.report("form2019", year=2022)))
    assert late["closed_total_st"] == "number"
    assert "closed_total" in late["break_form"].split()


@pytest.mark.parametrize(
    "status", [s for s in Status if s not in {Status.NUMBER, Status.ZERO, Status.BLANK}]
)
def test_what_is_no_number_is_empty_with_its_status(status: Status) -> None:
    """A mark, a text, a doubt is null and says what it is; it never becomes 0."""
    made = printed(make.report(), requests__granted__total=Value(None, status, "x"))
    row = row_of(checked(made))
    assert (row["granted_total"], row["granted_total_st"]) == (None, str(status))
    assert (row["rate_granted"], row["rate_granted_st"]) == (None, "no_figure")


@pytest.mark.parametrize("status", [Status.AMBIGUOUS, Status.TEXT, Status.MISSING])
def test_a_sum_with_a_part_in_doubt_is_empty(status: Status) -> None:
    """And its status says why, whatever the checks say."""
    made = printed(make.report(), requests__denied_third_party__total=Value(None, status, "1?"))
    row = row_of(checked(made))
    assert (row["denied_total"], row["denied_total_st"]) == (None, str(status))
    assert (row["refused_total"], row["refused_total_st"]) == (None, str(status))
    assert row["rate_denied"] is None


def blanked(cells: Iterable[CellId], numbers: Mapping[CellId, Number | None]) -> Published:
    """A checked report in which these cells are blank."""
    return checked(make.report(numbers={**numbers, **dict.fromkeys(cells)}))


def nothing_denied() -> dict[CellId, Number | None]:
    """A sound report's figures with 0 in all rows of refusal."""
    rows = {cell.row for cell in DENIED}
    made = make.figures()
    columns = {cell.column for cell in made if cell.table == "requests"}
    numbers: dict[CellId, Number | None] = {}
    for column in columns:
        denied = sum(made[CellId("requests", row, column)] for row in rows)
        numbers |= {CellId("requests", row, column): 0 for row in rows}
        for total in ("processed_total", "received"):
            cell = CellId("requests", total, column)
            numbers[cell] = made[cell] - denied
    return numbers


def test_a_blank_counts_as_0_only_where_an_identity_shows_it() -> None:
    """Some grounds blank, the others 0, and the sum of all outcomes comes out right: 0, and said."""
    row = row_of(blanked(DENIED[:3], nothing_denied()))
    assert row["in_failing_sum"] == ""
    assert (row["denied_total"], row["denied_total_st"]) == (0, "blank_as_zero")
    assert (row["denied_state_secret_total"], row["denied_state_secret_total_st"]) == (
        None,
        "blank",
    )


def test_a_blank_is_not_read_as_0_where_no_identity_holds() -> None:
    """The same cells blank while the total is wrong: nobody knows, so the sum is empty."""
    numbers = {**nothing_denied(), PROCESSED: 99_999}
    rows = {cell.row for cell in DENIED[:3]}
    row = row_of(blanked([cell for cell in make.figures() if cell.row in rows], numbers))
    assert (row["denied_total"], row["denied_total_st"]) == (None, "part_blank")


def test_a_group_that_is_wholly_blank_stays_blank() -> None:
    """No number is made of nothing, even where the identity holds."""
    row = row_of(blanked(DENIED, nothing_denied()))
    assert row["in_failing_sum"] == ""
    assert (row["denied_total"], row["denied_total_st"]) == (None, "blank")


def test_a_group_of_slashes_is_a_slash() -> None:
    """All parts of one kind give that kind; of several kinds, blank."""
    slash, dash = Value(None, Status.SLASH, "/"), Value(None, Status.DASH, "-")
    made = make.report()
    slashed = replace(made, values={**made.values, **dict.fromkeys(DENIED, slash)})
    assert row_of(checked(slashed))["denied_total_st"] == "slash"
    mixed = replace(slashed, values={**slashed.values, DENIED[0]: dash})
    assert row_of(checked(mixed))["denied_total_st"] == "blank"


def test_an_identity_of_nothing_but_blanks_shows_nothing() -> None:
    """A channel that is wholly blank "adds up", which does not make its total 0."""
    cells = [
        CellId("disputes", "suit_direct", column)
        for column in ("upheld", "overturned", "other_outcome", "pending", "total")
    ]
    one = blanked(cells, {})
    assert any(
        f.instance == "T4-SUM-suit_direct" and f.verdict is Verdict.PASS_BLANK_AS_ZERO
        for f in one.findings
    )
    row = row_of(one)
    assert (row["suits_total"], row["suits_total_st"]) == (None, "part_blank")


def test_a_table_that_is_absent() -> None:
    """What the report does not have says so, column by column."""
    made = make.report()
    made = replace(
        made,
        tables={k: v for k, v in made.tables.items() if k != "disputes"},
        values={c: v for c, v in made.values.items() if c.table != "disputes"},
    )
    row = row_of(checked(made))
    assert (row["review_total"], row["review_total_st"]) == (None, "no_table")
    assert (row["suits_total"], row["suits_total_st"]) == (None, "no_table")
    assert row["received_total_st"] == "number"
    gone = row_of(checked(replace(made, form=None, tables={}, values={})))
    assert gone["form_id"] is None
    assert {gone[f"{s.name}_st"] for s in panel().series} == {"no_table"}
    assert gone["break_form"] == ""


def test_a_row_that_the_reading_lacks() -> None:
    """A cell that is not there at all is missing."""
    made = make.report()
    made = replace(made, values={c: v for c, v in made.values.items() if c != RECEIVED})
    row = row_of(Published(made, ()))
    assert (row["received_total_st"], row["caseload_total_st"]) == ("missing", "missing")


@pytest.mark.parametrize(
    "value",
    [
        Value(Decimal("1.5"), Status.NUMBER, "1.5"),
        Value(3, Status.NUMBER, "3万元", "万元"),
        Value(2**63, Status.NUMBER, str(2**63)),
    ],
)
def test_a_figure_that_is_no_count_stays_out(value: Value) -> None:
    """As in the wide tables; the status says that something is printed."""
    row = row_of(checked(printed(make.report(), requests__received__total=value)))
    assert (row["received_total"], row["received_total_st"]) == (None, "not_whole")
    assert (row["caseload_total"], row["caseload_total_st"]) == (None, "not_whole")


def test_a_sum_too_long_for_its_column_stays_out() -> None:
    """Two figures that fit may have a sum that does not."""
    huge = {RECEIVED: 2**62, CellId("requests", "pending_start", "total"): 2**62}
    row = row_of(checked(make.report(numbers=huge)))
    assert row["received_total"] == 2**62
    assert (row["caseload_total"], row["caseload_total_st"]) == (None, "not_whole")


def test_figures_in_failing_sums_are_named_and_have_no_rate() -> None:
    """A total that is wrong concerns all that is added up in it."""
    row = row_of(checked(make.report(numbers={GRANTED: 1000})))
    named = row["in_failing_sum"].split()
    assert {"granted_total", "processed_total", "granted_any"} <= set(named)
    assert "received_total" not in named
    assert row["n_in_failing_sum"] == len(named)
    assert row["granted_total"] == 1000
    assert (row["rate_granted"], row["rate_granted_st"]) == (None, "in_failing_sum")
    assert row["share_natural_st"] == "number"


def test_other_findings_name_their_columns() -> None:
    """Errors and warnings of other checks, of other reports too; notes do not count."""
    one = Published(
        make.report(),
        (
            Finding("N-GRANTED", "x", Verdict.FAIL, Severity.WARN, "说", "say", cells=(GRANTED,)),
            Finding("X-JUMP", "x", Verdict.FAIL, Severity.INFO, "说", "say", cells=(PROCESSED,)),
            Finding("S-08", "x", Verdict.NOT_EVALUABLE, Severity.WARN, "说", "say"),
        ),
        (Finding("X-COPY", "x", Verdict.FAIL, Severity.WARN, "说", "say", cells=(RECEIVED,)),),
    )
    row = row_of(one)
    assert row["in_finding"].split() == [
        "received_total",
        "granted_total",
        "granted_any",
        "caseload_total",
    ]
    assert row["n_in_finding"] == 4
    assert row["rate_granted_st"] == "number"


def one_cell(numbers: Mapping[CellId, Number | None]) -> dict[str, Any]:
    """The row of a report whose checks say nothing, with these figures."""
    return row_of(Published(make.report(numbers=numbers), ()))


@pytest.mark.parametrize(
    ("granted", "processed", "rate", "status"),
    [
        (1, 3000, "0.000333", "number"),
        (2, 3, "0.666667", "small_denominator"),
        (1, SMALL_DENOMINATOR - 1, "0.034483", "small_denominator"),
        (1, SMALL_DENOMINATOR, "0.033333", "number"),
        (0, 40, "0.000000", "number"),
        (40, 40, "1.000000", "number"),
        (1, 2_000_000, "0.000000", "number"),
        (3, 2_000_000, "0.000002", "number"),
        (0, 0, None, "zero_denominator"),
        (5, 0, None, "zero_denominator"),
        (41, 40, None, "out_of_range"),
        (-1, 40, None, "out_of_range"),
        (1, -40, None, "out_of_range"),
        (None, 40, None, "no_figure"),
        (4, None, None, "no_figure"),
    ],
)
def test_rates(granted: int | None, processed: int | None, rate: str | None, status: str) -> None:
    """Six digits, exact ties to the even digit; without a sound denominator none at all."""
    row = one_cell({GRANTED: granted, PROCESSED: processed})
    assert (row["rate_granted"], row["rate_granted_st"]) == (rate, status)


def test_a_ratio_of_two_cohorts_may_exceed_1() -> None:
    """More reviews than requests of a year is possible: they count other years' requests too."""
    row = one_cell({CellId("disputes", "review", "total"): 80, PROCESSED: 40})
    assert row["rate_review"] == "2.000000"


def test_breaks_of_a_row() -> None:
    """The old form's other cells and names, the law of 2024, the agency's own reason."""
    older = row_of(checked(make.report("form2019")))
    assert older["break_form"].split() == [
        "closed_total",
        "licensing_decisions",
        "penalty_decisions",
        "coercion_decisions",
        "rate_closed",
    ]
    assert older["break_law"] == ""
    made = make.report(year=2024)
    assert made.entry is not None
    made = replace(made, entry=replace(made.entry, reorganised="职能划入"))
    newer = row_of(checked(made))
    assert newer["break_form"] == ""
    assert newer["break_agency"] == "职能划入"
    parted = newer["break_law"].split()
    assert {"review_total", "suits_total", "rate_suit"} <= set(parted)
    assert "rate_granted" not in parted
    assert row_of(checked(make.report(year=2023)))["break_law"] == ""


def test_nothing_that_is_not_comparable_is_in_the_panel() -> None:
    """Neither stocks nor documents made or issued: the crosswalk calls them none and near."""
    for series in panel().series:
        assert series.crossing.comparability in COMPARABLE
    for name in ("normative_docs_new", "fees", "regulations_stock", "procurement_amount"):
        assert not crosswalk()[name].is_comparable
        with pytest.raises(ValueError, match=name):
            _series(name)


def test_numerators_and_denominators_are_columns() -> None:
    """Every rate can be made again from two columns of the same row."""
    counted = {s.name for s in panel().series} | {s.name for s in panel().sums}
    for rate in panel().rates:
        assert {rate.numerator, rate.denominator} <= counted
    for name in names():
        assert {name, f"{name}_st"} <= set(PANEL.names)


# What a report may hold in its cells.
STATUSES = st.sampled_from([s for s in Status if s not in {Status.NUMBER, Status.ZERO}])
NUMBERS = st.one_of(
    st.integers(-3, 60), st.integers(0, 2**64), st.decimals(0, 99, places=1), st.just(0)
)


@st.composite
def reports(draw: st.DrawFn) -> Published:
    """A checked report of either form with figures, blanks, marks and doubts in its totals."""
    made = make.report(draw(st.sampled_from(FORMS)))
    used = sorted(
        {c for s in panel().series for cells in s.crossing.cells.values() for c in cells}
        & made.values.keys()
    )
    changed: dict[CellId, Value] = {}
    for cell in draw(st.lists(st.sampled_from(used), max_size=12, unique=True)):
        number = draw(st.one_of(st.none(), NUMBERS))
        status = draw(STATUSES) if number is None else Status.NUMBER if number else Status.ZERO
        unit = draw(st.sampled_from(["", "", "件", "万元"]))
        changed[cell] = Value(number, status, "x", unit)
    absent = draw(st.sampled_from(["", "", "disputes", "requests"]))
    return checked(
        replace(
            made,
            values={c: v for c, v in {**made.values, **changed}.items() if c.table != absent},
            tables={k: v for k, v in made.tables.items() if k != absent},
        )
    )


def own_cells(one: Published, name: str) -> tuple[CellId, ...]:
    """The cells behind a column in the report's form."""
    assert one.report.form is not None
    version = one.report.form.version
    return tuple(c for part in parts_of(name) for c in part.crossing.cells[version])


@settings(max_examples=150, deadline=None)
@given(reports())
def test_no_number_is_made_up(one: Published) -> None:
    """A figure is printed in its cell or is the sum of its cells; doubt in one makes it empty."""
    row = row_of(one)
    shown = {
        cell
        for f in one.findings
        if f.verdict is Verdict.PASS_BLANK_AS_ZERO and len(f.blanks) < len(f.cells)
        for cell in f.blanks
    }
    for name in COUNTED:
        values = [one.report.values.get(c) for c in own_cells(one, name)]
        found = [v for v in values if v is not None]
        number = row[name]
        if number is None:
            continue
        assert len(found) == len(values)
        assert number == sum(v.number for v in found if v.number is not None)
        assert any(v.number is not None for v in found)
        assert not {v.status for v in found} & {Status.AMBIGUOUS, Status.TEXT, Status.MISSING}
        blanks = {cell for cell in own_cells(one, name) if one.report.values[cell].number is None}
        assert blanks <= shown
        assert (row[f"{name}_st"] == "blank_as_zero") == bool(blanks)


@settings(max_examples=150, deadline=None)
@given(reports())
def test_rates_are_exact_and_only_of_trusted_figures(one: Published) -> None:
    """A rate is its numerator by its denominator, to half of the last digit."""
    row = row_of(one)
    failing = row["in_failing_sum"].split()
    for rate in panel().rates:
        made, numerator, denominator = (
            row[n] for n in (rate.name, rate.numerator, rate.denominator)
        )
        if made is None:
            assert row[f"{rate.name}_st"] not in {"number", "small_denominator"}
            continue
        assert not {rate.numerator, rate.denominator} & set(failing)
        assert abs(Fraction(made) - Fraction(numerator, denominator)) <= Fraction(1, 2 * 10**6)
        assert (row[f"{rate.name}_st"] == "small_denominator") == (denominator < SMALL_DENOMINATOR)


@settings(max_examples=100, deadline=None)
@given(reports())
def test_every_status_is_of_its_list(one: Published) -> None:
    """And a figure is there exactly where the status says so."""
    row = row_of(one)
    with_number = {"number", "zero", "blank_as_zero"}
    for name in COUNTED:
        status = row[f"{name}_st"]
        assert status in labels("panel_statuses")
        assert (row[name] is not None) == (status in with_number)
    for rate in panel().rates:
        assert row[f"{rate.name}_st"] in labels("rate_statuses")


def test_the_law_of_2024_parts_the_disputes_alone() -> None:
    """It is data of the forms; the panel asks for nothing else."""
    (law,) = breaks()
    assert law.year == 2024
    row = row_of(checked(make.report(year=law.year)))
    assert {
        part.crossing.table for name in row["break_law"].split() for part in parts_of(name)
    } == {
        "disputes",
        "requests",  # the denominator of rates of disputes
    }
