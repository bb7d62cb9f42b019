"""Office Open XML packages (ECMA-376): parts, relationships, and elements by their local names.

Transitional and strict files differ in namespaces only, so elements and attributes are asked for
by local name. A relationship that points outside the package is never followed.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from gongkai.read.archive import Archive, encrypted, local
from gongkai.read.error import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

#: First bytes of an OLE container: a package with a password is wrapped in one (MS-OFFCRYPTO 2.2).
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: English metric units in a point.
EMU = 12_700
_DIGITS = 9
_OFF = frozenset({"0", "false", "off", "none"})
# Digits raised, lowered and struck through: a figure beside them must not swallow them.
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_STRUCK = str.maketrans({digit: f"{digit}\u0336" for digit in "0123456789"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship inside the package: its id, the last word of its type, the part it names."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of a package.

    `kind` is the format's Chinese name for messages. Part names are compared without case
    (ECMA-376 part 2, 6.2.2.3): some writers name `sharedStrings.xml` otherwise than they store it.
    """

    def __init__(self, data: bytes, name: str, kind: str) -> None:
        if data.startswith(_OLE):
            raise encrypted(name, kind)
        self.name = name
        self.kind = kind
        self._archive = Archive(data, name, kind)
        self._relations: dict[str, tuple[Relation, ...]] = {}
        self._members: dict[str, str] = {}
        for member in self._archive.names:
            self._members.setdefault(member.replace("\\", "/").lower(), member)

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._members

    def xml(self, part: str) -> etree._Element:
        """The root element of a part.

        Raises:
            ReadError: if it is not there, broken, or beyond the limits.
        """
        return self._archive.xml(self._members.get(part.lower(), part))

    def main(self, usual: str) -> str:
        """The part that the package's own relationships name as the document.

        Args:
            usual: its usual name, for packages without such a relationship.

        Raises:
            ReadError: if there is no such part.
        """
        named = [r.target for r in self.relations("") if r.kind == "officeDocument"]
        for part in (*named, usual):
            if part in self:
                return part
        raise damaged(self.name, self.kind)

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relationships of a part (of the package for ""), external ones left out."""
        known = self._relations.get(part)
        if known is None:
            known = self._relations[part] = self._read_relations(part)
        return known

    def _read_relations(self, part: str) -> tuple[Relation, ...]:
        folder, file = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{file}.rels")
        if where not in self:
            return ()
        found = [one for one in self.xml(where).iter() if local(one) == "Relationship"]
        return tuple(
            Relation(
                attribute(one, "Id"),
                attribute(one, "Type").rpartition("/")[2],
                _target(folder, attribute(one, "Target")),
            )
            for one in found
            if attribute(one, "TargetMode").lower() != "external"
        )

    def related(self, part: str, kind: str, usual: str) -> etree._Element | None:
        """The root of the part of that kind which `part` names, or of the usual one, if any."""
        named = [r.target for r in self.relations(part) if r.kind == kind]
        beside = posixpath.join(posixpath.dirname(part), usual)
        return next((self.xml(one) for one in (*named, beside) if one in self), None)


def _target(folder: str, target: str) -> str:
    """The name of the part that a relationship's target means."""
    path = unquote(target).replace("\\", "/")
    joined = path if path.startswith("/") else posixpath.join("/", folder, path)
    return posixpath.normpath(joined).lstrip("/")


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """The attribute of that local name."""
    value = element.get(name)
    if value is not None:
        return value
    end = "}" + name
    for key, found in element.items():
        if str(key).endswith(end):
            return str(found)
    return default


def number(element: etree._Element | None, name: str, default: int) -> int:
    """The attribute as a whole number, `default` where it is none."""
    text = attribute(element, name).strip() if element is not None else ""
    digits = text.removeprefix("-")
    sound = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS
    return int(text) if sound else default


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that local name."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that local name."""
    return iter(element.iterchildren(f"{{*}}{name}"))


def named(element: etree._Element | None) -> dict[str, etree._Element]:
    """The children by their local names, the first of each."""
    found: dict[str, etree._Element] = {}
    for one in element if element is not None else ():
        found.setdefault(local(one), one)
    return found


def value(element: etree._Element | None, name: str) -> str | None:
    """The `val` of the first child of that local name; None without one."""
    found = child(element, name)
    return None if found is None else attribute(found, "val")


def is_on(properties: dict[str, etree._Element], name: str) -> bool | None:
    """Whether a property that is on or off is on; None where it is not mentioned."""
    found = properties.get(name)
    return None if found is None else attribute(found, "val").lower() not in _OFF


def told_apart(text: str, place: str, *, struck: bool = False) -> str:
    """The text with digits that are raised, lowered or struck told apart from plain ones.

    Args:
        text: what is written.
        place: "superscript", "subscript", or "" for neither.
        struck: whether it is struck through.
    """
    if place:
        text = text.translate(_RAISED if place == "superscript" else _LOWERED)
    return text.translate(_STRUCK) if struck else text
