"""Where does a text have a known term but for one character, and may that one have been misread?

A term here is a string that is known from elsewhere: a word of the user's lists, a name that the page prints again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import codes
from cleaner.evidence.charset import HANZI, NUMERALS
from cleaner.evidence.index import find_sorted
from cleaner.evidence.lookalikes import Lookalikes

_HOLE = "\0"
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Variant:
    """`text[start:start + len(term)]` is the term but for its character `k`; `noise` is log10 P(read | printed) of that one."""

    start: int
    term: str
    k: int
    read: str
    noise: float

    @property
    def at(self) -> int:
        """Offset of the character in doubt."""
        return self.start + self.k


class Terms:
    """Terms made ready to be sought with one character wrong."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Terms of two characters and more; of two, only one agrees, so who asks for them must know more."""
        self._known = frozenset(term for term in terms if len(term) > 1)
        self._holed: dict[str, list[tuple[str, int]]] = {}
        for term in sorted(self._known):
            for k in range(len(term)):
                self._holed.setdefault(term[:k] + _HOLE + term[k + 1:], []).append((term, k))
        self._numbers = {n: [np.unique(_without(_windows("".join(sorted(term for term in self._known if len(term) == n)), n, n), k))
                             for k in range(n)] for n in sorted({len(term) for term in self._known})}
        """Length → for each place that may be wrong the numbers of the terms without it, rising."""

    def variants(self, text: str, table: Lookalikes, least: float) -> Iterator[Variant]:
        """Places that have a term but for one look-alike of at least `least` (log10 P); what is a term itself is none."""
        for i, n, k in self._likely(text):
            passage = text[i:i + n]
            if passage in self._known or "\n" in passage:
                continue
            for term, _ in self._holed.get(passage[:k] + _HOLE + passage[k + 1:], ()):
                noise = _noise(table, passage[k], term[k])
                if noise is not None and noise >= least:
                    yield Variant(i, term, k, passage[k], noise)

    def _likely(self, text: str) -> Iterator[tuple[int, int, int]]:
        """`(i, n, k)` wherever `text[i:i + n]` without its character `k` has the number of a term without it, by n, i and k."""
        for n, numbers in self._numbers.items():
            windows = _windows(text, n)
            found = np.stack([find_sorted(known, _without(windows, k))[1] for k, known in enumerate(numbers)], axis=1)
            yield from ((i, n, k) for i, k in np.argwhere(found).tolist())


def _windows(text: str, n: int, step: int = 1) -> NDArray[np.uint64]:
    """The code points of every stretch of `n`, one row each; they begin `step` characters apart."""
    chars = codes(text).astype(np.uint64)
    return np.lib.stride_tricks.sliding_window_view(chars, n)[::step] if len(chars) >= n else np.zeros((0, n), dtype=np.uint64)


def _without(rows: NDArray[np.uint64], k: int) -> NDArray[np.uint64]:
    """A number for each row of code points without the k-th; others may have the same, but seldom."""
    number = np.zeros(len(rows), dtype=np.uint64)
    for column in range(rows.shape[1]):
        if column != k:
            number = number * _MIX + rows[:, column]
    return number


@lru_cache(maxsize=1 << 12)
def _noise(table: Lookalikes, read: str, printed: str) -> float | None:
    """log10 P(read | printed) of two hanzi that are no numerals; None where there is none."""
    if not HANZI.match(read) or not HANZI.match(printed) or {read, printed} & NUMERALS:
        return None
    return table.log10_p(read, printed)
