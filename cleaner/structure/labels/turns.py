"""Turns of a conversation: lines that open with the name of who speaks, again and again. None of them is a heading."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from cleaner.structure.labels.shapes import DATELINE, HAN

SPEAKER = re.compile(rf"^(?P<who>[{HAN}]{{1,4}}(?:“[^“”]{{1,6}}”)?)(?:[：:]|[ \u3000]+)(?=[^\s：:])")
"""Who speaks, and a colon or a space: 医生：…, 老秦 ….."""
TWICE, OFTEN = 2, 3
"""Turns of each of two speakers that make a conversation, and those of one alone, if nobody answers him in between. Who speaks
once, and between two turns, is one more speaker. A headline printed twice by overlapping crops is one turn."""


def turns(texts: Sequence[str]) -> frozenset[int]:
    """The blocks that are turns of a conversation."""
    said: dict[str, set[str]] = defaultdict(set)
    opened: dict[int, str] = {}
    for i, text in enumerate(texts):
        match = SPEAKER.match(text)
        if match is not None and not DATELINE.match(text):
            opened[i] = match["who"]
            said[match["who"]].add(text)
    several = {who for who, lines in said.items() if len(lines) >= TWICE}
    speakers = several if len(several) > 1 else {who for who in several if len(said[who]) >= OFTEN}
    speakers |= {who for i, who in opened.items() if i + 1 in opened and opened.get(i + 2) == who and texts[i + 2] != texts[i]}
    named = {i for i, who in opened.items() if who in speakers}
    between = {i for i in opened if texts[i][len(opened[i])] in "：:" and {i - 1, i + 1} <= named}
    return frozenset(between) | frozenset(i for i, who in opened.items() if who in speakers)
