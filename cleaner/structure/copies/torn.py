"""Is a copy a piece that the edge of a crop tore off its host? No headline, and no quotation, is cut in a word or in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.evidence import shipped_lexicon
from cleaner.structure.copies.certain import PASSAGE, QUOTE
from cleaner.structure.copies.near import Copy
from cleaner.structure.copies.passages import shadow
from cleaner.structure.seams import CANNOT_START, ends_sentence

LATIN = re.compile("[A-Za-z][a-z]")
"""Two letters of one word."""
OPENING = 0.7
"""How alike a torn line must be to its place in the host."""
WORD = 30
"""Frequency in the lexicon of a word that a torn line may stop in."""


def opens_next(texts: Sequence[str], copy: Copy) -> bool:
    """Whether a torn text is the start of the very next block, as where two crops overlap: no headline is."""
    text = texts[copy.copy]
    return copy.copy + 1 == copy.host and copy.start <= 1 and (
        text[-1] in "，、" or text.count("，") > 1 or (copy.torn and any(mark in text for mark in "，。、；")))


def breaks_off(texts: Sequence[str], copy: Copy) -> bool:
    """Whether a text has a mark in it and stops in mid-clause of a longer paragraph, or in mid-sentence with it; what goes on in the next
    block as the host does is said twice."""
    text, host = texts[copy.copy], shadow(texts[copy.host])
    lost = copy.torn or (copy.end == len(host) and not ends_sentence(host))
    return (lost and len(host) >= PASSAGE and not ends_sentence(text) and any(mark in text[:-1] for mark in "，。；")
            and not _goes_on_below(texts, copy))


def cuts_word(texts: Sequence[str], copy: Copy) -> bool:
    """Whether a text is the start of the very next block, or to the letter that of any other, and stops in the middle of a word of it, as no headline does."""
    begins = copy.start <= 1 if copy.copy + 1 == copy.host else copy.start == 0 and copy.similarity == 1
    return begins and _inside_word(shadow(texts[copy.host]), copy.end, -1)


def torn_off(texts: Sequence[str], copy: Copy) -> bool:
    """Whether a text begins with a mark, ends with one that leads on, or begins or stops in the middle of a word of its host, and is no line of a
    headline that goes on in its neighbours as the host does."""
    if not copy.torn or copy.similarity < OPENING or _leads_up(texts, copy) or _goes_on_below(texts, copy):
        return False
    said, host = shadow(texts[copy.copy]), shadow(texts[copy.host])
    starts = said[0] == host[copy.start] and _inside_word(host, copy.start, 1)
    return starts or said[0] in CANNOT_START or said[-1] in "，、" or (said[-1] == host[copy.end - 1] and _inside_word(host, copy.end, -1))


def is_other_half(texts: Sequence[str], copy: Copy) -> bool:
    """Whether what a copy lacks at the beginning of a short host, which may be a pull quote, stands at the torn end of the block above the copy,
    with more of the host or without: the two of them say it whole."""
    host, above = shadow(texts[copy.host]), shadow(texts[copy.copy - 1]) if copy.copy else ""
    lacks = len(host) - len(shadow(texts[copy.copy])) if copy.whole else copy.start
    return (1 < lacks < len(host) <= QUOTE and copy.copy - 1 != copy.host and (copy.whole or copy.end >= len(host) - 1)
            and not ends_sentence(above) and any(above.endswith(host[:n]) for n in range(lacks, len(host))))


def _leads_up(texts: Sequence[str], copy: Copy) -> bool:
    """Whether the block before a copy ends as its host does there."""
    above = shadow(texts[copy.copy - 1])[-2:] if copy.copy else ""
    return bool(above) and shadow(texts[copy.host]).endswith(above, 0, copy.start)


def _goes_on_below(texts: Sequence[str], copy: Copy) -> bool:
    """Whether the block behind a copy begins as its host goes on there."""
    below = shadow(texts[copy.copy + 1])[:2] if copy.copy + 1 < len(texts) else ""
    return bool(below) and shadow(texts[copy.host]).startswith(below, copy.end)


def _inside_word(text: str, place: int, side: int) -> bool:
    """Whether a word of the lexicon stands across a place in a text, and none on one side (-1 before it, 1 behind it) has its edge there."""
    if not 0 < place < len(text):
        return False
    if LATIN.fullmatch(text[place - 1:place + 1]):
        return True
    lexicon = shipped_lexicon()

    def known(one: int, other: int) -> bool:
        start, end = sorted((one, other))
        return start >= 0 and lexicon.frequency(text[start:end]) >= WORD
    return known(place - 1, place + 1) and not any(known(place, place + side * n) for n in (2, 3, 4))
