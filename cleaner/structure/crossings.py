"""How well the text at one place of a block runs on from another place of it: a table, in few look-ups.

To take columns apart, every place where a printed line may begin is weighed against every place where the line before it
may have ended: some ten pairs a character. Asked one by one of the language model they would cost more than all else
on a page; here the contexts are looked up once a place, the first characters of two places once a pair, and the longer
n-grams only where the shorter ones are known. All numbers are natural log-odds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import BREAK
from cleaner.evidence.exact import log10
from cleaner.evidence.index import Ids, Ints
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables

Doubles = NDArray[np.float64]

HEAD = 3
"""Code points behind a place that its context bears upon: the model's order less one."""
LM = 0.95 * math.log(10)
"""Log-odds that one log10 of the model is worth that two ends belong together, and of what a word across them adds, for
words of 2, 3 and 4 characters a log10 of its frequency (`benchmarks/columns.py fit`)."""
WORDS = (0.04, 0.7, 2.5)
SPAN = 112.0
"""Width, in full-width characters, between the end of a line and the start of the next one of its column: four columns."""
LOOSE = 2.5
"""Log-odds of a place with the text before it up to which a line may end there."""
LEAST = -4.5
"""Pairs gaining less are not kept."""
NO_START = frozenset("，。、；：！？）》〉”’」』】…—·,;:!?)%％")
NO_END = frozenset("（《〈“‘「『【(")
"""What Chinese typesetters do not let stand at the start and at the end of a line."""
SENTENCE_END = frozenset("。！？!?”")


@dataclass(frozen=True, eq=False)
class Places:
    """The places of one block at which a printed line may begin, and how they go together."""

    text: str
    spots: list[int]
    at: list[float]
    """Width of the text before each place, in full-width characters; what is ASCII counts half."""
    ended: list[bool]
    """Whether a sentence may end before the place."""
    here: dict[int, float]
    """How well a spot runs on from the text before it, over text drawn at random."""
    fresh: dict[int, float]
    """How well it starts a sentence."""
    pairs: dict[int, dict[int, float]]
    """Spot → place before it → what the language model gains when the text runs on from there."""
    lexicon: Lexicon

    @cached_property
    def gains(self) -> dict[tuple[int, int], float]:
        """What was asked of `gain` before."""
        return {}

    def gain(self, i: int, j: int) -> float | None:
        """Log-odds that the text at `j` runs on from the text before `i`, over the text before `j`; None: no chance."""
        known = self.gains.get((i, j))
        if known is None:
            weak = self.pairs[j].get(i)
            if weak is None:
                return None
            known = weak - self.here[j]
            if known > HOPELESS:
                known += word_across(self.lexicon, self.text, i, j)
            if self.ended[i]:
                known = max(known, self.fresh[j] - self.here[j])
            known = self.gains[i, j] = min(known, CAP)
        return known


HOPELESS = -2.0
"""Log-odds below which no word is sought across two places."""
CAP = 6.0
"""No single seam says more, in log-odds."""


