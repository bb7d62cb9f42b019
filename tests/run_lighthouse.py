"""Runs Lighthouse, which the npm lock has, over a page of this machine in Debian's Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = Path(__file__).parents[1] / "node_modules" / "lighthouse" / "cli" / "index.js"
_WAIT = 180
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


@dataclass(frozen=True)
class Judgement:
    """What Lighthouse says: a score of 100 a kind, what lost points, and times in milliseconds."""

    scores: Mapping[str, int]
    faults: tuple[str, ...]
    times: Mapping[str, float]


def run_lighthouse(url: str, kinds: tuple[str, ...]) -> Judgement:
    """Judge a page.

    Raises:
        RuntimeError: where it could not; with its last words.
    """
    command = [
        *(shutil.which("node") or "node", str(PROGRAM), url),
        *("--output=json", "--output-path=stdout", "--quiet", "--no-enable-error-reporting"),
        *(f"--only-categories={','.join(kinds)}", f"--chrome-flags={_FLAGS}"),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=_WAIT,
        env={**os.environ, "CHROME_PATH": chromium() or "", "CI": "true"},
    )
    if done.returncode != 0 or not done.stdout.startswith("{"):
        raise RuntimeError(done.stderr[-600:] or done.stdout[-600:])
    said: dict[str, Any] = json.loads(done.stdout)
    audits = said["audits"]
    faults = [
        f"{name}: {audits[part['id']]['title']}: {json.dumps(_items(audits[part['id']]))[:400]}"
        for name, kind in said["categories"].items()
        for part in kind["auditRefs"]
        if part["weight"] and (audits[part["id"]]["score"] or 0) < 1
        if audits[part["id"]]["score"] is not None
    ]
    return Judgement(
        {name: round((kind["score"] or 0) * 100) for name, kind in said["categories"].items()},
        tuple(faults),
        {name: float(one["numericValue"]) for name, one in audits.items() if _is_time(one)},
    )


def _items(audit: Mapping[str, Any]) -> list[Any]:
    return list(audit.get("details", {}).get("items", []))[:3]


def _is_time(audit: Mapping[str, Any]) -> bool:
    return audit.get("numericUnit") == "millisecond"
