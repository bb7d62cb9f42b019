"""The built HTML itself: valid, tables as tables ought to be, and no link that leads nowhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html
import pytest

from served import PAGES, missing
from walk import broken_links, table_faults

if TYPE_CHECKING:
    from served import Site

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
#: Rules the settings change, each with its reason.
CHANGED = {
    "aria-label-misuse": "lists of results and of choices bear a name, which the standard allows",
    "prefer-native-element": "a wrapper that scrolls is a region; a section would say it is text",
    "require-sri": "scripts and styles are the site's own; there is no other host to distrust",
}
#: What stays as it is: rule → what it is found on. Nearly all of it the theme writes.
LEFT = {
    "input-missing-label": r"#__(drawer|search|toc)\b",  # not shown; its label is the menu button
    # The same; and a box some browsers would tick again when a reader comes back.
    "valid-autocomplete": r"#__(drawer|search|toc)\b|#__palette_\d|#only-",
    # The choice of colours, the filters of lists and what is compared act at once.
    "wcag/h32": r"header > nav > form|#filters|#compare",
    "no-missing-references": r"nav.*> label|\.md-nav__title",  # the head of a page's contents
}


def test_settings_give_a_reason_for_each_rule() -> None:
    """No rule is turned off in silence."""
    settings = json.loads((Path(__file__).parent / "html-validate.json").read_bytes())
    assert set(settings["rules"]) == set(CHANGED)


def test_templates_are_valid_html(site: Site, tmp_path: Path) -> None:
    """The HTML standard and what it says of accessibility: nothing to say on any template."""
    node = shutil.which("node")
    if node is None or not PROGRAM.is_file():
        missing("html-validate is not installed: run npm ci")
    settings = Path(__file__).parent / "html-validate.json"
    pages = [str(site.folder / path / "index.html") for path in PAGES.values()]
    command = [str(node), str(PROGRAM), "--config", str(settings), "--formatter", "json", *pages]
    told = tmp_path / "told.json"
    with told.open("wb") as file:  # not a pipe: the program ends before it has emptied one
        done = subprocess.run(
            command, stdout=file, stderr=subprocess.PIPE, check=False, timeout=300
        )
    assert told.stat().st_size, done.stderr
    found = [
        f"{Path(file['filePath']).parent.name}: {one['ruleId']}: {one['message']} {one['selector']}"
        for file in json.loads(told.read_bytes())
        for one in file["messages"]
        if re.search(LEFT.get(one["ruleId"], r"(?!)"), str(one["selector"])) is None
    ]
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_tables_are_marked_up(name: str, site: Site) -> None:
    """Caption, scoped heads, no empty cell, a class, a wrapper that scrolls."""
    page = (site.folder / PAGES[name] / "index.html").read_bytes()
    assert table_faults(lxml.html.document_fromstring(page)) == []


def test_every_link_leads_somewhere(site: Site) -> None:
    """Each page, file and anchor that any page of the site names is there, letter for letter."""
    assert broken_links(site.folder, "https://gongkai.github.io/gongkai/") == []
