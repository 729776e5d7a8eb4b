"""Rows of a page as printed lines of columns that stand side by side: the best reading for known widths of the columns.

Every row is cut into pieces from left to right, and every piece goes to a *stream*: the running text of one column. The
streams of a page keep their order from left to right, so the pieces of one row go to streams further and further to the
right; a stream may miss rows (a picture, lines that stand a little higher), and new ones start where there is room. What a
reading is worth is the sum of what `streams.py` adds up: how much better the text of each piece runs on from the end of
its stream than from what stands before it in the row, less a price for everything that a page rarely does. The best
reading is sought with a beam, row by row, and within a row place by place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, NamedTuple

from cleaner.structure.columns.paper import Paper
from cleaner.structure.columns.streams import INDENT, NEVER, RUPTURE, fit_price


@dataclass(frozen=True)
class Price:
    """What a reading pays, in log-odds."""

    cut: float = 0.3
    """That a piece ends here and not one character earlier or later."""
    new: float = 1.0
    """A stream that starts."""
    anew: float = 4.5
    """A text that starts in a stream whose last line does not end a sentence."""
    skip: tuple[float, ...] = (2.5, 1.5)
    """A stream that misses its turn, by how many it missed before; nothing after that."""
    torn: float = 1.5
    """The same in the middle of a sentence, in addition, the first time."""
    back: float = 1.0
    """A stream that goes on after it missed more turns than that."""
    slip: float = 0.5
    """A row in which two streams meet whose last pieces stood in different rows."""
    odd: float = 5.0
    """A piece of any length: a headline, a name, a caption."""
    again: float = 1.5
    """The same, as wide as the one before in the same stream."""
    wide: float = 1.0
    """The same, wider than a column, in addition."""
    tiny: float = 3.0
    """The same, of one or two characters, in addition: the rest of a word that the line above has begun reads as badly."""
    first: float = 0.5
    """A first line of a paragraph."""
    short: float = 1.0
    """A last line of a paragraph."""
    inner: int = 12
    """Readings kept at each place inside a row."""
    alike: int = 4
    """Of these, such as differ in the places of the cuts alone."""
    beam: int = 24
    """Readings kept at the end of a row."""


MOST_STREAMS = 7
"""Streams that are followed at a time; more than six columns are not printed side by side."""
BEHIND = 9.0
"""A reading so far behind the best one is given up."""
TINY = 3.0
"""Full-width characters."""
BROADEST = 3.0
"""Widths of a column that a headline or a caption may take."""

Lack = Literal[0, 1, 2]
Kind = tuple[bool, bool, float]
"""What a piece may be: a first line; not the first one behind the end of a paragraph; as wide as the line before, if that was
not as wide as the column."""
FULL: Lack = 0
SHORT: Lack = 1
ODD: Lack = 2
LONG = 9
"""`missed` of a stream that has not begun."""


class Stream(NamedTuple):
    """Start and end of a stream's last piece, what that piece was, in which row it stood, and how many turns the stream missed since."""

    start: int
    tail: int
    lack: Lack
    last: int
    missed: int


class State(NamedTuple):
    """A reading up to a place; streams from left to right, `rank` the first one that the next piece of the row may go to."""

    score: float
    streams: tuple[Stream, ...]
    rank: int
    start: int
    tail: int
    """Where the stream of the last piece ended before; -1: it is new."""
    where: int
    """The number of that stream, counted from the left, when it got the piece."""
    fresh: bool
    """Whether that piece starts a text of its own."""
    before: State | None


class Turn(NamedTuple):
    """A piece that the k-th stream of a reading gets, wherever it ends."""

    state: State
    k: int
    start: int
    last: int
    """The row of the stream's piece before, -1 if that is long ago."""
    fresh: bool
    shape: tuple[int, ...]
    """The row in which the last piece of each stream then stands."""

    def state_at(self, q: int, lack: Lack, score: float, row: int) -> State:
        """The reading with that piece, where it ends at q."""
        streams = self.state.streams
        got = (*streams[:self.k], Stream(self.start, q, lack, row, self.last), *streams[self.k + 1:])
        return State(score, got, self.k + 1, self.start, streams[self.k].tail, self.k, self.fresh, self.state)


