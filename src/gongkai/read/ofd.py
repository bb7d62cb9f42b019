"""OFD (GB/T 33190-2016): the pages of a package, with templates and resources.

It finds the parts of the package and gives what is drawn on its pages to `layout`; what stands on
one page is `ofd_page`. Fonts are not opened: the characters are in the text. Annotations and
stamps are no text of a report.
"""

from __future__ import annotations

import contextlib
import io
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image as Pictures
from PIL import ImageChops

from gongkai.read import scan
from gongkai.read.archive import Archive, encrypted, local
from gongkai.read.error import ReadError, damaged, over_limit, refused
from gongkai.read.layout import blocks_of
from gongkai.read.limits import LIMITS
from gongkai.read.ofd_page import POINTS, Page, numbers
from gongkai.read.ofd_picture import can_draw, dots_of, draw_page
from gongkai.read.upright import restored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

    from gongkai.model import Block
    from gongkai.read.plane import Box

KIND = "OFD "
#: Members that only a package with a password has (GM/T 0099-2020).
_LOCKS = ("encryptions.xml", "entriesmap.dat", "decryptseed.dat")
#: Width and height of A4 in millimetres, for pages that do not say their size.
_A4 = (210.0, 297.0)
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP")


def picture_ofd(data: bytes, name: str, wanted: Sequence[int]) -> Iterator[scan.PageImage]:
    """The wanted pages (from 1) as pictures; without a font to draw with, those that are scans.

    Raises:
        ReadError: as `read_ofd`, but that nothing is recognised.
    """
    for page, document in _Package(data, name).pages():
        if page.number not in wanted:
            continue
        if page.is_scan:
            yield document.rendered(page)
        elif can_draw():
            yield document.drawn(page)


def read_ofd(data: bytes, name: str) -> tuple[Block, ...]:
    """The blocks of an OFD file, its documents one after the other.

    Pages that are pictures are recognised, where the extra for it is installed.

    Raises:
        ReadError: if it is damaged, asks for a password, or breaks a limit, or if a page has to
            be recognised and cannot be.
    """
    package = _Package(data, name)
    pages = list(package.pages())
    layouts = [page.layout() for page, _ in pages if not page.is_scan]
    scanned = [(page, document) for page, document in pages if page.is_scan]
    turned = {page.number: page.shown for page, _ in pages if not page.is_scan}
    if not scanned:
        return restored(blocks_of(layouts, name), turned)
    found = scan.recognised((document.rendered(page) for page, document in scanned), name)
    layouts = sorted([*layouts, *found.pages], key=lambda layout: layout.number)
    return restored(found.restored(blocks_of(layouts, name)), turned)


