"""Printed lines that the edge of a crop cut in two, put together again from the text alone.

A page is cut into overlapping crops, the edge of a crop runs through a column, and one block holds the left parts of its
lines, another the right parts: 停了三年的河|新开放，附近|… and 的河湾渡口昨天重|附近的居民都|…. Where two blocks share short runs at
regular distances (`shared.py`), a chain of *cuts* is sought: places at which a line's left part ends and its right part begins.
What a chain is worth is a log-odds: at every cut the text reads badly as it stands, in both blocks, and well as it would
stand, and the two parts have the few characters under both crops in common. All numbers are natural log-odds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, islice, pairwise
from statistics import median
from typing import NamedTuple

from cleaner.evidence.ngram import Tables
from cleaner.structure.columns.crossings import CAP, LM, SENTENCE_END, width_units
from cleaner.structure.columns.shared import LONGEST, MOST, Run, SharedRuns

SHOWN, MOST_SHOWN = 1.0, 5.0
"""Log-odds of every character that both crops show, and of all together."""
SPOILT = 2.0
"""What it costs that the character at the edge of a crop was misread: half of it was cut away."""
WHOLE = 0.25
"""What it costs, beside, that a text runs on at the place of a cut as it stands, a log-odds: where one block shows what another one shows more of, cuts
at the ends of its lines are better than cuts inside the lines of the other."""
LIKELY = 6.0
"""Log-odds of the runs that two blocks share, as they were read, from which they are followed up."""
UNMATCHED = 0.5
"""What of the price of lines beyond a chain counts then: blocks beside may have what goes with them."""
SEED = 8.0
"""Log-odds of a chain through two blocks from which those beside them are looked at."""
END = 6.0
"""Log-odds of the cuts of two blocks at either end of a chain, below which they are left out."""
SURE, SURE_EACH, SURE_CUTS = 20.0, 3.0, 3
"""Log-odds of a chain, in all and of each cut, and cuts, from which its lines are put together unasked."""
NEAR, BESIDE = 4, 2
"""How far blocks that go together may stand from each other, among those of their crop; how many blocks beside them are looked at."""
WINDOW = 120
"""How many cuts above a cut are tried, so that costs grow with their number and not with its square."""
MOST_CUTS = 2_000
"""Places of a column at which lines may be cut from which it says the same over and over, and is left."""
HOPELESS = -2.0
"""What a cut is worth at least."""
SLACK = 2.7
"""Full-width characters by which a part of a line may differ from the others: an indent, marks, figures."""
SKIP, LOST = 1.5, 3.0
"""What it costs to pass over a block, and over a line."""
OFF = ((0.6, 0.0), (1.1, 1.2), (1.6, 2.2), (SLACK, 3.2))
"""Full-width characters by which a part of a line differs from the others, and what that costs."""
MOST_LINES = 3
"""Lines from one cut to the next, at most: the overlaps between were misread."""
RUNS_ON = 1.0
"""Log-odds, on the average of its cuts, from which a block runs on there as it stands: on readings of tiles 49 of 92 blocks whose lines are whole, and
3 of 231 whose lines were cut."""
HEAD, MEMORY = 3, 4
"""Code points that say how well a text runs on, and code points before it that bear upon them."""


class Cut(NamedTuple):
    """Where a line is cut: its left part ends before `end` of block `left`, its right part begins at `start` of block `right` with `shown`
    code points that the left part shows too. The edge of its crop may have spoilt the last character of the left part, or the first one of
    the right part."""

    left: int
    end: int
    right: int
    start: int
    shown: int
    last_spoilt: bool = False
    first_spoilt: bool = False


@dataclass(frozen=True)
class Chain:
    """The cuts of a column, from top to bottom, and what they are worth."""

    cuts: tuple[Cut, ...]
    gain: float
    left: float
    right: float
    """Full-width characters of the left and of the right parts."""
    ends: tuple[tuple[float, tuple[Cut, ...]], ...] = ()
    """What the cuts of the two blocks at its top are worth, and of those at its foot."""
    whole: frozenset[int] = frozenset()
    """Blocks that run on at the cuts as they stand: nothing is wanting there."""

    @property
    def sure(self) -> bool:
        """Whether the lines are put together unasked; no block has left parts and right parts."""
        bar = max(SURE, SURE_EACH * len(self.cuts))
        return len(self.cuts) >= SURE_CUTS and self.gain >= bar and {cut.left for cut in self.cuts}.isdisjoint(cut.right for cut in self.cuts)

    def contradicts(self, other: Chain) -> bool:
        """Whether two chains say different things of a block: it is a left part, or a right part, in both, or each takes for left parts what the
        other takes for right parts."""
        (lefts, rights), (others_left, others_right) = ([{cut[side] for cut in chain.cuts} for side in (0, 2)] for chain in (self, other))
        return bool(lefts & others_left or rights & others_right or (lefts & others_right and rights & others_left))


class Judge:
    """How well the text at one place of a page runs on from another place of it."""

    def __init__(self, texts: Sequence[str], model: Tables) -> None:
        self.texts, self._model = texts, model
        self._known: dict[tuple[str, str], float] = {}

    def learn(self, cuts: Sequence[Cut], pairs: Iterable[tuple[Cut, Cut]]) -> None:
        """Ask the model at once about some cuts, and about some that stand one below the other."""
        asked = {self._words(*places) for cut in cuts for places in (
            (cut.left, cut.end, cut.left, cut.end), (cut.right, cut.start, cut.right, cut.start),
            (cut.right, len(self.texts[cut.right]), cut.left, cut.end))}
        asked |= {self._words(below.right, below.start, cut.left, cut.end) for cut, below in pairs if cut.right == below.right}
        self._learn([words for words in asked if words not in self._known])

    def runs_on(self, block: int, end: int, other: int, start: int) -> float:
        """Log-odds that the text at `start` of a block runs on from the text before `end` of another, over text drawn at random."""
        if not end or start >= len(self.texts[other]):
            return 0.0
        words = self._words(block, end, other, start)
        if words not in self._known:
            self._learn([words])
        return self._known[words]

    def cut(self, cut: Cut) -> float:
        """What a cut is worth by itself: the parts have something in common, and their blocks do not run on there."""
        spoilt = cut.last_spoilt + cut.first_spoilt
        shown = min(SHOWN * (cut.shown - spoilt), MOST_SHOWN) - SPOILT * spoilt
        stays = self.runs_on(cut.left, cut.end, cut.left, cut.end), self.runs_on(cut.right, cut.start, cut.right, cut.start)
        return shown - sum(stays) - WHOLE * sum(max(0.0, on) for on in stays)

    def line(self, cut: Cut, below: Cut | None) -> float:
        """What it is worth that the right part of a line ends where that of the line below begins: there the next left part goes on."""
        return self.runs_on(cut.right, self.right_end(cut, below), cut.left, cut.end)

    def right_end(self, cut: Cut, below: Cut | None) -> int:
        """Where the right part of a line ends."""
        return below.start if below is not None and below.right == cut.right else len(self.texts[cut.right])

    def _words(self, block: int, end: int, other: int, start: int) -> tuple[str, str]:
        return self.texts[block][max(0, end - MEMORY):end], self.texts[other][start:start + HEAD]

    def _learn(self, asked: Sequence[tuple[str, str]]) -> None:
        if asked:
            there, alone = (self._model.score_many(pairs) for pairs in (asked, [("", text) for _, text in asked]))
            self._known.update({words: max(-CAP, min(CAP, LM * float(a - b))) for words, a, b in zip(asked, there, alone, strict=True)})


def cut_lines(texts: Sequence[str], model: Tables) -> list[Chain]:
    """The columns of a page whose lines were cut in two, the surest first; no block is a left part twice, or a right part."""
    chains = SharedRuns(texts).regular()
    if not chains:
        return []
    judge = Judge(texts, model)
    hopeful = [cuts for cuts in _likely(judge, chains) if Column(judge, [cuts]).best().gain > SEED]
    found = sorted((Column(judge, seeds, BESIDE).best() for seeds in _together(hopeful)), key=lambda chain: -chain.gain)
    kept: list[Chain] = []
    for chain in found:
        if chain.sure and not any(chain.contradicts(other) for other in kept):
            kept.append(chain)
    return kept


def _oriented(first: int, second: int, runs: Sequence[Run]) -> Iterator[list[Cut]]:
    """Runs that two blocks share as cuts: the one block has the left parts, or the other. None where they are not in the same order in both."""
    ways = [Cut(first, run.left + run.length, second, run.right, run.length) for run in runs], sorted(
        Cut(second, run.right + run.length, first, run.left, run.length) for run in runs)
    for cuts in ways:
        if all(cut.end < below.end and cut.start < below.start for cut, below in pairwise(cuts)):
            yield cuts


def _likely(judge: Judge, chains: Mapping[tuple[int, int], Sequence[Run]]) -> list[list[Cut]]:
    """Chains of shared runs at which lines may be cut."""
    priced = [(cuts, UNMATCHED * _beyond(cuts, len(judge.texts[cuts[0].left]), len(judge.texts[cuts[0].right])))
              for (first, second), runs in chains.items() for cuts in _oriented(first, second, runs)]
    priced = [(cuts, price) for cuts, price in priced if price < MOST_SHOWN * len(cuts)]
    judge.learn([cut for cuts, _ in priced for cut in cuts], [pair for cuts, _ in priced for pair in pairwise(cuts)])
    return [cuts for cuts, price in priced
            if LIKELY + price <= sum(map(judge.cut, cuts)) + sum(judge.line(*pair) for pair in pairwise(cuts))]


def _beyond(cuts: Sequence[Cut], left: int, right: int) -> float:
    """What the lines of two blocks so long cost that stand beyond a chain of cuts, all characters taken for equally wide."""
    first, last, steps = cuts[0], cuts[-1], len(cuts) - 1
    wide, other = (last.end - first.end) / steps, (last.start - first.start) / steps
    return _loose(first.end / wide, first.start / other) + _loose((left - last.end) / wide, (right - last.start) / other - 1)


def _common(left: str, right: str) -> Iterator[Run]:
    """The runs of 2 to `LONGEST` code points that two texts share, and neither lengthens."""
    places: dict[str, list[int]] = {}
    for k, pair in enumerate(map("".join, pairwise(right))):
        places.setdefault(pair, []).append(k)
    for h, pair in enumerate(map("".join, pairwise(left))):
        there = places.get(pair, ())
        for k in there if len(there) <= MOST else ():
            if not (h and k and left[h - 1] == right[k - 1]):
                length = next((n for n in range(2, LONGEST + 2) if left[h + n:h + n + 1] != right[k + n:k + n + 1] or h + n >= len(left)), 0)
                if length <= LONGEST:
                    yield Run(h, k, length)


def _together(chains: Iterable[list[Cut]]) -> list[list[list[Cut]]]:
    """Chains of blocks that stand near each other, in both crops, and in the same order."""
    groups: list[list[list[Cut]]] = []
    for cuts in sorted(chains):
        left, right = cuts[0].left, cuts[0].right
        for group in groups:
            if any(abs(left - cut.left) <= NEAR and abs(right - cut.right) <= NEAR and (left - cut.left) * (right - cut.right) >= 0 for (cut, *_) in group):
                group.append(cuts)
                break
        else:
            groups.append([cuts])
    return groups


class Column:
    """The blocks of one column, left parts and right parts, and the best chain of cuts through them."""

    def __init__(self, judge: Judge, seeds: Sequence[Sequence[Cut]], beside: int = 0) -> None:
        """`beside` blocks more are looked at, on either side of those of the seeds."""
        self.judge = judge
        lefts, rights = ([cut[side] for cuts in seeds for cut in cuts] for side in (0, 2))
        self.lefts, self.rights = (range(max(0, min(blocks) - beside), min(len(judge.texts), max(blocks) + 1 + beside)) for blocks in (lefts, rights))
        if max(lefts) < min(rights):  # no block is looked at for both
            between = (max(lefts) + min(rights) + 1) // 2
            self.lefts, self.rights = range(self.lefts.start, min(self.lefts.stop, between)), range(max(self.rights.start, between), self.rights.stop)
        elif max(rights) < min(lefts):
            between = (max(rights) + min(lefts) + 1) // 2
            self.lefts, self.rights = range(max(self.lefts.start, between), self.lefts.stop), range(self.rights.start, min(self.rights.stop, between))
        self.at = {block: [0.0, *accumulate(map(width_units, judge.texts[block]))] for block in {*self.lefts, *self.rights}}
        """Full-width characters before every place of a block."""
        steps = [pair for cuts in seeds for pair in pairwise(cuts)]
        self.left = median(self.at[a.left][b.end] - self.at[a.left][a.end] for a, b in steps)
        self.right = median(self.at[a.right][b.start] - self.at[a.right][a.start] for a, b in steps)
        """Full-width characters of the left and of the right parts."""
        self.cuts = self._hopeful()

    def best(self) -> Chain:
        """The best chain."""
        judge, cuts = self.judge, self.cuts
        near = [list(self._above(h)) for h in range(len(cuts))]
        judge.learn([], [(cuts[k], cuts[h]) for h, above in enumerate(near) for k, _ in above])
        worth: list[float] = []
        whence: list[int | None] = []
        for cut, above in zip(cuts, near, strict=True):
            ways = [(-self._edge(cut, top=True), -1), *((worth[k] + judge.line(cuts[k], cut) - cost, k) for k, cost in above)]
            score, last = max(ways)
            worth.append(score + judge.cut(cut))
            whence.append(None if last < 0 else last)
        if not cuts:
            return Chain((), 0.0, self.left, self.right)
        ends = [score + judge.line(cut, None) - self._edge(cut, top=False) for cut, score in zip(cuts, worth, strict=True)]
        gain = max(ends)
        at: int | None = ends.index(gain)
        chain: list[tuple[Cut, float]] = []
        while at is not None:
            before = whence[at]
            chain.append((cuts[at], (worth[at] if chain else gain) - (0.0 if before is None else worth[before])))
            at = before
        return self._trimmed(chain[::-1], gain)

    def _trimmed(self, chain: list[tuple[Cut, float]], gain: float) -> Chain:
        """A chain without the blocks at its ends that little speaks for."""
        groups = [list(group) for _, group in groupby(chain, key=lambda row: (row[0].left, row[0].right))]
        for end in (0, -1):
            while len(groups) > 1 and (worth := sum(value for _, value in groups[end])) < END:
                gain -= worth
                del groups[end]
        ends = tuple((sum(value for _, value in group), tuple(cut for cut, _ in group)) for group in (groups[0], groups[-1]))
        cuts = tuple(cut for group in groups for cut, _ in group)
        return Chain(cuts, gain, self.left, self.right, ends, frozenset(self._whole(cuts)))

    def _whole(self, cuts: Sequence[Cut]) -> Iterator[int]:
        """The blocks that run on at their cuts as they stand."""
        runs_on: dict[int, list[float]] = {}
        for block, at in (place for cut in cuts for place in ((cut.left, cut.end), (cut.right, cut.start))):
            if 0 < at < len(self.judge.texts[block]):
                runs_on.setdefault(block, []).append(self.judge.runs_on(block, at, block, at))
        yield from (block for block, values in runs_on.items() if len(values) > 1 and sum(values) >= RUNS_ON * len(values))

    def _hopeful(self) -> list[Cut]:
        """The places at which lines may be cut, in the order of the left parts."""
        texts = self.judge.texts
        pairs = ((left, right) for left in self.lefts for right in self.rights if left != right)
        cuts = list(islice((cut for left, right in pairs for cut in _cuts(left, right, texts[left], texts[right])), MOST_CUTS))
        if len(cuts) == MOST_CUTS:
            return []
        self.judge.learn(cuts, [])
        return sorted(cut for cut in cuts if self.judge.cut(cut) > HOPELESS)

    def _above(self, h: int) -> Iterator[tuple[int, float]]:
        """The cuts behind which a cut may come, and what that costs."""
        cut = self.cuts[h]
        for k in range(h - 1, max(-1, h - 1 - WINDOW), -1):
            above = self.cuts[k]
            far = self.at[cut.left][cut.end] - self.at[cut.left][above.end] if cut.left == above.left else 0.0
            if cut.left - above.left > NEAR or far > MOST_LINES * self.left + SLACK:
                return
            later = (above.left, above.end) < (cut.left, cut.end) and (above.right, above.start) < (cut.right, cut.start)
            if later and cut.right - above.right <= NEAR:
                cost = self._apart(above, cut)
                if cost is not None:
                    yield k, cost

    def _apart(self, cut: Cut, below: Cut) -> float | None:
        """What it costs that one cut comes right behind another; None where it cannot."""
        left = self._passed(self.left, cut.left, cut.end, below.left, below.end)
        right = left and self._passed(self.right, cut.right, cut.start, below.right, below.start, new=cut.left != below.left)
        if left is None or right is None:
            return None
        return left[1] + right[1] + (LOST * abs(left[0] - right[0]) if left[0] and right[0] else 0.0)

    def _passed(self, width: float, block: int, place: int, other: int, to: int, new: bool = False) -> tuple[int, float] | None:
        """How many lines of a crop lie between two places (0: it cannot be told), and what that costs."""
        at = self.at[block]
        if block != other:
            over = at[-1] - at[place], self.at[other][to]
            return 0, SKIP * (other - block - 1) + LOST * sum(max(0.0, (wide - SLACK) / width - 1) for wide in over)
        text, wide = self.judge.texts[block], at[to] - at[place]
        if wide < width and (new or text[to - 1] in SENTENCE_END):
            return 1, 0.5
        lines = max(1, round(wide / width))
        off = abs(wide - lines * width)
        if off <= SLACK:
            return (lines, next(cost for bound, cost in OFF if off <= bound) + lines - 1) if lines <= MOST_LINES else None
        return (0, 2.0) if lines <= 2 and not SENTENCE_END.isdisjoint(text[place:to]) else None  # a last line that one crop shows whole

    def _edge(self, cut: Cut, top: bool) -> float:
        """What it costs to begin or to end with a cut."""
        left, right = self.at[cut.left], self.at[cut.right]
        if top:
            return _loose(left[cut.end] / self.left, right[cut.start] / self.right)
        return _loose((left[-1] - left[cut.end]) / self.left, (right[-1] - right[cut.start]) / self.right - 1)


def _loose(left: float, right: float) -> float:
    """What lines of both crops cost that stand beyond the first cut or the last one, and go together nowhere; one left part is the cut's own, or
    the end of a paragraph."""
    few, many = sorted((max(0.0, left - 1), max(0.0, right)))
    return LOST * few + many - few


def _cuts(left: int, right: int, text: str, other: str) -> Iterator[Cut]:
    """The places at which lines of two blocks may be cut; each as it was read, and with characters spoilt at the edges of the crops."""
    for run in _common(text, other):
        cut = Cut(left, run.left + run.length, right, run.right, run.length)
        yield cut
        if cut.end < len(text):
            yield cut._replace(end=cut.end + 1, shown=cut.shown + 1, last_spoilt=True)
        if cut.start:
            yield cut._replace(start=cut.start - 1, shown=cut.shown + 1, first_spoilt=True)
