"""The rows of a page laid out as one text, and what may be asked of any two places of it."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

import numpy as np

from cleaner.evidence.charset import HAN_RANGE
from cleaner.evidence.lexicon import Lexicon
from cleaner.evidence.ngram import Tables
from cleaner.structure.columns.crossings import CAP, HOPELESS, LM, NO_START, PRINTED, SENTENCE_END, Survey, word_across
from cleaner.structure.labels.shapes import BYLINE, CREDIT, PAPER
from cleaner.structure.names import NAME

FREELY = 4.5
"""Log-odds of a place with the text before it up to which a row may be cut there."""


HISTORY = 10
"""Lines of a stream whose subject is remembered."""
ALIKE = ((3, 1.3), (8, 1.1), (10 ** 9, 0.7))
"""Log-odds that a line belongs to a stream with which it shares two characters, by how many rows of the page have them at most."""
OPENER = re.compile(rf"{PAPER}(?:讯|记者|通讯员)|[◎▶□◆◼▲△★☆◘●■]|图片来源|(?:通讯员|记者){NAME}|\d{{1,2}}[、：:.．](?!\d)")
"""What opens a report, an item, or names who wrote it."""
OPENS, NAMED = 3.0, 3.0
"""Log-odds that a line starts there; that a piece is such a name and no more."""
NAMING = re.compile("记者|通讯员|编辑|摄|供图|图片|[◎▶□◆◼▲△★☆◘●■]")
LONGEST_NAME = 24
MOST_ALIKE, UNLIKE = 5.0, 0.4
"""No more than that; what it costs to share nothing."""


class Paper:
    """Rows of a page, one behind the other with breaks between them; places are counted over all of them."""

    def __init__(self, rows: Sequence[str], model: Tables, lexicon: Lexicon, printed: frozenset[str]) -> None:
        self.survey, self.lexicon, self.printed = Survey(rows, model), lexicon, printed
        survey = self.survey
        self.text = survey.joined
        self.begins, self.lengths = survey.begins[:len(rows)], [len(row) for row in rows]
        places = np.arange(len(self.text))
        self._fresh = LM * (survey.scorer.started(places) - survey.scorer.alone)
        self._here: dict[int, float] = {}
        self._pairs: dict[tuple[int, int], float] = {}
        self._gains: dict[tuple[int, int], float] = {}
        self._starts: dict[int, list[int]] = {}
        self._told: dict[int, tuple[frozenset[str], ...]] = {}
        self._bags: dict[int, frozenset[str]] = {}
        self._alike: dict[tuple[int, int], float] = {}
        rows_with = Counter(gram for row in rows for gram in hanzi_pairs(row))
        self._weights = {gram: next(w for most, w in ALIKE if n <= most) for gram, n in rows_with.items() if n > 1}
        self._at: list[float] = survey.at.tolist()
        self._ended: list[bool] = survey.ended.tolist()

    def row_of(self, place: int) -> int:
        """The row in which a place stands."""
        return bisect_right(self.begins, place) - 1

    def end(self, row: int) -> int:
        """The place behind a row."""
        return self.begins[row] + self.lengths[row]

    def starts(self, row: int) -> list[int]:
        """The places of a row at which a printed line may begin."""
        if row not in self._starts:
            begin, survey = self.begins[row], self.survey
            found = [begin]
            self._here[begin] = 0.0
            for j in range(begin + 1, begin + self.lengths[row]):
                if survey.may[j] and (survey.here[j] < FREELY or survey.ended[j]):
                    now = float(survey.here[j])
                    now += word_across(self.lexicon, self.text, j, j) if now < FREELY else 0.0
                    fresh = float(self._fresh[j])
                    now = max(now, fresh) if self._ended[j] else now
                    if now < FREELY or self._ended[j]:
                        self._here[j] = now
                        found.append(j)
            self._starts[row] = found
        return self._starts[row]

    def here_at(self, place: int) -> float:
        """How well the text at a place runs on from what stands before it in its row, over text drawn at random; 0 where a row begins."""
        return self._here.get(place, 0.0)

    def fresh_at(self, place: int) -> float:
        """How much better it starts a sentence than it runs on."""
        return float(self._fresh[place]) - self._here[place] + (OPENS if OPENER.match(self.text, place) else 0.0)

    def named(self, i: int, j: int) -> float:
        """What it says that the text from `i` to `j` names who wrote or who took a picture, and no more, in log-odds."""
        text = self.text[i:j]
        if j - i > LONGEST_NAME or j - i < 2 or not NAMING.search(text):
            return 0.0
        return NAMED if BYLINE.fullmatch(text) or CREDIT.fullmatch(text) else 0.0

    def ended(self, place: int) -> bool:
        """Whether a sentence may end before a place."""
        return self._ended[place]

    def hangs(self, place: int) -> bool:
        """Whether a mark stands before a place that may hang over the end of a line."""
        return self.text[place - 1] in NO_START

    def wide(self, i: int, j: int) -> float:
        """Width between two places, in full-width characters."""
        return self._at[j] - self._at[i]

    def ask(self, tails: Sequence[int], row: int) -> None:
        """Weigh the places of a row against the ends of some lines, all at once."""
        pairs = [(i, j) for j in self.starts(row) for i in tails if (i, j) not in self._pairs]
        if pairs:
            ends, heads = (np.array(part) for part in zip(*pairs, strict=True))
            scorer = self.survey.scorer
            scores = LM * (scorer.pairs(ends, heads) - scorer.alone[heads])
            self._pairs.update(zip(pairs, scores.tolist(), strict=True))

    def gain(self, i: int, j: int) -> float:
        """Log-odds that the text at `j` runs on from the text before `i`, over what stands before `j`."""
        known = self._gains.get((i, j))
        if known is None:
            known = self._pairs[i, j] - self._here[j]
            if known > HOPELESS:
                known += word_across(self.lexicon, self.text, i, j)
                known += self._printed_across(i, j)
            known = self._gains[i, j] = min(known, CAP)
        return known

    def _printed_across(self, i: int, j: int) -> float:
        text, printed = self.text, self.printed
        if text[i - 1] == text[j - 1] or text[i] == text[j] or text[i - 1] in SENTENCE_END:
            return 0.0
        if text[i - 2:i] + text[j:j + 2] in printed:
            return PRINTED[2]
        if text[i - 1] in NO_START:
            return 0.0
        return PRINTED[text[i - 2:i] + text[j] in printed or text[i - 1] + text[j:j + 2] in printed]

    def alike(self, i: int, j: int, width: float) -> float:
        """Log-odds that a line at `j` is of the subject of the stream that ends at `i`."""
        known = self._alike.get((i, j))
        if known is None:
            grams = hanzi_pairs(self.text[j:min(j + int(width), self.end(self.row_of(j)))]) & self._bags[i]
            known = min(math.fsum(self._weights.get(gram, 0.0) for gram in grams), MOST_ALIKE) - UNLIKE
            self._alike[i, j] = known
        return known

    def tell(self, tail: int, start: int, end: int) -> None:
        """Take in that the stream that ended at `tail` (-1: nowhere) goes on from `start` to `end`."""
        if end not in self._told:
            self._told[end] = (*self._told.get(tail, ())[1 - HISTORY:], hanzi_pairs(self.text[start:end]))
            self._bags[end] = frozenset().union(*self._told[end])


def hanzi_pairs(text: str) -> frozenset[str]:
    """The pairs of Chinese characters of a text."""
    return frozenset(text[i:i + 2] for i in range(len(text) - 1) if text[i] in HAN_RANGE and text[i + 1] in HAN_RANGE)