class _Package:
    """An open package."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.archive = Archive(data, name, KIND)
        if any(member.lower().endswith(_LOCKS) for member in self.archive.names):
            raise encrypted(name, KIND)

    def xml(self, member: str) -> etree._Element:
        """A member that is XML."""
        return self.archive.xml(member)

    def find(self, location: str, base: str) -> str | None:
        """The member that a location names, seen from another member (7.2).

        A location without a stroke before it is relative to the file it stands in; writers that
        mean the root of the package all the same are understood.
        """
        path = location.strip().replace("\\", "/")
        near = posixpath.normpath(posixpath.join(posixpath.dirname(base), path.lstrip("/")))
        top = posixpath.normpath(path.lstrip("/"))
        wanted = [top, near] if path.startswith("/") else [near, top]
        members = [*wanted, *(f"{member}/Content.xml" for member in wanted)]
        return next((member for member in members if member in self.archive), None)

    def pages(self) -> Iterator[tuple[Page, _Document]]:
        """The pages of all documents, numbered through the file."""
        number = 0
        for root in self._roots():
            document = _Document(self, root)
            for page in document.pages(number):
                number = page.number
                yield page, document

    def _roots(self) -> Iterator[str]:
        """The root files of the documents, each in its current version (7.4)."""
        for body in _children(self.xml("OFD.xml"), "DocBody"):
            location = _text(body, "DocRoot")
            base = "OFD.xml"
            versions = _descendants(body, "Version")
            current = [v for v in versions if v.get("Current", "").lower() in {"true", "1"}]
            found = self.find(current[-1].get("BaseLoc", ""), base) if current else None
            if found is not None:
                newer = _text(self.xml(found), "DocRoot")
                location, base = (newer, found) if newer else (location, base)
            root = self.find(location, base) if location else None
            if root is None:
                raise damaged(self.name, KIND)
            yield root


@dataclass
class _Document:
    """A document of the package: its root file, templates and resources."""

    package: _Package
    root: str
    templates: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    units: dict[str, etree._Element] = field(default_factory=dict)
    size: tuple[float, float] = _A4
    _drawn: dict[str, etree._Element] = field(default_factory=dict)

    def pages(self, before: int) -> Iterator[Page]:
        """The pages with what is drawn on them; `before` pages stand in other documents.

        Raises:
            ReadError: if a page is missing or damaged, or there are more than the limits allow.
        """
        root = self.package.xml(self.root)
        for common in _children(root, "CommonData"):
            self._common(common)
        listed = [page for pages in _children(root, "Pages") for page in _children(pages, "Page")]
        if before + len(listed) > LIMITS.pages:
            raise over_limit(self.package.name, f"多于 {LIMITS.pages} 页")
        for number, entry in enumerate(listed, start=before + 1):
            member = self.package.find(entry.get("BaseLoc", ""), self.root)
            if member is None:
                raise damaged(self.package.name, KIND)
            yield self._page(member, number)

    def _common(self, common: etree._Element) -> None:
        """What the pages share: their size, templates and resources (7.5)."""
        self.size = _size(common, self.size)
        for template in _children(common, "TemplatePage"):
            member = self.package.find(template.get("BaseLoc", ""), self.root)
            if member is not None:
                self.templates[template.get("ID", "")] = member
        for kind in ("PublicRes", "DocumentRes"):
            for entry in _children(common, kind):
                member = self.package.find(entry.text or "", self.root)
                if member is not None:
                    self._resources(member)

    def _resources(self, member: str) -> None:
        """Media files and composite objects of a resource file (7.9)."""
        root = self.package.xml(member)
        folder = root.get("BaseLoc", "")
        for one in _descendants(root, "MultiMedia"):
            file = _text(one, "MediaFile")
            places = (posixpath.join(folder, file), file)
            found = next((m for p in places if (m := self.package.find(p, member))), None)
            if found is not None:
                self.media[one.get("ID", "")] = found
        for one in _descendants(root, "CompositeGraphicUnit"):
            self.units[one.get("ID", "")] = one

    def _page(self, member: str, number: int) -> Page:
        """One page with its templates."""
        content = self._content(member)
        width, height = (side * POINTS for side in _size(content, self.size))
        if max(width, height) > LIMITS.page_points:
            raise over_limit(self.package.name, f"第 {number} 页过大")
        page = Page(self.package.name, number, width, height, self.units.get)
        used = [(t.get("ZOrder", ""), t) for t in _children(content, "Template")]
        behind = [t for order, t in used if order != "Foreground"]
        before = [t for order, t in used if order == "Foreground"]
        for template in behind:
            self._template(page, template)
        page.draw(content)
        for template in before:
            self._template(page, template)
        return page

    def _template(self, page: Page, template: etree._Element) -> None:
        """Draw a template page; a template names no templates of its own here."""
        member = self.templates.get(template.get("TemplateID", ""))
        if member is not None:
            page.draw(self._content(member))

    def _content(self, member: str) -> etree._Element:
        if member not in self._drawn:
            self._drawn[member] = self.package.xml(member)
        return self._drawn[member]

    def rendered(self, page: Page) -> scan.PageImage:
        """A page that is pictures, as one picture on white paper."""
        opened = [(image.box, self._picture(image.resource)) for image in page.images]
        pixels = max(max(picture.size) for _, picture in opened)
        dots = scan.resolution(page.width, page.height, pixels) / 72
        return scan.PageImage(page.number, page.width, page.height, _paper(page, opened, dots))

    def drawn(self, page: Page) -> scan.PageImage:
        """A page of text: what is drawn on it over its images.

        An image that is broken or larger than the paper is left out.
        """
        opened = []
        for image in page.images:
            x0, top, x1, bottom = image.box
            if x1 - x0 > page.width or bottom - top > page.height:
                continue
            with contextlib.suppress(ReadError):
                opened.append((image.box, self._picture(image.resource)))
        paper = _paper(page, opened, dots_of(page.width, page.height))
        ink = draw_page(page.layout(), page.shown.quarters)
        picture = ImageChops.multiply(paper.convert("L"), ink)
        return scan.PageImage(page.number, page.width, page.height, picture)

    def _picture(self, resource: str) -> Pictures.Image:
        """An image resource, decoded within the limits."""
        member = self.media.get(resource)
        if member is None:
            raise damaged(self.package.name, KIND)
        data = io.BytesIO(self.package.archive.read(member))
        try:
            with Pictures.open(data, formats=_FORMATS) as file:
                if file.width * file.height > LIMITS.pixels:
                    raise self._too_large()
                return scan.on_white(file)
        except Pictures.DecompressionBombError as error:
            raise self._too_large() from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise refused(
                "damaged",
                self.package.name,
                f"OFD 里的图片打不开（{posixpath.basename(member)}）",
                "请用阅读器打印成 PDF 后再提交",
            ) from error

    def _too_large(self) -> ReadError:
        return over_limit(self.package.name, f"图片多于 {LIMITS.pixels // 1_000_000} 百万像素")


def _paper(page: Page, opened: Iterable[tuple[Box, Pictures.Image]], dots: float) -> Pictures.Image:
    """White paper of a page with its images, so many pixels a point."""
    paper = Pictures.new("RGB", (round(page.width * dots), round(page.height * dots)), "white")
    for (x0, top, x1, bottom), picture in opened:
        size = (max(1, round((x1 - x0) * dots)), max(1, round((bottom - top) * dots)))
        paper.paste(picture.resize(size), (round(x0 * dots), round(top * dots)))
    return paper


def _children(one: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in one if local(child) == name]


def _descendants(one: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in one.iter() if local(child) == name]


def _text(one: etree._Element, name: str) -> str:
    """The text of the first element of that name below another."""
    return next(((found.text or "").strip() for found in _descendants(one, name)), "")


def _size(one: etree._Element, otherwise: tuple[float, float]) -> tuple[float, float]:
    """Width and height in millimetres that a page area gives (7.5)."""
    for kind in ("PhysicalBox", "ApplicationBox"):
        found = numbers(_text(one, kind))
        if len(found) == len("xywh") and found[2] > 0 and found[3] > 0:
            return found[2], found[3]
    return otherwise
