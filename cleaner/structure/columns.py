"""Columns that a recogniser read across, line by line, taken apart again from the text alone.

A layout detector takes two to five columns for one region, its lines are sorted from top to bottom, and the block that
reaches us reads A1 B1 A2 B2 A3 B3 …: “本报讯昨天渡口重新科技组的人说，这种开放，附近的居民都瓜耐旱…”. The text is cut into printed lines again, and
every line goes to one of a few *streams*, as running text. What a reading is worth is the sum over its cuts of how much
better the text behind the cut runs on from the end of its stream than from the text that stands before it
(`crossings.py`), less a price for everything that a page rarely does: a line longer or shorter than its column, a new
stream, a stream that misses its turn. The block as it stands is worth nothing, so that a gain is a log-odds.

The best reading is sought with a beam over the places where a line may begin, twice. The first search knows nothing: a
text that runs freely is cut where a second stream may start, and the length of that stream's first line is the width
of the column. It is strict, and clean prose dies in it after a line or two. The second one, only where the first has
found something, knows the width, and takes the whole block for lines of it.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables
from cleaner.structure.crossings import SENTENCE_END, Places, places_of, width_units

NARROW, WIDE = 8.0, 40.0
"""Widths of a column, in full-width characters."""
INDENT = 2.0
"""How much shorter the first line of a paragraph is."""
MOST_STREAMS = 5
NEVER = 99.0


@dataclass(frozen=True)
class Price:
    """What a reading pays, in log-odds."""

    start: float
    """That there is a second stream at all."""
    cut: float
    """That a line ends here and not one character earlier or later."""
    line: float
    """A line behind another one of its stream, without a cut."""
    new: float
    """A stream that starts inside the block."""
    early: float
    """A stream that starts before the others have two lines each."""
    skip: float
    """Each stream that is older and does not get the line; after two turns it has ended."""
    back: float
    """A stream that goes on after it missed two turns."""
    odd: float
    """A line of any length."""
    free: float
    """The rest of the block in one stream, whatever its lines."""
    first: float
    """A first line of a paragraph."""
    short: float
    """A last line of a paragraph."""
    dead: float
    """A reading that ever falls as low is given up."""
    beam: int
    """Readings kept at each place."""


STRICT = Price(2.0, 1.0, 0.3, 3.0, 3.0, 0.8, 1.0, NEVER, 0.0, 0.5, 1.0, -3.5, 12)
KNOWN = Price(0.0, 0.3, 0.1, 1.5, 0.3, 2.5, 1.0, 5.0, 3.0, 0.5, 1.0, -6.0, 8)
EARLY = 8
"""Lines at the top of a block for which twice as many readings are kept: they all look alike."""
BEHIND = 8.0
"""A reading so far behind the best one is given up."""


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


class Stream(NamedTuple):
    """The end of a stream's last line, whether that line was short, and how many turns it has missed since."""

    tail: int
    short: bool = False
    missed: int = 0


class State(NamedTuple):  # made by the million: a frozen dataclass takes three times as long
    """A reading of the first part of a block; `streams` in order of use, the last one got the line from `start`."""

    score: float
    streams: tuple[Stream, ...]
    width: float
    start: int
    tail: int
    """Where that stream ended before; -1: it is new."""
    before: State | None


FREE = -1
"""Tail of a stream that runs freely to the end of the block."""


