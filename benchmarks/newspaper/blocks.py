"""Lines put into blocks, in the orders in which recognisers and their users put them.

xycut    the page cut at its widest white gaps, again and again; lines of a part joined to paragraphs
layout   the same over the regions of a layout detector; a line in two regions stands in both
naive    rows of the whole page, top to bottom
lines    the same, every line by itself
tiles    overlapping crops, each read and cut by itself, one behind the other
engine   the paragraphs that the recogniser tells
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Any, TypeVar

Line = dict[str, Any]
Block = dict[str, Any]
Boxed = TypeVar("Boxed")

NOT_TEXT = {"figure", "equation"}
"""Labels of regions whose lines are not theirs."""
WIDE = .25
"""Share of the page from which a region is the page rather than a part of it."""
INDENT = (.8, 3.5)
"""Heights of a line by which one is set in that begins a paragraph."""
OTHER_SIZE = 1.28
"""Ratio of heights from which two lines are of different sizes."""
TITLE = 1.4
"""Ratio to the median height of a page from which lines are a title."""
TITLE_LINES = 4
"""Lines of a region called a title that may be one."""
ROW = .5
"""Share of its height that a line has in common with its row."""


@dataclass(frozen=True)
class Measure:
    """What is usual on a page: the height of a line, and the white between lines that follow each other."""

    height: float
    white: float


def cut_order(items: Sequence[Boxed], box: Callable[[Boxed], Sequence[float]], usual: Measure) -> list[list[Boxed]]:
    """Recursive XY-cut: parts of the page in reading order. What no white line parts stays together, top to bottom."""
    if len(items) < 2:
        return [list(items)]
    across = _gaps(items, box, 1)
    down = _gaps(items, box, 0)
    best_across, best_down = max(across, default=(0.0, 0.0)), max(down, default=(0.0, 0.0))
    if best_down[0] > .5 * usual.height and best_down[0] >= .6 * best_across[0]:
        axis, at = 0, best_down[1]
    elif best_across[0] > usual.white + .25 * usual.height:
        axis, at = 1, best_across[1]
    elif best_down[0] > .3 * usual.height:
        axis, at = 0, best_down[1]
    else:
        return [sorted(items, key=lambda one: (box(one)[1], box(one)[0]))]
    first = [one for one in items if (box(one)[axis] + box(one)[axis + 2]) / 2 < at]
    second = [one for one in items if (box(one)[axis] + box(one)[axis + 2]) / 2 >= at]
    return [*cut_order(first, box, usual), *cut_order(second, box, usual)]


def _gaps(items: Sequence[Boxed], box: Callable[[Boxed], Sequence[float]], axis: int) -> list[tuple[float, float]]:
    """White gaps along an axis: width and middle."""
    found, end = [], None
    for low, high in sorted((box(one)[axis], box(one)[axis + 2]) for one in items):
        if end is not None and low > end:
            found.append((low - end, (low + end) / 2))
        end = high if end is None else max(end, high)
    return found


def height_of(line: Line) -> float:
    return float(line["box"][3] - line["box"][1])


def rows_of(lines: Sequence[Line]) -> list[Line]:
    """Lines row by row, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one["box"][1] + one["box"][3]) / 2):
        last = rows[-1] if rows else None
        if last is not None and min(last[0]["box"][3], line["box"][3]) - max(last[0]["box"][1], line["box"][1]) > ROW * min(height_of(last[0]), height_of(line)):
            last.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one["box"][0])]


def paragraphs(lines: Sequence[Line], usual: Measure) -> list[list[Line]]:
    """The lines of a part of the page, parted where one is set in or has another size."""
    ordered = rows_of(lines)
    left = min((line["box"][0] for line in ordered), default=0)
    found: list[list[Line]] = []
    for above, line in pairwise([None, *ordered]):
        assert line is not None
        size = height_of(line)
        same = above is not None and 1 / OTHER_SIZE < size / height_of(above) < OTHER_SIZE
        set_in = INDENT[0] * size < line["box"][0] - left < INDENT[1] * size and not (above is not None and line["box"][1] < above["box"][3] - size / 2)
        title = above is not None and same and min(size, height_of(above)) > TITLE * usual.height
        if above is None or not (title or (same and not set_in)):
            found.append([])
        found[-1].append(line)
    return found


def block(lines: Sequence[Line], usual: Measure, group: int, source: int | None = None, kind: str | None = None) -> Block:
    text = "".join(line["text"] for line in lines)
    tall = kind or ("title" if sum(map(height_of, lines)) / len(lines) > TITLE * usual.height else "text")
    return {"id": 0, "kind": tall, "group": group, "src": source, "text": text, "lines": list(lines)}


