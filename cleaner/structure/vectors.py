"""Sparse rows of numbers and their products, with numpy alone: what the likeness of blocks needs of a matrix library, which would
cost more time to import than a page takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT_MOST = 1 << 17
"""Products of single numbers that are held at a time, about: rows are multiplied in portions of so many."""
DENSE = 4
"""A table that has up to so many cells for each number, or product, is added up as one."""
SMALL = 1000
"""Cells up to which it takes no longer to add up one more table."""
Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Vectors:
    """Rows of few numbers: row i has `values[k]` in column `columns[k]` for `edges[i] <= k < edges[i + 1]`, columns rising."""

    edges: Ints
    columns: Ints
    values: Doubles
    width: int

    @cached_property
    def rows(self) -> Ints:
        """The row of every number."""
        return np.arange(len(self.edges) - 1).repeat(np.diff(self.edges))

    def __getitem__(self, rows: Ints) -> Vectors:
        """Some of the rows."""
        places, owners = self.entries(rows)
        return Vectors(edges_of(owners, len(rows)), self.columns[places], self.values[places], self.width)

    def entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """Where the numbers of some rows stand, and for each the place of its row in `rows`."""
        first = self.edges.take(rows)
        sizes = self.edges.take(rows + 1) - first
        return _stretches(first, sizes), np.arange(len(rows)).repeat(sizes)

    def products(self, other: Vectors) -> Doubles:
        """The product of every row with every row of another; what a product sums up is summed by rising column."""
        height, width = len(self.edges) - 1, len(other.edges) - 1
        by_column = np.bincount(self.columns, minlength=self.width) * np.bincount(other.columns, minlength=self.width)
        shared = np.flatnonzero(by_column)
        if max(height * width, SMALL) * len(shared) > DENSE * int(by_column.sum()):
            return self._few_products(other)
        found, products = np.zeros((height, width)), np.empty((height, width))
        for one, many in zip(*(v.table().T.take(shared, axis=0) for v in (self, other)), strict=True):
            found += np.multiply.outer(one, many, out=products)
        return found

    def _few_products(self, other: Vectors) -> Doubles:
        """`products` of rows that have few columns in common."""
        by_column = np.argsort(other.columns, kind="stable")
        across, weights = other.rows.take(by_column), other.values.take(by_column)
        edges = edges_of(other.columns, other.width)
        first = edges.take(self.columns)
        sizes = edges.take(self.columns + 1) - first
        height, width = len(self.edges) - 1, len(other.edges) - 1
        found = np.zeros((height, width))
        for top, bottom in self._portions(sizes):
            start, end = int(self.edges[top]), int(self.edges[bottom])
            few = sizes[start:end]
            places = _stretches(first[start:end], few)
            cells = ((self.rows[start:end] - top) * width).repeat(few) + across.take(places)
            shared = self.values[start:end].repeat(few) * weights.take(places)
            found[top:bottom] = np.bincount(cells, shared, (bottom - top) * width).reshape(-1, width)
        return found

    def table(self) -> Doubles:
        """All numbers, those that are nought as well."""
        found = np.zeros((len(self.edges) - 1, self.width))
        found[self.rows, self.columns] = self.values
        return found

    def times(self, other: Vectors) -> Vectors:
        """The rows as weights of the rows of another, which are summed."""
        parts = []
        portions = self._portions(np.diff(other.edges)[self.columns])
        for top, bottom in portions:
            few = self if len(portions) == 1 else self[np.arange(top, bottom)]
            places, part = other.entries(few.columns)
            weighted = few.values.take(part) * other.values.take(places)
            parts.append(summed(few.rows.take(part), other.columns.take(places), weighted, bottom - top, other.width))
        if len(parts) == 1:
            return parts[0]
        edges = np.concatenate(([0], np.cumsum(np.concatenate([np.diff(part.edges) for part in parts]))))
        return Vectors(edges, np.concatenate([p.columns for p in parts]), np.concatenate([p.values for p in parts]), other.width)

    def _portions(self, sizes: Ints) -> list[tuple[int, int]]:
        """The rows in portions of about `AT_MOST` products, `sizes[k]` of them with the number k; one portion at least."""
        if int(sizes.sum()) <= AT_MOST:
            return [(0, len(self.edges) - 1)]
        work = np.concatenate(([0], np.cumsum(sizes)))[self.edges]
        cuts = np.searchsorted(work, np.arange(AT_MOST, int(work[-1]), AT_MOST)).tolist()
        return list(pairwise(sorted({0, *cuts, len(work) - 1})))

    def unit(self, scale: float = 1.0) -> Vectors:
        """The rows at a length of `scale`, or 0."""
        norms = np.sqrt(np.bincount(self.rows, self.values * self.values, len(self.edges) - 1))
        return Vectors(self.edges, self.columns, self.values * (scale / np.maximum(norms, 1e-9))[self.rows], self.width)


def summed(rows: Ints, columns: Ints, values: Doubles, height: int, width: int) -> Vectors:
    """Numbers at places given in any order, those of one place summed, in the order in which they are given."""
    keys = rows * width + columns
    if height * width <= DENSE * len(keys):
        told = np.zeros(height * width, dtype=np.bool_)
        told[keys] = True
        sums = np.bincount(keys, values, height * width)[told]
        rows, columns = told.reshape(height, width).nonzero()
    else:
        order = np.argsort(keys, kind="stable")  # which merges stretches that rise already
        keys = keys[order]
        new = np.append(True, keys[1:] != keys[:-1])[:len(keys)]
        sums = np.bincount(np.cumsum(new) - 1, values[order])
        rows, columns = np.divmod(keys[new], width)
    return Vectors(edges_of(rows, height), columns, sums.astype(np.float64, copy=False), width)


def numbered(numbers: NDArray[Any]) -> tuple[Ints, Ints]:
    """The different ones of some whole numbers, rising, and for each its rank among them: `np.unique` without sorting, for numbers that are small."""
    there = np.zeros(int(numbers.max(initial=0)) + 1, dtype=np.bool_)
    there[numbers] = True
    return there.nonzero()[0], (there.cumsum() - 1)[numbers]


def edges_of(owners: Ints, rows: int) -> Ints:
    """Where each of so many rows begins and ends, from the row of every number."""
    edges = np.zeros(rows + 1, dtype=np.int64)
    np.bincount(owners, minlength=rows).cumsum(out=edges[1:])
    return edges


def _stretches(first: Ints, sizes: Ints) -> Ints:
    """The numbers from each first one on, so many of each, end to end."""
    places: Ints = (first - (np.cumsum(sizes) - sizes)).repeat(sizes)
    places += np.arange(len(places))
    return places
