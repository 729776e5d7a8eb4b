"""Two readings of one passage: where they differ, which of them the language finds likelier.

A copy that goes is a second witness of the passage that stays. Each was misread in its own way, so a place where the
two differ is damaged in one of them, and the words around tell in which. Figures are left alone: the language does
not know them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from cleaner.evidence.ngram import LanguageModel
from cleaner.structure.copies.differences import FIGURES

AROUND = 4
"""Code points on either side of a difference that the model sees."""
LONGEST = 2
"""Code points of the longest difference that is one character misread; what is longer is lost or foreign text."""
HAN = range(0x3400, 0xA000)


@dataclass(frozen=True, slots=True)
class Reading:
    """`text[start:end]` of the passage that stays reads `after` in the other copy, `gain` log10 odds likelier."""

    start: int
    end: int
    after: str
    gain: float


def better_readings(pairs: Sequence[tuple[str, str]], model: LanguageModel) -> list[list[Reading]]:
    """For each pair (what stays, its copy): the places where the copy reads better, offsets in the first text."""
    places: list[tuple[int, int, int, str]] = []
    asked: list[tuple[str, str]] = []
    for number, (kept, copy) in enumerate(pairs):
        for code in Levenshtein.opcodes(kept, copy):
            before, after = kept[code.src_start:code.src_end], copy[code.dest_start:code.dest_end]
            inside = code.src_start > 0 and code.src_end < len(kept)
            if code.tag == "equal" or not inside or not _may_be_misread(before, after):
                continue
            context, behind = kept[max(0, code.src_start - AROUND):code.src_start], kept[code.src_end:code.src_end + AROUND]
            places.append((number, code.src_start, code.src_end, after))
            asked += [(context, before + behind), (context, after + behind)]
    scores = model.score_many(asked).tolist() if asked else []
    found: list[list[Reading]] = [[] for _ in pairs]
    for k, (number, start, end, after) in enumerate(places):
        gain = scores[2 * k + 1] - scores[2 * k]
        if gain > 0:
            found[number].append(Reading(start, end, after, gain))
    return found


def _may_be_misread(before: str, after: str) -> bool:
    """Whether one reading may be the other one misread: no figures, not long, a hanzi where there is none or another."""
    if max(len(before), len(after)) > LONGEST or FIGURES & set(before + after) or any(c.isdigit() for c in before + after):
        return False
    return len(before) == len(after) and all(ord(c) in HAN for c in after)
