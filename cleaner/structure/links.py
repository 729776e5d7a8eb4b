"""How likely each open end of a page runs on into each start: one choice an end, all its options weighed together.

A paragraph that stops in mid-sentence chooses between three kinds of option: it is finished after all (its full stop was
lost, or it is a heading), the rest of it is lost, or one of the page's starts continues it. The options of one end share
a probability of 1 (a conditional logit, McFadden 1974), so a link is believed only against its rivals: where a start lies
in the scan, how well the words fit, which story it belongs to, and who else asks for it all count in one sum. The weights
are fitted by `benchmarks/calibrate_links.py`.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nsmallest
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.exact import log10
from cleaner.structure.flow import HEADS, Flow
from cleaner.structure.roles import looks_like_heading
from cleaner.structure.seams import LACUNA, LOST, ORPHAN, SPEECH, clip
from cleaner.structure.shapes import DATELINE, HAN

CANDIDATES, REACH = 60, 200
"""How many starts an open end is compared with, the most headless first, and how many blocks away they may stand: the work
stays linear in the open ends."""
CERTAIN_ODDS = 12.0
"""Log-odds at which a probability is cut off."""
PSEUDO_ENDS, EM_ROUNDS = 3.0, 30
"""Open ends for which the prior share of finished ones counts (of 3 and 10 tried, the better on pages left out)."""
OPENER = re.compile(rf"{DATELINE.pattern}|(?![{HAN}]*(?:{SPEECH})[：:])[{HAN}]{{2,4}}[：:]|[（(]?[一二三四五六七八九十]{{1,3}}[、）)]|[（(]?\d{{1,2}}[.．、:：）)](?!\d)")
"""What opens a report, an item or an answer: 本报讯, 优点：, 一、, 2.; no sentence runs on into it."""
PLAIN = 2.0
"""Surprise (minus log10 p a character) of plain prose without errors, roughly."""
NEIGHBOUR = 2.0
"""Log-odds that two blocks are likelier to run on when they are neighbours in the scan than when they have become so. Set by
hand."""
UNSOUGHT, ONE_STORY = -1.0, 0.2
"""Log-odds under which a torn end or start has no partner; affinity from which two blocks tell of one thing. Set by hand."""

Pair = tuple[int, int]
Doubles = NDArray[np.float64]

PAIR_FEATURES = ("pair", "seam", "headless", "shift", "next", "near", "back", "lead", "rival", "held", "held_seam", "doubt", "opener")
END_FEATURES = ("finished", "heading", "short", "comma", "mark", "stop", "noise")
HEADING, SHORT = END_FEATURES.index("heading"), END_FEATURES.index("short")


@dataclass(frozen=True, slots=True)
class Join:
    """Block b continues the sentence of block a; `missing` is a character lost at the seam."""

    a: int
    b: int
    log_odds: float
    missing: str = ""
    lacuna: bool = False


@dataclass(frozen=True, eq=False)
class Options:
    """The options of every open end. `pairs[k]` is `(a, b)` with features `rows[k]` (see `PAIR_FEATURES`), grouped by a;
    `ends[a]` are the features of the option that a is finished (see `END_FEATURES`). That its rest is lost is worth 0."""

    pairs: Sequence[Pair]
    rows: Doubles
    ends: Mapping[int, Doubles]


@lru_cache(maxsize=1)
def calibration() -> tuple[Doubles, Doubles, float]:
    """The fitted weights of pair features and of end features, and the share of open ends that were finished."""
    data = json.loads(files("cleaner.data").joinpath("links.json").read_text(encoding="utf-8"))
    weights = [np.array([data[kind][name] for name in names])
               for kind, names in (("pair", PAIR_FEATURES), ("end", END_FEATURES))]
    return weights[0], weights[1], float(data["finished_share"])


def page_shift(finished: Doubles, running: Doubles, share: float) -> float:
    """What the page itself says for open ends that are none, in log-odds: where a recogniser loses full stops, many are,
    where it reads them all, hardly one is.

    `finished` is the worth of that option (a logarithm), `running` that of all links. The prior `share` is adjusted to the
    page by expectation maximisation (Saerens, Latinne & Decaestecker 2002), held back by `PSEUDO_ENDS`.
    """
    shift = 0.0
    for _ in range(EM_ROUNDS if len(finished) else 0):
        worth = np.exp(finished + shift)
        here = (PSEUDO_ENDS * share + float((worth / (1 + worth + running)).sum())) / (PSEUDO_ENDS + len(finished))
        shift = math.log(here / (1 - here)) - math.log(share / (1 - share))
    return shift


def _log_odds(values: Doubles, totals: Doubles) -> Doubles:
    """Log-odds of options worth `values` among options worth `totals`, cut off at `CERTAIN_ODDS`."""
    rest = np.maximum(totals - values, values * math.exp(-CERTAIN_ODDS))
    odds: Doubles = np.maximum(-CERTAIN_ODDS, (log10(np.maximum(values, 1e-12)) - log10(rest)) * math.log(10))
    return odds


class Links:
    """The links of a page: natural log-odds that block a runs on into block b."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.pairs = self._candidates()
        self._a, self._b = np.array(self.pairs, dtype=np.int64).reshape(-1, 2).T
        self.seam = np.clip(flow.seams.links(self.pairs), -9.0, 9.0)
        self.shift = self._shifts()

    @cached_property
    def odds(self) -> dict[Pair, float]:
        """Log-odds of every pair with the blocks where the scan put them."""
        return self.odds_at(self.flow.blocks)

    def odds_at(self, order: Sequence[int]) -> dict[Pair, float]:
        """Log-odds of every pair with the blocks in this order."""
        options = self.options(order)
        if not options.pairs:
            return {}
        pair_weights, end_weights, share = calibration()
        worth = np.exp(options.rows @ pair_weights)
        end = np.searchsorted(list(options.ends), self._a)
        running = np.bincount(end, worth, len(options.ends)).astype(np.float64)
        finished = np.array([row @ end_weights for row in options.ends.values()])
        plain = np.array([not row[HEADING] and not row[SHORT] for row in options.ends.values()], bool)
        finished[plain] += page_shift(finished[plain], running[plain], share)
        totals = np.array([1.0 + math.exp(f) for f in finished.tolist()]) + running
        return dict(zip(options.pairs, _log_odds(worth, totals[end]).tolist(), strict=True))

    def options(self, order: Sequence[int]) -> Options:
        """What every open end may choose from, with the blocks in this order."""
        flow = self.flow
        ends = {a: np.array(self._finished(a)) for a in sorted(flow.open)}
        if not self.pairs:
            return Options(self.pairs, np.zeros((0, len(PAIR_FEATURES))), ends)
        standing = [i for i in order if i in flow.rank]
        rank = np.zeros(len(flow.texts), dtype=np.int64)
        rank[standing] = np.arange(len(standing))
        above = dict(zip(standing[1:], standing, strict=False))
        starts, number = np.unique(self._b, return_inverse=True)
        lead, behind, held, seam, opener = np.array([self._start(b, above.get(b)) for b in starts.tolist()]).T[:, number]
        headless = np.array([clip(flow.headless[b], -4.0, 4.0) for b in starts.tolist()])[number]
        away = rank[self._b] - rank[self._a]
        near = away == 1
        held = held * (behind != self._a)
        steps = np.array([0.0, *(math.log2(k) for k in range(1, len(flow.texts) + 1))])
        rows = np.column_stack((
            np.ones(len(away)), self.seam, headless, self.shift, near, np.where(near, 0.0, steps[np.abs(away)]), away < 0, lead,
            np.clip(self._rivals() - self.seam, -4.0, 4.0), held, np.where(held, seam, 0.0),
            self.seam * (flow.seams.surprise - PLAIN), opener))
        return Options(self.pairs, rows, ends)

    def _start(self, b: int, above: int | None) -> tuple[float, ...]:
        """Of a start: whether it leads its story; the block above it (-1: none) and whether that is open; the seam to it; whether
        it opens a report."""
        flow = self.flow
        held = above is not None and above in flow.open
        seam = clip(self._seams.get((above, b), -6.0), -6.0, 4.0) if held and above is not None else 0.0
        return (float(above is None or flow.roles[above].role in HEADS), -1 if above is None else above, held, seam,
                float(bool(OPENER.match(flow.texts[b]))))

    @cached_property
    def _seams(self) -> dict[Pair, float]:
        return dict(zip(self.pairs, self.seam.tolist(), strict=True))

    def _rivals(self) -> Doubles:
        """The best seam that any other end has with the start of each pair; -9 where no other asks."""
        by_start = np.lexsort((-self._a, -self.seam, self._b))  # the best first; of equals the later end
        starts = self._b[by_start]
        first = np.concatenate(([True], starts[1:] != starts[:-1]))
        place = np.cumsum(first) - 1
        best, second = np.flatnonzero(first), np.flatnonzero(first) + 1
        seams = np.append(self.seam[by_start], -9.0)
        other = np.where(np.append(starts, -1)[second] == starts[best], seams[second], -9.0)
        rivals = np.empty(len(starts))
        rivals[by_start] = np.where(first, other[place], seams[best][place])
        return rivals

    def _finished(self, a: int) -> tuple[float, ...]:
        """What speaks for an open end that is none: features in the order of `END_FEATURES`."""
        text = self.flow.texts[a]
        last = text[-1]
        comma = last in "，、,"
        return (1.0, float(looks_like_heading(text)), float(len(text) < 13), float(comma),
                float(not comma and not last.isalnum()),
                max(-4.0, self.flow.seams.ends[a].stop_score), self.flow.seams.surprise - PLAIN)

    def joins(self, order: Sequence[int], torn: Iterable[Pair] = ()) -> list[Join]:
        """The seams of a page in this order that are no paragraph breaks; at those of `torn` a passage is lost."""
        flow, joins, torn = self.flow, [], set(torn)
        odds = self.odds_at(order)
        for a, b in pairwise(order):
            if a not in flow.open or b not in flow.paragraphs:
                continue
            z, scan = odds.get((a, b), -CERTAIN_ODDS), self.odds.get((a, b), -CERTAIN_ODDS)
            if flow.next.get(a) != b:
                z = max(scan, z - NEIGHBOUR)
            if z > 0 and not ((a, b) in torn and scan < 0):
                joins.append(Join(a, b, z, flow.seams.missing(a, b)))
            elif (flow.next.get(a) == b and self._torn_between(a, b, odds)) or (a, b) in torn:
                joins.append(Join(a, b, max(flow.lost_start(b), 0.0), lacuna=True))
        return joins

    def _torn_between(self, a: int, b: int, odds: Mapping[Pair, float]) -> bool:
        """Whether a passage is lost between two neighbours: both are torn there, nothing on the page fits either, and they
        tell of one thing."""
        flow = self.flow
        if flow.lost_start(b) <= LOST or min(len(flow.texts[a]), len(flow.texts[b])) <= 2 * ORPHAN:
            return False
        sought = max((z for pair, z in odds.items() if pair != (a, b) and (pair[0] == a or pair[1] == b)), default=-9.0)
        return sought < UNSOUGHT and flow.seams.stories.affinity(flow.around(a, -1), flow.around(b, 1)) > ONE_STORY

    def interposed(self) -> dict[int, int]:
        """Subheads that stand before the rest of a sentence which begins elsewhere → the block of that rest."""
        flow = self.flow
        torn = {b for (a, b), odds in self.odds.items() if odds > 0 and flow.next.get(a) != b}
        return {i: flow.next[i] for i in flow.blocks if flow.roles[i].role == "subhead" and flow.next.get(i) in torn}

    def _candidates(self) -> list[Pair]:
        """From every open end: its next block, and all starts that could be its continuation."""
        flow = self.flow
        likely = [i for i in flow.blocks if i in flow.paragraphs and not flow.texts[i].startswith(LACUNA)]
        ranks = [flow.rank[i] for i in likely]
        pairs = set()
        for a in flow.open:
            near = likely[bisect_left(ranks, flow.rank[a] - REACH):bisect_left(ranks, flow.rank[a] + REACH)]
            best = near if len(near) <= CANDIDATES else nsmallest(CANDIDATES, near, key=lambda i: (-flow.headless[i], i))
            pairs |= {(a, b) for b in best if a != b}
        return sorted(pairs | {(a, flow.next[a]) for a in flow.open if flow.next.get(a) in flow.paragraphs})

    def _shifts(self) -> Doubles:
        """How much better block b fits the story of a than that of the finished paragraph it was read behind."""
        flow = self.flow
        found = np.zeros(len(self.pairs))
        wanted = [(k, a, b, flow.blocks[flow.rank[b] - 1]) for k, (a, b) in enumerate(self.pairs)
                  if flow.rank[b] and flow.next.get(a) != b]
        wanted = [row for row in wanted if row[3] in flow.paragraphs and row[3] not in flow.open]
        if not wanted:
            return found
        stories, around = flow.seams.stories, {k: flow.around(k, -1) for _, a, _, c in wanted for k in (a, c)}
        here = stories.affinities([(around[a], [b]) for _, a, b, _ in wanted])
        there = stories.affinities([(around[c], [b]) for _, _, b, c in wanted])
        found[[k for k, *_ in wanted]] = np.clip(here - there, -0.4, 0.4)
        return found
