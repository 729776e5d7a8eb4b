"""Passages that two blocks share, however noisy: sparse seeds, chains, extension by alignment.

Seeds are 4-grams of shadows (white space and the width of marks forgiven). At 11.5 % errors in each of two copies
a 4-gram survives in both with .885⁸ = .38, a 6-gram with .23, so twenty characters still share six seeds. A gram
that stands in many blocks links each of them to its next neighbours and to the first only, and a block keeps its
best partners only: the work stays near-linear in the length of the page, whatever a looping recogniser prints.
Seeds that lie on one diagonal are chained (as in BLAST, Altschul et al. 1990, and MUMmer, Delcher et al. 1999),
and a chain is extended at both ends as long as matches outweigh differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from cleaner.evidence.alphabet import widened
from cleaner.memory import BLOCKS, kept
from cleaner.structure.vectors import numbered

GRAM = 4
FEW = 8
"""Places of a gram up to which each is linked with each."""
PARTNERS = 32
"""Partners that a block keeps, by the seeds they share."""
BAND = 16
"""Width of the diagonal bands in which seeds are counted, code points."""
GAP = 36
"""Code points between two seeds of one chain, at most; at 11.5 % errors longer gaps are 1 in 100."""
BEND = 3
"""Code points by which a chain may leave its diagonal between two seeds; what is longer is foreign text."""
FOREIGN = 6
"""Code points that one text may have more than the other between two matches of a passage; a misreading adds one or two."""
FLANK = 48
"""Code points that one step of the extension looks at."""
PENALTY = 1.2
"""What a difference costs an extension, where a match earns 1: above it two texts are alike by chance."""
EDGE, EDGE_MOST = 3.0, 9.0
"""What an extension earns that reaches the edge of a block, where passages end; more, the longer its chain."""
EDGE_ALIKE, NEAR_EDGE = 0.3, 3
"""Share of matches on the way to an edge, at least, unless it is so near (code points)."""
LEAST = 6
"""Matches of the shortest passage."""
ALIKE = 0.55
"""Normalized Levenshtein similarity of the least alike passage; different paragraphs stay below .4."""
REST, REST_SHARE, REST_LOST = 12, 0.25, 2
"""Code points before an edge, at most, that a passage takes in where a third of them is alike, and their share of its length;
and how many it takes in whatever they are."""
NEXT, NEXT_LEAST, NEXT_SEEDS = 60, 8, 3
"""Code points at the end of a block and at the start of the next one that are compared by pairs of characters; matches,
and seeds, of such an overlap at least."""
STRAY = 1
"""Code points before an overlap that a recogniser may have added; with more, a block begins before its twin does."""
STOPS = "。！？…；”’」』）"
Ints = NDArray[np.int64]


class Passage(NamedTuple):
    """`shadow(a)[a0:a1]` and `shadow(b)[b0:b1]` say the same; `matches` characters are equal."""

    a: int
    a0: int
    a1: int
    b: int
    b0: int
    b1: int
    matches: int

    @property
    def similarity(self) -> float:
        """Share of the longer side's characters that match, 0 to 1."""
        return self.matches / max(self.a1 - self.a0, self.b1 - self.b0)

    def turned(self) -> Passage:
        """The same passage seen from the other block."""
        return Passage(self.b, self.b0, self.b1, self.a, self.a0, self.a1, self.matches)


@kept
def shadow(text: str) -> str:
    """A text as copies are compared: without white space, with full-width punctuation."""
    return widened("".join(text.split()))


def find_passages(shadows: Sequence[str]) -> list[Passage]:
    """Every passage that two different blocks share, `a < b`, in order of blocks and places."""
    return list(_find_passages(tuple(shadows)))


