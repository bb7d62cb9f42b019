"""Trees of packages: a folder or a zip with one small package a report, read file by file.

A package is a folder `<adcode>/<agency>/<year>` and the files in it. What stands elsewhere in a
tree is no part of a package and is not looked at. Nothing here knows what the files say.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from gongkai.model import Problem

#: The name of the zip with all packages in the folder of a release.
PACKAGES_ZIP = "packages.zip"
#: The name of their folder in the project.
PACKAGES = "datapackages"
#: No file of a package is as large; a zip may pretend to hold more than fits in memory.
MAX_BYTES = 64 * 2**20
#: Folders above the files of a package.
_DEPTH = 3


class DiffError(Exception):
    """A tree or a package cannot be compared; `problem` says why (Chinese)."""

    def __init__(self, file: str, message: str, remedy: str) -> None:
        self.problem = Problem("bad_package", file, message, remedy)
        super().__init__(str(self.problem))


class Tree(Mapping[str, bytes]):
    """The files of all packages: path (`<adcode>/<agency>/<year>/<file>`) → bytes.

    A file is read when it is asked for, and not kept. `name` is where the tree is, `folders` has
    each package's folder with the names of its files, both in order.
    """

    def __init__(self, name: str, paths: Iterable[str], read: Callable[[str], bytes]) -> None:
        self.name = name
        self.folders: dict[str, tuple[str, ...]] = {}
        self._read = read
        grouped: dict[str, list[str]] = {}
        for path in sorted(paths):
            folder, _, file = path.rpartition("/")
            grouped.setdefault(folder, []).append(file)
        self.folders.update((folder, tuple(files)) for folder, files in sorted(grouped.items()))

    def __getitem__(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            DiffError: if it cannot be read.
        """
        return self._read(path)

    def __contains__(self, path: object) -> bool:
        folder, _, file = str(path).rpartition("/")
        return file in self.folders.get(folder, ())

    def __iter__(self) -> Iterator[str]:
        return (f"{folder}/{file}" for folder, files in self.folders.items() for file in files)

    def __len__(self) -> int:
        return sum(map(len, self.folders.values()))

    def digest(self) -> str:
        """One SHA-256 for all files: of the lines `<sha256>  <path>`, in the order of paths.

        It is that of a folder and of a zip alike, however the zip is compressed.
        """
        whole = hashlib.sha256()
        for path in sorted(self):
            whole.update(f"{hashlib.sha256(self[path]).hexdigest()}  {path}\n".encode())
        return whole.hexdigest()


def _paths_below(top: Path) -> Iterator[str]:
    for folder, subfolders, files in os.walk(top):
        below = Path(folder).relative_to(top)
        subfolders.sort()
        if len(below.parts) == _DEPTH:
            subfolders.clear()
            yield from ((below / file).as_posix() for file in files)


def folder_tree(top: Path) -> Tree:
    """The tree in that folder; without packages where there is no such folder."""

    def read(path: str) -> bytes:
        file = top / path
        if file.is_symlink():  # of a stranger's tree it could show any file of this machine
            raise DiffError(str(file), "是符号链接，不是文件", "换成文件本身")
        try:
            if file.stat().st_size > MAX_BYTES:
                raise DiffError(str(file), "文件太大", "重新运行 gongkai build 写出数据包")
            return file.read_bytes()
        except OSError as error:
            raise DiffError(str(file), f"读不出来（{error.strerror}）", "检查文件和权限") from error

    return Tree(str(top), _paths_below(top), read)


def _zip_tree(path: Path, archive: zipfile.ZipFile) -> Tree:
    def read(name: str) -> bytes:
        try:
            if archive.getinfo(name).file_size > MAX_BYTES:
                raise DiffError(f"{path}：{name}", "文件太大", "换一个完好的压缩包")
            return archive.read(name)
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError) as error:
            raise DiffError(f"{path}：{name}", "解压不了", "重新下载这个压缩包") from error

    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if len(names) != len(set(names)):
        raise DiffError(str(path), "压缩包里有同名的文件", "重新下载这个压缩包")
    return Tree(str(path), (n for n in names if _is_in_package(n)), read)


def _is_in_package(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return len(parts) == _DEPTH + 1 and ".." not in parts and "/".join(parts) == name


@contextmanager
def open_tree(path: Path) -> Iterator[Tree]:
    """The tree at that place, open as long as the `with` lasts.

    Args:
        path: a zip of packages; the folder of a release; a project folder; a folder of packages.

    Raises:
        DiffError: if there is no package.
    """
    if (path / PACKAGES_ZIP).is_file():
        path /= PACKAGES_ZIP
    elif (path / PACKAGES).is_dir():
        path /= PACKAGES
    if path.is_dir():
        yield _with_packages(folder_tree(path))
        return
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise DiffError(str(path), "没有这个文件或文件夹", "检查路径") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise DiffError(str(path), "不是完好的 zip 文件", "重新下载，或写数据包文件夹") from error
    with archive:
        yield _with_packages(_zip_tree(path, archive))


def _with_packages(tree: Tree) -> Tree:
    if not tree.folders:
        remedy = "写 datapackages/ 文件夹、发布版本的文件夹，或其中的 packages.zip"
        raise DiffError(tree.name, "里面没有数据包（行政区划代码/机关短名/年度）", remedy)
    return tree
