"""How likely the characters at one place of a text are behind those before another place of it, for many pairs at once.

Asked one by one of the language model, such pairs would cost more than all else on a page; here the contexts are looked
up once a place, the first characters of two places once a pair, and the longer n-grams only where the shorter ones are
known. Where both places are one, everything comes from a single pass over the text.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import BREAK
from cleaner.evidence.index import Ids, Ints, logs
from cleaner.evidence.ngram import Tables

Doubles = NDArray[np.float64]

HEAD = 3
"""Code points behind a place that its context bears upon: the model's order less one."""


class Scorer:
    """log10 p of the `HEAD` characters at one place of a text behind the characters before another place of it."""

    def __init__(self, text: str, model: Tables) -> None:
        self.model, self.base = model, np.uint64(model.alphabet.size)
        self.ids = model.alphabet.encode(text)
        n = len(self.ids)
        ids = self.ids.astype(np.int64)
        self.bigram = self._find(1, ids[:-1], self.ids[1:], np.ones(n - 1, dtype=bool))
        self.trigram = self._find(2, self.bigram[:-1], self.ids[2:], (self.bigram[:-1] >= 0) & (self.bigram[1:] >= 0))
        second = self._p(0, ids[1:]) + self._handed(0, ids[:-1])
        self._set(second, 1, self.bigram)
        third = second[1:].copy()
        self._hand_down(third, 1, self.bigram[:-1])
        self._set(third, 2, self.trigram)
        pad = [0.0] * 3
        self.second = np.concatenate((second, pad))
        """Of the character behind a place given the one at it."""
        self.third = np.concatenate((third, pad))
        """Of the second character behind a place given the two before it."""
        self.alone = self._p(0, ids) + self.second[:n] + self.third[:n]
        """Of the characters at a place when nothing is known of what stands before."""

    @cached_property
    def in_place(self) -> Doubles:
        """Of the characters at every place behind those before it, as `pairs` would tell it; from the fourth place on."""
        before, last = self.trigram[:-1], self.trigram[1:]
        fourgram = self._find(3, before, self.ids[3:], (before >= 0) & (last >= 0))
        fourth = self.third[1:-3].copy()
        self._hand_down(fourth, 2, before)
        self._set(fourth, 3, fourgram)
        told = np.zeros(len(self.ids))
        told[3:-2] = fourth[:-2] + fourth[1:-1] + fourth[2:]
        return told

    def started(self, places: Ints) -> Doubles:
        """Of the characters at some places as the start of a line or a sentence."""
        return np.maximum(self._behind(BREAK, places), self._behind(int(self.model.alphabet.encode("。")[0]), places))

    def _p(self, level: int, places: Ints) -> Doubles:
        """log10 p of n-grams of the model, by their places."""
        return logs(self.model.levels[level].p, places)

    def _handed(self, level: int, places: Ints) -> Doubles:
        """log10 of what n-grams, as contexts, hand down to shorter ones."""
        return logs(self.model.levels[level].backoff, places)

    def _set(self, score: Doubles, level: int, found: Ints) -> None:
        """What is held counts."""
        rows = np.flatnonzero(found >= 0)
        score[rows] = self._p(level, found[rows])

    def _hand_down(self, score: Doubles, level: int, contexts: Ints) -> None:
        """The weight of a context counts that is held."""
        rows = np.flatnonzero(contexts >= 0)
        score[rows] += self._handed(level, contexts[rows])

    def _find(self, level: int, parents: Ints, last: Ids, asked: NDArray[np.bool_]) -> Ints:
        """Place in a level of the n-grams that lengthen `parents` (places in the level below) by one character, -1 where
        one is not held or not asked for."""
        found = np.full(len(parents), -1, dtype=np.int64)
        rows = np.flatnonzero(asked)
        index = self.model.levels[level].index
        if len(rows) and index is not None:
            places, hit = index.find(parents[rows].astype(np.uint64) * self.base + last[rows])
            found[rows[hit]] = places[hit]
        return found

    def _behind(self, before: int, places: Ints) -> Doubles:
        """Log10 p of the characters at some places behind one given character alone."""
        left = np.full(len(places), before, dtype=np.uint64)
        nothing = np.full(len(places), -1, dtype=np.int64)
        return self._score(left, nothing, nothing, places)

    def pairs(self, ends: Ints, starts: Ints) -> Doubles:
        """log10 p of the characters at `starts[k]` behind the characters before `ends[k]`."""
        inside = np.where(self.trigram[np.maximum(ends - 3, 0)] >= 0, self.trigram[np.maximum(ends - 3, 0)], -1)
        return self._score(self.ids[ends - 1], self.bigram[ends - 2], inside, starts)

    def _score(self, c3: Ids, two: Ints, three: Ints, starts: Ints) -> Doubles:
        """Back-off as in `Tables`, up to four characters behind (c1, c2, c3): `two` and `three` are the places of (c2, c3) and of all three in the model."""
        last = len(self.ids) - 1
        h1, h2, h3 = (self.ids[np.minimum(starts + k, last)] for k in range(3))
        bigram_12 = self.bigram[np.minimum(starts, len(self.bigram) - 1)]
        trigram_123 = self.trigram[np.minimum(starts, len(self.trigram) - 1)]
        a2 = self._find(1, c3.astype(np.int64), h1, np.ones(len(starts), dtype=bool))
        a3 = self._find(2, two, h1, (a2 >= 0) & (two >= 0))
        a4 = self._find(3, three, h1, (a3 >= 0) & (three >= 0))
        first = self._p(0, h1.astype(np.int64)) + self._handed(0, c3.astype(np.int64))
        for level, found, contexts in ((1, a2, two), (2, a3, three)):
            self._set(first, level, found)
            self._hand_down(first, level, contexts)
        self._set(first, 3, a4)
        b3 = self._find(2, a2, h2, (a2 >= 0) & (bigram_12 >= 0))
        b4 = self._find(3, a3, h2, (a3 >= 0) & (b3 >= 0))
        second = self.second[starts]
        self._hand_down(second, 1, a2)
        self._set(second, 2, b3)
        self._hand_down(second, 2, a3)
        self._set(second, 3, b4)
        d4 = self._find(3, b3, h3, (b3 >= 0) & (trigram_123 >= 0))
        third = self.third[starts]
        self._hand_down(third, 2, b3)
        self._set(third, 3, d4)
        total: Doubles = first + second + third
        return total
