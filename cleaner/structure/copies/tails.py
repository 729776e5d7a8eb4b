"""The last line of a paragraph, read once more by itself where regions overlap: 的国家之一。 below …持续增加的国家之一。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaner.structure.copies.near import CLAUSE_ENDS, Copy
from cleaner.structure.labels.roles import Labelled
from cleaner.structure.seams import ends_sentence

LEAST, LONGEST = 4, 16
"""Code points of such a line: less may end many a sentence, more is compared like any block."""
AROUND, HOST = 8, 30
"""Blocks to either side in which its paragraph stands, and the least code points of that."""
BELOW = 8
"""Code points of a line right below its paragraph that belongs to no other one, and may be the last items of a list (、提高菜油质量。)."""


def last_lines(texts: Sequence[str], shadows: Sequence[str], roles: Sequence[Labelled], drops: Mapping[int, Copy]) -> list[Copy]:
    """Lines that are the end of a paragraph near by, cut in the middle of a clause, which nobody writes twice. Only on pages with other
    copies, and where no paragraph that stops in mid-sentence stands near, to which it may belong, unless its own stands right above."""
    if not drops:
        return []
    torn = {i for i, text in enumerate(texts) if i not in drops and roles[i].role == "paragraph" and not ends_sentence(text)}
    found = []
    for i, line in enumerate(shadows):
        if i in drops or roles[i].role != "paragraph" or not LEAST <= len(line) <= LONGEST or not ends_sentence(texts[i]):
            continue
        near = sorted(set(range(max(0, i - AROUND), min(len(texts), i + AROUND + 1))) - {i}, key=lambda k: abs(k - i))
        alone = torn.isdisjoint(near)
        for host in near:
            text, place, below = shadows[host], len(shadows[host]) - len(line), host == i - 1 and len(line) >= BELOW
            if host in drops or len(text) < HOST or not text.endswith(line):
                continue
            inside = text[place - 1] not in CLAUSE_ENDS
            if (inside and (alone or below)) or (below and text[place - 1] == "、"):
                found.append(Copy(i, host, 1.0, False, place, len(text), torn=True))
                break
    return found
