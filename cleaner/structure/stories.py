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
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.alphabet import codes
from cleaner.evidence.ngram import LanguageModel
from cleaner.structure.vectors import Doubles, Ints, Vectors, edges_of, numbered, summed

Group = Callable[[int], Sequence[int]]
"""Block → the blocks that are asked about with it, itself among them."""
FIRST, LAST = 0x3400, 0x9FFF
"""Code points of hanzi."""
DECAY = 0.6
LATIN = re.compile("[A-Za-z]{2,}")
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
AT_ONCE = 4096
"""Pairs whose products are worked out in one go, so that a large page needs no more memory."""
SPREAD, CELLS = 64, 1 << 20
"""Products of all left groups with all right ones for each pair that is asked for, and in all, up to which every product is worked out:
one of many in a table takes a hundredth of the time of one by itself."""


class Stories:
    """Where the walks from a page's blocks lead, one row a block."""

    def __init__(self, texts: Sequence[str], model: LanguageModel) -> None:
        rows, chars = _laid_out(texts)
        hanzi = (chars >= FIRST) & (chars <= LAST)
        terms = _weighted(*_terms(texts, rows, chars, hanzi), len(texts)).unit()
        rare = _rarity(model)  # type: ignore[arg-type]  # models are hashed by identity
        characters = _weighted(rows[hanzi], chars[hanzi], len(texts), rare).unit(math.sqrt(CHARACTERS))
        self._asked: dict[tuple[int, ...], tuple[Ints, Doubles]] = {}
        self.vectors = _walks([terms, characters]) if len(texts) else terms

    def affinities(self, lefts: Ints, before: Group, rights: Ints, behind: Group) -> Doubles:
        """Cosine of two groups of blocks, 0 (nothing shared) to 1, for many pairs of blocks that the groups are named by.

        The first block of a group counts most, each further one `DECAY` of the one before.
        """
        if not len(lefts):
            return np.zeros(0)
        (first, left), (last, right) = numbered(lefts), numbered(rights)
        one, other = self.grouped(list(map(before, first.tolist()))), self.grouped(list(map(behind, last.tolist())))
        if len(first) * len(last) <= min(SPREAD * len(lefts), CELLS):
            every: Doubles = one.products(other)[left, right]
            return every
        keys = np.repeat(np.arange(len(last)), np.diff(other.edges)) * other.width + other.columns
        portions = []
        for at in range(0, len(lefts), AT_ONCE):
            places, owners = one.entries(left[at:at + AT_ONCE])
            sought = right[at:at + AT_ONCE][owners] * other.width + one.columns[places]
            found = np.minimum(np.searchsorted(keys, sought), max(len(keys) - 1, 0))
            shared = np.flatnonzero(keys[found] == sought) if len(keys) else np.zeros(0, dtype=np.int64)
            products = one.values[places[shared]] * other.values[found[shared]]
            portions.append(np.bincount(owners[shared], products, len(left[at:at + AT_ONCE])))
        return np.concatenate(portions)

    def affinity(self, left: Sequence[int], right: Sequence[int]) -> float:
        """Cosine of two groups of blocks."""
        (columns, values), (others, weights) = self._one(tuple(left)), self._one(tuple(right))
        found = np.minimum(others.searchsorted(columns), max(len(others) - 1, 0))
        shared = np.flatnonzero(others[found] == columns) if len(others) else np.zeros(0, dtype=np.int64)
        return float(np.cumsum(values[shared] * weights[found[shared]])[-1]) if len(shared) else 0.0

    def prepare(self, groups: Sequence[Sequence[int]]) -> None:
        """Work out the vectors of many groups at once, for single questions about them."""
        new = [group for group in dict.fromkeys(map(tuple, groups)) if group not in self._asked]
        found = self.grouped(new)
        for group, (start, end) in zip(new, pairwise(found.edges.tolist()), strict=True):
            self._asked[group] = found.columns[start:end], found.values[start:end]

    def _one(self, group: tuple[int, ...]) -> tuple[Ints, Doubles]:
        """The vector of one group: columns, values; a page asks for the same few again and again."""
        if group not in self._asked:
            edges, columns, values, width = self.vectors.edges, self.vectors.columns, self.vectors.values, self.vectors.width
            sums, told = np.zeros(width), np.zeros(width, dtype=np.bool_)
            for block, weight in sorted((block, DECAY ** k) for k, block in enumerate(group)):
                row = slice(edges[block], edges[block + 1])
                sums[columns[row]] += weight * values[row]
                told[columns[row]] = True
            places = np.flatnonzero(told)
            self._asked[group] = places, Vectors(np.array([0, len(places)]), places, sums[places], width).unit().values
        return self._asked[group]

    def grouped(self, groups: Sequence[Sequence[int]]) -> Vectors:
        """One vector of length 1 a group (0 where nothing is shared): affinities are products of these."""
        parts = [part for group in groups for part in sorted((block, DECAY ** k) for k, block in enumerate(group))]
        edges = np.cumsum([0, *map(len, groups)])
        blocks, weights = np.array([block for block, _ in parts], dtype=np.int64), np.array([weight for _, weight in parts], dtype=np.float64)
        return Vectors(edges, blocks, weights, len(self.vectors.edges) - 1).times(self.vectors).unit()


