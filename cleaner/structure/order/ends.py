"""Is an open end a paragraph's end after all? What its words, its last line and its page say, before anybody seeks its rest.

A block stops in mid-sentence because a column ended, because a crop tore it, or because the recogniser lost its full stop; and some
lines that look like subheads are the first line of a paragraph that was cut behind it.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.data import data_file
from cleaner.evidence.exact import log10
from cleaner.structure.labels.model import heading_odds
from cleaner.structure.labels.roles import PICTURE
from cleaner.structure.labels.shapes import looks_like_heading
from cleaner.structure.order.flow import Flow
from cleaner.structure.order.full import fullness
from cleaner.structure.seams import START_LENGTH

Doubles = NDArray[np.float64]

END_FEATURES = ("finished", "heading", "short", "comma", "mark", "stop", "edge", "noise", "runs", "body", "head", "picture", "kept", "full")
HEADING, SHORT, COMMA, FULL = map(END_FEATURES.index, ("heading", "short", "comma", "full"))
PLAIN = 2.0
"""Surprise (minus log10 p a character) of plain prose without errors, roughly."""
SAMPLE = 300
"""Blocks of a large page that tell how well it was read."""
USUAL_ENDS = 3.0
"""Ends of either kind that are taken for granted before those of the page are counted."""
FINISHED = 3.0
"""Log-odds from which the words of an open end say that it is finished (a heading, the row of a list). Of the lost ends that were
looked at on rig pages and the seeds none has more than 2.8."""
FILLED = 0.3
"""Log-odds from which a line that looks like a subhead fills its column as the page's open ends do: so do 5 in the rig's readings; of 14 over 0 12 are
lines of a paragraph, of 70 over −.5 37 are headings (`benchmarks/labels.py`)."""
FULLNESS, WORDS = 2.0, 1.0
"""What the log-odds that a line fills its column count against those of a heading (see `labels.model`), and what these must be over that. Of the lines that fill
theirs on 36 pages made elsewhere 27 of 27 whose words say so are headings, and 7 of the 11 others; on the rig's pages 5 of 5 others are lines of paragraphs
(`benchmarks/labels.py`)."""
NOT_HEADLESS = -2.0
"""Log-odds of a beginning in mid-sentence of a line that looks like a subhead."""
ALOUD = re.compile(r"[：:]|[？?！!]$")
"""What a line cut by a column seldom has: a colon (who says it, of what), a mark at its end that calls or asks."""
LINE = 13
"""Code points of a short printed line: what is shorter is a heading, or a line torn by a crop."""
RUNNING = re.compile("[，；,;][^。！？]+$")
"""A last sentence that has a comma before its end: it is no heading."""


@lru_cache(maxsize=4)
def fitted(pages: str = "own") -> Mapping[str, Any]:
    """What `benchmarks/calibrate_links.py` has fitted on generated pages and those of one good recogniser (`own`), or on pages of others
    besides, which lose lines and read full stops as commas (`any`)."""
    found: Mapping[str, Any] = json.loads(data_file("links.json").read_text(encoding="utf-8"))[pages]
    return found


@lru_cache(maxsize=4)
def end_weights(pages: str = "own") -> Doubles:
    """The weights of `END_FEATURES`."""
    weights = fitted(pages)["end"]
    return np.array([weights[name] for name in END_FEATURES])


@lru_cache(maxsize=1)
def open_ends(flow: Flow) -> OpenEnds:
    """The open ends of the page at hand, which are asked before its links are."""
    return OpenEnds(flow)


class OpenEnds:
    """The open ends of a page: paragraphs that stop in mid-sentence."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    @cached_property
    def rows(self) -> dict[int, Doubles]:
        """Features of every open end for its being none, in the order of `END_FEATURES`."""
        return {a: np.array((*self._words[a], self._lines[a][0])) for a in sorted(self.flow.open)}

    def flush(self, b: int) -> float:
        """What the last line of a block says for its beginning in mid-sentence (log-odds)."""
        return self._lines.get(b, (0.0, 0.0))[1]

    @cached_property
    def surprise(self) -> float:
        """Minus the mean log10 p of the page's characters, over that of plain prose: what is misread surprises the language model.
        From an even sample of its blocks; see `SAMPLE`."""
        seams = self.flow.seams
        texts = [ends.text for ends in seams.ends]
        sample = [text for text in texts[::max(1, len(texts) // SAMPLE)] if len(text) >= START_LENGTH]
        found = [p[:-1] for p in seams.evidence.model.model.of_lines(sample)]
        logs = log10(np.concatenate(found)) if found else np.zeros(0)
        return -float(logs.astype(np.float32).sum()) / max(1, len(logs)) - PLAIN

    def torn(self, ends: Iterable[int]) -> list[int]:
        """The open ends that may be torn; of the others their words say plainly that they are finished."""
        return [a for a in ends if self._finished(a) < FINISHED]

    def torn_lines(self) -> set[int]:
        """Blocks that look like subheads, but no more, and fill the measure that the page's open ends are set to: lines of a paragraph."""
        filled = {i: odds for i, odds in self.filled().items() if odds > FILLED}
        return filled.keys() - self.headings(filled)

    def headings(self, filled: Mapping[int, float]) -> set[int]:
        """Those of some lines that are headings though they fill their column so well (log-odds); a comma is in none."""
        flow, asked = self.flow, sorted(i for i in filled if not RUNNING.search(self.flow.texts[i]))
        odds = heading_odds(flow.texts, asked, flow.seams, {i for i, one in enumerate(flow.roles) if one.role in PICTURE})
        return {i for i in asked if odds[i] > FULLNESS * filled[i] + WORDS}

    def filled(self) -> dict[int, float]:
        """How well blocks that look like subheads fill the measure that the page's open ends are set to (log-odds)."""
        flow = self.flow
        lines = [i for i in flow.blocks if flow.roles[i].role == "subhead" and not flow.roles[i].marked and not ALOUD.search(flow.texts[i])]
        if not lines or not flow.open:
            return {}
        asked = self._fullness({**dict.fromkeys(lines, 0.0), **self._cut})  # the lines themselves do not tell the measure
        return {i: asked[i][0] for i in lines}

    @cached_property
    def _lines(self) -> Mapping[int, tuple[float, float]]:
        """What the last line of every open end says: for a cut, and for a beginning in mid-sentence (log-odds)."""
        return self._fullness(self._cut)

    def _fullness(self, cut: Mapping[int, float]) -> dict[int, tuple[float, float]]:
        """The same of any blocks and the probabilities that they were cut, as far as their words tell."""
        flow, blocks = self.flow, sorted(cut)
        full, flush = fullness([flow.texts[i] for i in blocks], [flow.headless.get(i, NOT_HEADLESS) for i in blocks],
                               np.array([cut[i] for i in blocks]), [bisect_left(self._headlines, flow.rank[i]) for i in blocks])
        return {i: (f, g) for i, f, g in zip(blocks, full.tolist(), flush.tolist(), strict=True)}

    @cached_property
    def _headlines(self) -> list[int]:
        return [self.flow.rank[i] for i in self.flow.blocks if self.flow.roles[i].role == "headline"]

    @cached_property
    def _cut(self) -> dict[int, float]:
        """The probability that an open end was cut, as far as its words tell."""
        return {a: 1 / (1 + math.exp(self._finished(a))) for a in self.flow.open}

    def _finished(self, a: int) -> float:
        """Log-odds of the words of an open end for its being none."""
        return float(np.dot(self._words[a], end_weights()[:FULL]))

    @cached_property
    def _words(self) -> dict[int, tuple[float, ...]]:
        """What the words of every open end say for its being none: features in the order of `END_FEATURES`, all but the last."""
        return {a: self._words_of(a) for a in self.flow.open}

    def _words_of(self, a: int) -> tuple[float, ...]:
        text, below = self.flow.texts[a], self.flow.next.get(a)
        ends, last = self.flow.seams.ends[a], text[-1]
        comma = last in "，、,"
        return (1.0, float(looks_like_heading(text)), float(len(text) < LINE), float(comma),
                float(not comma and not last.isalnum()),
                max(-4.0, ends.stop_score), ends.finished, self.surprise,
                float(bool(RUNNING.search(text))), float(below in self.flow.paragraphs),
                float(below is not None and self.flow.roles[below].role in {"headline", "kicker"}),
                float(any(self.flow.roles[i].role in PICTURE for i in range(a + 1, below or a))), self._kept)

    @cached_property
    def _kept(self) -> float:
        """How many paragraphs of the page end a sentence, against those that are open (a logarithm): where full stops are read, an open end
        is hardly ever one that has lost its own."""
        ended = sum(self.flow.seams.ends[i].ended for i in self.flow.paragraphs)
        return math.log((ended + USUAL_ENDS) / (len(self.flow.open) + USUAL_ENDS))
