"""Does this text go on with that one? Two small networks that read either side of a seam, and what they have in common.

The language model knows which characters follow which; of a pair that it has not seen it knows nothing. A network that
learnt to find, among hundreds of beginnings, the one from which an end was cut, knows more of what goes together: a measure word behind a
number, what is said of a person behind the name. Each side of a seam becomes a vector (a twin encoder, as Henderson et al. 2017 chose answers),
so that a page of n blocks asks the networks 2n times and compares by products. Learnt by `benchmarks/build_continuations.py` from the texts of the
language model; here it is only read, by numpy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file
from cleaner.evidence.alphabet import shadow
from cleaner.evidence.index import find_sorted
from cleaner.evidence.script import simplified_shadow
from cleaner.memory import Store

WINDOW = 20
"""Characters on either side of a seam that are read: a Latin word or a number counts as one, and blanks as none."""
READ = 60
"""Code points in which they are sought."""
NEAR = 6
"""Characters next to the seam whose place counts; of the others only what they are."""
NOTHING, UNKNOWN = 0, 1
"""Codes of a place without a character, and of a character that the network has not learnt."""
CODES = 2
"""Codes before that of the alphabet's first character."""
LATIN, NUMBER, BLANK = re.compile("[A-Za-z]+"), re.compile("0(?:[.,，]?0)*"), re.compile(r"\s+")
SIDES = ("end", "start")
UNITS, WEIGHT_UNITS = 256, 1024
"""Parts of 1 in which the networks count, and in which their weights are kept. Whole numbers, and all sums below 2**53, so that no machine and no
order of summation gives another result."""
PARTNER, EDGE = -2, -1
"""Columns of a vector behind those that are compared: what speaks for any partner, and for the edge of a sentence."""
BEYOND = 4.0
"""Log-odds of an edge beyond which they mean no more (`benchmarks/edges.py` prints what those at either end are worth)."""
UNSHARED = 1 << 18
"""Multiplications up to which OpenBLAS makes a product in one thread. The products of a page are too small to share out: threads that wait for each
other take many times as long where another process has their core."""

Whole = NDArray[np.float64]
"""Whole numbers, as floating point for the sake of matrix products."""
Codes = NDArray[np.int64]


def plain(text: str) -> str:
    """A text as the networks read it: in simplified script, a number `0`, a Latin word `A`, without blanks."""
    return NUMBER.sub("0", LATIN.sub("A", BLANK.sub("", shadow(simplified_shadow(text)))))


