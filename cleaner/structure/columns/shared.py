"""What two blocks of a page have in common at regular distances: the mark that the edge of a crop leaves.

Where the edge of a crop runs through a column and another crop overlaps it, every printed line stands in two blocks, its
left part in the one and its right part in the other, and the few characters under both crops stand in both. So the two
blocks share a short run a line: 昨天重新|开放… and 重新开放，附|近的…. Found by sorting the bigrams of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST = 12
"""Places of a bigram from which it says nothing of where a line goes on."""
FAR = 300
"""Blocks from one crop to the next, at most, so that costs grow with the length of a page and not with its square."""
LONGEST = 16
"""Code points of the longest run that may be an overlap; longer ones are copies."""
STEPS = 3, 45
"""Code points between two runs of a block, at least and at most: the part of a printed line that a crop shows."""
OFF = 2
"""Code points by which one step may differ from the next."""
REACH = 8
"""How many runs behind a run are tried for the next line."""


class Run(NamedTuple):
    """Code points that two blocks have in common: `left` and `right` are where they begin."""

    left: int
    right: int
    length: int


class SharedRuns:
    """The runs of 2 to `LONGEST` code points that two blocks of a page share and neither lengthens."""

    def __init__(self, texts: Sequence[str]) -> None:
        codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
        pairs = _twice(codes)
        blocks = np.searchsorted(begins, pairs, side="right") - 1
        apart = (blocks[0] != blocks[1]) & (blocks[1] <= blocks[0] + FAR)
        pairs, blocks = pairs[:, apart], blocks[:, apart]
        order = np.argsort((pairs[1] - pairs[0]) * len(codes) + pairs[0])  # by diagonal and place, which no two pairs share
        pairs, blocks = pairs[:, order], blocks[:, order]
        new = np.ones(pairs.shape[1], dtype=bool)
        new[1:] = (pairs[0, 1:] != pairs[0, :-1] + 1) | (pairs[1, 1:] != pairs[1, :-1] + 1)
        starts = np.flatnonzero(new)
        lengths = np.diff(np.append(starts, pairs.shape[1])) + 1
        starts, lengths = starts[lengths <= LONGEST], lengths[lengths <= LONGEST]
        (first, second), at = blocks[:, starts], pairs[:, starts] - begins[blocks[:, starts]]
        keys = first * len(texts) + second
        order = np.argsort(keys * len(codes) + at[0], kind="stable")
        self._keys = keys[order]
        self._rows = np.stack((at[0], at[1], lengths))[:, order]
        self._blocks = len(texts)

    def of(self, first: int, second: int) -> list[Run]:
        """The runs of two blocks, in the order of the first one; the first of them stands before the second on the page."""
        low, high = np.searchsorted(self._keys, first * self._blocks + second + np.arange(2))
        return [Run(*row) for row in self._rows[:, low:high].T.tolist()]

    def regular(self) -> dict[tuple[int, int], list[Run]]:
        """The blocks that share runs at regular distances, and the longest chain of such runs."""
        steps = self._steps()
        if not steps.shape[1]:
            return {}
        first, second, left, right = steps
        into = np.argsort(second, kind="stable")
        low, high = (np.searchsorted(second[into], first, side=side) for side in ("left", "right"))
        later = np.repeat(np.arange(len(first)), high - low)
        earlier = into[np.arange(len(later)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + np.repeat(low, high - low)]
        alike = (abs(left[later] - left[earlier]) <= OFF) & (abs(right[later] - right[earlier]) <= OFF)
        pairs = [divmod(key, self._blocks) for key in np.unique(self._keys[first[later[alike]]]).tolist()]
        return {pair: _longest(self.of(*pair)) for pair in pairs}

    def _steps(self) -> NDArray[np.int64]:
        """Two runs of two blocks that may be the ends of two lines, one below the other (rows: which runs, and how far apart they are in
        the first block and in the second)."""
        ends, starts = self._rows[0] + self._rows[2], self._rows[1]
        found = [np.empty((4, 0), dtype=np.int64)]
        for away in range(1, min(REACH + 1, len(ends))):
            left, right = ends[away:] - ends[:-away], starts[away:] - starts[:-away]
            near = (self._keys[away:] == self._keys[:-away]) & (left >= STEPS[0]) & (left <= STEPS[1]) & (right >= STEPS[0]) & (right <= STEPS[1])
            at = np.flatnonzero(near)
            found.append(np.stack((at, at + away, left[at], right[at])))
        return np.concatenate(found, axis=1)


def _twice(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """All pairs of places of one bigram of a text, the first ones in the first row; bigrams that stand too often say nothing."""
    places = np.flatnonzero((codes[:-1] > 32) & (codes[1:] > 32))
    keys = codes[places] << np.uint64(32) | codes[places + 1]
    order = np.argsort(keys, kind="stable")
    places, keys = places[order], keys[order]
    counts = np.diff(np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1], [True])))) if len(keys) else np.empty(0, dtype=np.int64)
    telling = np.repeat((counts > 1) & (counts <= MOST), counts)
    places, keys = places[telling], keys[telling]
    found = [np.empty((2, 0), dtype=np.int64)]
    for away in range(1, min(MOST, len(keys))):
        same = np.flatnonzero(keys[away:] == keys[:-away])
        found.append(np.stack((places[same], places[same + away])))
    return np.concatenate(found, axis=1)


def _longest(runs: Sequence[Run]) -> list[Run]:
    """The longest chain of runs at regular distances in both blocks."""
    counts: dict[tuple[int, int], int] = {}
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    into: list[list[tuple[int, int, int]]] = [[] for _ in runs]
    """For every run those that may be the end of the line before, and how far apart they are in the first block and in the second."""
    ends, starts = [run.left + run.length for run in runs], [run.right for run in runs]
    for h in range(len(runs)):
        for k in range(h + 1, min(len(runs), h + 1 + REACH)):
            left, right = ends[k] - ends[h], starts[k] - starts[h]
            if STEPS[0] <= left <= STEPS[1] and STEPS[0] <= right <= STEPS[1]:
                alike = [(g, h) for g, wide, other in into[h] if abs(wide - left) <= OFF and abs(other - right) <= OFF]
                last = before[h, k] = max(alike, key=counts.__getitem__, default=None)
                counts[h, k] = 2 if last is None else 1 + counts[last]
                into[k].append((h, left, right))
    foot = max(counts, key=counts.__getitem__)
    chain, at = [foot[1], foot[0]], before[foot]
    while at is not None:
        chain.append(at[0])
        at = before[at]
    return [runs[k] for k in reversed(chain)]
