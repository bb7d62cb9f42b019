"""RTF: control words to paragraphs with cell and row marks.

After the Rich Text Format specification 1.9.1. One pass over the bytes with a stack of groups;
nothing is run, embedded objects are skipped. What the marks build is `marked`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from gongkai.read.error import damaged, over_limit
from gongkai.read.limits import LIMITS
from gongkai.read.marked import Builder, Marked, Slot
from gongkai.read.ooxml import told_apart
from gongkai.read.pictured import OBJECT, may_hold_figure, may_hold_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.model import Block

KIND = "RTF "
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,20})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)"
)
#: Code pages by a font's charset; the others are those of the file.
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gbk", 136: "big5"}
_SYMBOL_CHARSET = 2
_LATIN = "cp1252"
#: Groups that hold no text of the document.
_SKIPPED = frozenset(
    {
        "fonttbl", "colortbl", "stylesheet", "info", "header", "headerl", "headerr", "headerf",
        "footer", "footerl", "footerr", "footerf", "footnote", "pict", "nonshppict",
        "nonesttables", "xe", "tc", "txe", "rxe", "filetbl", "revtbl", "shprslt", "fldinst",
        "objdata", "annotation",
    }
)  # fmt: skip
#: Starred groups that are read all the same.
_READ = frozenset({"shppict", "shptxt", "dptxbxtext", "nesttableprops"})
#: Groups with the text of a box, wherever they stand.
_BOXES = frozenset({"shptxt", "dptxbxtext"})
#: Words that stand for a character.
_CHARACTERS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003",
    "enspace": "\u2002", "qmspace": "\u2005", "chftn": " ", "chatn": " ",
}  # fmt: skip
_SIGNS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}"}
_ENDS = frozenset({"par", "sect", "page", "column"})
# Half points by which text is seen above or below its line, and a size that nobody can see.
_MOVED, _TINY = 4, 4
_WHITE = [255, 255, 255]
#: Twips a point.
_POINT = 20


@dataclass
class _State:
    """What holds inside a group; `never` is a group of which not even the pictures count."""

    skips: bool = False
    never: bool = False
    fallback: int = 1
    charset: int = -1
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    struck: bool = False
    moved: bool = False
    tiny: bool = False
    pale: bool = False
    in_table: bool = False
    depth: int = 0
    level: int = 0
    starred: bool = False
    destination: str = ""
    left: int = 0
    slots: tuple[Slot, ...] = ()
    next_cell: Slot = field(default_factory=lambda: Slot(0, 0))

    @property
    def is_apart(self) -> bool:
        """Whether digits are seen apart from those they are written against, or not at all."""
        return self.raised or self.struck or self.moved or self.tiny or self.pale

    @property
    def tables(self) -> int:
        """In how many tables the paragraph stands."""
        return max(self.depth, 1) if self.in_table or self.depth > 0 else 0


@dataclass
class _Story:
    """The paragraph that is read in the main text or in a box."""

    texts: list[str] = field(default_factory=list)
    pictures: int = 0
    paragraphs: list[Marked] = field(default_factory=list)


def read_rtf(data: bytes, name: str) -> tuple[Block, ...]:
    """The blocks of an RTF file; text boxes stand behind the paragraph or table they are in.

    Raises:
        ReadError: if it is cut off, or breaks a limit.
    """
    reader = _Reader(data, name)
    reader.run()
    return tuple(reader.builder.blocks)


class _Reader:
    """One pass over a file."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data = data
        self._name = name
        self.builder = Builder(name)
        self._state = _State()
        self._stack: list[_State] = []
        self._story = _Story()
        self._outer: list[tuple[int, _Story]] = []  # depth of groups at which a box began
        self._boxes: list[Marked] = []
        self._number = 0
        self._page = _LATIN
        self._charsets: dict[int, int] = {}
        self._font = 0
        self._levels: dict[int, int] = {}
        self._style = 0
        self._colour: list[int] = []
        self._colour_number = 0
        self._whites: set[int] = set()
        self._skip = 0
        self._bytes = bytearray()
        self._picture = [0, 0, 100, 100]

    def run(self) -> None:
        """Read the whole file.

        Raises:
            ReadError: if it is damaged or breaks a limit.
        """
        at = 0
        while found := _TOKEN.search(self._data, at):
            at = found.end()
            word, value, code, sign, brace, text = found.groups()
            if word == b"bin":
                at += max(0, int(value or 0))
            elif code is not None:
                self._raw(bytes([int(code, 16)]))
            elif text is not None:
                self._raw(text)
            else:
                self._flush()
                self._mark(word, value, sign, brace)
                if brace == b"}" and not self._stack:
                    self._end()
                    return
        raise damaged(self._name, KIND)

    def _mark(
        self, word: bytes | None, value: bytes | None, sign: bytes | None, brace: bytes | None
    ) -> None:
        """A brace, a control word or a control sign."""
        if brace == b"{":
            self._skip = 0
            if len(self._stack) >= LIMITS.depth:
                raise over_limit(self._name, "括号嵌套过深")
            self._stack.append(self._state)
            self._state = replace(self._state, starred=False, destination="")
        elif brace == b"}":
            self._skip = 0
            self._close_group()
        elif word is not None:
            number = int(value) if value is not None else None
            self._word(word.decode("ascii"), number)
        elif sign is not None:
            self._sign(sign.decode("latin-1"))

    def _end(self) -> None:
        if "".join(self._story.texts).strip():
            self._paragraph(self._state.tables)
        self.builder.close()
        self._place_boxes()

    # Groups

    def _close_group(self) -> None:
        if not self._stack:
            raise damaged(self._name, KIND)
        if self._state.destination == "pict" and not self._state.never:
            self._end_picture()
        if self._outer and self._outer[-1][0] == len(self._stack):
            self._end_box()
        self._state = self._stack.pop()

    def _begin_box(self) -> None:
        self._outer.append((len(self._stack), self._story))
        self._story = _Story()
        self._state = replace(
            self._state, skips=False, in_table=False, depth=0, slots=(), level=0, hidden=False
        )

    def _end_box(self) -> None:
        if "".join(self._story.texts).strip():
            self._paragraph(self._state.tables)
        self._boxes += self._story.paragraphs
        _, self._story = self._outer.pop()

    def _place_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for marked in boxes:
            self.builder.take(marked)
        if boxes:
            self.builder.close()

    def _end_picture(self) -> None:
        wide, high, across, down = self._picture
        size = (wide * across / 100 / _POINT, high * down / 100 / _POINT)
        if min(size) <= 0 or may_hold_table(*size):
            self._story.pictures += 1
        elif may_hold_figure(*size):
            self._story.texts.append(OBJECT)

    # Text

    def _raw(self, raw: bytes) -> None:
        """Bytes of text; those that repeat a Unicode character before them are passed over."""
        passed = min(self._skip, len(raw))
        self._skip -= passed
        if self._state.destination == "colortbl":
            self._colours(raw)
        if not self._state.skips:
            self._bytes += raw[passed:]

    def _flush(self) -> None:
        if self._bytes:
            self._text(self._bytes.decode(self._encoding(), "replace"))
            self._bytes = bytearray()

    def _encoding(self) -> str:
        """The code page of the bytes: the font's, where it has one, else the file's."""
        if self._state.charset == _SYMBOL_CHARSET:
            return "latin-1"
        return _CHARSETS.get(self._state.charset, self._page)

    def _text(self, text: str) -> None:
        state = self._state
        if state.skips or state.hidden or state.deleted:
            return
        apart = state.is_apart and any(map(str.isdigit, text))
        text = told_apart(text, "", struck=state.struck)
        self._story.texts.append(f" {text} " if apart else text)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._state.starred = True
        elif self._skip:
            self._skip -= 1
        elif sign in "\r\n":
            self._paragraph(self._state.tables)
        else:
            self._text(_SIGNS.get(sign, ""))

    # Words

    def _word(self, word: str, value: int | None) -> None:
        if self._skip and word in _CHARACTERS:
            self._skip -= 1
            return
        self._skip = 0
        state = self._state
        if state.starred or word in _SKIPPED or word in _BOXES:
            self._destination(word)
        if word in self._WORDS:
            self._WORDS[word](self, 0 if value is None else value)
        elif word in _TOGGLES:
            setattr(state, _TOGGLES[word], value != 0)
        elif word in _CHARACTERS:
            self._text(_CHARACTERS[word])
        elif word in _ENDS and not state.skips:
            self._paragraph(state.tables)
        elif word in _FLAGS:
            state.next_cell = replace(state.next_cell, **_FLAGS[word])

    def _destination(self, word: str) -> None:
        """The first word of a group that may hold no text of the document."""
        state = self._state
        was_starred, state.starred = state.starred, False
        if word in _BOXES and not state.never:
            self._begin_box()
            return
        state.destination = word
        if word == "pict":
            self._picture = [0, 0, 100, 100]
        if word == "colortbl":
            self._whites, self._colour_number = set(), 0
        if word in _SKIPPED or (was_starred and word not in _READ):
            state.skips = True
            state.never = state.never or (word in _SKIPPED and word != "pict")

    def _unicode(self, value: int) -> None:
        self._text(chr(value % 0x10000))
        self._skip = self._state.fallback

    def _set_font(self, value: int) -> None:
        if self._in("fonttbl"):
            self._font = value
        else:
            self._state.charset = self._charsets.get(value, -1)

    def _in(self, table: str) -> bool:
        """Whether this is the font table or the style sheet, or an entry of it."""
        return any(state.destination == table for state in (self._state, *self._stack[-2:]))

    def _set_charset(self, value: int) -> None:
        self._charsets[self._font] = value

    def _set_page(self, value: int) -> None:
        name = {936: "gbk", 65001: "utf-8", 54936: "gb18030"}.get(value, f"cp{value}")
        try:
            self._page = codecs.lookup(name).name
        except LookupError:
            self._page = _LATIN

    # Paragraphs and rows

    def _plain(self, _: int) -> None:
        state = self._state
        state.hidden = state.deleted = state.raised = False
        state.struck = state.moved = state.tiny = state.pale = False

    def _new_paragraph(self, _: int) -> None:
        state = self._state
        state.in_table, state.depth, state.level = False, 0, 0

    def _paragraph(self, depth: int, *, ends_cell: bool = False) -> None:
        """End a paragraph."""
        story = self._story
        text = _whole("".join(story.texts))
        self._number += 1
        self._put(
            Marked(
                text,
                self._number,
                depth,
                ends_cell=ends_cell,
                level=self._state.level,
                pictures=story.pictures,
            )
        )
        story.texts, story.pictures = [], 0

    def _put(self, marked: Marked) -> None:
        if self._outer:
            self._story.paragraphs.append(marked)
            return
        self.builder.take(marked)
        if marked.depth == 0:
            self._place_boxes()

    def _cell(self, _: int) -> None:
        if not self._state.skips:
            self._paragraph(1, ends_cell=True)

    def _inner_cell(self, _: int) -> None:
        if not self._state.skips:
            self._paragraph(max(2, self._state.depth), ends_cell=True)

    def _row(self, _: int) -> None:
        if not self._state.skips:
            self._put(Marked("", self._number, 1, ends_row=True, slots=self._state.slots or None))

    def _inner_row(self, _: int) -> None:
        if not self._state.skips:
            depth = max(2, self._state.depth)
            slots = self._state.slots or None
            self._put(Marked("", self._number, depth, ends_row=True, slots=slots))

    def _define_row(self, _: int) -> None:
        self._state.slots, self._state.left = (), 0
        self._state.next_cell = Slot(0, 0)

    def _cell_edge(self, value: int) -> None:
        state = self._state
        if len(state.slots) >= LIMITS.columns:
            raise over_limit(self._name, f"一行多于 {LIMITS.columns} 格")
        left = state.slots[-1].right if state.slots else min(state.left, value - 1)
        state.slots = (*state.slots, replace(state.next_cell, left=left, right=value))
        state.next_cell = Slot(0, 0)

    def _row_left(self, value: int) -> None:
        self._state.left = value

    def _in_table(self, _: int) -> None:
        self._state.in_table = True

    def _set_depth(self, value: int) -> None:
        self._state.depth = max(0, value)

    def _set_fallback(self, value: int) -> None:
        self._state.fallback = max(0, value)

    def _set_style(self, value: int) -> None:
        if self._in("stylesheet"):
            self._style = value
        else:
            self._state.level = self._levels.get(value, 0)

    def _set_level(self, value: int) -> None:
        if self._in("stylesheet"):
            self._levels[self._style] = value + 1
        else:
            self._state.level = value + 1

    def _move(self, value: int) -> None:
        self._state.moved = value >= _MOVED

    def _set_size(self, value: int) -> None:
        self._state.tiny = 0 < value <= _TINY

    def _set_colour(self, value: int) -> None:
        self._state.pale = value in self._whites

    def _part_of_colour(self, value: int) -> None:
        if self._state.destination == "colortbl":
            self._colour.append(value)

    def _colours(self, raw: bytes) -> None:
        """The ends of entries in the table of colours; one without parts is no colour."""
        for _ in range(raw.count(b";")):
            if self._colour == _WHITE:
                self._whites.add(self._colour_number)
            self._colour = []
            self._colour_number += 1

    def _not_raised(self, _: int) -> None:
        self._state.raised = False

    def _picture_width(self, value: int) -> None:
        self._picture[0] = value

    def _picture_height(self, value: int) -> None:
        self._picture[1] = value

    def _picture_scale_x(self, value: int) -> None:
        self._picture[2] = value

    def _picture_scale_y(self, value: int) -> None:
        self._picture[3] = value

    #: What control words do; the argument is 0 where there is none.
    _WORDS: ClassVar[dict[str, Callable[[_Reader, int], None]]] = {
        "u": _unicode,
        "uc": _set_fallback,
        "f": _set_font,
        "fcharset": _set_charset,
        "ansicpg": _set_page,
        "plain": _plain,
        "pard": _new_paragraph,
        "intbl": _in_table,
        "itap": _set_depth,
        "outlinelevel": _set_level,
        "nosupersub": _not_raised,
        "up": _move,
        "dn": _move,
        "fs": _set_size,
        "cf": _set_colour,
        "red": _part_of_colour,
        "green": _part_of_colour,
        "blue": _part_of_colour,
        "trowd": _define_row,
        "trleft": _row_left,
        "cellx": _cell_edge,
        "cell": _cell,
        "nestcell": _inner_cell,
        "row": _row,
        "nestrow": _inner_row,
        "s": _set_style,
        "picscalex": _picture_scale_x,
        "picscaley": _picture_scale_y,
        "picwgoal": _picture_width,
        "pichgoal": _picture_height,
    }


def _whole(text: str) -> str:
    """The text with pairs of surrogates joined; a single one becomes the replacement sign."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


#: Words that switch something on, or off with 0.
_TOGGLES = {
    "v": "hidden", "deleted": "deleted", "super": "raised", "sub": "raised",
    "strike": "struck", "striked": "struck",
}  # fmt: skip
#: Words that say something of the cell whose edge comes next.
_FLAGS: dict[str, dict[str, bool]] = {
    "clmrg": {"goes_on_left": True},
    "clvmgf": {"begins_down": True},
    "clvmrg": {"begins_down": True, "goes_on_up": True},
}
