"""What draws charts in a browser: Vega-Lite and what it runs on, from npm, as plain scripts."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

from gongkai.site.markdown import SiteError

if TYPE_CHECKING:
    from pathlib import Path

#: File below `node_modules` → name on the site.
CHART_PARTS = {
    "vega/build/vega.min.js": "vega.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.js",
    "vega-interpreter/build/vega-interpreter.js": "vega-interpreter.js",
}
_LICENCES = "vega.LICENSE.txt"
#: How a module of Vega imports and exports.
_IMPORT = re.compile(r"^import \{([^}]+)\} from 'vega-util';$", re.MULTILINE)
_EXPORT = re.compile(r"^export \{ (\w+) as (\w+) \};$", re.MULTILINE)
_MODULE = re.compile(rb"^(import|export) ", re.MULTILINE)


def as_script(module: bytes) -> bytes:
    """A module of Vega as a plain script: a page opened from a folder loads no modules.

    What it imports from `vega-util` the global `vega` has; what it exports is put there.

    Raises:
        SiteError: if it imports or exports in another way.
    """
    text, imported = _IMPORT.subn(r"const {\1} = vega;", module.decode())
    text, exported = _EXPORT.subn(r"vega.\2 = \1;", text)
    if (imported, exported) != (1, 1) or _MODULE.search(text.encode()):
        raise SiteError(
            "vega-interpreter 的写法变了。办法：改 site/chart.py 的 as_script，或换回原来的版本。"
        )
    return f"(() => {{\n{text}}})();\n".encode()


def chart_parts(modules: Path | None) -> dict[str, bytes]:
    """What draws charts, by file name; nothing where it is not there.

    Raises:
        SiteError: if a part is not as expected.
    """
    if modules is None:
        return {}
    made = {target: (modules / name).read_bytes() for name, target in CHART_PARTS.items()}
    return {name: as_script(data) if _MODULE.search(data) else data for name, data in made.items()}


def chart_bytes(modules: Path | None) -> int:
    """Their bytes as a host that compresses sends them; 0 where there are none."""
    return sum(len(gzip.compress(data, 6)) for data in chart_parts(modules).values())


def chart_files(modules: Path | None) -> dict[str, bytes]:
    """The parts and their licences, by file name; nothing where they are not there."""
    if modules is None:
        return {}
    return {**chart_parts(modules), _LICENCES: _licences(modules)}


def _installed(name: str, user: Path) -> Path:
    """Where a package finds another one: as its own, or in a folder above."""
    places = (folder / "node_modules" / name for folder in (user, *user.parents))
    return next(place for place in places if place.is_dir())


def _packages(modules: Path) -> dict[str, Path]:
    """What the parts are made from: name and version of each package, and where it is."""
    root = modules.resolve()
    waiting = [root / name for name in sorted({name.split("/")[0] for name in CHART_PARTS})]
    found: dict[str, Path] = {}
    for folder in waiting:
        about = json.loads((folder / "package.json").read_bytes())
        title = f"{about['name']} {about['version']}"
        if title not in found:
            found[title] = folder
            needs = sorted(about.get("dependencies", {}))
            waiting += [_installed(name, folder) for name in needs]
    return dict(sorted(found.items()))


def _licences(modules: Path) -> bytes:
    """The licences of the parts and of the packages that those are made from."""
    texts = []
    for title, folder in _packages(modules).items():
        texts.append(f"==== {title}\n\n".encode())
        texts += [one.read_bytes() for one in sorted(folder.glob("LICEN[CS]E*"))]
        texts.append(b"\n\n")
    return b"".join(texts)
