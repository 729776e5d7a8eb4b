"""A block as printed lines of a few columns that were read in turn: the best reading for a known width of the columns.

Every line goes to one of a few *streams*, as running text. What a reading is worth is the sum over its cuts of how much
better the text behind the cut runs on from the end of its stream than from the text that stands before it
(`crossings.py`), less a price for everything that a page rarely does: a line longer or shorter than its column, a new
stream, a stream that misses its turn. The block as it stands is worth nothing, so that a gain is a log-odds. The best
reading is sought with a beam over the places where a line may begin.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Literal, TypeAlias

from cleaner.structure.columns.crossings import NO_START, Places

INDENT = 2.0
"""How much shorter the first line of a paragraph is."""
MOST_STREAMS = 5
NEVER = 99.0


@dataclass(frozen=True)
class Price:
    """What a reading pays, in log-odds."""

    cut: float = 0.3
    """That a line ends here and not one character earlier or later."""
    line: float = 0.1
    """A line behind another one of its stream, without a cut."""
    new: float = 1.5
    """A stream that starts inside the block."""
    early: float = 0.3
    """A stream that starts before the others have two lines each."""
    skip: float = 2.5
    """Each stream that is older and does not get the line; after two turns it has ended."""
    back: float = 1.0
    """A stream that goes on after it missed two turns."""
    odd: float = 5.0
    """A line of any length."""
    free: float = 3.0
    """The rest of the block in one stream, whatever its lines."""
    first: float = 0.5
    """A first line of a paragraph."""
    short: float = 1.0
    """A last line of a paragraph."""
    dead: float = -6.0
    """A reading that ever falls as low is given up."""
    beam: int = 8
    """Readings kept at each place."""


EARLY = 8
"""Lines at the top of a block for which twice as many readings are kept: they all look alike."""
RUPTURE = 0.5
"""A line of any length only ends where the text runs on no better than that."""
BEHIND = 8.0
"""A reading so far behind the best one is given up."""
ONE_OFF, PRESSED = 1.8, 0.3
"""Prices of a line that is one character off, and of one that is so for the sake of punctuation."""
FARTHEST = 2.5
"""How much narrower than its column a line may be, in full-width characters, and still have a price for that (`fit_price`)."""
ROUNDING = 1e-9
"""What bounds are widened by, since sums of the same numbers in another order differ in their last bits."""
QUICK = Price(odd=NEVER, dead=-2.0, beam=2)
"""For a first look at a width."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: code points `[start, end)` of the block, and the number of its stream."""

    start: int
    end: int
    stream: int


@dataclass(frozen=True)
class Unzipped:
    """A reading of a block as lines of several streams; `gain` is its log-odds over the block as it stands."""

    gain: float
    lines: tuple[Line, ...]
    width: float

    @property
    def links(self) -> list[tuple[int, int]]:
        """`(end, start)` of lines that follow each other in a stream, but not in the block."""
        tails: dict[int, int] = {}
        found = []
        for line in self.lines:
            tail = tails.get(line.stream, line.start)
            if tail != line.start:
                found.append((tail, line.start))
            tails[line.stream] = line.end
        return found


Lack = Literal[0, 1, 2]
NOTHING: Lack = 0
SHORT: Lack = 1
ONE: Lack = 2


Stream = tuple[int, Lack, int]
"""The end of a stream's last line, what that line lacked (nothing, all that is missing behind the end of a paragraph, or one
character), and how many turns the stream has missed since."""
State: TypeAlias = "tuple[float, tuple[Stream, ...], int, int, State | None]"
"""A reading of the first part of a block: its score; its streams in order of use, the last one got the line from the place that
comes third; where that stream ended before (-1: it is new); the reading before. Made by the million: a named tuple takes three
times as long."""
End: TypeAlias = "tuple[int, float, dict[tuple[int, ...], State], Stream]"
Ends = list[End]
"""Where a line may end: place, price, the readings that end there, and the stream with that line."""


FREE = -1
"""Tail of a stream that runs freely to the end of the block."""