class Search:
    """One beam search over the places of a block; `width` is the width of its columns, if it is known."""

    def __init__(self, places: Places, price: Price, width: float | None = None) -> None:
        self.places, self.price, self.width = places, price, width
        self.length = len(places.text)
        self.order = [*places.spots, self.length]
        self.states: dict[int, dict[tuple[object, ...], State]] = {p: {} for p in (0, *self.order)}
        self.best: State | None = None
        self.known: dict[tuple[int, float, bool, bool], list[tuple[int, float, bool]]] = {}

    def run(self) -> Unzipped | None:
        """The best reading, or None where none survives."""
        if self.width is not None:
            self.states[0][()] = State(0.0, (), self.width, 0, FREE, None)
        for p in (0, *self.places.spots):
            wide = 2 if self.width is not None and self.places.at[p] < EARLY * self.width else 1
            states = heapq.nlargest(wide * self.price.beam, self.states[p].values(), key=attrgetter("score"))
            if self.width is None and p:
                self._begin(p)
            for state in states:
                if state.score < states[0].score - BEHIND:
                    break
                self._go_on(state, p)
            self.states[p] = {}
        for state in self.states[self.length].values():
            self._offer(state)
        return self._told() if self.best is not None else None

    def _begin(self, p: int) -> None:
        """The first line of a second stream starts at p; the first stream runs freely up to there."""
        places, price = self.places, self.price
        score = max(places.fresh[p], 0.0) - places.here[p] - price.start - price.new
        if score <= price.dead:
            return
        for q in self.order[bisect_right(self.order, p):]:
            width = places.at[q] - places.at[p]
            if width > WIDE:
                break
            if width < NARROW - INDENT or q == self.length or score + self._next(p, q) <= price.dead:
                continue
            if width >= NARROW:
                self._put(State(score, (Stream(p), Stream(q)), width, p, -1, None))
            if score - price.first > price.dead:
                self._put(State(score - price.first, (Stream(p), Stream(q)), width + INDENT, p, -1, None))

    def _next(self, p: int, q: int) -> float:
        """The most that a reading can gain at q: the text before p runs on there, or a third stream starts."""
        back = self.places.gain(p, q)
        new = max(self.places.fresh[q], 0.0) - self.places.here[q] - self.price.new
        return new if back is None else max(new, back - self.price.cut)

    def _go_on(self, state: State, p: int) -> None:
        near = self.places.pairs.get(p, {})
        for k, stream in enumerate(state.streams):
            if stream.tail == p or stream.tail in near:
                self._continue(state, k, p)
        early = self.width is not None and self.places.at[p] <= state.width * (len(state.streams) + 1)
        price = self.price.early if early else self.price.new
        new = max(self.places.fresh[p], 0.0) - self.places.here[p] - price if p else 0.0
        if state.score + new > self.price.dead:
            kept = state.streams if len(state.streams) < MOST_STREAMS else state.streams[1:]
            key = (state.width, *[stream.tail for stream in kept])
            for q, cost, short in self._lines(p, state.width, True, False):
                bucket, score = self.states[q], state.score + new - cost
                other = bucket.get(key)
                if other is None or score > other.score:
                    bucket[key] = State(score, (*kept, Stream(q, short)), state.width, p, -1, state)

    def _continue(self, state: State, k: int, p: int) -> None:
        """The line from p belongs to the k-th stream, counted from the one that waits longest."""
        price, stream, score = self.price, state.streams[k], state.score
        if stream.tail == p:
            score -= price.line
        else:
            gain = self.places.gain(stream.tail, p)
            if gain is None:
                return
            score += gain - price.cut - (price.back if stream.missed > 1 else 0.0)
        score -= price.skip * len([older for older in state.streams[:k] if older.missed < 2])
        if score <= price.dead:
            return
        others = (*[Stream(s.tail, s.short, s.missed + 1) for s in state.streams[:k]], *state.streams[k + 1:])
        key = (state.width, *[s.tail for s in others])
        for q, cost, short in self._lines(p, state.width, self.places.ended[stream.tail], stream.short):
            if score - cost > price.dead:
                bucket = self.states[q]
                other = bucket.get(key)
                if other is None or score - cost > other.score:
                    bucket[key] = State(score - cost, (*others, Stream(q, short)), state.width, p, stream.tail, state)
        if stream.tail != p and (self.best is None or score - price.free > self.best.score):
            self._offer(State(score - price.free, (*others, Stream(FREE)), state.width, p, stream.tail, state))

    def _lines(self, p: int, width: float, ended: bool, short: bool) -> list[tuple[int, float, bool]]:
        """Ends of a line from p: place, price, whether the line is shorter than its column."""
        key = (p, width, ended, short)
        if key not in self.known:
            self.known[key] = list(self._ends(*key))
        return self.known[key]

    def _ends(self, p: int, width: float, ended: bool, short: bool) -> Iterator[tuple[int, float, bool]]:
        places, price = self.places, self.price
        fit = _loose_fit if self.width is None else _fit
        for q in self.order[bisect_right(self.order, p):]:
            w = places.at[q] - places.at[p]
            if w > width + 2:
                break
            mixed = w < q - p
            cost = min(price.odd, fit(w - width, mixed) + (price.first if short else 0.0))
            if ended:
                cost = min(cost, fit(w + INDENT - width, mixed) + price.first)
            if places.ended[q] and w < width:
                cost = min(cost, price.short)
            if cost < NEVER:
                yield q, cost, places.ended[q] and w < width - 1.5

    def _put(self, state: State) -> None:
        bucket = self.states[state.streams[-1].tail]
        key = (state.width, *[stream.tail for stream in state.streams[:-1]])
        other = bucket.get(key)
        if other is None or state.score > other.score:
            bucket[key] = state

    def _offer(self, state: State) -> None:
        if self.best is None or state.score > self.best.score:
            self.best = state

    def _told(self) -> Unzipped:
        """The lines of the best reading."""
        chain: list[State] = []
        state = self.best
        while state is not None and state.streams:
            chain.append(state)
            state = state.before
        assert self.best is not None
        chain.reverse()
        lines = [Line(0, chain[0].start, 0)] if chain[0].start else []
        names = {line.end: line.stream for line in lines}
        for state in chain:
            name = names.pop(state.tail) if state.tail >= 0 else len({line.stream for line in lines})
            end = self.length if state.streams[-1].tail == FREE else state.streams[-1].tail
            lines.append(Line(state.start, end, name))
            names[end] = name
        return Unzipped(self.best.score, tuple(lines), self.best.width)


