"""How likely each open end of a page runs on into each start: one choice an end and one a start, all weighed together.

A paragraph that stops in mid-sentence chooses between three kinds of option: it is finished after all (its full stop was
lost, or it is a heading), the rest of it is lost, or one of the page's starts continues it. A start continues one end or none.
What an option is worth is a weighted sum: where a start lies in the scan, how well the words fit, which story it belongs to
(a conditional logit, McFadden 1974; `benchmarks/calibrate_links.py` fits the weights). The links of a page are a matching of ends
and starts, and the probability of one is its share in the worth of all matchings, by belief propagation (see `matched`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nsmallest
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence.exact import log10
from cleaner.structure.labels.shapes import DATELINE, GOVERNS, HAN, PEOPLE
from cleaner.structure.names import NAME
from cleaner.structure.order.ends import HEADING, LINE, SHORT, end_weights, fitted, open_ends
from cleaner.structure.order.flow import HEADLESS_PRIOR, HEADS, Flow
from cleaner.structure.scripts import both_scripts
from cleaner.structure.seams import LACUNA, LOST, ORPHAN, SPEECH, STORY_CAP, clip
from cleaner.structure.vectors import numbered

REPORTED = re.compile(both_scripts(
    rf"[{HAN}。！？”](?<![{GOVERNS}])(?:本报|本刊|本网|新华社|中新社){PEOPLE}\s?{NAME}(?:[\s、]?[{HAN}]{{2,3}}){{0,2}}$"))
"""The paper's own reporter behind a headline or a report, where nothing runs on: …又热闹起来了本报记者王小明李春生; but not …和本报记者王小明."""
CANDIDATES, REACH = 60, 200
"""How many starts an open end is compared with, the most headless first, and how many blocks away they may stand: the work
stays linear in the open ends."""
CERTAIN_ODDS = 12.0
"""Log-odds at which a probability is cut off."""
ROUNDS = 15
"""Rounds of belief propagation."""
PSEUDO_ENDS, EM_ROUNDS = 3.0, 30
"""Open ends for which the prior share of finished ones counts (of 3 and 10 tried, the better on pages left out)."""
OPENER = re.compile(both_scripts(rf"{DATELINE.pattern}|(?![{HAN}]*(?:{SPEECH})[：:])[{HAN}]{{2,4}}[：:]|[（(]?[一二三四五六七八九十]{{1,3}}[、）)]|[（(]?\d{{1,2}}[.．、:：）)](?!\d)"))
"""What opens a report, an item or an answer: 本报讯, 优点：, 一、, 2.; no sentence runs on into it."""
NEIGHBOUR = 2.0
"""Log-odds that two blocks are likelier to run on when they are neighbours in the scan than when they have become so. Set by
hand."""
UNSAID, UNPROVEN = -1.5, 1.0
"""Log-odds of a seam under which its words do not say that the sentence runs on: likeness of subject finds the story, but hardly the
place in it. Such a link brings no blocks together; a join of blocks that stand together for another reason has `UNPROVEN` at most and is
suggested: on the displaced pages of `benchmarks/order.py` (two draws) 345 of 351 of the other joins of moved blocks were right, of these 55 of 76."""
BORNE_OUT, PIECE = 0.7, 27
"""Log-odds (two to one) that the doubting weights must give a link, its blocks where the scan put them, before it may bring blocks
together that are no neighbours there; of pieces of a line and a half (code points) and more, which no crop tore off, they must
not speak against it. That two blocks have become neighbours by a move proves nothing; but whoever reads the canonical text takes them
for neighbours in print and joins them, so such a move is as good as a join."""
AHEAD = 2.0
"""Log-odds by which a link to another block must be likelier than that to the very next one in the scan. Set by hand: with twice as much
no figure of the rig changes either."""
UNSOUGHT, ONE_STORY = -1.0, 0.5
"""Log-odds under which a torn end or start has no partner; affinity from which two blocks tell of one thing. Set by hand."""

