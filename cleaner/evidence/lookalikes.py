"""Which characters a recogniser takes for which: a noise model, learnt from real recognisers.

`data/lookalikes.tsv` says for every character that may have been read which characters may have been printed, and
how likely it is that the one comes out as the other: P(read | printed), of a page of middling quality. It was
built by `benchmarks/build_lookalikes.py` from what three engines really confused, from the output layer of a
fourth and from the shapes of two fonts. It holds simplified script, as the measurements do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file

Candidate = tuple[str, float]
"""A character that may have been printed, and log10 P(read | printed)."""
STEP = 0.1
"""The file holds log10 P in tenths, one ASCII character each: `0` is nought, the next one -0.1, and so on."""
ZERO, STEPS = ord("0"), 70


@dataclass(frozen=True, eq=False)
class Lookalikes:
    """Candidates for every character that may have been read; `lines` holds them as the file does."""

    lines: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, rows: Mapping[str, Iterable[Candidate]]) -> Lookalikes:
        """A table of candidates with log10 P, the figures rounded as the file holds them."""
        lines = {}
        for read, candidates in rows.items():
            listed = list(candidates)
            codes = (chr(ZERO + max(0, min(round(-p / STEP), STEPS))) for _, p in listed)
            lines[read] = "".join(char for char, _ in listed), "".join(codes)
        return cls(lines)

    @classmethod
    def parse(cls, text: str) -> Lookalikes:
        """Read the lines of the data file: character, tab, candidates, tab, as many coded figures.

        Raises ValueError for a line of another layout.
        """
        lines = {}
        for line in text.split("\n"):
            if not line or line.startswith("#"):
                continue
            parts = line.split("\t")
            if len(parts) != 3 or len(parts[1]) != len(parts[2]) or len(parts[0]) != 1:
                raise ValueError(f"not a line of look-alikes: {line[:40]!r}")
            lines[parts[0]] = parts[1], parts[2]
        return cls(lines)

    def render(self, head: Iterable[str] = ()) -> str:
        """The data file; `head` are lines of comment."""
        rows = (f"{read}\t{chars}\t{codes}" for read, (chars, codes) in sorted(self.lines.items()))
        return "\n".join([*(f"# {line}" for line in head), *rows]) + "\n"

    @lru_cache(maxsize=512)  # noqa: B019 (the table lives as long as the process)
    def printed(self, read: str, most: int | None = None) -> tuple[Candidate, ...]:
        """What may have been printed where `read` was read, the likelier first (as single characters go), so many of them."""
        chars, codes = (column[:most] for column in self.lines.get(read, ("", "")))
        return tuple((char, (ZERO - ord(code)) * STEP) for char, code in zip(chars, codes, strict=True))

    @lru_cache(maxsize=1 << 13)  # noqa: B019
    def columns(self, read: str, least: float = -math.inf) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """`printed` as arrays, as far as log10 P is `least` or more: code points and log10 P."""
        chars, codes = self.lines.get(read, ("", ""))
        coded = np.frombuffer(codes.encode("ascii"), dtype=np.uint8).astype(np.float32)
        offered, figures = np.frombuffer(chars.encode("utf-32-le"), dtype=np.uint32), (ZERO - coded) * np.float32(STEP)
        near = figures >= least
        return offered[near], figures[near]

    def log10_p(self, read: str, printed: str) -> float | None:
        """log10 P(read | printed) of one pair, or None where the two are not known as look-alikes."""
        chars, codes = self.lines.get(read, ("", ""))
        place = chars.find(printed)
        return None if place < 0 else (ZERO - ord(codes[place])) * STEP


@lru_cache(maxsize=1)
def shipped_lookalikes() -> Lookalikes:
    """The table of the package, read once a process."""
    return Lookalikes.parse(data_file("lookalikes.tsv").read_text(encoding="utf-8"))
