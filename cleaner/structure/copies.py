"""Passages that a page has twice: seed with shingles, verify by alignment.

Seeds are 6-grams of a shadow (digits and Latin kept, white space and punctuation width forgiven) that few
blocks share; a pair of blocks with enough common seeds is verified with rapidfuzz, so no pair is compared
that has nothing in common, and the work stays near-linear in the length of the page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

SHINGLE = 6
COMMON = 24
"""A shingle in more blocks than this is furniture, not evidence."""
LEAST = 12
"""Code points of the shadow; what is shorter may be printed twice on purpose."""
EQUAL = 0.9
"""Normalized Indel similarity from which two blocks are copies of each other."""
CONTAINED = 95.0
"""rapidfuzz partial ratio from which a block is part of another one."""
WIDE = str.maketrans(",;:?!()", "，；：？！（）")


@dataclass(frozen=True, slots=True)
class Copy:
    """Block `copy` says again what block `host` says; `[start:end]` is the place in the host's shadow."""

    copy: int
    host: int
    similarity: float
    whole: bool
    start: int
    end: int


def shadow(text: str) -> str:
    """A text as copies are compared: without white space, with full-width punctuation."""
    return re.sub(r"\s+", "", text).translate(WIDE)


def find_copies(texts: Sequence[str], least: int = LEAST) -> list[Copy]:
    """Every pair of blocks where the shorter one is equal to, or part of, the longer one."""
    shadows = [shadow(text) for text in texts]
    where: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(shadows):
        if len(text) >= least:
            for gram in {text[k:k + SHINGLE] for k in range(len(text) - SHINGLE + 1)}:
                where[gram].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for blocks in where.values():
        if 1 < len(blocks) <= COMMON:
            shared.update((a, b) for x, a in enumerate(blocks) for b in blocks[x + 1:])
    equal: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(shadows):
        if len(text) >= least:
            equal[text].append(i)
    pairs = {pair for pair, n in shared.items() if n >= 0.3 * min(_grams(shadows[pair[0]]), _grams(shadows[pair[1]]))}
    pairs |= {(group[0], other) for group in equal.values() for other in group[1:]}
    return [found for a, b in sorted(pairs) if (found := _verify(shadows, a, b)) is not None]


def _grams(text: str) -> int:
    return max(1, len(text) - SHINGLE + 1)


def _verify(shadows: Sequence[str], a: int, b: int) -> Copy | None:
    short, long = (a, b) if len(shadows[a]) < len(shadows[b]) else (b, a)
    left, right = shadows[short], shadows[long]
    similarity = Indel.normalized_similarity(left, right, score_cutoff=EQUAL)
    if similarity:
        return Copy(short, long, similarity, True, 0, len(right))
    if len(right) < len(left) * 1.05:
        return None
    window = _window(left, right)
    placed = fuzz.partial_ratio_alignment(left, right[window[0]:window[1]], score_cutoff=CONTAINED)
    if placed is None:
        return None
    return Copy(short, long, placed.score / 100, False, window[0] + placed.dest_start, window[0] + placed.dest_end)


def _window(short: str, long: str) -> tuple[int, int]:
    """Where in a long text the short one can lie: round its first seed that occurs there only once."""
    for k in range(0, len(short) - SHINGLE + 1):
        at = long.find(short[k:k + SHINGLE])
        if at >= 0 and long.find(short[k:k + SHINGLE], at + 1) < 0:
            slack = max(8, len(short) // 8)
            return max(0, at - k - slack), min(len(long), at - k + len(short) + slack)
    return 0, min(len(long), 4000)
