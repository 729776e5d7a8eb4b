"""Does a sentence begin here, does one end here? Read off the vectors of `cleaner.evidence.continuations`.

A sentence cut at any place goes on with 获悉，, with 上已经, with 的, and stops behind 规模最大的, 通过关于 or half a word; a whole one begins with
这意味着, with 在 or with a name, and is over behind 夺得金牌. What the networks see of twenty characters on either side of a seam says so by
a weighted sum: a logistic regression, fitted by `benchmarks/build_edges.py` on prose cut at random places. It needs no more than the
vectors that the seams of a page ask for anyway.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file
from cleaner.evidence.continuations import SIDES, UNITS, Whole

PARTS = 4096
"""Parts of 1 in which the weights are kept: whole numbers, as those of the networks, so that no machine gives another sum."""
BEYOND = 4.0
"""Log-odds beyond which the sums mean no more (`benchmarks/build_edges.py` prints what those at either end are worth)."""


class Edges:
    """Natural log-odds that a text begins a sentence, or finishes one, rather than being cut there, when half of all texts do each."""

    def __init__(self, weights: Mapping[str, Sequence[int]]) -> None:
        """`weights` by `SIDES`, in `PARTS`: one for every number of a vector, then the bias. Raises KeyError for a side that lacks."""
        self._weights = {side: np.array(weights[side], dtype=np.float64) for side in SIDES}

    def finished(self, ends: Whole) -> NDArray[np.float64]:
        """One number a row of `Continuations.ends`: whether the sentence is over there, its full stop aside."""
        return self._told("end", ends)

    def begun(self, starts: Whole) -> NDArray[np.float64]:
        """One number a row of `Continuations.starts`: whether a sentence begins there."""
        return self._told("start", starts)

    def _told(self, side: str, vectors: Whole) -> NDArray[np.float64]:
        weights = self._weights[side]
        told = (vectors @ weights[:-1] / UNITS + weights[-1]) / PARTS
        return np.asarray(np.clip(told, -BEYOND, BEYOND), dtype=np.float64)

    @classmethod
    def rounded(cls, weights: Mapping[str, NDArray[np.float64]]) -> Edges:
        """The same of weights in whole log-odds."""
        return cls({side: np.rint(array * PARTS).astype(int).tolist() for side, array in weights.items()})

    def render(self) -> str:
        """The data file."""
        return json.dumps({side: array.astype(int).tolist() for side, array in self._weights.items()}) + "\n"

    @classmethod
    def parse(cls, text: str) -> Edges:
        """Read a data file. Raises ValueError for text that is no JSON, KeyError for a file that lacks a side."""
        return cls(json.loads(text))


@lru_cache(maxsize=1)
def shipped_edges() -> Edges:
    """The weights that travel with the package."""
    return Edges.parse(data_file("edges.json").read_text(encoding="utf-8"))
