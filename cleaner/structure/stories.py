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
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

DECAY = 0.6
TERM = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]{2,}")


class Stories:
    """Term vectors of a page's blocks, one row a block."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(_terms(text)) for text in texts]
        spread = Counter(term for count in counts for term in count)
        n = len(texts)
        column = {term: k for k, term in enumerate(sorted(t for t, s in spread.items() if 1 < s < n))}
        rows, columns, values = [], [], []
        for row, count in enumerate(counts):
            for term, k in count.items():
                if term in column:
                    rows.append(row)
                    columns.append(column[term])
                    values.append((1 + math.log(k)) * math.log(n / spread[term]))
        self._asked: dict[tuple[int, ...], dict[int, float]] = {}
        self.vectors = csr_array((values, (rows, columns)), shape=(n, max(1, len(column))))

    def affinities(self, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> NDArray[np.float64]:
        """Cosine of the two groups of every pair, 0 (nothing shared) to 1; no pair is looked at that is not asked for.

        The first block of a group counts most, each further one `DECAY` of the one before.
        """
        if not pairs:
            return np.zeros(0)
        lefts, left = _numbered([left for left, _ in pairs])
        rights, right = _numbered([right for _, right in pairs])
        product = self.grouped(lefts)[left].multiply(self.grouped(rights)[right])
        return np.asarray(product.sum(axis=1), dtype=np.float64).ravel()

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
        if not new:
            return
        found = self.grouped(new)
        columns, values, edges = found.indices.tolist(), found.data.tolist(), found.indptr.tolist()
        for group, (start, end) in zip(new, pairwise(edges), strict=True):
            self._asked[group] = dict(zip(columns[start:end], values[start:end], strict=True))

    def _one(self, group: tuple[int, ...]) -> dict[int, float]:
        """The vector of one group; a page asks for the same few again and again."""
        if group not in self._asked:
            self.prepare([group])
        return self._asked[group]

    def grouped(self, groups: Sequence[Sequence[int]]) -> csr_array:
        """One vector of length 1 a group (0 where nothing is shared): affinities are products of these."""
        rows = [row for row, group in enumerate(groups) for _ in group]
        columns = [block for group in groups for block in group]
        weights = [DECAY ** k for group in groups for k in range(len(group))]
        summed = csr_array((weights, (rows, columns)), shape=(len(groups), self.vectors.shape[0])) @ self.vectors
        norms = np.sqrt(summed.multiply(summed).sum(axis=1))
        return diags_array(1 / np.maximum(norms, 1e-9)) @ summed


def _numbered(groups: Sequence[Sequence[int]]) -> tuple[list[tuple[int, ...]], list[int]]:
    """The different groups, and for each group its number among them."""
    number: dict[tuple[int, ...], int] = {}
    places = [number.setdefault(tuple(group), len(number)) for group in groups]
    return list(number), places


def _terms(text: str) -> list[str]:
    found = []
    for match in TERM.finditer(text):
        word = match.group()
        found += [word.lower()] if word[0] < "\u3400" else [word[i:i + 2] for i in range(len(word) - 1)]
    return found
