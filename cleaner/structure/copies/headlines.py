"""Headlines that overlapping crops show twice: glued to their byline or to each other in one, by themselves in another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cleaner.structure.copies.near import Copy
from cleaner.structure.labels.roles import HEADINGS, Labelled

LONGEST = 60
"""Code points of the longest headline with its byline."""
LEAST = 4
"""Code points of the shortest last line of a headline that is told from a section's name."""
LINES = HEADINGS | {"byline"}


def printed_again(shadows: Sequence[str], roles: Sequence[Labelled]) -> list[Copy]:
    """Lines that say word for word what the two lines below them, or around them, say together, headings that are the end of the heading right above
    them, two lines with which the heading below them begins, and a headline or a deck, or the end of a headline, with its byline right behind the same two: no paper prints that, but crops that overlap show it."""
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
        lines = {roles[i].role, roles[i + 1].role} <= HEADINGS and not roles[i + 1].marked
        if lines and i not in glued and LEAST <= len(below) < len(above) <= LONGEST and above.endswith(below):
            found.append(Copy(i + 1, i, 1.0, False, len(above) - len(below), len(above)))
    return found
