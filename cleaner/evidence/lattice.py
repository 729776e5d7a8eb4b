"""What else may a passage have said? Doubtful characters, what may have been printed there, and what speaks for it.

A page is read three times. First every character is weighed where it stands (`doubtful`): only what the language
model finds poor, and what stands in no word of the dictionary, is looked at again; a right text costs nearly
nothing. Then each doubtful character gets a column of candidates from the look-alikes, narrowed to those that make
a word or are words by themselves; two doubtful neighbours also get a column of pairs, since of two wrong
characters neither mends the passage alone. Last, all are scored in one batch, and the best of each place comes
back with what a judge needs to know (`Reading.features`). Nothing is decided here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HANZI
from cleaner.evidence.lookalikes import Lookalikes
from cleaner.evidence.ngram import Floats
from cleaner.evidence.wordforms import FREQUENT, WordForms

NUMERALS = frozenset("一二三四五六七八九十百千万亿零〇两")
"""Never touched and never offered: a figure is not changed on the strength of a language model."""
ALONE = frozenset("的了是在有和不为上中也要而从到对就以于与这他我们人来个将被把让使都还又再更最很")
"""Characters that are words by themselves so often that they need no neighbour to be a likely reading."""
_NUMERALS, _ALONE = (np.array(sorted(map(ord, chars)), dtype=np.uint32) for chars in (NUMERALS, ALONE))
REACH = 4
"""Characters on each side that the language model reads along: the longest n-gram less one."""
DOUBT = -2.2
"""Doubt (log10, see `doubtful`) below which a character is looked at again: some 8 % of right characters and
84 % of wrong hanzi; `benchmarks/characters.py` prints both."""
MILD = 0.5
"""Doubt below which a character is looked at again for the sake of its closest look-alikes alone (己 and 已)."""
CLOSE = -2.4
"""log10 P(read | printed) from which on a look-alike is a close one."""
STRONG = 3.5
"""Score of a reading that counts as an echo: a page that has others of the kind is a bad scan."""
PAIRED = 24
"""Candidates of each of two neighbours that are combined."""
LISTED = 4
"""Pairs scored at one place, and candidates of one place that the dictionary is asked about."""
LEAST_GAIN = 1.0
"""log10 that the language model must gain for a candidate to be considered at all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What `text[start:start + len(before)]` may have been on paper; `score` ranks, `features` are for the judge."""

    start: int
    before: str
    after: str
    score: float
    features: dict[str, float]

    @property
    def end(self) -> int:
        """Offset behind the passage."""
        return self.start + len(self.before)


@dataclass(frozen=True, slots=True)
class _Option:
    """A candidate at one place, with its noise: log10 P(read | printed) of its characters, summed."""

    start: int
    after: str
    noise: float


def doubtful(text: str, logprobs: Floats, forms: WordForms) -> Floats:
    """How little each character fits, log10: the lower, the more in doubt.

    A misread character is a surprise, and the one behind it is too; it stands in no word of the dictionary; and a
    character that is seldom a word by itself is stranger alone than one that often is.
    """
    longest, common = forms.cover(text)
    single = {char: 0.6 * forms.frequency(char) for char in set(text)}
    following = np.append(logprobs[1:], logprobs[-1:])
    doubt = logprobs + following + 1.4 * (longest > 1) + 0.6 * common + 1.0 * (longest > 2)
    doubt += np.fromiter((single[char] for char in text), dtype=np.float32, count=len(text))
    rounded: Floats = doubt.astype(np.float32)
    return rounded


class Lattice:
    """The doubtful places of one text (blocks joined by "\\n") and their candidates."""

    def __init__(
        self, text: str, evidence: Evidence, table: Lookalikes, forms: WordForms, within: frozenset[int] | None = None,
    ) -> None:
        """`within`: the only offsets that are looked at again, if given."""
        self.text, self.evidence, self.table, self.forms = text, evidence, table, forms
        self.logprobs = evidence.model.logprobs(text) if text else np.zeros(0, dtype=np.float32)
        self.doubt = doubtful(text, self.logprobs, forms)
        hanzi = np.fromiter((c >= "\u3400" and c not in NUMERALS and bool(HANZI.match(c)) for c in text),
                            dtype=np.bool_, count=len(text))
        self.places: list[int] = np.flatnonzero(hanzi & (self.doubt < MILD)).tolist()
        self.weak = frozenset(np.flatnonzero(hanzi & (self.doubt < DOUBT)).tolist())
        self.noise = (len(self.weak) + 40) / (int(hanzi.sum()) + 500)  # shrunk: a short text says little
        if within is not None:
            self.places = [i for i in self.places if i in within]

    def readings(self) -> list[Reading]:
        """The best reading of every place that has one, in the order of the text; they may overlap."""
        options = list(self._columns())
        options += [option for i in self._neighbours() for option in self._pairs(i)]
        if not options:
            return []
        found = self._best(options, self._gains(options))
        strong = sorted(reading.start for reading in found if reading.score > STRONG)
        for reading in found:
            others = len(strong) - (reading.score > STRONG)
            reading.features["echo"] = math.log10((others + 0.5) / (len(self.text) + 1000) * 1000)
        return found

    def _columns(self) -> Iterator[_Option]:
        """Candidates for single characters that make a word with their neighbours, or are one."""
        if not self.places:
            return
        columns = [self.table.columns(self.text[i]) for i in self.places]
        places = np.repeat(np.array(self.places, dtype=np.int64), [len(codes) for codes, _ in columns])
        chars = np.concatenate([codes for codes, _ in columns])
        noise = np.concatenate([figures for _, figures in columns])
        kept = ((self.doubt[places] < DOUBT) | (noise >= CLOSE)) & ~np.isin(chars, _NUMERALS)
        places, chars, noise = places[kept], chars[kept], noise[kept]
        kept = self.forms.formed(self.text, places, chars) | np.isin(chars, _ALONE) | self._beside(places, chars)
        for i, code, figure in zip(places[kept].tolist(), chars[kept].tolist(), noise[kept].tolist(), strict=True):
            yield _Option(i, chr(code), figure)

    def _beside(self, places: NDArray[np.int64], chars: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Whether the page prints each character elsewhere with the left or the right neighbour that it would have."""
        text = f"\n{self.text}\n".encode("utf-32-le", "surrogatepass")
        codes = np.frombuffer(text, dtype=np.uint32).astype(np.uint64)
        wide, offered = np.uint64(32), chars.astype(np.uint64)
        pairs = np.unique(codes[:-1] << wide | codes[1:])
        left, right = codes[places] << wide | offered, offered << wide | codes[places + 2]
        found: NDArray[np.bool_] = np.zeros(len(places), dtype=np.bool_)
        for sought, neighbour in ((left, codes[places]), (right, codes[places + 2])):
            at = np.minimum(np.searchsorted(pairs, sought), len(pairs) - 1)
            found |= (pairs[at] == sought) & (neighbour >= 0x3400) & (neighbour <= 0x9FFF)
        return found

    def _neighbours(self) -> Iterator[int]:
        """Places whose next character is in doubt too."""
        return (i for i in self.places if i in self.weak and i + 1 in self.weak)

    def _pairs(self, i: int) -> list[_Option]:
        """Frequent words of two characters that may have stood where two doubtful ones stand."""
        second = dict(self.table.printed(self.text[i + 1])[:PAIRED])
        found = []
        for char, noise in self.table.printed(self.text[i])[:PAIRED]:
            for other in self.forms.after.get(char, set()) & second.keys():
                frequency = self.forms.frequency(char + other)
                if frequency > math.log10(FREQUENT) and not {char, other} & NUMERALS:
                    found.append((noise + second[other] + frequency, char + other, noise + second[other]))
        found.sort(key=lambda item: (-item[0], item[1]))
        return [_Option(i, word, noise) for _, word, noise in found[:LISTED]]

    def _window(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and behind a passage, as far as the language model reads; not beyond the block."""
        return self.text[max(0, start - REACH):start], self.text[end:end + REACH].partition("\n")[0]

    def _gains(self, options: Sequence[_Option]) -> NDArray[np.float64]:
        """log10 that the language model gains by each option."""
        pairs = []
        for option in options:
            context, rest = self._window(option.start, option.start + len(option.after))
            pairs.append((context, option.after + rest))
        total = np.append(0.0, np.cumsum(self.logprobs, dtype=np.float64))
        starts = np.array([option.start for option in options])
        ends = starts + np.array([len(text) for _, text in pairs])
        as_read: NDArray[np.float64] = total[ends] - total[starts]
        return self.evidence.model.score_many(pairs) - as_read

    def _best(self, options: Sequence[_Option], gains: NDArray[np.float64]) -> list[Reading]:
        """The best option of each place, if it gains at all, with its features."""
        places: dict[tuple[int, int], list[tuple[float, float, _Option]]] = {}
        for option, gain in zip(options, gains.tolist(), strict=True):
            if gain > LEAST_GAIN:
                key = option.start, len(option.after)
                places.setdefault(key, []).append((gain + 0.6 * (option.noise / len(option.after) + 2), gain, option))
        chosen = []
        for (start, length), rows in sorted(places.items()):
            rows.sort(key=lambda row: (-row[0], row[2].after))
            left, right = self.text[max(0, start - REACH):start], self.text[start + length:start + length + REACH]
            read = self.forms.score(left + self.text[start:start + length] + right)
            ranked = []
            for rough, gain, option in rows[:LISTED]:
                words = self.forms.score(left + option.after + right) - read
                ranked.append((rough + 0.5 * min(max(words, -3.0), 6.0), gain, words, option))
            ranked.sort(key=lambda row: (-row[0], row[3].after))
            chosen.append((ranked[0], ranked[1][0] if len(ranked) > 1 else -1.0))
        general = self._general([row[3] for row, _ in chosen])
        return [self._reading(row, second, alone) for (row, second), alone in zip(chosen, general, strict=True)]

    def _general(self, options: Sequence[_Option]) -> list[float]:
        """The gain under the shipped model alone, which knows nothing of this page."""
        pairs = []
        for option in options:
            end = option.start + len(option.after)
            context, rest = self._window(option.start, end)
            pairs += [(context, option.after + rest), (context, self.text[option.start:end] + rest)]
        scores = shipped_model().score_many(pairs)
        gains: list[float] = (scores[::2] - scores[1::2]).tolist()
        return gains

    def _reading(self, row: tuple[float, float, float, _Option], second: float, general: float) -> Reading:
        score, gain, words, option = row
        start, length = option.start, len(option.after)
        end = start + length
        before = self.text[start:end]
        mended = self.text[:start][-REACH:] + option.after + self.text[end:end + REACH]
        at = min(start, REACH)
        was = max((self.forms.over(self.text, i) for i in range(start, end)), key=lambda form: form.length)
        now = min((self.forms.over(mended, at + k) for k in range(length)), key=lambda form: form.length)
        printed, against = self._printed(start, end, option.after), self._printed(start, end, before, 1)
        weak = self.doubt[max(0, start - 2):end + 2] < DOUBT
        features = {
            "gain": gain, "general": general, "words": min(max(words, -3.0), 8.0), "noise": option.noise / length,
            "margin": min(score - second, 6.0), "doubt": float(self.doubt[start:end].max()),
            "fit": (gain + float(self.logprobs[start:end + REACH].sum())) / (length + REACH),
            "surprise": float(self.logprobs[start:end].min()),
            "read_common": min(map(self.forms.frequency, before)),
            "offered_common": min(map(self.forms.frequency, option.after)),
            "page_noise": math.log10(self.noise),
            "was_word": float(was.length > 1), "is_word": float(now.length > 1), "is_long": float(now.length > 2),
            "was_frequent": was.frequency, "is_frequent": now.frequency,
            "printed": float(min(sum(printed), 3)), "printed_whole": float(printed[-1] > 0),
            "against": float(min(sum(against), 3)), "against_whole": float(against[-1] > 0),
            "crowd": float(weak.sum()) - length, "pair": float(length > 1),
            "both": min(gain, words), "high": max(0.0, gain - 3.0), "high_words": max(0.0, min(words, 8.0) - 3.0),
            "low_words": max(-3.0, min(words, 0.0)),
        }
        return Reading(start, before, option.after, score, features)

    def _printed(self, start: int, end: int, passage: str, less: int = 0) -> tuple[bool, bool, bool]:
        """Whether the page prints the passage with its left, its right, and both neighbours (elsewhere)."""
        left = self.text[start - 1:start] if start and HANZI.match(self.text[start - 1]) else ""
        right = self.text[end:end + 1] if HANZI.match(self.text[end:end + 1]) else ""
        beside = (left + passage, bool(left)), (passage + right, bool(right)), (left + passage + right, bool(left and right))
        one, other, both = (known and self._grams.get(string, 0) > less for string, known in beside)
        return one, other, both

    @cached_property
    def _grams(self) -> Mapping[str, int]:
        """Counts of all strings of two to four characters."""
        text = self.text
        return Counter(map("".join, chain(*(zip(*(text[k:] for k in range(n)), strict=False) for n in (2, 3, 4)))))
