"""How well the text at one place of a block runs on from another place of it: a table, in few look-ups.

To take columns apart, every place where a printed line may begin is weighed against every place where the line before it
may have ended: some ten pairs a character. Asked one by one of the language model they would cost more than all else
on a page; here the contexts are looked up once a place, the first characters of two places once a pair, and the longer
n-grams only where the shorter ones are known. All numbers are natural log-odds.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.index import Ids, Ints, find_sorted
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables
from cleaner.evidence.wordtable import BEYOND
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


NOWHERE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""Stands for strings that no page prints."""
Keys = Mapping[int, Ids]
"""Strings of three and of four characters as rising numbers."""


@dataclass(eq=False)
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
    """Spot → place before it → log-odds that the text at the spot runs on from there, over the text before it."""
    printed: Keys = field(default_factory=dict)
    """What the page prints, see `printed_keys`."""
    best: dict[int, float] = field(default_factory=dict)
    """Spot → the most that any place before it gains."""
    met: Met | None = None
    """What the page was asked."""

    def gain(self, i: int, j: int) -> float | None:
        """Log-odds that the text at `j` runs on from the text before `i`, over the text before `j`; None: no chance."""
        return self.pairs[j].get(i)

    def printed_across(self, i: int, j: int) -> float:
        """What it says that the page prints elsewhere the characters that would meet."""
        return float(printed_across(self.text, self.printed, np.array([i]), np.array([j]))[0])


class Met(NamedTuple):
    """Pairs of places of a text, and what the page says of the characters that would meet there (`printed_across`): of all that is known
    of a text, this alone depends on the page."""

    ends: NDArray[np.uint16]
    starts: NDArray[np.uint16]
    told: NDArray[np.float32]

    def holds(self, text: str, printed: Keys) -> bool:
        """Whether another page, which prints other strings, says the same."""
        told = printed_across(text, printed, self.ends.astype(np.int64), self.starts.astype(np.int64))
        return np.array_equal(self.told, told.astype(np.float32))


HOPELESS = -2.0
"""Log-odds below which no word is sought across two places."""
CAP = 6.0
"""No single seam says more, in log-odds."""


def width_units(text: str) -> float:
    """Width of a text in full-width characters; what is ASCII counts half."""
    return len(text) - 0.5 * len(text.encode("ascii", "ignore"))


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


def words_across(lexicon: Lexicon, text: str, ends: Ints, starts: Ints) -> Doubles:
    """`word_across` of many pairs of places, to the last bit."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    whole = (ends >= 3) & (starts + 3 <= len(text)) & bool(codes.max(initial=0) <= 0xFFFF)
    found = np.zeros(len(ends))
    i, j, counts = ends[whole], starts[whole], lexicon.words.counts
    third, second, last, first, next_, then = (codes[at] for at in (i - 3, i - 2, i - 1, j, j + 1, j + 2))
    two = counts((last, first))
    three = np.maximum(counts((last, first, next_)), counts((second, last, first)))
    four = np.maximum(counts((last, first, next_, then)), counts((second, last, first, next_)))
    four = np.maximum(four, counts((third, second, last, first)))
    found[whole] = sum(weight * _logs(frequencies) for weight, frequencies in zip(WORDS, (two, three, four), strict=True))
    for k in np.flatnonzero(~whole).tolist():
        found[k] = word_across(lexicon, text, int(ends[k]), int(starts[k]))
    return found


def _logs(counts: Ints) -> Doubles:
    """log10 of one more, by `math`, whose last bit is not numpy's."""
    logs, listed = np.zeros(len(counts)), np.flatnonzero(counts)
    logs[listed] = [math.log10(count + 1) for count in counts[listed].tolist()]
    return logs