class Continuations:
    """Natural log-odds, but for what all pairs have in common, that the sentence of one text goes on in another."""

    def __init__(self, alphabet: str, weights: Mapping[str, NDArray[np.int16]]) -> None:
        """`alphabet` in the order of code points; `weights` by name, those of the two sides as `end.NAME` and `start.NAME`: the numbers of the
        characters and all biases in `UNITS`, the rest in `WEIGHT_UNITS`."""
        self._alphabet = np.array([ord(char) for char in alphabet], dtype=np.uint64)
        self._weights = {name: array.astype(np.float64) for name, array in weights.items()}
        self._ends, self._starts = Store[Whole](), Store[Whole]()

    def codes(self, texts: Sequence[str]) -> Codes:
        """The first `WINDOW` characters of plain texts by number, one row a text."""
        padded = "".join(text[:WINDOW].ljust(WINDOW, "\0") for text in texts)
        points = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
        places, known = find_sorted(self._alphabet, points)
        return np.where(known, places + CODES, np.where(points > 0, UNKNOWN, NOTHING)).reshape(len(texts), WINDOW)

    def ends(self, texts: Sequence[str]) -> Whole:
        """A vector for the end of every text, see `compared`."""
        return np.array(self._ends.of([text[-READ:] for text in texts], lambda new: self._encoded("end", [plain(text)[::-1] for text in new])))

    def starts(self, texts: Sequence[str]) -> Whole:
        """A vector for the start of every text, see `compared`."""
        return np.array(self._starts.of([text[:READ] for text in texts], lambda new: self._encoded("start", [plain(text) for text in new])))

    @staticmethod
    def compared(ends: Whole, starts: Whole) -> NDArray[np.float64]:
        """The log-odds of every row of `ends` going on in the same row of `starts`."""
        common = (ends[:, :PARTNER] * starts[:, :PARTNER]).sum(axis=1) / UNITS
        return np.asarray((common + ends[:, PARTNER] + starts[:, PARTNER]) / UNITS, dtype=np.float64)

    @staticmethod
    def alone(starts: Whole) -> NDArray[np.float64]:
        """What every start says by itself for going on from something."""
        return np.asarray(starts[:, PARTNER] / UNITS, dtype=np.float64)

    @staticmethod
    def edges(vectors: Whole) -> NDArray[np.float64]:
        """The log-odds of every row of `ends` finishing a sentence, its full stop aside, or of every row of `starts` beginning one, rather than
        being cut there, when half of all texts do."""
        return np.asarray(np.clip(vectors[:, EDGE] / UNITS, -BEYOND, BEYOND), dtype=np.float64)

    def _encoded(self, side: str, texts: Sequence[str]) -> Whole:
        """Vectors of plain texts from the seam on; the columns behind those to compare are `PARTNER` and `EDGE`."""
        def weight(name: str) -> Whole:
            return self._weights[f"{side}.{name}.weight"]

        def layer(name: str, x: Whole) -> Whole:
            return scaled(name, _product(x, weight(name)))

        def scaled(name: str, sums: Whole) -> Whole:
            return np.rint(sums / WEIGHT_UNITS) + self._weights[f"{side}.{name}.bias"]

        codes = self.codes(texts)
        kinds, places = np.unique(codes, return_inverse=True)
        known = self._weights["characters"][kinds]
        before, here, behind = (  # a page has few different characters: what each adds to the sums of a place is worked out once
            _product(known, part)[places.reshape(codes.shape)] for part in np.split(weight("threes"), 3, axis=1))
        here[:, 1:] += before[:, :-1]
        here[:, :-1] += behind[:, 1:]
        there = (codes != NOTHING)[:, :, None]
        seen = np.maximum(scaled("threes", here), 0) * there
        pooled = np.concatenate((seen.max(axis=1), np.rint(seen.sum(axis=1) / np.maximum(there.sum(axis=1), 1))), axis=1)
        both = np.concatenate((layer("near", self._weights["characters"][codes[:, :NEAR]].reshape(len(codes), -1)), layer("far", pooled)), axis=1)
        return layer("out", np.maximum(layer("both", np.maximum(both, 0)), 0))

    @classmethod
    def rounded(cls, alphabet: str, weights: Mapping[str, NDArray[np.float32]]) -> Continuations:
        """The networks with these weights, in whole units."""
        units = {name: UNITS if name == "characters" or name.endswith("bias") else WEIGHT_UNITS for name in weights}
        return cls(alphabet, {name: np.rint(array * units[name]).astype(np.int16) for name, array in weights.items()})

    def save(self, file: BinaryIO) -> None:
        """Write a data file: the alphabet and the weights."""
        arrays: dict[str, Any] = {name: array.astype(np.int16) for name, array in self._weights.items()}
        np.savez(file, alphabet=self._alphabet.astype(np.uint32), **arrays)

    @classmethod
    def load(cls, file: Path) -> Continuations:
        """Read a data file. Raises ValueError for a file of another kind, KeyError for one that lacks a part."""
        with np.load(file) as data:
            return cls("".join(map(chr, data["alphabet"])), {name: data[name] for name in data.files if name != "alphabet"})


def _product(rows: Whole, weight: Whole) -> Whole:
    """The product of every row with every row of a weight, in portions of rows that stay `UNSHARED`."""
    portion = max(1, UNSHARED // weight.size)
    padded = np.zeros((-(-len(rows) // portion) * portion, weight.shape[1]))
    padded[:len(rows)] = rows
    products: Whole = padded.reshape(-1, portion, weight.shape[1]) @ weight.T
    return products.reshape(-1, len(weight))[:len(rows)]


@lru_cache(maxsize=1)
def shipped_continuations() -> Continuations:
    """The networks that travel with the package."""
    return Continuations.load(data_file("continuations.npz"))