Option = tuple[float, float, Lack, Turn]
"""A reading that may be kept: what it is worth, its score, what its last piece is, and that piece. Made by the million, of which few become states."""
Bucket = dict[int, Option]
"""Readings of a row up to one place, the best one for each of the ways that differ further on, by the number of that way."""
At = dict[int, Bucket]
"""Readings of a row by the place up to which they go."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A printed line: its row, code points `[start, end)` of the paper, its stream counted from the left, where the text before it
    in that ends (-1: nowhere), whether it is of any width, and whether it starts a text of its own."""

    row: int
    start: int
    end: int
    stream: int
    tail: int
    odd: bool
    fresh: bool


class RowSearch:
    """One beam search over rows of a paper."""

    def __init__(self, paper: Paper, width: float, columns: int, price: Price = Price()) -> None:
        self.paper, self.width, self.columns, self.price = paper, width, columns, price
        self.kept: list[list[State]] = []
        """The readings kept at the end of every row."""
        self.known: dict[tuple[int, Kind], list[tuple[Bucket, bool, float, Lack]]] = {}
        self.numbers: dict[tuple[int, ...], int] = {}
        self.shapes: dict[int, list[tuple[int, float, float, float, bool, float]]] = {}

    def run(self, rows: Sequence[int]) -> State:
        """The best reading of some rows that follow each other."""
        states = [State(0.0, (Stream(-1, -1, FULL, -1, LONG),) * self.columns, 0, -1, -1, -1, True, None)]
        for row in rows:
            states = self._row(states, row)
            self.kept.append(states)
        return states[0]

    def _row(self, states: list[State], row: int) -> list[State]:
        paper, self.row = self.paper, row
        self.starts, self.end = paper.starts(row), paper.end(row)
        self.ends = [*self.starts[1:], self.end]
        self.known.clear()
        self.numbers.clear()
        self.shapes.clear()
        paper.ask(sorted({stream.tail for state in states for stream in state.streams if stream.tail >= 0}), row)
        at: At = {p: {} for p in (*self.starts, self.end)}
        for state in states:
            self._go_on(state, self.starts[0], at)
        for p in self.starts[1:]:
            for _, score, lack, turn in varied(at.pop(p).values(), self.price.inner, self.price.alike):
                self._go_on(turn.state_at(p, lack, score, row), p, at)
        return self._turned(at[self.end].values())

    def _turned(self, options: Iterable[Option]) -> list[State]:
        """The readings at the end of a row, those streams that got nothing one row older."""
        found: dict[tuple[int, ...], Option] = {}
        for option in options:
            _, _, _, turn = option
            tails = [stream.tail for stream in turn.state.streams]
            tails[turn.k] = self.end
            key = tuple(tails)
            other = found.get(key)
            if other is None or option[0] > other[0]:
                found[key] = option
        kept = []
        for worth, _, lack, turn in varied(found.values(), self.price.beam, self.price.alike):
            state = turn.state_at(self.end, lack, worth, self.row)
            kept.append(state._replace(streams=self._aged(state), rank=0))
        for state in kept:
            piece: State | None = state
            while piece is not None and piece.start >= self.starts[0]:
                self.paper.tell(piece.tail, piece.start, piece.streams[piece.where].tail)
                piece = piece.before
        return kept

    def _missed(self, turn: Turn, before: frozenset[int]) -> tuple[float, float]:
        """What it costs that streams of a reading miss their turn in the row at hand: those on the left of the piece, and all, if the
        row ends there; then also that the pieces before it stood in different rows (`before`: of the streams that have got one)."""
        row, skip, torn, k = self.row, self.price.skip, self.price.torn, turn.k
        before |= {turn.last}
        latest, inside, cost = max(before), 0.0, 0.0
        for i, s in enumerate(turn.state.streams):
            if i == k:
                inside = cost
            elif s.missed < len(skip) and s.last <= latest and s.last != row:
                cost += skip[s.missed]
                if not s.missed and s.lack == FULL and not self.paper.ended(s.tail):
                    cost += torn
        return inside, cost + (self.price.slip if len(before - {-1}) > 1 else 0.0)

    def _aged(self, state: State) -> tuple[Stream, ...]:
        """The streams of a reading behind a row."""
        row = self.row
        latest = max([s.missed for s in state.streams if s.last == row])
        return tuple([
            Stream(s.start, s.tail, s.lack, row, 0) if s.last == row
            else Stream(s.start, s.tail, s.lack, s.last, min(s.missed + 1, LONG - 1)) if s.last <= latest and s.missed < LONG else s
            for s in state.streams])

    def _go_on(self, state: State, p: int, at: At) -> None:
        price, paper, streams = self.price, self.paper, state.streams
        fresh, cut = paper.fresh_at(p), 0.0 if p == self.starts[0] else price.cut
        score = state.score - cut
        for k in range(state.rank, len(streams)):
            stream = streams[k]
            if stream.tail < 0:
                self._pieces(state, k, p, score + fresh - price.new, (True, False, 0.0), True, at)
                continue
            own = score + paper.alike(stream.tail, p, self.width) - (price.back if stream.missed >= len(price.skip) else 0.0)
            gain, ended = paper.gain(stream.tail, p), paper.ended(stream.tail)
            starts = fresh - (0.0 if ended else 0.3 if stream.lack == ODD else price.anew)
            before = paper.wide(stream.start, stream.tail) if stream.lack == ODD else 0.0
            if starts > gain or ended:
                self._pieces(state, k, p, own + starts, (True, False, before), True, at)
            else:
                self._pieces(state, k, p, own + gain, (stream.lack == ODD, stream.lack == SHORT, before), False, at)

    def _pieces(self, state: State, k: int, p: int, score: float, kind: Kind, fresh: bool,
                at: At) -> None:
        """The piece from p belongs to the k-th stream."""
        streams, row = state.streams, self.row
        before = streams[k].last if streams[k].missed < len(self.price.skip) else -1
        lasts = [s.last for s in streams]
        lasts[k] = row
        turn = Turn(state, k, p, before, fresh, tuple(lasts))
        tails = [s.tail for s in streams]
        tails[k] = -2 - k
        number = self.numbers.setdefault(tuple(tails), len(self.numbers))
        inside, whole = (score - cost for cost in self._missed(turn, frozenset([s.missed for s in streams[:state.rank] if s.last == row])))
        for bucket, last, cost, lack in self._lines(p, kind, at):
            value, other = score - cost, bucket.get(number)
            if other is None or value > other[1]:
                bucket[number] = (whole if last else inside) - cost, value, lack, turn

    def _lines(self, p: int, kind: Kind, at: At) -> list[tuple[Bucket, bool, float, Lack]]:
        """Ends of a piece from p: the readings up to that place, whether the row ends there, price, what the piece is."""
        key = (p, kind)
        if key not in self.known:
            self.known[key] = [(at[q], q == self.end, cost, lack) for q, cost, lack in self._ends(p, *kind)]
        return self.known[key]

    def _ends(self, p: int, first: bool, short: bool, before: float) -> Iterator[tuple[int, float, Lack]]:
        price, width = self.price, self.width
        for q, w, fit, indented, ended, odd in self._shapes(p):
            cost, lack = fit + (price.first if short else 0.0), FULL
            if first:
                cost = min(cost, indented + price.first)
            if ended and price.short <= cost:
                cost, lack = price.short, SHORT if w < width - 1.5 else FULL
            if before and odd < NEVER and abs(w - before) <= 1.0:
                odd = min(odd, price.again)
            if odd < cost:
                cost, lack = odd, ODD
            if cost < NEVER:
                yield q, cost, lack

    def _shapes(self, p: int) -> list[tuple[int, float, float, float, bool, float]]:
        """Where a piece from p may end: place, width, price as a line, and as an indented one, whether it may be the last line of a
        paragraph, price as a piece of any length."""
        if p in self.shapes:
            return self.shapes[p]
        found = self.shapes[p] = []
        paper, price, width = self.paper, self.price, self.width
        for q in self.ends[bisect_left(self.ends, p + 1):]:
            w = paper.wide(p, q)
            if w > width * BROADEST and q != self.end:
                continue
            fit, indented, odd = NEVER, NEVER, NEVER
            if w <= width + 2:
                mixed, hangs = w < q - p, paper.hangs(q)
                fit, indented = fit_price(w - width, mixed, hangs), fit_price(w + INDENT - width, mixed, hangs)
            if q == self.end or paper.here_at(q) < RUPTURE:
                odd = price.odd + (price.wide if w > width + 2 else price.tiny if w < TINY else 0.0) - paper.named(p, q)
            found.append((q, w, fit, indented, w < width and paper.ended(q), odd))
        return found


