"""Sparse rows and the numbering of blocks: whatever way is quicker, the numbers are the same."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.structure.vectors import numbered, summed


@pytest.mark.parametrize("numbers", [[], [0], [7], [3, 3, 0, 9, 3], [*range(50, 0, -1), 5]])
@pytest.mark.parametrize("kind", [np.int64, np.uint32])
def test_numbers_are_ranked_as_by_sorting(numbers: list[int], kind: type[np.integer]) -> None:
    asked = np.array(numbers, dtype=kind)
    different, ranks = np.unique(asked, return_inverse=True)
    found, places = numbered(asked)
    assert found.tolist() == different.tolist()
    assert places.tolist() == ranks.tolist()


@pytest.mark.parametrize("width", [5, 5_000])
def test_numbers_of_one_place_are_summed_in_their_order(width: int) -> None:
    dice = np.random.default_rng(1)
    rows, columns, values = dice.integers(4, size=60), dice.integers(5, size=60), dice.normal(size=60)
    sums: dict[tuple[int, int], float] = {}
    for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
        sums[row, column] = sums.get((row, column), 0.0) + value
    found = summed(rows, columns, values, 4, width)
    told = dict(zip(zip(found.rows.tolist(), found.columns.tolist(), strict=True), found.values.tolist(), strict=True))
    assert told == sums
    assert list(told) == sorted(sums)
