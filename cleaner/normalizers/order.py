"""Blocks and runs of blocks that stand in the wrong place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from cleaner.changes import Change
from cleaner.evidence import Evidence
from cleaner.normalizers.base import Rule, Stage
from cleaner.page import Page
from cleaner.structure.reading import Reading, read
from cleaner.structure.seams import probability


class DisplacedRun(Rule):
    """A block or a run of blocks that was read in the wrong column goes where its sentence and its story are.
    The evidence names what the move gains, in log-odds, over leaving the run where the scan put it."""

    code, name, tier, stage = "ORDER001", "displaced run", "safe", Stage.READING
    mends = ()
    keeps = ("清晨，渔船陆续靠岸，码头上一片忙碌。\n\n中午，鱼市开张，价格比上周便宜两成。\n\n傍晚，灯塔亮起，港口安静下来。",)

    def find(self, page: Page, evidence: Evidence) -> Iterator[Change]:
        reading = read(evidence)
        for run, behind in moved_runs(reading.order):
            yield self._move(page, reading, run, behind)

    def _move(self, page: Page, reading: Reading, run: Sequence[int], behind: int | None) -> Change:
        first, last = page.blocks[run[0]], page.blocks[run[-1]]
        gains = [reading.moves[i].gain for i in run if i in reading.moves]
        gain = max(gains, default=0.0)
        picture = not gains and all(reading.roles[i].role in {"caption", "credit", "quote"} or i in reading.quotes for i in run)
        reason = ("the lines of a picture or box stand behind the paragraph that they interrupted" if picture
                  else "the sentence and the story of this run continue elsewhere")
        return Change(
            rule=self.code, kind="move", tier=self.tier, start=first.start, end=last.end,
            target=0 if behind is None else page.blocks[behind].end,
            confidence=round(0.99 if picture else probability(max(gain, 2.0)), 4), reason=reason,
            evidence={"gain_log_odds": round(gain, 2), "first_words": first.text[:20], "last_words": last.text[-20:],
                      "comes_after": "" if behind is None else page.blocks[behind].text[-20:]})


def moved_runs(order: Sequence[int]) -> list[tuple[list[int], int | None]]:
    """The fewest moves that turn the order of the scan (ascending numbers) into `order`.

    Gives `(run, the block that it comes behind)`; what lies on a longest increasing subsequence stays.
    """
    stay = set(longest_increasing(order))
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


def longest_increasing(values: Sequence[int]) -> list[int]:
    """A longest increasing subsequence (patience sorting, O(n log n))."""
    tails: list[int] = []
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        k = bisect_left(tops, value)
        before[value] = tails[k - 1] if k else None
        tails[k:k + 1] = [value]
        tops[k:k + 1] = [value]
    found: list[int] = []
    at: int | None = tails[-1] if tails else None
    while at is not None:
        found.append(at)
        at = before[at]
    return found[::-1]
