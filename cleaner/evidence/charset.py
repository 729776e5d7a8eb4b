"""What kinds of characters there are: classes shared by the rules on characters, script and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cleaner.memory import BLOCKS, kept

HAN = r"\u3400-\u9fff"
"""Inside of a character class: unified ideographs of the two blocks that newspapers print."""
IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
HANZI = re.compile(f"[{HAN}]")
HAN_RANGE = frozenset(map(chr, range(0x3400, 0xA000)))
"""The same as characters."""
LATIN = re.compile(r"[A-Za-z]")
NUMERALS = frozenset("一二三四五六七八九十百千万亿零〇两")
"""Hanzi of numbers: what was printed for one of them cannot be told from the text."""
WIDE_MARKS = "，、。；：？！…—·～％（）《》〈〉「」『』【】〔〕“”‘’"
"""Punctuation as Chinese prints it; the curly quotes are shared with Latin script."""
PROTECTED = re.compile(
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+|&(?:#\d+|[A-Za-z]+);"
    r"|\]\([!-~]*\)", re.ASCII)
"""Addresses and entities, in which punctuation is syntax."""
TRAILING = ",;:?!)."
FORMULA = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]\([A-Za-z0-9,]+\)|[A-Za-z]\([A-Z][A-Za-z0-9]*\)\d"
    r"|(?<![A-Za-z0-9_])[a-z_][A-Za-z0-9_]*\((?:[ -'*-~]*[0-9,\"'=+*/][ -'*-~]*)?\)", re.ASCII)
"""f(x), Ca(OH)2 and range(1, 10): brackets of mathematics, chemistry and programs."""
INTERJECTIONS = frozenset("啊阿哎唉哀嗳哈嗨嘿喝呵嗬哼哗哇嚯咳吓喔哦噢呕呸嗯唔咦哟呀喂咄嘘嗟吁噫嘻诶欸唷喏咋好对")
"""Characters that are a whole exclamation, in simplified script (哎，…; 哗，…)."""


def protected_spans(text: str) -> list[tuple[int, int]]:
    """`(start, end)` of addresses and entities in `text`; punctuation that only follows an address is left out."""
    if not any(mark in text for mark in ("://", "www.", "@", "&", "](")):
        return []
    spans = []
    for match in PROTECTED.finditer(text):
        entity = match.group()[0] in "&]"
        spans.append((match.start(), match.end() if entity else match.start() + len(match.group().rstrip(TRAILING))))
    return spans


@kept
def is_chinese(text: str) -> bool:
    """Whether a block is Chinese prose: at least one hanzi for every four Latin letters."""
    hanzi = len(HANZI.findall(text))
    return hanzi > 0 and hanzi * 4 >= len(LATIN.findall(text))


@lru_cache(maxsize=1 << 15)
def in_gb2312(char: str) -> bool:
    """Whether the character belongs to GB/T 2312, the set of simplified Chinese texts."""
    return encodes(char, "gb2312")


@lru_cache(maxsize=1 << 15)
def in_big5(char: str) -> bool:
    """Whether the character belongs to Big5, the set of traditional Chinese texts."""
    return encodes(char, "big5")


def encodes(char: str, codec: str) -> bool:
    """Whether a codec has the character."""
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1)
def common_hanzi() -> frozenset[str]:
    """The 3,755 hanzi of GB/T 2312 level 1: those that make up over 99 % of simplified running text."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return frozenset(pair.decode("gb2312") for pair in rows if pair not in _UNASSIGNED)


@lru_cache(maxsize=1)
def common_big5() -> frozenset[str]:
    """The 5,401 frequently used hanzi of Big5."""
    cells = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    rows = (bytes((row, cell)) for row in range(0xA4, 0xC7) for cell in cells)
    return frozenset(char for pair in rows if HANZI.match(char := pair.decode("big5", "replace")))


_UNASSIGNED = frozenset(bytes((0xD7, cell)) for cell in range(0xFA, 0xFF))


@lru_cache(maxsize=BLOCKS)
def common_share(text: str, common: frozenset[str]) -> float:
    """Share of the non-ASCII letters of `text` that are common hanzi; 0 when it has no such letter."""
    letters = [c for c in text if c > "\x7f" and c not in WIDE_MARKS and not c.isspace()]
    return sum(c in common for c in letters) / len(letters) if letters else 0.0


STRANGE, PLAIN, PROOF = 0.6, 0.95, 40
"""Share of common hanzi under which bytes were not read as they were written, the share from which they are, and the letters, at least,
that say so: Big5 read as GB 18030 has .3, and the reverse hardly ever decodes."""


def is_big5(read: str, other: str) -> bool:
    """Whether bytes that decode as GB 18030 (`read`) and as Big5 (`other`) are plainly Big5."""
    return (len(HANZI.findall(other)) >= PROOF and common_share(read, common_hanzi()) < STRANGE
            and common_share(other, common_big5()) >= PLAIN)


_RADICALS = (
    "⺁厂 ⺇几 ⺊卜 ⺌小 ⺍小 ⺎兀 ⺒巳 ⺓幺 ⺛旡 ⺜日 ⺝月 ⺟母 ⺠民 ⺧牛 ⺩王 ⺪疋 "
    "⺬示 ⺮竹 ⺵羊 ⺶羊 ⺷羊 ⺻聿 ⺼月 ⺽臼 ⻁虎 ⻃西 ⻄西 ⻅见 ⻆角 ⻇角 ⻉贝 ⻊足 "
    "⻋车 ⻑長 ⻓长 ⻔门 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 "
    "⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟"
)
RADICALS = {pair[0]: pair[1] for pair in _RADICALS.split()}
"""CJK Radicals Supplement → the plain character of the same shape (after Unicode's EquivalentUnifiedIdeograph)."""
LOOKALIKE = re.compile("[\u2e80-\u2eff\u2f00-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""Code points that only look like plain ideographs."""


def plain_form(char: str) -> str:
    """The plain ideograph that a radical or compatibility code point shows; the character itself if none."""
    if not LOOKALIKE.match(char):
        return char
    plain = RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain <= "\uffff" else char


def all_hanzi(text: str) -> bool:
    """Whether every character is a unified ideograph of the basic plane."""
    return all("\u3400" <= char <= "\u9fff" for char in text)


def is_enclosed(text: str, at: int) -> bool:
    """Whether quotation marks, the marks of a title, or brackets are open at an offset."""
    return any(text.count(left, 0, at) > text.count(right, 0, at) for left, right in ("“”", "‘’", "《》", "「」", "『』", "（）", "()"))
