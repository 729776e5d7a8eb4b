"""Do these blocks belong to one story? What they share, and what the blocks that are like them share.

Two blocks of one story often have not a word in common, but each has some with a third. So likeness is worked out in two
steps. First every block is compared with those around it: bigrams of hanzi and whole Latin words, weighted by how few blocks
of the page have them (idf), so that what stands in every report of a page (the paper's own words) says nothing and a town that stands
in six blocks says a lot; and single characters, weighted also by how rarely Chinese prose prints them. Then random walks over
the graph of each block's nearest neighbours (a diffusion kernel, Kondor & Lafferty 2002) give the blocks that it leads to: two
blocks are alike as far as their walks lead to the same ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.ngram import LanguageModel

DECAY = 0.6
TERM = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]{2,}")
HANZI = re.compile("[\u3400-\u9fff]")
CHARACTERS = 0.5
"""What the likeness of single characters counts beside that of bigrams and words."""
COMMON = 3.0
"""Surprise (minus ln p) up to which a character says nothing of a subject: 的, 一, 年 are under 7, 灌, 馆 over 8."""
NEIGHBOURS, SHARE, RESTART, STEPS = 5, 6, 0.1, 4
"""The graph has edges to so many nearest blocks, but to one block in six of a small page; how likely a walk ends after each
step, and how many steps it has at most."""
REACH, CHUNK = 120, 120
"""How many blocks before and behind are compared with, and how many blocks at a time: the work stays linear in the page."""
LEAST = 1e-4
"""Shares of a walk that are not kept."""
PORTION = 1000
"""Blocks whose walks are worked out in one go, so that a large page needs little more memory."""
AT_ONCE = 4096
"""Pairs whose products are worked out in one go, so that a large page needs no more memory."""
AT_MOST = 1 << 17
"""Products of single numbers that are held at a time, about: rows are multiplied in portions of so many."""
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
        height, width = len(self.edges) - 1, len(other.edges) - 1
        left, right = (np.repeat(np.arange(len(v.edges) - 1), np.diff(v.edges)) for v in (self, other))
        found = np.zeros((height, width))
        for top, bottom in self._portions(sizes):
            start, end = int(self.edges[top]), int(self.edges[bottom])
            few = sizes[start:end]
            owners = np.repeat(np.arange(start, end), few)
            places = by_column[first[owners] + np.arange(len(owners)) - (np.cumsum(few) - few)[owners - start]]
            shared = self.values[owners] * other.values[places]
            found[top:bottom] = np.bincount((left[owners] - top) * width + right[places], shared, (bottom - top) * width).reshape(-1, width)
        return found

    def times(self, other: Vectors) -> Vectors:
        """The rows as weights of the rows of another, which are summed."""
        parts = []
        for top, bottom in self._portions(np.diff(other.edges)[self.columns]):
            few = self[np.arange(top, bottom)]
            places, part = other.entries(few.columns)
            owners = np.repeat(np.arange(bottom - top), np.diff(few.edges))
            parts.append(_summed(owners[part], other.columns[places], few.values[part] * other.values[places], bottom - top, other.width))
        edges = np.concatenate(([0], np.cumsum(np.concatenate([np.diff(part.edges) for part in parts]))))
        return Vectors(edges, np.concatenate([p.columns for p in parts]), np.concatenate([p.values for p in parts]), other.width)

    def _portions(self, sizes: Ints) -> Sequence[tuple[int, int]]:
        """The rows in portions of about `AT_MOST` products, `sizes[k]` of them with the number k; one at least."""
        work = np.concatenate(([0], np.cumsum(sizes)))[self.edges]
        cuts = np.searchsorted(work, np.arange(AT_MOST, int(work[-1]), AT_MOST)).tolist()
        return list(pairwise(sorted({0, *cuts, len(work) - 1}))) or [(0, 0)]

    def unit(self, scale: float = 1.0) -> Vectors:
        """The rows at a length of `scale`, or 0."""
        rows = np.repeat(np.arange(len(self.edges) - 1), np.diff(self.edges))
        norms = np.sqrt(np.bincount(rows, self.values * self.values, len(self.edges) - 1))
        return Vectors(self.edges, self.columns, self.values * (scale / np.maximum(norms, 1e-9))[rows], self.width)


def _summed(rows: Ints, columns: Ints, values: Doubles, height: int, width: int) -> Vectors:
    """Numbers at places given in any order, those of one place summed."""
    keys, number = np.unique(rows * width + columns, return_inverse=True)
    return Vectors(_edges(keys // width, height), keys % width, np.bincount(number, values, len(keys)).astype(np.float64), width)


def _edges(owners: Ints, rows: int) -> Ints:
    """Where each of so many rows begins and ends, from the row of every number."""
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=rows))))


class Stories:
    """Where the walks from a page's blocks lead, one row a block."""

    def __init__(self, texts: Sequence[str], model: LanguageModel) -> None:
        terms = _weighted([Counter(_terms(text)) for text in texts], {}).unit()
        hanzi = [Counter(HANZI.findall(text)) for text in texts]
        every = sorted({char for count in hanzi for char in count})
        rare = {char: max(0.0, -score * math.log(10) - COMMON)
                for char, score in zip(every, model.score_many([("", char) for char in every]).tolist(), strict=True)}
        characters = _weighted(hanzi, rare).unit(math.sqrt(CHARACTERS))
        self._asked: dict[tuple[int, ...], dict[int, float]] = {}
        self.vectors = _walks([terms, characters]) if len(texts) else terms

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
        return Vectors(_edges(owner, len(groups)), blocks, weights, len(self.vectors.edges) - 1).times(self.vectors).unit()


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


