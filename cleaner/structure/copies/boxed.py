"""A pull quote that was read as the last words of a paragraph: a sentence that another paragraph of the page prints word for word.

What tells it from a writer who repeats a sentence: the editor takes a whole sentence out of the middle of a story, long enough
that nobody writes it twice; and from two crops that overlap: what stands before it here is not what stands before it there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from cleaner.memory import listed
from cleaner.structure.copies.near import LEADS_ON
from cleaner.structure.copies.passages import shadow
from cleaner.structure.seams import ends_sentence

QUOTE = 15, 90
"""Code points of the shortest and the longest quote; of 31 in the bench's pages the shortest has 24."""
KEY = 5
"""Code points in which two sentences end alike before they are compared."""
ALIKE = 0.9
"""How alike the two must be (normalized Indel similarity): both may be misread."""
CONTEXT, SAME = 8, 0.5
"""Code points before the two that are compared, and how alike they are where one passage is printed twice."""
SENTENCE = re.compile(r"[^。！？]+[。！？]+[”’」』]?")
SLACK = 3
"""Code points by which a misread sentence may be shorter or longer."""
FORMULA = 8
"""Blocks from which on a sentence with the same end is a formula of the page, or what a looping recogniser repeats."""


@dataclass(frozen=True, slots=True)
class Boxed:
    """`texts[block][start:]` is a quote of a sentence in `texts[host]`."""

    block: int
    start: int
    host: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    block: int
    before: str


def boxed(texts: Sequence[str]) -> list[Boxed]:
    """Quotes at the end of a longer block, one a block at most; of several hosts the most alike one."""
    asked = {i: _key(text) for i, text in enumerate(texts) if len(text) > QUOTE[0] + KEY and text[:1] not in (">", "#")}
    keys = frozenset(asked.values())
    ending: dict[str, list[_Sentence]] = defaultdict(list)
    for index, text in enumerate(texts):
        for key, match in _sentences(text):
            if key in keys:
                said, told = match[0].strip(), shadow(match[0])
                if QUOTE[0] <= len(told) <= QUOTE[1] and len(said) < len(text) - KEY:
                    ending[key].append(_Sentence(said, index, text[max(0, match.start() - 2 * CONTEXT):match.start()]))
    found = []
    for index, key in asked.items():
        hosts = ending.get(key, ())
        if len(hosts) < FORMULA:
            best = max(_quotes(texts[index], index, hosts), key=lambda quote: quote.similarity, default=None)
            if best is not None:
                found.append(best)
    return found


@listed
def _sentences(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The sentences of a text that are long enough for a quote, each by its last characters."""
    last = max(map(text.rfind, "。！？")) + 2  # behind it a search would try every place in vain
    return ((_key(match[0]), match) for match in (SENTENCE.finditer(text, 0, last) if text[:1] not in (">", "#") else ())
            if len(match[0]) >= QUOTE[0])


def _key(text: str) -> str:
    """The last characters of a text without the end of its sentence."""
    return shadow(text[-2 * KEY - 2:].rstrip("。！？”’」』"))[-KEY:]


def _quotes(text: str, index: int, hosts: Sequence[_Sentence]) -> list[Boxed]:
    """The sentences of other blocks that the end of a text repeats."""
    found = []
    for host in hosts:
        start = _start(text, host.text) if host.block != index else None
        if start is not None:
            tail = shadow(text[start:])
            alike = Indel.normalized_similarity(tail, shadow(host.text))
            leads = text[:start].rstrip()[-1:] in LEADS_ON
            if alike >= ALIKE and not leads and not _same_before(text[:start], host.before):
                found.append(Boxed(index, start, host.block, alike))
    return found


def _start(text: str, said: str) -> int | None:
    """Where the last words of a text begin that say `said`; None where they are nearly all of it."""
    lowest = max(0, len(text) - len(said) - SLACK)
    for k in range(SLACK):  # the first characters may be misread
        at = text.find(said[k:k + KEY], lowest)
        if at - k > KEY:
            return at - k
    return None


def _same_before(here: str, there: str) -> bool:
    """Whether the same words stand before both, as where two crops show one passage."""
    one, other = shadow(here[-2 * CONTEXT:])[-CONTEXT:], shadow(there[-2 * CONTEXT:])[-CONTEXT:]
    return bool(one and other) and Indel.normalized_similarity(one, other) >= SAME


def torn_before(quote: Boxed, texts: Sequence[str]) -> bool:
    """Whether the paragraph stops in mid-sentence before the quote."""
    return not ends_sentence(texts[quote.block][:quote.start])
