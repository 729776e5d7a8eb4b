"""What a recogniser does to characters: look-alikes, losses, additions, each copy of a passage in its own way."""

from __future__ import annotations

import gzip
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

MARKS = "，。、；：！？“”‘’（）《》"
SUBSTITUTED, LOST = 0.72, 0.15
"""Share of the errors that read another character, and that read nothing; the rest adds a character. Marks are
lost rather than misread. The shares are those of PP-OCR and Tesseract on newspaper scans, by and large."""
DIGIT_SHARE = 0.1
"""How much rarer a digit is misread than a hanzi."""

LookAlikes = Mapping[str, Sequence[str]]


def read_look_alikes(path: Path, best: int = 8) -> dict[str, list[str]]:
    """Look-alikes from lines `char TAB other:score… other:score…`, the nearest `best` of each; plain or gzipped."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    found = {}
    for line in text.split("\n"):
        char, _, others = line.partition("\t")
        if len(char) == 1 and others:
            found[char] = [other[0] for other in others.split()[:best]]
    return found


def misread(
    text: str, rate: float, rng: random.Random, look_alikes: LookAlikes | None = None,
) -> tuple[str, list[int]]:
    """The text with errors at `rate` (errors per character), and for every character read where it stood in
    `text`, -1 for one that was added. Without look-alikes a character of the same text is read instead. A text of
    which nothing would be left stays as it is."""
    known = look_alikes or {}
    hanzi = [c for c in text if "\u4e00" <= c <= "\u9fff"] or ["口"]
    out: list[str] = []
    origins: list[int] = []
    for i, char in enumerate(text):
        chance = rate * (DIGIT_SHARE if char.isdigit() else 1.0)
        if rng.random() >= chance:
            out.append(char)
            origins.append(i)
            continue
        kind = rng.random()
        if char in MARKS:
            kind = 0.5 if kind < 0.25 else SUBSTITUTED if kind < 0.85 else 1.0
        if kind < SUBSTITUTED:
            others = [c for c in (known.get(char) or (rng.choice(hanzi),)) if c != char]
            out.append(rng.choice(others) if others else rng.choice(hanzi))
            origins.append(i)
        elif kind >= SUBSTITUTED + LOST:
            out.extend((char, rng.choice(hanzi)))
            origins.extend((i, -1))
    if not "".join(out).strip():
        return text, list(range(len(text)))
    return "".join(out), origins
