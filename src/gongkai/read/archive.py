"""Containers: zip files and the XML in them, opened with every limit in force.

Nothing is ever written to disk, no entity is resolved, nothing is fetched, and the sizes that a
container declares are not believed: what is unpacked is counted.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from gongkai.read.error import ReadError, damaged, over_limit, refused
from gongkai.read.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1
#: What the library lets out where offsets, sizes, methods or data in a container contradict.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)


class Archive:
    """The members of a zip file; `kind` is the format's Chinese name for messages."""

    def __init__(self, data: bytes, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self._left = LIMITS.unpacked_bytes
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise damaged(name, kind) from error
        if len(self._zip.namelist()) > LIMITS.members:
            raise over_limit(name, f"压缩包内文件多于 {LIMITS.members} 个")

    @property
    def names(self) -> tuple[str, ...]:
        """The members in the order of the container."""
        return tuple(self._zip.namelist())

    def __contains__(self, member: str) -> bool:
        return member in self._zip.NameToInfo

    def read(self, member: str) -> bytes:
        """The bytes of a member.

        Raises:
            ReadError: if it is not there, broken, encrypted, or larger than the limits allow.
        """
        if member not in self:
            raise damaged(self.name, self.kind)
        if self._zip.getinfo(member).flag_bits & _ENCRYPTED:
            raise encrypted(self.name, self.kind)
        try:
            return b"".join(self._chunks(member))
        except _BROKEN as error:
            raise damaged(self.name, self.kind) from error

    def _chunks(self, member: str) -> Iterator[bytes]:
        left = LIMITS.member_bytes
        with self._zip.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                self._left -= len(chunk)
                if left < 0 or self._left < 0:
                    raise over_limit(self.name, "解压后的内容过大")
                yield chunk

    def xml(self, member: str) -> etree._Element:
        """The root element of a member that is XML.

        Raises:
            ReadError: as `read`, and if it is no XML within the limits.
        """
        return parse_xml(self.read(member), self.name, self.kind)


def _unsafe(name: str, kind: str) -> ReadError:
    return refused(
        "unsafe", name, f"{kind}文件含有不允许的声明（DTD 或外部实体）", "请用办公软件重新另存"
    )


def encrypted(name: str, kind: str) -> ReadError:
    """The error for a file that asks for a password."""
    return refused("encrypted", name, f"{kind}文件有密码保护，无法读取", "请去掉密码后另存，再提交")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for a comment."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def parse_xml(data: bytes, name: str, kind: str) -> etree._Element:
    """The root of an XML text: no entities, no network, bounded depth and size.

    Raises:
        ReadError: if it is no XML, or breaks a limit.
    """
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise _unsafe(name, kind)
    if data.count(b"<") > 2 * LIMITS.elements:  # before memory is spent on them
        raise _many_elements(name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise over_limit(name, "标签嵌套过深") from error
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise over_limit(name, "读取所需的内存过大") from error
        raise damaged(name, kind) from error
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding without plain letters
        raise _unsafe(name, kind)
    if sum(1 for _ in root.iter()) > LIMITS.elements:
        raise _many_elements(name)
    return root


def _many_elements(name: str) -> ReadError:
    return over_limit(name, f"标签多于 {LIMITS.elements} 个")