def _loose_fit(off: float, mixed: bool) -> float:
    """Price of a line that is so much wider than its column, whose width was taken from one line."""
    off = abs(off)
    return 0.0 if off <= 0.5 else 0.7 if off <= 1.0 else 2.0 if off <= 1.5 else NEVER


def _fit(off: float, mixed: bool) -> float:
    """Price of a line that is so much wider than its column. Where there are digits or Latin letters among the Chinese
    characters (`mixed`), lines hold half a character less on the average, and vary."""
    off = abs(off + 0.5) if mixed else abs(off)
    if mixed:
        return 0.0 if off <= 0.5 else 0.8 if off <= 1.0 else 1.8 if off <= 1.5 else 2.5 if off <= 2.0 else NEVER
    return 0.0 if off < 0.5 else 1.8 if off <= 1.0 else 3.0 if off <= 1.5 else 4.0 if off <= 2.0 else NEVER


def width_of(places: Places, found: Unzipped) -> float:
    """The width that most lines of a reading have; lines of Chinese characters alone count twice."""
    votes: Counter[float] = Counter()
    for line in found.lines[1:-1]:
        width = places.at[line.end] - places.at[line.start]
        mixed = width < line.end - line.start
        votes[round(width + 0.5) if mixed else width] += 1 if mixed else 2
    return max(votes, key=lambda width: (votes[width], width), default=found.width)


LEAST_LENGTH = 40
"""Code points of the shortest block that is looked at: two columns of two or three lines."""
MOST_LENGTH = 4000
"""Code points of the longest one."""
SPACED = 0.1
"""Share of spaces from which a block is a table, or the output of a recogniser that parts characters."""
SUSPECT, DOUBLED = 4.0, 5.0
"""Gain of the first search from which the second one is made, and from which narrower columns are tried too."""