@lru_cache(maxsize=4)
def _find_passages(shadows: tuple[str, ...]) -> tuple[Passage, ...]:
    """Kept for the last pages, whose spaces and marks have changed where their passages have not."""
    found: list[Passage] = []
    for a, b, hits in _candidates(shadows):
        found += [Passage(a, a0, a1, b, b0, b1, n) for a0, a1, b0, b1, n in _grown(shadows[a], shadows[b], tuple(hits))]
    seeded = {(p.a, p.b) for p in found}
    for a in range(len(shadows) - 1):
        edge = _overlap(shadows[a], shadows[a + 1]) if (a, a + 1) not in seeded else None
        if edge is not None:
            a0, a1, b0, b1, n = edge
            found.append(Passage(a, a0, a1, a + 1, b0, b1, n))
    return tuple(sorted(found, key=lambda p: (p.a, p.b, p.a0)) if len(found) > len(seeded) else found)


@lru_cache(maxsize=BLOCKS)
def _overlap(left: str, right: str) -> tuple[int, int, int, int, int] | None:
    """What ends one block and opens the next one, misread so often that no four characters in a row are left in both:
    here pairs of characters are the seeds. None where the first block ends as a sentence does."""
    if min(len(left), len(right)) < NEXT_LEAST or left[-1] in STOPS:
        return None
    tail, head = left[-NEXT:], right[:NEXT]
    places: dict[str, list[int]] = {}
    for k in range(len(head) - 1):
        places.setdefault(head[k:k + 2], []).append(k)
    hits = [(k, at) for k in range(len(tail) - 1) for at in places.get(tail[k:k + 2], ())]
    if len(hits) < NEXT_SEEDS:
        return None
    skipped = len(left) - len(tail)
    for a0, a1, b0, b1, matches in _grown(tail, head, tuple(hits), 2):
        if a1 == len(tail) and b0 == 0 and matches >= NEXT_LEAST and (a0 or not skipped) and b1 < len(right):
            return a0 + skipped, a1 + skipped, b0, b1, matches
    return None


