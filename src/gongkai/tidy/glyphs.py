"""Folds look-alike glyphs, widths and invisible characters: what two spellings have in common.

Nothing here changes text that is kept; folded text is for matching and searching only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# What NFKC leaves alone, or makes traditional: Unicode's equivalent unified ideographs of the CJK
# radicals, the Kangxi radicals and the CJK strokes (EquivalentUnifiedIdeograph.txt), in the
# simplified form, which is what a report means. Each odd character is followed by its equivalent.
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕𫜹⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民"
    "⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹"
    "⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑长⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞"
    "⻝食⻞𩙿⻟食⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⼾户⾒见⾙贝⾞车⾧长⾨门⾭青⾱韦"
    "⾴页⾵风⾶飞⾺马⾾斗⿂鱼⿃鸟⿄卤⿆麦⿈黄⿌黾⿑齐⿒齿⿓龙⿔龟㇆𠃌㇏乀㇐一㇑丨㇒丿㇓丿㇔丶㇕𠃍㇖乛㇗𠃊㇘𠃎㇙𠄌㇚亅㇛𡿨㇜𠃋㇝乀"
    "㇞𠃑㇟乚㇠乙㇡𠄎"
)
# Radicals that a program has folded before us stand as traditional (or Japanese) characters.
_TRADITIONAL = "戶户見见貝贝車车長长門门靑青韋韦頁页風风飛飞馬马鬥斗魚鱼鳥鸟鹵卤麥麦黃黄黽黾齊齐齒齿龍龙龜龟斉齐歯齿竜龙亀龟飠食"
# Zero-width characters and marks of direction, soft hyphen, byte-order mark.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u00ad\ufeff"


def _pairs(text: str) -> dict[str, str]:
    return dict(zip(text[::2], text[1::2], strict=True))


#: Characters that NFKC leaves alone or makes traditional, and what each stands for; unseen ones
#: stand for nothing. Programs in a browser fold by this and by NFKC.
LOOK_ALIKES = {**_pairs(_RADICALS), **dict.fromkeys(_INVISIBLE, "")}
_FOLD = str.maketrans(LOOK_ALIKES)
# Raised, lowered and circled digits, and what joins them.
_NOTES = dict.fromkeys((0xB2, 0xB3, 0xB9, *range(0x2070, 0x208F), *range(0x2460, 0x2474)))
_SIMPLIFY = str.maketrans(_pairs(_TRADITIONAL))
_ODD = re.compile(f"[{''.join(map(chr, _FOLD))}]")
# The same labels and figures come again and again. A paragraph is folded by one check after
# another: the last ones are kept. Longer texts are not.
_SHORT, _LONG = 120, 20_000
_REMEMBERED, _PARAGRAPHS = 8192, 32


def fold(text: str) -> str:
    """Text with look-alike glyphs, widths and invisible characters folded.

    Kangxi and CJK radicals and strokes become the characters they look like (simplified where
    the radical is), full-width and compatibility forms become plain ones. For matching and
    searching only.
    """
    if text.isascii():
        return text
    if len(text) <= _SHORT:
        return _fold_short(text)
    return _fold_long(text) if len(text) <= _LONG else _fold(text)


def _fold(text: str) -> str:
    return _without_odd(unicodedata.normalize("NFKC", _without_odd(text)))


def _without_odd(text: str) -> str:
    """The text with `_FOLD` applied; to look first is faster, as odd characters are rare."""
    return text.translate(_FOLD) if _ODD.search(text) else text


_fold_short = lru_cache(maxsize=_REMEMBERED)(_fold)
_fold_long = lru_cache(maxsize=_PARAGRAPHS)(_fold)


def readable(text: str) -> str:
    """Text with the characters a radical stands for, and nothing else changed: for pages.

    A reader cannot tell ⼯ from 工, but the search of a browser can.
    """
    folded = _without_odd(text)
    return "".join(fold(c) if "\u2f00" <= c <= "\u2fd5" else c for c in folded)


class _Letters(dict[int, str]):
    """Letters and digits with their plain forms, found as they are met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        folded = fold(sign) if _is_letter(sign) else sign
        self[code] = folded if len(folded) <= 1 else sign
        return self[code]


def _is_letter(sign: str) -> bool:
    if sign in LOOK_ALIKES or "\u2f00" <= sign <= "\u2fd5":
        return True
    return sign.isalpha() or sign.isdecimal()


_PLAIN = _Letters()


def letters(text: str) -> str:
    """Text with letters and digits in their plain forms, one for one: as a search compares it.

    Look-alikes and widths are folded and what is unseen is dropped; signs stay as they are, so that
    a circled ② never becomes a digit of the number beside it.

    >>> letters("政⺠２０２３年②，")
    '政民2023年②，'
    """
    return text if text.isascii() else text.translate(_PLAIN)


def key(text: str) -> str:
    """`fold` without spaces, punctuation and symbols: what two spellings of a label share.

    Raised, lowered and circled digits are signs of notes and are left out.
    """
    if len(text) <= _SHORT:
        return _key_short(text)
    return _key_long(text) if len(text) <= _LONG else _key(text)


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text.translate(_NOTES)))).translate(_SIMPLIFY)


_key_short = lru_cache(maxsize=_REMEMBERED)(_key)
_key_long = lru_cache(maxsize=_PARAGRAPHS)(_key)