@dataclass(frozen=True)
class Bar:
    """What a reading must gain to be taken: in all, for each of its links, and the least number of links."""

    gain: float
    each: float
    links: int

    def admits(self, found: Unzipped | None) -> bool:
        """Whether a reading is taken without being asked."""
        links = len(found.links) if found is not None else 0
        return found is not None and links >= self.links and found.gain >= max(self.gain, self.each * links)


SURE = Bar(12.0, 2.0, 4)
"""A block of which nothing is known beforehand (`benchmarks/columns.py`)."""
BESIDE = Bar(7.5, 1.2, 3)
"""A block beside a sure one, read with the width of that one's columns."""
_known: dict[tuple[str, float], Unzipped | None] = {}
"""What was found in the blocks seen last; a page is read several times over. Width 0: not known beforehand."""
MOST_KNOWN = 20_000


def read_across(texts: Sequence[str], model: Tables, lexicon: Lexicon) -> dict[int, Unzipped]:
    """The blocks of a page that were read across columns, and how they are to be read."""
    if len(_known) > MOST_KNOWN:
        _known.clear()
    asked = [text for text in texts if _worth_a_look(text)]
    _learn(dict.fromkeys(asked, 0.0), model, lexicon)
    found = {text: one for text in asked if (one := _known[text, 0.0]) is not None and SURE.admits(one)}
    for width in sorted({one.width for one in found.values()}):
        _learn({text: width for text in asked if text not in found}, model, lexicon)
        for text in asked:
            one = _known.get((text, width))
            if one is not None and BESIDE.admits(one) and (text not in found or one.gain > found[text].gain):
                found[text] = one
    return {i: found[text] for i, text in enumerate(texts) if text in found}


def _learn(asked: Mapping[str, float], model: Tables, lexicon: Lexicon) -> None:
    new = sorted(text for text, width in asked.items() if (text, width) not in _known)
    for text, places in zip(new, places_of(new, model, lexicon) if new else (), strict=True):
        width = asked[text]
        _known[text, width] = Search(places, KNOWN, width).run() if width else _unzip(places)


def _worth_a_look(text: str) -> bool:
    return LEAST_LENGTH <= len(text) <= MOST_LENGTH and text.count(" ") < SPACED * len(text)


def _unzip(places: Places) -> Unzipped | None:
    """The best reading of a block of which nothing is known, or None."""
    first = Search(places, STRICT).run()
    if first is None or first.gain < SUSPECT:
        return None
    width = width_of(places, first)
    found: Unzipped | None = None
    for parts in (1, 2, 3):  # lines that were taken for halves or thirds of longer ones
        if width >= NARROW * parts and (parts == 1 or first.gain >= DOUBLED):
            again = Search(places, KNOWN, float(round(width / parts))).run()
            if again is not None and (found is None or again.gain > found.gain):
                found = again
    return found


def paragraphs(text: str, found: Unzipped) -> list[list[tuple[int, int]]]:
    """The pieces `[start, end)` of each paragraph of each column, column by column; lines that touch are one piece."""
    told: list[list[tuple[int, int]]] = []
    for stream in sorted({line.stream for line in found.lines}):
        before: Line | None = None
        for line in (line for line in found.lines if line.stream == stream):
            if before is None or _breaks(text, before, line, found.width):
                told.append([(line.start, line.end)])
            elif told[-1][-1][1] == line.start:
                told[-1][-1] = (told[-1][-1][0], line.end)
            else:
                told[-1].append((line.start, line.end))
            before = line
    return told


def _breaks(text: str, before: Line, line: Line, width: float) -> bool:
    """Whether a paragraph ends between two lines of a column: behind a full stop, if either line is not full."""
    if text[before.end - 1] not in SENTENCE_END:
        return False
    full = [abs(width_units(text[one.start:one.end]) - width) <= 1.0 for one in (before, line)]
    return not all(full)
