"""How well the text at one place of a block runs on from another place of it: a table, in few look-ups.

To take columns apart, every place where a printed line may begin is weighed against every place where the line before it
may have ended: some ten pairs a character. Asked one by one of the language model they would cost more than all else
on a page; here the contexts are looked up once a place, the first characters of two places once a pair, and the longer
n-grams only where the shorter ones are known. All numbers are natural log-odds.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.index import Ints
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables
from cleaner.structure.columns.continuations import Scorer
from cleaner.structure.columns.ruptures import WHOLE, WIDE, Doubles, Floats, best_chains, worth
from cleaner.structure.columns.widths import width_log_odds

BETWEEN = "\n\n\n"
"""What parts the texts that are scored together: as many breaks as a context has characters."""
LM = 0.95 * math.log(10)
"""Log-odds that one log10 of the model is worth that two ends belong together, and of what a word across them adds, for
words of 2, 3 and 4 characters a log10 of its frequency (`benchmarks/columns.py fit`)."""
WORDS = (0.04, 0.7, 2.5)
PRINTED = (-0.3, 2.2, 3.3)
"""Log-odds that two ends belong together of whose last two and first two characters the page prints, in one piece, no three,
three, or all four (`benchmarks/columns.py --fit`)."""
SPAN = 112.0
"""Width, in full-width characters, between the end of a line and the start of the next one of its column: four columns."""
LOOSE = 2.5
"""Log-odds of a place with the text before it up to which a line may end there."""
DOUBTFUL = 0.5
"""The same for a first look, which has to be quick."""
GAP = WIDE + 2
LEAST = -4.5
"""Pairs gaining less are not kept."""
NO_START = frozenset("，。、；：！？）》〉”’」』】…—·,;:!?)%％")
NO_END = frozenset("（《〈“‘「『【(")
"""What Chinese typesetters do not let stand at the start and at the end of a line."""
ALNUM = frozenset(string.ascii_letters + string.digits)
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
    printed: frozenset[str] = frozenset()
    """What the page prints, three and four characters at a time."""

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
            if known > HOPELESS:
                known += self.printed_across(i, j)
            known = self.gains[i, j] = min(known, CAP)
        return known

    def printed_across(self, i: int, j: int) -> float:
        """What it says that the page prints elsewhere the characters that would meet."""
        text, printed = self.text, self.printed
        if not printed or i < 2 or text[i - 1] == text[j - 1] or text[i] == text[j] or text[i - 1] in SENTENCE_END:
            return 0.0  # what stands here anyway, with the same character before or behind it; what begins any sentence
        if text[i - 2:i] + text[j:j + 2] in printed:
            return PRINTED[2]
        if text[i - 1] in NO_START:
            return 0.0  # three characters of which one is a comma say little
        return PRINTED[text[i - 2:i] + text[j] in printed or text[i - 1] + text[j:j + 2] in printed]


HOPELESS = -2.0
"""Log-odds below which no word is sought across two places."""
CAP = 6.0
"""No single seam says more, in log-odds."""


def width_units(text: str) -> float:
    """Width of a text in full-width characters; what is ASCII counts half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def word_across(lexicon: Lexicon, text: str, i: int, j: int) -> float:
    """What the words say that the text before `i` and the text at `j` form together, in log-odds."""
    tail = text[max(0, i - 3):i]
    seam, k = tail + text[j:j + 3], len(tail)
    get = lexicon.words.get
    two = get(seam[k - 1:k + 1], 0) if k else 0
    three = max(get(seam[k - 1:k + 2], 0) if k else 0, get(seam[k - 2:k + 1], 0) if k > 1 else 0)
    four = max(get(seam[k - 1:k + 3], 0) if k else 0, get(seam[k - 2:k + 2], 0) if k > 1 else 0, get(seam[:4], 0) if k > 2 else 0)
    if not (two or three or four):
        return 0.0
    return WORDS[0] * math.log10(two + 1) + WORDS[1] * math.log10(three + 1) + WORDS[2] * math.log10(four + 1)


