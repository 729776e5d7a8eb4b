"""Do these blocks belong to one story? The names and rare words that they share, as a cosine.

Terms are bigrams of hanzi and whole Latin words, weighted by how few blocks of the page have them (idf), so
that what stands in every report of a page (the paper's own words) says nothing, and a town or a person that
stands in six neighbouring blocks says a lot.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

DECAY = 0.6
TERM = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]{2,}")
AT_ONCE = 4096
"""Pairs whose products are worked out in one go, so that a large page needs no more memory."""
Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Vectors:
    """Rows of few numbers: row i has `values[k]` in column `columns[k]` for `edges[i] <= k < edges[i + 1]`, columns rising."""

    edges: Ints
    columns: Ints
    values: Doubles
    width: int

    def __getitem__(self, rows: Ints) -> Vectors:
        """Some of the rows."""
        places, owners = self.entries(rows)
        return Vectors(_edges(owners, len(rows)), self.columns[places], self.values[places], self.width)

    def entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """Where the numbers of some rows stand, and for each the place of its row in `rows`."""
        sizes = self.edges[rows + 1] - self.edges[rows]
        owners = np.repeat(np.arange(len(rows)), sizes)
        return self.edges[rows][owners] + np.arange(len(owners)) - (np.cumsum(sizes) - sizes)[owners], owners

    def products(self, other: Vectors) -> Doubles:
        """The product of every row with every row of another."""
        by_column = np.argsort(other.columns, kind="stable")
        columns = other.columns[by_column]
        first = np.searchsorted(columns, self.columns)
        sizes = np.searchsorted(columns, self.columns, side="right") - first
        owners = np.repeat(np.arange(len(self.columns)), sizes)
        places = by_column[first[owners] + np.arange(len(owners)) - (np.cumsum(sizes) - sizes)[owners]]
        height, width = len(self.edges) - 1, len(other.edges) - 1
        left, right = (np.repeat(np.arange(len(v.edges) - 1), np.diff(v.edges)) for v in (self, other))
        shared = self.values[owners] * other.values[places]
        return np.bincount(left[owners] * width + right[places], shared, height * width).astype(np.float64).reshape(height, width)


def _edges(owners: Ints, rows: int) -> Ints:
    """Where each of so many rows begins and ends, from the row of every number."""
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=rows))))


class Stories:
    """Term vectors of a page's blocks, one row a block."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(_terms(text)) for text in texts]
        spread = Counter(term for count in counts for term in count)
        n = len(texts)
        column = {term: k for k, term in enumerate(sorted(t for t, s in spread.items() if 1 < s < n))}
        rows, columns, values = [], [], []
        for row, count in enumerate(counts):
            told = sorted((column[term], (1 + math.log(k)) * math.log(n / spread[term])) for term, k in count.items() if term in column)
            rows += [row] * len(told)
            columns += [place for place, _ in told]
            values += [value for _, value in told]
        self._asked: dict[tuple[int, ...], dict[int, float]] = {}
        self.vectors = Vectors(_edges(np.array(rows, dtype=np.int64), n), np.array(columns, dtype=np.int64),
                               np.array(values, dtype=np.float64), max(1, len(column)))

    def affinities(self, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Doubles:
        """Cosine of the two groups of every pair, 0 (nothing shared) to 1; no pair is looked at that is not asked for.

        The first block of a group counts most, each further one `DECAY` of the one before.
        """
        if not pairs:
            return np.zeros(0)
        lefts, left = _numbered([left for left, _ in pairs])
        rights, right = _numbered([right for _, right in pairs])
        one, other = self.grouped(lefts), self.grouped(rights)
        keys = np.repeat(np.arange(len(rights)), np.diff(other.edges)) * other.width + other.columns
        portions = []
        for at in range(0, len(pairs), AT_ONCE):
            places, owners = one.entries(left[at:at + AT_ONCE])
            sought = right[at:at + AT_ONCE][owners] * other.width + one.columns[places]
            found = np.minimum(np.searchsorted(keys, sought), max(len(keys) - 1, 0))
            shared = np.flatnonzero(keys[found] == sought) if len(keys) else np.zeros(0, dtype=np.int64)
            products = one.values[places[shared]] * other.values[found[shared]]
            portions.append(np.bincount(owners[shared], products, len(left[at:at + AT_ONCE])))
        return np.concatenate(portions)

    def affinity(self, left: Sequence[int], right: Sequence[int]) -> float:
        """Cosine of two groups of blocks."""
        one, other = self._one(tuple(left)), self._one(tuple(right))
        total = 0.0
        for column, value in one.items():
            if column in other:
                total += value * other[column]
        return total

    def prepare(self, groups: Sequence[Sequence[int]]) -> None:
        """Work out the vectors of many groups at once, for single questions about them."""
        new = [group for group in dict.fromkeys(map(tuple, groups)) if group not in self._asked]
        found = self.grouped(new)
        columns, values = found.columns.tolist(), found.values.tolist()
        for group, (start, end) in zip(new, pairwise(found.edges.tolist()), strict=True):
            self._asked[group] = dict(zip(columns[start:end], values[start:end], strict=True))

    def _one(self, group: tuple[int, ...]) -> dict[int, float]:
        """The vector of one group; a page asks for the same few again and again."""
        if group not in self._asked:
            self.prepare([group])
        return self._asked[group]

    def grouped(self, groups: Sequence[Sequence[int]]) -> Vectors:
        """One vector of length 1 a group (0 where nothing is shared): affinities are products of these."""
        parts = [part for row, group in enumerate(groups) for part in sorted((row, block, DECAY ** k) for k, block in enumerate(group))]
        owner, blocks = (np.array([part[k] for part in parts], dtype=np.int64) for k in (0, 1))
        weights = np.array([weight for _, _, weight in parts], dtype=np.float64)
        places, part = self.vectors.entries(blocks)
        width = self.vectors.width
        keys, number = np.unique(owner[part] * width + self.vectors.columns[places], return_inverse=True)
        summed = np.bincount(number, weights[part] * self.vectors.values[places], len(keys))
        rows = keys // width
        norms = np.sqrt(np.bincount(rows, summed * summed, len(groups)))
        return Vectors(_edges(rows, len(groups)), keys % width, summed * (1 / np.maximum(norms, 1e-9))[rows], width)


def _numbered(groups: Sequence[Sequence[int]]) -> tuple[list[tuple[int, ...]], Ints]:
    """The different groups, and for each group its number among them."""
    number: dict[tuple[int, ...], int] = {}
    places = [number.setdefault(tuple(group), len(number)) for group in groups]
    return list(number), np.array(places, dtype=np.int64)


def _terms(text: str) -> list[str]:
    found = []
    for match in TERM.finditer(text):
        word = match.group()
        found += [word.lower()] if word[0] < "\u3400" else [word[i:i + 2] for i in range(len(word) - 1)]
    return found