def width_units(text: str) -> float:
    """Width of a text in full-width characters; what is ASCII counts half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def word_across(lexicon: Lexicon, text: str, i: int, j: int) -> float:
    """What the words say that the text before `i` and the text at `j` form together, in log-odds."""
    get, best = lexicon.words.get, [0, 0, 0]
    for left in range(1, min(i, 3) + 1):
        head = text[i - left:i]
        for right in range(1, 5 - left):
            frequency = get(head + text[j:j + right], 0)
            if frequency > best[left + right - 2]:
                best[left + right - 2] = frequency
    return sum(weight * math.log10(frequency + 1) for weight, frequency in zip(WORDS, best, strict=True)) if any(best) else 0.0


def places_of(texts: Sequence[str], model: Tables, lexicon: Lexicon) -> list[Places]:
    """The places of some texts, scored in one batch. Costs grow with the length of each text, not with its square."""
    scorer = Scorer("".join(f"\n\n\n{text}" for text in texts) + "\n\n\n", model)
    begins, start = [], 3
    for text in texts:
        begins.append(start)
        start += len(text) + 3
    rough = [_spots(text) for text in texts]
    where = np.array([begin + j for begin, found in zip(begins, rough, strict=True) for j in found], dtype=np.int64)
    in_place = LM * (scorer.pairs(where, where) - scorer.alone[where])
    fresh = LM * (scorer.started[where] - scorer.alone[where])
    found, k = [], 0
    for text, begin, spots in zip(texts, begins, rough, strict=True):
        mine = slice(k, k + len(spots))
        k += len(spots)
        found.append(_places(text, begin, spots, in_place[mine], fresh[mine], scorer, lexicon))
    wanted = [(place, begin, *_near(place)) for place, begin in zip(found, begins, strict=True)]
    ends = np.concatenate([begin + i for _, begin, i, _ in wanted] or [np.empty(0, np.int64)])
    heads = np.concatenate([begin + j for _, begin, _, j in wanted] or [np.empty(0, np.int64)])
    scores = LM * (scorer.pairs(ends, heads) - scorer.alone[heads])
    k = 0
    for place, _, i, j in wanted:
        _fill(place, i, j, scores[k:k + len(i)])
        k += len(i)
    return found


def _spots(text: str) -> list[int]:
    """Where typesetting lets a line begin."""
    return [j for j in range(1, len(text)) if text[j] not in NO_START and text[j - 1] not in NO_END
            and not (text[j - 1:j + 1].isascii() and text[j - 1:j + 1].isalnum())]


def _places(
    text: str, begin: int, spots: list[int], in_place: Doubles, fresh: Doubles, scorer: Scorer, lexicon: Lexicon,
) -> Places:
    at = [0.0, *accumulate(0.5 if char.isascii() else 1.0 for char in text)]
    ended = [False, *(char in SENTENCE_END for char in text)]
    here, starts, kept = {}, {}, []
    for j, now, new in zip(spots, in_place.tolist(), fresh.tolist(), strict=True):
        if now < LOOSE:
            now += word_across(lexicon, text, j, j)
        if now < LOOSE or ended[j]:
            kept.append(j)
            here[j], starts[j] = max(now, new) if ended[j] else now, new
    return Places(text, kept, at, ended, here, starts, {j: {} for j in kept}, lexicon)


def _near(place: Places) -> tuple[Ints, Ints]:
    """All pairs of spots up to `SPAN` apart: ends, starts."""
    spots = np.array(place.spots, dtype=np.int64)
    at = np.array(place.at)[spots]
    first = np.searchsorted(at, at - SPAN)
    counts = np.arange(len(spots)) - first
    starts = np.repeat(np.arange(len(spots)), counts)
    ends = np.arange(len(starts)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    return spots[ends], spots[starts]


def _fill(place: Places, ends: Ints, starts: Ints, scores: Doubles) -> None:
    here = np.zeros(len(place.text) + 1)
    free = np.zeros(len(place.text) + 1, dtype=bool)
    here[place.spots] = [place.here[j] for j in place.spots]
    free[place.spots] = [place.ended[j] for j in place.spots]
    kept = (scores - here[starts] > LEAST) | free[ends]
    for i, j, score in zip(ends[kept].tolist(), starts[kept].tolist(), scores[kept].tolist(), strict=True):
        place.pairs[j][i] = score


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
        second = np.where(self.bigram >= 0, self._p(1, self.bigram), second)
        third = second[1:] + np.where(self.bigram[:-1] >= 0, self._handed(1, self.bigram[:-1]), 0)
        third = np.where(self.trigram >= 0, self._p(2, self.trigram), third)
        pad = [0.0] * 3
        self.second = np.concatenate((second, pad))
        """Of the character behind a place given the one at it."""
        self.third = np.concatenate((third, pad))
        """Of the second character behind a place given the two before it."""
        self.alone = self._p(0, ids) + self.second[:n] + self.third[:n]
        """Of the characters at a place when nothing is known of what stands before."""
        self.started = np.maximum(self._behind(BREAK), self._behind(int(model.alphabet.encode("。")[0])))
        """Of the characters at a place as the start of a line or a sentence."""

    def _p(self, level: int, places: Ints) -> Doubles:
        """log10 p of n-grams of the model, by their places."""
        found: Doubles = log10(self.model.levels[level].p[places])
        return found

    def _handed(self, level: int, places: Ints) -> Doubles:
        """log10 of what n-grams, as contexts, hand down to shorter ones."""
        return log10(self.model.levels[level].backoff[places])

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

    def _behind(self, before: int) -> Doubles:
        """Log10 p of the characters at every place behind one given character alone."""
        n = len(self.ids)
        left = np.full(n, before, dtype=np.uint64)
        nothing = np.full(n, -1, dtype=np.int64)
        return self._score(left, left, left, nothing, nothing, np.arange(n))

    def pairs(self, ends: Ints, starts: Ints) -> Doubles:
        """log10 p of the characters at `starts[k]` behind the characters before `ends[k]`."""
        inside = np.where(self.trigram[np.maximum(ends - 3, 0)] >= 0, self.trigram[np.maximum(ends - 3, 0)], -1)
        return self._score(self.ids[ends - 3], self.ids[ends - 2], self.ids[ends - 1], self.bigram[ends - 2], inside, starts)

    def _score(self, c1: Ids, c2: Ids, c3: Ids, two: Ints, three: Ints, starts: Ints) -> Doubles:
        """Back-off as in `Tables`, up to four characters: `two` and `three` are the places of (c2, c3) and (c1, c2, c3) in the model."""
        last = len(self.ids) - 1
        h1, h2, h3 = (self.ids[np.minimum(starts + k, last)] for k in range(3))
        bigram_12 = self.bigram[np.minimum(starts, len(self.bigram) - 1)]
        trigram_123 = self.trigram[np.minimum(starts, len(self.trigram) - 1)]
        a2 = self._find(1, c3.astype(np.int64), h1, np.ones(len(starts), dtype=bool))
        a3 = self._find(2, two, h1, (a2 >= 0) & (two >= 0))
        a4 = self._find(3, three, h1, (a3 >= 0) & (three >= 0))
        first = self._p(0, h1.astype(np.int64)) + self._handed(0, c3.astype(np.int64))
        first = self._step(first, 1, a2, 1, two)
        first = self._step(first, 2, a3, 2, three)
        first = np.where(a4 >= 0, self._p(3, a4), first)
        b3 = self._find(2, a2, h2, (a2 >= 0) & (bigram_12 >= 0))
        b4 = self._find(3, a3, h2, (a3 >= 0) & (b3 >= 0))
        second = self.second[starts] + np.where(a2 >= 0, self._handed(1, a2), 0)
        second = self._step(second, 2, b3, 2, a3)
        second = np.where(b4 >= 0, self._p(3, b4), second)
        d4 = self._find(3, b3, h3, (b3 >= 0) & (trigram_123 >= 0))
        third = self.third[starts] + np.where(b3 >= 0, self._handed(2, b3), 0)
        third = np.where(d4 >= 0, self._p(3, d4), third)
        total: Doubles = first + second + third
        return total

    def _step(self, score: Doubles, held: int, found: Ints, weights: int, context: Ints) -> Doubles:
        """One step of back-off: what is held counts, then the weight of the next longer context, if that is held."""
        score = np.where(found >= 0, self._p(held, found), score)
        stepped: Doubles = score + np.where(context >= 0, self._handed(weights, context), 0)
        return stepped
