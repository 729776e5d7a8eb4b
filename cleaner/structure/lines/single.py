"""Is this printed line a paragraph by itself: a headline, a signature, a number, a line of verse?

The features of a line end (`cleaner.structure.lines.ends`) know one line end at a time. But two ends in a row leave a
paragraph of one line, and few lines can be one: 樊城、 between two wider columns is not, （丹翁） under a headline is. So
every line has features that count only where both its ends are paragraph ends; they weigh in the same chain.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.structure.lines.printed import COMMAS, PrintedLine
from cleaner.structure.lines.shapes import NUMBER, comma_inside, enclosed, end_class, share

AROUND = 7
"""Lines on each side that are looked at for the widest column near by."""
LENGTHS = (2, 4, 7, 10, 14, 20)
"""Columns at which a line is taken for longer."""


def single_features(lines: Sequence[PrintedLine], stays: Sequence[bool]) -> list[dict[str, float]]:
    """The features of every line as a paragraph by itself; `stays` as `cleaner.structure.lines.printed.closed` gives it."""
    kinds = ["edge", *(line_kind(line.text) for line in lines), "edge"]
    rows = []
    for i, line in enumerate(lines):
        above, kind, below = kinds[i:i + 3]
        widest = max(one.low for one in lines[max(0, i - AROUND):i + AROUND + 1])
        size, part = length_class(line), share(line.low, widest)
        sure = f"{'closed' if not i or stays[i - 1] else 'open'} above, {'closed' if i + 1 == len(lines) or stays[i] else 'open'} below"
        names = ("", kind, f"{kind} of {size}", f"{kind}, {part} of widest", f"{above} > {kind}", f"{kind} > {below}",
                 f"{above} > {kind} > {below}", f"{kind}, {sure}", f"{size} of widest {part}")
        rows.append({f"alone: {name}": 1.0 for name in names})
    return rows


def line_kind(text: str) -> str:
    """What a line looks like, whatever its length."""
    if NUMBER.fullmatch(text):
        return "number"
    if enclosed(text):
        return "enclosed"
    if not comma_inside(text):
        return f"bare {end_class(text)}"
    return f"marked {'comma' if text[-1] in COMMAS else end_class(text)}"


def length_class(line: PrintedLine) -> str:
    """How long a line is, in words of `LENGTHS`."""
    return f"{sum(line.low > most for most in LENGTHS)}"
