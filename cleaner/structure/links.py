"""How likely each open end runs on into each start of the page, and what a joined seam looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cleaner.structure.flow import Flow
from cleaner.structure.roles import looks_like_heading
from cleaner.structure.seams import LACUNA, LOST, probability

BASE_RATE = 3.8
"""Minus the natural logarithm of the seam model's base rate (one start in some forty): the model is asked about any
two ends of a page, but two that stand side by side are another matter, see `_adjacent_prior`."""
TORN, WHOLE = 4.0, 1.0
"""Pseudo-counts of seams behind an open end that run on, and that do not (the full stop was lost)."""
USUAL = 4.5
"""The prior of neighbours (log-odds) on a page whose full stops are read. What is missing of it counts double against a
link to a block elsewhere: most of its open ends are none, and those that are go on beside it."""
NEIGHBOUR = 2.0
"""Log-odds that two blocks are likelier to run on when they are neighbours in the scan than when they have become so."""
WEAK, MUTUAL = -2.0, 1.5
"""Log-odds by which two ends must prefer each other over all others, and what that adds to a link above `WEAK`."""
SHIFT = 9.0
"""Log-odds a unit of affinity: how much better a start fits the story of an open end than that of the finished
paragraph that it was read behind; at most a third of it counts."""
HEADING_LIKE = 3.0
"""Log-odds against a link from a line that could be a heading without its mark."""
CANDIDATES = 60
"""How many starts an open end is compared with, the most headless first: the work stays linear in the open ends."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Join:
    """Block b continues the sentence of block a; `missing` is a character lost at the seam."""

    a: int
    b: int
    log_odds: float
    missing: str = ""
    lacuna: bool = False


class Links:
    """The links of a page: natural log-odds that block a runs on into block b."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        pairs = self._candidates()
        odds = dict(zip(pairs, flow.seams.links(pairs), strict=True))
        shift = self._shifts(pairs)
        mutual = _mutual(odds)
        self.adjacent = _adjacent_prior([z for (a, b), z in odds.items() if flow.next.get(a) == b])
        self.odds: dict[Pair, float] = {}
        for (a, b), z in odds.items():
            z += shift.get((a, b), 0.0) - HEADING_LIKE * looks_like_heading(flow.texts[a])
            z += MUTUAL if (a, b) in mutual else 0.0
            self.odds[a, b] = z + (self.adjacent if flow.next.get(a) == b else 2 * min(0.0, self.adjacent - USUAL))

    def joins(self, order: Sequence[int], torn: Iterable[Pair] = ()) -> list[Join]:
        """The seams of a page in this order that are no paragraph breaks; at those of `torn` a passage is lost."""
        flow, joins, torn = self.flow, [], set(torn)
        for a, b in pairwise(order):
            if a not in flow.open or b not in flow.paragraphs:
                continue
            beside = flow.next.get(a) == b
            odds = self.odds.get((a, b), -9.0) + (0.0 if beside else max(0.0, self.adjacent - NEIGHBOUR))
            if odds > 0:
                joins.append(Join(a, b, odds, flow.seams.missing(a, b)))
            elif (beside and flow.lost_start(b) > LOST) or (a, b) in torn:
                joins.append(Join(a, b, max(flow.lost_start(b), 0.0), lacuna=True))
        return joins

    def interposed(self) -> dict[int, int]:
        """Subheads that stand before the rest of a sentence which begins elsewhere → the block of that rest."""
        flow = self.flow
        torn = {b for (a, b), odds in self.odds.items() if odds > 0 and flow.next.get(a) != b}
        return {i: flow.next[i] for i in flow.blocks if flow.roles[i].role == "subhead" and flow.next.get(i) in torn}

    def _candidates(self) -> list[Pair]:
        """From every open end: its next block, and all starts that could be its continuation."""
        flow = self.flow
        starts = sorted(flow.paragraphs, key=lambda i: (-flow.headless[i], i))
        likely = [i for i in starts if not flow.texts[i].startswith(LACUNA)][:CANDIDATES]
        pairs = {(a, b) for a in flow.open for b in likely if a != b}
        return sorted(pairs | {(a, flow.next[a]) for a in flow.open if flow.next.get(a) in flow.paragraphs})

    def _shifts(self, pairs: Iterable[Pair]) -> dict[Pair, float]:
        """What it says for a link that block b fits the story of a, and not the one it was read behind."""
        flow = self.flow
        wanted = [(a, b, flow.blocks[flow.rank[b] - 1]) for a, b in pairs if flow.rank[b] and flow.next.get(a) != b]
        lefts = sorted({a for a, _, _ in wanted} | {c for _, _, c in wanted})
        rights = sorted({b for _, b, _ in wanted})
        if not wanted:
            return {}
        table = flow.seams.stories.affinities([flow.around(a, -1) for a in lefts], [[b] for b in rights])
        row, column = {a: i for i, a in enumerate(lefts)}, {b: i for i, b in enumerate(rights)}
        found = {}
        for a, b, c in wanted:
            if c in flow.paragraphs and c not in flow.open:
                gap = table[row[a], column[b]] - table[row[c], column[b]]
                found[a, b] = float(np.clip(SHIFT * gap, -SHIFT / 3, SHIFT / 3))
        return found


def _adjacent_prior(odds: Sequence[float]) -> float:
    """Log-odds to add where two blocks stand side by side, from the page itself.

    Where a recogniser loses full stops, many ends look open that are not. The share of open ends that run on is
    estimated by expectation maximisation over the page's own seams, from a prior of four to one.
    """
    share, prior = TORN / (TORN + WHOLE), 0.0
    for _ in range(20):
        prior = BASE_RATE + float(np.log(share / (1 - share)))
        share = (TORN + sum(probability(z + prior) for z in odds)) / (TORN + WHOLE + len(odds))
    return prior


def _mutual(odds: dict[Pair, float]) -> set[Pair]:
    """Pairs whose two ends both prefer each other, clearly, to every other end of the page."""
    forward: dict[int, list[float]] = defaultdict(list)
    backward: dict[int, list[float]] = defaultdict(list)
    for (a, b), z in odds.items():
        forward[a].append(z)
        backward[b].append(z)
    for ranked in (*forward.values(), *backward.values()):
        ranked.sort(reverse=True)

    def clear(ranked: list[float], z: float) -> bool:
        return z == ranked[0] and (len(ranked) == 1 or ranked[1] <= z - MUTUAL)

    return {(a, b) for (a, b), z in odds.items() if z > WEAK and clear(forward[a], z) and clear(backward[b], z)}
