"""How wide the columns of a text are that was read across, from how its places go together at every distance.

Where lines of k columns are read in turn, the text behind the end of a line goes on (k - 1) lines later: at one, two, three
or four times the width. So each place is worth, for a width, what the best of these distances says, and a chain of such
places, one width apart, tells the width.
"""

from __future__ import annotations

import numpy as np
from cleaner.structure.ruptures import WIDE, WIDTHS, Doubles, Floats, best_chains

from cleaner.evidence.index import Ints

LINK = (0.6, 0.9)
"""Log-odds that a text goes on at a place: a bias, and what a log-odds of the language model adds (`benchmarks/columns.py
--fit`)."""
NO_LINK = -3.3
"""The same where the language model gives the pair no chance."""
COLUMNS_AWAY = 4
"""Lines of other columns between two lines of one column, at most."""
CHOICE = 2.0
"""What is taken off each place for being the best of several distances, in log-odds."""
SLACK = 0.7
"""What it costs that a distance or a line is one character off, in log-odds."""


def width_log_odds(length: int, ends: Ints, starts: Ints, gains: Doubles) -> Floats:
    """For every width from `NARROW` to `WIDE` (rows) and every character of a text: what the best chain of lines is worth that
    ends there, in log-odds.

    `ends` and `starts` are places as whole full-width characters from the start of a text of `length`; `gains` says how
    much better the text at a start runs on from the end than from what stands before it.
    """
    bias, weight = LINK
    links = np.full((COLUMNS_AWAY * WIDE + 2, length), NO_LINK, dtype=np.float32)
    away = starts - ends
    kept = (away > 0) & (away < len(links))
    np.maximum.at(links, (away[kept], starts[kept]), (bias + weight * gains[kept]).astype(np.float32))
    near = links.copy()
    np.maximum(near[1:], links[:-1] - SLACK, out=near[1:])
    np.maximum(near[:-1], links[1:] - SLACK, out=near[:-1])
    marks = np.stack([near[width:COLUMNS_AWAY * width + 1:width].max(axis=0) for width in WIDTHS]) - np.float32(CHOICE)
    return best_chains(marks, SLACK, doublings=4)
