"""What may have been printed at doubtful places: look-alikes that fit between the neighbours, guesses, and pairs.

The look-alikes of the table come first, narrowed to those that would stand in a word, are words by themselves or stand beside
the same neighbour elsewhere on the page. Where the doubt is deep, characters that the table does not have are guessed from
the neighbours. Two doubtful neighbours also get words of two characters, since of two wrong
characters neither mends the passage alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import codes
from cleaner.evidence.charset import NUMERALS
from cleaner.evidence.lookalikes import Lookalikes
from cleaner.evidence.ngram import Floats
from cleaner.evidence.wordforms import FREQUENT, WordForms

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ALONE = frozenset("的了是在有和不为上中也要而从到对就以于与这他我们人来个将被把让使都还又再更最很")
"""Characters that are words by themselves so often that they need no neighbour to be a likely reading."""
NUMERAL_CODES, _ALONE = (np.array(sorted(map(ord, chars)), dtype=np.uint32) for chars in (NUMERALS, ALONE))
DOUBT = -2.2
"""Doubt (log10, see `lattice.doubtful`) below which a character is looked at again: 9 % of the right hanzi of the rig pages and
86 % of the misread ones; `benchmarks/calibrate_lookalikes.py` prints both."""
MILD = 0.5
"""Doubt below which a character is looked at again for the sake of its closest look-alikes alone (己 and 已)."""
DEEP = -4.5
"""Doubt below which any look-alike is a candidate, word or not, and words of the dictionary are guessed, look-alikes or not."""
UNLISTED = -4.5
"""log10 P(read | printed) that is taken of two characters that are no look-alikes in the table."""
CLOSE = -2.4
"""log10 P(read | printed) from which on a look-alike is a close one."""
PAIRED = 24
"""Candidates of each of two neighbours that are combined."""
PAIRS = 6
"""Pairs scored at one place."""


class Option(NamedTuple):
    """A candidate at one place, with its noise: log10 P(read | printed) of its characters, summed."""

    start: int
    after: str
    noise: float
    guess: bool = False
    """Whether the table does not know the two as look-alikes."""


class Candidates:
    """The candidates of the doubtful places of one text (blocks joined by "\\n")."""

    def __init__(
        self, text: str, places: Sequence[int], weak: frozenset[int], doubt: Floats, table: Lookalikes, forms: WordForms,
    ) -> None:
        """`places` are the offsets that are looked at again, `weak` all that are in doubt, and `doubt` says how little each
        character of the text fits."""
        self.text, self.places, self.weak, self.doubt, self.table, self.forms = text, places, weak, doubt, table, forms

    def __iter__(self) -> Iterator[Option]:
        """All of them: single characters in the table, guesses, pairs."""
        if self.places:
            yield from self._listed()
            yield from self._guesses()
            for i in self.places:
                if i in self.weak and i + 1 in self.weak:
                    yield from self._pairs(i)

    def _listed(self) -> Iterator[Option]:
        """Candidates for single characters that make a word with their neighbours, or are one."""
        columns = [self.table.columns(self.text[i]) for i in self.places]
        places = np.repeat(np.array(self.places, dtype=np.int64), [len(offered) for offered, _ in columns])
        chars = np.concatenate([offered for offered, _ in columns])
        noise = np.concatenate([figures for _, figures in columns])
        kept = ((self.doubt[places] < DOUBT) | (noise >= CLOSE)) & ~np.isin(chars, NUMERAL_CODES)
        places, chars, noise = places[kept], chars[kept], noise[kept]
        kept = self.forms.formed(self.text, places, chars) | np.isin(chars, _ALONE) | self._beside(places, chars)
        kept |= self.doubt[places] < DEEP
        rows = zip(places[kept].tolist(), map(chr, chars[kept].tolist()), noise[kept].tolist(), repeat(False))
        yield from map(Option._make, rows)

    def _guesses(self) -> Iterator[Option]:
        """Characters that are no look-alikes in the table but make a frequent word with the left or the right neighbour."""
        text = self.text
        for i in self.places:
            if self.doubt[i] < DEEP:
                for char in sorted(self.forms.beside(text[i - 1:i], text[i + 1:i + 2]) - NUMERALS - {text[i]}):
                    if self.table.log10_p(text[i], char) is None:
                        yield Option(i, char, UNLISTED, True)

    def _beside(self, places: Ints, chars: NDArray[np.uint32]) -> Flags:
        """Whether the page prints each character elsewhere with the left or the right neighbour that it would have."""
        read = codes(f"\n{self.text}\n").astype(np.uint64)
        wide, offered = np.uint64(32), chars.astype(np.uint64)
        pairs = np.unique(read[:-1] << wide | read[1:])
        left, right = read[places] << wide | offered, offered << wide | read[places + 2]
        found: Flags = np.zeros(len(places), dtype=np.bool_)
        for sought, neighbour in ((left, read[places]), (right, read[places + 2])):
            at = np.minimum(np.searchsorted(pairs, sought), len(pairs) - 1)
            found |= (pairs[at] == sought) & (neighbour >= 0x3400) & (neighbour <= 0x9FFF)
        return found

    def _pairs(self, i: int) -> list[Option]:
        """Frequent words of two characters that may have stood where two doubtful ones stand."""
        return [Option(i, word, noise) for word, noise in _words_for(self.text[i:i + 2], self.table, self.forms)]


@lru_cache(maxsize=1 << 12)
def _words_for(read: str, table: Lookalikes, forms: WordForms) -> tuple[tuple[str, float], ...]:
    """Frequent words that may have been printed where two characters were read, the likelier first, with their noise."""
    first, second = table.printed(read[0])[:PAIRED], table.printed(read[1])[:PAIRED]
    words = forms.pairs("".join(char for char, _ in first), "".join(char for char, _ in second))
    found = []
    for (i, k), count in words.items():
        (char, noise), (other, more) = first[i], second[k]
        frequency = math.log10(count + 1)
        if frequency > math.log10(FREQUENT) and not {char, other} & NUMERALS:
            found.append((noise + more + frequency, char + other, noise + more))
    found.sort(key=lambda item: (-item[0], item[1]))
    return tuple((word, noise) for _, word, noise in found[:PAIRS])
