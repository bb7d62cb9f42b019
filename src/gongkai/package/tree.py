"""Folders on disk: all files or none."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, which is not held in memory.

    Raises:
        OSError: where it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise ValueError(name)
    return path


def _same(files: Mapping[str, bytes], target: Path) -> bool:
    """Whether the folder holds exactly these files with these bytes."""
    if not target.is_dir():
        return False
    there = {p.relative_to(target).as_posix(): p for p in target.rglob("*") if not p.is_dir()}
    return there.keys() == files.keys() and all(
        there[name].read_bytes() == data for name, data in files.items()
    )


def write_tree(files: Mapping[str, bytes], target: Path) -> bool:
    """Make the folder hold exactly these files; False where it already does.

    Everything is written to a folder beside the target, which is then renamed, so that a reader
    meets the old files or the new ones. Files that are no longer wanted go.

    Args:
        files: path below the target (with `/`) → bytes.
        target: the folder; its parents are made.

    Raises:
        ValueError: for a path that leads out of the target.
        OSError: where writing fails; the target is then as it was.
    """
    paths = {name: _checked(name) for name in files}
    if _same(files, target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        new, old = Path(folder, "new"), Path(folder, "old")
        new.mkdir()
        for name, data in files.items():
            path = new / paths[name]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        if old.is_dir():
            shutil.rmtree(old)
    return True