def _laid_out(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The texts end to end, a 0 behind each: the number of the text and the code point of every character."""
    chars = codes("".join(text.replace("\0", " ") + "\0" for text in texts)).astype(np.int64)
    return np.cumsum(chars == 0) - (chars == 0), chars


def _terms(texts: Sequence[str], rows: Ints, chars: Ints, hanzi: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The terms of some texts: number of the text, number of the term. Bigrams of hanzi are numbered by their code points, Latin
    words, in alphabetical order, come before them."""
    pairs = np.flatnonzero(hanzi[:-1] & hanzi[1:])
    latin = [(row, word.lower()) for row, text in enumerate(texts) for word in LATIN.findall(text)]
    number = {word: k for k, word in enumerate(sorted({word for _, word in latin}))}
    return (np.concatenate((rows[pairs], np.array([row for row, _ in latin], dtype=np.int64))),
            np.concatenate((chars[pairs] << 16 | chars[pairs + 1], np.array([number[word] for _, word in latin], dtype=np.int64))))


@lru_cache(maxsize=1)
def _rarity(model: LanguageModel) -> Doubles:
    """What every hanzi is worth by its rarity in Chinese prose, from `FIRST` on."""
    scores = model.score_many([("", chr(char)) for char in range(FIRST, LAST + 1)])
    return np.maximum(0.0, -scores * math.log(10) - COMMON)


def _weighted(rows: Ints, terms: Ints, n: int, worth: Doubles | None = None) -> Vectors:
    """One row a block: what it says often and few others say, times the `worth` of the term (of hanzi, from `FIRST` on; 1 if not given)."""
    places, counts = np.unique(terms * max(1, n) + rows, return_counts=True)
    terms, rows = np.divmod(places, max(1, n))
    new = np.append(True, terms[1:] != terms[:-1])[:len(terms)]
    every, columns = terms[new], np.cumsum(new) - 1
    spread = np.bincount(columns, minlength=len(every))
    telling = (spread > 1) & (spread < n)
    weight = _logs(spread, lambda blocks: math.log(n / blocks))
    kept = np.flatnonzero(telling[columns])
    kept = kept[np.argsort(rows[kept], kind="stable")]
    rows, columns, counts = rows[kept], columns[kept], counts[kept]
    values = (1 + _logs(counts, math.log)) * (weight if worth is None else weight * worth[every - FIRST])[columns]
    return Vectors(edges_of(rows, n), (np.cumsum(telling) - 1)[columns], values, max(1, int(telling.sum())))


def _logs(counts: Ints, value: Callable[[int], float]) -> Doubles:
    """A value of every count, asked once for each different one."""
    kinds = np.flatnonzero(np.bincount(counts))
    values = np.zeros(int(kinds[-1]) + 1 if len(kinds) else 0)
    values[kinds] = [value(kind) for kind in kinds.tolist()]
    return values[counts]


def _walks(kinds: Sequence[Vectors]) -> Vectors:
    """How often walks from every block pass every other: the sum of the powers of the graph's normalised adjacency."""
    graph = _nearest(kinds)
    n = graph.width
    scale = 1 / np.sqrt(np.maximum(np.bincount(graph.rows, graph.values, n), 1e-6))
    graph = Vectors(graph.edges, graph.columns, graph.values * scale[graph.rows] * scale[graph.columns], n)
    steps = [Vectors(np.arange(n + 1), np.arange(n), np.ones(n), n)]
    for k in range(STEPS):
        step = steps[-1].times(graph) if k else graph
        likely = step.values * (1 - RESTART)
        kept = likely >= LEAST
        steps.append(Vectors(edges_of(step.rows[kept], n), step.columns[kept], likely[kept], n))
    walks = _sum(steps)
    return _sum([walks, walks.times(graph)])


def _sum(parts: Sequence[Vectors]) -> Vectors:
    """The sum of matrices of one shape."""
    rows, columns, values = (np.concatenate(column) for column in zip(*((v.rows, v.columns, v.values) for v in parts), strict=True))
    return summed(rows, columns, values, len(parts[0].edges) - 1, parts[0].width)


def _nearest(kinds: Sequence[Vectors]) -> Vectors:
    """The likeness of every block with the `NEIGHBOURS` most like it; an edge stands if either block has it."""
    n = len(kinds[0].edges) - 1
    count = max(1, min(NEIGHBOURS, n // SHARE))
    found = []
    for start in range(0, n, CHUNK):
        rows, low = np.arange(start, min(n, start + CHUNK)), max(0, start - REACH)
        around = np.arange(low, min(n, start + CHUNK + REACH))
        parts = ((v[rows], v[around]) if n > CHUNK else (v, v) for v in kinds)
        likeness = sum((one.products(other) for one, other in parts), np.zeros((len(rows), len(around))))
        likeness[np.arange(len(rows)), rows - low] = 0.0
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
        found.append((np.repeat(rows, count), (best + low).ravel(), np.take_along_axis(likeness, best, axis=1).ravel()))
    one, other, values = (np.concatenate(columns) for columns in zip(*found, strict=True))
    one, other, values = one[values > 0], other[values > 0], values[values > 0]
    keys, values = np.concatenate((one * n + other, other * n + one)), np.concatenate((values, values))
    order = np.lexsort((values, keys))
    last = np.append(keys[order][1:] != keys[order][:-1], True)[:len(keys)]  # of the edges of two blocks the heaviest
    places = keys[order][last]
    return Vectors(edges_of(places // n, n), places % n, values[order][last], n)
