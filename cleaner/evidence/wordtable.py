"""A dictionary of words and frequencies in a few arrays: a tenth of the memory of a `dict`, and read in a third of the time.

A word of up to four characters of the basic plane is one number of 64 bits, its code points from the highest bits on,
so that equal lengths sort by code point and are found by binary search. The few others stand in a `dict`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.bigrams import Bigrams

Keys = NDArray[np.uint64]
Counts = NDArray[np.int32]
Ints = NDArray[np.int64]
LONGEST = 4
"""Code points of the longest word that is one number."""
PORTION = 1 << 18
"""Bytes of the dictionary that are parsed at a time: what fits a processor's cache."""
REMEMBERED = 1 << 15
"""Answers that are kept: the same places of a page are asked about again and again."""
BEYOND = "\U00010000"
"""A character that is in no word of the arrays."""
_NONE = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)


class WordTable(Mapping[str, int]):
    """Words with their frequencies (whole numbers below 2^31), not to be changed."""

    def __init__(self, short: Mapping[int, tuple[Keys, Counts]], others: Mapping[str, int]) -> None:
        """`short[n]` are the rising keys of the words of n characters, and their frequencies."""
        self._short = {n: short.get(n, _NONE) for n in range(1, LONGEST + 1)}
        self._others = dict(others)
        self._views = {n: (memoryview(keys), memoryview(counts)) for n, (keys, counts) in self._short.items()}  # type: ignore[arg-type]
        fives = [word[:LONGEST] for word in self._others if len(word) == LONGEST + 1 and max(word) <= "\uffff"]
        self._openings = np.unique(_packed(fives, LONGEST))
        """What the words of five characters begin with."""
        self._known: dict[str, int | None] = {}

    @cached_property
    def inside(self) -> Bigrams:
        """The pairs of neighbouring characters of the words, of long ones those of the first five characters."""
        low = np.uint64(0xFFFF)
        pairs = [((keys >> np.uint64(16 * (k + 1)) & low).astype(np.uint32), (keys >> np.uint64(16 * k) & low).astype(np.uint32))
                 for n, (keys, _) in self._short.items() for k in range(n - 1)]
        for n, others in ((2, [word[:2] for word in self._others if 1 < len(word) <= LONGEST]),
                          (LONGEST + 1, [word[:LONGEST + 1] for word in self._others if len(word) > LONGEST])):
            codes = np.frombuffer("".join(others).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).reshape(-1, n)
            pairs += [(codes[:, k], codes[:, k + 1]) for k in range(n - 1)]
        return Bigrams(pairs)

    @classmethod
    def parse(cls, text: bytes) -> WordTable:
        """Read lines of `word frequency part-of-speech` in UTF-8; of a word that stands twice the last line counts.

        Raises ValueError where a line has another number of fields or something else for its frequency.
        """
        short: dict[int, list[tuple[Keys, Counts]]] = {n: [] for n in range(1, LONGEST + 1)}
        words: dict[str, int] = {}
        at = 0
        while at < len(text):
            end = text.rfind(b"\n", at, at + PORTION) + 1 or text.find(b"\n", at) + 1 or len(text)
            _parse(text[at:end], short, words)
            at = end
        mixed, others = _sorted_out(words)
        for n, parts in short.items():
            parts.append(mixed[n])
        return cls({n: _last(np.concatenate([keys for keys, _ in parts]), np.concatenate([counts for _, counts in parts]))
                    for n, parts in short.items()}, others)

    @classmethod
    def of(cls, words: Mapping[str, int]) -> WordTable:
        """The table of a few words."""
        return cls(*_sorted_out(words))

    def plus(self, words: Mapping[str, int]) -> WordTable:
        """The table with further words, whose frequencies hold where it has them already."""
        more = WordTable.of(words)
        joined = {n: _last(np.concatenate((keys, more.of_length(n)[0])), np.concatenate((counts, more.of_length(n)[1])))
                  for n, (keys, counts) in self._short.items()}
        return WordTable(joined, {**self._others, **more._others})

    def of_length(self, n: int) -> tuple[Keys, Counts]:
        """Rising keys (see `pack`) and frequencies of the words of n characters, up to `LONGEST`."""
        return self._short[n]

    def look_up(self, n: int, keys: Keys) -> NDArray[np.int64]:
        """The frequencies of many words of n characters (see `pack`), up to `LONGEST`; -1 for those that are none."""
        known, counts = self._short[n]
        if not len(known):
            return np.full(keys.shape, -1, dtype=np.int64)
        places = known.searchsorted(keys)
        return np.where(known.take(places, mode="clip") == keys, counts.take(places, mode="clip"), np.int64(-1))

    def at(self, text: str, starts: Ints, n: int) -> NDArray[np.bool_]:
        """Whether a word of `n` characters of the basic plane, up to `LONGEST`, stands at each of some places of a text."""
        codes = np.frombuffer(f"{text}{BEYOND * n}".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        rows = codes[starts[:, None] + np.arange(n)]
        found: NDArray[np.bool_] = (self.look_up(n, pack(rows)) >= 0) & (rows <= 0xFFFF).all(axis=1)
        return found

    def counts(self, columns: Sequence[Keys]) -> NDArray[np.int64]:
        """The frequencies of many words of two to four characters of the basic plane, given as columns of code points; 0 for
        those that are none. Most strings are out at one look, as in `get`."""
        likely = np.flatnonzero(self.inside.may_hold(columns[0].astype(np.uint32), columns[1].astype(np.uint32)))
        keys = columns[0][likely]
        for column in columns[1:]:
            keys = keys << np.uint64(16) | column[likely]
        found = np.zeros(len(columns[0]), dtype=np.int64)
        found[likely] = np.maximum(self.look_up(len(columns), keys), 0)
        return found

    def across(self, lefts: Sequence[str], rights: Sequence[str], a: Ints, b: Ints) -> Iterator[tuple[int, int, Ints, Ints]]:
        """The words of up to five characters across the end of left string `a[k]` and the start of the right string `b[k]`: how many characters
        the left one gives and the right one, which k form a word so, and the frequencies of those words."""
        tails, heads = _Sides.of(lefts, -1), _Sides.of(rights, 1)
        likely = np.flatnonzero((tails.lengths[a] > 0) & (heads.lengths[b] > 0) & self.inside.may_hold(
            tails.keys[1].astype(np.uint32)[a], heads.keys[1].astype(np.uint32)[b]))
        for taken in range(1, LONGEST + 1):
            for given in range(1, LONGEST + 2 - taken):
                rows = likely[(tails.lengths[a[likely]] >= taken) & (heads.lengths[b[likely]] >= given)]
                rest = min(given, LONGEST - taken)
                keys = tails.keys[taken][a[rows]] << np.uint64(16 * rest) | heads.keys[rest][b[rows]]
                if rest == given:
                    counts = self.look_up(taken + given, keys)
                else:
                    places = np.minimum(np.searchsorted(self._openings, keys), max(len(self._openings) - 1, 0))
                    rows = rows[self._openings[places] == keys] if len(self._openings) else rows[:0]
                    counts = np.array([self._others.get(lefts[i][-taken:] + rights[j][:given], 0) for i, j in zip(a[rows], b[rows], strict=True)], dtype=np.int64)
                yield taken, given, rows[counts > 0], counts[counts > 0]

    def __getitem__(self, word: str) -> int:
        count = self.get(word)
        if count is None:
            raise KeyError(word)
        return count

    @overload  # type: ignore[override]  # what `Mapping` allows as a default is wider
    def get(self, word: str) -> int | None: ...

    @overload
    def get(self, word: str, default: int) -> int: ...

    def get(self, word: str, default: int | None = None) -> int | None:  # asked again and again: answers are remembered
        """The frequency of a word, or `default`."""
        count = self._known.get(word, -1)
        if count == -1:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            count = self._known[word] = self._find(word)
        return default if count is None else count

    def _find(self, word: str) -> int | None:
        if len(word) > 1 and not self.inside.may_open(word):
            return None
        if not 0 < len(word) <= LONGEST or max(word) > "\uffff":
            return self._others.get(word)
        keys, counts = self._views[len(word)]
        key = int.from_bytes(word.encode("utf-16-be", "surrogatepass"), "big")
        at = bisect_left(keys, key)
        return counts[at] if at < len(keys) and keys[at] == key else None

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.get(word) is not None

    def __iter__(self) -> Iterator[str]:
        for n, (keys, _) in self._short.items():
            for key in keys.tolist():
                yield key.to_bytes(2 * n, "big").decode("utf-16-be", "surrogatepass")
        yield from self._others

    def __len__(self) -> int:
        return sum(len(keys) for keys, _ in self._short.values()) + len(self._others)

    def total(self) -> int:
        """The sum of all frequencies."""
        return sum(int(counts.sum(dtype=np.int64)) for _, counts in self._short.values()) + sum(self._others.values())


class _Sides(NamedTuple):
    """The ends or starts of strings: how many characters of each can be asked about, and by number of characters their keys."""

    lengths: NDArray[np.int64]
    keys: dict[int, Keys]

    @classmethod
    def of(cls, strings: Sequence[str], step: int) -> _Sides:
        """The last (`step` -1) or first (1) `LONGEST` characters, as far as they are of the basic plane."""
        cut = [string[::-1][:LONGEST] if step < 0 else string[:LONGEST] for string in strings]
        lengths = np.array([len(string) for string in cut], dtype=np.int64)
        codes = np.zeros((len(cut), LONGEST), dtype=np.uint32)
        codes[np.arange(LONGEST) < lengths[:, None]] = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        beyond = codes > 0xFFFF
        lengths = np.where(beyond.any(axis=1), beyond.argmax(axis=1), lengths)
        codes[beyond] = 0
        return cls(lengths, {n: pack(codes[:, :n][:, ::step]) for n in range(LONGEST + 1)})


def _sorted_out(words: Mapping[str, int]) -> tuple[dict[int, tuple[Keys, Counts]], dict[str, int]]:
    """Words of up to four characters of the basic plane as arrays, and the others."""
    fits = {word: n for word, n in words.items() if 0 < len(word) <= LONGEST and max(word) <= "\uffff"}
    short = {}
    for n in range(1, LONGEST + 1):
        listed = [word for word in fits if len(word) == n]
        short[n] = _last(_packed(listed, n), np.array([words[word] for word in listed], dtype=np.int32))
    return short, {word: n for word, n in words.items() if word not in fits}


def _packed(words: Sequence[str], n: int) -> Keys:
    """The keys of words of `n` characters."""
    return pack(np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).reshape(-1, n))


