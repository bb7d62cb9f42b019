"""What the page of comparisons is given: the panel cell by cell, topics from the codebook, safe files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import make
import pytest

import invented
from gongkai import pages
from gongkai.forms.panel import RATIO, names, panel
from gongkai.model import Agency, CellId, Corpus, Published, Region, Status, Value
from gongkai.package.coverage import coverage_rows
from gongkai.package.panel import panel_rows
from gongkai.package.schema import PANEL
from gongkai.pages import Setting
from gongkai.pages.compare import FEW, example, topics
from gongkai.pages.compare_data import FLAGS, FOLDER, compare_files
from gongkai.pages.words import cell_anchor
from gongkai.site import SiteError
from gongkai.site.chart import CHART_PARTS, as_script, chart_bytes, chart_files, chart_parts
from gongkai.vocabulary import labels

if TYPE_CHECKING:
    from pathlib import Path

AT = {name: number for number, name in enumerate(PANEL.names)}
RECEIVED = CellId("requests", "received", "total")
CALL = "gongkaiCompare("


def loaded(corpus: Corpus) -> dict[str, Any]:
    """What each script hands over, by the name it gives."""
    out = {}
    for path, content in compare_files(corpus):
        text = content.decode().removesuffix(");\n")
        assert text.startswith(CALL)
        name, data = text.removeprefix(CALL).split(",", 1)
        out[json.loads(name)] = json.loads(data)
        assert path == f"{FOLDER}/{json.loads(name)}.js"
    return out


def held(shared: Any) -> list[tuple[str, int]]:
    """The agency and year of each report, in the order of figures."""
    return [
        (agency, year)
        for agency, line in zip(
            shared["agencies"]["id"], shared["agencies"]["covered"], strict=True
        )
        for year, letter in zip(shared["years"], line, strict=True)
        if letter in shared["held"]
    ]


def member(shared: Any, kind: str, letter: str) -> str:
    """The member of a closed list that a letter stands for."""
    name: str = shared["words"][kind][ord(letter) - ord("a")][0]
    return name


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Invented places, with what is planted in them."""
    return invented.corpus()


@pytest.fixture(scope="module")
def files(corpus: Corpus) -> dict[str, Any]:
    """What the page loads of them."""
    return loaded(corpus)


def test_files_hold_the_panel(corpus: Corpus, files: dict[str, Any]) -> None:
    """Each figure, status and flag of each report, in the order that the file of agencies gives."""
    shared = files["agencies"]
    rows = {(row[0], row[1]): row for row in panel_rows(corpus)}
    order = held(shared)
    assert sorted(rows, key=str) == order
    rates = {rate.name for rate in panel().rates}
    assert files.keys() == {"agencies", *names()}
    for name in names():
        data = files[name]
        assert data["version"] == shared["version"]
        kind = "rate_statuses" if name in rates else "panel_statuses"
        for number, key in enumerate(order):
            row = rows[key]
            assert member(shared, kind, data["status"][number]) == row[AT[f"{name}_st"]]
            bits = {flag for flag, bit in FLAGS.items() if int(data["marks"][number], 16) & bit}
            assert bits == {flag for flag in FLAGS if name in str(row[AT[flag]]).split()}
        assert "values" not in data or data["values"] == [rows[key][AT[name]] for key in order]
        assert ("values" in data) is (name not in rates)
    assert any("1" in files[name]["marks"] for name in names())


def test_agencies_have_places_classes_scopes_and_years(
    corpus: Corpus, files: dict[str, Any]
) -> None:
    """As the corpus has them; what is known of a year without a report is told."""
    shared = files["agencies"]
    reports = {(one.entry.agency.id, one.entry.year): one.entry for one in corpus.reports}
    for number, key in enumerate(held(shared)):
        assert member(shared, "scopes", shared["reports"]["scope"][number]) == reports[key].scope
    agencies = {entry.agency.id: entry.agency for entry in reports.values()}
    for at, name in enumerate(shared["agencies"]["id"]):
        agency = agencies[name]
        region = shared["regions"][shared["agencies"]["region"][at]]
        assert region[:2] == [agency.region.id, agency.region.name]
        kind = shared["classes"][shared["agencies"]["class"][at]]
        assert kind == [agency.classification, labels("classifications")[agency.classification]]
    for agency_id, year, status, *_ in coverage_rows(corpus):
        at = shared["agencies"]["id"].index(agency_id)
        letter = shared["agencies"]["covered"][at][shared["years"].index(year)]
        assert member(shared, "coverage", letter) == status
    absent = invented.ABSENT.rsplit("-", 1)
    assert (absent[0], int(absent[1])) not in held(shared)


