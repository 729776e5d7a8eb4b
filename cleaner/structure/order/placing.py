"""Where the lines stand that are no part of the running text: subheads in mid-sentence, captions, credits, boxes."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from cleaner.structure.order.flow import Flow
from cleaner.structure.order.links import Join, Links


def with_subheads(order: Sequence[int], links: Links, joins: Sequence[Join]) -> list[int]:
    """An interposed subhead stands behind the paragraph that it interrupted; where nothing was joined, it stays."""
    behind = {join.a for join in joins}
    begun = {join.b for join in joins}
    order = list(order)
    for subhead, rest in links.interposed().items():
        at = order.index(rest)
        if rest in begun:
            while order[at] in behind:
                at += 1
            at += 1
        order.insert(at, subhead)
    return order


def with_floats(order: Sequence[int], flow: Flow, joins: Sequence[Join]) -> list[int]:
    """The lines of pictures and boxes stand behind the paragraph that they interrupted."""
    chain_end: dict[int, int] = {}
    for join in reversed(joins):
        chain_end[join.a] = chain_end.get(join.b, join.b)
    place = {block: k for k, block in enumerate(order)}
    behind: dict[int | None, list[int]] = defaultdict(list)
    anchor: int | None = None
    for k, i in enumerate(flow.floats):
        if not k or flow.floats[k - 1] != i - 1:
            anchor = _anchor(flow, i, place, order)
            anchor = chain_end.get(anchor, anchor) if anchor is not None else None
        behind[anchor].append(i)
    result = behind[None]
    for block in order:
        result += [block, *behind.get(block, [])]
    return result


def _anchor(flow: Flow, i: int, place: dict[int, int], order: Sequence[int]) -> int | None:
    """The block that float i follows: the one above it in the scan. Where that was moved away, the float goes
    with it only if it tells of the same story; else it stays with what still stands where the scan put it."""
    k = bisect_left(flow.blocks, i)
    if not k:
        return None
    anchor = flow.blocks[k - 1]
    moved = abs(place[anchor] - flow.rank[anchor])
    stay = next((j for j in reversed(flow.blocks[:k - 1]) if abs(place[j] - flow.rank[j]) < moved), None) if moved else None
    if stay is None:
        return anchor
    group = flow.floats[bisect_left(flow.floats, i):bisect_left(flow.floats, i + 3)]
    stories = flow.seams.stories
    here = stories.affinity(group, [j for j in flow.blocks[max(0, k - 3):k] if abs(place[j] - place[anchor]) <= 3])
    there = stories.affinity(group, sorted(order[max(0, place[stay] - 2):place[stay] + 1]))
    return stay if there > here else anchor