def _parse(text: bytes, short: dict[int, list[tuple[Keys, Counts]]], words: dict[str, int]) -> None:
    """Add the words of some lines: those of up to four hanzi to `short`, the others to `words`."""
    raw = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(raw == ord("\n"))
    if raw[-1] != ord("\n"):
        ends = np.append(ends, len(raw))
    blanks = np.flatnonzero(raw == ord(" "))
    starts = np.concatenate(([0], ends[:-1] + 1))
    if len(blanks) != 2 * len(ends) or (blanks[::2] < starts).any() or (blanks[1::2] > ends).any():
        raise ValueError("a line of the dictionary is not `word frequency part-of-speech`")
    counts, widths = _numbers(raw, blanks[::2] + 1, blanks[1::2]), blanks[::2] - starts
    rest = np.ones(len(starts), dtype=np.bool_)
    for n, parts in short.items():
        rows = np.flatnonzero(widths == 3 * n)
        for k in range(n):  # hanzi have three bytes each, the first of which has four bits of the code point
            rows = rows[raw[starts[rows] + 3 * k] >> 4 == 0xE]
        parts.append((_three_bytes(raw, starts[rows], n), counts[rows]))
        rest[rows] = False
    words |= {text[starts[k]:starts[k] + widths[k]].decode("utf-8"): int(counts[k]) for k in np.flatnonzero(rest).tolist()}


