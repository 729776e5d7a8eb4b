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

TERM = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]{2,}")


class Stories:
    """Term vectors of a page's blocks."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(_terms(text)) for text in texts]
        spread = Counter(term for count in counts for term in count)
        n = len(texts)
        self.vectors = [
            {t: (1 + math.log(k)) * math.log(n / spread[t]) for t, k in count.items() if 1 < spread[t] < n}
            for count in counts]

    def affinity(self, left: Sequence[int], right: Sequence[int]) -> float:
        """Cosine of two groups of blocks, 0 (nothing shared) to 1."""
        a, b = self._sum(left), self._sum(right)
        if len(b) < len(a):
            a, b = b, a
        dot = sum(weight * b[term] for term, weight in a.items() if term in b)
        norm = math.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
        return dot / norm if norm else 0.0

    def _sum(self, blocks: Sequence[int]) -> dict[str, float]:
        if len(blocks) == 1:
            return self.vectors[blocks[0]]
        total: dict[str, float] = {}
        for block in blocks:
            for term, weight in self.vectors[block].items():
                total[term] = total.get(term, 0.0) + weight
        return total


def _terms(text: str) -> list[str]:
    found = []
    for match in TERM.finditer(text):
        word = match.group()
        found += [word.lower()] if word[0] < "\u3400" else [word[i:i + 2] for i in range(len(word) - 1)]
    return found