def varied(options: Iterable[Option], most: int, alike: int) -> list[Option]:
    """The best of some readings by what they are worth, the best first, not too many of those whose pieces went to the same streams."""
    kept: list[Option] = []
    seen: dict[tuple[int, ...], int] = {}
    ranked = sorted(options, key=itemgetter(0), reverse=True)
    for option in ranked:
        if option[0] < ranked[0][0] - BEHIND or len(kept) == most:
            break
        shape = option[3].shape
        n = seen.get(shape, 0)
        if n < alike:
            seen[shape] = n + 1
            kept.append(option)
    return kept


def pieces_of(search: RowSearch, last: State) -> list[Piece]:
    """The pieces of a reading in the order of the rows."""
    chain: list[State] = []
    state: State | None = last
    while state is not None and state.start >= 0:
        chain.append(state)
        state = state.before
    chain.reverse()
    found: list[Piece] = []
    for state in chain:
        stream = state.streams[state.where]
        name = state.where
        found.append(Piece(search.paper.row_of(state.start), state.start, stream.tail, name, state.tail, stream.lack == ODD, state.fresh))
    return found


LAG = 3
"""Rows behind a piece at which the readings are compared that have it and that have not."""


def margins(search: RowSearch, last: State) -> dict[int, float]:
    """For each piece of a reading, by its start: how much the best reading that does not let it go on from there is behind, in
    log-odds, a few rows later."""
    path: list[State] = []
    state: State | None = last
    while state is not None and state.start >= 0:
        path.append(state)
        state = state.before
    ends = {search.paper.row_of(state.start): state for state in reversed(path)}
    found: dict[int, float] = {}
    for row, first in ends.items():
        seen = min(row + LAG, len(search.kept) - 1)
        begin, own = search.paper.begins[row], _score(search.kept[seen], ends[seen])
        told = _pieces_in(first, begin, search.paper.end(row))
        best = dict.fromkeys(told, own - BEHIND)
        for other in search.kept[seen]:
            there = _pieces_in(other, begin, search.paper.end(row))
            for start, tail in told.items():
                if there.get(start, LOST) != tail:
                    best[start] = max(best[start], other.score)
        found |= {start: own - alternative for start, alternative in best.items()}
    return found


LOST = -9
"""Tail of a piece that a reading does not have."""


def _score(kept: Sequence[State], last: State) -> float:
    return max(state.score for state in kept if state.start == last.start and state.before is last.before)


def _pieces_in(state: State | None, begin: int, end: int) -> dict[int, int]:
    """The pieces of a reading between two places: start → end of its stream before."""
    found: dict[int, int] = {}
    while state is not None and state.start >= begin:
        if state.start < end:
            found[state.start] = state.tail
        state = state.before
    return found
