"""Items that count: 一、 comes before 二、, 示例1 before 示例2. What a page numbers, it numbers in order.

Where a page has a number twice, it has two lists of that kind, and the end of the one may seem to go on from the start of the
other: only kinds of which the page has every number once are asked, and of these the items that have the one before, too.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from cleaner.structure.order.flow import Flow
from cleaner.structure.order.items import Item, item_of

SURE = 0.75
"""Confidence of a headline that ends the lists above it: one that something shows to open a story, see `labels.roles`."""


class Numbering:
    """The items of a page: which ones a block stands behind, and which one it opens or leads up to."""

    def __init__(self, flow: Flow) -> None:
        items = {i: item for i in flow.blocks if (item := item_of(flow.texts[i].lstrip("# "))) is not None}
        times = Counter(items.values())
        twice = {item[:2] for item, n in times.items() if n > 1}
        self.own = {i: item for i, item in items.items()
                    if item[:2] not in twice and _beside(item, 1 if item[2] == 1 else -1) in times}
        """Items that have one item before them on the page, wherever it stands, and first ones of two or more."""
        self._behind: dict[int, dict[tuple[str, bool], int]] = {}
        said: dict[tuple[str, bool], int] = {}
        last: dict[tuple[str, bool], int] = {}
        self._standing: set[tuple[int, int]] = set()
        """Every item right behind the block that stands before it in the scan, where the number before its own was the last one there."""
        for above, i in pairwise([-1, *flow.blocks]):
            one = flow.roles[i]
            if one.role == "headline" and one.confidence >= SURE and above not in items and i not in items:
                said = {}  # another story; a headline right below a numbered heading is a line of what that one heads
            if i in items:
                if last.get(items[i][:2]) == items[i][2] - 1:
                    self._standing.add((above, i))
                last[items[i][:2]] = items[i][2]
                said = {**said, items[i][:2]: items[i][2]}
            self._behind[i] = said
        self.ahead = {i: item for i in flow.paragraphs | set(items)
                      if (item := self.own.get(i) or self.own.get(flow.next.get(i, -1))) is not None}
        """What a block opens, or stands right before in the scan."""

    def follows(self, a: int, b: int) -> bool:
        """Whether block b opens the item that comes after that of block a, or stands in the scan right before the block that does."""
        item = self.ahead.get(b)
        return item is not None and item[2] > 1 and ((a, b) in self._standing or self._behind[a].get(item[:2]) == item[2] - 1)

    def misses(self, a: int, b: int) -> bool:
        """Whether block b opens an item, and block a does not stand in the one before it."""
        item = self.own.get(b)
        return item is not None and item[2] > 1 and (a, b) not in self._standing and self._behind[a].get(item[:2]) != item[2] - 1


def _beside(item: Item, step: int) -> Item:
    return item[0], item[1], item[2] + step
