"""The order of a page: from the scan's order, one run after another goes where its sentence and story are.

A page is cut into nodes (runs of blocks that nothing casts doubt on). The cost of reading node b behind node a
counts what stays broken between them: an open end without its continuation, a start without its beginning, two
stories run together, a departure from the scan. Or-opt (Or 1976: take a run out, put it in elsewhere, while
that lowers the cost) starts from the scan's order, so the page departs from it only where the evidence pays
for it, and what a move gains over leaving it is its margin, in log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOW = 120
"""Nodes ordered at a time; a page with more is worked off in windows that overlap by half."""
LEAST_GAIN = 1e-6
LOOK_AHEAD, DEEP, PAIR = 8, 3.0, 1.5
"""Where no single move pays, so many of the best are tried with a second one behind them; the first may lose up to
`DEEP`, and the two must gain `PAIR` times what one must."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of the search: the nodes of a run, in order, and how much cost it saved."""

    nodes: tuple[int, ...]
    gain: float


def best_order(
    costs: NDArray[np.float64], linked: NDArray[np.bool_], threshold: float,
) -> tuple[list[int], list[Moved]]:
    """The order of n nodes and the moves that led there, given an (n + 1) × (n + 1) matrix of costs.

    `costs[a + 1, b + 1]` is the cost of reading node b directly behind node a; row 0 is the top of the page,
    column 0 its end. A move is made only if it saves `threshold` and closes at least one seam that is `linked`:
    likeness of subject alone moves nothing.
    """
    n = len(costs) - 1
    order = list(range(n))
    moves: list[Moved] = []
    start = 0
    while start < n:
        stop = min(start + WINDOW, n)
        while True:
            steps = _next_steps(costs, linked, order, start, stop, max(threshold, LEAST_GAIN))
            if not steps:
                break
            for step in steps:
                run, order = _carried_out(order, step)
                moves.append(Moved(tuple(run), sum(s.gain for s in steps)))
        if stop == n:
            break
        start += WINDOW // 2
    return order, moves


@dataclass(frozen=True, slots=True)
class _Step:
    """Take the run `order[i..j]` out and put it behind position k (-1: in front)."""

    gain: float
    i: int
    j: int
    k: int


def _next_steps(
    costs: NDArray[np.float64], linked: NDArray[np.bool_], order: list[int], start: int, stop: int, threshold: float,
) -> list[_Step]:
    """The best move; where none pays by itself, the best two that pay together; else nothing."""
    first = _best_steps(costs, linked, order, start, stop)
    if first and first[0].gain >= threshold:
        return first[:1]
    best: tuple[float, list[_Step]] = (PAIR * threshold, [])
    for step in first[:LOOK_AHEAD]:
        second = _best_steps(costs, linked, _carried_out(order, step)[1], start, stop)
        if second and step.gain + second[0].gain > best[0]:
            best = (step.gain + second[0].gain, [step, second[0]])
    return best[1]


def _carried_out(order: list[int], step: _Step) -> tuple[list[int], list[int]]:
    """The run that a step moves, and the order after it."""
    run = order[step.i:step.j + 1]
    rest = order[:step.i] + order[step.j + 1:]
    at = step.k + 1 if step.k < step.i else step.k - len(run) + 1
    return run, rest[:at] + run + rest[at:]


def _best_steps(
    costs: NDArray[np.float64], linked: NDArray[np.bool_], order: list[int], start: int, stop: int,
) -> list[_Step]:
    """The best place for every run of the window, the moves that gain most first; ties keep the scan's order."""
    tour = np.array([0, *(node + 1 for node in order), 0])  # position p of the order stands at tour[p + 1]
    window = tour[start:stop + 2]
    matrix, firm = costs[np.ix_(window, window)], linked[np.ix_(window, window)]
    size = len(window)
    links = matrix[np.arange(size - 1), np.arange(1, size)]
    steps = []
    everywhere = np.arange(size - 1)
    for i in range(1, size - 1):
        ends = np.arange(i, size - 1)
        saved = links[i - 1] + links[ends] - matrix[i - 1, ends + 1]
        for j in ends[saved > LEAST_GAIN - DEEP]:
            places = np.concatenate((everywhere[:i - 1], everywhere[j + 1:]))
            added = matrix[places, i] + matrix[j, places + 1] - links[places]
            if not firm[i - 1, j + 1]:
                added = np.where(firm[places, i] | firm[j, places + 1], added, np.inf)
            if len(places) and (gain := float(saved[j - i] - added.min())) > -DEEP:
                k = int(places[int(np.argmin(added))])
                steps.append(_Step(gain, start + i - 1, start + int(j) - 1, start + k - 1))
    return sorted(steps, key=lambda s: (-round(s.gain, 6), s.i, s.j, s.k))
