"""A recogniser's loop: one clause printed over and over, in one block or as a run of blocks.

A refrain, a slogan, a chant stands two or three times; a column of a table repeats short cells. So the shorter what
is repeated, the more often it must stand before it is a loop. Work is linear in the length of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleaner.structure.differences import FIGURES
from cleaner.structure.passages import GRAM, shadow
from rapidfuzz.distance import Levenshtein

TIMES = ((10, 5), (6, 12), (3, 40))
"""`(least code points, least times)` of a loop; a table's column seldom has as many equal cells."""
ALIKE = 0.6
"""Normalized Levenshtein similarity of two turns of a loop, each misread in its own way."""
LONGEST = 120
"""Code points of the longest clause that is looked for inside a block."""
ROUNDS = 4
"""Blocks of the longest run that is looked for."""


@dataclass(frozen=True, slots=True)
class Loop:
    """`text[start:end]` of a block says again what `text[first:start]` says, `times` times in all."""

    first: int
    start: int
    end: int
    times: int


@lru_cache(maxsize=1 << 12)
def loop_in(text: str) -> Loop | None:
    """The first loop inside a text, offsets in code points of the text; None where there is none."""
    places = [i for i, c in enumerate(text) if not c.isspace()]
    bare = shadow(text)
    if len(bare) < 3 * TIMES[0][1] or len(bare) != len(places):
        return None
    for period in _periods(bare):
        first, start, end, times = _turns(bare, period)
        if times >= _least(period) and _says(bare[first:start]):
            return Loop(places[first], places[start - 1] + 1, places[end - 1] + 1, times)
    return None


def _least(length: int) -> float:
    """How often something so long must stand to be a loop."""
    return next((times for least, times in TIMES if length >= least), float("inf"))


def _says(unit: str) -> bool:
    """Whether a unit is words, not leaders, dashes or figures of a table."""
    words = {c for c in unit if c.isalpha()}
    return len(words) > 2


def _periods(bare: str) -> list[int]:
    """Distances at which the text repeats itself often, the most frequent first."""
    last: dict[str, int] = {}
    found: Counter[int] = Counter()
    for i in range(len(bare) - GRAM + 1):
        gram = bare[i:i + GRAM]
        if gram in last and i - last[gram] <= LONGEST:
            found[i - last[gram]] += 1
        last[gram] = i
    return [period for period, count in found.most_common(3) if period >= TIMES[-1][0] and count >= 2 * TIMES[0][1]]


def _turns(bare: str, period: int) -> tuple[int, int, int, int]:
    """The longest row of turns of one period: offsets of the first, of the second and of the end, and how many."""
    best, i = (0, 0, 0, 0), 0
    while i + 2 * period <= len(bare):
        if bare[i:i + GRAM] != bare[i + period:i + period + GRAM]:
            i += 1
            continue
        unit, at, times = bare[i:i + period], i + period, 1
        last = unit
        while (width := _turn(unit, bare[at:at + period + 2]) or _turn(last, bare[at:at + period + 2])
               or _spoilt(unit, bare[at:at + 2 * period + 4])) > 0:
            last = bare[at:at + width]
            at, times = at + width, times + 1
        rest = bare[at:at + period]
        if times > 1 and at + len(rest) == len(bare) and Levenshtein.normalized_similarity(unit[:len(rest)], rest) >= ALIKE:
            at += len(rest)
        first, second = i, i + period
        while times > 1 and (width := _turn(unit[::-1], bare[max(0, first - period - 2):first][::-1])) > 0:
            first, second, times = first - width, first, times + 1
        if times > best[3]:
            best = (first, second, at, times)
        i = max(i + 1, at - period)
    return best


def _turn(unit: str, ahead: str) -> int:
    """The length of one more turn at the start of `ahead`; 0 where there is none."""
    if ahead.startswith(unit):
        return len(unit)
    figures = [c for c in unit if c in FIGURES]
    best, width = ALIKE, 0
    for length in (len(unit), len(unit) - 1, len(unit) + 1, len(unit) - 2, len(unit) + 2):
        turn = ahead[:length]
        alike = Levenshtein.normalized_similarity(unit, turn) if length > 1 and len(turn) == length else 0.0
        if alike > best and [c for c in turn if c in FIGURES] == figures:
            best, width = alike, length
    return width


def _spoilt(unit: str, ahead: str) -> int:
    """The length of a turn that is misread beyond recognition, but stands before one that is not; else 0."""
    lengths = range(len(unit) - 2, len(unit) + 3)
    return next((n for n in lengths if n > 0 and len(ahead) > n and _turn(unit, ahead[n:n + len(unit) + 2])), 0)


def looping_blocks(texts: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Blocks of a run that stands five times or more in a row, after the first time.

    Gives block → (the block of the first turn that it repeats, how many turns there are).
    """
    bare = [shadow(text) for text in texts]
    found: dict[int, tuple[int, int]] = {}
    for period in range(1, ROUNDS + 1):
        i = 0
        while i + period < len(bare):
            j = i
            while j + period < len(bare) and any(
                    _same(bare[k], bare[j + period]) for k in {j, i + (j - i) % period, max(i, j - period)}):
                j += 1
            times = (j - i) // period + 1
            unit = "".join(bare[i:i + period])
            if times >= _least(len(unit)) and _says(unit):
                first = i - 1 if period == 1 and i and _turn(unit[::-1], bare[i - 1][-len(unit) - 2:][::-1]) else i + period - 1
                found.update({k: (i - 1 if first < i else i + (k - i) % period, times)
                              for k in range(first + 1, j + period) if k not in found})
            i = max(j, i + 1)
    return found


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 0.7 * max(len(one), len(other)):
        return False
    return ([c for c in one if c in FIGURES] == [c for c in other if c in FIGURES]
            and Levenshtein.normalized_similarity(one, other, score_cutoff=ALIKE) > 0)
