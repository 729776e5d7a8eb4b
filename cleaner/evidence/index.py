"""Where an n-gram stands in its level: exact look-up of many whole numbers at once.

The key of an n-gram is (number of the n-gram without its last character) · classes + last character.
`Sorted` suits the few thousand n-grams of a page; `Hashed` the millions of the shipped model, at three to
four bytes each and about four times the speed of a binary search, which misses the processor's cache at every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.exact import log10

Ids = NDArray[np.uint64]
Ints = NDArray[np.int64]
Hits = NDArray[np.bool_]

_MIX = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio, odd: D. Knuth, The Art of Computer Programming, vol. 3, section 6.4."""
LOAD = 2
"""Keys to a bucket, on average."""
MANY, ROOM = 256, 4
"""Keys sought at once from which on a table of slots is quicker than binary search; slots to a key, at least."""


class Index(Protocol):
    """A numbered set of keys."""

    def find(self, wanted: Ids) -> tuple[Ints, Hits]:
        """The number of each wanted key (meaningless where absent), and whether it is there."""

    def __len__(self) -> int:
        """How many keys there are."""


def find_sorted(keys: Ids, wanted: Ids) -> tuple[Ints, Hits]:
    """Where each wanted key stands in the rising `keys`, and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    places = keys.searchsorted(wanted)
    places[places == len(keys)] = 0
    return places, keys.take(places) == wanted


@dataclass(frozen=True, eq=False)
class Sorted:
    """Rising keys; the number of a key is its rank. Few are found by binary search, many by a table that says which key stands in which
    slot: a look at that one tells all but the keys that share a slot."""

    keys: Ids

    def find(self, wanted: Ids) -> tuple[Ints, Hits]:
        """The number of each wanted key (another one's where absent), and whether it is there."""
        if len(wanted) < MANY or not len(self.keys):
            return find_sorted(self.keys, wanted)
        ranks, shared = self._slots
        slots = _slots_of(wanted, ranks)
        places = ranks.take(slots).astype(np.int64)
        held = self.keys.take(places) == wanted
        unsure = (shared.take(slots) > held).nonzero()[0]
        if len(unsure):
            places[unsure], held[unsure] = find_sorted(self.keys, wanted.take(unsure))
        return places, held

    @cached_property
    def _slots(self) -> tuple[NDArray[np.int32], Hits]:
        """For every slot the rank of a key that stands there (of 0 where none does), and whether others do, too."""
        ranks = np.zeros(1 << (ROOM * len(self.keys)).bit_length(), dtype=np.int32)
        slots = _slots_of(self.keys, ranks)
        ranks[slots] = np.arange(len(slots), dtype=np.int32)
        return ranks, np.bincount(slots, minlength=len(ranks)) > 1

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, eq=False)
class Hashed:
    """Keys below 2^bits, multiplied by an odd number modulo 2^bits, which loses nothing and scatters them.

    The high bits of the product name a bucket, the low bits (`rests`, rising within a bucket) are all that is
    stored: bucket and rest together give the key back, so that no answer is ever wrong. The number of a key is
    its place in `rests`.
    """

    bits: int
    low: int
    starts: NDArray[np.uint32]
    rests: NDArray[Any]

    @classmethod
    def of(cls, keys: Ids) -> tuple[Hashed, Ints]:
        """An index of different keys, and where each of them stands in it."""
        top = int(keys.max()) if len(keys) else 1
        bits = max(top.bit_length(), 2)
        wide = max(len(keys) // LOAD, 1).bit_length()
        low = max(bits - wide, 1)
        mixed = _mixed(keys, bits)
        order = np.argsort(mixed, kind="stable")
        mixed = mixed[order]
        sizes = np.bincount((mixed >> np.uint64(low)).astype(np.int64), minlength=1 << (bits - low))
        kind = np.uint16 if low <= 16 else np.uint32 if low <= 32 else np.uint64
        rests = (mixed & np.uint64((1 << low) - 1)).astype(kind)
        places = np.empty(len(keys), dtype=np.int64)
        places[order] = np.arange(len(keys))
        return cls.from_sizes(bits, low, sizes, rests), places

    @classmethod
    def from_sizes(cls, bits: int, low: int, sizes: NDArray[Any], rests: NDArray[Any]) -> Hashed:
        """An index from what a file holds: how many keys each bucket has."""
        starts = np.zeros(len(sizes) + 1, dtype=np.uint32)
        np.cumsum(sizes, out=starts[1:])
        return cls(bits, low, starts, rests)

    @property
    def sizes(self) -> NDArray[Any]:
        """How many keys each bucket has, in the narrowest type that holds it."""
        sizes = np.diff(self.starts)
        return sizes.astype(np.uint8 if not len(sizes) or sizes.max() < 256 else np.uint32)

    def find(self, wanted: Ids) -> tuple[Ints, Hits]:
        """The number of each wanted key (another one's where absent), and whether it is there. Keys of 2^bits and more are absent.

        All buckets are halved together until one rest of each is left: the last that is no greater than the one wanted.
        """
        if not len(wanted) or not len(self.rests):
            return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
        mixed = _mixed(wanted, self.bits)
        bucket = (mixed >> np.uint64(self.low)).view(np.int64)
        rest = (mixed & np.uint64((1 << self.low) - 1)).astype(self.rests.dtype)
        at = self.starts.take(bucket)
        sizes = self.starts[1:].take(bucket) - at
        held = sizes > 0
        if int(wanted.max()) >> self.bits:
            held &= wanted >> np.uint64(self.bits) == 0
        longest = int(sizes.max())
        while longest > 1:
            half = sizes >> np.uint32(1)
            at += half * (self.rests.take(at + half, mode="clip") <= rest)
            sizes -= half
            longest -= longest >> 1
        held &= self.rests.take(at, mode="clip") == rest
        return at.astype(np.int64), held

    def __len__(self) -> int:
        return len(self.rests)


def _slots_of(keys: Ids, table: NDArray[np.int32]) -> Ints:
    """The slot of each key in a table of 2^n slots: the high bits of its product with an odd number."""
    return (keys * np.uint64(_MIX) >> np.uint64(65 - len(table).bit_length())).view(np.int64)


def _mixed(keys: Ids, bits: int) -> Ids:
    """The keys times an odd number, modulo 2^bits: a one-to-one map of the numbers below 2^bits."""
    mixed: Ids = keys * np.uint64(_MIX)
    mixed &= np.uint64((1 << bits) - 1)
    return mixed


@dataclass(frozen=True, eq=False)
class Coded:
    """Numbers of at most a few hundred kinds: a code for each, and what the codes mean."""

    codes: NDArray[Any]
    book: NDArray[np.float64]

    def __getitem__(self, places: Ints) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self.book.take(self.codes.take(places))
        return found

    @cached_property
    def logs(self) -> Coded:
        """log10 of the numbers, worked out once for each kind."""
        return Coded(self.codes, log10(self.book))

    def __len__(self) -> int:
        return len(self.codes)


def logs(values: NDArray[np.float64] | Coded, places: Ints) -> NDArray[np.float64]:
    """log10 of some of the numbers."""
    return values.logs[places] if isinstance(values, Coded) else log10(values[places])