class Search:
    """One beam search over the places of a block whose columns are `width` full-width characters wide."""

    def __init__(self, places: Places, width: float, price: Price = Price(), least: float = -math.inf) -> None:
        """Readings that cannot gain `least` any more are given up on the way."""
        self.places, self.price, self.width, self.least = places, price, width, least
        self.length = len(places.text)
        self.order = [*places.spots, self.length]
        self.states: dict[int, dict[tuple[int, ...], State]] = {p: {} for p in (0, *self.order)}
        self.best: State | None = None
        self.known: dict[tuple[int, bool, bool], Ends] = {}
        self.ahead, self.lines_ahead = (dict.fromkeys((0, *self.order), math.inf) for _ in range(2))
        """The most that a reading of what comes before each place can gain behind it, and with a line that begins there."""
        self.needed = dict.fromkeys(self.order, -math.inf)
        """What a reading must be worth that is not given up at a place."""
        self.at = [places.at[q] for q in self.order]
        self.rests = [self._rest(q) for q in self.order]
        self.counts = list(accumulate((rest is not None for rest in self.rests), initial=0))
        self.loose: Ends = [rest for rest in self.rests if rest is not None]
        """Ends of lines so short that their length is no reason for them, and how many of them stand before each place in order."""

    def run(self) -> Unzipped | None:
        """The best reading, or None where none survives."""
        self.states[0][()] = (0.0, (), 0, FREE, None)
        if self.least > -math.inf:
            self._look_ahead()
        for p in (0, *self.places.spots):
            wide = 2 if self.places.at[p] < EARLY * self.width else 1
            states = sorted(self.states[p].values(), key=itemgetter(0), reverse=True)[:wide * self.price.beam]
            for state in states:
                if state[0] < states[0][0] - BEHIND or state[0] + self.ahead[p] < self.least:
                    break
                self._go_on(state, p)
            self.states[p] = {}
        for state in self.states[self.length].values():
            self._offer(state)
        return self._told() if self.best is not None else None

    def _look_ahead(self) -> None:
        """Fill `ahead`: as if every line might go to whichever stream gains most, at the lowest price of its length."""
        places, price = self.places, self.price
        most = {self.length: 0.0}
        for p in (*reversed(places.spots), 0):
            lines = self._lines(p, True, False)
            line = max([most[q] - cost for q, cost, _, _ in lines], default=-math.inf)
            if not lines or lines[-1][0] != self.length:  # what comes to the end is told, however little it gained
                self.lines_ahead[p] = line + ROUNDING
            if p:
                mark = ONE_OFF - PRESSED if places.text[p + 1:p + 2] in NO_START else 0.0
                link = places.best[p] - price.cut + mark
                fresh = max(places.fresh[p], 0.0) - places.here[p] - price.early
                most[p] = max(link - price.free, line + max(-price.line, link, fresh))
            else:
                most[p] = line
        self.ahead.update(most)
        self.needed |= {q: self.least - most[q] - ROUNDING for q in self.places.spots}

    def _go_on(self, state: State, p: int) -> None:
        near = self.places.pairs.get(p, {})
        score, streams = state[:2]
        for k, (tail, _, _) in enumerate(streams):
            if tail == p or tail in near:
                self._continue(state, k, p)
        early = self.places.at[p] <= self.width * (len(streams) + 1)
        price = self.price.early if early else self.price.new
        new = max(self.places.fresh[p], 0.0) - self.places.here[p] - price if p else 0.0
        if score + new > self.price.dead:
            if len(streams) == MOST_STREAMS:
                new -= self.price.skip * max(0, 2 - streams[0][2])
                streams = streams[1:]
            self._add(score + new, streams, self._lines(p, True, False), -math.inf, (p, -1, state))

    def _continue(self, state: State, k: int, p: int) -> None:
        """The line from p belongs to the k-th stream, counted from the one that waits longest."""
        price, (score, streams, _, _, _) = self.price, state
        tail, lack, missed = streams[k]
        if tail == p:
            score -= price.line
        else:
            gain = self.places.gain(tail, p)
            if gain is None:
                return
            score += gain - price.cut - (price.back if missed > 1 else 0.0)
            if lack == ONE and self.places.text[p + 1:p + 2] in NO_START:
                score += ONE_OFF - PRESSED  # the last character went down to keep a mark from the start of this line
        if k:
            score -= price.skip * len([older for older in streams[:k] if older[2] < 2])
        if score <= price.dead:
            return
        told = tail != p and (self.best is None or score - price.free > self.best[0])
        if not told and score + self.lines_ahead[p] < self.least:
            return
        others = (*[(end, lacks, turns + 1) for end, lacks, turns in streams[:k]], *streams[k + 1:]) if k else streams[1:]
        self._add(score, others, self._lines(p, self.places.ended[tail], lack == SHORT), price.dead, (p, tail, state))
        if told:
            self._offer((score - price.free, (*others, (FREE, NOTHING, 0)), p, tail, state))

    def _add(self, score: float, others: tuple[Stream, ...], lines: Ends, dead: float, whence: tuple[int, int, State]) -> None:
        """Readings with one more line, at whose ends they stay where they are the best of those with the same streams, and not given up."""
        if score + self.lines_ahead[whence[0]] < self.least:
            return
        key, needed = tuple([stream[0] for stream in others]), self.needed
        for q, cost, bucket, line in lines:
            worth = score - cost
            if worth > dead and worth >= needed[q]:
                other = bucket.get(key)
                if other is None or worth > other[0]:
                    bucket[key] = (worth, (*others, line), *whence)
                    if worth - BEHIND > needed[q]:
                        needed[q] = worth - BEHIND

    def _lines(self, p: int, ended: bool, short: bool) -> Ends:
        """Ends of a line from p."""
        key = (p, ended, short)
        found = self.known.get(key)
        if found is None:
            first = bisect_right(self.order, p)
            full = bisect_left(self.at, self.places.at[p] + self.width - INDENT - FARTHEST, first)
            found = self.known[key] = self.loose[self.counts[first]:self.counts[full]]
            found += [(q, cost, self.states[q], (q, lack, 0)) for q, cost, lack in self._ends(p, full, ended, short)]
        return found

    def _rest(self, q: int) -> End | None:
        """The end of a line at a place, whatever its length; none where it has to be as long as its column."""
        ended = self.places.ended[q]
        cost = min(self._odd(q), self.price.short if ended else NEVER)
        return (q, cost, self.states[q], (q, SHORT if ended else NOTHING, 0)) if cost < NEVER else None

    def _odd(self, q: int) -> float:
        return self.price.odd if self.places.here.get(q, 0.0) < RUPTURE else NEVER

    def _ends(self, p: int, first: int, ended: bool, short: bool) -> Iterator[tuple[int, float, Lack]]:
        """Ends of a line from p that is nearly as wide as its column, or wider; `first` is the number of the first one."""
        places, price, width = self.places, self.price, self.width
        for q in self.order[first:]:
            w = places.at[q] - places.at[p]
            if w > width + 2:
                break
            mixed, hangs = w < q - p, places.text[q - 1] in NO_START
            cost = min(self._odd(q), fit_price(w - width, mixed, hangs) + (price.first if short else 0.0))
            if ended:
                cost = min(cost, fit_price(w + INDENT - width, mixed, hangs) + price.first)
            if places.ended[q] and w < width:
                cost = min(cost, price.short)
            if cost < NEVER:
                yield q, cost, SHORT if places.ended[q] and w < width - 1.5 else ONE if cost == ONE_OFF else NOTHING

    def _offer(self, state: State) -> None:
        if self.best is None or state[0] > self.best[0]:
            self.best = state

    def _told(self) -> Unzipped:
        """The lines of the best reading."""
        chain: list[State] = []
        state = self.best
        while state is not None and state[1]:
            chain.append(state)
            state = state[4]
        assert self.best is not None
        chain.reverse()
        lines = [Line(0, chain[0][2], 0)] if chain[0][2] else []
        names = {line.end: line.stream for line in lines}
        for _, streams, start, tail, _ in chain:
            name = names.pop(tail) if tail >= 0 else len({line.stream for line in lines})
            end = self.length if streams[-1][0] == FREE else streams[-1][0]
            lines.append(Line(start, end, name))
            names[end] = name
        return Unzipped(self.best[0], tuple(lines), self.width)


def fit_price(off: float, mixed: bool, hangs: bool) -> float:
    """Price of a line that is so much wider than its column. Where there are digits or Latin letters among the Chinese
    characters (`mixed`), lines hold half a character less on the average, and vary. Over the end of a line a mark may hang."""
    if hangs and off == 1.0:
        return PRESSED
    off = abs(off + 0.5) if mixed else abs(off)
    if mixed:
        return 0.0 if off <= 0.5 else 0.8 if off <= 1.0 else 1.8 if off <= 1.5 else 2.5 if off <= 2.0 else NEVER
    return 0.0 if off < 0.5 else ONE_OFF if off <= 1.0 else 3.0 if off <= 1.5 else 4.0 if off <= 2.0 else NEVER