class Survey:
    """Some texts, place by place, and on demand pair by pair, scored together. Costs grow with the length of each text, not
    with its square."""

    def __init__(self, texts: Sequence[str], model: Tables) -> None:
        self.texts = texts
        self.joined = joined = "".join(f"{BETWEEN}{text}" for text in texts) + BETWEEN
        """The texts one behind the other."""
        self.scorer = Scorer(joined, model)
        self.begins = [len(BETWEEN) * (k + 1) + before for k, before in enumerate(accumulate(map(len, texts), initial=0))]
        codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        self.at = np.concatenate(([0.0], np.cumsum(np.where(codes < 128, 0.5, 1.0))))
        """Width of the texts before each place, in full-width characters."""
        self.ended = np.concatenate(([False], _among(codes, SENTENCE_END)))
        self.here = LM * (self.scorer.in_place - self.scorer.alone)
        latin = (codes < 128) & _among(codes, ALNUM)
        may = ~_among(codes, NO_START)
        may[1:] &= ~_among(codes, NO_END)[:-1] & ~(latin[1:] & latin[:-1])
        self.may = may
        """Where typesetting lets a line begin."""

    def spots(self, k: int, bound: float = LOOSE) -> Ints:
        """The places of the k-th text at which a line may begin, counted from its start."""
        begin = self.begins[k]
        here = slice(begin + 1, begin + len(self.texts[k]))
        found: Ints = np.flatnonzero(self.may[here] & (self.ended[here] | (self.here[here] < bound))) + 1
        return found

    def ruptured(self) -> Floats:
        """For each text what its best chain of ruptures is worth, in log-odds."""
        starts, total = self._laid_out(range(len(self.texts)))
        marks = np.full(total, 9 * WHOLE, dtype=np.float32)
        for k, start in enumerate(starts):
            spots, slots = self.spots(k), self._slots(k)
            marks[start:start + slots[-1] + 1] = WHOLE
            places = self.begins[k] + spots
            np.maximum.at(marks, start + slots[spots], worth(self.here[places], self.ended[places]))
        found: Floats = np.maximum.reduceat(best_chains(marks[None]).max(axis=0), starts)
        return found

    def widths(self, chosen: Sequence[int]) -> Floats:
        """For some of the texts and every width of a column (columns) how likely it is that lines of that width were read
        across, from the pairs of those places at which the text runs on worst."""
        starts, total = self._laid_out(chosen)
        told = []
        for start, k, pairs in zip(starts, chosen, self.pairs(chosen, DOUBTFUL), strict=True):
            begin = self.begins[k]
            gains = pairs.scores - self.here[begin + pairs.starts]
            kept = gains > LEAST
            slots = start + self._slots(k)
            told.append((slots[pairs.ends[kept]], slots[pairs.starts[kept]], np.minimum(gains[kept], CAP)))
        ends, heads, gains = (np.concatenate(parts) for parts in zip(*told, strict=True))
        found: Floats = np.maximum.reduceat(width_log_odds(total, ends, heads, gains), starts, axis=1).T
        return found

    def _slots(self, k: int) -> Ints:
        """The full-width character at which each place of the k-th text stands, counted from its start."""
        begin = self.begins[k]
        slots: Ints = (self.at[begin:begin + len(self.texts[k]) + 1] - self.at[begin]).astype(np.int64)
        return slots

    def _laid_out(self, chosen: Iterable[int]) -> tuple[list[int], int]:
        """Where texts begin that are laid out one behind the other, no line reaching from one to the next; the end of all."""
        lengths = [GAP + int(self.at[self.begins[k] + len(self.texts[k])] - self.at[self.begins[k]]) + 1 for k in chosen]
        ends = list(accumulate(lengths, initial=GAP))
        return ends[:-1], ends[-1]

    def pairs(self, chosen: Sequence[int], bound: float = LOOSE) -> list[Pairs]:
        """All pairs of places of some of the texts, up to `SPAN` apart."""
        near = [_near(self.spots(k, bound), self.at[self.begins[k]:]) for k in chosen]
        ends = np.concatenate([self.begins[k] + i for k, (i, _) in zip(chosen, near, strict=True)] or [NONE])
        heads = np.concatenate([self.begins[k] + j for k, (_, j) in zip(chosen, near, strict=True)] or [NONE])
        scores = LM * (self.scorer.pairs(ends, heads) - self.scorer.alone[heads])
        found, at = [], 0
        for i, j in near:
            found.append(Pairs(i, j, scores[at:at + len(i)]))
            at += len(i)
        return found

    def places(self, k: int, pairs: Pairs, lexicon: Lexicon, printed: frozenset[str] = frozenset()) -> Places:
        """The k-th text for a search: what words say is added."""
        text, begin = self.texts[k], self.begins[k]
        fresh = LM * (self.scorer.started(where := np.arange(begin, begin + len(text))) - self.scorer.alone[where])
        ended = self.ended[begin:begin + len(text) + 1].tolist()
        ended[0] = False
        here, starts = {}, {}
        for j in self.spots(k).tolist():
            now, new = float(self.here[begin + j]), float(fresh[j])
            if now < LOOSE:
                now += word_across(lexicon, text, j, j)
            if now < LOOSE or ended[j]:
                here[j], starts[j] = max(now, new) if ended[j] else now, new
        at = (self.at[begin:begin + len(text) + 1] - self.at[begin]).tolist()
        told = Places(text, list(here), at, ended, here, starts, {j: {} for j in here}, lexicon, printed)
        _fill(told, pairs)
        return told


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of places of a text, counted from its start, and what the language model gains when the text at the start runs
    on from the end, over text drawn at random."""

    ends: Ints
    starts: Ints
    scores: Doubles


NONE: Ints = np.empty(0, dtype=np.int64)


def _among(codes: NDArray[np.uint32], chars: Iterable[str]) -> NDArray[np.bool_]:
    return np.isin(codes, np.array(sorted(map(ord, chars)), dtype=np.uint32))


def _near(spots: Ints, widths: Doubles) -> tuple[Ints, Ints]:
    """All pairs of spots up to `SPAN` apart: ends, starts."""
    at = widths[spots]
    first = np.searchsorted(at, at - SPAN)
    counts = np.arange(len(spots)) - first
    starts = np.repeat(np.arange(len(spots)), counts)
    ends = np.arange(len(starts)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    return spots[ends], spots[starts]


def _fill(place: Places, pairs: Pairs) -> None:
    here = np.full(len(place.text) + 1, np.nan)
    here[place.spots] = [place.here[j] for j in place.spots]
    known = ~np.isnan(here)
    free = known & np.array(place.ended)
    kept = known[pairs.ends] & known[pairs.starts]
    kept[kept] = (pairs.scores[kept] - here[pairs.starts[kept]] > LEAST) | free[pairs.ends[kept]]
    found = (pairs.ends[kept].tolist(), pairs.starts[kept].tolist(), pairs.scores[kept].tolist())
    for i, j, score in zip(*found, strict=True):
        place.pairs[j][i] = score
