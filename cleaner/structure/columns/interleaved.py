"""Interleaved lines, the printed lines of columns that stand side by side, each a block of its own, put into the order of their columns.

A recogniser that tells lines and knows no columns sorts them from top to bottom: 停了三年的河湾渡口昨天重 | 今年雨水好，山脚下的果园 | 新开放，附近的居民都很高 |
收了十万斤苹果，比去年多…. So the line that follows one in its column stands a few lines later, and lines are followed in the order in which
they stand: those that wait for the next line of their column are a queue (`Search`). A line mostly goes on from the first of them; that
another one goes first (a line set a little higher), that a column ends and that one begins have their prices. What a line says of its place
are the seams of the page, weighed anew for lines (`data/interleaved.json`, fitted by `benchmarks/interleaved.py`). All numbers are natural log-odds.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file
from cleaner.evidence import Evidence
from cleaner.structure.asked import Asked, seams_of
from cleaner.structure.columns.crossings import NO_START, width_units
from cleaner.structure.columns.paper import ALIKE, HISTORY, MOST_ALIKE, hanzi_pairs
from cleaner.structure.logistic import Logistic
from cleaner.structure.seams import Seams, ends_sentence

Doubles = NDArray[np.float64]

WINDOW = 16
"""Lines up to which the next line of a column is sought: one of every column, and of the headlines and captions between them."""
LEAST, MOST = -4.0, 7.0
"""Log-odds that one line runs on into another, at least and at most."""
OVERTAKE = 1.5
"""What it costs that a line is followed before one that waits longer."""
CHEAPEST = 0.2
"""What it costs at least that a column begins or ends."""
PRICE = 0.7
"""Share of the log-odds that a line is the first or the last one of a column that counts: the lines beside it say so, too."""
SUBJECT = 0.5
"""Share of the log-odds of words in common (`paper.py`) that counts."""
KEPT, BEHIND = 80, 12.0
"""Readings that are followed at a time, and how far one may be behind the best."""
LAG = 4
"""Lines behind a line at which the readings are compared that put it behind another one, and that do not."""
SURE_MARGIN = 3.0
"""Log-odds by which every reading without a seam must be behind for the seam to be joined unasked: on pages that no fit has seen 309 of 338 seams with 2 to
3 are right, 373 of 397 with 3 to 4, and a wrong join costs more than ten right ones (`benchmarks/interleaved.py`)."""
AROUND, USUAL = 12, 0.8
"""Lines on either side whose widths say how wide a line is, and the quantile of them that counts as full."""
SURE, SURE_EACH = 10.0, 0.35
"""Gain of a reading, in all and for each line of the run, from which the lines are brought together unasked: pages of interleaved lines gain .8 a line
and more; wrapped lines up to 5 in all, clauses, first sentences and beginnings of texts up to 10 (`benchmarks/interleaved.py --texts`)."""
LEAST_LINES, MOST_WIDE = 8, 45.0
"""Lines of the shortest run that is looked at; full-width characters of the widest line."""
OPEN_SHARE, FOLLOWS, FOLLOWING_SHARE = 0.5, 1.0, 0.3
"""Share of the lines of a run that stop in mid-sentence, at least; log-odds from which one plainly runs on into the next one, and the share of these
that may: of 42 runs of interleaved lines .14 at most, of 23 wrapped passages of an encyclopaedia .43 at least. Set by hand."""
LIKELY = 0.5
"""Share of what is asked of a reading that is taken, from which the lines as they stand are not put together unasked."""
SHORT = 9.0
"""Full-width characters of a line that may be a name or a date."""


Tail = tuple[int, int | None]
"""The last line of a column so far, and the line above it."""


class Step(NamedTuple):
    """Line `below` follows `above` in its column, or begins one."""

    above: Tail | None
    below: int
    before: Step | None


class Waiting(NamedTuple):
    """A reading up to a line: the columns that wait for their next line, the one that waits longest first, and how it came about."""

    tails: tuple[Tail, ...]
    score: float
    step: Step


@dataclass(frozen=True)
class Interleaving:
    """How the lines of a run are read: the lines of every column (the columns by their first lines), and what the seams say, in log-odds,
    for the lines that stop in mid-sentence and are followed by another one than the next, over what they say for that one."""

    columns: tuple[tuple[int, ...], ...]
    gain: float
    margins: Mapping[int, float]
    """For every line that another one follows, how far the best reading is behind, a few lines later, in which that one does not."""

    @property
    def bar(self) -> float:
        """The gain from which on the lines are brought together unasked."""
        return max(SURE, SURE_EACH * sum(map(len, self.columns)))

    @property
    def sure(self) -> bool:
        """Whether that is done: the lines do not stand so, and the gain is enough."""
        return self.gain >= self.bar and self.order != sorted(self.order)

    @property
    def likely(self) -> bool:
        """Whether they may be interleaved."""
        return self.gain >= LIKELY * self.bar

    @cached_property
    def order(self) -> list[int]:
        """All lines, column by column."""
        return [line for column in self.columns for line in column]


@lru_cache(maxsize=1)
def calibration() -> dict[str, Logistic]:
    """The fitted models: one line follows another in its column (`link`), none does (`last`), it follows none (`first`)."""
    data = json.loads(data_file("interleaved.json").read_text(encoding="utf-8"))
    return {name: Logistic(model["bias"], model["weights"]) for name, model in data.items()}


def runs(texts: Sequence[str]) -> Iterator[range]:
    """The blocks of a page that may be interleaved lines, run by run; an empty text is none."""
    for line, run in groupby(range(len(texts)), key=lambda k: 0 < width_units(texts[k]) <= MOST_WIDE):
        found = list(run)
        if line and len(found) >= LEAST_LINES and sum(not ends_sentence(texts[k]) for k in found) >= OPEN_SHARE * len(found):
            yield range(found[0], found[-1] + 1)


def pairs_of(lines: Sequence[int]) -> list[tuple[int, int]]:
    """All pairs of lines of which the second may be the next one of its column."""
    return [(above, below) for k, above in enumerate(lines) for below in lines[k + 1:k + 1 + WINDOW]]


def link_features(seams: Seams, pairs: Sequence[tuple[int, int]]) -> dict[str, Doubles]:
    """Features of one line following another in its column, one array each."""
    lines, places = np.unique(np.array(pairs, dtype=np.int64), return_inverse=True)
    above, below = places.reshape(-1, 2).T
    columns, wide = seams.pair_features(pairs), _widths(seams, lines.tolist())
    stops = np.array([seams.ends[line].ended for line in lines.tolist()])
    ended, off = stops[above], wide[below] - wide[above]
    both = ~ended & ~stops[below]
    told = {
        "ended, wider": ended & (off > 2.5), "ended, narrower": ended & (off < -2.5), "ended, as wide": ended & (abs(off) <= 0.6),
        "open, wider": ~ended & (off > 2.5), "open, narrower": ~ended & (off < -2.5), "open, as wide": ~ended & (abs(off) <= 0.6),
        "open, set in": ~ended & (off > 0.6) & (off <= 2.5), "open, short": ~ended & (wide[above] < SHORT),
        "both open, wider": both & (off > 2.5), "both open, narrower": both & (off < -2.5),
    }
    return columns | {name: column.astype(np.float64) for name, column in told.items()}


def line_features(seams: Seams, lines: Sequence[int]) -> dict[str, Doubles]:
    """Features of lines that begin and that end a column, one array each."""
    wide = _widths(seams, lines)
    share = wide / [max(1.0, float(np.quantile(wide[max(0, k - AROUND):k + AROUND + 1], USUAL))) for k in range(len(lines))]
    ends = [seams.ends[line] for line in lines]
    ended = np.array([end.ended for end in ends])
    told = {
        "ended": ended, "tiny": share < 0.35, "half": (share >= 0.35) & (share < 0.6), "short": (share >= 0.6) & (share < 0.85), "broad": share > 1.15,
        "ended, short": ended & (share < 0.85), "signs": np.array([end.text[-1:] in "摄）)" for end in ends]),
        "mark": np.array([end.text[:1] in NO_START for end in ends]),
        "start": np.array([end.start_score for end in ends]).clip(-2.5, 3.0), "begins": np.array([end.begins for end in ends]),
    }
    return {name: column.astype(np.float64) for name, column in told.items()}


def _widths(seams: Seams, lines: Sequence[int]) -> Doubles:
    return np.array([width_units(seams.ends[line].text) for line in lines])


def interleavings(evidence: Evidence) -> tuple[Interleaving, ...]:
    """How the lines of a page are read that may be interleaved, run by run; blocks that were put together before are no lines."""
    found = tuple(runs([block.text if len(block.units) == 1 else "" for block in evidence.page.blocks]))
    return _told(Asked.of(evidence), found) if found else ()


@lru_cache(maxsize=2)
def _told(asked: Asked, found: tuple[range, ...]) -> tuple[Interleaving, ...]:
    seams = seams_of(asked.evidence)
    return tuple(read_columns(run, seams) for run in found if not _runs_on(run, seams))


def _runs_on(lines: Sequence[int], seams: Seams) -> bool:
    """Whether the lines run on into each other as they stand, as those of a wrapped page do."""
    pairs = [pair for pair in pairwise(lines) if not seams.ends[pair[0]].ended]
    odds = calibration()["link"].log_odds_many(link_features(seams, pairs))
    return float((odds > FOLLOWS).mean()) > FOLLOWING_SHARE


def read_columns(lines: Sequence[int], seams: Seams) -> Interleaving:
    """How some lines of a page that stand one behind the other are read; `lines` are blocks of `seams`."""
    pairs = pairs_of(lines)
    odds = np.clip(calibration()["link"].log_odds_many(link_features(seams, pairs)), LEAST, MOST)
    links = dict(zip(pairs, odds.tolist(), strict=True))
    features = line_features(seams, lines)
    last, first = (np.maximum(CHEAPEST, -PRICE * calibration()[name].log_odds_many(features)).tolist() for name in ("last", "first"))
    search = Search({line: seams.ends[line].text for line in lines}, links, dict(zip(lines, last, strict=True)), dict(zip(lines, first, strict=True)))
    steps = search.run()
    columns = tuple(_columns(lines, steps))
    fetched = [pair for column in columns for pair in pairwise(column) if pair[1] != pair[0] + 1 and not seams.ends[pair[0]].ended]
    gain = math.fsum(links[pair] - max(0.0, links[pair[0], pair[0] + 1]) for pair in fetched)
    return Interleaving(columns, gain, search.margins(steps))


def _columns(lines: Sequence[int], steps: Sequence[Step]) -> Iterator[tuple[int, ...]]:
    """The lines of every column of a reading."""
    below = {step.above[0]: step.below for step in steps if step.above is not None}
    follow = set(below.values())
    for line in lines:
        if line not in follow:
            column = [line]
            while column[-1] in below:
                column.append(below[column[-1]])
            yield tuple(column)


def _steps(step: Step | None) -> Iterator[Step]:
    """A reading from its last line to its first."""
    while step is not None:
        yield step
        step = step.before


class Search:
    """A beam search over the readings of some lines."""

    def __init__(self, texts: Mapping[int, str], links: Mapping[tuple[int, int], float], last: Mapping[int, float], first: Mapping[int, float]) -> None:
        self.links, self.last, self.first = links, last, first
        self._grams = {line: hanzi_pairs(text) for line, text in texts.items()}
        counts = Counter(gram for grams in self._grams.values() for gram in grams)
        self._weights = {gram: next(weight for most, weight in ALIKE if count <= most) for gram, count in counts.items() if count > 1}
        self._columns: dict[Tail, tuple[int, ...]] = {}
        """The last lines of a column, as the best reading had them that had such a tail."""
        self._kept: list[Sequence[Waiting]] = []
        """The readings up to every line."""

    def run(self) -> list[Step]:
        """The best reading, line by line."""
        readings: list[Waiting] = []
        for line in self._grams:
            found: dict[tuple[Tail, ...], Waiting] = {}
            alike: dict[Tail, float] = {}
            for option in self._goes_on(readings, line, alike):
                known = found.get(option.tails)
                if known is None or option.score > known.score:
                    found[option.tails] = option
            readings = sorted(found.values(), key=lambda reading: -reading.score)[:KEPT]
            readings = [reading for reading in readings if reading.score > readings[0].score - BEHIND]
            for reading in readings:
                above = reading.step.above
                self._columns.setdefault(reading.tails[-1], (line, *(self._columns[above] if above is not None else ()))[:HISTORY])
            self._kept.append(readings)
        return list(_steps(readings[0].step))[::-1] if readings else []

    def margins(self, steps: Sequence[Step]) -> dict[int, float]:
        """What `Interleaving.margins` says of a reading, `BEHIND` at most."""
        found = {}
        for k, step in enumerate(steps):
            if step.above is not None:
                seen = min(k + LAG, len(steps) - 1)
                told = [(reading.score, next(islice(_steps(reading.step), seen - k, None)).above) for reading in self._kept[seen]]
                with_it, others = ([score for score, above in told if (above is not None and above[0] == step.above[0]) == same] for same in (True, False))
                found[step.above[0]] = max(with_it) - max(others) if others else BEHIND
        return found

    def _goes_on(self, readings: Sequence[Waiting], line: int, alike: dict[Tail, float]) -> Iterator[Waiting]:
        """What may become of a line."""
        if not readings:
            yield Waiting(((line, None),), 0.0, Step(None, line, None))
        for reading in readings:
            tails, score, step = reading
            while tails and (tails[0][0], line) not in self.links:  # it waited too long
                score -= self.last[tails[0][0]]
                tails = tails[1:]
            yield Waiting((*tails, (line, None)), score - self.first[line], Step(None, line, step))
            overtaken = given_up = 0.0
            for k, tail in enumerate(tails):
                if tail not in alike:
                    alike[tail] = self._alike(tail, line)
                above, below, following = tail[0], (line, tail[0]), Step(tail, line, step)
                worth = score + self.links[above, line] + alike[tail]
                yield Waiting((*tails[:k], *tails[k + 1:], below), worth - overtaken, following)
                if k:
                    yield Waiting((*tails[k + 1:], below), worth - given_up, following)
                overtaken, given_up = overtaken + OVERTAKE, given_up + self.last[above]
                if min(overtaken, given_up) > BEHIND:
                    break

    def _alike(self, tail: Tail, line: int) -> float:
        """What the words of a line say of the subject of a column."""
        told = frozenset().union(*(self._grams[other] for other in self._columns[tail]))
        return SUBJECT * min(math.fsum(self._weights.get(gram, 0.0) for gram in self._grams[line] & told), MOST_ALIKE)