AGAIN = 60
"""Code points up to which the end of one block is sought at the start of another."""
LAPPED = 6.0
"""Log-odds that a block goes on in the one out of which an overlap with its end was cut. Of 18 such pairs in 84 readings in tiles all do
(`benchmarks/crops.py`); by their words alone 8 of the first 15 were not joined. Set by hand."""
RUNS_ON = -0.5
"""Log-odds of a seam from which on its words may well be one sentence: 63, 60 and 49 % of the next
pieces of paragraphs not learnt (0, 5 and 11.5 % errors) lie above, and 9, 6 and 4 % of the pieces after a lost one
(`benchmarks/calibrate_seams.py`)."""

Pair = tuple[int, int]
Doubles = NDArray[np.float64]

PAIR_FEATURES = ("pair", "seam", "headless", "alike", "shift", "turn", "next", "over", "back", "lead", "doubt", "opener", "flush", "clause", "torn", "goes on")
LONE_SENTENCE = re.compile("[^。！？!?]{8,62}[。！？!?]")
"""One sentence and no more, as long as one may be that stands under a picture."""
NO_LINE = frozenset("，。、；：！？,;:!?")
"""Marks that no printed line begins with: a block that opens with one was torn off by a crop, or misread, and where the rest of its
line is nobody knows. Of the joins written on recognised pages none that was right had one, of the wrong ones 4."""


@dataclass(frozen=True, slots=True)
class Join:
    """Block b continues the sentence of block a; `missing` is a character lost at the seam, and `lacuna` says that a passage is. That is `doubtful`
    where two neighbours are torn and nothing else says so: more often the words run on and are not known to."""

    a: int
    b: int
    log_odds: float
    missing: str = ""
    lacuna: bool = False
    doubtful: bool = False


@dataclass(frozen=True, eq=False)
class Options:
    """The options of every open end. `pairs[k]` is `(a, b)` with features `rows[k]` (see `PAIR_FEATURES`), grouped by a;
    `ends[a]` are the features of the option that a is finished (see `ends.END_FEATURES`). That its rest is lost is worth 0."""

    pairs: Sequence[Pair]
    rows: Doubles
    ends: Mapping[int, Doubles]


@lru_cache(maxsize=4)
def calibration(pages: str = "own") -> tuple[Doubles, Doubles, float]:
    """The fitted weights of pair features and of end features, and the share of open ends that were finished; see `ends.fitted`."""
    data = fitted(pages)
    return np.array([data["pair"][name] for name in PAIR_FEATURES]), end_weights(pages), float(data["finished_share"])


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


def matched(a: NDArray[np.int64], b: NDArray[np.int64], worth: Doubles, alone: Doubles) -> Doubles:
    """Odds of every link `a[k]`→`b[k]` worth `worth[k]`, when an end and a start have one link at most; end i without a link is
    worth `alone[i]`, a start without one 1.

    The weight of a matching is the product of what its parts are worth. Belief propagation finds the odds: an end tells
    each start what else it could do, a start each end who else asks for it. It converges for matchings of any graph
    (Bayati, Gamarnik, Katz, Nair & Tetali 2007) and is exact where no ring of rivals closes.
    """
    starts = int(b.max()) + 1 if len(b) else 0
    to_end = np.ones(len(worth))
    to_start = 1 / alone[a]
    for _ in range(ROUNDS):
        asked = worth * to_start
        to_end = 1 / np.maximum(1 + np.bincount(b, asked, starts)[b] - asked, 1.0)
        offered = worth * to_end
        to_start = 1 / np.maximum(alone[a] + np.bincount(a, offered, len(alone))[a] - offered, alone[a])
    return worth * to_end * to_start


def odds_of(options: Options, worth: Doubles, finished: Doubles, share: float) -> Doubles:
    """Odds of every pair of the options of one page, from what pairs are worth and from the logarithm of what it is worth that
    an end is finished."""
    number = {end: k for k, end in enumerate(options.ends)}
    a = np.array([number[end] for end, _ in options.pairs], dtype=np.int64)
    b = np.array([start for _, start in options.pairs], dtype=np.int64)
    running = np.bincount(a, worth, len(number)).astype(np.float64)
    plain = np.array([not row[HEADING] and not row[SHORT] for row in options.ends.values()], bool)
    finished = finished + plain * page_shift(finished[plain], running[plain], share)
    return matched(a, b, worth, 1 + np.exp(finished))


