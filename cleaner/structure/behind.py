"""What a page prints behind a string: whether two ends meet elsewhere, and what stands between them there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cleaner.evidence.alphabet import codes
from cleaner.evidence.charset import HAN_RANGE
from cleaner.evidence.index import find_sorted

_WIDE = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Behind:
    """What a page prints behind a string: the next character and the next two, and by one or two characters the hanzi that stand
    between the string and them."""

    next: frozenset[str]
    between: Mapping[str, str]

    @classmethod
    def of(cls, printed: Sequence[str]) -> Behind:
        """From the three characters behind each place."""
        between: dict[str, str] = {}
        for said in printed:
            if said[:1] in HAN_RANGE:
                for head in {said[1:2], said[1:3]}:
                    between[head] = between.get(head, "") + said[0]
        return cls(frozenset(said[:n] for said in printed for n in (1, 2)), between)


def places_of(page: str, bigrams: set[str]) -> dict[str, list[int]]:
    """Where each of some bigrams stands on the page; those that do not, and what is no bigram, are left out."""
    known = sorted(bigram for bigram in bigrams if len(bigram) == 2)
    sought, printed = codes("".join(known)).astype(np.uint64), codes(page).astype(np.uint64)
    numbers, held = find_sorted(sought[::2] << _WIDE | sought[1::2], printed[:-1] << _WIDE | printed[1:])
    places = np.flatnonzero(held)
    found: dict[str, list[int]] = {}
    for at, number in zip(places.tolist(), numbers[places].tolist(), strict=True):
        found.setdefault(known[number], []).append(at)
    return found
