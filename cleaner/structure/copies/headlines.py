"""Headlines that overlapping crops show twice: glued to their byline or to each other in one, by themselves in another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from cleaner.structure.copies.near import Copy
from cleaner.structure.labels.roles import HEADINGS, Labelled
from cleaner.structure.labels.shapes import DECK, looks_like_heading

LONGEST = 60
"""Code points of the longest headline with its byline."""
LEAST = 4
"""Code points of the shortest last line of a headline that is told from a section's name."""
LINE, BELOW = 12, 8
"""Code points of a heading that is the end of whatever stands above it, and of one that is the end of the headline below it."""
LINES = HEADINGS | {"byline"}


def printed_again(shadows: Sequence[str], roles: Sequence[Labelled], gone: Collection[int] = ()) -> list[Copy]:
    """What `_again` finds on a page without the blocks in `gone`, and then on what is left of it, till nothing is found: three crops may show one
    headline. No copy relies on another one."""
    left, found = [i for i in range(len(shadows)) if i not in gone], list[Copy]()
    while True:
        out = set[int]()
        for copy in _again([shadows[i] for i in left], [roles[i] for i in left]):
            if out.isdisjoint((copy.host, *copy.hosts)):
                out.add(copy.copy)
                found.append(replace(copy, copy=left[copy.copy], host=left[copy.host], hosts=tuple(left[k] for k in copy.hosts)))
        if not out:
            return found
        left = [i for k, i in enumerate(left) if k not in out]


def _again(shadows: Sequence[str], roles: Sequence[Labelled]) -> list[Copy]:
    """Lines that say word for word what the two lines below them, or around them, say together, headings and decks that are the end of what stands above
    them, headings that are the end of the headline below them, two lines with which the heading below them begins, a signature right behind the same one, and a headline or
    a deck, or the end of a headline, with its byline right behind the same two: no paper prints that, but crops that overlap show it."""
    found = []
    for i in range(len(shadows) - 3):
        whole, said = shadows[i], shadows[i + 2]
        signed = roles[i].role in LINES and roles[i + 1].role == "byline" and shadows[i + 1] == shadows[i + 3]
        if signed and (whole == said or (len(said) >= LEAST and {roles[i].role, roles[i + 2].role} <= HEADINGS and whole.endswith(said))):
            found += [Copy(i + 2, i, 1.0, whole == said, len(whole) - len(said), len(whole)), Copy(i + 3, i + 1, 1.0, True, 0, len(shadows[i + 1]))]
    for k in range(len(shadows) - 2):
        for i, one, other in ((k, k + 1, k + 2), (k + 1, k, k + 2)):
            whole, first, second = shadows[i], shadows[one], shadows[other]
            lines = len(whole) <= LONGEST and roles[one].role in HEADINGS and roles[other].role in LINES
            if lines and first and second and whole == first + second:
                found.append(Copy(i, one, 1.0, False, 0, len(first), hosts=(one, other)))
    for i in range(len(shadows) - 2):
        first, second, whole = shadows[i:i + 3]
        lines = {roles[k].role for k in (i, i + 1, i + 2)} <= HEADINGS and not roles[i].marked and not roles[i + 1].marked
        if lines and min(len(first), len(second)) >= LEAST and whole.startswith(first + second):
            found += [Copy(i, i + 2, 1.0, False, 0, len(first)), Copy(i + 1, i + 2, 1.0, False, len(first), len(first + second))]
    glued = {copy.copy for copy in found}
    for i, (above, below) in enumerate(pairwise(shadows)):
        deck = bool(DECK.match(below))
        if i in glued or not (deck or roles[i + 1].role in HEADINGS):
            continue
        heading = roles[i].role in HEADINGS or looks_like_heading(above)
        if not roles[i + 1].marked and above.endswith(below) and ((heading and LEAST <= len(below) < len(above) <= LONGEST) or LINE <= len(below) < len(above)):
            found.append(Copy(i + 1, i, 1.0, False, len(above) - len(below), len(above)))
        elif not deck and roles[i].role in HEADINGS and not roles[i].marked and below.endswith(above) and BELOW <= len(above) < len(below):
            found.append(Copy(i, i + 1, 1.0, False, len(below) - len(above), len(below)))
    for i in range(1, len(shadows)):
        if roles[i].role == roles[i - 1].role == "byline" and shadows[i] == shadows[i - 1]:
            found.append(Copy(i, i - 1, 1.0, True, 0, len(shadows[i])))
    return list({copy.copy: copy for copy in reversed(found)}.values())[::-1]