def _three_bytes(raw: NDArray[np.uint8], starts: Ints, n: int) -> Keys:
    """The keys of words of `n` characters that have three bytes each in UTF-8."""
    keys = np.zeros(len(starts), dtype=np.uint64)
    for at in range(0, 3 * n, 3):
        first, second, third = (raw[starts + at + k].astype(np.uint64) for k in range(3))
        keys = keys << np.uint64(16) | (first & np.uint64(15)) << np.uint64(12) | (second & np.uint64(63)) << np.uint64(6) | third & np.uint64(63)
    return keys


def pack(rows: NDArray[np.uint32]) -> Keys:
    """One number for every row of up to four code points of the basic plane."""
    keys = np.zeros(len(rows), dtype=np.uint64)
    for column in range(rows.shape[1]):
        keys = (keys << np.uint64(16)) | rows[:, column].astype(np.uint64)
    return keys


def _numbers(raw: NDArray[np.uint8], starts: Ints, ends: Ints) -> Counts:
    """The decimal numbers that stand at `raw[start:end]`."""
    values, rows = np.zeros(len(starts), dtype=np.int32), np.arange(len(starts))
    for k in range(int((ends - starts).max(initial=0))):
        rows = rows[starts[rows] + k < ends[rows]]
        digits = raw[starts[rows] + k] - np.uint8(ord("0"))
        if k > 8 or (digits > 9).any():
            raise ValueError("a frequency of the dictionary is no whole number below ten digits")
        values[rows] = values[rows] * 10 + digits
    return values


def _last(keys: Keys, counts: Counts) -> tuple[Keys, Counts]:
    """Rising keys with their counts; of equal keys the last one's."""
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order].astype(np.int32)
    kept = np.append(keys[1:] != keys[:-1], True)[:len(keys)]
    return keys[kept], counts[kept]
