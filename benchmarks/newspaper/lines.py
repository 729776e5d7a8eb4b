"""Lines of print: text broken to a width, no mark at a line's start that may not stand there, both edges even."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.newspaper.style import width_of

NOT_FIRST = set("，。、；：？！）」』》〉】”’…—,.;:?!)%％℃·")
NOT_LAST = set("（「『《〈【“‘(")
HANGING = set("，。、；：？！）」』》】”")
"""Marks for which a line may grow by half a character."""


@dataclass(frozen=True)
class Row:
    """`text[start:end]` of an element; `xs` are the places of its characters from the left edge, `right` that of its end."""

    start: int
    end: int
    xs: tuple[float, ...]
    right: float


def broken(text: str, face: str, size: int, script: str, width: float, indent: float = 0.0, *, even: bool = True) -> list[Row]:
    """The lines of a text, its first one indented."""
    rows = []
    for k, (start, end) in enumerate(_ends(text, face, size, script, width, indent)):
        left = indent if k == 0 else 0.0
        rows.append(_row(text, start, end, face, size, script, left, width if even and end < len(text) else None))
    return rows


def centred(rows: list[Row], width: float) -> list[Row]:
    """The same lines in the middle of a width."""
    found = []
    for row in rows:
        by = (width - row.right + row.xs[0]) / 2 - row.xs[0]
        found.append(Row(row.start, row.end, tuple(x + by for x in row.xs), row.right + by))
    return found


def _ends(text: str, face: str, size: int, script: str, width: float, indent: float) -> Iterator[tuple[int, int]]:
    start, room = 0, width - indent
    while start < len(text):
        at, used = start, 0.0
        while at < len(text) and used + width_of(text[at], face, size, script) <= room + .01:
            used += width_of(text[at], face, size, script)
            at += 1
        end = _allowed(text, start, at)
        yield start, end
        start, room = end, width
        while start < len(text) and text[start] == " ":
            start += 1


def _allowed(text: str, start: int, at: int) -> int:
    """Where a line that has room up to `at` ends."""
    if at >= len(text):
        return len(text)
    if text[at] in HANGING and (at + 1 == len(text) or text[at + 1] not in NOT_FIRST):
        return at + 1
    end = at
    while end > start + 4 and (text[end] in NOT_FIRST or text[end - 1] in NOT_LAST or _in_word(text, end)):
        end -= 1
    return end if end > start + 4 else max(at, start + 1)


def _in_word(text: str, at: int) -> bool:
    left, right = text[at - 1], text[at]
    word = left.isascii() and right.isascii() and left.isalnum() and (right.isalnum() or right in ".-")
    return word or (left in ".," and right.isdigit()) or (left.isdigit() and right in "%％亿万")


def _row(text: str, start: int, end: int, face: str, size: int, script: str, left: float, width: float | None) -> Row:
    """One line; its characters are spread over the width, if one is given."""
    xs, x = [], left
    for char in text[start:end]:
        xs.append(x)
        x += width_of(char, face, size, script)
    gaps = end - start - 1
    spare = (width - x) / gaps if width is not None and gaps > 0 and text[end - 1] not in " " else 0.0
    if not -.1 * size < spare < .3 * size:
        spare = 0.0
    return Row(start, end, tuple(left_x + spare * k for k, left_x in enumerate(xs)), x + spare * gaps if gaps > 0 else x)
