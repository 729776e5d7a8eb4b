"""Arithmetic that gives the same bits on every machine.

Additions, multiplications and divisions are exact to the last bit wherever IEEE 754 is followed; logarithms
and powers are not: numpy takes them from whatever vector library suits the processor. So the models work on
plain probabilities and turn them into logarithms here, with nothing but sums and products.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_LOG10_2, _LOG10_E = 0.30102999566398120, 0.43429448190325182
_ROOT = 0.70710678118654757  # square root of a half
_TERMS = (13, 11, 9, 7, 5, 3)


def log10(values: NDArray[np.float64]) -> Doubles:
    """log10 of positive numbers, to about 1e-13, with the same bits everywhere.

    A number is m · 2^e with m between √½ and √2, and ln m = 2 (s + s³/3 + s⁵/5 + …) for s = (m - 1) / (m + 1),
    of which seven terms are taken (Abramowitz & Stegun, 4.1.27).
    """
    m, e = np.frexp(values)
    small = m < _ROOT
    m *= 1.0 + small
    e -= small
    s = m - 1.0
    m += 1.0
    s /= m
    square = s * s
    series = np.full(len(m), 1.0 / 15.0)
    for k in _TERMS:
        series *= square
        series += 1.0 / k
    series *= square
    series += 1.0
    series *= s
    series *= 2.0 * _LOG10_E
    series += e * _LOG10_2
    return series
