"""Words as a second judge beside the language model: does a passage fall into words of the dictionary?

The character model has learnt from prose; the dictionary was counted on other texts, sixty million words of them. A
misread character breaks the word it stands in: seven of eight of them stand in no word of two characters or more,
against one right character in five. So the dictionary tells where to look, and, as a model of its own (words
drawn independently by frequency, the best cut counts), what to read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.wordtable import Keys, WordTable
from cleaner.evidence.wordtable import pack as _pack
from cleaner.memory import Store, parted

Cover = tuple[NDArray[np.int8], NDArray[np.bool_]]
LONGEST = 4
"""Longest word, in code points, that is asked about; longer ones are titles and idioms."""
ATTESTED = 3
"""Least frequency of a word that counts: below, the dictionary lists words its texts never had."""
FREQUENT = 50
HANZI_FROM = np.uint64(0x3400)
OFTEN = 300
"""Frequency from which on a word of two characters is a guess for a character that no look-alike mends."""
UNLISTED = 1.0
"""log10 by which a character that is no word at all costs more than a word seen once."""


class Form(NamedTuple):
    """The longest word over a place: its length in code points (1: none) and log10 of its frequency."""

    length: int
    frequency: float


class WordForms:
    """Questions about words that stand over a place of a text."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = table = words if isinstance(words, WordTable) else WordTable.of(words)
        self._total = math.log10(table.total() + 1)
        self._packed: dict[int, tuple[Keys, NDArray[np.bool_]]] = {}
        self._pairs = table.of_length(2)
        for length in range(2, LONGEST + 1):
            keys, counts = table.of_length(length)
            kept = counts >= ATTESTED
            keys, counts = keys[kept], counts[kept]
            columns = [(keys >> np.uint64(16 * k)).astype(np.uint16) for k in range(length)]
            here = np.flatnonzero(np.bincount(np.concatenate(columns))).tolist()
            odd = np.array([code for code in here if not chr(code).isprintable()], dtype=np.uint16)
            plain = ~np.logical_or.reduce([np.isin(column, odd) for column in columns]) if len(odd) else slice(None)
            self._packed[length] = keys[plain], counts[plain] > FREQUENT
        self._inside = table.inside
        self._covered: Store[Cover] = Store()
        self.formed_before: Store[NDArray[np.bool_]] = Store(1 << 19)
        """What `formed` said of the candidates of a line."""

    def pairs(self, lefts: str, rights: str) -> dict[tuple[int, int], int]:
        """Which of the characters `lefts` make a word of two with which of `rights`: places in both → frequency."""
        keys, counts = self._pairs
        if not lefts or not rights or not len(keys):
            return {}
        left, right = _codes(lefts), _codes(rights)
        first, second = np.repeat(left, len(right)), np.tile(right, len(left))
        likely = np.flatnonzero(self._inside.may_hold(first, second))
        sought = first[likely].astype(np.uint64) << np.uint64(16) | second[likely]
        places = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
        held = keys[places] == sought
        return {divmod(k, len(right)): count for k, count in zip(likely[held].tolist(), counts[places[held]].tolist(), strict=True)}

    @cached_property
    def _often(self) -> tuple[Keys, Keys]:
        """Frequent words of two characters, packed, rising; and the same with the second character first."""
        keys, counts = self._pairs
        often = keys[(counts >= OFTEN) & (keys >> np.uint64(16) >= HANZI_FROM) & (keys & np.uint64(0xFFFF) >= HANZI_FROM)]
        return often, np.sort((often & np.uint64(0xFFFF)) << np.uint64(16) | often >> np.uint64(16))

    def beside(self, lefts: NDArray[np.uint32], rights: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Characters that make a frequent word of two with `lefts` before or with `rights` behind them (code points): for each, once
        a row, the row and the code point, both rising."""
        found = []
        for chars, keys in zip((lefts, rights), self._often, strict=True):
            first = np.minimum(chars, np.uint32(0xFFFF)).astype(np.uint64) << np.uint64(16)
            starts, ends = np.searchsorted(keys, first), np.searchsorted(keys, first + np.uint64(1 << 16))
            sizes = ends - starts
            rows = np.repeat(np.arange(len(chars)), sizes)
            places = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes - starts, sizes)
            found.append(rows << 16 | (keys[places] & np.uint64(0xFFFF)).astype(np.int64))
        every = np.unique(np.concatenate(found))
        return every >> 16, (every & 0xFFFF).astype(np.uint32)

    def cover(self, text: str) -> Cover:
        """For every character: the length of the longest word over it (0: none of two or more), and whether a
        frequent word stands over it. Kept by the line, which no word goes beyond."""
        longest, common = zip(*self._covered.of(text.split("\n"), self._cover_lines), strict=True)
        return np.concatenate(longest)[:-1], np.concatenate(common)[:-1]

    def _cover_lines(self, lines: Sequence[str]) -> list[Cover]:
        """`cover` of some lines, each with a break behind it."""
        longest, common = (parted(column, [len(line) + 1 for line in lines]) for column in self._cover("\n".join((*lines, ""))))
        return list(zip(longest, common, strict=True))

    def _cover(self, text: str) -> Cover:
        codes = _codes(text)
        inside = self._inside.may_hold(codes[:-1], codes[1:])
        longest = np.zeros(len(codes), dtype=np.int8)
        common = np.zeros(len(codes), dtype=np.bool_)
        for length, (keys, frequent) in self._packed.items():
            if len(codes) < length or not len(keys):
                continue
            likely = np.ones(len(codes) - length + 1, dtype=np.bool_)
            for k in range(length - 1):
                likely &= inside[k:k + len(likely)]
            starts = np.flatnonzero(likely)
            sought = _pack(codes[starts[:, None] + np.arange(length)])
            places = keys.searchsorted(sought)
            found = keys.take(places, mode="clip") == sought
            starts, often = starts[found], frequent[places[found]]
            for k in range(length):
                longest[starts + k] = length
                common[starts[often] + k] = True
        return longest, common

    def over(self, text: str, i: int) -> Form:
        """The longest word over `text[i]`, the most frequent of equals."""
        first = max(0, i - LONGEST + 1)
        return self._over(text[first:i + LONGEST], i - first)

    @lru_cache(maxsize=1 << 13)  # noqa: B019 (the words live as long as the process)
    def _over(self, text: str, i: int) -> Form:
        best = Form(1, 0.0)
        for length in range(LONGEST, 1, -1):
            for start in range(max(0, i - length + 1), min(i, len(text) - length) + 1):
                found = self.frequency(text[start:start + length])
                if found and (best.length < length or found > best.frequency):
                    best = Form(length, found)
            if best.length > 1:
                return best
        return best

    def over_many(self, rows: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """`over` the middle of many rows of code points of the basic plane, `LONGEST` - 1 on either side (0: none): lengths, frequencies."""
        columns, middle = list(rows.T.astype(np.uint64)), LONGEST - 1
        lengths, best = np.ones(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        for length in range(LONGEST, 1, -1):
            open_ = np.flatnonzero(lengths == 1)
            counts = np.max([self._words.counts([column[open_] for column in columns[start:start + length]])
                             for start in range(middle - length + 1, middle + 1)], axis=0)
            lengths[open_[counts > 0]], best[open_] = length, counts
        return lengths, np.array([math.log10(count + 1) for count in best.tolist()])

    def formed(self, text: str, places: NDArray[np.int64], chars: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Whether each of `chars` (code points) would stand in a word of two to four characters at its place."""
        codes = np.full(len(text) + 2 * LONGEST, 0xFFFF, dtype=np.uint32)
        codes[LONGEST:len(text) + LONGEST] = _codes(text)
        formed = np.zeros(len(places), dtype=np.bool_)
        inside = self._inside.may_hold(codes[:-1], codes[1:])
        behind, ahead = (self._inside.may_hold(*pair) for pair in (
            (codes[places + LONGEST - 1], chars), (chars, codes[places + LONGEST + 1])))
        either = np.flatnonzero(behind | ahead)
        places, chars, behind, ahead = places[either], chars[either], behind[either], ahead[either]
        found = np.zeros(len(either), dtype=np.bool_)
        for length, (keys, _) in self._packed.items():
            for before in range(length if len(keys) else 0):
                held = ~found & (behind if before else True) & (ahead if before < length - 1 else True)
                for k in range(length - 1):
                    if before not in (k, k + 1):
                        held &= inside[places + LONGEST - before + k]
                likely = np.flatnonzero(held)
                at, offered = places[likely] + LONGEST - before, chars[likely]
                columns = [offered if k == before else codes[at + k] for k in range(length)]
                sought = _pack(np.stack(columns, axis=1))
                found[likely] = keys.take(keys.searchsorted(sought), mode="clip") == sought
        formed[either] = found
        return formed

    def frequency(self, text: str) -> float:
        """log10 of the frequency of one word (of one count more); 0 where it is not listed."""
        return math.log10(self._words.get(text, 0) + 1)

    def commonness(self, text: str) -> NDArray[np.float64]:
        """`frequency` of every character of a text."""
        return self._singles[_codes(text)]

    @cached_property
    def _singles(self) -> NDArray[np.float64]:
        """`frequency` of every character of the basic plane."""
        found = np.zeros(0x10000)
        keys, counts = self._words.of_length(1)
        found[keys.astype(np.int64)] = [math.log10(count + 1) for count in counts.tolist()]
        return found

    @cached_property
    def _alone(self) -> NDArray[np.float64]:
        """What every character of the basic plane is worth as a word by itself, see `score`."""
        worth = np.full(0x10000, -UNLISTED)
        listed = self._words.of_length(1)[0].astype(np.int64)
        worth[listed] = self._singles[listed]
        return worth

    @lru_cache(maxsize=1 << 13)  # noqa: B019
    def score(self, text: str) -> float:
        """log10 p of a short string under the likeliest cut into words."""
        words, total = self._words, self._total
        best = [0.0] + [-math.inf] * len(text)
        for i in range(len(text)):
            for length in range(1, min(LONGEST, len(text) - i) + 1):
                count = words.get(text[i:i + length])
                if count is None and length > 1:
                    continue
                here = best[i] + (-UNLISTED if count is None else math.log10(count + 1)) - total
                if here > best[i + length]:
                    best[i + length] = here
        return best[-1]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """`score` of many short strings, to the last bit."""
        width = max(map(len, texts), default=0)
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        codes = np.zeros((len(texts), width), dtype=np.uint32)
        codes[np.arange(width) < lengths[:, None]] = _codes("".join(texts))
        best = np.full((len(texts), width + 1), -np.inf)
        best[:, 0] = 0.0
        inside = self._inside.may_hold(codes[:, :-1], codes[:, 1:])
        worth = {1: self._alone[codes]}
        for n in range(2, min(LONGEST, width) + 1):
            likely = np.logical_and.reduce([inside[:, k:width - n + 1 + k] for k in range(n - 1)])
            counts = self._words.look_up(n, _pack(np.lib.stride_tricks.sliding_window_view(codes, n, axis=1)[likely]))
            kinds, number = np.unique(counts, return_inverse=True)
            values = np.array([-math.inf if count < 0 else math.log10(count + 1) for count in kinds.tolist()])
            worth[n] = np.full(likely.shape, -math.inf)
            worth[n][likely] = values[number]
        for i in range(width):
            for n in range(1, min(LONGEST, width - i) + 1):
                here = best[:, i] + worth[n][:, i] - self._total
                best[:, i + n] = np.where(here > best[:, i + n], here, best[:, i + n])
        scores: NDArray[np.float64] = best[np.arange(len(texts)), lengths]
        return scores


def _codes(text: str) -> NDArray[np.uint32]:
    """Code points; those beyond the basic plane as U+FFFF, which is in no word."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(codes, np.uint32(0xFFFF))


@lru_cache(maxsize=1)
def shipped_forms() -> WordForms:
    """The words of the shipped lexicon, made ready once a process."""
    return WordForms(Lexicon().words)
