"""What may have been printed at doubtful places: look-alikes that fit between the neighbours, guesses, and pairs.

The look-alikes of the table come first, narrowed to those that would stand in a word, are words by themselves or stand beside
the same neighbour elsewhere on the page. Where the doubt is deep, characters that the table does not have are guessed from
the neighbours. Two doubtful neighbours also get words of two characters, since of two wrong
characters neither mends the passage alone.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import codes
from cleaner.evidence.charset import NUMERALS
from cleaner.evidence.index import find_sorted
from cleaner.evidence.linewise import Lines
from cleaner.evidence.lookalikes import Lookalikes
from cleaner.evidence.ngram import Floats
from cleaner.evidence.wordforms import FREQUENT, WordForms

Ints = NDArray[np.int64]
Codes = NDArray[np.uint32]
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


class Options(NamedTuple):
    """Candidates, one a row: the offset, the code points of one character or two (0: no second one), their noise (log10 P(read | printed),
    summed), and whether the table does not know the two as look-alikes."""

    starts: Ints
    chars: Codes
    seconds: Codes
    noise: NDArray[np.float64]
    guesses: Flags

    def chosen(self, rows: Ints) -> Options:
        """Some of the rows."""
        return Options(self.starts[rows], self.chars[rows], self.seconds[rows], self.noise[rows], self.guesses[rows])

    @property
    def lengths(self) -> Ints:
        """Characters of each."""
        return np.where(self.seconds > 0, 2, 1)

    def texts(self) -> list[str]:
        """What each may have been."""
        return [chr(char) + (chr(second) if second else "") for char, second in zip(self.chars.tolist(), self.seconds.tolist(), strict=True)]


def _options(starts: Ints, chars: Codes, noise: float | NDArray[np.float32], guess: bool = False) -> Options:
    """Candidates of one character."""
    size = len(starts)
    return Options(starts, chars, np.zeros(size, dtype=np.uint32), np.full(size, noise, dtype=np.float64), np.full(size, guess))


class Candidates:
    """The candidates of the doubtful places of one text (blocks joined by line feeds)."""

    def __init__(self, text: str, lines: Lines, places: Ints, weak: Flags, doubt: Floats, table: Lookalikes, forms: WordForms) -> None:
        """`places` are the offsets that are looked at again, `weak` says of every character whether it is in doubt, and `doubt` how
        little it fits."""
        self.text, self.lines, self.places, self.weak, self.doubt, self.table, self.forms = text, lines, places, weak, doubt, table, forms
        self._read = codes(f"\n{text}\n")
        kinds, self._kind = np.unique(self._read[places + 1] << 1 | (doubt[places] >= DOUBT), return_inverse=True)
        self._columns = [table.columns(chr(kind >> 1), CLOSE if kind & 1 else -math.inf) for kind in kinds.tolist()]
        """What the table has for each different character, and for those in mild doubt."""

    def options(self) -> Options:
        """All of them, in the order of the text: single characters in the table, guesses, pairs."""
        if not len(self.places):
            return _options(self.places, np.zeros(0, dtype=np.uint32), UNLISTED)
        parts = self._listed(), self._guesses(), self._pairs()
        every = Options(np.concatenate([part.starts for part in parts]), np.concatenate([part.chars for part in parts]),
                        np.concatenate([part.seconds for part in parts]), np.concatenate([part.noise for part in parts]),
                        np.concatenate([part.guesses for part in parts]))
        return every.chosen(np.argsort(every.starts, kind="stable"))

    def _listed(self) -> Options:
        """Candidates for single characters that make a word with their neighbours, or are one."""
        sizes = np.array([len(offered) for offered, _ in self._columns])
        starts, sizes = (np.cumsum(sizes) - sizes)[self._kind], sizes[self._kind]
        rows = np.repeat(np.arange(len(self.places)), sizes)
        listed = np.arange(len(rows)) + (starts - np.cumsum(sizes) + sizes)[rows]
        chars, noise = (np.concatenate(column)[listed] for column in zip(*self._columns, strict=True))
        places = self.places[rows]
        kept = (self.doubt[self.places] < DEEP)[rows] | np.isin(chars, _ALONE)
        for fits in (self._beside, self._formed):
            asked = np.flatnonzero(~kept)
            kept[asked] = fits(places[asked], chars[asked])
        kept &= ~np.isin(chars, NUMERAL_CODES)
        return _options(places[kept], chars[kept], noise[kept])

    def _guesses(self) -> Options:
        """Characters that are no look-alikes in the table but make a frequent word with the left or the right neighbour."""
        deep = np.flatnonzero(self.doubt[self.places] < DEEP)
        places = self.places[deep]
        rows, chars = self.forms.beside(self._read[places], self._read[places + 2])
        known = [self._columns[kind][0] for kind in self._kind[deep].tolist()]
        listed = np.repeat(np.arange(len(deep)), [len(offered) for offered in known]) << 32 | np.concatenate([*known, chars[:0]])
        kept = (chars != self._read[places + 1][rows]) & ~np.isin(chars, NUMERAL_CODES) & ~np.isin(rows << 32 | chars, listed)
        return _options(places[rows[kept]], chars[kept], UNLISTED, True)

    def _pairs(self) -> Options:
        """Frequent words of two characters that may have stood where two doubtful ones stand."""
        starts = self.places[self.weak[self.places] & np.append(self.weak[1:], False)[self.places]]
        found = [(i, ord(word[0]), ord(word[1]), noise) for i in starts.tolist()
                 for word, noise in _words_for(self.text[i:i + 2], self.table, self.forms)]
        places, firsts, seconds, noise = zip(*found, strict=True) if found else ((), (), (), ())
        return Options(np.array(places, dtype=np.int64), np.array(firsts, dtype=np.uint32), np.array(seconds, dtype=np.uint32),
                       np.array(noise, dtype=np.float64), np.zeros(len(found), dtype=np.bool_))

    def _formed(self, places: Ints, chars: Codes) -> Flags:
        """Whether each character would stand in a word at its place."""
        return self.lines.answers(self.forms.formed_before, places, (chars,), lambda rows: (
            self.forms.formed(self.text, places[rows], chars[rows]), np.ones(len(rows), dtype=np.int64)))

    def _beside(self, places: Ints, chars: Codes) -> Flags:
        """Whether the page prints each character elsewhere with the left or the right neighbour that it would have."""
        found: Flags = np.isin(chars, self._read)
        here = np.flatnonzero(found)
        read, wide, offered = self._read.astype(np.uint64), np.uint64(32), chars[here].astype(np.uint64)
        before, behind = read[places[here]], read[places[here] + 2]
        pairs = np.sort(read[:-1] << wide | read[1:])
        found[here] = False
        for sought, neighbour in ((before << wide | offered, before), (offered << wide | behind, behind)):
            found[here] |= find_sorted(pairs, sought)[1] & (neighbour >= 0x3400) & (neighbour <= 0x9FFF)
        return found


@lru_cache(maxsize=1 << 12)
def _words_for(read: str, table: Lookalikes, forms: WordForms) -> tuple[tuple[str, float], ...]:
    """Frequent words that may have been printed where two characters were read, the likelier first, with their noise."""
    first, second = table.printed(read[0], PAIRED), table.printed(read[1], PAIRED)
    words = forms.pairs("".join(char for char, _ in first), "".join(char for char, _ in second))
    found = []
    for (i, k), count in words.items():
        (char, noise), (other, more) = first[i], second[k]
        frequency = math.log10(count + 1)
        if frequency > math.log10(FREQUENT) and not {char, other} & NUMERALS:
            found.append((noise + more + frequency, char + other, noise + more))
    found.sort(key=lambda item: (-item[0], item[1]))
    return tuple((word, noise) for _, word, noise in found[:PAIRS])