def _weighted(counts: Sequence[Counter[str]], worth: Mapping[str, float]) -> Vectors:
    """One row a block: what it says often and few others say, times the `worth` of the term (1 if unknown)."""
    spread = Counter(term for count in counts for term in count)
    n = len(counts)
    column = {term: k for k, term in enumerate(sorted(t for t, s in spread.items() if 1 < s < n))}
    weight = {term: math.log(n / spread[term]) * worth.get(term, 1.0) for term in column}
    rows, columns, values = [], [], []
    for row, count in enumerate(counts):
        told = sorted((column[term], (1 + math.log(k)) * weight[term]) for term, k in count.items() if term in column)
        rows += [row] * len(told)
        columns += [place for place, _ in told]
        values += [value for _, value in told]
    return Vectors(_edges(np.array(rows, dtype=np.int64), n), np.array(columns, dtype=np.int64),
                   np.array(values, dtype=np.float64), max(1, len(column)))


def _walks(kinds: Sequence[Vectors]) -> Vectors:
    """How often walks from every block pass every other: the sum of the powers of the graph's normalised adjacency."""
    graph = _nearest(kinds)
    n = graph.width
    rows = np.repeat(np.arange(n), np.diff(graph.edges))
    scale = 1 / np.sqrt(np.maximum(np.bincount(rows, graph.values, n), 1e-6))
    graph = Vectors(graph.edges, graph.columns, graph.values * scale[rows] * scale[graph.columns], n)
    parts = [_walks_from(graph, start, min(n, start + PORTION)) for start in range(0, n, PORTION)]
    sizes = np.concatenate([np.diff(part.edges) for part in parts])
    return Vectors(np.concatenate(([0], np.cumsum(sizes))), np.concatenate([part.columns for part in parts]),
                   np.concatenate([part.values for part in parts]), n)


def _walks_from(graph: Vectors, start: int, stop: int) -> Vectors:
    """The walks from some of the blocks."""
    n = stop - start
    walks = step = Vectors(np.arange(n + 1), np.arange(start, stop), np.ones(n), graph.width)
    for _ in range(STEPS):
        step = step.times(graph)
        rows = np.repeat(np.arange(n), np.diff(step.edges))
        kept = step.values * (1 - RESTART) >= LEAST
        step = Vectors(_edges(rows[kept], n), step.columns[kept], step.values[kept] * (1 - RESTART), graph.width)
        walks = _plus(walks, step)
    return _plus(walks, walks.times(graph))


def _plus(one: Vectors, other: Vectors) -> Vectors:
    """The sum of two matrices of the same shape."""
    height = len(one.edges) - 1
    rows = [np.repeat(np.arange(height), np.diff(v.edges)) for v in (one, other)]
    return _summed(np.concatenate(rows), np.concatenate((one.columns, other.columns)), np.concatenate((one.values, other.values)),
                   height, one.width)


def _nearest(kinds: Sequence[Vectors]) -> Vectors:
    """The likeness of every block with the `NEIGHBOURS` most like it; an edge stands if either block has it."""
    n = len(kinds[0].edges) - 1
    count = max(1, min(NEIGHBOURS, n // SHARE))
    edges: dict[tuple[int, int], float] = {}
    for start in range(0, n, CHUNK):
        rows, low = np.arange(start, min(n, start + CHUNK)), max(0, start - REACH)
        around = np.arange(low, min(n, start + CHUNK + REACH))
        likeness = sum((v[rows].products(v[around]) for v in kinds), np.zeros((len(rows), len(around))))
        likeness[np.arange(len(rows)), rows - low] = 0.0
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
        for row, columns, values in zip(rows.tolist(), (best + low).tolist(), np.take_along_axis(likeness, best, axis=1).tolist(), strict=True):
            for column, value in zip(columns, values, strict=True):
                if value > 0:
                    edges[row, column] = edges[column, row] = max(value, edges.get((row, column), 0.0))
    places = np.array(sorted(edges), dtype=np.int64).reshape(-1, 2)
    return Vectors(_edges(places[:, 0], n), places[:, 1], np.array([edges[a, b] for a, b in places.tolist()]), n)