def test_cells_are_linked_where_their_form_has_them(corpus: Corpus, files: dict[str, Any]) -> None:
    """The first cell behind a figure, in the form that this table of the report follows."""
    shared = files["agencies"]
    kinds = shared["reports"]["kind"]
    reports = {(one.entry.agency.id, one.entry.year): one.report for one in corpus.reports}
    for name in names():
        data = files[name]
        for number, key in enumerate(held(shared)):
            anchor = data["anchors"][kinds[number]]
            assert anchor in {cell_anchor(cell) for cell in reports[key].values}


def test_a_form_and_a_law_break_series_where_they_do(files: dict[str, Any]) -> None:
    """Lawsuits without prior review from 2024; penalties from the form of 2021; requests never."""
    suits = files["suit_direct_total"]["breaks"]
    assert [(year, kind) for year, kind, _ in suits] == [(2024, "law")]
    assert all(why for _, _, why in suits)
    assert files["received_total"]["breaks"] == []


def test_any_other_figure_makes_another_version(corpus: Corpus) -> None:
    """Files of two builds are told from each other even where the agencies are the same."""
    first = corpus.reports[0]
    values = {**first.report.values, RECEIVED: make.value(7)}
    changed = replace(first, report=replace(first.report, values=values))
    other = replace(corpus, reports=(changed, *corpus.reports[1:]))
    assert loaded(other)["agencies"]["version"] != loaded(corpus)["agencies"]["version"]


def test_a_figure_too_long_for_a_double_is_a_text() -> None:
    """Nothing is rounded on its way to the page, and a blank is null."""
    long, blank = 2**53 + 1, CellId("requests", "pending_start", "total")
    report = make.report(numbers={RECEIVED: long, blank: None})
    data = loaded(make.corpus(Published(report, ())))
    assert data["received_total"]["values"] == [str(long)]
    assert data["pending_start_total"]["values"] == [None]
    status = data["pending_start_total"]["status"]
    assert member(data["agencies"], "panel_statuses", status) == "blank"


def test_hostile_names_can_only_be_shown() -> None:
    """No text ends the script, the JSON or the element that holds it."""
    hostile = "</script><script>alert(1)</script>\u2028\u202e\x00&`${1}'\");"
    region = Region("990100", "990100", hostile, "", "prefecture", "990000")
    agency = Agency("cn-990100-x", "x", "990100", hostile, (hostile,), "water", "county", region)
    report = make.report(agency=agency)
    assert report.entry is not None
    odd = replace(report, entry=replace(report.entry, reorganised=hostile))
    corpus = make.corpus(Published(odd, ()))
    content = dict(compare_files(corpus))[f"{FOLDER}/agencies.js"].decode()
    assert not set(content) & set("<>&\u2028\u202e\x00")
    assert content.count("\n") == 1
    shared = loaded(corpus)["agencies"]
    assert shared["agencies"]["name"] == [hostile]
    assert shared["reports"]["reorganised"] == [[0, hostile]]


def test_a_report_without_the_table_says_so() -> None:
    """No figure, and the status of the panel for it."""
    report = make.report()
    without = replace(
        report,
        tables={name: form for name, form in report.tables.items() if name != "disputes"},
        values={cell: v for cell, v in report.values.items() if cell.table != "disputes"},
    )
    data = loaded(make.corpus(Published(without, ())))
    assert data["review_total"]["values"] == [None]
    assert data["review_total"]["anchors"] == [""]
    status = data["review_total"]["status"]
    assert member(data["agencies"], "panel_statuses", status) == "no_table"


def test_topics_are_those_of_the_panel() -> None:
    """Every column once, with the label of the codebook; rates name the two they divide."""
    found = topics(make.corpus())
    assert sorted(topic.name for topic in found) == sorted(names())
    titles = {field.name: field.title for field in PANEL.fields}
    assert all(topic.label == titles[topic.name] and topic.definition for topic in found)
    rates = {rate.name: (rate.numerator, rate.denominator) for rate in panel().rates}
    for topic in found:
        assert (topic.numerator, topic.denominator) == rates.get(topic.name, ("", ""))
        assert (topic.unit == RATIO) is (topic.name in rates)
    groups = [topic.group for topic in found]
    assert groups == sorted(groups, key=groups.index)


