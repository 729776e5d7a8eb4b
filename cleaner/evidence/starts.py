"""How a sentence begins, and how the rest of one does: told from the first characters.

A sentence cut at any place goes on with 获悉，, with 上已经, with 的; one begins with 这意味着, with 在 or with a name. The language model
knows how likely a text is behind a full stop, but it smooths what it has seen, and asks it beside a text behind nothing. This is
asked outright: a logistic regression on the first one to four characters (those strings of which prose has enough), fitted by
`benchmarks/build_starts.py` on official text and encyclopaedia cut at random places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file
from cleaner.evidence.alphabet import shadow
from cleaner.evidence.index import find_sorted
from cleaner.evidence.script import simplified_shadow
from cleaner.memory import kept

LENGTH = 4
"""Characters of a start that are looked at."""
READ = 24
"""Code points of a text in which they are sought: a Latin word counts as one character, and blanks as none."""
LATIN = re.compile("[A-Za-z]+")
BLANK = re.compile(r"\s+")
NOTHING = "\uffff"
"""Stands for what lies beyond the basic plane."""
BEYOND = re.compile("[\U00010000-\U0010ffff]")
HUNDREDTHS = 100
"""The file holds the weights in hundredths."""


@kept
def opening(text: str) -> str:
    """The first characters as they are looked at: in simplified script, digits `0`, a Latin word `A`, without blanks."""
    return LATIN.sub("A", BLANK.sub("", shadow(simplified_shadow(text[:READ]))))[:LENGTH]


class Starts:
    """Natural log-odds that a text begins a sentence rather than continues one, when half of all texts do each."""

    def __init__(self, bias: float, weights: Mapping[str, float]) -> None:
        self.bias, self.weights = bias, weights
        keys = _keys(list(weights))
        order = np.argsort(keys)
        self._keys, self._weights = keys[order], np.array(list(weights.values()))[order]

    def log_odds(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """One number a text."""
        found = np.full(len(texts), self.bias)
        openings = [opening(text) for text in texts]
        for length in range(1, LENGTH + 1):
            long = [k for k, start in enumerate(openings) if len(start) >= length]
            asked = _keys([openings[k][:length] for k in long])
            places, known = find_sorted(self._keys, asked)
            hits = np.array(long, dtype=np.int64)[known]
            found[hits] += self._weights[places[known]]
        return found

    def render(self) -> str:
        """The data file: the bias, then a string and its weight a line."""
        rows = ((string, weight) for string, weight in chain([("", self.bias)], sorted(self.weights.items())))
        return "".join(f"{string}\t{round(weight * HUNDREDTHS)}\n" for string, weight in rows)

    @classmethod
    def parse(cls, text: str) -> Starts:
        """Read a data file. Raises ValueError for a line of another layout."""
        strings, _, weights = zip(*(line.partition("\t") for line in text.splitlines()), strict=True)
        hundredths = np.array(weights).astype(np.int64) / HUNDREDTHS
        if strings[0]:
            raise ValueError("the first line has the bias, without a string")
        return cls(float(hundredths[0]), dict(zip(strings[1:], hundredths[1:].tolist(), strict=True)))


def _keys(strings: Sequence[str]) -> NDArray[np.uint64]:
    """Strings of up to four characters as numbers, 16 bits a character; see `NOTHING`."""
    padded = "".join(string.ljust(LENGTH, "\0") for string in strings)
    return np.frombuffer(BEYOND.sub(NOTHING, padded).encode("utf-16-le", "surrogatepass"), dtype="<u8")


@lru_cache(maxsize=1)
def shipped_starts() -> Starts:
    """The table that travels with the package."""
    return Starts.parse(data_file("starts.tsv").read_text(encoding="utf-8"))