def measured(lines: Sequence[Line]) -> Measure:
    if not lines:
        return Measure(1.0, 0.0)
    height = float(median(map(height_of, lines)))
    whites = [white for above in lines if (white := _white_below(above["box"], lines, height)) is not None]
    return Measure(height, float(median(whites)) if whites else 0.0)


def _white_below(box: Sequence[float], lines: Sequence[Line], height: float) -> float | None:
    """The white between a line and the nearest one below it in its column."""
    below = [line["box"][1] - box[3] for line in lines if min(box[2], line["box"][2]) - max(box[0], line["box"][0]) > (box[2] - box[0]) / 2
             and line["box"][1] > (box[1] + box[3]) / 2]
    return max(0.0, min(below)) if below and min(below) < height else None


def xycut(lines: Sequence[Line], source: int | None = None) -> list[Block]:
    usual = measured(lines)
    parts = cut_order(lines, lambda line: line["box"], usual)
    return [block(rows, usual, k, source) for k, part in enumerate(parts) for rows in paragraphs(part, usual)]


def naive(lines: Sequence[Line]) -> list[Block]:
    """Rows of the page as they come; a row begins a block where it is set in or of another size."""
    usual = measured(lines)
    rows: list[list[Line]] = []
    for line in rows_of(lines):
        if rows and line["box"][0] > rows[-1][-1]["box"][0] and min(rows[-1][0]["box"][3], line["box"][3]) - max(rows[-1][0]["box"][1], line["box"][1]) > 0:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [block(row, usual, 0) for row in rows]


def lines(lines: Sequence[Line]) -> list[Block]:
    """Every line by itself, row by row: what a recogniser tells that knows no columns."""
    usual = measured(lines)
    return [block([line], usual, 0) for line in rows_of(lines) if line["text"].strip()]


def engine(lines: Sequence[Line]) -> list[Block]:
    usual = measured(lines)
    return [block(list(rows), usual, key[0]) for key, rows in groupby(lines, key=lambda line: (line["blk"], line["par"]))]


def layout(lines: Sequence[Line], regions: Sequence[dict[str, Any]], size: tuple[int, int]) -> list[Block]:
    """The lines of every region of a page of that width and height, and those in none, in the order of an XY-cut over all of them."""
    usual = measured(lines)
    taken: set[int] = set()
    groups: list[tuple[list[Line], bool]] = []
    for region in regions:
        x0, y0, x1, y1 = region["box"]
        if region["label"] in NOT_TEXT or (x1 - x0) * (y1 - y0) > WIDE * size[0] * size[1]:
            continue
        inside = [k for k, line in enumerate(lines) if x0 <= (line["box"][0] + line["box"][2]) / 2 <= x1 and y0 <= (line["box"][1] + line["box"][3]) / 2 <= y1]
        if inside:
            taken.update(inside)
            title = region["label"] == "title" and len(inside) <= TITLE_LINES
            parts = [[lines[k] for k in inside]] if title else cut_order([lines[k] for k in inside], lambda line: line["box"], usual)
            groups += [(part, title) for part in parts]
    rest = [line for k, line in enumerate(lines) if k not in taken]
    groups += [(part, False) for part in cut_order(rest, lambda line: line["box"], usual) if part]
    ordered = [one for part in cut_order(groups, lambda group: _around(group[0]), usual) for one in part]
    return [block(rows, usual, k, kind="title" if title else None)
            for k, (part, title) in enumerate(ordered) for rows in ([rows_of(part)] if title else paragraphs(part, usual))]


def _around(lines: Sequence[Line]) -> list[float]:
    boxes = [line["box"] for line in lines]
    return [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]


def tiles_of(width: int, height: int, across: int, down: int, overlap: float) -> list[tuple[int, int, int, int]]:
    """Crops that overlap by a share of their own size on either side."""
    return [(max(0, round((x - overlap / 2) * width / across)), max(0, round((y - overlap / 2) * height / down)),
             min(width, round((x + 1 + overlap / 2) * width / across)), min(height, round((y + 1 + overlap / 2) * height / down)))
            for y in range(down) for x in range(across)]


def tiles(crops: Sequence[tuple[Sequence[int], list[Line]]], size: tuple[int, int], drop_edge: bool) -> list[Block]:
    """Every crop by itself. `drop_edge` leaves out lines that a crop's inner edge has cut."""
    found = []
    for k, (crop, lines) in enumerate(crops):
        kept = [line for line in lines if not (drop_edge and _cut_off(line["box"], crop, size))]
        found += xycut(kept, k)
    return found


def _cut_off(box: Sequence[float], crop: Sequence[int], size: tuple[int, int], near: int = 6) -> bool:
    return ((crop[0] > 0 and box[0] - crop[0] < near) or (crop[2] < size[0] and crop[2] - box[2] < near)
            or (crop[1] > 0 and box[1] - crop[1] < near) or (crop[3] < size[1] and crop[3] - box[3] < near))