def _says_again(end: str, start: str) -> bool:
    """Whether a text begins with the last words of another one (…决定由十四|十四个村子…): nobody says that twice in a row."""
    return any(end.endswith(start[:n]) for n in range(2, min(len(end), len(start), AGAIN) + 1))


def _alone(block: int) -> list[int]:
    """A block as the only one of its group."""
    return [block]


class Links:
    """The links of a page: natural log-odds that block a runs on into block b."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.ends = flow, open_ends(flow)
        self.lapped = {(a, b) for a, b in flow.laps if a in flow.open and b in flow.paragraphs and not OPENER.match(flow.texts[b])}
        """Pairs of which crops show that the sentence of the first goes on in the second."""
        self.pairs = self._candidates()
        self._a, self._b = np.array(self.pairs, dtype=np.int64).reshape(-1, 2).T
        self.seam = np.clip(flow.seams.links(self.pairs), -9.0, 9.0)
        self._seams: dict[Pair, float] = dict(zip(self.pairs, self.seam.tolist(), strict=True))
        self.goes_on = flow.seams.going_on(self._a, self._b)
        self.alike = np.minimum(flow.seams.stories.affinities(self._a, _alone, self._b, _alone), STORY_CAP)
        self.shift, self.turn = self._turns()

    @cached_property
    def odds(self) -> dict[Pair, float]:
        """Log-odds of every pair with the blocks where the scan put them."""
        return self.odds_among(self._scanned)

    @cached_property
    def _doubted(self) -> dict[Pair, float]:
        """The same by the weights for pages of any recogniser."""
        return self.odds_among(self._scanned, "any")

    @cached_property
    def _scanned(self) -> Options:
        """The options with the blocks where the scan put them."""
        return self.options(self.flow.blocks)

    @cached_property
    def sound(self) -> dict[Pair, float]:
        """Log-odds above 0 of the links that may bring blocks together, or have them together: those of neighbours in the scan,
        those past the words of a picture that the doubting weights bear out, and those that the words say, too."""
        return {(a, b): odds for (a, b), odds in self.odds.items() if odds > 0 and (
            self.flow.next.get(a) == b or (a, b) in self.lapped or (self._doubted[a, b] > 0 and (a, b) in self._over) or self._fetched(a, b, odds))}

    def _fetched(self, a: int, b: int, odds: float) -> bool:
        """Whether a link that is likelier than even may bring blocks together from afar."""
        flow = self.flow
        return (self._doubted[a, b] > BORNE_OUT * (min(len(flow.texts[a]), len(flow.texts[b])) < PIECE)
                and odds > self.odds.get((a, flow.next.get(a, -1)), -CERTAIN_ODDS) + AHEAD
                and self._seams[a, b] >= UNSAID and not self._figures(a, b))

    def _interrupts(self, a: int, between: int, b: int) -> bool:
        """Whether a block behind one that stops within a clause is one sentence and no more, sounds like the beginning of one, and tells less of what
        stands before it than what stands behind it does: the words of a picture."""
        flow, stories = self.flow, self.flow.seams.stories
        return (flow.texts[a][-1] not in "，、," and between in flow.paragraphs and bool(LONE_SENTENCE.fullmatch(flow.texts[between])) and flow.headless[between] < HEADLESS_PRIOR
                and stories.affinity(flow.around(a, -1), [between]) < stories.affinity(flow.around(a, -1), [b]))

    @cached_property
    def _over(self) -> frozenset[Pair]:
        """The pairs between which the scan has such a sentence and nothing else."""
        column = self._scanned.rows[:, PAIR_FEATURES.index("over")]
        return frozenset(self._scanned.pairs[k] for k in np.flatnonzero(column).tolist())

    def _figures(self, a: int, b: int) -> bool:
        """Whether figures or letters meet at a seam, and no hanzi stands at it: any of them may stand behind any other. And a figure that
        goes on in the very next block goes on there."""
        below = self.flow.next.get(a, b)
        last = self.flow.texts[a][-1]
        return (last.isascii() and self.flow.texts[b][0].isascii()) or (last.isdecimal() and self.flow.texts[below][0].isdecimal())

    def odds_among(self, options: Options, pages: str = "own") -> dict[Pair, float]:
        """Log-odds of every pair among these options, by the weights of these pages (see `calibration`)."""
        if not options.pairs:
            return {}
        pair_weights, end_weights, share = calibration(pages)
        lapped = LAPPED * np.array([pair in self.lapped for pair in options.pairs]) if self.lapped else 0.0
        worth = np.exp(options.rows @ pair_weights + lapped)
        finished = np.array([row @ end_weights for row in options.ends.values()])
        odds = log10(np.maximum(odds_of(options, worth, finished, share), 1e-12)) * math.log(10)
        return dict(zip(options.pairs, np.clip(odds, -CERTAIN_ODDS, CERTAIN_ODDS).tolist(), strict=True))

    def options(self, order: Sequence[int]) -> Options:
        """What every open end may choose from, with the blocks in this order."""
        flow = self.flow
        ends = self.ends.rows
        if not self.pairs:
            return Options(self.pairs, np.zeros((0, len(PAIR_FEATURES))), ends)
        standing = [i for i in order if i in flow.rank]
        rank = np.zeros(len(flow.texts), dtype=np.int64)
        rank[standing] = np.arange(len(standing))
        above = dict(zip(standing[1:], standing, strict=False))
        starts, number = numbered(self._b)
        lead, opener, headless, flush = np.array([self._start(b, above.get(b)) for b in starts.tolist()]).T[:, number]
        away = rank[self._b] - rank[self._a]
        asked = [(k, *self.pairs[k]) for k in np.flatnonzero(away == 2).tolist()]
        over = np.zeros(len(away))
        over[[k for k, a, b in asked if self._interrupts(a, standing[rank[a] + 1], b)]] = 1.0
        clauses = [a for a in ends if flow.texts[a][-1] in "，、," and len(flow.texts[a]) >= LINE]
        comma = np.isin(self._a, clauses)
        rows = np.column_stack((np.ones(len(away)), self.seam, headless, self.alike, self.shift, self.turn, away == 1, over, away < 0, lead,
                                self.seam * self.ends.surprise, opener, flush,
                                comma * (away == 1) * (1 - opener) * (headless < 0),
                                np.full(len(away), len(ends) / len(starts)), self.goes_on))
        return Options(self.pairs, rows, ends)

    def _start(self, b: int, above: int | None) -> tuple[float, float, float, float]:
        """Of a start: whether it leads its story; whether it opens a report; how headless it is; whether its lines speak for that.
        `above` is the block above it."""
        flow = self.flow
        return (float(above is None or flow.roles[above].role in HEADS), float(bool(OPENER.match(flow.texts[b]))),
                clip(flow.headless[b], -4.0, 4.0), self.ends.flush(b))

    def joins(self, order: Sequence[int], torn: Iterable[Pair] = ()) -> list[Join]:
        """The seams of a page in this order that are no paragraph breaks; at those of `torn` a passage is lost. How sure a join is, the
        weights for pages of any recogniser have to say as well: nobody knows which one read a page."""
        flow, joins, torn = self.flow, [], set(torn)
        if [i for i in order if i in flow.rank] == flow.blocks:
            odds, doubted = self.odds, self._doubted
        else:
            options = self.options(order)
            odds, doubted = self.odds_among(options), self.odds_among(options, "any")
        for a, b in pairwise(order):
            if a not in flow.open or b not in flow.paragraphs:
                continue
            z, scan = odds.get((a, b), -CERTAIN_ODDS), self.odds.get((a, b), -CERTAIN_ODDS)
            if flow.next.get(a) != b:
                z = max(scan, z - NEIGHBOUR)
                z = min(z, UNPROVEN) if (a, b) not in self.sound else z
            if (a, b) not in self.lapped and (flow.texts[b][:1] in NO_LINE or _says_again(flow.texts[a], flow.texts[b])):
                z = min(z, UNPROVEN)
            if z > 0 and not ((a, b) in torn and not self.runs_on((a, b))):
                joins.append(Join(a, b, max(0.0, min(z, doubted.get((a, b), 0.0))), flow.seams.missing(a, b)))
            elif (a, b) in torn or (flow.next.get(a) == b and self._torn_between(a, b, odds)):
                joins.append(Join(a, b, max(flow.lost_start(b), 0.0), lacuna=True, doubtful=(a, b) not in torn))
        return joins

    def runs_on(self, pair: Pair) -> bool:
        """Whether the words themselves speak for a link, or at least not against it."""
        return self._seams.get(pair, -9.0) >= RUNS_ON

    def _torn_between(self, a: int, b: int, odds: Mapping[Pair, float]) -> bool:
        """Whether a passage may be lost between two neighbours: both are torn there, nothing on the page fits either, and they
        tell of one thing. Of 10 in readings of rig and other pages (six
        different ones, counted by hand) one was; 6 run on, and 3 are of different paragraphs."""
        flow = self.flow
        if flow.lost_start(b) <= LOST or min(len(flow.texts[a]), len(flow.texts[b])) <= 2 * ORPHAN:
            return False
        ends, starts = self._by_block
        sought = max((odds[pair] for pair in (*ends[a], *starts[b]) if pair != (a, b)), default=-9.0)
        return sought < UNSOUGHT and flow.seams.stories.affinity(flow.around(a, -1), flow.around(b, 1)) > ONE_STORY

    @cached_property
    def _by_block(self) -> tuple[dict[int, list[Pair]], dict[int, list[Pair]]]:
        """The pairs of every end, and those of every start."""
        found: tuple[dict[int, list[Pair]], dict[int, list[Pair]]] = defaultdict(list), defaultdict(list)
        for pair in self.pairs:
            for pairs, block in zip(found, pair, strict=True):
                pairs[block].append(pair)
        return found

    def interposed(self) -> dict[int, int]:
        """Subheads that stand before the rest of a sentence which begins elsewhere → the block of that rest."""
        flow = self.flow
        torn = {b for a, b in self.sound if flow.next.get(a) != b}
        return {i: flow.next[i] for i in flow.blocks if flow.roles[i].role == "subhead" and flow.next.get(i) in torn}

    def _candidates(self) -> list[Pair]:
        """From every open end: its next block, and all starts that could be its continuation."""
        flow = self.flow
        likely = [i for i in flow.blocks if i in flow.paragraphs and not flow.texts[i].startswith(LACUNA)]
        ranks = [flow.rank[i] for i in likely]
        headless_first = {i: k for k, i in enumerate(sorted(likely, key=lambda i: (-flow.headless[i], i)))}
        pairs = set()
        ends = [a for a in flow.open if not REPORTED.search(flow.texts[a])]
        for a in ends:
            near = likely[bisect_left(ranks, flow.rank[a] - REACH):bisect_left(ranks, flow.rank[a] + REACH)]
            best = near if len(near) <= CANDIDATES else nsmallest(CANDIDATES, near, key=headless_first.__getitem__)
            pairs |= {(a, b) for b in best if a != b}
        return sorted(pairs | self.lapped | {(a, flow.next[a]) for a in ends if flow.next.get(a) in flow.paragraphs})

    def _turns(self) -> tuple[Doubles, Doubles]:
        """How much better block b fits the story of a than that of the paragraph which it was read behind, and than the
        paragraph that was read behind a does; 0 where no such paragraph stands."""
        flow, stories, a, b = self.flow, self.flow.seams.stories, self._a, self._b
        above, below, paragraph = np.full((3, len(flow.texts) + 1), -1)  # the last place stands for no block
        above[flow.blocks[1:]], below[flow.blocks[:-1]] = flow.blocks[:-1], flow.blocks[1:]
        paragraph[sorted(flow.paragraphs)] = 1
        asked = below[a] != b
        here = np.zeros(len(a))
        here[asked] = stories.affinities(a[asked], lambda i: flow.around(i, -1), b[asked], _alone)
        found = []
        for left, right in ((above[b], b), (a, below[a])):
            known = np.flatnonzero(asked & (paragraph[left] > 0) & (paragraph[right] > 0))
            there = stories.affinities(left[known], lambda i: flow.around(i, -1), right[known], _alone)
            better = np.zeros(len(a))
            better[known] = np.clip(here[known] - there, -STORY_CAP, STORY_CAP)
            found.append(better)
        return found[0], found[1]
