"""The order of a page: from the scan's order, one run after another goes where its sentence and story are.

A page is cut into nodes (runs of blocks that nothing casts doubt on). The cost of reading node b behind node a
counts what stays broken between them: an open end without its continuation, a start without its beginning, two
stories run together, a departure from the scan. Or-opt (Or 1976: take a run out, put it in elsewhere, while
that lowers the cost) starts from the scan's order, so the page departs from it only where the evidence pays
for it, and what a move gains over leaving it is its margin, in log-odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

WINDOW = 120
"""Nodes ordered at a time; a page with more is worked off in windows that overlap by half."""
LEAST_GAIN = 1e-6
LOOK_AHEAD, DEEP, PAIR = 8, 3.0, 1.5
"""Where no single move pays, so many of the best are tried with a second one behind them; the first may lose up to
`DEEP`, and the two must gain `PAIR` times what one must."""

TELLING = 40
"""Code points of the shortest run that moves, or is passed, without a linked seam that closes: a few words, the entries of a list, are like much
of a page."""
AT_ONCE = 64
"""Runs whose places are compared in one go; the others only while they could gain as much as the best few so far."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of the search: the nodes of a run, in order, and how much cost it saved."""

    nodes: tuple[int, ...]
    gain: float


class Costs(Protocol):
    """What `best_order` asks of the seams of a page."""

    size: int
    """How many nodes there are."""
    unlinked: float
    """What a move must save besides the threshold if it closes no more linked seams than it opens."""
    lengths: list[int]
    """Code points of every node."""

    def among(self, tour: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """See `costs.SeamCosts.among`."""


def best_order(costs: Costs, threshold: float) -> tuple[list[int], list[Moved]]:
    """The order of the nodes and the moves that led there.

    A move is made only if it saves `threshold`, and `costs.unlinked` more if it does not close more seams that are linked than it opens.
    """
    order = list(range(costs.size))
    moves: list[Moved] = []
    start = 0
    while start < len(order):
        stop = min(start + WINDOW, len(order))
        window = _Window(costs, order, start, stop)
        while steps := window.next_steps(max(threshold, LEAST_GAIN)):
            for step in steps:
                moves.append(Moved(tuple(window.carry_out(step)), sum(s.gain for s in steps)))
        order[start:stop] = window.nodes
        if stop == len(order):
            break
        start += WINDOW // 2
    return order, moves


@dataclass(frozen=True, slots=True)
class _Step:
    """Take the run of places i to j of a window out and put it behind place k."""

    gain: float
    i: int
    j: int
    k: int


class _Window:
    """Nodes that stand behind each other, and the one before and the one behind them, which stay."""

    def __init__(self, costs: Costs, order: Sequence[int], start: int, stop: int) -> None:
        tour = np.array([0, *(node + 1 for node in order), 0], dtype=np.intp)[start:stop + 2]
        self.costs, self.linked = costs.among(tour)
        self.unlinked = costs.unlinked
        self.lengths = np.array([0, *costs.lengths])[tour]
        self.tour = tour
        self.places = np.arange(len(tour))

    @property
    def nodes(self) -> list[int]:
        """The nodes between the two that stay, in their order now."""
        return [int(node) - 1 for node in self.tour[self.places[1:-1]]]

    def next_steps(self, threshold: float) -> list[_Step]:
        """The best move; where none pays by itself, the best two that pay together; else nothing."""
        first = self._best_steps(self.places)
        if first and first[0].gain >= threshold:
            return first[:1]
        best: tuple[float, list[_Step]] = (PAIR * threshold, [])
        for step in first[:LOOK_AHEAD]:
            second = self._best_steps(_moved(self.places, step), best[0] - step.gain)
            if second and step.gain + second[0].gain > best[0]:
                best = (step.gain + second[0].gain, [step, second[0]])
        return best[1]

    def carry_out(self, step: _Step) -> list[int]:
        """Make a move; gives the nodes of its run."""
        run = [int(node) - 1 for node in self.tour[self.places[step.i:step.j + 1]]]
        self.places = _moved(self.places, step)
        return run

    def _best_steps(self, places: NDArray[np.intp], least: float = -DEEP) -> list[_Step]:
        """The best places for the runs that gain most by a move, a few of them, best first; ties keep the scan's order.

        Moves that gain no more than `least` are of no use: runs that could not gain more at the best of all places are not tried.
        """
        matrix, firm = self.costs[np.ix_(places, places)], self.linked[np.ix_(places, places)]
        length = np.cumsum(self.lengths[places])
        links = np.diagonal(matrix, 1)
        saved = links[:-1, None] + links[1:] - matrix[:-2, 2:]
        cheapest = matrix[1:-1, 1:].min(axis=1) + (matrix[:-1, 1:-1] - links[:, None]).min(axis=0)[:, None]
        standing = np.diagonal(firm, 1).astype(np.int8)
        closing = np.any(firm[:-1, 1:-1], axis=0, keepdims=True).T | np.any(firm[1:-1, 1:], axis=1, keepdims=True).T | firm[:-2, 2:]
        most = saved - cheapest - np.where(closing, 0.0, self.unlinked)
        starts, ends = np.triu((saved > LEAST_GAIN - DEEP) & (most > least - LEAST_GAIN)).nonzero()
        most = most[starts, ends]
        promising = np.argsort(-most, kind="stable")
        starts, ends, most = starts[promising], ends[promising], most[promising]
        gains, gaps = np.full(len(starts), -np.inf), np.zeros(len(starts), dtype=np.intp)
        for at in range(0, len(starts), AT_ONCE):
            if at and most[at] < np.partition(gains[:at], -LOOK_AHEAD)[-LOOK_AHEAD] - 3 * LEAST_GAIN:
                break
            part = slice(at, at + AT_ONCE)
            i, j = starts[part] + 1, ends[part] + 1
            added = matrix[:-1, i].T + matrix[j, 1:] - links
            closed = firm[:-1, i].T.astype(np.int8) + firm[j, 1:] + firm[i - 1, j + 1][:, None]
            opened = standing + standing[i - 1][:, None] + standing[j][:, None]
            behind = np.arange(len(links))
            first, last = length[i - 1][:, None], length[j][:, None]
            shorter = np.minimum(last - first, np.maximum(first - length[behind], length[behind] - last))
            added += np.where(closed > opened, 0.0, np.where(shorter < TELLING, np.inf, self.unlinked))
            added[(behind >= i[:, None] - 1) & (behind <= j[:, None])] = np.inf  # not behind a block of the run itself
            gaps[part] = added.argmin(axis=1)
            gains[part] = saved[i - 1, j - 1] - added[np.arange(len(i)), gaps[part]]
        best = np.flatnonzero(gains > -DEEP)
        if len(best) > LOOK_AHEAD:
            best = best[gains[best] >= np.partition(gains[best], -LOOK_AHEAD)[-LOOK_AHEAD] - 2 * LEAST_GAIN]
        steps = [_Step(gain, i + 1, j + 1, k) for gain, i, j, k in zip(
            gains[best].tolist(), starts[best].tolist(), ends[best].tolist(), gaps[best].tolist(), strict=True)]
        return sorted(steps, key=lambda s: (-round(s.gain, 6), s.i, s.j, s.k))[:LOOK_AHEAD]


def _moved(places: NDArray[np.intp], step: _Step) -> NDArray[np.intp]:
    """The places after a move."""
    run = places[step.i:step.j + 1]
    rest = np.concatenate((places[:step.i], places[step.j + 1:]))
    at = step.k + 1 if step.k < step.i else step.k + 1 - len(run)
    return np.concatenate((rest[:at], run, rest[at:]))
