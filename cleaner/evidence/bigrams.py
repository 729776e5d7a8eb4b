"""Which two characters stand side by side in words: most strings that are no word are out at one look."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

BITS = 21
"""Two million slots, for the 300,000 pairs of the shipped dictionary."""
_LEFT, _RIGHT = 0x9E3779B1, 0x85EBCA6B
_WORD = 0xFFFFFFFF

Codes = NDArray[np.uint32]


class Bigrams:
    """Pairs of characters, each marked in a slot that others may share: what is held is never denied, and one in eight
    of the pairs that are not held is not denied either."""

    def __init__(self, pairs: Iterable[tuple[Codes, Codes]]) -> None:
        """Hold the pairs of every two rows of code points."""
        self._marked = np.zeros(1 << BITS, dtype=np.bool_)
        for lefts, rights in pairs:
            self._marked[_slots(lefts, rights)] = True
        self._one = self._marked.view(np.uint8).data

    def may_hold(self, lefts: Codes, rights: Codes) -> NDArray[np.bool_]:
        """Whether each pair may be one of those held."""
        found: NDArray[np.bool_] = self._marked[_slots(lefts, rights)]
        return found

    def may_open(self, word: str) -> bool:
        """The same of the first two characters of a word."""
        return bool(self._one[((ord(word[0]) * _LEFT ^ ord(word[1]) * _RIGHT) & _WORD) >> (32 - BITS)])


def _slots(lefts: Codes, rights: Codes) -> Codes:
    slots: Codes = (lefts * np.uint32(_LEFT) ^ rights * np.uint32(_RIGHT)) >> np.uint32(32 - BITS)
    return slots
