"""What a cleaner could reach at best on a rig page: order, joins and copies perfect, characters as read.

The provenance of a rig page (`ENGINE.dL.MODE.json.gz`) names for every block, and for every printed line in it, the
true text that it shows: `[article, element, start, end]`, offsets in code points of the true element. Two oracles:

`blocks`  knows where each block belongs, which blocks are copies, and which blocks are one paragraph; a block that holds
          two things stays whole.
`lines`   may take a block apart at its printed lines too.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Element = tuple[int, int]
MOSTLY = 0.8
"""Share of a piece's true characters that must have been read already for it to be a copy."""


@dataclass(frozen=True)
class Piece:
    """Text as read, and the true ranges that it shows; `at` is its place in the scan."""

    text: str
    segs: tuple[tuple[int, int, int, int], ...]
    at: int


def provenance(path: Path) -> Mapping[str, Any]:
    """The provenance that comes with a raw text, `….txt` → `….json.gz`."""
    found: Mapping[str, Any] = json.loads(gzip.decompress(path.with_suffix(".json.gz").read_bytes()))
    return found


def pieces_of(blocks: Iterable[Mapping[str, Any]], by_line: bool) -> list[Piece]:
    """The blocks of a page, or their printed lines, with what they show."""
    parts = [line for block in blocks for line in block["lines"]] if by_line else list(blocks)
    return [Piece(part["text"], tuple(tuple(seg) for seg in part["segs"] or ()), at) for at, part in enumerate(parts)]


def oracle(blocks: Iterable[Mapping[str, Any]], truth: Mapping[str, Any], *, by_line: bool) -> str:
    """The page put in order, its copies gone, its paragraphs whole; blank lines between elements."""
    place = {(a, e): k for k, (a, e) in enumerate(map(tuple, truth["order"]))}
    seen: defaultdict[Element, set[int]] = defaultdict(set)
    rows: dict[tuple[float, int], list[tuple[int, int, str]]] = defaultdict(list)
    previous = -1.0
    for piece in sorted(pieces_of(blocks, by_line), key=lambda p: (-_true_length(p), p.at)):
        shown = {(a, e): set(range(start, end)) for a, e, start, end in piece.segs}
        total = sum(map(len, shown.values()))
        if total and sum(len(part & seen[element]) for element, part in shown.items()) >= MOSTLY * total:
            continue
        for element, part in shown.items():
            seen[element] |= part
        if piece.segs:
            first = piece.segs[0]
            where = (float(place.get((first[0], first[1]), len(place))), 0)
            rows[where].append((first[2], piece.at, piece.text))
            previous = where[0]
        else:
            rows[previous + 0.5, piece.at].append((0, piece.at, piece.text))
    return "\n\n".join("".join(text for *_, text in sorted(rows[where])) for where in sorted(rows)) + "\n"


def _true_length(piece: Piece) -> int:
    return sum(end - start for *_, start, end in piece.segs)
