"""Where does a text have a known term but for one character, and may that one have been misread?

A term here is a string that is known from elsewhere: a word of the user's lists, a name that the page prints again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cleaner.evidence.charset import HANZI, NUMERALS
from cleaner.evidence.lookalikes import Lookalikes

_HOLE = "\0"


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
        self._lengths = sorted({len(term) for term in self._known})

    def variants(self, text: str, table: Lookalikes, least: float) -> Iterator[Variant]:
        """Places that have a term but for one look-alike of at least `least` (log10 P); what is a term itself is none."""
        for n in self._lengths:
            for i in range(len(text) - n + 1):
                passage = text[i:i + n]
                if passage in self._known or "\n" in passage:
                    continue
                for k in range(n):
                    for term, _ in self._holed.get(passage[:k] + _HOLE + passage[k + 1:], ()):
                        noise = _noise(table, passage[k], term[k])
                        if noise is not None and noise >= least:
                            yield Variant(i, term, k, passage[k], noise)


@lru_cache(maxsize=1 << 12)
def _noise(table: Lookalikes, read: str, printed: str) -> float | None:
    """log10 P(read | printed) of two hanzi that are no numerals; None where there is none."""
    if not HANZI.match(read) or not HANZI.match(printed) or {read, printed} & NUMERALS:
        return None
    return table.log10_p(read, printed)
