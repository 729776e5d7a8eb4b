"""Punctuation that was misread or lost: where, what may have been printed, and what speaks for it.

Two things go wrong. A mark is read as another one (。 as ， or .), and a mark is not read at all, most often the small
ones, 。 and ，, at the end of a line. Where a mark stands, the others are tried; where none stands and the next
character is a surprise, so that no word runs across the place, one is put in. Quotation marks are put in only
where a paragraph has one without a partner. Nothing is decided here (see `cleaner.evidence.lattice`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.evidence import Evidence, shipped_model
from cleaner.evidence.charset import HAN
from cleaner.evidence.lattice import REACH, Reading
from cleaner.evidence.wordforms import WordForms

MARKS = "，。、；：”“"
"""What is offered."""
LOST = "，。"
"""What is offered where nothing was read."""
_READ = re.compile("[，。、；：.·]")
_INSIDE = re.compile(f"(?<=[{HAN}”》）％%])(?=[{HAN}“《])")
_STOPS = re.compile("[，。、；：？！…—“”‘’（）《》\n]")
SURPRISE = -2.3
"""log10 p of a character from which on something may be missing before it; a frequent word across forbids it."""
LEAST_GAIN = 0.3
LONG = 24
"""Code points of a block from which on its end is the end of a sentence, or should be."""
UNSEEN = -4.5
"""log10 P(read | printed) of what was never measured."""
Noise = Mapping[str, Mapping[str, float]]
"""Read (empty: nothing) → printed → log10 P(read | printed)."""


class MarkLattice:
    """The doubtful marks of one text (blocks joined by "\\n", the last one ended by it too)."""

    def __init__(self, text: str, evidence: Evidence, noise: Noise, forms: WordForms) -> None:
        self.text, self.evidence, self.noise = text, evidence, noise
        self.logprobs = evidence.model.logprobs(text) if text else np.zeros(0, dtype=np.float32)
        self.forms = forms

    def readings(self) -> list[Reading]:
        """The best reading of every place that has one, in the order of the text."""
        options = [*self._misread(), *self._missing(), *self._ends(), *self._quotes()]
        if not options:
            return []
        gains = self._gains(options)
        best: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
        for (start, end, after), gain in zip(options, gains.tolist(), strict=True):
            noise = self.noise.get(self.text[start:end], {}).get(after, UNSEEN)
            best.setdefault((start, end), []).append((gain + 0.5 * noise, gain, after))
        found = []
        for (start, end), rows in sorted(best.items()):
            rows.sort(key=lambda row: (-row[0], row[2]))
            score, gain, after = rows[0]
            if gain > LEAST_GAIN:
                found.append((start, end, after, gain, score - (rows[1][0] if len(rows) > 1 else -2.0)))
        general = self._general([(start, end, after) for start, end, after, _, _ in found])
        return [self._reading(*row, alone) for row, alone in zip(found, general, strict=True)]

    def _misread(self) -> Iterator[tuple[int, int, str]]:
        text = self.text
        for match in _READ.finditer(text):
            i = match.start()
            before, behind = text[i - 1:i], text[i + 1:i + 2]
            if not before or before.isascii() or (behind.isascii() and behind not in "\n"):
                continue  # beside digits and Latin letters a point or comma has other work to do
            for mark in "，。、；：":
                if mark != match.group():
                    yield i, i + 1, mark

    def _missing(self) -> Iterator[tuple[int, int, str]]:
        text = self.text
        weak = np.flatnonzero(self.logprobs < SURPRISE).tolist()
        for i in weak:
            if i and _INSIDE.match(text, i) and not self._across(i):
                for mark in LOST:
                    yield i, i, mark

    def _across(self, i: int) -> bool:
        """Whether a word of the dictionary runs across the place."""
        text, frequency = self.text, self.forms.frequency
        return any(frequency(text[a:a + n]) > 1 for n in (2, 3, 4) for a in range(max(0, i - n + 1), i))

    def _ends(self) -> Iterator[tuple[int, int, str]]:
        """Ends of long blocks without a mark."""
        start = 0
        for line in self.text.split("\n"):
            end = start + len(line)
            if len(line) >= LONG and re.match(f"[{HAN}”）》]", line[-1]) and re.search("[，。]", line) and line[0] not in "#>":
                yield end, end, "。"
            start = end + 1

    def _quotes(self) -> Iterator[tuple[int, int, str]]:
        """Places for the partner of a quotation mark that has none in its block."""
        start = 0
        for line in self.text.split("\n"):
            if line.count("“") != line.count("”"):
                missing = "”" if line.count("“") > line.count("”") else "“"
                depth = 0
                for k, char in enumerate(line):
                    depth += (char == "“") - (char == "”")
                    place = start + k + (1 if missing == "”" else 0)
                    if ((missing == "”" and depth > 0) or (missing == "“" and depth >= 0)) and char not in "“”" and self.logprobs[min(place, len(self.logprobs) - 1)] < SURPRISE:
                        yield place, place, missing
            start += len(line) + 1

    def _window(self, start: int, end: int) -> tuple[str, str]:
        """Context and rest of a place: the rest ends with the break of its block."""
        rest, stop, _ = self.text[end:end + REACH].partition("\n")
        return self.text[max(0, start - REACH):start], rest + stop

    def _gains(self, options: Sequence[tuple[int, int, str]]) -> NDArray[np.float64]:
        pairs, sums = [], np.append(0.0, np.cumsum(self.logprobs, dtype=np.float64))
        read = np.zeros(len(options))
        for k, (start, end, after) in enumerate(options):
            context, rest = self._window(start, end)
            pairs.append((context, after + rest))
            read[k] = sums[end + len(rest)] - sums[start]
        return self.evidence.model.score_many(pairs) - read

    def _general(self, options: Sequence[tuple[int, int, str]]) -> list[float]:
        pairs = []
        for start, end, after in options:
            context, rest = self._window(start, end)
            pairs += [(context, after + rest), (context, self.text[start:end] + rest)]
        scores = shipped_model().score_many(pairs)
        gains: list[float] = (scores[::2] - scores[1::2]).tolist()
        return gains

    def _reading(self, start: int, end: int, after: str, gain: float, margin: float, general: float) -> Reading:
        text = self.text
        read = text[start:end]
        left, right = _clause(text, start, -1), _clause(text, end, 1)
        last = text[end:end + 1] in {"\n", ""}
        features = {
            "gain": gain, "general": general, "margin": min(margin, 4.0),
            "noise": self.noise.get(read, {}).get(after, UNSEEN),
            "left": min(left, 40) / 10, "right": min(right, 40) / 10, "short": float(min(left, right) < 4),
            "insert": float(not read), "last": float(last), "line": min(len(text[:end].rpartition("\n")[2]), 80) / 20,
            "surprise": float(self.logprobs[end]) if end < len(text) else 0.0,
            "before": float(self.logprobs[start - 1]) if start else 0.0,
            **{f"read_{name}": float(read == mark) for name, mark in _NAMES.items()},
            **{f"to_{name}": float(after == mark) for name, mark in _NAMES.items() if mark},
            "insert_gain": gain * (not read), "last_gain": gain * last,
        }
        return Reading(start, read, after, gain, features)


_NAMES = {"comma": "，", "stop": "。", "pause": "、", "semicolon": "；", "colon": "：", "point": "."}


def _clause(text: str, at: int, step: int) -> int:
    """Code points from a place to the next mark or break on one side."""
    n = 0
    while n < 40 and 0 <= (k := at + n if step > 0 else at - 1 - n) < len(text) and not _STOPS.match(text[k]):
        n += 1
    return n
