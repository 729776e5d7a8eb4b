"""How often a text has short strings: all the strings asked about are counted in one go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import LAST, codes

Ints = NDArray[np.int64]
LONGEST = 4
"""Code points of the longest string: four numbers of 16 bits fit one of 64."""


class Grams:
    """The strings of a text, up to `LONGEST` code points, with their counts; occurrences may overlap.

    Strings of other lengths than those in `lengths` count as absent, and so do those across a break (`without`).
    """

    def __init__(self, text: str, lengths: Sequence[int], without: str = "") -> None:
        places = codes(text)
        self._known = np.unique(places) if len(places) and places.max() > LAST else None
        """The characters of the text by rising number, where one lies beyond the basic plane."""
        numbers, _ = self._numbers(places)
        barred = np.cumsum(np.isin(places, codes(without))) if without else np.zeros(len(places), dtype=np.int64)
        self._counts: dict[int, tuple[NDArray[np.uint64], Ints]] = {}
        for length in lengths:
            size = max(len(places) - length + 1, 0)
            keys = _packed([numbers[k:k + size] for k in range(length)])
            if without and size:
                before = np.concatenate(([0], barred))
                keys = keys[before[length:length + size] == before[:size]]
            self._counts[length] = np.unique(keys, return_counts=True)

    def counts(self, strings: Sequence[str]) -> Ints:
        """How often the text has each string."""
        found = np.zeros(len(strings), dtype=np.int64)
        lengths = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
        for length in self._counts:
            asked = np.flatnonzero(lengths == length)
            if len(asked):
                found[asked] = self.counts_of(codes("".join(strings[k] for k in asked.tolist())).reshape(-1, length))
        return found

    def counts_of(self, rows: NDArray[np.uint32]) -> Ints:
        """How often the text has the string of each row of code points; what is none stands for no character."""
        keys, counts = self._counts[rows.shape[1]]
        if not len(keys):
            return np.zeros(len(rows), dtype=np.int64)
        numbers, known = self._numbers(rows)
        wanted = _packed(list(numbers.T))
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where((keys[places] == wanted) & known.all(axis=1), counts[places], 0)

    def _numbers(self, places: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """A number of 16 bits for every code point, and whether it is its own: 65,535 different characters would be needed for two of a
        text to share one."""
        if self._known is None:
            return np.minimum(places, LAST).astype(np.uint64), places <= LAST
        at = np.minimum(np.searchsorted(self._known, places), len(self._known) - 1)
        return np.minimum(at, LAST).astype(np.uint64), self._known[at] == places


def _packed(columns: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """One number for each row of 16-bit numbers."""
    keys = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        keys = keys << np.uint64(16) | column
    return keys
