"""A page cut into rectangles, one for each article: across, or between columns."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.newspaper.style import Style

WIDEST = 4
"""Columns of the widest article."""
LOWEST = 19
"""Lines of the lowest rectangle, its headline included."""


@dataclass(frozen=True)
class Rect:
    """Columns `first` to `last` (not included), and pixels from the top of the page."""

    first: int
    last: int
    top: int
    bottom: int

    @property
    def columns(self) -> int:
        return self.last - self.first

    @property
    def size(self) -> int:
        return self.columns * (self.bottom - self.top)


def cut(rng: random.Random, style: Style, top: int, bottom: int, count: int) -> list[Rect]:
    """Rectangles of a page, the largest ones cut until there are `count`, none wider than `WIDEST` columns."""
    found = [Rect(0, style.ncol, top, bottom)]
    gap = round(style.ld * 1.1)
    for _ in range(8 * count):
        wide = [rect for rect in found if rect.columns > WIDEST]
        if len(found) >= count and not wide:
            break
        rect = max(wide or found, key=lambda one: one.size * rng.uniform(.6, 1))
        halves = _halves(rng, rect, style.ld, gap)
        if halves:
            found.remove(rect)
            found += halves
    return sorted(found, key=lambda one: (one.top, one.first))


def _halves(rng: random.Random, rect: Rect, ld: int, gap: int) -> tuple[Rect, Rect] | None:
    height = rect.bottom - rect.top
    lowest = LOWEST * ld
    across = height >= 2 * lowest + gap
    if rect.columns == 1 and not across:
        return None
    if across and (rect.columns == 1 or rng.random() < (.65 if height > 55 * ld else .35)):
        at = rect.top + max(lowest, min(height - lowest - gap, round(height * rng.uniform(.3, .7))))
        return Rect(rect.first, rect.last, rect.top, at), Rect(rect.first, rect.last, at + gap, rect.bottom)
    at = rect.first + rng.randint(1, rect.columns - 1)
    return Rect(rect.first, at, rect.top, rect.bottom), Rect(at, rect.last, rect.top, rect.bottom)
