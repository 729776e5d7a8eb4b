"""Headlines, bylines and notes that a column set in several lines: what looks like two paragraphs and is one.

A title of two lines has as many characters in each (as the headings of a novel's chapters have: 假撮合威壓平民 | 眞風波羞生中冓); a
name is parted between its brackets, or each part has brackets of its own; and the note that a story goes on in the
next number stands behind its last sentence, on a line by itself where that one was full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.structure.lines.printed import PrintedLine
from cleaner.structure.lines.shapes import enclosed
from cleaner.structure.seams import HAN

SURE = 5.0
"""What such a feature counts: these are rare, and most of them decide alone, which the cost of great weights would not let them."""
LONGEST_PAIR = 9
"""Code points from which a line of a pair is simply long."""
LONGEST_NAME = 8
"""Code points of a line that may be a part of a byline."""
BARE = re.compile(rf"[{HAN}]{{2,}}")
BRACKETS = re.compile(r"[（()）]{1,2}")
GOES_ON = re.compile(r"[（(〔【]?(?:未完待?[续續]?|待[续續]|(?:下期|明日)[续續]?[登刊完]|全?[文篇]?完)[）)〕】]?")


def head_features(lines: Sequence[PrintedLine], i: int, room: str) -> dict[str, float]:
    """For the line end behind line i: whether both its sides are parts of one headline, byline or note; `room` is "full"
    or "short"."""
    text, below = lines[i].text, lines[i + 1].text
    names = []
    if len(text) == len(below) and BARE.fullmatch(text) and BARE.fullmatch(below):
        above, further = (len(lines[k].text) if 0 <= k < len(lines) else 0 for k in (i - 1, i + 2))
        if above != len(text) != further:
            names += ["pair", f"pair of {min(len(text), LONGEST_PAIR)}"]
    if enclosed(text) and enclosed(below):
        names.append(f"enclosed, {'as long' if len(text) == len(below) else 'unlike'}")
    if max(len(text), len(below)) <= LONGEST_NAME and text[0] in "（(" and below[-1] in "）)" and not (enclosed(text) or enclosed(below)):
        names.append("brackets round both")
    if BRACKETS.fullmatch(text) or BRACKETS.fullmatch(below):
        kind = text if BRACKETS.fullmatch(text) else below
        names.append(f"bracket {'closing' if kind[0] in '）)' else 'opening'}, {'above' if kind == text else 'below'}")
    if GOES_ON.fullmatch(below):
        names.append(f"goes on elsewhere, {room}")
    return dict.fromkeys(names, SURE)
