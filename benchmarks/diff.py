#!/usr/bin/env python3
"""Speed and memory of comparing two trees of packages, on disk and in a zip.

    python benchmarks/diff.py [--reports N] [--changed PERCENT]

The packages are copies of one, each with a report id of its own. In so many of a hundred of the
newer ones one cell says something else. Memory is the peak of resident memory of this process,
each tree being read file by file.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

import make  # noqa: E402  # made importable above

from gongkai.diff import FORMATS, Tree, compare, folder_tree, open_tree  # noqa: E402
from gongkai.model import CellId  # noqa: E402
from gongkai.package import report_files  # noqa: E402
from gongkai.package.archive import write_zip  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

TOTAL = CellId("requests", "received", "total")
ID = b"cn-990100-tongjiju-2023"


def write_packages(
    top: Path, reports: int, changed: int, files: tuple[Mapping[str, bytes], Mapping[str, bytes]]
) -> None:
    """So many packages; the first of them in the second wording."""
    for number in range(reports):
        folder = top / "990100" / f"j{number:05d}" / "2023"
        folder.mkdir(parents=True)
        for name, data in files[number < changed].items():
            new_id = f"cn-990100-j{number:05d}-2023".encode()
            (folder / name).write_bytes(data.replace(ID, new_id))


def timed(old: Tree, new: Tree) -> str:
    """Compare, and tell in every format: seconds and what was found."""
    begun = time.monotonic()
    diff = compare(old, new)
    compared = time.monotonic()
    length = sum(len(piece) for form in FORMATS.values() for piece in form(diff))
    told = time.monotonic()
    return (
        f"{compared - begun:.1f} s, {told - compared:.1f} s to tell ({length:,} characters), "
        f"{len(diff.changed)} changed"
    )


def main() -> None:
    """Make the trees, compare them, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--changed", type=int, default=5)
    options = parser.parse_args()
    before, after = (
        report_files(make.published(report))
        for report in (make.report(), make.report(numbers={TOTAL: 999_999}))
    )
    changed = options.reports * options.changed // 100
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        write_packages(old, options.reports, 0, (before, after))
        write_packages(new, options.reports, changed, (before, after))
        trees = folder_tree(old), folder_tree(new)
        size = sum(len(trees[0][path]) for path in trees[0])
        print(f"{options.reports} packages, {len(trees[0])} files, {size / 1e6:.0f} MB a tree")
        print("folders:", timed(*trees))
        print("the same folder twice:", timed(trees[0], folder_tree(old)))
        for tree, name in zip(trees, ("old.zip", "new.zip"), strict=True):
            Path(folder, name).write_bytes(write_zip(tree))
        with open_tree(Path(folder, "old.zip")) as one, open_tree(Path(folder, "new.zip")) as other:
            print("zips:", timed(one, other))
        begun = time.monotonic()
        trees[0].digest()
        print(f"digest: {time.monotonic() - begun:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
