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
            step = _best_move(costs, linked, order, start, stop)
            if step is None or step[0] < max(threshold, LEAST_GAIN):
                break
            gain, i, j, k = step
            run = order[i:j + 1]
            moves.append(Moved(tuple(run), gain))
            rest = order[:i] + order[j + 1:]
            at = k + 1 if k < i else k - len(run) + 1
            order = rest[:at] + run + rest[at:]
        if stop == n:
            break
        start += WINDOW // 2
    return order, moves


def _best_move(
    costs: NDArray[np.float64], linked: NDArray[np.bool_], order: list[int], start: int, stop: int,
) -> tuple[float, int, int, int] | None:
    """`(gain, i, j, k)`: the run order[i..j] behind position k, the best of all; k = start - 1 is the window's top."""
    tour = np.array([0, *(node + 1 for node in order), 0])  # position p of the order stands at tour[p + 1]
    window = tour[start:stop + 2]
    matrix, firm = costs[np.ix_(window, window)], linked[np.ix_(window, window)]
    size = len(window)
    links = matrix[np.arange(size - 1), np.arange(1, size)]
    best: tuple[float, int, int, int] | None = None
    for i in range(1, size - 1):
        ends = np.arange(i, size - 1)
        saved = links[i - 1] + links[ends] - matrix[i - 1, ends + 1]
        for j in ends[saved > LEAST_GAIN]:
            places = np.r_[np.arange(0, i - 1), np.arange(j + 1, size - 1)]
            if not len(places):
                continue
            added = matrix[places, i] + matrix[j, places + 1] - links[places]
            if not firm[i - 1, j + 1]:
                added = np.where(firm[places, i] | firm[j, places + 1], added, np.inf)
            k = int(np.argmin(added))
            gain = float(saved[j - i] - added[k])
            if best is None or gain > best[0] + LEAST_GAIN:
                best = (gain, start + i - 1, start + int(j) - 1, start + int(places[k]) - 1)
    return best
