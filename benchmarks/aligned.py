"""Rig pages beside their truth: what each character that was read should have been.

A block of a rig page knows the true ranges it was read from. Both texts are folded (width of `,;:?!()`, no spaces),
so that what counts is what was misread, not how it was set; order, joins and copies play no part.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

FOLD = str.maketrans(",;:?!()", "，；：？！（）", " \n\u3000")
CLOSING = 2
"""Marks that may end a paragraph together: 。”."""
WORST = 0.4
"""Share of wrong characters from which on a block is not what its ranges say: it is left out."""


@dataclass(frozen=True)
class AlignedBlock:
    """A block as it was read and as it was printed, both folded; `start` is its offset in the page's text file."""

    read: str
    true: str
    raw: str
    start: int

    @property
    def errors(self) -> int:
        return distance(self.read, self.true)

    @property
    def labels(self) -> list[str | None]:
        """For every character read the one printed there; None where the alignment does not say: where characters were misread beside
        such that were lost or added, any of them may answer to any."""
        labels: list[str | None] = [None] * len(self.read)
        ops = list(Levenshtein.opcodes(self.read, self.true))
        for k, op in enumerate(ops):
            beside = {other.tag for other in ops[max(0, k - 1):k + 2]}
            if op.tag == "equal" or (op.tag == "replace" and beside.isdisjoint({"insert", "delete"})):
                labels[op.src_start:op.src_end] = self.true[op.dest_start:op.dest_end]
        return labels


@dataclass(frozen=True)
class AlignedPage:
    """One page as one engine read it."""

    page: str
    engine: str
    level: str
    mode: str
    text: str
    blocks: tuple[AlignedBlock, ...]


def distance(read: str, true: str) -> int:
    return Levenshtein.distance(read, true)


def edits(read: str, true: str) -> Iterator[tuple[str, str]]:
    """What was read and what was printed, wherever the two differ."""
    for op in Levenshtein.opcodes(read, true):
        if op.tag != "equal":
            yield read[op.src_start:op.src_end], true[op.dest_start:op.dest_end]


def fold(text: str) -> str:
    return text.translate(FOLD)


def pages(rig: Path, modes: tuple[str, ...] = ()) -> Iterator[AlignedPage]:
    """Every page read by every engine, at every level; of some ways of finding the blocks only, if asked."""
    for path in sorted(rig.glob("p*/*.json.gz")):
        engine, level, mode = path.name.split(".")[:3]
        source = path.with_name(f"{engine}.{level}.{mode}.txt")
        if mode == "json" or (modes and mode not in modes) or not source.is_file():
            continue
        truth = json.loads((path.parent / "truth.json").read_text(encoding="utf-8"))["articles"]
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = json.load(file)["blocks"]
        text = source.read_text(encoding="utf-8")
        yield AlignedPage(path.parent.name, engine, level, mode, text, tuple(_blocks(rows, truth, text)))


def _blocks(rows: list[dict[str, Any]], truth: list[dict[str, Any]], text: str) -> Iterator[AlignedBlock]:
    at = 0
    apart = {(article, element) for row in rows for article, element, start, _ in row["segs"]
             if start and start + CLOSING >= len(truth[article]["elements"][element]["text"])}
    for row in rows:
        start = text.find(row["text"], at) if row["text"] else -1
        if start < 0:
            continue
        at = start + len(row["text"])
        block = AlignedBlock(fold(row["text"]), _true(row, truth, apart), row["text"], start)
        if block.true and block.errors <= WORST * len(block.true):
            yield block


def _true(row: dict[str, Any], truth: list[dict[str, Any]], apart: set[tuple[int, int]]) -> str:
    """The true text of a block. Ranges that touch are one. They only speak of words that were read: a mark just behind a range was
    read if it stands there, and where all of a paragraph was read but the marks at its end, they were lost here, unless they
    begin another block (`apart`)."""
    merged: list[list[int]] = []
    for article, element, start, end in row["segs"]:
        if merged and merged[-1][:2] == [article, element] and -2 <= start - merged[-1][3] <= 3:
            merged[-1][3] = end
        else:
            merged.append([article, element, start, end])
    read, true = fold(row["text"]), ""
    for article, element, start, end in merged:
        whole = truth[article]["elements"][element]["text"]
        true += fold(whole[start:end])
        rest = fold(whole[end:]) if len(whole) - end <= CLOSING else fold(whole[end:end + 1])
        if rest and not any(map(str.isalnum, rest)):
            near = read[max(0, len(true) - 3):len(true) + 4]
            lost = end + len(rest) == len(whole) and (article, element) not in apart
            true += rest if rest[0] in near or lost else ""
    return true