def printed_across(text: str, printed: Keys, ends: Ints, starts: Ints) -> Doubles:
    """What it says, for many pairs of places, that the page prints elsewhere the characters that would meet."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    codes = np.append(codes, [NOWHERE] * 2)
    second, last, first, next_ = codes[ends - 2], codes[ends - 1], codes[starts], codes[starts + 1]
    # what stands here anyway, with the same character before or behind it, and what begins any sentence say nothing
    told = (ends >= 2) & (last != codes[starts - 1]) & (codes[ends] != first) & ~_among(last, SENTENCE_END)
    found = np.zeros(len(ends))
    if not printed:
        return found
    three = _pack(second, last, first), _pack(last, first, next_)
    rated = np.where(_held(printed[3], three[0]) | _held(printed[3], three[1]), PRINTED[1], PRINTED[0])
    rated[_among(last, NO_START)] = 0.0  # three characters of which one is a comma say little
    rated[_held(printed[4], _pack(second, last, first, next_))] = PRINTED[2]
    found[told] = rated[told]
    return found


def printed_keys(texts: Iterable[str]) -> Keys:
    """What a page prints, three and four characters at a time, as rising numbers; see `_pack`."""
    codes = np.frombuffer("".join(f"{text}{BEYOND}" for text in texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    found = {n: np.unique(_pack(*(codes[k:max(len(codes) - n + 1 + k, 0)] for k in range(n)))) for n in (3, 4)}
    return {n: keys[keys != NOWHERE] for n, keys in found.items()}


def _pack(*columns: Ids) -> Ids:
    """One number for each row of code points; `NOWHERE` for rows with one beyond the basic plane."""
    keys, beyond = columns[0], columns[0] > 0xFFFF
    for column in columns[1:]:
        keys, beyond = keys << np.uint64(16) | column, beyond | (column > 0xFFFF)
    return np.where(beyond, NOWHERE, keys)


def _held(keys: Ids, sought: Ids) -> NDArray[np.bool_]:
    """Which of the numbers are among some rising ones."""
    return find_sorted(keys, sought)[1] if len(keys) else np.zeros(len(sought), dtype=np.bool_)


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

    def places(self, k: int, pairs: Pairs, lexicon: Lexicon, printed: Keys = MappingProxyType({})) -> Places:
        """The k-th text for a search: what words say is added."""
        text, begin = self.texts[k], self.begins[k]
        fresh = LM * (self.scorer.started(where := np.arange(begin, begin + len(text))) - self.scorer.alone[where])
        ended = self.ended[begin:begin + len(text) + 1].tolist()
        ended[0] = False
        spots = self.spots(k)
        now, new = self.here[begin + spots], fresh[spots]
        weak = now < LOOSE
        now[weak] += words_across(lexicon, text, spots[weak], spots[weak])
        over = self.ended[begin + spots]
        kept = (now < LOOSE) | over
        spots, now, new = spots[kept], np.where(over, np.maximum(now, new), now)[kept], new[kept]
        here, starts = (dict(zip(spots.tolist(), values.tolist(), strict=True)) for values in (now, new))
        at = (self.at[begin:begin + len(text) + 1] - self.at[begin]).tolist()
        told = Places(text, list(here), at, ended, here, starts, {j: {} for j in here}, printed)
        _fill(told, pairs, lexicon)
        return told


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of places of a text, counted from its start, and what the language model gains when the text at the start runs
    on from the end, over text drawn at random."""

    ends: Ints
    starts: Ints
    scores: Doubles


NONE: Ints = np.empty(0, dtype=np.int64)


def _among(codes: NDArray[np.uint32] | Ids, chars: Iterable[str]) -> NDArray[np.bool_]:
    return np.isin(codes, np.array(sorted(map(ord, chars)), dtype=codes.dtype))


def _near(spots: Ints, widths: Doubles) -> tuple[Ints, Ints]:
    """All pairs of spots up to `SPAN` apart: ends, starts."""
    at = widths[spots]
    first = np.searchsorted(at, at - SPAN)
    counts = np.arange(len(spots)) - first
    starts = np.repeat(np.arange(len(spots)), counts)
    ends = np.arange(len(starts)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    return spots[ends], spots[starts]


def _fill(place: Places, pairs: Pairs, lexicon: Lexicon) -> None:
    here, fresh = np.full(len(place.text) + 1, np.nan), np.zeros(len(place.text) + 1)
    here[place.spots], fresh[place.spots] = list(place.here.values()), list(place.fresh.values())
    known = ~np.isnan(here)
    ended = np.array(place.ended)
    kept = known[pairs.ends] & known[pairs.starts]
    kept[kept] = (pairs.scores[kept] - here[pairs.starts[kept]] > LEAST) | (known & ended)[pairs.ends[kept]]
    i, j = pairs.ends[kept], pairs.starts[kept]
    gains = pairs.scores[kept] - here[j]
    likely = gains > HOPELESS
    gains[likely] += words_across(lexicon, place.text, i[likely], j[likely])
    gains = np.where(ended[i], np.maximum(gains, fresh[j] - here[j]), gains)
    likely = gains > HOPELESS
    told = printed_across(place.text, place.printed, i[likely], j[likely])
    place.met = Met(i[likely].astype(np.uint16), j[likely].astype(np.uint16), told.astype(np.float32))
    gains[likely] += told
    gains = np.minimum(gains, CAP)
    best = np.full(len(here), -np.inf)
    np.maximum.at(best, j, gains)
    place.best.update(zip(place.spots, best[place.spots].tolist(), strict=True))
    for end, start, gain in zip(i.tolist(), j.tolist(), gains.tolist(), strict=True):
        place.pairs[start][end] = gain
