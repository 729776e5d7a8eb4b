"""What the models see of a text: its shadow, and the number of each character.

Every digit is one class, `,;:?!()` count as their full-width forms. The shadow has the length of the text,
so callers pass text as it is printed. A paragraph break is the character "\\n".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]

UNKNOWN, BREAK = 0, 1
"""Classes of every character outside the alphabet, and of the paragraph break."""
UNKNOWN_SPREAD = 20_000
"""The unknown class stands for about as many characters as the basic CJK block holds (20,992) beside those
we know, so one unknown character gets this share of the probability of the class."""

LAST = 0xFFFF
"""The last code point of the basic plane, and the largest number of a character in 16 bits."""
_WIDER = 0xFEE0  # code points from an ASCII character to its full-width form
_WIDE = {mark: chr(ord(mark) + _WIDER) for mark in ",;:?!()"}
_FOLDS = _WIDE | {chr(ord("0") + k + wider): "0" for k in range(10) for wider in (0, _WIDER) if k or wider}
_SHADOW = str.maketrans(_FOLDS)


def shadow(text: str) -> str:
    """The text as the models see it, of the same length: all digits `0`, `,;:?!()` in full width."""
    return text.translate(_SHADOW)


def widened(text: str) -> str:
    """The text with `,;:?!()` in full width, of the same length."""
    for mark, wide in _WIDE.items():
        text = text.replace(mark, wide)
    return text


def codes(text: str) -> NDArray[np.uint32]:
    """The code points of the text; lone surrogates are let through."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@dataclass(frozen=True, eq=False)
class Alphabet:
    """The characters that a model tells apart: ids 0 unknown, 1 break, 2… the characters of `known`."""

    known: str
    table: NDArray[np.uint16]
    """The class of every code point, as far as any is held; the last one stands for all beyond."""

    @classmethod
    def of(cls, known: str) -> Alphabet:
        """An alphabet of the shadow characters `known`, without "\\n" and without repeats."""
        if len(set(known)) != len(known) or "\n" in known or len(known) > 0xFFFD:
            raise ValueError("an alphabet holds up to 65,533 different characters and no line break")
        held = codes(known)
        table = np.zeros(max(int(held.max(initial=0)), LAST) + 2, dtype=np.uint16)
        table[held] = np.arange(2, len(known) + 2, dtype=np.uint16)
        table[ord("\n")] = BREAK
        for seen, folded in _FOLDS.items():
            table[ord(seen)] = table[ord(folded)]
        return cls(known, table)

    @classmethod
    def common(cls, text: str, size: int, least: int = 1) -> Alphabet:
        """The `size` most common shadow characters of `text` that occur at least `least` times."""
        counts = np.bincount(codes(text), minlength=0x10000)
        for seen, folded in _FOLDS.items():
            counts[ord(folded)] += counts[ord(seen)]
            counts[ord(seen)] = 0
        counts[ord("\n")] = 0
        found = np.flatnonzero(counts >= least)
        ranked = found[np.lexsort((found, -counts[found]))][:size]
        return cls.of("".join(map(chr, ranked.tolist())))

    @property
    def size(self) -> int:
        """Number of classes, the unknown and the break included: the base in which n-grams are packed."""
        return len(self.known) + 2

    def encode(self, text: str) -> Ids:
        """The class of every code point of the text."""
        return self.numbers(codes(text))

    def numbers(self, chars: NDArray[np.uint32]) -> Ids:
        """The class of every code point."""
        return self.table.take(chars, mode="clip").astype(np.uint64)
