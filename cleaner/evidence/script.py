"""Simplified or traditional: which script a page is in, and which characters belong to the other one.

Everything here goes character by character. OpenCC's phrase tables, which change words and lengths, are never
asked: one character is converted at a time, and the answers are kept as a table (an analysis shadow of the text).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from cleaner.evidence.alphabet import widened
from cleaner.evidence.charset import in_big5, in_gb2312, plain_form
from cleaner.memory import kept
from cleaner.page import Page

Script = Literal["simplified", "traditional", "mixed", "unknown"]

MIN_TELLING = 8
"""Fewest characters of one script alone that tell a page's script."""
STRAY_SHARE = 0.08
"""Largest share of the other script's characters on a page that is of one script."""

MOSTLY = 2
"""Characters of traditional script alone for every simplified one, from which on a page or a paragraph is in traditional script, however many
of them a recogniser simplified: on recognised pages of today, bad scans among them, there were 2.2 and more."""

NAME_FORMS = frozenset("昇陞喆堃淼甦邨氾犇龢迺祕頫於瞭藉夥乾著徵餘後鍾鉅崑崙彙皋筦谿絃樑粧菸濛颺餚鍊灋逕")
"""Not in GB/T 2312, or converted by OpenCC, yet printed by simplified papers: names, quotations, the forms that
the Table of General Standard Chinese Characters (2013) took back. Never changed unasked."""


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Traditional or variant → simplified, and simplified → all that become it; both within the BMP."""
    import opencc  # takes 20 ms to load, and is needed by pages that have such characters alone

    chars = [chr(code) for code in range(0x3400, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    simple: dict[str, str] = {}
    sources: dict[str, list[str]] = {}
    for char, plain in zip(chars, converted, strict=True):
        if plain != char and len(plain) == 1 and plain <= "\uffff":
            simple[char] = plain
            sources.setdefault(plain, []).append(char)
    return simple, {plain: tuple(found) for plain, found in sources.items()}


@lru_cache(maxsize=1 << 15)
def to_simplified(char: str) -> str:
    """The simplified form of a traditional or variant character, or the character itself.

    A character of GB/T 2312 is one that simplified text legitimately prints (乾, 瞭, 藉, 著): it has no other form.
    """
    if char < "\u3400" or in_gb2312(char):
        return char
    plain = _tables()[0].get(char, char)
    return plain if in_gb2312(plain) else char


def simplified_shadow(text: str) -> str:
    """The text with stray traditional forms as their simplified ones and its marks in full width, of the same length: 園 has the look-alikes
    of 园, and how wide a mark was read says nothing of the characters beside it."""
    return "\n".join(map(_line_shadow, text.split("\n")))


@kept
def _line_shadow(text: str) -> str:
    plain = {ord(char): simplified for char in set(text) if (simplified := to_simplified(char)) != char}
    return widened(text.translate(plain) if plain else text)


def fully_simplified(text: str) -> str:
    """The text with every traditional form as its simplified one, those too that simplified text prints (後, 於, 著), of the same length."""
    return text.translate({ord(char): plain for char in set(text) if (plain := _tables()[0].get(char))})


@lru_cache(maxsize=1 << 12)
def traditional_forms(char: str) -> tuple[str, ...]:
    """All characters of Big5 of which a simplified one may be the form, itself among them."""
    return tuple(form for form in (char, *_tables()[1].get(char, ())) if in_big5(form))


def telling(text: str) -> tuple[int, int]:
    """How many characters of a text are of simplified, and how many of traditional script alone."""
    return sum(map(simplified_only, text)), sum(to_simplified(char) != char for char in text)


@lru_cache(maxsize=1 << 15)
def to_traditional(char: str) -> str:
    """The only traditional form of a character that traditional text cannot print, or the character itself."""
    if char < "\u3400" or in_big5(char):
        return char
    forms = [form for form in _tables()[1].get(char, ()) if in_big5(form)]
    return forms[0] if len(forms) == 1 else char


@lru_cache(maxsize=1 << 15)
def simplified_only(char: str) -> bool:
    """Whether the character tells simplified text: not in Big5, and some traditional character becomes it."""
    return char >= "\u3400" and not in_big5(char) and char in _tables()[1]


def script_counts(page: Page) -> tuple[int, int]:
    """How many characters of the page are of simplified, and how many of traditional script alone."""
    return _script_counts(page.texts)


@lru_cache(maxsize=4)
def _script_counts(texts: tuple[str, ...]) -> tuple[int, int]:
    """Kept for the last pages: many rules ask."""
    counts = list(map(_telling_in, texts))
    return sum(simplified for simplified, _ in counts), sum(traditional for _, traditional in counts)


@kept
def _telling_in(text: str) -> tuple[int, int]:
    kinds = list(map(_telling, text))
    both = kinds.count((True, True))
    return kinds.count((True, False)) + both, kinds.count((False, True)) + both


@lru_cache(maxsize=1 << 15)
def _telling(char: str) -> tuple[bool, bool]:
    """Whether a character is of simplified, and whether it is of traditional script alone."""
    plain = plain_form(char)
    return simplified_only(plain), to_simplified(plain) != plain


def script_of(simplified: int, traditional: int) -> Script:
    """The script that the two counts show."""
    if max(simplified, traditional) < MIN_TELLING:
        return "unknown"
    stray = min(simplified, traditional) / (simplified + traditional)
    if stray > STRAY_SHARE:
        return "mixed"
    return "simplified" if simplified > traditional else "traditional"


def page_script(page: Page) -> Script:
    """The script of a page."""
    return script_of(*script_counts(page))


def is_traditional(page: Page) -> bool:
    """Whether a page is in traditional script, in whole or in part: what was fitted on simplified pages says nothing of it."""
    return page_script(page) in {"traditional", "mixed"}