def test_the_example_is_of_one_kind(corpus: Corpus) -> None:
    """Agencies of one class with the most reports; any where no two are alike; none where none is."""
    chosen = example(corpus)
    agencies = {one.entry.agency.id: one.entry.agency for one in corpus.reports}
    assert 1 < len(chosen) <= FEW
    assert len({agencies[name].classification for name in chosen}) == 1
    water = replace(make.AGENCY, id="cn-990100-shuiwuju", slug="shuiwuju", classification="water")
    two = make.corpus(
        Published(make.report(), ()),
        Published(make.report(agency=water), ()),
        Published(make.report(agency=water, year=2022), ()),
    )
    assert example(two) == ["cn-990100-shuiwuju", "cn-990100-tongjiju"]
    assert example(make.corpus()) == []
    assert loaded(make.corpus())["agencies"]["agencies"]["id"] == []


def page(setting: Setting) -> str:
    """The page of a small corpus."""
    return pages.render_pages(make.corpus(Published(make.report(), ())), setting)["compare.md"]


def test_the_size_of_the_chart_is_told_before() -> None:
    """On its button; where its parts are not there, a sentence says so and no script is asked for."""
    there, not_there = page(Setting(chart=265_000)), page(Setting())
    assert "画成图（载入 265 KB）" in there
    assert "static/chart.js" in there
    assert "没有画图的部件" in not_there
    assert "chart.js" not in not_there
    assert "c-draw" not in not_there


def test_without_scripts_the_page_leads_to_tables() -> None:
    """To years, regions, agencies and the panel; every topic with its definition can be read."""
    text = page(Setting())
    note = text[text.index("<noscript>") : text.index("</noscript>")]
    for way in ("years/", "regions/", "agencies/", "data/#table-panel"):
        assert f'{way}"' in note
    assert all(f'id="topic-{name}"' in text for name in names())


MODULE = b"import { ascending, isString } from 'vega-util';\n\nvar a = 1;\n\nexport { a as interpreter };\n"


def test_a_module_becomes_a_script() -> None:
    """What it imports is taken from the global, what it exports is put there."""
    made = as_script(MODULE).decode()
    assert "const { ascending, isString } = vega;" in made
    assert "vega.interpreter = a;" in made
    assert "import" not in made
    assert "export" not in made


@pytest.mark.parametrize(
    "module",
    [
        b"export { a as interpreter };\n",
        MODULE + b"export { b as c };\n",
        MODULE.replace(b"'vega-util'", b"'elsewhere'"),
        MODULE + b"export default 1;\n",
    ],
)
def test_a_module_of_another_shape_is_refused(module: bytes) -> None:
    """A new version that is written in another way stops the build with a sentence."""
    with pytest.raises(SiteError, match="写法变了"):
        as_script(module)


def test_chart_parts_come_with_licences(tmp_path: Path) -> None:
    """Each part under its name on the site, and the licence of all that it is made from."""
    modules = tmp_path / "node_modules"
    for name in CHART_PARTS:
        path = modules / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MODULE if "interpreter" in name else b"x")
    for name, needs in (
        ("vega", {"d3-x": "1"}),
        ("vega-lite", {"d3-x": "2"}),
        ("vega-interpreter", {}),
        ("d3-x", {"rw": "1"}),
        ("vega-lite/node_modules/d3-x", {"rw": "1"}),
        ("rw", {}),
    ):
        (modules / name).mkdir(exist_ok=True, parents=True)
        version = "2.0" if "/" in name else "1.0"
        about = {"name": name.split("/")[-1], "version": version, "dependencies": needs}
        (modules / name / "package.json").write_text(json.dumps(about), encoding="utf-8")
        (modules / name / "LICENSE").write_text(f"licence of {name}", encoding="utf-8")
    parts = chart_parts(modules)
    assert parts.keys() == set(CHART_PARTS.values())
    assert parts["vega.js"] == b"x"
    assert b"import" not in parts["vega-interpreter.js"]
    texts = chart_files(modules)["vega.LICENSE.txt"].decode()
    assert texts.count("licence of") == 6
    assert texts.index("d3-x 1.0") < texts.index("d3-x 2.0") < texts.index("vega 1.0")
    assert chart_bytes(modules) > 0
    assert chart_parts(None) == chart_files(None) == {}
    assert chart_bytes(None) == 0


def test_doubtful_figures_have_no_value() -> None:
    """存疑 is a status with its word, and never a number."""
    report = make.report()
    odd = Value(None, Status.AMBIGUOUS, "1 06")
    report = replace(report, values={**report.values, RECEIVED: odd})
    data = loaded(make.corpus(Published(report, ())))
    assert data["received_total"]["values"] == [None]
    status = data["received_total"]["status"]
    assert member(data["agencies"], "panel_statuses", status) == "ambiguous"
