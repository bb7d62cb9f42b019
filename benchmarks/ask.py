#!/usr/bin/env python3
"""What the ready questions of the page “用 SQL 问” fetch of a database, and how they are answered.

    python benchmarks/ask.py DATABASE [--plans]

Each question is asked of the page's own worker with a fresh copy of its reader, as in a page that
was just opened: bytes and requests are those of the question, without those of opening, which
stand in the first line. Node runs it; ranges are read from the file. `--plans` prints how SQLite
goes about each question.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from gongkai.pages.ask import QUESTIONS

ROOT = Path(__file__).resolve().parents[1]
WORKER = ROOT / "src/gongkai/pages/assets/ask-worker.js"
ENGINE = ROOT / "node_modules/@sqlite.org/sqlite-wasm/dist"
#: A browser's request for a range of a file, and the messages of a worker, as far as it uses them.
RUN = """\
import { openSync, readSync, fstatSync, readFileSync } from "node:fs";

const [file, asked] = process.argv.slice(2);
const handle = openSync(file), size = fstatSync(handle).size;
globalThis.XMLHttpRequest = class {
  open() {}
  setRequestHeader(_, range) { this.range = range.match(/[0-9]+/g).map(Number); }
  send() {
    const [from, to] = this.range, data = new Uint8Array(to - from + 1);
    readSync(handle, data, 0, data.length, from);
    this.status = 206;
    this.response = data.buffer;
  }
  getResponseHeader(name) {
    return name === "ETag" ? "one" : `bytes ${this.range[0]}-${this.range[1]}/${size}`;
  }
};
globalThis.onmessage = null;
let told = null;
globalThis.postMessage = (message) => { if (message.type !== "read") told = message; };
await import("./worker.mjs");
const tell = async (data) => { await globalThis.onmessage({ data }); return told; };
const opened = await tell({ type: "open", whole: false, url: file, size });
const { sql } = JSON.parse(readFileSync(asked, "utf8"));
const answered = await tell({ type: "ask", sql, most: 100000 });
const { rows, kind, message, seconds } = answered;
const more = (at) => answered[at] - opened[at];
console.log(JSON.stringify({
  open: [opened.bytes, opened.requests], bytes: more("bytes"), requests: more("requests"),
  rows: rows?.length, failed: message || kind, seconds,
}));
"""


def asked(database: Path, sql: str) -> dict[str, Any]:
    """What the worker says of one question."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "vendor").mkdir()
        shutil.copy(ENGINE / "node.mjs", folder / "vendor/sqlite3.mjs")
        shutil.copy(ENGINE / "sqlite3.wasm", folder / "vendor/sqlite3.wasm")
        text = WORKER.read_text("utf-8").replace("./vendor/sqlite3.js", "./vendor/sqlite3.mjs")
        (folder / "worker.mjs").write_text(text, "utf-8")
        (folder / "run.mjs").write_text(RUN, "utf-8")
        (folder / "asked.json").write_text(json.dumps({"sql": sql}), "utf-8")
        command = ["node", "run.mjs", str(database.resolve()), "asked.json"]
        done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with closing(sqlite3.connect(f"file:{options.database}?mode=ro", uri=True)) as base:
        (agency,) = base.execute("SELECT min(agency_id) FROM reports").fetchone()
        questions = [(q.id, q.sql.replace("{agency}", str(agency))) for q in QUESTIONS]
        print("| question | rows | KB | requests | s |\n|---|--:|--:|--:|--:|")
        for at, (name, sql) in enumerate(questions):
            told = asked(options.database, sql)
            if at == 0:
                size, requests = told["open"]
                print(f"| (opening) | | {size / 1000:.0f} | {requests} | |")
            kilobytes = told["bytes"] / 1000
            cells = (told.get("rows", told.get("failed")), f"{kilobytes:.0f}", told["requests"])
            print(f"| {name} | {' | '.join(map(str, cells))} | {told['seconds']:.2f} |")
        for name, sql in questions if options.plans else ():
            print(f"\n{name}")
            for _, _, _, step in base.execute(f"EXPLAIN QUERY PLAN {sql}"):
                print(f"    {step}")


if __name__ == "__main__":
    main()
