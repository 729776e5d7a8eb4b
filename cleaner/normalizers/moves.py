"""A new order of a page's units, told as moves of the source. Every rule that moves tells the whole order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cleaner.changes import Change
from cleaner.page import Page
from cleaner.source import Span
from cleaner.structure.logistic import probability

Tell = Callable[[list[int], int, int, int], Change]
"""Starts of the units of a run, its start, its end, the end of the block that it comes behind → the change."""


def reordered(page: Page, order: Sequence[Span], displaced: Collection[int], tell: Tell) -> Iterator[Change]:
    """The moves that bring the units of a page into `order`; those whose starts are in `displaced` move rather than others.

    A move that the page has already is given as it is.
    """
    ends = {unit.start: unit.end for unit in order}
    earlier = {(c.start, c.end, c.target): c for c in page.changes if c.kind == "move"}
    for run, behind in moved_runs([unit.start for unit in order], displaced):
        start, end, target = run[0], ends[run[-1]], 0 if behind is None else ends[behind]
        known = earlier.get((start, end, target))
        yield known if known is not None else tell(run, start, end, target)


def moved_parts(page: Page, rule: str, order: Sequence[Span], gains: Mapping[int, float], reason: str) -> Iterator[Change]:
    """The moves of a rule that cuts blocks and brings the parts of their lines together: the whole new order of the page's units. `gains` has the log-odds
    of the parts, by their starts; what another rule moved before moves as that rule said."""
    earlier = EarlierMoves(page, rule)
    displaced = {unit.start for unit in order if earlier.moved(unit.start)}

    def tell(run: list[int], start: int, end: int, target: int) -> Change:
        own = [gains[unit] for unit in run if unit in gains]
        told = None if own else earlier.told(start, end, target)
        return told or Change(
            rule=rule, kind="move", tier="safe", start=start, end=end, target=target, confidence=round(probability(max(own, default=4.0)), 4), reason=reason,
            evidence={"gain_log_odds": round(max(own, default=0.0), 2)} | run_evidence(page.source.text, start, end, target))

    yield from reordered(page, order, displaced, tell)


class EarlierMoves:
    """The moves that a page has already; no two of them overlap."""

    def __init__(self, page: Page, rule: str) -> None:
        """`rule` is the one that asks."""
        self._page, self._rule = page, rule
        self._moves = sorted((change for change in page.changes if change.kind == "move"), key=lambda change: change.start)
        self._starts = [change.start for change in self._moves]

    def moved(self, start: int) -> bool:
        """Whether the unit at a place was moved."""
        k = bisect_right(self._starts, start)
        return k > 0 and start < self._moves[k - 1].end

    def told(self, start: int, end: int, target: int) -> Change | None:
        """What another rule said of units of the run `[start, end)` that it moved, said of this run."""
        for change in self._moves[max(0, bisect_right(self._starts, start) - 1):bisect_left(self._starts, end)]:
            if change.rule != self._rule and start < change.end:
                return replace(change, start=start, end=end, target=target,
                               evidence=dict(change.evidence) | run_evidence(self._page.source.text, start, end, target))
        return None


def run_evidence(text: str, start: int, end: int, target: int) -> dict[str, str]:
    """The words of the source by which a person finds a run and the place where it goes."""
    return {"first_words": text[start:min(end, start + 20)], "last_words": text[max(start, end - 20):end],
            "comes_after": text[max(0, target - 20):target]}


def moved_runs(order: Sequence[int], displaced: Collection[int] = ()) -> list[tuple[list[int], int | None]]:
    """The moves that turn the order of the scan (ascending numbers from 0) into `order`.

    Gives `(run, the block that it comes behind)`; as many as can stay where they are, those in `displaced` last.
    """
    stay = set(heaviest_increasing(order, displaced))
    rank = {block: k for k, block in enumerate(sorted(order))}
    runs: list[tuple[list[int], int | None]] = []
    previous: int | None = None
    for block in order:
        if block not in stay:
            open_run = runs and runs[-1][0][-1] == previous and rank[block] == rank[runs[-1][0][-1]] + 1
            if open_run:
                runs[-1][0].append(block)
            else:
                runs.append(([block], previous))
        previous = block
    return runs


def heaviest_increasing(values: Sequence[int], light: Collection[int] = ()) -> list[int]:
    """An increasing subsequence of the greatest weight, where those in `light` weigh next to nothing.

    Prefix maxima in a Fenwick tree (Fenwick 1994) keep it at O(n log n).
    """
    rank = {value: k for k, value in enumerate(sorted(values), 1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(values) + 1)
    before, total = {}, 0
    best: tuple[int, int] = (0, -1)
    for value in values:
        k = rank[value] - 1
        weight, last = 0, -1
        while k > 0:
            weight, last = max((weight, last), tree[k])
            k -= k & -k
        before[value] = last
        total = weight + (1 if value in light else len(values) + 1)
        best = max(best, (total, value))
        k = rank[value]
        while k < len(tree):
            tree[k] = max(tree[k], (total, value))
            k += k & -k
    found, at = [], best[1]
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
