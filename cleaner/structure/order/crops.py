"""What crops that overlap say of the order: where a later crop shows again how a column of an earlier one ends, it goes on there.

A page is cut into overlapping crops and read crop after crop. What stands under both edges is read twice, and one of the two copies goes; but both
tell what stands around it. Behind its end the earlier crop begins another column, while the later one reads on: 甲乙 | 乙丙 is 甲乙丙. On the rig's
tiles 14 of 18 blocks that are read so go on there, or stand next in their article, on 72 readings of other pages 39 of 43 (`benchmarks/crops.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from cleaner.structure.copies.passages import shadow
from cleaner.structure.order.flow import HEADS, Flow

SURE = 20
"""Code points of the shortest copy that tells where what stands beside it belongs."""
MOST = 100
"""Runs of copies from which a page is no page of crops, but a recogniser's that says the same again and again."""


def read_on(flow: Flow) -> set[tuple[int, int]]:
    """Pairs of blocks of the running text of which the second is to be read behind the first, as the later of two crops shows it: behind a copy that
    goes, what follows its earlier twin; before one, what its later twin follows. A heading begins something else."""
    drops, found = flow.repeats.drops, set[tuple[int, int]]()
    for first, later in _columns(flow):
        copy = drops.get(later)
        if copy is not None and copy.host == first and (copy.whole or copy.end == len(shadow(flow.texts[first]))):
            found.add((first, later + 1))
        copy = drops.get(first)
        if copy is not None and copy.host == later and (copy.whole or copy.start == 0):
            found.add((first - 1, later))
    return {pair for pair in found if set(pair) <= flow.paragraphs}


def _columns(flow: Flow) -> list[tuple[int, int]]:
    """The earlier and the later block of copies that go, one behind the other, of which two crops show more than one column: another story begins
    between the twins, or one twin of another column stands there, and not both. A single column may have been copied into its own story."""
    drops, starts = flow.repeats.drops, dict[tuple[int, int], tuple[int, int]]()
    for a, b in sorted((min(i, copy.host), max(i, copy.host)) for i, copy in drops.items() if not copy.hosts and copy.host not in drops):
        starts[a, b] = starts.get((a - 1, b - 1), (a, b))  # where the run of copies begins
    tops = set(starts.values())
    if len(tops) > MOST:
        return []
    heads = [k for k, one in enumerate(flow.roles) if one.role in HEADS]
    crossed = {(a, b) for a, b in tops if any(a < c < b < d or c < a < d < b for c, d in tops) or bisect_left(heads, b) > bisect_right(heads, a)}
    return [pair for pair, top in starts.items() if top in crossed and max(len(flow.texts[k]) for k in pair if k in drops) >= SURE]
