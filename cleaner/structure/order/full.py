"""Does the last line of a block fill its column? A column ends with a full line, a paragraph wherever its words do.

The file has the blocks without their printed lines, and the measure (the width of the columns) is nowhere in it. But a block
that a column cut is so many full lines long: under the true measure nothing is left free at its end, under most others
something is. So the open ends of a page tell the measure together, and the measure tells of each of them whether it was cut:
its likelihood under every measure, weighed by what the *other* open ends make of that measure. First lines are set in by two
characters, or on some pages not at all; a block that begins in mid-sentence is never set in. So an open end also tells how
its own block began.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.memory import Store
from cleaner.structure.lines.measures import length
from cleaner.structure.logistic import probability
from cleaner.structure.seams import CANNOT_START

Doubles = NDArray[np.float64]

MEASURES = np.arange(14, 82)
"""Half columns: 7 to 40 full-width characters a line."""
USUAL, SPREAD, BROKEN = 18.0, 0.35, 0.1
"""Newspapers set their columns to about 18 characters a line, two thirds of them to 13 to 26 (a log-normal guess), and to whole
characters."""
SET_IN = 4
"""Half columns by which first lines are set in, where they are."""
FREE = {0: 0.82, 1: 0.07, -1: 0.02}
"""Probability that the last line of a cut block leaves so many characters free: 68 of 82 cut blocks of recognised rig pages leave
none or half of one, 8 one; for the rest (misread, ragged) see `ASTRAY`."""
ASTRAY = 0.09
OTHER = 0.5
"""Share of columns that are set to another measure than the page's: round pictures, under wide headlines."""
FAR = 0.3
"""What the ends of another article say of an article's measure, beside its own ones."""
LONGEST = 240
"""Units of a block of which its last line can be told: misread characters and ragged lines add up."""
UNIT = re.compile(r"[A-Za-z0-9][!-~]*|.", re.S)


def fullness(
    texts: Sequence[str], begun: Sequence[float], cut: Doubles, articles: Sequence[int],
) -> tuple[Doubles, Doubles]:
    """For every open block of a page, from its text, the log-odds that it begins in mid-sentence, the probability that it was
    `cut`, as far as the words tell, and the number of the headline that it stands under (rising): the log-odds by which its
    last line speaks for a cut rather than a paragraph's end, and for a beginning in mid-sentence rather than a set-in line.
    0 where nothing is known."""
    if not texts:
        return np.zeros(0), np.zeros(0)
    known = np.array([len(UNIT.findall(text)) <= LONGEST for text in texts], bool)
    middle = np.array([probability(z) for z in begun])[:, None]
    usual = np.exp(-0.5 * ((np.log(MEASURES / 2) - np.log(USUAL)) / SPREAD) ** 2) * np.where(MEASURES % 2, BROKEN, 1.0)
    flush, inset = (_ratios(texts, indent) for indent in (0, SET_IN))
    whole = np.stack((flush, middle * flush + (1 - middle) * inset))
    whole[:, ~known] = 1.0
    """By whether the page sets first lines in, block and measure: how much likelier the end is if it was cut there."""
    told = np.log(1 + cut[:, None] * (1 - OTHER) * (whole - 1))
    first, number = np.unique(articles, return_index=True, return_inverse=True)[1:]
    own = np.add.reduceat(told, first, axis=1)[:, number]
    others = FAR * told.sum(axis=1, keepdims=True) + (1 - FAR) * own - told
    trust = usual * np.exp(others - others.max(axis=(0, 2), keepdims=True))
    trust /= trust.sum(axis=(0, 2), keepdims=True)
    full = np.log((trust * (1 + (1 - OTHER) * (whole - 1))).sum(axis=(0, 2)))
    mid, new = ((trust * (OTHER + (1 - OTHER) * np.stack(pair))).sum(axis=(0, 2)) for pair in ((flush, flush), (flush, inset)))
    return full, np.where(known, np.log(mid / new), 0.0)


def _ratios(texts: Sequence[str], indent: int) -> Doubles:
    """How much likelier what the last line leaves free is for a full line than for any last line: one row a block, one
    column a measure."""
    free = (MEASURES - np.stack(_FILLED[indent].of(texts, lambda new: _last_lines(new, indent)))) // 2
    columns = MEASURES / 2
    found: Doubles = np.full(free.shape, ASTRAY)
    for left, p in FREE.items():
        found += p * columns * (free == left)
    return found


_FILLED: dict[int, Store[NDArray[np.int32]]] = {0: Store(), SET_IN: Store()}
"""What `_last_lines` finds, by the indent."""


def _last_lines(texts: Sequence[str], indent: int) -> NDArray[np.int32]:
    """Half columns that the last line of every text fills, for every measure, when words stay whole and no line begins with a
    closing mark: the character before it goes down with it."""
    units = [UNIT.findall(text)[:LONGEST] for text in texts]
    deepest = max(map(len, units), default=0)
    sizes = np.zeros((deepest, len(texts), 1), dtype=np.int64)
    hangs = np.zeros((deepest, len(texts), 1), dtype=bool)
    for row, parts in enumerate(units):
        sizes[:len(parts), row, 0] = [length(part, 2) for part in parts]
        hangs[:len(parts), row, 0] = [part in CANNOT_START for part in parts]
    filled = np.full((len(texts), len(MEASURES)), indent, dtype=np.int64)
    before = np.zeros((len(texts), 1), dtype=np.int64)
    for size, hang in zip(sizes, hangs, strict=True):
        filled = np.where(filled + size <= MEASURES, filled + size, size + hang * before)
        before = np.where(size > 0, size, before)
    return filled.astype(np.int32)
