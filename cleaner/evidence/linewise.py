"""Questions about places of a text, asked and kept a line at a time: a line that stands as before is not asked about again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.memory import Store, parted

Ints = NDArray[np.int64]
Answers = NDArray[Any]


class Lines:
    """A text (blocks joined by line feeds) and where its lines start."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = np.cumsum([0, *(len(line) + 1 for line in self._lines)])

    def answers(
        self, store: Store[Answers], places: Ints, asked: Sequence[NDArray[np.uint32]], work: Callable[[Ints], tuple[Answers, Ints]],
    ) -> Answers:
        """The answers to rows of questions, end to end: `places` are rising offsets, `asked` what is asked there.

        `work` gives the answers to some rows, end to end, and how many each row has; they may depend on the row, on the line, and on whether
        a break stands before it, and on nothing else.
        """
        owners = np.searchsorted(self._starts, places, side="right") - 1
        rows = np.column_stack((places - self._starts[owners], *asked)).astype(np.uint32)
        edges = [*np.flatnonzero(np.append(True, owners[1:] != owners[:-1])[:len(owners)]).tolist(), len(places)]
        keys = [self._key(int(owners[start]), rows[start:end]) for start, end in pairwise(edges)]
        spans = dict(zip(keys, pairwise(edges), strict=True))

        def answer(new: list[str]) -> list[Answers]:
            chosen = [np.arange(*spans[key]) for key in new]
            flat, sizes = work(np.concatenate(chosen))
            return parted(flat, np.add.reduceat(sizes, np.cumsum([0, *map(len, chosen[:-1])])).tolist())

        return np.concatenate(store.of(keys, answer)) if keys else work(places)[0]

    def _key(self, line: int, rows: NDArray[np.uint32]) -> str:
        """What an answer depends on: a break before the line, the line, what is asked about it."""
        return "\n" * (line > 0) + self._lines[line] + "\n" + rows.tobytes().decode("latin-1")