def _candidates(shadows: Sequence[str]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Pairs of blocks with at least two seeds in one diagonal band, and their seeds `(place in a, place in b)`."""
    lengths = np.array([len(s) for s in shadows], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    first, second = _seeds("".join(shadows), np.repeat(np.arange(len(shadows)), lengths))
    if not len(first):
        return
    a, b = (np.searchsorted(starts, side, side="right") - 1 for side in (first, second))
    pair = a * len(shadows) + b
    at_a, at_b = first - starts[a], second - starts[b]
    rows = np.lexsort((at_b, at_a, pair))
    pair, at_a, at_b, a, b = pair[rows], at_a[rows], at_b[rows], a[rows], b[rows]
    keep = _crowded(pair, at_b - at_a) & _best_partners(pair, len(shadows))
    pair, at_a, at_b = pair[keep], at_a[keep], at_b[keep]
    if not len(pair):
        return
    edges = np.concatenate(([0], np.flatnonzero(np.diff(pair)) + 1, [len(pair)]))
    for number, (start, end) in zip(pair[edges[:-1]].tolist(), pairwise(edges.tolist()), strict=True):
        yield *divmod(number, len(shadows)), list(zip(at_a[start:end].tolist(), at_b[start:end].tolist(), strict=True))


def _seeds(page: str, owner: Ints) -> tuple[Ints, Ints]:
    """Places of equal grams in different blocks, each pair once, the earlier place first."""
    none = np.zeros(0, dtype=np.int64)
    if len(page) < GRAM:
        return none, none
    _, ids = numbered(np.frombuffer(page.encode("utf-32-le"), dtype=np.uint32))
    ids = (ids % 0x7FFF).astype(np.int64)
    count = len(page) - GRAM + 1
    keys = ids[:count]
    for k in range(1, GRAM):
        keys = keys * 0x8000 + ids[k:k + count]
    inside = np.flatnonzero(owner[:count] == owner[GRAM - 1:])
    places = inside[np.argsort(keys[inside], kind="stable")]
    group = np.concatenate(([0], np.cumsum(keys[places][1:] != keys[places][:-1])))
    if not len(places):
        return none, none
    size = np.bincount(group)[group]
    head = places[np.searchsorted(group, group)]
    lefts, rights = [head[size > FEW]], [places[size > FEW]]
    for step in range(1, FEW):
        linked = (group[step:] == group[:-step]) & ((size[step:] <= FEW) | (step <= 2))
        lefts.append(places[:-step][linked])
        rights.append(places[step:][linked])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    apart = owner[left] != owner[right]
    return left[apart], right[apart]


def _crowded(pair: Ints, diagonal: Ints) -> NDArray[np.bool_]:
    """Which seeds have another one of their pair in the same band of diagonals, or in the next one."""
    crowded = np.zeros(len(pair), dtype=bool)
    for shift in (0, BAND // 2):
        band = (diagonal + shift) // BAND
        rows = np.lexsort((band, pair))
        same = (pair[rows][1:] == pair[rows][:-1]) & (band[rows][1:] == band[rows][:-1])
        crowded[rows[1:][same]] = True
        crowded[rows[:-1][same]] = True
    return crowded


def _best_partners(pair: Ints, blocks: int) -> NDArray[np.bool_]:
    """Which seeds belong to a pair that is among the best of one of its blocks, counted in seeds."""
    numbers, inverse, hits = np.unique(pair, return_inverse=True, return_counts=True)
    good = np.zeros(len(numbers), dtype=bool)
    for side in (numbers // blocks, numbers % blocks):
        rows = np.lexsort((numbers, -hits, side))
        owner = side[rows]
        rank = np.arange(len(rows)) - np.searchsorted(owner, owner)
        good[rows[rank < PARTNERS]] = True
    return good[inverse]


@lru_cache(maxsize=1 << 12)
def _grown(left: str, right: str, hits: tuple[tuple[int, int], ...], gram: int = GRAM) -> tuple[tuple[int, int, int, int, int], ...]:
    """`(a0, a1, b0, b1, matches)` of the passages of two texts, from the strongest chain of seeds (of `gram` code points)
    down; none overlaps another in either text. Kept, since a page is looked at again when it is cleaned."""
    if left == right:
        return ((0, len(left), 0, len(right), len(left)),)
    grown: list[tuple[int, int, int, int, int]] = []
    for chain in sorted(_chains(hits), key=lambda c: (-len(c), c[0])):
        (a0, b0), (a1, b1) = chain[0], (chain[-1][0] + gram, chain[-1][1] + gram)
        low_a, high_a, low_b, high_b = 0, len(left), 0, len(right)
        for start_a, end_a, start_b, end_b, _ in grown:
            low_a, high_a = (max(low_a, end_a), high_a) if start_a < a0 else (low_a, min(high_a, start_a))
            low_b, high_b = (max(low_b, end_b), high_b) if start_b < b0 else (low_b, min(high_b, start_b))
        if a0 < low_a or a1 > high_a or b0 < low_b or b1 > high_b:
            continue
        edge = min(EDGE_MOST, EDGE + len(chain) / 4)
        back_a, back_b = _reach(left[low_a:a0][::-1], right[low_b:b0][::-1], edge)
        on_a, on_b = _reach(left[a1:high_a], right[b1:high_b], edge)
        a0, b0, a1, b1 = a0 - back_a, b0 - back_b, a1 + on_a, b1 + on_b
        laps = (a1 == len(left) and b0 == 0 and torn_tail(left, a0)) or (a0 == 0 and b1 == len(right) and torn_tail(right, b0))  # what is over stands in one crop alone
        skip_a, skip_b = _rest(left[:a0][::-1], right[:b0][::-1], a1 - a0) if not low_a + low_b + laps else (0, 0)
        last = high_a == len(left) and high_b == len(right) and not laps
        more_a, more_b = _rest(left[a1:], right[b1:], a1 - a0) if last else (0, 0)
        a0, b0, a1, b1 = a0 - skip_a, b0 - skip_b, a1 + more_a, b1 + more_b
        grown += _without_foreign(left, right, a0, a1, b0, b1)
    return tuple(sorted(grown, key=lambda passage: passage[0]))


def torn_tail(text: str, start: int) -> bool:
    """Whether a text breaks off, and what it has from `start` on is less than all of it and begins in mid-clause: no editor quotes that."""
    return start > STRAY and text[start - 1].isalnum() and text[-1].isalnum()


def _without_foreign(left: str, right: str, a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int, int, int, int]]:
    """A passage, in parts where one text has words between that the other lacks: a line of the column beside it."""
    parts, start_a, start_b, gap_a, gap_b = [], a0, b0, 0, 0
    for code in [*Levenshtein.opcodes(left[a0:a1], right[b0:b1]), None]:
        if code is not None and code.tag != "equal":
            gap_a, gap_b = gap_a + code.src_end - code.src_start, gap_b + code.dest_end - code.dest_start
            continue
        if code is None or abs(gap_a - gap_b) > FOREIGN:
            at_a, at_b = (a0 + code.src_start, b0 + code.dest_start) if code is not None else (a1, b1)
            if code is None and abs(gap_a - gap_b) <= FOREIGN:
                gap_a = gap_b = 0
            parts.append((start_a, at_a - gap_a, start_b, at_b - gap_b))
            start_a, start_b = at_a, at_b
        gap_a = gap_b = 0
    found = []
    for part in parts:
        end_a, end_b = part[1], part[3]
        longer = max(end_a - part[0], end_b - part[2])
        matches = longer - Levenshtein.distance(left[part[0]:end_a], right[part[2]:end_b])
        if matches >= LEAST and matches >= ALIKE * longer:
            found.append((*part, matches))
    return found


def _chains(hits: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Seeds chained along diagonals: each continues the nearest chain that it can."""
    chains: list[list[tuple[int, int]]] = []
    open_chains: list[list[tuple[int, int]]] = []
    for a, b in hits:
        open_chains = [c for c in open_chains if a - c[-1][0] <= GAP]
        best, best_bend = None, 0
        for chain in open_chains:
            on_a, on_b = a - chain[-1][0], b - chain[-1][1]
            bend = abs(on_a - on_b)
            if on_a > 0 and on_b > 0 and bend <= min(BEND, 1 + on_a // 5) and (best is None or bend < best_bend):
                best, best_bend = chain, bend
        if best is None:
            best = []
            chains.append(best)
            open_chains = [*open_chains[-15:], best]
        best.append((a, b))
    return chains


def _rest(left: str, right: str, length: int) -> tuple[int, int]:
    """What a passage of that length still takes in where it stops just short of an edge: the last code points there are the
    same words, misread beyond recognition."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if not short:
        lost = len(long) <= min(REST_LOST, REST_SHARE * length) and not any(c.isdigit() for c in long)
        return (len(left), len(right)) if lost else (0, 0)
    if len(short) > min(REST, REST_SHARE * length):
        return 0, 0
    spans = range(max(0, len(short) - BEND), min(len(long), len(short) + BEND) + 1)
    distance, _, n = min((Levenshtein.distance(short, long[:n]), abs(n - len(short)), n) for n in spans)
    if len(short) > REST_LOST and distance > (1 - EDGE_ALIKE) * len(short):
        return 0, 0
    return (len(short), n) if short is left else (n, len(short))


def _reach(left: str, right: str, at_edge: float) -> tuple[int, int]:
    """How far two texts go on alike from their starts: the prefixes with the best score, code points of each."""
    at_a = at_b = 0
    while at_a < len(left) and at_b < len(right):
        rest_a, rest_b = len(left) - at_a, len(right) - at_b
        look = min(rest_a, rest_b, FLANK)
        look += look // 4 if look < FLANK else 0
        ahead_a, ahead_b = left[at_a:at_a + look], right[at_b:at_b + look]
        score = best = 0.0
        best_a = best_b = since = 0
        for code in Levenshtein.opcodes(ahead_a, ahead_b):
            length = max(code.src_end - code.src_start, code.dest_end - code.dest_start)
            score += length if code.tag == "equal" else -PENALTY * length
            since += length if code.tag == "equal" else 0
            ends = (code.src_end == rest_a or code.dest_end == rest_b) and (
                code.src_end - best_a <= NEAR_EDGE or since >= EDGE_ALIKE * (code.src_end - best_a))
            if score + at_edge * ends > best:
                best, best_a, best_b, since = score + at_edge * ends, code.src_end, code.dest_end, 0
        at_a, at_b = at_a + best_a, at_b + best_b
        if best_a < FLANK // 2:
            break
    return at_a, at_b
