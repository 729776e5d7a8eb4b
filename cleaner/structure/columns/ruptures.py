"""Where a text breaks off at regular distances, as it does when lines of several columns are read one after the other.

A look at every place by itself, before any two of them are compared: what tells a clean text, in which few places read
badly and those anywhere, from one in which line after line of one width ends with a rupture. It is cheap, and most texts
go no further.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NARROW, WIDE = 8, 40
"""Widths of a column, in full-width characters."""
WIDTHS = range(NARROW, WIDE + 1)
RUPTURE = (0.3, -0.85)
"""Log-odds that a line ends at a place: a bias, and what a log-odds of its running on from the text before adds to it
(`benchmarks/columns.py --fit`)."""
ENDED = 0.0
"""Log-odds of a line's end behind the end of a sentence, however the text runs on."""
WHOLE = -3.0
"""Log-odds of a place where the text plainly runs on, or where no line may begin."""
OFF = 0.4
"""What it costs that a line is one character longer or shorter than the one before, in log-odds."""
DOUBLINGS = 3
"""Chains of up to 2 to the power of this many lines are added up."""


def worth(here: Doubles, ended: NDArray[np.bool_]) -> Floats:
    """Log-odds of a line's end at places that run on so well from the text before."""
    bias, weight = RUPTURE
    return np.where(ended, ENDED, np.maximum(bias + weight * here, WHOLE)).astype(np.float32)


def best_chains(marks: Floats, off: float = OFF, doublings: int = DOUBLINGS) -> Floats:
    """For each width (rows) and each full-width character of a text, the best sum of `marks` over a chain of lines of that
    width that ends there. `marks` has one row for all widths, or one for each.

    What the best chain of up to m lines and all of the last m lines are worth gives the same for 2m.
    """
    whole = np.repeat(marks, len(WIDTHS), axis=0) if len(marks) == 1 else marks.copy()
    best = whole.copy()
    for k in range(doublings):
        earlier = np.zeros_like(best)
        for row, width in enumerate(WIDTHS):
            _carry(best[row], earlier[row], width << k, off)
        np.maximum(best, whole + earlier, out=best)
        if k + 1 < doublings:
            further = np.full_like(whole, 99 * WHOLE)
            for row, width in enumerate(WIDTHS):
                _carry(whole[row], further[row], width << k, off)
            whole += further
    return best


def _carry(source: Floats, target: Floats, far: int, off: float) -> None:
    """Raise `target` to what stands `far` characters before in `source`, or one more or less for a price."""
    if far + 1 >= len(source):
        return
    np.maximum(target[far:], source[:-far], out=target[far:])
    np.maximum(target[far - 1:], source[:len(source) - far + 1] - off, out=target[far - 1:])
    np.maximum(target[far + 1:], source[:-far - 1] - off, out=target[far + 1:])
